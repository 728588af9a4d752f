"""Control characters and halves of characters are refused wherever a text can stand.

Programs end a text at U+0000 and take what follows for commands: `ccm-check sql | sqlite3`
did so.
"""

from __future__ import annotations

import copy
import csv
import json
import re
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.sample_record import RECORD

_CONTROL = [chr(n) for n in (*range(0x20), *range(0x7F, 0xA0)) if chr(n) not in "\t\n"]
control = st.sampled_from(_CONTROL)
halves = st.characters(categories=["Cs"])
few = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


def places(value, path=()):
    """The path of every text of a document; that of a key ends in ``None``."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key, None)
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from places(inner, (*path, number))


WHOLE = {
    **RECORD,
    "$schema": "facts.schema.json",
    "rules": ["ccm", "lap"],
    "period": "[2022-07-01..2023-06-30]",
    "registers": [{**RECORD["registers"][0], "note": "A register."}],
    "facts": [{**RECORD["facts"][0], "note": "A note.", "known": "2013"}, *RECORD["facts"][1:]],
}


def spoilt(path, add):
    """The record with the text at a path changed."""
    document = inner = copy.deepcopy(WHOLE)
    *way, last = path
    if last is None:
        *way, last = way
        for step in way:
            inner = inner[step]
        inner[add(last)] = inner.pop(last)
    else:
        for step in way:
            inner = inner[step]
        inner[last] = add(inner[last])
    return document


def inserted(character, at):
    return lambda text: text[: at % (len(text) + 1)] + character + text[at % (len(text) + 1) :]


@few
@given(st.sampled_from(list(places(WHOLE))), control | halves, st.integers(0, 20))
def test_in_any_text_or_key_of_a_facts_file(ccm, save, path, character, at):
    document = spoilt(path, inserted(character, at))
    outcome = ccm("facts", "validate", save(json.dumps(document)))
    assert outcome.code == 2
    half = "\ud800" <= character <= "\udfff"
    what = "half a character" if half else f"a control character (U+{ord(character):04X})"
    assert f"holds {what}" in outcome.said
    assert "mend: " + ("write the whole character" if half else "take it out") in outcome.said
    assert re.search(r"facts\.json:1:\d+ \(", outcome.said)  # all of it stands on one line


def test_place_in_the_file(ccm, save, record):
    record["facts"][0]["note"] = "x\0y"
    place = save(record)
    line = place.read_text().splitlines().index('   "note": "x\\u0000y"') + 1
    said = ccm(place).said
    assert f"facts.json:{line}:12 (facts[0].note): holds a control character (U+0000)" in said


def test_raw_characters_that_json_allows(ccm, save, record):
    record["title"] = "x\x7fy"
    record["facts"][0]["note"] = "x\x9by"
    said = ccm(save(record)).said
    assert "(title): holds a control character (U+007F)" in said
    assert "(facts[0].note): holds a control character (U+009B)" in said


def test_tabs_line_ends_and_whole_characters_stay(ccm, save, record):
    record["facts"][0]["note"] = "one\ttwo\nthree\U0001f600 \u2028\u202e"
    assert ccm("facts", "validate", save(json.dumps(record))).code == 0


def test_no_sql_script_is_written(ccm, save, record):
    record["facts"][0]["article"] = "'\0\n.shell touch ran\n"
    outcome = ccm("sql", save(record), "--dialect", "sqlite", engine=False)
    assert outcome.code == 2
    assert outcome.out == ""


def test_postgresql_takes_a_backslash_for_itself(ccm, facts):
    script = ccm("sql", facts, "--dialect", "postgres", engine=False).out
    assert script.index("SET standard_conforming_strings = on;") < script.index("CREATE")


@few
@given(st.data(), control)
def test_in_any_cell_of_a_table(ccm, save, tmp_path, data, character):
    tables = tmp_path / "tables"
    if not tables.exists():
        ccm("facts", "export", save(WHOLE), "--output", tables, engine=False)
        shutil.copytree(tables, tmp_path / "kept")
        ccm("facts", "import", tables, "--output", tmp_path / "sound.json", engine=False)
    shutil.rmtree(tables)
    shutil.copytree(tmp_path / "kept", tables)
    file = data.draw(st.sampled_from(sorted(tables.glob("*.csv"))))
    rows = list(csv.reader(file.read_text().splitlines()))
    cells = [(y, x) for y, row in enumerate(rows) for x, cell in enumerate(row) if cell]
    y, x = data.draw(st.sampled_from(cells))
    rows[y][x] = inserted(character, data.draw(st.integers(1, 20)))(rows[y][x])
    with file.open("w", newline="") as stream:
        csv.writer(stream, quoting=csv.QUOTE_ALL).writerows(rows)
    new = tmp_path / "new.json"
    new.unlink(missing_ok=True)
    outcome = ccm("facts", "import", tables, "--output", new, engine=False)
    if character.isspace() and outcome.code == 0:  # space around the items of a list is dropped
        assert json.loads(new.read_text()) == json.loads((tmp_path / "sound.json").read_text())
        return
    assert outcome.code == 2
    assert file.name in outcome.said
    assert not new.exists()


def test_a_cell_is_named(ccm, save, record, tmp_path):
    ccm("facts", "export", save(record), "--output", "tables", engine=False)
    file = tmp_path / "tables" / "sources.csv"
    file.write_text(file.read_text().replace("A paper", "A pa\0per"))
    outcome = ccm("facts", "import", "tables", "--output", "new.json", engine=False)
    assert "sources.csv:3:2 (title): holds a control character (U+0000)" in outcome.said


def test_line_ends_of_windows_in_a_table(ccm, save, record, tmp_path):
    """An editor that writes CRLF writes it inside cells too."""
    record["facts"][0]["note"] = "one\ntwo"
    ccm("facts", "export", save(record), "--output", "tables", engine=False)
    for file in (tmp_path / "tables").glob("*.csv"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert ccm("facts", "import", "tables", "--output", "new.json", engine=False).code == 0
    new = json.loads((tmp_path / "new.json").read_text())
    assert "one\ntwo" in [fact.get("note") for fact in new["facts"]]


@pytest.fixture
def own_home(home, tmp_path):
    shutil.copytree(home, tmp_path / "rules")
    (tmp_path / "rules" / "treaties.toml").write_text(
        '[ccm]\ntitle = "A treaty"\nrecord_title = "Its record"\ncalled = "it"\n'
        'folders = ["ccm", "lap"]\nrecords = "20*.json"\n'
    )
    return tmp_path / "rules"


@few
@given(st.data(), control)
def test_in_any_text_of_a_rule_file(ccm, facts, own_home, data, character):
    file = data.draw(st.sampled_from(sorted(own_home.rglob("*.toml"))))
    before = file.read_text(encoding="utf-8")
    texts = [m.start() + 1 for m in re.finditer(r'(?<!")"(?!")[^"\n]*"', before)]
    at = data.draw(st.sampled_from(texts))
    escape = f"\\u{ord(character):04x}"
    file.write_text(before[:at] + escape + before[at:], encoding="utf-8")
    cases = file.name.endswith(".cases.toml")  # nobody reads them to judge a record
    command = ["rules", "test", "--no-mutants"] if cases else [facts]
    try:
        outcome = ccm(*command, "--rules", own_home, rules=False)
    finally:
        file.write_text(before, encoding="utf-8")
    line = before.count("\n", 0, at) + 1
    assert outcome.code == 2
    assert f"{file.name}:{line}:1 (" in outcome.said
    assert f"holds a control character (U+{ord(character):04X})" in outcome.said
