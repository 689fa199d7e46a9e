"""What sections tell for a bulletin: words about their tasks, and what they do about red targets."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from base.fields import PeriodField
from base.models import StoredFile
from reports.models.measurements import Status
from targets.models import AdoptedTarget
from tasks.models import AdoptedTask


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
