"""Requests for clarification of compliance (Article 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.handwritten.calendar import days_later
from bench.handwritten.status import status

if TYPE_CHECKING:
    from bench.handwritten import Findings
    from bench.handwritten.record import Dossier

_RULE = "finding clarification-response/clarification-response-"
_POSSIBLE = "finding clarification-submission/clarification-submission-possible"


def judge(state: Dossier, found: Findings) -> None:
    """An answer is due within 28 days; without one the matter can go to a Meeting."""
    requests = state.facts("clarification_request")
    if requests:
        for matter in dict.fromkeys(request[1] for request in requests):
            _matter(state, matter, found)


def _matter(state: Dossier, matter: str, found: Findings) -> None:
    """One matter: whoever asked about it, one answer to any of them is an answer."""
    party = state.party
    duties = []
    for by, what, lo, hi, certain in state.facts("clarification_request"):
        for e_lo, e_hi, entered in state.entered if what == matter else ():
            left = -1
            for w_lo, w_hi, leaves in state.leaves:
                if w_lo <= hi:
                    left = max(left, int(leaves and w_hi <= lo))
            if e_lo <= hi and left < 1:
                sure = certain and entered and e_hi <= lo and left < 0
                duties.append((by, lo, hi, e_lo, e_hi, int(sure)))
    answers = [fact for fact in state.facts("clarification_response") if fact[1] == matter]
    done = [
        (lo, hi, min(certain, sure))
        for by, *_, sure in duties
        for other, _, lo, hi, certain in answers
        if other == by
    ]
    complete = {
        state.registers.until("clarification-response", party, by=by, matter=matter)
        for by, *_, sure in duties
        if sure
    }
    for by, lo, hi, e_lo, e_hi, sure in duties:
        if not sure:
            continue
        due = days_later(lo, 28), days_later(hi, 28)
        for known in complete:
            said, until = status(
                state.today,
                due,
                days_later(due[1], -7),
                done,
                lambda known=known: known,
            )
            tail = (*due, e_lo, e_hi, matter, party, lo, hi, until, until, said)
            if said == "overdue":
                found.setdefault(_RULE + "overdue", set()).add((by, *tail))
                _submission(state, matter, due, found)
            elif said == "due-soon":
                found.setdefault(_RULE + "due-soon", set()).add((by, *tail))
            elif said == "met-late":
                for other, _, d_lo, d_hi, certain in answers:
                    if certain and other == by and d_lo > due[1]:
                        found.setdefault(_RULE + "late", set()).add((by, d_lo, d_hi, *tail))


def _submission(state: Dossier, matter: str, due: tuple[int, int], found: Findings) -> None:
    submitted = {fact[0] for fact in state.facts("clarification_submission") if fact[1] == matter}
    for by, what, _, _, certain in state.facts("clarification_request"):
        if certain and what == matter and by not in submitted:
            for meeting, lo, hi in state.all.coming_msp:
                row = (by, *due, matter, meeting, lo, hi, state.party, "")
                found.setdefault(_POSSIBLE, set()).add(row)
