"""The calendar to subscribe to, as a calendar program reads it."""

from __future__ import annotations

import datetime as dt
import sys

import icalendar


def _events(outcome):
    feed = icalendar.Calendar.from_ical(outcome.bytes)
    assert feed["method"] == "PUBLISH"
    return {str(event["uid"]): event for event in feed.walk("VEVENT")}


def test_duties_and_meetings_are_events(ccm, facts):
    outcome = ccm("deadlines", facts, "--format", "ics")
    assert outcome.code == 0
    events = _events(outcome)
    report = events["initial-report:NGA@ccm-check"]
    assert report["dtstart"].dt == dt.date(2024, 1, 28)
    assert report["dtend"].dt == dt.date(2024, 1, 29)
    assert report["summary"] == "Nigeria: Initial report"
    assert report["url"] == "https://example.org/ccm"
    assert report["transp"] == "TRANSPARENT"


def test_a_vague_day_spans_all_days_that_it_may_be(ccm, facts):
    meeting = _events(ccm("deadlines", facts, "--format", "ics"))["meeting:12MSP@ccm-check"]
    assert (meeting["dtstart"].dt, meeting["dtend"].dt) == (
        dt.date(2024, 9, 1),
        dt.date(2024, 10, 1),
    )
    assert meeting["summary"].endswith("opens [day not fixed]")


def test_a_day_that_moves_keeps_its_event(ccm, save, record):
    before = _events(ccm("deadlines", save(record), "--format", "ics"))
    deposit = next(f for f in record["facts"] if f.get("party") == "NGA")
    deposit["date"] = "2023-03-10"
    after = _events(ccm("deadlines", save(record), "--format", "ics"))
    assert before.keys() == after.keys()
    name = "initial-report:NGA@ccm-check"
    assert before[name]["dtstart"].dt < after[name]["dtstart"].dt


def test_equal_input_gives_equal_bytes(ccm, facts):
    one, other = (ccm("deadlines", facts, "--format", "ics").bytes for _ in range(2))
    assert one == other
    assert b"\r\n" in one


def test_what_the_record_says_cannot_make_a_line_of_its_own(ccm, save, record):
    record["title"] = "X\nBEGIN:VALARM"
    record["facts"][6]["title"] = "Twelfth\nATTACH:file:///etc/passwd"
    outcome = ccm("deadlines", save(record), "--format", "ics")
    assert b"\nBEGIN:VALARM" not in outcome.bytes
    assert b"\nATTACH" not in outcome.bytes
    assert _events(outcome)


def test_without_the_library_it_says_what_to_install(ccm, facts, monkeypatch):
    monkeypatch.setitem(sys.modules, "icalendar", None)
    outcome = ccm("deadlines", facts, "--format", "ics")
    assert outcome.code == 2
    assert "pip install 'ccm-rules[calendar]'" in outcome.said
