"""What holds between worlds and what the tool says of their records.

In: a scene and a facts file. Out: differences, each of a kind. This is the one module of
this room that asks the tool, by its public names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import ccm_rules
from ccm_rules import History, Record, Rulebook, When
from ccm_rules.report.spells import DutyHistory
from tests.reading.reading import Key, Stands, course, reading
from tests.reading.record import Notes, fitting
from tests.reading.world import ASKERS, Scene, day, year_of

#: The days looked at: some before anything happens and some after.
SPAN = day("2008-12-01"), day("2036-12-31")
#: How the tool puts one status in two words: how soon is soon, each rule says.
PLAIN = {"due-soon": "upcoming"}


class Difference(NamedTuple):
    """Days on which a duty stands otherwise than in the world."""

    rule: str
    world: str
    tool: str
    key: Key
    first: int
    last: int

    @property
    def kind(self) -> tuple[str, str, str]:
        """What it has in common with others."""
        return self[:3]


def told(record: Record, rulebook: Rulebook, known: int | None = None) -> History:
    """What the tool says of a record over all days."""
    since, until = (When(d, d) for d in SPAN)
    at = None if known is None else When(known, known)
    return ccm_rules.history(record, rulebook, since=since, until=until, known=at)


def by_party(story: History) -> Mapping[str, dict[Key, list[tuple[int, str]]]]:
    """The courses of duties, in the form of `tests.reading.reading.course`."""
    found: dict[str, dict[Key, list[tuple[int, str]]]] = {}
    for duty in story.duties:
        stands = [(SPAN[0], "")]
        for spell in duty.spells:
            status = "/".join(PLAIN.get(s.status, s.status) for s in spell.standings)
            if stands[-1][0] == spell.first:
                stands.pop()
            if not stands or stands[-1][1] != status:
                stands.append((spell.first, status))
            if spell.last < SPAN[1]:
                stands.append((spell.last + 1, ""))
        found.setdefault(duty.party, {})[duty[:4]] = stands
    return found


def apart(
    mine: list[tuple[int, str]], theirs: list[tuple[int, str]]
) -> Iterator[tuple[int, int, str, str]]:
    """Days in a row on which two courses differ, and how each stands."""
    edges = sorted({d for d, _ in mine} | {d for d, _ in theirs})
    one, other = dict(mine), dict(theirs)
    a = b = ""
    for first, after in zip(edges, [*edges[1:], SPAN[1] + 1], strict=True):
        a, b = one.get(first, a), other.get(first, b)
        if a != b:
            yield first, after - 1, a, b


def differences(scene: Scene, story: History) -> Iterator[Difference]:
    """Where the tool's course of a duty is not the world's, on any day."""
    theirs = by_party(story)
    for party in scene.worlds.keys() - ASKERS.keys():
        mine = course(scene, party, *SPAN)
        there = theirs.get(party, {})
        for key in sorted(mine.keys() | there.keys()):
            nothing = [(SPAN[0], "")]
            for first, last, a, b in apart(mine.get(key, nothing), there.get(key, nothing)):
                if not _unlisted(scene, key, first, a, b):
                    yield Difference(key[0], a, b, key, first, last)


def differences_on(
    scene: Scene, record: Record, rulebook: Rulebook, at: int
) -> Iterator[Difference]:
    """The same on one day, by the engines that judge an ordinary record."""
    report = ccm_rules.check(record, rulebook, as_of=When(at, at))
    there = {duty.key: PLAIN.get(duty.status, duty.status) for duty in report.duties()}
    for party in scene.worlds.keys() - ASKERS.keys():
        mine = {key: stands.status for key, stands in reading(scene, party, at).items()}
        for key in mine.keys() | {key for key in there if key[1] == party}:
            a, b = mine.get(key, ""), there.get(key, "")
            if a != b and not _unlisted(scene, key, at, a, b):
                yield Difference(key[0], a, b, key, at, at)


def said(one: Difference) -> str:
    """A difference in words."""
    first, last = (dt.date.fromordinal(d).isoformat() for d in (one.first, one.last))
    return f"{one.key[1:]} from {first} to {last}"


def _unlisted(scene: Scene, key: Key, first: int, world: str, tool: str) -> bool:
    """What a list need not say.

    Annual reports are listed from some day on, and missing ones for some years only. Before
    the thirtieth instrument nobody can tell what it will bring into force, or whether.
    """
    if first < scene.thirtieth and not world:
        return tool in ("upcoming", "open")
    if key[0] != "annual-transparency-report" or tool:
        return False
    return world == "upcoming" or key[3] < year_of(first) - 2


def load(path: Path, rulebook: Rulebook) -> Record:
    """A facts file."""
    return ccm_rules.load_facts(path, rulebook=rulebook)


def kinds(found: Iterable[Difference]) -> dict[tuple[str, str, str], list[Difference]]:
    """Differences by kind."""
    by: dict[tuple[str, str, str], list[Difference]] = {}
    for one in found:
        by.setdefault(one.kind, []).append(one)
    return by


# -- records that blur and lose -------------------------------------------------------

#: What the tool may say of anything that the record does not settle.
UNSETTLED = {"open", "review", "met-timing-open"}


def unsound(scene: Scene, story: History) -> Iterator[Difference]:
    """Where the tool settles on a status that is not the world's.

    Past the end of a register a status is said as of the register's last day, and is held
    against the world of that day.
    """
    courses: dict[str, dict[Key, list[tuple[int, str]]]] = {}
    for duty in story.duties:
        if duty.party in ASKERS or duty.party not in scene.worlds:
            continue
        if duty.party not in courses:
            courses[duty.party] = course(scene, duty.party, *SPAN)
        mine = courses[duty.party].get(duty[:4], [(SPAN[0], "")])
        for spell in duty.spells:
            said = {PLAIN.get(s.status, s.status) for s in spell.standings}
            if said & UNSETTLED:
                continue
            ends = [s.recorded_until for s in spell.standings if s.recorded_until]
            first, last = (ends[0], ends[0]) if ends else (spell.first, spell.last)
            # A last day that was also the day on which it was due; or what is said of the day
            # itself, because one of the facts reaches further than the register.
            also = (last + 1, spell.first) if ends else ()
            if any({s for _, s in within(mine, day, day)} == said for day in also):
                continue
            for since, status in within(mine, first, last):
                before = {s for _, s in within(mine, SPAN[0], since)}
                if status not in said and not _unsaid(duty.rule, status, said, before):
                    kind = duty.rule, status, "/".join(sorted(said))
                    yield Difference(*kind, duty[:4], since, spell.last)
                    break


def _unsaid(rule: str, world: str, said: set[str], before: set[str]) -> bool:
    """What a record need not know.

    A duty whose day has not come is upcoming, whether or not it is already done; a deadline
    by which the work was done is met, whether or not another one had replaced it; one that was
    missed stays so until the record shows that there was nothing to do; a request waits until the
    record shows that the work is done; a window is spoken of until then.
    """
    if said == {"upcoming"} or (said == {"met"} and world == "superseded"):
        return True
    if said == {"pending"} and world in ("met", "met-late", "review", "without-object"):
        return True
    if world == "without-object" and said <= before:
        return True
    return rule.endswith("-window") and world == ""


def within(course_: list[tuple[int, str]], first: int, last: int) -> Iterator[tuple[int, str]]:
    """How a duty stands within a span."""
    days = [day for day, _ in course_]
    for (start, status), after in zip(course_, [*days[1:], SPAN[1] + 1], strict=True):
        if start <= last and after > first:
            yield max(start, first), status


def swapped(early: History, late: History) -> Iterator[Difference]:
    """Where a sharper day or a longer register swaps one settled status for another."""
    before = {duty[:4]: duty for duty in early.duties}
    for duty in late.duties:
        if duty[:4] in before:
            mine, theirs = _settled(before[duty[:4]]), _settled(duty)
            for first, last, a, b in apart(mine, theirs):
                if a and b and a != "upcoming":
                    yield Difference(duty.rule, a, b, duty[:4], first, last)


def _settled(duty: DutyHistory) -> list[tuple[int, str]]:
    """The course of a duty where a record that reaches the day settles it."""
    found = [(SPAN[0], "")]
    for spell in duty.spells:
        said = {PLAIN.get(s.status, s.status) for s in spell.standings}
        reached = not any(s.recorded_until for s in spell.standings)
        if reached and len(said) == 1 and not said & UNSETTLED:
            found += [(spell.first, *said), (spell.last + 1, "")]
    return found


class Opening(NamedTuple):
    """A day on which the tool leaves a duty open."""

    key: Key
    day: int
    due: When


def openings(scene: Scene, story: History) -> Iterator[Opening]:
    """First and last days of what is left open."""
    for duty in story.duties:
        if duty.party in ASKERS or duty.party not in scene.worlds:
            continue
        for spell in duty.spells:
            for standing in spell.standings:
                if standing.status == "open":
                    for at in sorted({max(spell.first, scene.thirtieth), spell.last}):
                        yield Opening(duty[:4], at, standing.due)


def timid(scene: Scene, notes: Notes, late: bool, opening: Opening) -> bool:
    """Whether no two worlds were found that fit the record and in which the duty differs."""
    key, at, due = opening
    days = {at, *(d for d in due if SPAN[0] < d < SPAN[1])}
    here = _status(scene, key, at)
    days |= {here[1]} if here else set()
    for world in fitting(scene, notes, key[1], late, days):
        other = _status(scene.instead(world), key, at)
        if (here and here[0]) != (other and other[0]):
            return False
    return True


def _status(scene: Scene, key: Key, at: int) -> Stands | None:
    return reading(scene, key[1], at).get(key)
