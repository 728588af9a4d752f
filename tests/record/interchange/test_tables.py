"""CSV out and in: nothing is lost, and every mistake is named at its cell."""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccm_rules.errors import InputError
from ccm_rules.record import check_document, load
from ccm_rules.record.interchange import canonical
from ccm_rules.record.interchange.table_reader import read
from ccm_rules.record.interchange.table_writer import encoded, tables
from ccm_rules.words.states import party_names
from tests.cli.sample_record import RECORD
from tests.conftest import COMMON, REAL, TODAY
from tests.record.interchange.records import NASTY, VOCABULARY, documents
from tests.soaking import tries


def written(document, *, bom=False):
    """A document as tables on disk, read back."""
    files = encoded(tables(document, VOCABULARY), bom=bom)
    with tempfile.TemporaryDirectory() as place:
        for name, content in files.items():
            (Path(place) / name).write_bytes(content)
        return files, read(place, "facts.json", VOCABULARY, party_names())


def plain(record):
    return record._replace(digest="", files=(), warnings=())


@tries(20, of=4)
@given(document=documents())
def test_tables_hold_every_word_of_a_document(document):
    files, back = written(document)
    assert canonical.text(back.document, VOCABULARY) == canonical.text(document, VOCABULARY)
    assert encoded(tables(back.document, VOCABULARY), bom=False) == files
    checked = check_document(document, "facts.json", VOCABULARY, party_names())
    assert plain(back.record) == plain(checked)


@tries(10, of=4)
@given(document=documents())
def test_the_canonical_form_says_the_same(document):
    text = canonical.text(document, VOCABULARY)
    again = json.loads(text)
    assert canonical.text(again, VOCABULARY) == text
    one, other = (
        check_document(content, "facts.json", VOCABULARY, party_names())
        for content in (document, again)
    )
    assert plain(one) == plain(other)


@tries(10, of=4)
@given(document=documents())
def test_no_cell_is_a_formula(document):
    for name, content in tables(document, VOCABULARY).items():
        head, *rows = csv.reader(io.StringIO(content, newline=""))
        for row in rows:
            for column, cell in zip(head, row, strict=True):
                kinds = {
                    f.name: f.type for kind in VOCABULARY.values() for f in kind.fields.values()
                }
                number = cell.lstrip("-").isdigit() and kinds.get(column) == "int"
                assert number or not cell.startswith(("=", "+", "-", "@", "\t", "\r")), name


@pytest.mark.parametrize("file", [COMMON, TODAY, REAL], ids=lambda file: file.name)
def test_the_shipped_records_come_back(ccm, tmp_path, file):
    shutil.copy(COMMON, tmp_path)
    assert ccm("facts", "export", file, "-o", "tables", rules=False).code == 0
    assert ccm("facts", "import", "tables", "-o", "back.json", rules=False).code == 0
    back = tmp_path / "back.json"
    assert json.loads(back.read_text("utf-8")) == json.loads(file.read_text("utf-8"))
    if file != REAL:  # its lists of `reported` facts have keys in an order of their own
        assert back.read_bytes() == file.read_bytes()
    assert ccm("facts", "export", "back.json", "-o", "again", rules=False).code == 0
    first, second = (
        {p.name: p.read_bytes() for p in (tmp_path / name).iterdir()}
        for name in ("tables", "again")
    )
    assert first == second


def test_what_is_extended_is_kept_apart_or_written_out(ccm, save, record, tmp_path):
    save({"sources": record.pop("sources"), "facts": record["facts"][:4]}, "common.json")
    record["facts"] = record["facts"][4:]
    main = save({**record, "extends": "common.json"})
    assert ccm("facts", "export", main, "-o", "apart").code == 0
    assert "extends,common.json" in (tmp_path / "apart" / "header.csv").read_text()
    assert ccm("facts", "import", "apart", "-o", "apart.json").code == 0
    assert len(json.loads((tmp_path / "apart.json").read_text())["facts"]) == 6
    assert ccm("facts", "export", main, "-o", "flat", "--flatten").code == 0
    assert ccm("facts", "import", "flat", "-o", "flat.json").code == 0
    flat = json.loads((tmp_path / "flat.json").read_text())
    assert "extends" not in flat
    assert len(flat["facts"]) == 10
    for name in ("apart.json", "flat.json"):
        assert ccm("facts", "diff", main, name).code == 0


