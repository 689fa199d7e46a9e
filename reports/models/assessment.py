"""The yearly assessment (measurement.md §9): schemes as versioned data, what happened to whom in the year, and what was
computed from both and the stored results of the year's second half."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from base.append_only import AppendOnlyModel
from base.fields import CodesField, QuarterField
from base.models import Job, StoredFile
from reports.models.measurements import Status
from schools.models import Section, Unit
from targets.core import grading, scoring
from targets.models import Target, TargetDefinition
from tasks.models import Adoption

PLACES = 12  # of stored points; rounded down, so that half up to fewer places stays what it was
MOST_BONUS = int(scoring.MOST_BONUS)


class Category(models.TextChoices):
    KINDERGARTEN = "kindergarten", "幼儿园"
    PRIMARY = "primary", "小学"
    JUNIOR = "junior", "初中"
    NINE_YEAR = "nine_year", "九年一贯制学校"
    SENIOR = "senior", "高中"
    SECTION = "section", "科室"
    BUREAU = "bureau", "局本级"


OF_DISTRICT = frozenset({Category.SECTION, Category.BUREAU})  # by the district's results, without forms


class Grade(models.TextChoices):
    EXCELLENT = scoring.Grade.EXCELLENT, "优秀"
    GOOD = scoring.Grade.GOOD, "良好"
    PASS = scoring.Grade.PASS, "合格"
    FAIL = scoring.Grade.FAIL, "不合格"


class Mark(models.TextChoices):
    COUNTED = scoring.Mark.COUNTED, "计分"
    MISSING = scoring.Mark.MISSING, "缺报"
    NOT_DUE = scoring.Mark.NOT_DUE, "未到节点"
    NOT_RATED = scoring.Mark.NOT_RATED, "不评"
    NO_BASELINE = scoring.Mark.NO_BASELINE, "缺基期"
    NOT_CONCERNED = scoring.Mark.NOT_CONCERNED, "不涉及"


class Reason(models.TextChoices):
    MERGED = scoring.Reason.MERGED, "年内并入其他学校"
    CLOSED = scoring.Reason.CLOSED, "年内停办"
    OPENED_LATE = scoring.Reason.OPENED_LATE, "年内开办不足两个季度"
    TOO_LITTLE = scoring.Reason.TOO_LITTLE, "可计分的权重不到一半"


class Band(models.TextChoices):
    UPPER = grading.Band.UPPER, "前三分之一"
    MIDDLE = grading.Band.MIDDLE, "中间三分之一"
    LOWER = grading.Band.LOWER, "后三分之一"


def points_field(name: str, **kwargs: object) -> models.DecimalField:
    return models.DecimalField(name, max_digits=18, decimal_places=PLACES, **kwargs)


def whoever(name: str, **kwargs: object) -> models.ForeignKey:
    """A person; the database keeps her as long as the row."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=name, **kwargs
    )


