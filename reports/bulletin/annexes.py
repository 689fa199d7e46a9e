"""The annexes of a bulletin: one list, from which the page, Word, PDF and Excel draw the same tables.

Pure: a bulletin's content in, text out. An annex is added by one entry in ANNEXES; without lines it is left out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from base.templatetags.numbers import NONE
from base.templatetags.status import STATUSES
from reports.bulletin import unready
from reports.bulletin.causes import said_of
from reports.bulletin.changes import MOST_NAMES, day_of, few, note_of
from reports.bulletin.references import tight
from reports.bulletin.schools import MOST_LAGGING

Content = Mapping[str, Any]


class Kind(StrEnum):
    """What a column holds: words, figures (a spreadsheet gets them as numbers), short marks, or the status."""

    TEXT = "text"
    NUMBER = "num"
    MARK = "mark"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Column:
    """``width`` in Chinese characters: the share of the paper's width that it takes."""

    title: str
    width: int
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Line:
    """``group``: the heading under which it stands; ``status`` and ``target`` (a code): what the page marks and links
    the first cell with."""

    cells: tuple[str, ...]
    group: str = ""
    status: str = ""
    target: str = ""


@dataclass(frozen=True)
class Table:
    """``group``: what its groups are called, "" where it has none. ``total`` is the last line, if any."""

    columns: tuple[Column, ...]
    lines: Sequence[Line]
    group: str = ""
    total: Line | None = None
    note: str = ""

    @property
    def printed(self) -> list[tuple[str, list[tuple[Line, list[tuple[Column, str]]]]]]:
        """For templates: the groups, their lines, and each cell with its column."""
        return [(group, [(line, self._cells(line)) for line in lines]) for group, lines in self.groups]

    @property
    def total_cells(self) -> list[tuple[Column, str]]:
        return self._cells(self.total) if self.total else []

    def _cells(self, line: Line) -> list[tuple[Column, str]]:
        return list(zip(self.columns, line.cells, strict=True))

    @property
    def groups(self) -> list[tuple[str, list[Line]]]:
        """The lines by group, in their order."""
        found: dict[str, list[Line]] = {}
        for line in self.lines:
            found.setdefault(line.group, []).append(line)
        return list(found.items())


@dataclass(frozen=True, slots=True)
class Annex:
    code: str
    title: str
    table: Callable[[Content], Table]
    landscape: bool = False


@dataclass(frozen=True)
class Annexed:
    """An annex of a certain bulletin, with its number and its table."""

    number: int
    annex: Annex
    table: Table = field(repr=False)

    @property
    def label(self) -> str:
        return f"附件{self.number}"


def correction_note(content: Content, annexes: Sequence[Annexed]) -> str:
    """What a later edition says first of the one that it replaces; empty for the first one and a draft."""
    table = changed_in(annexes)
    return note_of(content, table.label if table else "")


def opening(content: Content, annexes: Sequence[Annexed]) -> list[str]:
    """Paragraphs before the text: what edition this one replaces, what it was drafted without."""
    return [note for note in (correction_note(content, annexes), unready.note_of(content)) if note]


def changed_in(annexes: Sequence[Annexed]) -> Annexed | None:
    """The table of what an edition changes."""
    return next((one for one in annexes if one.annex is CHANGES), None)


def annexes_of(content: Content) -> list[Annexed]:
    """Those that have lines, numbered."""
    tables = [(annex, annex.table(content)) for annex in ANNEXES]
    filled = [(annex, table) for annex, table in tables if table.lines]
    return [Annexed(number, annex, table) for number, (annex, table) in enumerate(filled, start=1)]


# --- 1 All targets ---------------------------------------------------------------------------------------------------

TARGET_COLUMNS = (
    Column("目标", 17),
    Column("责任科室", 7),
    Column("目标值", 5, Kind.NUMBER),
    Column("期限", 7, Kind.MARK),
    Column("序时值", 5, Kind.NUMBER),
    Column("完成值", 5, Kind.NUMBER),
    Column("还差", 5, Kind.NUMBER),
    Column("状态", 5, Kind.STATUS),
    Column("应报", 3, Kind.NUMBER),
    Column("已报", 3, Kind.NUMBER),
)

