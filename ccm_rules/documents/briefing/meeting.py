"""The briefing before a Meeting: in goes a report, out comes a document of its chapters."""

from __future__ import annotations

from ccm_rules.documents import pictures
from ccm_rules.documents.blocks import Block, Cell, Document, Items, Picture, text
from ccm_rules.documents.briefing.changes import changes
from ccm_rules.documents.briefing.first_page import first_page
from ccm_rules.documents.briefing.occasion import Coming, Occasion
from ccm_rules.documents.briefing.requests_table import requests_chapter
from ccm_rules.documents.briefing.themes import compliance, themes
from ccm_rules.documents.parts.building import chapter, heading, in_order, lead, para
from ccm_rules.documents.parts.duty_blocks import open_table
from ccm_rules.documents.parts.finding_blocks import SOURCES, annex, to_finding
from ccm_rules.documents.parts.frame import framed
from ccm_rules.documents.parts.material import SINGLE, Material, Meeting
from ccm_rules.documents.parts.table_lines import TableLine, cell, column, table
from ccm_rules.report.findings import Finding
from ccm_rules.report.numbers import Tally
from ccm_rules.report.views import Report


def briefing(
    report: Report, meeting_id: str, earlier: Report | None = None, numbers: Tally | None = None
) -> Document:
    """The briefing before a Meeting.

    Args:
        report: a check.
        meeting_id: id of the Meeting.
        earlier: the same record, judged on the day on which the last Meeting
            closed; without it the briefing does not say what changed.
        numbers: the numbers of the action plan, where the record has a review period.

    Raises:
        CcmError: the record has no such Meeting.
    """
    material = Material(report)
    meeting = material.meeting(meeting_id)
    occasion = Occasion(material, meeting, earlier, numbers)
    say = material.say
    blocks: list[Block] = [
        *first_page(occasion),
        *changes(occasion),
        *_glance(occasion),
        *themes(occasion),
        *requests_chapter(occasion),
        *compliance(occasion),
        *_calendar(occasion),
        heading(1, say("States whose record is open"), "open"),
        *open_table(material),
        *_inconsistencies(material),
        *_annex(material),
    ]
    name = material.meeting_name(meeting.title, meeting.id)
    title = say("Compliance briefing: {meeting}", meeting=name)
    footer = say("Compliance briefing, {meeting}", meeting=meeting.id)
    return framed(material, title, (_days(material, meeting),), footer, blocks)


def _days(material: Material, meeting: Meeting) -> str:
    """When and where the Meeting is."""
    closes = f" – {material.date(meeting.closes)}" if meeting.closes.exact else ""
    place = f", {meeting.place}" if meeting.place else ""
    return f"{material.date(meeting.opens)}{closes}{place}"


def _glance(occasion: Occasion) -> list[Block]:
    """The pictures, where there are any."""
    material = occasion.material
    today = [f for f in material.about_duties if f.current and f.status]
    concerned = {f.party for f in today if f.severity in SINGLE}
    parties = sorted(concerned - {""}, key=lambda code: in_order(material.words.party(code)))
    drawn = [
        pictures.timeline(material, occasion.meeting),
        pictures.matrix(material, parties),
        pictures.reporting_rate(material),
        pictures.decision_times(material),
    ]
    there = [picture for picture in drawn if isinstance(picture, Picture)]
    return [heading(1, material.say("At a glance"), "glance"), *there] if there else []


def _calendar(occasion: Occasion) -> list[Block]:
    """What falls due next."""
    material, say = occasion.material, occasion.material.say

    def line(coming: Coming) -> TableLine:
        states = material.language.number(len(coming.names)) if coming.names else ""
        cells = [
            column(say("Day"), 4, material.day_cell(coming.day)),
            column(say("What"), 7, coming.what),
            column(say("States"), 2, states, number=True),
            column(say("Who"), 14, ", ".join(coming.names)),
        ]
        return TableLine(cells)

    caption = say("Until {day}", day=material.language.date(occasion.until, occasion.until))
    head = heading(1, say("What falls due next"), "calendar")
    days = table(caption, map(line, occasion.coming))
    return chapter(head, days, say("Nothing on this record."))


def _inconsistencies(material: Material) -> list[Block]:
    """What does not fit together in the record."""
    say = material.say

    def line(finding: Finding) -> TableLine:
        sources = material.sources(finding)[: SOURCES + 1]
        cells = [
            column(say("State"), 4, material.whom(finding)),
            column(say("What differs"), 15, cell(material.says(finding), to=to_finding(finding))),
            column(say("Kind"), 5, material.rule(finding.rule).title),
            column(say("Source"), 4, Cell(material.cite(sources))),
        ]
        return TableLine(cells, finding.party, "", material.marks(finding)[2])

    found = table(say("Inconsistencies"), map(line, material.inconsistencies))
    about = say(
        "Where sources differ from each other or from arithmetic. These are "
        "matters for those who keep the record and say nothing about a State."
    )
    head = heading(1, say("Inconsistencies in the record"), "inconsistencies")
    stale = [text(one.says) for one in material.report.stale]
    content: list[Block] = [para(about), *found] if found else []
    if stale:
        ended = say("Registers that ended more than a year ago")
        content += [lead(ended), Items(tuple(stale))]
    return chapter(head, content, say("None was found."))


def _annex(material: Material) -> list[Block]:
    title = material.say("Annex: law, arithmetic and sources of every finding")
    note = material.say(
        "Each finding with the words of the law, what was reckoned, and the "
        "sources. The gravest come first."
    )
    findings = sorted(material.report.findings, key=lambda f: f.severity not in SINGLE)
    head = heading(1, title, "annex", new_page=True)
    return annex(material, findings, head, [para(note, note=True)])
