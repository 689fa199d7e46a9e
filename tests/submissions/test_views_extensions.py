import datetime

import pytest

from base import clock
from submissions import actions
from submissions.models import Extension
from tests import factories

EXTENSIONS = "/desk/2025Q2/extensions/"
FORM = "/fill/pri-01/2025Q2/"
UNTIL = datetime.date(2025, 7, 12)


def text_of(response):
    return response.content.decode()


@pytest.fixture
def desk(form, quarter, officer, client_of):
    return client_of(officer)


@pytest.fixture
def extended(form, quarter, officer):
    return actions.extend(form, quarter, UNTIL, "台风停课", by=officer)


def test_list_of_a_quarter_without_any(desk):
    page = text_of(desk.get(EXTENSIONS))
    assert "还没有学校延期" in page
    assert "第一小学（未开始）" in page
    assert 'value="2025-07-08"' in page


def test_give_one_more_time(desk, form, officer):
    response = desk.post(EXTENSIONS, {"unit": "pri-01", "until": "2025-07-12", "reason": "台风停课"})
    assert response.url == EXTENSIONS
    assert list(Extension.objects.values_list("unit", "until", "given_by")) == [(form.pk, UNTIL, officer.pk)]
    page = text_of(desk.get(EXTENSIONS))
    for words in ("已同意第一小学延期至7月12日", "台风停课", str(officer)):
        assert words in page


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"unit": "nobody"}, "选择一个有效的选项"),
        ({"until": "2025-07-05"}, "全区7月5日截止"),
        ({"until": "x"}, "输入一个有效的日期"),
        ({"reason": ""}, "必填"),
    ],
)
def test_give_what_cannot_be_is_refused_at_its_field(desk, given, why):
    response = desk.post(EXTENSIONS, {"unit": "pri-01", "until": "2025-07-12", "reason": "停课"} | given)
    assert (response.status_code, why in text_of(response)) == (422, True)
    assert not Extension.objects.exists()


def test_change_what_was_given(desk, extended):
    page = text_of(desk.get(EXTENSIONS, {"unit": "pri-01"}))
    assert 'name="seen" value="2025-07-12"' in page
    assert "修改第一小学的延期" in page
    given = {"unit": "pri-01", "until": "2025-07-15", "reason": "再延三天", "seen": "2025-07-12"}
    assert desk.post(EXTENSIONS, given).status_code == 302
    assert Extension.objects.get().until == datetime.date(2025, 7, 15)


def test_what_a_colleague_gave_meanwhile_is_not_overwritten(desk, extended):
    response = desk.post(EXTENSIONS, {"unit": "pri-01", "until": "2025-07-15", "reason": "停课"})
    assert (response.status_code, "同事已同意延期至7月12日" in text_of(response)) == (422, True)
    assert Extension.objects.get().until == UNTIL


def test_end_what_was_given(desk, extended):
    assert desk.post(f"{EXTENSIONS}pri-01/end/").url == EXTENSIONS
    assert not Extension.objects.exists()


@pytest.mark.parametrize("address", ["/desk/2025Q3/extensions/", "/desk/x/extensions/", f"{EXTENSIONS}nobody/end/"])
def test_extensions_elsewhere_are_not_found(desk, address):
    assert desk.post(address).status_code == 404


def test_school_reads_of_it_at_home_and_on_the_form(extended, client_of, clerk):
    for address in ("/fill/", FORM):
        assert "已同意延期至7月12日（台风停课）" in text_of(client_of(clerk).get(address))
    with clock.pinned(datetime.date(2025, 7, 11)):
        page = text_of(client_of(clerk).get(FORM))
        assert ("还剩 1 天" in page, 'name="value.TEACHERS"' in page) == (True, True)


@pytest.mark.parametrize("schools", [1, 30])
def test_list_takes_the_same_queries_for_any_number_of_schools(
    form, quarter, district, client_of, officer, schools, django_assert_num_queries
):
    for _ in range(schools):
        actions.extend(factories.make_unit(district), quarter, UNTIL, "停课", by=officer)
    browser = client_of(officer)
    with django_assert_num_queries(15):
        browser.get(EXTENSIONS)
