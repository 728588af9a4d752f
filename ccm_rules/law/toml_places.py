"""Where things stand in TOML files: in goes a path of a document, out come file and line.

`tomllib` forgets lines, so they are looked for in the text: a header of a table, then a key
below it. A path that stands inline is found at the line that begins it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple, Self

from ccm_rules.errors import InputError, Problem
from ccm_rules.law.toml import read_toml

_HEADER: Final = re.compile(r"\s*\[\[?\s*([^\]\s]+)\s*\]\]?\s*(#.*)?\Z")
_STEP: Final = re.compile(r"([^.\[\]]+)(?:\[(\d+)\])*")


class At(NamedTuple):
    """A place: a file, as messages name it, and a line."""

    file: str
    line: int


NOWHERE: Final = At("", 0)


class Sheet(NamedTuple):
    """A TOML file, parsed."""

    file: str
    lines: tuple[str, ...] = ()
    document: Mapping[str, Any] = {}

    def at(self, path: str, *needles: str) -> At:
        """Where a path stands; see `line_of`."""
        return At(self.file, line_of(self.lines, path, *needles))


def parsed(files: Iterable[tuple[str, bytes | None]]) -> list[Sheet | None]:
    """Parse files, by name; ``None`` where there is none.

    Raises:
        InputError: with everything that is no TOML.
    """
    problems: list[Problem] = []
    found: list[Sheet | None] = []
    for file, data in files:
        sheet = None
        if data is not None:
            try:
                text, document = read_toml(file, data)
                sheet = Sheet(file, tuple(text.splitlines()), _unwrapped(document))
            except InputError as error:
                problems += error.problems
        found.append(sheet)
    if problems:
        raise InputError(problems)
    return found


def _unwrapped(value: Any) -> Any:
    """A document in which texts that run over several lines are one line each."""
    if isinstance(value, str):
        # A space that does not break belongs to the text.
        return " ".join(line.strip(" \t") for line in value.split("\n")) if "\n" in value else value
    if isinstance(value, dict):
        return {key: _unwrapped(item) for key, item in value.items()}
    return [_unwrapped(item) for item in value] if isinstance(value, list) else value


class Source:
    """Where the parts of a document stand that is joined of several files.

    Args:
        law: the file that all stands in that stands nowhere else.
    """

    def __init__(self, law: Sheet) -> None:
        self.file = law.file
        self._law = law
        #: The file of a table, or of a key of a table that stands in several, and which of
        #: the tables of its name it is there.
        self.origins: dict[tuple[str, int], tuple[Sheet, int]] = {}
        #: Where a text stands in the language that is read, by its path.
        self.said: dict[str, At] = {}

    def at(self, path: str, *needles: str) -> At:
        """Where a path stands, as near as the text shows; see `line_of`."""
        if path in self.said:
            return self.said[path]
        steps = list(_STEP.finditer(path))[:2]
        if not steps:
            return self._law.at(path, *needles)
        table, number = steps[0][1], int(steps[0][2] or 0)
        sheet, there = self.origins.get((table, number), (self._law, number))
        if len(steps) > 1:
            sheet, _ = self.origins.get((f"{table}.{steps[1][1]}", number), (sheet, there))
        if steps[0][2]:
            path = f"{table}[{there}]{path[steps[0].end() :]}"
        return sheet.at(path, *needles)


class Place(NamedTuple):
    """Where something stands in a document; what is wrong there is gathered.

    Attributes:
        source: finds lines.
        problems: what is wrong with the document so far.
        path: such as ``finding[0].says``.
    """

    source: Sheet | Source
    problems: list[Problem]
    path: str = ""

    @property
    def key(self) -> str:
        """The last key of the path."""
        return re.sub(r"(\[\d+\])+\Z", "", self.path).rpartition(".")[2]

    @property
    def at(self) -> At:
        """File and line."""
        return self.source.at(self.path)

    def __truediv__(self, key: str) -> Self:
        return self._replace(path=f"{self.path}.{key}" if self.path else key)

    def item(self, number: int) -> Self:
        """One of the values of a list that stands here."""
        return self._replace(path=f"{self.path}[{number}]")

    def fail(self, message: str, mend: str, line: int = 0) -> None:
        """Note that something is wrong here, or at another line of the same file."""
        at = self.at
        self.problems.append(Problem(at.file, line or at.line, 1, self.path, message, mend))


def value_at(document: Any, path: str) -> Any:
    """What stands at a path of a document.

    >>> value_at({"finding": [{}, {"says": "…"}]}, "finding[1].says")
    '…'
    """
    for key, number in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path):
        document = document[int(number)] if number else document[key]
    return document


def line_of(lines: Sequence[str], path: str, *needles: str) -> int:
    """The line of a path, as near as the text tells.

    Args:
        lines: of a file.
        path: such as ``finding[0].says``, or ``finding[0].`` for the table's header.
        needles: texts, to find the first line from there on in the table that holds all.

    >>> text = ["a = 1", "[[finding]]", "[[finding]]", 'says = "…"', 'when = ["met"]', "[duty]"]
    >>> [line_of(text, p) for p in ("a", "finding[1].when[0]", "finding[0].says", "duty", "zzz")]
    [1, 5, 2, 6, 1]
    """
    at, end, table = 0, _next_table(lines, 0, ""), ""
    for step in _STEP.finditer(path):
        key, number = step[1], int(step[2] or 0)
        inner = f"{table}.{key}" if table else key
        there = _table(lines, inner, number, at if table else 0, end if table else len(lines))
        if there is None:
            written = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*=""")
            at = next((n for n in range(at, end) if written.match(lines[n])), at)
            break
        at, table = there, inner
        end = _next_table(lines, at + 1, table)
    for here in range(at, len(lines)) if needles else ():
        if here > at and _header(lines[here]):
            break
        if all(needle in lines[here] for needle in needles):
            return here + 1
    return at + 1


def _table(lines: Sequence[str], name: str, number: int, start: int, end: int) -> int | None:
    """The header of one of several tables of a name, or of what is first within it."""
    seen = -1
    for here in range(start, end):
        header = _header(lines[here])
        if header == name or (seen < 0 and header.startswith(f"{name}.")):
            seen += 1
            if seen == number:
                return here
    return None


def _next_table(lines: Sequence[str], start: int, table: str) -> int:
    """Where the next table begins that is not part of this one."""
    for here in range(start, len(lines)):
        header = _header(lines[here])
        if header and not (table and header.startswith(f"{table}.")):
            return here
    return len(lines)


def _header(line: str) -> str:
    """What a line is the header of, if of anything."""
    match = _HEADER.match(line)
    return match[1].replace('"', "") if match else ""
