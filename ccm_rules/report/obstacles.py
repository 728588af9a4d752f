"""What does not hold: how far the clauses of a finding can be followed for a State.

In go a rule and a State; out come the findings of the rule that do not hold for it, each
with the first thing that stands in their way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from ccm_rules.compiler import duty_status as duties
from ccm_rules.compiler.program import Absence, Atom, Clause, Condition, Row, Term, Variable
from ccm_rules.record.sentences import values_of
from ccm_rules.report.because import Explainer, Node
from ccm_rules.report.evaluation import Evaluation
from ccm_rules.report.provenance import Binding, value_of

if TYPE_CHECKING:
    from ccm_rules.report.findings import Finding

#: What holds where a comparison does not.
INVERSE: Final[dict[str, Any]] = {
    "<": ">=",
    "<=": ">",
    ">": "<=",
    ">=": "<",
    "==": "!=",
    "!=": "==",
}


def not_held(
    evaluation: Evaluation,
    explainer: Explainer,
    rule: str,
    party: str,
    beside: Finding | None = None,
) -> list[Node]:
    """The findings of a rule that do not hold for a State, each with the first reason.

    Args:
        evaluation: what was derived.
        explainer: puts steps into words.
        rule: name of the rule.
        party: code of the State, or empty for findings about none.
        beside: a finding of the rule: asked is about its duty, and no other of the State.
    """
    duty = {} if beside is None else _duty_of(evaluation, beside)
    search = _Search(evaluation, explainer)
    nodes = []
    for info in evaluation.rulebook.findings.values():
        if info.rule != rule:
            continue
        whose = {info.party: party} if info.party else {}
        at: Binding = {**whose, **(duty if info.of_duty else {})}
        rows = search.rows.get(info.relation, {})
        if any(
            certain and all(values_of(info.columns, row)[n][1][0] == v for n, v in at.items())
            for row, certain in rows.items()
        ):
            continue
        reasons = [
            search.obstacle(clause, at)
            for clause in evaluation.provenance.clauses.get(info.relation, ())
            if clause.certain
        ]
        if reasons:
            _, reason = max(reasons, key=lambda item: item[0])
            nodes.append(Node("derived", f"{info.name} does not hold", (), (reason,)))
    return nodes


def _duty_of(evaluation: Evaluation, finding: Finding) -> Binding:
    """What tells the duty of a finding from the State's others, by the rule's variables."""
    for info in evaluation.rulebook.findings.values():
        if info.relation == finding.relation and info.of_duty:
            fields = values_of(info.columns, finding.rows[0])
            return {name: fields[name][1][0] for name in info.key if len(fields[name][1]) == 1}
    return {}


class _Search:
    """Follows clauses until something stands in the way."""

    def __init__(self, evaluation: Evaluation, explainer: Explainer) -> None:
        self.rows = evaluation.derived.rows
        self._provenance = evaluation.provenance
        self._explainer = explainer
        self._says = explainer.says

    def obstacle(self, clause: Clause, at: Binding) -> tuple[int, Node]:
        """How far a clause can be followed for a party, and what stops it there."""
        partial: list[Binding] = [dict(at)]
        for step, atom in enumerate(clause.body):
            longer = list(self._joined(atom, partial))
            if not longer:
                return step, self._missing(atom, partial[0])
            partial = longer
        step = len(clause.body)
        for condition in clause.conditions:
            kept = [b for b in partial if holds(condition, b)]
            if not kept:
                inverse = condition._replace(operator=INVERSE[condition.operator])
                text = self._says.comparison(inverse, partial[0], clause)
                return step, Node("comparison", text)
            partial, step = kept, step + 1
        for absence in clause.absences:
            kept = [b for b in partial if not any(self._stands(absence, b))]
            if not kept:
                row = next(self._stands(absence, partial[0]))
                there = self._provenance.step(absence.relation, row)
                nodes = tuple(self._explainer.nodes(there))
                return step, Node("derived", "The record shows otherwise.", (), nodes)
            partial, step = kept, step + 1
        return step, Node("comparison", "It holds for another key.")

    def _joined(self, atom: Atom, partial: list[Binding]) -> Iterator[Binding]:
        """All ways in which bindings go on with a row of an atom."""
        rows = sorted(self.rows[atom.relation].items())
        for binding in partial:
            for row, certain in rows:
                if certain or not atom.certain:
                    extended = extended_by(atom.terms, row, binding)
                    if extended is not None:
                        yield extended

    def _missing(self, atom: Atom, binding: Binding) -> Node:
        """Say which fact is missing; for a status, which one there is."""
        if atom.relation == duties.STATUS:
            wanted = atom.terms[4]
            there = sorted(
                {
                    str(row[4])
                    for row in self.rows[duties.STATUS]
                    if extended_by(atom.terms[:4], row[:4], binding) is not None
                }
            )
            if there:
                shown = " and ".join(there)
                return Node("derived", f"The status is {shown}, not {wanted}.")
            return Node("derived", f"The record cannot tell whether the duty is {wanted}.")
        terms = tuple(
            t if not isinstance(t, Variable) or t.name in binding else None for t in atom.terms
        )
        absence = Absence(atom.relation, terms, (), False)
        return Node("absence", self._says.absence(absence, binding))

    def _stands(self, absence: Absence, binding: Binding) -> Iterator[Row]:
        """Rows that an absence forbids and that are there."""
        for row, certain in sorted(self.rows[absence.relation].items()):
            if absence.certain and not certain:
                continue
            extended = extended_by(absence.terms, row, binding)
            if extended is not None and all(holds(c, extended) for c in absence.conditions):
                yield row


def extended_by(terms: Iterable[Term | None], row: Row, binding: Binding) -> Binding | None:
    """A binding that goes on with a row; ``None`` where they do not agree."""
    extended = dict(binding)
    for term, value in zip(terms, row, strict=False):
        if term is None:
            continue
        if isinstance(term, Variable):
            if extended.setdefault(term.name, value) != value:
                return None
        elif term != value:
            return None
    return extended


def holds(condition: Condition, binding: Binding) -> bool:
    """Whether a comparison holds."""
    operator, left, right = condition
    a: Any = value_of(left, binding)
    b: Any = value_of(right, binding)
    if operator in ("==", "!="):
        return bool((a == b) == (operator == "=="))
    return bool({"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator])
