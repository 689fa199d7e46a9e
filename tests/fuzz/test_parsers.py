"""Everything that takes a file or a text apart, fed with what nobody would send.

Allowed is what each says it raises; nothing else, nothing for long, nothing large, and nothing of it is saved.
"""

import io
import zipfile

import openpyxl
import pytest
import xlwt
import yaml
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from hypothesis import strategies as st

from base import files, tables
from base.bounded import work
from base.models import AuditRow, StoredFile
from base.tables import Unreadable, read_sheets
from schools import roster
from schools.models import Post, User
from submissions.actions.evidence import KINDS, MAX_BYTES
from submissions.imports import BadLines, import_rows, read_csv
from submissions.models import Entry
from submissions.workbooks import layout, reading
from submissions.workbooks.oddities import odd_cells
from submissions.workbooks.reading import Refused
from targets import values
from targets.loader import PlanFileError, check_plan
from targets.models import Element, ValueType
from tasks.models import Plan
from tests import factories, upload_bytes, workbook_files
from tests.fuzz.forked import forked
from tests.fuzz.texts import cases, encoded, mangled, nasty, texts
from tests.fuzz.texts import tables as csv_tables
from tests.fuzz.watch import watched
from tests.targets import plan_files

pytestmark = pytest.mark.security


@pytest.fixture(autouse=True)
def _forked(monkeypatch):
    monkeypatch.setattr(tables, "bounded", forked)
    monkeypatch.setattr(reading, "bounded", forked)


# --- The plan file ---------------------------------------------------------------------------------------------------

PLAN = plan_files.text_of(plan_files.base())
FRAGMENTS = [
    "&a [*a,*a]",
    "<<: *a",
    "!!set {a}",
    "!!binary eA==",
    "{" * 900,
    "? x",
    "---\n",
    "0x" + "f" * 5000,
    "1:" * 3000 + "1",
]


@st.composite
def plan_texts(draw: st.DrawFn) -> bytes:
    """The small plan with one value replaced, or its text mangled, or any text at all."""
    kind = draw(st.integers(0, 5))
    if kind == 0:
        return draw(
            st.binary(max_size=200)
            | texts.map(encoded)
            | st.lists(nasty, max_size=5).map(lambda one: encoded("\n".join(one)))
        )
    lines = PLAN.splitlines()
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(lines) - 1))
        key, colon, value = lines[place].partition(": ")
        new = draw(st.sampled_from(FRAGMENTS) | texts | st.sampled_from(lines) | st.just(value))
        lines[place] = f"{key}{colon}{new}" if draw(st.booleans()) else new
    content = encoded("\n".join(lines))
    return draw(mangled(content)) if kind == 1 else content


@cases(plan_texts())
def test_plan_files(db, tmp_path_factory, content):
    file = tmp_path_factory.getbasetemp() / "fuzzed.yaml"
    file.write_bytes(content)
    with watched("plan file"):
        try:
            check_plan(file)
        except PlanFileError as error:
            assert str(error)
    assert Plan.objects.count() == 0


