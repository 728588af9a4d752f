"""A program evaluated wholly inside a database derives what the other engines derive."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccm_rules.compiler import load_rules
from ccm_rules.compiler.program import Atom, Clause, Demand, Program, Variable
from ccm_rules.dates import FIRST_DAY, LAST_DAY, DateError, Period, When, add
from ccm_rules.engines.host import evaluate
from ccm_rules.engines.sql import bulk
from ccm_rules.engines.sql.dialects import DUCKDB, SQLITE
from ccm_rules.engines.sql.sqlite import SQLite
from ccm_rules.engines.sql.statements import Statements
from ccm_rules.engines.sql.stores import STORES, DuckDBStore, SQLiteStore
from ccm_rules.errors import EngineError
from ccm_rules.record import base_relations, merge
from ccm_rules.record.model import Register
from ccm_rules.record.relations import Coverage, Functions
from ccm_rules.report.checking import check
from ccm_rules.report.evaluation import Evaluation
from ccm_rules.report.views import Report
from ccm_rules.words.states import party_names
from tests.engines.worlds import VOCABULARY, world

SEEDS = st.integers(0, 2**40)
ENGINES = sorted(STORES)


def base_of(record, rulebook):
    return base_relations(
        record,
        merge(record.facts, rulebook.vocabulary),
        rulebook.vocabulary,
        record.as_of.latest,
        party_names(),
        lambda fact: fact.place,
    )


def same_as_row_by_row(record, rulebook, engine):
    """Every answer to every clause, and every row of every relation."""
    base, program = base_of(record, rulebook), rulebook.program
    fill = Functions(program.functions, base.coverage).rows
    known = evaluate(program, base.rows, fill, SQLite(program))
    found = bulk.evaluate(program, base.rows, base.coverage.registers, engine)
    assert dict(found.bindings.items()) == known.bindings
    derived = [name for name in program.schema if name not in program.functions]
    assert {name: found.rows[name] for name in derived} == {
        name: known.rows[name] for name in derived
    }


@settings(max_examples=25, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=SEEDS)
def test_sqlite_derives_the_same_of_random_records(seed, rulebook):
    same_as_row_by_row(world(seed), rulebook, "sqlite")


@pytest.mark.parametrize("seed", [3, 14, 159])
def test_duckdb_derives_the_same_of_random_records(seed, rulebook):
    same_as_row_by_row(world(seed), rulebook, "duckdb")


@pytest.mark.slow
def test_duckdb_derives_the_same_of_the_real_record(real_record, rulebook):
    same_as_row_by_row(real_record, rulebook, "duckdb")


def test_the_real_record_and_its_indicators(real_record):
    plan = load_rules(indicators=True)
    same_as_row_by_row(real_record, plan, "sqlite")
    known = check(real_record, plan, engines=["sqlite"])
    base = known.evaluation.base
    derived = bulk.evaluate(plan.program, base.rows, base.coverage.registers, "sqlite")
    evaluation = Evaluation(plan, base, derived, party_names(), known.as_of)
    found = Report(known.as_of, None, known.engines, known.record, evaluation)
    assert found.findings == known.findings
    assert found.open == known.open
    assert found.numbers().numbers == known.numbers().numbers


# -- calendars -----------------------------------------------------------------

_NEAR = st.integers(dt.date(1990, 1, 1).toordinal(), dt.date(2110, 12, 31).toordinal())
_ANY = st.integers(dt.date(200, 1, 1).toordinal(), dt.date(9700, 12, 31).toordinal())
_DAYS = st.lists(_NEAR | _ANY | st.sampled_from([FIRST_DAY, LAST_DAY]), min_size=2, max_size=40)
_PERIODS = st.builds(
    lambda years, months, days, on_month, on_day, rounding: Period(
        years, months, days, on_month if on_day else None, on_day, None if on_day else rounding
    ),
    st.integers(-30, 30),
    st.integers(-40, 40),
    st.integers(-800, 800),
    st.none() | st.integers(1, 12),
    st.none() | st.integers(1, 31),
    st.sampled_from(["earlier", "later"]),
)


@pytest.mark.parametrize("store", [SQLiteStore, DuckDBStore])
def test_calendars_in_sql_are_those_of_the_dates_module(store):
    database = store()

    @settings(max_examples=150 if store is SQLiteStore else 60, derandomize=True)
    @given(days=_DAYS, length=_PERIODS)
    def same(days, length):
        pairs = list(zip(days, reversed(days), strict=True))
        rows = ", ".join(f"({low}, {high})" for low, high in pairs)
        asked = f"SELECT a.l AS low, a.h AS high FROM (WITH a(l, h) AS (VALUES {rows}) SELECT * FROM a) a"  # noqa: E501
        statements = Statements(Program({}, (), (), {}, (), {}), database.dialect)
        found = database.fetch(statements.functions.added(asked, ("low", "high"), length))
        assert sorted(found) == sorted(
            (low, high, add(low, length), add(high, length)) for low, high in pairs
        )

    same()


def test_the_last_days_of_every_month_of_two_centuries():
    database = SQLiteStore()
    first, last = dt.date(1890, 1, 1).toordinal(), dt.date(2110, 12, 31).toordinal()
    days = [d for d in range(first, last) if dt.date.fromordinal(d).day >= 28]
    database.load('"days"', (("day", "int"),), [(day,) for day in days], len(days))
    statements = Statements(Program({}, (), (), {}, (), {}), SQLITE)
    for rounding in ("earlier", "later"):
        for months in (-9, 6):
            length = Period(months=months, rounding=rounding)
            asked = 'SELECT day FROM "days"'
            found = database.fetch(statements.functions.added(asked, ("day",), length))
            assert dict(found) == {day: add(day, length) for day in days}


def asking(function, spec, columns, arguments):
    """A program that asks one function about the rows of ``asked``."""
    schema = {"asked": columns[:arguments], function: columns, "head": columns}
    terms = tuple(Variable(name) for name, _ in columns)
    body = (Atom("asked", terms[:arguments], False), Atom(function, terms, False))
    names = tuple(name for name, _ in columns)
    clause = Clause("c", "r", "head", terms, True, 1, False, body, (), (), names)
    demand = Demand(function, "asked", tuple(range(arguments)), 1)
    return Program(schema, (clause,), (), {function: spec}, (demand,), {})


@pytest.mark.parametrize("engine", ENGINES)
def test_a_day_outside_the_calendar_is_refused(engine):
    spec = {"function": "add", "period": {"years": 30, "rounding": "earlier"}}
    columns = tuple((name, "int") for name in ("from_lo", "from_hi", "to_lo", "to_hi"))
    program = asking("reckon", spec, columns, 2)
    late = dt.date(9980, 1, 1).toordinal()
    with pytest.raises(DateError, match="outside the calendar"):
        bulk.evaluate(program, {"asked": {(late, late): 1}}, (), engine)
    with pytest.raises(DateError):
        Functions(program.functions, Coverage((), {})).rows("reckon", {(late, late)})


# -- numbers and registers -------------------------------------------------------

_NUMBERS = st.tuples(*[st.integers(-50, 4000)] * 4).map(
    lambda n: (min(n[0], n[1]), max(n[0], n[1]), min(n[2], n[3]), max(n[2], n[3]))
)


@pytest.mark.parametrize("operator", ["+", "-", "%", "rest"])
def test_sums_and_shares_are_those_of_the_host(operator):
    names = ("a_lo", "a_hi", "b_lo", "b_hi", "to_lo", "to_hi")
    spec = {"function": "calculate", "operator": operator}
    program = asking("calculate", spec, tuple((name, "int") for name in names), 4)
    host = Functions(program.functions, Coverage((), {}))

    @settings(max_examples=40, derandomize=True)
    @given(asked=st.sets(_NUMBERS, min_size=1, max_size=30))
    def same(asked):
        found = bulk.evaluate(program, {"asked": dict.fromkeys(asked, 1)}, (), "sqlite")
        assert set(found.rows["head"]) == set(host.rows("calculate", asked))

    same()


_MONTHS = st.tuples(_NEAR | st.sampled_from([FIRST_DAY, LAST_DAY]), st.integers(-3, 1203))


@pytest.mark.parametrize("engine", ENGINES)
def test_months_that_facts_give_are_added_as_the_host_does(engine):
    names = ("a_lo", "a_hi", "b_lo", "b_hi", "to_lo", "to_hi")
    spec = {"function": "calculate", "operator": "months"}
    program = asking("calculate", spec, tuple((name, "int") for name in names), 4)
    host = Functions(program.functions, Coverage((), {}))

    @settings(max_examples=30, derandomize=True)
    @given(asked=st.sets(_MONTHS, min_size=1, max_size=30))
    def same(asked):
        rows = {(day, day, months, months) for day, months in asked}
        found = bulk.evaluate(program, {"asked": dict.fromkeys(rows, 1)}, (), engine)
        assert set(found.rows["head"]) == set(host.rows("calculate", rows))

    same()


_PARTIES = st.sampled_from(["BGR", "IRQ", "ZAF"])
_REGISTERS = st.lists(
    st.builds(
        lambda where, parties, until: Register("report", where, parties, When(until, until)),
        st.fixed_dictionaries(
            {},
            optional={
                "kind": st.sampled_from(["annual", "initial"]),
                "year": st.integers(2020, 2021),
                "status": st.just("unknown"),
            },
        ),
        st.none() | st.frozensets(_PARTIES),
        st.integers(737000, 737004),
    ),
    max_size=6,
)


@pytest.mark.parametrize("fields", [("party", "year"), ("year",), ("party",), ()])
@pytest.mark.parametrize("constants", [{}, {"kind": "annual"}, {"party": "IRQ"}])
def test_registers_say_the_same_as_to_the_host(fields, constants):
    types = {"party": "text", "year": "int"}
    columns = tuple((name, types[name]) for name in fields if name not in constants)
    spec = {
        "function": "recorded",
        "kind": "report",
        "constants": constants,
        "fields": [name for name, _ in columns],
    }
    columns = (*columns, ("until_lo", "int"), ("until_hi", "int"), ("register", "int"))
    number = len(columns) - 3
    program = asking("recorded", spec, columns, number)
    if not number:  # a function that is asked nothing is asked where something is there
        program = program._replace(
            schema={**program.schema, "asked": (("any", "int"),)},
            clauses=(program.clauses[0]._replace(body=program.clauses[0].body[1:]),),
        )
    rows = st.tuples(
        *(_PARTIES if t == "text" else st.integers(2019, 2022) for _, t in columns[:number])
    )

    @settings(max_examples=25, derandomize=True)
    @given(registers=_REGISTERS, asked=st.sets(rows, min_size=1, max_size=12))
    def same(registers, asked):
        coverage = Coverage(tuple(registers), VOCABULARY)
        base = {"asked": dict.fromkeys(asked if number else {(1,)}, 1)}
        host = Functions(program.functions, coverage).rows("recorded", asked)
        found = bulk.evaluate(program, base, registers, "sqlite")
        assert set(found.rows["head"]) == set(host)

    same()


def test_a_register_that_is_limited_by_a_negative_number_speaks():
    columns = (("number", "int"), ("until_lo", "int"), ("until_hi", "int"), ("register", "int"))
    spec = {"function": "recorded", "kind": "report", "constants": {}, "fields": ["number"]}
    registers = [Register("report", {"number": -1}, None, When(737000, 737000))]
    for engine in ENGINES:
        program = asking("recorded", spec, columns, 1)
        found = bulk.evaluate(program, {"asked": {(-1,): 1, (0,): 1}}, registers, engine)
        assert found.rows["head"] == {(-1, 737000, 737000, 0): 1}


# -- databases -------------------------------------------------------------------

HOSTILE = [
    *("", ",", '"', '""', 'a"b', "a,b", "'", "line\nbreak", "\r", "\r\n", "\\", "\\n", "\\N"),
    *("NULL", "null", "é œ 日本", "\x01", "\x00", "nul\x00in", "\u2028", " before", "after "),
    *("#", "--", ";", "\t", "-1", "1", "x" * 100_000),
]


@pytest.mark.parametrize("engine", ENGINES)
def test_no_text_changes_on_its_way(engine):
    store = STORES[engine]()
    rows = [(text, number) for number, text in enumerate(HOSTILE)]
    store.load('"t"', (("a b", "text"), ("n", "int")), iter(rows), len(rows))
    assert sorted(store.fetch('SELECT * FROM "t"'), key=lambda row: row[1]) == rows


def test_a_row_that_is_lost_on_its_way_is_missed():
    with pytest.raises(EngineError, match="took 1 of 2 rows"):
        DuckDBStore().load('"t"', (("n", "int"),), iter([(1,)]), 2)


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_is_read_back_that_nobody_asks_for(engine, real_record, rulebook, monkeypatch):
    read = []
    honest = STORES[engine].fetch
    monkeypatch.setattr(
        STORES[engine], "fetch", lambda self, text: read.append(text) or honest(self, text)
    )
    base = base_of(real_record, rulebook)
    derived = bulk.evaluate(rulebook.program, base.rows, base.coverage.registers, engine)
    assert not [text for text in read if text.startswith("SELECT *")]
    read.clear()
    assert derived.rows["duty-status"]
    assert derived.rows["duty-status"]
    assert len(read) == 1


def test_dialects_divide_whole_numbers():
    database = DuckDBStore()
    assert database.fetch(f"SELECT {DUCKDB.divided('7', '2')}") == [(3,)]
