"""The rules on durable-rules as its documentation shows it: one ruleset, one batch of facts.

A rule is a ``when_all`` with ``none`` for absence and a priority by level, a fact a
dictionary, and an action asserts what is derived. It is made easy for it: what
functions and counts give stands among the facts from the start, as nothing in
durable-rules could reckon it, and one rule takes every fact, as one that no rule
matches would stop the batch. Nothing else is done about the hazards that
`ccm_rules.engines.durable.driver` guards against; what comes of that is the point.
"""

from __future__ import annotations

import operator
import time
from collections.abc import Callable, Iterable
from typing import Any

from bench.peers.rules import Literal, Negation, Rule, Rules, Table, base_rows, simplify
from ccm_rules.compiler.program import Condition, Program, Term, Variable
from ccm_rules.engines.host import evaluate
from ccm_rules.engines.sql.sqlite import SQLite
from ccm_rules.record import Base
from ccm_rules.record.relations import Functions, Row

_TESTS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
#: Seconds without an action after which the last rule is taken to have fired.
_QUIET = 2.0
_SWAPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def prepare(program: Program, relations: Iterable[str], base: Base) -> _Run:
    """Write the ruleset; what is returned asserts the facts and collects what is found.

    Args:
        program: the compiled rules.
        relations: those that hold findings.
        base: the rows, and the registers.
    """
    rules = simplify(program, relations, base.rows)
    fill = Functions(program.functions, base.coverage).rows
    derived = evaluate(program, base.rows, fill, SQLite(program)).rows
    given: list[tuple[Table, Iterable[Row]]] = list(base_rows(rules, base))
    given += [((name, True), derived[name]) for name in program.functions]
    given += [(tally.head, derived[tally.head[0]]) for tally in rules.tallies]
    writer = _Writer(rules)
    writer.define()

    return _Run(writer, given)


class _Run:
    """One batch of facts, and what the rules do with it.

    `assert_facts` comes back before all is done: a thread of the library fires most of
    the rules, and nothing says when it has fired the last. So it is waited for until
    nothing happens any more; ``idle`` is how long that was, in seconds.
    """

    def __init__(self, writer: _Writer, given: list[tuple[Table, Iterable[Row]]]) -> None:
        self._writer = writer
        self._given = given
        self.idle = 0.0

    def __call__(self) -> dict[str, set[Row]]:
        """Assert the facts, wait, and give what was found."""
        from durable.lang import assert_facts

        start = time.perf_counter()
        assert_facts("ccm", [_fact(table, row) for table, rows in self._given for row in rows])
        while True:
            self.idle = time.perf_counter() - max(self._writer.last, start)
            if self.idle > max(_QUIET, (self._writer.last - start) / 4):
                return self._writer.found
            time.sleep(_QUIET / 20)


def _fact(table: Table, row: Iterable[str | int]) -> dict[str, str | int]:
    return {"t": _type(table), **{f"f{place}": value for place, value in enumerate(row)}}


def _type(table: Table) -> str:
    relation, certain = table
    return relation if certain else f"perhaps {relation}"


class _Writer:
    """Defines the rules of a rule set."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.found: dict[str, set[Row]] = {}
        #: When an action last ran.
        self.last = 0.0
        self.told: set[tuple[Table, Row]] = set()

    def define(self) -> None:
        """Define the ruleset."""
        from durable.lang import c, m, none, pri, ruleset, when_all

        with ruleset("ccm"):
            for rule in self.rules.rules:
                bound: dict[Variable, tuple[str, str]] = {}
                left = list(rule.conditions)
                parts = []
                called = [
                    Literal((call.function, True), (*call.arguments, *call.results))
                    for call in rule.calls
                ]
                for number, literal in enumerate([*rule.body, *called]):
                    alias = f"p{number}"
                    test, left = self._match(m, c, literal, left, bound, alias)
                    parts.append(getattr(c, alias) << test)
                for negation in rule.negations:
                    test, _ = self._absent(m, c, negation, bound)
                    parts.append(none(test))
                when_all(pri(rule.level), *parts)(self._action(rule, bound))
            # One that takes every fact, and never holds.
            when_all(c.one << +m.t, c.other << +m.never)(lambda c: None)

    def _match(
        self,
        m: Any,
        c: Any,
        literal: Literal,
        conditions: list[Condition],
        bound: dict[Variable, tuple[str, str]],
        alias: str,
    ) -> tuple[Any, list[Condition]]:
        """The tests of one fact, and the conditions that must wait for another one."""
        test = m.t == _type(literal.table)
        local: dict[Variable, str] = {}
        for place, term in enumerate(literal.terms):
            field = f"f{place}"
            if term is None:
                continue
            if not isinstance(term, Variable):
                test = test & (getattr(m, field) == term)
            elif term in bound:
                other, name = bound[term]
                test = test & (getattr(m, field) == getattr(getattr(c, other), name))
            elif term in local:
                test = test & (getattr(m, field) == getattr(m, local[term]))
            else:
                local[term] = field
        waiting = []
        for condition in conditions:
            said, one, two = condition
            if one not in local:
                said, one, two = _SWAPPED[said], two, one
            if one not in local or (
                isinstance(two, Variable) and two not in local and two not in bound
            ):
                waiting.append(condition)
                continue
            operand: Any = two
            if isinstance(two, Variable):
                if two in local:
                    operand = getattr(m, local[two])
                else:
                    other, name = bound[two]
                    operand = getattr(getattr(c, other), name)
            test = test & _TESTS[said](getattr(m, local[one]), operand)
        if alias:
            bound.update({variable: (alias, field) for variable, field in local.items()})
        return test, waiting

    def _absent(
        self, m: Any, c: Any, negation: Negation, bound: dict[Variable, tuple[str, str]]
    ) -> tuple[Any, list[Condition]]:
        return self._match(m, c, negation.literal, list(negation.conditions), bound, "")

    def _action(self, rule: Rule, bound: dict[Variable, tuple[str, str]]) -> Callable[[Any], None]:
        """Note a finding, or assert what is derived, once."""
        table, terms = rule.head

        def value(c: Any, term: Term | None) -> Any:
            if not isinstance(term, Variable):
                return term
            alias, field = bound[term]
            return getattr(getattr(c, alias), field)

        def act(c: Any) -> None:
            row = tuple(value(c, term) for term in terms)
            if table in self.rules.findings:
                self.found.setdefault(table[0], set()).add(row)
            elif (table, row) not in self.told:
                self.told.add((table, row))
                c.assert_fact(_fact(table, row))
            self.last = time.perf_counter()

        return act
