"""What may stand in ``vocabulary.toml``: a table for each kind of fact, by its name.

In goes its document, out comes what is wrong with it; of one without mistakes
`ccm_rules.record.vocabulary.from_document` makes the kinds, quickly.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar, Final

import attrs

from ccm_rules.law.forms import FLAG, TEXT, WORDS, Choice, Many
from ccm_rules.law.grammar import ByName, Form, Schema, Schemas, Table, entry, others
from ccm_rules.law.terms import PATTERN, Pattern
from ccm_rules.law.toml_places import Place
from ccm_rules.law.translation import texts
from ccm_rules.record.vocabulary import COMMON_KEYS, DEFAULTS, FIELD_TYPES, NO_WHEN, columns_of
from ccm_rules.words.template import names_in, odd_braces

_TEXTS: Final = Many(TEXT, single=False)


class _Default(Form):
    """The value of a fact that leaves a field out."""

    words = "text or whole number"
    example = '"none"'

    def schema(self, schemas: Schemas) -> Schema:
        return {"type": ["string", "integer"]}


@attrs.frozen(kw_only=True)
class FieldTable:
    """A field of the fact."""

    table: ClassVar = "field"

    type: str = entry(
        Choice(FIELD_TYPES),
        "`party`: a State; `meeting`: the id of a Meeting; `text`; `int`: a whole number; `when`: "
        "a day, vague or not.",
    )
    optional: bool = entry(FLAG, "Whether a fact may leave it out.", default=False)
    default: Any = entry(_Default(), "The value of a fact that leaves it out.", default=None)
    by: str = entry(
        TEXT, "Of a day that is left out: it is some day by the day of this field.", default=""
    )
    scheduled: bool = entry(FLAG, "Of a day: it counts whatever the as-of day.", default=False)
    one_of: tuple[str, ...] = entry(_TEXTS, "The values allowed; any, unless given.", default=())

    def mistakes(self) -> Iterator[tuple[str, str, str]]:
        """A default of another type."""
        usual = DEFAULTS[self.type]
        if self.default is not None and (usual is NO_WHEN or type(self.default) is not type(usual)):
            message = f"{self.default!r} is no default of type {self.type}"
            yield "default", message, "leave it out, or write one of that type"


@attrs.frozen(kw_only=True)
class KindTable:
    """A kind of fact."""

    table: ClassVar = "kind"

    label: str = entry(TEXT, "The name in words.", default="", translated=True)
    says: str = entry(
        WORDS,
        "The sentence in which such a fact is shown, by its fields: `{party}`, `{date}`.",
        translated=True,
    )
    key: tuple[str, ...] = entry(
        _TEXTS, "Fields that identify a fact: two with equal keys are one fact.", default=()
    )
    statement: bool = entry(
        FLAG, "It records what a source says, so that two never contradict.", default=False
    )
    exclusive: bool = entry(FLAG, "Contradiction is an error, and no finding.", default=False)
    one_of: tuple[str, ...] = entry(_TEXTS, "Fields of which a fact must carry one.", default=())
    anew_after: tuple[Pattern, ...] = entry(
        Many(PATTERN, single=False),
        "Between two facts with equal keys such a fact makes them two: a deposit after a "
        "withdrawal. Fields that both kinds have in common are the same in both.",
        default=(),
    )
    fields: Mapping[str, FieldTable] = others(
        Table(FieldTable, '{ type = "party" }'),
        "A field of the fact, by its name.",
        "^[a-z][a-z0-9_]*$",
        "is no name of a field: use small letters, digits and underscores",
    )

    def mistakes(self) -> Iterator[tuple[str, str, str]]:
        """Fields that cannot be told apart, and names of none."""
        if not self.fields:
            message = "it has no field, so nothing tells one such fact from another"
            yield "", message, 'add one: party = { type = "party" }'
        for name in self.fields:
            if name in COMMON_KEYS:
                yield name, f"every fact has a {name!r} of its own", "name it otherwise"
        columns = ["certain"]
        columns += [c for name, one in self.fields.items() for c in columns_of(name, one.type)]
        for twice in sorted({column for column in columns if columns.count(column) > 1}):
            yield "", f"it would have two columns {twice!r}", "name a field otherwise"
        for name, one in self.fields.items():
            other = self.fields.get(one.by)
            if one.by and not (other and other.type == one.type == "when"):
                mend = 'let both be days: by = "date"'
                yield f"{name}.by", f"{one.by!r} is no day by which it could be", mend
        for group in ("key", "one_of"):
            for name in getattr(self, group):
                if name not in self.fields:
                    mend = f"name one of {', '.join(self.fields)}"
                    yield group, f"{group} names {name!r}, which is no field of it", mend


#: The whole file.
VOCABULARY: Final = ByName(
    Table(KindTable),
    r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
    "is no name of a kind: use small letters, digits and hyphens",
)


def check(
    document: Mapping[str, Any], place: Place, taken: Collection[str], language: str = "en"
) -> None:
    """Note at a place what is wrong with a vocabulary.

    Args:
        document: the file, parsed.
        place: gathers what is wrong.
        taken: relations that no kind may be called like.
        language: the language that it is read in.
    """
    VOCABULARY.read(document, place)
    for name in sorted(set(document) & set(taken)):
        (place / name).fail(f"{name!r} is what every rulebook has", "name it otherwise")
    if not place.problems:
        _anew(document, place)
    for path, text in texts(VOCABULARY, document):
        name, _, key = path.rpartition(".")
        fields = document[name] if key == "says" else {}
        for odd in odd_braces(text, agreeing=language != "en"):
            (place / path).fail(f"{odd} is no gap that anything fills", "name a field: {party}")
        for gap in names_in(text):
            if not isinstance(fields.get(gap), Mapping):
                mend = "name a field of the fact, or leave it out"
                (place / path).fail(f"the sentence speaks of {{{gap}}}, which nothing binds", mend)


def _anew(document: Mapping[str, Any], place: Place) -> None:
    """Note what cannot lie between two facts: no kind with a day, or not with such values."""
    mend = 'write anew_after = [{ fact = "withdrawal-notice" }]'
    for name, table in document.items():
        for number, one in enumerate(table.get("anew_after", ())):
            at = (place / name / "anew_after").item(number)
            kind = document.get(one.get("fact"), {})
            if "date" not in kind or "date" not in table:
                at.fail("there is no such kind of fact, or one of the two has no date", mend)
                continue
            for field, value in one.items():
                spec = kind.get(field) if field != "fact" else None
                if spec is None:
                    spec = {"type": "text"} if field == "fact" else {}
                allowed = spec.get("one_of", (value,))
                typed = type(value) is type(DEFAULTS.get(spec.get("type", "when")))
                if not typed or value not in allowed:
                    (at / field).fail(f"no {one['fact']} has such a {field}", mend)
