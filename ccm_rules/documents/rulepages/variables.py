"""Variables of a rule go in; out come their names: ``day A``, ``Meeting M``, ``the State``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from ccm_rules.law.conditions import MONTHS
from ccm_rules.law.rule import Body, Calculation, Var
from ccm_rules.words.language import mark

if TYPE_CHECKING:
    from ccm_rules.documents.rulepages.phrases import Words

#: What a day is called that a rule gives a meaning, and not a letter.
_MEANINGS: Final = {
    "as_of": mark("the as-of day"),
    "due": mark("the due day"),
    "done": mark("the day it was done"),
    "until": mark("the last day of the record"),
}
#: How a variable of a type is called, and by which letters.
_FORMS: Final = {
    "party": (mark("State {letter}"), "TUVW"),
    "when": (mark("day {letter}"), "ABCDEFGHIJKLMNOPQRS"),
    "meeting": (mark("Meeting {letter}"), "M"),
    "year": ("{letter}", "Y"),
    "number": ("{letter}", "N"),
    "text": ("{letter}", "X"),
}


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
            number = isinstance(made, Calculation) and made.operator != MONTHS
            self.typed(name, "number" if number else "when")

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
        if type_ == "party" and name == self._party:
            return say("the State")
        if type_ in ("int", "number"):
            type_ = "year" if field == "year" or field.endswith("_year") else "number"
        form, letters = _FORMS.get(type_, _FORMS["text"])
        return say(form, letter=self._letter(letters))

    def _letter(self, letters: str) -> str:
        used = self._used.get(letters, 0)
        self._used[letters] = used + 1
        again, at = divmod(used, len(letters))
        return f"{letters[at]}{again + 1 if again else ''}"
