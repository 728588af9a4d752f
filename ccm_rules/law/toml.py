"""TOML, with everything that can be wrong with it said as a `Problem`.

`tomllib` lets Python's own limits through as exceptions of other kinds, and says
"at end of document" in place of a line.
"""

from __future__ import annotations

import re
from typing import Any

from ccm_rules.errors import InputError, Problem
from ccm_rules.words.characters import first_odd, odd_texts


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
        document = tomllib.loads(text)
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
    else:
        _refuse_odd(file, text, document)
        return text, document
    problem = Problem(file, line, column, "", f"is not TOML: {what}", "mend the file at this place")
    raise InputError([problem]) from None


def _refuse_odd(file: str, text: str, document: dict[str, Any]) -> None:
    """Refuse characters that no text may hold.

    Raises:
        InputError: with every text that holds one, at the line of the first.
    """
    at = first_odd(text)
    if at is None:
        return
    line = text.count("\n", 0, at) + 1
    if problems := [Problem(file, line, 1, *wrong) for wrong in odd_texts(document)]:
        raise InputError(problems)


def _most(text: str, pattern: str, *, count: bool) -> int:
    """The line with the most, or the longest, of something."""
    sizes = []
    for line in text.split("\n"):
        lengths = [len(match) for match in re.findall(pattern, line)]
        sizes.append(len(lengths) if count else max(lengths, default=0))
    return sizes.index(max(sizes)) + 1
