"""The log of the nightly job: one line a thing that happened, on standard error."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable

from ccm_rules.formats.terminal import harmless

FORMATS = ("text", "json")


class Logger:
    """Writes lines as text (``level event key=value``) or as JSON objects.

    Args:
        form: ``text`` or ``json``.
        now: the time, as ISO 8601.
    """

    def __init__(self, form: str, now: Callable[[], str]) -> None:
        self._form = form
        self._now = now

    def __call__(self, level: str, event: str, **values: object) -> None:
        """Write one line; that nobody reads it stops nothing."""
        if self._form == "json":
            line = json.dumps({"time": self._now(), "level": level, "event": event, **values})
        else:
            words = [f"{key}={self._word(value)}" for key, value in values.items()]
            line = " ".join([f"ccm-check: {level}: {event}", *words])
            rest = str(values.get("reason", "")).split("\n")[1:]
            line = "\n".join([line, *(f"    {harmless(text)}" for text in rest)])
        with contextlib.suppress(OSError, ValueError):
            print(line.encode("ascii", "backslashreplace").decode(), file=sys.stderr, flush=True)

    @staticmethod
    def _word(value: object) -> str:
        text = harmless(str(value).partition("\n")[0])
        return json.dumps(text, ensure_ascii=False) if " " in text or not text else text
