"""Messages on standard output: for a trial, or for cron to mail."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from ccm_rules.alerts.channels.sending import Failure, Refusal
from ccm_rules.alerts.ledger import Message
from ccm_rules.alerts.wording import text_of


class Stdout:
    """Writes each message as text."""

    def send(self, message: Message, recipients: Sequence[str], now: str) -> Mapping[str, Refusal]:
        """Write one message; see `Sender`."""
        encoding = sys.stdout.encoding or "utf-8"
        text = text_of(message) + f"\nMessage {message.id}\n\n"
        try:
            sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
            sys.stdout.flush()
        except OSError as error:
            raise Failure(
                f"standard output cannot be written: {error.strerror or error}", again=False
            ) from None
        return {}
