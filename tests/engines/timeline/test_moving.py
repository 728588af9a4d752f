"""Values that move with the as-of day: held against the same, day by day."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccm_rules.dates import Period, add, parse
from ccm_rules.engines.timeline.days import Span
from ccm_rules.engines.timeline.moving import COMPARE, Clock, Moving
from ccm_rules.errors import EngineError

FIRST = parse("2019-12-01").earliest
SPAN = Span(FIRST, FIRST + 200)
PERIODS = [
    Period(days=30),
    Period(months=-9, rounding="earlier"),
    Period(months=1, rounding="later"),
    Period(years=1, on_month=4, on_day=30),
    Period(months=6, on_day=1),
]


def values(value):
    return [value.values[n] if isinstance(value, Moving) else value for n in range(SPAN.size)]


@given(
    st.sampled_from(sorted(COMPARE)),
    st.lists(st.sampled_from([None, *PERIODS]), min_size=1, max_size=2),
    st.integers(FIRST - 400, FIRST + 800),
    st.booleans(),
)
def test_a_comparison_holds_on_the_days_on_which_it_holds(operator, periods, number, swapped):
    clock = Clock(SPAN)
    terms = [clock.today if p is None else clock.add(clock.today, p) for p in periods]
    one, other = [*terms, number][:2]
    if swapped:
        one, other = other, one
    days = clock.compare(operator, one, other)
    assert [bool(days >> n & 1) for n in range(SPAN.size)] == [
        COMPARE[operator](a, b) for a, b in zip(values(one), values(other), strict=True)
    ]
    assert not days >> SPAN.size


def test_periods_are_added_day_by_day():
    clock = Clock(SPAN)
    for period in PERIODS:
        told = values(clock.add(clock.today, period))
        assert told == [add(day, period) for day in range(SPAN.first, SPAN.last + 1)]


def test_a_value_that_falls_is_compared_day_by_day():
    falling = Moving(range(SPAN.size, 0, -1))
    assert not falling.rising
    assert Clock(SPAN).compare("<", falling, 3) == 0b11 << SPAN.size - 2


def test_equal_values_are_one_object_and_one_that_stands_still_is_a_number():
    clock = Clock(SPAN)
    there = clock.add(clock.today, Period(days=3))
    assert clock.add(clock.add(clock.today, Period(days=1)), Period(days=2)) is there
    assert clock.add(there, Period(days=-3)) is clock.today
    one_year = clock.add(clock.today, Period(on_month=1, on_day=1, years=1))
    assert isinstance(one_year, Moving)  # the span holds a turn of the year
    still = Clock(Span(FIRST + 40, FIRST + 90))
    assert still.add(still.today, Period(on_month=1, on_day=1)) == parse("2020-01-01").earliest
    assert Clock(Span(FIRST, FIRST)).today == FIRST


def test_what_is_no_day_is_refused():
    clock = Clock(SPAN)
    with pytest.raises(EngineError, match="'PER'"):
        clock.compare("==", clock.today, "PER")
    with pytest.raises(EngineError, match="'PER'"):
        clock.add("PER", Period(days=1))


def test_settling_a_row():
    clock = Clock(SPAN)
    assert clock.settle(("PER", clock.today, 7), FIRST + 5) == ("PER", FIRST + 5, 7)
