import datetime
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from base import audit
from base.quarters import Quarter
from submissions.imports import BadLines, HistoryRow, Imported, import_rows, read_csv
from submissions.models import Entry
from tests import factories

HEADER = "unit_code,quarter,element_code,value\n"


@pytest.fixture
def bring(form, bureau, district, today, director):
    """``bring("pri-01,2024Q1,TEACHERS,124\\n")``: reads and imports the lines below a good header."""

    def bring(text, encoding="utf-8"):
        rows, bad = read_csv((HEADER + text).encode(encoding))
        return import_rows(district, rows, by=director, bad=bad)

    return bring


def bad_lines(bring, text):
    with pytest.raises(BadLines) as caught:
        bring(text)
    assert Entry.objects.count() == 0
    return caught.value.lines


def test_import_makes_approved_entries(bring, director):
    assert bring("pri-01,2024Q1,TEACHERS,124\npri-01,2022Q1,CANTEEN,是\n") == Imported(created=2)
    entry = Entry.objects.get(element__code="TEACHERS")
    assert (entry.state, entry.value, entry.approved_value, entry.approved_by) == ("approved", 124, 124, director)
    assert entry.quarter == Quarter.of(2024, 1)
    assert [(row.verb, row.after) for row in audit.history(entry)] == [("imported", "124")]


def test_import_again_changes_nothing(bring):
    bring("pri-01,2024Q1,TEACHERS,124\n")
    assert bring("pri-01,2024Q1,TEACHERS,124\n") == Imported(unchanged=1)


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "approved"])
def test_import_replaces_and_keeps_the_history(bring, enter, state, quarter):
    entry = enter("TEACHERS", 100, state=state, quarter=quarter - 5, return_reason="x" if state == "returned" else "")
    assert bring("pri-01,2024Q1,TEACHERS,124\n") == Imported(replaced=1)
    entry.refresh_from_db()
    assert (entry.state, entry.value, entry.approved_value, entry.version) == ("approved", 124, 124, 2)
    assert [(row.before, row.after) for row in audit.history(entry)] == [("100", "124")]


def test_import_clears_the_flags_of_what_it_replaces(bring, enter, quarter):
    entry = enter("TEACHERS", 100, quarter=quarter - 5, flags=("JUMP",))
    bring("pri-01,2024Q1,TEACHERS,124\n")
    entry.refresh_from_db()
    assert entry.flags == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_import_reads_encodings(bring, encoding):
    assert bring("pri-01,2024Q1,CANTEEN,是\n", encoding).created == 1


def test_import_takes_columns_in_any_order_and_blank_lines(bring, district):
    rows, _ = read_csv(b"value,unit_code,element_code,quarter\r\n\r\n124,pri-01,TEACHERS,2024Q1\r\n,,,\r\n")
    assert rows == [HistoryRow("pri-01", "2024Q1", "TEACHERS", "124", line=3)]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"unit,quarter,element,value\n",
        b"unit_code,quarter,element_code\n",
        b"\xff\xfe\xff",
        b"unit_code;quarter\n",
    ],
)
def test_import_of_another_file_is_refused(content):
    with pytest.raises(BadLines) as caught:
        read_csv(content)
    assert caught.value.lines[0][0] == 1


def test_import_names_a_line_with_too_few_or_too_many_columns_beside_other_faults(bring):
    lines = bad_lines(bring, "pri-01,2024Q1,TEACHERS\npri-01,2024Q1,TEACHERS,1,2\nnobody,2024Q1,TEACHERS,1\n")
    assert lines == [(2, "应有 4 列，现有 3 列"), (3, "应有 4 列，现有 5 列"), (4, "没有代码为“nobody”的单位")]


def test_import_names_an_open_quote(bring):
    ((number, reason),) = bad_lines(bring, 'pri-01,2024Q1,TEACHERS,"12\n')
    assert (number, reason[:10]) == (2, "不是正确的 CSV，")


