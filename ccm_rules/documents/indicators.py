"""The numbers of an action plan, as ``report`` says them: a tally goes in, its document comes out.

A terminal is too narrow for tables of numbers with their wording, so that text is made of
lines and paper of tables (`Indicators.page`). The JSON form is ``"schema":
"ccm-report/2"``, published in ``schemas/``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from ccm_rules.compiler.plan import SectionInfo
from ccm_rules.documents.blocks import (
    Block,
    Cell,
    Column,
    Document,
    Entry,
    Heading,
    Items,
    Line,
    Pairs,
    Para,
    Part,
    Row,
    Run,
    Table,
    text,
)
from ccm_rules.documents.content import Content
from ccm_rules.documents.context import Context, of_report
from ccm_rules.documents.numbers_in_words import (
    names,
    remarks,
    title,
    value_in_words,
)
from ccm_rules.documents.sheet import Sheet
from ccm_rules.documents.tally_values import View, data, sheet
from ccm_rules.report.comparison import Change
from ccm_rules.report.numbers import NOT_APPLICABLE, Number, Tally, period_in_words
from ccm_rules.words.counting import listed, plural

_GROUNDS: Final = {
    "derived": "the record names everyone who is counted",
    "stated": "a source prints it, or it is arithmetic on printed numbers",
    "unknown": "neither",
}
#: A number, its ground, and what it counts, as lines on a terminal.
_LINES: Final = (
    Column("number", number=True, width=9),
    Column("ground", width=7),
    Column("indicator"),
)
_TABLE: Final = (Column("Action"), Column("number"), Column("ground"), Column("indicator", 6))
_PARAGRAPHS: Final = (Column("number"), Column("ground"), Column("what", 6))
_MOVED: Final = (
    Column("what", 4),
    Column("then"),
    Column("now"),
    Column("counted now", 3),
    Column("counted no more", 3),
)


class Indicators(Content):
    """The numbers of an action plan.

    Args:
        tally: the numbers.
        view: what of them is shown.
        context: what is said beside them.
    """

    def __init__(self, tally: Tally, view: View, context: Context) -> None:
        self.tally = tally
        self.view = view
        self.context = context
        self.report = tally.report
        meeting = tally.meeting_name
        self._period = f"{period_in_words(tally)}{f', for {meeting}' if meeting else ''}"

    # -- lines -------------------------------------------------------------

    def document(self) -> Document:
        """The summary, tables A to K, and what does not agree, as lines."""
        blocks = (
            Pairs(tuple(_GROUNDS.items()), "Each number with its ground:"),
            *self._summary_lines(),
            *self._section_lines(),
            *self._change_lines(),
            *self._finding_lines(),
        )
        more = [("period", self._period)]
        return of_report(self.report, self.context, blocks, closing=self._sum(), more=more)

    def _summary_lines(self) -> Iterator[Block]:
        summary = self._summary()
        if summary:
            yield Heading(1, "Summary")
        for heading, lines in summary:
            yield Heading(2, heading)
            yield Table("", _LINES, tuple(_line(number, says) for number, says in lines))

    def _section_lines(self) -> Iterator[Block]:
        hidden = 0
        members = self.view.members
        for section, table, others in self._order():
            name = f"{section.letter}. {section.title}"
            if table:
                yield Heading(1, name, apart=True)
            action = -1
            for number in table:
                if number.info.action != action:
                    action = number.info.action
                    yield Heading(2, f"Action {action}")
                says = number.info.wording or title(number)
                yield Table("", _LINES, (_line(number, says, remarks(number, members)),))
            if others and self._with_paragraphs:
                yield Heading(1, f"{name}: numbers of the paragraphs", apart=True)
                rows = (_line(one, title(one), remarks(one, members)) for one in others)
                yield Table("", _LINES, tuple(rows))
            else:
                hidden += len(others)
        if hidden:
            words = f"{plural(hidden, 'number')} of the paragraphs: --paragraphs shows them."
            yield Part("", (), (Para(text(words), note=True),))

    @property
    def _with_paragraphs(self) -> bool:
        return self.view.paragraphs or bool(self.view.actions)

    def _change_lines(self) -> Iterator[Block]:
        then, changes = self.view.then, self.view.changes
        if then is None or changes is None:
            return
        yield Heading(1, f"Since {period_in_words(then)}")
        of = f"({then.report.record.title}: {', '.join(then.report.record.files)})"
        yield Para(text(of), note=True)
        moved = [change for change in changes if change.moved]
        for change in moved:
            before, after = _both(change)
            by = f" ({change.difference:+,})" if change.difference else ""
            lines = [Line(f"{title(_number_of(change))}: {before} → {after}{by}")]
            if change.joined:
                lines.append(Line(f"counted now: {names(change.joined)}", "small", 1))
            if change.left:
                lines.append(Line(f"counted no more: {names(change.left)}", "small", 1))
            yield Entry(tuple(lines), spaced=True)
        if not moved:
            yield Entry((Line("Nothing that the records can tell."),), spaced=True)

    def _finding_lines(self) -> Iterator[Block]:
        findings = self.view.findings
        if findings:
            yield Heading(1, f"What does not agree ({len(findings):,})", apart=True)
        for finding in findings:
            lines = [
                Line(finding.says),
                Line(f"{finding.severity} · {finding.basis}", "small", hang=False),
                Line(finding.fingerprint, "small", hang=False, whole=True),
            ]
            if finding.remedy:
                lines.append(Line(finding.remedy, mark="→"))
            yield Entry(tuple(lines), spaced=True)

    # -- tables ------------------------------------------------------------

    def page(self) -> Document:
        """The same for paper, with real tables."""
        report = self.report
        digests = f"Facts {report.record.digest[:12]}, rules {report.rulebook.digest[:12]}"
        grounds = [(Run(name, slanted=True), Run(f": {s}")) for name, s in _GROUNDS.items()]
        return Document(
            report.record.title,
            (
                f"Review period: {self._period}.",
                f"{digests}, engines: {listed(report.engines)}.",
            ),
            "",
            f"{report.record.title}: {self._period}",
            "en",
            (
                Items((*grounds, *(text(f"note: {note}") for note in self.context.notes))),
                *self._summary_items(),
                *self._section_tables(),
                *self._change_table(),
                *self._finding_items(),
                Para(text(self._sum())),
            ),
        )

    def _summary_items(self) -> Iterator[Block]:
        summary = self._summary()
        if summary:
            yield Heading(1, "Summary")
        for heading, lines in summary:
            yield Heading(2, heading)
            yield Items(
                tuple(
                    (
                        Run(value_in_words(number), strong=True),
                        Run(f" {says} ("),
                        Run(number.ground, slanted=True),
                        Run(")"),
                    )
                    for number, says in lines
                )
            )

    def _section_tables(self) -> Iterator[Block]:
        members = self.view.members
        for section, table, others in self._order():
            if table:
                yield Heading(1, f"{section.letter}. {section.title}")
                rows = tuple(
                    Row(
                        (
                            Cell(text(str(n.info.action))),
                            *_cells(n, n.info.wording or title(n), members),
                        )
                    )
                    for n in table
                )
                yield Table("", _TABLE, rows)
            if others and self._with_paragraphs:
                yield Heading(2, f"{section.title}: numbers of the paragraphs")
                rows = tuple(Row(_cells(n, title(n), members)) for n in others)
                yield Table("", _PARAGRAPHS, rows)

    def _change_table(self) -> Iterator[Block]:
        if self.view.changes is None or self.view.then is None:
            return
        yield Heading(1, f"Since {period_in_words(self.view.then)}")
        rows = []
        for change in self.view.changes:
            if change.moved:
                who = (names(m) if m else "" for m in (change.joined, change.left))
                cells = (title(_number_of(change)), *_both(change), *who)
                rows.append(Row(tuple(Cell(text(words)) for words in cells)))
        yield Table("", _MOVED, tuple(rows))

    def _finding_items(self) -> Iterator[Block]:
        if not self.view.findings:
            return
        yield Heading(1, "What does not agree")
        yield Items(
            tuple(
                (
                    Run(f"{finding.says} → {finding.remedy} ("),
                    Run(finding.fingerprint, code=True),
                    Run(")"),
                )
                for finding in self.view.findings
            )
        )

    # -- what is shown -----------------------------------------------------

    def _order(self) -> list[tuple[SectionInfo, list[Number], list[Number]]]:
        """For each section the numbers of its table, and those of its paragraphs."""
        found = []
        for section in self.tally.sections:
            mine = [
                n
                for n in self.tally.numbers
                if n.info.section == section.letter
                and (not self.view.actions or n.info.action in self.view.actions)
            ]
            table = [n for n in mine if n.info.place == "table"]
            found.append((section, table, [n for n in mine if n.info.place != "table"]))
        return found


    def _shown(self) -> list[Number]:
        """All numbers, in order."""
        return [n for _, table, others in self._order() for n in (*table, *others)]

    def _summary(self) -> list[tuple[str, list[tuple[Number, str]]]]:
        """The lines of the summary, by heading."""
        found = []
        for section in self.tally.sections:
            lines = [
                (self.tally.first(name), says)
                for name, says in section.summary
                if not self.view.actions or self.tally.first(name).info.action in self.view.actions
            ]
            if lines:
                found.append((section.summary_title, lines))
        return found


    def _sum(self) -> str:
        """How many numbers stand on which ground."""
        shown = self._shown()
        grounds = dict.fromkeys((*_GROUNDS, NOT_APPLICABLE), 0)
        for number in shown:
            grounds[number.ground] += 1
        parts = [f"{n:,} {ground.replace('-', ' ')}" for ground, n in grounds.items() if n]
        words = f"{plural(len(shown), 'number')}: {listed(parts)}." if parts else "No number."
        findings = plural(len(self.view.findings), "finding")
        return f"{words} {findings} on the numbers themselves."

    # -- values ------------------------------------------------------------

    def data(self) -> dict[str, Any]:
        """All numbers and all members, as plain values."""
        return data(self.tally, self.view, self.context, self._shown(), self._summary())

    def sheet(self) -> Sheet:
        """One row a number; members are codes, or names where there is no State."""
        return sheet(self.view, self._shown())


def _line(number: Number, says: str, below: Iterable[str] = ()) -> Row:
    ground = "" if number.ground == NOT_APPLICABLE else number.ground
    value = Cell(text(value_in_words(number)))
    return Row((value, Cell(text(ground)), Cell(text(says), notes=tuple(below))))


def _cells(number: Number, says: str, members: bool) -> tuple[Cell, ...]:
    return (
        Cell(text(value_in_words(number))),
        Cell(text(number.ground)),
        Cell(text(says), notes=tuple(remarks(number, members))),
    )


def _number_of(change: Change) -> Number:
    number = change.now or change.then
    assert number is not None
    return number


def _both(change: Change) -> tuple[str, str]:
    """The number then and now."""
    before, after = (
        "–" if number is None else value_in_words(number) for number in (change.then, change.now)
    )
    return before, after
