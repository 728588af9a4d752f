"""A site of static pages: an index, a page for each State and each rule, calendars.

A check goes in; documents, calendars and plain values come out, each with its path.
Everything that a page says stands beside it as data, in the form of the check
(``ccm-check/1``) or of a rule (``ccm-rule/1``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ccm_rules.authoring.cases import load_full_rules
from ccm_rules.compiler.info import RuleInfo
from ccm_rules.compiler.rulebook import load_rules
from ccm_rules.dates import LAST_DAY, iso
from ccm_rules.documents.blocks import (
    Block,
    Cell,
    Column,
    Document,
    Items,
    Para,
    Row,
    Run,
    Table,
    text,
)
from ccm_rules.documents.briefing import pictures
from ccm_rules.documents.briefing.material import BINDING_WORDS, SEVERITY_WORDS, Material, in_order
from ccm_rules.documents.briefing.parts import (
    cell,
    disclaimer,
    findings_table,
    heading,
    in_short,
    open_table,
    proofs,
    provenance,
    running_header,
    sources_list,
)
from ccm_rules.documents.briefing.parts import choices as choices_of
from ccm_rules.documents.briefing.state import pages
from ccm_rules.documents.context import Context
from ccm_rules.documents.feed import ALARMS, Feed, feed
from ccm_rules.documents.overview import data
from ccm_rules.documents.rulepages import Pages
from ccm_rules.documents.rulepages.example import of_report
from ccm_rules.documents.values import authority_data, finding_data
from ccm_rules.report.duties import Deadline, deadlines
from ccm_rules.report.filters import Filters, narrow
from ccm_rules.report.findings import SEVERITIES, Finding
from ccm_rules.report.views import Report

_TOLD = SEVERITIES[:3]

#: What a file holds: a page, a calendar, or plain values.
Content = Document | Feed | dict[str, Any]
File = tuple[str, Content]


def contents(report: Report, home: str | None = None) -> Iterator[File]:
    """What all files of a site hold, each with its path within it.

    Args:
        report: a check, with all its findings.
        home: the directory of its rules; the shipped one unless given.
    """
    site = _Site(report, home)
    yield from site.index()
    for code in site.states:
        yield from site.state(code)
    for rule in report.rulebook.rules.values():
        yield from site.rule(rule)


class _Site:
    def __init__(self, report: Report, home: str | None) -> None:
        self.report = report
        self.pages = _rule_pages(report, home)
        self.material = Material(report)
        self.say = self.material.say
        self.states = sorted(
            report.states, key=lambda code: (in_order(self.material.words.party(code)), code)
        )
        self.days = deadlines(report, LAST_DAY)

    def page(self, document: Document, up: str) -> Document:
        """A page with the links of the site."""
        say = self.say
        links = (
            Run(say("All States and rules"), f"{up}index.html"),
            Run(say("Calendar (.ics)"), f"{up}calendar.ics"),
        )
        return document._replace(links=links)

    def calendar(self, entries: list[Deadline], title: str) -> Feed:
        """Days as a calendar."""
        return feed(self.report, entries, title, ALARMS)

    # -- the index ---------------------------------------------------------

    def index(self) -> Iterator[File]:
        """The front page, the calendar of all, and the whole check as data."""
        say, material = self.say, self.material
        counts = {code: dict.fromkeys(SEVERITIES, 0) for code in self.states}
        for finding in self.report.findings:
            if finding.party in counts:
                counts[finding.party][finding.severity] += 1
        state_rows = tuple(
            Row(
                (
                    cell(material.words.party(code), to=f"states/{code}.html"),
                    *(cell(_number(counts[code][s])) for s in SEVERITIES),
                    Cell(
                        (
                            Run(".json", f"states/{code}.json"),
                            Run(" "),
                            Run(".ics", f"states/{code}.ics"),
                        )
                    ),
                ),
                code,
            )
            for code in self.states
        )
        columns = (
            Column(say("State"), 6),
            *(Column(say(SEVERITY_WORDS[s]), 2, number=True) for s in SEVERITIES),
            Column(say("Data"), 3),
        )
        rules = self.report.rulebook.rules.values()
        rule_rows = tuple(
            Row(
                (
                    cell(rule.title, to=f"rules/{rule.name}.html"),
                    cell(material.authority(rule)),
                    cell(say(BINDING_WORDS[rule.binding])),
                    Cell((Run(".json", f"rules/{rule.name}.json"),)),
                ),
                theme=rule.section,
            )
            for rule in rules
        )
        rule_columns = (
            Column(say("Rule"), 6),
            Column(say("Article"), 4),
            Column(say("Nature"), 3),
            Column(say("Data"), 2),
        )
        drawn = (pictures.timeline(material, None), pictures.reporting_rate(material))
        blocks: list[Block] = [
            disclaimer(material),
            Items(
                (
                    (Run(say("The calendar of all days that fall due"), "calendar.ics"),),
                    (Run(say("Everything as data"), "index.json"),),
                )
            ),
            heading(1, say("States"), "states"),
            Table(say("Findings by State"), columns, state_rows),
            heading(1, say("At a glance"), "glance"),
            *(picture for picture in drawn if picture is not None),
            heading(1, say("States whose record is open"), "open"),
            *open_table(material),
            heading(1, say("Rules"), "rules"),
            Table(say("Rules by instrument"), rule_columns, rule_rows),
        ]
        title = material.treaty.record_title or say("The record")
        document = Document(
            title,
            tuple(provenance(material)),
            running_header(material),
            title,
            material.language.code,
            tuple(blocks),
            choices_of(material, blocks),
        )
        yield "index.html", self.page(document, "")
        yield "index.json", data(self.report, Context("never"))
        yield "calendar.ics", self.calendar(self.days, title)

    # -- a State -----------------------------------------------------------

    def state(self, code: str) -> Iterator[File]:
        """A State's page, its data and its calendar."""
        document = pages(self.report, (code,), material=self.material)
        yield f"states/{code}.html", self.page(document, "../")
        narrowed = narrow(self.report, Filters((code,)))
        context = Context("never", filters=Filters((code,)))
        yield f"states/{code}.json", data(narrowed, context)
        mine = [entry for entry in self.days if not entry.rule or entry.party == code]
        name = self.material.words.party(code)
        yield f"states/{code}.ics", self.calendar(mine, name)

    # -- a rule ------------------------------------------------------------

    def rule(self, rule: RuleInfo) -> Iterator[File]:
        """A rule's page and its data."""
        say, material = self.say, self.material
        findings = [f for f in self.report.findings if f.rule == rule.name]
        document = Document(
            rule.title,
            (material.authority(rule), say(BINDING_WORDS[rule.binding]), *provenance(material)),
            running_header(material),
            rule.title,
            material.language.code,
            tuple(self.rule_blocks(rule, findings)),
        )
        document = document._replace(choices=choices_of(material, document.blocks))
        yield f"rules/{rule.name}.html", self.page(document, "../")
        yield f"rules/{rule.name}.json", self.rule_data(rule, findings)

    def rule_blocks(self, rule: RuleInfo, findings: list[Finding]) -> list[Block]:
        """What a rule says, and what it finds."""
        say, material = self.say, self.material
        blocks: list[Block] = []
        blocks.append(heading(1, say("What the record shows"), "findings"))
        told = [f for f in findings if f.severity in _TOLD]
        short = in_short(material, [f for f in findings if f.severity not in _TOLD])
        if told:
            blocks.append(findings_table(material, told, say("Findings")))
        if short is not None:
            blocks += [Para((Run(say("For information"), strong=True),)), short]
        if not findings:
            blocks.append(Para(text(say("The rules find nothing on this record."))))
        open_ = next((o for o in self.report.open if o.rule == rule.name), None)
        if open_ is not None:
            names = ", ".join(sorted(map(material.words.party, open_.parties), key=in_order))
            blocks += [
                heading(1, say("What the record cannot tell"), "open"),
                Para(text(names or material.language.number(open_.number))),
            ]
        parsed = self.pages.rules[rule.name]
        blocks = self.pages.blocks(rule.name, of_report(parsed, self.report), blocks)
        if findings:
            title = say("Annex: law, arithmetic and sources of every finding")
            blocks += [heading(1, title, "annex"), *proofs(material, findings)]
        listed = sources_list(material, blocks)
        return [*blocks, heading(1, say("Sources"), "sources"), *listed] if listed else blocks

    def rule_data(self, rule: RuleInfo, findings: list[Finding]) -> dict[str, Any]:
        """The same as plain values."""
        open_ = next((o for o in self.report.open if o.rule == rule.name), None)
        return {
            "schema": "ccm-rule/1",
            "as_of": iso(self.report.as_of),
            "name": rule.name,
            "title": rule.title,
            "summary": rule.summary or None,
            "binding": rule.binding,
            "section": rule.section or None,
            "authority": {**authority_data(rule), "note": rule.note or None},
            "findings": [finding_data(self.report, finding) for finding in findings],
            "open": list(open_.parties) if open_ is not None else [],
            "sections": self.pages.data(rule.name),
        }


def _rule_pages(report: Report, home: str | None) -> Pages:
    """The pages of the rules that a report applies."""
    book = report.rulebook
    plain = load_rules(book.folders, home=home, language=book.language)
    _, rules = load_full_rules(book.folders, home, book.language)
    return Pages(book, plain, rules, lambda name: f"{name}.html")


def _number(value: int) -> str:
    return str(value) if value else ""
