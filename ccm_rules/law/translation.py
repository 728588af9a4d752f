"""What rules, vocabulary and treaties say in other languages: NAME.fr.toml beside NAME.toml.

A file of words has the tables of the file that it translates, each list of tables by the
names of its members: ``[finding.clearance-late]``. Its words take the place of the English
ones, so that whatever reads a rule reads one language; what is not said stays English.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ccm_rules.errors import Problem
from ccm_rules.law.sheets import At, Sheet, Source, line_of, unknown_keys
from ccm_rules.law.treaty import SHOWN_TEXTS

#: Texts that a reader sees, by the table that holds them: what is said in other languages.
TRANSLATED: Final = {
    "": ("title", "summary"),
    "authority": ("note",),
    "derive": ("says",),
    "finding": ("says", "remedy"),
    "indicator": ("title", "wording", "counted"),
    "population": ("title",),
    "report_section": ("title", "summary_title"),
}
#: By what another language names the tables of a list.
NAMED: Final = {
    "derive": "fact",
    "finding": "name",
    "indicator": "name",
    "population": "name",
    "report_section": "letter",
}
#: Of each treaty.
TREATY_WORDS: Final = ("title", "record_title")
#: Of each kind of fact.
_VOCABULARY: Final = ("label", "says")


def say(document: dict[str, Any], words: Sheet, source: Source) -> Iterator[Problem]:
    """Put the words of another language in the place of the English ones.

    Args:
        document: of a rule; its texts are replaced.
        words: what they are in the other language.
        source: learns where they stand.

    Yields:
        What is wrong with the words.
    """
    allowed = (*TRANSLATED[""], *filter(None, TRANSLATED))
    yield from unknown_keys(words, words.document, allowed)
    for table, keys in TRANSLATED.items():
        said = words.document.get(table) if table else words.document
        if said is None:
            continue
        if not isinstance(said, Mapping):
            yield _wrong(words, "", table, f"{table} is no table", f"write [{table}]")
            continue
        if table not in NAMED:
            own = {key: text for key, text in said.items() if key not in TRANSLATED}
            english = document.get(table) if table else document
            yield from said_of(english, own, keys, words, table, table, source)
            continue
        # Of several that derive one fact, it is the one with the sentence.
        items = sorted(enumerate(document.get(table, ())), key=lambda one: keys[0] in one[1])
        found = {name_of(table, item): number for number, item in items}
        for name, texts in said.items():
            header = f"{table}.{name}"
            if name not in found:
                mend = f"name one of {', '.join(map(str, found))}" if found else "leave it out"
                yield _wrong(words, header, "", f"no {table} here is called {name!r}", mend)
                continue
            item, path = document[table][found[name]], f"{table}[{found[name]}]"
            texts = dict(texts) if isinstance(texts, Mapping) else texts
            if table == "report_section" and isinstance(texts, dict):
                lines = texts.pop("summary", {})
                yield from _summary(item, lines, words, header)
            yield from said_of(item, texts, keys, words, header, path, source)


def said_of(
    english: Any,
    said: Any,
    keys: Sequence[str],
    words: Sheet,
    header: str,
    path: str,
    source: Source | None = None,
) -> Iterator[Problem]:
    """Put the words of one table in the place of the English ones.

    Args:
        english: the table; its texts are replaced.
        said: its words in the other language.
        keys: the keys that may be said.
        words: the file that they stand in.
        header: the table's name in that file.
        path: the table's path in the document.
        source: learns where they stand.
    """
    if not isinstance(said, Mapping):
        yield _wrong(words, header, "", f"{header} is no table", f"write [{header}]")
        return
    for key, text in said.items():
        if key not in keys:
            yield _wrong(words, header, key, f"unknown key {key!r}", f"use {', '.join(keys)}")
        elif not isinstance(english, dict) or key not in english:
            mend = "leave it out, or say it in English too"
            yield _wrong(words, header, key, f"{key} is not said in English", mend)
        elif not isinstance(text, str) or not text.strip():
            yield _wrong(words, header, key, f"{key} is missing or not text", f'{key} = "…"')
        else:
            english[key] = text
            if source is not None:
                at = At(words.file, line_of(words.lines, header, 0, key))
                source.said[f"{path}.{key}" if path else key] = at


def _summary(section: dict[str, Any], said: Any, words: Sheet, header: str) -> Iterator[Problem]:
    """The lines of a section's summary, each by its indicator."""
    header = f"{header}.summary"
    lines = section.get("summary", ())
    there = {line.get("indicator"): line for line in lines if isinstance(line, dict)}
    for indicator, text in said.items() if isinstance(said, Mapping) else ():
        if indicator in there and isinstance(text, str) and text.strip():
            there[indicator]["says"] = text
        else:
            what = f"no line of the summary is of {indicator!r}, or this is no text"
            mend = f"name one of {', '.join(map(str, there))}"
            yield _wrong(words, header, indicator, what, mend)


def name_of(table: str, item: Any) -> Any:
    """By what another language names a table of a list."""
    name = item.get(NAMED[table]) if isinstance(item, Mapping) else None
    return name.get("fact") if isinstance(name, Mapping) else name


def _wrong(words: Sheet, header: str, key: str, message: str, mend: str) -> Problem:
    line = line_of(words.lines, header, 0, key)
    path = ".".join(filter(None, (header, key)))
    return Problem(words.file, line, 1, path, message, mend)


def say_vocabulary(vocabulary: dict[str, Any], words: Sheet) -> Iterator[Problem]:
    """Put the words of another language in the place of the English ones; see `say`."""
    for name, said in words.document.items():
        if name not in vocabulary:
            yield _wrong(words, name, "", f"no kind of fact is called {name!r}", "leave it out")
        else:
            yield from said_of(vocabulary[name], said, _VOCABULARY, words, name, name)


def say_treaties(treaties: dict[str, Any], words: Sheet) -> Iterator[Problem]:
    """Put the words of another language in the place of the English ones; see `say`."""
    for name, said in words.document.items():
        if name not in treaties:
            yield _wrong(words, name, "", f"no treaty is called {name!r}", "leave it out")
            continue
        own = {key: text for key, text in said.items() if key != "briefing"}
        yield from said_of(treaties[name], own, TREATY_WORDS, words, name, name)
        shown, header = said.get("briefing", {}), f"{name}.briefing"
        english = treaties[name].get("briefing")
        yield from said_of(english, shown, SHOWN_TEXTS, words, header, header)


# -- what is missing ---------------------------------------------------------------


def missing(document: Mapping[str, Any], source: Source) -> Iterator[str]:
    """Paths of what a rule says in English only, such as ``finding[0].says``.

    Args:
        document: the rule, joined.
        source: of the rule joined in the other language.
    """
    for table, keys in TRANSLATED.items():
        parts = [document] if not table else document.get(table, ())
        for number, part in enumerate([parts] if isinstance(parts, Mapping) else parts):
            path = f"{table}[{number}]" if table in NAMED else table
            for key in keys:
                full = f"{path}.{key}" if path else key
                if part.get(key) and full not in source.said:
                    yield full


def missing_words(vocabulary: Mapping[str, Any], words: Mapping[str, Any]) -> Iterator[str]:
    """Paths of what the vocabulary says in English only, such as ``report.says``."""
    for name, kind in vocabulary.items():
        for key in _VOCABULARY:
            if kind.get(key) and not words.get(name, {}).get(key):
                yield f"{name}.{key}"
