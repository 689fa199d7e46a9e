"""Cells of a sheet on a page."""

import datetime
import json
from decimal import Decimal

from django import template
from django.http import QueryDict
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from base import clock, files
from base.templatetags.numbers import NONE, number
from base.templatetags.quarters import short_day
from schools.models import Section
from submissions import actions, checks, codes
from submissions.cells import Cell, Past
from submissions.checks import Finding
from submissions.models import Correction, Entry, EntryState
from submissions.rates import Reading
from submissions.sheets import Row, Sheet
from targets import values
from targets.models import BY_SCHOOL, PeriodKind, ValueType, Verdict

register = template.Library()

CHOICES = {
    ValueType.BOOLEAN: [("", "—"), ("1", "是"), ("0", "否")],
    ValueType.VERDICT: [("", "—"), *((str(code), str(label)) for code, label in Verdict.choices)],
}


@register.filter
def choices(cell: Cell) -> list[tuple[str, str]]:
    """What may be chosen, if it is a matter of choosing."""
    return CHOICES.get(ValueType(cell.element.value_type), [])


@register.filter
def is_date(cell: Cell) -> bool:
    return cell.element.value_type == ValueType.DATE


@register.filter
def is_number(cell: Cell) -> bool:
    return cell.element.value_type in (ValueType.INTEGER, ValueType.DECIMAL)


@register.filter
def past(cell: Cell, which: Past | None) -> str:
    """A value of an earlier quarter, grouped by thousands."""
    return grouped(cell, which.value if which else None)


@register.filter
def grouped(cell: Cell, value: Decimal | None) -> str:
    """As displayed, a number grouped by thousands: 1,104."""
    if value is None:
        return NONE
    return number(value) if is_number(cell) else values.display(cell.element, value)


@register.filter
def stands(cell: Cell) -> str:
    """Its current value, grouped."""
    return grouped(cell, cell.value)


@register.filter
def reading(sheet: Sheet, cell: Cell) -> Reading | None:
    """The rate that the cell takes part in."""
    return sheet.rate(cell)


@register.filter
def warnings(sheet: Sheet, cell: Cell) -> list[Finding]:
    """What the plan's soft checks say about it, while it is not approved yet."""
    return sheet.warnings(cell) if cell.state != EntryState.APPROVED else []


@register.filter
def findings(sheet: Sheet, cell: Cell) -> list[Finding]:
    """What they say to whoever reviews it."""
    return sheet.findings(cell)


@register.filter
def complaint(sheet: Sheet, cell: Cell) -> str:
    """Why its value cannot be."""
    return sheet.complaint(cell)


@register.filter
def is_checked(sheet: Sheet, cell: Cell) -> bool:
    return checks.looks_at(sheet, cell.element.pk)


@register.filter
def partners(sheet: Sheet, cell: Cell) -> list[Cell]:
    """The other cells of its unit whose rates, and checks, change with it."""
    touched = {
        pk
        for one in sheet.readings(cell.unit)
        if one.has(cell.element.pk)
        for pk in (*one.numerator_ids, *one.denominator_ids)
    }
    touched |= checks.partners(sheet.asking.checks(sheet.quarter), {cell.element.pk})
    mine = sheet.by_unit[cell.unit.pk]
    return [other for other in mine if other is not cell and other.element.pk in touched]


@register.filter
def saved_at(when: datetime.datetime) -> str:
    """10:32 if today, else 7月1日 10:32."""
    local = timezone.localtime(when)
    return f"{local:%H:%M}" if local.date() == clock.today() else f"{short_day(local)} {local:%H:%M}"


@register.simple_tag(takes_context=True)
def query(context: Context, **parameters: object) -> str:
    """``?quarter=2025Q1``: the parameters that are not empty, urlencoded."""
    given = {name: value for name, value in parameters.items() if value not in (None, "")}
    return f"?{urlencode(given)}" if given else ""


