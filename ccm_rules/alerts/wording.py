"""A message in words: subject, plain text and HTML, from one outline.

Everything that comes from a record is shown harmlessly: control characters as
escapes, in HTML every character that HTML would obey too.
"""

from __future__ import annotations

import html
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ccm_rules.alerts.events import (
    FAULT,
    MENDED,
    NEW,
    REMARK,
    REMINDER,
    RESOLVED,
    UPDATED,
)
from ccm_rules.alerts.ledger import Message
from ccm_rules.formats.terminal import harmless
from ccm_rules.report.findings import SEVERITIES
from ccm_rules.words.counting import listed, plural

#: More entries than this are counted in text; the mail then brings all as a file.
MOST: Final = 200
_WIDTH: Final = 78

_HEADINGS: Final = {
    NEW: "New",
    UPDATED: "Changed",
    RESOLVED: "No longer found",
    REMINDER: "Reminders",
    FAULT: "Out of order",
    MENDED: "In order again",
    REMARK: "Remarks",
}
COUNTED: Final = {
    NEW: ("new", "new"),
    UPDATED: ("changed", "changed"),
    RESOLVED: ("no longer found", "no longer found"),
    REMINDER: ("reminder", "reminders"),
    FAULT: ("fault", "faults"),
    MENDED: ("mended", "mended"),
    REMARK: ("remark", "remarks"),
}
_NOW: Final = {
    "met": "The duty is met.",
    "met-late": "The duty is met, late.",
    "met-timing-open": "The duty is met; the record does not tell whether in time.",
    "superseded": "An extension replaced the deadline.",
    "without-object": "The duty turned out to be without object.",
    "upcoming": "The day is still to come.",
    "due-soon": "The day is near.",
    "pending": "A request is before a Meeting.",
    "open": "The record does not tell how it stands now; that is not to say that it is settled.",
}


class Entry(NamedTuple):
    """One thing told: a sentence, then smaller lines about it, and a link or none."""

    who: str
    says: str
    lines: tuple[str, ...]
    url: str


class Section(NamedTuple):
    """A heading and what stands under it."""

    heading: str
    entries: tuple[Entry, ...]


def subject_of(message: Message) -> str:
    """The subject: what came up, and about whom."""
    body = message.body
    prefix = "[ccm-check]"
    if "digest" in body:
        digest = body["digest"]
        what = "What stands" if digest["why"] == "first" else "Weekly digest"
        return f"{prefix} {what}: {plural(len(digest['standing']), 'finding')}"
    counts: dict[str, int] = {}
    names: dict[str, None] = {}
    for event in body["events"]:
        counts[event["kind"]] = counts.get(event["kind"], 0) + 1
        name = (event.get("finding") or event.get("deadline") or {}).get("party_name")
        if name:
            names[harmless(name)] = None
    parts = [
        f"{counts[kind]:,} {words[counts[kind] > 1]}"
        for kind, words in COUNTED.items()
        if kind in counts
    ]
    who = list(names)
    if len(who) > 3:
        who = [*who[:2], f"{len(who) - 2:,} more"]
    part = body.get("part")
    tail = f" ({part['number']} of {part['of']})" if part else ""
    return f"{prefix} {', '.join(parts)}{': ' if who else ''}{listed(who) if who else ''}{tail}"


def cut(message: Message) -> bool:
    """Whether the words leave something out that the data hold."""
    return any(len(section.entries) > MOST for section in _outline(message.body))


def text_of(message: Message) -> str:
    """The message as plain text, of lines of at most 78 characters where words allow."""
    lines: list[str] = []
    _wrap(lines, _title(message.body))
    for section in _outline(message.body):
        lines += ["", f"{section.heading} ({len(section.entries):,})"]
        for entry in section.entries[:MOST]:
            lines.append("")
            if entry.who:
                _wrap(lines, entry.who, "  ")
            _wrap(lines, entry.says, "    ")
            for line in entry.lines:
                _wrap(lines, line, "    ")
        if len(section.entries) > MOST:
            lines += ["", f"  and {len(section.entries) - MOST:,} more"]
    lines += ["", *_foot(message.body)]
    return "\n".join(harmless(line) for line in lines) + "\n"


def html_of(message: Message) -> str:
    """The same as HTML."""

    def safe(text: str) -> str:
        return html.escape(harmless(text))

    out = ['<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">', "<title>"]
    out += [safe(subject_of(message)), "</title></head><body>\n"]
    out.append(f"<p>{safe(_title(message.body))}</p>\n")
    for section in _outline(message.body):
        out.append(f"<h2>{safe(section.heading)} ({len(section.entries):,})</h2>\n<ul>\n")
        for entry in section.entries[:MOST]:
            who = f"<b>{safe(entry.who)}</b><br>" if entry.who else ""
            out.append(f"<li><p>{who}{safe(entry.says)}")
            small = "<br>".join(safe(line) for line in entry.lines)
            if entry.url.startswith(("https://", "http://")):
                small += f' · <a href="{safe(entry.url)}">the law</a>'
            out.append(f"<br><small>{small}</small></p></li>\n")
        out.append("</ul>\n")
        if len(section.entries) > MOST:
            out.append(f"<p>and {len(section.entries) - MOST:,} more</p>\n")
    out.append("<p><small>" + "<br>".join(safe(line) for line in _foot(message.body)))
    out.append("</small></p></body></html>\n")
    return "".join(out)


