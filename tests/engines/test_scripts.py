"""The printed scripts find, in a database, what check finds."""

from __future__ import annotations

import datetime as dt
import sqlite3

import duckdb
import pytest

from ccm_rules.cli import invoke
from ccm_rules.engines.sql.dialects import DIALECTS, DUCKDB, SQLITE
from ccm_rules.engines.sql.steps import steps
from tests.engines.scripts import FACTS, RECORDS, expected, report, statements


def run_on_sqlite(connection, script):
    found = None
    for statement in script:
        if statement.text:
            found = connection.execute(statement.text).fetchall() or found
    return found


def run_on_duckdb(connection, script):
    found = None
    for statement in script:
        if statement.text.startswith("SELECT"):
            found = connection.execute(statement.text).fetchall()
        elif statement.text:
            connection.execute(statement.text)
    return found


@pytest.mark.parametrize(("name", "as_of"), RECORDS)
def test_on_sqlite(name, as_of):
    found = run_on_sqlite(
        sqlite3.connect(":memory:", isolation_level=None),
        statements(report(name, as_of), "sqlite"),
    )
    assert len(found) == len(set(found))
    assert set(found) == expected(report(name, as_of))


def test_every_row_of_every_relation_on_sqlite():
    known = report(*RECORDS[0])
    database = sqlite3.connect(":memory:", isolation_level=None)
    run_on_sqlite(database, statements(known, "sqlite"))
    for step in steps(known.rulebook.program):
        if not step.demands:
            rows = database.execute(f'SELECT * FROM "ccm {step.relation}"').fetchall()
            derived = known.evaluation.derived.rows[step.relation]
            assert sorted(rows, key=repr) == sorted(
                ((*row, certain) for row, certain in derived.items()), key=repr
            )


@pytest.mark.slow
@pytest.mark.parametrize(("name", "as_of"), RECORDS)
def test_on_duckdb(name, as_of):
    found = run_on_duckdb(duckdb.connect(), statements(report(name, as_of), "duckdb"))
    assert set(found) == expected(report(name, as_of))


def test_tables_that_are_there_are_judged_on_another_day_and_kept():
    database = sqlite3.connect(":memory:", isolation_level=None)
    run_on_sqlite(database, statements(report(*RECORDS[0]), "sqlite"))
    earlier = report(RECORDS[0][0], "2021-03-01")
    for _ in range(2):  # and again: it makes its own tables anew, and no others
        found = run_on_sqlite(database, statements(earlier, "sqlite", filled=False))
        assert set(found) == expected(earlier)
    assert set(found) != expected(report(*RECORDS[0]))


@pytest.mark.parametrize("date", ["1990-01-01", "2000-02-29", "2023-06-30", "2110-12-31"])
def test_the_number_of_a_date_is_reckoned_as_the_script_says(date):
    number = dt.date.fromisoformat(date).toordinal()
    text = f"SELECT {SQLITE.day} FROM (SELECT '{date}' AS d)"
    assert sqlite3.connect(":memory:").execute(text).fetchone() == (number,)
    text = f"SELECT {DUCKDB.day} FROM (SELECT DATE '{date}' AS d)"
    assert duckdb.connect().execute(text).fetchone() == (number,)


def test_a_script_touches_no_table_but_its_own():
    known = report(*RECORDS[0])
    for dialect in DIALECTS:
        for filled in (True, False):
            for _, text in statements(known, dialect, filled=filled):
                for verb in ("TABLE ", "TABLE IF EXISTS ", "TABLE IF NOT EXISTS ", "INTO "):
                    _, there, rest = text.partition(verb)
                    assert not there or rest.startswith(('"ccm ', "IF "))
                if not filled:
                    assert 'DROP TABLE IF EXISTS "ccm fact' not in text


def test_no_database_takes_two_names_for_one():
    known = report(*RECORDS[0])
    for dialect in DIALECTS.values():
        longest = dialect.longest or 10_000
        made = [
            text.split('"')[1]
            for _, text in statements(known, dialect.name)
            if text.startswith("CREATE TABLE")
        ]
        assert len(made) == len(set(made)) > 200
        assert max(len(name.encode()) for name in made) <= longest


def test_a_name_is_cut_by_what_is_written_of_it():
    """The marks of its capitals count too."""
    name = "recorded withdrawal-notified to=Security Council party (6)"
    written = {DIALECTS["postgres"].named(text) for text in (name, name.lower(), name.upper())}
    assert len(written) == 3
    assert max(len(text) - len('""') for text in written) <= 63


# -- the command ---------------------------------------------------------------------


def run(capsys, *arguments):
    code = invoke(["sql", *map(str, arguments)])
    return code, *capsys.readouterr()


def test_the_command_prints_a_script_that_runs(capsys, tmp_path):
    name, as_of = RECORDS[1]
    code, out, err = run(capsys, FACTS / name, "--dialect", "sqlite", "--as-of", as_of)
    assert (code, err) == (0, "")
    database = sqlite3.connect(tmp_path / "record.db")
    database.executescript(out)
    found = database.execute('SELECT * FROM "ccm finding"').fetchall()
    assert set(found) == expected(report(name, as_of))
    comments = [line for line in out.splitlines() if line.startswith("-- ") and "#" not in line]
    assert max(map(len, comments)) <= 80
    assert out.count('INSERT INTO "ccm as-of"') == 1


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_without_facts_it_says_what_belongs_in_every_column(capsys, dialect):
    code, out, err = run(capsys, "--dialect", dialect, "--as-of", "2023-06-30")
    assert (code, err) == (0, "")
    assert "the State, by its ISO 3166-1 alpha-3 code" in out
    assert 'CREATE TABLE IF NOT EXISTS "ccm fact signature"' in out
    assert 'INSERT INTO "ccm fact' not in out
    assert 'INSERT INTO "ccm as-of" VALUES (738701, 738701, 1);' in out
    again = run(capsys, "--dialect", dialect, "--as-of", "2023-06-30")
    assert again[1] == out


def test_it_writes_to_a_file(capsys, tmp_path):
    place = tmp_path / "run.sql"
    code, out, _ = run(capsys, "--dialect", "postgres", "--output", place)
    assert (code, out) == (0, "")
    assert place.read_text(encoding="utf-8").startswith("-- The rules of ccm-check for PostgreSQL")


def test_only_what_was_known_is_written(capsys):
    known = ("--dialect", "sqlite", FACTS / RECORDS[0][0])
    _, whole, _ = run(capsys, *known)
    code, part, _ = run(capsys, *known, "--known-by", "2022-01-01")
    assert code == 0
    assert part.count("\n  (") < whole.count("\n  (")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Missing option '--dialect'"),
        (("--dialect", "oracle"), "'oracle' is not one of"),
        (("--dialect", "sqlite", "--known-by", "2023-01-01"), "none are given"),
        (("no-such-file.json", "--dialect", "sqlite"), "no-such-file.json"),
    ],
)
def test_mistakes_are_said(capsys, arguments, message):
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert message in err
