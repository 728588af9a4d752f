"""What is no news of a State: another version, other rules, a register that ended long ago."""

from __future__ import annotations

import json
import shutil
import sqlite3

import pytest

from ccm_rules.cli import invoke

TOGO = "initial-report:TGO"


@pytest.fixture
def night(job, home, tmp_path, monkeypatch):
    """Run a night by rules of our own, which a test changes; two desks and an operator."""
    rules = tmp_path / "rules"
    shutil.copytree(home, rules)
    monkeypatch.chdir(tmp_path)

    def run(day, change=None):
        if change:
            file, old, new = change
            place = rules / file
            text = place.read_text(encoding="utf-8")
            assert old in text
            place.write_text(text.replace(old, new), encoding="utf-8")
        job.write()
        code = invoke(
            [
                *("alert", str(job.path), "--ledger", str(job.ledger), "--rules", str(rules)),
                *("--as-of", day, "--engine", "sqlite", "--to", job.folder.as_uri()),
                *("--operator", (tmp_path / "operator").as_uri()),
            ]
        )
        assert code == 0

    run.operator = lambda: [
        event["says"]
        for place in sorted((tmp_path / "operator").glob("*.json"))
        for event in json.loads(place.read_text(encoding="utf-8"))["events"]
    ]
    return run


def test_other_words_of_the_rules_are_no_news_of_a_state(job, night):
    night("2023-06-30")
    night("2023-07-01", ("ccm/initial-report.toml", "initial-report-overdue", "report-missing"))
    night("2023-07-02")
    assert len(job.messages()) == 1, "the first digest, and nothing after it"
    (says,) = night.operator()
    assert "findings 2 changed" in says


def test_a_rule_of_another_name_is_not_gone_and_new(job, night, tmp_path):
    night("2023-06-30")
    folder = tmp_path / "rules" / "ccm"
    for end in (".toml", ".cases.toml"):
        (folder / f"initial-report{end}").rename(folder / f"first-report{end}")
    night("2023-07-01", ("ccm/first-report.toml", '"initial-report"', '"first-report"'))
    assert len(job.messages()) == 1
    (says,) = night.operator()
    assert "new" in says
    assert "no longer found" in says


def test_what_falls_due_in_that_night_is_told_all_the_same(job, night):
    night("2024-01-28")
    night("2024-01-29", ("ccm/initial-report.toml", "initial-report-overdue", "report-missing"))
    assert job.events() == [("2024-01-29", "new", "initial-report:NGA")]


def test_a_ledger_of_an_earlier_version_tells_no_desk_that_names_have_changed(job, night):
    """It says `overdue` where this version says otherwise, and not by whom it was judged."""
    night("2023-06-30")
    with sqlite3.connect(job.ledger) as db:
        db.execute("DELETE FROM meta WHERE key = 'judged_by'")
        db.execute("UPDATE told SET gist = 'of old' WHERE fingerprint = ?", (TOGO,))
        db.execute("UPDATE told SET fingerprint = 'old-name:TGO' WHERE fingerprint = ?", (TOGO,))
    db.close()
    night("2023-07-01")
    assert len(job.messages()) == 1
    (says,) = night.operator()
    assert "findings 1 new, 1 no longer found" in says


def test_what_was_last_known_a_year_ago_is_neither_gone_nor_new(job, night):
    job.record["registers"][0]["until"] = "2023-06-30"
    night("2024-06-30")
    night("2024-07-01")
    assert job.events() == []
    assert [message["kind"] for message in job.messages()] == ["digest"]
    (says,) = night.operator()
    assert "is complete until 30 June 2023" in says
    night("2024-07-02")
    assert len(night.operator()) == 1, "told once"


def test_nobody_is_told_first_of_what_was_last_known_a_year_ago(job, night):
    job.record["registers"][0]["until"] = "2023-06-30"
    night("2024-07-01")
    (digest,) = job.messages()
    assert TOGO not in {one["fingerprint"] for one in digest["digest"]["standing"]}
    assert digest["digest"]["last_known"] == 2
    # The record is brought up to date: now it is told.
    job.record["registers"][0]["until"] = "2024-07-01"
    night("2024-07-02")
    assert ("2024-07-02", "new", TOGO) in job.events()
