"""What a page about a rule holds: one place for the terminal, Markdown and the web.

The page is made of the parsed rule alone (law, conditions, findings, cases), of the rules
around it, and of one worked example. It is blocks, as a briefing is, so each output sets
it in its own way.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

import attrs

from ccm_rules.compiler.rulebook import Rulebook
from ccm_rules.dates import Period
from ccm_rules.documents.blocks import (
    Block,
    Heading,
    Inline,
    Items,
    Para,
    Run,
    plain,
    text,
)
from ccm_rules.documents.parts.labels import (
    BASIS_WORDS,
    BINDING_WORDS,
    SEVERITY_WORDS,
    STATUS_WORDS,
)
from ccm_rules.documents.rulepages.boundaries import Boundary, boundaries, reckonings, whole_days
from ccm_rules.documents.rulepages.graph import Graph, comparing
from ccm_rules.documents.rulepages.phrases import Scope, Words
from ccm_rules.law.rule import (
    Arithmetic,
    Body,
    CountOf,
    Derive,
    Duty,
    FindingRule,
    Indicator,
    Population,
    Rule,
    Var,
)
from ccm_rules.report.findings import first_up
from ccm_rules.words import durations as lengths
from ccm_rules.words.language import mark

PERIOD_WORDS: Final = {
    "flow": mark("what happens within the review period"),
    "stock": mark("what stands on the last day of the review period"),
    "look-back": mark("what happened in the two years before"),
}
#: How units are called; the values of facts call some of them otherwise.
_UNIT_WORDS: Final = {
    "States": mark("States"),
    "requests": mark("requests"),
    "reports": mark("reports"),
    "laws": mark("laws"),
    "persons": mark("persons"),
    "delegations": mark("delegations"),
    "meetings": mark("meetings"),
    "coalitions": mark("coalitions"),
    "cases": mark("cases"),
    "items": mark("items"),
    "answers": mark("answers"),
    "percent": mark("percent"),
}

#: Where another rule's page stands; empty where there is nothing to lead to.
Link = Callable[[str], str]


def _nowhere(name: str) -> str:
    return ""


class Pages:
    """Makes the pages of a set of rules.

    Args:
        rulebook: all rules, with their indicators.
        plain: the same without indicators: what their cases run on.
        rules: the same rules with everything in their files.
        link: where the page of a rule stands, by its name.
    """

    def __init__(
        self,
        rulebook: Rulebook,
        plain: Rulebook,
        rules: Sequence[Rule],
        link: Link = _nowhere,
    ) -> None:
        self.rulebook = rulebook
        self.plain = plain
        self.rules = {rule.name: rule for rule in rules}
        self.graph = Graph(rules, rulebook.vocabulary)
        self.words = Words(rulebook)
        self.language = self.words.language
        self.say = self.words.say
        self._link = link

    # -- the whole ---------------------------------------------------------

    def authority(self, name: str) -> str:
        """Where a rule stands, in one line."""
        info = self.rulebook.rules[name]
        return self.language.instrument(info.instrument, info.article)

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
        rule = self.rules[name]
        sections: list[tuple[str, str, list[Block]]] = [
            ("law", self.say("Law"), self._law(rule)),
            ("check", self.say("To be looked at"), self._doubts(rule)),
            ("duty", self.say("The duty"), self._duty(rule)),
            ("boundaries", self.say("Boundary days"), self._boundaries(rule)),
            ("derived", self.say("What it concludes"), self._derived(rule)),
            ("found", self.say("What it finds"), self._findings(rule)),
            ("populations", self.say("Populations"), self._populations(rule)),
            ("indicators", self.say("Indicators"), self._indicators(rule)),
            ("example", self.say("Worked example"), list(example)),
            ("around", self.say("What it reads, and what it feeds"), self._around(rule)),
            ("cases", self._cases_title(rule), self._cases(rule)),
        ]
        found: list[Block] = []
        if rule.summary:
            found.append(Para(text(rule.summary)))
        found += first
        for anchor, title, blocks in sections:
            if blocks:
                found += [Heading(1, title, anchor), *blocks]
        return found

    def data(self, name: str) -> list[dict[str, Any]]:
        """The page as plain values: its sections with their lines."""
        found: list[dict[str, Any]] = []
        for block in self.blocks(name):
            if isinstance(block, Heading):
                found.append({"id": block.id, "title": block.text, "lines": []})
            elif found:
                found[-1]["lines"] += list(_lines(block))
        return found

    # -- law ---------------------------------------------------------------

    def _law(self, rule: Rule) -> list[Block]:
        say, law = self.say, rule.authority
        blocks: list[Block] = [Para((Run(self.authority(rule.name), strong=True),))]
        if law.quote:
            blocks.append(Para((Run(self.language.quoted(law.quote), law.url, language="en"),)))
        if law.note:
            blocks.append(self._labelled_para(say("How it is read"), law.note))
        since, until = rule.in_force_from, rule.in_force_until
        if since is not None:
            day = self._day(since)
            blocks.append(Para(text(say("The rule is applied from {day} on.", day=day))))
        else:
            blocks.append(
                Para(text(say("The rule file names no first day: the rule is applied on any day.")))
            )
        if until is not None:
            day = self._day(until)
            blocks.append(Para(text(say("The rule is applied until {day}.", day=day))))
        if law.compared is not None:
            day = self._day(law.compared)
            told = say("The quotation was compared with its source on {day}.", day=day)
        else:
            told = say("There is no quotation that could be compared with a source.")
        return [*blocks, Para(text(told))]

    def _day(self, day: dt.date) -> str:
        return self.language.the_date(day.toordinal(), day.toordinal())

    def doubts(self, name: str) -> list[str]:
        """What a person should look at: lengths that a text names and nothing reckons with."""
        rule = self.rules[name]
        reckoned = {
            length
            for below in self.graph.below(name)
            for period in _periods(self.rules[below])
            for length in lengths.in_period(period)
        }
        if not any(True for _ in _periods(rule)) and len(self.graph.below(name)) == 1:
            return []
        code = self.language.code
        texts = [
            (self.say("The quotation"), rule.authority.quote, "en"),
            (self.say("The title"), rule.title, code),
            (self.say("The summary"), rule.summary, code),
            (self.say("The note"), rule.authority.note, code),
            *(
                (self.say("The sentence of {name}", name=one.name), says, code)
                for one in rule.findings
                for says in (one.says, one.remedy)
            ),
            *(
                (self.say("The sentence of {name}", name=one.fact), one.says, code)
                for one in rule.made
            ),
        ]
        found = []
        for what, words, spoken in texts:
            for number, unit in lengths.named(words, spoken):
                if not _covered((number, unit), reckoned):
                    length = lengths.told((number, unit), code)
                    said = mark("{what} names {length}; the rule reckons with no such length.")
                    found.append(self.say(said, what=what, length=length))
        return list(dict.fromkeys(found))

    def _doubts(self, rule: Rule) -> list[Block]:
        doubts = self.doubts(rule.name)
        return [Items(tuple(text(doubt) for doubt in doubts))] if doubts else []

    # -- the duty ----------------------------------------------------------

    def _scope(self, rule: Rule) -> Scope:
        """How the variables of a rule's duty are called, on its page and in its findings."""
        duty = rule.duty
        party = duty.party.name if duty is not None and isinstance(duty.party, Var) else "p"
        scope = Scope(self.words, party, ("due", "done", "until"))
        if duty is not None:
            for name in ("due", "done", "until"):
                scope.typed(name, "when")
        return scope

    def _duty(self, rule: Rule) -> list[Block]:
        duty = rule.duty
        if duty is None:
            return []
        say, scope = self.say, self._scope(rule)
        rows: list[tuple[str, str]] = [
            (say("Whose it is"), one) for one in self.words.conditions(duty.body, scope)
        ]
        if isinstance(duty.due, Arithmetic):
            rows.append((say("Due"), f"{first_up(self.words.reckoned(duty.due, scope))}."))
        else:
            reckoned = list(self._reckoned_elsewhere(rule))
            rows += reckoned or [(say("Due"), f"{first_up(scope.name(duty.due.name))}.")]
        if duty.soon is not None:
            length = self.words.length(duty.soon)
            soon = say("From {length} before the due day on.", length=length)
            rows.append((say("Due soon"), soon))
        for label, bodies in (
            (say("Met by"), duty.met_by),
            (say("Without object if"), duty.void_by),
            (say("Replaced if"), duty.replaced_by),
            (say("Pending if"), duty.pending_by),
            (say("A person decides if"), duty.review_if),
            (say("Passed, and not lapsed, if"), duty.requested_by),
        ):
            rows += [(label, one) for one in self.words.alternatives(bodies, scope)]
        record = self.language.listed(self.words.record(p, scope) for p in duty.record)
        known = say(
            "Overdue only where the record of this is complete beyond the due day: {record}.",
            record=record,
        )
        rows.append((say("The record"), known))
        if duty.requested_record:
            asked = self.language.listed(self.words.record(p, scope) for p in duty.requested_record)
            rows.append(
                (
                    say("The record"),
                    say("Lapsed only where this is complete too: {record}.", record=asked),
                )
            )
        return [self._labelled(rows)]

    def _reckoned_elsewhere(self, rule: Rule) -> Iterator[tuple[str, str]]:
        for reckoning in reckonings(rule, self.rules):
            if isinstance(reckoning.of, Duty):
                continue
            body, name = reckoning.of.body, reckoning.variable
            scope = Scope(self.words)
            scope.of_body(body)
            rest = {key: made for key, made in body.let.items() if key != name}
            where = self.words.conditions(attrs.evolve(body, let=rest), scope)
            if reckoning.made is None:
                day = scope.name(name)
                how = self.say("{day}, as a fact of the record gives it", day=day)
            else:
                how = self.words.reckoned(reckoning.made, scope)
            told = f"{first_up(how)}. {' '.join(where)}"
            if reckoning.rule.name != rule.name:
                told += " " + self.say("(Rule: {title}.)", title=reckoning.rule.title)
            yield self.say("How that day is reckoned"), told

    def _boundaries(self, rule: Rule) -> list[Block]:
        if rule.duty is None:
            return []
        say = self.say
        items: list[Inline] = []
        for reckoning in reckonings(rule, self.rules):
            days = whole_days(reckoning)
            if days:
                told = say(
                    "The day from which it is reckoned is day 0: day {n} is the due day and in "
                    "time; it is overdue from day {m} on.",
                    n=days,
                    m=days + 1,
                )
                items.append(text(told))
        for boundary in boundaries(rule, self.plain):
            items.append(self._boundary(boundary))
        return [Items(tuple(items))]

    def _boundary(self, boundary: Boundary) -> Inline:
        says = self.say(boundary.says)
        if not boundary.case:
            return (Run(f"{says} "), Run(self.say("No case of the rule tests this day.")))
        due = self.language.date(boundary.due, boundary.due)
        if boundary.done:
            done = self.language.date(boundary.done, boundary.done)
            told = self.say("Case “{name}”: due {due}, done {done}.",
                            name=boundary.case, due=due, done=done)  # fmt: skip
        else:
            day = self.language.date(boundary.judged, boundary.judged)
            told = self.say("Case “{name}”: due {due}, judged {day}.",
                            name=boundary.case, due=due, day=day)  # fmt: skip
        return (Run(f"{says} "), Run(told))

    # -- facts that it concludes -------------------------------------------

    def _derived(self, rule: Rule) -> list[Block]:
        blocks: list[Block] = []
        for one in rule.made:
            scope = Scope(self.words)
            lines = self.words.conditions(one.body, scope)
            title = self._head(one, scope)
            blocks.append(Para((Run(title, strong=True),)))
            blocks.append(Items(tuple(text(line) for line in lines)))
        return blocks

    def _head(self, one: Derive | CountOf, scope: Scope) -> str:
        """What is concluded, in the words of its own sentence."""
        from ccm_rules.law.rule import Pattern

        if isinstance(one, CountOf):
            scope.typed(one.number.name, "number")
            each = self.language.listed(scope.name(v.name) for v in one.each)
            told = {k: v for k, v in one.fields.items() if v != one.number}
            number = scope.name(one.number.name)
            what = self.words.label(one.fact)
            if told:
                of = self.language.listed(
                    self.words.term(v, self.rulebook.types[one.fact].get(k, "text"), scope, k)
                    for k, v in told.items()
                )
                return first_up(
                    self.say(
                        "{fact}, for {of}: {number}. Counted, each once, is {each}, where:",
                        fact=what,
                        number=number,
                        each=each,
                        of=of,
                    )
                )
            return first_up(
                self.say(
                    "{fact}: {number}. Counted, each once, is {each}, where:",
                    fact=what,
                    number=number,
                    each=each,
                )
            )
        sentence = self.words.sentence(Pattern(one.fact, one.fields), scope)
        return self.say("{sentence} This follows where:", sentence=sentence)

    # -- findings ----------------------------------------------------------

    def _findings(self, rule: Rule) -> list[Block]:
        blocks: list[Block] = []
        for finding in rule.findings:
            blocks += self._finding(rule, finding)
        return blocks

    def _finding(self, rule: Rule, finding: FindingRule) -> list[Block]:
        say = self.say
        rows = [
            (say("Severity"), say(SEVERITY_WORDS[finding.severity])),
            (say("Basis"), say(BASIS_WORDS[finding.basis])),
        ]
        duty = rule.duty
        if finding.when and duty is not None:
            scope = self._scope(rule)
            scope.of_body(duty.body)
            self.words.conditions(duty.body, scope)  # names in the order of the duty
            for body in duty.met_by:
                scope.of_body(body)
            status = self.language.listed(say(STATUS_WORDS[one]) for one in finding.when)
            rows.append((say("When the duty is"), status))
        else:
            party = finding.party.name if finding.party is not None else "p"
            scope = Scope(self.words, party)
            if finding.status:
                rows.append((say("Status"), say(STATUS_WORDS[finding.status])))
        rows += [(say("Where"), one) for one in self.words.conditions(finding.body, scope)]
        rows.append((say("Sentence"), self.words.filled(finding.says, scope)))
        if finding.remedy:
            rows.append((say("What can be done"), self.words.filled(finding.remedy, scope)))
        return [Para((Run(finding.name, strong=True),)), self._labelled(rows)]

    # -- indicators --------------------------------------------------------

    def _populations(self, rule: Rule) -> list[Block]:
        blocks: list[Block] = []
        for one in rule.populations:
            scope = self._member_scope(one)
            rows = [(self.say("Name"), one.name)]
            rows += self._for(one.instances, scope)
            rows += [(self.say("Who"), c) for c in self.words.conditions(one.body, scope)]
            rows += self._record_rows(one, scope)
            blocks += [Para((Run(first_up(one.title), strong=True),)), self._labelled(rows)]
        return blocks

    def _indicators(self, rule: Rule) -> list[Block]:
        say = self.say
        blocks: list[Block] = []
        populations = {p.name: p for r in self.rules.values() for p in r.populations}
        titles = {i.name: i.title for r in self.rules.values() for i in r.indicators}
        for one in rule.indicators:
            scope = self._member_scope(one)
            rows = [(say("Name"), one.name)]
            if one.wording:
                rows.append((say("Wording"), one.wording))
            rows.append((say("What is counted"), say(_UNIT_WORDS[one.unit])))
            rows.append((say("Period"), say(PERIOD_WORDS[one.period])))
            if one.population:
                rows.append((say("Asked of"), populations[one.population].title))
            rows.append((say("How it is counted"), one.counted))
            rows += self._for(one.instances, scope)
            rows += [(say("Counted where"), c) for c in self.words.alternatives(one.bodies, scope)]
            rows += [(say("Open where"), c) for c in self.words.alternatives(one.open_if, scope)]
            rows += self._record_rows(one, scope)
            if one.reckoned is not None:
                left, right = titles[one.reckoned.left], titles[one.reckoned.right]
                made = {
                    "%": say("the share of {a} in {b}, in percent", a=left, b=right),
                    "rest": say(
                        "the share of {b} that is left without {a}, in percent", a=left, b=right
                    ),
                }.get(one.reckoned.operator, f"{left} {one.reckoned.operator} {right}")
                rows.append((say("Reckoned as"), made))
            for label, names in ((say("Part of"), one.within), (say("The same as"), one.same_as)):
                if names:
                    rows.append((label, self.language.listed(titles[name] for name in names)))
            if not one.bodies and one.reckoned is None:
                rows.append((say("By name"), say("Only stated: sources give the number.")))
            blocks += [Para((Run(first_up(one.title), strong=True),)), self._labelled(rows)]
        return blocks

    def _member_scope(self, one: Indicator | Population) -> Scope:
        return Scope(self.words, one.party.name if isinstance(one.party, Var) else "p")

    def _for(self, instances: Sequence[Body], scope: Scope) -> list[tuple[str, str]]:
        return [(self.say("For"), c) for c in self.words.alternatives(instances, scope)]

    def _record_rows(self, one: Indicator | Population, scope: Scope) -> Iterator[tuple[str, str]]:
        if one.record:
            record = self.language.listed(self.words.record(p, scope) for p in one.record)
            text_ = self.say("Exact only where this is complete: {record}.", record=record)
            yield self.say("The record"), text_

    # -- other rules -------------------------------------------------------

    def _around(self, rule: Rule) -> list[Block]:
        say, name = self.say, rule.name
        rows: list[tuple[str, Inline]] = []
        kinds = [self.words.label(kind) for kind in self.graph.kinds_read(name)]
        if kinds:
            rows.append((say("Facts of the record"), text(", ".join(dict.fromkeys(kinds)))))
        below = list(self.graph.made_elsewhere(name))
        if below:
            rows.append((say("Rules that it reads"), self._linked(below)))
        readers = [r for r in self.graph.readers(name) if r != name]
        if readers:
            rows.append((say("Rules that read it"), self._linked(readers)))
        above = self.graph.above(name)
        fed = {s.rule for s in above if s.makes.what == "finding" and s.rule != name}
        further = [r for r in self.rules if r in fed and r not in readers]
        if further:
            rows.append((say("Rules whose findings rest on it through others"),
                         self._linked(further)))  # fmt: skip
        actions = self._actions(
            {s.makes.name for s in above if s.makes.what == "indicator" and s.rule != name}
        )
        if actions:
            rows.append((say("Indicators that rest on it"), actions))
        if rule.indicators:
            others = [r for r in comparing(self.graph) if r in self.rules]
            if others:
                rows.append((say("Rules that compare its numbers"), self._linked(others)))
        if not rows:
            return []
        return [
            Items(
                tuple(
                    (Run(f"{label}{self.language.between}", strong=True), *runs)
                    for label, runs in rows
                )
            )
        ]

    def _linked(self, names: Iterable[str]) -> Inline:
        runs: list[Run] = []
        for number, name in enumerate(names):
            runs.append(Run(self.language.then if number else ""))
            title = self.rulebook.rules[name].title
            link = self._link(name)
            runs.append(Run(title if link else f"{title} ({name})", link))
        return tuple(run for run in runs if run.text)

    def _actions(self, names: set[str]) -> Inline:
        """Indicators by the Action, or the rule, that holds them."""
        groups: dict[str, list[str]] = {}
        for info in self.rulebook.plan.indicators.values():
            if info.name in names:
                groups.setdefault(info.rule, []).append(info.title)
        runs: list[Run] = []
        for rule, titles in groups.items():
            if runs:
                runs.append(Run(self.language.then))
            runs.append(Run(self.authority(rule), self._link(rule)))
            runs.append(Run(f" ({', '.join(titles)})"))
        return tuple(runs)

    # -- cases -------------------------------------------------------------

    def _cases_title(self, rule: Rule) -> str:
        number = len(rule.cases)
        return self.language.count(number, "Tested by {n} case", "Tested by {n} cases")

    def _cases(self, rule: Rule) -> list[Block]:
        lines = []
        for case in rule.cases:
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
            lines.append(text(f"{case.name} ({day}{self.language.between}{raised})"))
        return [Items(tuple(lines))] if lines else []

    # -- small -------------------------------------------------------------

    def _labelled(self, rows: Iterable[tuple[str, str]]) -> Items:
        between = self.language.between
        return Items(
            tuple((Run(f"{label}{between}", strong=True), Run(words)) for label, words in rows)
        )

    def _labelled_para(self, label: str, words: str) -> Para:
        return Para((Run(f"{label}{self.language.between}", strong=True), Run(words)))


