"""How fast the engines are on large records, beside other ways of doing the same.

    python -m bench.engines [--sizes 1000,50000] [--only sqlite,clips] [--rounds 3]

Each sample is a process of its own (`bench.sample`), and the contestants take turns, so
that a busy moment of the machine falls on all of them; what counts is the median, and
against Python that is written by hand the median of the rounds' ratios. Everybody's
findings are compared. A whole run writes docs/engines-speed.md; one of which a part is
chosen prints, and writes nothing unless told where.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import json
import math
import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bench.contestants import CONTESTANTS

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "engines-speed.md"
#: How many facts, and how many samples of each contestant.
ROUNDS = {1_000: 9, 10_000: 7, 50_000: 5, 500_000: 3}
#: A sample is ended after so many seconds, the making of the record included.
LIMIT = 900
#: The addresses that a sample can have, in GiB.
MEMORY = 18.0
SEED = 1
#: Whoever takes longer than so many seconds is measured once.
SLOW = 120
#: As a user has it: compiled rules are kept from one run to the next.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
YARDSTICK = "python"


class Sample(NamedTuple):
    """What one process measured.

    Attributes:
        seconds: from a record in memory to the sentences of all findings.
        peak_kib: the most memory that it held, the record included.
        input_kib: what it held before.
        digest: of its findings.
        wrong: how many findings are right, missing and extra, where they differ.
    """

    seconds: float
    peak_kib: int
    input_kib: int
    digest: str
    wrong: dict[str, int] | None


class Cell:
    """All samples of one contestant at one size, or why there are none."""

    def __init__(self) -> None:
        self.samples: dict[int, Sample] = {}
        self.failed = ""

    @property
    def seconds(self) -> float:
        """The median."""
        return statistics.median(sample.seconds for sample in self.samples.values())

    @property
    def wrong(self) -> dict[str, int] | None:
        """How its findings differ from the right ones, in the first sample where they do."""
        return next((s.wrong for s in self.samples.values() if s.wrong), None)


Table = dict[tuple[str, int], Cell]


def take(
    name: str, facts: int, right: str, limit: float, memory: float, *, cpu: bool = False
) -> Sample | str:
    """Measure once; a text says how it failed.

    Args:
        name: of the contestant.
        facts: how many.
        right: digest of the right findings, or empty for the yardstick itself.
        limit: seconds after which the process is ended.
        memory: GiB of addresses that it can have.
        cpu: whether the seconds of all cores together count, as where others are at work.
    """
    command = [sys.executable, "-m", "bench.sample", name, str(facts), str(SEED)]
    command += ["--right", right, "--memory", str(memory)]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as complaint:
        process = subprocess.Popen(
            command, cwd=ROOT, env=ENVIRONMENT, stdout=out, stderr=complaint, start_new_session=True
        )
        try:
            code = process.wait(limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # a group of its own: it and its children
            process.wait()
            return f"not finished in {limit:g} s"
        out.seek(0)
        complaint.seek(0)
        lines = out.read().decode(errors="replace").splitlines()
        said = complaint.read().decode(errors="replace").strip().splitlines()
    if code < 0:
        return f"crashed ({signal.Signals(-code).name})"
    if code or not lines:
        # The class of an exception says enough; its text can be a whole batch of facts.
        return f"failed: {said[-1].split(':')[0][:80]}" if said else f"failed with code {code}"
    told = json.loads(lines[-1])
    seconds = told["cpu_seconds" if cpu else "seconds"]
    return Sample(seconds, told["peak_kib"], told["input_kib"], told["digest"], told.get("wrong"))


def measure(
    sizes: Sequence[int],
    names: Sequence[str],
    rounds: Callable[[int], int],
    limit: float,
    memory: float,
    *,
    cpu: bool = False,
) -> Table:
    """Measure everybody at every size, taking turns; the yardstick comes first."""
    table: Table = {(name, size): Cell() for name in names for size in sizes}
    for place, size in enumerate(sizes):
        right = ""
        for name in names if place else ():
            table[name, size].failed = _hopeless(table[name, sizes[place - 1]], sizes, place, limit)
        for turn in range(rounds(size)):
            for name in names:
                cell = table[name, size]
                if cell.failed or (cell.samples and cell.seconds > SLOW):
                    continue
                found = take(name, size, right if name != YARDSTICK else "", limit, memory, cpu=cpu)
                if isinstance(found, str):
                    cell.failed = found
                else:
                    cell.samples[turn] = found
                    right = right or (found.digest if name == YARDSTICK else "")
                told = found if isinstance(found, str) else f"{found.seconds:.3f} s"
                print(f"{size:>9,} facts, round {turn + 1}, {name}: {told}", flush=True)
    return table


def _hopeless(smaller: Cell, sizes: Sequence[int], place: int, limit: float) -> str:
    """Why a size is not tried: it failed at the one before, or would take too long."""
    size = f"{sizes[place - 1]:,}"
    if smaller.failed:
        tried = not smaller.failed.startswith("not tried")
        return f"not tried: {smaller.failed} at {size}" if tried else smaller.failed
    if smaller.seconds * sizes[place] / sizes[place - 1] > limit:
        return f"not tried: {smaller.seconds:.0f} s at {size}"
    return ""


# -- what is made of it ---------------------------------------------------------


def ratio(table: Table, name: str, size: int, other: str = YARDSTICK) -> float | None:
    """How many times as long as another, round by round, in the median."""
    mine, yours = table.get((name, size)), table.get((other, size))
    if mine is None or yours is None or mine.failed or yours.failed:
        return None
    both = mine.samples.keys() & yours.samples.keys()
    if not both:
        return None
    return statistics.median(
        mine.samples[turn].seconds / yours.samples[turn].seconds for turn in both
    )


def exponent(table: Table, name: str, small: int, large: int) -> float | None:
    """The power of the number of facts with which the time grows."""
    one, other = table.get((name, small)), table.get((name, large))
    if one is None or other is None or one.failed or other.failed:
        return None
    return math.log(other.seconds / one.seconds) / math.log(large / small)


def targets(table: Table, sizes: Sequence[int]) -> list[tuple[str, str, str]]:
    """What is to be reached, what was measured, and whether it is met."""
    lines: list[tuple[str, str, str]] = []

    def at_most(what: str, value: float | None, most: float) -> None:
        if value is not None:
            said = "met" if value <= most else "not met"
            lines.append((f"{what}: at most {most:g}", f"{value:.2f}", said))

    what = f"{CONTESTANTS['sqlite'].title}, 50,000 facts, of Python by hand"
    at_most(what, ratio(table, "sqlite", 50_000), 2.5)
    for peer in ("clips", "clingo"):
        for size in sizes:
            ours = {
                name: value
                for name in ("sqlite", "duckdb")
                if (value := ratio(table, name, size, peer)) is not None
            }
            what = f"the faster of SQLite and DuckDB, {size:,} facts, of {CONTESTANTS[peer].title}"
            there = table.get((peer, size))
            if ours:
                at_most(what, min(ours.values()), 1.0)
            elif there is not None and there.failed and not there.failed.startswith("failed"):
                lines.append((f"{what}: at most 1", there.failed, "met"))
    for name in ("sqlite", "duckdb"):
        what = f"{CONTESTANTS[name].title}, growth from 50,000 to 500,000 facts, exponent"
        at_most(what, exponent(table, name, 50_000, 500_000), 1.1)
    return lines


def history() -> list[tuple[str, str, str]]:
    """A history of all days against a check of each of them."""
    if importlib.util.find_spec("bench.history") is None:
        return []
    told: Mapping[str, Any] = importlib.import_module("bench.history").measure()
    what = (
        f"{told['name']} in {told['ours_seconds']:.2f} s, day by day "
        f"{told['daily_seconds']:,.0f} s: times as fast, at least 100"
    )
    return [(what, f"{told['ratio']:.0f}", "met" if told["ratio"] >= 100 else "not met")]


def page(
    table: Table, sizes: Sequence[int], names: Sequence[str], more: list[tuple[str, str, str]]
) -> str:
    """The tables in Markdown."""

    def rows(fill: Callable[[str, int, Cell], str]) -> str:
        head = " | ".join(f"{size:,}" for size in sizes)
        lines = [f"| facts | {head} |", "|---|" + "--:|" * len(sizes)]
        for name in names:
            cells = " | ".join(
                "–" if table[name, size].failed else fill(name, size, table[name, size])
                for size in sizes
            )
            lines.append(f"| {CONTESTANTS[name].title} | {cells} |")
        return "\n".join(lines)

    def ratios(name: str, size: int, _: Cell) -> str:
        value = ratio(table, name, size)
        return "" if value is None else f"{value:.2f}"

    def memory(_: str, __: int, cell: Cell) -> str:
        most = max(cell.samples.values(), key=lambda sample: sample.peak_kib)
        return f"{most.peak_kib / 1024:,.0f} ({most.input_kib / 1024:,.0f})"

    aims = [*targets(table, sizes), *more]
    tables = {
        "Seconds": rows(lambda _, __, cell: f"{cell.seconds:.3f}"),
        "Times as long as Python written by hand": rows(ratios),
        "Memory in MiB: at most, and before the run": rows(memory),
    }
    return "\n\n".join(
        [
            *(f"## {title}\n\n{text}" for title, text in tables.items()),
            "## Wrong, or not finished\n\n" + _complaints(table, sizes, names),
            "## What is to be reached\n\n| | measured | |\n|---|--:|---|\n"
            + "\n".join(f"| {what} | {value} | {said} |" for what, value, said in aims),
        ]
    )


def _complaints(table: Table, sizes: Sequence[int], names: Sequence[str]) -> str:
    lines = []
    for name in names:
        for size in sizes:
            cell = table[name, size]
            start = f"- {CONTESTANTS[name].title}, {size:,} facts: "
            if cell.failed:
                lines.append(f"{start}{cell.failed}.")
            elif (wrong := cell.wrong) is not None:
                found = wrong["right"] - wrong["missing"] + wrong["extra"]
                lines.append(
                    f"{start}wrong: {found:,} findings for {wrong['right']:,} "
                    f"({wrong['missing']:,} missing, {wrong['extra']:,} that do not hold)."
                )
    return "\n".join([*lines, "", "All others found and said the same."]).strip()


def machine(names: Sequence[str]) -> str:
    """What it ran on."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = dict.fromkeys(CONTESTANTS[name].package for name in names)
    versions = [f"{p} {importlib.metadata.version(p)}" for p in packages if p]
    import sqlite3

    return (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"{', '.join(versions)}; {model}, {os.cpu_count()} cores, {memory:.0f} GiB"
    )


