"""The cache of compiled rules: quick, never stale, and read only where nobody else can write."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import ccm_rules
from ccm_rules.compiler import load_rules
from tests.test_layout import ROOMS

PACKAGE = Path(ccm_rules.__file__).parent
#: How many entries are kept.
KEPT = 16


def entries(cache):
    return sorted(cache.glob("ccm-rules-*"))


# -- quick, and never stale ---------------------------------------------------


def test_the_second_time_nothing_is_parsed(run):
    first, second = run(), run()
    assert first.parsed
    assert not second.parsed
    assert first.code == second.code == 0
    assert first.out == second.out


@pytest.mark.parametrize("indicators", [False, True])
@pytest.mark.parametrize("language", ["en", pytest.param("fr", marks=pytest.mark.slow)])
def test_what_comes_out_is_what_went_in(cache, indicators, language):
    """All shipped rules, with everything that output needs of them."""
    asked = {"indicators": indicators, "language": language}
    first = load_rules(**asked)
    assert entries(cache)
    assert load_rules(**asked) == first == load_rules(cache=False, **asked)


@pytest.mark.parametrize("name", ["ccm/initial-transparency-report.toml", "vocabulary.toml"])
def test_an_edit_is_seen_at_once(run, home, name):
    run()
    file = home / name
    file.write_text(file.read_text() + "# one more line\n")
    assert run().parsed


def test_rules_in_a_folder_whose_name_is_no_text_are_kept_too(run, home, cache):
    odd = home.with_name("rules-\udcff")
    home.rename(odd)
    first, second = run(rules=odd), run(rules=odd)
    assert first.code == second.code == 0
    assert (first.parsed, second.parsed) == (True, False)
    assert first.out == second.out


def test_a_changed_length_changes_the_law(run, home):
    rule = "initial-transparency-report"
    assert "180 days" in run("explain", rule).out
    file = home / "ccm" / f"{rule}.toml"
    file.write_text(file.read_text().replace("days = 180", "days = 200"))
    assert "200 days" in run("explain", rule).out


def test_a_file_added_moved_or_taken_away_is_seen(run, home):
    rule = (home / "ccm" / "withdrawal.toml").read_text().split("[[")[0]
    file = home / "ccm" / "another.toml"
    before = run().out
    file.write_text(rule.replace('"withdrawal"', '"another"'))
    assert "another" in run().out
    (home / "lap").mkdir()
    file.rename(home / "lap" / "another.toml")
    assert "lap" in run().out
    shutil.rmtree(home / "lap")
    assert run().out == before


def test_old_entries_go_and_other_files_stay(run, home, cache):
    run()
    other = cache / "notes.txt"
    other.write_text("mine")
    os.utime(other, (0, 0))
    file = home / "ccm" / "withdrawal.toml"
    for number in range(KEPT + 3):
        file.write_text(f"{file.read_text()}\n# {number}")
        run()
    assert len(entries(cache)) == KEPT
    assert not run().parsed
    assert other.read_text() == "mine"


def test_without_the_cache_nothing_is_written(home, cache):
    load_rules(home=home, cache=False)
    assert not cache.exists()


# -- wherever it was made ------------------------------------------------------


def test_files_are_named_from_where_one_is(run, home, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "rules/ccm/withdrawal.toml" in run("explain", "withdrawal").out
    monkeypatch.chdir(home)
    assert "\nccm/withdrawal.toml" in run("explain", "withdrawal").out
    monkeypatch.chdir("/")
    shown = "".join(run("explain", "withdrawal").out.split())  # a long path is wrapped
    assert f"CCM{str(home)[1:]}/ccm/withdrawal.toml" in shown


def test_a_copy_of_the_rules_names_its_own_files(run, home, tmp_path):
    run()
    shutil.copytree(home, tmp_path / "copy")
    outcome = run("explain", "withdrawal", rules=tmp_path / "copy")
    assert "copy/ccm/withdrawal.toml" in "".join(outcome.out.split())


@pytest.mark.slow
def test_a_misspelt_name_is_the_same_mistake_everywhere(cache, tmp_path):
    """Two treaties share rules; one of them was compiled in another directory."""
    (tmp_path / "elsewhere").mkdir()
    home = str(PACKAGE.parent / "rules")
    checkout = PACKAGE.parent
    environment = {**os.environ, "PYTHONPATH": str(checkout), "PYTHONDONTWRITEBYTECODE": "1"}

    def explain(directory, name):
        command = [sys.executable, "-m", "ccm_rules", "explain", name, "--rules", home]
        return subprocess.run(
            command, cwd=directory, env=environment, capture_output=True, text=True, check=False
        )

    assert explain(checkout, "initial-transparency-report").returncode == 0
    done = explain(tmp_path / "elsewhere", "initial-transparency-reprot")
    assert done.returncode == 2
    assert "the same name" not in done.stderr
    assert "initial-transparency-report" in done.stderr


# -- anything odd is no cache --------------------------------------------------


class Bomb:
    """Unpickled, it leaves a file."""

    def __init__(self, place):
        self.place = place

    def __reduce__(self):
        return Path.touch, (self.place,)


def summed(entry, body, named=True):
    """An entry whose checksum is right."""
    key = entry.name.removeprefix("ccm-rules-").encode() if named else b""
    return hashlib.sha256(key + body).hexdigest().encode() + b"\n" + body


BODIES = [
    b"", b"[]", b"{}", b"5", b"null", b'"text"', b"[5]", b'["text"]', b'[["dict"]]', b'[["list"]]',
    b'[["list",1],2]', b'[["list",0]]', b'[["list","x"]]', b'[["list",null]]', b"[[]]", b"[[[]]]",
    b'[["Clause"]]', b'[["Rulebook"]]', b'["x",["os.system",0]]', b'["a",["dict",0]]',
    b'[["list"],["dict",0,0]]', b"[NaN]", b"[1e999]", b"[" * 100_000, b"[%s]" % (b"9" * 5_000),
    b'["\xff"]', b'["x",["Program",0,0,0,0,0,0,0]]', b'[["tuple"],"program",["dict",1,0]]',
]  # fmt: skip


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_what_is_no_entry_is_passed_over_and_replaced(run, cache, body):
    sound = run()
    (entry,) = entries(cache)
    entry.write_bytes(summed(entry, body))
    again = run()
    assert (again.code, again.out, again.err) == (sound.code, sound.out, sound.err)
    assert again.parsed
    assert not run().parsed


@pytest.mark.parametrize("named", [False, True])
def test_code_is_not_run(run, cache, tmp_path, named):
    sound = run()
    (entry,) = entries(cache)
    bomb = pickle.dumps(Bomb(tmp_path / "it ran"))
    entry.write_bytes(summed(entry, bomb, named))
    assert run().out == sound.out
    assert not (tmp_path / "it ran").exists()


def test_a_damaged_or_exchanged_entry(run, cache, home):
    sound = run()
    (entry,) = entries(cache)
    whole = entry.read_bytes()
    file = home / "ccm" / "withdrawal.toml"
    file.write_text(file.read_text().replace("title ", "title  "))
    run()
    (other,) = set(entries(cache)) - {entry}
    damages = [whole[:-1], whole[: len(whole) // 2], whole[::-1], whole[:64], b"\n", b"x", whole]
    for damage in damages:
        other.write_bytes(damage)
        assert run()[:3] == sound[:3]
        assert not run().parsed
    changed = whole.replace(b"180", b"200")
    assert changed != whole
    other.write_bytes(changed)
    assert run().parsed
    assert len(list(cache.iterdir())) == 2  # and no temporary file


def as_link(entry, tmp_path):
    entry.rename(tmp_path / "moved")
    entry.symlink_to(tmp_path / "moved")


def as_directory(entry, _):
    entry.unlink()
    (entry / "inside").mkdir(parents=True)


def as_pipe(entry, _):
    entry.unlink()
    os.mkfifo(entry)


def too_large(entry, _):
    os.truncate(entry, 60_000_000)


def open_to_others(entry, _):
    entry.chmod(0o666)


@pytest.mark.parametrize("oddly", [as_link, as_directory, as_pipe, too_large, open_to_others])
def test_an_odd_file_is_no_entry(run, cache, tmp_path, oddly):
    sound = run()
    (entry,) = entries(cache)
    oddly(entry, tmp_path)
    again = run()
    assert again[:3] == sound[:3]
    assert again.parsed


# -- only where nobody else can write ------------------------------------------


@pytest.mark.parametrize("level", ["ccm-rules", "cache", "own"])
@pytest.mark.parametrize("mode", [0o777, 0o775, 0o757])
def test_where_others_can_write_nothing_is_read_or_written(
    run, cache, tmp_path, monkeypatch, level, mode
):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "own" / "cache"))
    cache = tmp_path / "own" / "cache" / "ccm-rules"
    run()
    assert not run().parsed
    spoilt = next(p for p in (cache, *cache.parents) if p.name == level)
    spoilt.chmod(mode)
    assert run().parsed
    entries(cache)[0].unlink()
    assert run().parsed
    assert not entries(cache)
    if level != "ccm-rules":
        spoilt.chmod(mode | 0o1000)  # like /tmp: nobody can take away what is another's
        run()
        assert not run().parsed


def test_another_users_directory_is_left_alone(run, cache, monkeypatch):
    run()
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    assert run().parsed
    shutil.rmtree(cache)
    assert run().parsed
    assert not entries(cache)


def test_a_link_counts_as_where_it_leads(run, cache, tmp_path, monkeypatch):
    (tmp_path / "safe").mkdir()
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "link").symlink_to("safe")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "link"))
    run()
    assert not run().parsed
    assert entries(tmp_path / "safe" / "ccm-rules")
    (tmp_path / "link").unlink()
    (tmp_path / "link").symlink_to("open")
    run()
    assert run().parsed
    assert not list((tmp_path / "open").iterdir())


@pytest.mark.parametrize("place", ["cache", "./cache", "../cache"])
def test_a_directory_that_depends_on_where_one_is(run, tmp_path, monkeypatch, place):
    (tmp_path / "here" / "below").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here" / "below")
    monkeypatch.setenv("XDG_CACHE_HOME", place)
    # A relative one is as if none were set: only the home directory counts.
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    run()
    assert not [p for p in (tmp_path / "here").rglob("*") if p.name != "below"]


@pytest.mark.parametrize("home_", ["", "relative", "/dev/null"])
def test_no_home(run, tmp_path, monkeypatch, home_):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", home_)
    assert run().code == 0
    assert not list((tmp_path / "here").iterdir())


def test_nowhere_to_write_does_no_harm(run, tmp_path):
    (tmp_path / "cache").write_text("a file where the directory should be")
    run()
    assert run().parsed


# -- in a copy of the package ---------------------------------------------------


@pytest.fixture
def copy(tmp_path, home, cache):
    """A copy of the package, and how many entries it and the user's cache have after a run."""
    ignored = shutil.ignore_patterns("__pycache__")
    package = Path(shutil.copytree(PACKAGE, tmp_path / "copy" / "ccm_rules", ignore=ignored))

    def run(write_bytecode=True):
        environment = {**os.environ, "PYTHONPATH": str(tmp_path / "copy")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment.pop("PYTHONPYCACHEPREFIX", None)
        if not write_bytecode:
            environment["PYTHONDONTWRITEBYTECODE"] = "1"
        command = [sys.executable, "-m", "ccm_rules", "rules", "list", "--rules", str(home)]
        subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True)
        return len(entries(package / "__pycache__")), len(entries(cache))

    return package, run


