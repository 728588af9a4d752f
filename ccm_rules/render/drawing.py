"""Typst, which sets a briefing as PDF and turns its drawings into pictures for Word."""

from __future__ import annotations

import json
import unicodedata

from ccm_rules.render.extras import needed

#: Dots per inch of pictures for Word: sharp on paper.
_SHARP = 220
_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC", "DIGIT")


def quoted(text: str) -> str:
    """A text as Typst writes it in code: nothing in it is markup."""
    return json.dumps(text, ensure_ascii=False).replace("\\/", "/")


def own_letters(text: str) -> bool:
    """Whether Typst's own fonts have all letters of a text.

    With those alone the same text gives the same bytes on every machine; what they
    lack is taken from the fonts of the system.
    """
    return text.isascii() or all(
        c < "\u0250" or not c.isalpha() or unicodedata.name(c, "").startswith(_SCRIPTS)
        for c in text
    )


def pdf(source: str) -> bytes:
    """A source as PDF/UA-1.

    Raises:
        CcmError: typst is not installed.
    """
    with needed("typst", "pdf"):
        import typst
    return typst.compile(
        source.encode(),
        ignore_system_fonts=own_letters(source),
        format="pdf",
        pdf_standards=["ua-1"],
    )


def png(svg: str) -> bytes:
    """A drawing as a picture.

    Raises:
        CcmError: typst is not installed.
    """
    source = (
        "#set page(width: auto, height: auto, margin: 0pt)\n"
        f'#image(bytes({quoted(svg)}), format: "svg")\n'
    )
    with needed("typst", "pdf"):
        import typst
    return typst.compile(
        source.encode(), ignore_system_fonts=own_letters(source), format="png", ppi=_SHARP
    )
