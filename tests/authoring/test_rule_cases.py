"""Every case that stands in a rule file: quickly, and on every engine in every treaty."""

from __future__ import annotations

import pytest

from ccm_rules.authoring.cases import load_full_rules, run_case
from ccm_rules.authoring.workshop import Workshop
from ccm_rules.compiler import load_every_treaty
from ccm_rules.engines.choice import available_engines

_BOOKS = {book.treaty.name: book for book in load_every_treaty(indicators=True)}
_RULES = {name: load_full_rules(book.folders)[1] for name, book in _BOOKS.items()}
_CASES = [
    (name, rule, case) for name, rules in _RULES.items() for rule in rules for case in rule.cases
]


_WORKSHOP = Workshop()
_BENCH = _WORKSHOP.bench()


@pytest.mark.parametrize("rule", [r.name for r in _WORKSHOP.rules])
def test_cases_of(rule):
    """As `ccm-check rules test` runs them: with the rules that they rest on, on one engine."""
    assert [f"{o.case}: {o.problems}" for o in _BENCH.cases(rule) if not o.passed] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("treaty", "rule", "case"), _CASES, ids=[f"{t}: {r.name}: {c.name}" for t, r, c in _CASES]
)
def test_case_with_all_rules_on_every_engine(treaty, rule, case):
    outcome = run_case(rule, case, _BOOKS[treaty], available_engines())
    assert outcome.passed, "; ".join(outcome.problems)


def test_every_rule_has_cases_and_every_finding_is_raised_by_one():
    silent = []
    for rule in (rule for rules in _RULES.values() for rule in rules):
        raised = {name for case in rule.cases for name in case.raises}
        silent += [f"{rule.name}/{f.name}" for f in rule.findings if f.name not in raised]
    assert not silent, f"no case raises {silent}"
