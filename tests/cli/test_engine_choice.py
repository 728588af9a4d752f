"""Which engine judges, who chooses it, and what is said of it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import ccm_rules
from ccm_rules.cli import invoke
from ccm_rules.engines import choice
from ccm_rules.engines.sql.stores import STORES
from tests.conftest import REAL


def run(capsys, *arguments):
    code = invoke([str(REAL), *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def told(out):
    """A JSON report without the engines and the remarks."""
    report = json.loads(out)
    report["engines"] = report["warnings"] = None
    return report


@pytest.fixture
def large(monkeypatch):
    """The real record counts as large, or as very large."""

    def make(bulk, duckdb):
        for module in (choice, ccm_rules):
            monkeypatch.setattr(module, "BULK_FROM", bulk)
            monkeypatch.setattr(module, "DUCKDB_FROM", duckdb)

    return make


def test_the_size_of_a_record_chooses():
    small = choice.BULK_FROM - 1
    assert ccm_rules.suited_engines(small) == ccm_rules.available_engines()
    assert ccm_rules.suited_engines(choice.BULK_FROM) == ("sqlite",)
    assert ccm_rules.suited_engines(choice.DUCKDB_FROM - 1) == ("sqlite",)


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("duckdb", marks=pytest.mark.slow)])
def test_a_large_record_is_judged_by_one_engine_and_it_is_said(large, engine, capsys):
    code, out, _ = run(capsys, "--engine", "sqlite", "--format", "json")
    large(100, 10_000 if engine == "sqlite" else 200)
    found_code, found, _ = run(capsys, "--format", "json")
    assert found_code == code == 1
    assert json.loads(found)["engines"] == [engine]
    assert told(found) == told(out)
    (note,) = (n for n in json.loads(found)["warnings"] if "facts, so" in n)
    assert f"so one engine ({engine}) judged it and nothing confirms its result" in note
    assert "would be quicker" not in note
    _, text, _ = run(capsys)
    assert text.rstrip().endswith(f"one engine ({engine}).")


def test_where_duckdb_is_missing_sqlite_takes_its_place(large, monkeypatch, capsys):
    monkeypatch.setattr(choice, "installed", lambda engine: engine != "duckdb")
    monkeypatch.setattr(ccm_rules, "installed", choice.installed)
    large(100, 200)
    code, out, _ = run(capsys, "--format", "json")
    assert code == 1
    assert json.loads(out)["engines"] == ["sqlite"]
    assert "pip install 'ccm-rules[duckdb]'" in " ".join(json.loads(out)["warnings"])
    for engine in ("duckdb", "all"):
        code, out, err = run(capsys, "--engine", engine)
        assert (code, out) == (2, "")
        assert "duckdb is not installed: pip install 'ccm-rules[duckdb]'" in err


def test_three_engines_agree(capsys):
    code, out, _ = run(capsys, "--engine", "all")
    assert code == 1
    assert "durable-rules, sqlite and duckdb, which agree on every derivation" in " ".join(
        out.split()
    )
    assert out.rstrip().endswith("three engines agree.")


def test_an_engine_that_loses_a_row_is_named_and_nothing_is_published(monkeypatch, capsys):
    store = STORES["duckdb"]
    honest = store.make

    def loses(self, table, columns, select):
        number = honest(self, table, columns, select)
        if table == '"entry-into-force"':
            self.execute(f"DELETE FROM {table} WHERE rowid = (SELECT MIN(rowid) FROM {table})")
        return number

    monkeypatch.setattr(store, "make", loses)
    with pytest.raises(ccm_rules.EnginesDifferError, match="only sqlite derives"):
        ccm_rules.check(
            ccm_rules.load_facts(REAL), ccm_rules.load_rules(), engines=["sqlite", "duckdb"]
        )


def test_an_unknown_engine_is_refused():
    with pytest.raises(ccm_rules.CcmError, match="no engine is called 'prolog'"):
        ccm_rules.check(
            ccm_rules.load_facts(REAL), ccm_rules.load_rules(), engines=["sqlite", "prolog"]
        )


def test_a_plain_check_loads_none_of_it():

    script = (
        "import sys; from ccm_rules.cli import invoke; "
        f"invoke([{str(REAL)!r}, '--engine', 'sqlite', '--quiet']); "
        "sql = [f'ccm_rules.engines.sql.{n}' for n in ('bulk', 'statements', 'stores', 'script')]; "
        "print([m for m in sys.modules if m.startswith(('duckdb', *sql))])"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert out.stdout.splitlines()[-1] == "[]"
