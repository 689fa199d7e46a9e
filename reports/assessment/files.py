"""The files of a published assessment as a page lists them."""

from collections.abc import Sequence
from dataclasses import dataclass

from base.models import Job, JobState
from reports import rules
from reports.actions.papers import papers_key
from reports.models import AssessmentEdition, AssessmentFile, PaperKind
from schools.models import Post


@dataclass(frozen=True)
class Files:
    """``made``: but for sheets, of which ``sheets`` of ``assessed`` are made. ``job``: for who may start it."""

    edition: AssessmentEdition
    made: list[AssessmentFile]
    sheets: int
    assessed: int
    problems: list[str]
    job: Job | None
    may_make: bool

    @property
    def are_missing(self) -> bool:
        return len(self.made) < len(PaperKind) - 1 or self.sheets < self.assessed

    @property
    def is_busy(self) -> bool:
        return self.job is not None and self.job.state in (JobState.QUEUED, JobState.RUNNING)

    @property
    def has_failed(self) -> bool:
        return self.job is not None and self.job.state == JobState.FAILED and self.are_missing


def files_of(edition: AssessmentEdition, posts: Sequence[Post]) -> Files:
    """As the one who asks may have them (the bureau and leaders: rules.assessment_papers). Two or three queries."""
    order = list(PaperKind)
    rows = sorted(edition.files.select_related("file"), key=lambda one: order.index(PaperKind(one.kind)))
    whole = [one for one in rows if one.kind != PaperKind.SHEET]
    may_make = rules.may_make_papers(posts, edition.assessment.adoption)
    return Files(
        edition=edition,
        made=[one for one in whole if one.file_id is not None],
        sheets=sum(one.kind == PaperKind.SHEET and one.file_id is not None for one in rows),
        assessed=len(edition.content["sheets"]),
        problems=list(dict.fromkeys(one.problem for one in rows if one.problem)),
        job=Job.objects.filter(key=papers_key(edition)).first() if may_make else None,
        may_make=may_make,
    )
