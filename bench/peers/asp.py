"""The rules on clingo, as an answer set program.

A table is a predicate, absence ``not``. An absence with comparisons of its own becomes
a predicate of what stands against it. Days are added by clingo itself; what else a
function gives is asked once for each argument that occurs, by an ``@`` call in a
predicate of its own, for calls of Python cost more than all the rest. As nothing
recurs through absence the grounder derives everything;
there is one answer set, and its atoms of findings are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

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
from ccm_rules.dates import LAST_DAY, Period, period
from ccm_rules.record import Base
from ccm_rules.record.relations import Row

_OPERATORS = {"==": "="}


def prepare(
    program: Program, relations: Iterable[str], base: Base
) -> Callable[[], dict[str, set[Row]]]:
    """Write the rules; what is returned grounds them on the rows and reads the answer.

    Args:
        program: the compiled rules.
        relations: those that hold findings.
        base: the rows, and the registers.
    """
    import clingo

    rules = simplify(program, relations, base.rows)
    writer = _Writer(program, rules)
    text = "\n".join(writer.statements())
    context = _Context(program, functions(program, base))

    def run() -> dict[str, set[Row]]:
        control = clingo.Control(["--warn=none"])
        control.add("base", [], text)
        for table, rows in base_rows(rules, base):
            name = writer.names[table]
            facts = [f"{name}({','.join(map(_constant, row))})." for row in rows]
            control.add("base", [], "\n".join(facts))
        control.ground([("base", [])], context=context)
        found: dict[str, set[Row]] = {}
        atoms = control.symbolic_atoms
        with control.solve(yield_=True) as handle:
            model = handle.model()
            assert model is not None
            for number, (relation, _) in enumerate(rules.findings):
                readers = _readers(program.schema[relation])
                told = {
                    tuple([r(a) for r, a in zip(readers, atom.symbol.arguments, strict=True)])
                    for atom in atoms.by_signature(f"f{number}", writer.width(number))
                    if atom.is_fact or model.contains(atom.symbol)
                }
                if told:
                    found[relation] = told
        return found

    return run


class _Context:
    """What the program calls while it is grounded."""

    def __init__(self, program: Program, answer: Callable[..., tuple[int, ...]]) -> None:
        import clingo

        self._clingo = clingo
        self._answer = answer
        self._called = list(program.functions)
        self._readers = {name: _readers(program.schema[name]) for name in self._called}

    def call(self, number: Any, *arguments: Any) -> object:
        """The answers of a function as a tuple; nothing where there is none."""
        name = self._called[number.number]
        # strict=False: of a function of the calendar one bound is asked about at a time.
        values = [r(a) for r, a in zip(self._readers[name], arguments, strict=False)]
        if name.startswith("reckon"):  # both bounds in one row: here they are asked apart
            return self._clingo.Number(self._answer(name, *values, *values)[0])
        found = self._answer(name, *values)
        if not found:
            return []
        return self._clingo.Tuple_([self._clingo.Number(value) for value in found])


def _readers(columns: Iterable[tuple[str, str]]) -> list[Callable[[object], Any]]:
    """How the arguments of an atom are read, by the types of the columns."""
    return [attrgetter("number" if type_ == "int" else "string") for _, type_ in columns]


def _constant(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


class _Writer:
    """Writes the statements of a rule set."""

    def __init__(self, program: Program, rules: Rules) -> None:
        self.program = program
        self.rules = rules
        self.names: dict[Table, str] = {
            table: f"t{number}" for number, table in enumerate(sorted(rules.widths))
        }
        self.names.update({table: f"f{number}" for number, table in enumerate(rules.findings)})
        self.called = {name: number for number, name in enumerate(program.functions)}
        self.against = 0
        #: Predicates that hold a function's answers, by what they are asked about.
        self.told: dict[tuple[str, str], str] = {}
        self.aside: list[str] = []

    def width(self, number: int) -> int:
        """How many columns a finding has."""
        return self.rules.widths[self.rules.findings[number]]

    def statements(self) -> Iterable[str]:
        """The rules; nothing is shown, for atoms are read without text."""
        yield "#show."
        for rule in self.rules.rules:
            yield from self._rule(rule)
        yield from self.aside
        for tally in self.rules.tallies:
            yield self._tally(tally)

    def _rule(self, rule: Rule) -> Iterable[str]:
        idle = once(rule)
        body = [self._literal(literal, idle) for literal in rule.body]
        body += self._calls(rule)
        body += [_condition(condition) for condition in rule.conditions]
        for negation in rule.negations:
            if negation.conditions:
                against = f"n{self.against}"
                self.against += 1
                yield self._against(against, rule, negation)
                body.append(f"not {against}({self._outer(rule, negation)})")
            else:
                body.append(f"not {self._literal(negation.literal, idle)}")
        yield f"{self._literal(rule.head)} :- {', '.join(body)}."

    def _calls(self, rule: Rule) -> list[str]:
        """Literals that bind what the functions of a rule give."""
        found = []
        for call in rule.calls:
            days = self._days(call)
            if days is not None:
                for day, result in zip(call.arguments, call.results, strict=True):
                    # The open ends of a range stay where they are.
                    moved = f"1 - 1/{_term(day)} - {_term(day)}/{LAST_DAY}"
                    found.append(f"{_name(result)} = {_term(day)} + {days} * ({moved})")
            elif self.program.functions[call.function]["function"] == "add":
                for day, result in zip(call.arguments, call.results, strict=True):
                    name = self._asked(rule, call, (day,), 1)
                    found.append(f"{name}({_term(day)},{_name(result)})")
            else:
                name = self._asked(rule, call, call.arguments, len(call.results))
                terms = [*map(_term, call.arguments), *map(_name, call.results)]
                found.append(f"{name}({','.join(terms)})")
        return found

    def _asked(self, rule: Rule, call: Call, arguments: tuple[Term, ...], answers: int) -> str:
        """The predicate of a function's answers about the arguments that a rule has."""
        needed = set(variables(arguments))
        body = []
        for literal in rule.body:
            if needed & set(literal.terms):
                kept = tuple(
                    None if isinstance(term, Variable) and term not in needed else term
                    for term in literal.terms
                )
                body.append(Literal(literal.table, kept))
                needed = needed - set(literal.terms)
        # Alike questions of several rules are one, whatever they call their variables.
        alike = {v: Variable(f"A{n}") for n, v in enumerate(variables(arguments))}

        def renamed(terms: Sequence[Term | None]) -> tuple[Term | None, ...]:
            return tuple(alike.get(t, t) if isinstance(t, Variable) else t for t in terms)

        asked = ", ".join(self._literal(Literal(part.table, renamed(part.terms))) for part in body)
        key = (call.function, asked)
        if key not in self.told:
            name = self.told[key] = f"d{len(self.told)}"
            given = [_term(term) for term in renamed(arguments) if term is not None]
            got = [f"R{number}" for number in range(answers)]
            columns = ",".join(given)
            number = str(self.called[call.function])
            told = got[0] if answers == 1 else f"({','.join(got)})"
            self.aside.append(f"a{name}({columns}) :- {asked}." if asked else f"a{name}.")
            ask = f"a{name}({columns})" if asked else f"a{name}"
            self.aside.append(
                f"{name}({','.join(given + got)}) :- {ask}, "
                f"{told} = @call({','.join([number, *given])})."
            )
        return self.told[key]

    def _days(self, call: Call) -> int | None:
        """The days that a call adds, if it adds days and nothing else."""
        spec = self.program.functions[call.function]
        if spec["function"] != "add":
            return None
        length = period(spec["period"])
        plain = Period(days=length.days, rounding=length.rounding)
        return length.days if length == plain else None

    def _spoken(self, rule: Rule, negation: Negation) -> list[Variable]:
        """The variables of a rule of which an absence speaks."""
        known = {term for literal in rule.body for term in literal.terms}
        known |= {result for call in rule.calls for result in call.results}
        terms = [
            *negation.literal.terms,
            *(t for c in negation.conditions for t in (c.left, c.right)),
        ]
        return [variable for variable in variables(terms) if variable in known]

    def _outer(self, rule: Rule, negation: Negation) -> str:
        return ",".join(map(_name, self._spoken(rule, negation)))

    def _against(self, name: str, rule: Rule, negation: Negation) -> str:
        """What stands against a rule: a row of which the conditions hold."""
        spoken = self._spoken(rule, negation)
        bound = set(variables(negation.literal.terms))
        needed = {v for v in spoken if v not in bound}
        calls = [call for call in rule.calls if needed & set(call.results)]
        for call in calls:
            needed = needed - set(call.results) | (set(variables(call.arguments)) - bound)
        body = []
        for literal in rule.body:
            if needed & set(literal.terms):
                kept = tuple(
                    term
                    if not isinstance(term, Variable) or term in needed or term in bound
                    else None
                    for term in literal.terms
                )
                body.append(self._literal(Literal(literal.table, kept)))
                needed -= set(literal.terms)
        body.append(self._literal(negation.literal))
        body += self._calls(rule._replace(calls=tuple(calls)))
        body += [_condition(condition) for condition in negation.conditions]
        return f"{name}({','.join(map(_name, spoken))}) :- {', '.join(body)}."

    def _literal(self, literal: Literal, idle: Iterable[Variable] = ()) -> str:
        terms = ["_" if term is None or term in idle else _term(term) for term in literal.terms]
        return f"{self.names[literal.table]}({','.join(terms)})"

    def _tally(self, tally: Tally) -> str:
        """How many rows of a group are certain, and how many there are."""
        width = self.rules.widths[tally.possible]
        group = [f"G{place}" for place in range(tally.group)]
        rest = [f"X{place}" for place in range(width - tally.group)]
        columns = ",".join(group + rest)
        counts = [
            f"{number} = #count {{ {','.join(rest)} : {self.names[table]}({columns}) }}"
            for number, table in (("L", tally.certain), ("H", tally.possible))
        ]
        body = list(counts)
        if group:
            some = ",".join(group + ["_"] * len(rest))
            body.insert(0, f"{self.names[tally.possible]}({some})")
        return f"{self.names[tally.head]}({','.join([*group, 'L', 'H'])}) :- {', '.join(body)}."


def _name(variable: Variable) -> str:
    return f"V{variable.name}"


def _term(term: Term) -> str:
    return _name(term) if isinstance(term, Variable) else _constant(term)


def _condition(condition: Condition) -> str:
    operator = _OPERATORS.get(condition.operator, condition.operator)
    return f"{_term(condition.left)} {operator} {_term(condition.right)}"
