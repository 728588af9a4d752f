"""Reading facts files: every mistake with its place and its mend, all at once."""

from __future__ import annotations

import hashlib
import json
import os
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ccm_rules.dates import DateError, When, parse, recorded
from ccm_rules.errors import InputError, Problem
from ccm_rules.law import MAX_INT
from ccm_rules.law.treaty import Treaty, told_apart, treaties_of
from ccm_rules.record.merge import merge
from ccm_rules.record.model import Fact, Record, Register, Source, Value
from ccm_rules.record.positions import deepest, locate, odd_number
from ccm_rules.record.vocabulary import COMMON_KEYS, Field, Kind, Vocabulary
from ccm_rules.words.characters import first_odd, odd_texts

#: The largest facts file that is read unless the caller says otherwise.
MAX_BYTES: Final = 50_000_000
#: Longer texts are not what a record holds, and engines compare 64 KiB texts wrongly.
MAX_TEXT: Final = 10_000

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
_REGISTER_KEYS = ("of", "parties", "until", "source", "note")
_SOURCE_KEYS = ("title", "url", "published", "kind", "note")

Report = Callable[[str, str, str], None]


class _File:
    """One facts file while it is being read."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.found: list[tuple[str, str, str]] = []
        self.duplicated = False

    def report(self, path: str, message: str, mend: str) -> None:
        self.found.append((path, message, mend))

    def problems(self) -> list[Problem]:
        """Give every problem its line and column (the slow part, so done last)."""
        if not self.found and not self.duplicated:
            return []
        positions = locate(self.text)
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
        for path, message, mend in self.found:
            problems.append(Problem(self.name, *positions.at(path), path, message, mend))
        return problems


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
        The record. Facts told twice are still apart: see `merge`.

    Raises:
        InputError: with every problem of every file, each with line, column,
            JSON path and mend.
    """
    return load_documents(paths, vocabulary, parties, max_bytes=max_bytes, treaties=treaties)[0]


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
    reader = _Reader(vocabulary, parties, max_bytes, treaties)
    for path in paths:
        reader.read(os.fspath(path), main=True)
    record = reader.record()
    documents = (Document(file.name, content, main) for file, content, main in reader.documents)
    return record, tuple(documents)


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
    reader = _Reader(vocabulary, parties, max_bytes, treaties)
    reader.take(name, dict(content))
    return reader.record()


