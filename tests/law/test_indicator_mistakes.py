"""Indicators that are wrong in ways of meaning or of shape: a message, never a traceback."""

from __future__ import annotations

import shutil
import tomllib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccm_rules.compiler import load_rules, rules_home
from ccm_rules.errors import InputError
from tests.law.test_mistakes import HEAD, JUNK, loaded_whole, places, spoilt

SECTION = """\
[[report_section]]
letter        = "A"
title         = "Joining"
summary_title = "Joining"
summary       = [{ indicator = "joined", says = "States joined" }]

"""
POPULATION = """\
[[population]]
name   = "everybody"
title  = "all States"
all    = [{ fact = "deposit", party = "?p" }]
record = [{ fact = "deposit" }]

"""
JOINED = """\
[[indicator]]
name       = "joined"
title      = "new States"
unit       = "States"
period     = "flow"
population = "everybody"
counted    = "Deposits in the period."
all        = [{ fact = "deposit", party = "?p", date = "?d" }]
if         = ["?d <= as-of"]
record     = [{ fact = "deposit", party = "?p" }]
within     = ["reported"]

"""
YEARLY = """\
[[indicator]]
name    = "reported"
title   = "reports"
unit    = "States"
period  = "flow"
place   = "text"
counted = "Reports on the year."
year    = "?y"
for     = [{ all = [{ fact = "calendar-year", year = "?y" }] }]
all     = [{ fact = "report", party = "?p", year = "?y" }]

"""
RECKONED = """\
[[indicator]]
name     = "share"
title    = "a share"
unit     = "percent"
period   = "stock"
counted  = "Reckoned."
reckoned = "1 - joined % reported"

"""
VALUE = """\
[[derive]]
fact = { fact = "indicator-value", of = "?i", year = "?y", number = "?n" }
all  = [{ fact = "indicator-exact", of = "?i", year = "?y", number = "?n" }]

"""
SOUND = (
    HEAD.replace('binding = "legal"', 'binding = "legal"\nsection = "A"')
    + SECTION
    + POPULATION
    + JOINED
    + YEARLY
    + RECKONED
    + VALUE
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    shutil.copy(rules_home() / "vocabulary.toml", home)
    (home / "ccm").mkdir()
    return home


def loaded(home, text):
    (home / "ccm" / "a-rule.toml").write_text(text, encoding="utf-8")
    return load_rules(home=home, cache=False, indicators=True)


def test_the_sound_rule_loads(empty):
    plan = loaded(empty, SOUND).plan
    assert list(plan.indicators) == ["joined", "reported", "share"]
    assert plan.indicators["share"].reckoned == ("rest", "joined", "reported")
    assert [section.letter for section in plan.sections] == ["A"]


@pytest.mark.parametrize(
    ("old", "new", "path", "says", "line_of"),
    [
        ('section = "A"', 'section = "B"', "section", "no section 'B'", "section"),
        ('section = "A"\n', "", "section", "section is missing", "name"),
        ('indicator = "joined", says', 'indicator = "joint", says', "report_section[0].summary",
         "no indicator is called 'joint'", "[[report_section]]"),
        (', says = "States joined"', "", "report_section[0].summary[0].says", "says is missing",
         "summary "),
        ('name       = "joined"', 'name       = "Joined Up"', "indicator[0].name", "is no name",
         "name "),
        ('name    = "reported"', 'name    = "joined"', "indicator[1].name", "calls another",
         "[[indicator]]"),
        ('"States"', '"countries"', "indicator[0].unit", "cannot be 'countries'", "unit "),
        ('"flow"', '"river"', "indicator[0].period", "cannot be 'river'", "period "),
        ('counted    = "Deposits in the period."\n', "", "indicator[0].counted", "is missing",
         "[[indicator]]"),
        ('"everybody"\ncounted', '"nobody"\ncounted', "indicator[0]",
         "no population is called 'nobody'", "[[indicator]]"),
        ('within     = ["reported"]', 'within     = ["report"]', "indicator[0]",
         "no indicator is called 'report'", "[[indicator]]"),
        ('record     = [{ fact = "deposit"', 'record     = [{ fact = "duty-status"',
         "indicator[0]", "has no register", "[[indicator]]"),
        ('for     = [{ all = [{ fact = "calendar-year", year = "?y" }] }]\n', "",
         "indicator[1].for", "says for which years", "[[indicator]]"),
        ('"1 - joined % reported"', '"joined / reported"', "indicator[2].reckoned",
         "no arithmetic on two numbers", "reckoned"),
        ('joined % reported', 'joined % nothing', "indicator[2]",
         "no indicator is called 'nothing'", "[[indicator]]"),
        ('all    = [{ fact = "deposit", party = "?p" }]\n', "", "population[0].all",
         "who belongs to it", "[[population]]"),
        ('party = "?p", date = "?d"', 'party = "?q", date = "?d"', "indicator[0]",
         "?p is bound by no fact", "[[indicator]]"),
    ],
)  # fmt: skip
def test_a_mistake_has_file_line_path_and_mend(empty, old, new, path, says, line_of):
    assert SOUND.count(old) >= 1
    text = SOUND.replace(old, new, 1)
    with pytest.raises(InputError) as caught:
        loaded(empty, text)
    found = caught.value.problems
    (problem,) = [p for p in found if p.path == path and says in p.message] or [found]
    assert problem.file.endswith("ccm/a-rule.toml")
    assert problem.mend
    assert text.splitlines()[problem.line - 1].startswith(line_of)


def test_an_indicator_that_rests_on_its_own_count_is_circular(empty):
    text = SOUND.replace("all        = [{", 'all        = [{ fact = "indicator-count" }, {', 1)
    with pytest.raises(InputError, match="circular"):
        loaded(empty, text)


def test_without_indicators_nothing_of_them_is_left(empty):
    (empty / "ccm" / "a-rule.toml").write_text(SOUND, encoding="utf-8")
    rulebook = load_rules(home=empty, cache=False)
    assert rulebook.left_out == ("a-rule",)
    assert not rulebook.program.clauses or all(c.rule != "a-rule" for c in rulebook.program.clauses)
    assert not rulebook.plan.indicators


CASE = """
[[case]]
name   = "a case"
as_of  = 2024-01-29
raises = []
counts = [{ indicator = "joined", number = 1, members = ["TGO"], open = [], exact = true }]
"""
WHOLE = tomllib.loads(SOUND + CASE)


@settings(max_examples=80, suppress_health_check=list(HealthCheck))
@given(place=st.sampled_from(list(places(WHOLE))), junk=JUNK, drop=st.booleans())
def test_anything_anywhere_loads_or_is_a_problem_with_a_file(empty, place, junk, drop):
    found = ()
    try:
        loaded_whole(empty, spoilt(WHOLE, place, junk, drop))
    except InputError as error:
        found = error.problems
    assert all(problem.file.endswith(".toml") and problem.mend for problem in found)
