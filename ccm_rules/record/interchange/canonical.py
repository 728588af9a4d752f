"""Facts files in their canonical form: one fact a line, so that two years compare well.

The header stands first, then sources, registers and facts, each on a line of its
own. Keys follow the order of the vocabulary, absent keys are left out, and a list
of one source is written as that source. Sections without an entry are left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from ccm_rules.record.vocabulary import Kind, Vocabulary

#: Keys of the header, in the order in which they are written.
HEADER: Final = ("$schema", "title", "extends", "as_of", "period", "rules")
SOURCE_KEYS: Final = ("title", "url", "published", "kind", "note")
_REGISTER_KEYS: Final = ("of", "parties", "until", "source", "note")

Document = Mapping[str, Any]


def fact_keys(kind: Kind) -> tuple[str, ...]:
    """Keys of a fact of a kind, in order."""
    return ("fact", *kind.fields, "source", "note", "known")


def register_keys(kind: Kind) -> tuple[str, ...]:
    """Keys of a register of a kind of fact, in order."""
    return ("of", *limits(kind), "parties", "until", "source", "note")


def limits(kind: Kind) -> tuple[str, ...]:
    """The fields by which a register of a kind of fact can be limited."""
    return tuple(
        field.name
        for field in kind.fields.values()
        if field.type not in ("when", "party") and field.name not in _REGISTER_KEYS
    )


def ordered(item: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    """An item with its keys in order, and a list of one source as that source."""
    found = {key: item[key] for key in keys if key in item}
    source = found.get("source")
    if isinstance(source, list) and len(source) == 1:
        found["source"] = source[0]
    return found


def text(document: Document, vocabulary: Vocabulary) -> str:
    """Write a facts file.

    Args:
        document: what a sound facts file holds, as plain values.
        vocabulary: the kinds of fact that may occur.
    """
    return "".join(lines(document, vocabulary))


def lines(document: Document, vocabulary: Vocabulary) -> Iterator[str]:
    """The same, in pieces."""
    sections: list[Iterator[str]] = [
        iter([f'  "{key}": {_plain(document[key])}']) for key in HEADER if key in document
    ]
    if document.get("sources"):
        sections.append(_sources(document["sources"]))
    if document.get("registers"):
        orders = {kind.name: register_keys(kind) for kind in vocabulary.values()}
        sections.append(_items("registers", document["registers"], "of", orders))
    if document.get("facts"):
        orders = {kind.name: fact_keys(kind) for kind in vocabulary.values()}
        sections.append(_items("facts", document["facts"], "fact", orders))
    yield "{"
    for number, section in enumerate(sections):
        yield ",\n" if number else "\n"
        yield from section
    yield "\n}\n" if sections else "}\n"


def _sources(sources: Mapping[str, Any]) -> Iterator[str]:
    items = (
        f"    {_plain(name)}: {_plain(ordered(spec, SOURCE_KEYS))}"
        for name, spec in sources.items()
    )
    return _section("sources", "{}", items)


def _items(
    name: str, items: Iterable[Mapping[str, Any]], key: str, orders: Mapping[str, tuple[str, ...]]
) -> Iterator[str]:
    written = (f"    {_plain(ordered(item, orders[item[key]]))}" for item in items)
    return _section(name, "[]", written)


def _section(name: str, brackets: str, items: Iterator[str]) -> Iterator[str]:
    yield f'  "{name}": {brackets[0]}'
    for number, item in enumerate(items):
        yield ",\n" if number else "\n"
        yield item
    yield f"\n  {brackets[1]}"


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
