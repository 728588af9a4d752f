"""The forward-chaining engine: clauses and rows go in, answers of durable-rules come out.

Used plainly, durable-rules 2.0.28 loses facts, fires on facts that it should
not, swallows exceptions and crashes. What is done about each:

- Absence fires too early and is never withdrawn: the rows that a clause needs
  absent are asserted before all others, as facts of another type, and each level
  of the program has a ruleset of its own, so that they are complete.
- Facts are keyed by a 32-bit hash of their id and ids are never compared: ids
  are chosen unique under that hash, and what is stored is counted afterwards.
- One fact that no rule matches, or a duplicate, stops everything: a rule that
  never completes takes every fact, and rows are sets.
- Types are coerced, nulls join nulls, large numbers, long texts and two spellings
  of one letter compare wrongly: it sees whole numbers within bounds, and no texts.
- A join whose last comparison is false reads past its end and crashes: every join
  ends in one that always holds (all facts share the property ``z``).
- Too many conditions on one type crash: rulesets are split before that.
- Exceptions in actions are swallowed, and a thread fires rules behind one's
  back: no actions, no ``Host``; the raw engine is drained here.
- Deleting a state that never fired crashes, and a ruleset alone does not free its
  states: one fact always fires, and the state is deleted before its ruleset.
- It crashes natively: it runs in a process of its own, whose end in any other way
  than by an answer is an `EngineError`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from ccm_rules.compiler.lowering import (
    HELLO,
    NEGATED,
    batches,
    looked_at,
    ruleset,
    shared_variables,
)
from ccm_rules.compiler.program import Absence, Atom, Clause, Count, Program, Row, Variable
from ccm_rules.engines.host import Rows, picker
from ccm_rules.errors import EngineError

#: Integers from 2^63 compare equal to others.
MAX_INT: Final = 2**62
#: No two of the first so many decimal numbers share a 32-bit FNV-1a hash
#: (a test counts them); later ids are chosen one by one.
COLLISION_FREE_IDS: Final = 100_000
#: Fewer rows than this are asserted as they are: looking closer costs more.
_FEW: Final = 12


def fnv1a(data: bytes) -> int:
    """The 32-bit hash by which durable-rules knows a fact's id.

    >>> fnv1a(b"1") == fnv1a(b"2")
    False
    """
    value = 0x811C9DC5
    for byte in data:
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def fact_ids() -> Iterator[str]:
    """Ids of which no two have the same hash."""
    yield from map(str, range(COLLISION_FREE_IDS))
    used = {fnv1a(str(number).encode()) for number in range(COLLISION_FREE_IDS)}
    number = COLLISION_FREE_IDS
    while True:
        key = fnv1a(str(number).encode())
        if key not in used:
            used.add(key)
            yield str(number)
        number += 1


class Codes:
    """Whole numbers that stand for texts."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __call__(self, value: str | int) -> int:
        """The number of a text; a number stands for itself.

        Raises:
            EngineError: the value is no text, or no whole number within bounds.
        """
        if type(value) is str:
            return self._numbers.setdefault(value, len(self._numbers))
        if type(value) is not int:
            raise EngineError(f"durable-rules takes no {type(value).__name__}")
        if not -MAX_INT < value < MAX_INT:
            raise EngineError(f"durable-rules compares {value} wrongly: it is too large")
        return value


