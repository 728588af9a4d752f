"""What an observer wrote of worlds: a facts file, and which worlds it leaves possible.

Two sources tell of the same lives. The first one blurs days to ranges that hold the true
one, and loses what happened after its registers end. The second is known later: it writes
some days sharper, some acts that the first one lost, and its registers reach further.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.reading.world import (
    LAST,
    PARAGRAPHS,
    Act,
    Choice,
    Scene,
    World,
    chance,
    months_after,
    on,
    year_of,
)

KINDS = (
    "deposit", "withdrawal-notice", "armed-conflict", "obligation", "discovery",
    "hostilities-end", "report", "extension-request", "extension-decision", "request-withdrawn",
    "completion", "declaration", "no-object", "retention", "clarification-request",
    "clarification-response",
)  # fmt: skip
#: Acts that undo others count from when they are on record, and ask for no register: their
#: record is always complete.
UNDOING = ("withdrawal-notice", "armed-conflict", "discovery", "request-withdrawn")
#: Acts whose order says what they are: a return, what is found anew.
ORDERED = (
    ("deposit", "withdrawal-notice", "armed-conflict"),
    ("obligation", "completion", "declaration", "no-object", "discovery"),
    ("extension-decision",),
)
#: Of a State that returns, these are told to the day: of which membership they are hangs on it.
TWICE = ("report", *ORDERED[0], *ORDERED[1], *ORDERED[2], "extension-request", "request-withdrawn")
#: Acts that their day identifies: a sharper day would be another act.
DATED = ("armed-conflict", "hostilities-end", "discovery")
#: The last day of a register that never ends, and the days on which sources are known.
ALWAYS = on(2045, 12, 31)
EARLY, LATE = on(2047, 1, 1), on(2048, 1, 1)
#: The open end of a range, and the first day that is tried in its stead.
NEVER, BEGIN = 1, on(2009, 1, 1)

Range = tuple[int, int]


class Line(NamedTuple):
    """What is written of an act by each source: a range of days, or nothing."""

    early: Range | None
    late: Range | None

    def known(self, late: bool) -> Range | None:
        """What is known of its day."""
        return self.late or self.early if late else self.early


class Notes(NamedTuple):
    """What an observer wrote: lines of acts, and the days to which registers reach."""

    lines: Mapping[str, tuple[Line, ...]]
    early: Mapping[str, int]
    late: Mapping[str, int]

    def until(self, kind: str, late: bool) -> int:
        """The last day for which the record of a kind of act is complete; 0 where none is."""
        return max(self.early.get(kind, 0), self.late.get(kind, 0) if late else 0)


def exact(scene: Scene) -> Notes:
    """Everything, to the day."""
    lines = {
        party: tuple(Line((act.day, act.day), None) for act in world.acts)
        for party, world in scene.worlds.items()
    }
    return Notes(lines, dict.fromkeys(KINDS, ALWAYS), {})


def observed(choice: Choice, scene: Scene) -> Notes:
    """What two sources make of it."""
    common = choice.between(on(2012, 1, 1), LAST)
    early = {
        kind: common if chance(choice, 60) else choice.between(on(2012, 1, 1), LAST)
        for kind in KINDS if kind == "no-object" or chance(choice, 90)
    } | dict.fromkeys(UNDOING, ALWAYS)  # fmt: skip
    late = {
        kind: choice.between(early.get(kind, on(2012, 1, 1)), LAST)
        for kind in KINDS if kind not in UNDOING and chance(choice, 50)
    }  # fmt: skip
    lines = {
        party: tuple(_lines(choice, world, early, late)) for party, world in scene.worlds.items()
    }
    return Notes(lines, early, late)


def _lines(
    choice: Choice, world: World, early: Mapping[str, int], late: Mapping[str, int]
) -> Iterator[Line]:
    for number, act in enumerate(world.acts):
        # What separates two acts that would else contradict one another is always told.
        again = act.what == "obligation" and act.paragraph in PARAGRAPHS.values()
        again |= act.what == "deposit" and number > 0
        first = again or act.day <= early.get(act.what, 0) or chance(choice, 50)
        one = _blurred(choice, world, number) if first else None
        other = None
        sharper = chance(choice, 30) and (one is None or act.what not in DATED)
        if sharper or (one is None and act.day <= late.get(act.what, 0)):
            other = _sharper(choice, act.day, one) if one else _blurred(choice, world, number)
        yield Line(one, other)


def _blurred(choice: Choice, world: World, number: int) -> Range:
    """A range that holds the true day, and not the day of an act whose order matters."""
    act = world.acts[number]
    date = dt.date.fromordinal(act.day)
    month = date.replace(day=1).toordinal()
    way = choice.between(1, 100)
    returns = sum(a.what == "deposit" for a in world.acts) > 1
    if way <= 55 or (returns and act.what in TWICE):
        return act.day, act.day
    if way <= 70:
        low, high = month, months_after(month, 1) - 1
    elif way <= 78:
        low, high = on(date.year, 1, 1), on(date.year, 12, 31)
    elif way <= 92:
        low, high = act.day - choice.between(0, 400), act.day + choice.between(0, 400)
    else:  # some day by then; a deposit has at least a year before which it was not made
        first = act.day - 800 if act.what == "deposit" else NEVER
        low, high = first, act.day + choice.between(0, 300)
    kinds = next((group for group in ORDERED if act.what in group), ())
    others = [a for a in world.acts if a.what in kinds and a.article == act.article and a != act]
    before = max((a.day for a in others if a.day <= act.day), default=NEVER - 1)
    after = min((a.day for a in others if a.day >= act.day), default=ALWAYS)
    if before >= NEVER:
        low = max(low, min(act.day, (before + act.day) // 2 + 1))
    return low, max(act.day, min(high, (act.day + after) // 2 - 1))


def _sharper(choice: Choice, day: int, known: Range) -> Range:
    low, high = known
    if chance(choice, 50) or low == NEVER:
        return day, day
    return day - choice.between(0, day - low), day + choice.between(0, high - day)


# -- as a facts file ------------------------------------------------------------------


def iso(day: int) -> str:
    """A day as a record writes it."""
    return dt.date.fromordinal(day).isoformat()


def edtf(days: Range) -> str:
    """A range as a record writes it."""
    low, high = days
    if low == high:
        return iso(low)
    return f"[{'' if low == NEVER else iso(low)}..{iso(high)}]"


def fact(party: str, act: Act, days: Range, source: str) -> dict[str, object]:
    """An act as a fact."""
    fields = {k: v for k, v in act._asdict().items() if v is not None and k not in ("what", "day")}
    for name in ("until", "effect"):
        if name in fields:
            fields[name] = iso(fields[name])
    return {"fact": act.what, "party": party, "date": edtf(days), **fields, "source": source}


def content(scene: Scene, notes: Notes) -> dict[str, object]:
    """A facts file."""
    facts: list[dict[str, object]] = []
    if scene.stated:
        facts.append({"fact": "threshold-instrument", "number": 30,
                      "date": iso(scene.thirtieth), "source": "A"})  # fmt: skip
    for m in scene.meetings:
        facts.append({"fact": "meeting", "id": m.id, "title": m.id, "kind": m.kind,
                      "opens": iso(m.opens), "closes": iso(m.closes), "source": "A"})  # fmt: skip
    for party, world in scene.worlds.items():
        for act, line in zip(world.acts, notes.lines[party], strict=True):
            if line.early:
                facts.append(fact(party, act, line.early, "A"))
            if line.late:
                facts.append(fact(party, act, line.late, "B"))
    registers: list[dict[str, object]] = [
        {"of": kind, "parties": "all", "until": iso(until), "source": source}
        for source, until_by_kind in (("A", notes.early), ("B", notes.late))
        for kind, until in until_by_kind.items()
    ]
    registers.append({"of": "meeting", "until": iso(ALWAYS), "source": "A"})
    return {
        "title": "made up",
        "rules": ["ccm"],
        "sources": {
            "A": {"title": "made up", "kind": "document", "published": iso(EARLY)},
            "B": {"title": "made up later", "kind": "document", "published": iso(LATE)},
        },
        "registers": registers,
        "facts": facts,
    }


def write(path: Path, scene: Scene, notes: Notes) -> Path:
    """A facts file on disk."""
    path.write_text(json.dumps(content(scene, notes), indent=1), encoding="utf-8")
    return path


# -- other worlds ---------------------------------------------------------------------


def fitting(scene: Scene, notes: Notes, party: str, late: bool, days: set[int]) -> Iterator[World]:
    """Worlds that a record leaves possible, beside the one that was.

    Each is another one with one act otherwise: the one that was, the one in which nothing
    happened that is not written, and that one with all days as early or as late as can be.

    Args:
        scene: what all worlds share.
        notes: what was written.
        party: whose worlds.
        late: whether the second source is known.
        days: days near which things are tried: due days, the day that is looked at.
    """
    near = {d + off for d in days for off in (-1, 0, 1)}
    known = [
        (act, line.known(late))
        for act, line in zip(scene.worlds[party].acts, notes.lines[party], strict=True)
    ]
    written = [(act, days_) for act, days_ in known if days_]
    early = [(act._replace(day=max(first, BEGIN)), (first, last)) for act, (first, last) in written]
    latest = [(act._replace(day=last), (first, last)) for act, (first, last) in written]
    for base in (known, written, early, latest):
        yield ordered(party, [act for act, _ in base])
        yield from _one_otherwise(notes, party, late, near, base)


def _one_otherwise(
    notes: Notes,
    party: str,
    late: bool,
    near: set[int],
    base: Sequence[tuple[Act, Range | None]],
) -> Iterator[World]:
    acts = [act for act, _ in base]
    for number, (act, days) in enumerate(base):
        without = acts[:number] + acts[number + 1 :]
        if days is None:
            yield ordered(party, without)
            days = notes.until(act.what, late) + 1, LAST
        low, high = max(days[0], BEGIN), days[1]
        tried = {low, high} | {d for d in near if low <= d <= high}
        if act.what == "deposit":
            tried |= {months_after(low, n) for n in range((high - low) // 30 + 1)}
        for other in sorted(tried):
            yield ordered(party, [*without, act._replace(day=other)])
    for act in _unwritten(acts, near):
        if act.day > notes.until(act.what, late):
            yield ordered(party, [*acts, act])


def ordered(party: str, acts: Sequence[Act]) -> World:
    """A world of acts in any order."""
    return World(party, tuple(sorted(acts, key=lambda act: (act.day, repr(act)))))


def _unwritten(acts: Sequence[Act], near: set[int]) -> Iterator[Act]:
    """Acts that nobody may have written of."""
    requests = [a for a in acts if a.what == "extension-request"]
    decided = {(a.article, a.number) for a in acts if a.what == "extension-decision"}
    asked = [a for a in acts if a.what == "clarification-request"]
    for when in sorted(near):
        yield Act("report", when, kind="initial")
        for year in (year_of(when) - 1, year_of(when) - 2):
            yield Act("report", when, kind="annual", year=year)
        yield Act("withdrawal-notice", when)
        yield Act("withdrawal-notice", months_after(when, -6))
        for article in ("3", "4"):
            for what in ("completion", "no-object", "obligation", "declaration", "discovery"):
                yield Act(what, when, article=article)
            numbers = [a.number or 0 for a in requests if a.article == article]
            for replaces in range(len(numbers) + 1):
                yield Act("extension-request", when, article=article, replaces=replaces,
                          number=max(numbers, default=0) + 1)  # fmt: skip
        for one in requests:
            yield Act("request-withdrawn", when, article=one.article, number=one.number)
            if (one.article, one.number) not in decided:
                for outcome in ("granted", "refused"):
                    yield Act("extension-decision", when, article=one.article, number=one.number,
                              replaces=one.replaces, outcome=outcome,
                              until=when + 900 if outcome == "granted" else None)  # fmt: skip
        for one in asked:
            yield Act("clarification-response", when, by=one.by, matter=one.matter)
        yield Act("retention", when, year=year_of(when))
