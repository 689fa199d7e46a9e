"""The pages of results: what they say, to whom, and at what cost."""

import io
import re
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from base import jobs
from base.models import Job
from base.quarters import Period
from reports.actions import draft, publish
from reports.measuring import measure
from reports.models import Edition
from tests import factories
from tests.reports.small import HALF, make_rate, report

PLAN = "plan-2023-2025"
HTMX = {"HX-Request": "true"}


def url(name, *args):
    return reverse(f"reports:{name}", args=[PLAN, *args])


def text_of(response):
    """What a reader sees, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def without_tokens(html):
    return re.sub(r'(csrfmiddlewaretoken" value|X-CSRFToken": )[^>}]*', "", html)


@pytest.fixture(autouse=True)
def woken(monkeypatch):
    ids = []
    monkeypatch.setattr(jobs.run, "delay", ids.append)
    return ids


@pytest.fixture
def rate(adoption, sections, school, junior_school, clerk, officer):
    """30 of 40 in one school, 100 of 100 in the other: 130 of 140."""
    target = make_rate(adoption, sections["basic"])
    report(target, school, 30, 40, by=clerk, approved_by=officer)
    report(target, junior_school, 100, 100)
    return target


@pytest.fixture
def secret(adoption, sections, school, junior_school):
    """The same of a sensitive target with elements of its own."""
    target = make_rate(adoption, sections["basic"], "EXAMS", elements="PASSED SAT", sensitive=True)
    report(target, school, 30, 40)
    report(target, junior_school, 100, 100)
    return target


@pytest.fixture
def measured(today, adoption, rate, secret, officer):
    return measure(adoption, HALF, by=officer)


@pytest.fixture
def researcher(sections):
    """Sees the schools' figures of sensitive targets."""
    return factories.make_officer(sections["research"], sees_sensitive=True)


@pytest.fixture
def drafted(measured, officer):
    return draft(measured, by=officer)


@pytest.fixture
def published(drafted, director):
    return publish(drafted, by=director)


class TestOverview:
    def test_says_how_the_plan_stands(self, measured, client_of, leader):
        response = client_of(leader).get(url("overview"))

        said = text_of(response)
        assert "2 项目标， 0 项已达成 、 0 项正常推进； 2 项偏慢， 0 项滞后或逾期" in said
        assert "2025年上半年 · 测算于2025年7月3日" in said
        assert "还差 3" in said  # 95 % of 140 is 133
        assert "92.9% → 95%" in said

    def test_before_any_measurement_it_says_what_to_do(self, adoption, client_of, leader):
        assert "还没有任何一期测算结果" in text_of(client_of(leader).get(url("overview")))

    def test_period_can_be_chosen(self, measured, adoption, client_of, leader):
        measure(adoption, Period.parse("2024H2"), by=None)
        client = client_of(leader)

        newest, earlier = client.get(url("overview")), client.get(url("overview"), {"period": "2024H2"})

        assert newest.context["measurement"].period == HALF
        assert "与2024年下半年相比" in text_of(newest)
        assert "2024年下半年 · 测算于" in text_of(earlier)

    @pytest.mark.parametrize("period", ["2024H2", "nonsense", "2025H3"])
    def test_period_that_was_not_measured_is_a_bad_request(self, measured, client_of, leader, period):
        assert client_of(leader).get(url("overview"), {"period": period}).status_code == 400

    def test_every_status_of_the_results_is_counted(self, measured, client_of, leader):
        overview = client_of(leader).get(url("overview")).context["overview"]

        statuses = list(measured.results.of_district().values_list("status", flat=True))
        assert {status: n for status, n in overview.counts.items() if n} == {
            status: statuses.count(status) for status in set(statuses)
        }


@pytest.mark.parametrize("name", ["overview", "target"])
def test_partial_is_the_page_without_its_frame(measured, client_of, leader, name):
    client, address = client_of(leader), url(name, *(["TRAINING"] if name == "target" else []))

    page, part = client.get(address), client.get(address, headers=HTMX)

    assert part.content.decode().strip() in page.content.decode()
    assert "<html" not in part.content.decode()
    assert page.headers["Vary"] == part.headers["Vary"]
    assert "HX-Request" in page.headers["Vary"]


