"""On each day of a span a timeline says what a check of that day derives."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccm_rules.compiler import load_rules
from ccm_rules.compiler.program import (
    Absence,
    Atom,
    Clause,
    Condition,
    Count,
    Demand,
    Program,
    Variable,
)
from ccm_rules.dates import When, parse
from ccm_rules.engines.host import evaluate as evaluate_once
from ccm_rules.engines.sql.sqlite import SQLite
from ccm_rules.engines.timeline.days import Span
from ccm_rules.engines.timeline.moving import Clock
from ccm_rules.engines.timeline.sweep import evaluate
from ccm_rules.errors import EngineError
from ccm_rules.record import load
from ccm_rules.report.checking import check
from ccm_rules.report.histories import confirm, history, sample, timeline
from ccm_rules.words.states import party_names
from tests.conftest import REAL, TODAY
from tests.engines.worlds import world
from tests.soaking import SOAK, how_many, tries

SEEDS = st.integers(0, 2**40)


@pytest.fixture(scope="module")
def plan():
    """All rules, with the indicators."""
    return load_rules(indicators=True)


def same_relations(told, record, rulebook, day):
    """Every relation of one day, row by row, certain or possible."""
    report = check(record, rulebook, as_of=When(day, day), engines=["sqlite"])
    derived = report.evaluation.derived.rows
    mine = told.on(day)
    assert set(mine) == set(derived)
    for name, rows in derived.items():
        if name in rulebook.program.functions:
            # What a function says is so on every day; a check asks it less.
            assert rows.items() <= mine[name].items(), name
        else:
            assert mine[name] == rows, name


def near(told, choose, number):
    """Days at which something begins or ends, with the days before, and some others."""
    span = told.clock.span
    edges = set()
    for rows in told.rows.values():
        for possible, certain in rows.values():
            for days in (possible, certain):
                edges |= {day for first, last in span.runs(days) for day in (first - 1, last)}
    inside = sorted(day for day in edges if span.first <= day < span.last)
    before = choose.sample(inside, min(number, len(inside)))
    return {*before, *(day + 1 for day in before), choose.randint(*span), *span}


@tries(6, of=4)
@given(seed=SEEDS, days=SEEDS)
def test_random_records(seed, days, rulebook):
    record, choose = world(seed), random.Random(days)
    since = record.as_of.earliest - choose.choice([0, 5, 400, 2000])
    until = record.as_of.earliest + choose.choice([0, 5, 400, 2000])
    span = {"since": When(since, since), "until": When(until, until)}
    told = timeline(record, rulebook, **span)
    for day in near(told, choose, 2):
        same_relations(told, record, rulebook, day)
    story = history(record, rulebook, **span)
    confirm(story, {record.as_of.earliest, *sample(story, 2)})


@tries(2, of=10)
@given(seed=SEEDS, days=SEEDS)
def test_random_records_with_indicators(seed, days, plan):
    record, choose = world(seed), random.Random(days)
    day = record.as_of.earliest
    told = timeline(
        record, plan, since=When(day - 700, day - 700), until=When(day + 700, day + 700)
    )
    for day in near(told, choose, 1):
        same_relations(told, record, plan, day)


@pytest.mark.parametrize(
    "path", [REAL, pytest.param(TODAY, marks=pytest.mark.slow)], ids=lambda path: path.name
)
def test_the_real_records(path, rulebook, plan):
    choose = random.Random(SOAK or path.name)
    span = {"since": parse("2009-06-01"), "until": parse("2027-12-31")}
    for rules in (rulebook, plan):
        record = load([path], rules.vocabulary, party_names())
        told = timeline(record, rules, **span)
        for day in near(told, choose, how_many(1, of=40)):
            same_relations(told, record, rules, day)


# -- what the shipped rules do not do ------------------------------------------

_V = Variable


def run(program, base, days, fill=lambda name, arguments: []):
    """A program over rows with their days, and the same day by day."""
    span = Span(1, days)
    clock = Clock(span)
    told = evaluate(
        program,
        {
            "as-of": {(clock.today, clock.today): (span.every, span.every)},
            **base,
        },
        fill,
        clock,
    )
    for day in range(1, days + 1):
        bit = span.on(day)
        rows = {
            name: {row: int(bool(sure & bit)) for row, (may, sure) in found.items() if may & bit}
            for name, found in base.items()
        }
        rows["as-of"] = {(day, day): 1}
        assert told.on(day) == evaluate_once(program, rows, fill, SQLite(program)).rows, day
    return told


def clause(head, terms, body, *, conditions=(), absences=(), certain=True, level=1):
    variables = tuple(
        dict.fromkeys(t.name for a in body for t in a.terms if isinstance(t, Variable))
    )
    id_ = f"{head} {level} {certain} {len(body)} {terms}"
    return Clause(
        id_, "r", head, terms, certain, level, True, body, conditions, absences, variables
    )


SCHEMA = {
    "as-of": (("lo", "int"), ("hi", "int")),
    "a": (("x", "int"), ("y", "int")),
    "b": (("x", "int"), ("y", "int")),
    "c": (("x", "int"), ("y", "int")),
    "n": (("x", "int"), ("sure", "int"), ("all", "int")),
    "m": (("sure", "int"), ("all", "int")),
}
BASE = {
    "a": {(1, 4): (0b11111, 0b11100), (2, 3): (0b01110, 0), (3, 3): (0b11111, 0b11111)},
    "b": {},
    "c": {},
    "n": {},
    "m": {},
}
_TODAY = Atom("as-of", (_V("t"), _V("_t")), False)


@pytest.mark.parametrize("today_is_certain", [True, False])
def test_a_row_that_says_today_and_one_that_says_that_day_are_one_row(today_is_certain):
    """On that day: so they are counted once, and the one is certain where the other is."""
    read = Atom("a", (_V("x"), _V("y")), False)
    program = Program(
        SCHEMA,
        (
            clause("b", (_V("x"), _V("y")), (read,), certain=not today_is_certain),
            clause("b", (_V("x"), _V("t")), (read, _TODAY), certain=today_is_certain),
            clause(
                "c", (_V("x"), _V("y")), (Atom("b", (_V("x"), _V("y")), False, open=True),), level=3
            ),
        ),
        (Count("n", "r", "n", "b", 1, 2), Count("m", "r", "m", "b", 0, 2)),
        {},
        (),
        {},
    )
    told = run(program, BASE, 5)
    assert told.on(4)["n"][1, 1, 1] == 1
    assert told.on(5)["n"][1, 1, 2] == 1
    assert (3, 3) not in told.on(3)["c"]
    assert ((3, 3) in told.on(2)["c"]) == today_is_certain


def test_what_moves_is_joined_and_absent_on_the_days_on_which_it_is_equal():
    program = Program(
        SCHEMA,
        (
            clause("b", (_V("t"), _V("y")), (_TODAY, Atom("a", (_V("x"), _V("y")), False))),
            # joined on a column that moves, with one that does not, and with a constant
            clause(
                "c",
                (_V("y"), _V("z")),
                (Atom("b", (_V("x"), _V("y")), True), Atom("a", (_V("x"), _V("z")), True)),
                level=2,
            ),
            clause("c", (9, _V("y")), (Atom("b", (3, _V("y")), False),), certain=False, level=2),
            # twice in one row
            clause("c", (8, _V("x")), (Atom("b", (_V("x"), _V("x")), False),), level=2),
            clause(
                "c",
                (_V("x"), 7),
                (Atom("a", (_V("x"), _V("y")), False),),
                absences=(
                    Absence("b", (_V("x"), None), (), False),
                    Absence("b", (_V("u"), _V("v")), (Condition("<", _V("u"), _V("y")),), True),
                ),
                level=2,
            ),
        ),
        (),
        {},
        (),
        {},
    )
    assert {row[0] for row in run(program, BASE, 5).rows["c"]} >= {3, 4, 8, 9}


def test_a_group_is_counted_where_it_is_named_though_it_is_empty():
    schema = {**SCHEMA, "groups": (("x", "int"),)}
    base = {**BASE, "groups": {(2,): (0b11011, 0b11000), (7,): (0b00110, 0b00110)}}
    program = Program(schema, (), (Count("n", "r", "n", "a", 1, 1, "groups"),), {}, (), {})
    told = run(program, base, 5)
    assert told.on(2)["n"][7, 0, 0] == 1
    assert told.on(5)["n"][2, 0, 0] == 1
    assert told.on(3)["n"] == {(1, 1, 1): 1, (2, 0, 1): 1, (3, 1, 1): 1, (7, 0, 0): 1}


def refused(clauses, counts=(), functions=None, demands=()):
    functions = functions or {}
    schema = {**SCHEMA, **dict.fromkeys(functions, SCHEMA["m"])}
    clock = Clock(Span(1, 5))
    today = {(clock.today, clock.today): (0b11111, 0b11111)}
    with pytest.raises(EngineError) as caught:
        evaluate(
            Program(schema, clauses, counts, functions, demands, {}),
            {**BASE, "as-of": today},
            lambda name, arguments: [],
            clock,
        )
    return str(caught.value)


def test_what_cannot_be_told_of_many_days_at_once_is_refused():
    moving = clause("b", (_V("t"), 1), (_TODAY,))
    assert "counts by a day" in refused((moving,), (Count("n", "r", "n", "b", 1, 2),))
    asking = clause("c", (_V("t"), 1), (_TODAY, Atom("f", (_V("t"), _V("x")), False)))
    functions = {"f": {"function": "recorded"}}
    demand = Demand("f", "as-of", (0,), 1)
    assert "asked about the as-of day" in refused((asking,), (), functions, (demand,))


def test_what_is_no_program_is_refused():
    """Each clause reads only what is complete, and compares only what is bound."""
    early = clause("b", (1, 1), (Atom("a", (_V("x"), _V("y")), False),))
    reads = clause("c", (1, 1), (Atom("b", (_V("x"), _V("y")), False),))
    assert "after it was read" in refused((reads, early))
    unbound = (Condition("<", _V("nowhere"), 3),)
    free = clause("c", (1, 1), (Atom("a", (_V("x"), _V("y")), False),), conditions=unbound)
    assert "compares what nothing binds" in refused((free,))
    absent = (Absence("a", (_V("x"), None), unbound, False),)
    free = clause("c", (1, 1), (Atom("a", (_V("x"), _V("y")), False),), absences=absent)
    assert "compares what nothing binds" in refused((free,))
