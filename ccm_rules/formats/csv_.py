"""Findings as CSV, for spreadsheets: one row a finding.

A spreadsheet runs cells that begin like a formula, so those get a leading
apostrophe, and control characters are shown as escapes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from ccm_rules.formats.terminal import harmless
from ccm_rules.report.views import Report

COLUMNS: Final = (
    "fingerprint",
    "severity",
    "party",
    "party_name",
    "says",
    "remedy",
    "due",
    "status",
    "basis",
    "binding",
    "instrument",
    "article",
    "url",
    "rule",
    "name",
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def render(report: Report) -> str:
    """Write the findings; what is open has no row."""
    rules = report.rulebook.rules
    rows = (
        (
            f.fingerprint,
            f.severity,
            f.party,
            f.party_name,
            f.says,
            f.remedy,
            "" if f.due is None else str(f.due),
            f.status,
            f.basis,
            f.binding,
            rules[f.rule].instrument,
            rules[f.rule].article,
            rules[f.rule].url,
            f.rule,
            f.name,
        )
        for f in report.findings
    )
    return table(COLUMNS, rows)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table with a head."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([cell(value) for value in row] for row in rows)
    return stream.getvalue()


def cell(value: str) -> str:
    """Make a value harmless in a spreadsheet.

    >>> cell("=cmd|' /C calc'!A0"), cell("Chad")
    ("'=cmd|' /C calc'!A0", 'Chad')
    """
    return harmless(f"'{value}" if value.startswith(_FORMULA) else value)
