"""三、存在问题: what is overdue and behind, by section; which schools fall short; who lacks data."""

from reports.bulletin.groups import NO_SECTION
from reports.bulletin.prose.facts import Facts, called, cut, listed
from reports.bulletin.references import ref
from reports.models import Status

MOST_SECTIONS = 5


ALONE = {  # one section answers for them
    Status.OVERDUE: "{whose}逾期未达。",
    Status.BEHIND: "进度滞后的有{whose}。",
    Status.NO_DATA: "缺数据、不能评定的有{whose}。",
}
SEVERAL = {
    Status.OVERDUE: "{all}项目标逾期未达，涉及{whose}。",
    Status.BEHIND: "进度滞后的目标有{all}项，其中{whose}。",
    Status.NO_DATA: "缺数据、不能评定的有{whose}。",
}


def problems_of(facts: Facts) -> list[str]:
    said = [*_by_section(facts, Status.OVERDUE), *_by_section(facts, Status.BEHIND)]
    if facts.count("plan.missed"):
        said.append(f"从学校看，还有学校没有达标的目标是{_schools(facts)}。")
    said += _by_section(facts, Status.NO_DATA)
    if facts.count("plan.no_baseline"):
        said.append(f"{facts.names('plan.no_baseline')}缺少基期数据，须补录后才能评定。")
    if said:
        return said
    slow = f"；{facts.names('plan.at_risk')}进度偏慢，要防止转为滞后" if facts.count("plan.at_risk") else ""
    return [f"本期没有滞后、逾期和缺数据的目标{slow}。"]


def _by_section(facts: Facts, status: Status) -> list[str]:
    """人事科2项（甲和乙）、教研室1项（丙): those with most of them first."""
    rows = facts.rows(f"plan.{status}")
    sections = {row["section_code"] or NO_SECTION: row["section"] or "未定科室" for row in rows}
    codes = sorted(sections, key=lambda code: -facts.count(f"section.{code}.{status}"))
    if not codes:
        return []
    if len(codes) == 1:
        return [ALONE[status].format(whose=f"{sections[codes[0]]}的{facts.names(f'plan.{status}')}")]
    items = []
    for code in codes[:MOST_SECTIONS]:
        key = f"section.{code}.{status}"
        items.append(f"{sections[code]}{ref(key)}项（{facts.names(key)}）")
    whose = cut(items, ref(f"sections.{status}"), "个科室", is_cut=len(codes) > MOST_SECTIONS)
    return [SEVERAL[status].format(all=ref(f"plan.{status}"), whose=whose)]


def _schools(facts: Facts) -> str:
    """甲（一小和二小）、乙（三小、四小等7所）: of targets in red, those that most schools miss."""
    rows, most = facts.rows("plan.missed"), facts.detail.schools
    items = []
    for row in rows[: facts.detail.named]:
        key = f"{row['code']}.short"
        names = listed(row["short"], "所", count=ref(key), most=most) if most else f"{ref(key)}所"
        items.append(f"{called(row)}（{names}）")
    return cut(items, ref("plan.missed"), "项", is_cut=len(rows) > len(items))
