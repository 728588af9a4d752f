"""One exact biography of a State: all that it did, and on which day.

A world is what happened, not what somebody wrote of it (that is ``record.py``). Every
act has one day. A `Choice` makes the choices, so the same generator serves Hypothesis,
which shrinks what it finds, and a seeded source that is fast.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol, TypeVar

T = TypeVar("T")


def day(text: str) -> int:
    """A day as an ordinal."""
    return dt.date.fromisoformat(text).toordinal()


def on(year: int, month: int, number: int) -> int:
    """The same, of numbers."""
    return dt.date(year, month, number).toordinal()


def year_of(when: int) -> int:
    """The calendar year that a day lies in."""
    return dt.date.fromordinal(when).year


def months_after(start: int, months: int, *, later: bool = False) -> int:
    """The same day of the month some months on; where there is none, the last day before it or,
    with ``later``, the first after it.
    """
    date = dt.date.fromordinal(start)
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    after = on(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(on(year, month + 1, 1) + date.day - 1, after if later else after - 1)


def sixth_month(start: int) -> int:
    """The first day of the sixth month after the month of a day (Article 17)."""
    return months_after(dt.date.fromordinal(start).replace(day=1).toordinal(), 6)


class Act(NamedTuple):
    """Something that happened, as the vocabulary names it; fields that it lacks are ``None``."""

    what: str
    day: int
    article: str | None = None
    number: int | None = None
    replaces: int | None = None
    until: int | None = None
    months: int | None = None
    meeting: str | None = None
    procedure: str | None = None
    outcome: str | None = None
    kind: str | None = None
    year: int | None = None
    by: str | None = None
    matter: str | None = None
    instrument: str | None = None
    effect: int | None = None
    paragraph: str | None = None


class Meeting(NamedTuple):
    """A Meeting of States Parties (MSP) or a Review Conference (RC)."""

    id: str
    kind: str
    opens: int
    closes: int


class World(NamedTuple):
    """One State's biography, by day."""

    party: str
    acts: tuple[Act, ...]


class Scene(NamedTuple):
    """What worlds share: the day of the thirtieth instrument, Meetings, and one another.

    That day is stated, or follows from the deposits.
    """

    thirtieth: int
    meetings: tuple[Meeting, ...]
    worlds: dict[str, World]
    stated: bool = True

    def instead(self, world: World) -> Scene:
        """The same with another biography of one State."""
        return self._replace(worlds={**self.worlds, world.party: world})


class Choice(Protocol):
    """Where choices come from."""

    def between(self, first: int, last: int, /) -> int:
        """A whole number, both ends included."""


class Seeded:
    """Choices of a generator of random numbers."""

    def __init__(self, seed: object) -> None:
        self.between: Callable[[int, int], int] = random.Random(repr(seed)).randint


class Drawn:
    """Choices of Hypothesis, which makes them smaller where something fails."""

    def __init__(self, draw: Callable[..., int]) -> None:
        from hypothesis import strategies as st

        self.between: Callable[[int, int], int] = lambda a, b: draw(st.integers(a, b))


def chance(choice: Choice, percent: int) -> bool:
    """Whether something happens."""
    return choice.between(1, 100) > 100 - percent


def pick(choice: Choice, items: Sequence[T]) -> T:
    """One of several."""
    return items[choice.between(0, len(items) - 1)]


#: The day of the thirtieth instrument, and the days between which things happen.
THIRTIETH = day("2010-02-16")
FIRST, LAST = day("2009-01-01"), day("2032-12-31")
#: Article, years, and the longest extension in months.
PROGRAMMES = (("3", 8, 48), ("4", 10, 60))
PARAGRAPHS = {"3": "3(2)", "4": "4(1)(a)"}
#: States that ask for clarification: a Party from the beginning, and one that never joins.
ASKERS = {
    "NOR": World("NOR", (Act("deposit", day("2008-12-03"), instrument="ratification"),)),
    "USA": World("USA", ()),
}


def meetings(choice: Choice) -> tuple[Meeting, ...]:
    """A Meeting in most years, a Review Conference in every fifth."""
    found: list[Meeting] = []
    for year in range(2010, 2046):
        if not chance(choice, 8):
            kind = "RC" if year % 5 == 0 and year > 2010 else "MSP"
            opens = on(year, choice.between(5, 11), choice.between(1, 30))
            found.append(Meeting(f"{year}{kind}", kind, opens, opens + choice.between(0, 5)))
    return tuple(found)


