"""Reading rule folders, with a cache that cannot be stale.

Parsing some fifty TOML files costs more than running them, so what comes out of
it is kept, beside the bytecode or in the user's cache, under a name made of everything that
went in: the bytes of every rule file and of the modules that read them. A
change to any of them gives another name; nothing is ever updated in place.
"""

from __future__ import annotations

import hashlib
import pickle
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from ccm_rules.engine.program import Program
from ccm_rules.errors import InputError, Problem
from ccm_rules.vocabulary import Kind, from_document

_PACKAGE: Final = Path(__file__).resolve().parent.parent
#: The modules that decide what a rule file turns into.
_COMPILER: Final = (
    "dates.py",
    "vocabulary.py",
    "facts/relations.py",
    "engine/program.py",
    "engine/sqlite.py",
    "rulebook/load.py",
    "rulebook/language.py",
    "rulebook/reader.py",
    "rulebook/compile.py",
    "rulebook/bodies.py",
    "rulebook/types.py",
    "rulebook/duty.py",
    "rulebook/template.py",
)
VOCABULARY: Final = "vocabulary.toml"
_CACHED: Final = "ccm-rules-"
_KEPT: Final = 8


class RuleInfo(NamedTuple):
    """What the output shows of a rule.

    Attributes:
        name, title, summary, binding: as in the rule file.
        folder: the folder that it stands in (``ccm``).
        file: path of the file.
        instrument, article, quote, url, compared, note: its authority.
    """

    name: str
    title: str
    summary: str
    binding: str
    folder: str
    file: str
    instrument: str
    article: str
    quote: str
    url: str
    compared: str
    note: str
    findings: tuple[str, ...]


class FindingInfo(NamedTuple):
    """What the output shows of a finding; see ``FindingSpec`` in `compile`."""

    rule: str
    name: str
    relation: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]
    party: str
    due: str
    status: str
    severity: str
    basis: str
    says: str
    remedy: str
    of_duty: bool
    silent_open: bool


class Rulebook(NamedTuple):
    """Rules, ready to run.

    Attributes:
        program: the intermediate form.
        sql: each clause as a statement, by its id.
        vocabulary: kinds of fact.
        rules: by name, in the order of folders and files.
        findings: by the relation that holds their rows.
        says: sentence templates of derived facts.
        types: field types of every relation with named fields.
        digest: SHA-256 over the rule files, in hexadecimal.
        folders: names of the folders read.
    """

    program: Program
    sql: dict[str, str]
    vocabulary: dict[str, Kind]
    rules: dict[str, RuleInfo]
    findings: dict[str, FindingInfo]
    says: dict[str, str]
    types: dict[str, dict[str, str]]
    digest: str
    folders: tuple[str, ...]

    def __repr__(self) -> str:
        """Name the rulebook without printing all of it."""
        return f"<Rulebook {'+'.join(self.folders)}: {len(self.rules)} rules, {self.digest[:12]}>"


def rules_home() -> Path:
    """Where the rules are: in the checkout, or inside the installed package."""
    return _home("rules")


def facts_home() -> Path:
    """Where the records are that come with the tool."""
    return _home("facts")


def _home(name: str) -> Path:
    installed = _PACKAGE / "_data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def rule_files(folders: Iterable[str] = (), home: Path | None = None) -> list[Path]:
    """The vocabulary and the rule files of some folders (all, if none is named).

    Raises:
        InputError: a folder does not exist, or holds no rule.
    """
    home = rules_home() if home is None else home
    names = list(folders) or _folders(home)
    files = [home / VOCABULARY]
    problems = []
    for name in names:
        found = sorted((home / name).glob("*.toml")) if _plain(name) else []
        if not found:
            there = ", ".join(_folders(home)) or "a directory of rule folders"
            problems.append(
                Problem(str(home / name), 0, 0, "", "holds no rules", f"name one of {there}")
            )
        files += found
    if not names:
        problems.append(
            Problem(str(home), 0, 0, "", "holds no rules", "name a directory with rule folders")
        )
    if problems:
        raise InputError(problems)
    return files


