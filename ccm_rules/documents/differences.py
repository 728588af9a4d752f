"""What differs between two records, for ``facts diff``: changes go in, a document comes out.

The JSON form is ``"schema": "ccm-facts-diff/1"``, published in ``schemas/``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from ccm_rules.documents.blocks import Block, Document, Entry, Heading, Line
from ccm_rules.documents.content import Content
from ccm_rules.documents.sheet import Sheet
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
    *("item", "section", "change", "kind", "party"),
    *("says", "field", "before", "after"),
)

Say = Callable[[Fact], str]


class Differences(Content):
    """What differs between two records.

    Args:
        one: the first record.
        other: the second.
        changes: what differs.
        say: makes a sentence of a fact.
        names: names of States by code.
    """

    def __init__(
        self,
        one: Record,
        other: Record,
        changes: Sequence[Change],
        say: Say,
        names: Mapping[str, str],
    ) -> None:
        self.one = one
        self.other = other
        self.changes = changes
        self.say = say
        self.names = names

    def document(self) -> Document:
        """Differences by section, and in facts by State."""
        records = tuple(
            Line(f"{', '.join(record.files)}: {plural(len(record.facts), 'fact')}", mark=mark)
            for mark, record in (("-", self.one), ("+", self.other))
        )
        sum_ = "Both records say the same."
        if self.changes:
            sum_ = f"{plural(len(self.changes), 'difference')}: {_counted(self.changes)}."
        return Document(
            "What differs between two records",
            (),
            "",
            "What differs between two records",
            "en",
            (Entry(records), *self._sections()),
            closing=sum_,
            untitled=True,
        )

    def _sections(self) -> Iterator[Block]:
        for section, title in _SECTIONS.items():
            found = [change for change in self.changes if change.section == section]
            if not found:
                continue
            yield Heading(
                1, title if section == "header" else f"{title}: {_counted(found)}", section
            )
            if section == "fact":
                yield from self._facts(found)
            else:
                for change in found:
                    yield _entry(change, _short(change))

    def _facts(self, changes: Sequence[Change]) -> Iterator[Block]:
        parties: dict[str, list[Change]] = {}
        for change in changes:
            parties.setdefault(change.party, []).append(change)
        names = self.names
        for code in sorted(parties, key=lambda code: names.get(code, code) if code else "~"):
            name = f"{names.get(code, code)} ({code})" if code else "About no State alone"
            yield Heading(2, name)
            for change in parties[code]:
                assert change.fact is not None
                yield _entry(change, self.say(change.fact))

    def data(self) -> dict[str, Any]:
        """Everything as plain values."""
        return {
        "schema": "ccm-facts-diff/1",
        "before": _record(self.one),
        "after": _record(self.other),
        "summary": {kind: sum(change.change == kind for change in self.changes) for kind in _MARKS},
        "changes": [
            {
                "section": change.section,
                "change": change.change,
                "kind": change.kind or None,
                "party": change.party or None,
                "says": None if change.fact is None else self.say(change.fact),
                "differing": list(change.differing) if change.change == CHANGED else [],
                "before": change.before,
                "after": change.after,
            }
            for change in self.changes
        ],
    }

    def sheet(self) -> Sheet:
        """A row for each field that differs."""
        rows = []
        for number, change in enumerate(self.changes, 1):
            says = "" if change.fact is None else self.say(change.fact)
            for name, before, after in _fields(change):
                head = (str(number), change.section, change.change, change.kind, change.party)
                rows.append((*head, says, name, before, after))
        return Sheet(COLUMNS, rows)


def _entry(change: Change, says: str) -> Entry:
    lines = []
    if change.section != "header":
        lines.append(Line(says, _STYLES[change.change], mark=_MARKS[change.change]))
    if change.change == CHANGED:
        lines += [
            Line(f"{name}: {before or 'none'} → {after or 'none'}", inset=1)
            for name, before, after in _fields(change)
        ]
    return Entry(tuple(lines))


def _fields(change: Change) -> Iterator[tuple[str, str, str]]:
    """The fields that differ, with what each side says."""
    for name in change.differing:
        before, after = (_shown((side or {}).get(name)) for side in (change.before, change.after))
        yield name, before, after


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


def _record(record: Record) -> dict[str, Any]:
    return {
        "title": record.title,
        "digest": record.digest,
        "count": len(record.facts),
        "files": list(record.files),
    }


