"""Until when the record is complete: no register ever says more than it says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ccm_rules.dates import When, parse
from ccm_rules.record import Coverage
from ccm_rules.record.model import Register
from ccm_rules.record.relations import Functions

DAY = parse("2023-06-30")
KINDS, YEARS, STATES = ("annual", "initial"), (2021, 2022), ("BGR", "ZAF")

limits = st.fixed_dictionaries(
    {}, optional={"kind": st.sampled_from(KINDS), "year": st.sampled_from(YEARS)}
)
registers = st.lists(
    st.builds(
        lambda where, parties, days: Register(
            "report", where, parties, When(DAY.earliest + days, DAY.earliest + days)
        ),
        limits,
        st.none() | st.frozensets(st.sampled_from(STATES)),
        st.integers(0, 3),
    ),
    max_size=4,
)
questions = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(KINDS),
        "year": st.sampled_from(YEARS),
        "party": st.sampled_from(STATES),
    },
)
EVERY = [{"kind": k, "year": y, "party": p} for k in KINDS for y in YEARS for p in STATES]


@given(found=registers, asked=questions)
def test_an_answer_holds_for_every_fact_that_was_asked_about(found, asked, rulebook):
    """The question about all facts of a sort has no answer that fails for one of them."""
    coverage = Coverage(tuple(found), rulebook.vocabulary)
    answer = coverage.until("report", asked)
    about = [fact for fact in EVERY if asked.items() <= fact.items()]
    speaking = [
        [r for r in found
         if r.where.items() <= fact.items()
         and (r.parties is None or fact["party"] in r.parties)]
        for fact in about
    ]  # fmt: skip
    if answer is not None:
        day, number = answer
        assert found[number].until.earliest == day
        assert all(found[number] in those for those in speaking)
    elif len(about) == 1:
        assert not speaking[0]
    if answer is not None and len(about) == 1:
        assert answer[0] == max(r.until.earliest for r in speaking[0])


def test_a_register_about_no_state_is_silent_about_each(rulebook):
    coverage = Coverage((Register("report", {}, frozenset(), DAY),), rulebook.vocabulary)
    assert coverage.until("report", {"party": "BGR"}) is None
    assert coverage.until("report", {}) is None


def test_functions_answer_only_where_a_register_speaks(rulebook):
    found = (Register("report", {"kind": "annual", "year": 2022}, frozenset({"BGR"}), DAY),)
    spec = {"function": "recorded", "kind": "report", "constants": {"kind": "annual"},
            "fields": ["party", "year"]}  # fmt: skip
    functions = Functions({"f": spec}, Coverage(found, rulebook.vocabulary))
    asked = {("BGR", 2022), ("BGR", 2021), ("ZAF", 2022)}
    assert functions.rows("f", asked) == [("BGR", 2022, DAY.latest, DAY.latest, 0)]
