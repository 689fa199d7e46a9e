"""What the demo's sections told for its bulletins: words about tasks, whole, half written and missing; rectifications
that are open, overdue, carried, revised and closed, and red targets without one. All of it is invented."""

import datetime
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile

from base import clock
from base.quarters import Period
from reports.actions import close_rectification, hand_in, open_rectification, revise_rectification, save_texts
from reports.demo.evidence import paper
from reports.models import PassageKind, Rectification
from reports.progress import Line, Typed, sheets_of
from reports.rectification import Case, ledger_of

if TYPE_CHECKING:
    from reports.demo.seed import Demo

DONE = (
    "围绕“{name}”制定半年安排，逐校走访{n}次，主要工作按节点完成。",
    "“{name}”列入本科室重点工作，组织专题培训{n}场，相关学校全部参加。",
    "完成“{name}”中期自查，对照清单整改问题{n}个，其余正在推进。",
    "会同有关部门推进“{name}”，召开调度会{n}次，已形成阶段成果。",
)
PROBLEMS = (
    "无",
    "个别学校重视不够，进度不一。",
    "专项经费到位较晚，部分项目顺延。",
    "骨干力量不足，基层反映任务集中。",
)
PLANS = (
    "下半年组织一次全覆盖督查，逐校销号。",
    "总结推广两所学校的做法，开一次现场会。",
    "与财政部门对接，年底前落实剩余经费。",
    "补齐短板学校名单，一校一策跟进。",
)
SILENT = "safety"  # wrote nothing for the half-year before the open one, and nothing yet now
HALF = "moral"  # has written and handed in a part
DRAFTING = "research"  # has written everything and handed in nothing
MEASURES = (
    "列出未达标学校清单，一校一策，每月调度一次，科室主要负责人包校。",
    "与相关部门联合开展专项行动，增加安排，按周通报进度。",
    "调整年度计划，优先保障，逐项明确完成日期。",
)
OWNERS = "科长（演示甲）", "副科长（演示乙）", "科员（演示丙）"


def write_past(demo: "Demo", period: Period) -> None:
    """Everything written and handed in two days before the due date; of the newest, one section wrote nothing."""
    with clock.pinned(demo.adoption.due(period.last) - datetime.timedelta(days=2), hour=11):
        for sheet in sheets_of(demo.adoption, period):
            if sheet.section.code != SILENT or period != Period.parse("2024H2"):
                _write(demo, period, sheet.section, sheet.lines)
                hand_in(demo.adoption, period, sheet.section, by=demo.officer(sheet.section.code))


def write_now(demo: "Demo", period: Period, day: datetime.date) -> None:
    """The open half-year: handed in, half written, only written, not begun."""
    with clock.pinned(day, hour=11):
        for sheet in sheets_of(demo.adoption, period):
            code = sheet.section.code
            if code == SILENT:
                continue
            _write(demo, period, sheet.section, sheet.lines[:2] if code == HALF else sheet.lines, half=code == HALF)
            if code != DRAFTING:
                hand_in(demo.adoption, period, sheet.section, by=demo.officer(code))


def _write(demo: "Demo", period: Period, section: object, lines: list[Line], *, half: bool = False) -> None:
    typed: dict[str, Typed] = {}
    for line in lines:
        no, turn = line.task.no, line.task.no + period.first
        words = {
            PassageKind.DONE: DONE[turn % 4].format(name=line.task.name, n=2 + turn % 5),
            PassageKind.PROBLEMS: PROBLEMS[turn % 3 if no % 2 else 0],
            PassageKind.PLANS: PLANS[(turn // 2) % 4],
        }
        if half and line is lines[-1]:
            del words[PassageKind.PROBLEMS]
        typed |= {f"{no}.{kind}": Typed(text, 0) for kind, text in words.items()}
    save_texts(demo.adoption, period, section, typed, by=demo.officer(section.code))


def rectify(demo: "Demo", period: Period) -> None:
    """Three days after its bulletin: measures for what is red, but for the last; due in six, nine and twelve months."""
    opening = (period.last + 1).start.replace(day=13)
    due = [(period.last + n).end for n in (2, 3, 4)]
    with clock.pinned(opening, hour=15):
        for place, case in enumerate(ledger_of(demo.adoption, period).lacking[:-1]):
            open_rectification(
                case.adopted,
                period,
                measure=MEASURES[place % 3],
                owner=OWNERS[place % 3],
                due=due[place % 3],
                by=demo.officer(case.adopted.section.code),
            )


def close_some(demo: "Demo", period: Period, day: datetime.date) -> None:
    """On ``day`` every third open item is closed with its paper; the first of the others gets more time."""
    with clock.pinned(day, hour=10):
        cases = ledger_of(demo.adoption, period).open
        for case in cases[::3]:
            _close(demo, case)
        for case in cases[1:2]:
            _revise(demo, case, day)


def _close(demo: "Demo", case: Case) -> None:
    name = f"{case.name}整改情况（演示数据）.pdf"
    close_rectification(
        case.item,
        seen=case.item.version,
        reason="清单内学校全部整改到位，科室实地核查通过（演示数据）。",
        upload=SimpleUploadedFile(name, paper("整改情况报告", case.name)),
        by=demo.officer(case.adopted.section.code),
    )


def _revise(demo: "Demo", case: Case, day: datetime.date) -> Rectification:
    return revise_rectification(
        case.item,
        seen=case.item.version,
        measure=case.item.measure,
        owner=case.item.owner,
        due=day + datetime.timedelta(days=180),
        why="设备招标流标，重新组织，顺延半年（演示数据）。",
        by=demo.officer(case.adopted.section.code),
    )
