"""What a rule may not say although it has the right form: lists of what nothing counts, products.

In go rules, out come problems with place and mend, before anything is compiled or run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from ccm_rules.compiler import tallies
from ccm_rules.compiler.indicator_clauses import bodies as counted_bodies
from ccm_rules.errors import Problem
from ccm_rules.law import shown
from ccm_rules.law.rule import (
    DUTY_LISTS,
    Body,
    CountOf,
    Derive,
    Duty,
    FindingRule,
    Indicator,
    Population,
    Rule,
)
from ccm_rules.law.toml_places import At
from ccm_rules.words.template import lists_in

Item = Derive | CountOf | Duty | FindingRule | Population | Indicator

#: So many facts of a body may share no variable with each other: every one of each is joined
#: with every one of the others.
MOST_APART: Final = 2
#: Relations of the record of which there is one row.
_SINGLE: Final = frozenset({"as-of", "review-period", "report-day"})


def refusals(rules: Sequence[Rule]) -> Iterator[Problem]:
    """What some rules may not say.

    Args:
        rules: the rules that are read together.
    """
    counts = [count for rule in rules for count in rule.counts]
    counted = {count.fact for count in counts} | {tallies.COUNT, tallies.POPULATION_COUNT}
    single = _SINGLE | {count.fact for count in counts if len(count.fields) == 1}
    for rule in rules:
        for at, path, item in _items(rule):
            for body, outer in _bodies(rule, item):
                apart = _apart(body, single, outer)
                if len(apart) > MOST_APART:
                    what = f"{', '.join(apart)} share no variable: every one is joined with "
                    what += "every one of the others"
                    mend = "give them a variable in common, or derive a fact of fewer first"
                    yield Problem(*at, 1, path, what, mend)
            for what, mend in _lists(rule, item, counted):
                yield Problem(*at, 1, path, what, mend)


def _items(rule: Rule) -> Iterator[tuple[At, str, Item]]:
    if rule.duty is not None:
        yield rule.duty.at, "duty", rule.duty
    tables: tuple[tuple[str, Sequence[Item]], ...] = (
        ("derive", rule.derives),
        ("count", rule.counts),
        ("finding", rule.findings),
        ("population", rule.populations),
        ("indicator", rule.indicators),
    )
    for table, items in tables:
        for number, item in enumerate(items):
            yield item.at, f"{table}[{number}]", item


# -- facts that share nothing ----------------------------------------------------------


def _bodies(rule: Rule, item: Item) -> Iterator[tuple[Body, set[str]]]:
    """The bodies of an item, each with the variables that are bound outside of it."""
    if isinstance(item, Population | Indicator):
        yield from ((body, set()) for body in counted_bodies(item))
        return
    outer: set[str] = set()
    if isinstance(item, FindingRule) and item.when and rule.duty is not None:
        outer = shown.variables(rule.duty.body) | {"due", "until", "done"}
    yield item.body, outer
    if isinstance(item, Duty):
        outer = shown.variables(item.body) | {"due"}
        for key in DUTY_LISTS:
            yield from ((body, outer) for body in getattr(item, key))


def _apart(body: Body, single: Collection[str], outer: set[str]) -> list[str]:
    """One fact of each group of joined facts that shares no variable with the others.

    Comparisons and what is reckoned bind together what they speak of; a fact of which there
    is one row multiplies nothing.
    """
    groups: list[tuple[set[str], str]] = [(set(outer), "")] if outer else []
    for pattern in body.all:
        many = not pattern.record and pattern.fact not in single
        groups.append((shown.in_pattern(pattern), pattern.fact if many else ""))
    groups += [(shown.in_comparison(one), "") for one in body.conditions]
    for name, made in body.let.items():
        groups.append((shown.variables(Body(let={name: made})), ""))
    joined: list[tuple[set[str], str]] = []
    for names, fact in groups:
        names = names - {"as_of"}
        for other in [one for one in joined if one[0] & names]:
            joined.remove(other)
            names, fact = names | other[0], other[1] or fact
        joined.append((names, fact))
    return [fact for _, fact in joined if fact]


# -- lists in sentences ------------------------------------------------------------------


def _lists(rule: Rule, item: Item, counted: Collection[str]) -> Iterator[tuple[str, str]]:
    """Lists of a sentence that nothing could fill."""
    if isinstance(item, Derive | CountOf):
        for name in sorted(lists_in(item.says)):
            mend = "leave it out: only a finding lists what was counted, or its places"
            yield f"the sentence of a derived fact lists {{{name}}}", mend
    if not isinstance(item, FindingRule):
        return
    patterns = list(item.body.all)
    if item.when and rule.duty is not None:
        patterns += rule.duty.body.all
    for name in sorted(lists_in(item.says) | lists_in(item.remedy)):
        variable, _, what = name.partition(".")
        binding = [p.fact for p in patterns if variable in shown.in_pattern(p)]
        if what == "names" and not set(binding) & set(counted):
            mend = f"join a [[count]] in this finding that has ?{variable}, or leave the list out"
            yield f"{{{name}}} lists what was counted, and nothing here counts ?{variable}", mend
        elif not binding:
            mend = f"join a fact in this finding that has ?{variable}, or leave the list out"
            yield f"{{{name}}} lists what a fact states, and no fact binds ?{variable}", mend
