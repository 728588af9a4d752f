"""The briefing before a Meeting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ccm_rules.dates import Period, When, add
from ccm_rules.documents.blocks import (
    Block,
    Box,
    Cell,
    Column,
    Document,
    Inline,
    Items,
    Para,
    Picture,
    Row,
    Run,
    Table,
    text,
)
from ccm_rules.documents.briefing import pictures
from ccm_rules.documents.briefing.material import SEVERITY_WORDS, Material, Meeting, in_order
from ccm_rules.documents.briefing.parts import (
    cell,
    choices,
    disclaimer,
    findings_table,
    heading,
    in_short,
    open_table,
    proofs,
    provenance,
    requests_table,
    running_header,
    sources_list,
    to_finding,
)
from ccm_rules.record.sentences import first_up
from ccm_rules.report.duties import AHEAD
from ccm_rules.report.findings import SEVERITIES, Finding
from ccm_rules.report.numbers import NOT_APPLICABLE, Number, Tally
from ccm_rules.report.views import Report

#: How far ahead the calendar of a briefing looks.
_AHEAD = Period(years=2, rounding="earlier")
#: More than this of whom a number is asked are counted, not named: a list of all
#: States Parties beside a question of compliance would say nothing of any of them.
_NAMED = 20
#: So many lines each part of the first page has.
_LINES = 6
#: Severities that are told one by one; the rest is summed up.
_TOLD = SEVERITIES[:3]
#: Kinds of fact that are no events of their own.
_NO_EVENTS = ("reported", "announcement", "retention", "retained-stock", "obligation")


def briefing(
    report: Report, meeting_id: str, earlier: Report | None = None, numbers: Tally | None = None
) -> Document:
    """The briefing before a Meeting.

    Args:
        report: a check.
        meeting_id: id of the Meeting.
        earlier: the same record, judged on the day on which the last Meeting
            closed; without it the briefing does not tell what changed.
        numbers: the numbers of the action plan, where the record has a review period.

    Raises:
        CcmError: the record has no such Meeting.
    """
    material = Material(report)
    meeting = material.meeting(meeting_id)
    return _Briefing(material, meeting, earlier, numbers).document()


class _Briefing:
    def __init__(
        self, material: Material, meeting: Meeting, earlier: Report | None, numbers: Tally | None
    ) -> None:
        self.material = material
        self.say = material.say
        self.meeting = meeting
        self.earlier = earlier
        self.numbers = numbers
        self.last = material.last_before(meeting)
        self.requests = material.requests(meeting)
        self.until = max(add(material.report.as_of, _AHEAD), meeting.opens.latest)
        self.ahead = [
            duty
            for duty in material.duties
            if duty.status in AHEAD
            and duty.due.latest >= material.report.as_of
            and duty.due.earliest <= self.until
        ]

    def document(self) -> Document:
        """Put the chapters together."""
        material, say = self.material, self.say
        told = [f for f in material.report.findings if f.severity in _TOLD]
        blocks: list[Block] = [
            *self.summary(),
            *self.changes(),
            *self.glance(),
            *self.themes(),
            *self.request_chapter(),
            *self.compliance(),
            *self.calendar(),
            heading(1, say("States whose record is open"), "open"),
            *open_table(material),
            *self.record_chapter(),
            heading(
                1,
                say("Annex: law, arithmetic and sources of every finding"),
                "annex",
                new_page=True,
            ),
            Para(
                text(
                    say(
                        "Each finding with the words of the law, what was reckoned, and the "
                        "sources. The gravest come first."
                    )
                ),
                note=True,
            ),
            *proofs(material, [*told, *(f for f in material.report.findings if f not in told)]),
        ]
        listed = sources_list(material, blocks)
        if listed:
            blocks += [heading(1, say("Sources"), "sources"), *listed]
        name = material.meeting_name(self.meeting)
        return Document(
            say("Compliance briefing: {meeting}", meeting=name),
            (self.days(), *provenance(material)),
            running_header(material),
            say("Compliance briefing, {meeting}", meeting=self.meeting.id),
            material.language.code,
            tuple(blocks),
            choices(material, blocks),
        )

    def days(self) -> str:
        """When and where the Meeting is."""
        parts = [self.material.date(self.meeting.opens)]
        if self.meeting.closes.exact:
            parts.append(self.material.date(self.meeting.closes))
        days = " – ".join(parts)
        return f"{days}, {self.meeting.place}" if self.meeting.place else days

    # -- the first page ----------------------------------------------------

    def summary(self) -> list[Block]:
        """What can be read in a minute."""
        say = self.say
        boxes: list[Block] = [heading(1, say("In one minute"), "summary")]
        for title, lines, target in (
            (self.since(), self.changed_in_short(), "#section-changes"),
            (say("Overdue on the record"), self.overdue_in_short(), "#section-themes"),
            (
                say("Requests that the Meeting is to decide"),
                self.requests_in_short(),
                "#section-requests",
            ),
            (say("The next days that matter"), self.next_in_short(), "#section-calendar"),
        ):
            shown = list(lines)
            items = shown[:_LINES]
            if len(shown) > _LINES:
                more = say("and {n} more", n=len(shown) - _LINES)
                items.append((Run(more, target),))
            content: Block = (
                Items(tuple(items)) if items else Para(text(say("Nothing on this record.")))
            )
            boxes.append(Box(title, (content,), f"box-{len(boxes)}"))
        open_ = sum(len(item.parties) or item.number for item in self.material.report.open)
        boxes.append(
            Para(
                (
                    Run(
                        self.material.language.count(
                            open_,
                            "The record cannot tell of {n} further matter; ",
                            "The record cannot tell of {n} further matters; ",
                        )
                    ),
                    Run(say("they are listed apart"), "#section-open"),
                    Run("."),
                )
            )
        )
        boxes.append(disclaimer(self.material))
        return boxes

    def since(self) -> str:
        """The title of what changed."""
        if self.last is None:
            return self.say("Since the last Meeting")
        return self.say(
            "Since the last Meeting ({meeting}, closed {day})",
            meeting=self.last.id,
            day=self.material.date(self.last.closes),
        )

    def overdue(self) -> list[Finding]:
        """Findings on duties whose day has passed with nothing on record."""
        return [
            f
            for f in self.material.about_duties
            if f.status in ("overdue", "lapsed")
            and f.severity in ("serious", "warning")
            and not self.material.is_window(f.rule)
        ]

    def overdue_in_short(self) -> Iterable[Inline]:
        """One line for each rule."""
        groups: dict[str, list[Finding]] = {}
        for finding in self.overdue():
            groups.setdefault(finding.rule, []).append(finding)
        for rule, group in groups.items():
            title = self.material.rule(rule).title
            runs = [Run(f"{title} ({len(group)}){self.material.language.between}", strong=True)]
            for number, finding in enumerate(sorted(group, key=lambda f: in_order(f.party_name))):
                year = f" {_year_of(finding)}" if _year_of(finding) else ""
                runs += [
                    Run(self.material.language.then if number else ""),
                    Run(finding.party_name + year, to_finding(finding)),
                ]
            yield tuple(runs)

    def requests_in_short(self) -> Iterable[Inline]:
        """One line for each request, and one for each State that may still ask."""
        material, say = self.material, self.say
        for request in self.requests:
            name = material.words.party(request.party)
            what = say("Article {article}", article=request.article)
            deadline = material.date(request.deadline)
            if request.number:
                months = material.language.count(request.months, "{n} month", "{n} months")
                asked = (
                    say("asks for more time until {day}", day=material.date(request.until))
                    if request.until
                    else say("asks for {months}", months=months)
                    if request.months
                    else say("asks for more time; how much is not on record")
                )
                step = {
                    "met": say("lodged in time"),
                    "met-late": say("lodged after the last day"),
                }.get(request.status, say("lodged"))
                tail = f"{asked}{material.language.then}{step}"
            else:
                tail = say("no request on record")
                if "request-expected" in request.announced:
                    tail += material.language.then + say("one is expected")
                elif "on-track" in request.announced:
                    continue
            yield (
                Run(f"{name}, {what}", strong=True),
                Run(f" ({say('deadline {day}', day=deadline)}){material.language.between}{tail}"),
            )

    def next_in_short(self) -> Iterable[Inline]:
        """The next days of the calendar, one line a day and duty."""
        for day, title, names in self.grouped_calendar():
            shown = ", ".join(names[:4])
            if len(names) > 4:
                shown = self.material.language.count(len(names), "{n} State", "{n} States")
            tail = f"{self.material.language.between}{title}" + (f" ({shown})" if shown else "")
            yield (Run(self.material.date(day), strong=True), Run(tail))

    def grouped_calendar(self) -> list[tuple[When, str, list[str]]]:
        """Days ahead: the day, what falls due, and whose."""
        found: dict[tuple[When, str], list[str]] = {}
        entries: list[tuple[When, str, str]] = [
            (
                m.opens,
                self.say("{meeting} opens", meeting=self.material.meeting_name(m))
                + ("" if m.opens.exact else f" ({self.say('days not fixed')})"),
                "",
            )
            for m in self.material.meetings
            if m.opens.latest >= self.material.report.as_of and m.opens.earliest <= self.until
        ]
        entries += [
            (
                duty.due,
                self.material.rule(duty.rule).title + (f" ({duty.item})" if duty.item else ""),
                self.material.words.party(duty.party),
            )
            for duty in self.ahead
        ]
        for day, title, name in sorted(entries):
            names = found.setdefault((day, title), [])
            if name:
                names.append(name)
        return [(day, title, names) for (day, title), names in found.items()]

    # -- what changed ------------------------------------------------------

    def compared(self) -> tuple[list[Finding], list[Finding], list[tuple[Finding, Finding]]]:
        """Findings that are new, that are gone, and that became graver or lighter."""
        if self.earlier is None:
            return [], [], []
        told = [f for f in self.material.about_duties if f.severity in _TOLD]
        now = {f.fingerprint: f for f in self.material.report.findings}
        before = {f.fingerprint: f for f in self.earlier.findings}
        new = [f for f in told if f.fingerprint not in before]
        gone = [
            f
            for key, f in before.items()
            if key not in now and f.severity in _TOLD and not self.material.about_record(f)
        ]
        changed = [
            (before[f.fingerprint], f)
            for f in told
            if f.fingerprint in before and before[f.fingerprint].severity != f.severity
        ]
        return new, gone, changed

    def events(self) -> list[tuple[str, list[tuple[str, str, tuple[str, ...]]]]]:
        """What happened for certain since the last Meeting, by kind of fact."""
        if self.last is None:
            return []
        report, found = self.material.report, []
        for kind in report.rulebook.vocabulary.values():
            if not kind.dated or kind.statement or kind.name in _NO_EVENTS:
                continue
            told = []
            for entry in report.entries(kind.name):
                if not entry.certain or entry.when("date").earliest <= self.last.closes.latest:
                    continue
                party = entry.text("party") if "party" in kind.fields else ""
                told.append((report.says(entry), party, entry.sources))
            if told:
                found.append((first_up(kind.label), sorted(told)))
        return found

    def changed_in_short(self) -> Iterable[Inline]:
        """One line for each kind of change."""
        language, say = self.material.language, self.say
        new, gone, changed = self.compared()
        grave = [f for f in new if f.severity in ("serious", "warning")]
        if grave:
            yield self._names(say("New findings"), grave)
        if changed:
            yield self._names(say("Changed in severity"), [after for _, after in changed])
        if gone:
            who = ", ".join(
                sorted({f"{f.party_name} ({self.material.rule(f.rule).title})" for f in gone})
            )
            yield (
                Run(f"{say('No longer found')} ({len(gone)}){language.between}", strong=True),
                Run(who),
            )
        for label, told in self.events():
            names = sorted({self.material.words.party(party) for _, party, _ in told if party})
            shown = ", ".join(names)
            yield (
                Run(f"{label} ({len(told)}){language.between}", strong=True),
                Run(shown or told[0][0]),
            )

    def _names(self, label: str, findings: Sequence[Finding]) -> Inline:
        runs = [Run(f"{label} ({len(findings)}){self.material.language.between}", strong=True)]
        for number, finding in enumerate(findings):
            title = self.material.rule(finding.rule).title
            who = f"{finding.party_name} ({title})" if finding.party_name else title
            runs += [
                Run(self.material.language.then if number else ""),
                Run(who, to_finding(finding)),
            ]
        return tuple(runs)

    def changes(self) -> list[Block]:
        """The chapter on what changed."""
        say, material = self.say, self.material
        blocks: list[Block] = [heading(1, self.since(), "changes", new_page=True)]
        if self.last is None:
            return [
                *blocks,
                Para(text(say("The record names no earlier Meeting that has closed."))),
            ]
        new, gone, changed = self.compared()
        blocks.append(
            Para(
                text(
                    say(
                        "What this record shows on {today}, against what the same record shows "
                        "on {then}, the day on which the last Meeting closed.",
                        today=material.the_date(material.today),
                        then=material.the_date(self.last.closes),
                    )
                ),
                note=True,
            )
        )
        if new:
            blocks.append(findings_table(material, new, say("New findings")))
        if changed:
            rows = tuple(
                Row(
                    (
                        cell(after.party_name),
                        cell(after.says, to=to_finding(after)),
                        cell(f"{_severity(material, before)} → {_severity(material, after)}"),
                    ),
                    after.party,
                    material.rule(after.rule).section,
                    after.severity,
                )
                for before, after in changed
            )
            columns = (
                Column(say("State"), 4),
                Column(say("What the record shows"), 14),
                Column(say("Severity"), 5),
            )
            blocks.append(Table(say("Findings whose severity changed"), columns, rows))
        if gone:
            rows = tuple(
                Row(
                    (
                        cell(f.party_name),
                        cell(material.rule(f.rule).title),
                        cell(f.says),
                    ),
                    f.party,
                    material.rule(f.rule).section,
                    f.severity,
                )
                for f in gone
            )
            columns = (
                Column(say("State"), 4),
                Column(say("What"), 5),
                Column(say("What was shown then"), 14),
            )
            blocks.append(Table(say("No longer found"), columns, rows))
        rows = tuple(
            Row((cell(label), cell(sentence), _cited(material, sources)), party)
            for label, told in self.events()
            for sentence, party, sources in told
        )
        if rows:
            columns = (
                Column(say("What"), 4),
                Column(say("On record"), 12),
                Column(say("Source"), 4),
            )
            blocks.append(Table(say("Recorded since"), columns, rows))
        return blocks

    # -- pictures ----------------------------------------------------------

    def glance(self) -> list[Block]:
        """The pictures."""
        material = self.material
        concerned = sorted(
            {
                f.party
                for f in material.about_duties
                if f.party and f.severity in _TOLD and f.status
            },
            key=lambda code: in_order(material.words.party(code)),
        )
        drawn = [
            pictures.timeline(material, self.meeting),
            pictures.matrix(material, concerned),
            pictures.reporting_rate(material),
            pictures.decision_times(material),
        ]
        there: list[Block] = [picture for picture in drawn if isinstance(picture, Picture)]
        return [heading(1, self.say("At a glance"), "glance"), *there] if there else []

    # -- themes ------------------------------------------------------------

    def themes(self) -> list[Block]:
        """The report's sections, each with its findings and its numbers."""
        say, material = self.say, self.material
        blocks: list[Block] = [heading(1, say("By theme"), "themes")]
        for section in material.report.rulebook.plan.sections:
            mine = [
                f for f in material.about_duties if material.rule(f.rule).section == section.letter
            ]
            blocks.append(
                heading(2, f"{section.letter}. {section.title}", f"theme-{section.letter}")
            )
            before = len(blocks)
            told = [f for f in mine if f.severity in _TOLD]
            if told:
                caption = say("{theme}: what the record shows", theme=section.title)
                blocks.append(findings_table(material, told, caption))
            short = in_short(material, [f for f in mine if f.severity not in _TOLD])
            if short is not None:
                blocks += [Para((Run(say("For information"), strong=True),)), short]
            lines = [name for name, _ in section.summary]
            table = self.numbers_table(section.letter, section.title, lines)
            if table is not None:
                blocks.append(table)
            if len(blocks) == before:
                blocks.append(Para(text(say("Nothing on this record."))))
        return blocks

    def numbers_table(self, letter: str, title: str, names: Sequence[str]) -> Table | None:
        """The numbers that the progress report's summary gives for a theme."""
        if self.numbers is None:
            return None
        say, material = self.say, self.material
        rows = []
        for name in dict.fromkeys(names):
            number = self.numbers.first(name)
            rows.append(
                Row(
                    (
                        cell(first_up(number.info.title)),
                        cell(number_words(material, number)),
                        cell(ground_words(material, number)),
                        _cited(
                            material,
                            tuple(dict.fromkeys(p for q in number.quotes for p in q.places)),
                        ),
                    ),
                    theme=letter,
                )
            )
        columns = (
            Column(say("Indicator"), 9),
            Column(say("Number"), 4, number=True),
            Column(say("Ground"), 6),
            Column(say("Source"), 5),
        )
        caption = say("{theme}: numbers of the action plan", theme=title)
        return Table(caption, columns, tuple(rows)) if rows else None

    # -- requests and compliance -------------------------------------------

    def request_chapter(self) -> list[Block]:
        """The requests with their steps."""
        say, material = self.say, self.material
        blocks: list[Block] = [
            heading(1, say("Extension requests before this Meeting"), "requests")
        ]
        before = [r for r in self.requests if r.number]
        without = [r for r in self.requests if not r.number]
        if before:
            caption = say("Requests before {meeting}", meeting=self.meeting.id)
            blocks.append(requests_table(material, before, self.meeting, caption))
        else:
            blocks.append(Para(text(say("No request for this Meeting is on record."))))
        if without:
            blocks.append(
                Para(
                    text(
                        say(
                            "States whose deadline this Meeting is by practice the last to "
                            "consider, and of which no request is on record. A State that "
                            "completes in time needs none."
                        )
                    )
                )
            )
            caption = say("Deadlines without a request")
            blocks.append(requests_table(material, without, self.meeting, caption))
        return blocks

    def compliance(self) -> list[Block]:
        """What an action plan counts of compliance, with the members; where there is one."""
        say, material = self.say, self.material
        rules = material.treaty.compliance
        if not rules:
            return []
        blocks: list[Block] = [heading(1, material.treaty.compliance_title, "actions")]
        numbers = [n for n in self.numbers.numbers if n.info.rule in rules] if self.numbers else []
        for number in numbers:
            title = f"Action {number.info.action}{material.language.between}{number.info.title}"
            members = ", ".join(m.name for m in number.members) or say("none")
            rows = [
                (say("Number"), number_words(material, number)),
                (say("Counted"), members),
                (
                    say("Of whom the record cannot tell"),
                    ", ".join(m.name for m in number.open) or say("none"),
                ),
            ]
            if 0 < len(number.population) <= _NAMED:
                rows.append(
                    (
                        first_up(number.population_title),
                        ", ".join(m.name for m in number.population),
                    )
                )
            rows += [
                (say("How it is counted"), number.info.counted),
                (say("Ground"), ground_words(material, number)),
            ]
            columns = (Column(say("What"), 5), Column(say("On this record"), 14))
            places = tuple(dict.fromkeys(p for q in number.quotes for p in q.places))
            table_rows = [Row((cell(label), cell(value)), theme="K") for label, value in rows]
            if places:
                table_rows.append(Row((cell(say("Source")), _cited(material, places)), theme="K"))
            blocks.append(Table(title, columns, tuple(table_rows)))
        lines = [f for f in material.report.findings if f.rule in rules]
        if lines:
            blocks.append(
                Items(tuple((Run(f.says + " "), Run(say("Why"), to_finding(f))) for f in lines))
            )
        if not numbers and not lines:
            blocks.append(Para(text(say("Nothing on this record."))))
        return blocks

    # -- the rest ----------------------------------------------------------

    def calendar(self) -> list[Block]:
        """What falls due next."""
        say, material = self.say, self.material
        rows = []
        for day, title, names in self.grouped_calendar():
            rows.append(
                Row(
                    (
                        cell(material.date(day), f"{day.earliest:07d}"),
                        cell(title),
                        cell(material.language.number(len(names)) if names else ""),
                        cell(", ".join(names)),
                    ),
                )
            )
        columns = (
            Column(say("Day"), 4),
            Column(say("What"), 7),
            Column(say("States"), 2, number=True),
            Column(say("Who"), 14),
        )
        until = material.language.date(self.until, self.until)
        caption = say("Until {day}", day=until)
        chapter: list[Block] = [heading(1, say("What falls due next"), "calendar")]
        if rows:
            return [*chapter, Table(caption, columns, tuple(rows))]
        return [*chapter, Para(text(say("Nothing on this record.")))]

    def record_chapter(self) -> list[Block]:
        """Inconsistencies in the record."""
        say, material = self.say, self.material
        blocks: list[Block] = [heading(1, say("Inconsistencies in the record"), "inconsistencies")]
        found = material.inconsistencies
        if not found:
            return [*blocks, Para(text(say("None was found.")))]
        blocks.append(
            Para(
                text(
                    say(
                        "Where sources differ from each other or from arithmetic. These are "
                        "matters for those who keep the record and say nothing about a State."
                    )
                )
            )
        )
        rows = tuple(
            Row(
                (
                    cell(f.party_name or say("the record as a whole")),
                    cell(f.says, to=to_finding(f)),
                    cell(material.rule(f.rule).title),
                    _cited(material, material.sources(f)[:3]),
                ),
                f.party,
                "",
                f.severity,
            )
            for f in found
        )
        columns = (
            Column(say("State"), 4),
            Column(say("What differs"), 15),
            Column(say("Kind"), 5),
            Column(say("Source"), 4),
        )
        return [*blocks, Table(say("Inconsistencies"), columns, rows)]


