"""What is likely to be wrong with provisions: one that nothing applies, a gap that nothing leaves.

In go the files of rules and provisions, as bytes; out come complaints with their places. What
keeps a provision from being applied is said where a rule applies it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ccm_rules.authoring.rule_checks import Complaint
from ccm_rules.compiler.parsing import is_provision
from ccm_rules.errors import InputError
from ccm_rules.law.provisions import GAPS, gaps_in
from ccm_rules.law.rule_document import APPLIES
from ccm_rules.law.sheets import Sheets, cases_file, words_file
from ccm_rules.law.toml_places import At, Sheet, parsed


def doubts(files: Sequence[Sheets]) -> Iterator[Complaint]:
    """What is likely to be wrong with the provisions among some files."""
    sheets = {one.file: list(_sheets(one)) for one in files}
    named = {name for group in sheets.values() for sheet in group for name in _applied(sheet)}
    for one in files:
        if not is_provision(one.file) or not sheets[one.file]:
            continue
        name = os.path.splitext(os.path.basename(one.file))[0]
        if name not in named:
            at = At(sheets[one.file][0].file, 1)
            yield _doubt(at, f"no rule applies the provision {name}", "apply it, or remove it")
        used = {gap for sheet in sheets[one.file] for gap in gaps_in(_without_gaps(sheet))}
        for sheet in sheets[one.file]:
            declared = sheet.document.get(GAPS, {})
            for gap in declared if isinstance(declared, Mapping) else ():
                if gap not in used:
                    at = sheet.at(f"{GAPS}.{gap}")
                    yield _doubt(at, f"the gap <{gap}> stands nowhere", "leave it out of [gaps]")


def _doubt(at: At, what: str, mend: str) -> Complaint:
    return Complaint(*at, "", "provision", what, mend)


def _sheets(one: Sheets) -> Iterator[Sheet]:
    """The files of a rule or provision that are TOML; the others are complained of elsewhere."""
    files: list[tuple[str, bytes | None]] = [(one.file, one.law or None)]
    files += [(words_file(one.file, code), data) for code, data in one.words.items()]
    files.append((cases_file(one.file), one.cases))
    for file in files:
        try:
            yield from (sheet for sheet in parsed([file]) if sheet is not None)
        except InputError:
            continue


def _applied(sheet: Sheet) -> Iterator[str]:
    """The provisions that a file names: as a whole, for a table, or for its cases' names."""
    whole = sheet.document.get(APPLIES, {})
    yield from whole if isinstance(whole, Mapping) else ()
    uses = sheet.document.get("uses", [])
    yield from uses if isinstance(uses, list) else [str(uses)]
    for value in sheet.document.values():
        for item in value if isinstance(value, list) else ():
            if isinstance(item, Mapping) and isinstance(item.get(APPLIES), str):
                yield item[APPLIES]


def _without_gaps(sheet: Sheet) -> dict[str, Any]:
    return {key: value for key, value in sheet.document.items() if key != GAPS}
