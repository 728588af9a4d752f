"""The forward-chaining engine: durable-rules behind a driver that keeps it safe.

Used plainly, durable-rules 2.0.28 loses facts, fires on facts that it should
not, swallows exceptions and crashes. What is done about each:

- Absence fires too early and is never withdrawn: the rows that a clause needs
  absent are asserted before all others, as facts of another type, and each level
  of the program has a ruleset of its own, so that they are complete.
- Facts are keyed by a 32-bit hash of their id and ids are never compared: ids
  are chosen unique under that hash, and what is stored is counted afterwards.
- One fact that no rule matches, or a duplicate, stops everything: a rule that
  never completes takes every fact, and rows are sets.
- Types are coerced, nulls join nulls, large numbers and long texts compare
  wrongly: columns are typed and never null, and values are checked.
- A join whose last comparison is false reads past its end and crashes: every join
  ends in one that always holds (all facts share the property ``z``).
- Too many conditions on one type crash: rulesets are split before that.
- Exceptions in actions are swallowed, and a thread fires rules behind one's
  back: no actions, no ``Host``; the raw engine is drained here.
- It crashes natively, and never gives memory back: it runs in a process of its
  own, whose end in any other way than by an answer is an `EngineError`.
"""

from __future__ import annotations

import json
import marshal
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from ccm_rules.engine.evaluate import Backend, Derivations, Fill, Rows, evaluate
from ccm_rules.engine.program import (
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
from ccm_rules.errors import EngineError

#: Error 303 comes at 64 alpha nodes that one fact reaches; stay well below.
MAX_NODES: Final = 48
#: 256 rules on one condition crash; joins wider than 16 fail.
MAX_RULES: Final = 120
MAX_JOIN: Final = 16
#: Integers from 2^63 and texts of 64 KiB compare equal to others.
MAX_INT: Final = 2**62
MAX_TEXT: Final = 16_000
#: No two of the first so many decimal numbers share a 32-bit FNV-1a hash
#: (a test counts them); later ids are chosen one by one.
COLLISION_FREE_IDS: Final = 100_000

_OPERATORS: Final = {"<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte", "!=": "$neq"}
_SWAPPED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_HELLO: Final = "zz_hello"


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


def ruleset(program: Program, clauses: list[Clause]) -> dict[str, Any]:
    """The definition of a ruleset in durable-rules' own JSON.

    Raises:
        EngineError: a clause is wider than the engine can join.
    """
    rules: dict[str, Any] = {}
    for number, clause in enumerate(clauses):
        if len(clause.body) + len(clause.absences) > MAX_JOIN:
            raise EngineError(
                f"{clause.id} joins more than {MAX_JOIN} facts, which durable-rules cannot"
            )
        rules[f"r{number}"] = {"all": _Lowered(program, clause).conditions, "dist": 0}
    # One rule fires always, so that a state has a firing to start from; one
    # never completes, so that every fact is taken by some rule.
    rules[_HELLO] = {"all": [{"m": {"t": _HELLO}}]}
    rules["zz_sink"] = {"all": [{"zk": {"$ex": {"t": 1}}}, {"zn": {"$ex": {"zz_never": 1}}}]}
    return rules


class _Lowered:
    """One clause as durable-rules conditions."""

    def __init__(self, program: Program, clause: Clause) -> None:
        self.program = program
        self.bound: dict[str, tuple[str, str]] = {}
        self.conditions: list[dict[str, Any]] = []
        left = list(clause.conditions)
        for number, atom in enumerate(clause.body):
            alias = f"p{number}"
            tests, local = self._match("", atom, alias)
            left = self._compare(tests, left, local, alias)
            self.bound.update({name: (alias, field) for name, field in local.items()})
            self.conditions.append({alias: _closed(tests, number > 0)})
        if left:
            raise EngineError(f"{clause.id} compares what no fact binds")
        for number, absence in enumerate(clause.absences):
            alias = f"q{number}"
            tests, local = self._match("n:", absence, alias)
            if self._compare(tests, list(absence.conditions), local, alias):
                raise EngineError(f"{clause.id} compares, inside an absence, what is outside it")
            self.conditions.append({f"{alias}$not": _closed(tests, True)})

    def _match(
        self, prefix: str, atom: Atom | Absence, alias: str
    ) -> tuple[list[Any], dict[str, str]]:
        tests: list[Any] = [{"t": prefix + atom.relation}]
        if atom.certain:
            tests.append({"c": 1})
        elif isinstance(atom, Atom) and atom.open:
            tests.append({"c": 0})
        local: dict[str, str] = {}
        for (_, _), number, term in zip(
            self.program.schema[atom.relation], range(len(atom.terms)), atom.terms, strict=True
        ):
            field = f"f{number}"
            if term is None:
                continue
            if not isinstance(term, Variable):
                tests.append({field: term})
            elif term.name in self.bound:
                other, other_field = self.bound[term.name]
                tests.append({field: {other: other_field}})
            elif term.name in local:
                tests.append({field: {"$m": local[term.name]}})
            else:
                local[term.name] = field
        return tests, local

    def _compare(
        self, tests: list[Any], conditions: list[Condition], local: Mapping[str, str], alias: str
    ) -> list[Condition]:
        """Attach the comparisons that this fact makes possible; return the rest."""
        rest = []
        for condition in conditions:
            operator, one, other = condition
            if not (isinstance(one, Variable) and one.name in local):
                operator, one, other = _SWAPPED[operator], other, one  # type: ignore[assignment]
            if not (isinstance(one, Variable) and one.name in local) or not self._known(
                other, local
            ):
                rest.append(condition)
                continue
            field = local[one.name]
            operand = self._operand(other, local)
            tests.append(
                {field: operand} if operator == "==" else {_OPERATORS[operator]: {field: operand}}
            )
        return rest

    def _known(self, term: Term, local: Mapping[str, str]) -> bool:
        return not isinstance(term, Variable) or term.name in local or term.name in self.bound

    def _operand(self, term: Term, local: Mapping[str, str]) -> Any:
        if not isinstance(term, Variable):
            return term
        if term.name in local:
            return {"$m": local[term.name]}
        alias, field = self.bound[term.name]
        return {alias: field}


def _closed(tests: list[Any], joined: bool) -> Any:
    """All tests of one fact; a join's last one always holds."""
    if joined:
        tests = [*tests, {"z": {"p0": "z"}}]
    return {"$and": tests} if len(tests) > 1 else tests[0]


def batches(clauses: list[Clause]) -> Iterator[list[Clause]]:
    """Split the clauses of a level into rulesets within the engine's limits."""
    batch: list[Clause] = []
    nodes: dict[str, int] = {}
    for clause in clauses:
        mine: dict[str, int] = {}
        for atom in clause.body:
            mine[atom.relation] = mine.get(atom.relation, 0) + 1
        for absence in clause.absences:
            mine[f"n:{absence.relation}"] = mine.get(f"n:{absence.relation}", 0) + 1
        over = any(nodes.get(name, 0) + number > MAX_NODES for name, number in mine.items())
        if batch and (over or len(batch) >= MAX_RULES):
            yield batch
            batch, nodes = [], {}
        batch.append(clause)
        for name, number in mine.items():
            nodes[name] = nodes.get(name, 0) + number
    if batch:
        yield batch


class Durable:
    """The backend on the raw engine. Use it only where a crash does no harm."""

    def __init__(self, program: Program) -> None:
        import durable_rules_engine

        self._engine = durable_rules_engine
        self._program = program
        self._serial = 0

    def level(
        self, clauses: list[Clause], counts: list[Count], rows: Mapping[str, Rows]
    ) -> Iterator[tuple[Clause | Count, Iterable[Row]]]:
        """Answer the clauses and counts of one level."""
        for batch in batches(clauses):
            yield from zip(batch, self._run(batch, rows), strict=True)
        for count in counts:
            yield count, _counted(count, rows[count.source])

    def close(self) -> None:
        """Keep everything: states that are deleted can crash, and the process ends anyway."""

    def _run(self, clauses: list[Clause], rows: Mapping[str, Rows]) -> list[set[Row]]:
        self._serial += 1
        definition = json.dumps(ruleset(self._program, clauses), ensure_ascii=False)
        handle = self._engine.create_ruleset(f"level{self._serial}", definition)
        facts = self._facts(clauses, rows)
        code, state = self._engine.assert_facts(
            handle, json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
        )
        if code != 0:
            raise EngineError(f"durable-rules answered {code} to {len(facts)} facts")
        found: list[set[Row]] = [set() for _ in clauses]
        readers = [_reader(clause) for clause in clauses]
        started = self._engine.start_action_for_state(handle, state)
        message = started[1] if started else None
        greeted = False
        while message is not None:
            ((name, matched),) = json.loads(message).items()
            if name == _HELLO:
                greeted = True
            else:
                number = int(name[1:])
                found[number].add(readers[number](matched))
            message = self._engine.complete_and_start_action(handle, state)
        stored = self._engine.get_facts(handle, None).count('"id":"')
        if stored != len(facts) or not greeted:
            raise EngineError(f"durable-rules stored {stored} of {len(facts)} facts")
        return found

    def _facts(self, clauses: list[Clause], rows: Mapping[str, Rows]) -> list[dict[str, Any]]:
        """The facts of a ruleset: those that have to be absent before all others."""
        ids = fact_ids()
        negated: dict[str, Rows] = {}
        joined: dict[str, Rows] = {}
        for clause in clauses:
            values, kept = _reduced(clause, rows)
            for atom, found in zip(clause.body, kept, strict=True):
                joined.setdefault(atom.relation, {}).update(found)
            for absence in clause.absences:
                found = _matching(absence, rows[absence.relation], values)
                negated.setdefault(absence.relation, {}).update(found)
        facts: list[dict[str, Any]] = [{"t": _HELLO, "id": next(ids), "z": 0}]
        for prefix, relations in (("n:", negated), ("", joined)):
            for relation, kept_rows in relations.items():
                names = [f"f{number}" for number in range(len(self._program.schema[relation]))]
                for row, certain in kept_rows.items():
                    fact: dict[str, Any] = {
                        "t": prefix + relation,
                        "id": next(ids),
                        "c": certain,
                        "z": 0,
                    }
                    fact.update(zip(names, map(checked, row), strict=True))
                    facts.append(fact)
        return facts


def _reduced(
    clause: Clause, rows: Mapping[str, Rows]
) -> tuple[dict[str, set[str | int]], list[Rows]]:
    """The rows of each atom that can take part in a join, and the values that variables can have.

    Asserting a fact costs more than anything else here, so a row whose constants
    or whose values no other atom of the clause shares is left out. What is left
    out could not have matched.
    """
    values: dict[str, set[str | int]] = {}
    kept: list[Rows] = [{}] * len(clause.body)
    smallest_first = sorted(
        range(len(clause.body)), key=lambda n: len(rows[clause.body[n].relation])
    )
    for number in (*smallest_first, *smallest_first[:-1]):
        atom = clause.body[number]
        found = _matching(atom, kept[number] or rows[atom.relation], values)
        kept[number] = found
        for place, term in enumerate(atom.terms):
            if isinstance(term, Variable) and not term.name.startswith("_"):
                values[term.name] = {row[place] for row in found}
    return values, kept


def _matching(atom: Atom | Absence, rows: Rows, values: Mapping[str, set[str | int]]) -> Rows:
    """Rows that agree with an atom's constants and with the values that its variables can have."""
    tests: list[tuple[int, Any]] = []
    for place, term in enumerate(atom.terms):
        if isinstance(term, Variable):
            if term.name in values:
                tests.append((place, values[term.name]))
        elif term is not None:
            tests.append((place, (term,)))
    if not tests:
        return rows
    return {
        row: certain
        for row, certain in rows.items()
        if all(row[place] in allowed for place, allowed in tests)
    }


def checked(value: str | int) -> str | int:
    """Refuse a value that the engine would compare wrongly.

    Raises:
        EngineError: the value is no text or whole number within bounds.
    """
    if type(value) is int:
        if not -MAX_INT < value < MAX_INT:
            raise EngineError(f"durable-rules compares {value} wrongly: too large")
    elif type(value) is str:
        if len(value) > MAX_TEXT or "\0" in value:
            raise EngineError("durable-rules compares very long texts, or texts with NUL, wrongly")
    else:
        raise EngineError(f"durable-rules takes no {type(value).__name__}")
    return value


def _reader(clause: Clause) -> Any:
    """How the values of a clause's variables are read from a match."""
    places: dict[str, tuple[str, str]] = {}
    for number, atom in enumerate(clause.body):
        for column, term in enumerate(atom.terms):
            if isinstance(term, Variable):
                places.setdefault(term.name, (f"p{number}", f"f{column}"))
    wanted = [places[name] for name in clause.variables]

    def read(matched: Mapping[str, Any]) -> Row:
        return tuple(matched[alias][field] for alias, field in wanted)

    return read


def _counted(count: Count, rows: Rows) -> list[Row]:
    """Count outside the engine, which has no grouping."""
    totals: dict[Row, list[int]] = {} if count.group else {(): [0, 0]}
    for row, certain in rows.items():
        total = totals.setdefault(row[: count.group], [0, 0])
        total[0] += certain
        total[1] += 1
    return [(*group, sure, every) for group, (sure, every) in totals.items()]


# -- the process of its own ------------------------------------------------------


class Pending:
    """An evaluation that is under way in another process."""

    def __init__(self, pid: int, pipe: int, process: subprocess.Popen[bytes] | None = None) -> None:
        self._pid = pid
        self._pipe = pipe
        self._process = process

    def result(self) -> Derivations:
        """Wait for the answer.

        Raises:
            EngineError: the process failed, or ended without an answer.
        """
        try:
            with os.fdopen(self._pipe, "rb") as stream:
                data = stream.read()
        except BaseException:
            self._kill()
            raise
        status = (
            self._process.wait()
            if self._process
            else os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
        )
        if status < 0:
            raise EngineError(f"durable-rules crashed (signal {-status}); nothing is published")
        kind, _, body = data.partition(b"\n")
        if kind == b"failed":
            raise EngineError(f"durable-rules failed: {body.decode(errors='replace')}")
        if kind != b"done" or status != 0:
            raise EngineError(
                f"durable-rules ended without an answer (exit code {status}); nothing is published"
            )
        bindings, rows = marshal.loads(body)  # noqa: S302 - written by our own child, over our own pipe
        return Derivations(bindings, rows)

    def _kill(self) -> None:
        import signal

        os.kill(self._pid, signal.SIGKILL)
        if self._process:
            self._process.wait()
        else:
            os.waitpid(self._pid, 0)


def start(program: Program, base: Mapping[str, Rows], fill: Fill) -> Pending:
    """Begin an evaluation on durable-rules in a process of its own.

    A fork is quick and shares what is loaded; where there is none, or where
    threads make it unsafe, a new interpreter is started instead.
    """
    if hasattr(os, "fork") and threading.active_count() == 1:
        return _fork(program, base, fill)
    process = subprocess.Popen(
        [sys.executable, "-m", "ccm_rules.engine.durable"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with process.stdin as stream:
            pickle.dump((program, base, fill), stream)
    except BrokenPipeError:
        pass  # it ended already; result() says how
    pipe = os.dup(process.stdout.fileno())
    process.stdout.close()
    return Pending(process.pid, pipe, process)


def _fork(program: Program, base: Mapping[str, Rows], fill: Fill) -> Pending:
    read, write = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        os.close(write)
        return Pending(pid, read)
    code = 1
    try:
        os.close(read)
        with os.fdopen(write, "wb") as stream:
            code = _work(program, base, fill, stream)
    finally:
        os._exit(code)


def _work(program: Program, base: Mapping[str, Rows], fill: Fill, stream: Any) -> int:
    """Evaluate and write the answer; an exception is an answer too."""
    try:
        backend: Backend = Durable(program)
        derived = evaluate(program, base, fill, backend)
    except BaseException as error:
        stream.write(f"failed\n{type(error).__name__}: {error}".encode())
        return 1
    stream.write(b"done\n")
    marshal.dump((derived.bindings, derived.rows), stream)
    return 0


if __name__ == "__main__":
    _program, _base, _fill = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent
    sys.exit(_work(_program, _base, _fill, sys.stdout.buffer))
