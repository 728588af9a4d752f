"""What may stand at a key: texts, choices, flags, numbers, days, lists; and what goes together.

Each form reads one value and says what is wrong with it; see `ccm_rules.law.grammar`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import attrs

from ccm_rules.law.grammar import Form, Schema, Schemas, Table, quoted
from ccm_rules.law.toml_places import Place


class Tables(Form):
    """A list of tables.

    Attributes:
        table: one of them: a class, or what reads it.
        by: the key by whose value other files name one of them.
    """

    words = "tables"

    def __init__(self, table: type | Form, by: str = "") -> None:
        self.table = table if isinstance(table, Form) else Table(table)
        self.by = by

    nothing: Any = ()

    def written(self, key: str) -> str:
        return f"[[{key}]]"

    def read(self, value: Any, place: Place) -> Any:
        if isinstance(value, list) and all(isinstance(item, Mapping) for item in value):
            return tuple(self.table.read(item, place.item(n)) for n, item in enumerate(value))
        return self.wrong(place, "is no list of tables", f"write [[{place.key}]]")

    def schema(self, schemas: Schemas) -> Schema:
        return {"type": "array", "items": self.table.schema(schemas)}


class Text(Form):
    """A text; runs of white space are one space.

    Args:
        needed: whether it must not be blank.
        pattern: what it must match, with what it is where it does not, and the mend.
    """

    words = "text"

    def __init__(self, needed: bool = False, pattern: str = "", no: str = "", mend: str = ""):
        self._needed = needed
        self._pattern = pattern
        self._no = no
        self._mend = mend

    nothing: Any = ""

    def read(self, value: Any, place: Place) -> Any:
        if not isinstance(value, str):
            return self.wrong(place, "is not text")
        if self._needed and not value.strip():
            return self.wrong(place, "is empty")
        text = " ".join(value.split())
        if self._pattern and not re.search(self._pattern, text):
            place.fail(f"{quoted(text)} {self._no}", self._mend)
        return text

    def schema(self, schemas: Schemas) -> Schema:
        pattern = self._pattern or (r"\S" if self._needed else "")
        return {"type": "string", **({"pattern": pattern} if pattern else {})}


class Choice(Form):
    """One of several words.

    Args:
        of: the words.
        never: what to say of another one, if there is more to say than that.
    """

    def __init__(self, of: Sequence[str], never: str = "{key} cannot be {value}") -> None:
        self.of = tuple(of)
        self._never = never
        self.words = "one of " + ", ".join(f"`{word}`" for word in self.of)

    @property
    def nothing(self) -> Any:
        """The first of them."""
        return self.of[0]

    def written(self, key: str) -> str:
        return f"{key}: one of {', '.join(self.of)}"

    def read(self, value: Any, place: Place) -> Any:
        if isinstance(value, str) and value in self.of:
            return value
        message = self._never.format(key=place.key, value=quoted(value))
        place.fail(message, f"use one of {', '.join(self.of)}")
        return self.nothing

    def schema(self, schemas: Schemas) -> Schema:
        return {"enum": list(self.of)}


class Flag(Form):
    """True or false."""

    words = "`true` or `false`"
    example = "true"

    nothing: Any = False

    def read(self, value: Any, place: Place) -> Any:
        if isinstance(value, bool):
            return value
        mend = f"{place.key} = true, or leave it out"
        return self.wrong(place, f"cannot be {quoted(value)}", mend)

    def schema(self, schemas: Schemas) -> Schema:
        return {"type": "boolean"}


class Whole(Form):
    """A whole number, perhaps between two others."""

    words = "whole number"
    example = "1"

    def __init__(self, least: int | None = None, most: int | None = None) -> None:
        self._bounds = {"minimum": least, "maximum": most}

    nothing: Any = 0

    def read(self, value: Any, place: Place) -> Any:
        return value if type(value) is int else self.wrong(place, "is no whole number")

    def schema(self, schemas: Schemas) -> Schema:
        bounds = {name: value for name, value in self._bounds.items() if value is not None}
        return {"type": "integer", **bounds}


class Day(Form):
    """A day, as TOML writes it."""

    words = "day, without quotation marks"
    example = "2026-11-23"

    nothing: Any = dt.date(2000, 1, 1)

    def read(self, value: Any, place: Place) -> Any:
        return value if type(value) is dt.date else self.wrong(place, f"is no day: {quoted(value)}")

    def schema(self, schemas: Schemas) -> Schema:
        return schemas.define(
            "day",
            lambda: {
                "type": "string",
                "description": "A day, without quotation marks: 2026-11-23",
                "format": "date",
                "pattern": r"^\d{4}-\d{2}-\d{2}$",
            },
        )


class Many(Form):
    """A list.

    Args:
        of: what stands in it.
        least: how many there are at least.
        few: what to say where there are fewer.
        single: whether a single value counts as a list of one.
    """

    def __init__(self, of: Form, least: int = 0, few: str = "", single: bool = True) -> None:
        self.of = of
        self._least = least
        self._few = few
        self._single = single
        self.words = f"{of.words}, or a list of them" if single else f"list: {of.words}"
        self.example = f"[{of.example}]"

    nothing: Any = ()

    def read(self, value: Any, place: Place) -> Any:
        if not isinstance(value, list) and not self._single:
            return self.wrong(place, "is no list")
        items = value if isinstance(value, list) else [value]
        if len(items) < self._least:
            place.fail(self._few or f"{place.key} is empty", self.written(place.key))
        return tuple(self.of.read(item, place.item(n)) for n, item in enumerate(items))

    def schema(self, schemas: Schemas) -> Schema:
        item = self.of.schema(schemas)
        several: Schema = {"type": "array", "items": item}
        if self._least:
            several["minItems"] = self._least
        return {"anyOf": [item, several]} if self._single else several


class Free(Form):
    """A table of which another reader knows what may stand in it."""

    words = "table"
    example = "{ … }"

    nothing: Any = MappingProxyType({})

    def read(self, value: Any, place: Place) -> Any:
        return value if isinstance(value, Mapping) else self.wrong(place, "is no table")

    def schema(self, schemas: Schemas) -> Schema:
        return {"type": "object"}


# -- what goes together --------------------------------------------------------------


@attrs.frozen
class Needs:
    """A key that is needed where another one is there.

    Attributes:
        key: the other one.
        needed: the key.
        message, mend: what to say where it is missing.
        among: the values of the other one with which it is needed; any, unless given.
    """

    key: str
    needed: str
    message: str
    mend: str
    among: tuple[str, ...] = ()

    def check(self, table: Mapping[str, Any], place: Place) -> None:
        """Complain of a table in which the key is missing."""
        value = table.get(self.key)
        asked = value in self.among if self.among else _says(value)
        if asked and not _says(table.get(self.needed)):
            (place / self.needed).fail(self.message, self.mend)

    def schema(self) -> Schema:
        value = {"enum": list(self.among)} if self.among else {"pattern": r"\S", "minItems": 1}
        asked = {"required": [self.key], "properties": {self.key: value}}
        return {"if": asked, "then": {"required": [self.needed]}}


@attrs.frozen
class Either:
    """Keys of which a table has at least one."""

    keys: tuple[str, ...]
    message: str
    mend: str

    def check(self, table: Mapping[str, Any], place: Place) -> None:
        """Complain of a table that has none of them."""
        if not any(_says(table.get(key)) for key in self.keys):
            place.fail(self.message, self.mend)

    def schema(self) -> Schema:
        return {"anyOf": [{"required": [key]} for key in self.keys]}


def _says(value: Any) -> bool:
    return bool(value.strip()) if isinstance(value, str) else value is not None and value != []


# -- what stands in many places ----------------------------------------------------

#: Texts that may be blank, and texts that may not.
TEXT: Final = Text()
WORDS: Final = Text(needed=True)
NAME: Final = Text(
    True, r"^[a-z0-9]+(-[a-z0-9]+)*$", "is no name", "use small letters, digits and hyphens"
)
FLAG: Final = Flag()
WHOLE: Final = Whole()
DAY: Final = Day()
FREE: Final = Free()
