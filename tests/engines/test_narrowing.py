"""Who asks only for certain rows is told the same, though less is derived."""

from __future__ import annotations

import random
import time
from importlib.util import find_spec

import pytest

from bench.contestants import certain
from ccm_rules.compiler.program import Absence, Atom, Clause, Count, Program, Variable
from ccm_rules.dates import DateError
from ccm_rules.engines.narrowing import narrowed
from ccm_rules.engines.sql import bulk
from tests.engines.answering import meant
from tests.engines.naive import TooManyError
from tests.engines.programs import world
from tests.engines.test_bulk import base_of
from tests.soaking import SOAK, how_many

#: The same worlds in every run; `make soak` tries others, and many more.
FIRST = time.time_ns() % 2**40 if SOAK else 0
WORLDS = {"sqlite": how_many(120), "duckdb": how_many(20)}
MOST = 3_000


def certain_rows(program, base, registers, engine, wanted):
    return bulk.certain(narrowed(program, wanted), base, registers, engine)


@pytest.mark.parametrize("engine", [e for e in WORLDS if e == "sqlite" or find_spec(e)])
def test_certain_rows_of_random_programs(engine):
    tried = found = 0
    for seed in range(FIRST, FIRST + WORLDS[engine]):
        try:
            made = world(seed)
            rows = meant(made, MOST)[1]
        except (TooManyError, DateError):
            continue
        chance = random.Random(seed)
        names = sorted(set(made.program.schema) - set(made.program.functions))
        for number in (len(names), 1, chance.randint(1, len(names))):
            wanted = chance.sample(names, number)
            known = {name: {r for r, sure in rows[name].items() if sure} for name in wanted}
            known = {name: told for name, told in known.items() if told}
            answer = certain_rows(made.program, made.base, made.registers, engine, wanted)
            assert answer == known, f"world {seed}, {wanted}"
            tried += 1
            found += bool(known)
    assert tried > 2.9 * WORLDS[engine]
    assert found > tried / 4


@pytest.mark.parametrize("engine", [e for e in WORLDS if e == "sqlite" or find_spec(e)])
def test_the_findings_of_the_real_record(engine, real_record, rulebook):
    base = base_of(real_record, rulebook)
    program, registers = rulebook.program, base.coverage.registers
    known = certain(rulebook, bulk.evaluate(program, base.rows, registers, "sqlite").rows)
    assert certain_rows(program, base.rows, registers, engine, rulebook.findings) == known
    name = next(iter(known))
    assert certain_rows(program, base.rows, registers, engine, [name]) == {name: known[name]}


def _clause(id_, head, terms, body, absences=(), certain=True, level=1):
    names = dict.fromkeys(t.name for a in body for t in a.terms if isinstance(t, Variable))
    return Clause(id_, "r", head, terms, certain, level, False, body, (), absences, tuple(names))


P, S = Variable("p"), Variable("s")
SCHEMA = {
    "state": (("party", "text"), ("note", "text")),
    "status": (("party", "text"), ("status", "text")),
    "late": (("party", "text"),),
    "other": (("party", "text"),),
    "number": (("low", "int"), ("high", "int")),
}


def statuses():
    """Two statuses, of which ``late`` asks for one, and ``other`` for both."""
    state = Atom("state", (P, Variable("_0")), True)
    return Program(
        SCHEMA,
        (
            _clause("a", "status", (P, "late"), (state,)),
            _clause("b", "status", (P, "early"), (state,)),
            _clause("b'", "status", (P, "early"), (state._replace(certain=False),), certain=False),
            _clause("c", "late", (P,), (Atom("status", (P, "late"), True),), level=2),
            _clause("d", "other", (P,), (Atom("status", (P, S), True),), level=2),
        ),
        (),
        {},
        (),
        {},
    )


def test_what_nobody_asks_for_is_not_derived():
    assert [c.id for c in narrowed(statuses(), ["late"]).program.clauses] == ["a", "c"]
    assert [c.id for c in narrowed(statuses(), ["other"]).program.clauses] == ["a", "b", "d"]
    assert narrowed(statuses(), ["late"]).places["state"] == (0,)


def test_what_must_not_even_be_possible_is_derived():
    program = statuses()
    absent = (Absence("status", (P, "early"), (), False),)
    asking = _clause("e", "other", (P,), (Atom("state", (P, S), True),), absent, level=2)
    program = program._replace(clauses=(*program.clauses[:4], asking))
    assert [c.id for c in narrowed(program, ["other"]).program.clauses] == ["b", "b'", "e"]


@pytest.mark.parametrize("engine", [e for e in WORLDS if e == "sqlite" or find_spec(e)])
def test_rows_that_differ_only_in_what_is_not_read_are_counted_once(engine):
    clause = _clause("a", "late", (P,), (Atom("state", (P, Variable("_0")), True),))
    count = Count("n", "r", "number", "late", 0, 2)
    program = Program(SCHEMA, (clause,), (count,), {}, (), {})
    base = {"state": {("A", "x"): 1, ("A", "y"): 1, ("B", ""): 1}}
    assert certain_rows(program, base, (), engine, ["number"]) == {"number": {(2, 2)}}