def _folders(home: Path) -> list[str]:
    try:
        return sorted(path.name for path in home.iterdir() if any(path.glob("*.toml")))
    except OSError:
        return []


def _plain(name: str) -> bool:
    return Path(name).name == name and name not in (".", "..")


def load_rules(
    folders: Iterable[str] = (), *, home: Path | None = None, cache: bool = True
) -> Rulebook:
    """Read and compile rule folders.

    Args:
        folders: folder names under ``home``; all of them if none is named.
        home: the directory that holds ``vocabulary.toml`` and the folders.
        cache: whether the user's cache directory may be used.

    Raises:
        InputError: with every problem of every rule file.
    """
    home = rules_home() if home is None else home
    folders = tuple(folders)
    files = rule_files(folders, home)
    texts = []
    digest = hashlib.sha256()
    for file in files:
        data = _read(file)
        texts.append(data)
        name = file.relative_to(home).as_posix().encode()
        digest.update(b"%d %s %d " % (len(name), name, len(data)) + data)
    key = digest.copy()
    key.update(repr(sys.version_info).encode())
    for module in _COMPILER:
        key.update(hashlib.sha256((_PACKAGE / module).read_bytes()).digest())
    # Messages name files as the user sees them, so the place is part of the key.
    key.update(str(home).encode())
    plain = _from_cache(key.hexdigest()) if cache else None
    if plain is None:
        plain = _compile(files, texts, home)
        if cache:
            _to_cache(key.hexdigest(), plain)
    return _rulebook(plain, digest.hexdigest())


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(
            [
                Problem(
                    str(file),
                    0,
                    0,
                    "",
                    f"cannot be read: {error.strerror or error}",
                    "name a rules directory with a vocabulary.toml",
                )
            ]
        ) from None


def parse_files(
    files: Sequence[Path], texts: Sequence[bytes], home: Path
) -> tuple[dict[str, Kind], dict[str, Any], list[Any]]:
    """Parse the vocabulary and the rules (the full rules, with their cases).

    Returns:
        The vocabulary, its document, and the rules.

    Raises:
        InputError: with every problem that was found.
    """
    import tomllib

    from ccm_rules.rulebook.reader import Reader

    problems: list[Problem] = []
    documents: list[tuple[Path, str, dict[str, Any]]] = []
    for file, data in zip(files, texts, strict=True):
        try:
            text = data.decode()
            documents.append((file, text, tomllib.loads(text)))
        except UnicodeDecodeError:
            problems.append(
                Problem(_shown(file), 0, 0, "", "is not UTF-8 text", "save the file as UTF-8")
            )
        except tomllib.TOMLDecodeError as error:
            problems.append(_syntax(file, error))
    vocabulary: dict[str, Kind] = {}
    document: dict[str, Any] = {}
    rules = []
    for file, text, table in documents:
        if file.name == VOCABULARY and file.parent == home:
            try:
                vocabulary, document = from_document(table), table
            except ValueError as error:
                problems.append(
                    Problem(_shown(file), 1, 1, "", str(error), "see the head of the file")
                )
            continue
        reader = Reader(_shown(file), text)
        try:
            rule = reader.rule(table, file.parent.name)
        except (TypeError, AttributeError, KeyError, IndexError) as error:
            reader.fail(
                "", f"a table has the wrong shape ({error})", "compare it with a neighbouring rule"
            )
            rule = None
        problems += reader.problems
        if rule is not None:
            rules.append(rule)
    names: dict[str, str] = {}
    for rule in rules:
        if rule.name in names:
            problems.append(
                Problem(
                    rule.file, 1, 1, "name", f"{names[rule.name]} has the same name", "rename one"
                )
            )
        names[rule.name] = rule.file
    if problems:
        raise InputError(problems)
    return vocabulary, document, rules


def _syntax(file: Path, error: Exception) -> Problem:
    import re

    message = str(error)
    match = re.search(r"\(at line (\d+), column (\d+)\)", message)
    line, column = (int(match[1]), int(match[2])) if match else (0, 0)
    return Problem(
        _shown(file),
        line,
        column,
        "",
        f"is not TOML: {message.split(' (at ')[0]}",
        "mend the file at this place",
    )


