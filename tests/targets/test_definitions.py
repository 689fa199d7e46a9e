"""From the database to the core."""

import datetime
from decimal import Decimal

import pytest

from base.quarters import Quarter
from targets.core import model as core
from targets.definitions import core_element, core_target, with_own
from targets.models import TargetDefinition
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def target(plan):
    return factories.make_target(factories.make_task(factories.make_action(plan)), "PUBLIC_SHARE")


def reread(definition):
    return TargetDefinition.objects.with_parts().get(pk=definition.pk)


def test_core_element_carries_what_measures():
    element = factories.make_element("PUPILS", asked_in=["Q1", "Q3"], stages=["primary", "junior"], period_kind="flow")
    assert core_element(element) == core.Element(
        code="PUPILS",
        period_kind=core.PeriodKind.FLOW,
        asked_in=frozenset({1, 3}),
        about=core.About.SCHOOL,
        stages=frozenset({"primary", "junior"}),
        value_type=core.ValueType.INTEGER,
    )


def test_core_target_of_a_ratio_with_the_districts_own(target, adoption, sections):
    inside, also, whole = (factories.make_element(code) for code in ("B", "A", "WHOLE"))
    definition = factories.make_definition(
        target,
        measure="ratio",
        numerator=[inside, also],
        denominator=[whole],
        scale=100,
        stages=("kindergarten",),
        ownership="public",
        goal_scope="each",
        decimals=1,
        soft=True,
    )
    factories.make_goal(definition, 80, due=datetime.date(2025, 12, 31), comparator="between", maximum=90)
    factories.make_goal(
        definition, Decimal("2.5"), due=datetime.date(2024, 6, 30), basis="baseline_plus", pacing="step"
    )
    adopted = factories.make_adopted_target(
        adoption,
        target,
        sections["preschool"],
        baseline_value=Decimal("52.3"),
        baseline_date=datetime.date(2022, 10, 1),
        baseline_source="统计年报",
        ok_at=Decimal("0.95"),
        warn_at=Decimal("0.7"),
    )
    assert with_own(core_target(reread(definition)), adopted) == core.Target(
        code="PUBLIC_SHARE",
        measure=core.Measure.RATIO,
        goals=(
            core.Goal(Quarter.parse("2024Q2"), value=2.5, basis=core.Basis.BASELINE_PLUS, pacing=core.Pacing.STEP),
            core.Goal(Quarter.parse("2025Q4"), core.Comparator.BETWEEN, 80.0, 90.0),
        ),
        numerator=("B", "A"),
        denominator=("WHOLE",),
        scale=100.0,
        stages=frozenset({"kindergarten"}),
        ownership="public",
        goal_scope=core.GoalScope.EACH,
        decimals=1,
        soft=True,
        ok_at=0.95,
        warn_at=0.7,
        baseline_value=52.3,
        baseline_at=Quarter.parse("2022Q4"),
    )


def test_core_target_of_a_share_that_nobody_adopted(target):
    online, rooms = factories.make_element("ONLINE"), factories.make_element("ROOMS")
    definition = factories.make_definition(
        target,
        measure="share",
        condition=online,
        per=rooms,
        condition_comparator=">=",
        condition_threshold=Decimal("0.96"),
        window="plan",
        pending="名单未定",
    )
    factories.make_goal(definition, 100)
    assert core_target(reread(definition)) == core.Target(
        code="PUBLIC_SHARE",
        measure=core.Measure.SHARE,
        goals=(core.Goal(Quarter.parse("2025Q4"), value=100.0),),
        condition=core.Condition("ONLINE", core.Comparator.AT_LEAST, 0.96, "ROOMS"),
        window=core.Window.PLAN,
        pending=True,
    )


def test_core_target_of_a_judgement_has_a_goal_without_a_value(target):
    verdict = factories.make_element("VERDICT", about="bureau", value_type="verdict")
    definition = factories.make_definition(target, measure="judgement", numerator=[verdict])
    factories.make_goal(definition, None)
    assert core_target(reread(definition)) == core.Target(
        code="PUBLIC_SHARE",
        measure=core.Measure.JUDGEMENT,
        goals=(core.Goal(Quarter.parse("2025Q4")),),
        numerator=("VERDICT",),
    )


def test_core_target_of_definitions_with_parts_costs_no_further_query(target, django_assert_num_queries):
    definition = factories.make_definition(target, numerator=[factories.make_element()])
    factories.make_goal(definition, 3)
    found = reread(definition)
    with django_assert_num_queries(0):
        core_target(found)
