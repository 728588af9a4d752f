"""What a rule would be with one thing wrong in it.

A mutant is a rule with a boundary moved by one day, a condition left out, a period
changed, a status or an alternative forgotten. `ccm_rules.authoring.mutation` asks
whether a case of the rule notices. Mutants are made of the values that a rule file
is read into, so that only what the rule means is changed, never how it is written.
In goes a rule, out come its mutants; `ccm_rules.authoring.body_mutants` changes conditions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ccm_rules.authoring.body_mutants import (
    BOUNDARY,
    CONDITION,
    STATUS,
    WHOLE,
    Change,
    Made,
    bodies_changes,
    body_changes,
    bound_by,
    changes_in,
    constant_changes,
    day_changes,
    evolve,
    optional_day_changes,
    record_changes,
    renamed,
    replaced,
    shift_in_words,
    without,
)
from ccm_rules.dates import Period
from ccm_rules.law import shown
from ccm_rules.law.rule import (
    DUTY_LISTS,
    Arithmetic,
    CountOf,
    Derive,
    Duty,
    FindingRule,
    Indicator,
    Population,
    Rule,
    Var,
)

Item = Derive | CountOf | FindingRule | Population | Indicator


class Mutant(NamedTuple):
    """A rule with one thing changed.

    Attributes:
        name: the change, with the part of the rule that it is in, without numbers.
        change: the change.
        rule: the rule, changed.
    """

    name: str
    change: Change
    rule: Rule


def mutants(rule: Rule) -> Iterator[Mutant]:
    """All mutants of a rule, in the order of its file's tables."""
    seen: dict[str, int] = {}
    for part, change, changed in _rule(rule):
        name = f"{part}: {change.what}" if part else change.what
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            name += f" ({seen[name]})"
        yield Mutant(name, change, changed)


def _rule(rule: Rule) -> Iterator[tuple[str, Change, Rule]]:
    for key in ("from", "until") if _does_something(rule) else ():
        name = "since" if key == "from" else key
        for change, day in optional_day_changes(getattr(rule.in_force, name), f"in_force.{key}"):
            force = evolve(rule.in_force, **{name: day})
            yield "in_force", change, evolve(rule, in_force=force)
    tables: tuple[tuple[str, str, Sequence[Item]], ...] = (
        ("derive", "derives", rule.derives),
        ("count", "counts", rule.counts),
        ("finding", "findings", rule.findings),
        ("population", "populations", rule.populations),
        ("indicator", "indicators", rule.indicators),
    )
    if rule.duty is not None:
        for change, duty in _duty(rule.duty):
            yield "duty", change, evolve(rule, duty=duty)
    for table, attribute, items in tables:
        names = [getattr(item, "name", "") or getattr(item, "fact", "") for item in items]
        for number, item in enumerate(items):
            part = f"{table} {names[number]}"
            if names.count(names[number]) > 1:
                part += f" ({names[: number + 1].count(names[number])})"
            path = f"{table}[{number}]."
            yield (
                part,
                Change(WHOLE, path, "left out"),
                evolve(rule, **{attribute: without(items, number)}),
            )
            for change, changed in _item(item, path, rule.duty):
                yield part, change, evolve(rule, **{attribute: replaced(items, number, changed)})


def _does_something(rule: Rule) -> bool:
    """Whether anything follows from a rule; of an indicator that is only stated nothing does."""
    tables = (rule.derives, rule.counts, rule.findings, rule.populations)
    return rule.duty is not None or any(tables) or any(one.bodies for one in rule.indicators)


def _item(item: Item, path: str, duty: Duty | None) -> Made[Any]:
    if isinstance(item, Population):
        yield from _population(item, path)
    elif isinstance(item, Indicator):
        yield from _indicator(item, path)
    elif isinstance(item, FindingRule):
        yield from _finding(item, path, duty)
    else:
        yield from changes_in(item, "body", body_changes(item.body, path, _head(item)))
        if isinstance(item, Derive):
            for name, value in item.fields.items():
                for change, other in constant_changes(value, f"{path}fact", name):
                    head = evolve(item.head, fields={**item.fields, name: other})
                    yield change, evolve(item, head=head)
        else:
            for number, var in enumerate(item.each if len(item.each) > 1 else ()):
                change = Change(CONDITION, f"{path}each", f"each without {shown.term(var)}")
                yield change, evolve(item, each=without(item.each, number))


