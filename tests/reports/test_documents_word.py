"""The Word document against the points of GB/T 9704-2012, in its XML, and drawn by LibreOffice."""

import io
import re
import shutil
import subprocess
import zipfile

import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from reports.documents.word import word_document
from tests.reports.editions import content_in, hostile, tables_in_word, text_in_word

MM = 36000

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def content(passing_world):
    with passing_world() as adoption:
        return content_in(adoption)


@pytest.fixture(scope="module")
def made(content):
    return word_document(content)


@pytest.fixture(scope="module")
def document(made):
    return Document(io.BytesIO(made))


def style_of(document, name):
    return next(style for style in document.styles if style.name == f"公文{name}").element


def look(document, name):
    """Font, size in pt, line in twips, alignment and first-line indent of a style."""
    style = style_of(document, name)
    indent = style.pPr.find(qn("w:ind"))
    return (
        style.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia")),
        int(style.rPr.find(qn("w:sz")).get(qn("w:val"))) / 2,
        style.pPr.find(qn("w:spacing")).get(qn("w:line")),
        style.pPr.find(qn("w:jc")).get(qn("w:val")),
        None if indent is None else indent.get(qn("w:firstLineChars")),
    )


def test_paper_and_margins(document):
    upright = [section for section in document.sections if section.page_width < section.page_height]
    assert len(upright) == 3  # text, quality, ledger
    for section in upright:
        margins = section.top_margin, section.bottom_margin, section.left_margin, section.right_margin
        assert [round(one / MM) for one in margins] == [37, 35, 28, 26]
        assert [round(one / MM) for one in (section.page_width, section.page_height)] == [210, 297]


def test_a_wide_page_is_the_upright_one_turned(document):
    wide = [section for section in document.sections if section.page_width > section.page_height]
    assert len(wide) == 2
    for section in wide:
        margins = section.top_margin, section.right_margin, section.bottom_margin, section.left_margin
        assert [round(one / MM) for one in margins] == [28, 37, 26, 35]
        assert section.orientation == 1


def test_grid_of_22_lines_and_28_characters(document):
    grid = document.sections[0]._sectPr.find(qn("w:docGrid"))
    known = {name: grid.get(qn(f"w:{name}")) for name in ("type", "linePitch", "charSpace")}
    assert known == {"type": "linesAndChars", "linePitch": "579", "charSpace": "-848"}
    height, width = (297 - 37 - 35) * 56.6929, (210 - 28 - 26) * 56.6929
    assert height // 579 == 22
    assert width // (16 * 20 - 848 * 20 / 4096) == 28
    normal = document.styles["Normal"].element
    assert width // (16 * 20 + int(normal.rPr.find(qn("w:spacing")).get(qn("w:val")))) == 28


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("段落", ("仿宋_GB2312", 16, "579", "both", "200")),
        ("发文机关标志", ("方正小标宋简体", 48, "579", "center", None)),
        ("标题", ("方正小标宋简体", 22, "660", "center", None)),
        ("主送", ("仿宋_GB2312", 16, "579", "left", None)),
        ("一级标题", ("黑体", 16, "579", "both", "200")),
        ("二级标题", ("楷体_GB2312", 16, "579", "both", "200")),
        ("三级标题", ("仿宋_GB2312", 16, "579", "both", "200")),
        ("四级标题", ("仿宋_GB2312", 16, "579", "both", "200")),
        ("附件序号", ("黑体", 16, "579", "left", None)),
        ("页码", ("宋体", 14, "280", "left", None)),
        ("版记", ("仿宋_GB2312", 14, "480", "left", None)),
    ],
)
def test_styles(document, name, expected):
    assert look(document, name) == expected


def test_each_font_names_what_stands_in_for_it(made):
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        table = package.read("word/fontTable.xml").decode()
    named = dict(re.findall(r'w:font w:name="([^"]+)"><w:altName w:val="([^"]+)"', table))
    assert {"方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体"} == set(named)
    assert named["仿宋_GB2312"].startswith("仿宋,FangSong")


def test_red_head_number_and_rule(document):
    head, *_ = document.paragraphs
    assert head.text == "开发区教育工作通报"
    assert round(int(head._p.pPr.find(qn("w:spacing")).get(qn("w:before"))) / 56.6929) == 35
    assert style_of(document, "发文机关标志").rPr.find(qn("w:color")).get(qn("w:val")) == "FF0000"
    texts = [paragraph.text for paragraph in document.paragraphs[:10]]
    assert texts[1:3] == texts[4:6] == ["", ""]
    assert texts[3].strip() == "〔2025〕　　号"
    rule = document.paragraphs[3]._p.pPr.find(qn("w:pBdr")).find(qn("w:bottom"))
    assert (rule.get(qn("w:color")), rule.get(qn("w:space"))) == ("FF0000", "11")  # pt: 4 mm
    assert texts[6] == "关于2025年上半年\n教育高质量发展三年行动方案\n目标任务完成情况的通报"
    assert texts[7:9] == ["", "各学校（幼儿园）、各科室："]


def test_a_given_number_is_printed(content):
    given = content | {"head": content["head"] | {"number": "开教发〔2025〕18号"}}
    assert "开教发〔2025〕18号" in text_in_word(word_document(given))


