"""What every room needs and no room owns: audit rows, job rows, messages to people, files that people bring in."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from base.append_only import AppendOnlyModel


class AuditRow(AppendOnlyModel):
    """One act: who, when, what, on which object, from what, to what, why, from where. Appended by base.audit, never
    changed. It has no object where somebody came in vain. ``district_id`` is of the district that it concerns; none
    where it concerns the installation as a whole."""

    at = models.DateTimeField("时间")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="何人"
    )
    verb = models.CharField("动作", max_length=30)
    subject_type = models.CharField("对象类别", max_length=60, blank=True)
    subject_id = models.BigIntegerField("对象", null=True, blank=True)
    before = models.TextField("原值", blank=True)
    after = models.TextField("新值", blank=True)
    why = models.TextField("事由", blank=True)
    district_id = models.BigIntegerField("区县", null=True, blank=True)
    origin = models.CharField("来自", max_length=60, blank=True)
    agent = models.CharField("浏览器", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="audit_subject"),
            models.Index(fields=["at", "id"], name="audit_at"),
            models.Index(fields=["verb", "at", "id"], name="audit_verb"),
            models.Index(fields=["origin", "at", "id"], name="audit_origin"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.subject_type} {self.subject_id}"


class AuditSeal(AppendOnlyModel):
    """A batch of audit rows in the chain of seals (base.sealing). ``rows`` has id and SHA-256 of each, 40 bytes a row;
    ``digest`` is over all the other columns, ``previous`` that of the seal before it, "" of the first."""

    first_id = models.BigIntegerField("首行")
    last_id = models.BigIntegerField("末行", db_index=True)
    count = models.PositiveIntegerField("行数")
    rows = models.BinaryField("各行校验码")
    previous = models.CharField("前一校验码", max_length=64, blank=True, unique=True)
    digest = models.CharField("校验码", max_length=64)
    sealed_at = models.DateTimeField("封存时间", db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "审计封存"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.first_id}–{self.last_id}"


class JobState(models.TextChoices):
    QUEUED = "queued", "排队中"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "未完成"


ACTIVE = (JobState.QUEUED, JobState.RUNNING)


class JobQuerySet(models.QuerySet["Job"]):
    def active(self) -> "JobQuerySet":
        return self.filter(state__in=ACTIVE)

    def superseded(self) -> "JobQuerySet":
        """With ``is_superseded``: there is a newer one of the same key."""
        newer = Job.objects.filter(key=OuterRef("key"), pk__gt=OuterRef("pk"))
        return self.annotate(is_superseded=Exists(newer))


class Job(models.Model):
    """A piece of work behind the pages. The row is the truth; the broker only wakes a worker.

    ``kind`` names a registered function, ``args`` its arguments; at most one active row has a given ``key``.
    """

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    args = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    saying = models.CharField("正在做", max_length=200, blank=True)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    district_id = models.BigIntegerField("区县", null=True, db_index=True)  # none: the installation's

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "后台任务"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(state__in=["queued", "running"]), name="job_one_active"
            ),
            models.CheckConstraint(
                condition=Q(done__lte=F("total")),
                name="job_done_le_total",
                violation_error_message="已完成的步数不得多于总步数。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running"], finished_at__isnull=True)
                | Q(state__in=["done", "failed"], finished_at__isnull=False),
                name="job_finished_at",
                violation_error_message="已结束的任务须有结束时间，未结束的不得有。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.state}"

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0


class Level(models.TextChoices):
    """How urgent a message is; the colours are those of official reminders (催办, 警告, 提级督办)."""

    INFO = "info", "通知"
    BLUE = "blue", "蓝色催办"
    ORANGE = "orange", "橙色警告"
    RED = "red", "红色警告"


class Message(models.Model):
    """Something that one person is told, on her pages and by e-mail. ``key`` names the occasion: told once each."""

    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="messages", verbose_name="收件人"
    )
    key = models.CharField("事由编号", max_length=120)
    level = models.CharField("级别", max_length=10, choices=Level, default=Level.INFO)
    subject = models.CharField("标题", max_length=120)
    body = models.TextField("正文", blank=True)
    url = models.CharField("页面", max_length=200, blank=True)
    at = models.DateTimeField("时间")
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)
    mailed_at = models.DateTimeField("邮件时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["to", "key"], name="message_once")]
        indexes = [models.Index(fields=["to", "read_at"], name="message_unread")]

    def __str__(self) -> str:
        return self.subject


class StoredFile(models.Model):
    """A file that somebody brought in. Its bytes lie in the file store under their digest (base.files) and are served
    only by views that check the right to see them."""

    digest = models.CharField("SHA-256", max_length=64)
    name = models.CharField("文件名", max_length=120)
    kind = models.CharField("类型", max_length=10)  # by content: pdf, jpg, png, docx, xlsx, ofd, xls, csv
    size = models.PositiveIntegerField("字节数")
    at = models.DateTimeField("上传时间")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="何人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "文件"
        ordering = ["-id"]
        indexes = [models.Index(fields=["digest"], name="file_digest")]

    def __str__(self) -> str:
        return self.name
