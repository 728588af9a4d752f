"""What of the record a finding rests on: facts as written, and registers.

An explanation (`ccm_rules.report.because`) says it in words; this names the things
themselves, so that a program can point at them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ccm_rules.compiler.program import Row
from ccm_rules.record.model import Fact, Register
from ccm_rules.record.relations import BUILT_IN
from ccm_rules.record.sentences import values_of
from ccm_rules.report.evaluation import Evaluation
from ccm_rules.report.findings import Finding


class Evidence(NamedTuple):
    """What a finding rests on, each thing once.

    Attributes:
        facts: those about its own State first, else in the order of its explanation.
        registers: by which something is known to be absent.
    """

    facts: tuple[Fact, ...]
    registers: tuple[Register, ...]


def evidence(evaluation: Evaluation, finding: Finding) -> Evidence:
    """What a finding rests on, in all the ways in which it holds."""
    found: dict[int, Fact | Register] = {}
    seen: set[tuple[str, Row]] = set()
    for row in finding.rows:
        for thing in _behind(evaluation, finding.relation, row, seen):
            found.setdefault(id(thing), thing)
    facts = [thing for thing in found.values() if isinstance(thing, Fact)]
    registers = [thing for thing in found.values() if isinstance(thing, Register)]

    def foreign(fact: Fact) -> bool:
        return bool(finding.party) and fact.values.get("party") != finding.party

    return Evidence(tuple(sorted(facts, key=foreign)), tuple(registers))


def _behind(
    evaluation: Evaluation, relation: str, row: Row, seen: set[tuple[str, Row]]
) -> Iterator[Fact | Register]:
    if (relation, row) in seen:
        return
    seen.add((relation, row))
    trace = evaluation.trace
    spec = evaluation.rulebook.program.functions.get(relation)
    if spec is not None:
        if spec["function"] not in ("add", "calculate"):
            yield evaluation.base.coverage.registers[int(row[-1])]
    elif relation in ("contradiction", "duplicate"):
        fields = values_of(BUILT_IN[relation].items(), row)
        field = fields["field"][1][0] if "field" in fields else ""
        key = f"{fields['party'][1][0]}:{field}:{fields['id'][1][0]}"
        item = evaluation.base.contradictions[key]
        yield item.first
        yield item.second
    elif (own := evaluation.base.origins.get(relation, {}).get(row)) is not None:
        yield from own
    elif relation in trace.counts:
        source = trace.counts[relation].source
        for counted in trace.counted(relation, row):
            yield from _behind(evaluation, source, counted, seen)
    else:
        for atom, joined in trace.joined(relation, row):
            yield from _behind(evaluation, atom.relation, joined, seen)
