"""What a channel is, and what may become of a message that goes out on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from ccm_rules.alerts.ledger import Message


class Refusal(NamedTuple):
    """Why one recipient did not get a message.

    Attributes:
        final: whether trying again is of no use.
        reason: what the server said.
    """

    final: bool
    reason: str


class Failure(Exception):  # noqa: N818 - it is an outcome, not an error of ours
    """A message was not taken, or it is not known whether it was.

    Attributes:
        reason: what happened, without any secret.
        again: whether to try again in this run.
        after: seconds that the server asks to wait.
    """

    def __init__(self, reason: str, *, again: bool = True, after: float = 0.0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.again = again
        self.after = after


class Sender(Protocol):
    """A channel, ready to send."""

    def send(self, message: Message, recipients: Sequence[str], now: str) -> Mapping[str, Refusal]:
        """Send one message.

        Args:
            message: what to send; its id stands for it wherever it is sent again.
            recipients: who lacks it.
            now: the time, as ISO 8601.

        Returns:
            The recipients who did not get it, and why.

        Raises:
            Failure: nobody got it, or it is not known.
        """
