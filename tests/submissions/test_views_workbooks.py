import io
import subprocess
import sys
from urllib.parse import quote

import openpyxl
import pytest

from base import jobs
from base.models import Job
from submissions.models import Entry, Upload
from submissions.workbooks.checking import Change, Outcome
from tests import factories
from tests.upload_bytes import DOCX, upload

FORM = "/fill/pri-01/2025Q2/"
GRID = "/desk/2025Q2/grid/safety/"


@pytest.fixture
def browser(form, client_of, clerk, quarter):
    return client_of(clerk)


def book_of(response):
    return openpyxl.load_workbook(io.BytesIO(response.content))


def test_a_school_downloads_its_form(browser):
    response = browser.get(f"{FORM}workbook.xlsx")
    assert quote("第一小学2025年第二季度填报表.xlsx") in response["Content-Disposition"]
    assert book_of(response)["填报表"]["B5"].value == "TEACHERS"


def test_a_section_and_its_director_download_all_schools(form, client_of, other_officer, director, quarter):
    for person in (other_officer, director):
        assert book_of(client_of(person).get(f"{GRID}workbook.xlsx"))["各校"]["C5"].value == "CAMERAS"


def test_exam_figures_are_left_out_of_the_file_without_the_right(
    form, plan, elements, sections, client_of, other_officer
):
    factories.make_element("ALARMS", entered_by="safety", reviewed_by="safety", position=9)
    target = factories.make_target(plan.tasks.get(), "EXAM")
    factories.make_definition(target, numerator=[elements["CAMERAS"]], sensitive=True)
    privy = factories.make_officer(sections["safety"], sees_sensitive=True)
    found = [
        [cell.value for cell in book_of(client_of(person).get(f"{GRID}workbook.xlsx"))["各校"][5]]
        for person in (other_officer, privy)
    ]
    assert [("CAMERAS" in row, "ALARMS" in row) for row in found] == [(False, True), (True, True)]


def test_where_nothing_is_asked_there_is_nothing_to_download(form, client_of, sections, quarter):
    mine = client_of(factories.make_officer(sections["party"]))
    page = mine.get("/desk/2025Q2/grid/party/workbook.xlsx", follow=True).content.decode()
    assert "没有表格可下载" in page


@pytest.mark.parametrize("schools", [1, 30])
def test_a_download_takes_the_same_queries_for_any_number_of_schools(
    form, elements, district, quarter, client_of, other_officer, schools, django_assert_num_queries
):
    for _ in range(schools):
        factories.make_entry(elements["CAMERAS"], factories.make_unit(district), quarter, 1, state="draft")
    browser = client_of(other_officer)
    with django_assert_num_queries(15):
        browser.get(f"{GRID}workbook.xlsx")


IMPORTED = """
import django, sys
django.setup()
import edu_plan.urls
print([name for name in ("openpyxl", "python_calamine", "pandas") if name in sys.modules])
"""


