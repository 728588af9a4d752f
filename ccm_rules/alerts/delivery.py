"""Sending what waits in the outbox, in order, and marking what was sent.

A message is marked after it was sent: if a run dies between the two, it is sent once
more under the same id, by which the receiver can tell. What fails waits for the next
attempt, in this run or the next one; a channel that is down holds back its own later
messages and no others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from ccm_rules.alerts.channels import channel_of
from ccm_rules.alerts.channels.sending import Failure, Refusal
from ccm_rules.alerts.config import Config
from ccm_rules.alerts.faults import Trouble
from ccm_rules.alerts.ledger import DELIVERED, REFUSED, WAITING, Ledger, Message


class Log(Protocol):
    """Takes down what happens: a level, a name for it, and values."""

    def __call__(self, level: str, event: str, **values: object) -> None:
        """Write one line."""


class Clock(NamedTuple):
    """Time, as the command line hands it in.

    Attributes:
        now: the time in UTC, as ISO 8601 to the second.
        sleep: waits for some seconds.
    """

    now: Callable[[], str]
    sleep: Callable[[float], None]


class Delivered(NamedTuple):
    """What became of the outbox.

    Attributes:
        sent: deliveries made.
        waiting: deliveries that wait for the next run.
        refused: deliveries that a server refused for good in this run.
        troubles: what the operator should know.
        working: channels that took something.
    """

    sent: int
    waiting: int
    refused: int
    troubles: tuple[Trouble, ...]
    working: frozenset[str]


def deliver(ledger: Ledger, config: Config, clock: Clock, log: Log) -> Delivered:
    """Send what waits.

    Raises:
        LedgerError: what was sent cannot be marked; it may be sent again, under the
            same id.
    """
    sent = waiting = refused = 0
    down: dict[str, str] = {}
    troubles: dict[str, Trouble] = {}
    working = set()
    for message, recipients in ledger.outbox():
        name = message.channel
        if name in down:
            waiting += len(recipients)
            continue
        results = _attempts(message, recipients, config, clock, log)
        ledger.mark(
            message.number,
            {who: (state, reason) for who, (state, reason) in results.items()},
            clock.now(),
        )
        for who, (state, reason) in results.items():
            values = {"message": message.id, "channel": name, "recipient": who}
            if state == DELIVERED:
                sent += 1
                working.add(name)
                log("info", "delivered", **values, route=message.route, kind=message.kind)
                continue
            log("error", state, **values, route=message.route, reason=reason)
            if state == REFUSED:
                refused += 1
                says = f"{who} was refused by the mail server ({reason}). The message is kept: "
                says += "correct the address, then `ccm-check ledger retry` sends it again."
                troubles[f"refused:{who}"] = Trouble(f"refused:{who}", says)
            else:
                waiting += 1
                down[name] = reason
    for name, reason in down.items():
        says = f"Nothing can be sent through {name}: {reason}. What waits is sent by the next run."
        troubles[name] = Trouble(f"delivery:{name}", says)
    return Delivered(sent, waiting, refused, tuple(troubles.values()), frozenset(working))


def _attempts(
    message: Message, recipients: list[str], config: Config, clock: Clock, log: Log
) -> Mapping[str, tuple[str, str]]:
    """Try one message until it is out, or will not go out in this run."""
    results: dict[str, tuple[str, str]] = {}
    left = list(recipients)
    pause = config.delivery.pause
    for attempt in range(1, config.delivery.attempts + 1):
        wait = pause
        try:
            channel = channel_of(message.channel, config)
            refusals = channel.send(message, left, clock.now())
        except Failure as failure:
            for who in left:
                results[who] = (WAITING, failure.reason)
            if not failure.again:
                break
            wait = max(wait, min(failure.after, 60.0))
        else:
            for who in left:
                results[who] = _state(refusals.get(who))
            left = [who for who in left if results[who][0] == WAITING]
            if not left:
                break
        if attempt < config.delivery.attempts:
            reason = results[left[0]][1]
            log("warning", "retry", message=message.id, attempt=attempt, reason=reason, wait=wait)
            clock.sleep(wait)
            pause *= 2
    return results


def _state(refusal: Refusal | None) -> tuple[str, str]:
    if refusal is None:
        return DELIVERED, ""
    return (REFUSED if refusal.final else WAITING), refusal.reason
