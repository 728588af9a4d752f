"""Sources against each other: what one tells and the complete list of another rules out."""

from __future__ import annotations

import json

import pytest

from tests.conftest import ROOT

PAGE = {"PAGE": {"title": "A list of our own", "kind": "document", "published": "2015-03-01"}}
HAITI = {
    "fact": "deposit",
    "party": "HTI",
    "date": "2009-10-28",
    "instrument": "ratification",
    "source": "PAGE ¶3",
}
RULES = ["ccm", "lap", "record"]


@pytest.fixture
def shipped(ccm, save):
    """Checks a shipped record with facts of another source beside it."""

    def check(name, *facts, **options):
        page = save({"title": "Ours", "sources": PAGE, "rules": RULES, "facts": facts}, "page.json")
        known = ["--known-by", options["known"]] if "known" in options else []
        day = options.get("day", "2026-02-03")
        arguments = ("--as-of", day, *known, "--format", "json")
        return ccm("check", ROOT / "facts" / name, page, *arguments, rules=False)

    return check


def found_of(result, party):
    return [f["name"] for f in json.loads(result.out)["findings"] if f["party"] == party]


@pytest.mark.parametrize(
    ("name", "day"),
    [("2026.json", "2026-02-03"), ("2026.json", "2012-01-01"), ("2023.json", "2023-06-30")],
)
@pytest.mark.parametrize("date", ["2009-10-28", "2009"])
def test_a_deposit_that_the_depositary_has_not_does_not_count(shipped, name, day, date):
    before, after = shipped(name, day=day), shipped(name, {**HAITI, "date": date}, day=day)
    assert found_of(after, "HTI") == [*found_of(before, "HTI"), "excluded-fact"]
    one, other = json.loads(before.out), json.loads(after.out)
    assert one["open"] == other["open"]
    assert len(other["findings"]) == len(one["findings"]) + 1
    (finding,) = [f for f in other["findings"] if f["name"] == "excluded-fact"]
    assert "[PAGE ¶3]" in finding["says"]
    assert "[UNTC]" in finding["says"]


def test_a_kind_of_instrument_need_not_be_known(shipped):
    unknown = {key: value for key, value in HAITI.items() if key != "instrument"}
    after_the_list = {**unknown, "date": "2026-02-04"}
    result = shipped("2026.json", after_the_list, day="2026-12-03")
    found = found_of(result, "HTI")
    assert "excluded-fact" not in found
    assert any("initial" in name for name in found), found


def test_nobody_knew_before_the_document_was_published(shipped):
    assert "excluded-fact" in found_of(shipped("2026.json", HAITI, known="2015-03-01"), "HTI")
    assert "excluded-fact" not in found_of(shipped("2026.json", HAITI, known="2015-02-28"), "HTI")


def test_a_withdrawal_that_the_depositary_has_not_ends_nothing(shipped):
    gone = {"fact": "withdrawal-notice", "party": "TGO", "date": "2014-01-01", "source": "PAGE"}
    before, after = shipped("2023.json"), shipped("2023.json", gone)
    assert sorted([*found_of(before, "TGO"), "excluded-fact"]) == sorted(found_of(after, "TGO"))


def test_shipped_records_exclude_nothing(ccm):
    for name in ("2023.json", "2026.json", "apmbc-2026.json"):
        arguments = ("--as-of", "2026-06-01", "--format", "json")
        result = ccm("check", ROOT / "facts" / name, *arguments, rules=False)
        names = [finding["name"] for finding in json.loads(result.out)["findings"]]
        assert "excluded-fact" not in names


def test_merging_names_what_a_list_excludes(ccm, save, tmp_path):
    page = save({"title": "Ours", "sources": PAGE, "rules": RULES, "facts": [HAITI]}, "page.json")
    shipped = ROOT / "facts" / "2026.json"
    out = tmp_path / "both.json"
    result = ccm("facts", "merge", shipped, page, "--header", shipped, "-o", out, rules=False)
    assert result.code == 1
    assert "excluded by a list: Haiti deposited its instrument of ratification" in result.said
    assert "[UNTC]" in result.said
    assert "HTI" in out.read_text(encoding="utf-8")
