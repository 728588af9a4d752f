"""What briefings are made of: a check, looked at from a Meeting."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final, NamedTuple

import ccm_rules
from ccm_rules.compiler.info import RuleInfo
from ccm_rules.dates import When
from ccm_rules.documents.blocks import Inline, Run
from ccm_rules.errors import CcmError
from ccm_rules.law.treaty import Treaty
from ccm_rules.report.because import Node, references, walk
from ccm_rules.report.duties import Duty
from ccm_rules.report.findings import Finding
from ccm_rules.report.views import Report
from ccm_rules.words.language import mark

SEVERITY_WORDS: Final = {
    "serious": mark("serious"),
    "warning": mark("warning"),
    "notice": mark("notice"),
    "info": mark("information"),
}
STATUS_WORDS: Final = {
    "upcoming": mark("upcoming"),
    "due-soon": mark("due soon"),
    "overdue": mark("overdue"),
    "met": mark("met"),
    "met-late": mark("met late"),
    "met-timing-open": mark("met; the day is open"),
    "pending": mark("a request is before a Meeting"),
    "lapsed": mark("passed without a request"),
    "superseded": mark("replaced by an extension"),
    "without-object": mark("without object"),
    "review": mark("for a person to judge"),
    "open": mark("open: the record cannot tell"),
}
WINDOW_WORDS: Final = {
    "overdue": mark("last day passed; no request on record"),
    "lapsed": mark("last day passed; no request on record"),
    "met": mark("lodged in time"),
    "met-late": mark("lodged after the last day"),
    "met-timing-open": mark("lodged; the day is open"),
}
BINDING_WORDS: Final = {
    "legal": mark("legal duty"),
    "practice": mark("practice of Meetings"),
    "political": mark("political commitment"),
    "record": mark("about the record"),
}
BASIS_WORDS: Final = {
    "computed": mark("computed: arithmetic on dates"),
    "reported": mark("reported by a source"),
    "found": mark("found by a Meeting"),
}


class Meeting(NamedTuple):
    """A Meeting of the record."""

    id: str
    title: str
    opens: When
    closes: When
    place: str


class Decision(NamedTuple):
    """What became of a request.

    Attributes:
        outcome: granted or refused.
        day: of the decision.
        until: the new deadline.
    """

    outcome: str
    day: When
    until: When


class Request(NamedTuple):
    """A request for more time, or a window in which none was lodged.

    Attributes:
        party, article: whose, and under which Article.
        number: of the request; 0 where none is on record.
        replaces: number of the deadline that it is about.
        deadline: that deadline.
        cut_off: the last day to lodge it in time for the Meeting.
        status: of that step.
        lodged: the day on record, or ``None``.
        until: the deadline asked for, or ``None``.
        months: how much more time is asked for, or 0.
        decision: what became of it, or ``None``.
        announced: what the State announced, as facts say it.
        sources: where the record says so.
    """

    party: str
    article: str
    number: int
    replaces: int
    deadline: When | None
    cut_off: When | None
    status: str
    lodged: When | None
    until: When | None
    months: int
    decision: Decision | None
    announced: tuple[str, ...]
    sources: tuple[str, ...]


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
        self._rows: dict[str, tuple[tuple[dict[str, tuple[str | int, ...]], int], ...]] = {}

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
        return "" if when is None else self.language.date(when.earliest, when.latest)

    def the_date(self, when: When) -> str:
        """A day as in a sentence."""
        return self.language.the_date(when.earliest, when.latest)

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

    def status(self, status: str, rule: str) -> str:
        """A status in words; a window that has closed is no duty that was missed."""
        words = {**STATUS_WORDS, **WINDOW_WORDS} if self.is_window(rule) else STATUS_WORDS
        return self.say(words[status]) if status else ""

    def meeting_name(self, meeting: Meeting) -> str:
        """A Meeting with its id, as in a title."""
        return f"{self.language.meeting_title(meeting.title)} ({meeting.id})"

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

    def tree(self, finding: Finding) -> Node:
        """Why a finding holds."""
        if finding.fingerprint not in self._trees:
            self._trees[finding.fingerprint] = self.report.because(finding)
        return self._trees[finding.fingerprint]

    def sources(self, finding: Finding) -> tuple[str, ...]:
        """References that a finding rests on, each once."""
        return references(self.tree(finding))

    def arithmetic(self, finding: Finding) -> tuple[str, ...]:
        """What was reckoned and compared, each step once."""
        steps = (n for n in walk(self.tree(finding)) if n.kind in ("arithmetic", "comparison"))
        return tuple(dict.fromkeys(node.text for node in steps))

    def days_late(self, finding: Finding) -> tuple[int, int] | None:
        """By how many days a duty was missed or met late: the bounds, or ``None``."""
        if finding.due is None or (self.is_window(finding.rule) and finding.status != "met-late"):
            return None  # who needs no more time is not late to ask for it
        if finding.status in ("overdue", "lapsed"):
            late = (
                self.report.as_of - finding.due.latest,
                self.report.as_of - finding.due.earliest,
            )
        elif finding.status == "met-late":
            done = self.report.fields(finding).get("done")
            if done is None:
                return None
            first, last = map(int, done[1])
            late = (first - finding.due.latest, last - finding.due.earliest)
        else:
            return None
        return late if late[0] > 0 else None

    def cite(self, references: Iterable[str]) -> Inline:
        """References, each leading to the list of sources."""
        runs: list[Run] = []
        for number, reference in enumerate(references):
            if number:
                runs.append(Run("; "))
            name = reference.partition(" ")[0]
            known = name in self.report.record.sources
            runs.append(Run(reference, f"#{anchor('source', name)}" if known else ""))
        return tuple(runs)

    # -- the record --------------------------------------------------------

    def rows(self, relation: str) -> tuple[tuple[dict[str, tuple[str | int, ...]], int], ...]:
        """Rows of a relation, each as its fields' columns, with whether it is certain."""
        if relation not in self._rows:
            self._rows[relation] = tuple(self._fields(relation))
        return self._rows[relation]

    def _fields(self, relation: str) -> Iterator[tuple[dict[str, tuple[str | int, ...]], int]]:
        for entry in self.report.entries(relation):
            yield {name: value for name, (_, value) in entry.fields.items()}, entry.certain

    @cached_property
    def meetings(self) -> tuple[Meeting, ...]:
        """The Meetings on record, by opening day."""
        found = [
            Meeting(
                str(row["id"][0]),
                str(row["title"][0]),
                When(*map(int, row["opens"])),
                When(*map(int, row["closes"])),
                str(row["place"][0]),
            )
            for row, _ in self.rows("meeting")
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

    @cached_property
    def duties(self) -> tuple[Duty, ...]:
        """All duties with their status; several statuses of one duty stand side by side."""
        def order(duty: Duty) -> tuple[When, str, str, str, int, str]:
            return duty.due, duty.rule, duty.party, duty.item, duty.n, duty.status

        once = {order(duty): duty for duty in self.report.duties()}
        return tuple(once[place] for place in sorted(once))

    def deadline(self, party: str, article: str, number: int) -> When | None:
        """The deadline of a State with its number: 0 is the original one."""
        return self.deadlines.get((party, article, number))

    @cached_property
    def deadlines(self) -> Mapping[tuple[str, str, int], When]:
        """All deadlines by State, Article and number."""
        return {
            (str(row["party"][0]), str(row["article"][0]), int(row["number"][0])): When(
                *map(int, row["day"])
            )
            for row, sure in self.rows("deadline")
            if sure
        }

    @cached_property
    def current(self) -> Mapping[tuple[str, str], int]:
        """Number of the deadline in force, by State and Article."""
        return {
            (str(row["party"][0]), str(row["article"][0])): int(row["number"][0])
            for row, sure in self.rows("current-deadline")
            if sure
        }

    @cached_property
    def decisions(self) -> Mapping[tuple[str, str, int], Decision]:
        """Decisions by State, Article and the number of the deadline replaced."""
        return {
            (str(row["party"][0]), str(row["article"][0]), int(row["replaces"][0])): Decision(
                str(row["outcome"][0]),
                When(*map(int, row["date"])),
                When(*map(int, row["until"])),
            )
            for row, sure in self.rows("extension-decision")
            if sure
        }

    def requests(self, meeting: Meeting) -> tuple[Request, ...]:
        """The requests that a Meeting has before it or is to have, and windows without one."""
        decided = self.decisions
        asked = {}
        for row, _ in self.rows("extension-request"):
            key = (str(row["party"][0]), str(row["article"][0]), int(row["replaces"][0]))
            asked[key] = row
        windows = {}
        for article, rule in self.treaty.windows.items():
            for duty in self.duties:
                if duty.rule == rule and duty.item == meeting.id:
                    windows[duty.party, article, duty.n] = duty
        wanted = set(windows)
        wanted |= {key for key, row in asked.items() if row["meeting"][0] == meeting.id}
        announced = self._announcements()
        found = []
        for key in wanted:
            party, article, replaces = key
            row = asked.get(key, {})
            window = windows.get(key)
            decision = decided.get(key)
            until = When(*map(int, row["until"])) if row else None
            told = announced.get((party, article), ())
            refs = [
                ref
                for fact in self.facts_of("extension-request", party, article, replaces)
                for ref in fact.sources
            ]
            refs += [ref for _, references in told for ref in references]
            found.append(
                Request(
                    party,
                    article,
                    int(row["number"][0]) if row else 0,
                    replaces,
                    self.deadline(*key),
                    window.due if window else None,
                    window.status if window else "",
                    When(*map(int, row["date"])) if row else None,
                    until if until is not None and not _boundless(until) else None,
                    int(row["months"][0]) if row else 0,
                    decision,
                    tuple(what for what, _ in told),
                    tuple(dict.fromkeys(refs)),
                )
            )
        return tuple(
            sorted(found, key=lambda r: (not r.number, self.words.party(r.party), r.article))
        )

    def facts_of(
        self, kind: str, party: str, article: str = "", replaces: int | None = None
    ) -> list[ccm_rules.Fact]:
        """Facts of a kind about a State, as written."""
        return [
            fact
            for fact in self.report.record.facts
            if fact.kind == kind
            and fact.values.get("party") == party
            and (not article or fact.values.get("article") == article)
            and (replaces is None or fact.values.get("replaces") == replaces)
        ]

    def _announcements(self) -> dict[tuple[str, str], tuple[tuple[str, tuple[str, ...]], ...]]:
        found: dict[tuple[str, str], list[tuple[str, tuple[str, ...]]]] = {}
        for entry in self.report.entries("announcement"):
            key = (entry.text("party"), entry.text("article"))
            found.setdefault(key, []).append((entry.text("what"), entry.sources))
        return {key: tuple(items) for key, items in found.items()}


def _boundless(when: When) -> bool:
    return when.latest - when.earliest > 400_000


def in_order(name: str) -> str:
    """What a name is sorted by: ``Îles Cook`` stands among the words with I.

    >>> sorted(["Îles Cook", "Japon", "Haïti"], key=in_order)
    ['Haïti', 'Îles Cook', 'Japon']
    """
    plain = unicodedata.normalize("NFKD", name)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


_UNSAFE = re.compile(r"[^A-Za-z0-9:./-]+")


def anchor(kind: str, name: str) -> str:
    """An id for a link's target: what no format has to escape.

    >>> anchor("finding", "initial-transparency-report:TGO")
    'finding-initial-transparency-report:TGO'
    """
    safe = _UNSAFE.sub("_", name)
    if safe != name:
        import hashlib

        safe += f"-{hashlib.sha256(name.encode(errors='surrogatepass')).hexdigest()[:8]}"
    return f"{kind}-{safe}"
