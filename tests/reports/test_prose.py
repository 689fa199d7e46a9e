"""The bulletin's words, from contents made by hand (contents.py), and from any content at all."""

import re
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.bulletin import prose
from reports.bulletin.annexes import annexes_of
from reports.bulletin.clauses import WORDS, Length, clause
from reports.bulletin.groups import groups_of, rows_in
from reports.bulletin.outline import LONGEST, Words, length_of
from reports.bulletin.prose.facts import listed
from reports.bulletin.references import figures_of_rows, printed, typed, unknown
from reports.models import Status
from reports.tally import RED
from tests.reports.contents import (
    SAFEGUARD,
    SCHOOLS,
    SECTIONS,
    TARGETS,
    all_targets,
    content,
    ledger_row,
    names_in,
    row,
    skeletons,
    texts_in,
    then,
    without_names,
)
from tests.reports.situations import SITUATIONS


def written(rows=None, **given):
    return prose.written(content(rows if rows is not None else all_targets({}, "on_track"), **given))


def said(told, section):
    return [printed(text, told["figures"]) for text in texts_in(told)[section].split("\n")]


def rows_of(**numbers):
    """So many targets of each status, in one action."""
    statuses = [status for status, many in numbers.items() for _ in range(many)]
    return {1: [row((1, f"T{n}", f"目标{n}", "personnel", *TARGETS[3][4:]), one) for n, one in enumerate(statuses)]}


class TestSummary:
    @pytest.mark.parametrize(
        ("numbers", "verdict"),
        [
            ({"not_due": 4}, "各项目标均未进入评定。"),
            ({"no_data": 4}, "进入评定的目标均缺少数据，无法对进展作出判断。"),
            ({"no_data": 3, "on_track": 3}, "多数目标缺少数据，尚不能对总体进展作出判断。"),
            ({"on_track": 3}, "没有偏慢、滞后和逾期的目标，总体进展良好。"),
            ({"on_track": 8, "at_risk": 2}, "没有滞后和逾期的目标，2项偏慢，总体平稳推进。"),
            ({"on_track": 9, "behind": 1}, "总体进展较好，仅目标9滞后。"),
            ({"on_track": 18, "behind": 2}, "总体进展较好，滞后和逾期2项。"),
            ({"on_track": 6, "at_risk": 2, "behind": 1}, "总体有序推进，仅目标8滞后，须加快进度。"),
            ({"on_track": 6, "overdue": 4}, "总体进展偏慢，滞后和逾期4项，任务艰巨。"),
            ({"overdue": 4}, "应评定的目标全部滞后或逾期，任务十分艰巨。"),
        ],
    )
    def test_the_verdict_varies_with_what_is_red(self, numbers, verdict):
        assert verdict in said(written(rows_of(**numbers)), "summary")[-3]

    def test_changes_are_told_by_size_and_direction(self):
        rows = rows_of(achieved=6, on_track=4)
        for one, before in zip(rows[1], ["achieved"] * 4 + ["behind"] * 6, strict=True):
            one |= {"before": then(before), "year_ago": then(one["status"])}
        assert said(written(rows), "summary")[1] == (
            "与2024年下半年相比，已达成增加2项，滞后和逾期明显减少6项，完成率由40.0%提高到60.0%。"
            "比上年同期（2024年上半年），各项指标持平。"
        )

    def test_a_yearly_goal_that_begins_anew_is_no_step_back(self):
        rows = rows_of(not_due=1, on_track=1, behind=1)
        for one in rows[1]:
            one["before"] = then("achieved", "2024年底")
        rows[1][1]["before"] = then("on_track")
        assert "上期已达成的目标中，有1项转入新的考核节点，重新计算进度。" in said(written(rows), "summary")[1]

    def test_what_changed_is_named(self):
        rows = rows_of(achieved=2, behind=1, at_risk=1)
        for one, before in zip(rows[1], ["on_track", "achieved", "on_track", "behind"], strict=True):
            one["before"] = then(before)
        assert said(written(rows), "summary")[2] == (
            "本期新达成的有目标0；目标2转为滞后；上期滞后或逾期的目标3已有改观。"
        )

    @pytest.mark.parametrize(("is_open", "times"), [(False, 1), (True, 0)])
    def test_what_waits_is_told_where_the_paper_does_not_begin_with_it(self, is_open, times):
        bare = content(rows_of(on_track=1), waiting=[{"section": "教研室", "count": 12}])
        bare["reporting"]["open"] = is_open
        text = "".join(said(prose.written(bare), "summary"))
        assert text.count("另有12项填报数据尚待审核，未计入本期结果。") == times

    @pytest.mark.parametrize(
        ("given", "head"),
        [
            ({"open": True}, "本期数据截至2025年7月10日，应报10项次，已报10项次，报送率为100.0%，以下为"),
            (
                {"have": 8, "rate": "80.0%"},
                "本期数据截至2025年7月10日，应报10项次，已报8项次，报送率为80.0%，缺报较多，",
            ),
            ({"have": 9, "rate": "90.0%"}, "截至2025年6月底"),
        ],
    )
    def test_what_is_not_final_is_said_first(self, given, head):
        bare = content(rows_of(on_track=1))
        bare["reporting"] |= given
        assert said(prose.written(bare), "summary")[0].startswith(head)


