"""What a record shows, as ``check`` says it: a report goes in, its document comes out.

The JSON form is ``"schema": "ccm-check/2"``, published in ``schemas/``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from ccm_rules.compiler.info import RuleInfo
from ccm_rules.dates import in_words, iso
from ccm_rules.documents.blocks import Block, Document, Entry, Heading, Items, Line, Para, text
from ccm_rules.documents.content import Content
from ccm_rules.documents.context import (
    Context,
    Findings,
    Places,
    at_threshold,
    authority_in_words,
    by_severity,
    last_known,
    of_report,
)
from ccm_rules.documents.sheet import Sheet, sheet_of
from ccm_rules.report.duties import Duty
from ccm_rules.report.findings import SEVERITIES, Finding, opened
from ccm_rules.report.views import Report
from ccm_rules.words.counting import listed, plural, some

if TYPE_CHECKING:
    from ccm_rules.report.missing import Lack

#: So many findings of one kind are said in one line, if they are mere information.
_MANY: Final = 4
_TITLES: Final = {
    "serious": "Serious",
    "warning": "Warnings",
    "notice": "Notices",
    "info": "Information",
}
_UNDECIDED: Final = (
    "Whether each was met, extended or missed is not on record. That is a limit of the record."
)
_NO_ONE_THING: Final = "What is missing is no single fact or register."
_STALE: Final = (
    "Duties rest on them; what they showed is no finding of today. Enter what is known since, with "
    "registers that say until when."
)
_NOT_CURRENT: Final = (
    "No findings of today: the record speaks of these matters until that day and no further, or "
    "the duty has ended since."
)
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
    "known_until": lambda pair: known_until(pair[0]),
    "current": lambda pair: "yes" if pair[0].current else "no",
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
        blocks = (
            *self._undecided(),
            *self._by_severity(),
            *self._last_known(),
            *self._open(),
            *self._stale(),
            *self._odd(),
        )
        return of_report(report, self.context, blocks, closing=sum_)

    def _by_severity(self) -> Iterator[Block]:
        groups: dict[str, list[Finding]] = {severity: [] for severity in SEVERITIES}
        for finding in self.report.findings:
            if finding.current:
                groups[finding.severity].append(finding)
        for severity, findings in groups.items():
            if not findings:
                continue
            title = f"{_TITLES[severity]} ({len(findings):,})"
            yield Heading(1, title, severity, role=severity, apart=True)
            yield from self._group(findings)

    def _group(self, findings: Sequence[Finding]) -> Iterator[Block]:
        """Findings by State, after what is said of many for information."""
        many = {} if self.context.full else _of_many(findings)
        yield from self._in_short(many)
        yield from self._by_party([f for f in findings if (f.rule, f.name) not in many])

    def _undecided(self) -> Iterator[Block]:
        """Deadlines that have passed, where the record cannot tell what became of them."""
        duties = self.report.undecided
        if not duties:
            return
        title = f"Deadlines that have passed, with no decision known ({len(duties):,})"
        yield Heading(1, title, "undecided", role="open", apart=True)
        yield Para(text(_UNDECIDED), note=True)
        for name in dict.fromkeys(duty.rule for duty in duties):
            rule = self.report.rulebook.rules[name]
            head = f"{rule.title} · {authority_in_words(rule)} · {rule.binding}"
            yield Entry((Line(head), *map(self._passed, (d for d in duties if d.rule == name))))

    def _passed(self, duty: Duty) -> Line:
        day = in_words(duty.due.earliest, duty.due.latest)
        who = self.report.words.party(duty.party)
        lacks = " ".join(self.report.missing.of_duty(duty))
        said = f". {lacks}" if lacks else ""
        return Line(f"{day}: {who} ({duty.fingerprint}){said}", inset=1, mark="-")

    def _last_known(self) -> Iterator[Block]:
        """What held when the record last spoke of it, and is no finding of today."""
        for number, (day, findings) in enumerate(last_known(self.report.findings).items()):
            title = f"As last known on {in_words(day, day)} ({len(findings):,})"
            yield Heading(1, title, f"last-known-{iso(day)}", role="open", apart=True)
            if not number:
                yield Para(text(_NOT_CURRENT), note=True)
            yield from self._group(findings)

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
        then = () if finding.current else (f"{finding.severity} then",)
        parts = (authority_in_words(rule), finding.binding, finding.basis, finding.fingerprint)
        small = " · ".join((*then, *parts))
        lines = [Line(finding.says, hang=False), Line(small, "small", hang=False)]
        if finding.remedy:
            lines.append(Line(finding.remedy, mark="→"))
        severity = finding.severity if finding.current else ""
        return Entry(tuple(lines), True, finding.party, severity)

    def _open(self) -> Iterator[Block]:
        if not self.report.open:
            return
        title = f"What the record cannot tell ({opened(self.report.open):,})"
        yield Heading(1, title, "open", role="open", apart=True)
        for item in self.report.open:
            names = sorted(map(self.report.words.party, item.parties))
            who = f": {plural(len(names), 'State')} ({some(names)})" if names else ""
            lacks = self.report.lacks(item) if self.context.full else ()
            yield Entry((Line(f"{item.title} ({item.number:,}){who}"), *map(self._lack, lacks)))

    def _lack(self, lack: Lack) -> Line:
        """What is missing, and of whom."""
        names = sorted(map(self.report.words.party, lack.parties))
        who = f" ({lack.number:,}{f': {some(names)}' if names else ''})"
        return Line(f"{lack.says or _NO_ONE_THING}{who}", inset=1, mark="-")

    def _stale(self) -> Iterator[Block]:
        """Registers that have gone stale."""
        registers = self.report.stale
        if registers:
            title = f"Registers that ended more than a year ago ({len(registers):,})"
            yield Heading(1, title, "stale", apart=True)
            yield Para(text(_STALE), note=True)
            yield Items(tuple(text(stale.text) for stale in registers))

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


def known_until(finding: Finding) -> str:
    """The last day for which the record speaks of a finding, for a table."""
    return "" if finding.known_until is None else iso(finding.known_until)


def _of_many(findings: Sequence[Finding]) -> dict[tuple[str, str], list[Finding]]:
    """Findings for information of kinds of which there are many."""
    kinds: dict[tuple[str, str], list[Finding]] = {}
    for finding in (one for one in findings if one.severity == "info"):
        kinds.setdefault((finding.rule, finding.name), []).append(finding)
    return {kind: group for kind, group in kinds.items() if len(group) >= _MANY}


def summary(report: Report, context: Context) -> str:
    """The sum, on one line."""
    past = sum(map(len, last_known(report.findings).values()))
    found = [*_found(report, context.fail_on), *([f"{past:,} as last known"] if past else [])]
    rules = len(report.rulebook.rules)
    of = plural(rules, "rule")
    if context.filters and context.rules != rules:
        of = f"{context.rules:,} of {of}"
    alone = f"one engine ({report.engines[0]})"
    engines = {1: alone, 2: "two engines agree"}.get(len(report.engines), "three engines agree")
    return (
        f"{'; '.join([*found, f'{opened(report.open):,} open'])}. "
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
    from ccm_rules.documents.values import duty_data, facts_data, finding_data, head_data

    filters = context.filters
    return {
        **head_data("ccm-check/2", report),
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
            "last_known": sum(map(len, last_known(report.findings).values())),
            "open": opened(report.open),
            "parties": len({finding.party for finding in report.findings if finding.party}),
        },
        "findings": [finding_data(report, finding) for finding in report.findings],
        "undecided": [
            {**duty_data(report, duty), "missing": list(report.missing.of_duty(duty))}
            for duty in report.undecided
        ],
        "open": [
            {
                "rule": item.rule,
                "title": item.title,
                "number": item.number,
                "parties": list(item.parties),
                "missing": [
                    {
                        "says": lack.says or None,
                        "number": lack.number,
                        "parties": list(lack.parties),
                    }
                    for lack in report.lacks(item)
                ],
            }
            for item in report.open
        ],
        "warnings": [
            *report.record.warnings,
            *(stale.says for stale in report.stale),
            *context.notes,
        ],
    }
