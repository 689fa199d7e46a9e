"""What was reported: entries (one value of one unit, quarter and element), when a school handed in its form, what it
signed, what proves it; longer time for one school, and corrections of what had been approved."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from base import clock
from base.fields import CodesField, QuarterField
from base.models import Job, StoredFile
from schools.models import Section, Unit
from submissions.queries import CorrectionQuerySet, EntryQuerySet, SubmissionQuerySet
from targets.models import Element


class EntryState(models.TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    RETURNED = "returned", "已退回"
    APPROVED = "approved", "已通过"


# from → to: the only ways an entry goes. Whoever fills makes a draft of a returned one by changing it or answering in a
# note; a granted correction makes a draft of an approved one, and given up it is approved as it was (corrections.py);
# history that is brought in (imports.py) is approved at once.
TRANSITIONS: dict[EntryState, tuple[EntryState, ...]] = {
    EntryState.DRAFT: (EntryState.SUBMITTED, EntryState.APPROVED),
    EntryState.SUBMITTED: (EntryState.RETURNED, EntryState.APPROVED),
    EntryState.RETURNED: (EntryState.DRAFT, EntryState.APPROVED),
    EntryState.APPROVED: (EntryState.DRAFT,),
}
EDITABLE = (EntryState.DRAFT, EntryState.RETURNED)


def leading_to(state: EntryState) -> list[EntryState]:
    """The states from which an entry may go to ``state``."""
    return [before for before, after in TRANSITIONS.items() if state in after]


class Submission(models.Model):
    """A school's form of one quarter: its entries are those of its unit and quarter that schools enter themselves.

    When it was handed in stands here; its state follows from its entries.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="submissions")
    quarter = QuarterField("季度")
    first_submitted_at = models.DateTimeField("首次提交时间", null=True, blank=True)
    first_submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "填报表"
        ordering = ["-quarter", "unit"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "quarter"], name="submission_once"),
            models.CheckConstraint(
                condition=Q(first_submitted_at__isnull=True, first_submitted_by__isnull=True)
                | Q(first_submitted_at__isnull=False, first_submitted_by__isnull=False),
                name="submission_submitted",
                violation_error_message="提交时间和提交人应同时具备。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.quarter}"


class Entry(models.Model):
    """One value of one unit, quarter and element.

    ``value`` is what is being worked on; ``approved_value`` is what is in force and measured. They differ while a
    correction is under way. Values of every type are stored as one number (see targets.values). ``version`` grows with
    every change; a save that names an older one changes nothing. Its whole life stands in the audit rows.
    """

    element = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="entries")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="entries")
    quarter = QuarterField("季度")
    value = models.DecimalField("数值", max_digits=20, decimal_places=6, null=True, blank=True)
    note = models.CharField("说明", max_length=500, blank=True)
    state = models.CharField("状态", max_length=10, choices=EntryState, default=EntryState.DRAFT)
    version = models.PositiveIntegerField("版本", default=1)
    entered_at = models.DateTimeField("填报时间")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    return_reason = models.CharField("退回原因", max_length=500, blank=True)
    approved_value = models.DecimalField("核定值", max_digits=20, decimal_places=6, null=True, blank=True)
    approved_at = models.DateTimeField("核定时间", null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reopened_until = models.DateField(
        "更正期限", null=True, blank=True
    )  # a correction is under way, to be made by then
    flags = CodesField("异常核对")  # codes of the soft checks that it did not pass when it was handed in

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "填报值"
        ordering = ["unit", "quarter", "element"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "quarter", "element"], name="entry_once"),
            models.CheckConstraint(
                condition=(Q(state="returned") & ~Q(return_reason="")) | (~Q(state="returned") & Q(return_reason="")),
                name="entry_return_reason",
                violation_error_message="退回须写明原因。",
            ),
            models.CheckConstraint(
                condition=Q(approved_value__isnull=True, approved_at__isnull=True)
                | Q(approved_value__isnull=False, approved_at__isnull=False),
                name="entry_approved",
                violation_error_message="核定值和核定时间应同时具备。",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(value__isnull=False, approved_value__isnull=False, value=models.F("approved_value")),
                name="entry_approved_value",
                violation_error_message="已通过的数值应等于核定值。",
            ),
            models.CheckConstraint(
                condition=~Q(state="submitted") | Q(value__isnull=False),
                name="entry_submitted_value",
                violation_error_message="空白不能提交。",
            ),
            models.CheckConstraint(
                condition=Q(reopened_until__isnull=True) | (~Q(state="approved") & Q(approved_value__isnull=False)),
                name="entry_reopened",
                violation_error_message="只有正在更正的核定值才有更正期限。",
            ),
        ]
        indexes = [
            models.Index(fields=["quarter", "element"], name="entry_quarter_element"),
            models.Index(fields=["approved_at"], name="entry_approved_at"),  # what came since a measurement
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.quarter} {self.element_id}"


