"""What happened in a year, as its page lists it, and what can be chosen there."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from base.quarters import Quarter
from reports.actions import refusal_to_confirm, refusal_to_lift
from reports.assessment.schemes import in_force, kinds_of, worth_of
from reports.assessment.subjects import own_kinds
from reports.models import AssessmentState, KindOf, Occurrence, Scheme, SchemeKind
from schools.models import Post, Section, Unit
from tasks.models import Adoption

UNIT, SECTION = "unit:", "section:"


@dataclass(frozen=True)
class Row:
    """One, with what the reader may do; ``refusal`` says why she may not confirm what waits."""

    occurrence: Occurrence
    kind: SchemeKind | None
    refusal: str
    may_lift: bool

    @property
    def whom(self) -> Unit | Section:
        return self.occurrence.unit or self.occurrence.section

    @property
    def name(self) -> str:
        return f"{self.kind.get_kind_display()} · {self.kind.name}" if self.kind else self.occurrence.code

    @property
    def worth(self) -> str:
        return worth_of(self.kind) if self.kind else ""


def occurrences_of(adoption: Adoption, year: int) -> QuerySet[Occurrence]:
    """The newest first, with places and people."""
    people = "told_by", "confirmed_by", "lifted_by", "evidence"
    found = Occurrence.objects.filter(adoption=adoption, year=year).select_related(
        "adoption", "section", "unit", *people
    )
    return found.prefetch_related("unit__facts").order_by("-told_at", "-pk")


def happening_years(adoption: Adoption) -> list[tuple[int, int]]:
    """Years with schemes, the newest first, and how many of each wait for a second person."""
    years = set(adoption.schemes.values_list("year", flat=True))
    waiting = Counter(waiting_of(adoption).values_list("year", flat=True))
    return [(year, waiting[year]) for year in sorted(years, reverse=True)]


def waiting_of(adoption: Adoption) -> QuerySet[Occurrence]:
    """Those of years that are not published."""
    published = adoption.assessments.filter(state=AssessmentState.FINAL).values("year")
    found = adoption.occurrences.filter(confirmed_at__isnull=True, lifted_at__isnull=True)
    return found.exclude(year__in=published)


def rows_of(adoption: Adoption, year: int, posts: Sequence[Post]) -> list[Row]:
    schemes = in_force(adoption, year)
    return [_row(one, schemes, posts) for one in occurrences_of(adoption, year)]


def _row(one: Occurrence, schemes: Mapping[str, Scheme], posts: Sequence[Post]) -> Row:
    kind = own_kinds(schemes, one.unit or one.section, one.year).get(one.code)
    may_lift = not (one.is_lifted or refusal_to_lift(one, posts))
    return Row(one, kind, refusal_to_confirm(one, posts), may_lift)


def subjects_of(adoption: Adoption, year: int) -> dict[str, Unit | Section]:
    """Whom it may concern, by key: schools and the bureau open in the year, sections."""
    quarters = [Quarter.of(year, number) for number in range(1, 5)]
    units = Unit.objects.of(adoption.district).with_facts().order_by("code")
    found: dict[str, Unit | Section] = {
        f"{UNIT}{unit.code}": unit for unit in units if any(unit.is_open_in(quarter) for quarter in quarters)
    }
    return found | {f"{SECTION}{one.code}": one for one in adoption.district.sections.order_by("code")}


def subject_choices(subjects: Mapping[str, Unit | Section]) -> Sequence[tuple[str, list[tuple[str, str]]]]:
    groups = {"学校、局本级": UNIT, "科室": SECTION}
    return [
        (label, [(key, str(one)) for key, one in subjects.items() if key.startswith(start)])
        for label, start in groups.items()
    ]


def kind_choices(adoption: Adoption, year: int) -> Sequence[tuple[str, list[tuple[str, str]]]]:
    kinds = kinds_of(adoption, year).values()
    return [
        (kind.label, [(one.code, f"{one.name}（{worth_of(one)}）") for one in kinds if one.kind == kind])
        for kind in KindOf
    ]
