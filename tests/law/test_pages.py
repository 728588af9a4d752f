"""A rule fits a page: its law, its French and its cases stand apart, and none is long or stray."""

from __future__ import annotations

import pytest

from ccm_rules.compiler import rules_home
from ccm_rules.compiler.rulebook import load_rules
from ccm_rules.errors import InputError
from ccm_rules.law.sheets import cases_file, is_law, law_of
from tests.rule_files import copy_rule, with_vocabulary

FILES = sorted(rules_home().rglob("*.toml"))
#: Of a law, and of any line.
LINES, WIDTH = 120, 110


def test_no_law_is_longer_than_a_page():
    lengths = {file.name: file.read_text("utf-8").count("\n") for file in FILES if _of_rule(file)}
    assert len(lengths) > 100
    assert {name: length for name, length in lengths.items() if length > LINES} == {}


def _of_rule(file):
    return file.parent != rules_home() and is_law(file.name)


def test_no_line_is_wider_than_a_page():
    wide = [
        (file.name, number)
        for file in FILES
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if len(line) > WIDTH
    ]
    assert wide == []


def test_french_and_cases_stand_beside_a_law():
    there = {file.name for file in FILES}
    # Cases of no provision give names to those of others, or are taken in by several files.
    alone = {file.name for file in FILES if law_of(file.name) not in there}
    shared = ("duty", "annual-duty", "membership", "more-time", "window", "work", "requests")
    assert alone == {f"{name}.cases.toml" for name in (*shared, "meetings")}


@pytest.fixture
def home(tmp_path):
    home = with_vocabulary(tmp_path / "rules")
    (home / "ccm").mkdir()
    for name in ("withdrawal", "entry-into-force", "entry-into-force-of-the-treaty"):
        copy_rule(rules_home() / "ccm" / f"{name}.toml", home / "ccm")
    (home / "provisions").mkdir()
    withdrawing = ("withdrawal", "withdrawn", "withdrawal-of-no-party")
    for name in ("ccm-text", *withdrawing, "entry-into-force", "threshold"):
        copy_rule(rules_home() / "provisions" / f"{name}.toml", home / "provisions")
    return home


@pytest.mark.parametrize("name", ["no-rule.fr.toml", "no-rule.cases.toml"])
def test_what_stands_beside_no_law_is_refused(home, name):
    (home / "ccm" / name).write_text("")
    with pytest.raises(InputError) as caught:
        load_rules(home=home, cache=False)
    (problem,) = caught.value.problems
    assert problem.file.endswith(f"ccm/{name}")
    assert problem.message == "stands beside no rule"
    assert "no-rule.toml" in problem.mend


def test_a_check_reads_no_case_and_an_english_one_no_french(home):
    """What is no TOML is no hindrance where it is not read."""
    before = load_rules(home=home, cache=False)
    cases = home / "ccm" / cases_file("withdrawal.toml")
    cases.write_text("not TOML")
    assert load_rules(home=home, cache=False).digest == before.digest
    (home / "ccm" / "withdrawal.fr.toml").write_text("not TOML")
    assert load_rules(home=home, cache=False).digest != before.digest
    with pytest.raises(InputError) as caught:
        load_rules(home=home, cache=False, language="fr")
    assert [p.file.endswith("ccm/withdrawal.fr.toml") for p in caught.value.problems] == [True]


def test_cases_in_a_law_are_refused_with_the_file_that_they_belong_to(home):
    law = home / "ccm" / "withdrawal.toml"
    with law.open("a", encoding="utf-8") as stream:
        stream.write('\n[[case]]\nname = "one"\n')
    with pytest.raises(InputError) as caught:
        load_rules(home=home, cache=False)
    (problem,) = caught.value.problems
    assert problem.line == law.read_text("utf-8").splitlines().index("[[case]]") + 1
    assert "withdrawal.cases.toml" in problem.mend
