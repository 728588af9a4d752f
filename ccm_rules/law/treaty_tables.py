"""What may stand in ``treaties.toml``: a table for each treaty, by its name.

`ccm_rules.law.treaty` holds the same as a value that is quick to make.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import ClassVar, Final

import attrs

from ccm_rules.law.forms import DAY, TEXT, WORDS, Many
from ccm_rules.law.grammar import ByName, Table, entry
from ccm_rules.words.states import party_names

_NAMES: Final = Many(WORDS, least=1, single=False)
_BY_ARTICLE: Final = ByName(WORDS)


@attrs.frozen(kw_only=True)
class Briefing:
    """What briefings and the site show beside what every treaty has."""

    table: ClassVar = "briefing"

    windows: Mapping[str, str] = entry(
        _BY_ARTICLE,
        "The rule that says until when more time can be asked for, by Article.",
        factory=dict,
    )
    themes: Mapping[str, str] = entry(
        _BY_ARTICLE, "The section under which a deadline stands, by Article.", factory=dict
    )
    deadlines: str = entry(
        TEXT, "Caption of the picture of deadlines.", default="", translated=True
    )
    annual_reports: str = entry(TEXT, "The rule with the duty to report every year.", default="")
    annual_count: str = entry(TEXT, "The indicator that counts these reports.", default="")
    reports: str = entry(
        TEXT, "Caption of the picture of these reports, by year.", default="", translated=True
    )
    compliance: tuple[str, ...] = entry(
        _NAMES, "Rules that the chapter on compliance speaks of.", default=()
    )
    compliance_title: str = entry(TEXT, "Title of that chapter.", default="", translated=True)


@attrs.frozen(kw_only=True)
class PartyTable:
    """A party that is no State."""

    table: ClassVar = "party"

    name: str = entry(WORDS, "Its name.", translated=True)


@attrs.frozen(kw_only=True)
class TreatyTable:
    """A treaty: the folders of its rules, and what is shown of it alone."""

    table: ClassVar = "treaty"

    title: str = entry(WORDS, "As sentences and headings name it.", translated=True)
    record_title: str = entry(WORDS, "The title of a site.", translated=True)
    folders: tuple[str, ...] = entry(
        _NAMES,
        "Rule folders that are read together; a folder may belong to several treaties, or to none "
        "(then it is read beside the first).",
    )
    called: str = entry(
        WORDS, "What sentences call it, such as `the Convention`.", translated=True
    )
    since: dt.date | None = entry(
        DAY,
        "The day on which it began to bind anybody, where histories begin; that of the first fact "
        "of the record unless given.",
        default=None,
    )
    finds: str = entry(
        TEXT,
        "Who finds that a party does not comply, in half a sentence: `only a Meeting finds "
        "non-compliance`.",
        default="",
        translated=True,
    )
    parties: Mapping[str, PartyTable] = entry(
        ByName(
            Table(PartyTable, '{ name = "European Union" }'),
            r"^[A-Z]{3}$",
            "is no code of a party: use three capitals that are no State's",
        ),
        "Parties that are no States, by a code of three letters.",
        factory=dict,
    )
    records: str = entry(
        WORDS,
        "Pattern of the names of its shipped records; the last in alphabetical order is the "
        "newest.",
    )
    examples: tuple[str, ...] = entry(
        _NAMES,
        "Records that the pages of its rules take examples of, the first preferred; `2026.json as "
        "of 2026-02-03` where a record names no day.",
        default=(),
    )
    briefing: Briefing = entry(
        Table(Briefing), "What briefings and the site show beside that.", default=Briefing()
    )

    def mistakes(self) -> Iterator[tuple[str, str, str]]:
        """Parties with the codes of States."""
        for code in self.parties:
            if code in party_names():
                message = f"{code} is the code of {party_names()[code]}"
                yield f"parties.{code}", message, "use a code that no State has"


#: The whole file.
TREATIES: Final = ByName(Table(TreatyTable))
