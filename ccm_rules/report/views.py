"""The report of a check: the one door to what engines derived.

In goes what a check derived; out come findings, duties, numbers, facts and reasons, each
as a typed value. Whoever stands above this room asks here and never sees a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from ccm_rules.compiler.rulebook import Rulebook
from ccm_rules.record.model import Fact, Record, Register
from ccm_rules.record.sentences import Fields, Words, values_of
from ccm_rules.report.evaluation import Entry, Evaluation
from ccm_rules.report.findings import Finding, Maker, Open, Possible

if TYPE_CHECKING:
    from ccm_rules.dates import When
    from ccm_rules.report.because import Explainer, Node
    from ccm_rules.report.duties import Duties, Duty
    from ccm_rules.report.missing import Lack, Missing
    from ccm_rules.report.numbers import Tally
    from ccm_rules.report.provenance import Evidence
    from ccm_rules.report.stale import Stale


class Report:
    """What a check found.

    Attributes:
        as_of: the day on which things are judged, as an ordinal.
        known_by: the day up to which sources count, or ``None`` for all.
        engines: the engines that derived it, each to the same result.
        absent: engines that were to derive it too, and crashed.
        findings: sorted by severity, party and rule.
        record: what was known of the record.
        rulebook: the rules applied.
        words: how names and values read.
        evaluation: the rows that all this stands on; for this room alone.
    """

    def __init__(
        self,
        as_of: int,
        known_by: int | None,
        engines: tuple[str, ...],
        record: Record,
        evaluation: Evaluation,
    ) -> None:
        """Make findings of rows."""
        self.as_of = as_of
        self.known_by = known_by
        self.engines = engines
        self.absent: tuple[str, ...] = ()
        self.record = record
        self.evaluation = evaluation
        self.rulebook: Rulebook = evaluation.rulebook
        self.words: Words = evaluation.words
        self._maker = Maker(evaluation)
        self.findings = self._maker.findings()

    def showing(
        self,
        findings: tuple[Finding, ...],
        open_: tuple[Open, ...],
        undecided: tuple[Duty, ...],
    ) -> Report:
        """The same report, of which only this is shown."""
        other = Report.__new__(Report)
        other.__dict__.update(self.__dict__)
        other.findings, other.open, other.undecided = findings, open_, undecided
        return other

    @cached_property
    def open(self) -> tuple[Open, ...]:
        """What the record cannot tell, by rule."""
        return self._maker.open()

    @cached_property
    def undecided(self) -> tuple[Duty, ...]:
        """Deadlines that have passed, where the record cannot tell what became of them.

        They are those that a Meeting may extend, by day.
        """
        return self._duties.undecided()

    def lacks(self, matter: Open) -> tuple[Lack, ...]:
        """What is missing for the open matters of a rule, what most of them lack first."""
        from ccm_rules.report.missing import lacks

        return lacks(self, matter)

    @cached_property
    def missing(self) -> Missing:
        """Looks for what is missing where the record cannot tell."""
        from ccm_rules.report.missing import Missing

        return Missing(self.evaluation, self.explainer.says)

    @cached_property
    def stale(self) -> tuple[Stale, ...]:
        """The registers that ended more than a year before, while duties rest on them."""
        from ccm_rules.report.stale import stale_registers

        return stale_registers(self)

    # -- findings ----------------------------------------------------------

    def possible(self) -> tuple[Possible, ...]:
        """Findings of which the record cannot tell whether they hold."""
        return self._maker.possible()

    def fields(self, finding: Finding) -> Fields:
        """What a finding's sentence speaks of: each variable's type and columns."""
        info = self.rulebook.findings[finding.relation]
        return values_of(info.columns, finding.rows[0])

    def counted(self, finding: Finding) -> Mapping[str, str]:
        """For each counted variable whose members a finding's sentence lists, their codes."""
        info = self.rulebook.findings[finding.relation]
        return self._maker.counted_codes(info, finding.rows[0])

    # -- duties, facts and numbers -----------------------------------------

    def duties(self, parties: Iterable[str] = ()) -> tuple[Duty, ...]:
        """Every duty, as it stands; several statuses of one duty come one after another.

        Args:
            parties: codes of the States to look at; all unless given.
        """
        wanted = set(parties)
        return tuple(d for d in self._duties.all() if not wanted or d.party in wanted)

    def done(self, duty: Duty) -> tuple[When, ...]:
        """The days on which a duty was met."""
        return self._duties.done(duty)

    def soon(self, duty: Duty) -> When | None:
        """From when a duty is due soon; ``None`` where it never is."""
        return self._duties.soon(duty)

    @cached_property
    def _duties(self) -> Duties:
        from ccm_rules.report.duties import Duties

        return Duties(self.evaluation)

    def entries(self, fact: str) -> tuple[Entry, ...]:
        """All facts of a kind, on record or derived, in the order of their fields.

        What bears on duties (`ccm_rules.compiler.duty_status.BEARING`) can be asked for too.
        """
        return self.evaluation.entries(fact)

    def rests_on(self, entry: Entry) -> Evidence:
        """The facts and registers that a fact rests on."""
        return self.evaluation.provenance.evidence(entry.fact, [entry.row])

    def says(self, entry: Entry) -> str:
        """A fact as a sentence; empty where nothing says how it reads."""
        return self.evaluation.says(entry)

    @cached_property
    def states(self) -> frozenset[str]:
        """Codes of the States that the record speaks of."""
        return frozenset(str(row[0]) for row in self.evaluation.base.rows["state"])

    def numbers(self) -> Tally:
        """The indicators of the action plan, counted over the record's review period.

        Raises:
            CcmError: the record names no review period, or the rules hold no indicator.
        """
        from ccm_rules.report.numbers import tally

        return tally(self)

    # -- reasons -----------------------------------------------------------

    def because(self, finding: Finding) -> Node:
        """Why a finding stands: a tree down to facts, sources and paragraphs."""
        return self.explainer.finding(finding)

    def not_held(self, rule: str, party: str, beside: Finding | None = None) -> list[Node]:
        """The findings of a rule that do not hold for a State, each with the first reason.

        Args:
            rule: name of the rule.
            party: code of the State, or empty for findings about none.
            beside: a finding of the rule: asked is about its duty, and no other of the State.
        """
        from ccm_rules.report.obstacles import not_held

        return not_held(self.evaluation, self.explainer, rule, party, beside)

    def why(self, one: Duty | Entry) -> Node:
        """Why a duty has its status, or why a derived fact or a count holds."""
        return self.explainer.why(one)

    def derived_by(self, entry: Entry) -> str:
        """Name of the rule that a derived fact comes from; empty for none."""
        found = self.evaluation.provenance.derivation(entry.fact, entry.row)
        return found[0].rule if found is not None else ""

    def stated(self, one: Fact | Register) -> Node:
        """A fact or a register as a step of an explanation."""
        return self.explainer.stated(one)

    def evidence(self, finding: Finding) -> Evidence:
        """The facts and registers that a finding rests on, in all the ways in which it holds.

        Facts about its own State stand first.
        """
        found = self.evaluation.provenance.evidence(finding.relation, finding.rows)

        def foreign(fact: Fact) -> bool:
            return bool(finding.party) and fact.values.get("party") != finding.party

        return found._replace(facts=tuple(sorted(found.facts, key=foreign)))

    @cached_property
    def explainer(self) -> Explainer:
        """Makes reasons of rows; what several findings rest on it makes once."""
        from ccm_rules.report.because import Explainer

        return Explainer(self.evaluation)
