"""What documents are made of: in goes a report, out come its parts, with words for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from ccm_rules.compiler.info import RuleInfo
from ccm_rules.dates import When
from ccm_rules.documents.blocks import Cell, Inline, Run
from ccm_rules.documents.parts.building import anchor
from ccm_rules.documents.parts.labels import SEVERITY_WORDS, STATUS_WORDS, WINDOW_WORDS
from ccm_rules.documents.parts.table_lines import cell
from ccm_rules.errors import CcmError
from ccm_rules.law.treaty import Treaty
from ccm_rules.report.because import Node, references
from ccm_rules.report.duties import Deadline, Duty, deadlines
from ccm_rules.report.evaluation import Entry
from ccm_rules.report.findings import SEVERITIES, Finding
from ccm_rules.report.provenance import walk
from ccm_rules.report.views import Report

#: Findings of these severities are shown one by one; the rest is summed up.
SINGLE = SEVERITIES[:3]


class Meeting(NamedTuple):
    """A Meeting of the record."""

    id: str
    title: str
    opens: When
    closes: When
    place: str


class Material:
    """A report, with what several chapters ask of it.

    Args:
        report: a check; its rulebook says in which language things read.
    """

    def __init__(self, report: Report) -> None:
        self.report = report
        self.words = report.words
        self.language = self.words.language
        self.say = self.language.say
        self._trees: dict[str, Node] = {}

    @property
    def treaty(self) -> Treaty:
        """What is shown of this treaty alone."""
        return self.report.rulebook.treaty

    def is_window(self, rule: str) -> bool:
        """Whether a rule says until when more time can be asked for."""
        return rule in self.treaty.windows.values()

    # -- words -------------------------------------------------------------

    def date(self, when: When | None) -> str:
        """A day as in a table."""
        return "" if when is None else self.language.date(*when)

    def the_date(self, when: When) -> str:
        """A day as in a sentence."""
        return self.language.the_date(*when)

    def day_cell(self, when: When | None, more: str = "") -> Cell:
        """A day in a cell, by which its table can be sorted; empty for no day.

        Args:
            when: the day.
            more: what follows it.
        """
        key = "" if when is None else f"{when.earliest:07d}"
        return cell(self.date(when) + more, key)

    @property
    def today(self) -> When:
        """The as-of day."""
        return When(self.report.as_of, self.report.as_of)

    def rule(self, name: str) -> RuleInfo:
        """What a rule file says of itself."""
        return self.report.rulebook.rules[name]

    def authority(self, rule: RuleInfo) -> str:
        """Where a rule stands, in one line."""
        return self.language.instrument(rule.instrument, rule.article)

    def article(self, name: str) -> str:
        """An Article in a few words."""
        return self.say("Article {article}", article=name)

    def status(self, status: str, rule: str) -> str:
        """A status in words; a window that has closed is no duty that was missed."""
        words = {**STATUS_WORDS, **WINDOW_WORDS} if self.is_window(rule) else STATUS_WORDS
        return self.say(words[status]) if status else ""

    def severity(self, finding: Finding) -> str:
        """How grave a finding is, in a word."""
        return self.say(SEVERITY_WORDS[finding.severity])

    def whom(self, finding: Finding) -> str:
        """The State that a finding is about."""
        return finding.party_name or self.say("the record as a whole")

    def months(self, number: int) -> str:
        """A length of time asked for; empty where none is on record."""
        return self.language.count(number, "{n} month", "{n} months") if number else ""

    def meeting_name(self, title: str, meeting_id: str) -> str:
        """A Meeting with its id, as in a title."""
        return f"{self.language.meeting_title(title)} ({meeting_id})"

    # -- findings ----------------------------------------------------------

    @cached_property
    def about_duties(self) -> tuple[Finding, ...]:
        """Findings that belong to a theme of the report."""
        return tuple(f for f in self.report.findings if not self.about_record(f))

    @cached_property
    def inconsistencies(self) -> tuple[Finding, ...]:
        """Findings about the record itself."""
        return tuple(f for f in self.report.findings if self.about_record(f))

    def about_record(self, finding: Finding) -> bool:
        """Whether a finding says something about the record and not about a theme."""
        rule = self.rule(finding.rule)
        return rule.binding == "record" or not rule.section

    def marks(self, finding: Finding) -> tuple[str, str, str]:
        """What a reader may look for a finding by: State, theme, severity."""
        severity = finding.severity if finding.current else ""
        return finding.party, self.rule(finding.rule).section, severity

    def says(self, finding: Finding) -> str:
        """A finding's sentence; what is none of today begins with the day on which it held."""
        if finding.current or finding.known_until is None:
            return finding.says
        return self.as_last_known(finding.known_until) + self.language.between + finding.says

    def as_last_known(self, day: int) -> str:
        """On what day something held that is no finding of today."""
        return self.say("As last known on {day}", day=self.language.date(day, day))

    def tree(self, finding: Finding) -> Node:
        """Why a finding holds."""
        if finding.fingerprint not in self._trees:
            self._trees[finding.fingerprint] = self.report.because(finding)
        return self._trees[finding.fingerprint]

    def sources(self, finding: Finding) -> tuple[str, ...]:
        """References that a finding rests on, each once."""
        return references(self.tree(finding))

    def arithmetic(self, finding: Finding) -> tuple[str, ...]:
        """What was computed and compared, each step once."""
        steps = (n for n in walk(self.tree(finding)) if n.kind in ("arithmetic", "comparison"))
        return tuple(dict.fromkeys(node.text for node in steps))

    def days_late(self, finding: Finding) -> tuple[int, int] | None:
        """By how many days a duty was missed or met late: the bounds, or ``None``.

        They are counted to the last day for which the record speaks of it, and no further.
        """
        if finding.due is None:
            return None
        if finding.status in ("overdue", "lapsed"):
            last = self.report.as_of if finding.known_until is None else finding.known_until
            done = When(last, last)
        elif finding.status == "met-late":
            columns = self.report.fields(finding).get("done")
            if columns is None:
                return None
            done = When(*map(int, columns[1]))
        else:
            return None
        late = (done.earliest - finding.due.latest, done.latest - finding.due.earliest)
        return late if late[0] > 0 else None

    def cite(self, references: Iterable[str]) -> Inline:
        """References, each leading to the list of sources."""
        runs: list[Run] = []
        for reference in references:
            name = reference.partition(" ")[0]
            known = name in self.report.record.sources
            to = f"#{anchor('source', name)}" if known else ""
            runs += [*([Run("; ")] if runs else []), Run(reference, to)]
        return tuple(runs)

    # -- the record --------------------------------------------------------

    def certain(self, fact: str) -> tuple[Entry, ...]:
        """All facts of a kind that hold for certain."""
        return tuple(entry for entry in self.report.entries(fact) if entry.certain)

    @cached_property
    def duties(self) -> tuple[Duty, ...]:
        """All duties by day, each as it stands; several statuses of one stand side by side."""
        duties = self.report.duties()
        return tuple(
            sorted(duties, key=lambda d: (d.due, d.rule, d.party, d.item, d.n, d.status))
        )

    def coming(self, until: int, parties: Iterable[str] = ()) -> Iterator[tuple[str, Deadline]]:
        """What falls due up to a day, and the Meetings that open, each in words.

        Args:
            until: the last day to look at, as an ordinal.
            parties: codes of the States to look at; all unless given.
        """
        for line in deadlines(self.report, until, parties):
            if line.rule:
                what = line.title + (f" ({line.item})" if line.item else "")
            else:
                name = self.meeting_name(line.title, line.item)
                what = self.say("{meeting} opens", meeting=name)
            yield what, line

    @cached_property
    def meetings(self) -> tuple[Meeting, ...]:
        """The Meetings on record, by opening day."""
        found = [
            Meeting(
                entry.text("id"),
                entry.text("title"),
                entry.when("opens"),
                entry.when("closes"),
                entry.text("place"),
            )
            for entry in self.report.entries("meeting")
        ]
        return tuple(sorted(found, key=lambda meeting: meeting.opens))

    def meeting(self, name: str) -> Meeting:
        """A Meeting by its id.

        Raises:
            CcmError: the record has none of that id; the message lists those it has.
        """
        for meeting in self.meetings:
            if meeting.id.casefold() == name.strip().casefold():
                return meeting
        there = ", ".join(meeting.id for meeting in self.meetings) or "none"
        raise CcmError(f"the record has no Meeting {name!r}; there are: {there}")

    def last_before(self, meeting: Meeting) -> Meeting | None:
        """The last Meeting that closed before another one opens, and by the as-of day."""
        limit = min(meeting.opens.earliest, self.report.as_of + 1)
        closed = [m for m in self.meetings if m.closes.exact and m.closes.latest < limit]
        return max(closed, key=lambda m: m.closes.latest, default=None)
