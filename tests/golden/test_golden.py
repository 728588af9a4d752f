"""The tool says what it said: the outputs that README.md beside this file describes."""

from __future__ import annotations

import pytest

from tests.golden import store
from tests.golden.parts import parts
from tests.golden.running import settled

PARTS = {part.name: part for part in parts()}


@pytest.fixture(scope="module", autouse=True)
def _settled(tmp_path_factory):
    with settled(str(tmp_path_factory.mktemp("home"))):
        yield


@pytest.fixture(scope="module")
def expected():
    return store.read()


@pytest.mark.parametrize(
    "name",
    [pytest.param(p.name, marks=[pytest.mark.slow] if p.slow else []) for p in PARTS.values()],
)
def test_it_says_what_it_said(name, expected):
    made = store.held(name, PARTS[name].make())
    lines = store.differences(store.of_part(name, expected), made)
    if lines:
        pytest.fail("\n".join([*lines, "see tests/golden/README.md"]), pytrace=False)


def test_nothing_is_held_that_no_part_makes(expected):
    assert {*expected.files, *expected.digests} == set(PARTS)
