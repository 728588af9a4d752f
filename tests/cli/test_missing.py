"""Open, and why: what is open names the register or the fact that is missing."""

from __future__ import annotations

import json

import jsonschema
import pytest

from ccm_rules.authoring import schemas

ANNUAL = "annual-transparency-report"


@pytest.fixture
def ireland(save):
    """A record of one Party on 1 May 2012, with registers of reports and facts as given."""

    def write(*registers, facts=()):
        deposit = {"fact": "deposit", "party": "IRL", "date": "2010-02-16"}
        threshold = {"fact": "threshold-instrument", "number": 30, "date": "2010-02-16"}
        return save(
            {
                "title": "A Party",
                "as_of": "2012-05-01",
                "rules": ["ccm"],
                "sources": {"LIST": {"title": "A list", "kind": "register"}},
                "registers": [{**one, "source": "LIST"} for one in registers],
                "facts": [{**one, "source": "LIST"} for one in (deposit, threshold, *facts)],
            }
        )

    return write


def reports(year, until):
    return {"of": "report", "kind": "annual", "year": year, "until": until}


def missing(result, rule):
    matters = json.loads(result.out)["open"]
    return [
        (lack["says"], lack["number"], lack["parties"])
        for matter in matters
        if matter["rule"] == rule
        for lack in matter["missing"]
    ]


def test_a_register_that_nobody_gave_is_named(ccm, ireland):
    file = ireland(reports(2010, "2012-05-01"))
    result = ccm("check", file, "--format", "json", rules=False)
    says = (
        "No register says until when the record of each transparency report "
        "(kind annual; year 2011) is complete."
    )
    assert missing(result, ANNUAL) == [(says, 1, ["IRL"])]
    schema = schemas.read("ccm-check-2.schema.json")
    jsonschema.Draft202012Validator(schema).validate(json.loads(result.out))


@pytest.mark.parametrize(("until", "opened"), [("2012-04-30", True), ("2012-05-01", False)])
def test_a_register_that_ended_too_soon_is_named_with_its_day(ccm, ireland, until, opened):
    file = ireland(reports(2010, "2012-05-01"), reports(2011, until))
    result = ccm("check", file, "--format", "json", rules=False)
    says = (
        "The record of each transparency report (kind annual; year 2011) is complete until "
        "30 April 2012."
    )
    assert missing(result, ANNUAL) == ([(says, 1, ["IRL"])] if opened else [])


def test_a_day_that_is_too_vague_is_named(ccm, ireland):
    done = {"fact": "completion", "party": "IRL", "article": "4", "date": "2011"}
    meeting = {
        "fact": "meeting", "id": "2MSP", "title": "Second Meeting", "kind": "MSP",
        "opens": "2011-09-12", "closes": "2011-09-16",
    }  # fmt: skip
    meetings = {"of": "meeting", "kind": "MSP", "until": "2012-05-01"}
    file = ireland(meetings, facts=[done, meeting])
    found = missing(ccm("check", file, "--format", "json", rules=False), "clearance-declaration")
    assert [says for says, *_ in found] == [
        "A day is too vague: Ireland completed its Article 4 obligations on some day in 2011."
    ]


def test_text_groups_what_is_open_by_what_is_missing(ccm, ireland):
    other = {"fact": "deposit", "party": "FRA", "date": "2009-09-25"}
    result = ccm("check", ireland(facts=[other]), "--full", rules=False)
    said = " ".join(result.out.split())
    assert (
        "- No register says until when the record of each transparency report (kind annual; "
        "year 2011) is complete. (2: France and Ireland)"
    ) in said
    short = ccm("check", ireland(facts=[other]), rules=False)
    assert "No register says" not in short.out


def test_explain_says_which_register_is_missing(ccm, ireland):
    result = ccm("explain", f"{ANNUAL}:IRL", ireland(), rules=False)
    said = " ".join(result.out.split())
    assert "2011: open, due on 30 April 2012. No register says until when" in said


def test_a_deadline_with_no_decision_known_says_where_the_record_ends(ccm, save):
    facts = [
        {"fact": "deposit", "party": "IRL", "date": "2010-02-16"},
        {"fact": "threshold-instrument", "number": 30, "date": "2010-02-16"},
        {"fact": "obligation", "party": "IRL", "article": "4", "date": "2010-09-01"},
    ]
    kinds = ("completion", "extension-request", "extension-decision", "no-object")
    registers = [{"of": kind, "until": "2021-01-01"} for kind in kinds]
    registers[2]["until"] = "2020-06-30"
    file = save(
        {
            "title": "A deadline",
            "as_of": "2021-01-01",
            "rules": ["ccm"],
            "sources": {"LIST": {"title": "A list", "kind": "register"}},
            "registers": [{**one, "source": "LIST"} for one in registers],
            "facts": [{**one, "source": "LIST"} for one in facts],
        }
    )
    (one,) = json.loads(ccm("check", file, "--format", "json", rules=False).out)["undecided"]
    ends = "The record of each decision on an extension request is complete until 30 June 2020."
    assert one["fingerprint"] == "clearance:IRL:0"
    assert one["missing"] == [ends]
    assert ends in " ".join(ccm("check", file, rules=False).out.split())


def test_a_day_that_is_not_given_is_named(ccm, ireland):
    succeeded = {"fact": "deposit", "party": "SSD", "date": "2011-12-01"}
    file = ireland(facts=[{**succeeded, "instrument": "succession"}])
    result = ccm("check", file, "--as-of", "2013-05-01", "--format", "json", rules=False)
    says = (
        "A day is not given (effect): South Sudan deposited its instrument of succession on "
        "1 December 2011."
    )
    assert (says, 1, ["SSD"]) in missing(result, "initial-transparency-report")
