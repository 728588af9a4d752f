"""A report as the command ``check`` shows it: a report goes in, what is written comes out."""

from __future__ import annotations

from typing import Any

from ccm_rules.dates import iso
from ccm_rules.documents.context import Context, by_severity
from ccm_rules.documents.values import facts_data, finding_data
from ccm_rules.report.views import Report


def data(report: Report, context: Context) -> dict[str, Any]:
    """The same as plain values."""
    filters = context.filters
    return {
        "schema": "ccm-check/1",
        "title": report.record.title,
        "as_of": iso(report.as_of),
        "known_by": None if report.known_by is None else iso(report.known_by),
        "engines": list(report.engines),
        "facts": facts_data(report),
        "rules": {
            "digest": report.rulebook.digest,
            "count": len(report.rulebook.rules),
            "folders": list(report.rulebook.folders),
        },
        "filters": {
            "parties": list(filters.parties if filters else ()),
            "select": list(filters.select if filters else ()),
            "ignore": list(filters.ignore if filters else ()),
        },
        "summary": {
            **by_severity(report.findings),
            "open": sum(item.number for item in report.open),
            "parties": len({finding.party for finding in report.findings if finding.party}),
        },
        "findings": [finding_data(report, finding) for finding in report.findings],
        "open": [
            {
                "rule": item.rule,
                "title": item.title,
                "number": item.number,
                "parties": list(item.parties),
            }
            for item in report.open
        ],
        "warnings": [*report.record.warnings, *context.notes],
    }