@pytest.mark.parametrize(
    "text",
    [
        "[" * 400_000,
        "a: " + "{" * 300_000,
        "- " * 200_000,
        "\n".join(["a: &a0 x", *(f"b{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))]),
        yaml.dump({f"k{n}": n for n in range(25_000)}),
        "a: " + "x" * 2_000_000,
    ],
    ids=["brackets", "braces", "dashes", "aliases", "keys", "long"],
)
def test_plan_files_that_are_bombs(db, tmp_path, text):
    (tmp_path / "bomb.yaml").write_text(text)
    with watched("plan file"), pytest.raises(PlanFileError):
        check_plan(tmp_path / "bomb.yaml")


# --- Tables ----------------------------------------------------------------------------------------------------------


@cases(csv_tables(["姓名", "代码"], [["王敏"], ["001"]]) | st.binary(max_size=300))
def test_csv(content):
    with watched("table, .csv"):
        try:
            read_sheets(content, "表.csv")
        except Unreadable as error:
            assert "表.csv" in error.messages[0]


@pytest.mark.parametrize("content", [b"1\n" * 10_000_000, b"," * 10_000_000, b'"\n' * 5_000_000, b'"' * 10_000_001])
def test_csv_of_ten_million(content):
    with watched("table, .csv"), pytest.raises(Unreadable):
        read_sheets(content, "表.csv")


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def book_of(rows: list[list[object]]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


OURS = workbook_files.sheet(workbook_files.item(value=126, note="新聘"), workbook_files.item("B", "=1+1"))
PARTS = parts_of(workbook_files.xlsx(OURS))
XML = [
    *(
        b'<c r="XFD1048576"/>',
        b'<c r="A1" t="s"><v>99</v></c>',
        b'<c r="A1" t="s"><v>-1</v></c>',
        b'<c t="e"><v>#REF!</v></c>',
    ),
    *(
        b"<f>1+1</f>",
        b'<c r=""/>',
        b'<c r="A0"/>',
        b'<row r="0"/>',
        b'<row r="99999999999"/>',
        b"<v>1e999</v>",
        b"<v>NaN</v>",
    ),
    *(
        b"&a;",
        b"<!DOCTYPE a [<!ENTITY a 'x'>]>",
        b"<!--",
        b"]]>",
        b"<![CDATA[",
        b"</worksheet>",
        b'r:id="rId99"',
        b"../../x",
    ),
    *(
        b't="d"',
        b't="b"',
        b's="9999999"',
        b'<mergeCell ref="A1:XFD1048576"/>',
        b'name="' + b"a" * 300 + b'"',
        b'Target="/x"',
    ),
]


@st.composite
def packages(draw: st.DrawFn) -> bytes:
    """Our workbook with parts changed, dropped or added, and the zip around them mangled."""
    parts = dict(PARTS)
    for _ in range(draw(st.integers(0, 3))):
        name = draw(st.sampled_from(sorted(parts)))
        kind, content = draw(st.integers(0, 5)), parts[name]
        if kind == 0:
            del parts[name]
            parts[draw(st.sampled_from(["xl/workbook.xml", "a", "../b", "xl/worksheets/sheet1.xml"]))] = content
        elif kind == 1:
            parts[name] = draw(mangled(content))
        else:
            places = [place for place, byte in enumerate(content) if byte in b'<>" '] or [0]
            place = draw(st.sampled_from(places))
            parts[name] = content[:place] + draw(st.sampled_from(XML) | nasty.map(encoded)) + content[place:]
    content = packed(parts, draw(st.sampled_from([zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])))
    return draw(mangled(content)) if draw(st.integers(0, 3)) == 0 else content


@cases(packages())
def test_workbooks(content):
    with watched("table, .xlsx"):
        try:
            read_sheets(content, "表.xlsx")
        except Unreadable as error:
            assert "表.xlsx" in error.messages[0]


@cases(packages())
def test_odd_cells(content):
    """Also of what no spreadsheet would open; a refusal by accident is one, too (base/bounded.py)."""
    with watched("odd cells"):
        assert set(work(odd_cells, content)) <= {"made", "refused"}


def old_book() -> bytes:
    book, out = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("一")
    for row in range(4):
        for column, value in enumerate(("甲", 1.5, True, xlwt.Formula("1+1"), "长" * 300)):
            sheet.write(row, column, value)
    book.save(out)
    return out.getvalue()


@cases(mangled(old_book()), share=3)
def test_old_workbooks(content):
    with watched("table, .xls"):
        try:
            read_sheets(content, "表.xls")
        except Unreadable as error:
            assert "表.xls" in error.messages[0]


# --- What stands in a table ------------------------------------------------------------------------------------------


GRID = [
    ["各校"],
    ["标识", str(layout.Identity("section", "kfq", "basic", workbook_files.OURS.quarter, "abc"))],
    ["学校代码", "学校", "摄像头", "校门数", "版本", "版本"],
    ["编码", "", "CAM", "GATES", "版本 CAM", "版本 GATES"],
    ["pri-01", "第一小学", "5", "", "v1|4|", "v0||"],
]


@st.composite
def filled_in(draw: st.DrawFn) -> bytes:
    """A form or a grid as it was downloaded, with any cell changed to anything."""
    rows = [list(row) for row in draw(st.sampled_from([OURS, GRID]))]
    for _ in range(draw(st.integers(0, 4))):
        row = rows[draw(st.integers(0, len(rows) - 1))]
        row[draw(st.integers(0, len(row) - 1))] = draw(
            texts | st.sampled_from([cell for line in OURS + GRID for cell in line])
        )
    text = "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows)
    return text.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030"])), "replace")


@cases(filled_in() | packages())
def test_forms_and_grids_that_come_back(content):
    with watched("workbook of figures"):
        try:
            reading.read(content, "表")
        except (Unreadable, Refused) as error:
            assert error.messages[0]


@cases(
    csv_tables(list(roster.COLUMNS), [["王敏"], ["wang"], ["填报员", "科室人员"], ["pri-01", "basic"], ["a@b.cn", ""]])
)
def test_rosters(district, sections, school, content):
    before = (User.objects.count(), Post.objects.count())
    with watched("roster"):
        try:
            found = roster.read(content, "人员.csv", district)
            assert len(found.lines) + len({fault.number for fault in found.faults}) >= len(found.given)
        except Unreadable as error:
            assert "人员.csv" in error.messages[0]
    assert (User.objects.count(), Post.objects.count()) == before


@cases(
    csv_tables(
        ["unit_code", "quarter", "element_code", "value"],
        [["pri-01"], ["2024Q1", "2024Q2"], ["COUNT", "YES", "DAY"], ["5", "是", "2024-09-01"]],
    )
)
def test_history(district, school, today, director, content):
    for code, kind in (("COUNT", "integer"), ("YES", "boolean"), ("DAY", "date")):
        if not Element.objects.filter(code=code).exists():
            factories.make_element(code, value_type=kind)
    with transaction.atomic(), watched("history, import_values"):
        try:
            rows, bad = read_csv(content)
            import_rows(district, rows, by=director, bad=bad)
        except BadLines as error:
            assert error.lines
            assert (Entry.objects.count(), AuditRow.objects.filter(verb="imported").count()) == (0, 0)
        transaction.set_rollback(True)


def test_history_of_ten_million_lines():
    content = b"unit_code,quarter,element_code,value\n" + b"a,1\n" * 10_000_000
    with watched("history, import_values"), pytest.raises(BadLines):
        read_csv(content)


@cases(texts, st.sampled_from(sorted(ValueType)))
def test_values(text, kind):
    with watched("single value"):
        try:
            found = values.parse(Element(code="X", name="甲", value_type=kind, unit="人", lower=0), text)
        except ValidationError as error:
            assert error.messages[0]
        else:
            assert found is None or (found.is_finite() and len(found.as_tuple().digits) <= 16)


# --- Evidence --------------------------------------------------------------------------------------------------------

SAMPLES = [
    upload_bytes.PDF,
    upload_bytes.JPG,
    upload_bytes.png(),
    upload_bytes.DOCX,
    upload_bytes.XLSX,
    upload_bytes.OFD,
]
SAMPLES += [
    upload_bytes.EXE,
    upload_bytes.GIF,
    upload_bytes.COMPOUND,
    upload_bytes.XLS,
    upload_bytes.CSV,
    upload_bytes.SCRIPT,
]
NAMES = st.sampled_from(["a.pdf", "a.jpg", "a.png", "a.docx", "a.xlsx", "a.ofd", "a.exe", "a"]) | texts


@cases(st.sampled_from(SAMPLES).flatmap(mangled) | st.binary(max_size=300), NAMES)
def test_evidence(db, content, name):
    before = StoredFile.objects.count()
    with watched("evidence"):
        try:
            stored = files.store(ContentFile(content, name), by=None, kinds=KINDS, limit=MAX_BYTES)
        except files.Refused as error:
            assert error.messages[0]
            assert StoredFile.objects.count() == before
        else:
            assert (stored.kind in KINDS, stored.name == files.safe_name(stored.name)) == (True, True)
