"""What a bulletin would change against its newest edition: found when it is drafted and when it is sent, kept in its
content, and printed from there. Here is what the database has to be asked for; the comparison is bulletin/changes.py.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from base.templatetags.quarters import day
from reports import frozen
from reports.bulletin.causes import Change, Sources, compared, named
from reports.bulletin.changes import NOTHING_TOLD, changes_of
from reports.composing import composed
from reports.models import Bulletin, Edition, EditionSources
from reports.rules import hidden_elements
from schools.models import Section, Unit
from submissions.models import Correction, CorrectionState, Entry
from targets.models import Element

Data = dict[str, Any]


def with_changes(bulletin: Bulletin, sources: frozen.Frozen | None = None) -> Data:
    """The draft's content with what it changes against the newest edition; without ``changes`` where there is none.

    ``sources``: what it was computed from, if that has been read already.
    """
    content = {key: value for key, value in bulletin.content.items() if key != "changes"}
    latest = bulletin.editions.first()
    if latest is None:
        return content
    after = sources or frozen.freeze(bulletin.adoption, bulletin.period)
    kept = EditionSources.objects.filter(edition=latest).first()
    before = frozen.read(kept.data) if kept else None
    told = _told(compared(before, after), latest) if before else NOTHING_TOLD
    return content | {"changes": changes_of(latest.content, composed(bulletin), before, after, told)}


def _told(sources: Sources, latest: Edition) -> Data:
    """Of all that differs what the causes name; of hidden elements no unit and no value."""
    adoption = latest.bulletin.adoption
    elements = {element.code: element for element in Element.objects.filter(code__in=sources.values)}
    secret = hidden_elements()
    hidden = sorted(code for code, element in elements.items() if element.pk in secret)
    changes = named(sources, hidden)
    sections = dict(Section.objects.filter(district=adoption.district_id).values_list("code", "name"))
    return {
        "elements": {code: _element(element, sections) for code, element in sorted(elements.items())},
        "units": _units(adoption.district_id, {one.unit for one in changes} | sources.units.keys()),
        "hidden": hidden,
        "values": _approvals(changes, latest),
    }


def _element(element: Element, sections: Mapping[str, str]) -> Data:
    return {
        "name": element.name,
        "unit": element.unit,
        "type": element.value_type,
        "section": sections.get(element.reviewed_by, ""),
    }


def _units(district: int, codes: set[str]) -> Data:
    found = Unit.objects.filter(district=district, code__in=codes).with_facts().prefetch_related("successor__facts")
    names = {unit.code: {"name": unit.name, "into": unit.successor.name if unit.successor else ""} for unit in found}
    return {code: names.get(code, {"name": code, "into": ""}) for code in sorted(codes)}


def _approvals(changes: Sequence[Change], latest: Edition) -> Data:
    """When each was approved, and the reason of its correction since ``latest``."""
    ids = [one.pk for one in changes]
    approved = dict(Entry.objects.filter(pk__in=ids).values_list("pk", "approved_at"))
    done = Correction.objects.filter(entry__in=ids, state=CorrectionState.DONE, ended_at__gt=latest.published_at)
    reasons = dict(done.order_by("ended_at").values_list("entry", "reason"))
    return {str(pk): {"at": day(approved.get(pk)), "reason": reasons.get(pk, "")} for pk in sorted(ids)}
