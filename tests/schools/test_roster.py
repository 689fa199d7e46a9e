"""Accounts from a spreadsheet: what is read, what is refused, what is made."""

import pytest

from base import audit
from base.tables import Unreadable
from schools import actions
from schools.models import Post, User
from schools.roster import Changed, Fault, What, bring_in, opened, read
from tests import factories

HEADER = "姓名,登录名,角色,单位代码,电子邮件\n"
ROLES = "填报员、校长（园长）、科室人员、局领导（签发）、领导（阅览）、市级（阅览）、系统管理员、安全审计员之一"
UNITS, SECTIONS = "本区学校的代码，见模板“代码”表", "本区科室的代码，见模板“代码”表"


@pytest.fixture
def check(district, sections, school):
    """``check("王敏,wang,填报员,pri-01,\\n")``: the lines below a good header, read."""
    return lambda text, header=HEADER: read((header + text).encode(), "人员.csv", district)


@pytest.fixture
def wang(district):
    """There already, without a post."""
    return factories.make_user("wang", "王敏", district=district)


def told(found):
    return [(line.number, line.what, line.user.username, str(line.place or "")) for line in found.lines]


def test_reads_each_role_with_its_place(check):
    found = check(
        "王敏,wang,填报员,pri-01,wang@example.cn\n李强,li,园长,pri-01,\n张伟,zhang,科室人员,basic,\n陈静,chen,局领导,,\n"
    )
    assert found.faults == []
    assert told(found) == [
        (2, What.NEW, "wang", "第一小学"),
        (3, What.NEW, "li", "第一小学"),
        (4, What.NEW, "zhang", "基础教育科"),
        (5, What.NEW, "chen", ""),
    ]
    assert [line.role for line in found.lines] == ["clerk", "principal", "officer", "director"]


def test_takes_columns_in_any_order_without_email_and_names_the_others(check):
    found = check("pri-01,wang,填报员,王敏,正式\n", header="单位代码,登录名,角色,姓名,备注\n")
    assert (told(found), found.ignored) == ([(2, What.NEW, "wang", "第一小学")], ["备注"])


def test_says_what_becomes_of_people_who_are_there(check, wang, school, kindergarten, district):
    factories.make_clerk(school, user=wang)
    found = check("王敏,wang,填报员,pri-01,\n王敏,wang,填报员,kg-01,\n李强,li,填报员,pri-01,\n李强,li,填报员,kg-01,\n")
    assert found.faults == []
    assert [line.what for line in found.lines] == [What.SAME, What.POST, What.NEW, What.POST]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (",wang,填报员,pri-01,", ("姓名", "没有填", "40 字以内的姓名")),
        ("王敏,,填报员,pri-01,", ("登录名", "没有填", "如姓名拼音或手机号，中间没有空格")),
        ("王敏,wang,,pri-01,", ("角色", "没有填", ROLES)),
        ("王敏,wang,老师,pri-01,", ("角色", "没有“老师”这个角色", ROLES)),
        ("王敏,wang,填报员,,", ("单位代码", "没有填", UNITS)),
        ("王敏,wang,填报员,pri-99,", ("单位代码", "没有代码为“pri-99”的学校", UNITS)),
        ("王敏,wang,填报员,basic,", ("单位代码", "“basic”是基础教育科的代码，不是学校", UNITS)),
        ("王敏,wang,科室人员,pri-01,", ("单位代码", "“pri-01”是第一小学的代码，不是科室", SECTIONS)),
        ("王敏,wang,科室人员,far,", ("单位代码", "没有代码为“far”的科室", SECTIONS)),
        ("王敏,wang,系统管理员,basic,", ("单位代码", "系统管理员不属于学校和科室，却填了“basic”", "留空")),
        ("赵审,zhao,局领导,,", ("角色", "赵审是安全审计员，不能兼任局领导（签发）", "由另一人担任")),
        ("王敏,wang,填报员,pri-old,", ("单位代码", "老校已停办", "在办学校的代码")),
        ("王敏,stranger,填报员,pri-01,", ("登录名", "“stranger”已被占用", "换一个登录名")),
        ("王敏,root,填报员,pri-01,", ("登录名", "“root”已被占用", "换一个登录名")),
        ("王敏,li,填报员,pri-01,", ("姓名", "登录名“li”是李强的", "李强，或换一个登录名")),
        ("张伟,out,填报员,pri-01,", ("登录名", "张伟的账号已停用", "先在“人员”里恢复启用")),
    ],
)
def test_names_row_column_fault_and_what_was_expected(check, district, other_district, row, fault, today):
    factories.make_unit(district, "pri-old", "老校", closed=today)
    factories.make_unit(other_district, "pri-99")
    factories.make_user("stranger", "王敏", district=other_district)
    factories.make_user("root", "王敏", is_superuser=True, district=district)
    factories.make_user("li", "李强", district=district)
    factories.make_user("out", "张伟", district=district, is_active=False)
    factories.make_auditor(district, user=factories.make_user("zhao", "赵审", district=district))
    found = check(f"陈静,chen,填报员,pri-01,\n{row}\n")
    assert found.faults == [Fault(3, *fault)]
    assert told(found) == [(2, What.NEW, "chen", "第一小学")]


def test_keeps_administrator_and_auditor_apart_in_one_file_too(check):
    found = check("陈静,chen,系统管理员,,\n陈静,chen,安全审计员,,\n")
    assert found.faults == [Fault(3, "角色", "陈静是系统管理员，不能兼任安全审计员", "由另一人担任")]


