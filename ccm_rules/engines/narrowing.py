"""What of a program the certain rows of some relations rest on.

Whoever asks only what is certain, and nothing of what it rests on, need not have
everything derived: not what is only possible, where nobody asks whether it is; not
the statuses of duties that no rule asks for; not the columns that nobody reads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ccm_rules.compiler.program import (
    Absence,
    Atom,
    Clause,
    Condition,
    Count,
    Demand,
    Program,
    Term,
    Variable,
)


class _Need(NamedTuple):
    """That rows of a relation are read.

    Attributes:
        certain: only those that are certain.
        values: only those that have one of these values in these columns.
    """

    certain: bool
    values: tuple[tuple[int, frozenset[str | int]], ...]


class Narrowed(NamedTuple):
    """A program that derives the certain rows of some relations, and little else.

    Attributes:
        program: whose other relations may lack rows, and columns.
        wanted: names of the relations that lack none of their certain rows.
        places: of other relations that have fewer columns than the whole program has,
            those that they have, by number; the same row may stand there more than once.
    """

    program: Program
    wanted: tuple[str, ...]
    places: Mapping[str, tuple[int, ...]]


def narrowed(program: Program, wanted: Collection[str]) -> Narrowed:
    """What of a program the certain rows of some relations rest on.

    Args:
        program: the whole program.
        wanted: names of the relations.
    """
    narrow = _Narrowing(_direct(program, wanted), wanted).program()
    places = unread(narrow, wanted)
    return Narrowed(without(narrow, places), tuple(wanted), places)


class _Same(NamedTuple):
    """What a relation is only another name for.

    Attributes:
        relation: the other, of which it has some columns and perhaps some rows.
        terms: what stands in the other's columns: a constant, the number of a column, as
            a variable, or ``None`` where it has no such column.
    """

    relation: str
    terms: tuple[Term | None, ...]

    def atom(self, atom: Atom, number: int) -> Atom:
        """An atom of the relation as one of the other."""
        terms = tuple(
            Variable(f"{atom.relation} {number} {place}") if own is None else own
            for place, own in enumerate(self.put(atom.terms))
        )
        return atom._replace(relation=self.relation, terms=terms)

    def put(self, terms: tuple[Term | None, ...]) -> tuple[Term | None, ...]:
        """The other's terms for terms of the relation."""
        return tuple(terms[int(t.name)] if isinstance(t, Variable) else t for t in self.terms)


def _direct(program: Program, kept: Collection[str]) -> Program:
    """A program in which nobody reads relations that are only other names for others.

    Args:
        program: the program.
        kept: names of relations that are looked at.
    """
    heads: dict[str, list[Clause]] = {}
    for clause in program.clauses:
        heads.setdefault(clause.head, []).append(clause)
    barred = {*kept, *program.constants, *program.functions}
    for count in program.counts:
        barred |= {count.head, count.source, count.domain}
    same: dict[str, _Same] = {}
    for name in sorted(heads, key=lambda name: max(clause.level for clause in heads[name])):
        found = None if name in barred else _same(program, heads[name])
        if found is not None:
            through = same.get(found.relation)
            same[name] = (
                found if through is None else _Same(through.relation, through.put(found.terms))
            )

    def direct(old: Clause) -> Clause:
        if not any(read.relation in same for read in _reads(old)):
            return old
        body = tuple(
            same[atom.relation].atom(atom, number) if atom.relation in same else atom
            for number, atom in enumerate(old.body)
        )
        absences = tuple(
            absence._replace(
                relation=same[absence.relation].relation,
                terms=same[absence.relation].put(absence.terms),
            )
            if absence.relation in same
            else absence
            for absence in old.absences
        )
        names = dict.fromkeys(t.name for a in body for t in a.terms if isinstance(t, Variable))
        return old._replace(body=body, absences=absences, variables=tuple(names))

    demands = []
    for demand in program.demands:
        if demand.relation in same:
            other = same[demand.relation]
            place = {int(t.name): at for at, t in enumerate(other.terms) if isinstance(t, Variable)}
            columns = tuple(place[column] for column in demand.columns)
            demands.append(demand._replace(relation=other.relation, columns=columns))
        else:
            demands.append(demand)
    return program._replace(clauses=tuple(map(direct, program.clauses)), demands=tuple(demands))


def _same(program: Program, clauses: Sequence[Clause]) -> _Same | None:
    """What a relation of these clauses is another name for, if it is one."""
    if sorted(clause.certain for clause in clauses) != [False, True]:
        return None
    one, other = clauses
    for clause in clauses:
        if len(clause.body) != 1 or clause.conditions or clause.absences:
            return None
        if clause.body[0].open or clause.body[0].certain != clause.certain:
            return None
    (atom,) = one.body
    if one.head_terms != other.head_terms or atom.terms != other.body[0].terms:
        return None
    if atom.relation != other.body[0].relation or atom.relation in program.functions:
        return None
    given = [term for term in atom.terms if isinstance(term, Variable)]
    heads = one.head_terms
    if (
        len(set(given)) != len(given)
        or len(set(heads)) != len(heads)
        or not set(heads) <= set(given)
    ):
        return None
    terms = tuple(
        term
        if not isinstance(term, Variable)
        else Variable(str(heads.index(term)))
        if term in heads
        else None
        for term in atom.terms
    )
    if len(given) < len(terms) and any(d.relation == one.head for d in program.demands):
        return None  # of the other's rows more would be asked about
    return _Same(atom.relation, terms)


