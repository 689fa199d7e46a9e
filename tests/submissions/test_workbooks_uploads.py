import datetime
import io

import openpyxl
import pytest
from django.core.exceptions import ValidationError

from base import audit
from base.models import AuditRow, StoredFile
from submissions import actions
from submissions.calendar import Closed
from submissions.models import Entry, Upload
from submissions.sheets import school_sheet
from submissions.workbooks import uploads
from submissions.workbooks.checking import Change, Fault, Outcome
from submissions.workbooks.writing import school_workbook
from tests import factories
from tests.upload_bytes import DOCX, EXE, compound, upload

ROWS = {"TEACHERS": 5, "BACKBONE": 6, "CANTEEN": 7}


@pytest.fixture
def book(form, quarter):
    """``book(TEACHERS=124, notes={...})``: the school's workbook as it is downloaded now, filled in."""

    def fill(notes=(), **given):
        made = openpyxl.load_workbook(io.BytesIO(school_workbook(school_sheet(form, quarter), form)))
        ws = made["填报表"]
        for code, value in given.items():
            ws.cell(ROWS[code], 7).value = value
        for code, note in dict(notes).items():
            ws.cell(ROWS[code], 8).value = note
        out = io.BytesIO()
        made.save(out)
        return upload("填报表.xlsx", out.getvalue())

    return fill


@pytest.fixture
def bring_in(form, quarter, clerk):
    return lambda file: uploads.bring_in_form(form, quarter, file, by=clerk)


def stored():
    return {entry.element.code: entry.value for entry in Entry.objects.select_related("element")}


def test_nothing_is_saved_until_it_is_confirmed_and_then_all_of_it(book, bring_in, clerk):
    made = bring_in(book(TEACHERS=124, BACKBONE="２４", CANTEEN="是", notes={"TEACHERS": "新聘"}))
    outcome = Outcome.of(made)
    assert outcome.changes == [
        Change("填报表 G5", "专任教师数", "空白", "124", "新聘"),
        Change("填报表 G6", "骨干教师数", "空白", "24", ""),
        Change("填报表 G7", "有自办食堂", "空白", "是", ""),
    ]
    assert (made.state, outcome.bad, outcome.conflicts, stored()) == ("checked", 0, [], {})
    saved = uploads.confirm(made, take_file=False, by=clerk)
    assert (saved.state, stored()) == ("saved", {"TEACHERS": 124, "BACKBONE": 24, "CANTEEN": 1})
    assert Entry.objects.get(element__code="TEACHERS").note == "新聘"
    assert [(row.verb, row.by) for row in audit.history(made)] == [("uploaded", clerk), ("saved", clerk)]


def test_confirmed_twice_it_is_saved_once(book, bring_in, clerk):
    made = bring_in(book(TEACHERS=124))
    for _ in range(2):
        assert uploads.confirm(made, take_file=False, by=clerk).state == "saved"
    assert Entry.objects.get().version == 1
    assert AuditRow.objects.filter(verb="saved").count() == 1


def test_discarded_it_is_not_saved_any_more(book, bring_in, clerk):
    made = bring_in(book(TEACHERS=124))
    uploads.discard(made, by=clerk)
    assert (uploads.confirm(made, take_file=False, by=clerk).state, stored()) == ("discarded", {})


def test_every_bad_cell_is_told_with_what_was_expected_and_nothing_is_saved(book, bring_in, clerk):
    made = bring_in(book(TEACHERS=23.5, BACKBONE=901, CANTEEN="有"))
    assert Outcome.of(made).faults == [
        Fault("填报表 G5", "专任教师数", "23.5", "只能填整数，“23.5”带有小数。", "整数，不小于 0（人）"),
        Fault("填报表 G6", "骨干教师数", "901", "不能大于 900人。", "整数，0 至 900（人）"),
        Fault("填报表 G7", "有自办食堂", "有", "请填“是”或“否”，不能填“有”。", "是、否之一"),
    ]
    with pytest.raises(ValidationError, match="还有 3 格有问题"):
        uploads.confirm(made, take_file=False, by=clerk)
    assert stored() == {}


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("1e3", "不是数字"),
        ("95%", "不是数字"),
        ("十二", "不是数字"),
        (-1, "负数"),
        (12345678901, "10 位"),
        (True, "不是数字"),
        (datetime.date(2025, 6, 30), "不是数字"),
    ],
)
def test_a_number_that_is_none_is_bad(book, bring_in, value, why):
    (fault,) = Outcome.of(bring_in(book(TEACHERS=value))).faults
    assert (fault.place, why in fault.why) == ("填报表 G5", True)


def test_a_part_above_its_whole_is_bad_by_the_rules_of_the_page(book, bring_in, enter):
    enter("TEACHERS", 20)
    (fault,) = Outcome.of(bring_in(book(BACKBONE=21))).faults
    assert (fault.place, fault.why) == ("填报表 G6", "不能多于专任教师数 20 人。")


def test_what_is_locked_is_passed_over_unless_it_was_changed(book, bring_in, enter):
    enter("CANTEEN", 1, state="submitted")
    assert Outcome.of(bring_in(book(TEACHERS=124))).changed == 1
    (fault,) = Outcome.of(bring_in(book(CANTEEN="否"))).faults
    assert (fault.place, "等待审核" in fault.why) == ("填报表 G7", True)


