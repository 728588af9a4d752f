"""One grammar for what people write in TOML: a table is an attrs class, its keys are fields.

In goes a parsed table and the place where it stands; out comes a value of its class, and
everything that is wrong with it, each with its file, line, path and mend. The JSON Schema
that editors use and the reference page of the language are made of the same classes.

    @attrs.frozen
    class Equivalent:
        '''A change of the rule that no record could show, and why.'''

        mutant: str = field(metadata=entry(WORDS, "The change, as rules test names it."))
        why: str = field(metadata=entry(WORDS, "Why no record shows it."))

A field's `Form` says what may stand there. A field without a default is needed. What a
class cannot say of one field alone it says as its ``constraints`` (which a schema has too),
or in three methods that it may have: ``completed`` fills in what follows from other fields,
``mistakes`` says what does not go together, and a field ``at`` learns where the table is.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

import attrs

from ccm_rules.law.toml_places import Place, Sheet

Schema = dict[str, Any]

_KEY: Final = "key"
#: The name of what stands at all other keys.
_OTHERS: Final = "*"
#: So much of a value is repeated in a message.
_LONGEST: Final = 200


class Form:
    """What may stand in one place.

    Attributes:
        words: what the reference calls it.
        example: how it is written, for mends.
        nothing: what is read where it is missing or wrong, so that reading can go on.
    """

    words = "anything"
    example = '"…"'
    nothing: Any = None

    def read(self, value: Any, place: Place) -> Any:
        """The value of what stands there."""
        return value

    def schema(self, schemas: Schemas) -> Schema:
        """The JSON Schema of what may stand there."""
        return {}

    def wrong(self, place: Place, what: str, mend: str = "") -> Any:
        """Say what is wrong with what stands there, and go on without it."""
        place.fail(f"{place.key} {what}", mend or self.written(place.key))
        return self.nothing

    def written(self, key: str) -> str:
        """How it is written at a key, for a mend."""
        return f"{key} = {self.example}"


@attrs.frozen
class Key:
    """What the grammar says of one key.

    Attributes:
        form: what may stand there.
        words: what it means, for editors and the reference.
        name: the key as files have it, where Python calls it otherwise.
        missing: what to say where it is needed and not there.
        translated: whether it can be said in other languages; ``may``, where it can stay
            English without a complaint.
        sheet: the file of the rule that it stands in: its law, its cases, or both.
        common: whether a provision may hold it too.
    """

    form: Form
    words: str = ""
    name: str = ""
    missing: str = ""
    translated: bool | Literal["may"] = False
    sheet: str = "law"
    common: bool = False


def entry(
    form: Form, words: str = "", *, default: Any = attrs.NOTHING, factory: Any = None, **more: Any
) -> Any:
    """A field that is a key of its table.

    Args:
        form: what may stand there.
        words: what it means.
        default: what it is where it is not there; needed unless given.
        factory: the same, as for `attrs.field`.
        more: see `Key`.
    """
    metadata = {_KEY: Key(form, words, **more)}
    if factory is not None:
        return attrs.field(factory=factory, metadata=metadata)
    return attrs.field(default=default, metadata=metadata)


def part(
    cls: type, renamed: Mapping[str, str] | None = None, needed: Mapping[str, str] | None = None
) -> Any:
    """A field whose own keys stand in the table itself.

    Args:
        cls: the class with these keys.
        renamed: what some are called in this table.
        needed: what to say where one is missing that this table needs.
    """
    return entry(_Part(cls, renamed or {}, needed or {}), factory=cls)


def others(table: Form, words: str, pattern: str, no: str) -> Any:
    """A field that holds what stands at all other keys of the table, by key.

    Args:
        table: what stands at each.
        words: what that is.
        pattern: what such a key matches.
        no: what to say of one that does not.
    """
    return entry(ByName(table, pattern, no), words, factory=dict, name=_OTHERS)


class Entry(NamedTuple):
    """A key of a table: its name in files, what the grammar says, and whether it is needed."""

    name: str
    key: Key
    needed: bool


@functools.cache
def entries(cls: type) -> tuple[Entry, ...]:
    """The keys that the table of a class may have, in order."""
    return tuple(_entries(cls))


def _entries(cls: type) -> Iterator[Entry]:
    for field in sorted(attrs.fields(cls), key=lambda field: field.inherited):
        found: Key | None = field.metadata.get(_KEY)
        if found is None:
            continue
        if isinstance(found.form, _Part):
            yield from found.form.entries()
        else:
            yield Entry(found.name or field.name, found, field.default is attrs.NOTHING)


# -- tables ------------------------------------------------------------------------


class Table(Form):
    """A table that is read into an attrs class."""

    words = "table"

    def __init__(self, cls: type, example: str = "") -> None:
        self.cls = cls
        self.example = example

    def written(self, key: str) -> str:
        """How it is written at a key: under a header of its own, unless there is an example."""
        needed = ", ".join(entry.name for entry in entries(self.cls) if entry.needed)
        header = f"[{key}] with {needed}" if needed else f"[{key}]"
        return super().written(key) if self.example else header

    @property
    def nothing(self) -> Any:
        """A value with nothing in it."""
        return self._made({}, Place(Sheet(""), []), {})

    def read(self, value: Any, place: Place, **given: Any) -> Any:
        """The value of a table; ``given`` are fields that stand in no key."""
        if not isinstance(value, Mapping):
            return self.wrong(place, "is no table")
        keys = {entry.name: entry.key for entry in entries(self.cls)}
        if _OTHERS in keys:
            own = {name: item for name, item in value.items() if name in keys}
            value = {**own, _OTHERS: {n: item for n, item in value.items() if n not in own}}
        else:
            law = [name for name, key in keys.items() if key.sheet != "cases"]
            unknown_keys({name: None for name in value if name not in keys}, law, place)
        return self._checked(self._made(value, place, given), value, place)

    def _checked(self, made: Any, table: Mapping[str, Any], place: Place) -> Any:
        """A value with what follows from its other fields, once they have been looked at."""
        for constraint in getattr(self.cls, "constraints", ()):
            constraint.check(table, place)
        if hasattr(made, "completed"):
            made = made.completed()
        for path, message, mend in getattr(made, "mistakes", tuple)():
            (place / path if path else place).fail(message, mend)
        return made

    def _made(self, table: Mapping[str, Any], place: Place, given: Mapping[str, Any]) -> Any:
        values = dict(given)
        for field in attrs.fields(self.cls):
            found: Key | None = field.metadata.get(_KEY)
            name = field.alias or field.name
            if field.name == "at":
                values[name] = place.at
            elif found is not None and isinstance(found.form, _Part):
                values[name] = found.form.read(table, place)
            elif found is not None:
                here = found.name or field.name
                if here in table:
                    there = place if here == _OTHERS else place / here
                    values[name] = found.form.read(table[here], there)
                elif field.default is attrs.NOTHING:
                    values[name] = _missing(place / here, found.form, found.missing)
        return self.cls(**values)

    def schema(self, schemas: Schemas) -> Schema:
        """A reference to the definition of the class."""
        return schemas.refer(self.cls)


def _missing(place: Place, form: Form, message: str) -> Any:
    """Complain of a key that is not there, and go on without it."""
    place.fail(message or f"{place.key} is missing", f"add {form.written(place.key)}")
    return form.nothing


def unknown_keys(table: Mapping[str, Any], allowed: Sequence[str], place: Place) -> None:
    """Complain of keys that a table may not have."""
    for name in table:
        if name not in allowed:
            (place / name).fail(f"unknown key {quoted(name)}", f"use {', '.join(allowed)}")


class _Part(Form):
    """Keys of another class that stand in a table among its own."""

    def __init__(self, cls: type, renamed: Mapping[str, str], needed: Mapping[str, str]) -> None:
        self._cls = cls
        self._renamed = renamed
        self._needed = needed

    def entries(self) -> Iterator[Entry]:
        """The keys, as this table calls them."""
        for entry in entries(self._cls):
            name = self._renamed.get(entry.name, entry.name)
            yield entry._replace(name=name, needed=name in self._needed)

    def read(self, value: Any, place: Place) -> Any:
        """The value of these keys."""
        values = {}
        for field in attrs.fields(self._cls):
            found = field.metadata[_KEY]
            own = found.name or field.name
            name = self._renamed.get(own, own)
            if name in value:
                values[field.name] = found.form.read(value[name], place / name)
            elif name in self._needed:
                values[field.name] = _missing(place / name, found.form, self._needed[name])
        return self._cls(**values)


class ByName(Form):
    """A table of which each key is a name.

    Args:
        of: what stands at each.
        pattern: what a name matches.
        no: what to say of one that does not.
    """

    def __init__(self, of: Form, pattern: str = "", no: str = "") -> None:
        self.of = of
        self.pattern = pattern
        self._no = no
        self.words = f"{of.words}, by name"
        self.example = f"{{ name = {of.example} }}"

    nothing: Any = MappingProxyType({})

    def read(self, value: Any, place: Place) -> Any:
        """What stands at each name."""
        if not isinstance(value, Mapping):
            return self.wrong(place, "is no table")
        for name in value:
            if self.pattern and not re.search(self.pattern, name):
                (place / name).fail(f"{quoted(name)} {self._no}", "name it otherwise")
        return {name: self.of.read(item, place / name) for name, item in value.items()}

    def schema(self, schemas: Schemas) -> Schema:
        """A table of them."""
        return {"type": "object", "additionalProperties": self.of.schema(schemas)}


class Schemas:
    """Definitions of a schema, by the names that classes and forms have in it."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}

    def define(self, name: str, make: Callable[[], Schema]) -> Schema:
        """A reference to a definition, which is made when it is asked for first."""
        if name not in self.definitions:
            self.definitions[name] = {}  # a form may hold itself
            self.definitions[name] = make()
        return {"$ref": f"#/definitions/{name}"}

    def refer(self, cls: type) -> Schema:
        """A reference to the definition of a table."""
        return self.define(table_name(cls), lambda: self.table(cls))

    def table(self, cls: type, sheet: str = "") -> Schema:
        """The schema of a table; only its keys of one file of the rule, if that is named."""
        found: Schema = {
            "type": "object",
            "description": summary(cls),
            "additionalProperties": False,
            "properties": {},
        }
        listed = [e for e in entries(cls) if not sheet or e.key.sheet in (sheet, "both")]
        for entry in listed:
            if entry.name == _OTHERS:
                found["additionalProperties"] = entry.key.form.schema(self)["additionalProperties"]
            else:
                found["properties"][entry.name] = self.key(entry.key)
        required = [entry.name for entry in listed if entry.needed]
        if required:
            found["required"] = required
        constraints = [c.schema() for c in getattr(cls, "constraints", ()) if sheet != "cases"]
        if constraints:
            found["allOf"] = constraints
        return found

    def key(self, key: Key) -> Schema:
        """What stands at a key, with the words that an editor shows of it."""
        form = key.form.schema(self)
        if not key.words:
            return form
        if "$ref" in form:  # of which draft 7 reads nothing else beside it
            form = {"allOf": [form]}
        return {"description": key.words, **{k: v for k, v in form.items() if k != "description"}}


def quoted(value: Any) -> str:
    """A value as a message repeats it, cut where it is long.

    >>> quoted("grave"), quoted(10**5000)
    ("'grave'", 'a number of many digits')
    """
    try:
        text = repr(value)
    except ValueError:  # what Python does not write out
        return "a number of many digits"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"


def table_name(cls: type) -> str:
    """What definitions and pages call the table of a class."""
    name: str = getattr(cls, "table", "") or cls.__name__.lower()
    return name


def summary(cls: type) -> str:
    """The first paragraph of a class's documentation."""
    return " ".join((cls.__doc__ or "").split("\n\n")[0].split())
