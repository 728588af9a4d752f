"""`ccm-check history`: what it says, in every form, and when it stops."""

from __future__ import annotations

import csv
import io
import json

import jsonschema
import pytest

from ccm_rules.authoring.schemas import HISTORY, read
from ccm_rules.formats.terminal import columns
from tests.conftest import TODAY

_VALIDATOR = jsonschema.Draft202012Validator(
    read(HISTORY), format_checker=jsonschema.FormatChecker()
)


def test_changes_by_state(ccm, facts):
    outcome = ccm("history", facts, "--party", "TGO", "--party", "CIV", "--since", "2012-01-01")
    assert outcome.code == 0
    head, _, body = outcome.out.partition("\n\n")
    told = " ".join(head.split())
    assert "days 1 January 2012 to 30 June 2023 judged Every day is judged with the whole" in told
    assert "engines the timeline; sqlite agrees on 3 sampled days facts 10 ·" in told
    assert told.endswith("only Togo (TGO), Côte d'Ivoire (CIV)")
    assert (
        body
        == """\
Côte d'Ivoire (CIV)

  2012-03-12  Initial report: upcoming, due 28 February 2013
  2012-11-30  Initial report: upcoming → due-soon, due 28 February 2013
  2013-03-01  Initial report: due-soon → overdue, due 28 February 2013

Togo (TGO)

  2012-06-22  Initial report: upcoming, due 30 May 2013
  2013-03-01  Initial report: upcoming → due-soon, due 30 May 2013
  2013-05-31  Initial report: due-soon → overdue, due 30 May 2013

6 changes of 2 duties, 2 States. How things stood on the first day is no change;
the JSON form holds it.
"""
    )


def test_findings_by_state(ccm, facts):
    outcome = ccm("history", facts, "--findings", "--select", "initial-report", "--party", "Togo")
    assert outcome.code == 0
    assert outcome.out.endswith("""
Togo (TGO)

  Initial report
  initial-report:TGO
    2013-05-31 to 2023-06-30  serious: initial-report-overdue, due 30 May 2013

1 finding about 1 thing. A day at either end of the span says only that the
finding stood on that day.
""")


def test_a_duty_whose_day_moves(ccm, save, record):
    """Until a day is certain, the record cannot tell whether there is a duty."""
    deposit = next(f for f in record["facts"] if f.get("party") == "TGO")
    deposit["date"] = "[2012-06-10..2012-07-05]"
    outcome = ccm("history", save(record), "--party", "TGO", "--until", "2012-12-31")
    told = " ".join(outcome.out.split())
    due = "due some day from 30 May 2013 to 30 June 2013"
    assert f"2012-06-10 Initial report: open, {due} " in told
    assert f"2012-07-05 Initial report: open → upcoming, {due} " in told


def test_json(ccm, facts):
    outcome = ccm("history", facts, "--format", "json", "--since", "2013-01-01")
    data = json.loads(outcome.out)
    _VALIDATOR.validate(data)
    assert (data["since"], data["until"]) == ("2013-01-01", "2023-06-30")
    assert data["engines"] == ["timeline", "sqlite"]
    assert data["confirmed"][-1] == "2023-06-30"
    assert len(data["confirmed"]) == 3
    assert "not with what was known on that day" in data["judged_with"]
    duty = next(d for d in data["duties"] if (d["rule"], d["party"]) == ("initial-report", "TGO"))
    assert (duty["title"], duty["party_name"], duty["binding"]) == (
        "Initial report",
        "Togo",
        "legal",
    )
    due = {"due": "2013-05-30", "recorded_until": None}
    assert duty["spells"] == [
        {"first": "2013-01-01", "last": "2013-02-28", "status": "upcoming", **due},
        {"first": "2013-03-01", "last": "2013-05-30", "status": "due-soon", **due},
        {"first": "2013-05-31", "last": "2023-06-30", "status": "overdue", **due},
    ]
    found = next(f for f in data["findings"] if f["fingerprint"] == "initial-report:TGO")
    assert found["spells"] == [
        {
            "first": "2013-05-31",
            "last": "2023-06-30",
            "name": "initial-report-overdue",
            "severity": "serious",
            "status": "overdue",
            "due": "2013-05-30",
        }
    ]


def test_json_says_until_when_the_record_goes(ccm, facts):
    data = json.loads(
        ccm("history", facts, "--format", "json", "--until", "2023-12-31", "--party", "TGO").out
    )
    (duty,) = data["duties"]
    assert [(s["first"], s["recorded_until"]) for s in duty["spells"][-2:]] == [
        ("2013-05-31", None),
        ("2023-07-01", "2023-06-30"),
    ]
    assert data["summary"] == {"duties": 1, "changes": 3, "findings": 1, "parties": 1}


def rows(outcome):
    return list(csv.DictReader(io.StringIO(outcome.out)))


def test_csv(ccm, facts):
    outcome = ccm("history", facts, "--format", "csv", "--party", "TGO")
    assert [(r["day"], r["party_name"], r["title"], r["old"], r["new"], r["due"]) for r in
            rows(outcome)] == [
        ("2012-06-22", "Togo", "Initial report", "", "upcoming", "2013-05-30"),
        ("2013-03-01", "Togo", "Initial report", "upcoming", "due-soon", "2013-05-30"),
        ("2013-05-31", "Togo", "Initial report", "due-soon", "overdue", "2013-05-30"),
    ]  # fmt: skip
    assert "not with what was known on that day" in outcome.said
    found = rows(ccm("history", facts, "--format", "csv", "--party", "TGO", "--findings"))
    assert [(r["first"], r["last"], r["severity"], r["name"]) for r in found] == [
        ("2013-05-31", "2023-06-30", "serious", "initial-report-overdue")
    ]


