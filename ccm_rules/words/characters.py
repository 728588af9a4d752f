"""Characters that no text may hold: a document goes in, the places of such texts come out.

Some programs end a text at U+0000 and run what follows it; terminals and printers obey
other control characters. Tabs and line ends are fine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

_HALF: Final = "holds half a character (a lone surrogate)", "write the whole character"
_ODD: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
#: What such a character looks like in the text of a JSON or TOML file.
_WRITTEN: Final = re.compile(
    "[\x7f-\x9f]|"
    r"\\(?:[bfr]|(?:u|U0000)(?:00(?:0[0-8b-fB-F]|1|7[fF]|[89])|[dD][89a-fA-F]))"
)


def first_odd(text: str) -> int | None:
    r"""Where the text of a JSON or TOML file may write such a character first.

    >>> first_odd(r'{"note": "caf\u00e9\t"}'), first_odd(r'{"note": "\u0000"}')
    (None, 10)
    """
    found = _WRITTEN.search(text)
    return found.start() if found else None


def odd_texts(document: Any) -> Iterator[tuple[str, str, str]]:
    """Every text, and every key, of a document that holds one.

    Yields:
        The path inside the document, what is wrong, and the mend.
    """
    left: list[tuple[str, Any]] = [("", document)]
    while left:
        path, value = left.pop()
        if isinstance(value, str):
            if wrong := _wrong(value):
                yield path, *wrong
        elif isinstance(value, Mapping):
            for key, inner in value.items():
                inside = f"{path}.{key}" if path else key
                left.append((inside, inner))
                if wrong := _wrong(key):
                    yield inside, f"its key {wrong[0]}", wrong[1]
        elif isinstance(value, list):
            left += [(f"{path}[{number}]", inner) for number, inner in enumerate(value)]


def _wrong(text: str) -> tuple[str, str] | None:
    if text.isprintable() or not (found := _ODD.search(text)):
        return None
    if "\ud800" <= found[0] <= "\udfff":
        return _HALF
    return f"holds a control character (U+{ord(found[0]):04X})", "take it out"
