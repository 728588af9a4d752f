"""Two records held against each other, and several made one without losing a word."""

from __future__ import annotations

import copy
import csv
import io
import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccm_rules.authoring.schemas import DIFF, read
from ccm_rules.errors import InputError
from ccm_rules.formats.terminal import columns
from ccm_rules.record import Document, check_document
from ccm_rules.record.interchange import canonical
from ccm_rules.record.interchange.diff import diff, identity
from ccm_rules.record.interchange.joining import Part, merge
from ccm_rules.words.states import party_names
from tests.conftest import COMMON, REAL, TODAY
from tests.record.interchange.records import VOCABULARY, documents, together
from tests.soaking import tries

_VALIDATOR = jsonschema.Draft202012Validator(read(DIFF))


def part(document, name="a.json"):
    record = check_document(document, name, VOCABULARY, party_names())
    return Part(name, record, (Document(name, document, True),))


def merged(*parts):
    return merge(parts, parts[0])


def said(document):
    return canonical.text(document, VOCABULARY)


def counted(document):
    """Facts and registers as a multiset."""
    record = part(document).record
    registers = [(r.of, str(sorted(r.where.items())), r.parties, *r[3:6]) for r in record.registers]
    return sorted(map(repr, (*map(identity, record.facts), *registers)))


# -- properties ----------------------------------------------------------------------


@tries(10, of=4)
@given(document=documents())
def test_a_record_merged_with_itself_is_itself(document):
    one = part(document)
    assert said(merge([one, one])) == said(document)
    assert diff(one.record, one.record, VOCABULARY) == []


@tries(10, of=4)
@given(three=together())
def test_merging_is_associative_and_its_order_only_orders(three):
    a, b, c = map(part, three)
    whole = merged(a, b, c)
    assert said(merged(part(merged(a, b)), c)) == said(whole)
    assert said({**merged(a, part(merged(b, c))), "facts": []}) == said({**whole, "facts": []})
    assert counted(merged(a, part(merged(b, c)))) == counted(whole)
    assert counted(merge([c, a, b], a)) == counted(whole)


@tries(10, of=4)
@given(three=together())
def test_a_merge_only_adds(three):
    a, b, _ = map(part, three)
    both = merged(a, b)
    for one in (a, b):
        changes = diff(one.record, part(both).record, VOCABULARY)
        assert {change.change for change in changes if change.section != "header"} <= {"added"}


@tries(10, of=4)
@given(three=together(), data=st.data())
def test_a_difference_is_symmetric_and_blind_to_order(three, data):
    one, other = three[:2]
    there, back = (
        diff(part(a).record, part(b).record, VOCABULARY) for a, b in ((one, other), (other, one))
    )
    swapped = {"added": "removed", "removed": "added", "changed": "changed"}
    assert sorted(swapped[c.change] for c in there) == sorted(c.change for c in back)
    shuffled = {**one, "facts": data.draw(st.permutations(one["facts"]))}
    assert diff(part(one).record, part(shuffled).record, VOCABULARY) == []


# -- diff on the command line ----------------------------------------------------------


@pytest.fixture
def pair(save, record):
    """Two records: one fact gone, one new, one changed, and what stands around them."""
    other = copy.deepcopy(record)
    gone = other["facts"].pop(4)
    assert gone["party"] == "NGA"
    other["facts"][0]["date"] = "2012-06-23"
    report = next(fact for fact in other["facts"] if fact["fact"] == "report")
    other["facts"].append({**report, "party": "CIV", "date": "2014-02"})
    other["title"] = "Another record"
    other["registers"][0]["until"] = "2023-07-31"
    other["sources"]["NEW"] = {"title": "A new paper", "published": "2023-07-01"}
    return save(record, "old.json"), save(other, "new.json")


def test_differences_as_text(ccm, pair):
    outcome = ccm("facts", "diff", *pair)
    assert outcome.code == 1, outcome.err
    text = " ".join(outcome.out.split())
    for told in (
        "title: A record → Another record",
        "Sources: 1 added + NEW: A new paper",
        "until: 2023-06-30 → 2023-07-31",
        "Facts: 1 added, 1 removed, 1 changed",
        "Côte d'Ivoire (CIV) + Côte d'Ivoire submitted its initial transparency report",
        "Nigeria (NGA) - Nigeria deposited its instrument of ratification on 28 February 2023.",
        "Togo (TGO) ~ Togo deposited",
        "date: 2012-06-22 → 2012-06-23",
        "6 differences: 2 added, 1 removed, 3 changed.",
    ):
        assert told in text
    assert all(columns(line) <= 80 for line in outcome.out.splitlines())


