"""Inputs of every kind, good and bad: accepted whole, or refused with place and mend.

`make fuzz` tries a million. Here are some thousands, the same in every run, and
every input that ever failed.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time

import pytest

from ccm_rules.record import load
from tests.conftest import ROOT
from tests.fuzz import run, targets
from tests.fuzz.targets import TARGETS, Broken, Garbage, Target

#: Together some ten seconds.
NUMBER = {
    "dates": 4000, "periods": 1500, "facts": 800, "check": 50, "rules": 250, "vocabulary": 300,
    "routes": 300,
}  # fmt: skip
KEPT = [(name, path) for name in TARGETS for path in run.kept(name)]


@pytest.mark.parametrize("name", TARGETS)
def test_grown_inputs_are_accepted_whole_or_refused_with_place_and_mend(name, tmp_path):
    target = TARGETS[name]
    accepted = 0
    for number in range(NUMBER[name]):
        data = run.grow(target, number)
        try:
            accepted += run.tried(target, data, tmp_path)
        except BaseException as error:
            error.add_note(f"{name} {number}: {data[:500]!r}")
            raise
    assert 0.05 < accepted / NUMBER[name] < 0.95  # both ways are tried


@pytest.mark.parametrize(("name", "path"), KEPT, ids=[path.name for _, path in KEPT])
def test_what_failed_once(name, path, tmp_path):
    run.tried(TARGETS[name], path.read_bytes(), tmp_path)


def test_every_target_has_a_share_and_a_number():
    assert set(NUMBER) == set(TARGETS)
    assert sum(target.share for target in TARGETS.values()) == 100


def shapes():
    """Each key of the shipped rules once for each table that it stands in."""
    seen = set()
    for path, document in targets.PARSED.items():
        for keys in targets.key_paths(document):
            shape = tuple(key if isinstance(key, str) else 0 for key in keys)
            if shape not in seen:
                seen.add(shape)
                yield path, keys


def test_no_key_of_a_shipped_rule_is_silent():
    """With garbage in its place, the rule is refused or is another one."""
    silent = []
    for path, keys in shapes():
        document = targets.PARSED[path]
        how = (path.parent.name, path.name)
        before = targets.read_rule(document, *how)
        assert before is not None
        for value in (Garbage(), 1.5):
            after = targets.read_rule(targets.changed(document, keys, value), *how)
            if after == before:
                silent.append((path.name, keys, value))
    assert silent == []


# -- what the harness itself must notice ---------------------------------------------


def seed_of(name, accepted=True, tmp_path=None):
    target = TARGETS[name]
    for number in range(1000):
        data = run.grow(target, number)
        if target.run(data, tmp_path) == accepted and b'"fact"' in data:
            return data
    raise AssertionError


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record._replace(facts=record.facts[1:]),
        lambda record: record._replace(sources={}),
        lambda record: record._replace(title=record.title + "."),
        lambda record: record._replace(
            facts=(record.facts[0]._replace(note="lost"), *record.facts[1:])
        ),
        lambda record: record._replace(
            facts=(record.facts[0]._replace(values={}), *record.facts[1:])
        ),
    ],
)
def test_a_loader_that_loses_something_is_noticed(monkeypatch, tmp_path, change):
    data = seed_of("facts", tmp_path=tmp_path)
    monkeypatch.setattr(targets, "load", lambda *a, **k: change(load(*a, **k)))
    with pytest.raises(Broken):
        TARGETS["facts"].run(data, tmp_path)


def test_an_input_that_takes_too_long_is_noticed(tmp_path):
    def hang(*_):
        try:
            while True:
                time.process_time()
        except Exception:  # what an honest `except` may swallow
            return True

    with pytest.raises(run.Hang):
        run.tried(Target("slow", 1, lambda _: b"", hang), b"", tmp_path, limit=0.05)


def test_what_fails_is_kept_and_told(tmp_path, monkeypatch, capsys):
    def odd(data, _):
        return 1 // (data[0] % 7)

    monkeypatch.setitem(
        TARGETS, "dates", Target("dates", 1, lambda choose: bytes([choose.randrange(256)]), odd)
    )
    monkeypatch.setattr(
        sys, "argv",
        ["run", "--inputs", "60", "--seed", "1", "--target", "dates", "--corpus", str(tmp_path)],
    )  # fmt: skip
    assert run.main() == 1
    told = capsys.readouterr().out
    assert "ZeroDivisionError" in told
    kept = list((tmp_path / "dates").iterdir())
    assert 0 < len(kept) <= 5
    assert all(path.read_bytes()[0] % 7 == 0 for path in kept)


def test_a_number_always_grows_the_same_input():
    """In another process too, where sets have another order."""
    script = (
        "import hashlib; from tests.fuzz import run; from tests.fuzz.targets import TARGETS;"
        "print(hashlib.sha256(b'|'.join(run.grow(t, n) for t in TARGETS.values()"
        " for n in range(20))).hexdigest())"
    )
    there = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONHASHSEED": "1", "PYTHONPATH": str(ROOT)},
    ).stdout.strip()
    grown = b"|".join(run.grow(target, n) for target in TARGETS.values() for n in range(20))
    assert hashlib.sha256(grown).hexdigest() == there
