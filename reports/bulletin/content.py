"""A bulletin's content as JSON, put together from stored results. Nothing is measured here.

VERSION 3 has these keys; editions of VERSION 1 and 2 lack those marked (2) and (3), and their text has no references:

- ``version``; ``head``: title, district, office (who issues it), plan, period, period_label, addressees, as_of;
- ``measurement``: checksum and measured_at of the results that it was made from;
- ``tally``: total, counts by status, completion {achieved, of, shown}; ``before`` (the half-year before) and
  ``year_ago`` (the same one a year ago): {label, counts, completion}, or null where nothing was measured;
- ``figures`` (3): what texts refer to, as printed, by key (groups.py, references.py); texts are by prose/;
- ``summary``: paragraphs; ``actions``: {no, name, short, counts, completion, paragraphs, rows} (rows.py says what a
  row is), and (2) ``words`` and ``unwritten``, what sections told of its tasks (telling.py); ``safeguards``: the same
  without number, short name and words;
- ``red``: the rows behind and overdue, each with ``action``; ``problems`` and ``next``: paragraphs;
- ``rectifications`` (2): rows, lacking and overdue of the ledger (telling.py);
- ``waiting``: {section, count} of what was handed in and not reviewed yet; ``unready`` (3): what lacked, by quarter
  (unready.py); ``reporting`` (3): how much of what is due was reported by when (_reporting);
- ``words`` (3): how many of the sections' words are in the body (outline.py);
- ``schools``, ``quality``: how each school stands and how it reported (schools.py);
- ``charts``: status, history, trends, gaps, completeness {sections, schools}: data for reports/charts.

From the second edition on there is ``changes`` (changes.py). An edition's content, and that of a draft on a page, has
``wording`` (3): {text, by} of the sections that somebody worded (outline.py); an edition's has ``edition``: {number,
date, by, sources, correction}, ``sources`` being the digest of what it was computed from (reports/frozen.py) and
``correction`` why there is another one. Of sensitive targets there is no figure by school.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from base import clock
from base.quarters import Period
from base.templatetags.quarters import day, end_of
from reports.bulletin import figures, prose, telling
from reports.bulletin.rows import Row, row_of
from reports.bulletin.schools import quality_of, schools_of
from reports.bulletin.unready import unready_of
from reports.models import Measurement
from reports.overview import Chapter, Home, Overview, overview_of
from reports.progress import sheets_of
from reports.queries import half_years, measurement_of
from reports.readings import Reading
from reports.rectification import ledger_of
from reports.tally import RED, Counts, completion_of, counts_of, share_shown
from schools.models import Section, UnitKind
from submissions.models import Entry, EntryState
from targets.models import ValueType
from tasks.models import Adoption

VERSION = 3
ADDRESSEES = "各学校（幼儿园）、各科室"

Data = dict[str, Any]


def content_of(measurement: Measurement) -> Data:
    """The bulletin that says what ``measurement`` found."""
    overview = overview_of(measurement)
    rows = _rows(overview)
    adoption, period = measurement.adoption, measurement.period
    told = telling.told_by_sections(sheets_of(adoption, period), ledger_of(adoption, period))
    actions = [_action(one, rows) | told.of_action(one.action.no) for one in overview.chapters]
    safeguards = _part({"name": "保障措施"}, overview.safeguards, rows)
    content = {
        "version": VERSION,
        "head": _head(measurement),
        "measurement": {"checksum": measurement.checksum, "measured_at": measurement.measured_at.isoformat()},
        "tally": _tally(measurement, rows),
        "actions": actions,
        "safeguards": safeguards,
        "red": _red(actions, safeguards),
        "reporting": _reporting(measurement, rows.values()),
        "rectifications": told.rectifications,
        "waiting": _waiting(measurement),
        "unready": [asdict(one) for one in unready_of(adoption, period)],
        "schools": schools_of(measurement),
        "quality": quality_of(measurement),
        "charts": _charts(measurement, overview),
    }
    return prose.written(content)


def _head(measurement: Measurement) -> Data:
    adoption, period = measurement.adoption, measurement.period
    return {
        "title": f"关于{period.label}{adoption.plan.name}目标任务完成情况的通报",
        "district": adoption.district.name,
        "office": _office(measurement),
        "plan": adoption.plan.name,
        "period": str(period),
        "period_label": period.label,
        "addressees": ADDRESSEES,
        "as_of": end_of(period.last),
    }


def _office(measurement: Measurement) -> str:
    """The bureau's name at the end of the period; the district's where it has none yet."""
    district = measurement.adoption.district
    bureau = district.units.with_facts().filter(kind=UnitKind.BUREAU).first()
    return bureau.facts_in(measurement.period.last).name if bureau else district.name


def _rows(overview: Overview) -> dict[str, Row]:
    """By code, in the plan's order."""
    adoption, period = overview.measurement.adoption, overview.measurement.period
    before, year_ago = _readings(adoption, period.moved(-1)), _readings(adoption, period.moved(-2))
    reasons, schools = _verdict_reasons(overview.measurement), _schools(overview.measurement)
    tasks = {one.code: home.part for chapter in overview.chapters for home in chapter.homes for one in home.readings}
    return {
        one.code: row_of(
            one,
            period,
            task=tasks.get(one.code),
            before=before.get(one.code),
            year_ago=year_ago.get(one.code),
            reason=reasons.get(one.definition.elements[0].code, ""),
            short=[] if one.definition.sensitive else [schools[code] for code in _codes(one.result.short_units)],
        )
        for one in overview.readings
    }


