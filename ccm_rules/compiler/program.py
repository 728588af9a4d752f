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

What all engines can run, and mean the same by (`ccm_rules.compiler.limits` looks):

- Every relation has a column; values are texts without null characters and halves
  of characters, and whole numbers between -2^62 and 2^62.
- A clause joins something, and no more than 16 rows, those that must be absent
  included. Its variables are all those of its body, in order.
- Texts are equal or not, and have no order; text and number are never compared. A
  comparison speaks of a variable, and inside an absence of one that is local to it.
- An atom is ``certain`` or ``open``, or neither, and not both.
- A relation is read on higher levels than it is written on. What reads a function
  asks it, by then or before, for the very columns that it joins it with: rows of a
  function that others asked for never matter.
- A possible clause that is not ``always`` has a certain twin, of the same level, body
  and head, that derives the same wherever no row read is possible or vague.
- A count is not grouped by days. Its domain has the columns of its groups.
- In the rows of a relation, an interval's first bound is not after its second.
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
    """Rows of a relation that a clause joins.

    ``certain`` leaves possible rows out; ``open`` leaves certain ones out.
    """

    relation: str
    terms: tuple[Term, ...]
    certain: bool
    open: bool = False


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
            and each of its parents, is fully known.
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
    of certain and possible ones. Without grouping it always has one row; with
    it, a row for each group that has members, and for each row of ``domain``,
    a relation of the grouping columns that names the groups that may have none.
    """

    id: str
    rule: str
    head: str
    source: str
    group: int
    level: int
    domain: str = ""


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
        constants: rows that the rules themselves state, always certain.
    """

    schema: Mapping[str, tuple[tuple[str, str], ...]]
    clauses: tuple[Clause, ...]
    counts: tuple[Count, ...]
    functions: Mapping[str, Mapping[str, Any]]
    demands: tuple[Demand, ...]
    intervals: Mapping[str, tuple[tuple[int, int], ...]]
    constants: Mapping[str, tuple[Row, ...]] = {}

    @property
    def levels(self) -> int:
        """The highest level."""
        steps: list[Clause | Count] = [*self.clauses, *self.counts]
        return max((step.level for step in steps), default=0)