@register.filter
def previews(cell: Cell) -> bool:
    """Whether its rate follows what is being typed."""
    return cell.element.entered_by == BY_SCHOOL and is_number(cell) and cell.is_editable and not cell.conflict


@register.filter
def reviewer(sheet: Sheet, cell: Cell) -> str:
    """The section that answers for it."""
    return sheet.reviewer(cell)


@register.filter
def section(sheet: Sheet, cell: Cell) -> Section | None:
    """The same, with whom to ask."""
    return sheet.section(cell)


@register.filter
def check_code(code: str) -> str:
    """In two groups, as papers carry it."""
    return codes.grouped(code)


@register.filter
def offered_text(cell: Cell) -> str:
    """What one click would put there, as an input takes it."""
    return values.plain(cell.element, cell.offer)


@register.filter
def offered_json(cell: Cell) -> str:
    """The same, as HTMX sends it."""
    return json.dumps({f"value.{cell.key}": offered_text(cell)})


@register.filter
def offer_label(cell: Cell) -> str:
    """同上次 1,120, 填 0."""
    return "填 0" if cell.element.period_kind == PeriodKind.FLOW else f"同上次 {grouped(cell, cell.offer)}"


@register.filter
def stored_text(cell: Cell) -> str:
    """What is stored, as an input takes it."""
    return values.plain(cell.element, cell.value)


@register.filter
def complaint_at(reading: Reading, cell: Cell) -> str:
    return reading.complaint(cell.element.pk)


@register.filter
def words_at(reading: Reading | None, cell: Cell) -> str:
    return reading.words(cell.element.pk) if reading else ""


@register.filter
def save_url(sheet: Sheet, cell: Cell) -> str:
    """Where the cell is saved when it is left: on a school's form, or in a section's grid."""
    if cell.element.entered_by == BY_SCHOOL:
        return reverse("submissions:entry", args=[cell.unit.code, sheet.quarter, cell.element.code])
    return reverse("submissions:grid", args=[sheet.quarter, cell.element.entered_by])


@register.simple_tag(takes_context=True)
def history_url(context: Context, sheet: Sheet, cell: Cell) -> str:
    """The life of its entry, by the way open to the person: her school's, or the bureau's."""
    name, places = ("desk_history", [sheet.quarter, cell.unit.code])
    if "school" in context:
        name, places = ("history", [cell.unit.code, sheet.quarter])
    return reverse(f"submissions:{name}", args=[*places, cell.element.code])


@register.filter
def in_force(entry: Entry) -> str:
    """The approved value of an entry (with its element), grouped, with its unit of measure."""
    if entry.element.value_type not in (ValueType.INTEGER, ValueType.DECIMAL):
        return values.display(entry.element, entry.approved_value)
    return f"{number(entry.approved_value)} {entry.element.unit}".strip()


@register.filter
def any_of(row: Row, keys: list[str]) -> bool:
    """Whether a cell of the row is among the keys."""
    return any(cell.key in keys for cell in row.cells)


@register.filter
def answer_for(typed: QueryDict, correction: Correction) -> str:
    """Why not to correct it, as typed and not taken yet."""
    return typed.get(f"answer.{correction.pk}", "") if typed else ""


@register.filter
def reason_for(typed: QueryDict, cell: Cell) -> str:
    """The reason for returning it that was typed and not taken yet."""
    return typed.get(f"reason.{cell.entry.pk}", "") if typed and cell.entry else ""


@register.filter
def megabytes(size: int) -> str:
    return files.megabytes(size)


@register.simple_tag
def accepted() -> str:
    """What a file chooser offers as evidence; the types of pictures let a phone offer its camera, too."""
    kinds = [f".{kind}" for kind in (*actions.KINDS, "jpeg")]
    return ",".join([*kinds, files.TYPES["jpg"], files.TYPES["png"]])


@register.simple_tag
def evidence_limit() -> int:
    return actions.MAX_BYTES


@register.filter
def with_count(word: str, n: int) -> str:
    """变化大 3; of one the word alone."""
    return f"{word} {n}" if n > 1 else word
