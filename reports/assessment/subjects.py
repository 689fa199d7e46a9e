"""Who is assessed in a year, by which scheme, and what they bring: stored results of the second half-year, forms that
were handed in, occurrences. Reads only; a fixed number of queries, however many schools there are.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from base.quarters import Period, Quarter
from reports.assessment.schemes import for_core, in_force, stored_as
from reports.models import Category, Measurement, Occurrence, Result, Scheme, SchemeKind
from schools.models import Section, Stage, Unit, UnitKind
from submissions.asking import Asking
from submissions.states import Standing, standings
from targets.core import scoring
from targets.core.model import Comparator, Measure, Status
from targets.models import AdoptedTarget, PeriodKind, TargetDefinition
from tasks.models import Adoption


@dataclass(frozen=True, slots=True)
class Subject:
    """A school, a section or the bureau: its stored scheme, the part of it that concerns it, what it brings, and the
    results behind its figures, by target."""

    scheme: Scheme
    core: scoring.Scheme
    brought: scoring.Brought
    unit: Unit | None = None
    section: Section | None = None
    results: dict[str, Result] = field(default_factory=dict)


def half_year_of(year: int) -> Period:
    """The half-year whose results a year is assessed by."""
    return Period.parse(f"{year}H2")


def category_of(unit: Unit, year: int) -> Category:
    """By the stages at the end of the year: primary and junior are a nine-year school, else the highest counts."""
    if unit.kind == UnitKind.BUREAU:
        return Category.BUREAU
    stages = set(unit.facts_in(half_year_of(year).last).stages)
    if stages == {Stage.PRIMARY, Stage.JUNIOR}:
        return Category.NINE_YEAR
    return Category(max(stages, key=Stage.values.index, default=Stage.PRIMARY))


class Year:
    """An adoption's year, read once. Without a measurement it knows who takes part, not what they bring."""

    def __init__(self, adoption: Adoption, year: int, measurement: Measurement | None) -> None:
        self.adoption, self.year, self.measurement = adoption, year, measurement
        first = half_year_of(year).first - 2
        self.quarters = [quarter for quarter in (first + n for n in range(4)) if adoption.plan.runs_in(quarter)]
        self.all_quarters = [first + n for n in range(4)]

    @cached_property
    def schemes(self) -> dict[str, Scheme]:
        return in_force(self.adoption, self.year)

    @cached_property
    def by_core(self) -> dict[str, scoring.Scheme]:
        return {category: for_core(stored_as(scheme)) for category, scheme in self.schemes.items()}

    @cached_property
    def definitions(self) -> dict[int, TargetDefinition]:
        found = TargetDefinition.objects.filter(results__measurement=self.measurement).distinct().with_parts()
        return {one.pk: one for one in found}

    @cached_property
    def results(self) -> dict[int | None, dict[str, Result]]:
        """By unit (None: the district) and target, of the targets that count."""
        wanted = {code for core in self.by_core.values() for code in core.lines}
        found: dict[int | None, dict[str, Result]] = defaultdict(dict)
        for result in self.measurement.results.filter(target__code__in=wanted):
            found[result.unit_id][self.definitions[result.definition_id].target.code] = result
        return found

    @cached_property
    def by_category(self) -> dict[Category, list[Unit]]:
        """Schools that were open in the year, those that closed in it among them, and the bureau, by code."""
        found = Unit.objects.of(self.adoption.district).with_facts().select_related("successor").order_by("code")
        units: dict[Category, list[Unit]] = defaultdict(list)
        for unit in found:
            if self._takes_part(unit):
                units[category_of(unit, self.year)].append(unit)
        return units

    @property
    def units(self) -> list[Unit]:
        """Those of a category with a scheme."""
        assessed = [unit for category, units in self.by_category.items() if category in self.schemes for unit in units]
        return sorted(assessed, key=lambda unit: unit.code)

    @property
    def without_scheme(self) -> dict[str, list[Unit]]:
        """Schools that nobody assesses, by the name of their category."""
        left = self.by_category.keys() - self.schemes.keys() - {Category.BUREAU}
        return {category.label: self.by_category[category] for category in Category if category in left}

    def _takes_part(self, unit: Unit) -> bool:
        closed_in_year = unit.closed is not None and unit.closed.year == self.year
        return closed_in_year or any(unit.is_open_in(quarter) for quarter in self.all_quarters)

    @cached_property
    def sections(self) -> list[tuple[Section, set[str]]]:
        """Each with the codes of the targets that it answers for."""
        answers: dict[Section, set[str]] = defaultdict(set)
        for one in AdoptedTarget.objects.filter(adoption=self.adoption).select_related("section", "target"):
            answers[one.section].add(one.target.code)
        return sorted(answers.items(), key=lambda pair: pair[0].pk)

    @cached_property
    def standings(self) -> dict[tuple[int, Quarter], Standing]:
        schools = [unit for unit in self.units if unit.kind == UnitKind.SCHOOL]
        return standings(Asking(self.adoption.district), schools, self.quarters)

    @cached_property
    def occurrences(self) -> dict[tuple[int | None, int | None], list[Occurrence]]:
        """By unit and section: those that were confirmed, the lifted ones among them."""
        found: dict[tuple[int | None, int | None], list[Occurrence]] = defaultdict(list)
        for one in Occurrence.objects.filter(adoption=self.adoption, year=self.year, confirmed_at__isnull=False):
            found[one.unit_id, one.section_id].append(one)
        return found

    def subjects(self) -> Iterator[Subject]:
        """Schools and the bureau by code, then sections."""
        for unit in self.units:
            yield self._of_unit(unit)
        if Category.SECTION in self.schemes:
            for section, codes in self.sections:
                if codes & self.by_core[Category.SECTION].lines.keys():
                    yield self._of_section(section, codes)

    def _of_unit(self, unit: Unit) -> Subject:
        category = category_of(unit, self.year)
        is_bureau = category == Category.BUREAU
        results = self.results[None if is_bureau else unit.pk]
        due, in_time = (0, 0) if is_bureau else self._timeliness(unit)
        brought = scoring.Brought(
            code=f"unit:{unit.code}",
            category=category.value,
            figures=self._figures(results, of_district=is_bureau),
            quarters_due=due,
            quarters_in_time=in_time,
            open_quarters=sum(unit.is_open_in(quarter) for quarter in self.all_quarters),
            closed=unit.closed is not None and unit.closed.year == self.year,
            successor=unit.successor.code if unit.successor else None,
            **self._events(category, unit.pk, None),
        )
        return Subject(self.schemes[category], self.by_core[category], brought, unit=unit, results=results)

    def _of_section(self, section: Section, codes: set[str]) -> Subject:
        """Its scheme is the part that it answers for (docs/decisions/0123)."""
        whole = self.by_core[Category.SECTION]
        own = replace(whole, lines={code: weight for code, weight in whole.lines.items() if code in codes})
        results = {code: result for code, result in self.results[None].items() if code in codes}
        brought = scoring.Brought(
            code=f"section:{section.code}",
            category=Category.SECTION.value,
            figures=self._figures(results, of_district=True),
            **self._events(Category.SECTION, None, section.pk),
        )
        return Subject(self.schemes[Category.SECTION], own, brought, section=section, results=results)

    def _figures(self, results: dict[str, Result], *, of_district: bool) -> dict[str, scoring.Figure]:
        return {code: figure_of(result, self.definitions[result.definition_id], of_district=of_district)
                for code, result in results.items()}  # fmt: skip

    def _events(self, category: str, unit: int | None, section: int | None) -> dict[str, tuple[scoring.Event, ...]]:
        """What the scheme does not know is told by ``unknown``."""
        found, core = self.occurrences[unit, section], self.by_core[category]
        known = {"bonuses": core.bonuses, "deductions": core.deductions, "vetoes": core.vetoes}
        return {
            name: tuple(scoring.Event(one.code, lifted=one.lifted_at is not None) for one in found if one.code in kinds)
            for name, kinds in known.items()
        }

    def _timeliness(self, unit: Unit) -> tuple[int, int]:
        """Quarters due, and handed in by then. Of a form that was brought in as history nobody knows when it was handed
        in: it is left out."""
        forms = [self.standings[unit.pk, quarter] for quarter in self.quarters]
        due = [form for form in forms if form.asked and form.window.is_past_due and not _is_history(form)]
        return len(due), sum(form.is_handed_in and not form.was_late for form in due)


