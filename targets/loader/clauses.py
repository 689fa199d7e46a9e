"""Storing the clauses of a plan file with their numbers. They follow the file whole; a file without any leaves them."""

from collections.abc import Iterator, Mapping
from typing import Any

from base.sync import Changes
from targets.loader.check_clauses import part_of
from targets.loader.draft import Draft, Item
from targets.models import Clause, ClauseNumber, Target
from tasks.models import Plan

CLAUSE = ("code", "name", "summary", "action_id", "position")
NUMBER = ("position", "expression", "target_id", "due", "row", "none", "reason")


def store_clauses(draft: Draft, plan: Plan, targets: Mapping[str, Target], changes: Changes) -> None:
    if not draft.clauses:
        return
    wanted = list(_wanted(draft, plan, targets))
    stored = [(clause, list(clause.numbers.all())) for clause in plan.clauses.prefetch_related("numbers")]
    tally = changes.tally(Clause)
    if _said(stored) == _said(wanted):
        tally.unchanged += len(wanted)
        return
    plan.clauses.all().delete()
    Clause.objects.bulk_create([clause for clause, _ in wanted])
    ClauseNumber.objects.bulk_create([number for _, numbers in wanted for number in numbers], batch_size=200)
    tally.created += len(wanted)
    if stored:
        changes.note(plan, "changed", before=_counted(stored), after=_counted(wanted))
    for clause, _ in wanted if not stored else ():
        changes.note(clause, "created", after=str(clause))


Written = tuple[Clause, list[ClauseNumber]]


def _wanted(draft: Draft, plan: Plan, targets: Mapping[str, Target]) -> Iterator[Written]:
    """Unsaved."""
    actions = {action.no: action for action in plan.actions.all()}
    of_task = {task.no: task.action for task in plan.tasks.select_related("action")}
    for position, item in enumerate(draft.clauses, 1):
        kind, no = part_of(item) or ("", 0)
        part = draft.numbers(kind)[no] if kind else item
        action = of_task.get(no) if kind == "task" else actions.get(item.get("action"))
        clause = Clause(
            plan=plan,
            code=item.get("code"),
            name=part.get("name"),
            summary=part.get("summary", ""),
            action=action,
            position=position,
        )
        yield clause, [_number(clause, place, one, targets) for place, one in enumerate(item.items("numbers"), 1)]


def _number(clause: Clause, position: int, item: Item, targets: Mapping[str, Target]) -> ClauseNumber:
    texts = {key: item.get(key, "") for key in ("expression", "row", "none", "reason")}
    target = targets.get(item.get("target", ""))
    return ClauseNumber(clause=clause, position=position, target=target, due=item.get("due"), **texts)


def _said(written: list[Written]) -> list[Any]:
    return [
        (*(getattr(clause, name) for name in CLAUSE), [tuple(getattr(one, name) for name in NUMBER) for one in numbers])
        for clause, numbers in written
    ]


def _counted(written: list[Written]) -> str:
    return f"条款对照：{len(written)} 条，{sum(len(numbers) for _, numbers in written)} 个数字"
