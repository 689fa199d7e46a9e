"""二、各行动进展: of one action what is achieved, what lags and by how much. It is told differently at each place."""

from reports.bulletin.prose.facts import Facts, counted, form
from reports.bulletin.references import ref
from reports.models import Status

OPENINGS = (
    "本行动{all}项目标中，{counted}。",
    "列入方案的目标有{all}项，目前{counted}。",
    "{all}项目标的进展情况是：{counted}。",
    "从{all}项目标看，{counted}。",
    "共有目标{all}项，其中{counted}。",
    "所列{all}项目标，{counted}。",
    "对照方案，{all}项目标中{counted}。",
    "方案确定{all}项，{counted}。",
)
ALIKE = (
    "本行动{all}项目标{status}：{names}。",
    "列入方案的{names}{status}。",
    "{names}{status}。",
    "从{all}项目标看，{names}{status}。",
    "共有目标{all}项，{status}，包括{names}。",
    "{all}项目标{status}，即{names}。",
    "对照方案，{names}{status}。",
    "方案确定的{names}{status}。",
)
STATES = {
    Status.ON_TRACK: ("正常推进",),
    Status.NOT_DUE: ("未到考核节点",),
    Status.NO_DATA: ("缺数据，未能评定", "无数据，暂不评定", "未报数据，未能评定"),
    Status.NOT_RATED: ("不列入本期评定",),
    Status.NO_BASELINE: ("缺基期数据，未能评定",),
}
ACHIEVED = ("已达成的有{names}。", "{names}已达成。", "达到目标的是{names}。", "其中{names}达到目标要求。")
LAGGING = ("{names}{status}。", "{status}的有{names}。", "{status}的目标为{names}。")
SILENT = (
    "{names}缺数据，责任科室要尽快补报。",
    "因缺数据未能评定的有{names}。",
    "{names}尚无数据，要抓紧报送。",
    "{names}没有数据，暂不评定。",
)


def paragraphs_of(facts: Facts, name: str, place: int) -> list[str]:
    """``name``: of the action's figures; ``place``: 0 for the first action."""
    rows = facts.rows(f"{name}.all")
    if not rows:
        return ["没有列入本方案评定的目标。"]
    if len({row["status"] for row in rows}) == 1:
        return [_alike(facts, f"{name}.all", place, Status(rows[0]["status"]))]
    counts = {status: facts.count(f"{name}.{status}") for status in Status}
    said = form(OPENINGS, place, all=ref(f"{name}.all"), counted=counted(name, counts))
    said += _told(facts, name, Status.ACHIEVED, ACHIEVED, place)
    said += _told(facts, name, Status.NO_DATA, SILENT, place)
    lagging = _lagging(facts, name, place)
    return [said, lagging] if lagging else [said]


def _alike(facts: Facts, key: str, place: int, status: Status) -> str:
    """All targets of one status, in a sentence; those that lag with their reasons."""
    said = form(STATES.get(status, (status.label,)), place)
    names = facts.explained(key) if status in LAGS else facts.names(key)
    return form(ALIKE, place, all=ref(key), status=f"均{said}" if facts.count(key) > 1 else said, names=names)


def _told(facts: Facts, name: str, status: Status, forms: tuple[str, ...], place: int) -> str:
    key = f"{name}.{status}"
    return form(forms, place, names=facts.names(key)) if facts.count(key) else ""


LAGS = (Status.OVERDUE, Status.BEHIND, Status.AT_RISK)  # the worst first


def _lagging(facts: Facts, name: str, place: int) -> str:
    said = ""
    for turn, status in enumerate(LAGS, start=place):
        key = f"{name}.{status}"
        if facts.count(key):
            said += form(LAGGING, turn, names=facts.explained(key), status=status.label)
    return said
