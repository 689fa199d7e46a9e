"""A small plan with a rate, and an assessment file for it that can be spoiled one place at a time."""

import copy
import datetime
import io
import re
from decimal import Decimal

import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from base.quarters import Quarter
from reports.actions import (
    Wanted,
    compute,
    confirm_occurrence,
    decide,
    object_to,
    publish_assessment,
    show,
    tell_occurrence,
)
from reports.assessment.loading import load_schemes
from reports.assessment.schemes import kinds_of
from reports.models import About, AdjustmentKind, KindOf
from schools.models import Role, Unit
from submissions.models import Submission
from targets.models import Target, TargetDefinition
from tests import factories
from tests.reports.small import make_rate
from tests.upload_bytes import PDF

Q4 = Quarter.of(2025, 4)
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


def make_schools_to_assess(tmp_path):
    """Four primary schools P1–P4 with 90, 80, 70, 60 trained of 100, J1 and N1 (primary and junior); with schemes."""
    made = make_plan_to_assess()
    factories.make_bureau(made.district)
    for place in range(4):
        school(made, f"P{place + 1}", {"TRAINED": 90 - 10 * place, "TEACHERS": 100, "READERS": 95, "PUPILS": 100})
    school(made, "J1", {"TRAINED": 95, "TEACHERS": 100}, stages=["junior"])
    school(made, "N1", {"TRAINED": 95, "TEACHERS": 100, "READERS": 19, "PUPILS": 40}, stages=["primary", "junior"])
    load_schemes(written(tmp_path, FILE), by=None)
    return made


def school(adoption, code, figures, **fields):
    """Open, with approved figures of 2025Q4; the forms of the year are handed in in time but for that of Q2."""
    made = factories.make_unit(adoption.district, code, **({"stages": ["primary"]} | fields))
    by = factories.make_principal(made)
    elements = {term.element.code: term.element for one in definitions() for term in one.terms.all()}
    for name, value in figures.items():
        factories.make_entry(elements[name], made, Q4, value)
    for quarter in (Q4 - n for n in range(4) if made.is_open_in(Q4 - n)):
        days = 8 if quarter.number == 2 else 3
        at = datetime.datetime.combine(quarter.end + datetime.timedelta(days=days), datetime.time(9), datetime.UTC)
        Submission.objects.create(unit=made, quarter=quarter, first_submitted_at=at, first_submitted_by=by)
    return made


def told(adoption, code, unit="P1", *, by=None, **fields):
    """Something that happened in September 2025, told by an officer (any, or ``by``); a bonus with its paper."""
    kind = kinds_of(adoption, Q4.year)[code].kind
    upload = SimpleUploadedFile("授牌.pdf", PDF) if kind == KindOf.BONUS else None
    said = {"what": "某事", "happened": datetime.date(2025, 9, 1), "upload": upload} | fields
    whom = Unit.objects.get(code=unit)
    return tell_occurrence(adoption, Q4.year, whom, code=code, by=by or someone(adoption), **said)


def confirmed(adoption, code, unit="P1", **fields):
    return confirm_occurrence(told(adoption, code, unit, **fields), by=someone(adoption))


def someone(adoption):
    """An officer of the district."""
    return factories.make_officer(adoption.district.sections.first())


def definitions():
    return TargetDefinition.objects.prefetch_related("terms")


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


UNTIL, PUBLISHED = datetime.date(2026, 1, 23), datetime.date(2026, 1, 26)


def make_published(tmp_path, settings):
    """The edition of a year with everything in it: 小学 and 初中 graded together; a veto (P3) and one that is lifted
    (J1), a bonus, a deduction; a school that closed and one that merged; figures that are missing (P5, told later) and
    of few (P6); a corrected figure (P4), timeliness (P2) and points (P1); an objection that is refused (N1)."""
    settings.PLAN_TODAY = datetime.date(2026, 1, 16)
    adoption = make_schools_to_assess(tmp_path)
    school(adoption, "P5", {"READERS": 95, "PUPILS": 100})
    school(adoption, "P6", {"TRAINED": 8, "TEACHERS": 9, "READERS": 17, "PUPILS": 19})
    school(adoption, "SHUT", {}, closed=datetime.date(2025, 8, 31))
    merged = school(adoption, "JOIN", {}, closed=datetime.date(2025, 8, 31))
    Unit.objects.filter(pk=merged.pk).update(successor=unit("P1"))
    officer, other = (factories.make_officer(adoption.district.sections.get()) for _ in range(2))
    vetoes = {}
    for code, kind in (("P3", "accident"), ("J1", "accident"), ("P2", "city"), ("P1", "warned")):
        vetoes[code] = confirmed(adoption, kind, code, what=f"{code}的事项")
    shown = show(compute(adoption, 2025, by=officer), until=UNTIL, lists_all=False, by=officer)
    training = Target.objects.get(code="TRAINING")
    decided(shown, "P4", Wanted(AdjustmentKind.VALUE, target=training, value=80), by=other, target=training)
    decided(shown, "P5", Wanted(AdjustmentKind.VALUE, target=training, value=95), by=other, target=training)
    decided(shown, "P2", Wanted(AdjustmentKind.VALUE, value=4), by=other, about=About.TIMELINESS)
    decided(shown, "P1", Wanted(AdjustmentKind.POINTS, points=Decimal("-1.5")), by=other)
    decided(shown, "J1", Wanted(AdjustmentKind.LIFT, occurrence=vetoes["J1"]), by=other, occurrence=vetoes["J1"])
    decided(shown, "N1", None, by=other)
    settings.PLAN_TODAY = PUBLISHED
    return publish_assessment(shown, by=factories.make_director(adoption.district))


def unit(code):
    return Unit.objects.get(code=code)


def decided(assessment, code, change, *, by, **item):
    principal = unit(code).posts.get(role=Role.PRINCIPAL).user
    objection = object_to(assessment, unit(code), reason="漏算", by=principal, **item)
    decide(objection, upheld=change is not None, answer=f"已核{code}", change=change, by=by)
