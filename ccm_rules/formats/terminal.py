"""Text on a terminal: harmless, at most 80 columns wide, with or without colour."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

#: Lines are wrapped here, whatever the terminal: people paste them into mail.
WIDTH: Final = 80

_PLAIN: Final = {
    "→": "->",
    "·": "-",
    "–": "-",
    "—": "-",
    "…": "...",
    "’": "'",
    "‘": "'",
    "“": '"',
    "”": '"',
    "¶": "para. ",
}
_CODES: Final = {
    "serious": "1;31",
    "warning": "1;33",
    "notice": "1;36",
    "info": "1",
    "open": "1;35",
    "bold": "1",
    "dim": "2",
    "good": "32",
}


def harmless(text: str) -> str:
    r"""Show what a terminal would obey as an escape.

    That is control characters, separators of lines, invisible and
    direction-changing characters, halves of characters; spaces of any width
    become plain ones.

    >>> harmless("a\x1b[31mb\u202ec")
    'a\\x1b[31mb\\u202ec'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _escape(c) for c in text)


def _escape(character: str) -> str:
    if unicodedata.category(character) == "Zs":
        return " "
    return character.encode("unicode_escape").decode("ascii")


def columns(text: str) -> int:
    """How many columns a text takes."""
    if text.isascii():
        return len(text)
    wide = 0
    for character in text:
        if not unicodedata.combining(character):
            wide += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return wide


class Terminal:
    """Writes lines that fit.

    Args:
        colour: whether to use it.
        encoding: of the stream; characters that it lacks are replaced.
    """

    def __init__(self, *, colour: bool = False, encoding: str = "utf-8") -> None:
        self._colour = colour
        self._encoding = encoding
        self._plain = str.maketrans({k: v for k, v in _PLAIN.items() if not _encodes(k, encoding)})
        self.lines: list[str] = []

    def clean(self, text: str) -> str:
        """Make a text harmless, and writable in the stream's encoding."""
        text = harmless(text)
        if text.isascii():
            return text
        text = text.translate(self._plain)
        return text.encode(self._encoding, "backslashreplace").decode(self._encoding)

    def write(
        self,
        text: str = "",
        style: str = "",
        indent: int = 0,
        hang: int = 0,
        *,
        whole: bool = False,
    ) -> None:
        """Write a paragraph.

        Args:
            text: it may come from a facts file.
            style: name of a colour.
            indent: columns before each line.
            hang: further columns before each line but the first.
            whole: do not break words (an address that is broken is useless).
        """
        for line in wrap(self.clean(text), indent, hang, whole=whole):
            if style and self._colour:
                rest = line.lstrip(" ")
                line = f"{line[: len(line) - len(rest)]}\x1b[{_CODES[style]}m{rest}\x1b[0m"
            self.lines.append(line)

    def table(self, rows: Iterable[tuple[str, str]], indent: int = 2) -> None:
        """Write rows of a label and a text."""
        cleaned = [(self.clean(label), text) for label, text in rows]
        width = max((columns(label) for label, _ in cleaned), default=0) + 2
        for label, text in cleaned:
            self.write(f"{label}{' ' * (width - columns(label))}{text}", indent=indent, hang=width)

    def text(self) -> str:
        """Everything written."""
        return "".join(f"{line}\n" for line in self.lines)


def _encodes(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def wrap(text: str, indent: int = 0, hang: int = 0, *, whole: bool = False) -> list[str]:
    """Break a text into lines of at most `WIDTH` columns.

    >>> wrap("one two", 2)
    ['  one two']
    """
    first, rest = " " * indent, " " * (indent + hang)
    if columns(text) + indent <= WIDTH:
        return [(first + text).rstrip(" ")]
    lines: list[str] = []
    line, used, empty = first, indent, True
    for word in text.split(" "):
        size = columns(word)
        if not empty and used + 1 + size > WIDTH:
            lines.append(line.rstrip(" "))
            line, used, empty = rest, indent + hang, True
        if not empty:
            line, used = f"{line} ", used + 1
        while not whole and used + size > WIDTH:
            piece = _fitting(word, WIDTH - used)
            lines.append(line + piece)
            line, used, empty = rest, indent + hang, True
            word = word[len(piece) :]
            size = columns(word)
        line, used, empty = line + word, used + size, False
    lines.append(line.rstrip(" "))
    return lines


def _fitting(word: str, room: int) -> str:
    """The longest beginning of a word that fits (at least one character)."""
    at = used = 0
    for at, character in enumerate(word):
        used += columns(character)
        if used > room and at:
            return word[:at]
    return word[: at + 1]
