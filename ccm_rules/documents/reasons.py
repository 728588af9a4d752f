"""Why a finding stands, or does not, as ``explain`` says it: trees go in, a document comes out.

The JSON form is ``"schema": "ccm-explain/1"``, with a ``finding``, an ``absence`` (a rule
that finds nothing of a State) or a ``rule``, and trees as ``ccm-check/2`` has them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

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
from ccm_rules.documents.values import authority_data, facts_data, finding_data, head_data
from ccm_rules.record.model import Source
from ccm_rules.report.because import Node, references
from ccm_rules.report.findings import Finding
from ccm_rules.report.numbers import Number, Tally, period_in_words
from ccm_rules.report.views import Report

SCHEMA: Final = "ccm-explain/1"


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
        known = []
        if finding.known_until is not None:
            day = in_words(finding.known_until, finding.known_until)
            known = [("known", f"until {day}{'' if finding.current else '; no finding of today'}")]
        rows = (
            ("finding", finding.fingerprint),
            ("severity", finding.severity),
            ("basis", f"{finding.basis}{status}"),
            ("rule", f"{finding.rule} ({finding.binding})"),
            *known,
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

    def data(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            **_head(self.report),
            "finding": finding_data(self.report, self.finding),
            **_grounds(self.report, self.failed, [self.why, *self.failed]),
        }


class WhyNot(Content):
    """Why a rule finds nothing of a State.

    Args:
        report: where nothing is found.
        rule: the rule.
        party: code of the State.
        statuses: of its duties under the rule, in words.
        failed: what did not hold.
    """

    def __init__(
        self,
        report: Report,
        rule: RuleInfo,
        party: str,
        statuses: Iterable[str],
        failed: Sequence[Node],
    ) -> None:
        self.report = report
        self.rule = rule
        self.party = party
        self.name = report.words.party(party)
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

    def data(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            **_head(self.report),
            "absence": {
                "rule": self.rule.name,
                "title": self.rule.title,
                "party": self.party,
                "party_name": self.name,
                "statuses": list(self.statuses),
                "authority": authority_data(self.rule),
            },
            **_grounds(self.report, self.failed, self.failed),
        }


class RulePage(Content):
    """What a rule says, what it finds, and the numbers that it counts.

    Args:
        info: the rule.
        subtitle: lines below its title.
        blocks: its page, see `ccm_rules.documents.rulepages`.
        sections: makes the same as plain values.
        found: fingerprints of what it finds in the record at hand.
        numbers: the numbers it counts, with what they are part of.
    """

    def __init__(
        self,
        info: RuleInfo,
        subtitle: Sequence[str],
        blocks: Iterable[Block],
        sections: Callable[[], list[dict[str, Any]]],
        found: Sequence[str] = (),
        numbers: tuple[Tally, Sequence[Number]] | None = None,
    ) -> None:
        self.info = info
        self.subtitle = (*subtitle, info.file)
        self.blocks = tuple(blocks)
        self.sections = sections
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

    def data(self) -> dict[str, Any]:
        """The same as plain values."""
        info = self.info
        tally, numbers = self.numbers or (None, ())
        return {
            "schema": SCHEMA,
            "rule": {
                "name": info.name,
                "title": info.title,
                "summary": info.summary or None,
                "binding": info.binding,
                "authority": authority_data(info),
                "sections": self.sections(),
                "findings": list(self.found),
                "numbers": [
                    {
                        "indicator": number.name,
                        "shown": value_in_words(number),
                        "ground": number.ground,
                        "because": tally.because(number).to_data(),
                    }
                    for number in numbers
                    if tally is not None
                ],
            },
        }


def _head(report: Report) -> dict[str, Any]:
    return {
        **head_data(SCHEMA, report),
        "facts": facts_data(report),
        "rules": {"digest": report.rulebook.digest, "count": len(report.rulebook.rules)},
    }


def _grounds(report: Report, failed: Iterable[Node], trees: Iterable[Node]) -> dict[str, Any]:
    """What did not hold, and the sources of all that is said."""
    return {
        "not_held": [node.to_data() for node in failed],
        "sources": [
            {
                "name": name,
                "title": source.title,
                "published": None if source.published is None else str(source.published),
                "url": source.url or None,
            }
            for name, source in _cited(report, trees)
        ],
    }


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
        if rule.compared_with:
            on = in_words(day, day)
            compared = f"The quotation was compared on {on} with {rule.compared_with}."
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
    cited = _cited(report, nodes)
    if cited:
        yield Heading(1, "Sources", "sources")
    for name, source in cited:
        day = f" ({in_words(*source.published)})" if source.published is not None else ""
        lines = [Line(f"{name}: {source.title}{day}")]
        if source.url:
            lines.append(Line(source.url, "small", 1, hang=False, whole=True, to=source.url))
        yield Entry(tuple(lines))


def _cited(report: Report, nodes: Iterable[Node]) -> list[tuple[str, Source]]:
    """The sources that some trees name, each once."""
    names = dict.fromkeys(
        reference.partition(" ")[0] for node in nodes for reference in references(node)
    )
    known = report.record.sources
    return [(name, known[name]) for name in names if name in known]


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
