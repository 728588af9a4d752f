"""The cache of compiled rules: quick, and never stale."""

from __future__ import annotations

import shutil
import sys
import tomllib

import pytest

from ccm_rules.compiler import load_rules, rules_home
from ccm_rules.compiler import rulebook as load


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A copy of two rules, and a cache of their own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    home = tmp_path / "rules"
    (home / "ccm").mkdir(parents=True)
    shutil.copy(rules_home() / "vocabulary.toml", home)
    names = (
        "entry-into-force",
        "entry-into-force-of-the-treaty",
        "withdrawal",
        "initial-transparency-report",
    )
    for name in names:
        shutil.copy(rules_home() / "ccm" / f"{name}.toml", home / "ccm")
    return home


@pytest.fixture
def parses(monkeypatch):
    """How many TOML files were parsed."""
    seen = []
    real = tomllib.loads
    monkeypatch.setattr(tomllib, "loads", lambda text: seen.append(text) or real(text))
    return seen


def entries(tmp_path):
    return sorted((tmp_path / "cache" / "ccm-rules").glob("ccm-rules-*"))


def test_the_second_time_nothing_is_parsed(home, parses):
    first = load_rules(home=home)
    assert len(parses) == 5
    second = load_rules(home=home)
    assert len(parses) == 5
    assert second.program == first.program
    assert second.rules == first.rules
    assert second.findings == first.findings


@pytest.mark.parametrize("name", ["ccm/initial-transparency-report.toml", "vocabulary.toml"])
def test_an_edit_is_seen_at_once(home, parses, name):
    load_rules(home=home)
    file = home / name
    file.write_text(file.read_text() + "# one more line\n")
    load_rules(home=home)
    assert len(parses) == 10


def test_a_changed_length_changes_the_law(home):
    before = load_rules(home=home).program.functions
    assert "reckon + 180 days" in before
    file = home / "ccm" / "initial-transparency-report.toml"
    file.write_text(file.read_text().replace("days = 180", "days = 200"))
    after = load_rules(home=home).program.functions
    assert "reckon + 200 days" in after
    assert "reckon + 180 days" not in after


@pytest.mark.parametrize("damage", [b"", b"nonsense", None])
def test_a_damaged_entry_is_passed_over_and_replaced(home, parses, tmp_path, damage):
    first = load_rules(home=home)
    (entry,) = entries(tmp_path)
    entry.write_bytes(entry.read_bytes()[:-10] if damage is None else damage)
    assert load_rules(home=home).program == first.program
    assert len(parses) == 10
    load_rules(home=home)
    assert len(parses) == 10


def test_a_cache_that_cannot_be_written_does_no_harm(home, tmp_path, parses):
    (tmp_path / "cache").write_text("a file where the directory should be")
    load_rules(home=home)
    load_rules(home=home)
    assert len(parses) == 10


def test_old_entries_are_forgotten(home, tmp_path):
    file = home / "ccm" / "withdrawal.toml"
    for number in range(load._KEPT + 3):
        file.write_text(f"{file.read_text()}\n# {number}")
        load_rules(home=home)
    assert len(entries(tmp_path)) == load._KEPT


def test_without_the_cache_nothing_is_written(home, tmp_path):
    load_rules(home=home, cache=False)
    assert not entries(tmp_path)
