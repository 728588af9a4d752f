"""Days on which nothing is sent: weekends, holidays, a recess."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final, NamedTuple

_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_YEARLY = re.compile(r"(\d\d)-(\d\d)\Z", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)


class Quiet(NamedTuple):
    """A set of days.

    Attributes:
        weekdays: from 0 (Monday).
        spans: first and last day of each, as ordinals.
        yearly: first and last (month, day) of each; one that ends before it begins
            runs over the new year.
    """

    weekdays: frozenset[int] = frozenset()
    spans: tuple[tuple[int, int], ...] = ()
    yearly: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()

    def holds(self, day: int) -> bool:
        """Whether a day, as an ordinal, is one of them."""
        date = dt.date.fromordinal(day)
        at = (date.month, date.day)
        return (
            date.weekday() in self.weekdays
            or any(first <= day <= last for first, last in self.spans)
            or any(
                first <= at <= last if first <= last else at >= first or at <= last
                for first, last in self.yearly
            )
        )

    def __or__(self, other: Quiet) -> Quiet:
        return Quiet(
            self.weekdays | other.weekdays, self.spans + other.spans, self.yearly + other.yearly
        )


def quiet_days(texts: list[str]) -> Quiet:
    """Read days: ``saturday``, ``2026-12-25``, ``12-25``, or ``12-24..01-01``.

    Raises:
        ValueError: one is none of these; the message says which.

    >>> quiet_days(["12-24..01-01"]).yearly
    (((12, 24), (1, 1)),)
    """
    found = Quiet()
    for text in texts:
        word = text.strip().lower()
        if word in _DAYS:
            found |= Quiet(frozenset([_DAYS.index(word)]))
            continue
        first, _, last = word.partition("..")
        last = last or first
        try:
            if _DATE.match(first) and _DATE.match(last):
                span = (dt.date.fromisoformat(first), dt.date.fromisoformat(last))
                if span[0] > span[1]:
                    raise ValueError
                found |= Quiet(spans=((span[0].toordinal(), span[1].toordinal()),))
                continue
            found |= Quiet(yearly=((_month_day(first), _month_day(last)),))
        except ValueError:
            raise ValueError(
                f"{text!r} is no day: write saturday, 2026-12-25, 12-25 or 12-24..01-01"
            ) from None
    return found


def _month_day(text: str) -> tuple[int, int]:
    match = _YEARLY.match(text)
    if match is None:
        raise ValueError
    month, day = int(match[1]), int(match[2])
    dt.date(2024, month, day)  # a leap year knows every day
    return month, day
