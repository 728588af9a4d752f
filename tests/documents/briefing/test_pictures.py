"""Pictures: legible in grey, told in words, and true to the record."""

import itertools
import re
from xml.dom import minidom

import pytest

import ccm_rules
from ccm_rules.documents import pictures
from ccm_rules.documents.parts.material import Material
from ccm_rules.documents.pictures import svg
from tests.documents.briefing.conftest import FACTS


@pytest.fixture(scope="module", params=["en", "fr"])
def material(request):
    rulebook = ccm_rules.load_rules(language=request.param)
    record = ccm_rules.load_facts(FACTS, rulebook=rulebook)
    return Material(ccm_rules.check(record, rulebook, engines=["sqlite"]))


@pytest.fixture
def drawn(material):
    states = sorted({f.party for f in material.about_duties if f.status}, key=material.words.party)
    found = [
        pictures.timeline(material, material.meeting("11MSP")),
        pictures.matrix(material, states),
        pictures.reporting_rate(material),
        pictures.decision_times(material),
    ]
    assert None not in found
    return found


def lightness(colour):
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    a, b = sorted((lightness(one), lightness(other)), reverse=True)
    return (a + 0.05) / (b + 0.05)


def test_fills_that_stand_for_different_things_differ_in_grey():
    for one, other in itertools.combinations((svg.BLUE, svg.LIGHT, "#ffffff"), 2):
        assert contrast(one, other) > 1.4
    assert contrast(svg.BLUE, svg.LIGHT) > 3
    assert contrast(svg.BLUE, svg.PALE) > 3


def test_text_has_contrast():
    for colour in (svg.INK, svg.GREY):
        assert contrast(colour, "#ffffff") >= 4.5


def test_nothing_stands_outside_the_picture(drawn):
    for picture in drawn:
        root = minidom.parseString(picture.svg).documentElement
        for text in root.getElementsByTagName("text"):
            if text.hasAttribute("transform"):
                continue
            words = text.firstChild.data
            x, y = float(text.getAttribute("x")), float(text.getAttribute("y"))
            wide = svg.width_of(words, float(text.getAttribute("font-size"))) * 0.9
            at = {"start": x, "middle": x - wide / 2, "end": x - wide}
            left = at[text.getAttribute("text-anchor")]
            assert left >= -2, (picture.id, words)
            assert left + wide <= picture.width + 8, (picture.id, words)
            assert 0 < y <= picture.height, (picture.id, words)
        for shape in root.getElementsByTagName("rect"):
            x, wide = float(shape.getAttribute("x") or 0), float(shape.getAttribute("width"))
            assert x >= 0
            assert x + wide <= picture.width + 1


def test_labels_of_one_line_do_not_overlap(drawn):
    for picture in drawn:
        root = minidom.parseString(picture.svg).documentElement
        lines = {}
        for text in root.getElementsByTagName("text"):
            words = text.firstChild.data
            wide = svg.width_of(words, float(text.getAttribute("font-size"))) * 0.8
            x = float(text.getAttribute("x"))
            left = {"start": x, "middle": x - wide / 2, "end": x - wide}[
                text.getAttribute("text-anchor")
            ]
            lines.setdefault(text.getAttribute("y"), []).append((left, left + wide, words))
        for spans in lines.values():
            spans.sort()
            for (_, end, one), (start, _, other) in itertools.pairwise(spans):
                assert end <= start + 3, (picture.id, one, other)


def test_titles_of_the_matrix_are_whole_and_clear_of_the_line_above(drawn):
    root = minidom.parseString(drawn[1].svg).documentElement
    line = min(float(line.getAttribute("y1")) for line in root.getElementsByTagName("line"))
    below = []
    for text in root.getElementsByTagName("text"):
        bottom, size = float(text.getAttribute("y")), float(text.getAttribute("font-size"))
        assert bottom < line or bottom - size > line, text.firstChild.data
        if text.getAttribute("text-anchor") == "middle":
            below.append(text.firstChild.data)
    assert below
    assert not [words for words in below if words.endswith("…")]


def test_natures_of_one_duty_each_do_not_run_into_each_other(material):
    picture = pictures.matrix(material, ["MRT"])
    test_labels_of_one_line_do_not_overlap([picture])
    test_nothing_stands_outside_the_picture([picture])
    assert not re.search("…<", picture.svg)


def test_each_has_a_title_and_is_told_in_words(drawn, material):
    for picture in drawn:
        root = minidom.parseString(picture.svg).documentElement
        assert root.getAttribute("role") == "img"
        title, told = (root.getElementsByTagName(n)[0].firstChild.data for n in ("title", "desc"))
        assert title == picture.caption
        assert told == picture.alternative
        assert len(told) > 100
    assert material.words.party("IRQ") in drawn[0].alternative
    assert "1 November 2023" in drawn[0].alternative or "1er novembre" in drawn[0].alternative


def test_the_reporting_rate_counts_every_state_bound_at_the_years_end(material):
    picture = pictures.reporting_rate(material)
    last = picture.alternative.replace("\xa0", " ").split(";")[-1]
    received, missing, unknown = map(int, re.findall(r"\d+", last)[1:4])
    assert (received, missing) == (24, 3)  # Australia and Saint Kitts and Nevis by the medals
    assert received + missing + unknown == 110
    assert "50/102" in last


def test_a_record_without_deadlines_has_no_pictures():
    rulebook = ccm_rules.load_rules()
    record = ccm_rules.load_facts(FACTS, rulebook=rulebook)
    record = record._replace(facts=tuple(f for f in record.facts if f.kind == "meeting"))
    bare = Material(ccm_rules.check(record, rulebook, engines=["sqlite"]))
    assert pictures.timeline(bare, None) is None
    assert pictures.matrix(bare, ()) is None
    assert pictures.decision_times(bare) is None
