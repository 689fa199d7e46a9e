"""Who is asked for what: the elements that a unit owes in a quarter (measurement.md §2).

``Asking`` reads adoptions with their dates, extensions, sections, elements, the terms of the definitions and the checks
once (seven queries) and answers for every unit and quarter from memory. ``asking_of`` keeps it from one request to the
next.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import Count, Max

from base.models import AuditRow
from base.quarters import Quarter
from schools.models import District, Section, Unit, UnitKind
from submissions import calendar
from submissions.models import Extension
from targets.models import BY_SCHOOL, About, Check, CheckKind, Element, Measure, Severity, Term, TermPart
from targets.queries import in_force
from targets.sensitive import sensitive_elements
from tasks.models import Adoption

_LAST = 10_000  # after every task: safeguards, then what no target uses


@dataclass(frozen=True, slots=True)
class Home:
    """The heading under which an element stands on a form: the task (or safeguard) of the first target using it."""

    order: int
    label: str
    name: str


NO_HOME = Home(2 * _LAST, "其他", "未用于目标的填报项")


@dataclass(slots=True)
class Use:
    """A target's definition as far as a form needs it: whom it concerns and what it does with which elements."""

    target_id: int
    since: Quarter
    plan_id: int
    name: str
    measure: str
    scale: Decimal
    decimals: int
    stages: tuple[str, ...]
    ownership: str
    sensitive: bool
    home: Home
    parts: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))  # element ids by TermPart

    def concerns(self, stages: Iterable[str], ownership: str) -> bool:
        """Whether a unit of these stages and this ownership is one of the target's units."""
        return (not self.ownership or self.ownership == ownership) and overlap(self.stages, stages)

    @property
    def numerator(self) -> list[int]:
        return self.parts[TermPart.NUMERATOR]

    @property
    def denominator(self) -> list[int]:
        return self.parts[TermPart.DENOMINATOR]

    @property
    def is_rate(self) -> bool:
        return self.measure == Measure.RATIO

    @property
    def is_part_of_whole(self) -> bool:
        """A percentage whose numerator can't exceed its denominator."""
        return self.is_rate and self.scale == 100


@dataclass(frozen=True, slots=True)
class Rule:
    """A check of a plan as a form needs it (targets.models.Check): the ids of the elements on its sides."""

    plan_id: int
    code: str
    kind: str
    severity: str
    stages: tuple[str, ...]
    threshold: Decimal | None
    minimum: Decimal | None
    schools: int | None
    message: str
    left: list[int]
    right: list[int]

    @property
    def is_hard(self) -> bool:
        return self.severity == Severity.HARD


@dataclass(frozen=True, slots=True)
class Item:
    """An element that is asked, with its place on the form."""

    element: Element
    home: Home


