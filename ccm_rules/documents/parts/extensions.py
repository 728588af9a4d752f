"""More time: deadlines, the requests to move them, and what became of these.

In goes a report; out come its deadlines by State, Article and number (0 is the original
one), and for each that more time was or could be asked for, a `Request`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from ccm_rules.dates import When
from ccm_rules.documents.parts.material import Material, Meeting
from ccm_rules.report.duties import Duty
from ccm_rules.report.evaluation import Entry

#: A day that is vaguer than this was not said.
_UNSAID = 400_000

#: Of a deadline: State, Article and number.
Key = tuple[str, str, int]


class Request(NamedTuple):
    """More time that was asked for or decided on, or that could be asked for.

    Attributes:
        party, article: whose, and under which Article.
        deadline: the deadline that it is about.
        asked: the request on record, or ``None``.
        window: the step of lodging it in time for a Meeting, or ``None``.
        decision: what became of it, or ``None``.
        announced: what the State announced, by what facts call it.
    """

    party: str
    article: str
    deadline: When | None
    asked: Entry | None
    window: Duty | None
    decision: Entry | None
    announced: Mapping[str, Entry]

    @property
    def status(self) -> str:
        """The status of the step of lodging it."""
        return self.window.status if self.window is not None else ""

    @property
    def lodged(self) -> When | None:
        """The day on record."""
        return self.asked.when("date") if self.asked is not None else None

    @property
    def until(self) -> When | None:
        """The deadline asked for, where it is on record."""
        until = self.asked.when("until") if self.asked is not None else None
        return until if until and until.latest - until.earliest <= _UNSAID else None

    @property
    def months(self) -> int:
        """How much more time is asked for, or 0."""
        return self.asked.number("months") if self.asked is not None else 0

    @property
    def sources(self) -> tuple[str, ...]:
        """Where the record says what was asked for and announced."""
        entries = [*([self.asked] if self.asked else []), *self.announced.values()]
        return tuple(dict.fromkeys(ref for entry in entries for ref in entry.sources))


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
    def decisions(self) -> Mapping[Key, Entry]:
        """Decisions by State, Article and the number of the deadline replaced."""
        decided = self._material.certain("extension-decision")
        return {_key(entry, "replaces"): entry for entry in decided}

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
        found = [self._request(key, windows.get(key)) for key in wanted | set(windows)]
        return tuple(
            sorted(found, key=lambda r: (not r.asked, material.words.party(r.party), r.article))
        )

    def of(self, party: str) -> list[Request]:
        """The requests of a State and the decisions about it, by Article and deadline."""
        keys = sorted({*self.decisions, *self._asked})
        return [self._request(key) for key in keys if key[0] == party]

    def _request(self, key: Key, window: Duty | None = None) -> Request:
        announced = {
            entry.text("what"): entry
            for entry in self._material.report.entries("announcement")
            if (entry.text("party"), entry.text("article")) == key[:2]
        }
        deadline, asked = self.deadlines.get(key), self._asked.get(key)
        return Request(*key[:2], deadline, asked, window, self.decisions.get(key), announced)


def _key(entry: Entry, number: str) -> Key:
    return entry.text("party"), entry.text("article"), entry.number(number)
