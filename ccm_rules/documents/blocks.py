"""A document as blocks: what every format shows alike.

What a command says is made once, of the values below; a format only sets them, on a
terminal as on paper. Texts are plain: each format escapes them in its own way.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ccm_rules.report.because import Node


class Run(NamedTuple):
    """A piece of text.

    Attributes:
        text: the words.
        to: where it leads: ``#`` and the id of a block, or an address; or empty.
        strong: whether it is emphasised.
        language: code of its language, where it differs from the document's.
        slanted: whether it is a term that is explained, or one of a few words.
        code: whether it is what a program is given or gives.
    """

    text: str
    to: str = ""
    strong: bool = False
    language: str = ""
    slanted: bool = False
    code: bool = False


Inline = tuple[Run, ...]


class Heading(NamedTuple):
    """A heading; level 1 is a chapter.

    Attributes:
        level: 1 to 3.
        text: its words.
        id: by what links lead to it; a format that needs one makes it up.
        new_page: whether it begins a new page.
        role: a severity, ``open``, or empty: in which colour it stands on a terminal.
        apart: whether a line is left free below it on a terminal.
    """

    level: int
    text: str
    id: str = ""
    new_page: bool = False
    role: str = ""
    apart: bool = False


class Para(NamedTuple):
    """A paragraph; a note is set small."""

    runs: Inline
    note: bool = False

    @property
    def leads(self) -> bool:
        """Whether it is a heading in all but name, which stays with what follows it."""
        return all(run.strong for run in self.runs)


class Items(NamedTuple):
    """A list."""

    items: tuple[Inline, ...]


class Pairs(NamedTuple):
    """Labels, each with a text.

    Attributes:
        rows: label and text.
        lead: a line above them, or empty.
    """

    rows: tuple[tuple[str, str], ...]
    lead: str = ""


class Line(NamedTuple):
    """One of the lines of which an `Entry` is made.

    Attributes:
        text: its words.
        role: ``small``, ``strong``, ``good``, a severity, or empty: how it stands out.
        inset: steps to the right; one leads below the words of a first line with a mark.
        mark: a sign or word before it, such as ``+``, ``→`` or ``PASS``.
        label: likewise, in a column of its own.
        hang: whether its further lines are set in on a terminal.
        whole: whether its words are never broken: places and addresses.
        to: where it leads, or empty.
    """

    text: str
    role: str = ""
    inset: int = 0
    mark: str = ""
    label: str = ""
    hang: bool = True
    whole: bool = False
    to: str = ""

    @property
    def words(self) -> str:
        """Its text, after its mark or label."""
        before = self.mark or self.label
        return f"{before} {self.text}" if before else self.text

    @property
    def strong(self) -> bool:
        """Whether paper sets it in bold."""
        return self.role not in ("", "small")


class Entry(NamedTuple):
    """One thing out of a list of like things, in a few lines; the first says what it is.

    Attributes:
        lines: what is said of it.
        spaced: whether a line is left free between it and what stands before it.
        party, severity: as on a `Row`.
        id: by what links lead to it, or empty.
    """

    lines: tuple[Line, ...]
    spaced: bool = False
    party: str = ""
    severity: str = ""
    id: str = ""


class Tree(NamedTuple):
    """Why something holds, or does not; what stands in it twice is written out once."""

    nodes: tuple[Node, ...]


class Part(NamedTuple):
    """A document within a document, with lines below its title; either may be empty."""

    title: str
    subtitle: tuple[str, ...]
    blocks: tuple[Block, ...]


class Column(NamedTuple):
    """A column of a table.

    Attributes:
        title: its heading.
        weight: its share of the width.
        number: whether its values stand at the right.
        width: its letters on a terminal, 0 for as many as it needs; the last column
            takes what is left. A table with columns of unknown width is set there as
            entries.
    """

    title: str
    weight: int = 1
    number: bool = False
    width: int | None = None


class Cell(NamedTuple):
    """A cell.

    Attributes:
        runs: what it shows.
        key: what it is sorted by, where that is not its text.
        notes: what stands small below.
    """

    runs: Inline
    key: str = ""
    notes: tuple[str, ...] = ()


class Row(NamedTuple):
    """A row, and what a reader may look for it by.

    Attributes:
        cells: one for each column.
        party, theme, severity: code of the State, letter, severity; or empty.
        anchor: its id, where something leads to it.
    """

    cells: tuple[Cell, ...]
    party: str = ""
    theme: str = ""
    severity: str = ""
    anchor: str = ""


class Table(NamedTuple):
    """A table; the first column names what its row is about. Its caption may be empty."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


