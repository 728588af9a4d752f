"""One clause over rows that hold on some days: the clause goes in, its head rows come out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from ccm_rules.compiler.program import Absence, Atom, Clause, Condition, Operator, Term, Variable
from ccm_rules.engines.timeline.dated_rows import (
    CERTAIN,
    OPEN,
    POSSIBLE,
    DatedRows,
    Part,
    picker,
    taker,
)
from ccm_rules.engines.timeline.days import Days
from ccm_rules.engines.timeline.moving import COMPARE, Clock, Row, Value
from ccm_rules.errors import EngineError

_Partials = Sequence[tuple[Row, Days]]
_Plain = list[Callable[[Row], bool]]
_Moving = list[Callable[[Row], Days]]


class Join:
    """One clause."""

    def __init__(
        self, clause: Clause, read: Callable[[str], DatedRows], clock: Clock
    ) -> None:
        """Begin.

        Args:
            clause: the clause.
            read: gives a relation, complete.
            clock: the days.
        """
        self.read = read
        self.clock = clock
        self.clause = clause
        self.left = list(clause.body)
        self.conditions = list(clause.conditions)
        self.places: dict[str, int] = {}  # of the variables that are bound and still needed
        self.moving: set[str] = set()  # variables whose values may move
        self.partials: _Partials = [((), clock.span.every)]

    def rows(self) -> Iterable[tuple[Row, Days]]:
        """The head rows, with their days; a row may come several times."""
        while self.left:
            self._join(self._next())
            if not self.partials:
                return ()
        if self.conditions:
            raise EngineError(f"{self.clause.id} compares what nothing binds")
        for absence in self.clause.absences:
            self._absent(absence)
        return self._take(self.clause.head_terms)

    def _next(self) -> Atom:
        """The atom that is likely to leave the fewest ways to hold."""

        def likely(atom: Atom) -> float:
            relation = self.read(atom.relation)
            size = float(len(relation.rows))
            for column, term in enumerate(atom.terms):
                if not isinstance(term, Variable):
                    size /= 4
                elif term.name in self.places and column not in relation.moving:
                    size /= 16
            return size

        best = min(self.left, key=likely)
        self.left.remove(best)
        return best

    def _needed(self) -> set[str]:
        """The variables that what is left to do asks for."""
        terms: list[Term | None] = [*self.clause.head_terms]
        for atom in self.left:
            terms += atom.terms
        for absence in self.clause.absences:
            terms += absence.terms
        conditions = [*self.conditions, *(c for a in self.clause.absences for c in a.conditions)]
        terms += [term for c in conditions for term in (c.left, c.right)]
        return {term.name for term in terms if isinstance(term, Variable)}

    def _join(self, atom: Atom) -> None:
        needed = self._needed()
        mode = CERTAIN if atom.certain else OPEN if atom.open else POSSIBLE
        found = self._match(atom.relation, atom.terms, needed, mode)
        places = {**self.places, **{n: len(self.places) + at for n, at in found.places.items()}}
        now = [c for c in self.conditions if self._bound(c, places)]
        self.conditions = [c for c in self.conditions if c not in now]
        self.moving |= found.moving
        plain, moving = self._tests([*now, *found.same], places)
        key = found.key
        pairs: Iterable[tuple[Row, Days]] = (
            (values + taken, both)
            for values, days in self.partials
            for taken, others in found.rows.get(key(values), ())
            if (both := days & others)
        )
        # What is asked for no more is let go, and what differs in nothing else is one.
        keep = self._needed()
        kept = [name for name in places if name in keep]
        take = taker(tuple(places[name] for name in kept))
        self.partials = _merged(pairs, plain, moving, take)
        self.places = {name: place for place, name in enumerate(kept)}

    def _match(
        self, name: str, terms: Sequence[Term | None], needed: set[str], mode: int
    ) -> _Match:
        """How the rows of a relation are found for what is bound already."""
        relation = self.read(name)
        constants: list[tuple[int, Value]] = []
        key: list[tuple[int, str]] = []
        out: dict[str, int] = {}  # a name for each column that is taken
        same: list[Condition] = []
        moving: set[str] = set()
        for column, term in enumerate(terms):
            moves = column in relation.moving
            if term is None:
                continue
            if not isinstance(term, Variable):
                if moves:
                    same.append(self._also(column, out, moving, term))
                else:
                    constants.append((column, term))
            elif term.name in self.places:
                if moves or term.name in self.moving:
                    same.append(self._also(column, out, moving, term))
                else:
                    key.append((column, term.name))
            elif term.name in out:
                same.append(self._also(column, out, moving, term))
            elif term.name in needed or terms.count(term) > 1:
                out[term.name] = column
                if moves:
                    moving.add(term.name)
        return _Match(
            relation.index(
                tuple(constants),
                tuple(column for column, _ in key),
                tuple(out.values()),
                mode,
            ),
            picker(tuple(self.places[name] for _, name in key)),
            {name: place for place, name in enumerate(out)},
            same,
            moving,
        )

    def _also(self, column: int, out: dict[str, int], moving: set[str], term: Term) -> Condition:
        """Take a column under a name of its own, to compare it with what it must be."""
        name = f"={column}"
        out[name] = column
        moving.add(name)
        return Condition("==", Variable(name), term)

    def _bound(self, condition: Condition, places: Mapping[str, int]) -> bool:
        return all(
            not isinstance(term, Variable) or term.name in places
            for term in (condition.left, condition.right)
        )

    def _tests(
        self, conditions: Iterable[Condition], places: Mapping[str, int]
    ) -> tuple[_Plain, _Moving]:
        """Comparisons that hold or not, and those that hold on some days."""
        plain, moving = [], []
        for condition in conditions:
            one, other = (_getter(term, places) for term in (condition.left, condition.right))
            moves = any(
                isinstance(term, Variable) and term.name in self.moving
                for term in (condition.left, condition.right)
            )
            if moves:
                moving.append(_days(self.clock, condition.operator, one, other))
            else:
                plain.append(_test(condition.operator, one, other))
        return plain, moving

    def _absent(self, absence: Absence) -> None:
        """Take away the days on which something is there that must be absent."""
        outside = dict(self.places)
        needed = {
            term.name
            for c in absence.conditions
            for term in (c.left, c.right)
            if isinstance(term, Variable)
        }
        mode = CERTAIN if absence.certain else POSSIBLE
        found = self._match(absence.relation, absence.terms, needed, mode)
        if not found.rows:
            return
        places = {**outside, **{n: len(outside) + at for n, at in found.places.items()}}
        self.moving |= found.moving
        conditions = [*absence.conditions, *found.same]
        for condition in conditions:
            if not self._bound(condition, places):
                raise EngineError(f"{self.clause.id} compares what nothing binds")
        plain, moving = self._tests(conditions, places)
        left = []
        for values, days in self.partials:
            for taken, there in found.rows.get(found.key(values), ()):
                if days & there:
                    days &= ~_days_left(values + taken, there, plain, moving)
            if days:
                left.append((values, days))
        self.partials = left

    def _take(self, terms: Sequence[Term]) -> Iterable[tuple[Row, Days]]:
        getters = [_getter(term, self.places) for term in terms]
        return ((tuple([get(row) for get in getters]), days) for row, days in self.partials)


class _Match(NamedTuple):
    """Rows that may be joined.

    Attributes:
        rows: what is taken of them, and their days, by key.
        key: takes the key from what is bound already.
        places: where in what is taken each variable stands.
        same: what of it must equal what is bound already.
        moving: the variables among it whose values may move.
    """

    rows: dict[Any, list[Part]]
    key: Callable[[Row], Any]
    places: dict[str, int]
    same: list[Condition]
    moving: set[str]


def _merged(
    pairs: Iterable[tuple[Row, Days]], plain: _Plain, moving: _Moving, take: Callable[[Row], Row]
) -> _Partials:
    """What is left of joined rows after some tests, each once, with all its days."""
    merged: dict[Row, Days] = {}
    for values, days in pairs:
        for test in plain:
            if not test(values):
                break
        else:
            for some in moving:
                days &= some(values)
            if days:
                taken = take(values)
                merged[taken] = merged.get(taken, 0) | days
    return list(merged.items())


def _days_left(values: Row, days: Days, plain: _Plain, moving: _Moving) -> Days:
    """The days on which a row passes all tests."""
    if not all(test(values) for test in plain):
        return 0
    for some in moving:
        days &= some(values)
    return days


def _getter(term: Term, places: Mapping[str, int]) -> Callable[[Row], Value]:
    if isinstance(term, Variable):
        return itemgetter(places[term.name])
    return lambda row: term


def _test(
    relation: Operator, one: Callable[[Row], Value], other: Callable[[Row], Value]
) -> Callable[[Row], bool]:
    compare = COMPARE[relation]
    return lambda row: compare(one(row), other(row))


def _days(
    clock: Clock, relation: Operator, one: Callable[[Row], Value], other: Callable[[Row], Value]
) -> Callable[[Row], Days]:
    return lambda row: clock.compare(relation, one(row), other(row))