class TestActions:
    def test_one_says_what_is_achieved_and_what_lags_and_why(self):
        told = written({2: [row(TARGETS[3], "behind"), row(TARGETS[4], "achieved"), row(TARGETS[5], "overdue")]})
        assert said(told, "action.2") == [
            "列入方案的目标有3项，目前已达成1项，滞后1项，逾期未达1项。教师年度培训学时达标率已达成。",
            "逾期未达的有教师结构性缺员基本化解的学校占比（2024年底应达到100%，实际65.0%，还差21所）。"
            "滞后的目标为骨干教师占比（序时应达90%，实际16.5%，距2025年底目标还差141人）。",
        ]
        assert said(told, "action.1") == ["没有列入本方案评定的目标。"]

    def test_those_with_the_same_reason_are_told_together(self):
        undone = [row((4, code, code, *SAFEGUARD[3:]), "overdue", because="undone") for code in ("CREW-1", "CREW-2")]
        told = written({4: [*undone, row(TARGETS[9], "overdue")]})
        assert said(told, "action.4")[0].startswith("从3项目标看，CREW-1、CREW-2（均应于2024年底完成，尚未完成）和")

    def test_the_sixth_that_lags_is_only_counted_in(self):
        assert said(written(rows_of(behind=6, achieved=1)), "action.1")[1].endswith("）等6项。")

    def test_what_is_to_be_kept_low_is_called_controlled(self):
        told = prose.written(SITUATIONS["one_incident"]())
        assert "较大及以上校园安全责任事故控制（要求不超过0起，实际1起，多出1起）" in said(told, "action.7")[1]


class TestProblems:
    def test_stand_by_section_with_the_schools_that_fall_short(self):
        told = prose.written(SITUATIONS["all_late"]())
        overdue, _, schools = said(told, "problems")
        assert overdue.startswith("15项目标逾期未达，涉及人事科3项（师德师能考核评估报告发布率、")
        assert overdue.endswith("等9个科室。")
        assert (
            "教师结构性缺员基本化解的学校占比（海棠小学、白鹭小学、枫林初级中学、清溪高级中学、河畔幼儿园等7所）"
            in schools
        )

    def test_that_there_are_none_is_said(self):
        assert said(written(), "problems") == ["本期没有滞后、逾期和缺数据的目标。"]
        slow = said(written(rows_of(at_risk=1, on_track=1)), "problems")
        assert slow == ["本期没有滞后、逾期和缺数据的目标；目标0进度偏慢，要防止转为滞后。"]


class TestSteps:
    def test_what_falls_due_is_told_by_date(self):
        rows = rows_of(on_track=2, achieved=2)
        for one, due in zip(rows[1], ["2025-12-31", "2025-09-30", "2025-12-31", "2025-08-31"], strict=True):
            one |= {"next_due_on": due, "next_due": f"{due[:4]}年{int(due[5:7])}月底"}
        assert said(written(rows), "next") == [
            "2025年9月底到期的目标1尚未达成，责任科室要倒排工期。",
            "目标0须在2025年12月底前达成，要逐项调度、盯住不放。",
            "2025年8月底到期的1项目标已达成，要巩固成果。",
        ]

    def test_of_many_rectifications_the_first_due_are_named(self):
        rows = rows_of(behind=7)
        dates = [f"2025-09-{n:02}" for n in range(7, 0, -1)]
        ledger = [ledger_row(one, f"{date[-1]}日", date) for one, date in zip(rows[1], dates, strict=True)]
        told = said(written(rows, rectifications={"rows": ledger, "lacking": []}), "next")[-1]
        assert told.startswith("整改台账在办7项，要按期销号：目标6（人事科，1日前）、目标5（人事科，2日前）、")
        assert told.endswith("目标2（人事科，5日前）等7项。")


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["甲"], "甲"),
        (["甲", "乙"], "甲和乙"),
        (["甲", "乙和丁", "丙"], "甲、乙和丁、丙"),
        (list("甲乙丙丁戊"), "甲、乙、丙、丁和戊"),
        (list("甲乙丙丁戊己"), "甲、乙、丙、丁、戊等6所"),
    ],
)
def test_at_most_five_are_named(names, text):
    assert listed(names, "所") == text


