"""The paragraph styles of an official document, and the fonts it names, each with those that stand in for it."""

from typing import NamedTuple

from docx.document import Document as Docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

SONG_HEAD, FANG, KAI, HEI, SONG = "方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体"
# What a computer without the font takes (w:altName), and which family it is of.
STAND_INS = {
    SONG_HEAD: ("方正小标宋_GBK,华文中宋,STZhongsong,宋体", "roman"),
    FANG: ("仿宋,FangSong,华文仿宋,STFangsong,FandolFang", "modern"),
    KAI: ("楷体,KaiTi,华文楷体,STKaiti,AR PL UKai CN", "modern"),
    HEI: ("SimHei,华文黑体,STHeiti,Noto Sans CJK SC", "swiss"),
    SONG: ("SimSun,华文宋体,STSong,Noto Serif CJK SC", "roman"),
}
LINE = 579  # twips: 22 of them fill 225 mm; 29 pt would let 21 stand on a page
# Twips between characters: 28 of 16 pt fill 156 mm. Spacing and exact lines give 22 × 28 everywhere; paragraphs stay
# off the section's grid, in which LibreOffice gives a character two places that is wider than one.
TIGHT = -5
RED = "FF0000"


class Style(NamedTuple):
    """``size`` in points, ``line`` in twips; ``first``, ``left`` and ``hanging`` in hundredths of a character."""

    name: str
    font: str = FANG
    size: float = 16
    jc: str = "both"
    line: int = LINE
    first: int = 0
    left: int = 0
    hanging: int = 0
    outline: int | None = None  # 0: a heading of the first level
    more: str = ""  # of the paragraph, in XML: what stands before w:spacing
    run: str = ""  # of the letters, in XML: what stands behind w:rFonts


STYLES = (
    Style("正文"),
    Style("公文标题", SONG_HEAD, 22, "center", 660, outline=0),
    Style("公文长标题", SONG_HEAD, 16, "center", outline=0),
    Style("发文机关标志", SONG_HEAD, 48, "center", run=f'<w:color w:val="{RED}"/>'),
    Style("发文字号", jc="center"),
    Style("主送", jc="left"),
    Style("一级标题", HEI, first=200, outline=1),
    Style("二级标题", KAI, first=200, outline=2),
    Style("三级标题", first=200),
    Style("四级标题", first=200),
    Style("段落", first=200),
    Style("附件说明", left=600, hanging=400, jc="left"),
    Style("附件说明续", left=600, hanging=100, jc="left"),
    Style("落款", jc="right"),
    Style("附件序号", HEI, jc="left", outline=0),
    Style("附件标题", SONG_HEAD, 22, "center", outline=1),
    Style("表注", size=10.5, line=320, jc="left"),
    Style("表头", HEI, 10.5, "center", 320),
    Style("表格text", size=10.5, line=320, jc="left"),
    Style("表格num", size=10.5, line=320, jc="right"),
    Style("表格mark", size=10.5, line=320, jc="center"),
    Style("表格status", size=10.5, line=320, jc="center"),
    Style("表格组", HEI, 10.5, "left", 320, more="<w:keepNext/>"),
    Style("页码", SONG, 14, "left", 280),
    Style("版记", size=14, jc="left", line=480),
    Style("分节", size=1, line=20),
)
IDS = {style.name: f"GW{number}" for number, style in enumerate(STYLES)}


def set_styles(document: Docx) -> None:
    """Into a document that holds python-docx's own, which name English fonts and another language."""
    styles = document.styles.element
    defaults = styles.find(qn("w:docDefaults"))
    defaults.getparent().replace(defaults, parse_xml(_DEFAULTS))
    normal = document.styles["Normal"].element
    normal.getparent().replace(normal, parse_xml(_NORMAL))
    for style in STYLES:
        styles.append(parse_xml(_style(style)))
    table = next(part for part in document.part.package.iter_parts() if part.partname == "/word/fontTable.xml")
    table._blob = _FONTS.encode()


def fonts(name: str) -> str:
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}" w:hint="eastAsia"/>'


def _style(style: Style) -> str:
    indents = {"firstLineChars": style.first, "leftChars": style.left, "hangingChars": style.hanging}
    twips = {"firstLine": style.first, "left": style.left, "hanging": style.hanging}
    given = [f'w:{name}="{value}"' for name, value in indents.items() if value]
    given += [f'w:{name}="{round(value * style.size * 20 / 100)}"' for name, value in twips.items() if value]
    ind = f"<w:ind {' '.join(given)}/>" if given else ""
    outline = "" if style.outline is None else f'<w:outlineLvl w:val="{style.outline}"/>'
    keep = "<w:keepNext/>" if style.outline is not None and style.outline > 0 and "keepNext" not in style.more else ""
    size = round(style.size * 2)
    name = f"公文{style.name.removeprefix('公文')}"
    return (
        f'<w:style {nsdecls("w")} w:type="paragraph" w:customStyle="1" w:styleId="{IDS[style.name]}">'
        f'<w:name w:val="{name}"/><w:basedOn w:val="Normal"/><w:qFormat/>'
        f'<w:pPr>{keep}{style.more}<w:spacing w:before="0" w:after="0" w:line="{style.line}" w:lineRule="exact"/>'
        f'{ind}<w:jc w:val="{style.jc}"/>{outline}</w:pPr>'
        f'<w:rPr>{fonts(style.font)}{style.run}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>'
    )


_DEFAULTS = (
    f'<w:docDefaults {nsdecls("w")}><w:rPrDefault><w:rPr>{fonts(FANG)}<w:sz w:val="32"/><w:szCs w:val="32"/>'
    '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
)
_NORMAL = (
    f'<w:style {nsdecls("w")} w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
    '<w:pPr><w:widowControl w:val="0"/><w:snapToGrid w:val="0"/>'
    f'<w:spacing w:before="0" w:after="0" w:line="{LINE}" w:lineRule="exact"/><w:jc w:val="both"/></w:pPr>'
    f'<w:rPr>{fonts(FANG)}<w:spacing w:val="{TIGHT}"/><w:kern w:val="2"/><w:sz w:val="32"/><w:szCs w:val="32"/></w:rPr>'
    "</w:style>"
)
_FONTS = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}>'
    + "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/><w:family w:val="{family}"/>'
        f'<w:pitch w:val="variable"/></w:font>'
        for name, (others, family) in STAND_INS.items()
    )
    + "</w:fonts>"
)
