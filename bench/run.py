"""How long ccm-check takes, as ratios within one run.

Each sample is a process of its own; the things measured take turns, so that a
busy moment of the machine falls on all of them. Prints a Markdown table and
writes it to docs/speed.md, unless another number of rounds is asked for. How fast
engines are on large records is measured by `bench.engines`.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FACTS = "facts/2023.json"
ROUNDS = 25
#: As a user has it: bytecode and compiled rules are kept from one run to the next.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

_COMMAND = [sys.executable, "-m", "ccm_rules", "check", FACTS]
_LOAD_RULES = """
import time, ccm_rules
start = time.perf_counter()
ccm_rules.load_rules()
print(time.perf_counter() - start)
"""
_TOMLLIB = """
import time, tomllib
from ccm_rules.compiler import rule_files
files = rule_files()
start = time.perf_counter()
for file in files:
    tomllib.loads(file.read_bytes().decode())
print(time.perf_counter() - start)
"""

#: A ledger that already knows what stands: what is measured is a night without news.
_LEDGER = tempfile.TemporaryDirectory(prefix="ccm-bench-")
_ALERT = [
    *(sys.executable, "-m", "ccm_rules", "alert", FACTS, "--as-of", "2023-06-30"),
    *("--ledger", f"{_LEDGER.name}/alerts.db", "--to", f"file://{_LEDGER.name}/out"),
]
_BRIEF = [sys.executable, "-m", "ccm_rules", "brief", FACTS, "--meeting", "11MSP", "-o"]

#: What is measured: name, command, the yardstick that it is held against, the target.
MEASURED = {
    "python -c pass": ([sys.executable, "-c", "pass"], "", None),
    "ccm-check, both engines": (_COMMAND, "python -c pass", 25.0),
    "ccm-check --engine sqlite": ([*_COMMAND, "--engine", "sqlite"], "python -c pass", 15.0),
    "ccm-check --engine sqlite --format json": (
        [*_COMMAND, "--engine", "sqlite", "--format", "json"],
        "python -c pass",
        None,
    ),
    "ccm-check report, both engines": (
        [sys.executable, "-m", "ccm_rules", "report", FACTS],
        "ccm-check, both engines",
        3.0,
    ),
    "ccm-check alert, unchanged, both engines": (_ALERT, "ccm-check, both engines", 1.5),
    "ccm-check alert, unchanged, --engine sqlite": (
        [*_ALERT, "--engine", "sqlite"],
        "ccm-check --engine sqlite",
        1.5,
    ),
    **{
        f"ccm-check brief, {form}": (
            [*_BRIEF, f"{_LEDGER.name}/briefing.{form}"],
            "ccm-check, both engines",
            5.0,
        )
        for form in ("html", "docx", "pdf", "md")
    },
    "tomllib parses the rule files": ([sys.executable, "-c", _TOMLLIB], "", None),
    "load_rules()": ([sys.executable, "-c", _LOAD_RULES], "tomllib parses the rule files", 2.5),
}

#: What the output of a command must hold, so that one that fails early is not called fast.
PROOF = {
    "ccm-check, both engines": b"two engines agree",
    "ccm-check --engine sqlite": b"one engine (sqlite)",
    "ccm-check --engine sqlite --format json": b'"findings"',
    "ccm-check report, both engines": b"What does not agree",
}
#: The record has findings, so a check of it ends with 1; so does any Python traceback.
CODES = dict.fromkeys(PROOF, 1) | {"ccm-check report, both engines": 0}


def sample(name: str, command: list[str]) -> tuple[float, int]:
    """Seconds that a command takes, and the most memory that it held, in KiB."""
    inside = name.startswith(("tomllib", "load_rules"))
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    out = process.stdout.read()
    complaint = process.stderr.read().decode(errors="replace")
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    # The nightly job says on standard error what it did.
    done = " alert," not in name or "ended code=0 as_of=2023-06-30" in complaint
    if process.returncode != CODES.get(name, 0) or PROOF.get(name, b"") not in out or not done:
        raise SystemExit(f"{name} failed with exit code {process.returncode}\n{complaint}")
    return (float(out) if inside else seconds), used.ru_maxrss


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, help=f"samples of each ({ROUNDS}); writes nothing")
    asked = parser.parse_args().rounds
    rounds = asked or ROUNDS
    taken: dict[str, list[tuple[float, int]]] = {name: [] for name in MEASURED}
    for number in range(rounds + 2):
        for name, (command, _, _) in MEASURED.items():
            found = sample(name, command)
            if number >= 2:  # the first rounds warm the caches
                taken[name].append(found)
    lines = [
        "| what | median ms | least ms | ratio | target | memory MiB |",
        "|---|---|---|---|---|---|",
    ]
    for name, (_, yardstick, target) in MEASURED.items():
        times = [seconds for seconds, _ in taken[name]]
        memory = max(kib for _, kib in taken[name]) / 1024
        ratio = aim = ""
        if yardstick:
            # Round by round, so that what a busy moment does to both cancels out.
            ratios = [a / b for (a, _), (b, _) in zip(taken[name], taken[yardstick], strict=True)]
            ratio = f"{statistics.median(ratios):.2f}"
            if target is not None:
                middle = statistics.median(ratios)
                # Runs on an idle machine differ by this much: nearer than that, one run
                # does not tell.
                near = abs(middle / target - 1) < 0.05
                told = "at the line" if near else "met" if middle <= target else "not met"
                aim = f"at most {target:g}: {told}"
        lines.append(
            f"| {name} | {statistics.median(times) * 1e3:.1f} | {min(times) * 1e3:.1f} "
            f"| {ratio} | {aim} | {memory:.0f} |"
        )
    page = os.path.getsize(f"{_LEDGER.name}/briefing.html")
    table = "\n".join(lines)
    print(table)
    if asked:
        return
    (ROOT / "docs" / "speed.md").write_text(
        f"""# How fast it is

Made by `make bench` ({rounds} rounds, a fresh process a sample, taking turns), on
Python {platform.python_version()}, {os.cpu_count()} cores. Whole commands are held against a
bare `python -c pass`, a report and a night of the alert job on an unchanged record against
`ccm-check` with the same engines, loading the rules (from a warm cache) against tomllib
alone parsing the same files; the ratio is the median of the rounds' ratios. "At the line" is within
5 % of the target, which is what runs differ by: one run does not say on which side.
Memory is that of the larger process where a command has two.
A briefing checks the record twice, on its own day and on that of the last Meeting, and
counts the indicators; its page is {page / 1e6:.2f} MB (target: under 1 MB).

{table}
""",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
