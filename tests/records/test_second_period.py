"""Other periods than that of the Eleventh Meeting: nothing is tied to 2023.

The facts of the second period, to the Twelfth Meeting, are made up in this file: none of
them says anything about a real State.
"""

from __future__ import annotations

import json

import pytest

import ccm_rules
from ccm_rules.report.numbers import DERIVED, STATED, UNKNOWN
from tests.conftest import REAL
from tests.report.oracle import LISTS
from tests.report.test_indicators_oracle import Oracle, compare

COMPARING = ("inconsistent-count", "contradicting-lists", "denominator", "signatories-counted")
END = "2024-06-30"

MEETINGS = [
    {"id": "10MSP", "title": "Tenth", "kind": "MSP", "opens": "2022-08-30", "closes": "2022-09-02"},
    {"id": "11MSP", "title": "Eleventh", "kind": "MSP", "opens": "2023-09-11",
     "closes": "2023-09-14"},
    {"id": "12MSP", "title": "Twelfth", "kind": "MSP", "opens": "2024-09-10",
     "closes": "2024-09-13"},
    {"id": "13MSP", "title": "Thirteenth", "kind": "MSP", "opens": "2025-09"},
]  # fmt: skip


def fact(of_kind, party=None, /, **values):
    source = values.pop("source", "MADE-UP")
    return {"fact": of_kind, **({"party": party} if party else {}), **values, "source": source}


def named(meeting, topic, *parties, **more):
    day = "2023-06-30" if meeting == "11MSP" else END
    return [
        fact("reported", party, topic=topic, meeting=meeting, date=f"[..{day}]", **more)
        for party in parties
    ]


def stated(name, value, day=END, place="¶1", **more):
    return fact("stated-count", of=name, value=value, date=day, source=f"MADE-UP {place}", **more)


def whole(topic, meeting="12MSP", until=END):
    return {"of": "reported", "topic": topic, "meeting": meeting, "parties": "all",
            "until": until, "source": "MADE-UP"}  # fmt: skip


def register(of, /, until=END, parties="all", **where):
    return {"of": of, **where, "parties": parties, "until": until, "source": "MADE-UP"}


def deposit(party, date):
    return fact("deposit", party, date=date, instrument="accession")


def request(party, article, date, meeting, number=1):
    return fact("extension-request", party, article=article, number=number, replaces=number - 1,
                date=date, meeting=meeting)  # fmt: skip


NEW_TOPICS = ("assistance-received", "assistance-received-article-3", "country-coalition",
              "assistance-received-article-4", "assistance-received-article-5",
              "overdue-report-submitted", "victims-under-jurisdiction",
              "victim-assistance-updated", "stockpile-obligations-remaining",
              "clearance-obligations-remaining", "extension-requests-expected",
              "stockpile-declaration", "voluntary-report-submitted")  # fmt: skip

