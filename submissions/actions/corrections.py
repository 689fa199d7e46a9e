"""Corrections of what had been approved: asked for with a reason, granted or refused item by item, done when the new
value is approved. Until then, and if it is given up, the approved value is in force.

Entries are held before their corrections are read, here as in reviewing, so that two who decide at once wait for each
other.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from base import audit, clock
from base.quarters import Quarter
from base.templatetags.quarters import short_day
from schools.models import District, Section, Unit, User
from submissions.actions.moving import move, require_reviewing
from submissions.cells import Cell
from submissions.models import Correction, CorrectionState, Entry, EntryState
from submissions.notices import tell_decided
from submissions.sheets import Sheet, school_sheet, section_sheet

WORDS = 500  # characters of a reason, of an answer
DAYS, MOST_DAYS = 7, 30  # to correct in: as proposed, at most
KEPT = ("note", "flags", "entered_at", "entered_by_id")  # of the approved value, while it is corrected
LAPSED = "更正期限已过，恢复核定的数值"


@dataclass
class Decided:
    done: list[Correction] = field(default_factory=list)
    refused: list[tuple[Correction, str]] = field(default_factory=list)  # not decided, with the reason in Chinese


# --- Asking --------------------------------------------------------------------------------------------------------


def ask_correction(unit: Unit, quarter: Quarter, codes: Sequence[str], reason: str, *, by: User) -> list[Correction]:
    """A school asks to correct approved items of its form, by element code; all of them or none."""
    with transaction.atomic():
        return _ask(school_sheet(unit, quarter, lock=True), codes, reason, by)


def ask_grid_correction(
    section: Section, quarter: Quarter, keys: Sequence[str], reason: str, *, by: User, hidden: Iterable[int] = ()
) -> list[Correction]:
    """A section asks to correct approved cells of its grid, by ``<unit code>.<element code>``; all of them or none."""
    with transaction.atomic():
        return _ask(section_sheet(section, quarter, lock=True, hidden=hidden), keys, reason, by)


def _ask(sheet: Sheet, keys: Sequence[str], reason: str, by: User) -> list[Correction]:
    reason = _worded(reason, "申请更正须写明理由，科室会看到这句话。", "理由")
    if not keys:
        raise ValidationError("请勾选要更正的项目。", code="nothing")
    cells = [_correctable(sheet, key) for key in dict.fromkeys(keys)]
    entries = [cell.entry for cell in cells if cell.entry]
    asked = Correction.objects.filter(entry__in=entries).open().select_related("entry__element").first()
    if asked:
        raise ValidationError(f"“{asked.entry.element.name}”已有更正申请，不用再申请。", code="asked")
    made = [Correction(entry=entry, reason=reason, asked_at=clock.now(), asked_by=by) for entry in entries]
    Correction.objects.bulk_create(made)
    audit.record_all(audit.row(entry, "asked", by=by, why=reason) for entry in entries)
    return made


def _correctable(sheet: Sheet, key: str) -> Cell:
    cell = sheet.cells.get(key)
    if cell is None:
        raise ValidationError(f"本表没有“{key}”这一项。", code="unknown")
    if cell.state != EntryState.APPROVED:
        raise ValidationError(f"“{cell.element.name}”没有审核通过，不用申请更正。", code="not_approved")
    return cell


# --- Deciding ------------------------------------------------------------------------------------------------------


def grant(corrections: Iterable[Correction], until: datetime.date, *, by: User) -> Decided:
    """Let the items be entered anew until then. Nobody grants what she asked for herself."""
    latest = clock.today() + datetime.timedelta(days=MOST_DAYS)
    if not clock.today() <= until <= latest:
        raise ValidationError(f"更正期限应在今天至{short_day(latest)}之间。", code="until")
    with transaction.atomic():
        decided = _to_decide(corrections, by)
        entries = [one.entry for one in decided.done]
        require_reviewing(entries)
        for one in decided.done:
            one.state, one.until = CorrectionState.GRANTED, until
            one.decided_at, one.decided_by = clock.now(), by
            for name in KEPT:
                setattr(one, name, getattr(one.entry, name))
        Correction.objects.bulk_update(decided.done, ["state", "until", "decided_at", "decided_by", *KEPT])
        why = f"限{short_day(until)}前（含当天）改好提交"
        move(entries, EntryState.DRAFT, by, verb="reopened", why=why, reopened_until=until)
        tell_decided(decided.done, by=by)
        return decided


def refuse(answers: Mapping[Correction, str], *, by: User) -> Decided:
    """Refuse, each with an answer of its own, which whoever asked will read."""
    worded = {
        one.pk: _worded(answer, "不同意更正须写明原因，申请的人会看到这句话。", "原因")
        for one, answer in answers.items()
    }
    with transaction.atomic():
        decided = _to_decide(answers, by)
        for one in decided.done:
            one.state, one.answer = CorrectionState.REFUSED, worded[one.pk]
            one.decided_at, one.decided_by, one.ended_at = clock.now(), by, clock.now()
        Correction.objects.bulk_update(decided.done, ["state", "answer", "decided_at", "decided_by", "ended_at"])
        audit.record_all(audit.row(one.entry, "refused", by=by, why=one.answer) for one in decided.done)
        tell_decided(decided.done, by=by)
        return decided


def _to_decide(corrections: Iterable[Correction], by: User) -> Decided:
    """Those that she may decide now, and those that she may not, with the reason."""
    decided = Decided()
    for one in _held(corrections):
        if one.state != CorrectionState.ASKED:
            who = f"，{one.decided_by}" if one.decided_by else ""
            decided.refused.append((one, f"已经办过（{one.get_state_display()}{who}）。"))
        elif one.asked_by_id == by.pk:
            decided.refused.append((one, "不能决定自己提出的申请，请由他人决定。"))
        else:
            decided.done.append(one)
    return decided


# --- Ending --------------------------------------------------------------------------------------------------------


def drop(correction: Correction, *, by: User, why: str = "") -> Correction:
    """Withdraw a request, or give up a granted correction: the approved value stands again with its note, its flags
    and who entered it.

    Raises ValidationError if it has ended already, or was refused.
    """
    with transaction.atomic():
        held = _held([correction])[0]
        if held.is_open:
            _drop(held, by, why)
            return held
    raise ValidationError(f"该申请已办结（{held.get_state_display()}），无需撤回。", code="ended")


def end_lapsed(district: District) -> list[Correction]:
    """Give up the district's granted corrections whose time is over and whose new value nobody handed in.
    Running it twice changes nothing."""
    with transaction.atomic():
        lapsed = [
            one for one in _held(Correction.objects.lapsed().filter(entry__unit__district=district)) if one.is_lapsed
        ]
        for one in lapsed:
            _drop(one, None, LAPSED)
        tell_decided(lapsed, by=None)
    return lapsed


def _drop(held: Correction, by: User | None, why: str) -> None:
    if held.state == CorrectionState.ASKED:
        audit.record(held.entry, "withdrawn", by=by, why=why)
    else:
        restored = {"value": F("approved_value"), "return_reason": "", "reopened_until": None}
        restored |= {name: getattr(held, name) for name in KEPT}
        if held.entered_at is None:  # granted before this was kept
            restored |= {"entered_at": held.entry.entered_at, "entered_by_id": held.entry.entered_by_id}
        move([held.entry], EntryState.APPROVED, by, verb="dropped", why=why, **restored)
    held.state, held.ended_at = CorrectionState.DROPPED, clock.now()
    held.save(update_fields=["state", "ended_at"])


def end_done(corrected: list[Entry]) -> None:
    """Their new values are in force: approved, or brought in as history. The caller holds the entries."""
    if corrected:
        granted = Correction.objects.filter(entry__in=corrected, state=CorrectionState.GRANTED)
        granted.update(state=CorrectionState.DONE, ended_at=clock.now())


def prolong(returned: list[Entry]) -> None:
    """What comes back from a review wants time to be corrected again. The caller holds the entries."""
    if returned:
        until = clock.today() + datetime.timedelta(days=DAYS)
        Entry.objects.filter(pk__in=[one.pk for one in returned], reopened_until__lt=until).update(reopened_until=until)
        granted = Correction.objects.filter(entry__in=returned, state=CorrectionState.GRANTED, until__lt=until)
        granted.update(until=until)


def _held(corrections: Iterable[Correction]) -> list[Correction]:
    """As they are now; their entries, with unit and element, are held until the transaction ends."""
    wanted = [one.pk for one in corrections]
    concerned = Correction.objects.filter(pk__in=wanted).values("entry")
    held = Entry.objects.filter(pk__in=concerned).locked().select_related("element", "unit__district").order_by("pk")
    entries = {entry.pk: entry for entry in held}
    found = list(Correction.objects.filter(pk__in=wanted).select_related("decided_by").order_by("pk"))
    for one in found:
        one.entry = entries[one.entry_id]
    return found


def _worded(text: str, wanted: str, name: str) -> str:
    text = text.strip()
    if not text:
        raise ValidationError(wanted, code="reason")
    if len(text) > WORDS:
        raise ValidationError(f"{name}最多 {WORDS} 字，现有 {len(text)} 字。", code="reason")
    return text