def test_several_files_become_one_record(ccm, save, record, tmp_path):
    half = len(record["facts"]) // 2
    one = save({**record, "facts": record["facts"][:half]}, "one.json")
    other = save({"sources": record["sources"], "facts": record["facts"][half:]}, "other.json")
    assert ccm("facts", "export", one, other, "-o", "tables").code == 0
    assert ccm("facts", "import", "tables", "-o", "back.json").code == 0
    assert ccm("facts", "diff", save(record), "back.json").code == 0


def test_a_byte_order_mark_for_excel(ccm, facts, tmp_path):
    assert ccm("facts", "export", facts, "-o", "tables", "--bom").code == 0
    for file in (tmp_path / "tables").iterdir():
        assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    assert ccm("facts", "import", "tables", "-o", "back.json").code == 0
    assert ccm("facts", "diff", facts, "back.json").code == 0


def test_what_a_spreadsheet_does_to_a_table_does_no_harm(ccm, facts, tmp_path):
    """Windows line ends, empty rows, columns in another order, an added row without a number."""
    assert ccm("facts", "export", facts, "-o", "tables").code == 0
    table = tmp_path / "tables" / "fact-report.csv"
    rows = list(csv.DictReader(io.StringIO(table.read_text("utf-8"))))
    new = {**rows[0], "n": "", "party": "CIV", "date": "2014-02"}
    with table.open("w", encoding="utf-8-sig", newline="") as stream:
        names = [*reversed(rows[0])]
        writer = csv.DictWriter(stream, names, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows([*rows, dict.fromkeys(names, ""), new])
    assert ccm("facts", "import", "tables", "-o", "back.json").code == 0
    back = json.loads((tmp_path / "back.json").read_text("utf-8"))
    assert back["facts"][-1] == {
        "fact": "report", "party": "CIV", "kind": "initial", "date": "2014-02",
        "source": "PAPER ¶2",
    }  # fmt: skip
    assert len(back["facts"]) == 11


def test_an_empty_cell_of_the_header_says_nothing(ccm, facts, tmp_path):
    assert ccm("facts", "export", facts, "-o", "tables").code == 0
    header = tmp_path / "tables" / "header.csv"
    header.write_text(header.read_text("utf-8").replace("2023-06-30", "") + "period,\n", "utf-8")
    assert ccm("facts", "import", "tables", "-o", "back.json").code == 0
    assert not {"as_of", "period"} & set(json.loads((tmp_path / "back.json").read_text("utf-8")))


# -- mistakes ----------------------------------------------------------------------


@pytest.fixture
def spoil(ccm, facts, tmp_path):
    """Export the record, change a table, and say what an import then says."""

    def change(file, old, new):
        place = tmp_path / "tables"
        if not place.exists():
            assert ccm("facts", "export", facts, "-o", "tables").code == 0
        table = place / file
        if old is None:
            table.write_bytes(new)
        else:
            text = table.read_text("utf-8")
            assert old in text
            table.write_text(text.replace(old, new, 1), "utf-8")
        outcome = ccm("facts", "import", "tables", "-o", "back.json")
        assert not (tmp_path / "back.json").exists()
        return outcome

    return change


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "said"),
    [
        ("fact-deposit.csv", "TGO", "TOG", "fact-deposit.csv:2:2 (party)", "unknown party 'TOG'"),
        ("fact-deposit.csv", "2012-06-22", "22/06/2012", "deposit.csv:2:3 (date)", "is no date"),
        ("fact-deposit.csv", "n,,LIST", "n,,LISTT", ":2:6 (source)", "'LIST'"),
        ("fact-deposit.csv", "TGO,", ",", "fact-deposit.csv:2", "has no 'party'"),
        ("fact-deposit.csv", "n,party", "n,state", "fact-deposit.csv:1:2 (state)", "use n, party"),
        ("fact-deposit.csv", "n,party", "party,party", ":1:2 (party)", "stands twice"),
        ("fact-deposit.csv", "n,party,date", "n;party;date", "", "commas"),
        ("fact-deposit.csv", "TGO,", "TGO,x,", "fact-deposit.csv:2:8", "9 cells, and the head 8"),
        ("fact-deposit.csv", "TGO,", 'TGO,"x"y,', "fact-deposit.csv:2", "is not CSV"),
        ("fact-deposit.csv", "1,TGO", "one,TGO", "fact-deposit.csv:2:1 (n)", "no whole number"),
        ("fact-deposit.csv", "n,,LIST", 'n,,"[""LIST"""', ":2:6", "JSON list"),
        ("fact-stated-count.csv", "111", "111.0", "fact-stated-count.csv:2:4 (value)", "2022"),
        ("fact-stated-count.csv", "111", "0111", "fact-stated-count.csv:2:4 (value)", "2022"),
        ("registers.csv", "TGO; CIV", "TGO; VIC", "registers.csv:2:3 (parties)", "unknown party"),
        ("registers.csv", "2023-06-30", "2023", "registers.csv:2:4 (until)", "one day"),
        ("sources.csv", "2023-05-01", "May 2023", "sources.csv:3:4 (published)", "is no date"),
        ("sources.csv", "PAPER,", "LIST,", "sources.csv:3:1 (id)", "stands twice"),
        ("header.csv", "2023-06-30", "soon", "header.csv:4:2 (value)", "is no date"),
        ("header.csv", "as_of", "asof", "header.csv:4:1 (key)", "unknown key"),
        ("header.csv", "ccm-facts-csv/1", "ccm-facts-csv/2", "header.csv:1", "ccm-facts-csv/1"),
        ("header.csv", None, b"", "header.csv:1", "is empty"),
        ("header.csv", "key,value", "value,key", "header.csv:1", "not key and value"),
        ("header.csv", None, b"key\nformat\n", "header.csv:1", "not key and value"),
        ("sources.csv", None, b"title\nx\n", "sources.csv:2", "has no id"),
        ("sources.csv", None, b"id,title\n\xff,x\n", "sources.csv:2", "UTF-8"),
        ("fact-deposits.csv", None, b"n\n", "fact-deposits.csv", "fact-deposit.csv"),
        ("notes.csv", None, b"n\n", "notes.csv", "is no table"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_at_its_cell(spoil, file, old, new, place, said):
    outcome = spoil(file, old, new)
    assert outcome.code == 2
    assert place in outcome.said
    assert said in outcome.said
    assert "mend:" in outcome.said


_SOUND = encoded(tables(RECORD, VOCABULARY), bom=False)


@tries(30, of=4)
@given(data=st.data())
def test_whatever_the_tables_hold_nothing_but_mistakes_is_said(data):
    """Tables with a piece replaced: a document that its own tables give again, or mistakes."""
    files = dict(_SOUND)
    for _ in range(data.draw(st.integers(1, 3))):
        name = data.draw(st.sampled_from(sorted(files)))
        content = files[name]
        at = data.draw(st.integers(0, len(content)))
        end = data.draw(st.integers(at, min(len(content), at + 12)))
        new = data.draw(st.sampled_from(NASTY).map(str.encode) | st.binary(max_size=3))
        files[name] = content[:at] + new + content[end:]
    with tempfile.TemporaryDirectory() as place:
        for name, content in files.items():
            (Path(place) / name).write_bytes(content)
        try:
            found = read(place, "facts.json", VOCABULARY, party_names())
        except InputError as error:
            found, problems = None, error.problems
    if found is None:
        assert problems
        assert all(p.file.startswith(place) and p.mend for p in problems), problems
        return
    _, back = written(found.document)
    assert plain(back.record) == plain(found.record)


def test_all_mistakes_come_at_once(spoil):
    spoil("fact-deposit.csv", "TGO", "TOG")
    spoil("header.csv", "2023-06-30", "soon")
    spoil("fact-stated-count.csv", "111", "many")
    outcome = spoil("fact-report.csv", "n,", "m,")
    assert outcome.code == 2
    for part in ("fact-deposit.csv:2:2", "header.csv:4:2", "fact-stated-count.csv:2:4", ":1:1 (m)"):
        assert part in outcome.said
    assert "is not a whole number" in outcome.said
    assert outcome.said.count("fact-stated-count.csv") == 1


def test_a_row_that_spans_lines_is_counted_as_an_editor_counts(ccm, save, record, tmp_path):
    record["facts"][0]["note"] = "one\ntwo\nthree"
    assert ccm("facts", "export", save(record), "-o", "tables").code == 0
    table = tmp_path / "tables" / "fact-deposit.csv"
    table.write_text(table.read_text("utf-8").replace("CIV", "CVI"), "utf-8")
    assert "fact-deposit.csv:5:2 (party)" in ccm("facts", "import", "tables").said


def test_decisions_that_exclude_each_other_are_named_by_row(ccm, save, record, tmp_path):
    decision = {
        "fact": "extension-decision", "party": "ZAF", "article": "3", "number": 1, "replaces": 0,
        "outcome": "granted", "date": "2023-01-01", "procedure": "silence", "source": "LIST",
    }  # fmt: skip
    record["facts"].append(decision)
    assert ccm("facts", "export", save(record), "-o", "tables").code == 0
    table = tmp_path / "tables" / "fact-extension-decision.csv"
    head, row = table.read_text("utf-8").splitlines()
    table.write_text("\n".join([head, row, row.replace("granted", "refused")]), "utf-8")
    said = ccm("facts", "import", "tables").said
    assert "fact-extension-decision.csv:3" in said
    assert "contradicts tables/fact-extension-decision.csv:2" in said


def test_what_is_no_export_is_not_replaced(ccm, facts, tmp_path):
    place = tmp_path / "tables"
    place.mkdir()
    (place / "thesis.txt").write_text("years of work")
    outcome = ccm("facts", "export", facts, "-o", "tables")
    assert outcome.code == 2
    assert "thesis.txt" in outcome.said
    assert (place / "thesis.txt").read_text() == "years of work"
    (place / "thesis.txt").unlink()
    assert ccm("facts", "export", facts, "-o", "tables").code == 0
    (place / "sources.csv").write_text("stale")
    assert ccm("facts", "export", facts, "-o", "tables").code == 0  # an export is replaced
    assert (place / "sources.csv").read_text().startswith("id,")
    (place / "thesis.txt").write_text("years of work")
    assert ccm("facts", "export", facts, "-o", "tables").code == 2
    assert ccm("facts", "export", facts, "-o", str(facts)).code == 2


def test_other_files_in_the_directory_are_said_to_be_unread(ccm, facts, tmp_path):
    assert ccm("facts", "export", facts, "-o", "tables").code == 0
    (tmp_path / "tables" / "notes.xlsx").write_bytes(b"")
    outcome = ccm("facts", "import", "tables", "-o", "back.json")
    assert outcome.code == 0
    assert "notes.xlsx is no CSV file and was not read" in outcome.said


def test_half_a_character_cannot_be_exported(ccm, save, record, tmp_path):
    text = json.dumps({**record, "title": "\ud800"})
    outcome = ccm("facts", "export", save(text), "-o", "tables")
    assert outcome.code == 2
    assert "lone surrogate" in outcome.said
    assert not (tmp_path / "tables").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["export"], 2),
        (["export", "-o", "x"], 3),
        (["export", "nowhere.json", "-o", "x"], 2),
        (["import", "nowhere"], 2),
        (["diff", "nowhere.json", "nowhere.json"], 2),
        (["merge", "nowhere.json"], 2),
        (["merge"], 3),
    ],
)
def test_exit_codes_of_what_cannot_be_done(ccm, arguments, code):
    outcome = ccm("facts", *arguments)
    assert outcome.code == code
    assert outcome.out == ""


def test_an_import_is_checked_with_what_it_extends(ccm, save, record, tmp_path):
    save({"sources": record.pop("sources")}, "common.json")
    main = save({**record, "extends": "common.json"})
    assert ccm("facts", "export", main, "-o", "tables").code == 0
    (tmp_path / "elsewhere").mkdir()
    outcome = ccm("facts", "import", "tables", "-o", "elsewhere/back.json")
    assert outcome.code == 2
    assert "elsewhere/common.json: cannot be read" in outcome.said
    assert not (tmp_path / "elsewhere" / "back.json").exists()


def test_the_record_stays_what_it_was(rulebook, parties, tmp_path):
    """A flattened export of the real record gives the same findings' ground: equal facts."""
    record = load([REAL], rulebook.vocabulary, parties)
    from ccm_rules.record import load_documents
    from ccm_rules.record.interchange.table_writer import joined

    document = joined(load_documents([REAL], rulebook.vocabulary, parties)[1])
    _, back = written(document, bom=True)
    assert [f._replace(place="") for f in back.record.facts] == [
        f._replace(place="") for f in record.facts
    ]
    assert back.record.sources == record.sources
