"""How things stood over time, as values: spells of days on which a duty or finding is the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ccm_rules.compiler.rulebook import Rulebook
from ccm_rules.dates import When
from ccm_rules.record.model import Record
from ccm_rules.record.sentences import Words

#: A duty: its rule, State, item and number.
Key = tuple[str, str, str, int]


class Standing(NamedTuple):
    """How a duty stands.

    Attributes:
        status: as the design names them; ``open`` where the record cannot tell.
        due: the day by which it is due.
        recorded_until: where the record ends before the day that is looked at,
            its last day, as of which the status is said; else ``None``.
    """

    status: str
    due: When
    recorded_until: int | None


class Spell(NamedTuple):
    """Days in a row on which a duty stands the same.

    Attributes:
        first, last: the first and the last day, as ordinals.
        standings: how it stands; more than one where the record leaves more
            than one due day to it.
    """

    first: int
    last: int
    standings: tuple[Standing, ...]


class DutyHistory(NamedTuple):
    """A duty from one status to the next.

    Attributes:
        rule: name of the rule.
        party: code of the State, or empty.
        item: what the duty is about, such as the id of a Meeting, or empty.
        n: number of the deadline or the year, or 0.
        spells: in order, and apart where it does not exist in between.
    """

    rule: str
    party: str
    item: str
    n: int
    spells: tuple[Spell, ...]


class Stands(NamedTuple):
    """Days in a row on which a finding is the same.

    Attributes:
        first, last: the first and the last day, as ordinals.
        name: name of the finding.
        severity: info, notice, warning or serious.
        status: status of the duty, or empty.
        due: the day that it is about, or ``None``.
    """

    first: int
    last: int
    name: str
    severity: str
    status: str
    due: When | None


class FindingHistory(NamedTuple):
    """What is found of one thing over time, by its fingerprint.

    Attributes:
        fingerprint, rule, party: as in `ccm_rules.Finding`.
        spells: in order, and apart where nothing is found in between.
    """

    fingerprint: str
    rule: str
    party: str
    spells: tuple[Stands, ...]


class Change(NamedTuple):
    """A day on which a duty begins to stand otherwise.

    Attributes:
        day: the first day of the new status, as an ordinal.
        duty: the duty.
        old: how it stood the day before; empty where it did not exist.
        new: how it stands; empty where it exists no more.
    """

    day: int
    duty: DutyHistory
    old: tuple[Standing, ...]
    new: tuple[Standing, ...]


class History(NamedTuple):
    """What a record shows over a span of days.

    Attributes:
        since, until: the first and the last day looked at, as ordinals.
        known_by: the day up to which sources count, or ``None`` for all.
        record: what was known of the record.
        rulebook: the rules applied.
        duties: by State, rule and number.
        findings: by State, rule and fingerprint.
        words: makes words of values.
    """

    since: int
    until: int
    known_by: int | None
    record: Record
    rulebook: Rulebook
    duties: tuple[DutyHistory, ...]
    findings: tuple[FindingHistory, ...]
    words: Words

    def changes(self) -> list[Change]:
        """All changes of status or due day after the first day, by day.

        That the record ends is no change: the status is said as of its last day.
        """
        found = []
        for duty in self.duties:
            old: tuple[Standing, ...] = ()
            before = self.since - 1
            for spell in duty.spells:
                if old and spell.first > before + 1:
                    found.append(Change(before + 1, duty, old, ()))
                    old = ()
                if _said(spell.standings) != _said(old) and spell.first > self.since:
                    found.append(Change(spell.first, duty, old, spell.standings))
                old, before = spell.standings, spell.last
            if before < self.until:
                found.append(Change(before + 1, duty, old, ()))
        return sorted(found, key=lambda change: change.day)

    def on(self, day: int) -> dict[Key | str, tuple[Standing, ...] | Stands]:
        """How each duty stands on a day, by its key, and what is found, by fingerprint."""
        there: dict[Key | str, tuple[Standing, ...] | Stands] = {}
        for duty in self.duties:
            for spell in duty.spells:
                if spell.first <= day <= spell.last:
                    there[duty[:4]] = spell.standings
        for one in self.findings:
            for found in one.spells:
                if found.first <= day <= found.last:
                    there[one.fingerprint] = found._replace(first=day, last=day)
        return there


def _said(standings: Iterable[Standing]) -> list[tuple[str, When]]:
    return [(standing.status, standing.due) for standing in standings]
