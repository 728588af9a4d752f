"""More time: deadlines, the requests to move them, and what became of these.

In goes a report; out come its deadlines by State, Article and number (0 is the original
one), and for each that more time was or could be asked for, a `Request`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

from ccm_rules.dates import When
from ccm_rules.documents.parts.material import Material, Meeting
from ccm_rules.report.evaluation import Entry

#: A day that is vaguer than this was not said.
_UNSAID = 400_000

#: Of a deadline: State, Article and number.
Key = tuple[str, str, int]


class Decision(NamedTuple):
    """What became of a request.

    Attributes:
        outcome: granted or refused.
        day: of the decision.
        until: the new deadline.
    """

    outcome: str
    day: When
    until: When


class Request(NamedTuple):
    """A request for more time, or a window in which none was lodged.

    Attributes:
        party, article: whose, and under which Article.
        number: of the request; 0 where none is on record.
        deadline: the deadline that it is about.
        cut_off: the last day to lodge it in time for the Meeting.
        status: of that step.
        lodged: the day on record, or ``None``.
        until: the deadline asked for, or ``None``.
        months: how much more time is asked for, or 0.
        decision: what became of it, or ``None``.
        announced: what the State announced, as facts say it.
        sources: where the record says so.
    """

    party: str
    article: str
    number: int
    deadline: When | None
    cut_off: When | None
    status: str
    lodged: When | None
    until: When | None
    months: int
    decision: Decision | None
    announced: tuple[str, ...]
    sources: tuple[str, ...]


class Extensions:
    """Deadlines and requests of a report."""

    def __init__(self, material: Material) -> None:
        self._material = material

    @cached_property
    def deadlines(self) -> Mapping[Key, When]:
        """All deadlines by State, Article and number."""
        return {
            _key(entry, "number"): entry.when("day") for entry in self._material.certain("deadline")
        }

    @cached_property
    def in_force(self) -> Mapping[tuple[str, str], int]:
        """Number of the deadline in force, by State and Article."""
        current = self._material.certain("current-deadline")
        return {(e.text("party"), e.text("article")): e.number("number") for e in current}

    @cached_property
    def decisions(self) -> Mapping[Key, Decision]:
        """Decisions by State, Article and the number of the deadline replaced."""
        return {
            _key(entry, "replaces"): Decision(
                entry.text("outcome"), entry.when("date"), entry.when("until")
            )
            for entry in self._material.certain("extension-decision")
        }

    @cached_property
    def _asked(self) -> Mapping[Key, Entry]:
        asked = self._material.report.entries("extension-request")
        return {_key(entry, "replaces"): entry for entry in asked}

    def before(self, meeting: Meeting) -> tuple[Request, ...]:
        """The requests that a Meeting has before it or is to have, and windows without one."""
        material = self._material
        articles = {rule: article for article, rule in material.treaty.windows.items()}
        windows = {
            (duty.party, articles[duty.rule], duty.n): duty
            for duty in material.duties
            if duty.rule in articles and duty.item == meeting.id
        }
        wanted = {key for key, entry in self._asked.items() if entry.text("meeting") == meeting.id}
        found = []
        for key in wanted | set(windows):
            request, window = self._request(key), windows.get(key)
            if window is not None:
                request = request._replace(cut_off=window.due, status=window.status)
            found.append(request)
        return tuple(
            sorted(found, key=lambda r: (not r.number, material.words.party(r.party), r.article))
        )

    def of(self, party: str) -> list[Request]:
        """The requests of a State and the decisions about it, by Article and deadline."""
        keys = sorted({*self.decisions, *self._asked})
        return [self._request(key) for key in keys if key[0] == party]

    def _request(self, key: Key) -> Request:
        party, article, _ = key
        entry = self._asked.get(key)
        until = entry.when("until") if entry else None
        said = [e for e in self._announcements if e.text("article") == article]
        said = [e for e in said if e.text("party") == party]
        return Request(
            party,
            article,
            entry.number("number") if entry else 0,
            self.deadlines.get(key),
            None,
            "",
            entry.when("date") if entry else None,
            until if until and until.latest - until.earliest <= _UNSAID else None,
            entry.number("months") if entry else 0,
            self.decisions.get(key),
            tuple(e.text("what") for e in said),
            _sources([*([entry] if entry else []), *said]),
        )

    @cached_property
    def _announcements(self) -> tuple[Entry, ...]:
        return self._material.report.entries("announcement")


def _key(entry: Entry, number: str) -> Key:
    return entry.text("party"), entry.text("article"), entry.number(number)


def _sources(entries: Iterable[Entry]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reference for entry in entries for reference in entry.sources))
