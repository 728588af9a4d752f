"""``make golden``: write the expected outputs anew, and say which changed."""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

from tests.golden.parts import Outputs, Part, parts
from tests.golden.running import settled
from tests.golden.store import Held, differences, held, of_part, read, write


def main() -> None:
    """Write them to where they are expected, or whole to another folder."""
    parser = argparse.ArgumentParser(prog="python -m tests.golden.write", description=__doc__)
    parser.add_argument("--whole", type=Path, metavar="DIR", help="write all of them there, whole")
    parser.add_argument("--only", default="", metavar="WORD", help="parts whose name has this")
    options = parser.parse_args()
    chosen = [part for part in parts() if options.only in part.name]
    with tempfile.TemporaryDirectory() as home, settled(home):
        if options.whole is None:
            _expected(chosen)
        else:
            for part in chosen:
                _whole(options.whole / part.name, _made(part))
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(f"{sum(each.ru_utime + each.ru_stime for each in used):.0f} CPU seconds")


def _expected(chosen: list[Part]) -> None:
    """Write what is made; what is not made anew stays, but for parts that are no more."""
    old, names = read(), {part.name for part in parts()}
    new = Held(*({key: one[key] for key in one if key in names} for one in old))
    try:
        for part in chosen:
            made = held(part.name, _made(part))
            for line in differences(of_part(part.name, old), made):
                print(f"  {line}")
            for one, other in zip(new, made, strict=True):
                one.pop(part.name, None)
                one.update(other)  # type: ignore[arg-type]
    finally:
        write(new)


def _made(part: Part) -> Outputs:
    began = time.process_time()
    outputs = part.make()
    print(f"{time.process_time() - began:6.2f} s  {part.name}", flush=True)
    return outputs


def _whole(path: Path, outputs: Outputs) -> None:
    many = {"": outputs} if isinstance(outputs, str) else outputs
    for name, text in many.items():
        place = path / name if name else path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, newline="")


if __name__ == "__main__":
    main()