def test_differences_as_data(ccm, pair):
    data = json.loads(ccm("facts", "diff", *pair, "--format", "json").out)
    _VALIDATOR.validate(data)
    assert data["summary"] == {"added": 2, "removed": 1, "changed": 3}
    changed = next(c for c in data["changes"] if c["section"] == "fact" and c["differing"])
    assert changed["differing"] == ["date"]
    assert changed["before"]["date"] == "2012-06-22"
    assert changed["after"] == {
        "party": "TGO", "date": "2012-06-23", "instrument": "ratification", "source": ["LIST"],
    }  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(ccm("facts", "diff", *pair, "--format", "csv").out)))
    assert [(r["field"], r["before"], r["after"]) for r in rows if r["change"] == "changed"] == [
        ("title", "A record", "Another record"),
        ("until", "2023-06-30", "2023-07-31"),
        ("date", "2012-06-22", "2012-06-23"),
    ]


def test_no_difference(ccm, facts, save, record):
    record["facts"].reverse()
    for fact in record["facts"]:
        fact["source"] = [fact["source"]]
    next(f for f in record["facts"] if f.get("opens") == "2024-09")["opens"] = (
        "[2024-09-01..2024-09-30]"
    )
    outcome = ccm("facts", "diff", facts, save(record, "other.json"))
    assert outcome.code == 0
    assert "Both records say the same." in outcome.out
    data = json.loads(ccm("facts", "diff", facts, "other.json", "--format", "json").out)
    _VALIDATOR.validate(data)
    assert data["changes"] == []


def test_a_corrected_statement_is_removed_and_added(ccm, facts, save, record):
    record["facts"][-1]["value"] = 110
    data = json.loads(ccm("facts", "diff", facts, save(record, "b.json"), "--format", "json").out)
    assert [change["change"] for change in data["changes"]] == ["removed", "added"]


def test_what_is_told_by_two_sources_is_compared_source_by_source(ccm, save, record):
    record["facts"].append({**record["facts"][0], "date": "2012-06-23", "source": "PAPER ¶9"})
    old = save(record, "old.json")
    record["facts"][-1]["date"] = "2012-06-24"
    record["facts"].reverse()
    data = json.loads(ccm("facts", "diff", old, save(record), "--format", "json").out)
    (change,) = data["changes"]
    assert (change["before"]["date"], change["after"]["date"]) == ("2012-06-23", "2012-06-24")
    assert change["after"]["source"] == ["PAPER ¶9"]


def test_a_note_of_a_source_is_a_difference(ccm, facts, save, record):
    record["sources"]["LIST"]["note"] = "as at 3 February 2026"
    outcome = ccm("facts", "diff", facts, save(record, "other.json"))
    assert outcome.code == 1
    assert "note: none → as at 3 February 2026" in outcome.out


def test_the_real_records_differ_readably(ccm):
    outcome = ccm("facts", "diff", REAL, TODAY, rules=False)
    assert outcome.code == 1
    assert "South Sudan deposited its instrument of accession on 3 August 2023." in " ".join(
        outcome.out.split()
    )
    assert all(columns(line) <= 80 for line in outcome.out.splitlines())


def test_a_difference_is_never_written_over_a_record(ccm, facts, save, record):
    other = save(record, "other.json")
    assert ccm("facts", "diff", facts, other, "--output", other).code == 2
    assert ccm("facts", "diff", facts, other).code == 0


# -- merge on the command line -----------------------------------------------------------


def test_both_statements_stand_and_contradictions_are_named(ccm, save, record, tmp_path):
    one = save(record, "one.json")
    other = {"sources": record["sources"], "facts": [{**record["facts"][0], "date": "2012-06-23"}]}
    outcome = ccm("facts", "merge", one, save(other, "other.json"), "-o", "both.json")
    assert outcome.code == 1
    assert "contradiction in 'date': Togo deposited" in outcome.said
    assert "22 June 2012. [LIST] / Togo deposited" in outcome.said
    both = json.loads((tmp_path / "both.json").read_text("utf-8"))
    assert both["facts"] == [*record["facts"], *other["facts"]]
    again = ccm("facts", "merge", "both.json", "-o", "again.json")
    assert again.code == 0  # within one file they were there before
    assert again.err == ""
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "both.json").read_bytes()


def test_a_narrower_date_does_not_take_the_place_of_a_vaguer_one(ccm, save, record, tmp_path):
    vague = {**record["facts"][0], "date": "2012-06"}
    other = save({"sources": record["sources"], "facts": [vague]}, "other.json")
    assert ccm("facts", "merge", save(record), other, "-o", "both.json").code == 0
    assert json.loads((tmp_path / "both.json").read_text("utf-8"))["facts"][-1] == vague


