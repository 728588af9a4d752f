"""JSON Schemas, for editors and for programs that read our output.

``facts.schema.json`` is generated from the vocabularies of all treaties, those of rules,
vocabularies, treaties and situations from the grammar by
`ccm_rules.authoring.schemas.rule_schemas`;
``python -m ccm_rules.authoring.schemas`` writes them anew. A schema cannot say all that the loader
checks (31 April, a Meeting that nobody defines, a key that stands twice), so
what it accepts may still be refused; what it refuses, the loader refuses too.
``ccm-check-2.schema.json`` describes ``ccm-check --format json``,
``ccm-report-2.schema.json`` ``ccm-check report --format json``,
``ccm-history-1.schema.json`` ``ccm-check history --format json``,
``ccm-alert-2.schema.json`` the messages of ``ccm-check alert``,
``ccm-rule-2.schema.json`` the data beside a rule's page of ``ccm-check site``,
``ccm-facts-diff-1.schema.json`` ``ccm-check facts diff --format json``.
Schemas of a lower number say what earlier versions wrote, and never change.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from ccm_rules.law import MAX_INT
from ccm_rules.record.items import MAX_TEXT
from ccm_rules.record.vocabulary import Field, Kind, Vocabulary

__all__ = [
    "ALERT",
    "CASES_FILE",
    "CHECK",
    "DIFF",
    "FACTS",
    "HISTORY",
    "REPORT",
    "RULE",
    "RULE_FILE",
    "SITUATIONS_FILE",
    "TREATIES_FILE",
    "TREATY_VOCABULARY_FILE",
    "VOCABULARY_FILE",
    "WORDS_FILE",
    "every_kind",
    "facts_schema",
    "generated",
    "published",
    "read",
    "text",
]

ALERT: Final = "ccm-alert-2.schema.json"
CHECK: Final = "ccm-check-2.schema.json"
DIFF: Final = "ccm-facts-diff-1.schema.json"
FACTS: Final = "facts.schema.json"
HISTORY: Final = "ccm-history-1.schema.json"
REPORT: Final = "ccm-report-2.schema.json"
RULE: Final = "ccm-rule-2.schema.json"
RULE_FILE: Final = "rule.schema.json"
CASES_FILE: Final = "rule-cases.schema.json"
WORDS_FILE: Final = "rule-words.schema.json"
SITUATIONS_FILE: Final = "situations.schema.json"
TREATIES_FILE: Final = "treaties.schema.json"
TREATY_VOCABULARY_FILE: Final = "treaty-vocabulary.schema.json"
VOCABULARY_FILE: Final = "vocabulary.schema.json"
_ID: Final = "urn:ccm-rules:"
_WIDTH: Final = 100

_YEAR = "(?!0000)[0-9]{4}"
_POINT = rf"{_YEAR}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?"
_WHEN = rf"^({_POINT}|\[{_POINT}\.\.({_POINT})?\]|\[\.\.{_POINT}\])$"
_DAY = rf"^{_YEAR}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"


def read(name: str) -> dict[str, Any]:
    """Read one of the schemas that come with this package."""
    found: dict[str, Any] = json.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    return found


def published() -> dict[str, str]:
    """The file of each schema of this package, by the name that documents use (``ccm-check/2``)."""
    files = sorted(Path(__file__).parent.glob("*.schema.json"))
    return {str(read(file.name)["$id"]).removeprefix(_ID): file.name for file in files}


def generated(vocabulary: Vocabulary) -> dict[str, dict[str, Any]]:
    """The schemas that are made of others, of the reader and of the vocabulary, by file."""
    from ccm_rules.authoring.schemas import output_schemas as outputs
    from ccm_rules.authoring.schemas import rule_schemas as rules

    check = read(CHECK)
    return {
        FACTS: facts_schema(vocabulary),
        ALERT: outputs.alert_schema(check),
        DIFF: outputs.diff_schema(check),
        RULE: outputs.rule_schema(check),
        RULE_FILE: rules.rule_schema(),
        CASES_FILE: rules.cases_schema(),
        WORDS_FILE: rules.words_schema(),
        VOCABULARY_FILE: rules.vocabulary_schema(),
        TREATY_VOCABULARY_FILE: rules.treaty_vocabulary_schema(),
        TREATIES_FILE: rules.treaties_schema(),
        SITUATIONS_FILE: rules.situations_schema(),
    }


def text(schema: Mapping[str, Any]) -> str:
    """Write a schema as it is stored: what fits on a line stands on one."""
    return _lines(schema, "", "") + "\n"


def _lines(value: Any, indent: str, before: str) -> str:
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, Mapping | list) or len(indent) + len(before) + len(line) < _WIDTH:
        return line
    inner = indent + " "
    if isinstance(value, Mapping):
        keys = [f"{json.dumps(key, ensure_ascii=False)}: " for key in value]
        parts = [
            key + _lines(item, inner, key) for key, item in zip(keys, value.values(), strict=True)
        ]
    else:
        parts = [_lines(item, inner, "") for item in value]
    first, last = "{}" if isinstance(value, Mapping) else "[]"
    body = ",\n".join(inner + part for part in parts)
    return f"{first}\n{body}\n{indent}{last}"


def every_kind(vocabularies: Iterable[Vocabulary]) -> Vocabulary:
    """The kinds of fact of several treaties in one, which allows what any of them allows."""
    found: dict[str, Kind] = {}
    for vocabulary in vocabularies:
        for name, kind in vocabulary.items():
            other = found.get(name, kind)
            fields = {**kind.fields, **other.fields}
            for both in fields.keys() & kind.fields.keys() & other.fields.keys():
                fields[both] = _either(other.fields[both], kind.fields[both])
            found[name] = other._replace(fields=fields)
    return found


def _either(one: Field, other: Field) -> Field:
    values = (*one.one_of, *other.one_of) if one.one_of and other.one_of else ()
    optional = one.optional or other.optional
    return one._replace(optional=optional, one_of=tuple(dict.fromkeys(values)))


def facts_schema(
    vocabulary: Vocabulary, parties: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The JSON Schema of facts files.

    Args:
        vocabulary: the kinds of fact.
        parties: names of States by code; those of the United Nations unless given.
    """
    if parties is None:
        from ccm_rules.words.states import party_names

        parties = party_names()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:ccm-rules:facts",
        "title": "Facts for ccm-check",
        "description": "The record of a treaty: sources, registers and a flat list of facts.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "$schema": True,
            "title": {"type": "string", "description": "Title of the record."},
            "as_of": {"$ref": "#/$defs/day", "description": "The day that the record is about."},
            "period": {"$ref": "#/$defs/when", "description": "The review period, as a range."},
            "rules": {
                "type": "array",
                "items": {"type": "string"},
                "description": "Rule folders to apply, of one treaty; the first's unless given.",
            },
            "extends": {"type": "string", "description": "Another facts file, relative to this."},
            "sources": {"type": "object", "additionalProperties": {"$ref": "#/$defs/source"}},
            "registers": {"type": "array", "items": _one_of("of", "register", vocabulary)},
            "facts": {"type": "array", "items": _one_of("fact", "fact", vocabulary)},
        },
        "$defs": {
            "when": {
                "type": "string",
                "pattern": _WHEN,
                "description": "2023-06-30, 2023-06, 2023, [2022-07-01..2023-06-30] "
                "or [..2023-06-30]",
            },
            "day": {"type": "string", "pattern": _DAY},
            "text": {"type": "string", "maxLength": MAX_TEXT},
            "int": {"type": "integer", "exclusiveMinimum": -MAX_INT, "exclusiveMaximum": MAX_INT},
            "party": {
                "description": "ISO 3166-1 alpha-3 code",
                "oneOf": [{"const": code, "title": name} for code, name in sorted(parties.items())],
            },
            "references": {
                "description": "A source and the place in it, such as REPORT ¶20; or several.",
                "oneOf": [
                    {"type": "string", "minLength": 1},
                    {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}},
                ],
            },
            "source": _SOURCE,
            **{f"fact {kind.name}": _fact(kind) for kind in vocabulary.values()},
            **{f"register {kind.name}": _register(kind) for kind in vocabulary.values()},
        },
    }


