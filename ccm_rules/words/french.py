"""French: names with their articles, days, numbers, and fixed wording out of ``fr.toml``.

A sentence is filled with names and days that carry their article (``le Togo``,
``le 30 juin 2023``), and ``de``, ``à`` and ``que`` before a gap are contracted with
it: ``de {p}`` becomes ``du Togo``, ``de l'Iraq`` or ``d'Andorre``. A verb whose
number hangs on a name is written ``{p:a/ont}``.

The names are the short forms of the United Nations' French terminology.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ccm_rules.dates import Period, vagueness
from ccm_rules.words.english import Language, mark
from ccm_rules.words.template import LISTS

_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet",
    "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_NAME = r"[a-z_][a-z0-9_]*(?:\.(?:names|place|each))?"
_GAP = re.compile(
    rf"(?P<before>\b(?:de|De|à|À|que|Que) )?"
    rf"\{{(?P<what>{_NAME}(?:[+-][a-z_][a-z0-9_]*)*)(?::(?P<one>[^{{}}/]*)/(?P<many>[^{{}}/]*))?\}}"
)
_PART = re.compile(r"([+-]?)([a-z_][a-z0-9_]*)")
_TITLE = re.compile(
    r"(?P<which>\w+(?:-\w+)?) (?P<what>Meeting of States Parties|Review Conference)"
    r"(?:, part (?P<part>\d))?\Z"
)
_VOWELS = "aeiouyàâäéèêëîïôöùûüœAEIOUYÀÂÄÉÈÊËÎÏÔÖÙÛÜŒ"
_NARROW = "\u202f"


class French(Language):
    """How things read in French."""

    code = "fr"
    between = "\u00a0: "
    then = "\u00a0; "

    def __init__(self) -> None:
        with open(os.path.join(os.path.dirname(__file__), "fr.toml"), "rb") as stream:
            tables: dict[str, Any] = tomllib.load(stream)
        self.messages: dict[str, str] = tables["messages"]
        self.values: dict[str, str] = tables["values"]
        self.names: dict[str, str] = tables["parties"]
        self.ordinals: dict[str, str] = tables["ordinals"]

    def say(self, text: str, **values: object) -> str:
        """Fixed wording; what has no translation stays English, and fails a test."""
        return self.fill(
            self.messages.get(text, text),
            lambda name: str(values.get(name, f"{{{name}}}")),
            lambda name: None,
            lambda name: "",
        )

    def single(self, number: int) -> bool:
        """Zero is singular too."""
        return number in (0, 1)

    def value(self, text: str) -> str:
        """A word that facts may hold."""
        return self.values.get(text, text)

    def number(self, value: int) -> str:
        """A whole number, with narrow spaces."""
        return f"{value:,}".replace(",", _NARROW)

    def range(self, low: int, high: int) -> str:
        """A number of which only the bounds are known."""
        if low == high:
            return self.number(low)
        return f"de {self.number(low)} à {self.number(high)}"

    def date(self, earliest: int, latest: int) -> str:
        """A day on its own: ``30 juin 2023``."""
        first = dt.date.fromordinal(earliest)
        match vagueness(earliest, latest):
            case "day":
                return _day(earliest)
            case "unknown":
                return "jour inconnu"
            case "by":
                return f"au plus tard le {_day(latest)}"
            case "from":
                return f"au plus tôt le {_day(earliest)}"
            case "month":
                return f"un jour {_contracted('de ', _MONTHS[first.month - 1])} {first.year}"
            case "year":
                return f"un jour de {first.year}"
            case "range":
                return f"un jour entre le {_day(earliest)} et le {_day(latest)}"

    def the_date(self, earliest: int, latest: int) -> str:
        """A day in a sentence: ``le 30 juin 2023``."""
        if vagueness(earliest, latest) == "unknown":
            return "un jour inconnu"
        text = self.date(earliest, latest)
        return f"le {text}" if earliest == latest else text

    def period(self, length: Period) -> str:
        """A period as arithmetic shows it."""
        parts = []
        for amount, one, many in (
            (length.years, mark("{sign} {n} year"), mark("{sign} {n} years")),
            (length.months, mark("{sign} {n} month"), mark("{sign} {n} months")),
            (length.days, mark("{sign} {n} day"), mark("{sign} {n} days")),
        ):
            if amount:
                parts.append(self.count(abs(amount), one, many, sign="-" if amount < 0 else "+"))
        text = " ".join(parts)
        if length.on_month is not None and length.on_day is not None:
            text += self.say(", on {day}", day=_month_day(length.on_month, length.on_day))
        elif length.on_day is not None:
            text += self.say(", on day {day} of the month", day=length.on_day)
        return text.strip(" ,")

    def party(self, code: str, names: Mapping[str, str]) -> str:
        """The name of a State without its article."""
        name = self.the_party(code, names)
        for article in ("le ", "la ", "les ", "l'"):
            if name.startswith(article):
                return name.removeprefix(article)
        return name

    def the_party(self, code: str, names: Mapping[str, str]) -> str:
        """The name of a State with its article."""
        return self.names[code] if code in self.names and code in names else names.get(code, code)

    def meeting_title(self, title: str) -> str:
        """The title of a Meeting, where it is one of the usual form."""
        match = _TITLE.match(title)
        if match is None or match["which"] not in self.ordinals:
            return title
        what = (
            "Conférence d'examen"
            if match["what"] == "Review Conference"
            else ("Assemblée des États parties")
        )
        part = f", partie {match['part']}" if match["part"] else ""
        return f"{self.ordinals[match['which']]} {what}{part}"

    def meeting(self, title: str, name: str, projected: bool) -> str:
        """A Meeting in a sentence, with its id."""
        shown = self.meeting_title(title)
        article = "la " if shown != title else ""
        return f"{article}{shown} ({name}{', dates à confirmer' if projected else ''})"

    def listed(self, items: Iterable[str]) -> str:
        """Items as a sentence lists them."""
        *first, last = list(items) or ["aucun"]
        return f"{', '.join(first)} et {last}" if first else last

    def instrument(self, name: str, article: str) -> str:
        """Where a rule stands, for one line."""
        name = self.values.get(name, name)
        article = self.values.get(article, article)
        article = article.replace("Progress report", "rapport intérimaire")
        if article[:1].isdigit():
            return f"Article{'s' if ',' in article else ''} {article} {name}"
        return f"{article[:1].upper()}{article[1:]} {name}" if article else name

    def quoted(self, text: str) -> str:
        """A quotation."""
        return f"«\u00a0{text}\u00a0»"

    def fill(
        self,
        template: str,
        show: Callable[[str], str],
        number: Callable[[str], int | None],
        lists: Callable[[str], str],
    ) -> str:
        """Fill a sentence, contracting ``de``, ``à`` and ``que`` with an article."""

        def replace(match: re.Match[str]) -> str:
            what, before = match["what"], match["before"] or ""
            if match["one"] is not None:
                return match["many" if show(what).startswith("les ") else "one"]
            if what.endswith(LISTS):
                return before + lists(what)
            parts = _PART.findall(what)
            if len(parts) == 1:
                return _contracted(before, show(what))
            total = 0
            for sign, name in parts:
                value = number(name)
                if value is None:
                    return f"{before}un nombre inconnu de"
                total += -value if sign == "-" else value
            return before + self.number(total)

        return _GAP.sub(replace, template)


def _day(ordinal: int) -> str:
    day = dt.date.fromordinal(ordinal)
    return f"{_month_day(day.month, day.day)} {day.year}"


def _month_day(month: int, day: int) -> str:
    return f"{'1er' if day == 1 else day} {_MONTHS[month - 1]}"


def _contracted(before: str, value: str) -> str:
    """A preposition with the name that follows it.

    >>> _contracted("de ", "le Togo"), _contracted("à ", "les Comores")
    ('du Togo', 'aux Comores')
    >>> _contracted("de ", "Israël")
    "d'Israël"
    """
    word = before.strip()
    if not word:
        return value
    contractions = {"de": ("du ", "des "), "à": ("au ", "aux ")}.get(word.lower())
    if contractions is not None:
        for article, short in zip(("le ", "les "), contractions, strict=True):
            if value.startswith(article):
                text = short + value.removeprefix(article)
                return text[:1].upper() + text[1:] if word[:1].isupper() else text
    if (
        word.lower() in ("de", "que")
        and (value[:1] in _VOWELS or value.startswith("Haï"))
        and value
    ):
        return f"{word[:-1]}'{value}"
    return before + value
