"""Why a target is red or yellow, in a clause to stand behind its name: decided and worded here alone. It refers to the
figures of the target's row (references.py); prose takes it as it is, in three lengths; tables (``why`` of a row) and
the target's page (diagnosis.py) take it printed."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from reports.bulletin.references import OF_ROW, figures_of_rows, printed, ref
from reports.models import Status
from reports.readings import URGENT, Reading
from targets.core.exact import COMPARED
from targets.models import Measure

Row = Mapping[str, Any]


class Length(IntEnum):
    GAP = 0  # what is missing
    SHORT = 1  # and how far it is
    FULL = 2  # and what was wanted by when


# What a clause is about (``because`` of a row), with its words by length; what is about a missing figure falls away.
WORDS: dict[str, tuple[str, str, str]] = {
    "judged": ("", "经研判", "经研判为滞后|：{reason}"),
    "undone": ("", "应于{due}完成", "应于{due}完成，尚未完成"),
    "unsure": ("暂不能认定", "目前为{value}，暂不能认定", "目前为{value}，因报送不全，暂不能认定"),
    "falling": ("实际{value}", "应降至{expected}，实际{value}", "序时应降至{expected}，实际{value}"),
    "exceeded": ("多出{over}", "实际{value}|，多出{over}", "要求{goal}，实际{value}|，多出{over}"),
    "due": ("还差{missing}", "实际{value}|，还差{missing}", "{due}应达到{goal}，实际{value}|，还差{missing}"),
    "coming": ("还差{missing}", "目前{value}|，还差{missing}", "{due}须达到{goal}，目前{value}|，还差{missing}"),
    "pace": (
        "还差{missing}",
        "实际{value}|，还差{missing}",
        "序时应达{expected}，实际{value}|，距{due}目标还差{missing}",
    ),
}


def because(reading: Reading) -> str:
    """Which of WORDS tells why it is red or yellow; empty where it is neither."""
    if reading.status not in URGENT:
        return ""
    measure = reading.definition.measure
    if measure in (Measure.JUDGEMENT, Measure.MILESTONE):
        return "judged" if measure == Measure.JUDGEMENT else "undone"
    result = reading.result
    if reading.comparator and reading.comparator.towards_less:
        return _because_of_too_much(reading)
    if result.status == Status.OVERDUE or result.measured_at >= result.due:
        return "due"
    return "coming" if result.expected == result.goal else "pace"


def _because_of_too_much(reading: Reading) -> str:
    """Goals that are to be kept below; a value within the goal is yellow only because reports are missing."""
    result = reading.result
    if result.value is not None and result.goal is not None and COMPARED[reading.comparator](result.value, result.goal):
        return "unsure"
    is_under_way = result.expected is not None and result.measured_at < result.due
    return "falling" if is_under_way and result.status != Status.OVERDUE else "exceeded"


def said_of(reading: Reading) -> str:
    """The clause of a reading, printed; empty where it is neither red nor yellow."""
    fields = {name: getattr(reading, name) for name in OF_ROW if name != "reason"}
    return said_in({"code": reading.code, "because": because(reading)} | fields)


def said_in(row: Row) -> str:
    """The clause of a row, printed."""
    return printed(clause(row), figures_of_rows([row]))


def clause(row: Row, length: Length = Length.FULL) -> str:
    """With references; empty where there is nothing to say at that length."""
    if not row["because"]:
        return ""
    whole, _, tail = WORDS[row["because"]][length].partition("|")
    said = _filled(whole, row)
    if whole and not said:
        said = _filled("实际{value}", row)
    return said + _filled(tail, row)


def _filled(words: str, row: Row) -> str:
    """The words with references to the row's figures; empty if one of them is missing."""
    before, found, rest = words.partition("{")
    if not found:
        return words
    field, _, after = rest.partition("}")
    if not row.get(field):
        return ""
    follows = _filled(after, row)
    return before + ref(f"{row['code']}.{field}") + follows if follows or not after else ""
