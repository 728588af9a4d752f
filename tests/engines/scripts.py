"""What a printed script must find: what check finds, by the same names."""

from __future__ import annotations

import functools
from pathlib import Path

import ccm_rules
from ccm_rules import Report, load_facts, load_rules, parse_date
from ccm_rules.dates import edtf
from ccm_rules.engines.sql.dialects import DIALECTS
from ccm_rules.engines.sql.record_tables import Statement, filled_from
from ccm_rules.engines.sql.script import script
from ccm_rules.record.sentences import values_of

FACTS = Path(__file__).resolve().parents[2] / "facts"
RECORDS = (("2023.json", ""), ("2026.json", "2026-11-16"))


@functools.cache
def report(name: str, as_of: str = "") -> Report:
    """What check finds in a record of the repository."""
    record, rulebook = load_facts(FACTS / name), load_rules()
    when = parse_date(as_of) if as_of else None
    return ccm_rules.check(record, rulebook, as_of=when, engines=["sqlite"])


def statements(found: Report, dialect: str, *, filled: bool = True) -> list[Statement]:
    """The script for the record and the day of a report."""
    filling = filled_from(found.record, found.rulebook) if filled else None
    return list(script(found.rulebook, DIALECTS[dialect], found.as_of, filling))


def expected(found: Report) -> set[tuple[str, str, str, str, str]]:
    """The rows of the script's table of findings: in a fingerprint, days are numbers."""
    rows = set()
    for finding in found.findings:
        fingerprint = finding.fingerprint
        info = found.rulebook.findings[finding.relation]
        fields = values_of(info.columns, finding.rows[0])
        for name in info.key:
            type_, values = fields[name]
            if type_ == "when":
                low, high = int(values[0]), int(values[1])
                number = str(low) if low == high else f"{low}..{high}"
                assert edtf(low, high) in fingerprint
                fingerprint = fingerprint.replace(edtf(low, high), number, 1)
        rows.add((fingerprint, finding.rule, finding.name, finding.severity, finding.party))
    assert len(rows) > 20
    return rows
