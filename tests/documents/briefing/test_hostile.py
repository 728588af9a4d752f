"""Hostile text in facts shows as text in every format."""

import copy
import io
import json
import re
import zipfile
from xml.dom import minidom

import docx
import icalendar
import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from ccm_rules.cli import invoke
from ccm_rules.documents.blocks import Run, clean
from ccm_rules.documents.pictures.svg import Canvas
from ccm_rules.formats import html, markdown
from ccm_rules.formats.drawing import quoted
from tests.documents.briefing.conftest import FORMATS, Page, words, write

#: Markup, formulas, control and direction-changing characters, Typst, Markdown, calendars.
TEXTS = {
    "html": "<script>alert('x')</script><img src=x onerror=alert(1)>&amp;\"'",
    "formula": "=cmd|'/C calc'!A0 +SUM(A1) @x -2+3",
    "control": "tab\t line\nzero\u200b \ufeff \u2028 end",
    "direction": "abc\u202edcba\u202c \u2066x\u2069",
    "right-to-left": "العربية עברית",
    "typst": '#eval("1") #panic() $x$ *a* _b_ `c` \\ " <label> @ref',
    "markdown": "[x](javascript:alert(1)) ![y](z) | a | # h ~~s~~ https://x.example www.x.example",
    "calendar": "a;b,c\\n\\\nBEGIN:VEVENT\nUID:evil",
    "xml": "]]> <!-- --> &#0; &lt; \ufffe \U0001f600",
    "long": "Lang" * 500,
    "letters that no font has": "\u65e5\u672c \U0001f600 \U00010900",
    "jinja": "{{ 7*7 }} {% raw %} {x} {day}",
}

#: Those that most formats have to escape are tried each time, the others in make test-all.
_OFTEN = ("html", "control", "typst", "markdown", "calendar", "xml")
EACH_TEXT = pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in _OFTEN else pytest.mark.slow) for name in TEXTS],
)

RECORD = {
    "title": "T",
    "as_of": "2023-06-30",
    "sources": {"S": {"title": "T", "url": "https://example.org/", "published": "2023-01-01"}},
    "registers": [
        {"of": "clarification-response", "parties": "all", "until": "2023-06-30", "source": "S"},
        {"of": "meeting", "until": "2024-06-30", "source": "S"},
    ],
    "facts": [
        {"fact": "threshold-instrument", "number": 30, "date": "2010-02-16", "source": "S ¶1"},
        {"fact": "deposit", "party": "FRA", "date": "2009-09-25", "instrument": "ratification",
         "source": "S ¶1"},
        {"fact": "deposit", "party": "DEU", "date": "2009-07-08", "instrument": "ratification",
         "source": "S ¶1"},
        {"fact": "clarification-request", "party": "FRA", "by": "DEU", "matter": "M",
         "date": "2023-01-15", "source": "S ¶2", "note": "N"},
        {"fact": "meeting", "id": "11MSP", "title": "Eleventh Meeting of States Parties",
         "kind": "MSP", "opens": "2023-09-11", "closes": "2023-09-14", "place": "P",
         "source": "S"},
    ],
}  # fmt: skip


def hostile(text):
    record = copy.deepcopy(RECORD)
    record["title"] = text
    record["sources"]["S"]["title"] = text
    request, meeting = record["facts"][-2:]
    request["matter"] = text
    request["note"] = text
    request["source"] = f"S {text}"
    meeting["title"] = text
    meeting["place"] = text
    return record


def shown(text):
    """How a text is to show: without spaces, and what no format may carry as an escape."""
    return "".join(clean(text).split())


@pytest.mark.parametrize("form", FORMATS)
@EACH_TEXT
def test_it_shows_as_text(save, tmp_path, name, form):
    text = TEXTS[name]
    data = write(tmp_path / f"b.{form}", facts=save(hostile(text)))
    told = words(data, form)
    if form == "pdf" and name in ("right-to-left", "long", "xml", "letters that no font has"):
        # Typst hyphenates long words, and a font may lack a letter; the file is whole.
        assert data.startswith(b"%PDF-")
        return
    wanted = shown(text)
    if form == "md":
        wanted = wanted.replace("\\", "")
    if form == "pdf":
        wanted, told = (x.replace("-", "").replace("\u2010", "") for x in (wanted, told))
    assert wanted in told


