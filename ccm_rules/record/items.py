"""Facts and registers, one at a time: a table goes in, and a `Fact` or `Register` comes out.

What is wrong is reported with its path, and then nothing comes out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from ccm_rules.dates import DateError, When, parse, recorded
from ccm_rules.law import MAX_INT
from ccm_rules.record.model import Fact, Register, Source, Value
from ccm_rules.record.vocabulary import COMMON_KEYS, Field, Kind, Vocabulary

#: Longer texts are not what a record holds, and engines compare 64 KiB texts wrongly.
MAX_TEXT: Final = 10_000

_REGISTER_KEYS = ("of", "parties", "until", "source", "note")

#: Takes a mistake: its path, what is wrong, and the mend.
Report = Callable[[str, str, str], None]


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
    return Checker(vocabulary, parties, set(meetings), None).fact(item, path, report, place)


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
    return Checker(vocabulary, parties, set(meetings), None).register(item, path, report, place)


class Checker:
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
        """Check a fact; ``place`` is the file that it stands in."""
        kind = self._kind(item, "fact", path, report)
        if kind is None:
            return None
        sound = self._is_whole(kind, item, path, report)
        values: dict[str, Value] = {}
        known = None
        for key, value in item.items():
            if key in kind.fields:
                checked = self._value(kind.fields[key], value, f"{path}.{key}", report)
                if checked is None:
                    sound = False
                else:
                    values[key] = checked
            elif key == "known":
                known = when_of(value, f"{path}.known", report)
                sound = sound and known is not None
        note = self._note(item, path, report)
        sources = self._references(item, path, report)
        if not sound or sources is None:
            return None
        return Fact(kind.name, values, sources, note, known, f"{place} {path}")

    def _is_whole(self, kind: Kind, item: Mapping[str, Any], path: str, report: Report) -> bool:
        """Whether a fact has all that its kind needs, and nothing that it does not know."""
        unknown = [key for key in item if key not in kind.fields and key not in COMMON_KEYS]
        for key in unknown:
            report(
                f"{path}.{key}",
                f"a {kind.name} fact has no {key!r}",
                f"use {', '.join(kind.fields)}" + nearest(key, kind.fields),
            )
        needed = [field.name for field in kind.fields.values() if not field.optional]
        missing = [repr(name) for name in needed if name not in item]
        for name in missing:
            report(path, f"this {kind.name} fact has no {name}", f"add {name}")
        if kind.one_of and not any(name in item for name in kind.one_of):
            missing.append(names := " or ".join(map(repr, kind.one_of)))
            report(path, f"this {kind.name} fact has no {names}", f"add one of them: {names}")
        return not unknown and not missing

    def register(self, item: Any, path: str, report: Report, place: str) -> Register | None:
        """Check a register; ``place`` is the file that it stands in."""
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
            until = when_of(item["until"], f"{path}.until", report)
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
                "use an ISO 3166-1 alpha-3 code" + nearest(code, self.parties),
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
                "use a kind of rules/vocabulary.toml" + nearest(name, self.vocabulary),
            )
        return kind

    def _note(self, item: Any, path: str, report: Report) -> str:
        return words_of(item.get("note", ""), "the note", f"{path}.note", report) or ""

    def _references(self, item: Any, path: str, report: Report) -> tuple[str, ...] | None:
        given = item.get("source")
        references = [given] if isinstance(given, str) else given
        if self.sources is None and given is None:
            return ()
        if not isinstance(references, list) or not references:
            report(path, "has no source", "add the source that says so: every fact has one")
            return None
        for number, reference in enumerate(references):
            at = f"{path}.source" if isinstance(given, str) else f"{path}.source[{number}]"
            name = reference.partition(" ")[0] if isinstance(reference, str) else None
            if self.sources is not None and name not in self.sources:
                report(
                    at,
                    f"unknown source {reference!r}",
                    "describe it under sources" + nearest(str(name), self.sources),
                )
                return None
            if words_of(reference, "source", at, report) is None:
                return None
        return tuple(references)

    def _value(self, field: Field, value: Any, path: str, report: Report) -> Value | None:
        if field.type == "when":
            return when_of(value, path, report)
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
                "use an ISO 3166-1 alpha-3 code" + nearest(text, self.parties),
            )
            return None
        if field.type == "meeting" and text not in self.meetings:
            report(
                path,
                f"unknown Meeting {text!r}",
                "use the id of a meeting fact" + nearest(text, self.meetings),
            )
            return None
        if field.one_of and text not in field.one_of:
            report(
                path,
                f"{field.name} cannot be {text!r}",
                f"use one of {', '.join(field.one_of)}" + nearest(text, field.one_of),
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


def words_of(value: Any, what: str, path: str, report: Report) -> str | None:
    """Text that is shown and never compared, so it stays as it is written."""
    if not isinstance(value, str):
        report(path, f"{what} is not text", "write it in quotes")
        return None
    return value


def when_of(value: Any, path: str, report: Report) -> When | None:
    """A date."""
    if not isinstance(value, str):
        report(path, "a date is not text", 'write it in quotes: "2023-06-30"')
        return None
    try:
        return recorded(parse(value))
    except DateError as error:
        report(path, str(error), "write the date as the source gives it, as vague as it is")
        return None


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint at what may be meant, or nothing."""
    import difflib  # only needed when something is wrong

    found = difflib.get_close_matches(name, list(known), 1)
    return f" (did you mean {found[0]!r}?)" if found else ""
