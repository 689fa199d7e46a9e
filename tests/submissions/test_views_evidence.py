import pytest
from django.urls import reverse

from submissions.actions import attach
from submissions.models import Entry, Evidence
from targets.models import Element
from tests import factories
from tests.upload_bytes import DOCX, PDF, SCRIPT, png, upload

URL = "/evidence/pri-01/2025Q2/CANTEEN/"
GRID_URL = "/evidence/pri-01/2025Q2/CAMERAS/"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def canteen(form, elements) -> Element:
    Element.objects.filter(code__in=["CANTEEN", "CAMERAS"]).update(evidence=True)
    return Element.objects.get(code="CANTEEN")


@pytest.fixture
def cameras(canteen, bureau) -> Element:
    return Element.objects.get(code="CAMERAS")


@pytest.fixture
def evidence(form, quarter, clerk, canteen) -> Evidence:
    return attach(form, quarter, canteen, upload("获奖证书.pdf", PDF), by=clerk)


def address(evidence: Evidence) -> str:
    return reverse("submissions:evidence_file", args=[evidence.pk, evidence.file.name])


def test_attach_without_javascript(canteen, clerk, client_of, today):
    client = client_of(clerk)
    assert "还没有。批文、证书" in client.get(URL).text
    response = client.post(URL, {"do": "attach", "file": upload("证书.png", png())}, follow=True)
    assert response.redirect_chain == [(URL, 302)]
    assert "已附上“证书.png”" in response.text
    assert [one.file.name for one in Evidence.objects.all()] == ["证书.png"]


def test_attach_from_the_field(canteen, clerk, client_of, today):
    client = client_of(clerk)
    response = client.post(URL, {"do": "attach", "file": upload("证书.png", png())}, headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert 'id="f-CANTEEN"' in response.text
    assert "证书.png" in response.text
    assert 'id="progress"' in response.text
    assert response.text.count('name="version.CANTEEN" value="0"') == 1


def test_the_field_after_a_swap_is_the_field_of_the_page(evidence, clerk, client_of, today):
    client = client_of(clerk)
    part = client.post(URL, {"do": "attach", "file": upload("b.png", png())}, headers={"HX-Request": "true"}).text
    begin, end = '<div class="evidence"', "正在上传…</small>"
    page = client.get("/fill/pri-01/2025Q2/").text
    assert part[part.index(begin) : part.index(end)] == page[page.index(begin) : page.index(end)]


@pytest.mark.parametrize("htmx", [{}, {"HX-Request": "true"}])
def test_a_refused_file_is_told_where_it_was_chosen(canteen, clerk, client_of, today, htmx):
    response = client_of(clerk).post(URL, {"do": "attach", "file": upload("证书.png", SCRIPT)}, headers=htmx)
    assert response.status_code == 422
    assert "“证书.png”没有保存：内容看起来是文本；这里可以上传 pdf、jpg、png、docx、xlsx、ofd。" in response.text
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"do": "attach"}, "请先选择照片或文件。"),
        ({"do": "unlink"}, "页面内容不完整"),
        ({"do": "link", "pick": 999}, "没有这份文件"),
        ({}, "页面内容不完整"),
    ],
)
def test_what_is_not_complete(canteen, clerk, client_of, today, sent, told):
    response = client_of(clerk).post(URL, sent)
    assert (response.status_code, told in response.text) == (422, True)


def test_unlink_and_use_again(evidence, clerk, client_of, today, form, quarter, elements):
    Element.objects.filter(code="TEACHERS").update(evidence=True)
    client, other = client_of(clerk), "/evidence/pri-01/2025Q2/TEACHERS/"
    assert "也用获奖证书.pdf" in client.get(other).text
    client.post(other, {"do": "link", "pick": evidence.pk})
    client.post(URL, {"do": "unlink", "pick": evidence.pk})
    assert [entry.element.code for entry in evidence.entries.all()] == ["TEACHERS"]


def test_a_locked_item_shows_its_evidence_alone(evidence, clerk, client_of, today):
    Entry.objects.update(value=1, state="submitted")
    page = client_of(clerk).get(URL).text
    assert "获奖证书.pdf" in page
    assert "正在等待审核" in page
    assert 'type="file"' not in page
    response = client_of(clerk).post(URL, {"do": "unlink", "pick": evidence.pk})
    assert (response.status_code, Evidence.objects.count()) == (422, 1)


def test_an_item_that_asks_for_none(canteen, clerk, client_of, today):
    assert "这一项不需要佐证" in client_of(clerk).get("/evidence/pri-01/2025Q2/TEACHERS/").text


