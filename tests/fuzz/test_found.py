"""What fuzzing found, each said once: the file, the place and the mend, and no traceback."""

from __future__ import annotations

import json

import pytest

from ccm_rules.alerts.reading import read_config
from ccm_rules.authoring.cases import load_full_rules
from ccm_rules.cli import invoke
from ccm_rules.compiler import load_rules, rules_home
from ccm_rules.dates import DateError, Period
from ccm_rules.errors import InputError
from ccm_rules.law.toml_places import Place, Sheet
from ccm_rules.record import load
from ccm_rules.record.vocabulary_file import check
from ccm_rules.words.states import party_names
from tests.conftest import REAL
from tests.rule_files import write

SOURCE = {"S": {"title": "s", "kind": "register"}}
DEPOSIT = {"fact": "deposit", "party": "BGR", "date": "2011-04-06", "instrument": "accession",
           "source": "S"}  # fmt: skip


@pytest.fixture
def problem(tmp_path, rulebook, parties):
    """The one problem of a facts file: line, column, path and message."""

    def read(text):
        path = tmp_path / "main.json"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError) as caught:
            load([path], rulebook.vocabulary, parties)
        (found,) = caught.value.problems
        assert found.file == str(path)
        assert found.mend
        return found.line, found.column, found.path, found.message

    return read


def document(**changes):
    return json.dumps({"sources": SOURCE, "facts": [DEPOSIT], **changes})


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ('{\n "a": [1,\n  NaN]}', (3, 3), "NaN is not JSON"),
        ('{\n "a": -Infinity}', (2, 7), "-Infinity is not JSON"),
        ('{"a":\n ' + "9" * 5000 + "}", (2, 2), "a number has 5,000 digits"),
        ('{\n"a": ' + "[" * 100_000, (2, 100_005), "is nested too deeply"),
        ("[[1],\n" + '{"a":' * 20_000, (2, 99_996), "is nested too deeply"),
    ],
)
def test_json_that_python_reads_otherwise_has_a_place(problem, text, place, message):
    assert problem(text) == (*place, "", message)


def test_what_is_no_date_is_not_repeated_at_length(problem):
    *_, path, message = problem(document(as_of="[" * 100_000))
    assert path == "as_of"
    assert len(message) < 300


HALF = "a \ud800 b"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"title": HALF}, "title"),
        ({"sources": {"S": {**SOURCE["S"], "title": HALF}}, "facts": []}, "sources.S.title"),
        ({"sources": {"S": {**SOURCE["S"], "url": HALF}}, "facts": []}, "sources.S.url"),
        ({"sources": {"S": {**SOURCE["S"], "note": HALF}}, "facts": []}, "sources.S.note"),
        ({"facts": [{**DEPOSIT, "note": HALF}]}, "facts[0].note"),
        ({"facts": [{**DEPOSIT, "source": f"S {HALF}"}]}, "facts[0].source"),
    ],
)
def test_half_characters_are_refused_wherever_text_is_shown(problem, changes, path):
    _, _, where, message = problem(document(**changes))
    assert (where, message) == (path, "holds half a character (a lone surrogate)")


@pytest.mark.parametrize("name", ["\ud800.json", "a\0b.json"])
def test_a_file_is_extended_that_no_file_can_be_called(problem, name):
    *_, path, message = problem(document(extends=name))
    assert path == "extends"
    assert message.startswith("holds ")


@pytest.mark.parametrize(
    "date", ["9999-12-31", "3000-01-01", "0999-12-31", "0001", "[2020..3000]", "[0001-02..2020]"]
)
def test_days_that_no_record_can_mean_are_refused(problem, date):
    *_, path, message = problem(document(facts=[{**DEPOSIT, "date": date}]))
    assert path == "facts[0].date"
    assert "lies outside the years 1000 to 2999" in message


@pytest.mark.parametrize("date", ["[..2020]", "[2020..]", "1000-01-01", "2999-12-31"])
def test_open_ends_and_the_last_days_are_none_of_these(tmp_path, rulebook, parties, date):
    (tmp_path / "main.json").write_text(document(facts=[{**DEPOSIT, "date": date}]))
    assert len(load([tmp_path / "main.json"], rulebook.vocabulary, parties).facts) == 1


@pytest.mark.parametrize("day", ["9998-01-01", "9999-12-31", "0001-01-01", "3000-01-01"])
def test_an_as_of_day_outside_the_calendar_of_a_record(capsys, day):
    assert invoke([str(REAL), "--as-of", day, "--engine", "sqlite"]) == 2
    assert "lies outside the years 1000 to 2999" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["a\0b", "\ud800"])
