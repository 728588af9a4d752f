"""What a document says beside the report: threshold, notes and filters go in, counts come out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from ccm_rules.report.findings import SEVERITIES, Finding
from ccm_rules.words.language import ENGLISH

if TYPE_CHECKING:
    from ccm_rules.compiler.info import RuleInfo
    from ccm_rules.report.filters import Filters


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
    notes: tuple[str, ...] = ()
    filters: Filters | None = None
    rules: int = 0
    full: bool = False


def by_severity(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings there are of each severity, the gravest first."""
    counts = dict.fromkeys(SEVERITIES, 0)
    for finding in findings:
        counts[finding.severity] += 1
    return counts


def at_threshold(findings: Iterable[Finding], fail_on: str) -> int:
    """How many findings reach a threshold."""
    if fail_on == "never":
        return 0
    grave = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    return sum(finding.severity in grave for finding in findings)


def authority_in_words(rule: RuleInfo) -> str:
    """Where a rule stands, for one line: ``Article 7(1) CCM``."""
    return ENGLISH.instrument(rule.instrument, rule.article)
