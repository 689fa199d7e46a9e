"""The plan's checks, kind by kind: what they refuse and what they want explained."""

from decimal import Decimal
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from submissions import actions
from submissions.checks import impossible, robust_z
from submissions.sheets import school_sheet
from tests import factories


@pytest.fixture
def check(plan, elements):
    """``check("at_most", ["BACKBONE"], ["TEACHERS"])``"""

    def make(kind, left=(), right=(), **fields):
        sides = ([elements[code] for code in side] for side in (left, right))
        return factories.make_check(plan, kind, *sides, **fields)

    return make


@pytest.fixture
def more(elements):
    """``more("PUPILS", stages=["primary"])``: one more element."""

    def make(code, name="", **fields):
        elements[code] = factories.make_element(code, name or code, position=len(elements) + 1, **fields)
        return elements[code]

    return make


@pytest.fixture
def refused(form, elements, quarter):
    """``refused(PUPILS=5, STAFF=9)``: what is refused of what is typed, by code."""

    def ask(unit=form, **typed):
        sheet = school_sheet(unit, quarter)
        given = {elements[code].pk: None if value is None else Decimal(value) for code, value in typed.items()}
        codes = {element.pk: code for code, element in elements.items()}
        return {codes[pk]: text for pk, text in impossible(sheet, unit, given).items()}

    return ask


@pytest.fixture
def warned(form, quarter):
    """``warned("PUPILS")``: what is said of its stored value."""

    def ask(code, unit=form):
        sheet = school_sheet(unit, quarter)
        return [one.text for one in sheet.warnings(sheet.cells[code])]

    return ask


# --- at_most


def test_at_most_names_the_other_side(refused, check, more):
    more("EXC", "优秀人次", unit="人次"), more("PASS", "合格人次", unit="人次")
    check("at_most", ["EXC"], ["PASS"])
    assert refused(EXC=12, PASS=10) == {"EXC": "不能多于合格人次 10 人次。"}
    assert refused(EXC=10, PASS=10) == {}


def test_at_most_blames_what_was_typed_now(refused, check, more, enter):
    more("EXC", "优秀人次"), more("PASS", "合格人次")
    check("at_most", ["EXC"], ["PASS"], message="优秀的也算合格。")
    enter("EXC", 12)
    assert refused(PASS=10) == {"PASS": "不能少于优秀人次 12 人。优秀的也算合格。"}
    assert refused(TEACHERS=1) == {}


def test_at_most_of_sums(refused, check, more):
    more("A", "甲"), more("B", "乙"), more("C", "丙")
    check("at_most", ["A", "B"], ["C"])
    assert refused(A=3, B=4, C=6) == {code: "甲与乙之和不能多于丙 6 人。" for code in ("A", "B")}
    assert refused(B=7, C=6) == {"B": "甲与乙之和不能多于丙 6 人。"}  # more than all by itself


def test_at_most_waits_for_the_whole(refused, check, more):
    more("A"), more("B"), more("C")
    check("at_most", ["A"], ["B", "C"])
    assert refused(A=9, B=1) == {}
    assert refused(A=9, B=1, C=None) == {}


def test_at_most_counts_what_the_school_reports(refused, check, more, kindergarten):
    more("STAFF", "教师数"), more("KG", "园教师", stages=["kindergarten"]), more("PRI", "小学教师", stages=["primary"])
    check("at_most", ["STAFF"], ["KG", "PRI"])
    assert refused(STAFF=9, PRI=5) == {"STAFF": "不能多于小学教师 5 人。"}
    assert refused(kindergarten, STAFF=9, KG=5) == {"STAFF": "不能多于园教师 5 人。"}


def test_a_check_of_other_stages_is_silent(refused, check, more):
    more("A"), more("B")
    check("at_most", ["A"], ["B"], stages=("junior",))
    assert refused(A=9, B=1) == {}


def test_a_check_looks_where_its_left_side_is_asked(refused, check, more, enter, quarter):
    more("SCREENED", asked_in=["Q4"]), more("PUPILS")
    check("at_most", ["SCREENED"], ["PUPILS"])
    enter("SCREENED", 900, state="approved", quarter=quarter - 2)
    assert refused(PUPILS=800) == {}


def test_a_check_of_another_plan_or_no_longer_in_use_is_silent(refused, check, more, plan):
    more("A"), more("B")
    check("at_most", ["A"], ["B"], in_use=False)
    factories.make_check(factories.make_plan("other"), "at_most", [more("C")], [more("D")])
    assert refused(A=9, B=1, C=9, D=1) == {}


