"""Whatever is measured finds the same: the engines, Python by hand, and the peers.

Python by hand says the law a second time, so this is a test of the rules too: an engine
that derived something else from them, or a rule that says what nobody meant, shows here.
"""

from __future__ import annotations

import datetime as dt
import os
import random

import pytest

import ccm_rules
from bench import synthetic
from bench.contestants import CONTESTANTS, rules
from bench.handwritten import calendar, findings, sentences
from ccm_rules.authoring.cases import case_record, load_full_rules
from ccm_rules.dates import Period, add
from ccm_rules.engines.host import evaluate
from ccm_rules.engines.sql.sqlite import SQLite
from ccm_rules.errors import InputError
from ccm_rules.record import base_relations, merge
from ccm_rules.record.relations import Functions
from ccm_rules.words.states import party_names
from tests.conftest import REAL, TODAY
from tests.engines.worlds import world
from tests.soaking import SOAK

#: The same worlds in every run; `make soak` tries many others.
WORLDS = random.Random(os.urandom(8)).sample(range(2**40), SOAK) if SOAK else range(60)


@pytest.fixture(scope="module")
def convention():
    return rules()


def engine(convention, base):
    """What `ccm-check` finds with its SQL engine."""
    program = convention.program
    fill = Functions(program.functions, base.coverage).rows
    rows = evaluate(program, base.rows, fill, SQLite(program)).rows
    found = {name: {row for row, sure in rows[name].items() if sure} for name in rules().findings}
    return {name: certain for name, certain in found.items() if certain}


def judged(record, convention, day=None):
    """The rows that engines start from."""
    vocabulary = convention.vocabulary
    as_of = record.as_of.latest if day is None else day
    merged = merge(record.facts, vocabulary)
    return base_relations(record, merged, vocabulary, as_of, {}, lambda fact: "")


def by_hand(base):
    return {name: rows for name, rows in findings(base).items() if rows}


def of_its_kinds(record, convention):
    """A record without the kinds of fact that there were not when the rules were copied."""
    facts = tuple(fact for fact in record.facts if fact.kind in convention.vocabulary)
    return record._replace(facts=facts, rules=())


@pytest.mark.slow
def test_every_case_of_the_rule_files_and_every_kind_of_finding(convention):
    vocabulary, rules = load_full_rules()
    met = set()
    of_the_convention = [rule for rule in rules if rule.name in convention.rules]
    for rule in of_the_convention:
        for case in rule.cases:
            record = case_record(rule, case, vocabulary, party_names())
            base = judged(of_its_kinds(record, convention), convention)
            found = by_hand(base)
            assert found == engine(convention, base), (rule.name, case.name)
            met |= set(found)
    # Cases change with the rules; those of today need not show each finding of the copy.
    assert len(met) > 0.9 * len(convention.findings)


@pytest.mark.parametrize("file", [REAL, TODAY], ids=lambda file: file.name)
def test_the_real_records_on_many_days(file, convention):
    record = of_its_kinds(ccm_rules.load_facts(file), convention)
    first, last = dt.date(2010, 8, 1).toordinal(), dt.date(2027, 12, 31).toordinal()
    for day in range(first, last, 711):
        base = judged(record, convention, day)
        assert by_hand(base) == engine(convention, base), dt.date.fromordinal(day)


def test_random_records(convention):
    refused = 0
    for seed in WORLDS:
        try:
            base = judged(of_its_kinds(world(seed), convention), convention)
        except InputError:  # two decisions that the copied vocabulary takes for one
            refused += 1
            continue
        assert by_hand(base) == engine(convention, base), seed
    assert refused < len(WORLDS) / 10


@pytest.mark.parametrize(("facts", "seed"), [(400, 1), (3_000, 2), (10_000, 3)])
def test_synthetic_records(facts, seed, convention):
    base = synthetic.rows(facts, seed)
    found = by_hand(base)
    assert found == engine(convention, base)
    assert sum(map(len, found.values())) > facts / 20


@pytest.mark.parametrize("file", [REAL, TODAY], ids=lambda file: file.name)
def test_python_says_what_a_check_says_of_the_real_records(file, convention):
    for day in ("2012-03-01", "2019-09-02", "2026-09-30"):
        record = of_its_kinds(ccm_rules.load_facts(file), convention)
        record = record._replace(as_of=ccm_rules.parse_date(day))
        report = ccm_rules.check(record, convention, engines=["sqlite"])
        told = {finding.fingerprint: finding.says for finding in report.findings}
        assert sentences(record, convention.vocabulary, party_names()) == told, day


@pytest.mark.parametrize("name", ["sqlite", "reasons", "durable", "duckdb", "clips", "clingo"])
def test_engines_and_peers_say_what_python_says(name):
    record = synthetic.record(1_000, 4)
    known = CONTESTANTS["python"].prepare(record)()
    contestant = CONTESTANTS[name]
    assert contestant.findings(record, contestant.prepare(record)()) == known
    assert len(known) > 100


@pytest.mark.slow
@pytest.mark.parametrize("name", ["clips", "clingo"])
def test_peers_on_random_records(name, convention):
    for seed in range(12):
        record = of_its_kinds(world(seed), convention)
        found = CONTESTANTS[name].prepare(record)()
        known = by_hand(judged(record, convention))
        assert {r: rows for r, rows in found.items() if rows} == known, seed


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
