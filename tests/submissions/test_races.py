"""Many at once, on real connections: nothing is lost, nothing is done twice."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from base import clock
from base.models import AuditRow
from submissions import actions
from submissions.models import Correction, Entry, Extension, Submission
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 6


@pytest.fixture
def at_once():
    """``at_once(work)``: what ``work(number)`` gives in as many threads as there are people."""

    def run(work):
        def alone(number):
            try:
                return work(number)
            finally:
                connection.close()

        with ThreadPoolExecutor(PEOPLE) as pool:
            return list(pool.map(alone, range(PEOPLE)))

    return run


@pytest.mark.parametrize("stands", [False, True])
def test_of_many_saves_over_the_same_version_one_wins(form, enter, quarter, clerk, at_once, stands):
    if stands:
        enter("TEACHERS", 50)
    outcomes = at_once(
        lambda number: actions.save_values(form, quarter, {"TEACHERS": (str(100 + number), int(stands))}, by=clerk)
    )
    winners = [number for number, outcome in enumerate(outcomes) if outcome.saved]
    assert (len(winners), sum(len(outcome.conflicts) for outcome in outcomes)) == (1, PEOPLE - 1)
    assert Entry.objects.get().value == 100 + winners[0]
    assert AuditRow.objects.count() == 1


def test_many_clicks_on_submit_hand_in_once(form, enter, quarter, principal, at_once):
    for code in ("TEACHERS", "BACKBONE", "CANTEEN"):
        enter(code, 1)
    at_once(lambda number: actions.submit(form, quarter, by=principal))
    assert Submission.objects.count() == 1
    assert AuditRow.objects.filter(verb="submitted").count() == 4  # three entries and the form
    assert set(Entry.objects.values_list("state", "version")) == {("submitted", 2)}


def test_of_many_reviewers_one_decides(form, enter, sections, at_once):
    entry = enter("TEACHERS", 124, state="submitted")
    people = [factories.make_officer(sections["basic"]) for _ in range(PEOPLE)]

    def decide(number):
        if number % 2:
            return actions.return_entries([entry], "请核对", by=people[number])
        return actions.approve([entry], by=people[number])

    outcomes = at_once(decide)
    assert sum(len(outcome.done) for outcome in outcomes) == 1
    assert AuditRow.objects.count() == 1


def test_of_many_who_decide_about_a_correction_one_does(form, enter, quarter, principal, sections, at_once):
    enter("TEACHERS", 124, state="approved")
    asked = actions.ask_correction(form, quarter, ["TEACHERS"], "漏了两人", by=principal)[0]
    people = [factories.make_officer(sections["basic"]) for _ in range(PEOPLE)]

    def decide(number):
        if number % 2:
            return actions.refuse({asked: "台账无误"}, by=people[number])
        return actions.grant([asked], clock.today(), by=people[number])

    outcomes = at_once(decide)
    assert sum(len(outcome.done) for outcome in outcomes) == 1
    assert AuditRow.objects.count() == 2


def test_of_many_who_ask_for_the_same_correction_one_does(form, enter, quarter, principal, at_once):
    enter("TEACHERS", 124, state="approved")

    def ask(number):
        try:
            return len(actions.ask_correction(form, quarter, ["TEACHERS"], "漏了两人", by=principal))
        except ValidationError:
            return 0

    assert sum(at_once(ask)) == Correction.objects.count() == 1


def test_of_many_who_extend_one_does(form, quarter, officer, at_once):
    def extend(number):
        try:
            return actions.extend(
                form, quarter, clock.today() + datetime.timedelta(days=3 + number), "停课", by=officer
            )
        except ValidationError:
            return None

    assert len([one for one in at_once(extend) if one]) == Extension.objects.count() == 1
