"""Running the command line in this process, alike wherever it runs."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator

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
    assert "internal error" not in err.getvalue(), err.getvalue()
    notes = "".join(f"stderr: {line}\n" for line in err.getvalue().splitlines())
    return masked(f"{text}{notes}" + (f"exit code: {code}\n" if code else ""), *places)
