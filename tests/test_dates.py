"""Legal time: laws that hold for all dates, and the published examples."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccm_rules import dates
from ccm_rules.dates import DateError, Period, When, add, edtf, parse

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31)).map(dt.date.toordinal)
WIDE = st.tuples(DAYS, st.integers(0, 800)).map(lambda pair: When(pair[0], pair[0] + pair[1]))
PERIODS = st.builds(
    Period,
    years=st.integers(-20, 20),
    months=st.integers(-40, 40),
    days=st.integers(-400, 400),
    on_month=st.none(),
    on_day=st.none(),
    rounding=st.sampled_from(["earlier", "later"]),
)


def shift(when, length):
    """Both bounds move, so both stay bounds."""
    return When(add(when.earliest, length), add(when.latest, length))


@given(WIDE)
def test_edtf_round_trip(when):
    assert parse(edtf(when.earliest, when.latest)) == when


@given(DAYS)
def test_by_then_round_trip(day):
    when = parse(f"[..{dt.date.fromordinal(day)}]")
    assert when == When(dates.FIRST_DAY, day)
    assert parse(str(when)) == when


@given(DAYS, DAYS, PERIODS)
def test_adding_a_period_keeps_the_order_of_days(a, b, length):
    low, high = sorted((a, b))
    assert add(low, length) <= add(high, length)


@given(WIDE, PERIODS, st.data())
def test_a_shifted_range_holds_every_shifted_day(when, length, data):
    day = data.draw(st.integers(when.earliest, when.latest))
    moved = shift(when, length)
    assert moved.earliest <= add(day, length) <= moved.latest


@given(DAYS, st.integers(-60, 60))
def test_months_land_in_the_month_that_counting_gives(day, months):
    start = dt.date.fromordinal(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    earlier = dt.date.fromordinal(add(day, Period(months=months, rounding="earlier")))
    later = dt.date.fromordinal(add(day, Period(months=months, rounding="later")))
    assert (earlier.year, earlier.month) == (year, month + 1)
    if earlier.day == start.day:
        assert later == earlier
    else:  # the day does not exist there: its last day, or the first of the next month
        assert (earlier + dt.timedelta(days=1)).day == 1
        assert later == earlier + dt.timedelta(days=1)


@given(DAYS)
def test_entry_into_force_is_the_first_of_the_sixth_month_after(day):
    deposit = dt.date.fromordinal(day)
    found = dt.date.fromordinal(add(day, Period(months=6, on_day=1)))
    assert found.day == 1
    assert (found.year * 12 + found.month) - (deposit.year * 12 + deposit.month) == 6


@pytest.mark.parametrize(
    ("deposit", "in_force", "initial"),
    [  # published examples; South Africa's and Iceland's years are leap years
        ("2023-02-28", "2023-08-01", "2024-01-28"),
        ("2015-05-28", "2015-11-01", "2016-04-29"),
        ("2013-05-14", "2013-11-01", "2014-04-30"),
        ("2010-12-16", "2011-06-01", "2011-11-28"),
        ("2018-03-01", "2018-09-01", "2019-02-28"),
        ("2010-11-29", "2011-05-01", "2011-10-28"),
    ],
)
def test_published_entry_into_force_and_initial_report(deposit, in_force, initial):
    eif = shift(parse(deposit), Period(months=6, on_day=1))
    assert str(eif) == in_force
    assert str(shift(eif, Period(days=180))) == initial


@pytest.mark.parametrize(
    ("opens", "cut_off"),
    [
        ("2019-09-02", "2018-12-02"),
        ("2022-08-30", "2021-11-30"),
        ("2023-09-11", "2022-12-11"),
        ("2024-09-10", "2023-12-10"),
        ("2025-09-16", "2024-12-16"),
        ("2024-11-30", "2024-02-29"),  # the 30th does not exist: the earlier day
        ("2023-11-30", "2023-02-28"),
        ("2024-09", "[2023-12-01..2023-12-30]"),  # a projected Meeting
    ],
)
def test_nine_months_back(opens, cut_off):
    assert str(shift(parse(opens), Period(months=-9, rounding="earlier"))) == cut_off


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2023-04-31", "April 2023 has 30 days"),
        ("2023-02-29", "February 2023 has 28 days"),
        ("2023-13", "month 13"),
        ("2023-00-10", "month 0"),
        ("0000", "year 0"),
        ("[2023-06-30..2022-07-01]", "runs backwards"),
        ("[..]", "bounds nothing"),
        ("30.6.2023", "is no date"),
        ("2023-6-3", "is no date"),
        ("2023-06-30T00:00", "is no date"),
        ("٢٠٢٣", "is no date"),
        ("", "is no date"),
        ("2023-06-30\n", "is no date"),
    ],
)
def test_what_is_no_date_says_why(text, says):
    with pytest.raises(DateError, match=says.replace("[", r"\[")):
        parse(text)


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_an_error(text):
    try:
        when = parse(text)
    except DateError:
        return
    assert when.earliest <= when.latest


@pytest.mark.parametrize("spec", [{"on_month": 13}, {"on_month": 0}, {"on_day": 0}, {"on_day": 32}])
def test_months_and_days_that_do_not_exist_are_refused(spec):
    with pytest.raises(DateError, match="month"):
        Period(**spec)


def test_months_without_rounding_are_refused():
    with pytest.raises(DateError, match="round"):
        Period(months=6)


@pytest.mark.parametrize("length", [Period(years=9000, rounding="earlier"), Period(days=-900_000)])
def test_outside_the_calendar_is_an_error(length):
    with pytest.raises(DateError, match="outside the calendar"):
        add(dt.date(2023, 1, 1).toordinal(), length)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2023-06-30", "30 June 2023"),
        ("2023-06", "some day in June 2023"),
        ("2023", "some day in 2023"),
        ("[..2023-06-30]", "some day by 30 June 2023"),
        ("[2022-12-12..2023-06-30]", "some day from 12 December 2022 to 30 June 2023"),
        ("[2023-12-01..2023-12-30]", "some day in December 2023"),
    ],
)
def test_in_words(text, words):
    when = parse(text)
    assert dates.in_words(when.earliest, when.latest) == words