FACTS = [
    *(fact("meeting", **meeting) for meeting in MEETINGS),
    # Flows: deposits around both ends of the period. Samoa's and Kiribati's lie in it.
    deposit("FJI", "2011-05-28"),
    deposit("NRU", "2013-07-04"),
    deposit("SMR", "2012-07-10"),
    deposit("PLW", "2016-04-19"),
    deposit("NIU", "2023-06-30"),
    deposit("WSM", "2023-07-01"),
    deposit("KEN", END),
    fact("signature", "KEN", date="2008-12-03"),
    fact("signature", "AGO", date="2008-12-03"),
    # Stocks: obligations and retention; a retention of the year before is no more.
    fact("obligation", "FJI", article="4", date="2015"),
    fact("obligation", "NRU", article="4", date="2015"),
    fact("obligation", "PLW", article="3", date="2017"),
    fact("obligation", "WSM", article="3", date="2017"),
    fact("completion", "WSM", article="3", date="2023-06-30"),
    fact("retention", "SMR", year=2023, date="2023"),
    fact("retention", "NIU", year=2022, date="2022"),
    # Reports for 2023, due on 30 April 2024, and for the year before.
    *(fact("report", party, kind="initial", date="2018") for party in ("FJI", "NRU", "SMR")),
    fact("report", "FJI", kind="annual", year=2023, date="2024-04-30"),
    fact("report", "NRU", kind="annual", year=2023, date="2024-05-01"),
    fact("report", "SMR", kind="annual", year=2022, date="2023-12-01"),
    fact("report", "PLW", kind="annual", year=2021, date="2022-04-30"),
    *named("12MSP", "overdue-report-submitted", "SMR", year=2022),
    *named("11MSP", "overdue-report-submitted", "PLW", year=2021),
    # A list of the old report and one of the new.
    *named("11MSP", "assistance-received", "NRU", "PLW"),
    *named("12MSP", "assistance-received", "FJI"),
    *named("12MSP", "assistance-received-article-4", "FJI", "NRU"),
    *named("11MSP", "country-coalition", "NRU"),
    *named("12MSP", "country-coalition", "FJI"),
    *named("12MSP", "victims-under-jurisdiction", "FJI", "NRU"),
    *named("12MSP", "victim-assistance-updated", "NRU", year=2023),
    *named("12MSP", "victim-assistance-updated", "FJI", year=2022),
    # Requests: nine months before 10 September 2024 is 10 December 2023.
    request("NRU", "4", "2023-12-10", "12MSP"),
    request("FJI", "4", "2023-12-11", "12MSP"),
    request("PLW", "3", "2022-11-01", "11MSP"),
    # Three months before it is 10 June 2024.
    fact("contribution", "FJI", meeting="12MSP", date="2024-06-10"),
    fact("contribution", "NRU", meeting="12MSP", date="2024-06-11"),
    fact("contribution", "SMR", meeting="11MSP", date="2023-01-01"),
    # Findings of Meetings that closed in the period, and before it.
    fact("non-compliance", "PLW", meeting="11MSP", matter="a matter", date="2023-09-14"),
    fact("non-compliance", "FJI", meeting="10MSP", matter="a matter", date="2022-09-02"),
    fact("declaration", "WSM", article="3", date="2023-07-01"),
    # Numbers as printed, of this period and of the one before.
    stated("country-coalition-states", 2),
    stated("country-coalition-states", 5, "2023-06-30"),
    stated("national-measures-all", 3, out_of=7),
    stated("signatories", 2, "[2023-07-01..2024-06-29]", "¶2"),
    stated("signatories", 1, END, "¶3"),
    stated("women-presiding", 4),
    stated("women-in-coordination-committee", 9, "2023-06-30"),
    stated("national-strategies", 7, place="¶4"),
    stated("national-strategies", 8, place="¶5"),
    stated("article-3-obligations-ever", 41, place="¶6"),
    stated("article-3-obligations-ever", 42, place="¶7"),
    fact("stated-not-applicable", of="adapted-reporting-form", date="2023-06-30"),
]  # fmt: skip

REGISTERS = [
    *map(whole, NEW_TOPICS),
    whole("country-coalition", "11MSP", "2023-06-30"),
    register("deposit"),
    register("signature"),
    register("report", kind="initial"),
    register("report", kind="annual", year=2023, parties=["SMR", "PLW", "NRU"]),
    register("report", kind="annual", year=2022),
    register("retention", year=2023),
    register("extension-request"),
    register("contribution", meeting="12MSP"),
    register("non-compliance", meeting="11MSP"),
]

#: Who is counted in the second period, by hand: members, and who is open.
EXPECTED = {
    "new-states-parties": (["KEN", "WSM"], []),
    "states-parties-by-deposit": (["FJI", "KEN", "NIU", "NRU", "PLW", "SMR", "WSM"], []),
    "states-parties-in-force": (["FJI", "NIU", "NRU", "PLW", "SMR", "WSM"], []),
    "signatories": (["AGO"], []),
    "assistance-received": (["FJI"], []),
    "assistance-received-by-article": (["FJI", "NRU"], []),
    "country-coalition-states": (["FJI"], []),
    "article-4-obligations-remaining": (["FJI", "NRU"], []),
    "article-3-obligations-remaining": (["PLW"], []),
    "article-3-declared-in-period": (["WSM"], []),
    "article-3-requests-submitted": ([], []),
    "retaining": (["SMR"], []),
    "article-4-requests-for-meeting": (["FJI", "NRU"], []),
    "article-4-with-annual-report:2023": (["FJI", "NRU"], []),
    "article-4-with-annual-report:2022": ([], []),
    "retaining-without-annual-report:2023": (["SMR"], []),
    "annual-reports-expected:2023": (["FJI", "NRU", "SMR"], []),
    "annual-reports-received:2023": (["FJI", "NRU"], []),
    "overdue-annual-reports-received:2022": (["SMR"], []),
    # Samoa: in force on 1 January 2024, due on 29 June, the day before the last.
    "initial-reports-due": (["FJI", "NIU", "NRU", "PLW", "SMR", "WSM"], []),
    "initial-reports-overdue": (["NIU", "PLW", "WSM"], []),
    "victim-assistance-with-annual-report:2023": (["NRU"], []),
    "victim-assistance-with-annual-report:2022": (["FJI"], []),
    # On 30 April it is in time, a day later it is not.
    "initial-and-annual-reports-by-30-april": (["FJI"], []),
    # Two years back: San Marino by its report for 2022, Palau's for 2021 is too old.
    "progress-reports-in-last-two-years": (["FJI", "NRU", "SMR"], []),
    "contributions-three-months-ahead": (["FJI"], []),
    "extension-requests-in-time": (["NRU"], []),
    "extension-requests-expected": (["FJI", "NRU"], []),
    "found-non-compliant": (["PLW"], []),
    "voluntary-reports-by-states-not-party": ([], []),
    "national-measures-all": ([], ["FJI", "NIU", "NRU", "PLW", "SMR", "WSM"]),
}