def number_words(material: Material, number: Number) -> str:
    """A number with its denominator, or the range that the record allows."""
    say, language = material.say, material.language
    if number.value is not None:
        told = language.number(number.value)
        return say("{n} of {all}", n=told, all=number.out_of) if number.out_of else told
    if number.ground == NOT_APPLICABLE:
        return say("does not apply")
    stated = sorted({quote.value for quote in number.quotes})
    if stated:
        return say("stated differently: {values}", values=", ".join(map(str, stated)))
    if number.low is not None:
        most = "" if number.high is None else language.number(number.high)
        return (
            say("{low} to {high}", low=number.low, high=most)
            if most
            else say("at least {n}", n=number.low)
        )
    return say("not known")


def ground_words(material: Material, number: Number) -> str:
    """On what a number rests."""
    return {
        "derived": material.say("derived: every member is on record"),
        "stated": material.say("stated by a source"),
        "unknown": material.say("not known"),
        "not-applicable": material.say("a source says that it does not apply"),
    }[number.ground]


def _cited(material: Material, references: tuple[str, ...]) -> Cell:
    return Cell(material.cite(references))


def _severity(material: Material, finding: Finding) -> str:
    return material.say(SEVERITY_WORDS[finding.severity])


def _year_of(finding: Finding) -> str:
    tail = finding.fingerprint.rpartition(":")[2]
    return tail if tail.isdigit() and len(tail) == 4 else ""
