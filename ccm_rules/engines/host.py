"""Running a program level by level, on any engine.

An engine is a `Backend`: it holds rows and answers one clause or count at a
time. What happens between levels is the same for all: functions are filled, and
clauses that cannot add anything are passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import NamedTuple, Protocol

from ccm_rules.compiler.program import Atom, Clause, Count, Program, Row, Variable

#: Function name and argument rows to function rows.
Fill = Callable[[str, set[Row]], list[Row]]
Rows = dict[Row, int]
#: For each clause the values of its variables, once for each way in which it
#: holds; for each count its head rows. All that is derived follows from these.
Bindings = Mapping[str, frozenset[Row]]


class Derivations(NamedTuple):
    """What an engine derived.

    Attributes:
        bindings: what it answered to each clause and count.
        rows: for each relation its rows, certain (1) or possible (0).
    """

    bindings: Bindings
    rows: Mapping[str, Rows]


class Backend(Protocol):
    """What an engine must be able to do."""

    def level(
        self, clauses: list[Clause], counts: list[Count], rows: Mapping[str, Rows]
    ) -> Iterable[tuple[Clause | Count, Iterable[Row]]]:
        """Answer the clauses and counts of one level.

        Args:
            clauses: clauses whose body relations all have rows.
            counts: counts of the level.
            rows: all rows of all relations so far.

        Returns:
            For each clause the bindings of its variables; for each count its
            head rows.
        """

    def close(self) -> None:
        """Give back what the engine holds."""


class Replay:
    """A backend that repeats what another engine has answered."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings

    def level(
        self, clauses: list[Clause], counts: list[Count], rows: Mapping[str, Rows]
    ) -> Iterable[tuple[Clause | Count, Iterable[Row]]]:
        """Repeat the answers of one level."""
        steps: list[Clause | Count] = [*clauses, *counts]
        return [(step, self._bindings.get(step.id, frozenset())) for step in steps]

    def close(self) -> None:
        """Nothing is held."""


def evaluate(
    program: Program, base: Mapping[str, Rows], fill: Fill, backend: Backend
) -> Derivations:
    """Derive everything that a program says of some base rows.

    Args:
        program: the compiled rules.
        base: rows of the base relations.
        fill: computes function relations.
        backend: the engine.
    """
    run = _Run(program, base)
    try:
        for level in range(1, program.levels + 1):
            run.take(level, fill, backend)
    finally:
        backend.close()
    return Derivations(run.bindings, run.rows)


class _Run:
    """One evaluation: what is derived so far."""

    def __init__(self, program: Program, base: Mapping[str, Rows]) -> None:
        self.program = program
        self.rows: dict[str, Rows] = {name: {} for name in program.schema}
        self.rows.update({name: dict(found) for name, found in base.items()})
        for name, stated in program.constants.items():
            self.rows[name].update(dict.fromkeys(stated, 1))
        self.bindings: dict[str, frozenset[Row]] = {}
        self._vague: dict[str, bool] = {}
        self._constants: dict[tuple[str, tuple[int, ...]], set[Row]] = {}
        self._asked: dict[str, set[Row]] = {name: set() for name in program.functions}
        self._clauses: dict[int, list[Clause]] = {}
        for clause in program.clauses:
            self._clauses.setdefault(clause.level, []).append(clause)
        self._counts: dict[int, list[Count]] = {}
        for count in program.counts:
            self._counts.setdefault(count.level, []).append(count)

    def take(self, level: int, fill: Fill, backend: Backend) -> None:
        """Derive one level."""
        for function, relation, columns, before in self.program.demands:
            if before == level:
                new = set(map(picker(columns), self.rows[relation])) - self._asked[function]
                if new:
                    self._asked[function] |= new
                    self.rows[function].update((row, 1) for row in fill(function, new))
        due = [clause for clause in self._clauses.get(level, ()) if self._can_add(clause)]
        for step, found in backend.level(due, self._counts.get(level, []), self.rows):
            answer = frozenset(found)
            if isinstance(step, Count):
                self.bindings[step.id] = answer
                self.rows[step.head].update((row, 1) for row in answer)
            elif answer:
                self.bindings[step.id] = answer
                _add_heads(step, answer, self.rows[step.head])

    def _can_add(self, clause: Clause) -> bool:
        """Whether a clause can derive anything that is not derived already.

        A body relation without rows, or without one that has the constants that the
        clause asks for, derives nothing. Where nothing that a possible
        clause reads is vague or merely possible, it derives what its certain twin
        does.
        """
        if not all(map(self._can_join, clause.body)):
            return False
        if clause.certain or clause.always:
            return True
        relations = [atom.relation for atom in clause.body]
        negated = [absence.relation for absence in clause.absences]
        return any(map(self._is_vague, (*relations, *negated)))

    def _can_join(self, atom: Atom) -> bool:
        found = self.rows[atom.relation]
        if not found or (atom.open and all(found.values())):
            return False
        at = tuple(n for n, term in enumerate(atom.terms) if not isinstance(term, Variable))
        if not at or atom.relation in self.program.functions:
            return True
        seen = self._constants.get((atom.relation, at))
        if seen is None:  # a relation is complete before any level reads it
            seen = self._constants[atom.relation, at] = set(map(picker(at), found))
        return tuple(atom.terms[n] for n in at) in seen

    def _is_vague(self, name: str) -> bool:
        if name not in self._vague:
            intervals = self.program.intervals.get(name, ())
            self._vague[name] = _vague(self.rows[name], intervals)
        return self._vague[name]


def picker(columns: tuple[int, ...]) -> Callable[[Row], Row]:
    """How some columns are taken from a row."""
    if len(columns) > 1:
        return itemgetter(*columns)
    return lambda row: tuple(row[column] for column in columns)


def head_maker(clause: Clause) -> Callable[[Row], Row]:
    """How a clause's head row follows from the values of its variables."""
    place = {name: number for number, name in enumerate(clause.variables)}
    constants = tuple(term for term in clause.head_terms if not isinstance(term, Variable))
    count = iter(range(len(place), len(place) + len(constants)))
    pick = picker(
        tuple(
            place[term.name] if isinstance(term, Variable) else next(count)
            for term in clause.head_terms
        )
    )
    return (lambda values: pick(values + constants)) if constants else pick


def _add_heads(clause: Clause, answer: frozenset[Row], head: Rows) -> None:
    rows = map(head_maker(clause), answer)
    if clause.certain:
        head.update(dict.fromkeys(rows, 1))
    else:
        for row in rows:
            head.setdefault(row, 0)


def _vague(rows: Rows, intervals: tuple[tuple[int, int], ...]) -> bool:
    if not all(rows.values()):
        return True
    return any(row[lo] != row[hi] for row in rows for lo, hi in intervals)
