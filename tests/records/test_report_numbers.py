"""The progress report to the Eleventh Meeting, number by number, against facts/2023.json.

golden/report-numbers.json holds every number that the report prints, as it was
read from the text by hand. Here each of them is looked up where the tool has it.
"""

from __future__ import annotations

import ast
import datetime as dt
import json
import re
import tomllib
from pathlib import Path

import pytest

import ccm_rules
from ccm_rules.dates import When
from ccm_rules.law.sheets import is_law
from ccm_rules.report import numbers as indicators
from ccm_rules.report.numbers import DERIVED, NOT_APPLICABLE, STATED, UNKNOWN
from tests.conftest import REAL, ROOT

GOLDEN = json.loads(Path(__file__).with_name("report-numbers.json").read_text(encoding="utf-8"))
RECORDS = {record["id"]: record for record in GOLDEN["records"]}
COMPARING = (
    "inconsistent-count", "contradicting-lists", "denominator", "signatories-counted",
    "unplaced-states", "reports-not-on-record", "compliance-stated", "requests-stated",
)  # fmt: skip

#: What is reckoned beside the printed numbers, to compare with.
NOT_PRINTED = {
    "states-parties-in-force",
    "article-3-requests-submitted",
    "article-3-requests-submitted-or-expected",
    "assistance-received-by-article",
    "gender-training-requested",
}

#: Every finding on the report's own numbers, with the places that it names.
FINDINGS = {
    "inconsistent-count/differs-from-record:article-4-on-track:0": (
        "stated as 4 (11MSP-PR II)", "shows 5 (Afghanistan", "¶33"),
    "inconsistent-count/differs-from-record:donors:0": (
        "22 (11MSP-PR Action 3)", "20 (11MSP-PR ¶51)", "shows 18 (Andorra"),
    "inconsistent-count/differs-from-record:assistance-provided-or-received:0": (
        "31 (11MSP-PR II, Action 40)", "shows 29", "¶51", "¶52"),
    "inconsistent-count/differs-from-record:retaining:0": (
        "11 (11MSP-PR ¶27)", "shows 12 (Belgium", "¶26"),
    "inconsistent-count/differs-from-record:risk-education-disaggregated:0": (
        "5 (11MSP-PR Action 29)", "shows 3 (Iraq", "¶40"),
    "inconsistent-count/differs-from-arithmetic:national-measures-missing-percent:0": (
        "about 50 (11MSP-PR ¶82)", "gives 42", "11MSP-PR Action 47"),
    "inconsistent-count/part-exceeds-whole:"
    "residual-capacity-with-risk-education:residual-capacity-in-plans": (
        "6, by 11MSP-PR Action 30", "5, by 11MSP-PR Action 22"),
    "inconsistent-count/part-exceeds-whole:"
    "article-3-requests-with-costed-plans:article-3-requests-submitted": (
        "2, by 11MSP-PR Action 15", "0, by the record"),
    "inconsistent-count/part-exceeds-whole:"
    "article-3-requests-with-costed-plans:article-3-requests-submitted-or-expected": (
        "2, by 11MSP-PR Action 15", "1, by 11MSP-PR ¶25"),
    "inconsistent-count/part-exceeds-whole:"
    "clearance-strategies-and-work-plans:national-strategies": (
        "8, by 11MSP-PR Action 19", "7, by 11MSP-PR Action 2"),
    "inconsistent-count/part-exceeds-whole:"
    "clearance-strategies-and-work-plans:annual-work-plans": (
        "8, by 11MSP-PR Action 19", "2, by 11MSP-PR Action 2"),
    "unplaced-states/placed-nowhere:SOM:4": ("Somalia", "Article 4", "neither", "nor"),
    "reports-not-on-record/called-a-signatory:NGA:2022": (
        "Nigeria for 2022", "in June 2023", "deposited its instrument on 28 February 2023"),
    **{
        f"reports-not-on-record/told-without-annual-report:{party}:{topic}:2022": (
            name, "(11MSP-PR", place, "for 2022", "may serve")
        for party, name in {"MRT": "Mauritania", "SOM": "Somalia"}.items()
        for topic, place in {
            "clearance-national-resources": "¶36",
            "clearance-challenges-and-assistance-requested": "¶37",
            "risk-education-provided": "¶40",
        }.items()
    },
    # The eight of ¶67, Denmark (¶26), the two of ¶31, and the Philippines by the Monitor.
    "compliance-stated/all-stated-in-compliance:11MSP": (
        "11MSP-PR ¶85", "for 12: Cabo Verde", "Denmark", "Mauritania", "Philippines", "Somalia"),
    "requests-stated/expected-and-not-submitted": (
        "expected 3, by 11MSP-PR ¶86", "submitted 2", "in time 1", "South Africa, 3"),
    "contradicting-lists/only-in-first:MNE:assistance-received:assistance-received-by-article": (
        "Montenegro", "11, by 11MSP-PR ¶52", "10, by", "¶53", "¶54", "¶55"),
    "contradicting-lists/only-in-second:BIH:"
    "clearance-challenges-and-assistance-requested:assistance-requested-article-4": (
        "Bosnia and Herzegovina", "7, by 11MSP-PR ¶37", "8, by 11MSP-PR ¶54"),
    "denominator/denominator-differs:initial-reports-overdue:0": (
        "111 (11MSP-PR II)", "110 States Parties", "Nigeria"),
    "denominator/denominator-differs:national-measures-all:0": (
        "111 (11MSP-PR II)", "110 States Parties", "Nigeria"),
    "signatories-counted/signatories-consistent:13": (
        "13 by 11MSP-PR ¶5", "12 on 30 June 2023 by 11MSP-PR II, ¶12", "Nigeria deposited"),
}  # fmt: skip


