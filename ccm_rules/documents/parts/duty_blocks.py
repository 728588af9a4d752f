"""Duties go in; out come blocks: with their statuses, and what the record leaves open."""

from __future__ import annotations

from collections.abc import Iterable

from ccm_rules.documents.blocks import Block
from ccm_rules.documents.parts.building import in_order, para
from ccm_rules.documents.parts.labels import BINDING_WORDS
from ccm_rules.documents.parts.material import Material
from ccm_rules.documents.parts.table_lines import TableLine, column, table
from ccm_rules.report.duties import Duty
from ccm_rules.report.findings import Open

#: The number of a duty that is greater is a year.
_FIRST_YEAR = 1000


def duties_table(material: Material, duties: Iterable[Duty], caption: str) -> list[Block]:
    """The duties of a State with their day and status."""
    say = material.say

    def line(duty: Duty) -> TableLine:
        rule = material.rule(duty.rule)
        cells = [
            column(say("Due"), 4, material.day_cell(duty.due)),
            column(say("What"), 9, rule.title + _which(material, duty)),
            column(say("Article"), 4, material.authority(rule)),
            column(say("Nature"), 4, say(BINDING_WORDS[rule.binding])),
            column(say("Status"), 5, _status(material, duty)),
        ]
        return TableLine(cells, duty.party, rule.section)

    return table(caption, map(line, duties))


def _status(material: Material, duty: Duty) -> str:
    """How a duty stands; of one that is not current, on what day it stood so."""
    status = material.status(duty.status, duty.rule)
    if duty.current or duty.known_until is None:
        return status
    return f"{status} ({material.as_last_known(duty.known_until).lower()})"


def _which(material: Material, duty: Duty) -> str:
    """Which of several duties of a rule it is, in words."""
    parts = [duty.item] if duty.item else []
    if duty.n > _FIRST_YEAR:
        parts.append(str(duty.n))
    elif duty.n:
        parts.append(material.say("extension {n}", n=duty.n))
    return f" ({', '.join(parts)})" if parts else ""


def in_brief(material: Material, duty: Duty) -> str:
    """A duty in a few words: its title, and its item or year."""
    title = material.rule(duty.rule).title
    which = duty.item or (str(duty.n) if duty.n > _FIRST_YEAR else "")
    return f"{title} ({which})" if which else title


def open_table(material: Material, party: str = "") -> list[Block]:
    """What the record cannot tell, and of whom: worded so that nobody is accused.

    Args:
        material: of a report.
        party: the State to look at; all unless given.
    """
    say = material.say

    def line(matter: Open) -> TableLine:
        rule = material.rule(matter.rule)
        codes = [party] if party else matter.parties
        count = column(say("Open"), 2, material.language.number(matter.number), number=True)
        names = names_of(material, codes) or say("no State in particular")
        cells = [
            column(say("Matter"), 6, matter.title),
            column(say("Article"), 4, material.authority(rule)),
            *([] if party else [count]),
            column(say("Of whom the record at hand cannot tell"), 16, names),
        ]
        return TableLine(cells, codes[0] if len(codes) == 1 else "", rule.section)

    matters = [one for one in material.report.open if not party or party in one.parties]
    if not matters:
        return [para(say("Nothing is open."))]
    return [
        para(
            say(
                "The record at hand does not say what these States have done or not done "
                "on the matters below. That is a limit of this record and says nothing "
                "about the States: a report that is not in it may well have been submitted."
            )
        ),
        *table(say("Matters on which the record is open"), map(line, matters)),
    ]


def names_of(material: Material, codes: Iterable[str]) -> str:
    """The names of States, in order."""
    return ", ".join(sorted(map(material.words.party, codes), key=in_order))
