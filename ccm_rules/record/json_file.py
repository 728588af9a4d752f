"""One JSON file of an author's: its name goes in; an object and the places of its parts come out.

Every mistake is kept with its path until all are known, and then given its line and column.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from ccm_rules.bounded import TooLargeError, read_whole
from ccm_rules.errors import InputError, Problem
from ccm_rules.record.positions import deepest, locate, odd_number
from ccm_rules.words.characters import first_odd, odd_texts


class JsonFile:
    """A facts file while it is being read.

    Attributes:
        name: the file as named.
        digest: SHA-256 of its bytes.
    """

    def __init__(self, name: str, text: str = "", digest: bytes = b"") -> None:
        """Take a text that was read, or none: what is to become a file has no text yet."""
        self.name = name
        self.digest = digest
        self._text = text
        self._found: list[tuple[str, str, str]] = []
        self._duplicated = False

    @classmethod
    def read(cls, path: str, max_bytes: int) -> JsonFile:
        """Read a file.

        Raises:
            InputError: it cannot be read, is larger, or is no text.
        """

        def wrong(message: str, mend: str, line: int = 0) -> InputError:
            return InputError([Problem(path, line, min(line, 1), "", message, mend)])

        try:
            data = read_whole(path, max_bytes)
        except TooLargeError as error:
            mend = "say --max-bytes with a larger number if the file is right"
            raise wrong(f"{error.strerror}", mend) from None
        except (OSError, ValueError) as error:  # ValueError: a name that no file can have
            why = getattr(error, "strerror", None) or error
            raise wrong(
                f"cannot be read: {why}", "name a file that exists and can be read"
            ) from None
        try:
            return cls(path, data.decode("utf-8-sig"), hashlib.sha256(data).digest())
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise wrong("is not UTF-8 text", "save the file as UTF-8", line) from None

    def parsed(self) -> dict[str, Any]:
        """The object in it.

        Raises:
            InputError: it is no JSON, or no object.
        """

        def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
            found = dict(items)
            if len(found) != len(items):
                self._duplicated = True
            return found

        def constant(text: str) -> Any:
            raise ValueError(f"{text} is not JSON")

        text = self._text
        plain = "write plain JSON values"
        try:
            document = json.loads(text, object_pairs_hook=pairs, parse_constant=constant)
        except json.JSONDecodeError as error:
            unended = error.msg.startswith("Unterminated string")
            place = error.lineno, error.colno
            if unended or error.pos >= len(text.rstrip()):
                what, mend = "the file ends in the middle", "restore the rest of the file"
            else:
                what, mend = f"is not JSON: {error.msg}", "mend the JSON at this place"
        except RecursionError:
            place, what, mend = deepest(text), "is nested too deeply", plain
        except ValueError:  # Python reads NaN, and no number of thousands of digits
            (what, place), mend = odd_number(text), plain
        else:
            if isinstance(document, dict):
                return document
            self.report(
                "",
                "a facts file is a JSON object with title, sources, registers and facts",
                "wrap it in { }",
            )
            raise InputError(self.problems())
        raise InputError([Problem(self.name, *place, "", what, mend)])

    def refuse_odd(self, document: dict[str, Any]) -> None:
        """Report every text of it that holds a character which no text may hold."""
        if not self._text or first_odd(self._text) is not None:
            self._found += odd_texts(document)

    def report(self, path: str, message: str, mend: str) -> None:
        """Keep a mistake at a path inside the document."""
        self._found.append((path, message, mend))

    def is_wrong(self, path: str) -> bool:
        """Whether a mistake is known at a path."""
        return any(found == path for found, _, _ in self._found)

    def problems(self) -> list[Problem]:
        """Give every mistake its line and column (the slow part, so done last)."""
        if not self._found and not self._duplicated:
            return []
        positions = locate(self._text)
        problems = [
            Problem(
                self.name,
                line,
                column,
                path,
                f"the key {path.rsplit('.', 1)[-1]!r} stands twice",
                "keep one of the two",
            )
            for path, (line, column) in positions.duplicates.items()
        ]
        for path, message, mend in self._found:
            problems.append(Problem(self.name, *positions.at(path), path, message, mend))
        return problems
