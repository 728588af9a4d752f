"""The databases in which a program can be evaluated as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, Protocol

from ccm_rules.compiler.program import Row
from ccm_rules.engines.sql.coding import CODE
from ccm_rules.engines.sql.dialects import DUCKDB, SQLITE, Dialect
from ccm_rules.engines.sql.sqlite import literal, quote
from ccm_rules.errors import EngineError

if TYPE_CHECKING:
    import duckdb

Columns = Sequence[tuple[str, str]]


class Store(Protocol):
    """A database that holds relations.

    Attributes:
        dialect: how it is written to.
        at_once: how many statements it gains by running at once, in as many threads.
    """

    dialect: Dialect
    at_once: int

    def load(self, table: str, columns: Columns, rows: Iterable[Row], number: int) -> None:
        """Make a table of rows; the last column is ``certain`` if the columns say so."""

    def load_columns(
        self, table: str, columns: Columns, values: Sequence[Iterable[int]], number: int
    ) -> None:
        """Make a table of numbers, which come column by column."""

    def make(self, table: str, columns: Columns, select: str) -> int:
        """Make a table of what a SELECT gives, and return how many rows it has."""

    def execute(self, text: str) -> None:
        """Run a statement that gives nothing."""

    def fetch(self, text: str) -> list[Row]:
        """The rows that a SELECT gives."""

    def fetch_columns(self, text: str) -> Sequence[Sequence[Any]]:
        """The rows that a SELECT of numbers gives, column by column; nothing if it gives none."""

    def close(self) -> None:
        """Give back what the database holds."""


class SQLiteStore:
    """SQLite, from the standard library, in memory."""

    dialect = SQLITE
    at_once = 1

    def __init__(self) -> None:
        from ccm_rules.engines.sql.hearing import connect

        self._connection = connect()
        # Indexes are made by us (`ccm_rules.engines.sql.ordering`), each for many statements.
        # Pages as large as may be: what is made is written once and read as a whole.
        pragmas = ("page_size = 65536", "journal_mode = OFF", "temp_store = MEMORY")
        for pragma in (*pragmas, "automatic_index = OFF"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("BEGIN")

    def load(self, table: str, columns: Columns, rows: Iterable[Row], number: int) -> None:
        """Make a table of rows."""
        self._create(table, columns)
        marks = ", ".join("?" * len(columns))
        self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    def load_columns(
        self, table: str, columns: Columns, values: Sequence[Iterable[int]], number: int
    ) -> None:
        """Make a table of numbers."""
        self.load(table, columns, zip(*values, strict=True), number)

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
        return self._connection.rows(text)

    def fetch_columns(self, text: str) -> Sequence[Sequence[Any]]:
        """The rows that a SELECT of numbers gives, column by column."""
        return list(zip(*self.fetch(text), strict=True))

    def close(self) -> None:
        """Close the database."""
        self._connection.close()


class DuckDBStore:
    """DuckDB, in memory, on all cores."""

    dialect = DUCKDB
    at_once = 2

    def __init__(self) -> None:
        import os
        import tempfile
        import threading
        import uuid

        import duckdb

        self._shared = duckdb.connect(":memory:")
        place = os.path.join(tempfile.gettempdir(), f"ccm-check-{uuid.uuid4().hex}")
        self._shared.execute(f"SET temp_directory = {literal(place)}")
        self._own = threading.local()

    @property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        """A connection to the database for each thread."""
        found: duckdb.DuckDBPyConnection | None = getattr(self._own, "connection", None)
        if found is None:
            found = self._own.connection = self._shared.cursor()
            for setting in ("preserve_insertion_order", "enable_progress_bar"):
                found.execute(f"SET {setting} = false")
        return found

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
            typed = ", ".join(f"{literal(name)}: {literal(type_)}" for name, type_ in types.items())
            made = self._connection.execute(
                f"INSERT INTO {table} SELECT * FROM read_csv({literal(place)}, header = false, "
                "auto_detect = false, delim = ',', quote = '\"', escape = '\"', "
                f"new_line = '\\n', allow_quoted_nulls = false, columns = {{{typed}}})"
            ).fetchone()
        finally:
            os.unlink(place)
        taken = made[0] if made else 0
        if taken != number:
            raise EngineError(f"DuckDB took {taken} of {number} rows of {table}")

    def load_columns(
        self, table: str, columns: Columns, values: Sequence[Iterable[int]], number: int
    ) -> None:
        """Make a table of numbers, by way of arrays where numpy is installed.

        Raises:
            EngineError: rows were lost on the way.
        """
        if find_spec("numpy") is None:
            self.load(table, columns, zip(*values, strict=True), number)
            return
        import numpy as np

        arrays = {
            name: np.fromiter(column, np.int32 if type_ == CODE else np.int64, number)
            for (name, type_), column in zip(columns, values, strict=True)
        }
        connection = self._connection
        connection.register("loaded", arrays)
        listed = ", ".join(f"{quote(name)}" for name in arrays)
        made = connection.execute(f"CREATE TABLE {table} AS SELECT {listed} FROM loaded").fetchone()
        connection.unregister("loaded")
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

    def fetch_columns(self, text: str) -> Sequence[Sequence[Any]]:
        """The rows that a SELECT of numbers gives, column by column."""
        if find_spec("numpy") is None:
            return list(zip(*self.fetch(text), strict=True))
        arrays = self._connection.execute(text).fetchnumpy().values()
        if any(array.dtype.kind != "i" for array in arrays):  # sums are wider than numpy's numbers
            return list(zip(*self.fetch(text), strict=True))
        return [array.tolist() for array in arrays]

    def close(self) -> None:
        """Close the database."""
        self._shared.close()


STORES: Final[dict[str, Callable[[], Store]]] = {"sqlite": SQLiteStore, "duckdb": DuckDBStore}
