"""Finding targets, tasks and schools."""

import pytest

from edu_plan.search import MOST, pinyin, search
from schools.rules import posts_of
from tests import factories
from tests.reports.small import make_rate


@pytest.fixture
def plan_of_two(adoption, sections, school, kindergarten):
    make_rate(adoption, sections["basic"], "KG_PUBLIC", name="公办园覆盖率")
    make_rate(adoption, sections["basic"], "LESSONS", elements="A B", name="公开课比例")
    return adoption


def names(user, text):
    return [thing.name for thing in search(posts_of(user), text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("公办园", ["公办园覆盖率"]),
        ("gbyfgl", ["公办园覆盖率"]),
        ("GBY", ["公办园覆盖率"]),
        ("gongbanyuan", ["公办园覆盖率"]),
        ("kg_pub", ["公办园覆盖率"]),
        ("公", ["公办园覆盖率", "公开课比例"]),
        ("公 比例", ["公开课比例"]),
        ("没有", []),
        ("  ", []),
    ],
)
def test_by_name_initials_and_code(plan_of_two, leader, text, found):
    assert names(leader, text) == found


def test_the_exact_name_comes_first(plan_of_two, sections, leader):
    make_rate(plan_of_two, sections["basic"], "X", elements="C D", name="公办园覆盖率的核查")
    assert names(leader, "公办园覆盖率") == ["公办园覆盖率", "公办园覆盖率的核查"]


def test_a_school_finds_itself_alone_and_the_bureau_all(plan_of_two, school, kindergarten, principal, officer):
    assert names(principal, kindergarten.code) == []
    assert names(principal, school.code) == [str(school)]
    assert names(officer, kindergarten.code) == [str(kindergarten)]


def test_another_district_finds_nothing_here(plan_of_two, other_district):
    assert names(factories.make_leader(other_district), "公办园") == []


def test_a_post_elsewhere_opens_no_school_here(plan_of_two, school, kindergarten, principal, other_district):
    factories.make_leader(other_district, user=principal)
    assert names(principal, kindergarten.code) == []


def test_who_reads_no_plan_is_refused(plan_of_two, client_of):
    assert client_of(factories.make_user()).get("/search/?q=x").status_code == 403


def test_pages(plan_of_two, client_of, leader):
    client = client_of(leader)
    assert "公办园覆盖率" in client.get("/search/", {"q": "gby"}).content.decode()
    part = client.get("/search/", {"q": "<b>"}, headers={"HX-Request": "true"}).content.decode()
    assert part.startswith("\n") or "<html" not in part
    assert "没有找到“&lt;b&gt;”" in part
    assert "最多 60 个字" in client.get("/search/", {"q": "x" * 61}).content.decode()


def test_queries_and_length_do_not_grow(plan_of_two, sections, leader, django_assert_num_queries):
    for n in range(MOST + 5):
        factories.make_unit(plan_of_two.district, f"s-{n}", f"新校{n}", stages=["primary"])
    posts = posts_of(leader)
    with django_assert_num_queries(6):
        assert len(search(posts, "新校")) == MOST


def test_latin_letters_and_digits_stay_in_pinyin():
    assert pinyin("小学“5+X”社团") == ("xx5xst", "xiaoxue5xshetuan")
