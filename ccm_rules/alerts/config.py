"""Who is told what, and how: the values that a routing file or ``--to`` give."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final, NamedTuple

from ccm_rules.alerts.quiet import Quiet
from ccm_rules.errors import CcmError

#: Days before a due date or cut-off on which people are reminded.
LEADS: Final = (180, 90, 30, 7)

WEEKDAYS: Final = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)

OPERATOR: Final = "operator"


class SecretError(CcmError):
    """A secret is not where it should be; the message never holds it."""


class Secret(NamedTuple):
    """Where a secret is kept: it is read when it is used, and never stored.

    Attributes:
        env: name of an environment variable, or empty.
        file: path of a file, or empty; ``$NAME`` stands for an environment variable.
    """

    env: str = ""
    file: str = ""

    def __bool__(self) -> bool:
        return bool(self.env or self.file)

    def read(self) -> str:
        """The secret, without the line end that editors add.

        Raises:
            SecretError: the variable is not set, or the file cannot be read.
        """
        if self.env:
            value = os.environ.get(self.env)
            if not value:
                raise SecretError(f"the environment variable {self.env} is not set")
            return value
        path = os.path.expandvars(self.file)
        try:
            with open(path, encoding="utf-8") as stream:
                text = stream.read().rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "is not UTF-8"
            raise SecretError(f"the secret in {self.file} cannot be read: {why}") from None
        if not text:
            raise SecretError(f"the secret in {self.file} is empty")
        return text


class Channel(NamedTuple):
    """A way on which messages go out.

    Attributes:
        name: as routes name it.
        kind: ``smtp``, ``webhook``, ``folder`` or ``stdout``.
        url: of a webhook; may hold a token, so it is never shown or stored.
        host, port, tls, user: of a mail server; tls is ``starttls``, ``tls`` or ``none``.
        sender: the From address, with or without a name.
        secret: the password of a mail server, or the key that signs for a webhook.
        url_secret: where the URL of a webhook is kept instead of in `url`.
        folder: the directory to write to.
        batch: the most events in one message; 0 for no limit.
    """

    name: str
    kind: str
    url: str = ""
    host: str = ""
    port: int = 0
    tls: str = "starttls"
    user: str = ""
    sender: str = ""
    secret: Secret = Secret()
    url_secret: Secret = Secret()
    folder: str = ""
    batch: int = 0


class Filter(NamedTuple):
    """Which findings and deadlines are meant; an empty tuple means all.

    Attributes:
        parties: codes of States.
        rules: names of rules, findings, instruments or folders.
        severities: of the finding; of a deadline, the gravest that its rule can find.
        fingerprints: of findings or duties.
    """

    parties: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    fingerprints: tuple[str, ...] = ()


class Route(NamedTuple):
    """Who is told what.

    Attributes:
        name: identifies the route from one night to the next.
        channel: name of the channel.
        recipients: mail addresses; one empty text where the channel has none.
        which: the findings and deadlines that are meant.
        kinds: the kinds of events that are sent; none for a digest alone.
        digest: weekday of a weekly digest from 0 (Monday), or -1.
        quiet: days on which nothing is sent; it waits for the next other day.
    """

    name: str
    channel: str
    recipients: tuple[str, ...]
    which: Filter
    kinds: tuple[str, ...]
    digest: int
    quiet: Quiet


class Mute(NamedTuple):
    """What is not told for a while.

    Attributes:
        which: the findings and deadlines that are meant.
        reason: why.
        until: the last day, as an ordinal.
        place: where it stands, for remarks.
    """

    which: Filter
    reason: str
    until: int
    place: str


class Leads(NamedTuple):
    """Lead times for some rules or severities."""

    which: Filter
    days: tuple[int, ...]


class Delivery(NamedTuple):
    """How hard a message is tried in one run.

    Attributes:
        attempts: how often, for failures that may pass.
        pause: seconds before the second attempt; doubled each time.
        timeout: seconds that a server may take for one answer.
    """

    attempts: int = 4
    pause: float = 2.0
    timeout: float = 30.0


class Config(NamedTuple):
    """Everything that a routing file says; see docs/nightly.md.

    Attributes:
        channels: by name.
        routes: in the order in which they stand.
        operators: where faults of the job itself are told.
        mutes: what is not told for a while.
        leads: the first that fits a duty holds.
        days: the lead times where none fits.
        zone: in which the date turns over; empty for UTC.
        delivery: how hard messages are tried.
    """

    channels: Mapping[str, Channel]
    routes: tuple[Route, ...]
    operators: tuple[Route, ...]
    mutes: tuple[Mute, ...] = ()
    leads: tuple[Leads, ...] = ()
    days: tuple[int, ...] = LEADS
    zone: str = ""
    delivery: Delivery = Delivery()
