"""Running the test cases that stand in rule files.

A case gives facts, registers and a day; it runs the whole rulebook and looks at
what its own rule says: the findings by name, how many things stay open, and, if
the case says so, the sentences, the numbers and the derived facts.
"""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import attrs

from ccm_rules.authoring.standing import Standing, differs, standing
from ccm_rules.compiler.duty_status import STATUS
from ccm_rules.compiler.folders import rules_home, whole_sheets
from ccm_rules.compiler.parsing import parse_files
from ccm_rules.compiler.rulebook import Rulebook
from ccm_rules.dates import DateError, When, day, parse
from ccm_rules.errors import InputError, Problem
from ccm_rules.law.rule import Case, Rule
from ccm_rules.record import Base, known_by, parse_fact_table, parse_register_table
from ccm_rules.record.model import Fact, Record, Register
from ccm_rules.record.vocabulary import Vocabulary
from ccm_rules.report.checking import base_of, judge
from ccm_rules.report.views import Report


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
    vocabulary, _, rules = parse_files(whole_sheets(folders, home), language)
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
            Problem(*case.at, 1, f"case {case.name!r}: {path}", message, mend)
        )

    meetings = [
        str(item["id"]) for item in case.given if item.get("fact") == "meeting" and "id" in item
    ]
    facts: list[Fact] = []
    for number, item in enumerate(map(_written, case.given)):
        fact = parse_fact_table(
            item, vocabulary, parties, meetings, f"given[{number}]", report, case.at.file
        )
        if fact is not None:
            facts.append(fact)
    registers: list[Register] = []
    for number, item in enumerate(map(_written, case.registers)):
        register = parse_register_table(
            item, vocabulary, parties, meetings, f"registers[{number}]", report, case.at.file
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


def _written(item: Mapping[str, Any]) -> dict[str, Any]:
    """A fact or register with days as records have them."""
    return {k: v.isoformat() if type(v) is dt.date else v for k, v in item.items()}


class Prepared(NamedTuple):
    """A case with the rows that engines start from: they are the same for any rules.

    Attributes:
        rule, case: which one.
        record: its record, as known.
        base: the rows.
        known: the day up to which sources count, or ``None``.
        before: the rows on the day before, where the case speaks of it.
    """

    rule: Rule
    case: Case
    record: Record
    base: Base
    known: int | None
    before: Base | None = None

    @property
    def as_of(self) -> int:
        """The day of the case, as an ordinal."""
        return self.case.as_of.toordinal()

    def judged(self, rulebook: Rulebook, engines: Sequence[str] = ("sqlite",)) -> Judged:
        """Judge it, with the day before it where it speaks of that."""
        eve = None

        def on(base: Base, as_of: int) -> Report:
            return judge(base, self.record, rulebook, as_of, self.known, engines, rulebook.parties)

        report = on(self.base, self.as_of)
        if self.before is not None:
            eve = on(self.before, self.as_of - 1)
        return Judged(report, eve)


class Judged(NamedTuple):
    """What rules make of a case: the report of its day, and that of the day before, if asked."""

    report: Report
    eve: Report | None


def prepare(rule: Rule, case: Case, rulebook: Rulebook) -> Prepared:
    """Read the record of a case; of the rulebook only the vocabulary matters.

    Raises:
        InputError: a fact or register of the case is wrong.
    """
    record = case_record(rule, case, rulebook.vocabulary, rulebook.parties)
    known = day(case.known_by).latest if case.known_by is not None else None
    if known is not None:
        record = known_by(record, known)
    as_of, names = case.as_of.toordinal(), rulebook.parties
    base = base_of(record, rulebook, as_of, names)
    before = None if case.before is None else base_of(record, rulebook, as_of - 1, names)
    return Prepared(rule, case, record, base, known, before)


def run_case(
    rule: Rule, case: Case, rulebook: Rulebook, engines: Sequence[str] = ("sqlite",)
) -> Outcome:
    """Run one case.

    Raises:
        InputError: a fact, a register or an expected fact of the case is wrong.
        CcmError: the rules could not be run; see `ccm_rules.check`.
    """
    return run_prepared(prepare(rule, case, rulebook), rulebook, engines)


def run_prepared(
    prepared: Prepared, rulebook: Rulebook, engines: Sequence[str] = ("sqlite",)
) -> Outcome:
    """Run a case that is prepared, with these rules; see `run_case`."""
    return outcome_of(prepared, prepared.judged(rulebook, engines))


def outcome_of(prepared: Prepared, judged: Judged) -> Outcome:
    """How a case went that was judged."""
    rule, case = prepared.rule, prepared.case
    report, eve = judged
    raised = findings_of(report, rule)
    problems: list[str] = []
    if case.raises or case.status is None:
        problems += _raised(report, rule, case.raises)
    open_ = sum(item.number for item in report.open if item.rule == rule.name)
    if open_ != case.open and (case.open or case.status is None):
        problems.append(f"{open_} things are open, where the case says {case.open}")
    if case.status is not None:
        problems += differs(case.status, standing(report, rule), "")
    if case.before is not None and eve is not None:
        problems += _before(eve, rule, case.before)
    problems += _counts(report, case)
    problems += _derived(report, rule, case)
    said = [finding.says for finding in report.findings if finding.rule == rule.name]
    problems += [f"nobody says {text!r}; said is {said}" for text in case.says if text not in said]
    return Outcome(rule.name, case.name, tuple(sorted(case.raises)), raised, tuple(problems))


def findings_of(report: Report, rule: Rule) -> tuple[str, ...]:
    """The names of what a rule finds, sorted."""
    return tuple(sorted(f.name for f in report.findings if f.rule == rule.name))


def _raised(report: Report, rule: Rule, wanted: Iterable[str], when: str = "") -> Iterator[str]:
    """What differs from the findings that a case asks for."""
    expected, raised = Counter(wanted), Counter(findings_of(report, rule))
    for name, number in (expected - raised).items():
        times = f" {number} times more" if number > 1 else ""
        yield f"{name} should be raised{times}{when} and is not"
    for finding in report.findings:
        if finding.rule == rule.name and finding.name in raised - expected:
            yield f"{finding.name} is raised{when} and should not be: {finding.says}"


def _before(report: Report, rule: Rule, wanted: Standing | tuple[str, ...]) -> Iterator[str]:
    """What differs from the day before, as a case has it."""
    when = " on the day before"
    if isinstance(wanted, tuple):
        return _raised(report, rule, wanted, when)
    return differs(wanted, standing(report, rule), when)


def _derived(report: Report, rule: Rule, case: Case) -> Iterator[str]:
    """What differs from the derived facts that a case expects."""
    wanted: dict[str, list[Mapping[str, Any]]] = {}
    made = report.rulebook.types  # a changed rule may not make the fact any more
    for item in case.derives:
        if item["fact"] not in made:
            yield f"no rule derives {item['fact']}"
            continue
        wanted.setdefault(item["fact"], []).append(_values(report, rule, case, item))
    for name, items in wanted.items():
        found = [row for row, certain in _rows(report, name, rule) if certain]
        for item in items:
            if not any(_fits(item, row) for row in found):
                yield f"{_shown(name, item)} should be derived and is not"
        for row in found:
            if not any(_fits(item, row) for item in items):
                yield f"{_shown(name, row)} is derived and should not be"
    for item in case.lacks:
        if item["fact"] not in made:
            continue
        values = _values(report, rule, case, item)
        for row, certain in _rows(report, item["fact"], rule):
            if _fits(values, row):
                how = "derived" if certain else "possible"
                yield f"{_shown(item['fact'], row)} is {how} and should not be"


def _rows(report: Report, name: str, rule: Rule) -> Iterator[tuple[dict[str, Any], bool]]:
    """The rows of a derived fact, each field by name, and whether they are certain.

    Of the statuses of duties only those of the case's own rule.
    """
    for entry in report.entries(name):
        plain = {field: _plain(type_, values) for field, (type_, values) in entry.fields.items()}
        if name != STATUS or plain["rule"] == rule.name:
            yield plain, entry.certain


def _plain(type_: str, values: tuple[str | int, ...]) -> Any:
    if type_ == "when":
        return When(int(values[0]), int(values[1]))
    return values if type_ == "number" else values[0]


_Value = str | int | When | tuple[int, int]


def _values(report: Report, rule: Rule, case: Case, item: Mapping[str, Any]) -> dict[str, _Value]:
    """What a case asks of a derived fact, as rows have it."""
    types = report.rulebook.types[item["fact"]]
    found: dict[str, _Value] = {}
    for field, value in item.items():
        if field == "fact":
            continue
        wanted = _value(types.get(field, ""), value)
        if wanted is None:
            known = field in types
            message = (
                f"{item['fact']}.{field} is never {value!r}"
                if known
                else f"a {item['fact']} fact has no {field!r}"
            )
            mend = f"it is {types[field]}" if known else f"use {', '.join(types)}"
            path = f"case {case.name!r}: {field}"
            raise InputError([Problem(*case.at, 1, path, message, mend)])
        found[field] = wanted
    return found


def _value(type_: str, value: object) -> _Value | None:
    """A value of a rule file as a row has it, or ``None`` where it is of another type."""
    match type_:
        case "when":
            try:
                return parse(str(value)) if isinstance(value, str | dt.date) else None
            except DateError:
                return None
        case "number":
            return (value, value) if type(value) is int else None
        case "int":
            return value if type(value) is int else None
        case "":
            return None
    return value if isinstance(value, str) else None


def _fits(wanted: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    return all(row[field] == value for field, value in wanted.items())


def _shown(name: str, fields: Mapping[str, Any]) -> str:
    """A derived fact as a rule file writes it."""
    told = []
    for field, value in fields.items():
        if isinstance(value, tuple) and not isinstance(value, When):
            value = value[0] if value[0] == value[1] else f"{value[0]} to {value[1]}"
        told.append(f"{field} {value}")
    return f"{name} ({', '.join(told)})" if told else name


def _counts(report: Report, case: Case) -> Iterator[str]:
    """What differs from the counts that a case expects."""
    if not case.counts:
        return
    counted = {number.name: number for number in report.numbers().numbers}
    for count in case.counts:
        name = f"{count.indicator}:{count.year}" if count.year else count.indicator
        number = counted.get(name)
        if number is None:
            yield f"{name} is not counted; counted are {', '.join(counted)}"
            continue
        if number.low != count.number:
            told = ["no number" if n is None else n for n in (number.low, count.number)]
            yield f"{name} is {told[0]}, where the case says {told[1]}"
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
