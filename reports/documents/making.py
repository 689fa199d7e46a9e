"""Which files an edition has, and making them: each once, kept with the edition (keeping.py)."""

from collections.abc import Callable
from dataclasses import dataclass

from reports.audit_pack import pack
from reports.bulletin_page import Paper
from reports.documents.keeping import Tell, Unavailable, keep, plain
from reports.measuring import is_stale
from reports.models import Edition, EditionFile, FileKind
from reports.queries import measurement_of

SUPERSEDED = (
    "这一版之后已有第 {} 版，现有数据是新一版的，重算不出这一版，没有生成。"
    "这一版的来源和结果仍保存着，可用 verify_editions 核对。"
)
STALE = "发布之后数据又有变动或重新测算，现有数据重算不出这一版的结果，没有生成。发布新的一版后，底稿随新版生成。"


@dataclass(frozen=True, slots=True)
class Making:
    """``name``: of the file, behind the edition's title; ``make``: its bytes."""

    extension: str
    name: str
    make: Callable[[Edition, Tell], bytes]


def _word(edition: Edition, tell: Tell) -> bytes:
    from reports.documents.word import word_document

    return word_document(edition.content)


def _word_for_oa(edition: Edition, tell: Tell) -> bytes:
    from reports.documents.word import word_document

    return word_document(edition.content, red_head=False)


def _excel(edition: Edition, tell: Tell) -> bytes:
    from reports.documents.excel import workbook

    return workbook(edition.content)


def _pdf(edition: Edition, tell: Tell) -> bytes:
    from reports.documents import pdf

    try:
        return pdf.pdf(Paper(edition.bulletin, edition.content, edition), tell)
    except pdf.Lacking as error:
        raise Unavailable(str(error)) from error


def _pack(edition: Edition, tell: Tell) -> bytes:
    """The audit pack of the results that it was published from; what only few may see by school is not in it."""
    adoption, period = edition.bulletin.adoption, edition.bulletin.period
    measurement = measurement_of(adoption, period)
    if measurement is not None:
        measurement.adoption = adoption
    expected = edition.content["measurement"]["checksum"]
    if measurement is None or measurement.checksum != expected or is_stale(measurement):
        newest = edition.bulletin.editions.first().number
        raise Unavailable(STALE if newest == edition.number else SUPERSEDED.format(newest))
    return pack(measurement, sees_sensitive=False)


# In the order in which they are made and listed: the pack first, while the results are those of the edition.
MAKINGS = {
    FileKind.PACK: Making("zip", "（底稿）", _pack),
    FileKind.WORD: Making("docx", "", _word),
    FileKind.OA: Making("docx", "（无红头）", _word_for_oa),
    FileKind.PDF: Making("pdf", "", _pdf),
    FileKind.EXCEL: Making("xlsx", "（附件）", _excel),
}


def missing_of(edition: Edition) -> list[FileKind]:
    """What is not there yet, or could not be made when it was tried."""
    made = set(edition.files.filter(file__isnull=False).values_list("kind", flat=True))
    return [kind for kind in MAKINGS if kind not in made]


def make(edition: Edition, kind: FileKind, tell: Tell = lambda saying: None) -> EditionFile:
    """Make and keep one file, or write down why it can't be made; ``tell`` hears how far it is. Raises OSError where
    the disk is full: then nothing of it is kept."""
    making = MAKINGS[kind]
    made: EditionFile = keep(edition.files, lambda: making.make(edition, tell), name_of(edition, kind), kind=kind)
    return made


def name_of(edition: Edition, kind: FileKind) -> str:
    """关于…的通报（第2版）（底稿）.zip: the number from the second edition on; a long title is cut by the store."""
    making = MAKINGS[kind]
    number = f"（第{edition.number}版）" if edition.number > 1 else ""
    title = plain(edition.content["head"]["title"])
    return f"{title}{number}{making.name}.{making.extension}"
