"""From checked rules to the intermediate form that engines run.

Each law becomes two clauses, one certain and one possible (see
`ccm_rules.compiler.program`). Patterns become joins; vague dates become pairs of
columns; comparisons become what must hold for every day that they allow, or for
some; absence demands a complete record, in the certain clause only.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence

import attrs

from ccm_rules.compiler import duty_status as duties
from ccm_rules.compiler import indicator_clauses as indicators
from ccm_rules.compiler import scope
from ccm_rules.compiler.bodies import Joined
from ccm_rules.compiler.info import FindingInfo
from ccm_rules.compiler.program import (
    Clause,
    Count,
    Demand,
    Program,
    Term,
)
from ccm_rules.compiler.refusals import refusals
from ccm_rules.compiler.types import (
    INTERVAL,
    CompileError,
    Relations,
    Types,
    shape,
    terms_of,
)
from ccm_rules.errors import Problem
from ccm_rules.law.rule import (
    Arithmetic,
    Body,
    Comparison,
    CountOf,
    Derive,
    Duty,
    FindingRule,
    Indicator,
    Pattern,
    Population,
    Rule,
    Var,
)
from ccm_rules.law.rule import Term as SurfaceTerm
from ccm_rules.law.toml_places import At
from ccm_rules.record.vocabulary import Vocabulary
from ccm_rules.words.template import names_in

#: Each != of vague days doubles the clauses of a law.
_MOST_WAYS = 64

Item = Derive | CountOf | Duty | Population | Indicator | FindingRule


@attrs.frozen
class Compiled:
    """The outcome of compiling a set of rules.

    Attributes:
        program: the intermediate form.
        findings: by relation that holds a finding's rows.
        says: sentence template of derived facts, by relation.
        types: field types of every relation that facts or rules name.
        comparing: names of the rules that find something of indicators.
    """

    program: Program
    findings: Mapping[str, FindingInfo]
    says: Mapping[str, str]
    types: Mapping[str, Mapping[str, str]]
    comparing: tuple[str, ...]


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
    return compiler.result(with_indicators), []


class _Compiler(Relations):
    def __init__(self, rules: Sequence[Rule], vocabulary: Vocabulary) -> None:
        super().__init__(vocabulary)
        self.rules = rules
        self.problems: list[Problem] = []
        self.counts: list[Count] = []
        self.wants: list[
            tuple[str, str, str, tuple[int, ...]]
        ] = []  # clause id, function, relation, columns
        self.findings: dict[str, FindingInfo] = {}
        self.says: dict[str, str] = {}
        self.indicators = indicators.Indicators(self, rules)

    # -- names and types ---------------------------------------------------

    def problem(self, at: At, path: str, message: str, mend: str) -> None:
        self.problems.append(Problem(*at, 1, path, message, mend))

    def run(self) -> None:
        """Compile everything, in the order in which facts depend on each other."""
        for problem in indicators.wrong_names(self.rules):
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
                    self.duty(rule, item)
                elif isinstance(item, Population):
                    self.indicators.population(rule, item)
                elif isinstance(item, Indicator):
                    self.indicators.indicator(rule, item)
                else:
                    self.finding(rule, item)
            except CompileError as error:
                self.problem(item.at, _path_of(rule, item), str(error), error.mend)
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
                for needed in sorted(facts_of(item)):
                    self.known(rule, item, needed, makers)
                    visit(needed, (*trail, name))
            done.add(name)
            # An indicator adds rows to several relations, and is compiled once.
            order.extend(made for made in makers[name] if id(made[1]) not in placed)
            placed.update(id(item) for _, item in makers[name])

        for name in makers:
            visit(name, ())
        for rule, finding in last:
            for needed in sorted(facts_of(finding)):
                self.known(rule, finding, needed, makers)
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

    # -- the four things that a rule holds ---------------------------------

    def derive(self, rule: Rule, item: Derive) -> None:
        body = self.in_force(rule, item.body)
        types = self.body_types(body)
        self.head(item.fact, item.fields, types, item.says)
        self.emit(
            rule,
            item.fact,
            item.fact,
            self.head_terms(item.fact, item.fields, types),
            body,
            types,
        )

    def head(self, name: str, fields: Mapping[str, SurfaceTerm], types: Types, says: str) -> None:
        """Fix or check the fields of a derived fact."""
        found = {}
        for field, term in fields.items():
            if isinstance(term, Var):
                if term.name not in types:
                    raise CompileError(f"?{term.name} is bound by no fact", "bind it in all or let")
                found[field] = types[term.name]
            else:
                found[field] = (
                    "int"
                    if isinstance(term, int)
                    else "when"
                    if isinstance(term, dt.date)
                    else "text"
                )
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
            _check_template(says, found)
            self.says[name] = says

    def head_terms(
        self, name: str, fields: Mapping[str, SurfaceTerm], types: Types
    ) -> tuple[Term, ...]:
        terms: list[Term] = []
        for field, type_ in self.types[name].items():
            term = fields[field]
            exact = type_ == "number" and isinstance(term, Var) and types[term.name] == "int"
            terms += 2 * terms_of(term, "int") if exact else terms_of(term, type_)
        return tuple(terms)

    def count(self, rule: Rule, item: CountOf) -> None:
        body = self.in_force(rule, item.body)
        types = self.body_types(body)
        group = [
            term for term in item.fields.values() if isinstance(term, Var) and term != item.number
        ]
        for var in (*group, *item.each):
            if var.name not in types:
                raise CompileError(f"?{var.name} is bound by no fact", "bind it in all or let")
        if any(types[var.name] in INTERVAL for var in group):
            raise CompileError(
                "a count cannot be grouped by a date", "group by party, item or year"
            )
        if any(not isinstance(term, Var) for term in item.fields.values()):
            raise CompileError("a count's fact holds variables only", "leave constants out")
        source = f"counted {item.fact}"
        if source in self.types:
            raise CompileError(f"{item.fact!r} is counted twice", "count it in one place")
        columns = {var.name: types[var.name] for var in (*group, *item.each)}
        self.types[source] = columns
        self.declare(source)
        self.emit(
            rule,
            source,
            source,
            self.head_terms(source, {n: Var(n) for n in columns}, types),
            body,
            types,
        )
        fields = {
            name: "number" if term == item.number else types[term.name]
            for name, term in item.fields.items()
            if isinstance(term, Var)
        }
        ordered = {n: t for n, t in fields.items() if t != "number"} | {
            n: t for n, t in fields.items() if t == "number"
        }
        by_var = {term.name: name for name, term in item.fields.items() if isinstance(term, Var)}
        grouped = {by_var[var.name]: ordered[by_var[var.name]] for var in group}
        self.types[item.fact] = grouped | {by_var[item.number.name]: "number"}
        self.declare(item.fact)
        if item.says:
            _check_template(item.says, self.types[item.fact])
            self.says[item.fact] = item.says
        self.counts.append(
            Count(f"{rule.name}#{item.fact}", rule.name, item.fact, source, len(group), 0)
        )

    def duty(self, rule: Rule, item: Duty) -> None:
        """State the duty, what meets it, and what else bears on its status."""
        body = self.in_force(rule, item.body)
        if isinstance(item.due, Arithmetic):
            body = attrs.evolve(body, let={**body.let, "due": item.due})
        elif item.due.name != "due":
            raise CompileError(
                "the day of a duty is called ?due",
                "bind ?due, or reckon it: due = { from = …, add = … }",
            )
        types = self.body_types(body)
        if types.get("due") != "when":
            raise CompileError("?due is no day", "bind ?due to a date")
        key: dict[str, SurfaceTerm] = {"party": item.party, "item": item.item, "n": item.n}
        self.fits(key, {"party": "party", "item": "text", "n": "int"}, types)
        own = f"duty {rule.name}"
        columns = {name: types[name] for name in sorted(types)}
        self.types[own] = columns
        self.declare(own)
        own_fields: dict[str, SurfaceTerm] = {name: Var(name) for name in columns}
        self.emit(rule, own, own, self.head_terms(own, own_fields, types), body, types)
        whose = Pattern(own, own_fields)
        base = Body(all=(whose,))
        if item.soon is not None:
            base = Body(all=(whose,), let={"soon": Arithmetic(Var("due"), item.soon)})
        base_types = self.body_types(base)
        lapse = 1 if item.requested_by else 0
        head: tuple[Term, ...] = (
            rule.name,
            *self.key_terms(key),
            *terms_of(Var("due"), "when"),
            *(
                terms_of(Var("soon"), "when")
                if item.soon is not None
                else terms_of(Var("due"), "when")
            ),
            lapse,
        )
        self.emit(rule, own + " stated", duties.DUTY, head, base, base_types)
        subject = (rule.name, *self.key_terms(key))
        for number, alternative in enumerate(item.met_by):
            joined = _join(Body(all=(whose,)), alternative)
            joined_types = self.body_types(joined)
            if joined_types.get("done") != "when":
                raise CompileError(
                    "what meets a duty must bind ?done, the day on which it was done",
                    'met_by = { fact = "report", …, date = "?done" }',
                )
            self.emit(
                rule,
                f"{own} met {number}",
                duties.MET,
                (*subject, *terms_of(Var("done"), "when")),
                joined,
                joined_types,
            )
        for name, alternatives in (
            (duties.VOID, item.void_by),
            (duties.REPLACED, item.replaced_by),
            (duties.PENDING, item.pending_by),
            (duties.REQUESTED, item.requested_by),
            (duties.REVIEW, item.review_if),
        ):
            for number, alternative in enumerate(alternatives):
                joined = _join(Body(all=(whose,)), alternative)
                self.emit(
                    rule, f"{own} {name} {number}", name, subject, joined, self.body_types(joined)
                )
        for name, records in (
            (duties.RECORD, item.record),
            (duties.REQUEST_RECORD, item.requested_record),
        ):
            self.complete(rule, f"{own} {name}", name, subject, whose, records)

    def complete(
        self,
        rule: Rule,
        label: str,
        head: str,
        subject: tuple[Term, ...],
        whose: Pattern,
        records: Sequence[Pattern],
    ) -> None:
        """Until when the record is complete: until all that it needs is, so the earliest day."""
        asked = tuple(
            attrs.evolve(
                record, record=True, fields={**record.fields, "until": Var(f"until{number}")}
            )
            for number, record in enumerate(records)
        )
        for number in range(len(asked)):
            earliest = tuple(
                Comparison(
                    Var(f"until{number}"), "<" if other < number else "<=", Var(f"until{other}")
                )
                for other in range(len(asked))
                if other != number
            )
            body = Body(all=(whose, *asked), conditions=earliest)
            terms = (*subject, *terms_of(Var(f"until{number}"), "when"))
            self.emit(
                rule, f"{label} {number}", head, terms, body, self.body_types(body), modes=(True,)
            )

    def key_terms(self, key: Mapping[str, SurfaceTerm]) -> tuple[Term, ...]:
        return tuple(
            t
            for name in ("party", "item", "n")
            for t in terms_of(key[name], "text" if name != "n" else "int")
        )

    def finding(self, rule: Rule, item: FindingRule) -> None:
        """Say something when conditions hold, or when a duty has a status."""
        relation = f"finding {rule.name}/{item.name}"
        variants: list[tuple[str, Body]] = []
        body = self.in_force(rule, item.body)
        duty = rule.duty
        if item.when and duty is not None:
            own = f"duty {rule.name}"
            if own not in self.types:
                return  # what is wrong with the duty is said already
            whose = Pattern(own, {name: Var(name) for name in self.types[own]})
            for status in item.when:
                state = Pattern(
                    duties.STATUS,
                    {
                        "rule": rule.name,
                        "party": duty.party,
                        "item": duty.item,
                        "n": duty.n,
                        "status": status,
                        "due": Var("due"),
                        "until": Var("until"),
                    },
                )
                joined = Body(all=(whose, state))
                met = duty.met_by if status in ("met", "met-late", "met-timing-open") else ()
                operator = {"met": "<=", "met-late": ">"}.get(status)
                for alternative in met or (Body(),):
                    full = _join(joined, alternative)
                    if met and operator:
                        in_time = Comparison(Var("done"), operator, Var("due"))
                        full = attrs.evolve(full, conditions=(*full.conditions, in_time))
                    variants.append((status, _join(full, body)))
        else:
            variants.append((item.status or "", body))
        types = self.body_types(variants[0][1])
        for _, variant in variants[1:]:
            other = self.body_types(variant)
            types = {name: type_ for name, type_ in types.items() if name in other}
        types.pop("as_of", None)
        columns = {name: types[name] for name in sorted(types)}
        status_column = {"status": "text"} if "status" not in columns else {}
        self.types[relation] = {**columns, **status_column}
        self.declare(relation)
        for text in (item.says, item.remedy):
            _check_template(text, {**columns, "as_of": "when"})
        for number, (status, variant) in enumerate(variants):
            fields: dict[str, SurfaceTerm] = {
                **{n: Var(n) for n in columns},
                **dict.fromkeys(status_column, status),
            }
            own_types = self.body_types(variant)
            self.emit(
                rule,
                f"{relation} {number}",
                relation,
                self.head_terms(relation, fields, own_types),
                variant,
                own_types,
            )
        self.findings[relation] = self.spec(rule, item, relation, columns)

    def spec(self, rule: Rule, item: FindingRule, relation: str, columns: Types) -> FindingInfo:
        duty = rule.duty if item.when else None
        key = [var.name for var in item.key]
        party = item.party.name if item.party is not None else ""
        if duty is not None:
            key = key or [t.name for t in (duty.party, duty.item, duty.n) if isinstance(t, Var)]
            party = party or (duty.party.name if isinstance(duty.party, Var) else "")
        if not party and columns.get("p") == "party":
            party = "p"
        if party and party not in key:
            key.insert(0, party)
        for name in (*key, *([party] if party else []), *([item.due.name] if item.due else [])):
            if name not in columns:
                raise CompileError(f"?{name} is bound by no fact", "bind it in all or let")
        due = item.due.name if item.due is not None else ("due" if duty is not None else "")
        return FindingInfo(
            rule.name,
            item.name,
            relation,
            tuple(self.types[relation].items()),
            tuple(key),
            party,
            due,
            item.status or "",
            item.severity,
            item.basis,
            item.says,
            item.remedy,
            duty is not None,
            item.silent_open,
        )

    def in_force(self, rule: Rule, body: Body) -> Body:
        """Limit a body to the time in which its rule is law."""
        extra = []
        if rule.in_force_from is not None:
            extra.append(Comparison(Var("as_of"), ">=", rule.in_force_from))
        if rule.in_force_until is not None:
            extra.append(Comparison(Var("as_of"), "<=", rule.in_force_until))
        return attrs.evolve(body, conditions=(*extra, *body.conditions)) if extra else body

    def emit(
        self,
        rule: Rule,
        name: str,
        head: str,
        head_terms: tuple[Term, ...],
        body: Body,
        types: Types,
        modes: tuple[bool, ...] = (True, False),
        always: bool = False,
    ) -> None:
        """Make the certain and the possible clauses of a body.

        The possible one runs where something is vague; `always` says that it
        always does.
        """
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

    # -- the outcome -------------------------------------------------------

    def result(self, with_indicators: bool) -> Compiled:
        """Number the levels and put the program together."""
        asks: dict[str, list[str]] = {}
        for clause_id, _, relation, _ in self.wants:
            asks.setdefault(clause_id, []).append(relation)
        reads: dict[str, tuple[str, ...]] = {}
        for clause in self.clauses:
            relations = [a.relation for a in clause.body] + [n.relation for n in clause.absences]
            reads[clause.id] = tuple(dict.fromkeys([*relations, *asks.get(clause.id, ())]))
        reads.update((count.id, _read_by(count)) for count in self.counts)
        needed, plain = self.without_indicators(reads)
        comparing = [info.rule for name, info in self.findings.items() if name not in plain]
        if not with_indicators:
            self.leave_out_indicators(needed, plain)
        heads: dict[str, list[tuple[str, ...]]] = {}
        steps: list[Clause | Count] = [*self.clauses, *self.counts]
        for step in steps:
            heads.setdefault(step.head, []).append(reads[step.id])
        levels: dict[str, int] = {}

        def level(name: str) -> int:
            if name not in levels:
                levels[name] = 0
                if name in heads:
                    levels[name] = max(above(relations) for relations in heads[name])
            return levels[name]

        def above(relations: Iterable[str]) -> int:
            return 1 + max((level(name) for name in relations), default=0)

        clauses = [clause._replace(level=above(reads[clause.id])) for clause in self.clauses]
        counts = [count._replace(level=above(reads[count.id])) for count in self.counts]
        at = {clause.id: clause.level for clause in clauses}
        demands = dict.fromkeys(Demand(f, r, columns, at[id_]) for id_, f, r, columns in self.wants)
        clauses.sort(key=lambda clause: clause.level)
        counts.sort(key=lambda count: count.level)
        used = {name for clause in clauses for name in (clause.head, *reads[clause.id])}
        used |= {name for count in counts for name in (count.head, *reads[count.id])}
        program = Program(
            {
                name: columns
                for name, columns in self.schema.items()
                if name in used or name in self.types
            },
            tuple(clauses),
            tuple(counts),
            {name: spec for name, spec in self.functions.items() if name in used},
            tuple(sorted(demands, key=lambda demand: demand.level)),
            self.intervals,
            {
                name: tuple(rows)
                for name, rows in self.indicators.constants.items()
                if with_indicators  # whoever reads the tallies reads these too
            },
        )
        return Compiled(
            program, self.findings, self.says, self.types, tuple(dict.fromkeys(comparing))
        )

    def without_indicators(self, reads: Mapping[str, tuple[str, ...]]) -> tuple[set[str], set[str]]:
        """What findings rest on that rest on no indicator, and those findings."""
        rests_on: dict[str, set[str]] = {}
        steps: list[Clause | Count] = [*self.clauses, *self.counts]
        for step in steps:
            rests_on.setdefault(step.head, set()).update(reads[step.id])
        return scope.without_indicators(rests_on, self.findings)

    def leave_out_indicators(self, needed: set[str], plain: set[str]) -> None:
        """Keep what findings about States and their duties rest on, and no more."""
        self.clauses = [clause for clause in self.clauses if clause.head in needed]
        self.counts = [count for count in self.counts if count.head in needed]
        there = {clause.id for clause in self.clauses}
        self.wants = [want for want in self.wants if want[0] in there]
        self.findings = {name: info for name, info in self.findings.items() if name in plain}


def _join(one: Body, other: Body) -> Body:
    return Body(
        (*one.all, *other.all),
        (*one.conditions, *other.conditions),
        (*one.none, *other.none),
        (*one.unless, *other.unless),
        {**one.let, **other.let},
    )


def _read_by(count: Count) -> tuple[str, ...]:
    return (count.source, count.domain) if count.domain else (count.source,)


def facts_of(item: Item) -> set[str]:
    """The facts that an item joins, asks for, or asks a register about."""
    records: set[str] = set()
    if isinstance(item, Duty):
        bodies: Sequence[Body] = [
            item.body,
            *item.met_by,
            *item.void_by,
            *item.replaced_by,
            *item.pending_by,
            *item.requested_by,
            *item.review_if,
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


def _check_template(text: str, known: Mapping[str, str]) -> None:
    for name in names_in(text):
        if name not in known:
            raise CompileError(
                f"the sentence speaks of {{{name}}}, which nothing binds",
                f"use {', '.join(sorted(known))}",
            )
