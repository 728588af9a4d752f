"""What may stand in a routing file: each table is a class, each key a field with what it means.

`ccm_rules.alerts.reading` makes a `Config` of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Final

import attrs

from ccm_rules.alerts.config import LEADS, WEEKDAYS
from ccm_rules.alerts.events import KINDS
from ccm_rules.alerts.quiet import Quiet, quiet_days
from ccm_rules.alerts.targets import BATCH, address, sender
from ccm_rules.law.forms import TEXT, Choice, Many, Tables, Whole
from ccm_rules.law.grammar import ByName, Form, Schema, Schemas, Table, entry, part
from ccm_rules.law.toml_places import Place
from ccm_rules.report.findings import SEVERITIES

_NAME: Final = r"^[a-z0-9]+([._-][a-z0-9]+)*$"
_NAMES: Final = Many(TEXT, single=False)


class _Checked(Form):
    """A text or a list that something else reads, which says what is wrong with it."""

    def __init__(self, form: Form, make: Callable[[Any], Any], nothing: Any) -> None:
        self._form = form
        self._make = make
        self.nothing = nothing
        self.words, self.example = form.words, form.example

    def read(self, value: Any, place: Place) -> Any:
        before = len(place.problems)
        read = self._form.read(value, place)
        if len(place.problems) > before:
            return self.nothing
        try:
            return self._make(read)
        except ValueError as error:
            place.fail(str(error), "correct it")
            return self.nothing

    def schema(self, schemas: Schemas) -> Schema:
        return self._form.schema(schemas)


class _Until(Form):
    """A day, as TOML writes it or as a text."""

    words = "day"
    example = "2026-12-31"
    nothing: Any = dt.date.min

    def read(self, value: Any, place: Place) -> Any:
        if isinstance(value, str):
            try:
                value = dt.date.fromisoformat(value)
            except ValueError as error:
                place.fail(str(error), "correct it")
                return self.nothing
        if type(value) is dt.date:
            return value
        place.fail("a mute has a last day", f"write until = {self.example}")
        return self.nothing

    def schema(self, schemas: Schemas) -> Schema:
        return {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}


class _LeadTimes(Form):
    """Days before a due date, the longest first."""

    words = "list of days from 0 to 3660"
    example = "[180, 90, 30, 7]"
    nothing: Any = ()

    def read(self, value: Any, place: Place) -> Any:
        if isinstance(value, list) and all(type(n) is int and 0 <= n <= 3660 for n in value):
            return tuple(sorted(set(value), reverse=True))
        place.fail("lead times are days from 0 to 3660", "write days = [180, 90, 30, 7]")
        return self.nothing

    def schema(self, schemas: Schemas) -> Schema:
        day = {"type": "integer", "minimum": 0, "maximum": 3660}
        return {"type": "array", "items": day}


class _Number(Form):
    """A number between two others."""

    def __init__(self, least: float, *, whole: bool = False) -> None:
        self._least = least
        self._types = int if whole else (int, float)
        self.words = f"number from {least} to 600"
        self.example = "30"

    def read(self, value: Any, place: Place) -> Any:
        right = isinstance(value, self._types) and not isinstance(value, bool)
        if right and self._least <= value <= 600:
            return value
        place.fail(f"{place.key} is a number from {self._least} to 600", "correct it")
        return None

    def schema(self, schemas: Schemas) -> Schema:
        type_ = "integer" if self._types is int else "number"
        return {"type": type_, "minimum": self._least, "maximum": 600}


_QUIET: Final = _Checked(_NAMES, lambda texts: quiet_days(list(texts)), Quiet())
_DAY_OF_WEEK: Final = Choice(WEEKDAYS, "{value} is no weekday")


@attrs.frozen(kw_only=True)
class Which:
    """The findings and deadlines that are meant; all, where nothing is said."""

    table: ClassVar = "which"

    parties: tuple[str, ...] = entry(_NAMES, "States, by ISO 3166-1 alpha-3 code.", default=())
    rules: tuple[str, ...] = entry(
        _NAMES, "Names of rules, findings, instruments or folders.", default=()
    )
    severities: tuple[str, ...] = entry(
        Many(Choice(SEVERITIES, "{value} is unknown"), single=False),
        "Severities of the finding; of a deadline, the gravest that its rule can find.",
        default=(),
    )
    fingerprints: tuple[str, ...] = entry(_NAMES, "Fingerprints of findings or duties.", default=())


@attrs.frozen(kw_only=True)
class ChannelTable:
    """Where messages go: a URL, or a folder. A URL never holds a password."""

    table: ClassVar = "channel"

    url: str = entry(TEXT, "`smtp://…`, `https://…`, `file:///…` or `stdout:`.", default="")
    url_file: str = entry(TEXT, "File that holds the URL of a webhook.", default="")
    url_env: str = entry(TEXT, "Environment variable that holds it.", default="")
    folder: str = entry(TEXT, "Directory to write messages to.", default="")
    sender: str = entry(
        _Checked(TEXT, lambda text: sender(text) if text else "", "nobody@localhost"),
        "The From address of mail.",
        default="",
        name="from",
    )
    password_file: str = entry(TEXT, "File that holds the password of mail.", default="")
    password_env: str = entry(TEXT, "Environment variable that holds it.", default="")
    key_file: str = entry(TEXT, "File that holds the key that signs for a webhook.", default="")
    key_env: str = entry(TEXT, "Environment variable that holds it.", default="")
    batch: int = entry(Whole(1), "The most events in one message of a webhook.", default=BATCH)


@attrs.frozen(kw_only=True)
class OperatorTable:
    """Who is told of faults of the job itself; every route, unless given."""

    table: ClassVar = "operator"

    channel: str = entry(TEXT, "Name of the channel.", default="")
    to: tuple[str, ...] = entry(
        Many(_Checked(TEXT, address, ""), single=False), "Recipients of mail.", default=()
    )


@attrs.frozen(kw_only=True)
class RouteTable(OperatorTable):
    """Who is told what."""

    table: ClassVar = "route"

    which: Which = part(Which)
    name: str = entry(TEXT, "Tells the route from the others; it never changes.", default="")
    events: tuple[str, ...] = entry(
        Many(Choice(KINDS, "{value} is unknown"), single=False),
        "Kinds of events that are sent; all, unless given; none for a digest alone.",
        default=KINDS,
    )
    digest: str = entry(_DAY_OF_WEEK, "Weekday of a weekly digest.", default="")
    quiet_days: Quiet = entry(_QUIET, "Days on which nothing is sent.", default=Quiet())


@attrs.frozen(kw_only=True)
class MuteTable:
    """What is held back for a while."""

    table: ClassVar = "mute"

    which: Which = part(Which)
    reason: str = entry(TEXT, "Why.", default="")
    until: dt.date = entry(_Until(), "The last day.", missing="a mute has a last day")

    def mistakes(self) -> Iterator[tuple[str, str, str]]:
        """A mute of everything, or without a reason."""
        if self.which == Which():
            mend = "say what is muted: parties, rules, severities, fingerprints"
            yield "", "would mute everything", mend
        if not self.reason:
            yield "reason", "a mute has a reason", 'write reason = "…"'


@attrs.frozen(kw_only=True)
class LeadsTable:
    """Lead times of some deadlines."""

    table: ClassVar = "reminders.for"

    which: Which = part(Which)
    days: tuple[int, ...] = entry(
        _LeadTimes(), "Days before a due date; none for no reminder.", missing="names no days"
    )


@attrs.frozen(kw_only=True)
class RemindersTable:
    """How long before a due date people are reminded."""

    table: ClassVar = "reminders"

    days: tuple[int, ...] = entry(
        _LeadTimes(), "Days before a due date, where no other fits.", default=LEADS
    )
    leads: tuple[LeadsTable, ...] = entry(
        Tables(LeadsTable), "Lead times of some deadlines; the first holds.", default=(), name="for"
    )


@attrs.frozen(kw_only=True)
class DeliveryTable:
    """How hard messages are tried."""

    table: ClassVar = "delivery"

    attempts: int | None = entry(
        _Number(1, whole=True), "How often, for failures that may pass.", default=None
    )
    pause: float | None = entry(
        _Number(0), "Seconds before the second attempt; doubled each time.", default=None
    )
    timeout: float | None = entry(
        _Number(0.1), "Seconds that a server may take for one answer.", default=None
    )


@attrs.frozen(kw_only=True)
class RoutesFile:
    """A routing file: who is told what, and how."""

    table: ClassVar = "routes"

    zone: str = entry(TEXT, "Time zone in which the date turns over; UTC unless given.", default="")
    quiet_days: Quiet = entry(_QUIET, "Days on which no route sends anything.", default=Quiet())
    channel: Mapping[str, ChannelTable] = entry(
        ByName(Table(ChannelTable), _NAME, "is no channel: write its name in small letters"),
        "Where messages go.",
        factory=dict,
    )
    route: tuple[RouteTable, ...] = entry(
        Tables(RouteTable), "Who is told what.", missing="there is no route"
    )
    mute: tuple[MuteTable, ...] = entry(
        Tables(MuteTable), "What is held back for a while.", default=()
    )
    operator: OperatorTable | None = entry(
        Table(OperatorTable), "Who is told of faults of the job itself.", default=None
    )
    reminders: RemindersTable = entry(
        Table(RemindersTable), "How long before people are reminded.", default=RemindersTable()
    )
    delivery: DeliveryTable = entry(
        Table(DeliveryTable), "How hard messages are tried.", default=DeliveryTable()
    )


#: The whole file.
ROUTES: Final = Table(RoutesFile)
