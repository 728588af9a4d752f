"""Reading facts files: files go in, and a record comes out, or all their mistakes at once."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ccm_rules.errors import InputError, Problem
from ccm_rules.law.treaty import Treaty, told_apart, treaties_of
from ccm_rules.record.items import Checker, Report, when_of, words_of
from ccm_rules.record.json_file import JsonFile
from ccm_rules.record.merge import merge
from ccm_rules.record.model import Fact, Record, Register, Source
from ccm_rules.record.vocabulary import Vocabulary

#: The largest facts file that is read unless the caller says otherwise.
MAX_BYTES: Final = 50_000_000

_HEADER = (
    "title",
    "as_of",
    "period",
    "rules",
    "extends",
    "sources",
    "registers",
    "facts",
    "$schema",
)
_SOURCE_KEYS = ("title", "url", "published", "kind", "note")


def load(
    paths: Iterable[str | os.PathLike[str]],
    vocabulary: Vocabulary,
    parties: Mapping[str, str],
    *,
    max_bytes: int = MAX_BYTES,
    treaties: Sequence[Treaty] = (),
) -> Record:
    """Read one or more facts files as one record.

    Args:
        paths: files to read; a file that says ``extends`` brings another one.
        vocabulary: the kinds of fact that may occur.
        parties: names of States by ISO 3166-1 alpha-3 code.
        max_bytes: refuse a larger file.
        treaties: whose rule folders a file may name: a record is of one treaty.

    Returns:
        The record. Facts that are stated twice are still apart: see `merge`.

    Raises:
        InputError: with every problem of every file, each with line, column,
            JSON path and mend.
    """
    return Files(paths, max_bytes).record(vocabulary, parties, treaties)


class Document(NamedTuple):
    """One facts file as it was written.

    Attributes:
        name: the file as named.
        content: the JSON object in it.
        main: whether it was asked for; others came because one ``extends`` them.
    """

    name: str
    content: Mapping[str, Any]
    main: bool


def load_documents(
    paths: Iterable[str | os.PathLike[str]],
    vocabulary: Vocabulary,
    parties: Mapping[str, str],
    *,
    max_bytes: int = MAX_BYTES,
    treaties: Sequence[Treaty] = (),
) -> tuple[Record, tuple[Document, ...]]:
    """Read facts files as `load` does, and give what stands in each as well.

    Raises:
        InputError: as `load`.
    """
    files = Files(paths, max_bytes)
    return files.record(vocabulary, parties, treaties), files.written


def check_document(
    content: Mapping[str, Any],
    name: str,
    vocabulary: Vocabulary,
    parties: Mapping[str, str],
    *,
    max_bytes: int = MAX_BYTES,
    treaties: Sequence[Treaty] = (),
) -> Record:
    """Check what is to become a facts file.

    Args:
        content: the JSON object.
        name: the file that it is to become; what it ``extends`` is read from there.
        vocabulary: as for `load`.
        parties: as for `load`.
        max_bytes: as for `load`, for what it extends.
        treaties: as for `load`.

    Raises:
        InputError: with every problem. Those of ``content`` have a path, and no
            line that means anything: it has none yet.
    """
    files = Files((), max_bytes)
    files.take(name, dict(content))
    return files.record(vocabulary, parties, treaties)


class Files:
    """Facts files, read and not yet checked: which rules they ask for says by which words.

    Args:
        paths: the files; one that says ``extends`` brings another one.
        max_bytes: refuse a larger file.
    """

    def __init__(self, paths: Iterable[str | os.PathLike[str]], max_bytes: int = MAX_BYTES) -> None:
        self.treaties: Sequence[Treaty] = ()
        self.max_bytes = max_bytes
        self.seen: set[str] = set()
        self.documents: list[tuple[JsonFile, dict[str, Any], bool]] = []
        self.broken: list[Problem] = []
        self.digest = hashlib.sha256()
        self.warnings: list[str] = []
        for path in paths:
            self.read(os.fspath(path), main=True)

    @property
    def folders(self) -> Sequence[str]:
        """The rule folders that the first file asks for that asks for any."""
        return next((folders for _, folders, main in self._asking() if main), ())

    @property
    def written(self) -> tuple[Document, ...]:
        """Each file as it is written."""
        return tuple(Document(file.name, content, main) for file, content, main in self.documents)

    def _asking(self) -> Iterator[tuple[JsonFile, list[str], bool]]:
        for file, document, main in self.documents:
            if _are_texts(document.get("rules")) and document["rules"]:
                yield file, document["rules"], main

    def read(self, path: str, *, main: bool) -> None:
        """Read a file, and what it extends."""
        try:
            key = os.path.realpath(path)
        except ValueError:  # a name that no file can have; reading it says so
            key = path
        if key in self.seen:
            return
        try:
            file = JsonFile.read(path, self.max_bytes)
            self.seen.add(key)
            self.digest.update(file.digest)
            document = file.parsed()
        except InputError as error:
            self.broken += error.problems
        else:
            self._take(file, document, main)

    def take(self, name: str, document: dict[str, Any]) -> None:
        """Take what is no file yet."""
        self.seen.add(os.path.realpath(name))
        self._take(JsonFile(name), document, True)

    def _take(self, file: JsonFile, document: dict[str, Any], main: bool) -> None:
        self.documents.append((file, document, main))
        file.refuse_odd(document)
        extends = document.get("extends")
        if extends is None or file.is_wrong("extends"):
            return
        if isinstance(extends, str):
            self.read(os.path.join(os.path.dirname(file.name), extends), main=False)
        else:
            file.report("extends", "extends names one file", 'write "extends": "common.json"')

    # -- reading meaning ---------------------------------------------------

    def record(
        self,
        vocabulary: Vocabulary,
        parties: Mapping[str, str],
        treaties: Sequence[Treaty] = (),
    ) -> Record:
        """Check everything and put the files together; see `load`."""
        self.treaties = treaties
        sources = self._sources()
        checker = Checker(vocabulary, parties, self._meetings(), sources)
        facts: list[Fact] = []
        registers: list[Register] = []
        header: dict[str, Any] = {}
        for file, document, main in self.documents:
            self._shape(file, document)
            if main and not header:
                header = self._header(file, document)
            for number, item in enumerate(_list(document.get("facts"))):
                fact = checker.fact(item, f"facts[{number}]", file.report, file.name)
                if fact is not None:
                    facts.append(fact)
            for number, item in enumerate(_list(document.get("registers"))):
                register = checker.register(item, f"registers[{number}]", file.report, file.name)
                if register is not None:
                    registers.append(register)
        rules = self._of_one_treaty()
        self._exclude(facts, vocabulary)
        problems = list(self.broken)
        for file, _, _ in self.documents:
            problems += file.problems()
        if problems:
            raise InputError(problems)
        return Record(
            title=header.get("title", ""),
            as_of=header.get("as_of"),
            period=header.get("period"),
            rules=tuple(header.get("rules") or rules),
            sources=sources,
            registers=tuple(registers),
            facts=tuple(facts),
            digest=self.digest.hexdigest(),
            files=tuple(file.name for file, _, _ in self.documents),
            warnings=tuple(self.warnings),
        )

    def _meetings(self) -> set[str]:
        """Ids of the Meetings that facts may name."""
        items = [item for _, document, _ in self.documents for item in _list(document.get("facts"))]
        meetings = [i for i in items if isinstance(i, dict) and i.get("fact") == "meeting"]
        return {one["id"] for one in meetings if isinstance(one.get("id"), str)}

    def _shape(self, file: JsonFile, document: dict[str, Any]) -> None:
        """Report what does not stand where something of its kind must stand."""
        for key in document:
            if key not in _HEADER:
                file.report(key, f"unknown key {key!r}", f"use one of {', '.join(_HEADER)}")
        for section, kind in (("facts", list), ("registers", list), ("sources", dict)):
            if not isinstance(document.get(section, kind()), kind):
                file.report(
                    section,
                    f"{section} is not a {'list' if kind is list else 'object'}",
                    f"write it as {'[ … ]' if kind is list else '{ … }'}",
                )

    def _of_one_treaty(self) -> Sequence[str]:
        """Report files that ask for rules of different treaties.

        Returns:
            The rule folders that the first file asks for that asks for any; what a file
            extends is heard only where it must not be (no header is joined).
        """
        if self.treaties:
            asking = [(file, folders) for file, folders, _ in self._asking()]
            self._refuse_treaties(asking, bool(self.folders))
        return self.folders

    def _refuse_treaties(self, asking: Sequence[tuple[JsonFile, list[str]]], asked: bool) -> None:
        """Report folders of different treaties, in one file or in two."""
        first: tuple[JsonFile, list[str]] | None = None
        for file, folders in asking:
            if not treaties_of(self.treaties, folders):
                file.report(
                    "rules",
                    "a record is of one treaty, and this one asks for "
                    + told_apart(self.treaties, folders),
                    "keep the rule folders of one treaty, and make a record of its own for another",
                )
            elif first is None:
                first = (file, folders)
            elif not treaties_of(self.treaties, [*first[1], *folders]):
                file.report(
                    "rules",
                    "a record is of one treaty, and this file asks for "
                    f"{told_apart(self.treaties, folders)}, "
                    f"{first[0].name} for {told_apart(self.treaties, first[1])}",
                    "check the files of each treaty by themselves",
                )
        if first is None or asked or self.treaties[0] in treaties_of(self.treaties, first[1]):
            return
        self.documents[0][0].report(
            "rules",
            f"names no rule folders, and {first[0].name}, which it extends, asks for "
            + told_apart(self.treaties, first[1]),
            f'write "rules": {json.dumps(first[1], ensure_ascii=False)}',
        )

    def _exclude(self, facts: list[Fact], vocabulary: Vocabulary) -> None:
        """Report facts of which only one can hold, at the place of the second."""
        files = {file.name: file for file, _, _ in self.documents}
        try:
            merge(facts, vocabulary)
        except InputError as error:
            for problem in error.problems:
                files[problem.file].report(problem.path, problem.message, problem.mend)

    def _header(self, file: JsonFile, document: dict[str, Any]) -> dict[str, Any]:
        header: dict[str, Any] = {}
        title = words_of(document.get("title", ""), "the title", "title", file.report)
        if title is not None:
            header["title"] = title
        for key in ("as_of", "period"):
            if key in document:
                when = when_of(document[key], key, file.report)
                if when is not None:
                    header[key] = when
        if "as_of" in header and not header["as_of"].exact:
            file.report("as_of", "as_of must be one day", 'write it as "2023-06-30"')
        rules = document.get("rules", [])
        if _are_texts(rules):
            header["rules"] = rules
        else:
            folders = self.treaties[0].folders if self.treaties else ("…",)
            mend = f'write "rules": {json.dumps(folders, ensure_ascii=False)}'
            file.report("rules", "rules is a list of rule folders", mend)
        return header

    def _sources(self) -> dict[str, Source]:
        sources: dict[str, Source] = {}
        for file, document, _ in self.documents:
            table = document.get("sources")
            for name, spec in (table if isinstance(table, dict) else {}).items():
                path = f"sources.{name}"
                source = self._source(name, spec, path, file.report)
                if source is None:
                    continue
                other = sources.setdefault(name, source)
                if other._replace(note="") != source._replace(note=""):
                    file.report(
                        path,
                        f"source {name!r} is described differently in another file",
                        "describe it once, or alike",
                    )
        return sources

    def _source(self, name: str, spec: Any, path: str, report: Report) -> Source | None:
        if not isinstance(spec, dict) or not isinstance(spec.get("title"), str):
            report(path, "a source is an object with a title", '{"title": "…", "url": "…"}')
            return None
        for key, value in spec.items():
            if key not in _SOURCE_KEYS:
                report(f"{path}.{key}", f"unknown key {key!r}", f"use {', '.join(_SOURCE_KEYS)}")
            elif words_of(value, key, f"{path}.{key}", report) is None:
                return None
        published = None
        if "published" in spec:
            published = when_of(spec["published"], f"{path}.published", report)
        kind = spec.get("kind", "document" if "published" in spec else "")
        if kind not in ("register", "document", ""):
            report(
                f"{path}.kind", f"unknown kind of source {kind!r}", 'write "register" or "document"'
            )
        elif kind == "document" and "published" not in spec:
            report(
                path,
                "a document needs the day of its publication",
                'add "published", or "kind": "register" for a standing register',
            )
        elif not kind:
            self.warnings.append(
                f"source {name!r} states neither a publication day nor that it is a register; "
                "it is taken as a register: its facts are known from their own day"
            )
        url, note = spec.get("url", ""), spec.get("note", "")
        return Source(name, spec["title"], url, published, kind != "document", note)


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
