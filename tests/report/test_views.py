"""The report as a door: duties, facts, evidence and reasons say the same of the real record."""

from __future__ import annotations

import pytest

import ccm_rules
from ccm_rules.dates import When
from ccm_rules.report.because import references
from tests.conftest import REAL


@pytest.fixture(scope="module")
def report():
    return ccm_rules.check(
        ccm_rules.load_facts(REAL), ccm_rules.load_rules(), engines=["sqlite"]
    )


def test_a_finding_about_a_duty_bears_its_fingerprint_status_and_day(report):
    duties = {(duty.fingerprint, duty.status, duty.due) for duty in report.duties()}
    about = [f for f in report.findings if report.rulebook.findings[f.relation].of_duty]
    assert len(about) > 50
    for finding in about:
        assert (finding.fingerprint, finding.status, finding.due) in duties


def test_duties_of_a_state_and_when_they_were_met(report):
    (duty,) = (d for d in report.duties(["BGR"]) if d.rule == "initial-transparency-report")
    assert duty.key == ("initial-transparency-report", "BGR", "", 0)
    (filed,) = (
        fact.values["date"]
        for fact in report.record.facts
        if fact.kind == "report" and fact.values["party"] == "BGR"
        and fact.values["kind"] == "initial"
    )  # fmt: skip
    assert report.done(duty) == (filed,)
    assert {d.party for d in report.duties(["BGR", "TGO"])} == {"BGR", "TGO"}


def test_what_the_record_leaves_open_has_no_day_as_of_which_it_is_said(report):
    open_ = [duty for duty in report.duties() if duty.status == "open"]
    assert open_
    assert {duty.until for duty in open_} == {None}
    assert {duty.rule for duty in open_} <= {item.rule for item in report.open}


def test_facts_on_record_and_facts_that_rules_derive_are_read_alike(report):
    deposits = {entry.text("party"): entry for entry in report.entries("deposit")}
    nauru = deposits["NRU"]
    assert nauru.certain
    (fact,) = nauru.facts
    assert nauru.sources == fact.sources
    assert nauru.when("date") == fact.values["date"]
    assert "Nauru" in report.says(nauru)
    derived = {entry.text("party"): entry for entry in report.entries("entry-into-force")}
    assert derived["NRU"].facts == ()
    assert isinstance(derived["NRU"].when("date"), When)
    assert report.derived_by(derived["NRU"]) == "entry-into-force"
    assert set(nauru.sources) & set(references(report.why(derived["NRU"])))
    assert report.entries("no such fact") == ()


def test_an_explanation_cites_nothing_but_its_evidence(report):
    for finding in report.findings:
        found = report.evidence(finding)
        cited = set(references(report.because(finding)))
        there = {ref for one in (*found.facts, *found.registers) for ref in one.sources}
        assert cited <= there, finding.fingerprint
        if len(finding.rows) == 1:  # an explanation tells the first way alone
            assert cited == there, finding.fingerprint
        if finding.party:  # what is about its own State stands first
            own = [fact.values.get("party") == finding.party for fact in found.facts]
            assert own == sorted(own, reverse=True)


def test_a_narrowed_report_shows_less_and_knows_as_much(report):
    some = ccm_rules.narrow(report, ccm_rules.Filters(("BGR",)))
    assert {finding.party for finding in some.findings} == {"BGR"}
    assert all(item.parties == ("BGR",) for item in some.open)
    assert some.duties() == report.duties()
    assert len(report.findings) > len(some.findings)
