"""Facts that follow, as values: derived ones, and counts.

`ccm_rules.law.rule` reads them; `ccm_rules.compiler.compile` makes clauses of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

import attrs

from ccm_rules.law.conditions import Body
from ccm_rules.law.forms import FLAG, TEXT, Many
from ccm_rules.law.grammar import entry, part
from ccm_rules.law.terms import HEAD, VARIABLE, Pattern, Term, Var
from ccm_rules.law.toml_places import NOWHERE, At


@attrs.frozen(kw_only=True)
class Derive:
    """Facts that follow from conditions."""

    head: Pattern = entry(HEAD, "The fact that follows, by its fields.", name="fact")
    body: Body = part(Body)
    says: str = entry(
        TEXT,
        "The sentence of such a fact, by its fields: `{party}`, `{date}`.",
        default="",
        translated=True,
    )
    perhaps: bool = entry(
        FLAG,
        "Whether it may be so, and nothing shows it for certain: what hangs on it is open.",
        default=False,
    )
    shared: bool = entry(FLAG, "Rules in other files derive such facts too.", default=False)
    at: At = NOWHERE

    @property
    def fact(self) -> str:
        """The kind of fact that follows."""
        return self.head.fact

    @property
    def fields(self) -> Mapping[str, Term]:
        """Its fields."""
        return self.head.fields


@attrs.frozen(kw_only=True)
class CountOf:
    """How many there are, by the other fields of the fact that holds the number."""

    table: ClassVar = "count"

    head: Pattern = entry(HEAD, "The fact that holds the number, by its other fields.", name="fact")
    number: Var = entry(VARIABLE, "The number, a field of the fact.")
    each: tuple[Var, ...] = entry(
        Many(VARIABLE, 1, "it is not said what is counted"),
        "What is counted, each once.",
        missing="it is not said what is counted",
    )
    body: Body = part(Body)
    says: str = entry(
        TEXT, "The sentence of such a fact, by its fields.", default="", translated=True
    )
    at: At = NOWHERE

    @property
    def fact(self) -> str:
        """The kind of fact that holds the number."""
        return self.head.fact

    @property
    def fields(self) -> Mapping[str, Term]:
        """Its fields."""
        return self.head.fields

    def mistakes(self) -> Iterator[tuple[str, str, str]]:
        """A number that stands nowhere."""
        if self.number not in (*self.fields.values(), VARIABLE.nothing):
            message = "the counted fact does not hold the number"
            yield "number", message, "put the variable into fact = { … }"
