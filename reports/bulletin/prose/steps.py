"""四、下步要求: what falls due in the next half-year, what is red, what the ledger of rectifications asks, by when."""

from reports.bulletin.prose.facts import Data, Facts, called, cut, form
from reports.bulletin.references import ref

FALLING_DUE = (
    "{due}到期的目标有{all}项，其中{left}尚未达成，责任科室要倒排工期。",
    "{left}须在{due}前达成，要逐项调度、盯住不放。",
    "对{due}到期的{left}，要提前谋划、按月推进。",
)
NOT_BEGUN = "{due}到期的{left}尚未达成，责任科室要倒排工期。"  # the first where none is achieved


def steps_of(facts: Facts) -> list[str]:
    said = [*_falling_due(facts), *_red(facts), *_ledger(facts), *_reporting(facts)]
    return said or ["各科室、各学校要保持进度，按时如实报送数据。"]


def _falling_due(facts: Facts) -> list[str]:
    left = [date for date in facts.groups["due.dates"] if facts.count(f"due.{date}.left")]
    met = [date for date in facts.groups["due.dates"] if date not in left]
    said = []
    for place, date in enumerate(left):
        key = f"due.{date}"
        words = {"due": ref(f"{key}.label"), "all": ref(f"{key}.all"), "left": facts.names(f"{key}.left")}
        is_first_without = not place and facts.count(f"{key}.all") == facts.count(f"{key}.left")
        said.append(form([NOT_BEGUN] if is_first_without else FALLING_DUE, place, **words))
    if met:
        dates = "、".join(ref(f"due.{date}.label") for date in met)
        said.append(
            f"{dates}到期的{ref('due.met')}项目标{'均' if facts.count('due.met') > 1 else ''}已达成，要巩固成果。"
        )
    return said


def _red(facts: Facts) -> list[str]:
    if not facts.count("plan.red"):
        return []
    several = facts.count("plan.red") > 1
    what = f"滞后和逾期的{ref('plan.red')}项目标逐项" if several else called(facts.rows("plan.red")[0])
    sections = facts.names("sections.red", "个科室")
    return [f"{sections}要对{what}明确措施、责任人和时限，{ref('reporting.next')}前见到成效。"]


def _ledger(facts: Facts) -> list[str]:
    said = []
    if facts.count("ledger.open"):
        carried = f"，其中{ref('ledger.carried')}项由上期沿用" if facts.count("ledger.carried") else ""
        said.append(f"整改台账在办{ref('ledger.open')}项{carried}{_pending(facts)}。")
    if facts.count("ledger.overdue"):
        sections = facts.names("sections.late", "个科室")
        said.append(f"{facts.names('ledger.overdue')}已过整改时限，{sections}要说明原因、重定时限。")
    if facts.count("ledger.lacking"):
        sections = facts.names("sections.lacking", "个科室")
        said.append(f"{facts.names('ledger.lacking')}还没有列出整改措施，{sections}要尽快补上。")
    return said


def _pending(facts: Facts) -> str:
    """The most pressing first, each with whose it is and by when."""
    rows = facts.rows("ledger.pending")
    items = [_dated(row) for row in rows[: facts.detail.explained]]
    if not items:
        return ""
    wanted = "；未到时限的要按期销号，包括" if facts.count("ledger.overdue") else "，要按期销号："
    return f"{wanted}{cut(items, ref('ledger.pending'), '项', is_cut=len(rows) > len(items))}"


def _dated(row: Data) -> str:
    due = ref(f"ledger.{row['code']}.due")
    return f"{called(row)}（{row['section']}，{due}前）"


def _reporting(facts: Facts) -> list[str]:
    if not facts.count("plan.no_data"):
        return []
    until = f"在{ref('reporting.closes')}前" if facts.content["reporting"]["open"] else "尽快"
    return [f"{facts.names('sections.no_data', '个科室')}要督促有关单位{until}补报数据。"]
