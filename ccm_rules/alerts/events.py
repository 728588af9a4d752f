"""What is new between what was told and what stands.

An event's id is made of what it says and of the event before it about the same
thing, so the same night judged twice gives the same ids, and a finding that comes
back after it was resolved gives another one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from ccm_rules.alerts.snapshot import Ahead, Snapshot, Standing
from ccm_rules.dates import iso

NEW: Final = "new"
UPDATED: Final = "updated"
RESOLVED: Final = "resolved"
REMINDER: Final = "reminder"
#: What only the operator is told: a fault, its end, and remarks on mutes.
FAULT: Final = "fault"
MENDED: Final = "mended"
REMARK: Final = "remark"

#: The kinds that routes can ask for.
KINDS: Final = (NEW, UPDATED, RESOLVED, REMINDER)

#: The fields of a finding or a deadline whose change an update names.
_COMPARED: Final = ("due", "status", "severity", "name", "says")

#: Stands for "told of, at no lead time yet".
NO_LEAD: Final = 1_000_000


class Event(NamedTuple):
    """One thing to tell.

    Attributes:
        id: 32 hexadecimal digits; see `identified`.
        day: the as-of day on which it came up, as an ordinal.
        kind: one of the kinds above.
        fingerprint: of the finding or duty; the key of a fault.
        body: what is told, as plain values: ``finding`` or ``deadline``, for an
            update ``before`` (the fields that changed), for a resolved finding
            ``now`` (the duty's status, or empty), for a reminder ``lead`` and
            ``days_left``.
    """

    id: str
    day: int
    kind: str
    fingerprint: str
    body: Mapping[str, Any]

    @property
    def about(self) -> Mapping[str, Any]:
        """The finding or the deadline."""
        found: Mapping[str, Any] = self.body.get("finding") or self.body.get("deadline") or {}
        return found

    def to_data(self) -> dict[str, Any]:
        """The event as plain values, for a message."""
        return {
            "id": self.id,
            "day": iso(self.day),
            "kind": self.kind,
            "fingerprint": self.fingerprint,
            **self.body,
        }


class Told(NamedTuple):
    """What was last told of a finding: as plain values, and its gist."""

    gist: str
    finding: Mapping[str, Any]


class Reminded(NamedTuple):
    """What was last told of a duty ahead.

    Attributes:
        day: the day that it was due, as an ordinal; the earliest if vague.
        lead: the shortest lead time told of.
        deadline: the duty as plain values.
    """

    day: int
    lead: int
    deadline: Mapping[str, Any]


def digest_of(*parts: object) -> str:
    """32 hexadecimal digits that stand for values."""
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def identified(
    day: int, kind: str, fingerprint: str, says: object, before: str, body: Mapping[str, Any]
) -> Event:
    """An event with its id.

    Args:
        day: see `Event`.
        kind: see `Event`.
        fingerprint: see `Event`.
        body: see `Event`.
        says: what makes it another event than one on another occasion.
        before: id of the event before it about the same thing, or empty.
    """
    name = digest_of("event", iso(day), kind, fingerprint, says, before)
    return Event(name, day, kind, fingerprint, body)


def told_of(standing: Standing) -> Told:
    """What is kept of a finding that is told."""
    return Told(standing.gist, finding_data(standing))


def finding_data(standing: Standing) -> dict[str, Any]:
    """A finding as a message holds it."""
    data = standing._asdict()
    del data["gist"]
    return data


def deadline_data(ahead: Ahead) -> dict[str, Any]:
    """A deadline as a message holds it."""
    data = ahead._asdict()
    del data["day"]
    return data


def changes(
    told: Mapping[str, Told],
    snapshot: Snapshot,
    last: Callable[[str], str],
    muted: Callable[[Mapping[str, Any]], bool],
) -> Iterator[tuple[Event, Told | None]]:
    """New, updated and resolved findings.

    What stands as last known is left as it was told. So is a muted finding: whatever is
    new about it is told when the mute has passed.

    Args:
        told: by fingerprint, what was told.
        snapshot: what stands.
        last: the id of the last event about a fingerprint, or empty.
        muted: whether a finding is muted on this day.

    Yields:
        Each event, and what is then told of its finding: ``None`` if it is gone.
    """
    day = snapshot.day
    for name, standing in snapshot.standing.items():
        before = told.get(name)
        if before is not None and before.gist == standing.gist:
            continue
        now = told_of(standing)
        if muted(now.finding):
            continue
        body: dict[str, Any] = {"finding": now.finding}
        if before is not None:
            body["before"] = _differences(before.finding, now.finding)
        kind = NEW if before is None else UPDATED
        yield identified(day, kind, name, standing.gist, last(name), body), now
    for name, before in sorted(told.items()):
        there = name in snapshot.standing or name in snapshot.last_known
        if there or muted(before.finding):
            continue
        body = {"finding": before.finding, "now": snapshot.closed.get(name, "")}
        yield identified(day, RESOLVED, name, before.gist, last(name), body), None


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: before.get(key) for key in _COMPARED if before.get(key) != now.get(key)}
    if "due" in found:
        found["due_text"] = before.get("due_text")
    return found


def reminders(
    reminded: Mapping[str, Reminded],
    snapshot: Snapshot,
    leads: Callable[[Ahead], Iterable[int]],
    last: Callable[[str], str],
    muted: Callable[[Mapping[str, Any]], bool],
) -> Iterator[tuple[Event | None, str, Reminded | None]]:
    """Reminders of duties ahead, and of days that moved after a reminder.

    Each lead time counts once for one due day. If several have passed untold (after
    nights without a run, or because a duty is new), one reminder tells all.

    Args:
        reminded: by fingerprint, what was told.
        snapshot: what is ahead, and what stands: a finding whose day moved is
            told of by itself.
        leads: the lead times of a duty, in days.
        last: as for `changes`.
        muted: as for `changes`.

    Yields:
        An event, or ``None``; the fingerprint; and what is then told of it: ``None``
        to forget it, as its day is over.
    """
    day = snapshot.day
    seen = set()
    for ahead in snapshot.ahead:
        name = ahead.fingerprint
        seen.add(name)
        before = reminded.get(name)
        left = max(0, ahead.day - day)
        lead = min((n for n in leads(ahead) if n >= left), default=NO_LEAD)
        moved = before is not None and before.day != ahead.day
        if not moved and lead >= (NO_LEAD if before is None else before.lead):
            continue
        data = deadline_data(ahead)
        if muted(data):
            continue
        now = Reminded(ahead.day, lead, data)
        body: dict[str, Any] = {"deadline": data, "days_left": left}
        if before is not None and moved and name not in snapshot.standing:
            body["before"] = _differences(before.deadline, data)
            says: object = [ahead.due, "moved"]
            yield identified(day, UPDATED, name, says, last(name), body), name, now
        elif lead == NO_LEAD:
            yield None, name, now
        else:
            body["lead"] = lead
            says = [ahead.due, lead]
            yield identified(day, REMINDER, name, says, last(name), body), name, now
    yield from (
        (None, name, None)
        for name, before in reminded.items()
        if name not in seen and before.day < day
    )
