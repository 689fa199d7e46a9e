"""The checks of a plan file: what is wrong with them is told, what is right is stored, what is gone is out of use."""

from decimal import Decimal

import pytest

from base.models import AuditRow
from targets.loader import check_plan, load_plan
from targets.models import Check
from tests.targets.plan_files import DROP, base, changed, element, problems_of, write

pytestmark = pytest.mark.django_db

CHECKS = [
    {
        "code": "PUBLIC",
        "kind": "at_most",
        "left": ["CHILDREN_PUBLIC"],
        "right": ["CHILDREN"],
        "message": "公办的也计入。",
    },
    {"code": "PARTS", "kind": "sum", "left": ["ROOMS"], "right": ["ROOMS_ONLINE", "ROOMS_OLD"]},
    {"code": "OPEN", "kind": "implies", "left": ["OPEN"], "right": ["ROOMS"], "severity": "soft"},
    {"code": "GROWS", "kind": "not_falling", "elements": ["ROOMS_ONLINE", "ROOMS"]},
    {"code": "JUMP", "kind": "jump", "threshold": 0.2, "minimum": 10},
    {"code": "JUMP_ROOMS", "kind": "jump", "elements": ["ROOMS"], "threshold": 0.5, "minimum": 3},
    {
        "code": "SHARE",
        "kind": "peers",
        "elements": ["CHILDREN_PUBLIC"],
        "per": ["CHILDREN"],
        "threshold": 3.5,
        "minimum": 0.1,
        "schools": 5,
        "stages": ["kindergarten"],
    },
]


def with_checks(**edits):
    more = [
        element("ROOMS_OLD"),
        element("OPEN", value_type="boolean"),
        element("CLUBS", stages=["junior"]),
        element("TALKS", period_kind="flow", asked_in=["Q1"]),
    ]
    data = base() | {"elements": [*base()["elements"], *more], "checks": CHECKS}
    return changed(data, **edits)


def load(tmp_path, **edits):
    return load_plan(write(tmp_path, with_checks(**edits)), by=None)


def test_checks_of_every_kind_are_free_of_faults(tmp_path):
    check_plan(write(tmp_path, with_checks()))


AGAIN = {"code": "JUMP_2", "kind": "jump", "threshold": 0.1, "minimum": 1}
ONE_BARE = "不写 elements 的 jump 只能有一条：它管其他 jump 没有写到的全部时点数。"
NO_STAGE = "填报项 CHILDREN_PUBLIC 的学段与 stages 没有交集，永远核对不到。"
FAULTS = [
    # shape
    ("checks[0].kind", "less", None, "应为 at_most、sum、implies、not_falling、jump、peers 之一，现为“less”。"),
    ("checks[4].threshold", 0, None, "应大于 0。"),
    ("checks[4].threshold", 11, None, "不能大于 10。"),
    ("checks[4].minimum", -1, None, "不能小于 0。"),
    ("checks[6].schools", 4, None, "至少要有 5 所其他学校才能比较。"),
    ("checks[0].code", DROP, None, "缺少 code。"),
    # what it is made of
    ("checks[1].code", "PUBLIC", None, "核对规则编码 PUBLIC 写了两次。"),
    ("checks[0].right", DROP, None, "at_most 须有 right。"),
    ("checks[3].right", ["ROOMS_OLD"], None, "not_falling 没有 right，请删去。"),
    ("checks[0].threshold", 1, None, "at_most 没有 threshold，请删去。"),
    ("checks[4].minimum", DROP, None, "jump 须有 minimum。"),
    ("checks[6].schools", DROP, None, "peers 须有 schools。"),
    ("checks[2].left", ["OPEN", "ROOMS_OLD"], None, "implies 的两边各写一个填报项。"),
    ("checks[4].severity", "hard", None, "jump 只能是 soft：数值异常的，写明原因就可以提交。"),
    ("checks[6].threshold", 0.5, None, "peers 的 threshold 是稳健 z 值，应为 1–10，一般用 3.5。"),
    ("checks[7]", AGAIN, "checks[7].elements", ONE_BARE),
    ("checks[7]", AGAIN | {"elements": ["ROOMS"]}, "checks[7].elements[0]", "ROOMS 已在另一条 jump 里。"),
    # its elements
    ("checks[0].left[0]", "NOTHING", None, "没有填报项 NOTHING：文件和数据库里都没有。"),
    ("checks[0].right[1]", "CHILDREN_PUBLIC", None, "CHILDREN_PUBLIC 不能既在一边又在另一边。"),
    ("checks[1].right[1]", "MEETINGS", None, "一条核对规则的各项须同类：ROOMS 按学校填，MEETINGS 按全区填。"),
    ("checks[6].elements[0]", "MEETINGS", None, "peers 比较各校，MEETINGS 按全区填。"),
    ("checks[1].right[1]", "OPEN", None, "sum 的填报项应是整数、小数，OPEN 是是/否。"),
    ("checks[2].left[0]", "TOWN_BUILT", None, "implies 的填报项应是整数、小数、是/否，TOWN_BUILT 是日期。"),
    ("checks[3].elements[0]", "INJURIES", None, "累计数是时点数（stock），INJURIES 是期内数，每次重新算起。"),
    ("checks[0].stages", ["senior"], "checks[0].left[0]", NO_STAGE),
    ("checks[0].right[0]", "CLUBS", "checks[0].right", "两边的填报项没有共同的学段，永远核对不到。"),
    ("checks[1].right[1]", "TALKS", None, "TALKS 与另一边从不在同一季度填报，永远核对不到。"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "where", "reason"), FAULTS, ids=[reason for *_, reason in FAULTS])
