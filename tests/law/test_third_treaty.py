"""A treaty made of files alone: words, parties and duties that no other has.

The Lantern Treaty is made up. It has an initial report after a year, an annual one by
31 May, a plan every four years, a party that is no State, and successions that begin on
the day that the depositary gives, or on none.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sqlite3
from pathlib import Path

import pytest

import ccm_rules
from ccm_rules.authoring.lint import Lint
from ccm_rules.authoring.workshop import Workshop
from ccm_rules.cli import invoke
from ccm_rules.compiler import rules_home
from ccm_rules.engines.choice import available_engines
from ccm_rules.report import histories

FILES = Path(__file__).with_name("third_treaty")
FACTS = FILES / "lanterns-2026.json"
FOLDERS = ["lanterns", "record"]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The shipped rules and the treaty beside them."""
    home = tmp_path_factory.mktemp("home") / "rules"
    shutil.copytree(rules_home(), home)
    shutil.copytree(FILES / "rules", home, dirs_exist_ok=True)
    for name in ("treaties.toml", "treaties.fr.toml"):
        with (home / name).open("a", encoding="utf-8") as stream:
            stream.write((FILES / name).read_text(encoding="utf-8"))
    return home


@pytest.fixture(scope="module")
def book(home):
    return ccm_rules.load_rules(FOLDERS, home=home, cache=False)


@pytest.fixture
def run(home, capsys):
    def run(*arguments):
        capsys.readouterr()
        code = invoke([*map(str, arguments), "--rules", str(home)])
        found = capsys.readouterr()
        return code, found.out, found.err

    return run


def load(book, **changes):
    record = ccm_rules.load_facts(FACTS, rulebook=book)
    return record._replace(**changes)


def test_nothing_is_left_to_complain_of(home):
    found = Lint(str(home), dt.date(2026, 11, 25)).run()
    mine = [one for one in found if "lanterns" in one.file]
    assert [one for one in mine if one.check != "situation"] == []  # those are of shipped rules


def test_its_cases_hold_on_every_engine(home):
    shop = Workshop(str(home))
    rules = shop.named(["lanterns"])
    assert len(rules) == 5
    scores = shop.scores(rules, engines=available_engines(), with_mutants=False, jobs=1)
    outcomes = [outcome for score in scores for outcome in score.outcomes]
    assert len(outcomes) > 25
    assert [one for one in outcomes if not one.passed] == []


def test_what_is_found_and_said(book):
    report = ccm_rules.check(load(book), book, engines=available_engines())
    found = {finding.fingerprint: finding.says for finding in report.findings}
    assert {name for name in found if "annual" not in name} == {
        "lanterns-initial-report:NZL",
        "lanterns-plan:EUE:2",
        "lanterns-plan:NZL:2",
        "lanterns-entry-into-force/succession-without-its-day:MNE",
    }
    assert sum("annual" in name for name in found) == 11 + 10
    assert found["lanterns-plan:EUE:2"] == (
        "National plan number 2 of European Union was due on 1 April 2023; none is on record "
        "since 1 April 2019, by 25 November 2026."
    )


def test_a_script_finds_the_same(run, book, tmp_path):
    place = tmp_path / "run.sql"
    assert run("sql", FACTS, "--dialect", "sqlite", "--output", place)[0] == 0
    database = sqlite3.connect(":memory:")
    database.executescript(place.read_text(encoding="utf-8"))
    found = {row[0] for row in database.execute('SELECT fingerprint FROM "ccm finding"')}
    report = ccm_rules.check(load(book), book, engines=["sqlite"])
    assert found == {finding.fingerprint for finding in report.findings}


def test_the_same_in_french(home):
    book = ccm_rules.load_rules(FOLDERS, home=home, language="fr", cache=False)
    report = ccm_rules.check(load(book), book, engines=["sqlite"])
    (plan,) = [one for one in report.findings if one.fingerprint == "lanterns-plan:EUE:2"]
    assert plan.says.startswith("Le plan national numéro 2 de l'Union européenne était à présenter")
    assert plan.party_name == "Union européenne"


def test_a_history_begins_with_the_treaty_and_agrees_with_the_engines(run, book):
    code, out, _ = run("history", FACTS, "--party", "nzl", "--select", "lanterns-plan")
    assert code == 0
    assert "1 April 2015 to 25 November 2026" in out
    assert "2024-02-29  National plan on lanterns, 3: upcoming, due 29 February 2028" in out
    days = [ccm_rules.parse_date(day) for day in ("2015-04-01", "2030-01-01")]
    history = ccm_rules.history(load(book), book, since=days[0], until=days[1])
    turns = [dt.date(2020, 2, 29), dt.date(2023, 4, 1), dt.date(2023, 4, 2), dt.date(2024, 3, 1)]
    ordinals = tuple(day.toordinal() for day in turns)
    assert histories.confirm(history, ordinals, available_engines())


