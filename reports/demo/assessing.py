"""The demo's assessment of 2024: the schemes of the file, what happened in the year, computed on 15 January. All
invented."""

import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from base import clock
from reports.actions import compute, confirm_occurrence, lift_occurrence, tell_occurrence
from reports.assessment.loading import load_schemes
from reports.demo.evidence import paper

if TYPE_CHECKING:
    from reports.demo.seed import Demo

YEAR = 2024
FILE = settings.BASE_DIR / "fixtures" / f"assessment_{YEAR}.yaml"
HAPPENED = [  # place of the school, kind, what; the last one still waits for a second person
    (0, "city", "获评市级劳动教育特色学校"),
    (2, "provincial", "立项省级教育规划课题"),
    (4, "warned", "报送材料不实，被区级通报批评"),
    (6, "accident", "校园设施伤人事件"),
    (7, "ethics", "教师有偿补课查实"),
    (1, "national", "申报国家级示范性项目"),
]
LIFTED, WHY = 6, "复查认定为第三方施工责任，校方无责"


def assess_past(demo: "Demo") -> None:
    """A designation, a deduction and a veto that count, a veto that was lifted, a designation that waits."""
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
        compute(demo.adoption, YEAR, by=None)