# --- sum


def test_sum_blames_the_sum_else_its_parts(refused, check, more, enter):
    more("ALL", "合计"), more("BOYS", "男生"), more("GIRLS", "女生")
    check("sum", ["ALL"], ["BOYS", "GIRLS"])
    assert refused(ALL=10, BOYS=4, GIRLS=5) == {"ALL": "应等于男生与女生之和 9 人。"}
    assert refused(ALL=9, BOYS=4, GIRLS=5) == {}
    assert refused(ALL=9, BOYS=10) == {}  # the girls are still to come
    enter("ALL", 9), enter("BOYS", 4)
    assert refused(GIRLS=6) == {"GIRLS": "男生与女生之和应等于合计 9 人。"}


# --- implies


def test_implies_between_flags_and_counts(refused, check, more):
    more("COURSE", "已开课", value_type="boolean", lower=None, unit=""), more("STAFF", "任课教师数")
    check("implies", ["COURSE"], ["STAFF"])
    assert refused(COURSE=1, STAFF=0) == {"COURSE": "已开课为“是”时，任课教师数应大于零。"}
    assert refused(STAFF=0) == {}
    assert [refused(COURSE=course, STAFF=staff) for course, staff in ((1, 2), (0, 0), (1, None))] == [{}] * 3


def test_implies_blames_the_flag_that_was_typed(refused, check, more, enter):
    more("PUPILS", "学生数"), more("OPEN", "已开班", value_type="boolean", lower=None, unit="")
    check("implies", ["PUPILS"], ["OPEN"])
    enter("PUPILS", 30)
    assert refused(OPEN=0) == {"OPEN": "学生数大于零时，已开班应为“是”。"}


# --- not_falling


def test_not_falling(refused, check, more, enter, quarter):
    more("PROJECTS", "课题数", unit="个")
    check("not_falling", ["PROJECTS"])
    assert refused(PROJECTS=0) == {}  # no last value
    enter("PROJECTS", 6, state="approved", quarter=quarter - 4)
    enter("PROJECTS", 5, state="approved", quarter=quarter - 1)
    assert refused(PROJECTS=5) == {}
    assert refused(PROJECTS=4) == {"PROJECTS": "不能少于上次（2025Q1）核定的 5 个；上次填错的，请先申请更正。"}


def test_not_falling_begins_with_the_plan(refused, check, more, enter, quarter, plan):
    more("PROJECTS")
    check("not_falling", ["PROJECTS"])
    enter("PROJECTS", 5, state="approved", quarter=quarter - 2)
    assert list(refused(PROJECTS=0)) == ["PROJECTS"]
    plan.start = (quarter - 1).start
    plan.save()
    assert refused(PROJECTS=0) == {}


# --- jump


@pytest.mark.parametrize(
    ("last", "now", "said"),
    [
        (820, 1200, ["比上次 820 人增加 46.3%，超过 20%。"]),
        (1200, 820, ["比上次 1,200 人减少 31.7%，超过 20%。"]),
        (100, 120, []),  # 20 %, not beyond
        (100, 121, ["比上次 100 人增加 21.0%，超过 20%。"]),
        (20, 29, []),  # less than ten people
        (20, 30, ["比上次 20 人增加 50.0%，超过 20%。"]),
        (0, 46, ["上次为 0，增加了 46 人。"]),
        (0, 9, []),
        (None, 46, []),
        (46, 46, []),
    ],
)
def test_jump(warned, check, more, enter, quarter, last, now, said):
    more("PUPILS", "学生数")
    check("jump", ["PUPILS"], threshold=Decimal("0.2"), minimum=10)
    if last is not None:
        enter("PUPILS", last, state="approved", quarter=quarter - 1)
    enter("PUPILS", now)
    assert warned("PUPILS") == said


def test_jump_without_elements_looks_at_every_stock_number_that_no_other_names(warned, check, more, enter, quarter):
    more("MEETINGS", period_kind="flow"), more("GROWING")
    check("jump", threshold=Decimal("0.2"), minimum=10)
    check("jump", ["GROWING"], code="GROWING", threshold=2, minimum=10)
    for code in ("TEACHERS", "MEETINGS", "GROWING"):
        enter(code, 100, state="approved", quarter=quarter - 1)
        enter(code, 200)
    assert [warned(code) for code in ("TEACHERS", "MEETINGS", "GROWING")] == [
        ["比上次 100 人增加 100.0%，超过 20%。"],
        [],
        [],
    ]