_SOURCE: Final = {
    "type": "object",
    "additionalProperties": False,
    "required": ["title"],
    "properties": {
        "title": {"type": "string"},
        "url": {"type": "string"},
        "published": {"$ref": "#/$defs/when"},
        "kind": {"enum": ["register", "document"]},
        "note": {"type": "string"},
    },
    "if": {"properties": {"kind": {"const": "document"}}, "required": ["kind"]},
    "then": {"required": ["published"]},
}


def _one_of(key: str, prefix: str, vocabulary: Vocabulary) -> dict[str, Any]:
    """Choose the form of an item by its kind, so that complaints name the kind."""
    return {
        "type": "object",
        "required": [key],
        "properties": {key: {"enum": list(vocabulary)}},
        "allOf": [
            {
                "if": {"properties": {key: {"const": name}}, "required": [key]},
                "then": {"$ref": f"#/$defs/{prefix}%20{name}"},
            }
            for name in vocabulary
        ],
    }


def _fact(kind: Kind) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "title": kind.label,
        "description": kind.says,
        "additionalProperties": False,
        "required": [
            "fact",
            *(field.name for field in kind.fields.values() if not field.optional),
            "source",
        ],
        "properties": {
            "fact": {"const": kind.name},
            **{field.name: _field(field) for field in kind.fields.values()},
            "source": {"$ref": "#/$defs/references"},
            "note": {"type": "string"},
            "known": {"$ref": "#/$defs/when"},
        },
    }
    if kind.one_of:
        schema["anyOf"] = [{"required": [name]} for name in kind.one_of]
    return schema


def _register(kind: Kind) -> dict[str, Any]:
    limits = {
        field.name: _field(field)
        for field in kind.fields.values()
        if field.type not in ("when", "party")
    }
    parties: dict[str, Any] = {"const": "all"}
    if "party" in kind.fields:
        parties = {"anyOf": [parties, {"type": "array", "items": {"$ref": "#/$defs/party"}}]}
    return {
        "title": f"the record of facts of the kind {kind.name} is complete",
        "additionalProperties": False,
        "required": ["of", "until", "source"],
        "properties": {
            "of": {"const": kind.name},
            **limits,
            "parties": parties,
            "until": {"$ref": "#/$defs/day"},
            "source": {"$ref": "#/$defs/references"},
            "note": {"type": "string"},
        },
    }


def _field(field: Field) -> dict[str, Any]:
    if field.one_of:
        return {"enum": list(field.one_of)}
    names = {"party": "party", "when": "when", "int": "int"}
    return {"$ref": f"#/$defs/{names.get(field.type, 'text')}"}