class Extension(models.Model):
    """More time for one school: its form of ``quarter`` is due, and stays open, until ``until``."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="extensions", verbose_name="学校")
    quarter = QuarterField("季度")
    until = models.DateField("延至")
    reason = models.CharField("原因", max_length=200)
    given_at = models.DateTimeField("批准时间")
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="批准人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "延期"
        ordering = ["-quarter", "unit"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "quarter"], name="extension_once"),
            models.CheckConstraint(
                condition=~Q(reason=""), name="extension_reason", violation_error_message="延期须写明原因。"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.quarter} {self.until}"


class CorrectionState(models.TextChoices):
    ASKED = "asked", "待同意"
    GRANTED = "granted", "更正中"
    REFUSED = "refused", "未同意"
    DONE = "done", "已更正"
    DROPPED = "dropped", "已放弃"


# asked → granted, refused, or dropped by the school; granted → done when its new value is approved, or dropped when it
# is given up or out of time


class Correction(models.Model):
    """A school asks to correct one approved figure. Granted, it may be entered anew until ``until``, whatever the
    calendar says; the approved value stays in force until the new one is approved."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="corrections", verbose_name="填报值")
    state = models.CharField("状态", max_length=10, choices=CorrectionState, default=CorrectionState.ASKED)
    reason = models.CharField("申请理由", max_length=500)
    asked_at = models.DateTimeField("申请时间")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="申请人"
    )
    answer = models.CharField("答复", max_length=500, blank=True)
    # Of the approved value, kept while it is corrected:
    note = models.CharField("原说明", max_length=500, blank=True)
    flags = CodesField("原异常核对")
    entered_at = models.DateTimeField("原填报时间", null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="原填报人",
    )
    until = models.DateField("更正期限", null=True, blank=True)
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="决定人",
    )
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "更正申请"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(state__in=["asked", "granted"]),
                name="correction_one_open",
                violation_error_message="这一项已有未办结的更正申请。",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="correction_reason", violation_error_message="申请更正须写明理由。"
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(answer=""),
                name="correction_answer",
                violation_error_message="不同意更正须写明原因。",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="correction_decided",
                violation_error_message="决定时间和决定人应同时具备。",
            ),
            models.CheckConstraint(
                condition=Q(entered_by__isnull=True) | Q(entered_at__isnull=False),
                name="correction_entered",
                violation_error_message="原填报人应连同原填报时间一并保留。",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="asked", decided_at__isnull=True, ended_at__isnull=True)
                    | Q(state="granted", decided_at__isnull=False, until__isnull=False, ended_at__isnull=True)
                    | Q(state__in=["refused", "done"], decided_at__isnull=False, ended_at__isnull=False)
                    | Q(state="dropped", ended_at__isnull=False)
                ),
                name="correction_state",
                violation_error_message="更正申请的状态与决定、期限、结束时间不符。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in (CorrectionState.ASKED, CorrectionState.GRANTED)

    @property
    def is_lapsed(self) -> bool:
        """Its time is over and nothing was handed in; what waits for its review has been handed in in time."""
        is_granted = self.state == CorrectionState.GRANTED and self.until is not None
        return is_granted and self.until < clock.today() and self.entry.state in EDITABLE


class SignOff(models.Model):
    """What a school handed in, as its sign-off sheet prints it; ``code`` on the paper leads back here."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="sign_offs", verbose_name="学校")
    quarter = QuarterField("季度")
    code = models.CharField("校验码", max_length=20, unique=True)
    content = models.JSONField("内容")  # [element code, value as files carry it], in the order of the form
    made_at = models.DateTimeField("时间")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "签字表"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.code


class Evidence(models.Model):
    """A photo or a file of a school that proves some of its entries; one file may serve several."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="evidence", verbose_name="单位")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="evidence", verbose_name="文件")
    entries = models.ManyToManyField(Entry, related_name="evidence", verbose_name="填报值")

    class Meta:
        verbose_name = verbose_name_plural = "佐证"
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.file)


class UploadState(models.TextChoices):
    CHECKING = "checking", "正在核对"
    CHECKED = "checked", "待确认"
    SAVED = "saved", "已保存"
    DISCARDED = "discarded", "已放弃"


# checking → checked → saved or discarded; a school's is checked at once


class Upload(models.Model):
    """A workbook that somebody brought in: a school's form, or a section's figures of all schools. What saving it would
    do stands in ``outcome`` (workbooks/checking.py); nothing of it is saved before that has been seen and confirmed."""

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="uploads", verbose_name="学校"
    )
    section = models.ForeignKey(
        Section, on_delete=models.PROTECT, null=True, blank=True, related_name="uploads", verbose_name="科室"
    )
    quarter = QuarterField("季度")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="upload", verbose_name="文件")
    report = models.OneToOneField(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="批注件"
    )
    job = models.ForeignKey(
        Job, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="后台任务"
    )
    state = models.CharField("状态", max_length=10, choices=UploadState, default=UploadState.CHECKING)
    outcome = models.JSONField("核对结果", default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="上传人")
    at = models.DateTimeField("上传时间")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "上传的表格"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, section__isnull=True) | Q(unit__isnull=True, section__isnull=False),
                name="upload_one_place",
                violation_error_message="上传的表格属于一所学校或一个科室。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["checking", "checked"], ended_at__isnull=True)
                | Q(state__in=["saved", "discarded"], ended_at__isnull=False),
                name="upload_ended",
                violation_error_message="已保存或放弃的须有结束时间，其余的不得有。",
            ),
        ]

    def __str__(self) -> str:
        return str(self.file)

    @property
    def place(self) -> Unit | Section:
        return self.unit or self.section
