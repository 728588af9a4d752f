"""What a record shows, as ``check`` says it: a report goes in, its document comes out.

The JSON form is ``"schema": "ccm-check/1"``, published in ``schemas/``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from ccm_rules.compiler.info import RuleInfo
from ccm_rules.documents.blocks import Block, Document, Entry, Heading, Items, Line, Para, text
from ccm_rules.documents.content import Content
from ccm_rules.documents.context import (
    Context,
    Findings,
    Places,
    at_threshold,
    authority_in_words,
    by_severity,
    of_report,
)
from ccm_rules.documents.sheet import Sheet, sheet_of
from ccm_rules.report.findings import SEVERITIES, Finding
from ccm_rules.report.views import Report
from ccm_rules.words.counting import listed, plural, some

#: So many findings of one kind are said in one line, if they are mere information.
_MANY: Final = 4
_TITLES: Final = {
    "serious": "Serious",
    "warning": "Warnings",
    "notice": "Notices",
    "info": "Information",
}
#: What a table says of a finding and its rule.
_COLUMNS: Final[Mapping[str, Callable[[tuple[Finding, RuleInfo]], str]]] = {
    "fingerprint": lambda pair: pair[0].fingerprint,
    "severity": lambda pair: pair[0].severity,
    "party": lambda pair: pair[0].party,
    "party_name": lambda pair: pair[0].party_name,
    "says": lambda pair: pair[0].says,
    "remedy": lambda pair: pair[0].remedy,
    "due": lambda pair: "" if pair[0].due is None else str(pair[0].due),
    "status": lambda pair: pair[0].status,
    "basis": lambda pair: pair[0].basis,
    "binding": lambda pair: pair[0].binding,
    "instrument": lambda pair: pair[1].instrument,
    "article": lambda pair: pair[1].article,
    "url": lambda pair: pair[1].url,
    "rule": lambda pair: pair[0].rule,
    "name": lambda pair: pair[0].name,
}


class Overview(Content):
    """What a record shows.

    Args:
        report: what was found, narrowed to what was asked for.
        context: what is said beside it.
        quiet: say nothing but the sum.
        places: where facts stand in their files, for formats that point there.
    """

    def __init__(
        self, report: Report, context: Context, *, quiet: bool = False, places: Places = dict
    ) -> None:
        self.report = report
        self.context = context
        self._quiet = quiet
        self._places = places

    def document(self) -> Document:
        """Findings by severity and State, what is open, and the sum."""
        report, sum_ = self.report, summary(self.report, self.context)
        if self._quiet:
            return Document("", (), "", "", "en", (Entry((Line(sum_, hang=False),)),))
        blocks = (*self._by_severity(), *self._open(), *self._odd())
        return of_report(report, self.context, blocks, closing=sum_)

    def _by_severity(self) -> Iterator[Block]:
        groups: dict[str, list[Finding]] = {severity: [] for severity in SEVERITIES}
        for finding in self.report.findings:
            groups[finding.severity].append(finding)
        for severity, findings in groups.items():
            if not findings:
                continue
            title = f"{_TITLES[severity]} ({len(findings):,})"
            yield Heading(1, title, severity, role=severity, apart=True)
            if severity == "info" and not self.context.full:
                many = _of_many(findings)
                yield from self._in_short(many)
                findings = [f for f in findings if (f.rule, f.name) not in many]
            yield from self._by_party(findings)

    def _in_short(self, many: Mapping[tuple[str, str], Sequence[Finding]]) -> Iterator[Block]:
        """Name the States of what is said of many."""
        for (rule, name), group in sorted(many.items()):
            names = listed(dict.fromkeys(finding.party_name for finding in group))
            title = self.report.rulebook.rules[rule].title
            what = name.replace("-", " ")
            yield Entry((Line(f"{title}: {what} ({len(group):,}): {names}"),))
        if many:
            yield Para(text("(--full writes these out)"), note=True)

    def _by_party(self, findings: Sequence[Finding]) -> Iterator[Block]:
        parties: dict[str, list[Finding]] = {}
        for finding in findings:
            parties.setdefault(finding.party, []).append(finding)
        for party, group in parties.items():
            yield Heading(2, group[0].party_name if party else "The record as a whole")
            for finding in group:
                yield self._finding(finding)

    def _finding(self, finding: Finding) -> Entry:
        rule = self.report.rulebook.rules[finding.rule]
        parts = (authority_in_words(rule), finding.binding, finding.basis, finding.fingerprint)
        lines = [Line(finding.says, hang=False), Line(" · ".join(parts), "small", hang=False)]
        if finding.remedy:
            lines.append(Line(finding.remedy, mark="→"))
        return Entry(tuple(lines), True, finding.party, finding.severity)

    def _open(self) -> Iterator[Block]:
        if not self.report.open:
            return
        title = f"What the record cannot tell ({_opened(self.report):,})"
        yield Heading(1, title, "open", role="open", apart=True)
        for item in self.report.open:
            names = sorted(map(self.report.words.party, item.parties))
            who = f"{item.number:,}"
            if names:
                who = f"{plural(len(names), 'State')} ({some(names)})"
            yield Entry((Line(f"{item.title}: {who}"),))

    def _odd(self) -> Iterator[Block]:
        warnings = self.report.record.warnings
        if warnings:
            yield Heading(1, "Odd in the files, but usable", "odd")
            yield Items(tuple(map(text, warnings)))

    def data(self) -> dict[str, Any]:
        """Everything, and why each finding stands, as plain values."""
        return data(self.report, self.context)

    def sheet(self) -> Sheet:
        """The findings; what is open has no row."""
        rules = self.report.rulebook.rules
        return sheet_of(_COLUMNS, [(one, rules[one.rule]) for one in self.report.findings])

    def findings(self) -> Findings:
        """The report for machines that know tests."""
        return Findings(self.report, self.context, self._places)


def _of_many(findings: Sequence[Finding]) -> dict[tuple[str, str], list[Finding]]:
    """Findings of kinds of which there are many."""
    kinds: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        kinds.setdefault((finding.rule, finding.name), []).append(finding)
    return {kind: group for kind, group in kinds.items() if len(group) >= _MANY}


def _opened(report: Report) -> int:
    """How many questions are open: a State once for each rule, whatever their number."""
    return sum(len(item.parties) or item.number for item in report.open)


def summary(report: Report, context: Context) -> str:
    """The sum, on one line."""
    opened = _opened(report)
    rules = len(report.rulebook.rules)
    of = plural(rules, "rule")
    if context.filters and context.rules != rules:
        of = f"{context.rules:,} of {of}"
    alone = f"one engine ({report.engines[0]})"
    engines = {1: alone, 2: "two engines agree"}.get(len(report.engines), "three engines agree")
    return (
        f"{'; '.join([*_found(report, context.fail_on), f'{opened:,} open'])}. "
        f"{plural(len(report.record.facts), 'fact')}, {of}, {engines}."
    )


def _found(report: Report, fail_on: str) -> list[str]:
    """How many findings reach the threshold, and how many others there are."""
    words = {
        severity: plural(number, severity, "" if severity in ("warning", "notice") else severity)
        for severity, number in by_severity(report.findings).items()
        if number
    }
    grave = SEVERITIES[: SEVERITIES.index(fail_on) + 1] if fail_on != "never" else ()
    rest = [shown for severity, shown in words.items() if severity not in grave]
    if number := at_threshold(report.findings, fail_on):
        which = ", ".join(shown for severity, shown in words.items() if severity in grave)
        return [f"{plural(number, 'finding')} at or above {fail_on}: {which}", *rest]
    if grave or not rest:
        return ["No finding" + (f" at or above {fail_on}" if grave and rest else ""), *rest]
    return rest


def data(report: Report, context: Context) -> dict[str, Any]:
    """A report as plain values."""
    from ccm_rules.documents.values import facts_data, finding_data, head_data

    filters = context.filters
    return {
        **head_data("ccm-check/1", report),
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
