"""The part of a rulebook that one rule and its cases rest on.

A case looks at what its own rule finds and derives, so it goes the same with only
the rules that this rests on, which compile and run in a tenth of the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import attrs

from ccm_rules.compiler import duty_status as duties
from ccm_rules.compiler.compile import Item, ended_by, facts_of
from ccm_rules.compiler.tallies import TYPES as TALLIES
from ccm_rules.law.rule import Case, Indicator, Population, Rule, Section


def closure(rule: Rule, rules: Sequence[Rule], more: Iterable[str] = ()) -> list[Rule]:
    """The rules that a rule reads from, each with what is read, and the rule itself whole.

    Args:
        rule: the rule, changed or not.
        rules: all rules, in the order in which they compile.
        more: facts that are looked at beside those that the rule and its cases name.
    """
    others = [other for other in rules if other.name != rule.name]
    counted = _Counted(rule, rules)
    needed = _needed(rule, others, counted, more)
    kept = []
    for other in rules:
        if other.name == rule.name:
            kept.append(attrs.evolve(rule, sections=_empty(rule.sections)))
            continue
        part = attrs.evolve(
            other,
            derives=tuple(item for item in other.derives if item.fact in needed),
            counts=tuple(item for item in other.counts if item.fact in needed),
            duty=other.duty if duties.STATUS in needed else None,
            findings=(),
            sections=_empty(other.sections),
            populations=tuple(p for p in other.populations if p.name in counted.populations),
            indicators=tuple(i for i in other.indicators if i.name in counted.indicators),
        )
        tables = (part.derives, part.counts, part.sections, part.populations, part.indicators)
        if part.duty or any(tables):
            kept.append(part)
    return kept


def _needed(
    rule: Rule, others: Sequence[Rule], counted: _Counted, more: Iterable[str]
) -> set[str]:
    """The facts that a rule and its cases rest on."""
    found: set[str] = set()
    own: list[Item] = [*rule.made, *rule.findings, *rule.populations, *rule.indicators]
    own += [] if rule.duty is None else [rule.duty]
    todo = {fact for item in own for fact in facts_of(item)}
    todo |= {*more, *ended_by([rule, *others])}
    todo |= {item["fact"] for case in rule.cases for item in (*case.derives, *case.lacks)}
    while todo or counted.more(found):
        found |= todo
        items: list[Item] = [*counted.take()]
        items += [item for name in todo for item in _makers(name, others)]
        todo = {fact for item in items for fact in facts_of(item)} - found
    return found


def _makers(fact: str, rules: Iterable[Rule]) -> Iterator[Item]:
    """What derives a fact."""
    for rule in rules:
        yield from (made for made in rule.made if made.fact == fact)
        if fact == duties.STATUS and rule.duty is not None:
            yield rule.duty


def _empty(sections: Iterable[Section]) -> tuple[Section, ...]:
    """Sections whose summary names no indicator, since not all are there."""
    return tuple(attrs.evolve(section, summary=()) for section in sections)


class _Counted:
    """Which indicators and populations are needed: by name, or all, where a rule reads them all."""

    def __init__(self, rule: Rule, rules: Sequence[Rule]) -> None:
        self._all_indicators = {one.name: one for r in rules for one in r.indicators}
        self._all_populations = {one.name: one for r in rules for one in r.populations}
        for one in rule.indicators:
            self._all_indicators[one.name] = one
        for population in rule.populations:
            self._all_populations[population.name] = population
        self.indicators: set[str] = set()
        self.populations: set[str] = set()
        self._new: list[Indicator | Population] = []
        for name in (*(one.name for one in rule.indicators), *_asked(rule.cases)):
            self._indicator(name)
        for population in rule.populations:
            self._population(population.name)

    def _indicator(self, name: str) -> None:
        one = self._all_indicators.get(name)
        if one is None or name in self.indicators:
            return
        self.indicators.add(name)
        self._new.append(one)
        self._population(one.population)
        linked = (*one.within, *one.same_as)
        if one.reckoned is not None:
            linked += (one.reckoned.left, one.reckoned.right)
        for other in linked:
            self._indicator(other)

    def _population(self, name: str) -> None:
        population = self._all_populations.get(name)
        if population is not None and name not in self.populations:
            self.populations.add(name)
            self._new.append(population)

    def more(self, needed: set[str]) -> bool:
        """Whether there are any of which it is not seen yet what they rest on."""
        if needed & set(TALLIES):
            for name in self._all_indicators:
                self._indicator(name)
            for name in self._all_populations:
                self._population(name)
        return bool(self._new)

    def take(self) -> list[Indicator | Population]:
        """Those, once."""
        new, self._new = self._new, []
        return new


def _asked(cases: Iterable[Case]) -> Iterable[str]:
    return (count.indicator for case in cases for count in case.counts)
