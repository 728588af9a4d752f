"""Places: a JSON text goes in; line and column of each value come out.

The standard reader is fast and forgets positions; this one is slow and is used
only when there is something to report.
"""

from __future__ import annotations

import re
import sys
from typing import NamedTuple

_TOKEN = re.compile(r'[ \t\r\n]*(?:([{}\[\],:])|("(?:[^"\\]|\\.)*")|([^\s{}\[\],:"]+))', re.DOTALL)


class Positions(NamedTuple):
    """Line and column of the values of one JSON text.

    Attributes:
        places: (line, column), both from 1, by path such as ``facts[3].date``.
        duplicates: paths of keys that stand twice in one object.
    """

    places: dict[str, tuple[int, int]]
    duplicates: dict[str, tuple[int, int]]

    def at(self, path: str) -> tuple[int, int]:
        """The place of a path, or of the nearest value that encloses it."""
        while path and path not in self.places:
            # Keys hold anything, so what cannot be split is cut short.
            path = re.sub(r"(\.?[^.\[\]]+|\[\d+\]|.)\Z", "", path, flags=re.DOTALL)
        return self.places.get(path, (1, 1))


def odd_number(text: str) -> tuple[str, tuple[int, int]]:
    """What is wrong with the first number that JSON does not know, and where it stands."""
    for match in _TOKEN.finditer(text):
        word = match[3] or ""
        if word.lstrip("-") in ("NaN", "Infinity"):
            return f"{word} is not JSON", _place(text, match.start(3))
        digits = word.lstrip("-")
        if digits.isdigit() and len(digits) > sys.get_int_max_str_digits():
            return f"a number has {len(digits):,} digits", _place(text, match.start(3))
    return "holds a number that cannot be read", (1, 1)


def deepest(text: str) -> tuple[int, int]:
    """Where the nesting of a text is deepest."""
    depth, most, at = 0, 0, 0
    for match in _TOKEN.finditer(text):
        if match[1] in ("{", "["):
            depth += 1
            if depth > most:
                most, at = depth, match.start(1)
        elif match[1] in ("}", "]"):
            depth -= 1
    return _place(text, at)


def _place(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1


def locate(text: str) -> Positions:
    """Find the place of every value of a well-formed JSON text."""
    import json  # only needed here to decode keys

    places: dict[str, tuple[int, int]] = {}
    duplicates: dict[str, tuple[int, int]] = {}
    line, line_start, seen = 1, 0, 0
    # One frame an open bracket: its path, the keys met (None for arrays), the
    # index or key at hand, and whether a key is expected next.
    stack: list[tuple[str, set[str] | None]] = []
    index: list[int] = []
    key: list[str] = []
    expect_key = False

    def here() -> str:
        if not stack:
            return ""
        path, keys = stack[-1]
        if keys is None:
            return f"{path}[{index[-1]}]"
        return f"{path}.{key[-1]}" if path else key[-1]

    for match in _TOKEN.finditer(text):
        start = match.start(match.lastindex or 0)
        line += text.count("\n", seen, start)
        if "\n" in text[seen:start]:
            line_start = text.rfind("\n", seen, start) + 1
        seen = start
        place = (line, start - line_start + 1)
        mark, string, _ = match.groups()
        if mark in ("}", "]"):
            stack.pop()
            index.pop()
            key.pop()
            expect_key = False
        elif mark == ",":
            index[-1] += 1
            expect_key = stack[-1][1] is not None
        elif mark == ":":
            expect_key = False
        elif expect_key and string is not None:
            keys = stack[-1][1]
            assert keys is not None
            key[-1] = json.loads(string)
            if key[-1] in keys:
                duplicates[here()] = place
            keys.add(key[-1])
        else:
            path = here()
            places.setdefault(path, place)
            if mark in ("{", "["):
                stack.append((path, set() if mark == "{" else None))
                index.append(0)
                key.append("")
                expect_key = mark == "{"
    return Positions(places, duplicates)
