"""Why a finding holds, down to fact, source and paragraph.

In go the steps of a row's provenance; out comes a tree of them in words: the facts that
were joined, the days that were computed, the comparisons that held, and what is absent
from the record. The steps by which every duty gets its status are left out, so that a
reader sees the law and the record and not the machinery.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

import attrs

from ccm_rules.compiler import duty_status as duties
from ccm_rules.compiler import tallies
from ccm_rules.compiler.program import Count, Row
from ccm_rules.record.model import Fact, Register
from ccm_rules.record.relations import BUILT_IN
from ccm_rules.record.sentences import first_up
from ccm_rules.report.evaluation import Entry, Evaluation
from ccm_rules.report.findings import Finding
from ccm_rules.report.provenance import (
    Absent,
    Compared,
    Complete,
    Computed,
    Derived,
    Recorded,
    Step,
    walk,
)
from ccm_rules.report.said import Sayings

if TYPE_CHECKING:
    from ccm_rules.report.duties import Duty
    from ccm_rules.report.numbers import Number, Quote, Tally

#: More members than these are listed with their sources alone.
_MANY: Final = 12
#: Exact numbers of indicators: the count that they come of says the same, with its members.
_EXACT: Final = (tallies.EXACT, tallies.POPULATION_EXACT, tallies.RECKONED)
#: What ends a duty is said where it has, and not where nothing has.
_UNSAID: Final = (duties.END, duties.ENDED, duties.CEASED)


@attrs.frozen
class Node:
    """One step of an explanation.

    Attributes:
        kind: finding, derived, fact, register, arithmetic, comparison, absence
            or as-of.
        text: the step in words.
        sources: references such as ``11MSP-PR ¶67``.
        parents: the steps that it rests on.
    """

    kind: str
    text: str
    sources: tuple[str, ...] = ()
    parents: tuple[Node, ...] = ()

    def to_data(self) -> dict[str, Any]:
        """The tree as plain JSON data."""
        data: dict[str, Any] = {"kind": self.kind, "text": self.text}
        if self.sources:
            data["sources"] = list(self.sources)
        if self.parents:
            data["because"] = [parent.to_data() for parent in self.parents]
        return data


class Explainer:
    """Puts steps into words; what several findings rest on it says once."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.vocabulary = evaluation.rulebook.vocabulary
        self.provenance = evaluation.provenance
        self.says = Sayings(evaluation)
        # Findings share most of what they rest on: duties, populations, counted rows.
        self._parents: dict[int, tuple[Node, ...]] = {}

    def finding(self, finding: Finding) -> Node:
        """The tree of a finding.

        Where a finding holds in several ways, the first is shown: the one that its
        sentence speaks of.
        """
        step = self.provenance.step(finding.relation, finding.rows[0])
        return Node("finding", finding.says, (), self.parents(step))

    def stated(self, one: Fact | Register) -> Node:
        """A fact as written, or until when a record is complete."""
        if isinstance(one, Fact):
            return Node("fact", self.says.fact(one), one.sources)
        return Node("register", self.says.register(one), one.sources)

    def why(self, one: Duty | Entry) -> Node:
        """Why a duty has its status, or why a derived fact or a count holds."""
        relation = one.fact if isinstance(one, Entry) else duties.STATUS
        nodes = tuple(self.nodes(self.provenance.step(relation, one.row)))
        return nodes[0] if len(nodes) == 1 else Node("derived", "", (), nodes)

    def number(self, tally: Tally, number: Number) -> Node:
        """How a number comes about: what sources print, who is counted, and who is open.

        Where there are many members each stands with its sources alone.
        """
        key = (number.info.name, number.year)
        nodes = [Node("fact", f"Stated: {_quoted(quote)}", quote.places) for quote in number.quotes]
        if number.arithmetic:
            nodes.append(Node("arithmetic", f"{number.arithmetic}."))
        many = len(number.members) > _MANY
        sources = tally.sources(number)

        def parents(party: str, item: str, n: int) -> tuple[Node, ...]:
            return self.parents(self.provenance.step(tallies.MEMBER, (*key, party, item, n)))

        for one in number.members:
            rests_on = () if many else parents(one.party, one.item, one.n)
            nodes.append(Node("derived", one.name, sources[one] if many else (), rests_on))
        nodes += [
            Node(
                "open",
                f"The record cannot tell: {one.name}",
                (),
                parents(one.party, one.item, one.n),
            )
            for one in number.open[:_MANY]
        ]
        if len(number.open) > _MANY:
            rest = len(number.open) - _MANY
            nodes.append(Node("open", f"and {rest:,} more of whom the record cannot tell"))
        return Node("derived", number.info.title, (), tuple(nodes))

    def parents(self, step: Step) -> tuple[Node, ...]:
        """What a step rests on, in words."""
        if id(step) not in self._parents:
            nodes = [node for parent in step.parents for node in self.nodes(parent)]
            self._parents[id(step)] = _without_repeats(nodes)
        return self._parents[id(step)]

    def nodes(self, step: Step) -> Iterator[Node]:
        """The steps in words that one step of the provenance stands for, if any."""
        match step:
            case Complete():
                yield self.stated(step.register)
            case Computed():
                yield Node("arithmetic", self.says.computed(step))
            case Recorded():
                yield from self._recorded(step)
            case Compared():
                text = self.says.comparison(step.condition, step.binding, step.clause)
                if text:
                    yield Node("comparison", text)
            case Absent() if step.absence.relation not in _UNSAID:
                yield Node("absence", self.says.absence(step.absence, step.binding))
            case Derived(relation="as-of"):
                first, last = step.row
                day = self.says.day(int(first), int(last))
                yield Node("as-of", self.says.say("The as-of day is {day}.", day=day))
            case Derived():
                yield from self._derived(step, step.relation, step.row)

    def _recorded(self, step: Recorded) -> Iterator[Node]:
        """The facts as written behind a row, and what they say together."""
        yield from map(self.stated, step.facts)
        if len(step.facts) > 1 and step.relation in self.vocabulary:
            together = self.says.row(step.relation, step.row)
            rows = (self.vocabulary[step.relation].row(fact.values) for fact in step.facts)
            if all(self.says.row(step.relation, row) != together for row in rows):
                text = self.says.say("Taken together: {fact}", fact=together)
                yield Node("derived", text)

    def _counted(self, step: Derived, count: Count) -> Node:
        """A count with its members."""
        members = [
            Node("derived", self.says.counted(count, member.row), (), self.parents(member))
            for member in step.parents
            if isinstance(member, Recorded | Derived)
        ]
        members.sort(key=lambda node: node.text)
        if len(members) > _MANY:
            members = [Node(one.kind, one.text, references(one)) for one in members]
        return Node("derived", self.says.count(count, step.row), (), tuple(members))

    def _derived(self, step: Derived, relation: str, row: Row) -> Iterator[Node]:
        parents = self.parents(step)
        if step.tally is not None:
            yield self._counted(step, step.tally)
        elif relation in BUILT_IN:
            yield from parents  # what loading showed; of the others there are none
        elif relation in tallies.TYPES:
            yield from self._tallied(step, relation, row)
        elif relation == duties.STATUS:
            yield Node("derived", self.says.status(row), (), parents)
        elif relation == duties.DUTY:
            # The duty itself; when it is soon due concerns no other status.
            yield from (node for node in parents if node.kind != "arithmetic")
        elif relation in duties.SCHEMA:
            yield from parents
        elif relation.startswith("duty "):
            yield Node("derived", self.says.duty(relation, row), (), parents)
        else:
            yield Node("derived", self.says.derived(relation, row), (), parents)

    def _tallied(self, step: Derived, relation: str, row: Row) -> Iterator[Node]:
        """A step about indicators; which years there are, and what links them, goes without."""
        parents = self.parents(step)
        if relation in (tallies.MEMBER, tallies.POPULATION):
            name = self.says.words.party(str(row[2]))
            what = self.says.tally_title(relation, str(row[0]))
            text = self.says.say("{name} is among: {what}.", name=name, what=what)
            yield Node("derived", text, (), parents)
        elif relation in _EXACT:
            what = self.says.tally_title(relation, str(row[0]))
            text = f"{first_up(what)}{self.says.language.between}{row[2]}."
            counts = [node for node in parents if node.text == text]
            yield from counts or [Node("derived", text, (), parents)]


def _quoted(quote: Quote) -> str:
    of = f" of {quote.out_of:,}" if quote.out_of else ""
    note = f" (Note: {quote.note})" if quote.note else ""
    return f"{quote.qualifier} {quote.value:,}{of}{note}.".strip()


def _without_repeats(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """Each step once; what stands beside a step does not stand again below it."""
    once = tuple(dict.fromkeys(nodes))
    return tuple(
        attrs.evolve(node, parents=tuple(p for p in node.parents if p not in once))
        if node.parents
        else node
        for node in once
    )


def references(node: Node) -> tuple[str, ...]:
    """What a tree rests on, each reference once, in the order in which it stands there."""
    return tuple(dict.fromkeys(ref for step in walk(node) for ref in step.sources))
