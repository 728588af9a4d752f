"""The tables of a record in a script, and what of them counts on the day.

In go a vocabulary and, if there is one, a record; out come the statements that make the
tables of facts and registers, fill them, and choose what has happened by the as-of day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from ccm_rules.compiler.program import Row
from ccm_rules.compiler.rulebook import Rulebook
from ccm_rules.dates import FIRST_DAY, LAST_DAY, When, iso
from ccm_rules.engines.sql.dialects import Dialect
from ccm_rules.engines.sql.registers import REGISTER_SCHEMA, register_rows
from ccm_rules.engines.sql.sqlite import quote
from ccm_rules.record import merge_record
from ccm_rules.record.model import Record
from ccm_rules.record.relations import (
    BUILT_IN,
    Rows,
    calendar_years,
    contradiction_rows,
    contradicts_from,
)
from ccm_rules.record.sentences import describe
from ccm_rules.record.vocabulary import Kind, columns_of

#: What the name of a table of facts as they are on record begins with.
FACT: Final = "fact "
#: The last year of the calendar that the script brings.
_LAST_YEAR: Final = 2199
#: Rows that one INSERT writes.
_AT_ONCE: Final = 200
CERTAIN: Final = ("certain", "int")
#: The first day on which both of two facts may have happened.
_FROM: Final = ("since", "int")
#: What loading a record shows, and a database need not know.
_LOADED: Final = {
    "contradiction": "Facts that contradict each other, as loading a record shows, and the first "
    "day (since) on which both may have happened; may be empty.",
    "duplicate": "Facts that are entered twice, likewise; may be empty.",
    "excluded": "Facts left out because the complete list of another source has none such, "
    "likewise; may be empty.",
}


class Filling(NamedTuple):
    """What a script writes into its tables of facts.

    Attributes:
        rows: of each kind of fact, and of what loading a record shows.
        registers: rows of the tables of registers.
        period: the review period, or ``None``.
        origin: where it comes from, for a comment.
    """

    rows: Mapping[str, Sequence[Row]]
    registers: Mapping[str, Sequence[Row]]
    period: When | None
    origin: str


class Statement(NamedTuple):
    """One statement, and what is said before it.

    Attributes:
        comment: lines of a comment; may be empty.
        text: the statement; may be empty.
    """

    comment: tuple[str, ...]
    text: str = ""


class RecordTables:
    """Writes the tables of a record."""

    def __init__(
        self, rulebook: Rulebook, dialect: Dialect, as_of: int, filling: Filling | None
    ) -> None:
        self.rulebook = rulebook
        self.program = rulebook.program
        self.dialect = dialect
        self.as_of = as_of
        self.filling = filling

    def day(self) -> Iterator[Statement]:
        """The as-of day, in one place."""
        named = self.dialect.named("as-of")
        yield from self.anew("as-of", (*self.program.schema["as-of"], CERTAIN))
        yield Statement(
            (f"The day on which things are judged, here {iso(self.as_of)}. It stands here alone.",),
            f"INSERT INTO {named} VALUES ({self.as_of}, {self.as_of}, 1)",
        )

    def facts(self) -> Iterator[Statement]:
        """The tables of the record."""
        yield Statement(
            (
                "",
                "The record: one row for each fact. A fact that is told twice stands once;",
                "of two days that differ, it has the range that holds both.",
                "",
            )
        )
        for kind in self.rulebook.vocabulary.values():
            columns = _columns(kind)
            yield from self.given(FACT + kind.name, columns, self.about(kind))
            yield from self.rows(FACT + kind.name, self.filled(kind.name))
        for name in _LOADED:
            yield from self.given(
                FACT + name,
                (*((field, "text") for field in BUILT_IN[name]), _FROM),
                [_LOADED[name]],
            )
            yield from self.rows(FACT + name, self.filled(name))
        period = tuple((c, "int") for c in ("starts_lo", "starts_hi", "ends_lo", "ends_hi"))
        yield from self.given(
            FACT + "review-period", period, ["The review period: one row, or none."]
        )
        if self.filling and self.filling.period:
            first, last = self.filling.period
            yield from self.rows(FACT + "review-period", [(first, first, last, last)])

    def about(self, kind: Kind) -> list[str]:
        """What a kind of fact and its columns are."""
        lines = [f"{kind.label}: {kind.says}"]
        for field in kind.fields.values():
            what = {
                "party": "the State, by its ISO 3166-1 alpha-3 code",
                "meeting": "the id of a meeting",
                "when": "first and last possible day",
                "int": "a whole number",
                "text": "a text",
            }[field.type]
            if field.one_of:
                what += f": {', '.join(field.one_of)}"
            if field.by:
                what += f"; {FIRST_DAY} and the last of {field.by} if it is not given"
            elif field.optional:
                default = (
                    f"{FIRST_DAY} and {LAST_DAY}"
                    if isinstance(field.default, When)
                    else repr(field.default)
                )
                what += f"; {default} if it is not given"
            lines.append(f"  {', '.join(field.columns)}: {what}")
        return lines

    def registers(self) -> Iterator[Statement]:
        """The tables of registers."""
        comments = {
            "register": [
                "Until when the record of a kind of fact (of) is complete; everyone is 1",
                "where it is so of all States. What is not on record counts as not done only",
                "up to that day.",
            ],
            "register party": ["The States of which a register speaks, where not of all."],
            "register limit": ["The field and value that a register is limited to; may be empty."],
        }
        for name, columns in REGISTER_SCHEMA.items():
            yield from self.given(name, columns, comments[name])
            yield from self.rows(name, self.filling.registers[name] if self.filling else ())

    def filled(self, name: str) -> Sequence[Row]:
        """The rows of a table of facts."""
        return self.filling.rows.get(name, ()) if self.filling else ()

    def given(
        self, name: str, columns: Sequence[tuple[str, str]], comment: Sequence[str]
    ) -> Iterator[Statement]:
        """A table of the record: it stays, unless the script brings the record."""
        if self.filling:
            yield from self.anew(name, columns, comment, self.dialect.kept)
        else:
            create = self.create(name, columns, self.dialect.kept)
            create = create.replace("TABLE", "TABLE IF NOT EXISTS", 1)
            yield Statement(tuple(comment), create)

    def anew(
        self,
        name: str,
        columns: Sequence[tuple[str, str]],
        comment: Sequence[str] = (),
        engine: str | None = None,
    ) -> Iterator[Statement]:
        """A table that is made anew."""
        yield Statement(tuple(comment), f"DROP TABLE IF EXISTS {self.dialect.named(name)}")
        engine = self.dialect.engine if engine is None else engine
        yield Statement((), self.create(name, columns, engine))

    def create(self, name: str, columns: Sequence[tuple[str, str]], engine: str) -> str:
        """The CREATE TABLE of a table."""
        listed = ",\n  ".join(
            f"{quote(column)} {self.dialect.type_of(type_)} NOT NULL" for column, type_ in columns
        )
        return f"CREATE TABLE {self.dialect.named(name)} (\n  {listed}\n){engine}"

    def rows(self, name: str, rows: Sequence[Row]) -> Iterator[Statement]:
        """The INSERTs of rows."""
        for start in range(0, len(rows), _AT_ONCE):
            values = ",\n  ".join(
                f"({', '.join(self.dialect.literal(value) for value in row)})"
                for row in rows[start : start + _AT_ONCE]
            )
            yield Statement((), f"INSERT INTO {self.dialect.named(name)} VALUES\n  {values}")

    def base(self) -> Iterator[Statement]:
        """What counts on the as-of day, of what is on record."""
        yield Statement(
            ("", "What counts on the day: what has happened, or may have happened.", "")
        )
        named = self.dialect.named
        today = f"{named('as-of')} t"
        for kind in self.rulebook.vocabulary.values():
            columns = _columns(kind)
            listed = ", ".join(f"f.{quote(column)}" for column, _ in columns)
            source = f"{named(FACT + kind.name)} f"
            text = f"SELECT DISTINCT {listed}, 1\nFROM {source}"
            if kind.dated:
                text = (
                    f"SELECT DISTINCT {listed},\n"
                    f"  CASE WHEN f.date_hi <= t.day_lo THEN 1 ELSE 0 END\n"
                    f"FROM {source}, {today}\nWHERE f.date_lo <= t.day_lo"
                )
            yield from self.filled_with(kind.name, (*columns, CERTAIN), text)
        for name in _LOADED:
            columns = tuple((field, "text") for field in BUILT_IN[name])
            listed = ", ".join(quote(column) for column, _ in columns)
            text = (
                f"SELECT DISTINCT {listed}, 1\nFROM {named(FACT + name)} f, {today}\n"
                "WHERE f.since <= t.day_lo"
            )
            yield from self.filled_with(name, (*columns, CERTAIN), text)
        yield from self._states()
        yield from self._periods()

    def _states(self) -> Iterator[Statement]:
        """Every State of which the record speaks."""
        states = [
            f"SELECT f.{quote(field.name)} AS party FROM {self.dialect.named(FACT + kind.name)} f"
            for kind in self.rulebook.vocabulary.values()
            for field in kind.fields.values()
            if field.type == "party"
        ]
        union = "\nUNION ALL\n".join(states)
        text = f"SELECT DISTINCT party, 1\nFROM (\n{union}\n) AS named\nWHERE party <> ''"
        yield from self.filled_with("state", (("party", "text"), CERTAIN), text)

    def _periods(self) -> Iterator[Statement]:
        """The review period, and the calendar's years."""
        named = self.dialect.named
        today = f"{named('as-of')} t"
        period = ("starts_lo", "starts_hi", "ends_lo", "ends_hi")
        listed = ", ".join(period)
        yield from self.filled_with(
            "review-period",
            (*((column, "int") for column in period), CERTAIN),
            f"SELECT {listed}, 1\nFROM {named(FACT + 'review-period')}",
        )
        end = "CASE WHEN p.ends_hi < t.day_lo THEN p.ends_hi ELSE t.day_lo END"
        yield from self.filled_with(
            "report-day",
            (("day_lo", "int"), ("day_hi", "int"), CERTAIN),
            f"SELECT {end}, {end}, 1\nFROM {named(FACT + 'review-period')} p, {today}",
        )
        columns = tuple(
            (column, "int")
            for field, type_ in BUILT_IN["calendar-year"].items()
            for column in columns_of(field, type_)
        )
        yield from self.anew("every year", columns, ("Years, by their first and last days.",))
        yield from self.rows("every year", calendar_years(_LAST_YEAR, self.rulebook.treaty.since))
        listed = ", ".join(f"y.{quote(column)}" for column, _ in columns)
        yield from self.filled_with(
            "calendar-year",
            (*columns, CERTAIN),
            f"SELECT {listed}, 1\nFROM {named('every year')} y, {named('every year')} n, {today}\n"
            "WHERE n.starts_lo <= t.day_lo AND t.day_lo <= n.ends_lo AND y.year <= n.year + 2",
        )

    def filled_with(
        self,
        name: str,
        columns: Sequence[tuple[str, str]],
        select: str,
        comment: Sequence[str] = (),
    ) -> Iterator[Statement]:
        """A table that a SELECT fills."""
        yield from self.anew(name, columns, comment)
        yield Statement((), f"INSERT INTO {self.dialect.named(name)}\n{select}")
        if self.dialect.settled:
            yield Statement((), self.dialect.settled.format(self.dialect.named(name)))


