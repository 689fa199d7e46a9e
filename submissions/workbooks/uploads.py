"""What becomes of a workbook that somebody brings in: kept, checked, and saved as a whole or not at all."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction

from base import audit, clock
from base.files import MB, open_file, store
from base.jobs import start
from base.quarters import Quarter
from schools.models import Section, Unit, User
from submissions import actions
from submissions.cells import Typed
from submissions.models import Upload, UploadState
from submissions.workbooks.checking import Outcome, check

KINDS = ("xlsx", "xls", "csv")
LIMIT = 10 * MB
REPORT_LIMIT = 30 * MB
MANY = 2000  # values that are saved behind the page
CHECK, SAVE = "workbook.check", "workbook.save"


@transaction.atomic
def bring_in_form(unit: Unit, quarter: Quarter, file: File, *, by: User) -> Upload:
    """A school's form, checked at once. Raises ValidationError, and keeps nothing, where nothing of it can be taken."""
    stored = store(file, by=by, kinds=KINDS, limit=LIMIT)
    upload = Upload(unit=unit, quarter=quarter, file=stored, by=by, at=clock.now(), state=UploadState.CHECKED)
    upload.outcome = check(upload, content_of(upload)).kept()
    upload.save()
    audit.record(upload, "uploaded", by=by, after=stored.name)
    return upload


@transaction.atomic
def bring_in_grid(section: Section, quarter: Quarter, file: File, *, by: User) -> Upload:
    """A section's figures, checked behind the page."""
    stored = store(file, by=by, kinds=KINDS, limit=LIMIT)
    upload = Upload.objects.create(section=section, quarter=quarter, file=stored, by=by, at=clock.now())
    upload.job = start(CHECK, key=f"workbook:{upload.pk}", args={"upload_id": upload.pk}, by=by)
    upload.save(update_fields=["job"])
    audit.record(upload, "uploaded", by=by, after=stored.name)
    return upload


def content_of(upload: Upload) -> bytes:
    with open_file(upload.file) as file:
        return file.read()


@transaction.atomic
def finish_check(upload: Upload, outcome: Outcome, commented: bytes | None = None) -> None:
    """Write down what a check found, with the workbook that shows it, if anything is bad. One that comes too late, a
    job that another has taken over, overwrites nothing."""
    held = _held(upload)
    if held.state != UploadState.CHECKING:
        return
    if commented is not None:
        name = f"{held.file.name.rpartition('.')[0]}（批注）.xlsx"
        held.report = store(ContentFile(commented, name), by=held.by, kinds=("xlsx",), limit=REPORT_LIMIT)
    held.outcome, held.state = outcome.kept(), UploadState.CHECKED
    held.save(update_fields=["outcome", "state", "report"])


def confirm(upload: Upload, *, take_file: bool, by: User, hidden: Collection[int] = ()) -> Upload:
    """Save all that the check found, in one transaction; of what was changed on the page in between what the file says
    (``take_file``), or not. Confirmed twice, it is saved once.

    Where something has changed since the check, so that not all could be saved, nothing is: the upload comes back
    checked anew and unsaved. Raises Closed, and ValidationError while cells are bad.
    """
    with transaction.atomic():
        held = _held(upload)
        if held.state != UploadState.CHECKED:
            return held
        outcome = Outcome.of(held)
        if outcome.bad:
            raise ValidationError(f"表里还有 {outcome.bad} 格有问题，没有保存。请改正后重新上传。", code="bad")
        try:
            saved = _save(held, outcome.to_save(take_file=take_file), by, hidden)
        except actions.NotAllSaved:
            held.outcome = check(held, content_of(held), hidden=hidden).kept()
            held.save(update_fields=["outcome"])
            return held
        held.outcome |= {"saved": len(saved.saved)}
        return _end(held, UploadState.SAVED, by)


def confirm_later(upload: Upload, *, take_file: bool, by: User) -> None:
    """``confirm``, behind the page."""
    args = {"upload_id": upload.pk, "take_file": take_file, "by_id": by.pk}
    with transaction.atomic():
        upload.job = start(SAVE, key=f"workbook:{upload.pk}:save", args=args, by=by)
        upload.save(update_fields=["job"])


@transaction.atomic
def discard(upload: Upload, *, by: User) -> Upload:
    held = _held(upload)
    return _end(held, UploadState.DISCARDED, by) if held.state == UploadState.CHECKED else held


def _save(upload: Upload, typed: dict[str, Typed], by: User, hidden: Collection[int]) -> actions.Saved:
    if upload.unit is not None:
        return actions.save_values(upload.unit, upload.quarter, typed, by=by, all_or_nothing=True)
    return actions.save_grid(upload.section, upload.quarter, typed, by=by, hidden=hidden, all_or_nothing=True)


def _held(upload: Upload) -> Upload:
    places = ("unit__district", "section__district", "file")
    return Upload.objects.select_for_update(of=("self",)).select_related(*places).get(pk=upload.pk)


def _end(upload: Upload, state: UploadState, by: User) -> Upload:
    upload.state, upload.ended_at = state, clock.now()
    upload.save(update_fields=["state", "ended_at", "outcome"])
    audit.record(upload, state.value, by=by)
    return upload
