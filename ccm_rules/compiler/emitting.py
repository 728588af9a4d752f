"""Clauses of a body: a body of a rule goes in, and its certain and possible clauses come out."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping

import attrs

from ccm_rules.compiler.bodies import Joined
from ccm_rules.compiler.info import FindingInfo
from ccm_rules.compiler.program import Clause, Count, Term, Variable
from ccm_rules.compiler.types import (
    CompileError,
    Relations,
    Types,
    refuse_unbound,
    shape,
    terms_of,
    type_of,
)
from ccm_rules.law.rule import Body, Comparison, Pattern, Rule, Var
from ccm_rules.law.rule import Term as SurfaceTerm
from ccm_rules.record.vocabulary import Vocabulary
from ccm_rules.words.template import names_in

#: Each != of vague days doubles the clauses of a law.
_MOST_WAYS = 64


class Emitter(Relations):
    """The relations and clauses of a program in the making.

    Attributes:
        counts: the counts made so far.
        wants: what clauses ask of functions: clause, function, relation and its columns.
        findings: by relation that holds a finding's rows.
        says: sentence template of derived facts, by relation.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__(vocabulary)
        self.counts: list[Count] = []
        self.wants: list[tuple[str, str, str, tuple[int, ...]]] = []
        self.findings: dict[str, FindingInfo] = {}
        self.says: dict[str, str] = {}

    def head(self, name: str, fields: Mapping[str, SurfaceTerm], types: Types, says: str) -> None:
        """Fix or check the fields of a derived fact."""
        refuse_unbound([term.name for term in fields.values() if isinstance(term, Var)], types)
        found = {
            field: types[term.name] if isinstance(term, Var) else type_of(term)
            for field, term in fields.items()
        }
        if name in self.types:
            if set(self.types[name]) != set(found):
                raise CompileError(
                    f"{name!r} is derived elsewhere with fields {', '.join(self.types[name])}",
                    "use the same fields everywhere",
                )
            for field, type_ in found.items():
                known = self.types[name][field]
                if shape(type_) != shape(known) and (known, type_) != ("number", "int"):
                    raise CompileError(
                        f"{name}.{field} is {self.types[name][field]} elsewhere and {type_} here",
                        "use one type everywhere",
                    )
        else:
            self.types[name] = found
            self.declare(name)
        if says:
            check_template(says, found, "says")
            self.says[name] = says

    def head_terms(
        self, name: str, fields: Mapping[str, SurfaceTerm], types: Types
    ) -> tuple[Term, ...]:
        """The columns of a derived row."""
        terms: list[Term] = []
        for field, type_ in self.types[name].items():
            term = fields[field]
            exact = type_ == "number" and isinstance(term, Var) and types[term.name] == "int"
            terms += 2 * terms_of(term, "int") if exact else terms_of(term, type_)
        return tuple(terms)

    def in_force(self, rule: Rule, body: Body) -> Body:
        """Limit a body to the time in which its rule is law."""
        extra = []
        if rule.in_force_from is not None:
            extra.append(Comparison(Var("as_of"), ">=", rule.in_force_from))
        if rule.in_force_until is not None:
            extra.append(Comparison(Var("as_of"), "<=", rule.in_force_until))
        return attrs.evolve(
            body,
            conditions=(*extra, *body.conditions),
            unless=(*body.unless, *rule.in_force.ended_by),
        )

    def emit(
        self,
        rule: Rule,
        name: str,
        head: str,
        head_terms: tuple[Term, ...],
        body: Body,
        modes: tuple[bool, ...] = (True, False),
        always: bool = False,
    ) -> None:
        """Make the certain and the possible clauses of a body.

        The possible one runs where something is vague; `always` says that it
        always does.
        """
        for value, terms, each in _one_by_one(body, head_terms):
            self.emit(rule, f"{name} ({value})", head, terms, each, modes, always)
        if body.values:
            return
        types = self.body_types(body)
        for certain in modes:
            joined = Joined(self, body, types, certain)
            alternatives = [joined.condition(c) for c in body.conditions]
            if math.prod(map(len, alternatives)) > _MOST_WAYS:
                raise CompileError(
                    "there are too many ways in which all of `if` can hold",
                    "derive a fact from some of the != first",
                )
            for choice in itertools.product(*alternatives):
                conditions = tuple(c for group in choice for c in group) + tuple(joined.extra)
                id_ = f"{rule.name}#{next(self.serial)} {name}{'' if certain else ' (possible)'}"
                self.clauses.append(
                    Clause(
                        id_,
                        rule.name,
                        head,
                        head_terms,
                        certain,
                        0,
                        (always or joined.records) and not certain,
                        tuple(joined.atoms),
                        conditions,
                        tuple(joined.absences),
                        joined.variables(),
                    )
                )
                self.wants += [(id_, *want) for want in joined.wants]


def join(one: Body, other: Body) -> Body:
    """Both bodies at once."""
    return Body(
        (*one.all, *other.all),
        (*one.conditions, *other.conditions),
        (*one.none, *other.none),
        (*one.unless, *other.unless),
        {**one.let, **other.let},
        {**one.values, **other.values},
    )


def _one_by_one(
    body: Body, head: tuple[Term, ...]
) -> Iterator[tuple[str, tuple[Term, ...], Body]]:
    """A body and a head for each text that a variable of the body is; none without such."""
    for name, texts in list(body.values.items())[:1]:
        rest = {other: those for other, those in body.values.items() if other != name}
        for text in texts:
            terms = tuple(text if term == Variable(name) else term for term in head)
            yield text, terms, attrs.evolve(_with(body, Var(name), text), values=rest)


def _with(body: Body, variable: Var, text: str) -> Body:
    """A body in which a text stands for a variable."""

    def put(term: SurfaceTerm) -> SurfaceTerm:
        return text if term == variable else term

    def compared(found: Iterable[Comparison]) -> tuple[Comparison, ...]:
        return tuple(attrs.evolve(c, left=put(c.left), right=put(c.right)) for c in found)

    def joined(found: Iterable[Pattern]) -> tuple[Pattern, ...]:
        return tuple(
            attrs.evolve(
                one,
                fields={name: put(term) for name, term in one.fields.items()},
                conditions=compared(one.conditions),
            )
            for one in found
        )

    return attrs.evolve(
        body,
        all=joined(body.all),
        conditions=compared(body.conditions),
        none=joined(body.none),
        unless=joined(body.unless),
    )


def check_template(text: str, known: Mapping[str, str], key: str) -> None:
    """Refuse a sentence, by its key, with a gap that nothing fills."""
    for name in names_in(text):
        if name not in known:
            raise CompileError(
                f"the sentence speaks of {{{name}}}, which nothing binds",
                f"use {', '.join(sorted(known))}",
                key,
            )
