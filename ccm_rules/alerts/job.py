"""The whole of one run: judge, write, send. The command line only wires it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ccm_rules.alerts.config import Config
from ccm_rules.alerts.delivery import Clock, Delivered, Log, deliver
from ccm_rules.alerts.faults import Trouble
from ccm_rules.alerts.ledger import Ledger
from ccm_rules.alerts.ledger_file import LedgerError
from ccm_rules.alerts.night import Night, night, report_faults, turned_back
from ccm_rules.alerts.routing import Router
from ccm_rules.alerts.snapshot import Snapshot
from ccm_rules.dates import iso
from ccm_rules.errors import CcmError, InputError


class Work(NamedTuple):
    """What a run needs to judge a night.

    Attributes:
        router: who is told what.
        evaluate: makes the snapshot of a day.
    """

    router: Router
    evaluate: Callable[[int], Snapshot]


class Outcome(NamedTuple):
    """What a run did.

    Attributes:
        night: what it decided, or ``None`` if it could not.
        delivered: what became of the outbox.
        problem: why the night could not be judged, or empty.
    """

    night: Night | None
    delivered: Delivered
    problem: str


def run(
    ledger: Ledger,
    config: Config,
    prepare: Callable[[], Work],
    today: int,
    clock: Clock,
    log: Log,
    most: int,
) -> Outcome:
    """Do a night's work on an open ledger.

    What keeps the night from being judged is told to the operator; the ledger stays
    as it was, so the next run tells what this one could not.

    Args:
        ledger: open and locked.
        config: who is told what.
        prepare: reads record and rules.
        today: the as-of day, as an ordinal.
        clock: see `delivery`.
        log: see `delivery`.
        most: the most skipped days to judge one by one.

    Raises:
        LedgerError: the ledger cannot be written.
    """
    problem = ""
    done = None
    try:
        day = turned_back(ledger.last_day, today)
        if day != today:
            log("warning", "clock-behind", today=iso(today), judged=iso(day))
        work = prepare()
        done = night(ledger, work.router, work.evaluate, day, clock.now(), most=most)
    except LedgerError:
        raise
    except Exception as error:  # whatever it is, somebody must hear of it, and the rest go on
        problem = problem_of(error)
        log("error", "not-judged", reason=problem)
        trouble = Trouble("run", f"The night could not be judged. {problem}")
        report_faults(ledger, config, today, clock.now(), [trouble])
    delivered = deliver(ledger, config, clock, log)
    told = {trouble.key for trouble in delivered.troubles}
    mended = [f"delivery:{name}" for name in delivered.working if f"delivery:{name}" not in told]
    if delivered.troubles or any(key in ledger.faults() for key in mended):
        made = report_faults(ledger, config, today, clock.now(), delivered.troubles, mended)
        if made:
            # The operator may be reached by another way than the one that is down.
            more = deliver(ledger, config, clock, log)
            delivered = delivered._replace(
                sent=delivered.sent + more.sent,
                waiting=more.waiting,
                refused=delivered.refused + more.refused,
            )
    return Outcome(done, delivered, problem)


def problem_of(error: BaseException) -> str:
    """What went wrong, in words, with every problem of the files."""
    if isinstance(error, InputError):
        some = [str(problem) for problem in error.problems[:20]]
        more = len(error.problems) - len(some)
        return "\n".join([*some, *([f"and {more:,} more"] if more > 0 else [])])
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror or error}"
    if isinstance(error, CcmError):
        return str(error)
    return f"internal error: {type(error).__name__}: {error}"[:300]
