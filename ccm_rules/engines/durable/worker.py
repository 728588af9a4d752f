"""The process in which durable-rules runs: a program and rows go in, bindings come out.

It crashes natively and never gives memory back, so it never runs in the caller's
own process. A child evaluates the program and writes its answer to a pipe; any
other end is an `EngineError`. A child that dies of a signal is tried once more, in a new
interpreter: a fork inherits all that its parent loaded, and not the threads that that needs.
"""

from __future__ import annotations

import gc
import marshal
import os
import sys
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ccm_rules.compiler.program import Program
from ccm_rules.engines.host import Bindings, Fill, Rows, evaluate
from ccm_rules.errors import EngineCrashedError, EngineError

if TYPE_CHECKING:
    import subprocess


class _Child:
    """A process that is to answer."""

    def __init__(self, pid: int, pipe: int, process: subprocess.Popen[bytes] | None = None) -> None:
        self._pid = pid
        self._pipe = os.fdopen(pipe, "rb")
        self._process = process

    def end(self) -> tuple[bytes, int]:
        """Wait for what it writes, and for how it ends: an exit code, or minus a signal."""
        try:
            with self._pipe as stream:
                data = stream.read()
        except BaseException:
            self.kill()
            raise
        return data, self._wait()

    def kill(self) -> None:
        """End it: its answer is not wanted any more."""
        import signal

        self._pipe.close()
        os.kill(self._pid, signal.SIGKILL)
        self._wait()

    def _wait(self) -> int:
        if self._process:
            return self._process.wait()
        return os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])


class Pending:
    """An evaluation that is under way in another process."""

    def __init__(self, program: Program, base: Mapping[str, Rows], fill: Fill) -> None:
        """Begin it; see `start`."""
        self._work = (program, base, fill)
        # Other threads make a fork unsafe, and not every system has it.
        can_fork = hasattr(os, "fork") and threading.active_count() == 1
        self._child = (_forked if can_fork else _spawned)(*self._work)

    def result(self) -> Bindings:
        """Wait for the answer.

        Raises:
            EngineCrashedError: the process died of a signal, and so did another one.
            EngineError: the process failed, or ended without an answer.
        """
        data, status = self._child.end()
        if status < 0:
            self._child = _spawned(*self._work)
            data, status = self._child.end()
        if status < 0:
            raise EngineCrashedError("durable-rules", -status)
        return _answer(data, status)

    def cancel(self) -> None:
        """End the process: its answer is not wanted any more."""
        self._child.kill()


def start(program: Program, base: Mapping[str, Rows], fill: Fill) -> Pending:
    """Begin an evaluation on durable-rules in a process of its own.

    A fork is quick and shares what is loaded; where there is none, or where
    threads make it unsafe, a new interpreter is started instead.
    """
    return Pending(program, base, fill)


def _answer(data: bytes, status: int) -> Bindings:
    kind, ended, body = data.partition(b"\n")
    if kind == b"failed":
        raise EngineError(f"durable-rules failed: {body.decode(errors='replace')}")
    if kind != b"done" or not ended or status != 0:
        raise EngineError(
            f"durable-rules ended without an answer (exit code {status}); nothing is published"
        )
    try:
        found = marshal.loads(body)  # noqa: S302 - written by our child
    except (EOFError, ValueError, TypeError) as error:
        raise EngineError(f"durable-rules' answer cannot be read: {error}") from None
    if not isinstance(found, dict):
        raise EngineError("durable-rules' answer cannot be read: it is no set of bindings")
    return found


def _spawned(program: Program, base: Mapping[str, Rows], fill: Fill) -> _Child:
    import pickle
    import subprocess

    # It imports from where this process does, and not from wherever that happens to run.
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "ccm_rules.engines.durable.worker"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with process.stdin as stream:
            pickle.dump((program, base, fill), stream)
    except BrokenPipeError:
        pass  # it ended already; how, its end says
    pipe = os.dup(process.stdout.fileno())
    process.stdout.close()
    return _Child(process.pid, pipe, process)


def _forked(program: Program, base: Mapping[str, Rows], fill: Fill) -> _Child:
    read, write = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    # The child must not collect its parent's garbage: a database connection in it waits for
    # threads that the child does not have, or crashes. So it collects nothing.
    collects = gc.isenabled()
    gc.disable()
    pid = os.fork()
    if pid:
        if collects:
            gc.enable()
        os.close(write)
        return _Child(pid, read)
    code = 1
    try:
        os.close(read)
        with os.fdopen(write, "wb") as stream:
            code = _work(program, base, fill, stream)
    finally:
        os._exit(code)


def _work(program: Program, base: Mapping[str, Rows], fill: Fill, stream: Any) -> int:
    """Evaluate and write the answer; an exception is an answer too."""
    try:
        from ccm_rules.engines.durable.driver import Durable

        derived = evaluate(program, base, fill, Durable(program))
    except BaseException as error:
        stream.write(f"failed\n{type(error).__name__}: {error}".encode())
        return 1
    stream.write(b"done\n")
    marshal.dump(dict(derived.bindings), stream)
    return 0


if __name__ == "__main__":
    import pickle

    _program, _base, _fill = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent
    sys.exit(_work(_program, _base, _fill, sys.stdout.buffer))
