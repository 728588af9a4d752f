"""In what the SQL of databases differs, as far as the statements need it.

Everything else is the same on all: joins, NOT EXISTS, UNION ALL, GROUP BY, and
whole numbers. Nothing here depends on a database's own calendar or collation:
days are numbers, and texts are only asked to be equal.
"""

from __future__ import annotations

import hashlib
from typing import Final, NamedTuple

from ccm_rules.engines.sql.coding import CODE
from ccm_rules.engines.sql.sqlite import literal, marked, quoted


class Dialect(NamedTuple):
    """How one database writes what databases write differently.

    Attributes:
        name: as the command line knows it.
        title: as people know it.
        integer: the type of whole numbers; 64 bits.
        text: the type of texts.
        code: the type of numbers that stand for texts, where they do.
        quotient: how two whole numbers, neither negative, are divided, the rest dropped.
        engine: what stands behind the CREATE TABLE of what is derived.
        kept: what stands behind the CREATE TABLE of what is on record.
        longest: how many bytes a name may have, or 0 for any number.
        prefix: what every name begins with.
        day: how the day number of a date ``d`` is computed.
        settled: the statement that lets the planner know a table that is complete.
        indexed: whether what has to be absent needs an index to be looked up by.
        backslash: whether a backslash in a text has a meaning.
        in_order: whether tables are joined in the order in which they are named,
            where CROSS JOIN stands between them.
        whole: what stands at the end of a subquery that is computed once: where
            it is merged into the query around it, what that reads twice is
            computed twice, and so on all the way up.
        first, last: statements before and after the script.
    """

    name: str
    title: str
    integer: str
    text: str
    code: str = "INTEGER"
    quotient: str = "({} / {})"
    engine: str = ""
    kept: str = ""
    longest: int = 0
    prefix: str = ""
    day: str = ""
    settled: str = ""
    indexed: bool = False
    backslash: bool = False
    in_order: bool = False
    whole: str = ""
    first: tuple[str, ...] = ()
    last: tuple[str, ...] = ()

    @property
    def between(self) -> str:
        """What stands between joined tables."""
        return "\n  CROSS JOIN " if self.in_order else ",\n  "

    def divided(self, number: str, by: str) -> str:
        """The quotient of two whole numbers that are not negative, without its rest."""
        return self.quotient.format(number, by)

    def named(self, name: str) -> str:
        """A name, quoted; cut, and marked by a hash, where it is too long.

        A database that cuts names by itself would take two for one.
        """
        whole = self.prefix + name
        name = marked(whole)
        if self.longest and len(name.encode()) > self.longest:
            mark = hashlib.sha256(whole.encode()).hexdigest()[:8]
            kept = name.encode()[: self.longest - 9].decode(errors="ignore")
            name = f"{kept}~{mark}"
        return quoted(name)

    def literal(self, value: str | int) -> str:
        """A constant."""
        text = literal(value)
        return text.replace("\\", "\\\\") if self.backslash else text

    def type_of(self, type_: str) -> str:
        """A column's type."""
        return {"int": self.integer, CODE: self.code}.get(type_, self.text)


SQLITE: Final = Dialect(
    "sqlite",
    "SQLite",
    "INTEGER",
    "TEXT",
    day="CAST(julianday(d) - 1721424.5 AS INTEGER)",
    indexed=True,
    in_order=True,
    whole=" LIMIT -1",
    first=("BEGIN",),
    last=("COMMIT",),
)
DUCKDB: Final = Dialect(
    "duckdb",
    "DuckDB",
    "BIGINT",
    "VARCHAR",
    quotient="({} // {})",
    day="date_diff('day', DATE '0001-01-01', d) + 1",
    first=("BEGIN",),
    last=("COMMIT",),
)
POSTGRES: Final = Dialect(
    "postgres",
    "PostgreSQL",
    "BIGINT",
    "TEXT",
    longest=63,
    day="d - DATE '0001-01-01' + 1",
    settled="ANALYZE {}",
    # Old servers and settings take a backslash in a text for an escape.
    first=("SET standard_conforming_strings = on", "BEGIN"),
    last=("COMMIT",),
)
CLICKHOUSE: Final = Dialect(
    "clickhouse",
    "ClickHouse",
    "Int64",
    "String",
    quotient="intDiv({}, {})",
    engine=" ENGINE = Memory",
    kept=" ENGINE = MergeTree ORDER BY tuple()",
    backslash=True,
    day="toInt64(toDate32(d)) + 719163",
)
DIALECTS: Final = {d.name: d for d in (SQLITE, DUCKDB, POSTGRES, CLICKHOUSE)}
