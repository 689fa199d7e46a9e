"""The demo's assessment of 2024: the schemes of the file, what happened in the year, computed on 15 January, shown,
contested and published. All invented."""

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from base import clock
from reports.actions import (
    Wanted,
    compute,
    confirm_occurrence,
    decide,
    lift_occurrence,
    object_to,
    publish_assessment,
    show,
    tell_occurrence,
)
from reports.assessment.loading import load_schemes
from reports.demo.evidence import paper
from reports.models import About, AdjustmentKind, Assessment, Occurrence

if TYPE_CHECKING:
    from reports.demo.seed import Demo

YEAR = 2024
UNTIL = datetime.date(2025, 1, 23)  # schools may object
FILE = settings.BASE_DIR / "fixtures" / f"assessment_{YEAR}.yaml"
HAPPENED = [  # place of the school, kind, what; the last one nobody confirmed
    (0, "city", "获评市级劳动教育特色学校"),
    (2, "provincial", "立项省级教育规划课题"),
    (4, "warned", "报送材料不实，被区级通报批评"),
    (6, "accident", "校园设施伤人事件"),
    (7, "ethics", "教师有偿补课查实"),
    (1, "national", "申报国家级示范性项目"),
]
LIFTED, WHY = 6, "复查认定为第三方施工责任，校方无责"


def assess_past(demo: "Demo") -> None:
    """A designation, a deduction and a veto that count, a veto that was lifted, a designation that nobody confirmed;
    then on to publishing."""
    with clock.pinned(datetime.date(YEAR + 1, 1, 12), hour=10):
        load_schemes(FILE, by=demo.officer("supervision"), into=demo.adoption)
        for number, (place, code, what) in enumerate(HAPPENED, 1):
            school, named = demo.schools[place], f"{what}（演示数据）.pdf"
            told = tell_occurrence(
                demo.adoption,
                YEAR,
                school,
                code=code,
                what=f"演示数据：{what}",
                happened=datetime.date(YEAR, number + 3, 18),
                upload=SimpleUploadedFile(named, paper(what, school.name)),
                by=demo.officer("supervision"),
            )
            if number < len(HAPPENED):
                confirm_occurrence(told, by=demo.officer("supervision", 2))
            if place == LIFTED:
                lift_occurrence(told, why=WHY, by=demo.people["director"])
    with clock.pinned(datetime.date(YEAR + 1, 1, 15), hour=6):
        computed = compute(demo.adoption, YEAR, by=None)
    with clock.pinned(datetime.date(YEAR + 1, 1, 16)):
        shown = show(computed, until=UNTIL, lists_all=False, by=demo.officer("supervision"))
    contest(demo, shown)
    with clock.pinned(UNTIL + datetime.timedelta(days=1), hour=15):
        publish_assessment(shown, by=demo.people["director"])


def contest(demo: "Demo", shown: Assessment) -> None:
    """One objection is upheld, with points; one to a veto and one to the timeliness are not."""
    veto = Occurrence.objects.get(adoption=demo.adoption, year=YEAR, code="ethics")
    more = Wanted(AdjustmentKind.POINTS, points=Decimal("0.5"))
    objections = [  # place of the school, what about, reason, answer, what changes
        (2, {}, "另有一项区级教研成果奖未计入", "已核实，属漏登，补计 0.5 分", more),
        (7, {"occurrence": veto}, "涉事教师已调离本校", "事发时在本校任教，按规定不予撤销", None),
        (3, {"about": About.TIMELINESS}, "第一季度因学校断网报晚", "没有申请延期，按实际报送时间计", None),
    ]
    for place, item, reason, answer, change in objections:
        unit = demo.schools[place]
        with clock.pinned(UNTIL - datetime.timedelta(days=3)):
            said = object_to(shown, unit, reason=reason, by=demo.principal(unit), **item)
        with clock.pinned(UNTIL - datetime.timedelta(days=1)):
            decide(said, upheld=change is not None, answer=answer, change=change, by=demo.officer("supervision", 2))
