"""Entry into force, withdrawal, and how many States take part (Articles 17, 18 and 20)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from bench.handwritten.calendar import (
    days_later,
    first_of_sixth_month,
    months_later,
)

if TYPE_CHECKING:
    from bench.handwritten import Findings
    from bench.handwritten.record import Dossier, Dossiers

#: The day up to which instruments are of the thirty that brought the Convention into
#: force, where the record does not say when the thirtieth was deposited.
_EARLY: Final = dt.date(2010, 2, 16).toordinal()


class Count:
    """How many there are at least and at most."""

    __slots__ = ("certain", "hi", "lo")

    def __init__(self) -> None:
        self.lo = 0
        self.hi = 0
        self.certain: list[str] = []

    def add(self, truth: int, party: str = "") -> None:
        """Count one that is there (1), is perhaps (0) or is not (-1)."""
        if truth >= 0:
            self.hi += 1
            self.lo += truth
            if truth:
                self.certain.append(party)


class Totals:
    """States counted."""

    def __init__(self, all_: Dossiers) -> None:
        self.all = all_
        self.deposited = Count()
        self.in_force = Count()
        self.awaiting = Count()
        self.signatories = Count()
        self.withdrawn = Count()
        self.measures = Count()

    def judge(self, found: Findings) -> None:
        """What is found of all States together."""
        d, f, w, s, x = (
            (count.lo, count.hi)
            for count in (
                self.deposited,
                self.in_force,
                self.awaiting,
                self.signatories,
                self.withdrawn,
            )
        )
        if d[0] >= 1:
            found["finding participation-count/participation"] = {(*d, *f, *s, *w, *x, "")}
        self._thresholds(found)
        if self.measures.lo >= 1:
            row = (*f, self.measures.lo, self.measures.hi, "")
            found["finding national-implementation/national-measures-counted"] = {row}
        if self.all.rows["national-measures"]:
            return
        counts = [
            (row, certain)
            for row, certain in self.all.rows["stated-count"].items()
            if row[0] == "national-measures-all"
        ]
        latest = max((hi for (*_, hi), _ in counts), default=0)
        for (_, _, value, out_of, _, lo, hi), certain in counts:
            if certain and out_of > 0 and latest <= lo:
                name = "finding national-implementation/national-measures-stated"
                found.setdefault(name, set()).add((out_of, lo, hi, value, ""))

    def _thresholds(self, found: Findings) -> None:
        """Whether the instruments on record agree with the days of thresholds (Article 17)."""
        rows = self.all.rows
        by: dict[int, dict[str, int]] = {}
        before: dict[int, dict[str, int]] = {}
        early: dict[str, int] = {}
        for (party, lo, hi, *_), certain in rows["deposit"].items():
            if lo <= _EARLY:
                early[party] = max(early.get(party, 0), int(certain and hi <= _EARLY))
            for (number, t_lo, t_hi), sure in rows["threshold-instrument"].items():
                if lo <= t_hi:
                    known = by.setdefault(number, {})
                    known[party] = max(known.get(party, 0), int(certain and sure and hi <= t_lo))
                if lo < t_hi:
                    known = before.setdefault(number, {})
                    known[party] = max(known.get(party, 0), int(certain and sure and hi < t_lo))
        name = "finding threshold-instrument/threshold-"
        if not rows["threshold-instrument"] and sum(early.values()) >= 1:
            found[f"{name}missing"] = {(sum(early.values()), len(early), "")}
        until = self.all.registers.until("deposit")
        for (number, lo, hi), sure in rows["threshold-instrument"].items():
            earlier, so_far = before.get(number, {}), by.get(number, {})
            if sure and earlier and sum(earlier.values()) >= number:
                row = (sum(earlier.values()), len(earlier), number, lo, hi, "")
                found.setdefault(f"{name}reached-before", set()).add(row)
            told = sure and until is not None and hi <= until
            counts = sum(so_far.values()), len(so_far)
            if told and counts[0] >= 1 and counts[1] < number:
                row = (*counts, number, lo, hi, until, until, "")
                found.setdefault(f"{name}not-reached", set()).add(row)


def judge(state: Dossier, totals: Totals, found: Findings) -> None:
    """One State: when the Convention binds it, and what is found of that."""
    deposits = state.facts("deposit")
    if deposits:
        _enter(state)
    notices = state.facts("withdrawal_notice")
    if notices:
        _leave(state, found)
    today, party, gone = state.today, state.party, state.withdrawn
    in_force = awaiting = -1
    for lo, hi, certain in state.entered:
        if lo <= today and gone < 1:
            in_force = max(in_force, certain and hi <= today and gone < 0)
        if hi > today:
            awaiting = max(awaiting, certain and lo > today)
    if deposits and gone < 1:
        totals.deposited.add(max(fact[-1] for fact in deposits) if gone < 0 else 0)
    totals.in_force.add(in_force)
    totals.awaiting.add(awaiting, party)
    totals.withdrawn.add(gone, party)
    _signatory(state, totals)
    measures = state.facts("national_measures")
    if measures and in_force >= 0:
        totals.measures.add(in_force and max(fact[-1] for fact in measures))
    for lo, hi, scope, certain in state.facts("provisional_application"):
        for e_lo, e_hi, sure in state.entered:
            if certain and sure and e_lo > today:
                name = "finding provisional-application/provisional-application-running"
                found.setdefault(name, set()).add((lo, hi, e_lo, e_hi, party, scope, ""))
    for of, lo, hi, certain in state.facts("stated_date"):
        if not certain:
            continue
        for e_lo, e_hi, sure in state.entered:
            if not sure:
                continue
            if of == "entry-into-force" and (hi < e_lo or e_hi < lo):
                name = "finding entry-into-force-stated/entry-into-force-differs"
                found.setdefault(name, set()).add((e_lo, e_hi, party, lo, hi, ""))
            elif of == "initial-report-due":
                d_lo, d_hi = days_later(e_lo, 180), days_later(e_hi, 180)
                if hi < d_lo or d_hi < lo:
                    name = "finding initial-report-stated-due/initial-report-due-differs"
                    row = (d_lo, d_hi, e_lo, e_hi, party, lo, hi, "")
                    found.setdefault(name, set()).add(row)


def _enter(state: Dossier) -> None:
    """Article 17: with the Convention's own entry into force, or six months after deposit."""
    entered: dict[tuple[int, int], int] = {}
    for lo, hi, _, _, _, certain in state.facts("deposit"):
        later = 1  # than the thirtieth instrument
        for t_lo, t_hi, sure in state.all.thirtieth:
            if lo > t_hi:
                continue
            in_time = sure and hi <= t_lo
            later = -1 if in_time else min(later, 0)
            day = first_of_sixth_month(t_lo), first_of_sixth_month(t_hi)
            entered[day] = max(entered.get(day, 0), int(certain and in_time))
        if later >= 0:
            day = first_of_sixth_month(lo), first_of_sixth_month(hi)
            entered[day] = max(entered.get(day, 0), int(certain and later))
    state.entered = [(*day, certain) for day, certain in entered.items()]


