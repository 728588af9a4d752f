"""A report as JSON, for programs: ``"schema": "ccm-check/1"``.

Keys stand in a fixed order and nothing depends on the machine, so equal input
gives equal bytes. The form is published as ``schemas/ccm-check-1.schema.json``.
"""

from __future__ import annotations

import json
from typing import Any

from ccm_rules.compiler.info import RuleInfo
from ccm_rules.dates import in_words, iso
from ccm_rules.formats import Context, by_severity
from ccm_rules.report.findings import Finding
from ccm_rules.report.views import Report


def render(report: Report, context: Context) -> str:
    """Write everything that the text shows, and why each finding stands."""
    return dump(data(report, context))


def dump(value: Any) -> str:
    """Write JSON as all renderers do."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


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


def finding_data(report: Report, finding: Finding) -> dict[str, Any]:
    """One finding as plain values."""
    rule = report.rulebook.rules[finding.rule]
    due = finding.due
    return {
        "fingerprint": finding.fingerprint,
        "rule": finding.rule,
        "name": finding.name,
        "party": finding.party or None,
        "party_name": finding.party_name or None,
        "due": None if due is None else str(due),
        "due_text": None if due is None else in_words(due.earliest, due.latest),
        "status": finding.status or None,
        "severity": finding.severity,
        "basis": finding.basis,
        "binding": finding.binding,
        "says": finding.says,
        "remedy": finding.remedy or None,
        "authority": authority_data(rule),
        "because": report.because(finding).to_data(),
    }


def authority_data(rule: RuleInfo) -> dict[str, Any]:
    """On what a rule stands, as plain values."""
    return {
        "instrument": rule.instrument,
        "article": rule.article,
        "quote": rule.quote or None,
        "url": rule.url or None,
        "compared": rule.compared or None,
    }


def facts_data(report: Report) -> dict[str, Any]:
    """Which facts a report was made from."""
    record = report.record
    return {"digest": record.digest, "count": len(record.facts), "files": list(record.files)}
