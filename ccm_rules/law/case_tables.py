"""Test cases of rules, as values: some facts, a day, and what the rule must say then.

`ccm_rules.law.rule` reads them; `ccm_rules.authoring.cases` runs them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

import attrs

from ccm_rules.law.forms import DAY, FLAG, FREE, TEXT, WHOLE, WORDS, Many, Tables
from ccm_rules.law.grammar import ByName, Form, Schema, Schemas, Table, entry, quoted
from ccm_rules.law.toml_places import NOWHERE, At, Place


class _Number(Form):
    """How many there are, or that there is no number."""

    words = 'whole number, or `"none"`'
    example = "1"

    nothing: Any = 0

    def read(self, value: Any, place: Place) -> Any:
        return None if value == "none" else WHOLE.read(value, place)

    def schema(self, schemas: Schemas) -> Schema:
        return {"anyOf": [WHOLE.schema(schemas), {"const": "none"}]}


class _Expected(Form):
    """A fact that the rule derives, by the fields that matter."""

    words = "derived fact"
    example = '{ fact = "in-force", party = "NGA" }'

    nothing: Any = MappingProxyType({"fact": ""})

    def read(self, value: Any, place: Place) -> Any:
        if isinstance(value, Mapping) and isinstance(value.get("fact"), str) and value["fact"]:
            return value
        place.fail(f"{quoted(value)} is no derived fact", self.example)
        return self.nothing

    def schema(self, schemas: Schemas) -> Schema:
        fact = {"type": "string", "description": "Its kind."}
        return schemas.define(
            "expected",
            lambda: {
                "type": "object",
                "description": "A fact that this rule derives or counts, or its own duty-status.",
                "properties": {"fact": fact},
                "required": ["fact"],
            },
        )


class _Given(Tables):
    """Facts or registers, of which a file of cases can also give the names."""

    words = "tables, or names of the file's `[named]`"

    def schema(self, schemas: Schemas) -> Schema:
        return {"type": "array", "items": {"type": ["object", "string"]}}


class _Standing(Form):
    """How the rule's duties stand: one status, or several by what tells the duties apart."""

    words = "status, or statuses by item"
    example = '"overdue"'

    nothing: Any = MappingProxyType({})

    def read(self, value: Any, place: Place) -> Any:
        table = value if isinstance(value, Mapping) else {"": value}
        if all(isinstance(item, str) and item.strip() for item in table.values()):
            return MappingProxyType(dict(table))
        return self.wrong(place, "names no status", 'status = "overdue", or { 0 = "superseded" }')

    def schema(self, schemas: Schemas) -> Schema:
        status: Schema = {"type": "string"}
        return {"anyOf": [status, {"type": "object", "additionalProperties": status}]}


class _Before(_Standing):
    """The same, or findings."""

    words = "status, statuses by item, or list of findings"

    def read(self, value: Any, place: Place) -> Any:
        return _TEXTS.read(value, place) if isinstance(value, list) else super().read(value, place)

    def schema(self, schemas: Schemas) -> Schema:
        return {"anyOf": [*super().schema(schemas)["anyOf"], _TEXTS.schema(schemas)]}


_EXPECTED = _Expected()
_GIVEN = _Given(FREE)
_TEXTS = Many(TEXT)


@attrs.frozen(kw_only=True)
class CaseCount:
    """What a case expects of an indicator."""

    table: ClassVar = "case_count"

    indicator: str = entry(WORDS, "Which one.")
    year: int = entry(WHOLE, "Of which year.", default=0)
    number: int | None = entry(
        _Number(), "How many are counted for certain; `none`, where there is no number.", default=0
    )
    members: tuple[str, ...] | None = entry(_TEXTS, "Their codes.", default=None)
    open: tuple[str, ...] = entry(
        _TEXTS, "Codes of those of whom the record cannot tell.", default=()
    )
    exact: bool | None = entry(
        FLAG, "Whether the number is exact; it is, unless some are open.", default=None
    )

    def completed(self) -> CaseCount:
        """With codes in order; a number is exact where none are open."""
        exact = not self.open and self.number is not None if self.exact is None else self.exact
        members = None if self.members is None else tuple(sorted(self.members))
        return attrs.evolve(self, members=members, open=tuple(sorted(self.open)), exact=exact)


