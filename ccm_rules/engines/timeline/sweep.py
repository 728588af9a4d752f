"""Running a program once for every day of a span.

The same program as `ccm_rules.engines.host` runs, clause by clause and level by
level, over rows that hold on some days. Each row carries the days on which it
is possible, and those among them on which it is certain. To join rows is to
intersect their days; other ways to derive the same row add days; absence takes
days away; a comparison with what moves (today) leaves some days. Nothing here
knows any rule: what holds for the single days of a program holds for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ccm_rules.compiler.program import Clause, Count, Program
from ccm_rules.dates import Period, period
from ccm_rules.engines.host import Fill, Rows
from ccm_rules.engines.timeline.dated_rows import DatedRows, taker
from ccm_rules.engines.timeline.day_joins import Join
from ccm_rules.engines.timeline.days import Days, numbers
from ccm_rules.engines.timeline.moving import Clock, Lasting, Moving, Row
from ccm_rules.errors import EngineError


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
        fill: computes the function relations that do not compute days.
        clock: the days.

    Raises:
        EngineError: a rule asks for what cannot be derived for many days at once.
    """
    return _Run(program, base, fill, clock).timeline()


class _Run:
    """One evaluation."""

    def __init__(
        self, program: Program, base: Mapping[str, Lasting], fill: Fill, clock: Clock
    ) -> None:
        self.program = program
        self.fill = fill
        self.clock = clock
        self.every = clock.span.every
        self._relations = {name: DatedRows(dict(base.get(name, {}))) for name in program.schema}
        for name, rows in base.items():
            self._relations.setdefault(name, DatedRows(dict(rows)))
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

    def read(self, name: str) -> DatedRows:
        """A relation, which is complete before anything reads it."""
        relation = self._relations[name]
        if not relation.sealed:
            relation.seal(self.clock)
        return relation

    # -- functions and counts ----------------------------------------------

    def _ask(self, function: str, relation: str, columns: tuple[int, ...]) -> None:
        take = taker(columns)
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
        for row, days in Join(clause, self.read, self.clock).rows():
            head.add(row, days, days if clause.certain else 0)
