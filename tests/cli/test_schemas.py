"""The published schemas: up to date, and of one mind with the loader."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import jsonschema
import pytest

import ccm_rules
from ccm_rules.authoring.schemas import (
    every_kind,
    facts_schema,
    generated,
    published,
    read,
    text,
)
from ccm_rules.compiler import facts_home
from ccm_rules.errors import InputError
from ccm_rules.record import load
from ccm_rules.words.states import party_names
from tests.cli.sample_record import RECORD

_VOCABULARY = every_kind(book.vocabulary for book in ccm_rules.load_every_treaty())
_SCHEMA = facts_schema(_VOCABULARY)
_VALIDATOR = jsonschema.Draft202012Validator(_SCHEMA)


@pytest.mark.parametrize("name", generated(_VOCABULARY))
def test_the_stored_schemas_are_up_to_date(name):
    import ccm_rules.authoring.schemas

    stored = Path(ccm_rules.authoring.schemas.__file__).with_name(name).read_text(encoding="utf-8")
    assert stored == text(generated(_VOCABULARY)[name]), "run python -m ccm_rules.authoring.schemas"


@pytest.mark.parametrize("name", published().values())
def test_the_schemas_are_schemas(name):
    schema = read(name)
    validator = jsonschema.validators.validator_for(schema, default=None)
    assert validator is not None, schema["$schema"]
    validator.check_schema(schema)


def test_the_schemas_are_listed_and_printed(ccm, tmp_path):
    names = [line.split()[0] for line in ccm("schema").out.splitlines()]
    assert names == [
        "ccm-alert/1", "ccm-alert/2", "ccm-check/1", "ccm-check/2", "ccm-facts-diff/1",
        "ccm-history/1", "ccm-report/1", "ccm-report/2", "ccm-rule/1",
        "ccm-rule/2", "facts",
        "rule-cases", "rule-words", "rule", "situations", "treaties",
        "treaty-vocabulary", "vocabulary",
    ]  # fmt: skip
    for name in names:
        outcome = ccm("schema", name)
        assert outcome.code == 0
        schema = json.loads(outcome.out)
        assert schema["$id"] == f"urn:ccm-rules:{name}"
        if "/" in name:
            assert schema["properties"]["schema"]["const"] == name
    assert ccm("schema", name, "--output", "f.json").out == ""
    assert (tmp_path / "f.json").read_text(encoding="utf-8") == outcome.out
    wrong = ccm("schema", "ccm-chek/2")
    assert wrong.code == 2
    assert "did you mean 'ccm-check/2'?" in wrong.said


@pytest.mark.slow
@pytest.mark.parametrize("file", sorted(facts_home().glob("*.json")), ids=lambda file: file.name)
def test_shipped_records_are_valid(file):
    _VALIDATOR.validate(json.loads(file.read_text(encoding="utf-8")))


def loads(record, tmp_path):
    place = tmp_path / "facts.json"
    place.write_text(json.dumps(record), encoding="utf-8")
    try:
        load([place], _VOCABULARY, party_names())
    except InputError:
        return False
    return True


def deposit(**changes):
    fact = {
        "fact": "deposit",
        "party": "TGO",
        "date": "2012-06-22",
        "instrument": "ratification",
        "source": "LIST",
    }
    return {key: value for key, value in {**fact, **changes}.items() if value is not None}


def facts(*items):
    return lambda record: {**record, "facts": list(items)}


def register(**changes):
    item = {"of": "report", "parties": "all", "until": "2023-06-30", "source": "LIST"}
    return lambda record: {
        **record,
        "registers": [{k: v for k, v in {**item, **changes}.items() if v is not None}],
    }


def source(**changes):
    return lambda record: {**record, "sources": {**record["sources"], "NEW": changes}}


DECISION = {
    "fact": "extension-decision",
    "party": "ZAF",
    "article": "3",
    "number": 1,
    "replaces": 0,
    "outcome": "granted",
    "date": "2023-01-01",
    "source": "LIST",
}

GOOD = [
    lambda record: record,
    facts(),
    facts(deposit()),
    facts(deposit(date="2012"), deposit(party="PER", date="[..2012-06]")),
    facts(deposit(date="[2012-06..2012-07-01]", note="a note", known="2013")),
    facts(deposit(source=["LIST ¶1", "PAPER ¶2"])),
    facts({**DECISION, "procedure": "silence"}),
    register(),
    register(kind="annual", year=2022, parties=["TGO"], note="a note"),
    register(parties=None),
    source(title="T", url="https://example.org", published="2023-05", note="n"),
    source(title="T", kind="document", published="2023-05-01"),
]
BAD = [
    lambda record: [],
    lambda record: {**record, "unknown": 1},
    lambda record: {**record, "title": 1},
    lambda record: {**record, "as_of": "2023"},
    lambda record: {**record, "as_of": 2023},
    lambda record: {**record, "period": "last year"},
    lambda record: {**record, "rules": "ccm"},
    lambda record: {**record, "extends": ["a.json"]},
    lambda record: {**record, "facts": {}},
    facts("deposit"),
    facts({"party": "TGO"}),
    facts(deposit(fact="depositt")),
    facts(deposit(colour="red")),
    facts(deposit(party=None)),
    facts(deposit(source=None)),
    facts(deposit(source=[])),
    facts(deposit(source=1)),
    facts(deposit(party="TOG")),
    facts(deposit(instrument="promise")),
    facts(deposit(date="22 June 2012")),
    facts(deposit(date="2012-13")),
    facts(deposit(date="2012-06-32")),
    facts(deposit(date="0000-01-01")),
    facts(deposit(date="[..]")),
    facts(deposit(date=2012)),
    facts(deposit(note=1)),
    facts(deposit(known="soon")),
    facts(DECISION),
    facts({**DECISION, "procedure": "silence", "number": "1"}),
    facts({**DECISION, "procedure": "silence", "number": 2**53}),
    facts({**DECISION, "procedure": "silence", "article": "x" * 10_001}),
    register(of="nothing"),
    register(until=None),
    register(until="2023"),
    register(source=None),
    register(date="2023-01-01"),
    register(kind="monthly"),
    register(parties=["TOG"]),
    register(parties="some"),
    register(of="stated-count", parties=["TGO"]),
    source(),
    source(title=1),
    source(title="T", colour="red"),
    source(title="T", kind="rumour"),
    source(title="T", kind="document"),
    source(title="T", published="once"),
]


@pytest.mark.parametrize("change", GOOD, ids=range(len(GOOD)))
def test_what_the_loader_takes_is_valid(change, tmp_path):
    record = change(copy.deepcopy(RECORD))
    assert loads(record, tmp_path)
    assert list(_VALIDATOR.iter_errors(record)) == []


@pytest.mark.parametrize("change", BAD, ids=range(len(BAD)))
def test_what_is_invalid_the_loader_refuses(change, tmp_path):
    record = change(copy.deepcopy(RECORD))
    assert list(_VALIDATOR.iter_errors(record)) != []
    assert not loads(record, tmp_path)
