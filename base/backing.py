"""A backup: every table as lines of JSON, every file that a row names, and a manifest with the checksums of it all.

One transaction that sees one moment of the database, on SQLite and PostgreSQL alike, and a form that either takes back
(base.restoring). A table is read and written in pieces, so that memory does not grow with it. The manifest comes last:
without it there is no backup, whatever else lies there.

    manifest.json, manifest.sha256
    tables/schools_district.jsonl.gz    a list a row, in the order of the manifest's columns
    files.txt                           the digest of each file
    files/aa/aabb…                      as in DATA_DIR
"""

import base64
import contextlib
import datetime
import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from graphlib import TopologicalSorter
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder

from base import audit, clock, files
from base.models import StoredFile

FORMAT = 1
MANIFEST, SEAL, LISTING, TABLES, FILES = "manifest.json", "manifest.sha256", "files.txt", "tables", "files"
ROWS = 2000  # in memory at once
CHUNK = 1024 * 1024
LEFT_OUT = {"django_session"}  # who was signed in; people sign in anew


class BackupError(Exception):
    """Why there is no backup, or why it is not taken back, in Chinese."""


@dataclass
class Made:
    """What a backup holds. ``lacking``: digests of files that rows name and the store has lost, or has damaged."""

    rows: int
    files: int
    lacking: list[str]


def back_up(folder: Path) -> Made:
    """Write a backup into an empty or new folder. Raises BackupError, and leaves the folder empty, if it can't."""
    _prepare(folder)
    try:
        with _one_moment():
            tables = [_write_table(model, folder) for model in models_in_order()]
            copied, lacking = _copy_files(folder)
            _write_manifest(folder, tables, lacking)
    except BaseException as error:
        _empty(folder)
        if isinstance(error, OSError):
            raise BackupError(f"写不下去，没有留下备份：{error.strerror or error}。") from error
        raise
    made = Made(sum(table["rows"] for table in tables), copied, lacking)
    audit.record(None, "backed_up", by=None, after=f"{made.rows} 行，{made.files} 个文件")
    return made


def models_in_order() -> list[type[models.Model]]:
    """Of every table, what others refer to first."""
    found = {model for model in apps.get_models(include_auto_created=True) if model._meta.db_table not in LEFT_OUT}
    sorter = TopologicalSorter({model: _referred(model) & found - {model} for model in _by_name(found)})
    return list(sorter.static_order())


def _by_name(found: set[type[models.Model]]) -> list[type[models.Model]]:
    return sorted(found, key=lambda model: model._meta.db_table)


def _referred(model: type[models.Model]) -> set[Any]:
    return {field.related_model for field in model._meta.concrete_fields if field.related_model}


def columns_of(model: type[models.Model]) -> list[str]:
    return [field.column for field in model._meta.concrete_fields]


def applied_migrations() -> list[list[str]]:
    return sorted([app, name] for app, name in MigrationRecorder(connection).applied_migrations())


def digest_of(path: Path) -> str:
    """SHA-256, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction that sees the database as it is now, whatever others write meanwhile, and keeps nobody waiting."""
    connection.ensure_connection()
    mode = getattr(connection, "transaction_mode", None)
    try:
        if connection.vendor == "sqlite":
            connection.transaction_mode = "DEFERRED"
        with transaction.atomic(durable=True):
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        if connection.vendor == "sqlite":
            connection.transaction_mode = mode


def _prepare(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise BackupError(f"“{folder}”不是空目录。备份只写进空目录或新目录。")
        for name in (TABLES, FILES):
            (folder / name).mkdir(mode=0o700)
    except OSError as error:
        raise BackupError(f"“{folder}”不能用作备份目录：{error.strerror or error}。") from error


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _write_table(model: type[models.Model], folder: Path) -> dict[str, Any]:
    """Its part of the manifest."""
    fields, path, rows = model._meta.concrete_fields, folder / TABLES / f"{model._meta.db_table}.jsonl.gz", 0
    found = model._base_manager.order_by("pk").values_list(*(field.attname for field in fields))
    with _synced(path) as raw, gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=4, mtime=0) as file:
        for row in found.iterator(chunk_size=ROWS):
            plain = [field.get_prep_value(value) for field, value in zip(fields, row, strict=True)]
            file.write(json.dumps(plain, ensure_ascii=False, default=_plain).encode() + b"\n")
            rows += 1
    return {"name": model._meta.db_table, "columns": columns_of(model), "rows": rows, "sha256": digest_of(path)}


def _plain(value: Any) -> str:
    """What JSON has no word for; the column's field reads it back."""
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} is not backed up")


def _copy_files(folder: Path) -> tuple[int, list[str]]:
    """How many files were copied, and which could not."""
    copied, lacking = 0, []
    digests = StoredFile.objects.order_by("digest").values_list("digest", flat=True).distinct()
    with _synced(folder / LISTING) as listing:
        for digest in digests.iterator(chunk_size=ROWS):
            if copy_file(files.path_of(digest), path_in(folder, digest)):
                listing.write(digest.encode() + b"\n")
                copied += 1
            else:
                lacking.append(digest)
    return copied, lacking


def path_in(folder: Path, digest: str) -> Path:
    return folder / FILES / digest[:2] / digest


def copy_file(source: Path, to: Path) -> bool:
    """Whether ``to`` has the content that its name says, afterwards; nothing remains of one that has not."""
    to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, part = hashlib.sha256(), to.with_name(f"new-{to.name}")
    try:
        with source.open("rb") as file, _synced(part) as copy:
            while piece := file.read(CHUNK):
                digest.update(piece)
                copy.write(piece)
    except FileNotFoundError:
        return False
    if digest.hexdigest() != to.name:
        part.unlink()
        return False
    part.replace(to)
    return True


def _write_manifest(folder: Path, tables: list[dict[str, Any]], lacking: list[str]) -> None:
    manifest = {
        "format": FORMAT,
        "made_at": clock.instant().isoformat(timespec="seconds"),
        "migrations": applied_migrations(),
        "tables": tables,
        "files": digest_of(folder / LISTING),
        "lacking": lacking,
    }
    with _synced(folder / MANIFEST) as file:
        file.write(json.dumps(manifest, ensure_ascii=False, indent=1).encode())
    with _synced(folder / SEAL) as file:
        file.write(digest_of(folder / MANIFEST).encode() + b"\n")


@contextlib.contextmanager
def _synced(path: Path) -> Iterator[IO[bytes]]:
    """A new file that lies on the disk when this ends."""
    with path.open("xb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
