"""Relations and their types: what a rule may join, and what its variables hold."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Mapping
from typing import Final

from ccm_rules.compiler import duty_status as duties
from ccm_rules.compiler.program import Clause, Term, Variable
from ccm_rules.compiler.tallies import TYPES as INDICATOR_TYPES
from ccm_rules.law.conditions import MONTHS
from ccm_rules.law.rule import Arithmetic, Body, Calculation, Pattern, Var
from ccm_rules.law.rule import Term as SurfaceTerm
from ccm_rules.record.relations import BUILT_IN
from ccm_rules.record.vocabulary import Vocabulary, columns_of

Types = dict[str, str]

#: Types that are bounded by two columns, and types that have an order.
INTERVAL: Final = ("when", "number")
ORDERED: Final = ("when", "number", "int")

#: The column in which engines keep whether a row is certain.
CERTAIN: Final = "certain"


def alike(names: Iterable[str]) -> str | None:
    """A column name that stands twice, or is the one that engines add themselves."""
    seen = {CERTAIN}
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


class CompileError(Exception):
    """A table cannot be compiled; the caller adds file and line.

    Attributes:
        mend: what to do about it.
        key: the text of the table that it is about, where it is about one.
    """

    def __init__(self, message: str, mend: str, key: str = "") -> None:
        super().__init__(message)
        self.mend = mend
        self.key = key


class Relations:
    """The relations of a program: fields with types, columns, and functions.

    Attributes:
        vocabulary: kinds of fact.
        types: for each relation the types of its fields, by name.
        schema: for each relation its columns.
        intervals: for each relation the pairs of columns that bound one value.
        functions: what each function relation computes.
        clauses: the clauses made so far.
        serial: numbers for names that must differ.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.types: dict[str, Types] = {name: dict(fields) for name, fields in BUILT_IN.items()}
        for kind in vocabulary.values():
            self.types[kind.name] = {field.name: field.type for field in kind.fields.values()}
        self.types[duties.STATUS] = dict(duties.STATUS_TYPES)
        self.types[duties.END] = dict(duties.END_TYPES)
        self.types.update((name, dict(fields)) for name, fields in INDICATOR_TYPES.items())
        self.schema: dict[str, tuple[tuple[str, str], ...]] = {}
        self.intervals: dict[str, tuple[tuple[int, int], ...]] = {}
        self.functions: dict[str, dict[str, object]] = {}
        self.clauses: list[Clause] = []
        self.serial = itertools.count()
        for name in list(self.types):
            self.declare(name)
        for name, columns in duties.SCHEMA.items():
            self.schema[name] = columns
            self.intervals[name] = duties.INTERVALS.get(name, ())

    def declare(self, name: str) -> None:
        """Fix the columns of a relation by the types of its fields."""
        columns: list[tuple[str, str]] = []
        pairs = []
        for field, type_ in self.types[name].items():
            if type_ in INTERVAL:
                pairs.append((len(columns), len(columns) + 1))
            column_type = "int" if type_ in ORDERED else "text"
            columns += [(column, column_type) for column in columns_of(field, type_)]
        if not columns:
            raise CompileError(f"{name!r} has no field", 'say of whom it speaks: party = "?p"')
        if (twice := alike(column for column, _ in columns)) is not None:
            raise CompileError(
                f"{name!r} would have two columns {twice!r}", "give one of its fields another name"
            )
        self.schema[name] = tuple(columns)
        self.intervals[name] = tuple(pairs)

    def body_types(self, body: Body) -> Types:
        """Types of the variables that a body binds."""
        types: Types = {}
        for pattern in body.all:
            self.bind(pattern, types)
        computed: Types = {}
        for name, one in body.let.items():
            if isinstance(one, Calculation):
                _refuse_uncounted(one, types)
                computed[name] = "when" if one.operator == MONTHS else "number"
            elif types.get(one.anchor.name) == "when":
                computed[name] = "when"
            else:
                raise CompileError(
                    f"?{one.anchor.name} is no day that a fact binds",
                    "reckon from a date of a fact, never from a reckoned one",
                )
            if name in types:
                raise CompileError(
                    f"?{name} is bound already", "give the reckoned day a name of its own"
                )
        for name in body.values:
            if name in types or name in computed:
                raise CompileError(f"?{name} is bound already", "leave it out of values")
            computed[name] = "text"
        types.update(computed)
        if uses_as_of(body):
            types["as_of"] = "when"
        names = (column for name, type_ in types.items() for column in columns_of(name, type_))
        if (twice := alike(names)) is not None:
            raise CompileError(
                f"?{twice} is a bound of a day or number of that name", "use another variable"
            )
        return types

    def bind(self, pattern: Pattern, types: Types) -> Types:
        """Check what stands in a pattern, and add the types of the variables that it binds.

        Returns:
            The types of its fields.
        """
        fields = self.fields(pattern)
        for field, term in pattern.fields.items():
            if field not in fields:
                raise CompileError(
                    f"a {pattern.fact} fact has no {field!r}", f"use {', '.join(fields)}"
                )
            if not isinstance(term, Var):
                self.allowed(pattern.fact, field, term, fields[field])
                continue
            known = types.get(term.name)
            if known is not None and shape(known) != shape(fields[field]):
                raise CompileError(
                    f"?{term.name} is {known} and {fields[field]}", "use two variables"
                )
            if known is None or known == "text":
                types[term.name] = fields[field]
        return fields

    def allowed(self, fact: str, field: str, term: object, type_: str) -> None:
        """Refuse a constant of another type, or one that the vocabulary does not allow."""
        own = type_of(term)
        if shape(type_) != shape(own):
            raise CompileError(f"{fact}.{field} cannot be {term!r}", f"it is {type_}")
        kind = self.vocabulary.get(fact)
        if kind is not None and field in kind.fields:
            one_of = kind.fields[field].one_of
            if one_of and term not in one_of and term != kind.fields[field].default:
                raise CompileError(
                    f"{fact}.{field} is never {term!r}", f"use one of {', '.join(one_of)}"
                )

    def fits(self, given: Mapping[str, SurfaceTerm], wanted: Types, types: Types) -> None:
        """Refuse terms that are not bound, or not of the type that a field has.

        A number that is not counted but stated is as good as a counted one.
        """
        for field, term in given.items():
            if isinstance(term, Var):
                refuse_unbound([term.name], types)
                own = types[term.name]
            else:
                own = type_of(term)
            if shape(own) != shape(wanted[field]) and (own, wanted[field]) != ("int", "number"):
                name = f"?{term.name}" if isinstance(term, Var) else repr(term)
                raise CompileError(f"{field} cannot be {name}", f"it is {wanted[field]}, not {own}")

    def fields(self, pattern: Pattern) -> Types:
        """Field types of what a pattern joins."""
        fields = self.types.get(pattern.fact)
        if fields is None:
            raise CompileError(
                f"no fact is called {pattern.fact!r}", "derive it, or correct the name"
            )
        if pattern.record:
            if pattern.fact not in self.vocabulary:
                raise CompileError(
                    f"no register speaks of {pattern.fact!r}", "ask for a kind of the vocabulary"
                )
            return {**fields, "until": "when"}
        return fields

    def function(
        self, name: str, columns: tuple[tuple[str, str], ...], spec: dict[str, object]
    ) -> None:
        """Declare a function relation."""
        self.functions[name] = spec
        self.schema[name] = columns


