"""Where a derived row comes from, as data: why-provenance, down to the facts as written.

A row goes in; out comes a tree of steps: facts, registers, arithmetic, comparisons, what
is absent, counts, and what was derived on the way. Where a row holds in several ways, the
first is followed, certain ones before possible ones. `ccm_rules.report.because` says the
steps in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

from ccm_rules.compiler.program import (
    Absence,
    Atom,
    Clause,
    Condition,
    Count,
    Program,
    Row,
    Term,
    Variable,
)
from ccm_rules.engines.host import Derivations, head_maker
from ccm_rules.record.model import Fact, Register
from ccm_rules.record.relations import BUILT_IN, CONTRADICTING, Base
from ccm_rules.record.sentences import values_of
from ccm_rules.record.vocabulary import Vocabulary

S = TypeVar("S", bound=Any)
#: The values of a clause's variables.
Binding = Mapping[str, str | int]


class Recorded(NamedTuple):
    """A row of the record, and the facts as written behind it.

    Of a contradiction or a duplicate they are the two facts.
    """

    relation: str
    row: Row
    facts: tuple[Fact, ...]
    parents: tuple[()] = ()


class Complete(NamedTuple):
    """Until when the record is complete."""

    register: Register
    parents: tuple[()] = ()


class Computed(NamedTuple):
    """Arithmetic: a day and a period, or two numbers; the row has both, then the result."""

    function: Mapping[str, Any]
    row: Row
    parents: tuple[()] = ()


class Compared(NamedTuple):
    """A comparison that held."""

    condition: Condition
    binding: Binding
    clause: Clause
    parents: tuple[()] = ()


class Absent(NamedTuple):
    """What is not on record."""

    absence: Absence
    binding: Binding
    parents: tuple[()] = ()


class Derived(NamedTuple):
    """A row that a rule derives, that is counted, or that is there as the day is.

    Attributes:
        relation, row: the row.
        parents: what it was derived of; of a count the rows that it counts, certain and
            possible; nothing for the as-of day, a calendar year and the like.
        tally: the count that it is, if it is one.
    """

    relation: str
    row: Row
    parents: tuple[Step, ...] = ()
    tally: Count | None = None


Step = Recorded | Complete | Computed | Compared | Absent | Derived


class Evidence(NamedTuple):
    """What something rests on, each thing once.

    Attributes:
        facts: as written, in the order in which they are come upon.
        registers: by which something is known to be absent.
    """

    facts: tuple[Fact, ...]
    registers: tuple[Register, ...]


class Provenance:
    """Finds the steps that rows rest on; each is made once."""

    def __init__(
        self, program: Program, vocabulary: Vocabulary, base: Base, derived: Derivations
    ) -> None:
        self._program = program
        self._vocabulary = vocabulary
        self._base = base
        self._derived = derived
        self.clauses: dict[str, list[Clause]] = {}
        for clause in program.clauses:
            self.clauses.setdefault(clause.head, []).append(clause)
        self.counts = {count.head: count for count in program.counts}
        self._index: dict[str, dict[Row, tuple[Clause, Row]]] = {}
        self._steps: dict[tuple[str, Row], Step] = {}
        self._places: dict[tuple[str, Row], tuple[str, ...]] = {}

    def derivation(self, relation: str, row: Row) -> tuple[Clause, Row] | None:
        """The first way in which a row was derived, certain ones before possible ones.

        Returns:
            The clause and the values of its variables; ``None`` for a row that
            was not derived.
        """
        index = self._index.get(relation)
        if index is None:
            index = self._index[relation] = {}
            ordered = sorted(self.clauses.get(relation, ()), key=lambda clause: not clause.certain)
            for clause in ordered:
                make = head_maker(clause)
                found = self._derived.bindings.get(clause.id, frozenset())
                for values in sorted(found, key=lambda row: [(isinstance(v, str), v) for v in row]):
                    index.setdefault(make(values), (clause, values))
        return index.get(row)

    def joined(self, relation: str, row: Row) -> Iterator[tuple[Atom, Row]]:
        """The rows that a derived row joins."""
        found = self.derivation(relation, row)
        if found is not None:
            clause, values = found
            binding = dict(zip(clause.variables, values, strict=True))
            for atom in clause.body:
                yield atom, tuple(value_of(term, binding) for term in atom.terms)

    def step(self, relation: str, row: Row) -> Step:
        """A row as a step, with all that it rests on."""
        key = (relation, row)
        if key not in self._steps:
            self._steps[key] = self._step(relation, row)
        return self._steps[key]

    def _step(self, relation: str, row: Row) -> Step:
        function = self._program.functions.get(relation)
        if function is not None:
            if function["function"] == "recorded":
                return Complete(self._base.coverage.registers[int(row[-1])])
            return Computed(function, row)
        if relation in self._vocabulary:
            return Recorded(relation, row, self._base.origins.get(relation, {}).get(row, ()))
        if relation in CONTRADICTING:
            fields = values_of(BUILT_IN[relation].items(), row)
            field = fields["field"][1][0] if "field" in fields else ""
            party, name = fields["party"][1][0], fields["id"][1][0]
            if relation == "excluded":
                item = self._base.contradictions[f"{party}:register:{name}"]
                fact = Recorded(relation, row, (item.first,))
                register = () if item.register is None else (Complete(item.register),)
                return Derived(relation, row, (fact, *register))
            item = self._base.contradictions[f"{party}:{field}:{name}"]
            return Recorded(relation, row, (item.first, item.second))
        if relation in BUILT_IN:
            return Derived(relation, row)
        if relation in self.counts:
            count = self.counts[relation]
            rows = self._derived.rows[count.source]
            members = sorted(r for r in rows if r[: count.group] == row[: count.group])
            parents = tuple(self.step(count.source, member) for member in members)
            return Derived(relation, row, parents, count)
        return Derived(relation, row, tuple(self._parents(relation, row)))

    def _parents(self, relation: str, row: Row) -> Iterator[Step]:
        found = self.derivation(relation, row)
        if found is None:
            return
        clause, values = found
        binding = dict(zip(clause.variables, values, strict=True))
        for atom in clause.body:
            yield self.step(atom.relation, tuple(value_of(term, binding) for term in atom.terms))
        for condition in clause.conditions:
            yield Compared(condition, binding, clause)
        for absence in clause.absences:
            yield Absent(absence, binding)

    def evidence(self, relation: str, rows: Iterable[Row]) -> Evidence:
        """The facts and registers that rows rest on."""
        facts: dict[int, Fact] = {}
        registers: dict[int, Register] = {}
        for step in walk(*(self.step(relation, row) for row in rows)):
            if isinstance(step, Recorded):
                facts.update((id(fact), fact) for fact in step.facts if id(fact) not in facts)
            elif isinstance(step, Complete):
                registers.setdefault(id(step.register), step.register)
        return Evidence(tuple(facts.values()), tuple(registers.values()))

    def places(self, relation: str, row: Row) -> tuple[str, ...]:
        """Where sources say what a row rests on, each reference once.

        A Meeting's days only say which facts belong together, so what is merely
        scheduled is left out.
        """
        key = (relation, row)
        if key not in self._places:
            kinds = self._vocabulary.values()
            dated = {kind.name for kind in kinds if kind.dated or kind.statement}
            self._places[key] = tuple(
                dict.fromkeys(
                    reference
                    for step in walk(self.step(relation, row))
                    if isinstance(step, Recorded) and step.relation in dated
                    for fact in step.facts
                    for reference in fact.sources
                )
            )
        return self._places[key]


def walk(*steps: S) -> Iterator[S]:
    """Steps, or what is said of them, each before those it rests on, and once."""
    todo: list[S] = list(reversed(steps))
    seen: set[int] = set()
    while todo:
        one = todo.pop()
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            todo += reversed(one.parents)


def value_of(term: Term, binding: Binding) -> str | int:
    """What a term stands for."""
    return binding[term.name] if isinstance(term, Variable) else term
