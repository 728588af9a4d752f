"""Synthetic records are shaped like the real one, and their rows are those of their facts."""

from __future__ import annotations

import json

import pytest

from bench import synthetic
from bench.contestants import rules
from bench.handwritten import findings
from ccm_rules.dates import When
from ccm_rules.record import base_relations, load, merge


def written(record):
    """A record as a facts file says it."""

    def plain(value):
        return str(value) if isinstance(value, When) else value

    return {
        "title": "synthetic",
        "as_of": str(record.as_of),
        "period": str(record.period),
        "facts": [
            {"fact": f.kind, **{k: plain(v) for k, v in f.values.items()}, "source": "S"}
            for f in record.facts
        ],
        "sources": {"S": {"title": "made up", "url": "https://example.org/"}},
        "registers": [
            {
                "of": r.of,
                **r.where,
                "parties": "all" if r.parties is None else sorted(r.parties),
                "until": str(r.until),
                "source": "S",
            }
            for r in record.registers
            if r.parties is None or r.parties
        ],
    }


def asked(coverage, vocabulary, states):
    """What registers answer, about every State and whatever they are limited to."""
    return {
        (register.of, tuple(sorted(register.where.items())), state): day[0]
        for register in coverage.registers
        for state in states
        if (day := coverage.until(register.of, {**register.where, "party": state}))
    }


@pytest.mark.parametrize(("facts", "seed"), [(700, 1), (1500, 2)])
def test_the_rows_are_those_of_a_facts_file_that_is_read(facts, seed, tmp_path):
    vocabulary = rules().vocabulary
    record = synthetic.record(facts, seed)
    base = synthetic.rows(facts, seed)
    codes = [code for code, _, _ in synthetic.plan(facts, seed)]
    file = tmp_path / "synthetic.json"
    file.write_text(json.dumps(written(record)), encoding="utf-8")
    read = load([file], vocabulary, {code: code for code in codes})
    made = base_relations(
        read, merge(read.facts, vocabulary), vocabulary, read.as_of.latest, {}, lambda fact: ""
    )
    assert made.rows == base.rows
    assert facts <= len(record.facts) < facts + 100
    assert asked(made.coverage, vocabulary, codes) == asked(base.coverage, vocabulary, codes)


def test_the_same_numbers_give_the_same_record_and_others_another():
    one, same, other = synthetic.rows(600, 1), synthetic.rows(600, 1), synthetic.rows(600, 2)
    assert one.rows == same.rows
    assert one.rows != other.rows
    assert one.coverage.registers == same.coverage.registers


def test_states_move_apart_and_keep_their_facts_together():
    source = synthetic.real()
    for code, model, days in synthetic.plan(2000, 5):
        assert code not in source.states
        assert model in source.states
        assert -365 < days <= 60
    moves = {days for _, _, days in synthetic.plan(2000, 5)}
    assert 0 in moves
    assert len(moves) > 50


def test_all_that_is_found_in_the_real_record_is_found_in_a_large_one(parties):
    source = synthetic.real()
    vocabulary, facts = source.vocabulary, source.record.facts
    real = findings(
        base_relations(
            source.record, merge(facts, vocabulary), vocabulary,
            source.record.as_of.latest, parties, lambda fact: "",
        )
    )  # fmt: skip
    assert len(real) >= 25
    assert set(real) <= set(findings(synthetic.rows(50_000)))