def test_a_rule_folder_that_no_folder_can_be_called(name):
    with pytest.raises(InputError, match="holds no rules"):
        load_rules([name])


def test_a_named_month_without_a_day_has_no_order():
    """30 April would end on 30 July, and 1 May on 1 July."""
    with pytest.raises(DateError, match="names the day"):
        Period(months=6, on_month=7, rounding="earlier")


# -- rules -------------------------------------------------------------------------

RULE = """
name    = "a-rule"
title   = "A rule"
binding = "legal"

[authority]
instrument = "CCM"
article    = "7(1)"
note       = "made for a test"
"""
DUTY = """
[duty]
for    = [{ fact = "deposit", party = "?p", date = "?d" }]
due    = { from = "?d", add = { days = 180 } }
soon   = { days = 90 }
met_by = [{ fact = "report", party = "?p", kind = "initial", date = "?done" }]
"""
FINDING = """
[[finding]]
name     = "found"
all      = [{ fact = "deposit", party = "?p", date = "?d" }]
severity = "notice"
says     = "{p} deposited on {d}."
remedy   = "None."
"""


@pytest.fixture
def rules(tmp_path):
    """Load one rule file, and give what is wrong: line, path and message."""
    home = tmp_path / "rules"
    (home / "ccm").mkdir(parents=True)
    vocabulary = (rules_home() / "vocabulary.toml").read_text("utf-8")
    (home / "vocabulary.toml").write_text(vocabulary, "utf-8")

    def read(text):
        write(home / "ccm" / "a-rule.toml", text)
        try:
            load_full_rules(home=home)
            load_rules(home=home, cache=False)
        except InputError as error:
            for found in error.problems:
                assert found.line > 0
                assert found.mend
            return [(found.line, found.path, found.message) for found in error.problems]
        return []

    return read


def test_the_rules_of_these_tests_are_sound(rules):
    assert rules(RULE + DUTY + FINDING) == []


