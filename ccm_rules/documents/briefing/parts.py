"""Pieces that briefings of a Meeting and of a State have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ccm_rules.documents.blocks import (
    Block,
    Box,
    Cell,
    Column,
    Heading,
    Inline,
    Items,
    Para,
    Proof,
    Row,
    Run,
    Table,
    text,
)
from ccm_rules.documents.briefing.material import (
    BASIS_WORDS,
    BINDING_WORDS,
    SEVERITY_WORDS,
    Material,
    Meeting,
    Request,
    anchor,
    in_order,
)
from ccm_rules.record.sentences import first_up
from ccm_rules.report.duties import Duty
from ccm_rules.report.findings import SEVERITIES, Finding
from ccm_rules.words.language import mark

#: So many sources are named in a table; the annex names them all.
_SOURCES = 2
#: So many steps of arithmetic are told; the tree of a page on the web has them all.
_STEPS = 8
#: What a State may announce, as facts name it.
ANNOUNCED = {
    "on-track": mark("reports to be on track"),
    "no-request-intended": mark("intends no request"),
    "request-intended": mark("intends a request"),
    "request-expected": mark("a request is expected of it"),
    "may-need-extension": mark("may need more time"),
}


def cell(words: str, key: str = "", to: str = "") -> Cell:
    """A cell of one text."""
    return Cell((Run(words, to),), key)


def to_finding(finding: Finding) -> str:
    """Where the annex explains a finding."""
    return f"#{anchor('finding', finding.fingerprint)}"


def late_words(material: Material, finding: Finding) -> str:
    """Days late, as a table shows them."""
    late = material.days_late(finding)
    return material.language.range(*late) if late else ""


def findings_table(
    material: Material, findings: Sequence[Finding], caption: str, *, party: bool = True
) -> Table:
    """Findings with due date, days late, article, status, severity and source."""
    say = material.say
    columns = [
        *([Column(say("State"), 4)] if party else []),
        Column(say("What the record shows"), 13),
        Column(say("Due"), 4),
        Column(say("Days late"), 2, number=True),
        Column(say("Article"), 3),
        Column(say("Status"), 3),
        Column(say("Severity"), 3),
        Column(say("Source"), 5),
    ]
    rows = []
    for finding in findings:
        rule = material.rule(finding.rule)
        late = material.days_late(finding)
        sources = material.sources(finding)
        cited = material.cite(sources[:_SOURCES])
        if len(sources) > _SOURCES:
            cited += (Run(say("; and {n} more", n=len(sources) - _SOURCES)),)
        severity = say(SEVERITY_WORDS[finding.severity])
        cells = [
            *([cell(finding.party_name or say("the record as a whole"))] if party else []),
            Cell((Run(finding.says + " "), Run(say("Why"), to_finding(finding)))),
            cell(
                material.date(finding.due),
                f"{finding.due.earliest:07d}" if finding.due is not None else "",
            ),
            cell(late_words(material, finding), f"{late[0]:07d}" if late else ""),
            cell(f"{material.authority(rule)}", rule.article),
            cell(material.status(finding.status, finding.rule)),
            cell(severity, str(SEVERITIES.index(finding.severity))),
            Cell(cited),
        ]
        rows.append(Row(tuple(cells), finding.party, rule.section, finding.severity))
    return Table(caption, tuple(columns), tuple(rows))


def in_short(material: Material, findings: Iterable[Finding]) -> Items | None:
    """What is said of many States for information, one line for each kind."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.rule, finding.name), []).append(finding)
    lines = []
    for (rule, name), group in sorted(groups.items()):
        title = material.rule(rule).title
        what = material.language.value(name).replace("-", " ")
        runs: list[Run] = [Run(f"{title} ({what}), {len(group)}{material.language.between}")]
        for number, finding in enumerate(sorted(group, key=lambda f: in_order(f.party_name))):
            runs.append(Run(material.language.then if number else ""))
            label = finding.party_name or finding.says
            runs.append(Run(label, to_finding(finding)))
        lines.append(tuple(runs))
    return Items(tuple(lines)) if lines else None


def duties_table(material: Material, duties: Sequence[Duty], caption: str, *, party: bool) -> Table:
    """Duties with their day and status."""
    say = material.say
    columns = (
        Column(say("Due"), 4),
        *([Column(say("State"), 4)] if party else []),
        Column(say("What"), 9),
        Column(say("Article"), 4),
        Column(say("Nature"), 4),
        Column(say("Status"), 5),
    )
    rows = []
    for duty in duties:
        rule = material.rule(duty.rule)
        cells = [
            cell(material.date(duty.due), f"{duty.due.earliest:07d}"),
            *([cell(material.words.party(duty.party))] if party else []),
            cell(rule.title + about(material, duty)),
            cell(material.authority(rule)),
            cell(say(BINDING_WORDS[rule.binding])),
            cell(material.status(duty.status, duty.rule)),
        ]
        rows.append(Row(tuple(cells), duty.party, rule.section))
    return Table(caption, columns, tuple(rows))


