"""Inputs grown from real ones: documents disturbed as documents, and as bytes.

A `Random` decides everything, so an input is known by a number. Documents are
trees of `Table` (pairs, so that a key can stand twice), lists and scalars; `Raw`
is text that goes into the file as it is, for what no honest writer would write.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Any


class Table(list):
    """The pairs of an object or table, in order."""


class Raw(str):
    """Text that is written as it is."""

    __slots__ = ()


#: What people, programs and enemies write where a text is wanted.
TEXTS = (
    "", " ", "  a  ", "0", "-1", "1e5", "null", "true", "NO", "a" * 300, "é", "e\u0301", "ﬁ", "İ",
    "\u202e", "\u200b", "\ufeff", "\x00", "\x7f", "\ud800", "😀", "a\nb", "a\r\nb", '"', "'", "\\",
    "%s", "%", "{p}", "{", "}", "{p.names}", "{p-q}", "{{p}}", "{0}", "{p!r}", "?", "?p", "?P",
    "?p.*", "?a < ?b", "?a<?b", "'a' == ?p", "as-of", "as-of > ?d", "?d >= 2020-13-45", "[[a]]",
    "../a", "/etc/passwd", "file:///a", "a.b[0].c", "a]", "a.", "[", "]", ".", "..", "facts[0]",
    "ZAF", "zaf", "XXX", "S", "S ¶1", " S", "11MSP", "deposit", "report", "deadline", "duty-status",
)  # fmt: skip
DATES = (
    "2023-06-30", "2023-06", "2023", "[2022-07-01..2023-06-30]", "[..2023-06-30]", "[2022..]",
    "[..]", "[]", "[2023..2022]", "0001-01-01", "0000-01-01", "9999-12-31", "9999", "0001",
    "2023-02-29", "2024-02-29", "1900-02-29", "2023-13-01", "2023-00-00", "2023-6-3", "20230630",
    "2023-06-30T00:00:00", "2023-06-30Z", "2023-06-30\n", " 2023", "٢٠٢٣", "２０２３",
    "2023-06-30?",
    "2023/2024", "-2023", "+2023", "10000", "[2023-06-30]", "[[2023..2024]]", "[2023...2024]",
    "2023–06–30", "[9998..9999]", "[0001..0002]", "9998-06-01", "0002-01-01", "1999", "2008",
)  # fmt: skip
SCALARS: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 7, 12, 31, 180, 2010, 2022, 2**31, 2**53, -(2**53), 2**63,
    10**30, 1.5, -0.0, 1e300,
)  # fmt: skip
JSON_RAW = (
    "NaN", "Infinity", "-Infinity", "1e999", "-0", "9" * 5000, "1" * 400, "0x10", "01", "'a'",
    '"\\ud800"', '"\\u0000"', '"\\x"', '"\t"', "[" * 100_000, '{"a":' * 20_000, "[" * 900, "//",
    "undefined", '"' + "a" * 20_000 + '"', "[]", "{}", "[[]]", "",
)  # fmt: skip
TOML_RAW = (
    "nan", "inf", "9" * 5000, "0x" + "f" * 5000, "1e999", "01", "'a'", "1979-05-27T07:32:00Z",
    "07:32:00", "2023-02-30", "0000-01-01", "0001-01-01", "9999-12-31", "[" * 20_000, "[" * 300,
    "{a = " * 20_000, "{a." + "b." * 200 + "c = 1}", '"' + "a" * 20_000 + '"', "'''\na\n'''", "[]",
    "{}", "[[]]", "[{}]", '"\\ud800"', '"\\u0000"', "", "{a = 1, a = 2}", "1_000", "0b11",
)  # fmt: skip
BYTES = (
    b"\x00", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\r\n", b"\r", b"\xc3", b"\xed\xa0\x80", b'"',
    b"\\", b"{", b"}", b"[", b"]", b",", b":", b"=", b".", b"#", b"'", b'"""', b"\xe2\x80\xa8",
    b"\x1b[31m", b"\x85", b"\x0b", b"-", b"0", b"9",
)  # fmt: skip


