"""What is still to come, as ``deadlines`` says it: days go in, their document comes out.

The JSON form is ``"schema": "ccm-deadlines/1"``, published in ``schemas/``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from ccm_rules.dates import in_words, iso
from ccm_rules.documents.blocks import Block, Document, Entry, Heading, Line
from ccm_rules.documents.content import Content
from ccm_rules.documents.context import Context, about, running
from ccm_rules.documents.sheet import Sheet
from ccm_rules.report.views import Report
from ccm_rules.words.counting import listed

if TYPE_CHECKING:
    from ccm_rules.documents.feed import Feed
    from ccm_rules.report.duties import Deadline

#: More States than this are counted; the JSON and CSV forms name them all.
_MOST: Final = 8
COLUMNS: Final = (
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
        report = self.report
        title = report.record.title or "A record without a title"
        heading = f"Deadlines and Meetings until {in_words(self.until, self.until)}"
        blocks = (Heading(1, heading, "days", apart=True), *self._days())
        return Document(
            title,
            (),
            "",
            running(title, report),
            "en",
            blocks,
            about=about(report, self.context),
            closing="",
        )

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
        """Whether all of them are bound by the Convention."""
        if "party" not in self.report.rulebook.types.get("in-force", {}):
            return False
        entries = self.report.entries("in-force")
        bound = {entry.text("party") for entry in entries if entry.certain}
        return all(entry.party in bound for entry in group)

    def data(self) -> dict[str, Any]:
        """The days as plain values."""
        report = self.report
        return {
            "schema": "ccm-deadlines/1",
            "title": report.record.title,
            "as_of": iso(report.as_of),
            "known_by": None if report.known_by is None else iso(report.known_by),
            "until": iso(self.until),
            "engines": list(report.engines),
            "facts": {"digest": report.record.digest, "count": len(report.record.facts)},
            "rules": {"digest": report.rulebook.digest, "count": len(report.rulebook.rules)},
            "deadlines": [_data(entry) for entry in self.entries],
            "warnings": [*report.record.warnings, *self.context.notes],
        }

    def sheet(self) -> Sheet:
        """A row a day and State."""
        return Sheet(
            COLUMNS,
            [
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
                for e in self.entries
            ],
        )

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
