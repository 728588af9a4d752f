"""``ccm-check ledger``: what the nightly job told, and what waits."""

from __future__ import annotations

import json
from typing import Any

import click

import ccm_rules
from ccm_rules.cli.common import today
from ccm_rules.cli.options import day
from ccm_rules.cli.writing import emit

_FILE = click.argument("file", metavar="LEDGER", type=click.Path())


@click.group("ledger", short_help="Show, export or prune what the nightly job keeps.")
def command() -> None:
    """Show, export or prune the ledger of the nightly job.

    \b
    Example:
      ccm-check ledger show alerts.db
    """  # noqa: D301 - click reads the \b


@command.command("show", short_help="Show the last run, and what waits.")
@_FILE
def show(file: str) -> int:
    """Show when LEDGER was last used, what stands as told, what waits and what was
    refused.

    \b
    Example:
      ccm-check ledger show alerts.db
    """  # noqa: D205, D301 - click reads the text and the \b
    from ccm_rules.alerts.keeping import summary

    emit("\n".join(summary(file)) + "\n", "text", None)
    return 0


@command.command("export", short_help="Write the events as JSON or CSV.")
@_FILE
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "csv"]),
    default="json",
    show_default=True,
    help="How the events are written.",
)
@click.option(
    "--output", type=click.Path(), metavar="FILE", help="Write to a file, whole or not at all."
)
def export(file: str, form: str, output: str | None) -> int:
    """Write every event that LEDGER holds, and who was told of it when.

    \b
    Examples:
      ccm-check ledger export alerts.db
      ccm-check ledger export alerts.db --format csv --output told.csv
    """  # noqa: D301 - click reads the \b
    from ccm_rules.alerts.keeping import exported

    data = exported(file)
    text = _csv(data["events"]) if form == "csv" else json.dumps(data, ensure_ascii=False, indent=1)
    emit(text.rstrip("\n") + "\n", form, output, [file])
    return 0


def _csv(events: list[dict[str, Any]]) -> str:
    from ccm_rules.formats.csv_ import table

    head = ("day", "kind", "fingerprint", "severity", "party", "says", "id", "told")
    rows = []
    for event in events:
        about = event.get("finding") or event.get("deadline") or {}
        told = "; ".join(f"{d['route']} {d['recipient']} {d['state']}" for d in event["told"])
        rows.append(
            (
                event["day"],
                event["kind"],
                event["fingerprint"],
                about.get("severity", ""),
                about.get("party", ""),
                about.get("says") or about.get("title") or event.get("says", ""),
                event["id"],
                told,
            )
        )
    return table(head, rows)


@command.command("prune", short_help="Forget what was told long ago.")
@_FILE
@click.option(
    "--before", callback=day, metavar="DATE", help="Forget what is older (two years before today)."
)
def prune(file: str, before: ccm_rules.When | None) -> int:
    """Forget runs, events and delivered messages of LEDGER from before a day.

    What stands, what waits and what was refused is kept, so nothing is told again.

    \b
    Example:
      ccm-check ledger prune alerts.db --before 2025-01-01
    """  # noqa: D301 - click reads the \b
    from ccm_rules.alerts.keeping import prune as forget

    limit = before.latest if before is not None else today().latest - 731
    number = forget(file, limit)
    emit(f"{file}: {number:,} events and messages forgotten\n", "text", None)
    return 0


@command.command("retry", short_help="Let what was refused be sent again.")
@_FILE
@click.option("--recipient", metavar="ADDRESS", help="Only what was refused for this address.")
@click.option("--send-to", metavar="ADDRESS", help="Send it to this address instead.")
def retry(file: str, recipient: str | None, send_to: str | None) -> int:
    """Let messages that a mail server refused for good be sent by the next run.

    \b
    Example:
      ccm-check ledger retry alerts.db --recipient old@example.org \\
          --send-to new@example.org
    """  # noqa: D301 - click reads the \b
    from ccm_rules.alerts.keeping import retry as again
    from ccm_rules.alerts.targets import TargetError, address

    if send_to is not None:
        if recipient is None:
            raise click.UsageError("--send-to needs --recipient")
        try:
            address(send_to)
        except TargetError as error:
            raise click.BadParameter(str(error), param_hint="--send-to") from None
    number = again(file, recipient, send_to)
    emit(f"{file}: {number:,} deliveries wait for the next run\n", "text", None)
    return 0


@command.command("drop", short_help="Give up what waits for a channel.")
@_FILE
@click.option("--channel", required=True, metavar="NAME", help="As `ledger show` names it.")
def drop(file: str, channel: str) -> int:
    """Give up what waits for a channel that is no more: it counts as refused.

    \b
    Example:
      ccm-check ledger drop alerts.db --channel old-hook
    """  # noqa: D301 - click reads the \b
    from ccm_rules.alerts.keeping import drop as give_up

    number = give_up(file, channel)
    emit(f"{file}: {number:,} deliveries given up\n", "text", None)
    return 0
