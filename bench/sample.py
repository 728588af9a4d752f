"""One contestant, once, in a process of its own.

    python -m bench.sample NAME FACTS SEED [--right DIGEST] [--memory GIB]

Prints one line of JSON: seconds from a record in memory to the sentences of all findings
(and of all cores together), the peak of memory before and after, how many findings there are,
and a digest of them.
With another digest as the right one, findings are held against those of the Python
that is written by hand.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import os
import resource
import sys
import time
from pathlib import Path

from bench.contestants import CONTESTANTS, Findings


def digest(findings: Findings) -> str:
    """A number that stands for a set of findings, whatever their order."""
    total = 0
    for item in findings.items():
        text = repr(item).encode(errors="surrogatepass")
        total += int.from_bytes(hashlib.blake2b(text, digest_size=8).digest())
    return f"{total % 2**64:016x}"


def wrong(found: Findings, right: Findings) -> dict[str, int]:
    """How many findings are missing, and how many should not be there."""
    return {
        "right": len(right),
        "missing": len(right.items() - found.items()),
        "extra": len(found.items() - right.items()),
    }


def memory(name: str) -> int:
    """What the kernel says of this process's memory: VmRSS now, VmHWM at most, in KiB.

    Not `resource.getrusage`: its peak is that of whoever started the process, if he
    held more.
    """
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1])
    raise SystemExit(f"this system does not tell {name}")


def peak() -> int:
    """The most memory that this process, or one that it forked, has held, in KiB."""
    return max(memory("VmHWM"), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)


def main() -> None:
    """Measure once and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=CONTESTANTS)
    parser.add_argument("facts", type=int)
    parser.add_argument("seed", type=int)
    parser.add_argument("--right", default="")
    parser.add_argument("--memory", type=float, default=0, help="GiB of addresses, at most")
    options = parser.parse_args()
    if options.memory:
        limit = int(options.memory * 2**30)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    from bench import synthetic

    record = synthetic.record(options.facts, options.seed)
    contestant = CONTESTANTS[options.name]
    run = contestant.prepare(record)
    # What was there before the run is nobody's garbage.
    gc.collect()
    gc.freeze()
    before = memory("VmRSS")
    cpu, start = sum(os.times()[:4]), time.perf_counter()
    outcome = run()
    seconds = time.perf_counter() - start - getattr(run, "idle", 0.0)
    cpu = sum(os.times()[:4]) - cpu
    most = peak()
    found = contestant.findings(record, outcome)
    told: dict[str, object] = {
        "seconds": seconds,
        "cpu_seconds": cpu,
        "input_kib": before,
        "peak_kib": most,
        "found": len(found),
        "digest": digest(found),
    }
    if options.right and options.right != told["digest"]:
        yardstick = CONTESTANTS["python"]
        told["wrong"] = wrong(found, yardstick.prepare(record)())
    print(json.dumps(told))
    sys.stdout.flush()
    os._exit(0)  # giving memory back takes long, and no engine is asked to


if __name__ == "__main__":
    main()
