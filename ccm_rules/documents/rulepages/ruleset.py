"""Rules as their pages are made of them: with those around them, and words for both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from ccm_rules.authoring.closure import closure
from ccm_rules.compiler.rulebook import Rulebook, rulebook_of
from ccm_rules.documents.blocks import Inline, Items
from ccm_rules.documents.parts.building import labelled, linked
from ccm_rules.documents.rulepages.boundaries import Boundary, boundaries
from ccm_rules.documents.rulepages.graph import Graph
from ccm_rules.documents.rulepages.phrases import Words
from ccm_rules.documents.rulepages.variables import Scope
from ccm_rules.law.rule import Duty, Rule, Term, Var

#: Where another rule's page stands; empty where there is nothing to lead to.
Link = Callable[[str], str]


def nowhere(name: str) -> str:
    """No rule has a page to lead to."""
    return ""


class RuleSet:
    """A set of rules.

    Args:
        rulebook: all rules, with their indicators.
        rules: the same rules with everything in their files.
        link: where the page of a rule stands, by its name.
    """

    def __init__(
        self, rulebook: Rulebook, rules: Sequence[Rule], link: Link = nowhere
    ) -> None:
        self.rulebook = rulebook
        self.rules = {rule.name: rule for rule in rules}
        self.graph = Graph(rules, rulebook.vocabulary)
        self.words = Words(rulebook)
        self.language = self.words.language
        self.say = self.words.say
        self.link = link
        self._boundaries: dict[str, tuple[Boundary, ...]] = {}

    def boundaries(self, rule: Rule) -> tuple[Boundary, ...]:
        """The boundary days of a rule's duty; its cases are tried once.

        Raises:
            InputError: a case of the rule is wrong.
        """
        if rule.name not in self._boundaries:
            read = closure(rule, list(self.rules.values()))
            rulebook, _ = rulebook_of(
                read, dict(self.rulebook.vocabulary), self.rulebook.treaty
            )
            assert rulebook is not None  # the rules were compiled before
            self._boundaries[rule.name] = tuple(boundaries(rule, rulebook))
        return self._boundaries[rule.name]

    def authority(self, name: str) -> str:
        """Where a rule stands, in one line."""
        info = self.rulebook.rules[name]
        return self.language.instrument(info.instrument, info.article)

    def day(self, day: dt.date) -> str:
        """A day in a sentence."""
        return self.language.the_date(day.toordinal(), day.toordinal())

    def labelled(self, rows: Iterable[tuple[str, str | Inline]]) -> Items:
        """A list of texts, each behind its label."""
        return labelled(self.language, rows)

    def linked(self, names: Iterable[str]) -> Inline:
        """The titles of rules, with links to their pages where they have any."""
        shown = []
        for name in names:
            title, to = self.rulebook.rules[name].title, self.link(name)
            shown.append((title if to else f"{title} ({name})", to))
        return linked(self.language, shown)

    def duty_scope(self, duty: Duty) -> Scope:
        """How the variables of a duty are called, on its page and in its findings."""
        scope = self.scope(duty.party, ("due", "done", "until"))
        for name in ("due", "done", "until"):
            scope.typed(name, "when")
        return scope

    def scope(self, party: Term | None, meanings: Iterable[str] = ()) -> Scope:
        """How the variables of a statement about a State are called."""
        return Scope(self.words, party.name if isinstance(party, Var) else "p", meanings)