class Picture(NamedTuple):
    """A drawing, with words for who cannot see it.

    Attributes:
        id: its name within the document.
        svg: the drawing.
        caption: what it shows.
        alternative: the same in words, complete enough to do without it.
        width, height: in points.
    """

    id: str
    svg: str
    caption: str
    alternative: str
    width: int
    height: int


class Box(NamedTuple):
    """Text that stands out, under a heading of a level."""

    title: str
    blocks: tuple[Block, ...]
    id: str
    level: int = 2


class Proof(NamedTuple):
    """One finding of the annex.

    Attributes:
        id: its anchor.
        title: its sentence.
        lines: labelled lines: law, arithmetic, sources, remedy.
        tree: why it holds.
        party, theme, severity: as on a `Row`.
    """

    id: str
    title: str
    lines: tuple[tuple[str, Inline], ...]
    tree: Node
    party: str
    theme: str
    severity: str


Block = Heading | Para | Items | Pairs | Entry | Tree | Part | Table | Picture | Box | Proof


class Document(NamedTuple):
    """A whole document.

    Attributes:
        title: what it is.
        subtitle: lines below the title.
        header, footer: what stands on every page.
        language: code of the language.
        blocks: the content.
        choices: what a reader can filter by: for ``party``, ``theme`` and
            ``severity`` the values that occur, with their names.
        links: where the other pages of its site are.
        about: labelled lines below the title: what it was made of, and how.
        closing: the sum, at the end; empty for an end without one.
        untitled: whether a terminal shows no title, as the command stands above.
    """

    title: str
    subtitle: tuple[str, ...]
    header: str
    footer: str
    language: str
    blocks: tuple[Block, ...]
    choices: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    links: tuple[Run, ...] = ()
    about: tuple[tuple[str, str], ...] = ()
    closing: str | None = None
    untitled: bool = False

    @property
    def preface(self) -> tuple[str, ...]:
        """What stands below the title of a page."""
        return (*self.subtitle, *(f"{label}: {words}" for label, words in self.about))


def plain(runs: Inline) -> str:
    """The words of a text alone."""
    return "".join(run.text for run in runs)


def clean(text: str) -> str:
    """Show what XML forbids, and what turns the direction of text, as an escape."""
    if text.isprintable():
        return text
    return "".join(
        c
        if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
        else c.encode("unicode_escape", "surrogatepass").decode("ascii")
        for c in text
    )


def text(words: str, **more: str) -> Inline:
    """A text of one piece."""
    return (Run(words, **more),)  # type: ignore[arg-type]


def every(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """All blocks, those inside others too."""
    for block in blocks:
        yield block
        if isinstance(block, Box | Part):
            yield from every(block.blocks)


def outline(nodes: Iterable[Node]) -> Iterator[tuple[int, str]]:
    """The lines of a tree, each with its depth from 1 on; what recurs is written out once."""
    seen: set[tuple[str, str]] = set()

    def visit(node: Node, depth: int) -> Iterator[tuple[int, str]]:
        again = bool(node.parents) and (node.kind, node.text) in seen
        seen.add((node.kind, node.text))
        shown = f" [{'; '.join(node.sources)}]" if node.sources else ""
        label = "" if node.kind in ("finding", "derived", "fact", "open") else f"{node.kind}: "
        yield depth, f"{label}{node.text}{shown}{' (explained above)' if again else ''}"
        if not again:
            for parent in node.parents:
                yield from visit(parent, depth + 1)

    for node in nodes:
        yield from visit(node, 1)
