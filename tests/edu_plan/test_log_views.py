"""The audit log as an auditor reads it."""

import csv
import datetime
import io
import re
from pathlib import Path

import pytest

from base import audit, clock, origin
from base.models import AuditRow
from edu_plan.log import LEFT_OUT, WORDS
from submissions.imports import import_rows, read_csv
from submissions.models import Entry, EntryState, UploadState
from tests import factories
from tests.edu_plan.world import NOW, make_promise

ROOT = Path(__file__).parents[2]
ROOMS = ["base", "schools", "tasks", "targets", "submissions", "reports", "edu_plan"]
TODAY = datetime.date(2025, 7, 3)


@pytest.fixture
def client(auditor, client_of):
    return client_of(auditor)


@pytest.fixture
def write(clerk):
    """``write("changed", by=…, …)``: a row about the clerk."""
    return lambda verb, subject=clerk, by=clerk, **said: audit.record(subject, verb, by=by, **said)


def shown(response) -> list[int]:
    return [line.pk for line in response.context["lines"]]


def table(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


def test_every_verb_has_its_word():
    """Those that the sources write down, and the states that entries and uploads move to."""
    calls = re.compile(r"""(?:audit\.(?:record|row)|\.note|_note)\([^"]*?"([a-z_]+)"|verb="([a-z_]+)",""")
    sources = (path.read_text(encoding="utf-8") for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    verbs = {next(filter(None, found)) for source in sources for found in calls.findall(source)}
    states = {*EntryState.values, *UploadState.values} - {UploadState.CHECKING}
    assert len(verbs) > 30
    assert sorted((verbs | states) - set(WORDS)) == []


def test_her_home_is_the_log(client):
    assert client.get("/").url == "/audit/"


def test_says_who_when_what_from_to_why_and_from_where(client, clerk, write):
    with origin.coming_from("10.0.0.7", "Mozilla/5.0"):
        write("changed", before="旧", after="新", why="改错字")
    page = client.get("/audit/").text
    said = (clerk.name, clerk.username, "修改", "旧", "新", "改错字", "10.0.0.7", "Mozilla/5.0")
    assert [one for one in said if one not in page] == []


def test_an_empty_log_says_what_will_stand_here(client):
    assert "还没有记录" in client.get("/audit/").text


def test_shows_her_district_and_the_installation_and_nothing_of_others(client, write, other_school):
    mine, alien = write("changed"), factories.make_clerk(other_school)
    write("changed", subject=alien, by=alien)
    general = audit.record(None, "login_failed", by=None, after="nobody")
    assert shown(client.get("/audit/")) == [general.pk, mine.pk]


def test_a_row_belongs_to_its_object_before_it_belongs_to_its_person(write, other_school, clerk):
    entry = factories.make_entry(factories.make_element("PUPILS"), other_school, NOW, 5)
    assert write("changed", subject=entry).district_id == other_school.district_id
    assert write("changed", subject=other_school.district).district_id == other_school.district_id
    assert audit.record(None, "denied", by=clerk).district_id == clerk.district_id


def test_what_nobody_did_belongs_to_the_district_of_its_object(
    adoption, other_school, client, django_assert_num_queries
):
    made = factories.make_entry(factories.make_element("PUPILS"), other_school, NOW, 5)
    entry = Entry.objects.get(pk=made.pk)
    with django_assert_num_queries(2):
        row = audit.record(entry, "dropped", by=None)
    assert row.district_id == other_school.district_id
    csv = f"pri-01,2024Q4,{made.element.code},7\n".encode()
    rows, _ = read_csv(b"unit_code,quarter,element_code,value\n" + csv)
    import_rows(other_school.district, rows, by=None)
    assert AuditRow.objects.get(verb="imported").district_id == other_school.district_id
    assert shown(client.get("/audit/")) == []


def test_a_figure_of_no_known_district_is_shown_to_nobody(client, school):
    entry = factories.make_entry(factories.make_element("PUPILS"), school, NOW, 5)
    AuditRow(at=clock.now(), verb="imported", subject_type="submissions.entry", subject_id=entry.pk).save()
    assert shown(client.get("/audit/")) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("who=WANG", ["b"]),
        ("who=王敏", ["b"]),
        ("verb=approved", ["b"]),
        ("kind=schools.district", ["c"]),
        ("text=门牌", ["a"]),
        ("origin=10.0.0.9", ["c"]),
        ("since=2025-07-02&until=2025-07-02", ["b"]),
        ("since=2025-07-02", ["c", "b"]),
        ("until=2025-07-01", ["a"]),
        ("verb=approved&text=门牌", []),
    ],
)
def test_filters(client, write, district, query, found):
    wang = factories.make_user("wang", "王敏", district=district)
    with clock.pinned(datetime.date(2025, 7, 1), hour=23):
        rows = {"a": write("changed", why="改门牌号")}
    with clock.pinned(datetime.date(2025, 7, 2), hour=0):
        rows["b"] = write("approved", by=wang)
    with clock.pinned(TODAY), origin.coming_from("10.0.0.9"):
        rows["c"] = write("changed", subject=district)
    assert shown(client.get(f"/audit/?{query}")) == [rows[name].pk for name in found]


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("since=x", "输入一个有效的日期"),
        ("since=2025-07-02&until=2025-07-01", "结束日期不能早于开始日期"),
        ("verb=x", "选择一个有效的选项"),
    ],
)
def test_a_bad_filter_is_named(client, query, why):
    response = client.get(f"/audit/?{query}")
    assert (response.status_code, why in response.text) == (422, True)
    assert client.get(f"/audit/log.csv?{query}").status_code == 400


