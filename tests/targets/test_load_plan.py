"""Loading a plan file: what is made, what an edit changes, what stays."""

import datetime
import io
from decimal import Decimal

import pytest
from django.core.management import call_command

from base.audit import history
from base.models import AuditRow
from base.quarters import Quarter
from schools.models import District, Section, Unit, UnitKind
from targets.core import model as core
from targets.definitions import core_target, with_own
from targets.loader import PlanFileError, load_plan
from targets.models import AdoptedTarget, Clause, ClauseNumber, Element, Goal, Target, TargetDefinition, Term
from targets.queries import definitions_in_force, latest_definitions
from tasks.models import AdoptedTask, Adoption, Plan, Task
from tests import factories
from tests.targets.plan_files import DROP, END, base, changed, element, later_plan, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def load(tmp_path):
    """``load(data)`` loads a file with these data and says how many rows it made, changed and gave a new version."""

    def load_data(data):
        changes = load_plan(write(tmp_path, data), by=None).changes
        tallies = changes.tallies.values()
        return tuple(sum(getattr(tally, name) for tally in tallies) for name in ("created", "changed", "versions"))

    return load_data


def everything():
    """All that a plan file can write, row by row."""
    models = [Plan, Task, Element, Target, TargetDefinition, Term, Goal, AdoptedTask, AdoptedTarget]
    models += [District, Section, Unit, Adoption, Clause, ClauseNumber, AuditRow]
    return [(model, list(model.objects.order_by("pk").values())) for model in models]


def test_a_plan_is_stored_whole(load):
    load(base())
    plan = Plan.objects.get()
    assert (plan.code, plan.name, plan.start, plan.end) == (
        "plan-2023-2025",
        "三年行动方案",
        datetime.date(2023, 1, 1),
        END,
    )
    assert [(one.no, one.name, one.summary) for one in plan.objectives.all()] == [(1, "协调发展", "各类教育协调发展。")]
    assert [(one.no, one.name, one.short) for one in plan.actions.all()] == [(1, "增效行动", "增效")]
    assert [(one.no, one.name, one.action.no, one.section_code) for one in plan.tasks.all()] == [
        (1, "学前教育", 1, "basic"),
        (2, "义务教育", 1, "basic"),
    ]
    assert [(one.no, one.name) for one in plan.safeguards.all()] == [(1, "组织领导")]


def test_elements_are_stored_in_the_order_of_the_file(load):
    load(base())
    assert list(Element.objects.values_list("code", flat=True)) == [one["code"] for one in base()["elements"]]
    children, meetings = Element.objects.get(code="CHILDREN"), Element.objects.get(code="MEETINGS")
    assert (children.name, children.unit, children.stages, children.lower, children.upper) == (
        "填报项CHILDREN",
        "人",
        ("kindergarten",),
        Decimal(0),
        Decimal(5000),
    )
    assert (meetings.period_kind, meetings.asked_in, meetings.about, meetings.entered_by, meetings.lower) == (
        "flow",
        ("Q2", "Q4"),
        "bureau",
        "office",
        None,
    )


def test_a_target_is_stored_with_its_definition_card_terms_and_goals(load):
    load(base())
    target = Target.objects.get(code="PUBLIC_SHARE")
    assert (target.task.no, target.safeguard, target.objective.no, target.clauses, target.position) == (
        1,
        None,
        1,
        ("二-1", "三-1"),
        1,
    )
    definition = target.definitions.get()
    assert (definition.version, definition.since, definition.name, definition.statement, definition.unit) == (
        1,
        Quarter.parse("2023Q1"),
        "目标PUBLIC_SHARE",
        "PUBLIC_SHARE到期达标。",
        "%",
    )
    assert (definition.counted, definition.not_counted, definition.source, definition.note) == (
        "公办园在园幼儿",
        "托育",
        "方案三-1",
        "推定。",
    )
    assert Target.objects.get(code="INJURIES").safeguard.no == 1


