"""Which rules have a case for which situation: rules and ``situations.toml`` go in, a matrix out.

Each duty that is law or practice, and each legal rule that finds something of a State, has a
line; each situation a column. A cell is filled by a case that claims the situation, excused by
a trait that the rule lacks or by a ``[[cannot]]``, or empty. Whether a case shows what it
claims, `ccm_rules.authoring.claims` looks at when the case is run.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from ccm_rules.authoring.anatomy import bound_by
from ccm_rules.compiler.compile import Item, facts_of
from ccm_rules.compiler.duty_status import BEARING
from ccm_rules.compiler.folders import read_if_there, rules_home, shown
from ccm_rules.errors import InputError, Problem
from ccm_rules.law.rule import FindingRule, Rule
from ccm_rules.law.rule_document import joined
from ccm_rules.law.sheets import Sheets, read_sheets
from ccm_rules.law.situation_tables import FORM, SITUATIONS, Situation, Situations, Trait
from ccm_rules.law.toml_places import At, Place
from ccm_rules.law.translation import missing

#: What bears on a duty, by the name that situations call it by: ``duty-met``.
DUTY_FACTS: Final = {relation.replace(" ", "-"): relation for relation in BEARING}
#: What a cell can be.
FILLED: Final = "filled"
EXCUSED: Final = "excused"
CANNOT: Final = "cannot"
EMPTY: Final = "empty"


class Cell(NamedTuple):
    """A rule and a situation.

    Attributes:
        rule, situation: their names.
        state: one of `FILLED`, `EXCUSED`, `CANNOT` and `EMPTY`.
        cases: names of the cases that claim it.
        why: what excuses it.
    """

    rule: str
    situation: str
    state: str
    cases: tuple[str, ...] = ()
    why: str = ""


def situation_sheets(home: str | os.PathLike[str] | None = None) -> Sheets | None:
    """The file of situations and its words; ``None`` where there is none."""
    file = os.path.join(rules_home() if home is None else Path(home), SITUATIONS)
    return read_sheets(file, read_if_there, cases=False) if os.path.isfile(file) else None


def read_situations(
    home: str | os.PathLike[str] | None = None, language: str = "en"
) -> Situations:
    """The situations of a directory of rules; none where it has no such file.

    Raises:
        InputError: with every problem of the file.
    """
    sheets = situation_sheets(home)
    if sheets is None:
        return Situations()
    found, problems, _ = parse_situations(sheets, language)
    if problems:
        raise InputError(problems)
    return found


def parse_situations(
    sheets: Sheets, language: str
) -> tuple[Situations, list[Problem], list[tuple[str, At]]]:
    """The situations, what is wrong with them, and what is said in English only.

    Raises:
        InputError: a file is no TOML.
    """
    made = joined(sheets, shown(sheets.file), FORM, language)
    found: Situations = FORM.read(made.document, Place(made.source, made.problems))
    english = [(path, made.source.at(path)) for path in missing(FORM, made.document, made.source)]
    return found, made.problems, english


class Matrix:
    """Which situations rules have cases for.

    Args:
        situations: what there is to have cases for.
        groups: rules, by what is read together.
    """

    def __init__(self, situations: Situations, groups: Sequence[Sequence[Rule]]) -> None:
        self.situations = situations.situations
        self.traits = {trait.name: trait for trait in situations.traits}
        self.rules: dict[str, Rule] = {}
        self.cells: list[Cell] = []
        for rules in groups:
            reach = _Reach(rules)
            for rule in rules:
                if rule.name not in self.rules and concerned(rule):
                    self.rules[rule.name] = rule
                    self.cells += self._line(rule, reach)

    def _line(self, rule: Rule, reach: _Reach) -> Iterator[Cell]:
        cannot = {item.situation: item.why for item in rule.cannots}
        lacks = {name for name, trait in self.traits.items() if not reach.has(rule, trait)}
        for situation in self.situations:
            name = situation.name
            cases = tuple(case.name for case in rule.cases if name in case.situation)
            without = next((need for need in situation.needs if need in lacks), None)
            if cases:
                yield Cell(rule.name, name, FILLED, cases)
            elif without is not None:
                yield Cell(rule.name, name, EXCUSED, (), self.traits[without].without)
            elif name in cannot:
                yield Cell(rule.name, name, CANNOT, (), cannot[name])
            else:
                yield Cell(rule.name, name, EMPTY)

    def of(self, rules: Iterable[str]) -> list[Cell]:
        """The cells of some rules."""
        names = set(rules)
        return [cell for cell in self.cells if cell.rule in names]


def concerned(rule: Rule) -> bool:
    """Whether a rule has a line: a duty by law or practice, or a legal finding of a State."""
    if rule.duty is not None:
        return rule.binding in ("legal", "practice")
    return rule.binding == "legal" and any(map(_of_party, rule.findings))


def _of_party(finding: FindingRule) -> bool:
    return finding.party is not None or "p" in bound_by(finding.body)


class _Reach:
    """Which facts rules rest on, through each other."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._makers: dict[str, list[Item]] = {}
        for rule in rules:
            for made in rule.made:
                self._makers.setdefault(made.fact, []).append(made)

    def has(self, rule: Rule, trait: Trait) -> bool:
        """Whether a rule has a trait."""
        if rule.duty is not None and any(getattr(rule.duty, _field(key)) for key in trait.has):
            return True
        own = _named(rule)
        if own & set(trait.names):
            return True
        return bool(set(trait.rests_on) & self._reached(own)) if trait.rests_on else False

    def _reached(self, own: set[str]) -> set[str]:
        found, todo = set(own), list(own)
        while todo:
            for item in self._makers.get(todo.pop(), ()):
                new = facts_of(item) - found
                found |= new
                todo += new
        return found


def _named(rule: Rule) -> set[str]:
    """The facts that a rule's own tables name."""
    own: list[Item] = [*rule.made, *rule.findings]
    own += [] if rule.duty is None else [rule.duty]
    return {fact for item in own for fact in facts_of(item)}


def _field(key: str) -> str:
    """The field of a duty that holds a key of its table."""
    return {"for": "body", "if": "body", "none": "body", "unless": "body", "let": "body"}.get(
        key, key
    )


def counted(cells: Iterable[Cell]) -> Mapping[str, int]:
    """How many cells there are of each state."""
    found = dict.fromkeys((FILLED, EXCUSED, CANNOT, EMPTY), 0)
    for cell in cells:
        found[cell.state] += 1
    return found


def facts_shown(situation: Situation) -> set[str]:
    """The facts that show a situation."""
    return {pattern.fact for pattern in (*situation.shows, *situation.none)}