def test_a_section_attaches_in_its_grid(enter, cameras, other_officer, officer, client_of, today, bureau):
    enter("CAMERAS", 5)
    client = client_of(other_officer)
    assert GRID_URL in client.get("/desk/2025Q2/grid/safety/").text
    response = client.post(GRID_URL, {"do": "attach", "file": upload("批文.pdf", PDF)})
    assert response.status_code == 302
    assert Evidence.objects.get().unit == bureau
    assert "佐证 1 份" in client.get("/desk/2025Q2/grid/safety/").text
    cell = client.post(GRID_URL, {"do": "attach", "file": upload("b.png", png())}, headers={"HX-Request": "true"}).text
    assert 'id="f-pri-01_CAMERAS"' in cell
    assert client_of(officer).get(GRID_URL).status_code == 200
    refused = client_of(officer).post(GRID_URL, {"do": "attach", "file": upload("c.png", png(3))})
    assert (refused.status_code, "不由您填报" in refused.text) == (422, True)


def test_one_paper_for_many_schools(cameras, other_officer, client_of, today, quarter, district, enter, school):
    units = [school, *(factories.make_unit(district, f"pri-0{n}", f"第{n}小学") for n in (2, 3, 4))]
    for unit in units:
        enter("CAMERAS", 5, unit=unit)
    client = client_of(other_officer)
    client.post(GRID_URL, {"do": "attach", "file": upload("批文.pdf", PDF)})
    assert client.get(GRID_URL).text.count('name="units"') == 3
    (evidence,) = Evidence.objects.all()
    spread = {"do": "spread", "pick": evidence.pk}
    assert client.post(GRID_URL, spread).status_code == 422
    assert client.post(GRID_URL, spread | {"units": ["pri-09"]}).status_code == 422
    assert client.post(GRID_URL, spread | {"units": ["pri-02", "pri-03"]}).status_code == 302
    assert list(evidence.entries.values_list("unit__code", flat=True)) == ["pri-01", "pri-02", "pri-03"]
    assert client.get(GRID_URL).text.count('name="units"') == 1
    assert client.get("/desk/2025Q2/grid/safety/").text.count("■ 缺佐证") == 1


def test_a_school_does_not_see_what_sections_enter(cameras, clerk, client_of, today):
    assert client_of(clerk).get(GRID_URL).status_code == 404


def test_the_form_says_what_lacks_evidence(canteen, principal, client_of, today, enter):
    enter("CANTEEN", 1)
    page = client_of(principal).get("/fill/pri-01/2025Q2/").text
    assert "■ 缺佐证" in page
    assert "：缺佐证</li>" in page


def test_the_review_page_shows_evidence(evidence, officer, client_of, today, enter):
    Entry.objects.update(value=1, state="submitted")
    assert address(evidence) in client_of(officer).get("/desk/2025Q2/review/pri-01/").text


def test_a_file_as_it_is_served(evidence, principal, client_of):
    response = client_of(principal).get(address(evidence))
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert response.getvalue() == PDF
    assert client_of(principal).get(f"/evidence/{evidence.pk}/other.pdf").status_code == 404


def test_a_document_is_saved_not_shown(form, quarter, canteen, clerk, client_of):
    evidence = attach(form, quarter, canteen, upload("批文.docx", DOCX), by=clerk)
    response = client_of(clerk).get(address(evidence))
    assert response.getvalue() == DOCX
    assert response["Content-Disposition"].startswith("attachment;")


def test_who_may_see_a_file(
    evidence, district, other_district, clerk, officer, director, leader, administrator, client_of
):
    url = address(evidence)
    neighbour = factories.make_clerk(factories.make_unit(district, "pri-02", "第二小学"))
    stranger = factories.make_director(other_district)
    assert [client_of(who).get(url).getvalue() for who in (clerk, officer, director)] == [PDF] * 3
    refused = [client_of(who).get(url).status_code for who in (neighbour, stranger, leader, administrator)]
    assert refused == [404] * 4


def test_a_file_of_sensitive_figures_wants_the_right(evidence, backbone, canteen, district, officer, client_of, plan):
    factories.make_definition(
        factories.make_target(plan.tasks.get(), "EXAMS"), numerator=[canteen], name="成绩", sensitive=True
    )
    trusted = factories.make_director(district, sees_sensitive=True)
    assert client_of(officer).get(address(evidence)).status_code == 404
    assert client_of(officer).get(URL).status_code == 404
    assert client_of(trusted).get(address(evidence)).getvalue() == PDF


def test_a_file_whose_bytes_are_gone(evidence, clerk, client_of, settings, tmp_path):
    settings.DATA_DIR = tmp_path / "elsewhere"
    assert client_of(clerk).get(address(evidence)).status_code == 404


@pytest.mark.parametrize("files", [1, 4])
def test_the_page_takes_the_same_queries_for_any_number_of_files(
    form, quarter, clerk, canteen, client_of, files, django_assert_num_queries
):
    Element.objects.filter(code="TEACHERS").update(evidence=True)
    teachers = Element.objects.get(code="TEACHERS")
    for shade in range(files):
        attach(form, quarter, canteen, upload(f"a{shade}.png", png(shade)), by=clerk)
        attach(form, quarter, teachers, upload(f"b{shade}.png", png(100 + shade)), by=clerk)
    client = client_of(clerk)
    with django_assert_num_queries(16):
        client.get(URL)
