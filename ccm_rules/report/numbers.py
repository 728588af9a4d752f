"""The numbers of an action plan: what the record shows, and what sources state.

A number has a ground. It is *derived* where the record shows every member, and
then the members are its proof; *stated* where a source prints it, or where it is
arithmetic on printed numbers; *not applicable* where a source says so; else
*unknown*. What the record shows of a stated number stands beside it: who is
known to be counted, and of whom it cannot tell.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from ccm_rules.compiler import tallies
from ccm_rules.compiler.plan import IndicatorInfo, SectionInfo
from ccm_rules.compiler.program import Row
from ccm_rules.dates import in_words
from ccm_rules.errors import CcmError

if TYPE_CHECKING:
    from ccm_rules.report.because import Node
    from ccm_rules.report.views import Report

DERIVED: Final = "derived"
STATED: Final = "stated"
UNKNOWN: Final = "unknown"
NOT_APPLICABLE: Final = "not-applicable"

#: Facts that state numbers; the vocabulary of the record declares them.
_QUOTES: Final = "stated-count"
_INAPPLICABLE: Final = "stated-not-applicable"
_MEETING: Final = "reporting-meeting"


class Member(NamedTuple):
    """One that is counted.

    Attributes:
        party: code of the State, or empty.
        name: in words: the State's name, and what tells it from its others.
        item, n: further parts of the key, as on a duty.
    """

    party: str
    name: str
    item: str
    n: int


class Quote(NamedTuple):
    """A number as a source prints it.

    Attributes:
        value: the number.
        out_of: the denominator printed with it, or 0.
        qualifier: ``about`` or ``more than``, or empty.
        places: references such as ``11MSP-PR Action 44``.
        note: what those who keep the record remark on it.
    """

    value: int
    out_of: int
    qualifier: str
    places: tuple[str, ...]
    note: str


class Number(NamedTuple):
    """One indicator, for one year where it is counted by year.

    Attributes:
        info: what the rule file says of it.
        year: the calendar year that it is about, or 0.
        ground: derived, stated, unknown or not-applicable.
        value: the number; ``None`` where it is unknown, does not apply, or is
            stated in several ways.
        low, high: the range that the record allows, from the members shown to
            those that may be; ``None`` where the record lists nobody, and
            ``high`` also where it sets no bound.
        members: those counted for certain, by name.
        open: those of whom the record cannot tell.
        out_of: the denominator: of a derived number those of whom it is asked,
            where the record shows all of them; of another one that which a source
            prints with it, or else, if the record lists members, the same; ``None``
            where there is none.
        population: those of whom it is asked.
        population_title: the same in words, or empty.
        quotes: what sources print.
        reckoned: the result of arithmetic on two other numbers, or ``None``.
        arithmetic: that arithmetic in words, or empty.
    """

    info: IndicatorInfo
    year: int
    ground: str
    value: int | None
    low: int | None
    high: int | None
    members: tuple[Member, ...]
    open: tuple[Member, ...]
    out_of: int | None
    population: tuple[Member, ...]
    population_title: str
    quotes: tuple[Quote, ...]
    reckoned: int | None
    arithmetic: str

    @property
    def name(self) -> str:
        """Its name, with the year where it has one: ``annual-reports-received:2022``."""
        return f"{self.info.name}:{self.year}" if self.year else self.info.name

    @property
    def exact(self) -> bool:
        """Whether the record shows every member."""
        return self.low is not None and self.low == self.high

    @property
    def differ(self) -> bool:
        """Whether sources print different numbers, or one that the record does not bear out."""
        values = {quote.value for quote in self.quotes}
        if self.exact:
            values.add(self.low or 0)
        elif self.reckoned is not None:
            values.add(self.reckoned)
        return len(values) > 1


class Tally(NamedTuple):
    """All numbers of a review period.

    Attributes:
        report: the check that they rest on.
        starts, ends: the first and the last day of the period, as ordinals.
        meeting: id of the Meeting that the progress report is made for, or empty.
        numbers: in the order of sections, Actions and rule files.
        sections: how the progress report is laid out.
    """

    report: Report
    starts: int
    ends: int
    meeting: str
    numbers: tuple[Number, ...]
    sections: tuple[SectionInfo, ...]

    def of(self, indicator: str) -> tuple[Number, ...]:
        """The numbers of an indicator, the latest year first."""
        found = [number for number in self.numbers if number.info.name == indicator]
        return tuple(sorted(found, key=lambda number: -number.year))

    def first(self, indicator: str) -> Number:
        """The number of an indicator, of the latest year where there are several."""
        return self.of(indicator)[0]

    @property
    def meeting_name(self) -> str:
        """The Meeting in words, or empty."""
        return self.report.words.meetings.get(self.meeting, "")

    def because(self, number: Number) -> Node:
        """How a number comes about: what sources print, who is counted, and who is open."""
        return self.report.explainer.number(self, number)

    def sources(self, number: Number) -> dict[Member, tuple[str, ...]]:
        """For each member of a number the places where sources tell that it is counted."""
        provenance = self.report.evaluation.provenance
        key = (number.info.name, number.year)
        return {
            member: provenance.places(tallies.MEMBER, (*key, member.party, member.item, member.n))
            for member in number.members
        }


def tally(report: Report) -> Tally:
    """Count what a check derived.

    Args:
        report: a check with a rulebook that was loaded with its indicators.

    Raises:
        CcmError: the record names no review period, or the rules hold no indicator.
    """
    period = report.record.period
    if period is None:
        raise CcmError("the record names no review period; give one")
    if not report.rulebook.plan.indicators:
        raise CcmError("the rules hold no indicator")
    counter = _Counter(report)
    numbers = [
        counter.number(info, year)
        for info in report.rulebook.plan.indicators.values()
        for year in counter.years(info)
    ]
    sections = report.rulebook.plan.sections
    order = {section.letter: place for place, section in enumerate(sections)}
    numbers.sort(key=lambda number: order[number.info.section])
    meetings = report.evaluation.derived.rows.get(_MEETING, {})
    meeting = next((str(row[0]) for row, sure in sorted(meetings.items()) if sure), "")
    return Tally(report, period.earliest, period.latest, meeting, tuple(numbers), sections)


class _Counter:
    """Reads numbers out of what was derived."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._rows = report.evaluation.derived.rows
        self._members = self._by_key(tallies.MEMBER)
        self._populations = self._by_key(tallies.POPULATION)
        self._counts = {row[:2]: (row[2], row[3]) for row in self._rows[tallies.COUNT]}
        self._unsure = {row[:2] for row in self._rows[tallies.UNSURE]}
        self._whole = {row[:2]: row[2:] for row in self._rows[tallies.OF_POPULATION]}
        self._exact_whole = {row[:2]: row[2] for row in self._rows[tallies.POPULATION_EXACT]}
        self._reckoned: dict[Row, set[Row]] = {}
        for row in self._rows[tallies.RECKONED]:
            self._reckoned.setdefault(row[:2], set()).add(row[2:])
        self._quotes: dict[tuple[str | int, ...], list[Quote]] = {}
        for row, sure in self._rows.get("quoted", {}).items():
            if sure:
                self._quotes.setdefault(row[:2], []).append(self._quote(row))
        self._inapplicable = {
            row[0]
            for row, sure in self._rows.get(_INAPPLICABLE, {}).items()
            if sure
            and report.record.period is not None
            and report.record.period.earliest <= int(row[1])
            and int(row[2]) <= report.record.period.latest
        }

    def _by_key(self, relation: str) -> dict[Row, list[tuple[Member, int]]]:
        found: dict[Row, list[tuple[Member, int]]] = {}
        for row, sure in self._rows[relation].items():
            found.setdefault(row[:2], []).append((self._member(row), sure))
        for members in found.values():
            members.sort(key=lambda member: member[0][1:])
        return found

    def _member(self, row: Row) -> Member:
        _, _, party, item, n = row
        words = self._report.words
        name = words.party(str(party)) if party else ""
        more = [f"Article {item}" if str(item).isdigit() else str(item)] if item else []
        more += [str(n)] if n else []
        shown = f"{name} ({', '.join(more)})" if more else name
        return Member(str(party), shown, str(item), int(n))

    def _quote(self, row: Row) -> Quote:
        _, _, value, out_of, qualifier, *_ = row
        facts = self._report.evaluation.base.origins.get(_QUOTES, {}).get(row, ())
        places = tuple(dict.fromkeys(place for fact in facts for place in fact.sources))
        note = "; ".join(dict.fromkeys(fact.note for fact in facts if fact.note))
        return Quote(int(value), int(out_of), str(qualifier), places, note)

    def years(self, info: IndicatorInfo) -> list[int]:
        """The years for which an indicator is counted or quoted, the latest first."""
        keys = {*self._counts, *self._quotes, *self._reckoned}
        found = sorted({int(key[1]) for key in keys if key[0] == info.name}, reverse=True)
        return found or [0]

    def number(self, info: IndicatorInfo, year: int) -> Number:
        """One number."""
        key: Row = (info.name, year)
        low = high = None
        members: tuple[Member, ...] = ()
        open_: tuple[Member, ...] = ()
        if key in self._counts:
            low, top = map(int, self._counts[key])
            high = None if key in self._unsure else top
            found = self._members.get(key, [])
            members = tuple(member for member, sure in found if sure)
            open_ = tuple(member for member, sure in found if not sure)
        quotes = tuple(sorted(self._quotes.get(key, ()), key=lambda quote: _in_text(quote)))
        reckoned, arithmetic = self._arithmetic(info, key)
        derived = low is not None and low == high
        out_of, population, title = self._denominator(info, key, quotes, derived)
        ground, value = UNKNOWN, None
        stated = {quote.value for quote in quotes}
        if derived:
            ground, value = DERIVED, low
        elif stated:
            ground, value = STATED, stated.pop() if len(stated) == 1 else None
        elif reckoned is not None:
            ground, value = STATED, reckoned
        elif info.name in self._inapplicable:
            ground = NOT_APPLICABLE
        return Number(
            info,
            year,
            ground,
            value,
            low,
            high,
            members,
            open_,
            out_of,
            population,
            title,
            quotes,
            reckoned,
            arithmetic,
        )

    def _denominator(
        self, info: IndicatorInfo, key: Row, quotes: tuple[Quote, ...], derived: bool
    ) -> tuple[int | None, tuple[Member, ...], str]:
        printed = next((quote.out_of for quote in quotes if quote.out_of), None)
        if key not in self._whole:
            return printed, (), ""
        name, year = self._whole[key]
        members = tuple(m for m, sure in self._populations.get((name, year), ()) if sure)
        population = self._report.rulebook.plan.populations[info.population]
        exact = self._exact_whole.get((name, year))
        own = population.unit == info.unit and (derived or (info.listed and not printed))
        return (int(exact) if own and exact is not None else printed), members, population.title

    def _arithmetic(self, info: IndicatorInfo, key: Row) -> tuple[int | None, str]:
        results = self._reckoned.get(key, set())
        # Where a number is printed in two ways, what follows from it is not known either.
        if len(results) != 1:
            return None, ""
        low, high = map(int, next(iter(results)))
        if low != high:
            return None, ""
        operator, left, right = info.reckoned
        values = {
            name: sorted({int(row[2]) for row in self._rows[tallies.VALUE] if row[0] == name})
            for name in (left, right)
        }
        if any(len(found) != 1 for found in values.values()):
            return low, ""
        from ccm_rules.report.said import calculated

        a, b = values[left][0], values[right][0]
        return low, calculated(operator, (a, a, b, b, low, low)).removesuffix(".")


def _in_text(quote: Quote) -> tuple[int, ...]:
    """Summary, tables, paragraphs: the order in which a progress report prints numbers."""
    first = quote.places[0].partition(" ")[2] if quote.places else ""
    return (0 if first.startswith("II") else 1 if first.startswith("Action") else 2, -quote.out_of)


def period_in_words(tally: Tally) -> str:
    """The review period, as ``1 July 2022 to 30 June 2023``."""
    start, end = tally.starts, tally.ends
    return f"{in_words(start, start)} to {in_words(end, end)}"


def chosen(numbers: Iterable[Number], actions: Iterable[int]) -> list[Number]:
    """The numbers of some Actions; all if none is named."""
    wanted = set(actions)
    return [number for number in numbers if not wanted or number.info.action in wanted]
