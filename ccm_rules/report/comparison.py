"""What moved from one record to another: two tallies in, how each number changed out."""

from __future__ import annotations

from typing import NamedTuple

from ccm_rules.report.numbers import Member, Number, Tally


class Change(NamedTuple):
    """How a number moved from one record to another.

    Attributes:
        now, then: the numbers; ``None`` where one record does not have it.
        difference: how much the value grew; ``None`` where one of them is not known.
        joined, left: who is counted now and was not, and the other way round.
            Whoever is open in either record is in neither list: that somebody
            moved is then not known.
    """

    now: Number | None
    then: Number | None
    difference: int | None
    joined: tuple[Member, ...]
    left: tuple[Member, ...]

    @property
    def moved(self) -> bool:
        """Whether anything differs that the records can tell."""
        return bool(self.difference or self.joined or self.left)


def compare(now: Tally, then: Tally) -> tuple[Change, ...]:
    """Hold the numbers of one period against those of another.

    Numbers that are counted by year are held against those of the same place
    before the end of their period: the last year with the last one.

    Args:
        now: the numbers to look at, which give the order.
        then: the numbers that they are held against.
    """
    earlier = _by_place(then)
    found = [_change(number, earlier.pop(place, None)) for place, number in _by_place(now).items()]
    return (*found, *(_change(None, number) for number in earlier.values()))


def _by_place(tally: Tally) -> dict[tuple[str, int], Number]:
    place: dict[str, int] = {}
    found = {}
    for number in tally.numbers:  # the latest year of an indicator comes first
        name = number.info.name
        found[name, place.setdefault(name, 0)] = number
        place[name] += 1
    return found


def _change(now: Number | None, then: Number | None) -> Change:
    if now is None or then is None or now.low is None or then.low is None:
        joined: tuple[Member, ...] = ()
        left: tuple[Member, ...] = ()
    else:
        joined = _only(now, then)
        left = _only(then, now)
    difference = None
    if now is not None and then is not None and now.value is not None and then.value is not None:
        difference = now.value - then.value
    return Change(now, then, difference, joined, left)


def _only(one: Number, other: Number) -> tuple[Member, ...]:
    """Who is counted in one number, and certainly not in the other."""
    if other.high is None:
        return ()
    there = {*map(_who, other.members), *map(_who, other.open)}
    return tuple(member for member in one.members if _who(member) not in there)


def _who(member: Member) -> tuple[str, str]:
    # A request's number grows with the years: whose it is counts, and under which Article.
    return member.party, member.item
