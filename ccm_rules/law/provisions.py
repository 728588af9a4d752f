"""Provisions: what several rules say alike, said once, with gaps.

A file of ``provisions/`` holds tables of a rule in which ``<article>`` stands for what differs.
A rule that says ``[applies.extension-window]`` with ``article = "4"`` holds them too, filled.
The French and the cases of a provision stand beside it, as those of a rule do.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from ccm_rules.errors import Problem
from ccm_rules.law.sheets import (
    NO_SHEET,
    At,
    Sheet,
    Sheets,
    cases_file,
    line_of,
    parsed,
    words_file,
)

#: What a rule says of the provisions that it applies, and a provision of what it leaves open.
APPLIES: Final = "applies"
GAPS: Final = "gaps"
_GAP: Final = re.compile(r"<([a-z][a-z0-9_]*)>")


class Provision(NamedTuple):
    """A provision, parsed.

    Attributes:
        law: its tables, with gaps.
        words: the same in the language that is read, or ``None``.
        cases: its cases, or ``None``.
    """

    law: Sheet
    words: Sheet | None
    cases: Sheet | None


class Provisions:
    """The provisions of a directory of rules, parsed when they are first applied.

    Args:
        files: of the provisions.
        language: code of the language that is read.
    """

    def __init__(self, files: Iterable[Sheets] = (), language: str = "en") -> None:
        self._files = {os.path.basename(one.file).removesuffix(".toml"): one for one in files}
        self._language = language
        self._parsed: dict[str, Provision] = {}

    def __contains__(self, name: str) -> bool:
        """Whether there is such a provision."""
        return name in self._files

    def __iter__(self) -> Iterator[str]:
        """The names of all provisions."""
        return iter(self._files)

    def __getitem__(self, name: str) -> Provision:
        """A provision by its name.

        Raises:
            InputError: one of its files is no TOML.
        """
        if name not in self._parsed:
            files = self._files[name]
            law, words, cases = parsed(
                [
                    (files.file, files.law),
                    (words_file(files.file, self._language), files.words.get(self._language)),
                    (cases_file(files.file), files.cases),
                ]
            )
            self._parsed[name] = Provision(law or NO_SHEET, words, cases)
        return self._parsed[name]


def gaps_in(value: Any) -> set[str]:
    """The gaps of a table, by name.

    >>> sorted(gaps_in({"name": "<what>-late", "all": [{"article": "<article>"}]}))
    ['article', 'what']
    """
    if isinstance(value, str):
        return set(_GAP.findall(value))
    if isinstance(value, Mapping):
        return set().union(*(gaps_in(key) | gaps_in(item) for key, item in value.items()))
    return set().union(*map(gaps_in, value)) if isinstance(value, list) else set()


def filled(value: Any, values: Mapping[str, Any], names: Mapping[str, Any] | None = None) -> Any:
    """A table with its gaps filled; a gap that stands alone may be filled with anything.

    Args:
        value: the table, or what stands in it.
        values: what fills the gaps.
        names: what fills those of the table's keys, where that is not the same.

    >>> filled({"name": "<what>-late", "key": "<key>"}, {"what": "report", "key": ["?y"]})
    {'name': 'report-late', 'key': ['?y']}
    """
    if isinstance(value, str):
        alone = _GAP.fullmatch(value)
        if alone and alone[1] in values:
            return values[alone[1]]
        return _GAP.sub(lambda match: str(values.get(match[1], match[0])), value)
    if isinstance(value, Mapping):
        named = values if names is None else names
        return {filled(k, named): filled(item, values, names) for k, item in value.items()}
    return [filled(item, values, names) for item in value] if isinstance(value, list) else value


def applied(
    sheet: Sheet, values: Mapping[str, Any], names: Mapping[str, Any] | None = None
) -> Sheet:
    """A file of a provision with its gaps filled: its text too, so that lines are found.

    Args:
        sheet: the file.
        values: what fills the gaps.
        names: what fills those of names, where it says the law in another language.
    """
    document = {key: item for key, item in sheet.document.items() if key != GAPS}
    lines = (filled(x, names or values if x.startswith("[") else values) for x in sheet.lines)
    return Sheet(sheet.file, tuple(lines), filled(document, values, names))


def flaws(sheet: Sheet, known: Iterable[str] = ()) -> Iterator[Problem]:
    """What is wrong with the gaps of a file of a provision.

    Args:
        sheet: the file.
        known: gaps that other files of the provision declare.
    """
    gaps = sheet.document.get(GAPS, {})
    if not isinstance(gaps, Mapping) or not all(isinstance(says, str) for says in gaps.values()):
        line = line_of(sheet.lines, GAPS)
        what, mend = "gaps is no table of texts", '[gaps] with what fills each: article = "…"'
        yield Problem(sheet.file, line, 1, GAPS, what, mend)
        return
    rest = {key: value for key, value in sheet.document.items() if key != GAPS}
    for name in sorted(gaps_in(rest) - set(gaps) - set(known)):
        line = next(n for n, text in enumerate(sheet.lines, 1) if f"<{name}>" in text)
        mend = f'say in [gaps] what fills it: {name} = "…"'
        yield Problem(sheet.file, line, 1, "", f"<{name}> is no gap of this provision", mend)


def unfilled(at: At, path: str, gaps: Mapping[str, str], values: Any) -> Iterator[Problem]:
    """What is wrong with the values that a rule puts in the gaps of a provision.

    Args:
        at: where the rule says that it applies the provision.
        path: the same as a path.
        gaps: what fills each gap.
        values: what the rule puts there.
    """
    if not isinstance(values, Mapping):
        yield Problem(*at, 1, path, f"{path} is no table", f"write [{path}]")
        return
    for name, says in gaps.items():
        if name not in values:
            mend = f"add {name} = …: {says}"
            yield Problem(*at, 1, path, f"the gap <{name}> is left open", mend)
    for name in values:
        if name not in gaps:
            mend = f"use {', '.join(gaps)}" if gaps else "leave it out: there is no gap"
            yield Problem(*at, 1, path, f"the provision has no gap <{name}>", mend)
