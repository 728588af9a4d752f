"""What differs between two records: facts, registers, sources, header.

Facts are compared as the loader reads them, so a date written in another way is
no change, nor is another order. A fact that only one record holds is added or
removed; where both records tell a fact with the same key and tell it differently,
it has changed. A statement has no key: one that was corrected is one removed and
one added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeVar

from ccm_rules.record.model import Fact, Record, Register, Source, Value
from ccm_rules.record.vocabulary import Vocabulary

ADDED: Final = "added"
REMOVED: Final = "removed"
CHANGED: Final = "changed"

Item = TypeVar("Item", Fact, Register)
#: What the fields of an item say, by name, as plain values; one left out is not there.
Fields = Mapping[str, str | int | list[str]]


class Change(NamedTuple):
    """One difference.

    Attributes:
        section: ``header``, ``source``, ``register`` or ``fact``.
        change: ``added``, ``removed`` or ``changed``.
        kind: the kind of fact; the id of a source; empty for the header.
        party: code of the State that a fact is about, or empty.
        before: what the first record says, or ``None``.
        after: what the second record says, or ``None``.
        fact: the fact itself, as the second record states it if it does.
    """

    section: str
    change: str
    kind: str
    party: str
    before: Fields | None
    after: Fields | None
    fact: Fact | None = None

    @property
    def differing(self) -> tuple[str, ...]:
        """Names of the fields that differ, in order."""
        before, after = self.before or {}, self.after or {}
        names = dict.fromkeys([*before, *after])
        return tuple(name for name in names if before.get(name) != after.get(name))


def diff(one: Record, other: Record, vocabulary: Vocabulary) -> list[Change]:
    """Everything that differs, in the order header, sources, registers, facts."""
    return [
        *_header(one, other),
        *_sources(one.sources, other.sources),
        *_registers(one.registers, other.registers),
        *_facts(one.facts, other.facts, vocabulary),
    ]


def fact_fields(fact: Fact) -> Fields:
    """A fact as plain values by name."""
    return {
        **{name: _plain(value) for name, value in fact.values.items()},
        **_common(fact.sources, fact.note),
        **({} if fact.known is None else {"known": str(fact.known)}),
    }


def register_fields(register: Register) -> Fields:
    """A register as plain values by name."""
    return {
        **{name: _plain(value) for name, value in register.where.items()},
        "parties": "all" if register.parties is None else sorted(register.parties),
        "until": str(register.until),
        **_common(register.sources, register.note),
    }


def source_fields(source: Source) -> Mapping[str, str]:
    """A source as texts by name."""
    found = {"title": source.title, "kind": "register" if source.register else "document"}
    if source.url:
        found["url"] = source.url
    if source.published is not None:
        found["published"] = str(source.published)
    return {**found, **({"note": source.note} if source.note else {})}


def _plain(value: Value) -> str | int:
    return value if isinstance(value, int) else str(value)


def _common(sources: Sequence[str], note: str) -> dict[str, str | list[str]]:
    return {"source": list(sources), **({"note": note} if note else {})}


def _header(one: Record, other: Record) -> Iterator[Change]:
    def fields(record: Record) -> Fields:
        found: dict[str, str | int | list[str]] = {}
        if record.title:
            found["title"] = record.title
        for name, day in (("as_of", record.as_of), ("period", record.period)):
            if day is not None:
                found[name] = str(day)
        return {**found, **({"rules": list(record.rules)} if record.rules else {})}

    before, after = fields(one), fields(other)
    if before != after:
        yield Change("header", CHANGED, "", "", before, after)


def _sources(one: Mapping[str, Source], other: Mapping[str, Source]) -> Iterator[Change]:
    for name in dict.fromkeys([*one, *other]):
        before = source_fields(one[name]) if name in one else None
        after = source_fields(other[name]) if name in other else None
        if before != after:
            yield Change("source", _change(before, after), name, "", before, after)


def _registers(one: Sequence[Register], other: Sequence[Register]) -> Iterator[Change]:
    def key(register: Register) -> object:
        where = frozenset(register.where.items())
        return (register.of, where, register.parties)

    def same(register: Register) -> object:
        return (key(register), register.until, register.sources, register.note)

    for before, after in _paired(one, other, key, same):
        register = after or before
        assert register is not None
        old = None if before is None else register_fields(before)
        new = None if after is None else register_fields(after)
        yield Change("register", _change(old, new), register.of, "", old, new)


def _facts(one: Sequence[Fact], other: Sequence[Fact], vocabulary: Vocabulary) -> Iterator[Change]:
    def key(fact: Fact) -> object:
        kind = vocabulary[fact.kind]
        if kind.statement:
            return None  # a statement is the same or another one
        values = (fact.values.get(name, kind.fields[name].default) for name in kind.key)
        return (fact.kind, *values)

    for before, after in _paired(one, other, key, identity):
        fact = after or before
        assert fact is not None
        old = None if before is None else fact_fields(before)
        new = None if after is None else fact_fields(after)
        party = str(fact.values.get("party", ""))
        yield Change("fact", _change(old, new), fact.kind, party, old, new, fact)


def identity(fact: Fact) -> object:
    """What makes two facts the same in every word; where they stand does not count."""
    return (fact.kind, frozenset(fact.values.items()), fact.sources, fact.note, fact.known)


def _change(before: Any, after: Any) -> str:
    return ADDED if before is None else REMOVED if after is None else CHANGED


def _paired(
    one: Sequence[Item],
    other: Sequence[Item],
    key: Callable[[Item], object],
    same: Callable[[Item], object],
) -> Iterator[tuple[Item | None, Item | None]]:
    """What differs: pairs with one key, and what stands alone.

    Equal items cancel out, one for one. Of the rest, items with one key and the
    same sources belong together, then those with one key, in their order.
    """
    left, new = _less(one, other, same), _less(other, one, same)
    pairs: dict[int, Item] = {}  # the new item of each old one, by the old one's place
    taken: set[int] = set()
    for group in (lambda item: (key(item), item.sources), key):
        waiting: dict[object, list[int]] = {}
        for place, item in enumerate(new):
            if place not in taken and key(item) is not None:
                waiting.setdefault(group(item), []).append(place)
        for queue in waiting.values():
            queue.reverse()
        for place, item in enumerate(left):
            if place not in pairs and (queue := waiting.get(group(item), [])):
                taken.add(queue[-1])
                pairs[place] = new[queue.pop()]
    for place, item in enumerate(left):
        yield item, pairs.get(place)
    for place, item in enumerate(new):
        if place not in taken:
            yield None, item


def _less(
    items: Sequence[Item], others: Sequence[Item], same: Callable[[Item], object]
) -> list[Item]:
    """Items without those that others hold too, one for one."""
    count: dict[object, int] = {}
    for other in others:
        name = same(other)
        count[name] = count.get(name, 0) + 1
    left = []
    for item in items:
        name = same(item)
        if count.get(name, 0):
            count[name] -= 1
        else:
            left.append(item)
    return left
