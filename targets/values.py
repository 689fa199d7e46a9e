"""Values as people write them, and as they are stored: one number for every type of element.

An integer, a decimal: itself. A boolean: 1 or 0. A date: its proleptic ordinal. A verdict: 2 ``met``, 1 ``advancing``,
0 ``lagging``. Blank is None and never 0.
"""

import datetime
import re
from decimal import Decimal

from django.core.exceptions import ValidationError

from base.templatetags.quarters import day
from targets.core.model import VERDICTS
from targets.models import Element, ValueType, Verdict

MAX_DIGITS = 10
MAX_DECIMALS = 6  # as stored

# Full-width signs (！…～), the ideographic space and the mathematical minus become what a keyboard gives.
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xA0: " ", 0x2212: "-"}
_NUMBER = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?", re.ASCII)
_DATE = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日)"
)
_BOOLEANS = {"是": 1, "1": 1, "true": 1, "否": 0, "0": 0, "false": 0}
_VERDICTS = VERDICTS | {str(Verdict(code).label): number for code, number in VERDICTS.items()}
_VERDICT_OF = {number: Verdict(code) for code, number in VERDICTS.items()}
_YEARS = range(1900, 2101)


def parse(element: Element, text: str) -> Decimal | None:
    """Read what a person or a CSV file gives for ``element``; blank is None.

    Raises ValidationError, in Chinese, that says what is wrong with it.
    """
    text = text.translate(_NARROW).strip().removeprefix("\ufeff").strip()
    return _PARSERS[ValueType(element.value_type)](element, text) if text else None


def display(element: Element, value: Decimal | None) -> str:
    """As a page shows it, without its unit: 1234, 52.5, 是, 2024年9月1日, 正常推进; None is ''."""
    if value is None:
        return ""
    match element.value_type:
        case ValueType.BOOLEAN:
            return "是" if value else "否"
        case ValueType.DATE:
            return day(datetime.date.fromordinal(int(value)))
        case ValueType.VERDICT:
            return str(_VERDICT_OF[value].label)
    return shortest(value)


def plain(element: Element, value: Decimal | None) -> str:
    """As files carry it and ``parse`` reads it: 1234, 52.5, 1, 2024-09-01, advancing; None is ''."""
    if value is None:
        return ""
    match element.value_type:
        case ValueType.DATE:
            return datetime.date.fromordinal(int(value)).isoformat()
        case ValueType.VERDICT:
            return str(_VERDICT_OF[value].value)
    return shortest(value)


def shortest(number: Decimal) -> str:
    """Without needless zeros and never in powers of ten: 70.000000 → 70, 0.500000 → 0.5."""
    digits = f"{number:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _parse_integer(element: Element, text: str) -> Decimal:
    number = _parse_decimal(element, text)
    if number != number.to_integral_value():
        raise ValidationError(f"只能填整数，“{text}”带有小数。", code="decimals")
    return number.quantize(Decimal(1))


def _parse_decimal(element: Element, text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise ValidationError(f"请只填数字，“{text}”不是数字。", code="not_a_number")
    number = Decimal(text.replace(",", ""))
    if number < 0 and (element.lower is None or element.lower >= 0):
        raise ValidationError("不能填负数。", code="negative")
    whole, _, fraction = shortest(abs(number)).partition(".")
    if len(whole.lstrip("0") + fraction) > MAX_DIGITS:
        raise ValidationError(f"最多填 {MAX_DIGITS} 位数字，请检查是否多填了。", code="digits")
    if len(fraction) > MAX_DECIMALS:
        raise ValidationError(f"最多填 {MAX_DECIMALS} 位小数。", code="fraction")
    _check_bounds(element, number)
    return number


def _check_bounds(element: Element, number: Decimal) -> None:
    if element.lower is not None and number < element.lower:
        raise ValidationError(f"不能小于 {shortest(element.lower)}{element.unit}。", code="lower")
    if element.upper is not None and number > element.upper:
        raise ValidationError(f"不能大于 {shortest(element.upper)}{element.unit}。", code="upper")


def _parse_boolean(element: Element, text: str) -> Decimal:
    if text.lower() not in _BOOLEANS:
        raise ValidationError(f"请填“是”或“否”，不能填“{text}”。", code="not_a_boolean")
    return Decimal(_BOOLEANS[text.lower()])


def _parse_date(element: Element, text: str) -> Decimal:
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValidationError(f"请填日期，如 2024-09-01，“{text}”不是日期。", code="not_a_date")
    year, month, number = (int(part) for part in match.groups() if part is not None)
    try:
        found = datetime.date(year, month, number)
    except ValueError as error:
        raise ValidationError(f"没有“{text}”这一天。", code="no_such_day") from error
    if year not in _YEARS:
        raise ValidationError(f"请检查年份，“{text}”太早或太晚。", code="year")
    return Decimal(found.toordinal())


def _parse_verdict(element: Element, text: str) -> Decimal:
    if text.lower() not in _VERDICTS:
        labels = "、".join(str(label) for label in Verdict.labels)
        raise ValidationError(f"请填{labels}之一，不能填“{text}”。", code="not_a_verdict")
    return Decimal(int(_VERDICTS[text.lower()]))


_PARSERS = {
    ValueType.INTEGER: _parse_integer,
    ValueType.DECIMAL: _parse_decimal,
    ValueType.BOOLEAN: _parse_boolean,
    ValueType.DATE: _parse_date,
    ValueType.VERDICT: _parse_verdict,
}
