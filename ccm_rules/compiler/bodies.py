"""Bodies of rules: a body goes in; atoms, comparisons and absences of a clause come out."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import cast

from ccm_rules.compiler.lowering import MAX_JOIN
from ccm_rules.compiler.program import Absence, Atom, Clause, Condition, Operator, Term, Variable
from ccm_rules.compiler.types import (
    ORDERED,
    CompileError,
    Relations,
    Types,
    refuse_unbound,
    terms_of,
    type_of,
    uses_as_of,
)
from ccm_rules.dates import Period
from ccm_rules.law.conditions import MONTHS
from ccm_rules.law.rule import Arithmetic, Body, Calculation, Comparison, Pattern, Var
from ccm_rules.law.rule import Term as SurfaceTerm
from ccm_rules.law.terms import ASKED
from ccm_rules.record.relations import BUILT_IN
from ccm_rules.record.vocabulary import NO_INT, NO_WHEN, columns_of


class Joined:
    """One body, compiled for certain or for possible rows."""

    def __init__(self, relations: Relations, body: Body, types: Types, certain: bool) -> None:
        self.relations = relations
        self.types = types
        self.certain = certain
        self.atoms: list[Atom] = []
        self.absences: list[Absence] = []
        self.extra: list[Condition] = []
        self.wants: list[tuple[str, str, tuple[int, ...]]] = []
        self.bound: set[str] = set()
        self.hidden = itertools.count()
        for pattern in body.all:
            if not pattern.record:
                self.join(pattern)
        demanding = [p for p in body.none if self.registered(p)]
        if uses_as_of(body) or any(p.complete is None for p in demanding):
            types.setdefault("as_of", "when")
            self.join(Pattern("as-of", {"day": Var("as_of")}))
        for name, computed in body.let.items():
            self.let(name, computed)
        for pattern in body.all:
            if pattern.record:
                self.ask(pattern)
        self.records = bool(demanding) and not certain
        for pattern in demanding if certain else ():
            self.demand_record(pattern)
        for pattern in (*body.none, *body.unless):
            self.absent(pattern)
        self.refuse_size()

    def refuse_size(self) -> None:
        """Refuse a body that joins nothing, or more than engines can."""
        if not self.atoms:
            raise CompileError("nothing is joined", 'name a fact: all = [{ fact = "…", … }]')
        if len(self.atoms) + len(self.absences) > MAX_JOIN:
            raise CompileError(
                f"more than {MAX_JOIN} facts are joined, which engines cannot",
                "derive a fact from some of them first",
            )

    def variables(self) -> tuple[str, ...]:
        """All variables, in the order in which atoms bind them."""
        names = (t.name for atom in self.atoms for t in atom.terms if isinstance(t, Variable))
        return tuple(dict.fromkeys(names))

    def join(self, pattern: Pattern) -> None:
        """Join the rows of a pattern; fields that it leaves out are bound too."""
        fields = self.relations.fields(pattern)
        terms: list[Term] = []
        for field, type_ in fields.items():
            if field in pattern.fields:
                terms += terms_of(pattern.fields[field], type_)
            else:
                hidden = f"_{next(self.hidden)}"
                terms += terms_of(Var(hidden), type_)
        plain = pattern.fact in BUILT_IN
        self.atoms.append(Atom(pattern.fact, tuple(terms), self.certain and not plain))

    def let(self, name: str, computed: Arithmetic | Calculation) -> None:
        """Join what a function gives: a day, or a number."""
        if isinstance(computed, Calculation):
            self.calculate(name, computed)
        else:
            self.add(name, computed)

    def add(self, name: str, computed: Arithmetic) -> None:
        """Join the day that a calendar gives."""
        function = f"reckon {_period_name(computed.period)}"
        columns = tuple((c, "int") for c in ("from_lo", "from_hi", "to_lo", "to_hi"))
        spec = {k: v for k, v in computed.period._asdict().items() if v}
        self.relations.function(function, columns, {"function": "add", "period": spec})
        anchor = terms_of(computed.anchor, "when")
        self.want(function, anchor)
        self.atoms.append(Atom(function, (*anchor, *terms_of(Var(name), "when")), False))

    def calculate(self, name: str, computed: Calculation) -> None:
        """Join what arithmetic gives: its bounds, from the bounds of both."""
        function = f"calculate {computed.operator}"
        columns = tuple((c, "int") for c in ("a_lo", "a_hi", "b_lo", "b_hi", "to_lo", "to_hi"))
        spec: dict[str, object] = {"function": "calculate", "operator": computed.operator}
        self.relations.function(function, columns, spec)
        arguments: tuple[Term, ...] = ()
        for operand in (computed.left, computed.right):
            bounds = terms_of(operand, self.types[operand.name])
            arguments += (bounds[0], bounds[-1])
        self.want(function, arguments)
        outcome = terms_of(Var(name), "when" if computed.operator == MONTHS else "number")
        self.atoms.append(Atom(function, (*arguments, *outcome), False))

    def registered(self, pattern: Pattern) -> bool:
        """Whether absence of such facts needs a register."""
        kind = self.relations.vocabulary.get(pattern.fact)
        return kind is not None and not kind.statement

    def ask(self, pattern: Pattern) -> Variable:
        """Join the register that speaks of a pattern; return its last day.

        `until` is that day in a pattern of a record alone: in the pattern of a fact it
        is a field of that fact, such as the end of an armed conflict.
        """
        if pattern.record:
            kind = self.relations.vocabulary[pattern.fact]
            for field in pattern.fields:
                if field != "until" and field in kind.fields and kind.fields[field].type == "when":
                    raise CompileError(
                        f"a register is limited by no day, and {field} is one", f"leave {field} out"
                    )
        function, arguments = self.question(pattern)
        until = pattern.fields.get("until") if pattern.record else None
        if not isinstance(until, Var):
            until = Var(f"_until_{next(self.hidden)}")
        register = Variable(f"_register_{next(self.hidden)}")
        self.atoms.append(Atom(function, (*arguments, *terms_of(until, "when"), register), False))
        return Variable(f"{until.name}_lo")

    def unrecorded(self, pattern: Pattern, day: Var) -> None:
        """Hold only where no register says that the record of such facts is complete by a day."""
        function, arguments = self.question(pattern)
        until = Variable(f"_until_{next(self.hidden)}")
        reaches = Condition(">=", until, terms_of(day, "when")[1])
        self.absences.append(Absence(function, (*arguments, until, None, None), (reaches,), False))

    def question(self, pattern: Pattern) -> tuple[str, tuple[Term, ...]]:
        """The function that registers answer, and what it is asked about a pattern."""
        kind = self.relations.vocabulary[pattern.fact]
        constants, asked = {}, {}
        for field, term in pattern.fields.items():
            if field != "until" and field not in kind.fields:
                raise CompileError(
                    f"a {pattern.fact} fact has no {field!r}", f"use {', '.join(kind.fields)}"
                )
            if field == "until" or kind.fields[field].type == "when":
                continue
            if not isinstance(term, Var):
                constants[field] = term
            elif term.name in self.types:
                asked[field] = term
        function = (
            f"recorded {pattern.fact}"
            + "".join(f" {n}={v}" for n, v in constants.items())
            + "".join(f" {n}" for n in asked)
        )
        columns = (
            *((name, "int" if kind.fields[name].type == "int" else "text") for name in asked),
            ("until_lo", "int"),
            ("until_hi", "int"),
            ("register", "int"),
        )
        spec: dict[str, object] = {
            "function": "recorded",
            "kind": pattern.fact,
            "constants": constants,
            "fields": list(asked),
        }
        self.relations.function(function, columns, spec)
        arguments = tuple(
            t for name, term in asked.items() for t in terms_of(term, kind.fields[name].type)
        )
        self.want(function, arguments)
        return function, arguments

    def demand_record(self, pattern: Pattern) -> None:
        """Absence counts only inside a complete record."""
        until = self.ask(pattern)
        complete = pattern.complete if pattern.complete is not None else Var("as_of")
        if isinstance(complete, Var) and self.types.get(complete.name) != "when":
            raise CompileError(
                f"?{complete.name} is no day that the body binds", 'complete = "?day"'
            )
        self.extra.append(Condition(">=", until, terms_of(complete, "when")[1]))

    def want(self, function: str, arguments: tuple[Term, ...]) -> None:
        """Find, or make, a relation whose columns hold a function's arguments."""
        names = {t for t in arguments if isinstance(t, Variable)}
        for atom in self.atoms:
            if names <= set(atom.terms) and atom.relation not in self.relations.functions:
                columns = tuple(atom.terms.index(t) for t in arguments)
                self.wants.append((function, atom.relation, columns))
                return
        relation = self.tabled(function, arguments, names)
        self.wants.append((function, relation, tuple(range(len(arguments)))))

    def tabled(
        self, function: str, arguments: tuple[Term, ...], names: Iterable[Variable]
    ) -> str:
        """A relation made for a function's arguments: they stand in several atoms."""
        relations = self.relations
        relation = f"arguments {next(relations.serial)}"
        relations.schema[relation] = relations.schema[function][: len(arguments)]
        atoms = tuple(
            atom._replace(certain=False)
            for atom in self.atoms
            if atom.relation not in relations.functions
        )
        bound = [t for atom in atoms for t in atom.terms if isinstance(t, Variable)]
        if not set(bound).issuperset(names):
            raise CompileError(
                "a register cannot be asked about a reckoned day", "ask about fields of facts"
            )
        variables = tuple(dict.fromkeys(t.name for t in bound))
        relations.clauses.append(
            Clause(f"{relation}", "", relation, arguments, True, 0, False, atoms, (), (), variables)
        )
        return relation

    def absent(self, pattern: Pattern) -> None:
        """No such fact: not even a possible one, or, in a possible clause, no certain one."""
        types = dict(self.types)
        fields = self.relations.bind(pattern, types)
        terms: list[Term | None] = []
        for field, type_ in fields.items():
            if field in pattern.fields:
                terms += terms_of(pattern.fields[field], type_)
            else:
                terms += [None] * len(columns_of(field, type_))
        own = {Var(name) for name in types if name not in self.types}
        for comparison in pattern.conditions:
            if comparison.left not in own and comparison.right not in own:
                raise CompileError(
                    "a comparison inside none or unless must speak of the absent fact",
                    "move it to `if`, or name a field of the absent fact in it",
                )
        choices = [_alternatives(c, types, not self.certain) for c in pattern.conditions]
        for choice in itertools.product(*choices):
            conditions = tuple(c for group in choice for c in group)
            self.absences.append(Absence(pattern.fact, tuple(terms), conditions, not self.certain))

    def condition(self, comparison: Comparison) -> list[tuple[Condition, ...]]:
        """What must hold: a list of alternatives."""
        return _alternatives(comparison, self.types, self.certain)


