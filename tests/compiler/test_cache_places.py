"""Where compiled rules are kept: beside the bytecode, or in the user's cache."""

from __future__ import annotations

import os
import shutil
import sys
import tomllib

import pytest

import ccm_rules
from ccm_rules.compiler import load_rules, rules_home
from ccm_rules.compiler import rulebook as load

SHIPPED = rules_home()  # asked before the package seems to be elsewhere


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A copy of the package for the cache to lie in, so that ours stays as it is."""
    copy = tmp_path / "package"
    shutil.copytree(
        os.path.dirname(ccm_rules.__file__), copy, ignore=shutil.ignore_patterns("__pycache__")
    )
    monkeypatch.setattr(load, "PACKAGE", str(copy))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return copy


@pytest.fixture
def home(tmp_path):
    home = tmp_path / "rules"
    (home / "ccm").mkdir(parents=True)
    shutil.copy(SHIPPED / "vocabulary.toml", home)
    for name in ("entry-into-force", "entry-into-force-of-the-treaty", "withdrawal"):
        shutil.copy(SHIPPED / "ccm" / f"{name}.toml", home / "ccm")
    return home


@pytest.fixture
def parses(monkeypatch):
    seen = []
    real = tomllib.loads
    monkeypatch.setattr(tomllib, "loads", lambda text: seen.append(text) or real(text))
    return seen


def kept(directory):
    return sorted(path.name for path in directory.glob("**/*") if path.is_file())


def test_beside_the_bytecode_and_nowhere_else(package, home, parses, tmp_path):
    load_rules(home=home)
    load_rules(home=home)
    assert len(parses) == 4
    (name,) = kept(package / "__pycache__")
    assert name.startswith("ccm-rules-")
    assert not (tmp_path / "cache").exists()


def test_where_python_writes_no_bytecode_the_package_is_left_alone(
    package, home, parses, tmp_path, monkeypatch
):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    before = kept(package)
    load_rules(home=home)
    load_rules(home=home)
    assert len(parses) == 4
    assert kept(package) == before
    assert len(kept(tmp_path / "cache")) == 1


def test_a_package_that_cannot_be_written_leaves_the_users_cache(package, home, parses, tmp_path):
    (package / "__pycache__").write_text("a file where the directory should be")
    load_rules(home=home)
    load_rules(home=home)
    assert len(parses) == 4
    assert len(kept(tmp_path / "cache")) == 1


def test_nowhere_to_write_does_no_harm(package, home, parses, tmp_path):
    (package / "__pycache__").write_text("")
    (tmp_path / "cache").write_text("")
    assert load_rules(home=home).program == load_rules(home=home).program
    assert len(parses) == 8


def test_a_damaged_entry_beside_the_bytecode_is_replaced(package, home, parses):
    load_rules(home=home)
    (entry,) = (package / "__pycache__").iterdir()
    whole = entry.read_bytes()
    for damage in (whole[:-1], whole[: len(whole) // 2], whole[::-1], b"\n", whole[:64]):
        entry.write_bytes(damage)
        parses.clear()
        load_rules(home=home)
        assert len(parses) == 4
        load_rules(home=home)
        assert len(parses) == 4
    assert kept(package / "__pycache__") == [entry.name]  # and no temporary file


@pytest.mark.parametrize("module", load._COMPILER)
def test_another_compiler_makes_another_entry(package, home, parses, module):
    load_rules(home=home)
    with (package / module).open("a") as stream:
        stream.write("# changed\n")
    load_rules(home=home)
    assert len(parses) == 8


def test_every_module_that_compiling_runs_is_among_those(monkeypatch, home, package):
    """A module left out would leave the cache stale after a change to it."""
    ran = set()

    def watch(frame, *_):
        file = frame.f_code.co_filename
        if file.startswith(root):
            ran.add(os.path.relpath(file, root).replace(os.sep, "/"))

    root = os.path.dirname(ccm_rules.__file__) + os.sep
    sys.setprofile(watch)
    try:
        load_rules(home=home, cache=False)
    finally:
        sys.setprofile(None)
    assert ran <= set(load._COMPILER)


def test_a_file_added_moved_or_taken_away_is_seen(package, home):
    rule = (home / "ccm" / "withdrawal.toml").read_text().split("[[")[0]
    rule = rule.replace('"withdrawal"', '"another"')
    before = set(load_rules(home=home).rules)
    file = home / "ccm" / "another.toml"
    file.write_text(rule)
    assert set(load_rules(home=home).rules) == before | {"another"}
    (home / "lap").mkdir()
    file.rename(home / "lap" / "another.toml")
    assert load_rules(home=home).rules["another"].folder == "lap"
    assert set(load_rules(["ccm"], home=home).rules) == before


def test_old_entries_go_and_other_files_stay(package, home):
    load_rules(home=home)
    directory = package / "__pycache__"
    other = directory / "module.cpython-311.pyc"
    other.write_bytes(b"x")
    os.utime(other, (0, 0))
    for number in range(load._KEPT + 2):
        old = directory / f"ccm-rules-{number}"
        old.write_bytes(b"x")
        os.utime(old, (number + 1, number + 1))
    file = home / "ccm" / "withdrawal.toml"
    file.write_text(file.read_text() + "\n")
    load_rules(home=home)
    names = kept(directory)
    assert other.name in names
    assert len(names) == load._KEPT + 1
    assert "ccm-rules-0" not in names
