"""The tool says what it said: the outputs that README.md beside this file describes."""

from __future__ import annotations

import pytest

from tests.golden import inside, store
from tests.golden.masks import masked
from tests.golden.parts import LOOKS, judged, parts
from tests.golden.running import said, settled

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


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_a_finding_is_explained_as_the_command_does(look):
    finding = judged(look).findings[-1]
    text = masked(inside.explained(judged(look), finding))
    assert said("explain", finding.fingerprint, *look.words) == text
