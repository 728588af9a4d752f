"""The process in which durable-rules runs.

It crashes natively and never gives memory back, so it never runs in the caller's
own process. A child evaluates the program and writes its answer to a pipe; any
other end is an `EngineError`.
"""

from __future__ import annotations

import marshal
import os
import sys
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ccm_rules.compiler.program import Program
from ccm_rules.engines.host import Bindings, Fill, Rows, evaluate
from ccm_rules.errors import EngineError

if TYPE_CHECKING:
    import subprocess


class Pending:
    """An evaluation that is under way in another process."""

    def __init__(self, pid: int, pipe: int, process: subprocess.Popen[bytes] | None = None) -> None:
        self._pid = pid
        self._pipe = os.fdopen(pipe, "rb")
        self._process = process

    def result(self) -> Bindings:
        """Wait for the answer.

        Raises:
            EngineError: the process failed, or ended without an answer.
        """
        try:
            with self._pipe as stream:
                data = stream.read()
        except BaseException:
            self.cancel()
            raise
        status = (
            self._process.wait()
            if self._process
            else os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
        )
        if status < 0:
            raise EngineError(f"durable-rules crashed (signal {-status}); nothing is published")
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

    def cancel(self) -> None:
        """End the process: its answer is not wanted any more."""
        import signal

        self._pipe.close()
        os.kill(self._pid, signal.SIGKILL)
        if self._process:
            self._process.wait()
        else:
            os.waitpid(self._pid, 0)


def start(program: Program, base: Mapping[str, Rows], fill: Fill) -> Pending:
    """Begin an evaluation on durable-rules in a process of its own.

    A fork is quick and shares what is loaded; where there is none, or where
    threads make it unsafe, a new interpreter is started instead.
    """
    if hasattr(os, "fork") and threading.active_count() == 1:
        return _fork(program, base, fill)
    import pickle
    import subprocess

    process = subprocess.Popen(
        [sys.executable, "-m", "ccm_rules.engines.durable.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with process.stdin as stream:
            pickle.dump((program, base, fill), stream)
    except BrokenPipeError:
        pass  # it ended already; result() says how
    pipe = os.dup(process.stdout.fileno())
    process.stdout.close()
    return Pending(process.pid, pipe, process)


def _fork(program: Program, base: Mapping[str, Rows], fill: Fill) -> Pending:
    read, write = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        os.close(write)
        return Pending(pid, read)
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
