"""Numbers that an action plan asks for, as values: indicators, populations, report sections.

`ccm_rules.law.rule` reads them; `ccm_rules.compiler.indicator_clauses` makes rules of them.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

import attrs

from ccm_rules.law.conditions import ALTERNATIVES, Body
from ccm_rules.law.forms import NAME, TEXT, WORDS, Choice, Many, Needs, Tables
from ccm_rules.law.grammar import Form, Schema, Schemas, Table, entry, part
from ccm_rules.law.terms import PATTERNS, TERM, VARIABLE, Pattern, Term, Var
from ccm_rules.law.toml_places import NOWHERE, At, Place

#: What an indicator counts: not everything is a State.
UNITS: Final = (
    "States",
    "requests",
    "reports",
    "laws",
    "persons",
    "delegations",
    "meetings",
    "coalitions",
    "cases",
    "items",
    "answers",
    "percent",
)
#: How an indicator relates to the review period: what happened within it, what
#: stood on its last day, or what happened in the two years before.
PERIODS: Final = ("flow", "stock", "look-back")
#: Where a progress report prints an indicator beside its summary: in a table of
#: results by Action, or in its paragraphs alone.
PLACES: Final = ("table", "text")


@attrs.frozen
class Reckoned:
    """An indicator as arithmetic on two others.

    Attributes:
        operator: ``+``, ``-``, ``%`` for the left one as a share of the right one
            in percent, ``rest`` for the share that is left.
        left, right: names of indicators.
    """

    operator: str
    left: str
    right: str


class _Reckoned(Form):
    """Arithmetic on two other numbers."""

    words = '`"a - b"`, `"a + b"`, `"a % b"` or `"1 - a % b"`'

    def read(self, value: Any, place: Place) -> Any:
        match WORDS.read(value, place).split():
            case []:
                return None
            case [left, ("+" | "-" | "%") as operator, right]:
                return Reckoned(operator, left, right)
            case ["1", "-", left, "%", right]:
                return Reckoned("rest", left, right)
        place.fail(
            "this is no arithmetic on two numbers",
            'write "a - b", "a + b", "a % b" for a as a share of b in percent, '
            'or "1 - a % b" for the share that is left',
        )
        return None

    def schema(self, schemas: Schemas) -> Schema:
        pattern = r"^\s*(\S+\s+[-+%]\s+\S+|1\s+-\s+\S+\s+%\s+\S+)\s*$"
        return {"type": "string", "pattern": pattern}


@attrs.frozen(kw_only=True)
class Members:
    """What identifies a member of an indicator or a population, and what is asked of the record."""

    party: Term = entry(TERM, "The State that is counted; `?p` unless said.", default=Var("p"))
    item: Term = entry(
        TERM, "A text that tells apart members that are more than a State.", default=""
    )
    n: Term = entry(TERM, "A number that tells them apart.", default=0)
    year: Var | None = entry(
        VARIABLE, "The calendar year, where there is one a year.", default=None
    )
    instances: tuple[Body, ...] = entry(
        ALTERNATIVES,
        "What gives those years, or what the record is asked of, such as a Meeting; where it "
        "finds nothing, there is no number.",
        default=(),
        name="for",
    )
    record: tuple[Pattern, ...] = entry(
        PATTERNS, "Facts whose record must be complete for the number to be exact.", default=()
    )


def _by_year(what: str) -> Needs:
    message = f"{what} that is counted by year says for which years"
    return Needs("year", "for", message, 'for = [{ fact = "…", year = "?y" }]')


@attrs.frozen(kw_only=True)
class Population(Members):
    """Those of whom an indicator is asked: its denominator."""

    constraints: ClassVar = (_by_year("a population"),)

    name: str = entry(NAME, "What indicators call it; it never changes.")
    title: str = entry(
        WORDS, "The same in words, such as `affected States Parties`.", translated=True
    )
    unit: str = entry(
        Choice(UNITS),
        "What it consists of; it is the denominator of indicators that count the same.",
        default="States",
    )
    body: Body = part(Body, needed={"all": "it is not said who belongs to it"})
    at: At = NOWHERE


@attrs.frozen(kw_only=True)
class Indicator(Members):
    """A number that an action plan asks for.

    Without conditions of its own, alternatives or arithmetic it is only stated: sources
    give its number. ``bodies`` are the alternatives that make a member, its own conditions
    first.
    """

    constraints: ClassVar = (_by_year("a number"),)

    name: str = entry(NAME, "Its name, by which `stated-count` facts quote it; it never changes.")
    title: str = entry(WORDS, "In a few words.", translated=True)
    wording: str = entry(TEXT, "As the progress report words it.", default="", translated=True)
    unit: str = entry(Choice(UNITS), "What is counted.")
    period: str = entry(
        Choice(PERIODS),
        "`flow`: within the period; `stock`: on its last day; `look-back`: in the two years "
        "before.",
    )
    place: str = entry(
        Choice(PLACES),
        "Where a progress report prints it: in a table of results, or in its paragraphs alone.",
        default="table",
    )
    population: str = entry(TEXT, "Name of the population that it is asked of.", default="")
    counted: str = entry(WORDS, "How it is counted, in a sentence or two.", translated=True)
    _own: Body = part(Body)
    bodies: tuple[Body, ...] = entry(
        ALTERNATIVES,
        "Alternatives to the table's own conditions: the union is counted.",
        default=(),
        name="any",
    )
    open_if: tuple[Body, ...] = entry(ALTERNATIVES, "Of whom the record cannot tell.", default=())
    reckoned: Reckoned | None = entry(
        _Reckoned(), "How it follows from two other indicators, in place of members.", default=None
    )
    within: tuple[str, ...] = entry(
        Many(TEXT), "Indicators whose members include all of this one's.", default=()
    )
    same_as: tuple[str, ...] = entry(
        Many(TEXT), "Indicators that must have the same members.", default=()
    )
    at: At = NOWHERE

    def completed(self) -> Indicator:
        """With its own conditions as the first alternative."""
        if not self._own.all:
            return attrs.evolve(self, own=Body())
        return attrs.evolve(self, own=Body(), bodies=(self._own, *self.bodies))


@attrs.frozen(kw_only=True)
class SummaryLine:
    """A line of a section's summary: an indicator, as the summary words it."""

    table: ClassVar = "summary_line"

    indicator: str = entry(WORDS, "The indicator that the line repeats.")
    says: str = entry(WORDS, "Its words.", translated=True)


@attrs.frozen(kw_only=True)
class Section:
    """A section of the progress report: its table, and its lines of the summary."""

    table: ClassVar = "report_section"
    constraints: ClassVar = (
        Needs("summary", "summary_title", "summary_title is missing", 'add summary_title = "…"'),
    )

    letter: str = entry(WORDS, "As the report numbers it, A to K.")
    title: str = entry(WORDS, "Its title.", translated=True)
    summary_title: str = entry(
        TEXT, "The heading under which the summary has it.", default="", translated=True
    )
    summary: tuple[SummaryLine, ...] = entry(
        Tables(Table(SummaryLine), "indicator"), "Its lines of the summary, in order.", default=()
    )
    at: At = NOWHERE
