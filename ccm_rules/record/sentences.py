"""How facts read: from a row and its kind to a sentence in the reader's language.

In go rows, whose columns the vocabulary names; out come words. What rules derive and
find is said with the same means.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Final

from ccm_rules.record.model import Fact, Register
from ccm_rules.record.relations import Row
from ccm_rules.record.vocabulary import NO_INT, NO_TEXT, NO_WHEN, Kind, Vocabulary, columns_of
from ccm_rules.words.language import language

_INTERVAL: Final = ("when", "number")
#: The columns of a field that a fact leaves out and for which no default is named.
_UNSAID: Final = ((NO_TEXT,), (NO_INT,), NO_WHEN)
#: The fields of a row by name: the type of each and its one or two columns.
Fields = Mapping[str, tuple[str, tuple[str | int, ...]]]


class Words:
    """How values read in sentences."""

    def __init__(
        self,
        parties: Mapping[str, str],
        meetings: Iterable[Row],
        vocabulary: Vocabulary,
        language_code: str,
    ) -> None:
        """Say how names are said.

        Args:
            parties: names of States by code.
            meetings: rows of the Meetings on record, which have names of their own.
            vocabulary: the kinds of fact.
            language_code: in which language it is said.
        """
        self._parties = parties
        self._shown: dict[tuple[str, tuple[str | int, ...], bool], str] = {}
        self.language = language(language_code)
        self.meetings: dict[str, str] = {}
        meeting = vocabulary.get("meeting")
        if meeting is not None and {"id", "title", "opens"} <= set(meeting.fields):
            at, title, opens, opened = map(
                meeting.columns.index, ("id", "title", "opens_lo", "opens_hi")
            )
            for row in meetings:
                self.meetings[str(row[at])] = self.language.meeting(
                    str(row[title]), str(row[at]), row[opens] != row[opened]
                )

    def party(self, code: str) -> str:
        """The name of a State."""
        return self.language.party(code, self._parties)

    def show(self, type_: str, values: tuple[str | int, ...], *, alone: bool = False) -> str:
        """A value in words.

        Args:
            type_: its field type.
            values: one column, or the two bounds of a date or number.
            alone: as in a list, not as in a sentence.
        """
        # A record says few different things, again and again.
        key = (type_, values, alone)
        if key not in self._shown:
            self._shown[key] = self._show(type_, values, alone)
        return self._shown[key]

    def _show(self, type_: str, values: tuple[str | int, ...], alone: bool) -> str:
        if type_ == "when":
            bounds = int(values[0]), int(values[1])
            return self.language.date(*bounds) if alone else self.language.the_date(*bounds)
        if type_ == "number":
            return self.language.range(int(values[0]), int(values[1]))
        text = str(values[0])
        if type_ == "party":
            return self.party(text) if alone else self.language.the_party(text, self._parties)
        if type_ == "meeting" and text in self.meetings:
            return self.meetings[text]
        return self.language.value(text)


def values_of(
    columns: Iterable[tuple[str, str]], row: Row
) -> dict[str, tuple[str, tuple[str | int, ...]]]:
    """Take a row apart: for each field its type and its one or two columns."""
    return {name: (type_, row[place]) for name, type_, place in _places(tuple(columns))}


@functools.lru_cache(maxsize=1024)
def _places(columns: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str, slice], ...]:
    found = []
    at = 0
    for name, type_ in columns:
        width = len(columns_of(name, type_))
        found.append((name, type_, slice(at, at + width)))
        at += width
    return tuple(found)


def sentence(
    template: str,
    fields: Mapping[str, tuple[str, tuple[str | int, ...]]],
    words: Words,
    lists: Mapping[str, str] | None = None,
) -> str:
    """Fill a template from the fields of a row."""

    def show(name: str) -> str:
        return words.show(*fields[name]) if name in fields else ""

    def number(name: str) -> int | None:
        type_, values = fields[name]
        if type_ in _INTERVAL:
            return int(values[0]) if values[0] == values[1] else None
        return int(values[0]) if isinstance(values[0], int) else None

    return words.language.fill(template, show, number, lambda name: (lists or {}).get(name, ""))


def fact_sentence(kind: Kind, row: Row, words: Words) -> str:
    """A fact as its kind says it; what the fact leaves out is left out.

    A field for which the vocabulary names a default always says something.
    """
    fields = values_of([(field.name, field.type) for field in kind.fields.values()], row)
    for field in kind.fields.values():
        if field.optional and fields[field.name][1] in _UNSAID:
            del fields[field.name]
    return " ".join(sentence(kind.says, fields, words).split()).replace(" .", ".")


def register_sentence(register: Register, vocabulary: Vocabulary, words: Words) -> str:
    """Until when a record is complete, and of what."""
    say, value = words.language.say, words.language.value
    limits = [f"{value(name)} {value(str(limit))}" for name, limit in register.where.items()]
    if register.parties is not None:
        names = sorted(words.party(code) for code in register.parties)
        limits.append(
            say("of {names}", names=", ".join(names))
            if len(names) < 6
            else say("of {n} States", n=len(names))
        )
    return say(
        "The record of each {label}{about} is complete until {day}.",
        label=vocabulary[register.of].label,
        about=f" ({'; '.join(limits)})" if limits else "",
        day=words.show("when", (register.until.earliest, register.until.latest)),
    )


def describe(
    one: Fact | Register, vocabulary: Vocabulary, language_code: str, parties: Mapping[str, str]
) -> str:
    """A fact or a register as a sentence, with its sources."""
    words = Words(parties, (), vocabulary, language_code)
    if isinstance(one, Register):
        text = register_sentence(one, vocabulary, words)
    else:
        kind = vocabulary[one.kind]
        text = fact_sentence(kind, kind.row(one.values), words)
    return f"{text} [{'; '.join(one.sources)}]" if one.sources else text


def first_up(text: str) -> str:
    """Begin a sentence with a capital letter."""
    return text[:1].upper() + text[1:]
