"""The site: pages, calendars and data that belong together."""

import datetime as dt
import json
import os
from pathlib import Path
from urllib.parse import unquote

import icalendar
import jsonschema
import pytest
import vobject

import ccm_rules
from ccm_rules.authoring.schemas import CHECK, RULE, read
from ccm_rules.cli import invoke
from ccm_rules.documents.feed import ALARMS
from tests.documents.briefing.conftest import FACTS, ROOT, Page
from tests.documents.briefing.test_hostile import RECORD

_SCHEMAS = {
    "ccm-check/2": jsonschema.Draft202012Validator(read(CHECK)),
    "ccm-rule/2": jsonschema.Draft202012Validator(read(RULE)),
}


def site(place, *arguments, facts=FACTS):
    return invoke(["site", str(facts), "-o", str(place), "--engine", "sqlite", *arguments])


@pytest.fixture(scope="module", params=["en", pytest.param("fr", marks=pytest.mark.slow)])
def home(request, tmp_path_factory):
    place = tmp_path_factory.mktemp("site") / request.param
    assert site(place, "--lang", request.param) == 0
    return place


def test_every_link_within_the_site_leads_somewhere(home):
    pages = {file: Page(file.read_bytes()).elements for file in home.rglob("*.html")}
    ids = {file: {a["id"] for _, a in elements if "id" in a} for file, elements in pages.items()}
    for file, elements in pages.items():
        for tag, attributes in elements:
            to = attributes.get("href", "")
            if tag != "a" or to.startswith("http"):
                continue
            path, _, fragment = to.partition("#")
            target = (file.parent / unquote(path)).resolve() if path else file
            assert target.is_file(), (file, to)
            if fragment:
                assert fragment in ids[target], (file, to)


def test_there_is_a_page_with_data_for_every_state_and_rule(home):
    rulebook = ccm_rules.load_rules(indicators=True)
    record = ccm_rules.load_facts(FACTS, rulebook=rulebook)
    report = ccm_rules.check(record, rulebook, engines=["sqlite"])
    said = report.states
    assert {p.stem for p in (home / "states").glob("*.html")} == said
    assert {p.stem for p in (home / "rules").glob("*.html")} == set(rulebook.rules)
    # Which rules have cases for which situations is said of the rules, and not of the record.
    for page in {*home.rglob("*.html")} - {home / "situations.html"}:
        data = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
        _SCHEMAS[data["schema"]].validate(data)
    togo = json.loads((home / "states" / "TGO.json").read_text(encoding="utf-8"))
    mine = [f.fingerprint for f in report.findings if f.party == "TGO"]
    assert [f["fingerprint"] for f in togo["findings"]] == mine


def test_calendars_are_accepted_by_two_parsers(home):
    for file in (home / "calendar.ics", home / "states" / "IRQ.ics"):
        data = file.read_bytes()
        calendar = icalendar.Calendar.from_ical(data)
        assert not calendar.errors
        other = vobject.readOne(data.decode())
        assert {str(e["uid"]) for e in calendar.events} == {e.uid.value for e in other.vevent_list}
        for event in calendar.events:
            triggers = [alarm["trigger"].dt for alarm in event.walk("VALARM")]
            assert triggers == [dt.timedelta(days=-days) for days in ALARMS]
            assert not event.errors
        uids = [str(event["uid"]) for event in calendar.events]
        assert len(uids) == len(set(uids))


def test_a_states_calendar_holds_its_days_and_the_meetings(home):
    calendar = icalendar.Calendar.from_ical((home / "states" / "IRQ.ics").read_bytes())
    starts = {event["dtstart"].dt for event in calendar.events}
    assert {dt.date(2023, 11, 1), dt.date(2023, 9, 11)} <= starts
    everyone = icalendar.Calendar.from_ical((home / "calendar.ics").read_bytes())
    assert len(everyone.events) > len(calendar.events)


