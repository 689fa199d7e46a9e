"""The pages of bulletins: the list, the paper, drafting, publishing; the audit pack."""

import io
import re
import zipfile

import pytest
from django.urls import reverse

from base import jobs
from base.models import Job
from base.quarters import Period
from reports.actions import draft
from reports.measuring import measure
from reports.models import Edition
from tests.bulletins import sent
from tests.reports.pages import HTMX, text_of, url, without_tokens
from tests.reports.small import HALF, report


@pytest.fixture(autouse=True)
def woken(monkeypatch):
    ids = []
    monkeypatch.setattr(jobs.run, "delay", ids.append)
    return ids


class TestBulletins:
    def test_those_who_draft_see_the_half_years_without_one(self, published, client_of, officer, leader):
        for_officer, for_leader = (client_of(one).get(url("bulletins")) for one in (officer, leader))

        assert [str(row.period) for row in for_officer.context["rows"]] == [
            "2025H1", "2024H2", "2024H1", "2023H2", "2023H1"
        ]  # fmt: skip
        assert [str(row.period) for row in for_leader.context["rows"]] == ["2025H1"]

    def test_list_without_one_says_so(self, adoption, client_of, leader):
        assert "还没有签发过通报" in text_of(client_of(leader).get(url("bulletins")))


class TestBulletin:
    def test_reads_like_the_paper(self, published, client_of, leader):
        said = text_of(client_of(leader).get(url("bulletin", HALF)))

        assert "开发区教育工作通报 2025年上半年 · 第 1 版" in said
        for heading in ("一、总体情况", "二、各行动进展", "三、存在问题", "四、下步要求", "附件1"):
            assert heading in said
        assert published.checksum in said

    def test_has_its_charts_each_with_a_table(self, published, client_of, leader):
        page = client_of(leader).get(url("bulletin", HALF)).content.decode()

        assert page.count("<figure") == page.count("数据表</summary>") == page.count('type="application/json"') >= 2

    def test_draft_is_for_those_who_make_it(self, drafted, client_of, leader, officer):
        assert client_of(leader).get(url("bulletin", HALF)).status_code == 404
        assert "草稿，待局领导签发" in text_of(client_of(officer).get(url("bulletin", HALF)))

    def test_later_draft_leaves_readers_with_the_edition(
        self, published, rate, kindergarten, client_of, leader, officer
    ):
        report(rate, kindergarten, 0, 60)
        draft(measure(published.bulletin.adoption, HALF, by=officer), by=officer)

        assert "92.9%" in text_of(client_of(leader).get(url("bulletin", HALF)))
        assert "65.0%" in text_of(client_of(officer).get(url("bulletin", HALF)))
        assert "92.9%" in text_of(client_of(officer).get(url("bulletin", HALF), {"edition": 1}))

    @pytest.mark.parametrize(("edition", "status"), [("1", 200), ("2", 404), ("x", 400), ("0", 400)])
    def test_edition_is_named_by_its_number(self, published, client_of, leader, edition, status):
        assert client_of(leader).get(url("bulletin", HALF), {"edition": edition}).status_code == status

    def test_half_year_that_can_be_drafted_offers_it(self, adoption, today, client_of, officer, leader):
        address = url("bulletin", HALF)

        assert "还没有生成" in text_of(client_of(officer).get(address))
        assert client_of(leader).get(address).status_code == 404
        assert client_of(officer).get(url("bulletin", Period.parse("2025H2"))).status_code == 404
        assert client_of(officer).get(url("bulletin", Period.parse("2025Q1"))).status_code == 404


