"""Quotations: of the authentic text of the language read, with an address and its source."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from ccm_rules.compiler.rulebook import load_rules
from ccm_rules.errors import InputError
from ccm_rules.law.provisions import Provisions
from ccm_rules.law.reader import read_rule
from ccm_rules.law.sheets import Sheets

#: The depositary, and the Implementation Support Unit where it alone has a text.
HOSTS = {"treaties.un.org", "www.clusterconvention.org"}
LAW = b"""
name    = "notice"
title   = "Notice"
binding = "legal"

[authority]
instrument = "CCM"
article    = "20(3)"
quote      = "only take effect six months after the receipt"

[applies.text]
"""
TEXT = b"""
[authority]
url           = "https://depositary.example/text"
compared      = 2026-11-26
compared_with = "the certified copy"
"""
TEXTE = b"""
[authority]
url           = "https://depositary.example/texte"
compared      = 2026-11-27
compared_with = "la copie certifi\xc3\xa9e"
"""
QUOTE = b"""
title = "Avis"
[authority]
quote = "ne prend effet que six mois apr\xc3\xa8s r\xc3\xa9ception"
"""


def read(language, french=QUOTE, texte=TEXTE):
    text = Sheets("provisions/text.toml", TEXT, {"fr": texte} if texte else {}, None)
    provisions = Provisions([text], language)
    sheets = Sheets("notice.toml", LAW, {"fr": french}, None)
    return read_rule(sheets, "notice.toml", "ccm", language, provisions).authority


def test_a_quotation_has_its_address_and_its_source_from_a_provision():
    authority = read("en")
    assert authority.language == "en"
    assert authority.quote == "only take effect six months after the receipt"
    assert authority.url == "https://depositary.example/text"
    assert str(authority.compared) == "2026-11-26"
    assert authority.compared_with == "the certified copy"


def test_in_french_the_authentic_french_text_is_quoted():
    authority = read("fr")
    assert authority.language == "fr"
    assert authority.quote == "ne prend effet que six mois après réception"
    assert authority.url == "https://depositary.example/texte"
    assert str(authority.compared) == "2026-11-27"
    assert authority.compared_with == "la copie certifiée"


def test_a_text_that_is_not_at_hand_in_french_is_quoted_in_english():
    authority = read("fr", french=b'title = "Avis"', texte=None)
    assert (authority.language, str(authority.compared)) == ("en", "2026-11-26")


def test_english_words_are_not_said_to_be_compared_with_a_french_text():
    with pytest.raises(InputError) as caught:
        read("fr", french=b'title = "Avis"')
    (problem,) = caught.value.problems
    assert (problem.file, problem.path) == ("notice.fr.toml", "authority.quote")
    assert "not quoted" in problem.message


@pytest.mark.parametrize("said", [b'compared = "2026-11-27"', b"compared = 2026"])
def test_the_day_of_a_comparison_is_a_day_in_every_language(said):
    with pytest.raises(InputError) as caught:
        read("fr", texte=b"[authority]\n" + said)
    assert "compared" in caught.value.problems[0].path


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("folders", [("ccm", "lap"), ("apmbc",)], ids="-".join)
def test_links_of_the_law_lead_to_the_depositary(folders, language):
    for rule in load_rules(folders, language=language).rules.values():
        if not rule.quote:
            continue
        assert urlsplit(rule.url).hostname in HOSTS, rule.file
        if rule.folder != "lap":
            assert rule.compared_with, f"{rule.file}: with what was it compared?"


def test_the_convention_is_quoted_in_french():
    """French is one of its six authentic languages (Article 23)."""
    rules = load_rules(["ccm"], language="fr").rules.values()
    assert {rule.language for rule in rules if rule.quote} == {"fr"}
    quoted = {rule.name: rule.quote for rule in rules}
    assert quoted["initial-transparency-report"].startswith("au plus tard 180 jours après")
