import io

import openpyxl
import pytest

from base import jobs
from base.models import Job, StoredFile
from submissions.models import Entry, Upload
from submissions.sheets import section_sheet
from submissions.workbooks import uploads
from submissions.workbooks.checking import Outcome
from submissions.workbooks.writing import section_workbook
from tests import factories
from tests.upload_bytes import upload


@pytest.fixture
def bring_in(form, district, sections, quarter, other_officer):
    """``bring_in(C6=5)``: the safety section's workbook of two schools, filled in."""
    factories.make_unit(district, "pri-02", "第二小学")

    def make(**cells) -> Upload:
        section = sections["safety"]
        book = openpyxl.load_workbook(io.BytesIO(section_workbook(section_sheet(section, quarter), section)))
        for place, value in cells.items():
            book["各校"][place] = value
        out = io.BytesIO()
        book.save(out)
        return uploads.bring_in_grid(section, quarter, upload("各校.xlsx", out.getvalue()), by=other_officer)

    return make


def run(made: Upload) -> Job:
    jobs.run(made.job_id)
    made.refresh_from_db()
    return Job.objects.get(pk=made.job_id)


def test_a_check_tells_what_would_change_and_saves_nothing(bring_in):
    made = bring_in(C6=5, C7=6)
    assert (made.state, made.outcome) == ("checking", {})
    job = run(made)
    assert (job.state, made.state, Outcome.of(made).changed, Entry.objects.count()) == ("done", "checked", 2, 0)
    assert made.report is None


def test_a_check_that_runs_again_changes_nothing(bring_in):
    made = bring_in(C6="x")
    run(made)
    files = StoredFile.objects.count()
    Job.objects.update(state="queued", finished_at=None)
    assert run(made).state == "done"
    assert (Outcome.of(made).bad, StoredFile.objects.count()) == (1, files)


def test_a_check_that_comes_too_late_overwrites_nothing(bring_in, other_officer):
    made = bring_in(C6=5)
    late = Upload.objects.get(pk=made.pk)
    run(made)
    uploads.confirm(made, take_file=False, by=other_officer)
    files = StoredFile.objects.count()
    uploads.finish_check(late, Outcome(bad=1), b"x")
    made.refresh_from_db()
    assert (made.state, made.outcome["saved"], StoredFile.objects.count()) == ("saved", 1, files)


def test_a_confirmation_does_not_join_a_check_that_is_still_ending(bring_in, other_officer):
    made = bring_in(C6=5)
    run(made)
    check = made.job_id
    Job.objects.update(state="running", finished_at=None)
    uploads.confirm_later(made, take_file=False, by=other_officer)
    assert (made.job.kind, made.job_id != check) == (uploads.SAVE, True)


def test_the_workbook_with_comments_comes_back_corrected(bring_in, sections, quarter, other_officer):
    made = bring_in(C6="x", C7=6)
    run(made)
    with uploads.open_file(made.report) as file:
        book = openpyxl.load_workbook(file)
    book["各校"]["C6"] = 5
    out = io.BytesIO()
    book.save(out)
    again = uploads.bring_in_grid(sections["safety"], quarter, upload("改.xlsx", out.getvalue()), by=other_officer)
    run(again)
    assert (Outcome.of(again).bad, Outcome.of(again).changed) == (0, 2)


def test_a_job_for_one_who_has_left_the_section_ends(bring_in, other_officer):
    made = bring_in(C6=5)
    other_officer.posts.all().delete()
    job = run(made)
    assert (job.state, "已不在安全科任职" in job.error, made.state) == ("failed", True, "checking")


def test_a_saving_job_saves_once_however_often_it_runs(bring_in, other_officer):
    made = bring_in(C6=5, C7=6)
    run(made)
    uploads.confirm_later(made, take_file=False, by=other_officer)
    for _ in range(2):
        Job.objects.filter(pk=made.job_id).update(state="queued", finished_at=None)
        assert run(made).state == "done"
    assert (made.state, set(Entry.objects.values_list("value", "version"))) == ("saved", {(5, 1), (6, 1)})


def test_a_saving_job_saves_nothing_where_something_changed(bring_in, other_officer, enter):
    made = bring_in(C6=5, C7=6)
    run(made)
    enter("CAMERAS", 9)
    uploads.confirm_later(made, take_file=False, by=other_officer)
    job = run(made)
    assert (job.state, "核对以后数据又有了变化" in job.error) == ("failed", True)
    assert (made.state, len(Outcome.of(made).conflicts), Entry.objects.count()) == ("checked", 1, 1)
