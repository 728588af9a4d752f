"""Several treaties: declared in data, kept apart, and none of them named in Python."""

from __future__ import annotations

import ast
import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest

import ccm_rules
from ccm_rules.cli import invoke
from ccm_rules.compiler import rules_home
from ccm_rules.law.sheets import PROVISIONS
from ccm_rules.words.language import CODES

PACKAGE = Path(ccm_rules.__file__).parent
TABLES = tomllib.loads((rules_home() / "treaties.toml").read_text(encoding="utf-8"))
BOOKS = ccm_rules.load_every_treaty(indicators=True)

# -- no module names a treaty ----------------------------------------------------

#: A treaty, an action plan, or a word out of a treaty's title.
NAMES = re.compile(r"\b(CCM|APMBC|LAP|Lausanne|Ottawa|Oslo)\b|[Cc]luster|[Mm]ine [Bb]an|\b\d+MSP\b")
#: Words of the program's own that a rule, a finding or a folder has for its name too: a
#: relation that every record has, a stage of participation, a binding of rules, a part of
#: a rule file.
OWN_WORDS = {"review-period", "withdrawn", "record", "populations"}


def strings(file):
    """Every text in a module that is no docstring, with its line."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    documents = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in documents
        ):
            yield node.lineno, node.value


#: Help that gives an example of what can be written there.
EXAMPLES = {
    ("cli/brief.py", "The Meeting, by its id in the record: 11MSP."),
    (
        "cli/options.py",
        "Only these rules, findings, instruments (CCM, LAP) or folders; comma lists, repeatable.",
    ),
}


def test_no_module_names_a_treaty():
    names = {name for book in BOOKS for name in (*book.rules, *book.folders)}
    names |= {name for book in BOOKS for rule in book.rules.values() for name in rule.findings}
    assert names >= OWN_WORDS  # what is no name any more is no exception
    named = []
    for file in sorted(PACKAGE.rglob("*.py")):
        place = file.relative_to(PACKAGE).as_posix()
        for line, text in strings(file):
            if (place, text) in EXAMPLES:
                continue
            if NAMES.search(text) or text in names - OWN_WORDS:
                named.append(f"{place}:{line}: {text[:60]!r}")
    assert named == []


def test_the_search_finds_what_it_looks_for(tmp_path):
    file = tmp_path / "module.py"
    file.write_text('"""About the CCM."""\nif x == "CCM":\n    y = f"the {z} Cluster"\n')
    assert [line for line, text in strings(file) if NAMES.search(text)] == [2, 3]
    assert not NAMES.search("CCM_TRACEBACK")
    assert not NAMES.search("ccm-check")


# -- what is declared ------------------------------------------------------------


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.treaty.name)
def test_what_a_treaty_shows_is_there(book):
    treaty = book.treaty
    assert set(treaty.folders) == set(book.folders)
    assert {*treaty.windows.values(), *treaty.compliance} <= set(book.rules)
    assert treaty.annual_reports in book.rules
    assert not treaty.annual_count or treaty.annual_count in book.plan.indicators
    letters = {section.letter for section in book.plan.sections}
    assert set(treaty.themes.values()) <= letters
    assert {rule.section for rule in book.rules.values()} - {""} <= letters
    assert bool(treaty.compliance) == bool(treaty.compliance_title)
    newest = ccm_rules.newest_facts(treaty=treaty.name)
    assert ccm_rules.load_facts(newest, rulebook=book).facts


@pytest.mark.parametrize("code", [code for code in CODES if code != "en"])
def test_what_a_treaty_says_is_said_in_every_language(code):
    text = (rules_home() / f"treaties.{code}.toml").read_text(encoding="utf-8")
    said = tomllib.loads(text)
    for name, table in TABLES.items():
        shown, translated = table.get("briefing", {}), said[name].get("briefing", {})
        assert set(said[name]) - {"briefing"} == {"title", "record_title", "called", "finds"}
        assert set(translated) == {"deadlines", "compliance_title", "reports"} & set(shown)
    for book in ccm_rules.load_every_treaty(language=code):
        assert book.treaty.title == said[book.treaty.name]["title"]


def test_every_folder_is_of_a_treaty_and_every_name_stands_once():
    folders = {place.name for place in rules_home().iterdir() if place.is_dir()}
    assert folders - {PROVISIONS} == {folder for book in BOOKS for folder in book.treaty.folders}
    files = {}
    for book in BOOKS:
        for rule in book.rules.values():
            assert files.setdefault(rule.name, rule.file) == rule.file


def test_who_names_nothing_gets_the_first():
    book = ccm_rules.load_rules()
    assert book.folders == ("ccm", "lap", "record")
    assert book.treaty.name == "ccm"
    assert not [name for name in book.rules if name.startswith("apmbc")]
    assert ccm_rules.newest_facts().name == "2026.json"
    assert ccm_rules.newest_facts(treaty="apmbc").name == "apmbc-2026.json"
    with pytest.raises(ccm_rules.CcmError, match="no treaty is called 'other'"):
        ccm_rules.newest_facts(treaty="other")
    with pytest.raises(ccm_rules.CcmError, match="no record of the Anti-Personnel Mine Ban"):
        ccm_rules.newest_facts(treaty="apmbc", with_period=True)


# -- a third treaty is files alone -----------------------------------------------

RULE = """
name    = "toy-annual-report"
title   = "Annual report of the Toy Treaty"
binding = "legal"
section = "A"

