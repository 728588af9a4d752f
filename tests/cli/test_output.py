"""Where output goes: files, pipes, terminals; and that nothing in it can do harm."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccm_rules.cli.writing import Output, look
from ccm_rules.formats.csv_ import cell
from ccm_rules.formats.terminal import WIDTH, Terminal, columns, harmless, wrap

# -- files -----------------------------------------------------------------------


@pytest.mark.parametrize("form", ["text", "json", "csv", "sarif", "junit"])
def test_a_file_holds_what_standard_output_would(ccm, facts, tmp_path, form):
    shown = ccm(facts, "--format", form)
    outcome = ccm(facts, "--format", form, "--output", "out")
    assert outcome.code == shown.code == 1
    assert outcome.out == ""
    assert (tmp_path / "out").read_bytes() == shown.bytes


def test_replacing_keeps_the_mode_and_leaves_nothing_behind(ccm, facts, tmp_path):
    place = tmp_path / "out.json"
    place.write_text("old")
    place.chmod(0o640)
    assert ccm(facts, "--format", "json", "--output", place).code == 1
    assert json.loads(place.read_text())["schema"] == "ccm-check/2"
    assert stat.S_IMODE(place.stat().st_mode) == 0o640
    assert sorted(os.listdir(tmp_path)) == ["facts.json", "out.json"]


def test_a_link_is_followed(ccm, facts, tmp_path):
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    ccm(facts, "--output", "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text().startswith("A record")


def test_an_unwritable_file_stays_whole(ccm, facts, tmp_path, monkeypatch):
    place = tmp_path / "out.json"
    place.write_text("old")

    def full(*_):
        raise OSError(28, "No space left on device")

    for call in ("os.replace", "os.fsync"):
        with monkeypatch.context() as patch:
            patch.setattr(call, full)
            outcome = ccm(facts, "--output", place)
        assert outcome.code == 2
        assert "No space left on device" in outcome.said
        assert place.read_text() == "old"
        assert sorted(os.listdir(tmp_path)) == ["facts.json", "out.json"]


def test_places_that_cannot_be_written(ccm, facts, tmp_path):
    assert ccm(facts, "--output", "nowhere/out").code == 2
    assert ccm(facts, "--output", tmp_path).code == 2
    assert ccm(facts, "--output", "").code == 2
    before = facts.read_bytes()
    outcome = ccm(facts, "--output", facts)
    assert outcome.code == 2
    assert "is one of the facts files" in outcome.said
    assert facts.read_bytes() == before


def test_a_read_only_file_is_not_replaced(ccm, facts, tmp_path, monkeypatch):
    place = tmp_path / "out"
    place.write_text("old")
    place.chmod(0o444)
    if os.geteuid() == 0:  # who may write everywhere: let the system answer as it answers others
        really_open = open

        def ask(file, mode="r", *arguments, **options):
            if file == os.path.realpath(place) and "a" in mode:
                raise PermissionError(13, "Permission denied", file)
            return really_open(file, mode, *arguments, **options)

        monkeypatch.setattr("builtins.open", ask)
    assert ccm(facts, "--output", place).code == 2
    assert place.read_text() == "old"


def test_a_failed_run_writes_no_file(ccm, save, tmp_path):
    assert ccm(save("{"), "--output", "out").code == 2
    assert not (tmp_path / "out").exists()


def test_a_device(ccm, facts):
    assert ccm(facts, "--output", os.devnull).code == 1


# -- pipes and terminals -----------------------------------------------------------


def test_a_reader_that_stops_is_no_error(process, facts):
    read, write = os.pipe()
    os.close(read)
    try:
        outcome = process(facts, stdout=write)
    finally:
        os.close(write)
    assert outcome.code == 1  # the findings are there, whoever reads them
    assert outcome.err == ""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_a_full_disk_is_an_error(process, facts):
    with open("/dev/full", "wb") as full:
        outcome = process(facts, stdout=full)
    assert outcome.code == 2
    assert "standard output cannot be written" in outcome.said
    assert "Exception ignored" not in outcome.err


def test_poor_encodings(process, facts):
    for encoding in ("ascii", "latin-1", "cp1252"):
        outcome = process(facts, env={"PYTHONIOENCODING": encoding})
        assert outcome.code == 1
        assert outcome.err == ""
        text = outcome.bytes.decode(encoding)
        assert "-> Submit it." in text
        assert all(len(line) <= WIDTH for line in text.splitlines())
    data = process(facts, "--format", "json", env={"PYTHONIOENCODING": "ascii"})
    assert any(
        f["party_name"] == "Côte d'Ivoire"
        for f in json.loads(data.bytes.decode("utf-8"))["findings"]
    )


class _Tty(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("variables", "output", "no_color", "coloured"),
    [
        ({}, None, False, True),
        ({"NO_COLOR": "1"}, None, False, False),
        ({"NO_COLOR": ""}, None, False, True),
        ({"TERM": "dumb"}, None, False, False),
        ({}, "file", False, False),
        ({}, None, True, False),
    ],
)
def test_colour_only_on_a_terminal(monkeypatch, variables, output, no_color, coloured):
    monkeypatch.setattr(sys, "stdout", _Tty())
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    seen = look(Output("text", output, no_color))
    out = Terminal(colour=seen.colour, encoding=seen.encoding)
    out.write("Serious", "serious", 2)
    assert out.text() == ("  \x1b[1;31mSerious\x1b[0m\n" if coloured else "  Serious\n")


def test_no_colour_in_a_pipe(ccm, facts):
    assert b"\x1b" not in ccm(facts).bytes


# -- hostile facts -----------------------------------------------------------------

NASTY = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "<script>alert(1)</script>",
    "\u202egnp.exe",
    "\ufffe\u200b",
    "\u2028new line",
    "x" * 5000,
    "word " * 1000,
    "🇹🇬" * 200,
    '"; DROP TABLE facts; --',
    'a,b;"c"\nd',
    "\u0301" * 50,
]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_hostile_texts(ccm, save, record, text):
    record["title"] = text
    record["facts"][8]["article"] = text
    record["facts"][9]["of"] = text
    record["sources"]["PAPER"]["title"] = text
    record["facts"][6]["title"] = text
    place = save(record)
    for command in ("check", "deadlines"):
        shown = ccm(command, place)
        assert shown.code == (1 if command == "check" else 0)
        assert all(columns(line) <= WIDTH for line in shown.out.splitlines())
        assert all(character == "\n" or character.isprintable() for character in shown.out)
    assert ccm("explain", "initial-report:TGO", place).code == 0
    data = json.loads(ccm(place, "--format", "json").out)
    assert data["title"] == text
    rows = list(csv.reader(io.StringIO(ccm(place, "--format", "csv").out)))
    assert {len(row) for row in rows} == {17}
    assert not any(
        value.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for value in row
    )


def test_half_characters(ccm, save, record):
    record["title"] = "\ud800"
    place = save(json.dumps(record))
    for form in ("text", "json", "csv"):
        outcome = ccm(place, "--format", form, "--output", "out")
        assert outcome.code == 2
        assert "(title)" in outcome.said
        assert "half" in outcome.said


@given(st.text())
def test_cells_never_begin_like_a_formula(text):
    shown = cell(text)
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert shown.isprintable()


@given(st.text(), st.integers(0, 40), st.integers(0, 20))
def test_wrapping_loses_nothing_and_fits(text, indent, hang):
    clean = harmless(text)
    assert clean.isprintable()
    lines = wrap(clean, indent, hang)
    assert all(columns(line) <= WIDTH for line in lines)
    assert "".join("".join(lines).split()) == "".join(clean.split())


@given(st.text(), st.sampled_from(["ascii", "latin-1", "cp1252", "utf-8", "utf-16"]))
def test_any_text_can_be_written_in_any_encoding(text, encoding):
    out = Terminal(encoding=encoding)
    out.write(text)
    out.text().encode(encoding)
