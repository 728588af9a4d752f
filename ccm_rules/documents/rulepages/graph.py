"""Which rules read what other rules make: facts, duties, populations, indicators.

A statement of a rule (a derived fact, a count, its duty, a finding, a population, an
indicator) reads some things and makes one; what a rule feeds is found by following them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from ccm_rules.authoring.anatomy import Item, parts, places, records
from ccm_rules.compiler import tallies
from ccm_rules.law.rule import (
    CountOf,
    Derive,
    Duty,
    FindingRule,
    Indicator,
    Pattern,
    Population,
    Rule,
    Term,
    Var,
)


class Thing(NamedTuple):
    """What statements read and make.

    Attributes:
        what: fact, duty, finding, population, indicator or numbers.
        name: its name.
        fixed: the fields of a fact that hold a constant, sorted: a deadline under one
            Article is not one under another.
    """

    what: str
    name: str
    fixed: tuple[tuple[str, str | int | dt.date], ...] = ()

    def may_be(self, other: Thing) -> bool:
        """Whether what is made as one may be read as the other."""
        if (self.what, self.name) != (other.what, other.name):
            return False
        mine = dict(self.fixed)
        return all(mine.get(field, value) == value for field, value in other.fixed)


#: What any duty is read as by a pattern that names no rule.
_ANY_DUTY: Final = Thing("duty", "")
#: What rules that compare indicators read.
_NUMBERS: Final = Thing("numbers", "")
#: In which order the statements of a rule are looked at.
_ORDER: Final = (Derive, CountOf, Duty, FindingRule, Population, Indicator)


class Statement(NamedTuple):
    """One statement of a rule.

    Attributes:
        rule: name of the rule.
        makes: the thing that it makes.
        reads: the things that it reads.
    """

    rule: str
    makes: Thing
    reads: frozenset[Thing]


class Graph:
    """The statements of some rules.

    Args:
        rules: with everything in their files.
        kinds: names of the kinds of fact that a record may hold.
    """

    def __init__(self, rules: Iterable[Rule], kinds: Iterable[str]) -> None:
        self._kinds = set(kinds)
        self._rules = {rule.name: rule for rule in rules}
        self.statements = [s for rule in self._rules.values() for s in _statements(rule)]
        self._readers: dict[tuple[str, str], list[tuple[Thing, Statement]]] = {}
        self._makers: dict[tuple[str, str], list[Statement]] = {}
        for statement in self.statements:
            self._makers.setdefault(statement.makes[:2], []).append(statement)
            for thing in statement.reads:
                self._readers.setdefault(thing[:2], []).append((thing, statement))

    def of(self, rule: str) -> list[Statement]:
        """The statements of a rule."""
        return [statement for statement in self.statements if statement.rule == rule]

    def kinds_read(self, rule: str) -> list[str]:
        """The kinds of fact that a rule reads in the record, in the order of its text."""
        found = dict.fromkeys(
            thing.name
            for statement in self.of(rule)
            for thing in _sorted(statement.reads)
            if thing.what == "fact" and thing.name in self._kinds
        )
        return list(found)

    def made_elsewhere(self, rule: str) -> dict[str, list[Thing]]:
        """What a rule reads that other rules make, by the rules that make it."""
        found: dict[str, list[Thing]] = {}
        for statement in self.of(rule):
            for thing in _sorted(statement.reads):
                for maker in self._made(thing):
                    if maker.rule != rule and thing not in found.setdefault(maker.rule, []):
                        found[maker.rule].append(thing)
        return {name: found[name] for name in self._rules if found.get(name)}

    def _made(self, thing: Thing) -> list[Statement]:
        makers = self._makers.get(thing[:2], ())
        return [statement for statement in makers if statement.makes.may_be(thing)]

    def below(self, rule: str) -> set[str]:
        """The rules that a rule rests on, itself included."""
        found: set[str] = set()
        todo = [rule]
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                todo += self.made_elsewhere(name)
        return found

    def readers(self, rule: str) -> list[str]:
        """The other rules that read what a rule makes, in their order."""
        found = {r.rule for s in self.of(rule) for r in self._reading(s.makes)} - {rule}
        return [name for name in self._rules if name in found]

    def _reading(self, thing: Thing) -> Iterator[Statement]:
        asked = [*self._readers.get(thing[:2], ())]
        if thing.what == "duty":
            asked += self._readers.get(_ANY_DUTY[:2], ())
            yield from (statement for _, statement in asked)
            return
        yield from (statement for read, statement in asked if thing.may_be(read))

    def above(self, rule: str) -> list[Statement]:
        """The findings and indicators that rest on a rule, through any number of others.

        Rules that compare all indicators are not followed: they rest on every one.
        """
        seen: dict[Thing, None] = {}
        found: list[Statement] = []
        todo = [statement.makes for statement in self.of(rule)]
        while todo:
            thing = todo.pop()
            if thing in seen:
                continue
            seen[thing] = None
            for statement in self._reading(thing):
                if statement.makes.what in ("finding", "indicator"):
                    found.append(statement)
                todo.append(statement.makes)
        once = {s.makes: s for s in found if s.rule != rule or s.makes.what == "indicator"}
        return [s for s in self.statements if once.get(s.makes) is s]


def made(derive: Derive | CountOf) -> Thing:
    """The facts that a table concludes."""
    return _fact(derive.fact, derive.fields)


def read(pattern: Pattern) -> Thing:
    """The facts that a pattern joins."""
    return _fact(pattern.fact, pattern.fields)


def _fact(name: str, fields: Mapping[str, Term]) -> Thing:
    fixed = [(field, term) for field, term in fields.items() if not isinstance(term, Var)]
    return Thing("fact", name, tuple(sorted(fixed)))


def _sorted(things: Iterable[Thing]) -> list[Thing]:
    return sorted(things, key=repr)


def _things(found: Iterable[Pattern]) -> frozenset[Thing]:
    things: set[Thing] = set()
    for pattern in found:
        if pattern.fact == "duty-status":
            rule = pattern.fields.get("rule")
            things.add(Thing("duty", rule) if isinstance(rule, str) else _ANY_DUTY)
        elif pattern.fact in tallies.TYPES:
            of = pattern.fields.get("of")
            what = "population" if pattern.fact.startswith("population") else "indicator"
            things.add(Thing(what, of) if isinstance(of, str) else _NUMBERS)
        else:
            things.add(_fact(pattern.fact, pattern.fields))
    return frozenset(things)


def _statements(rule: Rule) -> Iterator[Statement]:
    for part in sorted(parts(rule), key=lambda part: _ORDER.index(type(part.item))):
        item = part.item
        bodies = [place.body for place in places(item)]
        joined = [p for body in bodies for p in (*body.all, *body.none, *body.unless)]
        reads = _things([*joined, *(pattern for _, pattern in records(item))])
        yield Statement(rule.name, _makes(rule, item), reads | _beside(rule, item))


def _makes(rule: Rule, item: Item) -> Thing:
    """What a statement makes."""
    match item:
        case Derive() | CountOf():
            return made(item)
        case FindingRule():
            return Thing("finding", f"{rule.name}/{item.name}")
        case Population():
            return Thing("population", item.name)
        case Indicator():
            return Thing("indicator", item.name)
    return Thing("duty", rule.name)


def _beside(rule: Rule, item: Item) -> set[Thing]:
    """What a statement reads beside the facts that it joins."""
    if isinstance(item, FindingRule) and item.when:
        return {Thing("duty", rule.name)}
    if not isinstance(item, Indicator):
        return set()
    things = {Thing("population", item.population)} if item.population else set()
    if item.reckoned is not None:
        things |= {Thing("indicator", name) for name in (item.reckoned.left, item.reckoned.right)}
    return things


def comparing(graph: Graph) -> Sequence[str]:
    """The rules that read all indicators, whatever their names."""
    return list(dict.fromkeys(s.rule for s in graph.statements if _NUMBERS in s.reads))
