"""The bulletin's words, from rows made by hand."""

import pytest

from reports.bulletin import prose
from reports.tally import completion_of, counts_of


def row(name="甲", status="on_track", **rest):
    plain = {"section": "人事科", "why": "", "short": [], "provisional": False, "due": "2025年底", "next_due": ""}
    return {"name": name, "status": status, "before": None, **plain, **rest}


def then(status, due="2025年底"):
    return {"status": status, "value": "1", "due": due}


def counted(statuses):
    counts = counts_of(statuses)
    completion = completion_of(counts)
    shown = {"achieved": completion.achieved, "of": completion.of, "shown": completion.shown}
    return {"counts": counts, "completion": shown}


def summary(rows, *, before=None, year_ago=None, waiting=()):
    tally = {"total": len(rows), **counted(one["status"] for one in rows)}
    tally["before"] = before and {"label": "2024年下半年", **counted(before)}
    tally["year_ago"] = year_ago and {"label": "2024年上半年", **counted(year_ago)}
    return prose.summary_of({"head": {"as_of": "2025年6月底"}, "tally": tally, "waiting": waiting}, rows)


def rows_of(**numbers):
    return [row(f"{status}{n}", status) for status, many in numbers.items() for n in range(many)]


def test_the_first_bulletin_has_nothing_to_compare_with():
    assert summary(rows_of(achieved=3, on_track=5, not_due=2)) == [
        "截至2025年6月底，方案确定的10项目标中，已达成3项，正常推进5项，未到节点2项。应评定的8项中，已达成3项，"
        "完成率37.5%。没有偏慢、滞后和逾期的目标，总体进展良好。",
        "本期为方案实施以来首次通报，没有可比的往期结果。",
        "数据报送齐全。",
    ]


@pytest.mark.parametrize(
    ("numbers", "verdict"),
    [
        ({"not_due": 4}, "各项目标均未进入评定。"),
        ({"no_data": 3, "on_track": 3}, "多数目标缺少数据，尚不能对总体进展作出判断。"),
        ({"on_track": 8, "at_risk": 2}, "没有滞后和逾期的目标，2项偏慢，总体平稳推进。"),
        ({"on_track": 9, "behind": 1}, "总体进展较好，1项滞后或逾期。"),
        ({"on_track": 7, "behind": 2, "overdue": 1}, "总体有序推进，3项滞后或逾期，须加快进度。"),
        ({"on_track": 6, "overdue": 4}, "滞后和逾期的达4项，总体进展偏慢，任务艰巨。"),
    ],
)
def test_the_verdict_varies_with_what_is_red(numbers, verdict):
    assert summary(rows_of(**numbers))[0].endswith(verdict)


def test_changes_are_compared_by_size_and_direction():
    now = rows_of(achieved=6, on_track=4)
    said = summary(now, before=["achieved"] * 4 + ["behind"] * 6, year_ago=["achieved"] * 6 + ["on_track"] * 4)[1]
    assert said == (
        "与2024年下半年相比，已达成增加2项，滞后和逾期明显减少6项，完成率由40.0%提高到60.0%。"
        "与上年同期相比，已达成和滞后、逾期的项数均持平。"
    )


def test_a_yearly_goal_that_begins_anew_is_no_step_back():
    rows = [row(status="not_due", before=then("achieved", "2024年底")), row("乙", "on_track")]
    said = summary(rows, before=["achieved", "on_track"])[1]
    assert said == (
        "与2024年下半年相比，已达成减少1项，滞后和逾期持平，完成率由50.0%降低到0.0%。"
        "上期已达成的目标中，有1项转入新的考核节点，重新计算进度。"
    )


def test_what_changed_is_named():
    rows = [
        row("甲", "achieved", before=then("on_track")),
        row("乙", "behind", before=then("on_track")),
        row("丙", "at_risk", before=then("behind")),
        row("丁", "achieved", before=then("achieved")),
    ]
    assert summary(rows, before=["on_track", "on_track", "behind", "achieved"])[2] == (
        "甲为本期新达成；乙本期转为滞后或逾期；上期滞后或逾期的丙已有改观。"
    )


