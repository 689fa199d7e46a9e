"""What a bulletin reads like, heading by heading: the text that the page, Word and PDF have in common.

Pure: a bulletin's content in, text out. Levels are those of GB/T 9704-2012: 一、（一）1.（1）. A section is a piece of
text that is drafted and can be edited by itself: ``summary``, ``action.1`` …, ``safeguards``, ``problems``, ``next``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from base.templatetags.numbers import cn
from reports.bulletin.references import printed

Content = Mapping[str, Any]

BODY = 0  # the level of plain text


class Words(StrEnum):
    """What the body has of the sections' words: all, what was done, nothing. What it has not is an annex."""

    WHOLE = "whole"
    DONE = "done"
    APART = "apart"


LONGEST = 4000  # characters of a paper on a single matter (domain notes, 1)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph. ``level``: 1–4 for a heading or a numbered item, BODY for text."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """``code``: summary, actions, problems or next."""

    code: str
    heading: str
    blocks: Sequence[Block]


def masthead(content: Content) -> str:
    """What the red head says."""
    return f"{content['head']['district']}教育工作通报"


def document_number(content: Content) -> str:
    """As the office gave it; else with places for its code and serial number, which nobody counts here."""
    given: str = content["head"].get("number", "")
    year = content.get("edition", {}).get("date", "")[:4]
    return given or f"　　　　〔{year or '　　'}〕　　号"


def outline(content: Content) -> list[Part]:
    return [
        Part("summary", "一、总体情况", _texts(_lines(content, "summary"))),
        Part("actions", "二、各行动进展", _actions(content)),
        Part("problems", "三、存在问题", _items(_lines(content, "problems"))),
        Part("next", "四、下步要求", _items(_lines(content, "next"))),
    ]


def sections_of(content: Content) -> dict[str, str]:
    """The heading of each section, in the order of the paper."""
    parts = {code: f"（{cn(number)}）{part['name']}" for number, (code, part) in enumerate(_parts(content).items(), 1)}
    return {"summary": "一、总体情况", **parts, "problems": "三、存在问题", "next": "四、下步要求"}


def drafted(content: Content, section: str) -> str:
    """A section's text as it was drafted: a line is a paragraph, figures are references."""
    parts = _parts(content)
    return "\n".join(parts[section]["paragraphs"] if section in parts else content[section])


def text_of(content: Content, section: str) -> str:
    """A section's text as it goes into the paper: as somebody worded it, else as it was drafted."""
    worded = content.get("wording", {}).get(section)
    return worded["text"] if worded else drafted(content, section)


def length_of(content: Content) -> int:
    """Characters of the paper's body: headings and text, without annexes. An office wants at most LONGEST."""
    return sum(len(part.heading) + sum(len(block.text) for block in part.blocks) for part in outline(content))


def _lines(content: Content, section: str) -> list[str]:
    """Its paragraphs; an empty line, or blanks that somebody set in front of one, are nothing."""
    lines = printed(text_of(content, section), content.get("figures", {})).split("\n")
    return [line.strip() for line in lines if line.strip()]


def _parts(content: Content) -> dict[str, Content]:
    """Actions and the safeguards by section."""
    parts = {f"action.{action['no']}": action for action in content["actions"]}
    return parts | ({"safeguards": content["safeguards"]} if content["safeguards"]["rows"] else {})


def _texts(paragraphs: Sequence[str]) -> list[Block]:
    return [Block(BODY, paragraph) for paragraph in paragraphs]


def _actions(content: Content) -> list[Block]:
    found = []
    for number, (section, part) in enumerate(_parts(content).items(), start=1):
        found += [Block(2, f"（{cn(number)}）{part['name']}"), *_texts(_lines(content, section))]
        found += _texts(_words(content, part))
        if part.get("unwritten"):
            found.append(Block(BODY, part["unwritten"]))
    return found


def _words(content: Content, part: Content) -> list[str]:
    words = content.get("words", Words.WHOLE)
    return [] if words == Words.APART else [_said(one, words) for one in part.get("words", [])]


def _said(one: Content, words: str) -> str:
    """A section's words about one of its tasks."""
    if words == Words.DONE:
        return f"{one['section']}（任务{one['no']}）：{one['done']}"
    problems = f"存在问题：{one['problems']}" if one["problems"] else ""
    return f"{one['section']}（任务{one['no']}）：{one['done']}{problems}下一步：{one['plans']}"


def _items(paragraphs: Sequence[str]) -> list[Block]:
    """Numbered where there are several."""
    if len(paragraphs) < 2:
        return _texts(paragraphs)
    return [Block(3, f"{number}. {paragraph}") for number, paragraph in enumerate(paragraphs, start=1)]


def title_lines(title: str, plan: str, width: int) -> list[str]:
    """The title in lines of at most ``width`` Chinese characters: broken before and after the plan's name where that
    is enough, else evenly; a rhombus or a trapezium either way (GB/T 9704-2012, 7.3.1)."""
    before, found, after = title.partition(plan)
    phrases = [phrase for phrase in (before, found, after) if phrase]
    if width_of(title) <= width:
        return [title]
    if all(width_of(phrase) <= width for phrase in phrases):
        return phrases
    return _even(title, width)


def _even(title: str, width: int) -> list[str]:
    """As many lines as it takes, none shorter than the others by more than a sign or two."""
    count = int(-(-width_of(title) // (width - 1)))
    share = width_of(title) / count
    lines, line, end = [], "", share
    done = 0.0
    for letter in title:
        line += letter
        done += width_of(letter)
        if done >= end - 0.25:
            lines.append(line)
            line, end = "", end + share
    return [*lines, line] if line else lines


def width_of(text: str) -> float:
    """In Chinese characters; digits and Latin letters are half as wide."""
    return sum(0.5 if letter < "\u2000" else 1.0 for letter in text)
