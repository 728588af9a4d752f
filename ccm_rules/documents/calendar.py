"""What is still to come, as ``deadlines`` says it: days go in, their document comes out.

The JSON form is ``"schema": "ccm-deadlines/1"``, published in ``schemas/``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from ccm_rules.dates import in_words, iso
from ccm_rules.documents.blocks import Block, Document, Entry, Heading, Line
from ccm_rules.documents.content import Content
from ccm_rules.documents.context import Context, of_report
from ccm_rules.documents.sheet import Sheet, sheet_of
from ccm_rules.report.views import Report
from ccm_rules.words.counting import listed

if TYPE_CHECKING:
    from ccm_rules.documents.feed import Feed
    from ccm_rules.report.duties import Deadline

#: More States than this are counted; the JSON and CSV forms name them all.
_MOST: Final = 8
_COLUMNS: Final[Mapping[str, Callable[[Deadline], str]]] = {
    "due": lambda entry: str(entry.due),
    "status": lambda entry: entry.status,
    "projected": lambda entry: "yes" if entry.projected else "no",
    "kind": lambda entry: "duty" if entry.rule else "meeting",
    "party": lambda entry: entry.party,
    "party_name": lambda entry: entry.party_name,
    "title": lambda entry: entry.title,
    "binding": lambda entry: entry.binding,
    "item": lambda entry: entry.item,
    "n": lambda entry: str(entry.n) if entry.n else "",
    "rule": lambda entry: entry.rule,
}


class Calendar(Content):
    """Days that are still to come.

    Args:
        report: what was found on a day.
        entries: the days.
        until: the last day that was looked at, as an ordinal.
        context: what is said beside them.
    """

    def __init__(
        self, report: Report, entries: Sequence[Deadline], until: int, context: Context
    ) -> None:
        self.report = report
        self.entries = entries
        self.until = until
        self.context = context

    def document(self) -> Document:
        """One entry a day and duty, whoever has it."""
        heading = f"Deadlines and Meetings until {in_words(self.until, self.until)}"
        blocks = (Heading(1, heading, "days", apart=True), *self._days())
        return of_report(self.report, self.context, blocks, closing="")

    def _days(self) -> Iterator[Block]:
        groups: dict[tuple[object, ...], list[Deadline]] = {}
        for entry in self.entries:
            key = (entry.due, entry.rule, entry.title, entry.item, entry.status)
            groups.setdefault(key, []).append(entry)
        day = ""
        for group in groups.values():
            today = in_words(*group[0].due)
            if today != day:
                yield Heading(2, today)
                day = today
            yield self._entry(group)
        if not groups:
            yield Entry((Line("Nothing that the record can tell."),))

    def _entry(self, group: Sequence[Deadline]) -> Entry:
        first = group[0]
        if not first.rule:
            mark = " (projected: its days are not fixed)" if first.projected else ""
            return Entry((Line(f"{first.title} ({first.item}) opens{mark}"),))
        item = f", {first.item_name}" if first.item_name != first.item else ""
        names = list(dict.fromkeys(entry.party_name for entry in group if entry.party))
        if len(names) > _MOST:
            kind = "States Parties" if self._all_parties(group) else "States"
            who = f": {len(names):,} {kind}"
        else:
            who = f": {listed(names)}" if names else ""
        status = f"{first.binding} · {first.status} · {first.rule}"
        return Entry((Line(f"{first.title}{item}{who}"), Line(status, "small", hang=False)))

    def _all_parties(self, group: Sequence[Deadline]) -> bool:
        """Whether all of them are bound by the treaty."""
        if "party" not in self.report.rulebook.types.get("in-force", {}):
            return False
        entries = self.report.entries("in-force")
        bound = {entry.text("party") for entry in entries if entry.certain}
        return all(entry.party in bound for entry in group)

    def data(self) -> dict[str, Any]:
        """The days as plain values."""
        from ccm_rules.documents.values import head_data

        report = self.report
        return {
            **head_data("ccm-deadlines/1", report),
            "until": iso(self.until),
            "engines": list(report.engines),
            "facts": {"digest": report.record.digest, "count": len(report.record.facts)},
            "rules": {"digest": report.rulebook.digest, "count": len(report.rulebook.rules)},
            "deadlines": [_data(entry) for entry in self.entries],
            "warnings": [*report.record.warnings, *self.context.notes],
        }

    def sheet(self) -> Sheet:
        """A row a day and State."""
        return sheet_of(_COLUMNS, self.entries)

    def feed(self) -> Feed:
        """A calendar to subscribe to."""
        from ccm_rules.documents.feed import feed

        return feed(self.report, self.entries)


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
