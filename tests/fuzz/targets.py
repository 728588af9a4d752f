"""What is fuzzed, and what must hold of every input.

A target grows inputs, and runs one: it is accepted, and then nothing of it may be
lost; or refused with an error that says where and how to mend it. Anything else
is a `Broken`, or whatever exception escaped.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import os
import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from ccm_rules.alerts.reading import read_config
from ccm_rules.authoring.together import folder_groups
from ccm_rules.cli import invoke
from ccm_rules.compiler import load_rules, rules_home
from ccm_rules.compiler.compile import compile_rules, facts_of
from ccm_rules.compiler.folders import whole_sheets
from ccm_rules.compiler.limits import flaws
from ccm_rules.compiler.parsing import is_provision, parse_files, provisions_of
from ccm_rules.dates import FIRST_DAY, LAST_DAY, DateError, Period, When, add, edtf, in_words, parse
from ccm_rules.documents.context import Context
from ccm_rules.documents.overview import data as as_report
from ccm_rules.engines.host import evaluate
from ccm_rules.engines.sql.sqlite import SQLite
from ccm_rules.errors import InputError
from ccm_rules.formats.json_ import render
from ccm_rules.law.reader import rule_of
from ccm_rules.law.rule_document import rule_document
from ccm_rules.law.sheets import Sheets, cases_file
from ccm_rules.law.toml_places import Place, Sheet, Source
from ccm_rules.record import base_relations, load, merge
from ccm_rules.record.relations import Functions
from ccm_rules.report.checking import check
from ccm_rules.words.states import party_names
from tests.conftest import COMMON, REAL, ROOT, TODAY
from tests.engines.worlds import VOCABULARY, world
from tests.fuzz.mutation import (
    JSON_RAW,
    TOML_RAW,
    Table,
    as_json,
    as_toml,
    copied,
    date_like,
    disturb,
    grown,
    tree_of,
)

PARTIES = party_names()


class Broken(AssertionError):  # noqa: N818 - what it says is no error of the harness
    """What must hold of every input does not hold of one."""


def claim(holds: object, message: str) -> None:
    """Something that must hold of an input."""
    if not holds:
        raise Broken(message)


class Target(NamedTuple):
    """One kind of input.

    Attributes:
        name: also the folder of its corpus.
        share: how many of a hundred inputs are of this kind.
        grow: makes an input.
        run: tries one; says whether it was accepted.
    """

    name: str
    share: float
    grow: Callable[[Random], bytes]
    run: Callable[[bytes, Path], bool]


def spoken(error: InputError, data: bytes, files: Mapping[str, bytes]) -> None:
    """What an error about a file must say: the file, the place, the mend."""
    claim(error.problems, "an error without a problem")
    for problem in error.problems:
        claim(problem.file in files, f"names the file {problem.file!r}")
        claim(problem.message.strip(), "says nothing")
        claim(problem.mend.strip(), f"says no mend: {problem.message}")
        claim(len(str(problem)) < 40_000, "says too much")
        lines = files[problem.file].count(b"\n") + files[problem.file].count(b"\r") + 1
        # No place: of what is no text at all, or cannot be opened.
        text = _text(files[problem.file])
        claim(
            problem.line >= 1 or text is None,
            f"names no line: {problem.message}",
        )
        claim(problem.line <= lines, f"names line {problem.line} of {lines}")


def _text(data: bytes) -> str | None:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


# -- dates -------------------------------------------------------------------------


def grow_date(choose: Random) -> bytes:
    return date_like(choose).encode(errors="surrogatepass")


def run_date(data: bytes, _: Path) -> bool:
    text = data.decode(errors="surrogateescape")
    try:
        when = parse(text)
    except DateError as error:
        claim(str(error).strip(), "says nothing")
        return False
    claim(FIRST_DAY <= when.earliest <= when.latest <= LAST_DAY, f"{when!r} leaves the calendar")
    written = str(when)
    claim(parse(written) == when, f"{written} is read otherwise")
    claim(str(parse(written)) == written, f"{written} is written otherwise")
    claim(in_words(*when), "no words")
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        claim(dt.date.fromisoformat(text).toordinal() == when.earliest, "another day")
    claim(_bounds(text) == when, f"{text!r} is read as {when}")
    return True


def _bounds(text: str) -> When:
    """The same, without sharing a line with the parser."""
    if text.startswith("["):
        first, last = text[1:-1].split("..")
        return When(
            _bounds(first).earliest if first else FIRST_DAY,
            _bounds(last).latest if last else LAST_DAY,
        )
    numbers = [int(part) for part in text.split("-")]
    first = dt.date(*numbers, *[1] * (3 - len(numbers)))
    if len(numbers) == 3:
        return When(first.toordinal(), first.toordinal())
    years, months = divmod(first.year * 12 + first.month - 1 + (1 if len(numbers) == 2 else 12), 12)
    last = LAST_DAY if years > 9999 else dt.date(years, months + 1, 1).toordinal() - 1
    return When(first.toordinal(), last)


# -- periods -----------------------------------------------------------------------

_AMOUNTS = (0, 0, 0, 1, -1, 3, 6, 8, 9, -9, 10, 12, 13, 30, 60, 90, 180, 365, -365, 1200, 99999,
            -10**6, 10**9, 2**31, -(2**63), 10**25)  # fmt: skip


def grow_period(choose: Random) -> bytes:
    day = choose.randint(FIRST_DAY, LAST_DAY)
    if choose.random() < 0.2:
        day = choose.choice([FIRST_DAY, FIRST_DAY + 1, LAST_DAY, LAST_DAY - 1])
    if choose.random() < 0.4:  # the ends of months
        day = dt.date.fromordinal(day).replace(day=1).toordinal() - choose.randint(-1, 3)
    amounts = [
        choose.choice(_AMOUNTS) if choose.random() < 0.5 else choose.randint(-500, 500)
        for _ in range(3)
    ]
    on = [
        choose.choice([None, None, *range(-1, 14)]),
        choose.choice([None, None, *range(33)]),
    ]
    return json.dumps(
        [max(day, 1), *amounts, *on, choose.choice([None, "earlier", "later"])]
    ).encode()


def run_period(data: bytes, _: Path) -> bool:
    day, years, months, days, month, on_day, rounding = json.loads(data)
    try:
        length = Period(years, months, days, month, on_day, rounding)
        claim(str(length) is not None, "no words")
        got = add(day, length)
    except DateError as error:
        claim(str(error).strip(), "says nothing")
        return False
    claim(FIRST_DAY <= got <= LAST_DAY, f"{got} leaves the calendar")
    claim(in_words(got, got), "no words")
    claim(edtf(got, got), "cannot be written")
    with contextlib.suppress(DateError):
        claim(day == LAST_DAY or add(day + 1, length) >= got, "a later day ends sooner")
    return True


# -- facts -------------------------------------------------------------------------

_DOCUMENTS = [json.loads(path.read_text("utf-8")) for path in (REAL, TODAY, COMMON)]
_FACTS = [fact for document in _DOCUMENTS for fact in document["facts"]]
_REGISTERS = [item for document in _DOCUMENTS for item in document.get("registers", ())]
_SOURCES = {k: v for document in _DOCUMENTS for k, v in document.get("sources", {}).items()}
_MEETINGS = {fact["id"]: fact for fact in _FACTS if fact["fact"] == "meeting"}
_NEEDED = sorted({f["fact"] for f in _FACTS})
_BY_KIND = {kind: [f for f in _FACTS if f["fact"] == kind] for kind in _NEEDED}
FACT_KEYS = (
    "title", "as_of", "period", "rules", "extends", "sources", "registers", "facts", "$schema",
    "fact", "of", "parties", "until", "source", "note", "known", "published", "kind", "url",
    *sorted({field for kind in VOCABULARY.values() for field in kind.fields}),
)  # fmt: skip
COMMON_PART = {
    "title": "common",
    "sources": {"C": {"title": "another file", "published": "2020"}},
    "facts": [{"fact": "signature", "party": "PER", "date": "2008-12-03", "source": "C"}],
}
_COMMON_BYTES = json.dumps(COMMON_PART).encode()


def _references(item: Mapping[str, Any]) -> list[str]:
    given = item["source"]
    return [ref.partition(" ")[0] for ref in ([given] if isinstance(given, str) else given)]


def small_record(choose: Random) -> dict[str, Any]:
    """A few facts of the shipped records, with all that they need."""
    facts = [choose.choice(_BY_KIND[choose.choice(_NEEDED)]) for _ in range(choose.randint(0, 4))]
    if facts and choose.random() < 0.3:  # about one State, so that they bear on each other
        party = facts[0].get("party")
        facts += [f for f in choose.sample(_FACTS, 60) if f.get("party") == party]
    registers = [choose.choice(_REGISTERS) for _ in range(choose.choice([0, 0, 1, 2]))]
    meetings = {f["meeting"] for f in (*facts, *registers) if f.get("meeting") in _MEETINGS}
    facts = [*(_MEETINGS[m] for m in sorted(meetings)), *facts]
    names = sorted({name for item in (*facts, *registers) for name in _references(item)})
    document: dict[str, Any] = {"title": "some facts"}
    if choose.random() < 0.8:
        document["as_of"] = choose.choice(["2023-06-30", "2024-01-01", "2010-08-01", "9998-12-31"])
    if choose.random() < 0.3:
        document["period"] = "[2022-07-01..2023-06-30]"
    if choose.random() < 0.2:
        document["extends"] = choose.choice(["common.json"] * 3 + ["main.json", "gone.json", "."])
    document["sources"] = {name: _SOURCES[name] for name in names if name in _SOURCES}
    document["registers"] = registers
    document["facts"] = facts
    return document


def grow_facts(choose: Random) -> bytes:
    return grown(tree_of(small_record(choose)), choose, as_json, JSON_RAW, FACT_KEYS)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    claim(len({key for key, _ in pairs}) == len(pairs), "a key that stands twice is accepted")
    return dict(pairs)


def same_value(given: Any, value: Any) -> bool:
    """Whether a value of a record is what the file says."""
    if isinstance(value, When):
        return isinstance(given, str) and parse(given) == value
    if isinstance(value, str):
        return isinstance(given, str) and unicodedata.normalize("NFC", given) == value
    return type(given) is type(value) and bool(given == value)


def nothing_lost(documents: list[dict[str, Any]], record: Any) -> None:
    """Every fact, register and source of the files is in the record, with every value."""
    facts = [fact for document in documents for fact in document.get("facts", [])]
    claim(len(facts) == len(record.facts), f"{len(record.facts)} of {len(facts)} facts")
    for given, fact in zip(facts, record.facts, strict=True):
        rest = dict(given)
        claim(rest.pop("fact") == fact.kind, "another kind")
        source = rest.pop("source")
        claim(tuple([source] if isinstance(source, str) else source) == fact.sources, "sources")
        claim(rest.pop("note", "") == fact.note, "note")
        known = rest.pop("known", None)
        claim((known is None) == (fact.known is None), "known")
        claim(known is None or parse(known) == fact.known, "known")
        claim(set(rest) == set(fact.values), f"{set(rest) ^ set(fact.values)} of a fact")
        claim(all(same_value(v, fact.values[k]) for k, v in rest.items()), f"values of {given}")
    registers = [item for document in documents for item in document.get("registers", [])]
    claim(len(registers) == len(record.registers), "registers")
    for given, register in zip(registers, record.registers, strict=True):
        rest = dict(given)
        claim(rest.pop("of") == register.of, "another register")
        source = rest.pop("source")
        claim(tuple([source] if isinstance(source, str) else source) == register.sources, "sources")
        claim(rest.pop("note", "") == register.note, "note")
        parties = rest.pop("parties", "all")
        wanted = None if parties == "all" else frozenset(parties)
        claim(wanted == register.parties, "parties")
        claim(parse(rest.pop("until")) == register.until, "until")
        claim(set(rest) == set(register.where), "limits of a register")
        claim(all(same_value(v, register.where[k]) for k, v in rest.items()), "limits")
    sources = {k: v for document in documents for k, v in document.get("sources", {}).items()}
    claim(set(sources) == set(record.sources), "sources")
    for name, spec in sources.items():
        source = record.sources[name]
        claim(source.title == spec["title"], "title of a source")
        claim(source.url == spec.get("url", ""), "url of a source")
        published = spec.get("published")
        claim((published is None) == (source.published is None), "published")
        claim(published is None or parse(published) == source.published, "published")
    header = documents[0]
    claim(record.title == header.get("title", ""), "title")
    claim(record.rules == tuple(header.get("rules", ())), "rules")
    for key, when in (("as_of", record.as_of), ("period", record.period)):
        claim((key in header) == (when is not None), key)
        claim(when is None or parse(header[key]) == when, key)


def run_facts(data: bytes, directory: Path) -> bool:
    main, common = directory / "main.json", directory / "common.json"
    if not common.exists():
        common.write_bytes(_COMMON_BYTES)
    main.write_bytes(data)
    try:
        record = load([main], VOCABULARY, PARTIES)
    except InputError as error:
        spoken(error, data, _Files({str(main): data, str(common): _COMMON_BYTES}, directory))
        return False
    document = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once)
    documents = [document]
    if document.get("extends") and os.path.realpath(directory / document["extends"]) == str(common):
        documents.append(COMMON_PART)
    nothing_lost(documents, record)
    return True


class _Files(dict[str, bytes]):
    """The files of an input; one that it names and that is not there holds nothing."""

    def __init__(self, known: Mapping[str, bytes], directory: Path) -> None:
        super().__init__(known)
        self._directory = str(directory)

    def __contains__(self, name: object) -> bool:
        # A file that `extends` names is named as it would be opened.
        return super().__contains__(name) or isinstance(name, str)

    def __missing__(self, name: str) -> bytes:
        return b"\xff"


# -- checking what was accepted ----------------------------------------------------

_RULEBOOK = load_rules(cache=True)


def grow_check(choose: Random) -> bytes:
    document = small_record(choose)
    document.pop("extends", None)
    document["facts"] = [dict(fact) for fact in document["facts"]]  # the shipped ones stay whole
    for fact in document["facts"] if choose.random() < 0.8 else ():
        for key, value in list(fact.items()):
            if choose.random() < 0.2 and isinstance(value, str) and re.match(r"\d{4}|\[", value):
                fact[key] = _sound_date(choose)
    if choose.random() < 0.1:
        document["as_of"] = f"{choose.randint(1000, 2999)}-02-28"
    tree = tree_of(document)
    if choose.random() < 0.3:
        tree = disturb(tree, choose, JSON_RAW, FACT_KEYS)
    return as_json(tree).encode(errors="surrogatepass")


def _sound_date(choose: Random) -> str:
    day = dt.date(choose.randint(2005, 2030), choose.randint(1, 12), choose.randint(1, 28))
    if choose.random() < 0.2:
        day = dt.date.fromordinal(choose.randint(400_000, 1_000_000))
    later = day + dt.timedelta(days=choose.choice([0, 1, 30, 365, 5000]))
    return choose.choice(
        [f"{day}"] * 3
        + [f"{day}"[:7], f"{day}"[:4], f"[{day}..{later}]", f"[..{day}]", f"[{day}..]"]
    )


def run_check(data: bytes, directory: Path) -> bool:
    """A record that loads can be judged, and what is found can be written."""
    path = directory / "main.json"
    path.write_bytes(data)
    try:
        record = load([path], VOCABULARY, PARTIES)
    except InputError:
        return False  # the target `facts` looks at these
    if record.as_of is None:
        record = record._replace(as_of=parse("2023-06-30"))
    report = check(record, _RULEBOOK, engines=["sqlite"])  # no error is left to be raised
    json.loads(render(as_report(report, Context())).encode())
    if len(data) % 8 == 0:  # the whole way out, for some
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = invoke([str(path), "--engine", "sqlite"])
        claim(code in (0, 1, 3), f"exit code {code}: {err.getvalue()}")
        (out.getvalue() + err.getvalue()).encode()
    return True


# -- rules -------------------------------------------------------------------------

_HOME = rules_home()
_SHEETS = [sheets for group in folder_groups(_HOME) for sheets in whole_sheets(group, _HOME)]
_SHEETS = list({sheets.file: sheets for sheets in _SHEETS}.values())
_PROVISIONS = provisions_of(_SHEETS)
_RULE_FILES = {
    Path(sheets.file): sheets
    for sheets in _SHEETS
    if not is_provision(sheets.file) and Path(sheets.file).parent != _HOME
}
#: The document of each rule in one piece, with what the provisions say that it applies.
PARSED = {
    path: {
        key: value
        for key, value in rule_document(sheets, path.name, "en", _PROVISIONS).document.items()
        if key != "applies"
    }
    for path, sheets in _RULE_FILES.items()
}
_, _, _RULES = parse_files(_SHEETS)
#: What follows this line of a seed is its file of cases.
_OF_CASES = b"\n#: cases\n"
_BY_NAME = {rule.name: rule for rule in _RULES}
RULE_KEYS = (
    "name", "title", "summary", "applies", "uses", "named", "like", "binding", "authority",
    "in_force", "derive", "count",
    "duty", "finding", "case", "section", "report_section", "population", "indicator", "fact",
    "record", "all", "if", "none", "unless", "let", "says", "for", "due", "soon",
    "met_by", "from", "add", "on", "round", "days", "months", "years", "complete", "number", "each",
    "when", "severity", "remedy", "key", "party", "status", "basis", "silent_open", "until", "any",
    "sum", "difference", "percent", "rest", "month", "day", "certain", "Party", "party_lo",
    "shared", "equivalent", "mutant", "why", "derives", "lacks",
)  # fmt: skip


def _makers() -> dict[str, list[Any]]:
    makers: dict[str, list[Any]] = {}
    for rule in _RULES:
        for item in (*rule.derives, *rule.counts):
            makers.setdefault(item.fact, []).append(rule)
    return makers


_MAKERS = _makers()
_SECTIONS = [rule for rule in _RULES if rule.sections and not rule.indicators]


def closure(rule: Any) -> list[Any]:
    """A rule with the rules that derive what it reads, of one treaty."""
    company = next(group for group in folder_groups(_HOME) if rule.folder in group)
    chosen = {rule.name: rule}
    left = [rule]
    while left:
        one = left.pop()
        items = (
            *one.derives, *one.counts, *one.findings, *one.populations, *one.indicators,
            *([one.duty] if one.duty else ()),
        )  # fmt: skip
        for item in items:
            for name in facts_of(item):
                for maker in _MAKERS.get(name, ()):
                    if maker.folder in company and maker.name not in chosen:
                        chosen[maker.name] = maker
                        left.append(maker)
    return list(chosen.values())


#: Rules that compile together with a few others. Indicators need their populations
#: and sections, so those are mutated in the company of all.
_WHOLE = {rule.name for rule in _RULES if rule.indicators or rule.populations or rule.sections}


def grow_rule(choose: Random) -> bytes:
    path = choose.choice(_SMALL if choose.random() < 0.95 else list(_RULE_FILES))
    document = {**PARSED[path]}
    cases = {key: document.pop(key) for key in ("case", "equivalent") if key in document}
    if "case" in cases:
        cases["case"] = choose.sample(cases["case"], min(len(cases["case"]), 1))
    if choose.random() < 0.7:  # one table of a kind, so that more are of each other kind
        for key in ("finding", "derive", "indicator"):
            if len(document.get(key, ())) > 2:
                document[key] = choose.sample(document[key], 2)
    tree = tree_of(document)
    if choose.random() < 0.25:  # two rules in one
        other = tree_of(PARSED[choose.choice(_SMALL)])
        tree.append(choose.choice(other))
    law = grown(tree, choose, as_toml, TOML_RAW, RULE_KEYS)
    if choose.random() < 0.5:
        return law
    return law + _OF_CASES + grown(tree_of(cases), choose, as_toml, TOML_RAW, RULE_KEYS)


_SMALL = [path for path in _RULE_FILES if path.stem not in _WHOLE]
_BASES: list[Any] = []


def _worlds() -> list[Any]:
    if not _BASES:
        for seed in range(3):
            record = world(seed)
            assert record.as_of is not None
            _BASES.append(
                base_relations(
                    record,
                    merge(record.facts, VOCABULARY),
                    VOCABULARY,
                    record.as_of.latest,
                    PARTIES,
                    lambda fact: fact.kind,
                )
            )
    return _BASES


def run_rule(data: bytes, _: Path) -> bool:
    law, _, cases = data.partition(_OF_CASES)
    # The name of the file is that of the rule, wherever that can be told.
    match = re.search(rb'^name *= *"([a-z0-9-]+)"', law, re.MULTILINE)
    name = match[1].decode() if match else "a-rule"
    folder = next((path.parent for path in _RULE_FILES if path.stem == name), _HOME / "ccm")
    path = folder / f"{name}.toml"
    try:
        _, _, (rule,) = parse_files([Sheets(str(path), law, {}, cases or None)])
    except InputError as error:
        spoken(error, data, {_shown(path): law, cases_file(_shown(path)): cases})
        return False
    no_key_is_silent(tomllib.loads(law.decode()), path.parent.name, _shown(path))
    rules = [rule, *(other for other in _RULES if other.name != rule.name)] \
        if rule.name in _WHOLE or rule.indicators or rule.populations or rule.sections \
        else closure(rule)  # fmt: skip
    compiled, problems = compile_rules(rules, VOCABULARY)
    if compiled is None:
        for problem in problems:
            claim(problem.file, "names no file")
            claim(problem.line >= 1, f"names no line: {problem.message}")
            claim(problem.message.strip(), "says nothing")
            claim(problem.mend.strip(), f"says no mend: {problem.message}")
        claim(problems, "refused without a problem")
        return False
    base = _worlds()[len(data) % 3]
    program = compiled.program
    fill = Functions(program.functions, base.coverage).rows
    for flaw in flaws(program):
        raise Broken(f"a program that no engine may run is accepted: {flaw}")
    evaluate(program, base.rows, fill, SQLite(program))  # no error is left to be raised
    return True


def _shown(path: Path) -> str:
    from ccm_rules.compiler.folders import shown

    return shown(str(path))


class Garbage(dict[str, Any]):
    """A value that no key of any table takes."""

    def __init__(self) -> None:
        super().__init__({"zz-no-such-key": [1.5]})


#: Keys that say what needs no reading: TOML's own remarks do not reach the reader.
SILENT: frozenset[str] = frozenset()


def key_paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all keys of a document."""
    found: list[tuple[Any, ...]] = []
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        here = (*path, key)
        if isinstance(value, dict):
            found.append(here)
        if isinstance(item, dict | list):
            found += key_paths(item, here)
    return found