class TestGenerate:
    def test_starts_the_job_once_and_shows_it(self, today, adoption, client_of, officer):
        client = client_of(officer)

        first, second = (client.post(url("generate", HALF)) for _ in range(2))

        assert (first.status_code, first.url) == (302, url("bulletin", HALF))
        assert second.status_code == 302
        job = Job.objects.get()
        page = client.get(url("bulletin", HALF))
        assert f'hx-get="{reverse("job", args=[job.pk])}' in page.content.decode()
        assert "排队中" in text_of(page)

    def test_htmx_gets_the_part_that_the_page_would_have(self, today, adoption, client_of, officer):
        client = client_of(officer)

        part = client.post(url("generate", HALF), headers=HTMX)
        page = client.get(url("bulletin", HALF))

        assert without_tokens(part.content.decode()).strip() in without_tokens(page.content.decode())
        assert "HX-Request" in part.headers["Vary"]

    @pytest.mark.parametrize("headers", [{}, HTMX])
    def test_period_without_bulletin_is_refused_with_the_reason(self, today, adoption, client_of, officer, headers):
        client = client_of(officer)

        response = client.post(url("generate", Period.parse("2025H2")), headers=headers)

        assert response.headers.get("HX-Redirect", response.headers.get("Location")) == url("bulletins")
        assert "还不能起草通报" in text_of(client.get(url("bulletins")))
        assert not Job.objects.exists()

    def test_is_not_for_readers(self, today, adoption, client_of, leader, clerk):
        for one in (leader, clerk):
            assert client_of(one).post(url("generate", HALF)).status_code == 403

    def test_takes_a_post(self, adoption, client_of, officer):
        assert client_of(officer).get(url("generate", HALF)).status_code == 405


class TestPublish:
    def test_freezes_an_edition(self, drafted, client_of, director):
        client = client_of(director)
        sent(drafted)
        seen = re.search(r'name="seen" value="([^"]+)"', client.get(url("bulletin", HALF)).content.decode())[1]

        response = client.post(url("publish", HALF), {"seen": seen}, follow=True)

        assert "第 1 版已发布" in text_of(response)
        assert Edition.objects.get().published_by == director

    @pytest.mark.parametrize("seen", ["", "x", "2025-01-01T00:00:00+08:00"])
    def test_draft_that_was_not_seen_is_not_published(self, drafted, client_of, director, seen):
        sent(drafted)
        response = client_of(director).post(url("publish", HALF), {"seen": seen}, follow=True)

        assert response.status_code == 200
        assert 'class="notice error"' in response.content.decode()
        assert not Edition.objects.exists()

    def test_is_for_a_director_who_did_not_draft_it(self, measured, client_of, officer, leader, director):
        draft(measured, by=director)

        assert client_of(officer).post(url("publish", HALF)).status_code == 403
        assert client_of(director).post(url("publish", HALF)).status_code == 403
        assert client_of(leader).post(url("publish", HALF)).status_code == 404

    def test_stale_draft_is_refused_with_the_reason(self, rate, kindergarten, drafted, client_of, director):
        seen = {"seen": sent(drafted).sent_at.isoformat()}
        report(rate, kindergarten, 0, 60)

        response = client_of(director).post(url("publish", HALF), seen, follow=True)

        assert "请重新生成后再送签、发布" in text_of(response)


class TestPack:
    def test_is_a_zip_of_the_period(self, measured, client_of, leader):
        response = client_of(leader).get(url("pack", HALF))

        assert response.headers["Content-Type"] == "application/zip"
        assert 'filename="audit-pack-kfq-plan-2023-2025-2025H1.zip"' in response.headers["Content-Disposition"]
        assert "results.csv" in zipfile.ZipFile(io.BytesIO(response.content)).namelist()

    def test_leaves_out_what_its_reader_may_not_see(self, measured, client_of, leader, researcher):
        def results(user):
            archive = zipfile.ZipFile(io.BytesIO(client_of(user).get(url("pack", HALF)).content))
            return archive.read("results.csv").decode()

        assert "pri-01,EXAMS" in results(researcher)
        assert "pri-01,EXAMS" not in results(leader)

    def test_is_refused_while_results_are_stale(self, measured, rate, kindergarten, client_of, leader):
        report(rate, kindergarten, 0, 60)

        response = client_of(leader).get(url("pack", HALF), follow=True)

        assert response.redirect_chain == [(url("bulletins"), 302)]
        assert "底稿重算不出原来的结果" in text_of(response)

    def test_is_not_for_schools(self, measured, client_of, clerk):
        assert client_of(clerk).get(url("pack", HALF)).status_code == 403

    def test_unmeasured_period_is_404(self, measured, client_of, leader):
        assert client_of(leader).get(url("pack", Period.parse("2024H2"))).status_code == 404
