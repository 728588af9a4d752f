"""What a night tells, on real files: new, changed, no longer found, reminders, digests."""

from __future__ import annotations

import json

import pytest

import ccm_rules

TOGO = "initial-report:TGO"
NIGERIA = "initial-report:NGA"  # in force on 1 August 2023, due on 28 January 2024


def test_the_first_run_sends_one_digest(job):
    outcome = job.night("2023-06-30")
    assert outcome.code == 0, outcome.err
    (message,) = job.messages()
    assert message["kind"] == "digest"
    standing = {f["fingerprint"] for f in message["digest"]["standing"]}
    assert {TOGO, "initial-report:CIV", "stated/count-stated:states"} <= standing
    assert "events" not in message


def test_nothing_new_sends_nothing(job):
    job.night("2023-06-30")
    for day in ("2023-06-30", "2023-07-01", "2023-07-02"):
        outcome = job.night(day)
        assert outcome.code == 0
    assert len(job.messages()) == 1


def test_new_changed_and_no_longer_found(job):
    job.night("2023-06-30")
    job.record["facts"].append(
        {
            "fact": "stated-deadline",
            "party": "PER",
            "article": "3",
            "number": 0,
            "day": "2024",
            "source": "PAPER",
        }
    )
    job.night("2023-07-01")
    job.report()  # in time for nobody: the finding becomes "late"
    job.record["facts"] = [f for f in job.record["facts"] if f.get("article") != "3"]
    job.night("2023-07-02")
    assert job.events() == [
        ("2023-07-01", "new", "stated/deadline-stated:PER:3:0"),
        ("2023-07-02", "updated", TOGO),
        ("2023-07-02", "resolved", "stated/deadline-stated:PER:3:0"),
        ("2023-07-02", "resolved", "stated/deadline-stated:ZAF:3:0"),
    ]
    updated = job.messages()[-1]["events"][0]
    assert updated["before"]["status"] == "overdue"
    assert updated["finding"]["status"] == "met-late"


def test_a_moved_deadline_is_one_update(job):
    job.night("2023-06-30")
    deposit = next(f for f in job.record["facts"] if f["party"] == "TGO")
    deposit["date"] = "2012-08-22"
    job.night("2023-07-01")
    assert job.events() == [("2023-07-01", "updated", TOGO)]
    event = job.messages()[-1]["events"][0]
    assert (event["before"]["due"], event["finding"]["due"]) == ("2013-05-30", "2013-07-31")


def test_what_comes_back_is_new_again_with_another_id(job):
    job.night("2023-06-30")
    facts = job.record["facts"]
    for day in ("2023-07-01", "2023-07-02"):
        job.record["facts"] = [f for f in facts if f["fact"] != "stated-count"]
        job.night(day)
        job.record["facts"] = facts
        job.night(day)
    events = [e for body in job.messages() for e in body.get("events", ())]
    assert sorted(e["kind"] for e in events) == ["new", "new", "resolved", "resolved"]
    assert len({e["id"] for e in events}) == 4


def test_resolved_says_what_the_record_cannot_tell(job):
    job.night("2023-06-30")
    job.record["registers"] = []  # nothing says any more that the record is complete
    job.night("2023-07-01")
    events = job.messages()[-1]["events"]
    assert {(e["kind"], e["now"]) for e in events} == {("resolved", "open")}
    (text,) = job.folder.glob("2023-07-01*.txt")
    said = " ".join(text.read_text().split())
    assert "The record does not tell how it stands now" in said
    assert "is met" not in said


def test_reminders_come_once_at_each_lead_time(job):
    job.night("2023-06-30")
    days = ["2023-08-01", "2023-08-02", "2023-10-29", "2023-10-30", "2023-12-28", "2023-12-29"]
    for day in [*days, "2024-01-20", "2024-01-21", "2024-01-28"]:
        assert job.night(day, "--catch-up", "1").code == 0
    reminders = [
        (e["day"], e["lead"], e["days_left"])
        for body in job.messages()
        for e in body.get("events", ())
        if e["kind"] == "reminder"
    ]
    assert reminders == [
        ("2023-08-01", 180, 180),
        ("2023-10-30", 90, 90),
        ("2023-12-29", 30, 30),
        ("2024-01-21", 7, 7),
    ]


def test_a_reminder_missed_is_made_up_once(job):
    job.night("2023-06-30")
    job.night("2024-01-02", "--catch-up", "1")
    reminders = [e for b in job.messages() for e in b.get("events", ()) if e["kind"] == "reminder"]
    assert [(e["lead"], e["days_left"]) for e in reminders] == [(30, 26)]


def test_a_day_that_moves_after_a_reminder_is_told(job):
    job.night("2023-06-30")
    job.night("2023-08-01")
    deposit = next(f for f in job.record["facts"] if f["party"] == "NGA")
    deposit["date"] = "2023-03-10"
    job.night("2023-08-02")
    assert job.events() == [
        ("2023-08-01", "reminder", NIGERIA),
        ("2023-08-02", "updated", NIGERIA),
    ]
    event = job.messages()[-1]["events"][0]
    assert (event["before"]["due"], event["deadline"]["due"]) == ("2024-01-28", "2024-02-28")


def test_a_week_without_a_run_is_made_up_in_order(job):
    job.night("2023-10-27")
    outcome = job.night("2024-01-29", "--catch-up", "400")
    assert "nights=94" in outcome.err
    assert job.events() == [
        ("2023-10-30", "reminder", NIGERIA),
        ("2023-12-29", "reminder", NIGERIA),
        ("2024-01-21", "reminder", NIGERIA),
        ("2024-01-29", "new", NIGERIA),
    ]
    assert len(job.messages()) == 2  # the digest, and one for all of it


