"""Lowering to Rete: clauses go in, conditions that durable-rules can bear come out.

Every text is replaced by a whole number: durable-rules compares some texts
wrongly and all of them slowly, and the rules only ask whether they are equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from ccm_rules.compiler.program import (
    Absence,
    Atom,
    Clause,
    Condition,
    Program,
    Term,
    Variable,
)
from ccm_rules.errors import EngineError

#: A text, or a whole number, as the whole number that stands for it.
Code = Callable[[str | int], int]

#: Error 303 comes at 64 alpha nodes that one fact reaches; stay well below.
MAX_NODES: Final = 48
#: 256 rules on one condition crash; joins wider than 16 fail.
MAX_RULES: Final = 120
MAX_JOIN: Final = 16
#: Type of the one fact of every ruleset that always fires.
HELLO: Final = "zz_hello"
#: Before the type of facts that are only asked to be absent.
NEGATED: Final = "n:"

_OPERATORS: Final = {"<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte", "!=": "$neq"}
_SWAPPED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def ruleset(program: Program, clauses: list[Clause], code: Code) -> dict[str, Any]:
    """The definition of a ruleset in durable-rules' own JSON.

    Args:
        program: for the columns of relations.
        clauses: the clauses of the ruleset, of one level.
        code: the whole number that stands for a text.

    Raises:
        EngineError: a clause is wider than the engine can join.
    """
    rules: dict[str, Any] = {}
    for number, clause in enumerate(clauses):
        if len(clause.body) + len(clause.absences) > MAX_JOIN:
            raise EngineError(
                f"{clause.id} joins more than {MAX_JOIN} facts, which durable-rules cannot"
            )
        rules[f"r{number}"] = {"all": _Lowered(program, clause, code).conditions, "dist": 0}
    # One rule fires always, so that a state has a firing to start from; one
    # never completes, so that every fact is taken by some rule.
    rules[HELLO] = {"all": [{"m": {"t": code(HELLO)}}]}
    rules["zz_sink"] = {"all": [{"zk": {"$ex": {"t": 1}}}, {"zn": {"$ex": {"zz_never": 1}}}]}
    return rules


class _Lowered:
    """One clause as durable-rules conditions."""

    def __init__(self, program: Program, clause: Clause, code: Code) -> None:
        self.program = program
        self.code = code
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
            tests, local = self._match(NEGATED, absence, alias)
            if self._compare(tests, list(absence.conditions), local, alias):
                raise EngineError(f"{clause.id} compares, inside an absence, what is outside it")
            self.conditions.append({f"{alias}$not": _closed(tests, True)})

    def _match(
        self, prefix: str, atom: Atom | Absence, alias: str
    ) -> tuple[list[Any], dict[str, str]]:
        tests: list[Any] = [{"t": self.code(prefix + atom.relation)}]
        if atom.certain:
            tests.append({"c": 1})
        elif isinstance(atom, Atom) and atom.open:
            tests.append({"c": 0})
        local: dict[str, str] = {}
        for number, term in enumerate(atom.terms):
            field = f"f{number}"
            if term is None:
                continue
            if not isinstance(term, Variable):
                tests.append({field: self.code(term)})
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
            return self.code(term)
        if term.name in local:
            return {"$m": local[term.name]}
        alias, field = self.bound[term.name]
        return {alias: field}


def shared_variables(clause: Clause) -> set[str]:
    """The variables that stand in more than one place, and so are looked at."""
    once: set[str] = set()
    more: set[str] = set()
    for term in (
        *(term for atom in clause.body for term in atom.terms),
        *(term for absence in clause.absences for term in absence.terms),
        *(t for c in clause.conditions for t in (c.left, c.right)),
        *(t for a in clause.absences for c in a.conditions for t in (c.left, c.right)),
    ):
        if isinstance(term, Variable):
            (more if term.name in once else once).add(term.name)
    return more


def looked_at(terms: tuple[Term | None, ...], shared: set[str]) -> list[int]:
    """The columns that conditions look at: constants, and variables that are shared."""
    return [
        place
        for place, term in enumerate(terms)
        if term is not None and (not isinstance(term, Variable) or term.name in shared)
    ]


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
            mine[NEGATED + absence.relation] = mine.get(NEGATED + absence.relation, 0) + 1
        over = any(nodes.get(name, 0) + number > MAX_NODES for name, number in mine.items())
        if batch and (over or len(batch) >= MAX_RULES):
            yield batch
            batch, nodes = [], {}
        batch.append(clause)
        for name, number in mine.items():
            nodes[name] = nodes.get(name, 0) + number
    if batch:
        yield batch
