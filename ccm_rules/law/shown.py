"""Pieces of a rule as its file writes them, for messages that point at one."""

from __future__ import annotations

import datetime as dt

from ccm_rules.law.rule import Body, Calculation, Comparison, Pattern, Term, Var
from ccm_rules.law.terms import ASKED


def term(value: Term, *, in_comparison: bool = False) -> str:
    """A variable or a constant.

    >>> term(Var("p")), term("annual"), term(Var("as_of"), in_comparison=True)
    ('"?p"', '"annual"', 'as-of')
    """
    if isinstance(value, Var):
        if value.name == "as_of":
            return "as-of"
        return f"?{value.name}" if in_comparison else f'"?{value.name}"'
    if isinstance(value, int | dt.date):
        return str(value)
    return f"'{value}'" if in_comparison else f'"{value}"'


def comparison(value: Comparison) -> str:
    """A comparison.

    >>> comparison(Comparison(Var("a"), "<", Var("as_of")))
    '?a < as-of'
    """
    left, right = (term(side, in_comparison=True) for side in (value.left, value.right))
    if value.operator in ASKED:
        return f"{value.operator} {left}"
    return f"{left} {value.operator} {right}"


def pattern(value: Pattern) -> str:
    """A pattern.

    >>> pattern(Pattern("report", {"party": Var("p"), "kind": "annual"}))
    '{ fact = "report", party = "?p", kind = "annual" }'
    """
    parts = [f'{"record" if value.record else "fact"} = "{value.fact}"']
    parts += [f"{name} = {term(field)}" for name, field in value.fields.items()]
    if value.conditions:
        inner = ", ".join(f'"{comparison(c)}"' for c in value.conditions)
        parts.append(f"if = [{inner}]")
    if value.complete is not None:
        parts.append(f"complete = {term(value.complete)}")
    return "{ " + ", ".join(parts) + " }"


def body(value: Body) -> str:
    """An alternative: its one pattern, or its conditions."""
    if len(value.all) == 1 and not (value.conditions or value.none or value.unless or value.let):
        return pattern(value.all[0])
    parts = []
    for name, patterns in (("all", value.all), ("none", value.none), ("unless", value.unless)):
        if patterns:
            parts.append(f"{name} = [{', '.join(map(pattern, patterns))}]")
        if name == "all" and value.conditions:
            inner = ", ".join(f'"{comparison(c)}"' for c in value.conditions)
            parts.append(f"if = [{inner}]")
    return "{ " + ", ".join(parts) + " }"


def variables(value: Body) -> set[str]:
    """Every variable that a body speaks of."""
    found = {name for p in (*value.all, *value.none, *value.unless) for name in in_pattern(p)}
    found |= {name for c in value.conditions for name in in_comparison(c)}
    for name, reckoned in value.let.items():
        operands = (
            (reckoned.left, reckoned.right)
            if isinstance(reckoned, Calculation)
            else (reckoned.anchor,)
        )
        found |= {name, *(var.name for var in operands)}
    return found | set(value.values)


def in_pattern(value: Pattern) -> set[str]:
    """The variables of a pattern."""
    terms = [*value.fields.values(), value.complete]
    found = {t.name for t in terms if isinstance(t, Var)}
    return found | {name for c in value.conditions for name in in_comparison(c)}


def in_comparison(value: Comparison) -> set[str]:
    """The variables of a comparison."""
    return {t.name for t in (value.left, value.right) if isinstance(t, Var)}
