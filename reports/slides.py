"""投影: a published edition as slides, one action a slide, the red items last. Everything stands in the edition."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reports.bulletin_page import Paper
from reports.readings import URGENT
from reports.tally import RED, total

Row = Mapping[str, Any]

MOST_ROWS = 4  # as many as can be read from the end of a room


@dataclass(frozen=True, slots=True)
class Slide:
    """``counts``: of the targets that it is about, by status."""

    title: str
    counts: Mapping[str, int] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    note: str = ""


def slides_of(paper: Paper) -> list[Slide]:
    """After the first one, which says how the plan stands."""
    content = paper.content
    parts = [(one["name"], one) for one in content["actions"]]
    if content["safeguards"]["rows"]:
        parts.append((content["safeguards"]["name"], content["safeguards"]))
    return [*(_of_part(title, part) for title, part in parts), *_of_red(content["red"])]


def _of_part(title: str, part: Mapping[str, Any]) -> Slide:
    urgent = sorted(
        (row for row in part["rows"] if row["status"] in URGENT), key=lambda row: URGENT.index(row["status"])
    )
    red = total(part["counts"], *RED)
    note = f"{red} 项滞后或逾期，{len(urgent) - red} 项偏慢" if urgent else "没有滞后、逾期或偏慢的目标"
    note += f"；先列 {MOST_ROWS} 项，其余见通报" if len(urgent) > MOST_ROWS else ""
    return Slide(title, part["counts"], urgent[:MOST_ROWS], note)


def _of_red(rows: list[Row]) -> list[Slide]:
    """Every red item, on as many slides as they take."""
    if not rows:
        return [Slide("红色事项", note="没有滞后或逾期的目标")]
    pages = [rows[start : start + MOST_ROWS] for start in range(0, len(rows), MOST_ROWS)]
    of = f"/{len(pages)}" if len(pages) > 1 else ""
    return [
        Slide(f"红色事项　{len(rows)} 项" + (f"（{number}{of}）" if of else ""), rows=page)
        for number, page in enumerate(pages, 1)
    ]
