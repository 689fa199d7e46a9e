"""What the checks find unusual in the demo, and how its people explain it."""

from submissions.cells import Typed
from submissions.sheets import Sheet
from targets import values

REASONS = {
    "EYE_SCREENED_MAX": "演示数据：上年9月以后转入的学生也参加了本学期筛查。",
    "JUMP": "演示数据：施教区调整，学生有增减，已与学籍系统核对。",
    "JUMP_COUNTED": "演示数据：本学期开展专项工作，增开了例会。",
    "JUMP_SMALL": "演示数据：本学期调整了社团门类。",
    "MYOPIA_PEERS": "演示数据：本学期改由医院散瞳验光，检出率高于以往。",
    "PSY_HAS_TEACHERS": "演示数据：由持证的德育主任兼课。",
}
OTHERWISE = "演示数据：已与台账核对，数值无误。"


def explanations(sheet: Sheet) -> dict[str, Typed]:
    """A reason for everything unusual that has none, ready to be saved."""
    return {
        key: Typed(values.plain(cell.element, cell.value), cell.version, REASONS.get(findings[0].code, OTHERWISE))
        for key, cell in sheet.cells.items()
        for findings in [sheet.warnings(cell)]
        if sheet.lacks_reason(cell) and cell.is_editable
    }
