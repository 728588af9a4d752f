"""Which engines there are, which can run here, and which suit a record of some size."""

from __future__ import annotations

from typing import Final

#: The engines, in the order in which they are named.
ENGINES: Final = ("durable-rules", "sqlite", "duckdb")
#: From so many facts on a record is judged inside a database, by SQL alone: there
#: durable-rules takes minutes, and rows need not pass through Python.
BULK_FROM = 5_000
#: From so many facts on DuckDB, where it is installed, is quicker than SQLite.
DUCKDB_FROM = 100_000


def available_engines() -> tuple[str, ...]:
    """The engines that judge an ordinary record here: durable-rules is an extra."""
    return ("durable-rules", "sqlite") if installed("durable-rules") else ("sqlite",)


def installed(engine: str) -> bool:
    """Whether an engine can run here: all but SQLite are extras."""
    from importlib.util import find_spec

    module = {"durable-rules": "durable_rules_engine", "duckdb": "duckdb"}.get(engine)
    return module is None or find_spec(module) is not None


def suited_engines(facts: int) -> tuple[str, ...]:
    """The engines that judge a record of so many facts, unless others are named."""
    if facts < BULK_FROM:
        return available_engines()
    return ("duckdb",) if facts >= DUCKDB_FROM and installed("duckdb") else ("sqlite",)
