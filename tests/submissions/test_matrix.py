import datetime

import pytest

from base import clock
from submissions import actions
from submissions.asking import Asking
from submissions.matrix import Place, matrix_of
from submissions.states import standings
from tests import factories

MATRIX = "/desk/matrix/"
CODES = ("TEACHERS", "BACKBONE", "CANTEEN")


def day(number):
    return datetime.date(2025, 7, number)


def text_of(response):
    return response.content.decode()


@pytest.fixture
def hand_in(form, enter, quarter, principal):
    def on(when):
        for code in CODES:
            enter(code, 1)
        with clock.pinned(when):
            actions.submit(form, quarter, by=principal)

    return on


@pytest.fixture
def extended(form, quarter, officer):
    return actions.extend(form, quarter, day(8), "停课", by=officer)


def place(form, quarter, when):
    with clock.pinned(when):
        asking = Asking(form.district)
        one = standings(asking, [form], [quarter])[form.pk, quarter]
        made = Place(one, asking.window(None, quarter).due)
        return str(made.timeliness), made.word, made.days_late


@pytest.mark.parametrize(("when", "word", "late"), [(5, "按时", 0), (6, "逾期 1 天", 1), (9, "逾期 4 天", 4)])
def test_timeliness_of_what_was_handed_in(form, quarter, hand_in, when, word, late):
    hand_in(day(when))
    assert place(form, quarter, day(30))[1:] == (word, late)


@pytest.mark.parametrize(("when", "word"), [(5, "按时"), (6, "延期内"), (8, "延期内"), (9, "逾期 1 天")])
def test_timeliness_of_what_was_handed_in_with_an_extension(form, quarter, hand_in, extended, when, word):
    hand_in(day(when))
    assert place(form, quarter, day(30))[1] == word


@pytest.mark.parametrize(
    ("when", "kind", "late"), [(5, "pending", 0), (6, "missing", 1), (9, "missing", 4), (20, "missing", 15)]
)
def test_timeliness_of_what_has_not_come(form, quarter, when, kind, late):
    assert place(form, quarter, day(when))[::2] == (kind, late)


@pytest.mark.parametrize(("when", "word"), [(5, "延至7月8日"), (6, "延至7月8日"), (8, "延至7月8日"), (9, "未报")])
def test_timeliness_of_what_has_not_come_with_an_extension(form, quarter, extended, when, word):
    assert place(form, quarter, day(when))[1] == word


def test_timeliness_of_history_that_was_brought_in(form, quarter, enter):
    for code in CODES:
        enter(code, 1, state="approved")
    assert place(form, quarter, day(30))[1] == "已报"


def test_timeliness_where_nothing_is_asked(form, district, kindergarten, quarter, elements):
    for element in elements.values():
        element.stages = ("primary",)
        element.save()
    gone = factories.make_unit(district, closed=datetime.date(2025, 3, 1))
    assert [place(unit, quarter, day(3))[1] for unit in (kindergarten, gone)] == ["不用填报", "没有开办"]


@pytest.fixture
def two(form, quarter, hand_in, district):
    """``form`` on time, 第二小学 with nothing."""
    hand_in(day(3))
    return factories.make_unit(district, "pri-02", "第二小学")


def test_matrix_counts_lines_and_columns(form, two, quarter, adoption):
    with clock.pinned(day(8)):
        matrix = matrix_of(Asking(form.district), [form, two], [quarter, quarter - 1], worst_first=False)
    assert [(line.in_time, line.due, line.filled, line.asked) for line in matrix.lines] == [(1, 2, 3, 6), (0, 2, 0, 6)]
    assert [(line.in_time, line.due, line.filled) for line in matrix.totals] == [(1, 2, 3), (0, 2, 0)]
    assert (matrix.total.due, matrix.total.counts["missing"]) == (4, 3)


def test_page_sorts_the_worst_first_by_a_link(two, client_of, officer, settings):
    settings.PLAN_TODAY = day(8)
    desk = client_of(officer)
    pages = [text_of(desk.get(MATRIX, {"sort": sort})) for sort in ("", "worst")]
    assert [page.index("第一小学") < page.index("第二小学") for page in pages] == [True, False]
    assert 'href="?sort=worst"' in pages[0]


def test_page_shows_schools_of_one_stage(two, junior_school, client_of, officer):
    page = text_of(client_of(officer).get(MATRIX, {"stage": "junior"}))
    assert ("第一中学" in page, "第一小学" in page) == (True, False)
    assert "没有这个学段的学校" in text_of(client_of(officer).get(MATRIX, {"stage": "senior"}))


@pytest.mark.parametrize("query", [{"stage": "x"}, {"sort": "x"}])
def test_page_asked_for_something_else_is_a_bad_request(form, today, client_of, officer, query):
    assert client_of(officer).get(MATRIX, query).status_code == 400


def test_page_before_any_quarter(district, client_of, officer):
    assert "还没有开放过的季度" in text_of(client_of(officer).get(MATRIX))


@pytest.mark.parametrize("day_given", [datetime.date(2023, 3, 25), datetime.date(2025, 7, 3)])
@pytest.mark.parametrize("schools", [1, 30])
def test_page_takes_the_same_queries_for_any_number_of_schools_and_quarters(
    form, district, client_of, officer, settings, schools, day_given, django_assert_num_queries
):
    settings.PLAN_TODAY = day_given
    for _ in range(schools):
        factories.make_unit(district)
    browser = client_of(officer)
    with django_assert_num_queries(14):
        browser.get(MATRIX)
