"""The files of a published assessment: one job, each once; full disk, lacking fonts, killed worker; who gets what."""

import datetime
import errno
import io
import zipfile

import pytest
from django.template import Context, Template
from django.urls import reverse

from base import clock, files, jobs
from base.files import open_file
from base.models import Job, JobState
from reports.actions import compute
from reports.actions.papers import start_papers
from reports.assessment.content import content_of
from reports.documents import assessment as papers
from reports.documents import assessment_making as making
from reports.documents import pdf
from reports.models import AssessmentEdition, PaperKind
from schools.models import Unit
from tests import factories
from tests.reports.assessments import make_schools_to_assess

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture(autouse=True)
def quick(monkeypatch, settings, tmp_path):
    """A store of its own, no worker; drawing takes long and is test_assessment_papers.py's."""
    settings.PLAN_TODAY = datetime.date(2026, 1, 16)
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(jobs.run, "delay", lambda job_id: None)
    monkeypatch.setattr(papers, "sheet_pdf", lambda content, sheet, *_: PDF + sheet["code"].encode())


@pytest.fixture
def edition(tmp_path):
    assessment = compute(make_schools_to_assess(tmp_path), 2025, by=None)
    content = content_of(assessment) | {"published": {"date": "2026-02-10", "by": "王局长"}}
    return AssessmentEdition.objects.create(
        assessment=assessment,
        content=content,
        checksum="a" * 64,
        published_at=clock.now(),
        published_by=factories.make_director(assessment.adoption.district),
    )


def run(edition):
    job = start_papers(edition, by=None)
    jobs.run(job.pk)
    return Job.objects.get(pk=job.pk)


def made(edition):
    return set(edition.files.filter(file__isnull=False).values_list("kind", "whose"))


def everything(edition):
    return {(one.kind, one.whose) for one in making.all_of(edition)}


def test_all_are_made_once_and_the_archive_holds_them(edition):
    assert start_papers(edition, by=None) == start_papers(edition, by=None)
    assert run(edition).state == JobState.DONE
    assert made(edition) == everything(edition)
    before = list(edition.files.values_list("kind", "whose", "file", "at"))
    assert run(edition).state == JobState.DONE
    assert list(edition.files.values_list("kind", "whose", "file", "at")) == before
    with open_file(edition.files.get(kind=PaperKind.ALL).file) as file:
        archive = zipfile.ZipFile(io.BytesIO(file.read()))
    names = archive.namelist()
    assert names[:3] == ["2025年度考核结果通知.docx", "2025年度考核结果通知（无红头）.docx", "2025年度考核结果.xlsx"]
    assert len(names) == 3 + len(edition.content["sheets"])
    assert archive.read("考核表/P1 2025年度考核表（P1学校）.pdf") == PDF + b"P1"


def test_killed_in_the_middle_it_goes_on(edition, monkeypatch):
    real = making.MAKING[PaperKind.SHEET]

    def killed(edition, whose):
        if whose == "unit:P2":
            raise SystemExit
        return real(edition, whose)

    monkeypatch.setitem(making.MAKING, PaperKind.SHEET, killed)
    job = start_papers(edition, by=None)
    with pytest.raises(SystemExit):
        jobs.run(job.pk)
    first = edition.files.get(whose="unit:P1").file_id
    monkeypatch.setitem(making.MAKING, PaperKind.SHEET, real)
    jobs.forget_heartbeats()
    jobs.run(job.pk)
    assert made(edition) == everything(edition)
    assert edition.files.get(whose="unit:P1").file_id == first


def test_a_full_disk_is_told_and_leaves_what_was_made(edition, monkeypatch):
    real = files.os.fsync

    def full(descriptor):
        if edition.files.count() == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(files.os, "fsync", full)
    job = run(edition)
    assert (job.state, "磁盘已满" in job.error) == (JobState.FAILED, True)
    assert made(edition) == {("word", ""), ("oa", "")}
    monkeypatch.setattr(files.os, "fsync", real)
    assert run(edition).state == JobState.DONE
    assert made(edition) == everything(edition)


def test_missing_fonts_are_told_on_the_page_and_tried_again(edition, monkeypatch, rf):
    def lacking(*_):
        raise pdf.Lacking(pdf.NO_FONT)

    with monkeypatch.context() as patch:
        patch.setattr(papers, "sheet_pdf", lacking)
        assert run(edition).state == JobState.DONE
    assert {kind for kind, _ in made(edition)} == {"word", "oa", "excel"}
    page = drawn(edition, rf)
    assert page.count("服务器没有安装中文字体") == 1
    assert making.UNFINISHED in page
    assert "生成缺少的文件" in page
    run(edition)
    assert made(edition) == everything(edition)


def drawn(edition, rf):
    """The partial as a page of the bureau includes it."""
    request = rf.get("/")
    request.posts = list(edition.published_by.posts.select_related("district"))
    template = Template("{% load assessments %}{% assessment_files assessment %}")
    return template.render(Context({"request": request, "assessment": edition.assessment}))


def test_the_page_lists_what_is_made(edition, rf):
    assert "还没有生成" in drawn(edition, rf)
    run(edition)
    page = drawn(edition, rf)
    assert [kind.label in page for kind in PaperKind] == [True, True, True, False, True]
    total = len(edition.content["sheets"])
    assert f"考核表已生成 {total} 张，共 {total} 张" in page
    assert "生成缺少的文件" not in page
    template = Template(
        "{% load assessments %}{% sheet_file assessment 'unit' 'P1' %}{% sheet_file assessment 'unit' 'X' %}"
    )
    assert template.render(Context({"assessment": edition.assessment})).count("下载考核表") == 1


def test_a_school_gets_its_own_sheet_and_nothing_else(edition, client):
    run(edition)
    client.force_login(factories.make_principal(Unit.objects.get(code="P1")))
    plan = edition.assessment.adoption.plan.code
    own = client.get(reverse("reports:sheet_file", args=[plan, 2025, "unit", "P1"]))
    assert own.getvalue() == PDF + b"P1"
    assert own["Content-Disposition"].startswith("attachment; filename*=utf-8''2025")
    others = [("sheet_file", "unit", "P2"), ("sheet_file", "section", "basic")]
    others += [("assessment_file", kind) for kind in ("word", "excel", "all", "sheet")]
    status = [client.get(reverse(f"reports:{name}", args=[plan, 2025, *args])).status_code for name, *args in others]
    assert status == [404, 404, 403, 403, 403, 403]


def test_the_wide_address_gives_no_sheet(edition, client):
    run(edition)
    client.force_login(edition.published_by)
    plan, status = edition.assessment.adoption.plan.code, {}
    for kind in ("word", "oa", "excel", "all", "sheet", "nothing"):
        answer = client.get(reverse("reports:assessment_file", args=[plan, 2025, kind]))
        status[kind] = answer.status_code
        b"".join(answer)
    assert status == {"word": 200, "oa": 200, "excel": 200, "all": 200, "sheet": 404, "nothing": 404}
