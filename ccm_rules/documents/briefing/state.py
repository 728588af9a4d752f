"""One State's page."""

from __future__ import annotations

from ccm_rules.dates import When
from ccm_rules.documents.blocks import (
    Block,
    Box,
    Cell,
    Column,
    Document,
    Inline,
    Items,
    Para,
    Row,
    Run,
    Table,
    text,
)
from ccm_rules.documents.briefing import pictures
from ccm_rules.documents.briefing.material import BINDING_WORDS, Material, Meeting
from ccm_rules.documents.briefing.parts import (
    cell,
    choices,
    disclaimer,
    duties_table,
    findings_table,
    heading,
    in_short,
    open_table,
    proofs,
    provenance,
    running_header,
    sources_list,
    to_finding,
)
from ccm_rules.report.duties import AHEAD, Duty
from ccm_rules.report.findings import (
    SEVERITIES,
    Finding,
)
from ccm_rules.report.views import Report
from ccm_rules.words.language import mark

_TOLD = SEVERITIES[:3]
#: What sources name States for; told apart from the steps of the ladder.
_NAMED = ("reported", "announcement")
_STAGES = {
    "in-force": mark("State Party: the Convention is in force for it."),
    "deposited-not-in-force": mark(
        "It has deposited its instrument; the Convention is not yet in force for it."
    ),
    "signatory": mark("Signatory State."),
    "not-party": mark("State not party."),
    "withdrawing": mark("State Party whose withdrawal has been received and has not taken effect."),
    "withdrawn": mark("It has withdrawn from the Convention."),
}


def pages(
    report: Report,
    codes: tuple[str, ...],
    meeting_id: str = "",
    *,
    material: Material | None = None,
) -> Document:
    """The page of one State, or of several in one document.

    Args:
        report: a check.
        codes: codes of the States.
        meeting_id: the Meeting that it is read before, or empty.
        material: of the same report, where many pages are made of it.

    Raises:
        CcmError: the record has no such Meeting.
    """
    material = Material(report) if material is None else material
    say = material.say
    meeting = material.meeting(meeting_id) if meeting_id else None
    names = material.language.listed([material.words.party(code) for code in codes])
    blocks: list[Block] = []
    for code in codes:
        blocks += _Page(material, code, meeting, several=len(codes) > 1).blocks()
    listed = sources_list(material, blocks)
    if listed:
        blocks += [heading(1, say("Sources"), "sources"), *listed]
    title = (
        say("{state}: briefing before {meeting}", state=names, meeting=meeting.id)
        if meeting is not None
        else say("{state}: what the record shows", state=names)
    )
    subtitle = provenance(material)
    if meeting is not None:
        name = material.meeting_name(meeting)
        subtitle = [f"{name}, {material.date(meeting.opens)}", *subtitle]
    return Document(
        title,
        tuple(subtitle),
        running_header(material),
        names,
        material.language.code,
        tuple(blocks),
        choices(material, blocks)[1:],
    )


