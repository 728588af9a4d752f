"""Facts of a record as rows: what was told twice is one, what is ahead is left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from ccm_rules.dates import When
from ccm_rules.record import merge
from ccm_rules.record.model import Fact
from ccm_rules.record.relations import Row, Rows, calendar_years
from ccm_rules.record.vocabulary import Kind, Vocabulary


def rows_of(facts: Iterable[Fact], vocabulary: Vocabulary, today: int) -> dict[str, Rows]:
    """The rows of every kind of fact, certain (1) or possible (0) on a day.

    Args:
        facts: as loaded.
        vocabulary: the kinds of fact.
        today: the as-of day, as an ordinal.
    """
    found: dict[str, Rows] = {name: {} for name in vocabulary}
    parties: dict[str, None] = {}
    told: dict[str, dict[Row, list[Fact]]] = {}
    for fact in facts:
        if fact.kind not in vocabulary:
            continue  # a kind that there was not when the rules were copied
        kind = vocabulary[fact.kind]
        if kind.statement:
            _take(fact, kind, today, found[kind.name], parties)
        else:
            values = fact.values
            key = tuple([values.get(name, kind.fields[name].default) for name in kind.key])
            told.setdefault(kind.name, {}).setdefault(key, []).append(fact)  # type: ignore[arg-type]
    for name, groups in told.items():
        kind, rows = vocabulary[name], found[name]
        for group in groups.values():
            if len(group) > 1:  # seldom, and then there is much to be looked at
                group = [fact for fact, _ in merge(group, vocabulary).facts]
            for fact in group:
                _take(fact, kind, today, rows, parties)
    found["as-of"] = {(today, today): 1}
    found["state"] = {(party,): 1 for party in parties}
    found["calendar-year"] = dict.fromkeys(calendar_years(dt.date.fromordinal(today).year + 2), 1)
    return found


def _take(fact: Fact, kind: Kind, today: int, rows: Rows, parties: dict[str, None]) -> None:
    row: list[str | int] = []
    certain = 1
    get = fact.values.get
    for name, field in kind.fields.items():
        value = get(name, field.default)
        if isinstance(value, When):
            row += value
            if name == "date" and not field.scheduled:
                certain = -1 if value[0] > today else int(value[1] <= today)
        else:
            row.append(value)
            if field.type == "party" and name in fact.values:
                parties[str(value)] = None
    if certain >= 0:
        made = tuple(row)
        rows[made] = max(certain, rows.get(made, 0))
