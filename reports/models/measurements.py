"""Stored measurements: what measuring an adoption for a period found."""

from django.db import models
from django.db.models import Q

from base.fields import CodesField, PeriodField, QuarterField
from reports.queries import MeasurementQuerySet, ResultQuerySet
from schools.models import Unit
from targets.core import model as core
from targets.models import AdoptedTarget, Target, TargetDefinition
from tasks.models import Adoption


class Status(models.TextChoices):
    ACHIEVED = core.Status.ACHIEVED, "已达成"
    ON_TRACK = core.Status.ON_TRACK, "正常推进"
    AT_RISK = core.Status.AT_RISK, "偏慢"
    BEHIND = core.Status.BEHIND, "滞后"
    OVERDUE = core.Status.OVERDUE, "逾期未达"
    NOT_DUE = core.Status.NOT_DUE, "未到节点"
    NO_DATA = core.Status.NO_DATA, "缺数据"
    NOT_RATED = core.Status.NOT_RATED, "不评"
    NO_BASELINE = core.Status.NO_BASELINE, "缺基期"


class Measurement(models.Model):
    """The newest measurement of an adoption for a period; its results are replaced as a whole when measured again.

    ``checksum`` is of the result rows: the same inputs give the same one. A live one (live.py) follows the approvals by
    itself, and stands beside the one that a bulletin is made from: neither ever touches the other.
    """

    adoption = models.ForeignKey(Adoption, on_delete=models.CASCADE, related_name="measurements", verbose_name="采用")
    period = PeriodField("期间")
    is_live = models.BooleanField("实时", default=False)
    measured_at = models.DateTimeField("测算时间")
    checksum = models.CharField("校验码", max_length=64)

    objects = MeasurementQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "测算"
        ordering = ["adoption", "period", "is_live"]
        constraints = [models.UniqueConstraint(fields=["adoption", "period", "is_live"], name="measurement_once")]

    def __str__(self) -> str:
        return f"{self.adoption} {self.period}{' 实时' if self.is_live else ''}"

    @property
    def label(self) -> str:
        """As one of those that can be chosen."""
        return "实时（未发布）" if self.is_live else self.period.label

    @property
    def query(self) -> str:
        """What follows the ? in the address of a page that shows it."""
        return f"period={self.period}{'&live=1' if self.is_live else ''}"


class Result(models.Model):
    """One target in one scope: the district (``unit`` is null) or a school. The columns are measurement.md §8's."""

    measurement = models.ForeignKey(Measurement, on_delete=models.CASCADE, related_name="results")
    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="results")
    definition = models.ForeignKey(TargetDefinition, on_delete=models.PROTECT, related_name="results")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="results")
    measured_at = QuarterField("测算季度")
    value = models.FloatField("完成值", null=True)
    numerator = models.FloatField("分子", null=True)
    denominator = models.FloatField("分母", null=True)
    expected = models.FloatField("序时值", null=True)
    goal = models.FloatField("目标值", null=True)
    anchor = models.FloatField("起点值", null=True)
    pace = models.FloatField("进度", null=True)
    due = QuarterField("到期季度", null=True)
    status = models.CharField("状态", max_length=12, choices=Status)
    missed_goals = CodesField("错过的目标")  # due dates
    units_expected = models.PositiveIntegerField("应报", default=0)
    units_fresh = models.PositiveIntegerField("已报", default=0)
    units_carried = models.PositiveIntegerField("沿用", default=0)
    units_missing = models.PositiveIntegerField("缺报", default=0)
    provisional = models.BooleanField("暂定", default=False)
    remarked = models.BooleanField("超出上限", default=False)
    gap = models.FloatField("缺口", null=True)
    short_units = models.TextField("未达标单位", blank=True)  # codes joined by +
    own: AdoptedTarget | None = None  # by with_own

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "测算结果"
        ordering = ["measurement", "target", "unit"]
        constraints = [
            models.UniqueConstraint(
                fields=["measurement", "target"], condition=Q(unit__isnull=True), name="result_district_once"
            ),
            models.UniqueConstraint(
                fields=["measurement", "target", "unit"], condition=Q(unit__isnull=False), name="result_unit_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target_id} {self.status}"
