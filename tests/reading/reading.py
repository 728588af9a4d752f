"""The Convention's time limits, read once more: how each duty of a State stands on a day.

Written from the text of the Convention, by somebody who had not read the rules, and
two-valued: a world is known exactly, so every duty has one status. Where the text leaves
a choice, docs/interpretation.md names it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from tests.reading.world import (
    Act,
    Meeting,
    Scene,
    World,
    months_after,
    on,
    sixth_month,
    year_of,
)

Key = tuple[str, str, str, int]
#: The obligation to clear what a later conflict left.
LATER = "4(1)(b)"
#: The programmes of destruction: Article, names of the duty and of the window, years.
PROGRAMMES = (
    ("3", "stockpile-destruction", "stockpile-extension-window", 8),
    ("4", "clearance", "clearance-extension-window", 10),
    (LATER, "clearance-after-hostilities", "", 10),
)


class Stands(NamedTuple):
    """How a duty stands, and when it is due."""

    status: str
    due: int


class Stay(NamedTuple):
    """A time as a State Party: from entry into force until a withdrawal takes effect."""

    deposit: int
    begins: int
    ends: int | None

    def holds(self, when: int) -> bool:
        """Whether the State is bound on a day."""
        return self.begins <= when and (self.ends is None or when < self.ends)


def stays(acts: tuple[Act, ...], thirtieth: int) -> list[Stay]:
    """Articles 17 and 20(3)."""
    found = []
    deposits = [a for a in acts if a.what == "deposit"]
    for deposit in deposits:
        later = min((d.day for d in deposits if d.day > deposit.day), default=None)
        notices = [
            a.day for a in acts
            if a.what == "withdrawal-notice" and a.day >= deposit.day
            and (later is None or a.day < later)
        ]  # fmt: skip
        ends = effect(notices[0], acts) if notices else None
        found.append(Stay(deposit.day, enters(deposit, thirtieth), ends))
    return found


def enters(deposit: Act, thirtieth: int) -> int:
    """When the Convention enters into force for a State.

    Article 17 does not name succession: there the day that the Depositary states counts.
    """
    if deposit.effect is not None:
        return max(deposit.effect, sixth_month(thirtieth))
    return sixth_month(max(deposit.day, thirtieth))


def effect(notice: int, acts: tuple[Act, ...]) -> int | None:
    """When a withdrawal takes effect: after six months, and not before a conflict is over."""
    expiry = months_after(notice, 6, later=True)
    for one in acts:
        if one.what == "armed-conflict" and one.day <= expiry:
            if one.until is None:
                return None
            if one.until >= expiry:
                return one.until + 1
    return expiry


def reading(scene: Scene, party: str, day: int) -> dict[Key, Stands]:
    """How each duty of a State stands on a day.

    A duty that was due before a withdrawal took effect stands as on the last day before;
    one that is due on that day or later is none, from the notice on. A new deposit begins
    all duties anew.
    """
    world = scene.worlds[party]
    known = stays(happened(world, day), scene.thirtieth)
    if not known or day < scene.thirtieth:
        return {}
    stay = known[-1]
    if len(known) > 1 and day < (known[-2].ends or 0):
        stay = known[-2]
    reader = Reader(scene, world, stay, day)
    return {
        key: stands
        for key, stands in reader.duties()
        if stay.ends is None or stands.due < stay.ends
    }


def happened(world: World, day: int) -> tuple[Act, ...]:
    """What had happened by the end of a day."""
    return world.acts[: bisect_right(world.acts, day, key=lambda act: act.day)]


class Reader:
    """Reads the duties of one stay."""

    def __init__(self, scene: Scene, world: World, stay: Stay, at: int) -> None:
        self.scene = scene
        self.party = world.party
        self.stay = stay
        self.at = at
        self.acts: dict[str, list[Act]] = {}
        last = at if stay.ends is None else min(at, stay.ends - 1)
        for act in happened(world, last):
            self.acts.setdefault(act.what, []).append(act)

    def duties(self) -> Iterator[tuple[Key, Stands]]:
        """Every duty, by what had happened by the end of the day."""
        yield from self.initial()
        yield from self.annual()
        yield from self.retention()
        yield from self.clarifications()
        for programme in PROGRAMMES:
            yield from self.programme(*programme)
        yield from self.declaration()

    def of(self, what: str, article: str | None = None) -> list[Act]:
        """Acts of a kind, by day."""
        return [a for a in self.acts.get(what, ()) if a.article == article]

    def mine(self, what: str, article: str) -> list[Act]:
        """The same, of this stay: what was asked and granted in an earlier one is over."""
        return [a for a in self.of(what, article) if a.day >= self.stay.deposit]

    def plain(self, due: int, done: list[int]) -> Stands:
        """A duty to do one thing by a day."""
        if done:
            return Stands("met" if min(done) <= due else "met-late", due)
        return Stands("upcoming" if self.at <= due else "overdue", due)

    def initial(self) -> Iterator[tuple[Key, Stands]]:
        """Article 7(1): 180 days after entry into force; anew after a return."""
        since = self.stay.deposit
        done = [a.day for a in self.of("report") if a.kind == "initial" and a.day >= since]
        key = "initial-transparency-report", self.party, "", 0
        yield key, self.plain(self.stay.begins + 180, done)

    def annual(self) -> Iterator[tuple[Key, Stands]]:
        """Article 7(2): by 30 April, covering the year before.

        An update has something to update once the initial report is due. Whether one is owed
        on a 30 April before that (or a day after it), the text does not say: for a person to
        judge.
        """
        for year in range(year_of(self.stay.begins), year_of(self.at) + 1):
            due = on(year + 1, 4, 30)
            stands = self.plain(due, self.covering(year))
            if self.stay.begins >= on(year, 11, 1) and stands.status == "overdue":
                stands = Stands("review", due)
            if due >= self.stay.begins:
                yield ("annual-transparency-report", self.party, "", year), stands

    def covering(self, year: int) -> list[int]:
        """Annual reports of a year: none is made before the year has ended."""
        return [
            a.day for a in self.of("report")
            if a.kind == "annual" and a.year == year and a.day > on(year, 12, 31)
        ]  # fmt: skip

    def retention(self) -> Iterator[tuple[Key, Stands]]:
        """Article 3(8): a report for each year in which something was retained."""
        for one in self.of("retention"):
            year = one.year or 0
            if on(year, 12, 31) >= self.stay.begins:
                key = "retention-report", self.party, "", year
                yield key, self.plain(on(year + 1, 4, 30), self.covering(year))

    def clarifications(self) -> Iterator[tuple[Key, Stands]]:
        """Article 8(2): an answer within 28 days, between States Parties."""
        for one in self.of("clarification-request"):
            asker = self.scene.worlds[str(one.by)]
            bound = stays(happened(asker, one.day), self.scene.thirtieth)
            if self.stay.holds(one.day) and any(stay.holds(one.day) for stay in bound):
                done = [
                    a.day for a in self.of("clarification-response")
                    if (a.by, a.matter) == (one.by, one.matter) and a.day >= one.day
                ]  # fmt: skip
                key = "clarification-response", self.party, str(one.matter), 0
                yield key, self.plain(one.day + 28, done)

    def programme(
        self, article: str, name: str, window: str, years: int
    ) -> Iterator[tuple[Key, Stands]]:
        """Articles 3(2) to 3(5), 4(1) and 4(5) to 4(8): deadlines, one after another.

        What a later conflict left has a clock of its own, from the end of hostilities.
        """
        starts = [self.stay.begins]
        if article == LATER:
            ends = [a.day for a in self.of("hostilities-end")]
            starts = [day for day in ends if day >= self.stay.begins]
        obliged = [a.paragraph or a.article for a in self.acts.get("obligation", ())]
        if not starts or article not in obliged:
            return
        number, due, since = 0, months_after(starts[0], 12 * years), self.stay.begins - 1
        while True:
            granted = [
                a for a in self.mine("extension-decision", article)
                if a.replaces == number and a.outcome == "granted"
            ]  # fmt: skip
            status = "superseded" if granted else self.deadline(article, number, due)
            yield (name, self.party, "", number), Stands(status, due)
            owed = self.stay.ends is None or due < self.stay.ends
            if window and owed and self.remains(article):
                for key, stands in self.window(article, window, number, due, since):
                    # What is found after the deadline could not be asked for before it.
                    if status != "review" or stands.status in ("met", "met-late"):
                        yield key, stands
            if not granted:
                return
            number, due, since = granted[0].number or 0, granted[0].until or 0, granted[0].day

    def remains(self, article: str) -> bool:
        """Whether there is something left to do, as far as is known."""
        done = self.days("completion", article) + self.days("no-object", article)
        found = self.days("discovery", article)
        return not done or bool(found and max(found) > max(done))

    def days(self, what: str, article: str) -> list[int]:
        """When something was done or found. What is said of Article 4 as a whole includes what
        a conflict left, if that conflict had ended and what it left was known.
        """
        done = [a.day for a in self.of(what, article)]
        if what == "discovery":  # an obligation that follows the completion says the same
            over = self.days("completion", article) + self.days("no-object", article)
            done += [
                a.day for a in self.of("obligation", article)
                if over and a.day > min(over) and a.paragraph != LATER
            ]  # fmt: skip
        if article == LATER:
            since = [a.day for a in self.of("hostilities-end")]
            since += [a.day for a in self.acts["obligation"] if a.paragraph == article]
            done += [a.day for a in self.of(what, "4") if a.day >= max(since)]
        return sorted(done)

    def deadline(self, article: str, number: int, due: int) -> str:
        """How a deadline stands that no other has replaced."""
        done = self.days("completion", article)
        known = done + self.days("no-object", article)
        late = [d for d in self.days("discovery", article) if d > due and any(k < d for k in known)]
        if self.remains(article):
            if late:
                return "review"
            return "upcoming" if self.at <= due else self.missed(article, number, due)
        since = max((d for d in self.days("discovery", article) if d not in late), default=0)
        first = [d for d in done if d > since and (not late or d < late[0])]
        if not first:
            return "without-object"
        return "met" if first[0] <= due else "met-late"

    def missed(self, article: str, number: int, due: int) -> str:
        """How a deadline stands that has passed, with work left to do."""
        gone = {a.number: a.day for a in self.mine("request-withdrawn", article)}
        done = self.days("completion", article) + self.days("no-object", article)
        asked = [
            a for a in self.mine("extension-request", article)
            if a.replaces == number and a.day <= due and gone.get(a.number, due + 1) > due
            and a.day > max(done, default=0)  # what was done meanwhile needs no more time
        ]  # fmt: skip
        if not asked:
            return "lapsed"
        over = {a.number for a in self.mine("extension-decision", article)} | gone.keys()
        return "overdue" if all(a.number in over for a in asked) else "pending"

    def window(
        self, article: str, name: str, number: int, due: int, since: int
    ) -> Iterator[tuple[Key, Stands]]:
        """Articles 3(5) and 4(6): nine months before the Meeting that is to consider a request.

        A request that was withdrawn was none; after a refusal another one may be made. A window
        that closed before the deadline was set, or before more was found, was none.
        """
        gone = {a.number for a in self.mine("request-withdrawn", article)}
        asked = [
            a for a in self.mine("extension-request", article)
            if a.replaces == number and a.number not in gone
        ]  # fmt: skip
        refused = {a.number for a in self.mine("extension-decision", article) if not a.until}
        last = [m for m in self.scene.meetings if since < m.opens < due][-1:]
        considered = [(self.considering(a, last), a.day) for a in asked]
        if not any(a.meeting for a in asked if a.number not in refused):
            considered += [(m.id, 0) for m in last]
        begins = max([since, *self.days("discovery", article)])
        for meeting in self.scene.meetings:
            days = [day for name_, day in considered if name_ == meeting.id]
            if days:
                stands = self.plain(months_after(meeting.opens, -9), [d for d in days if d])
                if stands.status == "overdue":
                    stands = Stands("window-closed", stands.due)
                if stands.due >= begins or stands.status != "window-closed":
                    yield (name, self.party, meeting.id, number), stands

    def considering(self, asked: Act, last: list[Meeting]) -> str | None:
        """The Meeting that is to consider a request: the one that it names, or the last before
        the deadline; if that has opened, the next one.
        """
        if asked.meeting or (last and asked.day < last[0].opens):
            return asked.meeting or last[0].id
        return next((m.id for m in self.scene.meetings if m.opens > asked.day), None)

    def declaration(self) -> Iterator[tuple[Key, Stands]]:
        """Article 4(1)(c): to the next Meeting of States Parties."""
        for done in self.of("completion", "4") + self.of("completion", LATER):
            if self.stay.holds(done.day):
                meeting = next(
                    m for m in self.scene.meetings if m.kind == "MSP" and m.opens > done.day
                )
                made = [a.day for a in self.of("declaration", done.article) if a.day >= done.day]
                key = "clearance-declaration", self.party, meeting.id, 0
                yield key, self.plain(meeting.closes, made)


def course(scene: Scene, party: str, first: int, last: int) -> dict[Key, list[tuple[int, str]]]:
    """How each duty of a State stands over a span: by key, the days from which it stands
    otherwise; an empty status where there is no such duty.
    """
    world = scene.worlds[party]
    edges = {first, scene.thirtieth, *(act.day for act in world.acts)}
    edges |= {on(year, 1, 1) for year in range(year_of(first), year_of(last) + 1)}
    for stay in stays(world.acts, scene.thirtieth):
        edges |= {stay.begins, stay.ends or first}
    found: dict[Key, list[tuple[int, str]]] = {}
    seen: set[int] = set()
    while edges:
        for day in sorted(edge for edge in edges if first <= edge <= last):
            seen.add(day)
            for key, stands in reading(scene, party, day).items():
                found.setdefault(key, []).append((day, stands.status))
                edges.add(stands.due + 1)
        edges = {edge for edge in edges if first <= edge <= last} - seen
    return {key: _filled(stands, sorted(seen)) for key, stands in found.items()}


def _filled(stands: list[tuple[int, str]], days: list[int]) -> list[tuple[int, str]]:
    known = dict(stands)
    found = [(days[0], known.get(days[0], ""))]
    for day in days[1:]:
        status = known.get(day, "")
        if status != found[-1][1]:
            found.append((day, status))
    return found
