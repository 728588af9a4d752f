"""The files of a rule, of the vocabulary or of the treaties, joined into one document.

In go the bytes of a law, its words and its cases; out comes its document in one language,
with a `Source` that knows where each part of it stands.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from ccm_rules.errors import InputError, Problem
from ccm_rules.law.grammar import Form, Table, entries
from ccm_rules.law.rule import Rule
from ccm_rules.law.sheets import Sheets, cases_file, words_file
from ccm_rules.law.toml import read_toml
from ccm_rules.law.toml_places import Place, Sheet, Source
from ccm_rules.law.translation import say

#: The keys that stand in a rule's file of cases.
CASE_KEYS: Final = tuple(e.name for e in entries(Rule) if e.key.sheet == "cases")


class Joined(NamedTuple):
    """A document, where its parts stand, and what is wrong with the form of its files."""

    document: dict[str, Any]
    source: Source
    problems: list[Problem]


def joined(sheets: Sheets, shown: str, form: Form, language: str = "en") -> Joined:
    """Join the files that stand beside a file into one document, in one language.

    Args:
        sheets: the files.
        shown: the path of the first, for messages.
        form: what may stand in the document.
        language: the language that its words are in.

    Raises:
        InputError: one of the files is no TOML.
    """
    law, words, cases = _parsed(
        [
            (shown, sheets.law),
            (words_file(shown, language), sheets.words.get(language)),
            (cases_file(shown), sheets.cases),
        ]
    )
    assert law is not None
    source = Source(law, cases, CASE_KEYS)
    document = dict(law.document)
    problems: list[Problem] = []
    for key in CASE_KEYS if isinstance(form, Table) else ():
        if document.pop(key, None) is not None:
            mend = f"move it to {os.path.basename(cases_file(shown))}"
            (Place(law, problems) / key).fail(f"a law holds no [[{key}]]", mend)
    if words is not None:
        say(form, document, words.document, Place(words, problems), source)
    if cases is not None:
        place = Place(cases, problems)
        for key, value in cases.document.items():
            if key in CASE_KEYS:
                document[key] = value
            else:
                (place / key).fail(f"unknown key {key!r}", f"use {', '.join(CASE_KEYS)}")
    return Joined(document, source, problems)


def _parsed(files: Iterable[tuple[str, bytes | None]]) -> list[Sheet | None]:
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
