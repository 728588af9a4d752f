"""The ledger's file: opening it, locking it, and saying what is wrong with it.

In goes a path; out comes a connection or a lock, or a `LedgerError` that a person can
mend. A file beside it is locked for as long as a run works, so that two runs never send the
same message; the lock ends with the process, however it ends. What stands in the ledger is
`ccm_rules.alerts.ledger`'s.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator

from ccm_rules.alerts.tables import APPLICATION, MIGRATIONS
from ccm_rules.errors import CcmError


class LedgerError(CcmError):
    """The ledger cannot be used: damaged, read-only, locked, full or newer."""


class BusyError(LedgerError):
    """Another run is at work on this ledger."""


@contextlib.contextmanager
def locked(path: str, wait: float, sleep: Callable[[float], None]) -> Iterator[None]:
    """Hold the ledger's lock file.

    Args:
        path: the ledger.
        wait: seconds to wait for another run to end.
        sleep: waits.

    Raises:
        BusyError: the other run did not end in time.
        LedgerError: the lock file cannot be made.
    """
    import fcntl

    name = f"{path}.lock"
    try:
        handle = os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise LedgerError(f"{name}: cannot be opened: {error.strerror}") from None
    try:
        step = 0.05
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if wait <= 0:
                    raise BusyError(
                        f"{path}: another run is at work on this ledger; nothing was done"
                    ) from None
                sleep(min(step, wait))
                wait -= step
                step = min(step * 2, 1.0)
            except OSError as error:
                raise LedgerError(f"{name}: cannot be locked: {error.strerror}") from None
        yield
    finally:
        os.close(handle)


def read_only(path: str) -> sqlite3.Connection:
    """Open a ledger for reading.

    Raises:
        LedgerError: there is none, or it cannot be read.
    """
    if not os.path.exists(path):
        raise LedgerError(f"{path}: there is no such ledger")
    from pathlib import Path

    with clear(path):
        db = sqlite3.connect(f"{Path(path).resolve().as_uri()}?mode=ro", uri=True, timeout=5.0)
        try:
            if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
                raise LedgerError(f"{path}: is no ledger of ccm-check")
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version > len(MIGRATIONS):
                raise LedgerError(f"{path}: was written by a newer ccm-check (version {version})")
        except BaseException:
            db.close()
            raise
    return db


@contextlib.contextmanager
def clear(path: str) -> Iterator[None]:
    """Turn what SQLite says into what a person can mend.

    Raises:
        LedgerError: instead of any error of SQLite.
    """
    try:
        yield
    except sqlite3.Error as error:
        code = (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
        text = str(error)
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise BusyError(f"{path}: is locked by another program; nothing was done") from None
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise damaged(path, text) from None
        if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN):
            raise LedgerError(
                f"{path}: cannot be written ({text}); the ledger and its directory must be "
                "writable for the job"
            ) from None
        if code == sqlite3.SQLITE_FULL:
            raise LedgerError(f"{path}: the disk is full; nothing was written") from None
        raise LedgerError(f"{path}: cannot be used ({text}); nothing was written") from None


def damaged(path: str, why: str) -> LedgerError:
    """What to do about a ledger that cannot be read."""
    return LedgerError(
        f"{path}: is damaged ({why}). Put back a copy; or move it away: the next run then "
        "begins a new ledger with one digest of all that stands"
    )