def test_what_changed_on_the_page_alone_is_left_alone(book, bring_in, enter, clerk):
    entry = enter("TEACHERS", 124)
    file = book(BACKBONE=24)
    Entry.objects.filter(pk=entry.pk).update(value=130, version=2)
    uploads.confirm(bring_in(file), take_file=True, by=clerk)
    assert stored() == {"TEACHERS": 130, "BACKBONE": 24}


@pytest.mark.parametrize(("take_file", "value"), [(False, 130), (True, 126)])
def test_what_changed_on_both_sides_is_told_and_chosen(book, bring_in, enter, clerk, principal, take_file, value):
    entry = enter("TEACHERS", 124, by=principal)
    file = book(TEACHERS=126, BACKBONE=24)
    Entry.objects.filter(pk=entry.pk).update(value=130, version=2)
    made = bring_in(file)
    (conflict,) = Outcome.of(made).conflicts
    assert conflict[:5] == ("TEACHERS", "填报表 G5", "专任教师数", "126", "130")
    assert (conflict.who.split()[0], conflict.version) == (principal.name, 2)
    uploads.confirm(made, take_file=take_file, by=clerk)
    assert stored() == {"TEACHERS": value, "BACKBONE": 24}


def test_what_changes_between_check_and_confirmation_saves_nothing_and_is_told(book, bring_in, enter, clerk):
    made = bring_in(book(TEACHERS=126, BACKBONE=24))
    enter("TEACHERS", 130)
    again = uploads.confirm(made, take_file=True, by=clerk)
    assert (again.state, stored()) == ("checked", {"TEACHERS": 130})
    assert [one.key for one in Outcome.of(again).conflicts] == ["TEACHERS"]
    uploads.confirm(again, take_file=True, by=clerk)
    assert stored() == {"TEACHERS": 126, "BACKBONE": 24}


def test_the_window_holds_for_workbooks_too(book, bring_in, clerk, settings):
    file, made = book(TEACHERS=124), bring_in(book(TEACHERS=124))
    settings.PLAN_TODAY = settings.PLAN_TODAY.replace(day=10)
    with pytest.raises(Closed):
        uploads.confirm(made, take_file=False, by=clerk)
    with pytest.raises(Closed):
        bring_in(file)
    assert (stored(), Upload.objects.count(), Upload.objects.get().state) == ({}, 1, "checked")


def test_a_file_of_another_school_or_an_older_version_is_refused_and_not_kept(book, quarter, form, clerk, elements):
    other = factories.make_unit(form.district, "pri-02", "第二小学")
    file = book(TEACHERS=124)
    with pytest.raises(ValidationError, match="属于代码为“pri-01”的单位，这里是第二小学（pri-02）"):
        uploads.bring_in_form(other, quarter, file, by=clerk)
    elements["TEACHERS"].upper = 500
    elements["TEACHERS"].save()
    file.seek(0)
    with pytest.raises(ValidationError, match="已经过期"):
        uploads.bring_in_form(form, quarter, file, by=clerk)
    assert (Upload.objects.count(), StoredFile.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("空.xlsx", b"", "空文件"),
        ("文.xlsx", DOCX, "docx"),
        ("程序.xlsx", EXE, "程序"),
        ("锁.xlsx", compound("EncryptedPackage"), "加了密码"),
        ("~$填报表.xlsx", b"\x05admin" + bytes(160), "无法识别"),
        ("坏.xlsx", b"PK\x03\x04" + bytes(300), "无法识别"),
        ("别的.csv", "姓名,代码\n王芳,1\n".encode(), "不是从本系统下载的表格"),
        ("大.csv", b"a," * 6 * 1024 * 1024, "10 MB"),
    ],
)
def test_what_is_no_such_workbook_is_refused_with_the_reason(bring_in, name, content, why):
    with pytest.raises(ValidationError) as refused:
        bring_in(upload(name, content))
    assert why in refused.value.messages[0]
    assert (Upload.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_a_returned_item_is_answered_in_a_workbook(book, bring_in, enter, clerk):
    enter("TEACHERS", 124, state="returned", return_reason="请核对")
    uploads.confirm(bring_in(book(notes={"TEACHERS": "核对无误"})), take_file=False, by=clerk)
    assert (Entry.objects.get().state, Entry.objects.get().note) == ("draft", "核对无误")


def test_a_verdict_needs_its_reason_in_a_workbook_too(form, bureau, sections, quarter, officer):
    would = actions.check_grid(sections["basic"], quarter, {"bureau.VERDICT": ("已完成", 0, "")})
    assert "理由" in would.problems["bureau.VERDICT"]


@pytest.mark.parametrize("items", [5, 30])
def test_a_workbook_takes_the_same_queries_for_any_number_of_items(
    adoption, school, quarter, clerk, items, django_assert_num_queries
):
    for number in range(items):
        factories.make_element(f"E{number}", position=number)
    made = openpyxl.load_workbook(io.BytesIO(school_workbook(school_sheet(school, quarter), school)))
    for row in range(5, 5 + items):
        made["填报表"].cell(row, 7).value = 7
    out = io.BytesIO()
    made.save(out)
    with django_assert_num_queries(13):
        found = uploads.bring_in_form(school, quarter, upload("表.xlsx", out.getvalue()), by=clerk)
    with django_assert_num_queries(18):
        uploads.confirm(found, take_file=False, by=clerk)
    assert Entry.objects.count() == items
