"""Calendar arithmetic on ordinals; an open end of a range stays open."""

from __future__ import annotations

import calendar
import datetime as dt
import functools
from typing import Final

FIRST_DAY: Final = dt.date.min.toordinal()
LAST_DAY: Final = dt.date.max.toordinal()
_OPEN = (FIRST_DAY, LAST_DAY)


def days_later(day: int, days: int) -> int:
    """So many days later, or earlier."""
    return day if day in _OPEN else day + days


@functools.cache
def months_later(day: int, months: int, *, later: bool = False) -> int:
    """So many months later, or earlier.

    Args:
        day: an ordinal.
        months: how many; negative counts backwards.
        later: 31 August and six months is 1 March, and not the last of February.
    """
    if day in _OPEN:
        return day
    date = dt.date.fromordinal(day)
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    if date.day <= last:
        return dt.date(year, month + 1, date.day).toordinal()
    return dt.date(year, month + 1, last).toordinal() + later


@functools.cache
def first_of_sixth_month(day: int) -> int:
    """Entry into force: the first day of the sixth month after a deposit."""
    if day in _OPEN:
        return day
    date = dt.date.fromordinal(day)
    year, month = divmod(date.year * 12 + date.month + 5, 12)
    return dt.date(year, month + 1, 1).toordinal()


def years_later(day: int, years: int, *, later: bool = False) -> int:
    """So many years later, or earlier."""
    return months_later(day, 12 * years, later=later)
