"""What was reported: entries (one value of one unit, quarter and element), and when a school handed in its form."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from base.fields import QuarterField
from schools.models import Unit
from submissions.queries import EntryQuerySet, SubmissionQuerySet
from targets.models import Element


class EntryState(models.TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    RETURNED = "returned", "已退回"
    APPROVED = "approved", "已通过"


# from → to: the only ways an entry goes. Whoever fills makes a draft of a returned one by changing it or answering in a
# note; history that is brought in (imports.py) is approved at once.
TRANSITIONS: dict[EntryState, tuple[EntryState, ...]] = {
    EntryState.DRAFT: (EntryState.SUBMITTED,),
    EntryState.SUBMITTED: (EntryState.RETURNED, EntryState.APPROVED),
    EntryState.RETURNED: (EntryState.DRAFT,),
    EntryState.APPROVED: (),
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
        ]
        indexes = [models.Index(fields=["quarter", "element"], name="entry_quarter_element")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.quarter} {self.element_id}"
