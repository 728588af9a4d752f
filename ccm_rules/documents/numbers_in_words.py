"""Numbers of an action plan in words: a number goes in, what is shown of it comes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from ccm_rules.record.sentences import first_up
from ccm_rules.report.numbers import NOT_APPLICABLE, STATED, Member, Number, Quote
from ccm_rules.words.counting import listed, plural

#: More names than this are counted, unless members are asked for.
_MOST: Final = 12


def value_in_words(number: Number) -> str:
    """The number, with its denominator: ``50 of 102``, ``about 50 %``, ``N/A``.

    A number that sources print differently reads ``22 or 20``; one that is
    neither shown nor stated is a question mark.
    """
    if number.ground == NOT_APPLICABLE:
        return "N/A"
    if number.value is None:
        values = dict.fromkeys(f"{quote.value:,}" for quote in number.quotes)
        return " or ".join(values) or "?"
    qualifier = ""
    if number.ground == STATED and number.quotes:
        qualifier = number.quotes[0].qualifier
    of = f" of {number.out_of:,}" if number.out_of is not None else ""
    unit = " %" if number.info.unit == "percent" else ""
    return f"{qualifier} {number.value:,}{unit}{of}".strip()


def quotes_in_words(quotes: Iterable[Quote]) -> str:
    """What sources print, each with its places: ``22 (11MSP-PR Action 3), 20 (11MSP-PR ¶51)``."""
    return "; ".join(
        f"{quote.qualifier} {quote.value:,}{f' of {quote.out_of:,}' if quote.out_of else ''} "
        f"({', '.join(quote.places)})".strip()
        for quote in quotes
    )


def names(members: Iterable[Member]) -> str:
    """Members by name, as a sentence lists them."""
    shown = [member.name for member in members]
    return listed(shown) if shown else "nobody"


def title(number: Number) -> str:
    """The indicator in a few words, with its year."""
    name = first_up(number.info.title)
    return f"{name}, {number.year}" if number.year else name


def remarks(number: Number, members: bool) -> list[str]:
    """What stands under a number: who is counted, who is open, what is printed otherwise."""
    found = []
    if members and number.members:
        found.append(f"{names(number.members)}.")
    found += _by_name(number, members)
    if members and number.population:
        found.append(
            f"Asked of {plural(len(number.population), number.info.unit.rstrip('s'))}: "
            f"{number.population_title}."
        )
    if number.arithmetic:
        found.append(f"{number.arithmetic}.")
    if number.differ or (members and number.quotes):
        found.append(f"Stated: {quotes_in_words(number.quotes)}.")
    return found


def _by_name(number: Number, members: bool) -> Iterator[str]:
    """How many are named, where the record does not name everyone."""
    if number.low is None or number.exact:
        return
    # Nobody named, and nothing to name them by: the printed number is all there is.
    if not number.members and not members:
        return
    few = not members and len(number.members) <= _MOST
    named = f"{number.low:,} by name{f': {names(number.members)}' if few else ''}"
    yield f"{named}; open: {_few(number.open)}." if number.open else f"{named}."


def _few(members: Sequence[Member]) -> str:
    if len(members) > _MOST:
        return plural(len(members), "State")
    return names(members)
