"""Scope: what findings rest on goes in; what a plain check needs of it comes out.

A check says what is overdue; a report counts. Counting everybody costs more
than judging, so a check runs the rules without it. Nothing that it says rests
on an indicator, so it finds the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ccm_rules.compiler import duty_status as duties
from ccm_rules.compiler.tallies import TYPES as TALLIES


def without_indicators(
    reads: Mapping[str, set[str]], findings: Iterable[str]
) -> tuple[set[str], set[str]]:
    """The relations that findings about States and their duties rest on.

    Args:
        reads: for each derived relation the relations that it is derived of.
        findings: the relations that hold the rows of findings.

    Returns:
        The relations needed, and the findings that rest on no indicator.
    """
    kept = {name for name in findings if not below((name,), reads) & set(TALLIES)}
    return below((*kept, duties.STATUS, duties.OPEN, duties.KNOWN), reads), kept


def below(names: Iterable[str], reads: Mapping[str, set[str]]) -> set[str]:
    """Some relations, and all that they rest on."""
    found: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += reads.get(name, ())
    return found
