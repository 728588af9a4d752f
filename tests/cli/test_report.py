"""``ccm-check report``: numbers from facts, on a small plan and record of our own."""

from __future__ import annotations

import csv
import io
import json
import shutil

import jsonschema
import pytest

from ccm_rules.authoring.schemas import REPORT, read

_LAYOUT = """
name    = "layout"
title   = "How the report is laid out"
binding = "political"

[authority]
instrument = "LAP"
article    = "Report"
note       = "Made up for these tests."

[[report_section]]
letter        = "A"
title         = "Joining"
summary_title = "Who joined"
summary       = [{ indicator = "joined", says = "States joined" }]

[[report_section]]
letter = "B"
title  = "Clearance"
"""
_JOINED = """
name    = "action-1"
title   = "New States"
binding = "political"
section = "A"

[authority]
instrument = "LAP"
article    = "Action 1"
note       = "Made up for these tests."

[[indicator]]
name    = "joined"
title   = "new States"
wording = "States that joined in the period"
unit    = "States"
period  = "flow"
counted = "Deposits in the period."
all     = [
  { fact = "deposit", party = "?p", date = "?d" },
  { fact = "review-period", starts = "?s", ends = "?e" },
]
if      = ["?d >= ?s", "?d <= ?e"]
record  = [{ fact = "deposit" }]

[[indicator]]
name     = "members"
title    = "all States"
place    = "text"
unit     = "States"
period   = "stock"
counted  = "Deposits."
all      = [{ fact = "deposit", party = "?p" }]
record   = [{ fact = "deposit" }]

[[indicator]]
name     = "joined-percent"
title    = "share that joined"
place    = "text"
unit     = "percent"
period   = "flow"
counted  = "Reckoned."
reckoned = "joined % members"
"""
_CLEARED = """
name    = "action-2"
title   = "Clearance"
binding = "political"
section = "B"

[authority]
instrument = "LAP"
article    = "Action 2"
note       = "Made up for these tests."

[[population]]
name  = "affected"
title = "affected States"
all   = [{ fact = "obligation", party = "?p", article = "4" }]

[[indicator]]
name       = "on-track"
title      = "on track"
wording    = "Affected States on track"
unit       = "States"
period     = "stock"
population = "affected"
counted    = "Announcements."
all        = [{ fact = "announcement", party = "?p", article = "4", what = "on-track" }]
record     = [{ fact = "announcement", article = "4", party = "?p" }]

[[indicator]]
name    = "plans"
title   = "plans"
wording = "Affected States with plans"
unit    = "States"
period  = "stock"
counted = "Stated."

[[indicator]]
name    = "form"
title   = "the form"
wording = "States that use the form"
unit    = "States"
period  = "stock"
counted = "Stated."

[[indicator]]
name    = "silence"
title   = "silence"
wording = "States that said nothing"
unit    = "States"
period  = "stock"
counted = "Stated."
"""
_COMPARED = """
name    = "compared"
title   = "Numbers that differ"
binding = "record"

[authority]
instrument = "Record"
note       = "Made up for these tests."
article    = "counts"

[[derive]]
fact.fact = "quoted"
fact.of = "?i"
fact.year = "?y"
fact.value = "?v"
fact.out_of = "?o"
fact.qualifier = "?q"
fact.date = "?d"

[[derive.all]]
fact = "stated-count"
of = "?i"
year = "?y"
value = "?v"
out_of = "?o"
qualifier = "?q"
date = "?d"

[[derive]]
fact = { fact = "indicator-value", of = "?i", year = "?y", number = "?n" }
all  = [{ fact = "indicator-exact", of = "?i", year = "?y", number = "?n" }]

[[finding]]
name     = "differs"
all      = [
  { fact = "indicator", of = "?i", title = "?t" },
  { fact = "indicator-exact", of = "?i", number = "?n" },
  { fact = "indicator-count", of = "?i", number = "?c" },
  { fact = "stated-count", of = "?i", value = "?v" },
]
if       = ["?v != ?n"]
key      = ["?i"]
severity = "notice"
says     = "{t}: stated as {v.each}; the record shows {n} ({c.names}), by {c.place}."
remedy   = "Correct one of them."
"""


