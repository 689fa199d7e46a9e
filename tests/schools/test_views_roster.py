"""Importing people: the template, the preview, the confirmation."""

import io
import re

import openpyxl
import pytest
import xlwt
from django.core.files.uploadedfile import SimpleUploadedFile

from schools.models import Invitation, User
from tests import factories

IMPORT = "/people/import/"
GOOD = "姓名,登录名,角色,单位代码\n王敏,wang,填报员,pri-01\n李强,li,科室人员,basic\n"


@pytest.fixture
def browser(administrator, client_of):
    return client_of(administrator)


@pytest.fixture
def people(administrator, school, sections):
    return User.objects.count()


def text_of(response):
    return response.content.decode()


def send(browser, content, name="人员.csv", **fields):
    content = content.encode() if isinstance(content, str) else content
    return browser.post(IMPORT, {"file": SimpleUploadedFile(name, content)} | fields)


def sealed(response):
    return re.search(r'name="rows" value="([^"]+)"', text_of(response))[1]


def test_previews_and_saves_nothing(browser, people):
    page = text_of(send(browser, GOOD))
    for words in ("预览：2 行", "2 个新账号", "第一小学", "基础教育科", "确认导入"):
        assert words in page
    assert (User.objects.count(), Invitation.objects.count()) == (people, 0)


def test_confirming_makes_what_was_previewed_and_shows_the_links_once(browser, people):
    response = browser.post(f"{IMPORT}confirm/", {"rows": sealed(send(browser, GOOD))})
    page = text_of(response)
    assert len(set(re.findall(r"/welcome/[\w-]+/", page))) == 2
    for words in ("新账号 2 个", "王敏（第一小学 填报员）", "李强（基础教育科 科室人员）", "打印纸条"):
        assert words in page
    assert (User.objects.count(), "no-store" in response.headers["Cache-Control"]) == (people + 2, True)


def test_confirming_twice_makes_nothing_twice(browser, people):
    rows = sealed(send(browser, GOOD))
    browser.post(f"{IMPORT}confirm/", {"rows": rows})
    response = browser.post(f"{IMPORT}confirm/", {"rows": rows})
    assert (response.status_code, "全部 2 行都没有变化" in text_of(response)) == (409, True)
    assert User.objects.count() == people + 2


def test_only_new_posts_show_no_links(browser, people, district):
    factories.make_user("wang", "王敏", district=district)
    rows = sealed(send(browser, "姓名,登录名,角色,单位代码\n王敏,wang,填报员,pri-01\n"))
    response = browser.post(f"{IMPORT}confirm/", {"rows": rows}, follow=True)
    assert "新账号 0 个，增加任职 1 个" in text_of(response)


def test_a_fault_is_shown_and_nothing_can_be_confirmed(browser, people):
    page = text_of(send(browser, GOOD + "张伟,zhang,老师,pri-01\n"))
    for words in ("有 1 处不对，没有保存任何内容", "第 4 行", "没有“老师”这个角色"):
        assert words in page
    assert "确认导入" not in page


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "文件是空的"),
        (b"\xff\xfe\xff", "UTF-8 或 GBK"),
        (b"a,b\n1,2\n", "请用模板填写"),
        (b"x" * (5 * 1024 * 1024 + 1), "最多 5 MB"),
    ],
)
def test_a_file_that_is_none_is_refused(browser, people, content, why):
    response = send(browser, content)
    assert (response.status_code, why in text_of(response)) == (422, True)


def test_no_file_and_no_rows(browser, people):
    assert "请先选择文件" in text_of(browser.post(IMPORT, {}))
    assert browser.post(f"{IMPORT}confirm/", {}).status_code == 400
    assert browser.post(f"{IMPORT}confirm/", {"rows": "x"}).status_code == 409


def test_reads_old_workbooks_and_gbk(browser, people):
    book = xlwt.Workbook()
    sheet = book.add_sheet("人员")
    for row, line in enumerate(GOOD.splitlines()):
        for column, text in enumerate(line.split(",")):
            sheet.write(row, column, text)
    out = io.BytesIO()
    book.save(out)
    for content, name in ((out.getvalue(), "人员.xls"), (GOOD.encode("gbk"), "人员.csv")):
        assert "2 个新账号" in text_of(send(browser, content, name))


def test_the_template_filled_in_is_read_back(browser, people, district):
    factories.make_unit(district, "=1+1", "=HYPERLINK(1)")
    response = browser.get(f"{IMPORT}template/kfq/")
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert book.sheetnames == ["人员", "代码", "角色"]
    listed = [
        [(cell.value, cell.data_type) for cell in row[:2]] for row in book["代码"].iter_rows(min_row=2, max_row=3)
    ]
    assert listed == [[("=1+1", "s"), ("=HYPERLINK(1)", "s")], [("pri-01", "s"), ("第一小学", "s")]]
    (choice,) = book["人员"].data_validations.dataValidation
    assert (str(choice.sqref), choice.formula1) == ("C2:C2001", "'角色'!$A$2:$A$9")
    assert book["角色"]["A9"].value == "安全审计员"
    book["人员"].append(["王敏", "=wang", "填报员", "pri-01"])
    book["人员"]["B2"].data_type = "s"
    out = io.BytesIO()
    book.save(out)
    assert "“=wang”" in text_of(send(browser, out.getvalue(), "people.xlsx"))


def test_the_district_is_asked_for_where_there_are_several(
    browser, administrator, people, other_district, other_school
):
    factories.make_administrator(other_district, user=administrator)
    assert send(browser, GOOD).status_code == 422
    page = text_of(send(browser, GOOD.partition("李强")[0], district=other_district.pk))
    assert ("别区小学" in page, "第一小学" in page) == (True, False)
