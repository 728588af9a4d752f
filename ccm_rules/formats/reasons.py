"""Rules and findings explained, for a person to read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ccm_rules.dates import in_words
from ccm_rules.documents.context import authority_in_words
from ccm_rules.formats.terminal import Terminal
from ccm_rules.formats.text import sources
from ccm_rules.report.findings import Finding
from ccm_rules.report.views import Report

if TYPE_CHECKING:
    from ccm_rules.compiler.info import RuleInfo
    from ccm_rules.documents.blocks import Block
    from ccm_rules.documents.rulepages import Pages
    from ccm_rules.report.because import Node
    from ccm_rules.report.numbers import Number, Tally

_DEEPEST = 20


def render_finding(
    report: Report, finding: Finding, why: Node, failed: Iterable[Node], terminal: Terminal
) -> str:
    """Write why a finding stands."""
    failed = list(failed)
    _about(report, finding.party_name, terminal)
    terminal.write(finding.says)
    terminal.write()
    terminal.table(
        [
            ("finding", finding.fingerprint),
            ("severity", finding.severity),
            ("basis", f"{finding.basis}{f', status {finding.status}' if finding.status else ''}"),
            ("rule", f"{finding.rule} ({finding.binding})"),
            *([("remedy", finding.remedy)] if finding.remedy else []),
        ]
    )
    _authority(report.rulebook.rules[finding.rule], terminal)
    terminal.write()
    terminal.write("Why", "bold")
    seen: set[tuple[str, str]] = set()
    for parent in why.parents:
        _tree(parent, terminal, seen)
    _failed(failed, terminal)
    _sources(report, [why, *failed], terminal)
    return terminal.text()


def render_absence(
    report: Report,
    rule: RuleInfo,
    party: str,
    statuses: Iterable[str],
    failed: Iterable[Node],
    terminal: Terminal,
) -> str:
    """Write why a rule finds nothing of a State."""
    failed = list(failed)
    name = report.words.party(party)
    _about(report, name, terminal)
    terminal.write(f"{rule.title}: nothing is found of {name}.")
    for status in statuses:
        terminal.write(f"- {status}", indent=2, hang=2)
    _authority(rule, terminal)
    _failed(failed, terminal)
    _sources(report, failed, terminal)
    return terminal.text()


def _about(report: Report, name: str, terminal: Terminal) -> None:
    if name:
        terminal.write(name, "bold")
    known = ""
    if report.known_by is not None:
        known = f", with what was known by {in_words(report.known_by, report.known_by)}"
    terminal.write(
        f"{report.record.title}; as of {in_words(report.as_of, report.as_of)}{known}", "dim"
    )
    terminal.write()


def _authority(rule: RuleInfo, terminal: Terminal) -> None:
    terminal.write()
    terminal.write(authority_in_words(rule), "bold")
    if rule.quote:
        terminal.write(f"“{rule.quote}”", indent=2)
    if rule.note:
        terminal.write(rule.note, indent=2)
    if rule.url:
        terminal.write(rule.url, "dim", 2, whole=True)
    if rule.compared:
        day = dt.date.fromisoformat(rule.compared).toordinal()
        terminal.write(
            f"The quotation was compared with its source on {in_words(day, day)}.", "dim", 2
        )


def _tree(node: Node, terminal: Terminal, seen: set[tuple[str, str]]) -> None:
    """Write a tree, and what stands in it twice only once."""

    def visit(node: Node, depth: int) -> None:
        again = bool(node.parents) and (node.kind, node.text) in seen
        seen.add((node.kind, node.text))
        shown = f" [{'; '.join(node.sources)}]" if node.sources else ""
        label = "" if node.kind in ("finding", "derived", "fact", "open") else f"{node.kind}: "
        above = " (explained above)" if again else ""
        terminal.write(
            f"- {label}{node.text}{shown}{above}", indent=2 * min(depth, _DEEPEST), hang=2
        )
        if not again:
            for parent in node.parents:
                visit(parent, depth + 1)

    visit(node, 1)


def _failed(failed: Iterable[Node], terminal: Terminal) -> None:
    nodes = list(failed)
    terminal.write()
    terminal.write("Conditions that did not hold", "bold")
    if not nodes:
        terminal.write("None that bears on this.", indent=2)
    for node in nodes:
        _tree(node, terminal, set())


def _sources(report: Report, nodes: Iterable[Node], terminal: Terminal) -> None:
    from ccm_rules.report.because import references

    cited = [reference for node in nodes for reference in references(node)]
    if cited:
        terminal.write()
        terminal.write("Sources", "bold")
        sources(cited, report, terminal)


def render_rule(
    info: RuleInfo,
    pages: Pages,
    example: Sequence[Block],
    fingerprints: Iterable[str],
    terminal: Terminal,
) -> str:
    """Write the page of a rule: what `ccm_rules.documents.rulepages` says that it holds.

    Args:
        info: the rule.
        pages: the pages of all rules.
        example: the worked example.
        fingerprints: what the rule finds in the record at hand.
        terminal: where it is written.
    """
    from ccm_rules.formats import plain

    terminal.write(info.title, "bold")
    for line in (*pages.subtitle(info.name), info.file):
        terminal.write(line, "dim")
    terminal.write()
    plain.blocks(pages.blocks(info.name, example), terminal)
    found = list(fingerprints)
    if found:
        terminal.write()
        terminal.write("Found in this record", "bold")
        for fingerprint in found:
            terminal.write(f"- {fingerprint}", indent=2, hang=2)
    return terminal.text()


def render_numbers(tally: Tally, numbers: Iterable[Number], terminal: Terminal) -> str:
    """Write how numbers come about, below what is written already."""
    from ccm_rules.formats.indicators import title, value_in_words
    from ccm_rules.report.numbers import period_in_words

    report = tally.report
    trees = []
    for number in numbers:
        terminal.write()
        terminal.write(f"{title(number)}: {value_in_words(number)}", "bold")
        terminal.write(
            f"{period_in_words(tally)} · {', '.join(report.record.files)} · {number.ground}", "dim"
        )
        terminal.write()
        info = number.info
        rows = [("indicator", number.name), ("counts", info.unit), ("period", info.period)]
        if info.wording:
            rows.insert(1, ("wording", info.wording))
        if number.population_title:
            size = f" ({len(number.population):,})" if number.population else ""
            rows.append(("asked of", f"{number.population_title}{size}"))
        rows.append(("how", info.counted))
        if number.low is not None:
            low, high = f"{number.low:,}", "no known bound" if number.high is None else number.high
            rows.append(("by name", low if number.exact else f"from {low} to {high}"))
        terminal.table(rows)
        tree = tally.because(number)
        if tree.parents:
            terminal.write()
            terminal.write("Why", "bold", 2)
            seen: set[tuple[str, str]] = set()
            for parent in tree.parents:
                _tree(parent, terminal, seen)
        trees.append(tree)
    _sources(report, trees, terminal)
    return terminal.text()


def render_rules(rules: Iterable[RuleInfo], terminal: Terminal) -> str:
    """Write a list of rules."""
    folder = None
    for rule in rules:
        if rule.folder != folder:
            if folder is not None:
                terminal.write()
            terminal.write(f"{rule.folder}/", "bold")
            folder = rule.folder
        terminal.write(rule.name, indent=2)
        terminal.write(f"{authority_in_words(rule)} · {rule.binding} · {rule.title}", "dim", 4)
    return terminal.text()


def rules_data(rules: Iterable[RuleInfo]) -> list[dict[str, object]]:
    """The list as plain values."""
    return [
        {
            "name": rule.name,
            "title": rule.title,
            "binding": rule.binding,
            "folder": rule.folder,
            "instrument": rule.instrument,
            "article": rule.article,
            "url": rule.url or None,
            "compared": rule.compared or None,
            "findings": list(rule.findings),
        }
        for rule in rules
    ]
