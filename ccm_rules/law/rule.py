"""A rule as its files say it: each table is a class, each key a field with what it means.

In goes the document of a rule, out come these values (`ccm_rules.law.reader` reads them);
`ccm_rules.compiler.compile` gives them their meaning. The language of conditions stands in
`ccm_rules.law.conditions`, derived facts in `derived_tables`, indicators in `indicator_tables`,
cases in `case_tables`; all their names can be had from here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import ClassVar, Final

import attrs

from ccm_rules.dates import Period
from ccm_rules.law.authority import Authority, InForce
from ccm_rules.law.case_tables import Case, CaseCount, Cases, Equivalent
from ccm_rules.law.conditions import ALTERNATIVES, DUE, SOON, Arithmetic, Body, Calculation
from ccm_rules.law.derived_tables import CountOf, Derive
from ccm_rules.law.forms import FLAG, NAME, TEXT, WORDS, Choice, Many, Needs, Tables
from ccm_rules.law.grammar import Table, entry, part
from ccm_rules.law.indicator_tables import (
    PERIODS,
    PLACES,
    UNITS,
    Indicator,
    Population,
    Reckoned,
    Section,
)
from ccm_rules.law.terms import PATTERNS, TERM, VARIABLE, Comparison, Pattern, Term, Var
from ccm_rules.law.toml_places import NOWHERE, At, Source

__all__ = [
    "BASES",
    "BINDINGS",
    "DUTY_LISTS",
    "PERIODS",
    "PLACES",
    "SEVERITIES",
    "STATUSES",
    "UNITS",
    "Arithmetic",
    "Authority",
    "Body",
    "Calculation",
    "Case",
    "CaseCount",
    "Comparison",
    "CountOf",
    "Derive",
    "Duty",
    "Equivalent",
    "FindingRule",
    "InForce",
    "Indicator",
    "Pattern",
    "Population",
    "Reckoned",
    "Rule",
    "Section",
    "Term",
    "Var",
]

BINDINGS: Final = ("legal", "practice", "political", "record")
SEVERITIES: Final = ("info", "notice", "warning", "serious")
#: The lists of a duty that hold alternatives.
DUTY_LISTS: Final = (
    *("met_by", "void_by", "replaced_by", "ended_by"),
    *("pending_by", "requested_by", "known_if", "review_if", "open_if"),
)
BASES: Final = ("computed", "reported", "found")
#: The statuses of a duty that a finding can speak of. ``open`` is not among
#: them: what the record cannot tell is summarised, never found.
STATUSES: Final = (
    "upcoming",
    "due-soon",
    "overdue",
    "window-closed",
    "met",
    "met-late",
    "met-timing-open",
    "pending",
    "lapsed",
    "superseded",
    "without-object",
    "review",
)
_STATUS: Final = Choice(STATUSES, "no duty is ever {value}")
_SHOWN: Final = Choice((*STATUSES, "open"), "there is no status {value}")


@attrs.frozen(kw_only=True)
class Duty:
    """What a party must do by a day."""

    party: Term = entry(TERM, "Whose duty it is; `?p` unless said.", default=Var("p"))
    item: Term = entry(TERM, "A text that tells its duties apart, such as a Meeting.", default="")
    n: Term = entry(TERM, "A number that tells them apart, such as a year.", default=0)
    body: Body = part(Body, {"all": "for"})
    due: Var | Arithmetic = entry(
        DUE, "The day by which it is done: a variable, or reckoned.", missing="the duty has no day"
    )
    soon: Period | None = entry(SOON, "How long before the day it is due soon.", default=None)
    owed: bool = entry(
        FLAG,
        "Whether it must be done; `false` of a step that may be taken until the day: once that "
        "has passed it is `window-closed` where a duty is `overdue`.",
        default=True,
    )
    met_by: tuple[Body, ...] = entry(
        ALTERNATIVES, "What meets it; each binds `?done`, the day.", default=()
    )
    record: tuple[Pattern, ...] = entry(
        PATTERNS,
        "Facts whose record must be complete for absence to count; the first `met_by` without its "
        "date unless said.",
        default=(),
    )
    void_by: tuple[Body, ...] = entry(
        ALTERNATIVES, "Without object: there turned out to be nothing to do.", default=()
    )
    replaced_by: tuple[Body, ...] = entry(
        ALTERNATIVES, "Superseded: another duty took its place.", default=()
    )
    ended_by: tuple[Body, ...] = entry(
        ALTERNATIVES,
        "Ends it: each binds `?end`. One that is due on that day or later is none; one that was "
        "due before keeps the status of the day before.",
        default=(),
    )
    pending_by: tuple[Body, ...] = entry(ALTERNATIVES, "A request is before a Meeting.", default=())
    requested_by: tuple[Body, ...] = entry(
        ALTERNATIVES, "Without one, what would be overdue has lapsed.", default=()
    )
    requested_record: tuple[Pattern, ...] = entry(
        PATTERNS, "The same as `record`, for requests.", default=()
    )
    known_if: tuple[Body, ...] = entry(
        ALTERNATIVES,
        "By what it is known that there is something to do: a deadline that has passed without a "
        "known decision is named first only then. It is known unless said.",
        default=(),
    )
    review_if: tuple[Body, ...] = entry(ALTERNATIVES, "The law leaves it to a person.", default=())
    open_if: tuple[Body, ...] = entry(
        ALTERNATIVES, "The record itself shows that it cannot tell: the duty is open.", default=()
    )
    at: At = NOWHERE

    def completed(self) -> Duty:
        """With its number and the record that is asked for, unless others are named."""
        if isinstance(self.due, Arithmetic) and self.due.recurs and self.n == 0:
            return attrs.evolve(self, n=Var("n")).completed()
        if self.record or not self.met_by or not self.met_by[0].all:
            return self
        first = self.met_by[0].all[0]
        fields = {name: term for name, term in first.fields.items() if term != Var("done")}
        return attrs.evolve(self, record=(Pattern(first.fact, fields, record=True),))

    def mistakes(self) -> Iterator[tuple[str, str, str]]:
        """A duty of which nothing could show that it was not done."""
        if not self.record:
            mend = 'record = [{ fact = "report", kind = "initial", party = "?p" }]'
            yield "record", "it is not said which record must be complete", mend
        if not self.owed and self.requested_by:
            message = "a step that is not owed never lapses"
            yield "requested_by", message, "leave requested_by out, or owed = false"

    @property
    def never(self) -> tuple[str, ...]:
        """Statuses that it cannot have."""
        return ("window-closed",) if self.owed else ("overdue", "lapsed")


@attrs.frozen(kw_only=True)
class FindingRule:
    """What is said when conditions hold, or when the duty has a status."""

    table: ClassVar = "finding"
    constraints: ClassVar = (
        Needs("severity", "remedy", "remedy is missing", 'add remedy = "…"', SEVERITIES[1:]),
    )

    name: str = entry(NAME, "Its name, which never changes.")
    when: tuple[str, ...] = entry(
        Many(_STATUS), "The statuses of the rule's duty in which it holds.", default=()
    )
    body: Body = part(Body)
    severity: str = entry(Choice(SEVERITIES), "How grave it is.")
    says: str = entry(
        WORDS,
        "The sentence, neutral and about the record: `{p}`, `{due}`, `{until-due}`.",
        translated=True,
    )
    remedy: str = entry(
        TEXT,
        "What can be done; needed unless it is for information. It is not given once a day that "
        "it names, such as `{d}`, has passed.",
        default="",
        translated=True,
    )
    remedy_until: Var | None = entry(
        VARIABLE, "The last day on which the remedy can be followed, where it names none.",
        default=None,
    )
    key: tuple[Var, ...] = entry(
        Many(VARIABLE), "What tells it from the rule's other findings.", default=()
    )
    party: Var | None = entry(
        VARIABLE, "The State that it is about; `?p` if that is a State.", default=None
    )
    due: Var | None = entry(VARIABLE, "The day that it is about.", default=None)
    status: str | None = entry(_SHOWN, "The status shown where it rests on no duty.", default=None)
    basis: str = entry(
        Choice(BASES),
        "`computed`: arithmetic; `reported`: a third party says so; `found`: a Meeting found it.",
        default="computed",
    )
    silent_open: bool = entry(FLAG, "Do not list as open what is only possible.", default=False)
    at: At = NOWHERE


@attrs.frozen(kw_only=True)
class Rule(Cases):
    """One rule: its law, and its cases.

    ``folder`` is where its law stands, ``source`` knows where each part stands.
    """

    constraints: ClassVar = (
        Needs("indicator", "section", "section is missing", 'add section = "…"'),
    )

    name: str = entry(NAME, "The file's own name, which never changes.")
    title: str = entry(WORDS, "What the rule is called.", translated=True)
    summary: str = entry(
        TEXT,
        "One or two plain sentences. `{due.period}` says how long a period is that the rule "
        "reckons with.",
        default="",
        translated=True,
        common=True,
    )
    binding: str = entry(
        Choice(BINDINGS),
        "`legal`: the treaty; `practice`: how Meetings do it; `political`: an action plan; "
        "`record`: the record itself.",
        common=True,
    )
    section: str = entry(TEXT, "Letter of the progress report's section, A to K.", default="")
    authority: Authority = entry(
        Table(Authority),
        "On what the rule stands.",
        missing="the rule names no authority",
        common=True,
    )
    in_force: InForce = entry(
        Table(InForce), "From and until when the rule is applied.", default=InForce()
    )
    derives: tuple[Derive, ...] = entry(
        Tables(Derive, "fact"), "Facts that follow.", default=(), name="derive", common=True
    )
    counts: tuple[CountOf, ...] = entry(
        Tables(CountOf, "fact"), "How many there are.", default=(), name="count", common=True
    )
    duty: Duty | None = entry(
        Table(Duty), "What a party must do by a day.", default=None, common=True
    )
    findings: tuple[FindingRule, ...] = entry(
        Tables(FindingRule, "name"),
        "What is said when conditions hold.",
        default=(),
        name="finding",
        common=True,
    )
    sections: tuple[Section, ...] = entry(
        Tables(Section, "letter"),
        "A section of the progress report.",
        default=(),
        name="report_section",
        common=True,
    )
    populations: tuple[Population, ...] = entry(
        Tables(Population, "name"),
        "Those of whom indicators are asked.",
        default=(),
        name="population",
        common=True,
    )
    indicators: tuple[Indicator, ...] = entry(
        Tables(Indicator, "name"),
        "Numbers that an action plan asks for.",
        default=(),
        name="indicator",
        common=True,
    )
    folder: str
    source: Source = attrs.field(eq=False, repr=False)

    @property
    def file(self) -> str:
        """The path of its law."""
        return self.source.file

    @property
    def made(self) -> tuple[Derive | CountOf, ...]:
        """What it concludes: derived facts, then counts."""
        return (*self.derives, *self.counts)

    @property
    def in_force_from(self) -> dt.date | None:
        """The first as-of day on which it is applied."""
        return self.in_force.since

    @property
    def in_force_until(self) -> dt.date | None:
        """The last one."""
        return self.in_force.until

    def mistakes(self) -> Iterator[tuple[str, str, str]]:
        """Names that stand twice or nowhere, and a status of no duty."""
        stem = re.split(r"[/\\]", self.file)[-1].removesuffix(".toml")
        if self.name and self.name != stem:
            message = f"the rule {self.name!r} stands in a file of another name"
            yield "name", message, f"call the file {self.name}.toml"
        names = [finding.name for finding in self.findings]
        for name in {name for name in names if names.count(name) > 1}:
            yield "finding", f"two findings are called {name!r}", "give each its own name"
        if self.duty is None and any(finding.when for finding in self.findings):
            message = "`when` speaks of a duty, and the rule has none"
            yield "finding", message, "add a [duty], or use all / if / none"
        yield from self._unreachable()
        yield from self._foreign()

    def _unreachable(self) -> Iterator[tuple[str, str, str]]:
        """Findings that wait for a status which the duty never has."""
        never = self.duty.never if self.duty is not None else ()
        for number, finding in enumerate(self.findings):
            for status in sorted(set(finding.when) & set(never)):
                message = f"the rule's duty is never {status}"
                mend = "owed = false stands in the [duty] of what may be done, and is not owed"
                yield f"finding[{number}].when", message, mend

    def _foreign(self) -> Iterator[tuple[str, str, str]]:
        """Facts that a case expects and this rule does not derive."""
        own = {item.fact for item in self.made}
        own |= set() if self.duty is None else {"duty-status"}
        for number, case in enumerate(self.cases):
            for where, facts in (("derives", case.derives), ("lacks", case.lacks)):
                for fact in sorted({item["fact"] for item in facts} - own):
                    mend = f"name one of {', '.join(sorted(own))}" if own else f"leave {where} out"
                    yield f"case[{number}].{where}", f"this rule derives no {fact!r}", mend
