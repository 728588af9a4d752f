"""That the net catches: a change shows, what is masked does not, and the failure says where."""

from __future__ import annotations

import json

import pytest

import ccm_rules
from tests.golden.blocks import cut
from tests.golden.masks import masked
from tests.golden.store import LIMIT, Held, differences, held, read, write

LINES = "".join(f"{n}\n" for n in range(LIMIT))


def json_of(*findings):
    return json.dumps({"findings": [{"party": p, "says": says} for p, says in findings]})


@pytest.mark.parametrize(
    ("name", "before", "after", "block"),
    [
        ("a.json", json_of(("TGO", "x"), ("PER", "y")), json_of(("TGO", "x"), ("PER", "z")),
         "findings PER"),
        ("a.csv", "party,n\nTGO,1\nPER,2\n", "party,n\nTGO,1\nPER,3\n", "PER"),
        ("a.ics", "SUMMARY:Togo: x\r\nEND:VEVENT\r\nSUMMARY:Peru: y\r\nEND:VEVENT\r\n",
         "SUMMARY:Togo: x\r\nEND:VEVENT\r\nSUMMARY:Peru: z\r\nEND:VEVENT\r\n", "Peru"),
        ("a.sql", 'DROP "ccm a";\nDROP "ccm b";\n', 'DROP "ccm a";\nTAKE "ccm b";\n', "ccm b"),
        ("a.md", "# A\nx\n# B\ny\n", "# A\nx\n# B\nz\n", "# B"),
        ("a.html", "<h2>A</h2>x<h2>B</h2>y", "<h2>A</h2>x<h2>B</h2>z", "B"),
        ("a.txt", "A\n\n  x\n\nB\n\n  y\n", "A\n\n  x\n\nB\n\n  z\n", "B"),
        ("a.pdf", "x\fy", "x\fz", "page 2"),
    ],
)  # fmt: skip
def test_a_change_shows_in_one_block(name, before, after, block):
    one, other = cut(name, before), cut(name, after)
    assert [key for key in one if one[key] != other[key]] == [block]


def test_a_small_output_is_kept_whole_and_its_lines_are_shown():
    old, new = held("a.txt", "one\ntwo\n"), held("a.txt", "one\nthree\n")
    assert old.files == {"a.txt": "one\ntwo\n"}
    assert differences(old, new)[-2:] == ["-two", "+three"]
    assert differences(old, old) == []


def test_a_large_output_is_kept_as_digests_that_say_what_differs():
    old, new = held("a.txt", f"A\n\n{LINES}\n\nB\n"), held("a.txt", f"A\n\n{LINES}\n\nC\n")
    assert old.files == {}
    assert {"  gone: B", "  new: C", "  differs: (whole)"} <= set(differences(old, new))


def test_an_order_that_changes_shows():
    old, new = held("a.txt", f"A\n\nB\n\n{LINES}"), held("a.txt", f"B\n\nA\n\n{LINES}")
    assert differences(old, new) != []


def test_what_is_written_is_read_again(tmp_path):
    kept = Held({"x/a.txt": "one\r\ntwo\n"}, held("many", {"a b": "x\n", "c": ""}).digests)
    write(Held({"x/gone.txt": "gone"}, {}), tmp_path)
    write(kept, tmp_path)
    assert read(tmp_path) == kept


def test_digests_the_version_times_folders_and_rule_files_are_masked():
    digest = "0123456789abcdef" * 4
    for text in (digest, digest[:12], ccm_rules.__version__, "2026-01-01T02:03:04Z",
                 "rules/ccm/clearance.toml:12", "/somewhere/x"):  # fmt: skip
        assert masked(f"in {text} it", "/somewhere/x") != f"in {text} it"
    for text in ("2026-01-01", "12 rules", f"1{ccm_rules.__version__}", "0123456789abcde"):
        assert masked(f"in {text} it") == f"in {text} it"