def terms_of(term: SurfaceTerm, type_: str) -> tuple[Term, ...]:
    """The columns of a term: two for what two columns bound."""
    if isinstance(term, Var):
        return tuple(Variable(column) for column in columns_of(term.name, type_))
    if isinstance(term, dt.date):
        return (term.toordinal(), term.toordinal())
    return (term, term) if type_ in INTERVAL else (term,)


def refuse_unbound(names: Iterable[str], types: Types) -> None:
    """Refuse variables that no fact binds.

    Raises:
        CompileError: at the first.
    """
    for name in names:
        if name not in types:
            raise CompileError(f"?{name} is bound by no fact", "bind it in all or let")


def type_of(constant: object) -> str:
    """The type of a constant."""
    if isinstance(constant, int):
        return "int"
    return "when" if isinstance(constant, dt.date) else "text"


def shape(type_: str) -> str:
    """What can be joined with what: words of all kinds are alike."""
    return type_ if type_ in ("when", "number", "int") else "text"


def uses_as_of(body: Body) -> bool:
    """Whether a body speaks of the as-of day."""
    comparisons = [*body.conditions, *(c for p in (*body.none, *body.unless) for c in p.conditions)]
    terms = [t for c in comparisons for t in (c.left, c.right)] + [p.complete for p in body.none]
    return Var("as_of") in terms or any(
        isinstance(a, Arithmetic) and a.anchor == Var("as_of") for a in body.let.values()
    )


def _refuse_uncounted(calculation: Calculation, types: Types) -> None:
    day = calculation.left if calculation.operator == MONTHS else None
    if day is not None and types.get(day.name) != "when":
        raise CompileError(
            f"?{day.name} is no day that a fact binds", 'months_after = ["?day", "?number"]'
        )
    for operand in (calculation.left, calculation.right):
        if operand is not day and types.get(operand.name) not in ("number", "int"):
            raise CompileError(
                f"?{operand.name} is no number that a fact binds",
                "reckon with numbers of facts, never with reckoned ones",
            )