def _shown(file: Path) -> str:
    try:
        return file.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(file)


def _compile(files: Sequence[Path], texts: Sequence[bytes], home: Path) -> dict[str, Any]:
    import attrs  # only where rules are compiled: it takes longer to import than they to load

    from ccm_rules.engine.sqlite import select
    from ccm_rules.rulebook.compile import compile_rules

    vocabulary, document, rules = parse_files(files, texts, home)
    compiled, problems = compile_rules(rules, vocabulary)
    if compiled is None:
        raise InputError(problems)
    return {
        "program": compiled.program,
        "sql": {c.id: select(compiled.program, c) for c in compiled.program.clauses},
        "vocabulary": document,
        "says": dict(compiled.says),
        "types": {name: dict(fields) for name, fields in compiled.types.items()},
        "findings": {name: attrs.asdict(spec) for name, spec in compiled.findings.items()},
        "rules": [
            {
                "name": r.name,
                "title": r.title,
                "summary": r.summary,
                "binding": r.binding,
                "folder": r.folder,
                "file": r.file,
                "instrument": r.authority.instrument,
                "article": r.authority.article,
                "quote": r.authority.quote,
                "url": r.authority.url,
                "compared": str(r.authority.compared or ""),
                "note": r.authority.note,
                "findings": [f.name for f in r.findings],
            }
            for r in rules
        ],
    }


def _rulebook(plain: dict[str, Any], digest: str) -> Rulebook:
    rules = {}
    for info in plain["rules"]:
        rules[info["name"]] = RuleInfo(**{**info, "findings": tuple(info["findings"])})
    findings = {}
    for name, spec in plain["findings"].items():
        columns = tuple((column, type_) for column, type_ in spec["columns"])
        findings[name] = FindingInfo(**{**spec, "columns": columns, "key": tuple(spec["key"])})
    return Rulebook(
        plain["program"],
        plain["sql"],
        from_document(plain["vocabulary"]),
        rules,
        findings,
        plain["says"],
        plain["types"],
        digest,
        tuple(dict.fromkeys(r.folder for r in rules.values())),
    )


def _cache_places(key: str) -> Iterator[Path]:
    """Where a compiled rulebook may be kept: beside the bytecode, or in the user's cache."""
    if not sys.dont_write_bytecode:
        yield _PACKAGE / "__pycache__" / f"{_CACHED}{key}"
    from platformdirs import user_cache_path  # takes as long to import as to read a cache

    yield user_cache_path("ccm-rules", appauthor=False) / f"{_CACHED}{key}"


def _from_cache(key: str) -> dict[str, Any] | None:
    """Read a compiled rulebook; anything odd about a cache file counts as its absence."""
    for place in _cache_places(key):
        try:
            data = place.read_bytes()
        except OSError:
            continue
        checksum, _, body = data.partition(b"\n")
        if hashlib.sha256(body).hexdigest().encode() == checksum:
            # Like a .pyc file: written by this user's own runs, into this user's own cache.
            plain: dict[str, Any] = pickle.loads(body)  # noqa: S301
            return plain
    return None


def _to_cache(key: str, plain: dict[str, Any]) -> None:
    """Keep a compiled rulebook, whole or not at all, where that is possible."""
    import tempfile

    body = pickle.dumps(plain, protocol=pickle.HIGHEST_PROTOCOL)
    data = hashlib.sha256(body).hexdigest().encode() + b"\n" + body
    for place in _cache_places(key):
        temporary = None
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as stream:
                temporary = Path(stream.name)
                stream.write(data)
            temporary.replace(place)
            _forget_old(place.parent)
        except OSError:
            if temporary is not None:
                temporary.unlink(missing_ok=True)
            continue
        return


def _forget_old(directory: Path) -> None:
    """Keep the newest few: every edit of a rule makes a new one."""
    found = sorted(directory.glob(f"{_CACHED}*"), key=lambda path: path.stat().st_mtime)
    for path in found[:-_KEPT]:
        path.unlink(missing_ok=True)
