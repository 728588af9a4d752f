"""Which facts count on which days: what `ccm_rules.record.relations` says of one, for a span.

A row holds on days and not on a day; otherwise it says what `base_relations`
says on each of them, and a property test holds one against the other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from ccm_rules.engines.timeline.days import Days
from ccm_rules.engines.timeline.moving import Clock, Lasting, Row
from ccm_rules.record.merge import Merged
from ccm_rules.record.model import Contradiction, Fact, Record, Register
from ccm_rules.record.relations import (
    BUILT_IN,
    CONTRADICTING,
    calendar_years,
    contradiction_rows,
    contradicts_from,
)
from ccm_rules.record.vocabulary import Vocabulary


def base_spans(
    record: Record,
    merged: Merged,
    vocabulary: Vocabulary,
    clock: Clock,
    describe: Callable[[Fact | Register], str],
    since: str = "",
) -> dict[str, Lasting]:
    """Make the rows that a timeline starts from.

    Args:
        record: the record, already limited to what is known.
        merged: its facts, joined.
        vocabulary: the kinds of fact.
        clock: the as-of days on which things are judged.
        describe: how a fact or a register reads with its sources, for contradictions.
        since: the day on which the treaty began to bind anybody, where it is known.
    """
    span, every, today = clock.span, clock.span.every, clock.today
    rows: dict[str, Lasting] = {name: {} for name in (*vocabulary, *BUILT_IN)}

    def hold(name: str, row: Row, possible: Days, certain: Days) -> None:
        if possible:
            before = rows[name].get(row, (0, 0))
            rows[name][row] = (before[0] | possible, before[1] | certain)

    for fact, _ in merged.facts:
        kind = vocabulary[fact.kind]
        for field in kind.fields.values():
            if field.type == "party" and field.name in fact.values:
                hold("state", (str(fact.values[field.name]),), every, every)
        row = kind.row(fact.values)
        if kind.dated:
            date = kind.day(fact.values)
            hold(kind.name, row, span.since(date.earliest), span.since(date.latest))
        else:
            hold(kind.name, row, every, every)
    hold("as-of", (today, today), every, every)
    if record.period is not None:
        first, last = record.period.earliest, record.period.latest
        hold("review-period", (first, first, last, last), every, every)
        sooner, later = span.until(last - 1), span.since(last)
        hold("report-day", (today, today), sooner, sooner)
        hold("report-day", (last, last), later, later)
    for row in calendar_years(dt.date.fromordinal(span.last).year + 2, since):
        # A year is looked at from two years before it.
        year = int(row[0])
        days = span.since(dt.date(year - 2, 1, 1).toordinal())
        hold("calendar-year", row, days, days)
    for happened, days in _happened(merged.contradictions, vocabulary, clock):
        found: dict[str, dict[tuple[str | int, ...], int]] = {name: {} for name in CONTRADICTING}
        contradiction_rows(happened, found, describe)
        for name, added in found.items():
            for row in added:
                hold(name, row, days, days)
    return rows


def _happened(
    items: tuple[Contradiction, ...], vocabulary: Vocabulary, clock: Clock
) -> list[tuple[list[Contradiction], Days]]:
    """Which contradictions are about something that has happened, and on which days.

    They are numbered together, so each set of them is looked at by itself.
    """
    span = clock.span
    starts = [contradicts_from(item, vocabulary) for item in items]
    edges = sorted({span.first, *(day for day in starts if span.first < day <= span.last)})
    return [
        (
            [item for item, start in zip(items, starts, strict=True) if start <= day],
            span.since(day) & span.until(after - 1),
        )
        for day, after in zip(edges, [*edges[1:], span.last + 1], strict=True)
    ]