class Asking:
    """What the units of a district are asked for. Give units with prefetched facts (``with_facts``)."""

    def __init__(self, district: District) -> None:
        self.district = district
        self._uses: dict[Quarter, list[Use]] = {}
        self._sensitive: dict[Quarter, set[int]] = {}
        self._asked: dict[tuple[Any, ...], list[Item]] = {}
        self._left_to_jumps: dict[int, list[int]] = {}  # by plan

    @cached_property
    def adoptions(self) -> list[Adoption]:
        return calendar.adoptions_of(self.district)

    @cached_property
    def sections(self) -> dict[str, Section]:
        """By code."""
        return {section.code: section for section in Section.objects.filter(district=self.district)}

    @cached_property
    def elements(self) -> dict[int, Element]:
        """By id, in the order of the data standard."""
        return {element.pk: element for element in Element.objects.all()}

    @cached_property
    def by_code(self) -> dict[str, Element]:
        return {element.code: element for element in self.elements.values()}

    @cached_property
    def _versions(self) -> dict[int, list[Use]]:
        """Every definition of every plan by target, oldest first."""
        versions: dict[int, dict[int, Use]] = defaultdict(dict)
        for row in Term.objects.order_by(*_ORDER).values(*_COLUMNS):
            uses = versions[row["definition__target_id"]]
            if row["definition_id"] not in uses:
                uses[row["definition_id"]] = _use(row)
            uses[row["definition_id"]].parts[row["part"]].append(row["element_id"])
        return {target: list(uses.values()) for target, uses in versions.items()}

    def adoption(self, quarter: Quarter) -> Adoption | None:
        return calendar.adoption_in(self.adoptions, quarter)

    @cached_property
    def extensions(self) -> dict[tuple[int, Quarter], Extension]:
        return calendar.extensions_of(self.district)

    def window(self, unit: Unit | None, quarter: Quarter, *, of_form: bool = True) -> calendar.Window:
        """The window of ``unit``; None: of the district at large. More time that a school was given is for its form
        (``of_form``), not for what a section enters about it."""
        extension = self.extensions.get((unit.pk, quarter)) if unit is not None and of_form else None
        return calendar.window_of(self.adoption(quarter), unit, quarter, extension=extension)

    def uses(self, quarter: Quarter) -> list[Use]:
        """The definitions in force in ``quarter`` of the plans that the district then works by, in the plans' order."""
        if quarter not in self._uses:
            running = {one.plan_id for one in self.adoptions if one.plan.runs_in(quarter)}
            self._uses[quarter] = [
                in_force(versions, quarter) for versions in self._versions.values() if versions[0].plan_id in running
            ]
        return self._uses[quarter]

    @cached_property
    def _checks(self) -> list[Rule]:
        """The checks of every plan that its file still names. One query."""
        return [
            self._rule(check) for check in Check.objects.filter(in_use=True).order_by("plan__start", "plan", "code")
        ]

    def checks(self, quarter: Quarter) -> list[Rule]:
        """The checks of the plans that the district works by in ``quarter``."""
        running = {one.plan_id for one in self.adoptions if one.plan.runs_in(quarter)}
        return [rule for rule in self._checks if rule.plan_id in running]

    def looked_at(self, rule: Rule) -> list[int]:
        """The ids of the elements that ``rule`` looks at one by one: a ``jump`` that names none looks at every stock
        number that no other of its plan names."""
        if rule.left or rule.kind != CheckKind.JUMP:
            return rule.left
        if rule.plan_id not in self._left_to_jumps:
            jumps = [one for one in self._checks if (one.plan_id, one.kind) == (rule.plan_id, CheckKind.JUMP)]
            named = {pk for one in jumps for pk in one.left}
            self._left_to_jumps[rule.plan_id] = [
                pk for pk, one in self.elements.items() if pk not in named and one.is_number and one.is_stock
            ]
        return self._left_to_jumps[rule.plan_id]

    def asked(self, unit: Unit, quarter: Quarter) -> list[Item]:
        """Every element about ``unit`` that is asked in ``quarter``, whoever enters it: by home in the plan's order,
        within one in the data standard's."""
        if self.adoption(quarter) is None or not unit.is_open_in(quarter):
            return []
        facts = unit.facts_in(quarter)
        key = (quarter, unit.kind, facts.stages, facts.ownership)
        if key not in self._asked:
            self._asked[key] = self._items(quarter, unit.kind, facts.stages, facts.ownership)
        return self._asked[key]

    def asked_of_school(self, unit: Unit, quarter: Quarter) -> list[Item]:
        """What the school enters itself: its form."""
        return [item for item in self.asked(unit, quarter) if item.element.entered_by == BY_SCHOOL]

    def asked_of_section(self, section: str, unit: Unit, quarter: Quarter) -> list[Item]:
        """What a section of the bureau enters about ``unit``: its row of the grid."""
        return [item for item in self.asked(unit, quarter) if item.element.entered_by == section]

    def sensitive(self, quarter: Quarter) -> set[int]:
        """Ids of the elements whose figures by school only few may see, by the definitions in force."""
        if quarter not in self._sensitive:
            self._sensitive[quarter] = sensitive_elements(
                (pk, part, use.sensitive) for use in self.uses(quarter) for part, ids in use.parts.items() for pk in ids
            )
        return self._sensitive[quarter]

    def _items(self, quarter: Quarter, kind: str, stages: tuple[str, ...], ownership: str) -> list[Item]:
        about = About.BUREAU if kind == UnitKind.BUREAU else About.SCHOOL
        homes: dict[int, Home] = {}
        for use in self.uses(quarter):
            if use.concerns(stages, ownership):
                for ids in use.parts.values():
                    for pk in ids:
                        homes.setdefault(pk, use.home)
        items = []
        for element in self.elements.values():
            fits = element.about == about and element.is_asked_in(quarter) and overlap(element.stages, stages)
            if fits and (element.pk in homes or element.pk not in self._used_anywhere):
                items.append(Item(element, homes.get(element.pk, NO_HOME)))
        return sorted(items, key=lambda item: item.home.order)

    def _rule(self, check: Check) -> Rule:
        left, right = ([self.by_code[code].pk for code in side] for side in (check.left, check.right))
        return Rule(left=left, right=right, **{column: getattr(check, column) for column in _RULE})

    @cached_property
    def _used_anywhere(self) -> set[int]:
        """By any definition of any plan: what no target in force uses any more is not asked."""
        return {
            pk for versions in self._versions.values() for use in versions for ids in use.parts.values() for pk in ids
        }