def test_no_ordinary_page_imports_the_libraries_of_workbooks():
    done = subprocess.run([sys.executable, "-c", IMPORTED], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- Up ----------------------------------------------------------------------------------------------------------


def filled(content, sheet="填报表", **cells):
    book = openpyxl.load_workbook(io.BytesIO(content))
    for place, value in cells.items():
        book[sheet][place] = value
    out = io.BytesIO()
    book.save(out)
    return upload("表.xlsx", out.getvalue())


@pytest.fixture
def send(browser):
    """``send(G5=124)``: the form's workbook as it is downloaded now comes back filled in."""

    def send(**cells):
        file = filled(browser.get(f"{FORM}workbook.xlsx").content, **cells)
        return browser.post(f"{FORM}workbook/", {"file": file}, follow=True)

    return send


def text_of(response):
    return response.content.decode()


def stored():
    return {entry.element.code: entry.value for entry in Entry.objects.select_related("element")}


def test_form_offers_both_ways_while_it_is_open(browser, settings):
    page = text_of(browser.get(FORM))
    assert (f'href="{FORM}workbook.xlsx"' in page, f'href="{FORM}workbook/"' in page) == (True, True)
    settings.PLAN_TODAY = settings.PLAN_TODAY.replace(day=10)
    page = text_of(browser.get(FORM))
    assert (f'href="{FORM}workbook.xlsx"' in page, f'href="{FORM}workbook/"' in page) == (True, False)


def test_a_school_uploads_looks_and_confirms(browser, send):
    page = send(G5=124, G7="是", H5="新聘四人")
    for words in ("填报表 G5", "专任教师数", "<b>124</b>", "新聘四人", "确认保存"):
        assert words in text_of(page)
    assert stored() == {}
    (made,) = Upload.objects.all()
    done = text_of(browser.post(f"/workbooks/{made.pk}/confirm/", follow=True))
    assert ("一次存入 2 格" in done, stored()) == (True, {"TEACHERS": 124, "CANTEEN": 1})
    assert "没有改动，内容都已保存" not in done
    assert "已保存" in text_of(browser.get(f"{FORM}workbook/"))


def test_bad_cells_are_shown_and_cannot_be_confirmed(browser, send):
    page = text_of(send(G5="x", G6=24))
    assert ("1 格有问题，还不能保存" in page, "填报表 G5" in page, "确认保存" in page) == (True, True, False)
    (made,) = Upload.objects.all()
    again = text_of(browser.post(f"/workbooks/{made.pk}/confirm/", follow=True))
    assert ("没有保存" in again, stored()) == (True, {})


def test_a_conflict_shows_both_values_and_asks(browser, send, enter, clerk):
    entry = enter("TEACHERS", 124, by=clerk)
    file = filled(browser.get(f"{FORM}workbook.xlsx").content, G5=126)
    Entry.objects.filter(pk=entry.pk).update(value=130, version=2)
    page = text_of(browser.post(f"{FORM}workbook/", {"file": file}, follow=True))
    assert ("以文件为准" in page, ">126<" in page, ">130<" in page) == (True, True, True)
    browser.post(f"/workbooks/{Upload.objects.get().pk}/confirm/", {"take_file": "on"})
    assert stored() == {"TEACHERS": 126}


def test_what_changed_since_the_check_is_shown_anew(browser, send, enter, clerk):
    send(G5=126)
    enter("TEACHERS", 130, by=clerk)
    page = text_of(browser.post(f"/workbooks/{Upload.objects.get().pk}/confirm/", follow=True))
    assert ("一格也没有保存" in page, "以文件为准" in page, stored()) == (True, True, {"TEACHERS": 130})


def test_an_upload_is_given_up(browser, send):
    send(G5=126)
    page = text_of(browser.post(f"/workbooks/{Upload.objects.get().pk}/discard/", follow=True))
    assert ("已放弃" in page, stored()) == (True, {})


def test_the_same_file_as_downloaded_has_nothing_to_save(send):
    page = text_of(send())
    assert ("没有要保存的改动" in page, "确认保存" in page) == (True, False)


def test_a_file_that_is_refused_says_why_at_the_field(browser):
    answer = browser.post(f"{FORM}workbook/", {"file": upload("表.docx", DOCX)})
    assert (answer.status_code, "docx" in text_of(answer)) == (422, True)
    answer = browser.post(f"{FORM}workbook/", {})
    assert (answer.status_code, "请选择填好的表格" in text_of(answer)) == (422, True)


def test_a_closed_form_takes_no_workbook_and_says_why(browser, settings):
    file = filled(browser.get(f"{FORM}workbook.xlsx").content, G5=124)
    settings.PLAN_TODAY = settings.PLAN_TODAY.replace(day=10)
    answer = browser.post(f"{FORM}workbook/", {"file": file})
    assert (answer.status_code, "不再接受填报" in text_of(answer)) == (422, True)


def test_an_upload_is_hers_alone_and_only_while_she_fills_in(send, browser, client_of, principal, clerk):
    send(G5=126)
    address = f"/workbooks/{Upload.objects.get().pk}/"
    assert [client_of(person).get(address).status_code for person in (clerk, principal)] == [200, 404]
    clerk.posts.all().delete()
    assert browser.get(address).status_code == 403


@pytest.fixture
def section(form, district, client_of, other_officer, quarter):
    """The safety officer's client, with two schools."""
    factories.make_unit(district, "pri-02", "第二小学")
    return client_of(other_officer)


def send_grid(section, run_jobs, **cells):
    file = filled(section.get(f"{GRID}workbook.xlsx").content, "各校", **cells)
    answer = section.post(f"{GRID}workbook/", {"file": file}, follow=True)
    run_jobs()
    return answer


@pytest.fixture
def run_jobs(db):
    """Do what a worker would do."""

    def run_all():
        for made in Job.objects.active():
            jobs.run(made.pk)

    return run_all


def test_a_sections_workbook_is_checked_by_a_job_and_confirmed(section, run_jobs):
    waiting = text_of(send_grid(section, run_jobs, C6=5, C7=6))
    assert ('hx-trigger="load delay:800ms"' in waiting, stored()) == (True, {})
    (made,) = Upload.objects.all()
    page = text_of(section.get(f"/workbooks/{made.pk}/"))
    assert ("各校 C7" in page, "第二小学 联网摄像头数" in page) == (True, True)
    section.post(f"/workbooks/{made.pk}/confirm/")
    assert {entry.unit.code: entry.value for entry in Entry.objects.all()} == {"pri-01": 5, "pri-02": 6}


def test_a_sections_bad_cells_come_back_as_comments_in_the_same_workbook(section, run_jobs):
    send_grid(section, run_jobs, C6="x", C7=6)
    (made,) = Upload.objects.all()
    assert "下载带批注的表格" in text_of(section.get(f"/workbooks/{made.pk}/"))
    answer = section.get(f"/workbooks/{made.pk}/report/")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert "不是数字" in book["各校"]["C6"].comment.text
    assert (book["各校"]["C6"].value, book["各校"]["C7"].comment) == ("x", None)
    assert [cell.value for cell in book["核对结果"][2]][:3] == ["各校 C6", "第一小学 联网摄像头数", "x"]


@pytest.mark.parametrize(("secret", "status"), [("CAMERAS", 404), ("ALARMS", 200)])
def test_an_upload_with_a_figure_that_she_may_not_see_any_more_is_not_there(
    form, plan, section, run_jobs, elements, secret, status
):
    send_grid(section, run_jobs, C6="x")
    elements["ALARMS"] = factories.make_element("ALARMS", entered_by="safety", reviewed_by="safety", position=9)
    target = factories.make_target(plan.tasks.get(), "EXAM")
    factories.make_definition(target, numerator=[elements[secret]], sensitive=True)
    address = f"/workbooks/{Upload.objects.get().pk}/"
    answers = [section.get(address), section.get(f"{address}report/")]
    answers[1].close()
    assert [answer.status_code for answer in answers] == [status, status]


def test_a_sections_refused_file_ends_its_job_with_the_reason(section, run_jobs):
    section.post(f"{GRID}workbook/", {"file": upload("表.csv", "姓名,代码\n".encode())})
    run_jobs()
    page = text_of(section.get(f"/workbooks/{Upload.objects.get().pk}/"))
    assert ("不是从本系统下载的表格" in page, "重新上传" in page) == (True, True)


def test_many_values_are_saved_by_a_job(section, run_jobs, monkeypatch):
    monkeypatch.setattr("submissions.workbooks.uploads.MANY", 1)
    send_grid(section, run_jobs, C6=5, C7=6)
    (made,) = Upload.objects.all()
    waiting = text_of(section.post(f"/workbooks/{made.pk}/confirm/", follow=True))
    assert ('hx-trigger="load delay:800ms"' in waiting, stored()) == (True, {})
    run_jobs()
    assert "一次存入 2 格" in text_of(section.get(f"/workbooks/{made.pk}/"))


def test_a_director_downloads_and_does_not_upload(form, client_of, director, quarter):
    boss = client_of(director)
    page = text_of(boss.get(GRID))
    assert (f"{GRID}workbook.xlsx" in page, f"{GRID}workbook/" in page) == (True, False)


@pytest.mark.parametrize("count", [1, 30])
def test_an_uploads_page_takes_the_same_queries_for_any_number_of_cells(
    browser, clerk, school, quarter, count, django_assert_num_queries
):
    changes = [Change(f"填报表 G{row}", "项", "空白", "1", "") for row in range(count)]
    made = factories.make_upload(school, quarter, by=clerk, outcome=Outcome(changes=changes, changed=count))
    with django_assert_num_queries(7):
        browser.get(f"/workbooks/{made.pk}/")
