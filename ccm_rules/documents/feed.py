"""Days as events of a calendar: deadlines go in, events that a calendar format writes come out.

A day is an event of a whole day, a vague one an event over all days that it may be,
which says so and leaves its days free. An event keeps its name when its day moves, so a
subscriber's calendar moves it too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ccm_rules.dates import FIRST_DAY, LAST_DAY
from ccm_rules.report.views import Report
from ccm_rules.words.language import language

if TYPE_CHECKING:
    from ccm_rules.report.duties import Deadline

#: Days before a day on which the calendars of a site remind.
ALARMS = (90, 30, 7)


class Event(NamedTuple):
    """One day, or the days that it may be.

    Attributes:
        name: what it is, whatever its day.
        first, last: its days, as ordinals.
        summary: its title.
        lines: what there is to say.
        url: where its law stands, or empty.
        category: the binding of its rule, or ``meeting``.
        exact: whether its day is known.
    """

    name: str
    first: int
    last: int
    summary: str
    lines: tuple[str, ...]
    url: str
    category: str
    exact: bool


class Feed(NamedTuple):
    """A calendar to subscribe to.

    Attributes:
        title: its name.
        made: the day on which it holds, as an ordinal.
        events: its days.
        alarms: how many days before each it reminds.
    """

    title: str
    made: int
    events: tuple[Event, ...]
    alarms: tuple[int, ...] = ()


def feed(
    report: Report, entries: Sequence[Deadline], title: str = "", alarms: tuple[int, ...] = ()
) -> Feed:
    """Make a calendar, in the language of the report.

    Args:
        report: what the days come from.
        entries: the days.
        title: name of the calendar; the record's unless given.
        alarms: how many days before each it reminds.
    """
    events = tuple(_event(report, entry) for entry in entries)
    return Feed(title or report.record.title, report.as_of, events, alarms)


def _event(report: Report, entry: Deadline) -> Event:
    words = language(report.rulebook.language)
    say = words.say
    first, last = entry.due
    # The open end of a range has no day; the end that is known stands for it.
    first, last = (last if first == FIRST_DAY else first), (first if last == LAST_DAY else last)
    key = ":".join(
        str(part) for part in (entry.rule or "meeting", entry.party, entry.item, entry.n) if part
    )
    who = f"{entry.party_name}{words.between}" if entry.party_name else ""
    about = f" ({entry.item_name})" if entry.rule and entry.item_name != entry.item else ""
    what = entry.title
    if not entry.rule:
        meeting = f"{words.meeting_title(entry.title)} ({entry.item})"
        what = say("{meeting} opens", meeting=meeting)
    vague = "" if entry.due.exact else f" [{say('day not fixed')}]"
    lines = [f"{words.date(*entry.due)}; {words.value(entry.status)}."]
    url = ""
    if entry.rule:
        rule = report.rulebook.rules[entry.rule]
        where = words.instrument(rule.instrument, rule.article)
        lines.append(f"{where}, {words.value(entry.binding)}; {entry.rule}.")
        if rule.url.startswith(("https://", "http://")):
            url = rule.url
    if entry.projected:
        lines.append(say("Projected: it hangs on a Meeting whose days are not fixed."))
    summary = f"{who}{what}{about}{vague}"
    category = entry.binding or "meeting"
    return Event(key, first, last, summary, tuple(lines), url, category, entry.due.exact)
