"""条款对照: every number of the plan, with the target that carries it or why it is none."""

import datetime

import pytest

from targets.models import Clause, ClauseNumber
from tests import factories
from tests.reports.pages import PLAN, text_of, url


@pytest.fixture
def clauses(adoption, rate):
    """One of the rate's action with three numbers, and one of the opening."""
    plan = adoption.plan
    rate.clauses = ("三-1",)
    rate.save()
    opening = Clause.objects.create(plan=plan, code="前言", name="前言", position=1)
    task = Clause.objects.create(
        plan=plan, code="三-1", name="任务一", summary="培训教师。", action=plan.actions.get(), position=2
    )
    due = datetime.date(2025, 12, 31)
    carried = [ClauseNumber(clause=task, expression=text, target=rate, due=due) for text in ("2025年", "95%")]
    reasons = [(opening, "三年", "wording", "名称"), (task, "持续", "uncountable", "没有次数；见TRAINING")]
    others = [ClauseNumber(clause=one, expression=text, none=none, reason=why) for one, text, none, why in reasons]
    for position, number in enumerate([*carried, *others]):
        number.position = position
        number.save()


def test_every_number_is_carried_by_a_target_or_says_why_not(clauses, measured, client_of, leader):
    page = text_of(client_of(leader).get(url("clauses")))
    assert "登记 4 处， 2 处由 1 项目标承载 ， 2 处不是目标。" in page
    assert "不是目标的：固定词语和名称 1 处，没有数量、期限或判据 1 处。" in page
    assert "2025年、95% TRAINING率 2025年底到期 ◆ 偏慢 92.9%" in page
    assert "持续 不是目标：没有次数；见“TRAINING率”" in page


def test_before_anything_is_measured_targets_have_their_names_alone(clauses, today, client_of, leader):
    page = text_of(client_of(leader).get(url("clauses")))
    assert "还没有测算结果" in page
    assert "2025年、95% TRAINING率 2025年底到期" in page


def test_one_action_alone(clauses, measured, adoption, client_of, leader):
    second = factories.make_action(adoption.plan, 2)
    Clause.objects.create(plan=adoption.plan, code="三-2", name="任务二", action=second, position=3)
    client = client_of(leader)
    shown = {no: client.get(url("clauses"), {"action": no}).context["contents"].parts for no in ("", "1", "2")}
    assert {no: [part.clause.code for part in parts] for no, parts in shown.items()} == {
        "": ["前言", "三-1", "三-2"],
        "1": ["三-1"],
        "2": ["三-2"],
    }
    assert client.get(url("clauses"), {"action": "8"}).status_code == 400


def test_a_target_leads_to_its_clause(clauses, measured, client_of, leader):
    page = client_of(leader).get(url("target", "TRAINING")).content.decode()
    assert f'href="/plan/{PLAN}/clauses/?period=2025H1#clause-三-1"' in page


def test_a_plan_without_clauses_says_so(measured, client_of, leader):
    assert "方案文件里还没有条款" in text_of(client_of(leader).get(url("clauses")))


def test_a_number_that_binds_two_goals_is_one_row(clauses, rate, today, client_of, leader):
    clause = Clause.objects.get(code="前言")
    for position, (text, year) in enumerate([("每年", 2024), ("每年", 2025), ("90%", 2025)]):
        due = datetime.date(year, 12, 31)
        ClauseNumber.objects.create(clause=clause, position=position + 9, expression=text, target=rate, due=due)
    rows = client_of(leader).get(url("clauses")).context["contents"].parts[0].rows
    assert [(row.expressions, row.due) for row in rows[1:]] == [("每年", "2024年底、2025年底"), ("90%", "2025年底")]
