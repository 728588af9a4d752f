"""What a finding is known by from one day to the next: rows go in, fingerprints come out."""

from __future__ import annotations

from collections.abc import Mapping

from ccm_rules.compiler.info import FindingInfo
from ccm_rules.compiler.program import Row
from ccm_rules.compiler.rulebook import Rulebook
from ccm_rules.dates import edtf
from ccm_rules.record.sentences import values_of


def identify(info: FindingInfo, row: Row) -> str:
    """What identifies a finding from one day to the next: its rule and its key."""
    fields = values_of(info.columns, row)
    key = [_plain(*fields[name]) for name in info.key]
    name = info.rule if info.of_duty else f"{info.rule}/{info.name}"
    return ":".join([name, *key])


def _plain(type_: str, values: tuple[str | int, ...]) -> str:
    if type_ == "when":
        return edtf(int(values[0]), int(values[1]))
    return "-".join(str(value) for value in dict.fromkeys(values))


def duty_keys(rulebook: Rulebook) -> dict[str, FindingInfo]:
    """For each rule with findings about its duty, one of them: all have one key."""
    return {info.rule: info for info in rulebook.findings.values() if info.of_duty}


def fingerprint_of(
    keys: Mapping[str, FindingInfo], rule: str, party: str, item: str, n: int
) -> str:
    """The fingerprint that a finding about a duty has, or would have."""
    info = keys.get(rule)
    if info is None:
        return ":".join([rule, party, *([item] if item else []), *([str(n)] if n else [])])
    types = dict(info.columns)
    parts = [rule]
    for name in info.key:
        if name == info.party:
            parts.append(party)
        else:
            parts.append(str(n) if types[name] in ("int", "number") else item)
    return ":".join(parts)
