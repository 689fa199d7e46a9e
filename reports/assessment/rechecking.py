"""Whether a published assessment, and the rows that its pages read, are what is kept with it gives (kept.py). Each
fault in Chinese: whose sheet, which line, which field, what stands there and what comes out."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from django.db.models import Model

from base.templatetags.numbers import NONE, number
from reports.assessment.adjusting import code_of, subjects_of
from reports.assessment.computing import columns_of, counted_as
from reports.assessment.content import Data, Ranked, groups_of
from reports.assessment.kept import Again, Kept, recomputed
from reports.assessment.sheets import TIMELINESS, points_of, signed
from reports.models import Assessment, Band, Category, Grade, SubjectScore
from targets.core import scoring

PRINTED, STORED = "发布", "库里"
LABELS = {
    "score": "得分",
    "bonus": "加分",
    "deduction": "扣分",
    "adjusted": "调整",
    "total": "总分",
    "exact": "总分（未舍入）",
    "grade": "等次",
    "band": "所处位次",
    "group": "一同评定的类别",
    "computed": "答复异议前",
    "weight": "权重",
    "attainment": "达成度",
    "points": "得分",
    "mark": "计分情况",
    "place": "名次",
}


def unlike(assessment: Assessment, content: Data, kept: Kept) -> Iterator[str]:
    again = recomputed(kept)
    yield from _unlike_content(content, again)
    yield from _unlike_rows(assessment, again)


def _unlike_content(content: Data, again: Mapping[str, Again]) -> Iterator[str]:
    sheets = {f"{one['kind']}:{one['code']}": one for one in content["sheets"]}
    yield from (f"{code}：只在考核表和保存的来源之一。" for code in sorted(sheets.keys() ^ again.keys()))
    for code in filter(sheets.__contains__, again):
        name, lines = sheets[code]["name"], {line["code"]: line for line in sheets[code]["lines"]}
        yield from _faults(name, PRINTED, sheets[code], _sheet_of(again[code]), LABELS)
        for line in again[code].decided.score.lines:
            printed = lines.get(line.target, {})
            yield from _faults(f"{name} {_named(line)}", PRINTED, printed, _line_of(line), LABELS)
    listed = groups_of(_ranked(again), lists_all=content["assessment"]["lists_all"])
    printed, wanted = _places(content["groups"]), _places(listed)
    for place in printed | wanted:
        there, right = {"place": printed.get(place)}, {"place": wanted.get(place)}
        yield from _faults(" ".join(place), PRINTED, there, right, LABELS)


def _sheet_of(again: Again) -> Data:
    """The texts of a sheet (sheets.Sheet) that hang on what it scored."""
    was, now, points = columns_of(*again.computed), columns_of(*again.decided), again.subject.decided.adjustment
    changed = (was["total"], was["grade"]) != (now["total"], now["grade"])
    return {name: points_of(now[name]) for name in ("score", "bonus", "deduction", "total")} | {
        "adjusted": signed(Decimal(points.numerator) / points.denominator) if points else "",
        "exact": str(now["total"] or ""),
        "grade": Grade(now["grade"]).label if now["grade"] else "",
        "band": Band(now["band"]).label if now["band"] else "",
        "group": list(_group(again)),
        "computed": f"{points_of(was['total'])} 分、{Grade(was['grade']).label}" if changed else "",
    }


def _line_of(line: scoring.Line) -> Data:
    """The texts of its line."""
    stored = counted_as(line)
    attained = stored["attainment"]
    return {
        "weight": number(stored["weight"]),
        "attainment": NONE if attained is None else f"{points_of(attained * 100)}%",
        "points": points_of(stored["points"]) or NONE,
        "mark": line.mark.value,
    }


def _named(line: scoring.Line) -> str:
    return line.target or TIMELINESS


def _group(again: Again) -> tuple[str, ...]:
    return tuple(Category(one).label for one in again.decided.graded.group)


def _ranked(everybody: Mapping[str, Again]) -> Iterator[Ranked]:
    for code, again in everybody.items():
        now = columns_of(*again.decided)
        if now["total"] is not None:
            yield Ranked(*code.split(":", 1), _group(again), now["grade"], now["total"])


def _places(groups: list[Data]) -> dict[tuple[str, str, str], int]:
    return {(group["name"], one["kind"], one["code"]): one["place"] for group in groups for one in group["places"]}


def _unlike_rows(assessment: Assessment, again: Mapping[str, Again]) -> Iterator[str]:
    found = {_code_of(one): one for one in subjects_of(assessment)}
    yield from (f"{code}：只在库里和保存的来源之一。" for code in sorted(found.keys() ^ again.keys()))
    for code in filter(found.__contains__, again):
        yield from _unlike_rows_of(found[code], again[code])


def _code_of(row: SubjectScore) -> str:
    return f"unit:{row.unit.code}" if row.unit else f"section:{row.section.code}"


def _unlike_rows_of(row: SubjectScore, again: Again) -> Iterator[str]:
    name, (score, graded) = str(row.unit or row.section), again.computed
    wanted = columns_of(score, graded) | {"grouped": graded.group, "reason": score.reason or ""}
    yield from _unlike(name, row, wanted)
    yield from _unlike(f"{name} 答复异议后", getattr(row, "revised", None) or row, columns_of(*again.decided))
    stored = {code_of(line): line for line in row.lines.all()}
    for line in score.lines:
        if line.target in stored:
            wanted = _stored_of(line, again.subject.computed)
            yield from _unlike(f"{name} {_named(line)}", stored[line.target], wanted)
        else:
            yield f"{name} {_named(line)}：库里没有这一行。"


def _stored_of(line: scoring.Line, brought: scoring.Brought) -> Data:
    wanted = counted_as(line) | {"mark": line.mark}
    if line.figure is not None:
        wanted |= {name: getattr(line.figure, name) for name in ("status", "value", "goal", "anchor")}
    elif not line.target and brought.quarters_due:
        wanted |= {"value": brought.quarters_in_time, "goal": brought.quarters_due}
    return wanted


def _unlike(where: str, row: Model, wanted: Data) -> Iterator[str]:
    labels = {name: str(row._meta.get_field(name).verbose_name) for name in wanted}
    yield from _faults(where, STORED, {name: getattr(row, name) for name in wanted}, wanted, labels)


def _faults(where: str, said: str, found: Data, wanted: Data, labels: Mapping[str, str]) -> Iterator[str]:
    for name, value in wanted.items():
        if found.get(name) != value:
            yield f"{where}的{labels[name]}：{said} {found.get(name)}，重算 {value}。"
