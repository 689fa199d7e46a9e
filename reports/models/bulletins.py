"""Bulletins, their frozen editions, and the files of those."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from base.append_only import AppendOnlyModel
from base.fields import PeriodField
from base.models import Job, StoredFile
from tasks.models import Adoption

WORDING, REASON = 4000, 400  # the longest text of a section, the longest reason, in characters


class BulletinQuerySet(models.QuerySet["Bulletin"]):
    def on_their_way(self) -> Self:
        """Sent for a signature, or sent back."""
        return self.filter(Q(sent_at__isnull=False) | ~Q(returned=""))


class Bulletin(models.Model):
    """The half-year bulletin of an adoption. Its draft is ``content``, which is made anew by every measurement; what
    the office gives its head, and the texts that somebody worded (``Wording``), stay. Publishing freezes all of it as
    an edition. Where it stands (reports/standing.py) follows from its columns and editions."""

    adoption = models.ForeignKey(Adoption, on_delete=models.CASCADE, related_name="bulletins", verbose_name="采用")
    period = PeriodField("期间")
    content = models.JSONField("内容", default=dict)
    drafted_at = models.DateTimeField("起草时间")
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="起草人"
    )
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    # Given by the office; empty: as drafted.
    title = models.CharField("标题", max_length=200, blank=True)
    number = models.CharField("发文字号", max_length=60, blank=True)
    addressees = models.CharField("主送", max_length=200, blank=True)
    dated = models.DateField("成文日期", null=True, blank=True)
    head_version = models.PositiveIntegerField("版头版本", default=0)
    # For review: sent, or sent back with a reason.
    sent_at = models.DateTimeField("送签时间", null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="送签人",
    )
    correction = models.CharField("更正说明", max_length=REASON, blank=True)  # why there is another edition
    returned = models.CharField("退回意见", max_length=REASON, blank=True)

    objects = BulletinQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "半年通报"
        ordering = ["adoption", "-period"]
        constraints = [
            models.UniqueConstraint(fields=["adoption", "period"], name="bulletin_once"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, sent_by__isnull=True)
                | Q(sent_at__isnull=False, sent_by__isnull=False, returned=""),
                name="bulletin_sent",
                violation_error_message="送签时间和送签人应同时具备，送签后没有退回意见。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.adoption} {self.period}"

    @property
    def is_in_review(self) -> bool:
        return self.sent_at is not None


class Wording(models.Model):
    """A section's text (outline.py) as somebody worded it; empty once it was given back to the draft. ``drafted`` is
    what the draft said then. ``version`` grows with every change; a save that names an older one changes nothing."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.PROTECT, related_name="wordings", verbose_name="半年通报")
    section = models.CharField("部分", max_length=20)
    text = models.TextField("文字", max_length=WORDING, blank=True)
    drafted = models.TextField("当时的自动文字")
    version = models.PositiveIntegerField("版本", default=1)
    saved_at = models.DateTimeField("保存时间")
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="保存人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "通报改写"
        ordering = ["bulletin", "section"]
        constraints = [models.UniqueConstraint(fields=["bulletin", "section"], name="wording_once")]

    def __str__(self) -> str:
        return f"{self.bulletin_id} {self.section}"


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


class FileKind(models.TextChoices):
    WORD = "word", "Word（公文格式，带红头）"
    OA = "oa", "Word（无红头，供办公系统套红）"
    PDF = "pdf", "PDF（带图，阅读打印）"
    EXCEL = "excel", "Excel（附件各表）"
    PACK = "pack", "底稿（ZIP，可在别处重算）"


class EditionFile(models.Model):
    """A file of an edition, made once (documents/making.py); or why it could not be made, to be tried again."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="files", verbose_name="通报版次")
    kind = models.CharField("种类", max_length=10, choices=FileKind)
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="文件"
    )
    problem = models.CharField("未生成的原因", max_length=300, blank=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "通报文件"
        ordering = ["edition", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "kind"], name="edition_file_once"),
            models.CheckConstraint(
                condition=Q(file__isnull=False, problem="") | (Q(file__isnull=True) & ~Q(problem="")),
                name="edition_file_or_problem",
                violation_error_message="要么有文件，要么写明没有生成的原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.kind}"
