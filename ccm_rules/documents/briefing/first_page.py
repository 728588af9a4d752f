"""A report goes in; out comes a Meeting's first page: what can be read in a minute."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from ccm_rules.documents.blocks import Block, Box, Inline, Items, Para, Run
from ccm_rules.documents.briefing.occasion import Occasion
from ccm_rules.documents.context import last_known
from ccm_rules.documents.parts.building import heading, linked, para
from ccm_rules.documents.parts.extensions import Request
from ccm_rules.documents.parts.finding_blocks import by_state, to_finding
from ccm_rules.documents.parts.frame import disclaimer
from ccm_rules.documents.parts.material import Material
from ccm_rules.report.findings import Finding, opened

#: So many lines each part of the page has.
_LINES: Final = 6
#: More States than these are counted, not named.
_NAMES: Final = 4
#: Severities that need to be read first.
_GRAVE: Final = ("serious", "warning")


def first_page(occasion: Occasion) -> list[Block]:
    """What changed, what is overdue, what is to be decided, and what comes next."""
    material, say = occasion.material, occasion.material.say
    undecided = [(say("Deadlines that have passed, with no decision known"), _undecided, "open")]
    if not material.report.undecided:
        undecided = []
    parts: tuple[tuple[str, Callable[[Occasion], Iterable[Inline]], str], ...] = (
        (since(occasion), _changes, "changes"),
        *undecided,
        (say("Overdue on the record"), _overdue, "themes"),
        (say("Requests that the Meeting is to decide"), _requests, "requests"),
        (say("The next days that matter"), _next, "calendar"),
    )
    blocks: list[Block] = [heading(1, say("In one minute"), "summary")]
    for number, (title, lines, target) in enumerate(parts, 1):
        items = list(lines(occasion))
        if len(items) > _LINES:
            more = say("and {n} more", n=len(items) - _LINES)
            items[_LINES:] = [(Run(more, f"#section-{target}"),)]
        content = Items(tuple(items)) if items else para(say("Nothing on this record."))
        blocks.append(Box(title, (content,), f"box-{number}"))
    return [*blocks, _open(material), disclaimer(material)]


def since(occasion: Occasion) -> str:
    """The title of what changed."""
    last, material = occasion.last, occasion.material
    if last is None:
        return material.say("Since the last Meeting")
    return material.say(
        "Since the last Meeting ({meeting}, closed {day})",
        meeting=last.id,
        day=material.date(last.closes),
    )


def _open(material: Material) -> Para:
    """How much the record leaves open."""
    number = opened(material.report.open)
    count = material.language.count(
        number,
        "The record cannot tell of {n} further matter; ",
        "The record cannot tell of {n} further matters; ",
    )
    apart = Run(material.say("they are listed apart"), "#section-open")
    past = sum(map(len, last_known(material.report.findings).values()))
    then = material.language.count(
        past,
        " {n} finding is no finding of today, and stands in its theme as last known.",
        " {n} findings are no findings of today, and stand in their themes as last known.",
    )
    return Para((Run(count), apart, Run("." + (then if past else ""))))


def _headed(material: Material, label: str, number: int, names: Inline) -> Inline:
    """A line that begins with what it counts."""
    return Run(f"{label} ({number}){material.language.between}", strong=True), *names


def _changes(occasion: Occasion) -> Iterator[Inline]:
    """One line for each kind of change."""
    material, say = occasion.material, occasion.material.say
    new, gone, regraded, lost = occasion.changes
    for label, findings in (
        (say("New findings"), [f for f in new if f.severity in _GRAVE]),
        (say("Changed in severity"), [after for _, after in regraded]),
    ):
        if findings:
            links = [(_who_and_what(material, f), to_finding(f)) for f in findings]
            yield _headed(material, label, len(links), linked(material.language, links))
    for label, findings in (
        (say("No longer found"), gone),
        (say("Now open: the record cannot tell any more"), lost),
    ):
        if findings:
            names = sorted({f"{f.party_name} ({material.rule(f.rule).title})" for f in findings})
            yield _headed(material, label, len(findings), (Run(", ".join(names)),))
    for label, events in occasion.events.items():
        whose = {e.text("party") for _, e in events if "party" in e.fields} - {""}
        shown = ", ".join(sorted(map(material.words.party, whose))) or events[0][0]
        yield _headed(material, label, len(events), (Run(shown),))


def _who_and_what(material: Material, finding: Finding) -> str:
    title = material.rule(finding.rule).title
    return f"{finding.party_name} ({title})" if finding.party_name else title


def _overdue(occasion: Occasion) -> Iterator[Inline]:
    """Duties whose day has passed with nothing on record, one line for each rule."""
    material = occasion.material
    groups: dict[str, list[Finding]] = {}
    for finding in material.about_duties:
        passed = finding.status in ("overdue", "lapsed") and finding.severity in _GRAVE
        if passed and finding.current:
            groups.setdefault(finding.rule, []).append(finding)
    for rule, group in groups.items():
        names = [(f.party_name + _year_of(f), to_finding(f)) for f in by_state(group)]
        title = material.rule(rule).title
        yield _headed(material, title, len(group), linked(material.language, names))


def _undecided(occasion: Occasion) -> Iterator[Inline]:
    """Deadlines that have passed, where the record cannot tell what became of them."""
    material = occasion.material
    groups: dict[str, list[str]] = {}
    for duty in material.report.undecided:
        words = f"{material.words.party(duty.party)} ({material.date(duty.due)})"
        groups.setdefault(duty.rule, []).append(words)
    for rule, names in groups.items():
        yield _headed(material, material.rule(rule).title, len(names), (Run(", ".join(names)),))


def _year_of(finding: Finding) -> str:
    tail = finding.fingerprint.rpartition(":")[2]
    return f" {tail}" if tail.isdigit() and len(tail) == 4 else ""


def _requests(occasion: Occasion) -> Iterator[Inline]:
    """One line for each request, and one for each State that may still ask."""
    material, say = occasion.material, occasion.material.say
    for request in occasion.requests:
        if request.asked:
            words = [*_asked(material, request)]
        elif "request-expected" in request.announced:
            words = [say("no request on record"), say("one is expected")]
        elif "on-track" in request.announced:
            continue
        else:
            words = [say("no request on record")]
        name = f"{material.words.party(request.party)}, {material.article(request.article)}"
        deadline = say("deadline {day}", day=material.date(request.deadline))
        tail = material.language.then.join(words)
        yield Run(name, strong=True), Run(f" ({deadline}){material.language.between}{tail}")


def _asked(material: Material, request: Request) -> tuple[str, str]:
    """What is asked for, and whether in time."""
    say = material.say
    if request.until:
        asked = say("asks for more time until {day}", day=material.date(request.until))
    elif request.months:
        asked = say("asks for {months}", months=material.months(request.months))
    else:
        asked = say("asks for more time; how much is not on record")
    if request.status == "met":
        return asked, say("lodged in time")
    return asked, say("lodged after the last day" if request.status == "met-late" else "lodged")


def _next(occasion: Occasion) -> Iterator[Inline]:
    """The next days of the calendar, one line a day and duty."""
    material = occasion.material
    for day, what, names in occasion.coming:
        shown = ", ".join(names)
        if len(names) > _NAMES:
            shown = material.language.count(len(names), "{n} State", "{n} States")
        tail = f"{material.language.between}{what}" + (f" ({shown})" if shown else "")
        yield Run(material.date(day), strong=True), Run(tail)
