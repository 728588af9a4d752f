"""Numbers of an action plan go in; out come words for them, in the reader's language."""

from __future__ import annotations

from ccm_rules.documents.parts.labels import GROUND_WORDS
from ccm_rules.documents.parts.material import Material
from ccm_rules.report.numbers import NOT_APPLICABLE, Number


def number_words(material: Material, number: Number) -> str:
    """A number with its denominator, or the range that the record allows."""
    say, language = material.say, material.language
    if number.value is not None:
        value = language.number(number.value)
        return say("{n} of {all}", n=value, all=number.out_of) if number.out_of else value
    if number.ground == NOT_APPLICABLE:
        return say("does not apply")
    stated = sorted({quote.value for quote in number.quotes})
    if stated:
        return say("stated differently: {values}", values=", ".join(map(str, stated)))
    if number.low is None:
        return say("not known")
    if number.high is None:
        return say("at least {n}", n=number.low)
    return say("{low} to {high}", low=number.low, high=language.number(number.high))


def ground_words(material: Material, number: Number) -> str:
    """On what a number rests."""
    return material.say(GROUND_WORDS[number.ground])


def places_of(number: Number) -> tuple[str, ...]:
    """Where sources print a number, each reference once."""
    return tuple(dict.fromkeys(place for quote in number.quotes for place in quote.places))
