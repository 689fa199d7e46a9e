"""Computing published editions again from what was kept with them."""

import datetime
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from base import append_only
from base.quarters import Period, Quarter
from reports import frozen
from reports.actions import draft
from reports.measuring import measure
from reports.models import Edition, EditionSources
from schools.models import UnitFacts
from submissions.models import Entry
from targets.models import AdoptedTarget, TargetDefinition
from tests import factories
from tests.bulletins import issued
from tests.reports.world import make_world

HALF = Period.parse("2024H2")


@pytest.fixture
def edition(db, settings) -> Edition:
    """Of the real plan, in a district of eight schools."""
    settings.PLAN_TODAY = datetime.date(2025, 1, 10)
    adoption = make_world()
    bulletin = draft(measure(adoption, HALF, by=None), by=None)
    return issued(bulletin, by=factories.make_director(adoption.district))


def said() -> str:
    out = io.StringIO()
    try:
        call_command("verify_editions", stdout=out)
    except CommandError as error:
        out.write(f"{error} ({error.returncode})")
    return out.getvalue()


def alter(edition: Edition, change) -> None:
    """As somebody who may do all in the database would: the sources anew, with a checksum that fits them."""
    data = json.loads(edition.sources.data)
    change(data)
    text = json.dumps(data)
    append_only.unguard(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reports_editionsources SET data = %s, checksum = %s", [text, frozen.digest_of(text)])
    append_only.guard(connection)


def test_an_edition_is_what_its_sources_give(edition):
    assert "✓ 开发区" in (text := said())
    assert "全部相符" in text


def test_what_is_changed_afterwards_changes_no_edition(edition):
    Entry.objects.update(value=1, approved_value=1)
    UnitFacts.objects.update(stages=("senior",))
    AdoptedTarget.objects.update(warn_at=0.1, ok_at=0.2)
    TargetDefinition.objects.update(scale=7)
    assert "全部相符" in said()


def test_names_the_target_whose_source_was_altered_by_a_digit(edition):
    """One digit of one value; the figure it feeds is named with both numbers."""
    element = next(iter(json.loads(edition.sources.data)["targets"]))["numerator"][0]
    targets = [one["code"] for one in json.loads(edition.sources.data)["targets"] if element in one["numerator"]]

    def change(data):
        value = [one for one in data["values"] if one[3] == element and one[4] <= HALF.last][-1]
        value[5] = str(float(value[5]) + 1)

    alter(edition, change)
    text = said()
    assert "✗ 开发区" in text
    assert any(f"目标 {code}（" in text and "：保存 " in text and "，重算 " in text for code in targets)
    assert "保存的来源与校验码不符" in text
    assert text.endswith("处与来源不符。 (1)")


def test_names_the_target_whose_kept_result_was_altered(edition):
    def change(data):
        place = data["columns"].index("value")
        row = next(row for row in data["results"] if row[place] is not None)
        change.target, row[place] = row[1], row[place] + 1e-12

    alter(edition, change)
    assert f"目标 {change.target}（全区）完成值：保存 " in said()


def test_names_the_target_whose_printed_number_was_altered(edition):
    content = edition.content
    row = next(row for action in content["actions"] for row in action["rows"] if row["number"] is not None)
    row["number"] += 1
    append_only.unguard(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reports_edition SET content = %s", [json.dumps(content)])
    append_only.guard(connection)
    text = said()
    assert f"目标 {row['code']}（全区）完成值：通报 " in text
    assert ("内容与校验码不符" in text, "审计记录里没有发布过" in text) == (True, True)


def test_an_edition_without_its_sources_is_named(edition):
    append_only.unguard(connection)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM reports_editionsources")
    append_only.guard(connection)
    assert "没有保存来源" in said()


def test_the_sources_name_the_versions_of_entries(edition):
    kept = frozen.read(edition.sources.data)
    pk, version, unit, element, quarter, value = kept.values[0]
    entry = Entry.objects.get(pk=pk)
    assert (entry.version, entry.unit.code, entry.element.code, entry.quarter) == (version, unit, element, quarter)
    assert float(entry.approved_value) == float(value)
    assert max(row[4] for row in kept.values) <= HALF.last < Quarter.parse("2025Q1")


def test_kept_text_is_read_back_as_it_was(edition):
    kept = frozen.read(edition.sources.data)
    assert frozen.text_of(kept) == edition.sources.data
    assert EditionSources.objects.get().checksum == frozen.digest_of(edition.sources.data)
