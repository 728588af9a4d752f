"""The rules against a second reading of the Convention's time limits, on made-up biographies.

Each law of this room on some hundreds of biographies, and on 20,000 in `make soak`.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ccm_rules
from tests.reading import laws, record
from tests.reading.reading import course, reading
from tests.reading.world import (
    ASKERS,
    THIRTIETH,
    Act,
    Drawn,
    Scene,
    Seeded,
    World,
    day,
    months_after,
    scene,
    sixth_month,
)
from tests.soaking import how_many, tries

RULEBOOK = ccm_rules.load_rules(["ccm"])
PARTIES = sorted(ccm_rules.party_names().keys() - ASKERS.keys())
#: So many biographies make one record.
TOGETHER = 190


def scenes(few: int, of: int, salt: str, *, stated: bool = False) -> Iterator[tuple[int, Scene]]:
    """Scenes until there are enough biographies."""
    number = how_many(few, of)
    for seed in range(-(-number // TOGETHER)):
        choice = Seeded((salt, seed))
        some = PARTIES[: min(TOGETHER, number - seed * TOGETHER)]
        yield seed, scene(choice, some, stated=stated)


def judged(path, told: Scene, notes: record.Notes) -> ccm_rules.Record:
    """A scene's record, loaded."""
    return laws.load(record.write(path / "made-up.json", told, notes), RULEBOOK)


def none(found) -> None:
    """No difference; or each kind, with some examples."""
    by = laws.kinds(found)
    assert not by, "\n".join(
        f"{len(all_)} × {kind}: " + "; ".join(laws.said(one) for one in all_[:3])
        for kind, all_ in sorted(by.items())
    )


# -- the reading by itself ------------------------------------------------------------


@pytest.mark.parametrize(
    ("deposit", "begins", "due"),
    [
        ("2023-02-28", "2023-08-01", "2024-01-28"),
        ("2015-05-28", "2015-11-01", "2016-04-29"),
        ("2013-05-14", "2013-11-01", "2014-04-30"),
        ("2009-08-17", "2010-08-01", "2011-01-28"),
    ],
)
def test_entry_into_force_and_the_initial_report(deposit, begins, due):
    world = World("HRV", (Act("deposit", day(deposit), instrument="ratification"),))
    told = Scene(THIRTIETH, (), {**ASKERS, "HRV": world})
    assert sixth_month(max(day(deposit), THIRTIETH)) == day(begins)
    stands = reading(told, "HRV", day(due))["initial-transparency-report", "HRV", "", 0]
    assert stands == ("upcoming", day(due))


@pytest.mark.parametrize(
    ("opens", "last"),
    [("2023-09-11", "2022-12-11"), ("2024-09-10", "2023-12-10"), ("2019-11-30", "2019-02-28")],
)
def test_nine_months(opens, last):
    assert months_after(day(opens), -9) == day(last)


def test_between_its_changes_a_reading_is_the_same():
    told = scene(Seeded("constant"), PARTIES[:2])
    for party in PARTIES[:2]:
        by_day = {}
        for at in range(day("2009-01-01"), day("2036-12-31"), 7):
            for key, stands in reading(told, party, at).items():
                by_day[key, at] = stands.status
        for key, stands in course(told, party, *laws.SPAN).items():
            for at in range(day("2009-01-01"), day("2036-12-31"), 7):
                status = [s for since, s in stands if since <= at][-1]
                assert by_day.get((key, at), "") == status, (key, at)


# -- the rules against it -------------------------------------------------------------


def test_exact(tmp_path):
    for _, told in scenes(190, 1, "exact"):
        notes = record.exact(told)
        none(laws.differences(told, laws.told(judged(tmp_path, told, notes), RULEBOOK)))


@tries(5, of=200)
@given(data=st.data())
def test_exact_and_made_small(data, tmp_path_factory):
    choice = Drawn(data.draw)
    told = scene(choice, PARTIES[:1])
    found = judged(tmp_path_factory.mktemp("one"), told, record.exact(told))
    none(laws.differences(told, laws.told(found, RULEBOOK)))


def test_exact_by_the_other_engines(tmp_path):
    for seed, told in scenes(40, 10, "engines"):
        found = judged(tmp_path, told, record.exact(told))
        for at in random.Random(seed).sample(range(day("2012-01-01"), day("2034-01-01")), 3):
            none(laws.differences_on(told, found, RULEBOOK, at))


def test_records_that_blur_and_lose(tmp_path):
    """Sound with one source and with both, and monotone from one to both."""
    for seed, told in scenes(80, 4, "record"):
        notes = record.observed(Seeded(("notes", seed)), told)
        found = judged(tmp_path, told, notes)
        early, late = laws.told(found, RULEBOOK, record.EARLY), laws.told(found, RULEBOOK)
        none(laws.unsound(told, early))
        none(laws.unsound(told, late))
        none(laws.swapped(early, late))


#: Of a thousand duties left open, so many of which no two worlds were found that differ; the
#: number may only fall. Most are annual reports of a State that deposited about the day of the
#: thirtieth instrument, on a day that the record does not tell: `open` for years on which it
#: was certainly bound.
WITHOUT_A_PAIR = 100


def test_open_is_not_timid(tmp_path):
    opened, alone = 0, []
    for seed, told in scenes(60, 10, "open", stated=True):
        notes = record.observed(Seeded(("open", seed)), told)
        found = judged(tmp_path, told, notes)
        for late in (False, True):
            story = laws.told(found, RULEBOOK, None if late else record.EARLY)
            some = list(laws.openings(told, story))[seed % 20 :: 20]
            opened += len(some)
            alone += [(late, one) for one in some if laws.timid(told, notes, late, one)]
    assert len(alone) * 1000 <= WITHOUT_A_PAIR * opened, (opened, alone)
    print(f"{len(alone)} of {opened} are open without a pair of worlds")
    print(Counter(one.key[0] for _, one in alone))