def test_names_a_bad_address_and_a_bad_username(check):
    found = check("王敏,wang,填报员,pri-01,wang@\n李强,li qiang,填报员,pri-01,\n")
    assert [(one.number, one.column) for one in found.faults] == [(2, "电子邮件"), (3, "登录名")]


def test_names_every_fault_of_a_row(check):
    faults = check(",a b,老师,pri-99,x@\n").faults
    assert {one.column for one in faults} == {"姓名", "登录名", "电子邮件", "角色"}


def test_names_duplicates_and_two_people_with_one_username(check):
    found = check("王敏,wang,填报员,pri-01,\n王敏,wang,填报员,pri-01,\n李强,wang,校长,pri-01,\n")
    assert found.faults == [
        Fault(3, "登录名", "与第 2 行重复", "同一人的同一任职只填一行"),
        Fault(4, "登录名", "与第 2 行登录名相同，姓名或电子邮件不同", "一人一个登录名"),
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("姓名,登录名,角色\n王敏,wang,填报员\n", "缺少“单位代码”"),
        ("姓名,登录名,角色,单位代码,姓名\n王敏,wang,填报员,pri-01,x\n", "“姓名”列不止一个"),
        (HEADER, "只有表头"),
        (HEADER + "王敏,wang,填报员,pri-01,\n" * 2001, "有 2,001 行，最多 2,000 行"),
        ("", "没有内容"),
    ],
)
def test_refuses_another_table(district, content, why):
    with pytest.raises(Unreadable, match=why):
        read(content.encode(), "人员.csv", district)


def test_brings_in_accounts_posts_and_invitations_with_audit_rows(check, wang, school, administrator):
    found = check("王敏,wang,校长,pri-01,\n李强,li,填报员,pri-01,li@example.cn\n李强,li,系统管理员,,li@example.cn\n")
    tickets = bring_in(found, by=administrator)
    li = User.objects.get(username="li")
    assert [ticket.user for ticket in tickets] == [li]
    assert actions.usable_invitation(tickets[0].token).user == li
    assert (li.name, li.email, li.is_staff, li.state, li.district) == (
        "李强",
        "li@example.cn",
        True,
        "invited",
        school.district,
    )
    assert sorted(map(str, li.posts.all())) == ["开发区 系统管理员", "第一小学 填报员"]
    assert [(row.verb, row.by, row.why) for row in audit.history(li)] == [
        ("created", administrator, "导入"),
        ("appointed", administrator, "导入"),
        ("appointed", administrator, "导入"),
        ("invited", administrator, ""),
    ]
    assert [row.verb for row in audit.history(wang)] == ["appointed"]
    assert [line.what for line in check("李强,li,填报员,pri-01,\n").lines] == [What.SAME]


@pytest.mark.parametrize("count", [1, 30])
def test_takes_the_same_queries_for_any_number(check, administrator, count, django_assert_num_queries):
    rows = "".join(f"人{number},p{number},填报员,pri-01,\n" for number in range(count))
    with django_assert_num_queries(6):
        found = check(rows)
    with django_assert_num_queries(12):
        bring_in(found, by=administrator)


class TestSealed:
    def test_comes_back_as_it_was_previewed(self, check, district):
        found = check("王敏,wang,填报员,pri-01,\n")
        assert told(opened(found.sealed(), [district])) == told(found)

    @pytest.mark.parametrize("broken", ["", "x", "x:y:z"])
    def test_refuses_what_is_not_signed(self, district, broken):
        with pytest.raises(Changed, match="重新上传"):
            opened(broken, [district])

    def test_refuses_what_was_changed_on_the_way(self, check, district):
        sealed = check("王敏,wang,填报员,pri-01,\n").sealed()
        with pytest.raises(Changed, match="重新上传"):
            opened(sealed[:8] + ("a" if sealed[8] != "a" else "b") + sealed[9:], [district])

    def test_refuses_what_was_previewed_hours_ago(self, check, district, monkeypatch):
        monkeypatch.setattr("schools.roster.VALID_FOR", -1)
        with pytest.raises(Changed, match="预览已过期"):
            opened(check("王敏,wang,填报员,pri-01,\n").sealed(), [district])

    def test_refuses_another_district(self, check, other_district):
        with pytest.raises(Changed, match="不是为这个区县"):
            opened(check("王敏,wang,填报员,pri-01,\n").sealed(), [other_district])

    def test_refuses_what_would_come_out_otherwise_by_now(self, check, district, school):
        sealed = check("王敏,wang,填报员,pri-01,\n").sealed()
        user = factories.make_user("wang", "王敏", district=district)
        with pytest.raises(Changed, match="有过变化") as caught:
            opened(sealed, [district])
        assert [line.what for line in caught.value.roster.lines] == [What.POST]
        user.delete()
        factories.make_user("wang", "王敏")
        with pytest.raises(Changed, match="有过变化") as caught:
            opened(sealed, [district])
        assert len(caught.value.roster.faults) == 1


def test_nothing_is_made_when_someone_was_quicker(check, administrator):
    found = check("李强,li,填报员,pri-01,\n王敏,wang,填报员,pri-01,\n")
    factories.make_user("wang")
    with pytest.raises(Changed, match="没有导入"):
        bring_in(found, by=administrator)
    assert (User.objects.filter(username="li").exists(), Post.objects.filter(role="clerk").exists()) == (False, False)
