"""Findings of two days go in; out comes the chapter on what changed since the last Meeting."""

from __future__ import annotations

from ccm_rules.documents.blocks import Block, Cell
from ccm_rules.documents.briefing.first_page import since
from ccm_rules.documents.briefing.occasion import Occasion
from ccm_rules.documents.parts.building import heading, para
from ccm_rules.documents.parts.finding_blocks import findings_table, to_finding
from ccm_rules.documents.parts.material import Material
from ccm_rules.documents.parts.table_lines import TableLine, cell, column, table
from ccm_rules.report.evaluation import Entry
from ccm_rules.report.findings import Finding


def changes(occasion: Occasion) -> list[Block]:
    """Findings that are new, regraded or gone, and what is on record since."""
    material, say = occasion.material, occasion.material.say
    head = heading(1, since(occasion), "changes", new_page=True)
    if occasion.last is None:
        return [head, para(say("The record names no earlier Meeting that has closed."))]
    compared = say(
        "What this record shows on {today}, against what the same record shows "
        "on {then}, the day on which the last Meeting closed.",
        today=material.the_date(material.today),
        then=material.the_date(occasion.last.closes),
    )
    new, gone, regraded, lost = occasion.changes
    events = [
        _event(material, label, words, entry)
        for label, group in occasion.events.items()
        for words, entry in group
    ]
    return [
        head,
        para(compared, note=True),
        *findings_table(material, new, say("New findings")),
        *table(
            say("Findings whose severity changed"),
            (_regraded(material, *pair) for pair in regraded),
        ),
        *table(say("No longer found"), (_gone(material, finding) for finding in gone)),
        *table(
            say("Now open: the record cannot tell any more"),
            (_gone(material, finding) for finding in lost),
        ),
        *table(say("Recorded since"), events),
    ]


def _regraded(material: Material, before: Finding, after: Finding) -> TableLine:
    say = material.say
    cells = [
        column(say("State"), 4, after.party_name),
        column(say("What the record shows"), 14, cell(after.says, to=to_finding(after))),
        column(say("Severity"), 5, f"{material.severity(before)} → {material.severity(after)}"),
    ]
    return TableLine(cells, *material.marks(after))


def _gone(material: Material, finding: Finding) -> TableLine:
    say = material.say
    cells = [
        column(say("State"), 4, finding.party_name),
        column(say("What"), 5, material.rule(finding.rule).title),
        column(say("What was shown then"), 14, finding.says),
    ]
    return TableLine(cells, *material.marks(finding))


def _event(material: Material, label: str, words: str, entry: Entry) -> TableLine:
    say = material.say
    cells = [
        column(say("What"), 4, label),
        column(say("On record"), 12, words),
        column(say("Source"), 4, Cell(material.cite(entry.sources))),
    ]
    return TableLine(cells, entry.text("party") if "party" in entry.fields else "")