def _is_history(form: Standing) -> bool:
    first = form.submission.first_submitted_at if form.submission else None
    return first is None and form.is_handed_in


def figure_of(result: Result, definition: TargetDefinition, *, of_district: bool) -> scoring.Figure:
    """A stored result as the core reads it. The definition comes ``with_parts``."""
    goals = {goal.due_quarter: goal for goal in definition.goals.all()}
    goal = goals.get(result.due)
    less = goal is not None and Comparator(goal.comparator).towards_less
    flows = any(term.element.period_kind == PeriodKind.FLOW for term in definition.terms.all())
    return scoring.Figure(
        status=Status(result.status),
        measure=Measure(definition.measure),
        of_district=of_district,
        towards_less=less,
        ceiling=less and flows and definition.measure == Measure.COUNT,
        soft=definition.soft,
        sensitive=definition.sensitive,
        value=result.value,
        goal=result.goal,
        anchor=result.anchor,
    )


def unknown(year: Year) -> Iterable[str]:
    """Codes of what counts by no kind of its own scheme; of whom nobody assesses, by none of any scheme."""
    known = {category: {kind.code for kind in scheme.kinds.all()} for category, scheme in year.schemes.items()}
    anywhere = {code for codes in known.values() for code in codes}
    category = {unit.pk: category for category, units in year.by_category.items() for unit in units}
    category[None] = Category.SECTION
    counting = [one for found in year.occurrences.values() for one in found if not one.is_lifted]
    return sorted({one.code for one in counting if one.code not in known.get(category.get(one.unit_id), anywhere)})


def own_kinds(schemes: Mapping[str, Scheme], whom: Unit | Section, year: int) -> dict[str, SchemeKind]:
    """By code: what the scheme by which somebody is assessed knows."""
    scheme = schemes.get(Category.SECTION if isinstance(whom, Section) else category_of(whom, year))
    return {kind.code: kind for kind in scheme.kinds.all()} if scheme else {}


class Inputs(Year):
    """The same year without its results: what else an assessment hangs on, read in a fixed number of queries."""

    @cached_property
    def results(self) -> dict[int | None, dict[str, Result]]:
        return defaultdict(dict)


class Trial(Year):
    """The same year with another scheme of one category, which nobody has stored. Results are read anew: it may have
    other lines."""

    def __init__(self, year: Year, scheme: scoring.Scheme) -> None:
        super().__init__(year.adoption, year.year, year.measurement)
        known = {"by_core": year.by_core | {scheme.category: scheme}}
        self.__dict__ |= {name: getattr(year, name) for name in READ} | known


READ = ("schemes", "definitions", "units", "sections", "standings", "occurrences")
