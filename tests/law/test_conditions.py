"""Terms of conditions: what a fact gives, each of some values, what is only possible."""

from __future__ import annotations

import pytest

import ccm_rules
from ccm_rules.authoring.workshop import Workshop
from ccm_rules.engines.choice import available_engines
from tests.rule_files import with_vocabulary, write

RULE = """
name    = "terms"
title   = "Terms"
binding = "legal"

[authority]
instrument = "TOY"
note       = "Made up."

[[derive]]
fact   = { fact = "lacking", party = "?p", what = "?i" }
values = { i = ["accession", "approval"] }
all    = [{ fact = "withdrawal-notice", party = "?p" }]
unless = [{ fact = "deposit", party = "?p", instrument = "?i" }]

[[derive]]
fact    = { fact = "doubtful", party = "?p" }
all     = [{ fact = "signature", party = "?p" }]
perhaps = true

[[count]]
fact   = { fact = "lacks", party = "?p", number = "?k" }
number = "?k"
each   = "?i"
all    = [{ fact = "lacking", party = "?p", what = "?i" }]

[[finding]]
name     = "without"
all      = [{ fact = "lacks", party = "?p", number = "?k" }]
if       = ["?k >= 1"]
severity = "info"
says     = "{p} lacks {k}: {k.names}."

[[finding]]
name     = "dated"
all      = [{ fact = "deposit", party = "?p", effect = "?e" }]
if       = ["given ?e"]
severity = "info"
says     = "{p} is bound from {e}."

[[finding]]
name     = "undated"
all      = [{ fact = "deposit", party = "?p", effect = "?e" }]
if       = ["lacks ?e"]
severity = "info"
says     = "It is not known from when {p} is bound."

[[finding]]
name     = "sure"
all      = [{ fact = "doubtful", party = "?p" }]
severity = "info"
says     = "{p} is doubtful."

[[case]]
name   = "one of two is lacking; a day is given"
as_of  = 2020-01-01
given  = [
  { fact = "withdrawal-notice", party = "TGO", date = "2019-01-01" },
  { fact = "deposit", party = "TGO", date = "2012", instrument = "accession", effect = "2013" },
]
raises = ["without", "dated"]
says   = ["Togo lacks 1: approval."]

[[case]]
name   = "both are; no day is given"
as_of  = 2020-01-01
given  = [
  { fact = "withdrawal-notice", party = "TGO", date = "2019-01-01" },
  { fact = "deposit", party = "TGO", date = "2012-06-22", instrument = "ratification" },
]
raises = ["without", "undated"]
says   = ["Togo lacks 2: accession and approval."]

[[case]]
name   = "what is only possible is open, and never found"
as_of  = 2020-01-01
given  = [{ fact = "signature", party = "TGO", date = "2009-01-01" }]
raises = []
open   = 1
"""


@pytest.fixture
def home(tmp_path):
    home = with_vocabulary(tmp_path / "rules")
    (home / "toy").mkdir()
    return home


def problems(home, text):
    write(home / "toy" / "terms.toml", text)
    with pytest.raises(ccm_rules.InputError) as error:
        ccm_rules.load_rules(home=home, cache=False)
    return [problem.message for problem in error.value.problems]


def test_all_engines_agree(home):
    write(home / "toy" / "terms.toml", RULE)
    shop = Workshop(str(home))
    (score,) = shop.scores(shop.rules, engines=available_engines(), jobs=1)
    assert [outcome for outcome in score.outcomes if not outcome.passed] == []
    assert [survivor.name for survivor in score.survivors if "?k" not in survivor.name] == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"given ?e"', '"given ?z"', "?z is bound by no fact"),
        ('"?k >= 1"', '"given ?k"', "a number that is counted is always given"),
        ('"given ?e"', '"given"', "'given' is no comparison"),
        ('i = ["accession", "approval"]', "i = []", "i is empty"),
        ('i = ["accession", "approval"]', 'p = ["accession"]', "?p is bound already"),
    ],
)
def test_mistakes(home, old, new, message):
    assert old in RULE
    assert any(message in one for one in problems(home, RULE.replace(old, new, 1)))
