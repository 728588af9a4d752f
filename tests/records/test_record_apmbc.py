"""What ccm-check must say of the record of the Mine Ban Convention, through the command line.

Every expected day is reckoned here from the Convention's words, with the calendar of the
standard library alone: Articles 17, 20(3), 7, 4 and 5. The depositary's list, as at
3 February 2026, gives deposits and notices; what it does not say must stay open.
"""

from __future__ import annotations

import collections
import datetime as dt
import json
import re

import pytest

import ccm_rules
from ccm_rules.cli import invoke
from tests.conftest import COMMON, ROOT, TODAY

APMBC = ROOT / "facts" / "apmbc-2026.json"
FACTS = json.loads(APMBC.read_text(encoding="utf-8"))["facts"]
TODAYS = "2026-11-25"
#: Six months after the receipt of the instrument (Article 20(3)), reckoned by hand.
WITHDRAWN = {
    "EST": dt.date(2025, 12, 27),  # 27 June 2025
    "LVA": dt.date(2025, 12, 27),  # 27 June 2025
    "LTU": dt.date(2025, 12, 27),  # 27 June 2025
    "FIN": dt.date(2026, 1, 10),  # 10 July 2025
}
#: 20 August 2025, subject to the condition of Article 20(3): whether it took effect is open.
POLAND = dt.date(2026, 2, 20)
SUCCESSORS = {"MNE", "SSD"}


def facts_of(kind):
    return {fact["party"]: fact for fact in FACTS if fact["fact"] == kind}


DEPOSITS = {p: dt.date.fromisoformat(f["date"]) for p, f in facts_of("deposit").items()}
SIGNED = {p: dt.date.fromisoformat(f["date"]) for p, f in facts_of("signature").items()}
#: Article 17(1): the day on which the fortieth instrument was deposited.
FORTIETH = sorted(day for p, day in DEPOSITS.items() if p not in SUCCESSORS)[39]