TARGET_NOTE = "“应报”“已报”为应报送、已报送数据的单位数；“暂定”指已报单位不到应报单位的九成。"


def targets_table(content: Content) -> Table:
    parts = [(action["name"], action["rows"]) for action in content["actions"]]
    parts.append(("保障措施", content["safeguards"]["rows"]))
    lines = [_target(row, group) for group, rows in parts for row in rows]
    return Table(TARGET_COLUMNS, lines, group="行动", note=TARGET_NOTE)


def _target(row: Content, group: str) -> Line:
    status = STATUSES[row["status"]].label + ("（暂定）" if row["provisional"] else "")
    figures = row["goal"], row["due"] or NONE, row["expected"], row["value"], row["missing"] or NONE
    units = (str(row.get(key, NONE)) for key in ("units_expected", "units_fresh"))
    cells = (row["name"], row["section"] or "未定", *figures, status, *units)
    return Line(cells, group=group, status=row["status"], target=row["code"])


# --- 2 By school -----------------------------------------------------------------------------------------------------

BY_SCHOOL = ("achieved", "on_track", "at_risk", "behind", "overdue", "no_data")
SCHOOL_COLUMNS = (
    Column("学校", 12),
    Column("评定目标", 3, Kind.NUMBER),
    *(Column(STATUSES[status].label, 3, Kind.NUMBER) for status in BY_SCHOOL),
    Column("滞后和逾期的目标", 30),
)


def schools_table(content: Content) -> Table:
    lines = [_school(school) for school in content.get("schools", [])]
    note = "不含成绩类目标；按学校代码排列，不是名次。目标数以“项”计。"
    return Table(SCHOOL_COLUMNS, lines, note=note)


def _school(school: Content) -> Line:
    counts = school["counts"]
    figures = (str(school["total"]), *(str(counts.get(status, 0)) for status in BY_SCHOOL))
    red = counts.get("behind", 0) + counts.get("overdue", 0)
    said = "、".join(f"{one['name']}（{tight(one['value'])}）" for one in school["lagging"])
    return Line((school["name"], *figures, (said + f"等{red}项" if red > MOST_LAGGING else said) or NONE))


# --- 3 Quality of reporting ------------------------------------------------------------------------------------------

QUALITY_FIGURES = {
    "due": "应报（次）",
    "in_time": "按时（次）",
    "late": "逾期（次）",
    "missing": "未报（次）",
    "days": "逾期天数",
    "returned": "退回（项次）",
}
QUALITY_COLUMNS = (Column("学校", 13), *(Column(title, 4, Kind.NUMBER) for title in QUALITY_FIGURES.values()))


def quality_table(content: Content) -> Table:
    rows = content.get("quality", [])
    lines = [Line((row["name"], *(str(row[figure]) for figure in QUALITY_FIGURES))) for row in rows]
    sums = (str(sum(row[figure] for row in rows)) for figure in QUALITY_FIGURES)
    note = "按起草通报时的情况统计；延期内报送的算按时，没有到期的不计。"
    return Table(QUALITY_COLUMNS, lines, total=Line(("合计", *sums)), note=note)


# --- 4 The ledger of rectifications -----------------------------------------------------------------------------------

LEDGER_COLUMNS = (
    Column("目标", 9),
    Column("责任科室", 5),
    Column("整改措施", 14),
    Column("责任人", 4),
    Column("时限", 5, Kind.MARK),
    Column("情况", 8),
)
NO_MEASURE = "还没有列出整改措施"


def ledger_table(content: Content) -> Table:
    ledger = content.get("rectifications") or {"rows": [], "lacking": []}
    lines = [_case(row) for row in ledger["rows"]]
    lines += [
        Line((one["name"], one["section"], NO_MEASURE, *[NONE] * 3), target=one["code"]) for one in ledger["lacking"]
    ]
    return Table(LEDGER_COLUMNS, lines)


def _case(row: Content) -> Line:
    state = ("已过时限" if row["overdue"] else "在办") if row["open"] else f"{row['closed']}销号：{row['reason']}"
    carried = f"，沿用{row['carried']}次" if row["carried"] else ""
    cells = (row["name"], row["section"], row["measure"], row["owner"], f"{row['due']}前", state + carried)
    return Line(cells, status=row["status"], target=row["code"])