def _reads(clause: Clause) -> tuple[Atom | Absence, ...]:
    return (*clause.body, *clause.absences)


class _Narrowing:
    def __init__(self, program: Program, wanted: Collection[str]) -> None:
        self.whole = program
        self.needs: dict[str, dict[_Need, None]] = {}
        for name in wanted:
            self._need(name, _Need(True, ()))
        self.asked: set[Demand] = set()
        self.domains: dict[tuple[str, int], frozenset[str | int] | None] = {}
        self.heads: dict[str, list[Clause]] = {}
        for clause in program.clauses:
            self.heads.setdefault(clause.head, []).append(clause)

    def program(self) -> Program:
        """The narrowed program."""
        levels = {name: max(c.level for c in clauses) for name, clauses in self.heads.items()}
        counts = {count.head: count for count in self.whole.counts}
        levels.update((name, count.level) for name, count in counts.items())
        clauses: list[Clause] = []
        kept: list[Count] = []
        # Whoever reads a relation stands on a higher level, and is looked at before.
        for name in sorted(levels, key=lambda name: -levels[name]):
            if name not in self.needs:
                continue
            if name in counts:
                kept.append(counts[name])
                for source in filter(None, (counts[name].source, counts[name].domain)):
                    self._need(source, _Need(False, ()))
            laws: dict[tuple[object, ...], list[Clause]] = {}
            for clause in self.heads.get(name, ()):
                laws.setdefault((clause.rule, clause.head_terms, clause.level), []).append(clause)
            for law in laws.values():
                for part in self._parts(law, self.needs[name]):
                    clauses.append(part)
                    self._reads(part)
        demands = [demand for demand in self.whole.demands if demand in self.asked]
        place = {clause.id: number for number, clause in enumerate(self.whole.clauses)}
        clauses.sort(key=lambda clause: (clause.level, place[clause.id]))
        return self.whole._replace(
            clauses=tuple(clauses), counts=tuple(kept[::-1]), demands=tuple(demands)
        )

    def _need(self, name: str, need: _Need) -> None:
        self.needs.setdefault(name, {})[need] = None

    def _parts(self, law: Sequence[Clause], needs: Iterable[_Need]) -> Iterator[Clause]:
        """What is asked of the clauses of one law: nothing, or some values of some columns."""
        terms = law[0].head_terms
        asked = [
            need
            for need in needs
            if all(
                isinstance(terms[place], Variable) or terms[place] in values
                for place, values in need.values
            )
        ]
        kept = [c for c in law if any(c.certain or not need.certain for need in asked)]
        for place, term in enumerate(terms):
            values = [dict(need.values).get(place) for need in asked]
            if isinstance(term, Variable) and None not in values:
                wanted = frozenset[str | int]().union(*filter(None, values))
                kept = [self._fixed(clause, term, wanted) for clause in kept]
        yield from kept

    def _fixed(self, clause: Clause, variable: Variable, wanted: frozenset[str | int]) -> Clause:
        """A clause for some values of a variable."""
        if len(wanted) == 1:
            return _put(clause, variable, next(iter(wanted)))
        domain = self._values(clause, variable)
        if domain is None:
            return clause
        others = sorted(domain - wanted, key=repr)
        return clause._replace(
            conditions=(*clause.conditions, *(Condition("!=", variable, v) for v in others))
        )

    def _values(self, clause: Clause, variable: Variable) -> frozenset[str | int] | None:
        """The values that a variable can have, where clauses state them all."""
        known = [
            values
            for atom in clause.body
            for place, term in enumerate(atom.terms)
            if term == variable
            for values in [self._domain(atom.relation, place)]
            if values is not None
        ]
        if not known:
            return None
        barred = {c.right for c in clause.conditions if c.operator == "!=" and c.left == variable}
        return frozenset.intersection(*known) - {v for v in barred if not isinstance(v, Variable)}

    def _domain(self, relation: str, place: int) -> frozenset[str | int] | None:
        """The values in a column, where clauses state them all."""
        key = (relation, place)
        if key not in self.domains:
            found: set[str | int] | None = set()
            clauses = self.heads.get(relation, [])
            if not clauses or relation in self.whole.constants:
                found = None
            for clause in clauses:
                term = clause.head_terms[place]
                values = (
                    self._values(clause, term) if isinstance(term, Variable) else frozenset((term,))
                )
                found = None if values is None or found is None else found | values
            self.domains[key] = None if found is None else frozenset(found)
        return self.domains[key]

    def _reads(self, clause: Clause) -> None:
        for read in _reads(clause):
            if read.relation in self.whole.functions:
                self._ask(clause, read)
            else:
                self._need(read.relation, _Need(read.certain, tuple(self._places(clause, read))))

    def _places(
        self, clause: Clause, read: Atom | Absence
    ) -> Iterator[tuple[int, frozenset[str | int]]]:
        """The columns of which only some values are read."""
        for place, term in enumerate(read.terms):
            if isinstance(term, Variable):
                values = self._values(clause, term)
                if values is not None:
                    yield place, values
            elif term is not None:
                yield place, frozenset((term,))

    def _ask(self, clause: Clause, read: Atom | Absence) -> None:
        """Have a function asked what a clause reads of it."""
        demands = [
            d for d in self.whole.demands if (d.function, d.level) == (read.relation, clause.level)
        ]
        for demand in demands:
            asked = read.terms[: len(demand.columns)]
            for atom in clause.body:
                if atom.relation == demand.relation and asked == tuple(
                    atom.terms[column] for column in demand.columns
                ):
                    self.asked.add(demand)  # of rows that the clause reads anyway
                    return
        for demand in demands:
            self.asked.add(demand)
            self._need(demand.relation, _Need(False, ()))


