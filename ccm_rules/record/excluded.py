"""Sources against each other: joined facts go in; out come those that a list excludes.

A standing register that is complete for all States is the list of such facts: the
depositary's list of instruments, say. What another source alone has told, and the list
would have by its day and has not, contradicts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ccm_rules.record.model import Contradiction, Fact, Record, Register
from ccm_rules.record.vocabulary import Vocabulary


def exclusions(
    record: Record, facts: Iterable[Fact], vocabulary: Vocabulary
) -> list[Contradiction]:
    """The facts that a list of another source excludes, each with the register that says so.

    Args:
        record: for its registers and sources.
        facts: its facts, joined.
        vocabulary: the kinds of fact.
    """
    lists: dict[str, list[tuple[Register, frozenset[str]]]] = {}
    for register, names in _lists(record, vocabulary):
        lists.setdefault(register.of, []).append((register, names))
    return [
        Contradiction(fact.kind, "register", fact, fact, register)
        for fact in facts
        if fact.kind in lists and fact.sources
        for register in _excluding(fact, lists[fact.kind], vocabulary)
    ]


def _lists(record: Record, vocabulary: Vocabulary) -> Iterator[tuple[Register, frozenset[str]]]:
    """The registers that exclude what they have not, with the names of their sources.

    One of named States only says what its source had seen of them. A source of which the
    record holds no fact is none from which facts are taken, so it excludes none.
    """
    telling = {name for fact in record.facts for name in _names(fact.sources)}
    for register in record.registers:
        kind, names = vocabulary[register.of], _names(register.sources)
        # Sources of a rule's own cases are described nowhere.
        described = [record.sources[name] for name in names if name in record.sources]
        standing = bool(names) and all(source.register for source in described)
        if register.parties is None and kind.dated and kind.key and standing and names & telling:
            yield register, names


def _excluding(
    fact: Fact, lists: Iterable[tuple[Register, frozenset[str]]], vocabulary: Vocabulary
) -> list[Register]:
    """The first list that excludes a fact, if one does."""
    kind = vocabulary[fact.kind]
    told, last = _names(fact.sources), kind.day(fact.values).latest
    speaking = [
        (register, names)
        for register, names in lists
        if last <= register.until.earliest
        and all(
            fact.values.get(name, kind.fields[name].default) == value
            for name, value in register.where.items()
        )
    ]
    if any(names & told for _, names in speaking):
        return []
    return [register for register, _ in speaking[:1]]


def _names(references: Iterable[str]) -> frozenset[str]:
    """The sources that references name."""
    return frozenset(reference.partition(" ")[0] for reference in references)
