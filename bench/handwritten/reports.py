"""Transparency reports (Article 7) and reports on what is retained (Article 3(8))."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from bench.handwritten.calendar import days_later, years_later
from bench.handwritten.participation import Count
from bench.handwritten.status import Bearing, status

if TYPE_CHECKING:
    from bench.handwritten import Findings
    from bench.handwritten.record import Dossier, Dossiers, Facts

_ANNUAL = "finding annual-transparency-report/"
_INITIAL = "finding initial-transparency-report/"


class Year(NamedTuple):
    """A calendar year on which States report: its last day, 1 November, and the due day."""

    ends: int
    november: int
    due: int


class Counted(NamedTuple):
    """What a source counts for a year: reports received, and bounds of the day of the count."""

    received: int
    lo: int
    hi: int
    certain: int


class Years:
    """The years on which States report, and how many reports they owe."""

    def __init__(self, all_: Dossiers) -> None:
        self.today = today = all_.today
        self.years = {
            year: Year(
                ends,
                dt.date(year, 11, 1).toordinal(),
                dt.date(year + 1, 4, 30).toordinal(),
            )
            for year, _, _, ends, _ in all_.rows["calendar-year"]
        }
        before = years_later(today, -2), years_later(today, -1)
        ahead = years_later(today, 1, later=True)
        self.current = {y for y, year in self.years.items() if before[1] < year.due <= ahead}
        self.earlier = {y for y, year in self.years.items() if before[0] < year.due <= before[1]}
        self.recent = self.current | self.earlier
        self.counted = self._counted(all_)
        self.owed: dict[int, Count] = {}
        self.expected: dict[int, Count] = {}
        self.missing: dict[int, Count] = {}

    def _counted(self, all_: Dossiers) -> dict[int, list[Counted]]:
        """The last count for each recent year, of the reports received."""
        said: dict[int, list[Counted]] = {}
        for (of, year, value, _, _, lo, hi), certain in all_.rows["stated-count"].items():
            if of == "annual-reports-received" and year in self.recent:
                said.setdefault(year, []).append(Counted(value, lo, hi, certain))
        last: dict[int, list[Counted]] = {}
        for year, counts in said.items():
            for count in counts:
                if not any(other.certain and other.lo > count.hi for other in counts):
                    sure = not any(other.hi > count.lo for other in counts)
                    last.setdefault(year, []).append(
                        count._replace(certain=int(count.certain and sure))
                    )
        return last

    def judge(self, found: Findings) -> None:
        """What is found of the reports that all States owe together."""
        for y, owed in self.owed.items():
            due = self.years[y].due
            soon = days_later(due, -90)
            numbers = (owed.lo, owed.hi)
            if soon <= self.today <= due and owed.lo >= 1:
                name = "finding annual-report-count/annual-reports-due-soon"
                found.setdefault(name, set()).add((due, due, *numbers, soon, soon, y, ""))
            expected, missing = self.expected.get(y), self.missing.get(y)
            if expected is None or due >= self.today:
                continue
            for count in self.counted.get(y, ()):
                if not count.certain or count.received >= expected.lo:
                    continue
                name = "finding annual-report-count/annual-reports-missing"
                row = (count.lo, count.hi, due, due, expected.lo, expected.hi)
                if missing is None:
                    name += "-unnamed"
                else:
                    row += (missing.lo, missing.hi)
                found.setdefault(name, set()).add((*row, *numbers, count.received, y, ""))


def judge(state: Dossier, years: Years, found: Findings) -> None:
    """The reports of one State."""
    if not state.entered:
        return
    initial: list[tuple[int, int, int]] = []
    annual: dict[int, list[tuple[int, int, int]]] = {}
    for kind, year, lo, hi, certain in state.facts("report"):
        if kind == "initial":
            initial.append((lo, hi, certain))
        elif kind == "annual":
            annual.setdefault(year, []).append((lo, hi, certain))
    _initial(state, initial, found)
    _annual(state, years, annual, initial, found)
    retained = state.facts("retention")
    if retained:
        _retention(state, years, annual, retained, found)


def _initial(state: Dossier, done: list[tuple[int, int, int]], found: Findings) -> None:
    """Article 7(1): 180 days after entry into force."""
    today, party = state.today, state.party
    for e_lo, e_hi, certain in state.entered:
        due = days_later(e_lo, 180), days_later(e_hi, 180)
        if not certain or any(lo <= due[1] for lo, _, _ in state.leaves):
            continue
        said, until = status(
            today,
            due,
            days_later(due[1], -90),
            done,
            lambda: state.registers.until("report", party, kind="initial"),
        )
        tail = (e_lo, e_hi, party, until, until, said)
        if said == "overdue":
            found.setdefault(_INITIAL + "initial-report-overdue", set()).add((*due, *tail))
        elif said == "due-soon":
            found.setdefault(_INITIAL + "initial-report-due-soon", set()).add((*due, *tail))
        elif said == "met-late":
            for lo, hi, sure in done:
                if sure and lo > due[1]:
                    row = (lo, hi, *due, *tail)
                    found.setdefault(_INITIAL + "initial-report-late", set()).add(row)
        elif said == "met":
            for lo, hi, sure in done:
                if sure and hi <= due[0] and hi < e_lo:
                    row = (lo, hi, *due, *tail)
                    found.setdefault(_INITIAL + "initial-report-early", set()).add(row)


def _owes(state: Dossier, year: Year) -> int:
    """Whether a State reports on a year: bound by its end, and not withdrawn by it."""
    owes = -1
    for lo, hi, certain in state.entered:
        if lo <= year.ends:
            owes = max(owes, int(certain and hi <= year.ends))
    for lo, hi, certain in state.leaves:
        if lo <= year.ends:
            if certain and hi <= year.ends:
                return -1
            owes = min(owes, 0)
    return owes


def _annual(
    state: Dossier,
    years: Years,
    annual: dict[int, list[tuple[int, int, int]]],
    initial: list[tuple[int, int, int]],
    found: Findings,
) -> None:
    """Article 7(2): by 30 April, on the year before."""
    today, party = state.today, state.party
    for y in years.recent | annual.keys() if annual else years.recent:
        year = years.years.get(y)
        if year is None:
            continue
        owes = _owes(state, year)
        if owes < 0:
            continue
        done = annual.get(y, [])

        def until(y: int = y) -> int | None:
            return state.registers.until("report", party, kind="annual", year=y)

        if y not in years.current and (y not in years.earlier or until() is None):
            if not done:
                continue
            owes = min(owes, max(certain for _, _, certain in done))
        said = ""
        if owes:
            due = year.due
            first, last = _in_question(state, year)
            said, shown = status(
                today,
                (due, due),
                days_later(due, -90),
                done,
                until,
                Bearing(review=max(first, last)),
            )
            if said in ("overdue", "met-late", "review"):
                _found_annual(state, years, y, (said, shown), done, (first, last), found)
        if y in years.recent:
            years.owed.setdefault(y, Count()).add(owes)
            _count(years, y, party, owes, said == "overdue", initial)


def _in_question(state: Dossier, year: Year) -> tuple[int, int]:
    """Whether a State's first or last report is in question: late in the year, or leaving."""
    first = last = -1
    for lo, hi, certain in state.entered:
        if hi >= year.november:
            first = max(first, int(certain and lo >= year.november))
    for lo, hi, certain in state.leaves:
        if lo <= year.due:
            last = max(last, int(certain and hi <= year.due))
    return first, last


