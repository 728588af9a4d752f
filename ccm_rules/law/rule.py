"""The language of rule files, as values.

A rule file says, for a lawyer to read, what a rule is called, on what authority
it stands, which facts it derives, which duty it states, what it finds, and the
cases that test it. `ccm_rules.law.reader` makes these values of TOML;
`ccm_rules.compiler.compile` gives them their meaning.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import attrs

from ccm_rules.dates import Period
from ccm_rules.law.sheets import NOWHERE, At, Source

BINDINGS: Final = ("legal", "practice", "political", "record")
SEVERITIES: Final = ("info", "notice", "warning", "serious")
BASES: Final = ("computed", "reported", "found")
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
#: The statuses of a duty that a finding can speak of. ``open`` is not among
#: them: what the record cannot tell is summarised, never found.
STATUSES: Final = (
    "upcoming",
    "due-soon",
    "overdue",
    "met",
    "met-late",
    "met-timing-open",
    "pending",
    "lapsed",
    "superseded",
    "without-object",
    "review",
)


@attrs.frozen
class Var:
    """A variable, written ``?name``."""

    name: str


#: What can stand in a pattern or a comparison.
Term = Var | str | int | dt.date


@attrs.frozen
class Comparison:
    """``?a < ?b``: yes, no or unknown where dates are vague."""

    left: Term
    operator: str
    right: Term


@attrs.frozen
class Pattern:
    """One joined fact: its kind and what its fields must be.

    ``record`` patterns ask instead until when the record of such facts is
    complete; ``until`` is then the day.
    """

    fact: str
    fields: Mapping[str, Term]
    conditions: tuple[Comparison, ...] = ()
    complete: Term | None = None
    record: bool = False


@attrs.frozen
class Arithmetic:
    """A day reckoned from another one: ``from`` plus a period."""

    anchor: Var
    period: Period


@attrs.frozen
class Calculation:
    """A number reckoned from two others; operators are those of `Reckoned`."""

    operator: str
    left: Var
    right: Var


@attrs.frozen
class Body:
    """Conditions: facts that are joined, comparisons, absences, exceptions.

    Attributes:
        all: facts that must be on record.
        conditions: comparisons that must hold.
        none: facts that must be absent from a complete record.
        unless: exceptions: the rule gives way if the record shows them.
        let: days and numbers reckoned from bound ones, by variable name.
    """

    all: tuple[Pattern, ...] = ()
    conditions: tuple[Comparison, ...] = ()
    none: tuple[Pattern, ...] = ()
    unless: tuple[Pattern, ...] = ()
    let: Mapping[str, Arithmetic | Calculation] = attrs.Factory(dict)


@attrs.frozen
class Derive:
    """Facts that follow from a body; ``shared`` says that other rules derive such facts too."""

    fact: str
    fields: Mapping[str, Term]
    body: Body
    says: str = ""
    shared: bool = False
    at: At = NOWHERE


@attrs.frozen
class CountOf:
    """How many different ``each`` satisfy a body, by the other fields of the fact."""

    fact: str
    fields: Mapping[str, Term]
    number: Var
    each: tuple[Var, ...]
    body: Body
    says: str = ""
    at: At = NOWHERE


@attrs.frozen
class Duty:
    """A party must do something by a day.

    Attributes:
        party, item, n: what identifies the duty beside its rule.
        body: for whom it is.
        due: the day, a bound variable or reckoned.
        soon: how long before the day it is due soon.
        met_by: facts that meet it; each binds ``?done``.
        record: the facts whose complete record lets absence count.
        void_by, replaced_by, pending_by, requested_by, review_if: what makes
            it without object, superseded, pending, not lapsed, or a question
            for a person.
    """

    party: Term
    item: Term
    n: Term
    body: Body
    due: Var | Arithmetic
    soon: Period | None
    met_by: tuple[Body, ...]
    record: tuple[Pattern, ...]
    void_by: tuple[Body, ...] = ()
    replaced_by: tuple[Body, ...] = ()
    pending_by: tuple[Body, ...] = ()
    requested_by: tuple[Body, ...] = ()
    requested_record: tuple[Pattern, ...] = ()
    review_if: tuple[Body, ...] = ()
    at: At = NOWHERE


@attrs.frozen
class FindingRule:
    """What is said when conditions hold, or when a duty has a status.

    Attributes:
        name: name of the finding.
        when: statuses of the rule's duty, or empty.
        body: further conditions.
        severity: info, notice, warning or serious.
        says: sentence template.
        remedy: what can be done, as a template; may be empty for information.
        key: variables that identify the finding from one day to the next.
        party: variable of the State that it is about, or ``None``.
        due: variable of the day that it is about, or ``None``.
        status: the status shown for findings that rest on no duty.
        basis: computed, reported or found.
        silent_open: do not report as open what is only possible.
    """

    name: str
    when: tuple[str, ...]
    body: Body
    severity: str
    says: str
    remedy: str
    key: tuple[Var, ...]
    party: Var | None
    due: Var | None
    status: str | None
    basis: str
    silent_open: bool
    at: At = NOWHERE


@attrs.frozen
class Population:
    """Those of whom an indicator is asked: its denominator.

    Attributes:
        name: what indicators call it.
        title: the same in words, such as ``affected States Parties``.
        unit: what it consists of, one of `UNITS`: it is the denominator of
            indicators that count the same.
        party, item, n: what identifies a member.
        year: the variable that holds the calendar year, where there is one
            population a year, or ``None``.
        instances: what gives those years, or what the record is asked about, such
            as a Meeting; empty where it is asked about everything.
        body: who belongs to it.
        record: facts whose record must be complete for the denominator to be
            exact; empty where what the body joins tells it by itself.
    """

    name: str
    title: str
    unit: str
    party: Term
    item: Term
    n: Term
    year: Var | None
    instances: tuple[Body, ...]
    body: Body
    record: tuple[Pattern, ...]
    at: At = NOWHERE


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


@attrs.frozen
class Indicator:
    """A number that an action plan asks for.

    Attributes:
        name: what it is called, also by the `stated-count` facts that quote it.
        title: in a few words.
        wording: as the progress report condenses it.
        unit: what is counted, one of `UNITS`.
        period: one of `PERIODS`.
        place: one of `PLACES`.
        population: name of its `Population`, or empty.
        counted: how it is counted, in words.
        party, item, n: what identifies a member.
        year: the variable that holds the calendar year, or ``None``.
        instances: what gives the years that it is counted for, or what the record
            is asked about, such as a Meeting; without any of them there is no
            number. Empty where it is always counted.
        bodies: what makes a member; empty where sources only state the number.
        open_if: what makes a member of which the record cannot tell.
        record: facts whose record must be complete for absence to count; who
            belongs to the population and is no member is open otherwise.
        reckoned: how it follows from two other numbers, or ``None``.
        within: indicators whose members include all of this one's.
        same_as: indicators that must have the same members.
    """

    name: str
    title: str
    wording: str
    unit: str
    period: str
    place: str
    population: str
    counted: str
    party: Term
    item: Term
    n: Term
    year: Var | None
    instances: tuple[Body, ...]
    bodies: tuple[Body, ...]
    open_if: tuple[Body, ...]
    record: tuple[Pattern, ...]
    reckoned: Reckoned | None
    within: tuple[str, ...]
    same_as: tuple[str, ...]
    at: At = NOWHERE


@attrs.frozen
class Section:
    """A section of the progress report: its table, and its lines of the summary.

    Attributes:
        letter: as the report numbers it.
        title: its title.
        summary_title: the heading under which the summary has it, or empty.
        summary: the indicators of the summary, in order, each as the summary
            words it.
    """

    letter: str
    title: str
    summary_title: str
    summary: tuple[tuple[str, str], ...]
    at: At = NOWHERE


@attrs.frozen
class Authority:
    """Where the rule stands.

    Attributes:
        instrument: CCM, LAP, or the name of the record's own rules.
        article: article, action or document.
        quote: the words relied on, or empty where the text is not at hand.
        url: where it can be read.
        compared: the day on which the quotation was compared with the source.
        note: how the text is read, or why there is no quotation.
    """

    instrument: str
    article: str
    quote: str = ""
    url: str = ""
    compared: dt.date | None = None
    note: str = ""


@attrs.frozen
class CaseCount:
    """What a case expects of an indicator.

    Attributes:
        indicator, year: which one.
        number: how many members the record shows for certain; ``None`` where there is
            to be no number at all.
        members: their codes, or ``None`` where the case does not say.
        open: codes of those of whom the record cannot tell.
        exact: whether the number is exact.
    """

    indicator: str
    year: int
    number: int | None
    members: tuple[str, ...] | None
    open: tuple[str, ...]
    exact: bool


@attrs.frozen
class Case:
    """One test case of a rule: some facts, a day, and the findings it must raise.

    Attributes:
        name, as_of, given, registers, known_by, period: the record and the day.
        raises: every finding of the rule, by name, and no other.
        open: how many things of the rule stay open.
        says: sentences that must be said.
        counts: what indicators must count.
        derives: facts that the rule must derive for certain, or statuses of its duty,
            with the fields that matter; of each kind that is named these are all.
        lacks: facts of which there must be none, not even a possible one.
    """

    name: str
    as_of: dt.date
    given: tuple[Mapping[str, Any], ...]
    registers: tuple[Mapping[str, Any], ...]
    raises: tuple[str, ...]
    open: int
    says: tuple[str, ...]
    known_by: dt.date | None = None
    period: str | None = None
    counts: tuple[CaseCount, ...] = ()
    derives: tuple[Mapping[str, Any], ...] = ()
    lacks: tuple[Mapping[str, Any], ...] = ()
    at: At = NOWHERE


@attrs.frozen
class Equivalent:
    """A change of the rule that no record could show, and why.

    Attributes:
        mutant: the change, as `ccm-check rules test` names it.
        why: why no record tells it from the rule.
    """

    mutant: str
    why: str
    at: At = NOWHERE


@attrs.frozen
class Rule:
    """One rule; ``source`` says where its parts stand."""

    name: str
    file: str
    folder: str
    title: str
    summary: str
    binding: str
    authority: Authority
    in_force_from: dt.date | None
    in_force_until: dt.date | None
    derives: tuple[Derive, ...]
    counts: tuple[CountOf, ...]
    duty: Duty | None
    findings: tuple[FindingRule, ...]
    cases: tuple[Case, ...]
    section: str = ""
    sections: tuple[Section, ...] = ()
    populations: tuple[Population, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    equivalents: tuple[Equivalent, ...] = ()
    source: Source = attrs.field(default=Source(), eq=False, repr=False)

    @property
    def made(self) -> tuple[Derive | CountOf, ...]:
        """What it concludes: derived facts, then counts."""
        return (*self.derives, *self.counts)
