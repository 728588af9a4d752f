"""``ccm-check rules docs``: pages that are true, whole and not out of date."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from ccm_rules.authoring.cases import load_full_rules
from ccm_rules.cli import invoke
from ccm_rules.cli.rules.page_files import MARK
from ccm_rules.compiler import load_every_treaty
from ccm_rules.documents.blocks import Document
from ccm_rules.documents.rulepages import pages as docs
from ccm_rules.documents.rulepages.pages import INDEX
from tests.conftest import ROOT

PAGES = ROOT / "docs" / "rules"
IN_EACH_LANGUAGE = pytest.mark.parametrize(
    "language", ["english", pytest.param("french", marks=pytest.mark.slow)]
)


def written(place):
    return {
        file.relative_to(place).as_posix(): file.read_text(encoding="utf-8")
        for file in place.rglob("*")
        if file.is_file()
    }


def test_the_pages_in_docs_say_what_the_rules_say(english):
    committed = written(PAGES)
    assert sorted(committed) == sorted(english), "pages are missing: run `make docs`"
    stale = [name for name, text in english.items() if committed[name] != text]
    assert stale == [], "pages are out of date: run `make docs`"


def test_every_rule_has_a_page_and_the_index_leads_to_it(english):
    books = load_every_treaty(indicators=True)
    rules = {rule.name: rule for book in books for rule in book.rules.values()}.values()
    pages = {f"{rule.folder}/{rule.name}.md" for rule in rules}
    assert set(english) == {INDEX, "situations.md", *pages}
    for rule in rules:
        assert f"({rule.folder}/{rule.name}.md)" in english[INDEX]


@IN_EACH_LANGUAGE
def test_every_link_within_leads_somewhere(language, request):
    pages = request.getfixturevalue(language)
    checked = 0
    for name, text in pages.items():
        for to in re.findall(r"\]\(([^)]*)\)", text):
            if to.startswith("http"):
                continue
            assert os.path.normpath(os.path.join(os.path.dirname(name), to)) in pages, (name, to)
            checked += 1
    assert checked > 300


def test_a_page_holds_all_that_a_reader_needs(english):
    page = english["ccm/initial-transparency-report.md"]
    _, rules = load_full_rules(["ccm"])
    (cases,) = (len(r.cases) for r in rules if r.name == "initial-transparency-report")
    for part in (
        "**Article 7(1) CCM**",
        "[“not later than 180 days after the entry into force",
        "(https://treaties.un.org/doc/Publication/CTC/26-6.pdf)",
        "compared on 26 November 2026 with the authentic English text",
        "The rule file names no first day",
        "180 days after day A. The Convention enters into force for the State on day A.",
        "day 180 is the due day and in time; it is overdue from day 181 on",
        "Case “done on the last day”: due 28 January 2024, done 28 January 2024.",
        "Case “done a day late”: due 28 January 2024, done 29 January 2024.",
        "judged 28 January 2024",
        "judged 29 January 2024",
        "Except where this is on record: The withdrawal of the State takes effect on day C, "
        "where day C is not after day B.",
        "**What can be done:** Submit it to the Secretary-General",
        "28 August 2015 is 1 March 2015 + 180 days",
        "11MSP-PR ¶67",
        "[Initial transparency report: due day as stated](../ccm/initial-report-stated-due.md)",
        "initial reports overdue",
        f"Tested by {cases} cases",
    ):
        assert part in page.replace("\\", ""), part


def test_pages_of_every_kind_of_rule(english):
    window = english["ccm/stockpile-extension-window.md"]
    assert "Nine months before day B, or the last day of that month" in window
    derived = english["ccm/entry-into-force.md"]
    assert "the first day of the month that is six months after that of day A" in derived
    count = english["ccm/annual-report-count.md"]
    assert "Counted, each once, is the State, where:" in count
    assert "N2 − N4 − N3" in count
    record = english["ccm/stated-deadline.md"]
    assert "There is no quotation that could be compared" in record
    dated = english["lap/action-44.md"]
    assert "The rule is applied from 21 September 2021 on." in dated
    assert "Progress reports in the last two years: 22 of 22." in dated
    absent = english["ccm/deciding-meeting.md"]
    assert "The record is complete until day A and does not show this: Meeting M2" in absent
    stocks = english["ccm/stockpile-destruction.md"]
    assert "Eight years after day A" in stocks
    assert "(Rule: Extensions granted.)" in stocks  # or the day that a Meeting grants
    assert "Ten years" not in stocks  # a deadline too, and one of Article 4
    assert "clearance.md" not in stocks
    never = english["ccm/clarification-response.md"]
    assert "it is made up, and says nothing about the States that it names" in never


@IN_EACH_LANGUAGE
def test_no_word_of_a_rule_is_left_as_the_machine_has_it(language, request):
    for name, text in request.getfixturevalue(language).items():
        assert not re.search(r"\{[a-z]|[ (]\?[a-z]", text), name
        assert "None" not in text.replace("None is needed", ""), name


@pytest.mark.slow
def test_french_pages_are_french(french):
    page = french["ccm/initial-transparency-report.md"].replace("\\", "").replace("\u00a0", " ")
    for part in (
        "# Rapport initial de transparence",
        "« au plus tard 180 jours après l’entrée en vigueur",
        "dans les 180 jours qui suivent",
        "180 jours après le jour A. La Convention entre en vigueur pour l'État le jour A.",
        "Sauf si ceci figure au registre : Le retrait de l'État prend effet le jour C",
        "Le rapport initial de transparence du Congo était à présenter au plus tard le 28 août",
    ):
        assert part in page, part
    english = re.compile(
        r"\b(the State|the due day|on day [A-H]|is after|is before|This follows|Severity|Met by)\b"
    )
    for name, text in french.items():
        text = text.partition('<a id="cases"')[0]  # cases have English names
        for line in text.splitlines():
            own = re.sub(r"\(Note\xa0: .*?\) \\\[|«.*?»", "", line)  # notes and quotations too
            assert line.startswith("- **Cas") or not english.search(own), (name, line)


# -- writing ---------------------------------------------------------------------


@pytest.fixture
def few(monkeypatch):
    """Two pages and an index, made at once, of which there is nothing but titles."""
    made = {"ccm/a.md": f"{MARK}# A\n", "lap/b.md": f"{MARK}# B\n", INDEX: f"{MARK}# Rules\n"}

    def documents(home=None, language="en", names=()):
        return {
            name: Document(text.removeprefix(f"{MARK}# ").rstrip(), (), "", "", language, ())
            for name, text in made.items()
            if not names or name[4:-3] in names
        }

    monkeypatch.setattr(docs, "documents", documents)
    return made


def run(capsys, *arguments):
    code = invoke(["rules", "docs", *map(str, arguments)])
    return code, *capsys.readouterr()


def test_pages_are_written_and_written_anew(few, tmp_path, capsys):
    place = tmp_path / "new" / "pages"
    assert run(capsys, "-o", place) == (0, f"{place}: 2 pages written\n", "")
    assert written(place) == few
    few["ccm/a.md"] = f"{MARK}# A, changed\n"
    assert run(capsys, "-o", place)[0] == 0
    assert written(place) == few


def test_pages_of_rules_that_are_gone_go_and_nothing_else(few, tmp_path, capsys):
    run(capsys, "-o", tmp_path)
    (tmp_path / "ccm" / "mine.md").write_text("mine")
    (tmp_path / "picture.png").write_bytes(b"png")
    del few["lap/b.md"], few["ccm/a.md"]
    few["ccm/c.md"] = f"{MARK}# C\n"
    _, out, _ = run(capsys, "-o", tmp_path)
    assert "2 pages of rules that are gone removed" in out
    assert set(written(tmp_path)) == {"ccm/c.md", "ccm/mine.md", "picture.png", INDEX}
    assert not (tmp_path / "lap").exists()


def test_one_page_leaves_the_others(few, tmp_path, capsys):
    run(capsys, "-o", tmp_path)
    few["ccm/a.md"] = f"{MARK}# A, changed\n"
    assert run(capsys, "-o", tmp_path, "a")[0] == 0
    assert written(tmp_path) == few


def test_what_it_did_not_write_it_does_not_replace(few, tmp_path, capsys):
    (tmp_path / "ccm").mkdir()
    (tmp_path / "ccm" / "a.md").write_text("mine")
    code, _, err = run(capsys, "-o", tmp_path)
    assert code == 2
    assert "was not written by `ccm-check rules docs`; move it away" in err
    assert written(tmp_path) == {"ccm/a.md": "mine"}
    file = tmp_path / "file"
    file.write_text("")
    assert run(capsys, "-o", file)[0] == 2


@pytest.mark.parametrize("fails_at", [1, 2, 3, 4, 5])
def test_a_failure_leaves_the_old_pages_whole(few, tmp_path, capsys, monkeypatch, fails_at):
    run(capsys, "-o", tmp_path)
    before = written(tmp_path)
    few.update({name: f"{text.rstrip()} more\n" for name, text in few.items()})
    few["new/d.md"] = f"{MARK}# D\n"
    real, calls = os.replace, []

    def replace(old, new):
        calls.append(new)
        if len(calls) == fails_at:
            raise OSError(28, "No space left on device")
        real(old, new)

    monkeypatch.setattr(os, "replace", replace)
    code, _, err = run(capsys, "-o", tmp_path)
    assert code == 2
    assert "No space left on device; the old pages are whole" in err
    assert written(tmp_path) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["README.md", "ccm", "lap"]


def test_an_unknown_rule_is_named_with_the_nearest(tmp_path, capsys):
    code, _, err = run(capsys, "-o", tmp_path, "initial-transparency-reprt")
    assert code == 2
    assert "did you mean initial-transparency-report?" in err
    assert list(Path(tmp_path).iterdir()) == []
