"""Which output formats there are: a name goes in, a format that writes comes out.

To add an output format, write one file and one line:

1. ``ccm_rules/formats/NAME.py`` with a function ``render(content, look)``, which takes what
   the format sets (see `SETS`) and a `Look`, and returns a text, or bytes where the format
   is binary. What it imports beyond the package it imports inside functions.
2. A line in `FORMATS` below: its name on the command line, what it sets, its module.

Every command whose document holds what the format sets offers it from then on, as
``--format NAME``, with its own suffix in ``brief -o FILE`` if it sets pages. A format sets
``document`` where room is scarce, as on a terminal, and ``page`` otherwise; it sets all the
words of its blocks. README's table of formats gets a row; a test compares it.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any, Final, NamedTuple

from ccm_rules.errors import CcmError

#: What a format can set: the method of a command's document that makes it, and what it is.
SETS: Final = {
    "document": "blocks to read on a terminal: `ccm_rules.documents.blocks.Document`",
    "page": "the same where there is more room; every document is to be had as a page",
    "data": "plain values, as JSON has them",
    "sheet": "a table of texts: `ccm_rules.documents.values.Sheet`",
    "feed": "days of a calendar: `ccm_rules.documents.feed.Feed`",
    "findings": "a report for machines that know tests: `ccm_rules.documents.context.Findings`",
}


class Look(NamedTuple):
    """For what it is written; only a terminal asks.

    Attributes:
        colour: whether to use it.
        encoding: of the stream; characters that it lacks are replaced.
    """

    colour: bool = False
    encoding: str = "utf-8"


#: For a file, or for whatever is not known.
PLAIN: Final = Look()


class Format(NamedTuple):
    """A format.

    Attributes:
        name: on the command line.
        sets: what it sets, a key of `SETS`.
        module: where its ``render`` is, loaded when it is used: start-up stays lean.
        suffix: of its files.
        binary: whether it is no text, and is not written to a terminal.
    """

    name: str
    sets: str
    module: str
    suffix: str
    binary: bool = False

    def written(self, content: Any, look: Look = PLAIN) -> bytes | str:
        """Write a command's document.

        Args:
            content: has a method of the name `sets`.
            look: for what it is written.

        Raises:
            CcmError: a library that the format needs is not installed.
        """
        return self.render(getattr(content, self.sets)(), look)

    def render(self, thing: Any, look: Look = PLAIN) -> bytes | str:
        """Write what the format sets."""
        written: bytes | str = import_module(self.module).render(thing, look)
        return written


_HERE: Final = "ccm_rules.formats."
FORMATS: Final = (
    Format("text", "document", _HERE + "text", ".txt"),
    Format("json", "data", _HERE + "json_", ".json"),
    Format("csv", "sheet", _HERE + "csv_", ".csv"),
    Format("ics", "feed", _HERE + "ics", ".ics"),
    Format("sarif", "findings", _HERE + "sarif", ".sarif"),
    Format("junit", "findings", _HERE + "junit", ".xml"),
    Format("md", "page", _HERE + "markdown", ".md"),
    Format("html", "page", _HERE + "html", ".html"),
    Format("docx", "page", _HERE + "word", ".docx", binary=True),
    Format("pdf", "page", _HERE + "pdf", ".pdf", binary=True),
)


def suiting(sets: Iterable[str]) -> tuple[Format, ...]:
    """The formats that set one of these, in order."""
    wanted = set(sets)
    if "document" in wanted:
        wanted.add("page")
    assert wanted <= SETS.keys(), wanted - SETS.keys()
    return tuple(one for one in FORMATS if one.sets in wanted)


def find(name: str) -> Format:
    """The format of a name.

    Raises:
        CcmError: there is none.
    """
    for one in FORMATS:
        if one.name == name:
            return one
    raise CcmError(f"no format is called {name!r}; there are {', '.join(f.name for f in FORMATS)}")
