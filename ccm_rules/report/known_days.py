"""Until when the record speaks of a matter: rows go in; out come that day, and what is current.

Absence counts inside a register alone, so what is said because of it is said of the
register's last day. More than a year later it is no finding of today any more, and neither is
what stood when a duty ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final, NamedTuple

from ccm_rules.compiler.duty_status import ENDED, STATUS
from ccm_rules.compiler.info import FindingInfo
from ccm_rules.compiler.program import Condition, Row, Term, Variable
from ccm_rules.dates import Period, add
from ccm_rules.record.sentences import Fields
from ccm_rules.report.evaluation import Evaluation
from ccm_rules.report.fingerprints import duty_keys, fingerprint_of

#: The statuses that rest on a register, and on no fact.
REGISTERED: Final = ("overdue", "window-closed", "lapsed")
#: So long what a register showed is said as of today.
_YEAR: Final = Period(years=-1, rounding="earlier")


#: The as-of day, as conditions of findings compare registers with it.
_TODAY: Final = Variable("as_of_hi")


class Known(NamedTuple):
    """Of what day something is said.

    Attributes:
        until: the last day for which the record speaks of the matter, as an ordinal; ``None``
            where no register is asked.
        current: whether that is at most a year before the as-of day, and no duty has ended.
        ended: whether it is about a duty that has ended.
    """

    until: int | None
    current: bool
    ended: bool


class KnownDays:
    """Reads out of rows until when the record speaks of what they say."""

    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self._rows = evaluation.derived.rows
        self._functions = evaluation.rulebook.program.functions
        self._keys = duty_keys(evaluation.rulebook)
        self._since = year_before(evaluation.as_of)

    def of_status(self, row: Row) -> Known:
        """A status of a duty."""
        days = (int(row[7]),) if row[4] in REGISTERED else ()
        return self._known(days, self._ended.get(self._name(row)))

    def of_finding(self, info: FindingInfo, fields: Fields, row: Row, fingerprint: str) -> Known:
        """A finding.

        Args:
            info: what is found.
            fields: of its row.
            row: its row.
            fingerprint: its own.
        """
        days = [*self._asked(info, row)] if info.relation in self._asking else []
        if info.of_duty and fields["status"][1][0] in REGISTERED:
            days.append(int(fields["until"][1][0]))
        return self._known(days, self._ended.get(fingerprint))

    def _known(self, days: Iterable[int], last: int | None) -> Known:
        found = [day for day in (*days, last) if day is not None]
        until = min(found, default=None)
        if until is not None:
            until = min(until, self._evaluation.as_of)
        return Known(
            until, last is None and (until is None or until >= self._since), last is not None
        )

    def _asked(self, info: FindingInfo, row: Row) -> Iterator[int]:
        """The last days of the registers that a finding asks.

        One that need only reach a day of the past is not asked of today.
        """
        provenance = self._evaluation.provenance
        found = provenance.derivation(info.relation, row)
        conditions = found[0].conditions if found is not None else ()
        for atom, joined in provenance.joined(info.relation, row):
            if self._records(atom.relation):
                until = atom.terms[-3]
                if not _hidden(until) or Condition(">=", until, _TODAY) in conditions:
                    yield int(joined[-3])
            elif atom.relation == STATUS and joined[4] in REGISTERED:
                yield int(joined[7])

    def _records(self, relation: str) -> bool:
        return self._functions.get(relation, {}).get("function") == "recorded"

    @cached_property
    def _asking(self) -> frozenset[str]:
        """Findings whose conditions ask a register, or how another duty stands."""
        clauses = self._evaluation.provenance.clauses
        findings = self._evaluation.rulebook.findings
        return frozenset(
            name
            for name, info in findings.items()
            for clause in clauses.get(name, ())
            for atom in clause.body
            if self._records(atom.relation) or (atom.relation == STATUS and not info.of_duty)
        )

    @cached_property
    def _ended(self) -> Mapping[str, int]:
        """Of duties that have ended, by fingerprint, the last day on which they were owed."""
        return {self._name(row): int(row[4]) for row in self._rows.get(ENDED, {})}

    def _name(self, row: Row) -> str:
        return fingerprint_of(self._keys, str(row[0]), str(row[1]), str(row[2]), int(row[3]))


def year_before(as_of: int) -> int:
    """The first day that the as-of day is at most a year after."""
    return add(as_of, _YEAR)


def _hidden(term: Term) -> bool:
    """Whether a variable is one that the compiler made."""
    return isinstance(term, Variable) and term.name.startswith("_")
