"""A small plan with a rate, and an assessment file for it that can be spoiled one place at a time."""

import copy
import io
import re

import yaml
from django.core.management import call_command

from tests import factories
from tests.reports.small import make_rate

FILE = {
    "district": "kfq",
    "plan": "plan-2023-2025",
    "year": 2025,
    "bonuses": [{"code": "city", "name": "市级授牌", "points": 2}],
    "deductions": [{"code": "warned", "name": "通报批评", "points": 1}],
    "vetoes": [{"code": "accident", "name": "安全事故", "best_grade": "fail"}],
    "schemes": [
        {
            "category": "primary",
            "timeliness": 10,
            "lines": [{"target": "TRAINING", "weight": 60}, {"target": "READING", "weight": 30}],
        },
        {"category": "junior", "lines": [{"target": "TRAINING", "weight": 100}], "merge_into": "primary"},
        {"category": "nine_year", "both_of": ["primary", "junior"]},
        {"category": "section", "lines": [{"target": "READING", "weight": 100}]},
    ],
}


def make_plan_to_assess():
    """Targets TRAINING, READING and the sensitive EXAM of the section basic; adopted by kfq."""
    district = factories.make_district()
    section = factories.make_section(district)
    adoption = factories.make_adoption(factories.make_plan(), district)
    make_rate(adoption, section)
    make_rate(adoption, section, "READING", elements="READERS PUPILS")
    make_rate(adoption, section, "EXAM", elements="PASSED SAT", sensitive=True)
    return adoption


def changed(path="", value=None):
    """The file with ``schemes.0.lines.1.weight`` set to a value, or taken away (None)."""
    data = copy.deepcopy(FILE)
    here, steps = data, [int(step) if re.fullmatch(r"\d+", step) else step for step in path.split(".")]
    for step in steps[:-1]:
        here = here[step]
    if path and value is None:
        del here[steps[-1]]
    elif path and isinstance(here, list) and steps[-1] == len(here):
        here.append(value)
    elif path:
        here[steps[-1]] = value
    return data


def written(tmp_path, data):
    file = tmp_path / "assessment.yaml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return file


def said(*command, **options):
    out = io.StringIO()
    call_command(*command, stdout=out, **options)
    return out.getvalue()
