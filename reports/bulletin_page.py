"""A bulletin's page: its content (data, frozen in an edition or still a draft) as charts and paper."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.urls import reverse

from base.models import Job, JobState
from base.quarters import Period
from base.templatetags.status import STATUSES, Mark
from reports import rules
from reports.actions import files_key, key_of
from reports.bulletin.annexes import SAME_CAUSE, Annexed, annexes_of, changed_in, opening
from reports.bulletin.changes import summary_of
from reports.bulletin.outline import Part, document_number, masthead, outline
from reports.bulletin.telling import told_by_sections
from reports.bulletin.unready import Lack, is_open, lacks_in, unready_of
from reports.charts import Chart, builders
from reports.composing import Text, composed, is_of_draft, texts_of
from reports.models import Bulletin, Edition, EditionFile, FileKind
from reports.progress import Sheet, sheets_of
from reports.queries import measurement_of, newer_approvals
from reports.rectification import Ledger, ledger_of
from reports.standing import PUBLISHED, marks_of
from reports.tally import RED, total
from schools.models import Post
from submissions.calendar import opened_half_years
from tasks.models import Adoption

Content = Mapping[str, Any]
MOST_RED = 5


class Changed(NamedTuple):
    """What an edition changes of one target, or the like: why, and (label, before, after) of each figure."""

    name: str
    status: str
    why: str
    pairs: list[tuple[str, ...]]


@dataclass(frozen=True)
class Paper:
    """What is printed of a bulletin. ``edition`` is None for a draft."""

    bulletin: Bulletin
    content: Content
    edition: Edition | None = None

    @property
    def head(self) -> Content:
        return self.content["head"]

    @property
    def title(self) -> list[str]:
        """The title in phrases that a line should not break; the plan's name is one."""
        plan = self.head["plan"]
        before, found, after = self.head["title"].partition(plan)
        return [phrase for phrase in (before, found, after) if phrase]

    @property
    def masthead(self) -> str:
        return masthead(self.content)

    @property
    def number(self) -> str:
        """As the office gave it, or with places for it."""
        return document_number(self.content)

    @property
    def date(self) -> datetime.date | None:
        """成文日期: as the office gave it, else the day on which it was published."""
        return datetime.date.fromisoformat(self.content["edition"]["date"]) if self.edition else None

    @cached_property
    def parts(self) -> list[Part]:
        return outline(self.content)

    @cached_property
    def annexes(self) -> list[Annexed]:
        return annexes_of(self.content)

    @property
    def opening(self) -> list[str]:
        """What stands before the text."""
        return opening(self.content, self.annexes)

    @property
    def changed(self) -> Annexed | None:
        """The table of what it changes."""
        return changed_in(self.annexes)

    @property
    def changed_rows(self) -> list[Changed]:
        """Its lines by what they are about."""
        rows: list[Changed] = []
        for line in self.changed.table.lines if self.changed else []:
            name, *pair, why = line.cells
            if why != SAME_CAUSE:
                rows.append(Changed(name, line.status, why, []))
            rows[-1].pairs.append(tuple(pair))
        return rows

    @property
    def summary(self) -> str:
        """How much it changes, in a sentence."""
        return summary_of(self.content["changes"]) if "changes" in self.content else ""

    @property
    def counts(self) -> dict[str, int]:
        found = self.content["tally"]["counts"]
        return {status: found.get(status, 0) for status in STATUSES}

    @property
    def alarming(self) -> int:
        return total(self.counts, *RED)

    @property
    def total(self) -> int:
        return self.content["tally"]["total"]

    @property
    def change(self) -> str:
        """Of what is behind or overdue against the half-year before, in words; empty without one."""
        before = self.content["tally"]["before"]
        if before is None:
            return ""
        more = self.alarming - total(before["counts"], *RED)
        return (
            f"与{before['label']}持平"
            if not more
            else f"比{before['label']}{'多' if more > 0 else '少'} {abs(more)} 项"
        )

    @property
    def first_red(self) -> list[Content]:
        return self.content["red"][:MOST_RED]

    @property
    def later_red(self) -> list[Content]:
        return self.content["red"][MOST_RED:]

    @property
    def charts(self) -> Content:
        return self.content["charts"]

    @cached_property
    def status(self) -> Chart:
        figure = builders.build_status_chart(self.charts["status"])
        return Chart("status", "图1　各行动目标状态", figure, "条长为目标项数，数字为各状态的项数。")

    @cached_property
    def history(self) -> Chart | None:
        data = self.charts["history"]
        if len(data["rows"]) < 2:
            return None
        return Chart(
            "history",
            "图2　各期目标状态",
            builders.build_history_chart(data),
            "自下而上依次为已达成、正常推进、偏慢、滞后等。",
        )

    @cached_property
    def trends(self) -> list[Chart]:
        note = "实线为完成值，虚线为序时应达值，菱形为目标，空心点为暂定。"
        return [
            Chart(f"trend-{data['code']}", f"{data['name']}走势", builders.build_trend_chart(data), note)
            for data in self.charts["trends"]
        ]

    @cached_property
    def gaps(self) -> list[Chart]:
        return [
            Chart(f"gap-{data['code']}", f"各校{data['name']}与目标", builders.build_gap_chart(data), _note_of(data))
            for data in self.charts["gaps"]
        ]

    @cached_property
    def completeness(self) -> list[Chart]:
        note = "格中数字为已报项数占应报项数的百分比，空格为当季不需填报。"
        return [
            Chart(f"complete-{name}", data["title"], builders.build_completeness_chart(data), note)
            for name, data in self.charts["completeness"].items()
            if data["rows"]
        ]


