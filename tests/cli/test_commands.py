"""What every command does, its exit code, and that its help says so."""

from __future__ import annotations

import csv
import io
import json

import click
import jsonschema
import pytest
from click.testing import CliRunner

import ccm_rules
from ccm_rules.authoring.schemas import CHECK, read
from ccm_rules.cli import group, invoke
from ccm_rules.formats.terminal import columns

_VALIDATOR = jsonschema.Draft202012Validator(read(CHECK), format_checker=jsonschema.FormatChecker())


def every_command(command=group.main, path=()):
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from every_command(command.get_command(context, name), (*path, name))


@pytest.mark.parametrize(
    ("path", "command"),
    list(every_command()),
    ids=lambda p: " ".join(p) if isinstance(p, tuple) else "",
)
def test_help_has_an_example_and_fits(path, command):
    outcome = CliRunner().invoke(
        group.main, [*path, "--help"], prog_name="ccm-check", terminal_width=80
    )
    assert outcome.exit_code == 0
    assert "Example" in outcome.output
    assert f"ccm-check {' '.join(path)}".strip() in outcome.output
    assert all(len(line) <= 80 for line in outcome.output.splitlines())
    for option in command.params:
        if isinstance(option, click.Option) and not option.hidden:
            assert option.help, option.name


def test_version(ccm):
    outcome = ccm("--version")
    assert outcome.out == f"ccm-check {ccm_rules.__version__}\n"


# -- exit codes ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], 1),
        (["--fail-on", "serious"], 1),
        (["--fail-on", "never"], 0),
        (["--fail-on", "info", "--select", "initial-report-late"], 1),
        (["--fail-on", "notice", "--select", "initial-report-late"], 0),
        (["--select", "deadline-stated"], 0),
        (["--select", "deadline-stated", "--fail-on", "notice"], 1),
        (["--party", "NGA"], 0),
        (
            ["--party", "ZAF", "--select", "initial-report", "--fail-on", "info"],
            0,
        ),  # open lines never fail
        (["--party", "USA"], 3),
        (["--select", "in-force"], 3),
        (["--ignore", "CCM,LAP"], 3),
        (["--select", "nothing-like-it"], 2),
        (["--party", "Togoland"], 2),
        (["--as-of", "2023-04-31"], 2),
        (["--as-of", "2023-04"], 2),
        (["--fail-on", "sometimes"], 2),
        (["--nonsense"], 2),
        (["--max-bytes", "10"], 2),
        (["--rules", "nowhere"], 2),
    ],
)
def test_exit_codes(ccm, facts, arguments, code):
    assert ccm(facts, *arguments, rules="--rules" not in arguments).code == code


def test_no_facts_is_nothing_to_check(ccm, save, record):
    assert ccm("check").code == 3
    assert ccm("check").out == ""
    record["facts"] = []
    assert ccm(save(record)).code == 3
    assert ccm(save({})).code == 3


def test_check_is_the_default_command(ccm, facts):
    assert ccm(facts).bytes == ccm("check", facts).bytes
    before = ccm("--party", "TGO", facts)
    assert before.code == 1
    assert before.bytes == ccm(facts, "--party", "Togo").bytes


def test_a_mistyped_command_is_no_file(ccm):
    outcome = ccm("deadline")
    assert outcome.code == 2
    assert "did you mean 'deadlines'?" in outcome.said


def test_a_file_named_like_a_command(ccm, save, record):
    save(record, "explain")
    assert ccm("./explain").code == 1


# -- what is shown -------------------------------------------------------------


def test_text(ccm, facts):
    outcome = ccm(facts)
    assert outcome.err == ""
    text = " ".join(outcome.out.split())
    assert outcome.out.startswith("A record\n")
    assert "Serious (2)" in text
    assert text.index("Côte d'Ivoire The report") < text.index("Togo The report")
    assert "Article 7(1) CCM · legal · computed · initial-report:TGO → Submit it." in text
    assert "The record as a whole The record counts 111 (states)." in text
    assert "What the record cannot tell (1) Initial report (1): 1 State (South Africa)" in text
    assert "one engine" not in text.split("Serious")[0]  # it was asked for
    assert text.endswith(
        "3 findings at or above warning: 2 serious, 1 warning; 1 notice; 1 info; 1 open. "
        "10 facts, 3 rules, one engine (sqlite)."
    )
    assert all(columns(line) <= 80 for line in outcome.out.splitlines())


def test_order_of_severities(ccm, facts):
    text = ccm(facts).out
    titles = [
        "Serious (",
        "Warnings (",
        "Notices (",
        "Information (",
        "What the record cannot tell (",
    ]
    places = [text.index(title) for title in titles]
    assert places == sorted(places)


