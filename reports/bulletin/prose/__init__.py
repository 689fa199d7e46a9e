"""The bulletin's words, in the Chinese of offices: from its rows and counts to paragraphs, a module for each part.

Pure: a content without text in, the content with its text out. Whatever is counted or measured is a reference
(references.py, groups.py). It varies by place, size and direction, merges what is alike, names at most five and then
等 N 项, and is as detailed as 4,000 characters allow.
"""

from typing import Any

from reports.bulletin.groups import figures_of, groups_of, parts_of
from reports.bulletin.outline import LONGEST, Words, length_of
from reports.bulletin.prose.actions import paragraphs_of
from reports.bulletin.prose.facts import DETAILS, Facts, listed
from reports.bulletin.prose.problems import problems_of
from reports.bulletin.prose.steps import steps_of
from reports.bulletin.prose.summary import summary_of

__all__ = ["listed", "written"]

Data = dict[str, Any]


def written(content: Data) -> Data:
    """The content with ``figures`` and its text: the most detailed that is not too long. Sections' words that don't fit
    even beside the tersest text are an annex, and the body has of them what was done, or nothing."""
    for words in Words:
        base = content | {"words": words}
        groups = groups_of(base)
        figures = figures_of(base, groups)
        for detail in DETAILS:
            told = _told(base, Facts(base, groups, figures, detail))
            if length_of(told) <= LONGEST:
                return told
    return told


def _told(content: Data, facts: Facts) -> Data:
    parts = {
        name: {**part, "paragraphs": paragraphs_of(facts, name, place)}
        for place, (name, part) in enumerate(parts_of(content).items())
    }
    return content | {
        "figures": facts.figures,
        "summary": summary_of(facts),
        "actions": [part for name, part in parts.items() if name != "safeguards"],
        "safeguards": parts["safeguards"],
        "problems": problems_of(facts),
        "next": steps_of(facts),
    }
