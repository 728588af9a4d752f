"""``ccm-check deadlines``: what is still to come."""

from __future__ import annotations

import re
from typing import Any

import click

import ccm_rules
from ccm_rules.cli.common import Settings, codes, judge, load
from ccm_rules.cli.options import facts_argument, output_options, party_option, record_options
from ccm_rules.cli.writing import Output, publish, remark
from ccm_rules.dates import Period, add
from ccm_rules.documents.calendar import Calendar
from ccm_rules.documents.context import Context

_LENGTH = re.compile(r"([1-9]\d{0,4})([dmy])\Z", re.ASCII)


def _length(ctx: click.Context, param: click.Parameter, value: str) -> Period:
    """Read a length of time."""
    match = _LENGTH.match(value)
    if match is None:
        message = f"{value!r} is no length of time; write 180d, 18m or 2y"
        raise click.BadParameter(message, ctx, param)
    number = int(match[1])
    if match[2] == "d":
        return Period(days=number)
    return Period(months=number * (12 if match[2] == "y" else 1), rounding="earlier")


@click.command("deadlines", short_help="Show what falls due, and which Meetings come.")
@facts_argument()
@click.option(
    "--horizon",
    callback=_length,
    default="24m",
    show_default=True,
    metavar="LENGTH",
    help="How far to look ahead: 180d, 18m or 2y.",
)
@party_option
@record_options
@output_options("document", "data", "sheet", "feed")
def command(
    facts: tuple[str, ...],
    horizon: Period,
    parties: tuple[str, ...],
    out: Output,
    **options: Any,
) -> int:
    """Show the duties and windows that are still to come, by day, and the Meetings.

    A duty is upcoming, due soon, or pending while a Meeting has a request
    before it. A day that the record gives vaguely stays vague; a Meeting whose
    days are not fixed is marked as projected. The command `check` shows what
    is overdue.

    \b
    Examples:
      ccm-check deadlines facts/2023.json
      ccm-check deadlines facts/2023.json --horizon 180d --party PER
      ccm-check deadlines facts/2023.json --format csv --output deadlines.csv
      ccm-check deadlines facts/2023.json --format ics --output deadlines.ics
    """  # noqa: D301 - click reads the \b
    settings = Settings(**options)
    notes: list[str] = []
    record, rulebook = load(facts, settings)
    states = codes(parties, rulebook)
    report = judge(record, rulebook, settings, notes)
    until = add(report.as_of, horizon)
    entries = ccm_rules.deadlines(report, until, states)
    context = Context("never", tuple(notes), ccm_rules.Filters(states), len(rulebook.rules))
    content = Calendar(report, entries, until, context)
    publish(content, out, record.files)
    if out.bare:
        remark(notes)
    return 0
