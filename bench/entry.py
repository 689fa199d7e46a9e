"""Entering figures, on the demo district: the server's time for saving one field as it is left, for saving a whole
form, and for bringing in a section's workbook.

    python bench/entry.py --json FILE
"""

import datetime
import io
import secrets
from collections.abc import Callable
from itertools import count

from common import Line, answered, cookies_of, line, ratio, run

UNIT, SECTION, QUARTER = "X001", "safety", "2025Q2"


def measured() -> list[Line]:
    autosave, least = saving_a_field()
    bring_in, read, fill_in = importing()
    return [
        line("autosave, against a bare view that reads session and user and inserts", ratio(autosave, least, 201), 3),
        line("saving a full form, against a raw bulk upsert of the same rows", ratio(*saving_a_form(), 31), 3),
        line("importing a section's workbook, against reading it with openpyxl", ratio(bring_in, read, 15, fill_in), 3),
    ]


def saving_a_field() -> tuple[Callable[[], None], Callable[[], None]]:
    """A POST of one changed figure as HTMX sends it, and one to a bare view: both through the whole of WSGI."""
    from django.contrib.auth import SESSION_KEY
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpRequest, HttpResponse
    from django.urls import path

    from base import audit
    from edu_plan.urls import urlpatterns
    from submissions.sheets import school_sheet

    def bare(request: HttpRequest) -> HttpResponse:
        request.user.is_authenticated  # noqa: B018
        audit.record(request.user, "bench", by=request.user)
        return HttpResponse(request.session[SESSION_KEY])

    urlpatterns.append(path("bare/", bare))
    application, cookie, unit, quarter = get_wsgi_application(), cookies_of(clerk()), *place()
    cell = next(cell for cell in school_sheet(unit, quarter).cells.values() if cell.element.value_type == "integer")
    versions = count(cell.version)

    def autosave() -> None:
        version = next(versions)
        typed = {f"value.{cell.key}": 10 + version % 2, f"version.{cell.key}": version}
        answer = answered(application, f"/fill/{UNIT}/{QUARTER}/entry/{cell.key}/", cookie, typed)
        assert "已保存" in answer.decode(), answer

    return autosave, lambda: answered(application, "/bare/", cookie, {})


def saving_a_form() -> tuple[Callable[[], None], Callable[[], None]]:
    """The action that saves every number of the year's longest form, all of them changed; one upsert of the rows."""
    from django.db import transaction

    from base import clock
    from base.quarters import Quarter
    from submissions.actions import save_values
    from submissions.models import Entry
    from submissions.sheets import school_sheet

    unit, quarter, by, open_day = place()[0], Quarter.of(2025, 3), clerk(), datetime.date(2025, 10, 3)
    with clock.pinned(open_day):
        sheet = school_sheet(unit, quarter)
        keys = [key for key, cell in sheet.cells.items() if cell.element.value_type == "integer"]
        save_values(unit, quarter, {key: ("1", 0) for key in keys}, by=by)
    entries = list(Entry.objects.filter(unit=unit, quarter=quarter).select_related("element"))
    versions = {entry.element.code: entry.version for entry in entries}
    rounds = count(2)

    def save() -> None:
        number = str(2 + next(rounds) % 8)
        with clock.pinned(open_day):
            saved = save_values(unit, quarter, {key: (number, versions[key]) for key in versions}, by=by)
        assert len(saved.saved) == len(versions), saved.problems
        versions.update({key: saved.sheet.cells[key].version for key in versions})

    def upsert() -> None:
        with transaction.atomic():
            Entry.objects.bulk_create(
                entries, update_conflicts=True, unique_fields=["unit", "quarter", "element"], update_fields=["value"]
            )

    return save, upsert


def importing() -> tuple[Callable[[], None], ...]:
    """A section's workbook of all sixty schools, filled in: brought in, checked and saved; and read with openpyxl."""
    from django.core.files.base import ContentFile
    from openpyxl import load_workbook

    from schools.models import Section, User
    from submissions.models import Entry, EntryState, Upload
    from submissions.sheets import section_sheet
    from submissions.workbooks import layout
    from submissions.workbooks.checking import check
    from submissions.workbooks.uploads import bring_in_grid, confirm, content_of, finish_check
    from submissions.workbooks.writing import HEAD, section_workbook

    quarter, section = place()[1], Section.objects.select_related("district").get(code=SECTION)
    by = User.objects.get(username=f"{SECTION}-1")
    theirs = Entry.objects.for_quarter(quarter).filter(element__entered_by=SECTION)
    theirs.update(state=EntryState.DRAFT, approved_value=None, approved_at=None, approved_by=None)  # as before approval

    def filled() -> bytes:
        """As downloaded, with every yes or no of the schools turned round."""
        book = load_workbook(io.BytesIO(section_workbook(section_sheet(section, quarter), section)))
        for row in book[layout.GRID].iter_rows(min_row=HEAD + 2):
            for cell in row:
                if not cell.protection.locked:
                    cell.value = {layout.YES: layout.NO, layout.NO: layout.YES}.get(cell.value, cell.value)
        content = io.BytesIO()
        book.save(content)
        return content.getvalue()

    files: list[bytes] = []

    def bring_in() -> None:
        upload = bring_in_grid(section, quarter, ContentFile(files[-1], "grid.xlsx"), by=by)
        finish_check(upload, check(upload, content_of(upload)))
        upload = confirm(Upload.objects.get(pk=upload.pk), take_file=False, by=by)
        assert upload.outcome.get("saved", 0) > 100, upload.outcome

    def read() -> None:
        for sheet in load_workbook(io.BytesIO(files[-1]), data_only=True):
            list(sheet.iter_rows(values_only=True))

    return bring_in, read, lambda: files.append(filled())


def place() -> tuple[object, object]:
    from base.quarters import Quarter
    from schools.models import Unit

    return Unit.objects.select_related("district").with_facts().get(code=UNIT), Quarter.parse(QUARTER)


def clerk() -> object:
    from schools.models import User

    return User.objects.get(username=f"{UNIT.lower()}-clerk")


if __name__ == "__main__":
    run(measured, DEBUG="0", SECRET_KEY=secrets.token_urlsafe(50), TLS="0", ALLOWED_HOSTS="localhost")
