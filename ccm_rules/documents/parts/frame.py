"""Blocks go in; out comes a document: with provenance, sources, and what can be chosen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ccm_rules.documents.blocks import (
    Block,
    Box,
    Cell,
    Document,
    Items,
    Para,
    Proof,
    Row,
    Run,
    Table,
)
from ccm_rules.documents.parts.building import anchor, heading, in_order, para
from ccm_rules.documents.parts.labels import SEVERITY_WORDS
from ccm_rules.documents.parts.material import Material
from ccm_rules.documents.parts.table_lines import TableLine, cell, column, table
from ccm_rules.report.findings import SEVERITIES

#: What can be chosen: a kind, and its values with their names.
Choices = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def framed(
    material: Material,
    title: str,
    subtitle: Sequence[str],
    footer: str,
    blocks: Sequence[Block],
    *,
    of_states: bool = True,
) -> Document:
    """A whole document of some blocks, which ends with the sources that they cite.

    Args:
        material: of the report that it is about.
        title: what it is.
        subtitle: lines below the title, before the provenance.
        footer: what stands below every page.
        blocks: the content.
        of_states: whether a reader can choose among States.
    """
    blocks = [*blocks, *_sources(material, blocks)]
    choices = _choices(material, blocks)
    return Document(
        title,
        (*subtitle, *_provenance(material)),
        _running_header(material),
        footer,
        material.language.code,
        tuple(blocks),
        choices if of_states else choices[1:],
    )


def disclaimer(material: Material) -> Para:
    """How to read a briefing."""
    say, finds = material.say, material.treaty.finds
    passed = (
        say("A passed date is arithmetic on the record; {finds}.", finds=finds)
        if finds
        else say("A passed date is arithmetic on the record.")
    )
    left = say("What the record cannot tell is listed as open and is no finding.")
    return para(f"{passed} {left}", note=True)


def _provenance(material: Material) -> Iterator[str]:
    """As of which day, with what was known, by which engines, of which bytes."""
    say, report, language = material.say, material.report, material.language
    known = say("everything in the record")
    if report.known_by is not None:
        day = language.the_date(report.known_by, report.known_by)
        known = say("what was known {day}", day=day)
    if len(report.engines) > 1:
        listed = language.listed(report.engines)
        engines = say("{engines}, which agree on every derivation", engines=listed)
    else:
        engines = say("{engine} alone", engine=report.engines[0])
    record = f"{report.record.title} ({report.record.digest[:12]})"
    for label, shown in (
        (say("As of"), material.date(material.today)),
        (say("Known by"), known),
        (say("Record"), f"{record}; {say('rules')} {report.rulebook.digest[:12]}"),
        (say("Derived with"), engines),
    ):
        yield f"{label}{language.between}{shown}"


def _running_header(material: Material) -> str:
    """What stands at the head of every page: as-of and known-by."""
    say, report = material.say, material.report
    known = say("known by: everything in the record")
    if report.known_by is not None:
        day = material.language.date(report.known_by, report.known_by)
        known = say("known by: {day}", day=day)
    return f"{say('as of {day}', day=material.date(material.today))} · {known}"


def _sources(material: Material, blocks: Iterable[Block]) -> list[Block]:
    """The chapter on the sources that some blocks cite, with what they are."""
    say = material.say
    cited = {run.to for block in blocks for run in _runs(block)}
    lines = []
    for name, source in sorted(material.report.record.sources.items()):
        target = anchor("source", name)
        if f"#{target}" not in cited:
            continue
        address = source.url if source.url.startswith("http") else ""
        published = material.day_cell(source.published)
        if source.register:
            published = Cell((Run(say("standing register")),), published.key)
        cells = [
            column(say("Source"), 3, cell(name, name)),
            column(say("Title"), 10, cell(source.title, to=address)),
            column(say("Published"), 4, published),
        ]
        lines.append(TableLine(cells, anchor=target))
    listed = table(say("Sources"), lines)
    return [heading(1, say("Sources"), "sources"), *listed] if listed else []


def _runs(block: Block) -> Iterator[Run]:
    """The texts of a block."""
    match block:
        case Para(runs):
            yield from runs
        case Items(items):
            for item in items:
                yield from item
        case Table(rows=rows):
            for row in rows:
                for one in row.cells:
                    yield from one.runs
        case Box(blocks=blocks):
            for inner in blocks:
                yield from _runs(inner)
        case Proof(lines=lines):
            for _, runs in lines:
                yield from runs


def _choices(material: Material, blocks: Iterable[Block]) -> Choices:
    """What a reader can filter by: the States, themes and severities that occur."""
    marked: list[Row | Proof] = []
    for block in blocks:
        marked += block.rows if isinstance(block, Table) else []
        marked += [block] if isinstance(block, Proof) else []
    parties = {one.party for one in marked if one.party}
    themes = {one.theme for one in marked if one.theme}
    severities = {one.severity for one in marked}
    titles = {s.letter: s.title for s in material.report.rulebook.plan.sections}
    states = [(code, material.words.party(code)) for code in parties]
    return (
        ("party", tuple(sorted(states, key=lambda state: in_order(state[1])))),
        ("theme", tuple((t, f"{t}. {titles.get(t, '')}".rstrip()) for t in sorted(themes))),
        (
            "severity",
            tuple((s, material.say(SEVERITY_WORDS[s])) for s in SEVERITIES if s in severities),
        ),
    )
