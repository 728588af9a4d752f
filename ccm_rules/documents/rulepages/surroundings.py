"""A rule goes in; out comes its section on the rules around it: those below, and above."""

from __future__ import annotations

from collections.abc import Iterator

from ccm_rules.documents.blocks import Block, Inline, Run, text
from ccm_rules.documents.rulepages.graph import comparing
from ccm_rules.documents.rulepages.ruleset import RuleSet
from ccm_rules.law.rule import Rule


def surroundings_section(among: RuleSet, rule: Rule) -> list[Block]:
    """The facts and rules below a rule, and the rules, findings and indicators above it."""
    shown = [(label, runs) for label, runs in _rows(among, rule) if runs]
    return [among.labelled(shown)] if shown else []


def _rows(among: RuleSet, rule: Rule) -> Iterator[tuple[str, Inline]]:
    say, name, graph = among.say, rule.name, among.graph
    kinds = dict.fromkeys(map(among.words.label, graph.kinds_read(name)))
    yield say("Facts of the record"), text(", ".join(kinds)) if kinds else ()
    yield say("Rules that it reads"), among.linked(graph.read_by(name))
    readers = graph.readers(name)
    yield say("Rules that read it"), among.linked(readers)
    above = [one for one in graph.above(name) if one.rule != name]
    feeding = {one.rule for one in above if one.makes.what == "finding"} - set(readers)
    further = [other for other in among.rules if other in feeding]
    yield say("Rules whose findings rest on it through others"), among.linked(further)
    counted = {one.makes.name for one in above if one.makes.what == "indicator"}
    yield say("Indicators that rest on it"), _indicators(among, counted)
    if rule.indicators:
        yield say("Rules that compare its numbers"), among.linked(comparing(graph))


def _indicators(among: RuleSet, names: set[str]) -> Inline:
    """Indicators by the Action, or the rule, that holds them."""
    groups: dict[str, list[str]] = {}
    for info in among.rulebook.plan.indicators.values():
        if info.name in names:
            groups.setdefault(info.rule, []).append(info.title)
    runs: list[Run] = []
    for rule, titles in groups.items():
        runs += [Run(among.language.then)] if runs else []
        runs += [Run(among.authority(rule), among.link(rule)), Run(f" ({', '.join(titles)})")]
    return tuple(runs)
