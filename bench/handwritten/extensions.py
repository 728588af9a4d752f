"""Destruction and clearance: deadlines, their extension and their end (Articles 3 and 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from bench.handwritten.calendar import days_later, months_later, years_later
from bench.handwritten.status import Bearing, status

if TYPE_CHECKING:
    from bench.handwritten import Findings
    from bench.handwritten.record import Dossier, Facts

#: For each Article: the rule of its duty and that of its window, the years that it
#: gives from entry into force, and the years by which it can be extended.
_ARTICLES: Final = {
    "3": ("stockpile-destruction", "stockpile-extension-window", 8, 4),
    "4": ("clearance", "clearance-extension-window", 10, 5),
}
#: How the findings of each Article are called.
_WORDS: Final = {
    "3": ("stockpile", "stockpile-destroyed"),
    "4": ("clearance", "cleared"),
}
_STATUS: Final = {
    "due-soon": "deadline-near",
    "overdue": "deadline-missed",
    "lapsed": "deadline-lapsed",
    "pending": "deadline-pending",
}


class Request(NamedTuple):
    """A request for an extension, as in the vocabulary."""

    article: str
    number: int
    replaces: int
    lo: int
    hi: int
    until_lo: int
    until_hi: int
    months: int
    meeting: str
    certain: int


class Decision(NamedTuple):
    """A decision on an extension, as in the vocabulary."""

    article: str
    number: int
    replaces: int
    outcome: str
    until_lo: int
    until_hi: int
    lo: int
    hi: int
    meeting: str
    procedure: str
    certain: int


class Deadline(NamedTuple):
    """A deadline that is certain: its number, and bounds of its day."""

    article: str
    number: int
    lo: int
    hi: int


class File:
    """What the record says of a State's obligations under Articles 3 and 4."""

    def __init__(self, state: Dossier) -> None:
        self.state = state
        self.party = state.party
        self.obligations = state.facts("obligation")
        self.requests = [Request(*fact) for fact in state.facts("extension_request")]
        self.decisions = [Decision(*fact) for fact in state.facts("extension_decision")]
        self.completions = state.facts("completion")
        self.no_objects = state.facts("no_object")
        self.deadlines = self._deadlines()
        ended = {fact[0] for fact in self.completions} | {fact[0] for fact in self.no_objects}
        self.remaining = {
            article for article, *_, certain in self.obligations if certain and article not in ended
        }
        self.undecided = [(request, self._undecided(request)) for request in self.requests]

    def _deadlines(self) -> set[Deadline]:
        found = {
            Deadline(d.article, d.number, d.until_lo, d.until_hi)
            for d in self.decisions
            if d.certain and d.outcome == "granted"
        }
        for article, paragraph, *_, certain in self.obligations:
            if not certain or article not in _ARTICLES:
                continue
            if article == "4" and paragraph == "4(1)(b)":
                continue  # its ten years run from the end of the hostilities
            years = _ARTICLES[article][2]
            for lo, hi, sure in self.state.entered:
                if sure:
                    found.add(Deadline(article, 0, years_later(lo, years), years_later(hi, years)))
        return found

    def _undecided(self, request: Request) -> int:
        """Whether a request is before a Meeting: -1 (no), 0 (perhaps) or 1 (yes)."""
        truth = request.certain
        for decision in self.decisions:
            if decision.article == request.article and decision.replaces == request.replaces:
                if decision.certain:
                    return -1
                truth = 0
        return int(truth and self.recorded_decisions(request) >= self.state.today)

    def recorded_decisions(self, request: Request) -> int:
        """Until when the record of decisions on such a request is complete, or never."""
        until = self.state.registers.until(
            "extension-decision", self.party, article=request.article, replaces=request.replaces
        )
        return 0 if until is None else until

    def recorded_requests(self, article: str, replaces: int) -> int:
        """Until when the record of requests to extend a deadline is complete, or never."""
        until = self.state.registers.until(
            "extension-request", self.party, article=article, replaces=replaces
        )
        return 0 if until is None else until

    def replaced(self, article: str, number: int) -> int:
        """Whether an extension replaced a deadline."""
        truth = -1
        for d in self.decisions:
            if d.article == article and d.replaces == number and d.outcome == "granted":
                truth = max(truth, d.certain)
        return truth

    def asked(self, article: str, number: int) -> list[Request]:
        """The requests to extend a deadline."""
        return [r for r in self.requests if r.article == article and r.replaces == number]

    def before_a_meeting(self, article: str, number: int) -> int:
        """Whether a request to extend a deadline is undecided."""
        truth = -1
        for request, undecided in self.undecided:
            if request.article == article and request.replaces == number:
                truth = max(truth, undecided)
        return truth


