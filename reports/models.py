"""What was concluded: stored measurements, bulletins with their frozen editions. What sections tell for them: words
about their tasks, and what they do about red targets."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from base.append_only import AppendOnlyModel
from base.fields import CodesField, PeriodField, QuarterField
from base.models import Job, StoredFile
from reports.queries import ResultQuerySet
from schools.models import Unit
from targets.core import model as core
from targets.models import AdoptedTarget, Target, TargetDefinition
from tasks.models import AdoptedTask, Adoption


class Status(models.TextChoices):
    ACHIEVED = core.Status.ACHIEVED, "已达成"
    ON_TRACK = core.Status.ON_TRACK, "正常推进"
    AT_RISK = core.Status.AT_RISK, "偏慢"
    BEHIND = core.Status.BEHIND, "滞后"
    OVERDUE = core.Status.OVERDUE, "逾期未达"
    NOT_DUE = core.Status.NOT_DUE, "未到节点"
    NO_DATA = core.Status.NO_DATA, "缺数据"
    NOT_RATED = core.Status.NOT_RATED, "不评"
    NO_BASELINE = core.Status.NO_BASELINE, "缺基期"


class Measurement(models.Model):
    """The newest measurement of an adoption for a period; its results are replaced as a whole when measured again.

    ``checksum`` is of the result rows: the same inputs give the same one.
    """

    adoption = models.ForeignKey(Adoption, on_delete=models.CASCADE, related_name="measurements", verbose_name="采用")
    period = PeriodField("期间")
    measured_at = models.DateTimeField("测算时间")
    checksum = models.CharField("校验码", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "测算"
        ordering = ["adoption", "period"]
        constraints = [models.UniqueConstraint(fields=["adoption", "period"], name="measurement_once")]

    def __str__(self) -> str:
        return f"{self.adoption} {self.period}"


class Result(models.Model):
    """One target in one scope: the district (``unit`` is null) or a school. The columns are measurement.md §8's."""

    measurement = models.ForeignKey(Measurement, on_delete=models.CASCADE, related_name="results")
    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="results")
    definition = models.ForeignKey(TargetDefinition, on_delete=models.PROTECT, related_name="results")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="results")
    measured_at = QuarterField("测算季度")
    value = models.FloatField("完成值", null=True)
    numerator = models.FloatField("分子", null=True)
    denominator = models.FloatField("分母", null=True)
    expected = models.FloatField("序时值", null=True)
    goal = models.FloatField("目标值", null=True)
    anchor = models.FloatField("起点值", null=True)
    pace = models.FloatField("进度", null=True)
    due = QuarterField("到期季度", null=True)
    status = models.CharField("状态", max_length=12, choices=Status)
    missed_goals = CodesField("错过的目标")  # due dates
    units_expected = models.PositiveIntegerField("应报", default=0)
    units_fresh = models.PositiveIntegerField("已报", default=0)
    units_carried = models.PositiveIntegerField("沿用", default=0)
    units_missing = models.PositiveIntegerField("缺报", default=0)
    provisional = models.BooleanField("暂定", default=False)
    remarked = models.BooleanField("超出上限", default=False)
    gap = models.FloatField("缺口", null=True)
    short_units = models.TextField("未达标单位", blank=True)  # codes joined by +

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "测算结果"
        ordering = ["measurement", "target", "unit"]
        constraints = [
            models.UniqueConstraint(
                fields=["measurement", "target"], condition=Q(unit__isnull=True), name="result_district_once"
            ),
            models.UniqueConstraint(
                fields=["measurement", "target", "unit"], condition=Q(unit__isnull=False), name="result_unit_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target_id} {self.status}"


class Bulletin(models.Model):
    """The half-year bulletin of an adoption. Its draft is ``content``; publishing freezes it as an edition."""

    adoption = models.ForeignKey(Adoption, on_delete=models.CASCADE, related_name="bulletins", verbose_name="采用")
    period = PeriodField("期间")
    content = models.JSONField("内容", default=dict)
    drafted_at = models.DateTimeField("起草时间")
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="起草人"
    )
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "半年通报"
        ordering = ["adoption", "-period"]
        constraints = [models.UniqueConstraint(fields=["adoption", "period"], name="bulletin_once")]

    def __str__(self) -> str:
        return f"{self.adoption} {self.period}"


class Edition(AppendOnlyModel):
    """A published bulletin: its content as data, with a checksum. Never changed."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.PROTECT, related_name="editions", verbose_name="半年通报")
    number = models.PositiveSmallIntegerField("版次")
    content = models.JSONField("内容")
    checksum = models.CharField("校验码", max_length=64)
    published_at = models.DateTimeField("发布时间")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="签发人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "通报版次"
        ordering = ["bulletin", "-number"]
        constraints = [models.UniqueConstraint(fields=["bulletin", "number"], name="edition_number")]

    def __str__(self) -> str:
        return f"{self.bulletin_id} 第 {self.number} 版"


class EditionSources(AppendOnlyModel):
    """What an edition was computed from and what came out (frozen.py), which pages never read."""

    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, related_name="sources", verbose_name="通报版次")
    data = models.TextField("数据")
    checksum = models.CharField("校验码", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "通报来源"
        ordering = ["edition"]

    def __str__(self) -> str:
        return str(self.edition)


class FileKind(models.TextChoices):
    WORD = "word", "Word（公文格式，带红头）"
    OA = "oa", "Word（无红头，供办公系统套红）"
    PDF = "pdf", "PDF（带图，阅读打印）"
    EXCEL = "excel", "Excel（附件各表）"
    PACK = "pack", "底稿（ZIP，可在别处重算）"


class EditionFile(models.Model):
    """A file of an edition, made once (documents/making.py); or why it could not be made, to be tried again."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="files", verbose_name="通报版次")
    kind = models.CharField("种类", max_length=10, choices=FileKind)
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="文件"
    )
    problem = models.CharField("未生成的原因", max_length=300, blank=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "通报文件"
        ordering = ["edition", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "kind"], name="edition_file_once"),
            models.CheckConstraint(
                condition=Q(file__isnull=False, problem="") | (Q(file__isnull=True) & ~Q(problem="")),
                name="edition_file_or_problem",
                violation_error_message="要么有文件，要么写明没有生成的原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.kind}"


class Progress(models.Model):
    """What the responsible section tells about one of its tasks for a half-year, in three texts (``Passage``). It goes
    into a bulletin once it has been handed in; taken back, it is open again."""

    task = models.ForeignKey(AdoptedTask, on_delete=models.PROTECT, related_name="told", verbose_name="任务")
    period = PeriodField("期间")
    handed_in_at = models.DateTimeField("提交时间", null=True, blank=True)
    handed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="提交人",
    )

    class Meta:
        verbose_name = verbose_name_plural = "工作进展"
        ordering = ["period", "task"]
        constraints = [
            models.UniqueConstraint(fields=["task", "period"], name="progress_once"),
            models.CheckConstraint(
                condition=Q(handed_in_at__isnull=True, handed_in_by__isnull=True)
                | Q(handed_in_at__isnull=False, handed_in_by__isnull=False),
                name="progress_handed_in",
                violation_error_message="提交时间和提交人应同时具备。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.period}"


class PassageKind(models.TextChoices):
    DONE = "done", "进展"
    PROBLEMS = "problems", "问题"
    PLANS = "plans", "下一步"


WORDS = 400  # the longest text, in characters


class Passage(models.Model):
    """One of the three texts. ``version`` grows with every change; a save that names an older one changes nothing."""

    progress = models.ForeignKey(Progress, on_delete=models.PROTECT, related_name="passages", verbose_name="工作进展")
    kind = models.CharField("内容", max_length=10, choices=PassageKind)
    text = models.CharField("文字", max_length=WORDS, blank=True)
    version = models.PositiveIntegerField("版本", default=1)
    saved_at = models.DateTimeField("保存时间")
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="保存人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "进展文字"
        ordering = ["progress", "kind"]
        constraints = [models.UniqueConstraint(fields=["progress", "kind"], name="passage_once")]

    def __str__(self) -> str:
        return f"{self.progress_id} {self.kind}"


class Rectification(models.Model):
    """What the responsible section does about a target that was red in ``period``: measure, owner, date (整改台账).

    Open until it is closed with a reason and evidence; closed, it never changes. That it is overdue, or carried from
    one half-year into the next, follows from dates (reports/rectification.py). Its life stands in the audit rows.
    """

    target = models.ForeignKey(
        AdoptedTarget, on_delete=models.PROTECT, related_name="rectifications", verbose_name="目标"
    )
    period = PeriodField("提出期间")
    status = models.CharField("提出时状态", max_length=12, choices=Status)
    measure = models.CharField("整改措施", max_length=WORDS)
    owner = models.CharField("责任人", max_length=60)
    due = models.DateField("时限")
    version = models.PositiveIntegerField("版本", default=1)
    opened_at = models.DateTimeField("提出时间")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="提出人"
    )
    reason = models.CharField("销号理由", max_length=WORDS, blank=True)
    evidence = models.OneToOneField(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="rectification", verbose_name="佐证"
    )
    closed_at = models.DateTimeField("销号时间", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="销号人",
    )

    class Meta:
        verbose_name = verbose_name_plural = "整改事项"
        ordering = ["target", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["target"],
                condition=Q(closed_at__isnull=True),
                name="rectification_one_open",
                violation_error_message="这项目标已有在办的整改事项。",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["behind", "overdue"]) & ~Q(measure="") & ~Q(owner=""),
                name="rectification_whole",
                violation_error_message="滞后或逾期的目标才有整改事项，须有措施和责任人。",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, evidence__isnull=True, reason="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False, evidence__isnull=False) & ~Q(reason="")),
                name="rectification_closed",
                violation_error_message="销号须有时间、经办人、理由和佐证，未销号的不得有。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target_id} {self.period}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None
