"""The command line, ``ccm-check``: options go in, a document is published, a code comes out.

`run` is the one place where exceptions become messages and exit codes: 0
nothing at the threshold, 1 findings, 2 could not run, 3 nothing to check.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from ccm_rules.errors import InputError

__all__ = ["invoke", "run"]

FOUND, FAILED, NOTHING, INTERRUPTED = 1, 2, 3, 130


def run() -> NoReturn:
    """Run the command line of this process."""
    import gc

    gc.disable()  # a short run makes no garbage that is worth looking for
    code = invoke(sys.argv[1:])
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        sys.exit(code)
    os._exit(code)  # everything is written; taking the record apart would only take time


def invoke(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; never raises."""
    traceback = "--traceback" in arguments or bool(os.environ.get("CCM_TRACEBACK"))
    arguments = [argument for argument in arguments if argument != "--traceback"]
    try:
        return _invoke(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        if traceback:
            raise
        what = " ".join(f"{type(error).__name__}: {error}".split())
        _complain(
            f"internal error: {what[:300]}",
            "This is a fault of ccm-check, not of your files; --traceback shows where.",
        )
        return FAILED


def _invoke(arguments: Sequence[str]) -> int:
    import click

    from ccm_rules.cli.group import main
    from ccm_rules.errors import CcmError, InputError

    try:
        code = main.main(list(arguments), prog_name="ccm-check", standalone_mode=False)
    except click.exceptions.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return NOTHING if error.exit_code == NOTHING else FAILED
    except InputError as error:
        _problems(error)
        return FAILED
    except CcmError as error:
        _complain(str(error))
        return FAILED
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _complain(f"{where}{error.strerror or error}")
        return FAILED
    return code if isinstance(code, int) else 0


def _problems(error: InputError) -> None:
    from ccm_rules.formats.terminal import harmless
    from ccm_rules.words.counting import plural

    for problem in error.problems:
        clean = problem._replace(
            file=harmless(problem.file),
            path=harmless(problem.path),
            message=harmless(problem.message),
            mend=harmless(problem.mend),
        )
        _write(str(clean))
    _write(f"ccm-check: {plural(len(error.problems), 'problem')}; nothing was checked")


def _complain(*lines: str) -> None:
    from ccm_rules.formats.terminal import harmless

    first, *rest = (harmless(line) for text in lines for line in text.split("\n"))
    _write(f"ccm-check: {first}")
    for line in rest:
        _write(line)


def _write(line: str) -> None:
    """Write to standard error; if nobody can read it, the exit code still speaks."""
    try:
        encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
        print(line.encode(encoding, "backslashreplace").decode(encoding), file=sys.stderr)
    except (OSError, ValueError, AttributeError):
        pass