def test_every_measure_reaches_the_core(load):
    load(base())
    adoption, end = Adoption.objects.get(), Quarter.containing(END)
    adopted = {one.target_id: one for one in AdoptedTarget.objects.all()}
    found = [with_own(core_target(one), adopted[one.target_id]) for one in definitions_in_force(adoption, end)]
    assert found == [
        core.Target(
            "PUBLIC_SHARE",
            core.Measure.RATIO,
            (core.Goal(end, value=70.0),),
            ("CHILDREN_PUBLIC",),
            ("CHILDREN",),
            scale=100.0,
            stages=frozenset({"kindergarten"}),
            goal_scope=core.GoalScope.EACH,
            decimals=1,
            baseline_value=52.3,
            baseline_at=Quarter.parse("2022Q4"),
        ),
        core.Target(
            "ONLINE",
            core.Measure.SHARE,
            (core.Goal(end, value=95.0),),
            condition=core.Condition("ROOMS_ONLINE", core.Comparator.AT_LEAST, 0.96, "ROOMS"),
        ),
        core.Target("MEETINGS", core.Measure.COUNT, (core.Goal(end, value=2.0),), ("MEETINGS",), warn_at=0.9),
        core.Target("TOWN", core.Measure.MILESTONE, (core.Goal(end, core.Comparator.EQUAL, 1.0),), ("TOWN_BUILT",)),
        core.Target("TALENTS", core.Measure.JUDGEMENT, (core.Goal(end, pacing=core.Pacing.STEP),), ("V_TALENTS",)),
        core.Target(
            "INJURIES",
            core.Measure.COUNT,
            (core.Goal(end, core.Comparator.LESS, 0.0, basis=core.Basis.LAST_YEAR_PLUS),),
            ("INJURIES",),
        ),
    ]


def test_the_district_adopts_the_plan(load):
    load(base())
    district = District.objects.get()
    assert (district.code, district.name) == ("kfq", "开发区")
    bureau = Unit.objects.with_facts().get(district=district)
    assert (bureau.kind, bureau.code, bureau.opened, bureau.name) == (
        UnitKind.BUREAU,
        "bureau",
        datetime.date(2000, 1, 1),
        "开发区社会事业局",
    )
    assert list(district.sections.values_list("code", "name")) == [("basic", "基础教育科"), ("office", "办公室")]
    adoption = Adoption.objects.get()
    assert (adoption.opens_day, adoption.due_day, adoption.closes_day) == (20, 5, 9)
    assert [(one.task.no, one.section.code) for one in adoption.tasks.all()] == [(1, "basic"), (2, "basic")]
    assert {one.target.code: one.section.code for one in adoption.targets.all()} == {
        "PUBLIC_SHARE": "basic",
        "ONLINE": "basic",
        "MEETINGS": "basic",
        "TOWN": "basic",
        "TALENTS": "basic",
        "INJURIES": "office",
    }
    with_baseline = adoption.targets.get(baseline_value__isnull=False)
    assert (with_baseline.target.code, with_baseline.baseline_value, with_baseline.baseline_source) == (
        "PUBLIC_SHARE",
        Decimal("52.3"),
        "统计年报",
    )


def test_a_plan_may_be_loaded_without_an_adoption(load):
    load(changed(base(), adoption=DROP))
    assert (Target.objects.count(), District.objects.count(), Adoption.objects.count()) == (6, 0, 0)


def test_a_district_that_stands_keeps_its_bureau(load):
    district = factories.make_district("kfq", "旧名")
    bureau = factories.make_bureau(district)
    load(base())
    assert Unit.objects.get(kind=UnitKind.BUREAU) == bureau
    assert District.objects.get().name == "开发区"


def test_a_second_run_writes_nothing(load, tmp_path):
    load(base())
    before = everything()
    assert load(base()) == (0, 0, 0)
    assert everything() == before


