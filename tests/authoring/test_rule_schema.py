"""The schemas of rule files and of the vocabulary say what the reader takes."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from ccm_rules.authoring.reference import reference
from ccm_rules.authoring.schemas.rule_schemas import (
    cases_schema,
    rule_schema,
    treaties_schema,
    vocabulary_schema,
    words_schema,
)
from ccm_rules.compiler import rules_home
from ccm_rules.compiler.parsing import parse_files
from ccm_rules.errors import InputError
from ccm_rules.law.sheets import PROVISIONS
from tests.conftest import ROOT
from tests.law.test_mistakes import SOUND
from tests.rule_files import apart, sheets

SCHEMA, CASES, SAID = rule_schema(), cases_schema(), words_schema()
#: By how the names of files end.
VALIDATORS = {
    ".cases.toml": Draft7Validator(CASES),
    ".fr.toml": Draft7Validator(SAID),
    ".toml": Draft7Validator(SCHEMA),
}
#: Those of provisions have gaps, and so no schema.
FILES = [
    file
    for file in sorted(rules_home().glob("*/*.toml"))
    if file.parent.name != PROVISIONS and not file.name.startswith("vocabulary.")
]

INDICATORS = """
[[population]]
name  = "all-of-them"
title = "States that deposited"
all   = [{ fact = "deposit", party = "?p" }]

[[indicator]]
name       = "how-many-signed"
title      = "signatures"
unit       = "States"
period     = "stock"
counted    = "Every State that signed."
population = "all-of-them"
all        = [{ fact = "signature", party = "?p" }]
reckoned   = "how-many-signed - how-many-signed"

[[report_section]]
letter        = "A"
title         = "First"
summary_title = "In short"
summary       = [{ indicator = "how-many-signed", says = "States signed" }]

[[case]]
name   = "nothing"
as_of  = 2024-01-29
given  = [{ fact = "deposit", party = "NGA", date = "2023-02-28", instrument = "ratification" }]
raises = []
counts = [{ indicator = "how-many-signed", number = 0 }]
"""
WHOLE = SOUND.replace("[authority]", 'section = "A"\n\n[authority]', 1) + INDICATORS


def plain(value):
    """A document as a schema sees it: days are texts."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def read(text):
    """The rule of a text, whatever the rules around it."""
    home = Path("rules")
    _, _, (rule,) = parse_files([sheets(home / "ccm" / "a-rule.toml", text)])
    return rule


def refused(text):
    """What the schemas refuse of a rule that stands in one text."""
    law, _, cases = apart(text)
    return [*complaints(law, ".toml"), *complaints(cases, ".cases.toml")]


def complaints(text, ending):
    return list(VALIDATORS[ending].iter_errors(plain(tomllib.loads(text))))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_shipped_file_is_valid(file):
    ending = next(ending for ending in VALIDATORS if file.name.endswith(ending))
    assert complaints(file.read_text(encoding="utf-8"), ending) == []


@pytest.mark.parametrize(
    "text",
    ['titel = "x"', "title = 1", '[finding]\nsays = 1', '[finding.late]\nwhen = "x"',
     '[duty]\nsays = "x"', "[report_section.A]\nsummary = 1"],
)  # fmt: skip
def test_words_that_are_none_are_refused(text):
    assert complaints(text, ".fr.toml") != []


def test_the_treaties_are_valid_and_their_mistakes_are_not():
    document = plain(tomllib.loads((rules_home() / "treaties.toml").read_text("utf-8")))
    validator = Draft7Validator(treaties_schema())
    assert list(validator.iter_errors(document)) == []
    for change in ({"titel": "x"}, {"folders": []}, {"briefing": {"themes": "B"}}):
        wrong = {**document, "ccm": {**document["ccm"], **change}}
        assert list(validator.iter_errors(wrong)) != [], change


def test_the_vocabulary_is_valid_and_its_mistakes_are_not():
    document = plain(tomllib.loads((rules_home() / "vocabulary.toml").read_text("utf-8")))
    validator = Draft7Validator(vocabulary_schema())
    assert list(validator.iter_errors(document)) == []
    for change in (
        {"says": 1},
        {"party": {"type": "person"}},
        {"party": {"types": "party"}},
        {"key": "party"},
    ):
        wrong = {**document, "signature": {**document["signature"], **change}}
        assert list(validator.iter_errors(wrong)) != [], change
    del document["signature"]["says"]
    assert list(validator.iter_errors(document)) != []


