"""What follows a computed assessment: objections of schools, what was decided about them, the published edition.

Stored scores are never overwritten: a decision appends an ``Adjustment``, and what comes of all of them together is
kept beside the score (``RevisedScore``), made anew by each decision. Objections and adjustments name targets and
schools, not rows of scores: they outlast an assessment that is taken back and computed again.
"""

from django.db import models
from django.db.models import F, Q

from base.append_only import AppendOnlyModel
from base.models import StoredFile
from reports.models.assessment import Assessment, Band, Grade, Occurrence, SubjectScore, points_field, whoever
from reports.models.bulletins import REASON
from schools.models import Unit
from targets.models import Target


class About(models.TextChoices):
    LINE = "line", "考核项"
    TIMELINESS = "timeliness", "报送及时性"
    OCCURRENCE = "occurrence", "加扣分、否决事项"
    WHOLE = "whole", "考核结果"


class Objection(models.Model):
    """What a school says against one item of its sheet, and what was decided about it."""

    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, related_name="objections", verbose_name="年度考核"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="objections", verbose_name="单位")
    about = models.CharField("事项", max_length=12, choices=About)
    target = models.ForeignKey(
        Target, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="目标"
    )
    occurrence = models.ForeignKey(
        Occurrence, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="加扣分、否决事项"
    )
    reason = models.CharField("理由", max_length=REASON)
    evidence = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="佐证"
    )
    raised_at = models.DateTimeField("提出时间")
    raised_by = whoever("提出人")
    upheld = models.BooleanField("采纳", null=True, blank=True)
    answer = models.CharField("答复", max_length=REASON, blank=True)
    decided_at = models.DateTimeField("答复时间", null=True, blank=True)
    decided_by = whoever("答复人", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "考核异议"
        ordering = ["assessment", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(about="line", target__isnull=False, occurrence__isnull=True)
                | Q(about="occurrence", target__isnull=True, occurrence__isnull=False)
                | Q(about__in=["timeliness", "whole"], target__isnull=True, occurrence__isnull=True),
                name="objection_about",
                violation_error_message="异议针对一个考核项、一个事项、报送及时性或考核结果。",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="objection_reason", violation_error_message="异议须写明理由。"
            ),
            models.CheckConstraint(
                condition=Q(upheld__isnull=True, answer="", decided_at__isnull=True, decided_by__isnull=True)
                | (
                    Q(upheld__isnull=False, decided_at__isnull=False, decided_by__isnull=False)
                    & ~Q(answer="")
                    & ~Q(decided_by=F("raised_by"))
                ),
                name="objection_decided",
                violation_error_message="答复须有结论、理由、时间和提出人以外的答复人。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.get_about_display()}"

    @property
    def is_open(self) -> bool:
        return self.decided_at is None


class AdjustmentKind(models.TextChoices):
    VALUE = "value", "更正完成值"
    POINTS = "points", "增减分数"
    LIFT = "lift", "撤销事项"


class Adjustment(AppendOnlyModel):
    """What a decision changes: the figure of one line (``target``; null: of timeliness), points of the total, or an
    occurrence that no longer counts. By whom, when and why stands in the objection."""

    objection = models.OneToOneField(
        Objection, on_delete=models.PROTECT, related_name="adjustment", verbose_name="考核异议"
    )
    kind = models.CharField("性质", max_length=10, choices=AdjustmentKind)
    target = models.ForeignKey(
        Target, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="目标"
    )
    value = models.FloatField("完成值", null=True, blank=True)
    points = models.DecimalField("分数", max_digits=5, decimal_places=2, null=True, blank=True)
    occurrence = models.ForeignKey(
        Occurrence, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="加扣分、否决事项"
    )

    class Meta:
        verbose_name = verbose_name_plural = "考核调整"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="value", value__isnull=False, points__isnull=True, occurrence__isnull=True)
                | (
                    Q(kind="points", points__isnull=False)
                    & Q(value__isnull=True, target__isnull=True, occurrence__isnull=True)
                )
                | (
                    Q(kind="lift", occurrence__isnull=False)
                    & Q(value__isnull=True, target__isnull=True, points__isnull=True)
                ),
                name="adjustment_of_kind",
                violation_error_message="更正完成值、增减分数、撤销事项各有各的内容。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.objection_id} {self.kind}"


class RevisedScore(models.Model):
    """What a score comes to with all adjustments, where that differs from what was computed (of a school that nobody
    adjusted too: a place within the quota may become free)."""

    subject = models.OneToOneField(SubjectScore, on_delete=models.CASCADE, related_name="revised")
    score = points_field("得分")
    bonus = points_field("加分")
    deduction = points_field("扣分")
    total = points_field("总分")
    best_grade = models.CharField("至多评为", max_length=10, choices=Grade)
    grade = models.CharField("等次", max_length=10, choices=Grade)
    band = models.CharField("所处位次", max_length=10, choices=Band, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "调整后得分"
        ordering = ["subject"]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.total}"


class AssessmentEdition(AppendOnlyModel):
    """The published result: every sheet as data, with a checksum. Never changed."""

    assessment = models.OneToOneField(
        Assessment, on_delete=models.PROTECT, related_name="edition", verbose_name="年度考核"
    )
    content = models.JSONField("内容")
    checksum = models.CharField("校验码", max_length=64)
    published_at = models.DateTimeField("发布时间")
    published_by = whoever("签发人")

    class Meta:
        verbose_name = verbose_name_plural = "考核定稿"
        ordering = ["assessment"]

    def __str__(self) -> str:
        return f"{self.assessment_id} 定稿"


class AssessmentSources(AppendOnlyModel):
    """What a published assessment is computed from (assessment/kept.py), which pages never read."""

    edition = models.OneToOneField(
        AssessmentEdition, on_delete=models.PROTECT, related_name="sources", verbose_name="考核定稿"
    )
    data = models.TextField("数据")
    checksum = models.CharField("校验码", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "考核来源"
        ordering = ["edition"]

    def __str__(self) -> str:
        return str(self.edition)
