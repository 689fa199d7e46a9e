"""Loading an assessment file: read → check its shape → check its meaning → store, all or nothing, as a plan file is.

    outcome = load_schemes("fixtures/assessment_2024.yaml", by=None)

raises PlanFileError with every problem found, by line. A scheme that differs from the newest stored one becomes its
next version; what is the same stays. A second run with the same file changes nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from base import clock
from base.quarters import Period
from base.sync import Changes
from reports.assessment.schemes import (
    NUMBERS,
    SENSITIVE,
    Wanted,
    hold_unpublished,
    in_force,
    sensitive_codes,
    stored_as,
)
from reports.models import KindOf, Scheme, SchemeKind, SchemeLine
from reports.models.assessment import OF_DISTRICT
from schools.models import User
from targets.core.scoring import lines_of_both
from targets.loader.draft import Draft, Item, repeated
from targets.loader.problems import Fault, PlanFileError
from targets.loader.shape import faults_of_shape
from targets.loader.source import Source, read
from targets.models import Target
from tasks.models import Adoption

SCHEMA = Path(__file__).with_name("scheme_schema.yaml")
KEYS = "district、plan、year、schemes、bonuses、deductions、vetoes"
LISTS = {KindOf.BONUS: "bonuses", KindOf.DEDUCTION: "deductions", KindOf.VETO: "vetoes"}
WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class Outcome:
    adoption: Adoption
    year: int
    changes: Changes


def load_schemes(file: str | Path, *, by: User | None, into: Adoption | None = None) -> Outcome:
    """Bring the schemes of a district's year in line with a file. ``by`` is None for the system's own command; ``into``
    is the adoption, if it is another than the file names (a demo's)."""
    source = read(file, KEYS)
    with transaction.atomic():
        root, adoption = _checked(source, into)
        changes = Changes(by=by, why=f"载入 {source.file}")
        for wanted in _wanted(root):
            store(adoption, root.get("year"), wanted, changes)
        changes.record()
    return Outcome(adoption, root.get("year"), changes)


def check_schemes(file: str | Path) -> None:
    """Raise PlanFileError with everything that would keep ``load_schemes`` from loading the file."""
    _checked(read(file, KEYS))


def _checked(source: Source, into: Adoption | None = None) -> tuple[Item, Adoption]:
    """The file beside the database, free of faults."""
    faults = faults_of_shape(source.data, SCHEMA)
    root = Draft(source, faults).root
    adoption = into or _adoption_of(root)
    faults += _faults_of_meaning(root, adoption)
    if faults or adoption is None:
        problems = {source.problem(fault): None for fault in faults}
        raise PlanFileError(sorted(problems, key=lambda problem: problem.line or 0))
    return root, adoption


def _adoption_of(root: Item) -> Adoption | None:
    named = {"plan__code": root.get("plan"), "district__code": root.get("district")}
    return Adoption.objects.select_related("plan", "district").filter(**named).first()


def _faults_of_meaning(root: Item, adoption: Adoption | None) -> Iterator[Fault]:
    schemes = root.items("schemes")
    if adoption is None:
        if root.has("plan", "district"):
            yield root.at("plan"), f"{root.get('district')}没有采用代码为“{root.get('plan')}”的方案，请先载入方案文件。"
    elif root.has("year") and not adoption.plan.runs_in(Period.parse(f"{root.get('year')}H2")):
        yield root.at("year"), f"{root.get('year')}年下半年不在方案期限内。"
    yield from repeated(schemes, "category", "类别")
    kinds = [item for name in LISTS.values() for item in root.items(name)]
    yield from repeated(kinds, "code", "加扣分、否决情形的代码")
    targets = {target.code for target in adoption.plan.targets.all()} if adoption else None
    sensitive = sensitive_codes(adoption.plan) if adoption else set()
    by_category = {item.get("category"): item for item in schemes if item.has("category")}
    for scheme in schemes:
        yield from _faults_of_scheme(scheme, by_category)
        yield from repeated(scheme.items("lines"), "target", "目标")
        for line in scheme.items("lines"):
            code = line.get("target")
            if line.has("target") and code in sensitive:
                yield line.at("target"), SENSITIVE.format(code)
            elif line.has("target") and targets is not None and code not in targets:
                yield line.at("target"), f"方案里没有目标 {code}。"


def _faults_of_scheme(scheme: Item, by_category: dict[str, Item]) -> Iterator[Fault]:
    category = scheme.get("category")
    bounds = [_number(scheme, name) for name in ("excellent_from", "good_from", "pass_from")]
    if scheme.sound("excellent_from", "good_from", "pass_from") and not bounds[0] > bounds[1] > bounds[2]:
        yield scheme.path, f"优秀、良好、合格三条线应依次降低，现为 {bounds[0]}、{bounds[1]}、{bounds[2]}。"
    if category in OF_DISTRICT and scheme.get("timeliness"):
        yield scheme.at("timeliness"), "报送及时性只考核学校。"
    other = scheme.get("merge_into")
    if other is not None and OF_DISTRICT & {category, other}:
        yield scheme.at("merge_into"), "科室和局本级不与别的类别合并。"
    elif other is not None and (other == category or other not in by_category):
        yield scheme.at("merge_into"), "应写本文件中的另一个类别。"
    if ("lines" in scheme.data) == ("both_of" in scheme.data):
        yield scheme.path, "lines 和 both_of 应写且只写一个。"
    elif "both_of" in scheme.data:
        if "timeliness" in scheme.data:
            yield scheme.at("timeliness"), "写了 both_of 的，及时性权重取两个类别的平均，不另写。"
        for path, name in scheme.values("both_of"):
            if "lines" not in getattr(by_category.get(name), "data", {}):
                yield path, f"“{name}”应是本文件中列了 lines 的类别。"
    else:
        yield from _weights_make_100(scheme)


def _weights_make_100(scheme: Item) -> Iterator[Fault]:
    lines = scheme.items("lines")
    if not scheme.sound("lines", "timeliness"):
        return
    total = sum((Decimal(line.get("weight")) for line in lines), _number(scheme, "timeliness"))
    if total != WHOLE:
        yield scheme.at("lines"), f"各项权重加上报送及时性应合计 100，现为 {total.normalize():f}。"


def _number(item: Item, name: str) -> Decimal:
    return Decimal(item.get(name, NUMBERS[name]))


def _wanted(root: Item) -> list[Wanted]:
    """What a faultless file says, in its order."""
    kinds = tuple(
        (
            kind.value,
            item.get("code"),
            item.get("name"),
            Decimal(item.get("points")) if item.has("points") else None,
            item.get("best_grade", ""),
        )
        for kind, name in LISTS.items()
        for item in root.items(name)
    )
    by_category = {item.get("category"): item for item in root.items("schemes")}
    return [_one_wanted(item, by_category, kinds) for item in by_category.values()]


def _one_wanted(item: Item, by_category: dict[str, Item], kinds: tuple[Any, ...]) -> Wanted:
    numbers = {name: _number(item, name) for name in NUMBERS}
    lines = _lines(item)
    if item.has("both_of"):
        pair = [by_category[name] for name in item.get("both_of")]
        numbers["timeliness"] = sum(_number(one, "timeliness") for one in pair) / 2
        lines = lines_of_both(*(_lines(one) for one in pair))
    return Wanted(item.get("category"), numbers, item.get("merge_into", ""), tuple(lines.items()), kinds)


def _lines(item: Item) -> dict[str, Decimal]:
    return {line.get("target"): Decimal(line.get("weight")) for line in item.items("lines")}


def store(adoption: Adoption, year: int, wanted: Wanted, changes: Changes) -> Scheme:
    """The scheme in force that says what is wanted: the stored one, or a new version. Raises ValidationError for a new
    one of a published year."""
    stored = in_force(adoption, year).get(wanted.category)
    tally = changes.tally(Scheme)
    if stored is not None and stored_as(stored) == wanted:
        tally.unchanged += 1
        return stored
    hold_unpublished(adoption, year, "方案")
    scheme = Scheme.objects.create(
        adoption=adoption,
        year=year,
        category=wanted.category,
        version=stored.version + 1 if stored else 1,
        merge_into=wanted.merge_into,
        made_at=clock.now(),
        made_by=changes.by,
        **wanted.numbers,
    )
    targets = {target.code: target for target in Target.objects.filter(plan=adoption.plan_id)}
    SchemeLine.objects.bulk_create(
        SchemeLine(scheme=scheme, target=targets[code], weight=weight, position=place)
        for place, (code, weight) in enumerate(wanted.lines, 1)
    )
    SchemeKind.objects.bulk_create(
        SchemeKind(scheme=scheme, kind=kind, code=code, name=name, points=points, best_grade=best, position=place)
        for place, (kind, code, name, points, best) in enumerate(wanted.kinds, 1)
    )
    if stored:
        tally.versions += 1
    else:
        tally.created += 1
    changes.note(scheme, "created", after=f"{scheme}：{len(wanted.lines)} 项")
    return scheme


def words_of(outcome: Outcome) -> Iterator[str]:
    """What a load did, one line for each thing."""
    tally = outcome.changes.tally(Scheme)
    counts = f"新增 {tally.created}，新版本 {tally.versions}，未变 {tally.unchanged}"
    said = "没有变化" if outcome.changes.is_empty else counts
    yield f"{outcome.adoption.district}{outcome.year}年度考核方案：{said}。"
    for row in outcome.changes.rows:
        yield f"  {row.after}"
