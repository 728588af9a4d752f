"""What ccm-check must say of the record today, through the command line.

Every expected day is reasoned from a source or from the Convention, never from output:
the depositary's list gives the deposits and the notice, Articles 17(2), 20(3) and 7(1)
the rest. What no source says must stay open.
"""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest

from ccm_rules.cli import invoke
from tests.conftest import COMMON, REAL, ROOT, TODAY

NOVEMBER = "2026-11-24"
#: Requests that no source at hand decides, and the last deadline that is on record.
UNDECIDED = {
    "AFG": "2026-03-01", "CHL": "2026-06-01", "DEU": "2025-08-01", "IRQ": "2023-11-01",
    "LAO": "2025-08-01", "LBN": "2026-05-01", "MRT": "2024-08-01", "SOM": "2026-03-01",
}  # fmt: skip
#: States that the progress report names as not having filed by 30 June 2023 (¶67).
NAMED_IN_2023 = {"CPV", "COM", "TGO", "COG", "GIN", "RWA", "MDG", "STP"}
#: Statuses that rest on something being absent.
ABSENCE = {"overdue", "lapsed", "pending"}


def run(capsys, *arguments):
    capsys.readouterr()
    code = invoke([str(argument) for argument in arguments])
    return code, capsys.readouterr()


@pytest.fixture(scope="module")
def said():
    """What was said before, by the command line."""
    return {}


@pytest.fixture
def say(capsys, said):
    """Run ccm-check on a day and give the findings, by fingerprint, and what is open."""

    def check(as_of, *files, options=()):
        asked = (*(files or (TODAY,)), "--as-of", as_of, *options)
        if asked not in said:
            said[asked] = run(capsys, *asked, "--format", "json", "--engine", "sqlite")[1].out
        report = json.loads(said[asked])
        findings = {finding["fingerprint"]: finding for finding in report["findings"]}
        return findings, {o["rule"]: set(o["parties"]) for o in report["open"]}

    return check


def participation(findings):
    """The counts of States: deposited, in force, awaited, signatories, withdrawn."""
    says = findings["participation-count/participation"]["says"]
    found = re.search(
        r": (\d+); in force for: (\d+); awaiting entry into force: (.+); "
        r"signatories without a deposit: (.+); withdrawn: (.+)\.$", says,
    )  # fmt: skip
    assert found, says
    return found.groups()


def references(node):
    """All references in a because-tree."""
    yield from node.get("sources", ())
    for parent in node.get("because", ()):
        yield from references(parent)


def of_clearance(findings, party):
    return [
        f
        for f in findings.values()
        if f["party"] == party
        and (f["rule"].startswith("clearance") or f["rule"] in {"extension-decisions",
             "request-after-expiry", "request-meeting", "deciding-meeting"})
    ]  # fmt: skip


# -- who is bound ----------------------------------------------------------------


def test_lithuania_is_bound_on_5_march_2025_and_no_longer_on_6_march(say):
    """Received on 6 September 2024, effect six months later (Article 20(3))."""
    before, _ = say("2025-03-05")
    pending = before["withdrawal/withdrawal-pending:LTU"]
    assert pending["due"] == "2025-03-06"
    assert "on 6 September 2024" in pending["says"]
    # 111 deposits by June 2023, and South Sudan's; in force for all 112.
    assert participation(before) == ("112", "112", "none", "12", "none")
    after, _ = say("2025-03-06")
    assert "withdrawal/withdrawal-pending:LTU" not in after
    withdrawn = after["withdrawal/withdrawn:LTU"]
    assert withdrawn["due"] == "2025-03-06"
    assert "UNTC" in set(references(withdrawn["because"]))
    assert participation(after) == ("111", "111", "none", "12", "Lithuania")


def test_the_notice_of_lithuania_counts_from_the_day_of_its_receipt(say):
    before, _ = say("2024-09-05")
    on, _ = say("2024-09-06")
    assert "withdrawal/withdrawal-pending:LTU" not in before
    assert "withdrawal/withdrawal-pending:LTU" in on


def test_lithuania_owes_nothing_that_fell_due_after_its_withdrawal(say):
    """Its report for 2024 was due on 30 April 2025, and its withdrawal took effect on 6 March."""
    findings, still = say("2025-05-01")
    assert not [key for key in findings if key.startswith("annual-transparency-report:LTU")]
    assert "LTU" not in still["annual-transparency-report"]
    _, later = say(NOVEMBER)  # the reports for 2025, of those bound on 31 December 2025
    assert "LTU" not in later["annual-transparency-report"]
    assert "SSD" in later["annual-transparency-report"]
    assert "VUT" not in later["annual-transparency-report"]


