"""Whether the tests look at enough of the package: `make test-all` compares with a floor.

In: what coverage.py measured in all processes. Out: the shares of lines and branches,
the files that miss most, and an exit code.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import coverage

#: Percent of lines and of branches that must be covered.
FLOOR = {"lines": 95.0, "branches": 0.0}


def main() -> int:
    measured = coverage.Coverage()
    measured.combine()
    with tempfile.TemporaryDirectory() as place:
        file = Path(place, "coverage.json")
        measured.json_report(outfile=str(file))
        data = json.loads(file.read_text(encoding="utf-8"))
    missing = {name: len(one["missing_lines"]) for name, one in data["files"].items()}
    for name in sorted(missing, key=lambda n: -missing[n])[:10]:
        print(f"{missing[name]:5} lines not covered of {name}")
    total = data["totals"]
    shares = {
        "lines": 100 * total["covered_lines"] / total["num_statements"],
        "branches": 100 * total["covered_branches"] / total["num_branches"],
    }
    for what, share in shares.items():
        print(f"coverage: {share:.2f} % of {what}; the floor is {FLOOR[what]} %")
    return int(any(share < FLOOR[what] for what, share in shares.items()))


if __name__ == "__main__":
    sys.exit(main())
