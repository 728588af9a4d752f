"""Numbers reckoned from vague ones: the bounds hold for all that they could be."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccm_rules.record.relations import Coverage, Functions

NUMBERS = st.integers(0, 300)


def calculate(operator, a, b):
    functions = Functions({"f": {"function": "calculate", "operator": operator}}, Coverage((), {}))
    rows = functions.rows("f", {(*a, *b)})
    return rows[0][4:] if rows else None


def exactly(operator, a, b):
    if operator == "+":
        return a + b
    if operator == "-":
        return a - b
    share = Fraction(100 * (a if operator == "%" else b - a), b)
    return (2 * share.numerator + share.denominator) // (2 * share.denominator)  # half up


@pytest.mark.parametrize("operator", ["+", "-", "%", "rest"])
@given(ends=st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS), data=st.data())
def test_bounds_hold_for_every_number_within(operator, ends, data):
    a = tuple(sorted(ends[:2]))
    b = tuple(sorted(ends[2:]))
    if operator in ("%", "rest"):
        b = (max(b[0], 1), max(b[1], 1))
    if operator == "rest":
        a = (min(a[0], b[0]), min(a[1], b[0]))  # a part of what it is a part of
    one = data.draw(st.integers(*a))
    other = data.draw(st.integers(*b))
    low, high = calculate(operator, a, b)
    assert low <= exactly(operator, one, other) <= high


@pytest.mark.parametrize(
    ("operator", "a", "b", "result"),
    [
        ("-", 41, 4, 37),
        ("+", 20, 11, 31),
        ("%", 102, 110, 93),  # 92.7
        ("%", 1, 200, 1),  # half up
        ("rest", 64, 111, 42),  # 42.3
    ],
)
def test_exact_numbers(operator, a, b, result):
    assert calculate(operator, (a, a), (b, b)) == (result, result)


@pytest.mark.parametrize("operator", ["%", "rest"])
def test_there_is_no_share_of_nothing(operator):
    assert calculate(operator, (0, 0), (0, 0)) is None
