"""What a record holds: facts, sources, registers.

Plain values without behaviour; `ccm_rules.record` makes them, the engines and
the output read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ccm_rules.dates import When

Value = str | int | When


class Source(NamedTuple):
    """Where facts come from.

    Attributes:
        id: the name that facts use.
        title: the document's or register's title.
        url: where it can be read, or empty.
        published: day of publication of a document; ``None`` for a register.
        register: whether it is a standing register (the depositary's list),
            whose facts are known from each fact's own day.
        note: a remark of the people who keep the record.
    """

    id: str
    title: str
    url: str = ""
    published: When | None = None
    register: bool = False
    note: str = ""


class Fact(NamedTuple):
    """One dated thing that a source says.

    Attributes:
        kind: name of the kind of fact.
        values: the fields given, by name.
        sources: references such as ``11MSP-PR ¶20``; all that it rests on.
        note: a remark of the people who keep the record.
        known: the day from which it is known, where that is stated.
        place: file and JSON path, for messages.
    """

    kind: str
    values: Mapping[str, Value]
    sources: tuple[str, ...] = ()
    note: str = ""
    known: When | None = None
    place: str = ""


class Register(NamedTuple):
    """A statement that the record of some kind of fact is complete.

    Attributes:
        of: the kind of fact.
        where: field values that the statement is limited to.
        parties: codes of the States it is about, or ``None`` for all.
        until: last day up to which the record is complete.
        sources: references, as on a fact.
        place: file and JSON path.
    """

    of: str
    where: Mapping[str, Value]
    parties: frozenset[str] | None
    until: When
    sources: tuple[str, ...] = ()
    note: str = ""
    place: str = ""


class Contradiction(NamedTuple):
    """Two facts that cannot both be right, one entered twice, or one that a register excludes.

    Attributes:
        kind: kind of the facts.
        field: the field that differs; empty for a duplicate.
        first: one fact.
        second: the other fact; the same where a register excludes it.
        register: the register that excludes it, or ``None``.
    """

    kind: str
    field: str
    first: Fact
    second: Fact
    register: Register | None = None

    @property
    def sides(self) -> tuple[Fact, Fact | Register]:
        """What stands against what."""
        return self.first, self.register or self.second

    @property
    def relation(self) -> str:
        """The built-in relation that holds it."""
        if self.register is not None:
            return "excluded"
        return "contradiction" if self.field else "duplicate"


class Record(NamedTuple):
    """All that the loaded files say.

    Attributes:
        title: title of the (first) file.
        as_of: the day that the file is about, or ``None``.
        period: the review period, or ``None``.
        rules: names of the rule folders that the record asks for, of one treaty; empty
            for those of the first.
        sources: by id.
        registers: statements of completeness.
        facts: every fact as written, before duplicates are joined.
        digest: SHA-256 over all files read, in hexadecimal.
        files: the files read, as named.
        warnings: things that are odd but usable.
    """

    title: str
    as_of: When | None
    period: When | None
    rules: tuple[str, ...]
    sources: Mapping[str, Source]
    registers: tuple[Register, ...]
    facts: tuple[Fact, ...]
    digest: str
    files: tuple[str, ...]
    warnings: tuple[str, ...] = ()
