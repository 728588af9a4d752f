"""A report and a Meeting go in; out comes what is before it, what changed, what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final, NamedTuple

from ccm_rules.dates import Period, When, add
from ccm_rules.documents.parts.extensions import Extensions, Request
from ccm_rules.documents.parts.material import SINGLE, Material, Meeting
from ccm_rules.record.sentences import first_up
from ccm_rules.report.evaluation import Entry
from ccm_rules.report.findings import Finding
from ccm_rules.report.numbers import Tally
from ccm_rules.report.views import Report

#: How far ahead the calendar of a briefing looks.
_AHEAD: Final = Period(years=2, rounding="earlier")
#: Kinds of fact that are no events of their own.
_NO_EVENTS: Final = ("reported", "announcement", "retention", "retained-stock", "obligation")


class Coming(NamedTuple):
    """What falls due on a day, and the names of the States whose duty it is."""

    day: When
    what: str
    names: list[str]


class Changes(NamedTuple):
    """Findings against those of an earlier day.

    Attributes:
        new: those that were not there.
        gone: those that are no longer there, and settled.
        regraded: those whose severity is another one, before and after.
        lost: those of which the record cannot tell any more.
    """

    new: list[Finding]
    gone: list[Finding]
    regraded: list[tuple[Finding, Finding]]
    lost: list[Finding]


class Occasion:
    """A Meeting, with what a briefing before it asks of a report.

    Args:
        material: of the report.
        meeting: the Meeting.
        earlier: the same record, judged on the day on which the last Meeting closed;
            without it nothing is known of changes.
        numbers: the numbers of the action plan, where the record has a review period.
    """

    def __init__(
        self,
        material: Material,
        meeting: Meeting,
        earlier: Report | None = None,
        numbers: Tally | None = None,
    ) -> None:
        self.material = material
        self.meeting = meeting
        self.numbers = numbers
        self.last = material.last_before(meeting)
        self.until = max(add(material.report.as_of, _AHEAD), meeting.opens.latest)
        self._earlier = earlier

    @cached_property
    def requests(self) -> tuple[Request, ...]:
        """The requests before the Meeting, and windows without one."""
        return Extensions(self.material).before(self.meeting)

    @cached_property
    def coming(self) -> list[Coming]:
        """Days ahead."""
        found: dict[tuple[When, str], list[str]] = {}
        entries = []
        for what, line in self.material.coming(self.until):
            if line.projected and not line.rule:
                what += f" ({self.material.say('days not fixed')})"
            if line.due.latest >= self.material.report.as_of:
                entries.append((line.due, what, line.party_name))
        for day, what, name in sorted(entries):
            found.setdefault((day, what), []).extend([name] if name else [])
        return [Coming(*key, names) for key, names in found.items()]

    @cached_property
    def changes(self) -> Changes:
        """Findings that are new, that are gone, and that became graver or lighter."""
        if self._earlier is None:
            return Changes([], [], [], [])
        before = {f.fingerprint: f for f in self._earlier.findings}
        now = {f.fingerprint: f for f in self.material.report.findings}
        shown = self._shown(now.values())
        both = [(before[f.fingerprint], f) for f in shown if f.fingerprint in before]
        lost = [f for f in self._shown(before.values()) if f.fingerprint not in now]
        return Changes(
            [f for f in shown if f.fingerprint not in before],
            [f for f in lost if f.fingerprint not in self._open],
            [(one, other) for one, other in both if one.severity != other.severity],
            [f for f in lost if f.fingerprint in self._open],
        )

    def _shown(self, findings: Iterable[Finding]) -> list[Finding]:
        """Those of which a change is shown."""
        about_record = self.material.about_record
        shown = [f for f in findings if f.current and f.severity in SINGLE]
        return [f for f in shown if not about_record(f)]

    @cached_property
    def _open(self) -> frozenset[str]:
        """Fingerprints of what the record cannot tell."""
        report = self.material.report
        duties = {duty.fingerprint for duty in report.duties() if duty.status == "open"}
        return frozenset(duties | {one.fingerprint for one in report.possible()})

    @cached_property
    def events(self) -> Mapping[str, list[tuple[str, Entry]]]:
        """What happened for certain since the last Meeting, each in words, by kind of fact."""
        found = {}
        for kind in self.material.report.rulebook.vocabulary.values():
            if self.last and kind.dated and not kind.statement and kind.name not in _NO_EVENTS:
                since = self.last.closes.latest
                entries = self.material.certain(kind.name)
                new = [entry for entry in entries if entry.when("date").earliest > since]
                if new:
                    said = [(self.material.report.says(entry), entry) for entry in new]
                    found[first_up(kind.label)] = sorted(said, key=lambda event: event[0])
        return found
