"""Reading a routing file: TOML, every mistake named at once."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

from ccm_rules.alerts.config import (
    LEADS,
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
from ccm_rules.alerts.events import KINDS
from ccm_rules.alerts.quiet import Quiet, quiet_days
from ccm_rules.alerts.targets import BATCH, TargetError, address, check_mail, sender, target
from ccm_rules.errors import InputError, Problem
from ccm_rules.law.toml import read_toml
from ccm_rules.report.findings import SEVERITIES

T = TypeVar("T")

_NAME = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*\Z")
_TOP: Final = (
    "zone",
    "quiet_days",
    "channel",
    "route",
    "mute",
    "operator",
    "reminders",
    "delivery",
)
_FILTER: Final = ("parties", "rules", "severities", "fingerprints")
_CHANNEL: Final = {
    "smtp": ("url", "from", "password_file", "password_env"),
    "webhook": ("url", "url_file", "url_env", "key_file", "key_env", "batch"),
    "folder": ("url", "folder"),
    "stdout": ("url",),
}


class _Reader:
    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.lines = text.splitlines()
        self.problems: list[Problem] = []

    def fail(self, path: str, message: str, mend: str) -> None:
        self.problems.append(Problem(self.file, self._line(path), 1, path, message, mend))

    def _line(self, path: str) -> int:
        """The line of a path, as near as the text tells."""
        own = re.compile(rf"\s*\[\s*{re.escape(path)}\s*\]")
        for at, line in enumerate(self.lines, 1):
            if own.match(line):
                return at
        table, _, key = path.rpartition(".")
        name, _, number = (table or path).partition("[")
        left = int(number[:-1]) if re.fullmatch(r"\d+\]", number) else 0
        header = re.compile(rf"\s*\[\[?\s*{re.escape(name)}\s*\]")
        inside = not table and not number
        for at, line in enumerate(self.lines, 1):
            if re.match(r"\s*\[", line):
                inside = False
                if header.match(line):
                    inside = left == 0
                    left -= 1
                    if inside and not key:
                        return at
            elif inside and re.match(rf"\s*{re.escape(key or path)}\s*=", line):
                return at
        return 1

    def take(self, table: Mapping[str, Any], path: str, kind: type[T], default: T) -> T:
        key = path.rpartition(".")[2]
        value = table.get(key, default)
        if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
            words = {str: "a text", int: "a whole number", list: "a list", dict: "a table"}
            self.fail(path, f"{key} is {words.get(kind, 'of another type')}", "write it as such")
            return default
        return value

    def texts(self, table: Mapping[str, Any], path: str) -> tuple[str, ...]:
        values: list[Any] = self.take(table, path, list, [])
        if all(isinstance(value, str) for value in values):
            return tuple(dict.fromkeys(values))
        self.fail(path, "must hold texts only", 'write ["…", "…"]')
        return ()

    def among(self, table: Mapping[str, Any], path: str, there: Iterable[str]) -> tuple[str, ...]:
        found = self.texts(table, path)
        there = tuple(there)
        for value in found:
            if value not in there:
                self.fail(path, f"{value!r} is unknown", f"there are {', '.join(there)}")
        return found

    def known(self, table: Mapping[str, Any], path: str, there: Iterable[str]) -> None:
        there = tuple(there)
        for key in table:
            if key not in there:
                place = f"{path}.{key}" if path else key
                self.fail(place, f"{key!r} is unknown here", f"there are {', '.join(there)}")

    def tried(self, path: str, make: Callable[[], T], default: T) -> T:
        try:
            return make()
        except (TargetError, ValueError) as error:
            self.fail(path, str(error), "correct it")
            return default


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
    with open(path, "rb") as stream:
        data = stream.read()
    text, top = read_toml(path, data)
    reader = _Reader(path, text)
    config = _config(reader, top, parties, environment)
    if reader.problems:
        raise InputError(reader.problems)
    return config


def _config(
    r: _Reader, top: Mapping[str, Any], parties: Mapping[str, str], environment: Mapping[str, str]
) -> Config:
    r.known(top, "", _TOP)
    channels: dict[str, Channel] = {}
    own: dict[str, tuple[str, ...]] = {}
    tables: dict[str, Any] = r.take(top, "channel", dict, {})
    for name, table in tables.items():
        path = f"channel.{name}"
        if not _NAME.match(name) or not isinstance(table, dict):
            r.fail(path, "is no channel", "write [channel.name], in small letters, and its url")
            continue
        channels[name], own[name] = _channel(r, name, table, path, environment)
    quiet = r.tried("quiet_days", lambda: quiet_days([*r.texts(top, "quiet_days")]), Quiet())
    routes = []
    for number, table in enumerate(_tables(r, top, "route")):
        routes.append(_route(r, table, f"route[{number}]", channels, own, quiet, parties))
    names = [route.name for route in routes]
    for number, name in enumerate(names):
        if name in names[:number] or name == OPERATOR:
            r.fail(f"route[{number}].name", f"{name!r} is taken", "give each route its own name")
    if not routes:
        r.fail("route", "there is no route", "say who is told: [[route]] with name and channel")
    operators = _operators(r, top, channels, own) or tuple(
        route._replace(name=OPERATOR, quiet=Quiet()) for route in routes
    )
    mutes = [
        _mute(r, table, f"mute[{number}]", parties)
        for number, table in enumerate(_tables(r, top, "mute"))
    ]
    days, leads = _reminders(r, top, parties)
    zone = r.take(top, "zone", str, "")
    return Config(
        channels, tuple(routes), operators, tuple(mutes), leads, days, zone, _delivery(r, top)
    )


def _tables(r: _Reader, top: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    found: list[Any] = r.take(top, key, list, [])
    if all(isinstance(table, dict) for table in found):
        return found
    r.fail(key, f"{key} is a list of tables", f"write [[{key}]]")
    return []


def _secret(r: _Reader, table: Mapping[str, Any], path: str, word: str) -> Secret:
    secret = Secret(
        r.take(table, f"{path}.{word}_env", str, ""), r.take(table, f"{path}.{word}_file", str, "")
    )
    if secret.env and secret.file:
        r.fail(f"{path}.{word}_env", "the secret stands in two places", "keep one of them")
    return secret


def _channel(
    r: _Reader, name: str, table: Mapping[str, Any], path: str, environment: Mapping[str, str]
) -> tuple[Channel, tuple[str, ...]]:
    none: tuple[Channel, tuple[str, ...]] = (Channel(name, "stdout"), ("",))
    if "folder" in table:
        r.known(table, path, _CHANNEL["folder"])
        folder = r.take(table, f"{path}.folder", str, "")
        return Channel(name, "folder", folder=folder), ("",)
    url_secret = _secret(r, table, path, "url")
    if url_secret:
        r.known(table, path, _CHANNEL["webhook"])
        channel = Channel(name, "webhook", url_secret=url_secret, batch=BATCH)
        recipients: tuple[str, ...] = ("",)
    else:
        url = r.take(table, f"{path}.url", str, "")
        if not url:
            r.fail(path, "the channel has no url", 'write url = "smtp://…", "https://…" or so')
            return none
        found = r.tried(f"{path}.url", lambda: target(url, environment), none)
        channel, recipients = found
        r.known(table, path, _CHANNEL[channel.kind])
    channel = channel._replace(name=name)
    if channel.kind == "smtp":
        text = r.take(table, f"{path}.from", str, "")
        if text:
            channel = channel._replace(
                sender=r.tried(f"{path}.from", lambda: sender(text), "nobody@localhost")
            )
        if not channel.sender:
            r.fail(path, "the mail has no sender", 'write from = "alerts@example.org"')
        secret = _secret(r, table, path, "password")
        channel = channel._replace(secret=secret or channel.secret)
        r.tried(f"{path}.url", lambda: check_mail(channel), None)
    if channel.kind == "webhook":
        batch = r.take(table, f"{path}.batch", int, BATCH)
        if batch < 1:
            r.fail(f"{path}.batch", "batch is at least 1", "leave it out for 500")
        secret = _secret(r, table, path, "key")
        channel = channel._replace(secret=secret or channel.secret, batch=batch)
    return channel, recipients


def _recipients(
    r: _Reader,
    table: Mapping[str, Any],
    path: str,
    channels: Mapping[str, Channel],
    own: Mapping[str, tuple[str, ...]],
) -> tuple[str, tuple[str, ...]]:
    name = r.take(table, f"{path}.channel", str, "")
    if name not in channels:
        r.fail(
            f"{path}.channel", f"there is no channel {name!r}", f"write [channel.{name or 'name'}]"
        )
        return name, ("",)
    to = r.texts(table, f"{path}.to")
    if channels[name].kind != "smtp":
        if to:
            r.fail(f"{path}.to", "only mail has recipients", "leave it out")
        return name, ("",)
    for text in to:
        r.tried(f"{path}.to", lambda text=text: address(text), "")  # type: ignore[misc]
    to = to or own[name]
    if not to:
        r.fail(path, "nobody is named to send to", 'write to = ["name@example.org"]')
    return name, to


def _filter(r: _Reader, table: Mapping[str, Any], path: str, parties: Mapping[str, str]) -> Filter:
    states = r.texts(table, f"{path}.parties")
    for code in states:
        if code not in parties:
            mend = "use ISO 3166-1 alpha-3 codes, such as TGO"
            r.fail(f"{path}.parties", f"{code!r} is no State", mend)
    return Filter(
        states,
        r.texts(table, f"{path}.rules"),
        r.among(table, f"{path}.severities", SEVERITIES),
        r.texts(table, f"{path}.fingerprints"),
    )


def _weekday(r: _Reader, table: Mapping[str, Any], path: str) -> int:
    text = r.take(table, path, str, "")
    if text and text not in WEEKDAYS:
        r.fail(path, f"{text!r} is no weekday", f"there are {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(text) if text in WEEKDAYS else -1


def _route(
    r: _Reader,
    table: Mapping[str, Any],
    path: str,
    channels: Mapping[str, Channel],
    own: Mapping[str, tuple[str, ...]],
    quiet: Quiet,
    parties: Mapping[str, str],
) -> Route:
    r.known(table, path, ("name", "channel", "to", *_FILTER, "events", "digest", "quiet_days"))
    name = r.take(table, f"{path}.name", str, "")
    if not _NAME.match(name):
        r.fail(f"{path}.name", "the route has no name", 'write name = "desk", in small letters')
    channel, recipients = _recipients(r, table, path, channels, own)
    kinds = r.among(table, f"{path}.events", KINDS) if "events" in table else KINDS
    more = r.tried(
        f"{path}.quiet_days", lambda: quiet_days([*r.texts(table, f"{path}.quiet_days")]), Quiet()
    )
    which = _filter(r, table, path, parties)
    digest = _weekday(r, table, f"{path}.digest")
    if not kinds and digest < 0:
        r.fail(f"{path}.events", "the route is never told anything", "give events or a digest")
    return Route(name, channel, recipients, which, kinds, digest, quiet | more)


def _operators(
    r: _Reader,
    top: Mapping[str, Any],
    channels: Mapping[str, Channel],
    own: Mapping[str, tuple[str, ...]],
) -> tuple[Route, ...]:
    table: dict[str, Any] = r.take(top, "operator", dict, {})
    if not table:
        return ()
    r.known(table, "operator", ("channel", "to"))
    channel, recipients = _recipients(r, table, "operator", channels, own)
    return (Route(OPERATOR, channel, recipients, Filter(), (), -1, Quiet()),)


def _mute(r: _Reader, table: Mapping[str, Any], path: str, parties: Mapping[str, str]) -> Mute:
    r.known(table, path, (*_FILTER, "reason", "until"))
    which = _filter(r, table, path, parties)
    if which == Filter():
        mend = f"say what is muted: {', '.join(_FILTER)}"
        r.fail(path, "would mute everything", mend)
    reason = r.take(table, f"{path}.reason", str, "")
    if not reason.strip():
        r.fail(f"{path}.reason", "a mute has a reason", 'write reason = "…"')
    until = table.get("until")
    if isinstance(until, str):
        until = r.tried(f"{path}.until", lambda: dt.date.fromisoformat(str(until)), None)
    if not isinstance(until, dt.date) or isinstance(until, dt.datetime):
        r.fail(f"{path}.until", "a mute has a last day", "write until = 2026-12-31")
        until = dt.date.min
    named = zip(_FILTER, which, strict=True)
    what = "; ".join(f"{key} {', '.join(values)}" for key, values in named if values)
    return Mute(which, reason, until.toordinal(), f"mute of {what}")


def _days(r: _Reader, table: Mapping[str, Any], path: str) -> tuple[int, ...]:
    found: list[Any] = r.take(table, path, list, [])
    if not all(isinstance(n, int) and not isinstance(n, bool) and 0 <= n <= 3660 for n in found):
        r.fail(path, "lead times are days from 0 to 3660", "write days = [180, 90, 30, 7]")
        return ()
    return tuple(sorted(set(found), reverse=True))


def _reminders(
    r: _Reader, top: Mapping[str, Any], parties: Mapping[str, str]
) -> tuple[tuple[int, ...], tuple[Leads, ...]]:
    table: dict[str, Any] = r.take(top, "reminders", dict, {})
    r.known(table, "reminders", ("days", "for"))
    days = _days(r, table, "reminders.days") if "days" in table else LEADS
    found = []
    for number, part in enumerate(_tables(r, table, "for")):
        path = f"reminders.for[{number}]"
        r.known(part, path, (*_FILTER, "days"))
        if "days" not in part:
            r.fail(path, "names no days", "write days = [30, 7], or [] for none")
        found.append(Leads(_filter(r, part, path, parties), _days(r, part, f"{path}.days")))
    return days, tuple(found)


def _delivery(r: _Reader, top: Mapping[str, Any]) -> Delivery:
    table: dict[str, Any] = r.take(top, "delivery", dict, {})
    r.known(table, "delivery", Delivery._fields)
    values: dict[str, Any] = {}
    for key, least in (("attempts", 1), ("pause", 0), ("timeout", 0.1)):
        if key not in table:
            continue
        value = table[key]
        right = int if key == "attempts" else (int, float)
        if not isinstance(value, right) or isinstance(value, bool) or not least <= value <= 600:
            r.fail(f"delivery.{key}", f"{key} is a number from {least} to 600", "correct it")
        else:
            values[key] = value
    return Delivery(**values)
