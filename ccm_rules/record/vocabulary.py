"""The vocabulary of a record: kinds of fact and their fields.

The words themselves stand in ``rules/vocabulary.toml``; here is what they mean
to the loader and to the engines. A field of type ``when`` becomes two columns,
its earliest and its latest day; every other field becomes one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ccm_rules.dates import FIRST_DAY, LAST_DAY, When

FIELD_TYPES: Final = ("party", "meeting", "text", "int", "when")

#: What stands in a column for "the fact does not say": engines hold no nulls.
NO_TEXT: Final = ""
NO_INT: Final = 0
NO_WHEN: Final = When(FIRST_DAY, LAST_DAY)

#: Keys that every fact may carry beside the fields of its kind.
COMMON_KEYS: Final = ("fact", "source", "note", "known")


class Field(NamedTuple):
    """One field of a kind of fact.

    Attributes:
        name: as written in facts files.
        type: one of `FIELD_TYPES`.
        optional: whether a fact may leave it out.
        scheduled: for a ``when``: it counts whatever the as-of day.
        one_of: the values allowed, or empty for any.
        default: the value of a fact that leaves it out.
    """

    name: str
    type: str
    optional: bool = False
    scheduled: bool = False
    one_of: tuple[str, ...] = ()
    default: str | int | When = NO_TEXT

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that hold this field."""
        return columns_of(self.name, self.type)


def columns_of(name: str, type_: str) -> tuple[str, ...]:
    """Columns of a field: two for a vague date or number, one for the rest."""
    return (f"{name}_lo", f"{name}_hi") if type_ in ("when", "number") else (name,)


class Kind(NamedTuple):
    """One kind of fact.

    Attributes:
        name: as written in facts files.
        label: the name in words.
        says: the sentence in which a fact of this kind is shown.
        fields: the fields, in the order of the vocabulary.
        key: names of the fields that identify a fact; empty for statements.
        statement: it records what a source says, so two never contradict.
        exclusive: two that contradict are an error, not a finding.
        one_of: fields of which a fact must carry one.
    """

    name: str
    label: str
    says: str
    fields: Mapping[str, Field]
    key: tuple[str, ...] = ()
    statement: bool = False
    exclusive: bool = False
    one_of: tuple[str, ...] = ()

    @property
    def dated(self) -> bool:
        """Whether the as-of day decides if such a fact has happened."""
        return "date" in self.fields and not self.fields["date"].scheduled

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, in order."""
        return tuple(column for field in self.fields.values() for column in field.columns)

    def row(self, values: Mapping[str, str | int | When]) -> tuple[str | int, ...]:
        """Flatten a fact's values into a row of `columns`."""
        row: list[str | int] = []
        for field in self.fields.values():
            value = values.get(field.name, field.default)
            if isinstance(value, When):
                row += (value.earliest, value.latest)
            else:
                row.append(value)
        return tuple(row)


Vocabulary = Mapping[str, Kind]

_KIND_KEYS = ("label", "says", "key", "statement", "exclusive", "one_of")
_DEFAULTS: Mapping[str, str | int | When] = {
    "party": NO_TEXT,
    "meeting": NO_TEXT,
    "text": NO_TEXT,
    "int": NO_INT,
    "when": NO_WHEN,
}


def from_document(document: Mapping[str, Any]) -> dict[str, Kind]:
    """Make the vocabulary of a parsed ``vocabulary.toml``.

    Raises:
        ValueError: a kind or field is malformed; the message names it.
    """
    return {name: _kind(name, table) for name, table in document.items()}


def _kind(name: str, table: Any) -> Kind:
    if not _is_name(name, "-"):
        raise ValueError(f"[{name}]: a kind is called by small letters, digits and hyphens")
    if not isinstance(table, Mapping) or not isinstance(table.get("says"), str):
        raise ValueError(f"[{name}] needs label, says and fields")
    if not isinstance(table.get("label", name), str):
        raise ValueError(f"[{name}] label is no text")
    fields = {}
    for field_name, spec in table.items():
        if field_name in _KIND_KEYS:
            continue
        fields[field_name] = _field(f"[{name}] {field_name}", field_name, spec)
    if not fields:
        raise ValueError(f"[{name}] has no field, so nothing tells one such fact from another")
    columns = ["certain", *(column for field in fields.values() for column in field.columns)]
    if twice := {column for column in columns if columns.count(column) > 1}:
        raise ValueError(f"[{name}] would have two columns {min(twice)!r}; name a field otherwise")
    for group in ("key", "one_of"):
        for field_name in _texts(f"[{name}]", table, group):
            if field_name not in fields:
                raise ValueError(f"[{name}] {group} names {field_name!r}, which is no field of it")
    return Kind(
        name,
        table.get("label", name),
        table["says"],
        fields,
        key=tuple(table.get("key", ())),
        statement=_flag(f"[{name}]", table, "statement"),
        exclusive=_flag(f"[{name}]", table, "exclusive"),
        one_of=tuple(table.get("one_of", ())),
    )


def _field(where: str, name: str, spec: Any) -> Field:
    if not _is_name(name, "_"):
        raise ValueError(f"{where}: a field is called by small letters, digits and underscores")
    if not isinstance(spec, Mapping) or spec.get("type") not in FIELD_TYPES:
        raise ValueError(f"{where}: type must be one of {', '.join(FIELD_TYPES)}")
    if name in COMMON_KEYS:
        raise ValueError(f"{where}: every fact has a {name!r} of its own; name it otherwise")
    if unknown := set(spec) - {"type", "optional", "scheduled", "one_of", "default"}:
        raise ValueError(f"{where}: unknown key {min(unknown)!r}")
    type_ = spec["type"]
    default = spec.get("default", _DEFAULTS[type_])
    if type(default) is not type(_DEFAULTS[type_]):
        raise ValueError(f"{where}: {default!r} is no default of type {type_}")
    return Field(
        name,
        type_,
        optional=_flag(where, spec, "optional") or "default" in spec,
        scheduled=_flag(where, spec, "scheduled"),
        one_of=_texts(where, spec, "one_of"),
        default=default,
    )


def _is_name(name: str, joint: str) -> bool:
    # No regular expression: compiling one takes longer than reading the vocabulary.
    plain = name.replace(joint, "")
    return name.isascii() and plain.isalnum() and plain.islower() and name[0].isalpha()


def _flag(where: str, table: Mapping[str, Any], key: str) -> bool:
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise ValueError(f"{where} {key} is true or false, not {value!r}")
    return value


def _texts(where: str, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = table.get(key, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError(f"{where} {key} is a list of texts, not {values!r}")
    return tuple(values)
