"""A report goes in; out come chapters by theme, and one on what is counted of compliance."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ccm_rules.compiler.plan import SectionInfo
from ccm_rules.documents.blocks import Block, Cell, Items
from ccm_rules.documents.briefing.occasion import Occasion
from ccm_rules.documents.parts.building import chapter, heading
from ccm_rules.documents.parts.finding_blocks import shown, with_reason
from ccm_rules.documents.parts.material import Material
from ccm_rules.documents.parts.plan_numbers import ground_words, number_words, places_of
from ccm_rules.documents.parts.table_lines import TableLine, column, table
from ccm_rules.record.sentences import first_up
from ccm_rules.report.numbers import Member, Number

#: More than this of whom a number is asked are counted, not named: a list of all
#: States Parties beside a question of compliance would say nothing of any of them.
_NAMED: Final = 20


def themes(occasion: Occasion) -> list[Block]:
    """The report's sections, each with its findings and its numbers."""
    material, say = occasion.material, occasion.material.say
    blocks: list[Block] = [heading(1, say("By theme"), "themes")]
    for section in material.report.rulebook.plan.sections:
        mine = [f for f in material.about_duties if material.marks(f)[1] == section.letter]
        head = heading(2, f"{section.letter}. {section.title}", f"theme-{section.letter}")
        caption = say("{theme}: what the record shows", theme=section.title)
        content = [*shown(material, mine, caption), *_numbers(occasion, section)]
        blocks += chapter(head, content, say("Nothing on this record."))
    return blocks


def _numbers(occasion: Occasion, section: SectionInfo) -> list[Block]:
    """The numbers that the progress report's summary gives for a theme."""
    tally, material, say = occasion.numbers, occasion.material, occasion.material.say
    if tally is None:
        return []

    def line(number: Number) -> TableLine:
        cells = [
            column(say("Indicator"), 9, first_up(number.info.title)),
            column(say("Number"), 4, number_words(material, number), number=True),
            column(say("Ground"), 6, ground_words(material, number)),
            column(say("Source"), 5, Cell(material.cite(places_of(number)))),
        ]
        return TableLine(cells, theme=section.letter)

    caption = say("{theme}: numbers of the action plan", theme=section.title)
    names = dict.fromkeys(name for name, _ in section.summary)
    return table(caption, (line(tally.first(name)) for name in names))


def compliance(occasion: Occasion) -> list[Block]:
    """What an action plan counts of compliance, with the members; where there is one."""
    material = occasion.material
    rules = material.treaty.compliance
    if not rules:
        return []
    numbers = occasion.numbers.numbers if occasion.numbers else ()
    blocks = [
        block
        for number in numbers
        if number.info.rule in rules
        for block in _counted(material, number)
    ]
    lines = [with_reason(material, f) for f in material.report.findings if f.rule in rules]
    blocks += [Items(tuple(lines))] if lines else []
    head = heading(1, material.treaty.compliance_title, "actions")
    return chapter(head, blocks, material.say("Nothing on this record."))


def _counted(material: Material, number: Number) -> list[Block]:
    """One number, and who is behind it."""
    say = material.say
    rows: list[tuple[str, str | Cell]] = [
        (say("Number"), number_words(material, number)),
        (say("Counted"), _names(number.members) or say("none")),
        (say("Of whom the record cannot tell"), _names(number.open) or say("none")),
    ]
    if 0 < len(number.population) <= _NAMED:
        rows.append((first_up(number.population_title), _names(number.population)))
    rows += [
        (say("How it is counted"), number.info.counted),
        (say("Ground"), ground_words(material, number)),
    ]
    places = places_of(number)
    if places:
        rows.append((say("Source"), Cell(material.cite(places))))
    rule = material.rule(number.info.rule)
    title = f"{rule.article}{material.language.between}{number.info.title}"
    return table(
        title,
        (
            TableLine(
                [column(say("What"), 5, label), column(say("On this record"), 14, value)],
                theme=rule.section,
            )
            for label, value in rows
        ),
    )


def _names(members: Iterable[Member]) -> str:
    return ", ".join(member.name for member in members)
