"""Limits: a program goes in; what some engine could not run, or would read otherwise, comes out.

The compiler keeps to this; it is looked at once, when rules are compiled, so that
a program outside it ends there and not in one engine's answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from ccm_rules.compiler.lowering import MAX_JOIN
from ccm_rules.compiler.program import (
    Absence,
    Atom,
    Clause,
    Condition,
    Count,
    Program,
    Row,
    Term,
    Variable,
)
from ccm_rules.errors import EngineError

#: Whole numbers lie between this and its negative: engines compare larger ones wrongly.
LIMIT: Final = 2**62
_ORDER: Final = ("<", "<=", ">", ">=")
Types = dict[str, str]


def require(program: Program) -> None:
    """Refuse a program that engines could run to different ends, or not at all.

    Raises:
        EngineError: the program leaves the limits that `ccm_rules.compiler.program`
            names; the message names the relation, clause or count.
    """
    for flaw in flaws(program):
        raise EngineError(f"the rules make a program that no engine may run: {flaw}")


def flaws(program: Program) -> Iterator[str]:
    """What is wrong with a program, in words."""
    steps: list[Clause | Count] = [*program.clauses, *program.counts]
    yield from _schema(program)
    for id_, number in Counter(step.id for step in steps).items():
        if number > 1:
            yield f"two steps are called {id_!r}"
    yield from _order(program, steps)
    twins = {_law(clause) for clause in program.clauses if clause.certain}
    for clause in program.clauses:
        if not (clause.certain or clause.always or _law(clause) in twins):
            yield f"{clause.id} is possible, not `always`, and has no certain twin"
        yield from (f"{clause.id} {flaw}" for flaw in _clause(program, clause))
    for count in program.counts:
        yield from (f"{count.id} {flaw}" for flaw in _count(program, count))


def _order(program: Program, steps: Iterable[Clause | Count]) -> Iterator[str]:
    """Whether every relation is complete, and every function asked, before it is read."""
    written: dict[str, int] = {}
    for step in steps:
        written[step.head] = max(step.level, written.get(step.head, 0))
    asked: dict[str, int] = {}
    for demand in program.demands:
        asked[demand.function] = min(demand.level, asked.get(demand.function, demand.level))
        if written.get(demand.relation, 0) >= demand.level:
            yield f"{demand.function!r} is asked about {demand.relation!r} before it is complete"
    for step in steps:
        for name in _read(step):
            if written.get(name, 0) >= step.level:
                yield f"{step.id} reads {name!r} before it is complete"
            if name in program.functions and asked.get(name, step.level + 1) > step.level:
                yield f"{step.id} reads {name!r}, which nobody asked yet"


def _read(step: Clause | Count) -> tuple[str, ...]:
    if isinstance(step, Count):
        return (step.source, step.domain) if step.domain else (step.source,)
    joined = (atom.relation for atom in step.body)
    return (*joined, *(absence.relation for absence in step.absences))


def _law(clause: Clause) -> tuple[object, ...]:
    """What the two clauses of one law have in common."""
    joined = tuple((atom.relation, atom.terms) for atom in clause.body)
    return clause.head, clause.head_terms, clause.level, joined


def _count(program: Program, count: Count) -> Iterator[str]:
    columns = [type_ for _, type_ in program.schema[count.source][: count.group]]
    if [*columns, "int", "int"] != [type_ for _, type_ in program.schema[count.head]]:
        yield f"gives other columns than those of {count.head!r}"
    if any(at < count.group for pair in program.intervals.get(count.source, ()) for at in pair):
        yield "groups by a day"
    if count.domain and (
        not count.group or columns != [type_ for _, type_ in program.schema[count.domain]]
    ):
        yield "has a domain of other columns than its groups"


def _schema(program: Program) -> Iterator[str]:
    for name, columns in program.schema.items():
        if "\0" in name:
            yield f"the relation {name!r} holds a null character"
        names = ["certain", *(column.lower() for column, _ in columns)]
        if len(set(names)) != len(names) or len(names) == 1:
            yield f"the columns of {name!r} are none, or not told apart"
        if any(type_ not in ("text", "int") for _, type_ in columns):
            yield f"a column of {name!r} is neither text nor int"
        for pair in program.intervals.get(name, ()):
            if any(not at < len(columns) or columns[at][1] != "int" for at in pair):
                yield f"an interval of {name!r} is no pair of numbers"
        for row in program.constants.get(name, ()):
            yield from (f"a stated row of {name!r} {flaw}" for flaw in _stated(row, columns))


def _stated(row: Row, columns: tuple[tuple[str, str], ...]) -> Iterator[str]:
    if len(row) != len(columns):
        yield f"has {len(row)} values"
    for value, (_, type_) in zip(row, columns, strict=False):
        yield from _constant(value, type_)


def _clause(program: Program, clause: Clause) -> Iterator[str]:
    if not clause.body:
        yield "joins nothing"
    if len(clause.body) + len(clause.absences) > MAX_JOIN:
        yield f"joins more than {MAX_JOIN} facts"
    types: Types = {}
    for atom in clause.body:
        if atom.certain and atom.open:
            yield f"wants rows of {atom.relation!r} that are certain and open"
        yield from _terms(program, atom, types)
    if clause.variables != tuple(types):
        yield "does not list the variables of its body in their order"
    yield from _fits(clause.head_terms, program.schema[clause.head], types, clause.head)
    for condition in clause.conditions:
        yield from _condition(condition, types, types)
    for absence in clause.absences:
        local = dict(types)
        yield from _terms(program, absence, local)
        own = {name: type_ for name, type_ in local.items() if name not in types}
        for condition in absence.conditions:
            yield from _condition(condition, local, own)


def _terms(program: Program, read: Atom | Absence, types: Types) -> Iterator[str]:
    """What is wrong with the terms of an atom; its variables become known."""
    columns = program.schema[read.relation]
    if len(read.terms) != len(columns):
        yield f"reads {len(read.terms)} columns of {read.relation!r}, which has {len(columns)}"
    for term, (_, type_) in zip(read.terms, columns, strict=False):
        if isinstance(term, Variable):
            if types.setdefault(term.name, type_) != type_:
                yield f"joins a text and a number by {term.name!r}"
        elif term is not None:
            yield from _constant(term, type_)


def _fits(
    terms: Iterable[Term], columns: tuple[tuple[str, str], ...], types: Types, head: str
) -> Iterator[str]:
    given = tuple(terms)
    if len(given) != len(columns):
        yield f"gives {len(given)} columns to {head!r}, which has {len(columns)}"
    for term, (_, type_) in zip(given, columns, strict=False):
        if not isinstance(term, Variable):
            yield from _constant(term, type_)
        elif types.get(term.name) != type_:
            yield f"gives {term.name!r}, which it does not bind as {type_}, to {head!r}"


def _condition(
    condition: Condition, known: Mapping[str, str], own: Mapping[str, str]
) -> Iterator[str]:
    types = []
    for term in (condition.left, condition.right):
        if isinstance(term, Variable):
            types.append(known.get(term.name, "nothing"))
        else:
            types.append("int" if isinstance(term, int) else "text")
            yield from _constant(term, types[-1])
    sides = {term.name for term in (condition.left, condition.right) if isinstance(term, Variable)}
    if not sides & set(own):
        yield f"compares what it does not bind there: {condition}"
    if types[0] != types[1]:
        yield f"compares {types[0]} with {types[1]}"
    elif types[0] == "text" and condition.operator in _ORDER:
        yield "puts texts in order"


def _constant(value: object, type_: str) -> Iterator[str]:
    if type(value) is not {"int": int, "text": str}[type_]:
        yield f"holds {value!r}, which is no {type_}"
    elif isinstance(value, int) and not -LIMIT < value < LIMIT:
        yield f"holds {value}, which is too large"
    elif isinstance(value, str) and (
        "\0" in value or any("\ud800" <= c <= "\udfff" for c in value)
    ):
        yield f"holds {value!r}, which no database takes"
