"""What is still to come: duties not yet done, and Meetings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from ccm_rules.compiler.duty_status import OPEN, STATUS, STATUS_TYPES
from ccm_rules.compiler.info import FindingInfo
from ccm_rules.compiler.rulebook import Rulebook
from ccm_rules.dates import When
from ccm_rules.report.checking import Report
from ccm_rules.report.findings import values_of

#: The statuses of duties that a calendar shows.
AHEAD: Final = ("upcoming", "due-soon", "pending")


class Deadline(NamedTuple):
    """One line of the calendar.

    Attributes:
        rule: name of the rule; empty for a Meeting.
        title: its title, or the Meeting's.
        binding: legal, practice, political or record; empty for a Meeting.
        party: code of the State, or empty.
        party_name: its name, or empty.
        item: what the duty is about, such as the id of a Meeting.
        item_name: the same in words.
        n: number of the deadline or the year, or 0.
        status: upcoming, due-soon or pending; of a Meeting, scheduled.
        due: the day.
        projected: whether it hangs on a Meeting whose days are not fixed.
    """

    rule: str
    title: str
    binding: str
    party: str
    party_name: str
    item: str
    item_name: str
    n: int
    status: str
    due: When
    projected: bool


def deadlines(report: Report, until: int, parties: Iterable[str] = ()) -> list[Deadline]:
    """Duties still to be done, and Meetings, up to a day; sorted by day.

    Args:
        report: what was found on a day.
        until: the last day to look at, as an ordinal.
        parties: codes of the States to look at; all unless given.
    """
    wanted = set(parties)
    words = report.maker.words
    meetings = _meetings(report)
    projected = {meeting.item for meeting in meetings if meeting.projected}
    found = [m for m in meetings if m.due.latest >= report.as_of and m.due.earliest <= until]
    for row, certain in report.derived.rows.get(STATUS, {}).items():
        fields = values_of(STATUS_TYPES.items(), row)
        name, party, item, n, status = (
            fields[key][1][0] for key in ("rule", "party", "item", "n", "status")
        )
        due = When(*map(int, fields["due"][1]))
        if (
            not certain
            or status not in AHEAD
            or due.earliest > until
            or (wanted and party not in wanted)
        ):
            continue
        rule = report.rulebook.rules[str(name)]
        found.append(
            Deadline(
                rule.name,
                rule.title,
                rule.binding,
                str(party),
                words.party(str(party)) if party else "",
                str(item),
                words.meetings.get(str(item), str(item)),
                int(n),
                str(status),
                due,
                str(item) in projected,
            )
        )
    return sorted(
        found,
        key=lambda e: (e.due, bool(e.rule), e.rule, e.item, e.n, e.status, e.party_name, e.party),
    )


def _meetings(report: Report) -> list[Deadline]:
    kind = report.rulebook.vocabulary.get("meeting")
    if kind is None or not {"id", "title", "opens"} <= set(kind.fields):
        return []
    types = [(field.name, field.type) for field in kind.fields.values()]
    found = []
    for row in report.base.rows.get("meeting", {}):
        fields = values_of(types, row)
        opens = When(*map(int, fields["opens"][1]))
        name, title = str(fields["id"][1][0]), str(fields["title"][1][0])
        found.append(
            Deadline("", title, "", "", "", name, title, 0, "scheduled", opens, not opens.exact)
        )
    return found


def statuses(report: Report, rule: str, party: str) -> list[tuple[str, str, str]]:
    """What status the duties of a State have under a rule.

    Returns:
        What each is about, its status (``open`` if the record cannot tell), and
        the day that it is due, in words.
    """
    types = dict(STATUS_TYPES)
    found = []
    for relation in (STATUS, OPEN):
        for row in sorted(report.derived.rows.get(relation, {})):
            if row[:2] != (rule, party):
                continue
            if relation == OPEN:
                row = (*row[:4], "open", *row[4:6], *row[4:6])
            fields = values_of(types.items(), row)
            item, n = fields["item"][1][0], fields["n"][1][0]
            about = ", ".join(str(value) for value in (item, n) if value)
            due = report.maker.words.show(*fields["due"])
            found.append((about, str(fields["status"][1][0]), due))
    return found


class Duty(NamedTuple):
    """A duty, with what a finding about it is called.

    Attributes:
        fingerprint: that a finding about it has, or would have.
        rule: name of the rule.
        party: code of the State, or empty.
        status: one of the statuses of duties; ``open`` if the record cannot tell.
        due: the day.
    """

    fingerprint: str
    rule: str
    party: str
    status: str
    due: When


def duties(report: Report, parties: Iterable[str] = ()) -> list[Duty]:
    """Every duty with its status, of the rules that a report is narrowed to.

    Args:
        report: what was found on a day.
        parties: codes of the States to look at; all unless given.
    """
    wanted = set(parties)
    keys = duty_keys(report.rulebook)
    found: dict[str, Duty] = {}
    place = list(STATUS_TYPES).index("status")
    for relation in (STATUS, OPEN):  # what the record cannot tell is said, whatever else it can
        for row, certain in sorted(report.derived.rows.get(relation, {}).items()):
            rule, party, item, n = str(row[0]), str(row[1]), str(row[2]), int(row[3])
            if (
                (relation == STATUS and not certain)
                or rule not in report.rulebook.rules
                or (wanted and party not in wanted)
            ):
                continue
            name = fingerprint_of(keys, rule, party, item, n)
            status, due = ("open", row[4:6]) if relation == OPEN else (str(row[place]), row[5:7])
            found[name] = Duty(name, rule, party, status, When(*map(int, due)))
    return sorted(found.values())


def duty_keys(rulebook: Rulebook) -> dict[str, FindingInfo]:
    """For each rule with findings about its duty, one of them: all have one key."""
    return {info.rule: info for info in rulebook.findings.values() if info.of_duty}


def fingerprint_of(
    keys: Mapping[str, FindingInfo], rule: str, party: str, item: str, n: int
) -> str:
    """The fingerprint that a finding about a duty has, or would have."""
    info = keys.get(rule)
    if info is None:
        return ":".join([rule, party, *([item] if item else []), *([str(n)] if n else [])])
    types = dict(info.columns)
    parts = [rule]
    for name in info.key:
        if name == info.party:
            parts.append(party)
        else:
            parts.append(str(n) if types[name] in ("int", "number") else item)
    return ":".join(parts)
