"""A site of static pages: an index, a page for each State and each rule, calendars.

A check goes in; documents, calendars and plain values come out, each with its path.
Everything that a page says of the record stands beside it as data, in the form of the
check (``ccm-check/2``) or of a rule (``ccm-rule/2``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ccm_rules.compiler.info import RuleInfo
from ccm_rules.dates import LAST_DAY, iso
from ccm_rules.documents import pictures
from ccm_rules.documents.blocks import Block, Cell, Document, Items, Run
from ccm_rules.documents.briefing.state import pages
from ccm_rules.documents.context import Context, by_severity
from ccm_rules.documents.feed import ALARMS, Feed, feed
from ccm_rules.documents.overview import data
from ccm_rules.documents.parts.building import chapter, heading, in_order, para
from ccm_rules.documents.parts.duty_blocks import names_of, open_table
from ccm_rules.documents.parts.finding_blocks import annex, shown
from ccm_rules.documents.parts.frame import disclaimer, framed
from ccm_rules.documents.parts.labels import BINDING_WORDS, SEVERITY_WORDS
from ccm_rules.documents.parts.material import Material
from ccm_rules.documents.parts.table_lines import TableLine, cell, column, table
from ccm_rules.documents.rulepages.example import of_report
from ccm_rules.documents.rulepages.pages import pages_of, situation_page
from ccm_rules.documents.rulepages.situation_page import PAGE
from ccm_rules.documents.values import authority_data, finding_data
from ccm_rules.report.duties import Deadline, deadlines
from ccm_rules.report.filters import Filters, narrow
from ccm_rules.report.findings import Finding, Open
from ccm_rules.report.views import Report

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
        self.pages = pages_of(report.rulebook, home, lambda name: f"{name}.html")
        self.situations = situation_page([self.pages], home, lambda name: f"rules/{name}.html")
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
        rules = self.report.rulebook.rules.values()
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
            *table(say("Findings by State"), map(self._state_line, self.states)),
            heading(1, say("At a glance"), "glance"),
            *(picture for picture in drawn if picture is not None),
            heading(1, say("States whose record is open"), "open"),
            *open_table(material),
            heading(1, say("Rules"), "rules"),
            *table(say("Rules by instrument"), map(self._rule_line, rules)),
        ]
        if self.situations is not None:
            shown = self.situations
            blocks.append(Items(((Run(shown.title, f"{PAGE}.html"),),)))
            page = framed(material, shown.title, (), shown.title, shown.blocks())
            yield f"{PAGE}.html", self.page(page, "")
        title = material.treaty.record_title or say("The record")
        document = framed(material, title, (), title, blocks)
        yield "index.html", self.page(document, "")
        yield "index.json", data(self.report, Context("never"))
        yield "calendar.ics", self.calendar(self.days, title)

    def _state_line(self, code: str) -> TableLine:
        say, name = self.say, self.material.words.party(code)
        counts = by_severity(f for f in self.report.findings if f.party == code)
        links = (Run(".json", f"states/{code}.json"), Run(" "), Run(".ics", f"states/{code}.ics"))
        cells = [
            column(say("State"), 6, cell(name, to=f"states/{code}.html")),
            *(
                column(say(SEVERITY_WORDS[severity]), 2, str(count or ""), number=True)
                for severity, count in counts.items()
            ),
            column(say("Data"), 3, Cell(links)),
        ]
        return TableLine(cells, code)

    def _rule_line(self, rule: RuleInfo) -> TableLine:
        say = self.say
        cells = [
            column(say("Rule"), 6, cell(rule.title, to=f"rules/{rule.name}.html")),
            column(say("Article"), 4, self.material.authority(rule)),
            column(say("Nature"), 3, say(BINDING_WORDS[rule.binding])),
            column(say("Data"), 2, cell(".json", to=f"rules/{rule.name}.json")),
        ]
        return TableLine(cells, theme=rule.section)

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
        nature = say(BINDING_WORDS[rule.binding])
        blocks = self.rule_blocks(rule, findings)
        subtitle = (material.authority(rule), nature)
        document = framed(material, rule.title, subtitle, rule.title, blocks)
        yield f"rules/{rule.name}.html", self.page(document, "../")
        yield f"rules/{rule.name}.json", self.rule_data(rule, findings)

    def rule_blocks(self, rule: RuleInfo, findings: list[Finding]) -> list[Block]:
        """What a rule says, and what it finds."""
        say, material = self.say, self.material
        first = chapter(
            heading(1, say("What the record shows"), "findings"),
            shown(material, findings, say("Findings")),
            say("The rules find nothing on this record."),
        )
        open_ = self._open(rule)
        if open_ is not None:
            words = names_of(material, open_.parties) or material.language.number(open_.number)
            first += [heading(1, say("What the record cannot tell"), "open"), para(words)]
        example = of_report(self.pages.rules[rule.name], self.report)
        blocks = self.pages.blocks(rule.name, example, first)
        if findings:
            title = say("Annex: law, arithmetic and sources of every finding")
            blocks += annex(material, findings, heading(1, title, "annex"))
        return blocks

    def _open(self, rule: RuleInfo) -> Open | None:
        return next((matter for matter in self.report.open if matter.rule == rule.name), None)

    def rule_data(self, rule: RuleInfo, findings: list[Finding]) -> dict[str, Any]:
        """The same as plain values."""
        open_ = self._open(rule)
        return {
            "schema": "ccm-rule/2",
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
