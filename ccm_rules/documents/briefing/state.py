"""The page of a State: in goes a report, out comes a document about one or several of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ccm_rules.dates import LAST_DAY, When
from ccm_rules.documents import pictures
from ccm_rules.documents.blocks import Block, Box, Cell, Document, Inline, Items, Run, text
from ccm_rules.documents.briefing.requests_table import outcome
from ccm_rules.documents.parts.building import chapter, heading, lead, para
from ccm_rules.documents.parts.duty_blocks import duties_table, in_brief, open_table
from ccm_rules.documents.parts.extensions import Extensions
from ccm_rules.documents.parts.finding_blocks import annex, shown, to_finding
from ccm_rules.documents.parts.frame import disclaimer, framed
from ccm_rules.documents.parts.labels import BINDING_WORDS, STAGE_WORDS
from ccm_rules.documents.parts.material import SINGLE, Material, Meeting
from ccm_rules.documents.parts.table_lines import TableLine, column, table
from ccm_rules.report.duties import AHEAD
from ccm_rules.report.evaluation import Entry
from ccm_rules.report.findings import Finding
from ccm_rules.report.views import Report

#: What sources name States for; apart from the steps of the ladder.
_NAMED: Final = ("reported", "announcement")
#: Steps that rules derive, with the field of their day.
_DERIVED: Final = (("in-force", "date"), ("deadline", "day"))
#: So many days to come are talking points.
_COMING: Final = 3


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
    several = len(codes) > 1
    blocks = [b for code in codes for b in _Page(material, code, meeting, several).blocks()]
    if meeting is None:
        title, subtitle = say("{state}: what the record shows", state=names), []
    else:
        title = say("{state}: briefing before {meeting}", state=names, meeting=meeting.id)
        name = material.meeting_name(meeting.title, meeting.id)
        subtitle = [f"{name}, {material.date(meeting.opens)}"]
    return framed(material, title, subtitle, names, blocks, of_states=False)


class _Page:
    """One State.

    Args:
        material: of the report.
        code: of the State.
        meeting: the Meeting that it is read before, or ``None``.
        several: whether it stands beside others, below a heading of its own.
    """

    def __init__(
        self, material: Material, code: str, meeting: Meeting | None, several: bool
    ) -> None:
        self.material = material
        self.say = material.say
        self.code = code
        self.meeting = meeting
        self.several = several
        self.level = 2 if several else 1
        self.name = material.words.party(code)
        self.findings = [f for f in material.report.findings if f.party == code]
        self.duties = [d for d in material.duties if d.party == code]
        self.coming = [d for d in self.duties if d.status in AHEAD]

    def blocks(self) -> list[Block]:
        """All chapters of the page."""
        material, say = self.material, self.say
        drawn = (
            pictures.timeline(material, self.meeting, (self.code,), f"timeline-{self.code}"),
            pictures.matrix(material, (self.code,), f"matrix-{self.code}"),
        )
        law = say("Annex: law, arithmetic and sources of every finding")
        return [
            *([heading(1, self.name, self.code)] if self.several else []),
            self.points(),
            disclaimer(material),
            *[picture for picture in drawn if picture is not None],
            *self.shown(),
            *self.ladder(),
            *self.duty_chapters(),
            *self.requests(),
            *self.calendar(),
            *self.named(),
            self.head(say("What the record cannot tell"), "open"),
            *open_table(material, self.code),
            *annex(material, self.findings, self.head(law, "annex")),
        ]

    def head(self, words: str, name: str) -> Block:
        """A chapter's heading."""
        return heading(self.level, words, f"{name}-{self.code}" if self.several else name)

    # -- talking points ----------------------------------------------------

    def points(self) -> Box:
        """What can be said in the room, in neutral words."""
        say, material = self.say, self.material
        single = [f for f in self.findings if f.current and f.severity in SINGLE]
        legal = [f for f in single if f.binding in ("legal", "practice")]
        coming = [
            text(f"{material.date(d.due)}{material.language.between}{in_brief(material, d)}")
            for d in self.coming[:_COMING]
        ]
        content: list[Block] = []
        for title, items in (
            (
                say("Legal duties, and how Meetings practise them"),
                [self._point(f) for f in legal if not material.about_record(f)],
            ),
            (
                say("Political commitments of the action plan"),
                [self._point(f) for f in single if f.binding == "political"],
            ),
            (say("Coming up"), coming),
        ):
            content += [lead(title), Items(tuple(items))] if items else []
        nothing = say("The record shows nothing that would need to be raised.")
        title = say("Talking points: {state}", state=self.name)
        blocks = chapter(para(self.stage()), content, nothing)
        return Box(title, tuple(blocks), f"points-{self.code}", self.level)

    def _point(self, finding: Finding) -> Inline:
        label = self.say("Possible next step") + self.material.language.between
        remedy = (Run(f"{label}{finding.remedy} "),) if finding.remedy else ()
        return Run(finding.says + " "), *remedy, Run(self.say("Why"), to_finding(finding))

    def stage(self) -> str:
        """Where the State stands towards the treaty."""
        called = self.material.treaty.called or self.say("the treaty")
        for entry in self._about_it("stage"):
            if entry.certain and entry.text("stage") in STAGE_WORDS:
                return self.say(STAGE_WORDS[entry.text("stage")], treaty=called)
        return self.say(
            "The record does not show where it stands towards {treaty}.", treaty=called
        )

    def _about_it(self, fact: str) -> list[Entry]:
        """The facts of a kind about the State."""
        return [e for e in self.material.report.entries(fact) if e.text("party") == self.code]

    # -- chapters ----------------------------------------------------------

    def shown(self) -> list[Block]:
        """Its findings."""
        found = shown(self.material, self.findings, self.say("Findings"), party=False)
        head = self.head(self.say("What the record shows"), "findings")
        return chapter(head, found, self.say("The rules find nothing on this record."))

    def ladder(self) -> list[Block]:
        """Its steps through the treaty, by day."""
        say, material = self.say, self.material
        steps = sorted(self._steps(), key=lambda s: (s[0].latest, s[0].earliest, s[1]))
        lines = (
            TableLine(
                [
                    column(say("Day"), 5, Cell(text(material.date(day)), f"{day.latest:07d}")),
                    column(say("Step"), 14, words),
                    column(say("Source"), 5, source),
                ],
                self.code,
            )
            for day, words, source in steps
        )
        found = table(say("Steps on record, by day"), lines)
        head = self.head(say("The ladder: its steps on record"), "ladder")
        return [head, *found] if found else []

    def _steps(self) -> Iterator[tuple[When, str, str | Cell]]:
        """Dated facts about it, then what rules derive of them: day, words and source."""
        material = self.material
        for kind in material.report.rulebook.vocabulary.values():
            there = {"party", "date"} <= set(kind.fields)
            if there and kind.name not in _NAMED and not kind.statement:
                for entry in self._about_it(kind.name):
                    cited = Cell(material.cite(entry.sources))
                    yield entry.when("date"), material.report.says(entry), cited
        for fact, field in _DERIVED:
            for entry in self._about_it(fact):
                words = material.report.says(entry)
                if entry.certain and words:
                    yield entry.when(field), words, self.say("by the rules")

    def duty_chapters(self) -> list[Block]:
        """Duties past and next, the legal ones apart from the political ones."""
        say, material = self.say, self.material
        blocks: list[Block] = []
        for title, name, bindings in (
            (say("Legal duties"), "legal", ("legal", "practice")),
            (say("Political commitments"), "political", ("political",)),
        ):
            mine = [d for d in self.duties if material.rule(d.rule).binding in bindings]
            content: list[Block] = []
            for caption, duties in (
                (say("Past"), [d for d in mine if d.status not in AHEAD]),
                (say("Next"), [d for d in mine if d.status in AHEAD]),
            ):
                full = f"{title}{material.language.between}{caption.lower()}"
                content += duties_table(material, duties, full)
            blocks += chapter(self.head(title, name), content, say("None on this record."))
        return blocks

    def requests(self) -> list[Block]:
        """Its extension requests and what became of them."""
        say, material = self.say, self.material
        lines = []
        for request in Extensions(material).of(self.code):
            decision, missing = request.decision, say("not on record")
            new = decision.when("until") if decision else None
            decided = outcome(material, decision) if decision else say("none on record")
            cells = [
                column(say("Article"), 4, material.article(request.article)),
                column(say("Deadline"), 5, material.date(request.deadline)),
                column(say("Request lodged"), 5, material.date(request.lodged) or missing),
                column(say("Asked for"), 4, material.months(request.months) or missing),
                column(say("Decision"), 5, decided),
                column(say("New deadline"), 5, material.date(new)),
            ]
            lines.append(TableLine(cells, self.code))
        found = table(say("Requests for more time, and decisions"), lines)
        head = self.head(say("Requests and decisions"), "requests")
        return chapter(head, found, say("None on this record."))

    def calendar(self) -> list[Block]:
        """What falls due, and which Meetings come."""
        say, material = self.say, self.material
        rows = []
        for what, line in material.coming(LAST_DAY, (self.code,)):
            authority = material.authority(material.rule(line.rule)) if line.rule else ""
            nature = say(BINDING_WORDS[line.binding]) if line.rule else say("Meeting")
            rows.append((line.due, what, authority, nature))
        lines = (
            TableLine(
                [
                    column(say("Day"), 5, material.day_cell(day)),
                    column(say("What"), 9, what),
                    column(say("Article"), 5, authority),
                    column(say("Nature"), 5, nature),
                ],
                self.code,
            )
            for day, what, authority, nature in sorted(rows)
        )
        found = table(say("Days ahead"), lines)
        head = self.head(say("What falls due, and when"), "calendar")
        return chapter(head, found, say("Nothing on this record."))

    def named(self) -> list[Block]:
        """What sources name it for."""
        lines: list[Inline] = []
        for fact in _NAMED:
            for entry in self._about_it(fact):
                words = self.material.report.says(entry)
                for type_, values in entry.fields.values():
                    if type_ == "text":  # such as overdue-report-submitted
                        words = words.replace(str(values[0]), str(values[0]).replace("-", " "))
                cited = self.material.cite(entry.sources)
                lines.append((Run(words + " ["), *cited, Run("]")))
        head = self.head(self.say("What sources name it for"), "named")
        return [head, Items(tuple(lines))] if lines else []