def sixth_month_after(day):
    """The first day of the sixth month after the month of a day."""
    months = day.year * 12 + (day.month - 1) + 6
    return dt.date(months // 12, months % 12 + 1, 1)


def in_force_from(party):
    """The day by Article 17; of a successor, the last on which it can be."""
    day = DEPOSITS[party]
    if party not in SUCCESSORS and day <= FORTIETH:
        day = FORTIETH
    return sixth_month_after(day)


def years_after(day, years):
    return day.replace(year=day.year + years)  # always the first of a month


def run(capsys, *arguments, engine="sqlite"):
    capsys.readouterr()
    arguments = [str(argument) for argument in arguments]
    code = invoke([*arguments, "--engine", engine] if engine else arguments)
    return code, capsys.readouterr()


@pytest.fixture(scope="module")
def said():
    """What was said before, by the command line."""
    return {}


@pytest.fixture
def say(capsys, said):
    """Run ccm-check on a day and give its code, its findings by fingerprint, and what is open."""

    def check(as_of, *options):
        asked = ("--as-of", as_of, *options)
        if asked not in said:
            said[asked] = run(capsys, APMBC, *asked, "--format", "json")
        code, output = said[asked]
        report = json.loads(output.out)
        findings = {finding["fingerprint"]: finding for finding in report["findings"]}
        return code, findings, {o["rule"]: set(o["parties"]) for o in report["open"]}

    return check


# -- the record ------------------------------------------------------------------


def test_the_record_holds_the_list():
    assert len(DEPOSITS) == 166
    kinds = collections.Counter(f["instrument"] for f in facts_of("deposit").values())
    assert kinds == {
        "ratification": 130, "accession": 31, "acceptance": 2, "succession": 2, "approval": 1,
    }  # fmt: skip
    assert len(SIGNED) == 133
    # Who signed ratified, accepted or approved; who did not, acceded or succeeded.
    assert {p for p, f in facts_of("deposit").items() if f["instrument"][:2] in ("ac", "su")} - set(
        SIGNED
    ) == set(DEPOSITS) - set(SIGNED)
    assert all(SIGNED[party] <= DEPOSITS[party] for party in SIGNED)
    assert set(facts_of("withdrawal-notice")) == {*WITHDRAWN, "POL"}
    assert [p for p, f in facts_of("withdrawal-notice").items() if "condition" in f] == ["POL"]
    assert {fact["source"] for fact in FACTS} == {"UNTC"}
    assert len(FACTS) == 166 + 133 + 5


def test_the_convention_entered_into_force_by_the_fortieth_deposit(say):
    assert dt.date(1998, 9, 16) == FORTIETH
    name = "apmbc-entry-into-force-of-the-convention"
    _, findings, _ = say("1998-09-15")
    assert set(findings) == {f"{name}/fortieth-instrument-unknown", *participation_only()}
    _, findings, _ = say("1999-02-28")
    says = findings[f"{name}/convention-awaiting-entry-into-force"]["says"]
    assert says == (
        "The fortieth instrument was deposited on 16 September 1998; "
        "the Convention enters into force on 1 March 1999."
    )
    _, findings, _ = say("1999-03-01")
    assert f"{name}/convention-in-force" in findings


def participation_only():
    return {"apmbc-participation/participation"}


def test_every_day_of_entry_into_force_and_every_deadline_is_the_treatys():
    rulebook = ccm_rules.load_rules(["apmbc", "record"])
    record = ccm_rules.load_facts(APMBC, rulebook=rulebook)
    day = ccm_rules.parse_date(TODAYS)
    report = ccm_rules.check(record, rulebook, as_of=day, engines=["sqlite"])
    certain = set(DEPOSITS) - SUCCESSORS
    entries = report.entries("entry-into-force")
    assert {e.row for e in entries if e.text("party") in certain} == {
        (party, in_force_from(party).toordinal(), in_force_from(party).toordinal())
        for party in certain
    }
    assert {e.text("party") for e in entries} - certain == SUCCESSORS
    expected = {
        (party, article, 0, *[years_after(in_force_from(party), years).toordinal()] * 2)
        for party in certain
        for article, years in (("4", 4), ("5", 10))
        if party not in WITHDRAWN or WITHDRAWN[party] > years_after(in_force_from(party), years)
    }
    deadlines = {e.row for e in report.entries("deadline") if e.text("party") in certain}
    assert deadlines == expected
    assert len(expected) == 164 * 2  # each had passed before its withdrawal took effect


# -- participation ---------------------------------------------------------------

DAYS = [
    "1999-03-01", "2025-11-30", "2025-12-01", "2025-12-27",
    *(pytest.param(day, marks=pytest.mark.slow)
      for day in ("2006-10-23", "2025-12-26", "2026-01-10", "2026-02-19")),
]  # fmt: skip


@pytest.mark.parametrize("text", DAYS)
def test_who_is_bound_on_a_day(say, text):
    day = dt.date.fromisoformat(text)
    withdrawn = {party for party, effect in WITHDRAWN.items() if effect <= day}
    deposited = {party for party, of in DEPOSITS.items() if of <= day} - withdrawn
    bound = {party for party in deposited if in_force_from(party) <= day}
    successors = {party for party in deposited & SUCCESSORS if party not in bound}
    waiting = len(deposited) - len(bound) - len(successors)
    _, findings, _ = say(text)
    says = findings["apmbc-participation/participation"]["says"]
    found = re.search(
        r": (\d+); in force for: (.+); awaiting entry into force: (.+); "
        r"signatories without a deposit: (\d+); withdrawn: (.+)\.$",
        says,
    )
    assert found, says
    assert int(found[1]) == len(deposited)
    least, most = len(bound), len(bound) + len(successors)
    assert found[2] == (str(least) if least == most else f"from {least} to {most}")
    if not successors and not 0 < waiting <= 3:
        assert (found[3] == "none") == (waiting == 0)
    assert int(found[4]) == len(
        {p for p, of in SIGNED.items() if of <= day} - deposited - withdrawn
    )
    names = ccm_rules.party_names()
    assert all(names[party] in found[5] for party in withdrawn)
    assert (found[5] == "none") == (not withdrawn)


def test_as_at_the_day_of_the_list_162_states_are_parties(say):
    """166 that ever joined, without the four whose withdrawal had taken effect."""
    _, findings, _ = say("2026-02-03")
    says = findings["apmbc-participation/participation"]["says"]
    assert "3 February 2026: 162; in force for: 162; awaiting entry into force: none" in says


# -- withdrawal ------------------------------------------------------------------


@pytest.mark.parametrize(("party", "effect"), WITHDRAWN.items())
def test_a_withdrawal_takes_effect_on_its_day_and_not_before(say, party, effect):
    _, findings, _ = say(effect - dt.timedelta(days=1), "--party", party)
    pending = findings[f"apmbc-withdrawal/withdrawal-pending:{party}"]
    assert pending["due"] == effect.isoformat()
    assert f"apmbc-withdrawal/withdrawn:{party}" not in findings
    _, findings, _ = say(effect, "--party", party)
    assert findings[f"apmbc-withdrawal/withdrawn:{party}"]["due"] == effect.isoformat()
    assert f"apmbc-withdrawal/withdrawal-pending:{party}" not in findings


def test_polands_withdrawal_is_for_a_person(say):
    _, findings, _ = say(POLAND - dt.timedelta(days=1), "--party", "POL")
    assert "apmbc-withdrawal/withdrawal-pending:POL" in findings
    for day in (POLAND.isoformat(), TODAYS):
        _, findings, open_ = say(day, "--party", "POL")
        finding = findings["apmbc-withdrawal/withdrawal-condition-open:POL"]
        assert (finding["status"], finding["severity"]) == ("review", "notice")
        assert "20 August 2025" in finding["says"]
        assert "20 February 2026" in finding["says"]
        assert "whether Poland was then engaged in an armed conflict" in finding["says"]
        assert "apmbc-withdrawal/withdrawn:POL" not in findings
        # What it owes after that day is open too.
        assert open_["apmbc-withdrawal"] == {"POL"}
    assert open_["apmbc-annual-transparency-report"] == {"POL"}


def test_after_a_withdrawal_no_duty_is_listed(capsys):
    code, output = run(
        capsys, "deadlines", APMBC, "--as-of", "2026-01-10", "--horizon", "5y", "--format", "json"
    )
    assert code == 0
    owing = {entry["party"] for entry in json.loads(output.out)["deadlines"] if entry["party"]}
    assert not owing & {"EST", "LVA", "LTU", "FIN"}
    assert {"TON", "MHL", "UKR"} <= owing


# -- nothing is guessed ----------------------------------------------------------


def test_the_record_accuses_nobody(say):
    code, findings, open_ = say(TODAYS)
    assert code == 0
    assert {f["severity"] for f in findings.values()} <= {"notice", "info"}
    assert {f["status"] for f in findings.values()} <= {None, "review", "open"}
    # Article 17 says nothing of successors, and no day of the depositary is on record.
    undated = {f"apmbc-entry-into-force/succession-undated:{party}" for party in SUCCESSORS}
    assert {f["fingerprint"] for f in findings.values() if f["status"] == "open"} == undated
    assert {f["fingerprint"] for f in findings.values() if f["severity"] == "notice"} == {
        "apmbc-withdrawal/withdrawal-condition-open:POL",
        # In force on 1 December 2025: the initial report is due after 30 April.
        "apmbc-annual-transparency-report:TON:2025",
        *undated,
    }
    # Every initial report is open: no source at hand tells of any. A duty that had passed
    # before a withdrawal took effect is no less open.
    assert open_["apmbc-initial-transparency-report"] == set(DEPOSITS)
    day = dt.date.fromisoformat(TODAYS)
    for rule, years in (("apmbc-stockpile-destruction", 4), ("apmbc-clearance", 10)):
        ahead = {p for p in DEPOSITS if years_after(in_force_from(p), years) >= day}
        assert open_[rule] == set(DEPOSITS) - (ahead - SUCCESSORS), rule


def test_tongas_and_the_marshall_islands_days(capsys):
    """In force on 1 December and 1 September 2025: deposits of 25 June and 12 March."""
    days = {}
    for as_of in ("2025-07-01", "2025-09-01"):
        _, output = run(
            capsys, "deadlines", APMBC, "--as-of", as_of, "--horizon", "11y", "--format", "json"
        )
        for entry in json.loads(output.out)["deadlines"]:
            if entry["party"] in ("TON", "MHL") and not entry["n"]:
                days[entry["party"], entry["rule"]] = entry["due"]
    assert days == {
        ("MHL", "apmbc-initial-transparency-report"): "2026-02-28",
        ("MHL", "apmbc-stockpile-destruction"): "2029-09-01",
        ("MHL", "apmbc-clearance"): "2035-09-01",
        ("TON", "apmbc-initial-transparency-report"): "2026-05-30",
        ("TON", "apmbc-stockpile-destruction"): "2029-12-01",
        ("TON", "apmbc-clearance"): "2035-12-01",
    }


def test_a_register_and_an_obligation_turn_open_into_a_finding(say, tmp_path, capsys):
    more = tmp_path / "more.json"
    more.write_text(
        json.dumps(
            {
                "title": "what a source would have to say",
                "extends": str(APMBC),
                "rules": ["apmbc", "record"],
                "sources": {"TEST": {"title": "an example", "kind": "register"}},
                "registers": [
                    {"of": kind, "article": "4", "until": "2019-12-31", "source": "TEST"}
                    for kind in ("completion", "no-object")
                ],
                "facts": [
                    {
                        "fact": "obligation",
                        "party": "OMN",
                        "article": "4",
                        "date": "2016",
                        "source": "TEST",
                    }
                ],
            }
        )
    )
    code, output = run(capsys, more, "--as-of", "2019-02-02", "--party", "OMN", "--format", "json")
    assert code == 1
    (missed,) = [f for f in json.loads(output.out)["findings"] if f["severity"] == "serious"]
    assert missed["fingerprint"] == "apmbc-stockpile-destruction:OMN"
    assert missed["due"] == "2019-02-01"
    code, _ = run(capsys, more, "--as-of", "2019-02-01", "--party", "OMN")
    assert code == 0


# -- every command ---------------------------------------------------------------


def test_who_only_reads_the_readme(capsys):
    code, output = run(capsys, APMBC, engine=None)
    assert code == 0
    assert output.out.startswith("Anti-Personnel Mine Ban Convention: the record today\n")
    assert "apmbc, record" in output.out
    assert "Article 20(2)-(3) APMBC" in output.out
    assert "CCM" not in output.out


def test_explain_finds_rule_and_finding_by_itself(capsys):
    code, output = run(capsys, "explain", "apmbc-stockpile-destruction")
    assert code == 0
    assert "not later than four years after the entry into force" in re.sub(r"\s+", " ", output.out)
    target = "apmbc-withdrawal/withdrawn:EST"
    code, output = run(capsys, "explain", target, "--as-of", "2025-12-27")
    assert code == 0
    assert "27 June 2025" in output.out
    assert "UNTC" in output.out
    code, output = run(capsys, "explain", "apmbc-withd", "--as-of", TODAYS)
    assert code == 2
    assert "'apmbc-withd' begins 5 fingerprints" in output.err
    code, output = run(capsys, "explain", "apmbc-clearance:UKR", "--as-of", TODAYS)
    assert code == 0
    assert "open, due on 1 June 2016" in output.out
    code, output = run(capsys, "explain", "initial-transparency-report:TGO", APMBC)
    assert code == 2
    assert "is a rule of the Convention on Cluster Munitions" in output.err


def test_rules_and_validate(capsys):
    code, output = run(capsys, "rules", "--select", "apmbc", engine=None)
    assert code == 0
    assert "apmbc-clearance" in output.out
    assert "action-44" not in output.out
    code, output = run(capsys, "facts", "validate", APMBC, engine=None)
    assert code == 0
    assert "304 facts" in output.out


def test_what_this_treaty_has_not_is_said(capsys, tmp_path):
    code, output = run(capsys, "report", APMBC)
    assert code == 3
    assert "the rules of the Anti-Personnel Mine Ban Convention hold no indicator" in output.err
    code, output = run(capsys, "brief", APMBC, "-o", tmp_path / "b.md")
    assert code == 3
    assert "names no Meeting" in output.err
    assert not (tmp_path / "b.md").exists()


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "subject to the condition of Article 20(3)"), ("fr", "sous la condition de l'article")],
)
def test_a_states_page(capsys, tmp_path, language, words):
    place = tmp_path / "pol.md"
    options = ("--party", "POL", "--lang", language, "--as-of", TODAYS, "-o", place)
    code, _ = run(capsys, "brief", APMBC, *options)
    assert code == 0
    text = place.read_text(encoding="utf-8")
    assert words in text
    assert "1 June 2023" in text or "1er juin 2023" in text  # ten years from 1 June 2013


