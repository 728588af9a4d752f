"""What a document says beside the report: threshold, notes and filters go in, counts come out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from ccm_rules.dates import in_words
from ccm_rules.documents.blocks import Block, Document
from ccm_rules.report.findings import SEVERITIES, Finding
from ccm_rules.words.counting import listed
from ccm_rules.words.language import ENGLISH

if TYPE_CHECKING:
    from ccm_rules.compiler.info import RuleInfo
    from ccm_rules.compiler.rulebook import Rulebook
    from ccm_rules.documents.places import File
    from ccm_rules.record.model import Record
    from ccm_rules.report.filters import Filters
    from ccm_rules.report.views import Report

#: Letters of a digest that are shown to people.
_DIGEST: Final = 12

#: Where facts stand, by the name of their file: found when a format asks.
Places = Callable[[], Mapping[str, "File"]]


class Context(NamedTuple):
    """What is shown beside the report.

    Attributes:
        fail_on: the threshold, or ``never``.
        notes: remarks on this run: which day was taken, which engine is missing.
        filters: what the report was narrowed to, or ``None``.
        rules: how many rules the filters leave.
        full: in text, write every finding out, information too.
    """

    fail_on: str = "warning"
    notes: Sequence[str] = ()
    filters: Filters | None = None
    rules: int = 0
    full: bool = False


class Findings(NamedTuple):
    """A report for machines that know tests, such as code scanning.

    Attributes:
        report: what was found.
        context: what is said beside it.
        places: where facts stand in their files.
    """

    report: Report
    context: Context
    places: Places


def of_report(
    report: Report,
    context: Context,
    blocks: Iterable[Block],
    *,
    closing: str,
    more: Iterable[tuple[str, str]] = (),
) -> Document:
    """A document about a report, below what was checked, on which day, with what.

    Args:
        report: what was found.
        context: what is said beside it.
        blocks: what the document holds.
        closing: its sum.
        more: labelled lines that stand first.
    """
    known = "everything in the record"
    if report.known_by is not None:
        known = f"only what was known by {in_words(report.known_by, report.known_by)}"
    engines = f"{report.engines[0]} alone"
    if len(report.engines) > 1:
        engines = f"{listed(report.engines)}, which agree on every derivation"
    about = (
        *more,
        ("as of", in_words(report.as_of, report.as_of)),
        ("known", known),
        ("engines", engines),
        *digests(report.record, report.rulebook),
        *narrowed(context.filters, report.words.party),
        *(("note", note) for note in context.notes),
    )
    title = title_of(report.record)
    footer = running(title, report)
    return Document(title, (), "", footer, "en", tuple(blocks), about=about, closing=closing)


def title_of(record: Record) -> str:
    """What a record is called."""
    return record.title or "A record without a title"


def digests(record: Record, rulebook: Rulebook) -> Iterator[tuple[str, str]]:
    """Which facts and rules were used."""
    for label, things, digest, names in (
        ("facts", record.facts, record.digest, record.files),
        ("rules", rulebook.rules, rulebook.digest, rulebook.folders),
    ):
        yield label, f"{len(things):,} · {digest[:_DIGEST]} · {', '.join(names)}"


def narrowed(
    filters: Filters | None, name: Callable[[str], str]
) -> Iterator[tuple[str, str]]:
    """What was left out, if anything."""
    if not filters:
        return
    if filters.parties:
        yield "only", ", ".join(f"{name(code)} ({code})" for code in filters.parties)
    if filters.select:
        yield "select", ", ".join(filters.select)
    if filters.ignore:
        yield "ignore", ", ".join(filters.ignore)


def running(title: str, report: Report) -> str:
    """What stands on every page: what it is, and on which day it holds."""
    return f"{title}, as of {in_words(report.as_of, report.as_of)}"


def by_severity(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings of today there are of each severity, the gravest first."""
    counts = dict.fromkeys(SEVERITIES, 0)
    for finding in findings:
        counts[finding.severity] += finding.current
    return counts


def last_known(findings: Iterable[Finding]) -> dict[int, list[Finding]]:
    """What is no finding of today, by the day on which it held, the latest first."""
    found: dict[int, list[Finding]] = {}
    for finding in findings:
        if not finding.current and finding.known_until is not None:
            found.setdefault(finding.known_until, []).append(finding)
    return dict(sorted(found.items(), reverse=True))


def as_last_known(finding: Finding) -> str:
    """What stands before the sentence of what is no finding of today; empty for others."""
    if finding.current or finding.known_until is None:
        return ""
    return f"As last known on {in_words(finding.known_until, finding.known_until)}: "


def at_threshold(findings: Iterable[Finding], fail_on: str) -> int:
    """How many findings of today reach a threshold."""
    if fail_on == "never":
        return 0
    grave = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    return sum(finding.current and finding.severity in grave for finding in findings)


def authority_in_words(rule: RuleInfo) -> str:
    """Where a rule stands, for one line: ``Article 7(1) CCM``."""
    return ENGLISH.instrument(rule.instrument, rule.article)
