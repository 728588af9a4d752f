"""What is known and found on each of many days, written to standard output as a pickle.

Run by test_two_years.py, in two processes: ``python -m tests.alerts.two_years FIRST LAST``.
"""

from __future__ import annotations

import gc
import pickle
import sys
from pathlib import Path

import ccm_rules
from ccm_rules.alerts.snapshot import snapshot

FACTS = Path(__file__).resolve().parents[2] / "facts" / "2023.json"


def nights(first, last):
    """For each day a snapshot for the job, and what an independent reckoning needs."""
    gc.disable()  # nothing here is garbage that is worth looking for
    rulebook = ccm_rules.load_rules()
    record = ccm_rules.load_facts(FACTS, rulebook=rulebook)
    found = []
    for day in range(first, last + 1):
        when = ccm_rules.When(day, day)
        report = ccm_rules.check(record, rulebook, as_of=when, known=when, engines=["sqlite"])
        findings = {
            f.fingerprint: (f.name, f.severity, f.status, str(f.due), f.says)
            for f in report.findings
        }
        ahead = {
            (d.rule, d.party, d.item, d.n): d.due.earliest
            for d in ccm_rules.deadlines(report, day + 4000)
            if d.rule
        }
        found.append((snapshot(report), findings, ahead))
    return found


if __name__ == "__main__":
    sys.stdout.buffer.write(pickle.dumps(nights(int(sys.argv[1]), int(sys.argv[2]))))