def test_a_briefing_where_the_record_names_a_meeting(capsys, tmp_path):
    more = tmp_path / "more.json"
    meeting = {
        "fact": "meeting", "id": "MEETING", "title": "Meeting of the States Parties", "kind": "MSP",
        "opens": "2026-12-01", "closes": "2026-12-04", "source": "TEST",
    }  # fmt: skip
    head = {"title": "t", "extends": str(APMBC), "rules": ["apmbc", "record"]}
    head["sources"] = {"TEST": {"title": "an example", "kind": "register"}}
    more.write_text(json.dumps({**head, "facts": [meeting]}))
    place = tmp_path / "b.md"
    code, _ = run(capsys, "brief", more, "--meeting", "MEETING", "--as-of", TODAYS, "-o", place)
    assert code == 0
    text = place.read_text(encoding="utf-8")
    assert "A. Participation" in text
    assert "whether the withdrawal has taken effect is for a person to settle" in text
    assert "Action 49" not in text
    assert "Actions 49" not in text


@pytest.mark.slow
def test_a_site(capsys, tmp_path):
    code, _ = run(capsys, "site", APMBC, "--as-of", TODAYS, "-o", tmp_path / "site")
    assert code == 0
    index = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "<title>The record of the Anti-Personnel Mine Ban Convention</title>" in index
    assert "Cluster" not in index
    assert len(list((tmp_path / "site" / "states").glob("*.html"))) == 166


