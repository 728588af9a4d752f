"""Which rule folders belong together: the treaties of ``treaties.toml``.

What the program says or shows of one treaty and not of another stands in that
file; nothing in Python names a treaty. A directory of rules without the file
holds one treaty without a name, of all its folders.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

TREATIES: Final = "treaties.toml"


class Treaty(NamedTuple):
    """A treaty: the folders of its rules, and what is shown of it alone.

    Attributes:
        name: its table in ``treaties.toml``; empty where there is no such file.
        title: as sentences and headings name it.
        record_title: the title of a site.
        folders: rule folders that are read together.
        called: what sentences call it, once it has been named.
        since: the day on which it began to bind anybody, or empty.
        finds: who finds that a party does not comply, in half a sentence, or empty.
        parties: names of its parties that are no States, by code.
        records: pattern of the names of its shipped records.
        examples: the records that the pages of its rules take examples of, the first
            preferred; ``2026.json as of 2026-02-03`` where a record names no day.
        windows: by Article, the rule that says until when more time can be asked for.
        themes: by Article, the section under which its deadlines stand.
        deadlines: caption of the picture of deadlines, or empty.
        annual_reports: the rule with the duty to report every year, or empty.
        annual_count: the indicator that counts these reports, or empty.
        reports: caption of the picture of annual reports, or empty.
        compliance: rules that the chapter on compliance tells; none for no chapter.
        compliance_title: its title.
    """

    name: str = ""
    title: str = ""
    record_title: str = ""
    folders: tuple[str, ...] = ()
    called: str = ""
    since: str = ""
    finds: str = ""
    parties: Mapping[str, str] = {}
    records: str = "*.json"
    examples: tuple[str, ...] = ()
    windows: Mapping[str, str] = {}
    themes: Mapping[str, str] = {}
    deadlines: str = ""
    annual_reports: str = ""
    annual_count: str = ""
    reports: str = ""
    compliance: tuple[str, ...] = ()
    compliance_title: str = ""


def treaties_in(document: Mapping[str, Any]) -> tuple[Treaty, ...]:
    """The treaties of a parsed ``treaties.toml`` without mistakes."""
    found = []
    for name, table in document.items():
        shown = table.get("briefing", {})
        found.append(
            Treaty(
                name,
                table["title"],
                table["record_title"],
                tuple(table["folders"]),
                table["called"],
                str(table.get("since", "")),
                table.get("finds", ""),
                {code: party["name"] for code, party in table.get("parties", {}).items()},
                table["records"],
                tuple(table.get("examples", ())),
                dict(shown.get("windows", {})),
                dict(shown.get("themes", {})),
                shown.get("deadlines", ""),
                shown.get("annual_reports", ""),
                shown.get("annual_count", ""),
                shown.get("reports", ""),
                tuple(shown.get("compliance", ())),
                shown.get("compliance_title", ""),
            )
        )
    return tuple(found)


def treaties_of(treaties: Sequence[Treaty], folders: Iterable[str]) -> tuple[Treaty, ...]:
    """The treaties that hold all of some folders; folders of no treaty go with any.

    Returns:
        None of them where the folders are of different treaties.

    >>> one, two = Treaty("a", folders=("a", "all")), Treaty("b", folders=("b", "all"))
    >>> [t.name for t in treaties_of((one, two), ["b", "all"])]
    ['b']
    >>> treaties_of((one, two), ["a", "b"])
    ()
    """
    known = {folder for treaty in treaties for folder in treaty.folders}
    asked = known.intersection(folders)
    return tuple(treaty for treaty in treaties if asked.issubset(treaty.folders))


def asked_for(treaties: Sequence[Treaty], folders: Sequence[str]) -> Sequence[str]:
    """The folders of one treaty that files ask for; none, where they ask for anything else."""
    of_one = any(set(folders) <= set(treaty.folders) for treaty in treaties)
    return folders if of_one else ()


def told_apart(treaties: Sequence[Treaty], folders: Iterable[str]) -> str:
    """Folders with the treaty that each is of, for a message.

    >>> told_apart((Treaty("a", "Treaty A", folders=("a", "all")),), ["a", "all"])
    'a and all (Treaty A)'
    """
    groups: dict[str, list[str]] = {}
    for folder in folders:
        whose = [treaty.title for treaty in treaties if folder in treaty.folders]
        if len(whose) < len(treaties) or len(treaties) == 1:
            groups.setdefault(" or ".join(whose), []).append(folder)
    parts = [f"{' and '.join(names)} ({title})" for title, names in groups.items() if title]
    return " beside ".join(parts)