def test_the_reference_of_the_language_is_up_to_date():
    stored = (ROOT / "docs" / "rule-language.md").read_text(encoding="utf-8")
    assert stored == reference(), "run make docs"


def test_the_reference_has_every_key_and_every_table():
    text = reference()
    headings = set(re.findall(r"^### (.+)$", text, re.MULTILINE))
    assert headings == set(re.findall(r"\]\(#([a-z_]+)\)", text))
    for schema in (SCHEMA, CASES, vocabulary_schema(), treaties_schema()):
        tables = {name: form for name, form in schema["definitions"].items() if name in headings}
        assert tables
        for form in (schema, *tables.values()):
            assert [key for key in form.get("properties", {}) if f"`{key}`" not in text] == []


def test_editors_find_the_schemas():
    taplo = tomllib.loads((ROOT / ".taplo.toml").read_text(encoding="utf-8"))
    found = {rule["include"][0]: ROOT / rule["schema"]["path"] for rule in taplo["rule"]}
    assert set(found) == {
        "rules/*/*.toml", "rules/*/*.fr.toml", "rules/*/*.cases.toml", "rules/vocabulary.toml",
        "rules/*/vocabulary.toml", "rules/treaties.toml", "rules/situations.toml",
    }  # fmt: skip
    assert all(place.is_file() for place in found.values())


def test_every_key_has_a_word_that_an_editor_shows():
    tables = [SCHEMA, *SCHEMA["definitions"].values(), CASES, *CASES["definitions"].values()]
    silent = [
        key
        for table in tables
        for key, form in table.get("properties", {}).items()
        if "description" not in form and "$ref" not in form and form.get("type") != "integer"
        and not table.get("description", "").startswith("A number reckoned from two others")
    ]  # fmt: skip
    assert silent == []


TABLES = ["", "authority", "derive", "count", "duty", "finding", "population", "indicator",
          "report_section", "case"]  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_the_keys_are_those_that_the_reader_takes(table):
    """The reader names the keys that it knows when it meets one that it does not."""
    header = re.search(rf"^\[+{table}\]+\n", WHOLE, re.MULTILINE) if table else None
    at = header.end() if header else 0
    with pytest.raises(InputError) as caught:
        read(WHOLE[:at] + "zzz = 1\n" + WHOLE[at:])
    (problem,) = (p for p in caught.value.problems if p.message == "unknown key 'zzz'")
    taken = set(problem.mend.removeprefix("use ").split(", "))
    schema = CASES if table == "case" else SCHEMA
    form = schema if not table else schema["definitions"][table]
    assert set(form["properties"]) == taken


GOOD = [
    ("number = 0 }", 'number = "none" }'),
    ("", ""),
    ("soon   = { days = 90 }", "soon   = { months = 3 }"),
    ('when     = "overdue"', 'when     = ["overdue", "lapsed"]'),
    ("[{ fact = \"report\", party = \"?p\", kind = \"initial\", date = \"?done\" }]",
     "{ fact = \"report\", party = \"?p\", kind = \"initial\", date = \"?done\" }"),
    ("{ fact = \"report\", party = \"?p\", kind = \"initial\", date = \"?done\" }",
     "{ all = [{ fact = \"report\", party = \"?p\", date = \"?done\" }], if = [\"?done > ?d\"] }"),
    ("add = { days = 180 }", 'add = { months = 6 }, round = "later"'),
    ("add = { days = 180 }", "add = { years = 1 }, on = { month = 4, day = 30 }"),
    ('severity = "notice"', 'severity = "notice"\nbasis = "found"\nsilent_open = true'),
    ('period     = "stock"', 'period     = "flow"\nplace = "text"'),
]  # fmt: skip

