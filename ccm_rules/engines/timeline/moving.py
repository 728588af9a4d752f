"""Values that differ from one as-of day to the next: today, and what is computed from it.

A row that holds on many days says "today", and not one day. Where such a value
meets a number, the answer is not yes or no, but the days on which it is yes.
"""

from __future__ import annotations

import operator
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Final

from ccm_rules.compiler.program import Operator
from ccm_rules.compiler.program import Row as DayRow
from ccm_rules.dates import Period, add
from ccm_rules.engines.timeline.days import Days, Span
from ccm_rules.errors import EngineError

COMPARE: Final[dict[Operator, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_SWAPPED: Final[dict[Operator, Operator]] = {
    "<": ">",
    "<=": ">=",
    ">": "<",
    ">=": "<=",
    "==": "==",
    "!=": "!=",
}


class Moving:
    """A whole number for each as-of day; a `Clock` makes one object of equal ones.

    Attributes:
        values: the number on each day of the span, in order.
        rising: whether it never falls.
    """

    __slots__ = ("rising", "values")

    def __init__(self, values: Sequence[int]) -> None:
        self.values = tuple(values)
        self.rising = all(one <= other for one, other in pairwise(self.values))

    def __repr__(self) -> str:
        """Show both ends."""
        return f"<Moving {self.values[0]}…{self.values[-1]}>"


Value = str | int | Moving
Row = tuple[Value, ...]
#: For each row the days on which it is possible, and those among them on which it is certain.
Lasting = dict[Row, tuple[Days, Days]]


class Clock:
    """The as-of days of a span, and the values that move with them.

    Two values that are equal on every day are one object, and one that stands
    still is a plain number; so a value that moves is never equal to a number on
    all days.
    """

    def __init__(self, span: Span) -> None:
        self.span = span
        self._made: dict[tuple[int, ...], Moving] = {}
        self._days: dict[tuple[str, Value, Value], Days] = {}
        self._added: dict[tuple[Moving, Period], Value] = {}
        self.today = self._value(range(span.first, span.last + 1))

    def _value(self, values: Sequence[int]) -> Value:
        if values[0] == values[-1] and len(set(values)) == 1:
            return values[0]
        moving = Moving(values)
        return self._made.setdefault(moving.values, moving)

    def add(self, value: Value, length: Period) -> Value:
        """Add a period to a day, or to one that moves."""
        if isinstance(value, Moving):
            found = self._added.get((value, length))
            if found is None:
                found = self._value([add(day, length) for day in value.values])
                self._added[value, length] = found
            return found
        if isinstance(value, str):
            raise EngineError(f"{value!r} is no day, so nothing can be added to it")
        return add(value, length)

    def compare(self, relation: Operator, one: Value, other: Value) -> Days:
        """The days on which a comparison holds."""
        if not isinstance(one, Moving):
            if not isinstance(other, Moving):
                return self.span.every if COMPARE[relation](one, other) else 0
            one, other, relation = other, one, _SWAPPED[relation]
        key = (relation, one, other)
        found = self._days.get(key)
        if found is None:
            found = self._days[key] = self._compare(relation, one, other)
        return found

    def _compare(self, relation: Operator, one: Moving, other: Value) -> Days:
        if isinstance(other, str):
            raise EngineError(f"a day was compared with {other!r}")
        if isinstance(other, int) and one.rising:
            less = (1 << bisect_left(one.values, other)) - 1
            at_most = (1 << bisect_right(one.values, other)) - 1
            every = self.span.every
            return {
                "<": less,
                "<=": at_most,
                ">": every ^ at_most,
                ">=": every ^ less,
                "==": at_most ^ less,
                "!=": every ^ at_most ^ less,
            }[relation]
        others = other.values if isinstance(other, Moving) else (other,) * self.span.size
        holds = COMPARE[relation]
        bits = ("01"[holds(a, b)] for a, b in zip(one.values, others, strict=True))
        return int("".join(bits)[::-1], 2)

    def settle(self, row: Row, day: int) -> DayRow:
        """A row as it reads on one day."""
        at = day - self.span.first
        return tuple(value.values[at] if isinstance(value, Moving) else value for value in row)
