"""Taking a backup (base.backing) back into an empty installation, of whichever database: all of it, or nothing.

First everything is held against its checksum; then the files are put into the store, where they do no harm; then the
rows go in, what others refer to first, in one transaction. The tables that only grow take new rows and keep their
triggers. Numbers stay as they were, so do times, digests and seals.
"""

import gzip
import json
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.loader import MigrationLoader

from base import audit, files
from base.backing import (
    FORMAT,
    LISTING,
    MANIFEST,
    ROWS,
    SEAL,
    TABLES,
    BackupError,
    Made,
    applied_migrations,
    columns_of,
    copy_file,
    digest_of,
    models_in_order,
    path_in,
)

OF_MIGRATE: tuple[type[models.Model], ...] = (Permission, ContentType)  # made by it, and made anew from the backup
# Their values are text in the backup; those of the others are what a column takes.
TEXTUAL = (models.DateField, models.DecimalField, models.BinaryField, models.TimeField)
CHECKED_AFTER = 50  # pieces: PostgreSQL remembers each row whose references it has not looked at


def restore(folder: Path) -> Made:
    """Raises BackupError, with nothing changed, where it can't be taken back."""
    manifest = read_manifest(folder)
    check_fits(manifest)
    check_empty()
    check_undamaged(folder, manifest)
    copied = _put_files(folder)
    with transaction.atomic(durable=True):
        for model in OF_MIGRATE:
            model._base_manager.all().delete()
        for model in models_in_order():
            _put_rows(model, folder)
        _reset_sequences()
        audit.record(None, "restored", by=None, after=f"{manifest['made_at']} 的备份")
    return Made(sum(table["rows"] for table in manifest["tables"]), copied, manifest["lacking"])


@cache
def wanted_migrations() -> frozenset[tuple[str, str]]:
    """Those of this version of the program."""
    return frozenset(MigrationLoader(None).disk_migrations)


def read_manifest(folder: Path) -> dict[str, Any]:
    try:
        seal = (folder / SEAL).read_bytes()
        whole = seal == digest_of(folder / MANIFEST).encode() + b"\n"
    except OSError as error:
        raise BackupError(f"“{folder}”里没有完整的备份：缺少 {MANIFEST} 或 {SEAL}。") from error
    if not whole:
        raise BackupError(f"备份已损坏：{MANIFEST} 与校验码不符。")
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    if manifest["format"] != FORMAT:
        raise BackupError(f"备份的格式是 {manifest['format']}，本版本只认 {FORMAT}。")
    return manifest


def check_fits(manifest: dict[str, Any]) -> None:
    """The same tables with the same columns, in the backup, the program and the database."""
    wanted = sorted([app, name] for app, name in wanted_migrations())
    if manifest["migrations"] != wanted:
        raise BackupError("备份来自程序的另一个版本。请装备份时的版本，恢复以后再升级。")
    if applied_migrations() != wanted:
        raise BackupError("这里的数据库结构不是本版本的，请先运行 migrate。")
    there = [[table["name"], table["columns"]] for table in manifest["tables"]]
    if there != [[model._meta.db_table, columns_of(model)] for model in models_in_order()]:
        raise BackupError("备份里的数据表与本版本的不同。请装备份时的版本，恢复以后再升级。")


def check_empty() -> None:
    filled = [
        model._meta.db_table for model in models_in_order() if model not in OF_MIGRATE and model._base_manager.exists()
    ]
    if filled:
        raise BackupError(f"这里已有数据（{'、'.join(filled[:5])}）。备份只恢复到刚运行过 migrate 的空系统。")


def check_undamaged(folder: Path, manifest: dict[str, Any]) -> None:
    for table in manifest["tables"]:
        _check(_table_path(folder, table["name"]), table["sha256"], folder)
    _check(folder / LISTING, manifest["files"], folder)
    for digest in _listed(folder):
        _check(path_in(folder, digest), digest, folder)


def _check(path: Path, digest: str, folder: Path) -> None:
    try:
        whole = digest_of(path) == digest
    except OSError as error:
        raise BackupError(f"备份已损坏：{path.relative_to(folder)} 读不出来。") from error
    if not whole:
        raise BackupError(f"备份已损坏：{path.relative_to(folder)} 与校验码不符。")


def _table_path(folder: Path, name: str) -> Path:
    return folder / TABLES / f"{name}.jsonl.gz"


def _listed(folder: Path) -> Iterator[str]:
    with (folder / LISTING).open(encoding="ascii") as listing:
        yield from (line.strip() for line in listing)


def _put_files(folder: Path) -> int:
    copied = 0
    for digest in _listed(folder):
        try:
            whole = copy_file(path_in(folder, digest), files.path_of(digest))
        except OSError as error:
            raise BackupError(f"文件放不进 DATA_DIR/files：{error.strerror or error}。") from error
        if not whole:
            raise BackupError(f"备份已损坏：文件 {digest} 与校验码不符。")
        copied += 1
    return copied


def _put_rows(model: type[models.Model], folder: Path) -> None:
    fields = model._meta.concrete_fields
    names = [field.attname for field in fields]
    texts = [(place, field) for place, field in enumerate(fields) if isinstance(field, TEXTUAL)]
    refers_to_itself = any(field.related_model is model for field in fields)
    manager = model._base_manager.db_manager(connection.alias)
    most = max(1, min(ROWS, connection.ops.bulk_batch_size(fields, range(ROWS))))
    with gzip.open(_table_path(folder, model._meta.db_table), "rt", encoding="utf-8") as lines:
        for number, piece in enumerate(iter(lambda: list(islice(lines, most)), []), 1):
            rows = [_read(json.loads(line), texts) for line in piece]
            objects = [model.from_db(connection.alias, names, row) for row in rows]
            # As a fixture is loaded: no field fills in what it would for a new row.
            manager.all()._insert(objects, fields=fields, using=connection.alias, raw=True)
            if number % CHECKED_AFTER == 0 and not refers_to_itself:
                _check_references()
    _check_references()


def _read(row: list[Any], texts: list[tuple[int, models.Field]]) -> list[Any]:
    for place, field in texts:
        row[place] = field.to_python(row[place])
    return row


def _check_references() -> None:
    if connection.vendor == "postgresql":
        connection.check_constraints()


def _reset_sequences() -> None:
    """On PostgreSQL; elsewhere a number given is a number used."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models_in_order()):
            cursor.execute(statement)
