"""In which order a clause is joined, and by which indexes, where the database does not know.

SQLite plans without knowing how large a table is, and makes no index for what has
to be absent. Here it is known: a relation is complete before any clause reads it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from ccm_rules.compiler.program import Absence, Atom, Clause, Term, Variable
from ccm_rules.engines.sql.coding import Code

#: Row pairs from which an index costs less than the scans that it saves.
WORTH_AN_INDEX: Final = 5_000

#: Where no column of a lookup leaves few rows, so many of an index are enough.
_LED: Final = 2


class Lookup(NamedTuple):
    """How a relation is looked up.

    Attributes:
        relation: its name.
        places: the columns whose values are known, by number.
        bound: those of them that change from one lookup to the next.
    """

    relation: str
    places: tuple[int, ...]
    bound: tuple[int, ...]


def ordered(
    clause: Clause,
    size: Callable[[str], int],
    functions: Mapping[str, object],
    more: Sequence[Atom | Absence] = (),
) -> tuple[Clause, list[Lookup]]:
    """A clause whose atoms stand in the order in which they are best joined.

    Args:
        clause: the clause.
        size: how many rows a relation has.
        functions: names of relations that have one row for what is asked.
        more: what is looked up beside what has to be absent.

    Returns:
        The clause, and the indexes by which its tables are looked up.
    """
    left = list(clause.body)
    bound: set[str] = set()
    body: list[Atom] = []
    indexes: list[Lookup] = []
    outer = 1.0  # how many rows there are so far, roughly
    while left:
        chosen = min(left, key=lambda atom: _matches(atom, bound, size, functions))
        left.remove(chosen)
        body.append(chosen)
        number = size(chosen.relation)
        places = _looked_up(chosen.terms, bound)
        lookup = _lookup(chosen, places)
        # What is gone through once costs less than an index of it.
        if places and outer * number >= WORTH_AN_INDEX and (lookup.bound or outer >= _LED):
            indexes.append(lookup)
        outer *= max(1.0, _matches(chosen, bound, size, functions))
        outer = min(outer, 1e12)
        bound |= {term.name for term in chosen.terms if isinstance(term, Variable)}
    for other in (*clause.absences, *more):
        places = _looked_up(other.terms, bound)
        if places and outer * size(other.relation) >= WORTH_AN_INDEX:
            indexes.append(_lookup(other, places))
    return clause._replace(body=tuple(body)), indexes


class Indexes:
    """The indexes that there are, so that one serves many a lookup."""

    def __init__(self, clauses: Iterable[Clause]) -> None:
        """Look which columns are most asked for: they stand first in every index."""
        self._asked: dict[tuple[str, int], int] = {}
        self._made: dict[str, list[tuple[int, ...]]] = {}
        for clause in clauses:
            parts: tuple[Atom | Absence, ...] = (*clause.body, *clause.absences)
            for atom in parts:
                for place, term in enumerate(atom.terms):
                    if term is not None and not (
                        isinstance(term, Variable) and term.name.startswith("_")
                    ):
                        key = (atom.relation, place)
                        self._asked[key] = self._asked.get(key, 0) + 1 + 9 * isinstance(term, Code)

    def wanted(
        self, name: str, lookup: Lookup, narrow: Callable[[int], bool]
    ) -> tuple[int, ...] | None:
        """The columns of the index that a lookup needs; ``None`` where one serves it.

        Args:
            name: of the table.
            lookup: how it is looked up.
            narrow: whether few rows have one value of a column.
        """
        made = self._made.setdefault(name, [])
        narrowing = {place for place in lookup.bound if narrow(place)} if made else set()
        for columns in made:
            led = list(itertools.takewhile(lookup.places.__contains__, columns))
            if len(led) == len(lookup.places) or (
                narrowing.intersection(led) if narrowing else len(led) >= _LED
            ):
                return None
        # Where the first column tells rows apart, no other need be compared.
        asked, first = self._asked, {place for place in lookup.bound if narrow(place)}
        chosen = tuple(
            sorted(
                lookup.places,
                key=lambda place: (place not in first, -asked[lookup.relation, place], place),
            )
        )
        made.append(chosen)
        return chosen


def lookups(clause: Clause) -> list[Lookup]:
    """How what has to be absent is looked up."""
    bound = {t.name for atom in clause.body for t in atom.terms if isinstance(t, Variable)}
    found = [_lookup(absence, _looked_up(absence.terms, bound)) for absence in clause.absences]
    return [lookup for lookup in found if lookup.places]


def _lookup(atom: Atom | Absence, places: tuple[int, ...]) -> Lookup:
    bound = tuple(place for place in places if isinstance(atom.terms[place], Variable))
    return Lookup(atom.relation, places, bound)


def _looked_up(terms: tuple[Term | None, ...], bound: set[str]) -> tuple[int, ...]:
    """The columns whose values are known."""
    return tuple(
        place
        for place, term in enumerate(terms)
        if term is not None and (not isinstance(term, Variable) or term.name in bound)
    )


def _matches(
    atom: Atom | Absence,
    bound: set[str],
    size: Callable[[str], int],
    functions: Mapping[str, object],
) -> float:
    """How many rows of an atom match what is known so far, by a rule of thumb."""
    number = size(atom.relation)
    known = len(_looked_up(atom.terms, bound))
    if atom.relation in functions:
        # One row where all that it is asked is known, and useless before.
        return 1.0 if known or number <= 1 else float("inf")
    return float(number ** (1 / (known + 1)))
