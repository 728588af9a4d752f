"""The briefing, as a user gets it."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile

import docx
import pytest
from pypdf import PdfReader

import ccm_rules
from ccm_rules.cli import invoke
from ccm_rules.documents.blocks import Cell, Column, Document, Row, Run, Table
from ccm_rules.formats import pdf
from tests.documents.briefing.conftest import FACTS, FORMATS, ROOT, Page, words, write

LANGUAGES = ("en", "fr")


def report(language="en"):
    rulebook = ccm_rules.load_rules(language=language, indicators=True)
    record = ccm_rules.load_facts(FACTS, rulebook=rulebook)
    return ccm_rules.check(record, rulebook, engines=["sqlite"])


@pytest.fixture(scope="module")
def reports():
    return {language: report(language) for language in LANGUAGES}


# -- content -----------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("language", ["en", pytest.param("fr", marks=pytest.mark.slow)])
def test_every_format_tells_every_finding(briefings, reports, language, form):
    text = words(briefings["meeting", language, form], form)
    # A PDF breaks words with hyphens, so it is looked at without any.
    bare = text.replace("-", "").replace("\u2010", "") if form == "pdf" else text
    for finding in reports[language].findings:
        said = "".join(finding.says.split())
        said = said.replace("-", "") if form == "pdf" else said
        assert said in bare, finding.fingerprint


@pytest.mark.parametrize("form", FORMATS)
def test_what_a_chapter_says_stands_in_every_format(briefings, form):
    text = words(briefings["meeting", "en", form], form)
    for said in (
        "In one minute",
        "Since the last Meeting (10MSP, closed 2 September 2022)",
        "Overdue on the record",
        "Requests that the Meeting is to decide",
        "The next days that matter",
        "A. Guiding Principles",
        "K. Compliance",
        "Extension requests before this Meeting",
        "found in non-compliance",
        "States whose record is open",
        "a report that is not in it may well have been submitted",
        "Inconsistencies in the record",
        "Annex: law, arithmetic and sources of every finding",
    ):
        assert "".join(said.split()) in text, said


def chapter(text, start, end):
    return text[text.index(f"\n## {start}") : text.index(f"\n## {end}")]


@pytest.fixture(scope="module")
def told(briefings):
    return briefings["meeting", "en", "md"].decode().replace("\\", "")


def test_the_first_page_names_what_is_overdue_and_what_is_to_be_decided(told):
    page = chapter(told, "In one minute", "Since the last Meeting")
    for name in ("Cabo Verde", "Comoros", "Congo", "Guinea", "Madagascar", "Rwanda", "Togo"):
        assert name in page
    assert "**Iraq, Article 4** (deadline 1 November 2023): asks for more time until" in page
    assert "**Mauritania, Article 4**" in page
    assert "lodged after the last day" in page
    # Peru and Slovakia are on track and need no request.
    assert "Peru, Article 3" not in page
    assert "Slovakia, Article 3" not in page


def test_requests_are_told_step_by_step(told):
    part = chapter(told, "Extension requests before this Meeting", "Compliance")
    row = next(line for line in part.splitlines() if line.startswith("| Iraq"))
    for step in ("1 November 2023", "11 December 2022", "16 November 2022 (in time)",
                 "1 November 2028", "11MSP, 11 September 2023", "before the Meeting"):  # fmt: skip
        assert step in row
    row = next(line for line in part.splitlines() if line.startswith("| Peru"))
    assert "none on record" in row
    assert "reports to be on track" in row


def test_actions_49_and_50_name_their_members(told):
    part = chapter(told, "Compliance: Actions 49 and 50", "What falls due next")
    assert "Action 49: found in non-compliance" in part
    assert re.search(r"\| Counted \| Iraq \(Article 4\) \|", part)
    assert "Mauritania (Article 4), South Africa (Article 3)" in part
    # Nobody is named where nobody was found in non-compliance.
    assert "Albania" not in part


def test_a_window_that_closed_is_not_called_overdue(told):
    rows = [r for r in told.splitlines() if r.startswith("| Peru |") and "11 December 2022" in r]
    assert rows
    assert not [row for row in rows if "| overdue |" in row]
    assert [row for row in rows if "last day passed; no request on record" in row]


def test_who_is_open_stands_in_no_table_of_findings(told):
    """The record cannot tell of 85 annual reports for 2022: no finding names those States."""
    part = chapter(told, "By theme", "Extension requests before this Meeting")
    table = [line for line in part.splitlines() if line.startswith("| ")]
    assert not [line for line in table if line.startswith("| Albania")]
    assert "Albania" in chapter(told, "States whose record is open", "Inconsistencies")


def test_what_changed_is_told_against_the_day_the_last_meeting_closed(told):
    part = told[told.index('<a id="section-changes">') : told.index('<a id="section-glance">')]
    assert "against what the same record shows on 2 September 2022" in part
    assert "Nigeria deposited its instrument of ratification on 28 February 2023." in part
    # Overdue since long before the last Meeting: nothing new.
    assert "initial-transparency-report:TGO" not in part


def test_every_link_leads_somewhere(told):
    anchors = set(re.findall(r'<a id="([^"]+)">', told))
    targets = set(re.findall(r"\]\(#([^)]+)\)", told))
    assert targets
    assert targets <= anchors


# -- a State -----------------------------------------------------------------


def test_a_states_page(briefings):
    text = briefings["state", "en", "md"].decode().replace("\\", "")
    assert text.startswith("# South Africa: briefing before 11MSP")
    assert "**Talking points: South Africa**" in text
    for name in ("The ladder", "Legal duties", "Political commitments", "Requests and decisions",
                 "What falls due, and when", "What the record cannot tell"):  # fmt: skip
        assert f"## {name}" in text
    assert "Iraq" not in text
    legal = text[text.index("\n## Legal duties") : text.index("\n## Political commitments")]
    assert "political commitment" not in legal
    assert "Stockpile destruction deadline" in legal
    assert "is named for stockpile progress reported in" in text


def test_a_political_commitment_stands_apart(tmp_path):
    text = write(tmp_path / "bgr.md", "--party", "BGR").decode()
    legal = text[text.index("\n## Legal duties") : text.index("\n## Political commitments")]
    political = text[text.index("\n## Political commitments") : text.index("\n## Requests and")]
    assert "Declaration of compliance with Article 3" in political
    assert "Declaration of compliance with Article 3" not in legal


def test_several_states_are_one_document(tmp_path):
    text = write(tmp_path / "two.md", "--party", "ZAF", "--party", "Iraq").decode()
    assert "## South Africa" in text
    assert "## Iraq" in text
    write(tmp_path / "two.pdf", "--party", "ZAF", "--party", "Iraq")


# -- French ------------------------------------------------------------------


@pytest.mark.parametrize("what", ["meeting", "state"])
def test_french_days_names_and_numbers(briefings, what):
    text = briefings[what, "fr", "md"].decode().replace("\\", "")
    assert "1er novembre 2023" in text
    assert "l'Afrique du Sud" in text
    assert "onzième Assemblée des États parties" in text
    for english in ("South Africa", "Eleventh Meeting", " June ", " of States"):
        lines = [x for x in text.splitlines() if english in x and not in_english(x)]
        assert lines == [], english
    # No article is left uncontracted before a name.
    assert not re.search(r"\b(de|à) les? (Togo|Tchad|Comores|Pérou|Danemark)", text)


def in_english(line):
    """What stays as it is: quotations, titles of sources, places, and the record's own title."""
    kept = ("Registre", "- Droit", "| ", "11 septembre 2023 –")
    return line.startswith(kept) or "Note" in line


