"""What the conditions of a rule would be with one thing wrong in them.

In goes a body, a pattern, a comparison or a computed day; out comes each change of it that
means something else, with its words. `ccm_rules.authoring.mutants` makes rules of them.
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
    Pattern,
    Term,
    Var,
)

T = TypeVar("T")

#: The kinds of change. A boundary mutant moves a day or a number by one.
BOUNDARY: Final = "boundary"
CONDITION: Final = "condition"
PERIOD: Final = "period"
STATUS: Final = "status"
CONSTANT: Final = "constant"
WHOLE: Final = "whole"

_LOOSER: Final = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", ">>": ">"}
#: By how much the right side moves for the other side of the boundary.
_FURTHER: Final = {"<": -1, "<=": 1, ">": 1, ">=": -1, ">>": 1}
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


Made = Iterator[tuple[Change, T]]


def bodies_changes(
    bodies: tuple[Body, ...], path: str, outer: frozenset[str] = frozenset()
) -> Made[tuple[Body, ...]]:
    """Alternatives: one of them left out, or changed."""
    key = path.rpartition(".")[2]
    for number, body in enumerate(bodies):
        yield (
            Change(CONDITION, path, f"{key} without {shown.body(body)}"),
            without(bodies, number),
        )
        for change, changed in body_changes(body, path, frozenset(), outer, key=key):
            yield change, replaced(bodies, number, changed)


def record_changes(records: tuple[Pattern, ...], path: str) -> Made[tuple[Pattern, ...]]:
    """What a register is asked for: one pattern left out, or without one of its fields."""
    key = path.rpartition(".")[2]
    for number, pattern in enumerate(records):
        yield (
            Change(CONDITION, path, f"{key} without {shown.pattern(pattern)}"),
            without(records, number),
        )
        for change, changed in _fields(pattern, path, key, wanted=False):
            yield change, replaced(records, number, changed)


def body_changes(
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
                evolve(body, all=without(body.all, number)),
            )
        for change, wider in _fields(pattern, at(key), key):
            yield change, evolve(body, all=replaced(body.all, number, wider))
    bound = bound_by(body) | outer
    days = {**{k: v for k, v in body.let.items() if isinstance(v, Arithmetic)}, **(let or {})}
    for number, comparison in enumerate(body.conditions):
        for change, changed, more in _comparison(comparison, at("if"), bound, days):
            rest = body.conditions
            yield (
                change,
                evolve(
                    body,
                    conditions=without(rest, number)
                    if changed is None
                    else replaced(rest, number, changed),
                    let={**body.let, **more},
                ),
            )
    for name in ("none", "unless"):
        patterns: tuple[Pattern, ...] = getattr(body, name)
        for number, pattern in enumerate(patterns):
            yield (
                Change(CONDITION, at(name), f"{name} without {shown.pattern(pattern)}"),
                evolve(body, **{name: without(patterns, number)}),
            )
            for change, inner, more in _absent(pattern, at(name), name, bound, days):
                yield (
                    change,
                    evolve(
                        body, **{name: replaced(patterns, number, inner)}, let={**body.let, **more}
                    ),
                )
    for name, texts in body.values.items():
        for number, one in enumerate(texts if len(texts) > 1 else ()):
            change = Change(CONSTANT, at("values"), f'?{name} never "{one}"')
            yield change, evolve(body, values={**body.values, name: without(texts, number)})
    for name, made in body.let.items():
        if isinstance(made, Calculation) and made.operator not in _SWAPPED:
            continue
        if isinstance(made, Calculation):
            other = evolve(made, operator=_SWAPPED[made.operator])
            change = Change(CONDITION, at("let"), f"?{name} reckoned the other way")
            yield change, evolve(body, let={**body.let, name: other})
            continue
        for change, arithmetic in day_changes(made, at("let"), f"?{name}"):
            yield change, evolve(body, let={**body.let, name: arithmetic})


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
        yield Change(CONDITION, path, what), evolve(pattern, complete=None), {}
    for number, comparison in enumerate(pattern.conditions):
        for change, changed, more in _comparison(comparison, path, bound, days):
            rest = pattern.conditions
            conditions = (
                without(rest, number) if changed is None else replaced(rest, number, changed)
            )
            named = change._replace(what=f"{key} {pattern.fact}: {change.what}")
            yield named, evolve(pattern, conditions=conditions), more


def _fields(pattern: Pattern, path: str, key: str, *, wanted: bool = True) -> Made[Pattern]:
    """A pattern without one of the constants that it asks for."""
    where = "" if key in ("all", "for") else f"{key} "
    for name, value in pattern.fields.items():
        if isinstance(value, Var):
            continue
        rest = {n: v for n, v in pattern.fields.items() if n != name}
        what = f"{where}{pattern.fact} without {name} = {shown.term(value)}"
        yield Change(CONDITION, path, what), evolve(pattern, fields=rest)
        what = f"{where}{pattern.fact}.{name}"
        for change, other in constant_changes(value, path, what, text=False):
            yield change, evolve(pattern, fields={**pattern.fields, name: other})


def constant_changes(value: Term, path: str, name: str, *, text: bool = True) -> Made[Term]:
    """A constant changed: a number or a day by one, a text to another."""
    if isinstance(value, dt.date):
        for change, other in optional_day_changes(value, path):
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
    other = evolve(comparison, operator=looser)
    yield Change(BOUNDARY, path, f'"{said}" read as {looser}', f"{path} {said}"), other, {}
    by = _FURTHER[comparison.operator]
    for side, amount in (("right", by), ("left", -by)):
        moved = _shifted(getattr(comparison, side), amount, bound, days)
        if moved is not None:
            term, more = moved
            what = f'"{said}" with {shown.term(getattr(comparison, side), in_comparison=True)} '
            what += shift_in_words(amount, isinstance(term, int))
            yield (
                Change(BOUNDARY, path, what, f"{path} {said}"),
                evolve(comparison, **{side: term}),
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
        return Var(name), {name: evolve(reckoned, period=length)}
    if term.name in bound:
        return Var(name), {name: Arithmetic(term, Period(days=amount))}
    return None


def day_changes(made: Arithmetic, path: str, name: str) -> Made[Arithmetic]:
    """A day reckoned otherwise: by a day, a month, a year, or rounded to the other side."""
    length = made.period

    def other(**changes: object) -> Arithmetic | None:
        try:
            return evolve(made, period=Period(**{**length._asdict(), **changes}))
        except DateError:
            return None

    changed: list[tuple[str, str, Arithmetic | None]] = [
        (BOUNDARY, f"{name} {shift_in_words(days)}", other(days=length.days + days))
        for days in (1, -1)
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


def optional_day_changes(day: dt.date | None, path: str) -> Made[dt.date | None]:
    """A day from or until which something is in force, moved by one."""
    if day is None:
        return
    key = path.rpartition(".")[2]
    yield Change(CONDITION, path, f"{key} {day} left out"), None
    for days in (1, -1):
        moved = day + dt.timedelta(days=days)
        yield Change(BOUNDARY, path, f"{key} {day} {shift_in_words(days)}", f"{path} {day}"), moved


def shift_in_words(amount: int, number: bool = False) -> str:
    """How something was moved by one."""
    if number:
        return "one more" if amount > 0 else "one less"
    return "one day later" if amount > 0 else "one day earlier"


def _can_go(body: Body, number: int, head: frozenset[str]) -> bool:
    """Whether a fact can be left out without leaving a variable of others unbound."""
    rest = evolve(body, all=without(body.all, number))
    mine = shown.in_pattern(body.all[number])
    needed = (shown.variables(rest) | head) & mine
    return needed <= bound_by(rest)


def bound_by(body: Body) -> frozenset[str]:
    """The variables that the facts of a body bind."""
    return frozenset(
        term.name
        for pattern in body.all
        for term in pattern.fields.values()
        if isinstance(term, Var)
    )


def renamed(body: Body, old: str, new: str) -> Body:
    """A body whose facts bind another variable."""
    return evolve(
        body,
        all=tuple(
            evolve(
                pattern,
                fields={
                    name: Var(new) if term == Var(old) else term
                    for name, term in pattern.fields.items()
                },
            )
            for pattern in body.all
        ),
    )


def evolve(item: T, **changes: Any) -> T:
    """A copy of a value with some attributes changed, by names that are computed."""
    copy: T = attrs.evolve(item, **changes)  # type: ignore[misc]
    return copy


def changes_in(item: T, attribute: str, changes: Iterator[tuple[Change, Any]]) -> Made[T]:
    """Changes of a part as changes of the whole."""
    for change, value in changes:
        yield change, evolve(item, **{attribute: value})


def without(items: Sequence[T], number: int) -> tuple[T, ...]:
    """All but one."""
    return (*items[:number], *items[number + 1 :])


def replaced(items: Sequence[T], number: int, value: T) -> tuple[T, ...]:
    """All, with another value in the place of one."""
    return (*items[:number], value, *items[number + 1 :])
