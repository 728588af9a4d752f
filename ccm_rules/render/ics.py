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

from ccm_rules.checking import Report
from ccm_rules.dates import FIRST_DAY, LAST_DAY, in_words
from ccm_rules.errors import CcmError
from ccm_rules.render import authority_in_words
from ccm_rules.render.terminal import harmless

if TYPE_CHECKING:
    from icalendar import Event

    from ccm_rules.duties import Deadline


def render(report: Report, entries: Sequence[Deadline]) -> bytes:
    """Write the calendar.

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
    feed.add("x-wr-calname", harmless(report.record.title))
    feed.add("x-published-ttl", "P1D")
    for entry in entries:
        feed.add_component(_event(report, entry))
    data: bytes = feed.to_ical()
    return data


def _event(report: Report, entry: Deadline) -> Event:
    from icalendar import Event

    first, last = entry.due
    # The open end of a range has no day; the end that is known stands for it.
    first, last = (last if first == FIRST_DAY else first), (first if last == LAST_DAY else last)
    event = Event()
    key = ":".join(
        str(part) for part in (entry.rule or "meeting", entry.party, entry.item, entry.n) if part
    )
    event.add("uid", f"{key}@ccm-check")
    as_of = dt.date.fromordinal(report.as_of)
    event.add("dtstamp", dt.datetime.combine(as_of, dt.time(), dt.UTC))
    event.add("dtstart", dt.date.fromordinal(first))
    event.add("dtend", dt.date.fromordinal(last + 1))
    who = f"{entry.party_name}: " if entry.party_name else ""
    about = f" ({entry.item_name})" if entry.rule and entry.item_name != entry.item else ""
    what = entry.title if entry.rule else f"{entry.title} ({entry.item}) opens"
    vague = "" if entry.due.exact else " [day not fixed]"
    event.add("summary", harmless(f"{who}{what}{about}{vague}"))
    lines = [f"{in_words(*entry.due)}; {entry.status}."]
    if entry.rule:
        rule = report.rulebook.rules[entry.rule]
        lines.append(f"{authority_in_words(rule)}, {entry.binding}; {entry.rule}.")
        if rule.url.startswith(("https://", "http://")):
            event.add("url", rule.url)
    if entry.projected:
        lines.append("Projected: it hangs on a Meeting whose days are not fixed.")
    event.add("description", "\n".join(harmless(line) for line in lines))
    event.add("categories", [entry.binding or "meeting"])
    event.add("transp", "TRANSPARENT")
    return event
