"""Who is reminded when, in what words, and never twice."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from base import clock, outbox
from base.models import AuditRow, Level, Message
from submissions import actions
from submissions.models import Extension
from submissions.reminders import remind, urge
from tasks.models import QuarterDates
from tests import factories

AGAIN = "第一小学2025年第二季度数据有退回（或更正）的项目待重新提交"
JULY = {day: datetime.date(2025, 7, day) for day in range(1, 20)}


@pytest.fixture
def people(form, clerk, principal):
    """Who is told of ``form``: its clerk and its principal."""
    for person in (clerk, principal):
        person.set_password("x")
        person.save()
    return [clerk, principal]


@pytest.fixture
def grid(enter, quarter):
    """The section's own figures are in: nobody of a section is reminded."""
    return [enter("CAMERAS", 5, state="submitted")]


@pytest.fixture
def round_on(people, grid, district):
    """``round_on(5)``: the round of 5 July."""

    def run(day):
        with clock.pinned(JULY[day], hour=9):
            return remind(district)

    return run


@pytest.fixture
def fill(enter):
    def make(state, **fields):
        for code in ("TEACHERS", "BACKBONE", "CANTEEN"):
            enter(code, 1, state=state, **fields)

    return make


def told(user):
    return list(Message.objects.filter(to=user).order_by("pk").values_list("level", "subject"))


def steps_told(user):
    keys = Message.objects.filter(to=user).order_by("pk").values_list("key", flat=True)
    return [key.split(":")[4] for key in keys if key.startswith("remind")]


class TestSteps:
    def test_each_day_has_its_step(self, round_on, clerk):
        counted = {day: len(round_on(day).told) for day in range(1, 13)}
        assert counted == {1: 0, 2: 2, 3: 0, 4: 0, 5: 2, 6: 2, 7: 0, 8: 0, 9: 2, 10: 0, 11: 0, 12: 0}
        assert told(clerk) == [
            (Level.BLUE, "【提醒】第一小学2025年第二季度数据7月5日截止，还没有提交"),
            (Level.BLUE, "【催办】第一小学2025年第二季度数据今天（7月5日）截止，还没有提交"),
            (
                Level.ORANGE,
                "【橙色警告】第一小学2025年第二季度数据7月5日截止，已逾期，限7月9日前（含当天）补报，还没有提交",
            ),
            (Level.RED, "【红色警告】第一小学2025年第二季度数据今天（7月9日）关闭，过后不能再填，还没有提交"),
        ]

    def test_leads_to_the_form_and_says_what_is_missing(self, round_on, enter, clerk, principal):
        enter("TEACHERS", 1)
        round_on(2)
        messages = Message.objects.all()
        assert [(one.to, one.url, one.body) for one in messages.order_by("to")] == [
            (person, "/fill/pri-01/2025Q2/", "3 项中已填 1 项，还没有提交。") for person in (clerk, principal)
        ]

    def test_twice_is_once(self, round_on):
        assert [len(round_on(2).told) for _ in range(2)] == [2, 0]

    @pytest.mark.django_db(transaction=True)
    def test_at_the_same_time_is_once(self, people, grid, district):
        def run(_):
            try:
                with clock.pinned(JULY[2]):
                    return len(remind(district).told)
            finally:
                connection.close()

        with ThreadPoolExecutor(3) as pool:
            assert sorted(pool.map(run, range(3))) == [0, 0, 2]

    def test_a_missed_day_is_made_up_for_by_the_newest_step_alone(self, round_on, clerk):
        round_on(7)
        assert steps_told(clerk) == ["overdue"]
        round_on(8)
        assert steps_told(clerk) == ["overdue"]

    def test_a_missed_last_day_is_not_made_up_for(self, round_on, clerk):
        round_on(10)
        assert told(clerk) == []

    def test_an_extension_moves_all_steps(self, round_on, form, quarter, officer, clerk):
        round_on(2)
        Extension.objects.create(
            unit=form, quarter=quarter, until=JULY[16], reason="迁址", given_at=clock.now(), given_by=officer
        )
        days = [day for day in range(3, 19) if round_on(day).told]
        assert (days, steps_told(clerk)) == ([13, 16], ["soon", "soon", "closing"])
        assert "已同意延期：迁址" in Message.objects.filter(to=clerk).first().body

    def test_a_quarters_own_dates_move_all_steps(self, round_on, adoption, quarter, clerk):
        opens, due, closes = datetime.date(2025, 6, 25), JULY[10], JULY[15]
        QuarterDates.objects.create(
            adoption=adoption, quarter=quarter, opens=opens, due=due, closes=closes, reason="迎接督导"
        )
        assert [day for day in range(1, 19) if round_on(day).told] == [7, 10, 11, 15]


