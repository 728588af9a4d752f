"""The numbers of the action plan against an oracle that counts by hand.

Whatever is taken away from the real record, each number is what the oracle says, and
the numbers that change are exactly those that the oracle changes.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ccm_rules
from tests.conftest import REAL
from tests.report.oracle import Oracle, View
from tests.soaking import tries

RULEBOOK = ccm_rules.load_rules(indicators=True)
RECORD = ccm_rules.load_facts(REAL, rulebook=RULEBOOK)
KINDS = sorted({fact.kind for fact in RECORD.facts})


def who(members):
    return frozenset((member.party, member.item, member.n) for member in members)


def view(number):
    """What the oracle says of a number, but for the operands of its arithmetic."""
    return View(
        number.ground,
        number.value,
        number.low,
        number.high,
        who(number.members),
        who(number.open),
        number.out_of,
        who(number.population),
        tuple(sorted((q.value, q.out_of, q.qualifier, q.places, q.note) for q in number.quotes)),
        number.reckoned,
        None,
    )


def counted(record):
    """Every number by name and year: as counted, and as the oracle counts it."""
    report = ccm_rules.check(record, RULEBOOK, engines=["sqlite"])
    numbers = {(n.info.name, n.year): n for n in report.numbers().numbers}
    return numbers, Oracle(record, RULEBOOK).views()


def compare(numbers, expected):
    assert set(numbers) == set(expected)
    for key, number in numbers.items():
        assert view(number) == expected[key]._replace(operands=None), key


WHOLE, EXPECTED = counted(RECORD)


def holds_without(facts=(), registers=()):
    """Take facts and registers away: each number is the oracle's, and no other one moves."""
    gone, ended = {id(fact) for fact in facts}, {id(register) for register in registers}
    record = RECORD._replace(
        facts=tuple(fact for fact in RECORD.facts if id(fact) not in gone),
        registers=tuple(one for one in RECORD.registers if id(one) not in ended),
    )
    numbers, expected = counted(record)
    compare(numbers, expected)
    changed = {key for key in WHOLE | numbers if repr(WHOLE.get(key)) != repr(numbers.get(key))}
    foreseen = {key for key in EXPECTED | expected if EXPECTED.get(key) != expected.get(key)}
    assert changed == foreseen
    return changed


def test_the_oracle_counts_every_number_that_lists_members():
    listed = {info.name for info in RULEBOOK.plan.indicators.values() if info.listed}
    assert len(listed) > 90
    assert {name for name, _ in Oracle(RECORD, RULEBOOK).counted()} == listed


def test_the_real_record():
    compare(WHOLE, EXPECTED)


@st.composite
def one_fact(draw):
    """A fact of any kind: kinds with few facts are met as often as those with many."""
    kind = draw(st.sampled_from(KINDS))
    return draw(st.sampled_from([fact for fact in RECORD.facts if fact.kind == kind]))


@tries(6, of=40)
@given(fact=one_fact())
def test_without_one_fact_only_what_depends_on_it_changes(fact):
    holds_without([fact])


@tries(2, of=40)
@given(facts=st.lists(one_fact(), min_size=2, max_size=40))
def test_without_several_facts(facts):
    holds_without(facts)


@tries(2, of=40)
@given(registers=st.lists(st.sampled_from(RECORD.registers), min_size=1, max_size=4))
def test_without_registers(registers):
    holds_without(registers=registers)


@tries(2, of=40)
@given(
    facts=st.lists(one_fact(), max_size=20),
    registers=st.lists(st.sampled_from(RECORD.registers), max_size=8),
)
def test_without_facts_and_registers(facts, registers):
    holds_without(facts, registers)


def only(**values):
    """The facts of the record with these values."""
    found = [
        fact
        for fact in RECORD.facts
        if fact.kind == values.get("kind", fact.kind)
        and all(fact.values.get(k) == v for k, v in values.items() if k != "kind")
    ]
    assert found
    return found


@pytest.mark.parametrize(
    ("facts", "changed"),
    [
        # A donor under Article 5 alone: that list, donors, who gives or receives, and those
        # of whom several years of funding are asked.
        (
            only(party="AND", topic="assistance-provided-article-5"),
            {"assistance-provided-article-5", "donors", "assistance-provided-or-received",
             "donors-multi-year"},
        ),
        # A donor under two Articles stays a donor.
        (only(party="BEL", topic="assistance-provided-article-5"),
         {"assistance-provided-article-5"}),
        # A printed number, and nobody's name.
        (only(kind="stated-count", of="women-presiding"), {"women-presiding"}),
        # What the share of States without measures is reckoned from.
        (only(kind="stated-count", of="national-measures-all", out_of=111),
         {"national-measures-all"}),
        # A statement about a deadline decides nothing.
        (only(kind="stated-deadline", party="ZAF"), set()),
        (only(kind="meeting", id="3MSP"), set()),
    ],
    ids=["one list", "two lists", "a quotation", "one of two places", "statement", "old Meeting"],
)  # fmt: skip
def test_what_changes_without_certain_facts(facts, changed):
    assert {name for name, _ in holds_without(facts)} == changed


def test_without_any_register_nothing_that_needs_one_is_derived():
    record = RECORD._replace(registers=())
    numbers, expected = counted(record)
    compare(numbers, expected)
    assert {n.info.name for n in numbers.values() if n.ground == "derived"} == set()


def test_without_a_meeting_ahead_nobody_is_on_a_list():
    ahead = [f for f in only(kind="meeting") if f.values["opens"].earliest > RECORD.period.latest]
    gone = {id(fact) for fact in ahead}
    assert len(ahead) == 3
    record = RECORD._replace(facts=tuple(f for f in RECORD.facts if id(f) not in gone))
    numbers, expected = counted(record)
    compare(numbers, expected)
    assert numbers["donors", 0].low is None


def test_without_any_fact_there_is_no_number():
    numbers, expected = counted(RECORD._replace(facts=(), registers=()))
    compare(numbers, expected)
    assert {n.ground for n in numbers.values()} == {"unknown"}
