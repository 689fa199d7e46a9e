"""How a target is computed, in words and with its numbers (measurement.md §3)."""

from base.templatetags.numbers import number
from reports.models import Result
from reports.readings import Reading
from targets.models import Comparator, Measure, PeriodKind, TargetDefinition, TermPart, ValueType

SIGNS = {
    "≥": Comparator.AT_LEAST,
    "＞": Comparator.MORE,
    "=": Comparator.EQUAL,
    "≤": Comparator.AT_MOST,
    "＜": Comparator.LESS,
}
SIGN_OF = {comparator: sign for sign, comparator in SIGNS.items()}


def formula(definition: TargetDefinition) -> str:
    """骨干教师人数 ÷ 专任教师数 × 100; wants the definition's terms with their elements."""
    return _FORMULAS[Measure(definition.measure)](definition)


def _ratio(definition: TargetDefinition) -> str:
    said = f"{_sum(definition, TermPart.NUMERATOR)} ÷ {_sum(definition, TermPart.DENOMINATOR)}"
    return said if definition.scale == 1 else f"{said} × {number(definition.scale)}"


def _share(definition: TargetDefinition) -> str:
    return f"达标的学校数 ÷ 应达标的学校数 × 100；达标指{condition(definition)}"


def _count(definition: TargetDefinition) -> str:
    return f"各单位{_sum(definition, TermPart.NUMERATOR)}合计"


def _milestone(definition: TargetDefinition) -> str:
    element = definition.terms_of(TermPart.NUMERATOR)[0].element
    asked = "填报的日期已到" if element.value_type == ValueType.DATE else "最近核定为“是”"
    return f"“{element.name}”{asked}，即为完成"


def _judgement(definition: TargetDefinition) -> str:
    return "由责任科室对照目标研判，并写明依据"


_FORMULAS = {
    Measure.RATIO: _ratio,
    Measure.SHARE: _share,
    Measure.COUNT: _count,
    Measure.MILESTONE: _milestone,
    Measure.JUDGEMENT: _judgement,
}


def condition(definition: TargetDefinition) -> str:
    """What a unit of a share has to meet: “智慧校园”为“是”, 班数 ÷ 总班数 ≥ 0.96."""
    element = definition.terms_of(TermPart.CONDITION)[0].element
    per = definition.terms_of(TermPart.PER)
    if element.value_type == ValueType.BOOLEAN and not per:
        return f"“{element.name}”为“是”"
    left = f"{element.name} ÷ {per[0].element.name}" if per else element.name
    return f"{left} {SIGN_OF[Comparator(definition.condition_comparator)]} {number(definition.condition_threshold)}"


def _sum(definition: TargetDefinition, part: TermPart) -> str:
    names = [term.element.name for term in definition.terms_of(part)]
    return names[0] if len(names) == 1 else f"（{' + '.join(names)}）"


def timing(definition: TargetDefinition) -> str:
    """Which values are taken: the newest of a stock, the sum over the window of a flow."""
    kinds = {element.period_kind for element in definition.elements}
    flow = f"期内数按{definition.get_window_display().removesuffix('累计')}累计"
    if kinds == {PeriodKind.FLOW}:
        return flow
    stock = "时点数取最近一次核定的数"
    return stock if kinds == {PeriodKind.STOCK} else f"{stock}，{flow}"


def worked(reading: Reading) -> str:
    """With its numbers: 7,421 ÷ 10,880 × 100 = 68.2%; the value alone where there is nothing to divide."""
    result, definition = reading.result, reading.definition
    if not _divides(result):
        return reading.value
    scale = 100 if definition.measure == Measure.SHARE else definition.scale
    times = "" if scale == 1 else f" × {number(scale)}"
    return f"{number(result.numerator)} ÷ {number(result.denominator)}{times} = {reading.value}"


def _divides(result: Result) -> bool:
    return result.numerator is not None and bool(result.denominator)
