"""Typst: a source goes in, a PDF comes out; a drawing goes in, a picture for Word comes out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from ccm_rules.formats.extras import needed

#: Dots per inch of pictures for Word: sharp on paper.
_SHARP = 220
#: What the fonts have that come with Typst: Latin, Greek and Cyrillic letters,
#: punctuation, arrows and signs of mathematics. Other letters are foreign.
_FOREIGN = re.compile("[^\x00-\u024f\u0300-\u052f\u1e00-\u22ff\u25a0-\u25ff]")


def quoted(text: str) -> str:
    """A text as Typst writes it in code: nothing in it is markup."""
    return json.dumps(text, ensure_ascii=False)


def pdf(source: str) -> bytes:
    """A source as PDF/UA-1.

    Raises:
        CcmError: typst is not installed.
    """
    with needed("typst", "pdf"):
        import typst
    problem: Exception | None = None
    for text, own in _attempts(source):
        try:
            return typst.compile(
                text.encode(), ignore_system_fonts=own, format="pdf", pdf_standards=["ua-1"]
            )
        except typst.TypstError as error:
            problem = error
    assert problem is not None
    raise problem


def png(svg: str) -> bytes:
    """A drawing as a picture.

    Raises:
        CcmError: typst is not installed.
    """
    with needed("typst", "pdf"):
        import typst
    source = (
        "#set page(width: auto, height: auto, margin: 0pt)\n"
        f'#image(bytes({quoted(svg)}), format: "svg")\n'
    )
    foreign = _FOREIGN.search(source) is not None
    return typst.compile(source.encode(), ignore_system_fonts=not foreign, format="png", ppi=_SHARP)


def _attempts(source: str) -> Iterator[tuple[str, bool]]:
    """Ways to set a source: with Typst's own fonts alone, then with the system's too.

    With its own fonts the same text gives the same bytes on every machine. PDF/UA
    has no place for a letter that no font can show: it becomes its number.
    """
    foreign = _FOREIGN.search(source) is not None
    if not foreign:
        yield source, True
        return
    yield source, False
    yield _FOREIGN.sub(lambda match: f"\\\\u{{{ord(match[0]):x}}}", source), True
