"""A lawyer's change is one edit in one file, shown in the pages, the cases and the output.

The change: initial reports are due after 200 days instead of 180.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil

import pytest

from ccm_rules.authoring.cases import load_full_rules, run_cases
from ccm_rules.cli import invoke
from ccm_rules.compiler import load_rules, rules_home
from tests.conftest import REAL

RULE = "initial-transparency-report"
STATED = "initial-report-stated-due"
#: How the Convention itself is quoted, whatever the rules reckon with.
QUOTATION = "not later than 180 days after the entry into force"


@pytest.fixture(scope="module")
def edited(tmp_path_factory):
    """The shipped rules, with one number changed in one place of one file."""
    home = tmp_path_factory.mktemp("edited") / "rules"
    shutil.copytree(rules_home(), home)
    file = home / "ccm" / f"{RULE}.toml"
    text = file.read_text(encoding="utf-8")
    assert len(re.findall(r"\b180\b", text.replace(QUOTATION, ""))) == 1
    file.write_text(text.replace("days = 180", "days = 200"), encoding="utf-8")
    return home


def run(capsys, *arguments):
    code = invoke([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def law_of(page):
    """A page without its quotation, its cases, and what warns of them."""
    page = page.replace("\\", "").replace("\u00a0", " ")
    page = re.sub(r"\[[“«].*?[”»]\]\([^)]*\)", "", page, flags=re.DOTALL)
    page = page.partition('<a id="cases"')[0].partition("\nTested by")[0]
    return re.sub(r"[“«].*?[”»]", "", page, flags=re.DOTALL)


@pytest.mark.parametrize(
    ("language", "days", "names", "summary"),
    [
        ("en", "200 days", "The quotation names 180 days; the rule reckons with no such length.",
         "reports to the Secretary-General within 200 days of entry into force"),
        pytest.param("fr", "200 jours", "La citation nomme 180 jours ;",
                     "dans les 200 jours qui suivent l'entrée en vigueur", marks=pytest.mark.slow),
    ],
)  # fmt: skip
def test_the_pages_say_it(edited, tmp_path, capsys, language, days, names, summary):
    arguments = ("rules", "docs", "-o", tmp_path, "--lang", language, "--rules", edited)
    assert run(capsys, *arguments, RULE, STATED)[0] == 0
    page = (tmp_path / "ccm" / f"{RULE}.md").read_text(encoding="utf-8")
    law = law_of(page)
    assert summary in law
    assert law.count(days) >= 4  # summary, duty, what it concludes, worked example
    assert names in law
    assert not re.search(r"\b(180|181)\b", law.replace(names, ""))
    stated = (tmp_path / "ccm" / f"{STATED}.md").read_text(encoding="utf-8")
    assert names in law_of(stated)


def test_the_explanation_says_it(edited, capsys):
    code, out, _ = run(capsys, "explain", RULE, "--rules", edited)
    assert code == 0
    text = law_of(" ".join(out.partition("\nTested by")[0].split()))
    assert "within 200 days of entry into force for it" in text
    assert "200 days after day A" in text
    assert "day 200 is the due day and in time; it is overdue from day 201 on" in text
    warning = "The quotation names 180 days; the rule reckons with no such length."
    assert warning in text
    assert not re.search(r"\b18[01]\b", text.replace(warning, ""))
    assert "No case of the rule tests this day." in text  # the cases are still of the old law


def test_the_cases_of_the_boundary_fail_and_are_named(edited):
    rulebook = load_rules(home=edited, cache=False)
    _, rules = load_full_rules(["ccm"], edited)
    outcomes = {o.case: o for o in run_cases([r for r in rules if r.name == RULE], rulebook)}
    failed = {name for name, outcome in outcomes.items() if not outcome.passed}
    assert {
        "overdue from the 181st day, where the record is complete",
        "submitted on the 181st day: late",
        "due soon from 90 days before",
    } <= failed
    says = " ".join(outcomes["overdue from the 181st day, where the record is complete"].problems)
    assert "initial-report-overdue should be raised and is not" in says
    assert "a signatory owes no report" not in failed


def test_the_output_moves_by_twenty_days(edited, capsys):
    def dues(*arguments):
        _, out, _ = run(capsys, "check", REAL, "--format", "json", "--engine", "sqlite", *arguments)
        findings = json.loads(out)["findings"]
        mine = [f for f in findings if f["rule"] == RULE and f["status"] == "overdue"]
        return {f["party"]: dt.date.fromisoformat(f["due"]) for f in mine}

    before, after = dues(), dues("--rules", edited)
    assert len(before) == 8
    assert after == {party: due + dt.timedelta(days=20) for party, due in before.items()}


def test_the_day_that_a_source_states_is_held_against_the_new_one(edited, capsys):
    _, out, _ = run(capsys, "check", REAL, "--select", STATED, "--rules", edited,
                    "--engine", "sqlite")  # fmt: skip
    text = " ".join(out.split())
    assert "reckoned from entry into force on 1 December 2012, it is 19 June 2013" in text
    assert "180" not in text


@pytest.mark.slow
def test_no_shipped_rule_names_a_length_that_it_does_not_reckon_with():
    from ccm_rules.documents.rulepages import pages as docs
    from ccm_rules.documents.rulepages.doubts import doubts
    from ccm_rules.words.language import CODES

    doubtful = {
        (code, name): found
        for code in CODES
        for made in docs.books(language=code)
        for name in made.rules
        if (found := doubts(made, name))
    }
    assert doubtful == {}
