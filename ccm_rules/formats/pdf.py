"""Documents as PDF: tagged (PDF/UA-1), and the same bytes for the same content."""

from __future__ import annotations

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
    Run,
    Table,
    Tree,
    clean,
    every,
    outline,
)
from ccm_rules.formats.drawing import pdf, quoted
from ccm_rules.formats.registry import PLAIN, Look
from ccm_rules.words.language import language

_HEAD = """
#set document(title: {title}, date: none)
#set text(lang: {lang}, font: ("Libertinus Serif",), size: 10pt)
#set page(
  paper: "a4",
  margin: (x: 17mm, top: 22mm, bottom: 20mm),
  header: text(size: 8pt)[#text({short}) #h(1fr) #text({header})],
  footer: context text(size: 8pt)[
    #text({footer}) #h(1fr)
    #text({page}) #counter(page).display() #text({of}) #counter(page).final().first()
  ],
)
#set par(justify: false, leading: 0.55em, linebreaks: "simple")
#set table(stroke: 0.4pt + rgb("#6b7280"), inset: (x: 3pt, y: 2.5pt))
#set list(indent: 4pt, spacing: 0.6em)
#show heading.where(level: 1): set text(size: 14pt)
#show heading.where(level: 1): set block(above: 1.6em, below: 0.8em)
#show heading.where(level: 2): set text(size: 11.5pt)
#show heading.where(level: 3): set text(size: 10pt)
#show figure: set block(breakable: true)
#show figure.caption: it => block(
  sticky: true, width: 100%, align(left, text(size: 9pt, weight: "bold", it.body)),
)
#show figure.where(kind: table): set figure.caption(position: top)
#show link: it => text(fill: rgb("#0b4f8a"), it)
#let loose(..items) = {{
  set text(size: 7.5pt, hyphenate: true)
  set par(leading: 0.45em)
  table(..items)
}}
#let cells(..items) = {{
  set table.cell(breakable: false)
  loose(..items)
}}
"""

#: Letters in a cell up to which a row surely fits on a page, however narrow its column.
_KEPT = 400


def render(document: Document, look: Look = PLAIN) -> bytes:
    """Write a document.

    Raises:
        CcmError: typst is not installed.
    """
    return pdf(source(document))


def source(document: Document) -> str:
    """The document as Typst reads it."""
    return _Source(document).text()