def deposit(party, day):
    return {
        "fact": "deposit", "party": party, "date": day, "instrument": "ratification",
        "source": "LIST",
    }  # fmt: skip


def affected(party):
    return {"fact": "obligation", "party": party, "article": "4", "date": "2015", "source": "PAPER"}


def on_track(party, place):
    return {
        "fact": "announcement", "party": party, "article": "4", "what": "on-track",
        "date": "2023-05-01", "source": f"PAPER {place}",
    }  # fmt: skip


def count(of, value, place, **more):
    return {
        "fact": "stated-count", "of": of, "value": value, "date": "2023-05-01",
        "source": f"PAPER {place}", **more,
    }  # fmt: skip


@pytest.fixture
def home(tmp_path_factory, home):
    place = tmp_path_factory.mktemp("plan")
    (place / "plan").mkdir()
    shutil.copy(home / "vocabulary.toml", place)
    for text in (_LAYOUT, _JOINED, _CLEARED, _COMPARED):
        name = text.split('"')[1]
        (place / "plan" / f"{name}.toml").write_text(text, encoding="utf-8")
    return place


@pytest.fixture
def record():
    return {
        "title": "A record",
        "as_of": "2023-07-31",
        "period": "[2022-07-01..2023-06-30]",
        "sources": {
            "LIST": {"title": "Status list", "kind": "register"},
            "PAPER": {"title": "A paper", "published": "2023-06-01"},
        },
        "registers": [
            {"of": "deposit", "parties": "all", "until": "2023-06-30", "source": "LIST"},
            {
                "of": "announcement", "article": "4", "parties": ["LAO", "TCD"],
                "until": "2023-06-30", "source": "PAPER ¶2",
            },
        ],
        "facts": [
            deposit("LAO", "2009-03-18"),
            deposit("TCD", "2013-03-26"),
            deposit("NGA", "2023-02-28"),
            deposit("SSD", "2023-07-01"),
            affected("LAO"), affected("TCD"), affected("IRQ"),
            on_track("LAO", "¶2"),
            count("joined", 2, "II"),
            count("joined", 1, "¶1"),
            count("plans", 7, "¶3", qualifier="about"),
            count("plans", 7, "¶3", out_of=10),
            {
                "fact": "stated-not-applicable", "of": "form", "date": "2023-05-01",
                "source": "PAPER ¶4",
            },
        ],
    }  # fmt: skip


def numbers(result):
    data = json.loads(result.out)
    return {number["indicator"]: number for number in data["numbers"]}, data


def test_each_number_has_its_ground_and_its_members(ccm, facts):
    found, data = numbers(ccm("report", facts, "--format", "json"))
    jsonschema.validate(data, read(REPORT))
    assert {name: (n["ground"], n["value"]) for name, n in found.items()} == {
        # Nigeria's deposit lies in the period; the paper's two does not change that.
        "joined": ("derived", 1),
        # South Sudan's comes a day after the period's end, on which the report is judged.
        "members": ("derived", 3),
        "joined-percent": ("stated", 33),
        # Laos is on track, Chad is not by the register, and of Iraq nothing is known.
        "on-track": ("unknown", None),
        "plans": ("stated", 7),
        "form": ("not-applicable", None),
        "silence": ("unknown", None),
    }
    assert data["as_of"] == "2023-06-30"
    assert [m["party"] for m in found["joined"]["members"]] == ["NGA"]
    assert found["joined"]["members"][0]["sources"] == ["LIST"]
    assert found["joined"]["stated"][0]["places"] == ["PAPER II"]
    track = found["on-track"]
    assert (track["low"], track["high"], track["out_of"]) == (1, 2, 3)
    assert [m["party"] for m in track["open"]] == ["IRQ"]
    assert [m["party"] for m in track["population"]["members"]] == ["TCD", "IRQ", "LAO"]
    assert found["silence"]["low"] is None
    assert found["joined-percent"]["arithmetic"] == "1 of 3 is 33 %"