def test_a_treaty_that_is_older_has_older_years(home, tmp_path):
    mine = tmp_path / "rules"
    shutil.copytree(home, mine)
    file = mine / "treaties.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("since        = 2015-04-01", "since        = 1984-05-01"))
    book = ccm_rules.load_rules(FOLDERS, home=mine, cache=False)
    record = load(book)
    old = record.facts[1]._replace(
        values={**record.facts[1].values, "date": ccm_rules.parse_date("1984-10-02")}
    )
    record = record._replace(facts=(*record.facts[:1], old, *record.facts[2:]))
    day = ccm_rules.parse_date("1986-06-01")
    report = ccm_rules.check(record, book, as_of=day, engines=available_engines())
    found = {one.fingerprint for one in report.findings}
    assert {"lanterns-annual-report:NZL:1984", "lanterns-annual-report:NZL:1985"} <= found
    history = ccm_rules.history(record, book, since=day, until=day)
    assert histories.confirm(history, (day.latest,), available_engines())


@pytest.mark.parametrize("name", ["EUE", "European Union"])
def test_a_party_that_is_no_state_is_one_of_this_treaty(run, name, tmp_path):
    code, out, _ = run(FACTS, "--party", name, "--engine", "sqlite")
    assert code == 1
    assert "European Union\n" in out
    code, _, err = run(
        Path(rules_home()).parent / "facts" / "2023.json", "--party", name, "--engine", "sqlite"
    )
    assert code == 2
    assert f"unknown State {name!r}" in err


def test_its_words_are_unknown_to_other_treaties(run, tmp_path):
    record = json.loads(FACTS.read_text(encoding="utf-8"))
    record["rules"] = ["ccm", "record"]
    other = tmp_path / "other.json"
    other.write_text(json.dumps(record), encoding="utf-8")
    code, _, err = run(other)
    assert code == 2
    assert "unknown kind of fact 'national-plan'" in err
    assert "unknown party 'EUE'" in err
    assert "kind cannot be 'Conference'" in err


def test_facts_are_exported_imported_joined_and_compared(run, tmp_path):
    assert run("facts", "export", FACTS, "-o", tmp_path / "tables")[0] == 0
    code, out, _ = run("facts", "import", tmp_path / "tables")
    assert code == 0
    again = tmp_path / "again.json"
    again.write_text(out, encoding="utf-8")
    assert run("facts", "diff", FACTS, again)[0] == 0
    assert run("facts", "merge", FACTS, again, "-o", tmp_path / "both.json")[0] == 0
    assert json.loads(FACTS.read_text(encoding="utf-8")) == json.loads(out)


def test_pages_say_what_the_treaty_is_called(run, tmp_path):
    for language, said in (("en", "the Treaty is in force"), ("fr", "le Traité est en vigueur")):
        site = tmp_path / language
        assert run("site", FACTS, "-o", site, "--lang", language, "--engine", "sqlite")[0] == 0
        pages = "".join(file.read_text(encoding="utf-8") for file in sorted(site.rglob("*.html")))
        assert said in pages
        assert "non-compliance" not in pages
        assert "Convention on" not in pages
        assert "ransparency report" not in pages


def test_the_reasons_of_a_periodic_duty(run):
    code, out, _ = run("explain", "lanterns-plan:NZL:2", FACTS)
    assert code == 0
    assert "29 February 2024 is 29 February 2016 + 8 years." in out
    code, out, _ = run("explain", "lanterns-plan")
    assert code == 0
    assert "and again each time four years later." in " ".join(out.split())


@pytest.mark.parametrize(
    ("every", "message"),
    [
        ("{ days = 30 }", "a duty recurs after six months at the earliest"),
        ("{ years = 101 }, round = 'earlier'", "and a hundred years at the latest"),
        ("4", "this is no period"),
        ("{ years = 4 }, add = { years = 1 }", "unknown key 'add'"),
    ],
)
def test_periods_that_no_duty_has(home, tmp_path, every, message):
    mine = tmp_path / "rules"
    shutil.copytree(home, mine)
    file = mine / "lanterns" / "lanterns-plan.toml"
    text = file.read_text(encoding="utf-8")
    old = 'every = { years = 4 }, round = "earlier"'
    assert old in text
    file.write_text(text.replace(old, f"every = {every}".replace("'", '"')), encoding="utf-8")
    with pytest.raises(ccm_rules.InputError) as error:
        ccm_rules.load_rules(FOLDERS, home=mine, cache=False)
    assert any(message in one.message for one in error.value.problems), error.value.problems
