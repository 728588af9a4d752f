"""Provisions: what several rules say alike, said once, with gaps.

A file of ``provisions/`` holds tables of a rule in which ``<article>`` stands for what differs.
A rule that says ``[applies.extension-window]`` with ``article = "4"`` holds them too, filled.
The French and the cases of a provision stand beside it, as those of a rule do. In go the
files of a provision and the values of a rule, out come the files filled.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from ccm_rules.law.forms import WORDS
from ccm_rules.law.grammar import ByName
from ccm_rules.law.sheets import Sheets, cases_file, words_file
from ccm_rules.law.toml_places import Place, Sheet, parsed

#: What a provision leaves open: each gap, with what fills it.
GAPS: Final = "gaps"
_GAPS: Final = ByName(WORDS)
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
            self._parsed[name] = Provision(law or Sheet(files.file), words, cases)
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


def _filled(value: Any, values: Mapping[str, Any], names: Mapping[str, Any] | None = None) -> Any:
    """A table with its gaps filled; a gap that stands alone may be filled with anything.

    Args:
        value: the table, or what stands in it.
        values: what fills the gaps.
        names: what fills those of the table's keys, where that is not the same.

    >>> _filled({"name": "<what>-late", "key": "<key>"}, {"what": "report", "key": ["?y"]})
    {'name': 'report-late', 'key': ['?y']}
    """
    if isinstance(value, str):
        alone = _GAP.fullmatch(value)
        if alone and alone[1] in values:
            return values[alone[1]]
        return _GAP.sub(lambda match: str(values.get(match[1], match[0])), value)
    if isinstance(value, Mapping):
        named = values if names is None else names
        return {_filled(k, named): _filled(item, values, names) for k, item in value.items()}
    return [_filled(item, values, names) for item in value] if isinstance(value, list) else value


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
    lines = (_filled(x, names or values if x.startswith("[") else values) for x in sheet.lines)
    return Sheet(sheet.file, tuple(lines), _filled(document, values, names))


def gaps_of(place: Place, sheet: Sheet, known: Collection[str] = ()) -> Mapping[str, str]:
    """The gaps that a file of a provision declares, each with what fills it.

    Args:
        place: the file; gathers what is wrong with its gaps.
        sheet: the file.
        known: gaps that other files of the provision declare.
    """
    gaps: Mapping[str, str] = _GAPS.read(sheet.document.get(GAPS, {}), place / GAPS)
    rest = {key: value for key, value in sheet.document.items() if key != GAPS}
    for name in sorted(gaps_in(rest) - set(gaps) - set(known)):
        line = next((n for n, text in enumerate(sheet.lines, 1) if f"<{name}>" in text), 1)
        mend = f'say in [gaps] what fills it: {name} = "…"'
        place.fail(f"<{name}> is no gap of this provision", mend, line)
    return gaps


def check_values(place: Place, gaps: Mapping[str, str], values: Any) -> None:
    """Complain of the values that a rule puts in the gaps of a provision.

    Args:
        place: where the rule says that it applies the provision.
        gaps: what fills each gap.
        values: what the rule puts there.
    """
    if not isinstance(values, Mapping):
        place.fail(f"{place.path} is no table", f"write [{place.path}]")
        return
    for name, says in gaps.items():
        if name not in values:
            place.fail(f"the gap <{name}> is left open", f"add {name} = …: {says}")
    for name in values:
        if name not in gaps:
            mend = f"use {', '.join(gaps)}" if gaps else "leave it out: there is no gap"
            place.fail(f"the provision has no gap <{name}>", mend)
