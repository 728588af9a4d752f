"""What may stand in ``situations.toml``: what can happen to a State, and to whom it can happen.

A situation is shown by facts of a case, on record or derived, or by what bears on the duty of
the case's own rule; a trait is what a rule must have for a situation to concern it. Cases
claim situations (`ccm_rules.law.case_tables`); `ccm_rules.authoring.situations` says which
rules lack a case for which.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

import attrs

from ccm_rules.law.forms import NAME, WHOLE, WORDS, Choice, Either, Many, Tables
from ccm_rules.law.grammar import Table, entries, entry
from ccm_rules.law.rule import Duty
from ccm_rules.law.terms import ABSENCES, ASKED, COMPARISONS, PATTERNS, Comparison, Pattern
from ccm_rules.law.toml_places import NOWHERE, At

#: The file, beside the vocabulary.
SITUATIONS: Final = "situations.toml"


@attrs.frozen(kw_only=True)
class Trait:
    """What a rule has or lacks: a key of its duty, or a fact that it speaks of."""

    table: ClassVar = "trait"
    constraints: ClassVar = (
        Either(
            ("has", "names", "rests_on"),
            "it is not said by what a rule has it",
            'has = ["met_by"], names = ["extension-decision"] or rests_on = ["completion"]',
        ),
    )

    name: str = entry(NAME, "Its name.")
    has: tuple[str, ...] = entry(
        Many(Choice([key.name for key in entries(Duty)], "no duty has {value}")),
        "Keys of a duty, of which one is enough.",
        default=(),
    )
    names: tuple[str, ...] = entry(
        Many(NAME), "Facts that the rule's own tables name, of which one is enough.", default=()
    )
    rests_on: tuple[str, ...] = entry(
        Many(NAME), "Facts that it rests on, through other rules too.", default=()
    )
    without: str = entry(
        WORDS, "Why a rule that lacks it needs no case: one sentence.", translated=True
    )
    at: At = NOWHERE


@attrs.frozen(kw_only=True)
class Situation:
    """What can happen to a State that a rule is about, and by what a case shows it.

    Beside the facts of the record and of rules, `shows` may speak of what bears on a duty of
    the case's rule: `duty` (`due`), `duty-met` (`done`), `duty-record` (`until`),
    `duty-requested`, `duty-void` and the like, all of the same duty, `?p` being its party;
    `?a` is the Article of the rule.
    """

    table: ClassVar = "situation"

    name: str = entry(NAME, "Its name, by which cases claim it.")
    title: str = entry(WORDS, "The same in a few words.", translated=True)
    needs: tuple[str, ...] = entry(
        Many(NAME), "Traits that a rule must have for it to concern the rule.", default=()
    )
    shows: tuple[Pattern, ...] = entry(PATTERNS, "Facts that show it, joined by variables.")
    conditions: tuple[Comparison, ...] = entry(
        COMPARISONS, "Comparisons that must hold for certain.", default=(), name="if"
    )
    vague: tuple[Comparison, ...] = entry(
        COMPARISONS, "Comparisons that the record must leave open.", default=()
    )
    none: tuple[Pattern, ...] = entry(ABSENCES, "Facts that must be absent.", default=())
    turn: int = entry(
        WHOLE, "Which of `shows`, from 0, it would not be this situation without.", default=0
    )
    at: At = NOWHERE

    def mistakes(self) -> Iterator[tuple[str, str, str]]:
        """A turn that is none of the patterns, and what cases are not looked at for."""
        if not 0 <= self.turn < len(self.shows):
            yield "turn", f"shows has no pattern {self.turn}", "count from 0"
        absent = (one for pattern in self.none for one in pattern.conditions)
        for one in (*self.conditions, *self.vague, *absent):
            if one.operator in ASKED:
                message = f"whether a field is there ({one.operator}) is not asked of situations"
                yield "if", message, "compare what two fields hold"


@attrs.frozen(kw_only=True)
class Situations:
    """All situations and traits."""

    traits: tuple[Trait, ...] = entry(
        Tables(Trait, "name"), "What rules have or lack.", default=(), name="trait"
    )
    situations: tuple[Situation, ...] = entry(
        Tables(Situation, "name"), "What can happen.", default=(), name="situation"
    )

    def mistakes(self) -> Iterator[tuple[str, str, str]]:
        """Names that stand twice, and traits that there are not."""
        for key, named in (("trait", self.traits), ("situation", self.situations)):
            names = [one.name for one in named]
            for number, name in enumerate(names):
                if name in names[:number]:
                    yield f"{key}[{number}].name", f"{name!r} stands twice", "rename one"
        traits = {trait.name for trait in self.traits}
        for number, situation in enumerate(self.situations):
            for name in sorted(set(situation.needs) - traits):
                mend = f"name one of {', '.join(sorted(traits))}"
                yield f"situation[{number}].needs", f"no trait is called {name!r}", mend


#: The whole file.
FORM: Final = Table(Situations)
