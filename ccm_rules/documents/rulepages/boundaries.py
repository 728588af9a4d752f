"""The boundary days of a duty: which day is still in time, and the cases that test it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from ccm_rules.authoring.cases import case_record
from ccm_rules.compiler.rulebook import Rulebook
from ccm_rules.dates import Period, day
from ccm_rules.documents.rulepages.graph import made, read
from ccm_rules.law.rule import Arithmetic, Body, Derive, Duty, Rule, Var
from ccm_rules.report.checking import check
from ccm_rules.words.language import mark
from ccm_rules.words.states import party_names

_UNDONE = ("upcoming", "due-soon")
_PASSED = ("overdue", "lapsed", "pending", "review")


class Boundary(NamedTuple):
    """One side of a boundary.

    Attributes:
        says: what holds on that day.
        case: name of the case that tests it, or empty.
        judged: the as-of day of the case, as an ordinal.
        due: the due day in the case.
        done: the day on which the duty was met in the case, or 0.
    """

    says: str
    case: str = ""
    judged: int = 0
    due: int = 0
    done: int = 0


class _Seen(NamedTuple):
    """A duty as a case shows it: `soon` is the first day on which it is due soon, or 0."""

    case: str
    judged: int
    due: int
    status: str
    done: frozenset[int]
    soon: int


class Reckoning(NamedTuple):
    """Where a due day comes from.

    Attributes:
        rule: the rule that says it.
        of: what it derives, or its duty.
        variable: the day's variable there.
        made: how the day is reckoned; ``None`` where a fact of the record gives it.
    """

    rule: Rule
    of: Derive | Duty
    variable: str
    made: Arithmetic | None


#: What the cases of a rule came to, by the digest of the rules and the rule's name.
_TRIED: Final[dict[tuple[str, str], list[_Seen]]] = {}
_MOST: Final = 256


def boundaries(rule: Rule, rulebook: Rulebook) -> list[Boundary]:
    """The boundary days of a rule's duty, with the cases on both sides of each.

    Args:
        rule: a rule with its cases.
        rulebook: all rules, without indicators.

    Raises:
        InputError: a case of the rule is wrong.
    """
    if rule.duty is None:
        return []
    # Running the cases costs most of a page, and they say the same as long as no rule changes.
    key = (rulebook.digest, rule.name)
    if key not in _TRIED:
        if len(_TRIED) >= _MOST:
            _TRIED.clear()
        _TRIED[key] = list(_cases(rule, rulebook))
    seen = _TRIED[key]
    soon = rule.duty.soon is not None
    sides: list[tuple[str, Callable[[_Seen], bool]]] = [
        (mark("Done on the due day: in time."),
         lambda s: s.status == "met" and s.due in s.done),
        (mark("Done on the day after: late."),
         lambda s: s.status == "met-late" and s.due + 1 in s.done),
        (mark("Not done, on the due day itself: not yet overdue."),
         lambda s: s.status in _UNDONE and s.judged == s.due),
        (mark("Not done, on the day after: passed, where the record is complete so far."),
         lambda s: s.status in _PASSED and s.judged == s.due + 1),
    ]  # fmt: skip
    if soon:
        sides += [
            (mark("On the last day before it is due soon: upcoming."),
             lambda s: s.status == "upcoming" and s.judged == s.soon - 1),
            (mark("On the first day of being due soon: due soon."),
             lambda s: s.status == "due-soon" and s.judged == s.soon),
        ]  # fmt: skip
    found = []
    for says, holds in sides:
        case = next((s for s in seen if holds(s)), None)
        if case is None:
            found.append(Boundary(says))
        else:
            done = min(case.done, default=0) if "met" in case.status else 0
            if done:
                done = case.due if case.status == "met" else case.due + 1
            found.append(Boundary(says, case.case, case.judged, case.due, done))
    return found


def _cases(rule: Rule, rulebook: Rulebook) -> Iterator[_Seen]:
    for case in rule.cases:
        record = case_record(rule, case, rulebook.vocabulary, party_names())
        known = day(case.known_by) if case.known_by is not None else None
        report = check(record, rulebook, known=known, engines=("sqlite",))
        for duty in report.duties():
            if duty.rule != rule.name or duty.status == "open" or not duty.due.exact:
                continue
            done = frozenset(when.earliest for when in report.done(duty) if when.exact)
            soon = report.soon(duty)
            first = soon.earliest if soon is not None and soon.exact else 0
            yield _Seen(case.name, report.as_of, duty.due.earliest, duty.status, done, first)


def reckonings(rule: Rule, rules: Mapping[str, Rule]) -> list[Reckoning]:
    """How the due day of a rule's duty comes about, through the facts that carry it.

    Args:
        rule: the rule.
        rules: all rules by name.
    """
    duty = rule.duty
    if duty is None:
        return []
    if isinstance(duty.due, Arithmetic):
        return [Reckoning(rule, duty, "due", duty.due)]
    return list(_of_variable(duty.due, duty.body, rules.values(), set()))


def _of_variable(
    variable: Var, body: Body, rules: Iterable[Rule], seen: set[tuple[str, str]]
) -> Iterator[Reckoning]:
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
) -> Iterator[Reckoning]:
    spec = derive.body.let.get(carried.name)
    if isinstance(spec, Arithmetic):
        yield Reckoning(rule, derive, carried.name, spec)
        return
    derived = {one.fact for other in rules for one in other.derives}
    carrying = [p.fact for p in derive.body.all if carried in p.fields.values() and not p.record]
    if derived.isdisjoint(carrying):
        yield Reckoning(rule, derive, carried.name, None)
    else:
        yield from _of_variable(carried, derive.body, rules, seen)


def whole_days(reckoning: Reckoning) -> int:
    """How many days the due day lies after its anchor, where it is reckoned in days; or 0."""
    if reckoning.made is None:
        return 0
    period = reckoning.made.period
    return period.days if period == Period(days=period.days) and period.days > 0 else 0
