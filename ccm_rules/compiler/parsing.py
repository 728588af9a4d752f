"""Parsing rules: the files of a vocabulary and of rules go in, kinds of fact and rules come out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ccm_rules.compiler.folders import VOCABULARY, shown
from ccm_rules.errors import InputError, Problem
from ccm_rules.law.sheets import PROVISIONS, Sheets
from ccm_rules.record.vocabulary import Kind, from_document, laid_over

if TYPE_CHECKING:
    from ccm_rules.law.provisions import Provisions
    from ccm_rules.law.rule import Rule


def parse_files(
    files: Iterable[Sheets], language: str = "en"
) -> tuple[dict[str, Kind], dict[str, Any], list[Any]]:
    """Parse the vocabulary, provisions and rules (with what cases the files hold).

    Returns:
        The vocabulary, its document, and the rules.

    Raises:
        InputError: with every problem that was found.
    """
    from ccm_rules.law.reader import read_rule

    files = list(files)
    provisions = provisions_of(files, language)
    problems: list[Problem] = []
    rules = []
    vocabulary: dict[str, Kind] = {}
    document: dict[str, Any] = {}
    try:
        words = [sheets for sheets in files if is_vocabulary(sheets.file)]
        vocabulary, document = parse_vocabulary(words, language)
    except InputError as error:
        problems += error.problems
    for sheets in files:
        if is_provision(sheets.file) or is_vocabulary(sheets.file):
            continue
        folder = os.path.basename(os.path.dirname(sheets.file))
        try:
            rules.append(read_rule(sheets, shown(sheets.file), folder, language, provisions))
        except InputError as error:
            problems += error.problems
    problems += twice_named(rules)
    if problems:
        raise InputError(problems)
    return vocabulary, document, rules


def twice_named(rules: Iterable[Rule]) -> Iterator[Problem]:
    """Rules that are called like another one."""
    names: dict[str, str] = {}
    for rule in rules:
        if rule.name in names:
            what = f"{names[rule.name]} has the same name"
            yield Problem(rule.file, 1, 1, "name", what, "rename one")
        names[rule.name] = rule.file


def is_vocabulary(file: str) -> bool:
    """Whether a file is a vocabulary, the common one or a folder's."""
    return os.path.basename(file) == VOCABULARY


def is_provision(file: str) -> bool:
    """Whether a file is of a provision."""
    return os.path.basename(os.path.dirname(file)) == PROVISIONS


def provisions_of(files: Iterable[Sheets], language: str = "en") -> Provisions:
    """The provisions among some files."""
    from ccm_rules.law.provisions import Provisions

    common = [one._replace(file=shown(one.file)) for one in files if is_provision(one.file)]
    return Provisions(common, language)


def parse_vocabulary(
    files: Iterable[Sheets], language: str
) -> tuple[dict[str, Kind], dict[str, Any]]:
    """The kinds of fact, and the document that they are made of.

    Args:
        files: the common vocabulary, then those that are laid over it.
        language: of labels and sentences.

    Raises:
        InputError: with what is wrong with the first of them that is not sound.
    """
    from ccm_rules.law.rule_document import joined
    from ccm_rules.law.toml_places import Place
    from ccm_rules.record import vocabulary_file as tables

    document: dict[str, Any] = {}
    for sheets in files:
        made = joined(sheets, shown(sheets.file), tables.VOCABULARY, language)
        document = laid_over(document, made.document)
        tables.check(document, Place(made.source, made.problems), _relations(), language)
        if made.problems:
            raise InputError(made.problems)
    return from_document(document), document


def _relations() -> set[str]:
    """Relations that no kind of fact may be called like."""
    from ccm_rules.compiler import duty_status as duty
    from ccm_rules.compiler import tallies
    from ccm_rules.record.relations import BUILT_IN

    return {*BUILT_IN, *duty.SCHEMA, duty.STATUS, *tallies.TYPES}
