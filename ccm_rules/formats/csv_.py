"""A table as CSV, for spreadsheets.

A spreadsheet runs cells that begin like a formula, so those get a leading
apostrophe, and control characters are shown as escapes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from ccm_rules.documents.sheet import Sheet
from ccm_rules.formats.registry import PLAIN, Look
from ccm_rules.formats.terminal import harmless

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def render(sheet: Sheet, look: Look = PLAIN) -> str:
    """Write a table."""
    return table(sheet.columns, sheet.rows)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table with a head."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([cell(value) for value in row] for row in rows)
    return stream.getvalue()


def cell(value: str) -> str:
    """Make a value harmless in a spreadsheet.

    >>> cell("=cmd|' /C calc'!A0"), cell("Chad")
    ("'=cmd|' /C calc'!A0", 'Chad')
    """
    return harmless(f"'{value}" if value.startswith(_FORMULA) else value)
