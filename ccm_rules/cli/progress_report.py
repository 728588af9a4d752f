"""``ccm-check report``: the numbers of the progress report, from facts."""

from __future__ import annotations

from typing import Any

import click

import ccm_rules
from ccm_rules.cli import FOUND
from ccm_rules.cli.common import Nothing, Settings, engines, load, note_crashed
from ccm_rules.cli.options import facts_argument, output_options, record_options
from ccm_rules.cli.writing import Output, publish, remark
from ccm_rules.documents.context import Context, at_threshold


def _period(ctx: click.Context, param: click.Parameter, value: str | None) -> ccm_rules.When | None:
    """Read a review period."""
    if value is None:
        return None
    text = value if value.startswith("[") or ".." not in value else f"[{value}]"
    try:
        when = ccm_rules.parse_date(text)
    except ccm_rules.CcmError as error:
        raise click.BadParameter(str(error), ctx, param) from None
    if value.startswith(("..", "[..")) or value.endswith(("..", "..]")):
        message = f"{value!r} has no end; write it as 2022-07-01..2023-06-30"
        raise click.BadParameter(message, ctx, param)
    return when


def _actions(
    ctx: click.Context, param: click.Parameter, values: tuple[str, ...]
) -> tuple[int, ...]:
    """Read the numbers of Actions: ``44``, ``action-44``, comma lists."""
    found = []
    for word in (word.strip() for value in values for word in value.split(",")):
        number = word.lower().removeprefix("action").strip("- ")
        if not number.isascii() or not number.isdigit():
            message = f"{word!r} is no Action; write its number, as in --action 44"
            raise click.BadParameter(message, ctx, param)
        found.append(int(number))
    return tuple(dict.fromkeys(found))


@click.command("report", short_help="Count the indicators of the action plan.")
@facts_argument()
@click.option(
    "--period",
    callback=_period,
    metavar="PERIOD",
    help="The review period (the record's own): 2022-07-01..2023-06-30.",
)
@click.option(
    "--action",
    "actions",
    callback=_actions,
    multiple=True,
    metavar="N",
    help="Only this Action, with its numbers. Repeatable; comma lists.",
)
@click.option("--members", is_flag=True, help="Name who is counted.")
@click.option("--paragraphs", is_flag=True, help="Show the numbers of the report's paragraphs too.")
@click.option(
    "--compare",
    "other",
    type=click.Path(),
    metavar="OTHER",
    help="Hold the numbers against those of another record: what changed, who moved.",
)
@click.option(
    "--fail-on",
    type=click.Choice([*ccm_rules.SEVERITIES, "never"]),
    default="never",
    show_default=True,
    help="Exit with 1 if the numbers have findings from this severity on.",
)
@record_options
@output_options("document", "data", "sheet")
def command(
    facts: tuple[str, ...],
    period: ccm_rules.When | None,
    actions: tuple[int, ...],
    members: bool,
    paragraphs: bool,
    other: str | None,
    fail_on: str,
    out: Output,
    **options: Any,
) -> int:
    """Count what the progress report counts: every indicator of the action plan.

    Each number has a ground. It is derived where the record names everyone who
    is counted; stated where a source prints it, or where it is arithmetic on
    printed numbers; else unknown. Numbers that do not agree are findings, each
    with both places. `explain action-44` shows how a number comes about.

    Everything is judged on the last day of the period unless --as-of says
    otherwise. The json and csv forms hold all numbers and all members.

    \b
    Examples:
      ccm-check report facts/2023.json
      ccm-check report facts/2023.json --action 44 --members
      ccm-check report facts/2023.json --format md --output report.md
      ccm-check report facts/2024.json --compare facts/2023.json
    """  # noqa: D301 - click reads the \b
    settings = Settings(**options)
    notes: list[str] = []
    tally = _tally(facts, period, settings, notes)
    known = {info.action for info in tally.report.rulebook.plan.indicators.values()}
    unknown = [action for action in actions if action not in known]
    if unknown:
        raise click.UsageError(
            f"there is no Action {unknown[0]}; the rules have Actions "
            f"{min(known - {0})} to {max(known)}"
        )
    from ccm_rules.documents.indicators import Indicators
    from ccm_rules.documents.tally_values import View

    view = View(
        actions,
        members,
        paragraphs,
        findings=_findings(tally, actions),
    )
    if other is not None:
        then = _tally((other,), None, settings._replace(as_of=None), [])
        changes = tuple(
            change
            for change in ccm_rules.compare(tally, then)
            if not actions or (change.now or change.then).info.action in actions  # type: ignore[union-attr]
        )
        view = view._replace(changes=changes, then=then)
    context = Context("never", tuple(notes), None, len(tally.report.rulebook.rules))
    files = (*tally.report.record.files, *([other] if other else []))
    content = Indicators(tally, view, context)
    publish(content, out, files)
    if out.bare:
        remark(notes)
    return FOUND if at_threshold(view.findings, fail_on) else 0


def _tally(
    facts: tuple[str, ...],
    period: ccm_rules.When | None,
    settings: Settings,
    notes: list[str],
) -> ccm_rules.Tally:
    """Load a record and count.

    Raises:
        Nothing: the record holds no fact, or the rules hold no indicator.
        CcmError: there is no review period.
    """
    record, rulebook = load(facts, settings, indicators=True)
    if not record.facts:
        raise Nothing(f"no fact is in {', '.join(record.files)}")
    if not rulebook.plan.indicators:
        whose = f" of the {rulebook.treaty.title}" if rulebook.treaty.name else ""
        raise Nothing(f"the rules{whose} hold no indicator, so there is no number to report")
    if period is None and record.period is None:
        raise ccm_rules.CcmError(
            f"{', '.join(record.files)}: the record names no review period; say "
            "--period 2022-07-01..2023-06-30, or write it in the head of the file"
        )
    tally = ccm_rules.tally(
        record,
        rulebook,
        period=period,
        as_of=settings.as_of,
        known=settings.known_by,
        engines=engines(settings.engine, notes),
    )
    note_crashed(tally.report.absent, tally.report.engines, settings.engine, notes)
    return tally


def _findings(tally: ccm_rules.Tally, actions: tuple[int, ...]) -> tuple[ccm_rules.Finding, ...]:
    """What the rules find on the numbers themselves, and on no State or duty."""
    plan = tally.report.rulebook.plan
    wanted = {info.name for info in plan.indicators.values() if info.action in actions}
    return tuple(
        finding
        for finding in tally.report.findings
        if finding.rule in plan.comparing
        and (not actions or wanted & set(finding.fingerprint.split(":")))
    )
