"""The plan, and its adoption by a district. "Task" always means one of the plan's tasks (重点任务)."""

import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property

from base.fields import QuarterField
from base.quarters import Period, Quarter
from schools.models import District, Section

LAST_CLOSING = 366  # days after the quarter's end


class Plan(models.Model):
    code = models.CharField("代码", max_length=30, unique=True)
    name = models.CharField("名称", max_length=100)
    start = models.DateField("起始日期")
    end = models.DateField("截止日期")

    class Meta:
        verbose_name = verbose_name_plural = "方案"
        ordering = ["start", "code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end__gt=models.F("start")),
                name="plan_end_after_start",
                violation_error_message="方案截止日期应在起始日期之后。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def first_quarter(self) -> Quarter:
        return Quarter.containing(self.start)

    @property
    def last_quarter(self) -> Quarter:
        return Quarter.containing(self.end)

    @property
    def quarters(self) -> list[Quarter]:
        """All in which it runs, in order."""
        return [self.first_quarter + n for n in range(self.last_quarter - self.first_quarter + 1)]

    @property
    def half_years(self) -> list[Period]:
        """All half-years in which it runs, in order."""
        first, last = Period.half_year_of(self.first_quarter), Period.half_year_of(self.last_quarter)
        return [first.moved(n) for n in range((last.first - first.first) // 2 + 1)]

    def runs_in(self, when: Quarter | Period) -> bool:
        """Whether it runs in a quarter, or in any part of a period."""
        first, last = (when.first, when.last) if isinstance(when, Period) else (when, when)
        return self.first_quarter <= last and first <= self.last_quarter


class PlanPart(models.Model):
    """What objectives, actions, tasks and safeguards share: a number, a name and a summary in our own words."""

    no = models.PositiveSmallIntegerField("序号")
    name = models.CharField("名称", max_length=60)
    summary = models.TextField("概要", blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Objective(PlanPart):
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="objectives", verbose_name="方案")

    class Meta:
        verbose_name = verbose_name_plural = "主要目标"
        ordering = ["plan", "no"]
        constraints = [models.UniqueConstraint(fields=["plan", "no"], name="objective_no")]


class Action(PlanPart):
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="actions", verbose_name="方案")
    short = models.CharField("简称", max_length=10)

    class Meta:
        verbose_name = verbose_name_plural = "行动"
        ordering = ["plan", "no"]
        constraints = [models.UniqueConstraint(fields=["plan", "no"], name="action_no")]


class Task(PlanPart):
    """One of the plan's tasks; numbered through the whole plan."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="tasks", verbose_name="方案")
    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="tasks", verbose_name="行动")
    section_code = models.CharField("默认责任科室", max_length=30)

    class Meta:
        verbose_name = verbose_name_plural = "重点任务"
        ordering = ["plan", "no"]
        constraints = [models.UniqueConstraint(fields=["plan", "no"], name="task_no")]


class Safeguard(PlanPart):
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="safeguards", verbose_name="方案")

    class Meta:
        verbose_name = verbose_name_plural = "保障措施"
        ordering = ["plan", "no"]
        constraints = [models.UniqueConstraint(fields=["plan", "no"], name="safeguard_no")]


class Adoption(models.Model):
    """A district takes a plan as its own: calendar here, sections, baselines and thresholds by target in ``targets``.

    A quarter's form opens on ``opens_day`` of its last month, is due on ``due_day`` and closes on ``closes_day`` of the
    month after it, unless the quarter has dates of its own (``QuarterDates``).
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="adoptions", verbose_name="方案")
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="adoptions", verbose_name="区县")
    opens_day = models.PositiveSmallIntegerField("开放日", default=20)
    due_day = models.PositiveSmallIntegerField("截止日", default=5)
    closes_day = models.PositiveSmallIntegerField("关闭日", default=9)

    class Meta:
        verbose_name = verbose_name_plural = "采用"
        ordering = ["district", "plan"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "district"], name="adoption_once"),
            models.CheckConstraint(
                condition=models.Q(opens_day__range=(1, 28), due_day__range=(1, 28), closes_day__range=(1, 28))
                & models.Q(closes_day__gte=models.F("due_day")),
                name="adoption_calendar",
                violation_error_message="日历中的日应在 1 到 28 之间，关闭日不早于截止日。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.district} {self.plan}"

    @cached_property
    def moved(self) -> dict[Quarter, "QuarterDates"]:
        """The quarters with dates of their own; reads a prefetched set."""
        return {one.quarter: one for one in self.dates.all()}

    def dates_of(self, quarter: Quarter) -> "QuarterDates":
        """When a quarter's form opens, is due and closes: its own dates, or (unsaved) those of the rule."""
        return self.moved.get(quarter) or self.dates_by_rule(quarter)

    def dates_by_rule(self, quarter: Quarter) -> "QuarterDates":
        """Unsaved."""
        after = (quarter + 1).start
        return QuarterDates(
            adoption=self,
            quarter=quarter,
            opens=quarter.end.replace(day=self.opens_day),
            due=after.replace(day=self.due_day),
            closes=after.replace(day=self.closes_day),
        )

    def opens(self, quarter: Quarter) -> datetime.date:
        return self.dates_of(quarter).opens

    def due(self, quarter: Quarter) -> datetime.date:
        return self.dates_of(quarter).due

    def closes(self, quarter: Quarter) -> datetime.date:
        """The last day on which the form is open."""
        return self.dates_of(quarter).closes


class QuarterDates(models.Model):
    """The dates of one quarter's form where the rule of the adoption does not fit: a holiday, a late start."""

    adoption = models.ForeignKey(Adoption, on_delete=models.CASCADE, related_name="dates", verbose_name="采用")
    quarter = QuarterField("季度")
    opens = models.DateField("开放日期")
    due = models.DateField("截止日期")
    closes = models.DateField("关闭日期")
    reason = models.CharField("调整原因", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "季度日历"
        ordering = ["adoption", "quarter"]
        constraints = [
            models.UniqueConstraint(
                fields=["adoption", "quarter"],
                name="quarter_dates_once",
                violation_error_message="这个季度的日历已经调整过，请改原来的一条。",
            ),
            models.CheckConstraint(
                condition=models.Q(opens__lte=models.F("due")) & models.Q(due__lte=models.F("closes")),
                name="quarter_dates_in_order",
                violation_error_message="开放、截止、关闭日期应依次不早于前一个。",
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="quarter_dates_reason",
                violation_error_message="调整填报日历须写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quarter} {self.opens}–{self.due}–{self.closes}"

    def clean(self) -> None:
        """Dates that belong to the quarter: it opens about its end, is due when its figures can be known, and closes
        before anybody has forgotten it."""
        first, after = self.quarter.end.replace(day=1), self.quarter + 1
        latest_opening = after.start + datetime.timedelta(days=30)
        problems = {}
        if self.opens and not first <= self.opens <= latest_opening:
            problems["opens"] = f"开放日期应在 {first} 至 {latest_opening} 之间。"
        if self.due and self.due <= self.quarter.end:
            problems["due"] = f"截止日期应在季度结束（{self.quarter.end}）以后，否则还没有全季的数。"
        if self.closes and self.closes > self.quarter.end + datetime.timedelta(days=LAST_CLOSING):
            problems["closes"] = "关闭日期最迟到季度结束后一年；再晚的，请逐校同意延期或申请更正。"
        if problems:
            raise ValidationError(problems)


class AdoptedTask(models.Model):
    """Which section of the district answers for a task."""

    adoption = models.ForeignKey(Adoption, on_delete=models.CASCADE, related_name="tasks", verbose_name="采用")
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="adopted", verbose_name="重点任务")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="tasks", verbose_name="责任科室")

    class Meta:
        verbose_name = verbose_name_plural = "任务分工"
        ordering = ["adoption", "task"]
        constraints = [models.UniqueConstraint(fields=["adoption", "task"], name="adopted_task_once")]

    def __str__(self) -> str:
        return f"{self.task} {self.section}"
