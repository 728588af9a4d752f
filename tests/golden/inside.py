"""The only place of the golden outputs that knows the package from inside."""

from __future__ import annotations

from collections.abc import Iterator

import ccm_rules
from ccm_rules.documents.reasons import RulePage, WhyFound
from ccm_rules.formats import text


def relations(report: ccm_rules.Report) -> Iterator[tuple[str, str]]:
    """Every relation, stated (EDB) or derived (IDB), with its rows: certain (1) or possible (0)."""
    evaluation = report.evaluation
    for name, rows in (evaluation.base.rows | evaluation.derived.rows).items():
        lines = sorted(f"{certain} {row!r}\n" for row, certain in dict(rows).items())
        yield f"{'stated' if name in evaluation.base.rows else 'derived'} {name}", "".join(lines)


def explained(report: ccm_rules.Report, finding: ccm_rules.Finding) -> str:
    """What ``ccm-check explain`` prints of a finding, from a report that is at hand."""
    tree = ccm_rules.explain(report, finding)
    failed = list(ccm_rules.not_held(report, finding.rule, finding.party, finding))
    return text.render(WhyFound(report, finding, tree, failed).document())


def counted(tally: ccm_rules.Tally) -> Iterator[tuple[str, str]]:
    """How each number of a report comes about, as ``ccm-check explain`` prints it."""
    rules = tally.report.rulebook.rules
    for number in tally.numbers:
        page = RulePage(rules[number.info.rule], (), (), list, (), (tally, [number]))
        name = f"{number.name} {number.year or ''}".strip()
        # Without the head of the page, which is the rule's and not the number's.
        written = text.render(page.document())
        yield name, written[written.index("\n\n") + 1 :]
