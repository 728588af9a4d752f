"""What is still to come as a calendar to subscribe to (iCalendar, RFC 5545).

A day is an event of a whole day, a vague one an event over all days that it may be,
which says so and leaves its days free. An event keeps its UID when its day moves, so a
subscriber's calendar moves it too. Nothing depends on the clock: equal input gives
equal bytes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ccm_rules.dates import FIRST_DAY, LAST_DAY
from ccm_rules.errors import CcmError
from ccm_rules.formats.terminal import harmless
from ccm_rules.report.views import Report
from ccm_rules.words.language import language

if TYPE_CHECKING:
    from icalendar import Event

    from ccm_rules.report.duties import Deadline


#: Days before a day on which the calendars of a site remind.
ALARMS = (90, 30, 7)


def render(
    report: Report, entries: Sequence[Deadline], title: str = "", alarms: Sequence[int] = ()
) -> bytes:
    """Write the calendar, in the language of the report.

    Args:
        report: what the days come from.
        entries: the days.
        title: name of the calendar; the record's unless given.
        alarms: how many days before each it reminds.

    Raises:
        CcmError: the library icalendar, an extra, is not installed.
    """
    try:
        from icalendar import Calendar
    except ImportError:
        raise CcmError(
            "calendars need the library icalendar: pip install 'ccm-rules[calendar]'"
        ) from None
    feed = Calendar()
    feed.add("prodid", "-//ccm-check//deadlines//EN")
    feed.add("version", "2.0")
    feed.add("method", "PUBLISH")
    feed.add("x-wr-calname", harmless(title or report.record.title))
    feed.add("x-published-ttl", "P1D")
    for entry in entries:
        feed.add_component(_event(report, entry, alarms))
    data: bytes = feed.to_ical()
    return data


def _event(report: Report, entry: Deadline, alarms: Sequence[int]) -> Event:
    from icalendar import Alarm, Event

    words = language(report.rulebook.language)
    say = words.say

    first, last = entry.due
    # The open end of a range has no day; the end that is known stands for it.
    first, last = (last if first == FIRST_DAY else first), (first if last == LAST_DAY else last)
    event = Event()
    key = ":".join(
        str(part) for part in (entry.rule or "meeting", entry.party, entry.item, entry.n) if part
    )
    event.add("uid", harmless(f"{key}@ccm-check"))
    as_of = dt.date.fromordinal(report.as_of)
    event.add("dtstamp", dt.datetime.combine(as_of, dt.time(), dt.UTC))
    event.add("dtstart", dt.date.fromordinal(first))
    event.add("dtend", dt.date.fromordinal(last + 1))
    who = f"{entry.party_name}{words.between}" if entry.party_name else ""
    about = f" ({entry.item_name})" if entry.rule and entry.item_name != entry.item else ""
    what = entry.title
    if not entry.rule:
        meeting = f"{words.meeting_title(entry.title)} ({entry.item})"
        what = say("{meeting} opens", meeting=meeting)
    vague = "" if entry.due.exact else f" [{say('day not fixed')}]"
    summary = harmless(f"{who}{what}{about}{vague}")
    event.add("summary", summary)
    lines = [f"{words.date(*entry.due)}; {words.value(entry.status)}."]
    if entry.rule:
        rule = report.rulebook.rules[entry.rule]
        where = words.instrument(rule.instrument, rule.article)
        lines.append(f"{where}, {words.value(entry.binding)}; {entry.rule}.")
        if rule.url.startswith(("https://", "http://")):
            event.add("url", rule.url)
    if entry.projected:
        lines.append(say("Projected: it hangs on a Meeting whose days are not fixed."))
    event.add("description", "\n".join(harmless(line) for line in lines))
    event.add("categories", [entry.binding or "meeting"])
    event.add("status", "CONFIRMED" if entry.due.exact else "TENTATIVE")
    event.add("transp", "TRANSPARENT")
    for days in alarms:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", summary)
        alarm.add("trigger", dt.timedelta(days=-days))
        event.add_component(alarm)
    return event