def test_plural_names_take_plural_verbs(tmp_path):
    text = write(tmp_path / "com.md", "--party", "COM", "--lang", "fr").decode()
    assert "Les Comores ont signé" in text
    assert "des Comores" in text


# -- the command line --------------------------------------------------------


def run(*arguments):
    return invoke(["brief", *map(str, arguments), "--engine", "sqlite"])


def test_an_unknown_meeting_lists_those_that_exist(tmp_path, capsys):
    place = tmp_path / "b.md"
    assert run(FACTS, "--meeting", "99MSP", "-o", place) == 2
    err = capsys.readouterr().err
    assert "no Meeting '99MSP'" in err
    assert "10MSP, 11MSP, 12MSP, 3RC" in err
    assert not place.exists()


def test_no_meeting_lists_them_too(tmp_path, capsys):
    assert run(FACTS, "-o", tmp_path / "b.md") == 2
    assert "11MSP" in capsys.readouterr().err


def test_no_output_and_an_odd_suffix_are_refused(tmp_path, capsys):
    assert run(FACTS, "--meeting", "11MSP") == 2
    assert "-o briefing.docx" in capsys.readouterr().err
    assert run(FACTS, "--meeting", "11MSP", "-o", tmp_path / "b.odt") == 2
    assert ".docx, .html, .md, .pdf" in capsys.readouterr().err


