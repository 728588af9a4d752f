"""The page in a real browser: filter, sort, deep links, keyboard, print, no scripts."""

import base64
import io
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from pypdf import PdfReader

from ccm_rules.cli import invoke
from tests.system.browser import Browser

pytestmark = pytest.mark.system

ROOT = Path(__file__).parents[2]
AXE = ROOT / ".venv" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
TOGO = "finding-initial-transparency-report:TGO"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The briefing and a State's page in both languages and as Word, and a site."""
    place = tmp_path_factory.mktemp("pages")
    facts = str(ROOT / "facts" / "2023.json")
    for language in ("en", "fr"):
        for what, arguments in (("meeting", []), ("state", ["--party", "ZAF"])):
            for form in ("html", "docx", "pdf"):
                name = str(place / f"{what}-{language}.{form}")
                options = ["--meeting", "11MSP", "--lang", language, "-o", name, *arguments]
                assert invoke(["brief", facts, *options]) == 0
    assert invoke(["site", facts, "-o", str(place / "site")]) == 0
    return place


@pytest.fixture(scope="module")
def browser():
    with Browser() as found:
        yield found


@pytest.fixture
def page(browser, home):
    browser.open((home / "meeting-en.html").as_uri())
    return browser


SHOWN = "Array.from(document.querySelectorAll('{}')).filter(e => e.checkVisibility())"


def shown(browser, what, of="e.textContent"):
    return browser.run(f"{SHOWN.format(what)}.map(e => {of})")


def choose(browser, name, value):
    browser.run(
        f"""(() => {{ const field = document.querySelector('#filter [name={name}]');
        field.value = {value!r};
        field.dispatchEvent(new Event('change', {{bubbles: true}})); }})()"""
    )


def test_it_asks_the_network_for_nothing_and_nothing_is_wrong(page, home):
    assert page.requests() == [(home / "meeting-en.html").as_uri()]
    assert page.complaints() == []


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [("party", "DNK", "party"), ("theme", "I", "theme"), ("severity", "serious", "severity")],
)
def test_a_filter_leaves_what_it_names(page, name, value, key):
    rows = f"main tbody tr[data-{key}], details.proof"
    before = shown(page, rows, f"e.dataset.{key}")
    choose(page, name, value)
    after = shown(page, rows, f"e.dataset.{key}")
    assert set(after) == {value}
    assert after.count(value) == before.count(value)
    assert str(len(after)) in page.run("document.querySelector('#filter output').textContent")
    # What says nothing of it stays: the calendar.
    assert shown(page, "main table caption", "e.textContent.slice(0, 5)").count("Until") == (
        1 if name != "x" else 0
    )
    page.run("document.querySelector('#filter button').click()")
    page.run("new Promise(done => setTimeout(done, 50))")
    assert shown(page, rows, f"e.dataset.{key}") == before


def test_filters_join_and_stay_in_the_address(page, home):
    choose(page, "party", "DNK")
    choose(page, "severity", "warning")
    kept = shown(page, "details.proof", "e.dataset.party + e.dataset.severity")
    assert kept
    assert set(kept) == {"DNKwarning"}
    address = page.run("location.href")
    assert address.endswith("?party=DNK&severity=warning")
    page.open(address)
    assert shown(page, "details.proof", "e.dataset.party + e.dataset.severity") == kept


def test_a_heading_sorts_its_column(page):
    table = "#section-theme-I ~ .scroll table"
    column = (
        f"Array.from(document.querySelector('{table}').tBodies[0].rows)"
        ".map(r => r.cells[{}].textContent)"
    )
    click = f"document.querySelectorAll('{table} thead button')[{{}}].click()"
    page.run(click.format(0))
    names = page.run(column.format(0))
    assert names == sorted(names, key=str.casefold)
    page.run(click.format(0))
    assert page.run(column.format(0)) == names[::-1]
    sort = page.run(f"document.querySelector('{table} thead th').getAttribute('aria-sort')")
    assert sort == "descending"
    page.run(click.format(3))
    late = [int(text.replace(",", "")) for text in page.run(column.format(3)) if text]
    assert late == sorted(late)
    page.run(click.format(2))
    first = page.run(column.format(2))[0]
    assert first == "30 June 2011"


def test_a_deep_link_opens_its_finding(browser, home):
    browser.open(f"{(home / 'meeting-en.html').as_uri()}#{TOGO}")
    browser.run("new Promise(done => setTimeout(done, 200))")
    assert shown(browser, "details.proof[open]", "e.id") == [TOGO]
    assert browser.run("document.activeElement.closest('details').id") == TOGO
    top = browser.run(f"document.getElementById('{TOGO}').getBoundingClientRect().top")
    assert -1 <= top < 600


def test_a_link_in_a_table_opens_the_tree(page):
    page.run(f"document.querySelector(\"main td a[href='#{TOGO}']\").click()")
    page.run("new Promise(done => setTimeout(done, 50))")
    assert shown(page, "details.proof[open]", "e.id") == [TOGO]
    assert "180 days" in page.run(f"document.getElementById('{TOGO}').textContent")


def test_a_link_to_a_finding_that_the_filter_hides_shows_it(page):
    choose(page, "party", "DNK")
    page.run(f"location.hash = '{TOGO}'")
    page.run("new Promise(done => setTimeout(done, 100))")
    assert shown(page, "details.proof[open]", "e.id") == [TOGO]