def test_json_holds_what_the_schema_says(ccm, facts):
    outcome = ccm(facts, "--format", "json")
    data = json.loads(outcome.out)
    _VALIDATOR.validate(data)
    assert list(data) == [
        "schema",
        "title",
        "as_of",
        "known_by",
        "engines",
        "facts",
        "rules",
        "filters",
        "summary",
        "findings",
        "undecided",
        "open",
        "warnings",
    ]
    assert data["summary"] == {
        "serious": 2,
        "warning": 1,
        "notice": 1,
        "info": 1,
        "last_known": 0,
        "open": 1,
        "parties": 4,
    }
    assert data["open"] == [
        {
            "rule": "initial-report",
            "title": "Initial report",
            "number": 1,
            "parties": ["ZAF"],
            "missing": [
                {
                    "says": "No register says until when the record of each transparency report "
                    "(kind initial) is complete.",
                    "number": 1,
                    "parties": ["ZAF"],
                }
            ],
        }
    ]
    togo = next(f for f in data["findings"] if f["fingerprint"] == "initial-report:TGO")
    assert togo["due"] == "2013-05-30"
    assert togo["due_text"] == "30 May 2013"
    assert togo["authority"]["article"] == "7(1)"
    assert togo["because"]["kind"] == "finding"
    whole = next(f for f in data["findings"] if f["name"] == "count-stated")
    assert whole["party"] is whole["party_name"] is whole["due"] is whole["due_text"] is None


def test_csv(ccm, facts):
    outcome = ccm(facts, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(outcome.out)))
    assert [row["fingerprint"] for row in rows][:2] == ["initial-report:CIV", "initial-report:TGO"]
    assert rows[0]["party_name"] == "Côte d'Ivoire"
    assert len(rows) == 5


@pytest.mark.parametrize("form", ["text", "json", "csv"])
@pytest.mark.parametrize("command", ["check", "deadlines"])
def test_output_is_reproducible(process, facts, command, form):
    one = process(command, facts, "--format", form, env={"PYTHONHASHSEED": "1"})
    two = process(command, facts, "--format", form, env={"PYTHONHASHSEED": "2"})
    assert one.bytes == two.bytes != b""


def test_both_engines_are_named(ccm, facts):
    outcome = ccm(facts, engine=False)
    assert outcome.err == ""
    assert "durable-rules and sqlite, which agree" in outcome.out
    assert outcome.out.endswith("two engines agree.\n")


def test_one_engine_alone_is_said(facts, home, monkeypatch, capsys):
    monkeypatch.setattr("ccm_rules.available_engines", lambda: ("sqlite",))
    arguments = [str(facts), "--rules", str(home)]
    assert invoke(arguments) == 1
    assert "pip install 'ccm-rules[durable]'" in " ".join(capsys.readouterr().out.split())
    assert invoke([*arguments, "--format", "csv"]) == 1
    assert "pip install 'ccm-rules[durable]'" in capsys.readouterr().err
    assert invoke([*arguments, "--engine", "both"]) == 2
    assert "not installed" in capsys.readouterr().err


def test_todays_date_is_taken_and_said(ccm, save, record):
    del record["as_of"]
    outcome = ccm(save(record))
    assert "as of today, in UTC" in " ".join(outcome.out.split())
    data = json.loads(ccm(save(record), "--format", "json").out)
    assert any("today" in warning for warning in data["warnings"])
    assert "as of today" not in ccm(save(record), "--as-of", "2023-06-30").out


def test_known_by(ccm, facts):
    data = json.loads(ccm(facts, "--known-by", "2023-04-30", "--format", "json").out)
    _VALIDATOR.validate(data)
    assert data["known_by"] == "2023-04-30"
    assert data["facts"]["count"] == 5
    assert data["summary"]["serious"] == 0


def test_several_files_are_one_record(ccm, save, record):
    last = record["facts"][5:]
    record["facts"] = record["facts"][:5]
    one = save(record, "one.json")
    two = save({"sources": record["sources"], "facts": last}, "two.json")
    data = json.loads(ccm(one, two, "--format", "json").out)
    assert data["facts"]["count"] == 10
    assert len(data["facts"]["files"]) == 2


def test_warnings_of_the_record(ccm, save, record):
    record["sources"]["LIST"] = {"title": "Status list"}
    place = save(record)
    assert "neither a publication day" in " ".join(ccm(place).out.split())
    assert (
        "neither a publication day" in json.loads(ccm(place, "--format", "json").out)["warnings"][0]
    )
    assert "neither a publication day" in ccm(place, "--format", "csv").err
    assert "warning: source 'LIST'" in ccm("facts", "validate", place).out