@attrs.frozen(kw_only=True)
class Case:
    """A test case: some facts, a day, and the findings that the rule must raise."""

    name: str = entry(WORDS, "What it shows.")
    as_of: dt.date = entry(DAY, "The day on which it is judged.", missing="the case has no day")
    given: tuple[Mapping[str, Any], ...] = entry(
        _GIVEN, "Facts, as in a facts file; they need no source.", default=()
    )
    registers: tuple[Mapping[str, Any], ...] = entry(
        _GIVEN, "What the record is complete for.", default=()
    )
    raises: tuple[str, ...] = entry(
        _TEXTS, "Every finding of this rule, by name, and no other.", default=()
    )
    open: int = entry(WHOLE, "How many things of this rule stay open.", default=0)
    says: tuple[str, ...] = entry(_TEXTS, "Sentences that must be said.", default=())
    known_by: dt.date | None = entry(DAY, "Count only what was known by this day.", default=None)
    period: str | None = entry(TEXT, "The review period: `[2022-07-01..2023-06-30]`.", default=None)
    counts: tuple[CaseCount, ...] = entry(
        Many(Table(CaseCount, '{ indicator = "…", number = 1 }')),
        "What indicators must count.",
        default=(),
    )
    derives: tuple[Mapping[str, Any], ...] = entry(
        Many(_EXPECTED),
        "Facts that this rule must derive for certain, with the fields that matter; of each kind "
        "that is named these are all.",
        default=(),
    )
    lacks: tuple[Mapping[str, Any], ...] = entry(
        Many(_EXPECTED), "Facts of which there must be none, not even a possible one.", default=()
    )
    status: Mapping[str, str] | None = entry(
        _Standing(),
        "How all duties of this rule stand: `overdue`; `overdue until 2023-06-30`, where the "
        "record ends there; `open`; `none`, where there is no duty; of several duties a table, by "
        "State, item and number as far as they differ. Beside it, `raises` and `open` are looked "
        "at only where they are said.",
        default=None,
    )
    before: Mapping[str, str] | tuple[str, ...] | None = entry(
        _Before(),
        "The same on the day before; of a rule without a duty, the findings of that day.",
        default=None,
    )
    situation: tuple[str, ...] = entry(
        _TEXTS, "Situations of `situations.toml` that it shows, on its day.", default=()
    )
    same: str = entry(
        TEXT,
        "Why nothing changes without the facts that make it this situation; otherwise something "
        "must.",
        default="",
    )
    at: At = NOWHERE


@attrs.frozen(kw_only=True)
class Equivalent:
    """A change of the rule that no record could show, and why."""

    mutant: str = entry(WORDS, "The change, as `ccm-check rules test` names it.")
    why: str = entry(WORDS, "Why no record tells the changed rule from this one.")
    at: At = NOWHERE


@attrs.frozen(kw_only=True)
class Cannot:
    """A situation that no State can be in under this rule, and why."""

    situation: str = entry(WORDS, "Which one.")
    why: str = entry(WORDS, "Why it cannot happen: a sentence.")
    at: At = NOWHERE


@attrs.frozen(kw_only=True)
class Cases:
    """What stands in the file of cases of a rule."""

    uses: tuple[str, ...] = entry(
        _TEXTS, "Files of `provisions/` whose names its cases use.", default=(), sheet="cases"
    )
    named: Mapping[str, Any] = entry(
        ByName(Form()),
        "Names of facts, registers and lists of them; in `given` and `registers` a name stands "
        'for what it calls, and `{ like = "name", … }` for the same with other values, of a list '
        "for all that it holds.",
        factory=dict,
        sheet="cases",
    )
    applies: Mapping[str, Mapping[str, Any]] = entry(
        ByName(FREE),
        "Provisions that the rule holds too, each with what fills its gaps.",
        factory=dict,
        sheet="both",
    )
    cases: tuple[Case, ...] = entry(
        Tables(Case),
        "Test cases: one on both sides of each boundary day.",
        default=(),
        name="case",
        sheet="cases",
    )
    equivalents: tuple[Equivalent, ...] = entry(
        Tables(Equivalent),
        "Changes of the rule that no record could show; `ccm-check rules test` names them.",
        default=(),
        name="equivalent",
        sheet="cases",
    )
    cannots: tuple[Cannot, ...] = entry(
        Tables(Cannot),
        "Situations that cannot happen under this rule although it lacks no trait.",
        default=(),
        name="cannot",
        sheet="cases",
    )
