"""Looking at some States or some rules of a report.

All rules always run, because they build on each other; what is left out is left
out of the result.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

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
    # What is open is counted anew, from the rows that are left.
    rules = {rule for rule, _ in pairs}
    rulebook = report.rulebook._replace(
        rules={name: rule for name, rule in report.rulebook.rules.items() if name in rules},
        findings={
            key: info
            for key, info in report.rulebook.findings.items()
            if (info.rule, info.name) in pairs
        },
    )
    rows = dict(report.evaluation.derived.rows)
    if parties:
        places = {"duty open": 1}
        for key, info in rulebook.findings.items():
            columns = report.rulebook.program.schema[key]
            names = [column for column, _ in columns]
            places[key] = names.index(info.party) if info.party else -1
        for key, place in places.items():
            rows[key] = {
                row: sure
                for row, sure in rows.get(key, {}).items()
                if place >= 0 and row[place] in parties
            }
    derived = report.evaluation.derived._replace(rows=rows)
    old = report.evaluation
    evaluation = Evaluation(rulebook, old.base, derived, old.parties, old.as_of)
    return report.showing(findings, Maker(evaluation).open())
