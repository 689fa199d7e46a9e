"""Writes about targets that do not come from a plan file."""

import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from base import audit
from schools.models import User
from targets.models import AdoptedTarget


@transaction.atomic
def set_baseline(
    adopted: AdoptedTarget, *, value: Decimal, date: datetime.date, source: str, by: User | None
) -> AdoptedTarget:
    """Give a district's target its baseline, in the target's unit, with the day it was taken and where it comes from.

    Raises ValidationError without a source. Stored results keep the baseline they were measured with.
    """
    if not source.strip():
        raise ValidationError({"source": "基期值须写明来源。"})
    before = "" if adopted.baseline_value is None else f"{adopted.baseline_value:f}"
    adopted.baseline_value, adopted.baseline_date, adopted.baseline_source = value, date, source.strip()
    adopted.full_clean()
    adopted.save()
    audit.record(adopted, "changed", by=by, before=before, after=f"{value:f}（{date}，{source.strip()}）")
    return adopted
