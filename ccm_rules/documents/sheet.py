"""A table of texts, which a spreadsheet reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Sheet(NamedTuple):
    """A table.

    Attributes:
        columns: the head.
        rows: a text for each column.
    """

    columns: Sequence[str]
    rows: Iterable[Sequence[str]]
