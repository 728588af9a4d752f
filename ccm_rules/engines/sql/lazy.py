"""Rows and bindings that stay in a database until somebody looks at them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ccm_rules.compiler.program import Row
from ccm_rules.engines.host import Rows
from ccm_rules.engines.sql.coding import variable_types

if TYPE_CHECKING:
    from ccm_rules.engines.sql.bulk import Run


class Relations(Mapping[str, Rows]):
    """The rows of every relation, read when they are looked at."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._kept: dict[str, Rows] = {}

    def __getitem__(self, name: str) -> Rows:
        """A relation's rows."""
        run = self._run
        if name in run.given:
            return run.given[name]
        if name not in run.program.schema:
            raise KeyError(name)
        if name not in self._kept:
            self._kept[name] = self._rows(name)
        return self._kept[name]

    def _rows(self, name: str) -> Rows:
        run = self._run
        tables = [name]
        if name in run.program.functions:
            tables = [t for t in run.numbers if t.rpartition(" (")[0] == name]
        found: Rows = {}
        for table in tables:
            if run.numbers.get(table):
                named = run.store.dialect.named(table)
                types = [*(type_ for _, type_ in run.plain.schema[name]), "int"]
                rows = run.store.fetch(f"SELECT * FROM {named}")
                for *row, certain in run.codes.decoded(types, list(zip(*rows, strict=True))):
                    found[tuple(row)] = int(certain)
        return found

    def __iter__(self) -> Iterator[str]:
        """The names of relations."""
        return iter(self._run.program.schema)

    def __len__(self) -> int:
        """How many relations there are."""
        return len(self._run.program.schema)


class Bindings(Mapping[str, frozenset[Row]]):
    """The answers to every clause and count, read when they are looked at."""

    def __init__(self, run: Run, rows: Relations) -> None:
        self._run = run
        self._rows = rows
        self._counts = {count.id: count.head for count in run.program.counts}
        #: Whoever asks for all gets the names first: the answer is asked for once.
        self._last: tuple[str, frozenset[Row]] = ("", frozenset())

    def __getitem__(self, step: str) -> frozenset[Row]:
        """The answers to a clause that has some, or to a count."""
        if step in self._counts:
            return frozenset(self._rows[self._counts[step]])
        if step != self._last[0]:
            clause = self._run.ordered(self._run.ran[step])
            types = variable_types(self._run.plain, clause)
            found = self._run.store.fetch(self._run.statements.answers(clause))
            if clause.variables:
                found = list(self._run.codes.decoded(types, list(zip(*found, strict=True))))
            self._last = step, frozenset(found if clause.variables or not found else [()])
        if not self._last[1]:
            raise KeyError(step)
        return self._last[1]

    def __iter__(self) -> Iterator[str]:
        """The clauses that have answers, and the counts."""
        yield from self._counts
        yield from (step for step in self._run.ran if step in self)

    def __len__(self) -> int:
        """How many there are."""
        return sum(1 for _ in self)
