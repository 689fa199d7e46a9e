import pytest

from base import clock
from base.models import Job
from tests.edu_plan.walk import clients, world  # noqa: F401  fixtures


@pytest.fixture
def job(officer) -> Job:
    """The officer's, waiting."""
    return Job.objects.create(kind="test.steps", key="a", by=officer, created_at=clock.now())
