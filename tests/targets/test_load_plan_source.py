"""Files that cannot be read, and how a problem reads."""

import datetime
import re

import pytest
from django.core.management import CommandError, call_command

from targets.loader import PlanFileError, check_plan, load_plan
from targets.loader.source import MOST_LETTERS, parse
from targets.models import Element, Target
from tasks.models import Plan
from tests.targets.plan_files import base, changed, element, problems_of, text_of, write

pytestmark = pytest.mark.django_db

DAY = datetime.date


def test_nothing_changes_when_there_is_one_fault(tmp_path):
    load_plan(write(tmp_path, base()), by=None)
    edits = {"plan.name": "别名", "elements[8]": element("NEW"), "targets[0].home.task": 9}
    problems_of(tmp_path, changed(base(), **edits))
    assert (Plan.objects.get().name, Element.objects.count(), Target.objects.count()) == ("三年行动方案", 8, 6)


def test_a_problem_reads_file_line_path_code_and_reason(tmp_path):
    data = changed(base(), **{"targets[2].goals[0].due": DAY(2027, 1, 1)})
    file = write(tmp_path, data)
    line = file.read_text(encoding="utf-8").splitlines().index("  - due: 2027-01-01") + 1
    with pytest.raises(PlanFileError) as caught:
        load_plan(file, by=None)
    assert str(caught.value) == (
        f"plan.yaml:{line} targets[2].goals[0].due（MEETINGS）：到期日 2027-01-01 不在方案期 2023Q1–2025Q4 内。"
    )


def test_the_command_names_the_problems_and_ends_with_1(tmp_path):
    file = write(tmp_path, changed(base(), **{"targets[0].home.task": 9, "targets[1].home.task": 9}))
    with pytest.raises(CommandError, match=re.escape("方案文件有 2 处错误，什么都没有改动：\nplan.yaml:")) as caught:
        call_command("load_plan", str(file))
    assert caught.value.returncode == 1


YAML = [
    ("plan:\n  name: a: b", "plan.yaml:2：不是有效的 YAML：一行里有两个冒号，或缩进不对；含冒号的文字请加引号。"),
    ("plan:\n\tname: x", "plan.yaml:2：不是有效的 YAML：不能用制表符缩进，请用空格。"),
    ("plan:\n  unit: %", "plan.yaml:2：不是有效的 YAML：以 % 开头的文字请加引号。"),
    ("a: >= 5", "plan.yaml:1：不是有效的 YAML：以 > 或 | 开头的文字请加引号。"),
    ("a: [1, 2\nb: 3\n", "plan.yaml:2：不是有效的 YAML：方括号里缺少逗号，或没有收尾。"),
    ("a: {b: 1", "plan.yaml:1：不是有效的 YAML：花括号里缺少逗号，或没有收尾。"),
    ("a: 'x", "plan.yaml:1：不是有效的 YAML：引号没有收尾。"),
    ("a: 1\n---\nb: 2", "plan.yaml:2：不是有效的 YAML：一个文件只写一个方案，不能有第二个 ---。"),
    ("a: *x", "plan.yaml:1：不是有效的 YAML：以 * 开头的文字请加引号。"),
    ("a: !!python/object:os.system x", "plan.yaml:1：不是有效的 YAML：以 ! 开头的文字请加引号。"),
    ("a: \x00", "plan.yaml：不是有效的 YAML：含有不能识别的字符。"),
    ("", "plan.yaml：文件应是一组键和值（plan、elements、targets、clauses、checks、adoption）。"),
    ("- 1", "plan.yaml：文件应是一组键和值（plan、elements、targets、clauses、checks、adoption）。"),
    ("plan: {name: a, name: b}", "plan.yaml:1 plan.name：“name”写了两次。"),
    ("plan: &p {}\nelements: *p", "plan.yaml:2 elements：请不要用 & 和 * 引用别处，写出内容本身。"),
    ("? [a]\n: 1", "plan.yaml:1：键应是一个词。"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "problem"), YAML)
def test_broken_yaml_is_explained(tmp_path, text, problem):
    file = tmp_path / "plan.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PlanFileError) as caught:
        load_plan(file, by=None)
    assert str(caught.value) == problem


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    for file, reason in (
        (tmp_path / "none.yaml", f"{tmp_path / 'none.yaml'}：文件打不开：没有这个文件。"),
        (tmp_path, f"{tmp_path}：文件打不开：这是一个目录。"),
    ):
        with pytest.raises(PlanFileError) as caught:
            load_plan(file, by=None)
        assert str(caught.value) == reason


def test_a_file_in_another_encoding_is_refused(tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_bytes(text_of(base()).encode("gbk"))
    with pytest.raises(PlanFileError, match="文件不是 UTF-8 编码，请另存为 UTF-8。"):
        load_plan(file, by=None)


def test_a_byte_order_mark_and_bare_words_are_taken(tmp_path):
    """``no:`` needs no quotes, nor does ``comparator: =``; 0.1 is exactly that."""
    text = text_of(base()).replace("'no':", "no:").replace("'='", "=")
    assert "no: 1" in text
    assert "comparator: =" in text
    file = tmp_path / "plan.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    check_plan(file)


@pytest.mark.parametrize(
    "number", ["1e309", "9" * 5000, "0x" + "f" * 5000, "0." + "1" * 400, "-1e-400", "-0x_", "1:" * 3000 + "1"]
)
def test_a_number_that_no_column_holds_is_refused_like_a_text(number):
    assert parse(f"plan: {number}\n", "plan.yaml").data == {"plan": number}


@pytest.mark.parametrize("text", ["[" * 3000, "a:\n" + "- " * 3000])
def test_too_many_levels_are_refused(text):
    with pytest.raises(PlanFileError, match="层数太多"):
        parse(text, "plan.yaml")


def test_a_file_too_long_is_refused():
    with pytest.raises(PlanFileError, match="文件太长"):
        parse("a: " + "x" * MOST_LETTERS, "plan.yaml")
