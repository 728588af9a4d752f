"""Legal time: texts that name days in, vague dates and calendar arithmetic out.

Dates are written in a subset of ISO 8601-2 (EDTF): a day ``2023-06-30``, a
month ``2023-06``, a year ``2023``, one day of a range
``[2022-07-01..2023-06-30]``, or ``[..2023-06-30]`` (by then). Each stands for
exactly one day, of which only the earliest and the latest possible value are
known.

Days are calendar days, the anchor is day 0, and no weekend is rolled over: that
is how the Implementation Support Unit counts (Nigeria: entry into force 1 August
2023, initial report due 28 January 2024, a Sunday). Nothing here reads a clock.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from ccm_rules.errors import CcmError

Rounding = Literal["earlier", "later"]

#: The earliest and latest day that can be written; the open end of a range.
FIRST_DAY: Final = dt.date.min.toordinal()
LAST_DAY: Final = dt.date.max.toordinal()
#: Days outside these are slips of the pen: no Convention reaches there, and law that
#: counts from them would leave the calendar, or take the day for an open end.
FIRST_RECORDED: Final = dt.date(1000, 1, 1).toordinal()
LAST_RECORDED: Final = dt.date(2999, 12, 31).toordinal()

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
#: So much of what is no date is repeated in a message.
_SHOWN: Final = 80
_POINT = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?\Z", re.ASCII)
_RANGE = re.compile(r"\[([^\[\]]*)\.\.([^\[\]]*)\]\Z")


class DateError(CcmError, ValueError):
    """A text is not a date, or an arithmetic leaves the calendar."""


class _Bounds(NamedTuple):
    earliest: int
    latest: int


class When(_Bounds):
    """One day of which only the bounds may be known.

    Attributes:
        earliest: first possible day, as a proleptic Gregorian ordinal.
        latest: last possible day, as an ordinal; not before ``earliest``.
    """

    __slots__ = ()

    def __new__(cls, earliest: int, latest: int) -> When:
        """Refuse bounds that run backwards."""
        if earliest > latest:
            raise DateError("a date cannot end before it begins")
        return super().__new__(cls, earliest, latest)

    @property
    def exact(self) -> bool:
        """Whether the day is known."""
        return self.earliest == self.latest

    def __str__(self) -> str:
        """Write the date so that `parse` reads the same bounds."""
        return edtf(self.earliest, self.latest)


def day(value: dt.date) -> When:
    """Make a known day.

    >>> str(day(dt.date(2023, 6, 30)))
    '2023-06-30'
    """
    return When(value.toordinal(), value.toordinal())


@functools.lru_cache(maxsize=4096)
def parse(text: str) -> When:
    """Read a date.

    Args:
        text: a date of the EDTF subset named in the module docstring.

    Raises:
        DateError: the text is not of that form, names a day that does not
            exist (31 April), or a range that runs backwards.

    >>> parse("2023-02").latest - parse("2023-02").earliest
    27
    >>> parse("2023-04-31")
    Traceback (most recent call last):
        ...
    ccm_rules.dates.DateError: April 2023 has 30 days, so 2023-04-31 is no date
    """
    match = _RANGE.match(text)
    if match is None:
        return _point(text)
    first, last = match.groups()
    if not first and not last:
        raise DateError(f"{text!r} bounds nothing; leave the date out instead")
    earliest = _point(first).earliest if first else FIRST_DAY
    latest = _point(last).latest if last else LAST_DAY
    if earliest > latest:
        raise DateError(f"{text} runs backwards: the first day is after the last")
    return When(earliest, latest)


def recorded(when: When) -> When:
    """Refuse days that no record can mean; an open end is none.

    Raises:
        DateError: a bound lies before the year 1000 or after the year 2999.

    >>> recorded(parse("9999-06-30"))
    Traceback (most recent call last):
        ...
    ccm_rules.dates.DateError: 9999-06-30 lies outside the years 1000 to 2999
    """
    if (
        when.latest < FIRST_RECORDED
        or when.earliest > LAST_RECORDED
        or FIRST_DAY < when.earliest < FIRST_RECORDED
        or LAST_RECORDED < when.latest < LAST_DAY
    ):
        raise DateError(f"{when} lies outside the years 1000 to 2999")
    return when


def _point(text: str) -> When:
    match = _POINT.match(text)
    if match is None:
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        raise DateError(
            f"{shown!r} is no date; write 2023-06-30, 2023-06, 2023, "
            "[2022-07-01..2023-06-30] or [..2023-06-30]"
        )
    year, month, day_ = (int(part) if part else None for part in match.groups())
    assert year is not None
    if year == 0:
        raise DateError(f"{text} has no year 0")
    if month is None:
        return When(dt.date(year, 1, 1).toordinal(), dt.date(year, 12, 31).toordinal())
    if not 1 <= month <= 12:
        raise DateError(f"{text} names month {month}; months run from 01 to 12")
    length = _month_length(year, month)
    if day_ is None:
        first = dt.date(year, month, 1).toordinal()
        return When(first, first + length - 1)
    if not 1 <= day_ <= length:
        raise DateError(f"{_MONTHS[month - 1]} {year} has {length} days, so {text} is no date")
    exact = dt.date(year, month, day_).toordinal()
    return When(exact, exact)


def _month_length(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def edtf(earliest: int, latest: int) -> str:
    """Write bounds as EDTF, in the shortest form that says the same.

    >>> edtf(*(parse("2023-02")))
    '2023-02'
    """
    first, last = dt.date.fromordinal(earliest), dt.date.fromordinal(latest)
    if earliest == latest:
        return first.isoformat()
    if earliest == FIRST_DAY:
        return f"[..{last.isoformat()}]"
    if latest == LAST_DAY:
        return f"[{first.isoformat()}..]"
    if first.day == 1 and last.day == _month_length(last.year, last.month):
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.year:04}-{first.month:02}"
        if first.year == last.year and (first.month, last.month) == (1, 12):
            return f"{first.year:04}"
    return f"[{first.isoformat()}..{last.isoformat()}]"


def iso(day: int) -> str:
    """A day as ISO 8601.

    >>> iso(dt.date(2023, 6, 30).toordinal())
    '2023-06-30'
    """
    return dt.date.fromordinal(day).isoformat()


def vagueness(
    earliest: int, latest: int
) -> Literal["day", "unknown", "by", "from", "month", "year", "range"]:
    """How bounds are best described, in any language.

    >>> vagueness(*(parse("2023-06"))), vagueness(*(parse("[..2023-06-30]")))
    ('month', 'by')
    """
    if earliest == latest:
        return "day"
    if earliest == FIRST_DAY:
        return "unknown" if latest == LAST_DAY else "by"
    if latest == LAST_DAY:
        return "from"
    first, last = dt.date.fromordinal(earliest), dt.date.fromordinal(latest)
    if (first.year, first.month) == (last.year, last.month) and latest - earliest >= 27:
        return "month"
    if first.year == last.year and latest - earliest >= 364:
        return "year"
    return "range"


def in_words(earliest: int, latest: int) -> str:
    """Write bounds in English, for a sentence.

    >>> in_words(*(parse("2023-06-30")))
    '30 June 2023'
    >>> in_words(*(parse("[2022-12-12..2023-06-30]")))
    'some day from 12 December 2022 to 30 June 2023'
    """
    first = dt.date.fromordinal(earliest)
    match vagueness(earliest, latest):
        case "day":
            return _day_in_words(earliest)
        case "unknown":
            return "an unknown day"
        case "by":
            return f"some day by {_day_in_words(latest)}"
        case "from":
            return f"some day from {_day_in_words(earliest)}"
        case "month":
            return f"some day in {_MONTHS[first.month - 1]} {first.year}"
        case "year":
            return f"some day in {first.year}"
        case "range":
            return f"some day from {_day_in_words(earliest)} to {_day_in_words(latest)}"


def _day_in_words(ordinal: int) -> str:
    value = dt.date.fromordinal(ordinal)
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


class _Length(NamedTuple):
    years: int = 0
    months: int = 0
    days: int = 0
    on_month: int | None = None
    on_day: int | None = None
    rounding: Rounding | None = None


class Period(_Length):
    """A length of legal time, added in one step from its anchor.

    Attributes:
        years: calendar years; negative counts backwards.
        months: calendar months; negative counts backwards.
        days: calendar days, added after the months.
        on_month: month that the result is set to, before days are added.
        on_day: day of the month that the result is set to, likewise.
        rounding: what happens where the day does not exist in the month that
            is reached (31 August and 18 months): its last day (``earlier``) or
            the first of the next month (``later``). There is no default: law
            that counts months must say it.

    Raises:
        DateError: on construction, if months or years are counted and neither
            a rounding nor a day is stated, or a month is named without a day.
    """

    __slots__ = ()

    def __new__(  # noqa: D102 - the class documents it
        cls,
        years: int = 0,
        months: int = 0,
        days: int = 0,
        on_month: int | None = None,
        on_day: int | None = None,
        rounding: Rounding | None = None,
    ) -> Period:
        if (years or months) and on_day is None and rounding is None:
            raise DateError('a period of months or years needs round = "earlier" or "later"')
        if on_month is not None and on_day is None:
            # 30 April would end on 30 July and 1 May on 1 July: no bounds of a vague day.
            raise DateError("a period that ends in a named month names the day too")
        if on_month is not None and not 1 <= on_month <= 12:
            raise DateError(f"there is no month {on_month}")
        if on_day is not None and not 1 <= on_day <= 31:
            raise DateError(f"no month has a day {on_day}")
        return super().__new__(cls, years, months, days, on_month, on_day, rounding)

    def __str__(self) -> str:
        """Write the period for an arithmetic line, such as ``+ 180 days``."""
        parts = []
        for amount, unit in ((self.years, "year"), (self.months, "month"), (self.days, "day")):
            if amount:
                plural = "" if abs(amount) == 1 else "s"
                parts.append(f"{'-' if amount < 0 else '+'} {abs(amount)} {unit}{plural}")
        text = " ".join(parts)
        if self.on_month is not None and self.on_day is not None:
            return f"{text}, on {self.on_day} {_MONTHS[self.on_month - 1]}".strip(" ,")
        if self.on_day is not None:
            return f"{text}, on day {self.on_day} of the month".strip(" ,")
        return text


def period(spec: Mapping[str, object]) -> Period:
    """Make a period of a plain mapping, as rule files and caches hold it."""
    return Period(**spec)  # type: ignore[arg-type]


@functools.lru_cache(maxsize=65536)
def add(ordinal: int, length: Period) -> int:
    """Add a period to a day.

    Args:
        ordinal: the anchor, as a proleptic Gregorian ordinal.
        length: the period.

    Raises:
        DateError: the result lies outside the calendar (years 1 to 9999).

    >>> eif = dt.date(2023, 8, 1).toordinal()
    >>> in_words(add(eif, Period(days=180)), add(eif, Period(days=180)))
    '28 January 2024'
    """
    if ordinal in (FIRST_DAY, LAST_DAY):  # the open end of a range stays open
        return ordinal
    from dateutil.relativedelta import relativedelta  # a third of the import time of this package

    anchor = dt.date.fromordinal(ordinal)
    try:
        shifted: dt.date = anchor + relativedelta(
            years=length.years, months=length.months, month=length.on_month, day=length.on_day
        )
        wanted = length.on_day or anchor.day
        if shifted.day < wanted and length.rounding == "later":
            shifted += dt.timedelta(days=1)
        return (shifted + dt.timedelta(days=length.days)).toordinal()
    except (ValueError, OverflowError) as error:
        raise DateError(f"{anchor} {length} lies outside the calendar") from error
