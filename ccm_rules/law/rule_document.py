"""The files of a rule, of the vocabulary or of the treaties, joined into one document.

In go the bytes of a law, its words and its cases, and the provisions that it applies; out
comes its document in one language, with a `Source` that knows where each part of it stands.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ccm_rules.errors import Problem
from ccm_rules.law.forms import Tables
from ccm_rules.law.given import LISTS, Names
from ccm_rules.law.grammar import Entry, Form, Table, entries, unknown_keys
from ccm_rules.law.provisions import GAPS, Provisions, applied, check_values, gaps_of
from ccm_rules.law.rule import Rule
from ccm_rules.law.sheets import Sheets, cases_file, words_file
from ccm_rules.law.toml_places import Place, Sheet, Source, parsed
from ccm_rules.law.translation import say

#: A rule, as its document has it.
RULE: Final = Table(Rule)
APPLIES: Final = "applies"
#: Where a document has the words that a rule relies on.
QUOTATION: Final = "authority.quote"


class Joined(NamedTuple):
    """A document in one piece.

    Attributes:
        document: its tables, as the grammar takes them.
        source: where they stand.
        problems: what is wrong with the form of its files.
        unused: names that its cases give and do not use.
    """

    document: dict[str, Any]
    source: Source
    problems: list[Problem]
    unused: tuple[str, ...] = ()


def joined(sheets: Sheets, shown: str, form: Form, language: str = "en") -> Joined:
    """Join a file and its words into one document, in one language.

    Args:
        sheets: the files.
        shown: the path of the first, for messages.
        form: what may stand in the document.
        language: the language that its words are in.

    Raises:
        InputError: one of the files is no TOML.
    """
    law, words = parsed(
        [(shown, sheets.law), (words_file(shown, language), sheets.words.get(language))]
    )
    assert law is not None
    made = Joined(dict(law.document), Source(law), [])
    if words is not None:
        say(form, made.document, words.document, Place(words, made.problems), made.source)
    return made


def rule_document(
    sheets: Sheets, shown: str, language: str = "en", provisions: Provisions | None = None
) -> Joined:
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
    return Joined(joining.document, joining.source, joining.problems, joining.unused)


def _keys(sheet: str) -> dict[str, Entry]:
    """What a rule's law or its file of cases may hold."""
    return {e.name: e for e in entries(Rule) if e.key.sheet in (sheet, "both")}


def _common() -> list[str]:
    """What a provision may hold."""
    return [e.name for e in entries(Rule) if e.key.common]


