"""Rules go in; out comes which read what others make: facts, duties, populations, indicators.

A statement of a rule (a derived fact, a count, its duty, a finding, a population, an
indicator) reads some things and makes one; what a rule feeds is found by following them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
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
        named: those that hold a variable, with its name.
    """

    what: str
    name: str
    fixed: tuple[tuple[str, str | int | dt.date], ...] = ()
    named: tuple[tuple[str, str], ...] = ()

    def may_be(self, other: Thing) -> bool:
        """Whether what is made as one may be read as the other."""
        if self.what != other.what or other.name not in ("", self.name):
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

    def made_of(self, read: Thing, found: Thing) -> Thing:
        """What it makes where one that it reads is a thing with more constants.

        Of the deadline of one Article, a statement on any makes what is of that Article.
        """
        constants = dict(found.fixed)
        values = {var: constants[field] for field, var in read.named if field in constants}
        more = ((field, values[var]) for field, var in self.makes.named if var in values)
        fixed = {**dict(self.makes.fixed), **dict(more)}
        return self.makes._replace(fixed=tuple(sorted(fixed.items())))


class Graph:
    """The statements of some rules.

    Args:
        rules: with everything in their files.
        kinds: names of the kinds of fact that a record may hold.
    """

    def __init__(self, rules: Iterable[Rule], kinds: Iterable[str]) -> None:
        self._kinds = set(kinds)
        self.statements = [statement for rule in rules for statement in _statements(rule)]
        self._readers: dict[tuple[str, str], list[tuple[Thing, Statement]]] = {}
        for statement in self.statements:
            for thing in statement.reads:
                self._readers.setdefault(thing[:2], []).append((thing, statement))
        #: The rules that each rule reads, in the order of the rules.
        self._below: dict[str, dict[str, None]] = {}
        for statement in self.statements:
            for _, reader in self._reading(statement.makes, statement.makes[:2]):
                self._below.setdefault(reader.rule, {})[statement.rule] = None

    def of(self, rule: str) -> list[Statement]:
        """The statements of a rule."""
        return [statement for statement in self.statements if statement.rule == rule]

    def kinds_read(self, rule: str) -> list[str]:
        """The kinds of fact that a rule reads in the record, in the order of its text."""
        things = (thing for one in self.of(rule) for thing in sorted(one.reads, key=repr))
        found = (t.name for t in things if t.what == "fact" and t.name in self._kinds)
        return list(dict.fromkeys(found))

    def read_by(self, rule: str) -> list[str]:
        """The other rules that make what a rule reads."""
        return [name for name in self._below.get(rule, ()) if name != rule]

    def below(self, rule: str) -> set[str]:
        """The rules that a rule rests on, itself included."""
        found: set[str] = set()
        todo = [rule]
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                todo += self.read_by(name)
        return found

    def readers(self, rule: str) -> list[str]:
        """The other rules that read what a rule makes, in their order."""
        mine = (one.makes for one in self.of(rule))
        found = {reader.rule for made in mine for _, reader in self._all_reading(made)}
        names = dict.fromkeys(statement.rule for statement in self.statements)
        return [name for name in names if name in found and name != rule]

    def above(self, rule: str) -> list[Statement]:
        """The findings and indicators that rest on a rule, through any number of others.

        Rules that compare all indicators are not followed: they rest on every one.
        """
        seen: set[tuple[Statement, Thing]] = set()
        todo = [one.makes for one in self.of(rule)]
        while todo:
            made = todo.pop()
            new = {(one, one.made_of(read, made)) for read, one in self._all_reading(made)} - seen
            seen |= new
            todo += [thing for _, thing in new]
        found = {statement for statement, _ in seen}
        shown = ("finding", "indicator")
        return [s for s in self.statements if s in found and s.makes.what in shown]

    def _all_reading(self, made: Thing) -> Iterator[tuple[Thing, Statement]]:
        """The statements that read a thing, by name or as one of all duties."""
        yield from self._reading(made, made[:2])
        if made.what == "duty":
            yield from self._reading(made, _ANY_DUTY[:2])

    def _reading(self, made: Thing, name: tuple[str, str]) -> Iterator[tuple[Thing, Statement]]:
        """The same by one name, each with what it reads it as."""
        for read, statement in self._readers.get(name, ()):
            if made.may_be(read):
                yield read, statement


def made(derive: Derive | CountOf) -> Thing:
    """The facts that a table concludes."""
    return _fact(derive.fact, derive.fields)


def read(pattern: Pattern) -> Thing:
    """The facts that a pattern joins."""
    return _fact(pattern.fact, pattern.fields)


def _fact(name: str, fields: Mapping[str, Term]) -> Thing:
    fixed = [(field, term) for field, term in fields.items() if not isinstance(term, Var)]
    named = [(field, term.name) for field, term in fields.items() if isinstance(term, Var)]
    return Thing("fact", name, tuple(sorted(fixed)), tuple(sorted(named)))


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


def comparing(graph: Graph) -> list[str]:
    """The rules that read all indicators, whatever their names."""
    return list(dict.fromkeys(s.rule for s in graph.statements if _NUMBERS in s.reads))