def changed(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A document with another value at a path."""
    if not path:
        return value
    first, *rest = path
    if isinstance(document, dict):
        return {
            key: changed(item, tuple(rest), value) if key == first else item
            for key, item in document.items()
        }
    return [
        changed(item, tuple(rest), value) if number == first else item
        for number, item in enumerate(document)
    ]


def read_rule(document: Any, folder: str, file: str) -> Any:
    """What the reader makes of a document, or ``None`` where it refuses it."""
    place = Place(Source(Sheet(file)), [])
    rule = rule_of(document, place, folder)
    return None if place.problems else rule


def no_key_is_silent(document: Any, folder: str, file: str) -> None:
    """A key of an accepted rule matters: with garbage in its place, something changes."""
    paths = key_paths(document)
    path = paths[len(str(document)) * 7919 % len(paths)]
    before = read_rule(document, folder, file)
    after = read_rule(changed(document, path, Garbage()), folder, file)
    claim(after is None or after != before, f"{path} has no effect and is not refused")


# -- the vocabulary ----------------------------------------------------------------

_VOCABULARY_FILE = _HOME / "vocabulary.toml"
_WORDS = tomllib.loads(_VOCABULARY_FILE.read_text("utf-8"))
WORD_KEYS = ("label", "says", "key", "statement", "exclusive", "one_of",
             "type", "optional", "scheduled", "default", "party", "date", "fact", "source", "note",
             "known", "of", "parties", "until", "certain", "Party", "party_lo")  # fmt: skip


def grow_vocabulary(choose: Random) -> bytes:
    chosen = choose.sample(list(_WORDS), choose.randint(1, 5))
    tree = Table((name, tree_of(_WORDS[name])) for name in chosen)
    return grown(copied(tree), choose, as_toml, TOML_RAW, WORD_KEYS)


def run_vocabulary(data: bytes, _: Path) -> bool:
    try:
        vocabulary, document, _rules = parse_files([Sheets(str(_VOCABULARY_FILE), data)])
    except InputError as error:
        spoken(error, data, {_shown(_VOCABULARY_FILE): data})
        return False
    claim(set(vocabulary) == set(tomllib.loads(data.decode())), "kinds of fact")
    paths = key_paths(document)
    if paths:
        path = paths[len(data) * 7919 % len(paths)]
        spoiled = as_toml(tree_of(changed(document, path, Garbage()))).encode()
        try:
            after, _, _rules = parse_files([Sheets(str(_VOCABULARY_FILE), spoiled)])
            claim(after != vocabulary, f"{path} has no effect and is not refused")
        except InputError:
            pass
    compiled, problems = compile_rules([], vocabulary)
    claim(compiled is not None, f"no program: {problems}")
    assert compiled is not None
    # Every relation has a table, and a row of the kind's own fits into it.
    program = compiled.program
    rows = {kind.name: {_default_row(kind): 1} for kind in vocabulary.values()}
    backend = SQLite(program)
    for name, made in rows.items():
        backend._load(name, made)
    backend.close()
    return True


def _default_row(kind: Any) -> tuple[Any, ...]:
    return tuple(kind.row({}))


# -- who is told: the routing file -------------------------------------------------

_ROUTES = tomllib.loads((ROOT / "docs" / "operations" / "routes.toml").read_text("utf-8"))
ROUTE_KEYS = ("zone", "quiet_days", "channel", "route", "mute", "operator", "reminders", "delivery",
              "url", "from", "password_file", "password_env", "url_file", "url_env", "key_file",
              "key_env", "batch", "folder", "name", "to", "rules", "severities", "digest",
              "parties", "events", "fingerprints", "reason", "until", "days", "for")  # fmt: skip


def grow_routes(choose: Random) -> bytes:
    return grown(tree_of(_ROUTES), choose, as_toml, TOML_RAW, ROUTE_KEYS)


def run_routes(data: bytes, directory: Path) -> bool:
    path = directory / "routes.toml"
    path.write_bytes(data)
    try:
        config = read_config(str(path), PARTIES, {})
    except InputError as error:
        spoken(error, data, {str(path): data})
        return False
    document = tomllib.loads(data.decode())
    claim(len(config.routes) == len(document["route"]), "routes")
    claim(len(config.mutes) == len(document.get("mute", ())), "mutes")
    claim(set(config.channels) == set(document["channel"]), "channels")
    return True


TARGETS = {
    target.name: target
    for target in (
        Target("dates", 40, grow_date, run_date),
        Target("periods", 15, grow_period, run_period),
        Target("facts", 34, grow_facts, run_facts),
        Target("check", 0.5, grow_check, run_check),
        Target("rules", 6, grow_rule, run_rule),
        Target("vocabulary", 2.5, grow_vocabulary, run_vocabulary),
        Target("routes", 2, grow_routes, run_routes),
    )
}
