"""Sets of days: held against plain Python sets."""

from __future__ import annotations

import doctest
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

import ccm_rules.engines.timeline.days
from ccm_rules.engines.timeline.days import Span, numbers

SPANS = st.builds(
    lambda first, size: Span(first, first + size), st.integers(1, 900_000), st.integers(0, 70)
)
ANY_DAY = st.integers(0, 2**20)


def days_of(span, days):
    return {span.first + n for n in range(span.size) if days >> n & 1}


@given(SPANS, st.integers(-80, 80))
def test_since_until_and_on(span, offset):
    day = span.first + offset
    every = set(range(span.first, span.last + 1))
    assert days_of(span, span.every) == every
    assert days_of(span, span.until(day)) == {d for d in every if d <= day}
    assert days_of(span, span.since(day)) == {d for d in every if d >= day}
    assert days_of(span, span.on(day)) == every & {day}
    assert not (span.until(day) | span.since(day)) >> span.size


@given(SPANS, ANY_DAY)
def test_runs_are_the_longest_and_in_order(span, bits):
    bits &= span.every
    runs = list(span.runs(bits))
    assert days_of(span, bits) == {d for first, last in runs for d in range(first, last + 1)}
    assert all(first <= last for first, last in runs)
    assert all(one[1] + 1 < other[0] for one, other in pairwise(runs))


@given(SPANS, st.lists(ANY_DAY, max_size=12), ANY_DAY)
def test_numbers_counts_the_sets_of_each_day(span, sets, among):
    among &= span.every
    told = {}
    for number, days in numbers(sets, among):
        assert days
        for day in days_of(span, days):
            assert day not in told
            told[day] = number
    assert told == {
        day: sum(some >> (day - span.first) & 1 for some in sets) for day in days_of(span, among)
    }


def test_examples_run():
    outcome = doctest.testmod(ccm_rules.engines.timeline.days)
    assert outcome.attempted
    assert not outcome.failed
