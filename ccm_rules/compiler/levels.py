"""Levels (strata): clauses and counts go in, and a program in which each reads what is below it.

What findings about States and their duties do not rest on is left out where nobody asks for
indicators.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import attrs

from ccm_rules.compiler import scope
from ccm_rules.compiler.emitting import Emitter
from ccm_rules.compiler.info import FindingInfo
from ccm_rules.compiler.program import Clause, Count, Demand, Program, Row

#: Relations that a clause or count reads, by its id.
Reads = Mapping[str, tuple[str, ...]]


@attrs.frozen
class Compiled:
    """The outcome of compiling a set of rules.

    Attributes:
        program: the intermediate form.
        findings: by relation that holds a finding's rows.
        says: sentence template of derived facts, by relation.
        types: field types of every relation that facts or rules name.
        comparing: names of the rules that find something of indicators.
    """

    program: Program
    findings: Mapping[str, FindingInfo]
    says: Mapping[str, str]
    types: Mapping[str, Mapping[str, str]]
    comparing: tuple[str, ...]


def put_together(
    made: Emitter, constants: Mapping[str, Sequence[Row]], *, with_indicators: bool
) -> Compiled:
    """Number the levels and put the program together.

    Args:
        made: the clauses and counts.
        constants: rows that the rules themselves state of indicators.
        with_indicators: whether the program counts indicators too.
    """
    reads = _reads(made)
    needed, plain = _without_indicators(made, reads)
    comparing = [info.rule for name, info in made.findings.items() if name not in plain]
    if not with_indicators:
        _leave_out_indicators(made, needed, plain)
        constants = {}  # whoever reads the tallies reads these too
    above = _above(made, reads)
    clauses = [clause._replace(level=above[clause.id]) for clause in made.clauses]
    counts = [count._replace(level=above[count.id]) for count in made.counts]
    demands = dict.fromkeys(Demand(f, r, columns, above[id_]) for id_, f, r, columns in made.wants)
    steps: list[Clause | Count] = [*clauses, *counts]
    used = {name for step in steps for name in (step.head, *reads[step.id])}
    program = Program(
        {n: columns for n, columns in made.schema.items() if n in used or n in made.types},
        tuple(sorted(clauses, key=lambda clause: clause.level)),
        tuple(sorted(counts, key=lambda count: count.level)),
        {name: spec for name, spec in made.functions.items() if name in used},
        tuple(sorted(demands, key=lambda demand: demand.level)),
        made.intervals,
        {name: tuple(rows) for name, rows in constants.items()},
    )
    return Compiled(program, made.findings, made.says, made.types, tuple(dict.fromkeys(comparing)))


def _reads(made: Emitter) -> Reads:
    asks: dict[str, list[str]] = {}
    for clause_id, _, relation, _ in made.wants:
        asks.setdefault(clause_id, []).append(relation)
    reads: dict[str, tuple[str, ...]] = {}
    for clause in made.clauses:
        relations = [a.relation for a in clause.body] + [n.relation for n in clause.absences]
        reads[clause.id] = tuple(dict.fromkeys([*relations, *asks.get(clause.id, ())]))
    for count in made.counts:
        reads[count.id] = (count.source, count.domain) if count.domain else (count.source,)
    return reads


def _above(made: Emitter, reads: Reads) -> dict[str, int]:
    """The level of each clause and count: above all that it reads."""
    steps: list[Clause | Count] = [*made.clauses, *made.counts]
    heads: dict[str, list[tuple[str, ...]]] = {}
    for step in steps:
        heads.setdefault(step.head, []).append(reads[step.id])
    levels: dict[str, int] = {}

    def level(name: str) -> int:
        if name not in levels:
            levels[name] = 0
            levels[name] = max((above(relations) for relations in heads.get(name, ())), default=0)
        return levels[name]

    def above(relations: Iterable[str]) -> int:
        return 1 + max(map(level, relations), default=0)

    return {step.id: above(reads[step.id]) for step in steps}


def _without_indicators(made: Emitter, reads: Reads) -> tuple[set[str], set[str]]:
    """What findings rest on that rest on no indicator, and those findings."""
    rests_on: dict[str, set[str]] = {}
    steps: list[Clause | Count] = [*made.clauses, *made.counts]
    for step in steps:
        rests_on.setdefault(step.head, set()).update(reads[step.id])
    return scope.without_indicators(rests_on, made.findings)


def _leave_out_indicators(made: Emitter, needed: set[str], plain: set[str]) -> None:
    """Keep what findings about States and their duties rest on, and no more."""
    made.clauses = [clause for clause in made.clauses if clause.head in needed]
    made.counts = [count for count in made.counts if count.head in needed]
    there = {clause.id for clause in made.clauses}
    made.wants = [want for want in made.wants if want[0] in there]
    made.findings = {name: info for name, info in made.findings.items() if name in plain}
