"""SARIF: what the standard asks, and that results point at the facts they rest on."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ccm_rules
from ccm_rules.record.regions import regions
from tests.conftest import REAL

#: Written from the standard; see the comment in it.
_REDUCED = Path(__file__).with_name("sarif-2.1.0-reduced.schema.json")
_VALIDATOR = jsonschema.Draft202012Validator(
    json.loads(_REDUCED.read_text(encoding="utf-8")), format_checker=jsonschema.FormatChecker()
)


def run_of(outcome):
    log = json.loads(outcome.bytes)
    _VALIDATOR.validate(log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    artifacts = run["artifacts"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        for location in (*result["locations"], *result.get("relatedLocations", ())):
            place = location["physicalLocation"]["artifactLocation"]
            assert artifacts[place["index"]]["location"]["uri"] == place["uri"]
    return run


@pytest.fixture
def sarif(ccm, facts):
    return lambda *arguments: run_of(ccm(facts, *arguments, "--format", "sarif"))


def by_rule(run, rule):
    return [result for result in run["results"] if result["ruleId"] == rule]


def pointed_at(location, root):
    """The JSON value at a region."""
    place = location["physicalLocation"]
    region = place["region"]
    text = (root / place["artifactLocation"]["uri"]).read_text(encoding="utf-8-sig")
    lines = text.split("\n")[region["startLine"] - 1 : region["endLine"]]
    lines[-1] = lines[-1][: region["endColumn"] - 1]
    lines[0] = lines[0][region["startColumn"] - 1 :]
    return json.loads("\n".join(lines))


def test_results_and_rules(sarif):
    run = sarif()
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("ccm-check", ccm_rules.__version__)
    rule = next(rule for rule in driver["rules"] if rule["id"] == "initial-report")
    assert rule["helpUri"] == "https://example.org/ccm"
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert rule["properties"]["binding"] == "legal"
    for part in ("Article 7(1) CCM", "“not later than 180 days", "→ Submit it."):
        assert part in rule["help"]["text"]
    overdue = next(r for r in run["results"] if r["properties"].get("party") == "TGO")
    assert (overdue["ruleId"], overdue["kind"], overdue["level"]) == (
        "initial-report", "fail", "error",
    )  # fmt: skip
    assert overdue["message"]["text"].startswith("The report of Togo was due on 30 May 2013")
    assert overdue["partialFingerprints"]["ccmFingerprint/v1"] == "initial-report:TGO"
    properties = overdue["properties"]
    assert properties["due"] == "2013-05-30"
    assert (properties["status"], properties["basis"]) == ("overdue", "computed")
    assert "LIST" in properties["sources"]
    assert any("180" in step or "30 May 2013" in step for step in properties["because"])


def test_a_result_points_at_the_facts_it_rests_on(sarif, record, tmp_path):
    overdue = next(r for r in sarif()["results"] if r["properties"].get("party") == "TGO")
    (own,) = overdue["locations"]
    assert pointed_at(own, tmp_path) == record["facts"][0]
    assert own["logicalLocations"][0]["fullyQualifiedName"] == "facts[0]"
    assert own["message"]["text"] == (
        "Togo deposited its instrument of ratification on 22 June 2012. (LIST)"
    )
    (register,) = overdue["relatedLocations"]
    assert pointed_at(register, tmp_path) == record["registers"][0]
    assert register["message"]["text"] == (
        "The record of each transparency report (kind initial; of Côte d'Ivoire, Peru, Togo) "
        "is complete until 30 June 2023. (PAPER ¶1)"
    )


def test_kinds_and_levels(sarif, ccm, facts):
    found = json.loads(ccm(facts, "--format", "json").out)
    run = sarif()
    kinds = {r["partialFingerprints"]["ccmFingerprint/v1"]: r for r in run["results"]}
    level = {"serious": "error", "warning": "warning", "notice": "note", "info": "none"}
    assert found["findings"]
    for finding in found["findings"]:
        result = kinds.pop(finding["fingerprint"])
        assert result["kind"] == ("informational" if finding["severity"] == "info" else "fail")
        assert result["level"] == level[finding["severity"]]
    assert {name: r["kind"] for name, r in kinds.items()} == {
        f"{item['rule']}/open": "open" for item in found["open"]
    }
    assert all(r["properties"]["parties"] for r in kinds.values())


@pytest.mark.parametrize(("fail_on", "code"), [("warning", 1), ("never", 0)])
def test_the_invocation_says_how_the_run_ended(ccm, facts, fail_on, code):
    outcome = ccm(facts, "--format", "sarif", "--fail-on", fail_on)
    (invocation,) = run_of(outcome)["invocations"]
    assert outcome.code == invocation["exitCode"] == code
    assert invocation["executionSuccessful"] is True


def test_remarks_are_notifications(ccm, save, record):
    del record["as_of"]
    record["sources"]["ODD"] = {"title": "neither register nor dated"}
    (invocation,) = run_of(ccm(save(record), "--format", "sarif"))["invocations"]
    told = {
        (n["level"], n["message"]["text"][:12]) for n in invocation["toolExecutionNotifications"]
    }
    assert {("warning", "source 'ODD'"), ("note", "as of today,")} <= told


def test_filters_leave_rules_and_results_out(sarif):
    run = sarif("--select", "initial-report", "--party", "TGO")
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["initial-report"]
    assert [r["properties"]["party"] for r in run["results"]] == ["TGO"]


def test_fingerprints_do_not_move_with_the_lines(ccm, save, record, facts):
    before = run_of(ccm(facts, "--format", "sarif"))["results"]
    record["facts"].insert(0, record["facts"].pop())
    after = run_of(ccm(save(record), "--format", "sarif"))["results"]
    prints = [
        sorted(tuple(sorted(r["partialFingerprints"].items())) for r in results)
        for results in (before, after)
    ]
    assert prints[0] == prints[1]
    assert len(set(prints[0])) == len(prints[0])
    assert [r["locations"] for r in before] != [r["locations"] for r in after]


def test_addresses_are_relative_where_they_can_be(ccm, save, record, tmp_path, monkeypatch):
    (tmp_path / "a dir").mkdir()
    save({"sources": record.pop("sources"), "facts": []}, "a dir/common é.json")
    file = save({**record, "extends": "common é.json"}, "a dir/facts.json")
    for name in (file, os.path.join("a dir", "..", "a dir", "facts.json")):
        artifacts = run_of(ccm(name, "--format", "sarif"))["artifacts"]
        assert [a["location"] for a in artifacts] == [
            {"uri": "a%20dir/facts.json", "uriBaseId": "%SRCROOT%"},
            {"uri": "a%20dir/common%20%C3%A9.json", "uriBaseId": "%SRCROOT%"},
        ]
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    (first, _) = run_of(ccm(file, "--format", "sarif"))["artifacts"]
    assert first["location"]["uri"].startswith("file:///")
    assert "uriBaseId" not in first["location"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_facts_out_of_a_pipe_have_no_lines(ccm, facts, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(facts.read_bytes(),))
    writer.start()
    run = run_of(ccm(pipe, "--format", "sarif"))
    writer.join()
    overdue = next(r for r in run["results"] if r["properties"].get("party") == "TGO")
    assert "region" not in overdue["locations"][0]["physicalLocation"]
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert any("name no lines" in note["message"]["text"] for note in notes)


def test_hostile_texts_stay_texts(ccm, save, record):
    record["title"] = "</script>\u202e"
    record["facts"][0]["note"] = '"}]}\n [a](javascript:x)'
    run = run_of(ccm(save(record), "--format", "sarif"))
    assert run["properties"]["title"] == record["title"]


def test_the_real_record(ccm, monkeypatch):
    root = REAL.parents[1]
    monkeypatch.chdir(root)
    outcome = ccm("facts/2023.json", "--format", "sarif", rules=False)
    assert outcome.bytes == ccm("facts/2023.json", "--format", "sarif", rules=False).bytes
    run = run_of(outcome)
    assert [a["location"]["uri"] for a in run["artifacts"]] == [
        "facts/2023.json", "facts/common.json",
    ]  # fmt: skip
    for result in run["results"]:
        if result["kind"] == "open" and "severity" not in result["properties"]:
            continue
        places = [*result["locations"], *result["relatedLocations"]]
        items = [pointed_at(place, root) for place in places[:20]]
        assert all({"fact", "of"} & set(item) for item in items)
        party = result["properties"]["party"]
        assert party is None or items[0].get("party") == party, result["message"]
        if result["ruleId"] == "contradicting-facts":
            assert len([item for item in items if "fact" in item]) == 2
    reviews = [r for r in run["results"] if r["kind"] == "review"]
    assert {r["level"] for r in reviews} == {"none"}
    assert {r["properties"]["severity"] for r in reviews} == {"notice"}


# -- where items stand ---------------------------------------------------------------

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
items = st.lists(st.dictionaries(st.text(), values, max_size=3), max_size=4)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(
    before=st.dictionaries(st.text().filter(lambda k: k not in ("facts", "registers")), values),
    facts=items,
    registers=items,
    indent=st.none() | st.integers(0, 3),
    ascii_=st.booleans(),
)
def test_regions_hold_their_items(before, facts, registers, indent, ascii_):
    document = {**before, "registers": registers, "facts": facts, "$schema": "x"}
    text = "\n " + json.dumps(document, indent=indent, ensure_ascii=ascii_) + "\n"
    lines = text.split("\n")
    found = regions(text)
    assert len(found) == len(facts) + len(registers)
    for section in ("facts", "registers"):
        for number, item in enumerate(document[section]):
            region = found[f"{section}[{number}]"]
            cut = lines[region.line - 1 : region.end_line]
            cut[-1] = cut[-1][: region.end_column - 1]
            cut[0] = cut[0][region.column - 1 :]
            assert json.loads("\n".join(cut)) == item