def test_quiet(ccm, facts):
    assert len(ccm(facts, "--quiet").out.splitlines()) <= 2


# -- filters -------------------------------------------------------------------


def fingerprints(outcome):
    return [finding["fingerprint"] for finding in json.loads(outcome.out)["findings"]]


@pytest.mark.parametrize("name", ["TGO", "tgo", "Togo", "togo"])
def test_party(ccm, facts, name):
    outcome = ccm(facts, "--party", name, "--format", "json")
    assert fingerprints(outcome) == ["initial-report:TGO"]
    assert json.loads(outcome.out)["filters"]["parties"] == ["TGO"]


def test_party_names_without_accents_and_lists(ccm, facts):
    both = ["initial-report:CIV", "initial-report:TGO"]
    assert (
        fingerprints(ccm(facts, "--party", "Cote d'Ivoire", "--party", "TGO", "--format", "json"))
        == both
    )
    assert fingerprints(ccm(facts, "--party", "CIV,TGO", "--format", "json")) == both


def test_party_filter_counts_what_is_open_anew(ccm, facts):
    assert "(South Africa)" not in ccm(facts, "--party", "TGO").out
    data = json.loads(ccm(facts, "--party", "ZAF", "--format", "json").out)
    assert data["summary"]["open"] == 1
    assert json.loads(ccm(facts, "--select", "LAP", "--format", "json").out)["open"] == []


def test_unknown_party_gets_a_suggestion(ccm, facts):
    assert (
        "did you mean BOL (Bolivia (Plurinational State of))?"
        in ccm(facts, "--party", "Bolivia").said
    )


def test_a_state_without_facts_is_noted(ccm, facts):
    outcome = ccm(facts, "--party", "TGO,USA")
    assert outcome.code == 1
    assert "holds no fact about United States of America" in " ".join(outcome.out.split())


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--select", "CCM"], {"initial-report"}),
        (["--select", "lap"], {"stated"}),
        (["--select", "initial-report"], {"initial-report"}),
        (["--select", "count-stated,initial-report-late"], {"stated", "initial-report"}),
        (["--ignore", "ccm"], {"stated"}),
        (["--select", "lap,ccm", "--ignore", "stated"], {"initial-report"}),
        (["--select", "lap", "--select", "ccm"], {"stated", "initial-report"}),
    ],
)
def test_select_and_ignore(ccm, facts, arguments, expected):
    data = json.loads(ccm(facts, *arguments, "--format", "json").out)
    _VALIDATOR.validate(data)
    assert {finding["rule"] for finding in data["findings"]} == expected


def test_unknown_name_says_what_exists(ccm, facts):
    said = ccm(facts, "--select", "initial-reprt").said
    assert "did you mean 'initial-report'?" in said
    assert "CCM, LAP, ccm, lap" in said
    assert "in-force, initial-report, stated" in said


def test_filters_are_shown(ccm, facts):
    text = " ".join(ccm(facts, "--party", "TGO", "--select", "CCM", "--ignore", "lap").out.split())
    assert "only Togo (TGO) select CCM ignore lap" in text
    assert "2 of 3 rules" in text


# -- the other commands ----------------------------------------------------------


def test_explain_a_rule(ccm):
    outcome = ccm("explain", "initial-report", engine=False)
    assert outcome.code == 0
    text = " ".join(outcome.out.split())
    for part in (
        "Initial report",
        "legal",
        "Article 7(1) CCM",
        "“not later than 180 days",
        "https://example.org/ccm",
        "180 calendar days.",
        "compared with its source on 23 November 2026",
        "A report is due within 180 days.",
        "initial-report-overdue - Severity: serious - Basis: computed: arithmetic on dates",
        "When the duty is: overdue",
        "What can be done: Submit it.",
        "180 days after day A",
        "day 180 is the due day and in time; it is overdue from day 181 on",
        "Case “overdue from the 181st day”: due 28 January 2024, judged 29 January 2024.",
        "The report of Congo was due on 28 August 2015; none is on record by 30 June 2023.",
        "Tested by 1 case",
    ):
        assert part in text


def test_explain_a_finding(ccm, facts):
    outcome = ccm("explain", "initial-report:TGO", facts)
    assert outcome.code == 0
    text = " ".join(outcome.out.split())
    for part in (
        "The report of Togo was due on 30 May 2013",
        "remedy Submit it.",
        "Article 7(1) CCM",
        "Why",
        "Togo deposited its instrument of ratification on 22 June 2012. [LIST]",
        "[PAPER ¶1]",
        "Conditions that did not hold",
        "Sources",
        "LIST: Status list https://example.org/list",
        "PAPER: A paper (1 May 2023)",
    ):
        assert part in text
    assert ccm("explain", "initial-report:T", facts).bytes == outcome.bytes