def test_a_number_that_differs_is_a_finding_with_both_places(ccm, facts):
    _, data = numbers(ccm("report", facts, "--format", "json"))
    (finding,) = data["findings"]
    assert finding["says"] == (
        "New States: stated as 2 (PAPER II); the record shows 1 (Nigeria), by LIST."
    )
    assert ccm("report", facts).code == 0
    assert ccm("report", facts, "--fail-on", "notice").code == 1
    assert ccm("report", facts, "--fail-on", "warning").code == 0


def test_text_says_what_the_numbers_are(ccm, facts):
    out = ccm("report", facts).out
    assert all(len(line) <= 80 for line in out.splitlines())
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert "period 1 July 2022 to 30 June 2023" in lines
    assert lines.index("Summary") < lines.index("A. Joining") < lines.index("B. Clearance")
    assert "1 derived States joined" in lines
    assert "Stated: 2 (PAPER II); 1 (PAPER ¶1)." in lines
    assert "7 of 10 stated Affected States with plans" in lines or (
        "about 7 of 10 stated Affected States with plans" in lines
    )
    assert "N/A States that use the form" in lines
    assert "? unknown States that said nothing" in lines
    assert "1 by name: Lao People's Democratic Republic; open: Iraq." in lines
    assert "2 numbers of the paragraphs: --paragraphs shows them." in lines
    shown = ccm("report", facts, "--paragraphs").out
    assert "33 %" in shown
    assert "--paragraphs" not in shown


def test_members_are_named_when_asked_for(ccm, facts):
    assert "Nigeria" not in ccm("report", facts).out.split("What does not agree")[0]
    assert "Nigeria." in ccm("report", facts, "--members").out


@pytest.mark.parametrize("action", ["2", "action-2", "Action 2"])
def test_one_action(ccm, facts, action):
    found, data = numbers(ccm("report", facts, "--action", action, "--format", "json"))
    assert {n["action"] for n in found.values()} == {2}
    assert data["findings"] == []  # the one that there is concerns Action 1
    assert data["summary"] == []


def test_unknown_actions_say_which_there_are(ccm, facts):
    result = ccm("report", facts, "--action", "51")
    assert result.code == 2
    assert "the rules have Actions 1 to 2" in result.said
    assert ccm("report", facts, "--action", "many").code == 2


def test_csv_and_markdown_hold_the_same(ccm, facts):
    rows = list(csv.DictReader(io.StringIO(ccm("report", facts, "--format", "csv").out)))
    assert [row["indicator"] for row in rows][:2] == ["joined", "members"]
    assert rows[0]["members"] == "NGA"
    assert rows[0]["stated"] == "2 (PAPER II); 1 (PAPER ¶1)"
    text = ccm("report", facts, "--format", "md", "--paragraphs").out
    assert "| 1 | 1 | derived | States that joined in the period" in text
    assert "| 33 % | stated | Share that joined" in text


def test_hostile_text_stays_text(ccm, save, record):
    record["title"] = "=cmd | <b>*x*</b> \x1b[31m"
    record["facts"] += [count("plans", 8, "=1+1|<i>")]
    facts = save(record)
    text = ccm("report", facts).out
    assert "\x1b" not in text
    markdown = ccm("report", facts, "--format", "md").out
    assert "<b>" not in markdown.replace("\\<b\\>", "")
    assert "<i>" not in markdown.replace("\\<i\\>", "")
    rows = list(csv.reader(io.StringIO(ccm("report", facts, "--format", "csv").out)))
    assert not any(cell.startswith("=") for row in rows for cell in row)


def test_another_period(ccm, facts):
    found, data = numbers(
        ccm("report", facts, "--period", "2012-07-01..2013-06-30", "--format", "json")
    )
    assert data["as_of"] == "2013-06-30"
    assert [m["party"] for m in found["joined"]["members"]] == ["TCD"]
    assert [m["party"] for m in found["members"]["members"]] == ["TCD", "LAO"]


@pytest.mark.parametrize("period", ["2023-06-30..2022-07-01", "..2023-06-30", "soon", "2022-13"])
def test_a_period_that_is_none(ccm, facts, period):
    result = ccm("report", facts, "--period", period)
    assert result.code == 2
    assert "--period" in result.said