def _found_annual(
    state: Dossier,
    years: Years,
    y: int,
    said: tuple[str, int],
    done: list[tuple[int, int, int]],
    question: tuple[int, int],
    found: Findings,
) -> None:
    what, until = said
    party, due = state.party, years.years[y].due
    if what == "overdue":
        row = (due, due, party, until, until, y, what)
        found.setdefault(_ANNUAL + "annual-report-overdue", set()).add(row)
    elif what == "met-late":
        for lo, hi, certain in done if y in years.recent else ():
            if certain and lo > due:
                late = (lo, hi, due, due, party, until, until, y, what)
                found.setdefault(_ANNUAL + "annual-report-late", set()).add(late)
    else:
        first, last = question
        for lo, hi, certain in state.entered if first == 1 else ():
            if certain:
                unclear = (due, due, lo, hi, party, until, until, y, what)
                found.setdefault(_ANNUAL + "first-annual-report-unclear", set()).add(unclear)
        for lo, hi, certain in state.leaves if last == 1 else ():
            if certain:
                leaving = (due, due, party, until, until, lo, hi, y, what)
                found.setdefault(_ANNUAL + "last-annual-report-unclear", set()).add(leaving)


def _count(
    years: Years,
    y: int,
    party: str,
    owes: int,
    overdue: bool,
    initial: list[tuple[int, int, int]],
) -> None:
    """Count a report that is owed by a State that had filed its initial one at the count."""
    truth = -1
    for count in years.counted.get(y, ()):
        for lo, hi, certain in initial:
            if lo <= count.hi:
                truth = max(truth, int(certain and count.certain and hi <= count.lo))
    if truth >= 0:
        years.expected.setdefault(y, Count()).add(min(truth, owes))
        if overdue:
            years.missing.setdefault(y, Count()).add(truth, party)


def _retention(
    state: Dossier,
    years: Years,
    annual: dict[int, list[tuple[int, int, int]]],
    retained: Facts,
    found: Findings,
) -> None:
    """Article 3(8): whoever retains submunitions reports on it by 30 April."""
    party = state.party
    for y, _, _, _, _, certain in retained:
        year = years.years.get(y)
        if year is None or not certain:
            continue
        due, ends = year.due, year.ends
        done = annual.get(y, [])
        review = _in_question(state, year)[1]
        said, until = status(
            state.today,
            (due, due),
            due,
            done,
            lambda y=y: state.registers.until("report", party, kind="annual", year=y),
            Bearing(review=review),
        )
        if said not in ("overdue", "met-late"):
            continue
        for e_lo, e_hi, sure in state.entered:
            if not sure or e_hi > ends:
                continue
            tail = (due, due, e_lo, e_hi, ends, ends, party, until, until, y, said)
            if said == "overdue":
                name = "finding retention-report/retention-report-overdue"
                found.setdefault(name, set()).add(tail)
            else:
                for lo, hi, known in done:
                    if known and lo > due:
                        name = "finding retention-report/retention-report-late"
                        found.setdefault(name, set()).add((lo, hi, *tail))
