"""Backups and taking them back: every table, every file, on this database and from there on another."""

import gzip
import json
import os
import random
import resource
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from base import audit, backing, files, jobs, restoring, sealing
from base.models import AuditRow, Message, StoredFile
from reports.models import Edition
from reports.rechecking import faults_of
from schools.models import User
from tests import factories
from tests.edu_plan.walk import world  # noqa: F401  a fixture
from tests.worker import ROOT, database_url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.security]

OF_THIS = {"backed_up", "restored"}  # audit rows that come of it


def rows_of(folder: Path) -> dict[str, list]:
    """Each table of a backup, as data."""
    manifest, found = restoring.read_manifest(folder), {}
    for table in manifest["tables"]:
        with gzip.open(folder / "tables" / f"{table['name']}.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows = [dict(zip(table["columns"], json.loads(line), strict=True)) for line in lines]
        found[table["name"]] = [row for row in rows if row.get("verb") not in OF_THIS]
    return found


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "edu_plan.settings", "DEBUG": "1"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()


@pytest.fixture
def small(district) -> StoredFile:
    """A district, a person, a file and a sealed row."""
    user = factories.make_user(district=district)
    audit.record(district, "created", by=user)
    sealing.seal()
    return files.store(
        ContentFile(random.Random(1).randbytes(200_000).hex().encode(), "a.csv"), by=user, kinds=["csv"], limit=10**6
    )


def empty() -> None:
    call_command("flush", interactive=False, verbosity=0)
    shutil.rmtree(files._root())


def assert_verified() -> None:
    """As verify_audit and verify_editions do; the assessments of this world were never computed."""
    call_command("verify_audit", stdout=StringIO())
    assert [list(faults_of(edition)) for edition in Edition.objects.all()] == [[]] * Edition.objects.count()
    assert Edition.objects.exists()


def test_every_table_and_every_checksum_comes_back_here_and_on_another_database(world, tmp_path):  # noqa: F811
    sealing.seal()
    first, second, third = tmp_path / "first", tmp_path / "second", tmp_path / "third"
    call_command("backup", str(first), stdout=StringIO())
    kept = rows_of(first)
    assert {name for name, rows in kept.items() if rows} >= {"reports_edition", "submissions_entry", "base_auditseal"}

    assert_verified()

    other = {"DATABASE_URL": f"sqlite:///{tmp_path}/other.sqlite3", "DATA_DIR": str(tmp_path / "other")}
    for command in ("migrate", f"restore {first}", "verify_audit", f"backup {second}"):
        done = manage(*command.split(), **other)
        assert (command, done.returncode, done.stderr) == (command, 0, "")
    assert rows_of(second) == kept

    empty()
    call_command("restore", str(second), stdout=StringIO())
    assert_verified()
    call_command("backup", str(third), stdout=StringIO())
    assert rows_of(third) == kept
    for stored in StoredFile.objects.all():
        with files.open_file(stored) as file:
            assert len(file.read()) == stored.size
    newest = AuditRow.objects.order_by("-pk")[:2]
    assert [row.verb for row in newest] == ["backed_up", "restored"]
    assert User.objects.create_user("later").pk > max(row["id"] for row in kept["schools_user"])


def test_a_snapshot_has_nothing_of_what_is_written_meanwhile(small, tmp_path, monkeypatch):
    """The rows of another connection, committed between two tables."""
    written, write = [], backing._write_table

    def write_and_disturb(model, folder):
        part = write(model, folder)
        if not written:
            code = "from base.outbox import Message as M; from schools.models import User as U; "
            code += "M.objects.create(to=U.objects.get(), key='k', at='2025-01-01T00:00Z')"
            written.append(manage("shell", "-c", code, DATABASE_URL=database_url()).returncode)
        return part

    monkeypatch.setattr(backing, "_write_table", write_and_disturb)
    backing.back_up(tmp_path / "b")
    assert written == [0]
    assert Message.objects.count() == 1
    assert rows_of(tmp_path / "b")["base_message"] == []


class TestBackUp:
    def test_only_into_an_empty_folder(self, small, tmp_path):
        (tmp_path / "full").mkdir()
        (tmp_path / "full" / "a").touch()
        with pytest.raises(CommandError, match="不是空目录"):
            call_command("backup", str(tmp_path / "full"))
        assert [path.name for path in (tmp_path / "full").iterdir()] == ["a"]

    def test_names_the_files_that_were_lost_and_keeps_the_rest(self, small, tmp_path):
        files.path_of(small.digest).write_bytes(b"x")
        with pytest.raises(CommandError, match="1 个文件"):
            call_command("backup", str(tmp_path / "b"), stdout=StringIO())
        assert restoring.read_manifest(tmp_path / "b")["lacking"] == [small.digest]
        empty()
        assert restoring.restore(tmp_path / "b").lacking == [small.digest]

    def test_a_full_disk_leaves_nothing_that_looks_whole(self, small, tmp_path):
        limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))"
        done = subprocess.run(
            [sys.executable, "-c", f"{limit}; from manage import main; main()", "backup", str(tmp_path / "b")],
            cwd=ROOT,
            env=os.environ
            | {"DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": database_url()}
            | {"TEST_DATA_DIR": str(tmp_path), "PYTEST_XDIST_WORKER": "data"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, "没有留下备份" in done.stderr) == (1, True), done.stderr
        assert list((tmp_path / "b").iterdir()) == []

    def test_memory_does_not_grow_with_a_table(self, small, tmp_path):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        audit.record_all(audit.row(None, "created", by=None, after="长" * 300) for _ in range(30_000))
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        backing.back_up(tmp_path / "b")
        empty()
        restoring.restore(tmp_path / "b")
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - max(before, grown) < 30_000  # KB


class TestRestore:
    @pytest.fixture
    def backup(self, small, tmp_path) -> Path:
        backing.back_up(tmp_path / "b")
        return tmp_path / "b"

    def test_only_into_an_empty_installation(self, backup):
        with pytest.raises(CommandError, match="已有数据"):
            call_command("restore", str(backup))

    def test_any_byte_that_is_damaged_is_found_before_anything_is_touched(self, backup):
        """One bit in each file; the last byte, or the whole of some."""
        empty()
        dice, paths = random.Random(7), sorted(path for path in backup.rglob("*") if path.is_file())
        for number, path in enumerate(paths):
            whole = path.read_bytes()
            at = dice.randrange(len(whole))
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << dice.randrange(8)]) + whole[at + 1 :])
            refused(backup)
            if number % 10 == 0 or path.parent == backup:
                path.write_bytes(whole[:-1])
                refused(backup)
                path.unlink()
                refused(backup)
            path.write_bytes(whole)
        restoring.restore(backup)
        assert StoredFile.objects.exists()

    def test_an_unfinished_one_is_refused(self, backup):
        empty()
        (backup / "manifest.sha256").unlink()
        with pytest.raises(CommandError, match="没有完整的备份"):
            call_command("restore", str(backup))

    def test_one_of_another_version_is_refused(self, backup):
        empty()
        manifest = backup / "manifest.json"
        manifest.write_text(manifest.read_text().replace('"0001_initial"', '"0001_other"', 1))
        (backup / "manifest.sha256").write_text(backing.digest_of(manifest) + "\n")
        with pytest.raises(CommandError, match="另一个版本"):
            call_command("restore", str(backup))

    def test_what_fails_half_way_leaves_an_empty_database(self, backup, monkeypatch):
        empty()
        monkeypatch.setattr(restoring, "_reset_sequences", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            restoring.restore(backup)
        restoring.check_empty()

    def test_a_job_that_ran_is_taken_up(self, small, tmp_path):
        job = jobs.start("test.steps", key="k", args={"path": str(tmp_path / "steps"), "steps": 1}, by=None)
        backing.back_up(tmp_path / "b")
        empty()
        restoring.restore(tmp_path / "b")
        jobs.run(job.pk)
        assert (tmp_path / "steps").read_text() == "0\n"


def refused(backup: Path) -> None:
    with pytest.raises(backing.BackupError):
        restoring.restore(backup)
    restoring.check_empty()
    assert not files._root().exists() or not list(files._root().glob("??/*"))
