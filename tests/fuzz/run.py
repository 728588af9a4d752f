"""Trying many inputs: ``python -m tests.fuzz.run --inputs 1000000`` (``make fuzz``).

Every input is tried within a second of processor time. One that fails is kept in
``tests/fuzz/corpus/<target>/`` as it was; the tests try all that is kept there.
"""

from __future__ import annotations

import argparse
import faulthandler
import hashlib
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from tests.fuzz.targets import TARGETS, Target

CORPUS = Path(__file__).parent / "corpus"
#: Seconds of processor time that one input may take.
LIMIT = 1.0
#: Inputs after which progress is told, and the seconds within which they are tried.
_PROGRESS = 20_000
_STUCK = 3_600


class Hang(BaseException):
    """An input took longer than it may. No `except Exception` may swallow it."""


class Failure(NamedTuple):
    """An input that failed."""

    target: str
    data: bytes
    trace: str


def _ring(_: int, frame: FrameType | None) -> None:
    raise Hang


def tried(target: Target, data: bytes, directory: Path, limit: float = LIMIT) -> bool:
    """Run one input within its time.

    Raises:
        Hang: it took too long.
    """
    before = signal.signal(signal.SIGPROF, _ring)
    signal.setitimer(signal.ITIMER_PROF, limit)
    try:
        return target.run(data, directory)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def plan(inputs: int, names: list[str], seed: int) -> Iterator[tuple[Target, int]]:
    """Which targets are tried, with the number that each input grows from."""
    chosen = [TARGETS[name] for name in names]
    whole = sum(target.share for target in chosen)
    for target in chosen:
        for number in range(round(inputs * target.share / whole)):
            yield target, (seed << 32) + number


def grow(target: Target, number: int) -> bytes:
    """The input that a number stands for."""
    return target.grow(random.Random(f"{target.name} {number}"))


def kept(name: str) -> list[Path]:
    """The inputs of a target that failed once."""
    return sorted(path for path in (CORPUS / name).glob("*") if path.is_file())


def main() -> int:
    """Try inputs, tell what failed, keep it; 1 where anything failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=None, help="another gives other inputs")
    parser.add_argument("--target", action="append", choices=sorted(TARGETS))
    parser.add_argument("--keep", type=int, default=5, help="failing inputs kept for one place")
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else time.time_ns() % 2**20
    started = time.monotonic()
    print(f"seed {seed}", flush=True)
    accepted: Counter[str] = Counter()
    counted: Counter[str] = Counter()
    slowest: dict[str, tuple[float, int]] = {}
    failures: dict[str, int] = {}
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # no disk is quick enough
    with tempfile.TemporaryDirectory(prefix="ccm-fuzz-", dir=memory) as name:
        directory = Path(name)
        for target, number in plan(options.inputs, options.target or list(TARGETS), seed):
            data = grow(target, number)
            before = time.process_time()
            if counted[target.name] % _PROGRESS == 0:
                # A hang inside the interpreter, where no signal is heard, ends everything.
                faulthandler.dump_traceback_later(_STUCK, exit=True, file=sys.__stderr__)
                print(f"{target.name} {counted[target.name]:,} …", flush=True)
            try:
                accepted[target.name] += tried(target, data, directory)
            except (Exception, Hang):  # every failure is kept and told
                trace = traceback.format_exc()
                place = "".join(traceback.format_exc(limit=-1).splitlines()[-4:-1]) + trace[-60:]
                seen = failures[place] = failures.get(place, 0) + 1
                if seen <= options.keep:
                    _keep(options.corpus, Failure(target.name, data, trace), number)
            took = time.process_time() - before
            counted[target.name] += 1
            if took > slowest.get(target.name, (0.0, 0))[0]:
                slowest[target.name] = took, number
        faulthandler.cancel_dump_traceback_later()
    print(f"\n{'target':12}{'inputs':>10}{'accepted':>10}{'slowest':>10}  grown from")
    for name, number in counted.items():
        took, from_ = slowest[name]
        print(f"{name:12}{number:>10,}{accepted[name]:>10,}{took:>9.3f}s  {from_}")
    whole = sum(counted.values())
    print(f"{'all':12}{whole:>10,}{sum(accepted.values()):>10,}")
    print(f"{time.monotonic() - started:,.0f} s; {sum(failures.values())} failed")
    return 1 if failures else 0


def _keep(corpus: Path, failure: Failure, number: int) -> None:
    name = hashlib.sha256(failure.data).hexdigest()[:12]
    place = corpus / failure.target / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(failure.data)
    print(f"FAILED {failure.target} {number}: kept as {place}\n{failure.trace}", flush=True)


if __name__ == "__main__":
    faulthandler.enable()
    sys.exit(main())
