import pytest
from django.core.exceptions import ValidationError

from base import audit, clock
from base.files import Refused
from base.models import StoredFile
from submissions import actions
from submissions.actions import approve, attach, link, missing_to_submit, return_entries, save_values, submit, unlink
from submissions.calendar import Closed
from submissions.history import life_of
from submissions.models import Entry, EntryState, Evidence
from submissions.sheets import cell_of, school_sheet
from tests import factories
from tests.upload_bytes import PDF, SCRIPT, png, upload


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def canteen(form, elements):
    """A yes or no of the school that asks for evidence."""
    elements["CANTEEN"].evidence = True
    elements["CANTEEN"].save()
    return elements["CANTEEN"]


@pytest.fixture
def teachers(form, elements):
    elements["TEACHERS"].evidence = True
    elements["TEACHERS"].save()
    return elements["TEACHERS"]


@pytest.fixture
def cameras(form, elements, bureau):
    """The safety section's figure about each school."""
    elements["CAMERAS"].evidence = True
    elements["CAMERAS"].save()
    return elements["CAMERAS"]


def cell(unit, quarter, element):
    return cell_of(unit, quarter, element.code)[1]


def names(unit, quarter, element) -> list[str]:
    return [one.file.name for one in cell(unit, quarter, element).evidence]


def verbs(entry: Entry) -> list[str]:
    return [row.verb for row in audit.history(entry)]


def test_attach_to_a_blank_item(form, quarter, clerk, canteen):
    attach(form, quarter, canteen, upload("证书.png", png()), by=clerk)
    entry = Entry.objects.get()
    assert (entry.value, entry.state, entry.version, entry.entered_by) == (None, "draft", 0, clerk)
    assert names(form, quarter, canteen) == ["证书.png"]
    assert [(event.what, event.why) for event in life_of(entry)] == [("附佐证", "证书.png")]
    saved = save_values(form, quarter, {"CANTEEN": ("1", 0)}, by=clerk)
    assert saved.is_complete
    assert verbs(entry) == ["evidence_added", "created"]


def test_attach_the_same_file_twice(form, quarter, clerk, canteen):
    first = attach(form, quarter, canteen, upload("a.png", png()), by=clerk)
    assert attach(form, quarter, canteen, upload("b.png", png()), by=clerk) == first
    assert names(form, quarter, canteen) == ["a.png"]
    assert StoredFile.objects.count() == 1
    assert verbs(Entry.objects.get()) == ["evidence_added"]


def test_one_file_for_two_items(form, quarter, clerk, canteen, teachers):
    first = attach(form, quarter, canteen, upload("a.png", png()), by=clerk)
    assert attach(form, quarter, teachers, upload("a.png", png()), by=clerk) == first
    unlink(form, quarter, canteen, first, by=clerk)
    link(form, quarter, canteen, first, by=clerk)
    assert names(form, quarter, canteen) == names(form, quarter, teachers) == ["a.png"]
    assert (Evidence.objects.count(), StoredFile.objects.count()) == (1, 1)


def test_the_same_content_of_two_schools_is_two_files(form, quarter, clerk, canteen, district):
    other = factories.make_unit(district, "pri-02", "第二小学")
    theirs = attach(other, quarter, canteen, upload("a.png", png()), by=clerk)
    ours = attach(form, quarter, canteen, upload("a.png", png()), by=clerk)
    assert (ours.unit, theirs.unit) == (form, other)
    with pytest.raises(ValidationError, match="不属于这里"):
        link(form, quarter, canteen, theirs, by=clerk)


def test_unlink_the_last_takes_the_file_away(form, quarter, clerk, canteen):
    evidence = attach(form, quarter, canteen, upload("a.png", png()), by=clerk)
    unlink(form, quarter, canteen, evidence, by=clerk)
    assert (Evidence.objects.count(), StoredFile.objects.count()) == (0, 0)
    assert verbs(Entry.objects.get()) == ["evidence_added", "evidence_removed"]
    unlink(form, quarter, canteen, evidence, by=clerk)
    assert verbs(Entry.objects.get()) == ["evidence_added", "evidence_removed"]


def test_at_most_five(form, quarter, clerk, canteen):
    for shade in range(actions.MAX_FILES):
        attach(form, quarter, canteen, upload(f"{shade}.png", png(shade)), by=clerk)
    with pytest.raises(ValidationError, match="每项最多 5 份佐证"):
        attach(form, quarter, canteen, upload("5.png", png(5)), by=clerk)
    assert StoredFile.objects.count() == actions.MAX_FILES
    attach(form, quarter, canteen, upload("again.png", png(0)), by=clerk)


def test_a_refused_file_leaves_nothing(form, quarter, clerk, canteen):
    with pytest.raises(Refused):
        attach(form, quarter, canteen, upload("a.png", SCRIPT), by=clerk)
    assert not Entry.objects.exists()
    assert not StoredFile.objects.exists()


def test_only_where_an_item_asks_for_it(form, quarter, clerk, elements):
    with pytest.raises(ValidationError, match="不需要佐证"):
        attach(form, quarter, elements["TEACHERS"], upload("a.pdf", PDF), by=clerk)
    with pytest.raises(ValidationError, match="不填报"):
        attach(form, quarter, elements["VERDICT"], upload("a.pdf", PDF), by=clerk)