# --- peers


@pytest.fixture
def among(check, more, district, elements, quarter):
    """``among([40, 41, …])``: that many other primary schools had so many pupils a class approved last quarter."""

    def make(sizes, **fields):
        more("PUPILS", "学生数", stages=["primary"]), more("CLASSES", "班数", stages=["primary"])
        fields = {"threshold": Decimal("3.5"), "minimum": 2, "schools": 5} | fields
        check("peers", ["PUPILS"], ["CLASSES"], **fields)
        for size in sizes:
            unit = factories.make_unit(district)
            factories.make_entry(elements["PUPILS"], unit, quarter - 1, 10 * size)
            factories.make_entry(elements["CLASSES"], unit, quarter - 1, 10)

    return make


SIZES = [40, 41, 42, 43, 44]


@pytest.mark.parametrize(
    ("pupils", "said"),
    [
        (620, ["学生数与班数之比为 62.0，与同学段 5 所学校的中位数 42.0 相比明显偏高。"]),
        (250, ["学生数与班数之比为 25.0，与同学段 5 所学校的中位数 42.0 相比明显偏低。"]),
        (450, []),
    ],
)
def test_peers(warned, among, enter, pupils, said):
    among(SIZES)
    enter("PUPILS", pupils), enter("CLASSES", 10)
    assert warned("PUPILS") == said


def test_peers_fewer_than_wanted_say_nothing(warned, among, enter):
    among(SIZES[1:])
    enter("PUPILS", 620), enter("CLASSES", 10)
    assert warned("PUPILS") == []


def test_peers_are_the_others(warned, among, enter, quarter):
    among(SIZES[1:])
    enter("PUPILS", 420, state="approved", quarter=quarter - 1)
    enter("CLASSES", 10, state="approved", quarter=quarter - 1)
    enter("PUPILS", 620), enter("CLASSES", 10)
    assert warned("PUPILS") == []


def test_peers_mostly_alike_are_measured_by_the_mean(warned, among, enter):
    among([42, 42, 42, 42, 43])
    enter("PUPILS", 450), enter("CLASSES", 10)
    assert warned("PUPILS") == ["学生数与班数之比为 45.0，与同学段 5 所学校的中位数 42.0 相比明显偏高。"]


def test_peers_all_alike_give_no_measure(warned, among, enter):
    among([42] * 5)
    enter("PUPILS", 620), enter("CLASSES", 10)
    assert warned("PUPILS") == []


def test_peers_want_a_difference_worth_a_word(warned, among, enter):
    among(SIZES, minimum=25)
    enter("PUPILS", 620), enter("CLASSES", 10)
    assert warned("PUPILS") == []


def test_peers_need_the_whole_figure(warned, among, enter):
    among(SIZES)
    enter("PUPILS", 620), enter("CLASSES", 0)
    assert warned("PUPILS") == []


def test_peers_are_open_schools_of_the_same_stages_here(
    warned, among, enter, district, elements, quarter, other_school
):
    among(SIZES[1:])
    kinds = [
        factories.make_unit(district, stages=["junior"]),
        factories.make_unit(district, closed=quarter.start),
        other_school,
    ]
    for unit in kinds:
        factories.make_entry(elements["PUPILS"], unit, quarter - 1, 420)
        factories.make_entry(elements["CLASSES"], unit, quarter - 1, 10)
    enter("PUPILS", 620), enter("CLASSES", 10)
    assert warned("PUPILS") == []
    nine_years = factories.make_unit(district, stages=["primary", "junior"])  # its primary part is one
    factories.make_entry(elements["PUPILS"], nine_years, quarter - 1, 400)
    factories.make_entry(elements["CLASSES"], nine_years, quarter - 1, 10)
    assert warned("PUPILS") == ["学生数与班数之比为 62.0，与同学段 5 所学校的中位数 42.0 相比明显偏高。"]


def test_peers_of_a_sensitive_figure_are_not_told(warned, among, enter, backbone, elements, plan):
    among(SIZES)
    task = backbone.target.task
    secret = factories.make_target(task, "SECRET")
    factories.make_definition(
        secret, numerator=[elements["PUPILS"]], denominator=[elements["CLASSES"]], measure="ratio", sensitive=True
    )
    enter("PUPILS", 620), enter("CLASSES", 10)
    assert warned("PUPILS") == ["与同学段学校相比明显偏高。"]


