"""A bulletin's life: the job that drafts it, publishing it, its editions."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection

from base import clock, jobs
from base.audit import history
from base.models import Job, JobState
from base.quarters import Period, Quarter
from reports.actions import checksum_of, draft, publish, start_bulletin, word
from reports.composing import is_of_draft
from reports.measuring import measure
from reports.models import Bulletin, Edition, Measurement, Wording
from submissions.models import Entry
from targets.actions import set_baseline
from tests import factories
from tests.bulletins import issued, sent

HALF = Period.parse("2025H1")


@pytest.fixture(autouse=True)
def woken(monkeypatch):
    ids = []
    monkeypatch.setattr(jobs.run, "delay", ids.append)
    return ids


@pytest.fixture
def target(adoption, plan, sections, school):
    """A rate with one school's figures: 30 of 40 in 2025Q2."""
    terms = [factories.make_element("TRAINED"), factories.make_element("TEACHERS")]
    target = factories.make_target(factories.make_task(factories.make_action(plan)), "TRAINING")
    fields = {"measure": "ratio", "scale": 100, "decimals": 1, "unit": "%", "goal_scope": "each"}
    definition = factories.make_definition(target, numerator=terms[:1], denominator=terms[1:], **fields)
    factories.make_goal(definition, 95)
    factories.make_adopted_target(adoption, target, sections["basic"])
    for element, value in zip(terms, (30, 40), strict=True):
        factories.make_entry(element, school, Quarter.parse("2025Q2"), value)
    return target


@pytest.fixture
def bulletin(today, adoption, target, officer):
    return draft(measure(adoption, HALF, by=officer), by=officer)


def run_job(job):
    jobs.run(job.pk)
    return Job.objects.get(pk=job.pk)


def correct(value):
    Entry.objects.filter(element__code="TRAINED").update(value=value, approved_value=value, approved_at=clock.now())


class TestGenerate:
    def test_measures_stores_and_drafts(self, today, adoption, target, officer):
        job = run_job(start_bulletin(adoption, HALF, by=officer))
        assert (job.state, job.percent, job.error) == (JobState.DONE, 100, "")
        bulletin = Bulletin.objects.get()
        assert (bulletin.adoption, bulletin.period, bulletin.drafted_by, bulletin.job) == (adoption, HALF, officer, job)
        measurement = Measurement.objects.get(period=HALF)
        assert bulletin.content["measurement"]["checksum"] == measurement.checksum
        assert bulletin.content["actions"][0]["rows"][0]["value"] == "75.0%"

    def test_measures_earlier_half_years_that_never_were(self, today, adoption, target):
        before = measure(adoption, Period.parse("2024H2"), by=None)
        run_job(start_bulletin(adoption, HALF, by=None))
        measured = Measurement.objects.order_by("period")
        assert [str(one.period) for one in measured] == ["2023H1", "2023H2", "2024H1", "2024H2", "2025H1"]
        assert Measurement.objects.get(period="2024H2").measured_at == before.measured_at

    def test_says_what_it_is_doing(self, today, adoption, target, monkeypatch):
        for period in ("2023H1", "2023H2", "2024H1", "2024H2"):
            measure(adoption, Period.parse(period), by=None)
        said = []
        monkeypatch.setattr(jobs.Report, "__call__", lambda self, *words: said.append(words))
        run_job(start_bulletin(adoption, HALF, by=None))
        assert said == [
            (0, 4, "正在取2025年上半年的数据"),
            (1, 4, "正在测算2025年上半年的 1 项目标"),
            (2, 4, "正在保存2025年上半年的 2 行结果"),
            (3, 4, "正在起草通报"),
        ]

    def test_started_twice_makes_one_bulletin(self, today, adoption, target, officer, director):
        first = start_bulletin(adoption, HALF, by=officer)
        assert start_bulletin(adoption, HALF, by=director) == first
        run_job(first)
        run_job(first)
        assert Bulletin.objects.count() == 1

    def test_run_again_after_a_crash_leaves_the_same(self, today, adoption, target, officer):
        arguments = {"adoption_id": adoption.pk, "period": "2025H1", "by_id": officer.pk}
        contents = []
        for attempt in range(2):
            job = Job.objects.create(kind="bulletin", key=str(attempt), args=arguments, created_at=clock.now())
            run_job(job)
            contents.append(Bulletin.objects.get().content)
        for content in contents:
            del content["measurement"]["measured_at"]
        assert contents[0] == contents[1]

    @pytest.mark.parametrize(
        ("period", "message"),
        [
            ("2025", "通报每半年一次，期间应写成 2024H1、2024H2 的样子。"),
            ("2025Q2", "通报每半年一次，期间应写成 2024H1、2024H2 的样子。"),
            ("2022H2", "2022年下半年不在方案的期限内。"),
            ("2026H1", "2026年上半年不在方案的期限内。"),
            ("2025H2", "2025年下半年的数据2025年12月20日起才填报，还不能起草通报。"),
        ],
    )
    def test_some_periods_have_no_bulletin(self, today, adoption, period, message):
        with pytest.raises(ValidationError) as caught:
            start_bulletin(adoption, Period.parse(period), by=None)
        assert caught.value.messages == [message]
        assert not Job.objects.exists()


