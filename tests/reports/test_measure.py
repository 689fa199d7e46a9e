import pytest
from django.core.management import CommandError, call_command

from base.audit import history
from base.models import Job
from base.quarters import Period, Quarter
from reports.book import book_of
from reports.measuring import is_stale, measure
from reports.models import Measurement, Result
from submissions.models import Entry
from targets.core.measure import measure as measure_book
from tests import factories

HALF = Period.parse("2025H1")


@pytest.fixture
def rate(adoption, plan, sections):
    """A rate of two counts: at least 95 % by the end of 2025, for each school."""
    terms = [factories.make_element("TRAINED"), factories.make_element("TEACHERS")]
    target = factories.make_target(factories.make_task(factories.make_action(plan)), "TRAINING")
    fields = {"measure": "ratio", "scale": 100, "decimals": 1, "unit": "%", "goal_scope": "each"}
    definition = factories.make_definition(target, numerator=terms[:1], denominator=terms[1:], **fields)
    factories.make_goal(definition, 95)
    return terms


def report(terms, unit, trained, teachers, quarter="2025Q2"):
    for element, value in zip(terms, (trained, teachers), strict=True):
        factories.make_entry(element, unit, Quarter.parse(quarter), value)


def columns(result):
    skipped = ("_state", "id", "measurement_id")
    return {name: value for name, value in vars(result).items() if name not in skipped}


def test_a_row_is_stored_for_the_district_and_each_school(today, adoption, rate, school, junior_school):
    report(rate, school, 30, 40)
    report(rate, junior_school, 20, 60)
    measurement = measure(adoption, HALF, by=None)
    rows = measurement.results.in_plan_order().values_list("unit__code", "numerator", "denominator", "value", "status")
    assert list(rows) == [
        (None, 50, 100, 50, "behind"),
        ("jun-01", 20, 60, pytest.approx(100 / 3), "behind"),
        ("pri-01", 30, 40, 75, "behind"),
    ]
    row = measurement.results.of_district().get()
    assert (row.goal, row.expected, row.due, row.units_fresh, row.gap) == (95, 95, Quarter.parse("2025Q4"), 2, 45)


def test_measuring_again_gives_the_same_rows_and_checksum(world):
    first = measure(world, HALF, by=None)
    before = [columns(row) for row in first.results.in_plan_order()]
    second = measure(world, HALF, by=None)
    assert [columns(row) for row in second.results.in_plan_order()] == before
    assert (second.pk, second.checksum) == (first.pk, first.checksum)
    assert Result.objects.count() == len(before)


def test_every_number_of_the_core_is_stored_as_it_is(world):
    stored = (
        measure(world, HALF, by=None).results.select_related("target", "unit").prefetch_related("definition__goals")
    )
    found = {(row.unit.code if row.unit else "district", row.target.code): row for row in stored}
    rows = measure_book(book_of(world, HALF), HALF)
    assert len(rows) == len(found)
    for row in rows:
        kept = found[row.scope, row.target]
        for name in ("status", "measured_at", "value", "expected", "goal", "anchor", "pace", "due", "gap", "remarked"):
            assert getattr(kept, name) == getattr(row, name), (row.scope, row.target, name)
        missed = [goal.due.isoformat() for goal in kept.definition.goals.all() if goal.due_quarter in row.missed_goals]
        assert list(kept.missed_goals) == missed
        assert kept.short_units == "+".join(row.short_units)


def test_a_changed_value_changes_the_checksum_and_is_told(today, adoption, rate, school, officer):
    report(rate, school, 30, 40)
    first = measure(adoption, HALF, by=officer)
    assert not is_stale(first)
    Entry.objects.filter(element=rate[0]).update(value=31, approved_value=31)
    assert is_stale(first)
    second = measure(adoption, HALF, by=officer)
    assert second.checksum != first.checksum
    told = [(row.verb, row.by, row.before, row.after) for row in history(second)]
    assert told == [
        ("measured", officer, "", first.checksum),
        ("measured", officer, first.checksum, second.checksum),
    ]


def test_a_failure_leaves_the_earlier_results(today, adoption, rate, school, monkeypatch):
    report(rate, school, 30, 40)
    first = measure(adoption, HALF, by=None)
    kept = list(first.results.values_list("pk", flat=True))
    monkeypatch.setattr("reports.measuring.audit.record", lambda *args, **fields: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        measure(adoption, HALF, by=None)
    assert list(Result.objects.values_list("pk", flat=True)) == kept


def test_the_command_measures_the_only_district(world, capsys):
    call_command("measure", period="2024H2")
    measurement = Measurement.objects.get()
    said = capsys.readouterr().out
    assert (measurement.adoption, str(measurement.period)) == (world, "2024H2")
    assert f"共 {Result.objects.count()} 行结果" in said
    assert sum(measurement.results.of_district().status_counts().values()) == world.plan.targets.count()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"period": "2024H3"}, "“2024H3”不是期间，应写成 2024H2、2024 或 2024Q3 的样子"),
        ({"period": "2026H1"}, "2026年上半年还没有开始。"),
        ({"period": "2021H2"}, "2021年下半年不在开发区所采用方案的期限内。"),
        ({"period": "2024H2", "district": "nowhere"}, "没有代码为“nowhere”的区县。"),
        ({"period": "2024H2", "plan": "plan-x"}, "开发区没有采用代码为“plan-x”的方案。"),
    ],
)
def test_the_command_says_what_is_wrong(today, adoption, options, message):
    with pytest.raises(CommandError, match=f"^{message}$"):
        call_command("measure", **options)


def test_the_command_asks_which_of_two_districts(today, adoption, other_district):
    with pytest.raises(CommandError, match="有不止一个区县，请用 --district 指明。"):
        call_command("measure", period="2024H2")
    call_command("measure", period="2024H2", district="kfq")
    assert Measurement.objects.get().adoption == adoption


def test_a_district_without_a_plan_is_told_to_load_one(today, district):
    with pytest.raises(CommandError, match="开发区还没有采用任何方案"):
        call_command("measure", period="2024H2")


def test_all_districts_of_a_plan_are_measured_under_one_job(today, adoption, rate, other_district, capsys):
    other = factories.make_adoption(adoption.plan, other_district)
    call_command("measure", period="2024H2", all=True)
    assert set(Measurement.objects.values_list("adoption", flat=True)) == {adoption.pk, other.pk}
    whole = Job.objects.get(kind="measure_all")
    assert (whole.state, whole.done, whole.total) == ("done", 2, 2)
    assert "0/2 个区县" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("code", "message"), [("plan-x", "2024年下半年没有代码为“plan-x”的方案。"), (None, "2024年下半年有不止一个方案")]
)
def test_all_wants_to_know_the_plan(today, adoption, code, message):
    factories.make_plan("plan-2")
    with pytest.raises(CommandError, match=message):
        call_command("measure", period="2024H2", all=True, plan=code)


def test_many_districts_are_shared_out_and_measured_as_alone(
    today, adoption, rate, school, other_district, monkeypatch
):
    monkeypatch.setattr("reports.jobs.SHARE", 1)
    report(rate, school, 30, 40)
    factories.make_adoption(adoption.plan, other_district)
    alone = measure(adoption, HALF, by=None).checksum
    call_command("measure", period="2025H1", all=True)
    assert Measurement.objects.get(adoption=adoption).checksum == alone
    assert Job.objects.filter(kind="measure_share", state="done").count() == 2
