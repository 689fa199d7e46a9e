import io
import subprocess
import sys
from urllib.parse import quote

import openpyxl
import pytest

from tests import factories

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
