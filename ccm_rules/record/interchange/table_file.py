"""One table of CSV: a file goes in; its columns and its rows, with their lines, come out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ccm_rules.bounded import TooLargeError, read_whole
from ccm_rules.errors import Problem
from ccm_rules.record.interchange.cells import RowError, rows, to_text

#: Takes what is wrong: line, column, its name, message and mend.
_Report = Callable[[int, int, str, str, str], None]


class Table(NamedTuple):
    """One file: its name as shown, its columns, and its rows with their lines."""

    file: str
    columns: tuple[str, ...]
    rows: list[tuple[int, list[str]]]


def read_table(
    file: str, known: tuple[str, ...], max_bytes: int, problems: list[Problem]
) -> Table:
    """Read one table.

    Args:
        file: its path.
        known: the columns that it may have.
        max_bytes: refuse a larger file.
        problems: takes what is wrong with it.
    """

    def problem(at: int, column: int, path: str, what: str, mend: str) -> None:
        problems.append(Problem(file, at, column, path, what, mend))

    text = _text(file, max_bytes, problem)
    found: list[tuple[int, list[str]]] = []
    if text is None:
        return Table(file, known, found)
    try:
        # Spreadsheets leave empty rows behind.
        found = [(at, cells) for at, cells in rows(text) if any(cells)]
    except RowError as error:
        what = f"is not CSV: {error}"
        mend = 'put cells with quotation marks, commas or line breaks in "…", each " doubled'
        problem(error.line, 0, "", what, mend)
        return Table(file, known, [])
    if not found:
        problem(1, 0, "", "is empty", f"begin with the line {','.join(known)}")
        return Table(file, known, [])
    at, head = found.pop(0)
    columns = tuple(to_text(cell) for cell in head)
    if not _head(at, columns, known, problem):
        return Table(file, columns, [])
    return Table(file, columns, list(_even(columns, found, problem)))


def _head(at: int, columns: tuple[str, ...], known: tuple[str, ...], problem: _Report) -> bool:
    """Whether the columns can be used."""
    sound = True
    if ";" in columns[0]:
        what = "the columns are separated by semicolons"
        problem(at, 1, "", what, "save it as CSV with commas and UTF-8")
        return False
    for number, column in enumerate(columns, 1):
        if column not in known:
            what = f"unknown column {column!r}" if column else "a column has no name"
            mend = f"use {', '.join(known)}" if column else "name it, or delete it"
            problem(at, number, column, what, mend)
            sound = False
        elif column in columns[: number - 1]:
            what = f"the column {column!r} stands twice"
            problem(at, number, column, what, "keep one of the two")
            sound = False
    return sound


def _even(
    columns: tuple[str, ...], found: list[tuple[int, list[str]]], problem: _Report
) -> Iterator[tuple[int, list[str]]]:
    """Rows of the right length."""
    for at, cells in found:
        if len(cells) != len(columns):
            what = f"this row has {len(cells)} cells, and the head {len(columns)}"
            mend = 'cells with a comma stand in quotation marks: "…"'
            problem(at, min(len(cells), len(columns)), "", what, mend)
        else:
            yield at, cells


def _text(file: str, max_bytes: int, problem: _Report) -> str | None:
    try:
        data = read_whole(file, max_bytes)
    except TooLargeError as error:
        mend = "say --max-bytes with a larger number if the file is right"
        problem(0, 0, "", f"{error.strerror}", mend)
        return None
    except OSError as error:
        what = f"cannot be read: {error.strerror or error}"
        problem(0, 0, "", what, "make it a file that can be read")
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = data.count(b"\n", 0, error.start) + 1
        mend = "save it as CSV UTF-8 (in Excel: “CSV UTF-8”, not “CSV”)"
        problem(at, 0, "", "is not UTF-8 text", mend)
        return None
