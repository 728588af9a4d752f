"""A whole program as SQL: one statement for each relation, and no host in between.

A relation is complete before any level reads it, so all its clauses, of whatever
level, can be one statement at the level of the last: what each derives, put
together, a row being certain where one clause says so. Functions are statements
too: calendars are arithmetic on day numbers, and registers are tables.

The row-by-row engine (`ccm_rules.engines.sql.sqlite`) asks the same joins, clause by
clause; nothing of a clause is written in two places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ccm_rules.compiler.program import Atom, Clause, Count, Program, Term, Variable
from ccm_rules.dates import FIRST_DAY, LAST_DAY, Period, period
from ccm_rules.engines.sql.coding import Code, Write
from ccm_rules.engines.sql.dialects import Dialect
from ccm_rules.engines.sql.sqlite import absent, compared, joined, literal, quote, value

#: The registers of a record: which kind of fact each is about, and until when.
REGISTER: Final = "register"
#: The States that a register is about, of one that is not about all.
REGISTER_PARTY: Final = "register party"
#: The values that a register is limited to: a text (told), or a number where '' is told.
REGISTER_LIMIT: Final = "register limit"

REGISTER_SCHEMA: Final = {
    REGISTER: (("register", "int"), ("of", "text"), ("until", "int"), ("everyone", "int")),
    REGISTER_PARTY: (("register", "int"), ("party", "text")),
    REGISTER_LIMIT: (
        ("register", "int"),
        ("field", "text"),
        ("told", "text"),
        ("number", "int"),
    ),
}
#: More than there are registers in any record.
_REGISTERS: Final = 1_000_000
#: How wide a list of terms may be, so that a script can be read.
_WIDTH: Final = 78
#: Relations that have one row at most, so that no two answers differ in it alone.
_SINGLE: Final = ("as-of", "review-period", "report-day")


class Step(NamedTuple):
    """One relation, and how it is made.

    Attributes:
        relation: its name.
        level: functions stand before, and everything else after, the relations
            that lower levels make.
        clauses: the clauses that derive it; none for a count or a function.
        tally: the count that it is.
        demands: for a function, where its arguments stand: a relation and its columns.
    """

    relation: str
    level: int
    clauses: tuple[Clause, ...] = ()
    tally: Count | None = None
    demands: tuple[tuple[str, tuple[int, ...]], ...] = ()


class Twins(NamedTuple):
    """The possible and the certain clause of one law, asked at once.

    What is certain is possible too, so whoever joins the possible rows sees all
    of it, and need only look which of them are certain.
    """

    possible: Clause
    certain: Clause

    def more(self) -> list[Atom]:
        """What the certain clause joins besides."""
        joined = {_bare(atom) for atom in self.possible.body}
        return [atom for atom in self.certain.body if _bare(atom) not in joined]


def paired(program: Program, clauses: Sequence[Clause]) -> list[Clause | Twins]:
    """Clauses, those of one law in pairs where the certain one only asks for more.

    It asks for more where it joins the same rows, and besides only what a
    function answers.
    """
    found: list[Clause | Twins] = []
    left = list(clauses)
    while left:
        first = left.pop(0)
        twins = [other for other in left if _are_twins(program, first, other)]
        # Alternatives of one law cannot be told apart by what they join.
        same = [c for c in clauses if c.certain == first.certain and _alike(c, first)]
        if len(twins) == 1 and len(same) == 1 and first.certain:
            alike = [c for c in clauses if not c.certain and _are_twins(program, first, c)]
            if len(alike) == 1:
                left.remove(twins[0])
                found.append(Twins(twins[0], first))
                continue
        found.append(first)
    return found


def _are_twins(program: Program, certain: Clause, possible: Clause) -> bool:
    if not certain.certain or possible.certain or not _alike(certain, possible):
        return False
    joined = [_bare(atom) for atom in possible.body]
    mine = [_bare(atom) for atom in certain.body]
    if any(atom.open for atom in (*possible.body, *certain.body)):
        return False
    if len(set(joined)) != len(joined) or mine[: len(joined)] != joined:
        return False
    return all(atom.relation in program.functions for atom in certain.body[len(joined) :])


def _alike(one: Clause, other: Clause) -> bool:
    return (one.rule, one.head, one.head_terms, one.level) == (
        other.rule,
        other.head,
        other.head_terms,
        other.level,
    )


def _bare(atom: Atom) -> Atom:
    return atom._replace(certain=False, open=False)


def _possible(part: Clause | Twins) -> Clause:
    return part.possible if isinstance(part, Twins) else part


def stated_in(relation: str) -> str:
    """The name of the table of what the rules themselves state of a derived relation."""
    return f"{relation} (stated)"


def _listed(terms: Sequence[str]) -> str:
    """Terms on lines that can be read, as many on each as fit."""
    lines = [""]
    for term in terms:
        if lines[-1] and len(lines[-1]) + len(term) > _WIDTH:
            lines.append("")
        lines[-1] += f"{term}, "
    return "\n  ".join(line.rstrip() for line in lines)[:-1]


def steps(program: Program) -> list[Step]:
    """The steps of a program, in the order in which they can be taken."""
    heads: dict[str, list[Clause]] = {}
    for clause in program.clauses:
        heads.setdefault(clause.head, []).append(clause)
    asked: dict[tuple[str, int], dict[tuple[str, tuple[int, ...]], None]] = {}
    for function, relation, columns, level in program.demands:
        asked.setdefault((function, level), {})[relation, columns] = None
    found = [Step(name, level, demands=tuple(args)) for (name, level), args in asked.items()]
    found += [
        Step(head, max(clause.level for clause in clauses), tuple(clauses))
        for head, clauses in heads.items()
    ]
    found += [Step(count.head, count.level, tally=count) for count in program.counts]
    # Functions come first: the clauses of their level read them.
    return sorted(found, key=lambda step: (step.level, not step.demands, step.relation))


class Statements:
    """Writes the SELECT of every step."""

    def __init__(
        self, program: Program, dialect: Dialect, *, told: bool = False, write: Write = str
    ) -> None:
        """Write for a database.

        Args:
            program: what is written.
            dialect: the database's.
            told: whether each clause says in a comment what it is.
            write: how a text stands in the database.
        """
        self._write = write
        self.program = program
        self.dialect = dialect
        self.told = told
        #: For kinds of fact, whether some of their registers are about all States, and
        #: whether some are about some; both where it is not known.
        self.speaking: Mapping[str | int, tuple[bool, bool]] = {}

    def table(self, step: Step) -> str:
        """The name of a step's table, quoted."""
        if step.demands:
            return self.function(step.relation, step.level)
        return self.dialect.named(step.relation)

    def function(self, name: str, level: int) -> str:
        """The table of a function's answers to what one level asks, quoted."""
        return self.dialect.named(f"{name} ({level})")

    def names(self, level: int) -> Callable[[str], str]:
        """How the clauses of a level name relations."""

        def named(relation: str) -> str:
            if relation in self.program.functions:
                return self.function(relation, level)
            return self.dialect.named(relation)

        return named

    def _text(self, text: str) -> str:
        """A text as a constant."""
        return literal(self._write(text))

    @property
    def _between(self) -> str:
        """What stands between joined tables."""
        return "\n  CROSS JOIN " if self.dialect.in_order else ",\n  "

    # -- clauses -----------------------------------------------------------

    def answers(self, clause: Clause) -> str:
        """The SELECT of a clause's bindings: a column for each of its variables."""
        return self._select(clause, lambda bound: [bound[name] for name in clause.variables])

    def derived(
        self,
        step: Step,
        parts: Sequence[Clause | Twins] | None = None,
        *,
        stated: bool = False,
    ) -> str:
        """The SELECT of a relation's rows, each once, with whether it is certain.

        Args:
            step: the step of a derived relation.
            parts: the clauses that can add to it, or pairs of them; all unless given.
            stated: whether the rules themselves state rows of it; see `stated_in`.
        """
        groups = self._groups(step.clauses if parts is None else parts)
        if stated:  # what rules state may be derived too
            groups = [[part for group in groups for part in group]]
        made = [self._group(step.relation, group, stated) for group in groups]
        return "\nUNION ALL\n".join(made)

    def _groups(self, parts: Sequence[Clause | Twins]) -> list[list[Clause | Twins]]:
        """Parts put together that may derive the same row: others differ in a constant."""
        heads = [_possible(part).head_terms for part in parts]
        places = [
            place
            for place, terms in enumerate(zip(*heads, strict=True))
            if not any(isinstance(term, Variable) for term in terms)
        ]
        groups: dict[tuple[Term, ...], list[Clause | Twins]] = {}
        for part, head in zip(parts, heads, strict=True):
            groups.setdefault(tuple(head[place] for place in places), []).append(part)
        return list(groups.values())

    def _group(self, relation: str, parts: Sequence[Clause | Twins], stated: bool) -> str:
        columns = self.program.schema[relation]
        if len(parts) == 1 and not stated and self.distinct(_possible(parts[0])):
            return self.part(parts[0], "certain")
        names = ", ".join(quote(name) for name, _ in columns)
        made = [self.part(part, "held") for part in parts]
        if stated:
            table = self.dialect.named(stated_in(relation))
            made.append(f"SELECT {names}, certain AS held\nFROM {table}")
        union = "\nUNION ALL\n".join(made)
        listed = f"{names}, " if names else ""
        group = f"\nGROUP BY {names}" if names else "\nHAVING COUNT(*) > 0"
        return f"SELECT {listed}MAX(held) AS certain FROM (\n{union}\n) AS derived{group}"

    def part(self, part: Clause | Twins, mark: str) -> str:
        """The SELECT of what a clause, or a pair of them, derives."""
        return self.twins(part, mark) if isinstance(part, Twins) else self.head(part, mark)

    def twins(self, pair: Twins, mark: str) -> str:
        """The SELECT of what a pair derives: the possible rows, and which of them are certain."""
        possible, certain = pair.possible, pair.certain
        named = self.names(possible.level)
        alias = {_bare(atom): f"a{number}" for number, atom in enumerate(possible.body)}

        def terms(bound: Mapping[str, str]) -> list[str]:
            tests = [
                f"{alias[_bare(atom)]}.certain = 1"
                for atom in certain.body
                if atom.certain and _bare(atom) in alias
            ]
            local = dict(bound)
            tables, where = [], []
            for number, atom in enumerate(pair.more()):
                own = f"e{number}"
                tables.append(f"{named(atom.relation)} {own}")
                columns = self.program.schema[atom.relation]
                for (column, _), term in zip(columns, atom.terms, strict=True):
                    place = f"{own}.{quote(column)}"
                    if isinstance(term, Variable) and term.name not in local:
                        local[term.name] = place
                    else:
                        where.append(f"{place} = {value(term, local)}")
            for condition in certain.conditions:
                if condition in possible.conditions:
                    continue
                sides = {
                    t.name for t in (condition.left, condition.right) if isinstance(t, Variable)
                }
                (tests if sides <= bound.keys() else where).append(compared(condition, local))
            if tables:
                filter_ = f" WHERE {' AND '.join(where)}" if where else ""
                tests.append(f"EXISTS (SELECT 1 FROM {', '.join(tables)}{filter_})")
            for number, absence in enumerate(certain.absences):
                if absence not in possible.absences:
                    own = f"c{number}"
                    matches = absent(self.program, absence, own, bound)
                    filter_ = f" WHERE {' AND '.join(matches)}" if matches else ""
                    tests.append(
                        f"NOT EXISTS (SELECT 1 FROM {named(absence.relation)} {own}{filter_})"
                    )
            held = f"CASE WHEN {' AND '.join(tests)} THEN 1 ELSE 0 END" if tests else "1"
            return [*self._head_terms(possible, bound), f"{held} AS {mark}"]

        return self._select(possible, terms)

    def head(self, clause: Clause, mark: str) -> str:
        """The SELECT of what one clause derives, as often as it derives it."""
        held = f"{int(clause.certain)} AS {mark}"
        return self._select(clause, lambda bound: [*self._head_terms(clause, bound), held])

    def _head_terms(self, clause: Clause, bound: Mapping[str, str]) -> list[str]:
        columns = self.program.schema[clause.head]
        return [
            f"{value(term, bound)} AS {quote(name)}"
            for (name, _), term in zip(columns, clause.head_terms, strict=True)
        ]

    def _select(self, clause: Clause, terms: Callable[[Mapping[str, str]], list[str]]) -> str:
        bound, tables, where = joined(self.program, clause, self.names(clause.level))
        between = self._between
        told = f"-- {clause.id}\n" if self.told else ""
        text = f"{told}SELECT {_listed(terms(bound)) or '1'}\nFROM {between.join(tables)}"
        return text + ("\nWHERE " + "\n  AND ".join(where) if where else "")

    def distinct(self, clause: Clause) -> bool:
        """Whether no two answers of a clause derive the same row.

        They do not where the head holds every variable that is not determined by
        the others: a function's answer is, and so is what has one row.
        """
        given = {term for term in clause.head_terms if isinstance(term, Variable)}
        functions = self.program.functions
        return all(
            term in given
            for atom in clause.body
            if atom.relation not in functions and atom.relation not in _SINGLE
            for term in atom.terms
            if isinstance(term, Variable)
        )

    # -- counts ------------------------------------------------------------

    def counted(self, count: Count) -> str:
        """The SELECT of a count's rows."""
        schema = self.program.schema
        heads = [quote(name) for name, _ in schema[count.head]]
        group = [quote(name) for name, _ in schema[count.source][: count.group]]
        source = self.dialect.named(count.source)
        sure, every = heads[-2:]
        numbers = f"COALESCE(SUM(s.certain), 0) AS {sure}, COUNT(*) AS {every}, 1 AS certain"
        if not group:
            return f"SELECT {numbers} FROM {source} s"
        keys = ", ".join(f"s.{own} AS {name}" for own, name in zip(group, heads, strict=False))
        by = ", ".join(f"s.{own}" for own in group)
        text = f"SELECT {keys}, {numbers} FROM {source} s GROUP BY {by}"
        if not count.domain:
            return text
        its = [quote(name) for name, _ in schema[count.domain]]
        same = " AND ".join(f"s.{own} = d.{other}" for own, other in zip(group, its, strict=True))
        keys = ", ".join(f"d.{own} AS {name}" for own, name in zip(its, heads, strict=False))
        return (
            f"{text}\nUNION ALL\nSELECT {keys}, 0 AS {sure}, 0 AS {every}, 1 AS certain "
            f"FROM {self.dialect.named(count.domain)} d "
            f"WHERE NOT EXISTS (SELECT 1 FROM {source} s WHERE {same})"
        )

    # -- functions ---------------------------------------------------------

    def answered(self, step: Step) -> str:
        """The SELECT of a function's rows for what its level asks."""
        spec = self.program.functions[step.relation]
        columns = [name for name, _ in self.program.schema[step.relation]]
        if spec["function"] == "recorded":
            return self._recorded(step, spec, columns)
        if spec["function"] == "calculate":
            return self._calculated(step, str(spec["operator"]), columns)
        return self._reckoned(step, period(spec["period"]), columns)

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

    def _reckoned(self, step: Step, length: Period, columns: Sequence[str]) -> str:
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

    def added(self, days: str, columns: Sequence[str], length: Period) -> str:
        """A SELECT of some days, and of the sum of each with a period.

        The same as `ccm_rules.dates.add`, in whole numbers, on the calendar of
        years that begin in March, so that a leap day is the last of its year.

        Args:
            days: a SELECT.
            columns: its columns, which are called ``day_0``, ``day_1`` … in the
                outcome, beside the sums ``sum_0``, ``sum_1`` …
            length: the period.
        """
        by = self.dialect.divided
        shift = 12 * length.years + length.months
        n, wanted = (
            f"y{{0}} * 12 + m{{0}} + {shift}",
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
        # What each query reckons of what the one inside it did, and what it passes on.
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
        text = "SELECT " + ", ".join(f"{quote(columns[i])} AS day_{i}" for i in places)
        text += f" FROM ({days}) AS asked"
        for number, (kept, made) in enumerate(stages):
            listed = []
            for i in places:
                listed.append(f"day_{i}")
                listed += [f"{name}{i}" for name in kept]
                listed += [f"{how.format(i)} AS {name}{i}" for name, how in made.items()]
            text = f"SELECT {', '.join(listed)} FROM ({text}{self.dialect.whole}) AS s{number}"
        listed = [f"day_{i}" for i in places]
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
        fields = columns[:-3]
        types = dict(self.program.schema[step.relation])
        constants = spec["constants"]
        named = self.dialect.named
        registers, limits, parties = map(named, (REGISTER, REGISTER_LIMIT, REGISTER_PARTY))
        nothing = self._text("")
        # Registers of the kind that are limited by nothing but what is asked.
        speaks = [f"t.field = {nothing}"]
        for name, constant in constants.items():
            number = isinstance(constant, int) and not isinstance(constant, Code)
            place = "number" if number else "told"
            speaks.append(f"(t.field = {self._text(name)} AND t.{place} = {literal(constant)})")
        speaks += [f"t.field = {self._text(name)}" for name in fields]
        limited = ""
        fits = []
        for name in fields:
            by, to = quote(f"by {name}"), quote(f"to {name}")
            here = f"t.field = {self._text(name)}"
            place, other = ("number", "0") if types[name] == "int" else ("told", nothing)
            limited += f",\n  SUM(CASE WHEN {here} THEN 1 ELSE 0 END) AS {by}"
            limited += f",\n  MAX(CASE WHEN {here} THEN t.{place} ELSE {other} END) AS {to}"
            fits.append(f"(s.{by} = 0 OR s.{to} = q.{quote(name)})")
        of = f"r.{quote('of')} = {literal(spec['kind'])}"
        mine = "r.register AS register, r.until AS until, r.everyone AS everyone"
        speaking = (
            "SELECT t.register AS register, MAX(t.until) AS until, MAX(t.everyone) AS everyone"
            f"{limited}\nFROM (\n"
            f"SELECT {mine}, {nothing} AS field, {nothing} AS told, 0 AS number\n"
            f"FROM {registers} r WHERE {of}\n"
            f"UNION ALL\nSELECT {mine}, l.field AS field, l.told AS told, l.number AS number\n"
            f"FROM {registers} r, {limits} l WHERE l.register = r.register AND {of}\n) AS t\n"
            "GROUP BY t.register\n"
            f"HAVING SUM(CASE WHEN {' OR '.join(speaks)} THEN 0 ELSE 1 END) = 0"
        )
        between = self._between
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
