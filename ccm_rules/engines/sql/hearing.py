"""SQLite in memory that hears Ctrl-C: out comes a connection whose statements can be ended.

A statement runs outside of Python, which hears no signal meanwhile. SQLite calls back every
so many steps; Python then handles what it was sent, and SQLite ends the statement.
"""

from __future__ import annotations

import sqlite3
from typing import Any, Final

#: About a hundredth of a second of work.
_STEPS: Final = 1_000_000


def connect() -> Connection:
    """A database in memory, in which each statement stands for itself."""
    return sqlite3.connect(":memory:", isolation_level=None, factory=Connection)


class Connection(sqlite3.Connection):
    """A connection whose statements Ctrl-C ends."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Open the database."""
        super().__init__(*arguments, **options)
        self.set_progress_handler(lambda: None, _STEPS)

    def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        """Run a statement.

        Raises:
            KeyboardInterrupt: it was ended by Ctrl-C.
        """
        try:
            return super().execute(sql, parameters)
        except sqlite3.OperationalError as error:
            raise _meant(error) from None

    def rows(self, sql: str) -> list[Any]:
        """The rows that a statement gives.

        Raises:
            KeyboardInterrupt: it was ended by Ctrl-C.
        """
        try:
            return super().execute(sql).fetchall()
        except sqlite3.OperationalError as error:
            raise _meant(error) from None


def _meant(error: sqlite3.OperationalError) -> BaseException:
    return KeyboardInterrupt() if str(error) == "interrupted" else error
