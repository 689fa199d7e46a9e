"""The first step of checking: the shape of a plan file against plan_schema.yaml, or of another file against its schema,
told in Chinese."""

import datetime
import functools
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path as FilePath
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from targets.loader.problems import Fault
from targets.loader.source import parse

SCHEMA = FilePath(__file__).with_name("plan_schema.yaml")

Schema = Mapping[str, Any]
_TYPES = {
    "string": "一段文字",
    "integer": "整数",
    "number": "数字",
    "boolean": " true 或 false",
    "date": "日期，如 2025-12-31",
    "array": "列表",
    "object": "一组键和值",
}


def faults_of_shape(data: Any, schema: FilePath = SCHEMA) -> list[Fault]:
    """Everything that the schema finds fault with; what is missing is named by the path on which it should stand."""
    return [(tuple(error.absolute_path), error.message) for error in _validator(schema).iter_errors(data)]


@functools.cache
def _validator(schema: FilePath) -> Draft202012Validator:
    return _Validator(parse(schema.read_text(encoding="utf-8"), schema.name).data)


# Each keyword of the schema as a function that yields what is wrong. Objects, lists and numbers are told apart first:
# a keyword says nothing about what is of another type.


def _type(validator: Any, wanted: str, value: Any, schema: Schema) -> Iterator[ValidationError]:
    if not validator.is_type(value, wanted):
        found = (
            "现为空" if value is None else f"现为“{value}”" if not isinstance(value, dict | list) else "现为别的东西"
        )
        yield ValidationError(f"应为{_TYPES[wanted]}，{found}。")


def _required(validator: Any, keys: list[str], value: Any, schema: Schema) -> Iterator[ValidationError]:
    for key in keys if isinstance(value, dict) else ():
        if key not in value:
            yield ValidationError(f"缺少 {key}。", path=[key])


def _additional(validator: Any, allowed: bool, value: Any, schema: Schema) -> Iterator[ValidationError]:
    for key in value if isinstance(value, dict) else ():
        if key not in schema["properties"]:
            yield ValidationError(f"没有“{key}”这一项，可以写的有：{'、'.join(schema['properties'])}。", path=[key])


def _enum(validator: Any, choices: list[str], value: Any, schema: Schema) -> Iterator[ValidationError]:
    if value not in choices:
        yield ValidationError(f"应为 {'、'.join(choices)} 之一，现为“{'' if value is None else value}”。")


def _unique(validator: Any, wanted: bool, value: Any, schema: Schema) -> Iterator[ValidationError]:
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if item in value[:index]:
            yield ValidationError(f"“{item}”写了两次。", path=[index])


def _places(validator: Any, most: int, value: Any, schema: Schema) -> Iterator[ValidationError]:
    if isinstance(value, Decimal) and value != round(value, most):
        yield ValidationError(f"最多 {most} 位小数，现为 {value}。")


Holds = Callable[[Any, Any], bool]


def _rule(of: type | tuple[type, ...], holds: Holds, reason: str) -> Any:
    """A keyword for values of one type: ``holds(value, limit)`` or else the reason (the schema's ``say`` first)."""

    def check(validator: Any, limit: Any, value: Any, schema: Schema) -> Iterator[ValidationError]:
        if isinstance(value, of) and not isinstance(value, bool) and not holds(value, limit):
            shown = f"，现为“{value}”" if isinstance(value, str) and value else ""
            yield ValidationError(f"{schema.get('say') or reason.format(limit)}{shown}。")

    return check


def _matches(text: str, pattern: str) -> bool:
    return re.fullmatch(pattern, text) is not None


_NUMBER = (int, Decimal)
_Validator = extend(
    Draft202012Validator,
    {
        "type": _type,
        "required": _required,
        "additionalProperties": _additional,
        "enum": _enum,
        "uniqueItems": _unique,
        "places": _places,
        "pattern": _rule(str, _matches, "写法不对"),
        "minLength": _rule(str, lambda text, least: len(text) >= least, "不能为空"),
        "maxLength": _rule(str, lambda text, most: len(text) <= most, "最多 {} 个字"),
        "minItems": _rule(list, lambda items, least: len(items) >= least, "至少要有一个"),
        "maxItems": _rule(list, lambda items, most: len(items) <= most, "最多 {} 个"),
        "minProperties": _rule(dict, lambda keys, least: len(keys) >= least, "至少要有一项"),
        "maxProperties": _rule(dict, lambda keys, most: len(keys) <= most, "最多 {} 项"),
        "minimum": _rule(_NUMBER, lambda number, least: number >= least, "不能小于 {}"),
        "maximum": _rule(_NUMBER, lambda number, most: number <= most, "不能大于 {}"),
        "exclusiveMinimum": _rule(_NUMBER, lambda number, limit: number > limit, "应大于 {}"),
    },
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine_many(
        {
            "number": lambda _, value: isinstance(value, _NUMBER) and not isinstance(value, bool),
            "date": lambda _, value: isinstance(value, datetime.date),
        }
    ),
)