class TestWhom:
    def test_who_has_handed_in_is_left_alone(self, round_on, fill):
        fill("submitted")
        assert round_on(5).told == []

    def test_who_has_items_to_redo_is_asked_for_them(self, round_on, fill, clerk):
        fill("returned", return_reason="专任教师应为 124")
        round_on(5)
        assert told(clerk) == [(Level.BLUE, "【催办】" + AGAIN)]
        body = Message.objects.filter(to=clerk).get().body
        assert body.splitlines()[0] == "有退回 3 项，请按退回原因修改后重新提交。"

    @pytest.mark.parametrize("state", ["returned", "draft"])
    def test_who_handed_in_once_is_never_called_late(self, round_on, fill, form, quarter, officer, clerk, state):
        fill(state, **({"return_reason": "请核对"} if state == "returned" else {}))
        factories.make_submission(form, quarter)
        for day in range(1, 13):
            round_on(day)
        words = [(Level.BLUE, f"【{word}】{AGAIN}") for word in ("提醒", "催办", "提醒", "提醒")]
        assert (told(clerk), told(officer)) == (words, [])
        bodies = "".join(Message.objects.values_list("body", flat=True))
        assert ("逾期" in bodies, "警告" in bodies, "还没有提交" in bodies) == (False, False, False)
        assert ("有修改过的项目还没有重新提交" in bodies) == (state == "draft")

    def test_who_is_not_asked_is_left_alone(self, adoption, school, clerk, district, today):
        assert remind(district).told == []

    def test_who_may_not_sign_in_is_not_told_but_named(self, round_on, clerk, principal, junior_school):
        for person in (clerk, principal):
            person.is_active = False
            person.save()
        reminded = round_on(5)
        assert (reminded.told, reminded.unreachable) == ([], ["第一中学", "第一小学"])

    def test_who_has_not_set_a_password_yet_is_told_and_named(self, round_on, clerk, principal):
        for person in (clerk, principal):
            person.set_unusable_password()
            person.save()
        reminded = round_on(5)
        assert ([one.to for one in reminded.told], reminded.unreachable) == ([clerk, principal], ["第一小学"])

    def test_who_is_clerk_and_principal_is_told_once(self, form, grid, clerk, district):
        factories.make_principal(form, user=clerk)
        with clock.pinned(JULY[5]):
            assert [one.to for one in remind(district).told] == [clerk]

    def test_a_section_is_reminded_of_its_grid(self, form, district, quarter, fill, other_officer, officer):
        fill("submitted")
        with clock.pinned(JULY[5]):
            remind(district)
        assert told(other_officer) == [(Level.BLUE, "【催办】安全科2025年第二季度数据今天（7月5日）截止，还没有提交")]
        assert Message.objects.get().url == "/desk/2025Q2/grid/safety/"

    def test_the_last_day_goes_up_to_the_reviewing_sections_and_the_director(
        self, round_on, kindergarten, officer, other_officer, director
    ):
        round_on(9)
        subject = "【提级督办】2025年第二季度数据填报今天（7月9日）关闭，仍有单位没有报齐"
        assert (told(officer), told(director)) == ([(Level.RED, subject)], [(Level.RED, subject)])
        assert told(other_officer) == []  # reviews nothing of these forms, and its own grid is in
        up = Message.objects.get(to=director)
        assert (up.body, up.url) == ("共 2 个：第一幼儿园、第一小学。", "/desk/?quarter=2025Q2")

    def test_other_districts_are_left_alone(self, round_on, adoption, other_district, other_school):
        factories.make_adoption(adoption.plan, other_district)
        stranger = factories.make_clerk(other_school)
        round_on(5)
        assert told(stranger) == []

    @pytest.mark.parametrize("schools", [1, 30])
    def test_costs_the_same_queries_for_any_number(self, form, district, schools, django_assert_num_queries):
        for _ in range(schools):
            factories.make_clerk(factories.make_unit(district))
        with clock.pinned(JULY[5]), django_assert_num_queries(22):
            remind(district)


