"""What a check may look at: the file, and what the database holds already."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from schools.models import Section
from targets.loader.draft import Draft, Item
from targets.loader.problems import Fault, Path
from targets.models import BY_SCHOOL, AdoptedTarget, Element, TargetDefinition, TermPart
from targets.queries import latest_definitions
from tasks.models import Adoption, Plan


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an element, from the file or else the database; None where the file is not sound."""

    code: str
    about: str | None
    period_kind: str | None
    value_type: str | None
    stages: frozenset[str] | None  # empty: all
    asked_in: frozenset[str] | None
    sections: tuple[str, ...]  # that enter or review it


@dataclass(frozen=True, slots=True)
class Use:
    """An element where a target uses it."""

    part: TermPart
    path: Path
    code: str


class World:
    """The file beside the database. Reads each thing once."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft

    def after(self, faults: Iterable[Fault]) -> "World":
        """The same, with further faults of the file known."""
        return World(self.draft.after(faults))

    @cached_property
    def plan(self) -> Plan | None:
        """The stored plan of the same code."""
        return Plan.objects.filter(code=self.draft.plan.get("code")).first()

    @cached_property
    def adoption(self) -> Adoption | None:
        """The stored adoption of the plan by the file's district."""
        return Adoption.objects.filter(plan=self.plan, district__code=self.district_code).first() if self.plan else None

    @cached_property
    def district_code(self) -> str | None:
        return self.draft.adoption.item("district").get("code") if self.draft.adoption else None

    @cached_property
    def other_adoptions(self) -> list[Adoption]:
        """Those of the stored plan by other districts than the file's."""
        adoptions = Adoption.objects.filter(plan=self.plan).exclude(district__code=self.district_code)
        return list(adoptions.select_related("district").prefetch_related("district__sections")) if self.plan else []

    @cached_property
    def stored_elements(self) -> dict[str, Element]:
        return {element.code: element for element in Element.objects.all()}

    @cached_property
    def latest(self) -> dict[str, TargetDefinition]:
        """The newest stored definition of each of the plan's targets, by code."""
        return {one.target.code: one for one in latest_definitions(self.plan)} if self.plan else {}

    @cached_property
    def with_baseline(self) -> set[str]:
        """Codes of the targets for which the district has a baseline already."""
        adopted = AdoptedTarget.objects.filter(adoption=self.adoption, baseline_value__isnull=False)
        return set(adopted.values_list("target__code", flat=True)) if self.adoption else set()

    @cached_property
    def elements(self) -> dict[str, Known]:
        """Everything that can be counted, by code; the file speaks before the database."""
        known = {code: _of_database(element) for code, element in self.stored_elements.items()}
        return known | {item.get("code"): _of_file(item) for item in self.draft.elements if item.has("code")}

    @cached_property
    def sections(self) -> frozenset[str] | None:
        """The codes of the district's sections; without an adoption, of all sections. None if none is known at all."""
        stored = Section.objects.filter(district__code=self.district_code) if self.draft.adoption else Section.objects
        named = self.draft.adoption.items("sections") if self.draft.adoption else []
        codes = {*stored.values_list("code", flat=True), *(item.get("code") for item in named if item.has("code"))}
        return frozenset(codes) or None

    def has_section(self, code: str) -> bool:
        return self.sections is None or code in self.sections

    def known(self, target: Item) -> Iterator[tuple[Use, Known]]:
        """The elements that a target uses, so far as there are such elements."""
        for use in uses(target):
            if use.code in self.elements:
                yield use, self.elements[use.code]


def uses(target: Item) -> Iterator[Use]:
    """The elements that a target names."""
    for part in (TermPart.NUMERATOR, TermPart.DENOMINATOR):
        for path, code in target.values(part.value):
            yield Use(part, path, code)
    if target.has("condition"):
        element, per, _, _ = split_condition(target.get("condition"))
        yield Use(TermPart.CONDITION, target.at("condition"), element)
        if per:
            yield Use(TermPart.PER, target.at("condition"), per)


def split_condition(text: str) -> tuple[str, str, str, str]:
    """``A/B>=0.96`` → ("A", "B", ">=", "0.96"); the second is empty if there is no division."""
    comparator = next(sign for sign in (">=", "<=", ">", "<", "=") if sign in text)
    left, _, threshold = text.partition(comparator)
    element, _, per = left.strip().partition("/")
    return element, per, comparator, threshold.strip()


def _of_file(item: Item) -> Known:
    stages = frozenset(item.get("stages", ())) if item.sound("stages") else None
    return Known(
        code=item.get("code"),
        about=item.get("about"),
        period_kind=item.get("period_kind"),
        value_type=item.get("value_type"),
        stages=stages,
        asked_in=frozenset(item.get("asked_in")) if item.has("asked_in") else None,
        sections=tuple(item.get(key) for key in ("entered_by", "reviewed_by") if item.get(key, BY_SCHOOL) != BY_SCHOOL),
    )


def _of_database(element: Element) -> Known:
    sections = tuple(code for code in (element.entered_by, element.reviewed_by) if code != BY_SCHOOL)
    return Known(
        code=element.code,
        about=element.about,
        period_kind=element.period_kind,
        value_type=element.value_type,
        stages=frozenset(element.stages),
        asked_in=frozenset(element.asked_in),
        sections=sections,
    )