class TestTarget:
    def test_shows_result_definition_and_schools(self, measured, client_of, leader):
        said = text_of(client_of(leader).get(url("target", "TRAINING")))

        assert "TRAINING率" in said
        assert "TRAINED人数 ÷ TEACHERS人数 × 100" in said
        assert "2025年底：不低于 95%" in said
        assert "第一小学 75.0% ■ 滞后 8 人 30 40" in said
        assert "第一中学 100.0% ● 已达成 — 100 100" in said

    def test_charts_come_as_pictures_with_their_figures_and_tables(self, measured, client_of, leader):
        page = client_of(leader).get(url("target", "TRAINING")).content.decode()

        assert page.count('<svg xmlns="http://www.w3.org/2000/svg"') == 4  # two charts, each for a page and a phone
        assert 'id="gaps-figure" type="application/json"' in page
        assert page.count("数据表</summary>") == 2

    def test_before_any_measurement_it_shows_the_definition(self, rate, client_of, leader):
        assert "还没有任何一期测算结果" in text_of(client_of(leader).get(url("target", "TRAINING")))

    def test_school_sees_its_own_row_alone(self, measured, client_of, clerk):
        said = text_of(client_of(clerk).get(url("target", "TRAINING")))

        assert "第一小学 75.0%" in said
        assert "第一中学" not in said

    def test_sensitive_target_has_no_schools_without_the_right(self, measured, client_of, leader, researcher):
        hidden, open_ = (client_of(one).get(url("target", "EXAMS")) for one in (leader, researcher))

        assert "第一小学" not in text_of(hidden)
        assert "只对获授权的人员开放" in text_of(hidden)
        assert "第一小学 75.0%" in text_of(open_)

    def test_unknown_target_is_404(self, measured, client_of, leader):
        assert client_of(leader).get(url("target", "NOTHING")).status_code == 404


