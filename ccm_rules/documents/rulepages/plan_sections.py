"""A rule goes in; out come its sections on indicators, and on whom they are asked of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ccm_rules.documents.blocks import Block
from ccm_rules.documents.parts.building import lead
from ccm_rules.documents.rulepages.phrases import SHARES
from ccm_rules.documents.rulepages.ruleset import RuleSet
from ccm_rules.documents.rulepages.variables import Scope
from ccm_rules.law.rule import Body, Indicator, Population, Reckoned, Rule
from ccm_rules.record.sentences import first_up
from ccm_rules.words.language import mark

_PERIODS: Final = {
    "flow": mark("what happens within the review period"),
    "stock": mark("what stands on the last day of the review period"),
    "look-back": mark("what happened in the two years before"),
}
#: How units are called; the values of facts call some of them otherwise.
_UNITS: Final = {
    "States": mark("States"),
    "requests": mark("requests"),
    "reports": mark("reports"),
    "laws": mark("laws"),
    "persons": mark("persons"),
    "delegations": mark("delegations"),
    "meetings": mark("meetings"),
    "coalitions": mark("coalitions"),
    "cases": mark("cases"),
    "items": mark("items"),
    "answers": mark("answers"),
    "percent": mark("percent"),
}

#: A label and what stands behind it.
_Row = tuple[str, str]


def populations_section(among: RuleSet, rule: Rule) -> list[Block]:
    """Each population, and who belongs to it."""
    blocks: list[Block] = []
    for one in rule.populations:
        scope = among.scope(one.party)
        rows = [
            (among.say("Name"), one.name),
            *_each(among, among.say("For"), one.instances, scope),
            *((among.say("Who"), who) for who in among.words.conditions(one.body, scope)),
            *_record(among, one, scope),
        ]
        blocks += [lead(first_up(one.title)), among.labelled(rows)]
    return blocks


def indicators_section(among: RuleSet, rule: Rule) -> list[Block]:
    """Each indicator, and how it is counted."""
    titles = {one.name: one.title for other in among.rules.values() for one in other.indicators}
    blocks: list[Block] = []
    for one in rule.indicators:
        rows = list(_indicator(among, one, titles))
        blocks += [lead(first_up(one.title)), among.labelled(rows)]
    return blocks


def _indicator(among: RuleSet, one: Indicator, titles: dict[str, str]) -> Iterator[_Row]:
    say, scope = among.say, among.scope(one.party)
    asked = (p for rule in among.rules.values() for p in rule.populations)
    yield say("Name"), one.name
    if one.wording:
        yield say("Wording"), one.wording
    yield say("What is counted"), say(_UNITS[one.unit])
    yield say("Period"), say(_PERIODS[one.period])
    yield from ((say("Asked of"), p.title) for p in asked if p.name == one.population)
    yield say("How it is counted"), one.counted
    yield from _each(among, say("For"), one.instances, scope)
    yield from _each(among, say("Counted where"), one.bodies, scope)
    yield from _each(among, say("Open where"), one.open_if, scope)
    yield from _record(among, one, scope)
    if one.reckoned is not None:
        yield say("Reckoned as"), _sum(among, one.reckoned, titles)
    for label, names in ((say("Part of"), one.within), (say("The same as"), one.same_as)):
        if names:
            yield label, among.language.listed(titles[name] for name in names)
    if not one.bodies and one.reckoned is None:
        yield say("By name"), say("Only stated: sources give the number.")


def _sum(among: RuleSet, made: Reckoned, titles: dict[str, str]) -> str:
    form = SHARES.get(made.operator, f"{{a}} {made.operator} {{b}}")
    return among.say(form, a=titles[made.left], b=titles[made.right])


def _each(among: RuleSet, label: str, bodies: Sequence[Body], scope: Scope) -> Iterator[_Row]:
    for words in among.words.alternatives(bodies, scope):
        yield label, words


def _record(among: RuleSet, one: Indicator | Population, scope: Scope) -> Iterator[_Row]:
    if one.record:
        record = among.words.records(one.record, scope)
        words = among.say("Exact only where this is complete: {record}.", record=record)
        yield among.say("The record"), words
