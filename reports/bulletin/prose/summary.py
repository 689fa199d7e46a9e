"""一、总体情况: how the whole stands, against last half-year and the same time last year, and what it rests on."""

from reports.bulletin.prose.facts import Data, Facts, called, counted
from reports.bulletin.references import ref
from reports.models import Status
from reports.tally import OUTSIDE, RED, total

KINDS = {"achieved": "已达成", "red": "滞后和逾期"}  # what is compared
MANY = 5  # a change of so many targets, or of a tenth of them, is called marked
WELL, ORDERLY = 0.1, 0.3  # of what is rated, red
ENOUGH = 90  # percent of what is due; with less the head of the bulletin says so


def summary_of(facts: Facts) -> list[str]:
    said = [_reserved(facts), _standing(facts), _compared(facts), _changes(facts), _reporting(facts)]
    return [paragraph for paragraph in said if paragraph]


def _reserved(facts: Facts) -> str:
    """First of all, where the figures are not final or much is missing."""
    reporting = facts.content["reporting"]
    if not is_reserved(reporting):
        return ""
    so_far = f"应报{ref('reporting.due')}项次，已报{ref('reporting.have')}项次，报送率为{ref('reporting.rate')}"
    reserve = "以下为阶段性情况" if reporting["open"] else "缺报较多，以下情况供参考"
    return f"本期数据截至{ref('reporting.as_of')}，{so_far}，{reserve}。"


def is_reserved(reporting: Data) -> bool:
    return bool(reporting["due"]) and (reporting["open"] or 100 * reporting["have"] < ENOUGH * reporting["due"])


def _standing(facts: Facts) -> str:
    tally = facts.content["tally"]
    if not tally["total"]:
        return "方案没有确定需要评定的目标。"
    said = f"截至{ref('reporting.until')}，方案确定的{ref('plan.all')}项目标中，{counted('plan', tally['counts'])}"
    if tally["completion"]["shown"] and facts.count("plan.no_data") < tally["completion"]["of"]:
        said += f"；应评定{ref('plan.rated')}项，完成率为{ref('plan.rate')}"
    words = f"，各科室工作进展见{ref('annex.words')}" if "annex.words" in facts.figures else ""
    return f"{said}。{_verdict(facts)}各项目标完成情况见{ref('annex.targets')}{words}。"


def _verdict(facts: Facts) -> str:
    """How the whole stands, in a sentence; two slow targets weigh as one that is red."""
    counts = facts.content["tally"]["counts"]
    rated, red, slow = total(counts) - total(counts, *OUTSIDE), total(counts, *RED), total(counts, Status.AT_RISK)
    silent = total(counts, Status.NO_DATA)
    if not rated:
        return "各项目标均未进入评定。"
    if silent == rated:
        return "进入评定的目标均缺少数据，无法对进展作出判断。"
    if 2 * silent >= rated:
        return "多数目标缺少数据，尚不能对总体进展作出判断。"
    if red == rated:
        return "应评定的目标全部滞后或逾期，任务十分艰巨。"
    if not red:
        return (
            f"没有滞后和逾期的目标，{ref('plan.at_risk')}项偏慢，总体平稳推进。"
            if slow
            else "没有偏慢、滞后和逾期的目标，总体进展良好。"
        )
    weight = (red + slow / 2) / rated
    said = f"滞后和逾期{ref('plan.red')}项" if red > 1 else f"仅{_lagging(facts.rows('plan.red')[0])}"
    if weight <= WELL:
        return f"总体进展较好，{said}。"
    if weight <= ORDERLY:
        return f"总体有序推进，{said}，须加快进度。"
    return f"总体进展偏慢，{said}，任务艰巨。"


def _lagging(row: Data) -> str:
    return f"{called(row)}{Status(row['status']).label}"


def _compared(facts: Facts) -> str:
    before, year_ago = (facts.content["tally"][name] for name in ("before", "year_ago"))
    if not before and not year_ago:
        return "本期为方案实施以来首次通报，没有可比的往期结果。"
    said = ""
    if before:
        said = f"与{ref('before.label')}相比，{_moves(facts, 'before')}。{_restarted(facts)}"
    if year_ago:
        said += f"比上年同期（{ref('year_ago.label')}），{_against_last_year(facts)}。"
    return said


