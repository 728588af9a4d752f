"""What rules, vocabulary and treaties say in other languages: NAME.fr.toml beside NAME.toml.

In go a parsed file and its words in another language; the words take the place of the English
ones, so that whatever reads the file reads one language. What is not said stays English. A
file of words has the tables of the file that it translates, a list of tables by the names of
its members: ``[finding.clearance-late]``. Which keys can be said is part of the grammar.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

from ccm_rules.law.forms import Tables
from ccm_rules.law.grammar import ByName, Entry, Form, Table, entries
from ccm_rules.law.toml_places import Place, Source


@functools.cache
def words_of(cls: type) -> tuple[Entry, ...]:
    """The keys of a table that can be said in other languages, or hold such keys."""
    return tuple(e for e in entries(cls) if e.key.translated or _has_words(e.key.form))


def _has_words(form: Form) -> bool:
    inner = _table(form)
    return inner is not None and bool(words_of(inner.cls))


def _table(form: Form) -> Table | None:
    """The table that a form is or holds."""
    if isinstance(form, Tables):
        form = form.table
    elif isinstance(form, ByName):
        form = form.of
    return form if isinstance(form, Table) else None


def say(form: Form, english: Any, said: Any, words: Place, source: Source, path: str = "") -> None:
    """Put the words of another language in the place of the English ones.

    Args:
        form: what they stand in.
        english: what stands there; its texts are replaced.
        said: its words in the other language.
        words: where those stand; gathers what is wrong with them.
        source: learns where each text stands now.
        path: of what is said, in the English document.
    """
    if isinstance(form, Table) and isinstance(said, str) and len(words_of(form.cls)) == 1:
        said = {words_of(form.cls)[0].name: said}  # a table with one text is said by it
    if not isinstance(said, Mapping):
        words.fail(f"{words.key} is no table", f"write [{words.path}]")
    elif isinstance(form, Table):
        _say_table(form, english, said, words, source, path)
    else:
        _say_members(form, english, said, words, source, path)


def _say_table(
    form: Table, english: Any, said: Mapping[str, Any], words: Place, source: Source, path: str
) -> None:
    keys = {entry.name: entry.key for entry in words_of(form.cls)}
    for name, text in said.items():
        here, there = words / name, f"{path}.{name}" if path else name
        if name not in keys:
            here.fail(f"unknown key {name!r}", f"use {', '.join(keys)}")
        elif not isinstance(english, dict) or name not in english:
            here.fail(f"{name} is not said in English", "leave it out, or say it in English too")
        elif not keys[name].translated:
            say(keys[name].form, english[name], text, here, source, there)
        elif type(text) is not type(english[name]) or not str(text).strip():
            what = "text" if isinstance(english[name], str) else keys[name].form.words
            here.fail(f"{name} is missing or not {what}", keys[name].form.written(name))
        else:
            english[name] = text
            source.said[there] = here.at


def _say_members(
    form: Form, english: Any, said: Mapping[str, Any], words: Place, source: Source, path: str
) -> None:
    """Say the tables of a list, or those that have names."""
    members = dict(_members(form, english, path))
    table = _table(form)
    assert table is not None
    for name, texts in said.items():
        if name in members:
            there, item = members[name]
            say(table, item, texts, words / name, source, there)
        else:
            what = words.key or "table"
            mend = f"name one of {', '.join(map(str, members))}" if members else "leave it out"
            (words / name).fail(f"no {what} here is called {name!r}", mend)


def _members(form: Form, english: Any, path: str) -> Iterator[tuple[Any, tuple[str, Any]]]:
    """The tables of a list by what names them, or those of a table, each with its path.

    Of several with one name (rules that derive one fact), the last is the one with words.
    """
    if isinstance(form, ByName) and isinstance(english, Mapping):
        for name, item in english.items():
            yield name, (f"{path}.{name}" if path else name, item)
    if isinstance(form, Tables) and isinstance(english, list):
        table = _table(form)
        words = {entry.name for entry in words_of(table.cls)} if table else set()
        tables = [(n, item) for n, item in enumerate(english) if isinstance(item, Mapping)]
        for number, item in sorted(tables, key=lambda one: bool(words & set(one[1]))):
            name = item.get(form.by)
            name = name.get(form.by) if isinstance(name, Mapping) else name
            yield name, (f"{path}[{number}]", item)


def texts(form: Form, english: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """The path and the words of every text that can be said in other languages.

    Args:
        form: what the document stands in.
        english: what stands there, of the right form or not.
        path: of it.
    """
    if not isinstance(form, Table):
        table = _table(form)
        for _, (there, item) in _members(form, english, path) if table else ():
            yield from texts(table, item, there)  # type: ignore[arg-type]
        return
    for entry in words_of(form.cls) if isinstance(english, Mapping) else ():
        there = f"{path}.{entry.name}" if path else entry.name
        text = english.get(entry.name)
        if not entry.key.translated:
            yield from texts(entry.key.form, text, there)
        elif isinstance(text, str) and text and entry.key.translated != "may":
            yield there, text


def missing(form: Form, english: Any, source: Source) -> Iterator[str]:
    """Paths of what is said in English only, such as ``finding[0].says``.

    Args:
        form: what the English stands in.
        english: what stands there.
        source: where the texts of the other language stand.
    """
    return (path for path, _ in texts(form, english) if path not in source.said)
