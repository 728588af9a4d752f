"""Documents as text for a terminal: blocks go in, lines of at most 80 columns come out.

What stands below a heading is set in by two columns for each of its levels. Addresses
stand on lines of their own, so that they stay whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from ccm_rules.documents.blocks import (
    Block,
    Box,
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
    Table,
    Tree,
    outline,
    plain,
)
from ccm_rules.formats.registry import PLAIN, Look
from ccm_rules.formats.terminal import Terminal, columns

if TYPE_CHECKING:
    from ccm_rules.report.because import Node

_STEP: Final = 2
#: Trees are set in no further than this.
_DEEPEST: Final = 20
_STYLES: Final = {"small": "dim", "strong": "bold"}


def render(document: Document, look: Look = PLAIN) -> str:
    """Write a document."""
    setter = Setter(Terminal(colour=look.colour, encoding=look.encoding))
    setter.document(document)
    return setter.terminal.text()


class Setter:
    """Sets blocks.

    Args:
        terminal: where they are written.
    """

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self._write = terminal.write
        #: Columns before what stands in the chapter at hand.
        self._room = 0
        self._before: Block | None = None

    def document(self, document: Document) -> None:
        """A whole document."""
        if document.title and not document.untitled:
            self._write(document.title, "bold")
        for line in document.subtitle:
            self._write(line, "dim")
        self.terminal.table(document.about, _STEP)
        self.gap()
        self.blocks(document.blocks)
        if document.closing is not None:
            self.gap()
            if document.closing:
                self._write(document.closing, "bold")

    def gap(self) -> None:
        """Leave a line free, unless nothing stands above, or one is free already."""
        if self.terminal.lines and self.terminal.lines[-1]:
            self._write()

    def blocks(self, blocks: Iterable[Block]) -> None:
        """Blocks, one below the other."""
        for block in blocks:
            self.block(block)
            self._before = block

    def block(self, block: Block) -> None:
        """One block."""
        match block:
            case Heading():
                self._heading(block)
            case Para():
                self._para(block)
            case Items(items):
                for item in items:
                    self._write(f"- {plain(item)}", "", self._room, 2)
                    self._addresses(item, self._room + 2)
            case Pairs():
                self._pairs(block)
            case Entry():
                self._entry(block)
            case Tree(nodes):
                self._tree(nodes)
            case Table():
                self._table(block)
            case Box(title, blocks, _, _):
                self._write(title, "bold", self._room)
                self.blocks(blocks)
            case Part():
                self._part(block)
            case Picture():
                self._write(block.caption, "bold", self._room)
                self._write(block.alternative, "", self._room)
            case Proof():
                self._proof(block)

    # -- chapters and paragraphs -------------------------------------------

    def _heading(self, heading: Heading) -> None:
        self.gap()
        indent = _STEP * (heading.level - 1)
        self._write(heading.text, heading.role or "bold", indent)
        self._room = indent + _STEP
        if heading.apart:
            self.gap()

    def _part(self, part: Part) -> None:
        self.gap()
        self._room = 0
        if part.title:
            self._write(part.title, "bold")
        for line in part.subtitle:
            self._write(line, "dim")
        if part.subtitle:
            self.gap()
        self.blocks(part.blocks)

    def _para(self, para: Para) -> None:
        if isinstance(self._before, Items) and para.leads:
            self.gap()
        self._write(plain(para.runs), "dim" if para.note else "", self._room)
        self._addresses(para.runs, self._room)

    def _addresses(self, runs: Inline, indent: int) -> None:
        for run in runs:
            if run.to.startswith("http"):
                self._write(run.to, "dim", indent, whole=True)

    # -- lists -------------------------------------------------------------

    def _pairs(self, pairs: Pairs) -> None:
        self.gap()
        indent = self._room + _STEP
        if pairs.lead:
            self._write(pairs.lead, "", self._room)
            indent += _STEP
        self.terminal.table(pairs.rows, indent)

    def _entry(self, entry: Entry) -> None:
        if entry.spaced and not isinstance(self._before, Heading):
            self.gap()
        mark = entry.lines[0].mark if entry.lines else ""
        for line in entry.lines:
            self._line(line, columns(mark) + 1 if mark else _STEP)

    def _line(self, line: Line, step: int) -> None:
        text, hang = line.text, _STEP if line.hang else 0
        if line.mark:
            text, hang = f"{line.mark} {text}", columns(line.mark) + 1
        elif line.label:
            text, hang = f"{line.label}  {text}", columns(line.label) + 2
        style = _STYLES.get(line.role, line.role)
        self._write(text, style, self._room + step * line.inset, hang, whole=line.whole)

    def _tree(self, nodes: Iterable[Node]) -> None:
        for depth, words in outline(nodes):
            self._write(f"- {words}", "", _STEP * min(depth, _DEEPEST), 2)

    def _proof(self, proof: Proof) -> None:
        self._write(proof.title, "bold", self._room)
        for label, runs in proof.lines:
            self._write(f"{label}: {plain(runs)}", "", self._room + _STEP, 2)
        self._tree(proof.tree.parents)

    # -- tables ------------------------------------------------------------

    def _table(self, table: Table) -> None:
        if table.caption:
            self._write(table.caption, "bold", self._room)
        if all(column.width is not None for column in table.columns[:-1]):
            self._in_columns(table)
        else:
            for row in table.rows:
                self._record(table, row)

    def _in_columns(self, table: Table) -> None:
        """Rows as lines of columns, at the left of their chapter."""
        rows = [[self.terminal.clean(plain(c.runs)) for c in row.cells] for row in table.rows]
        widths = [
            column.width or max((columns(row[at]) for row in rows), default=0)
            for at, column in enumerate(table.columns[:-1])
        ]
        indent, hang = min(self._room, _STEP), sum(widths) + 2 * len(widths)
        for texts, row in zip(rows, table.rows, strict=True):
            cells = []
            for text, width, column in zip(texts, widths, table.columns, strict=False):
                pad = " " * (width - columns(text))
                cells.append(f"{pad}{text}" if column.number else f"{text}{pad}")
            self._write("  ".join([*cells, texts[-1]]), "", indent, hang)
            for note in row.cells[-1].notes:
                self._write(note, "dim", indent + hang)

    def _record(self, table: Table, row: Row) -> None:
        """A row that is too wide for columns: a line a cell."""
        first, *others = row.cells
        self._write(plain(first.runs), "", self._room, 2)
        for column, cell in zip(table.columns[1:], others, strict=True):
            shown: Sequence[str] = [text for text in (plain(cell.runs), *cell.notes) if text]
            if shown:
                self._write(f"{column.title}: {'; '.join(shown)}", "dim", self._room + _STEP, 2)