def _moves(facts: Facts, name: str) -> str:
    """已达成增加 5 项，滞后和逾期减少 2 项，完成率由 30.1% 提高到 36.9%; not told: what never was."""
    said = [f"{word}{moved}" for kind, word in KINDS.items() if (moved := _moved(facts, name, kind))]
    if len(said) > 1 and all("持平" in one for one in said):
        said = ["已达成和滞后、逾期的项数均持平"]
    if rose := _rose(facts, name):
        said.append(f"完成率由{ref(f'{name}.rate')}{_more(rose, '提高', '降低')}到{ref('plan.rate')}")
    return "，".join(said) or "总体持平"


def _against_last_year(facts: Facts) -> str:
    """已达成多 5 项，滞后和逾期少 2 项，完成率高 6.8 个百分点."""
    said = [
        f"{word}{_more(_change(facts, 'year_ago', kind), '多', '少')}{ref(f'change.year_ago.{kind}')}项"
        for kind, word in KINDS.items()
        if _change(facts, "year_ago", kind)
    ]
    if rose := _rose(facts, "year_ago"):
        said.append(f"完成率{_more(rose, '高', '低')}{ref('change.year_ago.points')}个百分点")
    return "，".join(said) or "各项指标持平"


def _more(by: float, more: str, less: str) -> str:
    return more if by > 0 else less


def _change(facts: Facts, name: str, kind: str) -> int:
    now, then = facts.content["tally"]["counts"], facts.content["tally"][name]["counts"]
    statuses = RED if kind == "red" else (Status.ACHIEVED,)
    return total(now, *statuses) - total(then, *statuses)


def _moved(facts: Facts, name: str, kind: str) -> str:
    by, of = _change(facts, name, kind), facts.content["tally"]["total"]
    if not by:
        return "持平" if facts.count(f"plan.{kind}") else ""
    marked = "明显" if abs(by) >= max(MANY, of / 10) else ""
    return f"{marked}{_more(by, '增加', '减少')}{ref(f'change.{name}.{kind}')}项"


def _rose(facts: Facts, name: str) -> float:
    """By how much the printed rate rose; 0 also where there is none."""
    rates = [facts.figures.get(f"{one}.rate", "") for one in ("plan", name)]
    if not all(rates):
        return 0
    later, earlier = (float(rate.removesuffix("%")) for rate in rates)
    return later - earlier


def _restarted(facts: Facts) -> str:
    if not facts.count("since.restarted"):
        return ""
    return f"上期已达成的目标中，有{ref('since.restarted')}项转入新的考核节点，重新计算进度。"


def _changes(facts: Facts) -> str:
    """What is newly achieved, newly red, and red no more."""
    said = []
    if facts.count("since.achieved"):
        said.append(f"本期新达成的有{facts.names('since.achieved')}")
    if facts.count("since.red"):
        statuses = {Status(row["status"]).label for row in facts.rows("since.red")}
        said.append(f"{facts.names('since.red')}转为{statuses.pop() if len(statuses) == 1 else '滞后或逾期'}")
    if facts.count("since.recovered"):
        said.append(f"上期滞后或逾期的{facts.names('since.recovered')}已有改观")
    return "；".join(said) + "。" if said else ""


def _reporting(facts: Facts) -> str:
    """What the results rest on: who lacks data, what is provisional, what waits for review."""
    reporting = facts.content["reporting"]
    said = []
    if reporting["due"] and reporting["have"] >= reporting["due"]:
        said.append(f"应报的{ref('reporting.due')}项次数据全部报齐")
    elif reporting["due"] and not is_reserved(reporting):
        said.append(f"应报数据{ref('reporting.due')}项次，已报{ref('reporting.have')}项次")
    if facts.count("plan.no_data"):
        said.append(f"{facts.names('plan.no_data')}缺数据")
    if facts.count("plan.provisional"):
        said.append(f"{facts.names('plan.provisional')}因数据不全，结果为暂定")
    if facts.content["waiting"] and not reporting["open"]:  # else the paper begins with it (unready.py)
        said.append(f"另有{ref('waiting.all')}项填报数据尚待审核，未计入本期结果")
    return "；".join(said) + "。" if said else ""
