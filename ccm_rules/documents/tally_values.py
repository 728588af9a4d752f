"""Numbers of an action plan as plain values and as a table: a tally goes in, these come out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ccm_rules.dates import iso
from ccm_rules.documents.context import Context
from ccm_rules.documents.numbers_in_words import quotes_in_words, value_in_words
from ccm_rules.documents.sheet import Sheet, sheet_of
from ccm_rules.documents.values import facts_data, finding_data, head_data
from ccm_rules.report.comparison import Change
from ccm_rules.report.findings import Finding
from ccm_rules.report.numbers import Member, Number, Tally


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


def data(
    tally: Tally,
    view: View,
    context: Context,
    numbers: Sequence[Number],
    summary: Sequence[tuple[str, Sequence[tuple[Number, str]]]],
) -> dict[str, Any]:
    """All numbers and all members, as plain values.

    Args:
        tally: the numbers.
        view: what of them is shown.
        context: what is said beside them.
        numbers: those that are shown, in order.
        summary: lines of the summary, by heading.
    """
    report = tally.report
    return {
        **head_data("ccm-report/2", report),
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
            for heading, lines in summary
        ],
        "sections": [{"letter": s.letter, "title": s.title} for s in tally.sections],
        "numbers": [_data(tally, number) for number in numbers],
        "findings": [finding_data(report, finding) for finding in view.findings],
        "compared": _compared(view),
        "warnings": [*report.record.warnings, *context.notes],
    }


def _compared(view: View) -> dict[str, Any] | None:
    then = view.then
    if view.changes is None or then is None:
        return None
    return {
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


class _Row(NamedTuple):
    """A number, and how it changed; a change of nothing where it was held against nothing."""

    number: Number
    change: Change


#: What a table says of a number; members are codes, or names where there is no State.
_COLUMNS: Final[Mapping[str, Callable[[_Row], str]]] = {
    "indicator": lambda row: row.number.name,
    "section": lambda row: row.number.info.section,
    "action": lambda row: str(row.number.info.action or ""),
    "place": lambda row: row.number.info.place,
    "title": lambda row: row.number.info.title,
    "year": lambda row: str(row.number.year or ""),
    "unit": lambda row: row.number.info.unit,
    "period": lambda row: row.number.info.period,
    "ground": lambda row: row.number.ground,
    "value": lambda row: _number(row.number.value),
    "low": lambda row: _number(row.number.low),
    "high": lambda row: _number(row.number.high),
    "out_of": lambda row: _number(row.number.out_of),
    "members": lambda row: _codes(row.number.members),
    "open": lambda row: _codes(row.number.open),
    "population": lambda row: row.number.population_title,
    "stated": lambda row: quotes_in_words(row.number.quotes),
    "arithmetic": lambda row: row.number.arithmetic,
    "wording": lambda row: row.number.info.wording,
    "counted": lambda row: row.number.info.counted,
    "value_then": lambda row: _number(row.change.then and row.change.then.value),
    "difference": lambda row: _number(row.change.difference),
    "joined": lambda row: _codes(row.change.joined),
    "left": lambda row: _codes(row.change.left),
}


def sheet(view: View, numbers: Iterable[Number]) -> Sheet:
    """One row a number."""
    changes = {c.now.name: c for c in view.changes or () if c.now is not None}
    none = Change(None, None, None, (), ())
    return sheet_of(_COLUMNS, [_Row(one, changes.get(one.name, none)) for one in numbers])


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


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _codes(members: Iterable[Member]) -> str:
    return " ".join(f"{m.party}{f'/{m.item}' if m.item else ''}" for m in members)
