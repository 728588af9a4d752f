"""Sentence templates, such as ``The report of {p} was due on {due}.``.

A placeholder names a variable, or subtracts and adds several: ``{until-due}`` is
a number of days, ``{expected-received}`` a number. ``{n.names}`` lists what was
counted, ``{v.place}`` says where sources state a value, and ``{v.each}`` lists
the values of all the ways in which a finding holds, each with its places.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

#: What may follow a variable: it is then not shown itself.
LISTS = (".names", ".place", ".each")
_PLACEHOLDER = re.compile(
    r"\{([a-z_][a-z0-9_]*(?:\.(?:names|place|each))?(?:[+-][a-z_][a-z0-9_]*)*)\}"
)
_AGREEING = re.compile(r"\{[a-z_][a-z0-9_]*:[^{}/]*/[^{}/]*\}")
_PART = re.compile(r"([+-]?)([a-z_][a-z0-9_]*)")


def odd_braces(template: str, *, agreeing: bool = False) -> list[str]:
    """What stands in braces, or with one brace, and is no gap that anything fills.

    Args:
        template: the sentence.
        agreeing: whether words may agree with a gap: ``{p:a/ont}``.

    >>> odd_braces("{p} and {P}, {until-due}, {n.names}")
    ['{P}']
    >>> odd_braces("{p:a/ont} {0} }", agreeing=True)
    ['{0}', '}']
    """
    rest = _PLACEHOLDER.sub("", template)
    if agreeing:
        rest = _AGREEING.sub("", rest)
    return braces(rest)


def braces(text: str) -> list[str]:
    """What stands in braces, or with one brace."""
    return re.findall(r"\{[^{}]*\}?|\}", text)


def names_in(template: str) -> list[str]:
    """The variables that a template speaks of."""
    return [
        part
        for match in _PLACEHOLDER.finditer(template)
        for part in re.split(r"[+-]", match[1].partition(".")[0])
    ]


def lists_in(template: str) -> set[str]:
    """What a template lists, as ``n.names``."""
    return {match[1] for match in _PLACEHOLDER.finditer(template) if match[1].endswith(LISTS)}


def expressions(template: str) -> list[str]:
    """The arithmetic of a template, as ``until-due``."""
    return [
        match[1]
        for match in _PLACEHOLDER.finditer(template)
        if re.search(r"[+-]", match[1]) and not match[1].endswith(LISTS)
    ]


def fill(
    template: str,
    show: Callable[[str], str],
    number: Callable[[str], int | None],
    lists: Callable[[str], str],
) -> str:
    """Fill a template.

    Args:
        template: the sentence.
        show: how a variable reads in a sentence.
        number: a variable as a number (a day as an ordinal), or ``None`` where
            it is not exactly known.
        lists: what stands for a list, such as ``n.names``.
    """
    def said(expression: str, parts: tuple[tuple[str, str], ...]) -> str:
        if not parts:
            return lists(expression)
        if len(parts) == 1:
            return show(expression)
        total = 0
        for sign, name in parts:
            value = number(name)
            if value is None:
                return "an unknown number of"
            total += -value if sign == "-" else value
        return f"{total:,}"

    *pieces, last = _pieces(template)
    return "".join([f"{text}{said(what, parts)}" for text, what, parts in pieces]) + last[0]


@functools.lru_cache(maxsize=1024)
def _pieces(template: str) -> tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]:
    """A template apart: text, and what stands after it, with the parts of a sum."""
    found: list[tuple[str, str, tuple[tuple[str, str], ...]]] = []
    texts = _PLACEHOLDER.split(template)
    for text, expression in zip(texts[::2], texts[1::2], strict=False):
        parts = () if expression.endswith(LISTS) else tuple(_PART.findall(expression))
        found.append((text, expression, parts))
    return (*found, (texts[-1], "", ()))