# -- one record, one treaty ------------------------------------------------------


@pytest.mark.parametrize("files", [(APMBC, COMMON), (TODAY, APMBC), (APMBC, TODAY)])
def test_files_of_two_treaties_are_refused(capsys, files):
    code, output = run(capsys, *files)
    assert code == 2
    assert "a record is of one treaty, and this file asks for" in output.err
    assert "(Anti-Personnel Mine Ban Convention)" in output.err
    assert "(Convention on Cluster Munitions)" in output.err
    assert "mend: check the files of each treaty by themselves" in output.err
    assert output.out == ""


def write(place, **document):
    place.write_text(json.dumps(document), encoding="utf-8")
    return place


def test_a_header_that_names_folders_of_two_treaties_is_refused(capsys, tmp_path):
    place = write(tmp_path / "two.json", title="t", rules=["apmbc", "lap", "record"], facts=[])
    code, output = run(capsys, place)
    assert code == 2
    assert "two.json:1:25 (rules): a record is of one treaty" in output.err
    assert "apmbc (Anti-Personnel Mine Ban Convention) beside lap" in output.err


def test_a_file_without_rules_goes_with_the_one_that_names_them(capsys, tmp_path):
    place = write(tmp_path / "news.json", title="news", facts=[])
    for files in ((place, APMBC), (APMBC, place)):
        code, output = run(capsys, *files, "--as-of", TODAYS)
        assert code == 0
        assert "apmbc, record" in output.out


