"""What sections told for a bulletin, as JSON: their words about their tasks, and what is done about red targets.

Of an action: ``words``, in the order of tasks: {no, task, section, done, problems, plans, late}, of what was handed in;
``unwritten``: a paragraph that names the sections that handed in nothing, empty where all did.

Of the ledger: ``rows``: {code, name, section, status, measure, owner, due, until, open, overdue, carried, reason,
closed}, of open items and of those closed since the half-year began (``until`` is ``due`` to sort by; ``status`` is
empty where the target has no result now); ``lacking``: {code, name, section} of red targets without a measure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from base.templatetags.quarters import day
from reports.models import PassageKind, Rectification
from reports.progress import Line, Sheet
from reports.rectification import Case, Ledger, carried_until_closed

Data = dict[str, Any]
NOTHING = ("无", "暂无", "没有")  # as a section says that it has no problem


@dataclass(frozen=True)
class Told:
    actions: dict[int, Data]  # by number
    rectifications: Data

    def of_action(self, no: int) -> Data:
        return self.actions.get(no, {"words": [], "unwritten": ""})

    def differs_from(self, content: Data) -> bool:
        """Whether a draft says something else by now; one from before there were words says nothing of them."""
        if "rectifications" not in content:
            return False
        drafted = {one["no"]: {"words": one["words"], "unwritten": one["unwritten"]} for one in content["actions"]}
        return self.rectifications != content["rectifications"] or any(
            self.of_action(no) != said for no, said in drafted.items()
        )


def told_by_sections(sheets: Iterable[Sheet], ledger: Ledger) -> Told:
    """Of a half-year's sheets and ledger."""
    rows = [_row(case, item) for case in ledger.cases for item in _items(case)]
    lacking = [{"code": case.code, "name": case.name, "section": case.adopted.section.name} for case in ledger.lacking]
    return Told(_by_action(sheets), {"rows": rows, "lacking": lacking})


def _by_action(sheets: Iterable[Sheet]) -> dict[int, Data]:
    found: dict[int, list[Line]] = {}
    for sheet in sheets:
        for line in sheet.lines:
            found.setdefault(line.task.action.no, []).append(line)
    return {no: _action(sorted(lines, key=lambda line: line.task.no)) for no, lines in sorted(found.items())}


def _action(lines: list[Line]) -> Data:
    return {
        "words": [_words(line) for line in lines if line.is_handed_in],
        "unwritten": _unwritten([line for line in lines if not line.is_handed_in]),
    }


def _words(line: Line) -> Data:
    texts = {text.kind: text.stored for text in line.texts}
    problems = texts[PassageKind.PROBLEMS]
    return {
        "no": line.task.no,
        "task": line.task.name,
        "section": line.adopted.section.name,
        "done": texts[PassageKind.DONE],
        "problems": "" if problems.rstrip("。") in NOTHING else problems,
        "plans": texts[PassageKind.PLANS],
        "late": line.was_late,
    }


def _unwritten(lines: list[Line]) -> str:
    """基础教育科没有提交任务1、任务2的进展，安全科没有提交任务20的进展。"""
    found: dict[str, list[str]] = {}
    for line in lines:
        found.setdefault(line.adopted.section.name, []).append(f"任务{line.task.no}")
    said = [f"{section}没有提交{'、'.join(tasks)}的进展" for section, tasks in found.items()]
    return "，".join(said) + "。" if said else ""


def _items(case: Case) -> list[Rectification]:
    return ([case.item] if case.item else []) + case.closed


def _row(case: Case, item: Rectification) -> Data:
    return {
        "code": case.code,
        "name": case.name,
        "section": case.adopted.section.name,
        "status": case.reading.status if case.reading else "",
        "measure": item.measure,
        "owner": item.owner,
        "due": day(item.due),
        "until": item.due.isoformat(),
        "open": item.is_open,
        "overdue": item.is_open and case.is_overdue,
        "carried": case.carried if item.is_open else carried_until_closed(item),
        "reason": item.reason,
        "closed": day(item.closed_at),
    }