def nodes(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a tree, as its parent and its index."""
    stack = [tree]
    while stack:
        node = stack.pop()
        for number, child in enumerate(node):
            yield node, number
            value = child[1] if isinstance(node, Table) else child
            if isinstance(value, list):
                stack.append(value)


def _get(parent: Any, number: int) -> Any:
    return parent[number][1] if isinstance(parent, Table) else parent[number]


def _set(parent: Any, number: int, value: Any) -> None:
    parent[number] = (parent[number][0], value) if isinstance(parent, Table) else value


def copied(tree: Any) -> Any:
    """A copy that shares nothing that can change."""
    if isinstance(tree, Table):
        return Table((key, copied(value)) for key, value in tree)
    return [copied(value) for value in tree] if isinstance(tree, list) else tree


def date_like(choose: Random) -> str:
    """A date, or what looks like one."""
    roll = choose.random()
    if roll < 0.3:
        return choose.choice(DATES)
    if roll < 0.45:
        return f"[{_point(choose)}..{_point(choose)}]"
    if roll < 0.8:
        return _point(choose)
    text = list(choose.choice(DATES) if roll < 0.9 else _point(choose))
    for _ in range(choose.randint(1, 3)):
        at = choose.randrange(len(text) + 1)
        text[at : at + choose.randint(0, 2)] = choose.choice("0123456789-.[]/T ?~X²\n")
    return "".join(text)


def _point(choose: Random) -> str:
    year = choose.choice([0, 1, 2, 1582, 1900, 1999, 2000, 2008, 2010, 2024, 9998, 9999]) \
        if choose.random() < 0.3 else choose.randint(1, 9999)  # fmt: skip
    text = f"{year:04}"
    if choose.random() < 0.8:
        text += f"-{choose.randint(0, 13):02}"
        if choose.random() < 0.8:
            text += f"-{choose.randint(0, 32):02}"
    return text


def _value(choose: Random, raw: tuple[str, ...]) -> Any:
    roll = choose.random()
    if roll < 0.3:
        return choose.choice(TEXTS)
    if roll < 0.55:
        return date_like(choose)
    if roll < 0.75:
        return choose.choice(SCALARS)
    if roll < 0.9:
        return Raw(choose.choice(raw))
    return choose.choice([[], Table(), [Table()], [[]], Table([("a", Table([("b", [1])]))])])


def disturb(tree: Any, choose: Random, raw: tuple[str, ...], keys: tuple[str, ...]) -> Any:
    """Change a tree in one place.

    Args:
        tree: a copy that may be changed.
        choose: decides.
        raw: text that may be written as it is.
        keys: names that the format knows.
    """
    places = list(nodes(tree))
    if not places:
        return tree
    parent, number = choose.choice(places)
    value = _get(parent, number)
    match choose.randrange(9):
        case 0:
            del parent[number]
        case 1:
            parent.insert(choose.randrange(len(parent) + 1), copied(parent[number]))
        case 2:
            other, at = choose.choice(places)
            _set(parent, number, copied(_get(other, at)))
        case 3 if isinstance(parent, Table):
            parent[number] = (choose.choice([*keys, *TEXTS]), value)
        case 4 if isinstance(parent, Table):
            parent.append((choose.choice([*keys, *TEXTS]), _value(choose, raw)))
        case 5:
            _set(parent, number, choose.choice([[value], Table([("a", value)]), [value, value]]))
        case 6 if isinstance(value, str):
            _set(parent, number, _text(value, choose))
        case 7 if type(value) is int:
            _set(parent, number, value + choose.choice([-1, 1, 2, 100, -value, 10**9]))
        case _:
            _set(parent, number, _value(choose, raw))
    return tree


def _text(value: str, choose: Random) -> str:
    at = choose.randrange(len(value) + 1)
    if choose.random() < 0.5:
        return value[:at] + choose.choice(TEXTS) + value[at:]
    words = re.split(r"(\W)", value)
    words[choose.randrange(len(words))] = choose.choice([*TEXTS, *words])
    return "".join(words)


def bytewise(data: bytes, choose: Random) -> bytes:
    """Change bytes: as a bad disk, a bad editor or a bad transfer would."""
    for _ in range(choose.choice([1, 1, 1, 2, 4])):
        at = choose.randrange(len(data) + 1)
        end = min(len(data), at + choose.choice([0, 1, 1, 2, 8, 40]))
        match choose.randrange(5):
            case 0:
                data = data[:at] + data[end:]
            case 1:
                data = data[:at] + choose.choice(BYTES) + data[end:]
            case 2:
                data = data[:end] + data[at:]
            case 3:
                data = data[:at] if choose.random() < 0.3 else data[:at] + b" " + data[at:]
            case _:
                data = data[:at] + bytes([choose.randrange(256)]) + data[at + 1 :]
    return data


# -- writing -----------------------------------------------------------------------


def tree_of(value: Any) -> Any:
    """The tree of parsed JSON or TOML."""
    if isinstance(value, dict):
        return Table((key, tree_of(item)) for key, item in value.items())
    return [tree_of(item) for item in value] if isinstance(value, list) else value


def as_json(tree: Any) -> str:
    """Write a tree as JSON, as far as it is that."""
    if isinstance(tree, Table):
        return "{" + ", ".join(f"{json.dumps(key)}: {as_json(v)}" for key, v in tree) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(map(as_json, tree)) + "]"
    if isinstance(tree, Raw):
        return tree
    return json.dumps(tree, ensure_ascii=isinstance(tree, str) and "\ud800" in tree)


def as_toml(tree: Table) -> str:
    """Write a tree as TOML, as far as it is that: tables by their headers."""
    plain, tables = [], []
    for key, value in tree:
        if isinstance(value, Table):
            tables += [f"[{_key(key)}]", *(f"{_key(k)} = {_inline(v)}" for k, v in value), ""]
        elif isinstance(value, list) and value and all(isinstance(v, Table) for v in value):
            for item in value:
                tables += [f"[[{_key(key)}]]", *(f"{_key(k)} = {_inline(v)}" for k, v in item), ""]
        else:
            plain.append(f"{_key(key)} = {_inline(value)}")
    return "\n".join([*plain, "", *tables])


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key)


def _inline(value: Any) -> str:
    if isinstance(value, Table):
        return "{ " + ", ".join(f"{_key(k)} = {_inline(v)}" for k, v in value) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    if isinstance(value, Raw):
        return value
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii="\ud800" in value).replace("\x7f", "\\u007f")
    return "0" if value is None else json.dumps(value)


def grown(
    tree: Any,
    choose: Random,
    write: Callable[[Any], str],
    raw: tuple[str, ...],
    keys: tuple[str, ...],
) -> bytes:
    """An input grown from a tree (which may be changed)."""
    for _ in range(choose.choice([0, 1, 1, 1, 2, 3])):
        tree = disturb(tree, choose, raw, keys)
    data = write(tree).encode(errors="surrogatepass")
    return bytewise(data, choose) if choose.random() < 0.2 else data
