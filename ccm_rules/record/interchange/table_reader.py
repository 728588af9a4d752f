"""Tables of CSV back as a facts document, with every mistake at its file, line and cell.

Mistakes of the tables themselves are found here; what the cells say is checked by
the loader of facts files, whose messages are then given the place of the cell.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from ccm_rules.errors import InputError, Problem
from ccm_rules.law.treaty import Treaty
from ccm_rules.record import MAX_BYTES, check_document
from ccm_rules.record.interchange.canonical import HEADER, SOURCE_KEYS, limits
from ccm_rules.record.interchange.cells import to_int, to_list, to_text
from ccm_rules.record.interchange.table_file import Table, read_table
from ccm_rules.record.interchange.table_writer import (
    FORMAT,
    HEADER_FILE,
    NUMBER,
    REGISTERS_FILE,
    SOURCES_FILE,
    fact_columns,
)
from ccm_rules.record.model import Record
from ccm_rules.record.vocabulary import Kind, Vocabulary

_FACTS: Final = re.compile(r"fact-(.+)\.csv\Z")
_LAST: Final = 2**62
#: Columns of the header.
_PAIR: Final = ("key", "value")


class Tables(NamedTuple):
    """What a directory of tables says.

    Attributes:
        document: what the facts file is to hold.
        record: the same, with what it extends, as the loader reads it.
        unread: names of files that are no tables.
    """

    document: Mapping[str, Any]
    record: Record
    unread: tuple[str, ...]


class _Place(NamedTuple):
    """Where an item stands."""

    table: Table
    line: int


def read(
    directory: str,
    target: str,
    vocabulary: Vocabulary,
    parties: Mapping[str, str],
    *,
    max_bytes: int = MAX_BYTES,
    treaties: Sequence[Treaty] = (),
) -> Tables:
    """Read a directory of tables, and check it as a facts file.

    Args:
        directory: what `ccm_rules.record.interchange.table_writer` wrote, perhaps edited since.
        target: the facts file that it is to become; ``extends`` is relative to it.
        vocabulary: the kinds of fact.
        parties: names of States by code.
        max_bytes: refuse a larger file.
        treaties: whose rule folders the header may name: a record is of one treaty.

    Raises:
        InputError: with every problem of every table.
    """
    reader = _Reader(directory, target, vocabulary, parties, max_bytes, treaties)
    return reader.read()


def folders_in(directory: str, max_bytes: int = MAX_BYTES) -> list[str]:
    """The rule folders that the header of some tables asks for; what is wrong `read` says."""
    if not os.path.isfile(os.path.join(directory, HEADER_FILE)):
        return []
    header = _Reader(directory, "", {}, {}, max_bytes, ())._header(HEADER_FILE)
    folders = header.get("rules", [])
    return folders if all(isinstance(name, str) for name in folders) else []


class _Reader:
    def __init__(
        self,
        directory: str,
        target: str,
        vocabulary: Vocabulary,
        parties: Mapping[str, str],
        max_bytes: int,
        treaties: Sequence[Treaty],
    ) -> None:
        self.directory = directory
        self.target = target
        self.vocabulary = vocabulary
        self.parties = parties
        self.max_bytes = max_bytes
        self.treaties = treaties
        self.problems: list[Problem] = []
        #: Where the items of the document stand, by path (`facts[3]`), and cells that
        #: were found wrong here already, so that the loader need not complain again.
        self.places: dict[str, _Place] = {}
        self.wrong: set[str] = set()

    def read(self) -> Tables:
        try:
            names = sorted(os.listdir(self.directory))
        except OSError as error:
            what = f"cannot be read: {error.strerror or error}"
            mend = "name a directory that `ccm-check facts export` wrote"
            raise InputError([Problem(self.directory, 0, 0, "", what, mend)]) from None
        unread = tuple(n for n in names if not n.lower().endswith(".csv") and n[0] != ".")
        tables: dict[str, str] = {}
        for name in (n for n in names if n[0] != "." and n.lower().endswith(".csv")):
            other = tables.setdefault(name.lower(), name)
            if other != name:
                file = os.path.join(self.directory, name)
                what = f"is the same table as {other}"
                self._problem(file, 0, 0, "", what, "keep one of the two")
        document: dict[str, Any] = {}
        if HEADER_FILE in tables:
            document.update(self._header(tables.pop(HEADER_FILE)))
        else:
            self._problem(
                os.path.join(self.directory, HEADER_FILE),
                0,
                0,
                "",
                "is missing, so this is no exported record",
                f"write it with the lines key,value and format,{FORMAT}",
            )
        if SOURCES_FILE in tables:
            document["sources"] = self._sources(tables.pop(SOURCES_FILE))
        if REGISTERS_FILE in tables:
            document["registers"] = self._registers(tables.pop(REGISTERS_FILE))
        document["facts"] = self._facts(tables)
        record = self._check(document)
        return Tables(document, record, unread)

    # -- the tables --------------------------------------------------------

    def _header(self, name: str) -> dict[str, Any]:
        table = self._table(name, _PAIR)
        found: dict[str, Any] = {}
        known = ("format", *HEADER)
        if table.columns != _PAIR and table.rows:
            mend = "begin with the line key,value"
            self._problem(table.file, 1, 0, "", "its columns are not key and value", mend)
            return found
        for at, cells in table.rows:
            key, value = (to_text(cell) for cell in cells)
            if key not in known:
                self._problem(
                    table.file, at, 1, "key", f"unknown key {key!r}", f"use {', '.join(known)}"
                )
            elif key in found:
                self._problem(
                    table.file, at, 1, "key", f"the key {key!r} stands twice", "keep one of the two"
                )
            elif not cells[1]:
                continue  # an empty cell says nothing
            elif key == "rules":
                found[key] = self._list(table, at, 2, cells[1])
            else:
                found[key] = value
            self.places.setdefault(key, _Place(table, at))
        if (form := found.pop("format", None)) != FORMAT:
            what = f"the format is {form!r}" if form else "names no format"
            self._problem(table.file, 1, 0, "", what, f"write the line format,{FORMAT}")
        return found

    def _sources(self, name: str) -> dict[str, Any]:
        columns = ("id", *SOURCE_KEYS)
        table = self._table(name, columns)
        found: dict[str, Any] = {}
        for at, cells in table.rows:
            item = {c: to_text(cell) for c, cell in zip(table.columns, cells, strict=True) if cell}
            id_ = item.pop("id", None)
            if id_ is None:
                self._problem(table.file, at, 1, "id", "this source has no id", "give it one")
            elif id_ in found:
                self._problem(
                    table.file, at, 1, "id", f"the source {id_!r} stands twice", "keep one of them"
                )
            else:
                found[id_] = item
                self.places[f"sources.{id_}"] = _Place(table, at)
        return found

    def _registers(self, name: str) -> list[dict[str, Any]]:
        fields = dict.fromkeys(n for kind in self.vocabulary.values() for n in limits(kind))
        table = self._table(name, ("of", *fields, "parties", "until", "source", "note"))
        found: list[dict[str, Any]] = []
        for at, cells in table.rows:
            given = dict(zip(table.columns, cells, strict=True))
            path = f"registers[{len(found)}]"
            self.places[path] = _Place(table, at)
            kind = self.vocabulary.get(to_text(given.get("of", "")))
            found.append(self._item(table, at, given, kind, path))
        return found

    def _facts(self, names: Mapping[str, str]) -> list[dict[str, Any]]:
        kinds = {f"fact-{name}.csv".lower(): kind for name, kind in self.vocabulary.items()}
        for name in names:
            if name not in kinds:
                self._unknown(names[name], name)
        found: list[tuple[int, int, Table, int, Kind, dict[str, str]]] = []
        for name, kind in kinds.items():
            if name not in names:
                continue
            table = self._table(names[name], fact_columns(kind))
            for at, cells in table.rows:
                given = dict(zip(table.columns, cells, strict=True))
                number = self._number(table, at, given.pop(NUMBER, ""))
                found.append((number, len(found), table, at, kind, given))
        found.sort(key=lambda item: item[:2])
        facts: list[dict[str, Any]] = []
        for _, _, table, at, kind, given in found:
            path = f"facts[{len(facts)}]"
            self.places[path] = _Place(table, at)
            facts.append({"fact": kind.name, **self._item(table, at, given, kind, path)})
        return facts

    def _number(self, table: Table, at: int, cell: str) -> int:
        """A fact's place among all facts; facts without one come last."""
        if not cell:
            return _LAST
        try:
            return to_int(cell)
        except ValueError:
            column = table.columns.index(NUMBER) + 1
            mend = "write a number, or leave it empty: the fact then comes last"
            self._problem(table.file, at, column, NUMBER, f"{cell!r} is no whole number", mend)
            return _LAST

    def _item(
        self, table: Table, at: int, given: Mapping[str, str], kind: Kind | None, path: str
    ) -> dict[str, Any]:
        """A fact or a register: what its cells say."""
        item: dict[str, Any] = {}
        for name, cell in given.items():
            if not cell:
                continue
            field = kind.fields.get(name) if kind is not None else None
            if name == "source" or (name == "parties" and cell != "all"):
                values = self._list(table, at, table.columns.index(name) + 1, cell)
                item[name] = values[0] if name == "source" and len(values) == 1 else values
            elif field is not None and field.type == "int" and name != "of":
                try:
                    item[name] = to_int(cell)
                except ValueError:
                    self.wrong.add(f"{path}.{name}")
                    column = table.columns.index(name) + 1
                    what = f"{cell!r} is not a whole number"
                    self._problem(table.file, at, column, name, what, "write it as 2022")
                    item[name] = cell
            else:
                item[name] = to_text(cell)
        return item

    def _list(self, table: Table, at: int, column: int, cell: str) -> list[str]:
        try:
            return to_list(cell)
        except ValueError:
            self._problem(
                table.file,
                at,
                column,
                table.columns[column - 1],
                "begins with [ and is no JSON list of texts",
                'write a; b or ["a", "b"]',
            )
            return []

    def _table(self, name: str, known: tuple[str, ...]) -> Table:
        file = os.path.join(self.directory, name)
        return read_table(file, known, self.max_bytes, self.problems)

    # -- problems ----------------------------------------------------------

    def _unknown(self, shown: str, name: str) -> None:
        file = os.path.join(self.directory, shown)
        kind = _FACTS.match(name)
        mend = f"tables are {HEADER_FILE}, {SOURCES_FILE}, {REGISTERS_FILE} and fact-<kind>.csv"
        what = "is no table of a record"
        if kind is not None:
            import difflib

            what = f"no kind of fact is called {kind[1]!r}"
            if near := difflib.get_close_matches(kind[1], list(self.vocabulary), 1):
                mend = f"did you mean fact-{near[0]}.csv?"
        self._problem(file, 0, 0, "", what, mend)

    def _problem(self, file: str, at: int, column: int, path: str, what: str, mend: str) -> None:
        self.problems.append(Problem(file, at, column, path, what, mend))

    def _check(self, document: Mapping[str, Any]) -> Record:
        try:
            record = check_document(
                document,
                self.target,
                self.vocabulary,
                self.parties,
                max_bytes=self.max_bytes,
                treaties=self.treaties,
            )
        except InputError as error:
            for problem in error.problems:
                self._translated(problem)
            raise InputError(self.problems) from None
        if self.problems:
            raise InputError(self.problems)
        return record

    def _translated(self, problem: Problem) -> None:
        """Give a problem of the document the place of its cell."""
        if problem.file != self.target:
            self.problems.append(problem)  # of a file that is extended
            return
        if problem.path in self.wrong:
            return
        stem = problem.path
        while stem and stem not in self.places:
            stem = re.sub(r"(\.?[^.\[\]]+|\[\d+\]|\.)\Z", "", stem)
        if not stem:
            self.problems.append(problem._replace(file=self.directory, line=0, column=0))
            return
        table, at = self.places[stem]
        column = problem.path[len(stem) :].lstrip(".").partition("[")[0]
        if table.columns == _PAIR:
            number, column = 2, "value"
        else:
            number = table.columns.index(column) + 1 if column in table.columns else 0
        message = re.sub(re.escape(self.target) + r" (facts\[\d+\])", self._shown, problem.message)
        self._problem(table.file, at, number, column, message, problem.mend)

    def _shown(self, match: re.Match[str]) -> str:
        table, at = self.places[match[1]]
        return f"{table.file}:{at}"
