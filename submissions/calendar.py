"""When a quarter may be filled in: the one service that decides, from the adoption's calendar, the extensions given to
single schools, and the clock.

Everything that writes an entry asks here, mostly through its sheet: page, grid, spreadsheet, command. The admin site
writes none. What follows from dates is never stored.

- *Entering* (saving, submitting) needs an open window: from ``opens`` to ``closes``, overdue after ``due``.
- *Reviewing* (approving, returning) needs only that the window has opened: what came in on the last day is still
  reviewed after it. What is returned after the closing waits until that school is given an extension.
- *Correcting* what was approved needs a correction granted for that item, whatever the window (``Cell.is_reopened``).
- *History* that is brought in needs only that its quarter has begun.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import ValidationError

from base import clock
from base.quarters import Period, Quarter
from base.templatetags.quarters import short_day
from schools.models import District, Unit
from submissions.models import Extension
from tasks.models import Adoption


class Phase(StrEnum):
    NOT_YET = "not_yet"
    OPEN = "open"
    OVERDUE = "overdue"  # past its due date, not closed yet
    CLOSED = "closed"
    NONE = "none"  # this unit is never asked in this quarter


class Closed(ValidationError):
    """The quarter may not be written now; the message says why, since when and who can reopen it."""


@dataclass(frozen=True, slots=True)
class Window:
    """A unit's time for filling in a quarter, as of ``today``. ``barred`` is why there is none at all."""

    quarter: Quarter
    today: datetime.date
    opens: datetime.date | None = None
    due: datetime.date | None = None
    closes: datetime.date | None = None
    barred: str = ""
    extended: str = ""  # why it is due later than the others'

    @property
    def phase(self) -> Phase:
        if self.barred or self.opens is None or self.due is None or self.closes is None:
            return Phase.NONE
        if self.today < self.opens:
            return Phase.NOT_YET
        if self.today <= self.due:
            return Phase.OPEN
        return Phase.OVERDUE if self.today <= self.closes else Phase.CLOSED

    @property
    def is_open(self) -> bool:
        """May be entered now."""
        return self.phase in (Phase.OPEN, Phase.OVERDUE)

    @property
    def has_opened(self) -> bool:
        return self.phase in (Phase.OPEN, Phase.OVERDUE, Phase.CLOSED)

    @property
    def is_past_due(self) -> bool:
        return self.phase in (Phase.OVERDUE, Phase.CLOSED)

    @property
    def days_left(self) -> int:
        """Until the due date; negative after it."""
        return (self.due - self.today).days if self.due else 0

    @property
    def extension(self) -> str:
        """That this school has more time, and why; "" if it has not."""
        return f"已同意延期至{short_day(self.due)}（{self.extended.rstrip('。')}）" if self.extended else ""

    @property
    def remaining(self) -> str:
        """The deadline in words, for the head of a page."""
        match self.phase:
            case Phase.NONE:
                return "不填报"
            case Phase.NOT_YET:
                return f"{short_day(self.opens)}开放"
            case Phase.OPEN:
                return f"还剩 {self.days_left} 天" if self.days_left else "今天截止"
            case Phase.OVERDUE:
                return f"已逾期 {-self.days_left} 天，{short_day(self.closes)}关闭"
        return f"已于{short_day(self.closes)}关闭"

    @property
    def why_closed(self) -> str:
        """Why nothing may be entered now, since when, who can reopen it; "" when it is open."""
        match self.phase:
            case Phase.NONE:
                return self.barred
            case Phase.NOT_YET:
                return (
                    f"{self.quarter.label}填报还没有开始，{short_day(self.opens)}开放。"
                    "需要提前的，由局领导或系统管理员调整填报日历。"
                )
            case Phase.CLOSED:
                return (
                    f"{self.quarter.label}填报已关闭：{short_day(self.due)}截止，{short_day(self.closes)}之后不再接受填报。"
                    f"{self.extension and self.extension + '，也已到期。'}"
                    "确需补报的，请科室同意延期；已核定的数值有误，可申请更正；全区重新开放，由局领导或系统管理员调整填报日历。"
                )
        return ""

    def require_entering(self) -> None:
        """Raises Closed unless entries may be saved and submitted now."""
        if not self.is_open:
            raise Closed(self.why_closed, code="closed")

    def require_reviewing(self) -> None:
        """Raises Closed unless entries may be approved and returned now."""
        if not self.has_opened:
            raise Closed(self.why_closed, code="closed")


def window_of(
    adoption: Adoption | None,
    unit: Unit | None,
    quarter: Quarter,
    today: datetime.date | None = None,
    extension: Extension | None = None,
) -> Window:
    """The window of ``unit`` (None: the district at large) for ``quarter``, longer by its ``extension``. No query."""
    today = today or clock.today()
    if adoption is None or not adoption.plan.runs_in(quarter):
        return Window(quarter, today, barred=f"{quarter.label}不在行动方案的期限内，没有填报任务。")
    if unit is not None and not unit.is_open_in(quarter):
        return Window(quarter, today, barred=f"{unit.name}在{quarter.label}没有开办，不需填报。")
    dates = adoption.dates_of(quarter)
    if extension is None or extension.until <= dates.due:
        return Window(quarter, today, dates.opens, dates.due, dates.closes)
    closes = max(dates.closes, extension.until)
    return Window(quarter, today, dates.opens, extension.until, closes, extended=extension.reason)


def require_history(quarter: Quarter) -> None:
    """Raises Closed unless history may be brought in for ``quarter``: nobody knows the figures of one to come."""
    if quarter.start > clock.today():
        raise Closed(f"{quarter.label}还没有开始，不能导入历史数据。", code="closed")


def adoptions_of(district: District) -> list[Adoption]:
    """The plans that the district works by, the newest first, with the quarters' own dates."""
    adoptions = Adoption.objects.filter(district=district).select_related("plan").prefetch_related("dates")
    return list(adoptions.order_by("-plan__start", "plan_id"))


def extensions_of(district: District) -> dict[tuple[int, Quarter], Extension]:
    """By unit id and quarter."""
    extensions = Extension.objects.filter(unit__district=district)
    return {(one.unit_id, one.quarter): one for one in extensions}


def adoption_in(adoptions: Sequence[Adoption], quarter: Quarter) -> Adoption | None:
    """Whose calendar rules ``quarter``: of the plans that run in it the newest."""
    return next((one for one in adoptions if one.plan.runs_in(quarter)), None)


def opened_quarters(adoptions: Sequence[Adoption], today: datetime.date | None = None) -> list[Quarter]:
    """Every quarter that has opened so far, the newest first: its head is the one to work on now."""
    today = today or clock.today()
    return sorted(
        {quarter for adoption in adoptions for quarter in adoption.plan.quarters if adoption.opens(quarter) <= today},
        reverse=True,
    )


def opened_half_years(adoption: Adoption, today: datetime.date | None = None) -> list[Period]:
    """The plan's half-years whose figures are being, or have been, filled in, in order."""
    today = today or clock.today()
    return [period for period in adoption.plan.half_years if adoption.opens(period.last) <= today]
