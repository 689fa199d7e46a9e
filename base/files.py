"""The files that people bring in, and those made for them to keep: their bytes under DATA_DIR/files/<aa>/<digest>, a
StoredFile row for each.

What a file is, its content decides; its name only has to agree. Archives (docx, xlsx, ofd) are known by their
directory and never unpacked here. The same content lies on disk once, whoever brought it, and stays until a sweep
finds that no row names it any more.
"""

import hashlib
import mmap
import os
import tempfile
import unicodedata
import zipfile
from codecs import getincrementaldecoder
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.http import FileResponse

from base import clock
from base.models import StoredFile

if TYPE_CHECKING:
    from schools.models import User

MB = 1024 * 1024
NAME_LENGTH = 120
MAX_UNPACKED = 300 * MB  # what the directory of an archive may promise
MOST_PARTS = 10_000  # of an archive; listing hundreds of thousands takes many seconds
CHUNK = 64 * 1024
SWEPT_AFTER = 24 * 3600  # seconds: an upload under way has its bytes before it has its row

TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ofd": "application/ofd",
    "xls": "application/vnd.ms-excel",
    "csv": "text/csv",
    "zip": "application/zip",  # what we make ourselves; nobody may bring one in
}
SHOWN_IN_BROWSER = ("pdf", "jpg", "png")
POLICY = "default-src 'none'; sandbox"
# Older Chromium shows no PDF in a sandbox, nor where no object may be shown; its viewer runs nothing of ours.
PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'"
SEEMS = {  # in words, for a kind that is not taken; others by their usual extension
    "csv": "文本",
    "doc": "旧版 Word 或其他 Office 文件",
    "docm": "带宏的 Word 文件",
    "xlsm": "带宏的 Excel 文件",
    "locked": "加了密码的 Office 文件",
    "zip": "压缩包",
    "bomb": "解开后大得异常的压缩包",
    "exe": "程序",
    "heic": "苹果手机的 HEIC 照片",
    "": "无法识别的文件",
}
SYNONYMS = {"jpeg": "jpg", "apng": "png", "txt": "csv"}


class Refused(ValidationError):
    """The file is not taken; the message names it and says why and what would be."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"“{name}”没有保存：{why}", code="file")


def store(upload: File, *, by: "User | None", kinds: Collection[str], limit: int) -> StoredFile:
    """Keep an upload of one of ``kinds`` (keys of TYPES) and at most ``limit`` bytes. Raises Refused."""
    name = safe_name(upload.name or "")
    root = _root()
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=root, prefix="new-", delete=False) as taken:
        try:
            digest, size = _copy(upload, taken, name, limit)
            kind = tell(taken)
            name = _agreed(name, kind, kinds)
            os.fsync(taken.fileno())
            path = path_of(digest)
            path.parent.mkdir(exist_ok=True)
            os.replace(taken.name, path)
        except BaseException:
            os.unlink(taken.name)
            raise
    return StoredFile.objects.create(digest=digest, name=name, kind=kind, size=size, at=clock.now(), by=by)


def open_file(stored: StoredFile) -> BinaryIO:
    """Its bytes, for reading. Raises FileNotFoundError where the store was not restored with the database."""
    return path_of(stored.digest).open("rb")


def file_response(stored: StoredFile, *, inline: bool = True) -> FileResponse:
    """The file for a browser, after the caller has checked the right to see it: images and PDF on a page of their own
    if ``inline``, all else to be saved. Nothing in it can run, nothing of it is kept by caches."""
    response = FileResponse(
        open_file(stored),
        as_attachment=not (inline and stored.kind in SHOWN_IN_BROWSER),
        filename=stored.name,
        content_type=TYPES[stored.kind],
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = PDF_POLICY if stored.kind == "pdf" else POLICY
    response["Cache-Control"] = "private, no-store"
    return response


def sweep() -> int:
    """Remove the bytes that no row names and that have lain for a day; how many files."""
    swept, latest = 0, clock.instant().timestamp() - SWEPT_AFTER
    lying = [path for pattern in ("??/*", "new-*") for path in _root().glob(pattern) if _lies_since(path, latest)]
    named = set(StoredFile.objects.values_list("digest", flat=True).distinct()) if lying else set()
    for path in lying:
        if path.name in named:
            continue
        # Again, at the last moment: the same content may have been brought in meanwhile.
        if _lies_since(path, latest) and not StoredFile.objects.filter(digest=path.name).exists():
            path.unlink(missing_ok=True)
            swept += 1
    return swept


def _lies_since(path: Path, latest: float) -> bool:
    try:
        return path.stat().st_mtime < latest
    except FileNotFoundError:
        return False


def safe_name(name: str) -> str:
    """The name of a file as it may be stored, shown and offered for saving: no folders, nothing invisible, none of the
    characters that a system forbids, at most NAME_LENGTH long with its extension kept; Chinese stays as it is."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = "".join(letter for letter in name if unicodedata.category(letter) not in _INVISIBLE)
    name = name.translate(_FORBIDDEN).strip().lstrip(". ").rstrip(". ")
    stem, dot, extension = name.rpartition(".")
    if dot and len(extension) <= 10:
        return f"{stem[: NAME_LENGTH - len(extension) - 1].strip() or '文件'}.{extension}"
    return name[:NAME_LENGTH].strip() or "文件"