class Scheme(AppendOnlyModel):
    """By what one category of an adoption is assessed in a year. A version never changes: a change makes the next one,
    and the highest version is in force. Weights of lines and timeliness make 100 (the loader checks)."""

    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, related_name="schemes", verbose_name="采用")
    year = models.PositiveSmallIntegerField("年度")
    category = models.CharField("类别", max_length=12, choices=Category)
    version = models.PositiveSmallIntegerField("版本")
    timeliness = models.DecimalField("报送及时性权重", max_digits=7, decimal_places=4, default=0)
    excellent_from = models.DecimalField("优秀线", max_digits=5, decimal_places=2, default=90)
    good_from = models.DecimalField("良好线", max_digits=5, decimal_places=2, default=80)
    pass_from = models.DecimalField("合格线", max_digits=5, decimal_places=2, default=60)
    quota = models.DecimalField("优秀名额（%）", max_digits=5, decimal_places=2, default=30)
    merge_into = models.CharField("不足四所时并入", max_length=12, choices=Category, blank=True)
    made_at = models.DateTimeField("制定时间")
    made_by = whoever("制定人", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "考核方案"
        ordering = ["adoption", "year", "category", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["adoption", "year", "category", "version"], name="scheme_version"),
            models.CheckConstraint(
                condition=Q(excellent_from__gt=F("good_from"), good_from__gt=F("pass_from"), pass_from__gt=0)
                & Q(excellent_from__lte=105),
                name="scheme_bounds",
                violation_error_message="优秀、良好、合格三条线应依次降低，在 0 到 105 之间。",
            ),
            models.CheckConstraint(
                condition=Q(quota__range=(0, 100)),
                name="scheme_quota",
                violation_error_message="优秀名额应在 0 到 100% 之间。",
            ),
            models.CheckConstraint(
                condition=Q(timeliness__gte=0) & (~Q(category__in=["section", "bureau"]) | Q(timeliness=0)),
                name="scheme_timeliness",
                violation_error_message="报送及时性只考核学校，权重不能是负数。",
            ),
            models.CheckConstraint(
                condition=~Q(merge_into=F("category")),
                name="scheme_merges_elsewhere",
                violation_error_message="不能并入本类别。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}年{self.get_category_display()}考核方案第 {self.version} 版"


class SchemeLine(AppendOnlyModel):
    """A target that counts, with its weight. A sensitive target never can (measurement.md §7): a trigger of the
    database refuses it (reports/assessment/guard.py), and so do form and loader."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="lines", verbose_name="考核方案")
    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="scheme_lines", verbose_name="目标")
    weight = models.DecimalField("权重", max_digits=7, decimal_places=4, validators=[MinValueValidator(0)])
    position = models.PositiveSmallIntegerField("次序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "考核项"
        ordering = ["scheme", "position"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "target"], name="scheme_line_once"),
            models.CheckConstraint(
                condition=Q(weight__gt=0, weight__lte=100),
                name="scheme_line_weight",
                violation_error_message="权重应大于 0，不超过 100。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target_id} {self.weight}"


class KindOf(models.TextChoices):
    BONUS = "bonus", "加分"
    DEDUCTION = "deduction", "扣分"
    VETO = "veto", "一票否决"


class SchemeKind(AppendOnlyModel):
    """What can add points, take points or veto: with its points, or the best grade that a veto leaves."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="kinds", verbose_name="考核方案")
    kind = models.CharField("性质", max_length=10, choices=KindOf)
    code = models.CharField("代码", max_length=30)
    name = models.CharField("名称", max_length=60)
    points = models.DecimalField("分值", max_digits=5, decimal_places=2, null=True, blank=True)
    best_grade = models.CharField("至多评为", max_length=10, choices=Grade, blank=True)
    position = models.PositiveSmallIntegerField("次序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "加扣分和否决情形"
        ordering = ["scheme", "position"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="scheme_kind_once"),
            models.CheckConstraint(
                condition=Q(kind="veto", points__isnull=True, best_grade__in=["pass", "fail"])
                | (~Q(kind="veto") & Q(points__gt=0, best_grade="")),
                name="scheme_kind_points",
                violation_error_message="加分、扣分须有分值；一票否决须写明至多评为合格或不合格。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Occurrence(models.Model):
    """Something that happened to a school (the bureau) or a section in the year: a designation, a deduction, a veto.

    ``code`` is a kind of the year's schemes. It counts once another person has confirmed it, and until it is lifted by
    a decision with a reason.
    """

    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, related_name="occurrences", verbose_name="采用")
    year = models.PositiveSmallIntegerField("年度")
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="occurrences", verbose_name="单位"
    )
    section = models.ForeignKey(
        Section, on_delete=models.PROTECT, null=True, blank=True, related_name="occurrences", verbose_name="科室"
    )
    code = models.CharField("情形", max_length=30)
    what = models.CharField("事由", max_length=200)
    happened = models.DateField("发生日期", null=True, blank=True)  # rows from before it was asked for have none
    evidence = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="依据"
    )
    told_at = models.DateTimeField("登记时间")
    told_by = whoever("登记人")
    confirmed_at = models.DateTimeField("核准时间", null=True, blank=True)
    confirmed_by = whoever("核准人", null=True, blank=True)
    lifted_at = models.DateTimeField("撤销时间", null=True, blank=True)
    lifted_by = whoever("撤销人", null=True, blank=True)
    lifted_why = models.CharField("撤销理由", max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "加扣分和否决事项"
        ordering = ["adoption", "year", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, section__isnull=True) | Q(unit__isnull=True, section__isnull=False),
                name="occurrence_of_one",
                violation_error_message="事项属于一个单位或一个科室。",
            ),
            models.CheckConstraint(
                condition=~Q(what=""), name="occurrence_what", violation_error_message="须写明事由。"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | (Q(confirmed_at__isnull=False, confirmed_by__isnull=False) & ~Q(confirmed_by=F("told_by"))),
                name="occurrence_confirmed",
                violation_error_message="事项须由登记人以外的人核准。",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, lifted_why="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_why="")),
                name="occurrence_lifted",
                violation_error_message="撤销须有时间、经办人和理由。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.code}"

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def is_lifted(self) -> bool:
        return self.lifted_at is not None


class AssessmentState(models.TextChoices):
    """computed → shown (objections may be made) → final. Computing again is possible only while it is computed."""

    COMPUTED = "computed", "已测算"
    SHOWN = "shown", "公示中"
    FINAL = "final", "已定稿"


class Assessment(models.Model):
    """The assessment of an adoption's year. Until it is shown its scores are replaced as a whole when it is computed
    again. ``checksum`` is of all that was computed: the same inputs give the same one. ``measured`` is the checksum of
    the measurement that it was computed from."""

    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, related_name="assessments", verbose_name="采用")
    year = models.PositiveSmallIntegerField("年度")
    schemes = models.ManyToManyField(Scheme, related_name="assessments", verbose_name="考核方案")
    state = models.CharField("状态", max_length=10, choices=AssessmentState, default=AssessmentState.COMPUTED)
    checksum = models.CharField("校验码", max_length=64)
    measured = models.CharField("测算校验码", max_length=64)
    fingerprint = models.CharField("来源指纹", max_length=64, blank=True)  # of all that was read (computing.py)
    computed_at = models.DateTimeField("计算时间")
    computed_by = whoever("计算人", null=True)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    # From the day on which everybody is shown her own sheet.
    shown_at = models.DateTimeField("公示时间", null=True, blank=True)
    shown_by = whoever("公示人", null=True, blank=True)
    objections_until = models.DateField("异议截止", null=True, blank=True)  # the last day
    lists_all = models.BooleanField("公布全部名次", default=False)  # else nobody below the median is listed

    class Meta:
        verbose_name = verbose_name_plural = "年度考核"
        ordering = ["adoption", "-year"]
        constraints = [
            models.UniqueConstraint(fields=["adoption", "year"], name="assessment_once"),
            models.CheckConstraint(
                condition=Q(
                    state="computed", shown_at__isnull=True, shown_by__isnull=True, objections_until__isnull=True
                )
                | (
                    ~Q(state="computed")
                    & Q(shown_at__isnull=False, shown_by__isnull=False, objections_until__isnull=False)
                ),
                name="assessment_shown",
                violation_error_message="公示时间、公示人和异议截止日期应同时具备。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.adoption} {self.year}年"


class SubjectScore(models.Model):
    """What one school, one section or the bureau was given. ``grouped`` are the categories that were graded together.

    Points are exact to ``PLACES`` places, rounded down. Not assessed: a reason, and neither score nor total nor grade.
    Stored values are never overwritten: an adjustment is a row of its own.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="scores")
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="scores", verbose_name="考核方案")
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="scores", verbose_name="单位"
    )
    section = models.ForeignKey(
        Section, on_delete=models.PROTECT, null=True, blank=True, related_name="scores", verbose_name="科室"
    )
    score = points_field("得分", null=True, blank=True)
    bonus = points_field("加分")
    deduction = points_field("扣分")
    total = points_field("总分", null=True, blank=True)
    best_grade = models.CharField("至多评为", max_length=10, choices=Grade)
    grade = models.CharField("等次", max_length=10, choices=Grade, blank=True)
    band = models.CharField("所处位次", max_length=10, choices=Band, blank=True)
    grouped = CodesField("合并考核的类别")
    reason = models.CharField("不参评原因", max_length=12, choices=Reason, blank=True)
    successor = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="并入"
    )

    class Meta:
        verbose_name = verbose_name_plural = "考核得分"
        ordering = ["assessment", "id"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "unit"], condition=Q(unit__isnull=False), name="score_unit"),
            models.UniqueConstraint(
                fields=["assessment", "section"], condition=Q(section__isnull=False), name="score_section"
            ),
            models.CheckConstraint(
                condition=Q(unit__isnull=False, section__isnull=True) | Q(unit__isnull=True, section__isnull=False),
                name="score_of_one",
                violation_error_message="得分属于一个单位或一个科室。",
            ),
            models.CheckConstraint(
                condition=(Q(score__isnull=False, total__isnull=False, reason="") & ~Q(grade=""))
                | (Q(score__isnull=True, total__isnull=True, grade="") & ~Q(reason="")),
                name="score_or_reason",
                violation_error_message="要么有得分、总分和等次，要么写明不参评的原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id or self.section_id} {self.total}"


class LineScore(models.Model):
    """One line of a sheet, with the figures that it was computed from. ``line`` is null for timeliness, whose value and
    goal are the quarters that were handed in in time, and those that were due."""

    subject = models.ForeignKey(SubjectScore, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(
        SchemeLine, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="考核项"
    )
    definition = models.ForeignKey(
        TargetDefinition, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="目标口径"
    )
    weight = models.DecimalField("权重", max_digits=7, decimal_places=4)
    mark = models.CharField("计分情况", max_length=14, choices=Mark)
    attainment = models.DecimalField(
        "达成度", max_digits=13, decimal_places=PLACES, null=True, blank=True, validators=[MaxValueValidator(1)]
    )
    points = points_field("得分", null=True, blank=True)
    status = models.CharField("状态", max_length=12, choices=Status, blank=True)
    value = models.FloatField("完成值", null=True, blank=True)
    numerator = models.FloatField("分子", null=True, blank=True)
    denominator = models.FloatField("分母", null=True, blank=True)
    goal = models.FloatField("目标值", null=True, blank=True)
    anchor = models.FloatField("起点值", null=True, blank=True)
    measured_at = QuarterField("测算季度", null=True, blank=True)
    due = QuarterField("到期季度", null=True, blank=True)
    provisional = models.BooleanField("暂定", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "考核项得分"
        ordering = ["subject", "id"]
        constraints = [
            models.UniqueConstraint(fields=["subject", "line"], condition=Q(line__isnull=False), name="line_once"),
            models.UniqueConstraint(fields=["subject"], condition=Q(line__isnull=True), name="line_timeliness_once"),
            models.CheckConstraint(
                condition=Q(mark__in=["counted", "missing"], attainment__isnull=False)
                | (~Q(mark__in=["counted", "missing"]) & Q(attainment__isnull=True, points__isnull=True)),
                name="line_counted",
                violation_error_message="计分的考核项须有达成度，不计的不得有。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.points}"