def test_beside_the_bytecode_where_that_is_written(copy):
    package, run = copy
    assert run() == (1, 0)
    assert run() == (1, 0)
    assert run(write_bytecode=False) == (1, 1)
    shutil.rmtree(package / "__pycache__")
    package.chmod(0o777)
    assert run() == (0, 1)


@pytest.mark.parametrize("module", ["law/reader.py", "compiler/cache.py", "words/fr.toml", "+"])
def test_another_compiler_makes_another_entry(copy, module):
    package, run = copy
    run(write_bytecode=False)
    with (package / module.replace("+", "words/new.py")).open("a") as stream:
        stream.write("# changed\n")
    assert run(write_bytecode=False) == (0, 2)


def test_whatever_compiles_is_part_of_the_key(home, cache):
    """A module left out would leave the cache stale after a change to it."""
    ran = set()

    def watch(frame, *_):
        file = frame.f_code.co_filename
        if file.startswith(f"{PACKAGE}{os.sep}"):
            ran.add(Path(file).relative_to(PACKAGE).parts[0].removesuffix(".py"))

    sys.setprofile(watch)
    try:
        load_rules(home=home, cache=False)
    finally:
        sys.setprofile(None)
    assert ran <= set(ROOMS[: ROOMS.index("compiler") + 1])


def test_entries_are_plain_json(run, cache):
    run()
    (entry,) = entries(cache)
    values = json.loads(entry.read_bytes().partition(b"\n")[2])
    assert all(isinstance(value, str | int | list | None) for value in values)
