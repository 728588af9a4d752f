"""What is out of order in the job itself: told once, again weekly, and when it is mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from ccm_rules.alerts.config import Mute
from ccm_rules.alerts.events import FAULT, MENDED, REMARK, Event, digest_of, identified
from ccm_rules.alerts.ledger import Fault, Ledger
from ccm_rules.alerts.routing import Router, mute_key
from ccm_rules.alerts.snapshot import Snapshot
from ccm_rules.dates import iso

#: A fault that lasts is told again after so many days.
_AGAIN: Final = 7
#: With what keys of remarks begin, the ends of which nobody is told of.
REMARKED: Final = ("mute:", "register:", "upgrade")


class Trouble(NamedTuple):
    """Something out of order.

    Attributes:
        key: what: ``run`` (the night could not be judged), ``delivery:…`` (a
            channel), ``mute:…``, ``register:…`` (it has gone stale), ``upgrade``.
        says: what is wrong and what to do, in words.
        kind: fault or remark; a remark is told once.
    """

    key: str
    says: str
    kind: str = FAULT


def faults(
    ledger: Ledger, day: int, troubles: Iterable[Trouble], mended: Iterable[str]
) -> Iterator[Event]:
    """The events that tell of faults; keeps in the ledger what was told.

    Args:
        ledger: inside a transaction.
        day: the day of the run, as an ordinal.
        troubles: what is out of order.
        mended: keys, or beginnings of keys, of what would have shown itself by now.
    """
    there = ledger.faults()
    troubles = list(troubles)
    for trouble in troubles:
        before = there.get(trouble.key)
        gist = digest_of(trouble.says)
        told = before is not None and before.gist == gist
        if before is not None and told and (trouble.kind == REMARK or day - before.told < _AGAIN):
            continue
        since = day if before is None else before.since
        ledger.set_fault(trouble.key, Fault(gist, since, day))
        body = {"says": trouble.says, "since": iso(since)}
        yield identified(
            day, trouble.kind, trouble.key, [gist, day], ledger.last_event(trouble.key), body
        )
    still = {trouble.key for trouble in troubles}
    for key, before in there.items():
        if key in still or not any(key.startswith(name) for name in mended):
            continue
        ledger.set_fault(key, None)
        if key.startswith(REMARKED):
            continue  # it was taken out or changed; nobody needs to hear that
        body = {"says": _over(key), "since": iso(before.since)}
        yield identified(day, MENDED, key, [before.gist, day], ledger.last_event(key), body)


def _over(key: str) -> str:
    if key.startswith("delivery:"):
        return f"Messages through {key.partition(':')[2]} are delivered again."
    return "The nightly job runs again."


def stale_remarks(snapshot: Snapshot) -> Iterator[Trouble]:
    """Remarks on registers that have gone stale."""
    for says in snapshot.stale:
        yield Trouble(f"register:{digest_of(says)[:12]}", says, REMARK)


def mute_remarks(
    mutes: Iterable[Mute], snapshot: Snapshot, router: Router, told: Mapping[str, object]
) -> Iterator[Trouble]:
    """Remarks on mutes that have lapsed, and on those that mute nothing."""
    from ccm_rules.alerts.events import deadline_data, finding_data

    things = None
    for mute in mutes:
        if mute.until < snapshot.day:
            says = (
                f"The {mute.place} lapsed: its last day was {iso(mute.until)} "
                f"(reason: {mute.reason}). What it held back is told from now on. Renew it or "
                "take it out."
            )
            yield Trouble(mute_key(mute) + ":lapsed", says, REMARK)
            continue
        if things is None:
            things = [finding_data(standing) for standing in snapshot.standing.values()]
            things += [deadline_data(ahead) for ahead in snapshot.ahead]
            things += [t.finding for t in told.values()]  # type: ignore[attr-defined]
        if not any(router.matches(mute.which, about) for about in things):
            says = (
                f"The {mute.place} mutes nothing that stands or is ahead "
                f"(until {iso(mute.until)}; reason: {mute.reason}). Correct it or take it out."
            )
            yield Trouble(mute_key(mute) + ":unused", says, REMARK)
