"""How long the history of sixteen years takes, against checking every day of it.

Both are measured in fresh processes that take turns, in-process and without
loading facts and rules. Days are checked on a sample, evenly spread over the
span; the time for all of them is the median of a day times the number of days.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FACTS = "facts/2026.json"
SINCE, UNTIL = "2010-11-25", "2026-11-24"
#: So many days are checked in each round.
SAMPLED = 12

_HISTORY = f"""
import time, ccm_rules
rulebook = ccm_rules.load_rules()
record = ccm_rules.load_facts({FACTS!r}, rulebook=rulebook)
since, until = map(ccm_rules.parse_date, ({SINCE!r}, {UNTIL!r}))
import ccm_rules.report.histories
start = time.perf_counter()
told = ccm_rules.history(record, rulebook, since=since, until=until)
changes = told.changes()
seconds = time.perf_counter() - start
assert len(changes) > 1000
print([seconds])
"""
_DAILY = f"""
import time, ccm_rules
rulebook = ccm_rules.load_rules()
record = ccm_rules.load_facts({FACTS!r}, rulebook=rulebook)
first, last = (ccm_rules.parse_date(day).earliest for day in ({SINCE!r}, {UNTIL!r}))
taken = []
for part in range({SAMPLED}):
    day = first + (last - first) * part // {SAMPLED - 1}
    start = time.perf_counter()
    report = ccm_rules.check(record, rulebook, as_of=ccm_rules.When(day, day), engines=["sqlite"])
    taken.append(time.perf_counter() - start)
assert report.findings
print(taken)
"""


def _run(code: str) -> list[float]:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    found: list[float] = json.loads(done.stdout)
    return found


def measure(rounds: int = 7) -> dict[str, str | float | int]:
    """Measure in turns.

    Args:
        rounds: fresh processes of each, after one that warms the caches.

    Returns:
        ``name``; ``ours_seconds`` for the whole history (median);
        ``daily_seconds`` for checking every day of it, extrapolated from
        sampled days; the number of ``days``; and the ``ratio``, the median of
        the rounds' ratios.
    """
    from ccm_rules.dates import parse

    days = parse(UNTIL).earliest - parse(SINCE).earliest + 1
    ours, daily = [], []
    for number in range(rounds + 1):
        (seconds,), taken = _run(_HISTORY), _run(_DAILY)
        if number:
            ours.append(seconds)
            daily.append(statistics.median(taken) * days)
    return {
        "name": f"history of {days:,} days, {Path(FACTS).name}",
        "ours_seconds": statistics.median(ours),
        "daily_seconds": statistics.median(daily),
        "days": days,
        "ratio": statistics.median(b / a for a, b in zip(ours, daily, strict=True)),
    }


def row(measured: dict[str, str | float | int]) -> str:
    """One row of a Markdown table: name, ours, day by day, how many times faster."""
    return (
        f"| {measured['name']} | {measured['ours_seconds']:.2f} s "
        f"| {measured['daily_seconds']:,.0f} s (extrapolated from {SAMPLED} days a round) "
        f"| {measured['ratio']:,.0f} |"
    )


def main() -> None:
    """Measure and print one row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="samples of each (7)")
    print(row(measure(parser.parse_args().rounds)))


if __name__ == "__main__":
    main()
