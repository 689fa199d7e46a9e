import datetime

from base.quarters import Quarter
from schools.models import Unit
from tests import factories

THEN, NOW = Quarter.of(2024, 3), Quarter.of(2024, 4)


def test_units_of_a_kind_have_just_these_stages_in_the_quarter(school, nine_year_school, kindergarten):
    factories.make_facts(school, datetime.date(2024, 11, 1), name="第一学校", stages=["primary", "junior"])
    late = factories.make_unit(school.district, "late", stages=["primary"])
    late.facts.update(since=datetime.date(2030, 1, 1))  # its first facts hold for earlier quarters, too

    def codes(*stages, quarter):
        return [unit.code for unit in Unit.objects.of_kind(stages, quarter)]

    assert codes("primary", quarter=THEN) == ["late", "pri-01"]
    assert codes("primary", quarter=NOW) == ["late"]
    assert codes("primary", "junior", quarter=NOW) == ["nine-01", "pri-01"]
    for unit in Unit.objects.with_facts():
        assert unit in Unit.objects.of_kind(unit.facts_in(NOW).stages, NOW)
