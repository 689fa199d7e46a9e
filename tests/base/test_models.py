"""One sweep over all models of the house."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from base.models import Job, JobState

ROOMS = ["base", "schools", "tasks", "targets", "submissions", "reports"]
MODELS = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
CHECKS = [
    (model, constraint)
    for model in MODELS
    for constraint in model._meta.constraints
    if isinstance(constraint, models.CheckConstraint)
]


def names_in(condition: models.Q) -> Iterator[str]:
    """The fields of a condition."""
    for child in condition.children:
        if isinstance(child, models.Q):
            yield from names_in(child)
        else:
            yield child[0].split("__")[0]


def is_stamp(name: str) -> bool:
    return name.endswith(("_at", "_by"))


@pytest.mark.parametrize(("model", "check"), CHECKS, ids=[check.name for _, check in CHECKS])
def test_checks_on_stamps_say_in_chinese_what_is_wrong(model, check):
    if any(is_stamp(name) for name in names_in(check.condition)):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in str(check.violation_error_message))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_stamps_that_may_be_empty_are_held_together_by_a_check(model):
    fields = {field.name: field for field in model._meta.get_fields() if isinstance(field, models.Field)}
    checked = {name for owner, check in CHECKS if owner is model for name in names_in(check.condition)}
    loose = [
        name
        for name, field in fields.items()
        if name.endswith("_at") and field.null and (name.removesuffix("_at") + "_by") in fields and name not in checked
    ]
    assert loose == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_identifiers_fit_every_database(model):
    names = [model._meta.db_table, *(field.column for field in model._meta.local_fields)]
    names += [thing.name for thing in [*model._meta.constraints, *model._meta.indexes]]
    assert [name for name in names if len(name) > 30] == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_names_are_chinese(model):
    assert any("\u4e00" <= letter <= "\u9fff" for letter in str(model._meta.verbose_name))


def test_a_finished_job_needs_the_time(db):
    job = Job(kind="a", key="a", state=JobState.DONE, created_at=timezone.now())
    with pytest.raises(ValidationError, match="已结束的任务须有结束时间"):
        job.validate_constraints()
