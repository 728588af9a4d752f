"""The vocabulary of a record: kinds of fact and their fields.

The words themselves stand in ``rules/vocabulary.toml``, and those of one treaty in the
``vocabulary.toml`` of its folder, which is laid over it; here is what they mean
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
        by: for a ``when``: left out, it is some day by the day of this other field.
    """

    name: str
    type: str
    optional: bool = False
    scheduled: bool = False
    one_of: tuple[str, ...] = ()
    default: str | int | When = NO_TEXT
    by: str = ""

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
        anew_after: what must lie between two facts of one key for them to be two: a kind
            of fact, and the values that it has.
    """

    name: str
    label: str
    says: str
    fields: Mapping[str, Field]
    key: tuple[str, ...] = ()
    statement: bool = False
    exclusive: bool = False
    one_of: tuple[str, ...] = ()
    anew_after: tuple[tuple[str, Mapping[str, str | int]], ...] = ()

    @property
    def dated(self) -> bool:
        """Whether the as-of day decides if such a fact has happened."""
        return "date" in self.fields and not self.fields["date"].scheduled

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, in order."""
        return tuple(column for field in self.fields.values() for column in field.columns)

    def day(self, values: Mapping[str, str | int | When]) -> When:
        """The day of what a dated fact tells; one that may and does leave it out always counts."""
        date = values.get("date", _EVER)
        assert isinstance(date, When)
        return date

    def row(self, values: Mapping[str, str | int | When]) -> tuple[str | int, ...]:
        """Flatten a fact's values into a row of `columns`."""
        row: list[str | int] = []
        for field in self.fields.values():
            value = values.get(field.name, field.default)
            if field.name == "date" and self.dated:
                value = self.day(values)
            latest = values.get(field.by)
            if field.name not in values and isinstance(latest, When):
                value = When(FIRST_DAY, latest.latest)
            if isinstance(value, When):
                row += (value.earliest, value.latest)
            else:
                row.append(value)
        return tuple(row)


Vocabulary = Mapping[str, Kind]

_EVER: Final = When(FIRST_DAY, FIRST_DAY)
_KIND_KEYS = ("label", "says", "key", "statement", "exclusive", "one_of", "anew_after")
#: What a fact holds that leaves a field out, by the type of the field.
DEFAULTS: Final[Mapping[str, str | int | When]] = {
    "party": NO_TEXT,
    "meeting": NO_TEXT,
    "text": NO_TEXT,
    "int": NO_INT,
    "when": NO_WHEN,
}


def from_document(document: Mapping[str, Any]) -> dict[str, Kind]:
    """The kinds of fact of a parsed ``vocabulary.toml``.

    What may stand in that file is checked when it is read; see
    `ccm_rules.record.vocabulary_file`.
    """
    return {name: _kind(name, table) for name, table in document.items()}


def laid_over(document: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """A vocabulary with what another says anew, kind by kind, field by field, key by key.

    >>> laid_over({"a": {"says": "…", "b": {"type": "text"}}}, {"a": {"b": {"default": "c"}}})
    {'a': {'says': '…', 'b': {'type': 'text', 'default': 'c'}}}
    """
    made = dict(document)
    for key, value in over.items():
        both = isinstance(value, Mapping) and isinstance(made.get(key), Mapping)
        made[key] = laid_over(made[key], value) if both else value
    return made


def _kind(name: str, table: Mapping[str, Any]) -> Kind:
    return Kind(
        name,
        table.get("label", name),
        table["says"],
        {key: _field(key, spec) for key, spec in table.items() if key not in _KIND_KEYS},
        key=tuple(table.get("key", ())),
        statement=table.get("statement", False),
        exclusive=table.get("exclusive", False),
        one_of=tuple(table.get("one_of", ())),
        anew_after=tuple(
            (one["fact"], {field: value for field, value in one.items() if field != "fact"})
            for one in table.get("anew_after", ())
        ),
    )


def _field(name: str, spec: Mapping[str, Any]) -> Field:
    return Field(
        name,
        spec["type"],
        optional=spec.get("optional", False) or "default" in spec,
        scheduled=spec.get("scheduled", False),
        one_of=tuple(spec.get("one_of", ())),
        default=spec.get("default", DEFAULTS[spec["type"]]),
        by=spec.get("by", ""),
    )
