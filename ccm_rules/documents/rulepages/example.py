"""A worked example of a rule: a real finding or duty of a record that comes with the tool.

The records are pinned to a day, so that a page reads the same every day. Where they hold
no instance, the rule's first case is shown, and said to be made up.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import Final

import ccm_rules
from ccm_rules.authoring.cases import case_record
from ccm_rules.compiler.folders import facts_home
from ccm_rules.compiler.rulebook import Rulebook
from ccm_rules.dates import parse
from ccm_rules.documents.blocks import Block, Items, Para, Run, text
from ccm_rules.documents.briefing.material import (
    BASIS_WORDS,
    SEVERITY_WORDS,
    STATUS_WORDS,
    Material,
)
from ccm_rules.documents.briefing.meeting import ground_words, number_words
from ccm_rules.errors import InputError
from ccm_rules.law.rule import Rule
from ccm_rules.record.sentences import describe, first_up
from ccm_rules.report.because import Node, references, walk
from ccm_rules.report.duties import Duty
from ccm_rules.report.findings import SEVERITIES, Finding
from ccm_rules.report.numbers import Number
from ccm_rules.report.views import Report
from ccm_rules.words.language import mark
from ccm_rules.words.states import party_names

#: Steps of an example that are told; a command shows them all.
_STEPS: Final = 14
#: Members of a number that are named.
_MEMBERS: Final = 12
#: Which status of a duty makes the better example.
_STATUSES: Final = ("met", "met-late", "overdue", "due-soon", "superseded", "upcoming", "pending")
_TOLD: Final = ("fact", "register", "arithmetic", "comparison")

#: The blocks of an example, and what to explain for the whole of it; both may be empty.
Found = tuple[list[Block], str]


class Records:
    """Reports on the records that treaties name for examples, each made when it is first asked for.

    Args:
        home: the directory of rules; the shipped one unless given.
        language: of the reports.
        engines: which engines derive them.
    """

    def __init__(
        self, home: str | None = None, language: str = "en", engines: tuple[str, ...] = ()
    ) -> None:
        self._home = home
        self._language = language
        self._engines = engines or ccm_rules.available_engines()
        self._reports: dict[tuple[str, str], Report | None] = {}

    def of(self, rulebook: Rulebook) -> Iterator[Report]:
        """Reports on the example records of a treaty, the preferred one first."""
        treaty = rulebook.treaty
        if not rulebook.treaties:  # rules that name no treaty are tried on the first one's
            treaty = ccm_rules.read_treaties()[0]
        for sample in treaty.examples:
            key = (treaty.name, sample)
            if key not in self._reports:
                self._reports[key] = self._report(rulebook, sample)
            report = self._reports[key]
            if report is not None:
                yield report

    def example(self, rule: Rule, rulebook: Rulebook) -> list[Block]:
        """The worked example of a rule, out of the records of its treaty."""

        def reports() -> Iterator[Report]:
            return (r for r in self.of(rulebook) if rule.folder in r.rulebook.folders)

        return example(rule, reports, rulebook, commands=self._home is None)

    def _report(self, rulebook: Rulebook, sample: str) -> Report | None:
        """A report; none where the record cannot be read with other rules than the shipped."""
        file, _, day = sample.partition(" as of ")
        place = os.path.join(facts_home(), file)
        try:
            record = ccm_rules.load_facts(place, rulebook=rulebook)
            if record.rules and set(record.rules) != set(rulebook.folders):
                rulebook = ccm_rules.load_rules(
                    [name for name in record.rules if name in rulebook.folders],
                    home=self._home,
                    indicators=True,
                    language=self._language,
                )
            as_of = parse(day) if day else None
            return ccm_rules.check(record, rulebook, as_of=as_of, engines=self._engines)
        except InputError:
            if self._home is None:
                raise
            return None


def example(
    rule: Rule,
    reports: Callable[[], Iterator[Report]],
    rulebook: Rulebook,
    *,
    commands: bool = True,
) -> list[Block]:
    """The worked example of a rule.

    Args:
        rule: the rule, with its cases.
        reports: the reports to take it of, the preferred one first.
        rulebook: the rules, for the sentences of a case.
        commands: whether to name the command that shows it whole; it would be another
            one for rules of one's own.
    """
    finders = [*([_number] if rule.indicators else []), _finding, _duty, _derived]
    for find in finders:
        for report in reports():
            material = Material(report)
            found, target = find(rule, material)
            if found:
                return [*found, *(_command(material, target) if commands and target else [])]
    return _case(rule, rulebook)


def of_report(rule: Rule, report: Report, *, commands: bool = True) -> list[Block]:
    """The worked example of a rule in one report, or of its first case."""
    return example(rule, lambda: iter([report]), report.rulebook, commands=commands)


# -- what is shown -----------------------------------------------------------------


def _finding(rule: Rule, material: Material) -> Found:
    found = [f for f in material.report.findings if f.rule == rule.name]
    if not found:
        return [], ""

    def order(finding: Finding) -> tuple[bool, int, str, str]:
        grave = SEVERITIES.index(finding.severity)
        return (not finding.party, grave, finding.party, finding.fingerprint)

    finding = min(found, key=order)
    say = material.say
    rows = [
        (say("Severity"), say(SEVERITY_WORDS[finding.severity])),
        (say("Basis"), say(BASIS_WORDS[finding.basis])),
    ]
    if finding.status:
        rows.append((say("Status"), material.status(finding.status, finding.rule)))
    if finding.remedy:
        rows.append((say("What can be done"), finding.remedy))
    return [
        *_lead(material, finding.says),
        _labelled(material, rows),
        *_steps(material, material.report.because(finding)),
    ], finding.fingerprint


def _duty(rule: Rule, material: Material) -> Found:
    if rule.duty is None:
        return [], ""
    duties = [d for d in material.report.duties() if d.rule == rule.name and d.status != "open"]
    if not duties:
        return [], ""

    def order(duty: Duty) -> tuple[int, str, str, str, str, str, str]:
        rank = _STATUSES.index(duty.status) if duty.status in _STATUSES else len(_STATUSES)
        first, last = map(str, duty.due)
        return rank, duty.party, duty.item, str(duty.n), duty.status, first, last

    duty = min(duties, key=order)
    say, words = material.say, material.words
    says = say("{state}: due {day}; {status}.", state=words.party(duty.party),
               day=material.date(duty.due), status=say(STATUS_WORDS[duty.status]))  # fmt: skip
    return [
        *_lead(material, first_up(says)),
        *_steps(material, material.report.why(duty)),
    ], f"{rule.name}:{duty.party}"


def _derived(rule: Rule, material: Material) -> Found:
    """The first row that the rule itself derives, one about a State if there is any."""
    report = material.report
    facts = dict.fromkeys([derive.fact for derive in rule.made])
    for fact in facts:
        for entry in report.entries(fact):
            if not entry.certain or report.derived_by(entry) not in ("", rule.name):
                continue
            node = report.why(entry)
            return [*_lead(material, node.text), *_steps(material, node)], ""
    return [], ""


def _number(rule: Rule, material: Material) -> Found:
    if material.report.record.period is None:
        return [], ""
    numbers = [n for n in material.report.numbers().numbers if n.info.rule == rule.name]

    def order(number: Number) -> tuple[bool, bool]:
        return (number.value is None, not number.members)

    if not numbers:
        return [], ""
    number = min(numbers, key=order)
    say, words = material.say, material.words
    title = first_up(number.info.title) + (f", {number.year}" if number.year else "")
    says = f"{title}{material.language.between}{number_words(material, number)}."
    rows = [(say("Ground"), ground_words(material, number))]
    for label, members in (
        (say("Counted"), number.members),
        (say("Of whom the record cannot tell"), number.open),
    ):
        if members:
            names = sorted({words.party(m.party) if m.party else m.name for m in members})
            shown, more = ", ".join(names[:_MEMBERS]), len(names) - _MEMBERS
            if more > 0:
                shown = say("{shown}; and {n} more", shown=shown, n=more)
            rows.append((label, shown))
    cited = dict.fromkeys(place for quote in number.quotes for place in quote.places)
    if cited:
        rows.append((say("Source"), "; ".join(cited)))
    return [
        *_lead(material, says),
        _labelled(material, rows),
    ], number.info.name


def _case(rule: Rule, rulebook: Rulebook) -> list[Block]:
    """The first case, told as what it is: made up."""
    from ccm_rules.words.language import language

    spoken = language(rulebook.language)
    say = spoken.say
    if not rule.cases:
        return [Para(text(say("No instance is on record, and the rule has no case of its own.")))]
    case = rule.cases[0]
    record = case_record(rule, case, rulebook.vocabulary, party_names())
    day = spoken.the_date(case.as_of.toordinal(), case.as_of.toordinal())
    raised = ", ".join(case.raises) or say("nothing is found")
    return [
        Para(
            text(
                say(
                    "No instance is on record. This is a test case of the rule: it is made up, "
                    "and says nothing about the States that it names."
                )
            )
        ),
        Items(
            (
                _line(spoken.between, say("Case"), case.name),
                _line(spoken.between, say("As of"), day),
                *(
                    text(describe(fact, rulebook.vocabulary, rulebook.language, party_names()))
                    for fact in record.facts
                ),
                _line(spoken.between, say("Found"), raised),
                *(_line(spoken.between, say("Sentence"), said) for said in case.says[:2]),
            )
        ),
    ]  # fmt: skip


def _line(between: str, label: str, words: str) -> tuple[Run, ...]:
    return (Run(f"{label}{between}", strong=True), Run(words))


def _labelled(material: Material, rows: list[tuple[str, str]]) -> Items:
    return Items(tuple(_line(material.language.between, label, words) for label, words in rows))


def _lead(material: Material, says: str) -> list[Block]:
    """The sentence, and of which record it is."""
    report = material.report
    day = material.the_date(material.today)
    about = material.say("{title}, as of {day}:", title=report.record.title, day=day)
    return [Para(text(about), note=True), Para((Run(says, strong=True),))]


def _steps(material: Material, node: Node) -> list[Block]:
    """Facts, registers, arithmetic and comparisons, each with its sources; then those."""
    told = [step for step in walk(node) if step.kind in _TOLD and not _idle(step)]
    once = list(dict.fromkeys((step.text, step.sources) for step in told))
    items = [
        text(f"{first_up(words)}{f' [{material.language.then.join(refs)}]' if refs else ''}")
        for words, refs in once[:_STEPS]
    ]
    if len(once) > _STEPS:
        items.append(text(material.say("And {n} more steps.", n=len(once) - _STEPS)))
    blocks: list[Block] = []
    if items:
        blocks += [Para((Run(material.say("How it comes about"), strong=True),))]
        blocks += [Items(tuple(items))]
    shown = dict.fromkeys(ref for _, refs in once[:_STEPS] for ref in refs)
    sources = dict.fromkeys(ref.partition(" ")[0] for ref in shown or references(node)[:3])
    lines = []
    for name in sources:
        source = material.report.record.sources.get(name)
        if source is not None:
            to = source.url if source.url.startswith("http") else ""
            lines.append((Run(f"{name}{material.language.between}"), Run(source.title, to)))
    if lines:
        blocks += [Para((Run(material.say("Sources"), strong=True),)), Items(tuple(lines))]
    return blocks


def _idle(step: Node) -> bool:
    """Whether a step compares a day with itself."""
    days = re.findall(r"\d+(?:er)? \w+ \d{4}", step.text)
    return step.kind == "comparison" and len(days) == 2 and days[0] == days[1]


def _command(material: Material, target: str) -> list[Block]:
    """The command that shows the example whole."""
    report = material.report
    file = os.path.basename(report.record.files[0]) if report.record.files else ""
    if not file or report.record.files[0] != os.path.join(facts_home(), file):
        return []
    own = report.record.as_of
    day = "" if own is not None and own.latest == report.as_of else material.today
    flag = f" --as-of {day}" if day else ""
    command = f"ccm-check explain {target} facts/{file}{flag}"
    return [Para((Run(material.say(mark("In full:")) + " "), Run(command, language="en")))]
