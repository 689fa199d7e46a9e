"""The PDF: what it is drawn from, what it refuses to fetch, what is told where the server lacks something."""

import builtins
import io
from types import SimpleNamespace

import pytest
from pypdf import PdfReader

from reports.actions import set_head
from reports.bulletin_page import Paper
from reports.documents import pdf
from reports.documents.word import word_document
from tests.bulletins import issued
from tests.reports.editions import hostile, squeezed, text_in_word


@pytest.fixture
def paper(published):
    return Paper(published.bulletin, published.content, published)


def test_the_page_numbers_charts_and_hostile_names(published):
    content = hostile(published.content)
    told = []
    made = pdf.pdf(Paper(published.bulletin, content, published), told.append)
    assert made.startswith(b"%PDF-")
    assert "正在排版 PDF 第 1 页" in told


def test_the_longest_head_is_whole_in_pdf_and_word(drafted, officer, director):
    given = {"title": f"关于{'题' * 196}通报", "number": f"{'开' * 51}〔2025〕3号"}
    edition = issued(set_head(drafted, seen=0, by=officer, **given), by=director)
    made = pdf.pdf(Paper(edition.bulletin, edition.content, edition))
    first = squeezed(PdfReader(io.BytesIO(made)).pages[0].extract_text())
    papers = first, squeezed(text_in_word(word_document(edition.content)))
    assert [[text in paper for text in given.values()] for paper in papers] == [[True, True]] * 2


def test_charts_are_those_of_the_page(paper, monkeypatch):
    drawn = []
    monkeypatch.setattr(pdf, "has_chinese_fonts", lambda: drawn.append(1))
    monkeypatch.setattr(pdf, "render_to_string", lambda name, context: drawn.append(context["paper"].status.wide))
    with pytest.raises(pdf.Lacking):
        pdf.pdf(paper)
    assert drawn[0] == paper.status.wide


def test_a_missing_library_is_told_in_chinese(paper, monkeypatch):
    real = builtins.__import__

    def missing(name, *args, **kwargs):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(pdf.Lacking, match="Pango"):
        pdf.pdf(paper)


def test_missing_fonts_are_told_in_chinese(paper, monkeypatch):
    monkeypatch.setattr(pdf.subprocess, "run", lambda *_, **__: SimpleNamespace(stdout="\n", returncode=0))
    monkeypatch.setattr(pdf, "which", lambda name: name)
    with pytest.raises(pdf.Lacking, match="中文字体"):
        pdf.pdf(paper)


def test_a_stopped_job_stops_the_drawing(paper):
    def superseded(saying):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pdf.pdf(paper, superseded)
