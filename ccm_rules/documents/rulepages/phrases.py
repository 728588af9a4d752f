"""Conditions of rules go in; out come plain words, of the sentences of the facts they join.

Variables become letters: *day A*, *Meeting M*, *number N*; the State that a rule is about
is *the State*. A sentence says all that a condition says: what a fact's own sentence has no
place for follows it in parentheses.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from ccm_rules.compiler.rulebook import Rulebook
from ccm_rules.documents.rulepages.day_phrases import from_anchor
from ccm_rules.documents.rulepages.variables import Scope
from ccm_rules.law.rule import (
    Arithmetic,
    Body,
    Calculation,
    Comparison,
    Pattern,
    Term,
    Var,
)
from ccm_rules.law.terms import ASKED
from ccm_rules.record.sentences import first_up
from ccm_rules.report.said import DAY_WORDS, NUMBER_WORDS
from ccm_rules.words.durations import in_words
from ccm_rules.words.language import Language, language, mark
from ccm_rules.words.template import expressions

_ASKED: Final = {"given": mark("{a} is given"), "lacks": mark("{a} is not given")}
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
    "excluded": mark("The complete list of another source excludes a fact of the record: {one}."),
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
#: What stands for a field that may hold anything.
_SOME: Final = {
    "party": mark("some State"),
    "when": mark("some day"),
    "meeting": mark("some Meeting"),
}
#: A Meeting is known to a rule by its letter; its title is for people.
_MEETING: Final = {
    (True, True): mark("{id} opens on {opens} and closes on {closes}."),
    (True, False): mark("{id} opens on {opens}."),
    (False, True): mark("{id} closes on {closes}."),
    (False, False): mark("{id} is a Meeting."),
}
#: Two numbers that make a third, where a sign does not say it.
SHARES: Final = {
    "%": mark("the share of {a} in {b}, in percent"),
    "rest": mark("the share of {b} that is left without {a}, in percent"),
    "months": mark("the day that lies {b} months after {a}"),
}
#: What a sentence lists of a variable.
_LISTS: Final = {
    "names": mark("their names"),
    "place": mark("the source of {what}"),
    "each": mark("{what}, for each source"),
}


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
        for name, texts in body.values.items():
            listed = self.language.listed(map(self.language.value, texts))
            what = first_up(scope.name(name))
            found.append(self.say("{what} is one of these: {values}.", what=what, values=listed))
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
        if comparison.operator in ASKED:
            return self.say(_ASKED[comparison.operator], a=a)
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
        types, shown = self.fields(pattern), self._shown(pattern, scope)
        if pattern.record:
            return self._register(pattern.fact, shown)
        template = self._template(pattern.fact, shown)
        if not template:
            return self._limited_to(first_up(self.label(pattern.fact)), shown)
        used: set[str] = set()

        def show(field: str) -> str:
            used.add(field)
            return shown[field] if field in shown else self._some(pattern.fact, field, types)

        text = self.language.fill(template, show, lambda name: None, lambda name: "…")
        text = " ".join(text.split()).replace(" .", ".").replace("( ", "(").replace("()", "")
        rest = {field: value for field, value in shown.items() if field not in used}
        return self._limited_to(text.removesuffix(".").rstrip(), rest)

    def _shown(self, pattern: Pattern, scope: Scope) -> dict[str, str]:
        """What stands in each field of a pattern, in words; a rule is shown by its title."""
        types, shown = self.fields(pattern), {}
        for field, term in pattern.fields.items():
            if field == "rule" and pattern.fact == "duty-status" and isinstance(term, str):
                shown[field] = self.rulebook.rules[term].title
            else:
                shown[field] = self.term(term, types.get(field, "text"), scope, field)
        return shown

    def _template(self, fact: str, shown: Mapping[str, str]) -> str:
        kind = self.rulebook.vocabulary.get(fact)
        if fact == "meeting" and "title" not in shown:
            return self.say(_MEETING["opens" in shown, "closes" in shown])
        if kind is not None:
            return kind.says
        return self.say(_ALWAYS[fact]) if fact in _ALWAYS else self.rulebook.says.get(fact, "")

    def _some(self, fact: str, field: str, types: Mapping[str, str]) -> str:
        """What stands for a field that may hold anything."""
        kind = self.rulebook.vocabulary.get(fact)
        optional = kind is not None and field in kind.fields and kind.fields[field].optional
        if optional and types.get(field) != "when":
            return ""
        return self.say(_SOME[types[field]]) if types.get(field) in _SOME else "…"

    def _register(self, fact: str, shown: Mapping[str, str]) -> str:
        limits = {field: value for field, value in shown.items() if field != "until"}
        about = self._limited_to("", limits)
        text = mark("The record of each {label}{about} is complete until {day}.")
        day = shown.get("until", self.say("some day"))
        return self.say(text, label=self.label(fact), about=about, day=day).removesuffix(".")

    def records(self, patterns: Iterable[Pattern], scope: Scope) -> str:
        """Facts of which the record must be complete: their kinds, and whose."""
        found = []
        for pattern in patterns:
            shown = self._shown(pattern, scope)
            shown.pop("until", None)
            found.append(self._limited_to(self.label(pattern.fact), shown))
        return self.language.listed(found)

    def _limited_to(self, what: str, shown: Mapping[str, str]) -> str:
        """What is spoken of, and in parentheses the fields by which it is limited."""
        limits = ", ".join(self._limit(field, value) for field, value in shown.items())
        return f"{what} ({limits})" if limits else what

    def _limit(self, field: str, value: str) -> str:
        if field == "party":
            return self.say("of {names}", names=value)
        name = self.say("number") if field == "n" else self.language.value(field)
        return f"{name.replace('_', ' ')} {value}"

    def _whole(self, clause: str) -> str:
        return f"{first_up(clause)}."

    # -- days and numbers --------------------------------------------------

    def let(self, name: str, made: Arithmetic | Calculation, scope: Scope) -> str:
        """A computed day or number as a sentence."""
        if isinstance(made, Arithmetic):
            value = self.computed(made, scope)
        else:
            a, b = scope.name(made.left.name), scope.name(made.right.name)
            sign = made.operator.replace("-", "−")
            value = self.say(SHARES.get(made.operator, f"{{a}} {sign} {{b}}"), a=a, b=b)
        return self._whole(self.say("{what} is {value}", what=scope.name(name), value=value))

    def computed(self, made: Arithmetic, scope: Scope) -> str:
        """A day that follows from another one, such as ``180 days after day A``."""
        day = from_anchor(self.language, made.period, scope.name(made.anchor.name))
        if not made.recurs:
            return day
        length = in_words(made.period, self.language.code)
        return self.say("{day}, and again each time {length} later", day=day, length=length)

    # -- sentences of findings ---------------------------------------------

    def filled(self, template: str, scope: Scope) -> str:
        """A finding's sentence with what its variables are called."""
        for expression in expressions(template):
            parts = re.split(r"([+-])", expression)
            signs = {"": "", "+": " + ", "-": " − "}
            shown = "".join(signs[p] if p in signs else scope.name(p) for p in parts)
            template = template.replace(f"{{{expression}}}", f"[{shown}]")

        def listed(expression: str) -> str:
            name, _, what = expression.partition(".")
            return "[" + self.say(_LISTS[what]).replace("{what}", scope.name(name)) + "]"

        return first_up(self.language.fill(template, scope.name, lambda name: None, listed))