class TestHow:
    def test_shows_the_computation_with_its_numbers(self, measured, client_of, leader):
        said = text_of(client_of(leader).get(url("how", "TRAINING", HALF)))

        assert "TRAINED人数 ÷ TEACHERS人数 × 100 130 ÷ 140 × 100 = 92.9%" in said
        assert "第一小学 30 2025Q2 40 2025Q2 30 / 40 ● 已报" in said

    def test_says_who_entered_and_approved(self, measured, client_of, leader, clerk, officer):
        said = text_of(client_of(leader).get(url("how_unit", "TRAINING", HALF, "pri-01")))

        assert "30 ÷ 40 × 100 = 75.0%" in said
        assert said.count(f"{clerk} 2025年7月3日") == 2
        assert said.count(f"{officer} 2025年7月3日") == 2

    def test_says_when_the_figures_have_moved_on(self, measured, client_of, leader, kindergarten, rate):
        report(rate, kindergarten, 0, 60)

        said = text_of(client_of(leader).get(url("how", "TRAINING", HALF)))

        assert "130 ÷ 140 × 100 = 92.9%" in said
        assert "按现在的数值是 65.0%" in said

    def test_missing_units_stand_first(self, measured, client_of, leader, kindergarten):
        page = client_of(leader).get(url("how", "TRAINING", HALF)).context["page"]

        assert [line.share.name for line in page.lines] == ["第一幼儿园", "第一中学", "第一小学"]
        assert [line.enters for line in page.lines] == ["未计入", "100 / 100", "30 / 40"]

    def test_school_sees_its_own_entries_alone(self, measured, client_of, clerk):
        client = client_of(clerk)

        assert "第一中学" not in text_of(client.get(url("how", "TRAINING", HALF)))
        assert client.get(url("how_unit", "TRAINING", HALF, "pri-01")).status_code == 200
        assert client.get(url("how_unit", "TRAINING", HALF, "jun-01")).status_code == 404

    def test_entries_of_a_sensitive_target_take_the_right(self, measured, client_of, leader, researcher):
        address = url("how_unit", "EXAMS", HALF, "pri-01")

        assert client_of(leader).get(address).status_code == 404
        assert client_of(researcher).get(address).status_code == 200
        assert "第一小学" not in text_of(client_of(leader).get(url("how", "EXAMS", HALF)))

    def test_entries_that_a_sensitive_target_counts_are_hidden_elsewhere_too(
        self, adoption, sections, secret, measured, client_of, leader
    ):
        definition = measured.results.of_district().get(target__code="TRAINING").definition
        passed = secret.definitions.get().terms_of("numerator")[0].element
        definition.terms.create(part="numerator", position=1, element=passed)

        assert client_of(leader).get(url("how_unit", "TRAINING", HALF, "pri-01")).status_code == 404

    @pytest.mark.parametrize(
        ("code", "period"), [("NOTHING", "2025H1"), ("TRAINING", "2024H1"), ("TRAINING", "2025Q9"), ("TRAINING", "x")]
    )
    def test_what_was_not_measured_is_404(self, measured, client_of, leader, code, period):
        assert client_of(leader).get(f"/plan/{PLAN}/targets/{code}/how/{period}/").status_code == 404

    def test_unit_that_does_not_count_is_404(self, measured, client_of, leader, bureau):
        assert client_of(leader).get(url("how_unit", "TRAINING", HALF, "bureau")).status_code == 404

    def test_wrong_page_is_a_bad_request(self, measured, client_of, leader):
        assert client_of(leader).get(url("how", "TRAINING", HALF), {"page": "x"}).status_code == 400


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("overview", ()),
        ("target", ("TRAINING",)),
        ("how", ("TRAINING", HALF)),
        ("how_unit", ("TRAINING", HALF, "pri-01")),
        ("bulletins", ()),
        ("bulletin", (HALF,)),
        ("pack", (HALF,)),
    ],
)
def test_another_districts_person_finds_nothing(published, client_of, other_district, name, args):
    stranger = factories.make_leader(other_district)

    assert client_of(stranger).get(url(name, *args)).status_code == 404


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
        seen = re.search(r'name="seen" value="([^"]+)"', client.get(url("bulletin", HALF)).content.decode())[1]

        response = client.post(url("publish", HALF), {"seen": seen}, follow=True)

        assert "第 1 版已发布" in text_of(response)
        assert Edition.objects.get().published_by == director

    @pytest.mark.parametrize("seen", ["", "x", "2025-01-01T00:00:00+08:00"])
    def test_draft_that_was_not_seen_is_not_published(self, drafted, client_of, director, seen):
        response = client_of(director).post(url("publish", HALF), {"seen": seen}, follow=True)

        assert response.status_code == 200
        assert 'class="notice error"' in response.content.decode()
        assert not Edition.objects.exists()

    def test_is_for_a_director_who_did_not_draft_it(self, measured, client_of, officer, leader, director):
        draft(measured, by=director)

        assert client_of(officer).post(url("publish", HALF)).status_code == 403
        assert client_of(director).post(url("publish", HALF)).status_code == 403
        assert client_of(leader).post(url("publish", HALF)).status_code == 404

    def test_stale_draft_is_refused_with_the_reason(self, drafted, rate, kindergarten, client_of, director):
        report(rate, kindergarten, 0, 60)

        seen = {"seen": drafted.drafted_at.isoformat()}
        response = client_of(director).post(url("publish", HALF), seen, follow=True)

        assert "请重新生成后再发布" in text_of(response)


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


def queries_of(client, address):
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


@pytest.mark.parametrize(
    ("name", "args", "number"),
    [
        ("overview", (), 14),
        ("target", ("TRAINING",), 15),
        ("how", ("TRAINING", HALF), 16),
        ("how_unit", ("TRAINING", HALF, "pri-01"), 20),
        ("bulletins", (), 7),
        ("bulletin", (HALF,), 10),
    ],
)
def test_number_of_queries_is_the_same_with_2_and_30_schools(
    published, rate, secret, officer, client_of, name, args, number
):
    client = client_of(officer)
    few = queries_of(client, url(name, *args))
    adoption = published.bulletin.adoption
    for n in range(28):
        unit = factories.make_unit(adoption.district, f"more-{n}", f"新校{n}", stages=["primary"])
        report(rate, unit, n, 40)
    draft(measure(adoption, HALF, by=officer), by=officer)

    many = queries_of(client, url(name, *args))

    assert (few, many) == (number, number)
