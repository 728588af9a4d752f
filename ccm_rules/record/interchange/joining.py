"""Several records as one facts file, without losing what any of them says.

What two files say in the same words stands once. Where they differ, both
statements stand beside each other, and `between` names the pairs that cannot both
be right. What a file describes once only (its header, a source) must not differ.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeVar

from ccm_rules.dates import parse
from ccm_rules.errors import InputError, Problem
from ccm_rules.record import Document
from ccm_rules.record import merge_record as join
from ccm_rules.record.interchange.diff import identity, source_fields
from ccm_rules.record.model import Contradiction, Record, Register
from ccm_rules.record.vocabulary import Vocabulary

#: What the header of a merged file holds; ``extends`` is resolved.
_HEADER: Final = ("$schema", "title", "as_of", "period", "rules")
_DATES: Final = ("as_of", "period")

T = TypeVar("T")


class Part(NamedTuple):
    """One record to be merged.

    Attributes:
        name: the file that was named.
        record: what it says, with what it extends.
        documents: the files themselves, in the order of the record.
    """

    name: str
    record: Record
    documents: tuple[Document, ...]


def merge(parts: Sequence[Part], header: Part | None = None) -> dict[str, Any]:
    """One facts document of several records.

    Args:
        parts: the records, at least one.
        header: whose header to take; the files must agree unless it is given.

    Raises:
        InputError: headers or sources differ.
    """
    problems: list[Problem] = []
    found: dict[str, Any] = _header(parts if header is None else [header], problems)
    found["sources"] = _sources(parts, problems)
    if problems:
        raise InputError(problems)
    found["registers"] = _union(
        [list(zip(part.record.registers, raw(part, "registers"), strict=True)) for part in parts],
        _register,
    )
    found["facts"] = _union(
        [list(zip(part.record.facts, raw(part, "facts"), strict=True)) for part in parts], identity
    )
    return found


def without(document: Mapping[str, Any], base: Part, record: Record) -> dict[str, Any]:
    """What a document says beyond a base that it is to extend.

    Args:
        document: a merged document.
        base: the base.
        record: the document as the loader reads it.

    Raises:
        InputError: the base describes a source differently.
    """
    problems: list[Problem] = []
    _sources([base, Part("the merged files", record, ())], problems)
    if problems:
        raise InputError(problems)
    there: dict[str, set[str]] = {}
    for one in base.documents:
        for name, spec in one.content.get("sources", {}).items():
            there.setdefault(name, set()).update(spec)
    found = dict(document)
    found["sources"] = {
        name: spec
        for name, spec in document["sources"].items()
        if not set(spec) <= there.get(name, set())
    }
    found["registers"] = _beyond(
        zip(record.registers, document["registers"], strict=True), base.record.registers, _register
    )
    found["facts"] = _beyond(
        zip(record.facts, document["facts"], strict=True), base.record.facts, identity
    )
    return found


def between(merged: Record, parts: Sequence[Part], vocabulary: Vocabulary) -> list[Contradiction]:
    """What cannot both be right, and no single part holds both of.

    They are pairs of facts, and facts that a register excludes.
    """
    found = [item for item in join(merged, vocabulary).contradictions if item.field]
    if not found:
        return []
    inside = {
        _pair(item) for part in parts for item in join(part.record, vocabulary).contradictions
    }
    return [item for item in found if _pair(item) not in inside]


def raw(part: Part, section: str) -> list[Any]:
    """Facts or registers of a part as they were written."""
    return [item for document in part.documents for item in document.content.get(section, ())]


def _pair(item: Contradiction) -> object:
    excluding = None if item.register is None else _register(item.register)
    return (item.field, excluding, frozenset((identity(item.first), identity(item.second))))


def _register(register: Register) -> object:
    where = frozenset(register.where.items())
    return (register.of, where, register.parties, register.until, register.sources, register.note)


def _union(parts: Sequence[Sequence[tuple[T, Any]]], same: Callable[[T], object]) -> list[Any]:
    """Items of all parts; each as often as the part that holds it most often."""
    have: dict[object, int] = {}
    found = []
    for part in parts:
        met: dict[object, int] = {}
        for item, written in part:
            name = same(item)
            met[name] = met.get(name, 0) + 1
            if met[name] > have.get(name, 0):
                have[name] = met[name]
                found.append(written)
    return found


def _beyond(
    items: Iterable[tuple[T, Any]], base: Iterable[T], same: Callable[[T], object]
) -> list[Any]:
    left: dict[object, int] = {}
    for item in base:
        left[same(item)] = left.get(same(item), 0) + 1
    found = []
    for item, written in items:
        name = same(item)
        if left.get(name, 0):
            left[name] -= 1
        else:
            found.append(written)
    return found


def _header(parts: Sequence[Part], problems: list[Problem]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    said: dict[str, str] = {}
    for part in parts:
        content = next(document.content for document in part.documents if document.main)
        for key in _HEADER:
            if key not in content:
                continue
            if key not in found:
                found[key], said[key] = content[key], part.name
            elif _meaning(key, found[key]) != _meaning(key, content[key]):
                what = (
                    f"{key} is {_shown(content[key])} here and {_shown(found[key])} in {said[key]}"
                )
                mend = "say --header with the file whose header the merged one is to have"
                problems.append(Problem(part.name, 0, 0, key, what, mend))
    return {key: found[key] for key in _HEADER if key in found}


def _sources(parts: Sequence[Part], problems: list[Problem]) -> dict[str, Any]:
    """Sources of all parts; they must agree in all but a note that only one has."""
    found: dict[str, dict[str, Any]] = {}
    first: dict[str, tuple[str, Mapping[str, str]]] = {}
    for part in parts:
        for name, source in part.record.sources.items():
            fields = source_fields(source)
            place, before = first.setdefault(name, (part.name, fields))
            for key in dict.fromkeys([*before, *fields]):
                one, other = before.get(key), fields.get(key)
                if one != other and not (key == "note" and not (one and other)):
                    what = f"{key} of source {name!r} is {_shown(other)} here and {_shown(one)} in "
                    mend = "describe it alike, or give one of them another name"
                    path = f"sources.{name}"
                    problems.append(Problem(part.name, 0, 0, path, what + place, mend))
        for document in part.documents:
            for name, spec in document.content.get("sources", {}).items():
                found[name] = {**spec, **found.get(name, {})}
    return found


def _meaning(key: str, value: Any) -> object:
    """A value, whatever way a date is written in."""
    return parse(value) if key in _DATES else value


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
