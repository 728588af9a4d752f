"""What surrounds the text of a Word document: styles, page, header and footer, and the file.

A new document of python-docx goes in and is changed; bytes that hold no time come out.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any, Final

from ccm_rules.documents.blocks import Document, clean
from ccm_rules.words.language import language

#: No clock in the file: the same content is the same bytes.
_STAMP: Final = (1980, 1, 1, 0, 0, 0)
#: Languages as Word knows them.
LANGUAGES: Final = {"en": "en-GB", "fr": "fr-FR"}


def styles(word: Any, language: str) -> None:
    """The styles, so that a reader can change the looks in one place."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt, RGBColor

    found = word.styles
    ink = RGBColor(0x11, 0x18, 0x27)
    for name, size, before, after in (
        ("Normal", 10, 0, 4),
        ("Title", 18, 0, 6),
        ("Subtitle", 9, 0, 0),
        ("Heading 1", 15, 16, 6),
        ("Heading 2", 12, 12, 4),
        ("Heading 3", 10.5, 8, 3),
        ("List Bullet", 10, 0, 2),
        ("Caption", 9, 10, 3),
    ):
        style = found[name]
        style.font.size = Pt(size)
        _font(style, "Arial")
        style.font.color.rgb = ink
        style.paragraph_format.space_before = Pt(before)
        style.paragraph_format.space_after = Pt(after)
        _language(style, language)
    found["Subtitle"].font.italic = False
    found["Caption"].font.bold = True
    found["Caption"].paragraph_format.keep_with_next = True
    for name, base, size in (
        ("Table Text", "Normal", 7),
        ("Note", "Normal", 8.5),
        ("Finding", "Normal", 9.5),
        ("Finding Detail", "Normal", 8.5),
    ):
        style = found.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = found[base]
        style.font.size = Pt(size)
        style.paragraph_format.space_after = Pt(1)
    found["Finding"].font.bold = True
    found["Finding"].paragraph_format.space_before = Pt(8)
    found["Finding"].paragraph_format.keep_with_next = True
    found["Finding Detail"].paragraph_format.left_indent = Pt(12)
    link = found.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    link.font.color.rgb = RGBColor(0x0B, 0x4F, 0x8A)
    link.font.underline = True


def _font(style: Any, name: str) -> None:
    """A font of the style's own, in the place of the theme's and its spacing."""
    from docx.oxml.ns import qn

    properties = style.element.get_or_add_rPr()
    for tag in ("w:rFonts", "w:spacing"):
        for old in properties.findall(qn(tag)):
            properties.remove(old)
    style.font.name = name


def _language(style: Any, language: str) -> None:
    """Have the words proofed in their language."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = style.element.get_or_add_rPr()
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    element = OxmlElement("w:lang")
    element.set(qn("w:val"), LANGUAGES[language])
    properties.append(element)


def section(word: Any, document: Document) -> None:
    """The page, its header and its footer."""
    from docx.shared import Mm, Pt

    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(17.5)
    section.top_margin, section.bottom_margin = Mm(22), Mm(20)
    for part, left, right in (
        (section.header, document.title, document.header),
        (section.footer, document.footer, ""),
    ):
        paragraph = part.paragraphs[0]
        paragraph.style = word.styles["Note"]
        stops = paragraph.paragraph_format.tab_stops
        stops.add_tab_stop(Mm(175), 2)
        run = paragraph.add_run(clean(left) + "\t" + clean(right))
        run.font.size = Pt(8)
        if not right:
            _pages(paragraph, language(document.language).say)


def _pages(paragraph: Any, say: Callable[[str], str]) -> None:
    """The number of the page, and of all pages."""
    from docx.shared import Pt

    for words, field in ((say("page"), "PAGE"), (say("of"), "NUMPAGES")):
        space = "" if field == "PAGE" else " "
        paragraph.add_run(f"{space}{words} ").font.size = Pt(8)
        run = paragraph.add_run()
        run.font.size = Pt(8)
        for kind in ("begin", "", "separate", "1", "end"):
            run._r.append(_field(kind, field))


def _field(kind: str, code: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    if kind == "":
        element = OxmlElement("w:instrText")
        element.set(qn("xml:space"), "preserve")
        element.text = code
    elif kind == "1":
        element = OxmlElement("w:t")
        element.text = "1"
    else:
        element = OxmlElement("w:fldChar")
        element.set(qn("w:fldCharType"), kind)
    return element


def stamped(data: bytes) -> bytes:
    """The same package without the time at which it was made."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            info = zipfile.ZipInfo(name, _STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(name))
    return stream.getvalue()
