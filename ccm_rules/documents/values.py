"""What findings and rules are, as plain values: objects go in, what JSON holds comes out."""

from __future__ import annotations

from typing import Any

from ccm_rules.compiler.info import RuleInfo
from ccm_rules.dates import in_words, iso
from ccm_rules.report.duties import Duty
from ccm_rules.report.findings import Finding
from ccm_rules.report.views import Report


def head_data(schema: str, report: Report) -> dict[str, Any]:
    """With what every form about a report begins."""
    return {
        "schema": schema,
        "title": report.record.title,
        "as_of": iso(report.as_of),
        "known_by": None if report.known_by is None else iso(report.known_by),
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
        "known_until": None if finding.known_until is None else iso(finding.known_until),
        "current": finding.current,
        "authority": authority_data(rule),
        "because": report.because(finding).to_data(),
    }


def duty_data(report: Report, duty: Duty) -> dict[str, Any]:
    """A duty as plain values."""
    return {
        "fingerprint": duty.fingerprint,
        "rule": duty.rule,
        "title": report.rulebook.rules[duty.rule].title,
        "party": duty.party or None,
        "party_name": report.words.party(duty.party) if duty.party else None,
        "item": duty.item or None,
        "number": duty.n,
        "due": str(duty.due),
        "due_text": in_words(duty.due.earliest, duty.due.latest),
    }


def authority_data(rule: RuleInfo) -> dict[str, Any]:
    """On what a rule stands, as plain values."""
    return {
        "instrument": rule.instrument,
        "article": rule.article,
        "quote": rule.quote or None,
        "url": rule.url or None,
        "compared": rule.compared or None,
        "compared_with": rule.compared_with or None,
    }


def facts_data(report: Report) -> dict[str, Any]:
    """Which facts a report was made from."""
    record = report.record
    return {"digest": record.digest, "count": len(record.facts), "files": list(record.files)}
