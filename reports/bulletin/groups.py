"""What a bulletin counts: lists of targets, schools and ledger items by key, and of them the figures to which its text
refers. Every list is made here and nowhere else, from the rows of the content; the prose names its members and refers
to its size, so that no count in the text can differ from what is counted.

Pure. Keys are those of references.py:

- ``plan.STATUS``, ``action.N.STATUS``, ``safeguards.STATUS``, ``section.CODE.STATUS``, each also ``.all`` and ``.red``;
- ``plan.provisional``, ``plan.missed`` (by schools); ``since.achieved``, ``.red``, ``.recovered``, ``.restarted``: what
  changed since last half-year;
- ``sections.STATUS``, ``sections.red``, ``sections.lacking``: the sections concerned; ``CODE.short``: schools below;
- ``due.DATE.all``, ``.left``, ``due.met``: what falls due in the next half-year; ``ledger.open`` … of rectifications.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from reports.bulletin.annexes import annexes_of
from reports.bulletin.references import figures_of_counts, figures_of_rows
from reports.bulletin.rows import Row
from reports.models import Status
from reports.tally import RED, total

Data = Mapping[str, Any]
Groups = dict[str, list[Any]]

RECOVERED = (Status.ON_TRACK, Status.AT_RISK)  # what is achieved is told as such
NO_SECTION = "none"
KINDS = {**{status.value: (status,) for status in Status}, "red": RED, "all": tuple(Status)}


def rows_in(content: Data) -> list[Row]:
    """Every target, in the plan's order."""
    return [row for part in (*content["actions"], content["safeguards"]) for row in part["rows"]]


def parts_of(content: Data) -> dict[str, Data]:
    """The actions and the safeguards by the name of their figures."""
    return {f"action.{action['no']}": action for action in content["actions"]} | {"safeguards": content["safeguards"]}


def groups_of(content: Data) -> Groups:
    """Lists by key; what is empty may be missing."""
    rows = rows_in(content)
    found = _by_status("plan", rows)
    for name, part in parts_of(content).items():
        found |= _by_status(name, part["rows"])
    for code, members in by(rows, lambda row: row["section_code"] or NO_SECTION).items():
        found |= _by_status(f"section.{code}", members)
    for kind, statuses in KINDS.items():
        found[f"sections.{kind}"] = sections_of(row for row in rows if row["status"] in statuses)
    found |= {f"{row['code']}.short": row["short"] for row in rows if row["short"]}
    found["plan.missed"] = sorted(_missed(rows), key=lambda row: -len(row["short"]))
    found["plan.provisional"] = [row for row in rows if row["provisional"]]
    ceilings = {row["code"] for row in rows if row["ceiling"]}
    return found | _since(rows) | _due(rows) | _ledger(content["rectifications"], ceilings)


def _missed(rows: Iterable[Row]) -> list[Row]:
    """In red, and not every school has met it."""
    return [row for row in rows if row["short"] and row["status"] in RED]


def _by_status(name: str, rows: Sequence[Row]) -> Groups:
    return {f"{name}.{kind}": [row for row in rows if row["status"] in statuses] for kind, statuses in KINDS.items()}


def by(rows: Iterable[Row], key: Callable[[Row], str]) -> dict[str, list[Row]]:
    """In the order in which the keys are found."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def sections_of(rows: Iterable[Row]) -> list[str]:
    """The names of those responsible, each once."""
    return list(dict.fromkeys(row["section"] or "未定科室" for row in rows))


def _since(rows: Sequence[Row]) -> Groups:
    """Against last half-year. A yearly goal that was achieved and has begun anew is no step back: ``restarted``."""
    known = [(row, row["before"]) for row in rows if row["before"]]
    done = Status.ACHIEVED
    return {
        "since.achieved": [row for row, then in known if row["status"] == done != then["status"]],
        "since.red": [row for row, then in known if row["status"] in RED and then["status"] not in RED],
        "since.recovered": [row for row, then in known if then["status"] in RED and row["status"] in RECOVERED],
        "since.restarted": [
            row
            for row, then in known
            if then["status"] == done and row["status"] not in (done, *RED) and then["due"] != row["due"]
        ],
    }


def _due(rows: Sequence[Row]) -> Groups:
    """Of each day in the next half-year on which goals fall due: all, and those not achieved yet."""
    dues = by((row for row in rows if row["next_due"]), lambda row: row["next_due_on"])
    found: Groups = {"due.dates": sorted(dues), "due.met": []}
    for date, members in sorted(dues.items()):
        left = [row for row in members if row["status"] != Status.ACHIEVED]
        found |= {f"due.{date}.all": members, f"due.{date}.left": left}
        found["due.met"] += [] if left else members
    return found


def _ledger(ledger: Data, ceilings: Collection[str]) -> Groups:
    """``ceilings``: codes of targets that are to be kept below something."""
    rows, lacking = (
        [{**row, "ceiling": row["code"] in ceilings} for row in ledger[name]] for name in ("rows", "lacking")
    )
    still = sorted((row for row in rows if row["open"]), key=lambda row: row["until"])
    late = [row for row in still if row["overdue"]]
    return {
        "ledger.open": still,
        "ledger.pending": [row for row in still if not row["overdue"]],
        "ledger.overdue": late,
        "ledger.carried": [row for row in still if row["carried"]],
        "ledger.closed": [row for row in rows if not row["open"]],
        "ledger.lacking": lacking,
        "sections.late": sections_of(late),
        "sections.lacking": sections_of(lacking),
    }


def figures_of(content: Data, groups: Groups) -> dict[str, str]:
    """What a text may refer to, as printed."""
    rows, tally = rows_in(content), content["tally"]
    found = figures_of_rows(rows) | {key: str(len(members)) for key, members in groups.items()}
    counted = {"plan": tally, "before": tally["before"], "year_ago": tally["year_ago"], **parts_of(content)}
    for name, one in counted.items():
        found |= figures_of_counts(name, one) if one else {}
    for name in ("before", "year_ago"):
        if then := tally[name]:
            found |= {f"{name}.label": then["label"]} | _changes(f"change.{name}", tally, then)
    found |= {f"due.{row['next_due_on']}.label": row["next_due"] for row in rows if row["next_due"]}
    found |= {f"ledger.{row['code']}.due": row["due"] for row in groups["ledger.open"]}
    found |= {f"annex.{one.annex.code}": one.label for one in annexes_of(content)}
    found["waiting.all"] = str(sum(one["count"] for one in content["waiting"]))
    reporting = {name: said for name, said in content["reporting"].items() if name != "open" and said != ""}
    return found | {f"reporting.{name}": str(said) for name, said in reporting.items()}


def _changes(name: str, now: Data, then: Data) -> dict[str, str]:
    """By how much it changed, without the direction, which the words tell; ``points`` of the printed rates."""
    kinds = {"achieved": (Status.ACHIEVED,), "red": RED}
    found = {
        f"{name}.{kind}": str(abs(total(now["counts"], *statuses) - total(then["counts"], *statuses)))
        for kind, statuses in kinds.items()
    }
    rates = [one["completion"]["shown"] for one in (now, then)]
    if all(rates):
        later, earlier = (round(float(rate.removesuffix("%")) * 10) for rate in rates)
        found[f"{name}.points"] = f"{abs(later - earlier) / 10:.1f}"
    return found
