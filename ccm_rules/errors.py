"""What is wrong with an input, said so that its author can mend it.

A loader never stops at the first mistake: it collects `Problem` records and
raises them together as one `InputError`. The command line turns that into
messages and exit code 2.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Problem(NamedTuple):
    """One mistake in an input file.

    Attributes:
        file: the file as the user named it.
        line: line number from 1, or 0 where a line makes no sense.
        column: column number from 1, or 0.
        path: place inside the document, such as ``facts[3].date``.
        message: what is wrong.
        mend: what to do about it.
    """

    file: str
    line: int
    column: int
    path: str
    message: str
    mend: str = ""

    def __str__(self) -> str:
        """Show the problem on one line (two with a mend)."""
        place = self.file
        if self.line:
            place += f":{self.line}:{self.column}" if self.column else f":{self.line}"
        if self.path:
            place += f" ({self.path})"
        text = f"{place}: {self.message}"
        return f"{text}\n    mend: {self.mend}" if self.mend else text


class CcmError(Exception):
    """Base of every error that this package raises on purpose."""


class InputError(CcmError):
    """One or more files cannot be used; ``problems`` says why, all at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class EngineError(CcmError):
    """An engine crashed, could not be used, or lost something."""


class EngineCrashedError(EngineError):
    """An engine died of a signal twice, so it counts as one that is not there.

    Attributes:
        engine: its name.
        signal: the number of the signal.
    """

    def __init__(self, engine: str, signal: int) -> None:
        super().__init__(f"{engine} crashed twice (signal {signal}); nothing is published")
        self.engine = engine
        self.signal = signal


class EnginesDifferError(EngineError):
    """Two engines derived different things, so nothing can be published."""
