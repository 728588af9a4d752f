"""Formats stand in a registry: what it lists is offered, works, and is one file and one line."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from xml.etree import ElementTree

import click
import pytest
from icalendar import Calendar
from pypdf import PdfReader

from ccm_rules.cli.group import main
from ccm_rules.formats import registry
from tests.conftest import ROOT

REAL = str(ROOT / "facts" / "2023.json")
ENGINE = ("--engine", "sqlite")
#: Every command that offers formats, with arguments that give it something to say: FACTS
#: and OTHER are two small records, RULES the rules for them.
COMMANDS = {
    "check": ["check", "FACTS", *ENGINE, "--rules", "RULES"],
    "deadlines": ["deadlines", "FACTS", *ENGINE, "--rules", "RULES"],
    "history": ["history", "FACTS", "--confirm", "0", "--rules", "RULES"],
    "report": ["report", REAL, *ENGINE, "--action", "44", "--members"],
    "explain": ["explain", "initial-report:TGO", "FACTS", *ENGINE, "--rules", "RULES"],
    "facts diff": ["facts", "diff", "FACTS", "OTHER"],
    "rules list": ["rules", "list", "--rules", "RULES"],
    "rules test": ["rules", "test", "--no-mutants", *ENGINE, "--rules", "RULES"],
    "rules lint": ["rules", "lint", "--fast", "--as-of", "2030-01-01", "--rules", "RULES"],
}
#: A few words of each, which stand in whatever is made to be read.
WORDS = {
    "check": ["What the record cannot tell", "initial-report:TGO"],
    "deadlines": ["Deadlines and Meetings until 30 June 2025", "28 January 2024"],
    "history": ["2013-05-31", "due-soon → overdue"],
    "report": ["22 of 22", "progress Art. 7 reports"],
    "explain": ["Conditions that did not hold", "30 May 2013"],
    "facts diff": ["as_of: 2023-06-30 → 2024-06-30", "Registers: 1 removed"],
    "rules list": ["initial-report", "in-force"],
    "rules test": ["PASS", "initial-report: overdue"],
    "rules lint": ["the rule has no ", "mend:"],
}


def commands(group=main, name=""):
    """All commands, by the words that call them."""
    for word in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), word)
        words = f"{name} {word}".strip()
        if isinstance(command, click.Group):
            yield from commands(command, words)
        else:
            yield words, command


def offered(command):
    """The formats that a command offers, out of the registry."""
    known = {one.name for one in registry.FORMATS}
    for option in command.params:
        if "--format" in option.opts and known.issuperset(option.type.choices):
            return list(option.type.choices)
    return []


OFFERED = {name: formats for name, command in commands() if "text" in (formats := offered(command))}


def read(form, written):
    """Read a result as what it claims to be; return what it says."""
    if form == "docx":
        with zipfile.ZipFile(io.BytesIO(written)) as archive:
            root = ElementTree.fromstring(archive.read("word/document.xml"))
        return " ".join(root.itertext())
    if form == "pdf":
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(written)).pages)
    text = written.decode()
    if form in ("json", "sarif"):
        assert json.loads(text)
    elif form == "csv":
        assert len({len(row) for row in csv.reader(io.StringIO(text))}) == 1
    elif form == "ics":
        assert Calendar.from_ical(text).walk("VEVENT")
    elif form == "junit":
        assert ElementTree.fromstring(text).tag == "testsuites"
    return text


@pytest.fixture
def result(ccm, save, record, home, tmp_path):
    """What a command writes to a file in a format."""

    def run(name, form):
        names = {"FACTS": save(record), "RULES": home}
        names["OTHER"] = save({**record, "as_of": "2024-06-30", "registers": []}, "other.json")
        place = tmp_path / "result"
        arguments = [names.get(word, word) for word in COMMANDS[name]]
        done = ccm(*arguments, "--format", form, "--output", place, rules=False, engine=False)
        assert done.code in (0, 1), done.err
        assert done.out == ""
        return place.read_bytes()

    return run


def test_what_can_be_read_is_offered_in_every_format_that_sets_pages():
    assert [one.name for one in registry.suiting(["page"])] == ["md", "html", "docx", "pdf"]
    assert set(OFFERED) == set(COMMANDS)
    for formats in OFFERED.values():
        assert formats[0] == "text"
        assert formats[-4:] == ["md", "html", "docx", "pdf"]


def test_the_readme_says_which_command_offers_what():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = text.partition("| `--format` | of | needs |")[2].partition("\n\n")[0]
    said: dict[str, set[str]] = {}
    last: set[str] = set()
    for line in table.splitlines()[2:]:
        _, forms, of, *_ = line.split("|")
        last = last if of.strip() == "the same" else set(re.findall(r"`([^`]+)`", of))
        said |= dict.fromkeys(re.findall(r"`([^`]+)`", forms), last)
    assert said == {
        one.name: {name for name, formats in OFFERED.items() if one.name in formats}
        for one in registry.FORMATS
    }


@pytest.mark.parametrize(("name", "form"), [(n, f) for n in COMMANDS for f in OFFERED[n]])
def test_every_offered_format_is_what_it_claims_to_be(result, name, form):
    said = " ".join(read(form, result(name, form)).split())
    assert len(said) > 50
    if registry.find(form).sets in ("document", "page"):
        for words in WORDS[name]:
            assert words in said.replace("\\", "").replace("&gt;", ">"), words


@pytest.mark.parametrize("form", ["html", "md"])
@pytest.mark.parametrize("name", ["check", "deadlines", "explain", "history", "facts diff"])
def test_nothing_that_facts_hold_is_markup(ccm, save, record, home, name, form):
    nasty = "<script>alert(1)</script>[x](javascript:alert(2))`*|"
    record["title"] = nasty
    record["sources"]["PAPER"] |= {"title": nasty, "url": "javascript:alert(3)"}
    record["facts"][6]["title"] = nasty
    names = {"FACTS": save(record), "RULES": home}
    names["OTHER"] = save({**record, "title": f"{nasty} anew"}, "other.json")
    arguments = [names.get(word, word) for word in COMMANDS[name]]
    said = ccm(*arguments, "--format", form, rules=False, engine=False).out
    assert "alert(1)" in said
    assert "<script>alert" not in said
    link = r'href="javascript' if form == "html" else r"(?<!\\)\]\(javascript"
    assert not re.search(link, said)


def test_a_binary_format_is_not_written_to_a_terminal(ccm, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    outcome = ccm("rules", "--format", "pdf")
    assert outcome.code == 2
    assert "pdf is no text for a terminal; name a file with --output" in outcome.said
    assert outcome.out == ""


TOY = '''"""A toy: titles in capitals."""

from ccm_rules.documents.blocks import every


def render(document, look):
    """Write the title, and what kinds of blocks there are."""
    kinds = sorted({type(block).__name__ for block in every(document.blocks)})
    return f"{document.title}: {', '.join(kinds)}\\n".upper()
'''


def test_a_format_is_one_file_and_one_line(tmp_path):
    """Add one as the registry's docstring says, and have it from the command line."""
    for folder in ("ccm_rules", "rules", "facts"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    formats = tmp_path / "ccm_rules" / "formats"
    (formats / "toy.py").write_text(TOY)
    lines = (formats / "registry.py").read_text().splitlines(keepends=True)
    line = '    Format("toy", "page", _HERE + "toy", ".toy"),\n'
    lines.insert(lines.index("FORMATS: Final = (\n") + 1, line)
    (formats / "registry.py").write_text("".join(lines))

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "ccm_rules", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        ).stdout

    title = "CONVENTION ON CLUSTER MUNITIONS: THE RECORD ON 30 JUNE 2023"
    deadlines = run("deadlines", "facts/2023.json", "--format", "toy", *ENGINE)
    assert deadlines == f"{title}: ENTRY, HEADING\n"
    assert "[toy|text|" in run("report", "--help")
    run("brief", "facts/2023.json", "--meeting", "11MSP", "--party", "ZAF", "-o", "a.toy", *ENGINE)
    assert (tmp_path / "a.toy").read_text().startswith("SOUTH AFRICA")
