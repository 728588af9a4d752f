"""Why a finding stands, or does not, as ``explain`` says it: trees go in, a document comes out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from ccm_rules.compiler.info import RuleInfo
from ccm_rules.dates import in_words
from ccm_rules.documents.blocks import (
    Block,
    Document,
    Entry,
    Heading,
    Items,
    Line,
    Pairs,
    Para,
    Part,
    Tree,
    text,
)
from ccm_rules.documents.content import Content
from ccm_rules.documents.context import authority_in_words, running
from ccm_rules.documents.numbers_in_words import title, value_in_words
from ccm_rules.report.because import Node, references
from ccm_rules.report.findings import Finding
from ccm_rules.report.numbers import Number, Tally, period_in_words
from ccm_rules.report.views import Report


class WhyFound(Content):
    """Why a finding stands.

    Args:
        report: where it is from.
        finding: which it is.
        why: its tree.
        failed: what did not hold.
    """

    def __init__(
        self, report: Report, finding: Finding, why: Node, failed: Sequence[Node]
    ) -> None:
        self.report = report
        self.finding = finding
        self.why = why
        self.failed = failed

    def document(self) -> Document:
        """The finding, its law, its tree, what did not hold, and its sources."""
        report, finding = self.report, self.finding
        status = f", status {finding.status}" if finding.status else ""
        remedy = [("remedy", finding.remedy)] if finding.remedy else []
        rows = (
            ("finding", finding.fingerprint),
            ("severity", finding.severity),
            ("basis", f"{finding.basis}{status}"),
            ("rule", f"{finding.rule} ({finding.binding})"),
            *remedy,
        )
        blocks = (
            Para(text(finding.says)),
            Pairs(rows),
            *_authority(report.rulebook.rules[finding.rule]),
            Heading(1, "Why", "why"),
            Tree(self.why.parents),
            *_failed(self.failed),
            *_sources(report, [self.why, *self.failed]),
        )
        return _of_one(report, finding.party_name, blocks)


class WhyNot(Content):
    """Why a rule finds nothing of a State.

    Args:
        report: where nothing is found.
        rule: the rule.
        name: of the State.
        statuses: of its duties under the rule, in words.
        failed: what did not hold.
    """

    def __init__(
        self,
        report: Report,
        rule: RuleInfo,
        name: str,
        statuses: Iterable[str],
        failed: Sequence[Node],
    ) -> None:
        self.report = report
        self.rule = rule
        self.name = name
        self.statuses = tuple(statuses)
        self.failed = failed

    def document(self) -> Document:
        """The statuses of its duties, the law, and what did not hold."""
        statuses = tuple(Line(status, inset=1, mark="-") for status in self.statuses)
        blocks = (
            Para(text(f"{self.rule.title}: nothing is found of {self.name}.")),
            Entry(statuses),
            *_authority(self.rule),
            *_failed(self.failed),
            *_sources(self.report, self.failed),
        )
        return _of_one(self.report, self.name, blocks)


class RulePage(Content):
    """What a rule says, what it finds, and the numbers that it counts.

    Args:
        info: the rule.
        subtitle: lines below its title.
        blocks: its page, see `ccm_rules.documents.rulepages`.
        found: fingerprints of what it finds in the record at hand.
        numbers: the numbers it counts, with what they are part of.
    """

    def __init__(
        self,
        info: RuleInfo,
        subtitle: Sequence[str],
        blocks: Iterable[Block],
        found: Sequence[str] = (),
        numbers: tuple[Tally, Sequence[Number]] | None = None,
    ) -> None:
        self.info = info
        self.subtitle = (*subtitle, info.file)
        self.blocks = tuple(blocks)
        self.found = found
        self.numbers = numbers

    def document(self) -> Document:
        """The page, and below it what there is to show in the record at hand."""
        blocks = [*self.blocks]
        if self.found:
            blocks += [Heading(1, "Found in this record"), Items(tuple(map(text, self.found)))]
        if self.numbers is not None:
            blocks += _numbers(*self.numbers)
        title_ = self.info.title
        return Document(title_, self.subtitle, "", title_, "en", tuple(blocks))


def _of_one(report: Report, name: str, blocks: tuple[Block, ...]) -> Document:
    """A document about one State, or the record as a whole."""
    known = ""
    if report.known_by is not None:
        known = f", with what was known by {in_words(report.known_by, report.known_by)}"
    day = in_words(report.as_of, report.as_of)
    of = f"{report.record.title}; as of {day}{known}"
    title_ = name or "The record as a whole"
    return Document(title_, (of,), "", running(title_, report), "en", blocks, untitled=not name)


def _authority(rule: RuleInfo) -> Iterator[Block]:
    yield Heading(1, authority_in_words(rule), "authority")
    lines = []
    if rule.quote:
        lines.append(Line(f"“{rule.quote}”", hang=False))
    if rule.note:
        lines.append(Line(rule.note, hang=False))
    if rule.url:
        lines.append(Line(rule.url, "small", hang=False, whole=True, to=rule.url))
    if rule.compared:
        day = dt.date.fromisoformat(rule.compared).toordinal()
        compared = f"The quotation was compared with its source on {in_words(day, day)}."
        lines.append(Line(compared, "small", hang=False))
    yield Entry(tuple(lines))


def _failed(nodes: Sequence[Node]) -> Iterator[Block]:
    yield Heading(1, "Conditions that did not hold", "failed")
    if not nodes:
        yield Para(text("None that bears on this."))
    for node in nodes:
        yield Tree((node,))


def _sources(report: Report, nodes: Iterable[Node]) -> Iterator[Block]:
    """Titles and addresses of the sources that some trees cite."""
    cited = [reference for node in nodes for reference in references(node)]
    if not cited:
        return
    yield Heading(1, "Sources", "sources")
    for name in dict.fromkeys(reference.partition(" ")[0] for reference in cited):
        source = report.record.sources.get(name)
        if source is None:
            continue
        day = f" ({in_words(*source.published)})" if source.published is not None else ""
        lines = [Line(f"{name}: {source.title}{day}")]
        if source.url:
            lines.append(Line(source.url, "small", 1, hang=False, whole=True, to=source.url))
        yield Entry(tuple(lines))


def _numbers(tally: Tally, numbers: Iterable[Number]) -> Iterator[Block]:
    """How numbers come about."""
    trees = []
    files = ", ".join(tally.report.record.files)
    for number in numbers:
        tree = tally.because(number)
        trees.append(tree)
        blocks: list[Block] = [Pairs(tuple(_counted(number)))]
        if tree.parents:
            blocks += [Heading(2, "Why"), Tree(tree.parents)]
        of = f"{period_in_words(tally)} · {files} · {number.ground}"
        yield Part(f"{title(number)}: {value_in_words(number)}", (of,), tuple(blocks))
    yield from _sources(tally.report, trees)


def _counted(number: Number) -> Iterator[tuple[str, str]]:
    """What a number counts, and how."""
    info = number.info
    yield "indicator", number.name
    if info.wording:
        yield "wording", info.wording
    yield "counts", info.unit
    yield "period", info.period
    if number.population_title:
        size = f" ({len(number.population):,})" if number.population else ""
        yield "asked of", f"{number.population_title}{size}"
    yield "how", info.counted
    if number.low is not None:
        low, high = f"{number.low:,}", "no known bound" if number.high is None else number.high
        yield "by name", low if number.exact else f"from {low} to {high}"
