"""The files of a rule: its law, the same in other languages, and its cases.

NAME.toml is the law, NAME.fr.toml says it in French, NAME.cases.toml tests it; their bytes
are what goes out of here. `ccm_rules.law.rule_document` makes one document of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

#: Codes of the languages that a rule may be said in beside English.
LANGUAGES: Final = ("fr",)
#: The folder of provisions, beside those of rules.
PROVISIONS: Final = "provisions"
_CASES: Final = ".cases.toml"


class Sheets(NamedTuple):
    """The files of one rule, as bytes.

    Attributes:
        file: the path of its law.
        law: the law.
        words: the same in other languages, by code.
        cases: its cases, or ``None`` where there are none or they are not wanted.
    """

    file: str
    law: bytes
    words: Mapping[str, bytes] = {}
    cases: bytes | None = None


def is_law(name: str) -> bool:
    """Whether a file of a folder is the law of a rule.

    >>> [is_law(name) for name in ("a.toml", "a.fr.toml", "a.cases.toml", "README.md")]
    [True, False, False, False]
    """
    return name.endswith(".toml") and law_of(name) == name


def law_of(name: str) -> str:
    """The law that a file belongs to.

    >>> law_of("clearance.cases.toml"), law_of("clearance.fr.toml"), law_of("clearance.toml")
    ('clearance.toml', 'clearance.toml', 'clearance.toml')
    """
    for ending in (_CASES, *(f".{code}.toml" for code in LANGUAGES)):
        if name.endswith(ending):
            return name.removesuffix(ending) + ".toml"
    return name


def words_file(law: str, language: str) -> str:
    """The file that says a law in another language."""
    return f"{law.removesuffix('.toml')}.{language}.toml"


def cases_file(law: str) -> str:
    """The file with the cases of a law."""
    return law.removesuffix(".toml") + _CASES


def read_sheets(law: str, read: Callable[[str], bytes | None], *, cases: bool = True) -> Sheets:
    """Read the files of a rule, or those of the vocabulary.

    Args:
        law: the path of its law.
        read: reads a file; ``None`` where there is no such file.
        cases: whether its cases are wanted.
    """
    words = {code: read(words_file(law, code)) for code in LANGUAGES}
    said = {code: data for code, data in words.items() if data is not None}
    return Sheets(law, read(law) or b"", said, read(cases_file(law)) if cases else None)
