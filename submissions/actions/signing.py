"""The sign-off sheet of a form that is handed in."""

from base import audit, clock
from schools.models import Unit, User
from submissions import codes
from submissions.models import SignOff
from submissions.sheets import Sheet
from targets import values


def sign_off(sheet: Sheet, unit: Unit, *, by: User) -> None:
    """Keep what ``unit`` hands in with ``sheet`` under a check code of its own, if it differs from its newest one."""
    content = [
        [cell.element.code, values.plain(cell.element, cell.value)]
        for cell in sheet.cells.values()
        if not cell.is_blank
    ]
    newest = SignOff.objects.filter(unit=unit, quarter=sheet.quarter).first()
    if newest is not None and dict(newest.content) == dict(content):
        return
    made = SignOff.objects.create(
        unit=unit, quarter=sheet.quarter, code=codes.draw(), content=content, made_at=clock.now(), made_by=by
    )
    audit.record(made, "signed_off", by=by)
