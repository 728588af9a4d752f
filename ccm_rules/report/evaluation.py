"""What a report stands on: the rows that engines started from, and those that they derived.

In go a rulebook, the rows of a record and what engines derived of them; out come rows by
field, words for their values, and where each comes from. Only this room looks in here:
whoever stands above it asks the `Report`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from ccm_rules.compiler.duty_status import BEARING
from ccm_rules.compiler.program import Row
from ccm_rules.compiler.rulebook import Rulebook
from ccm_rules.dates import When
from ccm_rules.engines.host import Derivations
from ccm_rules.record.model import Fact
from ccm_rules.record.relations import Base
from ccm_rules.record.sentences import Fields, Words, fact_sentence, first_up, sentence, values_of
from ccm_rules.report.provenance import Provenance


class Entry(NamedTuple):
    """One fact, on record or derived, by field.

    Attributes:
        fact: the kind of fact.
        fields: for each field its type and its columns: one value, or the first and the
            last of a date or a number.
        certain: whether it holds for certain.
        facts: as written; empty for what rules derive.
    """

    fact: str
    fields: Fields
    certain: bool
    facts: tuple[Fact, ...]

    def columns(self, field: str) -> tuple[str | int, ...]:
        """The one or two columns of a field."""
        return self.fields[field][1]

    def text(self, field: str) -> str:
        """A field of text: a State's code, an id."""
        return str(self.fields[field][1][0])

    def number(self, field: str) -> int:
        """A whole number, or the least that a vague one may be."""
        return int(self.fields[field][1][0])

    def when(self, field: str) -> When:
        """A day."""
        first, last = self.fields[field][1]
        return When(int(first), int(last))

    @property
    def sources(self) -> tuple[str, ...]:
        """Where it is written, each reference once."""
        return tuple(dict.fromkeys(ref for fact in self.facts for ref in fact.sources))

    @property
    def row(self) -> Row:
        """The row that it was read from."""
        return tuple(value for _, columns in self.fields.values() for value in columns)


class Evaluation:
    """Rows with their rulebook, and what can be read out of them."""

    def __init__(
        self,
        rulebook: Rulebook,
        base: Base,
        derived: Derivations,
        parties: Mapping[str, str],
        as_of: int,
    ) -> None:
        self.rulebook = rulebook
        self.base = base
        self.derived = derived
        self.parties = parties
        self.as_of = as_of
        self._entries: dict[str, tuple[Entry, ...]] = {}
        meetings = base.rows.get("meeting", ())
        self.words = Words(parties, meetings, rulebook.vocabulary, rulebook.language)

    @cached_property
    def provenance(self) -> Provenance:
        """From rows back to what they were derived of."""
        rulebook = self.rulebook
        return Provenance(rulebook.program, rulebook.vocabulary, self.base, self.derived)

    def entries(self, fact: str) -> tuple[Entry, ...]:
        """All facts of a kind, on record or derived, in the order of their fields."""
        if fact not in self._entries:
            self._entries[fact] = tuple(self._read(fact))
        return self._entries[fact]

    def _read(self, fact: str) -> Iterator[Entry]:
        kind = self.rulebook.vocabulary.get(fact)
        if kind is not None:
            types = [(field.name, field.type) for field in kind.fields.values()]
            rows = self.base.rows.get(fact, {})
        elif fact in BEARING:
            types = list(BEARING[fact].items())
            rows = self.derived.rows.get(fact, {})
        else:
            types = list(self.rulebook.types.get(fact, {}).items())
            rows = self.derived.rows.get(fact, {})
        origins = self.base.origins.get(fact, {})
        for row, certain in sorted(rows.items()):
            yield Entry(fact, values_of(types, row), bool(certain), origins.get(row, ()))

    def says(self, entry: Entry) -> str:
        """A fact as a sentence; empty where nothing says how it reads."""
        kind = self.rulebook.vocabulary.get(entry.fact)
        if kind is not None:
            return first_up(fact_sentence(kind, entry.row, self.words))
        template = self.rulebook.says.get(entry.fact)
        return first_up(sentence(template, entry.fields, self.words)) if template else ""
