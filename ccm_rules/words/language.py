"""In which language things are said: a code such as ``fr`` goes in, a `Language` comes out."""

from __future__ import annotations

import functools

from ccm_rules.words.english import Language, mark

__all__ = ["CODES", "ENGLISH", "Language", "language", "mark"]

#: Languages by code: what ``--lang`` takes.
CODES = ("en", "fr")

ENGLISH = Language()


@functools.cache
def language(code: str) -> Language:
    """The language of a code out of `CODES`."""
    if code == "en":
        return ENGLISH
    from ccm_rules.words.french import French

    return French()
