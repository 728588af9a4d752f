"""The files of a rule: its law, the same in other languages, and its cases.

NAME.toml is the law, NAME.fr.toml says it in French, NAME.cases.toml tests it. `joined`
(in ccm_rules.law.rule_document) makes one document of them, and a `Source` that knows where
each part of it stands, so that a message names the right file and line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ccm_rules.errors import Problem

#: Codes of the languages that a rule may be said in beside English.
LANGUAGES: Final = ("fr",)
CASE_KEYS: Final = ("case", "equivalent")
_CASES: Final = ".cases.toml"
_LISTS: Final = (
    "derive",
    "count",
    "finding",
    "report_section",
    "population",
    "indicator",
    *CASE_KEYS,
)
_PATH: Final = re.compile(rf"({'|'.join(_LISTS)})\[(\d+)\]\.?([a-z_]*)")
_SINGLE: Final = re.compile(r"(duty|authority)\.?([a-z_]*)")
_HEADER: Final = re.compile(r"\s*\[\[?\s*([^\]\s]+)\s*\]\]?\s*(#.*)?\Z")


class At(NamedTuple):
    """A place: a file, as messages name it, and a line."""

    file: str
    line: int


NOWHERE: Final = At("", 0)


class Sheets(NamedTuple):
    """The files of one rule, as bytes.

    Attributes:
        file: the path of its law.
        law: the law.
        words: the same in other languages, by code.
        cases: its cases, or ``None`` where there are none or they are not wanted.
    """

    file: str
    law: bytes
    words: Mapping[str, bytes] = {}
    cases: bytes | None = None


class Sheet(NamedTuple):
    """One of these files, parsed."""

    file: str
    lines: tuple[str, ...]
    document: Mapping[str, Any]


NO_SHEET: Final = Sheet("", (), {})


def is_law(name: str) -> bool:
    """Whether a file of a folder is the law of a rule.

    >>> [is_law(name) for name in ("a.toml", "a.fr.toml", "a.cases.toml", "README.md")]
    [True, False, False, False]
    """
    return name.endswith(".toml") and law_of(name) == name


def law_of(name: str) -> str:
    """The law that a file belongs to.

    >>> law_of("clearance.cases.toml"), law_of("clearance.fr.toml"), law_of("clearance.toml")
    ('clearance.toml', 'clearance.toml', 'clearance.toml')
    """
    for ending in (_CASES, *(f".{code}.toml" for code in LANGUAGES)):
        if name.endswith(ending):
            return name.removesuffix(ending) + ".toml"
    return name


def words_file(law: str, language: str) -> str:
    """The file that says a law in another language."""
    return f"{law.removesuffix('.toml')}.{language}.toml"


def cases_file(law: str) -> str:
    """The file with the cases of a law."""
    return law.removesuffix(".toml") + _CASES


def read_sheets(law: str, read: Callable[[str], bytes | None], *, cases: bool = True) -> Sheets:
    """Read the files of a rule, or those of the vocabulary.

    Args:
        law: the path of its law.
        read: reads a file; ``None`` where there is no such file.
        cases: whether its cases are wanted.
    """
    words = {code: read(words_file(law, code)) for code in LANGUAGES}
    said = {code: data for code, data in words.items() if data is not None}
    return Sheets(law, read(law) or b"", said, read(cases_file(law)) if cases else None)


class Source:
    """Where the parts of a rule's document stand.

    Args:
        law: its law.
        cases: its cases.
    """

    def __init__(self, law: Sheet = NO_SHEET, cases: Sheet | None = None) -> None:
        self.file = law.file
        self._law = law
        self._cases = cases
        #: Where a text stands in the language that is read, by its path.
        self.said: dict[str, At] = {}

    @classmethod
    def of_text(cls, file: str, text: str) -> Source:
        """The source of a document that stands in one file."""
        return cls(Sheet(file, tuple(text.splitlines()), {}))

    def at(self, path: str, *needles: str) -> At:
        """Where a path stands, as near as the text tells.

        Args:
            path: such as ``finding[0].says``.
            needles: texts, to find the first line below it in its table that holds all.
        """
        if path in self.said:
            return self.said[path]
        table, number, key = split(path)
        of_case = self._cases is not None and table in CASE_KEYS
        sheet = self._cases if of_case and self._cases is not None else self._law
        return At(sheet.file, line_of(sheet.lines, table, number, key, *needles))


def unknown_keys(sheet: Sheet, there: Iterable[str], allowed: Sequence[str]) -> Iterator[Problem]:
    """Keys that may not stand at the top of a file."""
    for key in there:
        if key not in allowed:
            line = line_of(sheet.lines, "", 0, key)
            mend = f"use {', '.join(allowed)}"
            yield Problem(sheet.file, line, 1, key, f"unknown key {key!r}", mend)


# -- lines -------------------------------------------------------------------------


def split(path: str) -> tuple[str, int, str]:
    """The table, its number and the key of a path.

    >>> split("finding[2].says"), split("duty.due"), split("title")
    (('finding', 2, 'says'), ('duty', 0, 'due'), ('', 0, 'title'))
    """
    if match := _PATH.match(path):
        return match[1], int(match[2]), match[3]
    if match := _SINGLE.match(path):
        return match[1], 0, match[2]
    return "", 0, re.split(r"[.\[]", path)[0]


def line_of(
    lines: Sequence[str], table: str, number: int = 0, key: str = "", *needles: str
) -> int:
    """The line of a key, as near as the text tells.

    Args:
        lines: of a file.
        table: the name in its header; empty for the top.
        number: which of several tables of this name.
        key: the key; empty for the header.
        needles: texts, to find the first line from there on in the table that holds all.
    """
    at, seen = 0, -1
    if table:
        for here, line in enumerate(lines):
            header = _header(line)
            if header == table or (seen < 0 and header.startswith(f"{table}.")):
                seen += 1
                if seen == number:
                    at = here
                    break
    if key:
        quoted = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*=""")
        for here in range(at, len(lines)):
            header = _header(lines[here])
            if header and table and here > at and not header.startswith(f"{table}."):
                break
            if quoted.match(lines[here]) or header == f"{table}.{key}":
                at = here
                break
    for here in range(at, len(lines)) if needles else ():
        if here > at and _header(lines[here]):
            break
        if all(needle in lines[here] for needle in needles):
            return here + 1
    return at + 1


def _header(line: str) -> str:
    """What a line is the header of, if of anything."""
    match = _HEADER.match(line)
    return match[1].replace('"', "") if match else ""
