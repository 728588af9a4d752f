"""Terms, comparisons and patterns: the smallest parts of a rule's conditions.

In goes one value of a TOML document, out comes a term, a comparison or a pattern.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, Final

import attrs

from ccm_rules.law import MAX_INT
from ccm_rules.law.forms import NAME, Many
from ccm_rules.law.grammar import Form, Schema, Schemas, quoted
from ccm_rules.law.toml_places import Place

_COMPARISON: Final = r"^\s*(\S+|'[^']*')\s+(<=|>=|==|!=|<>|<|>|>>)\s+('[^']*'|\S+)\s*$"
#: What a field is asked that a fact may leave out.
ASKED: Final = ("given", "lacks")
_ASKED: Final = rf"^\s*({'|'.join(ASKED)})\s+(\?[a-z][a-z0-9_]*)\s*$"
FIELD: Final = re.compile(r"[a-z][a-z0-9_]*\Z")
_VARIABLE: Final = r"^\?[a-z][a-z0-9_]*$"


@attrs.frozen
class Var:
    """A variable, written ``?name``."""

    name: str


#: What can stand in a pattern or a comparison.
Term = Var | str | int | dt.date


@attrs.frozen
class Comparison:
    """``?a < ?b``: yes, no or unknown where dates are vague.

    ``?a >> ?b`` is never unknown: the earliest day of one is later than the latest of the other.
    Nor is ``?a <> ?b``: the two are not written alike, so they are not one and the same.
    ``given ?a`` and ``lacks ?a`` have no right side, and are never unknown.
    """

    left: Term
    operator: str
    right: Term


@attrs.frozen
class Pattern:
    """One joined fact: its kind and what its fields must be.

    ``record`` patterns ask instead until when the record of such facts is
    complete; ``until`` is then the day.
    """

    fact: str
    fields: Mapping[str, Term]
    conditions: tuple[Comparison, ...] = ()
    complete: Term | None = None
    record: bool = False


# -- terms and comparisons -----------------------------------------------------------


class _Term(Form):
    """A variable or a constant."""

    words = "`?variable`, text, whole number or day"
    example = '"?p"'

    nothing: Any = ""

    def read(self, value: Any, place: Place) -> Any:
        if isinstance(value, str) and value.startswith("?"):
            if not re.match(_VARIABLE, value) or value.endswith("\n"):
                place.fail(f"{quoted(value)} is no variable", "write ? and a small letter: ?party")
            return Var(value[1:])
        if isinstance(value, str) and value.isprintable():
            return value
        if (type(value) is int and -MAX_INT < value < MAX_INT) or type(value) is dt.date:
            return value
        mend = "use printable text, a whole number below 2^53, a date or ?variable"
        place.fail(f"{quoted(value)} can stand in no pattern", mend)
        return self.nothing

    def operand(self, text: str, place: Place) -> Term:
        """One side of a comparison."""
        if text == "as-of":
            return Var("as_of")
        if text.startswith("'"):
            if not text.isprintable():
                place.fail(f"{quoted(text)} holds what cannot be shown", "write printable text")
            return text[1:-1]
        if re.fullmatch(r"-?[0-9]{1,20}", text):
            number: Term = self.read(int(text), place)
            return number
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            try:
                return dt.date.fromisoformat(text)
            except ValueError:
                place.fail(f"{text} is no day", "write a day that exists")
        variable: Term = self.read(text if text.startswith("?") else f"?{text}", place)
        return variable

    def schema(self, schemas: Schemas) -> Schema:
        return schemas.define(
            "term",
            lambda: {
                "description": "A variable (?p), a text, a whole number or a day.",
                "anyOf": [
                    {"type": "string", "pattern": r"^([^?]|\?[a-z][a-z0-9_]*$|$)"},
                    {"type": "integer"},
                ],
            },
        )


class _Variable(Form):
    """A variable."""

    words = "`?variable`"
    example = '"?p"'

    nothing: Any = Var("missing")

    def read(self, value: Any, place: Place) -> Any:
        term = TERM.read(value, place)
        if isinstance(term, Var):
            return term
        place.fail(f"{quoted(value)} is no variable", "write ? and its name: ?party")
        return self.nothing

    def schema(self, schemas: Schemas) -> Schema:
        return schemas.define(
            "variable",
            lambda: {
                "type": "string",
                "description": "A variable: ? and its name.",
                "pattern": _VARIABLE,
            },
        )


class _Comparison(Form):
    """Two terms and how they compare, or whether a fact gives a field."""

    words = '`"?a < ?b"`'
    example = '"?a < ?b"'

    def read(self, value: Any, place: Place) -> Any:
        asked = re.match(_ASKED, value) if isinstance(value, str) else None
        if asked is not None:
            return Comparison(TERM.operand(asked[2], place), asked[1], "")
        match = re.match(_COMPARISON, value) if isinstance(value, str) else None
        if match is None:
            mend = 'write "?a < ?b" (<, <=, >, >=, >>, ==, !=, <>)'
            place.fail(f"{quoted(value)} is no comparison", mend)
            return None
        left, operator, right = match.groups()
        return Comparison(TERM.operand(left, place), operator, TERM.operand(right, place))

    def schema(self, schemas: Schemas) -> Schema:
        return schemas.define(
            "comparison",
            lambda: {
                "type": "string",
                "description": "Two sides and <, <=, >, >=, >>, ==, != or <> between; as-of is "
                "the day on which things are judged. `given ?x` and `lacks ?x`: whether the fact "
                "gives a field that it may leave out.",
                "pattern": f"{_COMPARISON}|{_ASKED}",
            },
        )


class _Comparisons(Many):
    """Comparisons, without those that are none."""

    def read(self, value: Any, place: Place) -> Any:
        return tuple(found for found in super().read(value, place) if found is not None)


TERM: Final = _Term()
VARIABLE: Final = _Variable()
COMPARISONS: Final = _Comparisons(_Comparison())


# -- patterns ------------------------------------------------------------------------


class _Pattern(Form):
    """A fact by its fields.

    Args:
        absent: whether it is one that must be absent: ``if`` and ``complete`` are keys then,
            and a register is not asked.
    """

    words = "pattern"
    example = '{ fact = "report", party = "?p" }'

    def __init__(self, absent: bool = False) -> None:
        self._absent = absent

    nothing: Any = Pattern("", {})

    def read(self, value: Any, place: Place) -> Any:
        if not isinstance(value, Mapping):
            place.fail("a pattern is a table", self.example)
            return self.nothing
        record = "record" in value
        name = value.get("record" if record else "fact")
        if record and "fact" in value:
            place.fail("a pattern asks for a fact or for its record, not both", "use two")
        if not isinstance(name, str):
            place.fail("the pattern names no fact", '{ fact = "report", … }')
            name = ""
        if record and self._absent:
            place.fail(
                "a question for a register stands in `all`",
                "ask for the absent fact; `complete` says until when its record must be complete",
            )
        if not self._absent:
            return Pattern(name, self._fields(value, place), record=record)
        complete = value.get("complete")
        if complete is not None:
            read = TERM.operand if isinstance(complete, str) else TERM.read
            complete = read(complete, place / "complete")
        conditions = COMPARISONS.read(value["if"], place / "if") if "if" in value else ()
        return Pattern(name, self._fields(value, place), conditions, complete, record)

    def _fields(self, value: Mapping[str, Any], place: Place) -> dict[str, Term]:
        """What the fields of the fact must be."""
        special = ("fact", "record", *(("if", "complete") if self._absent else ()))
        fields = {k: TERM.read(v, place / k) for k, v in value.items() if k not in special}
        for name in fields:
            if not FIELD.match(name):
                (place / name).fail(f"no field is called {quoted(name)}", "use small letters")
        return fields

    def schema(self, schemas: Schemas) -> Schema:
        return schemas.define(
            "absence" if self._absent else "pattern",
            lambda: self._absence(schemas) if self._absent else self._joined(schemas),
        )

    def _joined(self, schemas: Schemas) -> Schema:
        return {
            "type": "object",
            "description": "A fact that is joined, by its fields; fields left out may be anything. "
            "With record instead of fact: until when the record of such facts is complete.",
            "properties": {
                "fact": _text("A kind of the vocabulary, or a derived fact."),
                "record": _text('A kind of the vocabulary; until = "?u" binds the last day.'),
            },
            "anyOf": [{"required": ["fact"]}, {"required": ["record"]}],
            "additionalProperties": TERM.schema(schemas),
        }

    def _absence(self, schemas: Schemas) -> Schema:
        comparisons = COMPARISONS.schema(schemas)
        return {
            "type": "object",
            "description": "A fact that must be absent, or that makes an exception.",
            "properties": {
                "fact": _text("A kind of the vocabulary, or a derived fact."),
                "if": {
                    "description": "Comparisons that mention a variable of this fact alone.",
                    **comparisons,
                },
                "complete": {
                    "description": "The day until which the record must be complete; the as-of "
                    "day unless said.",
                    "allOf": [TERM.schema(schemas)],
                },
            },
            "required": ["fact"],
            "additionalProperties": TERM.schema(schemas),
        }


def _text(says: str) -> Schema:
    return {"type": "string", "description": says}


class _Head(_Pattern):
    """The fact that a table concludes."""

    words = "fact by its fields"
    example = '{ fact = "in-force", party = "?p" }'

    def read(self, value: Any, place: Place) -> Any:
        found = super().read(value, place)
        if isinstance(value, Mapping) and isinstance(value.get("fact"), str):
            NAME.read(found.fact, place)
        return found


PATTERN: Final = _Pattern()
HEAD: Final = _Head()
PATTERNS: Final = Many(PATTERN)
ABSENCES: Final = Many(_Pattern(absent=True))
