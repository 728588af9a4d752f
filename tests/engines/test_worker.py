"""The process in which durable-rules runs: whatever its end, the caller hears of it."""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ccm_rules.cli import invoke
from ccm_rules.compiler.program import Atom, Clause, Count, Demand, Program, Variable
from ccm_rules.engines.compare import first_difference
from ccm_rules.engines.durable import driver as durable
from ccm_rules.engines.durable import worker
from ccm_rules.errors import EngineError
from tests.conftest import REAL, ROOT

V = Variable
ASKING = Clause(
    "only", "r", "h", (V("k"), V("n")), True, 1, True,
    (Atom("a", (V("k"),), True), Atom("f", (V("k"), V("n")), False)), (), (), ("k", "n"),
)  # fmt: skip
#: A program that asks a function, through which anything can happen in the worker.
PROGRAM = Program(
    {"a": (("k", "text"),), "f": (("k", "text"), ("n", "int")), "h": (("k", "text"), ("n", "int"))},
    (ASKING,),
    (),
    {"f": {}},
    (Demand("f", "a", (0,), 1),),
    dict.fromkeys("afh", ()),
)
BASE = {"a": {("P",): 1}}


def seven(_, arguments):
    return [(*row, 7) for row in arguments]


def crash(*_):
    faulthandler.disable()  # pytest's, which would print the child's end as ours
    os.kill(os.getpid(), signal.SIGSEGV)


def leave(*_):
    os._exit(3)


def fail(*_):
    raise LookupError("no such day")


def stray(*_):
    return [("P", 2**70)]


@contextlib.contextmanager
def another_thread():
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.fixture(params=["forked", "spawned"])
def way(request, monkeypatch):
    """Both ways in which the worker is started."""
    monkeypatch.chdir(ROOT)  # where a new interpreter finds this module
    calls = []
    real = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: calls.append(a) or real(*a, **k))
    with another_thread() if request.param == "spawned" else contextlib.nullcontext():
        yield request.param
    assert calls or request.param == "forked"


def test_an_answer(way):
    assert worker.start(PROGRAM, BASE, seven).result() == {"only": frozenset({("P", 7)})}