@pytest.mark.parametrize("schools", [6, 30])
def test_peers_take_the_same_queries_for_any_number_of_schools(
    among, enter, form, quarter, schools, django_assert_num_queries
):
    among([40 + place % 5 for place in range(schools)])
    enter("PUPILS", 620), enter("CLASSES", 10)
    sheet = school_sheet(form, quarter)
    with django_assert_num_queries(3):  # units, facts, values
        sheet.warnings(sheet.cells["PUPILS"])
    with django_assert_num_queries(0):
        sheet.warnings(sheet.cells["CLASSES"])


numbers = st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: round(number, 2))


@given(numbers, st.lists(numbers, min_size=1, max_size=30))
def test_robust_z_is_the_textbooks(value, others):
    middle = median(others)
    apart = sorted(abs(one - middle) for one in others)
    mad, mean = median(apart), sum(apart) / len(apart)
    z = robust_z(value, others)
    if mad:
        assert z == pytest.approx(0.6745 * (value - middle) / mad)
    elif mean:
        assert z == pytest.approx((value - middle) / (1.253314 * mean))
    else:
        assert z is None


# --- soft checks in general


def test_any_relation_may_be_soft(warned, check, more, enter, refused):
    more("LONG", "从教满30年的教师数"), more("LESSON", "开课", value_type="boolean", lower=None, unit="")
    more("STAFF", "任课教师数"), more("MICRO", "课题教师数")
    check("at_most", ["LONG"], ["TEACHERS"], soft=True, message="含不专任教学的，请说明。")
    check("implies", ["LESSON"], ["STAFF"], soft=True)
    check("sum", ["MICRO"], ["TEACHERS"], soft=True)
    for code, value in (("LONG", 9), ("TEACHERS", 8), ("LESSON", 1), ("STAFF", 0), ("MICRO", 7)):
        enter(code, value)
    assert [warned(code) for code in ("LONG", "LESSON", "MICRO", "TEACHERS")] == [
        ["多于专任教师数 8 人。含不专任教学的，请说明。"],
        ["开课为“是”，而任课教师数为零。"],
        ["不等于专任教师数 8 人。"],
        [],
    ]
    assert refused(LONG=9, TEACHERS=8) == {}


def test_what_was_approved_so_is_not_asked_again(warned, check, more, enter, quarter):
    more("LONG", "从教满30年的教师数")
    check("at_most", ["LONG"], ["TEACHERS"], soft=True)
    for code, value in (("LONG", 9), ("TEACHERS", 8)):
        enter(code, value, state="approved", quarter=quarter - 1)
        enter(code, value)
    assert warned("LONG") == []


def test_a_sensitive_figure_is_not_told_at_another_field(refused, check, more, enter, backbone, elements):
    more("EXAM", "达线人数"), more("PUPILS", "学生数")
    secret = factories.make_target(backbone.target.task, "SECRET")
    factories.make_definition(secret, numerator=[elements["EXAM"]], sensitive=True)
    check("at_most", ["EXAM"], ["PUPILS"])
    assert refused(EXAM=9, PUPILS=8) == {"EXAM": "不能多于学生数 8 人。"}
    enter("EXAM", 9)
    assert refused(PUPILS=8) == {"PUPILS": "与关联的成绩类数据不符。"}


def test_a_rate_does_not_tell_a_sensitive_figure_at_another_field(refused, form, quarter, enter, backbone, elements):
    secret = factories.make_target(backbone.target.task, "SECRET")
    factories.make_definition(secret, numerator=[elements["BACKBONE"]], sensitive=True)
    enter("BACKBONE", 24)
    assert refused(TEACHERS=20) == {"TEACHERS": "与关联的成绩类数据不符。"}
    assert refused(TEACHERS=20, BACKBONE=24) == {"BACKBONE": "不能多于专任教师数 20 人。"}
    enter("TEACHERS", 124)
    sheet = school_sheet(form, quarter)
    shown = {code: sheet.rate(sheet.cells[code]) for code in ("TEACHERS", "BACKBONE")}
    assert shown["TEACHERS"] is None
    assert shown["BACKBONE"].words(elements["BACKBONE"].pk) == "占专任教师数 19.4%（124 人）"


# --- saving and handing in


