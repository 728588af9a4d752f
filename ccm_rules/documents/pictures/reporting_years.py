"""Annual reports by year go in; out comes a picture: on record, missing, and left open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ccm_rules.documents.blocks import Picture
from ccm_rules.documents.parts.material import Material
from ccm_rules.documents.pictures import svg
from ccm_rules.documents.pictures.marks import WIDTH, legend, new_year, picture

_TOP, _BOTTOM, _HEIGHT = 26, 190, 232
#: How each group is drawn, from the ground up: its fill, its outline, whether hatched.
_GROUPS: Final = {
    "received": (svg.BLUE, svg.DARK, False),
    "missing": (svg.WHITE, svg.DARK, True),
    "open": (svg.PALE, svg.GREY, False),
}

#: The States of each group.
_Year = dict[str, set[str]]
#: Numbers that sources print, with what they are out of (or 0), by year.
_Stated = Mapping[int, tuple[int, int]]


def reporting_rate(material: Material, name: str = "reporting") -> Picture | None:
    """Annual reports by the year that they cover."""
    stated = _stated(material)
    years = _by_year(material, stated)
    if not years:
        return None
    say = material.say
    sizes = [sum(map(len, groups.values())) for groups in years.values()]
    most = max(sizes + [out_of or value for value, out_of in stated.values()])
    canvas = svg.Canvas(WIDTH, _HEIGHT)
    scale = (_BOTTOM - _TOP) / (most or 1)
    for value in range(0, most + 1, 10 if most <= 60 else 25):
        y = _BOTTOM - value * scale
        canvas.line(44, y, WIDTH - 10, y, svg.PALE)
        canvas.text(38, y + 3, str(value), 8, "end", svg.GREY)
    step = (WIDTH - 60) / len(years)
    wide = min(34.0, step * 0.7)
    shown = []
    for number, (year, groups) in enumerate(sorted(years.items())):
        x = 50 + number * step
        _column(canvas, x, wide, scale, groups)
        words = say(
            "{year}: {received} on record, {missing} missing, {open} not to be told",
            year=year,
            **{group: len(groups[group]) for group in _GROUPS},
        )
        if year in stated:
            value, out_of = stated[year]
            label = f"{value}/{out_of}" if out_of else str(value)
            middle, y = x + wide / 2, _BOTTOM - value * scale
            canvas.diamond(middle, y, 5, svg.ORANGE, svg.INK)
            canvas.text(middle + 9, y - 5, label, 8, "start", svg.INK, True)
            words += ", " + say("stated: {value}", value=label)
        shown.append(words)
        canvas.text(x + wide / 2, _BOTTOM + 13, str(year), 8, "middle")
    entries = [
        ("box", svg.BLUE, say("report on record")),
        ("hatched", svg.WHITE, say("known to be missing")),
        ("box", svg.PALE, say("the record cannot tell")),
        ("diamond", svg.ORANGE, say("number as a source states it")),
    ]
    legend(canvas, _HEIGHT - 8, entries)
    caption = material.treaty.reports or say("Annual reports, by the year that they cover")
    return picture(canvas, name, caption, material.language.then.join(shown) + ".")


def _column(canvas: svg.Canvas, x: float, wide: float, scale: float, groups: _Year) -> None:
    """The States of one year, a group above the other."""
    y = float(_BOTTOM)
    for group, (fill, line, hatched) in _GROUPS.items():
        high = len(groups[group]) * scale
        if high:
            y -= high
            canvas.box(x, y, wide, high, fill, line, hatched)


def _by_year(material: Material, stated: _Stated) -> dict[int, _Year]:
    """Of each year who reported, who did not, and of whom the record cannot tell."""
    years: dict[int, _Year] = {}
    for duty in material.duties:
        if (
            duty.rule == material.treaty.annual_reports
            and duty.n
            and duty.due.earliest <= material.report.as_of
        ):
            received = duty.status.startswith("met")
            missing = duty.current and duty.status in ("overdue", "lapsed")
            group = "received" if received else "missing" if missing else "open"
            years.setdefault(duty.n, _nobody())[group].add(duty.party)
    in_force = {e.text("party"): e.when("date").latest for e in material.certain("in-force")}
    there = {*years, *stated}
    for year in range(min(there), max(there) + 1) if there else ():
        groups = years.setdefault(year, _nobody())
        # Of the States bound at the end of the year, those of whom nothing is known.
        bound = {party for party, day in in_force.items() if day < new_year(year + 1)}
        groups["open"] |= bound - set().union(*groups.values())
    return years


def _nobody() -> _Year:
    return {group: set() for group in _GROUPS}


def _stated(material: Material) -> _Stated:
    """Numbers of annual reports as sources print them; with a denominator where one does."""
    found: dict[int, tuple[int, int]] = {}
    for one in material.certain("stated-count"):
        year, out_of = one.number("year"), one.number("out_of")
        wanted = year and one.text("of") == material.treaty.annual_count
        if wanted and (out_of or year not in found):
            found[year] = (one.number("value"), out_of)
    return found
