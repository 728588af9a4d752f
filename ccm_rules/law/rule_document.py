"""The files of a rule, joined into one document."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from ccm_rules.errors import InputError, Problem
from ccm_rules.law.sheets import (
    CASE_KEYS,
    At,
    Sheet,
    Sheets,
    Source,
    cases_file,
    line_of,
    unknown_keys,
    words_file,
)
from ccm_rules.law.toml import read_toml
from ccm_rules.law.translation import say

#: What a law file may hold, in the order of a page.
LAW_KEYS: Final = (
    "name",
    "title",
    "summary",
    "binding",
    "section",
    "authority",
    "in_force",
    "derive",
    "count",
    "duty",
    "finding",
    "report_section",
    "population",
    "indicator",
)


class RuleDocument(NamedTuple):
    """A rule's document, where its parts stand, and what is wrong with the form of its files."""

    document: dict[str, Any]
    source: Source
    problems: list[Problem]


def joined(sheets: Sheets, shown: str, language: str = "en") -> RuleDocument:
    """Join the files of a rule into one document, in one language.

    Args:
        sheets: its files.
        shown: the path of its law, for messages.
        language: the language that its words are in.

    Raises:
        InputError: one of the files is no TOML.
    """
    words_name = words_file(shown, language)
    law, words, cases = parsed(
        [
            (shown, sheets.law),
            (words_name, sheets.words.get(language)),
            (cases_file(shown), sheets.cases),
        ]
    )
    assert law is not None
    source = Source(law, cases)
    document = dict(law.document)
    problems = []
    for key in CASE_KEYS:
        if document.pop(key, None) is not None:
            mend = f"move it to {os.path.basename(cases_file(shown))}"
            at = At(law.file, line_of(law.lines, key))
            problems.append(Problem(*at, 1, key, f"a law holds no [[{key}]]", mend))
    problems += unknown_keys(law, document, LAW_KEYS)
    if words is not None:
        problems += say(document, words, source)
    if cases is not None:
        problems += unknown_keys(cases, cases.document, CASE_KEYS)
        document |= {key: value for key, value in cases.document.items() if key in CASE_KEYS}
    return RuleDocument(document, source, problems)


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
                sheet = Sheet(file, tuple(text.splitlines()), document)
            except InputError as error:
                problems += error.problems
        found.append(sheet)
    if problems:
        raise InputError(problems)
    return found
