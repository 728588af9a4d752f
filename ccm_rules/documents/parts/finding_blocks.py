"""Findings go in; out come blocks: a table, a list in short, an annex with their proofs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from ccm_rules.documents.blocks import Block, Cell, Inline, Items, Proof, Run, text
from ccm_rules.documents.context import last_known
from ccm_rules.documents.parts.building import anchor, chapter, in_order, lead, linked
from ccm_rules.documents.parts.labels import BASIS_WORDS, BINDING_WORDS
from ccm_rules.documents.parts.material import SINGLE, Material
from ccm_rules.documents.parts.table_lines import TableLine, cell, column, table
from ccm_rules.report.findings import SEVERITIES, Finding

#: So many sources are named in a table; the annex names them all.
SOURCES: Final = 2
#: So many steps of arithmetic are shown; the tree of a page on the web has them all.
_STEPS: Final = 8


def to_finding(finding: Finding) -> str:
    """Where the annex explains a finding."""
    return f"#{anchor('finding', finding.fingerprint)}"


def with_reason(material: Material, finding: Finding) -> Inline:
    """A finding's sentence, with a link to its reasons."""
    return Run(material.says(finding) + " "), Run(material.say("Why"), to_finding(finding))


def findings_table(
    material: Material, findings: Iterable[Finding], caption: str, *, party: bool = True
) -> list[Block]:
    """Findings with due date, days late, article, status, severity and source."""
    say = material.say

    def line(finding: Finding) -> TableLine:
        rule = material.rule(finding.rule)
        late = material.days_late(finding)
        days = cell(material.language.range(*late), f"{late[0]:07d}") if late else ""
        sources = material.sources(finding)
        cited = material.cite(sources[:SOURCES])
        if len(sources) > SOURCES:
            cited += (Run(say("; and {n} more", n=len(sources) - SOURCES)),)
        grave = cell(material.severity(finding), str(SEVERITIES.index(finding.severity)))
        cells = [
            *([column(say("State"), 4, material.whom(finding))] if party else []),
            column(say("What the record shows"), 13, Cell(with_reason(material, finding))),
            column(say("Due"), 4, material.day_cell(finding.due)),
            column(say("Days late"), 2, days, number=True),
            column(say("Article"), 3, cell(material.authority(rule), rule.article)),
            column(say("Status"), 3, material.status(finding.status, finding.rule)),
            column(say("Severity"), 3, grave),
            column(say("Source"), 5, Cell(cited)),
        ]
        return TableLine(cells, *material.marks(finding))

    return table(caption, map(line, findings))


def shown(
    material: Material, findings: Sequence[Finding], caption: str, *, party: bool = True
) -> list[Block]:
    """Findings: the graver ones in a table, the others below it, in short or as sentences.

    What is no finding of today stands below them, by the day on which it held.

    Args:
        material: of their report.
        findings: the findings.
        caption: of the table.
        party: whether they are about several States.
    """
    today = [f for f in findings if f.current]
    blocks = findings_table(
        material, [f for f in today if f.severity in SINGLE], caption, party=party
    )
    for day, then in last_known(findings).items():
        titled = f"{caption}{material.language.between}{material.as_last_known(day)}"
        blocks += findings_table(material, then, titled, party=party)
    rest = [f for f in today if f.severity not in SINGLE]
    if rest:
        sentences = [with_reason(material, f) for f in rest]
        items = in_short(material, rest) if party else sentences
        blocks += [lead(material.say("For information")), Items(tuple(items))]
    return blocks


def in_short(material: Material, findings: Iterable[Finding]) -> list[Inline]:
    """What is said of many States for information, one line for each kind."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.rule, finding.name), []).append(finding)
    lines = []
    for (rule, name), group in sorted(groups.items()):
        what = material.language.value(name).replace("-", " ")
        title = f"{material.rule(rule).title} ({what}), {len(group)}"
        names = linked(
            material.language, [(f.party_name or f.says, to_finding(f)) for f in by_state(group)]
        )
        lines.append((Run(title + material.language.between), *names))
    return lines


def by_state(findings: Iterable[Finding]) -> list[Finding]:
    """Findings in the order of the States' names."""
    return sorted(findings, key=lambda finding: in_order(finding.party_name))


def annex(
    material: Material, findings: Iterable[Finding], head: Block, first: Sequence[Block] = ()
) -> list[Block]:
    """Each finding with its law, arithmetic and sources."""
    proofs = [_proof(material, finding) for finding in findings]
    return chapter(head, [*first, *proofs], material.say("Nothing on this record."))


def _proof(material: Material, finding: Finding) -> Proof:
    say, rule, language = material.say, material.rule(finding.rule), material.language
    law: Inline = text(material.authority(rule))
    if rule.quote:
        quote = Run(language.quoted(rule.quote), rule.url, language=rule.language)
        law += (Run(language.between), quote)
    steps = list(material.arithmetic(finding))
    if len(steps) > _STEPS:
        steps[_STEPS:] = [say("And {n} more steps.", n=len(steps) - _STEPS)]
    nature = (say(BINDING_WORDS[finding.binding]), say(BASIS_WORDS[finding.basis]))
    lines = [
        (say("Law"), law),
        (say("Arithmetic"), text(" ".join(steps)) if steps else ()),
        (say("Sources"), material.cite(material.sources(finding))),
        (say("What can be done"), text(finding.remedy) if finding.remedy else ()),
        (say("Nature"), text(language.then.join((*nature, material.severity(finding))))),
        (say("Name"), text(finding.fingerprint, language="en")),
    ]
    return Proof(
        anchor("finding", finding.fingerprint),
        material.says(finding),
        tuple((label, runs) for label, runs in lines if runs),
        material.tree(finding),
        *material.marks(finding),
    )
