"""Facts and duties of a report by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ccm_rules.compiler.duty_status import OPEN, STATUS
from ccm_rules.dates import When
from ccm_rules.record.model import Fact
from ccm_rules.report.because import Node, of_row
from ccm_rules.report.checking import Report
from ccm_rules.report.findings import fact_sentence, first_up, sentence, values_of


class Entry(NamedTuple):
    """One fact, on record or derived, by field."""

    fact: str
    fields: Mapping[str, tuple[str, tuple[str | int, ...]]]
    certain: bool
    facts: tuple[Fact, ...]

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
    def row(self) -> tuple[str | int, ...]:
        """The row that it was read from."""
        return tuple(value for _, columns in self.fields.values() for value in columns)



def entries(self: Report, fact: str) -> Iterator[Entry]:
    """All facts of a kind."""
    kind = self.rulebook.vocabulary.get(fact)
    if kind is not None:
        types = [(field.name, field.type) for field in kind.fields.values()]
        rows = self.base.rows.get(fact, {})
    else:
        types = list(self.rulebook.types.get(fact, {}).items())
        rows = self.derived.rows.get(fact, {})
    origins = self.base.origins.get(fact, {})
    for row, certain in sorted(rows.items()):
        yield Entry(fact, values_of(types, row), bool(certain), origins.get(row, ()))


def says(self: Report, entry: Entry) -> str:
    """A fact as a sentence."""
    kind = self.rulebook.vocabulary.get(entry.fact)
    if kind is not None:
        return first_up(fact_sentence(kind, entry.row, self.maker.words))
    template = self.rulebook.says.get(entry.fact)
    return first_up(sentence(template, entry.fields, self.maker.words)) if template else ""


class Duty(NamedTuple):
    """A duty of a State with its status."""

    rule: str
    party: str
    item: str
    n: int
    status: str
    due: When
    until: When | None = None

    @property
    def row(self) -> tuple[str | int, ...]:
        """The row of its status."""
        return (*self[:5], *self.due, *(self.until or ()))


def duties(self: Report) -> set[Duty]:
    """All duties as they stand."""
    found = set()
    for relation in (STATUS, OPEN):
        for row, sure in self.derived.rows.get(relation, {}).items():
            if relation == STATUS and not sure:
                continue
            if relation == OPEN:
                row = (*row[:4], "open", *row[4:6])
            found.add(Duty(
                str(row[0]), str(row[1]), str(row[2]), int(row[3]), str(row[4]),
                When(int(row[5]), int(row[6])),
                When(int(row[7]), int(row[8])) if row[7:] else None,
            ))
    return found


def why(self: Report, one: Duty | Entry) -> Node:
    """Why a duty has its status, or why a derived fact holds."""
    return of_row(self, one.fact if isinstance(one, Entry) else STATUS, one.row)


def derived_by(self: Report, entry: Entry) -> str:
    """Name of the rule that a derived fact comes from; empty for none."""
    found = self.maker.trace.derivation(entry.fact, entry.row)
    return found[0].rule if found is not None else ""
