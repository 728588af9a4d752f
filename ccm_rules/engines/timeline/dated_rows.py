"""Rows with the days on which they hold: rows go in; those that have some values come out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any

from ccm_rules.engines.timeline.days import Days
from ccm_rules.engines.timeline.moving import Clock, Lasting, Moving, Row, Value

#: Columns taken from a row, or one bare value, and the days on which it holds.
Part = tuple[Any, Days]
#: Which days of a row count: those on which it is possible, certain, or possible only.
POSSIBLE, CERTAIN, OPEN = range(3)


class DatedRows:
    """Rows with their days, and ways to find them."""

    def __init__(self, rows: Lasting) -> None:
        self.rows = rows
        self.sealed = False
        self.moving: frozenset[int] = frozenset()
        self._found: dict[object, Any] = {}

    def add(self, row: Row, possible: Days, certain: Days) -> None:
        """Let a row hold on more days."""
        before = self.rows.get(row)
        if before is not None:
            possible, certain = possible | before[0], certain | before[1]
        self.rows[row] = (possible, certain)

    def grow(self, rows: Iterable[Row], every: Days) -> None:
        """Add the rows of a function, which alone grows after it was read."""
        self.rows.update(dict.fromkeys(rows, (every, every)))
        self._found.clear()
        self.moving = moving_columns(self.rows)

    def seal(self, clock: Clock) -> None:
        """Finish a relation before it is read: no two rows may read the same on one day."""
        self.sealed = True
        self.moving = moving_columns(self.rows)
        if not self.moving:
            return
        alike: dict[Row, list[Row]] = {}
        width = len(next(iter(self.rows)))
        fixed = [column for column in range(width) if column not in self.moving]
        for row in self.rows:
            alike.setdefault(tuple(row[column] for column in fixed), []).append(row)
        for group in alike.values():
            plain = [row for row in group if not moving_columns([row])]
            movers = [row for row in group if moving_columns([row])]
            for number, row in enumerate(movers):
                for other in (*plain, *movers[:number]):
                    self._merge(clock, other, row)
        self.rows = {row: days for row, days in self.rows.items() if days[0]}

    def _merge(self, clock: Clock, row: Row, other: Row) -> None:
        """Where two rows read the same, let the first stand for both."""
        same = self.rows[row][0] & self.rows[other][0]
        for column in self.moving:
            if not same:
                return
            same &= clock.compare("==", row[column], other[column])
        possible, certain = self.rows[row]
        gone, sure = self.rows[other]
        self.rows[row] = (possible, certain | sure & same)
        self.rows[other] = (gone & ~same, sure & ~same)

    def index(
        self,
        constants: tuple[tuple[int, Value], ...],
        key: tuple[int, ...],
        out: tuple[int, ...],
        mode: int,
    ) -> dict[Any, list[Part]]:
        """Find rows by some columns.

        Args:
            constants: columns that must have a value.
            key: columns to find rows by; none of them moves.
            out: columns to take.
            mode: which days count.

        Returns:
            For each key, which is a bare value where it is one column, the
            columns taken with their days.
        """
        what = (constants, key, out, mode)
        found: dict[Any, list[Part]] | None = self._found.get(what)
        if found is None:
            groups: dict[Any, dict[Row, Days]] = {}
            find, take = picker(key), taker(out)
            for row, possible, certain in self._with(constants):
                days = certain if mode == CERTAIN else possible
                if mode == OPEN:
                    days ^= certain
                if days:
                    group = groups.setdefault(find(row), {})
                    taken = take(row)
                    group[taken] = group.get(taken, 0) | days
            found = {name: list(group.items()) for name, group in groups.items()}
            self._found[what] = found
        return found

    def _with(self, constants: tuple[tuple[int, Value], ...]) -> list[tuple[Row, Days, Days]]:
        """The rows that have some values."""
        columns = tuple(column for column, _ in constants)
        groups: dict[Row, list[tuple[Row, Days, Days]]] | None = self._found.get(columns)
        if groups is None:
            groups = self._found[columns] = {}
            take = taker(columns)
            for row, (possible, certain) in self.rows.items():
                groups.setdefault(take(row), []).append((row, possible, certain))
        return groups.get(tuple(value for _, value in constants), [])


def moving_columns(rows: Iterable[Row]) -> frozenset[int]:
    """The columns in which a value moves."""
    return frozenset(
        column for row in rows for column, value in enumerate(row) if value.__class__ is Moving
    )


def picker(columns: tuple[int, ...]) -> Callable[[Row], Any]:
    """Take a key: a bare value where it is one column."""
    if not columns:
        return lambda row: ()
    return itemgetter(*columns)


def taker(columns: tuple[int, ...]) -> Callable[[Row], Row]:
    """Take some columns of a row, always as a row."""
    if len(columns) > 1:
        return itemgetter(*columns)
    return lambda row: tuple(row[column] for column in columns)
