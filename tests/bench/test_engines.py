"""The benchmark of engines: what it prints, how it tells failures, what it makes of numbers."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from bench import engines, sample
from bench.engines import Cell, Sample, page, targets
from tests.conftest import ROOT


def cells(times):
    """A table of samples, one round each, from seconds by contestant and size."""
    table = {}
    for (name, size), value in times.items():
        cell = table[name, size] = Cell()
        if isinstance(value, str):
            cell.failed = value
        else:
            cell.samples = {
                turn: Sample(seconds, 3 * 2**20, 2**20, "d", None)
                for turn, seconds in enumerate(value)
            }
    return table


def test_a_part_is_printed_and_the_page_is_left_alone(tmp_path):
    before = engines.PAGE.read_bytes() if engines.PAGE.exists() else None
    command = [sys.executable, "-m", "bench.engines", "--sizes", "400", "--only", "reasons"]
    out = tmp_path / "page.md"
    told = subprocess.run(
        [*command, "--rounds", "1", "--out", str(out)],
        cwd=ROOT, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert "| SQLite, every finding explained |" in told.stdout
    assert "All others found and said the same." in told.stdout
    assert "wrong" not in told.stdout
    assert out.read_text(encoding="utf-8").startswith("# How fast the engines are")
    assert (engines.PAGE.read_bytes() if engines.PAGE.exists() else None) == before


def test_what_takes_too_long_is_ended_and_what_fails_is_told():
    assert engines.take("python", 400, "", 0.05, 18) == "not finished in 0.05 s"
    told = engines.take("python", 100_000, "", 60, 0.06)
    assert told == "failed: MemoryError"


def test_other_findings_are_counted():
    found = engines.take("python", 400, "0" * 16, 60, 18)
    assert found.wrong is not None  # another digest, so they were compared
    assert (found.wrong["missing"], found.wrong["extra"]) == (0, 0)
    one = {"a": "one", "b": "two", "c": "three"}
    right = {"a": "one", "b": "other", "d": "four"}
    assert sample.wrong(one, right) == {"right": 3, "missing": 2, "extra": 2}
    assert sample.digest(one) == sample.digest(dict(reversed(one.items())))
    assert sample.digest(one) != sample.digest({"a": "one", "b": "two"})


def test_ratios_are_taken_round_by_round():
    table = cells({("python", 1000): [1.0, 10.0, 1.0], ("sqlite", 1000): [2.0, 20.0, 8.0]})
    assert engines.ratio(table, "sqlite", 1000) == pytest.approx(2.0)


def test_the_exponent_is_that_of_growth():
    table = cells({("sqlite", 50_000): [2.0], ("sqlite", 500_000): [20.0]})
    assert engines.exponent(table, "sqlite", 50_000, 500_000) == pytest.approx(1.0)
    assert engines.exponent(table, "duckdb", 50_000, 500_000) is None


def test_targets_say_met_and_not_met():
    table = cells({
        ("python", 50_000): [1.0], ("sqlite", 50_000): [1.5], ("clips", 50_000): [1.2],
        ("duckdb", 50_000): [3.0], ("clingo", 50_000): "not finished in 900 s",
    })  # fmt: skip
    said = {what: (value, met) for what, value, met in targets(table, [50_000])}
    assert said["SQLite, 50,000 facts, of Python by hand: at most 2.5"] == ("1.50", "met")
    peer = "the faster of SQLite and DuckDB, 50,000 facts, of {}: at most 1"
    assert said[peer.format("CLIPS (clipspy), rows only")] == ("1.25", "not met")
    assert said[peer.format("clingo, rows only")] == ("not finished in 900 s", "met")


def test_what_failed_or_was_wrong_stands_on_the_page():
    table = cells({
        ("python", 1000): [1.0], ("clips", 1000): "crashed (SIGSEGV)", ("clingo", 1000): [2.0],
    })  # fmt: skip
    wrong = {"right": 2061, "missing": 1, "extra": 2157}
    table["clingo", 1000].samples = {0: Sample(2.0, 1, 1, "e", wrong)}
    text = page(table, [1000], ["python", "clips", "clingo"], [])
    assert "| CLIPS (clipspy), rows only | – |" in text
    assert "CLIPS (clipspy), rows only, 1,000 facts: crashed (SIGSEGV)." in text
    told = (
        "clingo, rows only, 1,000 facts: wrong: 4,217 findings for 2,061 "
        "(1 missing, 2,157 that do not hold)."
    )
    assert told in text


def test_what_cannot_end_in_time_is_not_tried():
    table = cells({("clips", 1000): [200.0], ("clingo", 1000): "crashed (SIGSEGV)"})
    sizes = [1000, 10_000]
    assert engines._hopeless(table["clips", 1000], sizes, 1, 900) == "not tried: 200 s at 1,000"
    assert engines._hopeless(table["clips", 1000], sizes, 1, 3000) == ""
    told = engines._hopeless(table["clingo", 1000], sizes, 1, 900)
    assert told == "not tried: crashed (SIGSEGV) at 1,000"
