"""The ledger under fault: locked, read-only, damaged, newer, full; and looking after it."""

from __future__ import annotations

import contextlib
import csv
import ctypes
import fcntl
import io
import json
import os
import resource
import sqlite3
import subprocess
import sys

import pytest

from ccm_rules.alerts import tables as schema
from ccm_rules.alerts.ledger import Ledger
from ccm_rules.alerts.ledger_file import LedgerError

TOGO = "initial-report:TGO"


def _faults(job):
    return [e["says"] for b in job.messages() for e in b.get("events", ()) if e["kind"] == "fault"]


# -- two at once -------------------------------------------------------------------


def test_a_second_run_leaves_with_a_message(job):
    job.night("2023-06-30")
    with open(f"{job.ledger}.lock", "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        outcome = job.night("2023-07-01", "--wait", "0")
    assert outcome.code == 4
    assert "another run is at work on this ledger" in outcome.err
    assert len(job.messages()) == 1  # no fault: the other run is doing the work


def test_two_runs_at_once_tell_each_thing_once(job):
    command = [sys.executable, "-m", "ccm_rules", "alert", job.path, "--ledger", job.ledger]
    command += ["--to", job.folder.as_uri(), "--as-of", "2023-06-30", "--engine", "sqlite"]
    runs = [
        subprocess.Popen([str(c) for c in command], stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    logs = [run.communicate(timeout=60)[1] for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0], logs
    assert sum(log.count("delivered message") for log in logs) == 1
    assert len(job.messages()) == 1


def test_a_ledger_locked_by_another_program(job):
    job.night("2023-06-30")
    with contextlib.closing(sqlite3.connect(job.ledger)) as other:
        other.execute("BEGIN EXCLUSIVE")
        outcome = job.night("2023-07-01", "--wait", "0.1")
        other.rollback()
    assert outcome.code == 4
    assert "is locked by another program" in outcome.err
    assert job.night("2023-07-01").code == 0


# -- a ledger that cannot be used ----------------------------------------------------


def _damage(job):
    # A page in the middle, as a bad disk would leave it.
    data = bytearray(job.ledger.read_bytes())
    data[4096:8192] = os.urandom(4096)
    job.ledger.write_bytes(data)


def _no_database(job):
    job.ledger.write_bytes(b"this is no database" * 100)


def _another(job):
    job.ledger.unlink()
    with contextlib.closing(sqlite3.connect(job.ledger)) as db:
        db.execute("CREATE TABLE t (x)")


def _newer(job):
    with contextlib.closing(sqlite3.connect(job.ledger)) as db:
        db.execute("PRAGMA user_version = 99")


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (_damage, "is damaged"),
        (_no_database, "is damaged"),
        (_another, "no ledger of ccm-check"),
        (_newer, "was written by a newer ccm-check"),
    ],
)
def test_a_ledger_that_cannot_be_used_is_left_alone_and_told(job, harm, said):
    job.night("2023-06-30")
    harm(job)
    before = job.ledger.read_bytes()
    outcome = job.night("2023-07-01")
    assert outcome.code == 2
    assert said in outcome.err
    assert job.ledger.read_bytes() == before
    (fault,) = _faults(job)
    assert said in fault


def _process(job, home, *arguments, before=None):
    """Run the job in a process of its own."""
    command = [sys.executable, "-m", "ccm_rules", "alert", job.path, "--ledger", job.ledger]
    command += ["--engine", "sqlite", "--rules", home, *arguments]
    return subprocess.run(
        [str(word) for word in command],
        preexec_fn=before,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _without_privilege():
    """Let the modes of files hold for root too: drop the capabilities to pass over them."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            assert libc.prctl(24, capability, 0, 0, 0) == 0  # PR_CAPBSET_DROP


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_read_only_ledger(job, hook, home, what):
    job.night("2023-06-30")
    place = job.ledger if what == "file" else job.ledger.parent
    mode = place.stat().st_mode
    place.chmod(0o444 if what == "file" else 0o555)
    try:
        done = _process(
            job, home, "--as-of", "2023-07-01", "--to", hook.url, before=_without_privilege
        )
    finally:
        place.chmod(mode)
    assert done.returncode == 2, done.stderr
    assert "cannot be" in done.stderr
    assert hook.kinds() == ["fault"]
    assert job.night("2023-07-01").code == 0


def test_a_full_disk_writes_nothing_and_is_told(job, hook, home):
    job.night("2023-06-30")
    job.record["facts"] += [
        {"fact": "stated-count", "of": f"n{n}", "value": n, "date": "2023-06-30", "source": "PAPER"}
        for n in range(2_000)
    ]
    job.write()

    def limit():
        # Writing beyond this size fails, as on a full disk.
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    done = _process(job, home, "--as-of", "2023-07-01", "--to", hook.url, before=limit)
    assert done.returncode == 2, done.stderr
    assert "nothing was written" in done.stderr
    assert hook.kinds() == ["fault"]
    job.night("2023-07-01")
    assert len([e for e in job.events() if e[1] == "new"]) == 2_000


def test_sqlite_says_that_the_disk_is_full(tmp_path):
    place = str(tmp_path / "l.db")
    with Ledger(place) as ledger:
        ledger._db.execute("PRAGMA max_page_count = 20")
        with pytest.raises(LedgerError, match="the disk is full"), ledger.transaction():
            ledger.set_meta("x", "y" * 500_000)
        assert ledger.meta("x") == ""


# -- facts that cannot be used --------------------------------------------------------


@pytest.mark.parametrize("harm", ["missing", "half", "mistake", "empty"])
def test_facts_that_cannot_be_used_are_told_once_and_the_ledger_is_kept(job, harm):
    job.night("2023-06-30")
    job.write()
    text = job.path.read_text()
    job.record["facts"][0]["party"] = "XXX"
    if harm == "missing":
        job.path.unlink()
    elif harm == "half":
        job.path.write_text(text[: len(text) // 2])
    elif harm == "empty":
        job.path.write_text("{}")
    else:
        job.write()
    for day in range(1, 9):
        outcome = job.night(f"2023-07-0{day}", write=False)
        assert outcome.code == 2
    assert len(_faults(job)) == 2  # on the first night, and a week later
    assert "facts.json" in _faults(job)[0]
    job.path.write_text(text)
    assert job.night("2023-07-09", write=False).code == 0
    assert [kind for _, kind, _ in job.events()] == ["fault", "fault", "mended"]


def test_a_faulty_night_is_made_up(job):
    job.night("2023-10-29")
    job.path.write_text("{")
    job.night("2023-10-30", write=False)
    job.night("2023-10-31")
    assert ("2023-10-30", "reminder", "initial-report:NGA") in job.events()


def test_a_rule_that_is_unknown_to_the_routing_file_is_told(job):
    job.night("2023-06-30")
    text = f"""
    [channel.files]
    folder = "{job.folder}"
    [[route]]
    name = "desk"
    channel = "files"
    rules = ["no-such-rule"]
    """
    outcome = job.night("2023-07-01", *job.config(text))
    assert outcome.code == 2
    assert "no-such-rule" in _faults(job)[0]


def test_a_routing_file_that_is_broken_is_told_where_that_can_be(job, hook):
    job.night("2023-06-30")
    config = job.config("[channel")
    assert job.night("2023-07-01", *config, "--operator", hook.url).code == 2
    assert hook.kinds() == ["fault"]
    assert "routes.toml" in hook.bodies[0]["events"][0]["says"]


def test_a_fault_of_the_program_is_told_and_the_rest_goes_on(job, monkeypatch):
    from ccm_rules.report import checking

    job.night("2023-06-30")
    with monkeypatch.context() as patch:
        patch.setattr(checking, "merge_record", lambda *_: 1 / 0)
        outcome = job.night("2023-07-01")
    assert outcome.code == 2
    assert "internal error: ZeroDivisionError" in _faults(job)[0]
    assert job.night("2023-07-02").code == 0


# -- versions ------------------------------------------------------------------------


def test_a_ledger_becomes_a_newer_one_whole_or_not_at_all(tmp_path):
    place = str(tmp_path / "l.db")
    with Ledger(place) as ledger, ledger.transaction():
        ledger.set_meta("last_day", "7")
    newer = (*schema.MIGRATIONS, "CREATE TABLE more (x);\nINSERT INTO more VALUES (1);")
    broken = (*newer[:-1], "CREATE TABLE more (x);\nINSERT INTO nothing VALUES (1);")
    with pytest.raises(LedgerError):
        Ledger(place, migrations=broken)
    with Ledger(place) as ledger:
        assert ledger.last_day == 7
    with Ledger(place, migrations=newer) as ledger:
        assert ledger.last_day == 7
        assert ledger._db.execute("SELECT x FROM more").fetchall() == [(1,)]
    with pytest.raises(LedgerError, match="newer ccm-check"):
        Ledger(place)


# -- looking after it ------------------------------------------------------------------


def test_show_export_and_prune(job):
    job.night("2023-06-30")
    job.report()
    job.night("2023-07-01")
    shown = job.ledger_command("show")
    assert "last run     as of 2023-07-01" in shown.out
    assert "waiting" not in shown.out
    exported = json.loads(job.ledger_command("export").out)
    assert exported["schema"] == "ccm-ledger/1"
    (event,) = exported["events"]
    assert (event["kind"], event["fingerprint"]) == ("updated", TOGO)
    assert [told["state"] for told in event["told"]] == ["delivered"]
    rows = list(csv.DictReader(io.StringIO(job.ledger_command("export", "--format", "csv").out)))
    assert [row["fingerprint"] for row in rows] == [TOGO]
    pruned = job.ledger_command("prune", "--before", "2023-07-02")
    assert "3 events and messages forgotten" in pruned.out
    assert json.loads(job.ledger_command("export").out)["events"] == []
    job.night("2023-07-02")
    assert len(job.messages()) == 2  # nothing is told again


def test_prune_keeps_what_waits(job, hook):
    hook.always = 500
    job.night("2023-06-30", to=[hook.url])
    job.ledger_command("prune", "--before", "2024-01-01")
    hook.always = None
    job.night("2023-07-01", to=[hook.url])
    assert hook.bodies[0]["kind"] == "digest"


def test_a_channel_that_is_no_more(job, hook):
    hook.always = 500
    job.night("2023-06-30", to=[hook.url])
    outcome = job.night("2023-07-01")
    assert outcome.code == 1
    assert "any more" in outcome.err
    waiting = job.ledger_command("show").out
    name = next(line for line in waiting.splitlines() if line.startswith("waiting"))
    channel = name.split(" ", 2)[2].strip().split(" · ")[0].split(" ", 1)[1]
    assert job.ledger_command("drop", "--channel", channel).code == 0
    assert job.night("2023-07-02").code == 0


@pytest.mark.parametrize("name", ["show", "export", "prune", "retry"])
def test_there_is_no_such_ledger(job, name):
    outcome = job.ledger_command(name)
    assert outcome.code == 2
    assert "there is no such ledger" in outcome.err
    assert not job.ledger.exists()


def test_only_its_owner_may_read_a_ledger(job):
    job.night("2023-06-30")
    assert job.ledger.stat().st_mode & 0o077 == 0
