"""Cells of CSV files: what a value looks like in one, and back.

An empty cell says nothing: the fact leaves the field out. A spreadsheet runs text
that begins like a formula, so such text gets a leading apostrophe, as does the
empty text; reading takes it off again. A list is written ``a; b``, or as JSON
where that would read back as something else.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

#: What a spreadsheet takes for the beginning of a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_GUARDED: Final = (*_FORMULA, "'")
_INT: Final = re.compile(r"-?(0|[1-9][0-9]*)\Z", re.ASCII)
_MUST_QUOTE: Final = re.compile('[,"\r\n]')


def from_text(value: str) -> str:
    """Write a text.

    >>> from_text("Chad"), from_text("=1+1"), from_text(""), from_text("'s-Gravenhage")
    ('Chad', "'=1+1", "'", "'s-Gravenhage")
    """
    return f"'{value}" if not value or value[0] in _FORMULA or _is_guarded(value) else value


def to_text(cell: str) -> str:
    """Read a text that `from_text` wrote, or somebody typed.

    >>> [to_text(from_text(text)) for text in ("=1+1", "", "'", "'=1+1", "'s-Gravenhage")]
    ['=1+1', '', "'", "'=1+1", "'s-Gravenhage"]
    """
    return cell[1:] if _is_guarded(cell) else cell


def _is_guarded(cell: str) -> bool:
    """Whether a leading apostrophe would be taken off."""
    return cell[:1] == "'" and (len(cell) == 1 or cell[1] in _GUARDED)


def from_list(values: Sequence[str]) -> str:
    """Write a list of texts.

    >>> from_list(["UNTC", "11MSP-PR ¶20, ¶21"]), from_list([]), from_list(["a; b"])
    ('UNTC; 11MSP-PR ¶20, ¶21', '[]', '["a; b"]')
    """
    plain = bool(values) and not any(
        not value or ";" in value or value != value.strip() or value[0] == "[" for value in values
    )
    if plain:
        return from_text("; ".join(values))
    return json.dumps(list(values), ensure_ascii=False)


def to_list(cell: str) -> list[str]:
    """Read a list of texts.

    Raises:
        ValueError: the cell begins like JSON, and is no list of texts.
    """
    if cell.startswith("["):
        values = json.loads(cell)
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise ValueError("is no list of texts")
        return values
    return [part.strip() for part in to_text(cell).split(";") if part.strip()]


def to_int(cell: str) -> int:
    """Read a whole number.

    Raises:
        ValueError: it is none.
    """
    if not _INT.match(cell) or len(cell) > 20:
        raise ValueError("is not a whole number")
    return int(cell)


def line(cells: Iterable[str]) -> str:
    """Write one row.

    The writer of the standard library leaves a lone carriage return without quotes.
    """
    return ",".join(map(_quoted, cells)) + "\n"


def _quoted(cell: str) -> str:
    if not _MUST_QUOTE.search(cell):
        return cell
    return '"' + cell.replace('"', '""') + '"'


class RowError(ValueError):
    """A row that cannot be read, and the line on which it begins."""

    def __init__(self, line: int, what: str) -> None:
        self.line = line
        super().__init__(what)


def rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Read rows, each with the line on which it begins.

    Line ends inside a cell are those of the program that wrote the file, so they are
    read as plain ones.

    Raises:
        RowError: a quotation mark is out of place.
    """
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    reader = csv.reader(io.StringIO(text.replace("\r\n", "\n"), newline=""), strict=True)
    begins = 1
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise RowError(begins, str(error)) from None
        if row is None:
            return
        yield begins, row
        begins = reader.line_num + 1
