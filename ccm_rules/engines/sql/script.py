"""The rules as one SQL script, for a database where the record already lies.

The script stands alone: it makes tables for the facts, fills every relation that
the rules derive in the order in which they need each other, and ends in a table
of findings. Every name begins with ``ccm``, so that it meets no other table.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from ccm_rules.compiler.info import FindingInfo
from ccm_rules.compiler.program import Row
from ccm_rules.compiler.rulebook import Rulebook
from ccm_rules.dates import FIRST_DAY, LAST_DAY, When, iso
from ccm_rules.engines.sql.dialects import Dialect
from ccm_rules.engines.sql.ordering import lookups
from ccm_rules.engines.sql.registers import REGISTER_SCHEMA, register_rows
from ccm_rules.engines.sql.sqlite import literal, quote
from ccm_rules.engines.sql.statements import Statements, stated_in
from ccm_rules.engines.sql.steps import Step, steps
from ccm_rules.record import merge
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
from ccm_rules.words.states import party_names

#: What every name begins with.
PREFIX: Final = "ccm "
#: What the name of a table of facts as they are on record begins with.
FACT: Final = "fact "
#: The last year of the calendar that the script brings.
_LAST_YEAR: Final = 2199
#: Rows that one INSERT writes.
_AT_ONCE: Final = 200
_CERTAIN: Final = ("certain", "int")
#: The first day on which both of two facts may have happened.
_FROM: Final = ("since", "int")
#: What loading a record shows, and a database need not know.
_LOADED: Final = {
    "contradiction": "Facts that contradict each other, as loading a record shows, and the first "
    "day (since) on which both may have happened; may be empty.",
    "duplicate": "Facts that are entered twice, likewise; may be empty.",
}


class Filling(NamedTuple):
    """What a script writes into its tables of facts.

    Attributes:
        rows: of each kind of fact, and of ``contradiction`` and ``duplicate``.
        registers: rows of the tables of registers.
        period: the review period, or ``None``.
        told: where it comes from, for a comment.
    """

    rows: Mapping[str, Sequence[Row]]
    registers: Mapping[str, Sequence[Row]]
    period: When | None
    told: str


class Statement(NamedTuple):
    """One statement, and what is said before it.

    Attributes:
        comment: lines of a comment; may be empty.
        text: the statement; may be empty.
    """

    comment: tuple[str, ...]
    text: str = ""


def written(statements: Iterator[Statement]) -> str:
    """A script as text."""
    lines = []
    for statement in statements:
        for line in statement.comment:
            indent = " " * (len(line) - len(line.lstrip()) + 2)
            lines += textwrap.wrap(
                line,
                77,
                initial_indent="-- ",
                subsequent_indent=f"-- {indent}",
                break_long_words=False,
                drop_whitespace=True,
            ) or ["--"]
        if statement.text:
            lines.append(f"{statement.text};")
        if statement.text or statement.comment:
            lines.append("")
    return "\n".join(lines)


def script(
    rulebook: Rulebook, dialect: Dialect, as_of: int, filling: Filling | None
) -> Iterator[Statement]:
    """The statements of a script.

    Args:
        rulebook: the rules.
        dialect: the database's.
        as_of: the day on which things are judged, as an ordinal.
        filling: the facts; ``None`` leaves the tables to be filled.
    """
    return _Script(rulebook, dialect, as_of, filling).statements()


class _Script:
    def __init__(
        self, rulebook: Rulebook, dialect: Dialect, as_of: int, filling: Filling | None
    ) -> None:
        self.rulebook = rulebook
        self.program = rulebook.program
        # The order of joins is left to the planner: how large a table is, is not known here.
        self.dialect = dialect._replace(prefix=PREFIX, in_order=False)
        self.sql = Statements(self.program, self.dialect, told=True)
        self.as_of = as_of
        self.filling = filling
        self.indexes: dict[tuple[str, str], None] = {}

    def statements(self) -> Iterator[Statement]:
        """All of them, in order."""
        yield Statement(self.head())
        yield from (Statement((), text) for text in self.dialect.first)
        yield from self.day()
        yield from self.facts()
        yield from self.registers()
        yield from self.base()
        yield Statement(("", "What the rules derive, each relation after those that it reads.", ""))
        for step in steps(self.program):
            yield from self.step(step)
        yield from self.findings()
        yield from (Statement((), text) for text in self.dialect.last)

    def head(self) -> tuple[str, ...]:
        """What the script is."""
        filled = (
            f"The facts are those of {self.filling.told}."
            if self.filling
            else f'The tables "{PREFIX}{FACT}..." hold the record: fill them, or make views of'
        )
        more = () if self.filling else ("these names over your own tables, and run the script.",)
        return (
            f"The rules of ccm-check for {self.dialect.title}.",
            "",
            filled,
            *more,
            f'The outcome is the table "{PREFIX}finding". Every other table can be read too.',
            "The script can be run again: it makes its own tables anew.",
            "",
            "Days are whole numbers: 1 is 1 January of the year 1, 719163 is 1 January 1970.",
            f"The number of a date d is {self.dialect.day}",
            "A day that is not known exactly has a first and a last possible day (_lo, _hi);",
            f"an open end is {FIRST_DAY} or {LAST_DAY}. Nothing is ever NULL: a text that the",
            "record does not give is '', a number 0, and a day has both ends open.",
            "",
            "Each row is certain (1) or only possible (0): a finding is what is certain.",
            f"Rules: SHA-256 {self.rulebook.digest}",
        )

    def day(self) -> Iterator[Statement]:
        """The as-of day, in one place."""
        named = self.dialect.named("as-of")
        yield from self.anew("as-of", (*self.program.schema["as-of"], _CERTAIN))
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
            columns = tuple(
                (column, "int" if field.type in ("when", "int") else "text")
                for field in kind.fields.values()
                for column in field.columns
            )
            yield from self.given(FACT + kind.name, columns, self.about(kind))
            yield from self.rows(FACT + kind.name, self.filled(kind.name))
        for name in ("contradiction", "duplicate"):
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
            if field.optional:
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
            columns = tuple(
                (column, "int" if field.type in ("when", "int") else "text")
                for field in kind.fields.values()
                for column in field.columns
            )
            listed = ", ".join(f"f.{quote(column)}" for column, _ in columns)
            source = f"{named(FACT + kind.name)} f"
            text = f"SELECT DISTINCT {listed}, 1\nFROM {source}"
            if kind.dated:
                text = (
                    f"SELECT DISTINCT {listed},\n"
                    f"  CASE WHEN f.date_hi <= t.day_lo THEN 1 ELSE 0 END\n"
                    f"FROM {source}, {today}\nWHERE f.date_lo <= t.day_lo"
                )
            yield from self.filled_with(kind.name, (*columns, _CERTAIN), text)
        for name in ("contradiction", "duplicate"):
            columns = tuple((field, "text") for field in BUILT_IN[name])
            listed = ", ".join(quote(column) for column, _ in columns)
            text = (
                f"SELECT DISTINCT {listed}, 1\nFROM {named(FACT + name)} f, {today}\n"
                "WHERE f.since <= t.day_lo"
            )
            yield from self.filled_with(name, (*columns, _CERTAIN), text)
        states = [
            f"SELECT f.{quote(field.name)} AS party FROM {named(FACT + kind.name)} f"
            for kind in self.rulebook.vocabulary.values()
            for field in kind.fields.values()
            if field.type == "party"
        ]
        union = "\nUNION ALL\n".join(states)
        text = f"SELECT DISTINCT party, 1\nFROM (\n{union}\n) AS named\nWHERE party <> ''"
        yield from self.filled_with("state", (("party", "text"), _CERTAIN), text)
        period = ("starts_lo", "starts_hi", "ends_lo", "ends_hi")
        listed = ", ".join(period)
        yield from self.filled_with(
            "review-period",
            (*((column, "int") for column in period), _CERTAIN),
            f"SELECT {listed}, 1\nFROM {named(FACT + 'review-period')}",
        )
        end = "CASE WHEN p.ends_hi < t.day_lo THEN p.ends_hi ELSE t.day_lo END"
        yield from self.filled_with(
            "report-day",
            (("day_lo", "int"), ("day_hi", "int"), _CERTAIN),
            f"SELECT {end}, {end}, 1\nFROM {named(FACT + 'review-period')} p, {today}",
        )
        columns = tuple(
            (column, "int")
            for field, type_ in BUILT_IN["calendar-year"].items()
            for column in columns_of(field, type_)
        )
        yield from self.anew("every year", columns, ("Years, by their first and last days.",))
        yield from self.rows("every year", calendar_years(_LAST_YEAR))
        listed = ", ".join(f"y.{quote(column)}" for column, _ in columns)
        yield from self.filled_with(
            "calendar-year",
            (*columns, _CERTAIN),
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

    def step(self, step: Step) -> Iterator[Statement]:
        """One relation that the rules derive."""
        columns = (*self.program.schema[step.relation], _CERTAIN)
        name = step.relation
        if step.demands:
            name = f"{step.relation} ({step.level})"
            yield from self.filled_with(name, columns, self.sql.functions.answered(step))
            return
        if step.tally is not None:
            yield from self.filled_with(
                name, columns, self.sql.counted(step.tally), self.titles([step.tally.rule])
            )
            return
        for clause in step.clauses:
            for lookup in lookups(clause):
                yield from self.index(lookup.relation, clause.level, lookup.places)
        comment = self.titles([clause.rule for clause in step.clauses])
        stated = self.program.constants.get(name, ())
        if stated:
            yield from self.anew(stated_in(name), columns)
            yield from self.rows(stated_in(name), [(*row, 1) for row in stated])
        text = self.sql.derived(step, stated=bool(stated))
        yield from self.filled_with(name, columns, text, comment)

    def titles(self, names: Sequence[str]) -> list[str]:
        """The titles of rules."""
        rules = self.rulebook.rules
        return [f"{name}: {rules[name].title}" for name in dict.fromkeys(names) if name in rules]

    def index(self, relation: str, level: int, places: tuple[int, ...]) -> Iterator[Statement]:
        """The index by which what has to be absent is looked up, where the database needs it."""
        if not self.dialect.indexed:
            return
        columns = self.program.schema[relation]
        listed = ", ".join(quote(columns[place][0]) for place in places)
        table = self.sql.names(level)(relation)
        if (table, listed) not in self.indexes:
            self.indexes[table, listed] = None
            name = self.dialect.named(f"by {len(self.indexes)}")
            yield Statement((), f"CREATE INDEX {name} ON {table} ({listed})")

    def findings(self) -> Iterator[Statement]:
        """The table of what is found."""
        columns = (
            ("fingerprint", "text"),
            ("rule", "text"),
            ("name", "text"),
            ("severity", "text"),
            ("party", "text"),
        )
        parts = [self.found(info) for info in self.rulebook.findings.values()]
        yield from self.anew(
            "finding",
            columns,
            (
                "",
                "What is found, by what ccm-check calls it. In a fingerprint a day is its number,",
                "and one that is not known exactly its first and last possible one.",
            ),
        )
        for part in parts:
            yield Statement((), f"INSERT INTO {self.dialect.named('finding')}\n{part}")
        listed = ", ".join(name for name, _ in columns)
        yield Statement(
            ("The outcome.",),
            f"SELECT {listed}\nFROM {self.dialect.named('finding')}\nORDER BY {listed}",
        )

    def found(self, info: FindingInfo) -> str:
        """The SELECT of one finding's fingerprints."""
        types = dict(info.columns)
        name = info.rule if info.of_duty else f"{info.rule}/{info.name}"
        key = literal(name)
        for field in info.key:
            key += f" || ':' || {self.plain(field, types[field])}"
        party = quote(info.party) if info.party else "''"
        return (
            f"SELECT DISTINCT {key},\n  {literal(info.rule)}, {literal(info.name)}, "
            f"{literal(info.severity)}, {party}\n"
            f"FROM {self.dialect.named(info.relation)}\nWHERE certain = 1"
        )

    def plain(self, field: str, type_: str) -> str:
        """A field as it stands in a fingerprint."""
        columns = columns_of(field, type_)
        if len(columns) == 1:
            return self.text(columns[0], type_)
        low, high = (self.text(column, "int") for column in columns)
        lo, hi = map(quote, columns)
        between = "'..'" if type_ == "when" else "'-'"
        return f"CASE WHEN {lo} = {hi} THEN {low} ELSE {low} || {between} || {high} END"

    def text(self, column: str, type_: str) -> str:
        """A column as text."""
        if type_ == "int":
            return f"CAST({quote(column)} AS {self.dialect.text})"
        return quote(column)


def filled_from(record: Record, rulebook: Rulebook) -> Filling:
    """What a script writes into its tables for a record.

    Args:
        record: the record, already limited to what is known.
        rulebook: for the vocabulary.
    """
    vocabulary, names = rulebook.vocabulary, party_names()
    merged = merge(record.facts, vocabulary)
    rows: dict[str, dict[Row, None]] = {}
    for fact, _ in merged.facts:
        rows.setdefault(fact.kind, {})[vocabulary[fact.kind].row(fact.values)] = None
    told: dict[str, Rows] = {name: {} for name in _LOADED}
    items = contradiction_rows(
        merged.contradictions,
        told,
        lambda fact: describe(fact, vocabulary, rulebook.language, names),
    ).values()
    since: dict[str, list[int]] = {name: [] for name in _LOADED}
    for item in items:  # in the order of the rows
        kind = "contradiction" if item.field else "duplicate"
        since[kind].append(contradicts_from(item, vocabulary))
    return Filling(
        {
            **{kind: list(found) for kind, found in rows.items()},
            **{
                name: [(*row, day) for row, day in zip(found, since[name], strict=True)]
                for name, found in told.items()
            },
        },
        register_rows(record.registers),
        record.period,
        f"{', '.join(record.files)}",
    )
