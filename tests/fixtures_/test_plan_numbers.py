"""The plan file and its clauses hold together: no number points at nothing, every goal is reached by a number.

Reads the YAML file alone, with no loader of the product between, so that a fault of it can't hide one here.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
PLAN = yaml.safe_load((FIXTURES / "plan_2023_2025.yaml").read_text(encoding="utf-8"))
NUMBERS = [{**one, "clause": clause["code"]} for clause in PLAN["clauses"] for one in clause["numbers"]]

ELEMENTS = {element["code"]: element for element in PLAN["elements"]}
TARGETS = {target["code"]: target for target in PLAN["targets"]}
TASKS = [task for action in PLAN["plan"]["actions"] for task in action["tasks"]]
COMMITMENTS = [f"T{number:03}" for number in range(1, 102)]  # the rows of the list of commitments
NOT_COMMITMENTS = 116  # expressions listed as no commitment; a few of them became milestones and judgements after all
WITHOUT_NUMBER = {"SUPERVISION", "IDEOLOGY"}  # judgements of tasks in which the plan names no number at all

KINDS_OF_SCHOOL = [
    ("kindergarten",),
    ("primary",),
    ("junior",),
    ("primary", "junior"),  # a nine-year school
    ("senior",),
    ("junior", "senior"),
]
FORM_LIMITS = {"Q1": 15, "Q2": 15, "Q3": 40, "Q4": 15}


def pointing() -> list[dict[str, Any]]:
    return [entry for entry in NUMBERS if "target" in entry]


def goals() -> Iterator[tuple[str, Any]]:
    """Every (target code, due date)."""
    for code, target in TARGETS.items():
        for goal in target["goals"]:
            yield code, goal["due"]


def terms_of(target: dict[str, Any]) -> list[str]:
    condition = re.findall(r"[A-Z][A-Z0-9_]*", target.get("condition", ""))
    return [*target.get("numerator", []), *target.get("denominator", []), *condition]


def known_clauses() -> set[str]:
    parts = {"前言", "一", "二", "三", "四", "附件"}
    headings = {f"三（{number}）" for number in "一二三四五六七"}
    objectives = {f"二-{objective['no']}" for objective in PLAN["plan"]["objectives"]}
    tasks = {f"三-{task['no']}" for task in TASKS}
    return parts | headings | objectives | tasks | {f"四-{item['no']}" for item in PLAN["plan"]["safeguards"]}


def test_plan_is_complete():
    assert [len(PLAN["plan"][part]) for part in ("objectives", "actions", "safeguards")] == [7, 7, 3]
    assert [task["no"] for task in TASKS] == list(range(1, 27))
    assert len(ELEMENTS) == len(PLAN["elements"])
    assert len(TARGETS) == len(PLAN["targets"])


def test_every_task_has_a_target():
    homes = Counter(target["home"].get("task") for target in TARGETS.values())
    assert [task["no"] for task in TASKS if not homes[task["no"]]] == []


def test_at_least_85_targets_are_measured():
    assert sum(target["measure"] != "judgement" for target in TARGETS.values()) >= 85


def test_number_entries_have_a_target_or_a_reason():
    assert [entry for entry in NUMBERS if ("target" in entry) == bool(entry.get("none"))] == []


def test_number_entries_name_a_clause_of_the_plan():
    assert {entry["clause"] for entry in NUMBERS} - known_clauses() == set()


def test_number_entries_name_an_expression_in_text():
    assert [entry for entry in NUMBERS if not isinstance(entry["expression"], str) or not entry["expression"]] == []


def test_number_entries_point_at_a_goal():
    assert {(entry["target"], entry["due"]) for entry in pointing()} - set(goals()) == set()


def test_number_entries_point_at_a_target_of_their_clause():
    assert [entry for entry in pointing() if entry["clause"] not in TARGETS[entry["target"]]["clauses"]] == []


def test_number_entries_reach_every_clause_of_a_target():
    named = {(entry["target"], entry["clause"]) for entry in pointing()}
    promised = {(code, clause) for code, target in TARGETS.items() for clause in target["clauses"]}
    # Task 4 names again, without a number, what objective 5 promises.
    assert promised - named == {("SHORTAGE_SOLVED", "三-4"), ("SUPERVISION", "三-23"), ("IDEOLOGY", "三-24")}


def test_every_goal_is_reached_by_a_number():
    reached = {(entry["target"], entry["due"]) for entry in pointing()}
    assert {code for code, _ in set(goals()) - reached} == WITHOUT_NUMBER
    assert {TARGETS[code]["measure"] for code in WITHOUT_NUMBER} == {"judgement"}


def test_every_commitment_is_carried_by_a_goal():
    assert sorted({entry["row"] for entry in pointing() if "row" in entry}) == COMMITMENTS


def test_every_expression_that_is_no_commitment_is_listed():
    assert sum("row" not in entry for entry in NUMBERS) >= NOT_COMMITMENTS


def test_reasons_name_existing_targets():
    named = {code for entry in NUMBERS for code in re.findall(r"[A-Z][A-Z0-9_]{5,}", entry.get("reason", ""))}
    assert named - set(TARGETS) == set()


@pytest.mark.parametrize("stages", KINDS_OF_SCHOOL, ids="+".join)
def test_school_form_is_short(stages):
    def asked(quarter: str) -> int:
        return sum(
            element["entered_by"] == "school"
            and quarter in element["asked_in"]
            and (not element.get("stages") or not set(stages).isdisjoint(element["stages"]))
            for element in ELEMENTS.values()
        )

    assert {quarter: asked(quarter) for quarter, limit in FORM_LIMITS.items() if asked(quarter) > limit} == {}


def test_terms_are_known_and_of_one_kind():
    for code, target in TARGETS.items():
        abouts = {ELEMENTS[term]["about"] for term in terms_of(target)}
        assert len(abouts) == 1, code


def test_presumed_goals_say_so_on_the_card():
    silent = [
        code
        for code, target in TARGETS.items()
        if any(goal["presumed"] for goal in target["goals"]) and "推定" not in target["card"]["note"]
    ]
    assert silent == []


def test_targets_away_from_their_clause_say_so_on_the_card():
    for code, target in TARGETS.items():
        kind, number = next(iter(target["home"].items()))
        home = f"三-{number}" if kind == "task" else f"四-{number}"
        assert home in target["clauses"] or "目标只见于" in target["card"]["note"], code


def test_exam_results_are_sensitive_and_the_districts_alone():
    exams = re.compile("监测(优秀|合格)率|中考|高考|著名高校")
    for code, target in TARGETS.items():
        if exams.search(target["name"]):
            assert (target.get("sensitive"), target["goal_scope"]) == (True, "district"), code


def test_cards_cite_decisions_that_exist():
    decisions = {path.name[:4] for path in (FIXTURES.parent / "docs" / "decisions").glob("*.md")}
    cited = {number for target in TARGETS.values() for number in re.findall(r"\b0\d{3}\b", target["card"]["note"])}
    assert cited - decisions == set()