def _covered(length: lengths.Length, reckoned: set[lengths.Length]) -> bool:
    """Whether a length is reckoned with, months and years taken together."""
    number, unit = length
    if length in reckoned:
        return True
    if unit == "year":
        return (number * 12, "month") in reckoned
    return unit == "month" and number % 12 == 0 and (number // 12, "year") in reckoned


def _periods(rule: Rule) -> Iterator[Period]:
    """Every period that a rule reckons with, how soon a duty is due soon aside."""
    bodies = [*(one.body for one in rule.made), *(one.body for one in rule.findings)]
    if rule.duty is not None:
        duty = rule.duty
        if isinstance(duty.due, Arithmetic):
            yield duty.due.period
        bodies += [
            duty.body, *duty.met_by, *duty.void_by, *duty.replaced_by, *duty.pending_by,
            *duty.requested_by, *duty.review_if,
        ]  # fmt: skip
    for population in rule.populations:
        bodies += [*population.instances, population.body]
    for one in rule.indicators:
        bodies += [*one.instances, *one.bodies, *one.open_if]
    for body in bodies:
        for made in body.let.values():
            if isinstance(made, Arithmetic):
                yield made.period


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Para):
        yield plain(block.runs)
    elif isinstance(block, Items):
        yield from (plain(item) for item in block.items)
