"""Explanations: every finding of the real record, down to its sources."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import subprocess
import sys

import pytest
from dateutil.relativedelta import relativedelta

from ccm_rules import explain as because
from ccm_rules import not_held
from ccm_rules.report.checking import check
from tests.conftest import REAL, ROOT


@pytest.fixture(scope="module")
def report(real_record, rulebook):
    return check(real_record, rulebook, engines=["sqlite"])


@pytest.fixture(scope="module")
def trees(report):
    return {finding.fingerprint: because(report, finding) for finding in report.findings}


def walk(node):
    yield node
    for parent in node.parents:
        yield from walk(parent)


def test_every_fact_and_register_has_a_source(trees):
    for fingerprint, tree in trees.items():
        for node in walk(tree):
            if node.kind in ("fact", "register"):
                assert node.sources, (fingerprint, node.text)


def test_nothing_is_derived_from_nothing(trees):
    for fingerprint, tree in trees.items():
        told = {node.kind for node in walk(tree)}
        assert told & {"fact", "register"} or any(n.sources for n in walk(tree)), fingerprint


def test_absence_is_about_the_record_and_never_about_the_state(trees):
    for tree in trees.values():
        for node in walk(tree):
            if node.kind == "absence":
                assert "on record" in node.text or "Nothing" in node.text, node.text
                assert "did not" not in node.text


_DAY = r"(\d+ \w+ \d{4})"
_LINE = re.compile(
    rf"{_DAY} is {_DAY} ([+-]) (\d+) (day|month|year)s?"
    r"(?:, on day (\d+) of the month|, on (\d+) (\w+))?\."
)


def test_the_arithmetic_is_right_when_done_again(trees):
    lines = {n.text for tree in trees.values() for n in walk(tree) if n.kind == "arithmetic"}
    checked = 0
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None:  # a vague day
            continue
        end, start, sign, number, unit, on_day, day, month = match.groups()
        when = dt.datetime.strptime(start, "%d %B %Y").date()  # noqa: DTZ007
        length = {f"{unit}s": int(f"{sign}{number}")}
        if on_day:
            length["day"] = int(on_day)
        if day:
            length |= {"day": int(day), "month": dt.datetime.strptime(month, "%B").month}  # noqa: DTZ007
        expected = dt.datetime.strptime(end, "%d %B %Y").date()  # noqa: DTZ007
        assert when + relativedelta(**length) == expected, line
        checked += 1
    assert checked > 100


def test_what_is_said_not_to_hold_does_not(report):
    held = {(f.rule, f.name, f.party) for f in report.findings}
    for finding in report.findings:
        if finding.severity in ("serious", "warning"):
            for node in not_held(report, finding.rule, finding.party):
                name = node.text.removesuffix(" does not hold")
                assert (finding.rule, name, finding.party) not in held
                assert node.parents


def test_beside_a_finding_the_state_s_other_duties_are_not_asked_about(report):
    of_deadlines = ("clearance:", "stockpile-destruction:")
    several = [f for f in report.findings if f.fingerprint.startswith(of_deadlines)]
    assert several
    for finding in several:
        for node in not_held(report, finding.rule, finding.party, finding):
            reason = node.parents[0].text
            if reason.startswith("The status is "):
                assert reason.startswith(f"The status is {finding.status}, not "), finding


def test_the_same_tree_whatever_the_hash_seed():
    outs = set()
    for seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-m", "ccm_rules", REAL, "--format", "json", "--engine", "sqlite"],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=False,
        )
        outs.add(run.stdout)
    assert len(outs) == 1
    assert json.loads(outs.pop())["findings"]
