"""The vocabulary of a treaty, which is laid over the common one."""

from __future__ import annotations

import shutil

import pytest

import ccm_rules
from ccm_rules.compiler import rules_home

BOOKS = {book.treaty.name: book for book in ccm_rules.load_every_treaty()}


def test_what_is_left_out_means_what_its_treaty_says():
    said = {
        name: [book.vocabulary["retention"].fields[f].default for f in ("what", "article")]
        for name, book in BOOKS.items()
    }
    assert said == {"ccm": ["cluster munitions", "3(6)"], "apmbc": ["anti-personnel mines", "3"]}


def test_kinds_of_one_treaty_are_unknown_to_another():
    assert {"reported", "hostilities-end"} <= set(BOOKS["ccm"].vocabulary)
    assert not {"reported", "hostilities-end"} & set(BOOKS["apmbc"].vocabulary)


def test_a_treaty_has_its_words_whichever_of_its_folders_are_read():
    assert "reported" in ccm_rules.load_rules(["ccm"]).vocabulary
    assert "reported" not in ccm_rules.load_rules(["apmbc"]).vocabulary


@pytest.fixture
def home(tmp_path):
    return shutil.copytree(rules_home(), tmp_path / "rules")


def over(home, text, french=""):
    (home / "ccm" / "vocabulary.toml").write_text(text, encoding="utf-8")
    (home / "ccm" / "vocabulary.fr.toml").write_text(french, encoding="utf-8")


def test_a_sentence_of_its_own_and_its_french(home):
    text = (home / "ccm" / "vocabulary.toml").read_text(encoding="utf-8")
    own = '[signature]\nsays = "{party} put its name to it on {date}."\n'
    over(home, text + own, '[signature]\nsays = "{party} y a mis son nom {date}."\n')
    english, french = (
        ccm_rules.load_rules(home=home, cache=False, language=code).vocabulary["signature"]
        for code in ("en", "fr")
    )
    assert english.says == "{party} put its name to it on {date}."
    assert french.says == "{party} y a mis son nom {date}."
    assert english.key == ("party",)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('[signature]\nsay = "…"', 2, "say is no table"),
        ("[signature]\nkey = 3", 2, "key is no list"),
        ('[signature]\nsays = "{day}"', 2, "the sentence speaks of {day}, which nothing binds"),
        ('[toy]\nparty = { type = "party" }', 1, "says is missing"),
        ('[report.kind]\ntype = "date"', 2, "type cannot be 'date'"),
    ],
)
def test_mistakes_are_those_of_its_own_file(home, text, line, message):
    over(home, text)
    with pytest.raises(ccm_rules.InputError) as error:
        ccm_rules.load_rules(home=home, cache=False)
    problems = [p for p in error.value.problems if p.file.endswith("ccm/vocabulary.toml")]
    assert (problems[0].line, message in problems[0].message) == (line, True), problems
