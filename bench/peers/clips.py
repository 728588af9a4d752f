"""The rules on CLIPS, through clipspy.

A table is a template, a rule a ``defrule`` whose salience keeps the levels apart,
absence a ``not``, and what a function gives a call of Python inside a test. Facts go
in as one text, which is several times faster than one by one; findings come out
through a function that the rules call, which is faster than looking at facts.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Mapping

from bench.peers.rules import (
    Call,
    Literal,
    Negation,
    Rule,
    Rules,
    Table,
    Tally,
    base_rows,
    functions,
    once,
    simplify,
    variables,
)
from ccm_rules.compiler.program import Condition, Program, Term, Variable
from ccm_rules.dates import FIRST_DAY, LAST_DAY, period
from ccm_rules.record import Base
from ccm_rules.record.relations import Row

_OPERATORS = {"==": "=", "!=": "<>"}
_TEXT_OPERATORS = {"==": "eq", "!=": "neq"}
#: Above the salience of every rule.
_FIRST = 1_000
#: Calendar arithmetic on ordinals, which CLIPS does faster than it calls Python. The
#: open end of a range stays open; ?on is the day of the month that is meant, or 0, and
#: ?later whether a day that does not exist is the first of the next month.
_CALENDAR = f"""
(deffunction days (?day ?more)
  (if (or (= ?day {FIRST_DAY}) (= ?day {LAST_DAY})) then ?day else (+ ?day ?more)))
(deffunction first-of (?months)
  (bind ?y (div ?months 12))
  (bind ?m (mod ?months 12))
  (+ (- (+ (* 365 ?y) (div ?y 4)) (div ?y 100)) (div ?y 400) (div (+ (* 153 ?m) 2) 5) -305))
(deffunction months (?day ?more ?on ?later)
  (if (or (= ?day {FIRST_DAY}) (= ?day {LAST_DAY})) then (return ?day))
  (bind ?z (+ ?day 305))
  (bind ?e (mod ?z 146097))
  (bind ?y (div (- (+ (- ?e (div ?e 1460)) (div ?e 36524)) (div ?e 146096)) 365))
  (bind ?d (- ?e (- (+ (* 365 ?y) (div ?y 4)) (div ?y 100))))
  (bind ?m (div (+ (* 5 ?d) 2) 153))
  (bind ?d (if (= ?on 0) then (- ?d (div (+ (* 153 ?m) 2) 5)) else (- ?on 1)))
  (bind ?m (+ (* 12 (+ ?y (* 400 (div ?z 146097)))) ?m ?more))
  (bind ?t (+ (first-of ?m) ?d))
  (if (< ?d 28) then (return ?t))
  (bind ?next (first-of (+ ?m 1)))
  (if (< ?t ?next) then ?t else (- ?next (- 1 ?later))))
