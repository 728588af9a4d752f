"""How duties stood over time, as ``history`` says it: a history goes in, its document comes out.

The JSON form is ``"schema": "ccm-history/1"``, published in ``schemas/``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ccm_rules.dates import When, in_words, iso
from ccm_rules.documents.blocks import (
    Block,
    Cell,
    Column,
    Document,
    Entry,
    Heading,
    Line,
    Row,
    Table,
    text,
)
from ccm_rules.documents.content import Content
from ccm_rules.documents.context import digests, narrowed, title_of
from ccm_rules.documents.parts.labels import WINDOW_WORDS
from ccm_rules.documents.sheet import Sheet
from ccm_rules.report.filters import Filters
from ccm_rules.report.spells import (
    Change,
    DutyHistory,
    FindingHistory,
    History,
    Standing,
    Stands,
)
from ccm_rules.words.counting import listed, plural

CHANGES: Final = (
    *("day", "party", "party_name", "title", "item", "n"),
    *("old", "new", "old_due", "due", "binding", "rule"),
)
FOUND: Final = (
    *("first", "last", "severity", "party", "party_name", "title"),
    *("status", "due", "binding", "rule", "name", "fingerprint"),
)
_NO_WORDS: Final[Mapping[str, str]] = {}


class Shown(NamedTuple):
    """What is shown beside the history.

    Attributes:
        filters: what it was narrowed to.
        engines: the engines that derived the same on some days.
        confirmed: those days, as ordinals.
        notes: remarks on this run.
    """

    filters: Filters = Filters()
    engines: tuple[str, ...] = ()
    confirmed: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


def judged_with(history: History) -> str:
    """With what every day was judged, which is easily misread."""
    known = "the whole record as it is known now"
    if history.known_by is not None:
        known = f"what was known by {in_words(history.known_by, history.known_by)}"
    return f"Every day is judged with {known}, not with what was known on that day."


class Chronicle(Content):
    """How duties stood, or which findings stood when.

    Args:
        history: what happened.
        shown: what is shown beside it.
        findings: in what people read, the days of findings.
    """

    def __init__(self, history: History, shown: Shown, *, findings: bool) -> None:
        self.history = history
        self.shown = shown
        self._of_findings = findings

    def document(self) -> Document:
        """The changes of duties, or the days of findings, by State."""
        history, record, filters = self.history, self.history.record, self.shown.filters
        first, last = (in_words(day, day) for day in (history.since, history.until))
        blocks, sum_ = self._findings() if self._of_findings else self._changes()
        title = title_of(record)
        about = (
            ("days", f"{first} to {last}"),
            ("judged", judged_with(history)),
            ("engines", _engines(self.shown)),
            *digests(record, history.rulebook),
            *narrowed(filters, history.words.party),
            *(("note", note) for note in self.shown.notes),
        )
        footer = f"{title}: {first} to {last}"
        return Document(
            title, (), "", footer, "en", tuple(blocks), about=about, closing=sum_
        )

    def _changes(self) -> tuple[list[Block], str]:
        history, name = self.history, self.history.words.party
        parties: dict[str, list[Change]] = {}
        for change in history.changes():
            parties.setdefault(change.duty.party, []).append(change)
        blocks: list[Block] = []
        for party in sorted(parties, key=lambda code: (name(code) if code else "~", code)):
            title = f"{name(party)} ({party})" if party else "No State in particular"
            rows = tuple(self._row(change) for change in parties[party])
            blocks += [Heading(1, title, party, apart=True), Table("", _DAYS, rows)]
        number = sum(map(len, parties.values()))
        states = sum(1 for party in parties if party)
        return blocks, (
            f"{plural(number, 'change')} of {plural(len(history.duties), 'duty', 'duties')}, "
            f"{plural(states, 'State')}. How things stood on the first day is no change; "
            "the JSON form holds it."
        )

    def _row(self, change: Change) -> Row:
        says = f"{_about(self.history, change.duty)}: {_change(self.history, change)}"
        return Row((Cell(text(iso(change.day))), Cell(text(says))))

    def _findings(self) -> tuple[list[Block], str]:
        history = self.history
        blocks: list[Block] = []
        party = None
        number = 0
        for one in history.findings:
            if one.party != party:
                party = one.party
                name = f"{history.words.party(party)} ({party})" if party else ""
                blocks.append(Heading(1, name or "The record as a whole", party, apart=True))
            title = history.rulebook.rules[one.rule].title
            lines = [Line(title), Line(one.fingerprint, "small"), *map(_spell, one.spells)]
            blocks.append(Entry(tuple(lines), spaced=True))
            number += len(one.spells)
        what = plural(len(history.findings), "thing")
        return blocks, (
            f"{plural(number, 'finding')} about {what}. A day at either end of the span says only "
            "that the finding stood on that day."
        )

    def data(self) -> dict[str, Any]:
        """Duties and findings with all their days, as plain values."""
        history, shown = self.history, self.shown
        record, rulebook = history.record, history.rulebook
        return {
        "schema": "ccm-history/1",
        "title": record.title,
        "since": iso(history.since),
        "until": iso(history.until),
        "known_by": None if history.known_by is None else iso(history.known_by),
        "judged_with": judged_with(history),
        "engines": ["timeline", *shown.engines],
        "confirmed": list(map(iso, shown.confirmed)),
        "facts": {
            "digest": record.digest,
            "count": len(record.facts),
            "files": list(record.files),
        },
        "rules": {
            "digest": rulebook.digest,
            "count": len(rulebook.rules),
            "folders": list(rulebook.folders),
        },
        "filters": {
            "parties": list(shown.filters.parties),
            "select": list(shown.filters.select),
            "ignore": list(shown.filters.ignore),
        },
        "summary": {
            "duties": len(history.duties),
            "changes": len(history.changes()),
            "findings": len(history.findings),
            "parties": len({duty.party for duty in history.duties if duty.party}),
        },
        "duties": [_duty_data(history, duty) for duty in history.duties],
        "findings": [_finding_data(history, one) for one in history.findings],
        "warnings": [*record.warnings, *shown.notes],
    }

    def sheet(self) -> Sheet:
        """The changes of duties, or the days of findings."""
        if self._of_findings:
            return Sheet(FOUND, _found(self.history))
        return Sheet(CHANGES, _changed(self.history))


#: A day, and what changed on it.
_DAYS: Final = (Column("Day", 1, width=10), Column("What changed", 6))


def _spell(spell: Stands) -> Line:
    due = "" if spell.due is None else f", due {in_words(*spell.due)}"
    days = f"{iso(spell.first)} to {iso(spell.last)}"
    return Line(f"{spell.severity}: {spell.name}{due}", inset=1, label=days)


def _engines(shown: Shown) -> str:
    if not shown.confirmed:
        return "the timeline alone, which no engine confirms"
    agree = "agrees" if len(shown.engines) == 1 else "agree"
    days = plural(len(shown.confirmed), "sampled day")
    return f"the timeline; {listed(shown.engines)} {agree} on {days}"


def _about(history: History, duty: DutyHistory) -> str:
    """What a duty is, in words."""
    words = [history.rulebook.rules[duty.rule].title]
    if duty.item:
        words.append(history.words.meetings.get(duty.item, duty.item))
    if duty.n:
        words.append(str(duty.n))
    return ", ".join(words)


def _change(history: History, change: Change) -> str:
    """From what to what a duty changes."""
    # A window that has closed is no duty that was missed.
    windows = history.rulebook.treaty.windows.values()
    words = WINDOW_WORDS if change.duty.rule in windows else {}
    old, new = (_statuses(standings, words) for standings in (change.old, change.new))
    before, after = (_due(standings, in_words) for standings in (change.old, change.new))
    if not change.new:
        return f"{old} → no longer listed"
    if old == new:
        return f"{new}, now due {after} (before: {before})"
    moved = f" (before: {before})" if change.old and before != after else ""
    return f"{f'{old} → ' if old else ''}{new}, due {after}{moved}"


def _statuses(standings: Sequence[Standing], words: Mapping[str, str] = _NO_WORDS) -> str:
    return " and ".join(dict.fromkeys(words.get(one.status, one.status) for one in standings))


def _due(standings: Sequence[Standing], write: Any) -> str:
    return " or ".join(dict.fromkeys(write(*standing.due) for standing in standings))


def _duty_data(history: History, duty: DutyHistory) -> dict[str, Any]:
    rule = history.rulebook.rules[duty.rule]
    return {
        "rule": duty.rule,
        "title": rule.title,
        "binding": rule.binding,
        "party": duty.party or None,
        "party_name": history.words.party(duty.party) if duty.party else None,
        "item": duty.item or None,
        "n": duty.n,
        "spells": [
            {
                "first": iso(spell.first),
                "last": iso(spell.last),
                "status": standing.status,
                "due": str(standing.due),
                "recorded_until": _iso_or_none(standing.recorded_until),
            }
            for spell in duty.spells
            for standing in spell.standings
        ],
    }


def _finding_data(history: History, one: FindingHistory) -> dict[str, Any]:
    rule = history.rulebook.rules[one.rule]
    return {
        "fingerprint": one.fingerprint,
        "rule": one.rule,
        "title": rule.title,
        "binding": rule.binding,
        "party": one.party or None,
        "party_name": history.words.party(one.party) if one.party else None,
        "spells": [
            {
                "first": iso(spell.first),
                "last": iso(spell.last),
                "name": spell.name,
                "severity": spell.severity,
                "status": spell.status or None,
                "due": None if spell.due is None else str(spell.due),
            }
            for spell in one.spells
        ],
    }


def _iso_or_none(day: int | None) -> str | None:
    return None if day is None else iso(day)


def _changed(history: History) -> Iterable[tuple[str, ...]]:
    for change in history.changes():
        duty = change.duty
        rule = history.rulebook.rules[duty.rule]
        yield (
            iso(change.day),
            duty.party,
            history.words.party(duty.party) if duty.party else "",
            rule.title,
            duty.item,
            str(duty.n) if duty.n else "",
            _statuses(change.old),
            _statuses(change.new),
            _due(change.old, _edtf),
            _due(change.new, _edtf),
            rule.binding,
            rule.name,
        )


def _found(history: History) -> Iterable[tuple[str, ...]]:
    for one in history.findings:
        rule = history.rulebook.rules[one.rule]
        for spell in one.spells:
            yield (
                iso(spell.first),
                iso(spell.last),
                spell.severity,
                one.party,
                history.words.party(one.party) if one.party else "",
                rule.title,
                spell.status,
                "" if spell.due is None else str(spell.due),
                rule.binding,
                rule.name,
                spell.name,
                one.fingerprint,
            )


def _edtf(earliest: int, latest: int) -> str:
    return str(When(earliest, latest))
