"""Messages as JSON by HTTP, signed as Standard Webhooks say.

Three headers come with each: ``webhook-id`` (the message's id, also sent as
``Idempotency-Key``), ``webhook-timestamp`` (seconds since 1970) and, where there is a
key, ``webhook-signature``: ``v1,`` and the base64 of HMAC-SHA-256 over
``id.timestamp.body``. A key that begins with ``whsec_`` is base64; any other is taken
as its bytes. A redirect is not followed: whoever answers it is not who was named.
"""

from __future__ import annotations

import base64
import binascii
import calendar
import email.message
import hashlib
import hmac
import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import ccm_rules
from ccm_rules.alerts.channels.sending import Failure, Refusal
from ccm_rules.alerts.config import Channel, SecretError
from ccm_rules.alerts.ledger import Message

#: Answers after which the same request may well be taken later.
_PASSING = frozenset({408, 425, 429})


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow nothing."""


class Webhook:
    """Posts to one URL."""

    def __init__(self, channel: Channel, timeout: float) -> None:
        self._channel = channel
        self._timeout = timeout

    def send(self, message: Message, recipients: Sequence[str], now: str) -> Mapping[str, Refusal]:
        """Post one message; see `Sender`."""
        body = json.dumps(message.body, ensure_ascii=False, separators=(",", ":"))
        data = body.encode("utf-8", "backslashreplace")
        try:
            url = self._channel.url or self._channel.url_secret.read()
            headers = self._headers(message, data, now)
        except SecretError as error:
            raise Failure(str(error), again=False) from None
        if urlsplit(url).scheme not in ("http", "https"):
            raise Failure("the URL of the webhook is neither http:// nor https://", again=False)
        try:
            post(url, data, headers, self._timeout)
        except urllib.error.HTTPError as error:
            with error:
                raise self._answered(error) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Failure(_without(url, why(error))) from None
        return {}

    def _headers(self, message: Message, data: bytes, now: str) -> dict[str, str]:
        stamp = str(calendar.timegm(time.strptime(now, "%Y-%m-%dT%H:%M:%SZ")))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": message.id,
            "webhook-id": message.id,
            "webhook-timestamp": stamp,
        }
        if self._channel.secret:
            key = _key(self._channel.secret.read())
            signed = b".".join([message.id.encode(), stamp.encode(), data])
            digest = hmac.new(key, signed, hashlib.sha256).digest()
            headers["webhook-signature"] = "v1," + base64.b64encode(digest).decode()
        return headers

    def _answered(self, error: urllib.error.HTTPError) -> Failure:
        code = error.code
        if 300 <= code < 400:
            host = urlsplit(error.headers.get("Location", "")).hostname or "elsewhere"
            said = f"answered {code}, a redirect to {host}, which is not followed: name the new URL"
            return Failure(said, again=False)
        passing = code >= 500 or code in _PASSING
        return Failure(f"answered {code}", again=passing, after=_after(error.headers))


def post(url: str, data: bytes | None, headers: Mapping[str, str], timeout: float) -> None:
    """Send one request; a GET where there are no data.

    Raises:
        urllib.error.HTTPError: the answer was not 2xx.
        OSError, http.client.HTTPException, ValueError: there was none.
    """
    request = urllib.request.Request(url, data=data, headers=dict(headers))  # noqa: S310
    request.add_header("User-Agent", f"ccm-check/{ccm_rules.__version__}")
    opener = urllib.request.build_opener(_Stay)
    with opener.open(request, timeout=timeout) as answer:
        answer.read(1)


def why(error: BaseException) -> str:
    """What a failed request says, in words."""
    reason = getattr(error, "reason", None)
    if isinstance(error, TimeoutError) or isinstance(reason, TimeoutError):
        return "did not answer in time"
    return " ".join(f"{reason or error or type(error).__name__}".split())


def _without(url: str, text: str) -> str:
    """A text without the URL, which may hold a token."""
    parts = urlsplit(url)
    for secret in (url, parts.path, parts.query):
        if len(secret) > 1:
            text = text.replace(secret, "…")
    return text


def _key(secret: str) -> bytes:
    if not secret.startswith("whsec_"):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise SecretError("the key of the webhook begins with whsec_ but is no base64") from None


def _after(headers: email.message.Message) -> float:
    """Seconds that a Retry-After header asks for; a date counts as the longest wait."""
    text = headers.get("Retry-After", "") or ""
    if text.isascii() and text.isdigit():
        return float(text[:6])
    return 60.0 if text else 0.0
