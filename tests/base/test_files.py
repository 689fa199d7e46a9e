import os
import stat
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile

from base import clock, files
from base.files import MB, Refused, file_response, open_file, safe_name, store, sweep
from base.models import StoredFile
from tests import upload_bytes as made
from tests.upload_bytes import upload

ALL = tuple(files.TYPES)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path / "files"


def contents(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def keep(name: str, content: bytes, kinds=ALL, limit: int = 10 * MB) -> StoredFile:
    return store(upload(name, content), by=None, kinds=kinds, limit=limit)


def refusal(name: str, content: bytes, **more) -> str:
    with pytest.raises(Refused) as refused:
        keep(name, content, **more)
    return refused.value.messages[0]


KINDS = [
    ("a.pdf", made.PDF, "pdf"),
    ("a.jpg", made.JPG, "jpg"),
    ("a.JPEG", made.JPG, "jpg"),
    ("a.png", made.png(), "png"),
    ("a.docx", made.DOCX, "docx"),
    ("a.xlsx", made.XLSX, "xlsx"),
    ("a.ofd", made.OFD, "ofd"),
    ("a.xls", made.XLS, "xls"),
    ("a.csv", made.CSV, "csv"),
    ("a.csv", made.CSV.decode().encode("gbk"), "csv"),
    ("a.txt", b"BM,1,2\n", "csv"),
]


@pytest.mark.parametrize(("name", "content", "kind"), KINDS, ids=range(len(KINDS)))
def test_store_each_kind(db, folder, name, content, kind):
    stored = keep(name, content)
    assert (stored.name, stored.kind, stored.size) == (name, kind, len(content))
    assert contents(folder) == [f"{stored.digest[:2]}/{stored.digest}"]
    with open_file(stored) as file:
        assert file.read() == content


def test_store_the_same_content_twice(db, folder):
    first, second = keep("一.png", made.png()), keep("二.png", made.png())
    assert (first.digest, first.pk) == (second.digest, second.pk - 1)
    assert len(contents(folder)) == 1


def test_store_an_upload_that_came_over_the_disk(db, folder):
    large = TemporaryUploadedFile("大.pdf", "application/pdf", 0, None)
    large.write(made.PDF.ljust(3 * MB, b" "))
    large.seek(0)
    assert store(large, by=None, kinds=ALL, limit=10 * MB).size == 3 * MB
    large.close()


REFUSALS = [
    ("照片.png", made.SCRIPT, "“照片.png”没有保存：内容看起来是文本；这里可以上传 pdf、png。"),
    ("通知.pdf", made.EXE, "“通知.pdf”没有保存：内容看起来是程序；这里可以上传 pdf、png。"),
    ("动图.png", made.GIF, "“动图.png”没有保存：内容看起来是 gif 文件；这里可以上传 pdf、png。"),
    ("表.pdf", made.XLSX, "“表.pdf”没有保存：内容看起来是 xlsx 文件；这里可以上传 pdf、png。"),
    (
        "证书.pdf.exe",
        made.PDF,
        "“证书.pdf.exe”没有保存：内容是 pdf，扩展名却是 exe；请核对是不是选错了文件，或把扩展名改为 pdf。",
    ),
    ("空.png", b"", "“空.png”没有保存：是空文件，请检查后重新选择。"),
]


@pytest.mark.parametrize(("name", "content", "message"), REFUSALS, ids=range(len(REFUSALS)))
def test_store_refuses(db, folder, name, content, message):
    assert refusal(name, content, kinds=("pdf", "png")) == message
    assert not contents(folder)
    assert not StoredFile.objects.exists()


def test_store_refuses_one_byte_too_many(db, folder):
    assert keep("a.pdf", made.PDF.ljust(10 * MB)).size == 10 * MB
    assert refusal("b.pdf", made.PDF.ljust(10 * MB + 1)) == (
        "“b.pdf”没有保存：文件超过 10 MB。照片可以先压缩，扫描件可以降低清晰度。"
    )
    assert len(contents(folder)) == 1


def test_store_refuses_a_broken_upload(db, folder):
    broken = upload("a.pdf", made.PDF)
    broken.chunks = lambda size=None: iter(lambda: (_ for _ in ()).throw(OSError("broken")), None)
    with pytest.raises((OSError, RuntimeError)):
        store(broken, by=None, kinds=ALL, limit=MB)
    assert not contents(folder)
    assert not StoredFile.objects.exists()


INSIDE = {
    "macros in Word": (made.archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "docm"),
    "macros in Excel": (made.archive("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), "xlsm"),
    "binary workbook": (made.archive("[Content_Types].xml", "xl/workbook.bin"), "zip"),
    "the other name of a document": (made.archive("[Content_Types].xml", "word/document2.xml"), "docx"),
    "no content types": (made.archive("word/document.xml"), "zip"),
    "cut off": (made.OFD[:-30], ""),
    "old Word": (made.compound("WordDocument"), "doc"),
    "locked": (made.compound("EncryptedPackage"), "locked"),
    "nothing known": (b"\x00\x01\x02", ""),
}


@pytest.mark.parametrize("which", INSIDE)
def test_tell_what_is_inside(tmp_path, which):
    content, kind = INSIDE[which]
    path = tmp_path / "a"
    path.write_bytes(content)
    with path.open("rb") as file:
        assert files.tell(file) == kind


def test_tell_never_unpacks(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_UNPACKED", 1000)
    path = tmp_path / "a"
    path.write_bytes(made.archive("[Content_Types].xml", "xl/workbook.xml", content=b" " * 501))
    monkeypatch.setattr(zipfile.ZipFile, "open", None)
    with path.open("rb") as file:
        assert files.tell(file) == "bomb"


def test_an_archive_of_very_many_parts_is_not_even_listed(tmp_path, monkeypatch):
    """Their directory alone keeps a parser busy for ten seconds."""
    path = tmp_path / "parts"
    path.write_bytes(b"PK\x03\x04" + b"PK\x01\x02" * (files.MOST_PARTS + 1))
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with path.open("rb") as file:
        assert files.tell(file) == "bomb"


NAMES = [
    ("第一小学　获奖证书（2025）.pdf", "第一小学　获奖证书（2025）.pdf"),
    ("../../etc/passwd.pdf", "passwd.pdf"),
    ("C:\\资料\\证书.pdf", "证书.pdf"),
    ("\u202egnp.exe", "gnp.exe"),
    ("证\x00书\r\n\u200b.pdf", "证书.pdf"),
    ("...htaccess.pdf", "htaccess.pdf"),
    ('a<b>:"c|?*.pdf', "a_b___c___.pdf"),
    (".pdf", "pdf"),
    ("..", "文件"),
    ("", "文件"),
    ("长" * 200 + ".pdf", "长" * 116 + ".pdf"),
    ("长" * 200, "长" * 120),
    ("a.b/", "文件"),
]


@pytest.mark.parametrize(("name", "safe"), NAMES)
def test_safe_name(name, safe):
    assert safe_name(name) == safe


def test_store_a_name_without_extension(db):
    assert keep("证书", made.PDF).name == "证书.pdf"
    assert keep("长" * 130, made.PDF).name == "长" * 116 + ".pdf"


@pytest.mark.parametrize(
    ("name", "content", "inline", "disposition"),
    [
        ("证书.pdf", made.PDF, True, "inline; filename*=utf-8''%E8%AF%81%E4%B9%A6.pdf"),
        ("a.png", made.png(), True, 'inline; filename="a.png"'),
        ("a.png", made.png(), False, 'attachment; filename="a.png"'),
        ("a.docx", made.DOCX, True, 'attachment; filename="a.docx"'),
    ],
    ids=["chinese pdf", "png", "png to save", "docx"],
)
def test_file_response(db, name, content, inline, disposition):
    response = file_response(keep(name, content), inline=inline)
    assert b"".join(response.streaming_content) == content
    response.close()
    assert response["Content-Disposition"] == disposition
    assert response["Content-Type"] == files.TYPES[name.rpartition(".")[2]]
    assert response["Content-Length"] == str(len(content))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert ("sandbox" in response["Content-Security-Policy"]) == (not name.endswith(".pdf"))
    assert response["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert response["Cache-Control"] == "private, no-store"


def test_sweep_removes_what_no_row_names_and_is_old(db, folder, monkeypatch):
    kept, dropped = keep("a.png", made.png(1)), keep("b.png", made.png(2))
    dropped.delete()
    (folder / "new-broken").write_bytes(b"half")
    assert sweep() == 0
    monkeypatch.setattr(files, "SWEPT_AFTER", -5)
    assert sweep() == 2
    assert contents(folder) == [f"{kept.digest[:2]}/{kept.digest}"]
    assert stat.S_IMODE((folder / kept.digest[:2] / kept.digest).stat().st_mode) == 0o600


@pytest.mark.parametrize("named", [True, False])
def test_sweep_keeps_what_was_brought_in_meanwhile(db, folder, monkeypatch, named):
    for shade in (1, 2):
        keep("a.png", made.png(shade)).delete()
    monkeypatch.setattr(files, "SWEPT_AFTER", -5)
    unlink = Path.unlink

    def and_bring_in_the_other(path, **options):
        unlink(path, **options)
        (other,) = [one for one in folder.glob("??/*") if one.is_file()]
        if named:
            StoredFile.objects.create(digest=other.name, name="b.png", kind="png", size=1, at=clock.now())
        else:
            os.utime(other, (2**32, 2**32))

    monkeypatch.setattr(Path, "unlink", and_bring_in_the_other)
    assert (sweep(), len(contents(folder))) == (1, 1)