@pytest.mark.parametrize(
    ("end", "line", "message"),
    [
        ("deep = " + "[" * 20_000, 10, "is not TOML: it is nested too deeply"),
        ("deep = " + "{a = " * 20_000, 10, "is not TOML: it is nested too deeply"),
        ("x = " + "9" * 5000, 10, "is not TOML: a number has too many digits"),
        ('x = "never ended', 10, "is not TOML: Unterminated string"),
        ('\n\nx = """never ended', 12, "is not TOML: Unterminated string"),
    ],
)
def test_toml_beyond_what_its_reader_says_has_a_line(rules, end, line, message):
    ((at, _, said),) = rules(RULE + end)
    assert (at, said) == (line, message)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('article    = "7(1)"', "article    = 7", "article is not text"),
        ("soon   = { days = 90 }", 'soon   = { days = "90" }', "soon is no length of time"),
        ("soon   = { days = 90 }", "soon   = { dais = 90 }", "this is no period"),
        ("soon   = { days = 90 }", "soon   = 90", "soon is no length of time"),
        ("soon   = { days = 90 }", 'n      = "?d"', "n cannot be ?d"),
        ("soon   = { days = 90 }", "item   = 1", "item cannot be 1"),
        ("soon   = { days = 90 }", "n      = 9007199254740992", "can stand in no pattern"),
        ("soon   = { days = 90 }", 'item   = "a\\u0000b"', "holds a control character"),
        ("soon   = { days = 90 }", 'item   = "a\\u2028b"', "can stand in no pattern"),
        ("soon   = { days = 90 }", 'if     = ["1 < 2"]', "two constants are compared"),
        ("soon   = { days = 90 }", "soon   = { years = 201 }", "no law counts more than 200 years"),
        (
            "[duty]",
            '[[derive]]\nfact = { fact = "x" }\nall = [{ fact = "deposit" }]\n\n[duty]',
            "'x' has no field",
        ),
        (
            "[duty]",
            '[[derive]]\nfact = { fact = "x", party = "ZAF" }\nall = []\n\n[duty]',
            "nothing is joined",
        ),
        (
            'remedy   = "None."',
            'remedy = "None."\nnone = ['
            + 15 * '{ fact = "signature", party = "?p" },'
            + "]",
            "more than 16 facts are joined",
        ),
        (
            'remedy   = "None."',
            'remedy = "None."\nif = [' + 7 * '"?d != as-of",' + "]",
            "too many ways",
        ),
        ('kind = "initial", date = "?done" }]', 'date = "?done", record = "report" }]', "not both"),
        (
            "met_by = [{ fact",
            'void_by = [{ all = [{ fact = "signature", party = "?p" }], mistyped = 1 }]\n'
            "met_by = [{ fact",
            "unknown key 'mistyped'",
        ),
        ('remedy   = "None."', 'remedy   = "None."\nsilent_open = "no"', "silent_open cannot be"),
        ('remedy   = "None."', 'remedy   = "None."\nlet = ""', "let is no table"),
        (
            "[duty]",
            '[[derive]]\nfact = { fact = "was", party = "?p" }\nshared = "no"\n'
            'all = [{ fact = "signature", party = "?p" }]\n\n[duty]',
            "shared cannot be",
        ),
        (
            'met_by = [{ fact = "report"',
            'met_by = [{ record = "report"',
            "a register is limited by no day, and date is one",
        ),
        (
            'remedy   = "None."',
            'remedy = "None."\nlet = { "a b" = { from = "?d", add = { days = 1 } } }',
            "'a b' is no variable",
        ),
        ("[authority]", '[in_force]\nform = 2020-01-01\n\n[authority]', "unknown key 'form'"),
        ("[authority]", '[in_force]\nfrom = "2020"\n\n[authority]', "from is no day"),
        ("[authority]", "[in_force]\nfrom = 2020-01-01T00:00:00\n\n[authority]", "from is no day"),
        ("[duty]", "derive = 1\n[duty]", "derive is no list of tables"),
        ('date = "?d" }]\nseverity', '"Da te" = "?d" }]\nseverity', "no field is called"),
        (
            'says     = "{p} deposited on {d}."',
            'says     = "{p}."\nif = ["?d_lo > 1"]',
            "?d_lo is bound by no fact",
        ),
        (
            'date = "?d" }]\nseverity',
            'date = "?d" }, { fact = "report", party = "?p", year = "?d_lo" }]\nseverity',
            "?d_lo is a bound of a day or number of that name",
        ),
        (
            "[duty]",
            '[[derive]]\nfact = { fact = "x", certain = "?p" }\n'
            'all = [{ fact = "deposit", party = "?p" }]\n\n[duty]',
            "'x' would have two columns 'certain'",
        ),
        (
            "[duty]",
            '[[derive]]\nfact = { fact = "x", a = "?d", a_lo = 1 }\n'
            'all = [{ fact = "deposit", date = "?d" }]\n\n[duty]',
            "'x' would have two columns 'a_lo'",
        ),
        (
            "met_by = [{ fact",
            'record = [{ fact = "report", no_such = 1 }]\nmet_by = [{ fact',
            "a report fact has no 'no_such'",
        ),
    ],
)  # fmt: skip
def test_what_was_silent_in_a_rule_or_ended_in_a_traceback(rules, old, new, message):
    text = RULE.replace("[authority]", "[authority]") + DUTY + FINDING
    if new.startswith("derive"):  # stands before the tables
        text = RULE.replace("[authority]", f"{new.split(chr(10))[0]}\n[authority]") + FINDING
    else:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    found = rules(text)
    assert any(message in said for _, _, said in found), found


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("known_by", '"2020-01-01"', "known_by is no day"),
        ("period", "2020", "period is not text"),
        ("raises", "[1]", "raises is not text"),
        ("given", '"none"', "given is no list of tables"),
        ("registers", "[1]", "registers is no list of tables"),
    ],
)
def test_a_case_holds_what_a_case_can(rules, key, value, message):
    case = '[[case]]\nname = "c"\nas_of = 2020-01-01\n'
    found = rules(RULE + FINDING + case + f"{key} = {value}\n")
    assert any(message in said for _, _, said in found), found


def test_records_that_are_asked_for_by_words_that_differ_in_their_capitals(rules):
    """Each question is a relation of its own, which SQLite must not take for the other."""
    ask = (
        '\n[[finding]]\nname = "{0}"\nseverity = "info"\nsays = "{{p}}"\n'
        'all = [{{ fact = "deposit", party = "?p" }},\n'
        '       {{ record = "report", kind = "initial", party = "?p", until = "?u" }},\n'
        '       {{ record = "provisional-application", scope = "{1}", until = "?v" }}]\n'
    )
    assert rules(RULE + ask.format("one", "Oslo") + ask.format("two", "oslo")) == []


