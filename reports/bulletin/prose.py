"""The bulletin's words, in the Chinese of offices: from its rows and counts (content.py) to paragraphs.

Pure: JSON in, text out. It varies by size and direction, merges what is alike, names at most five and then 等 N 项.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from reports.bulletin.rows import Row
from reports.models import Status
from reports.tally import OUTSIDE, RED, Counts, total

Data = Mapping[str, Any]
Rows = Sequence[Row]

MOST_NAMED = 5
MANY = 5  # a change of so many targets, or of a tenth of them, is called marked


def summary_of(content: Data, rows: Rows) -> list[str]:
    """一、总体情况."""
    tally = content["tally"]
    paragraphs = [
        _standing(content["head"]["as_of"], tally),
        _compared(tally, rows),
        _changes(rows),
        _reporting(rows, content["waiting"]),
    ]
    return [paragraph for paragraph in paragraphs if paragraph]


def _standing(as_of: str, tally: Data) -> str:
    counts = tally["counts"]
    said = f"截至{as_of}，方案确定的{tally['total']}项目标中，{counted(counts)}。"
    completion = tally["completion"]
    if completion["shown"]:
        said += f"应评定的{completion['of']}项中，已达成{completion['achieved']}项，完成率{completion['shown']}。"
    return said + _verdict(counts)


def _verdict(counts: Counts) -> str:
    """How the whole stands, in a sentence."""
    rated, red, slow = total(counts) - total(counts, *OUTSIDE), total(counts, *RED), total(counts, Status.AT_RISK)
    silent = total(counts, Status.NO_DATA)
    if not rated:
        return "各项目标均未进入评定。"
    if 2 * silent >= rated:
        return "多数目标缺少数据，尚不能对总体进展作出判断。"
    if not red:
        return (
            f"没有滞后和逾期的目标，{slow}项偏慢，总体平稳推进。"
            if slow
            else "没有偏慢、滞后和逾期的目标，总体进展良好。"
        )
    if 10 * red <= rated:
        return f"总体进展较好，{red}项滞后或逾期。"
    if 10 * red <= 3 * rated:
        return f"总体有序推进，{red}项滞后或逾期，须加快进度。"
    return f"滞后和逾期的达{red}项，总体进展偏慢，任务艰巨。"


def _compared(tally: Data, rows: Rows) -> str:
    before, year_ago = tally["before"], tally["year_ago"]
    if not before and not year_ago:
        return "本期为方案实施以来首次通报，没有可比的往期结果。"
    said = ""
    if before:
        said = f"与{before['label']}相比，{_moves(tally, before)}。{_restarted(rows)}"
    if year_ago:
        said += f"与上年同期相比，{_moves(tally, year_ago)}。"
    return said


def _moves(now: Data, then: Data) -> str:
    """已达成增加 5 项，滞后和逾期减少 2 项，完成率由 30.1% 提高到 36.9%."""
    achieved = total(now["counts"], Status.ACHIEVED) - total(then["counts"], Status.ACHIEVED)
    red = total(now["counts"], *RED) - total(then["counts"], *RED)
    if achieved == red == 0:
        said = "已达成和滞后、逾期的项数均持平"
    else:
        said = f"已达成{_moved(achieved, now['total'])}，滞后和逾期{_moved(red, now['total'])}"
    earlier, later = then["completion"], now["completion"]
    if not earlier["shown"] or not later["shown"] or earlier["shown"] == later["shown"]:
        return said
    rose = later["achieved"] * earlier["of"] > earlier["achieved"] * later["of"]
    return f"{said}，完成率由{earlier['shown']}{'提高' if rose else '降低'}到{later['shown']}"


def _moved(by: int, of: int) -> str:
    if not by:
        return "持平"
    marked = "明显" if abs(by) >= max(MANY, of / 10) else ""
    return f"{marked}{'增加' if by > 0 else '减少'}{abs(by)}项"


def _restarted(rows: Rows) -> str:
    """Yearly goals that were achieved and have begun anew: fewer achieved is then no step back."""
    again = [
        row
        for row in rows
        if row["before"]
        and row["before"]["status"] == Status.ACHIEVED != row["status"]
        and row["before"]["due"] != row["due"]
    ]
    return f"上期已达成的目标中，有{len(again)}项转入新的考核节点，重新计算进度。" if again else ""


def _changes(rows: Rows) -> str:
    """What is newly achieved, newly red, and red no more."""
    known = [row for row in rows if row["before"]]
    done = [row for row in known if row["status"] == Status.ACHIEVED != row["before"]["status"]]
    worse = [row for row in known if row["status"] in RED and row["before"]["status"] not in RED]
    better = [row for row in known if row["before"]["status"] in RED and row["status"] in RECOVERED]
    said = []
    if done:
        said.append(f"{named(done)}为本期新达成")
    if worse:
        said.append(f"{named(worse)}本期转为滞后或逾期")
    if better:
        said.append(f"上期滞后或逾期的{named(better)}已有改观")
    return "；".join(said) + "。" if said else ""


RECOVERED = (Status.ON_TRACK, Status.AT_RISK)  # what is achieved is told as such


def _reporting(rows: Rows, waiting: Sequence[Data]) -> str:
    silent = [row for row in rows if row["status"] == Status.NO_DATA]
    rough = [row for row in rows if row["provisional"]]
    said = []
    if silent:
        said.append(f"{named(silent)}缺数据")
    if rough:
        said.append(f"{named(rough)}因数据不全，结果为暂定")
    if waiting:
        said.append(f"另有{sum(one['count'] for one in waiting)}条填报数据尚待审核，未计入本期结果")
    return "；".join(said) + "。" if said else "数据报送齐全。"


def paragraphs_of(action: Data) -> list[str]:
    """二、分行动进展: how one action stands, what is achieved, what lags and by how much. ``action``: its rows."""
    rows: Rows = action["rows"]
    if not rows:
        return ["没有列入本方案评定的目标。"]
    if alike := _all_alike(rows):
        return [alike]
    said = f"共{len(rows)}项目标，{counted(action['counts'])}。"
    turn = action.get("no", 0)
    achieved = [row for row in rows if row["status"] == Status.ACHIEVED]
    if achieved:
        said += (f"已达成的有{named(achieved)}。", f"{named(achieved)}已达成。")[turn % 2]
    silent = [row for row in rows if row["status"] == Status.NO_DATA]
    if silent:
        said += f"{named(silent)}缺数据，请责任科室尽快补报。"
    return [said, *_lagging(rows)]


def _all_alike(rows: Rows) -> str:
    """All targets of one status, in a sentence."""
    if len(rows) == 1 or len({row["status"] for row in rows}) > 1 or rows[0]["status"] in (*RED, Status.AT_RISK):
        return ""
    words = {Status.NO_DATA: "均缺数据，请责任科室尽快补报", Status.NOT_DUE: "均未到节点"}
    status = Status(rows[0]["status"])
    return f"{len(rows)}项目标{words.get(status, f'全部{status.label}')}：{named(rows)}。"


def _lagging(rows: Rows) -> list[str]:
    said = []
    for status, head in ((Status.OVERDUE, "逾期未达"), (Status.BEHIND, "滞后"), (Status.AT_RISK, "偏慢")):
        found = [row for row in rows if row["status"] == status]
        if found:
            said.append(f"{head}{len(found)}项：{explained(found)}。")
    return said


def problems_of(rows: Rows) -> list[str]:
    """三、存在问题: what is red and which schools fall short, by responsible section; then who lacks data."""
    red = [row for row in rows if row["status"] in RED]
    silent = [row for row in rows if row["status"] == Status.NO_DATA]
    said = [f"{section}：{_in_red(found)}。" for section, found in _by_section(red)]
    lacking = [f"{section}的{named(found)}" for section, found in _by_section(silent)]
    if lacking:
        said.append(f"缺数据、不能评定的有{'；'.join(lacking)}。")
    return said or ["本期没有滞后、逾期和缺数据的目标。"]


def _in_red(rows: Rows) -> str:
    said = []
    for status in RED[::-1]:
        found = [row for row in rows if row["status"] == status]
        if found:
            said.append(f"{listed([_with_schools(row) for row in found], '项')}{status.label}")
    return "；".join(said)


def _with_schools(row: Row) -> str:
    """A share with the schools that still have to meet it."""
    return f"{row['name']}（{listed(row['short'], '所')}未达标）" if row["short"] else row["name"]


def next_of(rows: Rows, period_label: str) -> list[str]:
    """四、下步要求: what falls due within the next half-year (``period_label``), and what is red."""
    dues: dict[str, list[Row]] = {}
    for row in rows:
        if row["next_due"]:
            dues.setdefault(row["next_due"], []).append(row)
    said = [_falling_due(due, dues[due]) for due in sorted(dues, key=_when)]
    red = [row for row in rows if row["status"] in RED]
    if red:
        sections = listed(list(dict.fromkeys(section for section, _ in _by_section(red))), "个科室")
        wanted = f"逐项明确措施、责任人和时限，{period_label}内见到成效"
        said.append(f"{sections}要对滞后和逾期的{len(red)}项目标{wanted}。")
    return said or ["各科室、各学校要保持进度，按时如实报送数据。"]


def rectifying_of(rectifications: Data) -> list[str]:
    """四、下步要求, of the ledger: what is to be done by when, what is carried or late, what lacks a measure."""
    open_rows = [row for row in rectifications["rows"] if row["open"]]
    said = []
    if open_rows:
        said.append(f"整改台账在办{len(open_rows)}项{_carried(open_rows)}，要按期销号：{_dated(open_rows)}。")
    late = [row for row in open_rows if row["overdue"]]
    if late:
        said.append(f"{named(late)}已过整改时限，责任科室要说明原因、重定时限。")
    lacking = rectifications["lacking"]
    if lacking:
        sections = listed(list(dict.fromkeys(row["section"] for row in lacking)), "个科室")
        said.append(f"{named(lacking)}还没有列出整改措施，{sections}要尽快补上。")
    return said


def _carried(rows: Rows) -> str:
    carried = [row for row in rows if row["carried"]]
    return f"，其中{len(carried)}项由上期沿用" if carried else ""


def _dated(rows: Rows) -> str:
    """The most pressing first, each with whose it is and by when."""
    pressing = sorted(rows, key=lambda row: row["until"])
    said = "；".join(f"{row['name']}（{row['section']}，{row['due']}前）" for row in pressing[:MOST_NAMED])
    rest = pressing[MOST_NAMED:]
    return f"{said}；另有{len(rest)}项见整改台账" if rest else said


def _falling_due(due: str, rows: Rows) -> str:
    left = [row for row in rows if row["status"] != Status.ACHIEVED]
    if not left:
        return f"{due}到期的{len(rows)}项目标均已达成，要巩固成果。"
    return f"{due}到期的目标有{len(rows)}项，其中{named(left)}尚未达成，责任科室要倒排工期。"


def _when(due: str) -> tuple[int, int]:
    """2025年9月底 before 2025年底."""
    year, _, rest = due.partition("年")
    return int(year), int(rest.removesuffix("月底")) if rest != "底" else 12


def counted(counts: Counts) -> str:
    """已达成31项，正常推进38项; those that do not occur are left out."""
    return "，".join(f"{status.label}{counts[status]}项" for status in Status if counts.get(status)) or "没有目标"


def named(rows: Rows) -> str:
    """The names of targets, as ``listed``."""
    return listed([row["name"] for row in rows], "项")


def listed(names: Sequence[str], measure_word: str) -> str:
    """甲、乙和丙; of more than five 甲、乙、丙、丁、戊等7项."""
    if len(names) > MOST_NAMED:
        return f"{'、'.join(names[:MOST_NAMED])}等{len(names)}{measure_word}"
    *first, last = names
    return f"{'、'.join(first)}和{last}" if first else last


def explained(rows: Rows) -> str:
    """Each with the clause that says why; after five the rest by number."""
    said = "；".join(f"{row['name']}，{row['why']}" for row in rows[:MOST_NAMED])
    rest = rows[MOST_NAMED:]
    return f"{said}；另有{named(rest)}" if rest else said


def _by_section(rows: Rows) -> list[tuple[str, list[Row]]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["section"] or "未定科室", []).append(row)
    return list(found.items())
