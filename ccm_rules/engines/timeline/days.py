"""Sets of days within a span, as whole numbers.

Bit ``n`` of a set stands for the ``n``-th day of the span, so that the days on
which two things both hold are one ``&``, whatever they are: Python does that for
sixteen years in a tenth of a microsecond or two, which no list of intervals does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

#: A set of days of a span.
Days = int


class Span(NamedTuple):
    """The days that are looked at, both ends included.

    Attributes:
        first: the first day, as an ordinal.
        last: the last day, as an ordinal; not before ``first``.

    >>> span = Span(1, 10)
    >>> list(span.runs(span.since(9) | span.until(3)))
    [(1, 3), (9, 10)]
    """

    first: int
    last: int

    @property
    def size(self) -> int:
        """How many days there are."""
        return self.last - self.first + 1

    @property
    def every(self) -> Days:
        """All days."""
        return (1 << self.size) - 1

    def until(self, day: int) -> Days:
        """The days up to a day, itself included."""
        return (1 << min(max(day - self.first + 1, 0), self.size)) - 1

    def since(self, day: int) -> Days:
        """The days from a day on, itself included."""
        return self.every ^ self.until(day - 1)

    def on(self, day: int) -> Days:
        """One day; none where it lies outside the span."""
        return 1 << (day - self.first) if self.first <= day <= self.last else 0

    def runs(self, days: Days) -> Iterator[tuple[int, int]]:
        """The longest runs of days, in order: the first and the last day of each."""
        day = self.first
        while days:
            gap = (days & -days).bit_length() - 1
            days >>= gap
            length = (days ^ (days + 1)).bit_length() - 1
            yield day + gap, day + gap + length - 1
            days >>= length
            day += gap + length


def numbers(sets: Iterable[Days], among: Days) -> Iterator[tuple[int, Days]]:
    """In how many of some sets the days are.

    Args:
        sets: sets of days, each of which counts once.
        among: the days that are asked about.

    Returns:
        Each number that occurs, with its days.

    >>> sorted(numbers([0b011, 0b110], 0b111))
    [(1, 5), (2, 2)]
    """
    digits: list[Days] = []  # of the number of each day, in binary, the lowest first
    for carry in sets:
        place = 0
        while carry:
            if place == len(digits):
                digits.append(0)
            digits[place], carry = digits[place] ^ carry, digits[place] & carry
            place += 1
    found = [(0, among)] if among else []
    for digit in reversed(digits):
        found = [
            (2 * number + bit, part)
            for number, days in found
            for bit, part in ((0, days & ~digit), (1, days & digit))
            if part
        ]
    yield from found
