"""What cases are given can have a name; a name that means nothing is refused."""

from __future__ import annotations

import pytest

from ccm_rules.law.given import Names
from ccm_rules.law.toml_places import Place, Sheet

IRAQ = {"fact": "deposit", "party": "IRQ", "date": "2013-05-14"}
NAMED = {
    "iraq": IRAQ,
    "both": ["iraq", {"fact": "obligation", "party": "IRQ"}],
    "later": {"like": "iraq", "date": "2014-05-14"},
    "round": ["about"],
    "about": "round",
}


def spelt_out(*items):
    place = Place(Sheet("my.cases.toml"), [], "case[0].given")
    found = Names(NAMED).spelt_out(list(items), place)
    return found, [problem.message for problem in place.problems]


@pytest.mark.parametrize(
    ("item", "found"),
    [
        (IRAQ, [IRAQ]),
        ("iraq", [IRAQ]),
        ("both", [IRAQ, {"fact": "obligation", "party": "IRQ"}]),
        (
            {"like": "both", "party": "LAO"},
            [{**IRAQ, "party": "LAO"}, {"fact": "obligation", "party": "LAO"}],
        ),
        ({"like": "iraq", "party": "LAO"}, [{**IRAQ, "party": "LAO"}]),
        ({"like": "later", "party": "LAO"}, [{**IRAQ, "party": "LAO", "date": "2014-05-14"}]),
    ],
)
def test_names_stand_for_facts(item, found):
    assert spelt_out(item) == (found, [])


@pytest.mark.parametrize(
    ("item", "says"),
    [
        ("iran", "nothing here is called 'iran'"),
        ({"like": "iran"}, "nothing here is called 'iran'"),
        ("round", "'round' stands for itself"),
    ],
)
def test_a_name_that_means_nothing_is_refused(item, says):
    found, said = spelt_out(item)
    assert found == []
    assert said == [says]
