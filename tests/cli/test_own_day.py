"""What a finding says of its own day, in every format: windows that closed, days long past."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree

import jsonschema
import pytest

from ccm_rules.authoring import schemas
from tests.conftest import ROOT

WINDOW = "stockpile-extension-window"
MISSED = f"{WINDOW}:ZAF:11MSP:0"


@pytest.fixture
def closed(save):
    """South Africa may ask until 11 December 2022 for more time, and nothing is on record."""
    registers = ("meeting", "extension-request", "extension-decision", "completion", "no-object")
    meetings = {"10MSP": "2022-08-30", "11MSP": "2023-09-11"}
    facts = [
        {"fact": "deposit", "date": "2015-05-28", "instrument": "ratification", "party": "ZAF"},
        {"fact": "obligation", "article": "3", "date": "2014", "party": "ZAF"},
    ]
    facts += [
        {"fact": "meeting", "id": name, "title": name, "kind": "MSP", "opens": day, "closes": day}
        for name, day in meetings.items()
    ]
    return save(
        {
            "title": "A window",
            "as_of": "2022-12-12",
            "sources": {"LIST": {"title": "A list", "kind": "register"}},
            "registers": [{"of": of, "until": "2024-12-31", "source": "LIST"} for of in registers],
            "facts": [{**fact, "source": "LIST"} for fact in facts],
        }
    )


@pytest.mark.parametrize(
    "arguments",
    [
        *(["check", "FACTS", "--format", name] for name in ("text", "json", "csv", "md", "html")),
        *(["check", "FACTS", "--format", name] for name in ("sarif", "junit")),
        ["explain", MISSED, "FACTS"],
        *(["history", "FACTS", "--format", name] for name in ("text", "json", "csv")),
        *(["deadlines", "FACTS", "--format", name] for name in ("text", "json", "csv", "ics")),
    ],
    ids=" ".join,
)
def test_a_window_that_closed_is_overdue_in_no_format(ccm, closed, arguments):
    arguments = [str(closed) if one == "FACTS" else one for one in arguments]
    if arguments[0] in ("check", "history"):
        arguments += ["--select", WINDOW]
    if arguments[0] == "history":
        arguments += ["--until", "2022-12-31"]
    outcome = ccm(*arguments, rules=False, engine=arguments[0] != "history")
    assert outcome.code in (0, 1), outcome.err
    assert outcome.out
    assert "overdue" not in outcome.out.casefold()


def test_its_status_is_window_closed_from_the_day_after(ccm, closed):
    def status(day):
        found = ccm("check", closed, "--select", WINDOW, "--as-of", day, "--format", "json",
                    rules=False)  # fmt: skip
        return [one["status"] for one in json.loads(found.out)["findings"]]

    assert status("2022-12-11") == ["due-soon"]
    assert status("2022-12-12") == ["window-closed"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_nor_in_a_briefing(ccm, closed, tmp_path, language):
    page = tmp_path / "page.html"
    where = ("--meeting", "11MSP", "--party", "ZAF", "--as-of", "2022-12-12")
    outcome = ccm("brief", closed, *where, "--lang", language, "-o", page, rules=False)
    assert outcome.code == 0, outcome.err
    # The initial report is owed, and its record is not complete: nothing here is overdue.
    said = {"en": "overdue", "fr": "en retard"}[language]
    assert said not in page.read_text(encoding="utf-8").casefold()


def test_nor_in_an_alert(ccm, closed, tmp_path):
    outcome = ccm("alert", closed, "--ledger", tmp_path / "ledger.db", "--to", "-", "--as-of",
                  "2022-12-12", rules=False)  # fmt: skip
    assert outcome.code == 0, outcome.err
    assert MISSED in outcome.out
    assert "overdue" not in outcome.out.casefold()


# -- until when the record speaks of a matter ------------------------------------------

TOGO = "initial-report:TGO"


def read(ccm, facts, day, form="json", *options):
    """What is said on a day; the record of initial reports ends on 30 June 2023."""
    outcome = ccm("check", facts, "--as-of", day, "--format", form, *options)
    assert outcome.code in (0, 1), outcome.err
    return outcome


def test_a_year_after_the_last_day_of_the_record_it_is_current(ccm, facts):
    data = json.loads(read(ccm, facts, "2024-06-30").out)
    one = next(f for f in data["findings"] if f["fingerprint"] == TOGO)
    assert (one["known_until"], one["current"], one["severity"]) == ("2023-06-30", True, "serious")
    assert one["remedy"] == "Submit it."
    assert (data["summary"]["serious"], data["summary"]["last_known"]) == (2, 0)


def test_on_the_day_after_it_is_no_finding_of_today(ccm, facts):
    data = json.loads(read(ccm, facts, "2024-07-01").out)
    one = next(f for f in data["findings"] if f["fingerprint"] == TOGO)
    assert (one["known_until"], one["current"], one["severity"]) == ("2023-06-30", False, "serious")
    assert one["remedy"] is None
    assert (data["summary"]["serious"], data["summary"]["last_known"]) == (0, 2)
    assert [f["current"] for f in data["findings"]] == sorted(
        (f["current"] for f in data["findings"]), reverse=True
    )


def test_where_no_register_is_asked_there_is_no_such_day(ccm, facts):
    data = json.loads(read(ccm, facts, "2024-07-01").out)
    stated = [f for f in data["findings"] if f["rule"] == "stated"]
    assert stated
    assert {(f["known_until"], f["current"]) for f in stated} == {(None, True)}


def test_the_record_reaches_no_further_than_the_day_on_which_it_is_judged(ccm, facts):
    data = json.loads(read(ccm, facts, "2023-05-01").out)
    assert {f["known_until"] for f in data["findings"]} == {"2023-05-01", None}


def test_what_is_not_current_does_not_count_for_fail_on(ccm, facts):
    select = ("--select", "initial-report", "--fail-on", "serious")
    assert read(ccm, facts, "2024-06-30", "text", *select).code == 1
    outcome = read(ccm, facts, "2024-07-01", "text", *select)
    assert outcome.code == 0
    assert "No finding" in outcome.out
    assert "2 as last known" in outcome.out


@pytest.mark.parametrize("form", ["text", "md", "html"])
def test_it_is_listed_apart_and_never_under_serious(ccm, facts, form):
    before, _, after = read(ccm, facts, "2024-07-01", form).out.partition(
        "As last known on 30 June 2023 (2)"
    )
    assert "Togo" in after
    assert "The report of Togo" not in before
    assert "Serious (" not in before + after


def test_it_is_marked_in_csv_sarif_and_junit(ccm, facts):
    rows = list(csv.DictReader(io.StringIO(read(ccm, facts, "2024-07-01", "csv").out)))
    one = next(row for row in rows if row["fingerprint"] == TOGO)
    assert (one["known_until"], one["current"]) == ("2023-06-30", "no")
    (run,) = json.loads(read(ccm, facts, "2024-07-01", "sarif").out)["runs"]
    result = next(r for r in run["results"] if r["properties"].get("party") == "TGO")
    assert (result["kind"], result["level"]) == ("open", "none")
    assert result["message"]["text"].startswith("As last known on 30 June 2023: The report of Togo")
    shown = result["properties"]
    assert (shown["knownUntil"], shown["current"]) == ("2023-06-30", False)
    suites = ElementTree.fromstring(read(ccm, facts, "2024-07-01", "junit").out)
    (case,) = [one for one in suites.iter("testcase") if one.get("name") == TOGO]
    assert case.find("failure") is None
    assert case.find("skipped").get("message").startswith("As last known on 30 June 2023: ")


def test_explain_says_it_too(ccm, facts):
    said = ccm("explain", TOGO, facts, "--as-of", "2024-07-01").said
    said = said or " ".join(ccm("explain", TOGO, facts, "--as-of", "2024-07-01").out.split())
    assert "known until 30 June 2023; no finding of today" in said


def test_a_register_that_has_gone_stale_is_told_to_whoever_keeps_the_record(ccm, facts):
    fresh, stale = (read(ccm, facts, day) for day in ("2024-06-30", "2024-07-01"))
    assert not [one for one in json.loads(fresh.out)["warnings"] if "is complete until" in one]
    (says,) = [one for one in json.loads(stale.out)["warnings"] if "is complete until" in one]
    assert "30 June 2023" in says
    assert "Registers that ended more than a year ago (1)" in (
        read(ccm, facts, "2024-07-01", "text").out
    )


def test_both_schemas_hold(ccm, facts):
    found = json.loads(read(ccm, facts, "2024-07-01").out)
    assert found["schema"] == "ccm-check/2"
    jsonschema.Draft202012Validator(schemas.read("ccm-check-2.schema.json")).validate(found)
    names = [line.split()[0] for line in ccm("schema").out.splitlines()]
    assert {"ccm-check/1", "ccm-check/2"} <= set(names)


def test_what_is_open_is_counted_alike_everywhere(ccm, tmp_path):
    """On the shipped record, which has States with several open duties of one rule."""
    real = ROOT / "facts" / "2023.json"
    data = json.loads(ccm("check", real, "--format", "json", rules=False).out)
    number = data["summary"]["open"]
    assert number == sum(one["number"] for one in data["open"])
    assert any(one["number"] > len(one["parties"]) for one in data["open"])
    text = ccm("check", real, rules=False).out
    assert f"What the record cannot tell ({number:,})" in text
    assert f"{number:,} open." in " ".join(text.split())
    page = tmp_path / "page.md"
    assert ccm("brief", real, "--meeting", "11MSP", "-o", page, rules=False).code == 0
    assert f"The record cannot tell of {number:,} further matters" in page.read_text()


# -- remedies, and days late -------------------------------------------------------------


def remedy(ccm, facts, day):
    """What a State whose window has closed can still do on a day."""
    data = json.loads(
        ccm("check", facts, "--as-of", day, "--select", WINDOW, "--format", "json", rules=False).out
    )
    (one,) = [finding for finding in data["findings"] if finding["fingerprint"] == MISSED]
    return one["remedy"]


def test_a_remedy_is_not_given_once_a_day_that_it_names_has_passed(ccm, closed):
    """A late request can be lodged until the Meeting opens on 11 September 2023."""
    assert "11 September 2023" in remedy(ccm, closed, "2023-09-11")
    assert remedy(ccm, closed, "2023-09-12") is None


def test_what_helps_a_late_request_is_said_until_its_meeting_opens(ccm, closed):
    """It was due on 11 December 2022; the Meeting opens on 11 September 2023."""
    record = json.loads(closed.read_text())
    request = {"fact": "extension-request", "party": "ZAF", "article": "3", "number": 1}
    request |= {"replaces": 0, "date": "2022-12-12", "source": next(iter(record["sources"]))}
    record["facts"].append(request)
    closed.write_text(json.dumps(record))

    def late(day):
        arguments = ("--as-of", day, "--select", WINDOW, "--format", "json")
        data = json.loads(ccm("check", closed, *arguments, rules=False).out)
        (one,) = [one for one in data["findings"] if one["fingerprint"] == MISSED]
        assert one["name"] == "stockpile-request-late"
        return one["remedy"]

    assert "Analysis Group" in late("2023-09-11")
    assert late("2023-09-12") is None


def test_days_late_are_counted_to_the_last_day_of_the_record(ccm, save, record, tmp_path):
    """Due on 30 May 2013; the record of initial reports ends on 30 June 2023."""
    page = tmp_path / "page.md"
    arguments = ("--meeting", "12MSP", "--party", "TGO", "--as-of", "2024-05-01", "-o", page)
    assert ccm("brief", save(record), *arguments).code == 0
    (line,) = [one for one in page.read_text().splitlines() if one.startswith("| The report of")]
    assert "| 3,683 |" in line


# -- what is undecided comes first ----------------------------------------------------------


def test_a_deadline_that_passed_undecided_comes_first_with_its_day(ccm, closed):
    """The registers end in 2024, and the deadline is 1 November 2023: on record it is missed.

    Where they end before it, nobody can tell what became of it.
    """
    record = json.loads(closed.read_text())
    for register in record["registers"]:
        register["until"] = "2023-10-31"
    closed.write_text(json.dumps(record))
    text = ccm("check", closed, "--as-of", "2023-11-02", rules=False).out
    first = text.split("\n\n")[1]
    assert first == "Deadlines that have passed, with no decision known (1)"
    assert "1 November 2023: South Africa (stockpile-destruction:ZAF:0)" in text
    data = json.loads(
        ccm("check", closed, "--as-of", "2023-11-02", "--format", "json", rules=False).out
    )
    (one,) = data["undecided"]
    assert (one["party"], one["due"], one["number"]) == ("ZAF", "2023-11-01", 0)
    on_the_day = ccm("check", closed, "--as-of", "2023-11-01", rules=False).out
    assert "Deadlines that have passed" not in on_the_day


# -- what a withdrawal ends ---------------------------------------------------------------


def test_what_was_overdue_before_a_withdrawal_is_a_notice_of_the_day_before(ccm, save):
    """The notice of 5 September 2020 takes effect on 5 March 2021."""
    deposit = {"fact": "deposit", "date": "2011-03-24", "instrument": "ratification"}
    facts = [
        {"fact": "threshold-instrument", "number": 30, "date": "2010-02-16"},
        {**deposit, "party": "LTU"},
        {"fact": "withdrawal-notice", "party": "LTU", "date": "2020-09-05"},
    ]
    registers = [{"of": "report", "kind": "initial", "until": "2030-12-31"}]
    registers += [{"of": "armed-conflict", "until": "2030-12-31"}]
    place = save(
        {
            "title": "A withdrawal",
            "sources": {"LIST": {"title": "A list", "kind": "register"}},
            "registers": [{**register, "source": "LIST"} for register in registers],
            "facts": [{**fact, "source": "LIST"} for fact in facts],
        }
    )

    def overdue(day):
        arguments = ("--as-of", day, "--select", "initial-transparency-report", "--format", "json")
        outcome = ccm("check", place, *arguments, rules=False)
        (one,) = json.loads(outcome.out)["findings"]
        return outcome.code, one

    code, one = overdue("2021-03-04")
    assert (code, one["severity"], one["current"]) == (1, "serious", True)
    assert one["remedy"]
    code, one = overdue("2021-03-05")
    assert (code, one["severity"], one["current"]) == (0, "notice", False)
    assert (one["status"], one["known_until"], one["remedy"]) == ("overdue", "2021-03-04", None)
