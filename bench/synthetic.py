"""Large records that are shaped like the real one.

Each synthetic State takes all the facts of a State of the real record, drawn at
random. Their days move together by a random number of days, so that what came
first stays first and what was vague stays as vague. Meetings, counts and whatever
else is of no one State stand once, as they are; a register that speaks of some
States speaks of all that are modelled on them. So a synthetic record has the
mixture of facts, of vague dates and of findings that the real one has, and no
two States need have the same days.

Nothing here is about any State: the codes are S000001 and so on.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from ccm_rules import load_facts
from ccm_rules.compiler import load_rules
from ccm_rules.dates import FIRST_DAY, LAST_DAY, When
from ccm_rules.record import Base, base_relations, merge
from ccm_rules.record.merge import Merged
from ccm_rules.record.model import Fact, Record, Register
from ccm_rules.record.relations import Coverage, Row, Rows
from ccm_rules.record.vocabulary import Kind, Vocabulary

HERE: Final = Path(__file__).resolve().parent
#: The record as it was when the rules beside it were copied: both stand still, so that what is
#: made of them, and the program by hand that judges it, need not follow each change.
REAL: Final = HERE / "facts" / "2023.json"

#: By how many days facts move: of ten States, those of eight move back, so that they
#: have happened, as the facts of a record have; those of one stay, so that what needs
#: one certain day is found too; those of one move ahead, so that some have not happened
#: yet, and some only perhaps.
_MOVES: Final = (*(range(-364, 0),) * 8, range(1), range(1, 61))


class _Mould(NamedTuple):
    """A fact as a row to be cast: which columns hold the State, and which hold days."""

    relation: str
    row: Row
    party: int
    days: tuple[int, ...]
    #: The column of the first day on which it can have happened, or -1.
    date: int


class Real(NamedTuple):
    """The real record, apart by State.

    Attributes:
        record: as loaded.
        vocabulary: its kinds of fact.
        states: the facts of each State, by code.
        others: the facts that are of no State.
    """

    record: Record
    vocabulary: Vocabulary
    states: Mapping[str, tuple[Fact, ...]]
    others: tuple[Fact, ...]


@functools.cache
def real(path: Path = REAL) -> Real:
    """Read the real record and take it apart."""
    copied = load_rules(["ccm"], home=HERE / "rules")
    vocabulary, record = copied.vocabulary, load_facts(path, rulebook=copied)
    states: dict[str, list[Fact]] = {}
    others = []
    for fact, _ in merge(record.facts, vocabulary).facts:
        party = fact.values.get("party")
        if isinstance(party, str):
            states.setdefault(party, []).append(fact)
        else:
            others.append(fact)
    return Real(
        record, vocabulary, {code: tuple(facts) for code, facts in states.items()}, tuple(others)
    )


def plan(n_facts: int, seed: int) -> Iterator[tuple[str, str, int]]:
    """The States of a record: code, the real State that it is modelled on, days that it moves.

    Args:
        n_facts: how many facts the record has in all, at least.
        seed: for the draws; the same seed and number give the same record.
    """
    source = real()
    choose = random.Random(f"{n_facts} {seed}")
    codes = sorted(source.states)
    made, number = len(source.others), 0
    while made < n_facts:
        number += 1
        model = choose.choice(codes)
        days = choose.choice(choose.choice(_MOVES))
        made += len(source.states[model])
        yield f"S{number:06d}", model, days


def rows(n_facts: int, seed: int = 1) -> Base:
    """What the engines start from, for a synthetic record.

    It is what `ccm_rules.record.base_relations` makes of `record` (a test holds
    them against each other), made without making the facts.
    """
    source = real()
    assert source.record.as_of is not None
    as_of = source.record.as_of.latest
    bare = source.record._replace(facts=source.others)
    globally = Merged(tuple((fact, (fact,)) for fact in source.others), ())
    base = base_relations(bare, globally, source.vocabulary, as_of, {}, lambda fact: "")
    found: dict[str, Rows] = {name: dict(known) for name, known in base.rows.items()}
    moulds = {
        code: [_mould(source.vocabulary[fact.kind], fact) for fact in facts]
        for code, facts in source.states.items()
    }
    # A record of a million facts has few different days: each is held in memory once.
    held: dict[int, int] = {}
    modelled: dict[str, list[str]] = {}
    states = found["state"]
    for code, model, move in plan(n_facts, seed):
        modelled.setdefault(model, []).append(code)
        states[(code,)] = 1
        for relation, row, party, days, date in moulds[model]:
            values = list(row)
            values[party] = code
            for column in days:
                day = row[column] + move
                values[column] = held.setdefault(day, day)
            if date < 0:
                certain = 1
            elif values[date] > as_of:
                continue
            else:
                certain = int(values[date + 1] <= as_of)
            table = found[relation]
            cast = tuple(values)
            table[cast] = max(certain, table.get(cast, 0))
    registers = _registers(source.record.registers, modelled)
    return Base(found, {}, {}, Coverage(registers, source.vocabulary))


def record(n_facts: int, seed: int = 1) -> Record:
    """A synthetic record with its facts, as it could stand in a file."""
    source = real()
    facts = list(source.others)
    modelled: dict[str, list[str]] = {}
    for code, model, move in plan(n_facts, seed):
        modelled.setdefault(model, []).append(code)
        for fact in source.states[model]:
            values = {name: _moved(value, move) for name, value in fact.values.items()}
            facts.append(fact._replace(values={**values, "party": code}, sources=(), known=None))
    registers = _registers(source.record.registers, modelled)
    return source.record._replace(facts=tuple(facts), registers=registers)


def _mould(kind: Kind, fact: Fact) -> _Mould:
    row = kind.row(fact.values)
    columns = kind.columns
    days = []
    for field in kind.fields.values():
        if field.type == "when":
            place = columns.index(f"{field.name}_lo")
            days += [c for c in (place, place + 1) if row[c] not in (FIRST_DAY, LAST_DAY)]
    date = columns.index("date_lo") if kind.dated else -1
    return _Mould(kind.name, row, columns.index("party"), tuple(days), date)


def _moved(value: str | int | When, days: int) -> str | int | When:
    """A day some days later; the open end of a range stays open."""
    if not isinstance(value, When):
        return value
    earliest = value.earliest if value.earliest == FIRST_DAY else value.earliest + days
    latest = value.latest if value.latest == LAST_DAY else value.latest + days
    return When(earliest, latest)


def _registers(
    registers: tuple[Register, ...], modelled: Mapping[str, list[str]]
) -> tuple[Register, ...]:
    """The registers, of all States that are modelled on those of which they speak."""
    return tuple(
        register
        if register.parties is None
        else register._replace(
            parties=frozenset(code for p in register.parties for code in modelled.get(p, ()))
        )
        for register in registers
    )
