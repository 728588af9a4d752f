"""The numbers of an action plan as text, Markdown, JSON or CSV."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from ccm_rules.compiler.plan import SectionInfo
from ccm_rules.dates import iso
from ccm_rules.documents.context import Context
from ccm_rules.formats.terminal import Terminal, columns
from ccm_rules.formats.text import header
from ccm_rules.record.sentences import first_up
from ccm_rules.report.findings import Finding
from ccm_rules.report.numbers import (
    NOT_APPLICABLE,
    STATED,
    Change,
    Member,
    Number,
    Quote,
    Tally,
    period_in_words,
)
from ccm_rules.words.counting import listed, plural

#: The width of the column of numbers in text.
_WIDTH = 9
#: More names than this are counted, unless members are asked for.
_MOST = 12
_GROUNDS = {
    "derived": "the record names everyone who is counted",
    "stated": "a source prints it, or it is arithmetic on printed numbers",
    "unknown": "neither",
}


class View(NamedTuple):
    """What of a tally is shown.

    Attributes:
        actions: only these Actions; all if empty.
        members: name the members of every number.
        paragraphs: in text and Markdown, show the numbers of the paragraphs too.
        findings: what the rules find on the numbers themselves.
        changes: the same numbers held against another record, or ``None``.
        then: that record.
    """

    actions: tuple[int, ...] = ()
    members: bool = False
    paragraphs: bool = False
    findings: tuple[Finding, ...] = ()
    changes: tuple[Change, ...] | None = None
    then: Tally | None = None


# -- words -------------------------------------------------------------------


def value_in_words(number: Number) -> str:
    """The number, with its denominator: ``50 of 102``, ``about 50 %``, ``N/A``.

    A number that sources print differently reads ``22 or 20``; one that is
    neither shown nor stated is a question mark.
    """
    if number.ground == NOT_APPLICABLE:
        return "N/A"
    if number.value is None:
        values = dict.fromkeys(f"{quote.value:,}" for quote in number.quotes)
        return " or ".join(values) or "?"
    qualifier = ""
    if number.ground == STATED and number.quotes:
        qualifier = number.quotes[0].qualifier
    of = f" of {number.out_of:,}" if number.out_of is not None else ""
    unit = " %" if number.info.unit == "percent" else ""
    return f"{qualifier} {number.value:,}{unit}{of}".strip()


def quotes_in_words(quotes: Iterable[Quote]) -> str:
    """What sources print, each with its places: ``22 (11MSP-PR Action 3), 20 (11MSP-PR ¶51)``."""
    return "; ".join(
        f"{quote.qualifier} {quote.value:,}{f' of {quote.out_of:,}' if quote.out_of else ''} "
        f"({', '.join(quote.places)})".strip()
        for quote in quotes
    )


def names(members: Iterable[Member]) -> str:
    """Members by name, as a sentence lists them."""
    shown = [member.name for member in members]
    return listed(shown) if shown else "nobody"


def title(number: Number) -> str:
    """The indicator in a few words, with its year."""
    name = first_up(number.info.title)
    return f"{name}, {number.year}" if number.year else name


def remarks(number: Number, members: bool) -> list[str]:
    """What stands under a number: who is counted, who is open, what is printed otherwise."""
    found = []
    if members and number.members:
        found.append(f"{names(number.members)}.")
    if number.low is not None and not number.exact:
        # Nobody named, and nothing to name them by: the printed number is all there is.
        known = number.members and not members
        if number.members or members:
            few = known and len(number.members) <= _MOST
            named = f"{number.low:,} by name{f': {names(number.members)}' if few else ''}"
            found.append(f"{named}; open: {_few(number.open)}." if number.open else f"{named}.")
    if members and number.population:
        found.append(
            f"Asked of {plural(len(number.population), number.info.unit.rstrip('s'))}: "
            f"{number.population_title}."
        )
    if number.arithmetic:
        found.append(f"{number.arithmetic}.")
    if number.differ or (members and number.quotes):
        found.append(f"Stated: {quotes_in_words(number.quotes)}.")
    return found


def _few(members: Sequence[Member]) -> str:
    if len(members) > _MOST:
        return plural(len(members), "State")
    return names(members)


def _order(tally: Tally, view: View) -> list[tuple[SectionInfo, list[Number], list[Number]]]:
    """For each section the numbers of its table, and those of its paragraphs."""
    found = []
    for section in tally.sections:
        mine = [
            n
            for n in tally.numbers
            if n.info.section == section.letter
            and (not view.actions or n.info.action in view.actions)
        ]
        table = [n for n in mine if n.info.place == "table"]
        found.append((section, table, [n for n in mine if n.info.place != "table"]))
    return found


def _summary(tally: Tally, view: View) -> list[tuple[str, list[tuple[Number, str]]]]:
    """The lines of the summary, by heading."""
    found = []
    for section in tally.sections:
        lines = [
            (tally.first(name), says)
            for name, says in section.summary
            if not view.actions or tally.first(name).info.action in view.actions
        ]
        if lines:
            found.append((section.summary_title, lines))
    return found


def _sum(tally: Tally, view: View) -> str:
    """How many numbers stand on which ground."""
    shown = [n for _, table, text in _order(tally, view) for n in (*table, *text)]
    grounds = dict.fromkeys((*_GROUNDS, NOT_APPLICABLE), 0)
    for number in shown:
        grounds[number.ground] += 1
    parts = [f"{count:,} {ground.replace('-', ' ')}" for ground, count in grounds.items() if count]
    text = f"{plural(len(shown), 'number')}: {listed(parts)}." if parts else "No number."
    findings = plural(len(view.findings), "finding")
    return f"{text} {findings} on the numbers themselves."


# -- text --------------------------------------------------------------------


def render_text(tally: Tally, view: View, context: Context, terminal: Terminal) -> str:
    """Write the summary, tables A to K, and what does not agree."""
    meeting = tally.meeting_name
    period = f"{period_in_words(tally)}{f', for {meeting}' if meeting else ''}"
    header(tally.report, context, terminal, [("period", period)])
    terminal.write()
    terminal.write("Each number with its ground:")
    terminal.table(list(_GROUNDS.items()), 4)
    summary = _summary(tally, view)
    if summary:
        terminal.write()
        terminal.write("Summary", "bold")
        for heading, lines in summary:
            terminal.write()
            terminal.write(heading, "bold", 2)
            for number, says in lines:
                _line(number, says, [], terminal)
    hidden = 0
    for section, table, text in _order(tally, view):
        if table:
            terminal.write()
            terminal.write(f"{section.letter}. {section.title}", "bold")
            _table(table, view, terminal)
        if text and (view.paragraphs or view.actions):
            terminal.write()
            terminal.write(f"{section.letter}. {section.title}: numbers of the paragraphs", "bold")
            terminal.write()
            for number in text:
                _line(number, title(number), remarks(number, view.members), terminal)
        else:
            hidden += len(text)
    if hidden:
        terminal.write()
        text_ = f"{plural(hidden, 'number')} of the paragraphs: --paragraphs shows them."
        terminal.write(text_, "dim")
    if view.changes is not None:
        _changes(view, terminal)
    _findings(view, terminal)
    terminal.write()
    terminal.write(_sum(tally, view), "bold")
    return terminal.text()


def _table(numbers: Sequence[Number], view: View, terminal: Terminal) -> None:
    action = -1
    for number in numbers:
        if number.info.action != action:
            action = number.info.action
            terminal.write()
            terminal.write(f"Action {action}", "bold", 2)
        _line(number, number.info.wording or title(number), remarks(number, view.members), terminal)


def _line(number: Number, says: str, below: Iterable[str], terminal: Terminal) -> None:
    value = value_in_words(number)
    gap = " " * (_WIDTH - columns(value))
    ground = "" if number.ground == NOT_APPLICABLE else number.ground
    terminal.write(f"{gap}{value}  {ground:8} {says}", indent=2, hang=_WIDTH + 11)
    for remark in below:
        terminal.write(remark, "dim", _WIDTH + 13)


def _changes(view: View, terminal: Terminal) -> None:
    then = view.then
    assert then is not None
    assert view.changes is not None
    terminal.write()
    terminal.write(f"Since {period_in_words(then)}", "bold")
    terminal.write(f"({then.report.record.title}: {', '.join(then.report.record.files)})", "dim", 2)
    moved = [change for change in view.changes if change.moved]
    for change in moved:
        terminal.write()
        number = change.now or change.then
        assert number is not None
        before = value_in_words(change.then) if change.then is not None else "–"
        after = value_in_words(change.now) if change.now is not None else "–"
        by = f" ({change.difference:+,})" if change.difference else ""
        terminal.write(f"{title(number)}: {before} → {after}{by}", indent=2, hang=2)
        if change.joined:
            terminal.write(f"counted now: {names(change.joined)}", "dim", 4, 2)
        if change.left:
            terminal.write(f"counted no more: {names(change.left)}", "dim", 4, 2)
    if not moved:
        terminal.write()
        terminal.write("Nothing that the records can tell.", indent=2)


def _findings(view: View, terminal: Terminal) -> None:
    if not view.findings:
        return
    terminal.write()
    terminal.write(f"What does not agree ({len(view.findings):,})", "bold")
    for finding in view.findings:
        terminal.write()
        terminal.write(finding.says, indent=2, hang=2)
        terminal.write(f"{finding.severity} · {finding.basis}", "dim", 2)
        terminal.write(finding.fingerprint, "dim", 2, whole=True)
        if finding.remedy:
            terminal.write(f"→ {finding.remedy}", indent=2, hang=2)


# -- Markdown ----------------------------------------------------------------


def render_markdown(tally: Tally, view: View, context: Context) -> str:
    """Write the same as Markdown, with real tables."""
    record = tally.report.record
    meeting = tally.meeting_name
    lines = [
        f"# {_md(record.title)}",
        "",
        f"Review period: {period_in_words(tally)}{f', for {_md(meeting)}' if meeting else ''}.  ",
        f"Facts {record.digest[:12]}, rules {tally.report.rulebook.digest[:12]}, "
        f"engines: {listed(tally.report.engines)}.",
        "",
        *(f"- *{ground}*: {meaning}" for ground, meaning in _GROUNDS.items()),
    ]
    lines += [f"- note: {_md(note)}" for note in context.notes]
    summary = _summary(tally, view)
    if summary:
        lines += ["", "## Summary"]
        for heading, items in summary:
            lines += ["", f"### {_md(heading)}", ""]
            lines += [f"- **{value_in_words(n)}** {_md(says)} (*{n.ground}*)" for n, says in items]
    for section, table, text in _order(tally, view):
        if table:
            lines += ["", f"## {section.letter}. {_md(section.title)}", ""]
            lines += ["| Action | number | ground | indicator |", "|---|---|---|---|"]
            lines += [
                _row(str(n.info.action), n, n.info.wording or title(n), view.members) for n in table
            ]
        if text and (view.paragraphs or view.actions):
            lines += ["", f"### {_md(section.title)}: numbers of the paragraphs", ""]
            lines += ["| number | ground | what |", "|---|---|---|"]
            lines += [_row("", n, title(n), view.members)[3:] for n in text]
    if view.changes is not None and view.then is not None:
        lines += ["", f"## Since {period_in_words(view.then)}", ""]
        lines += ["| what | then | now | counted now | counted no more |", "|---|---|---|---|---|"]
        lines += [_change_row(change) for change in view.changes if change.moved]
    if view.findings:
        lines += ["", "## What does not agree", ""]
        for finding in view.findings:
            lines.append(f"- {_md(finding.says)} → {_md(finding.remedy)} (`{finding.fingerprint}`)")
    return "\n".join([*lines, "", _sum(tally, view), ""])


def _row(first: str, number: Number, says: str, members: bool) -> str:
    below = "".join(f"<br>*{_md(remark)}*" for remark in remarks(number, members))
    value = value_in_words(number)
    return f"| {first} | {value} | {number.ground} | {_md(says)}{below} |"


def _change_row(change: Change) -> str:
    number = change.now or change.then
    assert number is not None
    before = value_in_words(change.then) if change.then is not None else "–"
    after = value_in_words(change.now) if change.now is not None else "–"
    joined = names(change.joined) if change.joined else ""
    left = names(change.left) if change.left else ""
    return f"| {_md(title(number))} | {before} | {after} | {_md(joined)} | {_md(left)} |"


def _md(text: str) -> str:
    r"""Keep a text from being read as Markdown or HTML.

    >>> _md("a*b | <i>")
    'a\\*b \\| \\<i\\>'
    """
    from ccm_rules.formats.terminal import harmless

    return "".join(f"\\{c}" if c in "\\`*_[]<>|#" else c for c in harmless(text))


# -- JSON and CSV ------------------------------------------------------------


def render_json(tally: Tally, view: View, context: Context) -> str:
    """Write everything as JSON: ``"schema": "ccm-report/1"``."""
    from ccm_rules.documents.values import facts_data, finding_data
    from ccm_rules.formats.json_ import dump

    report = tally.report
    shown = [n for _, table, text in _order(tally, view) for n in (*table, *text)]
    data: dict[str, Any] = {
        "schema": "ccm-report/1",
        "title": report.record.title,
        "as_of": iso(report.as_of),
        "known_by": None if report.known_by is None else iso(report.known_by),
        "period": {"starts": iso(tally.starts), "ends": iso(tally.ends)},
        "meeting": tally.meeting or None,
        "engines": list(report.engines),
        "facts": facts_data(report),
        "rules": {"digest": report.rulebook.digest, "count": len(report.rulebook.rules)},
        "summary": [
            {
                "section": heading,
                "lines": [{"indicator": n.name, "says": says} for n, says in lines],
            }
            for heading, lines in _summary(tally, view)
        ],
        "sections": [{"letter": s.letter, "title": s.title} for s in tally.sections],
        "numbers": [_data(tally, number) for number in shown],
        "findings": [finding_data(report, finding) for finding in view.findings],
        "compared": None,
        "warnings": [*report.record.warnings, *context.notes],
    }
    if view.changes is not None and view.then is not None:
        then = view.then
        data["compared"] = {
            "title": then.report.record.title,
            "period": {"starts": iso(then.starts), "ends": iso(then.ends)},
            "facts": facts_data(then.report),
            "changes": [
                {
                    "now": None if c.now is None else c.now.name,
                    "then": None if c.then is None else c.then.name,
                    "value_now": None if c.now is None else c.now.value,
                    "value_then": None if c.then is None else c.then.value,
                    "difference": c.difference,
                    "joined": [_member(m) for m in c.joined],
                    "left": [_member(m) for m in c.left],
                }
                for c in view.changes
            ],
        }
    return dump(data)


def _data(tally: Tally, number: Number) -> dict[str, Any]:
    info = number.info
    sources = tally.sources(number)
    return {
        "indicator": number.name,
        "section": info.section,
        "action": info.action or None,
        "place": info.place,
        "title": info.title,
        "wording": info.wording or None,
        "year": number.year or None,
        "unit": info.unit,
        "period": info.period,
        "counted": info.counted,
        "ground": number.ground,
        "value": number.value,
        "shown": value_in_words(number),
        "low": number.low,
        "high": number.high,
        "out_of": number.out_of,
        "members": [{**_member(m), "sources": list(sources[m])} for m in number.members],
        "open": [_member(m) for m in number.open],
        "population": {
            "title": number.population_title,
            "members": [_member(m) for m in number.population],
        }
        if number.population_title
        else None,
        "stated": [
            {
                "value": quote.value,
                "out_of": quote.out_of or None,
                "qualifier": quote.qualifier or None,
                "places": list(quote.places),
                "note": quote.note or None,
            }
            for quote in number.quotes
        ],
        "arithmetic": number.arithmetic or None,
        "rule": info.rule,
    }


def _member(member: Member) -> dict[str, Any]:
    return {
        "party": member.party or None,
        "name": member.name,
        "item": member.item or None,
        "n": member.n or None,
    }


COLUMNS = (
    "indicator",
    "section",
    "action",
    "place",
    "title",
    "year",
    "unit",
    "period",
    "ground",
    "value",
    "low",
    "high",
    "out_of",
    "members",
    "open",
    "population",
    "stated",
    "arithmetic",
    "wording",
    "counted",
    "value_then",
    "difference",
    "joined",
    "left",
)


def render_csv(tally: Tally, view: View) -> str:
    """Write one row a number; members are codes, or names where there is no State."""
    from ccm_rules.formats.csv_ import table

    changes = {c.now.name: c for c in view.changes or () if c.now is not None}
    rows = []
    for _, shown, text in _order(tally, view):
        for n in (*shown, *text):
            change = changes.get(n.name)
            then = change.then if change is not None else None
            rows.append(
                (
                    n.name,
                    n.info.section,
                    str(n.info.action or ""),
                    n.info.place,
                    n.info.title,
                    str(n.year or ""),
                    n.info.unit,
                    n.info.period,
                    n.ground,
                    _number(n.value),
                    _number(n.low),
                    _number(n.high),
                    _number(n.out_of),
                    _codes(n.members),
                    _codes(n.open),
                    n.population_title,
                    quotes_in_words(n.quotes),
                    n.arithmetic,
                    n.info.wording,
                    n.info.counted,
                    _number(then.value if then is not None else None),
                    _number(change.difference if change is not None else None),
                    _codes(change.joined) if change is not None else "",
                    _codes(change.left) if change is not None else "",
                )
            )
    return table(COLUMNS, rows)


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _codes(members: Iterable[Member]) -> str:
    return " ".join(f"{m.party}{f'/{m.item}' if m.item else ''}" for m in members)