@lru_cache(maxsize=16)
def printed(edition: Edition, checksum: str, adoption: Adoption) -> str:
    """The paper of an edition, which never changes: drawn once a process (docs/decisions/0142)."""
    paper = Paper(edition.bulletin, edition.content, edition)
    return render_to_string("reports/_paper.html", {"paper": paper, "adoption": adoption})


def _note_of(gaps: Content) -> str:
    shown, of = len(gaps["rows"]), gaps.get("of", 0)
    cut = f"共 {of} 所，列出差距最大的 {shown} 所。" if of > shown else ""
    return f"差距最大的在上，虚线为目标。{cut}"


@dataclass(frozen=True)
class Row:
    """A half-year on the list of bulletins; ``bulletin`` is None before it is drafted."""

    period: Period
    bulletin: Bulletin | None
    sees_drafts: bool
    lacking: Sequence[Lack] = ()  # told of the newest that is not published, to those who draft

    @cached_property
    def edition(self) -> Edition | None:
        """The newest one."""
        return next(iter(self.bulletin.editions.all()), None) if self.bulletin else None

    @property
    def marks(self) -> list[Mark]:
        return marks_of(self.bulletin, self.edition) if self.sees_drafts else [PUBLISHED]


def rows_of(adoption: Adoption, bulletins: Sequence[Bulletin], *, drafting: bool) -> list[Row]:
    """The bulletins, the newest first; for those who draft also the half-years that could have one."""
    by_period: dict[Period, Bulletin | None] = dict.fromkeys(draftable(adoption)) if drafting else {}
    by_period |= {bulletin.period: bulletin for bulletin in bulletins}
    rows = [Row(period, by_period[period], drafting) for period in sorted(by_period, reverse=True)]
    newest = next((n for n, row in enumerate(rows) if drafting and row.edition is None), None)
    if newest is not None:
        rows[newest] = replace(rows[newest], lacking=unready_of(adoption, rows[newest].period))
    return rows


def draftable(adoption: Adoption) -> list[Period]:
    """The half-years of the plan whose figures are being, or have been, filled in."""
    return opened_half_years(adoption)


def paper_of(bulletin: Bulletin, *, edition: int | None, sees_drafts: bool) -> Paper | None:
    """The edition of that number; without one what is newest: the draft for those who see drafts, if it says something
    else than the newest edition. None where there is no such edition."""
    editions = list(bulletin.editions.all())
    if edition is not None:
        return next((Paper(bulletin, one.content, one) for one in editions if one.number == edition), None)
    newest = editions[0] if editions else None
    if sees_drafts and (newest is None or not is_of_draft(newest, bulletin)):
        return Paper(bulletin, composed(bulletin))
    return Paper(bulletin, newest.content, newest) if newest else None


@dataclass(frozen=True)
class Files:
    """An edition's files: those that were made, what keeps others from being made, the job that is at it."""

    edition: Edition
    made: list[EditionFile]
    job: Job | None
    may_make: bool
    page: str  # the address of the page that lists them

    @property
    def is_busy(self) -> bool:
        return self.job is not None and self.job.is_active

    @property
    def has_failed(self) -> bool:
        return self.job is not None and self.job.state == JobState.FAILED and self.are_missing

    @property
    def ready(self) -> list[EditionFile]:
        return [one for one in self.made if one.file_id]

    @property
    def problems(self) -> list[EditionFile]:
        return [one for one in self.made if not one.file_id]

    @property
    def are_missing(self) -> bool:
        return len(self.ready) < len(FileKind)


