"""Findings as JUnit XML, for the test reports of Jenkins, GitLab and others.

A suite for each rule, a test case for each duty and each finding, called by its
fingerprint, so that its history can be followed. Findings at or above the
threshold fail; those below it, and duties that are in order, pass, with what is
said of them as output; what the record cannot tell is skipped, and so are what is no
finding of today and a duty that is not in order where no finding that is looked for says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple
from xml.etree import ElementTree

from ccm_rules.compiler.info import RuleInfo
from ccm_rules.dates import in_words, iso
from ccm_rules.documents.context import (
    Context,
    Findings,
    as_last_known,
    at_threshold,
    authority_in_words,
)
from ccm_rules.formats.registry import PLAIN, Look
from ccm_rules.formats.terminal import harmless
from ccm_rules.report.because import references
from ccm_rules.report.duties import Duty
from ccm_rules.report.findings import Finding
from ccm_rules.report.views import Report

FAILED: Final = "failed"
PASSED: Final = "passed"
SKIPPED: Final = "skipped"
#: Nothing is timed: a clock would make every run differ.
_TIME: Final = "0"
#: Statuses of a duty that is not in order.
_AMISS: Final = ("overdue", "window-closed", "lapsed", "review")


class Case(NamedTuple):
    """One test case.

    Attributes:
        name: the fingerprint.
        outcome: ``failed``, ``passed`` or ``skipped``.
        message: on one line.
        type: of a failure: severity and name of the finding.
        lines: what else there is to say.
    """

    name: str
    outcome: str
    message: str
    type: str = ""
    lines: tuple[str, ...] = ()


def render(findings: Findings, look: Look = PLAIN) -> str:
    """Write a report."""
    report, context = findings.report, findings.context
    root = ElementTree.Element("testsuites", name="ccm-check")
    totals = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    for rule, cases in _suites(report, context):
        counts = {
            "tests": len(cases),
            "failures": sum(case.outcome == FAILED for case in cases),
            "errors": 0,
            "skipped": sum(case.outcome == SKIPPED for case in cases),
        }
        for name, number in counts.items():
            totals[name] += number
        suite = ElementTree.SubElement(root, "testsuite", name=rule.name)
        suite.attrib.update({name: str(number) for name, number in counts.items()}, time=_TIME)
        _properties(suite, report, rule)
        for case in cases:
            _write(suite, rule, case)
    del totals["skipped"]  # some readers know no such attribute here
    root.attrib.update({name: str(number) for name, number in totals.items()}, time=_TIME)
    ElementTree.indent(root, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, "unicode")}\n'


def _suites(report: Report, context: Context) -> Iterator[tuple[RuleInfo, list[Case]]]:
    filters = context.filters
    rules = report.rulebook.rules
    kept = set(rules)
    if filters:
        from ccm_rules.report.filters import kept as keep

        kept = {rule for rule, _ in keep(report.rulebook, filters)}
    cases: dict[str, dict[str, Case]] = {name: {} for name in rules if name in kept}
    # A finding says most; then what is open; then how a duty stands.
    for finding in report.findings:
        fails = bool(at_threshold((finding,), context.fail_on))
        cases[finding.rule][finding.fingerprint] = _of_finding(report, finding, fails)
    for rule, name, party, *_ in report.possible():
        if rule in cases:
            said = f"The record cannot tell{_of(report, party)}."
            cases[rule].setdefault(name, Case(name, SKIPPED, said))
    # What the record cannot tell of a duty is said, whatever else it can.
    for duty in reversed(report.duties(filters.parties if filters else ())):
        if duty.rule in cases:
            cases[duty.rule].setdefault(duty.fingerprint, _of_duty(report, duty))
    for name, found in cases.items():
        if not found:
            if not rules[name].findings:
                continue
            found[name] = Case(name, PASSED, "Nothing is found.")
        yield rules[name], [found[key] for key in sorted(found)]


def _of_finding(report: Report, finding: Finding, fails: bool) -> Case:
    rule = report.rulebook.rules[finding.rule]
    tree = report.because(finding)
    sources = "; ".join(references(tree))
    lines = (
        f"{authority_in_words(rule)}; {finding.binding}; {finding.basis}; {finding.severity}",
        *([f"Remedy: {finding.remedy}"] if finding.remedy else []),
        "Why:",
        *(f"- {step.text}" for step in tree.parents),
        *([f"Sources: {sources}"] if sources else []),
    )
    outcome = FAILED if fails else PASSED if finding.current else SKIPPED
    said = as_last_known(finding) + finding.says
    return Case(finding.fingerprint, outcome, said, f"{finding.severity}: {finding.name}", lines)


def _of_duty(report: Report, duty: Duty) -> Case:
    due = in_words(duty.due.earliest, duty.due.latest)
    if duty.status == "open":
        said = f"The record cannot tell{_of(report, duty.party)}; due on {due}."
        return Case(duty.fingerprint, SKIPPED, said)
    said = f"{duty.status}{_of(report, duty.party)}; due on {due}."
    if duty.status in _AMISS:
        return Case(duty.fingerprint, SKIPPED, f"No finding is looked for: {said}")
    return Case(duty.fingerprint, PASSED, said)


def _of(report: Report, party: str) -> str:
    return f" ({report.words.party(party)})" if party else ""


def _properties(suite: ElementTree.Element, report: Report, rule: RuleInfo) -> None:
    found = {
        "title": rule.title,
        "authority": authority_in_words(rule),
        "binding": rule.binding,
        "url": rule.url,
        "as-of": iso(report.as_of),
        "record": report.record.title,
    }
    properties = ElementTree.SubElement(suite, "properties")
    for name, value in found.items():
        if value:
            ElementTree.SubElement(properties, "property", name=name, value=harmless(value))


def _write(suite: ElementTree.Element, rule: RuleInfo, case: Case) -> None:
    element = ElementTree.SubElement(
        suite,
        "testcase",
        classname=f"{rule.folder}.{rule.name}",
        name=harmless(case.name),
        time=_TIME,
    )
    message = harmless(case.message)
    text = "\n".join(map(harmless, (case.message, *case.lines)))
    if case.outcome == FAILED:
        failure = ElementTree.SubElement(element, "failure", message=message, type=case.type)
        failure.text = text
    elif case.outcome == SKIPPED:
        ElementTree.SubElement(element, "skipped", message=message)
    else:
        ElementTree.SubElement(element, "system-out").text = text
