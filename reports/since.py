"""What has been approved since an edition was published, and is not in it: the edition never changes, and says so."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef

from base.quarters import Quarter
from reports.models import Edition
from reports.queries import approved_since
from reports.rules import Naming
from schools.models import Unit
from submissions.models import Correction, CorrectionState
from tasks.models import Adoption

MOST = 20  # figures listed, and schools named of one


@dataclass(slots=True)
class Figure:
    """An element of one quarter: how many of its values are newer, how many of them corrections, and whose, as far as
    the reader may know."""

    name: str
    quarter: Quarter
    count: int = 0
    corrected: int = 0
    unit_ids: list[int] = field(default_factory=list)
    units: list[str] = field(default_factory=list)

    @property
    def unnamed(self) -> int:
        return self.count - len(self.units)


@dataclass(frozen=True, slots=True)
class Since:
    figures: list[Figure]

    @property
    def count(self) -> int:
        return sum(one.count for one in self.figures)

    @property
    def corrected(self) -> int:
        return sum(one.corrected for one in self.figures)

    @property
    def shown(self) -> list[Figure]:
        return self.figures[:MOST]

    @property
    def more(self) -> int:
        """Figures that are not listed."""
        return len(self.figures) - len(self.shown)


def since_of(edition: Edition, adoption: Adoption, naming: Naming) -> Since:
    """Three queries at most, however many values; no value is told."""
    done = Correction.objects.filter(entry=OuterRef("pk"), state=CorrectionState.DONE)
    corrected = Exists(done.filter(ended_at__gt=edition.published_at))
    entries = approved_since(adoption, edition.bulletin.period, edition.published_at).annotate(corrected=corrected)
    figures: dict[tuple[int, Quarter], Figure] = {}
    rows = entries.order_by("element__position", "element_id", "quarter", "unit__code")
    columns = "element_id", "element__name", "quarter", "unit_id", "corrected"
    for element, name, quarter, unit, is_corrected in rows.values_list(*columns):
        one = figures.setdefault((element, quarter), Figure(name, quarter))
        one.count += 1
        one.corrected += is_corrected
        if naming.may_name(element, unit) and len(one.unit_ids) < MOST:
            one.unit_ids.append(unit)
    since = Since(list(figures.values()))
    _name(since.shown)
    return since


def _name(figures: Sequence[Figure]) -> None:
    wanted = {pk for one in figures for pk in one.unit_ids}
    names: dict[int, str] = defaultdict(str)
    if wanted:
        names.update((unit.pk, unit.name) for unit in Unit.objects.filter(pk__in=wanted).with_facts())
    for one in figures:
        one.units = [names[pk] for pk in one.unit_ids]