class _Source:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.say = language(document.language).say
        self.between = language(document.language).between
        ids = [block.id for block in every(document.blocks) if isinstance(block, Heading | Proof)]
        # Sources stand in order at the end and need no links to be found on paper: each
        # link within the file costs Typst about a millisecond.
        names = dict.fromkeys(name for name in ids if name)
        self.labels = {name: f"b{number}" for number, name in enumerate(names)}

    def text(self) -> str:
        """Everything."""
        document = self.document
        head = _HEAD.format(
            title=_q(document.title),
            short=_q(document.title),
            lang=_q(document.language),
            header=_q(document.header),
            footer=_q(document.footer),
            page=_q(self.say("page")),
            of=_q(self.say("of")),
        )
        parts = [head, f'#text(size: 18pt, weight: "bold", {_q(document.title)})\n']
        parts += [f"#text(size: 9pt, {_q(line)}) \\\n" for line in document.preface]
        parts += [self.block(block) for block in document.blocks]
        if document.closing:
            parts.append(f'#block(above: 1.5em, text(weight: "bold", {_q(document.closing)}))\n')
        return "\n".join(parts)

    def block(self, block: Block) -> str:
        """One block."""
        match block:
            case Heading(level, text, id_, new_page):
                turn = "#pagebreak(weak: true)\n" if new_page else ""
                return turn + f"#heading(level: {level}, {_q(text)}){self.label(id_)}\n"
            case Para():
                return self.para(block)
            case Items(items):
                return "".join(f"#list.item[{self.inline(item)}]\n" for item in items)
            case Box():
                return self.box(block)
            case Picture():
                return _picture(block)
            case Table():
                return self.table(block)
            case Proof():
                return self.proof(block)
            case Pairs():
                return self.pairs(block)
            case Entry(lines):
                return f"#block(breakable: false)[{''.join(map(self.line, lines))}]\n"
            case Tree():
                return self.tree(block)
            case Part():
                return self.part(block)

    def para(self, para: Para) -> str:
        """A paragraph."""
        inner = self.inline(para.runs)
        if para.leads:
            return f"#block(sticky: true)[{inner}]\n"
        return f"#text(size: 8.5pt)[{inner}]\n" if para.note else f"{inner}\n"

    def box(self, box: Box) -> str:
        """Text that stands out."""
        inner = "\n".join(self.block(one) for one in box.blocks)
        return (
            '#block(width: 100%, stroke: (left: 3pt + rgb("#1b3a5b")), '
            'fill: rgb("#f5f7fa"), inset: (left: 8pt, rest: 5pt))['
            f"#heading(level: {box.level}, {_q(box.title)})\n{inner}]\n"
        )

    def pairs(self, pairs: Pairs) -> str:
        """Labels, each with its text."""
        parts = [f"{self.inline((Run(pairs.lead),))}\n"] if pairs.lead else []
        for label, words in pairs.rows:
            runs = (Run(f"{label}{self.between}", strong=True), Run(words))
            parts.append(_set_in(self.inline(runs), 0))
        return "".join(parts)

    def tree(self, tree: Tree) -> str:
        """Why something holds."""
        return "".join(
            _set_in(f"#text(size: 9pt)[• {self.inline((Run(words),))}]", depth - 1)
            for depth, words in outline(tree.nodes)
        )

    def part(self, part: Part) -> str:
        """A document within the document."""
        title = f"#heading(level: 1, {_q(part.title)})\n" if part.title else ""
        notes = "".join(f"#text(size: 8.5pt, {_q(line)})\n" for line in part.subtitle)
        return title + notes + "\n".join(self.block(one) for one in part.blocks)

    def label(self, name: str) -> str:
        """What links lead to, if anything."""
        return f"<{self.labels[name]}>" if name else ""

    def line(self, line: Line) -> str:
        """A line of an entry."""
        inner = self.inline((Run(line.words, line.to, strong=line.strong),))
        size = "8.5pt" if line.role == "small" else "10pt"
        return _set_in(f"#text(size: {size})[{inner}]", line.inset)

    def inline(self, runs: Inline) -> str:
        """A text."""
        parts = []
        for run in runs:
            more = ', weight: "bold"' if run.strong else ""
            more += f", lang: {_q(run.language)}" if run.language else ""
            more += ', style: "italic"' if run.slanted else ""
            text = f"#text({_q(run.text)}{more})"
            if run.to.startswith("#") and run.to[1:] in self.labels:
                text = f"#link(<{self.labels[run.to[1:]]}>)[{text}]"
            elif run.to.startswith(("https://", "http://")):
                text = f"#link({_q(run.to)})[{text}]"
            parts.append(text)
        return "".join(parts)

    def table(self, table: Table) -> str:
        """A table whose head is repeated on each page."""
        columns = ", ".join(f"{column.weight}fr" for column in table.columns)
        align = ", ".join("right" if column.number else "left" for column in table.columns)
        head = ", ".join(f"[*#text({_q(column.title)})*]" for column in table.columns)
        rows = []
        for row in table.rows:
            cells = [self.cell(cell) for cell in row.cells]
            rows.append(", ".join(f"[{cell}]" for cell in cells))
        # Rows keep together, unless one might be longer than a page.
        longest = max(
            (sum(len(run.text) for run in cell.runs) for row in table.rows for cell in row.cells),
            default=0,
        )
        kind = "cells" if longest <= _KEPT else "loose"
        body = ",\n  ".join(rows)
        caption = f"caption: text({_q(table.caption)}), " if table.caption else ""
        return (
            f"#figure({kind}(columns: ({columns},), align: ({align},), table.header({head}),\n"
            f"  {body}\n), {caption}"
            "kind: table, supplement: none, numbering: none)\n"
        )

    def cell(self, cell: Cell) -> str:
        """What a cell shows, and what stands small below."""
        notes = (f" \\ #text(size: 7pt, {_q(note)})" for note in cell.notes)
        return "".join([self.inline(cell.runs), *notes])

    def proof(self, proof: Proof) -> str:
        """A finding of the annex."""
        lines = "".join(
            f"#text(size: 8pt)[*#text({_q(label + self.between)})*{self.inline(runs)}] \\\n"
            for label, runs in proof.lines
        )
        title = f'#text(weight: "bold", size: 9pt, {_q(proof.title)})<{self.labels[proof.id]}>'
        return f"#block[#block(sticky: true, below: 0.5em)[{title}]\n{lines}]\n"


def _picture(picture: Picture) -> str:
    drawn = (
        f'image(bytes({_q(picture.svg)}), format: "svg", width: 86%, '
        f"alt: {_q(picture.alternative)})"
    )
    return (
        f"#figure({drawn}, caption: text({_q(picture.caption)}), "
        "kind: image, supplement: none, numbering: none)\n"
    )


def _set_in(inner: str, steps: int) -> str:
    """A paragraph, so many steps to the right."""
    return f"#block(above: 0.45em, below: 0.45em, inset: (left: {12 * steps}pt))[{inner}]\n"


def _q(text: str) -> str:
    return quoted(clean(text))
