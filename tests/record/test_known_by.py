"""What was known by a day, and what had happened."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccm_rules.dates import When, parse
from ccm_rules.record import base_relations, known_by, merge
from ccm_rules.record.model import Fact, Record, Register, Source

SOURCES = {
    "MAY": Source("MAY", "a paper", published=parse("2023-05-10")),
    "JULY": Source("JULY", "another paper", published=parse("2023-07-17")),
    "MONTH": Source("MONTH", "a paper of some day in June", published=parse("2023-06")),
    "LIST": Source("LIST", "a standing list", register=True),
}


def report(date, *sources, known=None):
    values = {"party": "BGR", "kind": "annual", "year": 2022, "date": parse(date)}
    return Fact("report", values, sources, known=parse(known) if known else None)


def record(*facts, registers=()):
    return Record("t", None, None, (), SOURCES, tuple(registers), facts, "", ())


def first_known(*facts, registers=()):
    """The first day of 2023 by which everything is known."""
    whole = record(*facts, registers=registers)
    for day in range(parse("2023").earliest, parse("2023").latest + 1):
        now = known_by(whole, day)
        if (now.facts, now.registers) == (whole.facts, whole.registers):
            return str(When(day, day))
    return None


@pytest.mark.parametrize(
    ("fact", "day"),
    [
        (report("2023-04-28", "MAY ¶3", "JULY ¶4"), "2023-07-17"),  # an inference
        (report("2023-04-28", "MONTH"), "2023-06-30"),  # published by then for certain
        (report("2023-08-01", "LIST", "JULY"), "2023-08-01"),
        (report("2023-04-28", "MAY", known="2023-09-02"), "2023-09-02"),  # later, not only earlier
        (report("2023-04-28", "MAY", known="2023-09"), "2023-09-30"),
        (report("[..2023-03-03]", "LIST"), "2023-03-03"),
    ],
)
def test_the_first_day_on_which_a_fact_is_known(fact, day):
    assert first_known(fact) == day


def test_a_scheduled_day_in_a_standing_list_is_known_at_once():
    meeting = Fact("meeting", {"id": "M", "title": "t", "kind": "MSP", "opens": parse("2030")},
                   ("LIST",))  # fmt: skip
    assert first_known(meeting) == "2023-01-01"


def test_a_register_of_a_list_and_a_paper_needs_the_paper_and_is_cut():
    register = Register("report", {}, None, parse("2023-09-01"), ("LIST", "JULY"))
    whole = record(registers=[register])
    assert not known_by(whole, parse("2023-07-16").latest).registers
    (kept,) = known_by(whole, parse("2023-07-20").latest).registers
    assert kept.until == parse("2023-07-20")
    assert first_known(registers=[register]) == "2023-09-01"


def test_a_paper_may_speak_of_days_to_come_uncut():
    register = Register("report", {}, None, parse("2023-12-31"), ("MAY",))
    (kept,) = known_by(record(registers=[register]), parse("2023-05-10").latest).registers
    assert kept.until == parse("2023-12-31")


days = st.integers(parse("2023-01-01").earliest, parse("2023-12-31").latest)
whens = st.tuples(days, st.sampled_from([0, 0, 30])).map(lambda p: When(p[0], sum(p)))
references = st.lists(st.sampled_from(sorted(SOURCES)), min_size=1, max_size=3, unique=True)


@given(
    facts=st.lists(st.tuples(whens, references, st.none() | whens), max_size=4),
    registers=st.lists(st.tuples(days, references), max_size=3),
    one=days,
    other=days,
)
def test_what_is_known_only_grows(facts, registers, one, other):
    whole = record(
        *(report("2023", *refs)._replace(values={"date": w}, known=k) for w, refs, k in facts),
        registers=[Register("report", {}, None, When(d, d), tuple(refs)) for d, refs in registers],
    )
    earlier, later = (known_by(whole, day) for day in sorted((one, other)))
    assert all(fact in later.facts for fact in earlier.facts)
    assert all(fact in whole.facts for fact in later.facts)
    assert len(earlier.registers) <= len(later.registers) <= len(registers)
    best = [max((r.until for r in x.registers), default=When(1, 1)) for x in (earlier, later)]
    assert best[0] <= best[1]
    # Cut by a day and then by a later one is the same as cut by the first.
    assert known_by(earlier, max(one, other)) == earlier


@given(when=whens, as_of=days)
def test_an_event_has_happened_may_have_or_has_not(when, as_of, rulebook):
    made = record(report("2023", "LIST")._replace(values={"party": "BGR", "kind": "annual",
                                                          "year": 2022, "date": when}))  # fmt: skip
    merged = merge(made.facts, rulebook.vocabulary)
    base = base_relations(made, merged, rulebook.vocabulary, as_of, {}, str)
    possible = [day <= as_of for day in range(when.earliest, when.latest + 1)]
    expected = [1] if all(possible) else [0] if any(possible) else []
    assert list(base.rows["report"].values()) == expected
    assert ("BGR",) in base.rows["state"]  # the record speaks of it, whatever the day
