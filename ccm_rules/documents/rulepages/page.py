"""What a page about a rule holds: one place for the terminal, Markdown and the web.

In go a parsed rule (law, conditions, findings, cases), the rules around it, and one worked
example; out come blocks, as of a briefing, which each output sets in its own way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ccm_rules.documents.blocks import Block, Heading, Inline, Items, Para, Run, plain, text
from ccm_rules.documents.parts.building import behind, lead, para
from ccm_rules.documents.parts.labels import BINDING_WORDS
from ccm_rules.documents.rulepages.doubts import doubts
from ccm_rules.documents.rulepages.duty_section import boundary_section, duty_section
from ccm_rules.documents.rulepages.made_sections import derived_section, findings_section
from ccm_rules.documents.rulepages.plan_sections import indicators_section, populations_section
from ccm_rules.documents.rulepages.ruleset import RuleSet
from ccm_rules.documents.rulepages.surroundings import surroundings_section
from ccm_rules.documents.rulepages.variables import Scope
from ccm_rules.law.rule import Case, Rule


class Pages(RuleSet):
    """Makes the pages of a set of rules."""

    def subtitle(self, name: str) -> tuple[str, ...]:
        """The lines below the title."""
        binding = self.say(BINDING_WORDS[self.rules[name].binding])
        return (f"{name} · {binding} · {self.authority(name)}",)

    def blocks(
        self, name: str, example: Sequence[Block] = (), first: Sequence[Block] = ()
    ) -> list[Block]:
        """The page of a rule.

        Args:
            name: name of the rule.
            example: its worked example; the section is left out if there is none.
            first: what an output puts before the sections, below the summary.

        Raises:
            InputError: a case of the rule is wrong.
        """
        rule, say = self.rules[name], self.say
        tested = self.language.count(len(rule.cases), "Tested by {n} case", "Tested by {n} cases")
        sections: tuple[tuple[str, str, Sequence[Block]], ...] = (
            ("law", say("Law"), self._law(rule)),
            ("check", say("To be looked at"), _listed(map(text, doubts(self, name)))),
            ("duty", say("The duty"), duty_section(self, rule)),
            ("boundaries", say("Boundary days"), boundary_section(self, rule)),
            ("derived", say("What it concludes"), derived_section(self, rule)),
            ("found", say("What it finds"), findings_section(self, rule)),
            ("populations", say("Populations"), populations_section(self, rule)),
            ("indicators", say("Indicators"), indicators_section(self, rule)),
            ("example", say("Worked example"), example),
            ("around", say("What it reads, and what it feeds"), surroundings_section(self, rule)),
            ("cases", tested, _listed(map(self._case, rule.cases))),
        )
        found: list[Block] = [*([para(rule.summary)] if rule.summary else []), *first]
        for anchor, title, blocks in sections:
            found += [Heading(1, title, anchor), *blocks] if blocks else []
        return found

    def data(self, name: str) -> list[dict[str, Any]]:
        """The page as plain values: its sections with their lines."""
        found: list[dict[str, Any]] = []
        for block in self.blocks(name):
            if isinstance(block, Heading):
                found.append({"id": block.id, "title": block.text, "lines": []})
            elif found and isinstance(block, Para):
                found[-1]["lines"].append(plain(block.runs))
            elif found and isinstance(block, Items):
                found[-1]["lines"] += map(plain, block.items)
        return found

    def _law(self, rule: Rule) -> list[Block]:
        """The authority with its words, and on which days the rule is applied."""
        say, law = self.say, rule.authority
        blocks: list[Block] = [lead(self.authority(rule.name))]
        if law.quote:
            words = Run(self.language.quoted(law.quote), law.url, language=law.language)
            blocks.append(Para((words,)))
        if law.note:
            blocks.append(Para(behind(self.language, say("How it is read"), law.note)))
        since, until, compared = rule.in_force_from, rule.in_force_until, law.compared
        lines = [
            say("The rule is applied from {day} on.", day=self.day(since))
            if since is not None
            else say("The rule file names no first day: the rule is applied on any day.")
        ]
        if until is not None:
            lines.append(say("The rule is applied until {day}.", day=self.day(until)))
        for pattern in rule.in_force.ended_by:
            what = self.words.sentence(pattern, Scope(self.words)).removesuffix(".")
            lines.append(say("The rule is applied until this holds: {what}.", what=what))
        if compared is None:
            lines.append(say("There is no quotation that could be compared with a source."))
        elif law.compared_with:
            day, source = self.day(compared), law.compared_with
            told = say("The quotation was compared on {day} with {source}.", day=day, source=source)
            lines.append(told)
        else:
            day = self.day(compared)
            lines.append(say("The quotation was compared with its source on {day}.", day=day))
        return [*blocks, *map(para, lines)]

    def _case(self, case: Case) -> Inline:
        """A case in one line: its name, its day and what comes out."""
        raised = ", ".join(case.raises)
        for items, words in (
            (case.derives, self.say("derived")),
            (case.lacks, self.say("not derived")),
        ):
            if items:
                names = ", ".join(dict.fromkeys(str(item["fact"]) for item in items))
                raised += f"{'; ' if raised else ''}{words}{self.language.between}{names}"
        raised = raised or self.say("nothing is found")
        if case.open:
            raised += self.language.count(case.open, "; {n} is open", "; {n} are open")
        day = self.language.date(case.as_of.toordinal(), case.as_of.toordinal())
        return text(f"{case.name} ({day}{self.language.between}{raised})")


def _listed(lines: Iterable[Inline]) -> list[Block]:
    """Lines as a list; nothing where there is none."""
    items = tuple(lines)
    return [Items(items)] if items else []