def test_the_order_of_lists_makes_no_change(load):
    data = changed(base(), **{"elements[7].stages": ["senior", "junior"], "targets[0].numerator[1]": "CHILDREN"})
    load(data)
    assert load(
        changed(
            data,
            **{
                "elements[7].stages": ["junior", "senior"],
                "elements[7].asked_in": ["Q4", "Q3", "Q2", "Q1"],
                "targets[0].numerator": ["CHILDREN", "CHILDREN_PUBLIC"],
            },
        )
    ) == (0, 0, 0)
    assert Element.objects.get(code="INJURIES").stages == ("junior", "senior")


TEXTS = {
    "plan.name": "新名",
    "plan.objectives[0].summary": "另说",
    "plan.actions[0].short": "扩优",
    "plan.actions[0].tasks[0].section": "office",
    "plan.safeguards[0].name": "强化领导",
    "elements[0].name": "在园幼儿数",
    "elements[0].upper": 9000,
    "elements[0].reviewed_by": "office",
    "elements[4].counted": "全区会议",
    "targets[0].name": "公办园占比",
    "targets[0].statement": "另说",
    "targets[0].unit": "百分比",
    "targets[0].card.note": "改了说明",
    "targets[0].home": {"task": 2},
    "targets[0].clauses": ["三-2"],
    "targets[0].objective": DROP,
    "targets[0].section": "office",
    "adoption.district.name": "经开区",
    "adoption.calendar.due_day": 8,
    "adoption.sections[0].name": "基教科",
    "adoption.baselines[0].value": 53,
    "adoption.thresholds[0].warn_at": 0.7,
}


@pytest.mark.parametrize(("path", "value"), TEXTS.items(), ids=list(TEXTS))
def test_what_does_not_measure_changes_in_place(load, path, value):
    load(base())
    created, _, versions = load(changed(base(), **{path: value}))
    assert (created, versions) == (0, 0)
    assert AuditRow.objects.filter(verb="changed", by=None).exists()
    assert load(changed(base(), **{path: value})) == (0, 0, 0)


def test_an_edit_in_place_keeps_the_rows_and_says_what_changed(load):
    load(base())
    definition = TargetDefinition.objects.get(target__code="PUBLIC_SHARE")
    edits = {"targets[0].name": "公办园占比", "targets[0].card.note": "推定，见决定。"}
    assert load(changed(base(), **edits)) == (0, 1, 0)
    again = TargetDefinition.objects.get(target__code="PUBLIC_SHARE")
    assert (again.pk, again.version, again.name, again.note) == (definition.pk, 1, "公办园占比", "推定，见决定。")
    row = history(again).last()
    assert (row.by, row.verb, row.before, row.after, row.why) == (
        None,
        "changed",
        "名称：目标PUBLIC_SHARE；口径说明：推定。",
        "名称：公办园占比；口径说明：推定，见决定。",
        "载入 plan.yaml",
    )


def test_whether_a_goals_date_is_presumed_changes_in_place(load):
    load(base())
    goal = Goal.objects.get(definition__target__code="PUBLIC_SHARE")
    assert load(changed(base(), **{"targets[0].goals[0].presumed": True})) == (0, 1, 0)
    goal.refresh_from_db()
    assert goal.presumed


def test_the_reason_of_a_pending_target_is_a_text(load):
    data = changed(base(), **{"targets[0].pending": "名单未定"})
    load(data)
    assert load(changed(data, **{"targets[0].pending": "等候批文"})) == (0, 1, 0)
    assert TargetDefinition.objects.get(target__code="PUBLIC_SHARE").pending == "等候批文"


