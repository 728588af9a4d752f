"""``make golden``: write the expected outputs anew, and say which changed."""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

from tests.golden.parts import parts
from tests.golden.running import settled
from tests.golden.store import Held, differences, held, of_part, read, write


def main() -> None:
    """Write them to where they are expected, or whole to another folder."""
    parser = argparse.ArgumentParser(prog="python -m tests.golden.write", description=__doc__)
    parser.add_argument("--whole", type=Path, metavar="DIR", help="write all of them there, whole")
    parser.add_argument("--only", default="", metavar="WORD", help="parts whose name has this")
    options = parser.parse_args()
    old, new = read(), Held({}, {})
    with tempfile.TemporaryDirectory() as home, settled(home):
        for part in parts():
            if options.only not in part.name:
                for one, other in zip(new, of_part(part.name, old), strict=True):
                    one.update(other)  # type: ignore[arg-type]
                continue
            began = time.process_time()
            outputs = part.make()
            print(f"{time.process_time() - began:6.2f} s  {part.name}", flush=True)
            if options.whole is not None:
                _whole(options.whole / part.name, outputs)
                continue
            made = held(part.name, outputs)
            for line in differences(of_part(part.name, old), made):
                print(f"  {line}")
            new.files.update(made.files)
            new.digests.update(made.digests)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(f"{used.ru_utime + used.ru_stime:.0f} CPU seconds")
    if options.whole is None:
        write(new)


def _whole(path: Path, outputs: object) -> None:
    many = outputs if isinstance(outputs, dict) else {"": outputs}
    for name, text in many.items():
        place = path / name if name else path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, newline="")


if __name__ == "__main__":
    main()