class TestUrge:
    def test_tells_at_once_and_says_whom_it_could_not_reach(
        self, people, district, quarter, officer, junior_school, today
    ):
        reminded = urge(district, quarter, by=officer)
        assert ([one.to for one in reminded.told], reminded.places) == (people, 1)
        assert reminded.unreachable == ["第一中学"]
        assert told(people[0]) == [(Level.BLUE, "【催办】第一小学2025年第二季度数据7月5日截止，还没有提交")]
        row = AuditRow.objects.get()
        assert (row.verb, row.by, row.after) == ("urged", officer, "2025Q2 2")

    def test_is_heard_once_a_day(self, people, district, quarter, officer):
        counted = []
        for day in (3, 3, 4):
            with clock.pinned(JULY[day]):
                reminded = urge(district, quarter, by=officer)
                counted.append((len(reminded.told), reminded.known))
        assert counted == [(2, 0), (0, 2), (2, 0)]
        assert AuditRow.objects.count() == 2

    def test_is_mild_to_who_handed_in_once(self, people, fill, form, district, quarter, officer, clerk):
        fill("draft")
        factories.make_submission(form, quarter)
        with clock.pinned(JULY[7]):
            urge(district, quarter, by=officer)
        assert told(clerk) == [(Level.BLUE, "【催办】" + AGAIN)]

    def test_is_as_grave_as_the_day(self, people, district, quarter, officer, clerk):
        with clock.pinned(JULY[7]):
            urge(district, quarter, by=officer)
        assert told(clerk)[0][0] == Level.ORANGE

    @pytest.mark.parametrize("day", [10, 11])
    def test_after_the_closing_tells_nobody(self, people, district, quarter, officer, day):
        with clock.pinned(JULY[day]):
            assert urge(district, quarter, by=officer).told == []


class TestSettle:
    def test_handing_in_settles_reminders(self, round_on, fill, form, quarter, principal, clerk, district, officer):
        kept = factories.make_message(clerk)
        fill("draft")
        round_on(2)
        with clock.pinned(JULY[3]):
            urge(district, quarter, by=officer)
            actions.submit(form, quarter, by=principal)
        assert list(outbox.unread(clerk)) == [kept]
        assert not outbox.unread(principal).exists()

    @pytest.mark.parametrize(("left", "unread"), [(None, 0), ("draft", 1)])
    def test_handing_in_a_grid_settles_its_officers_reminders_unless_some_is_left(
        self, form, district, quarter, sections, enter, elements, kindergarten, other_officer, left, unread
    ):
        with clock.pinned(JULY[5]):
            remind(district)
            enter("CAMERAS", 5)
            if left:
                enter("CAMERAS", 6, unit=kindergarten, state=left)
            hidden = [] if left is None else [elements["CAMERAS"].pk]
            actions.submit_grid(sections["safety"], quarter, by=other_officer, hidden=hidden)
        assert outbox.unread(other_officer).count() == unread
