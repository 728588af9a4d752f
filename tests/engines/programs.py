"""Random programs of the intermediate form, with rows that make them derive something.

A world is made of a number, so that a failure is told by the number; `smaller`
then takes away what the failure does not need. Everything that a program may hold
occurs (see `ccm_rules.compiler.program`), and nothing that it may not.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Mapping
from random import Random
from typing import Any, NamedTuple

from ccm_rules.compiler.limits import flaws
from ccm_rules.compiler.program import (
    Absence,
    Atom,
    Clause,
    Condition,
    Count,
    Demand,
    Program,
    Row,
    Term,
    Variable,
)
from ccm_rules.dates import FIRST_DAY, LAST_DAY, When, parse
from ccm_rules.engines.host import Rows
from ccm_rules.record.model import Register
from ccm_rules.record.relations import Coverage, Functions

V = Variable
OPERATORS = ("<", "<=", ">", ">=", "==", "!=")
TEXTS = (
    "", " ", "a", "A", "a ", " a", "b", "0", "00", "1", "-1", "1.0",
    "1e0", "O'Neil", "''", '"', '""',
    "\\", "\\n", "\n", "\t", "%", "_", "a%", "Côte", "Co\u0302te", "côte", "É", "ß", "ss", "İ", "i",
    "ﬁ", "fi", "😀", "\u200b", "\ufeffa", "\u202ea", "NULL", "null", "true", "True", "?",
    "$1", ":a",
    "{a}", "--", ";", "a,b", "a\x1fb", "x" * 300, "x" * 301, "2023-06-30", "نص", "日本",
)  # fmt: skip
SMALL = (-2, -1, 0, 1, 2, 3)
PERIODS: tuple[dict[str, Any], ...] = (
    {"days": 1}, {"days": -30}, {"days": 180}, {"months": 18, "rounding": "later"},
    {"months": 1, "rounding": "earlier"}, {"years": 1, "rounding": "earlier"},
    {"years": 1, "rounding": "later"}, {"months": -9, "rounding": "earlier"},
    {"months": 6, "on_day": 1}, {"years": 1, "on_month": 4, "on_day": 30},
    {"months": 1, "days": -1, "on_day": 31},
    {"years": -1, "months": 2, "days": 3, "rounding": "later"},
)  # fmt: skip
#: As large as a fact may hold, and as an engine may compare.
EDGES = (2**31 - 1, 2**31, -(2**31), 2**32, 2**53 - 1, -(2**53) + 1)
FAR = (2**53, 2**53 + 1, 2**61, 2**61 - 1, -(2**61), 2**62 - 1, -(2**62) + 1)
TODAY = parse("2023-06-30").earliest


class World(NamedTuple):
    """A program, the rows that it starts from, and the registers that it asks."""

    program: Program
    base: Mapping[str, Rows]
    registers: tuple[Register, ...] = ()

    def fill(self, name: str, arguments: set[Row]) -> list[Row]:
        """What the host computes."""
        functions = Functions(self.program.functions, Coverage(self.registers, {}))
        return functions.rows(name, arguments)


#: A column is a text, a whole number, or a bound of a day; days come in pairs.
Kind = str
_TYPES = {"text": "text", "int": "int", "lo": "int", "hi": "int"}


class _Maker:
    def __init__(self, choose: Random) -> None:
        self.choose = choose
        self.far = choose.random() < 0.3  # then nothing is reckoned with these
        self.texts = choose.sample(TEXTS, choose.randint(1, 4))
        pool = [*SMALL, *EDGES, *(FAR if self.far else ())]
        self.ints = [*choose.sample(pool, choose.randint(2, 5)), 0, 1]
        self.days = [TODAY + choose.choice([0, 1, 2, 29, 30, 365, -1, -30]) for _ in range(4)]
        if choose.random() < 0.2:
            self.days += [FIRST_DAY, LAST_DAY]
        self.kinds: dict[str, tuple[Kind, ...]] = {}  # of the columns of each relation
        self.written: dict[str, int] = {}  # the highest level that writes a relation
        self.base: dict[str, Rows] = {}
        self.constants: dict[str, tuple[Row, ...]] = {}
        self.clauses: list[Clause] = []
        self.counts: list[Count] = []
        self.functions: dict[str, dict[str, Any]] = {}
        self.columns: dict[str, tuple[tuple[str, str], ...]] = {}  # of functions
        self.demands: list[Demand] = []
        self.names = itertools.count()
        self.size = choose.choice([2, 4, 6, 8, 8, 12, 40])

    # -- rows --------------------------------------------------------------

    def kinds_of_columns(self) -> tuple[Kind, ...]:
        kinds: list[Kind] = []
        for _ in range(self.choose.choice([1, 1, 2, 2, 3, 4])):
            kinds += self.choose.choice([["text"], ["text"], ["int"], ["lo", "hi"]])
        return tuple(kinds)

    def row(self, kinds: tuple[Kind, ...]) -> Row:
        values: list[str | int] = []
        for kind in kinds:
            if kind == "hi":
                lo = values[-1]
                later = [day for day in self.days if day >= lo]  # type: ignore[operator]
                values.append(self.choose.choice(later) if self.choose.random() < 0.4 else lo)
            else:
                values.append(self.constant(kind))
        return tuple(values)

    def constant(self, kind: Kind) -> str | int:
        if kind == "text":
            return self.choose.choice(self.texts)
        return self.choose.choice(self.ints if kind == "int" else self.days)

    def relations(self) -> None:
        self.kinds["as-of"] = ("lo", "hi")
        self.base["as-of"] = {(TODAY, TODAY): 1}
        self.written["as-of"] = 0
        for number in range(self.choose.randint(1, 4)):
            name = self.choose.choice(["a", "of States", "O'Neil", 'q"', "A", "select", "é"])
            name = f"{name} {number}" if self.choose.random() < 0.5 or name in self.kinds else name
            kinds = self.kinds[name] = self.kinds_of_columns()
            rows = self.base[name] = {}
            sure = self.choose.choice([0.0, 0.5, 1.0, 1.0])
            for _ in range(self.choose.choice([0, 1, *[self.choose.randint(2, self.size)] * 8])):
                rows[self.row(kinds)] = int(self.choose.random() < sure)
            self.written[name] = 0
            if self.choose.random() < 0.15:
                self.constants[name] = tuple(self.row(kinds) for _ in range(2))

    def registers(self) -> tuple[Register, ...]:
        return tuple(
            Register(
                self.choose.choice(["k", "k", "l"]),
                {name: self.constant(kind)
                 for name, kind in (("f0", "text"), ("f1", "int"), ("f2", "text"))
                 if self.choose.random() < 0.3},
                None,
                When(*[self.choose.choice(self.days)] * 2),
            )
            for _ in range(self.choose.randint(0, 4))
        )  # fmt: skip

    # -- clauses -----------------------------------------------------------

    def readable(self, level: int) -> list[str]:
        return [name for name, last in self.written.items() if last < level]

    def atoms(self, level: int) -> tuple[list[Atom], dict[str, Kind]]:
        """A join whose atoms mostly have something to do with each other."""
        choose = self.choose
        known: dict[str, Kind] = {}
        atoms: list[Atom] = []
        for _ in range(choose.choice([1, 1, 2, 2, 2, 3, 3, 4, 5])):
            name = choose.choice(self.readable(level))
            terms = self.terms(self.kinds[name], known, 0.06)
            how = choose.choice([(True, False)] * 4 + [(False, False)] * 6 + [(False, True)])
            atoms.append(Atom(name, terms, *how))
            if choose.random() < 0.25 and (asked := self.ask(atoms[-1], level)):
                function, given, results = asked
                atoms.append(Atom(function, (*given, *self.terms(results, known, 0.03)), False))
        return atoms, known

    def terms(
        self, kinds: tuple[Kind, ...], known: dict[str, Kind], constant: float
    ) -> tuple[Term, ...]:
        """Terms for some columns; new variables become known."""
        choose = self.choose
        terms: list[Term] = []
        for kind in kinds:
            roll = choose.random()
            same = [n for n, k in known.items() if k == kind]
            alike = [n for n, k in known.items() if _TYPES[k] == _TYPES[kind]]
            if kind == "hi" and isinstance(terms[-1], Variable):
                # Both bounds of a day are mostly joined together.
                twin = terms[-1].name.removesuffix("_lo") + "_hi"
                if terms[-1].name.endswith("_lo") and roll < 0.95:
                    known.setdefault(twin, "hi")
                    terms.append(V(twin))
                    continue
            if roll < constant * (1 if kind == "text" else 0.5):
                terms.append(self.constant(kind))
            elif roll < 0.38 and same:
                terms.append(V(choose.choice(same)))
            elif roll < 0.4 and alike:
                terms.append(V(choose.choice(alike)))
            else:
                number = next(self.names)
                name = f"v{number}_lo" if kind == "lo" else f"v{number}"
                known[name] = kind
                terms.append(V(name))
        return tuple(terms)

    def ask(self, atom: Atom, level: int) -> tuple[str, tuple[Term, ...], tuple[Kind, ...]] | None:
        """Have a function answer for columns of an atom: its name, arguments and results."""
        choose = self.choose
        kinds = self.kinds.get(atom.relation)
        if kinds is None or self.far:
            return None
        places = {
            kind: [n for n, k in enumerate(kinds) if k == kind] for kind in ("text", "int", "lo")
        }
        columns: tuple[int, ...] = ()
        what = choose.choice(["add", "add", "recorded", "calculate"])
        if what == "add" and places["lo"]:
            at = choose.choice(places["lo"])
            columns = (at, at + 1)
            spec = choose.choice(PERIODS)
            name = f"reckon {spec}"
            names = ("from_lo", "from_hi", "to_lo", "to_hi")
            self.functions[name] = {"function": "add", "period": spec}
            results: tuple[Kind, ...] = ("lo", "hi")
        elif what == "recorded":
            fields = []
            for field, kind in (("f0", "text"), ("f1", "int")):
                if places[kind] and choose.random() < 0.8:
                    columns += (choose.choice(places[kind]),)
                    fields.append(field)
            constants = {} if choose.random() < 0.7 else {"f2": choose.choice(self.texts)}
            name = f"recorded k {constants} {fields}"
            names = (*fields, "until_lo", "until_hi", "register")
            self.functions[name] = {
                "function": "recorded", "kind": "k", "constants": constants, "fields": fields,
            }  # fmt: skip
            results = ("lo", "hi", "int")
        elif what == "calculate" and places["int"]:
            one, two = choose.choice(places["int"]), choose.choice(places["int"])
            columns = (one, one, two, two)
            operator = choose.choice(["+", "-", "%", "rest"])
            name = f"calculate {operator}"
            names = ("a_lo", "a_hi", "b_lo", "b_hi", "to_lo", "to_hi")
            self.functions[name] = {"function": "calculate", "operator": operator}
            results = ("int", "int")
        else:
            return None
        typed = [_TYPES[kind] for kind in (*(kinds[c] for c in columns), *results)]
        self.columns[name] = tuple(zip(names, typed, strict=True))
        demand = Demand(name, atom.relation, columns, level)
        if demand not in self.demands:
            self.demands.append(demand)
        return name, tuple(atom.terms[c] for c in columns), results

    def condition(self, known: Mapping[str, Kind], own: Mapping[str, Kind]) -> Condition | None:
        """A comparison that speaks of one of its own variables."""
        choose = self.choose
        if not own:
            return None
        left = choose.choice(sorted(own))
        type_ = _TYPES[own[left]]
        others = [n for n, k in {**known, **own}.items() if _TYPES[k] == type_]
        right: Term = V(choose.choice(others))
        if choose.random() < 0.35:
            right = self.constant(own[left])
        operators = OPERATORS if type_ == "int" else ("==", "!=")
        sides = (V(left), right)
        if choose.random() < 0.5:
            sides = sides[::-1]  # type: ignore[assignment]
        return Condition(choose.choice(operators), *sides)  # type: ignore[arg-type]

    def absence(self, known: Mapping[str, Kind], level: int, atoms: list[Atom]) -> Absence:
        choose = self.choose
        own: dict[str, Kind] = {}
        terms: list[Term | None] = []
        asked = self.ask(choose.choice(atoms), level) if choose.random() < 0.15 else None
        if asked is None:
            name = choose.choice(self.readable(level))
            kinds = self.kinds[name]
        else:
            name, terms[:], kinds = asked[0], asked[1], asked[2]
        for kind in kinds:
            roll = choose.random()
            same = [n for n, k in known.items() if _TYPES[k] == _TYPES[kind]]
            if roll < 0.3:
                terms.append(None)
            elif roll < 0.4:
                terms.append(self.constant(kind))
            elif roll < 0.7 and same:
                terms.append(V(choose.choice(same)))
            else:
                repeated = [n for n, k in own.items() if _TYPES[k] == _TYPES[kind]]
                if repeated and choose.random() < 0.2:
                    terms.append(V(choose.choice(repeated)))
                else:
                    variable = f"n{next(self.names)}"
                    own[variable] = kind
                    terms.append(V(variable))
        conditions = [self.condition(known, own) for _ in range(choose.choice([0, 0, 1, 1, 2]))]
        return Absence(name, tuple(terms), tuple(c for c in conditions if c), choose.random() < 0.5)

    def head(
        self, known: Mapping[str, Kind], level: int, read: Collection[str]
    ) -> tuple[str, tuple[Term, ...]]:
        """A relation of its own, or one that another clause derives already."""
        choose = self.choose
        there = [
            name for name, last in self.written.items()
            if last > 0 and name.startswith("d") and name not in read
            and not any(self.reads(name))
        ]  # fmt: skip
        if there and choose.random() < 0.4:
            name = choose.choice(there)
            terms = []
            for kind in self.kinds[name]:
                same = [n for n, k in known.items() if k == kind or kind == k == "int"]
                terms.append(V(choose.choice(same)) if same and choose.random() < 0.9
                             else self.constant(kind))  # fmt: skip
            for number, kind in enumerate(self.kinds[name]):  # a day's bounds in their order
                if kind == "hi":
                    lo = terms[number - 1]
                    day = V(lo.name[:-3] + "_hi") if isinstance(lo, Variable) else lo
                    terms[number] = (
                        day if not isinstance(day, Variable) or day.name in known else lo
                    )
        else:
            name = f"d{next(self.names)}"
            terms, kinds = [], []
            for variable in choose.sample(sorted(known), choose.randint(0, min(4, len(known)))):
                kind = known[variable]
                twin = variable[:-3] + "_hi"
                if kind == "lo" and twin in known:
                    terms += [V(variable), V(twin)]
                    kinds += ["lo", "hi"]
                else:
                    terms.append(V(variable))
                    kinds.append("text" if kind == "text" else "int")
            if not terms or choose.random() < 0.2:
                terms.append(self.constant("text"))
                kinds.append("text")
            self.kinds[name] = tuple(kinds)
        self.written[name] = max(level, self.written.get(name, 0))
        return name, tuple(terms)

    def reads(self, name: str) -> Iterator[object]:
        """What reads a relation already, which must be complete by then."""
        for clause in self.clauses:
            parts: tuple[Atom | Absence, ...] = (*clause.body, *clause.absences)
            yield from (p for p in parts if p.relation == name)
        yield from (c for c in self.counts if name in (c.source, c.domain))
        yield from (d for d in self.demands if d.relation == name)

    def free(self, level: int) -> None:
        """A clause that stands for itself."""
        choose = self.choose
        atoms, known = self.atoms(level)
        conditions = [self.condition(known, known) for _ in range(choose.choice([0, 0, 1, 2]))]
        absences = [
            self.absence(known, level, atoms) for _ in range(choose.choice([0, 0, 1, 1, 2, 3]))
        ]
        head, terms = self.head(known, level, [part.relation for part in (*atoms, *absences)])
        certain = choose.random() < 0.6
        self.add(head, terms, certain, level, not certain or choose.random() < 0.2,
                 atoms, [c for c in conditions if c], absences)  # fmt: skip

    def add(
        self, head: str, terms: tuple[Term, ...], certain: bool, level: int, always: bool,
        atoms: list[Atom], conditions: list[Condition], absences: list[Absence],
    ) -> None:  # fmt: skip
        variables = tuple(
            dict.fromkeys(t.name for a in atoms for t in a.terms if isinstance(t, Variable))
        )
        self.clauses.append(
            Clause(f"r{len(self.clauses)}#{head}", f"r{len(self.clauses)}", head, terms, certain,
                   level, always, tuple(atoms), tuple(conditions), tuple(absences), variables)
        )  # fmt: skip

    def law(self, level: int) -> None:
        """Two clauses of one law, as the compiler makes them."""
        choose = self.choose
        atoms, known = self.atoms(level)
        atoms = [atom._replace(certain=False, open=False) for atom in atoms]
        # A day is compared as a whole, and joined as a whole.
        days = [n[:-3] for n, k in known.items() if k == "lo" and n[:-3] + "_hi" in known]
        if any(_split(atom, self.kinds.get(atom.relation, ())) for atom in atoms):
            return
        both = [self.compared(days, days, known) for _ in range(choose.choice([0, 1, 1, 2]))]
        without = []
        for _ in range(choose.choice([0, 0, 1, 1, 2])):
            name = choose.choice(self.readable(level))
            terms: list[Term | None] = []
            mine = []
            for kind in self.kinds[name]:
                same = [n for n, k in known.items() if k == kind and kind in ("text", "int")]
                if kind == "hi":
                    last = terms[-1]
                    terms.append(V(last.name[:-3] + "_hi") if isinstance(last, Variable) else last)
                elif same and choose.random() < 0.6:
                    terms.append(V(choose.choice(same)))
                elif kind == "lo" and choose.random() < 0.5:
                    mine.append(f"n{next(self.names)}")
                    terms.append(V(f"{mine[-1]}_lo"))
                else:
                    terms.append(None)
            tests = [self.compared(mine, [*mine, *days], known)] if mine else []
            without.append((name, tuple(terms), [test for test in tests if test]))
        read = [*(atom.relation for atom in atoms), *(name for name, _, _ in without)]
        head, terms_ = self.head(known, level, read)
        always = choose.random() < 0.2
        for certain in (True, False):
            joined = [
                atom._replace(certain=certain and atom.relation in self.kinds) for atom in atoms
            ]
            conditions = [c for test in both if test for c in test(certain)]
            absences = [
                Absence(
                    name, terms, tuple(c for test in tests for c in test(not certain)), not certain
                )
                for name, terms, tests in without
            ]
            self.add(head, terms_, certain, level, always, joined, conditions, absences)

    def compared(
        self, left: list[str], right: list[str], known: Mapping[str, Kind]
    ) -> Callable[[bool], tuple[Condition, ...]] | None:
        """What must hold for all days that two vague ones can be, or for some."""
        if not left or not right:
            return None
        a, b = self.choose.choice(left), self.choose.choice(right)
        operator = self.choose.choice(["<", "<=", "=="])

        def test(certain: bool) -> tuple[Condition, ...]:
            if operator == "==":
                return (
                    (_is(f"{a}_lo", "==", f"{b}_hi"), _is(f"{a}_hi", "==", f"{b}_lo"))
                    if certain
                    else (_is(f"{a}_lo", "<=", f"{b}_hi"), _is(f"{b}_lo", "<=", f"{a}_hi"))
                )
            return (
                (_is(f"{a}_hi", operator, f"{b}_lo"),)
                if certain
                else (_is(f"{a}_lo", operator, f"{b}_hi"),)
            )

        return test

    def count(self, level: int) -> None:
        choose = self.choose
        source = choose.choice(self.readable(level))
        kinds = self.kinds[source]
        days = [number for number, kind in enumerate(kinds) if kind == "lo"]
        group = choose.randint(0, min([len(kinds), *days]))  # never by a day
        domains = [n for n in self.readable(level) if group and self.kinds[n] == kinds[:group]]
        domain = choose.choice(domains) if domains and choose.random() < 0.6 else ""
        name = f"n{next(self.names)}"
        self.kinds[name] = (*kinds[:group], "int", "int")
        self.written[name] = level
        self.counts.append(Count(f"c#{name}", "c", name, source, group, level, domain))


def _split(atom: Atom, kinds: tuple[Kind, ...]) -> bool:
    """Whether an atom tears the bounds of a day apart."""
    pairs = [
        (one, two)
        for one, two, kind in zip(atom.terms, atom.terms[1:], kinds[1:], strict=False)
        if kind == "hi"
    ]
    return any(
        not (isinstance(one, Variable) and isinstance(two, Variable)
             and one.name.endswith("_lo") and two.name == one.name[:-3] + "_hi")
        and one != two
        for one, two in pairs
    )  # fmt: skip


def _is(left: str, operator: str, right: str) -> Condition:
    return Condition(operator, V(left), V(right))  # type: ignore[arg-type]


def world(seed: int) -> World:
    """The world that a number stands for."""
    choose = Random(f"world {seed}")
    made = _Maker(choose)
    made.relations()
    for level in range(1, choose.choice([1, 2, 2, 3, 4]) + 1):
        for _ in range(choose.choice([1, 1, 2, 3])):
            roll = choose.random()
            if roll < 0.2:
                made.count(level)
            elif roll < 0.55:
                made.law(level)
            else:
                made.free(level)
    schema = {
        name: tuple((f"c{n}", _TYPES[kind]) for n, kind in enumerate(columns))
        for name, columns in made.kinds.items()
    }
    schema.update(made.columns)
    intervals = {
        name: tuple((n - 1, n) for n, kind in enumerate(columns) if kind == "hi")
        for name, columns in made.kinds.items()
    }
    return World(
        Program(schema, tuple(made.clauses), tuple(made.counts), made.functions,
                tuple(made.demands), intervals, made.constants),
        made.base, made.registers(),
    )  # fmt: skip


# -- what a failure needs ------------------------------------------------------------


def smaller(world: World, fails: Callable[[World], bool]) -> World:
    """Take away clauses, counts, conditions, absences and rows while it still fails."""
    again = True
    while again:
        again = False
        for candidate in _less(world):
            # Half a law is no program, and would fail for that alone.
            if next(flaws(candidate.program), None) is None and fails(candidate):
                world, again = candidate, True
                break
    return world


def _less(world: World) -> Iterator[World]:
    program = world.program
    for number in range(len(program.clauses)):
        rest = program.clauses[:number] + program.clauses[number + 1 :]
        yield world._replace(program=program._replace(clauses=rest))
    for clause in program.clauses:  # both clauses of a law
        rest = tuple(c for c in program.clauses if (c.head, c.level) != (clause.head, clause.level))
        yield world._replace(program=program._replace(clauses=rest))
    for number in range(len(program.counts)):
        rest_ = program.counts[:number] + program.counts[number + 1 :]
        yield world._replace(program=program._replace(counts=rest_))
    for number, clause in enumerate(program.clauses):
        for field in ("absences", "conditions"):
            parts = getattr(clause, field)
            for at in range(len(parts)):
                less = clause._replace(**{field: parts[:at] + parts[at + 1 :]})
                made = (*program.clauses[:number], less, *program.clauses[number + 1 :])
                yield world._replace(program=program._replace(clauses=made))
    for name, rows in world.base.items():
        if len(rows) > 3:
            half = dict(list(rows.items())[: len(rows) // 2])
            yield world._replace(base={**world.base, name: half})
            half = dict(list(rows.items())[len(rows) // 2 :])
            yield world._replace(base={**world.base, name: half})
        for row in rows:
            less_ = {other: sure for other, sure in rows.items() if other != row}
            yield world._replace(base={**world.base, name: less_})
