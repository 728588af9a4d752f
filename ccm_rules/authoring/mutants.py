"""What a rule would be with one thing wrong in it.

A mutant is a rule with a boundary moved by one day, a condition left out, a period
changed, a status or an alternative forgotten. `ccm_rules.authoring.mutation` asks
whether a case of the rule notices. Mutants are made of the values that a rule file
is read into, so that only what the rule means is changed, never how it is written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple, TypeVar

import attrs

from ccm_rules.dates import DateError, Period
from ccm_rules.law import shown
from ccm_rules.law.rule import (
    Arithmetic,
    Body,
    Calculation,
    Comparison,
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

T = TypeVar("T")
Item = Derive | CountOf | FindingRule | Population | Indicator

#: The kinds of change. A boundary mutant moves a day or a number by one.
BOUNDARY: Final = "boundary"
CONDITION: Final = "condition"
PERIOD: Final = "period"
STATUS: Final = "status"
CONSTANT: Final = "constant"
WHOLE: Final = "whole"

_LOOSER: Final = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
#: By how much the right side moves for the other side of the boundary.
_FURTHER: Final = {"<": -1, "<=": 1, ">": 1, ">=": -1}
_SWAPPED: Final = {"+": "-", "-": "+", "%": "rest", "rest": "%"}


class Change(NamedTuple):
    """One thing changed.

    Attributes:
        kind: what kind of change.
        path: place in the file as the reader numbers it, such as ``finding[0].if``.
        what: the change in words.
        boundary: what the two sides of one boundary have in common, or empty.
    """

    kind: str
    path: str
    what: str
    boundary: str = ""


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


Made = Iterator[tuple[Change, T]]


def _rule(rule: Rule) -> Iterator[tuple[str, Change, Rule]]:
    for key in ("from", "until") if _does_something(rule) else ():
        name = "since" if key == "from" else key
        for change, day in _optional_day(getattr(rule.in_force, name), f"in_force.{key}"):
            force = _evolve(rule.in_force, **{name: day})
            yield "in_force", change, _evolve(rule, in_force=force)
    tables: tuple[tuple[str, str, Sequence[Item]], ...] = (
        ("derive", "derives", rule.derives),
        ("count", "counts", rule.counts),
        ("finding", "findings", rule.findings),
        ("population", "populations", rule.populations),
        ("indicator", "indicators", rule.indicators),
    )
    if rule.duty is not None:
        for change, duty in _duty(rule.duty):
            yield "duty", change, _evolve(rule, duty=duty)
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
                _evolve(rule, **{attribute: _without(items, number)}),
            )
            for change, changed in _item(item, path, rule.duty):
                yield part, change, _evolve(rule, **{attribute: _with(items, number, changed)})


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
        yield from _in(item, "body", _body(item.body, path, _head(item)))
        if isinstance(item, Derive):
            for name, value in item.fields.items():
                for change, other in _constant(value, f"{path}fact", name):
                    head = _evolve(item.head, fields={**item.fields, name: other})
                    yield change, _evolve(item, head=head)
        else:
            for number, var in enumerate(item.each if len(item.each) > 1 else ()):
                change = Change(CONDITION, f"{path}each", f"each without {shown.term(var)}")
                yield change, _evolve(item, each=_without(item.each, number))


def _head(item: Derive | CountOf) -> frozenset[str]:
    """The variables that the head of a derived fact or a count needs."""
    names = {term.name for term in item.fields.values() if isinstance(term, Var)}
    return frozenset(names | {v.name for v in (item.each if isinstance(item, CountOf) else ())})


def _finding(item: FindingRule, path: str, duty: Duty | None) -> Made[FindingRule]:
    for number, status in enumerate(item.when if len(item.when) > 1 else ()):
        yield (
            Change(STATUS, f"{path}when", f'when without "{status}"'),
            _evolve(item, when=_without(item.when, number)),
        )
    outer: frozenset[str] = frozenset()
    if item.when and duty is not None:
        outer = _bound_by(duty.body) | {"due", "until", "done"}
    yield from _in(item, "body", _body(item.body, path, frozenset(), outer))
    if item.silent_open:
        change = Change(CONDITION, f"{path}silent_open", "what is only possible counted as open")
        yield change, _evolve(item, silent_open=False)


def _population(item: Population, path: str) -> Made[Population]:
    yield from _in(item, "instances", _bodies(item.instances, f"{path}for"))
    yield from _in(item, "body", _body(item.body, path))
    yield from _in(item, "record", _records(item.record, f"{path}record"))


def _indicator(item: Indicator, path: str) -> Made[Indicator]:
    yield from _in(item, "instances", _bodies(item.instances, f"{path}for"))
    yield from _in(item, "bodies", _bodies(item.bodies, f"{path}any"))
    yield from _in(item, "open_if", _bodies(item.open_if, f"{path}open_if"))
    yield from _in(item, "record", _records(item.record, f"{path}record"))
    if item.reckoned is not None:
        other = {"+": "-", "-": "+", "%": "rest", "rest": "%"}[item.reckoned.operator]
        yield (
            Change(CONDITION, f"{path}reckoned", "reckoned the other way"),
            _evolve(item, reckoned=_evolve(item.reckoned, operator=other)),
        )


def _duty(duty: Duty) -> Made[Duty]:
    path = "duty."
    if isinstance(duty.due, Arithmetic):
        for change, due in _arithmetic(duty.due, f"{path}due", "due"):
            yield change, _evolve(duty, due=due)
    else:
        for days in (1, -1):
            due = Arithmetic(Var("due_as_bound"), Period(days=days))
            body = _renamed(duty.body, "due", "due_as_bound")
            yield (
                Change(BOUNDARY, f"{path}due", f"due {_moved(days)}", "due"),
                _evolve(duty, due=due, body=body),
            )
    if duty.soon is not None:
        yield Change(CONDITION, f"{path}soon", "soon left out"), _evolve(duty, soon=None)
        for days in (1, -1):
            soon = duty.soon._replace(days=duty.soon.days + days)
            what = f"due soon from {'a day later' if days > 0 else 'a day earlier'}"
            yield Change(BOUNDARY, f"{path}soon", what, "soon"), _evolve(duty, soon=soon)
    bound = _bound_by(duty.body) | {"due"}
    used: set[str] = set()
    for bodies in (
        duty.met_by,
        duty.void_by,
        duty.replaced_by,
        duty.pending_by,
        duty.requested_by,
        duty.review_if,
    ):
        for body in bodies:
            used |= shown.variables(body)
    for pattern in (*duty.record, *duty.requested_record):
        used |= shown.in_pattern(pattern)
    outer = frozenset(
        {"due"} if isinstance(duty.due, Arithmetic) else ()
    )  # reckoned: no pattern binds it
    let = {"due": duty.due} if isinstance(duty.due, Arithmetic) else {}
    yield from _in(duty, "body", _body(duty.body, path, frozenset(used), outer, let=let, key="for"))
    for name in ("met_by", "void_by", "replaced_by", "pending_by", "requested_by", "review_if"):
        bodies = getattr(duty, name)
        yield from _in(duty, name, _bodies(bodies, f"{path}{name}", bound))
    for name in ("record", "requested_record"):
        yield from _in(duty, name, _records(getattr(duty, name), f"{path}{name}"))


def _bodies(
    bodies: tuple[Body, ...], path: str, outer: frozenset[str] = frozenset()
) -> Made[tuple[Body, ...]]:
    """Alternatives: one of them left out, or changed."""
    key = path.rpartition(".")[2]
    for number, body in enumerate(bodies):
        yield (
            Change(CONDITION, path, f"{key} without {shown.body(body)}"),
            _without(bodies, number),
        )
        for change, changed in _body(body, path, frozenset(), outer, key=key):
            yield change, _with(bodies, number, changed)


def _records(records: tuple[Pattern, ...], path: str) -> Made[tuple[Pattern, ...]]:
    """What a register is asked for: one pattern left out, or without one of its fields."""
    key = path.rpartition(".")[2]
    for number, pattern in enumerate(records):
        yield (
            Change(CONDITION, path, f"{key} without {shown.pattern(pattern)}"),
            _without(records, number),
        )
        for change, changed in _fields(pattern, path, key, wanted=False):
            yield change, _with(records, number, changed)


def _body(
    body: Body,
    path: str,
    head: frozenset[str] = frozenset(),
    outer: frozenset[str] = frozenset(),
    *,
    let: dict[str, Arithmetic] | None = None,
    key: str = "all",
) -> Made[Body]:
    """A body with one condition left out or moved.

    Args:
        body: the body.
        path: its table; or, without a dot at the end, the key that holds it.
        head: variables that something else needs the body to bind.
        outer: variables that are bound outside.
        let: days that are reckoned outside.
        key: the key that holds its patterns.
    """
    table = path.endswith(".")

    def at(name: str) -> str:
        return f"{path}{name}" if table else path

    for number, pattern in enumerate(body.all):
        # An alternative of one fact is left out as a whole: without it, it would always hold.
        alone = key not in ("all", "for") and len(body.all) == 1
        if not alone and _can_go(body, number, head):
            yield (
                Change(CONDITION, at(key), f"without {shown.pattern(pattern)}"),
                _evolve(body, all=_without(body.all, number)),
            )
        for change, wider in _fields(pattern, at(key), key):
            yield change, _evolve(body, all=_with(body.all, number, wider))
    bound = _bound_by(body) | outer
    days = {**{k: v for k, v in body.let.items() if isinstance(v, Arithmetic)}, **(let or {})}
    for number, comparison in enumerate(body.conditions):
        for change, changed, more in _comparison(comparison, at("if"), bound, days):
            rest = body.conditions
            yield (
                change,
                _evolve(
                    body,
                    conditions=_without(rest, number)
                    if changed is None
                    else _with(rest, number, changed),
                    let={**body.let, **more},
                ),
            )
    for name in ("none", "unless"):
        patterns: tuple[Pattern, ...] = getattr(body, name)
        for number, pattern in enumerate(patterns):
            yield (
                Change(CONDITION, at(name), f"{name} without {shown.pattern(pattern)}"),
                _evolve(body, **{name: _without(patterns, number)}),
            )
            for change, inner, more in _absent(pattern, at(name), name, bound, days):
                yield (
                    change,
                    _evolve(
                        body, **{name: _with(patterns, number, inner)}, let={**body.let, **more}
                    ),
                )
    for name, made in body.let.items():
        if isinstance(made, Calculation):
            other = _evolve(made, operator=_SWAPPED[made.operator])
            change = Change(CONDITION, at("let"), f"?{name} reckoned the other way")
            yield change, _evolve(body, let={**body.let, name: other})
            continue
        for change, arithmetic in _arithmetic(made, at("let"), f"?{name}"):
            yield change, _evolve(body, let={**body.let, name: arithmetic})


def _absent(
    pattern: Pattern,
    path: str,
    key: str,
    bound: frozenset[str],
    days: dict[str, Arithmetic],
) -> Iterator[tuple[Change, Pattern, dict[str, Arithmetic]]]:
    """An absent fact that is asked for more widely, or for another time."""
    for change, wider in _fields(pattern, path, key):
        yield change, wider, {}
    if pattern.complete is not None:
        what = f"{key} {pattern.fact}: without complete = {shown.term(pattern.complete)}"
        yield Change(CONDITION, path, what), _evolve(pattern, complete=None), {}
    for number, comparison in enumerate(pattern.conditions):
        for change, changed, more in _comparison(comparison, path, bound, days):
            rest = pattern.conditions
            conditions = _without(rest, number) if changed is None else _with(rest, number, changed)
            named = change._replace(what=f"{key} {pattern.fact}: {change.what}")
            yield named, _evolve(pattern, conditions=conditions), more


def _fields(pattern: Pattern, path: str, key: str, *, wanted: bool = True) -> Made[Pattern]:
    """A pattern without one of the constants that it asks for."""
    where = "" if key in ("all", "for") else f"{key} "
    for name, value in pattern.fields.items():
        if isinstance(value, Var):
            continue
        rest = {n: v for n, v in pattern.fields.items() if n != name}
        what = f"{where}{pattern.fact} without {name} = {shown.term(value)}"
        yield Change(CONDITION, path, what), _evolve(pattern, fields=rest)
        for change, other in _constant(value, path, f"{where}{pattern.fact}.{name}", text=False):
            yield change, _evolve(pattern, fields={**pattern.fields, name: other})


def _constant(value: Term, path: str, name: str, *, text: bool = True) -> Made[Term]:
    """A constant changed: a number or a day by one, a text to another."""
    if isinstance(value, dt.date):
        for change, other in _optional_day(value, path):
            if other is not None:
                yield change._replace(what=f"{name} {change.what}"), other
    elif isinstance(value, int):
        yield Change(CONSTANT, path, f"{name} {value} read as {value + 1}"), value + 1
    elif isinstance(value, str) and text:
        other_text = f"{value}x"
        yield Change(CONSTANT, path, f'{name} "{value}" read as "{other_text}"'), other_text


def _comparison(
    comparison: Comparison, path: str, bound: frozenset[str], days: dict[str, Arithmetic]
) -> Iterator[tuple[Change, Comparison | None, dict[str, Arithmetic]]]:
    """A comparison left out, or with its boundary on either side of where it is."""
    said = shown.comparison(comparison)
    yield Change(CONDITION, path, f'"{said}" left out'), None, {}
    looser = _LOOSER.get(comparison.operator)
    if looser is None:
        return
    other = _evolve(comparison, operator=looser)
    yield Change(BOUNDARY, path, f'"{said}" read as {looser}', f"{path} {said}"), other, {}
    by = _FURTHER[comparison.operator]
    for side, amount in (("right", by), ("left", -by)):
        moved = _shifted(getattr(comparison, side), amount, bound, days)
        if moved is not None:
            term, more = moved
            what = f'"{said}" with {shown.term(getattr(comparison, side), in_comparison=True)} '
            what += _moved(amount, isinstance(term, int))
            yield (
                Change(BOUNDARY, path, what, f"{path} {said}"),
                _evolve(comparison, **{side: term}),
                more,
            )
            return


def _shifted(
    term: Term, amount: int, bound: frozenset[str], days: dict[str, Arithmetic]
) -> tuple[Term, dict[str, Arithmetic]] | None:
    """A day or a number moved by one, with what must be reckoned for it."""
    if isinstance(term, dt.date):
        return term + dt.timedelta(days=amount), {}
    if isinstance(term, int):
        return term + amount, {}
    if not isinstance(term, Var):
        return None
    name = f"{term.name}_moved"
    if term.name in days:
        reckoned = days[term.name]
        length = reckoned.period._replace(days=reckoned.period.days + amount)
        return Var(name), {name: _evolve(reckoned, period=length)}
    if term.name in bound:
        return Var(name), {name: Arithmetic(term, Period(days=amount))}
    return None


def _arithmetic(made: Arithmetic, path: str, name: str) -> Made[Arithmetic]:
    """A day reckoned otherwise: by a day, a month, a year, or rounded to the other side."""
    length = made.period

    def other(**changes: object) -> Arithmetic | None:
        try:
            return _evolve(made, period=Period(**{**length._asdict(), **changes}))
        except DateError:
            return None

    changed: list[tuple[str, str, Arithmetic | None]] = [
        (BOUNDARY, f"{name} {_moved(days)}", other(days=length.days + days)) for days in (1, -1)
    ]
    for unit in ("months", "years"):
        amount = getattr(length, unit)
        if amount:
            for more in (1, -1):
                what = f"{name} reckoned with {amount + more} {unit}, not {amount}"
                changed.append((PERIOD, what, other(**{unit: amount + more})))
    if length.rounding is not None and (length.months or length.years):
        rounding = "later" if length.rounding == "earlier" else "earlier"
        changed.append((PERIOD, f"{name} rounded {rounding}", other(rounding=rounding)))
    if length.months and not length.days:
        as_days = other(months=0, days=30 * length.months)
        what = f"{name} reckoned with {30 * length.months} days, not {length.months} months"
        changed.append((PERIOD, what, as_days))
    if length.days and length.days % 30 == 0 and not length.months:
        months = length.days // 30
        as_months = other(days=0, months=months, rounding="earlier")
        what = f"{name} reckoned with {months} months, not {length.days} days"
        changed.append((PERIOD, what, as_months))
    for kind, what, arithmetic in changed:
        if arithmetic is not None:
            yield Change(kind, path, what, name if kind == BOUNDARY else ""), arithmetic


def _optional_day(day: dt.date | None, path: str) -> Made[dt.date | None]:
    if day is None:
        return
    key = path.rpartition(".")[2]
    yield Change(CONDITION, path, f"{key} {day} left out"), None
    for days in (1, -1):
        moved = day + dt.timedelta(days=days)
        yield Change(BOUNDARY, path, f"{key} {day} {_moved(days)}", f"{path} {day}"), moved


def _moved(amount: int, number: bool = False) -> str:
    if number:
        return "one more" if amount > 0 else "one less"
    return "one day later" if amount > 0 else "one day earlier"


def _can_go(body: Body, number: int, head: frozenset[str]) -> bool:
    """Whether a fact can be left out without leaving a variable of others unbound."""
    rest = _evolve(body, all=_without(body.all, number))
    mine = shown.in_pattern(body.all[number])
    needed = (shown.variables(rest) | head) & mine
    return needed <= _bound_by(rest)


def _bound_by(body: Body) -> frozenset[str]:
    """The variables that the facts of a body bind."""
    return frozenset(
        term.name
        for pattern in body.all
        for term in pattern.fields.values()
        if isinstance(term, Var)
    )


def _renamed(body: Body, old: str, new: str) -> Body:
    """A body whose facts bind another variable."""
    return _evolve(
        body,
        all=tuple(
            _evolve(
                pattern,
                fields={
                    name: Var(new) if term == Var(old) else term
                    for name, term in pattern.fields.items()
                },
            )
            for pattern in body.all
        ),
    )


def _evolve(item: T, **changes: Any) -> T:
    """A copy of a value with some attributes changed, by names that are computed."""
    copy: T = attrs.evolve(item, **changes)  # type: ignore[misc]
    return copy


def _in(item: T, attribute: str, changes: Iterator[tuple[Change, Any]]) -> Made[T]:
    """Changes of a part as changes of the whole."""
    for change, value in changes:
        yield change, _evolve(item, **{attribute: value})


def _without(items: Sequence[T], number: int) -> tuple[T, ...]:
    return (*items[:number], *items[number + 1 :])


def _with(items: Sequence[T], number: int, value: T) -> tuple[T, ...]:
    return (*items[:number], value, *items[number + 1 :])