@pytest.fixture(scope="module")
def counted():
    """The numbers of the real record."""
    rulebook = ccm_rules.load_rules(indicators=True)
    record = ccm_rules.load_facts(REAL, rulebook=rulebook)
    return ccm_rules.check(record, rulebook, engines=["sqlite"]).numbers()


@pytest.fixture(scope="module")
def findings(counted):
    return {finding.fingerprint: finding for finding in counted.report.findings}


def number_of(counted, name, year=0):
    (found,) = [n for n in counted.numbers if (n.info.name, n.year) == (name, year)]
    return found


def parties(members):
    return sorted(member.party for member in members)


def printed(number, record):
    """The quotations of a number that say what a record of the report says."""
    return [
        quote
        for quote in number.quotes
        if (quote.value, quote.qualifier) == (record["value"], record.get("qualifier", ""))
        and quote.out_of == record.get("of", 0)
        and record["place"] in places(quote)
    ]


def places(quote):
    return [place for ref in quote.places for place in ref.removeprefix("11MSP-PR ").split(", ")]


# -- record by record ---------------------------------------------------------


def test_all_240_numbers_are_there_once():
    """236 as first read, and four that the first reading had left out."""
    assert len(GOLDEN["records"]) == len(RECORDS) == 240
    added = [r["id"] for r in RECORDS.values() if r.get("correction", "").startswith("added")]
    assert added == ["P6.1", "P6.3", "P23.2", "P68.2"]
    assert {f"Action {n}" for n in range(1, 51)} <= {r["place"] for r in RECORDS.values()}
    assert {r["expect"] for r in RECORDS.values()} == {
        DERIVED, STATED, NOT_APPLICABLE, "finding",
    }  # fmt: skip


@pytest.mark.parametrize("record", [r for r in RECORDS.values() if "indicator" in r["where"]],
                         ids=lambda r: r["id"])  # fmt: skip
