"""Functions as SQL: calendars are arithmetic on day numbers, and registers are tables.

In goes the step of a function, with what its level asks; out comes the SELECT of its rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ccm_rules.compiler.program import Program
from ccm_rules.dates import FIRST_DAY, LAST_DAY, Period, period
from ccm_rules.engines.sql.coding import Code, Write
from ccm_rules.engines.sql.dialects import Dialect
from ccm_rules.engines.sql.registers import REGISTER, REGISTER_LIMIT, REGISTER_PARTY
from ccm_rules.engines.sql.sqlite import literal, quote
from ccm_rules.engines.sql.steps import Step
from ccm_rules.record.relations import MOST_MONTHS

#: More than there are registers in any record.
_REGISTERS: Final = 1_000_000


class Functions:
    """Writes the SELECTs of functions."""

    def __init__(self, program: Program, dialect: Dialect, write: Write) -> None:
        """Write for a database.

        Args:
            program: whose functions are written.
            dialect: the database's.
            write: how a text stands in the database.
        """
        self.program = program
        self.dialect = dialect
        self._write = write
        #: For kinds of fact, whether some of their registers are about all States, and
        #: whether some are about some; both where it is not known.
        self.speaking: Mapping[str | int, tuple[bool, bool]] = {}

    def _text(self, text: str) -> str:
        """A text as a constant."""
        return literal(self._write(text))

    def answered(self, step: Step) -> str:
        """The SELECT of a function's rows for what its level asks."""
        spec = self.program.functions[step.relation]
        columns = [name for name, _ in self.program.schema[step.relation]]
        if spec["function"] == "recorded":
            return self._recorded(step, spec, columns)
        if spec["function"] == "calculate":
            return self._calculated(step, str(spec["operator"]), columns)
        return self._shifted(step, period(spec["period"]), columns)

    def arguments(self, step: Step, names: Sequence[str], *, once: bool = True) -> str:
        """What a function is asked, each once unless it does not matter."""
        distinct = "SELECT DISTINCT " if once else "SELECT "
        asked = []
        for relation, places in step.demands:
            columns = self.program.schema[relation]
            listed = ", ".join(
                f"{quote(columns[place][0])} AS {quote(name)}"
                for place, name in zip(places, names, strict=True)
            )
            asked.append(f"SELECT {listed} FROM {self.dialect.named(relation)}")
        if len(asked) == 1:
            return asked[0].replace("SELECT ", distinct, 1)
        listed = ", ".join(quote(name) for name in names)
        return f"{distinct}{listed} FROM ({' UNION ALL '.join(asked)}) AS asked"

    def _shifted(self, step: Step, length: Period, columns: Sequence[str]) -> str:
        asked = self.arguments(step, columns[:2])
        if not (length.years or length.months or length.on_month or length.on_day):
            days = [
                f"CASE WHEN {day} IN ({FIRST_DAY}, {LAST_DAY}) THEN {day} "
                f"ELSE {day} + {length.days} END AS {to}"
                for day, to in zip(map(quote, columns[:2]), map(quote, columns[2:]), strict=True)
            ]
            listed = ", ".join(map(quote, columns[:2]))
            return f"SELECT {listed}, {', '.join(days)}, 1 AS certain FROM ({asked}) AS asked"
        sums = self.added(asked, columns[:2], length)
        ends = [
            f"{day} AS {quote(name)}"
            for day, name in zip(("day_0", "day_1", "sum_0", "sum_1"), columns, strict=True)
        ]
        return f"SELECT {', '.join(ends)}, 1 AS certain FROM (\n{sums}\n) AS reckoned"

    def added(
        self, days: str, columns: Sequence[str], length: Period, months: Sequence[str] = ()
    ) -> str:
        """A SELECT of some days, and of the sum of each with a period.

        The same as `ccm_rules.dates.add`, in whole numbers, on the calendar of
        years that begin in March, so that a leap day is the last of its year.

        Args:
            days: a SELECT.
            columns: its columns, which are called ``day_0``, ``day_1`` … in the
                outcome, beside the sums ``sum_0``, ``sum_1`` …
            length: the period.
            months: columns that hold a number of months more, one for each day; they come
                out as ``more0``, ``more1`` …
        """
        by = self.dialect.divided
        shift = 12 * length.years + length.months
        more = " + more{0}" if months else ""
        n, wanted = (
            f"y{{0}} * 12 + m{{0}} + {shift}{more}",
            f"doy{{0}} - {by('(153 * m{0} + 2)', '5')} + 1",
        )
        if length.on_month is not None:
            # January and February belong to the year before; back to the civil year.
            n = "(y{0} + CASE WHEN m{0} >= 10 THEN 1 ELSE 0 END) * 12 + "
            n += str(length.on_month - 3 + shift)
        if length.on_day is not None:
            wanted = str(length.on_day)
        of_cycle = f"doe{{0}} - {by('doe{0}', '1460')} + {by('doe{0}', '36524')}"
        leaps = f"{by('yoe{0}', '4')} - {by('yoe{0}', '100')}"
        over = "ends{0}" if length.rounding == "later" else "ends{0} - 1"
        # What each query makes of what the one inside it did, and what it passes on.
        stages: list[tuple[tuple[str, ...], dict[str, str]]] = [
            # Days from 1 March of the year 0, and the cycles of 400 years in them.
            ((), {"z": "day_{0} + 305", "era": by("(day_{0} + 305)", "146097")}),
            (("era",), {"doe": "z{0} - era{0} * 146097"}),
            (("era", "doe"), {"yoe": by(f"({of_cycle} - {by('doe{0}', '146096')})", "365")}),
            (
                (),
                {
                    "y": "era{0} * 400 + yoe{0}",
                    "doy": f"doe{{0}} - (365 * yoe{{0}} + {leaps})",
                },
            ),
            (("y", "doy"), {"m": by("(5 * doy{0} + 2)", "153")}),
            # The months from March of the year 0 to the one that is reached.
            ((), {"n": n, "wanted": wanted}),
            (("wanted",), {"starts": self._first("n{0}"), "ends": self._first("(n{0} + 1)")}),
        ]
        places = range(len(columns))
        text = "SELECT " + ", ".join(
            [f"{quote(columns[i])} AS day_{i}" for i in places]
            + [f"{quote(name)} AS more{i}" for i, name in enumerate(months)]
        )
        text += f" FROM ({days}) AS asked"
        for number, (kept, made) in enumerate(stages):
            listed = []
            for i in places:
                listed += [f"day_{i}", *([f"more{i}"] if months else [])]
                listed += [f"{name}{i}" for name in kept]
                listed += [f"{how.format(i)} AS {name}{i}" for name, how in made.items()]
            text = f"SELECT {', '.join(listed)} FROM ({text}{self.dialect.whole}) AS s{number}"
        listed = [f"day_{i}" for i in places] + [f"more{i}" for i, _ in enumerate(months)]
        listed += [
            f"CASE WHEN day_{i} IN ({FIRST_DAY}, {LAST_DAY}) THEN day_{i} "
            f"WHEN wanted{i} > ends{i} - starts{i} THEN {over.format(i)} + {length.days - 305} "
            f"ELSE starts{i} + wanted{i} - 1 + {length.days - 305} END AS sum_{i}"
            for i in places
        ]
        return f"SELECT {', '.join(listed)} FROM ({text}) AS reached"

    def _first(self, month: str) -> str:
        """The first day of a month; both counted from March of the year 0."""
        by = self.dialect.divided
        year = by(month, "12")
        of_year = f"({month} - {year} * 12)"
        return (
            f"(365 * {year} + {by(year, '4')} - {by(year, '100')} + {by(year, '400')} + "
            f"{by(f'(153 * {of_year} + 2)', '5')})"
        )

    def _calculated(self, step: Step, operator: str, columns: Sequence[str]) -> str:
        a_lo, a_hi, b_lo, b_hi, to_lo, to_hi = map(quote, columns)
        asked = f"({self.arguments(step, columns[:4])}) AS asked"
        listed = ", ".join((a_lo, a_hi, b_lo, b_hi))
        if operator == "months":
            few = f"SELECT {listed} FROM {asked} WHERE {b_lo} > 0 AND {b_hi} <= {MOST_MONTHS}"
            ends = Period(months=0, rounding="earlier")
            sums = self.added(few, columns[:2], ends, months=columns[2:4])
            names = ("day_0", "day_1", "more0", "more1", "sum_0", "sum_1")
            made = ", ".join(
                f"{name} AS {quote(column)}" for name, column in zip(names, columns, strict=True)
            )
            return f"SELECT {made}, 1 AS certain FROM (\n{sums}\n) AS reckoned"
        if operator in ("+", "-"):
            low = f"{a_lo} + {b_lo}" if operator == "+" else f"{a_lo} - {b_hi}"
            high = f"{a_hi} + {b_hi}" if operator == "+" else f"{a_hi} - {b_lo}"
            return (
                f"SELECT {listed}, {low} AS {to_lo}, {high} AS {to_hi}, 1 AS certain FROM {asked}"
            )
        if operator == "rest":
            first, last = f"({b_lo} - {a_hi})", f"({b_hi} - {a_lo})"
        else:
            first, last = a_lo, a_hi
        low = self._rounded(f"(200 * {first} + {b_hi})", f"(2 * {b_hi})")
        high = self._rounded(f"(200 * {last} + {b_lo})", f"(2 * {b_lo})")
        return (
            f"SELECT {listed}, {low} AS {to_lo}, {high} AS {to_hi}, 1 AS certain FROM {asked} "
            f"WHERE {b_lo} > 0"
        )

    def _rounded(self, number: str, by: str) -> str:
        """A quotient rounded down; engines round a negative one towards zero."""
        up = self.dialect.divided(f"({by} - 1 - {number})", by)
        return f"CASE WHEN {number} >= 0 THEN {self.dialect.divided(number, by)} ELSE -{up} END"

    def _recorded(self, step: Step, spec: Mapping[str, Any], columns: Sequence[str]) -> str:
        """Until when the record is complete: the latest day, and the first register that says it.

        See `ccm_rules.record.relations.Coverage.until`.
        """
        fields, constants = columns[:-3], spec["constants"]
        speaking = self._speaking(step, spec, fields)
        fits = [
            f"(s.{quote(f'by {name}')} = 0 OR s.{quote(f'to {name}')} = q.{quote(name)})"
            for name in fields
        ]
        parties, nothing = self.dialect.named(REGISTER_PARTY), self._text("")
        between = self.dialect.between
        # Answers are grouped, and arguments need not be.
        asked = f"({self.arguments(step, fields, once=False)}) AS q{between}" if fields else ""
        keys = "".join(f"q.{quote(name)} AS {quote(name)}, " for name in fields)
        # The latest day first, then the first register: one number holds both.
        best = f"s.until * {_REGISTERS} - s.register AS best"
        of_all, of_some = self.speaking.get(spec["kind"], (True, True))
        ways = []
        if of_all:
            where = ["s.everyone = 1", *fits]
            ways.append(f"SELECT {keys}{best} FROM {asked}speaking s WHERE {' AND '.join(where)}")
        party = f"q.{quote('party')}" if "party" in fields else ""
        if "party" in constants:
            party = literal(constants["party"])
        if (party and of_some) or not ways:
            party = party or nothing  # a register of some States is silent where none is named
            where = ["s.everyone = 0", "p.register = s.register", f"p.party = {party}", *fits]
            ways.append(
                f"SELECT {keys}{best} FROM {asked}speaking s{between}{parties} p "
                f"WHERE {' AND '.join(where)}"
            )
        listed = "".join(f"{quote(name)}, " for name in fields)
        group = f"GROUP BY {listed[:-2]}" if fields else "HAVING COUNT(*) > 0"
        until = self.dialect.divided(f"(best + {_REGISTERS - 1})", str(_REGISTERS))
        return (
            f"WITH speaking AS (\n{speaking}\n)\n"
            f"SELECT {listed}{until} AS until_lo, {until} AS until_hi, "
            f"{until} * {_REGISTERS} - best AS register, 1 AS certain\n"
            f"FROM (SELECT {listed}MAX(best) AS best FROM (\n"
            + "\nUNION ALL\n".join(ways)
            + f"\n) AS ways {group}) AS said"
        )

    def _speaking(self, step: Step, spec: Mapping[str, Any], fields: Sequence[str]) -> str:
        """The registers of a kind that are limited by nothing but what is asked."""
        types = dict(self.program.schema[step.relation])
        registers, limits = map(self.dialect.named, (REGISTER, REGISTER_LIMIT))
        nothing = self._text("")
        speaks = [f"t.field = {nothing}"]
        for name, constant in spec["constants"].items():
            number = isinstance(constant, int) and not isinstance(constant, Code)
            place = "number" if number else "told"
            speaks.append(f"(t.field = {self._text(name)} AND t.{place} = {literal(constant)})")
        speaks += [f"t.field = {self._text(name)}" for name in fields]
        limited = ""
        for name in fields:
            by, to = quote(f"by {name}"), quote(f"to {name}")
            here = f"t.field = {self._text(name)}"
            place = "number" if types[name] == "int" else "told"
            limited += f",\n  SUM(CASE WHEN {here} THEN 1 ELSE 0 END) AS {by}"
            # No ELSE: a number below that of the other rows would be lost among them.
            limited += f",\n  MAX(CASE WHEN {here} THEN t.{place} END) AS {to}"
        of = f"r.{quote('of')} = {literal(spec['kind'])}"
        mine = "r.register AS register, r.until AS until, r.everyone AS everyone"
        return (
            "SELECT t.register AS register, MAX(t.until) AS until, MAX(t.everyone) AS everyone"
            f"{limited}\nFROM (\n"
            f"SELECT {mine}, {nothing} AS field, {nothing} AS told, 0 AS number\n"
            f"FROM {registers} r WHERE {of}\n"
            f"UNION ALL\nSELECT {mine}, l.field AS field, l.told AS told, l.number AS number\n"
            f"FROM {registers} r, {limits} l WHERE l.register = r.register AND {of}\n) AS t\n"
            "GROUP BY t.register\n"
            f"HAVING SUM(CASE WHEN {' OR '.join(speaks)} THEN 0 ELSE 1 END) = 0"
        )
