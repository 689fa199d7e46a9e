"""The quarter's form where scripts do not run: everything is typed first, then saved and handed in as a whole."""

import pytest
from playwright.sync_api import Page, expect

from reports.demo.district import PASSWORD
from schools.models import District, Role
from tests import factories
from tests.journey import form
from tests.journey.looks import expect_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCREENED, MYOPIC = "视力筛查受检学生数", "筛查性近视学生数"


@pytest.fixture
def principal(plan_file, new_page, signed_in) -> Page:
    school = factories.make_unit(District.objects.get(), "X001", "白鹭小学", stages=["primary"])
    user = factories.make_user("x001-principal", password=PASSWORD)
    factories.make_post(Role.PRINCIPAL, school.district, unit=school, user=user)
    return signed_in(user.username, java_script_enabled=False)


def test_the_form_is_saved_and_handed_in(principal):
    principal.get_by_role("link", name="开始填报").click()
    expect_page(principal, "填报")
    for name in form.names(principal):
        form.enter(principal, name, form.as_last_time(principal, name))
    form.enter(principal, SCREENED, "１０００")
    form.enter(principal, MYOPIC, "1001")
    principal.get_by_role("button", name="核对并提交").click()

    expect(principal.get_by_text("还没有提交")).to_be_visible()
    expect(form.item(principal, MYOPIC)).to_contain_text("不能多于视力筛查受检学生数 1,000 人")
    expect(form.field(principal, MYOPIC)).to_have_value("1001")

    form.enter(principal, MYOPIC, "520")
    principal.get_by_role("button", name="保存草稿").click()
    expect(principal.get_by_text("已保存 1 项。")).to_be_visible()
    expect(form.item(principal, MYOPIC)).to_contain_text("52.0%")

    principal.get_by_role("button", name="核对并提交").click()
    expect(principal.get_by_text("已提交2025年第二季度数据")).to_be_visible()
    expect(principal.get_by_text("待审核").first).to_be_visible()
