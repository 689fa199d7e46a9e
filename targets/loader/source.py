"""Reading the YAML of a plan file, with the line of everything in it.

Stricter and plainer than YAML 1.1: only true and false are booleans (``no:`` is a key like any other), decimals are
exact, dates are ``datetime.date``, a key stands once, and there are no anchors.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path as FilePath
from typing import Any

import yaml

from targets.loader.problems import Fault, Path, PlanFileError, Problem, written

MOST_LETTERS = 500_000  # four times the plan of 2023–2025
MOST_DIGITS = 15  # of a number
KEYS = "plan、elements、targets、clauses、checks、adoption"
_HINTS = {  # by how the parser's complaint begins
    "mapping values are not allowed here": "一行里有两个冒号，或缩进不对；含冒号的文字请加引号",
    "could not find expected ':'": "缺少冒号，或缩进不对",
    "found character '\\t'": "不能用制表符缩进，请用空格",
    "found character '%'": "以 % 开头的文字请加引号",
    "found character '@'": "以 @ 开头的文字请加引号",
    "found character '`'": "以 ` 开头的文字请加引号",
    "expected chomping or indentation indicators": "以 > 或 | 开头的文字请加引号",
    "expected ',' or '}'": "花括号里缺少逗号，或没有收尾",
    "expected ',' or ']'": "方括号里缺少逗号，或没有收尾",
    "expected <block end>": "缩进不对，或引号、括号没有配对",
    "expected the node content": "括号里多了符号，或少了内容",
    "found unexpected end of stream": "引号没有收尾",
    "found undefined alias": "以 * 开头的文字请加引号",
    "could not determine a constructor": "以 ! 开头的文字请加引号",
    "but found another document": "一个文件只写一个方案，不能有第二个 ---",
}


@dataclass(frozen=True, slots=True)
class Source:
    """What a file says, and on which line it says it."""

    file: str
    data: Any
    lines: dict[Path, int]

    def problem(self, fault: Fault) -> Problem:
        path, reason = fault
        return Problem(self.file, self._line(path), written(path), self._label(path), reason)

    def _line(self, path: Path) -> int | None:
        """Of what stands at ``path``, or of the nearest thing around it."""
        return next((self.lines[path[:end]] for end in range(len(path), -1, -1) if path[:end] in self.lines), None)

    def _label(self, path: Path) -> str:
        """The code of the nearest thing around ``path`` that has one."""
        label, here = "", self.data
        for step in path:
            try:
                here = here[step]
            except (KeyError, IndexError, TypeError):
                break
            if isinstance(here, dict):
                label = str(here.get("code") or here.get("target") or label)
        return label


def read(file: str | FilePath, keys: str = KEYS) -> Source:
    """Read a plan file; raises PlanFileError if it is missing, no UTF-8, no YAML, or says one thing twice.

    ``keys`` are told to whoever wrote something that has none."""
    name = FilePath(file).name
    try:
        with FilePath(file).open("rb") as opened:
            text = opened.read(4 * MOST_LETTERS + 4).decode("utf-8-sig", errors="strict")
    except UnicodeDecodeError as error:
        raise _unreadable(name, "文件不是 UTF-8 编码，请另存为 UTF-8。") from error
    except OSError as error:
        raise _unreadable(str(file), f"文件打不开：{_why(error)}。") from error
    return parse(text, name, keys)


def parse(text: str, name: str, keys: str = KEYS) -> Source:
    """Read the text of a plan file called ``name``; raises PlanFileError."""
    if len(text) > MOST_LETTERS:
        raise _unreadable(name, f"文件太长，最多 {MOST_LETTERS // 10_000} 万字。")
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            raise _unreadable(name, f"文件应是一组键和值（{keys}）。")
        lines: dict[Path, int] = {}
        faults = list(_walk(node, (), lines, set()))
        if faults:
            raise PlanFileError(Problem(name, lines.get(path), written(path), "", reason) for path, reason in faults)
        return Source(name, loader.construct_document(node), lines)
    except RecursionError as error:
        raise _unreadable(name, "括号或缩进的层数太多。") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _unreadable(name, f"不是有效的 YAML：{_hint(error)}。", mark.line + 1 if mark else None) from error
    except yaml.YAMLError as error:
        raise _unreadable(name, "不是有效的 YAML：含有不能识别的字符。") from error


def _hint(error: yaml.MarkedYAMLError) -> str:
    complaint = str(error.problem)
    return next((hint for start, hint in _HINTS.items() if complaint.startswith(start)), f"语法有误（{complaint}）")


def _unreadable(file: str, reason: str, line: int | None = None) -> PlanFileError:
    return PlanFileError([Problem(file, line, "", "", reason)])


def _why(error: OSError) -> str:
    match error:
        case FileNotFoundError():
            return "没有这个文件"
        case IsADirectoryError():
            return "这是一个目录"
        case PermissionError():
            return "没有读取权限"
    return error.strerror or "读取失败"


def _walk(node: yaml.Node, path: Path, lines: dict[Path, int], seen: set[int]) -> Iterator[Fault]:
    """Note the line of everything; yield keys that stand twice, and anchors."""
    lines.setdefault(path, node.start_mark.line + 1)
    if id(node) in seen:
        yield path, "请不要用 & 和 * 引用别处，写出内容本身。"
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _walk(item, (*path, index), lines, seen)
    elif isinstance(node, yaml.MappingNode):
        yield from _walk_mapping(node, path, lines, seen)


def _walk_mapping(node: yaml.MappingNode, path: Path, lines: dict[Path, int], seen: set[int]) -> Iterator[Fault]:
    keys = set()
    for key, value in node.value:
        here = (*path, str(key.value))
        if here in keys:
            yield here, f"“{key.value}”写了两次。"
        keys.add(here)
        lines[here] = key.start_mark.line + 1
        if isinstance(key, yaml.ScalarNode):
            yield from _walk(value, here, lines, seen)
        else:
            yield path, "键应是一个词。"


class _Loader(yaml.SafeLoader):
    """SafeLoader with fewer surprises."""


def _construct_key_as_text(loader: _Loader, node: yaml.MappingNode) -> dict[str, Any]:
    return {str(key.value): loader.construct_object(value, deep=True) for key, value in node.value}


def _construct_integer(loader: _Loader, node: yaml.ScalarNode) -> int | str:
    """What Python takes for none, and one that no column holds, stays a text, and the schema refuses it."""
    try:
        number = int(yaml.SafeLoader.construct_yaml_int(loader, node))
    except ValueError:
        return str(node.value)
    return number if abs(number) < 10**MOST_DIGITS else str(node.value)


def _construct_decimal(loader: _Loader, node: yaml.ScalarNode) -> Decimal | str:
    """Exact; .inf, .nan, sexagesimals and what no column holds stay texts, and the schema refuses them."""
    try:
        number = Decimal(node.value.replace("_", ""))
    except ArithmeticError:
        return str(node.value)
    is_sane = (
        number.is_finite() and len(number.as_tuple().digits) <= MOST_DIGITS and abs(number.adjusted()) < MOST_DIGITS
    )
    return number if is_sane else str(node.value)


def _construct_date(loader: _Loader, node: yaml.ScalarNode) -> datetime.date | str:
    """A day that does not exist, and a moment, stay texts, and the schema refuses them."""
    try:
        return datetime.date.fromisoformat(node.value)
    except ValueError:
        return str(node.value)


def _construct_text(loader: _Loader, node: yaml.ScalarNode) -> str:
    return str(node.value).strip()


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not (tag.endswith(":bool") and first not in "tTfF")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_constructor("tag:yaml.org,2002:map", _construct_key_as_text)
_Loader.add_constructor("tag:yaml.org,2002:int", _construct_integer)
_Loader.add_constructor("tag:yaml.org,2002:float", _construct_decimal)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _construct_date)
_Loader.add_constructor("tag:yaml.org,2002:str", _construct_text)
_Loader.add_constructor("tag:yaml.org,2002:value", _construct_text)  # a bare =
_Loader.add_constructor("tag:yaml.org,2002:merge", _construct_text)  # a bare <<