def test_a_changed_definition_becomes_a_new_version_and_the_old_one_stays(load):
    load(base())
    old = TargetDefinition.objects.filter(target__code="PUBLIC_SHARE").values().get()
    edits = {"targets[0].since": "2024Q1", "targets[0].goals[0].value": 75, "targets[0].name": "新名"}
    assert load(changed(base(), **edits)) == (0, 0, 1)
    assert TargetDefinition.objects.filter(pk=old["id"]).values().get() == old
    assert [goal.value for goal in Goal.objects.filter(definition_id=old["id"])] == [70]
    new = TargetDefinition.objects.with_parts().get(target__code="PUBLIC_SHARE", version=2)
    assert (new.since, new.name) == (Quarter.parse("2024Q1"), "新名")
    assert [goal.value for goal in new.goals.all()] == [75]
    assert [term.element.code for term in new.terms.all()] == ["CHILDREN", "CHILDREN_PUBLIC"]
    assert load(changed(base(), **edits)) == (0, 0, 0)


def test_each_quarter_is_measured_by_the_version_in_force_then(load):
    load(base())
    load(changed(base(), **{"targets[0].since": "2024Q1", "targets[0].goals[0].value": 75}))
    adoption = Adoption.objects.get()

    def goal_in(quarter):
        return definitions_in_force(adoption, Quarter.parse(quarter))[0].goals.get().value

    assert [goal_in(quarter) for quarter in ("2022Q4", "2023Q4", "2024Q1", "2025Q4")] == [70, 70, 75, 75]


def test_a_new_text_from_a_later_quarter_on_is_a_version_too(load):
    load(base())
    edits = {"targets[0].since": "2024Q1", "targets[0].name": "公办园占比"}
    assert load(changed(base(), **edits)) == (0, 0, 1)
    names = TargetDefinition.objects.filter(target__code="PUBLIC_SHARE").values_list("version", "name")
    assert list(names) == [(1, "目标PUBLIC_SHARE"), (2, "公办园占比")]


def test_texts_of_an_older_version_are_never_touched(load):
    load(base())
    edits = {"targets[0].since": "2024Q1", "targets[0].goals[0].value": 75}
    load(changed(base(), **edits))
    load(changed(base(), **edits, **{"targets[0].name": "公办园占比"}))
    names = TargetDefinition.objects.filter(target__code="PUBLIC_SHARE").values_list("version", "name")
    assert list(names) == [(1, "目标PUBLIC_SHARE"), (2, "公办园占比")]


def test_the_sensitive_flag_is_put_on_for_all_versions(load):
    load(base())
    edits = {"targets[0].since": "2024Q1", "targets[0].goals[0].value": 75}
    load(changed(base(), **edits))
    assert load(changed(base(), **edits, **{"targets[0].sensitive": True})) == (0, 1, 0)
    assert list(TargetDefinition.objects.filter(target__code="PUBLIC_SHARE").values_list("version", "sensitive")) == [
        (1, True),
        (2, True),
    ]


def test_a_new_version_with_the_sensitive_flag_puts_it_on_the_old_one(load):
    load(base())
    edits = {"targets[0].since": "2024Q1", "targets[0].goals[0].value": 75, "targets[0].sensitive": True}
    assert load(changed(base(), **edits)) == (0, 0, 1)
    assert TargetDefinition.objects.filter(target__code="PUBLIC_SHARE", sensitive=True).count() == 2


def test_new_things_are_added_where_they_stand_in_the_file(load):
    load(base())
    data = base()
    data["elements"].insert(1, element("CHILDREN_AIDED"))
    data["targets"].insert(0, data["targets"][2] | {"code": "AIDED", "numerator": ["CHILDREN_AIDED"]})
    assert load(data) == (4, 6, 0)  # an element, a target, its definition and its section; six targets moved
    assert list(Element.objects.values_list("code", flat=True)[:3]) == ["CHILDREN", "CHILDREN_AIDED", "CHILDREN_PUBLIC"]
    assert [one.target.code for one in latest_definitions(Plan.objects.get())][:2] == ["AIDED", "PUBLIC_SHARE"]
    assert load(data) == (0, 0, 0)


def test_elements_take_the_order_of_the_file(load):
    load(base())
    data = base()
    data["elements"].reverse()
    load(data)
    assert list(Element.objects.values_list("code", flat=True)) == [one["code"] for one in data["elements"]]