def test_levels(document):
    names = {p.text.split("、")[0][:3]: p.style.name for p in document.paragraphs if re.match("[一二三四]、", p.text)}
    assert names == dict.fromkeys("一二三四", "公文一级标题")
    second = [p.text for p in document.paragraphs if p.style.name == "公文二级标题"]
    assert [text[:3] for text in second] == [f"（{number}）" for number in "一二三四五六七八"[: len(second)]]
    assert any(p.text.startswith("1. ") and p.style.name == "公文三级标题" for p in document.paragraphs)


def test_annex_note_signature_and_date(document):
    texts = [paragraph.text for paragraph in document.paragraphs]
    note = texts.index("附件：1.目标完成情况表")
    assert texts[note - 1] == ""
    assert texts[note + 1 : note + 4] == ["2.各校目标完成情况表", "3.数据报送质量表", "4.整改台账"]
    office, date = document.paragraphs[note + 6], document.paragraphs[note + 7]
    assert (office.text, date.text) == ("开发区社会事业局", "2025年7月10日")
    right = [float(one._p.pPr.find(qn("w:ind")).get(qn("w:rightChars"))) / 100 for one in (office, date)]
    assert right == [4 + (6.5 - 8) / 2, 4]  # the office centred above the date
    assert document.paragraphs[note - 2]._p.pPr.find(qn("w:keepNext")) is not None  # text on the page with the seal


def test_page_numbers(document):
    assert document.settings.odd_and_even_pages_header_footer
    section = document.sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        paragraph = footer.paragraphs[0]
        assert paragraph.text == "— 1 —"
        assert paragraph._p.pPr.find(qn("w:jc")).get(qn("w:val")) == side
        assert " PAGE " in paragraph._p.xml
    assert round((section.footer_distance / MM + 14 * 25.4 / 144), 1) == 35 - 7
    turned = document.sections[1].footer._element.xml
    assert 'vert="vert"' in turned
    assert " PAGE " in turned


def test_annexes_begin_on_new_pages_with_repeated_heads(document):
    assert [section.start_type for section in document.sections][1:] == [2, 2, 2, 2]
    labels = [p.text for p in document.paragraphs if p.style.name == "公文附件序号"]
    assert labels == ["附件1", "附件2", "附件3", "附件4"]
    for table in document.tables:
        head, *rest = table.rows
        assert head._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in rest)


def test_colophon_closes_the_last_page(document):
    xml = document.paragraphs[-1]._p.xml
    assert "抄送：" in xml
    assert "2025年7月10日印发" in xml
    bottom = re.search(r"positionV relativeFrom=\"page\">\s*<wp:posOffset>(\d+)", xml)
    height = re.search(r'wp:extent cx="\d+" cy="(\d+)"', xml)
    assert round((int(bottom[1]) + int(height[1])) / MM) == 297 - 35
    assert re.findall(r'w:(top|between|bottom) w:val="single" w:sz="(\d)"', xml)[:2]


def test_without_red_head(content):
    plain = Document(io.BytesIO(word_document(content, red_head=False)))
    assert plain.paragraphs[0].text.startswith("关于2025年上半年")
    assert "FF0000" not in plain.element.xml
    assert "印发" not in plain.element.xml


def test_hostile_names_are_text(content):
    tables = tables_in_word(word_document(hostile(content)))
    names = [row[0] for row in tables[0]]
    assert '=HYPERLINK("http://x")<script>alert(1)</script>' in names
    assert "坏字符" in names
    assert tables[1][1][0] == "+1&<w:br/>"


needs_office = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")


def drawn(content: bytes, folder) -> PdfReader:
    file = folder / "edition.docx"
    file.write_bytes(content)
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", folder, file], check=True, capture_output=True, timeout=300)
    return PdfReader(folder / "edition.pdf")


@pytest.mark.office
@needs_office
def test_drawn_by_libreoffice_nothing_leaves_the_page(content, made, tmp_path):
    reader = drawn(made, tmp_path)
    pages = [page.extract_text() for page in reader.pages]
    assert "开发区教育工作通报" in pages[0]
    assert "一、总体情况" in pages[0]  # the first page shows text
    assert all(re.search(rf"—\s*{number}\s*—", text) for number, text in enumerate(pages, start=1))
    signed = next(text for text in pages if "2025年7月10日" in re.sub(r"\s", "", text))
    assert len(signed) > 60  # text on the page with the seal
    assert "抄送" in pages[-1]
    for page in reader.pages:
        places: list[tuple[float, float]] = []
        page.extract_text(visitor_text=lambda text, cm, tm, *_, to=places: text.strip() and to.append((tm[4], tm[5])))
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        assert all(0 < x < width and 0 < y < height for x, y in places)


@pytest.mark.office
@needs_office
def test_drawn_by_libreoffice_a_heading_of_200_characters_is_whole(content, tmp_path):
    pages = [re.sub(r"\s", "", page.extract_text()) for page in drawn(word_document(hostile(content)), tmp_path).pages]
    assert hostile(content)["head"]["title"] in pages[0]
