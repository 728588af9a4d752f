"""In which order a clause is joined, and by which indexes, where the database does not know.

SQLite plans without knowing how large a table is, and makes no index for what has
to be absent. Here it is known: a relation is complete before any clause reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ccm_rules.engine.program import Absence, Atom, Clause, Term, Variable

#: Row pairs from which an index costs less than the scans that it saves.
WORTH_AN_INDEX: Final = 5_000

#: A relation and some of its columns, by number.
Index = tuple[str, tuple[int, ...]]


def ordered(
    clause: Clause, size: Callable[[str], int], functions: Mapping[str, object]
) -> tuple[Clause, list[Index]]:
    """A clause whose atoms stand in the order in which they are best joined.

    Args:
        clause: the clause.
        size: how many rows a relation has.
        functions: names of relations that have one row for what is asked.

    Returns:
        The clause, and the indexes by which its tables are looked up.
    """
    left = list(clause.body)
    bound: set[str] = set()
    body: list[Atom] = []
    indexes: list[Index] = []
    outer = 1.0  # how many rows there are so far, roughly
    while left:
        chosen = min(left, key=lambda atom: _matches(atom, bound, size, functions))
        left.remove(chosen)
        body.append(chosen)
        number = size(chosen.relation)
        places = _looked_up(chosen.terms, bound)
        if places and (outer * number >= WORTH_AN_INDEX):
            indexes.append((chosen.relation, places))
        outer *= max(1.0, _matches(chosen, bound, size, functions))
        outer = min(outer, 1e12)
        bound |= {term.name for term in chosen.terms if isinstance(term, Variable)}
    for absence in clause.absences:
        places = _looked_up(absence.terms, bound)
        if places and outer * size(absence.relation) >= WORTH_AN_INDEX:
            indexes.append((absence.relation, places))
    return clause._replace(body=tuple(body)), indexes


def lookups(clause: Clause) -> list[Index]:
    """The columns by which what has to be absent is looked up."""
    bound = {t.name for atom in clause.body for t in atom.terms if isinstance(t, Variable)}
    found = [(absence.relation, _looked_up(absence.terms, bound)) for absence in clause.absences]
    return [index for index in found if index[1]]


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