# --- 5 The sections' words, where the body would be too long with them ------------------------------------------------

WORDS_COLUMNS = (Column("任务", 8), Column("责任科室", 5), Column("进展", 13), Column("问题", 9), Column("下一步", 9))


def words_table(content: Content) -> Table:
    actions = content["actions"] if content.get("words", "whole") != "whole" else []
    lines = [Line(_told(one), group=action["name"]) for action in actions for one in action["words"]]
    return Table(WORDS_COLUMNS, lines, group="行动")


def _told(one: Content) -> tuple[str, ...]:
    return f"{one['no']}. {one['task']}", one["section"], one["done"], one["problems"] or NONE, one["plans"]


# --- 6 What an edition changes ----------------------------------------------------------------------------------------

CHANGE_WIDTHS = 12, 5, 7, 7, 17
SAME_CAUSE = "同上"


def changes_table(content: Content) -> Table:
    """Against the edition before (changes.py); without lines where there is none."""
    changes = content.get("changes")
    if changes is None:
        return Table((), ())
    titles = "项目", "数据项", f"第{changes['against']}版", "本版", "变动原因"
    kinds = Kind.TEXT, Kind.MARK, Kind.NUMBER, Kind.NUMBER, Kind.TEXT
    columns = tuple(Column(*one) for one in zip(titles, CHANGE_WIDTHS, kinds, strict=True))
    note = f"与{day_of(changes['dated'])}第{changes['against']}版逐项对照，没有变动的不列。"
    return Table(columns, _changed(changes), group="类别", note=note)


def _changed(changes: Content) -> list[Line]:
    lines = [Line(("版头", *_pair(one), NONE), "版头") for one in changes["head"]]
    for number, one in enumerate(changes["tally"]):
        lines.append(Line(("目标总体", *_pair(one), SAME_CAUSE if number else "由各目标变动汇总"), "总体"))
    for figure in changes["figures"]:
        why = "；".join(said_of(cause) for cause in figure["causes"])
        for number, one in enumerate(figure["fields"]):
            cells = (figure["name"], *_pair(one), SAME_CAUSE if number else why)
            lines.append(Line(cells, "目标", status=figure["status"], target=figure["code"]))
    return lines + _changed_schools(changes) + _changed_texts(changes)


def _pair(one: Content) -> tuple[str, str, str]:
    return one["label"], one["before"], one["after"]


def _changed_schools(changes: Content) -> list[Line]:
    schools = changes["schools"]
    renamed = "更名，按学校代码对应，数据不变"
    lines = [Line((one["after"], "名称", one["before"], one["after"], renamed), "学校") for one in schools["renamed"]]
    counted = (("各校目标完成情况表", schools, ""), ("数据报送质量表", changes["quality"], "，按起草时的情况统计"))
    lines += [Line((title, f"{one['count']}所", NONE, NONE, few(one["names"], one["count"]) + why), "学校")
              for title, one, why in counted if one["count"]]  # fmt: skip
    for key, what in (("added", "增列"), ("removed", "不再列入")):
        names = schools[key]
        if names:
            said = few(names[:MOST_NAMES], len(names))
            lines.append(Line(("各校目标完成情况表", f"{what}{len(names)}所", NONE, NONE, said), "学校"))
    return lines


def _changed_texts(changes: Content) -> list[Line]:
    lines = []
    for how, what in (("wording", "文字"), ("figures", "仅数字")):
        headings = [one["heading"] for one in changes["sections"] if one["how"] == how]
        if headings:
            lines.append(Line((f"正文{len(headings)}个部分", what, NONE, NONE, "；".join(headings)), "文字"))
    if changes["ledger"]:
        lines.append(Line(("整改台账", f"{changes['ledger']}条", NONE, NONE, "整改事项有增减或进展"), "文字"))
    return lines


CHANGES = Annex("changes", "更正对照表", changes_table)

ANNEXES = (
    Annex("targets", "目标完成情况表", targets_table, landscape=True),
    Annex("schools", "各校目标完成情况表", schools_table, landscape=True),
    Annex("quality", "数据报送质量表", quality_table),
    Annex("ledger", "整改台账", ledger_table),
    Annex("words", "各科室工作进展", words_table),
    CHANGES,
)
