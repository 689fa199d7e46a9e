"""对比: two half-years side by side."""

import pytest

from base.quarters import Period, Quarter
from reports.measuring import measure
from reports.models import Result, Status
from tests import factories
from tests.reports.pages import text_of, url
from tests.reports.small import HALF

BEFORE = Period.parse("2024H2")


@pytest.fixture
def halves(today, adoption, rate, secret, school, junior_school):
    """The rate rose from 91.4 % to 92.9 %; the schools of the secret reported nothing before."""
    denominator, numerator = (term.element for term in rate.definitions.get().terms.all())
    for unit, trained, teachers in ((school, 28, 40), (junior_school, 100, 100)):
        for element, value in ((numerator, trained), (denominator, teachers)):
            factories.make_entry(element, unit, Quarter.parse("2024Q4"), value)
    return measure(adoption, BEFORE, by=None), measure(adoption, HALF, by=None)


def pairs(client, **asked):
    comparison = client.get(url("compare"), asked).context["comparison"]
    return [(one.after.code, one.kind, one.before and one.before.value, one.after.value) for one in comparison.pairs]


def stand(measurement, code, status):
    Result.objects.filter(measurement=measurement, target__code=code, unit=None).update(status=status)


@pytest.mark.parametrize(
    ("then", "now", "kind"),
    [
        (Status.BEHIND, Status.ON_TRACK, "变好"),
        (Status.ON_TRACK, Status.AT_RISK, "变差"),
        (Status.NO_DATA, Status.BEHIND, "变差"),
        (Status.AT_RISK, Status.AT_RISK, "没有变化"),
        (Status.NOT_DUE, Status.ON_TRACK, "没有变化"),
    ],
)
def test_a_target_moves_with_its_status(halves, client_of, leader, then, now, kind):
    for measurement, status in zip(halves, (then, now), strict=True):
        stand(measurement, "TRAINING", status)
    assert pairs(client_of(leader))[0] == ("TRAINING", kind, "91.4%", "92.9%")


def test_what_is_measured_otherwise_since_is_not_compared(halves, rate, client_of, leader):
    old = rate.definitions.get()
    new = factories.make_definition(
        rate, numerator=[old.terms.first().element], version=2, since=HALF.last, measure="count", name="人数"
    )
    factories.make_goal(new, 200)
    measure(halves[1].adoption, HALF, by=None)
    assert pairs(client_of(leader))[0][:2] == ("TRAINING", "口径已变，不可比")


def test_new_words_alone_do_not_make_it_another_target(halves, rate, client_of, leader):
    old = rate.definitions.get()
    denominator, numerator = (term.element for term in old.terms.all())
    alike = {name: getattr(old, name) for name in ("measure", "scale", "decimals", "unit", "goal_scope")}
    new = factories.make_definition(
        rate, numerator=[numerator], denominator=[denominator], version=2, since=HALF.last, name="新名", **alike
    )
    factories.make_goal(new, 95)
    measure(halves[1].adoption, HALF, by=None)
    assert pairs(client_of(leader))[0][1] == "没有变化"


def test_a_target_by_kinds_of_schools(halves, client_of, leader):
    page = client_of(leader).get(url("compare"), {"target": "TRAINING"})
    assert [
        (name, [(row.name, row.before.shown, row.after.shown, row.after.short) for row in rows])
        for name, rows in page.context["groups"]
    ] == [("学段", [("初中", "100.0%", "100.0%", 0), ("小学", "70.0%", "75.0%", 1)])]
    assert "小学 70.0% 75.0% 1 → 1 所" in text_of(page)


def test_exam_results_are_never_shown_by_kind(halves, client_of, leader, researcher):
    for user in (leader, researcher):
        page = client_of(user).get(url("compare"))
        assert page.context["comparison"].groupable == [("TRAINING", "TRAINING率")]
        assert client_of(user).get(url("compare"), {"target": "EXAMS"}).status_code == 400


def test_a_school_sees_no_kinds_of_schools(halves, client_of, clerk):
    assert client_of(clerk).get(url("compare")).status_code == 200
    assert client_of(clerk).get(url("compare"), {"target": "TRAINING"}).status_code == 400


@pytest.mark.parametrize("asked", [{"before": "2025H1"}, {"before": "2020H1"}, {"after": "2024H2"}, {"after": "x"}])
def test_only_an_earlier_and_a_later_half_year_that_were_measured(halves, client_of, leader, asked):
    assert client_of(leader).get(url("compare"), asked).status_code == 400


def test_one_half_year_is_not_enough(measured, client_of, leader):
    assert "要有两个半年的测算结果才能对比" in text_of(client_of(leader).get(url("compare")))
