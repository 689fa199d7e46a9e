"""What every request passes."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from edu_plan.middleware import CompressMiddleware


@pytest.mark.parametrize("url", ["/plan/a%00b/", "/desk/?quarter=2025%00", "/login/?next=%00"])
def test_a_nul_in_an_address_is_a_bad_request(url, officer, client_of):
    assert client_of(officer).get(url).status_code == 400


def test_a_request_too_heavy_is_not_read(settings, adoption, today, clerk, client_of):
    settings.REQUEST_MAX_BYTES = 10
    response = client_of(clerk).post("/fill/pri-01/2025Q2/", {"value.PUPILS": "5"})
    assert (response.status_code, "什么都没有改动" in response.text) == (413, True)


def test_a_nul_in_what_is_typed_is_a_bad_request(adoption, today, clerk, client_of):
    typed = {"value.PUPILS": "5", "note.PUPILS": "a\0b"}
    assert client_of(clerk).post("/fill/pri-01/2025Q2/", typed).status_code == 400


def test_htmx_of_a_visitor_is_told_and_not_led_to_the_login_page(db, client):
    response = client.post("/fill/pri-01/2025Q2/entry/TEACHERS/", headers={"HX-Request": "true"})
    assert (response.status_code, response.content) == (401, b"")


@pytest.mark.parametrize(
    ("posted", "leads_to"),
    [("/fill/pri-01/2025Q2/", "/fill/pri-01/2025Q2/"), ("https://elsewhere.example/", "/"), ("", "/")],
)
def test_visitors_post_leads_back_to_the_page_it_names(db, client, posted, leads_to):
    response = client.post("/fill/pri-01/2025Q2/submit/", {"next": posted})
    assert response.url == f"/login/?next={leads_to}"


def test_pages_are_compressed_with_padding_and_files_are_not(leader, adoption, client_of):
    client = client_of(leader)
    packed = [client.get("/messages/", headers={"Accept-Encoding": "gzip"}) for _ in range(8)]
    assert {answer["Content-Encoding"] for answer in packed} == {"gzip"}
    assert len({len(answer.content) for answer in packed}) > 1
    assert client.get("/messages/").has_header("Content-Encoding") is False
    table = CompressMiddleware(lambda _: HttpResponse("a" * 1000, content_type="text/csv"))
    asking = RequestFactory().get("/", headers={"Accept-Encoding": "gzip"})
    assert table(asking).has_header("Content-Encoding") is False
