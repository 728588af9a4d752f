"""What is likely to be wrong with a directory of rules although it compiles.

In goes the directory, out come complaints with file, line and mend, everything at once: what
keeps a file from being read or compiled, what looks wrong with a rule by itself (see
`ccm_rules.authoring.rule_checks`), and what looks wrong with rules that are read together.
Each file is read once. No case is run: what no case notices, `rules test` says.
"""

from __future__ import annotations

import datetime as dt
import difflib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from ccm_rules.authoring.anatomy import Part, parts, patterns_of
from ccm_rules.authoring.provision_checks import doubts
from ccm_rules.authoring.rule_checks import Complaint, Reading, complaint, complaints
from ccm_rules.authoring.situation_checks import unfilled, unknown
from ccm_rules.authoring.situations import Matrix, parse_situations, situation_sheets
from ccm_rules.authoring.together import folder_groups
from ccm_rules.compiler.compile import compile_rules
from ccm_rules.compiler.duty_status import STATUS, STATUS_TYPES
from ccm_rules.compiler.folders import VOCABULARY, rules_home, shown, whole_sheets
from ccm_rules.compiler.parsing import (
    is_provision,
    is_vocabulary,
    parse_vocabulary,
    provisions_of,
    twice_named,
)
from ccm_rules.compiler.tallies import TYPES as TALLIES
from ccm_rules.errors import InputError, Problem
from ccm_rules.law.reader import rule_of
from ccm_rules.law.rule import Pattern, Rule
from ccm_rules.law.rule_document import joined, rule_document
from ccm_rules.law.sheets import LANGUAGES, Sheets, law_of, words_file
from ccm_rules.law.toml_places import Place
from ccm_rules.law.translation import missing
from ccm_rules.record.relations import BUILT_IN
from ccm_rules.record.vocabulary import Kind
from ccm_rules.record.vocabulary_file import VOCABULARY as KINDS

#: Every check, and what it complains of.
CHECKS: Mapping[str, str] = {
    "form": "what keeps a file from being read or compiled",
    "unknown-fact": "a fact that neither the vocabulary nor a rule knows",
    "unknown-field": "a field that a fact does not have",
    "unused-binding": "a variable that is bound and used nowhere",
    "negation": "an absence that nothing can show, or that a variable makes wider than it reads",
    "overlap": "two exceptions, alternatives or findings, one of which covers the other",
    "sentence": "a sentence whose translation speaks of other things",
    "case": "a finding that no case raises, or a rule without cases",
    "quotation": "a quotation that was not compared with its source for a year",
    "shared-fact": "a fact that two rules derive, without saying so",
    "translation": "words without a French twin",
    "provision": "a provision, a gap or a name of cases that nothing uses",
    "situation": "a situation that no case of a rule shows, or a claim that cannot be right",
}
_FRENCH: Final = LANGUAGES[0]


