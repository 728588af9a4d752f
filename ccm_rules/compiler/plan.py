"""What a report needs to know of indicators, beside their rows.

Apart from `ccm_rules.compiler.info`, which a plain check loads too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from ccm_rules.law.rule import Indicator, Rule

#: Where indicators of no Action stand in order: behind the others.
_NO_ACTION: Final = 1_000


class SectionInfo(NamedTuple):
    """A section of the progress report, as `ccm_rules.law.rule.Section` says it."""

    letter: str
    title: str
    summary_title: str
    summary: tuple[tuple[str, str], ...]


class PopulationInfo(NamedTuple):
    """Those of whom an indicator is asked.

    Attributes:
        name: what indicators call it.
        title: the same in words.
        unit: what it consists of.
    """

    name: str
    title: str
    unit: str


class IndicatorInfo(NamedTuple):
    """What a report shows of an indicator, beside its numbers.

    Attributes:
        rule, name, title, wording, unit, period, place, population, counted: as
            in the rule file.
        action: number of the Action that asks for it, or 0.
        section: letter of the section.
        listed: whether the record can show its members.
        reckoned: operator and the two indicators that it is computed from, or empty.
    """

    rule: str
    name: str
    title: str
    wording: str
    unit: str
    period: str
    place: str
    population: str
    counted: str
    action: int
    section: str
    listed: bool
    reckoned: tuple[str, ...]


class Plan(NamedTuple):
    """What a rulebook knows of an action plan's indicators.

    Attributes:
        sections: in the order of the progress report.
        populations: by name.
        indicators: by name, in the order of Actions and files.
        comparing: names of the rules that find something of indicators.
    """

    sections: tuple[SectionInfo, ...]
    populations: dict[str, PopulationInfo]
    indicators: dict[str, IndicatorInfo]
    comparing: tuple[str, ...]


NO_PLAN = Plan((), {}, {}, ())


def plan_of(rules: Sequence[Rule], comparing: tuple[str, ...]) -> Plan:
    """What a report needs to know of the indicators of some rules.

    Args:
        rules: the rules.
        comparing: names of the rules that find something of indicators.
    """
    populations = [population for rule in rules for population in rule.populations]
    sections = [section for rule in rules for section in rule.sections]
    indicators = [
        IndicatorInfo(
            rule.name,
            one.name,
            one.title,
            one.wording,
            one.unit,
            one.period,
            one.place,
            one.population,
            one.counted,
            _action(rule),
            rule.section,
            bool(one.bodies),
            _reckoned(one),
        )
        for rule in rules
        for one in rule.indicators
    ]
    indicators.sort(key=lambda one: one.action or _NO_ACTION)
    return Plan(
        tuple(
            SectionInfo(
                s.letter,
                s.title,
                s.summary_title,
                tuple((line.indicator, line.says) for line in s.summary),
            )
            for s in sections
        ),
        {one.name: PopulationInfo(one.name, one.title, one.unit) for one in populations},
        {one.name: one for one in indicators},
        comparing,
    )


def _reckoned(one: Indicator) -> tuple[str, ...]:
    reckoned = one.reckoned
    return () if reckoned is None else (reckoned.operator, reckoned.left, reckoned.right)


def _action(rule: Rule) -> int:
    """The number of the Action that a rule stands for, or 0."""
    _, _, number = rule.authority.article.partition("Action ")
    return int(number) if number.isdigit() else 0
