"""The differences of two records: text for people, JSON for programs, CSV for spreadsheets.

The JSON form is ``"schema": "ccm-facts-diff/1"``, published in ``schemas/``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from ccm_rules.formats.csv_ import table
from ccm_rules.formats.json_ import dump
from ccm_rules.formats.terminal import Terminal
from ccm_rules.record.interchange.diff import ADDED, CHANGED, REMOVED, Change
from ccm_rules.record.model import Fact, Record
from ccm_rules.words.counting import plural

_MARKS: Final = {ADDED: "+", REMOVED: "-", CHANGED: "~"}
_STYLES: Final = {ADDED: "good", REMOVED: "serious", CHANGED: "warning"}
_SECTIONS: Final = {
    "header": "Header",
    "source": "Sources",
    "register": "Registers",
    "fact": "Facts",
}
COLUMNS: Final = (
    "item",
    "section",
    "change",
    "kind",
    "party",
    "says",
    "field",
    "before",
    "after",
)

Say = Callable[[Fact], str]


def text(
    one: Record,
    other: Record,
    changes: Sequence[Change],
    say: Say,
    names: Mapping[str, str],
    terminal: Terminal,
) -> str:
    """Write differences for a person.

    Args:
        one: the first record.
        other: the second.
        changes: what differs.
        say: makes a sentence of a fact.
        names: names of States by code.
        terminal: what it is written for.
    """
    for label, record in (("-", one), ("+", other)):
        files = ", ".join(record.files)
        terminal.write(f"{label} {files}: {plural(len(record.facts), 'fact')}", hang=2)
    for section, title in _SECTIONS.items():
        found = [change for change in changes if change.section == section]
        if not found:
            continue
        terminal.write()
        terminal.write(title if section == "header" else f"{title}: {_counted(found)}", "bold")
        if section == "fact":
            _facts(found, say, names, terminal)
        else:
            for change in found:
                _change(change, _short(change), terminal, 2)
    terminal.write()
    sum_ = "Both records say the same."
    if changes:
        sum_ = f"{plural(len(changes), 'difference')}: {_counted(changes)}."
    terminal.write(sum_, "bold")
    return terminal.text()


def _facts(
    changes: Sequence[Change], say: Say, names: Mapping[str, str], terminal: Terminal
) -> None:
    parties: dict[str, list[Change]] = {}
    for change in changes:
        parties.setdefault(change.party, []).append(change)
    for code in sorted(parties, key=lambda code: names.get(code, code) if code else "~"):
        name = f"{names.get(code, code)} ({code})" if code else "About no State alone"
        terminal.write()
        terminal.write(name, "bold", 2)
        for change in parties[code]:
            assert change.fact is not None
            _change(change, say(change.fact), terminal, 4)


def _change(change: Change, says: str, terminal: Terminal, indent: int) -> None:
    if change.section != "header":
        mark = _MARKS[change.change]
        terminal.write(f"{mark} {says}", _STYLES[change.change], indent, 2)
    if change.change == CHANGED:
        for name in change.differing:
            before, after = (
                _shown((side or {}).get(name)) for side in (change.before, change.after)
            )
            terminal.write(f"{name}: {before or 'none'} → {after or 'none'}", "", indent + 2, 2)


def _short(change: Change) -> str:
    """What a source or register says, on a line."""
    fields = change.after or change.before or {}
    if change.section == "header":
        return ""
    if change.section == "source":
        return f"{change.kind}: {fields['title']}"
    limits = [
        f"{name} {_shown(value)}"
        for name, value in fields.items()
        if name not in ("until", "source", "note")
    ]
    return (
        f"{change.kind} ({', '.join(limits)}): complete until {fields['until']} "
        f"[{_shown(fields['source'])}]"
    )


def _counted(changes: Sequence[Change]) -> str:
    counts = {kind: sum(c.change == kind for c in changes) for kind in _MARKS}
    return ", ".join(f"{number:,} {kind}" for kind, number in counts.items() if number)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return "; ".join(value) if isinstance(value, list) else str(value)


def json(one: Record, other: Record, changes: Sequence[Change], say: Say) -> str:
    """Write differences for a program."""
    return dump(
        {
            "schema": "ccm-facts-diff/1",
            "before": _record(one),
            "after": _record(other),
            "summary": {kind: sum(change.change == kind for change in changes) for kind in _MARKS},
            "changes": [
                {
                    "section": change.section,
                    "change": change.change,
                    "kind": change.kind or None,
                    "party": change.party or None,
                    "says": None if change.fact is None else say(change.fact),
                    "differing": list(change.differing) if change.change == CHANGED else [],
                    "before": change.before,
                    "after": change.after,
                }
                for change in changes
            ],
        }
    )


def _record(record: Record) -> dict[str, Any]:
    return {
        "title": record.title,
        "digest": record.digest,
        "count": len(record.facts),
        "files": list(record.files),
    }


def csv(changes: Sequence[Change], say: Say) -> str:
    """Write differences for a spreadsheet: a row for each field that differs."""
    rows = []
    for number, change in enumerate(changes, 1):
        says = "" if change.fact is None else say(change.fact)
        for name in change.differing:
            before, after = (
                _shown((side or {}).get(name)) for side in (change.before, change.after)
            )
            rows.append(
                (
                    str(number),
                    change.section,
                    change.change,
                    change.kind,
                    change.party,
                    says,
                    name,
                    before,
                    after,
                )
            )
    return table(COLUMNS, rows)
