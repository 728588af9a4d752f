"""Why a finding holds, down to fact, source and paragraph; and what did not hold.

A finding's tree follows its derivation: the facts that were joined, the days
that were reckoned, the comparisons that held, and what is absent from the
record. The steps by which every duty gets its status are left out, so that a
reader sees the law and the record and not the machinery.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

import attrs

from ccm_rules.compiler import duty_status as duties
from ccm_rules.compiler import tallies
from ccm_rules.compiler.program import Absence, Atom, Clause, Condition, Count, Row, Term, Variable
from ccm_rules.dates import period
from ccm_rules.record.model import Fact, Register
from ccm_rules.record.relations import BUILT_IN
from ccm_rules.record.sentences import fact_sentence, first_up, sentence, values_of
from ccm_rules.record.vocabulary import columns_of
from ccm_rules.report.evaluation import Entry, Evaluation
from ccm_rules.report.findings import Finding
from ccm_rules.words.language import ENGLISH, Language, mark

if TYPE_CHECKING:
    from ccm_rules.report.duties import Duty
    from ccm_rules.report.numbers import Number, Quote, Tally

#: How days and numbers are compared.
DAY_WORDS: Final = {
    "<": mark("{a} is before {b}."),
    "<=": mark("{a} is not after {b}."),
    ">": mark("{a} is after {b}."),
    ">=": mark("{a} is not before {b}."),
    "==": mark("{a} is {b}."),
    "!=": mark("{a} is not {b}."),
}
NUMBER_WORDS: Final = {
    "<": mark("{a} is less than {b}."),
    "<=": mark("{a} is at most {b}."),
    ">": mark("{a} is more than {b}."),
    ">=": mark("{a} is at least {b}."),
    "==": mark("{a} is {b}."),
    "!=": mark("{a} is not {b}."),
}
#: More members than these are listed with their sources alone.
_MANY: Final = 12
#: Relations of the status law itself, and what their absence says.
_INTERNAL: Final = {
    duties.MET: mark("Nothing that meets the duty is on record."),
    duties.PENDING: mark("No request that awaits a decision is on record."),
    duties.REVIEW: mark("Nothing leaves the matter to a person."),
    duties.REPLACED: mark("No extension that replaces the deadline is on record."),
    duties.SETTLED: mark(
        "No extension that replaces the deadline is on record, and nothing shows that "
        "there was nothing to do."
    ),
    duties.VOID: mark("Nothing on record shows that there was nothing to do."),
    duties.REQUESTED: mark("No request for an extension of this deadline is on record."),
    tallies.UNSURE: mark("The record of all that could be counted is complete."),
    tallies.POPULATION_UNSURE: mark("The record of all who could belong is complete."),
    tallies.EXACT: mark("The record does not show who is counted."),
}


@attrs.frozen
class Node:
    """One step of an explanation.

    Attributes:
        kind: finding, derived, fact, register, arithmetic, comparison, absence
            or as-of.
        text: the step in words.
        sources: references such as ``11MSP-PR ¶67``.
        parents: the steps that it rests on.
    """

    kind: str
    text: str
    sources: tuple[str, ...] = ()
    parents: tuple[Node, ...] = ()

    def to_data(self) -> dict[str, Any]:
        """The tree as plain JSON data."""
        data: dict[str, Any] = {"kind": self.kind, "text": self.text}
        if self.sources:
            data["sources"] = list(self.sources)
        if self.parents:
            data["because"] = [parent.to_data() for parent in self.parents]
        return data


def _quoted(quote: Quote) -> str:
    of = f" of {quote.out_of:,}" if quote.out_of else ""
    note = f" (Note: {quote.note})" if quote.note else ""
    return f"{quote.qualifier} {quote.value:,}{of}{note}.".strip()


class Explainer:
    """Makes reasons of rows; what several of them rest on it makes once."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.base = evaluation.base
        self.rows = evaluation.derived.rows
        self.words = evaluation.words
        self.language = evaluation.words.language
        self.say = self.language.say
        self.rulebook = evaluation.rulebook
        self.program = evaluation.rulebook.program
        self.trace = evaluation.trace
        self.clauses = self.trace.clauses
        self.counts = self.trace.counts
        # Findings share most of what they rest on: duties, populations, counted rows.
        self._parents: dict[tuple[str, Row], tuple[Node, ...]] = {}

    def finding(self, finding: Finding) -> Node:
        """The tree of a finding.

        Where a finding holds in several ways, the first is shown: the one that its
        sentence speaks of.
        """
        parents = self.parents(finding.relation, finding.rows[0])
        return Node("finding", finding.says, (), parents)

    def not_held(self, rule: str, party: str) -> list[Node]:
        """The findings of a rule that do not hold for a State, each with the first reason."""
        nodes = []
        for info in self.rulebook.findings.values():
            if info.rule != rule:
                continue
            at = {name: value for name, value in [(info.party, party)] if name}
            rows = self.rows.get(info.relation, {})
            if any(
                certain and all(values_of(info.columns, row)[n][1][0] == v for n, v in at.items())
                for row, certain in rows.items()
            ):
                continue
            reasons = [
                self.obstacle(clause, at)
                for clause in self.clauses.get(info.relation, ())
                if clause.certain
            ]
            if reasons:
                _, reason = max(reasons, key=lambda item: item[0])
                nodes.append(Node("derived", f"{info.name} does not hold", (), (reason,)))
        return nodes

    def told(self, one: Fact | Register) -> Node:
        """A fact as written, or until when a record is complete."""
        return self.fact(one) if isinstance(one, Fact) else self.register(one)

    def why(self, one: Duty | Entry) -> Node:
        """Why a duty has its status, or why a derived fact or a count holds."""
        relation = one.fact if isinstance(one, Entry) else duties.STATUS
        nodes = tuple(self.joined(Atom(relation, (), True), one.row))
        return nodes[0] if len(nodes) == 1 else Node("derived", "", (), nodes)

    def number(self, tally: Tally, number: Number) -> Node:
        """How a number comes about: what sources print, who is counted, and who is open.

        Where there are many members each stands with its sources alone.
        """
        key = (number.info.name, number.year)
        nodes = [Node("fact", f"Stated: {_quoted(quote)}", quote.places) for quote in number.quotes]
        if number.arithmetic:
            nodes.append(Node("arithmetic", f"{number.arithmetic}."))
        many = len(number.members) > _MANY
        sources = tally.sources(number)
        for member in number.members:
            row = (*key, member.party, member.item, member.n)
            parents = () if many else self.parents(tallies.MEMBER, row)
            nodes.append(Node("derived", member.name, sources[member] if many else (), parents))
        open_ = [
            Node(
                "open",
                f"The record cannot tell: {member.name}",
                (),
                self.parents(tallies.MEMBER, (*key, member.party, member.item, member.n)),
            )
            for member in number.open[:_MANY]
        ]
        if len(number.open) > _MANY:
            rest = len(number.open) - _MANY
            open_.append(Node("open", f"and {rest:,} more of whom the record cannot tell"))
        return Node("derived", number.info.title, (), (*nodes, *open_))

    # -- what holds --------------------------------------------------------

    def parents(self, relation: str, row: Row) -> tuple[Node, ...]:
        """The steps that a derived row rests on."""
        key = (relation, row)
        if key not in self._parents:
            self._parents[key] = self._rests_on(relation, row)
        return self._parents[key]

    def _rests_on(self, relation: str, row: Row) -> tuple[Node, ...]:
        found = self.trace.derivation(relation, row)
        if found is None:
            return ()
        clause, values = found
        binding: dict[str, str | int] = dict(zip(clause.variables, values, strict=True))
        types = self.variable_types(clause)
        nodes: list[Node] = []
        for atom in clause.body:
            nodes += self.joined(atom, tuple(_value(term, binding) for term in atom.terms))
        for condition in clause.conditions:
            node = self.comparison(condition, binding, types)
            if node is not None:
                nodes.append(node)
        nodes += [self.absence(absence, binding) for absence in clause.absences]
        return _without_repeats(nodes)

    def joined(self, atom: Atom, row: Row) -> Iterator[Node]:
        """The step, or steps, that a joined row stands for."""
        relation = atom.relation
        spec = self.program.functions.get(relation)
        if spec is not None:
            yield self.function(spec, row)
        elif relation in self.rulebook.vocabulary:
            yield from self.facts(relation, row)
        elif relation in ("contradiction", "duplicate"):
            yield from self._contradiction(relation, row)
        elif relation == "as-of":
            day = self.day(int(row[0]), int(row[1]))
            yield Node("as-of", self.say("The as-of day is {day}.", day=day))
        elif relation in BUILT_IN:
            return
        elif relation in self.counts:
            yield self.count(self.counts[relation], row)
        elif relation in tallies.TYPES:
            yield from self.tallied(relation, row)
        elif relation == duties.STATUS:
            yield self.status(row)
        elif relation == duties.DUTY:
            # The duty itself; when it is soon due concerns no other status.
            yield from (node for node in self.parents(relation, row) if node.kind != "arithmetic")
        elif relation in duties.SCHEMA:
            yield from self.parents(relation, row)
        elif relation.startswith("duty "):
            yield self.duty(relation, row)
        else:
            text = self._derived_text(relation, row)
            yield Node("derived", text, (), self.parents(relation, row))

    def tallied(self, relation: str, row: Row) -> Iterator[Node]:
        """A step about indicators; which years there are, and what links them, goes without."""
        if relation in (tallies.MEMBER, tallies.POPULATION):
            name = self.words.party(str(row[2]))
            what = self.tally_title(relation, str(row[0]))
            text = self.say("{name} is among: {what}.", name=name, what=what)
            yield Node("derived", text, (), self.parents(relation, row))
        elif relation in (tallies.EXACT, tallies.POPULATION_EXACT, tallies.RECKONED):
            what = self.tally_title(relation, str(row[0]))
            text = f"{first_up(what)}{self.language.between}{row[2]}."
            parents = self.parents(relation, row)
            # The count says the same number, with its members.
            counts = [node for node in parents if node.text == text]
            yield from counts or [Node("derived", text, (), parents)]

    def tally_title(self, relation: str, name: str) -> str:
        """What an indicator or a population is called."""
        plan = self.rulebook.plan
        if relation.startswith("population"):
            return plan.populations[name].title
        return plan.indicators[name].title

    def status(self, row: Row) -> Node:
        """The status of a duty, and the record that gives it."""
        until = self.day(int(row[-2]), int(row[-1]))
        status = self.language.value(str(row[4]))
        text = self.say("Status of the duty on {day}: {status}.", day=until, status=status)
        return Node("derived", text, (), self.parents(duties.STATUS, row))

    def day(self, earliest: int, latest: int) -> str:
        """A day in a sentence."""
        return self.language.the_date(earliest, latest)

    def function(self, spec: Any, row: Row) -> Node:
        """A reckoned day, or until when the record is complete."""
        if spec["function"] == "add":
            text = self.say(
                "{end} is {start} {period}.",
                end=self.language.date(int(row[2]), int(row[3])),
                start=self.language.date(int(row[0]), int(row[1])),
                period=self.language.period(period(spec["period"])),
            )
            return Node("arithmetic", first_up(text))
        if spec["function"] == "calculate":
            return Node("arithmetic", calculated(str(spec["operator"]), row, self.language))
        return self.register(self.base.coverage.registers[int(row[-1])])

    def register(self, register: Register) -> Node:
        """Until when a record is complete, and of what."""
        label = self.rulebook.vocabulary[register.of].label
        limits = [
            f"{self.language.value(name)} {self.language.value(str(value))}"
            for name, value in register.where.items()
        ]
        if register.parties is not None:
            names = sorted(self.words.party(code) for code in register.parties)
            limits.append(
                self.say("of {names}", names=", ".join(names))
                if len(names) < 6
                else self.say("of {n} States", n=len(names))
            )
        text = self.say(
            "The record of each {label}{about} is complete until {day}.",
            label=label,
            about=f" ({'; '.join(limits)})" if limits else "",
            day=self.day(register.until.earliest, register.until.latest),
        )
        return Node("register", text, register.sources)

    def facts(self, kind: str, row: Row) -> Iterator[Node]:
        """The facts as written behind a row."""
        origins = self.base.origins.get(kind, {}).get(row, ())
        for fact in origins:
            yield self.fact(fact)
        if len(origins) > 1:
            text = self._fact_text(kind, row)
            if all(
                self._fact_text(kind, self.rulebook.vocabulary[kind].row(f.values)) != text
                for f in origins
            ):
                yield Node("derived", self.say("Taken together: {fact}", fact=text))

    def fact(self, fact: Fact) -> Node:
        """One fact as written."""
        text = self._fact_text(fact.kind, self.rulebook.vocabulary[fact.kind].row(fact.values))
        note = self.say(" (Note: {note})", note=fact.note) if fact.note else ""
        return Node("fact", text + note, fact.sources)

    def _fact_text(self, kind_name: str, row: Row) -> str:
        kind = self.rulebook.vocabulary[kind_name]
        return fact_sentence(kind, row, self.words)

    def _contradiction(self, relation: str, row: Row) -> Iterator[Node]:
        fields = values_of(BUILT_IN[relation].items(), row)
        field = str(fields["field"][1][0]) if "field" in fields else ""
        key = f"{fields['party'][1][0]}:{field}:{fields['id'][1][0]}"
        item = self.base.contradictions[key]
        yield self.fact(item.first)
        yield self.fact(item.second)

    def count(self, count: Count, row: Row) -> Node:
        """A count with its members."""
        rows = self.trace.counted(count.head, row)
        number = _bounds(int(row[-2]), int(row[-1]), self.language)
        members = tuple(
            Node("derived", self._members_text(count, r), (), self.parents(count.source, r))
            for r in rows
        )
        members = tuple(sorted(members, key=lambda node: node.text))
        if len(members) > _MANY:
            members = tuple(Node(m.kind, m.text, references(m)) for m in members)
        spoken = self.spoken(count.head)
        if count.head in tallies.TYPES:
            spoken = first_up(self.tally_title(count.head, str(row[0])))
        return Node("derived", f"{spoken}{self.language.between}{number}.", (), members)

    def spoken(self, name: str) -> str:
        """The name of a relation as words."""
        return first_up(self.language.value(name).replace("-", " "))

    def _members_text(self, count: Count, row: Row) -> str:
        values = list(values_of(self.rulebook.types[count.source].items(), row).values())
        told = [value for value in values[count.group :] if value[1][0]]
        return ", ".join(self.words.show(*value) for value in told or values)

    def duty(self, relation: str, row: Row) -> Node:
        """The duty that a rule states."""
        rule = self.rulebook.rules[relation.removeprefix("duty ")]
        fields = values_of(self.rulebook.types[relation].items(), row)
        text = self.say(
            "{title} ({authority}): due {due}.",
            title=rule.title,
            authority=f"{self.language.value(rule.instrument)} {rule.article}",
            due=self.words.show(*fields["due"]),
        )
        return Node("derived", text, (), self.parents(relation, row))

    def _derived_text(self, relation: str, row: Row) -> str:
        fields = values_of(self.rulebook.types.get(relation, {}).items(), row)
        template = self.rulebook.says.get(relation)
        if template:
            return first_up(sentence(template, fields, self.words))
        shown = ", ".join(
            f"{self.language.value(name)} {self.words.show(*value)}"
            for name, value in fields.items()
        )
        return f"{self.spoken(relation)}{self.language.between}{shown}."

    def comparison(
        self, condition: Condition, binding: dict[str, str | int], types: dict[str, str]
    ) -> Node | None:
        """A comparison that held; ones between a constant and itself say nothing."""
        text = self._comparison_text(condition, binding, types)
        return Node("comparison", text) if text else None

    def _comparison_text(
        self, condition: Condition, binding: dict[str, str | int], types: dict[str, str]
    ) -> str:
        operator, left, right = condition
        names = {t.name for t in (left, right) if isinstance(t, Variable)}
        kinds = {types.get(name, "") for name in names}
        in_force = names <= {"as_of_lo", "as_of_hi"}
        if "flag" in kinds or in_force or (operator == "!=" and "day" not in kinds):
            return ""  # says nothing that a reader does not see
        a, b = _value(left, binding), _value(right, binding)
        if "day" in kinds:
            one, other = self.day(int(a), int(a)), self.day(int(b), int(b))
            return first_up(self.say(DAY_WORDS[operator], a=one, b=other))
        if isinstance(a, int):
            return self.say(NUMBER_WORDS[operator], a=a, b=b)
        shown = [self.words.show("meeting", (value,)) for value in (a, b)]
        return first_up(self.say(NUMBER_WORDS[operator], a=shown[0], b=shown[1]))

    def absence(self, absence: Absence, binding: dict[str, str | int]) -> Node:
        """What is not on record; never that it was not done."""
        relation = absence.relation
        if relation in self.program.functions:
            if self.program.functions[relation]["function"] != "recorded":
                return Node("absence", self.say("There is nothing to reckon with."))
            return Node("absence", self.unrecorded(absence, binding))
        if relation in _INTERNAL:
            return Node("absence", self.say(_INTERNAL[relation]))
        if relation == tallies.MEMBER:
            what = self.tally_title(relation, str(_value(absence.terms[0] or "", binding)))
            name = self.words.party(str(_value(absence.terms[2] or "", binding)))
            text = self.say("{name} is not among: {what}.", name=name, what=what)
            return Node("absence", text)
        if relation.startswith("duty "):
            title = self.rulebook.rules[relation.removeprefix("duty ")].title
            text = self.say(
                "The record does not show for certain that there is such a duty: {title}.",
                title=title,
            )
            return Node("absence", text)
        kind = self.rulebook.vocabulary.get(relation)
        types = self.rulebook.types.get(relation, {})
        told = []
        at = 0
        for field, type_ in types.items():
            width = len(columns_of(field, type_))
            terms = absence.terms[at : at + width]
            at += width
            if all(
                term is not None and (not isinstance(term, Variable) or term.name in binding)
                for term in terms
            ):
                values = tuple(_value(term, binding) for term in terms if term is not None)
                told.append(f"{self.language.value(field)} {self.words.show(type_, values)}")
        label = kind.label if kind is not None else self.spoken(relation).lower()
        limits = f" ({', '.join(told)})" if told else ""
        if absence.conditions:
            against = mark("No {label} that would stand against it is on record{limits}.")
            return Node("absence", self.say(against, label=label, limits=limits))
        none = self.say("No {label} is on record{limits}.", label=label, limits=limits)
        return Node("absence", none)

    def unrecorded(self, absence: Absence, binding: dict[str, str | int]) -> str:
        """That no register speaks of some facts."""
        spec = self.program.functions[absence.relation]
        label = self.rulebook.vocabulary[str(spec["kind"])].label
        constants = spec["constants"].items()
        value = self.language.value
        limits = [f"{value(name)} {value(str(constant))}" for name, constant in constants]
        types = self.rulebook.types[str(spec["kind"])]
        for name, term in zip(spec["fields"], absence.terms, strict=False):
            if term is not None:
                limits.append(
                    f"{value(name)} {self.words.show(types[name], (_value(term, binding),))}"
                )
        about = f" ({', '.join(limits)})" if limits else ""
        for reaches in absence.conditions:
            day = int(_value(reaches.right, binding))
            return self.say(
                "No register says that the record of each {label}{about} is complete until {day}.",
                label=label,
                about=about,
                day=self.day(day, day),
            )
        return self.say(
            "No register says that the record of each {label}{about} is complete.",
            label=label,
            about=about,
        )

    def variable_types(self, clause: Clause) -> dict[str, str]:
        """What a clause's variables hold: a day, a number, a flag or words."""
        found: dict[str, str] = {}
        for atom in clause.body:
            types = self.rulebook.types.get(atom.relation)
            columns = self.program.schema[atom.relation]
            kinds: list[str] = []
            if types is not None and atom.relation not in duties.SCHEMA:
                for field, type_ in types.items():
                    kinds += ["day" if type_ == "when" else type_] * len(columns_of(field, type_))
            else:
                kinds = [
                    "flag"
                    if n == "lapses"
                    else "day"
                    if t == "int" and n not in ("n", "register")
                    else t
                    for n, t in columns
                ]
            for term, kind in zip(atom.terms, kinds, strict=False):
                if isinstance(term, Variable):
                    found.setdefault(term.name, kind)
        return found

    # -- what does not hold ------------------------------------------------

    def obstacle(self, clause: Clause, at: dict[str, str]) -> tuple[int, Node]:
        """How far a clause can be followed for a party, and what stops it there."""
        rows = self.rows
        partial: list[dict[str, str | int]] = [dict(at)]
        types = self.variable_types(clause)
        for step, atom in enumerate(clause.body):
            longer = [
                extended
                for binding in partial
                for row, certain in sorted(rows[atom.relation].items())
                if (certain or not atom.certain)
                and (extended := _extend(atom.terms, row, binding)) is not None
            ]
            if not longer:
                return step, self.missing(atom, partial[0])
            partial = longer
        step = len(clause.body)
        for condition in clause.conditions:
            kept = [b for b in partial if _holds(condition, b)]
            if not kept:
                return step, Node(
                    "comparison", self._comparison_failed(condition, partial[0], types)
                )
            partial, step = kept, step + 1
        for absence in clause.absences:
            kept = [b for b in partial if not any(self.stands(absence, b))]
            if not kept:
                row = next(self.stands(absence, partial[0]))
                return step, Node(
                    "derived",
                    "The record shows otherwise.",
                    (),
                    tuple(self.joined(Atom(absence.relation, (), False), row)),
                )
            partial, step = kept, step + 1
        return step, Node("comparison", "It holds for another key.")

    def missing(self, atom: Atom, binding: dict[str, str | int]) -> Node:
        """Say which fact is missing; for a status, which one there is."""
        if atom.relation == duties.STATUS:
            wanted = atom.terms[4]
            key = atom.terms[:4]
            there = sorted(
                {
                    str(row[4])
                    for row in self.rows[duties.STATUS]
                    if _extend(key, row[:4], binding) is not None
                }
            )
            if there:
                shown = " and ".join(there)
                return Node("derived", f"The status is {shown}, not {wanted}.")
            return Node("derived", f"The record cannot tell whether the duty is {wanted}.")
        terms = tuple(
            t if not isinstance(t, Variable) or t.name in binding else None for t in atom.terms
        )
        return self.absence(Absence(atom.relation, terms, (), False), binding)

    def _comparison_failed(
        self, condition: Condition, binding: dict[str, str | int], types: dict[str, str]
    ) -> str:
        inverse: dict[str, Any] = {
            "<": ">=",
            "<=": ">",
            ">": "<=",
            ">=": "<",
            "==": "!=",
            "!=": "==",
        }
        return self._comparison_text(
            condition._replace(operator=inverse[condition.operator]), binding, types
        )

    def stands(self, absence: Absence, binding: dict[str, str | int]) -> Iterator[Row]:
        """Rows that an absence forbids and that are there."""
        for row, certain in sorted(self.rows[absence.relation].items()):
            if absence.certain and not certain:
                continue
            extended = _extend(absence.terms, row, binding)
            if extended is not None and all(_holds(c, extended) for c in absence.conditions):
                yield row


