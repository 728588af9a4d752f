"""Running a program once for every day of a span.

The same program as `ccm_rules.engines.host` runs, clause by clause and level by
level, over rows that hold on some days. Each row carries the days on which it
is possible, and those among them on which it is certain. To join rows is to
intersect their days; other ways to derive the same row add days; absence takes
days away; a comparison with what moves (today) leaves some days. Nothing here
knows any rule: what holds for the single days of a program holds for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from ccm_rules.compiler.program import (
    Absence,
    Atom,
    Clause,
    Condition,
    Count,
    Operator,
    Program,
    Term,
    Variable,
)
from ccm_rules.dates import Period, period
from ccm_rules.engines.host import Fill, Rows
from ccm_rules.engines.timeline.days import Days, numbers
from ccm_rules.engines.timeline.moving import COMPARE, Clock, Lasting, Moving, Row, Value
from ccm_rules.errors import EngineError

_Part = tuple[Any, Days]
_Partials = Sequence[tuple[Row, Days]]
#: Which days of a row count: those on which it is possible, certain, or possible only.
_POSSIBLE, _CERTAIN, _OPEN = range(3)


class Timeline(NamedTuple):
    """What a program says on every day of a span.

    Attributes:
        clock: the days.
        rows: for each relation its rows, with their days. A row may hold values
            that move; no two rows of a relation read the same on a day on which
            both hold. Those of functions hold on all days, asked for or not.
    """

    clock: Clock
    rows: Mapping[str, Lasting]

    def on(self, day: int) -> dict[str, Rows]:
        """The rows of one day, as an engine derives them."""
        bit = self.clock.span.on(day)
        settle = self.clock.settle
        return {
            name: {
                settle(row, day): int(bool(certain & bit))
                for row, (possible, certain) in rows.items()
                if possible & bit
            }
            for name, rows in self.rows.items()
        }


def evaluate(program: Program, base: Mapping[str, Lasting], fill: Fill, clock: Clock) -> Timeline:
    """Derive everything that a program says of some base rows, on every day.

    Args:
        program: the compiled rules.
        base: rows of the base relations; see `ccm_rules.engines.timeline.base`.
        fill: computes the function relations that do not reckon with days.
        clock: the days.

    Raises:
        EngineError: a rule asks for what cannot be told of many days at once.
    """
    return _Run(program, base, fill, clock).timeline()


class _Relation:
    """Rows with their days, and ways to find them."""

    def __init__(self, rows: Lasting) -> None:
        self.rows = rows
        self.sealed = False
        self.moving: frozenset[int] = frozenset()
        self._found: dict[object, Any] = {}

    def add(self, row: Row, possible: Days, certain: Days) -> None:
        """Let a row hold on more days."""
        before = self.rows.get(row)
        if before is not None:
            possible, certain = possible | before[0], certain | before[1]
        self.rows[row] = (possible, certain)

    def grow(self, rows: Iterable[Row], every: Days) -> None:
        """Add the rows of a function, which alone grows after it was read."""
        self.rows.update(dict.fromkeys(rows, (every, every)))
        self._found.clear()
        self.moving = _moving(self.rows)

    def seal(self, clock: Clock) -> None:
        """Finish a relation before it is read: no two rows may read the same on one day."""
        self.sealed = True
        self.moving = _moving(self.rows)
        if not self.moving:
            return
        alike: dict[Row, list[Row]] = {}
        width = len(next(iter(self.rows)))
        fixed = [column for column in range(width) if column not in self.moving]
        for row in self.rows:
            alike.setdefault(tuple(row[column] for column in fixed), []).append(row)
        for group in alike.values():
            plain = [row for row in group if not _moving([row])]
            movers = [row for row in group if _moving([row])]
            for number, row in enumerate(movers):
                for other in (*plain, *movers[:number]):
                    self._merge(clock, other, row)
        self.rows = {row: days for row, days in self.rows.items() if days[0]}

    def _merge(self, clock: Clock, row: Row, other: Row) -> None:
        """Where two rows read the same, let the first stand for both."""
        same = self.rows[row][0] & self.rows[other][0]
        for column in self.moving:
            if not same:
                return
            same &= clock.compare("==", row[column], other[column])
        possible, certain = self.rows[row]
        gone, sure = self.rows[other]
        self.rows[row] = (possible, certain | sure & same)
        self.rows[other] = (gone & ~same, sure & ~same)

    def index(
        self,
        constants: tuple[tuple[int, Value], ...],
        key: tuple[int, ...],
        out: tuple[int, ...],
        mode: int,
    ) -> dict[Any, list[_Part]]:
        """Find rows by some columns.

        Args:
            constants: columns that must have a value.
            key: columns to find rows by; none of them moves.
            out: columns to take.
            mode: which days count.

        Returns:
            For each key, which is a bare value where it is one column, the
            columns taken with their days.
        """
        what = (constants, key, out, mode)
        found: dict[Any, list[_Part]] | None = self._found.get(what)
        if found is None:
            groups: dict[Any, dict[Row, Days]] = {}
            find, take = _picker(key), _taker(out)
            for row, possible, certain in self._with(constants):
                days = certain if mode == _CERTAIN else possible
                if mode == _OPEN:
                    days ^= certain
                if days:
                    group = groups.setdefault(find(row), {})
                    taken = take(row)
                    group[taken] = group.get(taken, 0) | days
            found = {name: list(group.items()) for name, group in groups.items()}
            self._found[what] = found
        return found

    def _with(self, constants: tuple[tuple[int, Value], ...]) -> list[tuple[Row, Days, Days]]:
        """The rows that have some values."""
        columns = tuple(column for column, _ in constants)
        groups: dict[Row, list[tuple[Row, Days, Days]]] | None = self._found.get(columns)
        if groups is None:
            groups = self._found[columns] = {}
            take = _taker(columns)
            for row, (possible, certain) in self.rows.items():
                groups.setdefault(take(row), []).append((row, possible, certain))
        return groups.get(tuple(value for _, value in constants), [])


def _moving(rows: Iterable[Row]) -> frozenset[int]:
    """The columns in which a value moves."""
    return frozenset(
        column for row in rows for column, value in enumerate(row) if value.__class__ is Moving
    )


class _Run:
    """One evaluation."""

    def __init__(
        self, program: Program, base: Mapping[str, Lasting], fill: Fill, clock: Clock
    ) -> None:
        self.program = program
        self.fill = fill
        self.clock = clock
        self.every = clock.span.every
        self._relations = {name: _Relation(dict(base.get(name, {}))) for name in program.schema}
        for name, rows in base.items():
            self._relations.setdefault(name, _Relation(dict(rows)))
        for name, stated in program.constants.items():
            for row in stated:
                self._relations[name].add(row, self.every, self.every)
        self._asked: dict[str, set[Row]] = {name: set() for name in program.functions}
        self._vague: dict[str, bool] = {}

    def timeline(self) -> Timeline:
        """Run all levels."""
        steps: dict[int, list[Clause | Count]] = {}
        every: list[Clause | Count] = [*self.program.clauses, *self.program.counts]
        for step in every:
            steps.setdefault(step.level, []).append(step)
        for level in range(1, self.program.levels + 1):
            for function, relation, columns, before in self.program.demands:
                if before == level:
                    self._ask(function, relation, columns)
            for step in steps.get(level, ()):
                if isinstance(step, Count):
                    self._count(step)
                elif self._can_add(step):
                    self._derive(step)
        return Timeline(self.clock, {name: self.read(name).rows for name in self._relations})

    def read(self, name: str) -> _Relation:
        """A relation, which is complete before anything reads it."""
        relation = self._relations[name]
        if not relation.sealed:
            relation.seal(self.clock)
        return relation

    # -- functions and counts ----------------------------------------------

    def _ask(self, function: str, relation: str, columns: tuple[int, ...]) -> None:
        take = _taker(columns)
        new = set(map(take, self.read(relation).rows)) - self._asked[function]
        if not new:
            return
        self._asked[function] |= new
        spec = self.program.functions[function]
        moving = {row for row in new if any(isinstance(value, Moving) for value in row)}
        rows: list[Row] = list(self.fill(function, new - moving))  # type: ignore[arg-type]
        if moving:
            if spec["function"] != "add":
                raise EngineError(
                    f"{function!r} is asked about the as-of day, which differs from day to day"
                )
            length = period(spec["period"])
            rows += [self._reckoned(row, length) for row in moving]
        self.read(function).grow(rows, self.every)

    def _reckoned(self, row: Row, length: Period) -> Row:
        return (*row, *(self.clock.add(value, length) for value in row))

    def _count(self, count: Count) -> None:
        head = self._relations[count.head]
        groups: dict[Row, list[tuple[Days, Days]]] = {}
        source = self.read(count.source)
        if source.moving & set(range(count.group)):
            raise EngineError(f"{count.id} counts by a day that differs from day to day")
        if count.domain and self.read(count.domain).moving:
            raise EngineError(f"{count.id} counts for a day that differs from day to day")
        for row, days in source.rows.items():
            groups.setdefault(row[: count.group], []).append(days)
        named: dict[Row, Days] = {}  # days on which a group counts though it may be empty
        if not count.group:
            named[()] = self.every
        elif count.domain:
            named = {row: days for row, (days, _) in self.read(count.domain).rows.items()}
        for group in dict.fromkeys((*groups, *named)):
            members = groups.get(group, [])
            among = named.get(group, 0)
            for possible, _ in members:
                among |= possible
            for certain, some in numbers((sure for _, sure in members), among):
                for number, part in numbers((possible for possible, _ in members), some):
                    head.add((*group, certain, number), part, part)

    # -- clauses -----------------------------------------------------------

    def _can_add(self, clause: Clause) -> bool:
        """As in `ccm_rules.engines.host`: whether a clause can derive anything new."""
        if not all(self.read(atom.relation).rows for atom in clause.body):
            return False
        if clause.certain or clause.always:
            return True
        names = [*(atom.relation for atom in clause.body), *(a.relation for a in clause.absences)]
        return any(self._is_vague(name) for name in names)

    def _is_vague(self, name: str) -> bool:
        if name not in self._vague:
            pairs = self.program.intervals.get(name, ())
            self._vague[name] = any(
                possible != certain or any(row[lo] != row[hi] for lo, hi in pairs)
                for row, (possible, certain) in self.read(name).rows.items()
            )
        return self._vague[name]

    def _derive(self, clause: Clause) -> None:
        head = self._relations[clause.head]
        if head.sealed:
            raise EngineError(f"{clause.id} adds to {clause.head!r} after it was read")
        for row, days in _Join(self, clause).rows():
            head.add(row, days, days if clause.certain else 0)


class _Join:
    """One clause."""

    def __init__(self, run: _Run, clause: Clause) -> None:
        self.run = run
        self.clause = clause
        self.left = list(clause.body)
        self.conditions = list(clause.conditions)
        self.places: dict[str, int] = {}  # of the variables that are bound and still needed
        self.moving: set[str] = set()  # variables whose values may move
        self.partials: _Partials = [((), run.every)]

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
            relation = self.run.read(atom.relation)
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
        mode = _CERTAIN if atom.certain else _OPEN if atom.open else _POSSIBLE
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
        take = _taker(tuple(places[name] for name in kept))
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
        self.partials = list(merged.items())
        self.places = {name: place for place, name in enumerate(kept)}

    def _match(
        self, name: str, terms: Sequence[Term | None], needed: set[str], mode: int
    ) -> _Match:
        """How the rows of a relation are found for what is bound already."""
        relation = self.run.read(name)
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
            _picker(tuple(self.places[name] for _, name in key)),
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
    ) -> tuple[list[Callable[[Row], bool]], list[Callable[[Row], Days]]]:
        """Comparisons that hold or not, and those that hold on some days."""
        plain, moving = [], []
        for condition in conditions:
            one, other = (_getter(term, places) for term in (condition.left, condition.right))
            moves = any(
                isinstance(term, Variable) and term.name in self.moving
                for term in (condition.left, condition.right)
            )
            if moves:
                moving.append(_days(self.run.clock, condition.operator, one, other))
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
        mode = _CERTAIN if absence.certain else _POSSIBLE
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
                if not days & there:
                    continue
                if plain or moving:
                    both = values + taken
                    if not all(test(both) for test in plain):
                        continue
                    for some in moving:
                        there &= some(both)
                days &= ~there
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

    rows: dict[Any, list[_Part]]
    key: Callable[[Row], Any]
    places: dict[str, int]
    same: list[Condition]
    moving: set[str]


def _picker(columns: tuple[int, ...]) -> Callable[[Row], Any]:
    """Take a key: a bare value where it is one column."""
    if not columns:
        return lambda row: ()
    return itemgetter(*columns)


def _taker(columns: tuple[int, ...]) -> Callable[[Row], Row]:
    """Take some columns of a row, always as a row."""
    if len(columns) > 1:
        return itemgetter(*columns)
    return lambda row: tuple(row[column] for column in columns)


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