def about(material: Material, duty: Duty) -> str:
    """Which of several duties of a rule it is, in words."""
    parts = []
    if duty.item:
        parts.append(duty.item)
    if duty.n and duty.n > 1000:
        parts.append(str(duty.n))
    elif duty.n:
        parts.append(material.say("extension {n}", n=duty.n))
    return f" ({', '.join(parts)})" if parts else ""


def announced(material: Material, request: Request) -> str:
    """What a State announced about a request."""
    return material.language.then.join(
        material.say(ANNOUNCED[what]) for what in request.announced if what in ANNOUNCED
    )


def request_steps(material: Material, request: Request, meeting: Meeting) -> str:
    """Where a request stands, in a few words."""
    say = material.say
    if request.decision is not None:
        outcome = material.language.value(request.decision.outcome)
        return f"{outcome}, {material.date(request.decision.day)}"
    if not request.number:
        return say("no request on record") if request.status == "overdue" else ""
    return say("before the Meeting")


def lodged_in_time(material: Material, request: Request) -> str:
    """Whether a request came in time, in a few words."""
    say = material.say
    if request.lodged is None:
        return ""
    words = {
        "met": say("in time"),
        "met-late": say("after the last day"),
        "met-timing-open": say("the record leaves open whether in time"),
    }
    told = words.get(request.status, "")
    return f"{material.date(request.lodged)}{f' ({told})' if told else ''}"


def requests_table(
    material: Material, requests: Sequence[Request], meeting: Meeting, caption: str
) -> Table:
    """The steps of extension requests, each with its day."""
    say = material.say
    columns = (
        Column(say("State"), 4),
        Column(say("Deadline"), 5),
        Column(say("Last day to lodge"), 4),
        Column(say("Lodged"), 5),
        Column(say("Asked for"), 4),
        Column(say("Considered at"), 4),
        Column(say("Decision"), 4),
        Column(say("Announced"), 5),
        Column(say("Source"), 4),
    )
    rows = []
    for request in requests:
        asked = material.date(request.until)
        if not asked and request.months:
            asked = material.language.count(request.months, "{n} month", "{n} months")
        rows.append(
            Row(
                (
                    cell(material.words.party(request.party)),
                    cell(
                        f"{material.date(request.deadline)} "
                        f"({say('Article {article}', article=request.article)})",
                        f"{request.deadline.earliest:07d}" if request.deadline else "",
                    ),
                    cell(
                        material.date(request.cut_off),
                        f"{request.cut_off.earliest:07d}" if request.cut_off else "",
                    ),
                    cell(lodged_in_time(material, request) or say("none on record")),
                    cell(asked or ("" if not request.number else say("not on record"))),
                    cell(f"{meeting.id}, {material.date(meeting.opens)}"),
                    cell(request_steps(material, request, meeting)),
                    cell(announced(material, request)),
                    Cell(material.cite(request.sources[:_SOURCES])),
                ),
                request.party,
                material.treaty.themes.get(request.article, ""),
            )
        )
    return Table(caption, columns, tuple(rows))


def proofs(material: Material, findings: Iterable[Finding]) -> list[Block]:
    """The annex: each finding with its law, arithmetic and sources."""
    found: list[Block] = []
    for finding in findings:
        rule = material.rule(finding.rule)
        say = material.say
        law: list[Run] = [Run(material.authority(rule))]
        if rule.quote:
            law.append(Run(material.language.between))
            law.append(Run(material.language.quoted(rule.quote), rule.url, language="en"))
        lines: list[tuple[str, Inline]] = [(say("Law"), tuple(law))]
        steps = material.arithmetic(finding)
        if steps:
            more = len(steps) - _STEPS
            shown = [*steps[:_STEPS], *([say("And {n} more steps.", n=more)] if more > 0 else [])]
            lines.append((say("Arithmetic"), text(" ".join(shown))))
        sources = material.sources(finding)
        if sources:
            lines.append((say("Sources"), material.cite(sources)))
        if finding.remedy:
            lines.append((say("What can be done"), text(finding.remedy)))
        nature = material.language.then.join(
            (
                say(BINDING_WORDS[finding.binding]),
                say(BASIS_WORDS[finding.basis]),
                say(SEVERITY_WORDS[finding.severity]),
            )
        )
        lines.append((say("Nature"), text(nature)))
        lines.append((say("Name"), text(finding.fingerprint, language="en")))
        found.append(
            Proof(
                anchor("finding", finding.fingerprint),
                finding.says,
                tuple(lines),
                material.tree(finding),
                finding.party,
                rule.section,
                finding.severity,
            )
        )
    return found


def sources_list(material: Material, blocks: Iterable[Block]) -> list[Block]:
    """The sources that a document cites, with what they are."""
    prefix = f"#{anchor('source', '')}"
    cited = {run.to for block in blocks for run in _runs(block) if run.to.startswith(prefix)}
    say = material.say
    rows = []
    for name, source in sorted(material.report.record.sources.items()):
        if f"#{anchor('source', name)}" not in cited:
            continue
        published = say("standing register") if source.register else material.date(source.published)
        rows.append(
            Row(
                (
                    Cell((Run(name),), name),
                    Cell((Run(source.title, source.url if source.url.startswith("http") else ""),)),
                    cell(
                        published,
                        f"{source.published.earliest:07d}" if source.published else "",
                    ),
                ),
                anchor=anchor("source", name),
            )
        )
    columns = (
        Column(say("Source"), 3),
        Column(say("Title"), 10),
        Column(say("Published"), 4),
    )
    if not rows:
        return []
    return [Table(say("Sources"), columns, tuple(rows))]


