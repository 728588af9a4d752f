"""Where in a facts file its facts and registers stand, from first to last character.

`ccm_rules.record.positions` finds the beginning of every value, slowly; this finds
the regions of whole items, as fast as the file is parsed.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import Final, NamedTuple

_BLANK: Final = re.compile(r"[ \t\r\n]*")
_SECTIONS: Final = ("facts", "registers")


class Region(NamedTuple):
    """A stretch of text: lines and columns from 1; the end column is behind the last."""

    line: int
    column: int
    end_line: int
    end_column: int


def regions(text: str) -> dict[str, Region]:
    """The regions of facts and registers, by path such as ``facts[3]``.

    Args:
        text: a sound facts file.
    """
    decode = json.JSONDecoder().raw_decode
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    found: dict[str, Region] = {}

    def after_blank(at: int) -> int:
        match = _BLANK.match(text, at)
        assert match is not None
        return match.end()

    def place(at: int) -> tuple[int, int]:
        line = bisect_right(starts, at)
        return line, at - starts[line - 1] + 1

    at = after_blank(after_blank(0) + 1)  # behind the opening brace
    while text[at] != "}":
        key, at = decode(text, at)
        at = after_blank(after_blank(at) + 1)  # behind the colon
        if key in _SECTIONS:
            number, at = 0, after_blank(at + 1)
            while text[at] != "]":
                _, end = decode(text, at)
                found[f"{key}[{number}]"] = Region(*place(at), *place(end))
                number, at = number + 1, after_blank(end)
                if text[at] == ",":
                    at = after_blank(at + 1)
            at += 1
        else:
            _, at = decode(text, at)
        at = after_blank(at)
        if text[at] == ",":
            at = after_blank(at + 1)
    return found
