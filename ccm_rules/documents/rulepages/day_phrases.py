"""Days that follow from other days, in words: in goes a period, out comes ``180 days after …``."""

from __future__ import annotations

import datetime as dt
from typing import Final

from ccm_rules.dates import Period
from ccm_rules.words.durations import in_words
from ccm_rules.words.language import Language, mark

#: A day of the year or of the month: of the anchor's own, of one before it, of one after it.
_OF_YEAR: Final = (
    mark("{date} of the year of {day}"),
    mark("{date} of the year that is {period} before that of {day}"),
    mark("{date} of the year that is {period} after that of {day}"),
)
_OF_MONTH: Final = (
    mark("{number} of the month of {day}"),
    mark("{number} of the month that is {period} before that of {day}"),
    mark("{number} of the month that is {period} after that of {day}"),
)


def from_anchor(language: Language, length: Period, anchor: str) -> str:
    """A period and the day from which it runs.

    Args:
        language: in which it is said.
        length: the period.
        anchor: what the day is called.
    """
    say = language.say
    months = Period(length.years, length.months, 0, rounding="earlier")
    whole = in_words(months, language.code)
    back = (length.years or length.months or length.days) < 0
    if length.on_day is None:
        words = _away(language, length, anchor, back)
        if whole and length.rounding == "earlier":
            words += say(", or the last day of that month where it has no such day")
        elif whole and length.rounding == "later":
            words += say(", or the first day of the next month where that one has no such day")
        return words
    forms = _OF_MONTH if length.on_month is None else _OF_YEAR
    form = forms[0] if not whole else forms[1] if back else forms[2]
    number = say("the first day") if length.on_day == 1 else say("day {n}", n=length.on_day)
    date = "" if length.on_month is None else _date(language, length.on_month, length.on_day)
    words = say(form, number=number, date=date, period=whole, day=anchor)
    return _away(language, Period(days=length.days), words, length.days < 0)


def _away(language: Language, length: Period, anchor: str, back: bool) -> str:
    """So long before or after a day; the day itself for no length."""
    words = in_words(length, language.code)
    form = mark("{period} before {day}") if back else mark("{period} after {day}")
    return language.say(form, period=words, day=anchor) if words else anchor


def _date(language: Language, month: int, day: int) -> str:
    """A day of every year: ``30 April``."""
    ordinal = dt.date(2004, month, day).toordinal()
    return language.date(ordinal, ordinal).removesuffix("2004").strip()
