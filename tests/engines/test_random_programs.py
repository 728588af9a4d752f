"""Random rules on random facts: every engine derives what the program means."""

from __future__ import annotations

import contextlib
import sys
import time
from collections import Counter

import pytest

from ccm_rules.dates import DateError
from ccm_rules.errors import EngineError
from tests.engines.answering import differences, engines, meant, timeline
from tests.engines.naive import TooManyError
from tests.engines.programs import smaller, world
from tests.soaking import SOAK, how_many

#: The same worlds in every run; `make soak` tries others, and many more.
FIRST = time.time_ns() % 2**40 if SOAK else 0
WORLDS = how_many(160)
#: DuckDB takes its time for each statement, so fewer where nobody waits for long.
EVERY = {"duckdb": 1 if SOAK else 8}
#: Worlds that hold in more ways than this are left out: trying them takes too long.
MOST = 3_000
ENGINES = engines()


def batched(seeds, size):
    return [seeds[at : at + size] for at in range(0, len(seeds), size)]


def wrong(name, made):
    """What an engine says wrongly of a world; none where the world has no meaning."""
    try:
        expected = meant(made, MOST)
    except (TooManyError, DateError, KeyError):
        return []
    try:
        (answer,) = ENGINES[name]([made])
        return differences(made, expected, answer)
    except Exception as error:
        return [f"{type(error).__name__}: {error}"]


@pytest.mark.parametrize("name", ENGINES)
def test_engines_derive_what_random_programs_mean(name):
    tried = empty = 0
    for seeds in batched(range(FIRST, FIRST + WORLDS, EVERY.get(name, 1)), 50):
        known = []
        for seed in seeds:
            with contextlib.suppress(TooManyError):
                made = world(seed)
                known.append((seed, made, meant(made, MOST)))
        answers = ENGINES[name]([made for _, made, _ in known])
        for (seed, made, expected), answer in zip(known, answers, strict=True):
            if differences(made, expected, answer):
                least = smaller(made, lambda one: bool(wrong(name, one)))
                pytest.fail(f"world {seed} on {name}:\n{least}\n" + "\n".join(wrong(name, least)))
            tried += 1
            empty += not any(expected[0].values())
    print(f"{name}: {tried} worlds, {empty} of which derive nothing", file=sys.stderr)
    assert tried > 0.98 * (WORLDS // EVERY.get(name, 1))
    assert empty < tried / 3


def many_days_wrong(made):
    found = []
    try:
        for day, one, rows in timeline(made):
            expected = meant(one, MOST)[1]
            found += [
                f"{day} {name}: {rows[name]} and not {expected[name]}"
                for name in one.program.schema
                if name not in one.program.functions and rows[name] != expected[name]
            ]
    except (TooManyError, EngineError, DateError):
        return None
    return found


def test_timelines_say_of_each_day_what_random_programs_mean():
    said = Counter()
    for seed in range(FIRST, FIRST + WORLDS, 1 if SOAK else 4):
        made = world(seed)
        found = many_days_wrong(made)
        said[found is not None] += 1
        if found:
            least = smaller(made, many_days_wrong)
            pytest.fail(f"world {seed}:\n{least}\n" + "\n".join(many_days_wrong(least) or found))
    print(f"timelines: {said[True]} worlds on six days, {said[False]} not told", file=sys.stderr)
    assert said[True] > 0.8 * said.total()
