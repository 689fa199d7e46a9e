"""The guard that every test's GET runs under does refuse a write."""

import pytest
from django.http import HttpResponse
from django.urls import path

from schools.models import District
from tests.readonly import GetWroteError


def writing(request):
    District.objects.create(code="new", name="新")
    return HttpResponse()


def reading(request):
    return HttpResponse(District.objects.count())


urlpatterns = [path("writing/", writing), path("reading/", reading)]
pytestmark = pytest.mark.urls("tests.base.test_readonly")


@pytest.fixture
def client(administrator, client_of):
    return client_of(administrator)


def test_a_get_that_writes_fails(client):
    with pytest.raises(GetWroteError, match="INSERT INTO"):
        client.get("/writing/")


def test_a_get_that_reads_and_a_post_pass(client):
    assert client.get("/reading/").content == b"1"
    assert client.post("/writing/").status_code == 200