def test_a_meeting_whose_days_are_not_fixed_is_tentative(home):
    calendar = icalendar.Calendar.from_ical((home / "calendar.ics").read_bytes())
    event = next(e for e in calendar.events if "12MSP" in e["summary"] and "url" not in e)
    assert event["status"] == "TENTATIVE"
    assert event["dtstart"].dt == dt.date(2024, 9, 1)
    assert event["dtend"].dt == dt.date(2024, 10, 1)


def test_an_event_keeps_its_name_when_its_day_moves(tmp_path):
    home = ROOT / "facts"
    record, common = (json.loads((home / f).read_text()) for f in ("2023.json", "common.json"))
    meeting = next(f for f in common["facts"] if f["fact"] == "meeting" and f["id"] == "12MSP")
    meeting["opens"] = "2024-09-10"
    (tmp_path / "common.json").write_text(json.dumps(common), encoding="utf-8")
    facts = tmp_path / "moved.json"
    facts.write_text(json.dumps(record), encoding="utf-8")
    days = {}
    for name, source in (("one", FACTS), ("two", str(facts))):
        file = tmp_path / f"{name}.ics"
        run = ["deadlines", source, "--format", "ics", "--output", str(file)]
        assert invoke([*run, "--horizon", "10y", "--engine", "sqlite"]) == 0
        events = icalendar.Calendar.from_ical(file.read_bytes()).events
        days[name] = {str(e["uid"]): e["dtstart"].dt for e in events}
    moved = {uid for uid in days["one"] if days["one"][uid] != days["two"].get(uid)}
    assert moved
    assert days["one"].keys() <= days["two"].keys()


@pytest.mark.slow
def test_the_same_record_gives_the_same_site(home, tmp_path, monkeypatch):
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    assert site(tmp_path / "again", "--lang", home.name) == 0
    assert contents(tmp_path / "again") == contents(home)


def contents(place):
    return {str(p.relative_to(place)): p.read_bytes() for p in place.rglob("*") if p.is_file()}


@pytest.fixture
def small(few_rules, save):
    """A site of a small record, made quickly."""
    facts = save(RECORD)
    return lambda place, *more: site(place, "--rules", str(few_rules), *more, facts=facts)


def test_a_site_is_replaced_as_a_whole(tmp_path, small):
    place = tmp_path / "sites" / "public"
    place.parent.mkdir()
    assert small(place) == 0
    (place / "states" / "gone.html").write_text("left over")
    assert small(place, "--lang", "fr") == 0
    assert not (place / "states" / "gone.html").exists()
    assert [p.name for p in place.parent.iterdir()] == ["public"]


def test_what_another_program_wrote_is_left_alone(tmp_path, capsys):
    place = tmp_path / "public"
    place.mkdir()
    (place / "mine.txt").write_text("mine")
    assert site(place) == 2
    assert "did not write" in capsys.readouterr().err
    assert [p.name for p in place.iterdir()] == ["mine.txt"]
    (tmp_path / "file").write_text("a file")
    assert site(tmp_path / "file") == 2
    assert (tmp_path / "file").read_text() == "a file"


def test_a_site_that_cannot_be_made_leaves_the_old_one(tmp_path, small, capsys, monkeypatch):
    place = tmp_path / "sites" / "public"
    place.parent.mkdir()
    assert small(place) == 0
    before = contents(place)
    real = os.replace

    def refuse(source, target):
        if Path(target) == place and Path(source).name.startswith(".ccm") and not done:
            done.append(source)
            raise OSError(28, "No space left on device")
        return real(source, target)

    done = []
    monkeypatch.setattr(os, "replace", refuse)
    assert small(place, "--lang", "fr") == 2
    assert "the old one is whole" in capsys.readouterr().err
    assert contents(place) == before
    assert [p.name for p in place.parent.iterdir()] == ["public"]
    monkeypatch.undo()
    assert small(tmp_path / "nowhere" / "public") == 2


def test_a_site_needs_a_directory(capsys):
    assert invoke(["site", FACTS]) == 2
    assert "-o public" in capsys.readouterr().err
