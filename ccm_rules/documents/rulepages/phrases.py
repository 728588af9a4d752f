"""Conditions of rules in plain words, made of the sentences of the facts that they join.

Variables become letters: *day A*, *Meeting M*, *number N*; the State that a rule is about
is *the State*. A sentence says all that a condition says: what a fact's own sentence has no
place for follows it in parentheses.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from ccm_rules.compiler.rulebook import Rulebook
from ccm_rules.dates import Period
from ccm_rules.law.rule import (
    Arithmetic,
    Body,
    Calculation,
    Comparison,
    Pattern,
    Term,
    Var,
)
from ccm_rules.record.sentences import first_up
from ccm_rules.report.because import DAY_WORDS, NUMBER_WORDS
from ccm_rules.words import durations as lengths
from ccm_rules.words.language import Language, language, mark

#: Sentences of the relations that are always there.
_ALWAYS: Final = {
    "as-of": mark("{day} is the as-of day."),
    "calendar-year": mark("{year} is a calendar year; it begins on {starts} and ends on {ends}."),
    "review-period": mark("The review period begins on {starts} and ends on {ends}."),
    "report-day": mark(
        "{day} is the last day of the review period, or the as-of day if that is sooner."
    ),
    "state": mark("The record speaks of {party}."),
    "contradiction": mark("Two facts of the record cannot both be right: {one}; {other}."),
    "duplicate": mark("The record tells the same fact twice: {one}."),
    "duty-status": mark("The duty “{rule}” of {party} has the status: {status}."),
    "indicator": mark("{of} is an indicator, called {title}."),
    "indicator-link": mark("The indicators {of} and {other} are linked ({link})."),
    "indicator-member": mark("{party} is counted for {of}."),
    "indicator-count": mark("For {of} the record counts {number}."),
    "indicator-exact": mark("For {of} the record counts {number}, and leaves nothing open."),
    "indicator-reckoned": mark("For {of} arithmetic gives {number}."),
    "indicator-population": mark("{of} is asked of the population {population}."),
    "indicator-asked": mark("{of} is asked of the population {population}."),
    "population": mark("{of} is a population, called {title}."),
    "population-member": mark("{party} belongs to the population {of}."),
    "population-count": mark("The record counts {number} in the population {of}."),
    "population-exact": mark(
        "The record counts {number} in the population {of}, and leaves nothing open."
    ),
}
#: What a day is called that a rule gives a meaning, and not a letter.
_MEANINGS: Final = {
    "as_of": mark("the as-of day"),
    "due": mark("the due day"),
    "done": mark("the day it was done"),
    "until": mark("the last day of the record"),
}
_DAYS: Final = "ABCDEFGHIJKLMNOPQRS"
_STATES: Final = "TUVW"


class Scope:
    """What the variables of one statement are called.

    Args:
        words: the language and the facts.
        party: the variable of the State that the statement is about.
        meanings: variables that have a meaning of their own (`due`, `done`, `until`).
    """

    def __init__(self, words: Words, party: str = "p", meanings: Iterable[str] = ()) -> None:
        self._words = words
        self._party = party
        self._meanings = {"as_of", *meanings}
        self.types: dict[str, str] = {"as_of": "when"}
        self._names: dict[str, str] = {}
        self._used: dict[str, int] = {}

    def typed(self, name: str, type_: str) -> None:
        """Say of which type a variable is."""
        if self.types.get(name, "text") == "text":
            self.types[name] = type_

    def of_body(self, body: Body) -> None:
        """Learn the types of a body's variables, and name them in the order of the text."""
        for pattern in (*body.all, *body.none, *body.unless):
            types = self._words.fields(pattern)
            for field, term in pattern.fields.items():
                if isinstance(term, Var):
                    self.typed(term.name, types.get(field, "text"))
        for name, made in body.let.items():
            self.typed(name, "number" if isinstance(made, Calculation) else "when")

    def name(self, name: str, field: str = "") -> str:
        """What a variable is called.

        Args:
            name: the variable.
            field: the field in which it is first met.
        """
        if name not in self._names:
            self._names[name] = self._make(name, field)
        return self._names[name]

    def _make(self, name: str, field: str) -> str:
        say, type_ = self._words.say, self.types.get(name, "text")
        if name in self._meanings and type_ == "when":
            return say(_MEANINGS[name])
        if type_ == "party":
            if name == self._party:
                return say("the State")
            return say("State {letter}", letter=self._letter("party", _STATES))
        if type_ == "when":
            return say("day {letter}", letter=self._letter("when", _DAYS))
        if type_ == "meeting":
            return say("Meeting {letter}", letter=self._letter("meeting", "M"))
        if type_ in ("int", "number"):
            year = field == "year" or field.endswith("_year")
            return self._letter("year", "Y") if year else self._letter("number", "N")
        return self._letter("text", "X")

    def copy(self) -> Scope:
        """A scope in which more can be named."""
        other = Scope(self._words, self._party, self._meanings)
        other.types = dict(self.types)
        other._names = dict(self._names)
        other._used = dict(self._used)
        return other

    def _letter(self, what: str, letters: str) -> str:
        used = self._used.get(what, 0)
        self._used[what] = used + 1
        again, at = divmod(used, len(letters))
        return f"{letters[at]}{again + 1 if again else ''}"


