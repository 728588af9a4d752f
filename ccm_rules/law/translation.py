"""What rule files say in other languages: ``says_fr`` beside ``says``.

A key ends with the code of its language. `in_language` puts the chosen language
in the place of English and drops the others, so that whatever reads a rule file
sees one language; what has no translation stays English.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

#: Keys of rule files and of the vocabulary that a reader sees, by the table that holds them.
TRANSLATED: Final = {
    "": ("title", "summary"),
    "authority": ("note",),
    "derive": ("says",),
    "finding": ("says", "remedy"),
    "indicator": ("title", "wording", "counted"),
    "population": ("title",),
    "report_section": ("title", "summary_title"),
}
_VOCABULARY: Final = ("label", "says")
#: Codes of the languages that a text may stand in beside English.
LANGUAGES: Final = ("fr",)


def in_language(document: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The document as it reads in one language.

    Args:
        document: a rule file or the vocabulary, parsed.
        language: code of the language; ``en`` is what the keys without a code say.
    """
    found: dict[str, Any] = {}
    for key, value in document.items():
        stem, _, code = key.rpartition("_")
        if code in LANGUAGES and stem in document and isinstance(value, str):
            if code == language:
                found[stem] = value
        elif isinstance(value, Mapping):
            found.setdefault(key, in_language(value, language))
        elif isinstance(value, list):
            found.setdefault(
                key,
                [in_language(v, language) if isinstance(v, Mapping) else v for v in value],
            )
        else:
            found.setdefault(key, value)
    return {key: found[key] for key in document if key in found}


def missing(document: Mapping[str, Any], language: str) -> Iterator[str]:
    """Paths of what a rule file says in English only, such as ``finding[0].says``."""
    for table, keys in TRANSLATED.items():
        parts = [document] if not table else document.get(table, ())
        for number, part in enumerate([parts] if isinstance(parts, Mapping) else parts):
            place = (
                "" if not table else f"{table}." if table == "authority" else f"{table}[{number}]."
            )
            for key in keys:
                if part.get(key) and not part.get(f"{key}_{language}"):
                    yield f"{place}{key}"


def missing_words(vocabulary: Mapping[str, Any], language: str) -> Iterator[str]:
    """Paths of what the vocabulary says in English only, such as ``report.says``."""
    for name, kind in vocabulary.items():
        for key in _VOCABULARY:
            if kind.get(key) and not kind.get(f"{key}_{language}"):
                yield f"{name}.{key}"
