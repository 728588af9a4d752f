"""Duties and how they stand, and what is still to come.

In go the rows of a report; out come duties, each with its status, and the calendar of
what is not yet done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from ccm_rules.compiler.duty_status import DUTY, KNOWN, MET, OPEN, STATUS
from ccm_rules.compiler.program import Row
from ccm_rules.dates import When
from ccm_rules.report.evaluation import Evaluation
from ccm_rules.report.fingerprints import duty_keys, fingerprint_of
from ccm_rules.report.known_days import KnownDays

if TYPE_CHECKING:
    from ccm_rules.report.views import Report

#: The statuses of duties that a calendar shows.
AHEAD: Final = ("upcoming", "due-soon", "pending")


class Duty(NamedTuple):
    """A duty, as it stands.

    Attributes:
        rule: name of the rule.
        party: code of the State, or empty.
        item: what it is about, such as the id of a Meeting, or empty.
        n: number of the deadline or the year, or 0.
        status: as the design names them; ``open`` where the record cannot tell.
        due: the day by which it is due.
        until: the day as of which the status is said: the last day of the record, or the
            as-of day; ``None`` where the record cannot tell.
        fingerprint: that a finding about it has, or would have.
        known_until: the last day for which the record speaks of it, as an ordinal; ``None``
            where no register is asked.
        current: whether that is at most a year before the as-of day, and it has not ended.
    """

    rule: str
    party: str
    item: str
    n: int
    status: str
    due: When
    until: When | None
    fingerprint: str
    known_until: int | None = None
    current: bool = True

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What identifies it: its rule, State, item and number."""
        return self[:4]

    @property
    def row(self) -> Row:
        """The row of its status; there is none where the record cannot tell."""
        return (*self[:5], *self.due, *(self.until or ()))


class Duties:
    """Reads duties out of rows; see `ccm_rules.report.views.Report.duties`."""

    def __init__(self, evaluation: Evaluation) -> None:
        self._rules = evaluation.rulebook.rules
        self._keys = duty_keys(evaluation.rulebook)
        self._rows = evaluation.derived.rows
        self._as_of = evaluation.as_of
        self._known = KnownDays(evaluation)

    def all(self) -> Iterator[Duty]:
        """Every duty: those whose status is certain, then those that the record leaves open."""
        for relation in (STATUS, OPEN):
            for row, certain in sorted(self._rows.get(relation, {}).items()):
                if row[0] in self._rules and (certain or relation == OPEN):
                    yield self.of_row(relation, row)

    def of_row(self, relation: str, row: Row) -> Duty:
        """A duty out of a row of one of the two relations."""
        rule, party, item, n = str(row[0]), str(row[1]), str(row[2]), int(row[3])
        fingerprint = fingerprint_of(self._keys, rule, party, item, n)
        if relation == OPEN:
            due = When(int(row[4]), int(row[5]))
            return Duty(rule, party, item, n, "open", due, None, fingerprint)
        due, until = When(int(row[5]), int(row[6])), When(int(row[7]), int(row[8]))
        known = self._known.of_status(row)
        return Duty(
            rule, party, item, n, str(row[4]), due, until, fingerprint, known.until, known.current
        )

    def undecided(self) -> tuple[Duty, ...]:
        """Deadlines that can be extended, have passed, and are open; by day.

        Only where it is known that there is something to do.
        """
        known = {row for row, certain in self._rows.get(KNOWN, {}).items() if certain}
        found = [d for d in self.all() if d.status == "open" and d.due.latest < self._as_of]
        return tuple(sorted((d for d in found if d.key in known), key=lambda d: d.due))

    def done(self, duty: Duty) -> tuple[When, ...]:
        """The days on which it was met."""
        return self._done.get(duty.key, ())

    def soon(self, duty: Duty) -> When | None:
        """From when it is due soon; ``None`` where it never is."""
        return self._soon.get(duty.key)

    @cached_property
    def _done(self) -> Mapping[Row, tuple[When, ...]]:
        found: dict[Row, tuple[When, ...]] = {}
        for row in self._rows.get(MET, {}):
            day = When(int(row[4]), int(row[5]))
            found[row[:4]] = (*found.get(row[:4], ()), day)
        return found

    @cached_property
    def _soon(self) -> Mapping[Row, When]:
        rows = self._rows.get(DUTY, {})
        return {row[:4]: When(int(row[6]), int(row[7])) for row in rows}


class Deadline(NamedTuple):
    """One line of the calendar.

    Attributes:
        rule: name of the rule; empty for a Meeting.
        title: its title, or the Meeting's.
        binding: legal, practice, political or record; empty for a Meeting.
        party: code of the State, or empty.
        party_name: its name, or empty.
        item: what the duty is about, such as the id of a Meeting.
        item_name: the same in words.
        n: number of the deadline or the year, or 0.
        status: upcoming, due-soon or pending; of a Meeting, scheduled.
        due: the day.
        projected: whether it hangs on a Meeting whose days are not fixed.
        fingerprint: that a finding about the duty has, or would have; empty for a Meeting.
    """

    rule: str
    title: str
    binding: str
    party: str
    party_name: str
    item: str
    item_name: str
    n: int
    status: str
    due: When
    projected: bool
    fingerprint: str = ""


def deadlines(report: Report, until: int, parties: Iterable[str] = ()) -> list[Deadline]:
    """Duties still to be done, and Meetings, up to a day; sorted by day.

    Args:
        report: what was found on a day.
        until: the last day to look at, as an ordinal.
        parties: codes of the States to look at; all unless given.
    """
    words = report.words
    meetings = _meetings(report)
    projected = {meeting.item for meeting in meetings if meeting.projected}
    found = [m for m in meetings if m.due.latest >= report.as_of and m.due.earliest <= until]
    for duty in report.duties(parties):
        if duty.status not in AHEAD or duty.due.earliest > until:
            continue
        rule = report.rulebook.rules[duty.rule]
        found.append(
            Deadline(
                rule.name,
                rule.title,
                rule.binding,
                duty.party,
                words.party(duty.party) if duty.party else "",
                duty.item,
                words.meetings.get(duty.item, duty.item),
                duty.n,
                duty.status,
                duty.due,
                duty.item in projected,
                duty.fingerprint,
            )
        )
    return sorted(
        found,
        key=lambda e: (e.due, bool(e.rule), e.rule, e.item, e.n, e.status, e.party_name, e.party),
    )


def _meetings(report: Report) -> list[Deadline]:
    kind = report.rulebook.vocabulary.get("meeting")
    if kind is None or not {"id", "title", "opens"} <= set(kind.fields):
        return []
    found = []
    for meeting in report.entries("meeting"):
        opens, name, title = meeting.when("opens"), meeting.text("id"), meeting.text("title")
        found.append(
            Deadline("", title, "", "", "", name, title, 0, "scheduled", opens, not opens.exact)
        )
    return found
