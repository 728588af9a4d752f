"""Joining, knowing, happening, covering: what of a record counts."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccm_rules.dates import LAST_DAY, When, parse
from ccm_rules.errors import InputError
from ccm_rules.record import Coverage, base_relations, known_by, load, merge
from ccm_rules.record.model import Fact, Record, Register, Source


def report(date, *sources, year=2022, **more):
    values = {"party": "BGR", "kind": "annual", "year": year, "date": parse(date), **more}
    return Fact("report", values, sources or ("A",))


def joined(vocabulary, *facts):
    merged = merge(facts, vocabulary)
    return [str(fact.values["date"]) for fact, _ in merged.facts], merged.contradictions


def test_a_narrower_date_refines_a_vaguer_one(rulebook):
    dates, contradictions = joined(
        rulebook.vocabulary, report("[..2023-06-30]"), report("2023-04-28")
    )
    assert dates == ["2023-04-28"]
    assert not contradictions


def test_two_ranges_that_overlap_leave_what_they_share(rulebook):
    dates, _ = joined(rulebook.vocabulary, report("[2023-04-01..2023-05-15]"), report("2023-05"))
    assert dates == ["[2023-05-01..2023-05-15]"]


def test_dates_that_cannot_agree_are_shown_and_the_range_holds_both(rulebook):
    dates, contradictions = joined(
        rulebook.vocabulary, report("2023-04-12", "A"), report("2023-06", "B")
    )
    assert dates == ["[2023-04-12..2023-06-30]"]
    ((item),) = contradictions
    assert item.field == "date"
    assert {item.first.sources, item.second.sources} == {("A",), ("B",)}


def test_one_fact_entered_twice_is_shown(rulebook):
    _, contradictions = joined(rulebook.vocabulary, report("2023-04-12"), report("2023-04-12"))
    assert [item.field for item in contradictions] == [""]


def test_facts_with_different_keys_stay_apart(rulebook):
    dates, contradictions = joined(
        rulebook.vocabulary, report("2023-04-12"), report("2022-04-12", year=2021)
    )
    assert len(dates) == 2
    assert not contradictions


def test_other_fields_that_differ_leave_both_facts_standing(rulebook):
    facts = [
        Fact("deposit", {"party": "BGR", "date": parse("2011-04-06"), "instrument": kind}, (kind,))
        for kind in ("ratification", "accession")
    ]
    merged = merge(facts, rulebook.vocabulary)
    assert {fact.values["instrument"] for fact, _ in merged.facts} == {"ratification", "accession"}
    assert [item.field for item in merged.contradictions] == ["instrument"]


def test_statements_are_never_joined(rulebook):
    facts = [
        Fact("stated-deadline", {"party": "ZAF", "article": "3", "number": 0, "day": parse(day)})
        for day in ("2023", "2024-11-01")
    ]
    merged = merge(facts, rulebook.vocabulary)
    assert len(merged.facts) == 2
    assert not merged.contradictions


ranges = st.tuples(st.integers(738_000, 738_040), st.integers(0, 30)).map(
    lambda pair: When(pair[0], pair[0] + pair[1])
)


@given(found=st.lists(ranges, min_size=1, max_size=5), data=st.data())
def test_the_order_of_facts_does_not_matter_and_joining_invents_no_day(found, data, rulebook):
    facts = [
        Fact("report", {"party": "BGR", "kind": "annual", "year": 2022, "date": when}, (str(n),))
        for n, when in enumerate(found)
    ]
    shuffled = data.draw(st.permutations(facts))
    one, other = merge(facts, rulebook.vocabulary), merge(shuffled, rulebook.vocabulary)
    (joint,) = {fact.values["date"] for fact, _ in one.facts}
    assert {fact.values["date"] for fact, _ in other.facts} == {joint}
    lowest, highest = min(w.earliest for w in found), max(w.latest for w in found)
    assert lowest <= joint.earliest <= joint.latest <= highest
    if any(w.latest < v.earliest for w in found for v in found):
        assert one.contradictions
    else:  # every day that all of them allow, and no other
        assert joint == When(max(w.earliest for w in found), min(w.latest for w in found))


# -- known by a day ----------------------------------------------------------------

PAPER = Source("PAPER", "a paper", published=parse("2023-07-17"))
LIST = Source("LIST", "a standing list", register=True)


def record(*facts, registers=()):
    return Record(
        "t", None, None, (), {"PAPER": PAPER, "LIST": LIST}, tuple(registers), facts, "", ()
    )


def knows(fact, day):
    return bool(known_by(record(fact), parse(day).latest).facts)


def known_in_may(source):
    return report("2023-04-28", source)._replace(known=parse("2023-05-01"))


@pytest.mark.parametrize(
    ("fact", "last_unknown", "first_known"),
    [
        (report("2023-04-28", "PAPER ¶20"), "2023-07-16", "2023-07-17"),
        (report("2023-04-28", "LIST"), "2023-04-27", "2023-04-28"),
        (report("[..2023-06-30]", "LIST"), "2023-06-29", "2023-06-30"),
        (report("2023-04-28", "LIST", "PAPER ¶20"), "2023-07-16", "2023-07-17"),
        (known_in_may("PAPER"), "2023-04-30", "2023-05-01"),
        (known_in_may("LIST"), "2023-04-30", "2023-05-01"),
    ],
)
def test_from_when_a_fact_is_known(fact, last_unknown, first_known):
    assert not knows(fact, last_unknown)
    assert knows(fact, first_known)


def test_registers_of_documents_and_of_standing_lists():
    def until(source, day):
        register = Register("report", {}, None, parse("2023-06-30"), (source,))
        kept = known_by(record(registers=[register]), parse(day).latest).registers
        return [str(item.until) for item in kept]

    assert until("PAPER ¶67", "2023-07-16") == []
    assert until("PAPER ¶67", "2023-07-17") == ["2023-06-30"]
    assert until("LIST", "2022-12-31") == ["2022-12-31"]  # complete up to the day it is read
    assert until("LIST", "2024-01-01") == ["2023-06-30"]


# -- what has happened by the as-of day --------------------------------------------


@pytest.mark.parametrize(
    ("date", "row"),
    [("2023-07-01", None), ("2023-06-30", 1), ("[2023-06-01..2023-07-31]", 0), ("2023", 0)],
)
def test_what_has_happened(date, row, rulebook):
    made = record(report(date, "LIST"))
    base = base_relations(
        made, merge(made.facts, rulebook.vocabulary), rulebook.vocabulary,
        parse("2023-06-30").latest, {}, str,
    )  # fmt: skip
    assert list(base.rows["report"].values()) == ([] if row is None else [row])


def test_scheduled_days_count_whatever_the_day(rulebook):
    made = record(
        Fact("meeting", {"id": "11MSP", "title": "t", "kind": "MSP", "opens": parse("2023-09-11")})
    )
    base = base_relations(
        made, merge(made.facts, rulebook.vocabulary), rulebook.vocabulary,
        parse("2020-01-01").latest, {}, str,
    )  # fmt: skip
    assert list(base.rows["meeting"].values()) == [1]


# -- how far the record is complete ------------------------------------------------


def test_registers_speak_only_of_what_they_are_limited_to(rulebook):
    day = parse("2023-06-30")
    later = parse("2023-07-31")
    coverage = Coverage(
        (
            Register("report", {"kind": "initial"}, None, day),
            Register("report", {"kind": "annual", "year": 2022}, frozenset({"DNK"}), day),
            Register("report", {"kind": "annual", "year": 2022}, frozenset({"DNK"}), later),
        ),
        rulebook.vocabulary,
    )
    asked = coverage.until
    assert asked("report", {"kind": "initial", "party": "TGO"}) == (day.latest, 0)
    assert asked("report", {"kind": "annual", "year": 2022, "party": "DNK"}) == (later.latest, 2)
    assert asked("report", {"kind": "annual", "year": 2021, "party": "DNK"}) is None
    assert asked("report", {"kind": "annual", "year": 2022, "party": "MRT"}) is None
    assert asked("report", {"party": "TGO"}) is None  # any report: nobody says so
    assert asked("completion", {"party": "TGO"}) is None


# -- one file extends another ------------------------------------------------------


@pytest.fixture
def write(tmp_path):
    def save(name, **document):
        place = tmp_path / name
        place.write_text(json.dumps(document), encoding="utf-8")
        return place

    return save


def deposit(party="BGR", date="2011-04-06"):
    return {
        "fact": "deposit",
        "party": party,
        "date": date,
        "instrument": "ratification",
        "source": "S",
    }


SOURCES = {"S": {"title": "s", "kind": "register"}}


def test_extends_joins_facts_sources_and_registers_but_not_the_header(write, rulebook, parties):
    write(
        "common.json", title="common", as_of="2020-01-01", sources=SOURCES, facts=[deposit()],
        registers=[{"of": "deposit", "until": "2023-06-30", "source": "S"}],
    )  # fmt: skip
    main = write(
        "main.json", title="main", extends="common.json", facts=[deposit("PER", "2012-09-26")]
    )
    made = load([main], rulebook.vocabulary, parties)
    assert made.title == "main"
    assert made.as_of is None
    assert {fact.values["party"] for fact in made.facts} == {"BGR", "PER"}
    assert len(made.registers) == 1


def test_a_file_that_extends_itself_is_read_once(write, rulebook, parties):
    main = write("main.json", title="t", extends="main.json", sources=SOURCES, facts=[deposit()])
    assert len(load([main], rulebook.vocabulary, parties).facts) == 1


def test_extends_a_file_that_is_not_there(write, rulebook, parties):
    main = write("main.json", title="t", extends="none.json")
    with pytest.raises(InputError, match=r"none\.json: cannot be read"):
        load([main], rulebook.vocabulary, parties)


def test_one_source_described_in_two_ways(write, rulebook, parties):
    write("common.json", title="c", sources={"S": {"title": "other", "kind": "register"}})
    main = write("main.json", title="t", extends="common.json", sources=SOURCES)
    with pytest.raises(InputError, match="described differently"):
        load([main], rulebook.vocabulary, parties)


def test_every_mistake_has_its_line_and_column(tmp_path, rulebook, parties):
    text = """{
  "title": "t",
  "sources": {"S": {"title": "s", "kind": "register"}},
  "facts": [
    {"fact": "deposit", "party": "XXX", "date": "2011", "instrument": "accession", "source": "S"},
    {"fact": "deposit", "party": "PER",
     "date": "2011-04-31", "instrument": "ratification", "source": "S"}
  ]
}"""
    place = tmp_path / "f.json"
    place.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load([place], rulebook.vocabulary, parties)
    lines = text.splitlines()
    where = {problem.path: (problem.line, problem.column) for problem in caught.value.problems}
    assert where == {
        "facts[0].party": (5, lines[4].index('"XXX"') + 1),
        "facts[1].date": (7, lines[6].index('"2011-04-31"') + 1),
    }


@pytest.mark.parametrize(("as_of", "shown"), [("2023-04-11", 0), ("2023-06-30", 1)])
def test_a_contradiction_about_what_is_still_ahead_is_not_shown(as_of, shown, rulebook):
    made = record(report("2023-04-12", "LIST"), report("2023-06", "LIST ¶2"))
    base = base_relations(
        made, merge(made.facts, rulebook.vocabulary), rulebook.vocabulary,
        parse(as_of).latest, {}, str,
    )  # fmt: skip
    assert len(base.rows["contradiction"]) == shown


def test_the_last_day_that_can_be_written_has_no_year_behind_it(rulebook):
    """A day near it was an internal error: the calendar was asked for the year 10000."""
    made = record()
    base = base_relations(
        made, merge(made.facts, rulebook.vocabulary), rulebook.vocabulary, LAST_DAY, {}, str
    )
    assert max(row[0] for row in base.rows["calendar-year"]) == 9999
