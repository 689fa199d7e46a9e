"""The pages of the audit log."""

import csv
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from base.models import AuditRow
from base.tables import csv_text
from edu_plan.forms import LogForm
from edu_plan.log import Line, lines_of, older_than, rows_of
from edu_plan.rules import audited_districts

PER_PAGE = 50
BATCH = 500  # rows of a file that are read at once
COLUMNS = ("编号", "时间", "何人", "动作", "对象", "原值", "新值", "事由", "来自", "浏览器")


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """The newest rows, or those older than ``before``."""
    districts, form = audited_districts(request.posts), LogForm(request.GET)
    if not form.is_valid():
        return render(request, "base/log.html", {"form": form}, status=422)
    rows = rows_of(districts, form.cleaned_data)
    before = form.cleaned_data["before"]
    if before is not None:
        mark = rows_of(districts, LogForm.NOTHING).filter(pk=before).first()
        if mark is None:
            raise BadRequest("没有这一页。")
        rows = older_than(rows, mark)
    found = list(rows[: PER_PAGE + 1])
    context = {
        "form": form,
        "lines": lines_of(found[:PER_PAGE]),
        "older": found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None,
        "query": form.query,
    }
    return render(request, "base/log.html", context)


@require_safe
def log_file(request: HttpRequest) -> HttpResponse:
    """All rows that the filters find, as a table in UTF-8, whose cells no spreadsheet takes for formulas."""
    districts, form = audited_districts(request.posts), LogForm(request.GET)
    if not form.is_valid():
        raise BadRequest("没有这样的筛选条件。")
    rows = rows_of(districts, form.cleaned_data)
    headers = {"Content-Disposition": 'attachment; filename="audit-log.csv"'}
    return StreamingHttpResponse(_table(rows), content_type="text/csv; charset=utf-8", headers=headers)


def _table(rows: QuerySet[AuditRow]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    batch: list[AuditRow] = []
    for row in rows.iterator(chunk_size=BATCH):
        batch.append(row)
        if len(batch) == BATCH:
            yield from _written(writer, batch)
            batch = []
    yield from _written(writer, batch)


def _written(writer: Any, batch: list[AuditRow]) -> Iterator[str]:
    for line in lines_of(batch):
        yield writer.writerow([csv_text(cell) for cell in _cells(line)])


def _cells(line: Line) -> tuple[str, ...]:
    at = timezone.localtime(line.at).isoformat(sep=" ", timespec="seconds")
    return str(line.pk), at, line.who, line.what, line.about, line.before, line.after, line.why, line.origin, line.agent


class _Echo:
    def write(self, text: str) -> str:
        return text
