"""Every case that stands in a rule file, on every engine."""

from __future__ import annotations

import pytest

from ccm_rules.checking import available_engines
from ccm_rules.rulebook import load_rules
from ccm_rules.rulebook.cases import load_full_rules, run_case

_VOCABULARY, _RULES = load_full_rules()
_CASES = [(rule, case) for rule in _RULES for case in rule.cases]


@pytest.fixture(scope="module")
def rulebook():
    return load_rules(indicators=True)


@pytest.mark.parametrize(("rule", "case"), _CASES, ids=[f"{r.name}: {c.name}" for r, c in _CASES])
def test_case(rule, case, rulebook):
    outcome = run_case(rule, case, rulebook, available_engines())
    assert outcome.passed, "; ".join(outcome.problems)


def test_every_rule_has_cases_and_every_finding_is_raised_by_one():
    silent = []
    for rule in _RULES:
        raised = {name for case in rule.cases for name in case.raises}
        silent += [f"{rule.name}/{f.name}" for f in rule.findings if f.name not in raised]
    assert not silent, f"no case raises {silent}"
