"""How the due day of a duty comes about: a rule goes in, out come the periods that lead to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ccm_rules.dates import Period
from ccm_rules.documents.rulepages.graph import made, read
from ccm_rules.law.rule import Arithmetic, Body, Derive, Duty, Rule, Var


class Origin(NamedTuple):
    """Where a due day comes from.

    Attributes:
        rule: the rule that says it.
        of: what it derives, or its duty.
        variable: the day's variable there.
        made: how the day is computed; ``None`` where a fact of the record gives it.
    """

    rule: Rule
    of: Derive | Duty
    variable: str
    made: Arithmetic | None


def origins(rule: Rule, rules: Mapping[str, Rule]) -> list[Origin]:
    """How the due day of a rule's duty comes about, through the facts that carry it.

    Args:
        rule: the rule.
        rules: all rules by name.
    """
    duty = rule.duty
    if duty is None:
        return []
    if isinstance(duty.due, Arithmetic):
        return [Origin(rule, duty, "due", duty.due)]
    return list(_of_variable(duty.due, duty.body, rules.values(), set()))


def _of_variable(
    variable: Var, body: Body, rules: Iterable[Rule], seen: set[tuple[str, str]]
) -> Iterator[Origin]:
    rules = list(rules)
    for pattern in body.all:
        for field, term in pattern.fields.items():
            if term != variable or pattern.record or (pattern.fact, field) in seen:
                continue
            seen.add((pattern.fact, field))
            for rule in rules:
                for derive in rule.derives:
                    carried = derive.fields.get(field)
                    if made(derive).may_be(read(pattern)) and isinstance(carried, Var):
                        yield from _of_derive(rule, derive, carried, rules, seen)


def _of_derive(
    rule: Rule, derive: Derive, carried: Var, rules: list[Rule], seen: set[tuple[str, str]]
) -> Iterator[Origin]:
    spec = derive.body.let.get(carried.name)
    if isinstance(spec, Arithmetic):
        yield Origin(rule, derive, carried.name, spec)
        return
    derived = {one.fact for other in rules for one in other.derives}
    carrying = [p.fact for p in derive.body.all if carried in p.fields.values() and not p.record]
    if derived.isdisjoint(carrying):
        yield Origin(rule, derive, carried.name, None)
    else:
        yield from _of_variable(carried, derive.body, rules, seen)


def whole_days(origin: Origin) -> int:
    """How many days the due day lies after its anchor, where it is counted in days; or 0."""
    if origin.made is None:
        return 0
    period = origin.made.period
    return period.days if period == Period(days=period.days) and period.days > 0 else 0
