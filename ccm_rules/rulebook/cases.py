"""Running the test cases that stand in rule files.

A case gives facts, registers and a day; it runs the whole rulebook and looks at
what its own rule says: the findings by name, how many things stay open, and, if
the case says so, the sentences.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from ccm_rules.checking import Report, check, party_names
from ccm_rules.dates import DateError, When, day, parse
from ccm_rules.errors import InputError, Problem
from ccm_rules.facts import parse_fact_table, parse_register_table
from ccm_rules.indicators import tally
from ccm_rules.model import Fact, Record, Register
from ccm_rules.rulebook.language import Case, Rule
from ccm_rules.rulebook.load import Rulebook, parse_files, rule_files, rules_home
from ccm_rules.vocabulary import Vocabulary


@attrs.frozen
class Outcome:
    """How one case went.

    Attributes:
        rule: name of the rule.
        case: name of the case.
        expected: findings that the case asks for, sorted.
        raised: findings that came, sorted.
        problems: everything that differs, in words; empty if the case holds.
    """

    rule: str
    case: str
    expected: tuple[str, ...]
    raised: tuple[str, ...]
    problems: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether the case holds."""
        return not self.problems


def load_full_rules(
    folders: Iterable[str] = (),
    home: str | os.PathLike[str] | None = None,
    language: str = "en",
) -> tuple[Vocabulary, list[Rule]]:
    """Read rules with everything in their files, cases included.

    Args:
        folders: folder names under ``home``; all of them if none is named.
        home: the directory of rules; the shipped one unless given.
        language: of sentences, titles and remedies.

    Raises:
        InputError: with every problem of every rule file.
    """
    home = rules_home() if home is None else Path(home)
    files = rule_files(folders, home)
    texts = [file.read_bytes() for file in files]
    vocabulary, _, rules = parse_files(files, texts, home, language)
    return vocabulary, rules


def case_record(
    rule: Rule, case: Case, vocabulary: Vocabulary, parties: Mapping[str, str]
) -> Record:
    """The record of a case.

    Raises:
        InputError: a fact or register of the case is wrong.
    """
    problems: list[Problem] = []

    def report(path: str, message: str, mend: str) -> None:
        problems.append(
            Problem(rule.file, case.line, 1, f"case {case.name!r}: {path}", message, mend)
        )

    meetings = [
        str(item["id"]) for item in case.given if item.get("fact") == "meeting" and "id" in item
    ]
    facts: list[Fact] = []
    for number, item in enumerate(case.given):
        fact = parse_fact_table(
            item, vocabulary, parties, meetings, f"given[{number}]", report, rule.file
        )
        if fact is not None:
            facts.append(fact)
    registers: list[Register] = []
    for number, item in enumerate(case.registers):
        register = parse_register_table(
            item, vocabulary, parties, meetings, f"registers[{number}]", report, rule.file
        )
        if register is not None:
            registers.append(register)
    period: When | None = None
    if case.period is not None:
        try:
            period = parse(case.period)
        except DateError as error:
            report("period", str(error), 'period = "[2022-07-01..2023-06-30]"')
    if problems:
        raise InputError(problems)
    return Record(
        case.name, day(case.as_of), period, (), {}, tuple(registers), tuple(facts), "", ()
    )


def run_case(
    rule: Rule, case: Case, rulebook: Rulebook, engines: Sequence[str] = ("sqlite",)
) -> Outcome:
    """Run one case."""
    record = case_record(rule, case, rulebook.vocabulary, party_names())
    known = day(case.known_by) if case.known_by is not None else None
    report = check(record, rulebook, known=known, engines=engines)
    mine = [finding for finding in report.findings if finding.rule == rule.name]
    raised = tuple(sorted(finding.name for finding in mine))
    expected = tuple(sorted(case.raises))
    problems = []
    for name, number in (Counter(expected) - Counter(raised)).items():
        problems.append(
            f"{name} should be raised{f' {number} times more' if number > 1 else ''} and is not"
        )
    for finding in mine:
        if finding.name in Counter(raised) - Counter(expected):
            problems.append(f"{finding.name} is raised and should not be: {finding.says}")
    open_ = sum(item.number for item in report.open if item.rule == rule.name)
    if open_ != case.open:
        problems.append(f"{open_} things are open, where the case says {case.open}")
    problems += _counts(report, case)
    said = [finding.says for finding in mine]
    problems += [f"nobody says {text!r}; said is {said}" for text in case.says if text not in said]
    return Outcome(rule.name, case.name, expected, raised, tuple(problems))


def _counts(report: Report, case: Case) -> Iterator[str]:
    """What differs from the counts that a case expects."""
    if not case.counts:
        return
    counted = {number.name: number for number in tally(report).numbers}
    for count in case.counts:
        name = f"{count.indicator}:{count.year}" if count.year else count.indicator
        number = counted.get(name)
        if number is None:
            yield f"{name} is not counted; counted are {', '.join(counted)}"
            continue
        if number.low != count.number:
            yield f"{name} is {number.low}, where the case says {count.number}"
        members = sorted(member.party for member in number.members)
        if count.members is not None and members != list(count.members):
            yield f"{name} counts {members}, where the case says {list(count.members)}"
        open_ = sorted(member.party for member in number.open)
        if open_ != list(count.open):
            yield f"{name} leaves {open_} open, where the case says {list(count.open)}"
        if number.exact != count.exact:
            yield f"{name} is {'' if number.exact else 'not '}exact, where the case says otherwise"


def run_cases(
    rules: Iterable[Rule], rulebook: Rulebook, engines: Sequence[str] = ("sqlite",)
) -> Iterator[Outcome]:
    """Run every case of some rules."""
    for rule in rules:
        for case in rule.cases:
            yield run_case(rule, case, rulebook, engines)