def _leave(state: Dossier, found: Findings) -> None:
    """Article 20(2) and (3): six months after receipt, or after an armed conflict."""
    today, party = state.today, state.party
    conflicts = state.facts("armed_conflict")
    leaves: dict[tuple[int, int], int] = {}
    for r_lo, r_hi, _, certain in state.facts("withdrawal_notice"):
        lo, hi = months_later(r_lo, 6, later=True), months_later(r_hi, 6, later=True)
        if certain and lo > today:
            name = "finding withdrawal/withdrawal-pending"
            found.setdefault(name, set()).add((lo, hi, party, r_lo, r_hi, ""))
        engaged = -1
        for c_lo, c_hi, u_lo, u_hi, sure in conflicts:
            if c_lo > hi or u_hi < lo:
                continue
            now = int(sure and c_hi <= lo and u_lo >= hi)
            engaged = max(engaged, now)
            if certain and now and hi <= today <= u_lo:
                name = "finding withdrawal/withdrawal-in-conflict"
                found.setdefault(name, set()).add((lo, hi, party, u_lo, u_hi, "review"))
            # It leaves on the day after the conflict, unless another one goes on.
            further = -1
            for o_lo, o_hi, v_lo, v_hi, known in conflicts:
                if o_lo <= u_hi and v_hi > u_lo:
                    further = max(further, int(known and o_hi <= u_lo and v_lo > u_hi))
            if further < 1:
                after = days_later(u_lo, 1), days_later(u_hi, 1)
                leaves[after] = max(leaves.get(after, 0), int(certain and now and further < 0))
        if engaged < 1:
            leaves[lo, hi] = max(leaves.get((lo, hi), 0), int(certain and engaged < 0))
    state.leaves = [(*day, certain) for day, certain in leaves.items()]
    for lo, hi, certain in state.leaves:
        if lo <= today:
            gone = int(certain and hi <= today)
            state.withdrawn = max(state.withdrawn, gone)
            if gone:
                found.setdefault("finding withdrawal/withdrawn", set()).add((lo, hi, party, ""))


def _signatory(state: Dossier, totals: Totals) -> None:
    """It signed, and the record is complete and shows no deposit."""
    signatures = state.facts("signature")
    if not signatures:
        return
    deposits = state.facts("deposit")
    if any(fact[-1] for fact in deposits):
        return
    sure = any(fact[-1] for fact in signatures) and not deposits
    if sure:
        until = state.registers.until("deposit", state.party)
        sure = until is not None and until >= state.today
    totals.signatories.add(int(sure))