def _without(table: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key not in keys}


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
        self.tables = {e.name for e in entries(Rule) if isinstance(e.key.form, Tables)}

    def run(self) -> None:
        """Join everything."""
        own = dict(self.law.document)
        law, tested = _keys("law"), _keys("cases")
        for key in [key for key in own if key in tested and key not in law]:
            del own[key]
            mend = f"move it to {os.path.basename(cases_file(self.law.file))}"
            (self._in(self.law) / key).fail(f"a law holds no [[{key}]]", mend)
        unknown_keys(own, list(law), self._in(self.law))
        applies = own.pop(APPLIES, {})
        for name, values in applies.items() if isinstance(applies, Mapping) else ():
            self._apply(name, values)
        self._law(self.law._replace(document=own))
        self.document[APPLIES] = applies
        self._say()
        self._tests()
        self._try(list(tested))

    def _in(self, sheet: Sheet) -> Place:
        return Place(sheet, self.problems)

    def _apply(self, name: str, values: Any) -> None:
        """Take in a provision."""
        place = self._in(self.law) / APPLIES / name
        if name not in self.provisions:
            there = ", ".join(self.provisions)
            mend = f"name one of {there}" if there else "there is none in provisions/"
            place.fail(f"no provision is called {name!r}", mend)
            return
        law, words, cases = self.provisions[name]
        before = len(self.problems)
        gaps = self._gaps(law)
        check_values(place, gaps, values)
        if len(self.problems) > before:
            return
        self.laws[name] = applied(law, values)
        if words is not None:
            mine = self._values(self.words, name)
            if self.words is not None:
                filled = dict.fromkeys(gaps, "")
                check_values(self._in(self.words) / APPLIES / name, gaps, {**filled, **mine})
            self.said.append(applied(words, {**values, **mine}, values))
        if cases is not None:
            mine = self._values(self.cases, name)
            before = len(self.problems)
            unknown_keys(cases.document, [GAPS, *_keys("cases")], self._in(cases))
            own = gaps_of(self._in(cases), cases, gaps)
            check_values(self._in(self.cases or self.law) / APPLIES / name, own, mine)
            if len(self.problems) == before:
                self.tried.append(applied(cases, {**values, **mine}))

    def _tests(self) -> None:
        """Take in the provisions that are cases alone, which the file of cases names."""
        applies = {} if self.cases is None else self.cases.document.get(APPLIES, {})
        for name, values in applies.items() if isinstance(applies, Mapping) else ():
            if name in self.document[APPLIES]:
                continue
            place = self._in(self.cases or self.law) / APPLIES / name
            cases = self.provisions[name].cases if name in self.provisions else None
            if cases is None or self.provisions[name].law.document:
                what = f"the law applies no provision called {name!r}, and none is cases alone"
                place.fail(what, "apply it in the law, or leave it out")
                continue
            before = len(self.problems)
            unknown_keys(cases.document, [GAPS, *_keys("cases")], self._in(cases))
            check_values(place, gaps_of(self._in(cases), cases), values)
            if len(self.problems) == before:
                self.tried.append(applied(cases, values))

    def _values(self, sheet: Sheet | None, name: str) -> Mapping[str, Any]:
        """What another file of the rule puts in the gaps of a provision."""
        applies = {} if sheet is None else sheet.document.get(APPLIES, {})
        values = applies.get(name, {}) if isinstance(applies, Mapping) else {}
        return values if isinstance(values, Mapping) else {}

    def _law(self, own: Sheet) -> None:
        """Take in the tables of the provisions, and those of the law itself.

        Those of a provision stand before the law's own, or where ``[[finding]]`` with
        ``applies`` alone says so.
        """
        placed = {
            (key, str(item[APPLIES]))
            for key in self.tables
            for item in _tables(own.document.get(key))
            if APPLIES in item and str(item[APPLIES]) in self.laws
        }
        for name, sheet in self.laws.items():
            here = {k: v for k, v in sheet.document.items() if (k, name) not in placed}
            self._take(sheet, here, (name,))
        for key, value in own.document.items():
            if key not in self.tables or not isinstance(value, list):
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
            if not isinstance(value, list):
                self._add(sheet, {key: value})
                continue
            for number, item in enumerate(value, first):
                if isinstance(item, Mapping) and APPLIES in item:
                    self._applied((self._in(sheet) / key).item(number), sheet, item, trail)
                else:
                    self._add(sheet, {key: [item]}, number)

    def _applied(
        self, place: Place, own: Sheet, table: Mapping[str, Any], trail: tuple[str, ...]
    ) -> None:
        """Take in tables of a provision; where it is one, with what is said beside it."""
        key, item = place.key, dict(table)
        name = str(item.pop(APPLIES))
        there = [n for n in self.provisions if _tables(self.provisions[n].law.document.get(key))]
        if name not in there or name in trail:
            mend = f"name one of {', '.join(there)}" if there else f"write the {key} out"
            place.fail(f"no provision called {name!r} has a {key}", mend)
            return
        law, words, _ = self.provisions[name]
        before = len(self.problems)
        gaps = self._gaps(law)
        check_values(place, gaps, {gap: item[gap] for gap in gaps if gap in item})
        if len(self.problems) > before:
            return
        values = {gap: item.pop(gap) for gap in gaps}
        sheet = applied(law, values)
        tables = sheet.document[key]
        if not item:
            self._take(sheet, {key: tables}, (*trail, name))
        elif len(tables) == 1:
            number = int(place.path.rpartition("[")[2][:-1])
            self._take(own, {key: [{**tables[0], **item}]}, (*trail, name), number)
        else:
            what = f"the provision {name!r} is of several {key} tables, and says all of them"
            place.fail(what, f"leave {', '.join(item)} out")
        if words is not None:
            self.said.append(applied(words, values))

    def _gaps(self, law: Sheet) -> Mapping[str, str]:
        """The gaps of a provision; gathers what is wrong with its law."""
        unknown_keys(law.document, [GAPS, *_common()], self._in(law))
        return gaps_of(self._in(law), law)

    def _add(self, sheet: Sheet, tables: Mapping[str, Any], first: int = 0) -> None:
        """Take in tables of a file, behind those that are there.

        Args:
            sheet: the file.
            tables: what is taken of it.
            first: which of the file's tables of its name is the first one.
        """
        origins = self.source.origins
        for key, value in tables.items():
            there = self.document.get(key)
            if key in self.tables and isinstance(value, list):
                before = 0 if there is None else len(there)
                self.document[key] = [*(there or ()), *value]
                for number in range(len(value)):
                    origins[key, before + number] = sheet, first + number
                continue
            own = value if isinstance(value, Mapping) else {}
            if key in ("authority", "duty") and isinstance(there, Mapping) and own:
                for twice in set(there) & set(own) if key == "duty" else ():
                    what = f"a provision says {twice} of the duty too"
                    (self._in(sheet) / key).fail(what, "leave it out of one of them")
                value = {**there, **own}
            self.document[key] = value
            origins[key, 0] = sheet, 0
            origins.update({(f"{key}.{name}", 0): (sheet, 0) for name in own})

    def _say(self) -> None:
        """Put the words of the language that is read in the place of the English ones."""
        own = [e.name for e in entries(Rule) if e.key.translated and e.name in self.law.document]
        authority = self.law.document.get("authority")
        for sheet in self.said:
            words = _without(sheet.document, *own)
            if isinstance(authority, Mapping) and isinstance(words.get("authority"), Mapping):
                words["authority"] = _without(words["authority"], *authority)
            say(RULE, self.document, words, self._in(sheet), self.source)
        if self.words is not None:
            words = _without(self.words.document, APPLIES)
            say(RULE, self.document, words, self._in(self.words), self.source)
        if "authority.compared" in self.source.said and QUOTATION not in self.source.said:
            place = self._in(self.words or self.law) / "authority" / "quote"
            place.fail("the authentic text of this language is not quoted", 'add quote = "…"')

    def _try(self, allowed: Sequence[str]) -> None:
        """Take in the cases, without the names that stand for what they are given."""
        sheets = list(self.tried)
        if self.cases is not None:
            unknown_keys(self.cases.document, allowed, self._in(self.cases))
            sheets.append(self.cases)
        names = Names(dict(one for sheet in sheets for one in self._named(sheet)))
        for sheet in sheets:
            tested = {k: v for k, v in sheet.document.items() if k in self.tables}
            self._add(sheet, tested)
        cases = self.document.get("case", ())
        if isinstance(cases, list):
            self.document["case"] = [
                self._spelt_out(n, case, names) if isinstance(case, Mapping) else case
                for n, case in enumerate(cases)
            ]
        if self.cases is not None:
            own = self.cases.document.get("named", {})
            self.unused = tuple(name for name in own if name not in names.used)

    def _named(self, sheet: Sheet) -> Iterable[tuple[str, Any]]:
        """The names of a file of cases, after those of the files that it uses."""
        uses = sheet.document.get("uses", [])
        for name in uses if isinstance(uses, list) else [uses]:
            other = self.provisions[name].cases if name in self.provisions else None
            if other is None:
                mend = "name a file of provisions/"
                (self._in(sheet) / "uses").fail(f"no cases are called {name!r}", mend)
            else:
                yield from self._named(other)
        named = sheet.document.get("named", {})
        if isinstance(named, Mapping):
            yield from named.items()
        else:
            (self._in(sheet) / "named").fail("named is no table", "write [named.its-name]")

    def _spelt_out(self, number: int, case: Mapping[str, Any], names: Names) -> dict[str, Any]:
        place = (Place(self.source, self.problems) / "case").item(number)
        return {
            key: names.spelt_out(value, place / key) if key in LISTS else value
            for key, value in case.items()
        }


def _tables(value: Any) -> list[Mapping[str, Any]]:
    """The tables of a list, if it is one."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
