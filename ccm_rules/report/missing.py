"""What is missing where the record cannot tell: an open matter goes in; out comes what would do.

It is a register that nobody gave or that ended too soon, or a day that is too vague. What is
only possible is followed down to the first of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from ccm_rules.compiler import duty_status as duties
from ccm_rules.compiler.program import Atom, Clause, Row, Term, Variable
from ccm_rules.dates import When
from ccm_rules.record.model import Fact, Value
from ccm_rules.report.findings import Possible
from ccm_rules.report.obstacles import extended_by, holds
from ccm_rules.report.provenance import Binding, Recorded, value_of, walk
from ccm_rules.words.language import mark

if TYPE_CHECKING:
    from ccm_rules.report.duties import Duty
    from ccm_rules.report.evaluation import Evaluation
    from ccm_rules.report.findings import Open
    from ccm_rules.report.said import Sayings
    from ccm_rules.report.views import Report

_SILENT: Final = mark("No register says until when the record of each {label}{about} is complete.")
_VAGUE: Final = mark("A day is too vague: {fact}")
_UNSAID: Final = mark("A day is not given ({field}): {fact}")
#: So many vague days are named of one matter.
_SOME: Final = 3
#: What bears on a duty, in the order in which it is looked at.
_BEARING: Final = (duties.DUTY, duties.CEASED, duties.SETTLED, duties.MET, duties.REVIEW)


class Lack(NamedTuple):
    """What is missing, for the open matters of one rule.

    Attributes:
        says: what is missing, in words; empty where it is no one thing.
        number: of how many matters.
        parties: codes of the States concerned, sorted.
    """

    says: str
    number: int
    parties: tuple[str, ...]


def lacks(report: Report, matter: Open) -> tuple[Lack, ...]:
    """What is missing for the open matters of a rule, what most of them lack first."""
    search = report.missing
    found: dict[str, dict[str, str]] = {}
    for fingerprint, party, says in search.of_rule(report, matter):
        for one in says or ("",):
            found.setdefault(one, {})[fingerprint] = party
    made = [
        Lack(says, len(those), tuple(sorted({party for party in those.values() if party})))
        for says, those in found.items()
    ]
    return tuple(sorted(made, key=lambda lack: (not lack.says, -lack.number, lack.says)))


class Missing:
    """Looks for what is missing in the rows of a report."""

    def __init__(self, evaluation: Evaluation, says: Sayings) -> None:
        self._rows = evaluation.derived.rows
        self._rulebook = evaluation.rulebook
        self._coverage = evaluation.base.coverage
        self._provenance = evaluation.provenance
        self._says = says
        self._known: dict[tuple[str, Row], tuple[str, ...]] = {}
        self._open: dict[str, dict[str, Duty | Possible]] | None = None
        self._index: dict[tuple[str, tuple[int, ...]], dict[Row, list[Row]]] = {}
        self._bearing: dict[str, dict[Row, list[Row]]] = {}

    def of_rule(self, report: Report, matter: Open) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """The open matters of a rule: fingerprint, State and what is missing of each."""
        if self._open is None:
            self._open = {}
            for duty in report.duties():
                if duty.status == "open":
                    self._open.setdefault(duty.rule, {})[duty.fingerprint] = duty
            for possible in report.possible():
                self._open.setdefault(possible.rule, {}).setdefault(possible.fingerprint, possible)
        for fingerprint, one in self._open.get(matter.rule, {}).items():
            if not one.party or one.party in matter.parties:
                yield fingerprint, one.party, self.of_matter(one)

    def of_matter(self, one: Duty | Possible) -> tuple[str, ...]:
        """What is missing to tell how a duty stands, or whether something is found."""
        return (
            self.of_row(one.relation, one.row) if isinstance(one, Possible) else self.of_duty(one)
        )

    def of_duty(self, duty: Duty) -> tuple[str, ...]:
        """What is missing to tell how a duty stands.

        Registers come first: with them, what is vague may not matter.
        """
        there = self._of_key(duties.DUTY).get(duty.key, ())
        sure = any(self._rows[duties.DUTY][row] for row in there)
        if sure and (asked := tuple(dict.fromkeys(self._registers_of(duty)))):
            return asked
        says = tuple(
            text
            for relation in _BEARING
            for row in self._of_key(relation).get(duty.key, ())
            if self._is_possible(relation, row)
            for text in self.of_row(relation, row)
        )
        return tuple(dict.fromkeys(says))[:_SOME]

    def of_row(self, relation: str, row: Row) -> tuple[str, ...]:
        """What is missing to tell whether what is only possible holds."""
        key = (relation, row)
        if key not in self._known:
            self._known[key] = ()  # what rests on itself lacks nothing more
            self._known[key] = tuple(dict.fromkeys(self._of_row(relation, row)))[:_SOME]
        return self._known[key]

    def _of_row(self, relation: str, row: Row) -> list[str]:
        if relation in self._rulebook.vocabulary:
            return [self._says.say(_VAGUE, fact=self._says.row(relation, row))]
        found = self._provenance.derivation(relation, row)
        if found is None:
            return []
        clause, values = found
        binding = dict(zip(clause.variables, values, strict=True))
        says: list[str] = []
        for atom in clause.body:
            joined = tuple(value_of(term, binding) for term in atom.terms)
            if self._is_possible(atom.relation, joined):
                says += self.of_row(atom.relation, joined)
        twins = [
            twin
            for twin in self._provenance.clauses.get(relation, ())
            if twin.certain and twin.rule == clause.rule
        ]
        if not (says or twins):  # the law itself says that it is open
            says = self._joined(clause, binding)
        return says or self._of_certain(twins, binding) or self._vague(relation, row)

    def _joined(self, clause: Clause, binding: Binding) -> list[str]:
        """What a clause joins, in words: what rules derive, or else what is on record."""
        derived, recorded = [], []
        for atom in clause.body:
            row = tuple(value_of(term, binding) for term in atom.terms)
            if atom.relation in self._rulebook.says:
                derived.append(self._says.derived(atom.relation, row))
            elif atom.relation in self._rulebook.vocabulary:
                recorded.append(self._says.row(atom.relation, row))
        return derived or recorded

    def _of_certain(self, twins: Iterable[Clause], binding: Binding) -> list[str]:
        """What the certain clauses of a possible one ask beyond it."""
        says: list[str] = []
        for twin in twins:
            says += self._registers(twin, binding)
            for absence in twin.absences:
                for row, extended in self._matching(absence.relation, absence.terms, binding):
                    if self._is_possible(absence.relation, row) and all(
                        holds(one, extended) for one in absence.conditions
                    ):
                        says += self.of_row(absence.relation, row)
        return says

    def _registers_of(self, duty: Duty) -> Iterator[str]:
        """The registers that a duty asks, and that do not reach beyond its day."""
        for relation in (duties.RECORD, duties.REQUEST_RECORD):
            if relation == duties.REQUEST_RECORD and self._of_key(duties.REQUESTED).get(duty.key):
                continue
            clauses = self._provenance.clauses.get(relation, ())
            clause = next((one for one in clauses if one.rule == duty.rule), None)
            if clause is not None:
                binding = _unified(clause, duty.key)
                yield from self._registers(clause, binding, duty.due.latest)

    def _registers(self, clause: Clause, binding: Binding, due: int | None = None) -> Iterator[str]:
        """The registers that a clause asks, and that are silent or ended too soon."""
        full = self._completed(clause, binding)
        for atom in clause.body:
            spec = self._rulebook.program.functions.get(atom.relation, {})
            if full is None or spec.get("function") != "recorded":
                continue
            asked = self._asked(spec, atom, full)
            answer = None if asked is None else self._coverage.until(str(spec["kind"]), asked)
            if asked is None:
                continue
            if answer is None:
                yield self._no_register(str(spec["kind"]), asked)
            elif (due is not None and answer[0] <= due) or not self._reaches(
                clause, atom, answer, full
            ):
                yield self._says.register(self._coverage.registers[answer[1]])

    def _reaches(
        self, clause: Clause, atom: Atom, answer: tuple[int, int], binding: Binding
    ) -> bool:
        """Whether a register's last day passes what a clause compares it with."""
        names = [term.name for term in atom.terms[-3:-1] if isinstance(term, Variable)]
        known = {**binding, **dict.fromkeys(names, answer[0])}
        return all(
            holds(condition, known)
            for condition in clause.conditions
            if any(isinstance(t, Variable) and t.name in names for t in condition[1:])
            and all(not isinstance(t, Variable) or t.name in known for t in condition[1:])
        )

    def _completed(self, clause: Clause, binding: Binding) -> Binding | None:
        """A binding that goes on with the first rows that the clause joins."""
        full: Binding | None = binding
        for atom in clause.body:
            if atom.relation in self._rulebook.program.functions:
                continue
            if full is not None:
                ways = self._matching(atom.relation, atom.terms, full)
                full = next((way for _, way in ways), None)
        return full

    def _matching(
        self, relation: str, terms: Sequence[Term | None], binding: Binding
    ) -> Iterator[tuple[Row, Binding]]:
        """The rows of a relation that agree with a binding, each with the longer binding."""
        bound = {
            place: value_of(term, binding)
            for place, term in enumerate(terms)
            if term is not None and (not isinstance(term, Variable) or term.name in binding)
        }
        places = tuple(bound)
        if (relation, places) not in self._index:
            index: dict[Row, list[Row]] = {}
            for row in sorted(self._rows.get(relation, ())):
                index.setdefault(tuple(row[place] for place in places), []).append(row)
            self._index[relation, places] = index
        for row in self._index[relation, places].get(tuple(bound.values()), ()):
            extended = extended_by(terms, row, binding)
            if extended is not None:
                yield row, extended

    def _asked(
        self, spec: Mapping[str, object], atom: Atom, binding: Binding
    ) -> dict[str, Value] | None:
        """The values that a register is asked for; ``None`` where they are not known."""
        fields, constants = spec["fields"], spec["constants"]
        assert isinstance(fields, list | tuple)
        assert isinstance(constants, Mapping)
        terms = atom.terms[: len(fields)]
        if any(isinstance(term, Variable) and term.name not in binding for term in terms):
            return None
        values = (value_of(term, binding) for term in terms)
        return {**constants, **dict(zip(fields, values, strict=True))}

    def _no_register(self, kind: str, asked: Mapping[str, Value]) -> str:
        language = self._says.language
        limits = [
            f"{language.value(name)} {language.value(str(value))}"
            for name, value in asked.items()
            if name != "party"
        ]
        return self._says.say(
            _SILENT,
            label=self._rulebook.vocabulary[kind].label,
            about=f" ({'; '.join(limits)})" if limits else "",
        )

    def _vague(self, relation: str, row: Row) -> list[str]:
        """The vague days that a row rests on, or else those that its facts leave out."""
        step = self._provenance.step(relation, row)
        facts = [fact for one in walk(step) if isinstance(one, Recorded) for fact in one.facts]
        vague = [self._says.say(_VAGUE, fact=self._fact(one)) for one in facts if _is_vague(one)]
        return (
            vague[:_SOME]
            or [
                self._says.say(
                    _UNSAID, field=self._says.language.value(name), fact=self._fact(fact)
                )
                for fact in facts
                for name, field in self._rulebook.vocabulary[fact.kind].fields.items()
                if field.type == "when" and field.optional and name not in fact.values
            ][:_SOME]
        )

    def _fact(self, fact: Fact) -> str:
        return self._says.row(fact.kind, self._rulebook.vocabulary[fact.kind].row(fact.values))

    def _is_possible(self, relation: str, row: Row) -> bool:
        return self._rows.get(relation, {}).get(row) == 0

    def _of_key(self, relation: str) -> dict[Row, list[Row]]:
        """The rows of what bears on duties, by the duty."""
        if relation not in self._bearing:
            found: dict[Row, list[Row]] = {}
            for row in sorted(self._rows.get(relation, ())):
                found.setdefault(row[:4], []).append(row)
            self._bearing[relation] = found
        return self._bearing[relation]


def _unified(clause: Clause, key: Iterable[str | int]) -> Binding:
    """What a duty's key says of the variables of a clause about it."""
    return {
        term.name: value
        for term, value in zip(clause.head_terms, key, strict=False)
        if isinstance(term, Variable)
    }


def _is_vague(fact: Fact) -> bool:
    days = [value for value in fact.values.values() if isinstance(value, When)]
    return any(not day.exact for day in days)
