"""A record as CSV: a directory of tables, which `table_reader` reads back.

``header.csv`` holds the header, ``sources.csv`` and ``registers.csv`` what their
names say, and there is one table for each kind of fact, ``fact-<kind>.csv``, with
the fields of that kind. Its column ``n`` is the fact's place among all facts, so
that their order is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from ccm_rules.errors import InputError, Problem
from ccm_rules.record import Document
from ccm_rules.record.interchange.canonical import HEADER, SOURCE_KEYS, limits
from ccm_rules.record.interchange.cells import from_list, from_text, line
from ccm_rules.record.vocabulary import Kind, Vocabulary

#: Marks a directory of tables, and says how they are to be read.
FORMAT: Final = "ccm-facts-csv/1"
HEADER_FILE: Final = "header.csv"
SOURCES_FILE: Final = "sources.csv"
REGISTERS_FILE: Final = "registers.csv"
FACTS_FILE: Final = "fact-{kind}.csv"
#: Columns of every table of facts, around the fields of its kind.
NUMBER: Final = "n"
AFTER: Final = ("source", "note", "known")
_LISTS: Final = ("source", "parties", "rules")


def tables(document: Mapping[str, Any], vocabulary: Vocabulary) -> dict[str, str]:
    """Write a sound facts document as tables.

    Args:
        document: what the file holds, as plain values.
        vocabulary: the kinds of fact.

    Returns:
        The text of each file, by name. Tables that would hold nothing are left out.
    """
    found = {HEADER_FILE: _header(document)}
    if document.get("sources"):
        columns: tuple[str, ...] = ("id", *SOURCE_KEYS)
        found[SOURCES_FILE] = _table(
            columns, ({"id": name, **spec} for name, spec in document["sources"].items())
        )
    if document.get("registers"):
        used = {key for item in document["registers"] for key in item}
        fields = dict.fromkeys(name for kind in vocabulary.values() for name in limits(kind))
        columns = ("of", *(f for f in fields if f in used), "parties", "until", "source", "note")
        found[REGISTERS_FILE] = _table(columns, document["registers"])
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for number, fact in enumerate(document.get("facts", ()), 1):
        by_kind.setdefault(fact["fact"], []).append({NUMBER: number, **fact})
    for kind in vocabulary.values():
        if kind.name in by_kind:
            name = FACTS_FILE.format(kind=kind.name)
            found[name] = _table(fact_columns(kind), by_kind[kind.name])
    return found


def fact_columns(kind: Kind) -> tuple[str, ...]:
    """Columns of the table of a kind of fact."""
    return (NUMBER, *kind.fields, *AFTER)


def encoded(found: Mapping[str, str], *, bom: bool) -> dict[str, bytes]:
    """Tables as UTF-8.

    Args:
        found: texts by name.
        bom: begin each with a byte order mark, by which Excel knows UTF-8.

    Raises:
        InputError: a text cannot be written as UTF-8.
    """
    files = {}
    problems = []
    for name, text in found.items():
        try:
            files[name] = text.encode("utf-8-sig" if bom else "utf-8")
        except UnicodeEncodeError as error:
            number = text.count("\n", 0, error.start) + 1
            what = "holds half a character (a lone surrogate), which no CSV file can hold"
            mend = "write the whole character in the facts file"
            problems.append(Problem(name, number, 0, "", what, mend))
    if problems:
        raise InputError(problems)
    return files


def joined(documents: Sequence[Document]) -> dict[str, Any]:
    """Several facts files as one document that extends none.

    As for a record: the header is that of the first file that was asked for, and
    sources, registers and facts follow each other.
    """
    header = next(document.content for document in documents if document.main)
    found: dict[str, Any] = {
        key: header[key] for key in HEADER if key in header and key != "extends"
    }
    sources: dict[str, Any] = {}
    for document in documents:
        for name, spec in document.content.get("sources", {}).items():
            sources[name] = {**spec, **sources.get(name, {})}
    found["sources"] = sources
    for section in ("registers", "facts"):
        found[section] = [item for d in documents for item in d.content.get(section, ())]
    return found


def _header(document: Mapping[str, Any]) -> str:
    text = [line(("key", "value")), line(("format", FORMAT))]
    for key in HEADER:
        if key not in document:
            continue
        value = document[key]
        if not isinstance(value, str) and key != "rules":
            what = f"{key} is not text, which {HEADER_FILE} cannot hold"
            raise InputError([Problem(HEADER_FILE, 0, 0, key, what, "write it in quotes")])
        text.append(line((key, _cell(value, key))))
    return "".join(text)


def _table(columns: Sequence[str], items: Iterable[Mapping[str, Any]]) -> str:
    text = [line(columns)]
    for item in items:
        text.append(line(_cell(item[c], c) if c in item else "" for c in columns))
    return "".join(text)


def _cell(value: Any, column: str) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return from_list(value)
    if column in _LISTS and value != "all":
        return from_list([value])
    return from_text(value)
