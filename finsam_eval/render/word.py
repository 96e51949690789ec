"""What pandoc leaves undone in a Word file: banner, page numbers, language, styles, and the same bytes each time."""

from __future__ import annotations

import io
from collections.abc import Sequence

import docx
from docx.document import Document
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from finsam_eval.render.packing import moment, packed
from finsam_eval.render.page import AUTHOR, Page

FONT = "Calibri"
TEXT_WIDTH = Cm(17)
LANGUAGES = {"sv": "sv-SE", "en": "en-GB"}
ACCENT, QUIET = RGBColor(0x0B, 0x4F, 0x6C), RGBColor(0x4A, 0x53, 0x60)
STYLES = {
    "Title": (24, True, ACCENT, 0, 4),
    "Subtitle": (13, False, QUIET, 0, 12),
    "Heading 1": (16, True, ACCENT, 18, 6),
    "Heading 2": (13, True, ACCENT, 14, 4),
    "Heading 3": (11.5, True, ACCENT, 10, 4),
    "Body Text": (11, False, None, 0, 7),
    "First Paragraph": (11, False, None, 0, 7),
    "Compact": (10, False, None, 2, 2),
    "Table Caption": (10.5, True, None, 12, 4),
    "Image Caption": (10.5, True, None, 2, 14),
    "Captioned Figure": (11, False, None, 10, 0),
}
"""Style: size in points, bold, colour, space before and after in points."""

TOGETHER = ("Title", "Heading 1", "Heading 2", "Heading 3", "Table Caption", "Captioned Figure")
"""Styles that stay on the page of what follows them."""

WHOLE = 15
"""A table of so many rows is never split between pages."""

KEPT = "Whole"
"""The style that marks a longer table which is not either."""

BELOW = Pt(7)
"""What is left free below a table."""

TABLE_STYLE = f"""
<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="Table">
  <w:name w:val="Table"/><w:basedOn w:val="TableNormal"/><w:qFormat/>
  <w:tblPr>
    <w:tblBorders>
      <w:bottom w:val="single" w:sz="4" w:color="C3CAD3"/><w:insideH w:val="single" w:sz="4" w:color="C3CAD3"/>
    </w:tblBorders>
    <w:tblCellMar><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar>
  </w:tblPr>
  <w:tblStylePr w:type="firstRow">
    <w:rPr><w:b/><w:bCs/></w:rPr>
    <w:tcPr>
      <w:tcBorders><w:bottom w:val="single" w:sz="10" w:color="0B4F6C"/></w:tcBorders>
      <w:shd w:val="clear" w:color="auto" w:fill="F2F5F8"/><w:vAlign w:val="bottom"/>
    </w:tcPr>
  </w:tblStylePr>
</w:style>
"""


def finished(made: bytes, page: Page, widths: Sequence[float]) -> bytes:
    """Return pandoc's Word file completed; `widths` are the figures' widths in cm, in order."""
    document = docx.Document(io.BytesIO(made))
    _set_language(document, LANGUAGES[page.lang])
    _set_styles(document)
    _set_page(document, page)
    _set_tables(document)
    for picture, width in zip(document.inline_shapes, widths, strict=True):
        ratio = picture.height / picture.width
        picture.width = min(Cm(width), TEXT_WIDTH)
        picture.height = round(picture.width * ratio)
    _set_properties(document, page)
    saved = io.BytesIO()
    document.save(saved)
    return packed(saved.getvalue())


def _set_language(document: Document, language: str) -> None:
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for tag in ("w:rFonts", "w:lang"):
        for old in defaults.findall(qn(tag)):
            defaults.remove(old)
    fonts = "".join(f' w:{script}="{FONT}"' for script in ("ascii", "hAnsi", "cs", "eastAsia"))
    defaults.insert(0, parse_xml(f"<w:rFonts {nsdecls('w')}{fonts}/>"))
    defaults.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="{language}" w:eastAsia="{language}"/>'))


def _set_styles(document: Document) -> None:
    for name, (size, bold, colour, before, after) in STYLES.items():
        style = document.styles[name]
        for tag in ("w:rFonts", "w:caps", "w:spacing"):
            for old in style.element.get_or_add_rPr().findall(qn(tag)):
                style.element.rPr.remove(old)
        style.font.size, style.font.bold, style.font.italic = Pt(size), bold or None, False
        style.font.color.rgb = colour or RGBColor(0x1B, 0x1F, 0x24)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        style.paragraph_format.keep_with_next = name in TOGETHER
        style.paragraph_format.alignment = None
    old = document.styles["Table"].element
    old.getparent().replace(old, parse_xml(TABLE_STYLE))


def _set_page(document: Document, page: Page) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.bottom_margin = Cm(2)
    section.top_margin = Cm(2.6 if page.banner else 2)
    section.header_distance = section.footer_distance = Cm(1)
    if page.banner:
        _set_banner(section.header.paragraphs[0], page.banner)
    footer = section.footer.paragraphs[0]
    footer.paragraph_format.tab_stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    _say(footer, f"{page.footer}\t{page.words['page']} ")
    _add_field(footer, "PAGE")
    _say(footer, f" {page.words['of']} ")
    _add_field(footer, "NUMPAGES")


def _set_banner(paragraph: Paragraph, text: str) -> None:
    paragraph._p.get_or_add_pPr().append(
        parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="7A1F1F"/>')
    )
    run = paragraph.add_run(text)
    run.font.bold, run.font.size, run.font.color.rgb = True, Pt(10), RGBColor(0xFF, 0xFF, 0xFF)


def _say(paragraph: Paragraph, text: str) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb = Pt(9.5), QUIET


def _add_field(paragraph: Paragraph, instruction: str) -> None:
    _say(paragraph, "1")
    field = OxmlElement("w:fldSimple", attrs={qn("w:instr"): instruction})
    run = paragraph.runs[-1]._r
    run.addprevious(field)
    field.append(run)


def _set_tables(document: Document) -> None:
    """Keep rows whole and header rows repeated, and let text below a table stand clear of it.

    Row headers cannot be told in Word but as the first column.
    """
    for table in document.tables:
        whole = table._tbl.tblStyle_val == KEPT or len(table.rows) <= WHOLE
        table._tbl.tblStyle_val = "Table"
        below = table._tbl.getnext()
        if below is not None and below.tag == qn("w:p"):
            paragraph = Paragraph(below, document)
            before = paragraph.style.paragraph_format.space_before if paragraph.style else None
            paragraph.paragraph_format.space_before = max(before or Pt(0), BELOW)
        look = table._tbl.tblPr.find(qn("w:tblLook"))
        look.set(qn("w:firstColumn"), "1")
        look.set(qn("w:val"), "00A0")
        for row in table.rows:
            row._tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))
        for row in table.rows[:-1] if whole else []:
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.keep_with_next = True


def _set_properties(document: Document, page: Page) -> None:
    core = document.core_properties
    core.title, core.subject, core.comments = page.title, page.subtitle, page.banner
    core.author = core.last_modified_by = AUTHOR
    core.language, core.revision = LANGUAGES[page.lang], 1
    core.created = core.modified = moment()
