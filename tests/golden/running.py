"""Running the command line in this process, alike wherever it runs."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ccm_rules.cli import invoke
from tests.conftest import ROOT
from tests.golden.masks import masked

#: What a run may look at. Nothing else of the environment reaches it.
_ENVIRONMENT = {"COLUMNS": "80", "LC_ALL": "C.UTF-8", "TZ": "UTC", "NO_COLOR": "1"}
_KEPT = ("PATH", "PYTHONHASHSEED")


@contextlib.contextmanager
def settled(home: str) -> Iterator[None]:
    """The same environment and the same directory for every run.

    Args:
        home: an empty folder, in which the cache of rules is kept.
    """
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    before, here = dict(os.environ), os.getcwd()
    os.environ.clear()
    os.environ.update(kept | _ENVIRONMENT | {"HOME": home, "XDG_CACHE_HOME": home})
    os.chdir(ROOT)
    try:
        yield
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(before)


def said(*arguments: str, places: tuple[str, ...] = ()) -> str:
    """What a command line writes to standard output and standard error, and its exit code.

    Args:
        arguments: the words after ``ccm-check``.
        places: folders to mask.
    """
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    err = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = invoke(arguments)
    text = out.buffer.getvalue().decode("utf-8")  # type: ignore[attr-defined]
    out.detach()
    return masked(_joined(text, err.getvalue(), code), *places)


def said_elsewhere(*arguments: str) -> str:
    """The same from a process of its own, for engines that fork or start threads."""
    command = [sys.executable, "-c", "from ccm_rules.cli import run; run()", *arguments]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    return masked(_joined(run.stdout, run.stderr, run.returncode))


def _joined(out: str, err: str, code: int) -> str:
    assert "internal error" not in err, err
    notes = "".join(f"stderr: {line}\n" for line in err.splitlines())
    return f"{out}{notes}" + (f"exit code: {code}\n" if code else "")


def written(name: str, *arguments: str) -> tuple[str, dict[str, bytes]]:
    """What a command says, and the files that it writes, by name.

    Args:
        name: of the file or folder that it is to write, which ``--output`` gives it.
        arguments: the words after ``ccm-check``.
    """
    with tempfile.TemporaryDirectory() as place:
        words = said(*arguments, "--output", f"{place}/{name}", places=(place,))
        files = {
            path.relative_to(place).as_posix(): path.read_bytes()
            for path in sorted(Path(place).rglob("*"))
            if path.is_file()
        }
    return words, files
