"""Lengths of time in words: ``180 days``; and which lengths a text names.

A sentence of a rule file can leave a length to the rule: ``within {due.period} of entry
into force`` says what the rule computes with, so that a change of the law is one edit.
Quotations cannot: what they name is compared with what is computed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from ccm_rules.dates import DateError, Period, period

#: A number of days, months or years: ``(180, "day")``.
Length = tuple[int, str]

#: Days of the longest period: records end with the year 2999, and calendars with 9999.
_LONGEST: Final = 200 * 366

GAP: Final = re.compile(r"\{([a-z][a-z0-9_]*)\.period\}")

_UNITS: Final = {
    "en": {"year": ("year", "years"), "month": ("month", "months"), "day": ("day", "days")},
    "fr": {"year": ("an", "ans"), "month": ("mois", "mois"), "day": ("jour", "jours")},
}
_AND: Final = {"en": "and", "fr": "et"}
_NUMBERS: Final = {
    "en": "one two three four five six seven eight nine ten eleven twelve",
    "fr": "un deux trois quatre cinq six sept huit neuf dix onze douze",
}
_ORDINALS: Final = {
    "en": "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth",
    "fr": "premier deuxième troisième quatrième cinquième sixième septième huitième neuvième "
    "dixième onzième douzième",
}
#: What the record looks back on, such as the last two years, is no length that runs.
_BACK: Final = {"en": r"(?<!last )(?<!past )", "fr": r"(?<!dernières )"}
_WORDS: Final = {
    "en": {"year": "years?", "month": "months?", "day": "days?"},
    "fr": {"year": "(?:ans?|années?)", "month": "mois", "day": "jours?"},
}


def of(spec: Mapping[str, object]) -> Period:
    """Make a period of ``add`` (or ``every``), ``on`` and ``round``, as rule files write them.

    Raises:
        DateError: it is no period.
    """
    add, on = spec.get("add", spec.get("every", {})), spec.get("on", {})
    if (
        not isinstance(add, Mapping)
        or not set(add) <= {"years", "months", "days"}
        or not isinstance(on, Mapping)
        or not set(on) <= {"month", "day"}
    ):
        raise DateError("this is no period")
    made: dict[str, Any] = dict(add)
    made.update({f"on_{key}": value for key, value in on.items()})
    if not all(type(value) is int for value in made.values()):
        raise DateError("the numbers of a period are whole")
    days = sum(
        abs(made.get(unit, 0)) * length
        for unit, length in (("years", 366), ("months", 31), ("days", 1))
    )
    if days > _LONGEST:
        raise DateError("no law counts more than 200 years")
    if "round" in spec:
        if spec["round"] not in ("earlier", "later"):
            raise DateError(f"round cannot be {spec['round']!r}")
        made["rounding"] = spec["round"]
    return period(made)


def in_period(length: Period) -> list[Length]:
    """The lengths that a period adds or takes away.

    >>> in_period(Period(months=-9, rounding="earlier"))
    [(9, 'month')]
    """
    parts = ((length.years, "year"), (length.months, "month"), (length.days, "day"))
    return [(abs(number), unit) for number, unit in parts if number]


def in_words(length: Period, language: str = "en") -> str:
    """A period without its direction; empty where it adds nothing.

    >>> in_words(Period(days=180)), in_words(Period(years=1, months=6, rounding="later"), "fr")
    ('180 days', 'un an et six mois')
    """
    small = ("", *_NUMBERS[language].split())
    parts = [
        f"{small[number] if number < len(small) else number} {_UNITS[language][unit][number != 1]}"
        for number, unit in in_period(length)
    ]
    return f" {_AND[language]} ".join(parts)


def named(text: str, language: str = "en") -> list[Length]:
    """The lengths that a text names, each once, in its order.

    >>> named("not later than 180 days after … the sixth month, 28-day, ten years")
    [(180, 'day'), (6, 'month'), (28, 'day'), (10, 'year')]
    >>> named("in the last two years, on the first day")
    []
    """
    words = enumerate(_NUMBERS[language].split(), 1)
    # Whoever compares two days, or speaks of a month, names no length.
    cardinal = {word: n for n, word in words if n > 2}
    ordinal = {word: n for n, word in enumerate(_ORDINALS[language].split(), 1)}
    found: dict[int, Length] = {}
    for unit, word in _WORDS[language].items():
        numbers = "|".join((r"\d{1,4}", *cardinal))
        said = rf"{_BACK[language]}\b({numbers})[ \u00a0-](?:calendar |civil )?{word}\b"
        for match in re.finditer(said, text, re.IGNORECASE):
            number = match[1].lower()
            found[match.start(1)] = (cardinal.get(number) or int(number), unit)
        if unit == "month":
            for match in re.finditer(rf"\b({'|'.join(ordinal)}) {word}\b", text, re.IGNORECASE):
                found[match.start(1)] = (ordinal[match[1].lower()], unit)
    return list(dict.fromkeys(found[at] for at in sorted(found)))


def length_in_words(length: Length, language: str = "en") -> str:
    """A length in words.

    >>> length_in_words((180, "day"))
    '180 days'
    """
    number, unit = length
    return in_words(period({f"{unit}s": number, "rounding": "earlier"}), language)