def test_headers_must_agree_or_be_chosen(ccm, save, record, tmp_path):
    one = save(record, "one.json")
    other = save({**record, "title": "Another", "as_of": "2024-06-30"}, "other.json")
    outcome = ccm("facts", "merge", one, other, "-o", "both.json")
    assert outcome.code == 2
    assert 'title is "Another" here and "A record" in' in outcome.said
    assert 'as_of is "2024-06-30" here' in outcome.said
    assert "--header" in outcome.said
    assert not (tmp_path / "both.json").exists()
    assert ccm("facts", "merge", one, other, "-o", "both.json", "--header", other).code == 0
    assert json.loads((tmp_path / "both.json").read_text("utf-8"))["as_of"] == "2024-06-30"
    assert ccm("facts", "merge", one, "-o", "x.json", "--header", other).code == 2


def test_sources_must_agree(ccm, save, record, tmp_path):
    one = save(record, "one.json")
    record["sources"]["PAPER"] |= {"title": "Another paper", "published": "2023-05-02"}
    record["sources"]["LIST"]["note"] = "only one has a note"
    outcome = ccm("facts", "merge", one, save(record, "other.json"), "-o", "both.json")
    assert outcome.code == 2
    for name in ("title", "published"):
        assert f"(sources.PAPER): {name} of source 'PAPER' is" in outcome.said
    assert "LIST" not in outcome.said
    assert not (tmp_path / "both.json").exists()


def test_a_note_that_only_one_has_is_kept_and_two_notes_differ():
    spec = {"title": "A paper", "kind": "register"}
    first = part({"sources": {"A": spec}})
    second = part({"sources": {"A": {**spec, "note": "one"}}}, "b.json")
    for parts in ([first, second], [second, first]):
        assert merge(parts)["sources"]["A"]["note"] == "one"
    with pytest.raises(InputError, match="note of source 'A' is \"two\" here"):
        merge([second, part({"sources": {"A": {**spec, "note": "two"}}}, "c.json")])


def test_decisions_that_exclude_each_other_are_not_merged(ccm, save, record, tmp_path):
    decision = {
        "fact": "extension-decision", "party": "ZAF", "article": "3", "number": 1, "replaces": 0,
        "outcome": "granted", "date": "2023-01-01", "procedure": "silence", "source": "LIST",
    }  # fmt: skip
    record["facts"].append(decision)
    one = save(record, "one.json")
    record["facts"][-1] = {**decision, "outcome": "refused"}
    outcome = ccm("facts", "merge", one, save(record, "other.json"), "-o", "both.json")
    assert outcome.code == 2
    assert "one.json facts[10]" in outcome.said
    assert not (tmp_path / "both.json").exists()


def test_what_is_extended_is_written_out_or_left_to_a_base(ccm, save, record, tmp_path):
    common = save({"sources": record.pop("sources"), "facts": record["facts"][:4]}, "common.json")
    record["facts"] = record["facts"][4:]
    main = save({**record, "extends": "common.json"})
    assert ccm("facts", "merge", main, "-o", "flat.json").code == 0
    flat = json.loads((tmp_path / "flat.json").read_text("utf-8"))
    assert "extends" not in flat
    assert len(flat["facts"]) == 10
    (tmp_path / "sub").mkdir()
    merged_ = ccm("facts", "merge", "flat.json", "-o", "sub/apart.json", "--base", common)
    assert merged_.code == 0
    apart = json.loads((tmp_path / "sub" / "apart.json").read_text("utf-8"))
    assert apart["extends"] == "../common.json"
    assert apart["facts"] == record["facts"]
    assert "sources" not in apart
    assert ccm("facts", "diff", main, "sub/apart.json").code == 0
    assert ccm("facts", "merge", "flat.json", "-o", common, "--base", common).code == 2


def test_the_real_records_merge(ccm, tmp_path):
    common = ccm("facts", "merge", COMMON, COMMON, rules=False)
    assert common.code == 0
    assert common.bytes == COMMON.read_bytes()
    outcome = ccm("facts", "merge", REAL, TODAY, "-o", "m.json", "--header", REAL, rules=False)
    assert outcome.code == 0
    for file in (REAL, TODAY):
        data = json.loads(ccm("facts", "diff", file, "m.json", "--format", "json", rules=False).out)
        assert data["summary"]["removed"] == 0
        changed = [c["section"] for c in data["changes"] if c["change"] == "changed"]
        assert set(changed) <= {"header"}
    assert ccm("m.json", rules=False).code == 1


def test_records_of_two_treaties_are_not_made_one(ccm):
    other = REAL.with_name("apmbc-2026.json")
    outcome = ccm("facts", "merge", str(REAL), str(other), "-o", "both.json", "--header", str(REAL))
    assert outcome.code == 2
    assert "Traceback" not in outcome.said