def test_pages_follow_one_another_and_keep_the_filters(client, write):
    with clock.pinned(TODAY):  # all at one moment
        rows = [write("changed").pk for _ in range(120)]
    seen, url = [], "/audit/?verb=changed"
    for _ in range(3):
        response = client.get(url)
        seen += shown(response)
        older = response.context["older"]
        url = f"/audit/?{response.context['query']}&before={older}"
    assert (seen, older) == (rows[::-1], None)


@pytest.mark.parametrize("before", ["999999", "x", "0", "99999999999999999999"])
def test_a_page_that_is_not_there_is_refused(client, before, db):
    assert client.get(f"/audit/?before={before}").status_code in (400, 422)


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_takes_the_same_queries_for_any_number(client, write, school, count, django_assert_num_queries):
    for number in range(count):
        element = factories.make_element(f"E{number}")
        write("changed", subject=factories.make_entry(element, school, NOW, 5))
    client.get("/audit/")
    with django_assert_num_queries(10):
        client.get("/audit/")


class TestSensitive:
    @pytest.fixture(autouse=True)
    def row(self, adoption, school, write):
        element = factories.make_element("EXAMS_PASSED", "合格人数")
        make_promise(adoption, "EXAMS", "EXAMS_PASSED", sensitive=True)
        entry = factories.make_entry(element, school, NOW, 437)
        return write("changed", subject=entry, before="4711", after="437", why="原为 4711")

    def test_figures_are_left_out_of_page_and_file(self, client):
        page, lines = client.get("/audit/").text, table(client.get("/audit/log.csv"))
        assert ("4711" in page, "437" in page, LEFT_OUT in page) == (False, False, True)
        assert lines[2][5:8] == [LEFT_OUT] * 3

    def test_searching_does_not_tell_them(self, client, write):
        mine = write("changed", after="4711")
        assert shown(client.get("/audit/?text=4711")) == [mine.pk]


class TestFile:
    def test_has_every_row_that_the_filters_find(self, client, write, clerk):
        rows = [write("changed", after=str(number)) for number in range(60)]
        write("approved")
        head, *lines = table(client.get("/audit/log.csv?verb=changed"))
        assert head[:4] == ["编号", "时间", "何人", "动作"]
        assert [line[0] for line in lines] == [str(row.pk) for row in reversed(rows)]
        assert lines[0][2] == f"{clerk.name}（{clerk.username}）"

    @pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
    def test_carries_no_formula(self, client, write, sign):
        write("changed", after=f"{sign}HYPERLINK(1)")
        assert table(client.get("/audit/log.csv?verb=changed"))[1][6] == f"'{sign}HYPERLINK(1)"

    def test_taking_it_is_on_record_with_its_filters(self, client, auditor):
        client.get("/audit/log.csv?verb=approved").getvalue()
        row = AuditRow.objects.get()
        assert (row.verb, row.by, row.after) == ("exported", auditor, "/audit/log.csv?verb=approved")
