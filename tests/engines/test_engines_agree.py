"""Both engines derive the same, and what is found holds whatever the vague dates were."""

from __future__ import annotations

import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ccm_rules.compiler import load_every_treaty, load_rules
from ccm_rules.dates import FIRST_DAY, LAST_DAY, When, parse
from ccm_rules.engines.choice import available_engines
from ccm_rules.record import load, merge
from ccm_rules.record.model import Fact
from ccm_rules.report.checking import check
from ccm_rules.words.states import party_names
from tests.conftest import REAL, TODAY
from tests.engines.worlds import world
from tests.soaking import tries

#: The rules that find something of indicators, and nothing of a State's duties.
COMPARING = (
    "compliance-stated", "contradicting-lists", "denominator", "inconsistent-count",
    "reports-not-on-record", "requests-stated", "signatories-counted", "unplaced-states",
)  # fmt: skip

#: A world is made of a number, so that a failure shows the number and not the world.
SEEDS = st.integers(0, 2**40)


@tries(20)
@given(seed=SEEDS)
def test_engines_agree_on_random_records(seed, rulebook):
    check(world(seed), rulebook, engines=available_engines())  # raises where they differ


#: The other treaties: their folders, and their rules.
OTHERS = [book.folders for book in load_every_treaty()[1:]]


@tries(10, of=4)
@given(seed=SEEDS)
@pytest.mark.parametrize("folders", OTHERS, ids="+".join)
def test_engines_agree_on_random_records_of_other_treaties(seed, folders):
    check(world(seed, folders), load_rules(folders), engines=available_engines())


@pytest.fixture(scope="module")
def plan():
    """All rules, with the indicators."""
    return load_rules(indicators=True)


def others(report, comparing):
    """What is found, but for what compares indicators."""
    return [finding for finding in report.findings if finding.rule not in comparing]


def same_with_and_without_indicators(record, rulebook, plan):
    """Both engines on the whole program; and what is found of States is the same."""
    whole = check(record, plan, engines=available_engines())  # raises where they differ
    plain = check(record, rulebook, engines=["sqlite"])
    assert plan.plan.comparing == COMPARING
    assert list(plain.findings) == others(whole, COMPARING)
    assert plain.open == whole.open
    if record.period is not None:
        for number in whole.numbers().numbers:
            assert number.low is None or number.low == len(number.members)
            assert number.high in (None, len(number.members) + len(number.open))
            assert number.ground != "derived" or number.exact
    return whole


@tries(6, of=5)
@given(seed=SEEDS)
def test_indicators_change_nothing_else_and_engines_agree_on_them(seed, rulebook, plan):
    same_with_and_without_indicators(world(seed), rulebook, plan)


@pytest.mark.parametrize("path", [REAL, TODAY], ids=lambda path: path.name)
def test_indicators_of_the_real_records_on_both_engines(path, rulebook, plan):
    record = load([path], rulebook.vocabulary, party_names())
    if record.as_of is None:
        record = record._replace(
            as_of=parse("2026-06-30"), period=parse("[2025-07-01..2026-06-30]")
        )
    whole = same_with_and_without_indicators(record, rulebook, plan)
    assert whole.engines == available_engines()
    assert bool(len(whole.findings) > len(others(whole, COMPARING))) == (path == REAL)


def settled(record, seed, vocabulary):
    """The same record with every vague date settled on one of its days."""
    choose = random.Random(seed)

    def settle(value):
        if not isinstance(value, When) or value.exact:
            return value
        day = choose.randint(
            max(value.earliest, LAST_DAY // 5 if value.earliest == FIRST_DAY else 1),
            min(value.latest, 800_000),
        )
        return When(day, day)

    facts = []
    for fact, _ in merge(record.facts, vocabulary).facts:
        facts.append(Fact(fact.kind, {name: settle(value) for name, value in fact.values.items()}))
    return record._replace(facts=tuple(facts))


@tries(30)
@given(seed=SEEDS, days=SEEDS)
def test_what_is_found_holds_for_every_choice_of_days(seed, days, rulebook):
    """A finding on a vague record is a finding on every exact record that it could be."""
    holds_for_every_choice(world(seed), days, rulebook)


@tries(10, of=4)
@given(seed=SEEDS, days=SEEDS)
@pytest.mark.parametrize("folders", OTHERS, ids="+".join)
def test_it_does_in_other_treaties_too(seed, days, folders):
    holds_for_every_choice(world(seed, folders), days, load_rules(folders))


def holds_for_every_choice(record, days, rulebook):
    exact_record = settled(record, days, rulebook.vocabulary)
    joined = merge(exact_record.facts, rulebook.vocabulary)
    assume(not joined.contradictions)  # two facts whose keys are the same day now
    vague = check(record, rulebook, engines=["sqlite"])
    exact = check(exact_record, rulebook, engines=["sqlite"])
    there = {(f.rule, f.name, f.party) for f in exact.findings}
    ahead = {(f.rule, f.party) for f in exact.findings if f.status in ("upcoming", "due-soon")}
    for finding in vague.findings:
        if (
            finding.rule in ("contradicting-facts", "duplicate-facts")
            or "timing-open" in finding.name
        ):
            continue  # these speak of the vagueness, or of what was joined, itself
        if finding.status == "upcoming" and (finding.rule, finding.party) in ahead:
            continue  # upcoming, or upcoming and soon: that depends on the day, and accuses nobody
        assert (finding.rule, finding.name, finding.party) in there, finding.says
