"""Findings as SARIF 2.1.0, for code scanning and for editors.

One run. Each rule is a reporting descriptor, each finding a result that points at
the facts it rests on; what the record cannot tell is one result of the kind
``open`` for each rule, and so is what is no finding of today. A result that is not of
the kind ``fail`` has the level ``none``, as the standard asks; our own severity stands
in its properties. Nothing depends on the machine or the time, so equal input gives
equal bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import ccm_rules
from ccm_rules.compiler.info import RuleInfo
from ccm_rules.dates import iso
from ccm_rules.documents.context import (
    Context,
    Findings,
    as_last_known,
    at_threshold,
    authority_in_words,
    by_severity,
)
from ccm_rules.documents.places import File, split
from ccm_rules.formats import json_
from ccm_rules.formats.registry import PLAIN, Look
from ccm_rules.report.because import Node, references
from ccm_rules.report.findings import SEVERITIES, Finding, Open
from ccm_rules.report.views import Report
from ccm_rules.words.counting import plural

SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
LEVELS: Final = {"serious": "error", "warning": "warning", "notice": "note", "info": "none"}
#: The name under which our fingerprint stands among those of a result.
FINGERPRINT: Final = "ccmFingerprint/v1"
#: The only fingerprint that GitHub looks at.
_GITHUB: Final = "primaryLocationLineHash"
_BASE: Final = "%SRCROOT%"


def render(findings: Findings, look: Look = PLAIN) -> str:
    """Write a report."""
    # Asking where facts stand may add a note.
    places = findings.places()
    return json_.render(_Writer(findings.report, findings.context, places).log())


class _Writer:
    def __init__(self, report: Report, context: Context, files: Mapping[str, File]) -> None:
        self.report = report
        self.context = context
        self.files = files
        self.names = list(report.record.files)
        kept = None
        if context.filters:
            from ccm_rules.report.filters import kept as keep

            kept = {rule for rule, _ in keep(report.rulebook, context.filters)}
        self.rules = [
            rule for rule in report.rulebook.rules.values() if kept is None or rule.name in kept
        ]
        self.index = {rule.name: number for number, rule in enumerate(self.rules)}

    def log(self) -> dict[str, Any]:
        """The whole file."""
        report = self.report
        fails = at_threshold(report.findings, self.context.fail_on)
        described = f"{plural(fails, 'finding')} at or above {self.context.fail_on}"
        if self.context.fail_on == "never":
            described = "no finding counts"
        notices = [("warning", text) for text in report.record.warnings]
        notices += [("warning", stale.says) for stale in report.stale]
        notices += [("note", text) for text in self.context.notes]
        run = {
            "tool": {
                "driver": {
                    "name": "ccm-check",
                    "version": ccm_rules.__version__,
                    "semanticVersion": ccm_rules.__version__,
                    "rules": [self.rule(rule) for rule in self.rules],
                }
            },
            "invocations": [
                {
                    "executionSuccessful": True,
                    "exitCode": int(bool(fails)),
                    "exitCodeDescription": described,
                    "toolExecutionNotifications": [
                        {"level": level, "message": {"text": text}} for level, text in notices
                    ],
                }
            ],
            "originalUriBaseIds": {
                _BASE: {"description": {"text": "The directory in which ccm-check ran."}}
            },
            "artifacts": [self.artifact(name) for name in self.names],
            "results": [
                *(self.finding(finding) for finding in report.findings),
                *(self.open(item) for item in report.open),
            ],
            "columnKind": "unicodeCodePoints",
            "properties": {
                "title": report.record.title,
                "asOf": iso(report.as_of),
                "knownBy": None if report.known_by is None else iso(report.known_by),
                "engines": list(report.engines),
                "factsDigest": report.record.digest,
                "rulesDigest": report.rulebook.digest,
                "summary": by_severity(report.findings),
            },
        }
        return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}

    # -- rules -------------------------------------------------------------

    def rule(self, rule: RuleInfo) -> dict[str, Any]:
        """A rule, with its law."""
        infos = [i for i in self.report.rulebook.findings.values() if i.rule == rule.name]
        gravest = min((i.severity for i in infos), key=SEVERITIES.index, default="info")
        found: dict[str, Any] = {
            "id": rule.name,
            "name": "".join(part.capitalize() for part in rule.name.split("-")),
            "shortDescription": {"text": rule.title},
            "fullDescription": {"text": rule.summary or rule.title},
        }
        if rule.url:
            found["helpUri"] = rule.url
        remedies = dict.fromkeys(i.remedy for i in infos if i.remedy and "{" not in i.remedy)
        found["help"] = {
            "text": _help(rule, remedies, str, "{}", "“{}”"),
            "markdown": _help(rule, remedies, _marked, "**{}**", "> {}"),
        }
        found["defaultConfiguration"] = {"level": LEVELS[gravest]}
        found["properties"] = {
            "binding": rule.binding,
            "instrument": rule.instrument,
            "article": rule.article,
            "folder": rule.folder,
            "tags": [rule.instrument, rule.binding],
        }
        return found

    # -- results -----------------------------------------------------------

    def finding(self, finding: Finding) -> dict[str, Any]:
        """A finding, at the facts that it rests on."""
        kind = _kind(finding)
        tree = self.report.because(finding)
        rests_on = self.report.evidence(finding)
        places = [
            *((fact.place, self.report.stated(fact)) for fact in rests_on.facts),
            *((item.place, self.report.stated(item)) for item in rests_on.registers),
        ]
        own, *others = [self.location(*place) for place in places] or [self.record_as_a_whole()]
        due = finding.due
        return {
            "ruleId": finding.rule,
            "ruleIndex": self.index[finding.rule],
            "kind": kind,
            "level": LEVELS[finding.severity] if kind == "fail" else "none",
            "message": {"text": as_last_known(finding) + finding.says},
            "locations": [own],
            "relatedLocations": [
                {"id": number, **location} for number, location in enumerate(others, 1)
            ],
            "partialFingerprints": _fingerprints(finding.fingerprint),
            "properties": {
                "finding": finding.name,
                "severity": finding.severity,
                "party": finding.party or None,
                "partyName": finding.party_name or None,
                "due": None if due is None else str(due),
                "status": finding.status or None,
                "basis": finding.basis,
                "binding": finding.binding,
                "remedy": finding.remedy or None,
                "knownUntil": None if finding.known_until is None else iso(finding.known_until),
                "current": finding.current,
                "because": [step.text for step in tree.parents],
                "sources": list(references(tree)),
            },
        }

    def open(self, item: Open) -> dict[str, Any]:
        """What the record cannot tell under a rule."""
        words = self.report.words
        names = sorted(map(words.party, item.parties))
        which = ", ".join(names) or plural(item.number, "question")
        return {
            "ruleId": item.rule,
            "ruleIndex": self.index[item.rule],
            "kind": "open",
            "level": "none",
            "message": {"text": f"{item.title}: the record cannot tell ({which})."},
            "locations": [self.record_as_a_whole()],
            "partialFingerprints": _fingerprints(f"{item.rule}/open"),
            "properties": {"number": item.number, "parties": list(item.parties)},
        }

    # -- places ------------------------------------------------------------

    def artifact(self, name: str) -> dict[str, Any]:
        """A facts file."""
        return {
            "location": self.address(name, index=False),
            "roles": ["analysisTarget"],
            "mimeType": "application/json",
            "encoding": "UTF-8",
        }

    def address(self, name: str, *, index: bool = True) -> dict[str, Any]:
        """Where a file lies."""
        file = self.files[name]
        found: dict[str, Any] = {"uri": file.uri}
        if file.relative:
            found["uriBaseId"] = _BASE
        if index:
            found["index"] = self.names.index(name)
        return found

    def location(self, place: str, says: Node) -> dict[str, Any]:
        """The place of a fact or a register, and what it says."""
        name, path = split(place)
        physical: dict[str, Any] = {"artifactLocation": self.address(name)}
        region = (self.files[name].regions or {}).get(path)
        if region is not None:
            physical["region"] = {
                "startLine": region.line,
                "startColumn": region.column,
                "endLine": region.end_line,
                "endColumn": region.end_column,
            }
        return {
            "physicalLocation": physical,
            "logicalLocations": [{"fullyQualifiedName": path, "kind": "object"}],
            "message": {"text": f"{says.text} ({'; '.join(says.sources)})"},
        }

    def record_as_a_whole(self) -> dict[str, Any]:
        """The first line of the file that was asked for."""
        physical = {"artifactLocation": self.address(self.names[0]), "region": {"startLine": 1}}
        return {"physicalLocation": physical}


def _help(
    rule: RuleInfo,
    remedies: Iterable[str],
    shown: Callable[[str], str],
    authority: str,
    quotation: str,
) -> str:
    """A rule's law and remedies, a paragraph each."""
    parts = [f"{authority.format(shown(authority_in_words(rule)))} ({rule.binding})"]
    if rule.quote:
        parts.append(quotation.format(shown(rule.quote)))
    if rule.note:
        parts.append(shown(rule.note))
    return "\n\n".join([*parts, *(f"→ {shown(remedy)}" for remedy in remedies)])


def _kind(finding: Finding) -> str:
    if not finding.current:
        return "open"
    if finding.status in ("open", "review"):
        return finding.status
    return "informational" if finding.severity == "info" else "fail"


def _fingerprints(name: str) -> dict[str, str]:
    """Ours, and the one that GitHub compares; it would else be made of the line's text."""
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    return {FINGERPRINT: name, _GITHUB: f"{digest[:16]}:1"}


def _marked(text: str) -> str:
    """A text that Markdown shows as it is, on one line."""
    plain = " ".join(text.split())
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|" else c for c in plain)
