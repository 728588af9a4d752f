"""Whether a case is of the situations that it claims: a case goes in, what is wrong comes out.

A situation is shown by facts of the report that fit its patterns, joined by their variables.
Among them may be what bears on a duty of the case's own rule: `duty`, `duty-met` and the
like, which then speak of one duty. Without the facts behind the pattern that the situation
turns on, the duties of the rule must stand otherwise.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from ccm_rules.authoring.cases import Judged, Prepared
from ccm_rules.authoring.situations import DUTY_FACTS
from ccm_rules.authoring.standing import standing
from ccm_rules.compiler import duty_status as duties
from ccm_rules.dates import When, day
from ccm_rules.law.rule import Comparison, Pattern, Rule, Term, Var
from ccm_rules.law.situation_tables import Situation
from ccm_rules.record.model import Fact, Record, Register
from ccm_rules.report.checking import base_of
from ccm_rules.report.evaluation import Entry
from ccm_rules.report.obstacles import INVERSE
from ccm_rules.report.views import Report

_OPERATORS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    ">>": operator.gt,
    "==": operator.eq,
    "!=": operator.ne,
}

_Values = dict[str, Any]


def wrong_claims(
    prepared: Prepared, judged: Judged, situations: Mapping[str, Situation]
) -> Iterator[str]:
    """What is wrong with the situations that a case claims, or must not show.

    Args:
        prepared: the case.
        judged: what the rules make of it.
        situations: those that there are, by name.
    """
    rule, case = prepared.rule, prepared.case
    cannot = [item.situation for item in rule.cannots]
    for name in (*case.situation, *cannot):
        if name not in situations:
            continue  # which is for lint
        found = next(ways(situations[name], judged.report, rule), None)
        if name not in case.situation:
            if found is not None:
                yield f"it shows {name}, which [[cannot]] says cannot happen"
        elif found is None:
            yield f"it claims {name}, and does not show it"
        else:
            yield from _turns(prepared, judged, situations[name], found)


def _turns(
    prepared: Prepared, judged: Judged, situation: Situation, found: Sequence[Entry]
) -> Iterator[str]:
    """What a case lacks to show what the situation changes, and from which day on."""
    rule, case, name = prepared.rule, prepared.case, situation.name
    report, eve = judged
    record = without_turn(situation, found, report)
    base = base_of(record, report.rulebook, prepared.as_of, report.rulebook.parties)
    other = prepared._replace(record=record, base=base, before=None)
    without = other.judged(report.rulebook).report
    same = _says(without, rule) == _says(report, rule)
    if same and not case.same:
        what = situation.shows[situation.turn].fact
        yield f"without {what} nothing would change; make it matter for {name}, or say why: same"
    if not same and case.same:
        yield f"same says that nothing changes without {name}, and it does"
    if eve is None or _says(eve, rule) != _says(report, rule):
        return
    if any(ways(situation, eve, rule)):
        yield f"it is of {name} on the day before too, and nothing turns on its day"


def _says(report: Report, rule: Rule) -> object:
    """What a rule says of a record: how its duties stand, or what it finds."""
    if rule.duty is not None:
        return standing(report, rule)
    return sorted((f.name, f.says) for f in report.findings if f.rule == rule.name)


def ways(situation: Situation, report: Report, rule: Rule) -> Iterator[tuple[Entry, ...]]:
    """The ways in which a report shows a situation: the facts that fit its patterns, in order."""
    view = _View(report, rule, possible=bool(situation.vague))
    parts = [part.strip() for part in rule.authority.article.split(",")]
    for article in dict.fromkeys([*("".join(_leading(part)) for part in parts), *parts]):
        start = {"a": article, "as_of": When(report.as_of, report.as_of)}
        for values, seen in _joined(situation.shows, view, start, ()):
            settled = all(_holds(c, values) for c in situation.conditions)
            if not settled or not all(_open(c, values) for c in situation.vague):
                continue
            if not any(_there(pattern, view, values) for pattern in situation.none):
                yield seen


def _leading(text: str) -> Iterator[str]:
    for letter in text:
        if not letter.isdigit():
            return
        yield letter


def _joined(
    patterns: tuple[Pattern, ...], view: _View, values: _Values, seen: tuple[Entry, ...]
) -> Iterator[tuple[_Values, tuple[Entry, ...]]]:
    if not patterns:
        yield values, seen
        return
    for one in view.seen(patterns[0].fact):
        found = _matched(patterns[0], one, values)
        if found is not None:
            yield from _joined(patterns[1:], view, found, (*seen, one))


def _matched(pattern: Pattern, one: Entry, values: _Values) -> _Values | None:
    """The values of variables with those of a fact that fits a pattern."""
    found, own = dict(values), _values(one)
    fields: dict[str, Term] = dict(pattern.fields)
    if pattern.fact in DUTY_FACTS:  # what bears on a duty is of one duty
        fields = {"party": Var("p"), "item": Var("·item"), "n": Var("·n")} | fields
    for name, term in fields.items():
        if name not in own:
            return None
        there = own[name]
        if isinstance(term, Var):
            if found.setdefault(term.name, there) != there:
                return None
        elif _constant(term) != there:
            return None
    return found


def _there(pattern: Pattern, view: _View, values: _Values) -> bool:
    """Whether there is a fact that should be absent."""
    for one in view.seen(pattern.fact, every=True):
        found = _matched(pattern, one, values)
        if found is not None and all(_may(c, found) for c in pattern.conditions):
            return True
    return False


def _constant(term: Term) -> Any:
    return day(term) if isinstance(term, dt.date) else term


def _sides(comparison: Comparison, values: _Values) -> tuple[Any, Any]:
    left, right = (
        values[term.name] if isinstance(term, Var) else _constant(term)
        for term in (comparison.left, comparison.right)
    )
    return left, right


def _sure(sign: str, left: Any, right: Any) -> bool:
    if not (isinstance(left, When) and isinstance(right, When)):
        return _OPERATORS[sign](left, right)
    match sign:
        case "<" | "<=":
            return _OPERATORS[sign](left.latest, right.earliest)
        case ">" | ">=" | ">>":
            return _OPERATORS[sign](left.earliest, right.latest)
        case "==":
            return left.exact and left == right
    return left.latest < right.earliest or right.latest < left.earliest


def _holds(comparison: Comparison, values: _Values) -> bool:
    return _sure(comparison.operator, *_sides(comparison, values))


def _may(comparison: Comparison, values: _Values) -> bool:
    if comparison.operator == ">>":  # never unknown
        return _holds(comparison, values)
    return not _sure(INVERSE[comparison.operator], *_sides(comparison, values))


def _open(comparison: Comparison, values: _Values) -> bool:
    return _may(comparison, values) and not _holds(comparison, values)


def _values(entry: Entry) -> _Values:
    """The values of a fact, by field."""
    return {
        name: When(int(columns[0]), int(columns[1])) if type_ == "when" else columns[0]
        for name, (type_, columns) in entry.fields.items()
    }


class _View:
    """The facts of a report, and what bears on the duties of a rule.

    Args:
        report: of a case.
        rule: the case's own.
        possible: whether what is only possible shows a situation too.
    """

    def __init__(self, report: Report, rule: Rule, *, possible: bool) -> None:
        self._report = report
        self._rule = rule.name
        self._possible = possible

    def seen(self, fact: str, *, every: bool = False) -> Iterator[Entry]:
        """The facts of a kind; what is only possible too, if that counts."""
        of_duty = fact in DUTY_FACTS or fact == duties.STATUS
        for entry in self._report.entries(DUTY_FACTS.get(fact, fact)):
            if of_duty and entry.text("rule") != self._rule:
                continue
            if entry.certain or every or self._possible:
                yield entry


# -- without what it turns on --------------------------------------------------------


def without_turn(situation: Situation, found: Sequence[Entry], report: Report) -> Record:
    """The record of a report without the facts behind the pattern that a situation turns on.

    Args:
        situation: the situation.
        found: a way in which it is shown.
        report: what shows it.
    """
    one = found[situation.turn]
    evidence = report.rests_on(one)
    facts, registers = set(map(id, evidence.facts)), set(map(id, evidence.registers))
    if one.fact in duties.BEARING:  # and on what the duty itself rests, it does not turn
        key = one.row[:4]
        for duty in report.entries(duties.DUTY):
            if duty.row[:4] == key:
                other = report.rests_on(duty)
                facts -= set(map(id, other.facts))
                registers -= set(map(id, other.registers))
    record = report.record
    kept: tuple[Fact, ...] = tuple(f for f in record.facts if id(f) not in facts)
    asked: tuple[Register, ...] = tuple(r for r in record.registers if id(r) not in registers)
    return record._replace(facts=kept, registers=asked)
