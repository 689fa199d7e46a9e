"""The pages of the plan, its targets and how results came about: what they say, to whom, at what cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from base.quarters import Period
from reports.actions import draft
from reports.measuring import measure
from tests import factories
from tests.bulletins import issued
from tests.reports.pages import HTMX, PLAN, text_of, url
from tests.reports.small import HALF, report


class TestOverview:
    def test_says_how_the_plan_stands(self, measured, client_of, leader):
        response = client_of(leader).get(url("overview"))

        said = text_of(response)
        assert "2 项目标， 0 项已达成 、 0 项正常推进； 2 项偏慢， 0 项滞后或逾期" in said
        assert "2025年上半年 · 测算于2025年7月3日" in said
        assert "还差 3" in said  # 95 % of 140 is 133
        assert "92.9% → 95%" in said

    def test_results_are_called_unpublished_until_their_bulletin_is_out(self, measured, client_of, leader):
        assert "未发布" in text_of(client_of(leader).get(url("overview")))

    def test_published_results_are_not_called_unpublished(self, published, client_of, leader):
        assert "未发布" not in text_of(client_of(leader).get(url("overview")))

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

    def test_what_changed_is_named_with_links(self, measured, adoption, client_of, leader):
        before = measure(adoption, Period.parse("2024H2"), by=None)
        before.results.of_district().filter(target__code="TRAINING").update(status="behind")
        before.results.of_district().filter(target__code="EXAMS").update(status="on_track")
        measured.results.of_district().filter(target__code="EXAMS").update(status="overdue")

        response = client_of(leader).get(url("overview"))

        said = text_of(response)
        assert "新变红 1 变差 0 变好 1" in said
        assert "滞后 → 偏慢 · 基础教育科" in said
        assert "正常推进 → 逾期未达" in said
        assert [move.reading.code for move in response.context["overview"].moves.red] == ["EXAMS"]

    def test_how_complete_the_reports_are(self, measured, kindergarten, adoption, client_of, leader):
        measure(adoption, HALF, by=None)

        said = text_of(client_of(leader).get(url("overview")))

        assert "应报数据已报 66.7%；2 项目标还有单位缺报；2 项结果暂定" in said

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

    def test_what_is_said_of_all_schools_is_not_made_from_one(self, measured, client_of, clerk, leader):
        own, whole = (text_of(client_of(one).get(url("target", "TRAINING"))) for one in (clerk, leader))

        assert "第一小学低于目标，其余学校已达到。" in whole
        assert "分类情况" in whole
        assert "其余学校" not in own

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


def queries_of(client, address):
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


@pytest.mark.parametrize(
    ("name", "args", "number"),
    [
        ("how", ("TRAINING", HALF), 15),
        ("how_unit", ("TRAINING", HALF, "pri-01"), 19),
        ("bulletins", (), 18),
        ("bulletin", (HALF,), 36),
    ],
)
def test_number_of_queries_is_the_same_with_2_and_30_schools(
    published, rate, secret, officer, director, client_of, name, args, number
):
    client, adoption = client_of(officer), published.bulletin.adoption
    adoption.measurements.get().results.of_target(rate).update(status="behind")  # as it will be with 30
    few = queries_of(client, url(name, *args))
    for n in range(28):
        unit = factories.make_unit(adoption.district, f"more-{n}", f"新校{n}", stages=["primary"])
        report(rate, unit, n, 40)
    issued(draft(measure(adoption, HALF, by=officer), by=officer), by=director)

    many = queries_of(client, url(name, *args))

    assert (few, many) == (number, number)
