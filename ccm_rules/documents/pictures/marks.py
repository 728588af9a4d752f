"""What the pictures have in common: their width, a frame with words, marks and legends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from ccm_rules.documents.blocks import Picture
from ccm_rules.documents.pictures import svg

#: Of the width of a text column on A4.
WIDTH: Final = 680
#: The height of a line of which each is about one State.
ROW: Final = 20

#: An entry of a legend: box, hatched, diamond, dashes or a status; a colour; the words.
Entry = tuple[str, str, str]


def picture(canvas: svg.Canvas, name: str, caption: str, alternative: str) -> Picture:
    """A finished drawing with its words."""
    drawing = canvas.svg(caption, alternative, name)
    return Picture(name, drawing, caption, alternative, canvas.width, canvas.height)


def new_year(year: int) -> int:
    """The first day of a year, as an ordinal."""
    return dt.date(year, 1, 1).toordinal()


def year_of(ordinal: int) -> int:
    """The year of a day."""
    return dt.date.fromordinal(ordinal).year


def legend(canvas: svg.Canvas, y: float, entries: Sequence[Entry]) -> None:
    """What the marks of a picture stand for, in one line."""
    x = 12.0
    for kind, colour, words in entries:
        if kind in ("box", "hatched"):
            canvas.box(x, y - 8, 14, 9, colour, svg.DARK, hatched=kind == "hatched")
        elif kind == "diamond":
            canvas.diamond(x + 7, y - 3.5, 5, colour)
        elif kind == "dashes":
            canvas.line(x, y - 3.5, x + 14, y - 3.5, colour, 1.6, "4 2")
        else:
            status_mark(canvas, x + 7, y - 3.5, kind)
        canvas.text(x + 19, y, words, 8.5)
        x += 19 + svg.width_of(words, 8.5) + 16


def status_mark(canvas: svg.Canvas, x: float, y: float, status: str) -> None:
    """A status as a mark that reads in grey."""
    match status:
        case "overdue" | "lapsed":
            canvas.box(x - 6, y - 6, 12, 12, svg.ORANGE, svg.INK)
            canvas.line(x - 3, y - 3, x + 3, y + 3, svg.WHITE, 1.8)
            canvas.line(x - 3, y + 3, x + 3, y - 3, svg.WHITE, 1.8)
        case "due-soon":
            canvas.disc(x, y, 5.5, svg.LIGHT)
            canvas.line(x, y, x, y - 4, svg.DARK, 1.4)
            canvas.line(x, y, x + 3, y, svg.DARK, 1.4)
        case "pending":
            canvas.disc(x, y, 5.5, svg.DARK)
        case "upcoming":
            canvas.disc(x, y, 5.5, svg.WHITE)
        case "without-object" | "superseded":
            canvas.line(x - 5, y, x + 5, y, svg.DARK, 1.8)
        case "met":
            canvas.check(x, y)
        case "met-late":
            canvas.check(x, y)
            canvas.line(x - 6, y + 6.5, x + 6, y + 6.5, svg.ORANGE, 1.6)
        case "met-timing-open":
            canvas.check(x, y)
            canvas.line(x - 6, y + 6.5, x + 6, y + 6.5, svg.GREY, 1.4, "2 2")
        case "window-closed":
            canvas.box(x - 5, y - 5, 10, 10, svg.WHITE, svg.GREY)
            canvas.line(x - 5, y + 5, x + 5, y - 5, svg.GREY, 1.2)
        case "review":
            canvas.diamond(x, y, 6, svg.WHITE)
        case _:
            canvas.text(x, y + 3.5, "?", 10, "middle", svg.GREY, bold=True)
