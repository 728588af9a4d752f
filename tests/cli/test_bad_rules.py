"""Rules that would print, list, multiply or write what nobody means: refused, or heard in time."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from tests.rule_files import with_vocabulary, write

RULE = """\
name    = "a-rule"
title   = "A rule"
binding = "legal"

[authority]
instrument = "CCM"
note       = "made for a test"

[[finding]]
name     = "found"
all      = [{ fact = "deposit", party = "?p", date = "?d" }]
severity = "notice"
says     = "{p} deposited on {d}."
remedy   = "None is needed."
"""
RECORD = {
    "title": "A record",
    "as_of": "2024-06-30",
    "sources": {"LIST": {"title": "a list", "kind": "register"}},
    "registers": [],
    "facts": [
        {"fact": "deposit", "party": code, "date": "2012-06-22", "instrument": "ratification",
         "source": "LIST"}
        for code in ("BGR", "TGO")
    ],
}  # fmt: skip


@pytest.fixture
def check(ccm, tmp_path):
    """Check the record with one rule; a part of its text may be another."""

    def run(old="", new="", *arguments):
        assert old in RULE
        home = with_vocabulary(tmp_path / "rules")
        (home / "ccm").mkdir(exist_ok=True)
        write(home / "ccm" / "a-rule.toml", RULE.replace(old, new) if old else RULE)
        facts = tmp_path / "facts.json"
        facts.write_text(json.dumps(RECORD), encoding="utf-8")
        arguments = arguments or [facts, "--engine", "sqlite"]
        return ccm(*arguments, "--rules", home, rules=False, engine=False)

    return run


def test_the_rule_of_these_tests_is_sound(check):
    outcome = check()
    assert outcome.code == 0
    assert "Togo deposited on 22 June 2012." in outcome.out


@pytest.mark.parametrize("gap", ["{P}", "{p!r}", "{0}", "{p.__class__}", "{}", "{p", "p}"])
def test_braces_that_nothing_fills_are_refused_with_place_and_mend(check, gap):
    outcome = check("{p} deposited", f"{gap} deposited")
    assert outcome.code == 2
    assert "rules/ccm/a-rule.toml:13:1 (finding[0].says)" in outcome.said
    assert "is no gap that anything fills" in outcome.said
    assert "mend: write {p}" in outcome.said


def test_a_title_has_no_gap(check):
    outcome = check('"A rule"', '"A rule of {p}"')
    assert outcome.code == 2
    assert "(title): {p} is no gap that anything fills" in outcome.said


def test_a_list_of_what_nothing_counts_is_refused(check):
    outcome = check("{p} deposited", "{p.names} deposited")
    assert outcome.code == 2
    assert "(finding[0]): {p.names} lists what was counted, and nothing here counts" in outcome.said
    assert "mend: join a [[count]]" in outcome.said


def test_facts_that_share_no_variable_are_refused_before_anything_runs(check):
    atoms = ", ".join(f'{{ fact = "deposit", party = "?p{n}" }}' for n in range(5))
    new = f'all      = [{atoms}, {{ fact = "deposit", party = "?p", date = "?d" }}]'
    old = 'all      = [{ fact = "deposit", party = "?p", date = "?d" }]'
    outcome = check(old, new)
    assert outcome.code == 2
    assert "share no variable: every one is joined with every one" in outcome.said
    assert "mend: give them a variable in common" in outcome.said
    linted = check(old, new, "rules", "lint")
    assert linted.code == 1
    assert "share no variable" in " ".join(linted.out.split())


def test_a_script_of_rules_without_a_duty_runs(check, tmp_path):
    check()
    outcome = check("", "", "sql", tmp_path / "facts.json", "--dialect", "sqlite")
    assert outcome.code == 0
    database = sqlite3.connect(":memory:")
    database.executescript(outcome.out)
    found = database.execute('SELECT "fingerprint" FROM "ccm finding" ORDER BY 1').fetchall()
    database.close()
    assert found == [("a-rule/found:BGR",), ("a-rule/found:TGO",)]


#: A run that minds Ctrl-C, also where whoever started the tests does not.
HEARING = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from ccm_rules.engines.sql.hearing import connect; database = connect(); "
    "print('begun', flush=True); "
    "database.rows('WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
    "SELECT max(i) FROM n')"
)


def test_ctrl_c_ends_a_statement_that_would_never_end():
    process = subprocess.Popen(
        [sys.executable, "-c", HEARING], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout.readline() == b"begun\n"
    time.sleep(0.5)  # until the statement runs
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert b"KeyboardInterrupt" in said


@pytest.mark.parametrize("name", ["ccm/a-rule.toml", "vocabulary.toml"])
def test_an_output_never_replaces_a_file_of_the_rules(check, tmp_path, name):
    check()
    file = tmp_path / "rules" / name
    before = file.read_bytes()
    outcome = check("", "", "rules", "list", "--output", file)
    assert outcome.code == 2
    assert "one of the files of a rules directory; nothing was written" in outcome.err
    assert file.read_bytes() == before
