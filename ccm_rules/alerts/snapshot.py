"""What stands on a day, and what is ahead, as plain values.

Alerts compare nights, so a finding is reduced to its *gist*: what it says without
the names of things and without the day up to which the record is complete, which
moves every night. Two nights with equal gists have nothing new to tell.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final, NamedTuple

from ccm_rules.dates import LAST_DAY, in_words, iso
from ccm_rules.report.duties import deadlines
from ccm_rules.report.findings import SEVERITIES, Finding
from ccm_rules.report.views import Report
from ccm_rules.words.template import names_in

#: Fields of a finding that only say up to which day the record was looked at.
_MOVING: Final = frozenset({"until", "as_of"})


class Standing(NamedTuple):
    """A finding, as it is told.

    Attributes:
        fingerprint, rule, name, party, party_name, status, severity, basis, binding,
            says, remedy: as in `ccm_rules.Finding`.
        due: the day that it is about as EDTF, or empty.
        due_text: the same in words.
        authority: where the rule stands, such as ``Article 7(1) CCM``.
        url: where the law can be read, or empty.
        known_until: the last day for which the record speaks of it, or empty.
        gist: what must be equal for nothing to be new.
    """

    fingerprint: str
    rule: str
    name: str
    party: str
    party_name: str
    due: str
    due_text: str
    status: str
    severity: str
    basis: str
    binding: str
    authority: str
    url: str
    says: str
    remedy: str
    known_until: str
    gist: str


class Ahead(NamedTuple):
    """A duty or window whose day is still to come.

    Attributes:
        fingerprint: as of a finding about the same duty.
        rule, title, binding, party, party_name, item_name, status, projected: as in
            `ccm_rules.Deadline`.
        severity: the gravest finding that the rule can raise of this duty: what is
            at stake, for routing.
        authority, url: where the rule stands.
        day: the earliest day on which it can be due, as an ordinal.
        due: the day as EDTF.
        due_text: the same in words.
    """

    fingerprint: str
    rule: str
    title: str
    binding: str
    party: str
    party_name: str
    item_name: str
    status: str
    projected: bool
    severity: str
    authority: str
    url: str
    day: int
    due: str
    due_text: str


class Snapshot(NamedTuple):
    """What an evaluation showed, for one day.

    Attributes:
        day: the as-of day, as an ordinal.
        title: title of the record.
        facts, rules: digests of what was read.
        engines: the engines used.
        standing: the findings of the day by fingerprint, the gravest first.
        last_known: the same of what held when the record last spoke of it: nobody is told
            of it anew, and it is not gone.
        ahead: duties and windows still to come, by day.
        closed: status of the duties of which nothing is found, by fingerprint;
            ``open`` where the record cannot tell.
        stale: for whoever keeps the record: which registers have gone stale.
        finds: who finds that a party does not comply, as the treaty says it, or empty.
    """

    day: int
    title: str
    facts: str
    rules: str
    engines: tuple[str, ...]
    standing: Mapping[str, Standing]
    last_known: Mapping[str, Standing]
    ahead: tuple[Ahead, ...]
    closed: Mapping[str, str]
    stale: tuple[str, ...]
    finds: str = ""


def snapshot(report: Report) -> Snapshot:
    """Reduce a report to what alerts compare and tell."""
    found = {finding.fingerprint: _standing(report, finding) for finding in report.findings}
    current = {finding.fingerprint for finding in report.findings if finding.current}
    standing = {name: one for name, one in found.items() if name in current}
    return Snapshot(
        report.as_of,
        report.record.title,
        report.record.digest,
        report.rulebook.digest,
        report.engines,
        standing,
        {name: one for name, one in found.items() if name not in current},
        _ahead(report),
        _closed(report, standing),
        tuple(stale.says for stale in report.stale),
        report.rulebook.treaty.finds,
    )


def _standing(report: Report, finding: Finding) -> Standing:
    from ccm_rules.documents.context import authority_in_words

    rule = report.rulebook.rules[finding.rule]
    due = finding.due
    return Standing(
        finding.fingerprint,
        finding.rule,
        finding.name,
        finding.party,
        finding.party_name,
        "" if due is None else str(due),
        "" if due is None else in_words(due.earliest, due.latest),
        finding.status,
        finding.severity,
        finding.basis,
        finding.binding,
        authority_in_words(rule),
        rule.url,
        finding.says,
        finding.remedy,
        "" if finding.known_until is None else iso(finding.known_until),
        _gist(report, finding),
    )


def _gist(report: Report, finding: Finding) -> str:
    """What a finding says, without names and without the day of the look.

    States and Meetings are codes here, so that a State renamed is no news.
    """
    info = report.rulebook.findings[finding.relation]
    fields = report.fields(finding)
    shown = {
        name: fields[name][1] for name in sorted({*names_in(info.says)} - _MOVING) if name in fields
    }
    counted = report.counted(finding)
    due = "" if finding.due is None else str(finding.due)
    return json.dumps(
        [finding.name, finding.severity, finding.status, due, shown, counted],
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=True,
    )


def _ahead(report: Report) -> tuple[Ahead, ...]:
    from ccm_rules.documents.context import authority_in_words

    stakes: dict[str, str] = {}
    for info in report.rulebook.findings.values():
        if info.of_duty:
            graver = min(stakes.get(info.rule, "info"), info.severity, key=SEVERITIES.index)
            stakes[info.rule] = graver
    found = []
    for entry in deadlines(report, LAST_DAY):
        if not entry.rule:
            continue  # a Meeting is no duty
        rule = report.rulebook.rules[entry.rule]
        found.append(
            Ahead(
                entry.fingerprint,
                entry.rule,
                entry.title,
                entry.binding,
                entry.party,
                entry.party_name,
                entry.item_name if entry.item_name != entry.item else "",
                entry.status,
                entry.projected,
                stakes.get(entry.rule, "info"),
                authority_in_words(rule),
                rule.url,
                entry.due.earliest,
                str(entry.due),
                in_words(entry.due.earliest, entry.due.latest),
            )
        )
    return tuple(found)


def _closed(report: Report, standing: Mapping[str, Standing]) -> dict[str, str]:
    spoken_of = {info.rule for info in report.rulebook.findings.values() if info.of_duty}
    duties = [duty for duty in report.duties() if duty.rule in spoken_of]
    duties.sort(key=lambda duty: duty.status != "open")  # what is certain comes last and holds
    return {
        duty.fingerprint: duty.status for duty in duties if duty.fingerprint not in standing
    }