@pytest.fixture(scope="module")
def plan():
    return ccm_rules.load_rules(indicators=True)


def counted(record, plan):
    return ccm_rules.check(record, plan, engines=["sqlite"]).numbers()


@pytest.fixture(scope="module")
def second(plan, tmp_path_factory):
    """The numbers of the second period, from a file."""
    path = tmp_path_factory.mktemp("second") / "2024.json"
    sources = {"MADE-UP": {"title": "Made up for this test", "published": "2024-07-01"}}
    head = {"title": "Made up", "as_of": END, "period": f"[2023-07-01..{END}]"}
    data = {**head, "sources": sources, "registers": REGISTERS, "facts": FACTS}
    path.write_text(json.dumps(data), encoding="utf-8")
    return counted(ccm_rules.load_facts(path, rulebook=plan), plan)


def by_name(numbers):
    return {number.name: number for number in numbers.numbers}


def parties(members):
    return sorted(member.party for member in members)


def test_the_report_is_made_for_the_twelfth_meeting(second):
    assert second.meeting == "12MSP"


@pytest.mark.parametrize("name", EXPECTED)
def test_who_is_counted_in_the_second_period(name, second):
    members, open_ = EXPECTED[name]
    number = by_name(second)[name]
    assert parties(number.members) == members
    assert parties(number.open) == open_
    if not open_:
        assert (number.ground, number.value) == (DERIVED, len(members))


def test_the_years_are_2023_and_2022(second):
    assert {number.year for number in second.numbers} == {0, 2022, 2023}


def test_denominators_are_of_the_period(second):
    numbers = by_name(second)
    assert numbers["annual-reports-received:2023"].out_of == 3
    assert numbers["contributions-three-months-ahead"].out_of == 6
    assert numbers["extension-requests-in-time"].out_of == 2
    assert numbers["progress-reports-in-last-two-years"].out_of == 4
    assert parties(numbers["progress-reports-in-last-two-years"].population) == [
        "FJI", "NRU", "PLW", "SMR",
    ]  # fmt: skip


def test_numbers_of_another_period_are_not_quoted(second):
    numbers = by_name(second)
    assert [q.value for q in numbers["country-coalition-states"].quotes] == [2]
    assert numbers["women-presiding"].value == 4
    assert numbers["women-in-coordination-committee"].ground == UNKNOWN
    assert numbers["adapted-reporting-form"].ground == UNKNOWN


def test_what_is_printed_in_two_ways_has_no_value_and_nothing_follows_from_it(second):
    numbers = by_name(second)
    number = numbers["national-strategies"]
    assert (number.ground, number.value, len(number.quotes)) == (STATED, None, 2)
    assert numbers["article-3-compliance-declared"].ground == UNKNOWN


