"""Looking at some States or some rules of a report.

All rules always run, because they build on each other; what is left out is left
out of the result.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ccm_rules.compiler.duty_status import OPEN
from ccm_rules.compiler.rulebook import Rulebook
from ccm_rules.errors import CcmError
from ccm_rules.report.evaluation import Evaluation
from ccm_rules.report.findings import Maker
from ccm_rules.report.views import Report

#: A rule and one of its findings; an empty name stands for the rule itself.
Pair = tuple[str, str]


class Filters(NamedTuple):
    """What to look at.

    Attributes:
        parties: codes of States; all if empty. Findings about no State in
            particular are then left out.
        select: names of rules, findings, instruments or folders; all if empty.
        ignore: likewise, what to leave out.
    """

    parties: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.parties or self.select or self.ignore)


def kept(rulebook: Rulebook, filters: Filters) -> frozenset[Pair]:
    """The rules and findings that filters leave.

    Raises:
        CcmError: a filter names nothing that exists.
    """
    every = {(rule.name, name) for rule in rulebook.rules.values() for name in ("", *rule.findings)}
    chosen = _matching(rulebook, filters.select, every) if filters.select else every
    return frozenset(chosen - _matching(rulebook, filters.ignore, every))


def _matching(rulebook: Rulebook, names: Iterable[str], every: set[Pair]) -> set[Pair]:
    groups: dict[str, set[Pair]] = {}
    for rule_name, finding in every:
        rule = rulebook.rules[rule_name]
        for group in {rule_name, rule.folder, rule.instrument.casefold()}:
            groups.setdefault(group, set()).add((rule_name, finding))
        if finding:
            groups.setdefault(finding, set()).add((rule_name, finding))
            groups.setdefault(f"{rule_name}/{finding}", set()).add((rule_name, finding))
    found: set[Pair] = set()
    for name in names:
        group = name if name in groups else name.casefold()
        if group not in groups:
            raise CcmError(_unknown(name, rulebook, groups))
        found |= groups[group]
    return found


def _unknown(name: str, rulebook: Rulebook, groups: Iterable[str]) -> str:
    if name in rulebook.left_out:
        return f"{name} is about the numbers of a progress report; `ccm-check report` shows it"
    import difflib

    near = difflib.get_close_matches(name.casefold(), list(groups), 1)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    there = sorted({rule.instrument for rule in rulebook.rules.values()} | set(rulebook.folders))
    return (
        f"no rule, finding, instrument or folder is called {name!r}{hint}; "
        f"there are the instruments and folders {', '.join(there)}, "
        f"and the rules {', '.join(rulebook.rules)}"
    )


def narrow(report: Report, filters: Filters) -> Report:
    """The same report, of some States or some rules only.

    Raises:
        CcmError: a filter names nothing that exists.
    """
    if not filters:
        return report
    pairs = kept(report.rulebook, filters)
    parties = set(filters.parties)
    findings = tuple(
        finding
        for finding in report.findings
        if (finding.rule, finding.name) in pairs and (not parties or finding.party in parties)
    )
    rules = {rule for rule, _ in pairs}
    undecided = tuple(
        duty
        for duty in report.undecided
        if duty.rule in rules and (not parties or duty.party in parties)
    )
    return report.showing(findings, Maker(_left(report, pairs, parties)).open(), undecided)


def _left(report: Report, pairs: frozenset[Pair], parties: set[str]) -> Evaluation:
    """The rows that are left: what is open is counted anew from them."""
    old = report.evaluation
    rules = {rule for rule, _ in pairs}
    rulebook = report.rulebook._replace(
        rules={name: rule for name, rule in report.rulebook.rules.items() if name in rules},
        findings={
            key: info
            for key, info in report.rulebook.findings.items()
            if (info.rule, info.name) in pairs
        },
    )
    derived = old.derived
    if parties:
        rows = {
            key: {
                row: sure
                for row, sure in derived.rows.get(key, {}).items()
                if place >= 0 and row[place] in parties
            }
            for key, place in _places_of_parties(rulebook).items()
        }
        derived = derived._replace(rows=rows)
    return Evaluation(rulebook, old.base, derived, old.parties, old.as_of)


def _places_of_parties(rulebook: Rulebook) -> dict[str, int]:
    """Where the State stands in the rows of what may be open; -1 where none does."""
    places = {OPEN: 1}
    for key, info in rulebook.findings.items():
        names = [column for column, _ in rulebook.program.schema[key]]
        places[key] = names.index(info.party) if info.party else -1
    return places
