"""What an edition changes against the one before it, figure by figure, and why: content["changes"], as JSON.

Pure: two contents and two ``Frozen`` (reports/frozen.py) in, JSON out. It has these keys:

- ``against`` and ``dated``: number and date of the earlier edition; ``head`` and ``tally``: {label, before, after};
- ``figures``: {code, name, status, fields: [{label, before, after}], causes} of each target with a figure that differs,
  as printed (causes.py); ``status`` is today's code;
- ``schools``: {count, names, added, removed, renamed: [{code, before, after}]}, by code: a name is no figure;
  ``quality``: {count, names} likewise; ``ledger``: how many of its rows differ;
- ``sections``: {section, heading, how} of the texts that differ: ``wording``, or ``figures`` where only those do;
- ``told``: what the causes were told with (causes.py).

Why there is a correction at all, its author says in content["edition"]["correction"].
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from base.templatetags.numbers import NONE
from base.templatetags.quarters import day
from base.templatetags.status import STATUSES
from reports.bulletin.causes import Sources, Told, causes_of, compared
from reports.bulletin.outline import sections_of, text_of
from reports.bulletin.references import printed
from reports.frozen import Frozen

Content = Mapping[str, Any]
Data = dict[str, Any]

FIELDS = {
    "value": "完成值",
    "goal": "目标值",
    "due": "期限",
    "expected": "序时应达值",
    "missing": "还差",
    "status": "状态",
    "completeness": "完整度",
}
HEAD = {"title": "标题", "number": "发文字号", "addressees": "主送", "office": "印发机关"}
MOST_NAMES = 5
NOTHING_TOLD: Data = {"elements": {}, "units": {}, "hidden": [], "values": {}}


def changes_of(old: Content, new: Content, before: Frozen | None, after: Frozen, told: Told) -> Data:
    """``old``: an edition's content, ``new``: that of the next one. ``before`` is None for an edition of the days when
    sources were not kept: then its causes are unknown."""
    sources = compared(before, after) if before else None
    return {
        "against": old["edition"]["number"],
        "dated": old["edition"]["date"],
        "head": _pairs(HEAD, old["head"], new["head"]),
        "tally": _tally(old["tally"], new["tally"]),
        "figures": _figures(old, new, sources, told),
        "schools": _schools(old, new),
        "quality": _counted(_by_code(old, "quality"), _by_code(new, "quality")),
        "ledger": _ledger(old, new),
        "sections": _sections(old, new),
        "told": dict(told),
    }


def is_empty(changes: Content) -> bool:
    """Whether the two editions say the same."""
    lists = ("head", "tally", "figures", "sections")
    counts = (changes["schools"]["count"], len(changes["schools"]["renamed"]), changes["quality"]["count"])
    return not any(changes[name] for name in lists) and not any((*counts, changes["ledger"]))


def few(names: Sequence[str], count: int) -> str:
    """甲小学、乙小学等12所: of ``count`` schools at most five by name."""
    return "、".join(names) + (f"等{count}所" if count > len(names) else "")


def day_of(iso: str) -> str:
    return day(datetime.date.fromisoformat(iso))


def note_of(content: Content, annex: str = "") -> str:
    """What an edition says first of the one that it replaces; empty for the first. ``annex``: its table's label."""
    changes, edition = content.get("changes"), content.get("edition", {})
    if changes is None or "number" not in edition:
        return ""
    reason = edition.get("correction", "").rstrip("。")
    said = f"本通报为第{edition['number']}版，代替{day_of(changes['dated'])}第{changes['against']}版。"
    said += f"更正说明：{reason}。" if reason else ""
    return said + summary_of(changes) + (f"逐项对照见{annex}。" if annex else "")


def summary_of(changes: Content) -> str:
    figures, renamed = changes["figures"], changes["schools"]["renamed"]
    count = sum(len(one["fields"]) for one in figures)
    said = f"与第{changes['against']}版相比，"
    if figures:
        names = "、".join(one["name"] for one in figures[:MOST_NAMES])
        said += f"{names}{'等' if len(figures) > MOST_NAMES else ''}{len(figures)}项目标的{count}处数据有变动。"
    else:
        said += "没有变动。" if is_empty(changes) else "目标数据没有变动。"
    if renamed:
        said += "、".join(f"{one['before']}更名为{one['after']}" for one in renamed[:MOST_NAMES])
        said += f"等{len(renamed)}所学校更名。" if len(renamed) > MOST_NAMES else "。"
    return said