@pytest.mark.parametrize("length", Length)
@pytest.mark.parametrize("kind", WORDS)
def test_a_clause_leaves_out_what_is_missing(kind, length):
    bare = {"code": "A", "because": kind, "value": "3 个", "goal": "", "expected": "", "missing": "", "over": ""}
    text = printed(clause(bare | {"due": "", "reason": ""}, length), figures_of_rows([bare]))
    assert re.fullmatch("|实际3个|目前3个|经研判(为滞后)?|(目前为3个，(因报送不全，)?)?暂不能认定", text)


# Whatever the content -------------------------------------------------------------------------------------------------

DATES = {"": "", "2025-08-31": "2025年8月底", "2025-09-30": "2025年9月底", "2025-12-31": "2025年底"}


@st.composite
def rows(draw, of):
    status, date = draw(st.sampled_from(Status.values)), draw(st.sampled_from(sorted(DATES)))
    section = draw(st.sampled_from([*SECTIONS, ""]))
    fields = {
        "section_code": section,
        "section": SECTIONS.get(section, ""),
        "provisional": draw(st.booleans()),
        "short": SCHOOLS[: draw(st.integers(0, 7))],
        "next_due_on": date,
        "next_due": DATES[date],
        "before": draw(st.none() | st.builds(then, st.sampled_from(Status.values))),
        "year_ago": draw(st.none() | st.builds(then, st.sampled_from(Status.values))),
    }
    return row(of, status, **fields)


@st.composite
def contents(draw):
    """Of up to 38 targets: each of TARGETS up to twice, by its own name."""
    mine = {}
    for copy in range(draw(st.integers(0, 2))):
        for of in (*TARGETS, SAFEGUARD):
            if draw(st.booleans()):
                named = (of[0], f"{of[1]}-{copy}", of[2] + "乙" * copy, *of[3:])
                mine.setdefault(of[0], []).append(draw(rows(named)))
    everything = [one for part in mine.values() for one in part]
    red = [one for one in everything if one["status"] in RED]
    ledger = [
        ledger_row(one, "2025年9月30日", "2025-09-30", section="办公室", overdue=draw(st.booleans()))
        for one in red[::2]
    ]
    lacking = [{"code": one["code"], "name": one["name"], "section": "办公室"} for one in red[1::2]]
    bare = content(mine, rectifications={"rows": ledger, "lacking": lacking})
    bare["reporting"]["open"] = draw(st.booleans())
    bare["waiting"] = draw(st.sampled_from([[], [{"section": "教研室", "count": 12}]]))
    return bare


many = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@many
@given(contents())
def test_every_number_is_a_figure_or_a_part_of_a_name(bare):
    told = prose.written(bare)
    for text in texts_in(told).values():
        assert typed(without_names(text, told)) == []
        assert unknown(text, told["figures"]) == []


@many
@given(contents())
def test_figures_are_what_stands_in_the_rows(bare):
    """Counted again, by hand."""
    found, all_rows = prose.written(bare)["figures"], rows_in(bare)
    for status in Status.values:
        mine = [one for one in all_rows if one["status"] == status]
        assert found[f"plan.{status}"] == str(len(mine))
        for no in range(1, 8):
            count = sum(one["status"] == status for one in bare["actions"][no - 1]["rows"])
            assert found[f"action.{no}.{status}"] == str(count)
        for section in {one["section_code"] for one in all_rows} - {""}:
            assert found[f"section.{section}.{status}"] == str(sum(one["section_code"] == section for one in mine))
    red = [one for one in all_rows if one["status"] in ("behind", "overdue")]
    assert found["plan.red"] == str(len(red))
    assert found["sections.red"] == str(len({one["section"] for one in red}))
    assert found["since.red"] == str(sum(bool(one["before"]) and one["before"]["status"] not in RED for one in red))
    assert found["ledger.lacking"] == str(len(bare["rectifications"]["lacking"]))
    for one in all_rows:
        assert found[f"{one['code']}.value"] == one["value"].replace(" ", "")
        assert found.get(f"{one['code']}.short", "0") == str(len(one["short"]))
    for date in DATES:
        mine = [one for one in all_rows if date and one["next_due_on"] == date]
        left = [one for one in mine if one["status"] != "achieved"]
        assert found.get(f"due.{date}.all", "0") == str(len(mine))
        assert found.get(f"due.{date}.left", "0") == str(len(left))