@pytest.mark.parametrize(
    ("fill", "says"),
    [
        (crash, r"crashed twice \(signal 11\)"),
        (leave, r"without an answer \(exit code 3\)"),
        (fail, "LookupError: no such day"),
        (stray, "too large"),
    ],
)
def test_every_other_end_is_an_error_with_a_message(way, fill, says):
    if fill is stray:  # the row reaches the engine only where its columns are compared
        condition = [Atom("f", (V("k"), V("n")), False)] * 2
        program = PROGRAM._replace(clauses=(ASKING._replace(body=(ASKING.body[0], *condition)),))
    else:
        program = PROGRAM
    with pytest.raises(EngineError, match=says):
        worker.start(program, BASE, fill).result()


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("kill -SEGV $$", "crashed twice"),
        ("exit 3", "without an answer (exit code 3)"),
        ("cat >/dev/null; printf 'failed\\nKeyError: x'; exit 1", "durable-rules failed: KeyError"),
        ("cat >/dev/null; echo a stray line; exit 0", "without an answer (exit code 0)"),
        ("cat >/dev/null; printf '\\n'; exit 0", "without an answer (exit code 0)"),
        ("cat >/dev/null; echo done; exit 0", "cannot be read"),
        ("cat >/dev/null; printf 'done\\n\\377'; exit 0", "cannot be read"),
        ("cat >/dev/null; printf 'done\\n{\\333'; exit 0", "cannot be read"),
        ("cat >/dev/null; printf 'done\\nx'; exit 1", "without an answer (exit code 1)"),
    ],
)
def test_a_new_interpreter_that_fails_publishes_nothing(monkeypatch, capfd, tmp_path, script, says):
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    with another_thread():
        assert invoke([str(REAL), "--engine", "both"]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert says in err
    assert "Traceback" not in err


# -- a process that dies of a signal ------------------------------------------------


_IMPORTED_IN = os.getpid()


def crash_where_forked(_, arguments):
    """Dies in a fork; a new interpreter imports this module itself."""
    if os.getpid() != _IMPORTED_IN:
        crash()
    return seven(_, arguments)


def test_a_fork_that_crashes_is_tried_once_more_in_a_new_interpreter(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert worker.start(PROGRAM, BASE, crash_where_forked).result() == {
        "only": frozenset({("P", 7)})
    }


class Trap:
    """Garbage that kills whoever collects it elsewhere than where it was made."""

    def __init__(self):
        self.me, self.home = self, os.getpid()

    def __del__(self):
        if os.getpid() != self.home:
            crash()


def much_garbage(_, arguments):
    for _ in range(5_000):
        one = []
        one.append(one)
    return seven(_, arguments)


def test_a_fork_does_not_collect_what_its_parent_threw_away(monkeypatch):
    """A connection to DuckDB among it waited for threads that a fork lacks, or crashed."""
    calls = []
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **_: calls.append(a) or 1 / 0)
    before = gc.get_threshold()
    gc.set_threshold(100, 1, 1)
    try:
        Trap()
        found = worker.start(PROGRAM, BASE, much_garbage).result()
    finally:
        gc.set_threshold(*before)
        gc.collect()
    assert found == {"only": frozenset({("P", 7)})}
    assert gc.isenabled()
    assert not calls


def test_a_new_interpreter_imports_nothing_from_the_working_directory(monkeypatch, tmp_path):
    (tmp_path / "pickle.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(ROOT))
    with another_thread():
        assert worker.start(PROGRAM, BASE, seven).result() == {"only": frozenset({("P", 7)})}
    assert not (tmp_path / "ran").exists()


@pytest.fixture
def crashing(monkeypatch, tmp_path):
    """Every process of durable-rules dies of a signal, forked or new; gives how many were new."""
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\necho >>{tmp_path}/started\nkill -SEGV $$\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.setattr(durable.Durable, "level", crash)

    def started():
        return len((tmp_path / "started").read_text().splitlines())

    return started


def test_an_engine_that_crashes_twice_counts_as_absent(crashing, capfd):
    assert invoke([str(REAL), "--engine", "sqlite", "--format", "json"]) == 1
    alone = json.loads(capfd.readouterr().out)
    assert invoke([str(REAL), "--format", "json"]) == 1
    found = json.loads(capfd.readouterr().out)
    assert crashing() == 1
    assert found["engines"] == ["sqlite"]
    line = (
        "durable-rules crashed twice and counts as absent: one engine (sqlite) was used, so "
        "nothing confirms its result"
    )
    assert found["warnings"] == [*alone["warnings"], line]
    assert found["findings"] == alone["findings"]
    assert invoke([str(REAL)]) == 1
    out = capfd.readouterr().out
    assert line in " ".join(out.split())
    assert out.rstrip().endswith("one engine (sqlite).")


@pytest.mark.parametrize("engine", ["durable", "both"])
def test_an_engine_that_was_asked_for_must_not_crash(crashing, capfd, engine):
    assert invoke([str(REAL), "--engine", engine]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert "durable-rules crashed twice" in err
    assert "nothing is published" in err


def test_no_night_is_lost(crashing, capfd, tmp_path):
    night = ["alert", str(REAL), "--as-of", "2023-06-30", "--ledger", str(tmp_path / "ledger.db")]
    assert invoke([*night, "--to", "stdout"]) == 0
    out, err = capfd.readouterr()
    assert "crashed twice and counts as absent" in " ".join(err.split())
    assert "engines: sqlite." in " ".join(out.split())


def test_a_history_is_confirmed_by_those_that_are_left(crashing, capfd):
    span = ["--since", "2023-06-01", "--until", "2023-06-30", "--format", "json"]
    assert invoke(["history", str(REAL), *span]) == 0
    found = json.loads(capfd.readouterr().out)
    assert found["engines"] == ["timeline", "sqlite"]
    assert any("crashed twice" in warning for warning in found["warnings"])


def test_a_cancelled_worker_leaves_no_pipe_open():
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        worker.start(PROGRAM, BASE, seven).cancel()
    assert len(os.listdir("/proc/self/fd")) == before


def test_answers_leave_no_pipe_and_no_process_behind(way):
    worker.start(PROGRAM, BASE, seven).result()
    before = len(os.listdir("/proc/self/fd"))
    for fill in (seven, leave, fail):
        with contextlib.suppress(EngineError):
            worker.start(PROGRAM, BASE, fill).result()
    assert len(os.listdir("/proc/self/fd")) == before
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


_GROWTH = """
import sys
from ccm_rules.engines.durable import driver as durable
from ccm_rules.engines.host import evaluate
from tests.engines.test_worker import ASKING, PROGRAM, seven
if sys.argv[1] == "keep":
    import durable_rules_engine as engine
    class Keeping:
        def __getattr__(self, name):
            return (lambda *_: None) if name.startswith("delete") else getattr(engine, name)
def run():
    made = durable.Durable(PROGRAM)
    if sys.argv[1] == "keep":
        made._engine = Keeping()
    rows = {(f"S{n}",): 1 for n in range(300)}
    evaluate(PROGRAM, {"a": rows}, seven, made)
def size():
    return int(open("/proc/self/statm").read().split()[1])
for _ in range(5):
    run()
before = size()
for _ in range(30):
    run()
print(size() - before)
"""


def growth(how):
    run = subprocess.run(
        [sys.executable, "-c", _GROWTH, how], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return int(run.stdout)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="sizes are read from /proc")
def test_rulesets_give_their_memory_back():
    """Pages after thirty rulesets of 601 facts, against a driver that deletes none."""
    assert growth("delete") * 4 < growth("keep")


# -- where two engines part --------------------------------------------------------


def step(name, level):
    return ASKING._replace(id=name, level=level)


def test_the_lowest_level_is_shown_first_whatever_its_name():
    made = PROGRAM._replace(clauses=(step("a", 2), step("z", 1)))
    one = {"a": frozenset({("P", 1)}), "z": frozenset({("P", 1), ("Q", 2)})}
    other = {"a": frozenset(), "z": frozenset({("P", 1)})}
    assert first_difference(made, one, other) == ("z", ("Q", 2), 0)
    assert first_difference(made, other, one) == ("z", ("Q", 2), 1)
    assert first_difference(made, one, dict(one)) is None


def test_the_least_values_are_shown_though_numbers_and_texts_are_mixed():
    made = PROGRAM._replace(clauses=(step("a", 1),))
    one = {"a": frozenset({("P", 2), (5, "x"), ("P", 1)})}
    assert first_difference(made, one, {}) == ("a", (5, "x"), 0)


def test_counts_are_compared_too():
    made = PROGRAM._replace(clauses=(step("a", 3),), counts=(Count("n", "r", "h", "a", 0, 2),))
    one = {"a": frozenset({("P", 2)}), "n": frozenset({(1, 1)})}
    other = {"n": frozenset({(1, 2)})}
    assert first_difference(made, one, other) == ("n", (1, 1), 0)


def test_an_engine_that_adds_is_named(monkeypatch, capfd):
    honest = durable.Durable.level

    def invents(self, clauses, counts, rows):
        for step, answer in honest(self, clauses, counts, rows):
            more = [min(answer)] if step.head == "entry-into-force" and answer else []
            zzz = {tuple("ZZZ" if isinstance(v, str) else v for v in row) for row in more}
            yield step, set(answer) | zzz

    monkeypatch.setattr(durable.Durable, "level", invents)
    assert invoke([str(REAL), "--engine", "both"]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert "only durable-rules derives" in err
    assert "ZZZ" in err
