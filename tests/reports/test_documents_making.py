"""An edition's files: made by one job, each once; a full disk, a lacking library and a killed worker."""

import errno
import io
import os
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from base import files, jobs
from base.files import open_file
from base.models import Job, JobState, StoredFile
from reports import actions
from reports.actions import draft, start_files
from reports.documents import making, pdf
from reports.measuring import measure
from reports.models import EditionFile, FileKind
from submissions.models import Entry
from tests.bulletins import issued
from tests.reports.editions import sheets_in, text_in_word
from tests.reports.packs import read_pack
from tests.reports.pages import HTMX, text_of, url
from tests.reports.small import HALF


@pytest.fixture(autouse=True)
def quick(monkeypatch, settings, tmp_path):
    """A store of its own, no worker; a PDF takes long and is test_documents_pdf.py's."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(jobs.run, "delay", lambda job_id: None)
    monkeypatch.setattr(pdf, "pdf", lambda paper, tell: b"%PDF-1.7\n%%EOF\n")


def run(edition):
    job = start_files(edition, by=None)
    jobs.run(job.pk)
    return Job.objects.get(pk=job.pk)


def kinds(edition):
    return set(edition.files.filter(file__isnull=False).values_list("kind", flat=True))


def test_publishing_starts_the_job_and_a_second_start_joins_it(published, officer):
    job = Job.objects.get(kind=actions.FILES)
    assert start_files(published, by=officer) == job
    jobs.run(job.pk)
    assert kinds(published) == set(FileKind)
    job.refresh_from_db()
    assert (job.state, job.total, job.error) == (JobState.DONE, 5, "")


def test_each_file_is_made_once(published):
    run(published)
    before = list(published.files.values_list("kind", "file", "at"))
    assert run(published).state == JobState.DONE
    assert list(published.files.values_list("kind", "file", "at")) == before


def test_names_carry_title_and_edition(published):
    run(published)
    names = {one.kind: one.file.name for one in published.files.select_related("file")}
    title = published.content["head"]["title"]
    assert names["word"] == f"{title}.docx"
    assert names["pack"] == f"{title}（底稿）.zip"


def test_killed_in_the_middle_it_goes_on(published, monkeypatch):
    def killed(edition, tell):
        raise SystemExit

    kept = making.MAKINGS[FileKind.OA]
    monkeypatch.setitem(making.MAKINGS, FileKind.OA, making.Making("docx", "", killed))
    job = start_files(published, by=None)
    with pytest.raises(SystemExit):
        jobs.run(job.pk)
    assert kinds(published) == {"pack", "word"}
    first = published.files.get(kind="word").file_id
    monkeypatch.setitem(making.MAKINGS, FileKind.OA, kept)
    jobs.forget_heartbeats()
    jobs.run(job.pk)
    assert kinds(published) == set(FileKind)
    assert published.files.get(kind="word").file_id == first


def test_a_full_disk_leaves_nothing_half_written(published, monkeypatch):
    real = os.fsync

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    job = run(published)
    assert job.state == JobState.FAILED
    assert "磁盘已满" in job.error
    assert not EditionFile.objects.exists()
    assert not StoredFile.objects.exists()
    assert [path for path in (files._root()).rglob("*") if path.is_file()] == []
    monkeypatch.setattr(files.os, "fsync", real)
    assert run(published).state == JobState.DONE
    assert kinds(published) == set(FileKind)


def test_what_the_server_lacks_is_told_on_the_page_and_tried_again(published, monkeypatch, client_of, officer):
    def lacking(paper, tell):
        raise pdf.Lacking(pdf.NO_LIBRARY)

    monkeypatch.setattr(pdf, "pdf", lacking)
    assert run(published).state == JobState.DONE
    page = text_of(client_of(officer).get(url("bulletin", HALF)))
    assert "服务器没有安装 PDF 排版组件" in page
    assert "生成缺少的文件" in page
    monkeypatch.setattr(pdf, "pdf", lambda paper, tell: b"%PDF-1.7\n%%EOF\n")
    run(published)
    assert kinds(published) == set(FileKind)


def test_a_pack_that_would_not_give_the_edition_is_not_made(published):
    Entry.objects.filter(element__code="TRAINED").update(approved_value=1, value=1)
    run(published)
    assert kinds(published) == set(FileKind) - {"pack"}
    assert "重算不出这一版" in published.files.get(kind="pack").problem


def test_the_page_lists_them_with_size_and_schools_get_no_pack(published, client_of, officer, clerk):
    run(published)
    page = text_of(client_of(officer).get(url("bulletin", HALF)))
    for kind in FileKind:
        assert kind.label in page
    assert "KB" in page
    theirs = text_of(client_of(clerk).get(url("bulletin", HALF)))
    assert FileKind.WORD.label in theirs
    assert FileKind.PACK.label not in theirs


def test_a_file_comes_to_be_saved_under_its_name(published, client_of, clerk):
    run(published)
    response = client_of(clerk).get(url("edition_file", HALF, 1, "word"))
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response["Cache-Control"] == "private, no-store"
    with open_file(published.files.get(kind="word").file) as file:
        assert response.getvalue() == file.read()


def test_starting_shows_the_progress(published, client_of, officer):
    answer = client_of(officer).post(url("edition_files", HALF, 1), headers=HTMX)
    assert 'id="files"' in answer.content.decode()
    assert "排队中" in answer.content.decode()


def test_the_command_writes_the_same_files(published, tmp_path):
    run(published)
    out = tmp_path / "out"
    call_command("export_edition", "--period", "2025H1", "--out", str(out), stdout=io.StringIO())
    assert len(list(out.iterdir())) == len(FileKind)
    for one in published.files.select_related("file"):
        with open_file(one.file) as file:
            assert (out / one.file.name).read_bytes() == file.read()


def test_the_command_makes_what_is_missing_and_says_what_it_can_not(published, tmp_path, monkeypatch):
    def lacking(paper, tell):
        raise pdf.Lacking(pdf.NO_FONT)

    monkeypatch.setattr(pdf, "pdf", lacking)
    with pytest.raises(CommandError, match="PDF（带图，阅读打印）没有生成：服务器没有安装中文字体"):
        call_command("export_edition", "--period", "2025H1", "--out", str(tmp_path / "out"), stdout=io.StringIO())
    assert len(list((tmp_path / "out").iterdir())) == len(FileKind) - 1


def test_the_command_wants_an_edition(drafted, tmp_path):
    with pytest.raises(CommandError, match="2025年上半年的通报没有已发布的版次"):
        call_command("export_edition", "--period", "2025H1", "--out", str(tmp_path))


@pytest.fixture
def corrected(published, adoption, officer, director):
    """The second edition, after the first one's files were made and a value was corrected."""
    run(published)
    Entry.objects.filter(element__code="TRAINED", value=30).update(approved_value=32, value=32)
    return issued(draft(measure(adoption, HALF, by=officer), by=officer), by=director)