class Biographer:
    """Writes one biography: what is likely to be told, and what is not."""

    def __init__(self, choice: Choice, held: tuple[Meeting, ...], party: str, deposit: Act) -> None:
        self.choice = choice
        self.meetings = held
        self.party = party
        self.deposit = deposit
        self.acts: list[Act] = []

    def add(self, what: str, when: int, **fields: object) -> None:
        """Something happens."""
        self.acts.append(Act(what, when, **fields))  # type: ignore[arg-type]

    def chance(self, percent: int) -> bool:
        """Whether something happens."""
        return chance(self.choice, percent)

    def around(self, due: int, early: int = 500, late: int = 400) -> int:
        """A day near another one: on it, next to it, or some way off."""
        if self.chance(40):
            return due + self.choice.between(-1, 1)
        return due + self.choice.between(-early, late)

    def world(self) -> World:
        """The whole life."""
        begins = self.join(self.deposit)
        self.reports(begins)
        for article, years, most in PROGRAMMES:
            if self.chance(50):
                self.programme(article, begins, years, most)
        if self.chance(12):
            self.hostilities(begins)
        if self.chance(20):
            self.clarifications(begins)
        if self.chance(25):
            self.retention(begins)
        if self.chance(20):
            self.leave(begins)
        acts = {act for act in self.acts if act.day <= LAST}
        return World(self.party, tuple(sorted(acts, key=lambda act: (act.day, repr(act)))))

    def join(self, deposit: Act) -> int:
        """An instrument is deposited; when the Convention enters into force for the State."""
        self.acts.append(deposit)
        if deposit.effect is not None:
            return max(deposit.effect, sixth_month(THIRTIETH))
        return sixth_month(max(deposit.day, THIRTIETH))

    def reports(self, begins: int) -> None:
        """An initial report, and annual ones of some years."""
        if self.chance(75):
            self.add("report", max(begins, self.around(begins + 180, 170)), kind="initial")
        first = year_of(begins) + self.choice.between(0, 12)
        for year in range(first, first + self.choice.between(0, 4)):
            when = self.around(on(year + 1, 4, 30), 119, 300)
            if self.chance(80) and when > begins:
                self.add("report", when, kind="annual", year=year)

    def retention(self, begins: int) -> None:
        """Munitions kept for training, in some years."""
        for year in range(year_of(begins), year_of(LAST)):
            if self.chance(8):
                self.add("retention", on(year, self.choice.between(1, 12), 15), year=year)

    def clarifications(self, begins: int) -> None:
        """Questions of other States, answered or not."""
        for matter in ("a", "b")[: self.choice.between(1, 2)]:
            asked = begins + self.choice.between(-200, 4000)
            by = pick(self.choice, sorted(ASKERS))
            self.add("clarification-request", asked, by=by, matter=matter)
            if self.chance(60):
                answered = max(asked, self.around(asked + 28, 27, 60))
                self.add("clarification-response", answered, by=by, matter=matter)

    def leave(self, begins: int) -> None:
        """A withdrawal, an armed conflict that delays it, a return."""
        left = begins + self.choice.between(0, 6500)
        self.add("withdrawal-notice", left)
        effect = months_after(left, 6)
        if self.chance(30):
            starts = effect - self.choice.between(-10, 200)
            ends = starts + self.choice.between(1, 700)
            self.add("armed-conflict", starts, until=ends)
            effect = max(effect, ends + 1)
        # Left out: requests of a State that is no Party.
        asked = ("extension-request", "extension-decision", "request-withdrawn")
        self.acts = [a for a in self.acts if a.what not in asked or a.day < effect]
        # Left out: a return after a later conflict, whose remnants are then those of entry
        # into force.
        if self.chance(50) and not any(a.what == "hostilities-end" for a in self.acts):
            back = effect + self.choice.between(1, 2500)
            self.acts = [a for a in self.acts if a.kind != "initial" or a.day < back]
            again = self.join(instrument(self.choice, back, "accession"))
            if self.chance(60):
                self.add("report", self.around(again + 180, 179), kind="initial")
            for article, years, most in PROGRAMMES:
                kinds = {
                    a.what for a in self.acts if a.article == article and a.paragraph != "4(1)(b)"
                }
                if "obligation" in kinds and not kinds & {"completion", "no-object"}:
                    self.requests(article, months_after(again, 12 * years), most, None)

    def hostilities(self, begins: int) -> None:
        """A later conflict ends, and what it left is cleared or not."""
        ended = begins + self.choice.between(1, 4000)
        due, article = months_after(ended, 120), "4(1)(b)"
        known = ended + self.choice.between(-300, 900)
        over = ("completion", "no-object", "declaration")
        whole = [a.day for a in self.acts if a.article == "4" and a.what in over]
        if whole and max(whole) >= max(known, ended):
            return  # what was then said of Article 4 would be said of this too
        self.add("obligation", known, article="4", paragraph=article)
        self.add("hostilities-end", ended)
        done = max(known, ended, self.around(due, 2500, 900)) if self.chance(50) else None
        self.requests(article, due, 60, done)
        if done is not None:
            self.add("completion", done, article=article)
            self.declared(article, done, None)

    def programme(self, article: str, begins: int, years: int, most: int) -> None:
        """Stocks or remnants, from what is found of them to what is done about them."""
        known = begins + self.choice.between(-300, 900)
        self.add("obligation", known, article=article)
        due = months_after(begins, 12 * years)
        if self.chance(12):
            self.add("no-object", max(known, self.around(due, 2500, 900)), article=article)
            return
        done = max(known, self.around(due, 2500, 900)) if self.chance(55) else None
        due = self.requests(article, due, most, done)
        if done is None and self.chance(30):
            done = max(max(act.day for act in self.acts) + 1, self.around(due, 300, 300))
        if done is not None:
            self.completed(article, done, due)

    def completed(self, article: str, done: int, due: int) -> None:
        """The work is done and declared; more is found; that is done too."""
        self.add("completion", done, article=article)
        found = max(done + 1, self.around(due, 1500, 900)) if self.chance(20) else None
        self.declared(article, done, found)
        if found is not None:
            if self.chance(60):
                self.add("discovery", found, article=article)
            else:  # the same, told as an obligation that is there again
                self.add("obligation", found, article=article, paragraph=PARAGRAPHS[article])
            if self.chance(40):
                again = max(found + 1, self.around(due, 900, 900))
                self.add("completion", again, article=article)
                self.declared(article, again, None)

    def declared(self, article: str, done: int, before: int | None) -> None:
        """A declaration of compliance, unless more is found first."""
        if done > LAST:
            return
        told = next(m for m in self.meetings if m.kind == "MSP" and m.opens > done)
        when = max(done, self.around(told.closes, 300))
        if self.chance(60) and (before is None or when < before):
            self.add("declaration", when, article=article)

    def how(self, meeting: Meeting) -> dict[str, str]:
        """By whom a request is decided: a Meeting, or in writing."""
        return {"procedure": "silence"} if self.chance(5) else {"meeting": meeting.id}

    def requests(self, article: str, due: int, most: int, done: int | None) -> int:
        """Requests, one after another, and what becomes of them; the day that is due in the end."""
        replaces = number = decided = 0
        while self.chance(60 if number == 0 else 40) and number < 5:
            meeting = [m for m in self.meetings if m.opens < due][-1]
            asked = self.around(months_after(meeting.opens, -9), 200, 200)
            if self.chance(8):
                asked = self.around(due, 10, 300)
            asked = max(asked, decided + 6)
            if asked > LAST or (done is not None and asked >= done):
                break
            number += 1
            length = self.choice.between(6, most)
            self.add("extension-request", asked, article=article, number=number, replaces=replaces,
                     months=length, meeting=meeting.id if self.chance(40) else None)  # fmt: skip
            decided = meeting.opens + self.choice.between(0, meeting.closes - meeting.opens)
            if asked >= decided:
                meeting = next(m for m in self.meetings if m.opens > asked)
                decided = meeting.closes
            if (done is not None and decided >= done) or self.chance(15):
                break
            if self.chance(12):
                gone = self.choice.between(asked + 1, decided)
                self.add("request-withdrawn", gone, article=article, number=number)
                break
            granted = self.chance(75)
            until = months_after(due, length) if granted else None
            self.add("extension-decision", decided, article=article, number=number, until=until,
                     replaces=replaces, outcome="granted" if granted else "refused",
                     **self.how(meeting))  # fmt: skip
            if until is not None:
                replaces, due = number, until
        return due


def instrument(choice: Choice, when: int, kind: str) -> Act:
    """A deposit: seldom of a succession, whose effect the Depositary states."""
    if chance(choice, 4):
        return Act("deposit", when, instrument="succession", effect=when + choice.between(0, 300))
    return Act("deposit", when, instrument=kind)


def scene(choice: Choice, parties: Sequence[str], *, stated: bool = False) -> Scene:
    """Biographies of several States, with one list of Meetings.

    Of many, the thirtieth instrument may have to be counted, unless it is to be stated.
    """
    held = meetings(choice)
    counted = not stated and len(parties) >= 60 and chance(choice, 50)
    first = {}
    for number, party in enumerate(parties):
        if counted and number < 29:  # beside the asker: thirty, the last of them on its day
            when = THIRTIETH - (choice.between(1, 400) if number < 28 else 0)
            first[party] = Act("deposit", when, instrument="ratification")
        else:
            begins = THIRTIETH + 1 if counted else FIRST
            when = choice.between(begins, day("2022-12-31"))
            first[party] = instrument(choice, when, "ratification")
    told = {
        party: Biographer(choice, held, party, deposit).world() for party, deposit in first.items()
    }
    return Scene(THIRTIETH, held, {**ASKERS, **told}, not counted)
