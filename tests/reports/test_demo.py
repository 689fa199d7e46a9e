"""The demo district shows every state that a page can show."""

import io
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import Count
from django.test import TestCase, override_settings

from base.models import AuditRow, Level, Message
from base.quarters import Period, Quarter
from reports.book import promise_of, sources_of
from reports.bulletin.outline import LONGEST, length_of
from reports.composing import composed
from reports.demo.figures import FIRST
from reports.demo.seed import OPEN_QUARTER, SILENT, TODAY
from reports.models import Assessment, AssessmentState, Bulletin, Edition, LineScore, Result, Status
from reports.outlook import asked_at, forecast_of, is_continuous
from reports.progress import sheets_of
from reports.rectification import ledger_of
from reports.rules import Naming
from reports.since import since_of
from schools.accounts import schools_without_account
from schools.models import AccountState, District, Handover, Section, Unit, User
from submissions.asking import Asking
from submissions.checks import impossible
from submissions.models import Correction, Entry, EntryState, Evidence, Extension, SignOff, Submission
from submissions.papers import read_paper
from submissions.reminders import remind
from submissions.sheets import Sheet, section_sheet
from targets.core import model as core
from targets.core.forecast import CLAIMED
from targets.core.measure import measure
from targets.models import Measure
from tasks.models import Adoption

PLAN = "fixtures/plan_2023_2025.yaml"


def said(*command, **options):
    out = io.StringIO()
    call_command(*command, stdout=out, **options)
    return out.getvalue()


TINY = 1e-9


def told_of(adoption):
    """(definition, [(quarter, the district's value)]) of what a forecast may be made of, without the open quarter."""
    found = {}
    for quarter in map(Quarter, range(FIRST, OPEN_QUARTER)):
        sources = sources_of(adoption, promise_of(adoption, Period(quarter, quarter)))
        due = tuple(replace(one, goals=(core.Goal(due=quarter, value=0.0),)) for one in sources.book.targets)
        rows = measure(replace(sources.book, plan_start=FIRST, targets=due), Period(quarter, quarter))
        values = {row.target: row.value for row in rows if row.scope == core.DISTRICT and row.value is not None}
        for one in sources.definitions:
            began = adoption.plan.first_quarter if one.measure == Measure.COUNT else FIRST
            at = asked_at(one, quarter)
            if is_continuous(one) and one.target.code in values and at >= began:
                found.setdefault(one.target.code, (one, {}))[1][at] = values[one.target.code]
    return [(one, sorted(points.items())) for one, points in found.values()]


def is_newest(sign_off):
    return not SignOff.objects.filter(unit=sign_off.unit, quarter=sign_off.quarter, pk__gt=sign_off.pk).exists()


