"""A document as blocks: what every format shows alike.

The content of a briefing is made once, of the values below; a format only sets
them. Texts are plain: each format escapes them in its own way.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from ccm_rules.report.because import Node


class Run(NamedTuple):
    """A piece of text.

    Attributes:
        text: the words.
        to: where it leads: ``#`` and the id of a block, or an address; or empty.
        strong: whether it is emphasised.
        language: code of its language, where it differs from the document's.
    """

    text: str
    to: str = ""
    strong: bool = False
    language: str = ""


Inline = tuple[Run, ...]


class Heading(NamedTuple):
    """A heading; level 1 is a chapter, which may begin a new page."""

    level: int
    text: str
    id: str
    new_page: bool = False


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


class Column(NamedTuple):
    """A column of a table.

    Attributes:
        title: its heading.
        weight: its share of the width.
        number: whether its values stand at the right.
    """

    title: str
    weight: int = 1
    number: bool = False


class Cell(NamedTuple):
    """A cell.

    Attributes:
        runs: what it shows.
        key: what it is sorted by, where that is not its text.
    """

    runs: Inline
    key: str = ""


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
    """A table; the first column names what its row is about."""

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


Block = Heading | Para | Items | Table | Picture | Box | Proof


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
    """

    title: str
    subtitle: tuple[str, ...]
    header: str
    footer: str
    language: str
    blocks: tuple[Block, ...]
    choices: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    links: tuple[Run, ...] = ()


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
    """All blocks, those inside boxes too."""
    for block in blocks:
        yield block
        if isinstance(block, Box):
            yield from every(block.blocks)
