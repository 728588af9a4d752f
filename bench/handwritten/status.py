"""What status a duty has on the day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple


class Bearing(NamedTuple):
    """What bears on a duty beside its performance; each -1 (no), 0 (perhaps) or 1 (yes)."""

    replaced: int = -1
    void: int = -1
    pending: int = -1
    requested: int = -1
    review: int = -1


_NOTHING = Bearing()


def status(
    today: int,
    due: tuple[int, int],
    soon: int,
    done: Sequence[tuple[int, int, int]],
    until: Callable[[], int | None],
    bearing: Bearing = _NOTHING,
    asked: Callable[[], int | None] | None = None,
) -> tuple[str, int]:
    """The status of a duty, and the day until which the record shows it.

    Args:
        today: the day on which things are judged.
        due: bounds of the day by which it has to be done.
        soon: the latest day from which on it is due soon.
        done: bounds of the days on which it was done, and whether each is certain.
        until: when asked, the day until which the record is complete, if known.
        bearing: what else bears on it.
        asked: for a duty that lapses unless an extension is requested: until when
            the record of requests is complete.

    Returns:
        The status, or nothing where the record cannot tell.
    """
    due_lo, due_hi = due
    if bearing.replaced == 1:
        return "superseded", today
    if bearing.void == 1 and bearing.replaced < 0:
        return "without-object", today
    if bearing.replaced >= 0 or bearing.void >= 0:
        return "", today
    if done:
        if any(certain for _, _, certain in done):
            return _done(due_lo, due_hi, done), today
        return "", today
    if today <= due_lo:
        return ("due-soon" if today >= soon else "upcoming"), today
    if today <= due_hi:
        return "", today
    if bearing.review >= 0:
        return ("review" if bearing.review else ""), today
    if bearing.pending >= 0:
        return ("pending" if bearing.pending else ""), today
    complete = until()
    if complete is None or complete <= due_hi:
        return "", today
    shown = min(today, complete)
    if asked is None or bearing.requested == 1:
        return "overdue", shown
    requests = asked()
    if bearing.requested < 0 and requests is not None and requests > due_hi:
        return "lapsed", shown
    return "", today


def _done(due_lo: int, due_hi: int, done: Sequence[tuple[int, int, int]]) -> str:
    """Done: in time, late, or at a time too vague to tell."""
    if any(certain and hi <= due_lo for _, hi, certain in done):
        return "met"
    if any(lo <= due_hi for lo, _, _ in done):
        return "met-timing-open"
    return "met-late"
