"""Drawing with SVG: shapes and words in, one drawing out that no fact can break out of.

Meaning is never carried by colour alone: shades differ in lightness, and marks in
form. Colours are blue and orange of the palette of Okabe and Ito, which people
with the usual kinds of colour blindness can distinguish.
"""

from __future__ import annotations

import unicodedata
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from ccm_rules.documents.blocks import clean

DARK: Final = "#1b3a5b"
BLUE: Final = "#0072b2"
LIGHT: Final = "#b8d4e8"
ORANGE: Final = "#d55e00"
GREY: Final = "#6b7280"
PALE: Final = "#e5e7eb"
INK: Final = "#111827"
WHITE: Final = "#ffffff"
#: Behind every other line of a list.
BAND: Final = "#f3f4f6"
#: From one line of a hatched shape to the next.
_HATCH: Final = 5.0
#: The first that is there is taken; their letters are of nearly the same width.
FONT: Final = "Liberation Sans, Arial, Helvetica, DejaVu Sans, sans-serif"


def width_of(text: str, size: float) -> float:
    """About how wide a text is, on the safe side."""
    wide = sum(
        1.0
        if unicodedata.east_asian_width(c) in "WF"
        else 0.32
        if c in "iljtfI.,;:'|()[] "
        else 0.85
        if c in "mwMW"
        else 0.68
        if c.isupper()
        else 0.56
        for c in text
    )
    return wide * size


def shortened(text: str, room: float, size: float) -> str:
    """A text cut to a width, with an ellipsis."""
    if width_of(text, size) <= room:
        return text
    while text and width_of(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


class Canvas:
    """A drawing under way.

    Args:
        width, height: in points.
    """

    def __init__(self, width: float, height: float) -> None:
        self.width = round(width)
        self.height = round(height)
        self._parts: list[str] = []

    def _add(self, tag: str, words: str = "", /, **attributes: str | float) -> None:
        """Add an element; attributes that are empty are left out."""
        shown = "".join(
            f' {name.replace("_", "-")}="{value if isinstance(value, str) else _n(value)}"'
            for name, value in attributes.items()
            if value != ""
        )
        self._parts.append(f"<{tag}{shown}>{words}</{tag}>" if words else f"<{tag}{shown}/>")

    def line(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        colour: str = GREY,
        width: float = 1,
        dashes: str = "",
    ) -> None:
        """A straight line."""
        style = {"stroke": colour, "stroke_width": _n(width), "stroke_dasharray": dashes}
        self._add("line", x1=x1, y1=y1, x2=x2, y2=y2, **style)

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str = "none",
        line: str = "",
        hatched: bool = False,
    ) -> None:
        """A rectangle, filled, outlined or hatched."""
        style = {"fill": fill, "stroke": line, "stroke_width": "1" if line else ""}
        self._add("rect", x=x, y=y, width=max(width, 0), height=height, **style)
        # Lines, not a pattern: every renderer draws them.
        at = _HATCH - height
        while hatched and at < width:
            start, end = max(at, 0.0), min(at + height, width)
            if end > start:
                below, above = y + height - (start - at), y + height - (end - at)
                self.line(x + start, below, x + end, above, line or DARK, 0.7)
            at += _HATCH

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = 9,
        anchor: str = "start",
        colour: str = INK,
        bold: bool = False,
    ) -> None:
        """Words; ``y`` is their base line."""
        style = {"text_anchor": anchor, "fill": colour, "font_weight": "700" if bold else ""}
        if words:
            self._add("text", escape(clean(words)), x=x, y=y, font_size=size, **style)

    def disc(self, x: float, y: float, radius: float, fill: str) -> None:
        """A circle."""
        self._add("circle", cx=x, cy=y, r=radius, fill=fill, stroke=DARK, stroke_width="1.3")

    def check(self, x: float, y: float, colour: str = DARK) -> None:
        """A tick."""
        self.line(x - 4, y, x - 1, y + 3, colour, 1.8)
        self.line(x - 1, y + 3, x + 4, y - 4, colour, 1.8)

    def diamond(self, x: float, y: float, size: float, fill: str, line: str = DARK) -> None:
        """A square on its corner."""
        corners = ((x, y - size), (x + size, y), (x, y + size), (x - size, y))
        points = " ".join(f"{_n(x)},{_n(y)}" for x, y in corners)
        self._add("polygon", points=points, fill=fill, stroke=line)

    def svg(self, title: str, description: str, name: str) -> str:
        """The drawing, with its alternative in words."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}" '
            f'viewBox="0 0 {self.width} {self.height}" role="img" '
            f"aria-labelledby={quoteattr(f'{name}-title {name}-text')} "
            f"font-family={quoteattr(FONT)}>"
        )
        return (
            f"{head}<title id={quoteattr(name + '-title')}>{escape(clean(title))}</title>"
            f"<desc id={quoteattr(name + '-text')}>{escape(clean(description))}</desc>"
            f'<rect width="{self.width}" height="{self.height}" fill="{WHITE}"/>'
            f"{''.join(self._parts)}</svg>"
        )


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
