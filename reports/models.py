"""What was concluded: stored measurements, and bulletins with their frozen editions."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from base.append_only import AppendOnlyModel
from base.fields import CodesField, PeriodField, QuarterField
from base.models import Job
from reports.queries import ResultQuerySet
from schools.models import Unit
from targets.core import model as core
from targets.models import Target, TargetDefinition
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

    ``checksum`` is of the result rows: the same inputs give the same one.
    """

    adoption = models.ForeignKey(Adoption, on_delete=models.CASCADE, related_name="measurements", verbose_name="采用")
    period = PeriodField("期间")
    measured_at = models.DateTimeField("测算时间")
    checksum = models.CharField("校验码", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "测算"
        ordering = ["adoption", "period"]
        constraints = [models.UniqueConstraint(fields=["adoption", "period"], name="measurement_once")]

    def __str__(self) -> str:
        return f"{self.adoption} {self.period}"


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


class Bulletin(models.Model):
    """The half-year bulletin of an adoption. Its draft is ``content``; publishing freezes it as an edition."""

    adoption = models.ForeignKey(Adoption, on_delete=models.CASCADE, related_name="bulletins", verbose_name="采用")
    period = PeriodField("期间")
    content = models.JSONField("内容", default=dict)
    drafted_at = models.DateTimeField("起草时间")
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="起草人"
    )
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "半年通报"
        ordering = ["adoption", "-period"]
        constraints = [models.UniqueConstraint(fields=["adoption", "period"], name="bulletin_once")]

    def __str__(self) -> str:
        return f"{self.adoption} {self.period}"


class Edition(AppendOnlyModel):
    """A published bulletin: its content as data, with a checksum. Never changed."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.PROTECT, related_name="editions", verbose_name="半年通报")
    number = models.PositiveSmallIntegerField("版次")
    content = models.JSONField("内容")
    checksum = models.CharField("校验码", max_length=64)
    published_at = models.DateTimeField("发布时间")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="签发人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "通报版次"
        ordering = ["bulletin", "-number"]
        constraints = [models.UniqueConstraint(fields=["bulletin", "number"], name="edition_number")]

    def __str__(self) -> str:
        return f"{self.bulletin_id} 第 {self.number} 版"


class EditionSources(AppendOnlyModel):
    """What an edition was computed from and what came out (frozen.py), which pages never read."""

    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, related_name="sources", verbose_name="通报版次")
    data = models.TextField("数据")
    checksum = models.CharField("校验码", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "通报来源"
        ordering = ["edition"]

    def __str__(self) -> str:
        return str(self.edition)