class Words:
    """Says what rules say.

    Args:
        rulebook: the rules, in the language in which it is said.
    """

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.language: Language = language(rulebook.language)
        self.say = self.language.say

    def fields(self, pattern: Pattern) -> Mapping[str, str]:
        """Types of the fields of what a pattern joins."""
        types = self.rulebook.types.get(pattern.fact, {})
        return {**types, "until": "when"} if pattern.record else types

    def label(self, fact: str) -> str:
        """What a kind of fact is called."""
        kind = self.rulebook.vocabulary.get(fact)
        if kind is not None:
            return kind.label
        return self.language.value(fact).replace("-", " ")

    # -- conditions --------------------------------------------------------

    def conditions(self, body: Body, scope: Scope) -> list[str]:
        """Everything that a body asks for, a sentence each."""
        scope.of_body(body)
        found = [self.sentence(pattern, scope) for pattern in body.all]
        found += [self.let(name, made, scope) for name, made in body.let.items()]
        found += [self._whole(self.comparison(c, scope)) for c in body.conditions]
        for pattern in body.none:
            found.append(self.absence(pattern, scope))
        for pattern in body.unless:
            what = self._limited(pattern, scope)
            found.append(self.say("Except where this is on record: {what}.", what=what))
        return found

    def alternatives(self, bodies: Sequence[Body], scope: Scope) -> list[str]:
        """Bodies of which one is enough, a text each."""
        return [" ".join(self.conditions(body, scope)) for body in bodies]

    def sentence(self, pattern: Pattern, scope: Scope) -> str:
        """A joined fact as a sentence."""
        return self._whole(self._clause(pattern, scope))

    def absence(self, pattern: Pattern, scope: Scope) -> str:
        """What must not be on record, and until when the record must be complete."""
        what = self._limited(pattern, scope)
        kind = self.rulebook.vocabulary.get(pattern.fact)
        if kind is None or kind.statement:
            return self.say("This does not hold: {what}.", what=what)
        until = Var("as_of") if pattern.complete is None else pattern.complete
        day = self.term(until, "when", scope)
        text = mark("The record is complete until {day} and does not show this: {what}.")
        return self.say(text, day=day, what=what)

    def _limited(self, pattern: Pattern, scope: Scope) -> str:
        what = self._clause(pattern, scope)
        if not pattern.conditions:
            return what
        limits = [self.comparison(c, scope) for c in pattern.conditions]
        return self.say("{what}, where {limits}", what=what, limits=self.language.listed(limits))

    def comparison(self, comparison: Comparison, scope: Scope) -> str:
        """A comparison, without its full stop."""
        sides = (comparison.left, comparison.right)
        day = any(
            isinstance(side, dt.date)
            or (isinstance(side, Var) and scope.types.get(side.name) == "when")
            for side in sides
        )
        table = DAY_WORDS if day else NUMBER_WORDS
        a, b = (self.term(side, "when" if day else "text", scope) for side in sides)
        return self.say(table[comparison.operator], a=a, b=b).removesuffix(".")

    def term(self, term: Term, type_: str, scope: Scope, field: str = "") -> str:
        """A variable or a constant in words."""
        if isinstance(term, Var):
            return scope.name(term.name, field)
        if isinstance(term, dt.date):
            return self.language.the_date(term.toordinal(), term.toordinal())
        if isinstance(term, int):
            return str(term)
        return self.language.value(term) if term else self.say("nothing")

    # -- facts -------------------------------------------------------------

    def _clause(self, pattern: Pattern, scope: Scope) -> str:
        """A fact as a sentence without its full stop."""
        types = self.fields(pattern)
        told: dict[str, str] = {}
        for field, term in pattern.fields.items():
            if field == "rule" and pattern.fact == "duty-status" and isinstance(term, str):
                told[field] = self.rulebook.rules[term].title
            else:
                told[field] = self.term(term, types.get(field, "text"), scope, field)
        if pattern.record:
            return self._register(pattern.fact, told)
        template = self._template(pattern.fact, told)
        if not template:
            shown = self._listed(told)
            name = first_up(self.label(pattern.fact))
            return f"{name} ({shown})" if shown else name
        used: set[str] = set()

        def show(field: str) -> str:
            used.add(field)
            return told[field] if field in told else self._some(pattern.fact, field, types)

        text = self.language.fill(template, show, lambda name: None, lambda name: "…")
        text = " ".join(text.split()).replace(" .", ".").replace("( ", "(").replace("()", "")
        rest = {field: value for field, value in told.items() if field not in used}
        text = text.removesuffix(".").rstrip()
        return f"{text} ({self._listed(rest)})" if rest else text

    def _template(self, fact: str, told: Mapping[str, str]) -> str:
        if fact == "meeting" and "title" not in told:
            return self._meeting(told)
        kind = self.rulebook.vocabulary.get(fact)
        if kind is not None:
            return kind.says
        if fact in _ALWAYS:
            return self.language.say(_ALWAYS[fact])
        return self.rulebook.says.get(fact, "")

    def _meeting(self, told: Mapping[str, str]) -> str:
        """A Meeting is known to a rule by its letter; its title is for people."""
        match "opens" in told, "closes" in told:
            case True, True:
                return self.say("{id} opens on {opens} and closes on {closes}.")
            case True, False:
                return self.say("{id} opens on {opens}.")
            case False, True:
                return self.say("{id} closes on {closes}.")
        return self.say("{id} is a Meeting.")

    def _some(self, fact: str, field: str, types: Mapping[str, str]) -> str:
        """What stands for a field that may hold anything."""
        kind = self.rulebook.vocabulary.get(fact)
        optional = kind is not None and field in kind.fields and kind.fields[field].optional
        if optional and types.get(field) != "when":
            return ""
        match types.get(field):
            case "party":
                return self.say("some State")
            case "when":
                return self.say("some day")
            case "meeting":
                return self.say("some Meeting")
        return "…"

    def _register(self, fact: str, told: Mapping[str, str]) -> str:
        limits = {field: value for field, value in told.items() if field != "until"}
        about = f" ({self._listed(limits)})" if limits else ""
        text = mark("The record of each {label}{about} is complete until {day}.")
        day = told.get("until", self.say("some day"))
        return self.say(text, label=self.label(fact), about=about, day=day).removesuffix(".")

    def record(self, pattern: Pattern, scope: Scope) -> str:
        """Facts of which the record must be complete: their kind, and whose."""
        types = self.fields(pattern)
        told = {
            field: self.term(term, types.get(field, "text"), scope, field)
            for field, term in pattern.fields.items()
            if field != "until"
        }
        limits = self._listed(told)
        return f"{self.label(pattern.fact)} ({limits})" if limits else self.label(pattern.fact)

    def _listed(self, told: Mapping[str, str]) -> str:
        return ", ".join(self._limit(field, value) for field, value in told.items())

    def _limit(self, field: str, value: str) -> str:
        if field == "party":
            return self.say("of {names}", names=value)
        name = self.say("number") if field == "n" else self.language.value(field)
        return f"{name.replace('_', ' ')} {value}"

    def _whole(self, clause: str) -> str:
        return f"{first_up(clause)}."

    # -- days and numbers --------------------------------------------------

    def let(self, name: str, made: Arithmetic | Calculation, scope: Scope) -> str:
        """A reckoned day or number as a sentence."""
        if isinstance(made, Arithmetic):
            day = self.reckoned(made, scope)
            return self._whole(self.say("{what} is {value}", what=scope.name(name), value=day))
        a, b = scope.name(made.left.name), scope.name(made.right.name)
        match made.operator:
            case "%":
                value = self.say("the share of {a} in {b}, in percent", a=a, b=b)
            case "rest":
                value = self.say("the share of {b} that is left without {a}, in percent", a=a, b=b)
            case "-":
                value = f"{a} − {b}"
            case _:
                value = f"{a} + {b}"
        return self._whole(self.say("{what} is {value}", what=scope.name(name), value=value))

    def reckoned(self, made: Arithmetic, scope: Scope) -> str:
        """A day reckoned from another one, such as ``180 days after day A``."""
        return self.from_anchor(made.period, scope.name(made.anchor.name))

    def from_anchor(self, length: Period, anchor: str) -> str:
        """A period and the day that it is reckoned from."""
        say = self.say
        months = Period(length.years, length.months, 0, rounding="earlier")
        whole, back = lengths.in_words(months, self.language.code), _backwards(length)
        if length.on_day is None:
            text = lengths.in_words(length, self.language.code)
            told = say("{period} before {day}" if back else "{period} after {day}",
                       period=text, day=anchor)  # fmt: skip
            if whole and length.rounding == "earlier":
                told += say(", or the last day of that month where it has no such day")
            elif whole and length.rounding == "later":
                told += say(", or the first day of the next month where that one has no such day")
            return told
        if length.on_month is not None:
            day = _month_day(self.language, length.on_month, length.on_day)
            if not whole:
                told = say("{date} of the year of {day}", date=day, day=anchor)
            elif back:
                text = mark("{date} of the year that is {period} before that of {day}")
                told = say(text, date=day, period=whole, day=anchor)
            else:
                text = mark("{date} of the year that is {period} after that of {day}")
                told = say(text, date=day, period=whole, day=anchor)
        else:
            number = say("the first day") if length.on_day == 1 else say("day {n}", n=length.on_day)
            if not whole:
                told = say("{number} of the month of {day}", number=number, day=anchor)
            elif back:
                text = mark("{number} of the month that is {period} before that of {day}")
                told = say(text, number=number, period=whole, day=anchor)
            else:
                text = mark("{number} of the month that is {period} after that of {day}")
                told = say(text, number=number, period=whole, day=anchor)
        if length.days:
            extra = lengths.in_words(Period(days=length.days), self.language.code)
            told = say("{period} after {day}" if length.days > 0 else "{period} before {day}",
                       period=extra, day=told)  # fmt: skip
        return told

    def length(self, length: Period) -> str:
        """A period without its direction."""
        return lengths.in_words(length, self.language.code)

    # -- sentences of findings ---------------------------------------------

    def filled(self, template: str, scope: Scope) -> str:
        """A finding's sentence with what its variables are called."""
        from ccm_rules.words.template import expressions

        for expression in expressions(template):
            shown = "".join(
                {"+": " + ", "-": " − "}.get(part, scope.name(part)) if part else ""
                for part in _parts(expression)
            )
            template = template.replace(f"{{{expression}}}", f"[{shown}]")
        lists = {
            "names": self.say("their names"),
            "place": self.say("the source of {what}"),
            "each": self.say("{what}, for each source"),
        }

        def listed(expression: str) -> str:
            name, _, what = expression.partition(".")
            return "[" + lists[what].replace("{what}", scope.name(name)) + "]"

        def show(name: str) -> str:
            return scope.name(name)

        return first_up(self.language.fill(template, show, lambda name: None, listed))


def _parts(expression: str) -> Iterator[str]:
    import re

    yield from re.split(r"([+-])", expression)


def _backwards(length: Period) -> bool:
    return (length.years or length.months or length.days) < 0


def _month_day(language_: Language, month: int, day: int) -> str:
    """A day of every year: ``30 April``."""
    ordinal = dt.date(2004, month, day).toordinal()
    return language_.date(ordinal, ordinal).removesuffix("2004").strip()
