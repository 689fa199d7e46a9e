"""What stands behind a result agrees with the result."""

import pytest

from base.quarters import Period, Quarter
from reports.measuring import measure
from reports.tracing import entries_behind, trace_of
from targets.models import TargetDefinition
from tests import factories
from tests.reports.small import HALF, make_rate, report

pytestmark = pytest.mark.django_db


def definition_of(target):
    return TargetDefinition.objects.with_parts().get(target=target)


def test_every_district_result_of_the_plan_is_traced_to_the_same_parts(world):
    measurement = measure(world, Period.parse("2024H2"), by=None)
    compared = 0
    for result in measurement.results.of_district().with_parts():
        trace = trace_of(world, result.definition, measurement.period)

        assert trace.at == result.measured_at
        if result.definition.measure != "judgement":  # its value is not stored
            assert trace.value == pytest.approx(result.value)
        counted = [share for share in trace.shares if share.enters or result.definition.measure == "share"]
        if result.numerator is not None:
            assert sum(share.numerator for share in counted) == pytest.approx(result.numerator)
            assert sum(share.denominator for share in counted) == pytest.approx(result.denominator)
            compared += 1
        standings = [share.standing for share in trace.shares]
        assert standings.count("missing") == result.units_missing
        assert standings.count("carried") == result.units_carried
    assert compared > 40


def test_stock_takes_the_latest_entry_and_flow_those_of_its_window(adoption, sections, school):
    stock = make_rate(adoption, sections["basic"])
    flow = factories.make_element("BOOKS", period_kind="flow")
    definition_of(stock).terms.filter(part="numerator").update(element=flow)
    of_stock = definition_of(stock).terms_of("denominator")[0].element
    for text in ("2024Q4", "2025Q1", "2025Q2", "2025Q3"):
        for element in (flow, of_stock):
            factories.make_entry(element, school, Quarter.parse(text), 10)

    trace = trace_of(adoption, definition_of(stock), HALF)
    taken = entries_behind(trace, [school])[school.pk]

    assert [str(entry.quarter) for entry in taken["BOOKS"]] == ["2025Q1", "2025Q2"]
    assert [str(entry.quarter) for entry in taken["TEACHERS"]] == ["2025Q2"]
    assert (trace.numerator, trace.denominator) == (20, 10)


def test_units_are_told_by_their_standing(adoption, sections, school, junior_school, kindergarten):
    target = make_rate(adoption, sections["basic"])
    report(target, school, 30, 40)
    for element in definition_of(target).elements:
        factories.make_entry(element, junior_school, Quarter.parse("2025Q1"), 5)

    trace = trace_of(adoption, definition_of(target), HALF)

    assert {share.name: share.standing for share in trace.shares} == {
        "第一小学": "fresh",
        "第一中学": "carried",
        "第一幼儿园": "missing",
    }
    assert trace.of(kindergarten).amounts == {"TRAINED": None, "TEACHERS": None}
