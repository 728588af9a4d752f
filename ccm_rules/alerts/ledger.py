"""The ledger: what was told, what waits to be sent, what became of it.

One SQLite file in WAL mode. All that a night decides is written in one
transaction (`Ledger.transaction`); deliveries are marked one by one afterwards.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from ccm_rules.alerts.events import Event, Reminded, Told
from ccm_rules.alerts.ledger_file import LedgerError, clear, damaged, read_only
from ccm_rules.alerts.tables import APPLICATION, MIGRATIONS

WAITING: Final = "waiting"
DELIVERED: Final = "delivered"
REFUSED: Final = "refused"


class Message(NamedTuple):
    """One message of the outbox.

    Attributes:
        number: its place in the ledger; messages are sent in this order.
        id: 32 hexadecimal digits that stand for its content: a repeat has the same.
        day: the as-of day, as an ordinal.
        route: name of the route that it was made for.
        channel: name of the channel that it goes through.
        kind: ``alerts``, ``digest`` or ``operator``.
        made: when it was made, as ISO 8601.
        body: what it says, as plain values.
    """

    number: int
    id: str
    day: int
    route: str
    channel: str
    kind: str
    made: str
    body: Mapping[str, Any]


class Fault(NamedTuple):
    """Something out of order in the job: what, since when, and when it was told."""

    gist: str
    since: int
    told: int


class Ledger:
    """An open ledger; see the module.

    Args:
        path: the SQLite file, made if it is missing.
        wait: seconds to wait for another program that writes to it.
        migrations: what makes each version out of the one before it.

    Raises:
        LedgerError: it cannot be used; the message says why and what to do.
    """

    def __init__(
        self, path: str, *, wait: float = 5.0, migrations: tuple[str, ...] = MIGRATIONS
    ) -> None:
        self.path = path
        with clear(path):
            self._db = sqlite3.connect(path, timeout=wait, isolation_level=None)
            try:
                self._open(migrations)
            except BaseException:
                self._db.close()
                raise

    @classmethod
    def rehearsal(cls, path: str) -> Ledger:
        """A copy of a ledger in memory, for a run that leaves no trace.

        Raises:
            LedgerError: the file cannot be read.
        """
        ledger = cls.__new__(cls)
        ledger.path = path
        with clear(path):
            ledger._db = sqlite3.connect(":memory:", isolation_level=None)
            try:
                if os.path.exists(path):
                    with contextlib.closing(read_only(path)) as source:
                        source.backup(ledger._db)
                ledger._open(MIGRATIONS)
            except BaseException:
                ledger._db.close()
                raise
        return ledger

    def _open(self, migrations: tuple[str, ...]) -> None:
        db = self._db
        version = db.execute("PRAGMA user_version").fetchone()[0]
        application = db.execute("PRAGMA application_id").fetchone()[0]
        tables = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if tables and application != APPLICATION:
            raise LedgerError(f"{self.path}: is a SQLite file, but no ledger of ccm-check")
        if version > len(migrations):
            raise LedgerError(
                f"{self.path}: was written by a newer ccm-check (its version is {version}, "
                f"this one knows {len(migrations)}); nothing was changed. Use that ccm-check"
            )
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        if version < len(migrations):
            with self.transaction():
                db.execute(f"PRAGMA application_id = {APPLICATION}")
                for script in migrations[version:]:
                    for statement in _statements(script):
                        db.execute(statement)
                db.execute(f"PRAGMA user_version = {len(migrations)}")
        if tables and db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise damaged(self.path, "its pages do not fit together")

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Write everything within, or nothing.

        Raises:
            LedgerError: it cannot be written; nothing was.
        """
        with clear(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    # -- what a night reads and writes ---------------------------------------------

    def meta(self, key: str) -> str:
        """A remark kept by name, or empty."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def set_meta(self, key: str, value: str) -> None:
        """Keep a remark by name."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    @property
    def last_day(self) -> int | None:
        """The as-of day of the last night, as an ordinal, or ``None``."""
        text = self.meta("last_day")
        return int(text) if text else None

    def told(self) -> dict[str, Told]:
        """What was told of each finding, by fingerprint."""
        return {
            name: Told(gist, json.loads(finding))
            for name, gist, finding in self._db.execute("SELECT * FROM told")
        }

    def tell(self, changed: Mapping[str, Told | None]) -> None:
        """Keep what is told of findings from now on; ``None`` forgets one."""
        self._db.executemany(
            "DELETE FROM told WHERE fingerprint = ?",
            [(name,) for name, told in changed.items() if told is None],
        )
        self._db.executemany(
            "INSERT OR REPLACE INTO told VALUES (?, ?, ?)",
            [(name, t.gist, _dump(t.finding)) for name, t in changed.items() if t is not None],
        )

    def reminded(self) -> dict[str, Reminded]:
        """What was told of each duty ahead, by fingerprint."""
        return {
            name: Reminded(day, lead, json.loads(deadline))
            for name, day, lead, deadline in self._db.execute("SELECT * FROM reminded")
        }

    def remind(self, changed: Mapping[str, Reminded | None]) -> None:
        """Keep what is told of duties from now on; ``None`` forgets one."""
        self._db.executemany(
            "DELETE FROM reminded WHERE fingerprint = ?",
            [(name,) for name, reminded in changed.items() if reminded is None],
        )
        self._db.executemany(
            "INSERT OR REPLACE INTO reminded VALUES (?, ?, ?, ?)",
            [
                (name, r.day, r.lead, _dump(r.deadline))
                for name, r in changed.items()
                if r is not None
            ],
        )

    def faults(self) -> dict[str, Fault]:
        """What is out of order, by key."""
        return {
            key: Fault(gist, since, told)
            for key, gist, since, told in self._db.execute("SELECT * FROM fault")
        }

    def set_fault(self, key: str, fault: Fault | None) -> None:
        """Keep that something is out of order; ``None`` forgets it."""
        self._db.execute("DELETE FROM fault WHERE key = ?", (key,))
        if fault is not None:
            self._db.execute("INSERT INTO fault VALUES (?, ?, ?, ?)", (key, *fault))

    def last_event(self, fingerprint: str) -> str:
        """The id of the last event about something, or empty."""
        row = self._db.execute(
            "SELECT id FROM event WHERE fingerprint = ? ORDER BY number DESC LIMIT 1",
            (fingerprint,),
        ).fetchone()
        return str(row[0]) if row else ""

    def add_event(self, event: Event) -> int:
        """Write an event down; returns its number."""
        cursor = self._db.execute(
            "INSERT INTO event (id, day, kind, fingerprint, body) VALUES (?, ?, ?, ?, ?)",
            (event.id, event.day, event.kind, event.fingerprint, _dump(event.body)),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def events_since(self, day: int) -> list[Event]:
        """The events of the days after a day, in order."""
        return [
            Event(name, at, kind, fingerprint, json.loads(body))
            for name, at, kind, fingerprint, body in self._db.execute(
                "SELECT id, day, kind, fingerprint, body FROM event WHERE day > ? ORDER BY number",
                (day,),
            )
        ]

    def routes(self) -> dict[str, tuple[int, int]]:
        """For each route known, since when, and the day of its last digest."""
        return {name: (since, day) for name, since, day in self._db.execute("SELECT * FROM route")}

    def set_route(self, name: str, since: int, digest: int) -> None:
        """Keep a route's days."""
        self._db.execute("INSERT OR REPLACE INTO route VALUES (?, ?, ?)", (name, since, digest))

    def queue(self, route: str, event: int) -> None:
        """Let an event wait for a route's next message."""
        self._db.execute("INSERT OR IGNORE INTO queue VALUES (?, ?)", (route, event))

    def queued(self, route: str) -> list[Event]:
        """The events that wait for a route's next message, in order."""
        return [
            Event(name, day, kind, fingerprint, json.loads(body))
            for name, day, kind, fingerprint, body in self._db.execute(
                "SELECT id, day, kind, fingerprint, body FROM event "
                "JOIN queue ON event = number WHERE route = ? ORDER BY number",
                (route,),
            )
        ]

    def unqueue(self, route: str) -> None:
        """Forget what waited for a route: its message is made."""
        self._db.execute("DELETE FROM queue WHERE route = ?", (route,))

    def add_message(self, message: Message, recipients: Iterable[str]) -> int:
        """Put a message into the outbox; returns its number.

        A message that is there already, under the same id, is left as it is.
        """
        row = self._db.execute("SELECT number FROM message WHERE id = ?", (message.id,)).fetchone()
        if row:
            return int(row[0])
        cursor = self._db.execute(
            "INSERT INTO message (id, day, route, channel, kind, made, body) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                message.id,
                message.day,
                message.route,
                message.channel,
                message.kind,
                message.made,
                _dump(message.body),
            ),
        )
        number = cursor.lastrowid
        assert number is not None
        self._db.executemany(
            "INSERT INTO delivery (message, recipient, state) VALUES (?, ?, 'waiting')",
            [(number, recipient) for recipient in recipients],
        )
        return number

    def add_run(
        self, at: str, day: int, seen: tuple[str, str, str], counts: tuple[int, int]
    ) -> None:
        """Write down that a night was judged.

        Args:
            at: when, as ISO 8601.
            day: the as-of day, as an ordinal.
            seen: digests of facts and rules, and the engines.
            counts: how many events and messages were made.
        """
        self._db.execute(
            "INSERT INTO run (at, day, facts, rules, engines, events, messages) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (at, day, *seen, *counts),
        )

    # -- the outbox -----------------------------------------------------------------

    def outbox(self) -> list[tuple[Message, list[str]]]:
        """The messages that wait, in order, each with the recipients that lack it."""
        found: dict[int, tuple[Message, list[str]]] = {}
        for row in self._db.execute(
            "SELECT number, id, day, route, channel, kind, made, body, recipient "
            "FROM message JOIN delivery ON message = number "
            "WHERE state = 'waiting' ORDER BY number, recipient"
        ):
            if row[0] not in found:
                found[row[0]] = (Message(*row[:7], json.loads(row[7])), [])  # type: ignore[call-arg]
            found[row[0]][1].append(row[8])
        return list(found.values())

    def change(self, statement: str, *values: object) -> int:
        """Run one statement inside a transaction; returns how many rows it changed."""
        return self._db.execute(statement, values).rowcount

    def mark(self, message: int, recipients: Mapping[str, tuple[str, str]], at: str) -> None:
        """Write down what became of an attempt.

        Args:
            message: its number.
            recipients: for each the state and, where it failed, the reason.
            at: when, as ISO 8601.

        Raises:
            LedgerError: it cannot be written. The message may then be sent again,
                under the same id.
        """
        with self.transaction():
            self._db.executemany(
                "UPDATE delivery SET state = ?, reason = ?, at = ?, attempts = attempts + 1 "
                "WHERE message = ? AND recipient = ?",
                [
                    (state, reason, at, message, recipient)
                    for recipient, (state, reason) in recipients.items()
                ],
            )


def _statements(script: str) -> Iterator[str]:
    """The statements of a script, so that they run inside one transaction."""
    text = ""
    for line in script.splitlines():
        text += line + "\n"
        if sqlite3.complete_statement(text):
            yield text
            text = ""


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
