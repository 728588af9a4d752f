"""The rules as one SQL script, for a database where the record already lies.

The script stands alone: it makes tables for the facts, fills every relation that
the rules derive in the order in which they need each other, and ends in a table
of findings. Every name begins with ``ccm``, so that it meets no other table.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from ccm_rules.compiler.info import FindingInfo
from ccm_rules.compiler.rulebook import Rulebook
from ccm_rules.dates import FIRST_DAY, LAST_DAY
from ccm_rules.engines.sql.dialects import Dialect
from ccm_rules.engines.sql.ordering import lookups
from ccm_rules.engines.sql.record_tables import (
    CERTAIN,
    FACT,
    Filling,
    RecordTables,
    Statement,
)
from ccm_rules.engines.sql.sqlite import literal, quote
from ccm_rules.engines.sql.statements import Statements, stated_in
from ccm_rules.engines.sql.steps import Step, steps
from ccm_rules.record.relations import BUILT_IN
from ccm_rules.record.vocabulary import columns_of

#: What every name begins with.
PREFIX: Final = "ccm "
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


class _Script(RecordTables):
    def __init__(
        self, rulebook: Rulebook, dialect: Dialect, as_of: int, filling: Filling | None
    ) -> None:
        # The order of joins is left to the planner: how large a table is, is not known here.
        super().__init__(
            rulebook, dialect._replace(prefix=PREFIX, in_order=False), as_of, filling
        )
        self.sql = Statements(self.program, self.dialect, commented=True)
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
        yield from self.empty()
        for step in steps(self.program):
            yield from self.step(step)
        yield from self.findings()
        yield from (Statement((), text) for text in self.dialect.last)

    def head(self) -> tuple[str, ...]:
        """What the script is."""
        filled = (
            f"The facts are those of {self.filling.origin}."
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

    def empty(self) -> Iterator[Statement]:
        """The relations that clauses read and these rules never derive, such as ends of duties."""
        made = {step.relation for step in steps(self.program)}
        made |= {*self.rulebook.vocabulary, *BUILT_IN, *self.program.functions}
        read = {atom.relation for clause in self.program.clauses for atom in clause.body}
        read |= {one.relation for clause in self.program.clauses for one in clause.absences}
        for name in sorted(read - made):
            yield from self.anew(name, (*self.program.schema[name], CERTAIN))

    def step(self, step: Step) -> Iterator[Statement]:
        """One relation that the rules derive."""
        columns = (*self.program.schema[step.relation], CERTAIN)
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
