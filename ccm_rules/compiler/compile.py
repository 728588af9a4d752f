"""From checked rules to the intermediate form: rules go in, and a program that engines run.

Each law becomes two clauses, one certain and one possible (see
`ccm_rules.compiler.program`). Patterns become joins; vague dates become pairs of
columns; comparisons become what must hold for every day that they allow, or for
some; absence demands a complete record, in the certain clause only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ccm_rules.compiler import duty_status as duties
from ccm_rules.compiler import indicator_clauses as indicators
from ccm_rules.compiler.duty_clauses import duty
from ccm_rules.compiler.emitting import Emitter, check_template
from ccm_rules.compiler.finding_clauses import finding
from ccm_rules.compiler.indicator_names import wrong_names
from ccm_rules.compiler.levels import Compiled, put_together
from ccm_rules.compiler.program import (
    Count,
)
from ccm_rules.compiler.refusals import refusals
from ccm_rules.compiler.types import INTERVAL, CompileError, Types, refuse_unbound
from ccm_rules.errors import Problem
from ccm_rules.law.rule import (
    DUTY_LISTS,
    Body,
    CountOf,
    Derive,
    Duty,
    FindingRule,
    Indicator,
    Population,
    Rule,
    Var,
)
from ccm_rules.law.rule import Term as SurfaceTerm
from ccm_rules.law.toml_places import At
from ccm_rules.record.vocabulary import Vocabulary

#: Each != of vague days doubles the clauses of a law.
_MOST_WAYS = 64

Item = Derive | CountOf | Duty | Population | Indicator | FindingRule


def compile_rules(
    rules: Sequence[Rule], vocabulary: Vocabulary, *, with_indicators: bool = True
) -> tuple[Compiled | None, list[Problem]]:
    """Compile rules that belong together.

    Args:
        rules: the rules, all of which are checked.
        vocabulary: the kinds of fact.
        with_indicators: whether the program counts indicators too.

    Returns:
        What was compiled, or ``None`` with every problem that was found.
    """
    compiler = _Compiler(rules, vocabulary)
    compiler.run()
    compiler.problems += refusals(rules)
    if compiler.problems:
        return None, compiler.problems
    constants = compiler.indicators.constants
    return put_together(compiler, constants, with_indicators=with_indicators), []


class _Compiler(Emitter):
    def __init__(self, rules: Sequence[Rule], vocabulary: Vocabulary) -> None:
        super().__init__(vocabulary)
        self.rules = rules
        self.problems: list[Problem] = []
        self.indicators = indicators.Indicators(self, rules)

    # -- names and types ---------------------------------------------------

    def problem(self, at: At, path: str, message: str, mend: str) -> None:
        self.problems.append(Problem(*at, 1, path, message, mend))

    def run(self) -> None:
        """Compile everything, in the order in which facts depend on each other."""
        for problem in wrong_names(self.rules):
            self.problem(*problem)
        order = self.order()
        if self.problems:
            return
        for rule, item in order:
            try:
                if isinstance(item, Derive):
                    self.derive(rule, item)
                elif isinstance(item, CountOf):
                    self.count(rule, item)
                elif isinstance(item, Duty):
                    duty(self, rule, item)
                elif isinstance(item, Population):
                    self.indicators.population(rule, item)
                elif isinstance(item, Indicator):
                    self.indicators.indicator(rule, item)
                else:
                    finding(self, rule, item)
            except CompileError as error:
                path = _path_of(rule, item)
                at = rule.source.said.get(f"{path}.{error.key}", item.at)
                self.problem(at, path, str(error), error.mend)
        if any(rule.duty is not None for rule in self.rules):
            self.clauses += duties.status_clauses()
        if any(rule.indicators for rule in self.rules):
            self.counts += indicators.counts()
            self.clauses += indicators.exact_clauses()

    def order(self) -> list[tuple[Rule, Item]]:
        """Sort rules so that each reads only what is derived before it."""
        makers: dict[str, list[tuple[Rule, Item]]] = {}
        last: list[tuple[Rule, Item]] = []
        for rule in self.rules:
            made: list[Derive | CountOf] = [*rule.derives, *rule.counts]
            for item in made:
                if item.fact in self.types or item.fact in duties.SCHEMA:
                    self.problem(
                        item.at,
                        _path_of(rule, item),
                        f"{item.fact!r} is a fact of the record; a rule cannot derive it",
                        "give the derived fact a name of its own",
                    )
                makers.setdefault(item.fact, []).append((rule, item))
            if rule.duty is not None:
                makers.setdefault(duties.STATUS, []).append((rule, rule.duty))
            counted: list[Population | Indicator] = [*rule.populations, *rule.indicators]
            for one in counted:
                for name in indicators.made(one):
                    makers.setdefault(name, []).append((rule, one))
                if not indicators.made(one):
                    last.append((rule, one))
            last += [(rule, finding) for finding in rule.findings]
        done: set[str] = set()
        order: list[tuple[Rule, Item]] = []
        placed: set[int] = set()

        def visit(name: str, trail: tuple[str, ...]) -> None:
            if name in trail:
                circle = " → ".join((*trail[trail.index(name) :], name))
                rule, item = makers[name][0]
                self.problem(
                    item.at,
                    _path_of(rule, item),
                    f"a circular rule: {circle}",
                    "derive one of these facts without the others",
                )
                return
            if name in done or name not in makers:
                return
            for rule, item in makers[name]:
                for needed in sorted(facts_of(item) | ended_by([rule])):
                    self.known(rule, item, needed, makers)
                    visit(needed, (*trail, name))
            done.add(name)
            # An indicator adds rows to several relations, and is compiled once.
            order.extend(made for made in makers[name] if id(made[1]) not in placed)
            placed.update(id(item) for _, item in makers[name])

        for name in makers:
            visit(name, ())
        for rule, reader in last:
            for needed in sorted(facts_of(reader) | ended_by([rule])):
                self.known(rule, reader, needed, makers)
        return order + last

    def known(
        self,
        rule: Rule,
        item: Item,
        name: str,
        makers: Mapping[str, Sequence[object]],
    ) -> None:
        """Complain of a fact that neither the vocabulary nor a rule knows."""
        if name in self.types or name in makers:
            return
        import difflib

        near = difflib.get_close_matches(name, [*self.types, *makers], 1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        self.problem(
            item.at,
            _path_of(rule, item),
            f"no fact is called {name!r}",
            f"use a kind of rules/vocabulary.toml or a fact that a rule derives{hint}",
        )

    # -- what a rule derives and counts ---------------------------------

    def derive(self, rule: Rule, item: Derive) -> None:
        """Derive a fact."""
        body = self.in_force(rule, item.body)
        types = self.body_types(body)
        self.head(item.fact, item.fields, types, item.says)
        terms = self.head_terms(item.fact, item.fields, types)
        modes = (False,) if item.perhaps else (True, False)
        self.emit(rule, item.fact, item.fact, terms, body, modes, always=item.perhaps)

    def count(self, rule: Rule, item: CountOf) -> None:
        """Count what a body joins, for each of its groups."""
        body = self.in_force(rule, item.body)
        types = self.body_types(body)
        group = _groups(item, types)
        source = f"counted {item.fact}"
        if source in self.types:
            raise CompileError(f"{item.fact!r} is counted twice", "count it in one place")
        counted = [*group.values(), *(var.name for var in item.each)]
        self.types[source] = {name: types[name] for name in counted}
        self.declare(source)
        variables: dict[str, SurfaceTerm] = {name: Var(name) for name in self.types[source]}
        terms = self.head_terms(source, variables, types)
        self.emit(rule, source, source, terms, body)
        number = next(name for name, term in item.fields.items() if term == item.number)
        self.types[item.fact] = {
            **{field: types[name] for field, name in group.items()},
            number: "number",
        }
        self.declare(item.fact)
        if item.says:
            check_template(item.says, self.types[item.fact], "says")
            self.says[item.fact] = item.says
        self.counts.append(
            Count(f"{rule.name}#{item.fact}", rule.name, item.fact, source, len(group), 0)
        )


def _groups(item: CountOf, types: Types) -> dict[str, str]:
    """By what is counted: the fields of a count's fact, and the variable of each."""
    group = {
        field: term.name
        for field, term in item.fields.items()
        if isinstance(term, Var) and term != item.number
    }
    refuse_unbound([*group.values(), *(var.name for var in item.each)], types)
    if any(types[name] in INTERVAL for name in group.values()):
        raise CompileError("a count cannot be grouped by a date", "group by party, item or year")
    if any(not isinstance(term, Var) for term in item.fields.values()):
        raise CompileError("a count's fact holds variables only", "leave constants out")
    return group


def ended_by(rules: Iterable[Rule]) -> set[str]:
    """The facts with which rules are not applied any more."""
    return {pattern.fact for rule in rules for pattern in rule.in_force.ended_by}


def facts_of(item: Item) -> set[str]:
    """The facts that an item joins, asks for, or asks a register about."""
    records: set[str] = set()
    if isinstance(item, Duty):
        bodies: Sequence[Body] = [
            item.body,
            *(body for key in DUTY_LISTS for body in getattr(item, key)),
        ]
        records = {p.fact for p in (*item.record, *item.requested_record)}
    elif isinstance(item, Population | Indicator):
        bodies, records = indicators.bodies(item), indicators.needs(item)
    else:
        bodies = [item.body]
    return records | {p.fact for body in bodies for p in (*body.all, *body.none, *body.unless)}


def _path_of(rule: Rule, item: Item) -> str:
    for table, items in (
        ("derive", rule.derives),
        ("count", rule.counts),
        ("population", rule.populations),
        ("indicator", rule.indicators),
        ("finding", rule.findings),
    ):
        for number, other in enumerate(items):
            if other is item:
                return f"{table}[{number}]"
    return "duty"
