"""JUnit XML: what readers of test reports understand, with names that stay."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import junitparser
import pytest

from tests.conftest import REAL

#: Elements with the attributes and children that Surefire, Jenkins and GitLab know.
_KNOWN = {
    "testsuites": ({"name", "tests", "failures", "errors", "time"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors", "skipped", "time"},
        {"properties", "testcase"},
    ),
    "properties": (set(), {"property"}),
    "property": ({"name", "value"}, set()),
    "testcase": ({"name", "classname", "time"}, {"failure", "skipped", "system-out"}),
    "failure": ({"message", "type"}, set()),
    "skipped": ({"message"}, set()),
    "system-out": (set(), set()),
}


def cases_of(outcome):
    """Each test case by name: its outcome and what it says."""
    root = ElementTree.fromstring(outcome.bytes)
    for element in root.iter():
        attributes, children = _KNOWN[element.tag]
        assert set(element.attrib) <= attributes
        assert {child.tag for child in element} <= children
    found = {}
    for suite in root:
        cases = suite.findall("testcase")
        assert int(suite.get("tests")) == len(cases) > 0
        for count, tag in (("failures", "failure"), ("skipped", "skipped")):
            assert int(suite.get(count)) == len(suite.findall(f"testcase/{tag}"))
        for case in cases:
            assert len(case) == 1
            assert case.get("name") not in found
            says = case[0].get("message") or case[0].text
            found[case.get("name")] = (case[0].tag, says)
    for name in ("tests", "failures", "errors"):
        assert int(root.get(name)) == sum(int(suite.get(name)) for suite in root)
    return found


@pytest.fixture
def junit(ccm, facts):
    return lambda *arguments: cases_of(ccm(facts, *arguments, "--format", "junit"))


def test_findings_fail_duties_in_order_pass_and_the_rest_is_skipped(junit):
    cases = junit()
    tag, says = cases["initial-report:TGO"]
    assert tag == "failure"
    assert says.startswith("The report of Togo was due on 30 May 2013")
    assert cases["initial-report:NGA"] == (
        "system-out", "upcoming (Nigeria); due on 28 January 2024.",
    )  # fmt: skip
    assert cases["initial-report:ZAF"] == (
        "skipped", "The record cannot tell (South Africa); due on 29 April 2016.",
    )  # fmt: skip
    tag, says = cases["initial-report:PER"]  # late, which is information
    assert tag == "system-out"
    assert "PAPER ¶2" in says
    assert "in-force" not in cases  # a rule that finds nothing by its nature


def test_a_failure_says_why(ccm, facts):
    root = ElementTree.fromstring(ccm(facts, "--format", "junit").bytes)
    suite = next(s for s in root if s.get("name") == "initial-report")
    failure = suite.find("testcase[@name='initial-report:TGO']/failure")
    assert suite.find("testcase").get("classname") == "ccm.initial-report"
    assert failure.get("type") == "serious: initial-report-overdue"
    for part in ("Article 7(1) CCM; legal; computed; serious", "Remedy: Submit it.", "Sources: "):
        assert part in failure.text


@pytest.mark.parametrize(
    ("fail_on", "failing"), [("serious", 2), ("warning", 3), ("info", 5), ("never", 0)]
)
def test_the_threshold_says_what_fails(ccm, facts, fail_on, failing):
    outcome = ccm(facts, "--format", "junit", "--fail-on", fail_on)
    findings = json.loads(ccm(facts, "--format", "json").out)["findings"]
    order = ["serious", "warning", "notice", "info"]
    grave = order[: order.index(fail_on) + 1] if fail_on != "never" else []
    expected = {f["fingerprint"] for f in findings if f["severity"] in grave}
    cases = cases_of(outcome)
    assert {name for name, (tag, _) in cases.items() if tag == "failure"} == expected
    assert outcome.code == int(bool(expected))


def test_a_case_keeps_its_name_when_its_outcome_changes(ccm, save, record, facts):
    before = cases_of(ccm(facts, "--format", "junit"))
    assert before["initial-report:TGO"][0] == "failure"
    report = next(fact for fact in record["facts"] if fact["fact"] == "report")
    record["facts"].append({**report, "party": "TGO", "date": "2013-05-01"})
    after = cases_of(ccm(save(record), "--format", "junit"))
    assert after["initial-report:TGO"] == ("system-out", "met (Togo); due on 30 May 2013.")
    assert set(before) == set(after)


def test_what_is_not_looked_for_does_not_pass(junit):
    """Togo is overdue; where that finding is left out, its duty is not said to be in order."""
    cases = junit("--ignore", "initial-report-overdue")
    assert cases["initial-report:TGO"] == (
        "skipped", "No finding is looked for: overdue (Togo); due on 30 May 2013.",
    )  # fmt: skip


def test_filters(junit):
    cases = junit("--select", "initial-report", "--party", "TGO,NGA")
    assert set(cases) == {"initial-report:TGO", "initial-report:NGA"}


def test_a_rule_without_a_case_passes_as_one(junit, ccm, save, record):
    record["facts"] = [f for f in record["facts"] if not f["fact"].startswith("stated")]
    cases = cases_of(ccm(save(record), "--format", "junit"))
    assert cases["stated"] == ("system-out", "Nothing is found.")


def test_hostile_texts_are_harmless(ccm, save, record):
    record["title"] = "]]> & <x> \ufffe \u202e"
    record["facts"][0]["note"] = "\n]]><failure/>"
    outcome = ccm(save(record), "--format", "junit")
    cases = cases_of(outcome)
    assert cases["initial-report:TGO"][0] == "failure"
    root = ElementTree.fromstring(outcome.bytes)
    (title,) = {p.get("value") for p in root.iter("property") if p.get("name") == "record"}
    assert title == "]]> & <x> \\ufffe \\u202e"


def test_another_reader_counts_the_same(ccm):
    outcome = ccm(REAL, "--format", "junit", rules=False)
    assert outcome.bytes == ccm(REAL, "--format", "junit", rules=False).bytes
    cases = cases_of(outcome)
    read = junitparser.JUnitXml.fromstring(outcome.bytes)
    names = [case.name for suite in read for case in suite]
    assert sorted(names) == sorted(cases)
    failed = {case.name for suite in read for case in suite if case.is_failure}
    data = json.loads(ccm(REAL, "--format", "json", rules=False).out)
    summary = data["summary"]
    assert len(failed) == summary["serious"] + summary["warning"]
    assert failed == {name for name, (tag, _) in cases.items() if tag == "failure"}
    assert {f["fingerprint"] for f in data["findings"]} <= set(names)
