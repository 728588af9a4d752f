"""Words go in; out come small pieces of documents: headings, chapters, labelled lines."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence

from ccm_rules.documents.blocks import (
    Block,
    Heading,
    Inline,
    Items,
    Para,
    Run,
    text,
)
from ccm_rules.record.sentences import first_up
from ccm_rules.words.language import Language


def heading(level: int, words: str, name: str, *, new_page: bool = False) -> Heading:
    """A heading with its anchor."""
    return Heading(level, first_up(words), anchor("section", name), new_page)


def chapter(head: Block, content: Sequence[Block], otherwise: str) -> list[Block]:
    """A heading with what stands below it, or with a sentence where that is nothing."""
    return [head, *(content or [para(otherwise)])]


def para(words: str, *, note: bool = False) -> Para:
    """A paragraph of one text."""
    return Para(text(words), note)


def lead(words: str) -> Para:
    """A heading in all but name, which stays with what follows it."""
    return Para((Run(words, strong=True),))


def labelled(language: Language, rows: Iterable[tuple[str, str | Inline]]) -> Items:
    """A list of texts, each behind its label."""
    return Items(tuple(behind(language, label, shown) for label, shown in rows))


def behind(language: Language, label: str, shown: str | Inline) -> Inline:
    """A text behind its label."""
    label_run = Run(f"{label}{language.between}", strong=True)
    return (label_run, *(text(shown) if isinstance(shown, str) else shown))


def linked(language: Language, names: Iterable[tuple[str, str]]) -> Inline:
    """Names in a row, each with where it leads."""
    runs: list[Run] = []
    for name, to in names:
        runs += [*([Run(language.then)] if runs else []), Run(name, to)]
    return tuple(runs)


def in_order(name: str) -> str:
    """What a name is sorted by: ``Îles Cook`` stands among the words with I.

    >>> sorted(["Îles Cook", "Japon", "Haïti"], key=in_order)
    ['Haïti', 'Îles Cook', 'Japon']
    """
    plain = unicodedata.normalize("NFKD", name)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


_UNSAFE = re.compile(r"[^A-Za-z0-9:./-]+")


def anchor(kind: str, name: str) -> str:
    """An id for a link's target: what no format has to escape.

    >>> anchor("finding", "initial-transparency-report:TGO")
    'finding-initial-transparency-report:TGO'
    """
    safe = _UNSAFE.sub("_", name)
    if safe != name:
        safe += f"-{hashlib.sha256(name.encode(errors='surrogatepass')).hexdigest()[:8]}"
    return f"{kind}-{safe}"
