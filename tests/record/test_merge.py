"""Facts told twice: what each adds, and what joining may never do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccm_rules.dates import When, parse
from ccm_rules.errors import InputError
from ccm_rules.record import merge
from ccm_rules.record.model import Fact


def deposit(date, *sources, note="", **values):
    values = {"party": "BGR", "date": parse(date), "instrument": "accession", **values}
    return Fact("deposit", values, sources or ("A",), note, place=f"f.json {sources}")


def request(*sources, **values):
    values = {"party": "BGR", "article": "4", "number": 1, "date": parse("2023-01-02"), **values}
    return Fact("extension-request", values, sources)


def decision(place, *sources, **values):
    values = {
        "party": "BGR", "article": "4", "replaces": 0, "number": 1, "outcome": "granted",
        "procedure": "silence", "date": parse("2023-01-02"), **values,
    }  # fmt: skip
    return Fact("extension-decision", values, sources, place=f"my file.json facts[{place}]")


def test_a_field_that_one_fact_leaves_out_is_filled_and_both_are_cited(rulebook):
    facts = (request("A", months=18), request("B", until=parse("2025-08-01")))
    merged = merge(facts, rulebook.vocabulary)
    ((fact, written),) = merged.facts
    assert fact.values["months"] == 18
    assert fact.values["until"] == parse("2025-08-01")
    assert fact.sources == ("A", "B")
    assert written == facts
    assert not merged.contradictions


def test_a_field_said_in_two_ways_fills_no_third_fact(rulebook):
    facts = [request("A", months=18), request("B", months=24), request("C")]
    merged = merge(facts, rulebook.vocabulary)
    assert [fact.values.get("months") for fact, _ in merged.facts] == [18, 24, None]
    assert [(c.field, c.first.sources, c.second.sources) for c in merged.contradictions] == [
        ("months", ("A",), ("B",))
    ]


def test_sources_and_notes_are_joined_once_each(rulebook):
    facts = [deposit("2011", "A", note="one"), deposit("2011-04", "B", "A", note="two"),
             deposit("2011-04-06", "C", note="one")]  # fmt: skip
    ((fact, _),) = merge(facts, rulebook.vocabulary).facts
    assert fact.sources == ("A", "B", "C")
    assert fact.note == "one; two"
    assert fact.values["date"] == parse("2011-04-06")


def test_three_days_of_which_one_disagrees(rulebook):
    facts = [deposit("2011-04-06", "A"), deposit("2011-04", "B"), deposit("2012-01-01", "C")]
    merged = merge(facts, rulebook.vocabulary)
    ((fact, _),) = merged.facts
    assert fact.values["date"] == parse("[2011-04-01..2012-01-01]")
    assert {(c.first.sources[0], c.second.sources[0]) for c in merged.contradictions} == {
        ("A", "C"), ("B", "C"),
    }  # fmt: skip


def notice(date, source="N"):
    return Fact("withdrawal-notice", {"party": "BGR", "date": parse(date)}, (source,))


def days(facts, rulebook, kind="deposit"):
    merged = merge(facts, rulebook.vocabulary)
    return [str(f.values["date"]) for f, _ in merged.facts if f.kind == kind], merged.contradictions


@pytest.mark.parametrize(
    ("later", "apart"),
    [("2024-09-07", True), ("2024-09-06", False), ("[2024-09-06..2026]", False)],
)
def test_a_deposit_certainly_after_the_withdrawal_is_another_one(rulebook, later, apart):
    facts = [deposit("2011", "A"), notice("2024-09-06"), deposit(later, "B")]
    found, contradictions = days(facts, rulebook)
    assert (len(found) == 2) == apart
    assert bool(contradictions) != apart


def test_each_of_several_deposits_is_told_by_all_its_sources(rulebook):
    facts = [
        deposit("2024", "D"), deposit("2011-04-06", "A"), deposit("2024-11-01", "C"),
        deposit("2011", "B"), notice("2024-09-06"), notice("2024", "M"),
    ]  # fmt: skip
    found, contradictions = days(facts, rulebook)
    assert sorted(found) == ["2011-04-06", "2024-11-01"]
    assert not contradictions


def test_a_second_withdrawal_follows_a_deposit_and_else_contradicts(rulebook):
    facts = [deposit("2011"), notice("2015-01-01"), notice("2020-01-01", "M")]
    assert len(days(facts, rulebook, "withdrawal-notice")[1]) == 1
    found, contradictions = days([*facts, deposit("2017", "B")], rulebook, "withdrawal-notice")
    assert (len(found), contradictions) == (2, ())


def test_decisions_of_two_memberships_are_two_though_the_first_followed_the_notice(rulebook):
    facts = [
        notice("2024-09-06"),
        decision(1, "A", date=parse("2024-11-01")),
        deposit("2026-02-10"),
        decision(2, "B", date=parse("2036-05-01"), outcome="refused"),
    ]
    found, contradictions = days(facts, rulebook, "extension-decision")
    assert (sorted(found), contradictions) == (["2024-11-01", "2036-05-01"], ())


def test_one_fact_from_two_sources_is_no_duplicate(rulebook):
    merged = merge([deposit("2011", "A"), deposit("2011", "B")], rulebook.vocabulary)
    assert not merged.contradictions


def test_decisions_that_contradict_are_an_error_that_names_both(rulebook):
    facts = [decision(3, "A ¶1"), decision(7, "B ¶2", outcome="refused")]
    with pytest.raises(InputError) as caught:
        merge(facts, rulebook.vocabulary)
    (problem,) = caught.value.problems
    assert (problem.file, problem.path) == ("my file.json", "facts[7]")
    for part in ("my file.json facts[3]", "granted and refused", "A ¶1 and B ¶2", "'outcome'"):
        assert part in problem.message


def test_decisions_on_different_deadlines_do_not_contradict(rulebook):
    second = decision(1, "B", outcome="refused")
    second = second._replace(values={**second.values, "number": 2, "replaces": 1})
    facts = [decision(0, "A"), second]
    assert len(merge(facts, rulebook.vocabulary).facts) == 2


def test_where_two_facts_stand_each_cites_the_source_of_its_day(rulebook):
    facts = [deposit("2011-04", "A"), deposit("2011-04-06", "B", instrument="ratification")]
    for fact, _ in merge(facts, rulebook.vocabulary).facts:
        assert fact.values["date"] != parse("2011-04-06") or "B" in fact.sources


ranges = st.tuples(st.integers(734_000, 734_020), st.integers(0, 15)).map(
    lambda pair: When(pair[0], sum(pair))
)
instruments = st.sampled_from(["accession", "ratification"])


def told(entries):
    return [
        Fact("deposit", {"party": "BGR", "date": when, "instrument": how}, (str(n),))
        for n, (when, how) in enumerate(entries)
    ]


def summed_up(facts, vocabulary):
    merged = merge(facts, vocabulary)
    pairs = {
        (c.field, frozenset([c.first.sources, c.second.sources])) for c in merged.contradictions
    }
    return {
        (fact.values["instrument"], fact.values["date"], frozenset(fact.sources))
        for fact, _ in merged.facts
    }, pairs


@given(entries=st.lists(st.tuples(ranges, instruments), min_size=2, max_size=5), data=st.data())
def test_nothing_depends_on_the_order_of_facts(entries, data, rulebook):
    facts = told(entries)
    shuffled = data.draw(st.permutations(facts))
    assert summed_up(facts, rulebook.vocabulary) == summed_up(shuffled, rulebook.vocabulary)


@given(known=ranges, first=st.integers(0, 15), length=st.integers(0, 15))
def test_a_fact_that_agrees_never_widens_a_date(known, first, length, rulebook):
    """Whatever range also holds one of its days: the joint date lies within both."""
    day = min(known.earliest + first, known.latest)
    more = When(day - length, day + first)
    ((fact, _),) = merge(
        told([(known, "accession"), (more, "accession")]), rulebook.vocabulary
    ).facts
    joint = fact.values["date"]
    assert known.earliest <= joint.earliest <= day <= joint.latest <= known.latest
    assert more.earliest <= joint.earliest
    assert joint.latest <= more.latest


@given(entries=st.lists(st.tuples(ranges, instruments), min_size=1, max_size=5))
def test_every_fact_as_written_stands_behind_a_joined_one(entries, rulebook):
    facts = told(entries)
    behind = {w.sources for _, written in merge(facts, rulebook.vocabulary).facts for w in written}
    assert behind == {fact.sources for fact in facts}
