"""Conditions of rules: facts that are joined, comparisons, absences, days that are reckoned.

In goes a table, out comes a `Body`; `ccm_rules.compiler.compile` gives it its meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Final

import attrs

from ccm_rules.dates import DateError, Period
from ccm_rules.law.forms import WHOLE, WORDS, Choice, Many, Whole
from ccm_rules.law.grammar import (
    ByName,
    Form,
    Schema,
    Schemas,
    Table,
    entries,
    entry,
    part,
    quoted,
    unknown_keys,
)
from ccm_rules.law.terms import (
    ABSENCES,
    COMPARISONS,
    FIELD,
    PATTERN,
    PATTERNS,
    VARIABLE,
    Comparison,
    Pattern,
    Var,
)
from ccm_rules.law.toml_places import Place
from ccm_rules.words import durations as lengths

#: The operator of a calculation that gives a day: so many months after one, or the day before
#: where there is no such day.
MONTHS: Final = "months"
_OPERATORS: Final = {
    "sum": "+",
    "difference": "-",
    "percent": "%",
    "rest": "rest",
    "months_after": MONTHS,
}


@attrs.frozen
class Arithmetic:
    """A day reckoned from another one: ``from`` plus a period.

    One that ``recurs`` comes again and again: after one period, after two, and so on.
    """

    anchor: Var
    period: Period
    recurs: bool = False


@attrs.frozen
class Calculation:
    """A number reckoned from two others; operators are those of an indicator's arithmetic.

    Or, with `MONTHS`, a day reckoned from a day and a number.
    """

    operator: str
    left: Var
    right: Var


# -- days and numbers that are reckoned ------------------------------------------------


@attrs.frozen
class _Length:
    """A length of time in calendar years, months and days."""

    table: ClassVar = "length"

    years: int = entry(WHOLE, default=0)
    months: int = entry(WHOLE, default=0)
    days: int = entry(WHOLE, default=0)


@attrs.frozen
class _End:
    """The month or the day that the result is set to."""

    table: ClassVar = "on"

    month: int = entry(Whole(1, 12), default=0)
    day: int = entry(Whole(1, 31), default=0)


@attrs.frozen
class _Reckoned:
    """A day reckoned from another one."""

    table: ClassVar = "reckoned"

    anchor: Var = entry(
        VARIABLE, "The day that it is reckoned from; a fact must bind it.", name="from"
    )
    add: _Length = entry(
        Table(_Length), "What is added; negative numbers count back.", default=_Length()
    )
    on: _End = entry(Table(_End), "The month or the day that the result is set to.", default=_End())
    round: str = entry(
        Choice(("earlier", "later")),
        "Which day counts where there is no such day: needed with months and years, unless "
        "`on.day` is set.",
        default="",
    )


@attrs.frozen
class _Recurring:
    """A day that comes again and again, reckoned each time from the first in one step."""

    table: ClassVar = "recurring"

    anchor: Var = entry(
        VARIABLE, "The day that it is reckoned from; a fact must bind it.", name="from"
    )
    every: _Length = entry(
        Table(_Length),
        "After what time it comes, and comes again. `?n` says which time it is, `?begins` when the "
        "time before it began (for the first, the day that it is reckoned from): a duty is listed "
        "from then on.",
    )
    on: _End = entry(Table(_End), "The month or the day that the result is set to.", default=_End())
    round: str = entry(
        Choice(("earlier", "later")), "As of other days that are reckoned.", default=""
    )


class _Day(Form):
    """A day that is reckoned from another one.

    Args:
        bound: whether it may also be a variable that a fact binds, or recur.
    """

    words = "reckoned day"
    example = '{ from = "?eif", add = { days = 180 } }'

    def __init__(self, bound: bool = False) -> None:
        self._bound = bound
        if bound:
            self.words = "`?variable`, reckoned or recurring day"

    nothing: Any = Var("missing")

    def read(self, value: Any, place: Place) -> Any:
        if self._bound and isinstance(value, str):
            return VARIABLE.read(value, place)
        if not isinstance(value, Mapping) or "from" not in value:
            place.fail("a day is reckoned from another one", self.example)
            return self.nothing
        recurs = self._bound and "every" in value
        table = _Recurring if recurs else _Reckoned
        unknown_keys(value, [entry.name for entry in entries(table)], place)
        length = _length(value, place) or Period()
        return Arithmetic(VARIABLE.read(value["from"], place / "from"), length, recurs)

    def schema(self, schemas: Schemas) -> Schema:
        table = schemas.refer(_Reckoned)
        if not self._bound:
            return table
        return {"anyOf": [VARIABLE.schema(schemas), table, schemas.refer(_Recurring)]}


class _Soon(Form):
    """How long before a day something is due soon."""

    words = "length"
    example = "{ days = 90 }"

    def read(self, value: Any, place: Place) -> Any:
        if not isinstance(value, Mapping) or not all(type(v) is int for v in value.values()):
            return self.wrong(place, "is no length of time")
        back = {unit: -number for unit, number in value.items()}
        return _length({"add": back, "round": "earlier"}, place)

    def schema(self, schemas: Schemas) -> Schema:
        return schemas.refer(_Length)


def _length(spec: Mapping[str, Any], place: Place) -> Period | None:
    try:
        return lengths.of(spec)
    except DateError as error:
        no_period = str(error) == "this is no period"
        place.fail(
            str(error), DUE.example if no_period else 'add = { months = 6 }, round = "earlier"'
        )
        return None


class _Let(Form):
    """Days and numbers that are reckoned, by variable name."""

    words = "table of reckoned days and calculations"
    example = '{ soon = { from = "?d", … } }'

    nothing: Any = MappingProxyType({})

    def read(self, value: Any, place: Place) -> Any:
        if not isinstance(value, Mapping):
            return self.wrong(place, "is no table")
        found = {}
        for name, spec in value.items():
            variable = name.removeprefix("?")
            made = self._one(spec, place / name)
            if not FIELD.match(variable):
                place.fail(f"{quoted(name)} is no variable", "use small letters")
            elif made is not None:
                found[variable] = made
        return found

    def _one(self, spec: Any, place: Place) -> Arithmetic | Calculation | None:
        if not isinstance(spec, Mapping) or not set(spec) & {"from", *_OPERATORS}:
            mend = '{ cutoff = { from = "?opens", add = { months = -9 } } }'
            place.fail("let reckons a day or a number", mend)
            return None
        if "from" in spec:
            day: Arithmetic = RECKONED.read(spec, place)
            return day
        unknown_keys(spec, list(_OPERATORS), place)
        name = next(name for name in _OPERATORS if name in spec)
        operands = spec[name]
        if len(spec) > 1 or not isinstance(operands, list) or len(operands) != 2:
            two = "a day and a number" if name == "months_after" else "two numbers"
            place.fail(f"{name} takes {two}", f'{{ {name} = ["?a", "?b"] }}')
            return None
        left, right = (VARIABLE.read(operand, place / name) for operand in operands)
        return Calculation(_OPERATORS[name], left, right)

    def schema(self, schemas: Schemas) -> Schema:
        two = {"type": "array", "items": VARIABLE.schema(schemas), "minItems": 2, "maxItems": 2}
        calculation = {
            "type": "object",
            "description": "A number reckoned from two others, or the day that lies so many "
            "months after a day.",
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": False,
            "properties": dict.fromkeys(_OPERATORS, two),
        }
        made = [RECKONED.schema(schemas), schemas.define("calculation", lambda: calculation)]
        let = {"type": "object", "additionalProperties": {"anyOf": made}}
        return schemas.define("let", lambda: let)


RECKONED: Final = _Day()
DUE: Final = _Day(bound=True)
SOON: Final = _Soon()


# -- conditions ----------------------------------------------------------------------


@attrs.frozen
class Body:
    """Conditions: facts that are joined, comparisons, absences, exceptions."""

    table: ClassVar = "conditions"

    all: tuple[Pattern, ...] = entry(
        PATTERNS,
        "Facts that must be on record. The same variable in two places joins them.",
        default=(),
    )
    conditions: tuple[Comparison, ...] = entry(
        COMPARISONS,
        'Comparisons that must hold: `"?a < ?b"`, `"?kind != \'annual\'"`, `"?d <= as-of"`; '
        "`\"given ?until\"`, `\"lacks ?until\"`: whether the fact gives what it may leave out.",
        default=(),
        name="if",
    )
    none: tuple[Pattern, ...] = entry(
        ABSENCES, "Facts that must be absent, where the record of them is complete.", default=()
    )
    unless: tuple[Pattern, ...] = entry(
        ABSENCES,
        "Exceptions: the rule gives way where the record shows them; no register is asked.",
        default=(),
    )
    let: Mapping[str, Arithmetic | Calculation] = entry(
        _Let(), "Days and numbers that are reckoned, by variable name.", factory=dict
    )
    values: Mapping[str, tuple[str, ...]] = entry(
        ByName(Many(WORDS, least=1, single=False), r"^[a-z][a-z0-9_]*$", "is no variable"),
        "The texts that a variable is, one after the other: `{ item = [\"a\", \"b\"] }`.",
        factory=dict,
    )


class _Alternative(Form):
    """A fact, or a table of conditions."""

    words = "pattern or table of conditions"
    example = PATTERN.example

    nothing: Any = Body(all=(PATTERN.nothing,))

    def read(self, value: Any, place: Place) -> Any:
        if isinstance(value, Mapping) and "fact" not in value and "record" not in value:
            return Table(Body).read(value, place)
        return Body(all=(PATTERN.read(value, place),))

    def schema(self, schemas: Schemas) -> Schema:

        def alternative() -> Schema:
            return {
                "description": "A fact, or a table of conditions. Of several, one is enough.",
                "anyOf": [
                    {"allOf": [PATTERN.schema(schemas), {"required": ["fact"]}]},
                    {"allOf": [schemas.refer(Body)], "not": {"required": ["fact"]}},
                ],
            }

        return schemas.define("alternative", alternative)


ALTERNATIVES: Final = Many(_Alternative())
#: The keys of a table that states conditions of its own.
BODY: Final = part(Body)
