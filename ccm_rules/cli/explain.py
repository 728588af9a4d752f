"""``ccm-check explain``: what a rule says, or why a finding stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

import ccm_rules
from ccm_rules.cli.common import Settings, engines, judge, load, note_crashed
from ccm_rules.cli.options import output_options, record_options
from ccm_rules.cli.writing import Output, publish, remark
from ccm_rules.documents.content import Content
from ccm_rules.documents.reasons import RulePage, WhyFound, WhyNot

if TYPE_CHECKING:
    from ccm_rules.report.numbers import Number


@click.command("explain", short_help="Explain a rule, or why a finding stands.")
@click.argument("target")
@click.argument("facts", nargs=-1, type=click.Path(), metavar="[FACTS…]")
@record_options
@output_options("document", "data")
def command(
    target: str,
    facts: tuple[str, ...],
    out: Output,
    **options: Any,
) -> int:
    """Explain TARGET: the name of a rule or an indicator, or the fingerprint of a finding.

    A rule is shown with its authority, its conditions in plain words, its boundary
    days, a worked example, what it feeds and the cases that test it; one that counts
    indicators with its numbers too: who is counted, and why.
    A finding is explained down to facts, sources and paragraphs, with the
    conditions that did not hold; the beginning of a fingerprint is enough if no
    other one begins like it. Where a rule finds nothing of a State, RULE:CODE
    says why not. Without FACTS the newest shipped record of the rule's treaty is used,
    as of today.

    \b
    Examples:
      ccm-check explain initial-transparency-report
      ccm-check explain initial-transparency-report:TGO
      ccm-check explain action-44
      ccm-check explain initial-transparency-report:TGO facts/2023.json \\
          --as-of 2024-01-29
    """  # noqa: D301 - click reads the \b
    settings = Settings(**options)
    notes: list[str] = []
    rulebook = _rulebook_with(target, settings)
    indicator = rulebook.plan.indicators.get(target.partition(":")[0])
    name = target if indicator is None else indicator.rule
    info = rulebook.rules.get(name)
    counts = info is not None and _counts(rulebook, info)
    if info is not None and not facts and not counts:
        publish(_page(info, settings, notes), out)
        remark(notes)
        return 0
    if not facts:
        of_numbers = counts or target.partition("/")[0] in rulebook.plan.comparing
        newest = ccm_rules.newest_facts(with_period=of_numbers, treaty=rulebook.treaty.name)
        facts = (str(newest),)
    record, rulebook = load(facts, settings, indicators=True)
    numbers = None
    if counts and record.period is not None:
        tally = ccm_rules.tally(
            record,
            rulebook,
            as_of=settings.as_of,
            known=settings.known_by,
            engines=engines(settings.engine, notes),
        )
        report = tally.report
        note_crashed(report.absent, report.engines, settings.engine, notes)
        shown = [n for n in tally.numbers if n.info.rule == name and indicator in (None, n.info)]
        numbers = tally, shown
    else:
        report = judge(record, rulebook, settings, notes)
    info = rulebook.rules.get(name)
    content: Content
    if info is not None:
        content = _page(info, settings, notes, report, numbers)
    else:
        content = _of_target(report, target, settings)
    publish(content, out, record.files)
    remark(notes)
    return 0


def _page(
    info: ccm_rules.RuleInfo,
    settings: Settings,
    notes: list[str],
    report: ccm_rules.Report | None = None,
    numbers: tuple[ccm_rules.Tally, Sequence[Number]] | None = None,
) -> RulePage:
    """The page of a rule; its example is out of a report, or of a record of our own."""
    from ccm_rules.documents.rulepages import example, samples
    from ccm_rules.documents.rulepages.pages import of_rule

    made = of_rule(info.name, settings.home)
    rule = made.rules[info.name]
    mine: list[str] = []
    if report is not None:
        shown = example.of_report(rule, report, commands=settings.home is None)
        mine = [finding.fingerprint for finding in report.findings if finding.rule == info.name]
    else:
        records = samples.Records(settings.home, engines=engines(settings.engine, notes))
        shown = records.example(rule, made.rulebook)
    name, subtitle = info.name, made.subtitle(info.name)
    blocks = made.blocks(name, shown)
    return RulePage(info, subtitle, blocks, lambda: made.data(name), mine, numbers)


def _rulebook_with(target: str, settings: Settings) -> ccm_rules.Rulebook:
    """The rules of the treaty that a target speaks of; of the first if none does."""
    first = ccm_rules.load_rules(home=settings.home, indicators=True)
    head = target.partition(":")[0]
    names = (head, head.partition("/")[0])
    if len(first.treaties) < 2 or any(_has(first, name) for name in names):
        return first
    books = ccm_rules.load_every_treaty(settings.home, indicators=True)
    # The beginning of a fingerprint may end within the name of its rule.
    begun = (one for one in books if any(rule.startswith(target) for rule in one.rules))
    exact = (one for one in books if any(_has(one, name) for name in names))
    return next(exact, None) or next(begun, first)


def _has(rulebook: ccm_rules.Rulebook, name: str) -> bool:
    """Whether a name is one of a rule or an indicator."""
    return name in rulebook.rules or name in rulebook.plan.indicators


def _counts(rulebook: ccm_rules.Rulebook, info: ccm_rules.RuleInfo) -> bool:
    """Whether a rule holds indicators."""
    return any(indicator.rule == info.name for indicator in rulebook.plan.indicators.values())


def _of_target(report: ccm_rules.Report, target: str, settings: Settings) -> Content:
    exact = [finding for finding in report.findings if finding.fingerprint == target]
    matches = exact or [
        finding for finding in report.findings if finding.fingerprint.startswith(target)
    ]
    if len(matches) == 1:
        finding = matches[0]
        failed = list(ccm_rules.not_held(report, finding.rule, finding.party, finding))
        return WhyFound(report, finding, ccm_rules.explain(report, finding), failed)
    if matches:
        some = "\n".join(f"    {finding.fingerprint}" for finding in matches[:20])
        more = f"\n    and {len(matches) - 20:,} more" if len(matches) > 20 else ""
        raise ccm_rules.CcmError(
            f"{target!r} begins {len(matches):,} fingerprints; name one:\n{some}{more}"
        )
    head, *keys = target.split(":")
    rule = report.rulebook.rules.get(head.partition("/")[0])
    party = next((key for key in keys if key in report.rulebook.parties), None)
    if rule is None or party is None:
        raise ccm_rules.CcmError(_unknown(report, target, settings))
    failed = list(ccm_rules.not_held(report, rule.name, party))
    return WhyNot(report, rule, party, _statuses(report, rule.name, party), failed)


def _statuses(report: ccm_rules.Report, rule: str, party: str) -> Iterator[str]:
    """What status the duties of a State have under a rule, and what is missing of what is open."""
    seen = set()
    for duty in report.duties([party]):
        if duty.rule == rule:
            seen.add(duty.fingerprint)
            about = ", ".join(str(value) for value in (duty.item, duty.n) if value)
            due = report.words.show("when", duty.due)
            stands = f"{about}{': ' if about else ''}{duty.status}, due on {due}"
            lacks = report.missing.of_duty(duty) if duty.status == "open" else ()
            yield ". ".join([stands, " ".join(lacks)]) if lacks else stands
    for one in report.possible():
        if (one.rule, one.party) == (rule, party) and one.fingerprint not in seen:
            lacks = report.missing.of_row(one.relation, one.row)
            yield " ".join([f"{one.fingerprint}: open.", *lacks])


def _unknown(report: ccm_rules.Report, target: str, settings: Settings) -> str:
    import difflib

    other = _rulebook_with(target, settings)
    mine = report.rulebook.treaty
    if mine.name and other.treaty.name not in ("", mine.name):
        head = target.partition(":")[0].partition("/")[0]
        if _has(other, head):
            return (
                f"{head} is a rule of the {other.treaty.title}; the record is of the {mine.title}"
            )
    every = ccm_rules.load_every_treaty(settings.home)
    names = [
        *(rule for one in every for rule in one.rules),
        *(finding.fingerprint for finding in report.findings),
    ]
    near = difflib.get_close_matches(target, names, 3)
    hint = f"; did you mean {' or '.join(near)}?" if near else "; `ccm-check rules` lists the rules"
    return f"no rule or finding is called {target!r}{hint}"
