"""The files of a published assessment, made once each (reports/documents/assessment_making.py)."""

from django.db import models
from django.db.models import Q

from base.models import StoredFile
from reports.models.contesting import AssessmentEdition


class PaperKind(models.TextChoices):
    """In the order in which they are made and listed; ``ALL`` holds the others."""

    NOTICE = "word", "Word（考核结果通知，带红头）"
    OA = "oa", "Word（无红头，供办公系统套红）"
    TABLES = "excel", "Excel（分类结果和各项得分）"
    SHEET = "sheet", "PDF（考核表，一单位一页）"
    ALL = "all", "全部文件（ZIP，含各单位考核表）"


class AssessmentFile(models.Model):
    """A file, or why it could not be made, to be tried again. ``whose``: of a sheet, as the core names subjects
    (unit:p1, section:basic); "" for the others."""

    edition = models.ForeignKey(
        AssessmentEdition, on_delete=models.PROTECT, related_name="files", verbose_name="考核定稿"
    )
    kind = models.CharField("种类", max_length=10, choices=PaperKind)
    whose = models.CharField("单位或科室", max_length=40, blank=True)
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="文件"
    )
    problem = models.CharField("未生成的原因", max_length=300, blank=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "考核文件"
        ordering = ["edition", "kind", "whose"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "kind", "whose"], name="assessment_file_once"),
            models.CheckConstraint(
                condition=Q(file__isnull=False, problem="") | (Q(file__isnull=True) & ~Q(problem="")),
                name="assessment_file_or_why",
                violation_error_message="要么有文件，要么写明没有生成的原因。",
            ),
            models.CheckConstraint(
                condition=Q(kind="sheet") & ~Q(whose="") | ~Q(kind="sheet") & Q(whose=""),
                name="assessment_file_whose",
                violation_error_message="考核表属于一个单位或科室，其余文件不属于。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.kind} {self.whose}"