@many
@given(contents())
def test_no_skeleton_is_told_more_than_twice_in_a_section(bare):
    check_skeletons(prose.written(bare))


@pytest.mark.parametrize("name", SITUATIONS)
def test_no_skeleton_is_told_more_than_twice_in_the_golden_ones(name):
    check_skeletons(prose.written(SITUATIONS[name]()))


COUNTS = re.compile(rf"(?:(?:{'|'.join(Status.labels)})N项，?)+")


def check_skeletons(told):
    texts = texts_in(told)
    for section, text in texts.items():
        often = [one for one, times in Counter(skeletons(text, told)).items() if times > 2]
        assert not often, (section, often)
    openings = [next(skeletons(text, told)) for section, text in texts.items() if section.startswith("action")]
    openings = [COUNTS.sub("乙", opening) for opening in openings]
    filled = [opening for opening in openings if "没有列入" not in opening]
    assert len(set(filled)) == len(filled), openings


@many
@given(contents())
def test_it_reads_as_written_by_hand(bare):
    """No sign doubled or left over, no half-width punctuation, no list of more than five."""
    told = prose.written(bare)
    for section in texts_in(told):
        for text in said(told, section):
            assert text
            assert text.endswith("。")
            assert not re.search(
                r"[，。；：、（]{2}|（）|[,;:?!]|\(|\)|[{}]| |None|—|均均|(?<![\d.])0项[，。；、]", text
            ), text
            names = "|".join(map(re.escape, names_in(told)))
            lists = re.findall(rf"(?:(?:{names})(?:控制)?[、和]?)+", re.sub(r"（[^（）]*）", "", text))
            assert all(len(re.findall(names, one)) <= 5 for one in lists), text


@many
@given(contents())
def test_it_is_the_same_every_time(bare):
    assert prose.written(bare) == prose.written(bare)


class TestLength:
    def big(self, words):
        """Five times every target, half of it late, and so many characters of each of 26 tasks."""
        mine = {}
        for copy in range(5):
            for of in TARGETS:
                status = Status.values[(copy + len(of[1])) % 5]
                named = (of[0], f"{of[1]}-{copy}", of[2] + "甲乙丙丁戊"[copy], *of[3:])
                mine.setdefault(of[0], []).append(row(named, status, short=SCHOOLS, before=then("on_track")))
        bare = content(mine)
        told = {"task": "任务", "section": "人事科", "problems": "经费不足。", "plans": "开现场会。", "late": False}
        for no in range(1, 27 if words else 1):
            bare["actions"][no % 7]["words"].append(told | {"no": no, "done": "走访学校。" * (words // 5)})
        return bare

    @pytest.mark.parametrize(
        ("words", "kept", "annexed"), [(0, Words.WHOLE, 0), (35, Words.DONE, 26), (400, Words.APART, 26)]
    )
    def test_much_is_told_briefly_and_long_words_go_into_an_annex(self, words, kept, annexed):
        told = prose.written(self.big(words))
        assert length_of(told) <= LONGEST
        assert told["words"] == kept
        annexes = {one.annex.code: one for one in annexes_of(told)}
        assert (len(annexes["words"].table.lines) if "words" in annexes else 0) == annexed
        assert ("各科室工作进展见附件" in "".join(said(told, "summary"))) == bool(annexed)

    def test_little_is_told_in_full(self):
        assert "序时应达" in said(written(rows_of(behind=1, on_track=1)), "action.1")[1]


def test_lists_are_made_in_one_place():
    """Every list that the text counts has its figure."""
    bare = SITUATIONS["all_late"]()
    assert set(groups_of(bare)) <= set(prose.written(bare)["figures"])