def test_without_a_period_it_says_what_to_do(ccm, save, record):
    del record["period"]
    result = ccm("report", save(record))
    assert result.code == 2
    assert "the record names no review period; say --period" in result.said


def test_rules_without_indicators(ccm, facts, tmp_path_factory, home):
    place = tmp_path_factory.mktemp("bare")
    (place / "plan").mkdir()
    shutil.copy(home / "vocabulary.toml", place)
    shutil.copy(home / "plan" / "layout.toml", place / "plan")
    text = (place / "plan" / "layout.toml").read_text().split("[[report_section]]")[0]
    (place / "plan" / "layout.toml").write_text(text)
    result = ccm("report", facts, "--rules", place, rules=False)
    assert result.code == 3
    assert "the rules hold no indicator" in result.said


def test_no_facts_is_nothing_to_check(ccm):
    assert ccm("report").code == 3


def test_comparison_says_who_moved(ccm, save, record):
    then = save(record, "then.json")
    record["title"] = "The next record"
    record["as_of"] = "2024-06-30"
    record["period"] = "[2023-07-01..2024-06-30]"
    record["registers"][0]["until"] = "2024-06-30"
    record["registers"][1] |= {"until": "2024-06-30", "parties": ["LAO", "TCD", "IRQ"]}
    record["facts"] += [on_track("IRQ", "¶9")]
    record["facts"] = [f for f in record["facts"] if f.get("of") != "joined"]
    now = save(record, "now.json")
    _, data = numbers(ccm("report", now, "--compare", then, "--format", "json"))
    jsonschema.validate(data, read(REPORT))
    changes = {c["now"]: c for c in data["compared"]["changes"]}
    joined = changes["joined"]
    assert (joined["value_then"], joined["value_now"], joined["difference"]) == (1, 1, 0)
    assert [m["party"] for m in joined["joined"]] == ["SSD"]
    assert [m["party"] for m in joined["left"]] == ["NGA"]
    # Of Iraq nothing was known: that it is counted now is no move that the records show.
    assert changes["on-track"]["joined"] == []
    assert changes["on-track"]["difference"] is None
    assert changes["members"]["difference"] == 1
    out = ccm("report", now, "--compare", then).out
    assert "New States: 1 → 1" in out
    assert "counted now: South Sudan" in out
    assert "counted no more: Nigeria" in out
    rows = csv.DictReader(io.StringIO(ccm("report", now, "--compare", then, "--format", "csv").out))
    assert next(rows)["joined"] == "SSD"


def test_comparison_with_a_record_that_cannot_be_read(ccm, facts):
    result = ccm("report", facts, "--compare", "missing.json")
    assert result.code == 2
    assert "missing.json" in result.said


def test_an_output_file_is_written_whole_and_inputs_are_kept(ccm, facts, tmp_path):
    place = tmp_path / "report.json"
    assert ccm("report", facts, "--format", "json", "--output", place).code == 0
    assert json.loads(place.read_text(encoding="utf-8"))["schema"] == "ccm-report/2"
    assert ccm("report", facts, "--output", facts).code == 2


def test_explain_shows_how_a_number_comes_about(ccm, facts):
    out = " ".join(ccm("explain", "action-2", facts).out.split())
    assert "On track: ?" in out
    assert "asked of affected States (3)" in out
    assert "Lao People's Democratic Republic announced (on-track) under Article 4" in out
    assert "The record cannot tell: Iraq" in out
    assert "No register says that the record of each announcement by a State" in out
    one = " ".join(ccm("explain", "joined", facts).out.split())
    assert "New States: 1" in one
    assert "Nigeria deposited its instrument of ratification on 28 February 2023." in one
    assert "On track" not in one


def test_a_rule_about_indicators_alone_is_left_to_the_report(ccm, facts):
    result = ccm(facts, "--select", "compared")
    assert result.code == 2
    assert "`ccm-check report` shows it" in result.said


@pytest.mark.parametrize("form", ["text", "json", "csv", "md"])
def test_output_is_reproducible(process, facts, form):
    runs = [
        process("report", facts, "--format", form, env={"PYTHONHASHSEED": seed}).bytes
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