def _pairs(labels: Mapping[str, str], old: Content, new: Content) -> list[Data]:
    """Of the fields that differ, as printed."""
    shown = [(label, old.get(name) or NONE, new.get(name) or NONE) for name, label in labels.items()]
    return [{"label": label, "before": was, "after": now} for label, was, now in shown if was != now]


def _tally(old: Content, new: Content) -> list[Data]:
    return _pairs(
        {"total": "目标总数"} | {code: mark.label for code, mark in STATUSES.items()} | {"shown": "完成率"},
        *({key: str(value) for key, value in _flat(tally).items()} for tally in (old, new)),
    )


def _flat(tally: Content) -> Data:
    counts = {code: tally["counts"].get(code, 0) for code in STATUSES}
    return {"total": tally["total"], **counts, "shown": tally["completion"]["shown"] or NONE}


def _figures(old: Content, new: Content, sources: Sources | None, told: Told) -> list[Data]:
    was, now = _rows(old), _rows(new)
    found = []
    for code in [*now, *(code for code in was if code not in now)]:
        fields = _pairs(FIELDS, *(_printed(rows.get(code)) for rows in (was, now)))
        if fields:
            causes = causes_of(code, sources, told) if sources else [{"kind": "unknown"}]
            row = now.get(code) or was[code]
            found.append(
                {"code": code, "name": row["name"], "status": row["status"], "fields": fields, "causes": causes}
            )
    return found


def _rows(content: Content) -> dict[str, Content]:
    return {row["code"]: row for part in [*content["actions"], content["safeguards"]] for row in part["rows"]}


def _printed(row: Content | None) -> Data:
    if row is None:
        return {}
    return {**row, "status": STATUSES[row["status"]].label + ("（暂定）" if row["provisional"] else "")}


def _by_code(content: Content, name: str) -> dict[str, Content]:
    return {row["code"]: row for row in content.get(name, [])}


def _counted(old: Mapping[str, Content], new: Mapping[str, Content]) -> Data:
    """Of the rows in both those with another figure."""
    differing = [row["name"] for code, row in new.items() if code in old and _bare(old[code]) != _bare(row)]
    return {"count": len(differing), "names": differing[:MOST_NAMES]}


def _bare(row: Content) -> Data:
    return {key: value for key, value in row.items() if key != "name"}


def _schools(old: Content, new: Content) -> Data:
    was, now = _by_code(old, "schools"), _by_code(new, "schools")
    names = [{code: row["name"] for key in ("quality", "schools") for code, row in _by_code(content, key).items()}
             for content in (old, new)]  # fmt: skip
    renamed = [(code, names[0][code], name) for code, name in sorted(names[1].items()) if code in names[0]]
    return {
        **_counted(was, now),
        "added": [row["name"] for code, row in now.items() if code not in was],
        "removed": [row["name"] for code, row in was.items() if code not in now],
        "renamed": [{"code": code, "before": one, "after": other} for code, one, other in renamed if one != other],
    }


def _ledger(old: Content, new: Content) -> int:
    """Rows that are in one of the two only."""
    was, now = (_told_rows(content.get("rectifications") or {}) for content in (old, new))
    return len([row for row in now if row not in was]) + len([row for row in was if row not in now])


def _told_rows(ledger: Content) -> Sequence[Content]:
    return [*ledger.get("rows", []), *ledger.get("lacking", [])]


def _sections(old: Content, new: Content) -> list[Data]:
    was, now = sections_of(old), sections_of(new)
    found = []
    for section, heading in (was | now).items():
        raw = [_text(content, section) if section in have else None for content, have in ((old, was), (new, now))]
        shown = [one and printed(one, content.get("figures", {})) for one, content in zip(raw, (old, new), strict=True)]
        if raw[0] != raw[1] or shown[0] != shown[1]:
            how = "figures" if raw[0] == raw[1] else "wording"
            found.append({"section": section, "heading": heading, "how": how})
    return found


def _text(content: Content, section: str) -> str:
    """Everything under its heading: also what sections told of their tasks."""
    parts = {f"action.{action['no']}": action for action in content["actions"]}
    words = parts.get(section, {}).get("words", [])
    told = ["".join(one[key] for key in ("section", "done", "problems", "plans")) for one in words]
    return "\n".join([text_of(content, section), *told, parts.get(section, {}).get("unwritten", "")])
