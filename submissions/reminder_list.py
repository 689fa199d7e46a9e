"""Whom to remind of a quarter's form, as texts to be pasted into a chat group."""

from collections.abc import Iterable
from dataclasses import dataclass

from base import clock
from base.quarters import Quarter
from base.templatetags.quarters import short_day
from submissions.calendar import Phase, Window
from submissions.states import FormState, Standing

# In the order in which they are told.
TITLES = {
    FormState.BLANK: "还没有开始",
    FormState.DRAFT: "有草稿未提交",
    FormState.RETURNED: "有退回待修改",
}
AGAIN = "again"  # handed in once, and items changed or added since
KINDS = {
    **{state.value: title for state, title in TITLES.items()},
    AGAIN: "待重新提交",
}


@dataclass(frozen=True, slots=True)
class Group:
    """The schools of one of ``KINDS``; ``names`` with what must be known about each."""

    state: str
    names: list[str]
    heading: str
    closing: str

    @property
    def title(self) -> str:
        return KINDS[self.state]

    @property
    def line(self) -> str:
        return f"{self.title}（{len(self.names)} 所）：{'、'.join(self.names)}"

    @property
    def text(self) -> str:
        return f"{self.heading}\n{self.line}\n{self.closing}"


def reminder_groups(standings: Iterable[Standing], quarter: Quarter, window: Window) -> list[Group]:
    """By what is left to do; empty when every form is in and nothing has come back."""
    names: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for one in standings:
        if one.state in TITLES:
            names[_kind(one)].append(_named(one))
    heading = f"【填报提醒】{quarter.label}数据填报{_deadline(window)}（{short_day(clock.today())}统计）。"
    closing = "请以上学校联系审核科室。" if window.phase == Phase.CLOSED else "请以上学校登录系统尽快完成，谢谢。"
    return [Group(state, mine, heading, closing) for state, mine in names.items() if mine]


def reminder_text(groups: list[Group]) -> str:
    """All groups as one text."""
    return "\n".join([groups[0].heading, *(group.line for group in groups), groups[0].closing]) if groups else ""


def _deadline(window: Window) -> str:
    if window.phase == Phase.OPEN and window.days_left:
        return f"{short_day(window.due)}截止，{window.remaining}"
    if window.phase == Phase.OVERDUE:  # who is overdue is said at her name: others have handed in
        return f"{short_day(window.due)}截止，{short_day(window.closes)}关闭"
    return window.remaining


def _kind(one: Standing) -> str:
    return AGAIN if one.state == FormState.DRAFT and one.is_handed_in else one.state.value


def _named(one: Standing) -> str:
    """第一小学（已填 1/3，已逾期 2 天，延至7月12日）."""
    notes = []
    if one.state == FormState.DRAFT and (one.missing or not one.is_handed_in):
        notes.append(f"已填 {one.filled}/{one.asked}")
    if one.state == FormState.RETURNED:
        notes.append(f"{one.returned} 项")
    if one.is_late:
        notes.append(f"已逾期 {-one.window.days_left} 天")
    if one.window.extended:
        notes.append(f"延至{short_day(one.window.due)}")
    return f"{one.unit.name}（{'，'.join(notes)}）" if notes else one.unit.name
