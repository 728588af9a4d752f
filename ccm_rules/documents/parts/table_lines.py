"""Tables, line by line: each line says in which columns it stands, and out comes a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ccm_rules.documents.blocks import Block, Cell, Column, Row, Run, Table


class TableLine(NamedTuple):
    """A line of a table, and what a reader may look for it by.

    Attributes:
        cells: each with the column that it stands in; see `column`.
        party, theme, severity, anchor: as on a `Row`.
    """

    cells: Sequence[tuple[Column, Cell]]
    party: str = ""
    theme: str = ""
    severity: str = ""
    anchor: str = ""


def cell(words: str, key: str = "", to: str = "") -> Cell:
    """A cell of one text."""
    return Cell((Run(words, to),), key)


def column(
    title: str, weight: int, shown: Cell | str, *, number: bool = False
) -> tuple[Column, Cell]:
    """What a line shows in a column, with the column."""
    return Column(title, weight, number), cell(shown) if isinstance(shown, str) else shown


def table(caption: str, lines: Iterable[TableLine]) -> list[Block]:
    """A table of lines that all have the same columns; nothing where there is no line."""
    found = list(lines)
    if not found:
        return []
    rows = (Row(tuple(one for _, one in line.cells), *line[1:]) for line in found)
    columns = tuple(one for one, _ in found[0].cells)
    return [Table(caption, columns, tuple(rows))]