def test_a_state_that_the_record_is_silent_on(tmp_path, capsys):
    assert run(FACTS, "--meeting", "11MSP", "--party", "USA", "-o", tmp_path / "b.md") == 3
    assert "United States" in capsys.readouterr().err


@pytest.mark.parametrize("form", FORMATS)
def test_what_cannot_be_written_leaves_the_old_file_whole(tmp_path, capsys, form):
    place = tmp_path / f"b.{form}"
    place.mkdir()
    (place / "kept").write_text("old")
    assert run(FACTS, "--meeting", "11MSP", "--party", "ZAF", "-o", place) == 2
    assert (place / "kept").read_text() == "old"
    assert "nothing was written" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == [place.name]


def test_a_facts_file_is_not_overwritten(tmp_path, capsys):
    copy = tmp_path / "facts.md"
    record = json.loads((ROOT / "facts" / "2023.json").read_text())
    record["extends"] = str(ROOT / "facts" / "common.json")
    copy.write_text(json.dumps(record))
    before = copy.read_bytes()
    assert run(copy, "--meeting", "11MSP", "-o", copy) == 2
    assert copy.read_bytes() == before
    assert "is one of the facts files" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMATS)
def test_equal_input_gives_equal_bytes(briefings, tmp_path, form):
    """In another process, with another hash seed and in another time zone."""
    place = tmp_path / f"again.{form}"
    subprocess.run(
        [sys.executable, "-m", "ccm_rules", "brief", FACTS, "--meeting", "11MSP",
         "--engine", "sqlite", "--lang", "fr", "-o", place],
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland"},
        capture_output=True,
    )  # fmt: skip
    assert place.read_bytes() == briefings["meeting", "fr", form]


def test_on_another_day(tmp_path):
    text = write(tmp_path / "b.md", "--as-of", "2023-08-01", "--known-by", "2023-07-31").decode()
    assert "as of 1 August 2023 · known by: 31 July 2023" in text


def test_the_record_of_today(tmp_path):
    """A Meeting that is over, on a record without an as-of day or a review period of its own."""
    facts = ROOT / "facts" / "2026.json"
    text = write(
        tmp_path / "b.md", "--as-of", "2026-11-24", "--meeting", "3RC", facts=facts
    ).decode()
    assert "Third Review Conference" in text


def test_a_record_with_nothing_to_tell(save, tmp_path):
    record = {
        "title": "A small record",
        "as_of": "2023-06-30",
        "sources": {"S": {"title": "A source", "published": "2023-01-01"}},
        "facts": [
            {"fact": "meeting", "id": "11MSP", "title": "Eleventh Meeting of States Parties",
             "kind": "MSP", "opens": "2023-09-11", "source": "S"}
        ],
    }  # fmt: skip
    for form in FORMATS:
        data = write(tmp_path / f"b.{form}", facts=save(record))
        assert "".join(["Nothing", "on", "this", "record."]) in words(data, form)


# -- formats -----------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", ["meeting", "state"])
def test_the_page_asks_nothing_of_the_network_and_is_small(briefings, what, language):
    data = briefings[what, language, "html"]
    # Three fifths are the trees of 208 findings. Each stands whole, for the filter may hide any
    # other; what recurs within one is so little that the page would be above 1 MB without it too.
    assert len(data) < 1_400_000
    page = Page(data)
    assert ("html", {"lang": language}) in page.elements
    for tag, attributes in page.elements:
        assert tag not in ("link", "img", "iframe", "object", "embed", "base", "audio", "video")
        assert "src" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        assert "style" not in attributes
    policy = next(a["content"] for t, a in page.elements if "http-equiv" in a)
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids))
    targets = {a["href"][1:] for t, a in page.elements if a.get("href", "").startswith("#")}
    assert targets <= set(ids)
    assert b"url(" not in data
    assert b"@import" not in data