def test_a_file_that_extends_another_treatys_must_say_so(capsys, tmp_path):
    place = write(tmp_path / "mine.json", title="mine", extends=str(APMBC), facts=[])
    code, output = run(capsys, place)
    assert code == 2
    assert "names no rule folders" in output.err
    assert 'write "rules": ["apmbc", "record"]' in output.err


def test_from_python_the_rules_must_be_the_records():
    rulebook = ccm_rules.load_rules()
    record = ccm_rules.load_facts(APMBC, rulebook=rulebook)
    day = ccm_rules.parse_date(TODAYS)
    with pytest.raises(ccm_rules.CcmError, match=r"load_rules\(record.rules\) has them"):
        ccm_rules.check(record, rulebook, as_of=day, engines=["sqlite"])
    with pytest.raises(ccm_rules.InputError, match="rules of different treaties"):
        ccm_rules.load_rules(["apmbc", "ccm"])


def test_a_ledger_is_of_one_treaty(capsys, tmp_path):
    ledger, out = tmp_path / "alerts.db", tmp_path / "out"
    options = ("--ledger", ledger, "--to", out.as_uri())
    code, _ = run(capsys, "alert", TODAY, *options, "--as-of", "2026-11-24")
    assert code == 0
    before = {place.name for place in out.iterdir()}
    code, output = run(capsys, "alert", APMBC, *options, "--as-of", TODAYS)
    assert code == 2
    assert "remembers what was told of another treaty (ccm)" in output.err
    told = [p.read_text() for p in out.glob("*.json") if p.name not in before]
    assert not [text for text in told if '"resolved"' in text]