def _readings(adoption: Adoption, period: Period) -> dict[str, Reading]:
    """The district's results of an earlier period, by target."""
    measurement = measurement_of(adoption, period)
    if measurement is None:
        return {}
    return {result.target.code: Reading(result) for result in measurement.results.of_district().with_parts()}


def _schools(measurement: Measurement) -> dict[str, str]:
    """Names in force at the end of the period, by code."""
    units = measurement.adoption.district.units.with_facts()
    return {unit.code: unit.facts_in(measurement.period.last).name for unit in units}


def _codes(joined: str) -> list[str]:
    return joined.split("+") if joined else []


def _verdict_reasons(measurement: Measurement) -> dict[str, str]:
    """What the bureau wrote with its newest approved verdicts, by element."""
    entries = Entry.objects.approved().of(measurement.adoption.district).up_to(measurement.period.last)
    verdicts = entries.filter(element__value_type=ValueType.VERDICT, state=EntryState.APPROVED).order_by("quarter")
    return dict(verdicts.values_list("element__code", "note"))


def _tally(measurement: Measurement, rows: dict[str, Row]) -> Data:
    counts = counts_of(row["status"] for row in rows.values())
    period = measurement.period
    return {
        "total": len(rows),
        **_counted(counts),
        "before": _then(period.moved(-1), [row["before"] for row in rows.values()]),
        "year_ago": _then(period.moved(-2), [row["year_ago"] for row in rows.values()]),
    }


def _then(period: Period, found: Iterable[Data | None]) -> Data | None:
    statuses = [one["status"] for one in found if one]
    return {"label": period.label, **_counted(counts_of(statuses))} if statuses else None


def _counted(counts: Counts) -> Data:
    completion = completion_of(counts)
    said = {"achieved": completion.achieved, "of": completion.of, "shown": completion.shown}
    return {"counts": counts, "completion": said}


def _action(chapter: Chapter, rows: dict[str, Row]) -> Data:
    action = chapter.action
    return _part({"no": action.no, "name": action.name, "short": action.short}, chapter.homes, rows)


def _part(called: Data, homes: Sequence[Home], rows: dict[str, Row]) -> Data:
    """An action or the safeguards: the targets at home there, summed up."""
    mine = [rows[reading.code] for home in homes for reading in home.readings]
    return {**called, **_counted(counts_of(row["status"] for row in mine)), "rows": mine}


def _red(actions: Sequence[Data], safeguards: Data) -> list[Row]:
    """Overdue ones first, each in the plan's order, with the action (or safeguard) that it belongs to."""
    parts = [(action["short"], action) for action in actions] + [("保障", safeguards)]
    red = [{**row, "action": short} for short, part in parts for row in part["rows"] if row["status"] in RED]
    return sorted(red, key=lambda row: row["status"] != "overdue")


def _reporting(measurement: Measurement, rows: Iterable[Row]) -> Data:
    """How final the results are. A value is due once for each target and unit, as annex 1 counts."""
    adoption, period = measurement.adoption, measurement.period
    due, have = (sum(row[key] for row in rows) for key in ("units_expected", "units_fresh"))
    closes = adoption.closes(period.last)
    return {
        "until": end_of(period.last),
        "as_of": day(measurement.measured_at),
        "open": clock.today() <= closes,
        "closes": day(closes),
        "due": due,
        "have": have,
        "rate": share_shown(have, due),
        "next": end_of(period.moved(1).last),
    }


def _waiting(measurement: Measurement) -> list[Data]:
    district = measurement.adoption.district
    waiting = Entry.objects.of(district).up_to(measurement.period.last).waiting()
    counts = Counter(waiting.values_list("element__reviewed_by", flat=True))
    sections = Section.objects.filter(district=district, code__in=counts)
    return [{"section": section.name, "count": counts[section.code]} for section in sections]


def _charts(measurement: Measurement, overview: Overview) -> Data:
    past = [one for one in half_years(measurement.adoption) if one.period.last <= measurement.period.last]
    readings = overview.readings
    labels = [(one.action.short, one.counts) for one in overview.chapters]
    labels.append(("保障", counts_of(reading.status for home in overview.safeguards for reading in home.readings)))
    return {
        "status": {"rows": [{"label": label, "counts": counts} for label, counts in labels], "head": "行动"},
        "history": figures.history_of(past),
        "trends": figures.trends_of(readings, past),
        "gaps": figures.gaps_of(readings, measurement),
        "completeness": figures.completeness_of(readings, past),
    }