def _put(clause: Clause, variable: Variable, value: str | int) -> Clause:
    """A clause for one value of a variable."""

    def term(old: Term) -> Term:
        return value if old == variable else old

    def condition(old: Condition) -> Condition:
        return Condition(old.operator, term(old.left), term(old.right))

    return clause._replace(
        head_terms=tuple(map(term, clause.head_terms)),
        body=tuple(atom._replace(terms=tuple(map(term, atom.terms))) for atom in clause.body),
        conditions=tuple(map(condition, clause.conditions)),
        absences=tuple(
            absence._replace(
                terms=tuple(None if t is None else term(t) for t in absence.terms),
                conditions=tuple(map(condition, absence.conditions)),
            )
            for absence in clause.absences
        ),
        variables=tuple(name for name in clause.variables if name != variable.name),
    )


def unread(program: Program, kept: Collection[str]) -> dict[str, tuple[int, ...]]:
    """The columns that are read, of relations of which some are not.

    Args:
        program: what reads.
        kept: relations of which every column is read.

    Returns:
        For each of these relations the columns that anything looks at, and the other
        bound of each, by number.
    """
    looked: dict[str, set[int]] = {name: set() for name in program.schema}
    for demand in program.demands:
        looked[demand.relation].update(demand.columns)
    whole = {*kept, *program.functions, *program.constants}
    for count in program.counts:
        whole |= {count.head, count.source, count.domain}
    for clause in program.clauses:
        whole.add(clause.head)
        times: dict[str, int] = {}
        for term in _terms(clause):
            if isinstance(term, Variable):
                times[term.name] = times.get(term.name, 0) + 1
        for read in _reads(clause):
            looked[read.relation].update(
                place
                for place, term in enumerate(read.terms)
                if term is not None and not (isinstance(term, Variable) and times[term.name] == 1)
            )
    found = {}
    for name, places in looked.items():
        if name not in whole:
            for pair in program.intervals.get(name, ()):
                if places.intersection(pair):
                    places.update(pair)
            if len(places) < len(program.schema[name]):
                found[name] = tuple(sorted(places)) or (0,)
    return found


def _terms(clause: Clause) -> Iterator[Term | None]:
    yield from clause.head_terms
    reads: tuple[Atom | Absence, ...] = (*clause.body, *clause.absences)
    for read in reads:
        yield from read.terms
    for condition in clause.conditions:
        yield from condition[1:]
    for absence in clause.absences:
        for condition in absence.conditions:
            yield from condition[1:]


def without(program: Program, columns: Mapping[str, tuple[int, ...]]) -> Program:
    """A program whose base relations have only some of their columns.

    Args:
        program: the program.
        columns: see `unread`.

    Returns:
        A program that derives the same from rows of which the same one may stand there
        more than once.
    """

    def fewer(read: Atom) -> Atom:
        places = columns.get(read.relation)
        if places is None:
            return read
        return read._replace(terms=tuple(read.terms[place] for place in places))

    def less(read: Absence) -> Absence:
        places = columns.get(read.relation)
        if places is None:
            return read
        return read._replace(terms=tuple(read.terms[place] for place in places))

    def clause(old: Clause) -> Clause:
        body = tuple(map(fewer, old.body))
        bound = {t.name for atom in body for t in atom.terms if isinstance(t, Variable)}
        return old._replace(
            body=body,
            absences=tuple(map(less, old.absences)),
            variables=tuple(name for name in old.variables if name in bound),
        )

    schema = dict(program.schema)
    intervals = dict(program.intervals)
    for name, places in columns.items():
        schema[name] = tuple(schema[name][place] for place in places)
        intervals[name] = tuple(
            (places.index(low), places.index(high))
            for low, high in intervals.get(name, ())
            if low in places and high in places
        )
    return program._replace(
        schema=schema,
        intervals=intervals,
        clauses=tuple(map(clause, program.clauses)),
        demands=tuple(
            demand._replace(
                columns=tuple(columns[demand.relation].index(c) for c in demand.columns)
            )
            if demand.relation in columns
            else demand
            for demand in program.demands
        ),
    )