def test_baselines_and_thresholds_that_the_file_does_not_name_stay(load):
    load(base())
    AdoptedTarget.objects.filter(target__code="ONLINE").update(
        baseline_value=40, baseline_date=datetime.date(2022, 12, 31), baseline_source="调查", ok_at="0.9", warn_at="0.6"
    )
    edits = {"adoption.baselines": DROP, "adoption.thresholds": [], "adoption.calendar": DROP}
    assert load(changed(base(), **edits)) == (0, 0, 0)
    assert list(AdoptedTarget.objects.filter(target__code="ONLINE").values_list("baseline_value", "warn_at")) == [
        (Decimal(40), Decimal("0.6"))
    ]
    assert AdoptedTarget.objects.get(target__code="PUBLIC_SHARE").baseline_value == Decimal("52.3")


def test_another_district_adopts_the_same_plan(load):
    load(base())
    other = {"adoption.district": {"code": "other", "name": "别区"}, "adoption.baselines": []}
    load(changed(base(), **other))
    assert (Plan.objects.count(), Adoption.objects.count(), AdoptedTarget.objects.count()) == (1, 2, 12)
    assert list(AdoptedTarget.objects.filter(baseline_value__isnull=False).values_list("adoption__district__code")) == [
        ("kfq",)
    ]


def test_districts_that_adopted_the_plan_take_on_what_is_new_in_it(load):
    load(base())
    other = {"adoption.district": {"code": "other", "name": "别区"}, "adoption.baselines": []}
    load(changed(base(), **other))
    section = Section.objects.get(district__code="other", code="office")
    AdoptedTarget.objects.filter(adoption__district__code="other", target__code="ONLINE").update(section=section)
    data = base()
    data["targets"].append(data["targets"][2] | {"code": "MORE_MEETINGS", "home": {"task": 3}, "section": "office"})
    data["plan"]["actions"][0]["tasks"].append({"no": 3, "name": "民办教育", "section": "office"})
    del data["adoption"]
    load(data)
    new = AdoptedTarget.objects.filter(target__code="MORE_MEETINGS")
    assert sorted(new.values_list("adoption__district__code", "section__code")) == [
        ("kfq", "office"),
        ("other", "office"),
    ]
    assert AdoptedTask.objects.filter(task__no=3).count() == 2
    kept = AdoptedTarget.objects.get(adoption__district__code="other", target__code="ONLINE")
    assert kept.section == section
    assert load(data) == (0, 0, 0)


def test_a_second_plan_stands_beside_the_first_and_shares_its_elements(load, tmp_path):
    load(base())
    first = [(model, rows) for model, rows in everything() if model in (TargetDefinition, Goal, Term, AdoptedTarget)]
    load(later_plan())
    assert list(Plan.objects.values_list("code", flat=True)) == ["plan-2023-2025", "plan-2026-2028"]
    assert Element.objects.count() == 9
    assert District.objects.count() == 1
    later = Target.objects.get(plan__code="plan-2026-2028", code="PUBLIC_SHARE")
    terms = later.definitions.get().terms.select_related("element")
    assert [(term.part, term.element.code) for term in terms] == [
        ("denominator", "CHILDREN"),
        ("numerator", "CHILDREN_PUBLIC"),
        ("numerator", "CHILDREN_AIDED"),
    ]
    for model, rows in first:
        assert list(model.objects.order_by("pk").values())[: len(rows)] == rows
    before = everything()
    assert load(base()) == (0, 0, 0)
    assert load(later_plan()) == (0, 0, 0)
    assert everything() == before


def test_a_second_plan_wants_the_elements_that_it_does_not_add(tmp_path):
    with pytest.raises(PlanFileError) as caught:
        load_plan(write(tmp_path, later_plan()), by=None)
    assert [problem.path for problem in caught.value.problems if "填报项" in problem.reason] == [
        "targets[0].numerator[0]",
        "targets[0].denominator[0]",
    ]


