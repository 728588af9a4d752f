"""Reading a rule: in goes its parsed document, out comes a `Rule`, or all that is wrong with it.

What may stand in the document is said by `ccm_rules.law.rule`; what its words mean is
checked by `ccm_rules.compiler.compile`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from ccm_rules.dates import DateError, Period
from ccm_rules.errors import InputError
from ccm_rules.law.provisions import Provisions
from ccm_rules.law.rule import Rule
from ccm_rules.law.rule_document import QUOTATION, RULE, rule_document
from ccm_rules.law.sheets import Sheets
from ccm_rules.law.toml_places import Place
from ccm_rules.law.translation import texts
from ccm_rules.words import durations as lengths
from ccm_rules.words.template import braces, odd_braces


def read_rule(
    sheets: Sheets,
    shown: str,
    folder: str,
    language: str = "en",
    provisions: Provisions | None = None,
) -> Rule:
    """Read the files of a rule.

    Args:
        sheets: its files.
        shown: the path of its law, for messages.
        folder: the folder that its law stands in.
        language: the language that it is read in.
        provisions: the provisions that there are.

    Raises:
        InputError: with everything that is wrong with them.
    """
    made = rule_document(sheets, shown, language, provisions)
    place = Place(made.source, made.problems)
    try:
        rule = rule_of(made.document, place, folder, language)
    except RecursionError:
        place.fail("it is nested too deeply", "compare it with a neighbouring rule")
    if place.problems:
        raise InputError(place.problems)
    if QUOTATION in made.source.said:
        rule = attrs.evolve(rule, authority=attrs.evolve(rule.authority, language=language))
    return rule


def rule_of(document: Mapping[str, Any], place: Place, folder: str, language: str = "en") -> Rule:
    """The rule of a document; it is none where the place gathers problems.

    Args:
        document: its law, perhaps with its cases, in one language.
        place: the top of the document.
        folder: the folder that its law stands in.
        language: the language that its lengths of time are put into words in.
    """
    document = _with_lengths(document, place, language)
    _check_braces(document, place, language)
    rule: Rule = RULE.read(document, place, folder=folder, source=place.source)
    return rule


def _check_braces(document: Mapping[str, Any], place: Place, language: str) -> None:
    """Complain of what stands in braces and would be printed as it stands."""
    for path, text in texts(RULE, document):
        sentence = path.startswith(("derive", "count", "finding"))
        for odd in odd_braces(text, agreeing=language != "en") if sentence else braces(text):
            if lengths.GAP.match(odd):
                continue  # complained of where it is filled
            mend = "write {p}, {until-due}, {n.names}, {v.place} or {due.period}: small letters"
            mend = mend if sentence else "leave the braces out: only {due.period} is filled here"
            (place / path).fail(f"{odd} is no gap that anything fills", mend)


def _with_lengths(document: Mapping[str, Any], place: Place, language: str) -> Mapping[str, Any]:
    """Put the lengths that the rule reckons with where sentences leave them out.

    ``{due.period}`` is the length by which the day ``due`` is reckoned, in words.
    """
    periods: dict[str, set[Period]] = {}
    for name, spec in _reckoned(document):
        try:
            periods.setdefault(name, set()).add(lengths.of(spec))
        except DateError:
            continue  # said where the period is read

    def fill(text: str, place: Place) -> str:
        def length(match: re.Match[str]) -> str:
            found = {lengths.in_words(p, language) for p in periods.get(match[1], ())}
            if len(found) == 1 and "" not in found:
                return found.pop()
            several = len(found) > 1
            what = "is reckoned with several lengths" if several else "is reckoned by no length"
            there = ", ".join(f"{{{name}.period}}" for name in sorted(periods))
            place.fail(f"?{match[1]} {what}", f"use {there}" if there else "write the length out")
            return match[0]

        return lengths.GAP.sub(length, text)

    def walk(value: Any, place: Place) -> Any:
        if isinstance(value, str):
            return fill(value, place) if "{" in value else value
        if isinstance(value, Mapping):
            return {key: walk(item, place / key) for key, item in value.items()}
        if isinstance(value, list):
            return [walk(item, place.item(number)) for number, item in enumerate(value)]
        return value

    return {
        key: value if key == "case" else walk(value, place / key) for key, value in document.items()
    }


def _reckoned(value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The days that a document reckons, by name: of every ``let``, and the day of a duty."""
    if isinstance(value, list):
        for item in value:
            yield from _reckoned(item)
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key == "let" and isinstance(item, Mapping):
                for name, spec in item.items():
                    if isinstance(spec, Mapping) and "from" in spec:
                        yield name.lstrip("?"), spec
            elif key == "due" and isinstance(item, Mapping) and "from" in item:
                yield key, item
            elif key != "case":
                yield from _reckoned(item)