def test_too_long_a_pause_is_said(job):
    job.night("2023-06-30")
    outcome = job.night("2024-06-30")
    assert "nights=31" in outcome.err
    assert "passed_over=335" in outcome.err


def test_a_clock_a_day_behind_judges_the_ledgers_day(job):
    job.night("2023-06-30")
    job.report()
    outcome = job.night("2023-06-29")
    assert outcome.code == 0
    assert "clock-behind" in outcome.err
    assert job.events() == [("2023-06-30", "updated", TOGO)]
    assert job.night("2023-06-30").code == 0
    assert len(job.events()) == 1


def test_a_clock_far_behind_stops_the_job_and_is_told(job):
    job.night("2023-06-30")
    outcome = job.night("2023-06-20")
    assert outcome.code == 2
    assert "the ledger was last used on 2023-06-30" in outcome.err
    faults = [e for b in job.messages() for e in b.get("events", ())]
    assert [e["kind"] for e in faults] == ["fault"]


def test_a_state_renamed_is_no_news(job, monkeypatch):
    job.night("2023-06-30")
    names = {**ccm_rules.party_names(), "TGO": "Togolese Commonwealth"}
    monkeypatch.setattr("ccm_rules.compiler.rulebook.party_names", lambda: names)
    job.night("2023-07-01")
    assert job.events() == []
    job.report()
    job.night("2023-07-02")
    assert job.messages()[-1]["events"][0]["finding"]["party_name"] == "Togolese Commonwealth"


def test_a_weekly_digest(job):
    for day in range(26, 30):  # Monday 26 June 2023
        job.night(f"2023-06-{day}", "--digest", "monday")
    assert [m["kind"] for m in job.messages()] == ["digest"]
    job.report()
    job.night("2023-07-02", "--digest", "monday")
    for _ in range(2):
        job.night("2023-07-04", "--digest", "monday")  # Monday had no run
    weekly = [m for m in job.messages() if m.get("digest", {}).get("why") == "weekly"]
    assert [m["as_of"] for m in weekly] == ["2023-07-04"]
    assert weekly[0]["digest"]["since"] == {"new": 1, "updated": 1}


def test_a_dry_run_leaves_no_trace(job):
    outcome = job.night("2023-06-30", "--dry-run")
    assert outcome.code == 0
    assert "Togo" in outcome.out
    assert not job.ledger.exists()
    assert not job.folder.exists()
    job.night("2023-06-30")
    before = job.ledger.read_bytes()
    job.report()
    outcome = job.night("2023-07-01", "--dry-run")
    assert "Changed (1)" in outcome.out
    assert job.ledger.read_bytes() == before
    assert len(job.messages()) == 1


def test_the_log_can_be_read_by_programs(job):
    outcome = job.night("2023-06-30", "--log-format", "json")
    lines = [json.loads(line) for line in outcome.err.splitlines()]
    assert [line["event"] for line in lines] == ["delivered", "ended"]
    assert lines[-1]["code"] == 0
    assert all(line["time"].endswith("Z") for line in lines)


def test_signs_of_life(job, beat, tmp_path):
    url, calls = beat
    health = tmp_path / "health.json"
    options = ("--health", health, "--heartbeat", url)
    assert job.night("2023-06-30", *options).code == 0
    state = json.loads(health.read_text())
    assert (state["status"], state["code"], state["as_of"]) == ("ok", 0, "2023-06-30")
    assert calls == ["/ping"]
    job.path.write_text("{")
    assert job.night("2023-07-01", *options, write=False).code == 2
    assert json.loads(health.read_text())["status"] == "failed"
    assert calls == ["/ping"]


def test_standard_output(job):
    outcome = job.night("2023-06-30", to=["-"])
    assert outcome.code == 0
    assert "Serious (2)" in outcome.out


@pytest.mark.parametrize("zone", ["Europe/Vienna", "UTC"])
def test_the_day_turns_in_the_zone(monkeypatch, zone):
    import datetime as dt

    from ccm_rules.cli import common

    class Late(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return dt.datetime(2023, 6, 30, 22, 30, tzinfo=dt.UTC).astimezone(tz)

    monkeypatch.setattr(dt, "datetime", Late)
    assert str(common.today(zone)) == ("2023-07-01" if zone != "UTC" else "2023-06-30")


def test_an_unknown_zone(ccm, job):
    outcome = ccm("alert", job.path, "--ledger", job.ledger, "--to", "-", "--zone", "Mars/Olympus")
    assert outcome.code == 2
    assert "no time zone is called 'Mars/Olympus'" in outcome.said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "say who is told"),
        (["--to", "smtp://u:pw@h?from=a@b.org&to=c@d.org"], "must not hold a password"),
        (["--to", "smtp://h"], "needs a sender and recipients"),
        (["--to", "ftp://h/x"], "none of smtp://"),
        (["--to", "smtp://u@mail.org?tls=none&from=a@b.org&to=c@d.org"], "needs TLS"),
        (["--to", "smtp://h?from=a@b.org&to=c@d.org%0aBcc:x@y.org"], "is no mail address"),
        (["--config", "nowhere.toml"], "nowhere.toml: No such file"),
        (["--config", "x", "--digest", "monday"], "--digest is for --to"),
    ],
)
def test_bad_options(ccm, job, options, said):
    outcome = ccm("alert", job.path, "--ledger", job.ledger, *options)
    assert outcome.code == 2
    assert said in outcome.said
    assert "pw" not in outcome.err
    assert not job.ledger.exists()
