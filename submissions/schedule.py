"""What the calendar's pages say: every quarter with its dates, and what changing them would do at once."""

from dataclasses import dataclass

from base import audit
from base.models import AuditRow
from base.quarters import Quarter
from base.templatetags.quarters import short_day
from schools.models import Unit
from submissions import calendar
from submissions.asking import Asking, asking_of
from submissions.calendar import Phase, Window
from submissions.states import Standing, standings
from tasks.models import Adoption, QuarterDates


@dataclass(frozen=True, slots=True)
class Row:
    """A quarter of the calendar; ``moved`` is the last audit row of its own dates."""

    quarter: Quarter
    window: Window
    dates: QuarterDates
    moved: AuditRow | None

    @property
    def is_moved(self) -> bool:
        return self.dates.pk is not None


def rows_of(adoption: Adoption, adoptions: list[Adoption]) -> list[Row]:
    """The quarters of which the adoption's calendar rules, the last first. One query."""
    told = audit.histories(QuarterDates, [one.pk for one in adoption.moved.values()])
    last = {row.subject_id: row for row in told}
    return [
        Row(quarter, calendar.window_of(adoption, None, quarter), dates, last.get(dates.pk))
        for quarter in reversed(adoption.plan.quarters)
        if calendar.adoption_in(adoptions, quarter) == adoption
        for dates in [adoption.dates_of(quarter)]
    ]


def effect_of_dates(adoption: Adoption, wanted: QuarterDates) -> str:
    """What giving a quarter these dates would do to people at once, in words; "" if nothing."""
    quarter = wanted.quarter
    before = calendar.window_of(adoption, None, quarter)
    after = Window(quarter, before.today, wanted.opens, wanted.due, wanted.closes)
    if before.phase == after.phase:
        return _of_new_due_date(before, after)
    if after.is_open and not before.is_open:
        return _of_opening(before, after)
    open_forms = _not_handed_in(asking_of(adoption.district), quarter)
    schools = f"现有 {len(open_forms)} 所学校没有提交"
    if not before.is_open:
        return f"{quarter.label}现在不能填报，保存后也不能填报，但从“{_word(before)}”变为“{_word(after)}”。"
    if after.is_open:
        return f"保存后{quarter.label}{'过了' if after.is_past_due else '还没有到'}截止日期：{schools}。"
    drafts = sum(one.filled > 0 for one in open_forms)
    again = "已存的都保留，但不能再填、再交"
    if after.phase == Phase.NOT_YET:
        again += f"，到{short_day(after.opens)}才开放"
    return f"保存后{quarter.label}填报立即关闭：{schools}，其中 {drafts} 所填了一部分；{again}。"


def effect_of_rule(adoption: Adoption, opens_day: int) -> str:
    """What changing the rule would do at once: quarters that have opened keep their dates, the next may open."""
    changed = Adoption(opens_day=opens_day)
    today = calendar.window_of(adoption, None, adoption.plan.first_quarter).today
    opening = [
        quarter
        for quarter in adoption.plan.quarters
        if quarter not in adoption.moved and changed.dates_by_rule(quarter).opens <= today < adoption.opens(quarter)
    ]
    return "".join(f"保存后{quarter.label}立即开放填报。" for quarter in opening)


def _of_opening(before: Window, after: Window) -> str:
    if before.phase == Phase.NOT_YET:
        return f"保存后{before.quarter.label}立即开放填报，{short_day(after.due)}截止。"
    return (
        f"{before.quarter.label}已于{short_day(before.closes)}关闭，保存后重新开放，全区学校和科室又可以填报，"
        f"到{short_day(after.closes)}为止；已核定的数值不变。"
    )


def _of_new_due_date(before: Window, after: Window) -> str:
    if not before.is_past_due or before.due == after.due:
        return ""
    return f"保存后按{short_day(after.due)}重新计算{before.quarter.label}各校是否逾期。"


def _word(window: Window) -> str:
    return "没有开放" if window.phase == Phase.NOT_YET else "已关闭"


def _not_handed_in(asking: Asking, quarter: Quarter) -> list[Standing]:
    units = Unit.objects.of(asking.district).schools().open_in(quarter).with_facts()
    forms = standings(asking, units, [quarter]).values()
    return [one for one in forms if one.asked and not one.is_handed_in]
