"""Briefings of the record of 2023, written once by the command line."""

from __future__ import annotations

import io
import json
import shutil
from html.parser import HTMLParser
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader

from ccm_rules.cli import invoke
from ccm_rules.compiler import rules_home

ROOT = Path(__file__).parents[3]
FACTS = str(ROOT / "facts" / "2023.json")
FORMATS = ("docx", "html", "md", "pdf")


def write(place, *arguments, facts=FACTS):
    """Run ``brief`` and return what it wrote."""
    meeting = () if "--meeting" in arguments else ("--meeting", "11MSP")
    code = invoke(
        ["brief", str(facts), *meeting, "-o", str(place), "--engine", "sqlite", *arguments]
    )
    assert code == 0
    return place.read_bytes()


class Briefings(dict):
    """The briefing and a State's page by language and format, each written when it is asked for."""

    def __init__(self, home):
        super().__init__()
        self.home = home

    def __missing__(self, key):
        what, language, form = key
        of_whom = {"meeting": (), "state": ("--party", "ZAF")}[what]
        place = self.home / f"{what}-{language}.{form}"
        self[key] = write(place, "--lang", language, *of_whom)
        return self[key]


@pytest.fixture(scope="session")
def briefings(tmp_path_factory):
    return Briefings(tmp_path_factory.mktemp("briefings"))


@pytest.fixture(scope="session")
def few_rules(tmp_path_factory):
    """Some of the shipped rules, for sites that are about other things than their pages."""
    place = tmp_path_factory.mktemp("few-rules")
    names = ("ccm/clarification-response*", "ccm/entry-into-force*", "ccm/withdrawal*")
    for name in (*names, "provisions/*", "vocabulary*"):
        for file in rules_home().glob(f"{name}.toml"):
            # Cases share names with those of rules that are not here.
            if ".cases." not in file.name:
                target = place / file.relative_to(rules_home())
                target.parent.mkdir(exist_ok=True)
                shutil.copy(file, target)
    return place


@pytest.fixture
def save(tmp_path):
    """Write a facts file."""

    def write_facts(record, name="facts.json"):
        place = tmp_path / name
        place.write_text(json.dumps(record), encoding="utf-8")
        return place

    return write_facts


class Page(HTMLParser):
    """What an HTML file holds: elements with their attributes, and its words."""

    def __init__(self, data):
        super().__init__(convert_charrefs=True)
        self.elements = []
        self.words = []
        self.inside = []
        self.feed(data.decode())

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "col", "br", "line", "rect", "circle", "polygon"):
            self.inside.append(tag)

    def handle_endtag(self, tag):
        if tag in self.inside:
            while self.inside.pop() != tag:
                pass

    def handle_data(self, data):
        if not {"script", "style"} & set(self.inside):
            self.words.append(data)


def words(data, form):
    """The words of a document, without any space: formats break lines in their own ways."""
    if form == "html":
        text = " ".join(Page(data).words)
    elif form == "docx":
        document = docx.Document(io.BytesIO(data))
        texts = [p.text for p in document.element.body.iter() if p.tag.endswith("}t")]
        text = "".join(texts)
    elif form == "pdf":
        pages = PdfReader(io.BytesIO(data)).pages
        text = "".join(page.extract_text() for page in pages)
    else:
        text = data.decode().replace("\\", "")
    return "".join(text.split())
