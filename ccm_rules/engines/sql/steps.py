"""The steps of a program: a program in, its relations out, in the order of their making."""

from __future__ import annotations

from typing import NamedTuple

from ccm_rules.compiler.program import Clause, Count, Program


class Step(NamedTuple):
    """One relation, and how it is made.

    Attributes:
        relation: its name.
        level: functions stand before, and everything else after, the relations
            that lower levels make.
        clauses: the clauses that derive it; none for a count or a function.
        tally: the count that it is.
        demands: for a function, where its arguments stand: a relation and its columns.
    """

    relation: str
    level: int
    clauses: tuple[Clause, ...] = ()
    tally: Count | None = None
    demands: tuple[tuple[str, tuple[int, ...]], ...] = ()


def steps(program: Program) -> list[Step]:
    """The steps of a program, in the order in which they can be taken."""
    heads: dict[str, list[Clause]] = {}
    for clause in program.clauses:
        heads.setdefault(clause.head, []).append(clause)
    asked: dict[tuple[str, int], dict[tuple[str, tuple[int, ...]], None]] = {}
    for function, relation, columns, level in program.demands:
        asked.setdefault((function, level), {})[relation, columns] = None
    found = [Step(name, level, demands=tuple(args)) for (name, level), args in asked.items()]
    found += [
        Step(head, max(clause.level for clause in clauses), tuple(clauses))
        for head, clauses in heads.items()
    ]
    found += [Step(count.head, count.level, tally=count) for count in program.counts]
    # Functions come first: the clauses of their level read them.
    return sorted(found, key=lambda step: (step.level, not step.demands, step.relation))
