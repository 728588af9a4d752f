"""The rules that findings rest on, for engines that know neither doubt nor functions.

A row that is certain and a row that is only possible are rows of two relations, so
that an engine needs nothing but joins, comparisons and absence. Where no row of a
relation can be merely possible, the two are one. What a report says of open
questions is left out: only the certain findings are asked for, and so only what
they rest on.

Functions (calendars, and until when registers reach) are calls that bind variables,
which each peer makes in the way that suits it best.
"""

from __future__ import annotations

import collections
import functools
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from ccm_rules.compiler.program import (
    Absence,
    Atom,
    Clause,
    Condition,
    Count,
    Program,
    Term,
    Variable,
)
from ccm_rules.record import Base
from ccm_rules.record.relations import Functions, Row, Rows

#: A relation, and whether its certain rows alone are meant.
Table = tuple[str, bool]


class Literal(NamedTuple):
    """A row of a table; ``None`` matches anything."""

    table: Table
    terms: tuple[Term | None, ...]


class Call(NamedTuple):
    """What a function gives for its arguments; no answer, and the rule does not hold."""

    function: str
    arguments: tuple[Term, ...]
    results: tuple[Variable, ...]


class Negation(NamedTuple):
    """No row matches of which all conditions hold."""

    literal: Literal
    conditions: tuple[Condition, ...]


class Rule(NamedTuple):
    """One way in which a row is derived; what it reads is derived at lower levels."""

    name: str
    level: int
    head: Literal
    body: tuple[Literal, ...]
    calls: tuple[Call, ...]
    conditions: tuple[Condition, ...]
    negations: tuple[Negation, ...]


class Tally(NamedTuple):
    """Counts rows by their first columns: how many are certain, how many possible."""

    level: int
    head: Table
    certain: Table
    possible: Table
    group: int


class Rules(NamedTuple):
    """A rule set.

    Attributes:
        widths: how many columns each table has.
        rules: by level.
        tallies: by level.
        findings: the tables that hold findings.
        base: the tables that hold what is on record.
    """

    widths: Mapping[Table, int]
    rules: tuple[Rule, ...]
    tallies: tuple[Tally, ...]
    findings: tuple[Table, ...]
    base: tuple[Table, ...]


def simplify(program: Program, findings: Iterable[str], rows: Mapping[str, Rows]) -> Rules:
    """The rules that some findings rest on.

    Args:
        program: the compiled rules.
        findings: the relations of findings.
        rows: the base rows, which say where something is merely possible.
    """
    by_head: dict[str, list[Clause]] = {}
    for clause in program.clauses:
        by_head.setdefault(clause.head, []).append(clause)
    counts = {count.head: count for count in program.counts}
    doubtful = {name for name, found in rows.items() if not all(found.values())}
    doubtful |= {clause.head for clause in program.clauses if not clause.certain}

    def table(relation: str, certain: bool) -> Table:
        return relation, certain or relation not in doubtful

    asked = tuple(table(name, True) for name in findings)
    todo, seen = list(asked), set(asked)
    kept: list[Rule] = []
    tallies: list[Tally] = []
    base: list[Table] = []
    while todo:
        relation, certain = todo.pop()
        if relation in counts:
            tally = _tally(counts[relation], table)
            tallies.append(tally)
            reads = {tally.certain, tally.possible}
        elif relation in by_head:
            reads = set()
            for clause in by_head[relation]:
                if clause.certain == certain:
                    rule = _rule(program, clause, table)
                    kept.append(rule)
                    reads |= {literal.table for literal in rule.body}
                    reads |= {negation.literal.table for negation in rule.negations}
        else:
            base.append((relation, certain))
            continue
        todo += reads - seen
        seen |= reads
    return Rules(
        {name: len(program.schema[name[0]]) for name in seen},
        tuple(sorted(kept, key=lambda rule: (rule.level, rule.name))),
        tuple(sorted(tallies)),
        asked,
        tuple(sorted(base)),
    )


def _tally(count: Count, table: Callable[[str, bool], Table]) -> Tally:
    if count.domain:
        raise NotImplementedError(f"{count.id} counts by a domain")
    return Tally(
        count.level,
        table(count.head, True),
        table(count.source, True),
        table(count.source, False),
        count.group,
    )


def _rule(program: Program, clause: Clause, table: Callable[[str, bool], Table]) -> Rule:
    body, calls = [], []
    for atom in clause.body:
        if atom.open:
            raise NotImplementedError(f"{clause.id} asks for what is merely possible")
        if atom.relation in program.functions:
            calls.append(_call(program, atom))
        else:
            body.append(Literal(table(atom.relation, atom.certain), atom.terms))
    return Rule(
        clause.id,
        clause.level,
        Literal(table(clause.head, clause.certain), clause.head_terms),
        tuple(body),
        tuple(calls),
        clause.conditions,
        tuple(_negation(program, absence, table) for absence in clause.absences),
    )


def _negation(program: Program, absence: Absence, table: Callable[[str, bool], Table]) -> Negation:
    if absence.relation in program.functions:
        raise NotImplementedError("a register is asked whether it is silent")
    literal = Literal(table(absence.relation, absence.certain), absence.terms)
    return Negation(literal, absence.conditions)


#: How many columns of a function's rows are answers, by what it computes.
_ANSWERS = {"add": 2, "calculate": 2, "recorded": 3}


def _call(program: Program, atom: Atom) -> Call:
    answers = _ANSWERS[str(program.functions[atom.relation]["function"])]
    results = atom.terms[-answers:]
    assert all(isinstance(term, Variable) for term in results)
    return Call(atom.relation, atom.terms[:-answers], results)


def base_rows(rules: Rules, base: Base) -> Iterable[tuple[Table, Iterable[Row]]]:
    """The rows of each base table."""
    for name in rules.base:
        relation, certain = name
        rows = base.rows.get(relation, {})
        yield name, [row for row, sure in rows.items() if sure] if certain else rows


def functions(program: Program, base: Base) -> Callable[..., tuple[int, ...]]:
    """What functions answer, one call at a time; an empty answer where there is none."""
    filling = Functions(program.functions, base.coverage)

    @functools.cache
    def answer(function: str, *arguments: str | int) -> tuple[int, ...]:
        for row in filling.rows(function, {arguments}):
            return tuple(map(int, row[len(arguments) :]))
        return ()

    return answer


def variables(terms: Iterable[Term | None]) -> list[Variable]:
    """The variables among terms, each once."""
    return list(dict.fromkeys(term for term in terms if isinstance(term, Variable)))


def once(rule: Rule) -> set[Variable]:
    """The variables of a rule that nothing else in it speaks of."""
    places = collections.Counter(
        term
        for terms in (
            rule.head.terms,
            *(literal.terms for literal in rule.body),
            *(call.arguments for call in rule.calls),
            *((c.left, c.right) for c in rule.conditions),
            *(negation.literal.terms for negation in rule.negations),
            *((c.left, c.right) for n in rule.negations for c in n.conditions),
        )
        for term in terms
        if isinstance(term, Variable)
    )
    return {variable for variable, number in places.items() if number == 1}
