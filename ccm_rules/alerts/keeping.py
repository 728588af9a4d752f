"""Looking after a ledger: showing, exporting, pruning, sending again."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from typing import Any

from ccm_rules.alerts.ledger import Ledger
from ccm_rules.alerts.ledger_file import LedgerError, clear, locked, read_only
from ccm_rules.dates import iso
from ccm_rules.formats.terminal import harmless
from ccm_rules.words.counting import plural


def summary(path: str) -> Iterator[str]:
    """What a ledger holds, line by line.

    Raises:
        LedgerError: it cannot be read.
    """
    with clear(path), contextlib.closing(read_only(path)) as db:
        run = db.execute("SELECT * FROM run ORDER BY number DESC LIMIT 1").fetchone()
        count = {
            table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in ("told", "reminded", "event", "message", "run")
        }
        last = f"as of {iso(run[2])}, at {run[1]}" if run else "none"
        lines = [
            f"last run     {last}",
            f"runs         {count['run']:,}",
            f"told         {plural(count['told'], 'finding stands', 'findings stand')} as told",
            f"events       {count['event']:,}",
            f"messages     {count['message']:,}",
        ]
        for key, since, told in db.execute("SELECT key, since, told FROM fault ORDER BY key"):
            lines.append(f"trouble      {key} since {iso(since)}, told on {iso(told)}")
        for row in db.execute(
            "SELECT state, day, channel, recipient, attempts, reason, id FROM message "
            "JOIN delivery ON message = number WHERE state != 'delivered' ORDER BY number"
        ):
            state, day, channel, recipient, attempts, reason, name = row
            who = f" {recipient}" if recipient else ""
            tried = f" · {plural(attempts, 'attempt')}: {reason}" if attempts else ""
            lines.append(f"{state:<12} {iso(day)} {channel}{who} · {name}{tried}")
    yield from (harmless(line) for line in lines)


def exported(path: str) -> dict[str, Any]:
    """Every event of a ledger, with who was told of it: ``"schema": "ccm-ledger/1"``.

    Raises:
        LedgerError: it cannot be read.
    """
    with clear(path), contextlib.closing(read_only(path)) as db:
        told: dict[str, list[dict[str, Any]]] = {}
        messages = []
        for row in db.execute(
            "SELECT m.id, m.day, route, channel, kind, made, body, recipient, state, attempts, at "
            "FROM message m JOIN delivery ON message = number ORDER BY number, recipient"
        ):
            name, day, route, channel, kind, made, body, recipient, state, attempts, at = row
            delivery = {"message": name, "route": route, "recipient": recipient, "state": state}
            messages.append(
                {
                    **delivery,
                    "day": iso(day),
                    "channel": channel,
                    "kind": kind,
                    "made": made,
                    "attempts": attempts,
                    "at": at or None,
                }
            )
            for event in json.loads(body).get("events", ()):
                told.setdefault(event["id"], []).append(delivery)
        events = [
            {
                "id": name,
                "day": iso(day),
                "kind": kind,
                "fingerprint": fingerprint,
                **json.loads(body),
                "told": told.get(name, []),
            }
            for name, day, kind, fingerprint, body in db.execute(
                "SELECT id, day, kind, fingerprint, body FROM event ORDER BY number"
            )
        ]
        return {"schema": "ccm-ledger/1", "events": events, "messages": messages}


@contextlib.contextmanager
def _changing(path: str) -> Iterator[Ledger]:
    """A ledger that no run is using, inside a transaction."""
    read_only(path).close()  # an absent ledger is a mistake here, not a new one
    with locked(path, 5.0, time.sleep), Ledger(path) as ledger, ledger.transaction():
        yield ledger


def prune(path: str, before: int) -> int:
    """Forget runs, events and messages from before a day, but what is still needed.

    Args:
        path: the ledger.
        before: the first day that is kept, as an ordinal.

    Raises:
        LedgerError: it cannot be written.
    """
    with _changing(path) as ledger:
        settled = (
            "SELECT number FROM message WHERE day < ? AND number NOT IN "
            "(SELECT message FROM delivery WHERE state != 'delivered')"
        )
        ledger.change(f"DELETE FROM delivery WHERE message IN ({settled})", before)  # noqa: S608
        number = ledger.change(
            "DELETE FROM message WHERE day < ? AND number NOT IN (SELECT message FROM delivery)",
            before,
        )
        number += ledger.change(
            "DELETE FROM event WHERE day < ? AND number NOT IN (SELECT event FROM queue)", before
        )
        ledger.change("DELETE FROM run WHERE day < ?", before)
    return number


def retry(path: str, recipient: str | None, instead: str | None) -> int:
    """Let refused deliveries be sent by the next run.

    Args:
        path: the ledger.
        recipient: only those of this address.
        instead: send them to this address.

    Raises:
        LedgerError: it cannot be written.
    """
    with _changing(path) as ledger:
        which = "state = 'refused' AND (? IS NULL OR recipient = ?)"
        if instead is not None:
            ledger.change(
                f"UPDATE OR IGNORE delivery SET recipient = ? WHERE {which}",  # noqa: S608
                instead,
                recipient,
                recipient,
            )
            recipient = instead
        number = ledger.change(
            f"UPDATE delivery SET state = 'waiting' WHERE {which}",  # noqa: S608
            recipient,
            recipient,
        )
        if recipient is None:
            ledger.change("DELETE FROM fault WHERE key LIKE 'refused:%'")
        else:
            ledger.change("DELETE FROM fault WHERE key = ?", f"refused:{recipient}")
    return number


def drop(path: str, channel: str) -> int:
    """Give up what waits for a channel.

    Raises:
        LedgerError: nothing waits for it, or the ledger cannot be written.
    """
    with _changing(path) as ledger:
        number = ledger.change(
            "UPDATE delivery SET state = 'refused', reason = 'given up' WHERE state = 'waiting' "
            "AND message IN (SELECT number FROM message WHERE channel = ?)",
            channel,
        )
        if not number:
            raise LedgerError(f"{path}: nothing waits for the channel {channel!r}")
        ledger.change("DELETE FROM fault WHERE key = ?", f"delivery:{channel}")
    return number
