"""Numbers with their nouns, and lists, in English: what headers, sums and notes are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def plural(number: int, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> plural(1, "rule"), plural(1200, "notice")
    ('1 rule', '1,200 notices')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(items: Iterable[str]) -> str:
    """Join items as a sentence does.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    *first, last = items
    return f"{', '.join(first)} and {last}" if first else last


def some(names: Sequence[str], most: int = 3) -> str:
    """Name the first of many.

    >>> some(["Chad", "Iraq", "Peru", "Togo"])
    'Chad, Iraq and 2 more'
    """
    if len(names) <= most:
        return listed(names)
    return f"{', '.join(names[: most - 1])} and {len(names) - most + 1:,} more"