def test_two_questions_that_differ_by_capitals_on_sqlite(tmp_path, parties):
    from ccm_rules.report.checking import check

    home = tmp_path / "rules"
    (home / "ccm").mkdir(parents=True)
    text = (rules_home() / "vocabulary.toml").read_text("utf-8")
    (home / "vocabulary.toml").write_text(text, "utf-8")
    finding = (
        '\n[[finding]]\nname = "{0}"\nseverity = "info"\nsays = "{{p}}"\nparty = "?p"\n'
        'all = [{{ fact = "deposit", party = "?p" }},\n'
        '       {{ record = "provisional-application", scope = "{1}", until = "?v" }}]\n'
    )
    (home / "ccm" / "a-rule.toml").write_text(
        RULE + finding.format("one", "Oslo") + finding.format("two", "oslo")
    )
    rulebook = load_rules(home=home, cache=False)
    register = {"of": "provisional-application", "scope": "oslo", "until": "2020-01-01",
                "source": "S"}  # fmt: skip
    (tmp_path / "main.json").write_text(document(as_of="2021-01-01", registers=[register]))
    record = load([tmp_path / "main.json"], rulebook.vocabulary, parties)
    report = check(record, rulebook, engines=["sqlite"])
    assert [finding.name for finding in report.findings] == ["two"]


# -- the vocabulary, and who is told -------------------------------------------------


@pytest.mark.parametrize("name", ["duty-status", "as-of", "duty", "indicator-count"])
def test_a_kind_is_not_called_like_what_every_rulebook_has(tmp_path, name):
    kind = f'[{name}]\nsays = "{{date}}"\nkey = ["date"]\ndate = {{ type = "when" }}\n'
    (tmp_path / "vocabulary.toml").write_text("\n\n" + kind)
    (tmp_path / "ccm").mkdir()
    (tmp_path / "ccm" / "a-rule.toml").write_text(RULE)
    with pytest.raises(InputError, match="what every rulebook has") as caught:
        load_rules(home=tmp_path, cache=False)
    assert caught.value.problems[0].line == 3


KIND = {"label": "a kind", "says": "{date}", "key": ["date"], "date": {"type": "when"}}


def wrong_with(kind):
    """What is wrong with a vocabulary of one kind of fact."""
    problems = []
    check({"a-kind": kind}, Place(Sheet("vocabulary.toml"), problems), ())
    return [f"{problem.path}: {problem.message} ({problem.mend})" for problem in problems]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"date": {"type": "when", "optional": "no"}}, "a-kind.date.optional: optional cannot be"),
        ({"date": {"type": "when", "scheduled": 1}}, "a-kind.date.scheduled: scheduled cannot be"),
        ({"date": {"type": "when", "one_off": ["a"]}}, "unknown key 'one_off'"),
        ({"word": {"type": "text", "one_of": "abc"}}, "a-kind.word.one_of: one_of is no list"),
        ({"word": {"type": "text", "default": 1}}, "is no default of type text"),
        ({"word": {"type": ["text"]}}, "use one of party, meeting, text, int, when"),
        ({"statement": "yes"}, "a-kind.statement: statement cannot be 'yes'"),
        ({"key": "date"}, "a-kind.key: key is no list"),
        ({"key": ["day"]}, "a-kind.key: key names 'day', which is no field of it"),
        ({"label": 1}, "a-kind.label: label is not text"),
        ({"source": {"type": "text"}}, "every fact has a 'source' of its own"),
        ({"certain": {"type": "text"}}, "two columns 'certain'"),
        ({"date_lo": {"type": "int"}}, "two columns 'date_lo'"),
        ({"Date": {"type": "text"}}, "small letters"),
        ({"a\0b": {"type": "text"}}, "small letters"),
        ({"label_de": "ein Wort"}, "a-kind.label_de: label_de is no table"),
    ],
)
def test_a_vocabulary_says_what_is_wrong_with_it(changes, message):
    assert wrong_with(KIND) == []
    assert any(message in problem for problem in wrong_with({**KIND, **changes}))


def test_a_kind_without_a_field_tells_nothing():
    assert any("it has no field" in text for text in wrong_with({"says": "It was."}))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[mute]]\nreason = "r"\nuntil = 2027-01-01\nparties = [{ a = 1 }]\n', "is not text"),
        ('[channel."2]..x"]\nurl = "stdout:"\n', "is no channel"),
        ("x = " + "[" * 20_000, "nested too deeply"),
        ("x = " + "9" * 5000, "too many digits"),
    ],
)
def test_a_routing_file_says_what_is_wrong_with_it(tmp_path, text, message):
    path = tmp_path / "routes.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_config(str(path), party_names(), {})
