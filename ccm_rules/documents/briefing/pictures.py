"""The pictures of a briefing: what each shows, and the same in words."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence

from ccm_rules.documents.blocks import Picture
from ccm_rules.documents.briefing import svg
from ccm_rules.documents.briefing.material import (
    BINDING_WORDS,
    STATUS_WORDS,
    WINDOW_WORDS,
    Material,
    Meeting,
)
from ccm_rules.record.sentences import first_up
from ccm_rules.report.duties import Duty

#: Of the width of a text column on A4.
WIDTH = 680
_LEFT = 176
_ROW = 20
#: Statuses by how much they ask for attention.
_GRAVE = ("overdue", "lapsed", "review", "pending", "due-soon", "open")
#: Natures of duties, in the order in which they are shown.
_NATURES = ("legal", "practice", "political", "record")


def _picture(canvas: svg.Canvas, name: str, caption: str, alternative: str) -> Picture:
    return Picture(
        name,
        canvas.svg(caption, alternative, name),
        caption,
        alternative,
        canvas.width,
        canvas.height,
    )


def _year(year: int) -> int:
    return dt.date(year, 1, 1).toordinal()


def _of(ordinal: int) -> int:
    return dt.date.fromordinal(ordinal).year


def timeline(
    material: Material, meeting: Meeting | None, parties: Iterable[str] = (), name: str = "timeline"
) -> Picture | None:
    """Bars by State: from one deadline to the next, with Meetings and the as-of day."""
    say, today = material.say, material.report.as_of
    wanted = set(parties)
    current = material.current
    keys = sorted(
        (key for key in current if not wanted or key[0] in wanted),
        key=lambda key: (material.deadlines[(*key, current[key])].earliest, key),
    )
    if not keys:
        return None
    last = max(material.deadlines[(*key, current[key])].latest for key in keys)
    first_year = min(
        _of(today) - 3,
        *(
            _of(material.deadlines[key].earliest)
            for key in material.deadlines
            if key[:2] in current and (not wanted or key[0] in wanted)
        ),
    )
    start, end = _year(first_year), _year(_of(max(last, today)) + 1)
    top, row = 46, 24
    height = top + len(keys) * row + 46
    canvas = svg.Canvas(WIDTH, height)

    def x(day: int) -> float:
        return _LEFT + (day - start) / (end - start) * (WIDTH - _LEFT - 20)

    bottom = top + len(keys) * row
    for year in range(first_year, _of(end) + 1):
        canvas.line(x(_year(year)), top, x(_year(year)), bottom, svg.PALE)
        if year < _of(end):
            middle = (x(_year(year)) + x(_year(year + 1))) / 2
            canvas.text(middle, bottom + 12, str(year), 8, "middle", svg.GREY)
    used = -100.0
    for other in material.meetings:
        if not other.opens.exact or not start <= other.opens.earliest <= end:
            continue
        at = x(other.opens.earliest)
        strong = meeting is not None and other.id == meeting.id
        canvas.line(
            at,
            top - 6,
            at,
            bottom,
            svg.DARK if strong else svg.GREY,
            1.4 if strong else 0.8,
            "" if strong else "2 2",
        )
        if at - used > svg.width_of(other.id, 8) + 4 or strong:
            canvas.text(at, top - 9, other.id, 8, "middle", svg.INK, strong)
            used = at
    cut_off = _cut_off(material, meeting)
    if cut_off is not None and start <= cut_off <= end:
        canvas.line(x(cut_off), top, x(cut_off), bottom, svg.ORANGE, 1.4, "6 3")
    told = []
    for number, (party, article) in enumerate(keys):
        y = top + number * row + row / 2
        label = f"{material.words.party(party)}"
        tail = " · " + say("Art. {article}", article=article)
        room = _LEFT - 8 - svg.width_of(tail, 9)
        canvas.text(_LEFT - 6, y + 3, svg.shortened(label, room, 9) + tail, 9, "end")
        before = start
        days: list[str] = []
        ends: list[tuple[float, bool]] = []
        for extension in range(current[party, article] + 1):
            deadline = material.deadlines.get((party, article, extension))
            if deadline is None:
                continue
            shade = svg.BLUE if extension == 0 else svg.LIGHT
            canvas.box(
                x(before) + 0.5, y - 6, x(deadline.latest) - x(before) - 0.5, 12, shade, svg.DARK
            )
            ends.append((x(deadline.latest), extension == current[party, article]))
            before = deadline.latest
            days.append(material.date(deadline))
        for at, in_force in ends:
            canvas.diamond(at, y, 5, svg.DARK if in_force else "#ffffff")
        told.append(f"{label} ({say('Article {article}', article=article)}): {', '.join(days)}")
    canvas.line(x(today), top - 6, x(today), bottom, svg.ORANGE, 2)
    canvas.text(
        x(today),
        12,
        say("as of {day}", day=material.date(material.today)),
        8.5,
        "end" if x(today) > WIDTH - 90 else "middle",
        svg.INK,
        bold=True,
    )
    canvas.line(x(today), 15, x(today), 24, svg.ORANGE, 2)
    _legend(
        canvas,
        height - 12,
        [
            ("box", svg.BLUE, say("to the original deadline")),
            ("box", svg.LIGHT, say("extension")),
            ("diamond", svg.DARK, say("deadline in force")),
            ("dashes", svg.ORANGE, say("last day to lodge a request")),
        ]
        if cut_off is not None
        else [
            ("box", svg.BLUE, say("to the original deadline")),
            ("box", svg.LIGHT, say("extension")),
            ("diamond", svg.DARK, say("deadline in force")),
        ],
    )
    caption = material.treaty.deadlines or say("Deadlines, and Meetings")
    return _picture(
        canvas,
        name,
        caption,
        say("Deadlines, the last of each in force")
        + ". "
        + material.language.then.join(told)
        + ".",
    )


def _cut_off(material: Material, meeting: Meeting | None) -> int | None:
    if meeting is None:
        return None
    days = [d.due for d in material.duties if d.item == meeting.id and material.is_window(d.rule)]
    return days[0].latest if days and days[0].exact else None


def _legend(canvas: svg.Canvas, y: float, items: Sequence[tuple[str, str, str]]) -> None:
    x = 12.0
    for kind, colour, words in items:
        if kind == "box":
            canvas.box(x, y - 8, 14, 9, colour, svg.DARK)
        elif kind == "hatched":
            canvas.box(x, y - 8, 14, 9, colour, svg.DARK, hatched=True)
        elif kind == "diamond":
            canvas.diamond(x + 7, y - 3.5, 5, colour)
        elif kind == "dashes":
            canvas.line(x, y - 3.5, x + 14, y - 3.5, colour, 1.6, "4 2")
        else:
            _mark(canvas, x + 7, y - 3.5, kind)
        canvas.text(x + 19, y, words, 8.5)
        x += 19 + svg.width_of(words, 8.5) + 16


def _mark(canvas: svg.Canvas, x: float, y: float, status: str) -> None:
    """A status as a mark that reads in grey."""
    if status in ("overdue", "lapsed"):
        canvas.box(x - 6, y - 6, 12, 12, svg.ORANGE, svg.INK)
        canvas.line(x - 3, y - 3, x + 3, y + 3, "#ffffff", 1.8)
        canvas.line(x - 3, y + 3, x + 3, y - 3, "#ffffff", 1.8)
    elif status == "due-soon":
        canvas.disc(x, y, 5.5, svg.LIGHT)
        canvas.line(x, y, x, y - 4, svg.DARK, 1.4)
        canvas.line(x, y, x + 3, y, svg.DARK, 1.4)
    elif status == "pending":
        canvas.disc(x, y, 5.5, svg.DARK)
    elif status == "upcoming":
        canvas.disc(x, y, 5.5, "#ffffff")
    elif status in ("without-object", "superseded"):
        canvas.line(x - 5, y, x + 5, y, svg.DARK, 1.8)
    elif status == "met":
        canvas.check(x, y)
    elif status == "met-late":
        canvas.check(x, y, svg.DARK)
        canvas.line(x - 6, y + 6.5, x + 6, y + 6.5, svg.ORANGE, 1.6)
    elif status == "met-timing-open":
        canvas.check(x, y, svg.DARK)
        canvas.line(x - 6, y + 6.5, x + 6, y + 6.5, svg.GREY, 1.4, "2 2")
    elif status == "closed":
        canvas.box(x - 5, y - 5, 10, 10, "#ffffff", svg.GREY)
        canvas.line(x - 5, y + 5, x + 5, y - 5, svg.GREY, 1.2)
    elif status == "review":
        canvas.diamond(x, y, 6, "#ffffff")
    else:
        canvas.text(x, y + 3.5, "?", 10, "middle", svg.GREY, bold=True)


def matrix(material: Material, parties: Sequence[str], name: str = "matrix") -> Picture | None:
    """States by duty: the status of the latest duty of each kind."""
    latest = _latest(material, set(parties))
    rules = [rule for rule in material.report.rulebook.rules if any(r == rule for _, r in latest)]
    rules.sort(key=lambda rule: _NATURES.index(material.rule(rule).binding))
    if not rules or not parties:
        return None
    say = material.say
    left = 200.0
    step = min(70.0, (WIDTH - left - 10) / len(rules))
    size = 8 if step >= 50 else 7
    titles = [_wrapped(material.rule(rule).title, step - 5, size) for rule in rules]
    spans: list[tuple[float, float, list[str]]] = []
    for nature in _NATURES:
        columns = [n for n, rule in enumerate(rules) if material.rule(rule).binding == nature]
        if columns:
            x1, x2 = left + columns[0] * step + 3, left + (columns[-1] + 1) * step - 3
            spans.append((x1, x2, _wrapped(say(BINDING_WORDS[nature]), x2 - x1, 8)))
    # The highest title stands clear of the line that groups the duties by nature.
    line = 6.0 + max(len(lines) for _, _, lines in spans) * 10
    head = line + 10 + max(map(len, titles)) * 10
    height = head + len(parties) * _ROW + 52
    canvas = svg.Canvas(WIDTH, height)
    for column, lines in enumerate(titles):
        x = left + column * step + step / 2
        for number, words_ in enumerate(lines):
            y = head - 8 - (len(lines) - 1 - number) * 10
            canvas.text(x, y, words_, size, "middle")
    for x1, x2, lines in spans:
        canvas.line(x1, line, x2, line, svg.DARK, 1.2)
        for number, words_ in enumerate(lines):
            y = line - 5 - (len(lines) - 1 - number) * 10
            canvas.text((x1 + x2) / 2, y, words_, 8, "middle", svg.INK, bold=True)
    told = []
    for number, party in enumerate(parties):
        y = head + number * _ROW
        if number % 2 == 0:
            canvas.box(0, y, WIDTH, _ROW, "#f3f4f6")
        canvas.text(
            left - 8, y + 14, svg.shortened(material.words.party(party), left - 16, 9), 9, "end"
        )
        words = []
        for column, rule in enumerate(rules):
            duty = latest.get((party, rule))
            if duty is not None:
                mark_ = _shown_as(duty, material)
                _mark(canvas, left + column * step + step / 2, y + _ROW / 2, mark_)
                words.append(
                    material.rule(rule).title
                    + material.language.between
                    + material.status(duty.status, rule)
                )
        told.append(
            material.words.party(party)
            + material.language.between
            + material.language.then.join(words)
        )
    items: dict[str, str] = {}
    for duty in latest.values():
        mark_ = _shown_as(duty, material)
        items[mark_] = (
            say(WINDOW_WORDS["overdue"]) if mark_ == "closed" else say(STATUS_WORDS[mark_])
        )
    order = (
        "overdue",
        "lapsed",
        "due-soon",
        "pending",
        "review",
        "closed",
        "upcoming",
        "met",
        "met-late",
        "met-timing-open",
        "without-object",
        "superseded",
        "open",
    )
    legend = [(mark_, "", items[mark_]) for mark_ in order if mark_ in items]
    _legend(canvas, height - 30, legend[:5])
    _legend(canvas, height - 10, legend[5:])
    caption = say("Where States stand, duty by duty")
    return _picture(canvas, name, caption, ". ".join(told) + ".")


def _shown_as(duty: Duty, material: Material) -> str:
    """The mark of a status: a window that has closed is no duty that was missed."""
    if material.is_window(duty.rule) and duty.status in ("overdue", "lapsed"):
        return "closed"
    return duty.status


def _latest(material: Material, parties: set[str]) -> dict[tuple[str, str], Duty]:
    """The duty of each kind that asks for most attention, and of these the latest."""
    rank = {status: number for number, status in enumerate(_GRAVE)}
    found: dict[tuple[str, str], Duty] = {}
    for duty in material.duties:
        if duty.party not in parties or duty.status == "superseded":
            continue
        key = (duty.party, duty.rule)
        other = found.get(key)
        if other is None or (-rank.get(duty.status, 9), duty.due) >= (
            -rank.get(other.status, 9),
            other.due,
        ):
            found[key] = duty
    return found


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


def reporting_rate(material: Material, name: str = "reporting") -> Picture | None:
    """Annual reports by year: on record, known to be missing, and not to be told."""
    say = material.say
    years: dict[int, dict[str, set[str]]] = {}
    for duty in material.duties:
        if (
            duty.rule != material.treaty.annual_reports
            or not duty.n
            or duty.due.earliest > material.report.as_of
        ):
            continue
        group = (
            "received"
            if duty.status.startswith("met")
            else "missing"
            if duty.status in ("overdue", "lapsed")
            else "open"
        )
        years.setdefault(duty.n, {}).setdefault(group, set()).add(duty.party)
    stated = _stated_reports(material)
    if not years and not stated:
        return None
    bound = {
        str(row["party"][0]): int(row["date"][1]) for row, sure in material.rows("in-force") if sure
    }
    for year in range(min({*years, *stated}), max({*years, *stated}) + 1):
        groups = years.setdefault(year, {})
        known = set().union(*groups.values())
        # Of the States bound at the end of the year, those of whom nothing is known.
        rest = {party for party, day in bound.items() if day < _year(year + 1)} - known
        groups.setdefault("open", set()).update(rest)
    top, bottom, height = 26, 190, 232
    canvas = svg.Canvas(WIDTH, height)
    most = max(
        max(sum(len(group) for group in groups.values()) for groups in years.values()),
        max((out_of or value for value, out_of in stated.values()), default=0),
    )
    step = (WIDTH - 60) / len(years)
    scale = (bottom - top) / (most or 1)
    told = []
    tick = 10 if most <= 60 else 25
    for value in range(0, most + 1, tick):
        canvas.line(44, bottom - value * scale, WIDTH - 10, bottom - value * scale, svg.PALE)
        canvas.text(38, bottom - value * scale + 3, str(value), 8, "end", svg.GREY)
    for number, year in enumerate(sorted(years)):
        groups = years[year]
        x = 50 + number * step
        wide = min(34.0, step * 0.7)
        y = float(bottom)
        counts = []
        for group, fill, hatched in (
            ("received", svg.BLUE, False),
            ("missing", "#ffffff", True),
            ("open", svg.PALE, False),
        ):
            size = len(groups.get(group, ()))
            counts.append(size)
            if size:
                y -= size * scale
                canvas.box(
                    x,
                    y,
                    wide,
                    size * scale,
                    fill,
                    svg.DARK if group != "open" else svg.GREY,
                    hatched,
                )
        words = say(
            "{year}: {received} on record, {missing} missing, {open} not to be told",
            year=year,
            received=counts[0],
            missing=counts[1],
            open=counts[2],
        )
        if year in stated:
            value, out_of = stated[year]
            canvas.diamond(x + wide / 2, bottom - value * scale, 5, svg.ORANGE, svg.INK)
            label = f"{value}/{out_of}" if out_of else str(value)
            canvas.text(
                x + wide / 2 + 9, bottom - value * scale - 5, label, 8, "start", svg.INK, True
            )
            words += ", " + say("stated: {value}", value=label)
        told.append(words)
        canvas.text(x + wide / 2, bottom + 13, str(year), 8, "middle")
    _legend(
        canvas,
        height - 8,
        [
            ("box", svg.BLUE, say("report on record")),
            ("hatched", "#ffffff", say("known to be missing")),
            ("box", svg.PALE, say("the record cannot tell")),
            ("diamond", svg.ORANGE, say("number as a source states it")),
        ],
    )
    caption = say("Annual transparency reports, by the year that they cover")
    return _picture(canvas, name, caption, material.language.then.join(told) + ".")


def _stated_reports(material: Material) -> dict[int, tuple[int, int]]:
    """Numbers of annual reports as sources print them, by year."""
    found: dict[int, tuple[int, int]] = {}
    for row, sure in material.rows("stated-count"):
        of, year = str(row["of"][0]), int(row["year"][0])
        if of == material.treaty.annual_count and year and sure:
            value, out_of = int(row["value"][0]), int(row["out_of"][0])
            if year not in found or out_of:
                found[year] = (value, out_of)
    return found


def decision_times(material: Material, name: str = "decisions") -> Picture | None:
    """How long before, or after, a deadline the decision on its extension came."""
    say = material.say
    rows = []
    for (party, article, replaces), decision in material.decisions.items():
        day = decision.day
        deadline = material.deadline(party, article, replaces)
        if deadline is not None and deadline.exact and day.latest - day.earliest < 400:
            rows.append(
                (
                    day.earliest - deadline.latest,
                    day.latest - deadline.latest,
                    party,
                    article,
                    deadline,
                )
            )
    if not rows:
        return None
    rows.sort()
    low = min(0, *(row[0] for row in rows))
    high = max(0, *(row[1] for row in rows))
    span = max(high - low, 60)
    top = 34
    height = top + len(rows) * _ROW + 40
    canvas = svg.Canvas(WIDTH, height)
    left = 210.0

    def x(days: int) -> float:
        return left + (days - low) / span * (WIDTH - left - 40)

    bottom = top + len(rows) * _ROW
    tick = 30 if span <= 400 else 90
    for days in range((low // tick) * tick, high + tick, tick):
        if low <= days <= high:
            canvas.line(x(days), top, x(days), bottom, svg.PALE)
            canvas.text(x(days), bottom + 12, f"{days:+d}" if days else "0", 8, "middle", svg.GREY)
    canvas.line(x(0), top - 8, x(0), bottom, svg.DARK, 1.6)
    canvas.text(x(0), top - 12, say("deadline"), 8.5, "middle", svg.INK, True)
    told = []
    for number, (first, last, party, article, deadline) in enumerate(rows):
        y = top + number * _ROW + _ROW / 2
        label = f"{material.words.party(party)} · {article}, {_of(deadline.earliest)}"
        canvas.text(left - 8, y + 3, svg.shortened(label, left - 12, 9), 9, "end")
        canvas.line(x(0), y, x(last if last < 0 else first), y, svg.GREY, 1)
        if first == last:
            canvas.disc(x(first), y, 4, svg.BLUE)
        else:
            canvas.box(x(first), y - 4, max(x(last) - x(first), 3), 8, svg.LIGHT, svg.DARK)
        span_words = material.language.number(-last) if first == last else f"{-last}-{-first}"
        told.append(
            say(
                "{state} (Article {article}, deadline {day}): decided {days} days before it",
                state=material.words.party(party),
                article=article,
                day=material.date(deadline),
                days=span_words,
            )
            if last <= 0
            else say(
                "{state} (Article {article}, deadline {day}): decided at some time from {first} "
                "days before it to {last} days after it",
                state=material.words.party(party),
                article=article,
                day=material.date(deadline),
                first=-first,
                last=last,
            )
        )
    canvas.text(
        (left + WIDTH) / 2,
        bottom + 27,
        say("days before (−) and after (+) the deadline"),
        8.5,
        "middle",
    )
    caption = say("From decision to deadline: when extensions were decided")
    return _picture(canvas, name, caption, first_up(material.language.then.join(told)) + ".")
