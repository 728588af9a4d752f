"""The rulebook: folders of rules go in, and what engines and output need of them comes out.

Parsing some fifty TOML files costs more than running them, so what is compiled is kept; see
`ccm_rules.compiler.cache`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ccm_rules.compiler import cache as keep
from ccm_rules.compiler.folders import (
    files_in,
    folders_to_read,
    home_of,
    read_if_there,
    read_treaties,
    shown,
)
from ccm_rules.compiler.info import FindingInfo, RuleInfo
from ccm_rules.compiler.program import Clause, Count, Program
from ccm_rules.errors import InputError, Problem
from ccm_rules.law.sheets import Sheets, read_sheets, words_file
from ccm_rules.law.treaty import Treaty, treaties_of
from ccm_rules.record.vocabulary import Kind, from_document
from ccm_rules.words.states import party_names

if TYPE_CHECKING:
    from ccm_rules.compiler.levels import Compiled
    from ccm_rules.compiler.plan import Plan
    from ccm_rules.law.rule import Rule


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

    @property
    def parties(self) -> Mapping[str, str]:
        """Names of States, and of the treaty's other parties, by code."""
        return {**party_names(), **self.treaty.parties}

    def __repr__(self) -> str:
        """Name the rulebook without printing all of it."""
        return f"<Rulebook {'+'.join(self.folders)}: {len(self.rules)} rules, {self.digest[:12]}>"


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
            folders; a folder may have a vocabulary of its own.
        cache: whether the user's cache directory may be used.
        indicators: whether to read the indicators of action plans too, and the
            rules that compare them: what `ccm_rules.tally` needs. A check takes
            longer with them and finds the same of every State.
        language: of sentences, titles and remedies; what a rule file does not say
            in it stays English.

    Raises:
        InputError: with every problem of every rule file.
    """
    home = home_of("rules") if home is None else os.fspath(home)
    treaties = read_treaties(home, language, cache=cache)
    names = folders_to_read(list(folders), treaties, home)
    files = files_in(names, home, treaties)
    sheets = [read_sheets(file, read_if_there, cases=False) for file in files]
    digest = hashlib.sha256()
    for file, data in _in_order(sheets):
        name = os.path.relpath(file, home).replace(os.sep, "/").encode()
        digest.update(b"%d %s %d " % (len(name), name, len(data)) + data)
    key = keep.key_of("rules", digest.digest(), language, "indicators" if indicators else "")

    def made(plain: dict[str, Any]) -> Rulebook:
        return _rulebook(plain, home, digest.hexdigest(), language)

    rulebook = keep.read(key, made) if cache else None
    if rulebook is None:
        plain = _compile(sheets, home, indicators, language)
        rulebook = made(plain)
        if cache:
            keep.write(key, plain)
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


def _compile(
    sheets: Iterable[Sheets], home: str, indicators: bool, language: str
) -> dict[str, Any]:
    from ccm_rules.compiler.compile import compile_rules
    from ccm_rules.compiler.limits import require
    from ccm_rules.compiler.parsing import parse_files

    vocabulary, document, rules = parse_files(sheets, language)
    compiled, problems = compile_rules(rules, vocabulary, with_indicators=indicators)
    if compiled is None:
        raise InputError(problems)
    require(compiled.program)
    every, plan = rules, None
    if indicators:
        from ccm_rules.compiler.plan import plan_of

        plan = plan_of(rules, compiled.comparing)
    else:
        rules = _that_check(rules, compiled)
    return {
        "program": compiled.program,
        "vocabulary": document,
        "says": dict(compiled.says),
        "types": {name: dict(fields) for name, fields in compiled.types.items()},
        "findings": dict(compiled.findings),
        "rules": [_info(rule, compiled) for rule in rules],
        "plan": plan,
        "left_out": tuple(rule.name for rule in every if rule not in rules),
    }


def _info(rule: Rule, compiled: Compiled) -> RuleInfo:
    """What the output shows of a rule; its file is named as messages name it."""
    found = {info.name for info in compiled.findings.values() if info.rule == rule.name}
    authority = rule.authority
    return RuleInfo(
        rule.name,
        rule.title,
        rule.summary,
        rule.binding,
        rule.folder,
        rule.file,
        authority.instrument,
        authority.article,
        authority.quote,
        authority.url,
        str(authority.compared or ""),
        authority.compared_with,
        authority.note,
        authority.language,
        rule.section,
        tuple(finding.name for finding in rule.findings if finding.name in found),
    )


def _that_check(rules: Sequence[Rule], compiled: Compiled) -> list[Rule]:
    """The rules of which something is left without indicators, if there was anything."""
    steps: list[Clause | Count] = [*compiled.program.clauses, *compiled.program.counts]
    left = {step.rule for step in steps} | {info.rule for info in compiled.findings.values()}
    return [rule for rule in rules if rule.name in left or not _says_anything(rule)]


def _says_anything(rule: Rule) -> bool:
    parts = (rule.derives, rule.counts, rule.findings, rule.populations, rule.indicators)
    return any(parts) or rule.duty is not None or bool(rule.sections)


def _rulebook(plain: dict[str, Any], home: str, digest: str, language: str) -> Rulebook:
    # What is kept may come from another working directory, or from a copy of the rules.
    rules = {}
    for info in plain["rules"]:
        file = os.path.join(home, info.folder, os.path.basename(info.file))
        rules[info.name] = info._replace(file=shown(file))
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
    rules: Sequence[Rule], vocabulary: dict[str, Kind], treaty: Treaty | None = None
) -> tuple[Rulebook | None, list[Problem]]:
    """Compile rules that are at hand as values, such as a rule with one thing changed.

    Args:
        rules: the rules; all that they read must be among them.
        vocabulary: the kinds of fact.
        treaty: whose they are; one without a name unless given.

    Returns:
        The rulebook, with everything that the rules derive and count, or ``None`` with
        what is wrong.
    """
    from ccm_rules.compiler.compile import compile_rules
    from ccm_rules.compiler.plan import plan_of

    compiled, problems = compile_rules(rules, vocabulary)
    if compiled is None:
        return None, problems
    return Rulebook(
        compiled.program,
        vocabulary,
        {rule.name: _info(rule, compiled) for rule in rules},
        dict(compiled.findings),
        dict(compiled.says),
        {name: dict(fields) for name, fields in compiled.types.items()},
        "",
        tuple(dict.fromkeys(rule.folder for rule in rules)),
        plan_of(rules, compiled.comparing),
        treaty=treaty or Treaty(),
    ), []
