"""The databases in which a program can be evaluated as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, Protocol

from ccm_rules.engine.coding import CODE
from ccm_rules.engine.dialects import DUCKDB, SQLITE, Dialect
from ccm_rules.engine.program import Row
from ccm_rules.engine.sqlite import literal, quote
from ccm_rules.errors import EngineError

Columns = Sequence[tuple[str, str]]


class Store(Protocol):
    """A database that holds relations."""

    dialect: Dialect

    def load(self, table: str, columns: Columns, rows: Iterable[Row], number: int) -> None:
        """Make a table of rows; the last column is ``certain`` if the columns say so."""

    def make(self, table: str, columns: Columns, select: str) -> int:
        """Make a table of what a SELECT gives, and return how many rows it has."""

    def execute(self, text: str) -> None:
        """Run a statement that gives nothing."""

    def fetch(self, text: str) -> list[Row]:
        """The rows that a SELECT gives."""

    def close(self) -> None:
        """Give back what the database holds."""


class SQLiteStore:
    """SQLite, from the standard library, in memory."""

    dialect = SQLITE

    def __init__(self) -> None:
        import sqlite3

        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        # Indexes are made by us (`ccm_rules.engine.ordering`), each for many statements.
        for pragma in ("journal_mode = OFF", "temp_store = MEMORY", "automatic_index = OFF"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("BEGIN")

    def load(self, table: str, columns: Columns, rows: Iterable[Row], number: int) -> None:
        """Make a table of rows."""
        self._create(table, columns)
        marks = ", ".join("?" * len(columns))
        self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    def make(self, table: str, columns: Columns, select: str) -> int:
        """Make a table of what a SELECT gives, and return how many rows it has."""
        self._create(table, columns)
        return self._connection.execute(f"INSERT INTO {table} {select}").rowcount

    def _create(self, table: str, columns: Columns) -> None:
        listed = ", ".join(f"{quote(n)} {self.dialect.type_of(t)} NOT NULL" for n, t in columns)
        self._connection.execute(f"CREATE TABLE {table} ({listed})")

    def execute(self, text: str) -> None:
        """Run a statement that gives nothing."""
        self._connection.execute(text)

    def fetch(self, text: str) -> list[Row]:
        """The rows that a SELECT gives."""
        return self._connection.execute(text).fetchall()

    def close(self) -> None:
        """Close the database."""
        self._connection.close()


class DuckDBStore:
    """DuckDB, in memory, on all cores."""

    dialect = DUCKDB

    def __init__(self) -> None:
        import duckdb

        self._connection = duckdb.connect(":memory:")
        for setting in ("preserve_insertion_order", "enable_progress_bar"):
            self._connection.execute(f"SET {setting} = false")
        self._connection.execute("BEGIN")

    def load(self, table: str, columns: Columns, rows: Iterable[Row], number: int) -> None:
        """Make a table of rows.

        They go through a temporary file of comma-separated values: that is as quick
        as arrays of numpy, which it saves installing, and holds no row twice.

        Raises:
            EngineError: rows were lost on the way.
        """
        import csv
        import os
        import tempfile

        listed = ", ".join(f"{quote(n)} {self.dialect.type_of(t)} NOT NULL" for n, t in columns)
        self._connection.execute(f"CREATE TABLE {table} ({listed})")
        if not number:
            return
        handle, place = tempfile.mkstemp(prefix="ccm-check-", suffix=".csv")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
                if all(type_ in ("int", CODE) for _, type_ in columns):
                    form = ",".join(["%d"] * len(columns)) + "\n"
                    stream.writelines(map(form.__mod__, rows))
                else:
                    writer = csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
                    writer.writerows(rows)
            types = {name: self.dialect.type_of(type_) for name, type_ in columns}
            told = ", ".join(f"{literal(name)}: {literal(type_)}" for name, type_ in types.items())
            made = self._connection.execute(
                f"INSERT INTO {table} SELECT * FROM read_csv({literal(place)}, header = false, "
                "auto_detect = false, delim = ',', quote = '\"', escape = '\"', "
                f"new_line = '\\n', allow_quoted_nulls = false, columns = {{{told}}})"
            ).fetchone()
        finally:
            os.unlink(place)
        taken = made[0] if made else 0
        if taken != number:
            raise EngineError(f"DuckDB took {taken} of {number} rows of {table}")

    def make(self, table: str, columns: Columns, select: str) -> int:
        """Make a table of what a SELECT gives, and return how many rows it has."""
        made = self._connection.execute(f"CREATE TABLE {table} AS {select}").fetchone()
        assert made is not None
        return int(made[0])

    def execute(self, text: str) -> None:
        """Run a statement that gives nothing."""
        self._connection.execute(text)

    def fetch(self, text: str) -> list[Row]:
        """The rows that a SELECT gives."""
        return self._connection.execute(text).fetchall()

    def close(self) -> None:
        """Close the database."""
        self._connection.close()


STORES: Final[dict[str, Callable[[], Store]]] = {"sqlite": SQLiteStore, "duckdb": DuckDBStore}
