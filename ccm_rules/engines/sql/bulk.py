"""Evaluating a program wholly inside a database, for records too large for anything else.

The record goes in once, every relation is one statement there
(`ccm_rules.engines.sql.statements`), and nothing comes back but what is asked for:
`Derivations` reads a relation's rows, or a clause's bindings, when somebody looks
at them. So what is derived never stands in Python's memory, and a report, a
because-tree or an explanation reads as from any other engine.

What cannot add anything is left out, as in `ccm_rules.engines.host`: clauses
that read nothing, and possible clauses where nothing is vague.
"""

from __future__ import annotations

import functools
import itertools
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from ccm_rules.compiler.program import Absence, Atom, Clause, Program, Row, Variable
from ccm_rules.dates import FIRST_DAY, LAST_DAY, DateError
from ccm_rules.engines.host import Derivations, Rows
from ccm_rules.engines.sql.coding import CODE, Codes
from ccm_rules.engines.sql.lazy import Bindings, Relations
from ccm_rules.engines.sql.ordering import Indexes, ordered
from ccm_rules.engines.sql.registers import REGISTER_PARTY, REGISTER_SCHEMA, register_rows
from ccm_rules.engines.sql.schedule import Task, run_all
from ccm_rules.engines.sql.sqlite import quote
from ccm_rules.engines.sql.statements import Statements, Twins, paired, stated_in
from ccm_rules.engines.sql.steps import Step, steps
from ccm_rules.engines.sql.stores import STORES, Columns, Store
from ccm_rules.law.conditions import MONTHS
from ccm_rules.record.model import Register

_CERTAIN: Final = ("certain", "int")
_MARK: Final = ("certain", CODE)
#: A value that so many rows have leaves few enough to look at.
_FEW: Final = 40


def evaluate(
    program: Program, base: Mapping[str, Rows], registers: Sequence[Register], engine: str
) -> Derivations:
    """Derive everything that a program says of some base rows, inside a database.

    Args:
        program: the compiled rules.
        base: rows of the base relations.
        registers: of the record, in its order.
        engine: ``sqlite`` or ``duckdb``.

    Returns:
        Derivations that are read from the database when they are looked at.

    Raises:
        DateError: a computed day lies outside the calendar.
    """
    run = Run(program, base, STORES[engine]())
    run.load_registers(registers)
    run.take_all()
    run.check_days()
    rows = Relations(run)
    return Derivations(Bindings(run, rows), rows)