def judge(state: Dossier, found: Findings) -> None:
    """What is found of one State under Articles 3 and 4."""
    obligations, completions = state.facts("obligation"), state.facts("completion")
    if obligations:
        _hostilities(state, obligations, completions, found)
    if completions:
        _declaration(state, completions, found)
    asked = state.facts("extension_request") or state.facts("extension_decision")
    if not obligations and not asked:
        return
    file = File(state)
    for article, number, lo, hi, certain in state.facts("stated_deadline"):
        for deadline in file.deadlines if certain else ():
            if (deadline.article, deadline.number) != (article, number):
                continue
            if hi < deadline.lo or deadline.hi < lo:
                name = "finding stated-deadline/stated-deadline-differs"
                row = (article, number, file.party, deadline.lo, deadline.hi, lo, hi, "")
                found.setdefault(name, set()).add(row)
    for deadline in file.deadlines:
        if deadline.article in _ARTICLES:
            _duty(file, deadline, found)
        if deadline.article in file.remaining:
            _meetings(file, deadline, found)
    if file.requests or file.decisions:
        _requests(file, found)
        _grants(file, found)


def _hostilities(state: Dossier, obligations: Facts, completions: Facts, found: Findings) -> None:
    """Article 4(1)(b): ten years from the end of the hostilities."""
    if not state.facts("hostilities_end") or any(fact[0] == "4" for fact in completions):
        return
    if not any(o[0] == "4" and o[1] == "4(1)(b)" and o[-1] for o in obligations):
        return
    for lo, hi, certain in state.facts("hostilities_end"):
        if certain:
            row = (years_later(lo, 10), years_later(hi, 10), lo, hi, state.party, "review")
            name = "finding clearance-after-hostilities/clearance-after-hostilities"
            found.setdefault(name, set()).add(row)


def _declaration(state: Dossier, completions: Facts, found: Findings) -> None:
    """Article 4(1)(c): a declaration, to the next Meeting of States Parties."""
    party = state.party
    for article, c_lo, c_hi, certain in completions:
        if article != "4" or not certain:
            continue
        done = [
            (lo, hi, sure) for what, lo, hi, _, sure in state.facts("declaration") if what == "4"
        ]
        for meeting, *due in state.all.next_msp(c_lo, c_hi):
            said, until = status(
                state.today,
                (due[0], due[1]),
                days_later(due[1], -90),
                done,
                lambda: state.registers.until("declaration", party, article="4"),
            )
            tail = (*due, meeting, party, until, until, said)
            name = "finding clearance-declaration/clearance-declaration-"
            if said == "due-soon":
                found.setdefault(name + said, set()).add((c_lo, c_hi, *tail))
            elif said == "overdue":
                found.setdefault(name + "missing", set()).add((c_lo, c_hi, *tail))
            elif said == "met-late":
                for lo, hi, sure in done:
                    if sure and lo > due[1]:
                        found.setdefault(name + "late", set()).add((c_lo, c_hi, lo, hi, *tail))


def _duty(file: File, deadline: Deadline, found: Findings) -> None:
    """Destruction or clearance by a deadline."""
    article, number, *_ = deadline
    state, party, due = file.state, file.party, (deadline.lo, deadline.hi)
    done = [(lo, hi, certain) for a, lo, hi, certain in file.completions if a == article]
    void = [fact for fact in file.no_objects if fact[0] == article]
    requests = file.asked(article, number)
    registers = state.registers

    def until() -> int | None:
        completions = registers.until("completion", party, article=article)
        decisions = registers.until("extension-decision", party, article=article)
        if completions is None or decisions is None:
            return None
        return min(completions, decisions)

    said, shown = status(
        state.today,
        due,
        days_later(due[1], -365),
        done,
        until,
        Bearing(
            replaced=file.replaced(article, number),
            void=max((fact[-1] for fact in void), default=-1),
            pending=file.before_a_meeting(article, number),
            requested=max((request.certain for request in requests), default=-1),
        ),
        lambda: registers.until("extension-request", party, article=article),
    )
    if not said or said in ("superseded", "upcoming"):
        return
    rule, (word, verb) = _ARTICLES[article][0], _WORDS[article]
    head, tail = f"finding {rule}/", (number, party, shown, shown, said)
    if said in _STATUS:
        found.setdefault(f"{head}{word}-{_STATUS[said]}", set()).add((*due, *tail))
    elif said == "without-object":
        for _, lo, hi, certain in void:
            row = (*due, number, party, shown, shown, lo, hi, said)
            if certain and hi <= due[0]:
                found.setdefault(f"{head}{word}-without-object", set()).add(row)
            elif certain and lo > due[1]:
                complete = file.recorded_requests(article, number) >= due[1]
                if complete and not any(request.lo <= due[1] for request in requests):
                    name = f"{head}{word}-without-object-after-deadline"
                    found.setdefault(name, set()).add(row)
    else:
        for lo, hi, certain in done:
            if not certain:
                continue
            row = (lo, hi, *due, *tail)
            if said == "met-timing-open":
                found.setdefault(f"{head}{verb}-timing-open", set()).add(row)
            elif said == "met" and hi <= due[0]:
                found.setdefault(f"{head}{verb}-in-time", set()).add(row)
            elif said == "met-late" and lo > due[1]:
                found.setdefault(f"{head}{verb}-late", set()).add(row)