def test_it_can_be_used_with_the_keyboard_alone(page):
    page.press("Tab", 9)
    assert page.run("document.activeElement.className") == "skip"
    assert page.run("document.activeElement.checkVisibility()")
    seen = []
    for _ in range(60):
        page.press("Tab", 9)
        seen.append(page.run("document.activeElement.tagName"))
    assert {"A", "SELECT", "BUTTON"} <= set(seen)
    page.run("document.querySelector('main thead button').focus()")
    page.press("Enter", 13, "\r")
    assert page.run("document.activeElement.closest('th').getAttribute('aria-sort')") == "ascending"
    page.run("document.querySelector('details.proof summary').focus()")
    page.press("Enter", 13, "\r")
    assert len(shown(page, "details.proof[open]", "e.id")) == 1
    outline = page.run("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_it_is_a_plain_document_with_scripts_off(browser, home):
    browser.open((home / "meeting-en.html").as_uri(), scripts=False)
    tree = browser.call("DOM.getDocument", depth=-1)["root"]
    html = browser.call("DOM.getOuterHTML", nodeId=tree["nodeId"])["outerHTML"]
    assert re.search(r'<form id="filter" hidden', html)
    assert '<button type="button"' not in html
    proofs = html.count('<details class="proof')
    assert proofs > 100
    assert len(re.findall(r'<details class="proof [a-z]+" id="[^"]+" open', html)) == proofs


def test_it_prints_whole(page):
    data = page.call("Page.printToPDF", printBackground=True, preferCSSPageSize=True)["data"]
    reader = PdfReader(io.BytesIO(base64.b64decode(data)))
    text = "".join("".join(p.extract_text().split()) for p in reader.pages)
    assert len(reader.pages) > 20
    # Explanations that stand closed on the screen are printed open; the form is not printed.
    assert "Therecordofeachtransparencyreport" in text
    assert "allrowsareshown" not in text
    width = float(reader.pages[0].mediabox.width)
    assert 590 < width < 600  # A4


def test_nothing_is_wider_than_a_telephone(page):
    page.call(
        "Emulation.setDeviceMetricsOverride",
        width=360,
        height=740,
        deviceScaleFactor=1,
        mobile=True,
    )
    try:
        assert page.run("document.documentElement.scrollWidth") <= 360
    finally:
        page.call("Emulation.clearDeviceMetricsOverride")


PAGES = [
    "meeting-en.html",
    "meeting-fr.html",
    "state-fr.html",
    "site/index.html",
    "site/states/TGO.html",
    "site/rules/clearance.html",
]


@pytest.mark.parametrize("name", PAGES)
def test_an_accessibility_checker_finds_nothing_serious(browser, home, name):
    browser.open((home / name).as_uri())
    if name.startswith("meeting"):  # open a tree too
        browser.run(f"location.hash = '{TOGO}'")
    browser.run(AXE.read_text(encoding="utf-8"))
    found = browser.run(
        """axe.run().then(result => result.violations.map(v =>
        `${v.impact} ${v.id}: ${v.nodes.length} ${v.nodes[0].html.slice(0, 120)}`))"""
    )
    assert [f for f in found if f.startswith(("serious", "critical"))] == []


@pytest.mark.parametrize("name", PAGES)
def test_pages_ask_for_nothing(browser, home, name):
    browser.open((home / name).as_uri())
    assert browser.requests() == [(home / name).as_uri()]
    assert browser.complaints() == []


@pytest.mark.parametrize("what", ["meeting", "state"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_word_processor_opens_the_word_file(home, tmp_path, what, language):
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
         "--convert-to", "pdf", "--outdir", tmp_path, home / f"{what}-{language}.docx"],
        check=True,
        capture_output=True,
        timeout=180,
    )  # fmt: skip
    reader = PdfReader(tmp_path / f"{what}-{language}.pdf")
    text = "".join("".join(page.extract_text().split()) for page in reader.pages)
    assert ("page1of" if language == "en" else "page1sur") in text
    assert ("SouthAfrica" if language == "en" else "AfriqueduSud") in text
    # A table's head is on every page that it reaches.
    head = "WhattherecordshowsDue" if language == "en" else "CequemontreleregistreÉchéance"
    assert text.count(head) >= (1 if what == "state" else 5)


@pytest.mark.parametrize("what", ["meeting", "state"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_poppler_reads_the_pdf_and_nothing_is_cut_off(home, tmp_path, what, language):
    """Every word lies within its page's margins."""
    pdf = home / f"{what}-{language}.pdf"
    told = subprocess.run(["pdfinfo", pdf], check=True, capture_output=True, text=True)
    assert re.search(r"Tagged: +yes", told.stdout)
    # Poppler asks for an entry that the standard lets a file leave out.
    assert [x for x in told.stderr.splitlines() if "Suspects" not in x] == []
    boxes = subprocess.run(
        ["pdftotext", "-bbox", pdf, "-"], check=True, capture_output=True, text=True
    ).stdout
    words = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)"', boxes)
    assert len(words) > 500
    for x1, y1, x2, y2 in (map(float, word) for word in words):
        assert x1 > 30
        assert y1 > 20
        assert x2 < 595 - 30
        assert y2 < 842 - 20


def test_the_checker_is_there():
    assert AXE.is_file(), "make test-system installs axe-core"
    assert shutil.which("chromium")
