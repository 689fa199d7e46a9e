"""Which files a published assessment has, and making them: notice and workbook, a sheet for each who was assessed, and
one archive of all. Each once, from the edition's content alone (keeping.py)."""

import datetime
import io
import zipfile
from collections.abc import Callable
from typing import Any, NamedTuple

from base.files import open_file, safe_name
from reports.documents import assessment as papers
from reports.documents.keeping import Tell, Unavailable, keep, plain
from reports.models import AssessmentEdition, AssessmentFile, PaperKind

Content = dict[str, Any]
NAMES = {
    PaperKind.NOTICE: "考核结果通知.docx",
    PaperKind.OA: "考核结果通知（无红头）.docx",
    PaperKind.TABLES: "考核结果.xlsx",
    PaperKind.ALL: "考核文件.zip",
}
SHEETS = "考核表"  # the folder in the archive
UNFINISHED = "考核表还没有全部生成，不能打包。"


class Wanted(NamedTuple):
    """``whose``: of a sheet; ``name``: of the file."""

    kind: PaperKind
    whose: str
    name: str

    @property
    def saying(self) -> str:
        return f"正在生成{self.name}"


def whose_of(sheet: Content) -> str:
    return f"{sheet['kind']}:{sheet['code']}"


def all_of(edition: AssessmentEdition) -> list[Wanted]:
    """In the order in which they are made."""
    year = edition.content["head"]["year"]
    sheets = [
        Wanted(PaperKind.SHEET, whose_of(one), f"{year}年度考核表（{plain(one['name'])}）.pdf")
        for one in edition.content["sheets"]
    ]
    first, last = [PaperKind.NOTICE, PaperKind.OA, PaperKind.TABLES], [PaperKind.ALL]
    named = {kind: Wanted(kind, "", f"{year}年度{name}") for kind, name in NAMES.items()}
    return [*(named[kind] for kind in first), *sheets, *(named[kind] for kind in last)]


def missing_of(edition: AssessmentEdition) -> list[Wanted]:
    """What is not there yet, or could not be made when it was tried."""
    made = set(edition.files.filter(file__isnull=False).values_list("kind", "whose"))
    return [one for one in all_of(edition) if (one.kind, one.whose) not in made]


def make(edition: AssessmentEdition, wanted: Wanted, tell: Tell = lambda saying: None) -> AssessmentFile:
    """Make and keep one file, or write down why it can't be made. Raises OSError where the disk is full."""
    making = MAKING[wanted.kind]
    made: AssessmentFile = keep(
        edition.files, lambda: making(edition, wanted.whose), wanted.name, kind=wanted.kind, whose=wanted.whose
    )
    return made


def _date(edition: AssessmentEdition) -> datetime.date:
    return datetime.date.fromisoformat(edition.content["published"]["date"])


def _notice(edition: AssessmentEdition, whose: str) -> bytes:
    from reports.documents.word import written

    return written(papers.notice(edition.content, _date(edition)))


def _oa(edition: AssessmentEdition, whose: str) -> bytes:
    from reports.documents.word import written

    return written(papers.notice(edition.content, _date(edition)), red_head=False)


def _tables(edition: AssessmentEdition, whose: str) -> bytes:
    from reports.documents.excel import filled

    return filled(papers.workbook_letter(edition.content, _date(edition)))


def _sheet(edition: AssessmentEdition, whose: str) -> bytes:
    from reports.documents import pdf

    sheet = next(one for one in edition.content["sheets"] if whose_of(one) == whose)
    try:
        return papers.sheet_pdf(edition.content, sheet, _date(edition), edition.checksum)
    except pdf.Lacking as error:
        raise Unavailable(str(error)) from error


def _all(edition: AssessmentEdition, whose: str) -> bytes:
    rows = {(one.kind, one.whose): one for one in edition.files.filter(file__isnull=False).select_related("file")}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for wanted in all_of(edition):
            if wanted.kind == PaperKind.ALL:
                continue
            row = rows.get((wanted.kind, wanted.whose))
            if row is None:
                raise Unavailable(UNFINISHED)
            with open_file(row.file) as file:
                archive.writestr(_place(wanted), file.read())
    return out.getvalue()


def _place(wanted: Wanted) -> str:
    """By code first: two schools may have one name."""
    if wanted.kind != PaperKind.SHEET:
        return wanted.name
    return f"{SHEETS}/{safe_name(wanted.whose.partition(':')[2] + ' ' + wanted.name)}"


MAKING: dict[PaperKind, Callable[[AssessmentEdition, str], bytes]] = {
    PaperKind.NOTICE: _notice,
    PaperKind.OA: _oa,
    PaperKind.TABLES: _tables,
    PaperKind.SHEET: _sheet,
    PaperKind.ALL: _all,
}
