"""Decisions on extensions go in; out comes a picture: how long before the deadline they came."""

from __future__ import annotations

from typing import NamedTuple

from ccm_rules.dates import When
from ccm_rules.documents.blocks import Picture
from ccm_rules.documents.parts.extensions import Extensions
from ccm_rules.documents.parts.material import Material
from ccm_rules.documents.pictures import svg
from ccm_rules.documents.pictures.marks import ROW, WIDTH, picture, year_of
from ccm_rules.record.sentences import first_up
from ccm_rules.words.language import mark

_LEFT, _TOP = 210.0, 34
#: A day that is vaguer than this says nothing of how long it took.
_VAGUE = 400


class _Decided(NamedTuple):
    """From the first to the last day on which it may have been decided, from the deadline."""

    first: int
    last: int
    party: str
    article: str
    deadline: When


def decision_times(material: Material, name: str = "decisions") -> Picture | None:
    """From decision to deadline, a line each, the longest time first."""
    rows = sorted(_decided(material))
    if not rows:
        return None
    say = material.say
    low = min(0, *(row.first for row in rows))
    high = max(0, *(row.last for row in rows))
    span = max(high - low, 60)
    bottom = _TOP + len(rows) * ROW
    canvas = svg.Canvas(WIDTH, bottom + 40)

    def x(days: int) -> float:
        return _LEFT + (days - low) / span * (WIDTH - _LEFT - 40)

    tick = 30 if span <= 400 else 90
    for days in range(-(-low // tick) * tick, high + 1, tick):
        canvas.line(x(days), _TOP, x(days), bottom, svg.PALE)
        canvas.text(x(days), bottom + 12, f"{days:+d}" if days else "0", 8, "middle", svg.GREY)
    canvas.line(x(0), _TOP - 8, x(0), bottom, svg.DARK, 1.6)
    canvas.text(x(0), _TOP - 12, say("deadline"), 8.5, "middle", svg.INK, True)
    for number, row in enumerate(rows):
        y = _TOP + number * ROW + ROW / 2
        state = material.words.party(row.party)
        label = f"{state} · {row.article}, {year_of(row.deadline.earliest)}"
        canvas.text(_LEFT - 8, y + 3, svg.shortened(label, _LEFT - 12, 9), 9, "end")
        canvas.line(x(0), y, x(row.last if row.last < 0 else row.first), y, svg.GREY, 1)
        if row.first == row.last:
            canvas.disc(x(row.first), y, 4, svg.BLUE)
        else:
            wide = max(x(row.last) - x(row.first), 3)
            canvas.box(x(row.first), y - 4, wide, 8, svg.LIGHT, svg.DARK)
    words = say("days before (−) and after (+) the deadline")
    canvas.text((_LEFT + WIDTH) / 2, bottom + 27, words, 8.5, "middle")
    caption = say("From decision to deadline: when extensions were decided")
    words = material.language.then.join(_in_words(material, row) for row in rows)
    return picture(canvas, name, caption, first_up(words) + ".")


def _decided(material: Material) -> list[_Decided]:
    extensions, found = Extensions(material), []
    for key, decision in extensions.decisions.items():
        day, deadline = decision.when("date"), extensions.deadlines.get(key)
        if deadline is not None and deadline.exact and day.latest - day.earliest < _VAGUE:
            first, last = (bound - deadline.latest for bound in day)
            found.append(_Decided(first, last, *key[:2], deadline))
    return found


def _in_words(material: Material, row: _Decided) -> str:
    days = f"{-row.last}-{-row.first}"
    if row.first == row.last:
        days = material.language.number(-row.last)
    form = mark("{state} (Article {article}, deadline {day}): decided {days} days before it")
    if row.last > 0:
        form = mark(
            "{state} (Article {article}, deadline {day}): decided at some time from {first} "
            "days before it to {last} days after it"
        )
    state, day = material.words.party(row.party), material.date(row.deadline)
    bounds = {"days": days, "first": -row.first, "last": row.last}
    return material.say(form, state=state, article=row.article, day=day, **bounds)
