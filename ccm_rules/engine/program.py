"""The intermediate form that every engine runs.

A program is a list of clauses over relations with typed, non-null columns (text
and whole numbers; days are ordinals). A clause joins rows, compares their
columns, and asks for absence. There is no recursion: clauses are numbered by
level, and a level reads only what lower levels wrote.

Every row carries whether it is certain (1) or only possible (0), so one law
gives two clauses: the certain one joins certain rows, demands that comparisons
hold for every day that vague dates allow, and that no possible row contradicts;
the possible one joins any row, demands that comparisons can hold, and that no
certain row contradicts. What is possible but not certain is *open*.

What engines cannot be trusted with (calendars) and what is not a join (until
when the record is complete) comes from functions: relations that the host fills
between levels for the arguments that the rules ask about.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

Operator = Literal["<", "<=", ">", ">=", "==", "!="]


class Variable(NamedTuple):
    """A column's value, by name."""

    name: str


Term = Variable | str | int
Row = tuple[str | int, ...]


class Atom(NamedTuple):
    """Rows of a relation that a clause joins; ``certain`` leaves possible rows out."""

    relation: str
    terms: tuple[Term, ...]
    certain: bool


class Condition(NamedTuple):
    """A comparison of two terms."""

    operator: Operator
    left: Term
    right: Term


class Absence(NamedTuple):
    """No row of the relation matches; ``None`` terms match anything.

    Variables that no atom binds are local to the absence, and may occur in its
    own conditions. ``certain`` asks only for the absence of certain rows.
    """

    relation: str
    terms: tuple[Term | None, ...]
    conditions: tuple[Condition, ...]
    certain: bool


class Clause(NamedTuple):
    """One way to derive rows of ``head``.

    Attributes:
        id: unique, stable, and naming the rule.
        rule: name of the rule that it comes from.
        head: relation that it derives.
        head_terms: a term for each column of the head.
        certain: whether the rows derived are certain.
        level: clauses run by level; 1 reads only base relations.
        always: run it even where possible and certain rows coincide, because
            its certain twin asks for a complete record.
        variables: the variables of the body in order: with them a derivation,
            and each of its parents, is fully told.
    """

    id: str
    rule: str
    head: str
    head_terms: tuple[Term, ...]
    certain: bool
    level: int
    always: bool
    body: tuple[Atom, ...]
    conditions: tuple[Condition, ...]
    absences: tuple[Absence, ...]
    variables: tuple[str, ...]


class Count(NamedTuple):
    """Counts rows of ``source`` by its first ``group`` columns.

    The head has those columns, then the number of certain rows, then the number
    of certain and possible ones. Without grouping it always has one row.
    """

    id: str
    rule: str
    head: str
    source: str
    group: int
    level: int


class Demand(NamedTuple):
    """Ask a function for the values in some columns of a relation, before a level."""

    function: str
    relation: str
    columns: tuple[int, ...]
    level: int


class Program(NamedTuple):
    """Everything that an engine needs to run a set of rules.

    Attributes:
        schema: for each relation its columns, as (name, ``text`` or ``int``).
        clauses: by level.
        counts: by level.
        functions: for each function relation what it computes.
        demands: what each function is asked, and before which level.
        intervals: for each relation the pairs of columns that bound one value.
    """

    schema: Mapping[str, tuple[tuple[str, str], ...]]
    clauses: tuple[Clause, ...]
    counts: tuple[Count, ...]
    functions: Mapping[str, Mapping[str, Any]]
    demands: tuple[Demand, ...]
    intervals: Mapping[str, tuple[tuple[int, int], ...]]

    @property
    def levels(self) -> int:
        """The highest level."""
        steps: list[Clause | Count] = [*self.clauses, *self.counts]
        return max((step.level for step in steps), default=0)


# -- plain data, for the cache and for the worker process ----------------------


def _term_out(term: Term | None) -> Any:
    return [term.name] if isinstance(term, Variable) else term


def _term_in(data: Any) -> Any:
    return Variable(data[0]) if isinstance(data, list) else data


def _conditions_out(conditions: tuple[Condition, ...]) -> list[Any]:
    return [[c.operator, _term_out(c.left), _term_out(c.right)] for c in conditions]


def _conditions_in(data: list[Any]) -> tuple[Condition, ...]:
    return tuple(Condition(op, _term_in(left), _term_in(right)) for op, left, right in data)


def to_data(program: Program) -> dict[str, Any]:
    """Write a program as plain JSON data."""
    return {
        "schema": {name: list(map(list, columns)) for name, columns in program.schema.items()},
        "clauses": [
            [
                c.id, c.rule, c.head, [_term_out(t) for t in c.head_terms], c.certain, c.level, c.always,
                [[a.relation, [_term_out(t) for t in a.terms], a.certain] for a in c.body],
                _conditions_out(c.conditions),
                [[n.relation, [_term_out(t) for t in n.terms], _conditions_out(n.conditions), n.certain]
                 for n in c.absences],
                list(c.variables),
            ]
            for c in program.clauses
        ],
        "counts": [list(count) for count in program.counts],
        "functions": {name: dict(spec) for name, spec in program.functions.items()},
        "demands": [[d.function, d.relation, list(d.columns), d.level] for d in program.demands],
        "intervals": {name: [list(p) for p in pairs] for name, pairs in program.intervals.items()},
    }  # fmt: skip


def from_data(data: Mapping[str, Any]) -> Program:
    """Read a program back from plain JSON data."""
    return Program(
        {name: tuple((n, t) for n, t in columns) for name, columns in data["schema"].items()},
        tuple(
            Clause(
                id_, rule, head, tuple(map(_term_in, head_terms)), certain, level, always,
                tuple(Atom(r, tuple(map(_term_in, ts)), c) for r, ts, c in body),
                _conditions_in(conditions),
                tuple(Absence(r, tuple(map(_term_in, ts)), _conditions_in(cs), c)
                      for r, ts, cs, c in absences),
                tuple(variables),
            )
            for id_, rule, head, head_terms, certain, level, always, body, conditions, absences,
            variables in data["clauses"]
        ),
        tuple(Count(*count) for count in data["counts"]),
        data["functions"],
        tuple(Demand(f, r, tuple(columns), level) for f, r, columns, level in data["demands"]),
        {name: tuple((a, b) for a, b in pairs) for name, pairs in data["intervals"].items()},
    )  # fmt: skip
