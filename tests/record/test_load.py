"""Reading files: what several make together, and where in the text a mistake stands."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccm_rules.dates import parse
from ccm_rules.errors import InputError
from ccm_rules.record import load
from ccm_rules.record.positions import locate
from ccm_rules.record.sentences import Words, fact_sentence

LIST = {"S": {"title": "s", "kind": "register"}}


def deposit(party="BGR", **changes):
    return {"fact": "deposit", "party": party, "date": "2011-04-06",
            "instrument": "ratification", "source": "S", **changes}  # fmt: skip


@pytest.fixture
def read(tmp_path, rulebook, parties):
    """Write files, and load the first (or those named)."""

    def save_and_load(files, *names):
        for name, document in files.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            text = document if isinstance(document, str) else json.dumps(document)
            (tmp_path / name).write_text(text, encoding="utf-8")
        places = [tmp_path / name for name in names or [next(iter(files))]]
        return load(places, rulebook.vocabulary, parties)

    return save_and_load


@pytest.fixture
def wrong(read):
    """What is wrong: (line, column), path and message of each problem."""

    def problems(files, *names):
        with pytest.raises(InputError) as caught:
            read(files, *names)
        return [((p.line, p.column), p.path, p.message) for p in caught.value.problems]

    return problems


def test_files_are_extended_in_turn_each_from_its_own_directory(read):
    made = read(
        {
            "main.json": {"title": "main", "extends": "common/a.json", "facts": [deposit()]},
            "common/a.json": {"title": "a", "extends": "b.json", "facts": [deposit("PER")]},
            "common/b.json": {"title": "b", "period": "2020", "rules": ["ccm"], "sources": LIST,
                              "facts": [deposit("ZAF")]},
        }
    )  # fmt: skip
    assert [fact.values["party"] for fact in made.facts] == ["BGR", "PER", "ZAF"]
    assert (made.title, made.period, made.rules) == ("main", None, ())
    assert set(made.sources) == {"S"}


def test_two_files_that_extend_each_other_are_read_once_each(read):
    made = read(
        {
            "a.json": {"title": "a", "extends": "b.json", "sources": LIST, "facts": [deposit()]},
            "b.json": {"title": "b", "extends": "a.json", "facts": [deposit("PER")]},
        },
        "a.json",
        "b.json",
    )
    assert len(made.facts) == len(made.files) == 2


def test_a_mistake_in_an_extended_file_is_named_there(wrong):
    ((_, path, message),) = wrong(
        {"a.json": {"title": "a", "extends": "b.json", "sources": LIST},
         "b.json": {"title": "b", "facts": [deposit("XXX")]}}
    )  # fmt: skip
    assert path == "facts[0].party"
    assert "'XXX'" in message


def test_decisions_that_contradict_across_files_are_named_at_the_second(wrong):
    decision = {"fact": "extension-decision", "party": "ZAF", "article": "3", "number": 1,
                "replaces": 0, "outcome": "granted", "procedure": "silence",
                "date": "2023-01-01", "source": "S"}  # fmt: skip
    ((place, path, message),) = wrong(
        {"a.json": {"title": "a", "extends": "b.json", "sources": LIST, "facts": [decision]},
         "b.json": json.dumps({"title": "b", "facts": [{**decision, "outcome": "refused"}]},
                              indent=1)}
    )  # fmt: skip
    assert (place, path) == ((4, 3), "facts[0]")
    assert "a.json facts[0]" in message
    assert "granted and refused" in message


def test_a_source_described_alike_twice_is_one_source(read):
    made = read({"a.json": {"title": "a", "extends": "b.json", "sources": LIST},
                 "b.json": {"title": "b", "sources": LIST}})  # fmt: skip
    assert len(made.sources) == 1


@pytest.mark.parametrize("extends", [3, ["b.json"], {}, True])
def test_extends_names_one_file(wrong, extends):
    ((_, path, message),) = wrong({"a.json": {"title": "a", "extends": extends}})
    assert path == "extends"
    assert "one file" in message


MISTAKES = {
    "title": "t",
    "sources": {"S": {"title": "s", "kind": "register", "publisher": "x"}},
    "registers": [{"of": "report", "party": "BGR", "until": "2023", "source": "S"}],
    "facts": [
        deposit(),
        deposit(source=["S", "T ¶1"]),
        {**deposit(), "date": "2011-13"},
        {"fact": "deposit", "party": "BGR", "instrument": "accession", "source": "S"},
    ],
}
PLACES = {
    "sources.S.publisher": '"x"',
    "registers[0].party": '"BGR"',
    "registers[0].until": '"2023"',
    "facts[1].source[1]": '"T ¶1"',
    "facts[2].date": '"2011-13"',
    "facts[3]": "{",
}


@pytest.mark.parametrize("indent", [None, 0, 2, "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_mistake_stands_where_it_is_said_to(wrong, indent, end):
    text = json.dumps(MISTAKES, indent=indent, ensure_ascii=False).replace("\n", end)
    lines = text.split("\n")
    found = wrong({"a.json": text})
    assert {path for _, path, _ in found} == set(PLACES)
    for (line, column), path, _ in found:
        assert lines[line - 1][column - 1 :].startswith(PLACES[path]), path


@pytest.mark.parametrize("indent", [None, 2])
def test_keys_that_stand_twice_are_found_at_the_second(wrong, indent):
    text = json.dumps(
        {"title": "t", "sources": LIST, "facts": [deposit(), deposit("PER", twice="2012")]},
        indent=indent,
    ).replace('"twice"', '"d\\u0061te"')  # spelt otherwise, but the same key
    found = wrong({"a.json": text})
    at = text.index('"d\\u0061te"')
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    assert ((line, column), "facts[1].date", "the key 'date' stands twice") in found


def test_a_key_that_stands_twice_does_not_hide_other_mistakes(wrong):
    text = json.dumps({"title": "t", "facts": 3, "as_of": "2023", "x": 1, "y": 2})
    found = wrong({"a.json": text.replace('"y"', '"x"')})
    assert {path for _, path, _ in found} == {"facts", "as_of", "x"}
    assert len(found) == 4


names = st.text("abc_", min_size=1, max_size=3)
texts = st.text('ab"\\{}[]:,\n\té\u2028😀 ', max_size=6)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=12,
)


def walk(value, path=""):
    yield path, value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from walk(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from walk(item, f"{path}[{number}]")


@given(
    document=st.dictionaries(names, values, max_size=4),
    indent=st.sampled_from([None, 0, 3]),
    ascii_=st.booleans(),
    separators=st.sampled_from([None, (",", ":"), (" ,\n", " :\n ")]),
)
def test_every_value_is_where_it_is_located(document, indent, ascii_, separators):
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_, separators=separators)
    positions = locate(text)
    assert not positions.duplicates
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    found = dict(walk(document))
    assert set(positions.places) == set(found)
    for path, value in found.items():
        line, column = positions.at(path)
        there, _ = json.JSONDecoder().raw_decode(text, starts[line - 1] + column - 1)
        assert there == value


@pytest.mark.parametrize("scope", [{}, {"scope": "Article 1"}])
def test_a_default_is_said_whether_it_is_written_or_not(rulebook, scope):
    """The sentence once left a field out whose value was the default."""
    kind = rulebook.vocabulary["provisional-application"]
    row = kind.row({"party": "BLZ", "date": parse("2014-09-02"), **scope})
    words = Words({"BLZ": "Belize"}, (), rulebook.vocabulary, "en")
    assert fact_sentence(kind, row, words) == (
        "Belize declared on 2 September 2014 that it would apply Article 1 provisionally."
    )
