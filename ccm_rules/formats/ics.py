"""A calendar to subscribe to (iCalendar, RFC 5545), made of events.

Nothing depends on the clock: equal input gives equal bytes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ccm_rules.documents.feed import Event, Feed
from ccm_rules.errors import CcmError
from ccm_rules.formats.registry import PLAIN, Look
from ccm_rules.formats.terminal import harmless

if TYPE_CHECKING:
    from icalendar import Event as Component


def render(feed: Feed, look: Look = PLAIN) -> bytes:
    """Write a calendar.

    Raises:
        CcmError: the library icalendar, an extra, is not installed.
    """
    try:
        from icalendar import Calendar
    except ImportError:
        raise CcmError(
            "calendars need the library icalendar: pip install 'ccm-rules[calendar]'"
        ) from None
    calendar = Calendar()
    calendar.add("prodid", "-//ccm-check//deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", harmless(feed.title))
    calendar.add("x-published-ttl", "P1D")
    for event in feed.events:
        calendar.add_component(_component(event, feed.made, feed.alarms))
    data: bytes = calendar.to_ical()
    return data


def _component(event: Event, made: int, alarms: Sequence[int]) -> Component:
    from icalendar import Alarm
    from icalendar import Event as Component

    component = Component()
    component.add("uid", harmless(f"{event.name}@ccm-check"))
    day = dt.date.fromordinal(made)
    component.add("dtstamp", dt.datetime.combine(day, dt.time(), dt.UTC))
    component.add("dtstart", dt.date.fromordinal(event.first))
    component.add("dtend", dt.date.fromordinal(event.last + 1))
    summary = harmless(event.summary)
    component.add("summary", summary)
    if event.url:
        component.add("url", event.url)
    component.add("description", "\n".join(map(harmless, event.lines)))
    component.add("categories", [event.category])
    component.add("status", "CONFIRMED" if event.exact else "TENTATIVE")
    component.add("transp", "TRANSPARENT")
    for days in alarms:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", summary)
        alarm.add("trigger", dt.timedelta(days=-days))
        component.add_component(alarm)
    return component