def test_a_number_of_the_report(record, counted, findings):
    where = record["where"]
    number = number_of(counted, where["indicator"], where.get("year", 0))
    expect, value, states = record["expect"], record["value"], record.get("states", [])
    if "cited" in where:  # one of several that a paragraph each tells of
        cited = [
            member.party
            for member, sources in counted.sources(number).items()
            if any(where["cited"] in re.split(r", |; | ", source) for source in sources)
        ]
        assert (number.ground, cited) == (DERIVED, states)
        assert len(cited) == value
        return
    for name in (where["indicator"], *where.get("also", ())):
        other = number_of(counted, name, where.get("year", 0))
        quoted = bool(printed(other, record))
        assert quoted == (value is not None), f"{name} is not quoted so at {record['place']}"
    if "finding" in record:
        said = re.findall(r"[0-9]+", findings[record["finding"]].says)
        assert {str(value), str(record.get("of"))} & set(said)
        assert expect != "finding" or str(value) in said
    if expect == "finding":
        # The number that the report prints is not what is shown.
        assert value not in (number.low, number.reckoned)
        assert number.differ or record["finding"].startswith("signatories-counted/")
    elif expect == DERIVED:
        assert (number.ground, number.low, number.high) == (DERIVED, number.value, number.value)
        assert value in (number.value, None)
        assert not states or parties(number.members) == states
        assert not number.open
        if "of" in record and not record.get("finding", "").startswith("denominator/"):
            assert number.out_of == record["of"]
    elif expect == STATED:
        assert (number.ground, number.value) == (STATED, value)
        assert not number.exact
        assert number.reckoned == (value if record["method"] == "arithmetic" else None)
        if record["method"] == "partial":
            assert parties(number.members) == states
            assert parties(number.open) == record.get("open", [])
        else:  # that a list would fit the number makes nobody a member
            assert record["method"] != "hypothesis" or number.members == ()
    else:
        assert (number.ground, number.value, number.quotes) == (NOT_APPLICABLE, None, ())


@pytest.mark.parametrize("record", [r for r in RECORDS.values() if "indicator" not in r["where"]],
                         ids=lambda r: r["id"])  # fmt: skip
def test_a_date_of_the_report(record, counted, findings):
    where = record["where"]

    def entry(fact, *key):
        entries = counted.report.entries(fact)
        (found,) = [e for e in entries if e.certain and e.row[: len(key)] == key]
        return found

    if "finding" in where:
        said = findings[where["finding"]].says
        printed_day = dt.date.fromisoformat(record["value"])
        assert f"{printed_day.day} {printed_day:%B %Y}" in said
        assert record["expect"] == "finding"
        return
    if "meeting" in where or "reported" in where:
        (fact,) = [
            fact for fact in counted.report.record.facts
            if (fact.kind == "meeting" and fact.values["id"] == where.get("meeting"))
            or (fact.kind == "reported" and fact.values["topic"] == where.get("reported"))
        ]  # fmt: skip
        day = fact.values.get("opens", fact.values.get("year"))
        span = [dt.date.fromordinal(d).year for d in day[:2]] if isinstance(day, When) else [day]
        assert set(span) == {record["value"]}
        return
    if "deadline" in where:
        when = entry("deadline", where["deadline"], where["article"], where["number"]).when("day")
    elif "due" in where:
        when = entry("duty-status", where["due"], where["party"]).when("due")
    else:
        when = entry("entry-into-force", where["entry-into-force"]).when("date")
    assert when.exact
    day = dt.date.fromordinal(when.earliest)
    assert record["value"] in (day.year, f"{day:%Y-%m}")
    assert record["expect"] == DERIVED


