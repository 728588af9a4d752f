"""Making messages of events: what one recipient group reads in one night."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from ccm_rules.alerts.config import Channel, Route
from ccm_rules.alerts.events import Event, deadline_data, digest_of, finding_data
from ccm_rules.alerts.ledger import Message
from ccm_rules.alerts.routing import Router
from ccm_rules.alerts.snapshot import Snapshot
from ccm_rules.dates import iso

SCHEMA: Final = "ccm-alert/2"
ALERTS: Final = "alerts"
DIGEST: Final = "digest"
OPERATOR: Final = "operator"


def messages_of(
    route: Route,
    channel: Channel,
    kind: str,
    day: int,
    made: str,
    events: Sequence[Event],
    seen: Mapping[str, Any],
) -> Iterator[Message]:
    """The messages that tell a route of events: one, unless the channel takes less.

    Args:
        route: who is told.
        channel: of the route.
        kind: ``alerts`` or ``operator``.
        day: the as-of day.
        made: the time of making.
        events: in order.
        seen: what the record was: title, digests, engines.
    """
    size = channel.batch or max(1, len(events))
    parts = [events[at : at + size] for at in range(0, len(events), size)]
    for number, part in enumerate(parts, 1):
        says: dict[str, Any] = {"events": [event.to_data() for event in part]}
        if len(parts) > 1:
            says["part"] = {"number": number, "of": len(parts)}
        name = digest_of(
            kind, route.name, route.channel, route.recipients, [event.id for event in part]
        )
        yield _message(name, route, kind, day, made, seen, says)


def digest_message(
    route: Route,
    day: int,
    made: str,
    snapshot: Snapshot,
    router: Router,
    why: str,
    since: Iterable[Event],
    seen: Mapping[str, Any],
) -> Message:
    """The message that sums up what stands for a route, and what is ahead.

    Args:
        why: ``first`` (the route was not told anything before) or ``weekly``.
        since: what came up since the last digest.
        route: as for `messages_of`.
        day: as for `messages_of`.
        made: as for `messages_of`.
        seen: as for `messages_of`.
        snapshot: what stands.
        router: knows what the route wants, and what is muted.
    """
    muted = router.muted(day)
    findings = [finding_data(standing) for standing in snapshot.standing.values()]
    wanted = [f for f in findings if router.matches(route.which, f)]
    standing = [f for f in wanted if not muted(f)]
    ahead = []
    for duty in snapshot.ahead:
        data = deadline_data(duty)
        near = duty.day - day <= max(router.leads(duty), default=-1)
        if near and router.matches(route.which, data) and not muted(data):
            ahead.append(data)
    past = [finding_data(standing) for standing in snapshot.last_known.values()]
    says = {
        "digest": {
            "why": why,
            "standing": standing,
            "last_known": sum(router.matches(route.which, finding) for finding in past),
            "ahead": ahead,
            "muted": len(wanted) - len(standing),
            "since": _counts(event for event in since if router.wants(route, event)),
        }
    }
    name = digest_of(DIGEST, route.name, route.channel, route.recipients, iso(day), says)
    return _message(name, route, DIGEST, day, made, seen, says)


def _message(
    name: str,
    route: Route,
    kind: str,
    day: int,
    made: str,
    seen: Mapping[str, Any],
    says: Mapping[str, Any],
) -> Message:
    body = {
        "schema": SCHEMA,
        "id": name,
        "kind": kind,
        "route": route.name,
        "as_of": iso(day),
        **seen,
        **says,
    }
    return Message(0, name, day, route.name, route.channel, kind, made, body)


def seen_of(snapshot: Snapshot) -> dict[str, Any]:
    """What was read, for a message to say."""
    return {
        "title": snapshot.title,
        "facts": snapshot.facts,
        "rules": snapshot.rules,
        "engines": list(snapshot.engines),
        "finds": snapshot.finds,
    }


def _counts(events: Iterable[Event]) -> dict[str, int]:
    found: dict[str, int] = {}
    for event in events:
        found[event.kind] = found.get(event.kind, 0) + 1
    return found
