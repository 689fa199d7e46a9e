"""Starting the job that makes the files of a published assessment."""

from base import jobs
from base.models import Job
from reports.models import AssessmentEdition
from schools.models import User

PAPERS = "assessment.files"


def start_papers(edition: AssessmentEdition, *, by: User | None) -> Job:
    """Start the job that makes what is missing (jobs.py), or join the one that is at it already."""
    return jobs.start(PAPERS, key=papers_key(edition), args={"edition_id": edition.pk}, by=by)


def papers_key(edition: AssessmentEdition) -> str:
    return f"{PAPERS}:{edition.pk}"
