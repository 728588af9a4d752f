"""Deadlines go in; out come bars, a State and Article each: from one deadline to the next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ccm_rules.dates import When
from ccm_rules.documents.blocks import Picture
from ccm_rules.documents.parts.extensions import Extensions
from ccm_rules.documents.parts.material import Material, Meeting
from ccm_rules.documents.pictures import svg
from ccm_rules.documents.pictures.marks import WIDTH, Entry, legend, new_year, picture, year_of

_LEFT = 176
_TOP = 46
_HIGH = 24


class _Bar(NamedTuple):
    """The deadlines of a State under an Article, by number; the last one is in force."""

    party: str
    article: str
    deadlines: list[tuple[int, When]]


def timeline(
    material: Material, meeting: Meeting | None, parties: Iterable[str] = (), name: str = "timeline"
) -> Picture | None:
    """Bars by State, with Meetings and the as-of day.

    Args:
        material: of a report.
        meeting: the Meeting that is briefed, which stands out; or ``None``.
        parties: codes of the States; all unless given.
        name: of the picture within its document.
    """
    bars = _bars(material, set(parties))
    return _Drawing(material, meeting, bars).picture(name) if bars else None


def _bars(material: Material, parties: set[str]) -> list[_Bar]:
    extensions, bars = Extensions(material), []
    for (party, article), last in extensions.in_force.items():
        if not parties or party in parties:
            numbered = ((n, extensions.deadlines.get((party, article, n))) for n in range(last + 1))
            bars.append(_Bar(party, article, [(n, day) for n, day in numbered if day is not None]))
    return sorted(bars, key=lambda bar: (bar.deadlines[-1][1].earliest, bar))


class _Drawing:
    def __init__(self, material: Material, meeting: Meeting | None, bars: list[_Bar]) -> None:
        self.material = material
        self.say = material.say
        self.meeting = meeting
        self.bars = bars
        self.today = material.report.as_of
        days = [day for bar in bars for _, day in bar.deadlines]
        first = min(year_of(self.today) - 3, *(year_of(day.earliest) for day in days))
        last = max(self.today, *(bar.deadlines[-1][1].latest for bar in bars))
        self.years = range(first, year_of(last) + 1)
        self.start, self.end = new_year(first), new_year(self.years.stop)
        self.bottom = _TOP + len(bars) * _HIGH
        self.canvas = svg.Canvas(WIDTH, self.bottom + 46)

    def x(self, day: int) -> float:
        """Where a day stands."""
        return _LEFT + (day - self.start) / (self.end - self.start) * (WIDTH - _LEFT - 20)

    def picture(self, name: str) -> Picture:
        """The whole drawing."""
        self._years()
        self._meetings()
        cut_off = self._cut_off()
        shown = [self._bar(bar, number) for number, bar in enumerate(self.bars)]
        self._today()
        entries: list[Entry] = [
            ("box", svg.BLUE, self.say("to the original deadline")),
            ("box", svg.LIGHT, self.say("extension")),
            ("diamond", svg.DARK, self.say("deadline in force")),
        ]
        if cut_off:
            entries.append(("dashes", svg.ORANGE, self.say("last day to lodge a request")))
        legend(self.canvas, self.canvas.height - 12, entries)
        caption = self.material.treaty.deadlines or self.say("Deadlines, and Meetings")
        lead = self.say("Deadlines, the last of each in force")
        words = f"{lead}. {self.material.language.then.join(shown)}."
        return picture(self.canvas, name, caption, words)

    def _years(self) -> None:
        for year in self.years:
            begins, ends = self.x(new_year(year)), self.x(new_year(year + 1))
            self.canvas.line(begins, _TOP, begins, self.bottom, svg.PALE)
            middle = (begins + ends) / 2
            self.canvas.text(middle, self.bottom + 12, str(year), 8, "middle", svg.GREY)
        self.canvas.line(self.x(self.end), _TOP, self.x(self.end), self.bottom, svg.PALE)

    def _meetings(self) -> None:
        """Meetings as lines, each named where there is room; the briefed one always."""
        used = -100.0
        for one in self.material.meetings:
            if not one.opens.exact or not self.start <= one.opens.earliest <= self.end:
                continue
            at = self.x(one.opens.earliest)
            strong = self.meeting is not None and one.id == self.meeting.id
            line = (svg.DARK, 1.4, "") if strong else (svg.GREY, 0.8, "2 2")
            self.canvas.line(at, _TOP - 6, at, self.bottom, *line)
            if strong or at - used > svg.width_of(one.id, 8) + 4:
                self.canvas.text(at, _TOP - 9, one.id, 8, "middle", svg.INK, strong)
                used = at

    def _cut_off(self) -> bool:
        """Draw the last day to lodge a request for the Meeting; whether there is one."""
        days = [
            duty.due
            for duty in self.material.duties
            if self.meeting is not None
            and duty.item == self.meeting.id
            and self.material.is_window(duty.rule)
        ]
        if not days or not days[0].exact:
            return False
        if self.start <= days[0].latest <= self.end:
            at = self.x(days[0].latest)
            self.canvas.line(at, _TOP, at, self.bottom, svg.ORANGE, 1.4, "6 3")
        return True

    def _bar(self, bar: _Bar, number: int) -> str:
        """Draw a bar; return the same in words."""
        y = _TOP + number * _HIGH + _HIGH / 2
        state = self.material.words.party(bar.party)
        tail = " · " + self.say("Art. {article}", article=bar.article)
        label = svg.shortened(state, _LEFT - 8 - svg.width_of(tail, 9), 9) + tail
        self.canvas.text(_LEFT - 6, y + 3, label, 9, "end")
        before = self.start
        for extension, day in bar.deadlines:
            shade = svg.LIGHT if extension else svg.BLUE
            wide = self.x(day.latest) - self.x(before) - 0.5
            self.canvas.box(self.x(before) + 0.5, y - 6, wide, 12, shade, svg.DARK)
            before = day.latest
        for extension, day in bar.deadlines:
            in_force = extension == bar.deadlines[-1][0]
            self.canvas.diamond(self.x(day.latest), y, 5, svg.DARK if in_force else svg.WHITE)
        days = ", ".join(self.material.date(day) for _, day in bar.deadlines)
        return f"{state} ({self.say('Article {article}', article=bar.article)}): {days}"

    def _today(self) -> None:
        at = self.x(self.today)
        self.canvas.line(at, _TOP - 6, at, self.bottom, svg.ORANGE, 2)
        words = self.say("as of {day}", day=self.material.date(self.material.today))
        anchor = "end" if at > WIDTH - 90 else "middle"
        self.canvas.text(at, 12, words, 8.5, anchor, svg.INK, bold=True)
        self.canvas.line(at, 15, at, 24, svg.ORANGE, 2)