def _without_repeats(nodes: list[Node]) -> tuple[Node, ...]:
    """Each step once; what stands beside a step is not told again below it."""
    once = tuple(dict.fromkeys(nodes))
    return tuple(
        attrs.evolve(node, parents=tuple(p for p in node.parents if p not in once))
        if node.parents
        else node
        for node in once
    )


def walk(node: Node) -> Iterator[Node]:
    """A tree's steps, each before those it rests on; one that several rest on comes once."""
    todo, seen = [node], set()
    while todo:
        one = todo.pop()
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            todo += reversed(one.parents)


def references(node: Node) -> tuple[str, ...]:
    """What a tree rests on, each reference once, in the order in which it is told."""
    return tuple(dict.fromkeys(ref for step in walk(node) for ref in step.sources))


def _value(term: Term, binding: dict[str, str | int]) -> str | int:
    return binding[term.name] if isinstance(term, Variable) else term


def _extend(
    terms: Iterable[Term | None], row: Row, binding: dict[str, str | int]
) -> dict[str, str | int] | None:
    extended = dict(binding)
    for term, value in zip(terms, row, strict=False):
        if term is None:
            continue
        if isinstance(term, Variable):
            if extended.setdefault(term.name, value) != value:
                return None
        elif term != value:
            return None
    return extended


def _holds(condition: Condition, binding: dict[str, str | int]) -> bool:
    operator, left, right = condition
    a: Any = _value(left, binding)
    b: Any = _value(right, binding)
    if operator in ("==", "!="):
        return bool((a == b) == (operator == "=="))
    return bool({"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator])


def calculated(operator: str, row: Row, language: Language = ENGLISH) -> str:
    """Arithmetic on two numbers in words.

    Args:
        operator: as in `ccm_rules.law.rule.Reckoned`.
        row: the bounds of both numbers and of the result.
        language: in which it is said.
    """
    a, b, result = (
        _bounds(int(lo), int(hi), language) for lo, hi in zip(row[::2], row[1::2], strict=True)
    )
    if operator == "%":
        return language.say("{a} of {b} is {result} %.", a=a, b=b, result=result)
    if operator == "rest":
        return language.say("All but {a} of {b} is {result} %.", a=a, b=b, result=result)
    return f"{a} {'−' if operator == '-' else operator} {b} = {result}."


def _bounds(low: int, high: int, language: Language) -> str:
    return f"{low}" if low == high else language.say("from {low} to {high}", low=low, high=high)
