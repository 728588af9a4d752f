"""Renderers: text for people, JSON for programs, CSV for spreadsheets.

Each takes a report and a `Context` and returns a text; nothing here reads a
clock, a file or the terminal.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from ccm_rules.report.findings import SEVERITIES, Finding

if TYPE_CHECKING:
    from ccm_rules.compiler.info import RuleInfo
    from ccm_rules.report.filters import Filters


class Context(NamedTuple):
    """What a renderer shows beside the report.

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
    if rule.article[:1].isdigit():
        return f"Article{'s' if ',' in rule.article else ''} {rule.article} {rule.instrument}"
    return f"{rule.article} {rule.instrument}" if rule.article else rule.instrument


def plural(number: int, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> plural(1, "rule"), plural(1200, "notice")
    ('1 rule', '1,200 notices')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(items: Iterable[str]) -> str:
    """Join items as a sentence does.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    *first, last = items
    return f"{', '.join(first)} and {last}" if first else last
