"""The papers of a published assessment, from its content (assessment/content.py): the notice as a letter for Word, the
workbook, and one sheet of A4 for each who is assessed."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from base.templatetags.numbers import NONE, cn
from reports.bulletin.annexes import Annex, Annexed, Column, Kind, Line, Table
from reports.bulletin.outline import BODY, Block, Part
from reports.documents.letter import Letter
from reports.documents.text import printable

Content = Mapping[str, Any]

STYLE = Path(__file__).with_name("sheet.css")
SIZES = (11.5, 10.5, 9.5, 8.5, 7.5, 6.5, 5.5, 4.5, 4)  # pt; the largest that leaves a sheet on one page
GRADES = ("优秀", "良好", "合格", "不合格")
N = Kind.NUMBER


def notice(content: Content, date: datetime.date) -> Letter:
    """The letter that publishes the result: no place, no points of anybody below the median (unless all are listed)."""
    content = printable(dict(content))
    annexes = [("年度考核结果", _result(content)), ("不参加年度考核的单位", _left_out(content))]
    return _letter(content, date, annexes, _parts(content), _opening(content))


def workbook_letter(content: Content, date: datetime.date) -> Letter:
    """What the bureau works with: everybody's points by category, and every line. Its annexes are the workbook's."""
    content = printable(dict(content))
    return _letter(content, date, [("分类结果", _points(content)), ("各项得分", _lines(content))], [], [])


def _letter(content: Content, date: datetime.date, tables: list[tuple[str, Table]], parts: Any, opening: Any) -> Letter:
    head = content["head"]
    filled = [(title, table) for title, table in tables if table.lines]
    annexes = [
        Annexed(number, Annex("", title, lambda _, table=table: table, len(table.columns) > 8), table)
        for number, (title, table) in enumerate(filled, start=1)
    ]
    return Letter(
        masthead=f"{head['office']}文件",
        number=f"　　　　〔{date.year}〕　　号",
        title=head["title"],
        unbroken=head["plan"],
        addressees=head["addressees"],
        opening=opening,
        parts=parts,
        annexes=annexes,
        office=head["office"],
        date=date,
        note=f"{head['district']}　{head['year']}年度考核",
    )


# --- Text ------------------------------------------------------------------------------------------------------------


def _opening(content: Content) -> list[str]:
    head = content["head"]
    said = "公示期内没有单位提出异议"
    if head["objections"]:
        said = f"公示期内收到异议 {head['objections']} 件，均已答复，其中采纳 {head['upheld']} 件"
    return [
        f"根据《{head['plan']}》和{head['year']}年度考核方案，对各单位{head['year']}年度目标任务完成情况进行了考核。"
        f"各项得分依据经审核的填报数据测算，考核表已分别送各单位核对，{said}。现将结果通知如下。"
    ]


def _parts(content: Content) -> list[Part]:
    found = [Part("result", "一、考核结果", list(_results(content)))]
    demands = (
        "各单位要对照考核表逐项查找差距，未达成的目标列入下一年度工作重点，明确责任人和完成时限。",
        "各责任科室要加强指导和督促，对缺报、逾期未达的项目及时跟进，按季度报送进展。",
    )
    return [*found, Part("next", "二、有关要求", [Block(3, f"{n}. {text}") for n, text in enumerate(demands, 1)])]


def _results(content: Content) -> Iterator[Block]:
    for number, group in enumerate(content["groups"], 1):
        sheets = [one for one in content["sheets"] if one["group"] and "、".join(one["group"]) == group["name"]]
        sheets = [one for one in sheets if not one["reason"]]
        yield Block(2, f"（{cn(number)}）{group['name']}")
        yield Block(BODY, _result_of(group["name"], sheets))


def _result_of(group: str, sheets: list[Content]) -> str:
    if len(sheets) == 1:
        return f"{sheets[0]['name']}评定为{sheets[0]['grade']}。"
    unit = "个" if sheets[0]["kind"] == "section" else "所"
    numbers = {grade: sum(one["grade"] == grade for one in sheets) for grade in GRADES}
    counts = "、".join(f"{grade} {many} {unit}" for grade, many in numbers.items() if many)
    together = "因参评单位较少，合并评定。" if "、" in group else ""
    best = "、".join(one["name"] for one in sheets if one["grade"] == GRADES[0])
    return f"参加考核 {len(sheets)} {unit}，{counts}。{together}" + (f"评为优秀的有：{best}。" if best else "")


# --- Tables ----------------------------------------------------------------------------------------------------------


def _place_of(content: Content) -> dict[tuple[str, str], int]:
    return {(one["kind"], one["code"]): one["place"] for group in content["groups"] for one in group["places"]}


def _assessed(content: Content) -> Iterator[tuple[str, Content]]:
    """With the name of the group; in the order of groups."""
    for group in content["groups"]:
        for one in content["sheets"]:
            if not one["reason"] and "、".join(one["group"]) == group["name"]:
                yield group["name"], one


def _result(content: Content) -> Table:
    """Those who are listed by place, then the others by code, without."""
    places = _place_of(content)
    lines = []
    for group, one in sorted(_assessed(content), key=partial(_listed, places, content)):
        place = places.get((one["kind"], one["code"]))
        cells = (one["name"], one["grade"], str(place) if place else NONE, one["total"] if place else NONE)
        lines.append(Line(cells, group=group))
    columns = (Column("单位", 18), Column("等次", 6, Kind.MARK), Column("名次", 5, N), Column("总分", 6, N))
    some = any((one["kind"], one["code"]) not in places for _, one in _assessed(content))
    note = "名次和总分只公布前一半；其余按单位代码排列，不分先后。" if some else ""
    return Table(columns, lines, group="类别", note=note)


def _listed(places: Mapping[tuple[str, str], int], content: Content, pair: tuple[str, Content]) -> tuple[int, int, str]:
    group, one = pair
    names = [each["name"] for each in content["groups"]]
    return names.index(group), places.get((one["kind"], one["code"]), len(content["sheets"])), one["code"]


def _left_out(content: Content) -> Table:
    lines = [Line((one["name"], one["category"], one["reason"])) for one in content["sheets"] if one["reason"]]
    return Table((Column("单位", 12), Column("类别", 6, Kind.MARK), Column("原因", 22)), lines)


def _points(content: Content) -> Table:
    columns = (
        *(Column("单位", 14), Column("代码", 6, Kind.MARK), Column("等次", 4, Kind.MARK)),
        *(Column(title, 4, N) for title in ("得分", "加分", "扣分", "调整", "总分")),
        *(Column("所处位次", 6, Kind.MARK), Column("说明", 20)),
    )
    lines = [Line(_points_of(one), group=one["category"]) for one in content["sheets"]]
    return Table(
        columns, lines, group="类别", note="按单位代码排列，不是名次。总分＝得分＋加分－扣分＋调整，在 0 到 105 之间。"
    )


def _points_of(one: Content) -> tuple[str, ...]:
    figures = (
        one["score"],
        one["bonus"],
        one["deduction"],
        one["adjusted"].replace("−", "-").lstrip("+"),
        one["total"],
    )
    said = one["reason"] or (f"异议答复前：{one['computed']}" if one["computed"] else "")
    return (
        one["name"],
        one["code"],
        one["grade"] or NONE,
        *(text or NONE for text in figures),
        one["band"] or NONE,
        said,
    )


LINE_COLUMNS = (
    *(Column("单位", 12), Column("考核项", 16), Column("责任科室", 7)),
    *(Column(title, 5, N) for title in ("权重", "目标值", "完成值", "达成度", "得分")),
    *(Column("计分情况", 5, Kind.MARK), Column("怎么得来", 18)),
)


def _lines(content: Content) -> Table:
    lines = [
        Line(
            (
                *(one["name"], line["name"], line["section"] or NONE),
                *(line[name] for name in ("weight", "goal", "value", "attainment", "points")),
                *(line["mark_label"], line["how"]),
            ),
            group=one["category"],
        )
        for one in content["sheets"]
        for line in one["lines"]
    ]
    return Table(LINE_COLUMNS, lines, group="类别", note="得分为该项在百分制中所得；不计的项，权重也不计。")


# --- Sheets ----------------------------------------------------------------------------------------------------------


def sheet_pdf(
    content: Content, sheet: Content, date: datetime.date, checksum: str, tell: Callable[[str], None] = lambda _: None
) -> bytes:
    """One school's, section's or the bureau's on exactly one page of A4, as large as it fits. Raises pdf.Lacking."""
    from django.template.loader import render_to_string

    from reports.documents import pdf

    context = {"head": content["head"], "sheet": printable(dict(sheet)), "date": date, "checksum": checksum}
    return pdf.drawn(render_to_string("reports/sheet_print.html", context), STYLE, tell, sizes=SIZES)