def test_nothing_that_the_record_quotes_is_missing_among_the_golden_records(counted):
    """The other way round: each quotation is a number of the report, at its place."""
    known = {
        (name, r["where"].get("year", 0), r["value"], r["place"])
        for r in RECORDS.values()
        if "indicator" in r["where"]
        for name in (r["where"]["indicator"], *r["where"].get("also", ()))
    }
    denominators = {(r["of"], r["place"]) for r in RECORDS.values() if "of" in r}
    for number in counted.numbers:
        for quote in number.quotes:
            for place in places(quote):
                key = (number.info.name, number.year, quote.value, place)
                assert key in known or (quote.value, place) in denominators, key
    silent = {n.info.name for n in counted.numbers if not n.quotes and n.ground != NOT_APPLICABLE}
    assert silent == NOT_PRINTED


def test_no_number_of_the_report_is_unknown(counted):
    assert [n.name for n in counted.numbers if n.ground == UNKNOWN] == []


def test_what_follows_from_the_report_is_derived_and_what_does_not_is_quoted():
    follows = ("named_list", "set_algebra", "stated_in_text", "date_rule", "external")
    for record in RECORDS.values():
        if record["method"] in follows:
            assert record["expect"] in (DERIVED, "finding"), record["id"]
        elif record["method"] in ("none", "hypothesis", "partial"):
            assert record["expect"] in (STATED, "finding"), record["id"]


# -- numbers with a history ----------------------------------------------------


def test_action_44_is_22_of_22_and_denmark_is_open(counted):
    number = number_of(counted, "progress-reports-in-last-two-years")
    assert (number.ground, number.value, number.out_of) == (STATED, 22, 22)
    assert (number.low, number.high) == (21, 22)
    assert parties(number.open) == ["DNK"]
    assert len(number.members) == 21
    assert len(number.population) == 22
    assert {m.party for m in number.population} == {m.party for m in number.members} | {"DNK"}


def test_action_41_second_number_is_ten_by_name(counted):
    first, second = (n for n in counted.numbers if n.info.action == 41)
    assert (first.ground, first.value) == (STATED, 0)
    assert (second.ground, second.value, len(second.members)) == (DERIVED, 10, 10)


def test_action_49_is_none_and_action_50_is_iraq(counted):
    (none,) = (n for n in counted.numbers if n.info.action == 49)
    assert (none.ground, none.value, none.members) == (DERIVED, 0, ())
    (one,) = (n for n in counted.numbers if n.info.action == 50)
    assert (one.ground, one.value, parties(one.members)) == (DERIVED, 1, ["IRQ"])


def test_action_9_asks_for_the_days_up_to_11_june_2023(counted, rulebook, real_record):
    number = number_of(counted, "contributions-three-months-ahead")
    assert (number.ground, number.value, number.low, number.high) == (STATED, 28, 0, 110)
    plain = ccm_rules.check(real_record, rulebook, engines=["sqlite"])
    (finding,) = [f for f in plain.findings if f.name == "contributions-unknown"]
    assert finding.rule == "action-09"
    assert finding.due == ccm_rules.parse_date("2023-06-11")
    assert "11 June 2023" in finding.says


def test_every_action_has_an_indicator_and_only_action_45_does_not_apply(counted):
    assert {n.info.action for n in counted.numbers} == set(range(51))
    out = [n.info.action for n in counted.numbers if n.ground == NOT_APPLICABLE]
    assert out == [45]
    assert len([n for n in counted.numbers if n.info.action == 4]) == 5


def test_nobody_is_counted_of_whom_it_is_not_asked(counted):
    asked = [n for n in counted.numbers if n.info.population and n.low is not None]
    assert len(asked) > 40
    for number in asked:
        everybody = {member.party for member in number.population}
        assert {member.party for member in (*number.members, *number.open)} <= everybody


def test_the_sections_and_their_lines_are_those_of_the_report(counted):
    """Every line of the summary and every row of the tables, and no other."""
    assert "".join(section.letter for section in counted.sections) == "ABCDEFGHIJK"
    lines = [name for section in counted.sections for name, _ in section.summary]
    summary = [r["where"]["indicator"] for r in RECORDS.values()
               if r["place"] == "II" and r["id"] != "S.tran.1d"]  # fmt: skip
    assert lines == summary
    for record in RECORDS.values():
        if record["place"].startswith("Action"):
            number = number_of(counted, record["where"]["indicator"])
            assert f"Action {number.info.action}" == record["place"]
            assert number.info.place == "table"
    tables = [n for n in counted.numbers if n.info.place == "table"]
    rows = [r for r in RECORDS.values() if r["place"].startswith("Action")]
    assert len(tables) == len(rows)


