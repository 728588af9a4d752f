"""Steps of an explanation in words: one step in, one sentence out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ccm_rules.compiler import duty_status as duties
from ccm_rules.compiler import tallies
from ccm_rules.compiler.program import Absence, Clause, Condition, Count, Row, Variable
from ccm_rules.dates import period
from ccm_rules.record.model import Fact, Register
from ccm_rules.record.sentences import (
    fact_sentence,
    first_up,
    register_sentence,
    sentence,
    values_of,
)
from ccm_rules.record.vocabulary import NO_WHEN, columns_of
from ccm_rules.report.evaluation import Evaluation
from ccm_rules.report.provenance import Binding, Computed, value_of
from ccm_rules.words.language import ENGLISH, Language, mark

#: How days and numbers are compared.
DAY_WORDS: Final = {
    "<": mark("{a} is before {b}."),
    "<=": mark("{a} is not after {b}."),
    ">": mark("{a} is after {b}."),
    ">>": mark("{a} is on record as after {b}."),
    "<>": mark("{a} is not on record as {b}."),
    ">=": mark("{a} is not before {b}."),
    "==": mark("{a} is {b}."),
    "!=": mark("{a} is not {b}."),
}
NUMBER_WORDS: Final = {
    "<": mark("{a} is less than {b}."),
    "<=": mark("{a} is at most {b}."),
    ">": mark("{a} is more than {b}."),
    ">>": mark("{a} is on record as more than {b}."),
    "<>": mark("{a} is not on record as {b}."),
    ">=": mark("{a} is at least {b}."),
    "==": mark("{a} is {b}."),
    "!=": mark("{a} is not {b}."),
}
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
    duties.REQUESTED: mark("No request for an extension stood when this deadline passed."),
    tallies.UNSURE: mark("The record of all that could be counted is complete."),
    tallies.POPULATION_UNSURE: mark("The record of all who could belong is complete."),
    tallies.EXACT: mark("The record does not show who is counted."),
}


class Sayings:
    """Says single steps in the language of a rulebook."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.words = evaluation.words
        self.language = evaluation.words.language
        self.say = self.language.say
        self.rulebook = evaluation.rulebook
        self.program = evaluation.rulebook.program
        self._types: dict[str, dict[str, str]] = {}

    def day(self, earliest: int, latest: int) -> str:
        """A day in a sentence."""
        return self.language.the_date(earliest, latest)

    def spoken(self, name: str) -> str:
        """The name of a relation as words."""
        return first_up(self.language.value(name).replace("-", " "))

    # -- the record --------------------------------------------------------

    def fact(self, fact: Fact) -> str:
        """One fact as written."""
        text = self.row(fact.kind, self.rulebook.vocabulary[fact.kind].row(fact.values))
        return text + (self.say(" (Note: {note})", note=fact.note) if fact.note else "")

    def row(self, kind: str, row: Row) -> str:
        """A row of the record."""
        return fact_sentence(self.rulebook.vocabulary[kind], row, self.words)

    def register(self, register: Register) -> str:
        """Until when a record is complete, and of what."""
        return register_sentence(register, self.rulebook.vocabulary, self.words)

    # -- what is derived ---------------------------------------------------

    def computed(self, step: Computed) -> str:
        """Arithmetic on a day, or on two numbers."""
        row = step.row
        if step.function["function"] == "calculate":
            return calculated(str(step.function["operator"]), row, self.language)
        text = self.say(
            "{end} is {start} {period}.",
            end=self.language.date(int(row[2]), int(row[3])),
            start=self.language.date(int(row[0]), int(row[1])),
            period=self.language.period(period(step.function["period"])),
        )
        return first_up(text)

    def derived(self, relation: str, row: Row) -> str:
        """A fact that a rule derives."""
        fields = values_of(self.rulebook.types.get(relation, {}).items(), row)
        template = self.rulebook.says.get(relation)
        if relation.startswith(duties.RECURRENCE):
            template = self.say("Time {n} begins on {begins}, and the day is {due}.")
        if template:
            return first_up(sentence(template, fields, self.words))
        shown = ", ".join(
            f"{self.language.value(name)} {self.words.show(*value)}"
            for name, value in fields.items()
        )
        return f"{self.spoken(relation)}{self.language.between}{shown}."

    def status(self, row: Row) -> str:
        """The status of a duty."""
        until = self.day(int(row[-2]), int(row[-1]))
        status = self.language.value(str(row[4]))
        return self.say("Status of the duty on {day}: {status}.", day=until, status=status)

    def duty(self, relation: str, row: Row) -> str:
        """The duty that a rule states."""
        rule = self.rulebook.rules[relation.removeprefix("duty ")]
        fields = values_of(self.rulebook.types[relation].items(), row)
        return self.say(
            "{title} ({authority}): due {due}.",
            title=rule.title,
            authority=f"{self.language.value(rule.instrument)} {rule.article}",
            due=self.words.show(*fields["due"]),
        )

    def count(self, count: Count, row: Row) -> str:
        """A count."""
        spoken = self.spoken(count.head)
        if count.head in tallies.TYPES:
            spoken = first_up(self.tally_title(count.head, str(row[0])))
        number = bounds(int(row[-2]), int(row[-1]), self.language)
        return f"{spoken}{self.language.between}{number}."

    def counted(self, count: Count, row: Row) -> str:
        """One that is counted."""
        values = list(values_of(self.rulebook.types[count.source].items(), row).values())
        given = [value for value in values[count.group :] if value[1][0]]
        return ", ".join(self.words.show(*value) for value in given or values)

    def tally_title(self, relation: str, name: str) -> str:
        """What an indicator or a population is called."""
        plan = self.rulebook.plan
        if relation.startswith("population"):
            return plan.populations[name].title
        return plan.indicators[name].title

    # -- comparisons -------------------------------------------------------

    def comparison(self, condition: Condition, binding: Binding, clause: Clause) -> str:
        """A comparison; empty where it says nothing that a reader does not see."""
        operator, left, right = condition
        types = self._variable_types(clause)
        names = {t.name for t in (left, right) if isinstance(t, Variable)}
        kinds = {types.get(name, "") for name in names}
        in_force = names <= {"as_of_lo", "as_of_hi"}
        if "flag" in kinds or in_force or (operator == "!=" and "day" not in kinds):
            return ""
        a, b = value_of(left, binding), value_of(right, binding)
        if "day" in kinds and {left, right} & {*NO_WHEN}:  # it was asked whether there is one
            return self.say("No day is given.") if operator == "==" else ""
        if "day" in kinds:
            one, other = self.day(int(a), int(a)), self.day(int(b), int(b))
            return first_up(self.say(DAY_WORDS[operator], a=one, b=other))
        if isinstance(a, int):
            return self.say(NUMBER_WORDS[operator], a=a, b=b)
        shown = [self.words.show("meeting", (value,)) for value in (a, b)]
        return first_up(self.say(NUMBER_WORDS[operator], a=shown[0], b=shown[1]))

    def _variable_types(self, clause: Clause) -> dict[str, str]:
        """What a clause's variables hold: a day, a number, a flag or words."""
        if clause.id not in self._types:
            found: dict[str, str] = {}
            for atom in clause.body:
                for term, kind in zip(atom.terms, self._column_types(atom.relation), strict=False):
                    if isinstance(term, Variable):
                        found.setdefault(term.name, kind)
            self._types[clause.id] = found
        return self._types[clause.id]

    def _column_types(self, relation: str) -> Iterator[str]:
        types = self.rulebook.types.get(relation)
        if types is not None and relation not in duties.SCHEMA:
            for field, type_ in types.items():
                for _ in columns_of(field, type_):
                    yield "day" if type_ == "when" else type_
            return
        for name, type_ in self.program.schema[relation]:
            if name == "passes":
                yield "flag"
            else:
                yield "day" if type_ == "int" and name not in ("n", "register") else type_

    # -- what is absent ----------------------------------------------------

    def absence(self, absence: Absence, binding: Binding) -> str:
        """What is not on record; never that it was not done."""
        relation = absence.relation
        if relation in self.program.functions:
            if self.program.functions[relation]["function"] != "recorded":
                return self.say("There is nothing to reckon with.")
            return self._unrecorded(absence, binding)
        if relation in _INTERNAL:
            return self.say(_INTERNAL[relation])
        if relation == tallies.MEMBER:
            what = self.tally_title(relation, str(value_of(absence.terms[0] or "", binding)))
            name = self.words.party(str(value_of(absence.terms[2] or "", binding)))
            return self.say("{name} is not among: {what}.", name=name, what=what)
        if relation.startswith("duty "):
            title = self.rulebook.rules[relation.removeprefix("duty ")].title
            return self.say(
                "The record does not show for certain that there is such a duty: {title}.",
                title=title,
            )
        known = ", ".join(self._known(absence, binding))
        kind = self.rulebook.vocabulary.get(relation)
        if kind is None:
            label = f"{self.spoken(relation).lower()}{f', {known}' if known else ''}"
            against = mark("Nothing on record stands against it ({label}).")
            shows = mark("Nothing on record shows this: {label}.")
            return self.say(against if absence.conditions else shows, label=label)
        label, limits = kind.label, f" ({known})" if known else ""
        if absence.conditions:
            against = mark("No {label} that would stand against it is on record{limits}.")
            return self.say(against, label=label, limits=limits)
        return self.say("No {label} is on record{limits}.", label=label, limits=limits)

    def _known(self, absence: Absence, binding: Binding) -> Iterator[str]:
        """The fields of what is absent that are known, each with its value."""
        at = 0
        for field, type_ in self.rulebook.types.get(absence.relation, {}).items():
            width = len(columns_of(field, type_))
            terms = absence.terms[at : at + width]
            at += width
            if all(
                term is not None and (not isinstance(term, Variable) or term.name in binding)
                for term in terms
            ):
                values = tuple(value_of(term, binding) for term in terms if term is not None)
                yield f"{self.language.value(field)} {self.words.show(type_, values)}"

    def _unrecorded(self, absence: Absence, binding: Binding) -> str:
        """That no register speaks of some facts."""
        spec: Any = self.program.functions[absence.relation]
        label = self.rulebook.vocabulary[str(spec["kind"])].label
        value = self.language.value
        limits = [f"{value(n)} {value(str(constant))}" for n, constant in spec["constants"].items()]
        types = self.rulebook.types[str(spec["kind"])]
        for name, term in zip(spec["fields"], absence.terms, strict=False):
            if term is not None:
                shown = self.words.show(types[name], (value_of(term, binding),))
                limits.append(f"{value(name)} {shown}")
        about = f" ({', '.join(limits)})" if limits else ""
        for reaches in absence.conditions:
            day = int(value_of(reaches.right, binding))
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


def calculated(operator: str, row: Row, language: Language = ENGLISH) -> str:
    """Arithmetic on two numbers, or on a day and a number, in words.

    Args:
        operator: as in `ccm_rules.law.rule.Reckoned`.
        row: the bounds of both numbers and of the result.
        language: in which it is said.
    """
    if operator == "months":
        day, months, end = ((int(lo), int(hi)) for lo, hi in zip(row[::2], row[1::2], strict=True))
        return language.say(
            "{day} and {months} months are {end}.",
            day=language.date(*day),
            months=bounds(*months, language),
            end=language.date(*end),
        )
    a, b, result = (
        bounds(int(lo), int(hi), language) for lo, hi in zip(row[::2], row[1::2], strict=True)
    )
    if operator == "%":
        return language.say("{a} of {b} is {result} %.", a=a, b=b, result=result)
    if operator == "rest":
        return language.say("All but {a} of {b} is {result} %.", a=a, b=b, result=result)
    return f"{a} {'−' if operator == '-' else operator} {b} = {result}."


def bounds(low: int, high: int, language: Language) -> str:
    """A number, or the least and the most that it can be."""
    return f"{low}" if low == high else language.say("from {low} to {high}", low=low, high=high)
