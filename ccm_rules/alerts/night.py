"""One night: what is new since the last one, and the messages that tell it.

Everything a night decides is written in one transaction. Nights that were skipped are
judged one after the other, so that what came and went meanwhile is told too, in order,
in one message a recipient group.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import ccm_rules
from ccm_rules.alerts.config import Config, Route
from ccm_rules.alerts.events import (
    NO_LEAD,
    REMARK,
    REMINDER,
    Event,
    Reminded,
    Told,
    changes,
    deadline_data,
    reminders,
    told_of,
)
from ccm_rules.alerts.faults import REMARKED, Trouble, faults, mute_remarks, stale_remarks
from ccm_rules.alerts.ledger import Ledger
from ccm_rules.alerts.messages import (
    ALERTS,
    OPERATOR,
    SCHEMA,
    digest_message,
    messages_of,
    seen_of,
)
from ccm_rules.alerts.routing import Router
from ccm_rules.alerts.snapshot import Snapshot
from ccm_rules.alerts.wording import COUNTED
from ccm_rules.dates import iso
from ccm_rules.errors import CcmError

#: How many skipped nights are judged one by one; what happened before is told as
#: of the first of them.
CATCH_UP: Final = 31


class Night(NamedTuple):
    """What a night decided.

    Attributes:
        day: the as-of day, as an ordinal.
        nights: how many days were judged: more than one after a pause.
        skipped: days that were not judged one by one.
        first: whether the ledger was new.
        events: what came up.
        unrouted: how many of them no route wants.
        messages: how many messages were put into the outbox.
    """

    day: int
    nights: int
    skipped: int
    first: bool
    events: tuple[Event, ...]
    unrouted: int
    messages: int


def days_to_judge(last: int | None, today: int, most: int = CATCH_UP) -> tuple[range, int]:
    """The days that a run judges, and how many it passes over.

    The day of the last night is judged again when it is today: facts may be new.

    Args:
        last: the day of the last night, or ``None``.
        today: the day of this one; not before the last.
        most: the most days to judge one by one.

    >>> days_to_judge(10, 13), days_to_judge(10, 10), days_to_judge(None, 10)
    ((range(11, 14), 0), (range(10, 11), 0), (range(10, 11), 0))
    """
    if last is None or last >= today:
        return range(today, today + 1), 0
    first = max(last + 1, today + 1 - max(1, most))
    return range(first, today + 1), first - last - 1


def turned_back(last: int | None, today: int) -> int:
    """The day to judge when the clock may have been set back.

    A ledger's time never runs backwards: a finding would seem to be resolved, and new
    again. A clock that is a day behind is taken to be at the ledger's day.

    Raises:
        CcmError: it is further behind, so somebody must look.
    """
    if last is None or today >= last:
        return today
    if last - today == 1:
        return last
    raise CcmError(
        f"the day is {iso(today)}, but the ledger was last used on {iso(last)}: the clock or "
        "--as-of is wrong now, or was wrong then. Nothing was judged. If the ledger is wrong, "
        "put back a copy of it, or move it away to begin anew"
    )


def night(
    ledger: Ledger,
    router: Router,
    evaluate: Callable[[int], Snapshot],
    today: int,
    made: str,
    *,
    most: int = CATCH_UP,
    troubles: Iterable[Trouble] = (),
) -> Night:
    """Judge the days since the last night, and fill the outbox.

    Args:
        ledger: where it is kept.
        router: who is told what.
        evaluate: makes the snapshot of a day.
        today: the as-of day, as an ordinal, already looked at by `turned_back`.
        made: the time, as ISO 8601.
        most: the most skipped days to judge one by one.
        troubles: what is out of order beside the judging.

    Raises:
        LedgerError: the ledger cannot be written; nothing was.
        CcmError: see `ccm_rules.check`, or the ledger is of another treaty's record;
            nothing was written.
    """
    last = ledger.last_day
    # A ledger that does not say whose it is was begun when there was one treaty.
    whose = ledger.meta("treaty") or (router.first.name if last is not None else "")
    if whose and router.treaty.name and whose != router.treaty.name:
        raise CcmError(
            f"the ledger remembers what was told of another treaty ({whose}), and everything of "
            f"it would seem to be gone; keep another ledger for the {router.treaty.title}"
        )
    days, skipped = days_to_judge(last, today, most)
    snapshots = [evaluate(day) for day in days]
    by = _judged_by(snapshots[-1])
    anew = last is not None and by != ledger.meta("judged_by")
    again = evaluate(last) if anew and last is not None else None
    with ledger.transaction():
        writer = _Writer(ledger, router, made)
        if last is None:
            writer.begin(snapshots[-1])
        else:
            if again is not None:
                troubles = [*troubles, *writer.adopt(again)]
            for snapshot in snapshots:
                writer.compare(snapshot)
        final = snapshots[-1]
        writer.route(final)
        remarks = [
            *mute_remarks(router.config.mutes, final, router, writer.told),
            *stale_remarks(final),
        ]
        writer.operate(final.day, [*troubles, *remarks], ("run", *REMARKED), seen_of(final))
        ledger.set_meta("last_day", str(today))
        ledger.set_meta("judged_by", by)
        ledger.set_meta("treaty", router.treaty.name)
        ledger.add_run(
            made,
            today,
            (final.facts, final.rules, ",".join(final.engines)),
            (len(writer.events), writer.messages),
        )
    return Night(
        today,
        len(snapshots),
        skipped,
        last is None,
        tuple(writer.events),
        writer.unrouted,
        writer.messages,
    )


def _judged_by(snapshot: Snapshot) -> str:
    """What findings hang on beside the record: the rules, and the program that applies them."""
    return f"{ccm_rules.__version__} {SCHEMA} {snapshot.rules}"


def report_faults(
    ledger: Ledger,
    config: Config,
    day: int,
    made: str,
    troubles: Sequence[Trouble],
    mended: Sequence[str] = (),
) -> int:
    """Put what is out of order into the outbox for the operator; judges nothing.

    Returns:
        How many messages were made.

    Raises:
        LedgerError: the ledger cannot be written.
    """
    with ledger.transaction():
        writer = _Writer(ledger, None, made, config)
        writer.operate(day, troubles, mended, {})
    return writer.messages


class _Writer:
    """Writes one night into the ledger, inside a transaction."""

    def __init__(
        self, ledger: Ledger, router: Router | None, made: str, config: Config | None = None
    ) -> None:
        self._ledger = ledger
        self._router = router
        self._config = config or (router.config if router else None)
        self._made = made
        self.told: dict[str, Told] = {}
        self._reminded: dict[str, Reminded] | None = None
        self.events: list[Event] = []
        self.unrouted = 0
        self.messages = 0

    def begin(self, snapshot: Snapshot) -> None:
        """Take what stands as told: the first digest tells it."""
        assert self._router is not None
        muted = self._router.muted(snapshot.day)
        told: dict[str, Told] = {}
        for name, standing in snapshot.standing.items():
            now = told_of(standing)
            if not muted(now.finding):
                told[name] = now
        reminded = {}
        for ahead in snapshot.ahead:
            left = max(0, ahead.day - snapshot.day)
            lead = min((n for n in self._router.leads(ahead) if n >= left), default=NO_LEAD)
            data = deadline_data(ahead)
            if lead != NO_LEAD and not muted(data):
                reminded[ahead.fingerprint] = Reminded(ahead.day, lead, data)
        self.told = told
        self._ledger.tell(told)
        self._ledger.remind(reminded)

    def compare(self, snapshot: Snapshot) -> None:
        """Tell what is new since the day before."""
        self._compare(snapshot, self._add)

    def adopt(self, snapshot: Snapshot) -> Iterator[Trouble]:
        """Take what other rules, or another program, show of the last night as told.

        It is no news of any State, so nobody is told of it; the operator is told the counts.
        """
        counts: dict[str, int] = {}

        def count(event: Event) -> None:
            counts[event.kind] = counts.get(event.kind, 0) + 1

        self._compare(snapshot, count)
        counts.pop(REMINDER, None)
        if counts:
            what = ", ".join(f"{number:,} {COUNTED[kind][0]}" for kind, number in counts.items())
            says = (
                "The rules or the program are others than in the last night. Of its day, "
                f"{iso(snapshot.day)}, they now show otherwise: findings {what}. Nobody was told "
                "of these as news; a digest shows what stands."
            )
            yield Trouble("upgrade", says, REMARK)

    def _compare(self, snapshot: Snapshot, tell: Callable[[Event], None]) -> None:
        """Write down what differs from what was told, and hand it on."""
        assert self._router is not None
        ledger = self._ledger
        if self._reminded is None:
            self.told, self._reminded = ledger.told(), ledger.reminded()
        muted = self._router.muted(snapshot.day)
        told: dict[str, Told | None] = {}
        for event, now in changes(self.told, snapshot, ledger.last_event, muted):
            tell(event)
            told[event.fingerprint] = now
        reminded: dict[str, Reminded | None] = {}
        found = reminders(self._reminded, snapshot, self._router.leads, ledger.last_event, muted)
        for due, name, then in found:
            if due is not None:
                tell(due)
            reminded[name] = then
        ledger.tell(told)
        ledger.remind(reminded)
        _merge(self.told, told)
        _merge(self._reminded, reminded)

    def _add(self, event: Event) -> None:
        assert self._router is not None
        number = self._ledger.add_event(event)
        self.events.append(event)
        wanted = [r.name for r in self._router.config.routes if self._router.wants(r, event)]
        for name in wanted:
            self._ledger.queue(name, number)
        self.unrouted += not wanted

    def route(self, snapshot: Snapshot) -> None:
        """Make the messages of all routes that may be written to today."""
        assert self._router is not None
        known = self._ledger.routes()
        for route in self._router.config.routes:
            self._one(route, known.get(route.name), snapshot)

    def _one(self, route: Route, known: tuple[int, int] | None, snapshot: Snapshot) -> None:
        assert self._router is not None
        ledger, day = self._ledger, snapshot.day
        if route.quiet.holds(day):
            return  # a route that is new is still new on the next day
        seen = seen_of(snapshot)
        since, last_digest = known or (day, day)
        if known is None:
            # Who is told for the first time is told what stands, not each thing as new.
            ledger.unqueue(route.name)
            self._put(route, [self._digest(route, snapshot, "first", [])])
        else:
            weekly = route.digest >= 0 and _weekday(day, route.digest) > last_digest
            queued = ledger.queued(route.name)
            channel = self._router.config.channels[route.channel]
            self._put(route, messages_of(route, channel, ALERTS, day, self._made, queued, seen))
            ledger.unqueue(route.name)
            if weekly:
                events = ledger.events_since(last_digest)
                self._put(route, [self._digest(route, snapshot, "weekly", events)])
                last_digest = day
        if known != (since, last_digest):
            ledger.set_route(route.name, since, last_digest)

    def _digest(self, route: Route, snapshot: Snapshot, why: str, since: Iterable[Event]) -> Any:
        assert self._router is not None
        return digest_message(
            route, snapshot.day, self._made, snapshot, self._router, why, since, seen_of(snapshot)
        )

    def operate(
        self,
        day: int,
        troubles: Iterable[Trouble],
        mended: Sequence[str],
        seen: Mapping[str, Any],
    ) -> None:
        """Tell the operator what is out of order in the job."""
        assert self._config is not None
        events = list(faults(self._ledger, day, troubles, mended))
        for event in events:
            self._ledger.add_event(event)
        self.events += events
        for route in self._config.operators if events else ():
            channel = self._config.channels[route.channel]
            self._put(route, messages_of(route, channel, OPERATOR, day, self._made, events, seen))

    def _put(self, route: Route, messages: Iterable[Any]) -> None:
        for message in messages:
            self._ledger.add_message(message, route.recipients)
            self.messages += 1


def _merge(into: dict[str, Any], changed: Mapping[str, Any]) -> None:
    for name, value in changed.items():
        if value is None:
            into.pop(name, None)
        else:
            into[name] = value


def _weekday(day: int, weekday: int) -> int:
    """The last day up to ``day`` that is a given weekday."""
    import datetime as dt

    return day - (dt.date.fromordinal(day).weekday() - weekday) % 7
