"""Holding two engines' answers against each other."""

from __future__ import annotations

from ccm_rules.compiler.program import Clause, Count, Program, Row
from ccm_rules.engines.host import Bindings


def first_difference(
    program: Program, one: Bindings, other: Bindings
) -> tuple[str, Row, int] | None:
    """The smallest derivation that only one of two engines made.

    Smallest is: at the lowest level, of the first clause, with the least values,
    so that what is shown is where they part and not what follows from it.

    Returns:
        The clause's id, the values of its variables, and 0 or 1 for the engine
        that derived it; ``None`` where the engines agree on everything.
    """
    if one == other:
        return None
    steps: list[Clause | Count] = [*program.clauses, *program.counts]
    for step in sorted(steps, key=lambda step: (step.level, step.id)):
        mine = one.get(step.id, frozenset())
        theirs = other.get(step.id, frozenset())
        if mine != theirs:
            values = min(mine ^ theirs, key=lambda row: [(isinstance(v, str), v) for v in row])
            return step.id, values, 0 if values in mine else 1
    raise AssertionError("engines answered clauses that the program does not have")