class Run:
    """One evaluation, and the database that holds its outcome."""

    def __init__(self, program: Program, base: Mapping[str, Rows], store: Store) -> None:
        """Load a record.

        Args:
            program: what is derived.
            base: rows of the base relations.
            store: the database, empty.
        """
        self.plain = program
        self.codes = Codes()
        self.program = program = self.codes.program(program)
        self.store = store
        self.statements = Statements(program, store.dialect, write=self.codes.__getitem__)
        #: How many rows each relation has; functions are named with their level.
        self.numbers: dict[str, int] = {}
        self.ran: dict[str, Clause] = {}
        self._read = _read_by(program)
        self._indexes = Indexes(program.clauses)
        self._lock = threading.Lock()
        self._empty: set[str] = set()
        self._serial = itertools.count(1)
        self._narrowing: dict[tuple[str, str], bool] = {}
        self._vague: dict[str, bool] = {}
        self._unsure: dict[str, tuple[bool, bool]] = {}
        self._seen: dict[tuple[str, tuple[int, ...]], set[Row]] = {}
        heads = {clause.head for clause in program.clauses}
        #: Relations that nothing derives, as they were given.
        self.given: dict[str, Rows] = {}
        #: What is yet to be loaded, by table.
        self._loads: dict[str, Callable[[], None]] = {}
        for name, columns in self.plain.schema.items():
            stated = dict.fromkeys(program.constants.get(name, ()), 1)
            if name in heads:
                self._load(stated_in(name), stated, columns)
            elif stated or name in base:
                self.given[name] = {**base.get(name, {}), **stated} if stated else base[name]
                self._load(name, self.given[name] if name in self._read else {}, columns)

    def _load(self, name: str, rows: Rows, columns: Columns) -> None:
        self.numbers[name] = len(rows)

        def load() -> None:
            coded = self.codes.columns([type_ for _, type_ in columns], rows)
            types = [(column, CODE if type_ == "text" else type_) for column, type_ in columns]
            named = self.store.dialect.named(name)
            self.store.load_columns(named, (*types, _MARK), [*coded, rows.values()], len(rows))

        if rows:
            self._loads[name] = load

    def load_registers(self, registers: Sequence[Register]) -> None:
        """Make the tables that functions ask about the record's completeness."""
        kinds = {str(spec.get("kind")) for spec in self.plain.functions.values()}
        for name, rows in register_rows(registers, kinds).items():
            columns = REGISTER_SCHEMA[name]
            coded = self.codes.columns([type_ for _, type_ in columns], rows)
            types = [(column, CODE if type_ == "text" else type_) for column, type_ in columns]
            self.store.load_columns(self.store.dialect.named(name), types, coded, len(rows))
        if self.store.dialect.indexed:
            table = self.store.dialect.named(REGISTER_PARTY)
            self.store.execute(f'CREATE INDEX "by register" ON {table} (register, party)')
        self.statements.functions.speaking = {
            self.codes[kind]: (
                any(r.of == kind and r.parties is None for r in registers),
                any(r.of == kind and r.parties is not None for r in registers),
            )
            for kind in kinds
        }

    def take_all(self) -> None:
        """Load and make every relation, some at once where the database gains by it.

        What takes longest there, for most, is to plan a statement, on one core.
        """
        made = steps(self.program)
        if self.store.at_once == 1:
            for load in self._loads.values():
                load()
            for step in made:
                self.take(step)
            return
        first: dict[str, int] = {}
        for number, step in enumerate(made):
            for name in self._needs(step):
                first.setdefault(name, number)
        loads = sorted(self._loads, key=lambda name: first.get(name, len(made)))
        tasks = [Task(name, (), self._loads[name], host=True) for name in loads]
        tasks += [
            Task(_name(step), self._needs(step), functools.partial(self.take, step))
            for step in made
        ]
        run_all(tasks, self.store.at_once)

    def _needs(self, step: Step) -> set[str]:
        """The tables that a step reads; functions are named with their level."""
        if step.demands:
            return {relation for relation, _ in step.demands}
        if step.tally is not None:
            return {step.tally.source, step.tally.domain}
        found = {stated_in(step.relation)}
        for clause in step.clauses:
            reads: tuple[Atom | Absence, ...] = (*clause.body, *clause.absences)
            for read in reads:
                function = read.relation in self.program.functions
                found.add(f"{read.relation} ({clause.level})" if function else read.relation)
        return found

    def take(self, step: Step) -> None:
        """Make one relation, if it can have rows."""
        if step.demands:
            self._answer(step)
            return
        table = self.statements.table(step)
        columns = (*self.program.schema[step.relation], _CERTAIN)
        if step.tally is not None:
            if self.numbers.get(step.tally.source) or self.numbers.get(step.tally.domain):
                for name in filter(None, (step.tally.source, step.tally.domain)):
                    if not self.numbers.get(name):  # it has no table, or an empty one
                        self._load_empty(name)
                text = self.statements.counted(step.tally)
            elif step.tally.group:
                self.numbers[step.relation] = 0
                return
            else:
                low, high = (quote(name) for name, _ in self.program.schema[step.relation])
                text = f"SELECT 0 AS {low}, 0 AS {high}, 1 AS certain"
            self.numbers[step.relation] = self.store.make(table, columns, text)
            return
        due = [self._simpler(clause) for clause in step.clauses if self._can_add(clause)]
        self.ran.update((clause.id, clause) for clause in due)
        parts = paired(self.program, due)
        parts = [self._ordered(part) for part in parts]
        stated = bool(self.numbers[stated_in(step.relation)])
        self.numbers[step.relation] = (
            self.store.make(table, columns, self.statements.derived(step, parts, stated=stated))
            if due or stated
            else 0
        )

    def _answer(self, step: Step) -> None:
        asked = tuple(demand for demand in step.demands if self.numbers.get(demand[0]))
        name = f"{step.relation} ({step.level})"
        self.numbers[name] = 0
        spec = self.program.functions[step.relation]
        functions = self.statements.functions
        silent = spec["function"] == "recorded" and not any(functions.speaking[spec["kind"]])
        if asked and not silent:
            text = functions.answered(step._replace(demands=asked))
            columns = (*self.program.schema[step.relation], _CERTAIN)
            self.numbers[name] = self.store.make(self.statements.table(step), columns, text)

    def number(self, relation: str, level: int) -> int:
        """How many rows a relation has for the clauses of a level."""
        if relation in self.program.functions:
            relation = f"{relation} ({level})"
        return self.numbers.get(relation, 0)

    def _simpler(self, clause: Clause) -> Clause:
        """A clause without the absences that nothing can contradict."""

        def stands(absence: Absence) -> bool:
            if not self.number(absence.relation, clause.level):
                return False
            return not absence.certain or self._sure(absence.relation)[0]

        kept = tuple(absence for absence in clause.absences if stands(absence))
        return clause if len(kept) == len(clause.absences) else clause._replace(absences=kept)

    def _ordered(self, part: Clause | Twins) -> Clause | Twins:
        if isinstance(part, Twins):
            more: list[Atom | Absence] = [*part.more(), *part.certain.absences]
            found = self.ordered(part.possible, more)
            return Twins(found, part.certain)
        return self.ordered(part)

    def ordered(self, clause: Clause, more: Sequence[Atom | Absence] = ()) -> Clause:
        """A clause as the database best joins it, with the indexes for it.

        Args:
            clause: the clause.
            more: what is looked up beside.
        """
        if not self.store.dialect.in_order:
            return clause

        def size(relation: str) -> int:
            return self.number(relation, clause.level)

        found, indexes = ordered(clause, size, self.program.functions, more)
        named = self.statements.names(clause.level)
        for lookup in indexes:
            table = named(lookup.relation)
            columns = self.program.schema[lookup.relation]

            def narrow(place: int, table: str = table, columns: Columns = columns) -> bool:
                return self._narrow(table, columns[place][0])

            places = self._indexes.wanted(table, lookup, narrow)
            if places is not None:
                listed = ", ".join(quote(columns[place][0]) for place in places)
                name = quote(f"by {next(self._serial)}")
                self.store.execute(f"CREATE INDEX {name} ON {table} ({listed})")
        return found

    def _narrow(self, table: str, column: str) -> bool:
        """Whether few rows of a table have one value of a column, by its first thousand."""
        key = (table, column)
        if key not in self._narrowing:
            text = f"SELECT {quote(column)} AS c FROM {table} LIMIT 1000"
            ((number, values),) = self.store.fetch(
                f"SELECT COUNT(*), COUNT(DISTINCT c) FROM ({text}) AS some"
            )
            self._narrowing[key] = int(number) <= _FEW * int(values)
        return self._narrowing[key]

    def _can_add(self, clause: Clause) -> bool:
        """Whether a clause can derive anything that is not derived already.

        The same as in `ccm_rules.engines.host`, asked of the database.
        """
        if not all(self._can_join(atom, clause.level) for atom in clause.body):
            return False
        if clause.certain or clause.always:
            return True
        relations = (*(a.relation for a in clause.body), *(a.relation for a in clause.absences))
        named = [name for name in relations if name not in self.program.functions]
        return any(map(self._is_vague, dict.fromkeys(named)))

    def _can_join(self, atom: Atom, level: int) -> bool:
        if not self.number(atom.relation, level):
            return False
        if atom.open and not self._sure(atom.relation)[1]:
            return False
        at = tuple(n for n, term in enumerate(atom.terms) if not isinstance(term, Variable))
        if not at or atom.relation in self.program.functions:
            return True
        return tuple(atom.terms[n] for n in at) in self._constants(atom.relation, at)

    def _constants(self, relation: str, at: tuple[int, ...]) -> set[Row]:
        key = (relation, at)
        if key not in self._seen:
            columns = self.program.schema[relation]
            listed = ", ".join(quote(columns[place][0]) for place in at)
            table = self.store.dialect.named(relation)
            self._seen[key] = set(self.store.fetch(f"SELECT DISTINCT {listed} FROM {table}"))
        return self._seen[key]

    def _load_empty(self, name: str) -> None:
        table = self.store.dialect.named(name)
        with self._lock:  # two counts may be of the same
            if name not in self._empty:
                self.store.execute(f"DROP TABLE IF EXISTS {table}")
                self.store.load(table, (*self.program.schema[name], _CERTAIN), (), 0)
                self._empty.add(name)

    def _sure(self, relation: str) -> tuple[bool, bool]:
        """Whether a relation has certain rows, and whether it has possible ones."""
        if relation in self.program.functions:  # whose tables are named with their level
            return True, False
        if relation not in self._unsure:
            table = self.store.dialect.named(relation)
            ((most, least),) = self.store.fetch(f"SELECT MAX(certain), MIN(certain) FROM {table}")
            self._unsure[relation] = (most == 1, least == 0)
        return self._unsure[relation]

    def _is_vague(self, relation: str) -> bool:
        if relation not in self._vague:
            self._vague[relation] = bool(self.numbers.get(relation)) and self._look(relation)
        return self._vague[relation]

    def _look(self, relation: str) -> bool:
        columns = self.program.schema[relation]
        tests = ["certain = 0"]
        tests += [
            f"{quote(columns[lo][0])} <> {quote(columns[hi][0])}"
            for lo, hi in self.program.intervals.get(relation, ())
        ]
        table = self.store.dialect.named(relation)
        return bool(self.store.fetch(f"SELECT 1 FROM {table} WHERE {' OR '.join(tests)} LIMIT 1"))

    def check_days(self) -> None:
        """Refuse days that no calendar has, as the host's arithmetic does."""
        parts = []
        for name, number in self.numbers.items():
            function = name.rpartition(" (")[0]
            spec = self.program.functions.get(function)
            if number and spec is not None and (
                spec["function"] == "add" or spec.get("operator") == MONTHS
            ):
                table = self.store.dialect.named(name)
                parts.append(f"SELECT MIN(to_lo) AS low, MAX(to_hi) AS high FROM {table}")
        if parts:
            text = f"SELECT MIN(low), MAX(high) FROM ({' UNION ALL '.join(parts)}) AS reckoned"
            ((low, high),) = self.store.fetch(text)
            if int(low) < FIRST_DAY or int(high) > LAST_DAY:
                raise DateError("a day that the rules reckon lies outside the calendar")


def _read_by(program: Program) -> set[str]:
    """The relations that anything reads."""
    read = {demand.relation for demand in program.demands}
    for clause in program.clauses:
        read.update(atom.relation for atom in clause.body)
        read.update(absence.relation for absence in clause.absences)
    for count in program.counts:
        read |= {count.source, count.domain}
    return read


def _name(step: Step) -> str:
    """The name of a step's table; functions are named with their level."""
    return f"{step.relation} ({step.level})" if step.demands else step.relation
