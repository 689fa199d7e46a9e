"""What a bulletin lacks when it is drafted, quarter by quarter: whose forms are still open, which schools handed in
nothing, how much is not filled in or not reviewed.

A content keeps it as JSON, a ``Lack`` for each quarter. No figure, so nothing of it is sensitive.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from base.quarters import Period, Quarter
from base.templatetags.quarters import day
from reports.bulletin.changes import MOST_NAMES, few
from schools.models import Section, Unit
from submissions.asking import asking_of
from submissions.models import Entry
from submissions.states import Standing, standings
from tasks.models import Adoption

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Lack:
    """``until``: the last day on which the quarter may be filled in, empty once it is closed. ``waiting``: {section,
    count}; ``silent``: {count, names} of schools that never handed their form in, at most five by name; ``missing``:
    items of schools that are blank."""

    quarter: str
    label: str
    until: str
    waiting: Sequence[Data]
    silent: Data
    missing: int

    @property
    def is_open(self) -> bool:
        return bool(self.until)

    @property
    def said(self) -> str:
        """2025年第二季度仍在填报（2025年7月9日关闭）：3所学校没有报送（甲小学、乙小学、丙小学），40项没有填，12项待审核."""
        return self._said(f"（{few(self.silent['names'], self.silent['count'])}）")

    @property
    def printed(self) -> str:
        """The same without names: on paper nobody is named while she is in time."""
        return self._said("")

    def _said(self, names: str) -> str:
        state = f"仍在填报（{self.until}关闭）" if self.until else "填报已经关闭"
        count, waiting = self.silent["count"], sum(one["count"] for one in self.waiting)
        said = [f"{count}所学校没有报送{names}"] if count else []
        said += [f"{self.missing}项没有填"] if self.missing else []
        said += [f"{waiting}项待审核"] if waiting else []
        return f"{self.label}{state}" + (f"：{'，'.join(said)}" if said else "")

    @property
    def sections(self) -> str:
        return "、".join(f"{one['section']}{one['count']}项" for one in self.waiting)


def unready_of(adoption: Adoption, period: Period) -> list[Lack]:
    """Of the half-year's quarters that have opened, and of earlier ones where something waits; in order."""
    district, asking = adoption.district, asking_of(adoption.district)
    windows = {quarter: asking.window(None, quarter) for quarter in _quarters(period)}
    opened = [quarter for quarter, window in windows.items() if window.has_opened]
    schools = list(Unit.objects.of(district).schools().with_facts().order_by("code"))
    forms: dict[Quarter, list[Standing]] = defaultdict(list)
    for one in standings(asking, schools, opened).values():
        if one.asked:
            forms[one.quarter].append(one)
    waiting = _waiting(adoption, period)
    found = [
        Lack(
            quarter=str(quarter),
            label=quarter.label,
            until=day(windows[quarter].closes) if quarter in windows and windows[quarter].is_open else "",
            waiting=waiting[quarter],
            silent=_silent([one for one in forms[quarter] if not one.is_handed_in]),
            missing=sum(one.missing for one in forms[quarter]),
        )
        for quarter in sorted({*opened, *waiting})
    ]
    return [one for one in found if one.is_open or one.waiting or one.silent["count"] or one.missing]


def is_open(adoption: Adoption, period: Period) -> bool:
    """Whether a form of the half-year can still be filled in by all. No query besides the calendar's."""
    asking = asking_of(adoption.district)
    return any(asking.window(None, quarter).is_open for quarter in _quarters(period))


def _quarters(period: Period) -> list[Quarter]:
    return [Quarter(number) for number in range(period.first, period.last + 1)]


def _waiting(adoption: Adoption, period: Period) -> dict[Quarter, list[Data]]:
    """Handed in and not reviewed yet, by quarter and section."""
    entries = Entry.objects.of(adoption.district).up_to(period.last).waiting()
    counts = Counter(entries.values_list("quarter", "element__reviewed_by"))
    sections = Section.objects.filter(district=adoption.district, code__in={code for _, code in counts})
    found: dict[Quarter, list[Data]] = defaultdict(list)
    for section in sections:
        for quarter in sorted({quarter for quarter, code in counts if code == section.code}):
            found[quarter].append({"section": section.name, "count": counts[quarter, section.code]})
    return found


def _silent(forms: Sequence[Standing]) -> Data:
    names = [one.unit.facts_in(one.quarter).name for one in forms[:MOST_NAMES]]
    return {"count": len(forms), "names": names}


def lacks_in(content: Mapping[str, Any]) -> list[Lack]:
    """As they were when it was drafted."""
    return [Lack(**row) for row in content.get("unready", [])]


def note_of(content: Mapping[str, Any]) -> str:
    """What the paper says of it: only where a form was still open. Empty otherwise."""
    still = [one.printed for one in lacks_in(content) if one.is_open]
    return f"起草时{'；'.join(still)}，均未计入本期结果。" if still else ""
