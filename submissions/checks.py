"""The plan's checks of what one unit enters: a hard one refuses a value, a soft one asks for a reason.

They are data (targets.models.Check). So are two more kinds of check, which stand elsewhere: bounds and whole numbers
are attributes of the element (targets.values), and that a part does not exceed its whole follows from the plan's rates
(rates.py). Nothing here reads the database: what a check looks at comes from the sheet.

A check looks where its left side is asked. A soft one is silent about figures that are all as they were last approved:
what has been explained once is not asked again.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean, median
from typing import TYPE_CHECKING

from base.templatetags.numbers import number
from submissions import rates
from submissions.asking import Rule, overlap
from submissions.rates import UNTOLD, Side, side_of
from targets.models import CheckKind, Element, ValueType

if TYPE_CHECKING:
    from schools.models import Unit
    from submissions.cells import Past
    from submissions.sheets import Sheet

Typed = dict[int, Decimal | None]  # by element id
EACH = (CheckKind.NOT_FALLING, CheckKind.JUMP)  # look at one element at a time


@dataclass(frozen=True, slots=True)
class Finding:
    """A soft check that a value did not pass."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """A check of one unit as things stand."""

    sheet: "Sheet"
    unit: "Unit"
    rule: Rule
    left: Side
    right: Side

    @property
    def element(self) -> Element:
        """That which is looked at by itself."""
        return self.left.elements[0]

    @property
    def before(self) -> "Past | None":
        """What was last approved of it."""
        return self.sheet.last(self.unit, self.element)

    @property
    def say(self) -> "Said":
        """What it says at its left side, and at its right one; None if there is nothing to say."""
        said = SAY[CheckKind(self.rule.kind)](self)
        return (said[0] + self.rule.message, said[1] + self.rule.message) if said else None

    def may_tell(self, pk: int) -> bool:
        return rates.may_tell(self.sheet, pk, self.left, self.right)

    @property
    def is_as_approved(self) -> bool:
        """Whether all that it looks at is what was last approved."""
        return all(
            self._stands(element, now)
            for side in (self.left, self.right)
            for element, now in zip(side.elements, side.amounts, strict=True)
        )

    def _stands(self, element: Element, now: Decimal | None) -> bool:
        before = self.sheet.last(self.unit, element)
        return before is not None and before.value == now


def impossible(sheet: "Sheet", unit: "Unit", typed: Typed, among: Collection[int] | None = None) -> dict[int, str]:
    """Of the elements ``among`` (ids; the ``typed`` ones if not given) those whose values cannot be, by the plan's
    rates and its hard checks, each with what to say."""
    among = typed if among is None else among
    complaints = rates.impossible(sheet, unit, typed, among)
    for case in cases(sheet, unit, typed, hard=True):
        said = case.say
        for pk in rates.blamed(case.left.ids, case.right.ids, among) if said else ():
            complaints.setdefault(pk, said[pk not in case.left.ids] if case.may_tell(pk) else UNTOLD)
    return complaints


def warnings(sheet: "Sheet", unit: "Unit", typed: Typed) -> dict[int, list[Finding]]:
    """What soft checks say about the values of ``unit``, by element id: at the first of the left side on the sheet."""
    found: dict[int, list[Finding]] = {}
    here = [cell.element.pk for cell in sheet.by_unit.get(unit.pk, [])]
    for case in cases(sheet, unit, typed, hard=False):
        at = next((pk for pk in case.left.ids if pk in here), None)
        said = None if at is None or case.is_as_approved else case.say
        if at is not None and said:
            found.setdefault(at, []).append(Finding(case.rule.code, said[0] if case.may_tell(at) else UNTOLD))
    return found


def partners(rules: Iterable[Rule], elements: set[int]) -> set[int]:
    """What the checks of ``elements`` look at beside them."""
    sides = ({*rule.left, *rule.right} for rule in rules if rule.kind not in EACH)
    return {pk for side in sides if not elements.isdisjoint(side) for pk in side}


def looks_at(sheet: "Sheet", pk: int) -> bool:
    """Whether a check looks at the element of this id."""
    return any(
        pk in (sheet.asking.looked_at(rule) if rule.kind in EACH else [*rule.left, *rule.right])
        for rule in sheet.asking.checks(sheet.quarter)
    )


def cases(sheet: "Sheet", unit: "Unit", typed: Typed, *, hard: bool) -> Iterator[Case]:
    """What the checks look at of ``unit``: each that concerns it and a cell of the sheet."""
    stages = unit.facts_in(sheet.quarter).stages
    here = {cell.element.pk for cell in sheet.by_unit.get(unit.pk, [])}
    for rule in sheet.asking.checks(sheet.quarter):
        if rule.is_hard == hard and overlap(rule.stages, stages):
            for left, right in _sides(sheet, rule, here):
                case = Case(sheet, unit, rule, side_of(sheet, unit, left, typed), side_of(sheet, unit, right, typed))
                if case.left.elements:
                    yield case


def _sides(sheet: "Sheet", rule: Rule, here: set[int]) -> list[tuple[list[int], list[int]]]:
    """The ids that the rule looks at together, where one of them is ``here``."""
    if rule.kind in EACH:
        return [([pk], []) for pk in sheet.asking.looked_at(rule) if pk in here]
    if here.isdisjoint(rule.left) and here.isdisjoint(rule.right):
        return []
    asked = any(sheet.asking.elements[pk].is_asked_in(sheet.quarter) for pk in rule.left)
    return [(rule.left, rule.right)] if asked else []


# --- What each kind says: on its left side, on its right side; None if there is nothing to say -----------------------

Said = tuple[str, str] | None


def _at_most(case: Case) -> Said:
    left, right = case.left, case.right
    if not left.known or not right.is_complete or left.total <= right.total:
        return None
    cannot = "不能" if case.rule.is_hard else ""
    return (
        f"{_own(left)}{cannot}多于{right.label} {right.amount}。",
        f"{_own(right)}{cannot}少于{left.label} {left.amount}。",
    )


def _sum(case: Case) -> Said:
    left, right = case.left, case.right
    if not left.is_complete or not right.is_complete or left.total == right.total:
        return None
    equals = "应等于" if case.rule.is_hard else "不等于"
    return f"{_own(left)}{equals}{right.label} {right.amount}。", f"{_own(right)}{equals}{left.label} {left.amount}。"


def _implies(case: Case) -> Said:
    left, right = case.left, case.right
    if not left.is_complete or not right.is_complete or left.total <= 0 or right.total > 0:
        return None
    has, lacks = left.elements[0], right.elements[0]
    if case.rule.is_hard:
        text = f"{has.name}{_yes(has)}时，{lacks.name}应{_yes(lacks)}。"
    else:
        text = f"{has.name}{_yes(has)}，而{lacks.name}{'为“否”' if _is_flag(lacks) else '为零'}。"
    return text, text


def _not_falling(case: Case) -> Said:
    before = case.before
    plan = next((one.plan for one in case.sheet.asking.adoptions if one.plan_id == case.rule.plan_id), None)
    if not case.left.known or before is None or case.left.total >= before.value:
        return None
    if plan and before.quarter < plan.first_quarter:  # what a plan counts begins with it
        return None
    last = f"少于上次（{before.quarter}）核定的 {_amount(case.element, before.value)}"
    text = f"不能{last}；上次填错的，请先申请更正。" if case.rule.is_hard else f"{last}。"
    return text, text


def _jump(case: Case) -> Said:
    before = case.before
    if not case.left.known or before is None:
        return None
    change = case.left.total - before.value
    if change == 0 or abs(change) < case.rule.minimum or abs(change) <= case.rule.threshold * abs(before.value):
        return None
    way, last = "增加" if change > 0 else "减少", _amount(case.element, before.value)
    if before.value == 0:
        text = f"上次为 0，{way}了 {_amount(case.element, abs(change))}。"
    else:
        percent = number(100 * abs(change / before.value), 1)
        text = f"比上次 {last}{way} {percent}%，超过 {number(100 * case.rule.threshold)}%。"
    return text, text


def _peers(case: Case) -> Said:
    rule, figure = case.rule, _figure(case)
    if figure is None:
        return None
    others = case.sheet.peers.figures(rule, case.unit)
    if len(others) < rule.schools:
        return None
    middle = median(others)
    z = robust_z(float(figure), [float(one) for one in others])
    if z is None or abs(z) <= rule.threshold or abs(figure - middle) < rule.minimum:
        return None
    way = "偏高" if z > 0 else "偏低"
    if case.sheet.sensitive.intersection([*rule.left, *rule.right]):
        text = f"与同学段学校相比明显{way}。"
    else:
        own = f"{case.left.label}与{case.right.label}之比为 {_short(figure)}，" if case.right.elements else ""
        text = f"{own}与同学段 {len(others)} 所学校的中位数 {_short(middle)} 相比明显{way}。"
    return text, text


SAY: dict[CheckKind, Callable[[Case], Said]] = {
    CheckKind.AT_MOST: _at_most,
    CheckKind.SUM: _sum,
    CheckKind.IMPLIES: _implies,
    CheckKind.NOT_FALLING: _not_falling,
    CheckKind.JUMP: _jump,
    CheckKind.PEERS: _peers,
}


def robust_z(value: float, others: list[float]) -> float | None:
    """How far ``value`` lies from the ``others``: 0.6745·(x − median)/MAD, comparable to a standard score (Iglewicz and
    Hoaglin 1993). Where more than half of them are alike (MAD 0), by their mean absolute deviation instead; None if all
    of them are: there is nothing to measure with."""
    middle = median(others)
    apart = [abs(one - middle) for one in others]
    spread = median(apart) / 0.6745 or fmean(apart) * 1.253314
    return (value - middle) / spread if spread else None


def _figure(case: Case) -> Decimal | None:
    left, right = case.left, case.right
    if not left.is_complete:
        return None
    if not case.rule.right:
        return left.total
    return left.total / right.total if right.is_complete and right.total else None


def _own(side: Side) -> str:
    """The field's own name is not repeated at it; a sum is named."""
    return side.label if len(side.elements) > 1 else ""


def _is_flag(element: Element) -> bool:
    return element.value_type == ValueType.BOOLEAN


def _yes(element: Element) -> str:
    return "为“是”" if _is_flag(element) else "大于零"


def _amount(element: Element, value: Decimal) -> str:
    return f"{number(value)} {element.unit}".rstrip()


def _short(figure: Decimal) -> str:
    return number(figure, 0 if abs(figure) >= 100 else 1 if abs(figure) >= 10 else 2)
