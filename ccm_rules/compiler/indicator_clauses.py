"""What an indicator becomes: members, who is open, and counts.

The relations below are the same for every plan, so that rules can speak of all
indicators at once: compare what the record derives with what a source prints,
or one list with another. A member is certain or possible like any row. Who
belongs to the population, is no member, and is not covered by a complete record
is a possible member: the record cannot tell. So a number is a range from the
members shown to those that may be, and exact where both are the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from ccm_rules.compiler.bodies import Joined
from ccm_rules.compiler.program import Absence, Atom, Clause, Count, Variable
from ccm_rules.compiler.tallies import (
    ASKED,
    COUNT,
    EXACT,
    INDICATOR,
    INSTANCE,
    IS_POPULATION,
    LINK,
    MEMBER,
    OF_POPULATION,
    POPULATION,
    POPULATION_COUNT,
    POPULATION_EXACT,
    POPULATION_INSTANCE,
    POPULATION_UNSURE,
    RECKONED,
    SAME,
    UNSURE,
    VALUE,
    WITHIN,
)
from ccm_rules.compiler.types import CompileError
from ccm_rules.law.rule import (
    Body,
    Calculation,
    Indicator,
    Pattern,
    Population,
    Rule,
    Var,
)
from ccm_rules.law.rule import Term as SurfaceTerm

if TYPE_CHECKING:
    from ccm_rules.compiler.emitting import Emitter

Item = Indicator | Population


def made(item: Item) -> tuple[str, ...]:
    """The relations that an indicator or a population adds rows to."""
    if isinstance(item, Population):
        return (
            POPULATION,
            POPULATION_INSTANCE,
            POPULATION_UNSURE,
            POPULATION_COUNT,
            POPULATION_EXACT,
        )
    counted = (MEMBER, INSTANCE, UNSURE, COUNT, EXACT) if item.bodies else ()
    whole = (OF_POPULATION, ASKED) if item.population else ()
    return (*counted, *whole, *((RECKONED,) if item.reckoned is not None else ()))


def bodies(item: Item) -> tuple[Body, ...]:
    """Every body of an indicator or a population."""
    if isinstance(item, Population):
        return (*item.instances, item.body)
    return (*item.instances, *item.bodies, *item.open_if)


def counts() -> list[Count]:
    """How members are counted: a number for every instance, also where there is none."""
    return [
        Count("indicators#members", "", COUNT, MEMBER, 2, 0, INSTANCE),
        Count(
            "indicators#populations", "", POPULATION_COUNT, POPULATION, 2, 0, POPULATION_INSTANCE
        ),
    ]


def exact_clauses() -> list[Clause]:
    """The numbers of which the record leaves nothing open.

    There is no possible number here: that a number is not known exactly is no
    doubt about a fact, but itself a fact of the record.
    """
    key = (Variable("of"), Variable("year"))
    number = Variable("number")
    whole = (Variable("population"), Variable("population_year"))
    who = (Variable("party"), Variable("item"), Variable("n"))
    return [
        # Who is not known to belong cannot be known to be counted, nor can anybody
        # where there is nothing that the population is counted for.
        *(
            Clause(
                f"indicators#{UNSURE} {how}",
                "",
                UNSURE,
                key,
                True,
                0,
                False,
                (Atom(ASKED, (*key, *whole), False), *atoms),
                (),
                absences,
                ("of", "year", "population", "population_year"),
            )
            for how, atoms, absences in (
                ("population", (Atom(POPULATION_UNSURE, whole, False),), ()),
                ("no population", (), (Absence(POPULATION_INSTANCE, whole, (), True),)),
            )
        ),
        # Who is counted although there is nothing to count for is not all.
        *(
            Clause(
                f"indicators#{head} nothing to count for",
                "",
                head,
                key,
                True,
                0,
                False,
                (Atom(member, (*key, *who), False),),
                (),
                (Absence(instance, key, (), True),),
                ("of", "year", "party", "item", "n"),
            )
            for head, member, instance in (
                (UNSURE, MEMBER, INSTANCE),
                (POPULATION_UNSURE, POPULATION, POPULATION_INSTANCE),
            )
        ),
        *(
            Clause(
                f"indicators#{head}",
                "",
                head,
                (*key, number),
                True,
                0,
                False,
                (Atom(count, (*key, number, number), True),),
                (),
                (Absence(unsure, key, (), False),),
                ("of", "year", "number"),
            )
            for head, count, unsure in (
                (EXACT, COUNT, UNSURE),
                (POPULATION_EXACT, POPULATION_COUNT, POPULATION_UNSURE),
            )
        ),
    ]


class Indicators:
    """Compiles indicators and populations."""

    def __init__(self, compiler: Emitter, rules: Sequence[Rule]) -> None:
        self._compiler = compiler
        self._yearly = {p.name for rule in rules for p in rule.populations if p.year is not None}
        self.constants: dict[str, list[tuple[str | int, ...]]] = {}

    def population(self, rule: Rule, item: Population) -> None:
        """Say who belongs to a population."""
        self._state(IS_POPULATION, item.name, item.title)
        key: dict[str, SurfaceTerm] = {"of": item.name, "year": item.year or 0}
        self._rows(rule, item, POPULATION, item.body, key)
        self._instances(rule, item, POPULATION_INSTANCE, key)
        # Asked whether or not anybody is on record: a list that nobody kept is not empty.
        for pattern in item.record:
            for about in item.instances or (Body(),):
                self._unrecorded(rule, item, POPULATION_UNSURE, about, key, pattern, (True, False))

    def indicator(self, rule: Rule, item: Indicator) -> None:
        """Say who is counted, of whom the record cannot tell, and what is stated of it."""
        self._state(INDICATOR, item.name, item.title)
        for link, others in ((WITHIN, item.within), (SAME, item.same_as)):
            for other in others:
                self._state(LINK, item.name, link, other)
        if item.reckoned is not None:
            self._reckoned(rule, item)
        if not item.bodies:
            if item.population:
                self._state(OF_POPULATION, item.name, 0, item.population, 0)
            return
        year: SurfaceTerm = item.year or 0
        key: dict[str, SurfaceTerm] = {"of": item.name, "year": year}
        self._instances(rule, item, INSTANCE, key)
        instance = (Pattern(INSTANCE, key),) if item.year is not None else ()
        for body in item.bodies:
            self._rows(rule, item, MEMBER, _with(body, instance), key)
        for body in item.open_if:
            self._rows(rule, item, MEMBER, _with(body, instance), key, modes=(False,))
        if item.population:
            self._population(rule, item, key, instance)
        for pattern in item.record:
            self._unsure(rule, item, pattern, key, instance)

    def _unsure(
        self,
        rule: Rule,
        item: Indicator,
        pattern: Pattern,
        key: Mapping[str, SurfaceTerm],
        instance: tuple[Pattern, ...],
    ) -> None:
        """Say where a record that an indicator needs is not kept."""
        # `for` binds what the record is asked about: a year, or a Meeting.
        for extra in item.instances or (Body(),):
            asked = _with(extra, instance)
            if not self._about_members(item, pattern):
                # One question for all: where it is open, so is how many there are.
                self._unrecorded(rule, item, UNSURE, asked, key, pattern, (True, False))
            if item.population:
                asked = _with(asked, (self._of(item, key),))
                self._unrecorded(rule, item, MEMBER, asked, key, pattern, (False,))

    def _population(
        self,
        rule: Rule,
        item: Indicator,
        key: Mapping[str, SurfaceTerm],
        instance: tuple[Pattern, ...],
    ) -> None:
        """Link an indicator with those of whom it is asked."""
        relations = [OF_POPULATION]
        if not item.record or any(self._about_members(item, one) for one in item.record):
            relations.append(ASKED)  # a whole list is whole whoever else there is
        for relation in relations:
            if item.year is None:
                self._state(relation, item.name, 0, item.population, 0)
                continue
            whole = {
                **key,
                "population": item.population,
                "population_year": self._its_year(item, key),
            }
            self._derive(rule, f"{relation} {item.name}", relation, Body(all=instance), whole)

    def _its_year(self, item: Indicator, key: Mapping[str, SurfaceTerm]) -> SurfaceTerm:
        return key["year"] if item.population in self._yearly else 0

    def _of(self, item: Indicator, key: Mapping[str, SurfaceTerm]) -> Pattern:
        """The members of an indicator's population."""
        who: dict[str, SurfaceTerm] = {"party": item.party, "item": item.item, "n": item.n}
        return Pattern(
            POPULATION, {"of": item.population, "year": self._its_year(item, key), **who}
        )

    def _about_members(self, item: Indicator, pattern: Pattern) -> bool:
        """Whether the record is asked about each member, and not once for all."""
        own = {term for term in (item.party, item.item, item.n) if isinstance(term, Var)}
        return bool(item.population and own & set(pattern.fields.values()))

    # -- pieces ------------------------------------------------------------

    def _state(self, relation: str, *row: str | int) -> None:
        self.constants.setdefault(relation, []).append(row)

    def _instances(self, rule: Rule, item: Item, head: str, key: Mapping[str, SurfaceTerm]) -> None:
        """What it is counted for: what `for` binds, and once where it has none.

        Where `for` finds nothing for certain, nothing is counted to the end, and there is
        no nought either.
        """
        if not item.instances:
            self._state(head, item.name, 0)
        for body in item.instances:
            self._derive(rule, f"instances of {item.name}", head, body, key, modes=(True,))

    def _derive(
        self,
        rule: Rule,
        name: str,
        relation: str,
        body: Body,
        fields: Mapping[str, SurfaceTerm],
        modes: tuple[bool, ...] = (True, False),
    ) -> None:
        compiler = self._compiler
        body = compiler.in_force(rule, body)
        types = compiler.body_types(body)
        compiler.fits(fields, compiler.types[relation], types)
        terms = compiler.head_terms(relation, fields, types)
        # What is possible by its own rule is so however exact the dates are.
        compiler.emit(rule, name, relation, terms, body, modes, always=True not in modes)

    def _rows(
        self,
        rule: Rule,
        item: Item,
        relation: str,
        body: Body,
        key: Mapping[str, SurfaceTerm],
        modes: tuple[bool, ...] = (True, False),
    ) -> None:
        fields = {**key, "party": item.party, "item": item.item, "n": item.n}
        self._derive(rule, f"{relation} {item.name}", relation, body, fields, modes)

    def _unrecorded(
        self,
        rule: Rule,
        item: Item,
        head: str,
        body: Body,
        key: Mapping[str, SurfaceTerm],
        pattern: Pattern,
        modes: tuple[bool, ...],
    ) -> None:
        """Rows that stand only where the record of some facts is not complete."""
        compiler = self._compiler
        if pattern.fact not in compiler.vocabulary:
            raise CompileError(
                f"{pattern.fact!r} has no register", "name a kind of rules/vocabulary.toml"
            )
        day = Var("report_day")
        body = _with(compiler.in_force(rule, body), (Pattern("report-day", {"day": day}),))
        types = compiler.body_types(body)
        fields: dict[str, SurfaceTerm] = {**key}
        if "party" in compiler.types[head]:
            fields |= {"party": item.party, "item": item.item, "n": item.n}
        compiler.fits(fields, compiler.types[head], types)
        for certain in modes:
            joined = Joined(compiler, body, types, certain)
            joined.unrecorded(pattern, day)
            conditions = tuple(c for one in body.conditions for c in joined.condition(one)[0])
            id_ = f"{rule.name}#{next(compiler.serial)} open {item.name}"
            compiler.clauses.append(
                Clause(
                    id_,
                    rule.name,
                    head,
                    compiler.head_terms(head, fields, types),
                    certain,
                    0,
                    True,  # what no register covers is open however exact the dates are
                    tuple(joined.atoms),
                    conditions,
                    tuple(joined.absences),
                    joined.variables(),
                )
            )
            compiler.wants += [(id_, *want) for want in joined.wants]

    def _reckoned(self, rule: Rule, item: Indicator) -> None:
        """Arithmetic on the best that is known of two other numbers."""
        reckoned = item.reckoned
        assert reckoned is not None
        body = Body(
            all=(
                Pattern(VALUE, {"of": reckoned.left, "number": Var("a")}),
                Pattern(VALUE, {"of": reckoned.right, "number": Var("b")}),
            ),
            let={"number": Calculation(reckoned.operator, Var("a"), Var("b"))},
        )
        fields: dict[str, SurfaceTerm] = {"of": item.name, "year": 0, "number": Var("number")}
        self._derive(rule, f"reckoned {item.name}", RECKONED, body, fields)


def needs(item: Item) -> set[str]:
    """The facts that an indicator or a population reads, beside those of its bodies."""
    found = {pattern.fact for pattern in item.record}
    if isinstance(item, Indicator):
        if item.population:
            found.add(POPULATION)
        if item.reckoned is not None:
            found.add(VALUE)
    return found


def _with(body: Body, patterns: tuple[Pattern, ...]) -> Body:
    return attrs.evolve(body, all=(*patterns, *body.all)) if patterns else body
