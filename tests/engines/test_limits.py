"""What no engine may run is refused before any does, and says which clause it is."""

from __future__ import annotations

import pytest

from ccm_rules.compiler import limits, load_rules
from ccm_rules.compiler.limits import flaws, require
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
from ccm_rules.errors import EngineError
from tests.engines.programs import world

V = Variable
FIRST = Atom("a", (V("k"), V("lo"), V("hi")), True)
CLAUSE = Clause(
    "r#1", "r", "h", (V("k"), V("lo")), True, 1, False, (FIRST,),
    (Condition("<", V("lo"), 5),),
    (Absence("b", (V("k"), V("x")), (Condition("<", V("x"), V("lo")),), False),),
    ("k", "lo", "hi"),
)  # fmt: skip
TEXT, INT = ("k", "text"), ("x", "int")
SOUND = Program(
    {"a": (TEXT, ("lo", "int"), ("hi", "int")), "b": (TEXT, INT), "h": (TEXT, INT),
     "f": (TEXT, INT), "n": (TEXT, INT, ("y", "int")), "d": (TEXT,)},
    (CLAUSE,),
    (Count("c#1", "c", "n", "a", 1, 1, "d"),),
    {"f": {"function": "recorded"}},
    (Demand("f", "a", (0,), 1),),
    {"a": ((1, 2),)},
    {"d": (("P",),)},
)  # fmt: skip


def clause(**changes):
    return SOUND._replace(clauses=(CLAUSE._replace(**changes),))


def count(**changes):
    return SOUND._replace(counts=(SOUND.counts[0]._replace(**changes),))


def schema(**changes):
    return SOUND._replace(schema={**SOUND.schema, **changes})


def absence(**changes):
    return clause(absences=(CLAUSE.absences[0]._replace(**changes),))


def test_a_sound_program_has_no_flaw():
    assert list(flaws(SOUND)) == []
    require(SOUND)


@pytest.mark.parametrize("indicators", [False, True])
def test_the_shipped_rules_have_none(indicators):
    assert list(flaws(load_rules(indicators=indicators).program)) == []


def test_random_programs_have_none():
    for seed in range(300):
        assert list(flaws(world(seed).program)) == [], seed


@pytest.mark.parametrize(
    ("program", "flaw"),
    [
        (clause(body=(), variables=()), "joins nothing"),
        (clause(body=(FIRST,) * 16), "joins more than 16"),
        (clause(body=(FIRST._replace(open=True),)), "certain and open"),
        (clause(body=(FIRST._replace(terms=(V("k"), V("lo"))),)), "reads 2 columns"),
        (clause(body=(FIRST._replace(terms=(V("k"), V("k"), V("hi"))),)), "a text and a number"),
        (clause(body=(FIRST._replace(terms=(1, V("lo"), V("hi"))),)), "which is no text"),
        (clause(body=(FIRST._replace(terms=("a\0b", V("lo"), V("hi"))),)), "no database takes"),
        (clause(body=(FIRST._replace(terms=("\ud800", V("lo"), V("hi"))),)), "no database takes"),
        (clause(body=(FIRST._replace(terms=(V("k"), V("lo"), 2**62)),)), "too large"),
        (clause(body=(FIRST._replace(terms=(V("k"), V("lo"), True)),)), "which is no int"),
        (clause(variables=("lo", "k", "hi")), "does not list the variables"),
        (clause(head_terms=(V("k"),)), "gives 1 columns"),
        (clause(head_terms=(V("k"), V("z"))), "gives 'z', which it does not bind"),
        (clause(head_terms=(V("lo"), V("lo"))), "gives 'lo', which it does not bind as text"),
        (clause(conditions=(Condition("==", 1, 1),)), "compares what it does not bind"),
        (clause(conditions=(Condition("==", V("z"), 1),)), "compares what it does not bind"),
        (clause(conditions=(Condition("==", V("k"), 1),)), "compares text with int"),
        (clause(conditions=(Condition("<", V("k"), "b"),)), "puts texts in order"),
        (absence(conditions=(Condition("<", V("lo"), 1),)), "compares what it does not bind there"),
        (absence(terms=(V("k"),)), "reads 1 columns of 'b'"),
        (clause(certain=False), "has no certain twin"),
        (clause(head="b"), "reads 'b' before it is complete"),
        (absence(relation="f"), None),
        (absence(relation="f")._replace(demands=()), "nobody asked yet"),
        (SOUND._replace(clauses=(CLAUSE, CLAUSE)), "two steps are called 'r#1'"),
        (SOUND._replace(demands=(Demand("f", "h", (0,), 1),)), "is asked about 'h' before"),
        (count(group=2), "gives other columns"),
        (count(domain="b"), "a domain of other columns"),
        (count(source="h"), "reads 'h' before it is complete"),
        (SOUND._replace(intervals={"a": ((1, 2),), "b": ((0, 1),)}), "no pair of numbers"),
        (SOUND._replace(constants={"d": (("P", 1),)}), "a stated row of 'd' has 2 values"),
        (SOUND._replace(constants={"d": ((1,),)}), "which is no text"),
        (schema(e=()), "the columns of 'e' are none"),
        (schema(e=(TEXT, TEXT)), "not told apart"),
        (schema(e=(("Certain", "int"),)), "not told apart"),
        (schema(e=(("k", "real"),)), "neither text nor int"),
        (schema(**{"a\0b": (TEXT,)}), "null character"),
    ],
)  # fmt: skip
def test_every_limit(program, flaw):
    found = list(flaws(program))
    if flaw is None:
        assert found == []
    else:
        assert any(flaw in one for one in found), found
        with pytest.raises(EngineError, match="no engine may run"):
            require(program)


def test_counts_are_not_grouped_by_days():
    days = SOUND._replace(
        schema={**SOUND.schema, "n": (("x", "int"), ("s", "int"), ("e", "int")), "s": (INT, INT)},
        counts=(Count("c#1", "c", "n", "s", 1, 1),),
        intervals={"s": ((0, 1),)},
    )
    assert "c#1 groups by a day" in list(flaws(days))


def test_rules_that_would_make_such_a_program_end_before_any_engine(monkeypatch):
    monkeypatch.setattr(limits, "MAX_JOIN", 2)
    with pytest.raises(EngineError, match=r"joins more than 2 facts"):
        load_rules(cache=False)
