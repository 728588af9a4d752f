"""What a report needs to know of indicators, beside their rows.

Apart from `ccm_rules.compiler.info`, which a plain check loads too.
"""

from __future__ import annotations

from typing import NamedTuple


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
        reckoned: operator and the two indicators it is reckoned from, or empty.
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
