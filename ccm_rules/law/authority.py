"""On what a rule stands, and between which days it is applied."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

import attrs

from ccm_rules.law.forms import DAY, TEXT, WORDS, Either, Needs
from ccm_rules.law.grammar import entry
from ccm_rules.law.terms import PATTERNS, Pattern


@attrs.frozen(kw_only=True)
class Authority:
    """On what the rule stands; ``language`` is that of the quotation."""

    constraints: ClassVar = (
        Needs(
            "quote",
            "compared",
            "the quotation was never compared with its source",
            "add compared = 2026-11-23",
        ),
        Needs("quote", "url", "it is not said where the quotation stands", 'add url = "…"'),
        Either(
            ("quote", "note"),
            "there is neither a quotation nor a note",
            "quote the words relied on",
        ),
    )

    instrument: str = entry(WORDS, "The treaty or plan, by its short name.")
    article: str = entry(TEXT, "Article, Action or document.", default="")
    quote: str = entry(
        TEXT,
        "The words relied on, as they stand in the source; in another language, as they stand "
        "in its authentic text.",
        default="",
        translated="may",
    )
    url: str = entry(TEXT, "Where they can be read.", default="", translated="may")
    compared: dt.date | None = entry(
        DAY,
        "The day on which the quotation was compared with its source.",
        default=None,
        translated="may",
    )
    compared_with: str = entry(
        TEXT,
        "The publication that it was compared with, where that is not what stands at the address.",
        default="",
        translated="may",
    )
    note: str = entry(
        TEXT,
        "How the text is read, and why; or why there is no quotation.",
        default="",
        translated=True,
    )
    language: str = "en"


@attrs.frozen(kw_only=True)
class InForce:
    """Between which days the rule is applied."""

    table: ClassVar = "in_force"

    since: dt.date | None = entry(
        DAY, "The first as-of day on which it is applied.", default=None, name="from"
    )
    until: dt.date | None = entry(DAY, "The last one.", default=None)
    ended_by: tuple[Pattern, ...] = entry(
        PATTERNS,
        "Facts that end it: with one, the rule is not applied; where there may be one, what it "
        "would say is open.",
        default=(),
    )
