"""What is likely to be wrong with a rule file although it compiles.

Each check looks at the values that a rule file was read into, and knows the text only
to name a line. What keeps a file from being read or compiled at all is complained of
too, everything at once.
"""

from __future__ import annotations

import datetime as dt
import difflib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ccm_rules.authoring.anatomy import (
    ALTERNATIVES,
    Part,
    bound_by,
    covers,
    more_general,
    parts,
    places,
    records,
    used,
)
from ccm_rules.authoring.mutants import BOUNDARY
from ccm_rules.authoring.mutation import RuleScore
from ccm_rules.authoring.provision_checks import doubts
from ccm_rules.authoring.together import folder_groups
from ccm_rules.compiler.compile import compile_rules
from ccm_rules.compiler.duty_status import STATUS, STATUS_TYPES
from ccm_rules.compiler.folders import VOCABULARY, rules_home, whole_sheets
from ccm_rules.compiler.parsing import is_provision, parse_files, provisions_of
from ccm_rules.compiler.tallies import TYPES as TALLIES
from ccm_rules.dates import Period, add
from ccm_rules.errors import InputError, Problem
from ccm_rules.law import shown
from ccm_rules.law.rule import Body, FindingRule, Pattern, Rule, Var
from ccm_rules.law.rule_document import RULE, Joined, joined, rule_document
from ccm_rules.law.sheets import Sheets, cases_file, law_of, words_file
from ccm_rules.law.toml_places import At, value_at
from ccm_rules.law.translation import missing
from ccm_rules.record.relations import BUILT_IN
from ccm_rules.record.vocabulary import Kind
from ccm_rules.record.vocabulary_file import VOCABULARY as KINDS
from ccm_rules.words import durations as lengths
from ccm_rules.words.template import names_in

#: A quotation is compared with its source again after this time.
_A_YEAR = Period(years=1, rounding="later")
_FRENCH = "fr"


