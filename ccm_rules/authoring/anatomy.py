"""The parts of a rule file, each with where it stands: what `ccm_rules.authoring.lint` looks at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import attrs

from ccm_rules.law import shown
from ccm_rules.law.rule import (
    DUTY_LISTS,
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
from ccm_rules.words.template import names_in

Item = Derive | CountOf | Duty | FindingRule | Population | Indicator

#: What the law of duties binds in findings about a status.
STATUS_VARIABLES = frozenset({"due", "until", "done"})


class Part(NamedTuple):
    """A table of a rule file.

    Attributes:
        name: as messages call it, such as ``finding clearance-deadline-near``.
        path: as the reader numbers it, such as ``finding[0].``.
        item: what stands in it.
    """

    name: str
    path: str
    item: Item


class Place(NamedTuple):
    """A body of a part: the whole table's own (``key`` is empty), or an alternative."""

    key: str
    body: Body


def parts(rule: Rule) -> Iterator[Part]:
    """The tables of a rule that hold conditions, in the order of their kinds."""
    tables: tuple[tuple[str, Sequence[Item]], ...] = (
        ("derive", rule.derives),
        ("count", rule.counts),
        ("population", rule.populations),
        ("indicator", rule.indicators),
        ("finding", rule.findings),
    )
    if rule.duty is not None:
        yield Part("duty", "duty.", rule.duty)
    for table, items in tables:
        for number, item in enumerate(items):
            name = getattr(item, "name", "") or getattr(item, "fact", "")
            yield Part(f"{table} {name}", f"{table}[{number}].", item)


def places(item: Item) -> Iterator[Place]:
    """The bodies of a part."""
    if isinstance(item, Duty):
        yield Place("", item.body)
        for key in DUTY_LISTS:
            yield from (Place(key, body) for body in getattr(item, key))
    elif isinstance(item, Population | Indicator):
        yield from (Place("for", body) for body in item.instances)
        if isinstance(item, Population):
            yield Place("", item.body)
        else:
            yield from (Place("", body) for body in item.bodies)
            yield from (Place("open_if", body) for body in item.open_if)
    else:
        yield Place("", item.body)


def records(item: Item) -> Iterator[tuple[str, Pattern]]:
    """What a part asks registers about."""
    if isinstance(item, Duty | Population | Indicator):
        yield from (("record", pattern) for pattern in item.record)
    if isinstance(item, Duty):
        yield from (("requested_record", pattern) for pattern in item.requested_record)


def patterns_of(part: Part) -> Iterator[tuple[Pattern, str]]:
    """Every pattern of a part, with the key that holds it."""
    for place in places(part.item):
        for name in ("all", "none", "unless"):
            for pattern in getattr(place.body, name):
                own = "for" if part.name == "duty" and name == "all" else name
                yield pattern, place.key or own
    for key, pattern in records(part.item):
        yield pattern, key


def bound_by(body: Body) -> set[str]:
    """The variables that a body binds: by its facts, or reckoned."""
    return {
        term.name for p in body.all for term in p.fields.values() if isinstance(term, Var)
    } | {*body.let, *body.values}


def used(rule: Rule, part: Part) -> Counter[str]:
    """How often each variable occurs in a part, or is needed of it elsewhere."""
    item = part.item
    found: Counter[str] = Counter(["as_of"])
    for place in places(item):
        found.update(_in_body(place.body))
    for _, pattern in records(item):
        found.update(_in_pattern(pattern))
    if isinstance(item, Derive | CountOf):
        found.update(_names(item.fields.values()))
        if isinstance(item, CountOf):
            found.update(var.name for var in item.each)
    elif isinstance(item, FindingRule):
        found.update(_of_finding(item))
        if item.when and rule.duty is not None:
            duty = rule.duty
            found.update(bound_by(duty.body) | STATUS_VARIABLES)
            # What meets a duty is joined again where it is spoken of.
            found.update(n for body in duty.met_by for n in bound_by(body))
    else:
        found.update(_names((item.party, item.item, item.n)))
        if isinstance(item, Duty):
            found.update({*STATUS_VARIABLES, "end"})
            found.update(_of_day(item.due))
            for finding in rule.findings:
                if finding.when:
                    found.update(_of_finding(finding))
                    found.update(_in_body(finding.body))
        elif item.year is not None:
            found.update([item.year.name])
    return found


