"""The printed rules run where the data already lies: on PostgreSQL and on ClickHouse."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from ccm_rules.engines.sql.dialects import POSTGRES
from ccm_rules.engines.sql.script import written
from tests.engines.scripts import RECORDS, expected, report, statements

pytestmark = pytest.mark.system

#: ClickHouse is loaded in a process of its own, which it may take down.
_CLICKHOUSE = """
import json, sys
from chdb.session import Session
session = Session()
session.query("CREATE DATABASE record")
session.query("USE record")
for text in json.load(sys.stdin):
    answer = session.query(text, "JSONCompact")
json.dump(json.loads(answer.bytes())["data"], sys.stdout)
"""


def _programs() -> Path:
    """Where Debian keeps PostgreSQL's own programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    place = str(found[-1]) if found else shutil.which("initdb")
    assert place, "PostgreSQL is not installed: make test-system installs it"
    return Path(place).parent


@pytest.fixture(scope="module")
def postgres():
    """Run a script on a PostgreSQL of our own, and get the rows of a query as text."""
    programs = _programs()
    # A socket's path may have 107 characters, which pytest's directories exceed.
    home = Path(tempfile.mkdtemp(prefix="ccm-pg-", dir="/tmp"))
    user = {}
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        other = pwd.getpwnam("nobody")
        os.chown(home, other.pw_uid, other.pw_gid)
        user = {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": []}

    def run(program, *arguments, text=None):
        done = subprocess.run(
            [programs / program, *arguments],
            input=text,
            capture_output=True,
            text=True,
            cwd=home,
            env={**os.environ, "LC_ALL": "C.UTF-8", "PGUSER": "ccm", "PGDATABASE": "postgres"},
            check=False,
            **user,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    data = str(home / "data")
    try:
        run("initdb", "-D", data, "-U", "ccm", "-A", "trust", "-E", "UTF8", "--no-sync")
        start = ["-D", data, "-w", "-l", str(home / "log"), "-o", f"-k {home} -c fsync=off -h ''"]
        # What the server writes must not hold our pipe open.
        subprocess.run(
            [programs / "pg_ctl", *start, "start"],
            cwd=home,
            stdout=subprocess.DEVNULL,
            check=True,
            **user,
        )

        def psql(*arguments, text=None):
            connect = ["-h", str(home), "-X", "-q", "-v", "ON_ERROR_STOP=1"]
            return run("psql", *connect, *arguments, text=text)

        yield psql
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home)


@pytest.mark.parametrize(("name", "as_of"), RECORDS)
def test_on_postgres(postgres, name, as_of):
    known = report(name, as_of)
    postgres("-o", "/dev/null", text=written(iter(statements(known, "postgres"))))
    query = 'SELECT fingerprint, rule, name, severity, party FROM "ccm finding"'
    rows = list(csv.reader(postgres("--csv", "-t", "-c", query).splitlines()))
    assert len(rows) == len(set(map(tuple, rows)))
    assert {tuple(row) for row in rows} == expected(known)


def test_tables_on_postgres_are_judged_on_another_day(postgres):
    known, earlier = report(*RECORDS[0]), report(RECORDS[0][0], "2021-03-01")
    postgres("-o", "/dev/null", text=written(iter(statements(known, "postgres"))))
    postgres("-o", "/dev/null", text=written(iter(statements(earlier, "postgres", filled=False))))
    query = 'SELECT fingerprint, rule, name, severity, party FROM "ccm finding"'
    rows = csv.reader(postgres("--csv", "-t", "-c", query).splitlines())
    assert {tuple(row) for row in rows} == expected(earlier)


@pytest.mark.parametrize("date", ["1990-01-01", "2000-02-29", "2023-06-30", "2110-12-31"])
def test_day_numbers_on_postgres_are_those_of_the_script(postgres, date):
    told = postgres("-t", "-A", "-c", f"SELECT {POSTGRES.day} FROM (SELECT DATE '{date}' AS d) q")
    assert int(told) == dt.date.fromisoformat(date).toordinal()


@pytest.mark.parametrize(("name", "as_of"), RECORDS)
def test_on_clickhouse(name, as_of):
    known = report(name, as_of)
    texts = [text for _, text in statements(known, "clickhouse") if text]
    done = subprocess.run(
        [sys.executable, "-c", _CLICKHOUSE],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    rows = [tuple(row) for row in json.loads(done.stdout)]
    assert len(rows) == len(set(rows))
    assert set(rows) == expected(known)