_TEXT = """# How fast the engines are

Made by `make bench` (a fresh process a sample, taking turns, medians of {rounds} rounds,
of one where a sample takes over two minutes), on {machine}.

What is measured is what `ccm_rules.check` does: from a loaded record to every finding of
the rules in `bench/rules/ccm` (a copy that stays as it is) with its sentence and its
fingerprint. The rules are there from the start, loaded or written in the engine's own
language. {clock}A synthetic record
is shaped like that of 2023: each State has the facts of a real one, drawn at random, moved
together by a random number of days (`bench/synthetic.py`). The yardstick is the same rules
written by hand in Python (`bench/handwritten`), with dicts and without an engine; tests hold
it against the engines on the real records and on random ones.

"Every finding explained" means that the because-tree of each is made too. "Rows only" means
that a contestant starts from the rows of a record and ends with the rows of findings,
without sentences. CLIPS and clingo get rules written from the compiled program and are
used as suits them best (`bench/peers`): calendars in their own language or asked once a day
that occurs, facts as one text. durable-rules "guarded" is the engine of `ccm-check` behind
its driver; "used plainly" is one ruleset and one batch of facts, as its documentation
shows; its answers, and whether it fails, differ from run to run.
A dash is a run that did not end well or was not tried; the reason stands below.

"""


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", help="numbers of facts, with commas between")
    parser.add_argument(
        "--only", help=f"contestants beside the yardstick: {', '.join(CONTESTANTS)}"
    )
    parser.add_argument("--rounds", type=int, help="samples of each")
    parser.add_argument("--limit", type=float, default=LIMIT, help="seconds for a sample (900)")
    parser.add_argument("--memory", type=float, default=MEMORY, help="GiB for a sample (18)")
    parser.add_argument("--cpu", action="store_true", help="count seconds of all cores together")
    parser.add_argument("--out", type=Path, help="where to write the page")
    options = parser.parse_args()
    sizes = sorted(map(int, options.sizes.split(","))) if options.sizes else list(ROUNDS)
    only = options.only.split(",") if options.only else list(CONTESTANTS)
    if unknown := set(only) - set(CONTESTANTS):
        parser.error(f"no contestant is called {min(unknown)}")
    names = [name for name in CONTESTANTS if name == YARDSTICK or name in only]

    def rounds(size: int) -> int:
        if options.rounds:
            return int(options.rounds)
        return ROUNDS.get(size) or next((n for s, n in ROUNDS.items() if s >= size), 1)

    table = measure(sizes, names, rounds, options.limit, options.memory, cpu=options.cpu)
    whole = not (options.sizes or options.only or options.rounds)
    text = page(table, sizes, names, history() if whole else [])
    numbers = ", ".join(str(rounds(size)) for size in sizes)
    clock = "Seconds are those of all cores together. " if options.cpu else ""
    told = _TEXT.format(rounds=numbers, machine=machine(names), clock=clock) + text + "\n"
    print(text)
    place = options.out or (PAGE if whole else None)
    if place is not None:
        place.write_text(told, encoding="utf-8")


if __name__ == "__main__":
    main()
