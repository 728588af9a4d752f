"""A worked example of a rule: in go reports, out comes a finding, duty or number of one.

Where none of them holds an instance, the rule's first case is shown, and said to be made up.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from ccm_rules.authoring.cases import case_record
from ccm_rules.compiler.folders import facts_home
from ccm_rules.compiler.rulebook import Rulebook
from ccm_rules.documents.blocks import Block, Inline, Items, Para, Run, text
from ccm_rules.documents.numbers_in_words import title
from ccm_rules.documents.parts.building import behind, labelled, lead, para
from ccm_rules.documents.parts.labels import BASIS_WORDS, STATUS_WORDS
from ccm_rules.documents.parts.material import Material
from ccm_rules.documents.parts.plan_numbers import ground_words, number_words, places_of
from ccm_rules.law.rule import Rule
from ccm_rules.record.sentences import describe, first_up
from ccm_rules.report.because import Node, references
from ccm_rules.report.findings import SEVERITIES, Finding
from ccm_rules.report.numbers import Member
from ccm_rules.report.provenance import walk
from ccm_rules.report.views import Report
from ccm_rules.words.language import Language, language, mark

#: So many steps of an example are shown; a command shows them all.
_STEPS: Final = 14
#: Members of a number that are named.
_MEMBERS: Final = 12
#: Which status of a duty makes the better example.
_STATUSES: Final = ("met", "met-late", "overdue", "due-soon", "superseded", "upcoming", "pending")
#: Kinds of steps that are shown.
_KINDS: Final = ("fact", "register", "arithmetic", "comparison")


class _Found(NamedTuple):
    """An instance in a report.

    Attributes:
        says: the instance in a sentence.
        blocks: how it comes about.
        target: what to explain for the whole of it, or empty.
    """

    says: str
    blocks: list[Block]
    target: str = ""


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
    for find in (_number, _finding, _duty, _derived):
        for report in reports():
            material = Material(report)
            found = find(rule, material)
            if found is not None:
                day = material.the_date(material.today)
                about = material.say("{title}, as of {day}:", title=report.record.title, day=day)
                command = _command(material, found.target) if commands and found.target else []
                return [para(about, note=True), lead(found.says), *found.blocks, *command]
    return _case(rule, rulebook)


def of_report(rule: Rule, report: Report, *, commands: bool = True) -> list[Block]:
    """The worked example of a rule in one report, or of its first case."""
    return example(rule, lambda: iter([report]), report.rulebook, commands=commands)


# -- what is shown -----------------------------------------------------------------


def _finding(rule: Rule, material: Material) -> _Found | None:
    """The gravest finding of the rule, one of today and about a State if there is any."""

    def order(finding: Finding) -> tuple[bool, bool, int, str, str]:
        grave = SEVERITIES.index(finding.severity)
        party = finding.party
        return (not finding.current, not party, grave, party, finding.fingerprint)

    found = [f for f in material.report.findings if f.rule == rule.name]
    if not found:
        return None
    finding, say = min(found, key=order), material.say
    rows = [
        (say("Severity"), material.severity(finding)),
        (say("Basis"), say(BASIS_WORDS[finding.basis])),
        (say("Status"), material.status(finding.status, finding.rule)),
        (say("What can be done"), finding.remedy),
    ]
    listed = labelled(material.language, [row for row in rows if row[1]])
    steps = _steps(material, material.tree(finding))
    return _Found(material.says(finding), [listed, *steps], finding.fingerprint)


def _duty(rule: Rule, material: Material) -> _Found | None:
    """The duty with the most telling status."""
    found = [d for d in material.duties if d.rule == rule.name and d.status != "open"]
    if not found:
        return None
    rank = {status: number for number, status in enumerate(_STATUSES)}
    duty = min(found, key=lambda d: (rank.get(d.status, len(rank)), tuple(map(str, d.row))))
    says = material.say(
        "{state}: due {day}; {status}.",
        state=material.words.party(duty.party),
        day=material.date(duty.due),
        status=material.say(STATUS_WORDS[duty.status]),
    )
    steps = _steps(material, material.report.why(duty))
    return _Found(first_up(says), steps, f"{rule.name}:{duty.party}")


def _derived(rule: Rule, material: Material) -> _Found | None:
    """The first fact that the rule itself derives."""
    for fact in dict.fromkeys(one.fact for one in rule.made):
        for entry in material.certain(fact):
            if material.report.derived_by(entry) in ("", rule.name):
                node = material.report.why(entry)
                return _Found(node.text, _steps(material, node))
    return None


def _number(rule: Rule, material: Material) -> _Found | None:
    """A number that the rule counts, one with members if there is any."""
    if not rule.indicators or material.report.record.period is None:
        return None
    numbers = [n for n in material.report.numbers().numbers if n.info.rule == rule.name]
    if not numbers:
        return None
    number, say = min(numbers, key=lambda n: (n.value is None, not n.members)), material.say
    says = f"{title(number)}{material.language.between}{number_words(material, number)}."
    rows = [
        (say("Ground"), ground_words(material, number)),
        (say("Counted"), _names(material, number.members)),
        (say("Of whom the record cannot tell"), _names(material, number.open)),
        (say("Source"), "; ".join(places_of(number))),
    ]
    listed = labelled(material.language, [row for row in rows if row[1]])
    return _Found(says, [listed], number.info.name)


def _names(material: Material, members: Iterable[Member]) -> str:
    """The names of members: some of them, and how many more there are."""
    names = sorted({material.words.party(m.party) if m.party else m.name for m in members})
    shown, more = ", ".join(names[:_MEMBERS]), len(names) - _MEMBERS
    return material.say("{shown}; and {n} more", shown=shown, n=more) if more > 0 else shown


def _case(rule: Rule, rulebook: Rulebook) -> list[Block]:
    """The first case, shown as what it is: made up."""
    spoken: Language = language(rulebook.language)
    say = spoken.say
    if not rule.cases:
        return [para(say("No instance is on record, and the rule has no case of its own."))]
    case, kinds, names = rule.cases[0], rulebook.vocabulary, rulebook.parties
    record = case_record(rule, case, kinds, names)
    day = spoken.the_date(case.as_of.toordinal(), case.as_of.toordinal())
    made_up = say(
        "No instance is on record. This is a test case of the rule: it is made up, "
        "and says nothing about the States that it names."
    )
    items: list[Inline] = [
        behind(spoken, say("Case"), case.name),
        behind(spoken, say("As of"), day),
        *(text(describe(fact, kinds, rulebook.language, names)) for fact in record.facts),
        behind(spoken, say("Found"), ", ".join(case.raises) or say("nothing is found")),
        *(behind(spoken, say("Sentence"), said) for said in case.says[:2]),
    ]
    return [para(made_up), Items(tuple(items))]


# -- how it comes about ------------------------------------------------------------


def _steps(material: Material, node: Node) -> list[Block]:
    """Facts, registers, arithmetic and comparisons, each with its sources; then those."""
    say, then = material.say, material.language.then
    steps = [step for step in walk(node) if step.kind in _KINDS and not _idle(step)]
    once = list(dict.fromkeys((step.text, step.sources) for step in steps))
    shown = once[:_STEPS]
    items = [
        text(f"{first_up(words)}{f' [{then.join(refs)}]' if refs else ''}") for words, refs in shown
    ]
    if len(once) > _STEPS:
        items.append(text(say("And {n} more steps.", n=len(once) - _STEPS)))
    cited = [reference for _, refs in shown for reference in refs] or references(node)[:3]
    sources = list(_sources(material, cited))
    blocks: list[Block] = []
    blocks += [lead(say("How it comes about")), Items(tuple(items))] if items else []
    blocks += [lead(say("Sources")), Items(tuple(sources))] if sources else []
    return blocks


def _sources(material: Material, cited: Iterable[str]) -> Iterator[Inline]:
    """The sources of some references, each with its title."""
    for name in dict.fromkeys(reference.partition(" ")[0] for reference in cited):
        source = material.report.record.sources.get(name)
        if source is not None:
            to = source.url if source.url.startswith("http") else ""
            yield Run(f"{name}{material.language.between}"), Run(source.title, to)


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