def _wrap(lines: list[str], text: str, indent: str = "") -> None:
    lines += textwrap.wrap(
        harmless(text),
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [indent.rstrip()]


def _title(body: Mapping[str, Any]) -> str:
    title = body.get("title") or "ccm-check"
    if "digest" in body:
        digest = body["digest"]
        told = (
            "This is the first message: it sums up what stands; from now on only news is told."
            if digest["why"] == "first"
            else "Weekly digest."
        )
        return f"{title}. As of {body['as_of']}. {told}"
    return f"{title}. As of {body['as_of']}."


def _foot(body: Mapping[str, Any]) -> list[str]:
    lines = []
    digest = body.get("digest")
    if digest:
        if digest["since"]:
            counts = [
                f"{number:,} {COUNTED[kind][number > 1]}"
                for kind, number in digest["since"].items()
            ]
            lines.append(f"Since the last digest: {', '.join(counts)}.")
        if digest.get("last_known"):
            past = plural(digest["last_known"], "finding")
            lines.append(f"{past} as last known more than a year ago, and so none of today.")
        if digest["muted"]:
            lines.append(f"{plural(digest['muted'], 'finding')} muted.")
    finds = body.get("finds")
    lines.append("A passed date is arithmetic" + (f": {finds}." if finds else "."))
    if body.get("facts"):
        engines = " and ".join(body["engines"])
        lines.append(f"Facts {body['facts'][:12]}, rules {body['rules'][:12]}, engines: {engines}.")
    if body["kind"] == "operator":
        lines = []
    return [*lines, f"Sent by ccm-check for the route {body['route']}."]


def _outline(body: Mapping[str, Any]) -> Sequence[Section]:
    if "digest" in body:
        return [*_standing(body["digest"]["standing"]), *_ahead(body["digest"]["ahead"])]
    return [
        Section(heading, tuple(_entries(kind, [e for e in body["events"] if e["kind"] == kind])))
        for kind, heading in _HEADINGS.items()
        if any(event["kind"] == kind for event in body["events"])
    ]


def _standing(findings: Iterable[Mapping[str, Any]]) -> Iterator[Section]:
    findings = list(findings)
    for severity in SEVERITIES:
        entries = [_finding(f, []) for f in findings if f["severity"] == severity]
        if entries:
            word = {"serious": "Serious", "warning": "Warnings", "notice": "Notices"}
            yield Section(word.get(severity, "Information"), tuple(entries))
    if not findings:
        yield Section("Findings", ())


def _ahead(deadlines: Iterable[Mapping[str, Any]]) -> Iterator[Section]:
    entries = _grouped([{"deadline": deadline} for deadline in deadlines])
    if entries:
        yield Section("What is ahead", tuple(entries))


def _entries(kind: str, events: Sequence[Mapping[str, Any]]) -> Sequence[Entry]:
    if kind == REMINDER:
        return _grouped(events)
    found = []
    for event in events:
        if "says" in event:
            since = "" if kind == REMARK else f"since {event['since']}"
            found.append(Entry("", event["says"], (since,) if since else (), ""))
            continue
        lines = []
        before = event.get("before")
        if before is not None:
            lines.append(_before(before))
        if "deadline" in event:
            found += [e._replace(lines=(*lines, *e.lines)) for e in _grouped([event])]
            continue
        if kind == RESOLVED:
            now = _NOW.get(event["now"], "The finding does not stand any more.")
            about = event["finding"]
            found.append(
                Entry(
                    about["party_name"],
                    now,
                    (f"It said: {about['says']}", *_small(about)),
                    about["url"],
                )
            )
            continue
        found.append(_finding(event["finding"], lines))
    return found


def _finding(finding: Mapping[str, Any], lines: list[str]) -> Entry:
    remedy = [f"→ {finding['remedy']}"] if finding["remedy"] else []
    return Entry(
        finding["party_name"] or "The record as a whole",
        finding["says"],
        (*lines, *_small(finding), *remedy),
        finding["url"],
    )


def _small(finding: Mapping[str, Any]) -> list[str]:
    parts = [
        finding["severity"],
        finding["authority"],
        finding["binding"],
        finding["basis"],
        finding["fingerprint"],
    ]
    return [" · ".join(part for part in parts if part)]


def _before(before: Mapping[str, Any]) -> str:
    words = []
    if "due" in before:
        words.append(f"the day was {before.get('due_text') or 'not given'}")
    words += [f"{key} was {before[key]}" for key in ("status", "severity") if before.get(key)]
    if not words and before.get("says"):
        words.append(f"it said: {before['says']}")
    return f"Before: {'; '.join(words).rstrip('.')}." if words else "It is worded anew."


def _grouped(events: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """Deadlines of one rule on one day together, whoever has them."""
    groups: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for event in events:
        d = event["deadline"]
        key = (d["due"], d["rule"], d["item_name"], d["status"], event.get("days_left"))
        groups.setdefault(key, []).append(event)
    found = []
    for group in groups.values():
        first = group[0]["deadline"]
        names = [e["deadline"]["party_name"] for e in group if e["deadline"]["party_name"]]
        about = f" ({first['item_name']})" if first["item_name"] else ""
        left = group[0].get("days_left")
        when = "" if left is None else f", in {plural(left, 'day')}" if left else ", today"
        mark = ", projected" if first["projected"] else ""
        said = f"{first['title']}{about}: due {first['due_text']}{mark}{when}; {first['status']}."
        small = " · ".join(
            part for part in (first["authority"], first["binding"], first["rule"]) if part
        )
        who = listed(names) if names else ""
        found.append(Entry(who, said, (small,), first["url"]))
    return found
