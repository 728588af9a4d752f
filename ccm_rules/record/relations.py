"""Which facts count: by the as-of day, and by the day from which they are known.

The result is rows for the engines. A row is certain (1) or possible (0): a fact
whose earliest day is after the as-of day has not happened and gives no row; one
whose dates straddle it gives a possible row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from ccm_rules.dates import FIRST_DAY, Period, When, add, period
from ccm_rules.record.merge import Merged
from ccm_rules.record.model import Contradiction, Fact, Record, Register, Value
from ccm_rules.record.vocabulary import Vocabulary

Row = tuple[str | int, ...]
Rows = dict[Row, int]

#: Relations that every rule may use beside the kinds of the vocabulary, with
#: the types of their fields. They are not facts of anyone: they say what day it
#: is, how a calendar runs, and what loading the record showed.
BUILT_IN: Final[Mapping[str, Mapping[str, str]]] = {
    "as-of": {"day": "when"},
    "calendar-year": {"year": "int", "starts": "when", "ends": "when"},
    "review-period": {"starts": "when", "ends": "when"},
    "report-day": {"day": "when"},
    "state": {"party": "party"},
    "contradiction": {
        "kind": "text",
        "field": "text",
        "party": "party",
        "id": "text",
        "one": "text",
        "other": "text",
    },
    "duplicate": {"kind": "text", "party": "party", "id": "text", "one": "text", "other": "text"},
    "excluded": {"kind": "text", "party": "party", "id": "text", "one": "text", "other": "text"},
}

#: Those of them that loading the record showed to be odd.
CONTRADICTING: Final = ("contradiction", "duplicate", "excluded")

#: The first calendar year for which anything can be due, unless a treaty bound anybody sooner.
_FIRST_YEAR: Final = 1999
#: The longest period that a fact can give: of more months no day is reckoned.
MOST_MONTHS: Final = 1200


class Base(NamedTuple):
    """What the engines start from.

    Attributes:
        rows: for each relation its rows, each certain (1) or possible (0).
        origins: the facts as written behind a row of a kind of fact.
        contradictions: behind rows of ``contradiction``, ``duplicate`` and ``excluded``, by id.
        coverage: which registers speak, for the relations that ask.
    """

    rows: Mapping[str, Rows]
    origins: Mapping[str, Mapping[Row, tuple[Fact, ...]]]
    contradictions: Mapping[str, Contradiction]
    coverage: Coverage


class Coverage:
    """Answers until when the record is complete."""

    def __init__(self, registers: tuple[Register, ...], vocabulary: Vocabulary) -> None:
        self.registers = registers
        self._by_kind: dict[str, list[int]] = {}
        for number, register in enumerate(registers):
            self._by_kind.setdefault(register.of, []).append(number)
        self._vocabulary = vocabulary

    def until(self, kind: str, values: Mapping[str, Value]) -> tuple[int, int] | None:
        """The last day up to which the record of such facts is complete.

        Args:
            kind: the kind of fact.
            values: the field values that are asked for; a register that is
                limited to other values, or by a field not asked for, is silent.

        Returns:
            The day as an ordinal and the number of the register that says so.
        """
        best: tuple[int, int] | None = None
        for number in self._by_kind.get(kind, ()):
            register = self.registers[number]
            if register.parties is not None and values.get("party") not in register.parties:
                continue
            if any(values.get(name) != value for name, value in register.where.items()):
                continue
            day = register.until.earliest
            if best is None or day > best[0]:
                best = (day, number)
        return best


def known_by(record: Record, day: int) -> Record:
    """Keep what was known by a day.

    A document's facts are known from its publication, a standing register's
    from each fact's own day; a fact's own ``known`` overrides both. An
    inference is known when the last of its sources is.

    Args:
        record: the record as loaded.
        day: the known-by day, as an ordinal.
    """

    def known(fact: Fact) -> bool:
        if fact.known is not None:
            return fact.known.latest <= day
        own = _own_day(fact)
        return all(_known_from(record, ref, own) <= day for ref in fact.sources)

    registers = []
    for register in record.registers:
        documents = [_known_from(record, ref, FIRST_DAY) for ref in register.sources]
        if any(published > day for published in documents):
            continue
        standing = any(record.sources[ref.partition(" ")[0]].register for ref in register.sources)
        if standing and register.until.latest > day:
            # A standing register is complete up to the day on which it is read.
            register = register._replace(until=When(day, day))
        registers.append(register)
    facts = tuple(fact for fact in record.facts if known(fact))
    return record._replace(facts=facts, registers=tuple(registers))


def _own_day(fact: Fact) -> int:
    """The day from which a standing register can show the fact.

    Scheduled days (an opening day, a granted deadline) are known unless `known`
    says from when; an event is known once it has certainly happened.
    """
    date = fact.values.get("date")
    return date.latest if isinstance(date, When) else FIRST_DAY


def _known_from(record: Record, reference: str, own: int) -> int:
    source = record.sources.get(reference.partition(" ")[0])
    if source is None or source.published is None:
        return own
    return source.published.latest


def base_relations(
    record: Record,
    merged: Merged,
    vocabulary: Vocabulary,
    as_of: int,
    parties: Mapping[str, str],
    describe: Callable[[Fact | Register], str],
    since: str = "",
) -> Base:
    """Make the rows that the engines start from.

    Args:
        record: the record, already limited to what is known.
        merged: its facts, joined.
        vocabulary: the kinds of fact.
        as_of: the day on which things are judged, as an ordinal.
        parties: names of States by code.
        describe: how a fact or a register reads with its sources, for contradictions.
        since: the day on which the treaty began to bind anybody, where it is known.
    """
    rows: dict[str, Rows] = {name: {} for name in (*vocabulary, *BUILT_IN)}
    origins: dict[str, dict[Row, tuple[Fact, ...]]] = {}
    dated = {name for name, kind in vocabulary.items() if kind.dated}
    for fact, written in merged.facts:
        certain = 1
        if fact.kind in dated:
            date = vocabulary[fact.kind].day(fact.values)
            if date.earliest > as_of:
                continue
            certain = int(date.latest <= as_of)
        kind = vocabulary[fact.kind]
        row = kind.row(fact.values)
        rows[kind.name][row] = max(certain, rows[kind.name].get(row, 0))
        known = origins.setdefault(kind.name, {})
        known[row] = known.get(row, ()) + written
    rows["as-of"][(as_of, as_of)] = 1
    if record.period is not None:
        first, last = record.period.earliest, record.period.latest
        rows["review-period"][(first, first, last, last)] = 1
        # What stood at the end of the period is what stands today, if today is sooner.
        rows["report-day"][(min(last, as_of),) * 2] = 1
    for row in calendar_years(dt.date.fromordinal(as_of).year + 2, since):
        rows["calendar-year"][row] = 1
    for code in _states(merged, vocabulary):
        rows["state"][(code,)] = 1
    happened = [c for c in merged.contradictions if not _ahead(c, vocabulary, as_of)]
    contradictions = contradiction_rows(happened, rows, describe)
    return Base(rows, origins, contradictions, Coverage(record.registers, vocabulary))


def _states(merged: Merged, vocabulary: Vocabulary) -> set[str]:
    """The States that facts name, whether or not they have happened."""
    named = {
        name: [field.name for field in kind.fields.values() if field.type == "party"]
        for name, kind in vocabulary.items()
    }
    return {
        str(fact.values[field])
        for fact, _ in merged.facts
        for field in named[fact.kind]
        if field in fact.values
    }


def calendar_years(last: int, since: str = "") -> list[Row]:
    """The rows of ``calendar-year`` up to a year, within the calendar.

    Args:
        last: the year.
        since: the day on which the treaty began to bind anybody, where it is known.
    """
    first = min(_FIRST_YEAR, int(since[:4])) if since else _FIRST_YEAR
    return [
        (year, *(dt.date(year, 1, 1).toordinal(),) * 2, *(dt.date(year, 12, 31).toordinal(),) * 2)
        for year in range(first, min(last, dt.MAXYEAR) + 1)
    ]


def _ahead(item: Contradiction, vocabulary: Vocabulary, as_of: int) -> bool:
    """Whether a contradiction is about something that has not happened yet."""
    return contradicts_from(item, vocabulary) > as_of


def contradicts_from(item: Contradiction, vocabulary: Vocabulary) -> int:
    """The first day on which both facts of a contradiction may have happened."""
    kind = vocabulary[item.kind]
    if not kind.dated:
        return FIRST_DAY
    return max(kind.day(fact.values).earliest for fact in (item.first, item.second))


def contradiction_rows(
    items: Iterable[Contradiction],
    rows: dict[str, Rows],
    describe: Callable[[Fact | Register], str],
) -> dict[str, Contradiction]:
    """Add rows of `CONTRADICTING`; return what stands behind each, by id."""
    found: dict[str, Contradiction] = {}
    for item in items:
        party = item.second.values.get("party", "")
        assert isinstance(party, str)
        one, other = map(describe, item.sides)
        if item.register is None:
            one, other = sorted((one, other))
        key = ":".join(
            [
                item.kind,
                *(
                    str(value)
                    for name, value in item.first.values.items()
                    if not isinstance(value, When) and name != "party" and name != item.field
                ),
            ]
        )
        number = 2
        name = key
        while f"{party}:{item.field}:{name}" in found:
            name, number = f"{key}#{number}", number + 1
        found[f"{party}:{item.field}:{name}"] = item
        field = (item.field,) if item.relation == "contradiction" else ()
        rows[item.relation][(item.kind, *field, party, name, one, other)] = 1
    return found


class Functions:
    """Fills the relations that no engine computes: calendars and coverage.

    Engines' calendars differ, so date arithmetic is done here, once, for the
    rows that the rules in use ask about.
    """

    def __init__(self, specs: Mapping[str, Mapping[str, object]], coverage: Coverage) -> None:
        self._specs = specs
        self._coverage = coverage

    def rows(self, name: str, arguments: set[Row]) -> list[Row]:
        """All rows of function ``name`` for the given argument tuples."""
        spec = self._specs[name]
        if spec["function"] == "add":
            length = period(spec["period"])  # type: ignore[arg-type]
            return [
                (int(lo), int(hi), add(int(lo), length), add(int(hi), length))
                for lo, hi in arguments
            ]
        if spec["function"] == "calculate":
            return [
                (*values, *calculated)
                for values in arguments
                if (calculated := _calculate(str(spec["operator"]), *map(int, values))) is not None
            ]
        fields = spec["fields"]
        constants = spec["constants"]
        assert isinstance(fields, list | tuple)
        assert isinstance(constants, Mapping)
        found = []
        for values in arguments:
            asked = {**constants, **dict(zip(fields, values, strict=True))}
            answer = self._coverage.until(str(spec["kind"]), asked)
            if answer is not None:
                day, number = answer
                found.append((*values, day, day, number))
        return found


def _calculate(operator: str, a_lo: int, a_hi: int, b_lo: int, b_hi: int) -> tuple[int, int] | None:
    """The bounds of a sum, a difference, a share in percent, or of a day so many months later.

    A share is rounded to a whole number, half up, as progress reports print it;
    there is none of nothing.
    """
    if operator == "months":
        if not 0 < b_lo <= b_hi <= MOST_MONTHS:
            return None
        first, last = (Period(months=months, rounding="earlier") for months in (b_lo, b_hi))
        return add(a_lo, first), add(a_hi, last)
    if operator == "+":
        return a_lo + b_lo, a_hi + b_hi
    if operator == "-":
        return a_lo - b_hi, a_hi - b_lo
    if b_lo <= 0:
        return None
    if operator == "rest":
        a_lo, a_hi = b_lo - a_hi, b_hi - a_lo
    return (200 * a_lo + b_hi) // (2 * b_hi), (200 * a_hi + b_lo) // (2 * b_lo)
