"""Reading rule folders, with a cache that cannot be stale.

Parsing some fifty TOML files costs more than running them, so what comes out of
it is kept, beside the bytecode or in the user's cache, under a name made of everything that
went in: the bytes of every rule file and of the modules that read them. A
change to any of them gives another name; nothing is ever updated in place.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ccm_rules.compiler.info import FindingInfo, RuleInfo
from ccm_rules.compiler.program import Clause, Count, Program
from ccm_rules.errors import InputError, Problem
from ccm_rules.law.sheets import (
    PROVISIONS,
    Sheets,
    is_law,
    law_of,
    read_sheets,
    words_file,
)
from ccm_rules.law.treaty import TREATIES, Treaty, told_apart, treaties_in, treaties_of
from ccm_rules.record.vocabulary import Kind, from_document

if TYPE_CHECKING:
    from pathlib import Path  # takes longer to import than the rules to load

    from ccm_rules.compiler.compile import Compiled
    from ccm_rules.compiler.plan import Plan
    from ccm_rules.law.provisions import Provisions
    from ccm_rules.law.rule import Indicator, Rule

PACKAGE: Final = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
#: The modules that decide what a rule file turns into.
_COMPILER: Final = (
    "dates.py",
    "law/toml.py",
    "record/vocabulary.py",
    "record/relations.py",
    "compiler/limits.py",
    "compiler/program.py",
    "compiler/rulebook.py",
    "law/rule.py",
    "words/durations.py",
    "law/reader.py",
    "compiler/compile.py",
    "compiler/bodies.py",
    "compiler/types.py",
    "law/authority.py",
    "law/case_tables.py",
    "law/conditions.py",
    "law/forms.py",
    "law/terms.py",
    "law/grammar.py",
    "law/indicator_tables.py",
    "law/toml_places.py",
    "law/treaty_tables.py",
    "record/vocabulary_file.py",
    "compiler/indicator_clauses.py",
    "compiler/tallies.py",
    "compiler/scope.py",
    "compiler/duty_status.py",
    "compiler/info.py",
    "compiler/plan.py",
    "words/template.py",
    "law/rule_document.py",
    "law/given.py",
    "law/provisions.py",
    "law/sheets.py",
    "law/translation.py",
    "law/treaty.py",
)
VOCABULARY: Final = "vocabulary.toml"
_CACHED: Final = "ccm-rules-"
_KEPT: Final = 16
#: Where indicators of no Action stand in order: behind the others.
_NO_ACTION: Final = 1_000


class Rulebook(NamedTuple):
    """Rules, ready to run.

    Attributes:
        program: the intermediate form.
        vocabulary: kinds of fact.
        rules: by name, in the order of folders and files.
        findings: by the relation that holds their rows.
        says: sentence templates of derived facts.
        types: field types of every relation with named fields.
        digest: SHA-256 over the rule files, in hexadecimal.
        folders: names of the folders read.
        counted: the indicators, where they were asked for; see `plan`.
        left_out: names of the rules that are about indicators alone, where those
            were not asked for.
        language: code of the language that its sentences are in.
        treaty: the treaty whose folders were read; one without a name where the
            directory of rules names no treaties.
        treaties: all treaties of that directory, the one first that is meant where
            nobody names one.
    """

    program: Program
    vocabulary: dict[str, Kind]
    rules: dict[str, RuleInfo]
    findings: dict[str, FindingInfo]
    says: dict[str, str]
    types: dict[str, dict[str, str]]
    digest: str
    folders: tuple[str, ...]
    counted: Plan | None = None
    left_out: tuple[str, ...] = ()
    language: str = "en"
    treaty: Treaty = Treaty()
    treaties: tuple[Treaty, ...] = ()

    @property
    def plan(self) -> Plan:
        """The indicators; none where the rules were loaded without them."""
        from ccm_rules.compiler.plan import NO_PLAN

        return NO_PLAN if self.counted is None else self.counted

    def __repr__(self) -> str:
        """Name the rulebook without printing all of it."""
        return f"<Rulebook {'+'.join(self.folders)}: {len(self.rules)} rules, {self.digest[:12]}>"


def rules_home() -> Path:
    """Where the rules are: in the checkout, or inside the installed package."""
    from pathlib import Path

    return Path(_home("rules"))


def facts_home() -> Path:
    """Where the records are that come with the tool."""
    from pathlib import Path

    return Path(_home("facts"))


def _home(name: str) -> str:
    installed = os.path.join(PACKAGE, "_data", name)
    return installed if os.path.isdir(installed) else os.path.join(os.path.dirname(PACKAGE), name)


def rule_files(
    folders: Iterable[str] = (), home: str | os.PathLike[str] | None = None
) -> list[Path]:
    """The vocabulary and the rule files of some folders.

    Args:
        folders: names of folders; those of the first treaty if none is named.
        home: the directory of rules; the shipped one unless given.

    Raises:
        InputError: a folder does not exist, or holds no rule.
    """
    from pathlib import Path

    home = _home("rules") if home is None else os.fspath(home)
    names = _folders_to_read(list(folders), read_treaties(home), home)
    return [Path(file) for file in _rule_files(names, home) if os.path.exists(file)]


def read_treaties(
    home: str | os.PathLike[str] | None = None, language: str = "en", *, cache: bool = True
) -> tuple[Treaty, ...]:
    """The treaties of a directory of rules; none where it does not name any.

    Args:
        home: the directory; the shipped one unless given.
        language: of their titles.
        cache: whether the user's cache directory may be used.

    Raises:
        InputError: with every problem of ``treaties.toml``.
    """
    file = os.path.join(_home("rules") if home is None else home, TREATIES)
    if not os.path.isfile(file):
        return ()
    sheets = read_sheets(file, _read_if_there, cases=False)
    key = hashlib.sha256(_read(os.path.join(PACKAGE, "law/treaty_tables.py")))
    key.update(repr((sys.version_info, language, sheets)).encode())
    document = _from_cache(key.hexdigest()) if cache else None
    if document is None:
        document = _parsed_treaties(sheets, language)
        if cache:
            _to_cache(key.hexdigest(), document)
    return treaties_in(document)


def _parsed_treaties(sheets: Sheets, language: str) -> dict[str, Any]:
    from ccm_rules.law.rule_document import joined
    from ccm_rules.law.toml_places import Place
    from ccm_rules.law.treaty_tables import TREATIES as FORM

    made = joined(sheets, _shown(sheets.file), FORM, language)
    FORM.read(made.document, Place(made.source, made.problems))
    if made.problems:
        raise InputError(made.problems)
    return made.document


def _folders_to_read(
    folders: list[str], treaties: Sequence[Treaty], home: str | os.PathLike[str]
) -> list[str]:
    """The folders that are meant where perhaps none is named.

    Raises:
        InputError: they are of different treaties.
    """
    if not folders:
        others = {folder for treaty in treaties[1:] for folder in treaty.folders}
        mine = set(treaties[0].folders) if treaties else set()
        return [name for name in _folders(home) if name in mine or name not in others]
    if treaties and not treaties_of(treaties, folders):
        file = os.path.join(home, TREATIES)
        what = f"rules of different treaties are not read together: {told_apart(treaties, folders)}"
        raise InputError([Problem(file, 0, 0, "", what, "name the folders of one treaty")])
    return folders


def _rule_files(folders: Iterable[str], home: str | os.PathLike[str]) -> list[str]:
    """The vocabulary, the provisions and the laws; a provision may have cases alone."""
    names = list(folders)
    common = os.path.join(home, PROVISIONS)
    files = [os.path.join(home, VOCABULARY)]
    files += [os.path.join(common, name) for name in sorted(set(map(law_of, _toml_in(common))))]
    problems = []
    for name in names:
        place = os.path.join(home, name)
        plain = os.path.basename(name) == name and name not in (".", "..", PROVISIONS)
        files_there = _toml_in(place) if plain else []
        found = [file for file in files_there if is_law(file)]
        for file in files_there:
            if law_of(file) not in found:
                what, mend = "stands beside no rule", f"name it after one, as {law_of(file)}"
                problems.append(Problem(os.path.join(place, file), 0, 0, "", what, mend))
        if not files_there:
            there = ", ".join(_folders(home)) or "a directory of rule folders"
            problems.append(Problem(place, 0, 0, "", "holds no rules", f"name one of {there}"))
        files += [os.path.join(place, file) for file in found]
    if not names:
        mend = "name a directory with rule folders"
        problems.append(Problem(os.fspath(home), 0, 0, "", "holds no rules", mend))
    if problems:
        raise InputError(problems)
    return files


def _folders(home: str | os.PathLike[str]) -> list[str]:
    try:
        names = sorted(os.listdir(home))
        return [n for n in names if n != PROVISIONS and _toml_in(os.path.join(home, n))]
    except OSError:
        return []


def _toml_in(directory: str) -> list[str]:
    try:
        return sorted(name for name in os.listdir(directory) if name.endswith(".toml"))
    except (OSError, ValueError):  # ValueError: a name that no folder can have
        return []


def load_rules(
    folders: Iterable[str] = (),
    *,
    home: str | os.PathLike[str] | None = None,
    cache: bool = True,
    indicators: bool = False,
    language: str = "en",
) -> Rulebook:
    """Read and compile rule folders.

    Args:
        folders: folder names under ``home``, of one treaty; if none is named, those
            of the first treaty, or all where ``home`` names no treaties.
        home: the directory that holds ``vocabulary.toml``, ``treaties.toml`` and the
            folders.
        cache: whether the user's cache directory may be used.
        indicators: whether to read the indicators of action plans too, and the
            rules that compare them: what `ccm_rules.tally` needs. A check takes
            longer with them and finds the same of every State.
        language: of sentences, titles and remedies; what a rule file does not say
            in it stays English.

    Raises:
        InputError: with every problem of every rule file.
    """
    home = _home("rules") if home is None else os.fspath(home)
    treaties = read_treaties(home, language, cache=cache)
    names = _folders_to_read(list(folders), treaties, home)
    files = _rule_files(names, home)
    sheets = [read_sheets(file, _read_if_there, cases=False) for file in files]
    digest = hashlib.sha256()
    for file, data in _in_order(sheets):
        name = os.path.relpath(file, home).replace(os.sep, "/").encode()
        digest.update(b"%d %s %d " % (len(name), name, len(data)) + data)
    key = digest.copy()
    key.update(repr(sys.version_info).encode())
    for module in _COMPILER:
        key.update(hashlib.sha256(_read(os.path.join(PACKAGE, module))).digest())
    # Messages name files as the user sees them, so the place is part of the key.
    key.update(home.encode(errors="surrogateescape") + (b"\0indicators" if indicators else b""))
    key.update(b"\0" + language.encode())
    plain = _from_cache(key.hexdigest()) if cache else None
    if plain is None:
        plain = _compile(sheets, home, indicators, language)
        if cache:
            _to_cache(key.hexdigest(), plain)
    rulebook = _rulebook(plain, digest.hexdigest(), language)
    treaty = next(iter(treaties_of(treaties, names)), Treaty())
    return rulebook._replace(treaty=treaty, treaties=treaties)


def load_every_treaty(
    home: str | os.PathLike[str] | None = None, *, indicators: bool = False, language: str = "en"
) -> tuple[Rulebook, ...]:
    """The rulebooks of all treaties of a directory, each of its own folders.

    Args:
        home: as in `load_rules`.
        indicators: as in `load_rules`.
        language: as in `load_rules`.

    Raises:
        InputError: with every problem of every rule file; and where two rules of
            different treaties have one name.
    """
    treaties = read_treaties(home, language)
    # The first as if nobody had named one: with the folders that are of no treaty.
    asked = [(), *(treaty.folders for treaty in treaties[1:])]
    found = tuple(
        load_rules(folders, home=home, indicators=indicators, language=language)
        for folders in asked
    )
    files: dict[str, str] = {}
    problems = []
    for rulebook in found:
        for rule in rulebook.rules.values():
            other = files.setdefault(rule.name, rule.file)
            if other != rule.file:
                message = f"{other} has the same name"
                problems.append(Problem(rule.file, 1, 1, "name", message, "rename one"))
    if problems:
        raise InputError(problems)
    return found


def _in_order(sheets: Iterable[Sheets]) -> Iterator[tuple[str, bytes]]:
    """All that decides what is found and said: laws and words, and no case."""
    for one in sheets:
        yield one.file, one.law
        for code, data in one.words.items():
            yield words_file(one.file, code), data


def _read(file: str) -> bytes:
    try:
        with open(file, "rb") as stream:
            return stream.read()
    except OSError as error:
        what = f"cannot be read: {error.strerror or error}"
        mend = "name a rules directory with a vocabulary.toml"
        raise InputError([Problem(file, 0, 0, "", what, mend)]) from None


def _read_if_there(file: str) -> bytes | None:
    folder, name = os.path.split(file)
    needed = is_law(name) and os.path.basename(folder) != PROVISIONS
    return _read(file) if needed or os.path.exists(file) else None


def whole_sheets(
    folders: Iterable[str] = (), home: str | os.PathLike[str] | None = None
) -> list[Sheets]:
    """The vocabulary, provisions and rules of some folders, with their words and cases.

    Args:
        folders: as in `rule_files`.
        home: as in `rule_files`.

    Raises:
        InputError: a folder does not exist or holds no rule, or a file cannot be read.
    """
    home = _home("rules") if home is None else os.fspath(home)
    names = _folders_to_read(list(folders), read_treaties(home), home)
    return [read_sheets(file, _read_if_there) for file in _rule_files(names, home)]


def parse_files(
    files: Iterable[Sheets], home: str | os.PathLike[str], language: str = "en"
) -> tuple[dict[str, Kind], dict[str, Any], list[Any]]:
    """Parse the vocabulary, provisions and rules (with what cases the files hold).

    Returns:
        The vocabulary, its document, and the rules.

    Raises:
        InputError: with every problem that was found.
    """
    from ccm_rules.law.reader import read_rule

    files = list(files)
    provisions = provisions_of(files, language)
    problems: list[Problem] = []
    vocabulary: dict[str, Kind] = {}
    document: dict[str, Any] = {}
    rules = []
    for sheets in files:
        if is_provision(sheets.file):
            continue
        folder = os.path.basename(os.path.dirname(sheets.file))
        try:
            if sheets.file == os.path.join(home, VOCABULARY):
                vocabulary, document = _parse_vocabulary(sheets, language)
            else:
                rules.append(read_rule(sheets, _shown(sheets.file), folder, language, provisions))
        except InputError as error:
            problems += error.problems
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


def is_provision(file: str) -> bool:
    """Whether a file is of a provision."""
    return os.path.basename(os.path.dirname(file)) == PROVISIONS


def provisions_of(files: Iterable[Sheets], language: str = "en") -> Provisions:
    """The provisions among some files."""
    from ccm_rules.law.provisions import Provisions

    common = [one._replace(file=_shown(one.file)) for one in files if is_provision(one.file)]
    return Provisions(common, language)


def _parse_vocabulary(sheets: Sheets, language: str) -> tuple[dict[str, Kind], dict[str, Any]]:
    """The kinds of fact, and the document that they are made of.

    Raises:
        InputError: with what is wrong with it.
    """
    from ccm_rules.law.rule_document import joined
    from ccm_rules.law.toml_places import Place
    from ccm_rules.record import vocabulary_file as tables

    made = joined(sheets, _shown(sheets.file), tables.VOCABULARY, language)
    tables.check(made.document, Place(made.source, made.problems), _relations())
    if made.problems:
        raise InputError(made.problems)
    return from_document(made.document), made.document


def _relations() -> set[str]:
    """Relations that no kind of fact may be called like."""
    from ccm_rules.compiler import duty_status as duty
    from ccm_rules.compiler import tallies
    from ccm_rules.record.relations import BUILT_IN

    return {*BUILT_IN, *duty.SCHEMA, duty.STATUS, *tallies.TYPES}


def _shown(file: str) -> str:
    """A path as messages name it."""
    from pathlib import Path

    try:
        return Path(file).relative_to(Path.cwd()).as_posix()
    except ValueError:
        return file


def _compile(
    sheets: Iterable[Sheets], home: str, indicators: bool, language: str
) -> dict[str, Any]:
    from ccm_rules.compiler.compile import compile_rules
    from ccm_rules.compiler.limits import require

    vocabulary, document, rules = parse_files(sheets, home, language)
    compiled, problems = compile_rules(rules, vocabulary, with_indicators=indicators)
    if compiled is None:
        raise InputError(problems)
    require(compiled.program)
    every = rules
    if not indicators:
        rules = _that_check(rules, compiled)
    return {
        "program": compiled.program,
        "vocabulary": document,
        "says": dict(compiled.says),
        "types": {name: dict(fields) for name, fields in compiled.types.items()},
        "findings": dict(compiled.findings),
        "rules": [_info(rule, compiled) for rule in rules],
        "plan": _plan(rules, compiled.comparing) if indicators else None,
        "left_out": tuple(rule.name for rule in every if rule not in rules),
    }


def _info(rule: Rule, compiled: Compiled) -> dict[str, Any]:
    """What a `RuleInfo` holds."""
    found = {info.name for info in compiled.findings.values() if info.rule == rule.name}
    return {
        "name": rule.name,
        "title": rule.title,
        "summary": rule.summary,
        "binding": rule.binding,
        "folder": rule.folder,
        "file": rule.file,
        "instrument": rule.authority.instrument,
        "article": rule.authority.article,
        "quote": rule.authority.quote,
        "url": rule.authority.url,
        "compared": str(rule.authority.compared or ""),
        "note": rule.authority.note,
        "section": rule.section,
        "findings": tuple(f.name for f in rule.findings if f.name in found),
    }


def _that_check(rules: Sequence[Rule], compiled: Compiled) -> list[Rule]:
    """The rules of which something is left without indicators, if there was anything."""
    steps: list[Clause | Count] = [*compiled.program.clauses, *compiled.program.counts]
    left = {step.rule for step in steps} | {info.rule for info in compiled.findings.values()}
    return [rule for rule in rules if rule.name in left or not _says_anything(rule)]


def _says_anything(rule: Rule) -> bool:
    parts = (rule.derives, rule.counts, rule.findings, rule.populations, rule.indicators)
    return any(parts) or rule.duty is not None or bool(rule.sections)


def _plan(rules: Sequence[Rule], comparing: tuple[str, ...]) -> Plan:
    from ccm_rules.compiler.plan import IndicatorInfo, Plan, PopulationInfo, SectionInfo

    populations = [population for rule in rules for population in rule.populations]
    sections = [section for rule in rules for section in rule.sections]
    indicators = [
        IndicatorInfo(
            rule.name,
            one.name,
            one.title,
            one.wording,
            one.unit,
            one.period,
            one.place,
            one.population,
            one.counted,
            _action(rule),
            rule.section,
            bool(one.bodies),
            _reckoned(one),
        )
        for rule in rules
        for one in rule.indicators
    ]
    indicators.sort(key=lambda one: one.action or _NO_ACTION)
    return Plan(
        tuple(
            SectionInfo(
                s.letter,
                s.title,
                s.summary_title,
                tuple((line.indicator, line.says) for line in s.summary),
            )
            for s in sections
        ),
        {one.name: PopulationInfo(one.name, one.title, one.unit) for one in populations},
        {one.name: one for one in indicators},
        comparing,
    )


def _reckoned(one: Indicator) -> tuple[str, ...]:
    reckoned = one.reckoned
    return () if reckoned is None else (reckoned.operator, reckoned.left, reckoned.right)


def _action(rule: Rule) -> int:
    """The number of the Action that a rule stands for, or 0."""
    _, _, number = rule.authority.article.partition("Action ")
    return int(number) if number.isdigit() else 0


def _rulebook(plain: dict[str, Any], digest: str, language: str) -> Rulebook:
    rules = {}
    for info in plain["rules"]:
        rules[info["name"]] = RuleInfo(**info)
    return Rulebook(
        plain["program"],
        from_document(plain["vocabulary"]),
        rules,
        plain["findings"],
        plain["says"],
        plain["types"],
        digest,
        tuple(dict.fromkeys(r.folder for r in rules.values())),
        plain["plan"],
        plain["left_out"],
        language,
    )


def rulebook_of(
    rules: Sequence[Rule], vocabulary: dict[str, Kind]
) -> tuple[Rulebook | None, list[Problem]]:
    """Compile rules that are at hand as values, such as a rule with one thing changed.

    Args:
        rules: the rules; all that they read must be among them.
        vocabulary: the kinds of fact.

    Returns:
        The rulebook, with everything that the rules derive and count, or ``None`` with
        what is wrong.
    """
    from ccm_rules.compiler.compile import compile_rules

    compiled, problems = compile_rules(rules, vocabulary)
    if compiled is None:
        return None, problems
    return Rulebook(
        compiled.program,
        vocabulary,
        {rule.name: RuleInfo(**_info(rule, compiled)) for rule in rules},
        dict(compiled.findings),
        dict(compiled.says),
        {name: dict(fields) for name, fields in compiled.types.items()},
        "",
        tuple(dict.fromkeys(rule.folder for rule in rules)),
        _plan(rules, compiled.comparing),
    ), []


def _cache_places(key: str) -> Iterator[str]:
    """Where a compiled rulebook may be kept: beside the bytecode, or in the user's cache."""
    if not sys.dont_write_bytecode:
        yield os.path.join(PACKAGE, "__pycache__", _CACHED + key)
    from platformdirs import user_cache_dir  # takes as long to import as to read a cache

    yield os.path.join(user_cache_dir("ccm-rules", appauthor=False), _CACHED + key)


def _from_cache(key: str) -> dict[str, Any] | None:
    """Read a compiled rulebook; anything odd about a cache file counts as its absence."""
    for place in _cache_places(key):
        try:
            with open(place, "rb") as stream:
                data = stream.read()
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
    from pathlib import Path

    body = pickle.dumps(plain, protocol=pickle.HIGHEST_PROTOCOL)
    data = hashlib.sha256(body).hexdigest().encode() + b"\n" + body
    for place in map(Path, _cache_places(key)):
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