class _Reader:
    def __init__(
        self,
        vocabulary: Vocabulary,
        parties: Mapping[str, str],
        max_bytes: int,
        treaties: Sequence[Treaty],
    ) -> None:
        self.treaties = treaties
        self.vocabulary = vocabulary
        self.parties = parties
        self.max_bytes = max_bytes
        self.files: dict[str, _File] = {}
        self.documents: list[tuple[_File, dict[str, Any], bool]] = []
        self.broken: list[Problem] = []
        self.digest = hashlib.sha256()
        self.warnings: list[str] = []

    # -- reading text ------------------------------------------------------

    def read(self, path: str, *, main: bool) -> None:
        try:
            key = os.path.realpath(path)
        except ValueError:  # a name that no file can have; reading it says so
            key = path
        if key in self.files:
            return
        text = self._text(path)
        if text is None:
            return
        file = self.files[key] = _File(path, text)
        document = self._parse(file)
        if document is None:
            return
        if not isinstance(document, dict):
            file.report(
                "",
                "a facts file is a JSON object with title, sources, registers and facts",
                "wrap it in { }",
            )
            self.broken += file.problems()
            return
        self._take(file, document, main)

    def take(self, name: str, document: dict[str, Any]) -> None:
        """Take what is no file yet."""
        file = self.files[os.path.realpath(name)] = _File(name, "")
        self._take(file, document, True)

    def _take(self, file: _File, document: dict[str, Any], main: bool) -> None:
        self.documents.append((file, document, main))
        odd = set()
        if not file.text or first_odd(file.text) is not None:
            for path, message, mend in odd_texts(document):
                odd.add(path)
                file.report(path, message, mend)
        extends = document.get("extends")
        if "extends" in odd:
            return
        if isinstance(extends, str):
            self.read(os.path.join(os.path.dirname(file.name), extends), main=False)
        elif extends is not None:
            file.report("extends", "extends names one file", 'write "extends": "common.json"')

    def _text(self, path: str) -> str | None:
        def fail(message: str, mend: str) -> None:
            self.broken.append(Problem(path, 0, 0, "", message, mend))

        try:
            with open(path, "rb") as stream:
                data = stream.read(self.max_bytes + 1)
        except (OSError, ValueError) as error:  # ValueError: a name that no file can have
            fail(
                f"cannot be read: {getattr(error, 'strerror', None) or error}",
                "name a file that exists and can be read",
            )
            return None
        if len(data) > self.max_bytes:
            fail(
                f"is larger than {self.max_bytes:,} bytes",
                "say --max-bytes with a larger number if the file is right",
            )
            return None
        self.digest.update(hashlib.sha256(data).digest())
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            self.broken.append(
                Problem(path, line, 1, "", "is not UTF-8 text", "save the file as UTF-8")
            )
            return None

    def _parse(self, file: _File) -> Any:
        def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
            found = dict(items)
            if len(found) != len(items):
                file.duplicated = True
            return found

        def constant(text: str) -> Any:
            raise ValueError(f"{text} is not JSON")

        try:
            return json.loads(file.text, object_pairs_hook=pairs, parse_constant=constant)
        except json.JSONDecodeError as error:
            unended = error.msg.startswith("Unterminated string")
            ends = unended or error.pos >= len(file.text.rstrip())
            what = "the file ends in the middle" if ends else f"is not JSON: {error.msg}"
            self.broken.append(
                Problem(
                    file.name,
                    error.lineno,
                    error.colno,
                    "",
                    what,
                    "restore the rest of the file" if ends else "mend the JSON at this place",
                )
            )
        except RecursionError:
            place = deepest(file.text)
            self.broken.append(
                Problem(file.name, *place, "", "is nested too deeply", "write plain JSON values")
            )
        except ValueError:  # Python reads NaN, and no number of thousands of digits
            what, place = odd_number(file.text)
            self.broken.append(Problem(file.name, *place, "", what, "write plain JSON values"))
        return None

    # -- reading meaning ---------------------------------------------------

    def record(self) -> Record:
        """Check everything and put the files together."""
        sources = self._sources()
        meetings = {
            fact["id"]
            for _, document, _ in self.documents
            for fact in _list(document.get("facts"))
            if isinstance(fact, dict)
            and fact.get("fact") == "meeting"
            and isinstance(fact.get("id"), str)
        }
        facts: list[Fact] = []
        registers: list[Register] = []
        header: dict[str, Any] = {}
        for file, document, main in self.documents:
            for key in document:
                if key not in _HEADER:
                    file.report(key, f"unknown key {key!r}", f"use one of {', '.join(_HEADER)}")
            if main and not header:
                header = self._header(file, document)
            for section, kind in (("facts", list), ("registers", list), ("sources", dict)):
                if not isinstance(document.get(section, kind()), kind):
                    file.report(
                        section,
                        f"{section} is not a {'list' if kind is list else 'object'}",
                        f"write it as {'[ … ]' if kind is list else '{ … }'}",
                    )
            checker = _Checker(self.vocabulary, self.parties, meetings, sources)
            for number, item in enumerate(_list(document.get("facts"))):
                fact = checker.fact(item, f"facts[{number}]", file.report, file.name)
                if fact is not None:
                    facts.append(fact)
            for number, item in enumerate(_list(document.get("registers"))):
                register = checker.register(item, f"registers[{number}]", file.report, file.name)
                if register is not None:
                    registers.append(register)
        rules = self._of_one_treaty()
        self._exclude(facts)
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

    def _of_one_treaty(self) -> Sequence[str]:
        """Report files that ask for rules of different treaties.

        Returns:
            The rule folders that the first file asks for that asks for any; what a file
            extends is heard only where it must not be (no header is joined).
        """
        first: tuple[_File, list[str]] | None = None
        asked: Sequence[str] = ()
        for file, document, main in self.documents:
            folders = document.get("rules")
            if not isinstance(folders, list) or not folders:
                continue
            if not all(isinstance(name, str) for name in folders):
                continue  # reported with the header
            asked = asked or (folders if main else ())
            if not treaties_of(self.treaties, folders) and self.treaties:
                file.report(
                    "rules",
                    "a record is of one treaty, and this one asks for "
                    + told_apart(self.treaties, folders),
                    "keep the rule folders of one treaty, and make a record of its own for another",
                )
            elif first is None:
                first = (file, folders)
            elif self.treaties and not treaties_of(self.treaties, [*first[1], *folders]):
                file.report(
                    "rules",
                    "a record is of one treaty, and this file asks for "
                    f"{told_apart(self.treaties, folders)}, "
                    f"{first[0].name} for {told_apart(self.treaties, first[1])}",
                    "check the files of each treaty by themselves",
                )
        if first is not None and not asked:
            whose = treaties_of(self.treaties, first[1])
            if whose and self.treaties[0] not in whose:
                self.documents[0][0].report(
                    "rules",
                    f"names no rule folders, and {first[0].name}, which it extends, asks for "
                    + told_apart(self.treaties, first[1]),
                    f'write "rules": {json.dumps(first[1], ensure_ascii=False)}',
                )
        return asked

    def _exclude(self, facts: list[Fact]) -> None:
        """Report facts of which only one can hold, at the place of the second."""
        files = {file.name: file for file, _, _ in self.documents}
        try:
            merge(facts, self.vocabulary)
        except InputError as error:
            for problem in error.problems:
                files[problem.file].report(problem.path, problem.message, problem.mend)

    def _header(self, file: _File, document: dict[str, Any]) -> dict[str, Any]:
        header: dict[str, Any] = {}
        title = _words(document.get("title", ""), "the title", "title", file.report)
        if title is not None:
            header["title"] = title
        for key in ("as_of", "period"):
            if key in document:
                when = _when(document[key], key, file.report)
                if when is not None:
                    header[key] = when
        if "as_of" in header and not header["as_of"].exact:
            file.report("as_of", "as_of must be one day", 'write it as "2023-06-30"')
        rules = document.get("rules", [])
        if isinstance(rules, list) and all(isinstance(name, str) for name in rules):
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
            elif _words(value, key, f"{path}.{key}", report) is None:
                return None
        published = None
        if "published" in spec:
            published = _when(spec["published"], f"{path}.published", report)
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


