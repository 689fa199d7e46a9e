"""What pages of an assessment offer for download, once it is published."""

from typing import Any

from django import template

from reports.assessment.files import files_of
from reports.assessment.waiting import waiting_for
from reports.models import Assessment, AssessmentEdition, AssessmentFile, PaperKind

register = template.Library()


@register.inclusion_tag("reports/_assessment_files.html", takes_context=True)
def assessment_files(context: dict[str, Any], assessment: Assessment) -> dict[str, Any]:
    """``{% assessment_files assessment %}``, on a page for the bureau and leaders; nothing before it is published."""
    edition = AssessmentEdition.objects.filter(assessment=assessment).first()
    if edition is None:
        return {"files": None}
    edition.assessment = assessment
    shared = {name: context[name] for name in ("csrf_token", "request") if name in context}
    return {"files": files_of(edition, context["request"].posts), **shared}


@register.inclusion_tag("reports/_assessments_waiting.html", takes_context=True)
def assessments_waiting(context: dict[str, Any]) -> dict[str, Any]:
    """``{% assessments_waiting %}``: what of assessments waits for the one who asks; nothing where nothing does."""
    return {"waiting": waiting_for(context["request"].posts)}


@register.inclusion_tag("reports/_sheet_file.html")
def sheet_file(assessment: Assessment, kind: str, code: str) -> dict[str, Any]:
    """``{% sheet_file assessment sheet.kind sheet.code %}``, on a page of whoever may see that sheet."""
    made = AssessmentFile.objects.filter(
        edition__assessment=assessment, kind=PaperKind.SHEET, whose=f"{kind}:{code}", file__isnull=False
    )
    plan = assessment.adoption.plan.code
    return {
        "made": made.select_related("file").first(),
        "plan": plan,
        "year": assessment.year,
        "kind": kind,
        "code": code,
    }