# What an Asking reads, by the name that audit rows give it; terms and goals change with what they belong to.
READS = [
    "schools.district",
    "schools.section",
    "tasks.plan",
    "tasks.task",
    "tasks.safeguard",
    "tasks.adoption",
    "tasks.quarterdates",
    "targets.element",
    "targets.target",
    "targets.targetdefinition",
    "targets.check",
    "submissions.extension",
]
_kept: dict[int, tuple[tuple[Any, ...], Asking]] = {}


def asking_of(district: District) -> Asking:
    """The district's ``Asking``, kept by this process until an audit row says that something it reads has changed: each
    of these changes leaves one. One query, a tenth of the time that reading anew takes."""
    now = stamp()
    if district.pk not in _kept or _kept[district.pk][0] != now:
        _kept[district.pk] = now, Asking(district)
    return _kept[district.pk][1]


def stamp() -> tuple[Any, ...]:
    """Differs after every change to what is read. The time tells apart rows of which one was undone; the number, rows
    committed in another order than their ids'."""
    rows = AuditRow.objects.filter(subject_type__in=READS)
    return tuple(rows.aggregate(newest=Max("id"), number=Count("id"), at=Max("at")).values())


def may_report(element: Element, unit: Unit, quarter: Quarter) -> str:
    """Why ``unit`` has no such figure in ``quarter``, by the data standard alone; "" if it has. For history, which may
    be older than any plan."""
    about = UnitKind.BUREAU if element.about == About.BUREAU else UnitKind.SCHOOL
    if unit.kind != about:
        return f"“{element.name}”是{element.get_about_display()}的填报项，不属于{unit.name}"
    if not unit.is_open_in(quarter):
        return f"{unit.name}在{quarter.label}没有开办"
    if not overlap(element.stages, unit.facts_in(quarter).stages):
        return f"“{element.name}”不是{unit.name}所办学段的填报项"
    if not element.is_asked_in(quarter):
        return f"“{element.name}”在第{'一二三四'[quarter.number - 1]}季度不填报"
    return ""


def overlap(wanted: Iterable[str], had: Iterable[str]) -> bool:
    """Whether a unit of the stages ``had`` is among those ``wanted`` (none: all)."""
    wanted = tuple(wanted)
    return not wanted or any(stage in wanted for stage in had)


_ORDER = (
    "definition__target__plan__start",
    "definition__target__position",
    "definition__target_id",
    "definition__since",
    "definition_id",
    "id",
)
_DEFINITION = ("since", "name", "measure", "scale", "decimals", "stages", "ownership", "sensitive")
_COLUMNS = (
    "part",
    "element_id",
    "definition_id",
    "definition__target_id",
    "definition__target__plan_id",
    "definition__target__task__no",
    "definition__target__task__name",
    "definition__target__safeguard__no",
    "definition__target__safeguard__name",
    *(f"definition__{column}" for column in _DEFINITION),
)
_RULE = ("plan_id", "code", "kind", "severity", "stages", "threshold", "minimum", "schools", "message")


def _use(row: dict[str, Any]) -> Use:
    target = "definition__target"
    home = (
        _home("任务", row[f"{target}__task__no"], row[f"{target}__task__name"])
        if row[f"{target}__task__no"] is not None
        else _home("保障", row[f"{target}__safeguard__no"], row[f"{target}__safeguard__name"], _LAST)
    )
    return Use(
        target_id=row[f"{target}_id"],
        plan_id=row[f"{target}__plan_id"],
        home=home,
        **{column: row[f"definition__{column}"] for column in _DEFINITION},
    )


@lru_cache(maxsize=512)
def _home(kind: str, no: int, name: str, offset: int = 0) -> Home:
    return Home(offset + no, f"{kind} {no}", name)
