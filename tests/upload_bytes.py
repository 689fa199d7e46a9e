"""Real files of every kind, as small as they can be, made here."""

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile

SCRIPT = b"<script>alert(1)</script>\n"
EXE = b"MZ\x90\x00" + bytes(60) + b"PE\x00\x00" + bytes(40)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"


def png(shade: int = 0) -> bytes:
    """One grey pixel; another ``shade`` is another file."""

    def part(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes([0, shade]))
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", pixels) + part(b"IEND", b"")


def archive(*names: str, content: bytes = b"<x/>") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.writestr(name, content)
    return file.getvalue()


DOCX = archive("[Content_Types].xml", "_rels/.rels", "word/document.xml")
XLSX = archive("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml")
OFD = archive("OFD.xml", "Doc_0/Document.xml")
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def compound(stream: str) -> bytes:
    """An old Office container with a stream of that name in its directory."""
    return COMPOUND + "Root Entry".encode("utf-16-le").ljust(128, b"\0") + f"{stream}\0".encode("utf-16-le")


XLS = compound("Workbook")
CSV = "学校,人数\n第一小学,12\n".encode()


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    """As it comes with a request: the name is what the browser said, not yet made safe."""
    made = SimpleUploadedFile("x", content)
    made._name = name
    return made
