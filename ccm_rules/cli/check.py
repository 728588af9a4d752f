"""``ccm-check check``: what the record shows."""

from __future__ import annotations

from typing import Any

import click

import ccm_rules
from ccm_rules.cli import FOUND
from ccm_rules.cli.common import Nothing, Settings, codes, judge, load, words
from ccm_rules.cli.file_places import files
from ccm_rules.cli.options import (
    facts_argument,
    ignore_option,
    output_options,
    party_option,
    record_options,
    select_option,
)
from ccm_rules.cli.writing import Output, publish, remark
from ccm_rules.documents.context import Context, at_threshold
from ccm_rules.documents.overview import Overview

#: Forms that have no place for what is odd in the files.
_BARE = ("csv", "junit")


@click.command("check", short_help="Show what is overdue, missed, due soon or inconsistent.")
@facts_argument()
@party_option
@select_option
@ignore_option
@click.option(
    "--fail-on",
    type=click.Choice([*ccm_rules.SEVERITIES, "never"]),
    default="warning",
    show_default=True,
    help="Exit with 1 from this severity on.",
)
@record_options
@output_options("document", "data", "sheet", "findings")
@click.option("--full", is_flag=True, help="In text, write out all information too.")
@click.option("-q", "--quiet", is_flag=True, help="In text, only the last line; no notes.")
def command(
    facts: tuple[str, ...],
    parties: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str,
    out: Output,
    full: bool,
    quiet: bool,
    **options: Any,
) -> int:
    """Show what the record of one or more FACTS files holds against the rules.

    Several files form one record. Findings come by severity and State, each
    with its authority, its basis and what can be done; then what the record
    cannot tell, which never counts as a finding. The csv form holds the
    findings only; sarif and junit are for code scanning and test reports.

    \b
    Examples:
      ccm-check facts/2023.json
      ccm-check facts/2023.json --as-of 2024-01-29 --select CCM
      ccm-check facts/2023.json --party TGO --party "Côte d'Ivoire"
      ccm-check facts/2023.json --format json --output report.json
      ccm-check facts/2023.json --format sarif --output ccm.sarif
      ccm-check common.json news.json --fail-on serious --engine both
    """  # noqa: D301 - click reads the \b
    settings = Settings(**options)
    notes: list[str] = []
    record, rulebook = load(facts, settings)
    filters = ccm_rules.Filters(codes(parties, rulebook), words(select), words(ignore))
    rules = len(rulebook.rules)
    if filters:
        from ccm_rules.report.filters import kept

        pairs = kept(rulebook, filters)
        if rulebook.findings and not any(finding for _, finding in pairs):
            raise Nothing("--select and --ignore leave no rule that finds anything")
        rules = len({rule for rule, _ in pairs})
    report = judge(record, rulebook, settings, notes)
    if filters.parties:
        _known(report, filters.parties, notes)
    report = ccm_rules.narrow(report, filters)
    full = full or bool(filters.parties)
    context = Context(fail_on, notes, filters, rules, full)
    content = Overview(report, context, quiet=quiet, places=lambda: files(record, notes))
    publish(content, out, record.files)
    if out.form in _BARE and not quiet:
        notes = [*record.warnings, *(stale.says for stale in report.stale), *notes]
    if not quiet and out.bare:
        remark(notes)
    return FOUND if at_threshold(report.findings, fail_on) else 0


def _known(report: ccm_rules.Report, parties: tuple[str, ...], notes: list[str]) -> None:
    """Note States of which the record says nothing.

    Raises:
        Nothing: it says nothing of any of them.
    """
    silent = [f"{report.words.party(c)} ({c})" for c in parties if c not in report.states]
    if len(silent) == len(parties):
        raise Nothing(f"the record holds no fact about {' or '.join(silent)}")
    notes += [f"the record holds no fact about {name}" for name in silent]
