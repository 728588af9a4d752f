"""Which rule folders belong together: the treaties of ``treaties.toml``.

What the program says or shows of one treaty and not of another stands in that
file; nothing in Python names a treaty. A directory of rules without the file
holds one treaty without a name, of all its folders.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ccm_rules.errors import Problem

TREATIES: Final = "treaties.toml"

_NEEDED: Final = ("title", "record_title", "folders", "records")
_TEXTS: Final = ("title", "record_title", "records")
SHOWN_TEXTS: Final = ("deadlines", "annual_reports", "annual_count", "compliance_title")
_BY_ARTICLE: Final = ("windows", "themes")


class Treaty(NamedTuple):
    """A treaty: the folders of its rules, and what is shown of it alone.

    Attributes:
        name: its table in ``treaties.toml``; empty where there is no such file.
        title: as sentences and headings name it.
        record_title: the title of a site.
        folders: rule folders that are read together.
        records: pattern of the names of its shipped records.
        examples: the records that the pages of its rules take examples of, the first
            preferred; ``2026.json as of 2026-02-03`` where a record names no day.
        windows: by Article, the rule that says until when more time can be asked for.
        themes: by Article, the section under which its deadlines stand.
        deadlines: caption of the picture of deadlines, or empty.
        annual_reports: the rule with the duty to report every year, or empty.
        annual_count: the indicator that counts these reports, or empty.
        compliance: rules that the chapter on compliance tells; none for no chapter.
        compliance_title: its title.
    """

    name: str = ""
    title: str = ""
    record_title: str = ""
    folders: tuple[str, ...] = ()
    records: str = "*.json"
    examples: tuple[str, ...] = ()
    windows: Mapping[str, str] = {}
    themes: Mapping[str, str] = {}
    deadlines: str = ""
    annual_reports: str = ""
    annual_count: str = ""
    compliance: tuple[str, ...] = ()
    compliance_title: str = ""


def treaties_in(document: Mapping[str, Any]) -> tuple[Treaty, ...]:
    """The treaties of a parsed ``treaties.toml`` without `mistakes`."""
    found = []
    for name, table in document.items():
        shown = table.get("briefing", {})
        found.append(
            Treaty(
                name,
                table["title"],
                table["record_title"],
                tuple(table["folders"]),
                table["records"],
                tuple(table.get("examples", ())),
                dict(shown.get("windows", {})),
                dict(shown.get("themes", {})),
                shown.get("deadlines", ""),
                shown.get("annual_reports", ""),
                shown.get("annual_count", ""),
                tuple(shown.get("compliance", ())),
                shown.get("compliance_title", ""),
            )
        )
    return tuple(found)


def mistakes(document: Mapping[str, Any], file: str) -> Iterator[Problem]:
    """What is wrong with a parsed ``treaties.toml``.

    Args:
        document: the file, parsed.
        file: its path, for the messages.
    """
    for name, table in document.items():
        if not isinstance(table, Mapping):
            yield Problem(file, 0, 0, name, "is not a table", "begin a treaty with [its-name]")
            continue
        allowed = (*_NEEDED, "examples", "briefing")
        lists = ("folders", "examples")
        yield from _keys(table, file, name, allowed, _TEXTS, lists)
        for key in _NEEDED:
            if key not in table:
                yield Problem(file, 0, 0, f"{name}.{key}", "is missing", f"add {key}")
        shown = table.get("briefing", {})
        if not isinstance(shown, Mapping):
            yield Problem(file, 0, 0, f"{name}.briefing", "is not a table", "write [….briefing]")
            continue
        path = f"{name}.briefing"
        known = (*SHOWN_TEXTS, *_BY_ARTICLE, "compliance")
        yield from _keys(shown, file, path, known, SHOWN_TEXTS, ("compliance",))
        for key in _BY_ARTICLE:
            values = shown.get(key, {})
            if not isinstance(values, Mapping) or not all(
                isinstance(v, str) for v in values.values()
            ):
                mend = f'write {key} = {{ 3 = "…" }}'
                yield Problem(file, 0, 0, f"{path}.{key}", "is not a text by Article", mend)


def _keys(
    table: Mapping[str, Any],
    file: str,
    path: str,
    allowed: Sequence[str],
    texts: Sequence[str],
    lists: Sequence[str],
) -> Iterator[Problem]:
    """Keys that a table may not have, and values of another type."""
    for key, value in table.items():
        if key not in allowed:
            mend = f"use {', '.join(allowed)}"
            yield Problem(file, 0, 0, f"{path}.{key}", f"unknown key {key!r}", mend)
        elif key in texts and not isinstance(value, str):
            yield Problem(file, 0, 0, f"{path}.{key}", "is not text", "write it in quotes")
        elif key in lists and not (
            isinstance(value, list) and value and all(isinstance(item, str) for item in value)
        ):
            yield Problem(file, 0, 0, f"{path}.{key}", "is no list of names", 'write ["…"]')


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
