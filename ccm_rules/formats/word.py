"""Documents as Word files: real headings, native tables, styles, fields.

python-docx gives the file, its styles and its sections; paragraphs and tables are
written as WordprocessingML (ECMA-376) in one go, which is many times faster.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from ccm_rules.documents.blocks import (
    Block,
    Box,
    Cell,
    Document,
    Entry,
    Heading,
    Inline,
    Items,
    Line,
    Pairs,
    Para,
    Part,
    Picture,
    Proof,
    Row,
    Run,
    Table,
    Tree,
    clean,
    every,
    outline,
)
from ccm_rules.formats.drawing import png
from ccm_rules.formats.extras import needed
from ccm_rules.formats.registry import PLAIN, Look
from ccm_rules.formats.word_frame import LANGUAGES, section, stamped, styles
from ccm_rules.words.language import language

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#: Width of the text of an A4 page, in twentieths of a point.
_TEXT_WIDTH = 9900
_POINT = 12700
#: Properties of a file may be no longer (python-docx, after the OPC standard).
_LONGEST = 255


def render(document: Document, look: Look = PLAIN) -> bytes:
    """Write a document.

    Raises:
        CcmError: python-docx or typst is not installed.
    """
    with needed("python-docx", "brief"):
        import docx
    return _Word(document, docx.Document()).bytes()


class _Word:
    def __init__(self, document: Document, word: Any) -> None:
        self.document = document
        self.word = word
        self.between = language(document.language).between
        ids = [block.id for block in every(document.blocks) if isinstance(block, Heading | Proof)]
        ids += [row.anchor for row in self._anchored()]
        #: Names of bookmarks: short, and of letters and digits.
        names = dict.fromkeys(name for name in ids if name)
        self.marks = {name: number for number, name in enumerate(names, 1)}
        self.links: dict[str, str] = {}

    def _anchored(self) -> Iterator[Row]:
        for block in self.document.blocks:
            if isinstance(block, Table):
                yield from (row for row in block.rows if row.anchor)

    def bytes(self) -> bytes:
        """The file."""
        styles(self.word, self.document.language)
        section(self.word, self.document)
        parts = [self.paragraph(self.run(self.document.title), "Title")]
        parts += [self.paragraph(self.run(line), "Subtitle") for line in self.document.preface]
        body = self.word.element.body
        for block in self.document.blocks:
            if isinstance(block, Picture):
                self.append(body, parts)
                parts = []
                self.picture(block)
            else:
                parts += self.block(block)
        if self.document.closing:
            parts.append(self.paragraph(self.run(self.document.closing, strong=True), "Normal"))
        self.append(body, parts)
        properties = self.word.core_properties
        properties.title = clean(self.document.title)[:_LONGEST]
        properties.author = "ccm-check"
        properties.comments = clean(self.document.header)[:_LONGEST]
        properties.language = LANGUAGES[self.document.language]
        stream = io.BytesIO()
        self.word.save(stream)
        return stamped(stream.getvalue())

    def append(self, body: Any, parts: list[str]) -> None:
        """Parse what was written and put it at the end, before the last section's settings."""
        from docx.oxml import parse_xml

        if not parts:
            return
        root = parse_xml(
            f'<w:body xmlns:w="{_W}" xmlns:r="{_R}">{"".join(parts)}</w:body>'.encode()
        )
        last = body.sectPr
        for element in list(root):
            last.addprevious(element)

    # -- blocks ------------------------------------------------------------

    def block(self, block: Block) -> list[str]:
        """One block as paragraphs and tables."""
        match block:
            case Heading(level, text, id_, new_page):
                style = f"Heading{min(level, 3)}"
                return [self.paragraph(self.run(text), style, id_, new_page=new_page)]
            case Para(runs, note):
                style = "Note" if note else "Normal"
                return [self.paragraph(self.inline(runs), style, keep=block.leads)]
            case Items(items):
                return [self.paragraph(self.inline(item), "ListBullet") for item in items]
            case Box(title, blocks, _, level):
                return [self.paragraph(self.run(title), f"Heading{level}"), *self.all(blocks)]
            case Table():
                return self.captioned(block)
            case Proof():
                return self.proof(block)
            case Pairs():
                return self.pairs(block)
            case Entry(lines):
                last = len(lines) - 1
                return [self.line(line, keep=at < last) for at, line in enumerate(lines)]
            case Tree():
                return self.tree(block)
            case Part():
                return self.part(block)
        return []

    def all(self, blocks: Iterable[Block]) -> Iterator[str]:
        """Several blocks."""
        for block in blocks:
            yield from self.block(block)

    def captioned(self, table: Table) -> list[str]:
        """A table below its caption."""
        parts = [self.table(table), self.paragraph("", "TableText")]
        if table.caption:
            parts.insert(0, self.paragraph(self.run(table.caption), "Caption"))
        return parts

    def proof(self, proof: Proof) -> list[str]:
        """A finding of the annex."""
        parts = [self.paragraph(self.run(proof.title), "Finding", proof.id)]
        for label, runs in proof.lines:
            inner = self.run(label + self.between, strong=True) + self.inline(runs)
            parts.append(self.paragraph(inner, "FindingDetail"))
        return parts

    def pairs(self, pairs: Pairs) -> list[str]:
        """Labels, each with its text."""
        parts = [self.paragraph(self.run(pairs.lead), "Normal")] if pairs.lead else []
        for label, words in pairs.rows:
            inner = self.run(label + self.between, strong=True) + self.run(words)
            parts.append(self.paragraph(inner, "Normal"))
        return parts

    def tree(self, tree: Tree) -> list[str]:
        """Why something holds."""
        return [
            self.paragraph(self.run(f"• {words}"), "Note", inset=depth - 1)
            for depth, words in outline(tree.nodes)
        ]

    def part(self, part: Part) -> list[str]:
        """A document within the document."""
        title = [self.paragraph(self.run(part.title), "Heading1")] if part.title else []
        notes = [self.paragraph(self.run(line), "Note") for line in part.subtitle]
        return [*title, *notes, *self.all(part.blocks)]

    def line(self, line: Line, *, keep: bool) -> str:
        """A line of an entry."""
        inner = self.inline((Run(line.words, line.to, strong=line.strong),))
        style = "Note" if line.role == "small" else "Normal"
        return self.paragraph(inner, style, keep=keep, inset=line.inset)

    def paragraph(
        self,
        inner: str,
        style: str,
        anchor: str = "",
        *,
        new_page: bool = False,
        keep: bool = False,
        inset: int = 0,
    ) -> str:
        """A paragraph, with a bookmark where something leads to it."""
        mark = self.bookmark(anchor) if anchor else ""
        turn = "<w:keepNext/>" * keep + "<w:pageBreakBefore/>" * new_page
        turn += f'<w:ind w:left="{240 * inset}"/>' if inset else ""
        return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{turn}</w:pPr>{mark}{inner}</w:p>'

    def bookmark(self, anchor: str) -> str:
        """A target of links."""
        number = self.marks[anchor]
        return (
            f'<w:bookmarkStart w:id="{number}" w:name="b{number}"/><w:bookmarkEnd w:id="{number}"/>'
        )

    def inline(self, runs: Inline) -> str:
        """A text."""
        parts = []
        for run in runs:
            inner = self.run(
                run.text,
                strong=run.strong,
                link=bool(run.to),
                lang=run.language,
                slanted=run.slanted,
            )
            if run.to.startswith("#") and run.to[1:] in self.marks:
                inner = f'<w:hyperlink w:anchor="b{self.marks[run.to[1:]]}">{inner}</w:hyperlink>'
            elif run.to.startswith(("https://", "http://")):
                inner = f'<w:hyperlink r:id="{self.address(run.to)}">{inner}</w:hyperlink>'
            elif run.to:
                inner = self.run(run.text, strong=run.strong, lang=run.language)
            parts.append(inner)
        return "".join(parts)

    def address(self, url: str) -> str:
        """The relationship that leads to a web address."""
        from docx.opc.constants import RELATIONSHIP_TYPE

        from ccm_rules.formats.html import target

        if url not in self.links:
            self.links[url] = self.word.part.relate_to(
                target(url), RELATIONSHIP_TYPE.HYPERLINK, is_external=True
            )
        return self.links[url]

    def run(
        self,
        text: str,
        *,
        strong: bool = False,
        link: bool = False,
        lang: str = "",
        slanted: bool = False,
    ) -> str:
        """A piece of text."""
        if not text:
            return ""
        settings = '<w:rStyle w:val="Hyperlink"/>' if link else ""
        settings += "<w:b/>" * strong + "<w:i/>" * slanted
        settings += f'<w:lang w:val="{LANGUAGES[lang]}"/>' if lang else ""
        settings = f"<w:rPr>{settings}</w:rPr>" if settings else ""
        return f'<w:r>{settings}<w:t xml:space="preserve">{escape(clean(text))}</w:t></w:r>'

    def table(self, table: Table) -> str:
        """A native table; its head is repeated on each page."""
        whole = sum(column.weight for column in table.columns)
        widths = [column.weight * _TEXT_WIDTH // whole for column in table.columns]
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        head = self.row(
            [self.run(column.title, strong=True) for column in table.columns], widths, table, "head"
        )
        caption = ""
        if table.caption:
            caption = f"<w:tblCaption w:val={quoteattr(clean(table.caption))}/>"
        rows = []
        for row in table.rows:
            cells = [self.cell(cell) for cell in row.cells]
            if row.anchor:
                cells[0] = self.bookmark(row.anchor) + cells[0]
            rows.append(self.row(cells, widths, table, ""))
        return (
            '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/>'
            f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
            '<w:tblCellMar><w:top w:w="20" w:type="dxa"/><w:left w:w="60" w:type="dxa"/>'
            '<w:bottom w:w="20" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar>'
            '<w:tblLook w:val="0020" w:firstRow="1"/>'
            f"{caption}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{head}{''.join(rows)}</w:tbl>"
        )

    def cell(self, cell: Cell) -> str:
        """What a cell shows, and what stands below."""
        notes = (f"<w:r><w:br/></w:r>{self.run(note, slanted=True)}" for note in cell.notes)
        return "".join([self.inline(cell.runs), *notes])

    def row(self, cells: list[str], widths: list[int], table: Table, kind: str) -> str:
        """A row that is not broken over two pages."""
        settings = "<w:cantSplit/>" + ("<w:tblHeader/>" if kind == "head" else "")
        shade = '<w:shd w:val="clear" w:color="auto" w:fill="E5E7EB"/>' if kind == "head" else ""
        parts = []
        for inner, width, column in zip(cells, widths, table.columns, strict=True):
            side = '<w:jc w:val="right"/>' if column.number else ""
            parts.append(
                f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>'
                f'<w:p><w:pPr><w:pStyle w:val="TableText"/>{side}</w:pPr>{inner}</w:p></w:tc>'
            )
        return f"<w:tr><w:trPr>{settings}</w:trPr>{''.join(parts)}</w:tr>"

    def picture(self, picture: Picture) -> None:
        """A drawing, sharp on paper, with its words for who cannot see it."""
        from docx.shared import Emu

        width = _TEXT_WIDTH * _POINT // 20 * 86 // 100
        height = width * picture.height // picture.width
        paragraph = self.word.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        shape = paragraph.add_run().add_picture(
            io.BytesIO(png(picture.svg)), width=Emu(width), height=Emu(height)
        )
        properties = shape._inline.docPr
        properties.set("descr", clean(picture.alternative))
        properties.set("title", clean(picture.caption))
        caption = self.word.add_paragraph(clean(picture.caption), style="Caption")
        caption.paragraph_format.keep_with_next = False
        caption.paragraph_format.space_before = 0