def _runs(block: Block) -> Iterable[Run]:
    if isinstance(block, Para):
        yield from block.runs
    elif isinstance(block, Items):
        for item in block.items:
            yield from item
    elif isinstance(block, Table):
        for row in block.rows:
            for one in row.cells:
                yield from one.runs
    elif isinstance(block, Box):
        for inner in block.blocks:
            yield from _runs(inner)
    elif isinstance(block, Proof):
        for _, runs in block.lines:
            yield from runs


def open_table(material: Material, parties: frozenset[str] | None = None) -> list[Block]:
    """What the record cannot tell, and of whom: worded so that nobody is accused."""
    say = material.say
    rows = []
    for item in material.report.open:
        codes = [c for c in item.parties if parties is None or c in parties]
        if parties is not None and not codes:
            continue
        rule = material.rule(item.rule)
        names = ", ".join(sorted((material.words.party(code) for code in codes), key=in_order))
        rows.append(
            Row(
                (
                    cell(item.title),
                    cell(material.authority(rule)),
                    cell(material.language.number(len(codes) or item.number)),
                    cell(names or say("no State in particular")),
                ),
                codes[0] if len(codes) == 1 else "",
                rule.section,
            )
        )
    if not rows:
        return [Para(text(say("Nothing is open.")))]
    columns = (
        Column(say("Matter"), 6),
        Column(say("Article"), 4),
        Column(say("States"), 2, number=True),
        Column(say("Of whom the record at hand cannot tell"), 16),
    )
    return [
        Para(
            text(
                say(
                    "The record at hand does not say what these States have done or not done "
                    "on the matters below. That is a limit of this record and says nothing "
                    "about the States: a report that is not in it may well have been submitted."
                )
            )
        ),
        Table(say("Matters on which the record is open"), columns, tuple(rows)),
    ]


def choices(
    material: Material, blocks: Iterable[Block]
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """What a reader can filter by: the States, themes and severities that occur."""
    found: dict[str, set[str]] = {"party": set(), "theme": set(), "severity": set()}
    for block in blocks:
        marked: Iterable[Row | Proof] = ()
        if isinstance(block, Table):
            marked = block.rows
        elif isinstance(block, Proof):
            marked = (block,)
        for item in marked:
            found["party"].add(item.party)
            found["theme"].add(item.theme)
            found["severity"].add(item.severity)
    say = material.say
    sections = {s.letter: s.title for s in material.report.rulebook.plan.sections}
    parties = [(code, material.words.party(code)) for code in found["party"] if code]
    return (
        ("party", tuple(sorted(parties, key=lambda p: in_order(p[1])))),
        (
            "theme",
            tuple((t, f"{t}. {sections.get(t, '')}".rstrip()) for t in sorted(found["theme"]) if t),
        ),
        (
            "severity",
            tuple((s, say(SEVERITY_WORDS[s])) for s in SEVERITIES if s in found["severity"]),
        ),
    )


def provenance(material: Material) -> list[str]:
    """As of which day, with what was known, by which engines, of which bytes."""
    say, report = material.say, material.report
    known = (
        say("everything in the record")
        if report.known_by is None
        else say(
            "what was known {day}", day=material.language.the_date(report.known_by, report.known_by)
        )
    )
    engines = (
        say(
            "{engines}, which agree on every derivation",
            engines=material.language.listed(report.engines),
        )
        if len(report.engines) > 1
        else say("{engine} alone", engine=report.engines[0])
    )
    between = material.language.between
    return [
        f"{say('As of')}{between}{material.date(material.today)}",
        f"{say('Known by')}{between}{known}",
        f"{say('Record')}{between}{report.record.title} "
        f"({report.record.digest[:12]}); {say('rules')} {report.rulebook.digest[:12]}",
        f"{say('Derived with')}{between}{engines}",
    ]


def running_header(material: Material) -> str:
    """What stands at the head of every page: as-of and known-by."""
    say, report = material.say, material.report
    known = (
        say("known by: everything in the record")
        if report.known_by is None
        else say("known by: {day}", day=material.language.date(report.known_by, report.known_by))
    )
    return f"{say('as of {day}', day=iso_or_words(material))} · {known}"


def iso_or_words(material: Material) -> str:
    """The as-of day in words."""
    return material.date(material.today)


def disclaimer(material: Material) -> Para:
    """How to read a briefing."""
    return Para(
        text(
            material.say(
                "A passed date is arithmetic on the record; only a Meeting finds "
                "non-compliance. What the record cannot tell is listed as open and is "
                "no finding."
            )
        ),
        note=True,
    )


def heading(level: int, words: str, name: str, *, new_page: bool = False) -> Heading:
    """A heading with its anchor."""
    return Heading(level, first_up(words), anchor("section", name), new_page)
