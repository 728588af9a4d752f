"""``ccm-check alert``: the nightly job."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

import ccm_rules
from ccm_rules.cli import FAILED, FOUND
from ccm_rules.cli.common import Nothing, Settings, engines, load, note_crashed, today, utc_now
from ccm_rules.cli.logs import FORMATS, Logger
from ccm_rules.cli.options import facts_argument, record_options

if TYPE_CHECKING:
    from ccm_rules.alerts.config import Config
    from ccm_rules.alerts.job import Outcome, Work

BUSY = 4

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@click.command("alert", short_help="Tell people what is new, once: the nightly job.")
@facts_argument()
@click.option("--ledger", required=True, type=click.Path(), metavar="FILE", help="What was told.")
@click.option(
    "--to",
    "targets",
    multiple=True,
    metavar="URL",
    help="Send everything there: smtp://, smtps://, https://, file:///, or -. Repeatable.",
)
@click.option(
    "--config",
    type=click.Path(),
    metavar="FILE",
    help="Routing file: who is told what, mutes, quiet days (TOML).",
)
@click.option(
    "--operator", metavar="URL", help="Tell faults of the job there (where all else goes)."
)
@click.option(
    "--digest",
    type=click.Choice(_WEEKDAYS),
    help="Send what --to names a digest of all that stands on this weekday too.",
)
@click.option("--zone", metavar="NAME", help="Time zone in which the date turns over (UTC).")
@click.option(
    "--catch-up",
    type=click.IntRange(min=1),
    default=31,
    show_default=True,
    metavar="DAYS",
    help="Judge at most so many skipped days one by one.",
)
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="Wait so long for another run to end.",
)
@click.option("--health", type=click.Path(), metavar="FILE", help="Write how the run ended there.")
@click.option(
    "--heartbeat", metavar="URL", help="Call this after a good run (or CCM_HEARTBEAT_URL)."
)
@click.option("--dry-run", is_flag=True, help="Show the messages; send and keep nothing.")
@click.option(
    "--log-format",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="Form of the log on standard error.",
)
@record_options
def command(
    facts: tuple[str, ...],
    ledger: str,
    targets: tuple[str, ...],
    config: str | None,
    operator: str | None,
    digest: str | None,
    zone: str | None,
    catch_up: int,
    wait: float,
    health: str | None,
    heartbeat: str | None,
    dry_run: bool,
    log_format: str,
    **options: Any,
) -> int:
    """Compare what FACTS hold against the rules today with what was told before,
    and send what is new, changed, no longer found, or soon due.

    The ledger remembers what was told, so nothing is told twice and nothing is
    lost: what cannot be sent waits for the next run. The first run sends one
    digest. Judged as of today, whatever day the record names; --as-of says
    another day, and never one before the ledger's last.

    \b
    Examples:
      ccm-check alert facts/2023.json --ledger alerts.db --to file:///srv/alerts
      ccm-check alert facts/2023.json --ledger alerts.db --config routes.toml
      ccm-check alert facts/2023.json --ledger alerts.db --to - --dry-run

    \b
    Exit codes:
      0  the job did its work, whatever it found
      1  it did, but something is not delivered: it waits in the ledger
      2  could not run: the operator was told, if that was possible
      3  nothing to check: no facts, or no rule is left
      4  another run, or another program, is using the ledger
    """  # noqa: D205, D301 - click reads the text and the \b
    from ccm_rules.alerts.ledger_file import BusyError

    log = Logger(log_format, utc_now)
    settings = Settings(**options)
    code, state = FAILED, {}
    try:
        if not facts:
            load(facts, settings)
        who = _who(targets, config, operator, digest, settings.home, log)
        at = (settings.as_of or today(zone or who.zone)).latest
        outcome = _run(facts, ledger, who, config or "", settings, at, catch_up, wait, dry_run, log)
        code, state = _code(outcome), _state(outcome)
    except BusyError as error:
        log("error", "busy", reason=str(error))
        code = BUSY
    except Nothing as error:
        log("error", "failed", reason=error.message)
        code = error.exit_code
    except (ccm_rules.CcmError, OSError) as error:
        from ccm_rules.alerts.job import problem_of

        log("error", "failed", reason=problem_of(error))
    log("info" if code == 0 else "error", "ended", code=code, **state)
    if not dry_run:
        _sign(code, state, health, heartbeat, log)
    return code


def _who(
    targets: tuple[str, ...],
    path: str | None,
    operator: str | None,
    digest: str | None,
    home: str | None,
    log: Logger,
) -> Config:
    """Who is told what, from the routing file and the command line together."""
    from ccm_rules.alerts.config import OPERATOR, Config, Filter, Route
    from ccm_rules.alerts.events import KINDS
    from ccm_rules.alerts.job import problem_of
    from ccm_rules.alerts.quiet import Quiet
    from ccm_rules.alerts.targets import TargetError, target

    if not targets and path is None:
        raise click.UsageError("say who is told: --to URL, or --config FILE")
    if digest and not targets:
        raise click.UsageError('--digest is for --to; in a routing file write digest = "monday"')
    channels = {}
    routes: list[Route] = []
    operators: list[Route] = []

    def add(option: str, url: str, name: str, kinds: tuple[str, ...], into: list[Route]) -> None:
        try:
            channel, recipients = target(url)
        except TargetError as error:
            raise click.BadParameter(str(error), param_hint=option) from None
        if channel.kind == "smtp" and not (channel.sender and recipients):
            message = "mail needs a sender and recipients: smtp://host?from=…&to=…"
            raise click.BadParameter(message, param_hint=option)
        channels[channel.name] = channel
        weekday = _WEEKDAYS.index(digest) if digest and into is routes else -1
        route = Route(
            name or " ".join(filter(None, ["--to", channel.name, *recipients])),
            channel.name,
            recipients,
            Filter(),
            kinds,
            weekday,
            Quiet(),
        )
        if route.name not in {other.name for other in into}:
            into.append(route)

    for url in targets:
        add("--to", url, "", KINDS, routes)
    if operator:
        add("--operator", operator, OPERATOR, (), operators)
    config = Config(channels, tuple(routes), ())
    if path is not None:
        from ccm_rules.alerts.reading import read_config

        try:
            names = dict(ccm_rules.party_names())
            for treaty in ccm_rules.read_treaties(home):
                names |= treaty.parties
            file = read_config(path, names)
        except (ccm_rules.CcmError, OSError) as error:
            reach = tuple(operators) or tuple(r._replace(name=OPERATOR) for r in routes)
            _without_ledger(config._replace(operators=reach), problem_of(error), log)
            raise
        config = file._replace(
            channels={**file.channels, **channels},
            routes=(*file.routes, *routes),
            operators=file.operators,
        )
    told = (
        tuple(operators)
        or config.operators
        or tuple(route._replace(name=OPERATOR) for route in routes)
    )
    return config._replace(operators=told)


def _run(
    facts: tuple[str, ...],
    path: str,
    who: Config,
    place: str,
    settings: Settings,
    at: int,
    catch_up: int,
    wait: float,
    dry_run: bool,
    log: Logger,
) -> Outcome:
    import time

    from ccm_rules.alerts.delivery import Clock
    from ccm_rules.alerts.job import run
    from ccm_rules.alerts.ledger import Ledger
    from ccm_rules.alerts.ledger_file import BusyError, LedgerError, clear, locked

    clock = Clock(utc_now, time.sleep)

    def prepare() -> Work:
        return _work(facts, who, place, settings, log)

    if dry_run:
        with Ledger.rehearsal(path) as ledger:
            return run(ledger, _shown(who), prepare, at, clock, log, catch_up)
    try:
        with (
            locked(path, wait, time.sleep),
            _opened(Ledger, path, wait) as ledger,
            clear(path),
        ):
            return run(ledger, who, prepare, at, clock, log, catch_up)
    except BusyError:
        raise
    except LedgerError as error:
        _without_ledger(who, str(error), log)
        raise


@contextlib.contextmanager
def _opened(make: Any, path: str, wait: float) -> Iterator[Any]:
    mask = os.umask(0o077)  # what is told may be confidential
    try:
        ledger = make(path, wait=wait)
    finally:
        os.umask(mask)
    with ledger:
        yield ledger


def _work(facts: tuple[str, ...], who: Config, place: str, settings: Settings, log: Logger) -> Work:
    from ccm_rules.alerts.job import Work
    from ccm_rules.alerts.routing import Router
    from ccm_rules.alerts.snapshot import Snapshot, snapshot

    record, rulebook = load(facts, settings)
    if not record.facts:
        raise ccm_rules.CcmError(f"no fact is in {', '.join(record.files)}")
    if not rulebook.findings:
        raise ccm_rules.CcmError("there is no rule")
    notes: list[str] = []
    chosen = engines(settings.engine, notes)
    for note in (*record.warnings, *notes):
        log("warning", "note", text=note)

    def evaluate(day: int) -> Snapshot:
        known = settings.known_by
        if known is not None and known.latest > day:
            known = ccm_rules.When(day, day)
        as_of = ccm_rules.When(day, day)
        report = ccm_rules.check(record, rulebook, as_of=as_of, known=known, engines=chosen)
        crashed: list[str] = []
        note_crashed(report.absent, report.engines, settings.engine, crashed)
        for note in crashed:
            log("warning", "note", text=note)
        return snapshot(report)

    return Work(Router(who, rulebook, place), evaluate)


def _shown(who: Config) -> Config:
    """The same, but that everything goes to standard output."""
    channels = {name: channel._replace(kind="stdout") for name, channel in who.channels.items()}
    return who._replace(channels=channels)


def _without_ledger(who: Config, problem: str, log: Logger) -> None:
    """Tell the operator that there is nothing to work with; nothing is kept of it."""
    import time

    from ccm_rules.alerts.delivery import Clock, deliver
    from ccm_rules.alerts.faults import Trouble
    from ccm_rules.alerts.ledger import Ledger
    from ccm_rules.alerts.night import report_faults

    with Ledger(":memory:") as ledger:
        trouble = Trouble("run", f"The night could not be judged. {problem}")
        clock = Clock(utc_now, time.sleep)
        report_faults(ledger, who, today().latest, clock.now(), [trouble])
        deliver(ledger, who, clock, log)


def _code(outcome: Outcome) -> int:
    if outcome.night is None:
        return FAILED
    return FOUND if outcome.delivered.waiting or outcome.delivered.refused else 0


def _state(outcome: Outcome) -> dict[str, object]:
    from ccm_rules.dates import iso

    night, sent = outcome.night, outcome.delivered
    state: dict[str, object] = {}
    if night is not None:
        counts: dict[str, int] = {}
        for event in night.events:
            counts[event.kind] = counts.get(event.kind, 0) + 1
        state = {
            "as_of": iso(night.day),
            "nights": night.nights,
            "first": night.first,
            **counts,
        }
        if night.skipped:
            state["passed_over"] = night.skipped
        if night.unrouted:
            state["unrouted"] = night.unrouted
    return {**state, "sent": sent.sent, "waiting": sent.waiting, "refused": sent.refused}


def _sign(
    code: int, state: dict[str, object], health: str | None, heartbeat: str | None, log: Logger
) -> None:
    """Give the signs of life."""
    if health is not None:
        from ccm_rules.alerts.heartbeat import write_health

        try:
            word = "ok" if code == 0 else "failed"
            write_health(health, {"status": word, "code": code, "at": utc_now(), **state})
        except OSError as error:
            log("warning", "health", reason=f"{health}: {error.strerror or error}")
    url = heartbeat or os.environ.get("CCM_HEARTBEAT_URL", "")
    if url and code == 0:
        from ccm_rules.alerts.heartbeat import ping

        failed = ping(url, 10.0)
        if failed:
            log("warning", "heartbeat", reason=failed)