class Complaint(NamedTuple):
    """One thing that is likely to be wrong.

    Attributes:
        file: the rule file.
        line: its line, or 0.
        rule: name of the rule, or empty.
        check: name of the check.
        what: what is wrong.
        mend: what to do.
    """

    file: str
    line: int
    rule: str
    check: str
    what: str
    mend: str


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
    "boundary": "a boundary without a case on each side of it",
    "quotation": "a quotation that was not compared with its source for a year",
    "shared-fact": "a fact that two rules derive, without saying so",
    "translation": "words without a French twin",
    "provision": "a provision, a gap or a name of cases that nothing uses",
}


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
        every = (sheets for group in self._groups for sheets in whole_sheets(group, self._home))
        self._files = list({sheets.file: sheets for sheets in every}.values())
        self._complaints: list[Complaint] = []
        self.rules: list[Rule] = []
        self._vocabulary: dict[str, Kind] = {}
        #: The document of each rule, by its file: in English, and in French.
        self._documents: dict[str, tuple[Joined, Joined]] = {}
        self.compiled = False

    def run(self) -> list[Complaint]:
        """All complaints but those that need cases to be run, by file and line."""
        self._read()
        self.compiled = bool(self.rules) and not self._complaints
        for group in self._groups:
            rules = [rule for rule in self.rules if not group or rule.folder in group]
            self._compile(rules)
            self._shared(rules)
        for rule in self.rules:
            self._rule(rule)
        return self.sorted()

    def boundaries(self, scores: Iterable[RuleScore]) -> None:
        """Complain of boundaries that lack a case, by what `Workshop.scores` showed."""
        for score in scores:
            for survivor in score.survivors:
                if survivor.kind == BOUNDARY:
                    self._add(
                        survivor.at,
                        score.rule,
                        "boundary",
                        f"no case notices {survivor.name}",
                        "add a case on each side of this boundary (docs/testing-rules.md)",
                    )

    def sorted(self) -> list[Complaint]:
        """Every complaint once, by file and line."""
        return sorted(set(self._complaints))

    # -- reading -----------------------------------------------------------

    def _read(self) -> None:
        """Read every file that can be read; the others are complained of."""
        common = [sheets for sheets in self._files if is_provision(sheets.file)]
        sound = list(common)
        for sheets in self._files:
            if sheets in common:
                continue
            problems: list[Problem] = []
            for language in ("en", _FRENCH):
                try:
                    parse_files([*common, sheets], self._home, language)
                except InputError as error:
                    problems += (p for p in error.problems if p not in problems)
            self._problems(problems)
            if not problems:
                sound.append(sheets)
        try:
            vocabulary, _, rules = parse_files(sound, self._home)
        except InputError as error:
            self._problems(error.problems)
            return
        self._vocabulary, self.rules = vocabulary, rules
        by_place = {os.path.splitext(sheets.file)[0]: sheets for sheets in sound}
        for rule in rules:
            sheets = by_place[os.path.join(self._home, rule.folder, rule.name)]
            english, french = (
                rule_document(sheets, rule.file, code, provisions_of(common, code))
                for code in ("en", _FRENCH)
            )
            self._documents[rule.file] = english, french
        for sheets in sound:
            if os.path.basename(sheets.file) == VOCABULARY:
                self._words(sheets)
        for doubt in doubts(self._files):
            self._add(doubt.at, "", "provision", doubt.what, doubt.mend)

    def _words(self, sheets: Sheets) -> None:
        """Complain of what the vocabulary says in English only."""
        french = joined(sheets, sheets.file, KINDS, _FRENCH)
        for path in missing(KINDS, french.document, french.source):
            what = f"{path} is English only"
            mend = f"say it in {words_file(sheets.file, _FRENCH)}"
            self._add(At(sheets.file, 0), "", "translation", what, mend)

    def _compile(self, rules: Sequence[Rule]) -> None:
        types = self._fact_types(rules)
        for rule in rules:
            for part in parts(rule):
                for pattern, key in _patterns(part):
                    self._known(rule, part, key, pattern, types)
        compiled, problems = compile_rules(rules, self._vocabulary)
        self.compiled = self.compiled and compiled is not None
        told = {(c.file, c.what) for c in self._complaints}
        self._problems(p for p in problems if (p.file, p.message) not in told)

    def _problems(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            path = f" ({problem.path})" if problem.path else ""
            law = os.path.basename(law_of(problem.file))
            rule = "" if law == VOCABULARY else os.path.splitext(law)[0]
            at = At(problem.file, problem.line)
            self._add(at, rule, "form", f"{problem.message}{path}", problem.mend)

    def _fact_types(self, rules: Sequence[Rule]) -> dict[str, set[str]]:
        """The fields of every fact that there is."""
        types = {name: set(kind.fields) for name, kind in self._vocabulary.items()}
        types |= {name: set(fields) for name, fields in BUILT_IN.items()}
        types |= {name: set(fields) for name, fields in TALLIES.items()}
        types[STATUS] = set(STATUS_TYPES)
        for rule in rules:
            for derived in rule.derives:
                types.setdefault(derived.fact, set(derived.fields))
            for count in rule.counts:
                types.setdefault(count.fact, set(count.fields))
        return types

    def _known(
        self, rule: Rule, part: Part, key: str, pattern: Pattern, types: Mapping[str, set[str]]
    ) -> None:
        at = rule.source.at(f"{part.path}{key}", f'"{pattern.fact}"')
        fields = types.get(pattern.fact)
        if fields is None:
            self._add(
                at,
                rule.name,
                "unknown-fact",
                f"no fact is called {pattern.fact!r}",
                "use a kind of rules/vocabulary.toml or a fact that a rule derives"
                + _near(pattern.fact, types),
            )
            return
        for field in pattern.fields:
            if field not in fields and not (pattern.record and field == "until"):
                self._add(
                    at,
                    rule.name,
                    "unknown-field",
                    f"a {pattern.fact} fact has no {field!r}",
                    f"use {', '.join(sorted(fields))}{_near(field, fields)}",
                )

    # -- one rule ----------------------------------------------------------

    def _rule(self, rule: Rule) -> None:
        for part in parts(rule):
            self._unused(rule, part)
            for place in places(part.item):
                self._negation(rule, part, place.key, place.body)
                self._exceptions(rule, part, place.key, place.body)
        self._alternatives(rule)
        self._findings(rule)
        self._sentences(rule)
        self._cases(rule)
        self._quotation(rule)
        english, french = self._documents[rule.file]
        for path in missing(RULE, english.document, french.source):
            mend = f"say it in {os.path.basename(words_file(rule.file, _FRENCH))}"
            self._complain(rule, path, "translation", f"{path} is English only", mend)
        for name in english.unused:
            what, mend = f"no case uses the name {name!r}", "leave it out of [named]"
            self._add(At(cases_file(rule.file), 1), rule.name, "provision", what, mend)

    def _unused(self, rule: Rule, part: Part) -> None:
        counted = used(rule, part)
        for pattern, key in _patterns(part):
            for field, term in pattern.fields.items():
                if isinstance(term, Var) and counted[term.name] == 1:
                    self._complain(
                        rule,
                        f"{part.path}{key}",
                        "unused-binding",
                        f"{part.name}: ?{term.name} is bound and used nowhere",
                        f"leave {field} out: a field left out may be anything",
                        f'"?{term.name}"',
                    )
        for place in places(part.item):
            for name in place.body.let:
                if counted[name] == 1:
                    self._complain(
                        rule,
                        f"{part.path}let",
                        "unused-binding",
                        f"{part.name}: ?{name} is reckoned and used nowhere",
                        "leave it out of let",
                    )

    def _negation(self, rule: Rule, part: Part, key: str, body: Body) -> None:
        """Absences that nothing can show, and variables that join nothing."""
        outer = _outer(rule, part, key, body)
        for name, patterns in (("none", body.none), ("unless", body.unless)):
            for pattern in patterns:
                kind = self._vocabulary.get(pattern.fact)
                asks = kind is not None and not kind.statement and name == "none"
                if pattern.complete is not None and not asks:
                    self._complain(
                        rule,
                        f"{part.path}{key or name}",
                        "negation",
                        f"{part.name}: complete says until when a record must be complete, and "
                        f"no register is asked about {pattern.fact} in {name}",
                        "leave complete out",
                        f'"{pattern.fact}"',
                    )
                others = [p for p in (*body.none, *body.unless) if p is not pattern]
                elsewhere = {n for p in others for n in shown.in_pattern(p)}
                compared = {n for c in pattern.conditions for n in shown.in_comparison(c)}
                for local in sorted(_variables(pattern) - outer - compared):
                    if local in elsewhere:
                        self._complain(
                            rule,
                            f"{part.path}{key or name}",
                            "negation",
                            f"{part.name}: ?{local} stands in two absences and is bound by no "
                            "fact, so that it means another thing in each",
                            "bind it in all, or give each absence a variable of its own",
                            f'"?{local}"',
                        )
        for pattern in body.none:
            kind = self._vocabulary.get(pattern.fact)
            if kind is None or kind.statement:
                continue
            if not any(isinstance(t, Var) and t.name in outer for t in pattern.fields.values()):
                parties = [n for n, f in kind.fields.items() if f.type == "party"]
                if parties and parties[0] in pattern.fields:
                    self._complain(
                        rule,
                        f"{part.path}{key or 'none'}",
                        "negation",
                        f"{part.name}: the absence of {pattern.fact} is asked of every State, "
                        "so only a register of all States could show it",
                        "name a State that the rule binds, or leave the field out",
                        f'"{pattern.fact}"',
                    )

    def _exceptions(self, rule: Rule, part: Part, key: str, body: Body) -> None:
        """Two absences of a body, one of which says all that the other one does."""
        outer = _outer(rule, part, key, body)
        listed = [("none", p) for p in body.none] + [("unless", p) for p in body.unless]
        for at, (name, pattern) in enumerate(listed):
            for other_at, (other_name, other) in enumerate(listed):
                if at == other_at or (at > other_at and _equal(pattern, other, outer)):
                    continue
                # `unless` asks no register, so it does not do for `none`.
                if covers(other, pattern, outer) and (other_name == "none" or name == "unless"):
                    self._complain(
                        rule,
                        f"{part.path}{key or name}",
                        "overlap",
                        f"{part.name}: {name} {shown.pattern(pattern)} is covered by "
                        f"{other_name} {shown.pattern(other)}",
                        "leave the narrower one out, or tell them apart",
                        f'"{pattern.fact}"',
                    )

    def _alternatives(self, rule: Rule) -> None:
        """Two alternatives of a duty, one of which holds wherever the other does."""
        duty = rule.duty
        if duty is None:
            return
        fixed = bound_by(duty.body) | {"due", "done"}
        for key in ALTERNATIVES:
            bodies: tuple[Body, ...] = getattr(duty, key)
            for at, body in enumerate(bodies):
                for other_at, other in enumerate(bodies):
                    if at == other_at or not more_general(other, body, fixed):
                        continue
                    if at > other_at or not more_general(body, other, fixed):
                        self._complain(
                            rule,
                            f"duty.{key}",
                            "overlap",
                            f"duty: {key} {shown.body(body)} is covered by {shown.body(other)}",
                            "leave the narrower one out, or tell them apart",
                        )

    def _findings(self, rule: Rule) -> None:
        """Two findings that hold at once and say it twice, or cannot both be said."""
        for at, one in enumerate(rule.findings):
            for other_at, other in enumerate(rule.findings):
                if at == other_at or not self._both(rule, one, other):
                    continue
                if at < other_at or not self._both(rule, other, one):
                    self._complain(
                        rule,
                        f"finding[{at}].",
                        "overlap",
                        f"finding {one.name}: wherever {other.name} holds, this one holds too",
                        "except in it what the other one speaks of"
                        if one.when
                        else "leave one of them out, or tell them apart",
                    )

    def _both(self, rule: Rule, one: FindingRule, other: FindingRule) -> bool:
        """Whether a finding holds wherever another one does."""
        if bool(one.when) != bool(other.when):
            return False
        if one.when:
            assert rule.duty is not None
            if not set(one.when) & set(other.when):
                return False
            return more_general(one.body, other.body, bound_by(rule.duty.body) | {"due", "done"})
        key = {var.name for var in (*one.key, *other.key)} | {"p"}
        return one.key == other.key and more_general(one.body, other.body, key)

    def _sentences(self, rule: Rule) -> None:
        """Translations that leave a gap out, or have one that English has not."""
        english, french = self._documents[rule.file]
        for path, at in french.source.said.items():
            if not path.startswith(("derive", "finding")):
                continue
            want, have = (_gaps(value_at(one.document, path)) for one in (english, french))
            for gap in sorted(want ^ have):
                lacks = "French leaves out" if gap in want else "only French speaks of"
                mend = "let both sentences speak of the same things"
                self._add(at, rule.name, "sentence", f"{path}: {lacks} {{{gap}}}", mend)

    def _cases(self, rule: Rule) -> None:
        says = rule.derives or rule.counts or rule.duty or rule.findings
        if says and not rule.cases:
            self._complain(
                rule, "name", "case", "the rule has no case", "add a [[case]] (rules/README.md)"
            )
            return
        raised = {name for case in rule.cases for name in case.raises}
        for number, finding in enumerate(rule.findings):
            if finding.name not in raised:
                self._complain(
                    rule,
                    f"finding[{number}].",
                    "case",
                    f"no case raises {finding.name}",
                    "add a case that does",
                )

    def _quotation(self, rule: Rule) -> None:
        authority = rule.authority
        if not authority.quote or authority.compared is None:
            return
        until = add(authority.compared.toordinal(), _A_YEAR)
        if until < self._as_of.toordinal():
            self._complain(
                rule,
                "authority.compared",
                "quotation",
                f"the quotation was last compared with its source on {authority.compared}, "
                "over a year ago",
                f"compare it with {authority.url}, and write the day of that",
            )
        elif authority.compared > self._as_of:
            self._complain(
                rule,
                "authority.compared",
                "quotation",
                f"the quotation cannot have been compared on {authority.compared}, "
                f"which is after {self._as_of}",
                "write the day on which it was",
            )

    # -- rules that are read together ---------------------------------------

    def _shared(self, rules: Sequence[Rule]) -> None:
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
                self._complain(rule, f"derive[{number}].", "shared-fact", what, mend)

    # -- complaints --------------------------------------------------------

    def _complain(
        self, rule: Rule, path: str, check: str, what: str, mend: str, *needles: str
    ) -> None:
        self._add(rule.source.at(path, *needles), rule.name, check, what, mend)

    def _add(self, at: At, rule: str, check: str, what: str, mend: str) -> None:
        self._complaints.append(Complaint(*at, rule, check, what, mend))


def _patterns(part: Part) -> Iterator[tuple[Pattern, str]]:
    """Every pattern of a part, with the key that holds it."""
    for place in places(part.item):
        for name in ("all", "none", "unless"):
            for pattern in getattr(place.body, name):
                yield (
                    pattern,
                    place.key or ("for" if part.name == "duty" and name == "all" else name),
                )
    for key, pattern in records(part.item):
        yield pattern, key


def _outer(rule: Rule, part: Part, key: str, body: Body) -> set[str]:
    """The variables that are bound where an absence of a body is asked for."""
    found = bound_by(body) | {"as_of"}
    duty = rule.duty
    if duty is not None and (
        key in ALTERNATIVES or (isinstance(part.item, FindingRule) and part.item.when)
    ):
        found |= bound_by(duty.body) | {"due", "until", "done"}
    if part.item is duty:
        found.add("due")
    return found


def _variables(pattern: Pattern) -> set[str]:
    return {term.name for term in pattern.fields.values() if isinstance(term, Var)}


def _equal(one: Pattern, other: Pattern, outer: set[str]) -> bool:
    return covers(one, other, outer) and covers(other, one, outer)


def _gaps(text: str) -> set[str]:
    """The variables of a sentence, whatever it adds to a gap, and the lengths that it names."""
    plain = re.sub(r"\{([^{}:]*):[^{}]*\}", r"{\1}", text)
    return {*names_in(plain), *(f"{name}.period" for name in lengths.GAP.findall(plain))}


def _near(name: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, sorted(names), 1)
    return f" (did you mean {near[0]!r}?)" if near else ""
