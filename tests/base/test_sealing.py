"""The chain of seals, and finding what was done to the log behind its back."""

import datetime
import io
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from base import append_only, audit, clock, jobs, sealing
from base.models import AuditRow, AuditSeal

DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 4)


@pytest.fixture
def write(clerk):
    """``write(3)``: three rows."""
    return lambda count: [audit.record(clerk, "changed", by=clerk, before=i, after=i + 1) for i in range(count)]


@pytest.fixture
def ten(write) -> list[AuditRow]:
    """Ten sealed rows, in three batches."""
    rows = write(10)
    sealing.seal()
    return rows


def verified(*arguments: str) -> str:
    """What the command says; an end with exit code 1 among it."""
    out = io.StringIO()
    try:
        call_command("verify_audit", *arguments, stdout=out)
    except CommandError as error:
        out.write(f"{error} ({error.returncode})")
    return out.getvalue()


@contextmanager
def behind_its_back():
    """As somebody who may do all in the database would."""
    append_only.unguard(connection)
    with connection.cursor() as cursor:
        yield cursor.execute
    append_only.guard(connection)


@contextmanager
def later(monkeypatch, by: datetime.timedelta):
    with monkeypatch.context() as patch:
        moment = clock.instant() + by
        patch.setattr(clock, "instant", lambda: moment)
        yield


def test_seals_in_batches_and_each_names_the_one_before(ten):
    seals = list(AuditSeal.objects.all())
    assert [seal.count for seal in seals] == [4, 4, 2]
    assert [seal.previous for seal in seals] == ["", seals[0].digest, seals[1].digest]
    assert sealing.seal() == 0
    assert "已核对 10 行，封存 3 次" in verified()


def test_tells_how_many_are_not_sealed_yet_and_since_when(ten, write):
    first, _ = write(2)
    said = verified()
    assert f"最新的 2 行还没有封存，最早的一行是 {first.at:%Y-%m-%d %H:%M:%S}" in said
    assert "没有发现改动" in said


def test_names_a_changed_row(ten):
    with behind_its_back() as execute:
        execute("UPDATE base_auditrow SET after = '99' WHERE id = %s", [ten[5].pk])
    said = verified()
    assert f"✗ 第 {ten[5].pk} 行（" in said
    assert ("被改动" in said, said.count("✗"), "1 处与封存不符。 (1)" in said) == (True, 1, True)


@pytest.mark.parametrize("column", ["at", "by_id", "verb", "before", "why", "district_id", "origin", "agent"])
def test_no_column_can_be_changed(ten, column, auditor):
    value = {"by_id": auditor.pk, "district_id": 987654, "at": "2001-01-01 00:00:00"}.get(column, "x")
    with behind_its_back() as execute:
        execute(f"UPDATE base_auditrow SET {column} = %s WHERE id = %s", [value, ten[0].pk])  # noqa: S608
    assert f"第 {ten[0].pk} 行" in verified()


@pytest.mark.parametrize("place", [0, 5, 9])
def test_names_a_removed_row(ten, place):
    with behind_its_back() as execute:
        execute("DELETE FROM base_auditrow WHERE id = %s", [ten[place].pk])
    assert f"✗ 第 {ten[place].pk} 行被删除" in verified()


def test_names_a_row_that_was_put_in(ten, monkeypatch, clerk):
    gap = audit.record(clerk, "changed", by=clerk)
    with behind_its_back() as execute:
        execute("DELETE FROM base_auditrow WHERE id = %s", [gap.pk])
    audit.record(clerk, "changed", by=clerk)
    sealing.seal()
    with later(monkeypatch, DAY):
        AuditRow(pk=gap.pk, at=clock.now(), verb="approved").save()
        assert sealing.seal() == 0
        assert f"✗ 第 {gap.pk} 行（" in (said := verified())
        assert "后来插入" in said


def test_a_row_that_turns_up_late_is_sealed_by_the_next_seal(write):
    rows = write(3)
    with behind_its_back() as execute:  # as if its transaction were still open
        execute("DELETE FROM base_auditrow WHERE id = %s", [rows[1].pk])
    sealing.seal()
    rows[1]._state.adding = True
    rows[1].save()
    assert "最新的 1 行还没有封存" in verified()
    assert sealing.seal() == 1
    write(1)
    assert sealing.seal() == 1
    assert sealing.seal() == 0
    assert "已核对 4 行，封存 3 次" in (said := verified())
    assert "没有发现改动" in said


@pytest.mark.parametrize("change", ["digest = 'x'", "count = 3", "previous = 'x'"])
def test_a_changed_seal_is_found(ten, change):
    with behind_its_back() as execute:
        second = "(SELECT MIN(id) + 1 FROM base_auditseal)"
        execute(f"UPDATE base_auditseal SET {change} WHERE id = {second}")  # noqa: S608
    assert "✗ 封存" in verified()


def test_a_removed_seal_is_found(ten):
    with behind_its_back() as execute:
        execute("DELETE FROM base_auditseal WHERE id = (SELECT MIN(id) + 1 FROM base_auditseal)")
    assert "接不上" in verified()


def test_a_log_cut_off_at_its_end_lacks_the_digest_that_was_noted(ten):
    noted = AuditSeal.objects.last().digest
    assert "没有发现改动" in verified("--expect", noted)
    with behind_its_back() as execute:
        execute("DELETE FROM base_auditseal WHERE id = (SELECT MAX(id) FROM base_auditseal)")
        execute("DELETE FROM base_auditrow WHERE id > %s", [ten[7].pk])
    assert "没有发现改动" in verified()
    assert "链上没有所给的校验码" in verified("--expect", noted)


def test_a_database_that_does_not_guard_is_named(ten):
    append_only.unguard(connection)
    assert "base_auditrow 没有数据库触发器保护" in verified()
    append_only.guard(connection)


def test_the_job_seals_and_takes_the_same_queries_for_a_longer_log(write, django_assert_num_queries):
    for _ in range(2):
        write(3)
        with django_assert_num_queries(14):
            jobs.seal()


@pytest.mark.django_db(transaction=True)
def test_of_many_that_seal_at_once_one_does(write, monkeypatch):
    write(9)
    start = Barrier(4)

    def seal(_: int) -> int:
        start.wait()
        try:
            return sealing.seal()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        sealed = sum(pool.map(seal, range(4)))
    assert sealed <= AuditRow.objects.count()
    assert sum(AuditSeal.objects.values_list("count", flat=True)) == 9
    assert "没有发现改动" in verified()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_rows_that_commit_in_another_order_than_their_numbers_are_all_sealed(clerk):
    """A transaction draws a number, another one's later number is sealed first."""
    drawn, sealed = Event(), Event()

    def write_slowly() -> int:
        try:
            with transaction.atomic():
                row = audit.record(clerk, "slow", by=clerk)
                drawn.set()
                assert sealed.wait(10)
            return row.pk
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(write_slowly)
        assert drawn.wait(10)
        quick = audit.record(clerk, "quick", by=clerk)
        assert sealing.seal() == 1
        sealed.set()
        assert slow.result() < quick.pk
    assert "最新的 1 行还没有封存" in verified()
    assert sealing.seal() == 1
    assert "已核对 2 行，封存 2 次" in (said := verified())
    assert "没有发现改动" in said
