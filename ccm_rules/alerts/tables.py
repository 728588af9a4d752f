"""The tables of the ledger, and how an older ledger becomes a newer one."""

from __future__ import annotations

from typing import Final

#: Marks a SQLite file as a ledger of ccm-check ("ccmL").
APPLICATION: Final = 0x63636D4C

#: What makes version n + 1 out of version n; the first makes a ledger out of nothing.
#: An entry that was released never changes: a change is a new entry.
MIGRATIONS: Final[tuple[str, ...]] = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

    -- What was last told of each finding that stands.
    CREATE TABLE told (
        fingerprint TEXT PRIMARY KEY, gist TEXT NOT NULL, finding TEXT NOT NULL
    ) WITHOUT ROWID;

    -- What was last told of each duty ahead: its day, and the shortest lead time.
    CREATE TABLE reminded (
        fingerprint TEXT PRIMARY KEY, day INTEGER NOT NULL, lead INTEGER NOT NULL,
        deadline TEXT NOT NULL
    ) WITHOUT ROWID;

    -- What is out of order in the job itself, and since when.
    CREATE TABLE fault (
        key TEXT PRIMARY KEY, gist TEXT NOT NULL, since INTEGER NOT NULL,
        told INTEGER NOT NULL
    ) WITHOUT ROWID;

    CREATE TABLE event (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, day INTEGER NOT NULL,
        kind TEXT NOT NULL, fingerprint TEXT NOT NULL, body TEXT NOT NULL
    );
    CREATE INDEX event_fingerprint ON event (fingerprint, number);

    CREATE TABLE route (
        name TEXT PRIMARY KEY, since INTEGER NOT NULL, digest INTEGER NOT NULL
    ) WITHOUT ROWID;

    -- Events that wait for a day on which their route may be written to.
    CREATE TABLE queue (
        route TEXT NOT NULL, event INTEGER NOT NULL REFERENCES event (number),
        PRIMARY KEY (route, event)
    ) WITHOUT ROWID;

    CREATE TABLE message (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, day INTEGER NOT NULL,
        route TEXT NOT NULL, channel TEXT NOT NULL, kind TEXT NOT NULL,
        made TEXT NOT NULL, body TEXT NOT NULL
    );

    -- The outbox: whom a message is for, and what became of it.
    CREATE TABLE delivery (
        message INTEGER NOT NULL REFERENCES message (number), recipient TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'refused')),
        attempts INTEGER NOT NULL DEFAULT 0, at TEXT NOT NULL DEFAULT '',
        reason TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (message, recipient)
    ) WITHOUT ROWID;
    CREATE INDEX delivery_waiting ON delivery (message) WHERE state = 'waiting';

    CREATE TABLE run (
        number INTEGER PRIMARY KEY, at TEXT NOT NULL, day INTEGER NOT NULL,
        facts TEXT NOT NULL, rules TEXT NOT NULL, engines TEXT NOT NULL,
        events INTEGER NOT NULL, messages INTEGER NOT NULL
    );
    """,
)