@override_settings(PLAN_TODAY=TODAY)
class TestDemo(TestCase):
    @classmethod
    def setUpTestData(cls):
        with override_settings(PLAN_TODAY=TODAY):
            said("load_plan", PLAN)
            said("seed_demo", schools=18)

    def test_every_status_occurs(self):
        assert set(Result.objects.values_list("status", flat=True)) == set(Status.values)

    def test_every_state_of_an_entry_occurs_in_the_open_quarter(self):
        states = Entry.objects.for_quarter(OPEN_QUARTER).values_list("state", flat=True)
        assert set(states) == set(EntryState.values)

    def test_forecasts_from_the_past_hold_what_came_about_as_often_as_they_claim(self):
        """Of each target that was asked often enough: from its first half-years, four or more, to each later one that
        is whole. Measured as if the plan had begun with the figures; counts over the plan, from its beginning."""
        held = [
            found.low <= value + TINY and value - TINY <= found.high
            for definition, points in told_of(Adoption.objects.get())
            for n in range(4, len(points))
            for at, value in points[n:]
            if (found := forecast_of(definition, dict(points[:n]), at))
        ]
        assert len(held) > 50
        assert sum(held) / len(held) == pytest.approx(CLAIMED, abs=0.04)

    def test_items_came_back_and_were_handed_in_again(self):
        entries = Entry.objects.for_quarter(OPEN_QUARTER).waiting().with_past()
        told = [(entry.element.value_type, entry.value) for entry in entries if entry.verdict == "returned"]
        assert sorted(kind for kind, _ in told) == ["boolean", "integer", "integer"]
        assert ("boolean", 0) in told

    def test_what_is_unusual_is_explained(self):
        flagged = Entry.objects.for_quarter(OPEN_QUARTER).exclude(flags="")
        assert flagged.exists()
        assert not flagged.filter(note="").exists()

    def test_the_year_2024_is_assessed(self):
        (assessment,) = Assessment.objects.all()
        assert assessment.scores.filter(best_grade="fail").exclude(grade="fail").count() == 0
        assert set(assessment.scores.values_list("grade", flat=True)) >= {"excellent", "good", "fail", ""}
        assert set(LineScore.objects.values_list("mark", flat=True)) >= {"counted", "missing", "not_concerned"}
        assert assessment.state == AssessmentState.FINAL
        assert sorted(assessment.objections.values_list("upheld", flat=True)) == [False, False, True]

    def test_no_figure_of_the_past_contradicts_another(self):
        adoption = Adoption.objects.select_related("district").get()
        asking = Asking(adoption.district)
        units = list(Unit.objects.of(adoption.district).with_facts())
        for number in range(adoption.plan.first_quarter, OPEN_QUARTER + 1):
            asked = [(unit, asking.asked(unit, Quarter(number))) for unit in units]
            sheet = Sheet.load(asking, Quarter(number), asked, many=True)
            for unit in units:
                everything = [cell.element.pk for cell in sheet.by_unit.get(unit.pk, [])]
                assert impossible(sheet, unit, {}, everything) == {}

    def test_papers_prove_several_items_and_some_are_missing(self):
        most = Evidence.objects.annotate(n=Count("entries")).order_by("-n").first()
        assert (most.n > 1, most.unit.kind, "演示数据" in most.file.name) == (True, "bureau", True)
        (projects,) = Evidence.objects.filter(file__kind="png")
        assert projects.entries.get().quarter == Quarter.of(2024, 3)
        sheets = [section_sheet(section, OPEN_QUARTER) for section in Section.objects.all()]
        assert any(cell.lacks_evidence for sheet in sheets for cell in sheet.cells.values())

    def test_a_sign_off_sheet_equals_the_data_and_another_does_not(self):
        papers = [read_paper(one, Asking(one.unit.district)) for one in SignOff.objects.select_related("unit")]
        differing = [paper.differing for paper in papers if paper.differing and is_newest(paper.sign_off)]
        assert [len(lines) for lines in differing] == [1]
        returned = Entry.objects.filter(unit=differing[0][0].entry.unit_id, state=EntryState.RETURNED)
        assert returned.count() == 1
        assert len(papers) > 2

    def test_four_bulletins_are_published(self):
        periods = Edition.objects.order_by("published_at").values_list("bulletin__period", flat=True)
        assert [str(period) for period in periods] == ["2023H1", "2023H2", "2024H1", "2024H2"]

    def test_no_bulletin_is_longer_than_an_office_wants(self):
        lengths = {str(one.period): length_of(composed(one)) for one in Bulletin.objects.all()}
        assert {period: length for period, length in lengths.items() if length > LONGEST} == {}

    def test_the_newest_bulletin_has_its_number_and_a_sentence_of_the_office(self):
        content = Edition.objects.get(bulletin__period="2024H2").content
        assert content["head"]["number"] == "开教〔2025〕3号"
        assert content["wording"]["summary"]["by"].startswith(User.objects.get(username="office-1").name)

    def test_sections_have_written_all_half_and_nothing(self):
        sheets = sheets_of(Adoption.objects.get(), Period.half_year_of(OPEN_QUARTER))
        labels = {line.label for sheet in sheets for line in sheet.lines}
        assert labels == {"已提交", "未写", "未写全", "写好未提交"}
        before = sheets_of(Adoption.objects.get(), Period.parse("2024H2"))
        assert [sheet.section.code for sheet in before if sheet.open] == ["safety"]

    def test_rectifications_are_in_every_state(self):
        ledger = ledger_of(Adoption.objects.get(), Period.parse("2024H2"))
        assert all([ledger.lacking, ledger.overdue, ledger.carried, len(ledger.open) > len(ledger.overdue)])
        assert any(case.closed for case in ledger.cases)
        assert AuditRow.objects.filter(verb="revised").exists()

    def test_one_school_was_late_and_one_silent(self):
        adoption = Adoption.objects.get()
        handed_in = Submission.objects.filter(first_submitted_at__isnull=False)
        late = [one for one in handed_in if one.first_submitted_at.date() > adoption.due(one.quarter)]
        assert len(late) == 1
        schools = Unit.objects.schools().open_in(SILENT[1]).count()
        assert Submission.objects.for_quarter(SILENT[1]).count() == schools - 1

    def test_a_deadline_was_moved_and_a_school_has_more_time(self):
        adoption = Adoption.objects.get()
        assert [str(quarter) for quarter in adoption.moved] == ["2024Q4"]
        assert Extension.objects.get().until > adoption.due(OPEN_QUARTER)

    def test_corrections_are_in_every_state(self):
        found = Correction.objects.select_related("entry")
        assert sorted("lapsed" if one.is_lapsed else one.state for one in found) == [
            "asked",
            "done",
            "granted",
            "lapsed",
            "refused",
        ]
        edition = Edition.objects.get(bulletin__period="2024H2")
        since = since_of(edition, Adoption.objects.get(), Naming(set(), True, set()))
        assert (since.count, since.corrected) == (1, 1)

    def test_schools_open_turn_public_and_merge(self):
        assert Unit.objects.filter(opened__year=2024).count() == 1
        assert Unit.objects.filter(facts__since="2024-01-01", facts__ownership="public").count() == 1
        assert Unit.objects.filter(successor__isnull=False).count() in (
            0,
            1,
        )  # the fourth primary school, if there is one

    def test_one_class_is_over_standard(self):
        result = Result.objects.of_district().get(target__code="STD_CLASSES", measurement__period="2024H2")
        assert (result.status, result.denominator - result.numerator) == (Status.OVERDUE, 1)

    def test_people_are_in_every_state(self):
        states = {state: User.objects.in_state(state).count() for state in AccountState.values}
        assert (states["invited"], states["disabled"]) == (1, 6)
        accounts = schools_without_account(District.objects.all())
        assert (len(accounts.uninvited), len(accounts.waiting)) == (1, 1)
        handover = Handover.objects.get()
        assert (handover.at.month, handover.leaver.state, handover.comer.state) == (6, "disabled", "active")
        assert Entry.objects.filter(unit=handover.unit, state=EntryState.RETURNED).exists()

    def test_people_were_told_at_every_level_and_some_have_read_it(self):
        assert set(Message.objects.values_list("level", flat=True)) == set(Level.values)
        assert {at is None for at in Message.objects.values_list("read_at", flat=True)} == {True, False}
        assert not Message.objects.filter(mailed_at__isnull=False).exists()

    def test_seeding_leaves_no_step_of_the_day_untold(self):
        assert remind(District.objects.get()).told == []

    def test_it_says_that_it_is_a_demo(self):
        assert District.objects.get().is_demo
        assert "演示数据" in said("demo_accounts")

    def test_seeding_again_changes_nothing(self):
        before = (Entry.objects.count(), User.objects.count())
        assert "没有改动" in said("seed_demo", schools=18)
        assert (Entry.objects.count(), User.objects.count()) == before

    def test_listed_accounts_can_sign_in(self):
        names = [line.split()[0] for line in said("demo_accounts").splitlines()[1:]]
        assert len(names) == 11
        assert all(User.objects.get(username=name).check_password("Yanshi-2025") for name in names)


@pytest.mark.django_db
def test_seeding_without_a_plan_says_what_to_do():
    with pytest.raises(CommandError, match="load_plan"):
        said("seed_demo")