def _alternatives(
    comparison: Comparison, types: Types, certain: bool
) -> list[tuple[Condition, ...]]:
    left, right = comparison.left, comparison.right
    if comparison.operator in ASKED:
        return _asked(left, comparison.operator, types)
    operator = cast("Operator", comparison.operator)
    if not isinstance(left, Var) and not isinstance(right, Var):
        raise CompileError("two constants are compared", "compare something that a fact binds")
    one, other = _kind_of(left, types), _kind_of(right, types)
    if (one in ORDERED) != (other in ORDERED) or (one == "when") != (other == "when"):
        raise CompileError(f"{one} cannot be compared with {other}", "compare like with like")
    if one not in ORDERED:
        if operator not in ("==", "!="):
            raise CompileError(f"words have no order, so {operator!r} says nothing", "use == or !=")
        return [(Condition(operator, terms_of(left, "text")[0], terms_of(right, "text")[0]),)]
    a, b = terms_of(left, one), terms_of(right, other)
    if comparison.operator == ">>":  # as the record shows it, certain or not
        return [(Condition("<", b[-1], a[0]),)]
    if comparison.operator == "<>":
        return [(Condition("!=", a[0], b[0]),), (Condition("!=", a[-1], b[-1]),)]
    if operator in (">", ">="):
        a, b, operator = b, a, "<" if operator == ">" else "<="
    if len(a) == 1 and len(b) == 1:
        return [(Condition(operator, a[0], b[0]),)]
    return _of_bounds(operator, (a[0], a[-1]), (b[0], b[-1]), certain)


