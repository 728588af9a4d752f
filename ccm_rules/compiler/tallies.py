"""The relations in which indicators are stated, whatever the plan.

Rules join them like facts, and so speak of all indicators at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

INDICATOR: Final = "indicator"
LINK: Final = "indicator-link"
#: Populations that an indicator's record is asked about, one member after the other.
ASKED: Final = "indicator-asked"
INSTANCE: Final = "indicator-instance"
MEMBER: Final = "indicator-member"
UNSURE: Final = "indicator-unsure"
COUNT: Final = "indicator-count"
IS_POPULATION: Final = "population"
OF_POPULATION: Final = "indicator-population"
POPULATION_INSTANCE: Final = "population-instance"
POPULATION: Final = "population-member"
POPULATION_UNSURE: Final = "population-unsure"
POPULATION_COUNT: Final = "population-count"
#: Numbers that the record states exactly.
EXACT: Final = "indicator-exact"
POPULATION_EXACT: Final = "population-exact"
RECKONED: Final = "indicator-reckoned"
#: What rules/lap derives of the counts: the best that is known of each number.
VALUE: Final = "indicator-value"

_KEY: Final = {"of": "text", "year": "int"}
_WHOLE: Final = {**_KEY, "population": "text", "population_year": "int"}
_WHO: Final = {**_KEY, "party": "party", "item": "text", "n": "int"}

#: Relations that rules may join, with the types of their fields.
TYPES: Final[Mapping[str, Mapping[str, str]]] = {
    INDICATOR: {"of": "text", "title": "text"},
    LINK: {"of": "text", "link": "text", "other": "text"},
    IS_POPULATION: {"of": "text", "title": "text"},
    OF_POPULATION: _WHOLE,
    ASKED: _WHOLE,
    INSTANCE: _KEY,
    MEMBER: _WHO,
    UNSURE: _KEY,
    COUNT: {**_KEY, "number": "number"},
    POPULATION_INSTANCE: _KEY,
    POPULATION: _WHO,
    POPULATION_UNSURE: _KEY,
    POPULATION_COUNT: {**_KEY, "number": "number"},
    EXACT: {**_KEY, "number": "int"},
    POPULATION_EXACT: {**_KEY, "number": "int"},
    RECKONED: {**_KEY, "number": "number"},
}

WITHIN: Final = "within"
SAME: Final = "same"
