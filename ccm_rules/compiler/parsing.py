"""Parsing rules: the files of a vocabulary and of rules go in, kinds of fact and rules come out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ccm_rules.compiler.folders import VOCABULARY, shown
from ccm_rules.errors import InputError, Problem
from ccm_rules.law.sheets import PROVISIONS, Sheets
from ccm_rules.record.vocabulary import Kind, from_document

if TYPE_CHECKING:
    from ccm_rules.law.provisions import Provisions
    from ccm_rules.law.rule import Rule


def parse_files(
    files: Iterable[Sheets], home: str | os.PathLike[str], language: str = "en"
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
    vocabulary: dict[str, Kind] = {}
    document: dict[str, Any] = {}
    rules = []
    for sheets in files:
        if is_provision(sheets.file):
            continue
        folder = os.path.basename(os.path.dirname(sheets.file))
        try:
            if sheets.file == os.path.join(home, VOCABULARY):
                vocabulary, document = parse_vocabulary(sheets, language)
            else:
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


def is_provision(file: str) -> bool:
    """Whether a file is of a provision."""
    return os.path.basename(os.path.dirname(file)) == PROVISIONS


def provisions_of(files: Iterable[Sheets], language: str = "en") -> Provisions:
    """The provisions among some files."""
    from ccm_rules.law.provisions import Provisions

    common = [one._replace(file=shown(one.file)) for one in files if is_provision(one.file)]
    return Provisions(common, language)


def parse_vocabulary(sheets: Sheets, language: str) -> tuple[dict[str, Kind], dict[str, Any]]:
    """The kinds of fact, and the document that they are made of.

    Raises:
        InputError: with what is wrong with it.
    """
    from ccm_rules.law.rule_document import joined
    from ccm_rules.law.toml_places import Place
    from ccm_rules.record import vocabulary_file as tables

    made = joined(sheets, shown(sheets.file), tables.VOCABULARY, language)
    tables.check(made.document, Place(made.source, made.problems), _relations(), language)
    if made.problems:
        raise InputError(made.problems)
    return from_document(made.document), made.document


def _relations() -> set[str]:
    """Relations that no kind of fact may be called like."""
    from ccm_rules.compiler import duty_status as duty
    from ccm_rules.compiler import tallies
    from ccm_rules.record.relations import BUILT_IN

    return {*BUILT_IN, *duty.SCHEMA, duty.STATUS, *tallies.TYPES}