@EACH_TEXT
def test_the_page_gets_no_markup(save, tmp_path, name):
    plain = Page(write(tmp_path / "a.html", facts=save(hostile("plain"))))
    page = Page(write(tmp_path / "b.html", facts=save(hostile(TEXTS[name]))))
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in plain.elements]
    for _, attributes in page.elements:
        assert not [key for key in attributes if key.startswith("on")]
        assert not attributes.get("href", "").lower().startswith(("javascript:", "data:"))


@EACH_TEXT
def test_the_word_file_is_whole(save, tmp_path, name):
    data = write(tmp_path / "b.docx", facts=save(hostile(TEXTS[name])))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for part in archive.namelist():
            if part.endswith((".xml", ".rels")):
                minidom.parseString(archive.read(part))
    xml = docx.Document(io.BytesIO(data)).element.xml
    # Fields are the page numbers of the footer alone: nothing in the text can be one.
    assert "fldChar" not in xml
    assert "instrText" not in xml


@EACH_TEXT
def test_a_site_of_it_is_whole(save, tmp_path, few_rules, name):
    facts = save(hostile(TEXTS[name]))
    home = tmp_path / "site"
    where = ["-o", str(home), "--rules", str(few_rules)]
    assert invoke(["site", str(facts), *where, "--engine", "sqlite"]) == 0
    data = (home / "calendar.ics").read_bytes()
    calendar = icalendar.Calendar.from_ical(data)
    meeting = [e for e in calendar.events if shown(TEXTS[name]) in shown(e["summary"])]
    assert len(meeting) == 1
    assert len(vobject.readOne(data.decode()).vevent_list) == len(calendar.events)
    assert b"UID:evil" not in data.replace(b"\r\n ", b"").split(b"\r\n")
    for file in home.rglob("*.json"):
        json.loads(file.read_text(encoding="utf-8"))
    for file in home.rglob("*.html"):
        assert not [t for t, a in Page(file.read_bytes()).elements if t == "img"]


def test_a_key_that_is_no_anchor_gets_one(save, tmp_path):
    page = Page(write(tmp_path / "b.html", facts=save(hostile(TEXTS["html"]))))
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert [i for i in ids if i.startswith("finding-clarification-response:FRA")]
    assert all(re.fullmatch(r"[A-Za-z0-9:._/#-]+", i) for i in ids)


@settings(deadline=None)
@given(st.text())
def test_a_drawing_is_well_formed_whatever_it_says(text):
    canvas = Canvas(100, 100)
    canvas.text(0, 0, text)
    document = minidom.parseString(canvas.svg(text, text, "name"))
    drawn = {e.tagName for e in document.getElementsByTagName("*")}
    assert drawn - {"text"} == {"svg", "title", "desc", "rect"}


@given(st.text())
def test_markdown_escapes_all_that_it_would_obey(text):
    told = markdown.escaped(text)
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_{}\[\]<>#|~&$]", told)
    assert "\n" not in told
    # And it can be read back: nothing is lost.
    assert re.sub(r"\\([\W_])", r"\1", told) == clean(text)


@given(st.text())
def test_a_link_leads_within_the_page_or_to_the_web(text):
    to = html.target(text)
    assert to.startswith(("#", "https://", "http://")) or ":" not in to.partition("/")[0]
    assert not re.search(r"[\s\"<>]", to)


@given(st.text())
def test_a_typst_text_ends_where_it_should(text):
    told = quoted(clean(text))
    assert told.startswith('"')
    assert re.fullmatch(r'"(?:[^"\\]|\\.)*"', told, re.S)


def test_a_run_that_leads_nowhere_is_plain():
    assert html.target("javascript:alert(1)") == "#"
    assert html.target(" javascript:alert(1)").startswith("#")
    assert Run("x", "data:text/html,x").text == "x"
