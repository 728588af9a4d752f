"""``ccm-check history``: how every duty stood on every day."""

from __future__ import annotations

from typing import Any

import click

import ccm_rules
from ccm_rules.cli.common import Nothing, Settings, codes, engines, load, note_crashed, today, words
from ccm_rules.cli.options import (
    day,
    facts_argument,
    ignore_option,
    output_options,
    party_option,
    reading_options,
    select_option,
)
from ccm_rules.cli.writing import Output, publish, remark
from ccm_rules.dates import FIRST_DAY, FIRST_RECORDED


@click.command("history", short_help="Show since when each duty has its status.")
@facts_argument()
@click.option(
    "--since",
    callback=day,
    metavar="DATE",
    help="The first day to look at (that on which the treaty began to bind anybody).",
)
@click.option(
    "--until",
    callback=day,
    metavar="DATE",
    help="The last day (the record's as-of day, or today).",
)
@click.option("--findings", is_flag=True, help="In text and csv, the days of findings instead.")
@party_option
@select_option
@ignore_option
@click.option(
    "--confirm",
    type=click.IntRange(min=0),
    default=3,
    show_default=True,
    metavar="N",
    help="Check N days of the span with the engines too; they must agree.",
)
@reading_options
@output_options("document", "data", "sheet")
def command(
    facts: tuple[str, ...],
    since: ccm_rules.When | None,
    until: ccm_rules.When | None,
    findings: bool,
    parties: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    confirm: int,
    out: Output,
    **options: Any,
) -> int:
    """Show on which day which duty began to stand otherwise, by State.

    Every day of the span is judged as `check --as-of` judges it, in one go,
    and only changes are shown. All days are judged with the same record: what
    is known today, or by the day of --known-by, and not with what was known on
    each day. The json form holds duties and findings, with all their days.

    \b
    Examples:
      ccm-check history facts/2026.json --party TGO
      ccm-check history facts/2026.json --since 2020-01-01 --select CCM
      ccm-check history facts/2026.json --party PER --findings
      ccm-check history facts/2026.json --format json --output history.json
    """  # noqa: D301 - click reads the \b
    settings = Settings(**options)
    notes: list[str] = []
    record, rulebook = load(facts, settings)
    filters = ccm_rules.Filters(codes(parties, rulebook), words(select), words(ignore))
    if not record.facts:
        raise Nothing(f"no fact is in {', '.join(record.files)}")
    if not rulebook.findings:
        raise Nothing("there is no rule")
    last = until or record.as_of
    if last is None:
        last = today()
        notes.append("until today, in UTC: the record names no as-of day, and --until gives none")
    since = since or _first(record, rulebook)
    if last < since:
        raise click.UsageError(f"--since {since} is after the last day, {last}")
    from ccm_rules.documents.chronicle import Chronicle, Shown, judged_with
    from ccm_rules.report import histories

    history = ccm_rules.history(record, rulebook, since=since, until=last, known=settings.known_by)
    chosen = engines(settings.engine, notes) if confirm else ()
    days = histories.sample(history, confirm)
    there = histories.confirm(history, days, chosen)
    note_crashed([name for name in chosen if name not in there], there, settings.engine, notes)
    history = histories.only(history, filters)
    if not history.duties and not history.findings:
        raise Nothing("the record and the filters leave no duty and no finding")
    shown = Shown(filters, there, days, tuple(notes))
    content = Chronicle(history, shown, findings=findings)
    publish(content, out, record.files)
    if out.form == "csv":
        notes = [judged_with(history), *record.warnings, *notes]
    if out.bare:
        remark(notes)
    return 0


def _first(record: ccm_rules.Record, rulebook: ccm_rules.Rulebook) -> ccm_rules.When:
    """When the treaty began to bind anybody; where it does not say so, the first day on record."""
    if rulebook.treaty.since:
        return ccm_rules.parse_date(rulebook.treaty.since)
    values = (value for fact in record.facts for value in fact.values.values())
    days = [value.earliest for value in values if isinstance(value, ccm_rules.When)]
    first = min((day for day in days if day != FIRST_DAY), default=FIRST_RECORDED)
    return ccm_rules.When(first, first)