def test_findings_on_the_numbers_of_the_second_period(second):
    found = {f.fingerprint: f for f in second.report.findings if f.rule in COMPARING}
    assert set(found) == {
        "contradicting-lists/only-in-second:NRU:assistance-received:assistance-received-by-article",
        "denominator/denominator-differs:national-measures-all:0",
        "inconsistent-count/differs-from-record:country-coalition-states:0",
        "inconsistent-count/statements-differ:article-3-obligations-ever:0",
        "inconsistent-count/statements-differ:national-strategies:0",
        "signatories-counted/signatories-consistent:2",
    }
    says = found["inconsistent-count/differs-from-record:country-coalition-states:0"].says
    assert "2 (MADE-UP ¶1)" in says
    assert "shows 1 (Fiji)" in says
    says = found["denominator/denominator-differs:national-measures-all:0"].says
    assert "out of 7 (MADE-UP ¶1)" in says
    assert "there are 6 States Parties" in says
    assert "not yet in force: Kenya" in says
    assert "Kenya deposited" in found["signatories-counted/signatories-consistent:2"].says


def test_the_oracle_counts_the_same(second, plan):
    record = second.report.record
    numbers = {(n.info.name, n.year): n for n in second.numbers}
    compare(numbers, Oracle(record, plan).views())


@pytest.mark.parametrize("period", ["[2021-07-01..2022-06-30]", "[2023-07-01..2024-06-30]"])
def test_the_real_record_quotes_and_names_nobody_for_another_period(period, plan):
    when = ccm_rules.parse_date(period)
    last = ccm_rules.When(when.latest, when.latest)
    record = ccm_rules.load_facts(REAL, rulebook=plan)._replace(period=when, as_of=last)
    numbers = counted(record, plan)
    assert numbers.meeting == {"2022": "10MSP", "2024": "12MSP"}[period[-11:-7]]
    for number in numbers.numbers:
        assert number.quotes == (), number.name
        if number.info.name in LISTS:
            assert (number.ground, number.members) == (UNKNOWN, ()), number.name
    # What the depositary's list tells of any day, and nothing else.
    derived = {n.name: n.value for n in numbers.numbers if n.ground == DERIVED}
    assert derived == (
        {
            "states-parties-by-deposit": 110,
            "states-parties-in-force": 110,
            "new-states-parties": 0,
            "signatories": 13,
            "initial-reports-due": 110,
        }
        if period.startswith("[2021")
        else {}
    )
    assert [f for f in numbers.report.findings if f.rule in COMPARING] == []
    compare({(n.info.name, n.year): n for n in numbers.numbers}, Oracle(record, plan).views())


def test_the_earlier_period_shows_what_dated_facts_tell(plan):
    when = ccm_rules.parse_date("[2021-07-01..2022-06-30]")
    record = ccm_rules.load_facts(REAL, rulebook=plan)._replace(
        period=when, as_of=ccm_rules.When(when.latest, when.latest)
    )
    numbers = by_name(counted(record, plan))
    assert parties(numbers["extension-requests-expected"].members) == ["BGR", "CHL", "TCD"]
    assert parties(numbers["extension-requests-expected"].open) == ["BIH"]
    # Overdue reports that came after this period were not there on its last day.
    without = numbers["article-4-without-annual-report:2021"]
    assert parties(without.members) == ["AFG", "MRT", "SOM", "TCD"]
    overdue = numbers["initial-reports-overdue"]
    assert (overdue.ground, overdue.low, overdue.high, overdue.out_of) == (UNKNOWN, 8, 14, 110)


def test_lists_of_the_old_report_do_not_leak_into_a_record_that_extends_it(plan, second):
    """Next year's record holds this year's facts, too."""
    real = ccm_rules.load_facts(REAL, rulebook=plan)
    new = second.report.record
    meetings = {"10MSP", "11MSP"}
    more = [f for f in new.facts if f.kind == "reported" and f.values["meeting"] == "12MSP"]
    record = real._replace(
        period=new.period,
        as_of=new.as_of,
        facts=(*(f for f in real.facts if f.values.get("id") not in {"12MSP"}),
               *(f for f in new.facts if f.kind == "meeting" and f.values["id"] not in meetings),
               *more),
        registers=(*real.registers, *(r for r in new.registers if r.of == "reported")),
        sources={**real.sources, **new.sources},
    )  # fmt: skip
    numbers = by_name(counted(record, plan))
    assert parties(numbers["assistance-received"].members) == ["FJI"]
    assert parties(numbers["country-coalition-states"].members) == ["FJI"]
    assert (numbers["donors"].ground, numbers["donors"].members) == (UNKNOWN, ())
    assert numbers["assistance-provided-or-received"].ground == UNKNOWN
