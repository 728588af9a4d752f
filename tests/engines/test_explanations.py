"""Explanations of every finding of the real record, beside tests/report/test_because.py."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from ccm_rules import explain as because
from ccm_rules import not_held
from ccm_rules.report.checking import check
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def report(real_record, rulebook):
    return check(real_record, rulebook, engines=["sqlite"])


@pytest.fixture(scope="module")
def trees(report):
    assert report.findings
    return [because(report, finding) for finding in report.findings]


def walk(node):
    yield node
    for parent in node.parents:
        yield from walk(parent)


def test_a_tree_begins_with_its_finding(report, trees):
    for finding, tree in zip(report.findings, trees, strict=True):
        assert (tree.kind, tree.text) == ("finding", finding.says)
        assert tree.parents


def test_what_is_derived_rests_on_something(trees):
    """Without a step below it, it has sources, sums up facts beside it, or counts none."""
    bare = set()
    for tree in trees:
        for node in walk(tree):
            beside = {child.kind for child in node.parents}
            for child in node.parents:
                if child.kind == "derived" and not child.parents and not child.sources:
                    together = child.text.startswith("Taken together: ")
                    nothing = child.text.endswith(": 0.")  # a count of what is not there
                    if not (together and "fact" in beside) and not nothing:
                        bare.add(child.text)
    assert not bare, f"{len(bare)}: {sorted(bare)[:5]}"


def test_only_steps_of_known_kinds_and_only_conclusions_have_parents(trees):
    for tree in trees:
        for node in walk(tree):
            assert node.kind in {
                "finding", "derived", "fact", "register", "arithmetic", "comparison", "absence",
                "as-of",
            }  # fmt: skip
            assert node.kind in ("finding", "derived") or not node.parents
            assert node.text.strip() == node.text != ""
            assert "?" not in node.text
            assert "{" not in node.text


def test_every_source_is_one_of_the_record(trees, real_record):
    for tree in trees:
        for node in walk(tree):
            for source in node.sources:
                assert source.partition(" ")[0] in real_record.sources


def test_no_rule_and_no_state_is_said_to_lack_a_finding_that_it_has(report, rulebook):
    held = {(f.rule, f.name, f.party) for f in report.findings}
    parties = [*sorted({f.party for f in report.findings if f.party})[:12], "NGA", ""]
    said = 0
    for rule in rulebook.rules:
        for party in dict.fromkeys(parties):
            for node in not_held(report, rule, party):
                said += 1
                assert (rule, node.text.removesuffix(" does not hold"), party) not in held
                json.dumps(node.to_data())
    assert said > 100


_ALL = """
import json
from ccm_rules import explain as because
from ccm_rules import not_held
from ccm_rules.report.checking import check
from ccm_rules.words.states import party_names
from ccm_rules.record import load
from ccm_rules.compiler import load_rules
rules = load_rules()
report = check(load(["facts/2023.json"], rules.vocabulary, party_names()), rules,
               engines=["sqlite"])
for finding in report.findings:
    print(json.dumps(because(report, finding).to_data()))
for rule in rules.rules:
    for party in ("ZAF", "BGR", ""):
        nodes = not_held(report, rule, party)
        print("not held", rule, party, json.dumps([node.to_data() for node in nodes]))
"""


@pytest.fixture(scope="module")
def runs():
    """All that is explained, told by three interpreters of different hash seeds."""
    return [
        subprocess.run(
            [sys.executable, "-B", "-c", _ALL],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        for seed in ("1", "7", "1234")
    ]


def differing(runs, not_held):
    assert any(line.startswith("not held") == not_held for line in runs[0])
    return [
        lines[0]
        for lines in zip(*runs, strict=True)
        if lines[0].startswith("not held") == not_held and len(set(lines)) > 1
    ]


def test_every_tree_is_the_same_whatever_the_hash_seed(runs):
    assert not differing(runs, False)


def test_what_does_not_hold_is_the_same_whatever_the_hash_seed(runs):
    assert not differing(runs, True)