[authority]
instrument = "TOY"
article    = "2"
quote      = "within a year"
url        = "https://example.org/toys"
compared   = 2026-11-25

[[derive]]
fact = { fact = "entry-into-force", party = "?p", date = "?eif" }
all  = [{ fact = "deposit", party = "?p", date = "?eif" }]

[duty]
for    = [{ fact = "entry-into-force", party = "?p", date = "?eif" }]
due    = { from = "?eif", add = { years = 1 }, round = "earlier" }
met_by = [{ fact = "report", party = "?p", kind = "initial", date = "?done" }]

[[finding]]
name     = "toy-report-overdue"
when     = "overdue"
severity = "serious"
says     = "The report of {p} was due on {due}; none is on record by {until}."
remedy   = "Submit it."

[[report_section]]
letter = "A"
title  = "Toys"
"""
TREATY = """
[toy]
title        = "Toy Treaty"
record_title = "The record of the Toy Treaty"
called       = "the Treaty"
folders      = ["toy", "record"]
records      = "toy-*.json"
"""
RECORD = {
    "title": "The Toy Treaty today",
    "as_of": "2026-11-25",
    "rules": ["toy", "record"],
    "sources": {"LIST": {"title": "a list", "kind": "register"}},
    "registers": [{"of": "report", "kind": "initial", "until": "2026-11-25", "source": "LIST"}],
    "facts": [
        {
            "fact": "deposit", "party": "NZL", "date": "2020-02-29", "instrument": "accession",
            "source": "LIST",
        }
    ],
}  # fmt: skip


@pytest.fixture
def home(tmp_path):
    """The shipped rules and a third treaty beside them."""
    home = tmp_path / "rules"
    shutil.copytree(rules_home(), home)
    (home / "toy").mkdir()
    (home / "toy" / "toy-annual-report.toml").write_text(RULE, encoding="utf-8")
    with (home / "treaties.toml").open("a", encoding="utf-8") as stream:
        stream.write(TREATY)
    return home


@pytest.fixture
def facts(tmp_path):
    place = tmp_path / "toy-2026.json"
    place.write_text(json.dumps(RECORD), encoding="utf-8")
    return place


def run(capsys, *arguments):
    capsys.readouterr()
    code = invoke([str(argument) for argument in arguments])
    return code, capsys.readouterr()


def test_a_third_treaty_needs_no_line_of_python(capsys, home, facts, tmp_path):
    options = ("--rules", home, "--engine", "sqlite")
    code, output = run(capsys, facts, *options)
    assert code == 1
    assert "The report of New Zealand was due on 28 February 2021" in output.out
    assert "Article 2 TOY · legal" in output.out
    assert "toy, record" in output.out
    code, output = run(capsys, "explain", "toy-annual-report:NZL", facts, *options)
    assert code == 0
    assert "29 February 2020" in output.out
    code, output = run(capsys, "explain", "toy-annual-report", *options)
    assert code == 0
    code, output = run(capsys, "rules", "--rules", home, "--select", "TOY")
    assert code == 0
    assert "toy-annual-report" in output.out
    code, _ = run(capsys, "site", facts, *options, "-o", tmp_path / "site")
    assert code == 0
    index = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "<title>The record of the Toy Treaty</title>" in index


def test_a_folder_of_no_treaty_goes_with_the_first(home):
    (home / "mine").mkdir()
    text = RULE.replace("toy-annual-report", "my-report").replace("toy-report", "my-overdue")
    text = text.split("[[report_section]]")[0]
    text = re.sub(r"\[\[derive\]\].*?\n\n", "", text, flags=re.DOTALL)
    (home / "mine" / "my-report.toml").write_text(text, encoding="utf-8")
    assert "my-report" in ccm_rules.load_rules(home=home, cache=False).rules
    assert "my-report" in ccm_rules.load_rules(["ccm", "mine"], home=home, cache=False).rules
    first, second, _ = ccm_rules.load_every_treaty(home)
    assert "my-report" in first.rules
    assert "my-report" not in second.rules


def test_two_rules_of_one_name_are_a_mistake_across_treaties(capsys, home):
    text = RULE.replace('"toy-annual-report"', '"withdrawal"')
    (home / "toy" / "toy-annual-report.toml").unlink()
    (home / "toy" / "withdrawal.toml").write_text(text, encoding="utf-8")
    code, output = run(capsys, "rules", "--rules", home)
    assert code == 2
    assert "withdrawal.toml has the same name" in output.err


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("title        =", "titel        =", "unknown key 'titel'"),
        ("title        =", "titel        =", "toy.title: title is missing"),
        ('["toy", "record"]', '"toy"', "toy.folders: folders is no list"),
        ('["toy", "record"]', "[]", "toy.folders: folders is empty"),
        ('"Toy Treaty"', "3", "toy.title: title is not text"),
        ("[toy]", "[toy]\n[toy]", "is not TOML"),
        ('"toy-*.json"', '"t"\n[toy.briefing]\nwindow = 1', "toy.briefing.window: unknown key"),
        ('"toy-*.json"', '"t"\n[toy.briefing]\nthemes = "B"', "themes is no table"),
        ('"toy-*.json"', '"t"\n[toy.briefing]\nthemes = { 3 = 4 }', "3 is not text"),
        ('"toy-*.json"', '"t"\nbriefing = "b"', "toy.briefing: briefing is no table"),
        ("[toy]", "toy2 = 1\n[toy]", "unknown key 'toy2'"),
        ('"the Treaty"', '" "', "toy.called: called is empty"),
        ('"toy-*.json"', '"t"\nsince = "2015"', "toy.since: since is no day"),
        ('"toy-*.json"', '"t"\nparties = { DEU = { name = "a" } }', "DEU is the code of Germany"),
        ('"toy-*.json"', '"t"\nparties = { eu = { name = "a" } }', "is no code of a party"),
    ],
)
def test_mistakes_in_the_file_of_treaties(capsys, home, facts, old, new, message):
    place = home / "treaties.toml"
    text = place.read_text(encoding="utf-8")
    shipped, mine = text[: text.index(TREATY)], TREATY.replace(old, new)
    place.write_text(shipped + mine, encoding="utf-8")
    code, output = run(capsys, facts, "--rules", home)
    assert code == 2
    place, _, what = message.rpartition(": ")
    assert "treaties.toml" in output.err
    assert (f"({place}): {what}" if place else what) in output.err
    assert "mend: " in output.err


def test_a_file_that_is_no_text(capsys, home, facts):
    (home / "treaties.toml").write_bytes(b"\xff\xfe")
    code, output = run(capsys, facts, "--rules", home)
    assert code == 2
    assert "treaties.toml:1:1: is not UTF-8 text" in output.err
