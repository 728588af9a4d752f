"""A record put apart by State, and what its registers say."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ccm_rules.record.model import Register
from ccm_rules.record.relations import Rows

#: Facts of one State, or none: each its row without the State, and then whether it
#: is certain (1) or only possible (0).
Facts = list[tuple[Any, ...]]
_NONE: Final[Facts] = []


def by_state(rows: Rows) -> dict[str, Facts]:
    """Facts by the State that they are of."""
    groups: dict[Any, Facts] = {}
    for row, certain in rows.items():
        fact = (*row[1:], certain)
        if row[0] in groups:
            groups[row[0]].append(fact)
        else:
            groups[row[0]] = [fact]
    return groups


class Registers:
    """Until when the record is complete."""

    def __init__(self, registers: tuple[Register, ...]) -> None:
        self._by_kind: dict[str, list[Register]] = {}
        for register in registers:
            self._by_kind.setdefault(register.of, []).append(register)
        self._of = functools.cache(self._matching)

    def until(self, kind: str, party: str = "", /, **values: str | int) -> int | None:
        """The last day until which the record of such facts is complete, if one is known."""
        for day, parties in self._of(kind, *values.items()):
            if parties is None or party in parties:
                return day
        return None

    def _matching(
        self, kind: str, *values: tuple[str, str | int]
    ) -> list[tuple[int, frozenset[str] | None]]:
        """Registers of such facts, those that reach furthest first."""
        known = dict(values)
        found = [
            (register.until.earliest, register.parties)
            for register in self._by_kind.get(kind, ())
            if all(known.get(name) == value for name, value in register.where.items())
        ]
        return sorted(found, key=lambda item: -item[0])


class Dossiers:
    """All States, one after the other, and what is of no State.

    Attributes:
        today: the day on which things are judged.
        rows: the rows of each relation.
        registers: until when the record is complete.
        thirtieth: bounds of the day of the thirtieth instrument, and whether certain.
        meetings: id, kind, bounds of the opening, of the closing, and whether certain.
    """

    def __init__(self, rows: Mapping[str, Rows], registers: tuple[Register, ...]) -> None:
        self.rows = rows
        self.registers = Registers(registers)
        ((self.today, _),) = rows["as-of"]
        self.thirtieth = [
            (lo, hi, certain)
            for (number, lo, hi), certain in rows["threshold-instrument"].items()
            if number == 30
        ]
        self.meetings = [
            (id_, kind, *bounds, certain)
            for (id_, _, kind, *bounds, _), certain in rows["meeting"].items()
        ]
        self.next_msp = functools.cache(self._next_msp)
        self.deciding = functools.cache(self._deciding)
        self.during = functools.cache(self._during)

    def __iter__(self) -> Iterator[Dossier]:
        groups = {
            relation.replace("-", "_"): by_state(self.rows[relation])
            for relation in (
                *("signature", "deposit", "provisional-application", "withdrawal-notice"),
                *("armed-conflict", "obligation", "hostilities-end", "stated-date", "report"),
                *("extension-request", "extension-decision", "completion", "declaration"),
                *("no-object", "retention", "announcement", "national-measures"),
                *("clarification-request", "clarification-response"),
                *("clarification-submission", "stated-deadline"),
            )
        }
        for (party,) in self.rows["state"]:
            yield Dossier(self, groups, party)

    # -- Meetings: few, asked about the same days again and again ---------------

    def _next_msp(self, lo: int, hi: int) -> list[tuple[str, int, int]]:
        """The first Meeting of States Parties after a day: id, bounds of its closing."""
        until = self.registers.until("meeting", kind="MSP")
        return [
            (id_, *closes)
            for id_, kind, o_lo, o_hi, *closes, certain in self.meetings
            if kind == "MSP" and certain and o_lo > hi
            if until is not None and until >= o_hi
            and not any(
                other != id_ and other_kind == "MSP" and x_hi > lo and x_lo < o_hi
                for other, other_kind, x_lo, x_hi, *_ in self.meetings
            )
        ]  # fmt: skip

    def _deciding(self, lo: int, hi: int) -> list[tuple[str, int, int]]:
        """The last Meeting before a deadline: id, bounds of its opening."""
        until = self.registers.until("meeting")
        if until is None or until < hi:
            return []
        return [
            (id_, o_lo, o_hi)
            for id_, _, o_lo, o_hi, _, _, certain in self.meetings
            if certain and o_hi < lo
            and not any(
                other != id_ and x_hi > o_lo and x_lo < hi
                for other, _, x_lo, x_hi, *_ in self.meetings
            )
        ]  # fmt: skip

    def _during(self, lo: int, hi: int) -> list[tuple[str, int, int, int, int]]:
        """Meetings during which a day falls: id, bounds of opening and closing."""
        return [
            (id_, o_lo, o_hi, c_lo, c_hi)
            for id_, _, o_lo, o_hi, c_lo, c_hi, certain in self.meetings
            if certain and o_hi <= lo and hi <= c_lo
        ]

    @functools.cached_property
    def meeting(self) -> dict[str, list[tuple[int, int, int, int]]]:
        """Bounds of the opening and the closing of Meetings that are certain, by id."""
        known: dict[str, list[tuple[int, int, int, int]]] = {}
        for id_, _, *bounds, certain in self.meetings:
            if certain:
                known.setdefault(id_, []).append(tuple(bounds))
        return known

    @functools.cached_property
    def coming_msp(self) -> list[tuple[str, int, int]]:
        """The Meeting of States Parties that opens next: id, bounds of the opening."""
        return [
            (id_, o_lo, o_hi)
            for id_, kind, o_lo, o_hi, *_, certain in self.meetings
            if kind == "MSP" and certain and o_lo >= self.today
            and not any(
                other != id_ and other_kind == "MSP" and x_hi >= self.today and x_lo < o_hi
                for other, other_kind, x_lo, x_hi, *_ in self.meetings
            )
        ]  # fmt: skip


class Dossier:
    """What the record says of one State.

    Attributes:
        all: what is of no State.
        party: its code.
        today: the day on which things are judged.
        registers: until when the record is complete.
        entered: bounds of the entry into force for it, and whether certain.
        leaves: bounds of the day on which its withdrawal takes effect, and whether certain.
        withdrawn: whether that day has come: -1, 0 or 1.
    """

    __slots__ = ("_groups", "all", "entered", "leaves", "party", "registers", "today", "withdrawn")

    def __init__(self, all_: Dossiers, groups: dict[str, dict[str, Facts]], party: str) -> None:
        self.all = all_
        self.party = party
        self.today = all_.today
        self.registers = all_.registers
        self._groups = groups
        self.entered: list[tuple[int, int, int]] = []
        self.leaves: list[tuple[int, int, int]] = []
        self.withdrawn = -1

    def facts(self, relation: str) -> Facts:
        """Its facts of a kind."""
        return self._groups[relation].get(self.party, _NONE)