def _columns(kind: Kind) -> tuple[tuple[str, str], ...]:
    """The columns of a kind of fact with their types."""
    return tuple(
        (column, "int" if field.type in ("when", "int") else "text")
        for field in kind.fields.values()
        for column in field.columns
    )


def filled_from(record: Record, rulebook: Rulebook) -> Filling:
    """What a script writes into its tables for a record.

    Args:
        record: the record, already limited to what is known.
        rulebook: for the vocabulary.
    """
    vocabulary, names = rulebook.vocabulary, rulebook.parties
    merged = merge_record(record, vocabulary)
    rows: dict[str, dict[Row, None]] = {}
    for fact, _ in merged.facts:
        rows.setdefault(fact.kind, {})[vocabulary[fact.kind].row(fact.values)] = None
    loaded: dict[str, Rows] = {name: {} for name in _LOADED}
    items = contradiction_rows(
        merged.contradictions,
        loaded,
        lambda one: describe(one, vocabulary, rulebook.language, names),
    ).values()
    since: dict[str, list[int]] = {name: [] for name in _LOADED}
    for item in items:  # in the order of the rows
        since[item.relation].append(contradicts_from(item, vocabulary))
    return Filling(
        {
            **{kind: list(found) for kind, found in rows.items()},
            **{
                name: [(*row, day) for row, day in zip(found, since[name], strict=True)]
                for name, found in loaded.items()
            },
        },
        register_rows(record.registers),
        record.period,
        f"{', '.join(record.files)}",
    )
