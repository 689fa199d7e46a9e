"""Bulletins on their way to the reader."""

from reports.actions import publish, send
from reports.models import Bulletin, Edition
from schools.models import User
from tests import factories


def sent(bulletin: Bulletin, *, by: User | None = None) -> Bulletin:
    """In review; sent by the one who drafted it."""
    sender = by or bulletin.drafted_by or factories.make_director(bulletin.adoption.district)
    return send(bulletin, by=sender, correction="数据更正" if bulletin.editions.exists() else "")


def issued(bulletin: Bulletin, *, by: User) -> Edition:
    """Published by a director."""
    return publish(sent(bulletin), by=by)
