"""TOML, with everything that can be wrong with it said as a `Problem`.

`tomllib` lets Python's own limits through as exceptions of other kinds, and says
"at end of document" in place of a line.
"""

from __future__ import annotations

import re
from typing import Any

from ccm_rules.errors import InputError, Problem


def read_toml(file: str, data: bytes) -> tuple[str, dict[str, Any]]:
    """Read the bytes of a TOML file.

    Args:
        file: its name, for messages.
        data: its bytes.

    Returns:
        The text, and the document.

    Raises:
        InputError: it is no TOML; the problem says at which line.
    """
    import tomllib

    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = Problem(file, line, 1, "", "is not UTF-8 text", "save the file as UTF-8")
        raise InputError([problem]) from None
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what = str(error).split(" (at ")[0]
        match = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(match[1]), int(match[2])) if match else (text.count("\n") + 1, 1)
    except RecursionError:
        what, column = "it is nested too deeply", 1
        line = _most(text, r"[\[{.]", count=True)
    except ValueError:  # what Python cannot read as a number
        what, column = "a number has too many digits", 1
        line = _most(text, r"\w+", count=False)
    problem = Problem(file, line, column, "", f"is not TOML: {what}", "mend the file at this place")
    raise InputError([problem]) from None


def _most(text: str, pattern: str, *, count: bool) -> int:
    """The line with the most, or the longest, of something."""
    sizes = []
    for line in text.split("\n"):
        lengths = [len(match) for match in re.findall(pattern, line)]
        sizes.append(len(lengths) if count else max(lengths, default=0))
    return sizes.index(max(sizes)) + 1
