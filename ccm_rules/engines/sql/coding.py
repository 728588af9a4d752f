"""A program in which every text is a number, as databases join fastest.

Rules only ask whether texts are equal, so a number that stands for each does as
well. Programs, rows and registers are coded on their way in, and what anybody
looks at is decoded on its way out.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final

from ccm_rules.compiler.program import (
    Atom,
    Clause,
    Condition,
    Program,
    Row,
    Term,
    Variable,
)

#: The type of columns that hold codes.
CODE: Final = "code"


class Code(int):
    """The number that stands for a text; no number of the record."""


class Codes(dict[str, int]):
    """Texts and the numbers that stand for them, given out as texts are met."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._lock = threading.Lock()
        self.__missing__("")  # the least of all numbers, as it is of all texts

    def __missing__(self, text: str) -> int:
        """Give a new text its number."""
        with self._lock:  # two threads may meet one text
            if text not in self:
                self.texts.append(text)
                self[text] = len(self.texts) - 1
        return self[text]

    def learn(self, texts: Iterable[str]) -> None:
        """Give new ones among many texts their numbers, quicker than each by itself."""
        with self._lock:
            new = [text for text in dict.fromkeys(texts) if text not in self]
            self.update(zip(new, itertools.count(len(self.texts))))
            self.texts += new

    def columns(
        self, types: Iterable[str], rows: Collection[Row]
    ) -> list[Iterable[int]]:
        """Code columns of rows, each when it is gone through.

        Args:
            types: of the columns, ``text`` for those to be coded.
            rows: the rows.
        """
        columns: list[Iterable[int]] = []
        for place, type_ in enumerate(types):
            column = map(itemgetter(place), rows)
            if type_ == "text":
                self.learn(map(itemgetter(place), rows))
                columns.append(map(self.__getitem__, column))
            else:
                columns.append(column)
        return columns

    def decoded(self, types: Iterable[str], columns: Sequence[Iterable[Any]]) -> Iterator[Row]:
        """Rows as they were before they were coded.

        Args:
            types: of the columns, ``text`` for those that were coded.
            columns: the values, column by column, or nothing where there are no rows.
        """
        if not columns:
            return iter(())
        texts = self.texts
        return zip(
            *(
                map(texts.__getitem__, column) if type_ == "text" else column
                for type_, column in zip(types, columns, strict=True)
            ),
            strict=True,
        )

    def program(self, program: Program) -> Program:
        """A program with numbers for texts."""
        return program._replace(
            schema={name: _coded(columns) for name, columns in program.schema.items()},
            clauses=tuple(self._clause(clause) for clause in program.clauses),
            functions={name: self._function(spec) for name, spec in program.functions.items()},
        )

    def _function(self, spec: Mapping[str, Any]) -> Mapping[str, Any]:
        if spec["function"] != "recorded":
            return spec
        constants = {name: self._term(value) for name, value in spec["constants"].items()}
        return {**spec, "kind": Code(self[spec["kind"]]), "constants": constants}

    def _clause(self, clause: Clause) -> Clause:
        return clause._replace(
            head_terms=tuple(map(self._term, clause.head_terms)),
            body=tuple(self._atom(atom) for atom in clause.body),
            conditions=self._conditions(clause.conditions),
            absences=tuple(
                absence._replace(
                    terms=tuple(t if t is None else self._term(t) for t in absence.terms),
                    conditions=self._conditions(absence.conditions),
                )
                for absence in clause.absences
            ),
        )

    def _atom(self, atom: Atom) -> Atom:
        return atom._replace(terms=tuple(map(self._term, atom.terms)))

    def _conditions(self, conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
        return tuple(
            Condition(c.operator, self._term(c.left), self._term(c.right)) for c in conditions
        )

    def _term(self, term: Term) -> Term:
        return Code(self[term]) if isinstance(term, str) else term


def _coded(columns: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name, CODE if type_ == "text" else type_) for name, type_ in columns)


def variable_types(program: Program, clause: Clause) -> list[str]:
    """The types of a clause's variables, in their order."""
    types: dict[str, str] = {}
    for atom in clause.body:
        for (_, type_), term in zip(program.schema[atom.relation], atom.terms, strict=True):
            if isinstance(term, Variable):
                types.setdefault(term.name, type_)
    return [types[name] for name in clause.variables]


#: What writes a text into a statement: as it is, or as the number that stands for it.
Write = Callable[[str], str | int]