def parse_fact_table(
    item: Any,
    vocabulary: Vocabulary,
    parties: Mapping[str, str],
    meetings: Iterable[str],
    path: str,
    report: Report,
    place: str,
) -> Fact | None:
    """Check one fact that needs no source (a rule's own case)."""
    return _Checker(vocabulary, parties, set(meetings), None).fact(item, path, report, place)


def parse_register_table(
    item: Any,
    vocabulary: Vocabulary,
    parties: Mapping[str, str],
    meetings: Iterable[str],
    path: str,
    report: Report,
    place: str,
) -> Register | None:
    """Check one register that needs no source (a rule's own case)."""
    return _Checker(vocabulary, parties, set(meetings), None).register(item, path, report, place)


class _Checker:
    """Checks single facts and registers against the vocabulary.

    ``sources`` is ``None`` where none are needed (a rule's own cases).
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        parties: Mapping[str, str],
        meetings: set[str],
        sources: Mapping[str, Source] | None,
    ) -> None:
        self.vocabulary = vocabulary
        self.parties = parties
        self.meetings = meetings
        self.sources = sources

    def fact(self, item: Any, path: str, report: Report, place: str) -> Fact | None:
        kind = self._kind(item, "fact", path, report)
        if kind is None:
            return None
        values: dict[str, Value] = {}
        known = None
        sound = True
        for key, value in item.items():
            field = kind.fields.get(key)
            if field is not None:
                checked = self._value(field, value, f"{path}.{key}", report)
                if checked is None:
                    sound = False
                else:
                    values[key] = checked
            elif key == "known":
                known = _when(value, f"{path}.known", report)
                sound = sound and known is not None
            elif key not in COMMON_KEYS:
                sound = False
                report(
                    f"{path}.{key}",
                    f"a {kind.name} fact has no {key!r}",
                    f"use {', '.join(kind.fields)}" + _nearest(key, kind.fields),
                )
        for field in kind.fields.values():
            if field.name not in item and not field.optional:
                sound = False
                report(path, f"this {kind.name} fact has no {field.name!r}", f"add {field.name!r}")
        if kind.one_of and not any(name in item for name in kind.one_of):
            sound = False
            names = " or ".join(repr(name) for name in kind.one_of)
            report(path, f"this {kind.name} fact has no {names}", f"add one of them: {names}")
        note = self._note(item, path, report)
        sources = self._references(item, path, report)
        if not sound or sources is None:
            return None
        return Fact(kind.name, values, sources, note, known, f"{place} {path}")

    def register(self, item: Any, path: str, report: Report, place: str) -> Register | None:
        kind = self._kind(item, "of", path, report)
        if kind is None:
            return None
        where: dict[str, Value] = {}
        sound = True
        for key, value in item.items():
            if key in _REGISTER_KEYS:
                continue
            field = kind.fields.get(key)
            if field is None or field.type in ("when", "party"):
                sound = False
                report(
                    f"{path}.{key}",
                    f"a register of {kind.name} facts cannot be limited by {key!r}",
                    "limit it by the kind's own fields, or by parties",
                )
                continue
            checked = self._value(field, value, f"{path}.{key}", report)
            if checked is None:
                sound = False
            else:
                where[key] = checked
        parties = self._parties(item, kind, path, report)
        until = None
        if "until" in item:
            until = _when(item["until"], f"{path}.until", report)
            if until is not None and not until.exact:
                report(
                    f"{path}.until", "a register is complete until one day", 'write "2023-06-30"'
                )
        else:
            report(path, "this register does not say until when it is complete", "add 'until'")
        note = self._note(item, path, report)
        sources = self._references(item, path, report)
        if not sound or until is None or sources is None or parties is False:
            return None
        limited = parties if isinstance(parties, frozenset) else None
        return Register(kind.name, where, limited, until, sources, note, f"{place} {path}")

    def _parties(self, item: Any, kind: Kind, path: str, report: Report) -> frozenset[str] | bool:
        parties = item.get("parties", "all")
        if parties == "all":
            return True
        if not isinstance(parties, list) or not all(isinstance(code, str) for code in parties):
            report(f"{path}.parties", 'parties is "all" or a list of codes', 'write ["ZAF", "PER"]')
            return False
        if "party" not in kind.fields:
            report(f"{path}.parties", f"{kind.name} facts are about no State", "leave parties out")
            return False
        unknown = [code for code in parties if code not in self.parties]
        for code in unknown:
            report(
                f"{path}.parties[{parties.index(code)}]",
                f"unknown party {code!r}",
                "use an ISO 3166-1 alpha-3 code" + _nearest(code, self.parties),
            )
        return False if unknown else frozenset(parties)

    def _kind(self, item: Any, key: str, path: str, report: Report) -> Kind | None:
        if not isinstance(item, dict):
            report(path, "is not an object", f'write {{"{key}": "…", …}}')
            return None
        name = item.get(key)
        if not isinstance(name, str):
            report(path, f"has no {key!r}", f"add {key!r}: the kind of fact")
            return None
        kind = self.vocabulary.get(name)
        if kind is None:
            report(
                f"{path}.{key}",
                f"unknown kind of fact {name!r}",
                "use a kind of rules/vocabulary.toml" + _nearest(name, self.vocabulary),
            )
        return kind

    def _note(self, item: Any, path: str, report: Report) -> str:
        return _words(item.get("note", ""), "the note", f"{path}.note", report) or ""

    def _references(self, item: Any, path: str, report: Report) -> tuple[str, ...] | None:
        if self.sources is None:
            return ()
        given = item.get("source")
        references = [given] if isinstance(given, str) else given
        if not isinstance(references, list) or not references:
            report(path, "has no source", "add the source that says so: every fact has one")
            return None
        for number, reference in enumerate(references):
            at = f"{path}.source" if isinstance(given, str) else f"{path}.source[{number}]"
            name = reference.partition(" ")[0] if isinstance(reference, str) else None
            if name not in self.sources:
                report(
                    at,
                    f"unknown source {reference!r}",
                    "describe it under sources" + _nearest(str(name), self.sources),
                )
                return None
            if _words(reference, "source", at, report) is None:
                return None
        return tuple(references)

    def _value(self, field: Field, value: Any, path: str, report: Report) -> Value | None:
        if field.type == "when":
            return _when(value, path, report)
        if field.type == "int":
            if type(value) is not int or not -MAX_INT < value < MAX_INT:
                report(
                    path, f"{field.name} is not a whole number", "write it as 2022, without quotes"
                )
                return None
            return value
        text = _text(value, path, report)
        if text is None:
            return None
        if field.type == "party" and text not in self.parties:
            report(
                path,
                f"unknown party {text!r}",
                "use an ISO 3166-1 alpha-3 code" + _nearest(text, self.parties),
            )
            return None
        if field.type == "meeting" and text not in self.meetings:
            report(
                path,
                f"unknown Meeting {text!r}",
                "use the id of a meeting fact" + _nearest(text, self.meetings),
            )
            return None
        if field.one_of and text not in field.one_of:
            report(
                path,
                f"{field.name} cannot be {text!r}",
                f"use one of {', '.join(field.one_of)}" + _nearest(text, field.one_of),
            )
            return None
        return text


def _text(value: Any, path: str, report: Report) -> str | None:
    if not isinstance(value, str):
        report(path, "is not text", "write it in quotes")
        return None
    if len(value) > MAX_TEXT:
        report(path, f"is longer than {MAX_TEXT:,} characters", "shorten it")
        return None
    return value if value.isascii() else unicodedata.normalize("NFC", value)


def _words(value: Any, what: str, path: str, report: Report) -> str | None:
    """Text that is shown and never compared, so it stays as it is written."""
    if not isinstance(value, str):
        report(path, f"{what} is not text", "write it in quotes")
        return None
    return value


def _when(value: Any, path: str, report: Report) -> When | None:
    if not isinstance(value, str):
        report(path, "a date is not text", 'write it in quotes: "2023-06-30"')
        return None
    try:
        return recorded(parse(value))
    except DateError as error:
        report(path, str(error), "write the date as the source gives it, as vague as it is")
        return None


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _nearest(name: str, known: Iterable[str]) -> str:
    import difflib  # only needed when something is wrong

    found = difflib.get_close_matches(name, list(known), 1)
    return f" (did you mean {found[0]!r}?)" if found else ""