def bytes_of(edition):
    found = {}
    for one in edition.files.filter(file__isnull=False).select_related("file"):
        with open_file(one.file) as file:
            found[one.kind] = file.read()
    return found


def test_the_files_of_a_superseded_edition_stay_byte_for_byte(published, corrected, client_of, clerk, officer):
    kept = bytes_of(published)
    run(corrected)
    run(published)
    assert bytes_of(published) == kept
    assert set(kept) == set(bytes_of(corrected)) == set(FileKind)
    for user, kind in ((clerk, "word"), (officer, "pack")):
        assert client_of(user).get(url("edition_file", HALF, 1, kind)).getvalue() == kept[kind]
    values = [
        {row["value"] for row in read_pack(one["pack"])["values"]} for one in map(bytes_of, (published, corrected))
    ]
    assert ("30" in values[0], "30" in values[1], "32" in values[1]) == (True, False, True)


def test_the_pack_of_a_superseded_edition_that_was_never_made_says_why(published, corrected):
    published.files.filter(kind="pack").delete()
    run(published)
    assert "这一版之后已有第 2 版" in published.files.get(kind="pack").problem


def test_the_command_writes_either_edition_and_both_verify(published, corrected, tmp_path):
    run(corrected)
    for number, edition in ((1, published), (2, corrected)):
        out = tmp_path / str(number)
        call_command(
            "export_edition", "--period", "2025H1", f"--edition={number}", f"--out={out}", stdout=io.StringIO()
        )
        assert sorted(path.read_bytes() for path in out.iterdir()) == sorted(bytes_of(edition).values())
    call_command("export_edition", "--period", "2025H1", "--out", str(tmp_path / "newest"), stdout=io.StringIO())
    assert all("（第2版）" in path.name for path in (tmp_path / "newest").iterdir())
    said = io.StringIO()
    call_command("verify_editions", stdout=said)
    assert (said.getvalue().count("✓"), "全部相符" in said.getvalue()) == (2, True)


def test_the_files_of_a_second_edition_say_what_it_changes(corrected):
    run(corrected)
    files = bytes_of(corrected)
    assert "本通报为第2版，代替2025年7月3日第1版。更正说明：数据更正。" in text_in_word(files["word"])
    rows = next(rows for title, rows in sheets_in(files["excel"]).items() if title.endswith("更正对照表"))
    assert [row[2:5] for row in rows if row[2] == "完成值"] == [["完成值", 92.9, 94.3]]


def test_a_school_renamed_between_two_editions(published, adoption, school, officer, director):
    school.facts.update(name="改名小学")
    second = issued(draft(measure(adoption, HALF, by=officer), by=officer), by=director)
    named = {one["name"] for one in published.content["schools"]}, {one["name"] for one in second.content["schools"]}
    assert "第一小学" in named[0]
    assert "改名小学" in named[1] - named[0]
    assert making.name_of(second, FileKind.WORD).endswith("（第2版）.docx")


IMPORTED = """
import django, sys
django.setup()
import edu_plan.urls
heavy = ("docx", "openpyxl", "weasyprint", "pandas", "lxml")
print([name for name in heavy if name in sys.modules])
"""


def test_no_ordinary_page_imports_the_libraries_of_documents():
    done = subprocess.run([sys.executable, "-c", IMPORTED], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
