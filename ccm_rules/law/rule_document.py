"""A rule as one document: its law, the provisions that it applies, its French and its cases."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ccm_rules.errors import Problem
from ccm_rules.law.given import LISTS as OF_CASES
from ccm_rules.law.given import NAMED, Names
from ccm_rules.law.provisions import APPLIES, GAPS, Provisions, applied, flaws, unfilled
from ccm_rules.law.sheets import (
    CASE_KEYS,
    LISTS,
    At,
    Sheet,
    Sheets,
    Source,
    cases_file,
    line_of,
    parsed,
    unknown_keys,
    words_file,
)
from ccm_rules.law.translation import TRANSLATED, say

#: What a law may hold, in the order of a page.
LAW_KEYS: Final = (
    "name",
    "title",
    "summary",
    "binding",
    "section",
    "authority",
    "in_force",
    APPLIES,
    "derive",
    "count",
    "duty",
    "finding",
    "report_section",
    "population",
    "indicator",
)
#: What a provision may hold.
PROVISION_KEYS: Final = (
    GAPS,
    "summary",
    "binding",
    "authority",
    "derive",
    "count",
    "duty",
    "finding",
    "report_section",
    "population",
    "indicator",
)
#: What a file of cases may hold; that of a provision has gaps too.
CASES_KEYS: Final = ("uses", NAMED, APPLIES, *CASE_KEYS)


class RuleDocument(NamedTuple):
    """A rule in one piece.

    Attributes:
        document: its tables, as the reader takes them.
        source: where they stand.
        problems: what is wrong with the form of its files.
        unused: names that its cases give and do not use.
    """

    document: dict[str, Any]
    source: Source
    problems: list[Problem]
    unused: tuple[str, ...]


def joined(
    sheets: Sheets, shown: str, language: str = "en", provisions: Provisions | None = None
) -> RuleDocument:
    """Join the files of a rule, and of the provisions that it applies, in one language.

    Args:
        sheets: its files.
        shown: the path of its law, for messages.
        language: the language that its words are in.
        provisions: those that there are.

    Raises:
        InputError: one of the files is no TOML.
    """
    law, words, cases = parsed(
        [
            (shown, sheets.law),
            (words_file(shown, language), sheets.words.get(language)),
            (cases_file(shown), sheets.cases),
        ]
    )
    assert law is not None
    joining = _Joining(law, words, cases, provisions or Provisions())
    joining.run()
    return RuleDocument(joining.document, joining.source, joining.problems, joining.unused)


class _Joining:
    def __init__(
        self, law: Sheet, words: Sheet | None, cases: Sheet | None, provisions: Provisions
    ) -> None:
        self.law = law
        self.words = words
        self.cases = cases
        self.provisions = provisions
        self.document: dict[str, Any] = {}
        self.source = Source(law)
        self.problems: list[Problem] = []
        self.unused: tuple[str, ...] = ()
        self.laws: dict[str, Sheet] = {}  # provisions, filled
        self.said: list[Sheet] = []  # their words
        self.tried: list[Sheet] = []  # their cases

    def run(self) -> None:
        """Join everything."""
        own = {key: value for key, value in self.law.document.items() if key != APPLIES}
        for key in CASE_KEYS:
            if own.pop(key, None) is not None:
                mend = f"move it to {os.path.basename(cases_file(self.law.file))}"
                at = At(self.law.file, line_of(self.law.lines, key))
                self.problems.append(Problem(*at, 1, key, f"a law holds no [[{key}]]", mend))
        self.problems += unknown_keys(self.law, own, LAW_KEYS)
        applies = self.law.document.get(APPLIES, {})
        if not isinstance(applies, Mapping):
            self._wrong(self.law, APPLIES, "applies is no table", "write [applies.its-name]")
            applies = {}
        for name, values in applies.items():
            self._apply(name, values)
        self._law(self.law._replace(document=own))
        self._say()
        self._cases()

    def _wrong(self, sheet: Sheet, path: str, message: str, mend: str) -> None:
        line = line_of(sheet.lines, path)
        self.problems.append(Problem(sheet.file, line, 1, path, message, mend))

    def _apply(self, name: str, values: Any) -> None:
        """Take in a provision."""
        path = f"{APPLIES}.{name}"
        if name not in self.provisions:
            there = ", ".join(self.provisions)
            mend = f"name one of {there}" if there else "there is none in provisions/"
            self._wrong(self.law, path, f"no provision is called {name!r}", mend)
            return
        law, words, cases = self.provisions[name]
        gaps = law.document.get(GAPS, {})
        wrong = [*unknown_keys(law, law.document, PROVISION_KEYS), *flaws(law)]
        wrong += unfilled(At(self.law.file, line_of(self.law.lines, path)), path, gaps, values)
        if wrong:
            self.problems += wrong
            return
        self.laws[name] = applied(law, values)
        if words is not None:
            mine = self._values(self.words, name)
            self._names(self.words, path, mine, gaps)
            self.said.append(applied(words, {**values, **mine}, values))
        if cases is not None:
            mine = self._values(self.cases, name)
            sheet = self.law if self.cases is None else self.cases
            own = cases.document.get(GAPS, {})
            wrong = [*unknown_keys(cases, cases.document, (GAPS, *CASES_KEYS))]
            wrong += flaws(cases, gaps)
            wrong += unfilled(At(sheet.file, line_of(sheet.lines, path)), path, own, mine)
            self.problems += wrong
            if not wrong:
                self.tried.append(applied(cases, {**values, **mine}))

    def _values(self, sheet: Sheet | None, name: str) -> Mapping[str, Any]:
        """What another file of the rule puts in the gaps of a provision."""
        applies = {} if sheet is None else sheet.document.get(APPLIES, {})
        values = applies.get(name, {}) if isinstance(applies, Mapping) else {}
        return values if isinstance(values, Mapping) else {}

    def _names(
        self, sheet: Sheet | None, path: str, values: Mapping[str, Any], gaps: Mapping[str, str]
    ) -> None:
        if sheet is not None:
            at = At(sheet.file, line_of(sheet.lines, path))
            filled = dict.fromkeys(gaps, "")
            self.problems += unfilled(at, path, gaps, {**filled, **values})

    def _law(self, own: Sheet) -> None:
        """Take in the tables of the provisions, and those of the law itself.

        Those of a provision stand before the law's own, or where ``[[finding]]`` with
        ``applies`` alone says so.
        """
        placed = {
            (key, str(item[APPLIES]))
            for key in LISTS
            for item in _tables(own.document.get(key))
            if APPLIES in item and str(item[APPLIES]) in self.laws
        }
        for name, sheet in self.laws.items():
            here = {k: v for k, v in sheet.document.items() if (k, name) not in placed}
            self._take(sheet, here, (name,))
        for key, value in own.document.items():
            if key not in LISTS or not isinstance(value, list):
                self._add(own, {key: value})
                continue
            for number, item in enumerate(value):
                name = str(item.get(APPLIES)) if isinstance(item, Mapping) else ""
                if (key, name) in placed:
                    law = self.laws[name]
                    self._take(law, {key: law.document.get(key, [])}, (name,))
                else:
                    self._take(own, {key: [item]}, (), number)

    def _take(
        self, sheet: Sheet, tables: Mapping[str, Any], trail: tuple[str, ...], first: int = 0
    ) -> None:
        """Take in tables of a file, some of which may be those of a provision.

        Args:
            sheet: the file.
            tables: what is taken of it.
            trail: the provisions that led to it.
            first: which of the file's tables of its name is the first one.
        """
        for key, value in tables.items():
            for number, item in enumerate(value if isinstance(value, list) else (), first):
                if isinstance(item, Mapping) and APPLIES in item:
                    self._applied(sheet, key, number, item, trail)
                else:
                    self._add(sheet, {key: [item]}, number)
            if not isinstance(value, list):
                self._add(sheet, {key: value})

    def _applied(
        self, own: Sheet, key: str, number: int, table: Mapping[str, Any], trail: tuple[str, ...]
    ) -> None:
        """Take in tables of a provision; where it is one, with what is said beside it."""
        item, path = dict(table), f"{key}[{number}]"
        name = str(item.pop(APPLIES))
        at = At(own.file, line_of(own.lines, key, number))
        there = [n for n in self.provisions if _tables(self.provisions[n].law.document.get(key))]
        if name not in there or name in trail:
            mend = f"name one of {', '.join(there)}" if there else f"write the {key} out"
            what = f"no provision called {name!r} has a {key}"
            self.problems.append(Problem(*at, 1, path, what, mend))
            return
        law, words, _ = self.provisions[name]
        gaps = law.document.get(GAPS, {})
        wrong = [*unknown_keys(law, law.document, PROVISION_KEYS), *flaws(law)]
        wrong += unfilled(at, path, gaps, {gap: item[gap] for gap in gaps if gap in item})
        self.problems += wrong
        if wrong:
            return
        values = {gap: item.pop(gap) for gap in gaps}
        sheet = applied(law, values)
        tables = sheet.document[key]
        if not item:
            self._take(sheet, {key: tables}, (*trail, name))
        elif len(tables) == 1:
            self._take(own, {key: [{**tables[0], **item}]}, (*trail, name), number)
        else:
            what = f"the provision {name!r} is of several {key} tables, and says all of them"
            self.problems.append(Problem(*at, 1, path, what, f"leave {', '.join(item)} out"))
        if words is not None:
            self.said.append(applied(words, values))

    def _add(self, sheet: Sheet, tables: Mapping[str, Any], first: int = 0) -> None:
        """Take in tables of a file, behind those that are there.

        Args:
            sheet: the file.
            tables: what is taken of it.
            first: which of the file's tables of its name is the first one.
        """
        for key, value in tables.items():
            there = self.document.get(key)
            if key in LISTS and isinstance(value, list):
                before = 0 if there is None else len(there)
                self.document[key] = [*(there or ()), *value]
                for number in range(len(value)):
                    self.source.origins[key, before + number] = sheet, first + number
            elif (
                key in ("authority", "duty")
                and isinstance(there, Mapping)
                and isinstance(value, Mapping)
            ):
                for twice in set(there) & set(value) if key == "duty" else ():
                    what = f"a provision says {twice} of the duty too"
                    self._wrong(sheet, key, what, "leave it out of one of them")
                self.document[key] = {**there, **value}
            else:
                self.document[key] = value
            if key in ("authority", "duty"):
                self.source.origins[key, 0] = sheet, 0
                for own in value if isinstance(value, Mapping) else ():
                    self.source.origins[f"{key}.{own}", 0] = sheet, 0

    def _say(self) -> None:
        """Put the words of the language that is read in the place of the English ones."""
        own_texts = {key for key in TRANSLATED[""] if key in self.law.document}
        if "note" in self.law.document.get("authority", {}):
            own_texts.add("authority")
        for sheet in self.said:
            document = {k: value for k, value in sheet.document.items() if k not in own_texts}
            self.problems += say(self.document, sheet._replace(document=document), self.source)
        if self.words is not None:
            own = {key: value for key, value in self.words.document.items() if key != APPLIES}
            self.problems += say(self.document, self.words._replace(document=own), self.source)

    def _cases(self) -> None:
        """Take in the cases, without the names that stand for what they are given."""
        sheets = self.tried
        if self.cases is not None:
            self.problems += unknown_keys(self.cases, self.cases.document, CASES_KEYS)
            sheets = [*sheets, self.cases]
        names = Names({name: one for sheet in sheets for name, one in self._named(sheet)})
        for sheet in sheets:
            tables = {key: sheet.document[key] for key in CASE_KEYS if key in sheet.document}
            first = len(self.document.get("case", ()))
            self._add(sheet, tables)
            there = self.document.get("case", ())
            for number in range(first, len(there)) if isinstance(there, list) else ():
                self._spell_out(number, names)
        if self.cases is not None:
            own = self.cases.document.get(NAMED, {})
            self.unused = tuple(name for name in own if name not in names.used)

    def _named(self, sheet: Sheet) -> list[tuple[str, Any]]:
        """The names of a file of cases, after those of the files that it uses."""
        found: list[tuple[str, Any]] = []
        uses = sheet.document.get("uses", [])
        for name in uses if isinstance(uses, list) else [uses]:
            other = self.provisions[name].cases if name in self.provisions else None
            if other is None:
                what, mend = f"no cases are called {name!r}", "name a file of provisions/"
                self._wrong(sheet, "uses", what, mend)
            else:
                found += self._named(other)
        named = sheet.document.get(NAMED, {})
        if not isinstance(named, Mapping):
            self._wrong(sheet, NAMED, "named is no table", "write [named.its-name]")
            return found
        return [*found, *named.items()]

    def _spell_out(self, number: int, names: Names) -> None:
        case = self.document["case"][number]
        for key in OF_CASES:
            if isinstance(case, Mapping) and key in case:
                path = f"case[{number}].{key}"

                def report(message: str, mend: str, path: str = path) -> None:
                    self.problems.append(
                        Problem(*self.source.at(path), 1, path, message, mend)
                    )

                spelt = names.spelt_out(case[key], report)
                case = {**case, key: spelt}
        self.document["case"][number] = case


def _tables(value: Any) -> list[Mapping[str, Any]]:
    """The tables of a list, if it is one."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