def test_explain_why_nothing_is_found(ccm, facts):
    outcome = ccm("explain", "initial-report:NGA", facts)
    assert outcome.code == 0
    text = " ".join(outcome.out.split())
    assert "nothing is found of Nigeria. - upcoming, due on 28 January 2024" in text
    assert "- open, due on" in " ".join(ccm("explain", "initial-report:ZAF", facts).out.split())


def test_explain_what_is_unknown(ccm, facts):
    outcome = ccm("explain", "initial-reprt", facts)
    assert outcome.code == 2
    assert "did you mean initial-report" in outcome.said
    outcome = ccm("explain", "initial-report:", facts)
    assert outcome.code == 2
    assert "begins 3 fingerprints" in outcome.said


def test_deadlines(ccm, facts):
    outcome = ccm("deadlines", facts)
    assert outcome.code == 0
    text = " ".join(outcome.out.split())
    assert "11 September 2023 Eleventh Meeting (11MSP) opens 28 January 2024" in text
    assert "28 January 2024 Initial report: Nigeria legal · upcoming · initial-report" in text
    assert "some day in September 2024 Twelfth Meeting (12MSP) opens (projected" in text
    assert all(columns(line) <= 80 for line in outcome.out.splitlines())


@pytest.mark.parametrize(
    ("horizon", "expected"),
    [("60d", []), ("73d", ["11MSP"]), ("7m", ["11MSP", "NGA"]), ("2y", ["11MSP", "NGA", "12MSP"])],
)
def test_horizon(ccm, facts, horizon, expected):
    data = json.loads(ccm("deadlines", facts, "--horizon", horizon, "--format", "json").out)
    assert data["schema"] == "ccm-deadlines/1"
    assert [entry["party"] or entry["item"] for entry in data["deadlines"]] == expected
    rows = csv.DictReader(
        io.StringIO(ccm("deadlines", facts, "--horizon", horizon, "--format", "csv").out)
    )
    assert [row["party"] or row["item"] for row in rows] == expected


def test_bad_horizon(ccm, facts):
    assert "write 180d, 18m or 2y" in ccm("deadlines", facts, "--horizon", "soon").said
    assert ccm("deadlines", facts, "--horizon", "99999y").code == 2


def test_same_day_for_many_states_is_one_line(ccm, save, record):
    names = ["AFG", "ALB", "AND", "AUT", "BEL", "BEN", "BGR", "BOL", "BWA", "CAN"]
    record["facts"] = [
        {
            "fact": "deposit",
            "party": code,
            "date": "2023-02-28",
            "instrument": "ratification",
            "source": "LIST",
        }
        for code in names
    ]
    text = ccm("deadlines", save(record)).out
    assert "Initial report: 10 States" in text
    assert (
        len(json.loads(ccm("deadlines", save(record), "--format", "json").out)["deadlines"]) == 10
    )


def test_rules(ccm, home):
    text = ccm("rules", "--rules", home).out
    assert "ccm/\n  in-force\n    Article 17(2) CCM · legal · Entry into force\n" in text
    assert "Action 1 LAP · political" in text
    data = json.loads(ccm("rules", "--rules", home, "--select", "CCM", "--format", "json").out)
    assert [rule["name"] for rule in data["rules"]] == ["in-force", "initial-report"]
    assert ccm("rules", "--rules", home, "--select", "APMBC").code == 2


def test_rules_are_listed_if_no_more_is_said(ccm, home):
    listed = ccm("rules", "list", "--rules", home, "--select", "LAP")
    assert listed.code == 0
    assert ccm("rules", "--rules", home, "--select", "LAP").bytes == listed.bytes != b""
    assert ccm("rules").out.startswith("ccm/\n")


def test_a_mistyped_rules_command_is_named(ccm):
    near, far = ccm("rules", "lsit"), ccm("rules", "ccm")
    assert near.code == far.code == 2
    assert "'lsit' is no command (did you mean 'list'?)" in near.said
    assert "'ccm' is no command (use list" in far.said


def test_validate(ccm, facts):
    outcome = ccm("facts", "validate", facts)
    assert outcome.code == 0
    assert "10 facts, 2 sources, 1 register: no problem found" in " ".join(outcome.out.split())
    assert ccm("facts", "validate").code == 3


def test_validate_counts_contradictions(ccm, save, record):
    record["facts"].append({**record["facts"][0], "date": "2012-06-23", "source": "PAPER"})
    assert "1 contradiction between sources" in ccm("facts", "validate", save(record)).out
