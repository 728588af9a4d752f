"""The language of rule files, as values.

A rule file says, for a lawyer to read, what a rule is called, on what authority
it stands, which facts it derives, which duty it states, what it finds, and the
cases that test it. `ccm_rules.rulebook.reader` makes these values of TOML;
`ccm_rules.rulebook.compile` gives them their meaning.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import attrs

from ccm_rules.dates import Period

BINDINGS: Final = ("legal", "practice", "political", "record")
SEVERITIES: Final = ("info", "notice", "warning", "serious")
BASES: Final = ("computed", "reported", "found")
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
class Body:
    """Conditions: facts that are joined, comparisons, absences, exceptions.

    Attributes:
        all: facts that must be on record.
        conditions: comparisons that must hold.
        none: facts that must be absent from a complete record.
        unless: exceptions: the rule gives way if the record shows them.
        let: days reckoned from bound ones, by variable name.
    """

    all: tuple[Pattern, ...] = ()
    conditions: tuple[Comparison, ...] = ()
    none: tuple[Pattern, ...] = ()
    unless: tuple[Pattern, ...] = ()
    let: Mapping[str, Arithmetic] = attrs.Factory(dict)


@attrs.frozen
class Derive:
    """Facts that follow from a body."""

    fact: str
    fields: Mapping[str, Term]
    body: Body
    says: str = ""
    line: int = 0


@attrs.frozen
class CountOf:
    """How many different ``each`` satisfy a body, by the other fields of the fact."""

    fact: str
    fields: Mapping[str, Term]
    number: Var
    each: tuple[Var, ...]
    body: Body
    says: str = ""
    line: int = 0


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
    line: int = 0


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
    line: int = 0


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
class Case:
    """One test case of a rule: some facts, a day, and the findings it must raise."""

    name: str
    as_of: dt.date
    given: tuple[Mapping[str, Any], ...]
    registers: tuple[Mapping[str, Any], ...]
    raises: tuple[str, ...]
    open: int
    says: tuple[str, ...]
    known_by: dt.date | None = None
    period: str | None = None
    line: int = 0


@attrs.frozen
class Rule:
    """One rule file."""

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
