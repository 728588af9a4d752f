"""The rules of ``bench/rules/ccm`` as a good Python programmer would write them by hand.

A yardstick for the engines, and no part of the tool. There is no engine here and
no intermediate form: facts are put apart by State, and a plain function a rule
looks at the few facts of one State. Days are ordinals, vague days pairs of bounds;
where the record cannot tell, -1 (no), 0 (perhaps) and 1 (yes) stand for the truth.

It finds what the engines find and says what they say of it, and nothing else: no tree of
what a finding rests on. `tests/bench` holds it against the engines. That it says the law
a second time is the point; nothing but a benchmark may import it. The rules beside it are
a copy that stays as it is, so that it need not follow each change of ``rules/``.
"""

from __future__ import annotations

from collections.abc import Mapping

from bench.handwritten import clarifications, extensions, participation, reports
from bench.handwritten.reading import rows_of
from bench.handwritten.record import Dossiers
from bench.handwritten.sentences import Words, said
from ccm_rules.record import Base
from ccm_rules.record.model import Record, Register
from ccm_rules.record.relations import Row, Rows
from ccm_rules.record.vocabulary import Vocabulary

Findings = dict[str, set[Row]]


def findings(base: Base) -> Findings:
    """The rows of every finding, by the relation that the engines keep them in.

    Args:
        base: what the engines start from.
    """
    return _judge(base.rows, base.coverage.registers)[0]


def sentences(
    record: Record, vocabulary: Vocabulary, parties: Mapping[str, str]
) -> dict[str, str]:
    """The sentence of every finding, by its fingerprint, on a record's own day.

    Args:
        record: as loaded.
        vocabulary: the kinds of fact.
        parties: names of States by code.
    """
    return said(*_found(record, vocabulary, parties))


def words_of(record: Record, vocabulary: Vocabulary, parties: Mapping[str, str]) -> Words:
    """How names and lists of names read in sentences about a record."""
    return _found(record, vocabulary, parties)[1]


def _found(
    record: Record, vocabulary: Vocabulary, parties: Mapping[str, str]
) -> tuple[Findings, Words]:
    assert record.as_of is not None
    today = record.as_of.latest
    rows = rows_of(record.facts, vocabulary, today)
    found, states, years = _judge(rows, record.registers)
    named: dict[object, list[str]] = {y: count.certain for y, count in years.missing.items()}
    named |= {"w": states.awaiting.certain, "x": states.withdrawn.certain}
    return found, Words(today, parties, rows["meeting"], named)


def _judge(
    rows: Mapping[str, Rows], registers: tuple[Register, ...]
) -> tuple[Findings, participation.Totals, reports.Years]:
    dossiers = Dossiers(rows, registers)
    found: Findings = {}
    states = participation.Totals(dossiers)
    years = reports.Years(dossiers)
    for dossier in dossiers:
        participation.judge(dossier, states, found)
        reports.judge(dossier, years, found)
        extensions.judge(dossier, found)
        clarifications.judge(dossier, found)
    states.judge(found)
    years.judge(found)
    return found, states, years
