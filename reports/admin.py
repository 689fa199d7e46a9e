"""The admin site for what was concluded: to look at, never to change."""

from django.contrib import admin

from base.admin import ReadOnlyAdmin
from reports.models import (
    AssessmentFile,
    Bulletin,
    Edition,
    EditionFile,
    Measurement,
    Passage,
    Progress,
    Rectification,
    Wording,
)


@admin.register(Measurement)
class MeasurementAdmin(ReadOnlyAdmin):
    list_display = ["adoption", "period", "measured_at", "checksum"]
    list_select_related = ["adoption__district", "adoption__plan"]


@admin.register(Bulletin)
class BulletinAdmin(ReadOnlyAdmin):
    list_display = ["adoption", "period", "drafted_at", "drafted_by"]
    list_select_related = ["adoption__district", "adoption__plan", "drafted_by"]


@admin.register(Edition)
class EditionAdmin(ReadOnlyAdmin):
    list_display = ["bulletin", "number", "published_at", "published_by", "checksum"]
    list_select_related = ["bulletin__adoption__district", "bulletin__adoption__plan", "published_by"]


@admin.register(Progress)
class ProgressAdmin(ReadOnlyAdmin):
    list_display = ["task", "period", "handed_in_at", "handed_in_by"]
    list_select_related = ["task__task", "task__section", "handed_in_by"]


@admin.register(Passage)
class PassageAdmin(ReadOnlyAdmin):
    list_display = ["progress", "kind", "version", "saved_at", "saved_by"]
    list_select_related = ["progress", "saved_by"]


@admin.register(Rectification)
class RectificationAdmin(ReadOnlyAdmin):
    list_display = ["target", "period", "owner", "due", "opened_by", "closed_at"]
    list_select_related = ["target__target", "opened_by"]


@admin.register(EditionFile)
class EditionFileAdmin(ReadOnlyAdmin):
    list_display = ["edition", "kind", "file", "problem", "at"]
    list_select_related = ["edition", "file"]


@admin.register(Wording)
class WordingAdmin(ReadOnlyAdmin):
    list_display = ["bulletin", "section", "version", "saved_at", "saved_by"]
    list_select_related = ["bulletin__adoption__district", "bulletin__adoption__plan", "saved_by"]


@admin.register(AssessmentFile)
class AssessmentFileAdmin(ReadOnlyAdmin):
    list_display = ["edition", "kind", "whose", "file", "problem", "at"]
    list_select_related = ["edition", "file"]