def files_of(paper: Paper | None, posts: Sequence[Post]) -> Files | None:
    """Of the edition on the page, as the one who asks may have them; None for a draft."""
    if paper is None or paper.edition is None:
        return None
    adoption, edition = paper.bulletin.adoption, paper.edition
    order = list(FileKind)
    made = sorted(edition.files.select_related("file"), key=lambda one: order.index(FileKind(one.kind)))
    if not rules.may_take_pack(posts, adoption):
        made = [one for one in made if one.kind != FileKind.PACK]
    may_make = rules.may_draft(posts, adoption)
    job = Job.objects.filter(key=files_key(edition)).first() if may_make else None
    page = reverse("reports:bulletin", args=[adoption.plan.code, paper.bulletin.period])
    return Files(edition, made, job, may_make, f"{page}?edition={edition.number}")


@dataclass(frozen=True)
class Work:
    """What those who make bulletins see beside one: where it stands, the job that is at it, what can be done now."""

    adoption: Adoption
    period: Period
    bulletin: Bulletin | None
    job: Job | None
    may_draft: bool
    may_publish: bool
    may_answer: bool  # a director
    nobody_signs: bool  # it is in review, and every director in office drafted or sent it
    newer: int  # values approved since it was measured
    sheets: list[Sheet]  # what sections have written
    ledger: Ledger
    retold: bool  # what sections told says something else than the draft
    lacking: list[Lack]  # what it would be drafted without now; not asked for once it is drafted and forms closed

    @property
    def tasks(self) -> int:
        return sum(len(sheet.lines) for sheet in self.sheets)

    @property
    def handed_in(self) -> int:
        return sum(len(sheet.handed_in) for sheet in self.sheets)

    @property
    def is_busy(self) -> bool:
        return self.job is not None and self.job.is_active

    @property
    def has_failed(self) -> bool:
        return self.job is not None and self.job.state == JobState.FAILED

    @property
    def editions(self) -> list[Edition]:
        return list(self.bulletin.editions.all()) if self.bulletin else []

    @cached_property
    def is_published(self) -> bool:
        """The draft is what has been published last."""
        return bool(self.editions) and is_of_draft(self.editions[0], self.bulletin)

    @cached_property
    def worded(self) -> list[Text]:
        """What people worded, with the numbers typed by hand that equal no figure."""
        return [text for text in texts_of(self.bulletin) if text.is_worded] if self.bulletin else []

    @property
    def lacked(self) -> list[Lack]:
        """What it was drafted without; before it is, what it would be. Nothing once that is published."""
        if self.is_published:
            return []
        return self.lacking if self.bulletin is None else lacks_in(self.bulletin.content)

    @property
    def warning(self) -> str:
        """What is asked before it is drafted while its forms are open; empty once they are closed."""
        still = [one.said for one in self.lacking if one.is_open]
        return f"{'；'.join(still)}。现在生成，这些都不计入结果。确定生成吗？" if still else ""


def work_on(adoption: Adoption, period: Period, bulletin: Bulletin | None, posts: Sequence[Post]) -> Work:
    measurement = measurement_of(adoption, period)
    if measurement:
        measurement.adoption = adoption
    sheets, ledger = sheets_of(adoption, period), ledger_of(adoption, period)
    return Work(
        adoption=adoption,
        period=period,
        bulletin=bulletin,
        job=job_of(adoption, period),
        may_draft=rules.may_draft(posts, adoption),
        may_publish=bulletin is not None and rules.may_publish(posts, bulletin),
        may_answer=rules.directs(posts, adoption),
        nobody_signs=bulletin is not None and bulletin.is_in_review and not rules.signers_of(bulletin),
        newer=newer_approvals(measurement) if bulletin and measurement else 0,
        sheets=sheets,
        ledger=ledger,
        lacking=unready_of(adoption, period) if bulletin is None or is_open(adoption, period) else [],
        retold=bulletin is not None and told_by_sections(sheets, ledger).differs_from(bulletin.content),
    )


def job_of(adoption: Adoption, period: Period) -> Job | None:
    """The newest job that drafted this bulletin, or is at it."""
    return Job.objects.filter(key=key_of(adoption, period)).first()
