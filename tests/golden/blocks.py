"""Cutting a large output into named blocks, so that a digest says what is different."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

#: What an element of a list is called by, the first of these that it has.
_KEYS = ("party", "fingerprint", "indicator", "name", "rule", "ruleId", "id", "title", "day")
_VENUE = re.compile(r"^SUMMARY:([^:\r\n]*)", re.MULTILINE)
_TABLE = re.compile(r'"(ccm [^"]*)"')


def cut(name: str, text: str) -> dict[str, str]:
    """The blocks of a text, by name; its suffix says how it is cut.

    Blocks of one name are one. Together they hold all that the text says; a
    change of order between them shows in none, so the whole is kept beside them.

    Args:
        name: of the output, with its suffix.
        text: the output.
    """
    by_suffix: dict[str, Callable[[str], Iterable[tuple[str, str]]]] = {
        "json": _json, "sarif": _json, "csv": _csv, "ics": _calendar, "sql": _sql, "md": _headings,
        "html": _html, "docx": _word, "pdf": _pages,
    }  # fmt: skip
    blocks: dict[str, list[str]] = defaultdict(list)
    for key, part in by_suffix.get(name.rpartition(".")[2], _paragraphs)(text):
        blocks[" ".join(key.split())[:80] or "(rest)"].append(part)
    return {key: "".join(parts) for key, parts in blocks.items()}


def _json(text: str) -> Iterator[tuple[str, str]]:
    # What stands after the document is what was written to standard error.
    try:
        data, end = json.JSONDecoder().raw_decode(text)
    except json.JSONDecodeError:
        yield "no JSON", text
        return
    yield "after it", text[end:]
    yield from _members("", data)


def _members(path: str, data: Any) -> Iterator[tuple[str, str]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _members(f"{path}{'.' if path else ''}{key}", value)
    elif isinstance(data, list) and data and all(isinstance(each, dict) for each in data):
        for each in data:
            if path == "runs":  # SARIF: one run, and what counts is in it
                yield from _members(path, each)
            else:
                key = next((str(each[key]) for key in _KEYS if each.get(key) is not None), "")
                yield f"{path} {key}", json.dumps(each)
    else:
        yield ".".join(path.split(".")[:2]), json.dumps(data)


def _csv(text: str) -> Iterator[tuple[str, str]]:
    rows = csv.reader(io.StringIO(text))
    head = next(rows)
    column = next((head.index(key) for key in _KEYS if key in head), 0)
    yield "(head)", repr(head)
    for row in rows:
        yield row[column] if column < len(row) else "", repr(row)


def _calendar(text: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"(?<=END:VEVENT\r\n)", text):
        found = _VENUE.search(part)
        yield found[1] if found else "", part


def _sql(text: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"(?<=;\n)", text):
        found = _TABLE.search(part)
        yield found[1] if found else "", part


def _headings(text: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"(?m)^(?=#)", text):
        yield part.partition("\n")[0], part


def _html(text: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"(?=<h[1-6]\b)", text):
        yield re.sub(r"<[^>]*>", "", re.split(r"</h[1-6]>", part, maxsplit=1)[0]), part


def _word(text: str) -> Iterator[tuple[str, str]]:
    """The XML parts as `documents.text_of` joins them, the main one by headings."""
    for file in re.split(r"(?m)^(?=# )", text):
        name, _, rest = file.partition("\n")
        for part in re.split(r'(?=<w:p>(?:(?!</w:p>).)*?<w:pStyle w:val="Heading)', rest):
            heading = re.sub(r"<[^>]*>", "", part.partition("</w:p>")[0]) if part != rest else ""
            yield f"{name} {heading}", part


def _pages(text: str) -> Iterator[tuple[str, str]]:
    for number, part in enumerate(text.split("\f"), 1):
        yield f"page {number}", part


def _paragraphs(text: str) -> Iterator[tuple[str, str]]:
    """A block begins at a line that is not indented and follows an empty one."""
    for part in re.split(r"(?<=\n\n)(?=\S)", text):
        yield part.partition("\n")[0], part
