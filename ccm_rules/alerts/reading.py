"""Reading a routing file: TOML goes in, a `Config` comes out, or every mistake at once.

What may stand in the file is said by `ccm_rules.alerts.route_tables`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Final

import attrs

from ccm_rules.alerts.config import (
    OPERATOR,
    WEEKDAYS,
    Channel,
    Config,
    Delivery,
    Filter,
    Leads,
    Mute,
    Route,
    Secret,
)
from ccm_rules.alerts.quiet import Quiet
from ccm_rules.alerts.route_tables import (
    ROUTES,
    ChannelTable,
    MuteTable,
    OperatorTable,
    RoutesFile,
    RouteTable,
    Which,
)
from ccm_rules.alerts.targets import BATCH, TargetError, check_mail, target
from ccm_rules.bounded import MAX_RULE_BYTES, read_whole
from ccm_rules.errors import InputError, Problem
from ccm_rules.law.toml_places import Place, Sheet, parsed

_NAME: Final = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*\Z")
_FILTER: Final = Filter._fields
#: What a channel of each kind may say.
_CHANNEL: Final = {
    "smtp": ("url", "from", "password_file", "password_env"),
    "webhook": ("url", "url_file", "url_env", "key_file", "key_env", "batch"),
    "folder": ("url", "folder"),
    "stdout": ("url",),
}


def read_config(
    path: str, parties: Mapping[str, str], environment: Mapping[str, str] = os.environ
) -> Config:
    """Read a routing file.

    Args:
        path: the file.
        parties: names of States by code.
        environment: variables that say where secrets are.

    Raises:
        InputError: with every problem.
        OSError: it cannot be read.
    """
    (sheet,) = parsed([(path, read_whole(path, MAX_RULE_BYTES))])
    assert sheet is not None
    problems: list[Problem] = []
    made = _Config(sheet, Place(sheet, problems), parties, environment)
    config = made.config(ROUTES.read(sheet.document, made.place))
    if problems:
        raise InputError(problems)
    return config


class _Config:
    def __init__(
        self,
        sheet: Sheet,
        place: Place,
        parties: Mapping[str, str],
        environment: Mapping[str, str],
    ) -> None:
        self._document = sheet.document
        self.place = place
        self._parties = parties
        self._environment = environment
        self._channels: dict[str, Channel] = {}
        #: The recipients that a channel's own URL names.
        self._own: dict[str, tuple[str, ...]] = {}

    def config(self, file: RoutesFile) -> Config:
        """What a file says, once it has the right form."""
        for name, table in file.channel.items():
            self._channels[name], self._own[name] = self._channel(
                name, table, self.place / "channel" / name
            )
        routes = [
            self._route(table, (self.place / "route").item(number), file.quiet_days)
            for number, table in enumerate(file.route)
        ]
        names = [route.name for route in routes]
        for number, name in enumerate(names):
            if name in names[:number] or name == OPERATOR:
                place = (self.place / "route").item(number) / "name"
                place.fail(f"{name!r} is taken", "give each route its own name")
        if not routes and "route" in self._document:
            mend = "say who is told: [[route]] with name and channel"
            (self.place / "route").fail("there is no route", mend)
        mutes = (self.place / "mute", file.mute)
        leads = self.place / "reminders" / "for"
        return Config(
            self._channels,
            tuple(routes),
            self._operators(file.operator)
            or tuple(route._replace(name=OPERATOR, quiet=Quiet()) for route in routes),
            tuple(self._mute(one, mutes[0].item(n)) for n, one in enumerate(mutes[1])),
            tuple(
                Leads(self._which(one.which, leads.item(n)), one.days)
                for n, one in enumerate(file.reminders.leads)
            ),
            file.reminders.days,
            file.zone,
            Delivery(**{k: v for k, v in attrs.asdict(file.delivery).items() if v is not None}),
        )

    # -- channels ------------------------------------------------------------

    def _secret(self, place: Place, word: str, env: str, file: str) -> Secret:
        if env and file:
            mend = "keep one of them"
            (place / f"{word}_env").fail("the secret stands in two places", mend)
        return Secret(env, file)

    def _only(self, kind: str, place: Place) -> None:
        """Complain of keys that a channel of this kind does not have."""
        there = _CHANNEL[kind]
        table = self._document["channel"][place.path.partition(".")[2]]
        for key in table if isinstance(table, Mapping) else ():
            if key not in there:
                (place / key).fail(f"{key!r} is unknown here", f"there are {', '.join(there)}")

    def _channel(
        self, name: str, table: ChannelTable, place: Place
    ) -> tuple[Channel, tuple[str, ...]]:
        if table.folder:
            self._only("folder", place)
            return Channel(name, "folder", folder=table.folder), ("",)
        url_secret = self._secret(place, "url", table.url_env, table.url_file)
        recipients: tuple[str, ...] = ("",)
        channel = Channel(name, "stdout")
        if url_secret:
            channel = Channel(name, "webhook", url_secret=url_secret, batch=BATCH)
        elif not table.url:
            mend = 'write url = "smtp://…", "https://…" or so'
            place.fail("the channel has no url", mend)
            return channel, recipients
        else:
            try:
                channel, recipients = target(table.url, self._environment)
            except TargetError as error:
                (place / "url").fail(str(error), "correct it")
                return channel, recipients
        self._only(channel.kind, place)
        channel = channel._replace(name=name)
        if channel.kind == "smtp":
            channel = self._mail(channel, table, place)
        if channel.kind == "webhook":
            key = self._secret(place, "key", table.key_env, table.key_file)
            channel = channel._replace(secret=key or channel.secret, batch=table.batch)
        return channel, recipients

    def _mail(self, channel: Channel, table: ChannelTable, place: Place) -> Channel:
        channel = channel._replace(sender=table.sender or channel.sender)
        if not channel.sender:
            place.fail("the mail has no sender", 'write from = "alerts@example.org"')
        secret = self._secret(place, "password", table.password_env, table.password_file)
        channel = channel._replace(secret=secret or channel.secret)
        try:
            check_mail(channel)
        except TargetError as error:
            (place / "url").fail(str(error), "correct it")
        return channel

    # -- who is told -----------------------------------------------------------

    def _recipients(self, table: OperatorTable, place: Place) -> tuple[str, ...]:
        channel = self._channels.get(table.channel)
        if channel is None:
            mend = f"write [channel.{table.channel or 'name'}]"
            (place / "channel").fail(f"there is no channel {table.channel!r}", mend)
            return ("",)
        if channel.kind != "smtp":
            if table.to:
                (place / "to").fail("only mail has recipients", "leave it out")
            return ("",)
        to = tuple(dict.fromkeys(table.to)) or self._own[table.channel]
        if not to:
            place.fail("nobody is named to send to", 'write to = ["name@example.org"]')
        return to

    def _which(self, table: Which, place: Place) -> Filter:
        for code in table.parties:
            if code and code not in self._parties:
                mend = "use ISO 3166-1 alpha-3 codes, such as TGO"
                (place / "parties").fail(f"{code!r} is no State", mend)
        return Filter(*(tuple(dict.fromkeys(getattr(table, key))) for key in _FILTER))

    def _route(self, table: RouteTable, place: Place, quiet: Quiet) -> Route:
        if not _NAME.match(table.name):
            mend = 'write name = "desk", in small letters'
            (place / "name").fail("the route has no name", mend)
        digest = WEEKDAYS.index(table.digest) if table.digest else -1
        if not table.events and digest < 0:
            (place / "events").fail("the route is never told anything", "give events or a digest")
        return Route(
            table.name,
            table.channel,
            self._recipients(table, place),
            self._which(table.which, place),
            tuple(dict.fromkeys(table.events)),
            digest,
            quiet | table.quiet_days,
        )

    def _operators(self, table: OperatorTable | None) -> tuple[Route, ...]:
        if table is None or not self._document["operator"]:
            return ()
        recipients = self._recipients(table, self.place / "operator")
        return (Route(OPERATOR, table.channel, recipients, Filter(), (), -1, Quiet()),)

    def _mute(self, table: MuteTable, place: Place) -> Mute:
        which = self._which(table.which, place)
        named = zip(_FILTER, which, strict=True)
        what = "; ".join(f"{key} {', '.join(values)}" for key, values in named if values)
        return Mute(which, table.reason, table.until.toordinal(), f"mute of {what}")
