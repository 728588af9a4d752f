"""A day that comes again and again: its period goes in, and a clause for each time comes out.

Programs have no recursion, and engines add no period that a row names, so each time has a
clause of its own, reckoned in one step from the first day; there are a hundred years of them.
"""

from __future__ import annotations

from typing import Final

import attrs

from ccm_rules.compiler.duty_status import RECURRENCE
from ccm_rules.compiler.emitting import Emitter
from ccm_rules.compiler.types import CompileError
from ccm_rules.dates import Period
from ccm_rules.law.rule import Arithmetic, Body, Calculation, Comparison, Pattern, Rule, Term, Var

_YEARS: Final = 100
#: A day that comes more often than this is no duty of a treaty, and too many clauses.
_TIMES: Final = 200
_TYPES: Final = {"from": "when", "n": "int", "begins": "when", "due": "when"}


def recurring(made: Emitter, rule: Rule, day: Arithmetic, body: Body) -> Body:
    """The conditions of a duty with ``?n``, ``?begins`` and ``?due`` of each time begun.

    Args:
        made: takes the clauses.
        rule: whose duty it is.
        day: after what time it comes, and comes again.
        body: what is joined of the duty otherwise.
    """
    whose = next((one for one in body.all if day.anchor in one.fields.values()), None)
    if whose is None or whose.record:
        raise CompileError(f"?{day.anchor.name} is no day that a fact binds", "bind it in `for`")
    name = RECURRENCE + rule.name
    made.types[name] = dict(_TYPES)
    made.declare(name)
    for n in range(1, _times(day.period) + 1):
        let: dict[str, Arithmetic | Calculation] = {
            "due": Arithmetic(day.anchor, times(day.period, n))
        }
        begins = day.anchor
        if n > 1:
            begins = Var("begins")
            let["begins"] = Arithmetic(day.anchor, times(day.period, n - 1))
        once = Body(all=(whose,), let=let)
        fields: dict[str, Term] = {"from": day.anchor, "n": n, "begins": begins, "due": Var("due")}
        terms = made.head_terms(name, fields, made.body_types(once))
        made.emit(rule, f"{name} {n}", name, terms, once)
    each = {"from": day.anchor, "n": Var("n"), "begins": Var("begins"), "due": Var("due")}
    return attrs.evolve(
        body,
        all=(*body.all, Pattern(name, each)),
        conditions=(*body.conditions, Comparison(Var("begins"), "<=", Var("as_of"))),
    )


def times(length: Period, n: int) -> Period:
    """A period so many times."""
    return length._replace(years=n * length.years, months=n * length.months, days=n * length.days)


def _times(length: Period) -> int:
    """How many there are in a hundred years."""
    days = 365 * length.years + 30 * length.months + length.days
    found = 365 * _YEARS // days if days > 0 else 0
    if not 0 < found <= _TIMES:
        raise CompileError(
            "a duty recurs after six months at the earliest, and a hundred years at the latest",
            "every = { years = 4 }",
        )
    return found
