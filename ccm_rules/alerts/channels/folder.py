"""Messages as files: one JSON and one text a message, whole or not at all.

A message that is written again has the same names, so it replaces itself.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence

from ccm_rules.alerts.channels.sending import Failure, Refusal
from ccm_rules.alerts.files import write_whole
from ccm_rules.alerts.ledger import Message
from ccm_rules.alerts.wording import text_of


class Folder:
    """Writes into one directory, which is made if it is missing."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def send(self, message: Message, recipients: Sequence[str], now: str) -> Mapping[str, Refusal]:
        """Write one message; see `Sender`."""
        name = f"{message.body['as_of']}-{message.id}"
        data = json.dumps(message.body, ensure_ascii=False, indent=1) + "\n"
        try:
            os.makedirs(self._folder, exist_ok=True)
            for suffix, text in (("txt", text_of(message)), ("json", data)):
                # The JSON is the last: where it stands, both do.
                place = os.path.join(self._folder, f"{name}.{suffix}")
                write_whole(place, text.encode("utf-8", "backslashreplace"))
            handle = os.open(self._folder, os.O_RDONLY)
            try:
                os.fsync(handle)  # the names too are on the disk
            finally:
                os.close(handle)
        except OSError as error:
            raise Failure(
                f"{self._folder}: cannot be written: {error.strerror or error}", again=False
            ) from None
        return {}
