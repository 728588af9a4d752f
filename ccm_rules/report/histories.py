"""What a record shows over time: since when each duty has the status that it has.

Judged with one record, as it is known now or by a day, and not with what was
known on each day: a report that is on record today counts from the day on which it
was made. For what the tool would have said on a day, `ccm_rules.check` with that
day for both `as_of` and `known`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TypeVar

from ccm_rules.compiler.duty_status import OPEN, STATUS
from ccm_rules.compiler.info import FindingInfo
from ccm_rules.compiler.program import Row as DayRow
from ccm_rules.compiler.rulebook import Rulebook
from ccm_rules.dates import When, iso, recorded
from ccm_rules.engines.timeline.base import base_spans
from ccm_rules.engines.timeline.days import Days, Span
from ccm_rules.engines.timeline.moving import Clock, Moving, Row
from ccm_rules.engines.timeline.sweep import Timeline, evaluate
from ccm_rules.errors import CcmError, EnginesDifferError
from ccm_rules.record import known_by, merge_record
from ccm_rules.record.model import Record
from ccm_rules.record.relations import Coverage, Functions
from ccm_rules.record.sentences import Words, describe, values_of
from ccm_rules.report.checking import check, of_one_treaty
from ccm_rules.report.filters import Filters, kept
from ccm_rules.report.fingerprints import identify
from ccm_rules.report.spells import (
    DutyHistory,
    FindingHistory,
    History,
    Key,
    Spell,
    Standing,
    Stands,
)
from ccm_rules.report.views import Report

T = TypeVar("T")


def timeline(
    record: Record,
    rulebook: Rulebook,
    *,
    since: When,
    until: When,
    known: When | None = None,
    parties: Mapping[str, str] | None = None,
) -> Timeline:
    """Everything that follows from a record, with the as-of days on which it does.

    Args:
        record: see `ccm_rules.load_facts`.
        rulebook: see `ccm_rules.load_rules`.
        since: the first as-of day.
        until: the last one.
        known: only what was known by this day counts; everything unless given.
        parties: names of States by code.

    Raises:
        CcmError: the span ends before it begins, or leaves the years 1000 to 2999, or the
            rules are another treaty's.
    """
    recorded(since)
    recorded(until)
    of_one_treaty(record, rulebook)
    if until.latest < since.earliest:
        raise CcmError(f"{until} is before {since}, so there is no day to look at")
    names = rulebook.parties if parties is None else parties
    if known is not None:
        record = known_by(record, known.latest)
    vocabulary = rulebook.vocabulary
    clock = Clock(Span(since.earliest, until.latest))
    base = base_spans(
        record,
        merge_record(record, vocabulary),
        vocabulary,
        clock,
        lambda one: describe(one, vocabulary, rulebook.language, names),
        rulebook.treaty.since,
    )
    program = rulebook.program
    fill = Functions(program.functions, Coverage(record.registers, vocabulary)).rows
    return evaluate(program, base, fill, clock)


def history(
    record: Record,
    rulebook: Rulebook,
    *,
    since: When,
    until: When,
    known: When | None = None,
    parties: Mapping[str, str] | None = None,
) -> History:
    """How every duty stood on every day of a span, and what was found; see `timeline`.

    Raises:
        CcmError: the span ends before it begins; two findings hold at once for
            one fingerprint.
    """
    names = rulebook.parties if parties is None else parties
    found = timeline(record, rulebook, since=since, until=until, known=known, parties=names)
    if known is not None:
        record = known_by(record, known.latest)
    meetings: Iterable[DayRow] = found.rows.get("meeting", ())  # type: ignore[assignment]
    words = Words(names, meetings, rulebook.vocabulary, rulebook.language)
    order = {name: number for number, name in enumerate(rulebook.rules)}

    def place(one: DutyHistory | FindingHistory) -> tuple[str, str, int]:
        return words.party(one.party) if one.party else "~", one.party, order[one.rule]

    return History(
        found.clock.span.first,
        found.clock.span.last,
        known.latest if known else None,
        record,
        rulebook,
        tuple(sorted(_duties(found), key=lambda duty: (*place(duty), duty.item, duty.n))),
        tuple(sorted(_findings(found, rulebook), key=lambda one: (*place(one), one.fingerprint))),
        words,
    )


def sample(story: History, number: int) -> tuple[int, ...]:
    """Days that stand for all: evenly spread over the span, the last one among them.

    >>> sample(History(1, 9, None, *[None] * 2, (), (), None), 3)
    (3, 6, 9)
    """
    size = story.until - story.since + 1
    number = min(number, size)
    return tuple(story.since - 1 + size * part // number for part in range(1, number + 1))


def confirm(
    story: History, days: Iterable[int], engines: Sequence[str] = ("sqlite",)
) -> tuple[str, ...]:
    """Check some days with engines, and hold what they derive against a history.

    Args:
        story: the history, of all States and rules.
        days: as ordinals, within the history.
        engines: as in `ccm_rules.check`.

    Returns:
        The engines that confirm it: one that crashes counts as absent from then on.

    Raises:
        EnginesDifferError: they differ, so the history cannot be published.
    """
    there = tuple(engines)
    for day in days:
        report = check(story.record, story.rulebook, as_of=When(day, day), engines=there)
        there = report.engines
        mine, theirs = story.on(day), _reported(report)
        for name in sorted({*mine, *theirs}, key=str):
            if mine.get(name) != theirs.get(name):
                raise EnginesDifferError(
                    f"the timeline and {engines[0]} disagree, so nothing is published: "
                    f"on {iso(day)}, of {name}, they derive\n"
                    f"    {mine.get(name)}\n    {theirs.get(name)}"
                )
    return there


def _reported(report: Report) -> dict[Key | str, tuple[Standing, ...] | Stands]:
    """A report in the form of `History.on`."""
    standings: dict[Key, list[Standing]] = {}
    day = report.as_of
    for duty in report.duties():
        until = duty.until.earliest if duty.until is not None else day
        standing = Standing(duty.status, duty.due, None if until == day else until)
        standings.setdefault(duty.key, []).append(standing)
    return {
        **{key: tuple(sorted(found, key=_by_due)) for key, found in standings.items()},
        **{
            one.fingerprint: Stands(day, day, one.name, one.severity, one.status, one.due)
            for one in report.findings
        },
    }


def only(story: History, filters: Filters) -> History:
    """The same history, of some States or some rules only.

    Raises:
        CcmError: a filter names nothing that exists.
    """
    if not filters:
        return story
    pairs = kept(story.rulebook, filters)
    rules = {rule for rule, _ in pairs}
    parties = set(filters.parties)
    findings = []
    for one in story.findings:
        spells = tuple(spell for spell in one.spells if (one.rule, spell.name) in pairs)
        if spells and (not parties or one.party in parties):
            findings.append(one._replace(spells=spells))
    return story._replace(
        duties=tuple(
            duty
            for duty in story.duties
            if duty.rule in rules and (not parties or duty.party in parties)
        ),
        findings=tuple(findings),
    )


def _key(row: DayRow) -> Key:
    rule, party, item, n = row[:4]
    return str(rule), str(party), str(item), int(n)


def _duties(found: Timeline) -> Iterator[DutyHistory]:
    clock = found.clock
    duties: dict[Key, list[tuple[Standing, Days]]] = {}
    for row, (_, certain) in found.rows.get(STATUS, {}).items():
        # Today as the last day of the record says no more than the day itself.
        shown = row[:7] if row[7] == clock.today else row
        for settled, days in _settled(shown, certain, clock):
            until = int(settled[7]) if len(settled) > 7 else None
            standing = Standing(str(settled[4]), When(*map(int, settled[5:7])), until)
            duties.setdefault(_key(settled), []).append((standing, days))
    for row, (possible, _) in found.rows.get(OPEN, {}).items():
        for settled, days in _settled(row, possible, clock):
            standing = Standing("open", When(*map(int, settled[4:6])), None)
            duties.setdefault(_key(settled), []).append((standing, days))
    for key, standings in duties.items():
        spells = tuple(
            Spell(first, last, tuple(sorted(set(there), key=_by_due)))
            for first, last, there in _spells(standings, clock.span)
        )
        yield DutyHistory(*key, spells)


def _by_due(standing: Standing) -> tuple[When, str, int]:
    return standing.due, standing.status, standing.recorded_until or 0


def _findings(found: Timeline, rulebook: Rulebook) -> Iterator[FindingHistory]:
    clock = found.clock
    known: dict[str, list[tuple[tuple[FindingInfo, Row], Days]]] = {}
    heads: dict[str, tuple[str, str]] = {}
    for info in rulebook.findings.values():
        for row, (_, certain) in found.rows.get(info.relation, {}).items():
            named = _shown_by(info, row)
            for settled, days in _settled(row, certain, clock, named):
                name = identify(info, settled)
                if name not in heads:
                    fields = values_of(info.columns, settled)
                    heads[name] = info.rule, str(fields[info.party][1][0]) if info.party else ""
                known.setdefault(name, []).append(((info, settled), days))
    for name, rows in known.items():
        stood: list[tuple[Stands, Days]] = []
        for first, last, there in _spells(rows, clock.span):
            stood += _stands(name, first, last, there, clock)
        spells = [
            one._replace(first=first, last=last)
            for first, last, (one,) in _spells(stood, clock.span)
        ]
        yield FindingHistory(name, *heads[name], tuple(spells))


def _stands(
    name: str, first: int, last: int, rows: Sequence[tuple[FindingInfo, Row]], clock: Clock
) -> Iterator[tuple[Stands, Days]]:
    """What is said of a fingerprint on days on which the same rows hold.

    Of several rows the first speaks, as in `ccm_rules.report.findings`; where a value
    moves, which that is may differ from day to day.
    """
    infos = {info.relation: info for info, _ in rows}
    if len(infos) > 1:
        one, other = (info.name for info in list(infos.values())[:2])
        rule = rows[0][0].rule
        raise CcmError(f"rule {rule}: {one} and {other} hold at once for {name}")
    info = rows[0][0]
    said = {_stand(info, row) for _, row in rows}  # type: ignore[arg-type]
    span = clock.span
    if len(said) == 1:
        yield said.pop(), span.since(first) & span.until(last)
        return
    for day in range(first, last + 1):
        yield _stand(info, min(clock.settle(row, day) for _, row in rows)), span.on(day)


def _stand(info: FindingInfo, row: DayRow) -> Stands:
    fields = values_of(info.columns, row)
    status = str(fields["status"][1][0]) if info.of_duty else info.status
    due = When(*map(int, fields[info.due][1])) if info.due else None
    return Stands(0, 0, info.name, info.severity, status, due)


def _shown_by(info: FindingInfo, row: Row) -> list[int]:
    """The columns of a finding's rows that are shown: its key, its day, its status."""
    shown = {*info.key, info.party, info.due, "status"}
    at = 0
    found: list[int] = []
    for field, (_, values) in values_of(info.columns, row).items():  # type: ignore[arg-type]
        if field in shown:
            found += range(at, at + len(values))
        at += len(values)
    return found


def _settled(
    row: Row, days: Days, clock: Clock, columns: Iterable[int] | None = None
) -> Iterator[tuple[DayRow, Days]]:
    """A row for each way in which it reads, where one of some columns moves."""
    looked_at = range(len(row)) if columns is None else columns
    if not any(isinstance(row[column], Moving) for column in looked_at):
        if days:
            yield row, days  # type: ignore[misc]
        return
    for first, last in clock.span.runs(days):
        for day in range(first, last + 1):
            yield clock.settle(row, day), clock.span.on(day)


def _spells(items: Sequence[tuple[T, Days]], span: Span) -> Iterator[tuple[int, int, list[T]]]:
    """Days in a row on which the same of some items hold, where any does."""
    if len(items) == 1:
        ((item, days),) = items
        for first, last in span.runs(days):
            yield first, last, [item]
        return
    held: dict[T, Days] = {}
    for item, days in items:
        held[item] = held.get(item, 0) | days
    edges: set[int] = set()
    for days in held.values():
        for first, last in span.runs(days):
            edges |= {first, last + 1}
    ordered = sorted(edges)
    for first, after in pairwise(ordered):
        bit = span.on(first)
        there = [item for item, days in held.items() if days & bit]
        if there:
            yield first, after - 1, there
