"""Duties go in; out comes a matrix: the status of each State's latest duty of each kind."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from ccm_rules.documents.blocks import Picture
from ccm_rules.documents.parts.labels import BINDING_WORDS, STATUS_WORDS
from ccm_rules.documents.parts.material import Material
from ccm_rules.documents.pictures import svg
from ccm_rules.documents.pictures.marks import ROW, WIDTH, Entry, legend, picture, status_mark
from ccm_rules.report.duties import Duty

_LEFT = 200.0
#: Statuses by how much they ask for attention.
_GRAVE: Final = ("overdue", "lapsed", "review", "pending", "due-soon", "open")
#: Natures of duties, in the order in which they are shown.
_NATURES: Final = ("legal", "practice", "political", "record")
#: Marks in the order of the legend.
_ORDER: Final = (
    "overdue", "lapsed", "due-soon", "pending", "review", "window-closed", "upcoming", "met",
    "met-late", "met-timing-open", "without-object", "superseded", "open",
)  # fmt: skip

#: The duty that is shown, by State and rule.
_Shown = Mapping[tuple[str, str], Duty]


def matrix(material: Material, parties: Sequence[str], name: str = "matrix") -> Picture | None:
    """States by duty.

    Args:
        material: of a report.
        parties: codes of the States, in their order.
        name: of the picture within its document.
    """
    shown = _latest(material, set(parties))
    with_duties = {rule for _, rule in shown}
    rules = [rule for rule in material.report.rulebook.rules if rule in with_duties]
    if not rules:
        return None
    rules.sort(key=lambda rule: _NATURES.index(material.rule(rule).binding))
    return _Drawing(material, parties, rules, shown).picture(name)


def _latest(material: Material, parties: set[str]) -> _Shown:
    """The duty of each kind that asks for most attention, and of these the latest."""
    rank = {status: number for number, status in enumerate(_GRAVE)}
    found: dict[tuple[str, str], Duty] = {}
    for duty in material.duties:  # by day
        if duty.party not in parties or duty.status == "superseded":
            continue
        other = found.get((duty.party, duty.rule))
        if other is None or rank.get(_today(duty), 9) <= rank.get(_today(other), 9):
            found[duty.party, duty.rule] = duty
    return found


class _Drawing:
    def __init__(
        self, material: Material, parties: Sequence[str], rules: list[str], shown: _Shown
    ) -> None:
        self.material = material
        self.say = material.say
        self.parties = parties
        self.rules = rules
        self.shown = shown
        self.step = min(70.0, (WIDTH - _LEFT - 10) / len(rules))
        self.size = 8 if self.step >= 50 else 7
        self.titles = [self._wrapped(rule) for rule in rules]
        self.spans = self._spans()
        # The highest title stands clear of the line that groups the duties by nature.
        self.line = 6.0 + max(len(lines) for _, _, lines in self.spans) * 10
        self.head = self.line + 10 + max(map(len, self.titles)) * 10
        self.canvas = svg.Canvas(WIDTH, self.head + len(parties) * ROW + 52)

    def _wrapped(self, rule: str) -> list[str]:
        return _wrapped(self.material.rule(rule).title, self.step - 5, self.size)

    def _spans(self) -> list[tuple[float, float, list[str]]]:
        """The columns of each nature: from where to where, and its name in lines."""
        found = []
        bindings = [self.material.rule(rule).binding for rule in self.rules]
        for nature in dict.fromkeys(bindings):
            first = bindings.index(nature)
            begins = _LEFT + first * self.step + 3
            ends = _LEFT + (first + bindings.count(nature)) * self.step - 3
            words = _wrapped(self.say(BINDING_WORDS[nature]), ends - begins, 8)
            found.append((begins, ends, words))
        return found

    def picture(self, name: str) -> Picture:
        """The whole drawing."""
        for column, lines in enumerate(self.titles):
            self._lines(self._middle(column), self.head - 8, lines, self.size)
        for begins, ends, lines in self.spans:
            self.canvas.line(begins, self.line, ends, self.line, svg.DARK, 1.2)
            self._lines((begins + ends) / 2, self.line - 5, lines, 8, bold=True)
        words = [self._row(number, party) for number, party in enumerate(self.parties)]
        entries = self._entries()
        legend(self.canvas, self.canvas.height - 30, entries[:5])
        legend(self.canvas, self.canvas.height - 10, entries[5:])
        caption = self.say("Where States stand, duty by duty")
        return picture(self.canvas, name, caption, ". ".join(words) + ".")

    def _middle(self, column: int) -> float:
        return _LEFT + column * self.step + self.step / 2

    def _lines(
        self, x: float, last: float, lines: list[str], size: float, *, bold: bool = False
    ) -> None:
        """Lines of text above one another, of which the last stands at a height."""
        for number, words in enumerate(lines):
            y = last - (len(lines) - 1 - number) * 10
            self.canvas.text(x, y, words, size, "middle", svg.INK, bold)

    def _row(self, number: int, party: str) -> str:
        """Draw the marks of a State; return the same in words."""
        material, y = self.material, self.head + number * ROW
        if number % 2 == 0:
            self.canvas.box(0, y, WIDTH, ROW, svg.BAND)
        name = material.words.party(party)
        self.canvas.text(_LEFT - 8, y + 14, svg.shortened(name, _LEFT - 16, 9), 9, "end")
        words = []
        for column, rule in enumerate(self.rules):
            duty = self.shown.get((party, rule))
            if duty is not None:
                status_mark(self.canvas, self._middle(column), y + ROW / 2, _today(duty))
                title, status = material.rule(rule).title, material.status(_today(duty), rule)
                words.append(f"{title}{material.language.between}{status}")
        return name + material.language.between + material.language.then.join(words)

    def _entries(self) -> list[Entry]:
        there = {_today(duty) for duty in self.shown.values()}
        return [(mark, "", self.say(STATUS_WORDS[mark])) for mark in _ORDER if mark in there]


def _today(duty: Duty) -> str:
    """How a duty stands on the as-of day: what the record last showed may be over."""
    return duty.status if duty.current else "open"


def _wrapped(words: str, room: float, size: float) -> list[str]:
    """Lines no longer than there is room; a long word breaks at its hyphens."""
    lines = [""]
    pieces = [
        piece
        for word in words.split()
        for piece in (
            re.findall(r"[^-]*-|[^-]+", word) if svg.width_of(word, size) > room else [word]
        )
    ]
    for word in pieces:
        longer = f"{lines[-1]} {word}".strip()
        if svg.width_of(longer, size) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return [svg.shortened(line, room + 8, size) for line in lines]
