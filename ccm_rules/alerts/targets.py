"""Where to send, said as one URL: ``--to`` on the command line, ``url`` in a file.

A URL never holds a password: the process list shows it to everyone.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from ccm_rules.alerts.config import Channel, Secret

PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}
BATCH: Final = 500

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\Z")
_NAMED = re.compile(r"[^<>@\x00-\x1f\x7f]*<([^<>]*)>\Z")
_OPTIONS: Final = ("from", "to", "tls", "password_file", "password_env")


class TargetError(ValueError):
    """A URL cannot be used; the message says what to write, never a secret."""


def address(text: str) -> str:
    """A mail address, checked so that it cannot say more than an address.

    Raises:
        TargetError: it is none.
    """
    if len(text) > 254 or not _ADDRESS.match(text):
        raise TargetError(f"{text!r} is no mail address (write name@example.org, in ASCII)")
    return text


def sender(text: str) -> str:
    """A From address, with or without a name: ``Alerts <alerts@example.org>``.

    Raises:
        TargetError: it is none.
    """
    match = _NAMED.match(text)
    address(match[1] if match else text)
    return text


def target(
    url: str, environment: Mapping[str, str] = os.environ
) -> tuple[Channel, tuple[str, ...]]:
    """A channel and its recipients, from one URL.

    ``smtp://user@host:587?from=A&to=B,C`` (STARTTLS; ``tls=none`` for a relay on this
    machine), ``smtps://…``, ``https://…`` (a webhook), ``file:///path`` or a path with
    a slash (a folder), ``stdout:`` or ``-``. The secret comes from CCM_SMTP_PASSWORD
    or CCM_SMTP_PASSWORD_FILE, the key of a webhook from CCM_WEBHOOK_KEY or
    CCM_WEBHOOK_KEY_FILE.

    Raises:
        TargetError: nothing can be sent there.
    """
    if any(ord(c) <= 32 or ord(c) == 127 for c in url):
        raise TargetError("a URL holds no spaces and no control characters")
    if url in ("-", "stdout:", "stdout"):
        return Channel("stdout", "stdout"), ("",)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise TargetError(f"{_plain(url)!r} is no URL") from None
    if parts.password is not None:
        raise TargetError(
            "a URL must not hold a password, since everyone sees it in the process list: "
            "use CCM_SMTP_PASSWORD_FILE, CCM_SMTP_PASSWORD, or password_file in a routing file"
        )
    if parts.scheme in ("smtp", "smtps"):
        return _mail(url, environment)
    if parts.scheme in ("http", "https"):
        if not parts.hostname:
            raise TargetError(f"{_plain(url)!r} names no host")
        if parts.username is not None:
            raise TargetError("a webhook's URL holds no user; put a token into its path")
        del port
        name = f"{parts.scheme}://{parts.netloc} {_short(url)}"
        key = _secret("CCM_WEBHOOK_KEY", environment)
        return Channel(name, "webhook", url=url, secret=key, batch=BATCH), ("",)
    if parts.scheme == "file" or (not parts.scheme and "/" in url):
        if parts.netloc not in ("", "localhost"):
            raise TargetError("file: names a folder of this machine: file:///var/lib/alerts")
        folder = unquote(parts.path) if parts.scheme else url
        return Channel(f"folder {folder}", "folder", folder=folder), ("",)
    raise TargetError(
        f"{_plain(url)!r} is none of smtp://, smtps://, https://, http://, file:///, stdout:"
    )


def _mail(url: str, environment: Mapping[str, str]) -> tuple[Channel, tuple[str, ...]]:
    parts = urlsplit(url)
    options = _options(parts.query)
    if not parts.hostname:
        raise TargetError("name the mail server: smtp://mail.example.org?from=…&to=…")
    first: Callable[[str], str] = lambda name: options.get(name, [""])[0]  # noqa: E731
    tls = first("tls") or ("tls" if parts.scheme == "smtps" else "starttls")
    if tls not in PORTS or (parts.scheme == "smtps" and tls != "tls"):
        raise TargetError("tls is starttls, tls or none; smtps:// means tls")
    named = [part.strip() for value in options.get("to", []) for part in value.split(",")]
    recipients = tuple(dict.fromkeys(address(part) for part in named if part))
    secret = Secret(first("password_env"), first("password_file"))
    channel = Channel(
        f"{parts.scheme}://{parts.hostname}",
        "smtp",
        host=parts.hostname,
        port=parts.port or PORTS[tls],
        tls=tls,
        user=unquote(parts.username or ""),
        sender=sender(first("from")) if first("from") else "",
        secret=secret or _secret("CCM_SMTP_PASSWORD", environment),
    )
    check_mail(channel)
    return channel, recipients


def _options(query: str) -> dict[str, list[str]]:
    """What follows the question mark of a mail server's URL."""
    options = parse_qs(query, keep_blank_values=True)
    for name, values in options.items():
        if name not in _OPTIONS:
            raise TargetError(f"{name!r} is unknown; there are {', '.join(_OPTIONS)}")
        if len(values) > 1 and name != "to":
            raise TargetError(f"{name!r} stands twice")
    return options


def check_mail(channel: Channel) -> None:
    """See that a password never goes over an open line.

    Raises:
        TargetError: it would.
    """
    if channel.user and channel.tls == "none" and not local(channel.host):
        raise TargetError("a login needs TLS: leave tls=none out, or use no user")


def local(host: str) -> bool:
    """Whether a host is this machine."""
    return host in ("localhost", "::1") or host.startswith("127.")


def _secret(name: str, environment: Mapping[str, str]) -> Secret:
    if environment.get(name):
        return Secret(env=name)
    return Secret(file=environment.get(f"{name}_FILE", ""))


def _short(url: str) -> str:
    """Stands for a URL that may hold a token, and tells two of one host apart."""
    return hashlib.sha256(url.encode("utf-8", "surrogateescape")).hexdigest()[:8]


def _plain(url: str) -> str:
    """The part of a URL that holds no token."""
    return url.partition("?")[0].partition("#")[0][:40]
