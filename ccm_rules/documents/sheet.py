"""A table of texts, which a spreadsheet reads: things go in, a row each comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Sheet(NamedTuple):
    """A table.

    Attributes:
        columns: the head.
        rows: a text for each column.
    """

    columns: Sequence[str]
    rows: Iterable[Sequence[str]]


def sheet_of(columns: Mapping[str, Callable[[T], str]], things: Iterable[T]) -> Sheet:
    """A table with a row a thing.

    Args:
        columns: by name, what stands there of a thing.
        things: in order.
    """
    return Sheet(tuple(columns), [[show(one) for show in columns.values()] for one in things])
