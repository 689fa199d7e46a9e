"""What is done about red targets: said, changed, closed with a file, carried from one half-year into the next."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from base import audit, clock
from base.quarters import Period
from reports.actions import close_rectification, open_rectification, revise_rectification
from reports.measuring import measure
from reports.models import Rectification
from reports.rectification import carried_until_closed, ledger_of, steps
from targets.models import AdoptedTarget
from tests import factories
from tests.reports.pages import PLAN, text_of, url
from tests.reports.small import HALF, make_rate, report
from tests.upload_bytes import PDF, SCRIPT, upload

BEFORE = Period.parse("2024H2")
SEPTEMBER = datetime.date(2025, 9, 30)
WORDS = {"measure": "一校一策", "owner": "张科长", "due": SEPTEMBER}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def red(today, adoption, sections, school, junior_school, officer):
    """TRAINING, of the basic section: 40 of 140, behind in the measured half-year."""
    target = make_rate(adoption, sections["basic"])
    report(target, school, 0, 40)
    report(target, junior_school, 40, 100)
    measure(adoption, HALF, by=officer)
    adopted = AdoptedTarget.objects.select_related("adoption__plan", "adoption__district").get()
    assert ledger_of(adoption, HALF).red
    return adopted


@pytest.fixture
def item(red, officer):
    return open_rectification(red, HALF, **WORDS, by=officer)


def close(item, by, seen=1, content=PDF):
    return close_rectification(item, seen=seen, reason="已补训。", upload=upload("名册.pdf", content), by=by)


def refused(act, *args, **kwargs):
    with pytest.raises(ValidationError) as caught:
        act(*args, **kwargs)
    return caught.value


class TestOpening:
    def test_says_measure_owner_and_date(self, red, item, adoption, officer):
        (case,) = ledger_of(adoption, HALF).cases
        assert (case.item, case.lacks_measure, case.carried, case.is_overdue) == (item, False, 0, False)
        row = audit.history(item).get()
        assert (row.verb, row.by, row.after) == (
            "opened", officer, "措施：一校一策；责任人：张科长；时限：2025年9月30日"
        )  # fmt: skip

    def test_one_at_a_time(self, red, item, officer):
        assert refused(open_rectification, red, HALF, **WORDS, by=officer).code == "raced"
        assert Rectification.objects.count() == 1

    def test_takes_a_red_target_of_the_newest_measured_half_year(self, red, adoption, officer):
        assert refused(open_rectification, red, BEFORE, **WORDS, by=officer).code == "period"
        red.target.results.update(status="at_risk")
        assert refused(open_rectification, red, HALF, **WORDS, by=officer).code == "not_red"

    @pytest.mark.parametrize(
        ("words", "field"),
        [
            ({"measure": " "}, "measure"),
            ({"measure": "长" * 401}, "measure"),
            ({"owner": ""}, "owner"),
            ({"due": datetime.date(2025, 7, 2)}, "due"),
            ({"due": datetime.date(2026, 7, 5)}, "due"),
        ],
    )
    def test_refuses_words_and_dates_that_cannot_be(self, red, officer, words, field):
        error = refused(open_rectification, red, HALF, **(WORDS | words), by=officer)
        assert list(error.error_dict) == [field]


class TestRevising:
    def test_keeps_what_it_was_in_the_audit_rows(self, item, officer):
        later = WORDS | {"due": datetime.date(2025, 12, 31)}
        revise_rectification(item, seen=1, **later, why="流标", by=officer)
        row = audit.history(item).last()
        assert (row.verb, row.why) == ("revised", "流标")
        assert ("2025年9月30日" in row.before, "2025年12月31日" in row.after) == (True, True)

    def test_over_a_colleagues_change_it_is_refused(self, item, officer):
        revise_rectification(item, seen=1, **WORDS, why="补充", by=officer)
        assert refused(revise_rectification, item, seen=1, **WORDS, why="补充", by=officer).code == "raced"
        assert refused(close, item, officer).code == "raced"

    def test_wants_a_reason(self, item, officer):
        assert "why" in refused(revise_rectification, item, seen=1, **WORDS, why="", by=officer).error_dict


class TestClosing:
    def test_takes_a_reason_and_a_file_and_is_for_ever(self, red, item, adoption, officer):
        closed = close(item, officer)
        assert (closed.evidence.name, closed.is_open) == ("名册.pdf", False)
        assert audit.history(item).last().after == closed.evidence.digest
        assert refused(close, item, officer, seen=2).code == "closed"
        (case,) = ledger_of(adoption, HALF).cases
        assert (case.item, case.closed, case.lacks_measure) == (None, [item], False)
        again = open_rectification(red, HALF, **WORDS, by=officer)
        assert ledger_of(adoption, HALF).cases[0].item == again

    def test_a_file_of_another_kind_is_refused(self, item, officer):
        assert refused(close, item, officer, content=SCRIPT).code == "file"
        item.refresh_from_db()
        assert item.is_open

    def test_nothing_half_closed_can_be_stored(self, item):
        with pytest.raises(IntegrityError), transaction.atomic():
            Rectification.objects.filter(pk=item.pk).update(reason="已整改")


class TestCarrying:
    def test_each_half_year_that_is_measured_while_it_is_open_counts(self, red, adoption, officer):
        factories.make_rectification(red, Period.parse("2024H1"), by=officer)
        (case,) = ledger_of(adoption, HALF).cases
        assert (case.carried, case.lacks_measure) == (2, False)

    def test_out_of_time_it_is_overdue_and_carried_even_if_the_target_is_better(self, red, adoption, officer):
        factories.make_rectification(red, BEFORE, by=officer, due=datetime.date(2025, 7, 2))
        red.target.results.update(status="achieved")
        (case,) = ledger_of(adoption, HALF).cases
        assert (case.is_overdue, case.is_better, case.carried) == (True, True, 1)

    def test_in_time_and_better_it_waits_to_be_closed(self, red, adoption, officer):
        factories.make_rectification(red, BEFORE, by=officer)
        red.target.results.update(status="achieved")
        (case,) = ledger_of(adoption, HALF).cases
        assert (case.is_overdue, case.is_better, case.carried) == (False, True, 0)

    def test_one_closed_before_the_results_leaves_a_red_target_without_a_measure(self, red, adoption, officer):
        factories.make_rectification(red, BEFORE, by=officer, file="a.png")
        (case,) = ledger_of(adoption, HALF).cases
        assert (case.lacks_measure, len(case.closed)) == (True, 1)

    @pytest.mark.parametrize(("day", "carried"), [("2025-03-01", 0), ("2025-08-01", 1), ("2024-12-31", 0)])
    def test_a_closed_one_was_carried_until_it_was_closed(self, red, officer, day, carried):
        with clock.pinned(datetime.date.fromisoformat(day)):
            closed = factories.make_rectification(red, BEFORE, by=officer, file="a.png")
        assert carried_until_closed(closed) == carried

    def test_steps(self):
        periods = [Period.parse(one) for one in ("2024H1", "2024H2", "2025H1")]
        assert [steps(periods[0], one) for one in periods] == [0, 1, 2]
        assert steps(periods[2], periods[0]) == 0


class TestPages:
    @pytest.fixture
    def client(self, client_of, officer):
        return client_of(officer)

    def test_from_red_to_closed(self, red, client):
        address = url("rectify", "TRAINING")
        assert "还没有整改措施" in text_of(client.get(address))
        words = {"open-measure": "一校一策", "open-owner": "张科长", "open-due": "2025-09-30"}
        assert "已列入整改台账" in text_of(client.post(address, {"do": "open"} | words, follow=True))
        bare = client.post(address, {"do": "close", "close-reason": "已补训。", "close-seen": "1"})
        assert (bare.status_code, "销号须附一份佐证" in bare.text, "已补训。" in bare.text) == (422, True, True)
        whole = {"do": "close", "close-reason": "已补训。", "close-seen": "1", "close-file": upload("名册.pdf", PDF)}
        assert "已销号" in text_of(client.post(address, whole, follow=True))
        closed = Rectification.objects.get()
        file = client.get(reverse("reports:rectification_file", args=[PLAN, closed.pk, "名册.pdf"]))
        assert b"".join(file.streaming_content) == PDF

    def test_a_change_over_a_colleagues_shows_both(self, item, client, officer):
        revise_rectification(item, seen=1, **(WORDS | {"owner": "李科长"}), why="分工调整", by=officer)
        typed = {"revise-measure": "全区督查", "revise-owner": "王科长", "revise-due": "2025-09-30"}
        typed |= {"do": "revise", "revise-why": "加力", "revise-seen": "1"}
        said = client.post(url("rectify", "TRAINING"), typed)
        assert said.status_code == 422
        for words in ("同事改过这一项", "李科长", "全区督查", "王科长", 'name="revise-seen" value="2"'):
            assert words in said.text

    @pytest.mark.parametrize("data", [{}, {"do": "x"}, {"do": "close"}])
    def test_what_cannot_be_done_as_things_stand(self, red, client, data):
        assert client.post(url("rectify", "TRAINING"), data).status_code == 422

    def test_a_target_that_is_not_red_says_so(self, red, client):
        red.target.results.update(status="achieved")
        assert "不需要整改" in text_of(client.get(url("rectify", "TRAINING")))

    def test_other_sections_and_directors_read(self, item, client_of, other_officer, director):
        for user in (other_officer, director):
            said = client_of(user).get(url("rectify", "TRAINING"))
            assert "由基础教育科的人员填写" in text_of(said)
            assert "<textarea" not in said.text
            assert client_of(user).post(url("rectify", "TRAINING"), {"do": "close"}).status_code == 403

    def test_the_board_and_the_bulletin_page_name_what_lacks_a_measure(self, red, client):
        assert "1 项没有整改措施" in text_of(client.get(url("board", HALF)))
        assert "1 项没有整改措施" in text_of(client.get(url("bulletin", HALF)))