class Durable:
    """The backend on the raw engine. Use it only where a crash does no harm."""

    def __init__(self, program: Program) -> None:
        import durable_rules_engine

        self._engine = durable_rules_engine
        self._program = program
        self._code = Codes()
        self._serial = 0
        self._by: dict[tuple[str, tuple[int, ...], int], dict[Row, Rows]] = {}

    def level(
        self, clauses: list[Clause], counts: list[Count], rows: Mapping[str, Rows]
    ) -> Iterator[tuple[Clause | Count, Iterable[Row]]]:
        """Answer the clauses and counts of one level."""
        for batch in batches(clauses):
            yield from zip(batch, self._run(batch, rows), strict=True)
        for count in counts:
            yield count, _counted(count, rows)

    def close(self) -> None:
        """Nothing is left to give back: each ruleset was deleted after its level."""

    def _run(self, clauses: list[Clause], rows: Mapping[str, Rows]) -> list[set[Row]]:
        self._serial += 1
        definition = json.dumps(ruleset(self._program, clauses, self._code))
        handle = self._engine.create_ruleset(f"level{self._serial}", definition)
        facts, row_of = self._facts(clauses, rows)
        code, state = self._engine.assert_facts(handle, f"[{','.join(facts)}]")
        if code != 0:
            raise EngineError(f"durable-rules answered {code} to {len(facts)} facts")
        messages = []
        started = self._engine.start_action_for_state(handle, state)
        message = started[1] if started else None
        while message is not None:
            messages.append(message)
            message = self._engine.complete_and_start_action(handle, state)
        found: dict[str, set[Row]] = {f"r{number}": set() for number in range(len(clauses))}
        read = {f"r{number}": _reader(clause, row_of) for number, clause in enumerate(clauses)}
        greeted = False
        for fired in json.loads(f"[{','.join(messages)}]"):
            ((name, matched),) = fired.items()
            if name == HELLO:
                greeted = True
            else:
                found[name].add(read[name](matched))
        stored = self._engine.get_facts(handle, None).count('"id":"')
        if stored != len(facts) or not greeted:
            raise EngineError(f"durable-rules stored {stored} of {len(facts)} facts")
        # Memory that the next ruleset can have again: untouched pages cost four
        # times what a fact does. A state that has fired can be deleted safely.
        self._engine.delete_state(handle, None)
        self._engine.delete_ruleset(handle)
        return list(found.values())

    def _facts(
        self, clauses: list[Clause], rows: Mapping[str, Rows]
    ) -> tuple[list[str], dict[str, Row]]:
        """The facts of a ruleset as JSON, and the row that each id stands for.

        What has to be absent comes before everything else. A fact carries only
        the columns that some rule tests: the others are read back from its row.
        """
        negated: dict[str, Rows] = {}
        joined: dict[str, Rows] = {}
        tested: dict[str, set[int]] = {}
        for clause in clauses:
            values: dict[str, set[str | int]] = {}
            shared = shared_variables(clause)
            for atom in sorted(clause.body, key=lambda atom: len(rows[atom.relation])):
                found = self._matching(atom, rows[atom.relation], values)
                joined.setdefault(atom.relation, {}).update(found)
                places = looked_at(atom.terms, shared)
                tested.setdefault(atom.relation, set()).update(places)
                for place in places:
                    term = atom.terms[place]
                    if isinstance(term, Variable):
                        values[term.name] = {row[place] for row in found}
            for absence in clause.absences:
                found = self._matching(absence, rows[absence.relation], values)
                negated.setdefault(absence.relation, {}).update(found)
                places = looked_at(absence.terms, shared)
                tested.setdefault(NEGATED + absence.relation, set()).update(places)
        ids = fact_ids()
        code = self._code
        facts = [f'{{"t":{code(HELLO)},"id":"{next(ids)}","z":0}}']
        row_of: dict[str, Row] = {}
        for prefix, relations in ((NEGATED, negated), ("", joined)):
            for relation, kept in relations.items():
                columns = sorted(tested[prefix + relation])
                fields = "".join(f',"f{place}":%d' for place in columns)
                form = f'{{"t":{code(prefix + relation)},"id":"%s","z":0,"c":%d{fields}}}'
                for row, certain in kept.items():
                    id_ = next(ids)
                    row_of[id_] = row
                    facts.append(form % (id_, certain, *(code(row[place]) for place in columns)))
        return facts, row_of

    def _matching(
        self, atom: Atom | Absence, rows: Rows, values: Mapping[str, set[str | int]]
    ) -> Rows:
        """Rows that can match: with an atom's constants, and values that its variables can have.

        Asserting a fact costs more than anything else here, so a row that cannot
        match is left out.
        """
        rows = self._with_constants(atom, rows)
        if len(rows) < _FEW:
            return rows
        tests = [
            (place, values[term.name])
            for place, term in enumerate(atom.terms)
            if isinstance(term, Variable) and term.name in values
        ]
        if not tests:
            return rows
        place, allowed = min(tests, key=lambda test: len(test[1]))
        return {row: certain for row, certain in rows.items() if row[place] in allowed}

    def _with_constants(self, atom: Atom | Absence, rows: Rows) -> Rows:
        """Rows that have an atom's constants, found by them."""
        constants = tuple(
            (place, term)
            for place, term in enumerate(atom.terms)
            if term is not None and not isinstance(term, Variable)
        )
        if not constants:
            return rows
        at = tuple(place for place, _ in constants)
        key = (atom.relation, at, len(rows))  # functions grow from level to level
        if key not in self._by:
            groups = self._by[key] = {}
            pick = picker(at)
            for row, certain in rows.items():
                groups.setdefault(pick(row), {})[row] = certain
        return self._by[key].get(tuple(term for _, term in constants), {})


def _reader(clause: Clause, row_of: Mapping[str, Row]) -> Callable[[Mapping[str, Any]], Row]:
    """How the values of a clause's variables are read from a match."""
    places: dict[str, tuple[str, int]] = {}
    for number, atom in enumerate(clause.body):
        for column, term in enumerate(atom.terms):
            if isinstance(term, Variable):
                places.setdefault(term.name, (f"p{number}", column))
    wanted = [places[name] for name in clause.variables]

    def read(matched: Mapping[str, Any]) -> Row:
        rows = {alias: row_of[fact["id"]] for alias, fact in matched.items()}
        return tuple([rows[alias][column] for alias, column in wanted])

    return read


def _counted(count: Count, rows: Mapping[str, Rows]) -> list[Row]:
    """Count outside the engine, which has no grouping."""
    totals: dict[Row, list[int]] = {} if count.group else {(): [0, 0]}
    if count.domain:
        totals = {row: [0, 0] for row in rows[count.domain]}  # the groups that may have none
    for row, certain in rows[count.source].items():
        total = totals.setdefault(row[: count.group], [0, 0])
        total[0] += certain
        total[1] += 1
    return [(*group, sure, every) for group, (sure, every) in totals.items()]
