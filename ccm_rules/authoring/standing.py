"""How the duties of a rule stand, and what differs from how a case says that they do.

In goes the report of a case, out come statuses by what tells the duties apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ccm_rules.dates import iso
from ccm_rules.law.rule import Rule, Var
from ccm_rules.report.views import Report

Standing = Mapping[str, str]


def standing(report: Report, rule: Rule) -> Standing:
    """How the duties of a rule stand, by what tells them apart.

    That is the State where there are several, then the item and the number, where the rule
    has them. Where the record ends before the day, its last day is said.
    """
    mine = [duty for duty in report.duties() if duty.rule == rule.name]
    several = len({duty.party for duty in mine}) > 1
    found: dict[str, list[str]] = {}
    for duty in mine:
        names = [duty.party] if several else []
        names += [duty.item] if duty.item else []
        names += [str(duty.n)] if rule.duty is not None and isinstance(rule.duty.n, Var) else []
        ended = duty.until is not None and duty.until.latest < report.as_of
        last = f" until {iso(duty.until.latest)}" if duty.until is not None and ended else ""
        found.setdefault(" ".join(names), []).append(f"{duty.status}{last}")
    return {name: " and ".join(sorted(set(statuses))) for name, statuses in found.items()}


def differs(wanted: Standing, there: Standing, when: str) -> Iterator[str]:
    """What differs from how a case says that duties stand.

    Args:
        wanted: by item; a single status stands at no name.
        there: how they stand.
        when: said behind it, such as ``on the day before``.
    """
    if "" in wanted:
        single = next(iter(there.values()), "none")
        if len(there) > 1 or single != wanted[""]:
            yield f"the status{when} is {_shown(there)}, where the case says {wanted['']}"
    elif wanted != there:
        yield f"the statuses{when} are {_shown(there)}, where the case says {_shown(wanted)}"


def _shown(there: Standing) -> str:
    if len(there) < 2:
        return next(iter(there.values()), "none")
    return ", ".join(f"{name}: {status}" for name, status in there.items())
