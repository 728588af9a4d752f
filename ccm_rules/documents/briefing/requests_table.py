"""Requests for more time go in; out comes a Meeting's chapter on them, step by step."""

from __future__ import annotations

from typing import Final

from ccm_rules.documents.blocks import Block, Cell
from ccm_rules.documents.briefing.occasion import Occasion
from ccm_rules.documents.parts.building import heading, para
from ccm_rules.documents.parts.extensions import Request
from ccm_rules.documents.parts.finding_blocks import SOURCES
from ccm_rules.documents.parts.labels import ANNOUNCED_WORDS
from ccm_rules.documents.parts.material import Material
from ccm_rules.documents.parts.table_lines import TableLine, column, table
from ccm_rules.report.evaluation import Entry
from ccm_rules.words.language import mark

#: Whether a request came in time.
_LODGED: Final = {
    "met": mark("in time"),
    "met-late": mark("after the last day"),
    "met-timing-open": mark("the record leaves open whether in time"),
}


def requests_chapter(occasion: Occasion) -> list[Block]:
    """The requests that the Meeting has before it, and deadlines without one."""
    say = occasion.material.say
    lodged = [r for r in occasion.requests if r.asked]
    without = [r for r in occasion.requests if not r.asked]
    caption = say("Requests before {meeting}", meeting=occasion.meeting.id)
    blocks: list[Block] = [
        heading(1, say("Extension requests before this Meeting"), "requests"),
        *(
            _table(occasion, lodged, caption)
            or [para(say("No request for this Meeting is on record."))]
        ),
    ]
    if without:
        about = say(
            "States whose deadline this Meeting is by practice the last to "
            "consider, and of which no request is on record. A State that "
            "completes in time needs none."
        )
        blocks += [para(about), *_table(occasion, without, say("Deadlines without a request"))]
    return blocks


def _table(occasion: Occasion, requests: list[Request], caption: str) -> list[Block]:
    material, say, meeting = occasion.material, occasion.material.say, occasion.meeting

    def line(request: Request) -> TableLine:
        cut_off = request.window.due if request.window is not None else None
        article = f" ({material.article(request.article)})"
        asked = material.date(request.until) or material.months(request.months)
        if request.asked and not asked:
            asked = say("not on record")
        announced = material.language.then.join(
            say(ANNOUNCED_WORDS[what]) for what in request.announced if what in ANNOUNCED_WORDS
        )
        cells = [
            column(say("State"), 4, material.words.party(request.party)),
            column(say("Deadline"), 5, material.day_cell(request.deadline, article)),
            column(say("Last day to lodge"), 4, material.day_cell(cut_off)),
            column(say("Lodged"), 5, _lodged(material, request) or say("none on record")),
            column(say("Asked for"), 4, asked),
            column(say("Considered at"), 4, f"{meeting.id}, {material.date(meeting.opens)}"),
            column(say("Decision"), 4, _decided(material, request)),
            column(say("Announced"), 5, announced),
            column(say("Source"), 4, Cell(material.cite(request.sources[:SOURCES]))),
        ]
        return TableLine(cells, request.party, material.treaty.themes.get(request.article, ""))

    return table(caption, map(line, requests))


def _lodged(material: Material, request: Request) -> str:
    """When a request was lodged, and whether in time."""
    in_time = _LODGED.get(request.status)
    tail = f" ({material.say(in_time)})" if request.lodged and in_time else ""
    return material.date(request.lodged) + tail


def _decided(material: Material, request: Request) -> str:
    """Where a request stands, in a few words."""
    if request.decision is not None:
        return outcome(material, request.decision)
    if request.asked:
        return material.say("before the Meeting")
    return material.say("no request on record") if request.status == "window-closed" else ""


def outcome(material: Material, decision: Entry) -> str:
    """What was decided, and when."""
    what = material.language.value(decision.text("outcome"))
    return f"{what}, {material.date(decision.when('date'))}"