#: Deposit, entry into force (first day of the sixth month after the month of the
#: deposit), initial report (180 days later), name.
ACCESSIONS = {
    "SSD": ("2023-08-03", "2024-02-01", "2024-07-30", "South Sudan"),
    "VUT": ("2025-09-05", "2026-03-01", "2026-08-28", "Vanuatu"),
}


@pytest.mark.parametrize("party", ACCESSIONS)
def test_the_days_of_the_accessions_follow_from_the_deposits(party):
    deposit, in_force, due, _ = ACCESSIONS[party]
    day = dt.date.fromisoformat(deposit)
    months = day.year * 12 + day.month - 1 + 6
    reckoned = dt.date(months // 12, months % 12 + 1, 1)
    assert reckoned.isoformat() == in_force
    assert (reckoned + dt.timedelta(days=180)).isoformat() == due


@pytest.mark.parametrize("party", ACCESSIONS)
def test_an_acceding_state_is_bound_from_its_entry_into_force(say, party):
    """Both made it 112 deposits: South Sudan with Lithuania, Vanuatu without it."""
    _, in_force, _, name = ACCESSIONS[party]
    eve = (dt.date.fromisoformat(in_force) - dt.timedelta(days=1)).isoformat()
    before, _ = say(eve)
    assert participation(before)[:3] == ("112", "111", name)
    on, _ = say(in_force)
    assert participation(on)[:3] == ("112", "112", "none")


@pytest.mark.parametrize("party", ACCESSIONS)
def test_the_initial_report_of_an_acceding_state_has_its_day_and_then_stays_open(
    capsys, say, party
):
    _, in_force, due, _ = ACCESSIONS[party]
    _, output = run(capsys, "deadlines", TODAY, "--as-of", in_force, "--party", party,
                    "--horizon", "1y", "--format", "json")  # fmt: skip
    duties = json.loads(output.out)["deadlines"]
    assert [d["due"] for d in duties if d["rule"] == "initial-transparency-report"] == [due]
    # No source says whether it was filed, so its day passes without a finding.
    day_after = (dt.date.fromisoformat(due) + dt.timedelta(days=1)).isoformat()
    findings, still = say(day_after)
    assert f"initial-transparency-report:{party}" not in findings
    assert party in still["initial-transparency-report"]


def test_stated_days_of_the_accessions_agree_with_the_reckoned_ones(say):
    findings, _ = say(NOVEMBER)
    assert not [
        f for f in findings.values()
        if f["party"] in ACCESSIONS
        and f["rule"] in {"entry-into-force-stated", "initial-report-stated-due"}
    ]  # fmt: skip


def test_the_depositarys_list_is_known_until_3_february_2026(say):
    on, _ = say("2026-02-03")
    assert participation(on) == ("112", "111", "Vanuatu", "12", "Lithuania")
    after, _ = say("2026-02-04")
    assert participation(after)[3] == "from 0 to 12"


# -- deadlines -------------------------------------------------------------------


def test_chad_has_a_new_deadline_from_the_decision_of_the_12msp(say):
    """The 12MSP met from 10 to 13 September 2024 and granted until 1 October 2026."""
    before, _ = say("2024-09-09")
    assert before["extensions-granted/extension-granted:TCD:4"]["due"] == "2024-10-01"
    while_it_meets, still = say("2024-09-11")
    assert "extensions-granted/extension-granted:TCD:4" not in while_it_meets
    assert "TCD" in still["extensions-granted"]
    for day in ("2024-09-13", NOVEMBER):
        after, _ = say(day)
        granted = after["extensions-granted/extension-granted:TCD:4"]
        assert granted["due"] == "2026-10-01"
        assert "by extension 2, the last on record" in granted["says"]
        assert "MAR-TCD" in set(references(granted["because"]))
    assert "clearance:TCD:1" not in after  # 1 October 2024 was superseded


def test_whether_chad_met_it_or_got_more_time_is_open(say):
    on, _ = say("2026-10-01")
    assert on["clearance:TCD:2"]["status"] == "due-soon"
    for day in ("2026-10-02", NOVEMBER):
        after, still = say(day)
        assert not [f for f in of_clearance(after, "TCD") if f["status"] in ABSENCE]
        assert "TCD" in still["clearance"]


@pytest.mark.parametrize("party", UNDECIDED)
def test_a_request_whose_decision_is_not_at_hand_accuses_nobody(say, party):
    day_after = (dt.date.fromisoformat(UNDECIDED[party]) + dt.timedelta(days=1)).isoformat()
    for day in (day_after, NOVEMBER):
        findings, still = say(day, options=("--party", party))
        assert {f["severity"] for f in of_clearance(findings, party)} <= {"info"}
        assert party in still["clearance"]
        assert party in still["extension-decisions"]


def test_the_sentence_on_a_deadline_that_may_be_replaced_speaks_of_the_record(say):
    findings, _ = say(NOVEMBER)
    # Of two no extension is on record; Mauritania's second is known by its deadline alone.
    for party in UNDECIDED.keys() - {"IRQ", "SOM", "MRT"}:
        granted = findings[f"extensions-granted/extension-granted:{party}:4"]
        assert granted["due"] == UNDECIDED[party]
        assert granted["says"].endswith("the last on record.")


def test_what_was_completed_and_declared_in_2023(say):
    findings, still = say(NOVEMBER)
    bih = findings["clearance:BIH:2"]
    assert (bih["status"], bih["due"]) == ("met", "2023-09-01")
    assert findings["stockpile-destruction:PER:1"]["due"] == "2024-04-01"
    for party, number in (("BGR", 3), ("PER", 1), ("SVK", 0)):
        assert findings[f"stockpile-destruction:{party}:{number}"]["status"] == "met"
    # South Africa: in 2023, by a deadline of 1 November 2023 or after it.
    assert findings["stockpile-destruction:ZAF:0"]["status"] == "met-timing-open"
    # Bulgaria and Slovakia declared at the 11MSP; Peru's declaration is not on record.
    assert "BIH" not in still["clearance-declaration"]
    # While the action plan certainly runs: the Third Review Conference may have ended it.
    findings, still = say("2026-09-01")
    assert {"PER", "ZAF"} <= still["action-13"]
    assert not {"BGR", "SVK"} & still["action-13"]
    assert not [f for f in findings.values() if f["rule"] == "action-13"]


# -- absence ---------------------------------------------------------------------


def test_every_serious_finding_rests_on_a_register_and_names_its_last_day(say):
    findings, still = say(NOVEMBER)
    serious = [f for f in findings.values() if f["severity"] == "serious"]
    assert {f["party"] for f in serious} == NAMED_IN_2023
    for finding in serious:
        assert finding["name"] == "initial-report-overdue"
        assert finding["says"].endswith("none is on record by 30 June 2023.")
        assert "11MSP-PR ¶67" in set(references(finding["because"]))
    # Of the three States bound since, nobody says whether they filed.
    assert still["initial-transparency-report"] == {"NGA", "SSD", "VUT"}


def test_without_its_registers_the_record_accuses_nobody(say, tmp_path):
    for file in (TODAY, COMMON):
        document = json.loads(file.read_text(encoding="utf-8"))
        assert document.pop("registers")
        (tmp_path / file.name).write_text(json.dumps(document), encoding="utf-8")
    findings, _ = say(NOVEMBER, tmp_path / TODAY.name)
    assert not [f for f in findings.values() if f["status"] in ABSENCE]
    assert "serious" not in {f["severity"] for f in findings.values()}


def test_no_register_reaches_to_today(say):
    """Nothing at hand says what is complete today; a later `until` needs a new source."""
    for file in (TODAY, COMMON):
        registers = json.loads(file.read_text(encoding="utf-8"))["registers"]
        assert all(register["until"] <= "2026-06-01" for register in registers)


# -- two records, one history ----------------------------------------------------


def test_what_both_records_hold_stands_once():
    told = {
        file.name: {
            json.dumps(fact, sort_keys=True)
            for fact in json.loads(file.read_text(encoding="utf-8"))["facts"]
        }
        for file in (REAL, TODAY, COMMON)
    }
    assert not told["2023.json"] & told["2026.json"]
    for name in ("2023.json", "2026.json"):
        assert not told[name] & told["common.json"]
    for file in (REAL, TODAY):
        assert json.loads(file.read_text(encoding="utf-8"))["extends"] == "common.json"


def test_both_records_together_contradict_no_more_than_each(say):
    rules = ("--select", "contradicting-facts,duplicate-facts")
    alone, _ = say("2023-06-30", REAL, options=rules)
    together, _ = say("2023-06-30", REAL, TODAY, options=rules)
    assert alone
    assert together.keys() == alone.keys()


#: Where the record today finds otherwise of 30 June 2023 than the record of that day, and the
#: fact that only one of them holds: counts as the progress report prints them, and days that
#: were set later.
ONLY_ONE_HOLDS = {
    "annual-report-count/annual-reports-missing:2022": (REAL, "stated-count",
        {"of": "annual-reports-received", "year": 2022, "value": 50}),
    "national-implementation/national-measures-stated:111": (REAL, "stated-count",
        {"of": "national-measures-all", "value": 64, "out_of": 111}),
    "clearance-extension-window:LAO:12MSP:1": (TODAY, "meeting",
        {"id": "12MSP", "opens": "2024-09-10"}),
    "clearance-extension-window:TCD:12MSP:1": (TODAY, "meeting",
        {"id": "12MSP", "opens": "2024-09-10"}),
}  # fmt: skip
OF_A_PARTY = ("name", "status", "severity")


@pytest.mark.parametrize("known", [(), ("--known-by", "2023-07-17")], ids=["all", "known"])
def test_both_records_tell_one_history(say, known):
    """Of every party the same, on the ground of what was known then and of all that is."""
    law = {path.name.removesuffix(".toml") for path in (ROOT / "rules" / "ccm").glob("*.toml")}
    then, now = (
        {key: f for key, f in say("2023-06-30", file, options=known)[0].items() if f["rule"] in law}
        for file in (REAL, TODAY)
    )
    assert len(then) > 100
    of_parties = [
        {key: [f[field] for field in OF_A_PARTY] for key, f in findings.items() if f["party"]}
        for findings in (then, now)
    ]
    assert of_parties[0] == of_parties[1]
    differ = {
        key
        for key in then.keys() | now.keys()
        if key not in then or key not in now or then[key]["says"] != now[key]["says"]
    }
    assert differ == set(ONLY_ONE_HOLDS)


@pytest.mark.parametrize("fingerprint", ONLY_ONE_HOLDS)
def test_what_the_records_differ_in_stands_in_one_of_them(fingerprint):
    holder, kind, fields = ONLY_ONE_HOLDS[fingerprint]
    for file in (REAL, TODAY, COMMON):
        facts = json.loads(file.read_text(encoding="utf-8"))["facts"]
        found = [f for f in facts if f["fact"] == kind and fields.items() <= f.items()]
        assert len(found) == (file == holder), file.name


#: Initial reports that the Implementation Support Unit listed as outstanding, on two undated
#: lists: before Tunisia's report of 12 June 2019 and after Panama's of April, and at the end
#: of 2021.
OUTSTANDING = {
    "2019-05-15": {"BEN", "COG", "COM", "CPV", "GIN", "GNB", "GUY", "ISL", "MDG", "RWA", "SOM",
                   "TGO", "TUN"},
    "2021-11-01": {"COG", "COM", "CPV", "GIN", "MDG", "NIU", "RWA", "STP", "TGO"},
}  # fmt: skip


@pytest.mark.parametrize("day", OUTSTANDING)
def test_on_past_days_no_state_is_overdue_that_was_not(say, day):
    findings, _ = say(day)
    overdue = {f["party"] for f in findings.values() if f["name"] == "initial-report-overdue"}
    assert overdue
    assert overdue <= OUTSTANDING[day]


# -- today -----------------------------------------------------------------------


def test_without_as_of_it_is_judged_today_and_says_so(capsys):
    assert "as_of" not in json.loads(TODAY.read_text(encoding="utf-8"))
    code, output = run(capsys, TODAY, "--format", "json", "--engine", "sqlite")
    assert code == 1
    today = dt.datetime.now(dt.UTC).date()
    judged = dt.date.fromisoformat(json.loads(output.out)["as_of"])
    assert today - dt.timedelta(days=1) <= judged <= today
    assert "as of today, in UTC" in output.err


def test_explain_takes_the_record_of_today_where_none_is_named(capsys):
    code, output = run(capsys, "explain", "withdrawal/withdrawn:LTU", "--engine", "sqlite")
    assert code == 0
    assert "6 March 2025" in output.out
    assert "the record today" in output.out
    assert "as of today, in UTC" in output.err
