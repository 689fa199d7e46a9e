"""Workbooks as they come back, made here: a list with a mark, a heading and items."""

import csv
import io
import zipfile

import openpyxl
import xlwt

from base.quarters import Quarter
from submissions.workbooks import layout
from submissions.workbooks.layout import Identity

OURS = Identity("school", "kfq", "pri-01", Quarter.of(2025, 2), "abc")
HEAD = list(layout.LIST_COLUMNS)


def item(code="TEACHERS", value=None, note=None, stamp="v1|124|", name="专任教师数"):
    return ["任务 6", code, name, "人", 120, 110, value, note, "草稿", stamp]


def sheet(*items, head=HEAD, identity=OURS):
    return [["填报表"], ["标识", str(identity)], ["只填白色的格子"], head, *items]


def xlsx(rows, title="填报表", change=lambda ws: None):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    change(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_csv(rows, encoding="utf-8-sig"):
    out = io.StringIO()
    csv.writer(out).writerows([["" if cell is None else cell for cell in row] for row in rows])
    return out.getvalue().encode(encoding)


def as_xls(rows):
    book = xlwt.Workbook()
    ws = book.add_sheet("填报表")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell is not None:
                ws.write(number, column, cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_parts(content, **replaced):
    """The package with bytes replaced in its sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            data = old.read(part)
            if part == "xl/worksheets/sheet1.xml":
                for empty in (b"<v></v>", b"<v/>"):  # as lxml writes it, where it is installed
                    data = data.replace(empty, b"<v />")
                assert replaced["old"] in data
                data = data.replace(replaced["old"], replaced["new"])
            new.writestr(part, data)
    return out.getvalue()
