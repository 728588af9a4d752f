"""Who is told what: the routing file, mutes, quiet days."""

from __future__ import annotations

import datetime as dt

import pytest

from ccm_rules.alerts.quiet import quiet_days

TOGO, IVORY = "initial-report:TGO", "initial-report:CIV"


def _routes(tmp_path, more=""):
    return f"""
[channel.a]
folder = "{tmp_path}/a"
[channel.b]
folder = "{tmp_path}/b"
[channel.ops]
folder = "{tmp_path}/ops"
[operator]
channel = "ops"
[[route]]
name = "togo"
channel = "a"
parties = ["TGO"]
severities = ["serious"]
[[route]]
name = "reports"
channel = "b"
rules = ["initial-report"]
{more}
"""


@pytest.fixture
def read(job, tmp_path):
    def events(folder):
        job.folder = tmp_path / folder
        return job.events()

    return events


def test_routes(job, tmp_path, read):
    options = job.config(_routes(tmp_path))
    job.night("2023-06-30", *options)
    job.report("TGO")
    job.report("CIV")
    assert job.night("2023-07-01", *options).code == 0
    # What was serious is now for information: whoever was told before is told.
    assert read("a") == [("2023-07-01", "updated", TOGO)]
    assert read("b") == [("2023-07-01", "updated", IVORY), ("2023-07-01", "updated", TOGO)]
    assert read("ops") == []


def test_a_new_route_begins_with_a_digest(job, tmp_path, read):
    job.night("2023-06-30", *job.config(_routes(tmp_path)))
    more = f'[channel.c]\nfolder = "{tmp_path}/c"\n[[route]]\nname = "late"\nchannel = "c"\n'
    job.night("2023-07-01", *job.config(_routes(tmp_path, more)))
    assert read("c") == []
    assert [m["digest"]["why"] for m in job.messages()] == ["first"]


def test_what_no_route_wants_is_counted(job, tmp_path):
    options = job.config(_routes(tmp_path))
    job.night("2023-06-30", *options)
    job.record["facts"] = [f for f in job.record["facts"] if f["fact"] != "stated-count"]
    assert "unrouted=1" in job.night("2023-07-01", *options).err


def test_a_mute_holds_back_until_its_last_day(job, tmp_path, read):
    mute = '[[mute]]\nparties = ["TGO"]\nreason = "asked to wait"\nuntil = 2023-07-03\n'
    options = job.config(_routes(tmp_path, mute))
    job.night("2023-06-30", *options)
    for day in ("2023-07-01", "2023-07-03"):
        job.night(day, *options)
    assert read("a") == read("ops") == []
    job.night("2023-07-04", *options)
    job.night("2023-07-05", *options)
    assert read("a") == [("2023-07-04", "new", TOGO)]
    assert [kind for _, kind, _ in read("ops")] == ["remark"]
    assert "lapsed: its last day was 2023-07-03" in job.messages()[0]["events"][0]["says"]


def test_what_is_resolved_under_a_mute_is_told_after_it(job, tmp_path, read):
    job.night("2023-06-30", *job.config(_routes(tmp_path)))
    mute = f'[[mute]]\nfingerprints = ["{TOGO}"]\nreason = "x"\nuntil = 2023-07-01\n'
    job.report("TGO")
    job.night("2023-07-01", *job.config(_routes(tmp_path, mute)))
    assert read("a") == []
    job.night("2023-07-02", *job.config(_routes(tmp_path, mute)))
    assert read("a") == [("2023-07-02", "updated", TOGO)]


def test_a_mute_that_mutes_nothing_is_reported_once(job, tmp_path, read):
    mute = '[[mute]]\nparties = ["VUT"]\nreason = "a slip"\nuntil = 2030-01-01\n'
    for day in ("2023-06-30", "2023-07-01", "2023-07-20"):
        job.night(day, *job.config(_routes(tmp_path, mute)))
    assert [kind for _, kind, _ in read("ops")] == ["remark"]
    assert "mutes nothing" in job.messages()[0]["events"][0]["says"]


def test_quiet_days_wait_for_the_next_day(job, tmp_path, read):
    text = 'quiet_days = ["saturday", "sunday", "07-03"]\n' + _routes(tmp_path)
    job.night("2023-06-30", *job.config(text))  # a Friday
    job.report("TGO")
    job.night("2023-07-01", *job.config(text))
    job.report("CIV")
    job.night("2023-07-02", *job.config(text))
    job.night("2023-07-03", *job.config(text))
    assert read("b") == []
    job.night("2023-07-04", *job.config(text))
    assert read("b") == [("2023-07-01", "updated", TOGO), ("2023-07-02", "updated", IVORY)]
    assert len(list((tmp_path / "b").glob("2023-07-04*.json"))) == 1


def test_lead_times_by_rule_and_severity(job, tmp_path, read):
    more = '[reminders]\ndays = [5]\n[[reminders.for]]\nrules = ["initial-report"]\ndays = [100]\n'
    options = job.config(_routes(tmp_path, more))
    job.night("2023-06-30", *options)
    job.night("2024-01-27", *options, "--catch-up", "400")
    assert read("b") == [("2023-10-20", "reminder", "initial-report:NGA")]


def test_quiet_spans():
    quiet = quiet_days(["12-24..01-01", "2026-04-03..2026-04-06"])
    days = {
        text: quiet.holds(dt.date.fromisoformat(text).toordinal())
        for text in (
            "2025-12-23",
            "2025-12-24",
            "2025-12-31",
            "2026-01-01",
            "2026-01-02",
            "2026-04-02",
            "2026-04-03",
            "2026-04-06",
            "2026-04-07",
            "2027-04-03",
        )
    }
    assert [day for day, held in days.items() if held] == [
        "2025-12-24",
        "2025-12-31",
        "2026-01-01",
        "2026-04-03",
        "2026-04-06",
    ]


def test_every_mistake_of_a_routing_file_is_named(job):
    text = """
zone = 3
colour = "red"
quiet_days = ["someday"]
[channel.mail]
url = "smtp://user:secret-word@mail.example.org"
[channel.other]
url = "smtp://mail.example.org"
[channel.hook]
url = "https://example.org/x"
key_env = "A"
key_file = "B"
[[route]]
name = "Desk"
channel = "nowhere"
[[route]]
name = "desk"
channel = "other"
to = ["no address"]
parties = ["TOGO"]
severities = ["grave"]
events = ["gone"]
digest = "someday"
[[mute]]
until = 2026-01-01
[reminders]
days = [-1]
[delivery]
attempts = 0
"""
    outcome = job.night("2023-06-30", *job.config(text))
    assert outcome.code == 2
    for said in (
        "zone is not text",
        "unknown key 'colour'",
        "'someday' is no day",
        "must not hold a password",
        "has no sender",
        "stands in two places",
        "the route has no name",
        "there is no channel 'nowhere'",
        "'no address' is no mail",
        "'TOGO' is no State",
        "'grave' is unknown",
        "'gone' is unknown",
        "'someday' is no weekday",
        "would mute everything",
        "a mute has a reason",
        "lead times are days",
        "attempts is a number",
    ):
        assert said in outcome.err, said
    assert "routes.toml:6:1 (channel.mail.url)" in outcome.err
    assert "routes.toml:7:1 (channel.other)" in outcome.err
    assert "secret-word" not in outcome.err
    assert not job.ledger.exists()


def test_a_routing_file_that_is_no_toml(job):
    outcome = job.night("2023-06-30", *job.config("[channel\n"))
    assert outcome.code == 2
    assert "routes.toml:1:" in outcome.err