class _Page:
    def __init__(
        self, material: Material, code: str, meeting: Meeting | None, *, several: bool
    ) -> None:
        self.material = material
        self.say = material.say
        self.code = code
        self.meeting = meeting
        self.several = several
        self.name = material.words.party(code)
        self.findings = [f for f in material.report.findings if f.party == code]
        self.duties = [d for d in material.duties if d.party == code]

    def blocks(self) -> list[Block]:
        """All chapters of the page."""
        material, say = self.material, self.say
        picture = pictures.timeline(material, self.meeting, (self.code,), f"timeline-{self.code}")
        matrix = pictures.matrix(material, (self.code,), f"matrix-{self.code}")
        return [
            *([heading(1, self.name, self.code)] if self.several else []),
            *self.points(),
            *[p for p in (picture, matrix) if p is not None],
            *self.shown(),
            *self.ladder(),
            *self.duty_chapter(),
            *self.requests(),
            *self.ahead(),
            *self.named(),
            self.head(say("What the record cannot tell"), "open"),
            *open_table(material, frozenset({self.code})),
            self.head(say("Annex: law, arithmetic and sources of every finding"), "annex"),
            *(proofs(material, self.findings) or [Para(text(say("Nothing on this record.")))]),
        ]

    def head(self, words: str, name: str) -> Block:
        """A chapter's heading."""
        level = 2 if self.several else 1
        return heading(level, words, f"{name}-{self.code}" if self.several else name)

    # -- talking points ----------------------------------------------------

    def points(self) -> list[Block]:
        """What can be said in the room, in neutral words."""
        say, material = self.say, self.material
        legal = [
            f for f in self.findings if f.binding in ("legal", "practice") and f.severity in _TOLD
        ]
        legal = [f for f in legal if not material.about_record(f)]
        political = [f for f in self.findings if f.binding == "political" and f.severity in _TOLD]
        content: list[Block] = [Para(text(self.stage()))]
        for title, findings in (
            (say("Legal duties, and how Meetings practise them"), legal),
            (say("Political commitments of the action plan"), political),
        ):
            if not findings:
                continue
            content.append(Para((Run(title, strong=True),)))
            content.append(Items(tuple(self._point(finding) for finding in findings)))
        coming = [d for d in self.duties if d.status in AHEAD][:3]
        if coming:
            content.append(Para((Run(say("Coming up"), strong=True),)))
            content.append(
                Items(
                    tuple(
                        text(
                            f"{material.date(d.due)}{material.language.between}"
                            f"{material.rule(d.rule).title}"
                            + (f" ({d.item})" if d.item else f" ({d.n})" if d.n > 1000 else "")
                        )
                        for d in coming
                    )
                )
            )
        if len(content) == 1:
            content.append(
                Para(text(say("The record shows nothing that would need to be raised.")))
            )
        title = say("Talking points: {state}", state=self.name)
        level = 2 if self.several else 1
        box = Box(title, tuple(content), f"points-{self.code}", level)
        return [box, disclaimer(material)]

    def _point(self, finding: Finding) -> Inline:
        runs = [Run(finding.says + " ")]
        if finding.remedy:
            label = self.say("Possible next step") + self.material.language.between
            runs.append(Run(f"{label}{finding.remedy} "))
        runs.append(Run(self.say("Why"), to_finding(finding)))
        return tuple(runs)

    def stage(self) -> str:
        """Where the State stands towards the Convention."""
        for row, sure in self.material.rows("stage"):
            if sure and row["party"][0] == self.code and row["stage"][0] in _STAGES:
                return self.say(_STAGES[str(row["stage"][0])])
        return self.say("The record does not show where it stands towards the Convention.")

    # -- chapters ----------------------------------------------------------

    def shown(self) -> list[Block]:
        """Its findings."""
        say, material = self.say, self.material
        blocks: list[Block] = [self.head(say("What the record shows"), "findings")]
        told = [f for f in self.findings if f.severity in _TOLD]
        short = in_short(material, [f for f in self.findings if f.severity not in _TOLD])
        if told:
            blocks.append(findings_table(material, told, say("Findings"), party=False))
        if short is not None:
            blocks += [
                Para((Run(say("For information"), strong=True),)),
                Items(
                    tuple(
                        (Run(f.says + " "), Run(say("Why"), to_finding(f)))
                        for f in self.findings
                        if f.severity not in _TOLD
                    )
                ),
            ]
        if len(blocks) == 1:
            blocks.append(Para(text(say("The rules find nothing on this record."))))
        return blocks

    def ladder(self) -> list[Block]:
        """Its steps through the Convention, by day."""
        say, material = self.say, self.material
        report = material.report
        steps: list[tuple[When, str, Cell]] = []
        for kind in report.rulebook.vocabulary.values():
            if "party" not in kind.fields or kind.name in _NAMED or kind.statement:
                continue
            for entry in report.entries(kind.name):
                if entry.text("party") == self.code and "date" in kind.fields:
                    source = Cell(material.cite(entry.sources))
                    steps.append((entry.when("date"), report.says(entry), source))
        for fact, field in (("in-force", "date"), ("deadline", "day")):
            for entry in report.entries(fact):
                if not entry.certain or entry.text("party") != self.code:
                    continue
                if words := report.says(entry):
                    steps.append((entry.when(field), words, cell(say("by the rules"))))
        steps.sort(key=lambda step: (step[0].latest, step[0].earliest, step[1]))
        if not steps:
            return []
        rows = tuple(
            Row((cell(material.date(day), f"{day.latest:07d}"), cell(words), sources), self.code)
            for day, words, sources in steps
        )
        columns = (Column(say("Day"), 5), Column(say("Step"), 14), Column(say("Source"), 5))
        return [
            self.head(say("The ladder: its steps on record"), "ladder"),
            Table(say("Steps on record, by day"), columns, rows),
        ]

    def duty_chapter(self) -> list[Block]:
        """Duties past and next, the legal ones apart from the political ones."""
        say, material = self.say, self.material
        blocks: list[Block] = []
        for title, name, bindings in (
            (say("Legal duties"), "legal", ("legal", "practice")),
            (say("Political commitments"), "political", ("political",)),
        ):
            mine = [d for d in self.duties if material.rule(d.rule).binding in bindings]
            blocks.append(self.head(title, name))
            past = [d for d in mine if d.status not in AHEAD]
            following = [d for d in mine if d.status in AHEAD]
            for caption, duties in (
                (say("Past"), past),
                (say("Next"), following),
            ):
                if duties:
                    full = f"{title}{material.language.between}{caption.lower()}"
                    blocks.append(duties_table(material, _last_status(duties), full, party=False))
            if not mine:
                blocks.append(Para(text(say("None on this record."))))
        return blocks

    def requests(self) -> list[Block]:
        """Its extension requests and what became of them."""
        say, material = self.say, self.material
        decided = {k: d for k, d in material.decisions.items() if k[0] == self.code}
        asked = {}
        for row, _ in material.rows("extension-request"):
            if row["party"][0] == self.code:
                asked[self.code, str(row["article"][0]), int(row["replaces"][0])] = row
        rows = []
        for key in sorted({*decided, *asked}):
            request, decision = asked.get(key), decided.get(key)
            lodged = When(*map(int, request["date"])) if request else None
            months = int(request["months"][0]) if request else 0
            rows.append(
                Row(
                    (
                        cell(say("Article {article}", article=key[1])),
                        cell(material.date(material.deadline(*key))),
                        cell(material.date(lodged) if lodged else say("not on record")),
                        cell(
                            material.language.count(months, "{n} month", "{n} months")
                            if months
                            else say("not on record")
                        ),
                        cell(
                            f"{material.language.value(decision.outcome)}, "
                            f"{material.date(decision.day)}"
                            if decision
                            else say("none on record")
                        ),
                        cell(material.date(decision.until) if decision else ""),
                    ),
                    self.code,
                )
            )
        blocks: list[Block] = [self.head(say("Requests and decisions"), "requests")]
        if not rows:
            return [*blocks, Para(text(say("None on this record.")))]
        columns = (
            Column(say("Article"), 4),
            Column(say("Deadline"), 5),
            Column(say("Request lodged"), 5),
            Column(say("Asked for"), 4),
            Column(say("Decision"), 5),
            Column(say("New deadline"), 5),
        )
        return [*blocks, Table(say("Requests for more time, and decisions"), columns, tuple(rows))]

    def ahead(self) -> list[Block]:
        """What falls due, and which Meetings come."""
        say, material = self.say, self.material
        entries = [
            (
                d.due,
                material.rule(d.rule).title + (f" ({d.item})" if d.item else ""),
                material.rule(d.rule),
            )
            for d in self.duties
            if d.status in AHEAD
        ]
        rows = [
            (day, title, material.authority(rule), rule.binding) for day, title, rule in entries
        ]
        rows += [
            (m.opens, say("{meeting} opens", meeting=material.meeting_name(m)), "", "")
            for m in material.meetings
            if m.opens.latest >= material.report.as_of
        ]
        told = tuple(
            Row(
                (
                    cell(material.date(day), f"{day.earliest:07d}"),
                    cell(title),
                    cell(authority),
                    cell(say(BINDING_WORDS[binding]) if binding else say("Meeting")),
                ),
                self.code,
            )
            for day, title, authority, binding in sorted(rows)
        )
        blocks: list[Block] = [self.head(say("What falls due, and when"), "calendar")]
        if not told:
            return [*blocks, Para(text(say("Nothing on this record.")))]
        columns = (
            Column(say("Day"), 5),
            Column(say("What"), 9),
            Column(say("Article"), 5),
            Column(say("Nature"), 5),
        )
        return [*blocks, Table(say("Days ahead"), columns, told)]

    def named(self) -> list[Block]:
        """What sources name it for."""
        say, material = self.say, self.material
        report = material.report
        lines = []
        for kind_name in _NAMED:
            for entry in report.entries(kind_name):
                if entry.text("party") != self.code:
                    continue
                words = report.says(entry)
                for type_, values in entry.fields.values():
                    if type_ == "text":  # such as overdue-report-submitted
                        words = words.replace(str(values[0]), str(values[0]).replace("-", " "))
                lines.append((Run(words + " ["), *material.cite(entry.sources), Run("]")))
        if not lines:
            return []
        return [self.head(say("What sources name it for"), "named"), Items(tuple(lines))]


def _last_status(duties: list[Duty]) -> list[Duty]:
    return sorted(duties, key=lambda d: (d.due, d.rule, d.item, d.n, d.status))