class TestPublish:
    def test_freezes_the_draft_as_an_edition(self, bulletin, officer, director):
        edition = issued(bulletin, by=director)
        edition.refresh_from_db()
        bulletin.refresh_from_db()
        stamp = {"number": 1, "date": "2025-07-03", "by": director.name, "sources": edition.sources.checksum}
        assert edition.content["edition"] == stamp
        assert {key: value for key, value in edition.content.items() if key != "edition"} == bulletin.content
        assert edition.checksum == checksum_of(edition.content)
        assert is_of_draft(edition, bulletin)
        assert not bulletin.is_in_review
        assert [(row.verb, row.by) for row in history(edition)] == [("published", director)]
        assert [(row.verb, row.by) for row in history(bulletin)] == [("drafted", officer), ("sent", officer)]

    def test_later_entries_never_change_an_edition(self, bulletin, adoption, officer, director):
        edition = issued(bulletin, by=director)
        correct(39)
        redrafted = draft(measure(adoption, HALF, by=officer), by=officer)
        assert redrafted.content["actions"][0]["rows"][0]["value"] == "97.5%"
        edition.refresh_from_db()
        assert edition.content["actions"][0]["rows"][0]["value"] == "75.0%"
        assert edition.checksum == checksum_of(edition.content)
        second = issued(redrafted, by=director)
        assert [one.number for one in bulletin.editions.all()] == [second.number, 1] == [2, 1]

    def test_measuring_the_same_again_is_no_other_edition(self, bulletin, adoption, officer, director):
        edition = issued(bulletin, by=director)
        again = draft(measure(adoption, HALF, by=officer), by=officer)
        assert again.content["measurement"] != edition.content["measurement"]
        assert is_of_draft(edition, again)

    def test_takes_a_director(self, bulletin, officer, leader, other_district):
        for user in (officer, leader, factories.make_director(other_district)):
            with pytest.raises(PermissionDenied):
                publish(sent(bulletin), by=user)
        assert not Edition.objects.exists()

    def refused(self, bulletin, by):
        with pytest.raises(ValidationError) as caught:
            publish(bulletin, by=by)
        return caught.value.code

    def test_is_refused_for_the_one_who_drafted_or_sent_it(self, bulletin, adoption, district, officer, director):
        mine = sent(draft(measure(adoption, HALF, by=director), by=director), by=officer)
        assert self.refused(mine, director) == "own_draft"
        other = sent(draft(measure(adoption, HALF, by=officer), by=officer), by=director)
        assert self.refused(other, director) == "own_draft"
        assert publish(other, by=factories.make_director(district)).number == 1

    def test_is_refused_before_it_was_sent(self, bulletin, director):
        assert self.refused(bulletin, director) == "not_sent"

    def test_is_refused_when_a_value_has_changed_since(self, bulletin, director):
        sent(bulletin)
        correct(31)
        assert self.refused(bulletin, director) == "stale"

    def test_is_refused_when_anything_else_that_counts_has_changed(self, bulletin, target, director):
        sent(bulletin)
        target.definitions.update(scale=1000)
        assert self.refused(bulletin, director) == "stale"

    def test_is_refused_when_it_was_measured_anew_and_not_drafted(self, bulletin, adoption, director):
        sent(bulletin)
        correct(31)
        measure(adoption, HALF, by=None)
        assert self.refused(bulletin, director) == "stale"

    def test_a_change_that_no_result_shows_does_not_bar(self, bulletin, target, director):
        set_baseline(target.adopted.get(), value=1, date=datetime.date(2026, 12, 31), source="以后的统计", by=director)
        assert issued(bulletin, by=director).number == 1

    def test_is_refused_a_second_time(self, bulletin, district, director):
        issued(bulletin, by=director)
        for user in (director, factories.make_director(district)):
            assert self.refused(bulletin, user) == "published"
        assert Edition.objects.count() == 1

    def test_of_two_directors_at_once_one_publishes(self, bulletin, director, monkeypatch):
        def taken(**columns):
            raise IntegrityError("edition_number")

        monkeypatch.setattr(Edition.objects, "create", taken)
        assert self.refused(sent(bulletin), director) == "raced"

    def test_what_was_drafted_anew_meanwhile_is_not_published_unseen(self, bulletin, adoption, officer, director):
        seen = sent(bulletin)
        draft(measure(adoption, HALF, by=officer), by=officer)
        assert self.refused(seen, director) == "not_sent"
        sent(Bulletin.objects.get())
        assert self.refused(seen, director) == "not_sent"


PEOPLE = 4


def at_once(work):
    """What ``work(number)`` gives in as many threads, each with its own connection."""

    def alone(number):
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(PEOPLE) as pool:
        return list(pool.map(alone, range(PEOPLE)))


@pytest.mark.django_db(transaction=True)
def test_of_many_directors_at_once_one_publishes(bulletin, district):
    directors = [factories.make_director(district) for _ in range(PEOPLE)]
    sent(bulletin)

    def outcome(number):
        try:
            return publish(Bulletin.objects.get(), by=directors[number]).number
        except ValidationError as error:
            return error.code

    assert sorted(at_once(outcome), key=str) == [1, *["published"] * (PEOPLE - 1)]
    assert Edition.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_who_word_a_section_at_once_one_is_saved_and_the_rest_choose(bulletin, officer):
    def conflict(number):
        return word(Bulletin.objects.get(), "summary", f"第{number}种说法。", seen=0, by=officer).conflict

    assert sorted(at_once(conflict)) == [False, *[True] * (PEOPLE - 1)]
    assert Wording.objects.get().version == 1


@pytest.mark.django_db(transaction=True)
def test_measured_by_many_at_once_it_is_stored_once(today, adoption, target):
    checksums = at_once(lambda number: measure(adoption, HALF, by=None).checksum)
    assert len(set(checksums)) == Measurement.objects.count() == 1
    assert Measurement.objects.get().results.count() == 2
