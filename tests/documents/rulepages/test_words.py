"""Plain words say all that a rule says, and the outputs of a page say the same."""

from __future__ import annotations

import datetime as dt
import html
import itertools
import re

import pytest

import ccm_rules
from ccm_rules.dates import Period
from ccm_rules.documents.blocks import Document
from ccm_rules.documents.rulepages import pages as docs
from ccm_rules.documents.rulepages.day_phrases import from_anchor
from ccm_rules.documents.rulepages.example import of_report
from ccm_rules.documents.rulepages.phrases import Words
from ccm_rules.documents.rulepages.samples import Records
from ccm_rules.documents.rulepages.variables import Scope
from ccm_rules.documents.site_pages import contents
from ccm_rules.formats import html as web
from ccm_rules.formats import markdown, text
from ccm_rules.formats.terminal import WIDTH
from ccm_rules.law.rule import Comparison, Pattern, Var
from tests.conftest import REAL
from tests.rule_files import write


@pytest.fixture(scope="module", params=["en", pytest.param("fr", marks=pytest.mark.slow)])
def made(request):
    return docs.books(language=request.param)[0]


@pytest.fixture(scope="module")
def words():
    return Words(ccm_rules.load_rules(indicators=True))


def statements(rule):
    """The conditions of a rule, each with what its variables are called."""
    for one in (*rule.made, *rule.findings):
        yield one.body
    for one in rule.indicators:
        yield from (*one.bodies, *one.open_if)
    yield from (one.body for one in rule.populations)
    if rule.duty is not None:
        yield from (rule.duty.body, *rule.duty.met_by, *rule.duty.review_if)


def constants(body):
    """Everything in conditions that is no variable."""
    for pattern in (*body.all, *body.none, *body.unless):
        for field, term in pattern.fields.items():
            if field != "rule":
                yield term
        for comparison in pattern.conditions:
            yield from (comparison.left, comparison.right)
    for comparison in body.conditions:
        yield from (comparison.left, comparison.right)


def test_no_condition_and_no_constant_is_left_out(made):
    checked = 0
    for rule in made.rules.values():
        for body in statements(rule):
            scope = Scope(made.words)
            said = made.words.conditions(body, scope)
            parts = (body.all, body.let, body.values, body.conditions, body.none, body.unless)
            assert len(said) == sum(map(len, parts)), rule.name
            text = " ".join(said)
            for term in (*constants(body), *itertools.chain(*body.values.values())):
                if isinstance(term, Var):
                    shown = scope.name(term.name)
                elif isinstance(term, dt.date):
                    shown = made.language.date(term.toordinal(), term.toordinal())
                else:
                    shown = made.language.value(str(term)) if term != "" else ""
                bare = shown.removeprefix("le ")  # `jusqu'à le jour A` is `jusqu'au jour A`
                assert bare.lower() in text.lower(), (rule.name, term, text)
                checked += 1
    assert checked > 1000


def test_different_variables_have_different_names(made):
    for rule in made.rules.values():
        for body in statements(rule):
            scope = Scope(made.words)
            made.words.conditions(body, scope)
            names = list(scope._names.values())
            assert len(names) == len(set(names)), (rule.name, names)


def test_every_output_says_the_same(made, tmp_path):
    """What the page holds is in the text of a terminal and in Markdown, word for word."""
    for name in ("initial-transparency-report", "withdrawal", "action-44", "contradicting-facts"):
        blocks = made.blocks(name)
        document = Document("x", (), "", "", made.language.code, tuple(blocks))
        on_a_terminal = text.render(document)
        shown_there = " ".join(on_a_terminal.split())
        md = " ".join(re.sub(r"\\(.)", r"\1", markdown.render(document)).replace("**", "").split())
        lines = [line for section in made.data(name) for line in section["lines"]]
        assert len(lines) > 10
        for line in lines:
            shown = " ".join(line.split())
            assert shown in shown_there
            assert shown in re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", md)
        assert all(len(line) <= WIDTH for line in on_a_terminal.splitlines() if "http" not in line)