def test_import_names_a_part_that_exceeds_its_whole(bring):
    lines = bad_lines(bring, "pri-01,2024Q1,TEACHERS,30\npri-01,2024Q1,BACKBONE,31\npri-01,2024Q2,BACKBONE,31\n")
    assert lines == [(3, "“骨干教师数”不能多于专任教师数 30")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("nobody,2024Q1,TEACHERS,1", "没有代码为“nobody”的单位"),
        ("pri-01,2024Q1,NOTHING,1", "没有编码为“NOTHING”的填报项"),
        ("pri-01,2024-1,TEACHERS,1", "不是季度"),
        ("pri-01,2026Q1,TEACHERS,1", "还没有开始"),
        ("pri-01,2024Q1,TEACHERS,很多", "不是数字"),
        ("pri-01,2024Q1,TEACHERS,-1", "负数"),
        ("pri-01,2024Q1,TEACHERS,1.5", "小数"),
        ("pri-01,2024Q1,TEACHERS,12345678901", "10 位"),
        ("pri-01,2024Q1,TEACHERS,", "没有数值"),
        ("bureau,2024Q1,TEACHERS,1", "不属于"),
        ("pri-01,2024Q1,VERDICT,met", "不属于"),
        ("pri-01,2009Q1,TEACHERS,1", "没有开办"),
    ],
)
def test_import_names_the_bad_line_and_imports_nothing(bring, line, reason):
    ((number, words),) = bad_lines(bring, f"pri-01,2023Q1,TEACHERS,1\n{line}\npri-01,2023Q2,TEACHERS,1\n")
    assert number == 3
    assert reason in words


def test_import_names_an_element_that_is_not_asked_then_or_there(bring):
    factories.make_element("YEARLY", "年报数", asked_in=["Q3"])
    factories.make_element("JUN", "初中数", stages=["junior"])
    lines = bad_lines(bring, "pri-01,2024Q1,YEARLY,1\npri-01,2024Q1,JUN,1\n")
    assert ["不填报" in lines[0][1], "学段" in lines[1][1]] == [True, True]


def test_import_names_duplicates_with_the_first_line(bring):
    lines = bad_lines(bring, "pri-01,2024Q1,TEACHERS,1\npri-01,2024Q2,TEACHERS,1\npri-01,2024Q1,TEACHERS,2\n")
    assert lines == [(4, "与第 2 行重复（同一单位、季度和填报项）")]


def test_import_names_every_bad_line(bring):
    assert [number for number, _ in bad_lines(bring, "a,2024Q1,TEACHERS,1\npri-01,2024Q1,TEACHERS,x\nb,c,d,e\n")] == [
        2,
        3,
        4,
    ]


def test_import_does_not_reach_another_district(bring, other_school):
    bring("pri-01,2024Q1,TEACHERS,124\n")
    assert Entry.objects.get().unit.district.code == "kfq"


def test_import_rows_with_who_and_when(form, district, today, clerk, officer, django_assert_num_queries):
    entered = datetime.datetime(2024, 4, 2, 9, tzinfo=datetime.UTC)
    row = HistoryRow(
        "pri-01",
        Quarter.of(2024, 1),
        "TEACHERS",
        Decimal(124),
        entered_at=entered,
        entered_by=clerk,
        approved_at=entered + datetime.timedelta(days=1),
        approved_by=officer,
    )
    with django_assert_num_queries(12):
        import_rows(district, [row], by=None, at=entered)
    entry = Entry.objects.get()
    assert (entry.entered_by, entry.entered_at, entry.approved_by) == (clerk, entered, officer)
    assert audit.history(entry).get().at == entered


def test_command_says_what_it_did(form, district, today, tmp_path, capsys, clerk):
    path = tmp_path / "history.csv"
    path.write_text(HEADER + "pri-01,2024Q1,TEACHERS,124\n", encoding="gbk")
    call_command("import_values", str(path), "--district", "kfq", "--by", clerk.username)
    assert "新增 1 条" in capsys.readouterr().out
    assert Entry.objects.get().approved_by == clerk


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        (HEADER + "pri-01,2024Q1,TEACHERS,x\n", [], "第 2 行"),
        (HEADER, ["--district", "nowhere"], "nowhere"),
        (HEADER, ["--by", "nobody"], "nobody"),
        (None, [], "读不了文件"),
    ],
)
def test_command_fails_with_words(form, district, today, tmp_path, content, options, said):
    path = tmp_path / "history.csv"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=said):
        call_command("import_values", str(path), *options)


def test_command_wants_a_district_when_there_are_two(form, other_district, today, tmp_path):
    (tmp_path / "x.csv").write_text(HEADER, encoding="utf-8")
    with pytest.raises(CommandError, match="--district"):
        call_command("import_values", str(tmp_path / "x.csv"))