def test_a_fault_of_a_check_is_named(tmp_path, path, value, where, reason):
    assert (where or path, reason) in problems_of(tmp_path, with_checks(**{path: value}))


def test_every_fault_is_told_at_once(tmp_path):
    edits = {"checks[0].left[0]": "NOTHING", "checks[1].threshold": 1, "checks[4].threshold": 0}
    assert [path for path, _ in problems_of(tmp_path, with_checks(**edits))] == list(edits)


def test_checks_are_stored_as_written(tmp_path):
    load(tmp_path)
    share, jump, flag = (Check.objects.get(code=code) for code in ("SHARE", "JUMP", "OPEN"))
    assert (share.kind, share.severity, share.left, share.right) == (
        "peers",
        "soft",
        ("CHILDREN_PUBLIC",),
        ("CHILDREN",),
    )
    assert (share.threshold, share.minimum, share.schools) == (Decimal("3.5"), Decimal("0.1"), 5)
    assert (share.stages, share.plan.code) == (("kindergarten",), "plan-2023-2025")
    assert (jump.severity, jump.left, jump.threshold) == ("soft", (), Decimal("0.2"))
    assert (flag.severity, flag.left, flag.right) == ("soft", ("OPEN",), ("ROOMS",))
    assert Check.objects.get(code="PUBLIC").severity == "hard"


def test_loading_again_changes_nothing(tmp_path):
    load(tmp_path)
    assert load(tmp_path).changes.is_empty


def test_a_changed_check_changes_in_place_with_an_audit_row(tmp_path):
    load(tmp_path)
    check = Check.objects.get(code="PARTS")
    load(tmp_path, **{"checks[1].right[1]": DROP, "checks[1].severity": "soft"})
    check.refresh_from_db()
    assert (check.right, check.severity) == (("ROOMS_ONLINE",), "soft")
    row = AuditRow.objects.get(subject_type="targets.check", verb="changed")
    assert (row.subject_id, row.before, row.after) == (
        check.pk,
        "轻重：hard；右边：ROOMS_ONLINE+ROOMS_OLD",
        "轻重：soft；右边：ROOMS_ONLINE",
    )


def test_a_check_that_the_file_no_longer_names_is_out_of_use_until_it_does(tmp_path):
    load(tmp_path)
    load(tmp_path, **{"checks[0]": DROP})
    assert list(Check.objects.filter(in_use=False).values_list("code", "left")) == [("PUBLIC", ("CHILDREN_PUBLIC",))]
    load(tmp_path, **{"checks[0]": DROP})
    assert AuditRow.objects.filter(subject_type="targets.check", verb="changed").count() == 1
    load(tmp_path)
    assert not Check.objects.filter(in_use=False).exists()