def test_an_act_of_a_person_is_hers(tmp_path, db):
    by = factories.make_user("admin")
    load_plan(write(tmp_path, base()), by=by)
    assert set(AuditRow.objects.values_list("by", "verb")) == {(by.pk, "created")}


def test_the_number_of_queries_does_not_grow_with_the_plan(tmp_path, django_assert_max_num_queries):
    data = base()
    data["elements"] += [element(f"E{number}") for number in range(50)]
    more = [changed(data["targets"][2], code=f"T{number}", numerator=[f"E{number}"]) for number in range(50)]
    data["targets"] += more
    file = write(tmp_path, data)
    with django_assert_max_num_queries(80):
        load_plan(file, by=None)
    with django_assert_max_num_queries(50):
        load_plan(file, by=None)


def run(*arguments):
    output = io.StringIO()
    call_command("load_plan", *map(str, arguments), stdout=output)
    return output.getvalue().splitlines()


def test_the_command_says_what_it_did(tmp_path):
    assert run(write(tmp_path, base())) == [
        "三年行动方案：已载入。",
        "  方案：新增 1",
        "  主要目标：新增 1",
        "  保障措施：新增 1",
        "  行动：新增 1",
        "  重点任务：新增 2",
        "  填报项：新增 8",
        "  目标：新增 6",
        "  目标口径：新增 6",
        "  条款：新增 3",
        "  区县：新增 1",
        "  科室：新增 2",
        "  采用：新增 1",
        "  任务分工：新增 2",
        "  目标分工：新增 6",
    ]
    edits = {"elements[0].name": "在园幼儿数", "targets[0].since": "2024Q1", "targets[0].goals[0].value": 75}
    said = run(write(tmp_path, changed(base(), **edits)))
    assert [line for line in said if "更新" in line or "新版本" in line] == [
        "  填报项：更新 1，未变 7",
        "  目标口径：新版本 1，未变 5",
    ]
    assert run(tmp_path / "plan.yaml") == ["三年行动方案：没有变化。"]


def test_the_command_can_check_alone(tmp_path):
    assert run(write(tmp_path, base()), "--check") == ["没有发现错误。"]
    assert not Plan.objects.exists()


def test_loading_keeps_the_dates_that_were_moved_and_those_of_opened_quarters(load, today):
    load(base())
    moved, opened, coming = Quarter.of(2025, 3), Quarter.of(2025, 2), Quarter.of(2025, 4)
    factories.make_quarter_dates(Adoption.objects.get(), moved, due=datetime.date(2025, 10, 8))
    load(changed(base(), **{"adoption.calendar.due_day": 8}))
    load(changed(base(), **{"adoption.calendar": DROP}))
    adoption = Adoption.objects.get()
    dues = [adoption.due(quarter) for quarter in (opened, moved, coming)]
    assert dues == [datetime.date(2025, 7, 5), datetime.date(2025, 10, 8), datetime.date(2026, 1, 8)]


def clauses():
    numbers = "expression", "target__code", "row", "none"
    return [
        (one.code, one.name, one.summary, one.action and one.action.no, list(one.numbers.values_list(*numbers)))
        for one in Clause.objects.select_related("action")
    ]


def test_clauses_are_stored_with_their_numbers_named_by_the_part_that_they_are(load):
    load(base())
    assert clauses() == [
        ("一", "总体要求", "", None, [("一", None, "", "numbering")]),
        ("三（一）", "增效行动", "", 1, []),
        ("三-1", "学前教育", "普及普惠。", 1, [("70%", "ONLINE", "T001", "")]),
    ]


def test_clauses_follow_the_file_whole_unless_it_has_none(load):
    load(base())
    load(changed(base(), **{"clauses[1]": DROP}))
    assert [code for code, *_ in clauses()] == ["一", "三-1"]
    assert history(Plan.objects.get()).last().after == "条款对照：2 条，2 个数字"
    load(changed(base(), clauses=DROP))
    assert [code for code, *_ in clauses()] == ["一", "三-1"]