def _asked(
    left: SurfaceTerm, operator: str, types: Types
) -> list[tuple[Condition, ...]]:
    """Whether a fact gives a field: a day that it leaves out may be any."""
    kind = _kind_of(left, types)
    if kind == "number":
        raise CompileError("a number that is counted is always given", "ask a field of a fact")
    unsaid: tuple[int | str, ...] = (
        (NO_WHEN.earliest, NO_WHEN.latest) if kind == "when" else (NO_INT if kind == "int" else "",)
    )
    pairs = list(zip(terms_of(left, kind), unsaid, strict=True))
    if operator == "given":
        return [(Condition("!=", term, value),) for term, value in pairs]
    return [tuple(Condition("==", term, value) for term, value in pairs)]


def _kind_of(term: SurfaceTerm, types: Types) -> str:
    if not isinstance(term, Var):
        return type_of(term)
    refuse_unbound([term.name], types)
    return types[term.name]


def _of_bounds(
    operator: Operator, one: tuple[Term, Term], other: tuple[Term, Term], certain: bool
) -> list[tuple[Condition, ...]]:
    """What must hold of the bounds of two values, so that a comparison does, or may."""
    (a_lo, a_hi), (b_lo, b_hi) = one, other
    if operator in ("<", "<="):
        return [(Condition(operator, a_hi, b_lo) if certain else Condition(operator, a_lo, b_hi),)]
    if operator == "==":
        if certain:
            return [(Condition("==", a_lo, b_hi), Condition("==", a_hi, b_lo))]
        return [(Condition("<=", a_lo, b_hi), Condition("<=", b_lo, a_hi))]
    if certain:
        return [(Condition("<", a_hi, b_lo),), (Condition("<", b_hi, a_lo),)]
    return [(Condition("!=", a_lo, b_hi),), (Condition("!=", a_hi, b_lo),)]


def _period_name(length: Period) -> str:
    return f"{length}{f' rounded {length.rounding}' if length.rounding else ''}"
