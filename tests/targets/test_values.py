"""Values as people write them."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from targets import values
from targets.models import Element

COUNT = Element(code="N", value_type="integer", unit="人", lower=Decimal(0), upper=Decimal(5000))
AMOUNT = Element(code="A", value_type="decimal", unit="万元")
CHANGE = Element(code="C", value_type="decimal", lower=Decimal(-5))
YES_NO = Element(code="B", value_type="boolean")
DAY = Element(code="D", value_type="date")
VERDICT = Element(code="V", value_type="verdict")
ALL = [COUNT, AMOUNT, CHANGE, YES_NO, DAY, VERDICT]


@pytest.mark.parametrize(
    ("element", "text", "value"),
    [
        (COUNT, "123", "123"),
        (COUNT, " 123\t", "123"),
        (COUNT, "１２３", "123"),
        (COUNT, "　１，２３４　", "1234"),
        (COUNT, "1,234", "1234"),
        (COUNT, "0012", "12"),
        (COUNT, "0", "0"),
        (COUNT, "12.0", "12"),
        (COUNT, "\ufeff7", "7"),
        (AMOUNT, "1234567.123", "1234567.123"),
        (AMOUNT, "３．５", "3.5"),
        (AMOUNT, "1,234,567.5", "1234567.5"),
        (AMOUNT, "0.000001", "0.000001"),
        (AMOUNT, "9999999999", "9999999999"),
        (CHANGE, "-4.5", "-4.5"),
        (CHANGE, "－１", "-1"),
        (CHANGE, "−1", "-1"),
        (YES_NO, "是", "1"),
        (YES_NO, "否", "0"),
        (YES_NO, "１", "1"),
        (YES_NO, "0", "0"),
        (YES_NO, "TRUE", "1"),
        (YES_NO, "false", "0"),
        (DAY, "2024-09-01", "739130"),
        (DAY, "2024.9.1", "739130"),
        (DAY, "2024/9/1", "739130"),
        (DAY, "2024年9月1日", "739130"),
        (DAY, "２０２４－０９－０１", "739130"),
        (VERDICT, "met", "2"),
        (VERDICT, "advancing", "1"),
        (VERDICT, "Lagging", "0"),
        (VERDICT, "已完成", "2"),
        (VERDICT, "正常推进", "1"),
        (VERDICT, "滞后", "0"),
    ],
)
def test_parse_reads_what_people_write(element, text, value):
    assert values.parse(element, text) == Decimal(value)


@pytest.mark.parametrize("element", ALL, ids=str)
@pytest.mark.parametrize("text", ["", "  ", "　", "\t\n"])
def test_parse_takes_blank_for_nothing_and_never_for_zero(element, text):
    assert values.parse(element, text) is None


@pytest.mark.parametrize(
    ("element", "text", "message"),
    [
        (COUNT, "abc", "请只填数字，“abc”不是数字。"),
        (COUNT, "12人", "请只填数字，“12人”不是数字。"),
        (COUNT, "十二", "请只填数字，“十二”不是数字。"),
        (COUNT, "1 234", "请只填数字，“1 234”不是数字。"),
        (COUNT, "12,34", "请只填数字，“12,34”不是数字。"),
        (COUNT, "1e3", "请只填数字，“1e3”不是数字。"),
        (COUNT, "NaN", "请只填数字，“NaN”不是数字。"),
        (COUNT, "12³", "请只填数字，“12³”不是数字。"),
        (COUNT, "٣", "请只填数字，“٣”不是数字。"),
        (COUNT, "+5", "请只填数字，“+5”不是数字。"),
        (AMOUNT, "52%", "请只填数字，“52%”不是数字。"),
        (AMOUNT, "1.2.3", "请只填数字，“1.2.3”不是数字。"),
        (COUNT, "-1", "不能填负数。"),
        (AMOUNT, "-0.5", "不能填负数。"),
        (CHANGE, "-6", "不能小于 -5。"),
        (COUNT, "12.5", "只能填整数，“12.5”带有小数。"),
        (COUNT, "12345678901", "最多填 10 位数字，请检查是否多填了。"),
        (AMOUNT, "123456789.123", "最多填 10 位数字，请检查是否多填了。"),
        (AMOUNT, "0.1234567", "最多填 6 位小数。"),
        (COUNT, "5001", "不能大于 5000人。"),
        (YES_NO, "2", "请填“是”或“否”，不能填“2”。"),
        (YES_NO, "有", "请填“是”或“否”，不能填“有”。"),
        (DAY, "2024-9", "请填日期，如 2024-09-01，“2024-9”不是日期。"),
        (DAY, "2024-9.1", "请填日期，如 2024-09-01，“2024-9.1”不是日期。"),
        (DAY, "2023-02-29", "没有“2023-02-29”这一天。"),
        (DAY, "0204-09-01", "请检查年份，“0204-09-01”太早或太晚。"),
        (VERDICT, "好", "请填已完成、正常推进、滞后之一，不能填“好”。"),
    ],
)
def test_parse_says_what_is_wrong(element, text, message):
    with pytest.raises(ValidationError) as caught:
        values.parse(element, text)
    assert caught.value.messages == [message]


def test_parse_says_the_lower_bound():
    at_least_ten = Element(value_type="integer", unit="个", lower=Decimal("10.000000"))
    with pytest.raises(ValidationError, match="不能小于 10个。"):
        values.parse(at_least_ten, "9")


@pytest.mark.parametrize(
    ("element", "value", "shown", "plain"),
    [
        (COUNT, "1234.000000", "1234", "1234"),
        (COUNT, "0", "0", "0"),
        (COUNT, "1000", "1000", "1000"),
        (COUNT, "1E+3", "1000", "1000"),
        (AMOUNT, "52.500000", "52.5", "52.5"),
        (AMOUNT, "0.000001", "0.000001", "0.000001"),
        (YES_NO, "1.000000", "是", "1"),
        (YES_NO, "0.000000", "否", "0"),
        (DAY, "739130.000000", "2024年9月1日", "2024-09-01"),
        (VERDICT, "2.000000", "已完成", "met"),
        (VERDICT, "1", "正常推进", "advancing"),
        (VERDICT, "0", "滞后", "lagging"),
    ],
)
def test_display_and_plain(element, value, shown, plain):
    assert (values.display(element, Decimal(value)), values.plain(element, Decimal(value))) == (shown, plain)


@pytest.mark.parametrize("element", ALL, ids=str)
def test_nothing_is_shown_for_none(element):
    assert (values.display(element, None), values.plain(element, None)) == ("", "")


@pytest.mark.parametrize(
    ("element", "value"), [(COUNT, 12), (CHANGE, Decimal("-1.25")), (YES_NO, 0), (DAY, 739130), (VERDICT, 1)]
)
def test_parse_reads_what_display_and_plain_write(element, value):
    value = Decimal(value)
    assert values.parse(element, values.plain(element, value)) == value
    assert values.parse(element, values.display(element, value)) == value