def test_every_finding_has_its_tree_on_the_page(briefings, reports):
    page = Page(briefings["meeting", "en", "html"])
    proofs = {a["id"] for t, a in page.elements if t == "details"}
    assert {f"finding-{f.fingerprint}" for f in reports["en"].findings} <= proofs


def test_word_has_headings_tables_fields_and_alternatives(briefings):
    data = briefings["meeting", "fr", "docx"]
    document = docx.Document(io.BytesIO(data))
    styles = {p.style.name for p in document.paragraphs}
    assert {"Title", "Heading 1", "Heading 2", "List Bullet", "Caption", "Finding"} <= styles
    assert len(document.tables) > 10
    xml = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    assert xml.count("<w:tblHeader/>") == len(document.tables)
    assert xml.count("<w:cantSplit/>") == sum(len(t.rows) for t in document.tables)
    leads = [p for p in document.paragraphs if p.text == "Pour information"]
    assert leads
    assert all(p.paragraph_format.keep_with_next for p in leads)
    pictures = re.findall(r"<wp:docPr [^>]*>", xml)
    assert len(pictures) == 4
    assert all(re.search(r' descr="[^"]{60,}"', picture) for picture in pictures)
    section = document.sections[0]
    assert "au 30 juin 2023" in section.header.paragraphs[0].text
    assert "connaissances" in section.header.paragraphs[0].text
    footer = section.footer.paragraphs[0]._p.xml
    assert "PAGE" in footer
    assert "NUMPAGES" in footer
    assert 'w:val="fr-FR"' in document.styles["Normal"].element.xml
    marks = set(re.findall(r'<w:bookmarkStart [^>]*w:name="([^"]+)"', xml))
    assert set(re.findall(r'w:anchor="([^"]+)"', xml)) <= marks
    numbers = re.findall(r'<w:bookmarkStart w:id="(\d+)"', xml)
    assert len(numbers) == len(set(numbers))


def test_pictures_in_word_are_sharp(briefings):
    archive = zipfile.ZipFile(io.BytesIO(briefings["meeting", "en", "docx"]))
    pictures = [n for n in archive.namelist() if n.startswith("word/media/")]
    assert len(pictures) == 4
    for name in pictures:
        data = archive.read(name)
        width = int.from_bytes(data[16:20])
        assert data.startswith(b"\x89PNG")
        assert width / 5.9 > 200  # dots an inch, at the width of 5.9 inches on the page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_is_tagged_and_has_a_title_and_a_language(briefings, language):
    reader = PdfReader(io.BytesIO(briefings["meeting", language, "pdf"]))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == language
    assert reader.metadata.title.startswith(("Compliance briefing", "Note sur le respect"))
    xmp = root["/Metadata"].get_data()
    assert b"pdfuaid:part" in xmp
    first = "".join(reader.pages[0].extract_text().split())
    for said in ("Inoneminute", "Thenextdaysthatmatter", "theyarelistedapart"):
        assert said in first or language == "fr"
    assert "Newfindings|" not in first


def test_a_missing_library_is_named(monkeypatch, tmp_path, capsys):
    for module, form, extra in (("typst", "pdf", "pdf"), ("docx", "docx", "brief")):
        monkeypatch.setitem(sys.modules, module, None)
        assert run(FACTS, "--meeting", "11MSP", "-o", tmp_path / f"b.{form}") == 2
        assert f"pip install 'ccm-rules[{extra}]'" in capsys.readouterr().err
        monkeypatch.undo()


def test_rows_on_paper_keep_together_unless_one_may_be_longer_than_a_page():
    def table(words):
        rows = tuple(Row((Cell((Run(text),)), Cell((Run("x"),)))) for text in words)
        return Table("T", (Column("A"), Column("B")), rows)

    document = Document("T", (), "", "", "en", (table(["short"]), table(["short", "long " * 5000])))
    typst = pdf.source(document)
    assert (typst.count("#figure(cells("), typst.count("#figure(loose(")) == (1, 1)
    assert len(PdfReader(io.BytesIO(pdf.render(document))).pages) > 1
