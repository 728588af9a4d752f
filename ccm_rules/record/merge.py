"""Merging: facts go in; those that are stated twice come out as one, with contradictions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ccm_rules.dates import When
from ccm_rules.errors import InputError, Problem
from ccm_rules.record.excluded import exclusions
from ccm_rules.record.model import Contradiction, Fact, Record, Value
from ccm_rules.record.vocabulary import Kind, Vocabulary


class Merged(NamedTuple):
    """Facts after joining.

    Attributes:
        facts: each fact with all the facts as written that it rests on.
        contradictions: pairs that cannot both be right, plain duplicates, and facts left out
            because a register excludes them.
    """

    facts: tuple[tuple[Fact, tuple[Fact, ...]], ...]
    contradictions: tuple[Contradiction, ...]


def merge_record(record: Record, vocabulary: Vocabulary) -> Merged:
    """Join the facts of a record, without those that the list of another source excludes.

    Raises:
        InputError: facts of an exclusive kind contradict.
    """
    merged = merge(record.facts, vocabulary)
    found = exclusions(record, [fact for fact, _ in merged.facts], vocabulary)
    if not found:
        return merged
    out = {id(item.first) for item in found}
    kept = tuple(pair for pair in merged.facts if id(pair[0]) not in out)
    return Merged(kept, (*merged.contradictions, *found))


def merge(facts: Iterable[Fact], vocabulary: Vocabulary) -> Merged:
    """Join facts with equal keys, unless what makes them begin anew lies between them.

    A narrower date refines a vaguer one. Where two dates cannot be the same
    day, both are shown as a contradiction and the record keeps the range that
    holds both, so that nothing is concluded from either alone. Where another
    field differs, both facts stand, and the contradiction is shown.

    Raises:
        InputError: facts of an exclusive kind contradict.
    """
    groups: dict[tuple[object, ...], list[Fact]] = {}
    # What a fact's key is made of, by kind; nothing where no two facts are one.
    keys = {
        name: None
        if kind.statement
        else tuple((field, kind.fields[field].default) for field in kind.key)
        for name, kind in vocabulary.items()
    }
    facts = tuple(facts)
    for number, fact in enumerate(facts):
        fields = keys[fact.kind]
        key: tuple[object, ...] = (fact.kind, number)
        if fields is not None:
            get = fact.values.get
            key = (fact.kind, *[get(name, default) for name, default in fields])
        groups.setdefault(key, []).append(fact)
    between = _Between(facts, vocabulary)
    joined: list[tuple[Fact, tuple[Fact, ...]]] = []
    contradictions: list[Contradiction] = []
    for group in [part for whole in groups.values() for part in between.parts(whole)]:
        if len(group) == 1:
            joined.append((group[0], (group[0],)))
        else:
            contradictions += _contradictions(group)
            joined += _join(group, vocabulary[group[0].kind])
    _forbid(contradictions, vocabulary)
    return Merged(tuple(joined), tuple(contradictions))


class _Between:
    """What lies between facts with equal keys and makes them several."""

    def __init__(self, facts: tuple[Fact, ...], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        named = {name for kind in vocabulary.values() for name, _ in kind.anew_after}
        self._facts: dict[tuple[str, Value], list[Fact]] = {}
        for fact in facts:
            if fact.kind in named:
                self._facts.setdefault((fact.kind, fact.values.get("party", "")), []).append(fact)

    def parts(self, group: list[Fact]) -> list[list[Fact]]:
        """The facts of one key, those apart between whose days something certainly lies."""
        kind = self._vocabulary[group[0].kind]
        if len(group) == 1 or not kind.anew_after:
            return [group]
        between = self._between(group[0], kind)
        parts: list[list[Fact]] = []
        for fact in sorted(group, key=lambda fact: (_day(fact).latest, _day(fact).earliest)):
            since = _day(fact).earliest
            if parts and not any(
                _day(other).latest < since
                and (other in parts[-1] or _day(parts[-1][0]).latest <= _day(other).earliest)
                for other in between
            ):
                parts[-1].append(fact)
            else:
                parts.append([fact])
        # As they are written: of what is told twice the first place counts.
        return [[fact for fact in group if fact in part] for part in parts]

    def _between(self, fact: Fact, kind: Kind) -> list[Fact]:
        """The facts that can make those of a key several."""
        return [
            other
            for name, values in kind.anew_after
            for other in self._facts.get((name, fact.values.get("party", "")), ())
            if all(other.values.get(field) == value for field, value in values.items())
            and all(
                other.values[field] == fact.values.get(field)
                for field in kind.key
                if field in other.values
            )
        ]


def _day(fact: Fact) -> When:
    day = fact.values["date"]
    assert isinstance(day, When)
    return day


def _contradictions(group: list[Fact]) -> list[Contradiction]:
    found = []
    for number, second in enumerate(group):
        for first in group[:number]:
            differ = [
                name
                for name, value in first.values.items()
                if name in second.values and not _agree(value, second.values[name])
            ]
            found += [Contradiction(first.kind, name, first, second) for name in differ]
            if first.values == second.values and first.sources == second.sources:
                found.append(Contradiction(first.kind, "", first, second))
    return found


def _agree(one: Value, other: Value) -> bool:
    if isinstance(one, When) and isinstance(other, When):
        return one.earliest <= other.latest and other.earliest <= one.latest
    return one == other


def _join(group: list[Fact], kind: Kind) -> list[tuple[Fact, tuple[Fact, ...]]]:
    whens = _dates(group, kind)
    variants: dict[tuple[tuple[str, Value], ...], list[Fact]] = {}
    for fact, values in zip(group, _completed(group, kind), strict=True):
        variants.setdefault(tuple(values.items()), []).append(fact)
    joined = []
    for values_, members in variants.items():
        # Dates rest on the whole group: each member narrows or widens them.
        rests_on = (*members, *(fact for fact in group if fact not in members))
        sources = tuple(dict.fromkeys(ref for fact in rests_on for ref in fact.sources))
        note = "; ".join(dict.fromkeys(fact.note for fact in rests_on if fact.note))
        fact = Fact(kind.name, {**dict(values_), **whens}, sources, note, place=members[0].place)
        joined.append((fact, rests_on))
    return joined


def _dates(group: list[Fact], kind: Kind) -> dict[str, When]:
    """Each date as all facts of a group together give it: narrowed, or widened to hold all."""
    whens: dict[str, When] = {}
    for name in kind.fields:
        dates = [date for fact in group if isinstance(date := fact.values.get(name), When)]
        if dates:
            earliest, latest = max(d.earliest for d in dates), min(d.latest for d in dates)
            if earliest > latest:
                earliest, latest = min(d.earliest for d in dates), max(d.latest for d in dates)
            whens[name] = When(earliest, latest)
    return whens


def _completed(group: list[Fact], kind: Kind) -> Iterator[dict[str, Value]]:
    """What else each fact says; where it leaves out what the others agree on, with that."""
    plain = [name for name, field in kind.fields.items() if field.type != "when"]
    said = {name: {fact.values[name] for fact in group if name in fact.values} for name in plain}
    agreed = {name: next(iter(values)) for name, values in said.items() if len(values) == 1}
    for fact in group:
        known = {**agreed, **fact.values}
        yield {name: known[name] for name in plain if name in known}


def _forbid(contradictions: list[Contradiction], vocabulary: Vocabulary) -> None:
    problems = []
    for item in contradictions:
        if not item.field or not vocabulary[item.kind].exclusive:
            continue
        file, _, path = item.second.place.rpartition(" ")
        one, other = item.first, item.second
        values = f"{one.values[item.field]} and {other.values[item.field]}"
        sources = f"{', '.join(one.sources)} and {', '.join(other.sources)}"
        problems.append(
            Problem(
                file,
                0,
                0,
                path,
                f"contradicts {one.place}: two {item.kind} facts differ in {item.field!r} "
                f"({values}; sources: {sources})",
                "keep the right one: only one can hold",
            )
        )
    if problems:
        raise InputError(problems)
