"""The page of situations: which rules have cases for what can happen to a State, and why not.

In goes a matrix of rules and situations, out come blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ccm_rules.authoring.situations import CANNOT, EMPTY, EXCUSED, FILLED, Cell, Matrix, counted
from ccm_rules.documents.blocks import Block, Heading
from ccm_rules.documents.parts.building import para
from ccm_rules.documents.parts.table_lines import TableLine, cell, column, table
from ccm_rules.documents.rulepages.ruleset import Link
from ccm_rules.law.situation_tables import Situation
from ccm_rules.words.language import Language

PAGE: Final = "situations"
#: How a cell is shown.
_MARKS: Final = {FILLED: "●", EXCUSED: "·", CANNOT: "–", EMPTY: "?"}


class SituationPage:
    """Makes the page.

    Args:
        matrix: of all rules.
        language: that it is written in.
        link: where the page of a rule stands, by its name.
    """

    def __init__(self, matrix: Matrix, language: Language, link: Link) -> None:
        self._matrix = matrix
        self._language = language
        self._link = link
        self._numbers = {one.name: n for n, one in enumerate(matrix.situations, 1)}

    @property
    def title(self) -> str:
        """The heading of the page."""
        return self.say("Situations")

    def say(self, text: str, **values: object) -> str:
        """Fixed wording in the language of the page."""
        return self._language.say(text, **values)

    def blocks(self) -> list[Block]:
        """What stands on it."""
        say, matrix = self.say, self._matrix
        number = counted(matrix.cells)
        about = say(
            "What can happen to a State, and which rules have test cases for it. A case shows the "
            "situation by its facts, and how things stand on its day and on the day before."
        )
        how_many = say(
            "{filled} have cases, {excused} are excused by what the rule lacks, {cannot} cannot "
            "happen under the rule, {empty} have none.",
            **{state: self._language.number(n) for state, n in number.items()},
        )
        legend = say(
            "{filled} has a case; {excused} the rule lacks what the situation needs; {cannot} it "
            "cannot happen, as the rule's cases say; {empty} has none.",
            **_MARKS,
        )
        return [
            para(about),
            para(how_many),
            Heading(1, say("What can happen"), "names"),
            *table(say("Situations"), map(self._situation, matrix.situations)),
            Heading(1, say("Which rules have cases for it"), "matrix"),
            para(legend),
            *table(say("Rules and situations"), map(self._line, matrix.rules)),
            Heading(1, say("What excuses a rule"), "traits"),
            *table(say("Traits"), self._traits()),
            *self._exceptions(),
        ]

    def _situation(self, one: Situation) -> TableLine:
        cells = [
            column("", 1, str(self._numbers[one.name]), number=True),
            column(self.say("Name"), 4, cell(one.name)),
            column(self.say("In words"), 8, one.title),
            column(self.say("Needs"), 4, ", ".join(one.needs)),
        ]
        return TableLine(cells)

    def _line(self, name: str) -> TableLine:
        title, to = self._matrix.rules[name].title, self._link(name)
        mine = {one.situation: one for one in self._matrix.of([name])}
        cells = [column(self.say("Rule"), 8, cell(title, to=to))]
        cells += [
            column(str(number), 1, _MARKS[mine[situation].state])
            for situation, number in self._numbers.items()
        ]
        return TableLine(cells)

    def _traits(self) -> Iterator[TableLine]:
        for trait in self._matrix.traits.values():
            cells = [
                column(self.say("Trait"), 3, trait.name),
                column(self.say("Why a rule without it needs no case"), 10, trait.without),
            ]
            yield TableLine(cells)

    def _exceptions(self) -> list[Block]:
        """What cannot happen under a rule although it lacks no trait, and why."""
        cannot = [one for one in self._matrix.cells if one.state == CANNOT]
        if not cannot:
            return []
        title = self.say("What cannot happen")
        return [Heading(1, title, "cannot"), *table(title, map(self._exception, cannot))]

    def _exception(self, one: Cell) -> TableLine:
        cells = [
            column(self.say("Rule"), 4, cell(one.rule, to=self._link(one.rule))),
            column(self.say("Situation"), 3, one.situation),
            column(self.say("Why"), 8, one.why),
        ]
        return TableLine(cells)