def test_a_closed_form_says_why(form, quarter, clerk, canteen, settings):
    settings.PLAN_TODAY = settings.PLAN_TODAY.replace(day=10)
    with pytest.raises(Closed, match="填报已关闭"):
        attach(form, quarter, canteen, upload("a.pdf", PDF), by=clerk)
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(("state", "why"), [("submitted", "正在等待审核"), ("approved", "已审核通过")])
def test_not_while_it_is_locked(form, quarter, clerk, canteen, enter, state, why):
    evidence = attach(form, quarter, canteen, upload("a.pdf", PDF), by=clerk)
    approved = {"approved_value": 1, "approved_at": clock.now()} if state == "approved" else {}
    Entry.objects.update(value=1, state=state, **approved)
    for act in (
        lambda: attach(form, quarter, canteen, upload("b.png", png()), by=clerk),
        lambda: unlink(form, quarter, canteen, evidence, by=clerk),
    ):
        with pytest.raises(ValidationError, match=why):
            act()
    assert names(form, quarter, canteen) == ["a.pdf"]


def test_evidence_answers_what_was_returned(form, quarter, clerk, officer, canteen, enter):
    entry = enter("CANTEEN", 1, state="submitted", by=clerk)
    return_entries([entry], "请附证书", by=officer)
    attach(form, quarter, canteen, upload("a.pdf", PDF), by=clerk)
    entry.refresh_from_db()
    assert (entry.state, entry.return_reason) == (EntryState.DRAFT, "")
    assert verbs(entry) == ["returned", "evidence_added"]


def approve_and_reopen():
    Entry.objects.update(state="draft", reopened_until=clock.today(), approved_value=1, approved_at=clock.now())


@pytest.mark.parametrize("state", ["draft", "returned"])
def test_a_paper_that_came_to_it_after_the_approval_is_taken_off(form, quarter, clerk, canteen, teachers, enter, state):
    paper = attach(form, quarter, teachers, upload("a.pdf", PDF), by=clerk)
    entry = enter("CANTEEN", 1, by=clerk)
    approve_and_reopen()
    Entry.objects.filter(pk=entry.pk).update(state=state, return_reason="请附证书" if state == "returned" else "")
    link(form, quarter, canteen, paper, by=clerk)
    unlink(form, quarter, canteen, paper, by=clerk)
    assert names(form, quarter, canteen) == []


def test_a_paper_that_was_taken_off_meanwhile_is_not_linked(form, quarter, clerk, canteen, teachers):
    paper = attach(form, quarter, teachers, upload("a.pdf", PDF), by=clerk)
    stale = Evidence.objects.get()
    unlink(form, quarter, teachers, paper, by=clerk)
    with pytest.raises(ValidationError, match="刚刚被撤下"):
        link(form, quarter, canteen, stale, by=clerk)


def test_what_an_approved_value_rests_on_stays(form, quarter, clerk, officer, canteen, enter):
    enter("CANTEEN", 1, by=clerk)
    before = attach(form, quarter, canteen, upload("a.pdf", PDF), by=clerk)
    approve_and_reopen()
    after = attach(form, quarter, canteen, upload("b.png", png()), by=clerk)
    with pytest.raises(ValidationError, match="不能撤下"):
        unlink(form, quarter, canteen, before, by=clerk)
    unlink(form, quarter, canteen, after, by=clerk)
    assert names(form, quarter, canteen) == ["a.pdf"]


def test_the_files_of_a_section_are_the_bureaus(form, quarter, other_officer, cameras, bureau):
    evidence = attach(form, quarter, cameras, upload("批文.pdf", PDF), by=other_officer)
    assert evidence.unit == bureau
    assert names(form, quarter, cameras) == ["批文.pdf"]


def test_a_yes_without_evidence_is_not_handed_in(form, quarter, clerk, principal, canteen):
    typed = {"CANTEEN": ("1", 0), "TEACHERS": ("50", 0), "BACKBONE": ("5", 0)}
    save_values(form, quarter, typed, by=clerk)
    assert [(one.cell.key, one.why) for one in missing_to_submit(school_sheet(form, quarter))] == [
        ("CANTEEN", "缺佐证")
    ]
    attach(form, quarter, canteen, upload("a.pdf", PDF), by=clerk)
    submit(form, quarter, by=principal)
    approved = approve(Entry.objects.all(), by=factories.make_user())
    assert len(approved.done) == 3


@pytest.mark.parametrize(
    ("value", "last", "kind", "needs"),
    [
        (None, None, "stock", False),
        (0, None, "stock", False),
        (1, None, "stock", True),
        (1, 0, "stock", True),
        (1, 1, "stock", False),
        (1, 1, "flow", True),
        (0, 1, "flow", False),
    ],
)
def test_what_needs_evidence(form, quarter, canteen, enter, value, last, kind, needs):
    canteen.period_kind = kind
    canteen.save()
    if last is not None:
        enter("CANTEEN", last, quarter=quarter - 1, state="approved")
    if value is not None:
        enter("CANTEEN", value)
    assert cell(form, quarter, canteen).needs_evidence == needs
    canteen.evidence = False
    canteen.save()
    assert not cell(form, quarter, canteen).needs_evidence


def test_a_sheet_reads_the_evidence_of_all_cells_at_once(
    form, quarter, clerk, canteen, teachers, django_assert_num_queries, enter
):
    for code in ("CANTEEN", "TEACHERS", "BACKBONE"):
        enter(code, 1)
    attach(form, quarter, canteen, upload("a.pdf", PDF), by=clerk)
    school_sheet(form, quarter)
    with django_assert_num_queries(9):
        one = school_sheet(form, quarter)
        assert [len(one.cells[code].evidence) for code in ("CANTEEN", "TEACHERS")] == [1, 0]
    attach(form, quarter, teachers, upload("a.pdf", PDF), by=clerk)
    attach(form, quarter, teachers, upload("b.png", png()), by=clerk)
    with django_assert_num_queries(9):
        two = school_sheet(form, quarter)
        assert [len(two.cells[code].evidence) for code in ("CANTEEN", "TEACHERS")] == [1, 2]