class Lint:
    """Rule files and what there is to complain of.

    Args:
        home: the directory of rule folders; the shipped one unless given.
        as_of: the day on which quotations are judged.

    Raises:
        InputError: there is no rule folder.
    """

    def __init__(self, home: str | None, as_of: dt.date) -> None:
        self._home = rules_home() if home is None else Path(home)
        self._as_of = as_of
        self._groups = folder_groups(self._home)
        self._sheets = [whole_sheets(group, self._home) for group in self._groups]
        every = (sheets for group in self._sheets for sheets in group)
        self._files = list({sheets.file: sheets for sheets in every}.values())
        self._complaints: list[Complaint] = []
        #: By group, and of each rule that of the first group that holds it.
        self._vocabularies: list[dict[str, Kind]] = []
        self._readings: list[Reading] = []

    @property
    def rules(self) -> list[Rule]:
        """The rules that can be read."""
        return [reading.rule for reading in self._readings]

    def run(self) -> list[Complaint]:
        """All complaints, each once, by file and line."""
        self._read()
        done: set[str] = set()
        for group, vocabulary in zip(self._groups, self._vocabularies, strict=True):
            mine = [one for one in self._readings if not group or one.rule.folder in group]
            rules = [reading.rule for reading in mine]
            self._compile(rules, vocabulary)
            self._complaints += _shared(rules)
            for reading in mine:
                if reading.rule.file not in done:
                    self._complaints += complaints(reading, vocabulary, self._as_of, _FRENCH)
            done |= {rule.file for rule in rules}
        self._situations()
        return sorted(set(self._complaints))

    # -- reading -----------------------------------------------------------

    def _read(self) -> None:
        """Read every file that can be read; the others are complained of."""
        provisions = {code: provisions_of(self._files, code) for code in ("en", _FRENCH)}
        problems: list[Problem] = []
        for group in self._sheets:
            problems += self._words([sheets for sheets in group if is_vocabulary(sheets.file)])
        for sheets in self._files:
            if is_provision(sheets.file) or is_vocabulary(sheets.file):
                continue
            law, folder = shown(sheets.file), os.path.basename(os.path.dirname(sheets.file))
            try:
                english, french = (
                    rule_document(sheets, law, code, provisions[code]) for code in provisions
                )
                rule = rule_of(english.document, Place(english.source, english.problems), folder)
                place = Place(french.source, french.problems)
                rule_of(french.document, place, folder, _FRENCH)
            except InputError as error:
                problems += error.problems
                continue
            wrong = {*english.problems, *french.problems}
            problems += wrong
            if not wrong:
                self._readings.append(Reading(rule, english, french))
        problems += twice_named(self.rules)
        self._problems(dict.fromkeys(problems))
        for one in doubts(self._files):
            self._complaints.append(one)

    def _words(self, files: Sequence[Sheets]) -> list[Problem]:
        """Read the vocabularies of a group, and complain of what they say in English only."""
        self._vocabularies.append({})
        try:
            self._vocabularies[-1], _ = parse_vocabulary(files, "en")
            parse_vocabulary(files, _FRENCH)
        except InputError as error:
            return list(error.problems)
        for sheets in files:
            french = joined(sheets, sheets.file, KINDS, _FRENCH)
            for path in missing(KINDS, french.document, french.source):
                what = f"{path} is English only"
                mend = f"say it in {words_file(sheets.file, _FRENCH)}"
                self._complaints.append(Complaint(sheets.file, 0, "", "translation", what, mend))
        return []

    def _situations(self) -> None:
        """What situations lack words, and rules lack cases of."""
        sheets = situation_sheets(self._home)
        if sheets is None:
            return
        try:
            found, problems, _ = parse_situations(sheets, "en")
            _, french, untold = parse_situations(sheets, _FRENCH)
        except InputError as error:
            self._problems(error.problems)
            return
        self._problems(dict.fromkeys((*problems, *french)))
        file = os.path.basename(words_file(sheets.file, _FRENCH))
        for path, at in untold:
            what, mend = f"{path} is English only", f"say it in {file}"
            self._complaints.append(Complaint(*at, "", "translation", what, mend))
        if not problems:
            kinds = {name: kind for one in self._vocabularies for name, kind in one.items()}
            groups = [[r for r in self.rules if not g or r.folder in g] for g in self._groups]
            self._complaints += unfilled(Matrix(found, groups), self.rules, kinds)
            self._complaints += unknown(found.situations, _fact_types(self.rules, kinds))

    def _problems(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            path = f" ({problem.path})" if problem.path else ""
            law = os.path.basename(law_of(problem.file))
            rule = "" if law == VOCABULARY else os.path.splitext(law)[0]
            what = f"{problem.message}{path}"
            self._complaints.append(
                Complaint(problem.file, problem.line, rule, "form", what, problem.mend)
            )

    # -- rules that are read together ---------------------------------------

    def _compile(self, rules: Sequence[Rule], vocabulary: Mapping[str, Kind]) -> None:
        types = _fact_types(rules, vocabulary)
        for rule in rules:
            for part in parts(rule):
                for pattern, key in patterns_of(part):
                    self._complaints += _known(rule, part, key, pattern, types)
        _, problems = compile_rules(rules, vocabulary)
        known = {(c.file, c.what) for c in self._complaints}
        self._problems(p for p in problems if (p.file, p.message) not in known)


def _fact_types(rules: Iterable[Rule], vocabulary: Mapping[str, Kind]) -> dict[str, set[str]]:
    """The fields of every fact that there is."""
    types = {name: set(kind.fields) for name, kind in vocabulary.items()}
    types |= {name: set(fields) for name, fields in BUILT_IN.items()}
    types |= {name: set(fields) for name, fields in TALLIES.items()}
    types[STATUS] = set(STATUS_TYPES)
    for rule in rules:
        for made in rule.made:
            types.setdefault(made.fact, set(made.fields))
    return types


def _known(
    rule: Rule, part: Part, key: str, pattern: Pattern, types: Mapping[str, set[str]]
) -> Iterator[Complaint]:
    """Facts and fields that do not exist."""
    path, needle = f"{part.path}{key}", f'"{pattern.fact}"'
    fields = types.get(pattern.fact)
    if fields is None:
        what = f"no fact is called {pattern.fact!r}"
        mend = "use a kind of rules/vocabulary.toml or a fact that a rule derives"
        mend += _near(pattern.fact, types)
        yield complaint(rule, path, "unknown-fact", what, mend, needle)
        return
    for field in pattern.fields:
        if field not in fields and not (pattern.record and field == "until"):
            what = f"a {pattern.fact} fact has no {field!r}"
            mend = f"use {', '.join(sorted(fields))}{_near(field, fields)}"
            yield complaint(rule, path, "unknown-field", what, mend, needle)


def _near(name: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, sorted(names), 1)
    return f" (did you mean {near[0]!r}?)" if near else ""


def _shared(rules: Sequence[Rule]) -> Iterator[Complaint]:
    """Facts that several rules derive, each of which must say so."""
    makers: dict[str, set[str]] = {}
    for rule in rules:
        for derived in rule.derives:
            makers.setdefault(derived.fact, set()).add(rule.name)
    for rule in rules:
        for number, derived in enumerate(rule.derives):
            others = sorted(makers[derived.fact] - {rule.name})
            if bool(others) == derived.shared:
                continue
            if others:
                what = f"{', '.join(others)} derive {derived.fact} too, and this rule is silent"
                mend = "add shared = true if they mean the same, or give it another name"
            else:
                what = f"no other rule derives {derived.fact}"
                mend = "leave shared out"
            yield complaint(rule, f"derive[{number}].", "shared-fact", what, mend)