def test_what_lacks_data_or_waits_is_said():
    rows = [row("甲", "no_data"), row("乙", provisional=True), row("丙")]
    said = summary(rows, waiting=[{"section": "人事科", "count": 12}, {"section": "安全科", "count": 3}])
    assert said[-1] == "甲缺数据；乙因数据不全，结果为暂定；另有15条填报数据尚待审核，未计入本期结果。"


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("甲", "甲"),
        ("甲乙", "甲和乙"),
        ("甲乙丙丁戊", "甲、乙、丙、丁和戊"),
        ("甲乙丙丁戊己", "甲、乙、丙、丁、戊等6所"),
    ],
)
def test_at_most_five_are_named(names, said):
    assert prose.listed(list(names), "所") == said


def action(*rows):
    return {"no": 1, "rows": list(rows), "counts": counts_of(one["status"] for one in rows)}


def test_an_action_says_what_is_achieved_and_what_lags_and_why():
    rows = [
        row("甲", "achieved"),
        row("乙", "behind", why="序时应达20%，实际18%，距2025年底目标还差3人"),
        row("丙", "overdue", why="应于2024年底完成，尚未完成"),
    ]
    assert prose.paragraphs_of(action(*rows)) == [
        "共3项目标，已达成1项，滞后1项，逾期未达1项。甲已达成。",
        "逾期未达1项：丙，应于2024年底完成，尚未完成。",
        "滞后1项：乙，序时应达20%，实际18%，距2025年底目标还差3人。",
    ]


def test_an_action_whose_targets_are_all_alike_takes_one_sentence():
    assert prose.paragraphs_of(action(row("甲"), row("乙"))) == ["2项目标全部正常推进：甲和乙。"]
    silent = prose.paragraphs_of(action(row("甲", "no_data"), row("乙", "no_data")))
    assert silent == ["2项目标均缺数据，请责任科室尽快补报：甲和乙。"]
    alone = prose.paragraphs_of(action(row("甲", "no_data")))
    assert alone == ["共1项目标，缺数据1项。甲缺数据，请责任科室尽快补报。"]
    assert prose.paragraphs_of(action()) == ["没有列入本方案评定的目标。"]


def test_the_sixth_that_lags_is_only_counted_in():
    rows = [row(name, "behind", why="经研判为滞后") for name in "甲乙丙丁戊己"]
    assert prose.paragraphs_of(action(*rows))[1].endswith("戊，经研判为滞后；另有己。")


def test_problems_stand_by_section_with_the_schools_that_fall_short():
    rows = [
        row("甲", "behind", short=["一小", "二小"]),
        row("乙", "overdue"),
        row("丙", "overdue", section="安全科"),
        row("丁", "no_data", section="安全科"),
    ]
    assert prose.problems_of(rows) == [
        "人事科：乙逾期未达；甲（一小和二小未达标）滞后。",
        "安全科：丙逾期未达。",
        "缺数据、不能评定的有安全科的丁。",
    ]
    assert prose.problems_of([row()]) == ["本期没有滞后、逾期和缺数据的目标。"]


def test_what_falls_due_next_is_told_in_order():
    rows = [
        row("甲", "behind", next_due="2025年底"),
        row("乙", "achieved", next_due="2025年9月底"),
        row("丙", "achieved", next_due="2025年底"),
    ]
    assert prose.next_of(rows, "2025年下半年") == [
        "2025年9月底到期的1项目标均已达成，要巩固成果。",
        "2025年底到期的目标有2项，其中甲尚未达成，责任科室要倒排工期。",
        "人事科要对滞后和逾期的1项目标逐项明确措施、责任人和时限，2025年下半年内见到成效。",
    ]
