"""The only place of the golden outputs that knows the package from inside."""

from __future__ import annotations

from collections.abc import Iterator

import ccm_rules
from ccm_rules.render.explain import render_finding, render_numbers
from ccm_rules.render.terminal import Terminal


def relations(report: ccm_rules.Report) -> Iterator[tuple[str, str]]:
    """Every relation, stated (EDB) or derived (IDB), with its rows: certain (1) or possible (0)."""
    for name, rows in (report.base.rows | report.derived.rows).items():
        lines = sorted(f"{certain} {row!r}\n" for row, certain in dict(rows).items())
        yield f"{'stated' if name in report.base.rows else 'derived'} {name}", "".join(lines)


def explained(report: ccm_rules.Report, finding: ccm_rules.Finding) -> str:
    """What ``ccm-check explain`` prints of a finding, from a report that is at hand."""
    tree = ccm_rules.explain(report, finding)
    failed = ccm_rules.not_held(report, finding.rule, finding.party)
    return str(render_finding(report, finding, tree, failed, Terminal()))


def counted(tally: ccm_rules.Tally) -> Iterator[tuple[str, str]]:
    """How each number of a report comes about, as ``ccm-check explain`` prints it."""
    for number in tally.numbers:
        name = f"{number.name} {number.year or ''}".strip()
        yield name, str(render_numbers(tally, [number], Terminal()))
