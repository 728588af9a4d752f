"""Whatever is measured finds the same: the engines, Python by hand, and the peers.

Python by hand says the law a second time, so this is a test of the rules too: an engine
that derived something else from them, or a rule that says what nobody meant, shows here.
"""

from __future__ import annotations

import datetime as dt
import os
import random

import pytest

from bench import synthetic
from bench.contestants import CONTESTANTS, certain
from bench.handwritten import calendar, findings
from ccm_rules.authoring.cases import case_record, load_full_rules
from ccm_rules.compiler import load_rules
from ccm_rules.dates import Period, add
from ccm_rules.engines.host import evaluate
from ccm_rules.engines.sql.sqlite import SQLite
from ccm_rules.record import base_relations, load, merge
from ccm_rules.record.relations import Functions
from ccm_rules.words.states import party_names
from tests.conftest import REAL, TODAY
from tests.engines.worlds import world
from tests.soaking import SOAK

#: The same worlds in every run; `make soak` tries many others.
WORLDS = random.Random(os.urandom(8)).sample(range(2**40), SOAK) if SOAK else range(200)


@pytest.fixture(scope="module")
def convention():
    return load_rules(["ccm"])


def engine(convention, base):
    """What `ccm-check` finds with its SQL engine."""
    program = convention.program
    fill = Functions(program.functions, base.coverage).rows
    derived = evaluate(program, base.rows, fill, SQLite(program))
    return certain(convention, derived.rows)


def judged(record, convention, day=None):
    """The rows that engines start from."""
    vocabulary = convention.vocabulary
    as_of = record.as_of.latest if day is None else day
    merged = merge(record.facts, vocabulary)
    return base_relations(record, merged, vocabulary, as_of, {}, lambda fact: "")


def by_hand(base):
    return {name: rows for name, rows in findings(base).items() if rows}


def test_every_case_of_the_rule_files_and_every_kind_of_finding(convention):
    vocabulary, rules = load_full_rules()
    met = set()
    of_the_convention = [rule for rule in rules if rule.name in convention.rules]
    for rule in of_the_convention:
        for case in rule.cases:
            base = judged(case_record(rule, case, vocabulary, party_names()), convention)
            found = by_hand(base)
            assert found == engine(convention, base), (rule.name, case.name)
            met |= set(found)
    assert met == set(convention.findings)


@pytest.mark.parametrize("file", [REAL, TODAY], ids=lambda file: file.name)
def test_the_real_records_on_many_days(file, convention):
    record = load([file], convention.vocabulary, party_names())
    first, last = dt.date(2010, 8, 1).toordinal(), dt.date(2027, 12, 31).toordinal()
    for day in range(first, last, 307):
        base = judged(record, convention, day)
        assert by_hand(base) == engine(convention, base), dt.date.fromordinal(day)


def test_random_records(convention):
    for seed in WORLDS:
        base = judged(world(seed), convention)
        assert by_hand(base) == engine(convention, base), seed


@pytest.mark.parametrize(("facts", "seed"), [(400, 1), (3_000, 2), (10_000, 3)])
def test_synthetic_records(facts, seed, convention):
    base = synthetic.rows(facts, seed)
    found = by_hand(base)
    assert found == engine(convention, base)
    assert sum(map(len, found.values())) > facts / 20


@pytest.mark.parametrize(
    "name", ["sqlite", "sqlite-trees", "durable", "duckdb", "duckdb-trees", "clips", "clingo"]
)
def test_engines_and_peers_find_what_python_finds(name):
    base = synthetic.rows(1_000, 4)
    found = CONTESTANTS[name].prepare(base)()
    assert {relation: rows for relation, rows in found.items() if rows} == by_hand(base)


@pytest.mark.parametrize("name", ["clips", "clingo"])
def test_peers_on_random_records(name, convention):
    for seed in range(12):
        base = judged(world(seed), convention)
        found = CONTESTANTS[name].prepare(base)()
        assert {r: rows for r, rows in found.items() if rows} == by_hand(base), seed


def test_calendars_agree():
    choose = random.Random(3)
    for day in (choose.randrange(calendar.FIRST_DAY + 9999, 750_000) for _ in range(3_000)):
        months = choose.choice([-9, 1, 6, 48, 60, 96, 120])
        for later, rounding in ((False, "earlier"), (True, "later")):
            right = add(day, Period(months=months, rounding=rounding))
            assert calendar.months_later(day, months, later=later) == right
        assert calendar.first_of_sixth_month(day) == add(day, Period(months=6, on_day=1))
    for day in (calendar.FIRST_DAY, calendar.LAST_DAY):
        assert calendar.days_later(day, 7) == calendar.months_later(day, 7) == day
