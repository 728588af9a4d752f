"""From a derived row back to what it was derived of, down to the facts as written."""

from __future__ import annotations

from collections.abc import Iterator

from ccm_rules.compiler.program import Atom, Clause, Program, Row, Variable
from ccm_rules.engines.host import Derivations, head_maker
from ccm_rules.record.model import Fact
from ccm_rules.record.relations import Base
from ccm_rules.record.vocabulary import Vocabulary


class Trace:
    """Finds the derivations of rows, the first of several."""

    def __init__(
        self, program: Program, vocabulary: Vocabulary, base: Base, derived: Derivations
    ) -> None:
        self._vocabulary = vocabulary
        self._base = base
        self._derived = derived
        self.clauses: dict[str, list[Clause]] = {}
        for clause in program.clauses:
            self.clauses.setdefault(clause.head, []).append(clause)
        self.counts = {count.head: count for count in program.counts}
        self._index: dict[str, dict[Row, tuple[Clause, Row]]] = {}
        self._facts: dict[tuple[str, Row], tuple[Fact, ...]] = {}

    def derivation(self, relation: str, row: Row) -> tuple[Clause, Row] | None:
        """The first way in which a row was derived, certain ones before possible ones.

        Returns:
            The clause and the values of its variables; ``None`` for a row that
            was not derived.
        """
        index = self._index.get(relation)
        if index is None:
            index = self._index[relation] = {}
            ordered = sorted(self.clauses.get(relation, ()), key=lambda clause: not clause.certain)
            for clause in ordered:
                make = head_maker(clause)
                found = self._derived.bindings.get(clause.id, frozenset())
                for values in sorted(found, key=lambda row: [(isinstance(v, str), v) for v in row]):
                    index.setdefault(make(values), (clause, values))
        return index.get(row)

    def joined(self, relation: str, row: Row) -> Iterator[tuple[Atom, Row]]:
        """The rows that a derived row joins."""
        found = self.derivation(relation, row)
        if found is None:
            return
        clause, values = found
        binding = dict(zip(clause.variables, values, strict=True))
        for atom in clause.body:
            yield (
                atom,
                tuple(binding[t.name] if isinstance(t, Variable) else t for t in atom.terms),
            )

    def counted(self, relation: str, row: Row) -> list[Row]:
        """The rows that a count counts, certain and possible."""
        count = self.counts[relation]
        group = row[: count.group]
        return sorted(r for r in self._derived.rows[count.source] if r[: count.group] == group)

    def facts(self, relation: str, row: Row) -> tuple[Fact, ...]:
        """The facts as written that a row rests on, each once.

        What must be absent, and the registers that say so, are no facts.
        """
        key = (relation, row)
        if key not in self._facts:
            own = self._base.origins.get(relation, {}).get(row)
            if own is not None:
                found = own
            elif relation in self.counts:
                source = self.counts[relation].source
                found = _once(f for r in self.counted(relation, row) for f in self.facts(source, r))
            else:
                parents = self.joined(relation, row)
                found = _once(f for atom, r in parents for f in self.facts(atom.relation, r))
            self._facts[key] = found
        return self._facts[key]

    def places(self, relation: str, row: Row) -> tuple[str, ...]:
        """Where sources tell what a row rests on, each reference once.

        A Meeting's days only say which facts belong together, so what is merely
        scheduled is left out.
        """
        kinds = self._vocabulary
        told = [
            fact
            for fact in self.facts(relation, row)
            if kinds[fact.kind].dated or kinds[fact.kind].statement
        ]
        return tuple(dict.fromkeys(ref for fact in told for ref in fact.sources))


def _once(facts: Iterator[Fact]) -> tuple[Fact, ...]:
    return tuple({id(fact): fact for fact in facts}.values())
