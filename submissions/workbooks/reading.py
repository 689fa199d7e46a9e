"""Taking a workbook apart: whose it is, and what was changed in it since it was downloaded. Knows no database."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from django.core.exceptions import ValidationError

from base.bounded import Refused as Exceeded
from base.bounded import bounded
from base.tables import Row, read_sheets
from base.workbooks import XLSX
from submissions.cells import Typed
from submissions.workbooks import layout
from submissions.workbooks.layout import Identity, Place, Stamp, column_letters
from submissions.workbooks.oddities import odd_cells

MAX_ROWS = 50_000
LOOKS_DOWN = 20  # rows in which the mark and the heading are looked for
OTHER_FILE = "请用本页下载的表格填写，不要删改表头、编码和隐藏的列。"


class Refused(ValidationError):
    """Nothing of the file can be taken; the message says why."""


class Bad(NamedTuple):
    """A bad cell: where, which (a key, "" if none; and in Chinese), what stands there, what is wrong with it."""

    place: Place
    key: str
    label: str
    was: str
    why: str


@dataclass
class Contents:
    """Of every sheet of a file together. ``typed`` and ``places`` are by the cells' keys; only what differs from what
    was downloaded is in ``typed``."""

    identities: dict[str, Identity] = field(default_factory=dict)  # by sheet
    typed: dict[str, Typed] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    bad: list[Bad] = field(default_factory=list)
    unchanged: int = 0


class _Given(NamedTuple):
    """One cell of a sheet that a key belongs to."""

    key: str
    row: int
    column: int  # 1 is A
    text: str
    stamp: str
    label: str
    note: str | None = None


def read(content: bytes, name: str) -> Contents:
    """Raises Unreadable where the file is none that can be read, Refused where it is not one of ours."""
    sheets = read_sheets(content, name)
    if sum(map(len, sheets.values())) > MAX_ROWS:
        raise Refused(f"“{name}”超过 {MAX_ROWS} 行。请删去表格以外的行，或重新下载表格填写。")
    found = {title: identity for title, rows in sheets.items() if (identity := _identity(title, rows))}
    if not found:
        raise Refused(f"“{name}”不是从本系统下载的表格：没有找到“{layout.MARK}”一行。{OTHER_FILE}")
    contents, odd = Contents(found), _odd(content, name)
    for title, identity in found.items():
        _take(contents, title, _cells(title, sheets[title], identity), odd)
    return contents


def _odd(content: bytes, name: str) -> dict[Place, str]:
    """Of other files than .xlsx nothing is known."""
    if not content.startswith(XLSX):
        return {}
    try:
        return {Place(title, reference): why for title, reference, why in bounded(odd_cells, content)}
    except Exceeded as error:
        raise Refused(f"“{name}”{error}") from error


def _take(contents: Contents, title: str, given: Iterable["_Given | Bad"], odd: dict[Place, str]) -> None:
    for one in given:
        if isinstance(one, Bad):
            contents.bad.append(one)
            continue
        place = Place(title, f"{column_letters(one.column)}{one.row}")
        why = odd.get(place, "")
        if one.key in contents.places:
            why = f"与 {contents.places[one.key]} 重复，同一项只能有一行。"
        contents.places.setdefault(one.key, place)
        try:
            stamp = Stamp.parse(one.stamp)
        except ValueError:
            why = why or f"隐藏的“{layout.STAMP}”列被改动了。{OTHER_FILE}"
        if not why and len(one.text) > 200:
            why = "内容太长，不是一个数值。"
        if why:
            contents.bad.append(Bad(place, one.key, one.label, one.text[:40], why))
        elif typed := _typed(one, stamp):
            contents.typed[one.key] = typed
        else:
            contents.unchanged += 1


def _typed(given: _Given, stamp: Stamp) -> Typed | None:
    """What the person gave; None if she left it as it was."""
    note = None if given.note is None else layout.one_line_ends(given.note)
    note = None if note == stamp.note else note
    if note is None and given.text.replace(",", "") == stamp.text:
        return None
    return Typed(given.text, stamp.version, note)


def _identity(title: str, rows: list[Row]) -> Identity | None:
    """Of a sheet to fill in; None for any other."""
    for row in rows[:LOOKS_DOWN]:
        if row.cells[:1] == (layout.MARK,):
            try:
                return Identity.parse(row.cells[1])
            except (ValueError, IndexError) as error:
                raise Refused(f"{_at(title)}“{layout.MARK}”一行被改动了，认不出是哪张表。{OTHER_FILE}") from error
    return None


def _cells(title: str, rows: list[Row], identity: Identity) -> Iterator["_Given | Bad"]:
    """Of a list or a grid, told by the heading."""
    for index, row in enumerate(islice(rows, LOOKS_DOWN)):
        if row.cells[:1] == (layout.UNIT_CODE,):
            return _grid(title, rows[index + 1 :])
        if layout.CODE in row.cells:
            return _list(title, row, rows[index + 1 :], identity)
    raise Refused(f"{_at(title)}没有找到表头。{OTHER_FILE}")


def _list(title: str, head: Row, rows: list[Row], identity: Identity) -> Iterator["_Given | Bad"]:
    columns = {heading: number for number, heading in enumerate(head.cells) if heading}
    wanted = (layout.CODE, layout.NAME, layout.VALUE, layout.NOTE, layout.STAMP)
    _require(title, [heading for heading in wanted if heading not in columns])
    for row in rows:
        code, name, text, note, stamp = (_cell(row, columns[heading]) for heading in wanted)
        column = columns[layout.VALUE] + 1
        if code:
            key = f"{identity.unit}.{code}" if identity.unit else code
            yield _Given(key, row.number, column, text, stamp, name or code, note)
        elif text:
            place = Place(title, f"{column_letters(column)}{row.number}")
            yield Bad(place, "", name, text[:40], "这一行没有编码，不知道填的是哪一项。表格下面不能加行。")


def _grid(title: str, rows: list[Row]) -> Iterator["_Given | Bad"]:
    codes, rows = (rows[0], rows[1:]) if rows else (Row(0, ()), [])
    if codes.cells[:1] != (layout.CODE,):
        raise Refused(f"{_at(title)}没有找到“{layout.CODE}”一行。{OTHER_FILE}")
    columns: dict[str, int] = {}
    for number, code in enumerate(codes.cells[2:], start=2):
        if code in columns:
            raise Refused(f"{_at(title)}有两列的编码都是“{code}”。{OTHER_FILE}")
        if code:
            columns[code] = number
    items = [code for code in columns if not code.startswith(f"{layout.STAMP} ")]
    _require(title, [stamp for code in items if (stamp := f"{layout.STAMP} {code}") not in columns])
    for row in rows:
        unit, name = _cell(row, 0), _cell(row, 1)
        for code in items:
            text, stamp = _cell(row, columns[code]), _cell(row, columns[f"{layout.STAMP} {code}"])
            column, label = columns[code] + 1, f"{name or unit} {code}"
            if stamp and unit:
                yield _Given(f"{unit}.{code}", row.number, column, text, stamp, label)
            elif text:
                why = "这一项这所学校不填，请清空这一格。" if unit else "这一行没有学校代码。表格下面不能加行。"
                yield Bad(Place(title, f"{column_letters(column)}{row.number}"), "", label, text[:40], why)


def _require(title: str, missing: list[str]) -> None:
    if missing:
        raise Refused(f"{_at(title)}缺少“{'”“'.join(missing)}”列。{OTHER_FILE}")


def _cell(row: Row, column: int) -> str:
    return row.cells[column] if column < len(row.cells) else ""


def _at(title: str) -> str:
    return f"工作表“{title}”" if title else "表格"


def require_identity(contents: Contents, wanted: Identity, name: str) -> None:
    """Raises Refused unless the file is that of ``wanted``'s place, quarter and version; ``name`` is the place's."""
    for identity in contents.identities.values():
        why = _not_ours(identity, wanted, name)
        if why:
            raise Refused(f"{why}一格也没有保存。")


def _not_ours(found: Identity, wanted: Identity, name: str) -> str:
    if found.scope != wanted.scope:
        scopes = {layout.SCHOOL: "学校的填报表", layout.SECTION: "科室的各校填报表"}
        return f"这是{scopes.get(found.scope, '别的表')}，这里要的是{scopes[wanted.scope]}。"
    if (found.district, found.place) != (wanted.district, wanted.place):
        return f"这张表属于代码为“{found.place}”的单位，这里是{name}（{wanted.place}）。请选对文件。"
    if found.quarter != wanted.quarter:
        return f"这张表是{found.quarter.label}的，这里填的是{wanted.quarter.label}。"
    if found.version != wanted.version:
        return "下载这张表以后，填报项或口径有了变化，这张表已经过期。请重新下载，再把数值填进去。"
    return ""