def test_known_by(ccm, facts):
    outcome = ccm(
        *("history", facts, "--party", "PER", "--known-by", "2023-04-30", "--format", "json")
    )
    data = json.loads(outcome.out)
    _VALIDATOR.validate(data)
    assert data["known_by"] == "2023-04-30"
    assert "known by 30 April 2023" in data["judged_with"]
    # The paper that is the register of reports came out on the day after.
    assert [s["status"] for s in data["duties"][0]["spells"]] == ["upcoming", "due-soon", "open"]


def test_the_record_without_a_day_goes_until_today(ccm, save, record):
    del record["as_of"]
    outcome = ccm("history", save(record), "--party", "TGO")
    assert "until today, in UTC" in " ".join(outcome.out.split())
    assert "until today" not in ccm("history", save(record), "--until", "2023-06-30").out


def test_without_confirmation_it_says_so(ccm, facts):
    outcome = ccm("history", facts, "--confirm", "0", "--party", "TGO")
    assert "the timeline alone, which no engine confirms" in outcome.out
    data = json.loads(ccm("history", facts, "--confirm", "0", "--format", "json").out)
    _VALIDATOR.validate(data)
    assert data["engines"] == ["timeline"]
    assert data["confirmed"] == []


def test_an_engine_that_does_not_agree_stops_it(ccm, facts, monkeypatch, tmp_path):
    from ccm_rules.report import histories

    real = histories.history

    def forgetful(*arguments, **named):
        told = real(*arguments, **named)
        return told._replace(findings=told.findings[1:])

    monkeypatch.setattr(histories, "history", forgetful)
    outcome = ccm("history", facts, "--output", tmp_path / "history.txt")
    assert outcome.code == 2
    assert "disagree, so nothing is published" in outcome.said
    assert outcome.out == ""
    assert not (tmp_path / "history.txt").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--since", "2023-07-01"], 2, "--since 2023-07-01 is after the last day, 2023-06-30"),
        (["--since", "2023-04"], 2, "not one day"),
        (["--until", "2023-04-31"], 2, "30 days"),
        (["--since", "1000-01-01", "--until", "1000-01-02"], 0, ""),
        (["--since", "0999-12-31"], 2, "outside the years 1000 to 2999"),
        (["--until", "3000-01-01"], 2, "outside the years 1000 to 2999"),
        (["--party", "Togoland"], 2, "unknown State"),
        (["--select", "nothing-like-it"], 2, "no rule"),
        (["--select", "in-force"], 3, "nothing to check"),
        (["--party", "USA"], 3, "leave no duty and no finding"),
        (["--confirm", "-1"], 2, "--confirm"),
        (["--max-bytes", "10"], 2, "bytes"),
    ],
)
def test_exit_codes(ccm, facts, arguments, code, said):
    outcome = ccm("history", facts, *arguments)
    assert outcome.code == code
    assert said in outcome.said


def test_no_facts_is_nothing_to_check(ccm, save, record):
    assert ccm("history").code == 3
    record["facts"] = []
    assert ccm("history", save(record)).code == 3


def test_what_the_record_says_is_made_harmless(ccm, save, record):
    record["title"] = "X\u202e\n\tY"
    outcome = ccm("history", save(record))
    assert "X\\u202e" in outcome.out
    assert "\u202e" not in outcome.out
    assert "\t" not in outcome.out


@pytest.mark.parametrize("more", [pytest.param([], marks=pytest.mark.slow), ["--findings"]])
def test_the_real_record_fits_and_comes_out_the_same(ccm, more, tmp_path):
    arguments = ["history", TODAY, "--until", "2026-11-25", "--since", "2024-01-01", *more]
    one = ccm(*arguments, rules=False)
    assert one.code == 0
    assert all(columns(line) <= 80 for line in one.out.splitlines())
    other = ccm(*arguments, "--output", tmp_path / "out.txt", rules=False)
    assert other.code == 0
    assert (tmp_path / "out.txt").read_bytes() == one.bytes


def test_the_real_record_is_valid_json(ccm):
    arguments = ["--until", "2026-11-25", "--format", "json", "--party", "PER,NGA,LAO,BGR"]
    data = json.loads(ccm("history", TODAY, *arguments, rules=False).out)
    _VALIDATOR.validate(data)
    assert data["summary"]["duties"] == len(data["duties"]) > 50
    assert {one["party"] for one in data["findings"]} == {"PER", "NGA", "LAO", "BGR"}


def test_a_window_that_has_closed_is_not_called_overdue(ccm):
    """Who needs no more time is not late to ask for it."""
    arguments = [
        "--until",
        "2026-11-25",
        "--party",
        "PER",
        "--select",
        "stockpile-extension-window",
    ]
    outcome = ccm("history", TODAY, *arguments, rules=False)
    assert "due-soon → last day passed; no request on record, due 11 December 2022" in " ".join(
        outcome.out.split()
    )
    assert "overdue" not in outcome.out
