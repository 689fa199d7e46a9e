"""Storing the checks of a plan file. They follow the file: what it no longer names is no longer in use."""

from base.sync import Changes
from targets.loader.draft import Draft, Item
from targets.loader.spec import amount, in_order
from targets.models import Check, CheckKind, Severity
from tasks.models import Plan

FIELDS = "kind severity left right stages threshold minimum schools message in_use".split()


def store_checks(draft: Draft, plan: Plan, changes: Changes) -> None:
    stored = {check.code: check for check in plan.checks.all()}
    wanted = {item.get("code"): _check(item, plan) for item in draft.checks}
    gone = [_out_of_use(check) for code, check in stored.items() if code not in wanted]
    changes.sync(stored.values(), [*wanted.values(), *gone], key="code", fields=FIELDS)


def _check(item: Item, plan: Plan) -> Check:
    kind = item.get("kind")
    usual = Severity.SOFT if kind in (CheckKind.JUMP, CheckKind.PEERS) else Severity.HARD
    return Check(
        plan=plan,
        code=item.get("code"),
        kind=kind,
        severity=item.get("severity", usual),
        left=tuple(item.get("left") or item.get("elements", ())),
        right=tuple(item.get("right") or item.get("per", ())),
        stages=in_order(item.get("stages", ())),
        threshold=amount(item, "threshold"),
        minimum=amount(item, "minimum"),
        schools=item.get("schools"),
        message=item.get("message", ""),
    )


def _out_of_use(check: Check) -> Check:
    """As it is but for that; unsaved."""
    columns = {name: getattr(check, name) for name in FIELDS}
    return Check(plan=check.plan, code=check.code, **(columns | {"in_use": False}))