def test_a_save_refuses_what_a_hard_check_forbids_at_its_field(form, check, more, quarter, clerk):
    more("EXC", "优秀人次"), more("PASS", "合格人次")
    check("at_most", ["EXC"], ["PASS"])
    saved = actions.save_values(form, quarter, {"EXC": ("12", 0), "PASS": ("10", 0), "TEACHERS": ("5", 0)}, by=clerk)
    assert (saved.saved, saved.problems) == (["PASS", "TEACHERS"], {"EXC": "不能多于合格人次 10 人。"})
    assert saved.sheet.cells["EXC"].text == "12"


@pytest.fixture
def jumped(form, check, enter, quarter):
    """The form is filled in, with TEACHERS far above the last value."""
    check("jump", ["TEACHERS"], code="JUMP", threshold=Decimal("0.2"), minimum=10)
    enter("TEACHERS", 100, state="approved", quarter=quarter - 1)
    return [enter("TEACHERS", 200), enter("BACKBONE", 10), enter("CANTEEN", 1)]


def test_an_unusual_value_wants_a_reason_before_it_is_handed_in(form, jumped, quarter, clerk, principal):
    with pytest.raises(actions.Incomplete) as refused:
        actions.submit(form, quarter, by=principal)
    assert [(one.cell.key, one.why) for one in refused.value.missing] == [("TEACHERS", "数值异常，请在说明里写明原因")]
    actions.save_values(form, quarter, {"TEACHERS": ("200", 1, "并入东校区")}, by=clerk)
    actions.submit(form, quarter, by=principal)
    for entry in jumped:
        entry.refresh_from_db()
    assert [(entry.state, entry.flags) for entry in jumped] == [
        ("submitted", ("JUMP",)),
        ("submitted", ()),
        ("submitted", ()),
    ]


def test_flags_are_those_of_the_last_handing_in(form, jumped, quarter, clerk, principal, officer):
    actions.save_values(form, quarter, {"TEACHERS": ("200", 1, "并入东校区")}, by=clerk)
    actions.submit(form, quarter, by=principal)
    (entry, *_) = jumped
    entry.refresh_from_db()
    actions.return_entries([entry], "请核对", by=officer)
    actions.save_values(form, quarter, {"TEACHERS": ("101", 4)}, by=clerk)
    actions.submit(form, quarter, by=principal)
    entry.refresh_from_db()
    assert (entry.value, entry.state, entry.flags) == (101, "submitted", ())


def test_many_flags_are_kept_as_far_as_they_fit():
    codes = [f"{number:030}" for number in range(9)]
    assert actions.handing_in.fitting(codes) == tuple(codes[:6])


def test_a_stored_contradiction_is_missing_where_it_can_be_changed(form, check, more, enter, quarter):
    more("EXC", "优秀人次"), more("PASS", "合格人次")
    check("at_most", ["EXC"], ["PASS"])
    enter("TEACHERS", 9), enter("BACKBONE", 1), enter("CANTEEN", 1), enter("PASS", 10)
    enter("EXC", 12, state="submitted")
    missing = actions.missing_to_submit(school_sheet(form, quarter))
    assert [(one.cell.key, one.why) for one in missing] == [("PASS", "不能少于优秀人次 12 人。")]


def test_a_grid_hands_in_what_is_usual_or_explained(form, check, enter, sections, quarter, other_officer):
    check("jump", ["CAMERAS"], code="JUMP", threshold=Decimal("0.2"), minimum=10)
    enter("CAMERAS", 100, state="approved", quarter=quarter - 1)
    entry = enter("CAMERAS", 200)
    safety = sections["safety"]
    assert actions.submit_grid(safety, quarter, by=other_officer) == 0
    actions.save_grid(safety, quarter, {"pri-01.CAMERAS": ("200", 1, "新校区启用")}, by=other_officer)
    assert actions.submit_grid(safety, quarter, by=other_officer) == 1
    entry.refresh_from_db()
    assert (entry.state, entry.flags) == ("submitted", ("JUMP",))


def test_the_reviewer_finds_what_is_unusual_and_what_was(form, jumped, check, quarter):
    (entry, *_) = jumped
    entry.flags, entry.state = ("JUMP", "OTHER"), "submitted"
    entry.save()
    sheet = school_sheet(form, quarter)
    assert [(one.code, one.text) for one in sheet.findings(sheet.cells["TEACHERS"])] == [
        ("JUMP", "比上次 100 人增加 100.0%，超过 20%。"),
        ("OTHER", "提交时触发了核对 OTHER，现在不再触发。"),
    ]