def _head(item: Derive | CountOf) -> frozenset[str]:
    """The variables that the head of a derived fact or a count needs."""
    names = {term.name for term in item.fields.values() if isinstance(term, Var)}
    return frozenset(names | {v.name for v in (item.each if isinstance(item, CountOf) else ())})


def _finding(item: FindingRule, path: str, duty: Duty | None) -> Made[FindingRule]:
    for number, status in enumerate(item.when if len(item.when) > 1 else ()):
        yield (
            Change(STATUS, f"{path}when", f'when without "{status}"'),
            evolve(item, when=without(item.when, number)),
        )
    outer: frozenset[str] = frozenset()
    if item.when and duty is not None:
        outer = bound_by(duty.body) | {"due", "until", "done"}
    yield from changes_in(item, "body", body_changes(item.body, path, frozenset(), outer))
    if item.silent_open:
        change = Change(CONDITION, f"{path}silent_open", "what is only possible counted as open")
        yield change, evolve(item, silent_open=False)


def _population(item: Population, path: str) -> Made[Population]:
    yield from changes_in(item, "instances", bodies_changes(item.instances, f"{path}for"))
    yield from changes_in(item, "body", body_changes(item.body, path))
    yield from changes_in(item, "record", record_changes(item.record, f"{path}record"))


def _indicator(item: Indicator, path: str) -> Made[Indicator]:
    yield from changes_in(item, "instances", bodies_changes(item.instances, f"{path}for"))
    yield from changes_in(item, "bodies", bodies_changes(item.bodies, f"{path}any"))
    yield from changes_in(item, "open_if", bodies_changes(item.open_if, f"{path}open_if"))
    yield from changes_in(item, "record", record_changes(item.record, f"{path}record"))
    if item.reckoned is not None:
        other = {"+": "-", "-": "+", "%": "rest", "rest": "%"}[item.reckoned.operator]
        yield (
            Change(CONDITION, f"{path}reckoned", "reckoned the other way"),
            evolve(item, reckoned=evolve(item.reckoned, operator=other)),
        )


def _reckoned(due: Var | Arithmetic) -> tuple[frozenset[str], dict[str, Arithmetic]]:
    """The variables of a due day that no pattern binds, and how they are reckoned."""
    if isinstance(due, Var):
        return frozenset(), {}
    if due.recurs:
        return frozenset({"due", "n", "begins"}), {}
    return frozenset({"due"}), {"due": due}


def _duty(duty: Duty) -> Made[Duty]:
    path = "duty."
    if isinstance(duty.due, Arithmetic):
        for change, due in day_changes(duty.due, f"{path}due", "due"):
            yield change, evolve(duty, due=due)
    else:
        for days in (1, -1):
            due = Arithmetic(Var("due_as_bound"), Period(days=days))
            body = renamed(duty.body, "due", "due_as_bound")
            yield (
                Change(BOUNDARY, f"{path}due", f"due {shift_in_words(days)}", "due"),
                evolve(duty, due=due, body=body),
            )
    if not duty.owed:
        yield Change(CONDITION, f"{path}owed", "owed"), evolve(duty, owed=True)
    if duty.soon is not None:
        yield Change(CONDITION, f"{path}soon", "soon left out"), evolve(duty, soon=None)
        for days in (1, -1):
            soon = duty.soon._replace(days=duty.soon.days + days)
            what = f"due soon from {'a day later' if days > 0 else 'a day earlier'}"
            yield Change(BOUNDARY, f"{path}soon", what, "soon"), evolve(duty, soon=soon)
    bound = bound_by(duty.body) | {"due"}
    used: set[str] = set()
    for key in DUTY_LISTS:
        for body in getattr(duty, key):
            used |= shown.variables(body)
    for pattern in (*duty.record, *duty.requested_record):
        used |= shown.in_pattern(pattern)
    outer, let = _reckoned(duty.due)
    made = body_changes(duty.body, path, frozenset(used), outer, let=let, key="for")
    yield from changes_in(duty, "body", made)
    for name in (key for key in DUTY_LISTS if key != "known_if"):  # which judges nothing
        bodies = getattr(duty, name)
        yield from changes_in(duty, name, bodies_changes(bodies, f"{path}{name}", bound))
    for name in ("record", "requested_record"):
        yield from changes_in(duty, name, record_changes(getattr(duty, name), f"{path}{name}"))
