"""Lengths that sentences leave to the rule, and lengths that texts name."""

from __future__ import annotations

import pytest

import ccm_rules
from ccm_rules.dates import Period
from ccm_rules.words import durations as lengths
from tests.law.test_mistakes import SOUND, empty, loaded, problems  # noqa: F401 - a fixture
from tests.rule_files import FRENCH

GAP = 'title   = "A rule"\nsummary = "Within {due.period}."'


def with_gap(text, gap=GAP):
    return text.replace('title   = "A rule"', gap, 1)


def test_a_sentence_says_what_the_rule_reckons_with(empty):  # noqa: F811
    words = FRENCH + 'summary = "Dans les {due.period}."\n'
    assert loaded(empty, with_gap(SOUND) + words).rules["a-rule"].summary == "Within 180 days."
    changed = with_gap(SOUND).replace("days = 180", "days = 200") + words
    assert loaded(empty, changed).rules["a-rule"].summary == "Within 200 days."
    french = ccm_rules.load_rules(home=empty, cache=False, language="fr")
    assert french.rules["a-rule"].summary == "Dans les 200 jours."


def test_a_finding_says_it_too(empty):  # noqa: F811
    text = SOUND.replace("{p} was due on {due}.", "{p}: {due.period}, until {due}.")
    (finding,) = loaded(empty, text).findings.values()
    assert finding.says == "{p}: 180 days, until {due}."


@pytest.mark.parametrize(
    ("gap", "says", "mend"),
    [
        ("{dew.period}", "?dew is reckoned by no length", "use {due.period}"),
        ("{first.period}", "?first is reckoned by no length", "use {due.period}, {first.period}"),
        ("{two.period}", "?two is reckoned with several lengths", "{two.period}"),
    ],
)
def test_a_gap_that_nothing_fills_is_a_mistake(empty, gap, says, mend):  # noqa: F811
    text = with_gap(SOUND, f'title   = "A rule"\nsummary = "Within {gap}."')
    if "first" in gap:
        text += 'let = { first = { from = "?d", on = { day = 1 } } }\n'
    if "two" in gap:
        text += 'let = { two = { from = "?d", add = { days = 1 } } }\n'
        text += (
            text[text.index("[[finding]]") :]
            .replace('"late"', '"later"')
            .replace("days = 1 }", "days = 2 }")
        )
    (problem,) = (p for p in problems(empty, text) if p.path == "summary")
    assert says in problem.message
    assert mend in problem.mend
    assert problem.line == text[: text.index("summary")].count("\n") + 1


@pytest.mark.parametrize(
    ("period", "english", "french"),
    [
        (Period(days=1), "one day", "un jour"),
        (Period(days=-90), "90 days", "90 jours"),
        (Period(months=-9, rounding="earlier"), "nine months", "neuf mois"),
        (
            Period(years=1, months=6, rounding="later"),
            "one year and six months",
            "un an et six mois",
        ),
        (Period(on_day=1), "", ""),
    ],
)
def test_periods_in_words(period, english, french):
    assert lengths.in_words(period) == english
    assert lengths.in_words(period, "fr") == french


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("not later than 180 days after", "en", [(180, "day")]),
        ("the first day of the sixth month after", "en", [(6, "month")]),
        ("that six-month period; Eight years", "en", [(6, "month"), (8, "year")]),
        ("180 calendar days", "en", [(180, "day")]),
        ("on 30 April of each year, in the last two years", "en", []),
        ("dans les 180 jours et neuf mois", "fr", [(180, "day"), (9, "month")]),
        ("deux jours qui diffèrent, dans les dix ans", "fr", [(10, "year")]),
    ],
)  # fmt: skip
def test_lengths_that_a_text_names(text, language, found):
    assert lengths.named(text, language) == found
