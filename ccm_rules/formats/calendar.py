"""What is still to come, as text, JSON or CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ccm_rules.dates import in_words, iso
from ccm_rules.documents.context import Context
from ccm_rules.formats.terminal import Terminal
from ccm_rules.formats.text import header
from ccm_rules.report.views import Report
from ccm_rules.words.counting import listed

if TYPE_CHECKING:
    from ccm_rules.report.duties import Deadline

#: More States than this are counted; the JSON and CSV forms name them all.
_MOST = 8


def render_text(
    report: Report, entries: Sequence[Deadline], until: int, context: Context, terminal: Terminal
) -> str:
    """Write the calendar: one line a day and duty, whoever has it."""
    header(report, context, terminal)
    terminal.write()
    terminal.write(f"Deadlines and Meetings until {in_words(until, until)}", "bold")
    groups: dict[tuple[object, ...], list[Deadline]] = {}
    for entry in entries:
        key = (entry.due, entry.rule, entry.title, entry.item, entry.status)
        groups.setdefault(key, []).append(entry)
    day = ""
    for group in groups.values():
        first = group[0]
        today = in_words(first.due.earliest, first.due.latest)
        if today != day:
            terminal.write()
            terminal.write(today, "bold", 2)
            day = today
        _line(report, group, terminal)
    if not groups:
        terminal.write()
        terminal.write("Nothing that the record can tell.", indent=2)
    terminal.write()
    return terminal.text()


def _line(report: Report, group: Sequence[Deadline], terminal: Terminal) -> None:
    first = group[0]
    if not first.rule:
        mark = " (projected: its days are not fixed)" if first.projected else ""
        terminal.write(f"{first.title} ({first.item}) opens{mark}", indent=4, hang=2)
        return
    about = ""
    if first.item_name != first.item:
        about = f", {first.item_name}"
    names = list(dict.fromkeys(entry.party_name for entry in group if entry.party))
    if len(names) > _MOST:
        kind = "States Parties" if _all_parties(report, group) else "States"
        who = f": {len(names):,} {kind}"
    else:
        who = f": {listed(names)}" if names else ""
    terminal.write(f"{first.title}{about}{who}", indent=4, hang=2)
    terminal.write(f"{first.binding} · {first.status} · {first.rule}", "dim", 4)


def _all_parties(report: Report, group: Sequence[Deadline]) -> bool:
    """Whether all of them are bound by the Convention."""
    if "party" not in report.rulebook.types.get("in-force", {}):
        return False
    bound = {entry.text("party") for entry in report.entries("in-force") if entry.certain}
    return all(entry.party in bound for entry in group)


def render_json(report: Report, entries: Sequence[Deadline], until: int, context: Context) -> str:
    """Write the calendar as JSON: ``"schema": "ccm-deadlines/1"``."""
    from ccm_rules.formats.json_ import dump

    return dump(
        {
            "schema": "ccm-deadlines/1",
            "title": report.record.title,
            "as_of": iso(report.as_of),
            "known_by": None if report.known_by is None else iso(report.known_by),
            "until": iso(until),
            "engines": list(report.engines),
            "facts": {"digest": report.record.digest, "count": len(report.record.facts)},
            "rules": {"digest": report.rulebook.digest, "count": len(report.rulebook.rules)},
            "deadlines": [_data(entry) for entry in entries],
            "warnings": [*report.record.warnings, *context.notes],
        }
    )


def _data(entry: Deadline) -> dict[str, Any]:
    return {
        "kind": "duty" if entry.rule else "meeting",
        "due": str(entry.due),
        "due_text": in_words(entry.due.earliest, entry.due.latest),
        "status": entry.status,
        "projected": entry.projected,
        "rule": entry.rule or None,
        "title": entry.title,
        "binding": entry.binding or None,
        "party": entry.party or None,
        "party_name": entry.party_name or None,
        "item": entry.item or None,
        "n": entry.n,
    }


def render_csv(entries: Sequence[Deadline]) -> str:
    """Write the calendar as CSV."""
    from ccm_rules.formats.csv_ import table

    head = (
        "due",
        "status",
        "projected",
        "kind",
        "party",
        "party_name",
        "title",
        "binding",
        "item",
        "n",
        "rule",
    )
    return table(
        head,
        (
            (
                str(e.due),
                e.status,
                "yes" if e.projected else "no",
                "duty" if e.rule else "meeting",
                e.party,
                e.party_name,
                e.title,
                e.binding,
                e.item,
                str(e.n) if e.n else "",
                e.rule,
            )
            for e in entries
        ),
    )