_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")  # controls, bidi overrides, zero widths, unassigned
_FORBIDDEN = {ord(letter): "_" for letter in '<>:"|?*'}


def tell(file: BinaryIO) -> str:
    """What a file is by its content: a key of TYPES, else the extension usual for it, "" if nothing is known of it."""
    file.seek(0)
    head = file.read(8192)
    if head.startswith(b"PK"):
        return _in_archive(file)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _in_compound(file)
    guessed = filetype.guess(head)
    extension = SYNONYMS.get(guessed.extension, guessed.extension) if guessed else ""
    if extension in TYPES:
        return extension
    return "csv" if _is_text(file) else extension  # a text may begin like anything: BM is a bitmap's beginning, too


def megabytes(size: int) -> str:
    """10485760 → 10 MB, 1300 → 1 KB."""
    return f"{size / MB:.1f} MB".replace(".0 ", " ") if size >= MB else f"{max(1, round(size / 1024))} KB"


def words_for(kinds: Collection[str]) -> str:
    """pdf、jpg、png"""
    return "、".join(kinds)


def _root() -> Path:
    return settings.DATA_DIR / "files"


def path_of(digest: str) -> Path:
    return _root() / digest[:2] / digest


def _copy(upload: File, to: BinaryIO, name: str, limit: int) -> tuple[str, int]:
    """SHA-256 and size of what was copied, chunk by chunk."""
    digest, size = hashlib.sha256(), 0
    for chunk in upload.chunks(CHUNK):
        size += len(chunk)
        if size > limit:
            raise Refused(name, f"文件超过 {megabytes(limit)}。照片可以先压缩，扫描件可以降低清晰度。")
        digest.update(chunk)
        to.write(chunk)
    if not size:
        raise Refused(name, "是空文件，请检查后重新选择。")
    to.flush()
    return digest.hexdigest(), size


def _agreed(name: str, kind: str, kinds: Collection[str]) -> str:
    """The name, with an extension that agrees with the content."""
    if kind not in kinds:
        seems = SEEMS.get(kind, f" {kind} 文件")
        raise Refused(name, f"内容看起来是{seems}；这里可以上传 {words_for(kinds)}。")
    _, dot, extension = name.rpartition(".")
    if not dot:
        return f"{name[: NAME_LENGTH - len(kind) - 1].strip()}.{kind}"
    extension = extension.lower()
    if SYNONYMS.get(extension, extension) != kind:
        raise Refused(name, f"内容是 {kind}，扩展名却是 {extension}；请核对是不是选错了文件，或把扩展名改为 {kind}。")
    return name


def _in_archive(file: BinaryIO) -> str:
    """Told by the directory of a zip alone."""
    if _has_too_many_parts(file):
        return "bomb"
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, UnicodeDecodeError, OSError):
        return ""
    names = {part.filename.lstrip("/").lower() for part in parts}
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        return "bomb"
    if "ofd.xml" in names:
        return "ofd"
    for kind, main in (("docx", "word/document"), ("xlsx", "xl/workbook")):
        if any(name.startswith(main) and name.endswith(".xml") for name in names) and "[content_types].xml" in names:
            return f"{kind[:3]}m" if any(name.endswith("vbaproject.bin") for name in names) else kind
    return "zip"


def _has_too_many_parts(file: BinaryIO) -> bool:
    """Counted by the signature that each entry of the directory begins with, whatever the archive says of itself."""
    at = -1
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for _ in range(MOST_PARTS + 1):
            at = content.find(b"PK\x01\x02", at + 1)
            if at < 0:
                return False
    return True


def _in_compound(file: BinaryIO) -> str:
    """Old Office files are one container; its directory names what is inside."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            return "locked"
        workbook = any(content.find(name.encode("utf-16-le")) >= 0 for name in ("Workbook\0", "Book\0"))
    return "xls" if workbook else "doc"


def _is_text(file: BinaryIO) -> bool:
    return any(_decodes(file, encoding) for encoding in ("utf-8", "gb18030"))


def _decodes(file: BinaryIO, encoding: str) -> bool:
    """Whether it is text in ``encoding``, without characters that no text has."""
    decoder = getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(CHUNK):
            if any(letter < " " and letter not in "\t\r\n" for letter in decoder.decode(chunk)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
