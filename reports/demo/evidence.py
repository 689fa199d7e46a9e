"""Invented evidence: papers and photographs drawn here, each of which says 演示数据."""

import struct
import zlib
from collections import Counter

from django.core.files.uploadedfile import SimpleUploadedFile

from base import clock, files
from base.quarters import Quarter
from schools.models import Section, Unit, User
from submissions.actions import attach, link
from submissions.models import Entry, Evidence
from submissions.sheets import section_sheet
from targets.models import Element

PROJECTS = "CITY_PROJECTS"
PROVED = 4  # schools that the paper of an element is attached to


def prove_projects(quarter: Quarter, schools: list[Unit], people: dict[str, User]) -> None:
    """Approved long ago with its paper: the projects of the first schools; of the first one, the photograph, too."""
    entries = Entry.objects.for_quarter(quarter).for_units(schools).filter(element__code=PROJECTS, value__gt=0)
    with clock.pinned(quarter.end):
        for place, entry in enumerate(entries.select_related("unit").order_by("unit__code")):
            by = people[f"{entry.unit.code.lower()}-clerk"]
            keep(entry, f"课题立项通知（演示数据）{entry.unit.code}.pdf", paper("课题立项通知", entry.unit.name), by)
            if place == 0:
                keep(entry, "课题开题现场（演示数据）.png", photograph(), by)


def keep(entry: Entry, name: str, content: bytes, by: User) -> None:
    stored = files.store(SimpleUploadedFile(name, content), by=by, kinds=("pdf", "png"), limit=files.MB)
    Evidence.objects.create(unit=entry.unit, file=stored).entries.add(entry)


def prove_grid(section: Section, quarter: Quarter, *, by: User) -> None:
    """One paper of each element proves it for the first schools; what is new of the others still lacks one."""
    papers: dict[Element, Evidence] = {}
    proved: Counter[Element] = Counter()
    for cell in section_sheet(section, quarter).cells.values():
        element, where = cell.element, (cell.unit, quarter, cell.element)
        if not element.evidence or not cell.value or proved[element] == PROVED:
            continue
        if element in papers:
            link(*where, papers[element], by=by)
        else:
            named = SimpleUploadedFile(f"{element.name}认定文件（演示数据）.pdf", paper("认定文件", element.name))
            papers[element] = attach(*where, named, by=by)
        proved[element] += 1


def paper(*lines: str) -> bytes:
    """A page of PDF with a line each; the reader brings the typeface."""
    shown = "".join(f"<{line.encode('utf-16-be').hex()}> Tj T* " for line in (*lines, "（演示数据，内容均为虚构）"))
    text = f"BT /F1 26 Tf 60 700 Td 44 TL {shown}ET".encode()
    font = "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>"
    kind = "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 7 0 R /CIDSystemInfo << "
    kind += "/Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>"
    descriptor = "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [-25 -254 1000 880] "
    descriptor += "/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        *(part.encode() for part in (font, kind, descriptor)),
    ]
    made, offsets = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        offsets.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size, start = len(parts) + 1, len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    return made + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)


def photograph() -> bytes:
    """A plaque: a gold frame around a red field, 演示数据 in what its file says of itself."""
    width, height = 480, 320
    gold, red = bytes((201, 162, 77)), bytes((150, 32, 28))
    edge = b"\0" + gold * width
    middle = b"\0" + gold * 24 + red * (width - 48) + gold * 24
    rows = edge * 24 + middle * (height - 48) + edge * 24
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _part(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            _part(b"iTXt", b"Comment\0\0\0\0\0" + "演示数据".encode()),
            _part(b"IDAT", zlib.compress(rows)),
            _part(b"IEND", b""),
        )
    )


def _part(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