BAD = [
    ('name    = "a-rule"', 'name    = "A_Rule"'),
    ('title   = "A rule"\n', ""),
    ('title   = "A rule"', "title   = 1"),
    ('title   = "A rule"', 'title   = "A rule"\ncolour = "red"'),
    ('"legal"', '"moral"'),
    ('note       = "made for a test"\n', ""),
    ('note       = "made for a test"', 'quote = "words"\nurl = "https://example.org"'),
    ('note       = "made for a test"', 'quote = "words"\ncompared = 2026-11-23'),
    ('note       = "made for a test"', 'note = "x"\nauthor = "me"'),
    ('note       = "made for a test"', 'note = "x"\nnotes_fr = "y"'),
    ('instrument = "CCM"\n', ""),
    ("[authority]", "[ authority_ ]"),
    ('fact = { fact = "joined-up", party = "?p", on = "?d" }\n', ""),
    ('fact = { fact = "joined-up", party = "?p", on = "?d" }', 'fact = "joined-up"'),
    ('on = "?d"', 'on = "?D"'),
    ('on = "?d"', "on = 1.5"),
    ('on = "?d"', "on = true"),
    ('number = "?n"\n', ""),
    ('number = "?n"\neach', 'number = "n"\neach'),
    ('each   = "?p"\n', ""),
    ("due    = { from = \"?d\", add = { days = 180 } }\n", ""),
    ("due    = { from = \"?d\", add = { days = 180 } }", 'due = { add = { days = 180 } }'),
    ("due    = { from = \"?d\", add = { days = 180 } }", 'due = "d"'),
    ("days = 180", "weeks = 6"),
    ("days = 180", "days = 1.5"),
    ("days = 180 }", 'days = 180 }, round = "up"'),
    ("days = 180 }", "days = 180 }, on = { weekday = 1 }"),
    ("days = 180 }", "days = 180 }, on = { day = 32 }"),
    ('when     = "overdue"', 'when     = "late"'),
    ('severity = "notice"\n', ""),
    ('severity = "notice"', 'severity = "grave"'),
    ('severity = "notice"', 'severity = "notice"\nbasis = "guessed"'),
    ('severity = "notice"', 'severity = "notice"\nstatus = "late"'),
    ('severity = "notice"', 'severity = "notice"\nkey = ["p"]'),
    ('severity = "notice"', 'severity = "notice"\nparty = "p"'),
    ('remedy   = "Submit it."\n', ""),
    ('says     = "{p} was due on {due}."\n', ""),
    ('"?x <= ?due"', '"?x ?due"'),
    ('"?x <= ?due"', '"?x =< ?due"'),
    ('"?x <= ?due"', "1"),
    ('none     = [{ fact = "completion"', 'none     = [{ record = "completion"'),
    ('unit       = "States"\n', ""),
    ('unit       = "States"', 'unit       = "sheep"'),
    ('period     = "stock"', 'period     = "always"'),
    ('period     = "stock"', 'period     = "stock"\nplace = "margin"'),
    ('counted    = "Every State that signed."\n', ""),
    ('"how-many-signed - how-many-signed"', '"a * b"'),
    ('title = "States that deposited"\n', ""),
    ('title = "States that deposited"\nall   = [{ fact = "deposit", party = "?p" }]',
     'title = "States that deposited"'),
    ('letter        = "A"\n', ""),
    ('says = "States signed" }', 'text = "States signed" }'),
    ("as_of  = 2024-01-29\n", ""),
    ("as_of  = 2024-01-29", 'as_of  = "tomorrow"'),
    ("raises = []", "raises = []\nopen = \"one\""),
    ("raises = []", "raises = []\nexpects = []"),
    ("number = 0 }", 'number = "some" }'),
    ('article    = "7(1)"', "article    = 7"),
    ("number = 0 }", "number = 0, colour = 1 }"),
]  # fmt: skip


def changed(old, new):
    assert old in WHOLE, old
    return WHOLE.replace(old, new, 1)


@pytest.mark.parametrize(("old", "new"), GOOD)
def test_what_the_reader_takes_is_valid(old, new):
    text = changed(old, new)
    assert read(text)
    assert refused(text) == []


@pytest.mark.parametrize(("old", "new"), BAD)
def test_what_is_invalid_the_reader_refuses(old, new):
    text = changed(old, new)
    assert refused(text) != []
    with pytest.raises(InputError):
        read(text)