def _meetings(file: File, deadline: Deadline, found: Findings) -> None:
    """A deadline that still runs, and the Meetings near it."""
    party, today = file.party, file.state.today
    article, number, lo, hi = deadline
    deciding = file.state.all.deciding(lo, hi)
    for meeting, o_lo, o_hi, c_lo, c_hi in file.state.all.during(lo, hi):
        row = (article, c_lo, c_hi, lo, hi, meeting, number, o_lo, o_hi, party, "")
        found.setdefault("finding deciding-meeting/deadline-inside-meeting", set()).add(row)
    if article in _ARTICLES:
        for meeting, o_lo, o_hi in deciding:
            _window(file, deadline, (meeting, o_lo, o_hi), found)
    if file.replaced(article, number) >= 0:
        return
    granted = [
        decision
        for decision in file.decisions
        if decision.certain
        and decision.outcome == "granted"
        and decision.article == article
        and decision.number == number
    ]
    if granted:
        row = (article, lo, hi, number, party, "")
        found.setdefault("finding extensions-granted/extension-granted", set()).add(row)
    if lo < today:
        return
    for decision in granted:
        # Of whichever deadline of that number: two are two answers to one question.
        for other in file.deadlines:
            if other.article == article and other.number == number:
                for meeting, o_lo, o_hi in file.state.all.deciding(other.lo, other.hi):
                    if decision.lo >= o_hi:
                        name = "finding deciding-meeting/no-meeting-before-deadline"
                        days = (decision.lo, decision.hi, meeting, number, o_lo, o_hi)
                        row = (article, lo, hi, *days, party, "")
                        found.setdefault(name, set()).add(row)


def _window(file: File, deadline: Deadline, meeting: tuple[str, int, int], found: Findings) -> None:
    """A request reaches the Meeting that decides on it nine months before that opens."""
    article, number, lo, hi = deadline
    m, o_lo, o_hi = meeting
    party, registers = file.party, file.state.registers
    if any(d.article == article and d.number == number and d.hi >= o_lo for d in file.decisions):
        return
    due = months_later(o_lo, -9), months_later(o_hi, -9)
    done = [(r.lo, r.hi, r.certain) for r in file.asked(article, number)]
    said, until = status(
        file.state.today,
        due,
        days_later(due[1], -90),
        done,
        lambda: registers.until("extension-request", party, article=article, replaces=number),
    )
    if not said or said == "met-timing-open":
        return
    name = f"finding {_ARTICLES[article][1]}/{_WORDS[article][0]}-request-"
    middle, tail = (*due, m, number, o_lo, o_hi), (party, until, until, said)
    if said in ("met", "met-late"):
        undecided = file.before_a_meeting(article, number) == 1
        for d_lo, d_hi, certain in done:
            if not certain or not (d_hi <= due[0] if said == "met" else d_lo > due[1]):
                continue
            if undecided:
                row = (lo, hi, d_lo, d_hi, *middle, *tail)
                word = "in-time" if said == "met" else "late"
                found.setdefault(name + word, set()).add(row)
            for d in file.decisions if said == "met-late" else ():
                if d.certain and d.article == article and d.replaces == number:
                    was = (lo, hi, d.lo, d.hi, d_lo, d_hi, *middle, d.outcome, *tail)
                    found.setdefault(name + "was-late", set()).add(was)
        return
    plain = (lo, hi, *middle, *tail)
    announced = {
        what: max(
            fact[-1] for fact in file.state.facts("announcement") if fact[:2] == (article, what)
        )
        for of, what, *_ in file.state.facts("announcement")
        if of == article
    }
    if said == "due-soon":
        found.setdefault(name + "due-soon", set()).add(plain)
    elif said == "upcoming":
        if announced.get("request-intended") == 1:
            found.setdefault(name + "announced", set()).add(plain)
    elif said == "overdue" and file.replaced(article, number) < 0:
        if "on-track" not in announced:
            found.setdefault(name + "window-missed", set()).add(plain)
        elif announced["on-track"]:
            found.setdefault(name + "window-closed-on-track", set()).add(plain)