"""


def prepare(
    program: Program, relations: Iterable[str], base: Base
) -> Callable[[], dict[str, set[Row]]]:
    """Write the rules; what is returned builds them and runs them on the rows.

    Args:
        program: the compiled rules.
        relations: those that hold findings.
        base: the rows, and the registers.
    """
    import clips

    rules = simplify(program, relations, base.rows)
    writer = _Writer(program, rules)
    constructs = list(writer.constructs())
    found: dict[str, set[Row]] = {}
    kept: list[clips.Environment] = []

    def find(number: int, *values: str | int) -> None:
        found.setdefault(rules.findings[number][0], set()).add(values)

    answer = functions(program, base)
    called = list(program.functions)

    def call(number: int, place: int, *arguments: str | int) -> int:
        result = answer(called[number], *arguments)
        return result[place] if result else -1

    def run() -> dict[str, set[Row]]:
        environment = clips.Environment()
        environment.define_function(find, "tell-finding")
        environment.define_function(call, "ask-host")
        for construct in constructs:
            environment.build(construct)
        environment.reset()
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".clp") as stream:
            for table, rows in base_rows(rules, base):
                name, slots = writer.names[table], writer.slots(table)
                form = f"({name} " + " ".join(f"({slot} %s)" for slot in slots) + ")\n"
                stream.writelines(form % tuple(map(_constant, row)) for row in rows)
            stream.flush()
            environment.load_facts(stream.name)
        environment.run()
        kept.append(environment)  # giving its memory back is no part of the work
        return found

    return run


def _constant(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


class _Writer:
    """Writes the constructs of a rule set."""

    def __init__(self, program: Program, rules: Rules) -> None:
        self.program = program
        self.rules = rules
        self.names: Mapping[Table, str] = {
            table: f"t{number}" for number, table in enumerate(sorted(rules.widths))
        }
        self.called = {name: number for number, name in enumerate(program.functions)}

    def slots(self, table: Table) -> list[str]:
        """The slots of a table's template."""
        return [f"s{place}" for place in range(self.rules.widths[table])]

    def constructs(self) -> Iterable[str]:
        """Functions, templates, then rules."""
        yield from re.findall(r"\(deffunction.*?\n(?=\(deffunction|$)", _CALENDAR, re.DOTALL)
        for table, name in self.names.items():
            yield f"(deftemplate {name} {' '.join(f'(slot {s})' for s in self.slots(table))})"
        for number, rule in enumerate(self.rules.rules):
            yield self._rule(number, rule)
        for number, tally in enumerate(self.rules.tallies):
            yield self._tally(number, tally)

    def _rule(self, number: int, rule: Rule) -> str:
        reckoned = self._calls(rule.calls)
        idle = once(rule)
        bound: set[Variable] = set()
        left = list(rule.conditions)
        parts = []
        for literal in rule.body:
            parts.append(self._pattern(idle, literal))
            bound |= set(variables(literal.terms))
            ready = [c for c in left if self._known(c, bound, rule.calls)]
            left = [c for c in left if c not in ready]
            parts += [f"(test {self._test(rule, c, reckoned)})" for c in ready]
        asked = [f"(test (>= {reckoned[c.results[0]]} 0))" for c in rule.calls if self._may_fail(c)]
        parts += asked
        parts += [self._negation(rule, negation, reckoned) for negation in rule.negations]
        values = [self._value(term, reckoned) for term in rule.head.terms]
        return (
            f"(defrule r{number} (declare (salience {_FIRST - rule.level})) "
            f"{' '.join(parts)} => {self._head(rule.head, values)})"
        )

    def _head(self, head: Literal, values: list[str]) -> str:
        if head.table in self.rules.findings:
            return f"(tell-finding {self.rules.findings.index(head.table)} {' '.join(values)})"
        pairs = zip(self.slots(head.table), values, strict=True)
        slots = " ".join(f"({slot} {value})" for slot, value in pairs)
        return f"(assert ({self.names[head.table]} {slots}))"

    def _may_fail(self, call: Call) -> bool:
        return self.program.functions[call.function]["function"] != "add"

    def _calls(self, calls: tuple[Call, ...]) -> dict[Variable, str]:
        """How each variable that a function binds is reckoned."""
        found: dict[Variable, str] = {}
        for call in calls:
            arguments = [self._value(term, found) for term in call.arguments]
            for place, result in enumerate(call.results):
                number = self.called[call.function]
                found[result] = self._calendar(call, arguments[place : place + 1]) or (
                    f"(ask-host {number} {place} {' '.join(arguments)})"
                )
        return found

    def _calendar(self, call: Call, day: list[str]) -> str:
        """A function of the calendar in the language of CLIPS, or nothing if it is another."""
        spec = self.program.functions[call.function]
        if spec["function"] != "add":
            return ""
        length = period(spec["period"])
        months = 12 * length.years + length.months
        if not months and length.on_day is None and length.on_month is None:
            return f"(days {day[0]} {length.days})"
        if length.days or length.on_month is not None:
            return ""
        later = int(length.rounding == "later")
        return f"(months {day[0]} {months} {length.on_day or 0} {later})"

    @staticmethod
    def _known(condition: Condition, bound: set[Variable], calls: tuple[Call, ...]) -> bool:
        needed = set(variables((condition.left, condition.right)))
        for call in calls:
            if needed & set(call.results):
                needed = needed - set(call.results) | set(variables(call.arguments))
        return needed <= bound

    @staticmethod
    def _value(term: Term, reckoned: Mapping[Variable, str]) -> str:
        if not isinstance(term, Variable):
            return _constant(term)
        return reckoned.get(term) or f"?{term.name}"

    def _test(self, rule: Rule, condition: Condition, reckoned: Mapping[Variable, str]) -> str:
        left, right = (self._value(term, reckoned) for term in (condition.left, condition.right))
        texts = self._texts(rule)
        is_text = any(isinstance(t, str) or t in texts for t in (condition.left, condition.right))
        operators = _TEXT_OPERATORS if is_text else _OPERATORS
        return f"({operators.get(condition.operator, condition.operator)} {left} {right})"

    def _texts(self, rule: Rule) -> set[Variable]:
        """The variables of a rule that hold texts."""
        literals = [*rule.body, *(negation.literal for negation in rule.negations)]
        return {
            term
            for literal in literals
            for (_, type_), term in zip(
                self.program.schema[literal.table[0]], literal.terms, strict=True
            )
            if type_ == "text" and isinstance(term, Variable)
        }

    def _pattern(
        self, idle: set[Variable], literal: Literal, tests: Mapping[Variable, str] | None = None
    ) -> str:
        parts = [self.names[literal.table]]
        first = dict(tests or {})
        for slot, term in zip(self.slots(literal.table), literal.terms, strict=True):
            if isinstance(term, Variable):
                if term in idle:
                    continue
                parts.append(f"({slot} ?{term.name}{first.pop(term, '')})")
            elif term is not None:
                parts.append(f"({slot} {_constant(term)})")
        return f"({' '.join(parts)})"

    def _negation(self, rule: Rule, negation: Negation, reckoned: Mapping[Variable, str]) -> str:
        outer = {term for literal in rule.body for term in literal.terms}
        own = [v for v in variables(negation.literal.terms) if v not in outer]
        tests: dict[Variable, str] = {}
        for condition in negation.conditions:
            # Where the last variable that it speaks of stands, the others are known.
            spoken = variables((condition.left, condition.right))
            last = max((v for v in spoken if v in own), key=own.index)
            tests[last] = tests.get(last, "") + f"&:{self._test(rule, condition, reckoned)}"
        return f"(not {self._pattern(once(rule), negation.literal, tests)})"

    def _tally(self, number: int, tally: Tally) -> str:
        """Count when everything below has fired; a group is counted once."""
        head, slots = self.names[tally.head], self.slots(tally.head)
        group = slots[: tally.group]
        same = " ".join(f"(eq ?f:{slot} ?{slot})" for slot in group)
        query = f"(and TRUE {same})" if group else "TRUE"
        counted = [
            f"(length$ (find-all-facts ((?f {self.names[table]})) {query}))"
            for table in (tally.certain, tally.possible)
        ]
        keys = " ".join(f"({slot} ?{slot})" for slot in group)
        seen = f"({self.names[tally.possible]} {keys}) " if group else ""
        values = " ".join(
            f"({slot} {count})" for slot, count in zip(slots[tally.group :], counted, strict=True)
        )
        return (
            f"(defrule c{number} (declare (salience {_FIRST - tally.level})) "
            f"{seen}(not ({head} {keys})) => (assert ({head} {keys} {values})))"
        )
