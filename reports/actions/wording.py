"""What people write into a bulletin that was drafted: texts of its sections, and its head."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from base import audit, clock
from reports.actions.progress import tidy
from reports.actions.reviewing import held
from reports.bulletin.references import unknown
from reports.composing import Text, mark_of, texts_of
from reports.models import WORDING, Bulletin, Wording
from schools.models import User

IN_REVIEW = "这一稿已经送签，没有保存。要改，请先撤回。"
EMPTY = "这一部分不能空着，没有保存。要用自动起草的文字，请点“恢复自动文字”。"


@transaction.atomic
def word(bulletin: Bulletin, section: str, text: str, *, seen: int, over: str = "", by: User) -> Text:
    """Save a section's text; what can't be saved is marked on it: in review, empty, too long, refers to a figure that
    is not there, or (a conflict) was worded by somebody else since version ``seen`` was read, or drafted anew since.

    ``over``: the mark (composing.py) of the text over which it was typed, from a page that may be old. A text that is
    still that one was not typed at all, and changes nothing.

    Raises ValidationError for a section that the bulletin does not have.
    """
    current = held(bulletin)
    one, wanted = _text(current, section), tidy(text)
    if wanted == one.stored or mark_of(wanted) == over:
        return one
    one.problem = _problem(current, one, wanted)
    one.conflict = not one.problem and (seen != one.version or over not in ("", mark_of(one.stored)))
    if one.problem:
        one.typed, one.seen = wanted, (seen, over)
    elif one.conflict:
        one.typed = wanted
    else:
        _write(current, one, wanted, by)
    return one


@transaction.atomic
def restore(bulletin: Bulletin, section: str, *, seen: int, by: User) -> Text:
    """Let a section say what was drafted. What it said stays in the audit rows. Raises ValidationError like ``word``,
    in review, and where somebody worded it since version ``seen`` was read."""
    current = held(bulletin)
    one = _text(current, section)
    if current.is_in_review:
        raise ValidationError(IN_REVIEW, code="in_review")
    if not one.is_worded:
        return one
    if seen != one.version:
        raise ValidationError(f"{one.wording.saved_by}刚刚改写了这一部分，没有恢复，请看过再定。", code="conflict")
    _write(current, one, "", by)
    return one


@transaction.atomic
def set_head(bulletin: Bulletin, *, seen: int, by: User, **given: str | datetime.date | None) -> Bulletin:
    """Give the head its title, number, addressees and date (``given``); empty means as drafted. Raises ValidationError
    by field, in review, and where somebody changed it since version ``seen`` was read."""
    current = held(bulletin)
    if current.is_in_review:
        raise ValidationError(IN_REVIEW, code="in_review")
    before = {name: getattr(current, name) for name in given}
    if before == given:
        return current
    if seen != current.head_version:
        raise ValidationError("版头刚刚由别人改过，没有保存，请看过现在的内容再改。", code="conflict")
    for name, value in given.items():
        setattr(current, name, value)
    current.head_version += 1
    current.save(update_fields=[*given, "head_version"])
    audit.record(current, "headed", by=by, before=_told(before), after=_told(given))
    return current


def _told(given: dict[str, str | datetime.date | None]) -> str:
    return "；".join(
        f"{Bulletin._meta.get_field(name).verbose_name}：{value or '（自动）'}" for name, value in given.items()
    )


def _text(bulletin: Bulletin, section: str) -> Text:
    found = next((text for text in texts_of(bulletin) if text.section == section), None)
    if found is None:
        raise ValidationError("通报没有这一部分，请刷新页面。", code="gone")
    return found


def _problem(bulletin: Bulletin, text: Text, wanted: str) -> str:
    if bulletin.is_in_review:
        return IN_REVIEW
    if not wanted:
        return EMPTY
    if len(wanted) > WORDING:
        return f"超过 {WORDING} 字（现有 {len(wanted)} 字），没有保存，请压缩。"
    if lost := unknown(wanted, text.content.get("figures", {})):
        return f"本期没有这些数：{'、'.join(lost)}，没有保存。请从“插入数字”里选。"
    return ""


def _write(bulletin: Bulletin, text: Text, wanted: str, by: User) -> None:
    before = text.stored
    columns = {"text": wanted, "drafted": text.drafted, "version": text.version + 1}
    columns |= {"saved_at": clock.now(), "saved_by": by}
    text.wording, _ = Wording.objects.update_or_create(bulletin=bulletin, section=text.section, defaults=columns)
    audit.record(text.wording, "worded" if wanted else "unworded", by=by, before=before, after=wanted, why=text.heading)
