"""What ccm-check must say of the real record on 30 June 2023, through the command line."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from ccm_rules.cli import invoke
from tests.conftest import REAL

#: Due dates of the eight: deposit, first of the sixth month after, 180 days.
OVERDUE_INITIAL = {
    "CPV": "2011-09-28", "COM": "2011-06-30", "TGO": "2013-05-30", "COG": "2015-08-28",
    "GIN": "2015-09-28", "RWA": "2016-07-30", "MDG": "2018-04-30", "STP": "2020-12-28",
}  # fmt: skip


def run(capsys, *arguments):
    capsys.readouterr()
    code = invoke([*map(str, arguments), "--engine", "sqlite"])
    return code, capsys.readouterr().out


@pytest.fixture(scope="module")
def said():
    """What was said before, by the command line."""
    return {}


@pytest.fixture
def say(capsys, said):
    """Run ccm-check and give the findings, by fingerprint, and the whole report."""

    def check(*arguments):
        if arguments not in said:
            said[arguments] = run(capsys, REAL, "--format", "json", *arguments)[1]
        report = json.loads(said[arguments])
        return {finding["fingerprint"]: finding for finding in report["findings"]}, report

    return check


def sources(node):
    """All references in a because-tree."""
    yield from node.get("sources", ())
    for parent in node.get("because", ()):
        yield from sources(parent)


def named(findings, name):
    return {f["party"]: f for f in findings.values() if f["name"] == name}


def test_participation(say):
    findings, _ = say()
    says = findings["participation-count/participation"]["says"]
    assert "on record by 30 June 2023: 111;" in says
    assert "in force for: 110;" in says
    assert "awaiting entry into force: Nigeria;" in says
    assert "signatories without a deposit: 12;" in says


def test_nigeria_is_in_force_on_1_august_and_its_report_due_on_28_january(capsys):
    _, out = run(capsys, "deadlines", REAL, "--party", "NGA", "--format", "json")
    duties = [d for d in json.loads(out)["deadlines"] if d["rule"] == "initial-transparency-report"]
    assert [duty["due"] for duty in duties] == ["2024-01-28"]
    _, out = run(capsys, "explain", "initial-transparency-report:NGA", REAL)
    assert "1 August 2023" in out


def test_eight_initial_reports_are_overdue_and_no_ninth(say):
    findings, _ = say()
    overdue = named(findings, "initial-report-overdue")
    assert {party: f["due"] for party, f in overdue.items()} == OVERDUE_INITIAL
    for finding in overdue.values():
        assert finding["status"] == "overdue"
        assert finding["severity"] == "serious"
        assert finding["basis"] == "computed"


def test_initial_due_dates_follow_from_the_deposits(say, real_record):
    """The arithmetic once more, without the engines: no date above was copied from output."""
    deposits = {
        f.values["party"]: dt.date.fromordinal(f.values["date"].earliest)
        for f in real_record.facts
        if f.kind == "deposit"
    }
    for party, due in OVERDUE_INITIAL.items():
        months = deposits[party].year * 12 + deposits[party].month - 1 + 6
        in_force = dt.date(months // 12, months % 12 + 1, 1)
        if deposits[party] <= dt.date(2010, 2, 16):
            in_force = dt.date(2010, 8, 1)
        assert (in_force + dt.timedelta(days=180)).isoformat() == due


def test_annual_reports_for_2022_are_one_finding_and_not_49_guesses(say):
    findings, _ = say()
    says = findings["annual-report-count/annual-reports-missing:2022"]["says"]
    assert "102 expected" in says
    assert "110 are bound" in says
    assert "50 received by 30 June 2023" in says
    assert "Denmark, Mauritania and Somalia" in says
    assert "not named: 49" in says
    overdue = {f: x["due"] for f, x in findings.items() if x["name"] == "annual-report-overdue"}
    assert overdue == {
        **{f"annual-transparency-report:{p}:2022": "2023-04-30" for p in ("DNK", "MRT", "SOM")},
        # The Monitor had none of the Philippines for 2021 on 16 August 2022.
        "annual-transparency-report:PHL:2021": "2022-04-30",
    }


def test_south_africa(say):
    findings, _ = say()
    stated = findings["stated-deadline/stated-deadline-differs:ZAF:3:0:2024-11-01"]
    assert stated["due"] == "2023-11-01"
    assert "1 November 2024" in stated["says"]
    assert "1 November 2023" in stated["says"]
    missed = findings["stockpile-extension-window:ZAF:11MSP:0"]
    assert missed["name"] == "stockpile-request-window-missed"
    assert missed["due"] == "2022-12-11"
    assert "11MSP-PR ¶25" in json.dumps(missed["because"], ensure_ascii=False)


def test_requests_for_the_11msp(say):
    findings, _ = say()
    iraq = findings["clearance-extension-window:IRQ:11MSP:0"]
    assert iraq["name"] == "clearance-request-in-time"
    assert "16 November 2022" in iraq["says"]
    assert iraq["due"] == "2022-12-11"
    late = findings["clearance-extension-window:MRT:11MSP:1"]
    assert late["name"] == "clearance-request-late"
    assert late["due"] == "2022-12-11"
    assert "12 December 2022 to 30 June 2023" in late["says"]


def test_actions_49_and_50(say):
    findings, _ = say()
    assert (
        "in time: 1 (Iraq); late: 1 (Mauritania)" in findings["action-50/action-50:11MSP"]["says"]
    )
    found = findings["action-49/none-found-in-non-compliance:10MSP"]
    assert found["basis"] == "found"
    assert "no State Party was found in non-compliance" in found["says"]
    # A missed date never counts: nothing else has that basis.
    assert [f["name"] for f in findings.values() if f["basis"] == "found"] == [found["name"]]


def test_chad_and_lao_pdr_wait_for_a_projected_meeting(capsys, say):
    findings, _ = say()
    for party, deadline in (("TCD", "1 October 2024"), ("LAO", "1 August 2025")):
        finding = findings[f"clearance-extension-window:{party}:12MSP:1"]
        assert finding["status"] == "upcoming"
        assert finding["due"] == "[2023-12-01..2023-12-30]"
        assert deadline in finding["says"]
        assert "12MSP, projected" in finding["says"]
        assert "some day in December 2023" in finding["says"]


def test_a_dated_12msp_replaces_the_projected_one(capsys, tmp_path):
    more = {
        "title": "The 12MSP, dated",
        "sources": {"ISU-12MSP": {"title": "ISU: 12MSP", "published": "2023-10-01"}},
        "facts": [
            {"fact": "meeting", "id": "12MSP", "title": "Twelfth Meeting of States Parties",
             "kind": "MSP", "opens": "2024-09-10", "closes": "2024-09-13", "source": "ISU-12MSP"}
        ],
    }  # fmt: skip
    file = tmp_path / "12msp.json"
    file.write_text(json.dumps(more), encoding="utf-8")
    _, out = run(capsys, REAL, file, "--format", "json")
    findings = {f["fingerprint"]: f for f in json.loads(out)["findings"]}
    for party in ("TCD", "LAO"):
        finding = findings[f"clearance-extension-window:{party}:12MSP:1"]
        assert finding["due"] == "2023-12-10"
        assert "projected" not in finding["says"]
    assert not named(findings, "contradicting-facts").keys() & {""}


def test_somalia_has_missed_nothing(capsys, say):
    findings, _ = say()
    mine = {f["rule"]: f for f in findings.values() if f["party"] == "SOM"}
    assert "clearance-extension-window" not in mine
    assert "clearance" not in mine
    _, out = run(capsys, "deadlines", REAL, "--party", "SOM", "--horizon", "5y", "--format", "json")
    clearance = [d for d in json.loads(out)["deadlines"] if d["rule"] == "clearance"]
    assert [duty["due"] for duty in clearance] == ["2026-03-01"]


def test_which_meeting_decides_on_somalia_is_open_and_both_are_named(capsys):
    _, out = run(capsys, "explain", "clearance-extension-window:SOM", REAL)
    assert "12MSP" in out
    assert "3RC" in out


def test_guinea_bissau(say):
    findings, _ = say()
    finding = findings["stockpile-destruction:GNB:0"]
    assert finding["status"] == "without-object"
    assert finding["due"] == "2019-05-01"
    assert "1 May 2019" in finding["says"]
    assert "August 2022" in finding["says"]
    assert "without a request" in finding["says"]
    assert "1 (Guinea-Bissau)" in findings["action-13-count/action-13-count"]["says"]


def test_guinea_bissau_when_its_deadline_had_just_passed(say):
    findings, _ = say("--as-of", "2019-09-30")
    assert findings["stockpile-destruction:GNB:0"]["status"] == "lapsed"


def test_bosnia_and_herzegovina(say):
    findings, _ = say()
    inside = findings["deciding-meeting/deadline-inside-meeting:BIH:4:1"]
    assert inside["due"] == "2022-09-01"
    none = findings["deciding-meeting/no-meeting-before-deadline:BIH:4"]
    assert none["due"] == "2023-09-01"


def test_states_on_track_ask_for_none(say):
    findings, _ = say()
    assert set(named(findings, "stockpile-request-window-closed-on-track")) == {"PER", "SVK"}
    assert findings["stockpile-destruction:BGR:3"]["name"] == "stockpile-destroyed-in-time"


def test_denmark_stays_open_on_two_silent_years(say):
    findings, report = say()
    assert not [f for f in findings.values() if f["rule"] == "two-silent-years"]
    assert {o["rule"]: o["parties"] for o in report["open"]}["two-silent-years"] == ["DNK"]


def test_known_by_the_end_of_2022_shows_nothing_of_2023(say):
    findings, _ = say("--as-of", "2022-12-31", "--known-by", "2022-12-31")
    assert not [s for f in findings.values() for s in sources(f["because"]) if "11MSP-PR" in s]
    says = findings["participation-count/participation"]["says"]
    assert "by 31 December 2022: 110;" in says  # Nigeria's deposit is of February 2023
    assert "signatories without a deposit: 13;" in says
    assert named(findings, "clearance-request-in-time").keys() <= {"IRQ"}  # lodged in November 2022
    assert not named(findings, "initial-report-overdue")
    assert "clearance-extension-window:MRT:11MSP:1" not in findings


def test_every_finding_names_its_law_and_its_sources(say):
    findings, _ = say()
    for fingerprint, finding in findings.items():
        assert finding["authority"]["article"], fingerprint
        assert list(sources(finding["because"])), fingerprint


def test_exit_code_and_last_line(capsys):
    code, out = run(capsys, REAL)
    assert code == 1
    assert "8 serious" in out.splitlines()[-2] + out.splitlines()[-1]
    code, _ = run(capsys, REAL, "--fail-on", "never")
    assert code == 0