# -- findings on the report itself ---------------------------------------------


def test_the_findings_on_the_report_are_exactly_these(findings):
    found = {name for name, finding in findings.items() if finding.rule in COMPARING}
    assert found == set(FINDINGS)


@pytest.mark.parametrize("fingerprint", FINDINGS)
def test_a_finding_on_the_report_names_both_places(fingerprint, findings):
    says = findings[fingerprint].says
    for words in FINDINGS[fingerprint]:
        assert words in says, says


def test_findings_on_the_report_accuse_no_state(findings):
    for name in FINDINGS:
        assert findings[name].severity in ("info", "notice")


# -- no number is written anywhere but in the facts -----------------------------

#: Keys under which a rule file holds a length of time or a day of the calendar.
LENGTHS = {"years", "months", "days", "month", "day"}


def constants(node, key=""):
    """Whole numbers in a rule file: values, and those inside comparisons and arithmetic."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name not in ("case", "quote", "note", "summary", "title", "counted", "wording"):
                yield from constants(value, name)
    elif isinstance(node, list):
        for value in node:
            yield from constants(value, key)
    elif isinstance(node, int) and not isinstance(node, bool) and key not in LENGTHS:
        yield key, node
    elif isinstance(node, str) and key in ("if", "reckoned", "let"):
        for word in node.split():
            if word.isdigit():
                yield key, int(word)


def plan():
    """The laws of the plan and the provisions that they apply, by their names."""
    folders = [ROOT / "rules" / name for name in ("lap", "provisions")]
    laws, provisions = (
        {
            file.stem: tomllib.loads(file.read_text(encoding="utf-8"))
            for file in sorted(folder.glob("*.toml"))
            if is_law(file.name)
        }
        for folder in folders
    )
    found, named = dict(laws), list(laws.values())
    while named:
        for name in sorted(set(applied(named.pop())) - set(found)):
            found[name] = provisions[name]
            named.append(provisions[name])
    return found


def applied(node):
    """The provisions that a rule or a provision applies."""
    for name, value in node.items():
        if name == "applies":
            yield from [value] if isinstance(value, str) else value
        for item in value if isinstance(value, list) else ():
            if isinstance(item, dict):
                yield from applied(item)


def test_no_rule_of_the_plan_holds_a_number():
    tables = plan()
    assert len(tables) > 70
    assert "stockpile-requests" in tables
    for file, table in tables.items():
        # Nothing, or what is left of one whole: no count of anything.
        odd = [(k, n) for k, n in constants(table) if (k, n) not in (("if", 0), ("reckoned", 1))]
        assert odd == [], file


def test_the_scan_would_see_a_number():
    table = tomllib.loads(
        'if = ["?n == 22"]\n[[derive]]\nfact = { fact = "x", number = 31 }\n'
        'let = { d = { from = "?o", add = { months = -9 } } }\n[[case]]\nnumber = 4'
    )
    assert sorted(constants(table)) == [("if", 22), ("number", 31)]


def test_no_code_that_counts_holds_a_number():
    tree = ast.parse(Path(indicators.__file__).read_text(encoding="utf-8"))
    places_in_a_row = {
        id(node)
        for subscript in ast.walk(tree)
        if isinstance(subscript, ast.Subscript)
        for node in ast.walk(subscript.slice)
    }
    found = [
        (node.value, node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and type(node.value) is int
        and node.value not in (0, 1, 2)
        and id(node) not in places_in_a_row
    ]
    assert found == []