@pytest.mark.slow
def test_the_site_shows_the_same_page():
    rulebook = ccm_rules.load_rules(indicators=True)
    record = ccm_rules.load_facts(REAL, rulebook=rulebook)
    report = ccm_rules.check(record, rulebook, engines=["sqlite"])
    pages = docs.books()[0]
    name = "initial-transparency-report"
    page = web.render(dict(contents(report))[f"rules/{name}.html"])
    said = " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())
    blocks = pages.blocks(name, of_report(pages.rules[name], report))
    for section in pages.data(name):
        for line in section["lines"]:
            shown = " ".join(line.split())
            # On the site a title leads to a rule; where nothing does, its name follows.
            assert shown in said or re.search(r"\([a-z0-9-]+\)", shown), line
    assert "28 August 2015 is 1 March 2015 + 180 days." in said
    assert any(getattr(block, "id", "") == "example" for block in blocks)
    assert 'href="initial-report-stated-due.html"' in page


def test_an_example_is_the_same_with_one_engine_and_with_two(made):
    code = made.language.code
    one, two = Records(language=code, engines=("sqlite",)), Records(language=code)
    for name in ("annual-transparency-report", "withdrawal", "action-44", "entry-into-force"):
        rule = made.rules[name]
        assert one.example(rule, made.rulebook) == two.example(rule, made.rulebook) != []


@pytest.mark.parametrize(
    ("length", "says"),
    [
        (Period(days=180), "180 days after day A"),
        (Period(days=-90), "90 days before day A"),
        (
            Period(months=-9, rounding="earlier"),
            "nine months before day A, or the last day of that month where it has no such day",
        ),
        (
            Period(years=8, rounding="later"),
            "eight years after day A, or the first day of the next month where that one has no "
            "such day",
        ),
        (Period(months=6, on_day=1), "the first day of the month that is six months after that "
                                     "of day A"),
        (Period(on_day=15), "day 15 of the month of day A"),
        (Period(on_month=11, on_day=1), "1 November of the year of day A"),
        (Period(years=1, on_month=4, on_day=30), "30 April of the year that is one year after "
                                                 "that of day A"),
        (Period(years=-1, on_month=4, on_day=30), "30 April of the year that is one year before "
                                                  "that of day A"),
        (Period(months=1, on_day=1, days=-1), "one day before the first day of the month that is "
                                              "one month after that of day A"),
    ],
)  # fmt: skip
def test_how_a_day_is_reckoned(words, length, says):
    assert from_anchor(words.language, length, "day A") == says


def test_absence_says_until_when_the_record_is_complete(words):
    scope = Scope(words)
    scope.typed("p", "party")
    report = Pattern("report", {"party": Var("p"), "kind": "initial"})
    assert words.absence(report, scope) == (
        "The record is complete until the as-of day and does not show this: the State submitted "
        "its initial transparency report on some day."
    )
    derived = Pattern("in-force", {"party": Var("p"), "date": Var("d")},
                      (Comparison(Var("d"), "<", dt.date(2020, 1, 1)),))  # fmt: skip
    scope.typed("d", "when")
    assert words.absence(derived, scope) == (
        "This does not hold: The Convention entered into force for the State on day A, and no "
        "withdrawal has taken effect, where day A is before 1 January 2020."
    )


def test_rules_that_cannot_read_our_records_show_a_case(tmp_path):
    """With a vocabulary of one's own the records that come with the tool are of no use."""
    home = tmp_path / "rules"
    (home / "own").mkdir(parents=True)
    (home / "vocabulary.toml").write_text(
        '[thing]\nlabel = "thing"\nsays = "{party} did a thing on {date}."\nkey = ["party"]\n'
        'party = { type = "party" }\ndate = { type = "when" }\n'
    )
    write(
        home / "own" / "done.toml",
        'name = "done"\ntitle = "Done"\nbinding = "legal"\n'
        '[authority]\ninstrument = "X"\nnote = "made for a test"\n'
        '[[finding]]\nname = "is-done"\nall = [{ fact = "thing", party = "?p", date = "?d" }]\n'
        'severity = "info"\nsays = "{p} did it on {d}."\n'
    )
    (home / "own" / "done.cases.toml").write_text(
        '[[case]]\nname = "one thing"\nas_of = 2024-01-01\n'
        'given = [{ fact = "thing", party = "NOR", date = "2023-01-01" }]\nraises = ["is-done"]\n',
    )
    page = markdown.render(docs.documents(str(home))["own/done.md"])
    assert "it is made up, and says nothing about the States that it names" in page
    assert "Norway did a thing on 1 January 2023." in page
    assert "**Sentence:** The State did it on day A." in page