def _requests(file: File, found: Findings) -> None:
    """What is found of requests: length, day, Meeting, and whether they were decided."""
    party, today, meetings = file.party, file.state.today, file.state.all.meeting
    for request in file.requests:
        if not request.certain:
            continue
        article, number, replaces, lo, hi, _, _, _, m, _ = request
        decided = [d for d in file.decisions if (d.article, d.replaces) == (article, replaces)]
        for _, _, c_lo, c_hi in meetings.get(m, ()):
            if (
                c_hi < today
                and not any(d.lo <= today for d in decided)
                and file.recorded_decisions(request) >= today
            ):
                row = (article, lo, hi, c_lo, c_hi, m, number, party, replaces, "")
                found.setdefault("finding extension-decisions/request-undecided", set()).add(row)
        if article == "3" and replaces >= 1:
            name = "finding extension-length/exceptional-circumstances"
            found.setdefault(name, set()).add((number, party, replaces, "review"))
        for of, which, d_lo, d_hi in file.deadlines:
            if of != article or which != replaces:
                continue
            if article == "4" and lo > d_hi:
                name = "finding request-after-expiry/request-after-expiry"
                row = (lo, hi, d_lo, d_hi, number, party, replaces, "")
                found.setdefault(name, set()).add(row)
            if any(d.certain for d in decided):
                for o_lo, o_hi, _, _ in meetings.get(m, ()):
                    if o_lo > d_hi:
                        name = "finding request-meeting/request-to-later-meeting"
                        row = (article, d_lo, d_hi, m, number, o_lo, o_hi, party, replaces, "")
                        found.setdefault(name, set()).add(row)
    for one, undecided in file.undecided:
        if undecided == 1:
            _pending(file, one, found)


def _pending(file: File, undecided: Request, found: Findings) -> None:
    """A request that no decision answers, as every version of it on record tells it."""
    party = file.party
    article, number, replaces = undecided[:3]
    for request in file.requests:
        if not request.certain or (request.article, request.number) != (article, number):
            continue
        u_lo, u_hi, m = request.until_lo, request.until_hi, request.meeting
        for of, which, d_lo, d_hi in file.deadlines:
            if of != article or which != replaces:
                continue
            if article in _ARTICLES:
                most = _ARTICLES[article][3]
                m_lo, m_hi = years_later(d_lo, most), years_later(d_hi, most)
                if u_lo > m_hi:
                    name = "finding extension-length/request-too-long"
                    row = (article, u_lo, u_hi, m_lo, m_hi, number, party, replaces, "")
                    found.setdefault(name, set()).add(row)
            for o_lo, o_hi, _, _ in file.state.all.meeting.get(m, ()):
                if o_lo > d_hi:
                    name = "finding request-meeting/deadline-before-meeting"
                    row = (article, d_lo, d_hi, m, number, o_lo, o_hi, party, replaces, "")
                    found.setdefault(name, set()).add(row)


def _grants(file: File, found: Findings) -> None:
    """What is found of extensions granted: their length, and whether they were asked for."""
    party = file.party
    for decision in file.decisions:
        if not decision.certain or decision.outcome != "granted":
            continue
        article, number, replaces = decision[:3]
        requests = file.asked(article, replaces)
        asked = any(request.lo <= decision.hi for request in requests)
        if not asked and file.recorded_requests(article, replaces) >= decision.hi:
            name = "finding extension-decisions/extension-without-request"
            row = (article, decision.lo, decision.hi, number, party, replaces, "")
            found.setdefault(name, set()).add(row)
        for of, which, d_lo, d_hi in file.deadlines if article in _ARTICLES else ():
            if of == article and which == replaces:
                most = _ARTICLES[article][3]
                m_lo, m_hi = years_later(d_lo, most), years_later(d_hi, most)
                if decision.until_lo > m_hi:
                    name = "finding extension-length/grant-too-long"
                    row = (
                        *(article, decision.until_lo, decision.until_hi, m_lo, m_hi),
                        *(number, party, replaces, ""),
                    )
                    found.setdefault(name, set()).add(row)
