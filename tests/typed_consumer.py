"""Uses the public names as a typed program would; `mypy --strict` must find nothing."""

from __future__ import annotations

import sys

import ccm_rules
from ccm_rules import Contradiction, Deadline, Finding, Node, Number, Record, Report, Rulebook, When


def worst(report: Report) -> Finding | None:
    order: dict[str, int] = {name: n for n, name in enumerate(ccm_rules.SEVERITIES)}
    return max(report.findings, key=lambda one: order[one.severity], default=None)


def judged(*files: str, day: When) -> Report:
    rulebook: Rulebook = ccm_rules.load_rules()
    record: Record = ccm_rules.load_facts(*files, rulebook=rulebook)
    return ccm_rules.check(record, rulebook, as_of=day, engines=["sqlite"])


def said(report: Report) -> list[str]:
    lines: list[str] = [f"{one.party_name or ''}: {one.says}" for one in report.findings]
    soon: list[Deadline] = ccm_rules.deadlines(report, report.as_of + 365)
    return lines + [f"{one.due} {one.status}" for one in soon]


def counted() -> list[str]:
    rulebook = ccm_rules.load_rules(indicators=True)
    record = ccm_rules.load_facts(ccm_rules.newest_facts(with_period=True), rulebook=rulebook)
    conflicts: tuple[Contradiction, ...] = ccm_rules.contradictions(record, rulebook)
    numbers: tuple[Number, ...] = ccm_rules.tally(record, rulebook, engines=["sqlite"]).numbers
    return [f"{one.name} {one.low}" for one in numbers] + [str(one) for one in conflicts]


def main() -> int:
    try:
        report = judged(*sys.argv[1:], day=ccm_rules.parse_date("2026-09-30"))
    except ccm_rules.InputError as error:
        for problem in error.problems:
            print(problem.file, problem.line, problem.message, problem.mend)
        return 2
    finding = worst(report)
    if finding is not None:
        because: Node = ccm_rules.explain(report, finding)
        print(because.text)
    print(*said(report), *counted(), sep="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
