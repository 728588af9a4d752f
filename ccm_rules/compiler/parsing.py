"""Parsing rules: the files of a vocabulary and of rules go in, kinds of fact and rules come out."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from ccm_rules.compiler.folders import VOCABULARY, shown
from ccm_rules.errors import InputError, Problem
from ccm_rules.law.sheets import Sheets, line_of, words_file
from ccm_rules.record.vocabulary import Kind, from_document


def parse_files(
    files: Iterable[Sheets], home: str | os.PathLike[str], language: str = "en"
) -> tuple[dict[str, Kind], dict[str, Any], list[Any]]:
    """Parse the vocabulary and the rules (the full rules, with what cases the files hold).

    Returns:
        The vocabulary, its document, and the rules.

    Raises:
        InputError: with every problem that was found.
    """
    from ccm_rules.law.reader import Reader
    from ccm_rules.law.rule_document import joined

    problems: list[Problem] = []
    vocabulary: dict[str, Kind] = {}
    document: dict[str, Any] = {}
    rules = []
    for sheets in files:
        try:
            if sheets.file == os.path.join(home, VOCABULARY):
                vocabulary, document = _parse_vocabulary(sheets, language)
                continue
            made = joined(sheets, shown(sheets.file), language)
        except InputError as error:
            problems += error.problems
            continue
        reader = Reader(made.source, language)
        reader.problems += made.problems
        folder = os.path.basename(os.path.dirname(sheets.file))
        try:
            rule = reader.rule(made.document, folder)
        except (TypeError, AttributeError, LookupError, ValueError, RecursionError) as error:
            reader.fail(
                "", f"a table has the wrong shape ({error})", "compare it with a neighbouring rule"
            )
            rule = None
        problems += reader.problems
        if rule is not None:
            rules.append(rule)
    names: dict[str, str] = {}
    for rule in rules:
        if rule.name in names:
            problems.append(
                Problem(
                    rule.file, 1, 1, "name", f"{names[rule.name]} has the same name", "rename one"
                )
            )
        names[rule.name] = rule.file
    if problems:
        raise InputError(problems)
    return vocabulary, document, rules


def _parse_vocabulary(sheets: Sheets, language: str) -> tuple[dict[str, Kind], dict[str, Any]]:
    """The kinds of fact, and the document that they are made of.

    Raises:
        InputError: with what is wrong with it.
    """
    from ccm_rules.law.rule_document import parsed
    from ccm_rules.law.translation import say_vocabulary

    file = shown(sheets.file)
    said = (words_file(file, language), sheets.words.get(language))
    law, words = parsed([(file, sheets.law), said])
    assert law is not None
    document = dict(law.document)
    problems = [] if words is None else list(say_vocabulary(document, words))
    try:
        vocabulary = from_document(document)
        if taken := sorted(set(vocabulary) & _relations()):
            raise ValueError(f"[{taken[0]}] is what every rulebook has; name it otherwise")
    except ValueError as error:
        name = str(error)[1:].partition("]")[0]
        line = line_of(law.lines, name)
        problems.append(Problem(file, line, 1, "", str(error), "see the head of the file"))
    if problems:
        raise InputError(problems)
    return vocabulary, document


def _relations() -> set[str]:
    """Relations that no kind of fact may be called like."""
    from ccm_rules.compiler import duty_status as duty
    from ccm_rules.compiler import tallies
    from ccm_rules.record.relations import BUILT_IN

    return {*BUILT_IN, *duty.SCHEMA, duty.STATUS, *tallies.TYPES}
