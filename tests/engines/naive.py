"""What a program means, said as plainly as can be: every choice of rows is tried.

Nothing is indexed, reordered or passed over. Engines are held against this.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping

from ccm_rules.compiler.program import Clause, Condition, Count, Program, Row, Term, Variable
from ccm_rules.engines.host import Bindings, Derivations, Fill, Rows

TESTS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
Binding = dict[str, str | int]


class TooManyError(Exception):
    """A clause holds in more ways than it is worth while to try."""


def matched(terms: tuple[Term | None, ...], row: Row, binding: Binding) -> Binding | None:
    """The binding, with what a row gives to its terms; ``None`` where they do not fit."""
    found = dict(binding)
    for term, value in zip(terms, row, strict=True):
        if isinstance(term, Variable):
            if found.setdefault(term.name, value) != value:
                return None
        elif term is not None and term != value:
            return None
    return found


def value(term: Term, binding: Binding) -> str | int:
    return binding[term.name] if isinstance(term, Variable) else term


def holds(condition: Condition, binding: Binding) -> bool:
    left, right = value(condition.left, binding), value(condition.right, binding)
    return bool(TESTS[condition.operator](left, right))


def answer(clause: Clause, rows: Mapping[str, Rows], most: int) -> frozenset[Row]:
    """All values of a clause's variables with which it holds."""
    ways: list[Binding] = [{}]
    for atom in clause.body:
        ways = [
            more
            for binding in ways
            for row, certain in rows[atom.relation].items()
            if not (atom.certain and not certain) and not (atom.open and certain)
            if (more := matched(atom.terms, row, binding)) is not None
        ]
        if len(ways) > most:
            raise TooManyError
    return frozenset(
        tuple(binding[name] for name in clause.variables)
        for binding in ways
        if all(holds(condition, binding) for condition in clause.conditions)
        and not any(
            (certain or not absence.certain)
            and (local := matched(absence.terms, row, binding)) is not None
            and all(holds(condition, local) for condition in absence.conditions)
            for absence in clause.absences
            for row, certain in rows[absence.relation].items()
        )
    )


def counted(count: Count, rows: Mapping[str, Rows]) -> frozenset[Row]:
    """The rows of a count."""
    source = rows[count.source]
    groups = {row[: count.group] for row in source} if count.group else {()}
    if count.domain:
        groups |= set(rows[count.domain])
    return frozenset(
        (
            *group,
            sum(certain for row, certain in source.items() if row[: count.group] == group),
            sum(1 for row in source if row[: count.group] == group),
        )
        for group in groups
    )


def derive(
    program: Program, base: Mapping[str, Rows], fill: Fill, most: int = 10**9
) -> Derivations:
    """Everything that a program says of some rows.

    Raises:
        TooManyError: more than ``most`` ways have to be tried at once.
    """
    rows: dict[str, Rows] = {name: dict(base.get(name, {})) for name in program.schema}
    for name, stated in program.constants.items():
        rows[name].update(dict.fromkeys(stated, 1))
    bindings: Bindings = {}
    for level in range(1, program.levels + 1):
        for demand in program.demands:
            if demand.level == level:
                asked = {tuple(row[c] for c in demand.columns) for row in rows[demand.relation]}
                rows[demand.function].update((row, 1) for row in fill(demand.function, asked))
        for clause in program.clauses:
            if clause.level == level:
                found = bindings[clause.id] = answer(clause, rows, most)
                for values in found:
                    binding = dict(zip(clause.variables, values, strict=True))
                    head = tuple(value(term, binding) for term in clause.head_terms)
                    certain = max(int(clause.certain), rows[clause.head].get(head, 0))
                    rows[clause.head][head] = certain
        for count in program.counts:
            if count.level == level:
                found = bindings[count.id] = counted(count, rows)
                rows[count.head].update((row, 1) for row in found)
    return Derivations(bindings, rows)
