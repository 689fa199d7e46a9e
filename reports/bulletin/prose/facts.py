"""What every part of the prose is written from, and how lists are put into words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.bulletin.clauses import Length, clause
from reports.bulletin.groups import Groups
from reports.bulletin.references import printed, ref
from reports.models import Status
from reports.tally import Counts

Data = Mapping[str, Any]
Rows = Sequence[Data]


@dataclass(frozen=True, slots=True)
class Detail:
    """``named``: of a list, ``explained``: of those that lag, ``schools``: of those below; how long a clause is."""

    named: int
    explained: int
    schools: int
    clause: Length


MOST_NAMED = 5
IN_COMMON = ("judged", "undone")  # reasons that targets share; that as much is missing of two is chance

DETAILS = (
    Detail(5, 5, 5, Length.FULL),
    Detail(5, 5, 3, Length.SHORT),
    Detail(4, 4, 2, Length.SHORT),
    Detail(3, 5, 1, Length.GAP),
    Detail(3, 3, 0, Length.GAP),
    Detail(2, 2, 0, Length.GAP),
)


@dataclass(frozen=True)
class Facts:
    content: Data
    groups: Groups
    figures: Mapping[str, str]
    detail: Detail = DETAILS[0]

    def rows(self, key: str) -> Rows:
        return self.groups.get(key, [])

    def count(self, key: str) -> int:
        return len(self.groups.get(key, []))

    def names(self, key: str, measure_word: str = "项") -> str:
        """甲、乙和丙; of many 甲、乙等7项."""
        members = [one if isinstance(one, str) else called(one) for one in self.groups[key]]
        return listed(members, measure_word, count=ref(key), most=self.detail.named)

    def explained(self, key: str) -> str:
        """Each with the clause that says why, those that have it in common together; of many as ``names``."""
        rows = self.groups[key]
        told: dict[str, list[Data]] = {}
        for row in rows[: self.detail.explained]:
            said = self.clause(row)
            told.setdefault(printed(said, self.figures) if row["because"] in IN_COMMON else said, []).append(row)
        items = [_together(alike, self.clause(alike[0]), alone=len(told) == 1) for alike in told.values()]
        return cut(items, ref(key), "项", is_cut=len(rows) > self.detail.explained)

    def clause(self, row: Data) -> str:
        said = clause(row, self.detail.clause)
        return f"{said}，数据为暂定" if said and row["provisional"] and self.detail.clause == Length.FULL else said


def called(row: Data) -> str:
    """As a text calls it: what is to be kept below something, is controlled."""
    return f"{row['name']}控制" if row.get("ceiling") else str(row["name"])


def _together(rows: Rows, said: str, *, alone: bool) -> str:
    """甲（…）; 甲、乙（均…）, where they are not ``alone`` in the sentence."""
    names = [called(row) for row in rows]
    told = joined(names) if alone else "、".join(names)
    return told + (f"（{'均' if len(names) > 1 else ''}{said}）" if said else "")


def joined(names: Sequence[str]) -> str:
    """甲、乙和丙; 甲、乙、丙和丁 reads as two where a name has an 和 of its own: then 、 throughout."""
    *first, last = names
    return f"{'、'.join(first)}{'、' if any('和' in name for name in names) else '和'}{last}" if first else last


def cut(items: Sequence[str], count: str, measure_word: str, *, is_cut: bool) -> str:
    """The items; ``is_cut``: they are the first of so many."""
    return f"{'、'.join(items)}等{count}{measure_word}" if is_cut else joined(items)


def listed(names: Sequence[str], measure_word: str, *, count: str = "", most: int = MOST_NAMED) -> str:
    """甲、乙和丙; of more than ``most`` 甲、乙等7所, where ``count`` says how many there are."""
    return cut(names[:most], count or str(len(names)), measure_word, is_cut=len(names) > most)


def counted(name: str, counts: Counts) -> str:
    """已达成31项，正常推进38项; those that do not occur are left out."""
    found: Iterable[Status] = (status for status in Status if counts.get(status))
    return "，".join(f"{status.label}{ref(f'{name}.{status}')}项" for status in found) or "没有目标"


def form(forms: Sequence[str], place: int, **words: str) -> str:
    """One of several ways to say it, by the place at which it is said."""
    return forms[place % len(forms)].format(**words)