def _of_finding(item: FindingRule) -> Iterator[str]:
    yield from names_in(item.says)
    yield from names_in(item.remedy)
    yield from (var.name for var in item.key)
    yield from (var.name for var in (item.party, item.due) if var is not None)
    yield "p"  # the State that it is about, unless another is named


def _of_day(value: Var | Arithmetic) -> Iterator[str]:
    yield value.name if isinstance(value, Var) else value.anchor.name


def _in_body(body: Body) -> Iterator[str]:
    for pattern in (*body.all, *body.none, *body.unless):
        yield from _in_pattern(pattern)
    for comparison in body.conditions:
        yield from shown.in_comparison(comparison)
    for name, reckoned in body.let.items():
        yield name
        if isinstance(reckoned, Calculation):
            yield from (reckoned.left.name, reckoned.right.name)
        else:
            yield reckoned.anchor.name


def _in_pattern(pattern: Pattern) -> Iterator[str]:
    yield from _names(pattern.fields.values())
    if isinstance(pattern.complete, Var):
        yield pattern.complete.name
    for comparison in pattern.conditions:
        yield from shown.in_comparison(comparison)


def _names(terms: Iterable[Term]) -> Iterator[str]:
    for term in terms:
        if isinstance(term, Var):
            yield term.name


Meaning = dict[str, Term]


def more_general(one: Body, other: Body, fixed: Iterable[str] = ()) -> bool:
    """Whether a body holds wherever another one does, as far as its words show.

    Every fact that it joins is joined by the other one too, with at least the same
    fields; and so are its comparisons, absences and exceptions.

    Args:
        one: the body that may be more general.
        other: the body that may be a special case of it.
        fixed: variables that mean the same in both; others may stand for anything.

    >>> any_report = Body(all=(Pattern("report", {"party": Var("p")}),))
    >>> initial = Body(all=(Pattern("report", {"party": Var("p"), "kind": "initial"}),))
    >>> more_general(any_report, initial), more_general(initial, any_report)
    (True, False)
    """
    start: Meaning = {name: Var(name) for name in fixed}
    return any(_rest_holds(one, other, m) for m in _matches(one.all, other.all, start))


def covers(one: Pattern, other: Pattern, fixed: Iterable[str]) -> bool:
    """Whether a pattern matches every fact that another one matches; see `more_general`."""
    return any(True for _ in _match(one, other, {name: Var(name) for name in fixed}))


def _matches(
    wanted: tuple[Pattern, ...], there: tuple[Pattern, ...], meaning: Meaning
) -> Iterator[Meaning]:
    """How the variables of some patterns can be read so that each is among others."""
    if not wanted:
        yield meaning
        return
    for pattern in there:
        for found in _match(wanted[0], pattern, meaning):
            yield from _matches(wanted[1:], there, found)


def _match(one: Pattern, other: Pattern, meaning: Meaning) -> Iterator[Meaning]:
    """How a pattern's variables can be read so that it asks no more than another one."""
    if one.fact != other.fact or one.record != other.record:
        return
    found = dict(meaning)
    for name, term in one.fields.items():
        if name not in other.fields or not _same(term, other.fields[name], found):
            return
    if {_read(c, found) for c in one.conditions} <= set(other.conditions):
        yield found


def _same(term: Term, other: Term, meaning: Meaning) -> bool:
    if isinstance(term, Var):
        return meaning.setdefault(term.name, other) == other
    return term == other


def _read(comparison: Comparison, meaning: Meaning) -> Comparison:
    return Comparison(
        _term(comparison.left, meaning), comparison.operator, _term(comparison.right, meaning)
    )


def _term(term: Term, meaning: Meaning) -> Term:
    return meaning.get(term.name, term) if isinstance(term, Var) else term


def _rest_holds(one: Body, other: Body, meaning: Meaning) -> bool:
    """Whether all but the joined facts of a body follows from another one."""
    if not {_read(c, meaning) for c in one.conditions} <= set(other.conditions):
        return False
    if any(other.let.get(name) != reckoned for name, reckoned in one.let.items()):
        return False
    if one.values != other.values:
        return False
    outer = bound_by(other)
    for mine, theirs in ((one.none, other.none), (one.unless, other.unless)):
        for pattern in mine:
            read = attrs.evolve(
                pattern,
                fields={name: _term(term, meaning) for name, term in pattern.fields.items()},
                conditions=tuple(_read(c, meaning) for c in pattern.conditions),
            )
            # What finds more facts is absent less often.
            if not any(covers(their, read, outer) for their in theirs):
                return False
    return True
